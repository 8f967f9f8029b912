/* view_cell.c: the whole cell of the selected unit as one drawing, which fills up sub-step by sub-step. */
#include "views/anatomy.h"
#include "views/cell.h"
#include "views/say.h"
#include "views/steps.h"
#include "views/words.h"

static void draw(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    (void)state;
    if (session_cursor(scene->session)->step < 1) {
        say_draw_nothing(scene->session, g, r);
        return;
    }
    /* On a lesson's page that is not gone through by sub-steps the drawing is worth more than their names. */
    if (r.h > (scene->lesson && !scene->reveal ? CELL_H : 5)) {
        steps_row(scene, g, r.x, r.y, r.w);
        r.y++;
        r.h--;
    }
    if (session_net(scene->session)->layers > 1 && r.h >= 2 * CELL_H + 1 && r.w >= CELL_W) {
        bool below = session_cursor(scene->session)->layer + 1 == session_net(scene->session)->layers;
        struct rect upper = {r.x, r.y, r.w, CELL_H}, lower = {r.x, r.y + r.h - CELL_H, r.w, CELL_H};
        cell_draw_other(scene, g, below ? lower : upper);
        cell_draw(scene, g, below ? upper : lower, true);
        return;
    }
    int spare = r.h - CELL_H;
    if (spare > 1 && r.w >= CELL_W)
        r.y += spare > 6 ? 3 : spare / 2;
    cell_draw(scene, g, r, true);
}

static void explain(const struct scene *scene, const void *state, struct str *out)
{
    (void)state;
    const struct cursor *at = session_cursor(scene->session);
    if (at->step < 1) {
        say_nothing(scene->session, out);
        return;
    }
    words_unit(scene->session, RUN_PINNED, session_place(scene->session), out);
    str_add(out, " Long-term memory runs straight through: it meets one factor and one sum. Short-term memory is what "
                 "the cell shows of it.");
}

static void say(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    (void)state;
    static const char *const always[] = {"Long-term memory runs straight through; it meets one factor and one sum.",
                                         "Short-term memory is what the cell shows of it, and all that the boxes "
                                         "read."};
    const struct cursor *at = session_cursor(scene->session);
    struct str line = {0};
    if (at->step < 1)
        return;
    if (scene->reveal)
        words_substep(scene->session, g->glyphs, &line);
    else
        words_equation_within(scene->session, RUN_PINNED, session_place(scene->session), g->glyphs, r.w, &line);
    int room = r.h > 1 ? r.h - 1 : 1;
    if (grid_wrap_lines(r.w, str_text(&line)) > room) {      /* half a formula is none */
        str_clear(&line);
        if (!scene->reveal) {
            words_unit_brief(scene->session, RUN_PINNED, session_place(scene->session), false, &line);
            str_addc(&line, '.');
        }
    }
    int n = grid_wrap(g, (struct rect){r.x, r.y, r.w, room}, ROLE_NUMBER, 0, str_text(&line));
    for (int k = 0; n + k < r.h && k < 2 && r.w >= CELL_W - 2; k++)
        grid_text(g, r.x, r.y + n + k, r.w, ROLE_TEXT, 0, always[k]);
    str_free(&line);
}

static enum view_reply turn_gate(struct session *s, void *state, bool other, struct err *e)
{
    (void)state, (void)other, (void)e;
    return anatomy_next_gate(s) ? VIEW_REDRAW : VIEW_IGNORED;
}

/* The box in brackets is taken apart. */
static enum view_reply open_box(struct session *s, void *state, bool other, struct err *e)
{
    (void)state, (void)other, (void)e;
    const struct cursor *at = session_cursor(s);
    if (at->step < 1)
        return VIEW_IGNORED;
    session_select(s, at->layer, at->unit, (enum value)cell_gate(at));
    return VIEW_GOTO;
}

static const struct view *leads_to(const void *state)
{
    (void)state;
    return &view_dissect;
}

static const struct view_key keys[] = {
    {"open", "<Enter>", NULL, "open the box in brackets: dissect", "open the box", 0, open_box, NULL},
    {"gate", "f", NULL, "the next box: f, i, candidate, o", "box", 0, turn_gate, NULL},
    {.keys = "<Tab>", .hint = "unit"},
    {.keys = "K", .hint = "layer above"},
    {.keys = NULL},
};

const struct view view_cell = {
    .near = true,
    .name = "cell",
    .title = "cell",
    .about = "one unit as a drawing: what meets what",
    .strip = "cell",
    .rank = 2,
    .help = "The whole cell of the selected unit. The double line along the top is its long-term memory C: it meets "
            "one factor, f, and one sum, i * g. Below are the four boxes, which all read the same numbers: what the "
            "cell showed before, and the input. At the right the short-term memory h comes down. PgDn goes through "
            "the word: a box is lit when its step has come, a question mark is still to come, a dot shows how far it "
            "has got. Brackets mark a box: f takes the next one, Enter opens it, which is dissect. Tab changes the "
            "unit, K and J the layer; where there is room the neighbouring layer is drawn too.",
    .key = 'D',
    .keys = keys,
    .takes_apart = true,
    .leads_to = leads_to,
    .draw = draw,
    .say = say,
    .explain = explain,
};
