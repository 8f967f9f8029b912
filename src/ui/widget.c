/* widget.c: bars, columns, heat strips, numbers and curves as cells. See widget.h.
 *
 * Everything is laid out by pure arithmetic first (`struct span`), then drawn. Bars are whole cells, so that their
 * lengths can be compared with a ruler on either side of zero; columns, which have few rows, end in eighths, or
 * halves where they grow down.
 */
#include "ui/widget.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clamp.h"
#include "base/utf8.h"

enum { EIGHTHS = 8, MARKED = 6 };      /* MARKED: narrowest bar that has room for its end marks */

/* Where a value lies on n cells between lo and hi. Cells count from the low end; zero is -1 where lo ≥ 0. */
struct span {
    int n, zero;
    float lo, hi;
    float per_unit;                    /* cells a unit */
};

static struct span span_of(int n, float lo, float hi)
{
    struct span s = {.n = n, .zero = -1, .lo = lo, .hi = hi};
    if (!(hi > lo))
        s.hi = lo + 1;
    if (lo >= 0) {
        s.per_unit = (float)n / (s.hi - lo);
        return s;
    }
    if (s.hi < 0)
        s.hi = 0;
    s.zero = (int)lrintf((float)(n - 1) * -lo / (s.hi - lo));
    /* One scale for both sides, so that +1 and -1 are equally long; the roomier side may keep a cell to spare. */
    float below = (float)s.zero / -lo, above = s.hi > 0 ? (float)(n - 1 - s.zero) / s.hi : below;
    s.per_unit = below < above ? below : above;
    return s;
}

/* Length of a value in cells, from the low end or from zero, never longer than there is room. */
static float length_of(const struct span *s, float v)
{
    float from = s->zero < 0 ? s->lo : 0, size = s->zero < 0 ? v - from : fabsf(v);
    float room = (float)(s->zero < 0 ? s->n : v < 0 ? s->zero : s->n - 1 - s->zero), cells = size * s->per_unit;
    return !(cells > 0) ? 0 : cells >= room ? room : cells;
}

static int eighths(const struct span *s, float v)
{
    return (int)lrintf(length_of(s, v) * EIGHTHS);
}

/* Half a cell is a cell, less is not. The small change keeps 2.4999999 of a product from falling short of 2.5. */
static int whole_cells(const struct span *s, float v)
{
    return (int)floorf(length_of(s, v) + 0.5f + 1e-4f);
}

/* The cell a value's end falls in. */
static int end_cell(const struct span *s, float v)
{
    int e = eighths(s, v);
    if (s->zero < 0)
        return e / EIGHTHS < s->n ? e / EIGHTHS : s->n - 1;
    if (v == 0 || !s->per_unit)
        return s->zero;
    int cells = e ? (e - 1) / EIGHTHS : 0, at = v < 0 ? s->zero - 1 - cells : s->zero + 1 + cells;
    return at < 0 ? 0 : at < s->n ? at : s->n - 1;         /* zero may be the last cell */
}

static bool below(const struct span *s, float v) { return v < s->lo; }
static bool above(const struct span *s, float v) { return v > s->hi; }

static void draw_text_value(struct grid *g, int x, int y, int w, float v)
{
    grid_text(g, x, y, w, ROLE_BAD, 0, isnan(v) ? "nan" : v > 0 ? "inf" : "-inf");
}

/* Two cells cannot hold a zero and both sides: a sign says the most that can be said. */
static void draw_sign(struct grid *g, int x, int y, float v, enum role role)
{
    grid_put(g, x, y, v > 0 ? '+' : v < 0 ? '-' : '0', role, 0);
}

