/* gates.c: LSTMs that somebody wrote by hand, a matrix and a bias for each gate, under the letters of the lessons:
 *
 *     W_f, W_i, W_c (W_g), W_o, b_f …          over [h, x], H x (H+E) or its transpose
 *     W_f …, U_f …, b_f …                      W for x and U for h
 *     W_xf, W_hf, b_f … (W_fx, W_fh …)         the side in the name
 *     W_y (W_hy, Why, W_hq), b_y (b_q)         the head
 *
 * with or without "_". What the letters do not say (which side of [h, x] is first, how a square matrix lies) is assumed
 * and told. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "import/around.h"
#include "import/groups.h"
#include "import/names.h"
#include "import/native.h"

/* A letter of a gate; -1: none. */
static int gate_of(char c)
{
    static const char letters[] = "figocCaz";
    static const enum quantity of[] = {Q_F, Q_I, Q_G, Q_O, Q_G, Q_G, Q_G, Q_G};
    const char *at = c ? strchr(letters, c) : NULL;
    return at ? (int)of[at - letters] : -1;
}

/* W_f: of x where there is a U_f, else of both. */
enum letters { LETTERS_NONE, LETTERS_W, LETTERS_X, LETTERS_H, LETTERS_BIAS, LETTERS_PEEP };

static enum letters take_letters(const char *base, int *gate)
{
    if (!*base)                           /* a tensor may be called "" */
        return LETTERS_NONE;
    const char kind = *base, *r = base + 1;
    size_t n;
    r += *r == '_';
    n = strlen(r);
    n -= n > 2 && strcmp(r + n - 2, ":0") == 0 ? 2 : 0;
    if (n == 1 && (*gate = gate_of(*r)) >= 0)
        return kind == 'W'                   ? LETTERS_W
               : kind == 'U' || kind == 'R'  ? LETTERS_H
               : kind == 'b' || kind == 'B'  ? LETTERS_BIAS
               : (kind == 'p' || kind == 'P') && *gate != Q_G ? LETTERS_PEEP
                                             : LETTERS_NONE;
    if (n != 2 || kind != 'W')
        return LETTERS_NONE;
    int side = r[0] == 'x' || r[0] == 'h' ? 0 : 1;
    if ((r[side] != 'x' && r[side] != 'h') || (*gate = gate_of(r[!side])) < 0)
        return LETTERS_NONE;
    return r[side] == 'x' ? LETTERS_X : LETTERS_H;
}

static const char *base_of(const char *name)
{
    const char *base = name + strlen(name);
    while (base > name && !strchr("./", base[-1]))
        base--;
    return base;
}

/* Which gates have letters of that kind. */
static int seen(const struct source *s, enum letters kind)
{
    int gate, gates = 0;
    for (int k = 0; k < s->n; k++)
        if (take_letters(base_of(s->t[k]->name), &gate) == kind)
            gates |= 1 << gate;
    return gates;
}

enum { ALL_GATES = (1 << GATES) - 1 };

static bool gates_name(const struct source *s, const char *name, struct part_name *out)
{
    const char *base = base_of(name);
    int gate;
    enum letters kind = take_letters(base, &gate);
    if (kind == LETTERS_NONE)
        return false;
    *out = (struct part_name){.gate = gate, .prefix = (size_t)(base - name)};
    out->slot = kind == LETTERS_H      ? SLOT_H
                : kind == LETTERS_X    ? SLOT_X
                : kind == LETTERS_BIAS ? SLOT_BX
                : kind == LETTERS_PEEP ? SLOT_PEEP
                : seen(s, LETTERS_H)   ? SLOT_X
                                       : SLOT_XH;
    return true;
}

bool gates_recognise(const struct source *s, const char **why)
{
    const char *other;
    *why = "it has a matrix for each gate, W_f, W_i, W_c (or W_g) and W_o";
    return !native_recognise(s, &other)
           && (seen(s, LETTERS_W) == ALL_GATES
               || (seen(s, LETTERS_X) == ALL_GATES && seen(s, LETTERS_H) == ALL_GATES));
}

