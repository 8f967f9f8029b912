/* class_draw.c: the bands of a show, large, and what stands around them. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clamp.h"
#include "base/utf8.h"
#include "ui/digits.h"
#include "ui/widget.h"
#include "views/anatomy.h"
#include "views/class_parts.h"
#include "views/lesson_frame.h"
#include "views/say.h"
#include "views/value.h"

enum { BAR_MIN = 8, LARGE_TEXT = 700 };

static enum role band_role(const struct class_plan *p, int k, enum role role)
{
    return p->state->spot && p->state->spot != k + 1 ? ROLE_DIM : role;
}

/* The cell, of `cells`, at which a value stands. */
static int cell_of(double v, double low, double high, int cells)
{
    return (int)lrint(clamp_real((v - low) / (high - low) * cells, 0, cells));
}

/* A bar of whole cells and rows, from one value to another. */
static void draw_bar(const struct class_plan *p, struct grid *g, const struct class_room *r, int y, int rows, int k)
{
    const struct class_band *b = &p->band[k];
    double low = b->gate ? 0 : p->low, high = b->gate ? 1 : p->high;
    int x = r->bar + 1, cells = r->bar_w - 2, zero = cell_of(0, low, high, cells),
        from = cell_of(b->from, low, high, cells), to = cell_of(b->to, low, high, cells),
        was = isnan(b->gone) ? to : cell_of(b->gone, low, high, cells);
    enum role role = band_role(p, k, b->role), ghost = band_role(p, k, ROLE_GHOST);
    for (int line = y; line < y + rows; line++) {
        if (low < 0 && from == zero)
            grid_put(g, x + zero, line, g->glyphs->vline, ROLE_AXIS, 0);
        for (int c = to < was ? to : was; c < (to < was ? was : to); c++)
            grid_put(g, x + c, line, g->glyphs->heat[1], ghost, 0);
        for (int c = from < to ? from : to; c < (from < to ? to : from); c++)
            grid_put(g, x + c, line, g->glyphs->full, role, 0);
        if (from == to && b->from != b->to)              /* more than nothing, less than half a cell */
            grid_put(g, x + to - (b->to < b->from), line, b->to < b->from ? g->glyphs->little_left : g->glyphs->little,
                     role, 0);
    }
}

static void draw_frame(struct grid *g, const struct class_room *r, int y, int rows)
{
    for (int line = y; line < y + rows; line++) {
        grid_put(g, r->bar, line, g->glyphs->bar_begin, ROLE_AXIS, 0);
        grid_put(g, r->bar + r->bar_w - 1, line, g->glyphs->bar_end, ROLE_AXIS, 0);
    }
}

/* Numbers as columns side by side: those of h, those of x, or all of them. */
static void draw_columns(const struct class_plan *p, struct grid *g, const struct class_room *r, int y, int rows, int k)
{
    struct anatomy a;
    anatomy_take(&a, p->s, false, false);
    int from = k == 1 ? a.H : 0, to = k == 0 ? a.H : a.n, cells = r->bar_w - 2, n = a.n < cells ? a.n : cells;
    int each = n > 0 && cells / n < 6 ? cells / n : 6, wide = each > 1 ? each - 1 : 1;
    float most = 1;
    for (int c = 0; c < a.n; c++)
        most = fmaxf(most, fabsf((float)anatomy_input(&a, c)));
    for (int c = from; c < to; c++) {
        int at = (k == 1 ? c - a.H : c) * each;
        if (at + wide > cells)
            break;
        bool of_h = c < a.H;
        bool hidden = of_h ? scene_hides(p->scene, p->layer, c, VAL_H, p->t - 1)
                           : p->layer > 0 && scene_hides(p->scene, p->layer - 1, c - a.H, VAL_H, p->t);
        if (hidden)
            grid_put(g, r->bar + 1 + at, y + rows / 2, '?', ROLE_LABEL, 0);
        else if (rows > 1)
            widget_column(g, (struct rect){r->bar + 1 + at, y, wide, rows},
                          (struct bar){(float)anatomy_input(&a, c), NAN, -most, most,
                                       band_role(p, k, of_h ? ROLE_H : ROLE_TEXT)});
        else
            grid_put(g, r->bar + 1 + at, y, anatomy_input(&a, c) < 0 ? '-' : '+',
                     band_role(p, k, of_h ? ROLE_H : ROLE_TEXT), 0);
    }
    anatomy_free(&a);
}