void widget_bar(struct grid *g, int x, int y, int w, struct bar bar)
{
    if (w < 1)
        return;
    const float lo = bar.lo, value = lo < 0 && widget_nothing(bar.value) ? 0 : bar.value;
    const struct glyphs *gl = g->glyphs;
    bool marks = w >= MARKED;
    int bx = marks ? x + 1 : x, n = marks ? w - 2 : w;
    grid_fill(g, (struct rect){bx, y, n, 1}, gl->track, ROLE_TRACK, 0);
    if (marks) {
        grid_put(g, x, y, gl->bar_begin, ROLE_AXIS, 0);
        grid_put(g, x + w - 1, y, gl->bar_end, ROLE_AXIS, 0);
    }
    if (g->pen == PEN_COVER) {
        grid_put(g, bx, y, '?', ROLE_LABEL, 0);
        return;
    }
    if (!isfinite(value)) {
        draw_text_value(g, bx, y, n, value);
        return;
    }
    if (lo < 0 && n < 3) {
        draw_sign(g, bx, y, value, bar.role);
        return;
    }
    struct span s = span_of(n, lo, bar.hi);
    bool left = s.zero >= 0 && value < 0;
    int full = whole_cells(&s, value), from = left ? s.zero - full : s.zero + 1;
    grid_fill(g, (struct rect){bx + from, y, full, 1}, gl->bar, bar.role, 0);
    if (!full && value != 0 && !(s.zero < 0 && value <= lo) && from - left >= 0 && from - left < n)
        grid_put(g, bx + from - left, y, left ? gl->little_left : gl->little, bar.role, 0);
    if (s.zero >= 0)
        grid_put(g, bx + s.zero, y, gl->zero, ROLE_AXIS, 0);
    if (isfinite(bar.ghost)) {
        int at = end_cell(&s, bar.ghost);
        bool inside = full > 0 && at >= from && at < from + full;
        grid_put(g, bx + at, y, inside ? gl->notch : gl->ghost, inside ? bar.role : ROLE_GHOST, 0);
    }
    if (above(&s, value))
        grid_put(g, x + w - 1, y, gl->pointer, bar.role, ATTR_BOLD);
    else if (below(&s, value))
        grid_put(g, x, y, gl->pointer_left, bar.role, ATTR_BOLD);
}

/* The label ends over cell `at`; the first one begins there. */
static void scale_label(struct grid *g, int bx, int y, int at, const char *label)
{
    int w = utf8_text_width(label), x = at ? at - w + 1 : at;
    grid_text(g, bx + x, y, w, ROLE_DIM, 0, label);
}

static void scale_gate(struct grid *g, int bx, int y, int n)
{
    const char *const *quarter = g->glyphs->quarters;
    for (int k = 0; k <= 4; k += n < 16 ? 4 : n < 24 ? 2 : 1) {
        int at = k * n / 4;
        scale_label(g, bx, y, at < n ? at : n - 1, quarter[k]);
    }
}

void widget_scale_row(struct grid *g, int x, int y, int w, float lo, float hi)
{
    enum { APART = 4, FRACTION = 7, STEPS = 5 };
    int bx = w >= MARKED ? x + 1 : x, n = w >= MARKED ? w - 2 : w;
    if (n < 3)
        return;
    if (lo >= 0 && hi <= 1) {
        scale_gate(g, bx, y, n);
        return;
    }
    struct span s = span_of(n, lo, hi);
    /* Steps of a half, one, two or five: few, and their labels apart. */
    static const float steps[] = {0.5f, 1, 2, 5};
    float step = s.hi;
    bool found = false;
    for (float wide = 1; !found && wide <= s.hi; wide *= 10)
        for (size_t k = 0; !found && k < sizeof steps / sizeof *steps; k++) {
            float v = steps[k] * wide;
            found = v <= s.hi && v * s.per_unit >= (v < 1 ? FRACTION : APART) && v * STEPS >= s.hi;
            step = found ? v : step;
        }
    float least = s.zero < 0 ? 0 : -floorf(-lo / step + 0.001f) * step;
    /* Counted, at most one a cell: near the end of what a float holds, adding leads to infinity and no further. */
    for (int k = 0; k <= n; k++) {
        float v = least + (float)k * step;
        char label[24];
        if (!isfinite(v) || v > s.hi + step * 0.001f)
            break;
        snprintf(label, sizeof label, s.zero < 0 || fabsf(v) < step / 2 ? "%g" : "%+g",
                 fabsf(v) < step / 2 ? 0 : (double)v);
        int at = (int)lrintf((s.zero < 0 ? v - lo : v) * s.per_unit) + (s.zero < 0 ? 0 : s.zero);
        scale_label(g, bx, y, at < n ? at : n - (s.zero >= 0 || strlen(label) < 2), label);
    }
}

