/* expr_parse.c: text to nodes, by descent: or, and, comparison, sum, product, sign, power, atom. See expr.h. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "lesson/expr_private.h"

struct parser {
    struct expr *x;
    const char *at;
    int depth;
    struct err *e;
    bool failed;
};

static int either(struct parser *p);

static void blanks(struct parser *p)
{
    p->at += strspn(p->at, " \t");
}

static int column(const struct parser *p)
{
    return (int)(p->at - p->x->text) + 1;
}

static int fail(struct parser *p, const char *expected)
{
    if (!p->failed) {
        if (*p->at)
            err_set(p->e, NULL, NULL, "column %d: expected %s, found \"%.12s\"", column(p), expected, p->at);
        else
            err_set(p->e, NULL, NULL, "column %d: expected %s, found the end", column(p), expected);
    }
    p->failed = true;
    return -1;
}

static int make(struct parser *p, enum node_op op, int a, int b)
{
    if (p->failed)
        return -1;
    if (p->x->n == EXPR_NODES) {
        err_set(p->e, NULL, NULL, "column %d: expected at most %d parts in one expression", column(p), EXPR_NODES);
        p->failed = true;
        return -1;
    }
    p->x->node[p->x->n] = (struct node){.op = op, .column = column(p), .a = a, .b = b, .c = -1, .d = -1};
    return p->x->n++;
}

static bool take(struct parser *p, const char *what)
{
    blanks(p);
    size_t n = strlen(what);
    if (strncmp(p->at, what, n) != 0)
        return false;
    p->at += n;
    return true;
}

static bool need(struct parser *p, const char *what, const char *name)
{
    return !p->failed && (take(p, what) || (fail(p, name), false));
}

static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool digit(char c) { return c >= '0' && c <= '9'; }

/* The length of a name at p; of a word of the sentence, which may hold other letters than those of ASCII. */
static size_t name_length(const char *s)
{
    size_t n = 0;
    if (letter(*s))
        while (letter(s[n]) || digit(s[n]))
            n++;
    return n;
}

static size_t word_length(const char *s)
{
    size_t n = 0;
    while (letter(s[n]) || digit(s[n]) || (unsigned char)s[n] >= 0x80)
        n++;
    return n;
}

static int text_node(struct parser *p, enum node_op op, const char *s, size_t n)
{
    int k = make(p, op, -1, -1);
    if (k >= 0)
        p->x->node[k].text = xstrndup(s, n);
    return k;
}

static int quoted(struct parser *p)
{
    char mark = *p->at;
    const char *end = strchr(p->at + 1, mark);
    if (!end)
        return fail(p, "a closing quote");
    int k = text_node(p, NODE_QUOTED, p->at + 1, (size_t)(end - p->at - 1));
    p->at = end + 1;
    return k;
}

static int number(struct parser *p)
{
    size_t n = 0;
    while (digit(p->at[n]))
        n++;
    if (p->at[n] == '.' && digit(p->at[n + 1]))           /* 2..5 is a range */
        for (n++; digit(p->at[n]);)
            n++;
    char *text = xstrndup(p->at, n);
    double v = 0;
    bool ok = n && num_parse(text, &v);
    free(text);
    if (!ok)
        return fail(p, "a number");
    int k = make(p, NODE_NUMBER, -1, -1);
    if (k >= 0)
        p->x->node[k].number = v;
    p->at += n;
    return k;
}

/* A step, or a word that is one of the vocabulary: 4, and, 'her', t, (t-1). */
static int step_or_word(struct parser *p, bool word)
{
    blanks(p);
    if (*p->at == '\'' || *p->at == '"')
        return quoted(p);
    if (!word && digit(*p->at))
        return number(p);
    if (!word && *p->at == '(') {
        p->at++;
        int k = either(p);
        return need(p, ")", ")") ? k : -1;
    }
    size_t n = word_length(p->at);
    if (!n)
        return fail(p, word ? "a word" : "a step: a number, a word or (…)");
    int k = text_node(p, NODE_NAME, p->at, n);
    p->at += n;
    return k;
}

static int step(struct parser *p)
{
    return need(p, "@", "@STEP") ? step_or_word(p, false) : -1;
}

static int index_of(struct parser *p)
{
    if (!need(p, "[", "["))
        return -1;
    int k = either(p);
    return need(p, "]", "]") ? k : -1;
}

/* ---- atoms that begin with a name ------------------------------------------------------------------------------- */