static void draw_digits(const struct class_plan *p, struct grid *g, const struct class_room *r, int k, const char *text)
{
    enum role role = band_role(p, k, ROLE_TEXT);
    unsigned attr = role == ROLE_DIM ? 0 : ATTR_BOLD;
    if (r->tall)
        digits_draw(g, r->w - 1 - digits_width(text), r->band[k], role, 0, text);
    else
        grid_text_right(g, r->w - (r->w > 12), r->band[k], 7, role, attr, text);
}

static void draw_band(const struct class_plan *p, struct grid *g, const struct class_room *r, int k)
{
    const struct class_band *b = &p->band[k];
    int y = r->band[k], rows = r->tall ? DIGITS_H : 1, room = r->bar - r->label - 1;
    bool asks = (k == 2 && !p->open) || b->hidden;
    bool bar = r->bar_w >= BAR_MIN;
    grid_text(g, r->label, y, bar ? room : r->w - 6, band_role(p, k, b->role), ATTR_BOLD, b->symbol);
    if (r->tall)
        grid_text(g, r->label, y + 1, room, band_role(p, k, ROLE_TEXT), 0, b->word);
    draw_digits(p, g, r, k, asks ? "?" : b->digits);
    if (bar)
        draw_frame(g, r, y, rows);
    if (asks || !bar)
        return;
    if (p->state->show == CLASS_JOIN)
        draw_columns(p, g, r, y, rows, k);
    else
        draw_bar(p, g, r, y, rows, k);
}

static void draw_scale(const struct class_plan *p, struct grid *g, const struct class_room *r, int k)
{
    const struct class_band *b = &p->band[k];
    if (r->scale[k] >= 0 && r->bar_w >= BAR_MIN && p->state->show != CLASS_JOIN)
        widget_scale_row(g, r->bar, r->scale[k], r->bar_w, b->gate ? 0 : (float)p->low, b->gate ? 1 : (float)p->high);
}

/* σ over the first two bands: where z stands on it is how far the gate is open. */
static void draw_curve(const struct class_plan *p, struct grid *g, const struct class_room *r)
{
    const struct class_band *z = &p->band[0];
    int y = r->scale[0] >= 0 ? r->scale[0] : r->band[0], rows = r->band[1] + (r->tall ? DIGITS_H : 1) - y;
    float low = p->gate == VAL_G ? -1 : 0;
    float (*f)(float) = say_curve(p->s, p->layer, (enum quantity)p->gate);
    bool asks = z->hidden || !p->open;
    grid_text(g, r->label, r->band[0], r->bar - r->label - 1, band_role(p, 0, ROLE_TEXT), ATTR_BOLD, z->symbol);
    if (r->tall)
        grid_text(g, r->label, r->band[0] + 1, r->bar - r->label - 1, band_role(p, 0, ROLE_TEXT), 0, z->word);
    grid_textf(g, r->label, r->band[1], r->bar - r->label - 1, band_role(p, 1, ROLE_TEXT), ATTR_BOLD, "%s(z)",
               say_squash(p->s, p->layer, (enum quantity)p->gate, p->gl));
    draw_digits(p, g, r, 0, z->hidden ? "?" : z->digits);
    if (r->bar_w < BAR_MIN)
        return;
    widget_curve(g, (struct rect){r->bar + 1, y, r->bar_w - 2, rows},
                 &(struct curve){f, (float)p->low, (float)p->high, low, 1, asks ? NAN : (float)z->to,
                                 asks ? NAN : f((float)z->to), band_role(p, 1, value_role(p->gate))});
}

