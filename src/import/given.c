/* given.c: numbers and tokens that are given with a model, in its file or in one of their own, in all the forms in
 * which people have them: inputs, what a framework computed (expected), the state to begin with (initial). See
 * build.h. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "import/build.h"

/* An array of tokens; at most INT_MAX / 16 of them. */
bool build_tokens(const struct vocab *v, const struct json_at *at, struct tokens *out, struct err *e)
{
    size_t n = json_length(at);
    if (json_kind(at) != JSON_ARRAY || n > INT_MAX / 16)
        return json_expected(at, e, "an array of tokens");
    if (!v)
        return json_complain(at, e, "there are tokens but no vocabulary to find them in");
    char **list = mem_array(n, sizeof *list);
    if (!list)
        return json_complain(at, e, "not enough memory for %zu tokens", n);
    struct json_iter it = json_iter(at);
    struct json_at item;
    const char *text;
    size_t k = 0;
    bool ok = true;
    for (; ok && json_next(&it, NULL, &item); k++) {
        ok = json_string(&item, &text, e);
        if (ok)
            ok = (list[k] = strdup(text)) != NULL || json_complain(at, e, "not enough memory for %zu tokens", n);
    }
    if (ok && k != n)
        ok = json_expected(at, e, "an array of tokens");
    if (ok) {
        struct str place = {0};
        str_addf(&place, "%s: %s", json_source(at->doc), at->path);
        ok = vocab_lookup(v, (const char *const *)list, (int)n, str_text(&place), out, e);
        str_free(&place);
    }
    for (k = 0; k < n; k++)
        free(list[k]);
    mem_free(list);
    return ok;
}

/* ---- inputs ---- */

static float *floats_copy(const float *v, size_t n)
{
    float *copy = mem_array(n, sizeof *copy);
    if (copy && n)
        memcpy(copy, v, n * sizeof *copy);
    return copy;
}

/* How many steps of E numbers a rectangle is; 0: it is none. */
static size_t steps_of(const struct json_floats *f, size_t E)
{
    size_t axes = (size_t)f->rank, last = f->shape[axes - 1];
    if (!f->count)
        return 0;
    if (axes == 1)
        return E == 1 ? f->count : last == E;
    if (last != E)
        return E == 1 && axes == 2 && f->shape[0] == 1 ? f->count : 0;
    size_t longer = 0;
    for (size_t d = 0; d + 1 < axes; d++)
        longer += f->shape[d] != 1;
    return longer <= 1 ? f->count / E : 0;
}

bool build_inputs(const struct json_at *at, int E, float **out, int *steps, struct err *e)
{
    struct json_floats f;
    if (!json_floats(at, &f, e))
        return false;
    size_t T = steps_of(&f, (size_t)E);
    if (!T && f.rank == 1 && f.count)
        return json_expected(at, e, "an array of vectors of %d number%s", E, E == 1 ? "" : "s");
    if (!T && f.rank == 2 && f.shape[1] != (size_t)E && f.count) {
        const float *v;
        return json_matrix(at, f.shape[0], (size_t)E, &v, e);           /* names the first row of another length */
    }
    if (!T && f.rank >= 3 && f.count && f.shape[f.rank - 1] == (size_t)E)
        return json_complain(at, e, "expected an array of vectors of %d number%s, one sequence, found a batch: an "
                             "array of %zu x %zu x %d", E, E == 1 ? "" : "s", f.shape[f.rank - 3],
                             f.shape[f.rank - 2], E);
    if (!T)
        return json_expected(
            at, e, E == 1 ? "an array of numbers, one for each step" : "an array of vectors of %d numbers", E);
    if (T > 1u << 24)
        return json_expected(at, e, "at most %d vectors", 1 << 24);
    *out = floats_copy(f.v, f.count);
    *steps = (int)T;
    return *out ? true : json_complain(at, e, "not enough memory for %zu steps", T);
}

bool build_take_inputs(struct model *m, const struct json_at *at, struct err *e)
{
    return build_inputs(at, model_given(m), &m->inputs, &m->input_steps, e)
        && model_take_inputs(m, &m->inputs, m->input_steps, e);
}

/* ---- what a framework computed ---- */

static void expected_free(struct expected *x)
{
    if (!x)
        return;
    tokens_clear(&x->tokens);
    mem_free(x->h);
    mem_free(x->C);
    mem_free(x->y);
    free(x);
}

/* One array of them. A state is what a framework hands on after the last step, a row for each layer. */
struct part { struct json_at at; struct json_floats f; bool is, state; };
enum { PART_H, PART_C, PART_Y, PARTS };

