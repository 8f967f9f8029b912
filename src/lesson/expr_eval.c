/* expr_eval.c: nodes to numbers. Every value comes from the session's own runs or is computed from them by the engine.
 * What one evaluation may cost is limited, for expressions come out of files. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/each_word.h"
#include "core/gradient.h"
#include "core/sweep.h"
#include "lesson/expr_private.h"
#include "session/edit.h"

enum { BUDGET = 400000, COST_VALUE = 1, COST_RUN = 2000 };

struct eval {
    const struct expr *x;
    const struct expr_env *env;
    const struct session *s;      /* of this part: the other sentence within other(…) */
    enum run run;                 /* RUN_BASE within base(…) */
    int u, t, w;                  /* bound by a reducer, from 0, 1, 0; -1: not */
    long budget;
    struct err *e;
};

static bool eval(struct eval *v, int k, struct expr_value *out);

static bool (trouble)(struct eval *v, const struct node *n, const char *format, ...) ERR_PRINTF(3, 4);
static bool (trouble)(struct eval *v, const struct node *n, const char *format, ...)
{
    char what[ERR_MAX];
    va_list ap;
    va_start(ap, format);
    vsnprintf(what, sizeof what, format, ap);
    va_end(ap);
    return err_set(v->e, NULL, NULL, "column %d of \"%.80s\": %s", n->column, v->x->text, what);
}
#define trouble(...) err_false((trouble)(__VA_ARGS__))

static void put(struct expr_value *out, double value)
{
    out->kind = EXPR_IS_NUMBER;
    out->n = 1;
    out->v[0] = value;
}

static void put_word(struct expr_value *out, const char *word)
{
    out->kind = EXPR_IS_WORD;
    out->n = 0;
    snprintf(out->word, sizeof out->word, "%s", word);
}

static bool number_of(struct eval *v, int k, double *out)
{
    struct expr_value value = {0};
    if (!eval(v, k, &value))
        return false;
    if (value.kind == EXPR_IS_NUMBER) {
        *out = value.v[0];
        return true;
    }
    return trouble(v, &v->x->node[k], "expected a number, found a %s",
                   value.kind == EXPR_IS_WORD ? "word" : "vector (name its unit)");
}

/* ---- units, steps, words ---------------------------------------------------------------------------------------- */

static bool whole(struct eval *v, int k, int least, int most, const char *what, int *out)
{
    double d;
    if (!number_of(v, k, &d))
        return false;
    if (!(d >= least && d <= most) || floor(d) != d)
        return trouble(v, &v->x->node[k], "expected %s from %d to %d, found %g", what, least, most, d);
    *out = (int)d;
    return true;
}

/* Names that are numbers: what a reducer runs over, `vary`, the sizes. */
static bool variable(const struct eval *v, const char *name, double *out)
{
    const struct lstm *net = session_net(v->s);
    if (name[0] && !name[1]) {
        int bound = *name == 'u' ? v->u + (v->u >= 0) : *name == 't' ? v->t : *name == 'w' ? v->w : -1;
        if (strchr("utw", *name) && bound >= 0) {
            *out = bound;
            return true;
        }
    }
    for (int k = 0; k < v->env->names; k++)
        if (!strcmp(v->env->name[k], name)) {
            *out = v->env->value[k];
            return true;
        }
    const struct { const char *name; double value; } known[] = {
        {"H", net->layers ? net->layer[0].hidden : 0}, {"E", net->embed}, {"V", net->vocab},
        {"T", session_steps(v->s)}, {"layers", net->layers}, {"pins", (double)session_pin_count(v->s)},
        {"parameters", (double)lstm_parameters(net)},
    };
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
        if (!strcmp(known[k].name, name)) {
            *out = known[k].value;
            return true;
        }
    return false;
}

static bool named(const struct eval *v, int k, const char **text)
{
    const struct node *n = &v->x->node[k];
    double ignored;
    if (n->op != NODE_QUOTED && (n->op != NODE_NAME || variable(v, n->text, &ignored)))
        return false;
    *text = n->text;
    return true;
}

static bool layer_of(struct eval *v, const struct node *n)
{
    int layers = session_net(v->s)->layers;
    return n->layer < layers || trouble(v, n, "expected a layer from 1 to %d, found %d", layers, n->layer + 1);
}

