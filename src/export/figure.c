/* figure.c: see figure.h. Lengths are in points; the page is 244 of them wide, which is 86 mm. Bars are rectangles as
 * long as their values, not rounded to cells: a reader may measure them. */
#include "export/figure.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clamp.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "export/paint.h"
#include "ui/widget.h"
#include "views/anatomy.h"
#include "views/bars_draw.h"
#include "views/say.h"
#include "views/value.h"

enum { WIDE = 244, LINE = 10, BAR = 7 };
static const char family[] = "Helvetica,Arial,'DejaVu Sans',sans-serif";

enum figure figure_find(const char *name)
{
    static const char *const names[] = {"", "bars", "dissect", "timeline"};
    for (int k = FIGURE_BARS; k <= FIGURE_TIMELINE; k++)
        if (strcmp(name, names[k]) == 0)
            return (enum figure)k;
    return FIGURE_NONE;
}

/* ---- drawing ----------------------------------------------------------------------------------------------------- */

struct figure_page {
    const struct scene *scene;
    const struct session *s;
    const struct cursor *at;
    const struct theme *theme;
    struct sheet sheet;
    struct str body;
    double y;                     /* how far down it goes */
};

static unsigned color_of(const struct figure_page *p, enum role role, int level)
{
    return (unsigned)paint_role(p->theme, &p->sheet.ground, role, level);
}

static void rect(struct figure_page *p, double x, double y, double w, double h, enum role role)
{
    str_addf(&p->body, "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" fill=\"#%06X\"/>\n", x, y, w, h,
             color_of(p, role, 0));
}

/* What would be without pins is dashed. */
static void line(struct figure_page *p, double x0, double y0, double x1, double y1, enum role role)
{
    bool dashed = role == ROLE_GHOST;
    str_addf(&p->body, "<path d=\"M%.2f %.2fL%.2f %.2f\" stroke=\"#%06X\" stroke-width=\"%s\"%s/>\n", x0, y0, x1, y1,
             color_of(p, role, 0), dashed ? "1" : "0.5", dashed ? " stroke-dasharray=\"1.5 1\"" : "");
}

/* "f_t" has its index below the line: what stands behind '_' up to a blank or comma. */
static void add_indexed(struct str *out, const char *text)
{
    for (const char *p = text; *p;) {
        size_t n = strcspn(p, "_");
        char *piece = xstrndup(p, n);
        paint_title(out, piece);
        free(piece);
        p += n;
        if (!*p)
            break;
        size_t index = strcspn(++p, " ,");
        piece = xstrndup(p, index);
        str_add(out, "<tspan font-size=\"70%\" dy=\"1.5\">");
        paint_title(out, piece);
        str_add(out, "</tspan>");
        free(piece);
        p += index;
        if (*p)
            str_addf(out, "<tspan dy=\"-1.5\">%c</tspan>", *p), p++;
    }
}

enum side { LEFT, MIDDLE, RIGHT };
struct face { enum role role; bool bold, indexed; };

static struct face plain(enum role role)
{
    return (struct face){role, false, false};
}

static struct face bold(enum role role)
{
    return (struct face){role, true, false};
}

static void words(struct figure_page *p, double x, double y, enum side side, struct face face, const char *text)
{
    static const char *const anchors[] = {"", " text-anchor=\"middle\"", " text-anchor=\"end\""};
    str_addf(&p->body, "<text x=\"%.2f\" y=\"%.2f\"%s fill=\"#%06X\"%s>", x, y, anchors[side],
             color_of(p, face.role, 0), face.bold ? " font-weight=\"bold\"" : "");
    if (face.indexed)
        add_indexed(&p->body, text);
    else
        paint_title(&p->body, text);
    str_add(&p->body, "</text>\n");
}

static void small(struct figure_page *p, double x, double y, int side, const char *text)
{
    str_addf(&p->body, "<text x=\"%.2f\" y=\"%.2f\" font-size=\"5.5\"%s fill=\"#%06X\">", x, y,
             side == MIDDLE ? " text-anchor=\"middle\"" : side == RIGHT ? " text-anchor=\"end\"" : "",
             color_of(p, ROLE_DIM, 0));
    paint_title(&p->body, text);
    str_add(&p->body, "</text>\n");
}

/* low … high, laid over x … x + w. */
struct axis { double x, w, low, high; };

static double axis_at(const struct axis *a, double v)
{
    return a->x + a->w * (v - a->low) / (a->high - a->low);
}