static const char *const expected_keys[] = {"sequence", "inputs", "h", "C", "output", "tolerance", "hs", "c", "cs",
                                            "h_n", "c_n", "hn", "cn", NULL};
/* The words people have for them; the first that is there. */
static const struct { const char *key; int part; bool state; } words[] = {
    {"h", PART_H, false}, {"hs", PART_H, false}, {"h_n", PART_H, true}, {"hn", PART_H, true},
    {"C", PART_C, false}, {"c", PART_C, false}, {"cs", PART_C, false}, {"c_n", PART_C, true}, {"cn", PART_C, true},
    {"output", PART_Y, false},
};

static int h_width(const struct model *m)
{
    return m->projected ? m->projected : lstm_top(m->net);
}

static bool take_part(const struct json_at *at, bool state, struct part *out, struct err *e)
{
    *out = (struct part){.at = *at, .is = true, .state = state};
    return json_floats(at, &out->f, e);
}

static bool find_named(const struct json_at *object, struct part p[PARTS], struct err *e)
{
    struct json_at at;
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        if (!p[words[k].part].is && json_get(object, words[k].key, &at)
            && !take_part(&at, words[k].state, &p[words[k].part], e))
            return false;
    return true;
}

/* Part k of an array that is one rectangle. */
static struct part slice(const struct part *all, size_t k, bool state)
{
    struct part p = *all;
    p.state = state;
    p.f.rank--;
    p.f.count /= all->f.shape[0];
    memmove(p.f.shape, p.f.shape + 1, (size_t)p.f.rank * sizeof *p.f.shape);
    p.f.v += k * p.f.count;
    return p;
}

/* (h_n, c_n) of the torch.nn.LSTM, or h and c of Keras. */
static bool find_states(const struct json_at *at, struct part p[PARTS], struct err *e)
{
    struct json_iter it = json_iter(at);
    struct json_at item;
    struct json_floats f;
    struct part all;
    bool finite;
    if (json_length(at) != 2)
        return json_expected(at, e, "the pair of h and C");
    if (json_rectangle(at, &f, &finite) && f.rank > 1) {
        if (!take_part(at, true, &all, e))
            return false;
        p[PART_H] = slice(&all, 0, true);
        p[PART_C] = slice(&all, 1, true);
        return true;
    }
    for (int k = PART_H; k <= PART_C; k++)
        if (!json_next(&it, NULL, &item) || !take_part(&item, true, &p[k], e))
            return false;
    return true;
}

/* h of each step alone; (h_n, c_n); (output, (h_n, c_n)), what torch.nn.LSTM returns; [output, h, c] of Keras. */
static bool find_listed(const struct model *m, const struct json_at *at, size_t steps, struct part p[PARTS],
                        struct err *e)
{
    struct json_iter it = json_iter(at);
    struct json_at item;
    struct json_floats f;
    bool finite;
    if (json_rectangle(at, &f, &finite)) {
        bool pair = f.rank > 1 && f.shape[0] == 2 && f.count == 2 * (size_t)(m->net->layers * h_width(m))
                    && steps_of(&f, (size_t)h_width(m)) != steps;
        return pair ? find_states(at, p, e) : take_part(at, false, &p[PART_H], e);
    }
    if (!json_next(&it, NULL, &item) || !json_rectangle(&item, &f, &finite) || json_length(at) > 3)
        return json_expected(at, e, "h of each step, or h and C, or the LSTM's output and these two");
    struct json_at first = item, second;
    if (!json_next(&it, NULL, &second))
        return json_expected(at, e, "h of each step, or h and C, or the LSTM's output and these two");
    if (json_length(at) == 3)
        return take_part(&first, false, &p[PART_H], e) && json_next(&it, NULL, &item)
               && take_part(&item, true, &p[PART_C], e);
    if (json_rectangle(&second, &f, &finite) && json_length(&second) != 2)
        return find_states(at, p, e);
    return find_states(&second, p, e) && take_part(&first, false, &p[PART_H], e);
}

/* "output" is the head's, except where it can only be what torch.nn.LSTM calls so: h of each step. */
static void settle_output(const struct model *m, struct part p[PARTS])
{
    size_t last = p[PART_Y].is ? p[PART_Y].f.shape[p[PART_Y].f.rank - 1] : 0, h = (size_t)h_width(m);
    bool beside = p[PART_H].state || p[PART_C].state, not_the_head = (size_t)m->net->outputs != h || beside;
    if (!p[PART_Y].is || last != h || !not_the_head || (p[PART_H].is && !p[PART_H].state))
        return;
    p[PART_H] = p[PART_Y];
    p[PART_Y].is = false;
}

