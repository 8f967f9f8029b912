/* timeline_text.c: the second page of a timeline: the text itself, each word on the colour of the selected unit's
 * tanh C. See timeline.h. */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "views/cells.h"
#include "views/say.h"
#include "views/timeline.h"

/* Running text in lines of w cells. Calls each with the place of every token; a token longer than a line is cut. */
struct flow { const struct session *s; const struct glyphs *gl; int w; bool chars; int x, line; };

static int flow_token(struct flow *f, int t, struct str *word, int *line)
{
    str_clear(word);
    say_token_cut(f->s, t, f->w, f->gl, word);
    int cells = utf8_text_width(str_text(word)), gap = f->chars ? 0 : 1, x = f->x ? f->x + gap : 0;
    if (f->x && x + cells > f->w) {
        f->line++;
        x = 0;
    }
    *line = f->line;
    f->x = x + cells;
    if (strchr(session_token(f->s, t), '\n')) {        /* the text's own line ends */
        f->line++;
        f->x = 0;
    }
    return x;
}

static void draw_text_token(const struct timeline *c, int x, int y, int t, const char *word, bool marks)
{
    struct grid *g = c->g;
    struct place at = {c->at->layer, c->at->unit, VAL_C, t};
    const struct heat heat = cells_value(VAL_C, session_value(c->s, RUN_PINNED, at.layer, at.unit, VAL_C, t),
                                         value_look(c->scene, &at));
    int n = grid_text(g, x, y, utf8_text_width(word), ROLE_TEXT, t == c->at->step ? ATTR_BOLD | ATTR_UNDERLINE : 0,
                      word);
    if (heat.look < LOOK_UNKNOWN && heat.look != LOOK_DIM && abs(heat.level) >= LEVEL_MAX / 20)
        grid_tint(g, x, y, n, ROLE_HEAT_CELL, heat.level);
    if (!marks)
        return;
    cells_heat(g, (struct rect){x, y + 1, n, 1}, &heat);
    if (session_pinned(c->s, at.layer, at.unit, Q_C, t))
        cells_star(g, x, y + 1);
}

void timeline_text(const struct timeline *c, struct rect r)
{
    struct grid *g = c->g;
    int T = session_steps(c->s), y = r.y;
    if (r.h >= 6) {
        int legend = timeline_legend(c, r.x + r.w - 1, y, r.w - 24, VAL_C), x = r.x + 1,
            room = r.w - 2 - legend - (legend ? 2 : 0);
        struct str unit = {0};
        timeline_unit(c->s, c->at->layer, c->at->unit, &unit);
        x += grid_text(g, x, y, room, ROLE_C, ATTR_BOLD, value_symbol(VAL_C, g->glyphs));
        grid_textf(g, x, y, room - (x - r.x - 1), ROLE_LABEL, 0, " of %s under every %s", str_text(&unit),
                   say_noun(c->s, false));
        str_free(&unit);
        y += r.h >= 12 ? 2 : 1;
    }
    struct rect body = {r.x + (r.w > 20 ? 2 : 0), y, r.w - (r.w > 20 ? 4 : 0),
                        r.y + r.h - y};
    bool marks = body.h >= 2;
    int pitch = marks ? body.h >= 9 ? 3 : 2 : 1, lines = body.h / pitch > 0 ? body.h / pitch : 1, now = 0, line = 0;
    struct str word = {0};
    struct flow f = {.s = c->s, .gl = g->glyphs, .w = body.w > 0 ? body.w : 1, .chars = say_characters(c->s)};
    struct flow start = f;
    for (int t = 1; t <= T; t++) {
        flow_token(&f, t, &word, &line);
        if (t == c->at->step)
            now = line;
    }
    int total = line + 1;
    if (total * 3 > body.h && pitch == 3) {        /* air only when all of the text is on screen */
        pitch = 2;
        lines = body.h / pitch;
    }
    int top = timeline_window(now, total, lines);
    f = start;
    for (int t = 1; t <= T; t++) {
        int x = flow_token(&f, t, &word, &line);
        if (line >= top + lines)
            break;
        if (line >= top)
            draw_text_token(c, body.x + x, body.y + (line - top) * pitch, t, str_text(&word), marks);
    }
    str_free(&word);
}
