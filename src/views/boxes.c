/* boxes.c: see boxes.h.
 *
 * An arc leaves its box through a port, runs along a lane of its own and comes down on the port of the other box.
 * Ports are ordered so that arcs of neighbours nest: of those that arrive the nearest is the outermost, of those that
 * leave it is the innermost. A lane is the lowest one that no arc before it uses there; short arcs choose first. */
#include "views/boxes.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

enum { GAP = 14 };                /* least cells between two boxes: an arrow with a word on it */

static int left_of(const struct boxes *b, int k, struct rect r)
{
    return b->n > 1 ? r.x + (r.w - BOXES_W) * k / (b->n - 1) : r.x + (r.w - BOXES_W) / 2;
}

static bool forward(const struct box_arc *a) { return a->from < a->to; }
static int span(const struct box_arc *a) { return abs(a->to - a->from); }

/* Arcs of one side in the order in which they choose lanes. */
static int side_of(const struct boxes *b, bool above, int out[BOXES_ARCS])
{
    int n = 0;
    for (int width = 1; width < b->n; width++)
        for (int k = 0; k < b->arcs; k++)
            if (forward(&b->arc[k]) == above && span(&b->arc[k]) == width)
                out[n++] = k;
    return n;
}

/* Lanes from 1 on, by arc; returns how many there are. */
static int choose_lanes(const struct boxes *b, bool above, int lane[BOXES_ARCS])
{
    int list[BOXES_ARCS], n = side_of(b, above, list), most = 0;
    for (int j = 0; j < n; j++) {
        const struct box_arc *a = &b->arc[list[j]];
        int low = forward(a) ? a->from : a->to, high = forward(a) ? a->to : a->from, at = 1;
        for (int i = 0; i < j; i++) {
            const struct box_arc *o = &b->arc[list[i]];
            int from = forward(o) ? o->from : o->to, to = forward(o) ? o->to : o->from;
            if (lane[list[i]] == at && from < high && low < to) {
                at++;
                i = -1;
            }
        }
        lane[list[j]] = at;
        most = at > most ? at : most;
    }
    return most;
}

int boxes_height(const struct boxes *b, int w)
{
    int lane[BOXES_ARCS] = {0};
    if (b->n < 2 || b->n > BOXES_MOST || w < b->n * BOXES_W + (b->n - 1) * GAP)
        return 0;
    int above = choose_lanes(b, true, lane), below = choose_lanes(b, false, lane);
    return above + (above > 0) + BOXES_H + below + (below > 0);
}

/* Where an arc meets a box, as cells from its left edge. Arcs on the left side of a box go to its left. */
static int port(const struct boxes *b, int k, const struct box_arc *a)
{
    int before = k, after = b->n - 1 - k, other = a->from == k ? a->to : a->from, at;
    /* From the left edge on: those to the left, the nearest first; then those to the right, the farthest first. */
    if (other < k)
        at = k - 1 - other;
    else
        at = before + (b->n - 1 - other);
    int all = before + after;
    return all > 1 ? 2 + (BOXES_W - 5) * at / (all - 1) : BOXES_W / 2;
}

static void draw_arc(const struct boxes *b, const struct box_arc *a, int lane, struct grid *g, struct rect r, int top)
{
    const struct glyph_lines *l = &g->glyphs->plain;
    bool up = forward(a);
    int x0 = left_of(b, a->from, r) + port(b, a->from, a), x1 = left_of(b, a->to, r) + port(b, a->to, a);
    int edge = up ? top - 1 : top + BOXES_H, y = up ? edge - lane : edge + lane, step = up ? -1 : 1;
    int low = x0 < x1 ? x0 : x1, high = x0 < x1 ? x1 : x0;
    enum role role = a->chosen ? ROLE_CURSOR : ROLE_AXIS;
    unsigned attr = a->chosen ? ATTR_BOLD : 0;
    for (int k = edge; k != y; k += step) {
        grid_put(g, x0, k, l->v, role, attr);
        grid_put(g, x1, k, k == edge ? up ? g->glyphs->head_down : g->glyphs->head_up : l->v, role, attr);
    }
    for (int x = low + 1; x < high; x++) {
        const struct cell *c = grid_at(g, x, y);
        grid_put(g, x, y, c && c->ch[0] == l->v ? g->glyphs->zero : l->h, role, attr);
    }
    grid_put(g, low, y, up ? l->tl : l->bl, role, attr);
    grid_put(g, high, y, up ? l->tr : l->br, role, attr);
    struct str words = {0};
    int room = high - low - 7;
    if (room > 0)
        b->say(b->whose, a->what, room, g->glyphs, &words);
    int w = utf8_text_width(str_text(&words));
    if (w && w <= room)
        grid_textf(g, low + (high - low - w) / 2, y, w + 2, a->chosen ? ROLE_TOKEN_NOW : ROLE_TOKEN, attr, " %s ",
                   str_text(&words));
    str_free(&words);
}

static void draw_box(const struct boxes *b, int k, struct grid *g, struct rect r, int top)
{
    const struct box *box = &b->box[k];
    const struct glyph_lines *l = box->here ? &g->glyphs->lit : &g->glyphs->plain;
    enum role role = box->here ? ROLE_C : ROLE_LABEL;
    unsigned attr = box->here ? ATTR_BOLD : 0;
    int x = left_of(b, k, r), last = x + BOXES_W - 1, bottom = top + BOXES_H - 1;
    for (int j = x + 1; j < last; j++) {
        grid_put(g, j, top, l->h, role, attr);
        grid_put(g, j, bottom, l->h, role, attr);
    }
    for (int y = top + 1; y < bottom; y++) {
        grid_put(g, x, y, l->v, role, attr);
        grid_put(g, last, y, l->v, role, attr);
    }
    grid_put(g, x, top, l->tl, role, attr);
    grid_put(g, last, top, l->tr, role, attr);
    grid_put(g, x, bottom, l->bl, role, attr);
    grid_put(g, last, bottom, l->br, role, attr);
    grid_text_centre(g, (struct rect){x + 1, top, BOXES_W - 2, BOXES_H}, top + 1, role, ATTR_BOLD, box->first);
    grid_text_centre(g, (struct rect){x + 1, top, BOXES_W - 2, BOXES_H}, top + 2, role, attr, box->second);
}

void boxes_draw(const struct boxes *b, struct grid *g, struct rect r)
{
    int lane[BOXES_ARCS] = {0}, above = choose_lanes(b, true, lane);
    choose_lanes(b, false, lane);
    int top = r.y + above + (above > 0);
    /* The long ones first: what is nearer lies over them. */
    for (int width = b->n - 1; width > 0; width--)
        for (int k = 0; k < b->arcs; k++)
            if (span(&b->arc[k]) == width)
                draw_arc(b, &b->arc[k], lane[k], g, r, top);
    for (int k = 0; k < b->n; k++)
        draw_box(b, k, g, r, top);
}
