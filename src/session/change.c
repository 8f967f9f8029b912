/* change.c: the edits a user can make: each is checked here and then made as one or more changes (undo.c). */
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "session/session_private.h"

/* ---- pins ------------------------------------------------------------------------------------------------------- */

static bool place_exists(const struct session *s, struct place at, struct err *e)
{
    const struct lstm *net = s->model->net;
    enum quantity q;
    int step;
    if (!value_place(at.value, at.step, &q, &step))
        return err_set(e, NULL, NULL, "%s", at.value == VAL_KEPT
                       ? "this is f times C of the step before: set one of these"
                       : "this is i times the candidate: set one of these");
    if (at.layer < 0 || at.layer >= net->layers)
        return err_set(e, NULL, NULL, "expected a layer from 1 to %d, found %d", net->layers, at.layer + 1);
    int units = net->layer[at.layer].hidden;
    if (at.unit < 0 || at.unit >= units)
        return err_set(e, NULL, NULL, "expected a unit from 1 to %d, found %d", units, at.unit + 1);
    int least = q == Q_C || q == Q_H ? 0 : 1;
    if (step > s->sequence->n || step < least)
        return s->sequence->n >= least
            ? err_set(e, NULL, NULL, "expected a step from %d to %d, found %d", least, s->sequence->n, step)
            : err_set(e, NULL, NULL, "the sequence is empty: there is no step to set a value at");
    return true;
}

bool session_pin(struct session *s, struct place at, float value, bool force, struct err *e)
{
    enum quantity q;
    int step;
    if (!place_exists(s, at, e))
        return false;
    value_place(at.value, at.step, &q, &step);
    struct str reason = {0};
    bool outside, fine = pin_reason(q, value, &outside, &reason);
    if (!fine && !(force && outside)) {
        err_set(e, NULL, NULL, "%s%s", str_text(&reason), outside ? " (repeat to force)" : "");
        str_free(&reason);
        return false;
    }
    str_free(&reason);
    const struct pin *now = pins_find(&s->pins, step, at.layer, q, at.unit);
    if (now && same_bits(now->value, value))
        return true;
    if (!runs_reserve(s, s->sequence->n, true, e))
        return false;
    struct change c = {
        .kind = CHANGE_PIN, .step = step, .layer = at.layer, .q = q, .unit = at.unit, .set = true, .value = value};
    change_make(s, &c);
    return true;
}

static void unpin(struct session *s, const struct pin *p)
{
    struct change c = {.kind = CHANGE_PIN, .step = p->step, .layer = p->layer, .q = p->q, .unit = p->unit};
    change_make(s, &c);
}

bool session_unpin(struct session *s, struct place at)
{
    enum quantity q;
    int step;
    if (!value_place(at.value, at.step, &q, &step))
        return false;
    const struct pin *now = pins_find(&s->pins, step, at.layer, q, at.unit);
    if (!now)
        return false;
    unpin(s, now);
    return true;
}

/* From the end, so that nothing has to move up. */
static void unpin_after(struct session *s, int step)
{
    while (s->pins.n && s->pins.v[s->pins.n - 1].step > step)
        unpin(s, &s->pins.v[s->pins.n - 1]);
}

void session_unpin_all(struct session *s)
{
    session_begin(s);
    unpin_after(s, -1);
    session_end(s);
}

/* ---- names ------------------------------------------------------------------------------------------------------ */

enum { NAME_MAX_BYTES = 31 };

bool session_set_name(struct session *s, int layer, int unit, const char *name, struct err *e)
{
    const char *now = model_unit_name(s->model, layer, unit);
    size_t bad;
    if (strlen(name) > NAME_MAX_BYTES || !utf8_valid(name, strlen(name), &bad) || strpbrk(name, " \t@=[]"))
        return err_set(e, NULL, NULL, "expected a name of at most %d bytes without blanks and @ = [ ], found \"%s\"",
                       NAME_MAX_BYTES, name);
    for (int u = 0; *name && u < s->model->net->layer[layer].hidden; u++)
        if (u != unit && model_unit_name(s->model, layer, u) && strcmp(model_unit_name(s->model, layer, u), name) == 0)
            return err_set(e, NULL, NULL, "unit %d is called \"%s\" already", u + 1, name);
    if (strcmp(now ? now : "", name) == 0)
        return true;
    struct change c = {.kind = CHANGE_NAME, .step = s->cursor.step, .layer = layer, .unit = unit, .q = Q_F,
                       .word = *name ? xstrdup(name) : NULL};
    change_make(s, &c);
    return true;
}

/* ---- words ------------------------------------------------------------------------------------------------------ */

static bool takes_words(const struct session *s, const char *source, struct err *e)
{
    return s->model->vocab
           || err_set(e, source, NULL, "this model has no vocabulary: it takes vectors of %d numbers, not words",
                      model_given(s->model));
}