/* A bar on its axis, beyond which it does not go; a dashed line where it would be without pins. */
static void bar(struct figure_page *p, const struct axis *a, double value, double base, enum role role)
{
    double zero = axis_at(a, a->low < 0 ? 0 : a->low), end = axis_at(a, fmax(a->low, fmin(a->high, value)));
    line(p, zero, p->y - 1, zero, p->y + BAR + 1, ROLE_AXIS);
    rect(p, end < zero ? end : zero, p->y, fabs(end - zero), BAR, role);
    if (isfinite(base) && base >= a->low && base <= a->high) {
        double at = axis_at(a, base);
        line(p, at, p->y - 1, at, p->y + BAR + 1, ROLE_GHOST);
    }
}

/* Ticks above a block. */
static void scale(struct figure_page *p, const struct axis *a)
{
    char text[24];
    int steps = a->low < 0 ? 4 : 2;
    for (int k = 0; k <= steps; k++) {
        double v = a->low + (a->high - a->low) * k / steps, at = a->x + a->w * k / steps;
        snprintf(text, sizeof text, a->low < 0 && v != 0 ? "%+g" : "%g", v);
        small(p, at, p->y, MIDDLE, text);
        line(p, at, p->y + 1, at, p->y + 2.5, ROLE_AXIS);
    }
    p->y += 4;
}

static void title(struct figure_page *p, const char *what)
{
    struct str text = {0};
    if (*what)
        str_addf(&text, "%s, ", what);
    str_addf(&text, "t = %d", p->at->step);
    if (p->at->step > 0) {
        str_addc(&text, ' ');
        say_quoted(p->s, p->at->step, &glyphs_unicode, &text);
    }
    words(p, 2, p->y + 7, LEFT, (struct face){ROLE_TEXT, true, *what}, str_text(&text));
    str_free(&text);
    p->y += 16;
}

/* ---- bars -------------------------------------------------------------------------------------------------------- */

static enum role looked(enum value_look look, enum role plain)
{
    return look == LOOK_DIM || look == LOOK_UNKNOWN ? ROLE_DIM : look == LOOK_HIDDEN ? ROLE_LABEL : plain;
}

enum { BARS_X = 84, BARS_W = 92 };

/* As the main view says it: a cell that rounds to nothing has no sign. */
static void say_value(enum value v, float x, struct str *out)
{
    char buf[16];
    if (value_is_gate(v)) {
        value_say(v, x, out);
        return;
    }
    widget_number(buf, sizeof buf, x, 6, 2, true);
    str_add(out, buf + strspn(buf, " "));
}

static void bars_row(struct figure_page *p, const struct axis *axis, enum value v, int unit)
{
    enum { X = BARS_X, W = BARS_W };
    int layer = p->at->layer, t = p->at->step;
    char label[32];
    struct str number = {0};
    enum value_look look = value_look(p->scene, &(struct place){layer, unit, v, t});
    bool pinned = session_value_pinned(p->s, layer, unit, v, t);
    words(p, X - 4, p->y + 6, RIGHT, plain(looked(look, ROLE_LABEL)),
          session_unit_label(p->s, layer, unit, label));
    if (look == LOOK_HIDDEN || look == LOOK_UNKNOWN) {
        bar(p, axis, 0, NAN, ROLE_DIM);
        words(p, X + W + 32, p->y + 6, RIGHT, plain(ROLE_LABEL), look == LOOK_HIDDEN ? "?" : "·");
    } else {
        float value = session_value(p->s, RUN_PINNED, layer, unit, v, t),
              base = session_value(p->s, RUN_BASE, layer, unit, v, t);
        bool moved = bars_moved(value, base);
        bar(p, axis, (double)value, moved ? (double)base : NAN, looked(look, value_role(v)));
        say_value(v, value, &number);
        str_add(&number, pinned ? "*" : "");
        words(p, X + W + 32, p->y + 6, RIGHT, plain(pinned ? ROLE_PINNED : looked(look, ROLE_NUMBER)),
              str_text(&number));
        if (moved) {
            str_clear(&number);
            str_add(&number, "(");
            say_value(v, base, &number);
            str_add(&number, ")");
            words(p, WIDE - 1, p->y + 6, RIGHT, plain(ROLE_GHOST), str_text(&number));
        }
    }
    str_free(&number);
    p->y += LINE;
}