static bool unit_of(struct eval *v, const struct node *n, int k, int *out)
{
    const char *text;
    struct err why = {{0}};
    if (!layer_of(v, n))
        return false;
    if (named(v, k, &text)) {
        *out = edit_unit(v->s, n->layer, text, NULL, &why);
        return *out >= 0 || trouble(v, &v->x->node[k], "%s", why.text);
    }
    if (!whole(v, k, 1, session_net(v->s)->layer[n->layer].hidden, "a unit", out))
        return false;
    --*out;
    return true;
}

static bool step_of(struct eval *v, int k, int least, int *out)
{
    const char *text;
    struct err why = {{0}};
    if (!named(v, k, &text))
        return whole(v, k, least, session_steps(v->s), "a step", out);
    *out = edit_step(v->s, text, NULL, &why);
    return *out >= 0 || trouble(v, &v->x->node[k], "%s", why.text);
}

/* A word by the number that the embedding has for it. */
static bool token_of(struct eval *v, int k, int *out)
{
    const struct vocab *vocab = session_model(v->s)->vocab;
    const struct node *n = &v->x->node[k];
    if (!vocab)
        return trouble(v, n, "this model has no words");
    if (n->op == NODE_NAME && !strcmp(n->text, "w") && v->w >= 0) {
        *out = v->w;
        return true;
    }
    *out = n->text ? vocab_find(vocab, n->text) : -1;
    return *out >= 0 || trouble(v, n, "the vocabulary has no word \"%s\"", n->text ? n->text : "");
}

/* A word by the number of its output. */
static bool output_of(struct eval *v, int k, int *out)
{
    const struct model *m = session_model(v->s);
    const struct node *n = &v->x->node[k];
    char buf[16];
    if (!session_outputs(v->s))
        return trouble(v, n, "this model does not say which word comes next");
    if (!m->label)
        return token_of(v, k, out);
    for (int j = 0; n->text && j < session_outputs(v->s); j++)
        if (!strcmp(model_label(m, j, buf), n->text)) {
            *out = j;
            return true;
        }
    return trouble(v, n, "the model has no output \"%s\"", n->text ? n->text : "");
}

/* ---- values of the run ------------------------------------------------------------------------------------------ */

static bool spend(struct eval *v, const struct node *n, long cost)
{
    v->budget -= cost;
    return v->budget >= 0 || trouble(v, n, "this takes too much computing for a lesson");
}

static double pre_activation(const struct eval *v, const struct node *n, int unit, int t)
{
    const struct lstm *net = session_net(v->s);
    const struct lstm_layer *l = &net->layer[n->layer];
    int H = l->hidden, from = n->part == PART_X ? H : 0, to = n->part == PART_H ? H : H + l->in;
    if (n->part == PART_B)
        return (double)l->b[n->gate][unit];
    float *terms = xcalloc((size_t)H + (size_t)l->in, sizeof *terms);
    const struct computation of = session_computation(v->s, v->run);
    double z = lstm_preactivation(&of, (struct element){n->layer, unit, n->gate, t}, terms);
    double sum = 0;
    for (int k = from; k < to; k++)
        sum += (double)terms[k];
    free(terms);
    return n->part == PART_ALL ? z : sum;
}

static double value_of(const struct eval *v, const struct node *n, int unit, int t)
{
    if (n->which == REF_Z)
        return pre_activation(v, n, unit, t);
    if (n->which == REF_X)
        return (double)lstm_input(session_trace(v->s, v->run), session_inputs(v->s), n->layer, t)[unit];
    if (n->which <= VAL_H)
        return (double)session_row(v->s, v->run, n->layer, (enum quantity)n->which, t)[unit];
    return (double)session_value(v->s, v->run, n->layer, unit, (enum value)n->which, t);
}

static const struct pin *pins_of(const struct eval *v, size_t *n)
{
    const struct pin *p = session_pins(v->s, n);
    if (v->run == RUN_BASE)
        *n = 0;
    return p;
}

/* The value had another word come at its step. */
static bool had_come(struct eval *v, const struct node *n, int unit, int t, double *out)
{
    int token;
    struct each_word one;
    if (!token_of(v, n->c, &token) || !spend(v, n, 20))
        return false;
    if (n->layer > 0 && !spend(v, n, COST_RUN))
        return false;
    const struct computation of = session_computation(v->s, v->run);
    if (!each_word_compute(&of, (struct element){n->layer, unit, Q_F, t}, token, 1, &one))
        return trouble(v, n, "memory is short");
    *out = (double)one.v[n->which];
    return true;
}