static const struct { const char *name; int value; } values[] = {
    {"f", VAL_F}, {"i", VAL_I}, {"g", VAL_G}, {"o", VAL_O}, {"C", VAL_C}, {"h", VAL_H}, {"c_prev", VAL_C_PREV},
    {"kept", VAL_KEPT}, {"written", VAL_WRITTEN}, {"x", REF_X},
    {"z_f", REF_Z}, {"z_i", REF_Z}, {"z_g", REF_Z}, {"z_o", REF_Z},
};
static const char gate_letters[] = "figo";      /* ORDER gates */

static const struct { const char *name; enum function fn; int most; } functions[] = {
    {"abs", FN_ABS, 1}, {"min", FN_MIN, 2}, {"max", FN_MAX, 2}, {"sum", FN_SUM, 1}, {"len", FN_LEN, 1},
    {"round", FN_ROUND, 2}, {"floor", FN_FLOOR, 1}, {"sqrt", FN_SQRT, 1}, {"exp", FN_EXP, 1}, {"ln", FN_LN, 1},
    {"sigma", FN_SIGMA, 1}, {"\xCF\x83", FN_SIGMA, 1}, {"tanh", FN_TANH, 1},
};

static const char *const reducers[] = {"argmax", "argmin", "max", "min", "sum", "prod", "count", "all", "any"};

/* "argmax_u": which one, over what; -1. */
static int reducer(const char *name, size_t n, char *over)
{
    if (n < 3 || name[n - 2] != '_' || !strchr("utw", name[n - 1]))
        return -1;
    *over = name[n - 1];
    for (size_t k = 0; k < sizeof reducers / sizeof *reducers; k++)
        if (strlen(reducers[k]) == n - 2 && !strncmp(reducers[k], name, n - 2))
            return (int)k;
    return -1;
}

static bool is(const char *name, size_t n, const char *word)
{
    return strlen(word) == n && !strncmp(name, word, n);
}

static int reference(struct parser *p, int layer, size_t k)
{
    int unit = -1;
    enum ref_part part = PART_ALL;
    if (values[k].value == REF_Z && *p->at == '.' && p->at[1] && strchr("hxb", p->at[1]) && !name_length(p->at + 2)) {
        part = p->at[1] == 'h' ? PART_H : p->at[1] == 'x' ? PART_X : PART_B;
        p->at += 2;
    }
    blanks(p);
    if (*p->at == '[')
        unit = index_of(p);
    int at = step(p), word = -1;
    if (!p->failed && values[k].value <= VAL_H && *p->at == '(') {
        p->at++;
        word = step_or_word(p, true);
        need(p, ")", ")");
    }
    int node = make(p, NODE_VALUE, unit, at);
    if (node >= 0) {
        struct node *to = &p->x->node[node];
        to->which = values[k].value;
        to->part = part;
        to->layer = layer;
        to->c = word;
        if (values[k].value == REF_Z)
            to->gate = (enum quantity)(strchr(gate_letters, values[k].name[2]) - gate_letters);
    }
    return node;
}

static int weight(struct parser *p, int layer, char gate, bool bias)
{
    int unit = index_of(p), col = bias || p->failed ? -1 : index_of(p), k = make(p, NODE_WEIGHT, unit, col);
    if (k >= 0) {
        p->x->node[k].which = (int)(strchr(gate_letters, gate) - gate_letters);
        p->x->node[k].layer = layer;
    }
    return k;
}

/* carry[u](t1..t2) */
static int path(struct parser *p, int layer, enum node_op op)
{
    int unit = index_of(p), from = -1, to = -1;
    if (need(p, "(", "(FROM..TO)"))
        from = step_or_word(p, false);
    if (need(p, "..", "..") )
        to = step_or_word(p, false);
    need(p, ")", ")");
    int k = make(p, op, unit, from);
    if (k >= 0) {
        p->x->node[k].c = to;
        p->x->node[k].layer = layer;
    }
    return k;
}

/* effect[u]@t(word@t2) */
static int effect(struct parser *p, int layer)
{
    int unit = index_of(p), at = step(p), word = -1, when = -1;
    if (need(p, "(", "(WORD@STEP)"))
        word = step_or_word(p, true);
    when = p->failed ? -1 : step(p);
    need(p, ")", ")");
    int k = make(p, NODE_EFFECT, unit, at);
    if (k >= 0) {
        p->x->node[k].c = word;
        p->x->node[k].d = when;
        p->x->node[k].layer = layer;
    }
    return k;
}

static int probability(struct parser *p)
{
    need(p, "(", "(WORD)");
    int word = p->failed ? -1 : step_or_word(p, true);
    need(p, ")", ")");
    int at = p->failed ? -1 : step(p), k = make(p, NODE_P, -1, at);
    if (k >= 0)
        p->x->node[k].c = word;
    return k;
}