static void draw_bars(struct figure_page *p)
{
    struct bars_plan plan = bars_plan(p->scene, (struct rect){0, 3, 80, 16}, false);
    enum { MOST = 6 };
    int *order = xcalloc((size_t)session_net(p->s)->layer[p->at->layer].hidden, sizeof *order);
    bars_order(p->s, p->at->layer, order);
    int n = plan.mode == BARS_BLOCKS ? plan.units : MOST;
    float cell = bars_scale(p->scene);
    title(p, "");
    for (int k = 0; k < plan.n; k++) {
        enum value v = plan.value[k];
        struct axis axis = {BARS_X, BARS_W, value_is_gate(v) ? 0 : -(double)cell, value_is_gate(v) ? 1 : (double)cell};
        if (!k || value_is_gate(v) != value_is_gate(plan.value[k - 1]))
            scale(p, &axis);
        words(p, 2, p->y + 6, LEFT, (struct face){value_role(v), true, true}, value_symbol(v, &glyphs_unicode));
        small(p, 22, p->y + 6, LEFT, value_name(v));
        for (int u = 0; u < n; u++)
            bars_row(p, &axis, v, plan.mode == BARS_BLOCKS ? plan.unit[u] : order[u]);
        p->y += 4;
    }
    free(order);
}

/* ---- dissect ----------------------------------------------------------------------------------------------------- */

enum { TERM_X = 116, TERM_W = 92 };

/* Is what this input holds asked for? */
static bool input_hidden(const struct figure_page *p, const struct anatomy *a, int k)
{
    if (k < a->H)
        return scene_hides(p->scene, a->layer, k, VAL_H, a->t - 1);
    return a->layer > 0 && scene_hides(p->scene, a->layer - 1, k - a->H, VAL_H, a->t);
}

/* A row of the sum; hidden: nothing but its name. */
struct term { const char *label, *factors; double v; bool hidden, bold; };

static void term_row(struct figure_page *p, const struct axis *axis, struct term r)
{
    char buf[SUMS_MAX];
    words(p, 2, p->y + 6, LEFT, (struct face){ROLE_LABEL, r.bold, true}, r.label);
    words(p, TERM_X - 6, p->y + 6, RIGHT, plain(ROLE_DIM), r.hidden ? "" : r.factors);
    bar(p, axis, r.hidden ? 0 : r.v, NAN, r.v < 0 ? ROLE_NEGATIVE : ROLE_POSITIVE);
    words(p, WIDE - 1, p->y + 6, RIGHT, (struct face){ROLE_NUMBER, r.bold, false},
          r.hidden ? "?" : sums_number(buf, r.v, 2, true));
    p->y += LINE;
}

static void gate_row(struct figure_page *p, const struct anatomy *a, bool hidden)
{
    struct str text = {0};
    enum value v = (enum value)a->gate;
    struct axis axis = {TERM_X, TERM_W, a->gate == Q_G ? -1 : 0, 1};
    scale(p, &axis);
    str_addf(&text, "%s = %s(z)%s", value_symbol(v, &glyphs_unicode),
             say_squash(p->s, a->layer, a->gate, &glyphs_unicode), a->pinned ? ", set by hand" : "");
    words(p, 2, p->y + 6, LEFT, (struct face){a->pinned ? ROLE_PINNED : value_role(v), true, true}, str_text(&text));
    double base = hidden || !bars_moved((float)a->now, (float)a->base) ? NAN : a->base;
    bar(p, &axis, hidden ? 0 : a->now, base, value_role(v));
    str_clear(&text);
    value_say(v, (float)a->now, &text);
    words(p, WIDE - 1, p->y + 6, RIGHT, bold(ROLE_NUMBER), hidden ? "?" : str_text(&text));
    str_free(&text);
    p->y += LINE;
}

