/* whatif_draw.c: the rows of both runs under the columns of the tape. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "ui/widget.h"
#include "views/across.h"
#include "views/cells.h"
#include "views/rows.h"
#include "views/say.h"
#include "views/sums.h"
#include "views/tape.h"
#include "views/value.h"
#include "views/whatif_view.h"

enum row_name { HEADING, OTHER_WORDS, GATE, CHART, C_WAS, CHANGE, AFTER_CHANGE, TOP_NOW, TOP_WAS, P_NOW, P_WAS, AFTER_P,
    S_NOW, S_WAS, AFTER_S, O_NOW, O_WAS,
           H_NOW, H_WAS, ROWS };

/* Which rows go first when there is little room: the higher, the sooner. Blank lines go before all others. C itself
 * stands on the tape. */
static const int dispensable[ROWS] = {
    [C_WAS] = 0, [OTHER_WORDS] = 1, [CHANGE] = 2, [CHART] = 3, [HEADING] = 4, [P_NOW] = 5, [P_WAS] = 6, [TOP_NOW] = 7,
        [TOP_WAS] = 8, [GATE] = 9,
    [S_NOW] = 10, [S_WAS] = 11, [H_NOW] = 12, [H_WAS] = 13, [O_NOW] = 14, [O_WAS] = 15, [AFTER_CHANGE] = 16,
        [AFTER_P] = 17, [AFTER_S] = 18,
};

enum { CHART_LEAST = 3, CHART_MOST = 15, ROOMY = 26 };

/* The rows that come from one comparison or need a head; surprisal, o and h where there is much room. */
static bool wanted(enum row_name k, const struct whatif_pair *p, const struct whatif_facts *f, bool gate, bool roomy)
{
    bool two = p->kind != WHATIF_SAME, head = session_net(p->now.s)->outputs > 0;
    switch (k) {
    case OTHER_WORDS: return p->kind == WHATIF_SENTENCES;
    case GATE: return gate;
    case C_WAS: case CHANGE: return two;
    case TOP_NOW: case AFTER_CHANGE: return head;
    case TOP_WAS: return head && two;
    case P_NOW: case AFTER_P: return f->head;
    case P_WAS: return f->head && two;
    case S_NOW: case AFTER_S: return f->head && roomy;
    case S_WAS: return f->head && two && roomy;
    case O_NOW: case H_NOW: return roomy;
    case O_WAS: case H_WAS: return roomy && two;
    default: return true;
    }
}

/* Heights of the rows, top to bottom; 0 is left out. */
static void plan(int h, const struct whatif_pair *p, const struct whatif_facts *f, bool gate, int height[ROWS])
{
    struct row row[ROWS];
    for (int k = 0; k < ROWS; k++) {
        bool here = wanted((enum row_name)k, p, f, gate, h >= ROOMY);
        row[k] = (struct row){!here ? 0 : k == CHART ? CHART_LEAST : 1, k == CHART ? CHART_MOST : 0, dispensable[k]};
    }
    rows_fit(row, ROWS, h, height);
}

struct picture {
    const struct scene *scene;
    struct grid *g;
    struct rect r;
    struct whatif_pair p;
    const struct whatif_facts *f;
    struct across a;              /* the tape's own columns */
    int now;                      /* the current step */
};

static unsigned bold_at(const struct picture *c, int t)
{
    return t == c->now ? ATTR_BOLD : 0;
}

static void label(const struct picture *c, int y, enum role role, const char *text)
{
    int room = c->a.x - 2 - c->r.x;
    if (room > 2)
        grid_text(c->g, c->r.x, y, room, role, 0, text);
}

static const char *was_label(const struct picture *c)
{
    return c->p.kind == WHATIF_SENTENCES ? " there" : " was";
}

static enum value_look look_of(const struct picture *c, enum value v, int t)
{
    return value_marked(c->scene, &(struct place){c->f->layer, c->f->unit, v, t});
}

static void put_dot(const struct picture *c, int y, int t)
{
    char dot[8];
    dot[utf8_encode(c->g->glyphs->unknown, dot)] = '\0';
    across_put(&c->a, t, y, (struct ink){ROLE_DIM, 0}, dot);
}

