/* mouse.c: a click selects what is drawn there, the wheel steps. The picture is drawn once more for it, and whoever
 * draws marks what its cells stand for (views/spot.h): nothing is worked out twice. */
#include "action/mouse.h"

#include <stdio.h>

#include "action/handlers.h"
#include "views/spot.h"

static struct spot what_is_at(struct app *a, int x, int y)
{
    struct grid *g = grid_new(a->w, a->h, a->glyphs);
    struct grid_marks marks = {0};
    const char *message = a->scene.message;
    a->scene.message = NULL;
    g->marks = &marks;
    app_draw(a, g, NULL, NULL);
    a->scene.message = message;
    struct spot s = spot_at(g, x, y);
    grid_marks_clear(&marks);
    grid_free(g);
    return s;
}

static unsigned go_to(struct app *a, int step)
{
    char number[16];
    snprintf(number, sizeof number, "%d", step);
    return step > 0 && step != session_cursor(a->session)->step ? act_goto_step(a, number) : (unsigned)REACT_DRAW;
}

unsigned mouse_click(struct app *a, int key)
{
    struct spot s = what_is_at(a, K_CLICK_X(key), K_CLICK_Y(key));
    unsigned r = REACT_DRAW;
    if (s.kind == SPOT_VIEW)
        app_show_view(a, views[s.view] == a->view ? &view_bars : views[s.view]);
    else if (s.kind != SPOT_NOTHING)
        r |= go_to(a, s.place.step);
    if (s.kind == SPOT_VALUE)
        session_select(a->session, s.place.layer, s.place.unit, s.place.value);
    return r;
}

int mouse_wheel(const struct app *a, int key)
{
    bool lines = a->prompt.active || a->view->text || a->view->alone;
    if (key == K_WHEEL_UP)
        return lines ? K_UP : K_LEFT;
    return key == K_WHEEL_DOWN ? (lines ? K_DOWN : K_RIGHT) : key;
}