/* A mark across the column, or a notch in a cell that is filled. */
static void draw_column_ghost(struct grid *g, int x, int y, int w, enum role role)
{
    const struct cell *c = grid_at(g, x, y);
    bool inside = c && c->ch[0] == g->glyphs->full;
    grid_fill(g, (struct rect){x, y, w, 1}, inside ? g->glyphs->notch : g->glyphs->ghost_column,
              inside ? role : ROLE_GHOST, 0);
}

void widget_column(struct grid *g, struct rect r, struct bar bar)
{
    if (r.w < 1 || r.h < 1)
        return;
    const int x = r.x, y = r.y, w = r.w, h = r.h;
    const float value = bar.value, lo = bar.lo;
    const enum role role = bar.role;
    const struct glyphs *gl = g->glyphs;
    int bottom = y + h - 1;
    grid_fill(g, (struct rect){x, y, w, h}, gl->track, ROLE_TRACK, 0);
    if (g->pen == PEN_COVER) {
        grid_put(g, x, bottom, '?', ROLE_LABEL, 0);
        return;
    }
    if (!isfinite(value)) {
        draw_text_value(g, x, bottom, w, value);
        return;
    }
    if (lo < 0 && h < 3) {
        draw_sign(g, x, bottom, value, role);
        return;
    }
    struct span s = span_of(h, lo, bar.hi);
    int e = eighths(&s, value), full = e / EIGHTHS, rest = e % EIGHTHS;
    if (s.zero >= 0 && value < 0) {
        int half = rest >= EIGHTHS / 4 && rest < EIGHTHS * 3 / 4;
        full += rest >= EIGHTHS * 3 / 4;
        int top = bottom - s.zero + 1;
        grid_fill(g, (struct rect){x, top, w, full}, gl->full, role, 0);
        if (half)
            grid_fill(g, (struct rect){x, top + full, w, 1}, gl->upper_half, role, 0);
    } else {
        int base = bottom - s.zero;            /* the row under the lowest one drawn, counting up */
        grid_fill(g, (struct rect){x, base - full, w, full}, gl->full, role, 0);
        if (rest)
            grid_fill(g, (struct rect){x, base - full - 1, w, 1}, gl->lower[rest], role, 0);
    }
    if (s.zero >= 0)
        grid_hline(g, x, bottom - s.zero, w, ROLE_AXIS);
    if (isfinite(bar.ghost))
        draw_column_ghost(g, x, bottom - end_cell(&s, bar.ghost), w, role);
    if (above(&s, value))
        grid_fill(g, (struct rect){x, y, w, 1}, gl->pointer_up, role, ATTR_BOLD);
    else if (below(&s, value))
        grid_fill(g, (struct rect){x, bottom, w, 1}, gl->pointer_down, role, ATTR_BOLD);
}

void widget_heat(struct grid *g, struct rect r, const float *value, float scale, enum role role)
{
    int least = role == ROLE_HEAT_GATE ? 0 : -LEVEL_MAX;
    if (!(scale > 0))
        scale = 1;
    for (int k = 0; k < r.w; k++) {
        float level = value[k] / scale * LEVEL_MAX;
        if (isnan(level))
            grid_put(g, r.x + k, r.y, '?', ROLE_BAD, 0);
        else
            grid_heat(g, r.x + k, r.y, role,
                      level < (float)least ? least
                      : level > LEVEL_MAX  ? LEVEL_MAX
                                           : (int)lrintf(level));
    }
}

/* "-0.00" says nothing that "0.00" does not: what rounds to zero has no sign. */
static void format_fixed(char out[64], float v, int decimals, bool sign)
{
    snprintf(out, 64, sign ? "%+.*f" : "%.*f", decimals, (double)v);
    if ((out[0] == '-' || out[0] == '+') && !strpbrk(out, "123456789"))
        memmove(out, out + 1, strlen(out));
}

