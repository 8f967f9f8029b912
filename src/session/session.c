/* session.c: reading and moving. Birth and death are in life.c, edits in change.c, their undoing in undo.c. */
#include "session/session.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clamp.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "session/session_private.h"

/* ---- reading ---------------------------------------------------------------------------------------------------- */

const struct cursor *session_cursor(const struct session *s)
{
    return &s->cursor;
}

struct place session_place(const struct session *s)
{
    return (struct place){s->cursor.layer, s->cursor.unit, s->cursor.value, s->cursor.step};
}

const float *const *session_inputs(const struct session *s)
{
    return s->sequence->x;
}

const char *session_token_at(const struct session *s, int layer, int t)
{
    int word = lstm_word(s->model->net, layer, t, s->sequence->n);
    return t >= 1 && t <= s->sequence->n ? tokens_text(&s->sequence->tokens, word - 1) : "";
}

const char *session_token(const struct session *s, int t)
{
    return session_token_at(s, s->cursor.layer, t);
}

int session_word(const struct session *s, int t)
{
    return lstm_word(s->model->net, s->cursor.layer, t, s->sequence->n);
}

int session_step_of(const struct session *s, int layer, int t)
{
    return lstm_word(s->model->net, layer, session_word(s, t), s->sequence->n);
}

bool session_is_unknown(const struct session *s, int t)
{
    const struct vocab *v = s->model->vocab;
    int id = session_token_id(s, t);
    return v && id >= 0 && id == v->unknown && vocab_find(v, session_token(s, t)) != id;
}

int session_token_id(const struct session *s, int t)
{
    return t >= 1 && t <= s->sequence->n ? s->sequence->tokens.id[session_word(s, t) - 1] : -1;
}

bool session_is_partial(const struct session *s)
{
    return session_window(s) < INT_MAX;
}

int session_window(const struct session *s)
{
    int least = INT_MAX;
    for (int run = RUN_BASE; run <= (s->pins.n ? RUN_PINNED : RUN_BASE); run++) {
        const struct trace *tr = s->runs->spare[run] ? s->runs->spare[run] : s->runs->trace[run];
        if (tr && tr->together && partial_window(tr) < least)
            least = partial_window(tr);
    }
    return least;
}

const struct trace *session_trace_to(const struct session *s, enum run run, int t)
{
    runs_refresh_to(s, t);
    return runs_whole(s, run, t);
}

const struct trace *session_trace(const struct session *s, enum run run)
{
    return session_trace_to(s, run, s->sequence->n);
}

struct computation session_computation_to(const struct session *s, enum run run, int t)
{
    bool pinned = run == RUN_PINNED && s->pins.n > 0;
    return (struct computation){session_net(s), session_trace_to(s, run, t), session_inputs(s),
                                pinned ? s->pins.v : NULL, pinned ? s->pins.n : 0};
}

struct computation session_computation(const struct session *s, enum run run)
{
    return session_computation_to(s, run, s->sequence->n);
}

float session_peak(const struct session *s, int layer)
{
    runs_refresh_to(s, s->cursor.step);
    float most = 0;
    for (int run = RUN_BASE; run <= (s->pins.n ? RUN_PINNED : RUN_BASE); run++) {
        const struct peaks *p = &s->runs->peaks[run];
        const int to = runs_there(s, (enum run)run);
        peaks_follow(s, (enum run)run, to);
        float v = p->v[(size_t)to * (size_t)s->runs->trace[run]->layers + (size_t)layer];
        most = v > most ? v : most;
    }
    return most;
}

const float *session_row(const struct session *s, enum run run, int layer, enum quantity q, int t)
{
    runs_refresh_to(s, t);
    runs_hold(s, runs_source(s, run, t), t, t);
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
    int first = s->pins.n ? s->pins.v[0].step : s->sequence->n + 1;
    return s->pins.n && first > 1 && s->model->net->bidirectional ? 1 : first;
}

int session_last_recomputed(const struct session *s)
{
    return runs_recomputed(s);
}

bool session_weight_edited(const struct session *s, struct weight_place at, float *original)
{
    if (!s->edited)
        return false;
    float was = *weight_at(s->model->net, at);
    if (original)
        *original = was;
    return !same_bits(was, *weight_at(s->net, at));
}

uint64_t session_fingerprint(const struct session *s)
{
    struct fingerprint *f = &s->runs->fingerprint;
    fingerprint_on(s->model, f, SIZE_MAX);
    return f->hash;
}

bool session_fingerprint_there(const struct session *s, double ms)
{
    enum { PIECE = 1 << 20 };
    const double end = clock_ms() + ms;
    while (!fingerprint_on(s->model, &s->runs->fingerprint, PIECE))
        if (clock_ms() >= end)
            return false;
    return true;
}

uint64_t session_weights(const struct session *s)
{
    struct runs *r = s->runs;
    if (!r->weights_known)
        r->weights = fingerprint_net(session_net(s));
    r->weights_known = true;
    return r->weights;
}

/* ---- moving ----------------------------------------------------------------------------------------------------- */

void cursor_clamp(struct session *s)
{
    int steps = s->sequence->n;
    struct cursor *c = &s->cursor;
    int step = clamp_int(c->step, steps ? 1 : 0, steps);
    if (step != c->step || (int)c->sub < 0 || c->sub >= SUB_COUNT)
        c->sub = SUB_H;
    c->step = step;
    session_select(s, c->layer, c->unit, c->value);
}

void session_goto(struct session *s, int step)
{
    s->cursor.step = clamp_int(step, s->sequence->n ? 1 : 0, s->sequence->n);
    s->cursor.sub = SUB_H;
}

bool session_step(struct session *s, int by)
{
    struct cursor was = s->cursor;
    int steps = s->sequence->n;
    /* Added in a way that cannot overflow. */
    session_goto(s, was.step + clamp_int(by, -steps, steps));
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
    s->cursor.layer = clamp_int(layer, 0, net->layers - 1);
    s->cursor.unit = clamp_int(unit, 0, net->layer[s->cursor.layer].hidden - 1);
    s->cursor.value = (enum value)clamp_int((int)v, 0, VAL_COUNT - 1);
}

void session_turn(struct session *s, int layer)
{
    struct cursor was = s->cursor;
    int to = clamp_int(layer, 0, s->model->net->layers - 1), step = session_step_of(s, to, was.step);
    if (lstm_backward(s->model->net, to) != lstm_backward(s->model->net, was.layer))
        session_goto(s, step);
    session_select(s, to, was.unit, was.value);
}
