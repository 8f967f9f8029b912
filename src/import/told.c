/* told.c: what became of what: the account that --inspect prints of a file's tensors. */
#include "import/reading.h"

/* ---- every tensor ---- */

static const char *const gate_words[GATES] = {"forget gate", "input gate", "candidate", "output gate"};

/* "rows 0..2 i, 3..5 f, …" */
static void say_blocks(struct str *out, const struct layout *l, int H)
{
    str_add(out, l->turned ? "columns " : "rows ");
    for (int k = 0; k < GATES; k++) {
        if (l->interleaved)
            str_addf(out, "%s4u+%d %c", k ? ", " : "", k, l->order[k]);
        else
            str_addf(out, "%s%d..%d %c", k ? ", " : "", k * H, (k + 1) * H - 1, l->order[k]);
    }
}

/* What the tensors of a place are. */
static const char *place_words(const struct layout *l, const struct layer_parts *p, int slot)
{
    static const char *const what[SLOTS] = {
        [SLOT_X] = "the columns of x",
        [SLOT_H] = "the columns of h",
        [SLOT_XH] = "the columns of h, then of x",
        [SLOT_BX] = "bias",
        [SLOT_BH] = "bias, added to the other one",
        [SLOT_PEEP] = "peepholes",
        [SLOT_PROJECTION] = "W_hr, multiplied into the weights of what goes on",
        [SLOT_H0] = "initial h",
        [SLOT_C0] = "initial C",
    };
    if (slot == SLOT_XH && l->x_first)
        return "the columns of x, then of h";
    if (slot == SLOT_BH && !p->t[SLOT_BX][0])
        return what[SLOT_BX];
    return what[slot];
}

/* Does a place hold a tensor that speaks of no gate in particular? */
static bool of_no_gate(const struct layout *l, const struct layer_parts *p, int slot)
{
    bool peepholes_in_one = slot == SLOT_PEEP && !l->separate && !p->t[SLOT_PEEP][Q_O];
    return slot == SLOT_H0 || slot == SLOT_C0 || slot == SLOT_PROJECTION || peepholes_in_one;
}

void told_layer(const struct layout *l, struct layer_parts *p, int H)
{
    struct str blocks = {0};
    if (!l->separate)
        say_blocks(&blocks, l, H);
    for (int k = 0; k < SLOTS; k++)
        for (int q = 0; q < GATES; q++) {
            const char *words = place_words(l, p, k);
            if (!p->t[k][q])
                continue;
            if (of_no_gate(l, p, k))
                tensor_became(p->t[k][q], "%s", words);
            else if (l->separate || k == SLOT_PEEP)
                tensor_became(p->t[k][q], "%s: %s", gate_words[q], words);
            else
                tensor_became(p->t[k][q], "%s; %s", words, str_text(&blocks));
        }
    str_free(&blocks);
}

void told_around(const struct reading *r)
{
    const struct parts *p = &r->p;
    if (p->embedding)
        tensor_became(p->embedding, "embedding, a row for each token");
    if (p->head.weight)
        tensor_became(p->head.weight, "head, a %s for each output%s", p->head.turned ? "column" : "row",
                      p->head.bias ? "" : "; no bias");
    if (p->head.bias)
        tensor_became(p->head.bias, "head, bias");
    if (p->h0)
        tensor_became(p->h0, "initial h");
    if (p->c0)
        tensor_became(p->c0, "initial C");
}

/* ---- the facts of the whole ---- */

static void report_format(struct report *out, const struct reading *r)
{
    const struct source *s = r->s;
    const struct layout *l = &r->p.layout;
    const char *why = NULL;
    char order[8];
    struct str gates = {0};
    if (l->separate)
        str_add(&gates, "a tensor for each gate");
    else
        str_addf(&gates, "gate order %s%s%s", layout_spaced(l->order, order),
                 l->interleaved ? ", interleaved by unit" : "", l->turned ? ", a column a unit" : "");
    if (s->about.node)
        report_fact(out, "format", "%s: tensors by name in a wrapper, %s", r->d->name, str_text(&gates));
    else if (r->d->recognise && r->d->recognise(s, &why) && why)
        report_fact(out, "format", "%s: a bare dump (%s), %s", r->d->name, why, str_text(&gates));
    else
        report_fact(out, "format", "%s: as --format says, %s", r->d->name, str_text(&gates));
    str_free(&gates);
    report_fact(out, "file", "%s%s%s", s->kind->name, s->inside ? ", tensors under " : "", s->inside ? s->inside : "");
}

static void report_layer(struct report *out, const struct reading *r, int k, const struct lstm_layer *layer)
{
    static const char *const biases[] = {"no bias", "one bias", "two biases, added"};
    const struct layer_parts *p = &r->p.layer[k];
    const bool called = p->what && *p->what, both = r->p.bidirectional;
    const char *way = k % 2 ? " backward" : " forward";
    report_fact(out, "layer", "%d%s: %s%s%d units, inputs of %d, %s", both ? k / 2 : k, both ? way : "",
                called ? p->what : "", called ? ", " : "", layer->hidden, layer->in,
                biases[(p->t[SLOT_BX][0] != NULL) + (p->t[SLOT_BH][0] != NULL)]);
}

static void report_directions(struct report *out, double merge)
{
    const char *read = "[h forward, h backward]";
    if (merge > 0)
        read = merge < 1 ? "their mean (merge_mode ave)" : "their sum (merge_mode sum)";
    report_fact(out, "directions", "two: the second of each layer reads from the last to the first; above them %s is "
                                   "read", read);
}

void told_report(struct model *m, const struct reading *r)
{
    const struct layout *l = &r->p.layout;
    struct report out = {0};
    report_format(&out, r);
    for (int k = 0; k < r->p.layers; k++)
        report_layer(&out, r, k, &m->net->layer[k]);
    if (l->forget_bias > 0 || l->forget_bias < 0)
        report_fact(&out, "forget bias", "%g is added to the bias of the forget gate, as at run time", l->forget_bias);
    report_fact(&out, "gates", "f, i and o are %s (%s)", gate_function_formula(l->gate_function),
                gate_function_name(l->gate_function));
    if (r->p.coupled)
        report_fact(&out, "coupled", "f = 1 - i (input_forget): i has its own weights, those of f are not looked at");
    if (r->p.bidirectional)
        report_directions(&out, r->p.merge);
    if (r->one_hot)
        report_fact(&out, "one-hot", "%d tokens and inputs of %d, no embedding: x is 1 at the token, else 0",
                    m->net->vocab, m->net->embed);
    report_fact(&out, "initial", "%s",
                r->p.h0 || r->p.c0 || r->p.layer[0].t[SLOT_H0][0] ? "h and C as the file says" : "h and C are 0");
    if (r->p.note)
        report_fact(&out, "note", "%s", r->p.note);
    source_report(r->s, &out);
    build_report(m, &out);
}
