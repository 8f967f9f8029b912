/* undo.c: changes, revisions and history, as in a text editor: a revision is what one key did, undo goes back without
 * limit, and a marker says which revision is on disk.
 *
 * A change holds the state it would bring back. Carrying it out swaps that with the present state, so undo is
 * the changes of a revision backwards and redo the same changes forwards.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "core/projected.h"
#include "session/session_private.h"

/* ---- carrying out ----------------------------------------------------------------------------------------------- */

static void swap_pin(struct session *s, struct change *c)
{
    struct pin *now = pins_find(&s->pins, c->step, c->layer, c->q, c->unit);
    bool was = now != NULL;
    float value = was ? now->value : 0;
    if (c->set)
        pins_put(&s->pins, &(struct pin){c->step, c->layer, c->q, c->unit, c->value});
    else if (was)
        pins_remove(&s->pins, now);
    c->set = was;
    c->value = value;
    runs_stale(s, RUN_PINNED, c->step);
}

static void swap_weight(struct session *s, struct change *c)
{
    struct weight_place place = {c->layer, c->q, c->unit, c->column};
    float *at = weight_at(s->net, place), value = *at, model = *weight_at(s->model->net, place);
    *at = c->value;
    s->edited += !same_bits(c->value, model);
    s->edited -= !same_bits(value, model);
    c->value = value;
    s->runs->unpacked = true;
    mem_free(s->runs->largest);
    s->runs->largest = NULL;
    s->runs->weights_known = false;
    runs_stale(s, RUN_BASE, 1);
    runs_stale(s, RUN_PINNED, 1);
    compare_stale(s);
}

static void swap_word(struct session *s, struct change *c)
{
    struct sequence *q = s->sequence;
    const int id = q->tokens.id[c->step - 1];
    char *word = tokens_put(&q->tokens, c->step - 1, c->word, c->id);
    q->hashed = false;
    q->x[c->step - 1] = s->model->net->embedding + (size_t)c->id * (size_t)s->model->net->embed;
    c->word = word;
    c->id = id;
    runs_stale(s, RUN_BASE, c->step);
    runs_stale(s, RUN_PINNED, c->step);
}

static void swap_sequence(struct session *s, struct change *c)
{
    struct sequence *now = s->sequence;
    int from = now->n == c->sequence->n ? sequence_differ(now, c->sequence, s->model->net->embed) : 0;
    s->sequence = c->sequence;
    c->sequence = now;
    if (!s->model->vocab)
        projected_clear(s->runs->kept);       /* vectors that are freed leave their place to others */
    /* The same inputs can be different words (unknown ones); then nothing is stale but the surprisal, which is
     * cheap. */
    runs_stale(s, RUN_BASE, from);
    runs_stale(s, RUN_PINNED, from);
    cache_forget(&s->runs->cache[RUN_BASE], 0);
    cache_forget(&s->runs->cache[RUN_PINNED], 0);
    cursor_clamp(s);
}

/* Names are looked at only; no number depends on them. */
static void swap_name(struct session *s, struct change *c)
{
    char **at = &s->model->unit_name[c->layer][c->unit], *name = *at;
    *at = c->word;
    c->word = name;
}

static void carry_out(struct session *s, struct change *c)
{
    static void (*const swap[])(struct session *, struct change *) = {
        [CHANGE_PIN] = swap_pin,
        [CHANGE_WEIGHT] = swap_weight,
        [CHANGE_WORD] = swap_word,
        [CHANGE_SEQUENCE] = swap_sequence,
        [CHANGE_NAME] = swap_name,
    };
    swap[c->kind](s, c);
    session_revise(s);
}

/* ---- history ---------------------------------------------------------------------------------------------------- */

static void change_clear(struct change *c)
{
    free(c->word);
    sequence_free(c->sequence);
}

static void revision_clear(struct revision *r)
{
    for (size_t k = 0; k < r->n; k++)
        change_clear(&r->change[k]);
    free(r->change);
    *r = (struct revision){0};
}

static void forget_redo(struct history *h)
{
    while (h->n > h->at)
        revision_clear(&h->revision[--h->n]);
    if (h->saved != NEVER && h->saved > h->at)
        h->saved = NEVER;
}

void history_clear(struct history *h)
{
    h->at = 0;
    forget_redo(h);
    revision_clear(&h->open);
    free(h->revision);
    *h = (struct history){0};
}

void session_begin(struct session *s)
{
    struct history *h = &s->history;
    if (h->depth++)
        return;
    h->open.before = s->cursor;
    runs_touched_none(s);
}