static bool values(struct eval *v, const struct node *n, struct expr_value *out)
{
    int t, unit, count;
    bool state = n->which == VAL_C || n->which == VAL_H;
    if (!layer_of(v, n) || !step_of(v, n->b, state && n->c < 0 ? 0 : 1, &t))
        return false;
    const struct lstm_layer *l = &session_net(v->s)->layer[n->layer];
    count = n->which == REF_X ? l->in : l->hidden;
    if (n->a >= 0) {
        bool ok = n->which == REF_X ? whole(v, n->a, 1, count, "a number of x", &unit) : unit_of(v, n, n->a, &unit);
        if (!ok)
            return false;
        unit -= n->which == REF_X;
        double d = 0;
        if (n->c >= 0 ? !had_come(v, n, unit, t, &d) : !spend(v, n, COST_VALUE))
            return false;
        put(out, n->c >= 0 ? d : value_of(v, n, unit, t));
        return true;
    }
    if (count > EXPR_VECTOR)
        return trouble(v, n, "expected [UNIT]: a vector of %d is too long, %d is the most", count, EXPR_VECTOR);
    out->kind = EXPR_IS_VECTOR;
    out->n = count;
    for (int u = 0; u < count; u++) {
        if (n->c >= 0 ? !had_come(v, n, u, t, &out->v[u]) : !spend(v, n, COST_VALUE))
            return false;
        if (n->c < 0)
            out->v[u] = value_of(v, n, u, t);
    }
    return true;
}

static bool weight(struct eval *v, const struct node *n, struct expr_value *out)
{
    int unit, column;
    if (!unit_of(v, n, n->a, &unit))
        return false;
    const struct lstm_layer *l = &session_net(v->s)->layer[n->layer];
    if (n->b < 0) {
        put(out, (double)l->b[n->which][unit]);
        return true;
    }
    if (!whole(v, n->b, 1, l->hidden + l->in, "a column", &column))
        return false;
    put(out, (double)l->W[n->which][(size_t)unit * (size_t)(l->hidden + l->in) + (size_t)column - 1]);
    return true;
}

static bool carried(struct eval *v, const struct node *n, struct expr_value *out)
{
    int unit, from, to;
    if (!unit_of(v, n, n->a, &unit) || !step_of(v, n->b, 0, &from) || !step_of(v, n->c, from, &to))
        return false;
    if (n->op == NODE_CARRY) {
        double product = 1;
        for (int t = from + 1; t <= to; t++)
            product *= (double)session_value(v->s, v->run, n->layer, unit, VAL_F, t);
        put(out, product);
        return spend(v, n, to - from + 1);
    }
    const struct computation of = session_computation(v->s, v->run);
    if (!spend(v, n, COST_RUN))
        return false;
    struct gradient *g = gradient_element(&of, (struct element){n->layer, unit, Q_C, to});
    if (!g)
        return trouble(v, n, "memory is short");
    put(out, (double)g->dC[n->layer][(size_t)from * (size_t)g->hidden[n->layer] + (size_t)unit]);
    gradient_free(g);
    return true;
}

static bool effect(struct eval *v, const struct node *n, struct expr_value *out)
{
    int unit, at, target, when;
    size_t count;
    if (!unit_of(v, n, n->a, &unit) || !step_of(v, n->b, 1, &at) || !output_of(v, n->c, &target)
        || !step_of(v, n->d, at, &when) || !spend(v, n, COST_RUN))
        return false;
    const struct pin *pins = pins_of(v, &count);
    const struct sweep_question q = {.step = when, .first = at, .layer = n->layer, .target = target, .q = Q_F};
    struct sweep *w = sweep_new(session_net(v->s), session_trace(v->s, v->run), session_inputs(v->s), &q, pins, count);
    if (!w)
        return trouble(v, n, "this cannot be computed here");
    put(out, (double)sweep_closed(w, at, unit) - (double)w->p);
    sweep_free(w);
    return true;
}

static bool predicted(struct eval *v, const struct node *n, struct expr_value *out)
{
    int t, output;
    char buf[16];
    if (!step_of(v, n->b, 1, &t) || !spend(v, n, 10))
        return false;
    if (n->op == NODE_SURPRISAL) {
        put(out, session_surprisal(v->s, v->run, t));
        return true;
    }
    if (n->op == NODE_P) {
        if (!output_of(v, n->c, &output))
            return false;
        put(out, (double)session_probability(v->s, v->run, t, output));
        return true;
    }
    if ((output = session_likeliest(v->s, v->run, t)) < 0)
        return trouble(v, n, "this model does not say which word comes next");
    put_word(out, model_label(session_model(v->s), output, buf));
    return true;
}

