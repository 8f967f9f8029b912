/* read.c: the one loader: parts laid out in some way (layout.h) become a network.
 *
 * Everything is found and measured first (sizes.c); only when all of it fits together is a network made, filled
 * (fill.c) and told (told.c). */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "import/account.h"
#include "import/around.h"
#include "import/build.h"
#include "import/dialect.h"
#include "import/inside.h"
#include "import/reading.h"

/* ---- options ---- */

/* --order of a file that names its gates: whether the columns of h or of x come first in a matrix over both. */
static bool side_order(struct parts *p, const char *order, const char *name, struct err *e)
{
    bool joined = p->layers && p->layer[0].t[SLOT_XH][0], xh = strcmp(order, "xh") == 0;
    if (!joined)
        return err_set(e, name, NULL, "--order: the file names its gates one by one, so that they have no order");
    if (!xh && strcmp(order, "hx") != 0)
        return err_set(e, name, NULL,
                       "--order: the file names its gates; expected hx or xh, which side comes first in W, found "
                       "\"%s\"", order);
    p->layout.x_first = xh;
    free(p->note);
    p->note = NULL;
    return true;
}

/* The options that speak of the layout, over what dialect and file say. */
static bool take_options(struct parts *p, const struct model_options *o, const char *name, struct err *e)
{
    struct layout *l = &p->layout;
    if (o->order && l->separate)
        return side_order(p, o->order, name, e);
    if (o->order && !layout_order(o->order, l->order))
        return err_set(e, name, NULL, "--order: expected f, i, g (or c) and o in some order such as ifgo, found \"%s\"",
                       o->order);
    if (o->forget_bias && !num_parse(o->forget_bias, &l->forget_bias))
        return err_set(e, name, NULL, "--forget-bias: expected a number, found \"%s\"", o->forget_bias);
    return !o->gate_function || build_gate_function(o->gate_function, &l->gate_function, name, "--gate-function", e);
}

/* ---- all of it ---- */

/* What stands in front of the LSTM and is not computed: refused where words go through it, told where vectors do. */
static bool account_before(struct model *m, struct reading *r, struct err *e)
{
    const char *lstm = reading_lstm(r);
    const int in = m->net->embed;
    struct tensor *left = r->s->kind->graph ? NULL : before_left(r->s, &r->p, in, reading_top(r), lstm);
    struct tensor *between = left || r->s->kind->graph ? NULL : before_between(r->s, &r->p, m->net, lstm);
    struct str how = {0};
    if (!inside_is_known(r->s, &r->p, m->net, e))
        return false;
    if (between)
        return before_refuse_between(r->s, between, e);
    if (r->p.embedding || (r->one_hot && r->s->naming))
        return !left
               || before_refuse(r->s, left, r->p.embedding ? r->p.embedding->shape[1] : (size_t)m->net->vocab, in, e);
    const char *plural = in == 1 ? "" : "s";
    if (r->s->not_run)
        build_notice(m, "the LSTM reads what %s computes, which is not run: give its own inputs, %d number%s a step",
                     r->s->not_run, in, plural);
    else if (left && r->s->naming && before_way(r->s, left, 0, in, &how))
        str_add(&how, ", or ");
    if (left && r->s->naming && !r->s->not_run)        /* of a list the places tell what is in front (lists.c) */
        build_notice(m, "%s may stand before the LSTM and is not computed: %sgive the LSTM's own inputs, %d number%s a "
                        "step", left->name, str_text(&how), in, plural);
    str_free(&how);
    return true;
}

static bool finish(struct model *m, struct reading *r, struct err *e)
{
    for (int l = 0; l < r->p.layers; l++) {
        fill_layer(m->net, l, &r->p);
        told_layer(&r->p.layout, &r->p.layer[l], m->net->layer[l].hidden);
    }
    if (before_is(&r->before) && !(r->before_layers = before_layers(&r->before, m->net->embed)))
        return fill_no_room(r->s, e);
    if (!fill_around(m->net, r, e))
        return false;
    if (!r->p.embedding && !r->one_hot) {
        m->before = r->before_layers;
        r->before_layers = NULL;
    }
    if (m->before && r->o->own)
        return source_complain(r->s, e,
                               "--watch: its inputs go through layers before the LSTM, which are computed once: "
                               "not supported");
    told_around(r);
    if (!fill_projection(m, r, e))
        return false;
    m->one_hot = r->one_hot && !r->before_layers;
    m->skip = r->p.skip;
    if (!r->p.layout.separate)
        memcpy(m->order, r->p.layout.order, sizeof m->order);
    m->forget_bias = r->p.layout.forget_bias;
    if (r->s->about.node && !build_description(m, &r->s->about, e))
        return false;
    if (!build_batch(m, &r->p.inputs, &r->p.outputs, e))
        return false;
    if (r->p.h0 || r->p.c0)
        build_notice(m, "%s%s%s taken as the initial state", r->p.h0 ? r->p.h0->name : "",
                     r->p.h0 && r->p.c0 ? " and " : "", r->p.c0 ? r->p.c0->name : "");
    if (r->p.note)
        build_notice(m, "%s", r->p.note);
    if (m->vocab && m->vocab->unnamed)
        build_notice(m, "%d of %d rows, the last, have no token in the vocabulary: no text gives them, and they are "
                     "called by their number", m->vocab->unnamed, m->vocab->size);
    if (r->s->behind)
        build_notice(m, "%s, which is not run: no output is shown", r->s->behind);
    if (before_is(&r->before)) {
        char *said = before_say(&r->before, !r->p.embedding && !r->one_hot);
        build_notice(m, "%s", said);
        free(said);
    }
    account(r->s, m);
    if (!account_before(m, r, e))
        return false;
    told_report(m, r);
    if (m->net->embedding_lent || m->net->head_lent) {
        m->lent = r->s->bytes;
        file_mark(r->s->path, &m->lent_mark);
        r->s->bytes = (struct file_bytes){0};
    }
    return true;
}

/* What a wrapper says of the layout in words that mean the same in every dialect that allows them. */
static bool take_said(const struct source *s, struct layout *l, struct err *e)
{
    struct json_at at;
    const char *text;
    if (s->about.node && json_get(&s->about, "forget_bias", &at) && !json_number(&at, &l->forget_bias, e))
        return false;
    return !s->about.node || !json_get(&s->about, "gate_function", &at)
        || (json_string(&at, &text, e) && build_gate_function(text, &l->gate_function, s->name, at.path, e));
}

static bool find_parts(struct reading *r, struct err *e)
{
    r->p.layout = r->d->layout;
    r->s->naming = r->d->naming;
    return around_keys(r->s, r->d->keys, e)
        && take_said(r->s, &r->p.layout, e)
        && r->d->find(r->s, r->o, &r->p, e)
        && take_options(&r->p, r->o, r->s->name, e);
}

struct model *layout_read(struct source *s, const struct dialect *d, const struct model_options *o, struct err *e)
{
    struct reading r = {.s = s, .d = d, .o = o};
    struct model *m = NULL;
    if (find_parts(&r, e) && sizes_layers(&r, e) && sizes_around(&r, e) && fill_numbers(&r, e))
        m = model_new(&r.shape, s->name, e);
    if (m) {
        m->vocab = r.vocab;
        r.vocab = NULL;
        if (!finish(m, &r, e)) {
            model_free(m);
            m = NULL;
        }
    }
    vocab_free(r.vocab);
    input_layers_free(r.before_layers);
    mem_free(r.hidden);
    mem_free(r.size);
    parts_clear(&r.p);
    return m;
}
