/* session.c: reading and moving. Edits are in change.c, their undoing in undo.c. */
#include "session/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "session/session_private.h"

static int clamp(int v, int low, int high)
{
    return v < low ? low : v > high ? high : v;
}

bool same_bits(float a, float b)
{
    return !memcmp(&a, &b, sizeof a);
}

/* Counts for all sessions: one that takes the place of another must differ from it, too. */
void session_revise(struct session *s)
{
    static unsigned long last;
    s->revision = ++last;
}

unsigned long session_model_number(const struct session *s)
{
    return s->model_number;
}

unsigned long session_revision(const struct session *s)
{
    return s->revision;
}

/* ---- birth ------------------------------------------------------------------------------------------------------ */

/* The sequence a model comes with. */
static struct sequence *own_sequence(const struct model *m, struct err *e)
{
    if (!m->vocab)
        return sequence_of_vectors(m, m->inputs, m->inputs ? m->input_steps : 0, e);
    struct tokens tokens = {0};
    if (m->sequence.n && !tokens_copy(&m->sequence, &tokens)) {
        err_set(e, m->source, "sequence", "not enough memory for %d tokens", m->sequence.n);
        return NULL;
    }
    return sequence_of_tokens(m, &tokens);
}

/* A model whose file names a unit wants it looked at: one starts there. */
static struct cursor first_place(const struct model *m)
{
    for (int l = 0; l < m->net->layers; l++)
        for (int u = 0; u < m->net->layer[l].hidden; u++)
            if (model_unit_name(m, l, u))
                return (struct cursor){.layer = l, .unit = u, .sub = SUB_H};
    return (struct cursor){.sub = SUB_H};
}

struct session *session_new(struct model *m, struct err *e)
{
    struct session *s = xcalloc(1, sizeof *s);
    s->runs = xcalloc(1, sizeof *s->runs);
    s->model = m;
    s->sequence = own_sequence(m, e);
    if (!s->sequence || !runs_reserve(s, s->sequence->n, false, e)) {
        session_free(s);
        return NULL;
    }
    s->cursor = first_place(m);
    cursor_clamp(s);
    session_revise(s);
    s->model_number = s->revision;
    runs_refresh(s);
    session_mark_saved(s);
    return s;
}

void session_free(struct session *s)
{
    if (!s)
        return;
    compare_free(s->compare);
    free(s->corpus);
    history_clear(&s->history);
    runs_clear(s->runs);
    free(s->runs);
    free(s->pins.v);
    sequence_free(s->sequence);
    lstm_free(s->net);
    model_free(s->model);
    free(s);
}

/* The old sequence for a new model: NULL when one of its words is not in the new vocabulary. */
static struct sequence *kept_sequence(const struct session *s, const struct model *m)
{
    const struct sequence *q = s->sequence;
    if (!q->n || !m->vocab != !s->model->vocab)
        return NULL;
    if (!m->vocab)
        return m->net->embed == s->model->net->embed ? sequence_of_vectors(m, q->values, q->n, NULL) : NULL;
    for (int t = 0; t < q->n; t++)
        if (vocab_find(m->vocab, q->tokens.text[t]) < 0)
            return NULL;
    struct tokens tokens = {0};
    if (!tokens_copy(&q->tokens, &tokens))
        return NULL;
    for (int t = 0; t < q->n; t++)
        tokens.id[t] = vocab_find(m->vocab, tokens.text[t]);
    return sequence_of_tokens(m, &tokens);
}

struct session *session_with_model(const struct session *s, struct model *m, struct err *e)
{
    struct session *n = session_new(m, e);
    if (!n)
        return NULL;
    struct sequence *kept = kept_sequence(s, m);
    if (kept && runs_reserve(n, kept->n, false, NULL)) {
        sequence_free(n->sequence);
        n->sequence = kept;
        runs_stale(n, RUN_BASE, 0);
    } else {
        sequence_free(kept);
    }
    n->cursor.step = s->cursor.step;
    n->cursor.value = s->cursor.value;
    cursor_clamp(n);
    runs_refresh(n);
    session_set_corpus(n, s->corpus);
    session_mark_saved(n);
    return n;
}

bool session_set_model(struct session *s, struct model *m, struct err *e)
{
    struct session *n = session_with_model(s, m, e);
    if (!n)
        return false;
    struct session old = *s;
    *s = *n;
    *n = old;
    session_free(n);
    return true;
}

void session_set_corpus(struct session *s, const char *path)
{
    char *copy = path ? xstrdup(path) : NULL;
    free(s->corpus);
    s->corpus = copy;
}

const char *session_corpus(const struct session *s)
{
    return s->corpus;
}

/* ---- reading ---------------------------------------------------------------------------------------------------- */

const struct model *session_model(const struct session *s)
{
    return s->model;
}

const struct lstm *session_net(const struct session *s)
{
    return s->edited ? s->net : s->model->net;
}

int session_steps(const struct session *s)
{
    return s->sequence->n;
}

const struct cursor *session_cursor(const struct session *s)
{
    return &s->cursor;
}

const float *const *session_inputs(const struct session *s)
{
    return s->sequence->x;
}

const char *session_token(const struct session *s, int t)
{
    return t >= 1 && t <= s->sequence->n ? s->sequence->tokens.text[t - 1] : "";
}

int session_token_id(const struct session *s, int t)
{
    return t >= 1 && t <= s->sequence->n ? s->sequence->tokens.id[t - 1] : -1;
}

const struct trace *session_trace(const struct session *s, enum run run)
{
    runs_refresh(s);
    return s->runs->trace[run == RUN_PINNED && s->pins.n ? RUN_PINNED : RUN_BASE];
}

