/* begin.c: see begin.h. */
#include "action/begin.h"

#include <stdlib.h>
#include <string.h>

#include "action/lesson.h"
#include "action/sitting.h"
#include "base/builtin.h"
#include "base/mem.h"
#include "model/fingerprint.h"

static void replace_session(struct app *a, struct session *fresh)
{
    if (!session_corpus(fresh) && session_corpus(a->session))
        session_set_corpus(fresh, session_corpus(a->session));
    session_free(a->session);
    a->session = fresh;
    a->scene.session = fresh;
    session_mark_saved(fresh);
}

void app_reload_end(struct app *a)
{
    free(a->reload.path);
    a->reload.path = NULL;
    a->scene.version = 0;
}

void app_begin(struct app *a, struct beginning *b)
{
    if (a->lesson)                        /* the page has its own state, to which it can be returned */
        a->lesson->free = true;
    if (b->session)                       /* nor is it what stands in a file that was watched */
        app_reload_end(a);
    if (b->session && a->training)        /* it holds no frame of the film any more */
        a->training->film.shown = -1;
    if (b->session && a->variants)
        a->variants->entered = false;
    if (b->session)
        replace_session(a, b->session);
    free(a->saved_as);
    a->saved_as = b->file ? xstrdup(b->file) : NULL;
    a->saved_mark = b->mark;
    a->saved_whole = b->whole;
    scenario_info_clear(&a->info);
    a->info = b->info;
    a->scene.scenario = a->info.name;
    a->scene.scenario_about = a->info.about;
    if (a->info.extra >= 0)
        a->scene.extra = a->info.extra;
    a->scene.rows = a->info.rows;
    a->refused.on = false;
    a->work.warned = false;
    a->scene.playing = false;
    a->scene.reveal = session_cursor(a->session)->sub != SUB_H;
    if (a->scene.present)
        app_show_begin(a);
    if (b->view) {
        a->view = b->view == &view_bars ? app_home(a) : b->view;
        a->back = NULL;
    }
    if (!view_fits(a->view, a->session, NULL))
        a->view = &view_bars;
    if (a->back && !view_fits(a->back, a->session, NULL))
        a->back = NULL;
}

/* ---- scenarios --------------------------------------------------------------------------------------------------- */

/* The model that a scenario needs loaded; NULL without an error: the present one will do. */
static struct model *needed_model(const struct app *a, const char *name, struct err *e)
{
    struct model *m = scenario_model(name, &a->model_options, e);
    if (m && fingerprint_same(m, session_model(a->session))) {
        model_free(m);
        return NULL;
    }
    return m;
}

bool app_scenario_replaces(const struct app *a, const char *name)
{
    struct err e = {{0}};
    struct model *m = needed_model(a, name, &e);
    model_free(m);
    return m != NULL;
}

/* A scenario that came from a file is written back there; one from within the program has none. */
static const char *own_file(const char *name)
{
    struct str inside = {0};
    str_addf(&inside, "data/scenarios/%s.json", name);
    bool file = strcmp(name, "-") != 0 && !builtin_find(str_text(&inside));
    str_free(&inside);
    return file ? name : NULL;
}

bool app_open_scenario(struct app *a, const char *name, struct err *e)
{
    struct err trouble = {{0}};
    struct beginning b = {.file = own_file(name), .info.extra = -1};
    file_mark(name, &b.mark);             /* first: what changes while it is read has changed */
    struct sitting *whole = sitting_read(name, &trouble);
    struct model *m = *trouble.text ? NULL : needed_model(a, name, &trouble);
    if (*trouble.text) {
        *e = trouble;
        sitting_free(whole);
        return false;
    }
    /* Another model is tried in a session of its own, so that failure changes nothing. */
    bool clean = !session_dirty(a->session);
    if ((m && !(b.session = session_new(m, e)))
        || !scenario_apply(b.session ? b.session : a->session, name, &b.info, e)) {
        session_free(b.session);
        sitting_free(whole);
        return false;
    }
    b.view = view_find(b.info.view ? b.info.view : "bars");
    b.whole = whole != NULL;
    app_begin(a, &b);
    if (whole)
        sitting_take(a, whole, e);
    if (clean || m)                       /* else undo leads to edits that no file has */
        session_mark_saved(a->session);
    return true;
}

/* ---- models ------------------------------------------------------------------------------------------------------ */

bool app_enter_model(struct app *a, struct model *m, bool own_words, struct err *e)
{
    struct beginning b = {.info.extra = -1};
    b.session = own_words ? session_new(m, e) : session_with_model(a->session, m, e);
    if (!b.session)
        return false;
    session_goto(b.session, 1);
    const struct view *was = a->view;
    b.view = own_words ? &view_bars : NULL;
    app_begin(a, &b);
    if (own_words)
        a->back = was;
    return true;
}

bool app_renew_model(struct app *a, struct model *m, size_t *lost, struct err *e)
{
    struct session *fresh = session_renewed(a->session, m, lost, e);
    if (!fresh)
        return false;
    if (a->lesson)
        a->lesson->free = true;
    session_free(a->session);
    a->session = fresh;
    a->scene.session = fresh;
    a->refused.on = false;
    if (!view_fits(a->view, a->session, NULL))
        a->view = &view_bars;
    if (a->back && !view_fits(a->back, a->session, NULL))
        a->back = NULL;
    return true;
}
