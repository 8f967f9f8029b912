/* view_whatif.c: two runs over the whole sentence, one above the other: the baseline and the pinned run, or
 * (`:compare`) another sentence and this one. What differs, where it begins to, and what it does to the prediction of
 * every word.
 *
 * Either run is a `side`: a session to read from, and which of its runs. All rows are drawn from the two sides, so that
 * it does not matter which comparison it is. */
#include "views/whatif_view.h"

/* Its state are facts alone: it has no settings, keys change the session. */

static void prepare(const struct scene *scene, void *state, struct rect r)
{
    (void)r;
    if (!whatif_current(state, scene->session))
        whatif_gather(scene->session, state);
}

static void explain(const struct scene *scene, const void *state, struct str *out)
{
    whatif_explain(scene, state, &glyphs_unicode, out);
}

static const struct view_key keys[] = {
    {.keys = "<Tab>", .hint = "unit"},
    {.keys = "c", .hint = "close"},
    {.keys = "o", .hint = "open"},
    {.keys = "+", .other = "-", .hint = "change", .flags = KEY_PAIR},
    {.keys = "W", .hint = "sweep"},
    {.keys = "X", .hint = "unpin all"},
    {.keys = "<Up>", .other = "<Down>", .hint = "value", .flags = KEY_PAIR},
    {.keys = NULL},
};

const struct view view_whatif = {
    .name = "what-if",
    .title = "what-if",
    .about = "the sentence with and without what was set by hand",
    .strip = "what-if",
    .rank = 8,
    .whole = true,
    .all_steps = true,
    .help = "The pinned run, solid, beside the one without pins, light, over the whole sentence: C of the selected "
            "unit in both, their difference, the word each run expects next, the probability of the word that does "
            "come and its surprisal (-ln p, in nats). The line down the picture is where the runs part. The usual "
            "keys pin values here, too. :compare TEXT holds another sentence against this one, word by word; :compare "
            "without a text puts it away.",
    .key = 'w',
    .keys = keys,
    .state_size = sizeof(struct whatif_facts),
    .draw = whatif_draw,
    .say = whatif_say,
    .explain = explain,
    .prepare = prepare,
};