void session_end(struct session *s)
{
    struct history *h = &s->history;
    if (--h->depth)
        return;
    runs_pack(s);
    if (!h->open.n) {
        revision_clear(&h->open);
        return;
    }
    forget_redo(h);
    if (h->n == h->cap) {
        h->cap = h->cap ? h->cap * 2 : 16;
        h->revision = xrealloc(h->revision, h->cap, sizeof *h->revision);
    }
    h->open.after = s->cursor;
    h->open.change = xrealloc(h->open.change, h->open.n, sizeof *h->open.change);
    h->open.cap = h->open.n;
    h->revision[h->n++] = h->open;
    h->open = (struct revision){0};
    h->at = h->n;
}

void change_make(struct session *s, struct change *taken)
{
    session_begin(s);
    struct revision *r = &s->history.open;
    if (r->n == r->cap) {
        r->cap = r->cap ? r->cap * 2 : 1;
        r->change = xrealloc(r->change, r->cap, sizeof *r->change);
    }
    r->change[r->n] = *taken;
    carry_out(s, &r->change[r->n++]);
    session_end(s);
}

size_t session_mark(const struct session *s)
{
    return s->history.open.n;
}

void session_rollback(struct session *s, size_t mark)
{
    struct revision *r = &s->history.open;
    while (r->n > mark) {
        struct change *c = &r->change[--r->n];
        carry_out(s, c);
        change_clear(c);
    }
    s->cursor = r->before;
}

/* ---- undo and redo ---------------------------------------------------------------------------------------------- */

/* Where on screen a pin is seen: the initial state is the C_{t-1} of the first step. */
static void focus(struct session *s, const struct change *c)
{
    enum value v = c->kind == CHANGE_WORD || c->kind == CHANGE_NAME ? s->cursor.value : (enum value)c->q;
    int step = c->kind == CHANGE_WEIGHT || c->kind == CHANGE_NAME ? s->cursor.step : c->step;
    if (c->kind == CHANGE_PIN && c->step == 0 && c->q == Q_C)
        v = VAL_C_PREV;
    if (step < 1)
        step = 1;
    if (c->kind != CHANGE_WORD)
        session_select(s, c->layer, c->unit, v);
    else
        step = session_word(s, step);
    if (step != s->cursor.step)
        session_goto(s, step);
}

/* The changed place to show: the one under the cursor, else one of its unit (a whole vector was changed), else the
 * first. */
static const struct change *shown(const struct session *s, const struct revision *r)
{
    const struct cursor *cur = &s->cursor;
    const struct change *best = &r->change[0];
    for (size_t k = 0; k < r->n; k++) {
        const struct change *c = &r->change[k];
        if (c->kind == CHANGE_WORD || c->layer != cur->layer || c->unit != cur->unit)
            continue;
        if (c->step == cur->step && (enum value)c->q == cur->value)
            return c;
        if (best->unit != cur->unit || best->layer != cur->layer)
            best = c;
    }
    return best;
}

static const struct change *last_sequence(const struct revision *r, bool undo)
{
    const struct change *found = NULL;
    for (size_t k = 0; k < r->n; k++)
        if (r->change[k].kind == CHANGE_SEQUENCE && !(found && undo))
            found = &r->change[k];
    return found;
}

/* Memory first: once a change is carried out there is no way to fail. */
static bool travel(struct session *s, struct revision *r, bool undo)
{
    const struct change *sequence = last_sequence(r, undo);
    int steps = sequence ? sequence->sequence->n : s->sequence->n;
    bool pins = s->pins.n > 0;
    for (size_t k = 0; k < r->n && !pins; k++)
        pins = r->change[k].kind == CHANGE_PIN && r->change[k].set;
    if (!runs_reserve(s, steps, pins, NULL))
        return false;
    runs_touched_none(s);
    for (size_t k = 0; k < r->n; k++)
        carry_out(s, &r->change[undo ? r->n - 1 - k : k]);
    if (sequence)
        s->cursor = undo ? r->before : r->after;
    else
        focus(s, shown(s, r));
    cursor_clamp(s);
    runs_pack(s);
    return true;
}

bool session_can_undo(const struct session *s)
{
    return s->history.at > 0;
}

bool session_can_redo(const struct session *s)
{
    return s->history.at < s->history.n;
}

bool session_undo(struct session *s)
{
    struct history *h = &s->history;
    if (!h->at || h->depth || !travel(s, &h->revision[h->at - 1], true))
        return false;
    h->at--;
    return true;
}

bool session_redo(struct session *s)
{
    struct history *h = &s->history;
    if (h->at == h->n || h->depth || !travel(s, &h->revision[h->at], false))
        return false;
    h->at++;
    return true;
}

bool session_dirty(const struct session *s)
{
    const struct history *h = &s->history;
    return (h->at != h->saved || h->open.n) && session_content(s) != h->saved_content;
}

void session_mark_saved(struct session *s)
{
    s->history.saved = s->history.at;
    s->history.saved_content = session_content(s);
}

void session_mark_unsaved(struct session *s)
{
    s->history.saved = NEVER;
    s->history.saved_content = ~session_content(s);
}

void session_settle(struct session *s)
{
    history_clear(&s->history);
    session_mark_saved(s);
}
