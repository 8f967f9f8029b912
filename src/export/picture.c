/* picture.c: a grid as text, as text with SGR colours, as SVG and as HTML.
 *
 * The cells of a grid are already harmless (grid.c), so only what the outlet itself gives a meaning to is escaped here.
 * In SVG, bars are not letters: block elements, lines and braille dots become rectangles and circles on a grid of 8×16
 * units a cell, so that a bar has no seams and an eighth is a whole unit, whatever font the viewer has. Real letters
 * are <text> runs with a textLength, so that columns stay columns.
 * Each outlet writes row by row, because a recording (record.c) keeps rows and not pictures.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "export/paint.h"

void export_text(const struct grid *g, struct str *out)
{
    grid_dump_text(g, out);
}

static const struct cell *row_of(const struct grid *g, int y)
{
    return &g->cell[(size_t)y * (size_t)g->w];
}

static void add_cell(struct str *out, const struct theme *t, const struct cell *c, enum depth depth)
{
    uint32_t ch[3] = {theme_char(t, c, depth), c->ch[1], c->ch[2]};
    char u[5];
    for (int k = 0; k < 3 && ch[k]; k++)
        str_addn(out, u, utf8_encode(ch[k], u));
}

static bool is_blank(const struct cell *c)
{
    return c->ch[0] == ' ' && !c->ch[1] && !(c->attr & ATTR_HALVES);
}

/* ---- ANSI ---- */

static bool same_colors(struct colors a, struct colors b)
{
    return a.fg == b.fg && a.bg == b.bg && a.attr == b.attr;
}

static void add_color(struct str *out, int32_t color, enum depth depth, bool ground)
{
    if (color < 0)
        return;
    if (depth == DEPTH_TRUE)
        str_addf(out, ";%d;2;%d;%d;%d", ground ? 48 : 38, (int)(color >> 16 & 255), (int)(color >> 8 & 255),
                 (int)(color & 255));
    else if (depth == DEPTH_256)
        str_addf(out, ";%d;5;%d", ground ? 48 : 38, (int)color);
    else
        str_addf(out, ";%d", (color < 8 ? 30 : 90) + (ground ? 10 : 0) + (int)(color & 7));
}

static void add_sgr(struct str *out, struct colors colors, enum depth depth)
{
    str_add(out, "\x1b[0");
    if (colors.attr & ATTR_BOLD)
        str_add(out, ";1");
    if (colors.attr & ATTR_UNDERLINE)
        str_add(out, ";4");
    if (colors.attr & ATTR_REVERSE)
        str_add(out, ";7");
    add_color(out, colors.fg, depth, false);
    add_color(out, colors.bg, depth, true);
    str_addc(out, 'm');
}

void paint_ansi_row(const struct grid *g, int y, const struct theme *t, enum depth depth, struct str *out)
{
    static const struct colors plain = {COLOR_NONE, COLOR_NONE, 0};
    const struct cell *row = row_of(g, y);
    struct colors now = plain;
    int end = g->w;
    for (; end > 0 && is_blank(&row[end - 1]); end--) {
        struct colors colors = theme_colors(t, &row[end - 1], depth);
        if (colors.bg != COLOR_NONE || colors.attr & (ATTR_REVERSE | ATTR_UNDERLINE))
            break;
    }
    for (int x = 0; x < end; x++) {
        if (!row[x].ch[0])
            continue;
        struct colors colors = theme_colors(t, &row[x], depth);
        if (is_blank(&row[x]) && colors.bg == now.bg && !((colors.attr | now.attr) & (ATTR_REVERSE | ATTR_UNDERLINE)))
            colors = now;                            /* the colour of nothing needs no change */
        if (!same_colors(colors, now))
            add_sgr(out, colors, depth);
        now = colors;
        add_cell(out, t, &row[x], depth);
    }
    if (!same_colors(now, plain))
        str_add(out, "\x1b[0m");
}

