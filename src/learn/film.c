/* film.c: see film.h. */
#include "learn/film.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

/* ---- frames ------------------------------------------------------------------------------------------------------ */

static void drop(struct film *f, int k)
{
    lstm_free(f->frame[k].net);
    free(f->frame[k].track.f);
    for (int j = k + 1; j < f->frames; j++)
        f->frame[j - 1] = f->frame[j];
    f->frames--;
    f->shown = f->shown == k ? -1 : f->shown - (f->shown > k);
}

static size_t most_frames(const struct film *f)
{
    size_t each = f->frames ? lstm_parameters(f->frame[0].net) * sizeof(float) : 1, room = FILM_BYTES / each;
    return room < 2 ? 2 : room < FILM_FRAMES ? room : FILM_FRAMES;
}

/* Those that stay are the first and every second one after it. */
static void thin(struct film *f)
{
    f->every *= 2;
    for (int k = f->frames - 1; k > 0; k--)
        if (k % 2)
            drop(f, k);
}

void film_add(struct film *f, int update, int evaluation, struct lstm *taken)
{
    if (!taken)
        return;
    if (!f->frames) {
        f->every = 1;
        f->offered = 0;
        f->shown = -1;
        f->frame = xrealloc(f->frame, FILM_FRAMES + 1, sizeof *f->frame);
    }
    /* The last one stood in for those between two that stay. */
    if (f->frames > 1 && (f->offered - 1) % f->every)
        drop(f, f->frames - 1);
    if (f->offered % f->every == 0 && (size_t)f->frames >= most_frames(f))
        thin(f);
    f->frame[f->frames++] = (struct film_frame){update, evaluation, taken, {NULL, {0}}, -1};
    f->offered++;
}

void film_clear(struct film *f)
{
    while (f->frames)
        drop(f, f->frames - 1);
    free(f->frame);
    f->frame = NULL;
    f->shown = -1;
}

/* ---- looking at them --------------------------------------------------------------------------------------------- */

static bool look(struct film_frame *at, const struct corpus *c, struct film_question q, struct trace *tr,
                 const float **x)
{
    int n = c->demo_n, layer = q.unit / q.hidden, within = q.unit % q.hidden;
    float *p = q.asks ? mem_array((size_t)at->net->outputs, sizeof *p) : NULL;
    if (q.asks && !p)
        return false;
    if (!at->track.f)
        at->track.f = xcalloc((size_t)n + 1, sizeof *at->track.f);
    for (int k = 0; k < n; k++)
        x[k] = corpus_demo_input(c, k, at->net->embedding, at->net->embed);
    lstm_run(at->net, x, 0, NULL, 0, tr);
    for (int k = 0; k < n; k++)
        at->track.f[k] = trace_row(tr, layer, Q_F, k + 1)[within];
    if (p) {
        lstm_logits(at->net, tr, q.asks, p);
        softmax(p, at->net->outputs, p);
        for (int k = 0; k < q.answers; k++)
            at->track.p[k] = p[q.answer[k]];
    }
    mem_free(p);
    at->unit = q.unit;
    return true;
}

bool film_look(struct film *f, const struct corpus *c, struct film_question q)
{
    struct trace *tr = f->frames ? trace_new(f->frame[0].net, c->demo_n) : NULL;
    const float **x = xcalloc((size_t)c->demo_n + 1, sizeof *x);
    bool ok = tr || !f->frames;
    for (int k = 0; ok && k < f->frames; k++)
        if (f->frame[k].unit != q.unit)
            ok = look(&f->frame[k], c, q, tr, x);
    trace_free(tr);
    free(x);
    return ok;
}

/* ---- moments ----------------------------------------------------------------------------------------------------- */

static bool got_it(const struct film_story *s, struct film_moment *m)
{
    double most = s->rises ? FILM_RISE : 0;
    m->frame = 0;
    for (int k = 1; k < s->film->frames; k++) {
        double change = s->rises ? s->measure[k] - s->measure[k - 1] : s->measure[k - 1] - s->measure[k];
        if (!isfinite(change) || change <= most)
            continue;
        most = change;
        *m = (struct film_moment){FILM_GOT_IT, k, 0, s->measure[k - 1], s->measure[k]};
    }
    return m->frame > 0;
}

static bool right(const struct film_track *t, int answers)
{
    bool best = t->p[0] > 0.5F;
    for (int k = 1; k < answers; k++)
        best = best && t->p[0] > t->p[k];
    return best;
}

/* The untrained network knows nothing: it does not count. */
static bool answers(const struct film_story *s, struct film_moment *m)
{
    int k = s->film->frames;
    while (s->answers > 1 && k > 1 && right(&s->film->frame[k - 1].track, s->answers))
        k--;
    if (s->answers < 2 || k == s->film->frames || right(&s->film->frame[k - 1].track, s->answers))
        return false;
    *m = (struct film_moment){FILM_ANSWERS, k, 0, (double)s->film->frame[k - 1].track.p[0],
                               (double)s->film->frame[k].track.p[0]};
    return true;
}

static bool lets_go(const struct film_story *s, int word, struct film_moment *m)
{
    float high = 0;
    for (int k = 0; k < s->film->frames; k++) {
        float f = s->film->frame[k].track.f[word];
        if (high > FILM_OPEN && f < FILM_CLOSED) {
            *m = (struct film_moment){FILM_LETS_GO, k, word, (double)high, (double)f};
            return true;
        }
        high = f > high ? f : high;
    }
    return false;
}

/* Keeps them by frame. */
static int insert(struct film_moment *list, int n, int most, struct film_moment m)
{
    int at = n;
    while (at > 0 && list[at - 1].frame > m.frame)
        at--;
    if (at >= most)
        return n;
    n += n < most;
    for (int k = n - 1; k > at; k--)
        list[k] = list[k - 1];
    list[at] = m;
    return n;
}

int film_moments(const struct film_story *s, struct film_moment *out, int most)
{
    int n = 0;
    struct film_moment m;
    if (got_it(s, &m))
        n = insert(out, n, most, m);
    if (answers(s, &m))
        n = insert(out, n, most, m);
    for (int word = 0; word < s->words; word++)
        if (lets_go(s, word, &m))
            n = insert(out, n, most, m);
    return n;
}