/* ---- operators and functions ------------------------------------------------------------------------------------ */

static double join(const struct eval *v, enum node_op op, double a, double b)
{
    double near = v->env->within > 0 ? v->env->within : 1e-6 * fmax(1, fmax(fabs(a), fabs(b)));
    switch (op) {
    case NODE_ADD: return a + b;
    case NODE_SUB: return a - b;
    case NODE_MUL: return a * b;
    case NODE_DIV: return a / b;
    case NODE_POW: return pow(a, b);
    case NODE_LT: return a < b;
    case NODE_LE: return a <= b;
    case NODE_GT: return a > b;
    case NODE_GE: return a >= b;
    case NODE_EQ: return fabs(a - b) <= near * (1 + 1e-9);
    case NODE_NE: return !(fabs(a - b) <= near * (1 + 1e-9));
    default: return 0;
    }
}

static bool binary(struct eval *v, const struct node *n, struct expr_value *out)
{
    struct expr_value a, b;
    if (!eval(v, n->a, &a) || !eval(v, n->b, &b))
        return false;
    bool compares = n->op >= NODE_LT && n->op <= NODE_NE, equals = n->op == NODE_EQ || n->op == NODE_NE;
    if (equals && a.kind == EXPR_IS_WORD && b.kind == EXPR_IS_WORD) {
        put(out, (strcmp(a.word, b.word) == 0) == (n->op == NODE_EQ));
        return true;
    }
    if (a.kind == EXPR_IS_WORD || b.kind == EXPR_IS_WORD)
        return trouble(v, n, "expected numbers on both sides, found a word");
    bool vectors = a.kind == EXPR_IS_VECTOR || b.kind == EXPR_IS_VECTOR;
    if (vectors && compares)
        return trouble(v, n, "expected two numbers to compare, found a vector: name its unit");
    if (a.kind == EXPR_IS_VECTOR && b.kind == EXPR_IS_VECTOR && a.n != b.n)
        return trouble(v, n, "expected two vectors of one length, found %d and %d", a.n, b.n);
    out->kind = vectors ? EXPR_IS_VECTOR : EXPR_IS_NUMBER;
    out->n = a.n > b.n ? a.n : b.n;
    for (int k = 0; k < out->n; k++)
        out->v[k] = join(v, n->op, a.v[a.kind == EXPR_IS_VECTOR ? k : 0], b.v[b.kind == EXPR_IS_VECTOR ? k : 0]);
    return true;
}

static bool logic(struct eval *v, const struct node *n, struct expr_value *out)
{
    double a, b;
    if (!number_of(v, n->a, &a))
        return false;
    if ((a != 0) == (n->op == NODE_OR)) {
        put(out, a != 0);
        return true;
    }
    if (!number_of(v, n->b, &b))
        return false;
    put(out, b != 0);
    return true;
}

static double apply(enum function fn, double a)
{
    switch (fn) {
    case FN_ABS: return fabs(a);
    case FN_ROUND: return round(a);
    case FN_FLOOR: return floor(a);
    case FN_SQRT: return sqrt(a);
    case FN_EXP: return exp(a);
    case FN_LN: return log(a);
    case FN_SIGMA: return 1 / (1 + exp(-a));
    case FN_TANH: return tanh(a);
    default: return a;
    }
}

static bool call(struct eval *v, const struct node *n, struct expr_value *out)
{
    struct expr_value a = {0};
    double b = 0;
    if (!eval(v, n->a, &a))
        return false;
    if (a.kind == EXPR_IS_WORD)
        return trouble(v, n, "expected a number, found a word");
    bool two = n->b >= 0;
    if (two && !number_of(v, n->b, &b))
        return false;
    if (n->which == FN_LEN) {
        put(out, a.n);
        return true;
    }
    if (n->which == FN_SUM || (!two && (n->which == FN_MIN || n->which == FN_MAX))) {
        double all = n->which == FN_SUM ? 0 : a.v[0];
        for (int k = 0; k < a.n; k++)
            all = n->which == FN_SUM ? all + a.v[k] : n->which == FN_MIN ? fmin(all, a.v[k]) : fmax(all, a.v[k]);
        put(out, all);
        return true;
    }
    *out = a;
    for (int k = 0; k < a.n; k++) {
        double ten = pow(10, b);
        out->v[k] = n->which == FN_MIN            ? fmin(a.v[k], b)
                    : n->which == FN_MAX          ? fmax(a.v[k], b)
                    : two && n->which == FN_ROUND ? round(a.v[k] * ten) / ten
                                                  : apply((enum function)n->which, a.v[k]);
    }
    return true;
}

