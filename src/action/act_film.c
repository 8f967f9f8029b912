/* act_film.c: going through a training that was filmed (learn/film.h): the network of a frame takes the place of the
 * session's, and every view shows it. See handlers.h. */
#include <stdlib.h>
#include <string.h>

#include "action/begin.h"
#include "action/handlers.h"
#include "base/num.h"

static bool none(struct app *a, unsigned *r)
{
    if (a->training && a->training->film.frames)
        return false;
    *r = app_say(a, "nothing has been trained here; :train gender teaches a small model anew");
    return true;
}

/* Once is a warning, twice is meant. first: another model is shown yet. */
static bool warns(struct app *a, bool first, unsigned *r)
{
    a->work.warned = first && session_dirty(a->session) && !a->work.warned;
    if (a->work.warned)
        *r = app_complain(a, "edits of the model shown before are not saved and would go; again drops them");
    return a->work.warned;
}

static unsigned show(struct app *a, int frame)
{
    struct training *t = a->training;
    struct err e = {{0}};
    unsigned r;
    if (warns(a, t->film.shown < 0, &r))
        return r;
    training_pause(t, true);
    size_t lost = 0;
    struct model *m = training_frame(t, frame, &e);
    if (!m || !app_renew_model(a, m, &lost, &e))
        return app_fail(a, &e);
    t->film.shown = frame;
    if (lost)
        return app_say(a, "update %d; %zu pinned value%s no place in this network", t->film.frame[frame].update, lost,
                       lost == 1 ? " has" : "s have");
    if (a->view == &view_film)
        return REACT_DRAW;
    return app_say(a, "the network after update %d, snapshot %d of %d", t->film.frame[frame].update, frame + 1,
                   t->film.frames);
}

static unsigned show_by(struct app *a, int by)
{
    unsigned r;
    if (none(a, &r))
        return r;
    int last = a->training->film.frames - 1, now = a->training->film.shown, to = now < 0 ? last : now + by;
    if (to < 0 || to > last)
        return app_say(a, to < 0 ? "this is the first: before it there was nothing"
                                 : "this is the last that there is; Space in the learn view trains on");
    return show(a, to);
}

unsigned act_film_next(struct app *a, const char *arg) { (void)arg; return show_by(a, 1); }
unsigned act_film_prev(struct app *a, const char *arg) { (void)arg; return show_by(a, -1); }

unsigned act_film_first(struct app *a, const char *arg)
{
    (void)arg;
    unsigned r;
    return none(a, &r) ? r : show(a, 0);
}

unsigned act_film_last(struct app *a, const char *arg)
{
    (void)arg;
    unsigned r;
    return none(a, &r) ? r : show(a, a->training->film.frames - 1);
}

unsigned act_film_moment(struct app *a, const char *arg)
{
    (void)arg;
    unsigned r;
    if (none(a, &r))
        return r;
    struct training *t = a->training;
    training_refresh(t);
    if (!t->moments)
        return app_say(a, "no moment stands out: nothing was learnt in one go, and f of this unit never turned");
    int now = t->film.shown, next = t->moment[0].frame;
    for (int k = t->moments - 1; k >= 0; k--)
        if (t->moment[k].frame > now)
            next = t->moment[k].frame;
    return show(a, next);
}

unsigned act_film_enter(struct app *a, const char *arg)
{
    (void)arg;
    unsigned r;
    if (none(a, &r))
        return r;
    if (a->training->film.shown < 0) {
        r = show(a, a->training->film.frames - 1);
        if (a->training->film.shown < 0)
            return r;
    }
    app_show_view(a, &view_bars);
    return REACT_DRAW;
}

unsigned act_film_at(struct app *a, const char *arg)
{
    unsigned r;
    long update;
    if (none(a, &r))
        return r;
    const struct film *f = &a->training->film;
    if (!num_parse_int(arg, 0, TRAINING_UPDATES_MAX, &update))
        return app_complain(a, "film-at: expected a number of updates, found \"%s\"", arg);
    int best = 0;
    for (int k = 1; k < f->frames; k++)
        if (labs(f->frame[k].update - update) < labs(f->frame[best].update - update))
            best = k;
    return show(a, best);
}

/* ---- variants ---------------------------------------------------------------------------------------------------- */

static unsigned begin_variants(struct app *a)
{
    if (strcmp(a->training->wish.corpus, "-") == 0 || a->training->wish.weights_from)
        return app_complain(a, "variants are trained from the corpus's file and with weights of their own: not from "
                               "standard input, nor from another model's weights");
    a->variants = variants_new(a->training);
    a->scene.variants = a->variants;
    training_pause(a->training, false);
    return app_say(a, a->training->phase == TRAINING_RUNS ? "they begin when the training itself is through"
                                                          : "Space pauses");
}

unsigned act_variants(struct app *a, const char *arg)
{
    (void)arg;
    unsigned r;
    if (none(a, &r))
        return r;
    app_show_view(a, &view_variants);
    return a->variants ? (unsigned)REACT_DRAW : begin_variants(a);
}

unsigned act_variant_enter(struct app *a, const char *arg)
{
    (void)arg;
    unsigned r;
    struct err e = {{0}};
    size_t lost = 0;
    if (none(a, &r))
        return r;
    if (!a->variants)
        return begin_variants(a);
    if (warns(a, a->training->film.shown < 0 && !a->variants->entered, &r))
        return r;
    int kind = a->variants->chosen;
    struct model *m = variants_model(a->variants, kind, &e);
    if (!m || !app_renew_model(a, m, &lost, &e))
        return app_fail(a, &e);
    a->training->film.shown = -1;
    a->variants->entered = true;
    app_show_view(a, &view_bars);
    return app_say(a, "%s, seed %llu; U leads back", train_variant_about((enum train_variant)kind),
                   (unsigned long long)a->variants->seed);
}

static unsigned choose(struct app *a, int by)
{
    if (!a->variants)
        return REACT_NONE;
    int to = a->variants->chosen + by;
    a->variants->chosen = to < 0 ? 0 : to >= VARIANT_KINDS ? VARIANT_KINDS - 1 : to;
    return REACT_DRAW;
}

unsigned act_variant_next(struct app *a, const char *arg) { (void)arg; return choose(a, 1); }
unsigned act_variant_prev(struct app *a, const char *arg) { (void)arg; return choose(a, -1); }