static void draw_dissect(struct figure_page *p)
{
    enum { MOST = 10 };
    struct anatomy a;
    struct str name = {0}, factors = {0};
    char label[ANATOMY_LABEL], of[SAY_UNIT], one[SUMS_MAX], two[SUMS_MAX];
    anatomy_take(&a, p->s, true, false);
    int n = a.n < MOST ? a.n : MOST;
    /* Terms of a sum stay, to add them up is the exercise; what adds up to a hidden gate, or from a hidden input, does
     * not. */
    bool gate_hidden = scene_hides(p->scene, a.layer, a.unit, (enum value)a.gate, a.t), lacks = false;
    double most = fabs(a.z) > fabs(a.b) ? fabs(a.z) : fabs(a.b), shown = 0;
    for (int k = 0; k < a.n; k++) {
        most = fabs(a.term[k]) > most ? fabs(a.term[k]) : most;
        lacks = lacks || input_hidden(p, &a, k);
    }
    most = (double)widget_scale((float)most);
    struct axis axis = {TERM_X, TERM_W, -most, most};
    str_addf(&name, "%s of %s", value_symbol((enum value)a.gate, &glyphs_unicode),
             say_unit_name(p->s, a.layer, a.unit, of));
    title(p, str_text(&name));
    small(p, TERM_X - 6, p->y - 2, RIGHT, "weight × input");
    scale(p, &axis);
    for (int j = 0; j < n; j++) {
        int k = a.order[j];
        anatomy_label(&a, k, label);
        str_clear(&factors);
        str_addf(&factors, "%s × %s", sums_number(one, (double)a.W[k], 2, true),
                 sums_number(two, anatomy_input(&a, k), 2, true));
        term_row(p, &axis, (struct term){label, str_text(&factors), a.term[k], .hidden = input_hidden(p, &a, k)});
        shown += sums_printed(a.term[k], 2);
    }
    shown += sums_printed(a.b, 2) + sums_printed(a.peep, 2);
    double rest = sums_printed(a.z, 2) - shown;
    if (a.n > n || fabs(rest) > 0.005) {                /* what rounding leaves over is here, too */
        str_clear(&factors);
        str_addf(&factors, a.n > n ? "%d of them" : "rounding", a.n - n);
        term_row(p, &axis, (struct term){"others", str_text(&factors), rest, .hidden = lacks});
    }
    if (a.peep != 0)
        term_row(p, &axis, (struct term){"peephole", "", a.peep, false, false});
    term_row(p, &axis, (struct term){"bias", a.two ? "both added" : "", a.b, false, false});
    line(p, 2, p->y + 0.5, WIDE, p->y + 0.5, ROLE_AXIS);
    p->y += 3;
    term_row(p, &axis, (struct term){"z, their sum", "", a.z, lacks || gate_hidden, .bold = true});
    p->y += 6;
    gate_row(p, &a, lacks || gate_hidden);
    anatomy_free(&a);
    str_free(&name);
    str_free(&factors);
}

/* ---- timeline ---------------------------------------------------------------------------------------------------- */

enum { GRID_X = 44, WORDS_MOST = 48, ROWS_AS_BARS = 40 };
struct lane { int from, n; double w, h; float low, high; };

static void lane_words(struct figure_page *p, const struct lane *l)
{
    struct str text = {0};
    bool slanted = false;
    for (int k = 0; k < l->n; k++)
        slanted = slanted || 4.2 * utf8_text_width(session_token(p->s, l->from + k)) > l->w + 4;
    p->y += slanted ? 24 : 8;
    for (int k = 0; k < l->n; k++) {
        int t = l->from + k;
        double x = GRID_X + l->w * (k + 0.5);
        str_clear(&text);
        say_token_cut(p->s, t, 10, &glyphs_unicode, &text);
        if (slanted)
            str_addf(&p->body, "<g transform=\"translate(%.2f %.2f) rotate(-50)\">", x, p->y);
        words(p, slanted ? 0 : x, slanted ? 0 : p->y, slanted ? LEFT : MIDDLE,
              (struct face){ROLE_TOKEN, t == p->at->step, false}, str_text(&text));
        if (slanted)
            str_add(&p->body, "</g>\n");
    }
    str_free(&text);
    p->y += 4;
}

static void heat_cell(struct figure_page *p, double x, double w, double h, enum value v, float value)
{
    str_addf(&p->body, "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" fill=\"#%06X\"/>\n", x, p->y, w, h,
             color_of(p, value_heat(v), value_level(v, value)));
}

/* The value as a small column that stands on, or hangs from, the zero of its lane. */
static void lane_cell(struct figure_page *p, const struct lane *l, int unit, int k)
{
    int t = l->from + k;
    enum value v = p->at->value;
    double x = GRID_X + l->w * k, gap = l->w > 3 ? 0.8 : 0.2, room = l->h - 1.5;
    double zero = p->y + room * (double)(l->high / (l->high - l->low)), unit_h = room / (double)(l->high - l->low);
    enum value_look look = value_look(p->scene, &(struct place){p->at->layer, unit, v, t});
    if (look == LOOK_HIDDEN || look == LOOK_UNKNOWN) {
        words(p, x + l->w / 2, p->y + room * 0.8, MIDDLE, plain(ROLE_LABEL), look == LOOK_HIDDEN ? "?" : "·");
        return;
    }
    float value = session_value(p->s, RUN_PINNED, p->at->layer, unit, v, t),
          base = session_value(p->s, RUN_BASE, p->at->layer, unit, v, t);
    value = clamp_float(value, l->low, l->high);
    if (l->h < 4) {
        heat_cell(p, x, l->w, l->h, v, value);
        return;
    }
    double h = fabs((double)value) * unit_h;
    rect(p, x + gap / 2, value < 0 ? zero : zero - h, l->w - gap, h, looked(look, value_role(v)));
    if (bars_moved(value, base) && base >= l->low && base <= l->high) {
        double y = zero - (double)base * unit_h;
        line(p, x + gap / 2, y, x + l->w - gap / 2, y, ROLE_GHOST);
    }
    if (session_value_pinned(p->s, p->at->layer, unit, v, t))
        words(p, x + l->w / 2, p->y + 5, MIDDLE, bold(ROLE_PINNED), "*");
}

