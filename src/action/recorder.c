/* recorder.c: the frames of this sitting as they are drawn, for a recording. See app.h. */
#include "action/app.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "views/say.h"

/* How long a frame that a key of --keys made is shown: a letter that is typed, any other key; and the last of all. */
static const double typed_s = 0.12, key_s = 1.2, last_s = 3, moving_s = 0.5;

bool app_record_begin(struct app *a, const char *path, struct err *e)
{
    enum record_form form;
    if (!record_form(path, &form, e) || !file_may_write(path, e))
        return false;
    recording_free(a->record.recording);
    free(a->record.path);
    a->record.recording = recording_new(form, session_model(a->session)->name, a->ground, a->record.depth);
    a->record.path = xstrdup(path);
    a->record.step = -1;
    a->record.time = 0;
    a->record.live = false;
    return true;
}

/* "t=4 and" */
static char *marker_of(struct app *a)
{
    int t = session_cursor(a->session)->step;
    if (t == a->record.step)
        return NULL;
    a->record.step = t;
    struct str text = {0};
    str_addf(&text, "t=%d", t);
    if (t > 0 && t <= session_steps(a->session)) {
        str_addc(&text, ' ');
        say_token(a->session, t, a->glyphs, &text);
    }
    return str_take(&text);
}

static void add_frame(struct app *a, const struct grid *g, int cx, int cy, int key)
{
    char name[16], *marker = marker_of(a);
    const char *pressed = key == K_NONE ? NULL : key_show(key, a->glyphs->ascii, name);
    bool was_full = a->record.full;
    a->record.full = !recording_add(a->record.recording, g, a->theme,
                                    &(struct moment){a->record.time, cx, cy, marker, pressed});
    free(marker);
    if (!a->prompt.active) {
        a->record.settled = recording_frames(a->record.recording);
        a->record.settled_time = a->record.time;
    }
    if (a->record.full && !was_full)
        app_complain(a, "the recording is full: what follows is not in it");
}

void app_record_scripted(struct app *a, int key)
{
    if (!a->record.recording)
        return;
    enum { FRAMES = 10 };
    struct grid *g = grid_new(a->w, a->h, a->glyphs);
    int cx, cy;
    for (int k = 0; a->show.just && k < FRAMES; k++) {   /* what this key has set in motion */
        a->lecture.still_to_move = 1 - (float)k / FRAMES;
        app_draw(a, g, &cx, &cy);
        add_frame(a, g, cx, cy, k ? K_NONE : key);
        a->record.time += moving_s / FRAMES;
    }
    a->lecture.still_to_move = 0;
    app_draw(a, g, &cx, &cy);
    add_frame(a, g, cx, cy, key);
    a->record.time += a->prompt.active ? typed_s : key_s;
    grid_free(g);
}

void app_record_frame(struct app *a, const struct grid *g, int cursor_x, int cursor_y, int key)
{
    if (!a->record.recording)
        return;
    if (!a->record.live)
        a->record.began = clock_seconds() - a->record.time;
    a->record.live = true;
    a->record.time = clock_seconds() - a->record.began;
    add_frame(a, g, cursor_x, cursor_y, key);
}

bool app_record_end(struct app *a, struct err *e)
{
    if (!a->record.recording)
        return true;
    if (a->quit)
        recording_cut(a->record.recording, a->record.settled);
    double end = a->record.live ? clock_seconds() - a->record.began
                 : a->quit      ? a->record.settled_time + last_s
                                : a->record.time - key_s + last_s;
    struct str out = {0};
    recording_write(a->record.recording, end, &out);
    bool ok = file_write(a->record.path, str_text(&out), out.len, e);
    str_free(&out);
    recording_free(a->record.recording);
    a->record.recording = NULL;
    return ok;
}