static bool complete(const struct source *s, const struct layer_parts *l, struct err *e)
{
    for (int q = 0; q < GATES; q++)
        if (!l->t[SLOT_XH][q] && (!l->t[SLOT_X][q] || !l->t[SLOT_H][q]))
            return source_complain(s, e, "expected the weights of x and of h of gate %s, found one of them or none",
                                   quantity_name((enum quantity)q));
    return true;
}

/* Is a unit a column? True with *sure false where only the names can tell. */
static bool is_turned(struct source *s, const struct layer_parts *l, bool *sure)
{
    struct tensor *xh = l->t[SLOT_XH][0], *x = l->t[SLOT_X][0], *h = l->t[SLOT_H][0];
    *sure = true;
    if (xh)
        return tensor_measure(s, xh, NULL) && xh->rank == 2 && xh->shape[0] > xh->shape[1];
    if (!tensor_measure(s, x, NULL) || !tensor_measure(s, h, NULL) || x->rank != 2 || h->rank != 2)
        return false;
    *sure = x->shape[0] != x->shape[1];
    return *sure ? x->shape[0] != h->shape[0] : seen(s, LETTERS_X) != 0;
}

static bool is_head(const char *name, char letter)
{
    const char *base = base_of(name);
    char with[3][8] = {{letter, '_', 'y'}, {letter, 'y'}, {letter, '_', 'q'}},
         sided[3][8] = {{letter, '_', 'h', 'y'}, {letter, 'h', 'y'}, {letter, '_', 'h', 'q'}};
    for (int k = 0; k < 3; k++)
        if (strcmp(base, with[k]) == 0 || strcmp(base, sided[k]) == 0)
            return true;
    return false;
}

static void find_head(struct source *s, struct parts *p, size_t H)
{
    if (around_asked(s, "output_weight"))
        return;
    for (int k = 0; k < s->n; k++) {
        if (is_head(s->t[k]->name, 'W') && tensor_measure(s, s->t[k], NULL) && s->t[k]->rank == 2) {
            p->head.weight = s->t[k];
            p->head.turned = s->t[k]->shape[1] != H && s->t[k]->shape[0] == H;
        } else if (is_head(s->t[k]->name, 'b')) {
            p->head.bias = s->t[k];
        }
    }
    if (!p->head.weight)
        p->head.bias = NULL;
}

bool gates_find(struct source *s, const struct model_options *o, struct parts *p, struct err *e)
{
    struct groups g = {0};
    struct str note = {0};
    bool sure = true, ok = groups_collect(s, gates_name, &g, e);
    if (ok && !g.n)
        ok = source_complain(s, e, "expected a matrix for each gate (W_f, W_i, W_c, W_o), found none");
    ok = ok && groups_choose(s, &g, o, true, p, e);
    for (int l = 0; ok && l < p->layers; l++)
        ok = complete(s, &p->layer[l], e);
    for (int l = 0; l < p->layers; l++)
        p->layer[l].what = NULL;                /* its name goes with the groups */
    groups_clear(&g);
    if (!ok)
        return false;
    p->layout.turned = is_turned(s, &p->layer[0], &sure);
    struct tensor *first = p->layer[p->layers - 1].t[p->layer[0].t[SLOT_XH][0] ? SLOT_XH : SLOT_H][0];
    if (tensor_measure(s, first, NULL) && first->rank == 2)
        find_head(s, p, first->shape[p->layout.turned ? 1 : 0]);
    if (p->layer[0].t[SLOT_XH][0])
        str_add(&note, "W over [h, x] with h first is assumed: the names do not tell; --order xh reads [x, h]");
    else if (!sure)
        str_addf(&note, "a unit is assumed to be a %s of W: its shape does not tell",
                 p->layout.turned ? "column" : "row");
    if (note.len)
        p->note = xstrdup(note.s);
    str_free(&note);
    return true;
}