/* The bar of C_t-1 on its way down to where it is multiplied. */
static void draw_falling(const struct class_plan *p, struct grid *g, const struct class_room *r)
{
    if (p->state->show != CLASS_KEEP || r->bar_w < BAR_MIN || !p->open || p->moved >= 0.4 || p->band[0].hidden
        || p->band[2].hidden)
        return;
    struct class_plan falling = *p;
    falling.band[2] = p->band[0];
    int y = r->band[0] + (int)lrint((r->band[2] - r->band[0]) * p->moved / 0.4);
    draw_bar(&falling, g, r, y, r->tall ? DIGITS_H : 1, 2);
}

/* "She came out [and] played": from so far left that the present word is there. */
static void draw_words(const struct class_plan *p, struct grid *g, int y, int w)
{
    int T = session_steps(p->s), from = p->t, used = 0;
    struct str token = {0};
    for (int t = p->t; t >= 1; t--) {
        str_clear(&token);
        say_token(p->s, t, p->gl, &token);
        used += utf8_text_width(str_text(&token)) + 1;
        if (t < p->t && used + 2 > w * 2 / 3)
            break;
        from = t;
    }
    int x = 1;
    if (from > 1)
        x += grid_textf(g, x, y, 4, ROLE_DIM, 0, "%s ", p->gl->etc);
    for (int t = from; t <= T; t++) {
        bool here = t == p->t;
        str_clear(&token);
        say_token(p->s, t, p->gl, &token);
        int n = utf8_text_width(str_text(&token)) + 2 * here;
        if (x + n > w - 1) {
            grid_text(g, x, y, w - x, ROLE_DIM, 0, p->gl->etc);
            break;
        }
        x += here ? grid_textf(g, x, y, n, ROLE_TOKEN_NOW, ATTR_BOLD, "[%s]", str_text(&token))
                  : grid_text(g, x, y, n, ROLE_TOKEN, 0, str_text(&token));
        x++;
    }
    str_free(&token);
}

static void draw_title(const struct class_plan *p, struct grid *g, int w)
{
    struct str left = {0}, step = {0};
    char unit[32];
    int view_x = w >= 64 ? 32 : w >= 40 ? 14 : 0, step_x = w >= 64 ? 48 : w >= 40 ? 24 : 1;
    grid_fill(g, (struct rect){0, 0, w, 1}, ' ', ROLE_TITLE, 0);
    const char *of = p->scene->lesson     ? p->scene->lesson->title
                     : p->scene->scenario ? p->scene->scenario
                                          : session_model(p->s)->name;
    str_addf(&left, "%s %s unit %s", of,
             p->gl->middle_dot, session_unit_label(p->s, p->layer, p->unit, unit));
    str_addf(&step, "t=%d/%d ", p->t, session_steps(p->s));
    say_quoted(p->s, p->t, p->gl, &step);
    if (view_x) {
        grid_text(g, 1, 0, view_x - 2, ROLE_TITLE, ATTR_BOLD, str_text(&left));
        grid_text(g, view_x, 0, step_x - view_x - 1, ROLE_TITLE, 0, "class");
    }
    grid_text(g, step_x, 0, w - step_x, ROLE_TITLE, ATTR_BOLD, str_text(&step));
    if (w >= 64 && p->state->spot) {
        const char *band = p->band[p->state->spot - 1].symbol;
        if (!band)
            band = "curve";
        else if (strchr(band, ' '))                      /* without what is done to it */
            band = strchr(band, ' ') + 1;
        char text[40];
        snprintf(text, sizeof text, "spotlight %.*s", (int)strcspn(band, "_"), band);
        grid_text_right(g, w - 1, 0, 18, ROLE_TITLE, 0, text);
    }
    str_free(&left);
    str_free(&step);
}