/* The number of a word, or what stands for it. */
static void put_number(const struct picture *c, int y, int t, enum value v, struct ink ink, float x)
{
    char point[8];
    enum value_look look = look_of(c, v, t);
    const char *instead = cells_stand_in(look, c->g->glyphs, point);
    char gate[16];
    enum pen old = grid_pen(c->g, value_look_pen(look));
    if (instead)
        across_put(&c->a, t, y, (struct ink){ROLE_LABEL, 0}, instead);
    else if (value_is_gate(v))
        grid_text(c->g, across_x(&c->a, t), y, 5, ink.role, ink.attr, widget_gate(gate, sizeof gate, x, 5));
    else
        across_number(&c->a, t, y, ink, x, true);
    grid_pen(c->g, old);
}

static float value_of(const struct picture *c, const struct whatif_side *side, enum value v, int t)
{
    return session_value(side->s, side->run, c->f->layer, c->f->unit, v, t);
}

/* A quantity of either run: the present one with its pins, the other only where it differs. */
static void draw_values(const struct picture *c, int y, enum value v, bool now)
{
    const struct whatif_side *side = now ? &c->p.now : &c->p.was;
    for (int t = c->a.first; t <= c->a.last; t++) {
        if (!whatif_has(side, t))
            continue;
        bool both = whatif_has(&c->p.now, t) && whatif_has(&c->p.was, t) && c->p.kind != WHATIF_SAME;
        bool differs = both && value_of(c, &c->p.now, v, t) != value_of(c, &c->p.was, v, t);
        bool pinned = now && session_value_pinned(side->s, c->f->layer, c->f->unit, v, t);
        if (!now && both && !differs && v != VAL_C && look_of(c, v, t) != LOOK_HIDDEN) {
            put_dot(c, y, t);
            continue;
        }
        struct ink ink = {now ? ROLE_NUMBER : ROLE_GHOST, (now && differs) || pinned ? ATTR_BOLD : bold_at(c, t)};
        ink.role = pinned ? ROLE_PINNED : ink.role;
        put_number(c, y, t, v, ink, value_of(c, side, v, t));
        if (pinned)
            cells_star(c->g, across_x(&c->a, t) + 5, y);
    }
}

/* As it is printed: what stands below is the difference of what stands above it. */
static double shown(const struct picture *c, float v)
{
    char buf[16];
    return strtod(widget_number(buf, sizeof buf, v, c->a.pitch - 1 < 5 ? c->a.pitch - 1 : 5, 2, true), NULL);
}

static void draw_change(const struct picture *c, int y)
{
    for (int t = c->a.first; t <= c->a.last; t++) {
        if (!whatif_has(&c->p.now, t) || !whatif_has(&c->p.was, t))
            continue;
        float now = whatif_cell(&c->p.now, c->f->layer, c->f->unit, t),
            was = whatif_cell(&c->p.was, c->f->layer, c->f->unit, t);
        double d = shown(c, now) - shown(c, was);
        if (look_of(c, VAL_C, t) == LOOK_HIDDEN)
            put_number(c, y, t, VAL_C, (struct ink){ROLE_NUMBER, 0}, 0);
        else if (now == was)
            put_dot(c, y, t);
        else if (fabs(d) < 1e-9)
            across_put(&c->a, t, y, (struct ink){ROLE_NUMBER, 0}, "<.01");
        else
            put_number(c, y, t, VAL_C, (struct ink){ROLE_NUMBER, ATTR_BOLD}, (float)d);
    }
}

/* Where bars stand: the row of zero, rows to either side of it, and what they are of. */
struct ground { int zero, rows; float scale; };

/* Two cells wide, from the row of zero up or down; less than half a row is a number only. */
static void draw_bar(const struct picture *c, int x, const struct ground *on, float v, uint32_t glyph, enum role role)
{
    int n = (int)lrintf(fabsf(v) / on->scale * (float)on->rows), zero = on->zero;
    n = n > on->rows ? on->rows : n;
    for (int k = 1; k <= n; k++)
        for (int w = 0; w < 2; w++)
            grid_put(c->g, x + w, v > 0 ? zero - k : zero + k, glyph, role, 0);
}