static int call(struct parser *p, enum node_op op, int which, char over, int layer, int most)
{
    need(p, "(", "(");
    int a = p->failed ? -1 : either(p), b = -1;
    if (!p->failed && most > 1 && take(p, ","))
        b = either(p);
    need(p, ")", ")");
    int k = make(p, op, a, b);
    if (k >= 0) {
        p->x->node[k].which = which;
        p->x->node[k].over = over;
        p->x->node[k].layer = layer;
    }
    return k;
}

/* pinned(f[u]@t): of a value that can be set by hand, not of one had another word come. */
static int pinned(struct parser *p)
{
    const char *begin = p->at + 1;
    int k = call(p, NODE_PINNED, 0, 0, 0, 1);
    const struct node *of = k < 0 ? NULL : &p->x->node[p->x->node[k].a];
    if (!of || (of->op == NODE_VALUE && of->which <= VAL_C_PREV && of->c < 0))
        return k;
    p->at = begin;
    return fail(p, "a value that can be set by hand, such as f[1]@4");
}

/* Does a part of the tree hold the name? */
static bool mentions(const struct expr *x, int k, const char *name)
{
    if (k < 0)
        return false;
    const struct node *n = &x->node[k];
    return (n->op == NODE_NAME && !strcmp(n->text, name)) || mentions(x, n->a, name) || mentions(x, n->b, name)
        || mentions(x, n->c, name) || mentions(x, n->d, name);
}

/* count(e): over whatever stands open in it. */
static int count(struct parser *p, int layer)
{
    int k = call(p, NODE_OVER, OVER_COUNT, 'u', layer, 1);
    if (k < 0)
        return k;
    int inside = p->x->node[k].a;
    p->x->node[k].over = mentions(p->x, inside, "u") ? 'u' : mentions(p->x, inside, "t") ? 't' : 'w';
    return k;
}

static int named(struct parser *p)
{
    int layer = 0;
    const char *begin = p->at;
    size_t n = name_length(begin);
    if (*begin == 'l' && n > 1 && strspn(begin + 1, "0123456789") == n - 1 && begin[n] == '.') {   /* l2.f[…] */
        char *digits = xstrndup(begin + 1, n - 1);
        long l = 0;
        bool ok = num_parse_int(digits, 1, 1000, &l);
        free(digits);
        if (!ok)
            return fail(p, "a layer from l1 on");
        layer = (int)l - 1;
        begin += n + 1;
        n = name_length(begin);
        p->at = begin;
        if (!n)
            return fail(p, "f, i, g, o, C, h …");
    }
    p->at = begin + n;
    char over = 0, after = *p->at;
    int reduce = reducer(begin, n, &over);
    for (size_t k = 0; k < sizeof values / sizeof *values; k++)
        if (is(begin, n, values[k].name) && (after == '[' || after == '@' || after == '.'))
            return reference(p, layer, k);
    if (n == 3 && begin[1] == '_' && strchr(gate_letters, begin[2]) && (*begin == 'W' || *begin == 'b') && after == '[')
        return weight(p, layer, begin[2], *begin == 'b');
    if (after == '[' && is(begin, n, "carry"))
        return path(p, layer, NODE_CARRY);
    if (after == '[' && is(begin, n, "full"))
        return path(p, layer, NODE_FULL);
    if (after == '[' && is(begin, n, "effect"))
        return effect(p, layer);
    if (after == '(' && is(begin, n, "p"))
        return probability(p);
    if (after == '@' && (is(begin, n, "next") || is(begin, n, "surprisal"))) {
        int at = step(p);
        return make(p, *begin == 'n' ? NODE_NEXT : NODE_SURPRISAL, -1, at);
    }
    if (is(begin, n, "given"))
        return make(p, NODE_GIVEN, after == '[' ? index_of(p) : -1, -1);
    if (after == '(' && is(begin, n, "base"))
        return call(p, NODE_BASE, 0, 0, 0, 1);
    if (after == '(' && is(begin, n, "other"))
        return call(p, NODE_OTHER, 0, 0, 0, 1);
    if (after == '(' && is(begin, n, "pinned"))
        return pinned(p);
    if (after == '(' && is(begin, n, "count"))
        return count(p, layer);
    if (after == '(' && reduce >= 0)
        return call(p, NODE_OVER, reduce, over, layer, 1);
    for (size_t k = 0; after == '(' && k < sizeof functions / sizeof *functions; k++)
        if (is(begin, n, functions[k].name))
            return call(p, NODE_CALL, functions[k].fn, 0, 0, functions[k].most);
    if (after == '(' || after == '@' || after == '[') {
        p->at = begin;
        return fail(p, "a value such as f[1]@4, p(her)@6, or a function");
    }
    return text_node(p, NODE_NAME, begin, n);
}

