/* named.c: tensors found by the words in their names: see named.h. */
#include "import/named.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "import/around.h"

/* ---- a name taken apart ---- */

static bool begins(const char *name, const char *word)
{
    while (*word && (*name == *word || (*word == '/' && *name == '.')))
        name++, word++;
    return !*word;
}

/* Where `word` stands in a name as a part of its own, from the right; NULL: nowhere. */
static const char *find_word(const char *name, const char *word)
{
    for (const char *p = name + strlen(name); p-- > name;)
        if (begins(p, word) && (p == name || strchr("./_", p[-1])))
            return p;
    return NULL;
}

/* "_l1", "_raw", "_reverse" behind a part, ":0" of TensorFlow; false: something else stands there. */
static bool take_suffixes(const char *p, bool number_behind, struct part_name *out)
{
    bool underlined = p[0] == '_' && p[1] == 'l';
    char *end;
    if (number_behind ? isdigit((unsigned char)*p) != 0 : underlined && isdigit((unsigned char)p[2])) {
        out->layer = strtol(number_behind ? p : p + 2, &end, 10);
        p = end;
    } else if (number_behind) {
        return false;
    }
    if (strncmp(p, "_raw", 4) == 0) {
        out->raw = true;
        p += 4;
    }
    if (strncmp(p, "_reverse", 8) == 0) {
        out->reverse = true;
        p += 8;
    }
    return *p == '\0' || strcmp(p, ":0") == 0;
}

/* MXNet numbers its layers in front: "lstm0_l1_i2h_weight", "r1_" for the way back. */
static void take_layer_in_front(const char *name, struct part_name *out)
{
    size_t n = out->prefix, digits;
    if (n < 2 || name[n - 1] != '_')
        return;
    for (digits = n - 1; digits > 0 && isdigit((unsigned char)name[digits - 1]); digits--)
        ;
    if (digits == n - 1 || digits == 0 || !strchr("lr", name[digits - 1])
        || (digits > 1 && !strchr("._/", name[digits - 2])))
        return;
    out->layer = strtol(name + digits, NULL, 10);
    out->reverse = name[digits - 1] == 'r';
    out->prefix = digits - 1;
    if (out->prefix && name[out->prefix - 1] == '_')
        out->prefix--;
}

static bool is_within(const char *const *within, const char *name)
{
    bool is = !within;
    for (; !is && *within; within++)
        is = strstr(name, *within) != NULL;
    return is;
}

/* "stacked_rnn_cells/lstm_cell_1/kernel", "cells/lstm_cell/kernel": the cells of a stack have names of their own. */
static bool is_of_stack(const char *name, size_t cell)
{
    return cell > 6 && strncmp(name + cell - 6, "cells", 5) == 0;
}

/* "lstm/lstm_cell/kernel": the cell is the layer's, its name is lstm. */
static void leave_cell(const char *const *cells, const char *name, struct part_name *out)
{
    size_t n = out->prefix;
    while (n > 1 && strchr("./", name[n - 1]))
        n--;
    size_t cell = n;
    while (cell > 0 && !strchr("./", name[cell - 1]))
        cell--;
    for (; cell > 1 && cells && *cells && !is_of_stack(name, cell); cells++)
        if (strncmp(name + cell, *cells, strlen(*cells)) == 0)
            out->prefix = cell;
}

/* "rnn/multi_rnn_cell/cell_1/…": layer 1 of rnn/multi_rnn_cell. */
static void take_numbered(const char *word, const char *name, struct part_name *out)
{
    size_t n = word ? strlen(word) : 0;
    const char *at = word ? strstr(name, word) : NULL;
    while (at && !isdigit((unsigned char)at[n]))
        at = strstr(at + 1, word);
    if (!at)
        return;
    out->layer = strtol(at + n, NULL, 10);
    out->prefix = (size_t)(at - name);
}

/* The word of a name; NULL: none of the table's. */
static const struct part_word *take_name(const struct naming *by, const char *name, struct part_name *out)
{
    for (const struct part_word *w = by->words; w->word; w++) {
        const char *at = find_word(name, w->word);
        *out = (struct part_name){.slot = w->slot, .gate = (int)w->gate, .assumed = w->assumed};
        if (!at || !take_suffixes(at + strlen(w->word), by->number_behind, out) || !is_within(by->within, name))
            continue;
        out->prefix = (size_t)(at - name);
        take_layer_in_front(name, out);
        leave_cell(by->cells, name, out);
        take_numbered(by->numbered_by, name, out);
        return w;
    }
    return NULL;
}