/* Solid is now, light is without the pin, side by side: no colour is needed to tell them apart. */
static void draw_chart(const struct picture *c, int y, int h)
{
    const struct glyphs *gl = c->g->glyphs;
    float scale = widget_scale(c->f->peak);
    /* A side of zero has rows when it would fill half of one. */
    float least = scale / (float)(2 * (h - 1));
    bool down = c->f->low <= -least, up = c->f->high >= least || !down;
    int rows = up && down ? (h - 1) / 2 : h - 1, zero = up ? y + rows : y;
    char buf[16];
    const struct ground on = {zero, rows, scale};
    for (int t = c->a.first; t <= c->a.last; t++) {
        enum value_look look = look_of(c, VAL_C, t);
        int x = across_x(&c->a, t);
        for (int k = 0; k < 5 && k < c->a.pitch - 1; k++)
            grid_put(c->g, x + k, zero, gl->hline, ROLE_AXIS, 0);
        if (look == LOOK_HIDDEN)
            continue;
        enum pen old = grid_pen(c->g, value_look_pen(look));
        if (whatif_has(&c->p.now, t))
            draw_bar(c, x, &on, whatif_cell(&c->p.now, c->f->layer, c->f->unit, t), gl->full, ROLE_C);
        if (c->p.kind != WHATIF_SAME && whatif_has(&c->p.was, t))
            draw_bar(c, x + 3, &on, whatif_cell(&c->p.was, c->f->layer, c->f->unit, t), gl->heat[1], ROLE_GHOST);
        grid_pen(c->g, old);
    }
    int end = c->a.x - 2, room = end - c->r.x;
    if (room < 4)
        return;
    grid_text_right(c->g, end, zero, room, ROLE_DIM, 0, "0");
    for (int sign = 1; sign >= -1; sign -= 2)
        if (rows > 0 && (sign > 0 ? up : down)) {
            const char *text = widget_number(buf, sizeof buf, (float)sign * scale, 5, 0, true);
            grid_text_right(c->g, end, zero - sign * rows, room, ROLE_DIM, 0, text + strspn(text, " "));
        }
}

/* What the head says there is still being computed: dots stand for it. */
static bool put_waiting(const struct picture *c, int y, int t)
{
    const struct whatif_pair *p = &c->p;
    if (session_likeliest_known(p->now.s, p->now.run, t) && session_likeliest_known(p->was.s, p->was.run, t))
        return false;
    across_put(&c->a, t, y, (struct ink){ROLE_DIM, 0}, c->g->glyphs->ascii ? "..." : "…");
    return true;
}

static void draw_top(const struct picture *c, int y, bool now)
{
    const struct whatif_side *side = now ? &c->p.now : &c->p.was;
    for (int t = c->a.first; t <= c->a.last; t++) {
        if (!whatif_has(side, t) || put_waiting(c, y, t))
            continue;
        bool both = whatif_has(&c->p.now, t) && whatif_has(&c->p.was, t);
        int best = session_likeliest(side->s, side->run, t);
        bool differs = both && session_likeliest(c->p.now.s, c->p.now.run, t) != session_likeliest(c->p.was.s,
            c->p.was.run, t);
        struct str word = {0}, cut = {0};
        if (!now && both && !differs) {
            put_dot(c, y, t);
            continue;
        }
        if (best < 0)             /* the logits overflow */
            str_addc(&word, '-');
        else
            say_output(side->s, best, c->g->glyphs, &word);
        utf8_cut(&cut, str_text(&word), c->a.pitch - 2, c->g->glyphs->ascii);
        across_put(&c->a, t, y, (struct ink){now ? ROLE_PREDICT : ROLE_GHOST, differs && now ? ATTR_BOLD : 0},
                   str_text(&cut));
        if (differs && now)
            cells_pointer(c->g, across_x(&c->a, t) - 1, y);
        str_free(&word);
        str_free(&cut);
    }
}

static void draw_surprise(const struct picture *c, int y, bool now, bool probability)
{
    const struct whatif_side *side = now ? &c->p.now : &c->p.was;
    for (int t = c->a.first; t <= c->a.last; t++) {
        if (whatif_has(side, t) && t < session_steps(side->s) && put_waiting(c, y, t))
            continue;
        double v = whatif_has(side, t) ? whatif_surprise(side, t) : (double)NAN;
        if (!isfinite(v)) {
            if (whatif_has(side, t) && t < session_steps(side->s))
                across_put(&c->a, t, y, (struct ink){ROLE_DIM, 0}, "-");
            continue;
        }
        bool both = whatif_has(&c->p.now, t) && whatif_has(&c->p.was, t) && c->p.kind != WHATIF_SAME;
        double a = both ? whatif_surprise(&c->p.now, t) : v, b = both ? whatif_surprise(&c->p.was, t) : v;
        a = probability ? exp(-a) : a;
        b = probability ? exp(-b) : b;
        bool differs = both && sums_printed(a, 2) != sums_printed(b, 2);
        if (!now && both && !differs)
            put_dot(c, y, t);
        else
            across_number(&c->a, t, y, (struct ink){now ? ROLE_NUMBER : ROLE_GHOST, now
                                                    && differs ? ATTR_BOLD : bold_at(c, t)},
                                                        (float)(probability ? exp(-v) : v), false);
    }
}

