/* class_shows.c: going through the shows of a class: each asks, then tells; after the last one comes the next word. */
#include "views/anatomy.h"
#include "views/class_parts.h"

static const char *const show_names[CLASS_SHOWS] = {"join", "add up", "squash", "keep", "write"};

const char *class_show_name(enum class_show show) { return show_names[show]; }

enum class_show class_show(const void *state) { return (enum class_show)((const struct class_state *)state)->show; }

bool class_revealed(const struct session *s, const void *state)
{
    const struct class_state *c = state;
    const struct cursor *at = session_cursor(s);
    return c->revealed && c->step == at->step && c->unit == at->unit && c->value == (int)anatomy_gate(at);
}

static void set_revealed(struct session *s, struct class_state *c, bool revealed)
{
    const struct cursor *at = session_cursor(s);
    c->revealed = revealed;
    c->step = at->step;
    c->unit = at->unit;
    c->value = (int)anatomy_gate(at);
}

void class_begin(struct session *s, void *state, enum class_show show)
{
    struct class_state *c = state;
    c->show = (int)show;
    c->spot = CLASS_SPOT_NONE;
    set_revealed(s, c, false);
}

bool class_next(struct session *s, void *state)
{
    struct class_state *c = state;
    if (!class_revealed(s, c)) {
        set_revealed(s, c, true);
        return true;
    }
    if (c->show + 1 < CLASS_SHOWS) {
        c->show++;
    } else {
        if (session_cursor(s)->step >= session_steps(s))
            return false;
        session_step(s, 1);
        c->show = CLASS_JOIN;
    }
    set_revealed(s, c, false);
    return true;
}

bool class_back(struct session *s, void *state)
{
    struct class_state *c = state;
    if (class_revealed(s, c)) {
        set_revealed(s, c, false);
        return true;
    }
    if (c->show > 0) {
        c->show--;
    } else {
        if (session_cursor(s)->step <= 1)
            return false;
        session_step(s, -1);
        c->show = CLASS_SHOWS - 1;
    }
    set_revealed(s, c, true);
    return true;
}