/* Has an LSTM of that prefix recurrent weights? */
static bool has_recurrent(const struct source *s, const char *name, size_t prefix)
{
    struct part_name other;
    for (int k = 0; k < s->n; k++)
        if (take_name(s->naming, s->t[k]->name, &other) && other.slot == SLOT_H && other.prefix == prefix
            && strncmp(s->t[k]->name, name, prefix) == 0)
            return true;
    return false;
}

static bool apart(const struct source *s, const char *name, struct part_name *out)
{
    return take_name(s->naming, name, out) && (!s->naming->only_recurrent || has_recurrent(s, name, out->prefix));
}

/* ---- recognising ---- */

enum { ALL_GATES = (1 << GATES) - 1 };

/* The tensors of the first layer that a slot has: bits of their gates, all of them where one holds all. */
static int gates_of(const struct source *s, enum slot slot, bool *assumed)
{
    struct part_name name;
    bool separate = false;
    int gates = 0;
    for (const struct part_word *w = s->naming->words; w->word; w++)
        separate = separate || (w->slot == slot && w->gate != (enum quantity)0);
    for (int k = 0; k < s->n; k++)
        if (take_name(s->naming, s->t[k]->name, &name) && name.slot == slot && name.layer == 0 && !name.reverse) {
            *assumed = *assumed || name.assumed;
            gates |= separate ? 1 << name.gate : ALL_GATES;
        }
    return gates;
}

bool named_recognise(const struct source *s, const char **why)
{
    const struct naming *by = s->naming;
    bool assumed = false, found = true;
    for (const char *const *other = by->unless; other && *other; other++)
        for (int k = 0; k < s->n; k++)
            if (find_word(s->t[k]->name, *other))
                return false;
    for (int slot = 0; by->sign && slot < SLOTS; slot++)
        found = found && (!(by->sign & SLOT_BIT(slot)) || gates_of(s, (enum slot)slot, &assumed) == ALL_GATES);
    if (!by->sign)
        found = gates_of(s, SLOT_XH, &assumed) == ALL_GATES
                || (gates_of(s, SLOT_X, &assumed) == ALL_GATES && gates_of(s, SLOT_H, &assumed) == ALL_GATES);
    *why = assumed && by->why_assumed ? by->why_assumed : by->why ? by->why : "its tensors are named so";
    return found;
}

/* ---- finding ---- */

static bool none_there(const struct source *s, struct err *e)
{
    struct str weights = {0};
    const char *between = "tensors named ";
    for (const struct part_word *w = s->naming->words; !s->naming->like && w->word; w++)
        if (w->slot == SLOT_X || w->slot == SLOT_H || w->slot == SLOT_XH) {
            str_addf(&weights, "%s%s", between, w->word);
            between = " and ";
        }
    source_complain(s, e, "expected %s, found none", s->naming->like ? s->naming->like : str_text(&weights));
    str_free(&weights);
    return false;
}

/* The word of a slot and gate that stands nearest to another in the table. */
static const struct part_word *nearest(const struct naming *by, const struct part_word *to, enum slot slot, int gate)
{
    const struct part_word *best = NULL;
    for (const struct part_word *w = by->words; w->word; w++)
        if (w->slot == slot && (int)w->gate == gate && (!best || labs(w - to) < labs(best - to)))
            best = w;
    return best;
}

/* "lstm.weight_hh_l0" where "lstm.weight_ih_l0" is there. */
static bool refuse_missing(const struct source *s, const struct tensor *there, enum slot slot, int gate, struct err *e)
{
    struct part_name name;
    struct str expected = {0};
    const struct part_word *has = take_name(s->naming, there->name, &name);
    const struct part_word *lacks = has ? nearest(s->naming, has, slot, gate) : NULL;
    const char *at = has ? find_word(there->name, has->word) : NULL;
    if (lacks) {
        str_addn(&expected, there->name, (size_t)(at - there->name));
        for (const char *w = lacks->word; *w; w++)
            str_addc(&expected, *w == '/' && !strchr(there->name, '/') ? '.' : *w);
        str_add(&expected, at + strlen(has->word));
    }
    source_complain(s, e, "expected the tensor \"%s\" beside \"%s\", found none of that name", str_text(&expected),
                    there->name);
    str_free(&expected);
    return false;
}

/* Any tensor of a layer, the weights first. */
static const struct tensor *any_of(const struct layer_parts *l)
{
    for (int k = 0; k < SLOTS; k++)
        for (int q = 0; q < GATES; q++)
            if (l->t[k][q])
                return l->t[k][q];
    return NULL;
}