/* Where a part goes: so many rows of so many numbers, or the last of them. */
struct place { size_t rows, width; float **to; bool *last; };

/* One row for each step, or one row, of the last step; of a state the row of the last layer. */
static bool read_rows(const struct model *m, const struct part *p, struct place to, struct err *e)
{
    const size_t rows = to.rows, width = to.width;
    const size_t n = steps_of(&p->f, width), layers = m->net->bidirectional ? 1 : (size_t)m->net->layers;
    const float *v = p->f.v;
    if (!n && m->net->bidirectional && p->f.count && p->f.shape[p->f.rank - 1] * 2 == width)
        return json_complain(&p->at, e, "the last states of two directions belong to two different steps: expected "
                             "the LSTM's output, %zu numbers for each step", width);
    bool state = n == layers && (p->state ? n > 1 : n != rows);
    *to.last = state || (n == 1 && rows != 1);
    if (n != rows && !*to.last) {
        const float *none;
        return json_matrix(&p->at, rows, width, &none, e)           /* which names the row that does not fit */
               && json_complain(&p->at, e, "expected %zu row%s of %zu number%s", rows,
                                rows == 1 ? "" : "s", width, width == 1 ? "" : "s");
    }
    *to.to = floats_copy(v + (*to.last ? (n - 1) * width : 0), (*to.last ? 1 : rows) * width);
    return *to.to ? true : json_complain(&p->at, e, "not enough memory for %zu steps", rows);
}

/* The sequence, or the inputs, that they belong to. */
static bool expected_steps(struct model *m, const struct json_at *at, struct expected *x, struct err *e)
{
    struct json_at item;
    if (json_get(at, "inputs", &item)) {
        if (m->vocab)
            return json_complain(&item, e, "the model has a vocabulary: it takes tokens (\"sequence\"), not vectors");
        mem_free(m->inputs);
        m->inputs = NULL;
        m->input_steps = 0;
        if (!build_take_inputs(m, &item, e))
            return false;
    }
    x->steps = m->vocab ? m->sequence.n : m->input_steps;
    if (json_get(at, "sequence", &item)) {
        if (!build_tokens(m->vocab, &item, &x->tokens, e))
            return false;
        x->steps = x->tokens.n;
    } else if (m->sequence.n && !tokens_copy(&m->sequence, &x->tokens)) {
        return json_complain(at, e, "not enough memory for its tokens");
    }
    return true;
}

bool build_expected(struct model *m, const struct json_at *at, struct err *e)
{
    struct json_at item;
    struct part p[PARTS] = {0};
    bool list = json_kind(at) == JSON_ARRAY;
    if (!list && !json_known_keys(at, expected_keys, e))
        return false;
    expected_free(m->expected);
    struct expected *x = m->expected = xcalloc(1, sizeof *x);
    x->tolerance = 1e-5;
    if (json_get(at, "tolerance", &item)) {
        if (!json_number(&item, &x->tolerance, e))
            return false;
        if (x->tolerance < 0)
            return json_expected(&item, e, "a tolerance of at least 0");
    }
    if (!expected_steps(m, at, x, e)
        || !(list ? find_listed(m, at, (size_t)x->steps, p, e) : find_named(at, p, e)))
        return false;
    settle_output(m, p);
    const size_t T = (size_t)x->steps;
    const struct place part[PARTS] = {
        {T, (size_t)h_width(m), &x->h, &x->last_h}, {T, (size_t)lstm_top(m->net), &x->C, &x->last_C},
        {T, (size_t)m->net->outputs, &x->y, &x->last_y},
    };
    for (int k = 0; k < PARTS; k++) {
        if (!p[k].is)
            continue;
        if (!part[k].width)
            return json_complain(&p[k].at, e, "there are values but the model has no output head");
        if (!x->steps)
            return json_complain(&p[k].at, e, "there are values but no %s they belong to",
                                 m->vocab ? "sequence" : "inputs");
        if (!read_rows(m, &p[k], part[k], e))
            return false;
    }
    return x->h || x->C || x->y ? true : json_complain(at, e, "expected \"h\" or \"C\", found neither");
}

/* ---- the state to begin with ---- */

static const char *const initial_keys[] = {"h", "C", "h0", "c0", "h_0", "c_0", "C0", "c", "h_n", "c_n",
                                           "hn", "cn", NULL};