static int atom(struct parser *p)
{
    blanks(p);
    if (*p->at == '(') {
        p->at++;
        int k = either(p);
        return need(p, ")", ")") ? k : -1;
    }
    if (digit(*p->at) || (*p->at == '.' && digit(p->at[1])))
        return number(p);
    if (*p->at == '\'' || *p->at == '"')
        return quoted(p);
    if (!strncmp(p->at, "\xCF\x83(", 3)) {
        p->at += 2;
        return call(p, NODE_CALL, FN_SIGMA, 0, 0, 1);
    }
    return letter(*p->at) ? named(p) : fail(p, "a number, a name or (");
}

/* ---- operators --------------------------------------------------------------------------------------------------- */

static int sign(struct parser *p);

static int power(struct parser *p)
{
    int a = atom(p);
    if (p->failed || !take(p, "^"))
        return a;
    int b = sign(p);
    return make(p, NODE_POW, a, b);
}

static int sign(struct parser *p)
{
    blanks(p);
    bool minus = *p->at == '-' || !strncmp(p->at, "\xE2\x88\x92", 3), no = *p->at == '!' && p->at[1] != '=';
    if (!minus && !no)
        return power(p);
    if (++p->depth > EXPR_DEPTH)
        return fail(p, "less depth");
    p->at += *p->at == '-' || no ? 1 : 3;
    int a = sign(p);
    p->depth--;
    return make(p, minus ? NODE_NEG : NODE_NOT, a, -1);
}

struct operator { const char *text; enum node_op op; };

/* One level: operands by `below`, joined from the left. once: a comparison does not chain. */
static int level(struct parser *p, int (*below)(struct parser *), const struct operator *ops, bool once)
{
    int a = below(p);
    for (bool more = true; more && !p->failed;) {
        more = false;
        for (const struct operator *o = ops; o->text && !more; o++)
            if (take(p, o->text)) {
                int b = below(p);
                a = make(p, o->op, a, b);
                more = !once;
                if (once)
                    return a;
            }
    }
    return a;
}

static int product(struct parser *p)
{
    static const struct operator ops[] = {{"*", NODE_MUL}, {"/", NODE_DIV}, {"\xC3\x97", NODE_MUL}, {"\xC2\xB7",
            NODE_MUL},
                                          {"\xE2\x8A\x99", NODE_MUL}, {NULL, NODE_MUL}};
    return level(p, sign, ops, false);
}

static int sum(struct parser *p)
{
    static const struct operator ops[] = {{"+", NODE_ADD}, {"-", NODE_SUB}, {"\xE2\x88\x92", NODE_SUB}, {NULL,
            NODE_ADD}};
    return level(p, product, ops, false);
}

static int comparison(struct parser *p)
{
    static const struct operator ops[] = {{"<=", NODE_LE}, {">=", NODE_GE}, {"==", NODE_EQ}, {"!=", NODE_NE}, {"<",
            NODE_LT},
                                          {">", NODE_GT}, {NULL, NODE_EQ}};
    return level(p, sum, ops, true);
}

static int both(struct parser *p)
{
    static const struct operator ops[] = {{"&&", NODE_AND}, {NULL, NODE_AND}};
    return level(p, comparison, ops, false);
}

static int either(struct parser *p)
{
    static const struct operator ops[] = {{"||", NODE_OR}, {NULL, NODE_OR}};
    if (++p->depth > EXPR_DEPTH) {
        if (!p->failed)
            err_set(p->e, NULL, NULL, "column %d: expected at most %d brackets in one another", column(p), EXPR_DEPTH);
        p->failed = true;
        return -1;
    }
    int k = level(p, both, ops, false);
    p->depth--;
    return k;
}

struct expr *expr_parse(const char *text, struct err *e)
{
    if (strlen(text) > EXPR_TEXT) {
        err_set(e, NULL, NULL, "expected an expression of at most %d bytes, found %zu", EXPR_TEXT, strlen(text));
        return NULL;
    }
    struct expr *x = xcalloc(1, sizeof *x);
    x->text = xstrdup(text);
    struct parser p = {.x = x, .at = x->text, .e = e};
    x->root = either(&p);
    blanks(&p);
    if (!p.failed && *p.at)
        fail(&p, "an operator or the end");
    if (!p.failed)
        return x;
    expr_free(x);
    return NULL;
}

void expr_free(struct expr *x)
{
    for (int k = 0; x && k < x->n; k++)
        free(x->node[k].text);
    if (x)
        free(x->text);
    free(x);
}

const char *expr_text(const struct expr *x)
{
    return x->text;
}
