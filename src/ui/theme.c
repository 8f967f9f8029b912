/* theme.c: what a cell looks like, and colours as numbers. Reading theme files is ui/theme_json.c. */
#include "ui/theme.h"
#include "base/clamp.h"

#include <math.h>
#include <stdlib.h>

const char theme_default[] = "okabe";

enum { CUBE = 16, GREY = 232 };        /* where xterm's 6×6×6 cube and its grey steps begin */

static const int32_t xterm16[16] = {
    0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5,
    0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF,
};
static const int cube_step[6] = {0, 95, 135, 175, 215, 255};

static int channel(int32_t rgb, int k)
{
    return rgb >> (16 - 8 * k) & 0xFF;
}

int32_t theme_palette_rgb(int index)
{
    if (index < 0 || index > 255)
        return COLOR_NONE;
    if (index < CUBE)
        return xterm16[index];
    if (index >= GREY) {
        int v = 8 + 10 * (index - GREY);
        return v << 16 | v << 8 | v;
    }
    index -= CUBE;
    return cube_step[index / 36] << 16 | cube_step[index / 6 % 6] << 8 | cube_step[index % 6];
}

static int distance(int32_t a, int32_t b)
{
    int d = 0;
    for (int k = 0; k < 3; k++) {
        int c = channel(a, k) - channel(b, k);
        d += c * c;
    }
    return d;
}

/* The nearest step of the cube in each channel, or a grey when that is nearer. The first 16 are left out: users
 * change them. */
int theme_nearest256(int32_t rgb)
{
    if (rgb < 0)
        return COLOR_NONE;
    int cube = 0, sum = 0;
    for (int k = 0; k < 3; k++) {
        int v = channel(rgb, k), step = 0;
        while (step < 5 && v * 2 > cube_step[step] + cube_step[step + 1])
            step++;
        cube = cube * 6 + step;
        sum += v;
    }
    cube += CUBE;
    int grey = (sum / 3 - 3) / 10;
    grey = GREY + clamp_int(grey, 0, 23);
    return distance(rgb, theme_palette_rgb(grey)) < distance(rgb, theme_palette_rgb(cube)) ? grey : cube;
}

/* By distance alone every calm colour would become a grey, and its meaning would be lost: what has a hue keeps one. */
int theme_nearest16(int32_t rgb)
{
    if (rgb < 0)
        return COLOR_NONE;
    int least = 255, most = 0, best = -1;
    for (int k = 0; k < 3; k++) {
        int v = channel(rgb, k);
        least = v < least ? v : least;
        most = v > most ? v : most;
    }
    bool hue = most - least > 60;
    for (int k = 0; k < 16; k++)
        if ((!hue || k % 8 % 7) && (best < 0 || distance(rgb, xterm16[k]) < distance(rgb, xterm16[best])))
            best = k;
    return best;
}

/* WCAG 2: relative luminance from linear sRGB, and (lighter + 0.05) / (darker + 0.05). */
static double luminance(int32_t rgb)
{
    static const double weight[3] = {0.2126, 0.7152, 0.0722};
    double sum = 0;
    for (int k = 0; k < 3; k++) {
        double v = channel(rgb, k) / 255.0;
        sum += weight[k] * (v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4));
    }
    return sum;
}

double theme_contrast(int32_t a, int32_t b)
{
    double la = luminance(a) + 0.05, lb = luminance(b) + 0.05;
    return la > lb ? la / lb : lb / la;
}

static int32_t at_depth(struct color c, enum depth depth, bool ground)
{
    switch (depth) {
    case DEPTH_TRUE: return c.rgb;
    case DEPTH_256:  return c.c256;
    case DEPTH_16:   return c.c16;
    case DEPTH_8:
        /* Black, white and the greys between might be the very colour of the ground: the default never is. */
        /* Bright blue reads on either ground; the blue of the eight does not on black. */
        return c.c16 < 0 || c.c16 == 12 || (!ground && c.c16 % 8 % 7 == 0) ? COLOR_NONE : c.c16 & 7;
    case DEPTH_MONO: break;
    }
    return COLOR_NONE;
}

static int32_t mix(int32_t a, int32_t b, float t)
{
    int32_t rgb = 0;
    for (int k = 0; k < 3; k++)
        rgb = rgb << 8 | (int32_t)lrintf((float)channel(a, k) + t * (float)(channel(b, k) - channel(a, k)));
    return rgb;
}