static void draw_votes(const struct class_plan *p, struct grid *g, const struct class_room *r)
{
    const struct lecture *l = p->scene->lecture;
    struct str advice = {0};
    for (int round = 0; round < l->rounds && r->legend + round < r->equation; round++) {
        int x = r->bar;
        grid_text(g, 1, r->legend + round, 10, ROLE_TEXT, 0, round ? "now" : l->rounds > 1 ? "before" : "hands");
        for (int k = 0; k < l->answers; k++) {
            bool right = k == l->right;
            x += 2 + grid_textf(g, x, r->legend + round, r->w - x, ROLE_TEXT, right ? ATTR_BOLD : 0, "%c%s %d", 'a' + k,
                                right ? "*" : "", l->votes[round][k]);
        }
    }
    class_advice(l, &advice);
    grid_fill(g, (struct rect){0, r->say, r->w, r->say >= 0}, ' ', ROLE_TEXT, 0);
    if (r->say >= 0)
        grid_text(g, 1, r->say, r->w - 2, ROLE_TEXT, 0, str_text(&advice));
    str_free(&advice);
}

/* "█ kept   ░ forgotten: it was 6, half of it goes". */
static void draw_legend(const struct class_plan *p, struct grid *g, const struct class_room *r)
{
    char gone[16], full[5] = "", shade[5] = "";
    if (p->state->show != CLASS_KEEP || !p->open || p->band[2].hidden || p->band[0].hidden || p->band[1].hidden)
        return;
    full[utf8_encode(g->glyphs->full, full)] = '\0';
    shade[utf8_encode(g->glyphs->heat[1], shade)] = '\0';
    widget_share(gone, (float)(1 - class_value(p, VAL_F)));
    double was = class_value(p, VAL_C_PREV);
    struct str text = {0};
    str_addf(&text,
             was == rint(was) && fabs(was) < 1e6 ? "%s kept   %s forgotten: it was %.0f, %s of it goes"
                                                 : "%s kept   %s forgotten: it was %+.2f, %s of it goes",
             full, shade, was, gone);
    say_whole(g, r->bar, r->legend, r->w - r->bar, ROLE_TEXT, 0, str_text(&text));
    str_free(&text);
}

static void draw_foot(const struct class_plan *p, struct grid *g, const struct class_room *r)
{
    int show = p->state->show, x = 1, seconds = p->scene->lecture ? p->scene->lecture->seconds : 0;
    char time[40];
    for (int k = 0; k < CLASS_SHOWS; k++)
        grid_put(g, x++, r->foot, k <= show ? g->glyphs->full : g->glyphs->heat[1], k <= show ? ROLE_TEXT : ROLE_DIM,
                 0);
    grid_textf(g, x + 2, r->foot, 20, ROLE_TEXT, ATTR_BOLD, "%d %s of %d", show + 1,
               class_show_name((enum class_show)show), CLASS_SHOWS);
    int next = (show + 1) % CLASS_SHOWS;
    if (r->w >= 64)
        grid_textf(g, 33, r->foot, 24, ROLE_TEXT, 0, next ? "next: %d %s" : "next: the next word", next + 1,
                   class_show_name((enum class_show)next));
    snprintf(time, sizeof time, r->w >= 64 ? "%02d:%02d on this page" : "%02d:%02d", seconds / 60, seconds % 60);
    grid_text_right(g, r->w >= 64 ? 73 : r->w - 1, r->foot, 24, ROLE_TEXT, 0, time);
}

/* A page of a lesson in large: what it says, or what it asks and answers, in three lines; how far one is below. */
static void draw_page(const struct class_plan *p, struct grid *g, const struct class_room *r, int *y)
{
    const struct lesson_look *l = p->scene->lesson;
    int bottom = r->foot >= 0 ? r->foot : r->h;
    for (int k = 0; k < l->lines && *y < bottom; k++)
        if (*l->line[k].text)
            *y += grid_wrap(g, (struct rect){1, *y, r->w - 2, bottom - *y}, l->line[k].role, l->line[k].attr,
                            l->line[k].text);
    for (const char *t = str_text(&l->text); *t && *y < bottom; t += strcspn(t, "\n"), t += *t == '\n') {
        char one[LARGE_TEXT];
        snprintf(one, sizeof one, "%.*s", (int)strcspn(t, "\n"), t);
        *y += say_wrap(g, (struct rect){1, *y, r->w - 2, bottom - *y}, ROLE_TEXT, 0, one);
    }
}

