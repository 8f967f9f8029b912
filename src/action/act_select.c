/* act_select.c: which value is selected: row, unit and layer. */
#include "action/handlers.h"

#include "base/num.h"
#include "session/edit.h"
#include "views/bars.h"
#include "views/chrome.h"

static unsigned move_value(struct app *a, int by)
{
    const struct cursor *at = session_cursor(a->session);
    int unit = at->unit;
    enum value v = at->value;
    bars_move(&a->scene, scene_body(&a->scene, &view_bars, a->w, a->h), by, &unit, &v);
    session_select(a->session, at->layer, unit, v);
    return REACT_DRAW;
}

unsigned act_next_value(struct app *a, const char *arg) { (void)arg; return move_value(a, 1); }
unsigned act_prev_value(struct app *a, const char *arg) { (void)arg; return move_value(a, -1); }

static unsigned move_unit(struct app *a, int by)
{
    const struct cursor *at = session_cursor(a->session);
    int H = session_net(a->session)->layer[at->layer].hidden;
    session_select(a->session, at->layer, (at->unit + by + H) % H, at->value);
    return REACT_DRAW;
}

unsigned act_next_unit(struct app *a, const char *arg) { (void)arg; return move_unit(a, 1); }
unsigned act_prev_unit(struct app *a, const char *arg) { (void)arg; return move_unit(a, -1); }

unsigned act_goto_unit(struct app *a, const char *arg)
{
    const struct cursor *at = session_cursor(a->session);
    struct err e = {{0}};
    int u = edit_unit(a->session, at->layer, arg, "unit", &e);
    if (u < 0)
        return app_fail(a, &e);
    session_select(a->session, at->layer, u, at->value);
    return REACT_DRAW;
}

unsigned act_goto_layer(struct app *a, const char *arg)
{
    long n;
    int layers = session_net(a->session)->layers;
    if (!num_parse_int(arg, 1, layers, &n))
        return app_complain(a, "layer: expected a number from 1 to %d, found \"%s\"", layers, arg);
    session_turn(a->session, (int)n - 1);
    return REACT_DRAW;
}

static unsigned layer_by(struct app *a, int by)
{
    const struct cursor *at = session_cursor(a->session);
    int layers = session_net(a->session)->layers, to = at->layer + by;
    if (layers == 1)
        return app_say(a, "this model has one layer");
    if (to < 0 || to >= layers)
        return app_say(a, by > 0 ? "this is the top layer" : "this is the bottom layer");
    session_turn(a->session, to);
    return REACT_DRAW;
}

/* J goes down to the inputs, K up to the outputs, as layers are drawn. */
unsigned act_layer_down(struct app *a, const char *arg) { (void)arg; return layer_by(a, -1); }
unsigned act_layer_up(struct app *a, const char *arg) { (void)arg; return layer_by(a, 1); }
