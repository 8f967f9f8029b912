/* gradient_parts.c: what the three pictures of the gradient are made of. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clamp.h"
#include "base/utf8.h"
#include "ui/widget.h"
#include "views/cells.h"
#include "views/gradient_view.h"
#include "views/say.h"

enum { DECADES = 4 };           /* from the palest shade to the strongest */

void grad_number_at(const struct grad_ctx *c, int x, int y, int w, const struct grad_number *n)
{
    char buf[16];
    grad_short(buf, n->v, n->sign);
    int cells = utf8_text_width(buf);
    grid_text(c->g, x + (w - cells > 0 ? (w - cells) / 2 : 0), y, w, n->role, 0, buf);
}

void grad_column_number(const struct grad_ctx *c, int x, int t, int y, int column, const struct grad_number *n)
{
    char buf[16];
    if (!c->on_tape) {
        grad_number_at(c, x + (t - c->lo) * column, y, column - 1, n);
        return;
    }
    grad_short(buf, n->v, n->sign);
    int w = utf8_text_width(buf);
    grid_text(c->g, across_x(&c->tape, t) + 5 - w, y, w, n->role, 0, buf);
}

void grad_draw_tokens(const struct grad_ctx *c, int x, int y, int column)
{
    for (int t = c->lo; t <= c->hi; t++) {
        struct str word = {0}, cut = {0};
        grad_token(c, t, &word);
        utf8_cut(&cut, str_text(&word), column - 1, c->gl->ascii);
        int n = utf8_text_width(str_text(&cut));
        grid_text(c->g, x + (t - c->lo) * column + (column - 1 - n) / 2, y, column - 1,
                  t == c->step ? ROLE_TOKEN_NOW : ROLE_TOKEN,
                  t == c->step ? ATTR_BOLD : 0, str_text(&cut));
        str_free(&word);
        str_free(&cut);
    }
}

void grad_draw_cut(const struct grad_ctx *c, int x, int y, int bars)
{
    grid_fill(c->g, (struct rect){x, y, 1, bars}, c->gl->ghost, ROLE_WARN, 0);
    grid_text(c->g, x, y + bars, 1, ROLE_WARN, ATTR_BOLD, c->gl->times);
}

void grad_draw_inputs(const struct grad_ctx *c, int label, int x0, int column, int y, int rows)
{
    if (rows > 1) {
        grid_textf(c->g, label, y, 8, ROLE_LABEL, 0, "|%sx|", c->gl->partial);
        for (int t = c->lo; t <= c->hi; t++)
            grad_column_number(c, x0, t, y, column,
                               &(struct grad_number){c->cache->norm[t - c->cache->first], false, ROLE_DIM});
        y++;
    }
    if (!rows)
        return;
    grid_textf(c->g, label, y, 8, ROLE_LABEL, 0, "x%s%sx", c->gl->times_dot, c->gl->partial);
    for (int t = c->lo; t <= c->hi; t++)
        grad_column_number(c, x0, t, y, column,
                           &(struct grad_number){c->cache->dot[t - c->cache->first], true, ROLE_NUMBER});
}

void grad_draw_plain(const struct grad_ctx *c, struct rect r, int x0, int column, int y)
{
    double here = grad_all_units(c, c->step);
    if (!c->cache->share || !(here > 0) || r.y + r.h - y < 4)
        return;
    grid_text(c->g, r.x + 1, y, 10, ROLE_LABEL, 0, "all units");
    grid_text(c->g, r.x + 1, y + 1, 10, ROLE_LABEL, 0, "plain RNN");
    for (int t = c->lo; t <= c->hi; t++) {
        grad_column_number(c, x0, t, y, column, &(struct grad_number){grad_all_units(c, t) / here, false, ROLE_NUMBER});
        grad_column_number(c, x0, t, y + 1, column, &(struct grad_number){c->cache->share[t], false, ROLE_NUMBER});
    }
    struct str s = {0};
    str_addf(&s, "What is left of |%sC|, of 1 here. plain: a network without gates, taught the stories of story, "
             "right in %.0f%% of unseen places.", c->gl->partial, 100 * beside_accuracy(c->cache->plain));
    grid_wrap(c->g, (struct rect){r.x + 1, y + 2, r.w - 2, r.y + r.h - y - 2}, ROLE_DIM, 0, str_text(&s));
    str_free(&s);
}

/* What it is the gradient of must not be cut: "gradient of the" is in the line above, too, and the value comes last. */
static const char *title_that_fits(struct str *title, int room)
{
    const char *text = str_text(title), *of = strstr(text, " of the ") ? " of the " : " of ";
    if (utf8_text_width(text) <= room)
        return text;
    char *value = strrchr(title->s, '(');
    text = strstr(text, of) + strlen(of);
    if (utf8_text_width(text) > room && value && value > text)
        value[-1] = '\0';
    return text;
}