/* "-0.004", "+3e-7": a number whose decimals would all be 0 although it is not; "-.004" where there is no more room. */
static int format_tiny(char out[64], float v, int w, bool sign)
{
    char digits[64];
    snprintf(digits, sizeof digits, sign ? "%+.3f" : "%.3f", (double)v);
    if (strpbrk(digits, "123456789")) {
        char *zero = strchr(digits, '0');
        if (zero && (int)strlen(digits) > w)
            memmove(zero, zero + 1, strlen(zero));
    } else {
        snprintf(digits, sizeof digits, sign ? "%+.0e" : "%.0e", (double)v);
        char *e = strchr(digits, 'e');
        if (e && e[2] == '0')                     /* "3e-07" */
            memmove(e + 2, e + 3, strlen(e + 3) + 1);
    }
    return snprintf(out, 64, "%s", digits);
}

char *widget_number(char *buf, int size, float v, int w, int decimals, bool sign)
{
    if (size < 1)
        return buf;
    if (w > size - 1)
        w = size - 1;
    if (w < 0)
        w = 0;
    if (decimals > 9)
        decimals = 9;
    char text[64];
    int n = 0;
    if (isnan(v) || isinf(v)) {
        n = snprintf(text, sizeof text, "%s", isnan(v) ? "nan" : v < 0 ? "-inf" : sign ? "+inf" : "inf");
    } else {
        for (int d = decimals < 0 ? 0 : decimals; d >= 0; d--) {
            format_fixed(text, v, d, sign);
            if ((n = (int)strlen(text)) <= w)
                break;
        }
        for (int d = decimals < 0 ? 0 : decimals; n > w && d >= 0; d--)
            n = snprintf(text, sizeof text, sign ? "%+.*e" : "%.*e", d, (double)v);
    }
    if (n > w) {                           /* no room for any truth about it */
        memset(buf, '#', (size_t)w);
        buf[w] = '\0';
    } else {
        snprintf(buf, (size_t)size, "%*s", w, text);
    }
    return buf;
}

bool widget_nothing(float v) { return fabsf(v) < 1e-9F; }

char *widget_state(char *buf, int size, float v, int w, bool sign)
{
    char tiny[64];
    if (sign && widget_nothing(v))
        v = 0;
    widget_number(buf, size, v, w, 2, sign);
    if (v != 0 && isfinite(v) && size > w && *buf != '#' && !strpbrk(buf, "123456789")
        && format_tiny(tiny, v, w, sign) <= w)
        snprintf(buf, (size_t)size, "%*s", w, tiny);
    return buf;
}

char *widget_gate(char *buf, int size, float v, int w)
{
    enum { MOST = 4 };
    char text[64];
    if (!(v >= 0 && v <= 1) || w < 4)
        return widget_number(buf, size, v, w, 2, false);       /* forced beyond its range, or not a number */
    int least = 2, most = w - 2 < MOST ? w - 2 : MOST;
    for (int d = least; d <= most; d++) {
        snprintf(text, sizeof text, "%.*f", d, (double)v);
        double p = strtod(text, NULL);
        if ((p == 0) == (v == 0) && (p == 1) == (v == 1)) {
            snprintf(buf, (size_t)size, "%*s", w, text);
            return buf;
        }
    }
    snprintf(buf, (size_t)size, "%*s", w,
             v > 0.5f       ? most == MOST ? ">.9999" : ">.99"
             : most == MOST ? "<.0001"
                            : "<.01");
    return buf;
}

char *widget_percent(char buf[8], float v)
{
    if (v == 1)
        snprintf(buf, 8, "all");
    else if (v == 0)
        snprintf(buf, 8, "0%%");
    else if (v > 0 && (double)v <= 0.005)         /* where the whole per cent reads 0 or 100, as words_percent */
        snprintf(buf, 8, "<1%%");
    else if ((double)v >= 0.995 && v < 1)
        snprintf(buf, 8, ">99%%");
    else
        snprintf(buf, 8, "%.0f%%", fmin(fmax((double)v, -9.99), 99.99) * 100);
    return buf;
}

char *widget_share(char buf[8], float v)
{
    if (v != 0 && v != 0.5f)
        return widget_percent(buf, v);
    snprintf(buf, 8, "%s", v == 0 ? "nothing" : "half");
    return buf;
}

float widget_scale(float peak)
{
    if (!isfinite(peak))
        return 1;
    peak = fabsf(peak);
    for (double decade = 1; decade < (double)FLT_MAX; decade *= 10)
        for (int k = 0; k < 3; k++) {
            double scale = decade * (const double[]){1, 2, 5}[k];
            if (scale >= (double)peak)
                return scale < (double)FLT_MAX ? (float)scale : FLT_MAX;
        }
    return FLT_MAX;
}