/* The first and last of what a reducer runs over. */
static bool range(struct eval *v, const struct node *n, int *first, int *last)
{
    const struct lstm *net = session_net(v->s);
    *first = n->over == 't';
    *last = n->over == 't' ? session_steps(v->s) : -1;
    if (n->over == 'u' && !layer_of(v, n))
        return false;
    if (n->over == 'u')
        *last = net->layer[n->layer].hidden - 1;
    if (n->over == 'w')
        *last = session_model(v->s)->vocab ? net->vocab - 1 : -1;
    return *last >= *first || trouble(v, n, "there is nothing to run over");
}

static bool over(struct eval *v, const struct node *n, struct expr_value *out)
{
    int first, last, best = -1, counted = 0;
    double result = n->which == OVER_PROD ? 1 : 0;
    if (!range(v, n, &first, &last))
        return false;
    int *bound = n->over == 'u' ? &v->u : n->over == 't' ? &v->t : &v->w, was = *bound;
    int unknown = n->over == 'w' ? session_model(v->s)->vocab->unknown : -1, seen = 0;
    bool ok = true;
    for (int k = first; k <= last && ok; k++) {
        double d;
        if (k == unknown)                 /* it is no word */
            continue;
        *bound = k;
        ok = spend(v, n, COST_VALUE) && number_of(v, n->a, &d);
        if (!ok)
            break;
        bool greater = n->which == OVER_ARGMAX || n->which == OVER_MAX;
        counted += d != 0;
        if (n->which <= OVER_MIN && (best < 0 || (greater ? d > result : d < result)))
            result = d, best = k;
        result = n->which == OVER_SUM ? result + d : n->which == OVER_PROD ? result * d : result;
        seen++;
    }
    *bound = was;
    if (!ok)
        return false;
    if (n->which <= OVER_ARGMIN && n->over == 'w') {
        put_word(out, session_model(v->s)->vocab->token[best]);
        return true;
    }
    put(out, n->which <= OVER_ARGMIN ? best + (n->over == 'u')
             : n->which == OVER_COUNT ? counted
             : n->which == OVER_ALL ? counted == seen
             : n->which == OVER_ANY ? counted > 0
                                    : result);
    return true;
}

static bool answered(struct eval *v, const struct node *n, struct expr_value *out)
{
    const struct expr_value *given = v->env->given;
    int k = 0;
    if (!given)
        return trouble(v, n, "nothing has been answered here: `given` stands in \"when\" only");
    if (n->a < 0) {
        *out = *given;
        if (out->kind == EXPR_IS_VECTOR && out->n == 1)
            out->kind = EXPR_IS_NUMBER;
        return true;
    }
    if (given->kind == EXPR_IS_WORD)
        return trouble(v, n, "the answer is a word");
    if (!whole(v, n->a, 1, given->n, "a part of the answer", &k))
        return false;
    put(out, given->v[k - 1]);
    return true;
}

/* Is the value set by hand; of a vector: is any of it? */
static bool by_hand(struct eval *v, const struct node *n, struct expr_value *out)
{
    const struct node *of = &v->x->node[n->a];
    int t, unit = -1, any = 0;
    if (!layer_of(v, of) || !step_of(v, of->b, of->which == VAL_C || of->which == VAL_H ? 0 : 1, &t)
        || (of->a >= 0 && !unit_of(v, of, of->a, &unit)))
        return false;
    int H = session_net(v->s)->layer[of->layer].hidden;
    for (int u = unit < 0 ? 0 : unit; u < (unit < 0 ? H : unit + 1); u++)
        any |= session_value_pinned(v->s, of->layer, u, (enum value)of->which, t);
    put(out, v->run != RUN_BASE && any);
    return true;
}

static bool elsewhere(struct eval *v, const struct node *n, struct expr_value *out)
{
    const struct session *was = v->s;
    enum run run = v->run;
    if (n->op == NODE_OTHER && !(v->s = session_compare(was))) {
        v->s = was;
        return trouble(v, n, "there is no sentence to compare with (\"compare\" in the state)");
    }
    v->run = RUN_BASE;
    bool ok = eval(v, n->a, out);
    v->s = was;
    v->run = run;
    return ok;
}