static void draw_progress(const struct class_plan *p, struct grid *g, const struct class_room *r)
{
    const struct lesson_look *l = p->scene->lesson;
    int x = 1, seconds = p->scene->lecture ? p->scene->lecture->seconds : 0;
    for (int k = 0; k < l->marks && x < r->w - 30; k++, x++) {
        bool here = l->mark[k] == LESSON_HERE, done = l->mark[k] < LESSON_HERE || l->mark[k] == LESSON_SEEN;
        grid_put(g, x, r->foot, here ? g->glyphs->pointer : done ? g->glyphs->full : g->glyphs->unknown,
                 here ? ROLE_CURSOR : done ? ROLE_TEXT : ROLE_DIM, 0);
    }
    grid_text(g, x + 2, r->foot, 20, ROLE_TEXT, ATTR_BOLD, l->page);
    char time[40];
    snprintf(time, sizeof time, r->w >= 64 ? "%02d:%02d on this page" : "%02d:%02d", seconds / 60, seconds % 60);
    grid_text_right(g, r->w >= 64 ? 73 : r->w - 1, r->foot, 24, ROLE_TEXT, 0, time);
}

static void draw_text(const struct class_plan *p, struct grid *g, const struct class_room *r)
{
    if (p->scene->lesson) {
        int y = r->legend >= 0 ? r->legend : r->equation >= 0 ? r->equation : r->h;
        draw_page(p, g, r, &y);
        if (r->foot >= 0)
            draw_progress(p, g, r);
        return;
    }
    struct str equation = {0}, sentence = {0};
    class_words_of(p, &equation, &sentence);
    /* Half a sentence can say the opposite: where it has no room, what stands behind its colon may. */
    const char *colon = strstr(str_text(&sentence), ": "), *equal = strstr(str_text(&equation), " = ");
    if (r->equation >= 0 && !say_whole(g, 1, r->equation, r->w - 2, ROLE_TEXT, ATTR_BOLD, str_text(&equation)) && equal)
        say_whole(g, 1, r->equation, r->w - 2, ROLE_TEXT, ATTR_BOLD, equal + 3);
    if (r->say >= 0 && !say_whole(g, 1, r->say, r->w - 2, ROLE_TEXT, 0, str_text(&sentence)) && colon)
        say_whole(g, 1, r->say, r->w - 2, ROLE_TEXT, 0, colon + 2);
    if (r->legend >= 0 && p->scene->lecture && p->scene->lecture->rounds)
        draw_votes(p, g, r);
    else if (r->legend >= 0)
        draw_legend(p, g, r);
    if (r->foot >= 0)
        draw_foot(p, g, r);
    str_free(&equation);
    str_free(&sentence);
}

void class_draw(const struct scene *scene, const void *state, struct grid *g, struct rect area)
{
    if (session_steps(scene->session) < 1) {
        say_draw_nothing(scene->session, g, area);
        return;
    }
    enum pen pen = grid_pen(g, PEN_PLAIN);                /* the spotlight here is a band's */
    struct class_plan p = class_plan_of(scene, state, g->glyphs);
    struct class_room r = class_room_of(&p, area.w, area.h);
    draw_title(&p, g, area.w);
    if (r.words >= 0)
        draw_words(&p, g, r.words, area.w);
    bool curve = p.state->show == CLASS_SIGMA;
    if (curve)
        draw_curve(&p, g, &r);
    for (int k = 0; k < 3; k++) {
        if (curve && k < 2)
            continue;
        draw_scale(&p, g, &r, k);
        draw_band(&p, g, &r, k);
    }
    draw_falling(&p, g, &r);
    draw_text(&p, g, &r);
    grid_pen(g, pen);
}