void export_ansi(const struct grid *g, const struct theme *t, enum depth depth, struct str *out)
{
    for (int y = 0; y < g->h; y++) {
        paint_ansi_row(g, y, t, theme_depth(t, depth), out);
        str_addc(out, '\n');
    }
}

/* ---- what SVG and HTML share: every colour known, ground included ---- */

struct paint { int32_t fg, bg; bool bold, underline; };

/* The grounds of a theme that says nothing of its own. */
static const struct { int32_t fg, bg; } dark_ground = {0xD8D8D8, 0x101216}, light_ground = {0x1A1A1A, 0xFFFFFF};

struct ground paint_ground(const struct theme *t, enum ground_wish wish)
{
    bool dark = wish == GROUND_DARK || (wish != GROUND_LIGHT && t->background != 'l');
    struct ground ground = {.fg = dark ? dark_ground.fg : light_ground.fg,
                            .bg = dark ? dark_ground.bg : light_ground.bg};
    const struct role_style *text = &t->role[ROLE_TEXT];
    if (text->bg.rgb >= 0)
        ground.bg = text->bg.rgb;
    if (text->fg.rgb >= 0 && !t->palette)
        ground.fg = text->fg.rgb;
    ground.both = wish == GROUND_BOTH && t->background == 'a' && text->bg.rgb < 0;
    return ground;
}

/* Themes that leave the 16 colours to the terminal get a palette that reads on black and on white here. */
const int32_t paint_palette[16] = {
    0x2E3436, 0xCC0000, 0x4E9A06, 0xC4A000, 0x3B76BD, 0x8F629A, 0x06989A, 0xD3D7CF,
    0x767676, 0xEF2929, 0x73B82A, 0xD9C030, 0x729FCF, 0xAD7FA8, 0x28B8B8, 0xEEEEEC,
};

static int32_t resolved(const struct theme *t, int32_t color, int32_t otherwise)
{
    return color < 0 ? otherwise : t->palette ? paint_palette[color & 15] : color;
}

static struct paint paint_of(const struct theme *t, const struct ground *ground, const struct cell *c)
{
    struct colors colors = theme_colors(t, c, theme_depth(t, DEPTH_TRUE));
    struct paint p = {
        .fg = resolved(t, colors.fg, ground->fg), .bg = resolved(t, colors.bg, ground->bg),
        .bold = colors.attr & ATTR_BOLD, .underline = colors.attr & ATTR_UNDERLINE,
    };
    if (colors.attr & ATTR_REVERSE) {
        int32_t fg = p.fg;
        p.fg = p.bg;
        p.bg = fg;
    }
    return p;
}

/* The class of a colour: c0 is the text of the ground, c1 the ground, the others in the order in which they come. */
static int class_of(struct sheet *sheet, int32_t color)
{
    if (color == sheet->ground.fg || color == sheet->ground.bg)
        return color == sheet->ground.bg;
    int k = 0;
    while (k < sheet->n && sheet->color[k] != color)
        k++;
    if (k == sheet->n && k < SHEET_MOST)
        sheet->color[sheet->n++] = color;
    return 2 + (k < SHEET_MOST ? k : SHEET_MOST - 1);
}

void paint_rules(const struct sheet *sheet, const char *property, char letter, struct str *out)
{
    str_addf(out, ".%c0{%s:#%06X}\n.%c1{%s:#%06X}\n", letter, property, (unsigned)sheet->ground.fg, letter, property,
             (unsigned)sheet->ground.bg);
    for (int k = 0; k < sheet->n; k++)
        str_addf(out, ".%c%d{%s:#%06X}\n", letter, k + 2, property, (unsigned)sheet->color[k]);
}

void paint_light_rules(const char *before, const char *property, char letter, struct str *out)
{
    str_addf(out, "%s.%c0{%s:#%06X}%s.%c1{%s:#%06X}", before, letter, property, (unsigned)light_ground.fg, before,
             letter, property, (unsigned)light_ground.bg);
}