const float *session_row(const struct session *s, enum run run, int layer, enum quantity q, int t)
{
    runs_refresh(s);
    return trace_row(s->runs->trace[runs_source(s, run, t)], layer, q, t);
}

float session_value(const struct session *s, enum run run, int layer, int unit, enum value v, int t)
{
    int before = t > 0 ? t - 1 : 0;         /* an empty sequence still has its initial state to show */
    switch (v) {
    case VAL_C_PREV:
        return session_row(s, run, layer, Q_C, before)[unit];
    case VAL_KEPT:
        return session_row(s, run, layer, Q_F, t)[unit] * session_row(s, run, layer, Q_C, before)[unit];
    case VAL_WRITTEN:
        return session_row(s, run, layer, Q_I, t)[unit] * session_row(s, run, layer, Q_G, t)[unit];
    default:
        return session_row(s, run, layer, (enum quantity)v, t)[unit];
    }
}

const char *session_unit_label(const struct session *s, int layer, int unit, char buf[32])
{
    enum { ROOM = 31 };
    const char *name = model_unit_name(s->model, layer, unit);
    if (!name || !*name) {
        snprintf(buf, ROOM + 1, "%d", unit + 1);
        return buf;
    }
    struct str clean = {0};
    utf8_clean(&clean, name, strlen(name));
    size_t n = clean.len;
    if (n > ROOM)
        for (n = ROOM; n && ((unsigned char)clean.s[n] & 0xC0) == 0x80;)
            n--;
    memcpy(buf, str_text(&clean), n);
    buf[n] = '\0';
    str_free(&clean);
    return buf;
}

bool value_place(enum value v, int t, enum quantity *q, int *step)
{
    if (v == VAL_C_PREV) {
        *q = Q_C;
        *step = t - 1;
        return true;
    }
    *q = (enum quantity)v;
    *step = t;
    return (int)v >= 0 && (int)v < Q_COUNT;
}

bool session_pinned(const struct session *s, int layer, int unit, enum quantity q, int t)
{
    return pins_find(&s->pins, t, layer, q, unit) != NULL;
}

bool session_value_pinned(const struct session *s, int layer, int unit, enum value v, int t)
{
    enum quantity q;
    int step;
    return value_place(v, t, &q, &step) && session_pinned(s, layer, unit, q, step);
}

size_t session_pin_count(const struct session *s)
{
    return s->pins.n;
}

const struct pin *session_pins(const struct session *s, size_t *n)
{
    *n = s->pins.n;
    return s->pins.v;
}

int session_first_pinned(const struct session *s)
{
    return s->pins.n ? s->pins.v[0].step : s->sequence->n + 1;
}

int session_last_recomputed(const struct session *s)
{
    runs_refresh(s);
    return s->runs->recomputed;
}

float *weight_at(const struct lstm *net, int layer, enum quantity gate, int unit, int k)
{
    const struct lstm_layer *l = &net->layer[layer];
    return k < 0 ? &l->b[gate][unit] : &l->W[gate][(size_t)unit * (size_t)(l->hidden + l->in) + (size_t)k];
}

bool session_weight_edited(const struct session *s, int layer, enum quantity gate, int unit, int k, float *original)
{
    if (!s->edited)
        return false;
    float was = *weight_at(s->model->net, layer, gate, unit, k);
    if (original)
        *original = was;
    return !same_bits(was, *weight_at(s->net, layer, gate, unit, k));
}

/* ---- moving ----------------------------------------------------------------------------------------------------- */

void cursor_clamp(struct session *s)
{
    int steps = s->sequence->n;
    struct cursor *c = &s->cursor;
    int step = clamp(c->step, steps ? 1 : 0, steps);
    if (step != c->step || (int)c->sub < 0 || c->sub >= SUB_COUNT)
        c->sub = SUB_H;
    c->step = step;
    session_select(s, c->layer, c->unit, c->value);
}

void session_goto(struct session *s, int step)
{
    s->cursor.step = clamp(step, s->sequence->n ? 1 : 0, s->sequence->n);
    s->cursor.sub = SUB_H;
}

bool session_step(struct session *s, int by)
{
    struct cursor was = s->cursor;
    int steps = s->sequence->n;
    /* Added in a way that cannot overflow. */
    session_goto(s, was.step + clamp(by, -steps, steps));
    /* Forward from the middle of the last word completes it; backward there is nothing before the first. */
    if (s->cursor.step != was.step || (by > 0 && was.sub != SUB_H))
        return true;
    s->cursor = was;
    return false;
}

static bool substep_once(struct session *s, int by)
{
    struct cursor *c = &s->cursor;
    int sub = (int)c->sub + by, step = c->step;
    if (sub > SUB_H) {
        sub = SUB_CONCAT;
        step++;
    } else if (sub < SUB_CONCAT) {
        sub = SUB_H;
        step--;
    }
    if (step < 1 || step > s->sequence->n)
        return false;
    c->step = step;
    c->sub = (enum substep)sub;
    return true;
}

bool session_substep(struct session *s, int by)
{
    bool moved = false;
    for (; by && substep_once(s, by > 0 ? 1 : -1); by += by > 0 ? -1 : 1)
        moved = true;
    return moved;
}

void session_select(struct session *s, int layer, int unit, enum value v)
{
    const struct lstm *net = s->model->net;
    s->cursor.layer = clamp(layer, 0, net->layers - 1);
    s->cursor.unit = clamp(unit, 0, net->layer[s->cursor.layer].hidden - 1);
    s->cursor.value = (enum value)clamp((int)v, 0, VAL_COUNT - 1);
}