void grad_draw_heading(const struct grad_ctx *c, struct rect r, const char *scale)
{
    struct str title = {0}, right = {0};
    grad_title(c, &title);
    str_addf(&right, " %s ", scale);
    grid_hline(c->g, r.x, r.y, r.w, ROLE_RULE);
    /* Beside the scale where that costs no more than "gradient of the". */
    int beside = r.w - 7 - utf8_text_width(str_text(&right));
    const char *text = utf8_text_width(str_text(&title)) - (int)sizeof "gradient of the" < beside
        ? title_that_fits(&title, *scale ? beside : r.w - 3) : title_that_fits(&title, r.w - 3);
    int n = grid_text(c->g, r.x + 2, r.y, r.w - 2, ROLE_LABEL, 0, text);
    grid_put(c->g, r.x + 1, r.y, ' ', ROLE_TEXT, 0);
    grid_put(c->g, r.x + 2 + n, r.y, ' ', ROLE_TEXT, 0);
    int room = r.w - n - 6, w = utf8_text_width(str_text(&right));
    if (*scale && w <= room)
        grid_text_right(c->g, r.x + r.w - 1, r.y, w, ROLE_DIM, 0, str_text(&right));
    str_free(&title);
    str_free(&right);
}

float grad_shade(double v)
{
    double level = v > 0 ? 1 + log10(v) / DECADES : 0;
    return isnan(v) ? NAN : clamp_real(level, 0, 1);
}

void grad_draw_cell(const struct grad_ctx *c, int x, int y, int w, double v)
{
    const struct heat heat = cells_scaled(grad_shade(v), 1, ROLE_HEAT_GATE, LOOK_PLAIN);
    cells_heat(c->g, (struct rect){x, y, w > 1 ? w - 1 : 1, 1}, &heat);
}

float grad_strongest(const struct grad_ctx *c, float (*of)(const struct grad_ctx *, int, int), int u, int n, int t)
{
    float most = 0;
    for (int k = u; k < u + n && k < c->H; k++)
        most = fmaxf(most, fabsf(of(c, k, t)));
    return most;
}

void grad_draw_scale(const struct grad_ctx *c, int bin, struct rect r, int y)
{
    static const struct { double v; const char *text; } marks[] = {{1, "1"}, {0.1, "0.1"}, {0.01, "0.01"},
                                                                   {0.001, "0.001"}};
    int x = r.x;
    char peak[16];
    for (size_t k = 0; k < sizeof marks / sizeof *marks; k++) {
        grad_draw_cell(c, x, y, 3, marks[k].v);
        x += 3 + grid_text(c->g, x + 3, y, r.x + r.w - x - 3, ROLE_DIM, 0, marks[k].text) + 2;
    }
    grad_short(peak, (double)c->cache->peak[c->layer], false);
    if (bin > 1 && r.x + r.w - x > 42) {
        grid_textf(c->g, x, y, r.x + r.w - x, ROLE_DIM, 0, "%s <1%% left  full: 1 is %s  best of %d",
                   c->gl->times, peak, bin);
        return;
    }
    if (r.x + r.w - x < (int)sizeof "x less than 1% left   full: 1 is " + (int)strlen(peak)) {
        char brief[24];
        snprintf(brief, sizeof brief, "%s < 1%% left", c->gl->times);
        say_whole(c->g, x, y, r.x + r.w - x, ROLE_DIM, 0, brief);
        return;
    }
    grid_textf(c->g, x, y, r.x + r.w - x, ROLE_DIM, 0, "%s less than 1%% left   full: 1 is %s", c->gl->times, peak);
}

void grad_unit_label(const struct grad_ctx *c, struct rect r, int u, int n)
{
    char unit[32];
    bool here = c->unit >= u && c->unit < u + n;
    int last = u + n < c->H ? u + n : c->H;
    if (here)
        cells_pointer(c->g, r.x, r.y);
    if (n == 1)
        grid_text(c->g, r.x + 1, r.y, r.w - 2, here ? ROLE_CURSOR : ROLE_LABEL, here ? ATTR_BOLD : 0,
                  session_unit_label(c->s, c->layer, u, unit));
    else
        grid_textf(c->g, r.x + 1, r.y, r.w - 2, here ? ROLE_CURSOR : ROLE_LABEL, here ? ATTR_BOLD : 0, "%d-%d",
                   u + 1, last);
}