int32_t paint_role(const struct theme *t, const struct ground *ground, enum role role, int level)
{
    return paint_of(t, ground, &(struct cell){.ch = {'x'}, .role = (uint8_t)role, .level = (int8_t)level}).fg;
}

static bool same_paint(struct paint a, struct paint b)
{
    return a.fg == b.fg && a.bg == b.bg && a.bold == b.bold && a.underline == b.underline;
}

static void add_escaped(struct str *out, const char *s, size_t n)
{
    for (size_t k = 0; k < n; k++)
        switch (s[k]) {
        case '&':  str_add(out, "&amp;"); break;
        case '<':  str_add(out, "&lt;"); break;
        case '>':  str_add(out, "&gt;"); break;
        case '"':  str_add(out, "&quot;"); break;
        case '\'': str_add(out, "&#39;"); break;
        default:   str_addc(out, s[k]); break;
        }
}

/* A title comes from outside: what XML forbids, and what could act, is spelled out first. */
void paint_title(struct str *out, const char *title)
{
    struct str clean = {0};
    utf8_clean(&clean, title ? title : "", title ? strlen(title) : 0);
    add_escaped(out, str_text(&clean), clean.len);
    str_free(&clean);
}

static void add_cell_escaped(struct str *out, const struct theme *t, const struct cell *c)
{
    struct str one = {0};
    add_cell(&one, t, c, theme_depth(t, DEPTH_TRUE));
    add_escaped(out, str_text(&one), one.len);
    str_free(&one);
}

const char paint_font[] = "'DejaVu Sans Mono','Cascadia Mono',Menlo,Consolas,'Liberation Mono',monospace";

/* ---- HTML ---- */

static void add_span(struct str *out, struct paint p, struct sheet *sheet)
{
    const struct ground *ground = &sheet->ground;
    if (!sheet->classes) {
        str_add(out, "<span style=\"");
        if (p.fg != ground->fg)
            str_addf(out, "color:#%06X;", (unsigned)p.fg);
        if (p.bg != ground->bg)
            str_addf(out, "background:#%06X;", (unsigned)p.bg);
        if (p.bold)
            str_add(out, "font-weight:bold;");
        if (p.underline)
            str_add(out, "text-decoration:underline;");
        str_add(out, "\">");
        return;
    }
    struct str names = {0};
    if (p.fg != ground->fg)
        str_addf(&names, " c%d", class_of(sheet, p.fg));
    if (p.bg != ground->bg)
        str_addf(&names, " g%d", class_of(sheet, p.bg));
    str_addf(&names, "%s%s", p.bold ? " b" : "", p.underline ? " u" : "");
    str_addf(out, "<span class=\"%s\">", str_text(&names) + 1);
    str_free(&names);
}

void paint_html_row(const struct grid *g, int y, const struct theme *t, struct sheet *sheet, struct str *out)
{
    const struct ground *ground = &sheet->ground;
    const struct paint plain = {ground->fg, ground->bg, false, false};
    const struct cell *row = row_of(g, y);
    struct paint now = plain;
    int end = g->w;
    for (; end > 0 && is_blank(&row[end - 1]); end--) {
        struct paint p = paint_of(t, ground, &row[end - 1]);
        if (p.bg != ground->bg || p.underline)
            break;
    }
    for (int x = 0; x < end; x++) {
        if (!row[x].ch[0])
            continue;
        struct paint p = paint_of(t, ground, &row[x]);
        if (is_blank(&row[x]) && p.bg == now.bg && !p.underline && !now.underline)
            p = now;
        if (!same_paint(p, now)) {
            if (!same_paint(now, plain))
                str_add(out, "</span>");
            if (!same_paint(p, plain))
                add_span(out, p, sheet);
        }
        now = p;
        add_cell_escaped(out, t, &row[x]);
    }
    if (!same_paint(now, plain))
        str_add(out, "</span>");
}