static bool find_initial(const struct json_at *object, struct part p[PARTS], struct err *e)
{
    struct json_at at;
    if (!json_known_keys(object, initial_keys, e))
        return false;
    for (const char *const *key = initial_keys; *key; key++) {
        struct part *to = &p[**key == 'h' ? PART_H : PART_C];
        if (!to->is && json_get(object, *key, &at) && !take_part(&at, true, to, e))
            return false;
    }
    return true;
}

/* Layers first to first + n - 1 of a network, and the state of them that is set. */
struct span { const struct model *m; int first, n; bool cell; };

static bool all_zero(const struct json_floats *f)
{
    size_t k = 0;
    while (k < f->count && !(f->v[k] < 0 || f->v[k] > 0))
        k++;
    return k == f->count;
}

/* What is said of a state of another shape. */
static bool refuse_state(const struct span *of, const struct part *p, struct err *e)
{
    const int H = of->m->net->layer[of->first].hidden, P = of->m->projected;
    size_t width = p->f.shape[p->f.rank - 1];
    const float *v;
    if (!of->cell && P && p->f.count == (size_t)of->n * (size_t)P && width == (size_t)P)
        return json_complain(&p->at, e, "%d number%s h behind its projection (proj_size), which does not tell h of "
                             "the %d units before it: expected zeros, or h of the units, or C alone", P,
                             P == 1 ? " is" : "s are", H);
    if (of->n == 1 && p->f.rank == 1)
        return json_vector(&p->at, (size_t)H, &v, e)
               || json_complain(&p->at, e, "expected %d numbers, found %zu", H, p->f.count);
    struct str found = {0};
    for (int d = 0; d < p->f.rank; d++)
        str_addf(&found, "%s%zu", d ? " x " : "", p->f.shape[d]);
    json_complain(&p->at, e, "expected %d numbers for each of %d layer%s, of one sequence, found %s", H, of->n,
                  of->n == 1 ? "" : "s", str_text(&found));
    str_free(&found);
    return false;
}

static bool set_state(const struct span *of, const struct part *p, struct err *e)
{
    const struct lstm *net = of->m->net;
    float **to = of->cell ? net->c0 : net->h0;
    const size_t H = (size_t)net->layer[of->first].hidden;
    /* Nothing that was projected is nothing. */
    bool zero =
        !of->cell && of->m->projected && p->f.count == (size_t)of->n * (size_t)of->m->projected && all_zero(&p->f);
    bool alike = true;
    for (int l = of->first; l < of->first + of->n; l++)
        alike = alike && (size_t)net->layer[l].hidden == H;
    if (!zero && (!alike || steps_of(&p->f, H) != (size_t)of->n))
        return refuse_state(of, p, e);
    for (int k = 0; k < of->n; k++)
        for (size_t u = 0; u < (size_t)net->layer[of->first + k].hidden; u++)
            to[of->first + k][u] = zero ? 0 : p->f.v[(size_t)k * H + u];
    return true;
}

static bool set_states(const struct model *m, int first, int n, const struct part p[PARTS], struct err *e)
{
    return (!p[PART_H].is || set_state(&(struct span){m, first, n, false}, &p[PART_H], e))
           && (!p[PART_C].is || set_state(&(struct span){m, first, n, true}, &p[PART_C], e));
}

/* Is it one object a layer? */
static bool by_layer(const struct json_at *at)
{
    struct json_iter it = json_iter(at);
    struct json_at item;
    return json_kind(at) == JSON_ARRAY && json_next(&it, NULL, &item) && json_kind(&item) == JSON_OBJECT;
}

bool build_initial(struct model *m, const struct json_at *at, struct err *e)
{
    const int layers = m->net->layers;
    struct json_iter it = json_iter(at);
    struct json_at item;
    struct part both[PARTS] = {0};
    if (json_kind(at) == JSON_OBJECT)
        return find_initial(at, both, e) && set_states(m, 0, layers, both, e)
               && (both[PART_H].is || both[PART_C].is || json_expected(at, e, "\"h\" or \"C\""));
    if (json_kind(at) == JSON_ARRAY && json_length(at) == 2 && !by_layer(at))
        return find_states(at, both, e) && set_states(m, 0, layers, both, e);
    if (!by_layer(at) || json_length(at) != (size_t)layers)
        return json_expected(at, e, "an array of %d, one object for each layer", layers);
    for (int l = 0; json_next(&it, NULL, &item); l++) {
        struct part p[PARTS] = {0};
        if (!find_initial(&item, p, e) || !set_states(m, l, 1, p, e))
            return false;
    }
    return true;
}