bool session_set_word(struct session *s, int t, const char *word, struct err *e)
{
    if (!takes_words(s, NULL, e))
        return false;
    if (t < 1 || t > s->sequence->n)
        return s->sequence->n ? err_set(e, NULL, NULL, "expected a step from 1 to %d, found %d", s->sequence->n, t)
                              : err_set(e, NULL, NULL, "the sequence is empty: there is no word to replace");
    if (!*word)
        return err_set(e, NULL, NULL, "expected a word, found nothing");
    int place = session_word(s, t);
    int id = vocab_find(s->model->vocab, word);
    if (id < 0)
        id = s->model->vocab->unknown;
    if (id < 0)
        return err_set(e, NULL, NULL, "token %d \"%s\" is not in the vocabulary, which has no unknown token", t, word);
    if (id == session_token_id(s, t) && !strcmp(word, session_token(s, t)))
        return true;
    struct change c = {.kind = CHANGE_WORD, .step = place, .id = id, .word = xstrdup(word)};
    change_make(s, &c);
    return true;
}

/* The new sequence is owned from here on. */
static bool set_sequence(struct session *s, struct sequence *q, const char *source, struct err *e)
{
    struct err why = {0};
    if (!runs_reserve(s, q->n, s->pins.n > 0, &why)) {
        sequence_free(q);
        return err_set(e, source, NULL, "%s", why.text);
    }
    session_begin(s);
    unpin_after(s, q->n);
    struct change c = {.kind = CHANGE_SEQUENCE, .sequence = q};
    change_make(s, &c);
    session_goto(s, 1);
    session_end(s);
    return true;
}

static bool set_token_list(struct session *s, struct tokens *taken, const char *source, struct err *e)
{
    if (tokens_same(taken, &s->sequence->tokens)) {          /* the same sentence again is no edit */
        tokens_clear(taken);
        return true;
    }
    return set_sequence(s, sequence_of_tokens(s->model, taken), source, e);
}

/* Tokens that a text has at least: a word may become several. */
static size_t least_tokens(const struct vocab *v, const char *text)
{
    size_t n = 0;
    bool inside = false;
    for (const char *p = text; *p; p++) {
        bool blank = vocab_blank(*p);
        n += v->kind == VOCAB_CHAR ? ((unsigned char)*p & 0xC0) != 0x80 : !blank && !inside;
        inside = !blank;
    }
    return n;
}

/* A text that is too long for the memory is refused before its tokens take some themselves. */
static bool has_room(const struct session *s, const char *text, const char *source, struct err *e)
{
    struct err why = {0};
    size_t steps = least_tokens(s->model->vocab, text);
    return steps > INT_MAX || runs_room(s, (int)steps, false, &why) || err_set(e, source, NULL, "%s", why.text);
}

bool session_set_text(struct session *s, const char *text, const char *source, struct err *e)
{
    struct tokens tokens = {0};
    if (!takes_words(s, source, e) || !has_room(s, text, source, e)
        || !vocab_tokenise(s->model->vocab, text, source, &tokens, e))
        return false;
    return set_token_list(s, &tokens, source, e);
}

bool session_set_tokens(struct session *s, const char *const *list, int n, const char *source, struct err *e)
{
    struct tokens tokens = {0};
    if (!takes_words(s, source, e) || !vocab_lookup(s->model->vocab, list, n, source, &tokens, e))
        return false;
    return set_token_list(s, &tokens, source, e);
}

bool session_set_inputs(struct session *s, const float *x, int steps, struct err *e)
{
    int in = s->model->net->embed;
    if (s->model->vocab)
        return err_set(e, NULL, NULL, "this model has a vocabulary: it takes words, not vectors");
    if (steps < 0)
        return err_set(e, NULL, NULL, "expected a number of steps from 0, found %d", steps);
    for (int t = 0; t < steps; t++)
        for (int k = 0; k < in; k++)
            if (!isfinite(x[(size_t)t * (size_t)in + (size_t)k]))
                return err_set(e, NULL, NULL, "input %d: expected finite numbers, number %d is not", t + 1, k + 1);
    struct sequence *q = sequence_of_vectors(s->model, x, steps, e);
    if (!q)
        return false;
    if (q->n == s->sequence->n && sequence_differ(q, s->sequence, in) > q->n) {
        sequence_free(q);
        return true;
    }
    return set_sequence(s, q, NULL, e);
}

/* ---- weights ---------------------------------------------------------------------------------------------------- */

bool session_set_weight(struct session *s, struct weight_place at, float value, struct err *e)
{
    const struct lstm *net = s->model->net;
    if (at.layer < 0 || at.layer >= net->layers)
        return err_set(e, NULL, NULL, "expected a layer from 1 to %d, found %d", net->layers, at.layer + 1);
    const struct lstm_layer *l = &net->layer[at.layer];
    if ((int)at.gate < 0 || (int)at.gate >= GATES)
        return err_set(e, NULL, NULL, "only the gates f, i, g and o have weights");
    if (at.unit < 0 || at.unit >= l->hidden)
        return err_set(e, NULL, NULL, "expected a unit from 1 to %d, found %d", l->hidden, at.unit + 1);
    if (at.k < -1 || at.k >= l->hidden + l->in)
        return err_set(e, NULL, NULL, "expected a column from 1 to %d, found %d", l->hidden + l->in, at.k + 1);
    if (!isfinite(value))
        return err_set(e, NULL, NULL, "expected a finite number as a weight");
    if (!s->net && !(s->net = lstm_copy_beside(net)))
        return err_set(e, NULL, NULL, "not enough memory for a copy of the weights");
    if (same_bits(*weight_at(s->net, at), value))
        return true;
    struct change c = {
        .kind = CHANGE_WEIGHT, .layer = at.layer, .q = at.gate, .unit = at.unit, .column = at.k, .value = value};
    change_make(s, &c);
    return true;
}