/* The first slot that a layer needs and has not; SLOTS: none. */
static enum slot lacking(const struct naming *by, const struct layer_parts *l, int q)
{
    if (l->t[SLOT_XH][q])
        return SLOTS;
    if (!l->t[SLOT_X][q])
        return l->t[SLOT_H][q] || !nearest(by, by->words, SLOT_XH, q) ? SLOT_X : SLOT_XH;
    if (!l->t[SLOT_H][q])
        return SLOT_H;
    if (by->two_biases && !l->t[SLOT_BX][q] != !l->t[SLOT_BH][q])
        return l->t[SLOT_BX][q] ? SLOT_BH : SLOT_BX;
    return SLOTS;
}

/* Every layer has the weights of both sides, of every gate. */
static bool complete(const struct source *s, const struct parts *p, struct err *e)
{
    for (int l = 0; l < p->layers; l++)
        for (int q = 0; q < (p->layout.separate ? GATES : 1); q++) {
            enum slot slot = lacking(s->naming, &p->layer[l], q);
            const struct tensor *there = any_of(&p->layer[l]);
            if (slot == SLOTS)
                continue;
            if (!there)
                return source_complain(s, e, "expected layers numbered without gaps, found none of layer %d beside "
                                       "\"%s\"", p->bidirectional ? l / 2 : l, any_of(&p->layer[p->layers - 1])->name);
            return refuse_missing(s, there, slot, q, e);
        }
    return true;
}

/* The recurrent weights of a group with so many blocks in them; NULL: it has others. */
static struct tensor *of_blocks(struct source *s, const struct group *g, bool turned, size_t blocks)
{
    struct tensor *t = g->layers ? g->layer[0].t[SLOT_H][0] : NULL;
    bool are = t && tensor_measure(s, t, NULL) && t->rank == 2 && t->shape[turned] == blocks * t->shape[!turned];
    return are ? t : NULL;
}

/* A GRU is none of ours: refused, but where --lstm says which is meant. */
static bool refuse_grus(struct source *s, struct groups *g, const struct model_options *o, bool turned, struct err *e)
{
    for (int k = 0; k < g->n; k++) {
        struct tensor *t = of_blocks(s, &g->g[k], turned, 3);
        char found[96];
        struct str how = {0};
        if (t && o->lstm) {
            groups_drop(g, k--);
            continue;
        }
        for (int other = 0; t && other < g->n; other++)
            if (*g->g[other].prefix && of_blocks(s, &g->g[other], turned, GATES))
                str_addf(&how, "%s--lstm %s", how.len ? " or " : "; ", g->g[other].prefix);
        if (how.len)
            str_add(&how, " reads the LSTM beside it alone");
        if (t)
            tensor_complain(s, t, e, "%s numbers are a GRU (3 blocks of %zu %s), which is not supported%s",
                            tensor_shape(t, found), t->shape[!turned], turned ? "columns" : "rows", str_text(&how));
        str_free(&how);
        if (t)
            return false;
    }
    return true;
}

/* A framework's own words for embedding and head. */
static void find_around(const struct source *s, struct parts *p)
{
    struct { const char *word; struct tensor **to; } own[] = {
        {s->naming->embedding, &p->embedding}, {s->naming->head, &p->head.weight},
        {s->naming->head_bias, &p->head.bias},
    };
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        for (int k = 0; own[i].word && k < s->n; k++)
            if (find_word(s->t[k]->name, own[i].word))
                *own[i].to = s->t[k];
    if (own[1].word && p->head.weight)
        p->head.turned = p->layout.turned;
    if (own[1].word && !p->head.weight)
        p->head.bias = NULL;
}

static void note_assumed(const struct groups *g, struct parts *p)
{
    const char *o = p->layout.order;
    struct str note = {0};
    for (int k = 0; k < g->n; k++)
        if (g->g[k].assumed && !p->note) {
            str_addf(&note, "the gate order %c %c %c %c is assumed from PyTorch's names; --order says another",
                     o[0], o[1], o[2], o[3]);
            p->note = str_take(&note);
        }
}

bool named_part(const struct naming *by, const char *name, struct part_name *out)
{
    return take_name(by, name, out) != NULL;
}

bool named_find(struct source *s, const struct model_options *o, struct parts *p, struct err *e)
{
    const struct naming *by = s->naming;
    struct groups g = {0};
    bool ok = groups_collect(s, apart, &g, e) && (g.n || none_there(s, e)) && (!by->sift || by->sift(s, o, &g, p, e));
    if (ok)
        note_assumed(&g, p);
    ok = ok && refuse_grus(s, &g, o, p->layout.turned, e) && groups_choose(s, &g, o, by->numbered, p, e)
         && complete(s, p, e);
    for (int l = 0; l < p->layers; l++)
        p->layer[l].what = NULL;                /* its name goes with the groups */
    groups_clear(&g);
    if (ok)
        find_around(s, p);
    return ok && (!by->rest || by->rest(s, o, p, e));
}