/* The words of the other sentence under those of the tape; those that differ stand out. */
static void draw_other_words(const struct picture *c, int y)
{
    for (int t = c->a.first; t <= c->a.last && t <= session_steps(c->p.was.s); t++) {
        struct str word = {0};
        bool differs = !whatif_has(&c->p.now, t)
            || strcmp(session_token(c->p.now.s, t), session_token(c->p.was.s, t)) != 0;
        say_token_cut(c->p.was.s, t, c->a.pitch - 1, c->g->glyphs, &word);
        across_put(&c->a, t, y, (struct ink){differs ? ROLE_TOKEN : ROLE_GHOST, differs ? ATTR_BOLD : 0},
                   str_text(&word));
        str_free(&word);
    }
}

/* What was set by hand, its number in the colour of pins; and what solid and light mean, where there is room. */
static void draw_heading(const struct picture *c, int y)
{
    struct str text = {0};
    const struct glyphs *gl = c->g->glyphs;
    if (!value_secret(c->scene, &text))
        whatif_say_where(&c->p, c->f, gl, &text);
    if (utf8_text_width(str_text(&text)) > c->r.w && !value_secret(c->scene, NULL)) {
        str_clear(&text);
        whatif_say_where_short(&c->p, c->f, gl, &text);
    }
    int n = say_wrap(c->g, (struct rect){c->r.x, y, c->r.w, 1}, ROLE_TEXT, 0, str_text(&text))
        ? utf8_text_width(str_text(&text)) : 0;
    const char *pinned = strstr(str_text(&text), " pinned to ");
    if (pinned && c->p.kind == WHATIF_PINS) {
        pinned += strlen(" pinned to ");
        int from = 0;
        for (const char *p = str_text(&text); p < pinned; p++)
            from += ((unsigned char)*p & 0xC0) != 0x80;
        for (int k = 0; pinned[k] && pinned[k] != ' '; k++)
            grid_put(c->g, c->r.x + from + k, y, (uint32_t)pinned[k], ROLE_PINNED, ATTR_BOLD);
    }
    bool sentences = c->p.kind == WHATIF_SENTENCES;
    const char *now = sentences ? "here" : "now", *was = sentences ? "there" : "without it";
    int w = 7 + utf8_text_width(now) + utf8_text_width(was), x = c->r.x + c->r.w - w;
    if (c->p.kind != WHATIF_SAME && n + 3 + w <= c->r.w) {
        grid_put(c->g, x, y, gl->full, ROLE_C, 0);
        x += 2 + grid_text(c->g, x + 2, y, 8, ROLE_TEXT, 0, now);
        grid_put(c->g, x + 3, y, gl->heat[1], ROLE_GHOST, 0);
        grid_text(c->g, x + 5, y, 12, ROLE_TEXT, 0, was);
    }
    str_free(&text);
}