static bool eval(struct eval *v, int k, struct expr_value *out)
{
    const struct node *n = &v->x->node[k];
    double d;
    if (!spend(v, n, 1))
        return false;
    switch (n->op) {
    case NODE_NUMBER: put(out, n->number); return true;
    case NODE_QUOTED: put_word(out, n->text); return true;
    case NODE_NAME:
        if (n->text[0] == 'w' && !n->text[1] && v->w >= 0) {
            put_word(out, session_model(v->s)->vocab->token[v->w]);
            return true;
        }
        if (!variable(v, n->text, &d))
            return trouble(v, n, "nothing is called \"%s\" (a word stands in quotes)", n->text);
        put(out, d);
        return true;
    case NODE_GIVEN: return answered(v, n, out);
    case NODE_AND:
    case NODE_OR: return logic(v, n, out);
    case NODE_NOT:
        if (!number_of(v, n->a, &d))
            return false;
        put(out, d == 0);
        return true;
    case NODE_NEG: {
        if (!eval(v, n->a, out))
            return false;
        if (out->kind == EXPR_IS_WORD)
            return trouble(v, n, "expected a number, found a word");
        for (int j = 0; j < out->n; j++)
            out->v[j] = -out->v[j];
        return true;
    }
    case NODE_BASE:
    case NODE_OTHER: return elsewhere(v, n, out);
    case NODE_PINNED: return by_hand(v, n, out);
    case NODE_CALL: return call(v, n, out);
    case NODE_OVER: return over(v, n, out);
    case NODE_VALUE: return values(v, n, out);
    case NODE_WEIGHT: return weight(v, n, out);
    case NODE_CARRY:
    case NODE_FULL: return carried(v, n, out);
    case NODE_EFFECT: return effect(v, n, out);
    case NODE_P:
    case NODE_NEXT:
    case NODE_SURPRISAL: return predicted(v, n, out);
    default: return binary(v, n, out);
    }
}

/* ---- for others ------------------------------------------------------------------------------------------------- */

static struct eval start(const struct expr *x, const struct expr_env *env, struct err *e)
{
    return (struct eval){.x = x, .env = env, .s = env->session, .run = RUN_PINNED, .u = -1, .t = -1, .w = -1,
                         .budget = BUDGET, .e = e};
}

bool expr_eval(const struct expr *x, const struct expr_env *env, struct expr_value *out, struct err *e)
{
    struct eval v = start(x, env, e);
    return eval(&v, x->root, out);
}

bool expr_number(const struct expr *x, const struct expr_env *env, double *out, struct err *e)
{
    struct eval v = start(x, env, e);
    if (!number_of(&v, x->root, out))
        return false;
    return isfinite(*out) || err_set(e, NULL, NULL, "\"%.80s\": expected a finite number, found %g", x->text, *out);
}

bool expr_holds(const struct expr *x, const struct expr_env *env, bool *out, struct err *e)
{
    struct eval v = start(x, env, e);
    double d = 0;
    if (!number_of(&v, x->root, &d))
        return false;
    *out = d != 0;
    return true;
}

int expr_places(const struct expr *x, const struct expr_env *env, struct place *out, int most)
{
    struct eval v = start(x, env, NULL);
    const struct node *n = &x->node[x->root];
    int t, unit = -1;
    if (n->op != NODE_VALUE || n->which >= VAL_COUNT || n->c >= 0 || !layer_of(&v, n) || !step_of(&v, n->b, 0, &t)
        || (n->a >= 0 && !unit_of(&v, n, n->a, &unit)))
        return 0;
    int H = session_net(env->session)->layer[n->layer].hidden, k = 0;
    for (int u = unit < 0 ? 0 : unit; u < (unit < 0 ? H : unit + 1) && k < most; u++)
        out[k++] = (struct place){n->layer, u, (enum value)n->which, t};
    return k;
}

static bool has_given(const struct expr *x, int k)
{
    if (k < 0)
        return false;
    const struct node *n = &x->node[k];
    return n->op == NODE_GIVEN || has_given(x, n->a) || has_given(x, n->b) || has_given(x, n->c) || has_given(x, n->d);
}

int expr_numbers(const struct expr *x, const struct expr_env *env, double *out, int most)
{
    int found = 0;
    for (int k = 0; k < x->n && found < most; k++) {
        struct eval v = start(x, env, NULL);
        struct expr_value value = {0};
        if (!has_given(x, k) && x->node[k].op != NODE_QUOTED && eval(&v, k, &value)
            && value.kind == EXPR_IS_NUMBER && isfinite(value.v[0]))
            out[found++] = value.v[0];
    }
    return found;
}
