/* tape.c: see tape.h. */
#include "views/tape.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "ui/widget.h"
#include "views/say.h"
#include "views/words.h"
#include "views/value.h"
#include "views/spot.h"

enum { NUMBER_W = 5 };

struct across tape_columns(const struct session *s, int w)
{
    static const struct { int from, gutter, pitch; } sizes[] = {{110, 16, 12}, {64, 13, 8}, {24, 10, 7}, {0, 3, 7}};
    int k = 0;
    while (k < 3 && w < sizes[k].from)
        k++;
    struct across a = {.x = sizes[k].gutter, .pitch = sizes[k].pitch};
    int T = session_steps(s), at = session_cursor(s)->step, n = (w - 1 - a.x) / a.pitch;
    n = n < 1 ? 1 : n;
    /* More of what was than of what is to come. */
    a.first = at - n * 2 / 3;
    if (a.first > T - n + 1)
        a.first = T - n + 1;
    if (a.first < 1)
        a.first = 1;
    a.last = a.first + n - 1 < T ? a.first + n - 1 : T;
    a.more_before = a.first > 1;
    a.more_after = a.last < T;
    return a;
}

bool tape_shows(const struct scene *scene, const struct view *view, int t)
{
    const struct cursor *at = session_cursor(scene->session);
    if (scene->reveal && (t > at->step || (t == at->step && at->sub < SUB_C)))
        return false;
    return t <= at->step || scene->ahead || view->whole;
}

/* Is it asked which unit it is? Then its name would tell. */
static bool asks_which(const struct scene *scene)
{
    const struct marks *m = scene->marks;
    for (int k = 0; m && k < m->hidden_count; k++)
        if (m->hidden[k].unit == MARK_ANY && (m->hidden[k].value == VAL_C || m->hidden[k].value == VAL_COUNT))
            return true;
    return false;
}

static void draw_memory(const struct scene *scene, const struct view *view, const struct across *a, struct grid *g,
                        int y)
{
    const struct session *s = scene->session;
    const struct cursor *at = session_cursor(s);
    char name[32];
    if (a->x > NUMBER_W) {
        grid_put(g, 1, y, 'C', ROLE_C, ATTR_BOLD);
        grid_text(g, 3, y, a->x - 4, ROLE_LABEL, 0,
                  asks_which(scene) ? "?" : session_unit_label(s, at->layer, at->unit, name));
    }
    for (int t = a->first; t <= a->last; t++) {
        int x = across_x(a, t);
        const struct place here = {at->layer, at->unit, VAL_C, t};
        if (!tape_shows(scene, view, t) || session_is_far(s, t)) {
            grid_put(g, x + NUMBER_W / 2, y, g->glyphs->unknown, ROLE_DIM, 0);
            continue;
        }
        if (scene_hides(scene, at->layer, at->unit, VAL_C, t)) {
            grid_put(g, x + NUMBER_W / 2, y, '?', ROLE_DIM, 0);
            continue;
        }
        bool pinned = session_pinned(s, at->layer, at->unit, Q_C, t);
        enum pen old = value_about(g, scene, here);
        across_number(a, t, y, (struct ink){pinned ? ROLE_PINNED : ROLE_NUMBER, t == at->step ? ATTR_BOLD : 0},
                      session_value(s, RUN_PINNED, at->layer, at->unit, VAL_C, t), true);
        grid_pen(g, old);
    }
}

/* In which order the words stand here: where a layer reads backward, the first is the last one of the text. */
static void draw_direction(const struct session *s, const struct across *a, struct grid *g, int y)
{
    const int layer = session_cursor(s)->layer;
    const char *direction = say_direction(s, layer);
    struct str long_one = {0};
    char name[SAY_LAYER];
    if (!direction)
        return;
    str_addf(&long_one, "%s %s", say_layer(s, layer, g->glyphs, name), direction + strlen("reads "));
    int room = a->x - 2 - (a->more_before ? 4 : 0);
    if (!say_whole(g, 1, y, room, ROLE_LABEL, 0, str_text(&long_one)))
        say_whole(g, 1, y, a->x - 1, ROLE_LABEL, 0, name);
    str_free(&long_one);
}

void tape_mark(const struct session *s, struct grid *g, struct rect r)
{
    const struct across a = tape_columns(s, g->w);
    for (int t = a.first; t <= a.last; t++)
        spot_step(g, rect_intersect(r, (struct rect){across_x(&a, t) - 2, r.y, a.pitch, r.h}), t);
}

void tape_draw(const struct scene *scene, const struct view *view, struct grid *g, int y, int memory)
{
    const struct session *s = scene->session;
    if (session_steps(s) == 0) {
        const char *words = "no words yet - type :text She came out and played";
        grid_text(g, 2, y, g->w - 3, ROLE_DIM, 0,
                  session_model(s)->vocab ? words : "no inputs yet - start with --inputs FILE");
        return;
    }
    struct across a = tape_columns(s, g->w);
    a.g = g;
    draw_direction(s, &a, g, y);
    across_words(&a, s, session_cursor(s)->step, y);
    tape_mark(s, g, (struct rect){0, y, g->w, memory >= 0 ? 2 : 1});
    if (memory >= 0 && session_net(s)->layers > 0)
        draw_memory(scene, view, &a, g, memory);
}