static void draw_row(const struct picture *c, enum row_name k, int y, int h)
{
    const struct cursor *at = session_cursor(c->p.now.s);
    const struct glyphs *gl = c->g->glyphs;
    switch (k) {
    case HEADING: draw_heading(c, y); break;
    case OTHER_WORDS:
        label(c, y, ROLE_GHOST, " there");
        draw_other_words(c, y);
        break;
    case GATE:
        label(c, y, value_role(at->value), value_symbol(at->value, gl));
        draw_values(c, y, at->value, true);
        break;
    case CHART: draw_chart(c, y, h); break;
    case C_WAS:
        label(c, y, ROLE_GHOST, was_label(c));
        draw_values(c, y, VAL_C, false);
        break;
    case CHANGE:
        label(c, y, ROLE_LABEL, " change");
        draw_change(c, y);
        break;
    case TOP_NOW: case TOP_WAS:
        label(c, y, k == TOP_NOW ? ROLE_LABEL : ROLE_GHOST, k == TOP_NOW ? "expects" : was_label(c));
        draw_top(c, y, k == TOP_NOW);
        break;
    case P_NOW: case P_WAS:
        label(c, y, k == P_NOW ? ROLE_LABEL : ROLE_GHOST, k == P_NOW ? "p(next)" : was_label(c));
        draw_surprise(c, y, k == P_NOW, true);
        break;
    case S_NOW: case S_WAS:
        label(c, y, k == S_NOW ? ROLE_LABEL : ROLE_GHOST, k == S_NOW ? "surprisal" : was_label(c));
        draw_surprise(c, y, k == S_NOW, false);
        break;
    case O_NOW: case O_WAS: case H_NOW: case H_WAS: {
        enum value v = k == O_NOW || k == O_WAS ? VAL_O : VAL_H;
        bool now = k == O_NOW || k == H_NOW;
        label(c, y, now ? value_role(v) : ROLE_GHOST, now ? value_symbol(v, gl) : was_label(c));
        draw_values(c, y, v, now);
        break;
    }
    default: break;
    }
}

/* One line parts the runs, before the first word at which they differ, down through all rows. */
static void mark_parting(const struct picture *c, int top, int bottom)
{
    int t = c->f->parts, x = across_x(&c->a, t) - 2;
    if (t < c->a.first || t > c->a.last || t < 2)
        return;
    for (int y = top; y < bottom; y++) {
        const struct cell *at = grid_at(c->g, x, y);
        if (at && at->ch[0] == ' ')
            grid_put(c->g, x, y, c->g->glyphs->vline, ROLE_RULE, 0);
    }
}

/* Where columns have no room: the current word in a line. */
static void draw_line(const struct picture *c)
{
    struct str text = {0};
    char name[32];
    str_addf(&text, "C %s ", session_unit_label(c->p.now.s, c->f->layer, c->f->unit, name));
    whatif_add_number(&text, whatif_cell(&c->p.now, c->f->layer, c->f->unit, c->now), true);
    if (c->p.kind != WHATIF_SAME && whatif_has(&c->p.was, c->now)) {
        str_add(&text, " was ");
        whatif_add_number(&text, whatif_cell(&c->p.was, c->f->layer, c->f->unit, c->now), true);
    }
    enum pen old = grid_pen(c->g, value_look_pen(look_of(c, VAL_C, c->now)));
    grid_wrap(c->g, c->r, ROLE_TEXT, 0, str_text(&text));
    grid_pen(c->g, old);
    str_free(&text);
}

void whatif_draw(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    const struct session *s = scene->session;
    struct picture c = {.scene = scene, .g = g, .p = whatif_pair_of(s), .f = state,
        .now = session_cursor(s)->step};
    c.r = r = rect_inset(r, r.w > 24 ? 1 : 0, 0);
    if (r.w < 1 || r.h < 1)
        return;
    if (c.now < 1) {
        say_draw_nothing(s, g, r);
        return;
    }
    c.a = tape_columns(s, g->w);
    c.a.g = g;
    tape_mark(s, g, r);
    if (r.w < 20 || r.h < 3 || c.a.last < c.a.first) {
        draw_line(&c);
        return;
    }
    if (!c.f->waits)
        whatif_ask(&c.p, c.a.first, c.a.last);
    int y = r.y, height[ROWS];
    if (scene->explain && r.h >= 12) {
        struct str text = {0};
        if (!value_secret(scene, &text))
            whatif_explain(scene, c.f, g->glyphs, &text);
        int lines = say_wrap(g, (struct rect){r.x, y, r.w, r.h >= 22 ? 5 : 3}, ROLE_TEXT, 0, str_text(&text));
        str_free(&text);
        y += lines;
        r.h -= lines;
    }
    const struct cursor *at = session_cursor(s);
    bool gate = at->value != VAL_C && c.p.kind != WHATIF_SENTENCES && !value_kind(at->value)->product;
    plan(r.h, &c.p, c.f, gate, height);
    int top = y + height[HEADING];
    for (int k = 0; k < ROWS; k++) {
        if (height[k])
            draw_row(&c, (enum row_name)k, y, height[k]);
        y += height[k];
    }
    mark_parting(&c, top, y);
}