void paint_html_rules(const struct sheet *sheet, struct str *out)
{
    paint_rules(sheet, "color", 'c', out);
    paint_rules(sheet, "background", 'g', out);
    str_add(out, ".b{font-weight:bold}\n.u{text-decoration:underline}\n");
}

void export_html(const struct grid *g, const struct theme *t, enum ground_wish wish, const char *title, struct str *out)
{
    struct sheet sheet = {.ground = paint_ground(t, wish)};
    sheet.classes = sheet.ground.both;
    struct str rows = {0};
    for (int y = 0; y < g->h; y++) {
        paint_html_row(g, y, t, &sheet, &rows);
        str_addc(&rows, '\n');
    }
    str_add(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>");
    paint_title(out, title);
    str_add(out, "</title>\n");
    if (sheet.classes) {
        str_add(out, "<style>\n");
        paint_html_rules(&sheet, out);
        str_add(out, "@media (prefers-color-scheme:light){");
        paint_light_rules("", "color", 'c', out);
        paint_light_rules("", "background", 'g', out);
        str_addf(out, "}\n</style>\n</head>\n<body class=\"g1\" style=\"margin:0\">\n<pre class=\"c0\" style=\"");
    } else {
        str_addf(out, "</head>\n<body style=\"margin:0;background:#%06X\">\n<pre style=\"",
                 (unsigned)sheet.ground.bg);
    }
    str_add(out, "margin:0;padding:1em;");
    if (!sheet.classes)
        str_addf(out, "color:#%06X;", (unsigned)sheet.ground.fg);
    str_addf(out, "font:14px/1.2 %s\">", paint_font);
    str_addn(out, str_text(&rows), rows.len);
    str_add(out, "</pre>\n</body>\n</html>\n");
    str_free(&rows);
}

/* ---- SVG ---- */

enum { CW = PAINT_CW, CH = PAINT_CH, BASELINE = 12 };

/* A character drawn as rectangles in its 8×16 cell; percent: how much of the colour shows (the shades). */
struct shape { int n, percent; struct rect part[4]; };

static struct shape one_part(int x, int y, int w, int h, int percent)
{
    return (struct shape){1, percent, {{x, y, w, h}}};
}

/* Lines: which arms reach from the middle to an edge. */
enum { ARM_L = 1, ARM_R = 2, ARM_U = 4, ARM_D = 8 };
static const struct { uint16_t ch; uint8_t arms; } lines[] = {
    {0x2500, ARM_L | ARM_R}, {0x2502, ARM_U | ARM_D}, {0x250C, ARM_R | ARM_D}, {0x2510, ARM_L | ARM_D},
    {0x2514, ARM_R | ARM_U}, {0x2518, ARM_L | ARM_U}, {0x251C, ARM_U | ARM_D | ARM_R}, {0x2524, ARM_U | ARM_D | ARM_L},
    {0x252C, ARM_L | ARM_R | ARM_D}, {0x2534, ARM_L | ARM_R | ARM_U}, {0x253C, ARM_L | ARM_R | ARM_U | ARM_D},
    {0x256D, ARM_R | ARM_D}, {0x256E, ARM_L | ARM_D}, {0x256F, ARM_L | ARM_U}, {0x2570, ARM_R | ARM_U},
    {0x2574, ARM_L}, {0x2575, ARM_U}, {0x2576, ARM_R}, {0x2577, ARM_D},
};

/* The other line characters, part by part. */
static const struct { uint16_t ch; struct shape shape; } patterns[] = {
    {0x2501, {1, 100, {{0, 7, 8, 3}}}},
    {0x2503, {1, 100, {{3, 0, 3, 16}}}},
    {0x2504, {3, 100, {{0, 8, 2, 1}, {3, 8, 2, 1}, {6, 8, 1, 1}}}},
    {0x2506, {3, 100, {{4, 1, 1, 3}, {4, 6, 1, 3}, {4, 11, 1, 3}}}},
    {0x250A, {4, 100, {{3, 1, 2, 2}, {3, 5, 2, 2}, {3, 9, 2, 2}, {3, 13, 2, 2}}}},
    {0x254C, {2, 100, {{1, 7, 2, 2}, {5, 7, 2, 2}}}},
    {0x254E, {2, 100, {{4, 2, 1, 5}, {4, 9, 1, 5}}}},
    {0x2550, {2, 100, {{0, 6, 8, 1}, {0, 9, 8, 1}}}},
    {0x2261, {3, 100, {{0, 4, 8, 2}, {0, 7, 8, 2}, {0, 10, 8, 2}}}},
};

/* Quadrants U+2596…U+259F: upper left, upper right, lower left, lower right. */
static const uint8_t quadrants[10] = {4, 8, 1, 13, 9, 7, 11, 2, 6, 14};

static struct shape shape_of(uint32_t ch)
{
    struct shape s = {0};
    if (ch == 0x2588)
        return one_part(0, 0, CW, CH, 100);
    if (ch >= 0x2581 && ch <= 0x2587)
        return one_part(0, CH - 2 * (int)(ch - 0x2580), CW, 2 * (int)(ch - 0x2580), 100);
    if (ch >= 0x2589 && ch <= 0x258F)
        return one_part(0, 0, CW - (int)(ch - 0x2588), CH, 100);
    if (ch >= 0x2591 && ch <= 0x2593)
        return one_part(0, 0, CW, CH, 25 * (int)(ch - 0x2590));
    switch (ch) {
    case 0x2580: return one_part(0, 0, CW, CH / 2, 100);
    case 0x2590: return one_part(CW / 2, 0, CW / 2, CH, 100);
    case 0x2594: return one_part(0, 0, CW, 2, 100);
    case 0x2595: return one_part(CW - 1, 0, 1, CH, 100);
    default: break;
    }
    s.percent = 100;
    if (ch >= 0x2596 && ch <= 0x259F) {
        for (int k = 0; k < 4; k++)
            if (quadrants[ch - 0x2596] >> k & 1)
                s.part[s.n++] = (struct rect){k % 2 * CW / 2, k / 2 * CH / 2, CW / 2, CH / 2};
        return s;
    }
    for (size_t k = 0; k < sizeof patterns / sizeof *patterns; k++)
        if (patterns[k].ch == ch)
            return patterns[k].shape;
    for (size_t k = 0; k < sizeof lines / sizeof *lines; k++) {
        if (lines[k].ch != ch)
            continue;
        int arms = lines[k].arms, left = arms & ARM_L ? 0 : 4, right = arms & ARM_R ? CW : 5;
        int top = arms & ARM_U ? 0 : 8, bottom = arms & ARM_D ? CH : 9;
        if (arms & (ARM_L | ARM_R))
            s.part[s.n++] = (struct rect){left, 8, right - left, 1};
        if (arms & (ARM_U | ARM_D))
            s.part[s.n++] = (struct rect){4, top, 1, bottom - top};
        return s;
    }
    return s;
}

static bool is_braille(uint32_t ch) { return ch >= 0x2800 && ch <= 0x28FF; }
static bool is_letter(uint32_t ch) { return ch != ' ' && ch != 0x25CF && !is_braille(ch) && !shape_of(ch).n; }

/* A row of cells as it is painted, at row y of the picture. */
struct svg_row { const struct cell *cell; struct paint *paint; int w, y; };

static void add_fill(struct svg *svg, int32_t fill)
{
    if (svg->sheet->classes)
        str_addf(svg->out, " class=\"c%d\"", class_of(svg->sheet, fill));
    else
        str_addf(svg->out, " fill=\"#%06X\"", (unsigned)fill);
}

/* percent: how much of it is painted, as in the characters ░▒▓. */
static void add_rect(struct svg *svg, struct rect r, int32_t fill, int percent)
{
    str_addf(svg->out, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"", r.x, r.y, r.w, r.h);
    add_fill(svg, fill);
    if (percent < 100)
        str_addf(svg->out, " fill-opacity=\"0.%d\"", percent);
    str_add(svg->out, "/>\n");
}

/* Grounds and underlines, neighbours of one colors as one rectangle. */
static void svg_grounds(struct svg *svg, const struct svg_row *row)
{
    const struct paint *paint = row->paint;
    for (int x = 0, n; x < row->w; x += n) {
        for (n = 1; x + n < row->w && same_paint(paint[x], paint[x + n]); n++)
            continue;
        if (paint[x].bg != svg->sheet->ground.bg)
            add_rect(svg, (struct rect){x * CW, row->y * CH, n * CW, CH}, paint[x].bg, 100);
        if (paint[x].underline)
            add_rect(svg, (struct rect){x * CW, row->y * CH + BASELINE + 2, n * CW, 1}, paint[x].fg, 100);
    }
}

static void svg_circle(struct svg *svg, int x, int y, const char *radius, int32_t fill)
{
    str_addf(svg->out, "<circle cx=\"%d\" cy=\"%d\" r=\"%s\"", x, y, radius);
    add_fill(svg, fill);
    str_add(svg->out, "/>\n");
}

/* bits: of a character of braille, from its upper left corner x, y on. */
static void svg_dots(struct svg *svg, int x, int y, uint32_t bits, int32_t fill)
{
    static const uint8_t column[8] = {0, 0, 0, 1, 1, 1, 0, 1}, line[8] = {0, 1, 2, 0, 1, 2, 3, 3};
    for (int k = 0; k < 8; k++)
        if (bits >> k & 1)
            svg_circle(svg, x + 2 + 4 * column[k], y + 2 + 4 * line[k], "1.3", fill);
}

static uint32_t drawn_char(const struct svg *svg, const struct cell *c)
{
    return theme_char(svg->theme, c, theme_depth(svg->theme, DEPTH_TRUE));
}

/* A block at cell x, which its equals to the right join if it fills the cell from side to side. How many cells that
 * were. */
static int svg_block(struct svg *svg, const struct svg_row *row, int x, uint32_t ch)
{
    struct shape s = shape_of(ch);
    int n = 1, left = x * CW, top = row->y * CH;
    bool joins = s.n && s.part[0].x == 0 && s.part[0].w == CW && s.part[s.n - 1].w == CW;
    while (joins && x + n < row->w && drawn_char(svg, &row->cell[x + n]) == ch
           && row->paint[x + n].fg == row->paint[x].fg)
        n++;
    for (int k = 0; k < s.n; k++)
        add_rect(svg, (struct rect){left + s.part[k].x, top + s.part[k].y, s.part[k].w + (n - 1) * CW, s.part[k].h},
                 row->paint[x].fg, s.percent);
    return n;
}

/* What is drawn rather than written. */
static void svg_shapes(struct svg *svg, const struct svg_row *row)
{
    for (int x = 0, n; x < row->w; x += n) {
        uint32_t ch = drawn_char(svg, &row->cell[x]);
        n = 1;
        if (is_braille(ch))
            svg_dots(svg, x * CW, row->y * CH, ch - 0x2800, row->paint[x].fg);
        else if (ch == 0x25CF)
            svg_circle(svg, x * CW + 4, row->y * CH + 8, "3.5", row->paint[x].fg);
        else
            n = svg_block(svg, row, x, ch);
    }
}

/* Cells of a run of letters of one colors from x; a single blank inside stays with it, so that sentences can be
 * selected. A wide character is a run of its own: fonts disagree on its width the most. */
static int run_length(const struct svg *svg, const struct svg_row *row, int x)
{
    const struct cell *cell = row->cell;
    const struct paint *paint = row->paint;
    if (x + 1 < row->w && !cell[x + 1].ch[0])
        return 2;
    int n = 1;
    for (int k = x + 1; k < row->w && paint[k].bg == paint[x].bg; k++) {
        bool wide = k + 1 < row->w && !cell[k + 1].ch[0];
        bool same = paint[k].fg == paint[x].fg && paint[k].bold == paint[x].bold;
        if (same && !wide && is_letter(drawn_char(svg, &cell[k])))
            n = k + 1 - x;
        else if (!is_blank(&cell[k]) || k > x + n)
            break;
    }
    return n;
}

static void svg_letters(struct svg *svg, const struct svg_row *row)
{
    for (int x = 0, n; x < row->w; x += n) {
        n = 1;
        if (!row->cell[x].ch[0] || !is_letter(drawn_char(svg, &row->cell[x])))
            continue;
        n = run_length(svg, row, x);
        str_addf(svg->out, "<text x=\"%d\" y=\"%d\" textLength=\"%d\"", x * CW, row->y * CH + BASELINE, n * CW);
        add_fill(svg, row->paint[x].fg);
        str_add(svg->out, row->paint[x].bold ? " font-weight=\"bold\">" : ">");
        for (int k = x; k < x + n; k++)
            if (row->cell[k].ch[0])
                add_cell_escaped(svg->out, svg->theme, &row->cell[k]);
        str_add(svg->out, "</text>\n");
    }
}

void paint_svg_row(struct svg *svg, const struct grid *g, int y, int at, enum svg_pass pass)
{
    struct svg_row row = {row_of(g, y), xcalloc((size_t)g->w + 1, sizeof *row.paint), g->w, at};
    for (int x = 0; x < g->w; x++)
        row.paint[x] = paint_of(svg->theme, &svg->sheet->ground, &row.cell[x]);
    if (pass == SVG_LETTERS) {
        svg_letters(svg, &row);
    } else {
        svg_grounds(svg, &row);
        svg_shapes(svg, &row);
    }
    free(row.paint);
}

void paint_svg_begin(int w, int h, const char *title, struct str *out)
{
    int width = w * CW + 2 * PAINT_PADDING, height = h * CH + 2 * PAINT_PADDING;
    str_addf(out,
             "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"%d %d %d %d\">\n<title>",
             width, height, -PAINT_PADDING, -PAINT_PADDING, width, height);
    paint_title(out, title);
    str_add(out, "</title>\n");
}

void paint_svg_ground(int w, int h, struct svg *svg)
{
    struct rect all = {-PAINT_PADDING, -PAINT_PADDING, w * CW + 2 * PAINT_PADDING, h * CH + 2 * PAINT_PADDING};
    add_rect(svg, all, svg->sheet->ground.bg, 100);
}

void paint_svg_rules(const struct sheet *sheet, struct str *out)
{
    paint_rules(sheet, "fill", 'c', out);
    if (!sheet->ground.both)
        return;
    str_add(out, "@media (prefers-color-scheme:light){");
    paint_light_rules("", "fill", 'c', out);
    str_add(out, "}\n");
}

void export_svg(const struct grid *g, const struct theme *t, enum ground_wish wish, const char *title, struct str *out)
{
    struct sheet sheet = {.ground = paint_ground(t, wish)};
    sheet.classes = sheet.ground.both;
    struct str body = {0};
    struct svg svg = {&body, &sheet, t};
    paint_svg_ground(g->w, g->h, &svg);
    str_add(&body, "<g shape-rendering=\"crispEdges\">\n");
    for (enum svg_pass pass = SVG_SHAPES; pass <= SVG_LETTERS; pass++) {
        if (pass == SVG_LETTERS)
            str_addf(&body, "</g>\n<g font-family=\"%s\" font-size=\"13.3\" xml:space=\"preserve\">\n", paint_font);
        for (int y = 0; y < g->h; y++)
            paint_svg_row(&svg, g, y, y, pass);
    }
    paint_svg_begin(g->w, g->h, title, out);
    if (sheet.classes) {
        str_add(out, "<style>\n");
        paint_svg_rules(&sheet, out);
        str_add(out, "</style>\n");
    }
    str_addn(out, str_text(&body), body.len);
    str_add(out, "</g>\n</svg>\n");
    str_free(&body);
}
