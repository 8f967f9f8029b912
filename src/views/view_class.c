/* view_class.c: for a class (F5): one gate of one unit, in three bands with digits of three rows, at most 24 rows of
 * 80 columns: on a larger terminal it stands in the middle, and the font does the rest.
 *
 * A show is three bands: what goes in, what is done to it, what comes out. The third is a question until PgDn reveals
 * it. Rows give way in the order in which they are least missed; below thirteen rows a band is one row. */
#include "views/class_parts.h"

#include "views/anatomy.h"

static enum view_reply key_step(struct session *s, void *state, bool other, struct err *e)
{
    if (!(other ? class_back(s, state) : class_next(s, state)))
        err_set(e, NULL, NULL, other ? "this is the start of the sentence" : "this is the end of the sentence");
    return VIEW_REDRAW;
}

static enum view_reply key_spot(struct session *s, void *state, bool other, struct err *e)
{
    (void)s, (void)other, (void)e;
    struct class_state *c = state;
    c->spot = (c->spot + 1) % (CLASS_SPOT_BANDS + 1);
    return VIEW_REDRAW;
}

static void explain(const struct scene *scene, const void *state, struct str *out)
{
    struct str equation = {0}, sentence = {0};
    class_words(scene, state, &equation, &sentence);
    str_addf(out, "%s%s%s", str_text(&equation), equation.len ? ". " : "", str_text(&sentence));
    str_free(&equation);
    str_free(&sentence);
}

static const struct view_key keys[] = {
    {"next prev", "<PgDn>", "<PgUp>", "reveal, then the next show of this word; back", "reveal, next", 0, key_step,
     NULL},
    {"votes", "v", NULL, "hands counted for each answer, and what to do next", "votes", 0, NULL, "votes"},
    {"spotlight", "'", NULL, "point at a band: the first, the second, the third, none", "spotlight", 0, key_spot, NULL},
    {.keys = NULL},
};

static const struct setting settings[] = {
    {"show", SETTING_CHOICE, offsetof(struct class_state, show), 0, 0, "join sum sigma keep write"},
    {"revealed", SETTING_BOOL, offsetof(struct class_state, revealed), 0, 0, NULL},
    {"step", SETTING_NUMBER, offsetof(struct class_state, step), 0, SETTING_MOST, NULL},
    {"unit", SETTING_NUMBER, offsetof(struct class_state, unit), 0, SETTING_MOST, NULL},
    {"gate", SETTING_NUMBER, offsetof(struct class_state, value), 0, Q_COUNT - 1, NULL},
    {"spot", SETTING_NUMBER, offsetof(struct class_state, spot), 0, CLASS_SPOT_BANDS, NULL},
    {.name = NULL},
};

static const struct class_state defaults = {.show = CLASS_KEEP};

const struct view view_class = {
    .near = true,
    .name = "class", .title = "class", .whole = false,
    .about = "one gate of one unit, large, for the last row",
    .help = "For a class (F5): one gate of one unit, large. Five shows for each word: h and x are joined, multiplied "
            "and added up, put through the curve; the memory is multiplied by f; something is written. PgDn reveals "
            "what a show asks, and then goes on.",
    .state_size = sizeof(struct class_state), .settings_size = sizeof(struct class_state), .defaults = &defaults,
    .settings = settings, .keys = keys, .draw = class_draw, .explain = explain, .focus = anatomy_focus, .large = true,
    .no_value = true,
};
