/* reload.c: a model's file that somebody else writes anew, a training's checkpoint: it is looked at now and then, and
 * what has come takes the place of what is shown. See app.h.
 *
 * A framework writes a file in place or puts another one there; either way it may be half written when it is looked at.
 * So it is read only when it has stood as it is for one look, and what was read counts only when it still stands so
 * afterwards. Numbers are copied: a mapped file would change under the run. */
#include <stdlib.h>
#include <string.h>

#include "action/begin.h"
#include "action/lesson.h"
#include "base/clock.h"
#include "base/mem.h"
#include "import/import.h"

static const double LOOK_MS = 300;

struct model *app_reload_load(const struct app *a, const char *path, struct err *e)
{
    struct model_options own = a->model_options;
    own.own = true;
    return model_load(path, &own, e);
}

void app_reload_begin(struct app *a, const char *path, const struct file_mark *read)
{
    char *copy = xstrdup(path);
    free(a->reload.path);
    a->reload.path = copy;
    a->scene.version = 1;
    a->reload.next = clock_ms() + LOOK_MS;
    a->reload.shown = a->reload.seen = *read;
}

int app_reload_wait(const struct app *a)
{
    if (!a->reload.path)
        return -1;
    double left = a->reload.next - clock_ms();
    return left <= 0 ? 0 : (int)left + 1;
}

/* What is there now, if it still is when all of it has been read. */
static struct model *read_whole(struct app *a, struct err *e)
{
    struct model *m = app_reload_load(a, a->reload.path, e);
    if (!file_changed(a->reload.path, &a->reload.seen))
        return m;
    model_free(m);
    *e = (struct err){{0}};
    file_mark(a->reload.path, &a->reload.seen);
    return NULL;
}

static unsigned take(struct app *a)
{
    struct err e = {{0}};
    size_t lost = 0;
    struct model *m = read_whole(a, &e);
    if (!m && !*e.text)                   /* it is being written: the next look */
        return REACT_NONE;
    a->reload.shown = a->reload.seen;
    if (!m || !app_renew_model(a, m, &lost, &e))
        return app_complain(a, "%s (what was there before is still shown)", e.text);
    a->scene.version++;
    if (a->training)
        a->training->film.shown = -1;
    const char *name = file_base(a->reload.path);
    if (lost)
        return app_say(a, "%s, version %d; %zu pinned value%s no place in it", name, a->scene.version, lost,
                       lost == 1 ? " has" : "s have");
    return app_say(a, "%s, version %d", name, a->scene.version);
}

unsigned app_reload_look(struct app *a)
{
    if (app_reload_wait(a) != 0 || a->prompt.active || (a->lesson && !a->lesson->free))
        return REACT_NONE;
    a->reload.next = clock_ms() + LOOK_MS;
    if (!file_changed(a->reload.path, &a->reload.shown))
        return REACT_NONE;
    if (!file_changed(a->reload.path, &a->reload.seen))
        return take(a);
    file_mark(a->reload.path, &a->reload.seen);       /* it has just changed: has it stopped by the next look? */
    return REACT_NONE;
}