/* A heat cell's colour: between two steps of the ramp where any colour can be had, else the nearest step. */
static int32_t heat(const struct theme *t, const struct cell *c, int of, enum depth depth)
{
    bool signed_ramp = c->role == ROLE_HEAT_CELL;
    int n = t->ramp_len[signed_ramp];
    const struct color *ramp = t->ramp[signed_ramp];
    if (n < 1)
        return at_depth(t->role[c->role].fg, depth, false);
    int level = clamp_int(of, -LEVEL_MAX, LEVEL_MAX);
    float at =
        (signed_ramp ? (float)(level + LEVEL_MAX) / (2 * LEVEL_MAX) : (float)abs(level) / LEVEL_MAX) * (float)(n - 1);
    int step = (int)at;
    if (depth == DEPTH_TRUE && step + 1 < n && ramp[step].rgb >= 0 && ramp[step + 1].rgb >= 0)
        return mix(ramp[step].rgb, ramp[step + 1].rgb, at - (float)step);
    return at_depth(ramp[(int)lrintf(at)], depth, false);
}

/* Black or white, whichever is easier to read on a palette or rgb colour. */
static int32_t readable_on(int32_t ground, enum depth depth)
{
    if (ground == COLOR_NONE)
        return COLOR_NONE;
    if (depth == DEPTH_TRUE)
        return theme_contrast(ground, 0) > theme_contrast(ground, 0xFFFFFF) ? 0 : 0xFFFFFF;
    /* Of the sixteen: black on all but black, blue and dark grey, whose shades differ least between terminals. */
    if (depth != DEPTH_256 || ground < 16)
        return ground % 16 == 0 || ground % 16 == 4 || ground % 16 == 8 ? (depth == DEPTH_8 ? 7 : 15) : 0;
    int grey = ground >= 232 ? 8 + 10 * (ground - 232) : -1, cube = ground - 16;
    static const int step[6] = {0, 95, 135, 175, 215, 255};
    int32_t rgb =
        grey >= 0 ? grey << 16 | grey << 8 | grey : step[cube / 36] << 16 | step[cube / 6 % 6] << 8 | step[cube % 6];
    return theme_contrast(rgb, 0) > theme_contrast(rgb, 0xFFFFFF) ? 16 : 231;
}

/* Is it drawn as two halves of different colours? */
static bool two_colors(const struct cell *c, enum depth depth)
{
    return c->attr & ATTR_HALVES && depth >= DEPTH_256;
}

struct colors theme_colors(const struct theme *t, const struct cell *c, enum depth depth)
{
    const struct role_style *r = &t->role[c->role < ROLE_COUNT ? c->role : ROLE_TEXT];
    struct colors colors = {COLOR_NONE, COLOR_NONE, (uint8_t)((r->attr | c->attr) & ~(ATTR_TINT | ATTR_HALVES))};
    if (depth == DEPTH_MONO)
        return colors;
    if (c->attr & ATTR_TINT) {
        colors.bg = heat(t, c, c->level, depth);
        colors.fg = readable_on(colors.bg, depth);
        return colors;
    }
    bool is_heat = c->role == ROLE_HEAT_GATE || c->role == ROLE_HEAT_CELL;
    if (is_heat && two_colors(c, depth)) {
        colors.fg = heat(t, c, c->level, depth);
        colors.bg = heat(t, c, c->below, depth);
        return colors;
    }
    int strong = abs(c->below) > abs(c->level) ? c->below : c->level;
    colors.fg = is_heat ? heat(t, c, strong, depth) : at_depth(r->fg, depth, false);
    colors.bg = at_depth(r->bg, depth, true);
    return colors;
}

enum depth theme_depth(const struct theme *t, enum depth depth)
{
    return t->palette && depth > DEPTH_16 ? DEPTH_16 : depth;
}

/* Where bars are filled with a pattern, the solid eighths at their ends would shine out: from a half on they are
 * whole cells of the pattern, below that blank. A hairline stays: it says that there is something. A notch in the
 * pattern is solid. */
uint32_t theme_char(const struct theme *t, const struct cell *c, enum depth depth)
{
    enum { HAIRLINE = 0x258F, NOTCH = 0x2592, SOLID = 0x2588, UPPER_HALF = 0x2580 };
    if (two_colors(c, depth))
        return UPPER_HALF;
    uint32_t ch = c->ch[0], fill = c->role < ROLE_COUNT ? t->role[c->role].fill : 0;
    if (fill && ch == NOTCH)
        return SOLID;
    if (!fill || ch < 0x2580 || ch > 0x2590 || ch == HAIRLINE)
        return ch;
    return ch == 0x2580 || (ch >= 0x2584 && ch <= 0x258C) || ch == 0x2590 ? fill : ' ';
}

void theme_free(struct theme *t)
{
    if (!t)
        return;
    free(t->name);
    free(t->about);
    free(t);
}