/* A curve is sampled on a raster finer than cells: 2×4 dots a cell in braille, 1×3 in ASCII. */
enum { BRAILLE = 0x2800 };

static const uint8_t braille_bit[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
static const char ascii_dot[3] = {'\'', '-', '.'};

static void curve_dot(struct grid *g, struct rect r, int dx, int dy)
{
    int nx = g->glyphs->ascii ? 1 : 2, ny = g->glyphs->ascii ? 3 : 4;
    int x = r.x + dx / nx, y = r.y + dy / ny;
    if (g->glyphs->ascii) {
        grid_put(g, x, y, (unsigned char)ascii_dot[dy % 3], ROLE_CURVE, 0);
        return;
    }
    const struct cell *c = grid_at(g, x, y);
    uint32_t bits =
        c && c->role == ROLE_CURVE && c->ch[0] >= BRAILLE && c->ch[0] <= BRAILLE + 0xFF ? c->ch[0] - BRAILLE : 0;
    grid_put(g, x, y, BRAILLE + (bits | braille_bit[dy % 4][dx % 2]), ROLE_CURVE, 0);
}

/* Which of n steps a value falls in; -1 beyond either end. */
static int step_of(float v, float v0, float v1, int n)
{
    float at = (v - v0) / (v1 - v0) * (float)(n - 1);
    return at >= -0.5f && at <= (float)n - 0.5f ? (int)lrintf(at) : -1;
}

static void curve_axes(struct grid *g, struct rect r, float x0, float x1, float y0, float y1)
{
    int ax = x0 <= 0 && x1 >= 0 ? step_of(0, x0, x1, r.w) : 0;
    int ay = y0 <= 0 && y1 >= 0 ? step_of(0, y0, y1, r.h) : 0;
    int row = r.y + r.h - 1 - ay;
    grid_hline(g, r.x, row, r.w, ROLE_AXIS);
    grid_fill(g, (struct rect){r.x + ax, r.y, 1, r.h}, g->glyphs->vline, ROLE_AXIS, 0);
    grid_put(g, r.x + ax, row, g->glyphs->zero, ROLE_AXIS, 0);
}

void widget_curve(struct grid *g, struct rect r, const struct curve *c)
{
    const float x0 = c->x0, x1 = c->x1, y0 = c->y0, y1 = c->y1, mark_x = c->mark_x, mark_y = c->mark_y;
    if (r.w < 1 || r.h < 1 || !(x1 > x0) || !(y1 > y0))
        return;
    struct rect clip = grid_clip(g, r);
    grid_fill(g, r, ' ', ROLE_TEXT, 0);
    curve_axes(g, r, x0, x1, y0, y1);
    int nx = r.w * (g->glyphs->ascii ? 1 : 2), ny = r.h * (g->glyphs->ascii ? 3 : 4);
    int last = -1;
    for (int dx = 0; dx < nx; dx++) {
        float t = nx > 1 ? (float)dx / (float)(nx - 1) : 0.5f;
        float y = c->f(x0 + (x1 - x0) * t);
        int dy = isfinite(y) ? step_of(y, y0, y1, ny) : -1;
        if (dy >= 0) {
            curve_dot(g, r, dx, ny - 1 - dy);
            /* Steep parts are joined to the dot before, so that the curve stays one line. */
            for (int k = dy + (last > dy ? 1 : -1); last >= 0 && k != last && dy != last; k += last > dy ? 1 : -1)
                curve_dot(g, r, dx, ny - 1 - k);
        }
        last = dy;
    }
    if (isfinite(mark_x) && isfinite(mark_y)) {
        float cx = clamp_float(mark_x, x0, x1), cy = clamp_float(mark_y, y0, y1);
        uint32_t mark = mark_x < x0 ? g->glyphs->pointer_left : mark_x > x1 ? g->glyphs->pointer : g->glyphs->dot;
        grid_put(g, r.x + step_of(cx, x0, x1, r.w), r.y + r.h - 1 - step_of(cy, y0, y1, r.h), mark, c->mark_role,
                 ATTR_BOLD);
    }
    g->clip = clip;
}