static void draw_timeline(struct figure_page *p)
{
    int T = session_steps(p->s), H = session_net(p->s)->layer[p->at->layer].hidden;
    enum value v = p->at->value;
    struct lane l = {.n = T < WORDS_MOST ? T : WORDS_MOST};
    char label[32], low[16];
    struct str caption = {0};
    value_range(v, bars_scale(p->scene), &l.low, &l.high);
    l.from = p->at->step - l.n / 2 < 1 ? 1 : p->at->step - l.n / 2;
    l.from = l.from + l.n - 1 > T ? T - l.n + 1 : l.from;
    l.w = l.n ? (double)(WIDE - GRID_X - 2) / l.n : 1;
    l.w = l.w > 28 ? 28 : l.w;
    l.h = H <= ROWS_AS_BARS ? (H <= 16 ? 15 : 12) : 480.0 / H;
    lane_words(p, &l);
    for (int u = 0; u < H; u++, p->y += l.h) {
        if (l.h >= 5 || u % (int)ceil(6 / l.h) == 0)
            words(p, GRID_X - 4, p->y + (l.h >= 5 ? l.h / 2 + 2 : 5), RIGHT, plain(ROLE_LABEL),
                  session_unit_label(p->s, p->at->layer, u, label));
        for (int k = 0; k < l.n; k++)
            lane_cell(p, &l, u, k);
        if (l.h >= 4) {
            double zero = p->y + (l.h - 1.5) * (double)(l.high / (l.high - l.low));
            line(p, GRID_X, zero, GRID_X + l.w * l.n, zero, ROLE_AXIS);
        }
    }
    snprintf(low, sizeof low, "%g", (double)l.low);
    str_addf(&caption, "%s (%s), %s to %g%s", value_symbol(v, &glyphs_unicode), value_name(v), low, (double)l.high,
             l.h < 4 ? ", as colour" : " in each row");
    words(p, GRID_X, p->y + 9, LEFT, (struct face){ROLE_DIM, false, true}, str_text(&caption));
    p->y += 12;
    str_free(&caption);
}

void export_figure(const struct scene *scene, const struct theme *t, enum figure figure, enum ground_wish wish,
                   struct str *out)
{
    static void (*const draw[])(struct figure_page *) = {NULL, draw_bars, draw_dissect, draw_timeline};
    enum ground_wish paper = t->background == 'd' ? GROUND_DARK : GROUND_LIGHT,
                     on = wish == GROUND_AUTO || wish == GROUND_BOTH ? paper : wish;
    struct figure_page p = {.scene = scene, .s = scene->session, .at = session_cursor(scene->session), .theme = t,
                            .sheet.ground = paint_ground(t, on), .y = 2};
    if (session_steps(p.s) < 1) {
        struct str nothing = {0};
        say_nothing(p.s, &nothing);
        words(&p, 2, 9, LEFT, plain(ROLE_TEXT), str_text(&nothing));
        p.y += 10;
        str_free(&nothing);
    } else {
        draw[figure](&p);
    }
    str_addf(out,
             "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"86mm\" height=\"%.1fmm\" viewBox=\"0 0 %d %.0f\">\n"
             "<title>",
             86 * (p.y + 2) / WIDE, WIDE, p.y + 2);
    paint_title(out, session_model(p.s)->name);
    str_add(out, "</title>\n");
    if (p.sheet.ground.bg != 0xFFFFFF)
        str_addf(out, "<rect width=\"%d\" height=\"%.0f\" fill=\"#%06X\"/>\n", WIDE, p.y + 2,
                 (unsigned)p.sheet.ground.bg);
    str_addf(out, "<g font-family=\"%s\" font-size=\"7\" fill=\"none\">\n", family);
    str_addn(out, str_text(&p.body), p.body.len);
    str_add(out, "</g>\n</svg>\n");
    str_free(&p.body);
}
