/* view_class.c: for a class (F5): one gate of one unit, in three bands with digits of three rows, at most 24 rows of
 * 80 columns: on a larger terminal it stands in the middle, and the font does the rest.
 *
 * A show is three bands: what goes in, what is done to it, what comes out. The third is a question until PgDn reveals
 * it. Rows give way in the order in which they are least missed; below thirteen rows a band is one row. */
#include "views/class_view.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "ui/digits.h"
#include "ui/widget.h"
#include "views/anatomy.h"
#include "views/bars.h"
#include "views/lesson_frame.h"
#include "views/say.h"
#include "views/value.h"
#include "views/words.h"

enum { SPOT_NONE, SPOT_BANDS = 3, LARGE_TEXT = 700 };
struct class_state {
    int show;
    bool revealed;
    int step, unit, value;        /* of what was revealed */
    int spot;                     /* the band that is pointed at, from 1; 0: none */
};

static const char *const show_names[CLASS_SHOWS] = {"join", "add up", "squash", "keep", "write"};
const char *class_show_name(enum class_show show) { return show_names[show]; }

/* ---- going through it -------------------------------------------------------------------------------------------- */

enum class_show class_show(const void *state) { return (enum class_show)((const struct class_state *)state)->show; }

bool class_revealed(const struct session *s, const void *state)
{
    const struct class_state *c = state;
    const struct cursor *at = session_cursor(s);
    return c->revealed && c->step == at->step && c->unit == at->unit && c->value == (int)anatomy_gate(at);
}

static void set_revealed(struct session *s, struct class_state *c, bool revealed)
{
    const struct cursor *at = session_cursor(s);
    c->revealed = revealed;
    c->step = at->step;
    c->unit = at->unit;
    c->value = (int)anatomy_gate(at);
}

void class_begin(struct session *s, void *state, enum class_show show)
{
    struct class_state *c = state;
    c->show = (int)show;
    c->spot = SPOT_NONE;
    set_revealed(s, c, false);
}

bool class_next(struct session *s, void *state)
{
    struct class_state *c = state;
    if (!class_revealed(s, c)) {
        set_revealed(s, c, true);
        return true;
    }
    if (c->show + 1 < CLASS_SHOWS) {
        c->show++;
    } else {
        if (session_cursor(s)->step >= session_steps(s))
            return false;
        session_step(s, 1);
        c->show = CLASS_JOIN;
    }
    set_revealed(s, c, false);
    return true;
}

bool class_back(struct session *s, void *state)
{
    struct class_state *c = state;
    if (class_revealed(s, c)) {
        set_revealed(s, c, false);
        return true;
    }
    if (c->show > 0) {
        c->show--;
    } else {
        if (session_cursor(s)->step <= 1)
            return false;
        session_step(s, -1);
        c->show = CLASS_SHOWS - 1;
    }
    set_revealed(s, c, true);
    return true;
}

static enum view_reply key_step(struct session *s, void *state, bool other, struct err *e)
{
    if (!(other ? class_back(s, state) : class_next(s, state)))
        err_set(e, NULL, NULL, other ? "this is the start of the sentence" : "this is the end of the sentence");
    return VIEW_REDRAW;
}

static enum view_reply key_spot(struct session *s, void *state, bool other, struct err *e)
{
    (void)s, (void)other, (void)e;
    struct class_state *c = state;
    c->spot = (c->spot + 1) % (SPOT_BANDS + 1);
    return VIEW_REDRAW;
}

/* ---- what is shown ----------------------------------------------------------------------------------------------- */

/* One band: a bar from one value to another (mostly from 0), and a number. */
struct band {
    const char *symbol, *word;
    enum role role;
    double from, to;
    double gone;                  /* the bar was as long as this: what is missing is shaded; NaN: nothing */
    char digits[24];
    bool gate;                    /* of a scale 0 … 1 */
    bool hidden;                  /* a question asks for it */
};

struct class_plan {
    const struct scene *scene;
    const struct session *s;
    const struct class_state *state;
    const struct glyphs *gl;
    int layer, unit, t, H, E;
    enum value gate;
    bool open;                    /* the third band is there */
    double moved;                 /* how much of what is revealed has arrived, 0 … 1 */
    double low, high;             /* of the bands that are no gates */
    struct band band[3];
};

static double value_of(const struct class_plan *p, enum value v)
{
    return (double)session_value(p->s, RUN_PINNED, p->layer, p->unit, v, p->t);
}

static bool is_hidden(const struct class_plan *p, enum value v)
{
    return scene_hides(p->scene, p->layer, p->unit, v, p->t);
}

/* A number in digits: two decimals where they fit, and no plus sign. */
static void set_digits(struct band *b, double v, bool gate)
{
    if (gate) {
        widget_gate(b->digits, sizeof b->digits, (float)v, 5);
        memmove(b->digits, b->digits + strspn(b->digits, " "), strlen(b->digits + strspn(b->digits, " ")) + 1);
        if (strlen(b->digits) > 5)
            snprintf(b->digits, sizeof b->digits, v > 0.5 ? ">.99" : "<.01");
        return;
    }
    int decimals = fabs(v) < 9.995 ? 2 : fabs(v) < 99.95 ? 1 : 0;
    snprintf(b->digits, sizeof b->digits, "%.*f", decimals, v);
    if (strtod(b->digits, NULL) == 0)
        snprintf(b->digits, sizeof b->digits, "0.00");
    if (fabs(v) >= 9999.5)
        snprintf(b->digits, sizeof b->digits, v > 0 ? ">999" : "<-99");
}

static struct band band_of(const struct class_plan *p, enum value v, const char *symbol, const char *word)
{
    struct band b = {.symbol = symbol, .word = word, .role = value_role(v), .to = value_of(p, v), .gone = NAN,
                     .gate = value_is_gate(v), .hidden = is_hidden(p, v)};
    set_digits(&b, b.to, b.gate);
    return b;
}

static void plan_keep(struct class_plan *p)
{
    p->band[0] = band_of(p, VAL_C_PREV, "C_t-1", "memory");
    p->band[1] = band_of(p, VAL_F, p->gl->ascii ? "x f_t" : "\xC3\x97 f_t", "keep");
    p->band[2] = band_of(p, VAL_KEPT, p->gl->ascii ? "= f*C" : "= f\xE2\x8A\x99" "C", "kept");
    double before = p->band[0].to, shrink = (p->moved - 0.4) / 0.6;
    p->band[2].gone = before;
    p->band[2].to = before + (p->band[2].to - before) * (shrink < 0 ? 0 : shrink);
}

static void plan_write(struct class_plan *p)
{
    p->band[0] = band_of(p, VAL_KEPT, p->gl->ascii ? "f*C" : "f\xE2\x8A\x99" "C", "kept");
    p->band[1] = band_of(p, VAL_WRITTEN, p->gl->ascii ? "+ i*g" : "+ i\xE2\x8A\x99g", "written");
    p->band[2] = band_of(p, VAL_C, "= C_t", "memory");
    double kept = p->band[0].to, written = p->band[1].to;
    p->band[1].from = kept;                              /* it pushes on from where the first one ends */
    p->band[1].to = kept + written;
    if (p->open && p->moved < 1 && !p->band[2].hidden)
        p->band[2].to = kept + (p->band[2].to - kept) * p->moved;
}

static void plan_sum(struct class_plan *p)
{
    struct anatomy a;
    anatomy_take(&a, p->s, false, false);
    double v[3] = {a.from_h, a.from_x, a.z};
    static const char *const symbols[] = {"W_h\xC2\xB7h_t-1", "+ W_x\xC2\xB7x_t", "+ b = z"},
                      *const ascii[] = {"W_h*h_t-1", "+ W_x*x_t", "+ b = z"},
                      *const texts[] = {"before", "this word", "their sum"};
    double most = 1;
    for (int k = 0; k < 3; k++) {
        p->band[k] = (struct band){.symbol = p->gl->ascii ? ascii[k] : symbols[k], .word = texts[k], .to = v[k],
                                   .role = v[k] < 0 ? ROLE_NEGATIVE : ROLE_POSITIVE, .gone = NAN};
        set_digits(&p->band[k], v[k], false);
        most = fabs(v[k]) > most ? fabs(v[k]) : most;
    }
    p->band[2].hidden = is_hidden(p, p->gate);
    p->high = (double)widget_scale((float)most);
    p->low = -p->high;
    anatomy_free(&a);
}

static void plan_sigma(struct class_plan *p)
{
    struct anatomy a;
    anatomy_take(&a, p->s, false, false);
    p->band[0] = (struct band){.symbol = "z", .word = "the sum", .to = a.z, .role = ROLE_TEXT, .gone = NAN,
                               .hidden = is_hidden(p, p->gate)};
    set_digits(&p->band[0], a.z, false);
    p->band[2] = band_of(p, p->gate, value_symbol(p->gate, p->gl), value_kind(p->gate)->word);
    p->high = (double)widget_scale((float)fmax(4, fabs(a.z)));
    p->low = -p->high;
    anatomy_free(&a);
}

static void plan_join(struct class_plan *p)
{
    static const char *const symbols[] = {"h_t-1", "x_t", "[h, x]"}, *const texts[] = {"before", "this word",
                                                                                       "joined"};
    int n[3] = {p->H, p->E, p->H + p->E};
    for (int k = 0; k < 3; k++) {
        p->band[k] = (struct band){.symbol = symbols[k], .word = texts[k], .gone = NAN,
                                   .role = k ? ROLE_TEXT : ROLE_H};
        snprintf(p->band[k].digits, sizeof p->band[k].digits, "%d", n[k]);
    }
}

/* Is C of this unit never below zero? Then its scale begins at zero. */
static bool never_negative(const struct session *s, int layer, int unit)
{
    for (int t = 0; t <= session_steps(s); t++)
        if (session_row(s, RUN_PINNED, layer, Q_C, t)[unit] < 0)
            return false;
    return true;
}

static struct class_plan plan_of(const struct scene *scene, const struct class_state *c, const struct glyphs *gl)
{
    static void (*const plan[CLASS_SHOWS])(struct class_plan *) = {plan_join, plan_sum, plan_sigma, plan_keep,
                                                                   plan_write};
    const struct session *s = scene->session;
    const struct cursor *at = session_cursor(s);
    const struct lstm_layer *l = &session_net(s)->layer[at->layer];
    struct class_plan p = {.scene = scene, .s = s, .state = c, .gl = gl, .layer = at->layer, .unit = at->unit,
                           .t = at->step, .H = l->hidden, .E = l->in, .gate = (enum value)anatomy_gate(at),
                           .open = class_revealed(s, c)};
    if (scene->lesson)
        p.open = !scene->lecture || !scene->lecture->asking;
    p.moved = scene->lecture ? 1 - (double)scene->lecture->still_to_move : 1;
    p.high = (double)widget_scale(session_peak(s, at->layer));
    bool positive = never_negative(s, at->layer, at->unit) && value_of(&p, VAL_WRITTEN) >= 0;
    p.low = positive ? 0 : -p.high;
    plan[c->show](&p);
    return p;
}

/* ---- the room ---------------------------------------------------------------------------------------------------- */

enum { BAR_MIN = 8 };
struct room {
    int w, h;
    bool tall;                    /* bands of three rows, with digits */
    int label, bar, bar_w, digits;
    int words, scale[3], band[3], legend, equation, say, foot;     /* rows; -1: none */
};

static struct room room_of(const struct class_plan *p, int w, int h)
{
    struct room r = {.w = w, .h = h, .label = 1, .legend = -1, .say = -1, .foot = -1, .equation = -1, .words = -1};
    int need = 0;
    for (int k = 0; k < 3; k++) {
        int n = digits_width(p->band[k].digits);
        need = n > need ? n : need;
    }
    r.tall = h >= 12 && w >= 40 + need / 2;
    int extra = h - (r.tall ? 12 : 6), rows = r.tall ? DIGITS_H : 1, y = 1;
    /* What there is room for, the most telling first. */
    bool words = extra >= 0, say = extra >= 1, foot = extra >= 2, legend = extra >= 3;
    int scales = extra - 4 < 0 ? 0 : extra - 4 > 3 ? 3 : extra - 4, gaps = extra - 7;
    r.words = words ? y++ : -1;
    for (int k = 0; k < 3; k++) {
        if (k && gaps >= k)
            y++;
        r.scale[k] = scales > k ? y++ : -1;
        r.band[k] = y;
        y += rows;
    }
    if (gaps >= 3)
        y++;
    r.legend = legend ? y++ : -1;
    if (gaps >= 4)
        y++;
    r.equation = extra >= 0 ? y++ : -1;
    r.say = say ? y++ : -1;
    r.foot = foot ? h - 1 : -1;
    r.bar = w >= 64 ? 12 : 8;
    r.digits = w - (r.tall ? (need > 13 ? need : 13) + 1 : 7);
    r.bar_w = r.digits - 2 - r.bar;
    return r;
}

static enum role band_role(const struct class_plan *p, int k, enum role role)
{
    return p->state->spot && p->state->spot != k + 1 ? ROLE_DIM : role;
}

/* ---- drawing ----------------------------------------------------------------------------------------------------- */

/* The cell, of `cells`, at which a value stands. */
static int cell_of(double v, double low, double high, int cells)
{
    double at = (v - low) / (high - low) * cells;
    return at < 0 ? 0 : at > cells ? cells : (int)lrint(at);
}

/* A bar of whole cells and rows, from one value to another. */
static void draw_bar(const struct class_plan *p, struct grid *g, const struct room *r, int y, int rows, int k)
{
    const struct band *b = &p->band[k];
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

static void draw_frame(struct grid *g, const struct room *r, int y, int rows)
{
    for (int line = y; line < y + rows; line++) {
        grid_put(g, r->bar, line, g->glyphs->bar_begin, ROLE_AXIS, 0);
        grid_put(g, r->bar + r->bar_w - 1, line, g->glyphs->bar_end, ROLE_AXIS, 0);
    }
}

/* Numbers as columns side by side: those of h, those of x, or all of them. */
static void draw_columns(const struct class_plan *p, struct grid *g, const struct room *r, int y, int rows, int k)
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

static void draw_digits(const struct class_plan *p, struct grid *g, const struct room *r, int k, const char *text)
{
    enum role role = band_role(p, k, ROLE_TEXT);
    unsigned attr = role == ROLE_DIM ? 0 : ATTR_BOLD;
    if (r->tall)
        digits_draw(g, r->w - 1 - digits_width(text), r->band[k], role, 0, text);
    else
        grid_text_right(g, r->w - (r->w > 12), r->band[k], 7, role, attr, text);
}

static void draw_band(const struct class_plan *p, struct grid *g, const struct room *r, int k)
{
    const struct band *b = &p->band[k];
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

static void draw_scale(const struct class_plan *p, struct grid *g, const struct room *r, int k)
{
    const struct band *b = &p->band[k];
    if (r->scale[k] >= 0 && r->bar_w >= BAR_MIN && p->state->show != CLASS_JOIN)
        widget_scale_row(g, r->bar, r->scale[k], r->bar_w, b->gate ? 0 : (float)p->low, b->gate ? 1 : (float)p->high);
}

/* σ over the first two bands: where z stands on it is how far the gate is open. */
static void draw_curve(const struct class_plan *p, struct grid *g, const struct room *r)
{
    const struct band *z = &p->band[0];
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
static void draw_falling(const struct class_plan *p, struct grid *g, const struct room *r)
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

/* ---- words ------------------------------------------------------------------------------------------------------- */

/* "nothing", "half", "3%", "all" of it. */
static void share_of(double f, char out[16])
{
    char percent[8];
    widget_percent(percent, (float)f);
    snprintf(out, 16, "%s", f == 0 ? "nothing" : f == 0.5 ? "half" : percent);
}

static const char *stands(double f)
{
    return f == 0 ? "is shut" : f < 0.1 ? "is nearly shut" : f == 0.5 ? "stands half open" : f == 1 ? "is fully open"
         : f > 0.9 ? "is nearly fully open" : "is partly open";
}

static void say_keep(const struct class_plan *p, struct str *equation, struct str *sentence)
{
    double f = value_of(p, VAL_F), c = value_of(p, VAL_C_PREV), kept = value_of(p, VAL_KEPT);
    struct product form = sums_product(f, c, kept);
    char unit[SAY_UNIT], share[16];
    str_addf(equation, "C_t-1 %s f_t = %.*f %s %.*f ", p->gl->times, form.factor, c, p->gl->times, form.factor, f);
    if (p->open)
        str_addf(equation, "%s %.*f", form.holds ? "=" : p->gl->about, form.result, kept);
    else
        str_add(equation, "= ?");
    say_unit_name(p->s, p->layer, p->unit, unit);
    if (!p->open) {
        str_addf(sentence, "How much of its memory does %s keep?", unit);
        return;
    }
    share_of(f, share);
    str_addf(sentence, "The forget gate of %s %s: %s of its memory stays.", unit, stands(f), share);
}

static void say_write(const struct class_plan *p, struct str *equation, struct str *sentence)
{
    char unit[SAY_UNIT], share[16];
    if (p->open)
        words_equation_within(p->s, RUN_PINNED, (struct place){p->layer, p->unit, VAL_C, p->t}, p->gl, 78, equation);
    else
        str_addf(equation, "C_t = f %s C_t-1 + i %s g = ?", p->gl->times, p->gl->times);
    say_unit_name(p->s, p->layer, p->unit, unit);
    if (!p->open) {
        str_addf(sentence, "What does %s hold after this word?", unit);
        return;
    }
    share_of(value_of(p, VAL_I), share);
    str_addf(sentence, "The input gate %s: %s of the candidate is added to what was kept.", stands(value_of(p, VAL_I)),
             share);
}

/* "Towards open: h_t-1, the bias. Towards shut: 'and'." */
static void say_pushes(const struct class_plan *p, const struct anatomy *a, struct str *out)
{
    struct str source = {0};
    anatomy_source(p->s, p->layer, p->t, p->gl, &source);
    const struct { const char *name; double v; } part[] = {
        {"h_t-1", a->from_h}, {str_text(&source), a->from_x}, {"the bias", a->b}, {"the peephole", a->peep}};
    static const char *const ways[2][2] = {{"open", "shut"}, {"up", "down"}};
    for (int way = 0; way < 2; way++) {
        int n = 0;
        str_addf(out, "%sowards %s: ", way ? " T" : "T", ways[p->gate == VAL_G][way]);
        for (int k = 0; k < 4; k++)
            if (way ? part[k].v < 0 : part[k].v > 0)
                str_addf(out, "%s%s", n++ ? ", " : "", part[k].name);
        str_addf(out, "%s.", n ? "" : "nothing");
    }
    str_free(&source);
}

static void say_sum(const struct class_plan *p, struct str *equation, struct str *sentence)
{
    struct anatomy a;
    char n[5][SUMS_MAX], unit[SAY_UNIT];
    anatomy_take(&a, p->s, false, false);
    double terms[4] = {a.from_h, a.from_x, a.b, a.peep};
    int d = 2;
    while (d < 6 && sums_rest(terms, 4, a.z, d) != 0)
        d++;
    str_addf(equation, "z = %s + %s + b = %s %s %s", "W_h h", "W_x x", sums_number(n[0], a.from_h, d, true),
             sums_number(n[1], a.from_x, d, true), sums_number(n[2], a.b, d, true));
    if (a.peep != 0)
        str_addf(equation, " %s (peephole)", sums_number(n[3], a.peep, d, true));
    str_addf(equation, " = %s", p->open ? sums_number(n[4], a.z, d, true) : "?");
    say_unit_name(p->s, p->layer, p->unit, unit);
    if (!p->open)
        str_addf(sentence, "Which way is %s of %s pushed: open or shut?", value_name(p->gate), unit);
    else
        say_pushes(p, &a, sentence);
    anatomy_free(&a);
}

static void say_sigma(const struct class_plan *p, struct str *equation, struct str *sentence)
{
    char z[SUMS_MAX], gate[SUMS_MAX];
    double v = value_of(p, p->gate);
    const char *f = say_squash(p->s, p->layer, (enum quantity)p->gate, p->gl);
    sums_number(z, p->band[0].to, 2, true);
    if (p->gate == VAL_G)
        sums_number(gate, v, 2, true);
    else
        sums_gate(gate, v);
    bool pinned = session_value_pinned(p->s, p->layer, p->unit, p->gate, p->t);
    str_addf(equation, "%s = %s(%s) = %s", value_symbol(p->gate, p->gl), f, z, p->open && !pinned ? gate : "?");
    if (p->open && pinned)
        str_addf(equation, ", but set by hand: %s", gate);
    if (!p->open)
        str_addf(sentence, "Where on the curve, and so how far %s?", p->gate == VAL_G ? "from 0" : "open");
    else if (p->gate == VAL_G)
        str_add(sentence, "tanh keeps the sign and goes from -1 to 1.");
    else
        str_addf(sentence, "%s makes of any number a share between 0 and 1.", f);
}

static void say_join(const struct class_plan *p, struct str *equation, struct str *sentence)
{
    str_addf(equation, "[h_t-1, x_t] : %d + %d = ", p->H, p->E);
    if (p->open)
        str_addf(equation, "%d numbers", p->H + p->E);
    else
        str_add(equation, "?");
    str_add(sentence, p->open ? "Laid end to end, nothing is added up: this is all that the gates see."
                              : "What do the gates see?");
}

static void words_of(const struct class_plan *p, struct str *equation, struct str *sentence)
{
    static void (*const say[CLASS_SHOWS])(const struct class_plan *, struct str *, struct str *) = {
        say_join, say_sum, say_sigma, say_keep, say_write};
    if (!value_secret(p->scene, sentence))
        say[p->state->show](p, equation, sentence);
}

void class_words(const struct scene *scene, const void *state, struct str *equation, struct str *sentence)
{
    struct class_plan p = plan_of(scene, state, scene->glyphs ? scene->glyphs : &glyphs_unicode);
    words_of(&p, equation, sentence);
}

void class_answer(const struct scene *scene, const void *state, struct str *equation, struct str *sentence)
{
    struct scene bare = *scene;
    bare.marks = NULL;
    struct class_plan p = plan_of(&bare, state, scene->glyphs ? scene->glyphs : &glyphs_unicode);
    p.open = true;
    words_of(&p, equation, sentence);
}

/* Peer instruction: below a third the question was too hard, above two thirds it is settled; between them talking to a
 * neighbour helps most (Mazur; Crouch and Mazur 2001: 35 and 70 %). */
void class_advice(const struct lecture *l, struct str *out)
{
    const int *votes = l->votes[l->rounds - 1];
    int sum = 0;
    for (int k = 0; k < l->answers; k++)
        sum += votes[k];
    if (!sum) {
        str_add(out, "no hands");
        return;
    }
    if (l->right < 0) {
        str_add(out, "a * behind a number says which answer is right");
        return;
    }
    int percent = (100 * votes[l->right] + sum / 2) / sum;
    str_addf(out, "%d%% right: %s", percent,
             percent < 35    ? "explain it once more, then ask again"
             : percent <= 70 ? "let them talk it over with a neighbour, then vote again"
                             : "say why in a sentence, and go on");
}

static void draw_votes(const struct class_plan *p, struct grid *g, const struct room *r)
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
static void draw_legend(const struct class_plan *p, struct grid *g, const struct room *r)
{
    char gone[16], full[5] = "", shade[5] = "";
    if (p->state->show != CLASS_KEEP || !p->open || p->band[2].hidden || p->band[0].hidden || p->band[1].hidden)
        return;
    full[utf8_encode(g->glyphs->full, full)] = '\0';
    shade[utf8_encode(g->glyphs->heat[1], shade)] = '\0';
    share_of(1 - value_of(p, VAL_F), gone);
    double was = value_of(p, VAL_C_PREV);
    struct str text = {0};
    str_addf(&text,
             was == rint(was) && fabs(was) < 1e6 ? "%s kept   %s forgotten: it was %.0f, %s of it goes"
                                                 : "%s kept   %s forgotten: it was %+.2f, %s of it goes",
             full, shade, was, gone);
    say_whole(g, r->bar, r->legend, r->w - r->bar, ROLE_TEXT, 0, str_text(&text));
    str_free(&text);
}

static void draw_foot(const struct class_plan *p, struct grid *g, const struct room *r)
{
    int show = p->state->show, x = 1, seconds = p->scene->lecture ? p->scene->lecture->seconds : 0;
    char time[40];
    for (int k = 0; k < CLASS_SHOWS; k++)
        grid_put(g, x++, r->foot, k <= show ? g->glyphs->full : g->glyphs->heat[1], k <= show ? ROLE_TEXT : ROLE_DIM,
                 0);
    grid_textf(g, x + 2, r->foot, 20, ROLE_TEXT, ATTR_BOLD, "%d %s of %d", show + 1, show_names[show], CLASS_SHOWS);
    int next = (show + 1) % CLASS_SHOWS;
    if (r->w >= 64)
        grid_textf(g, 33, r->foot, 24, ROLE_TEXT, 0, next ? "next: %d %s" : "next: the next word", next + 1,
                   show_names[next]);
    snprintf(time, sizeof time, r->w >= 64 ? "%02d:%02d on this page" : "%02d:%02d", seconds / 60, seconds % 60);
    grid_text_right(g, r->w >= 64 ? 73 : r->w - 1, r->foot, 24, ROLE_TEXT, 0, time);
}

/* A page of a lesson in large: what it says, or what it asks and answers, in three lines; how far one is below. */
static void draw_page(const struct class_plan *p, struct grid *g, const struct room *r, int *y)
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

static void draw_progress(const struct class_plan *p, struct grid *g, const struct room *r)
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

static void draw_text(const struct class_plan *p, struct grid *g, const struct room *r)
{
    if (p->scene->lesson) {
        int y = r->legend >= 0 ? r->legend : r->equation >= 0 ? r->equation : r->h;
        draw_page(p, g, r, &y);
        if (r->foot >= 0)
            draw_progress(p, g, r);
        return;
    }
    struct str equation = {0}, sentence = {0};
    words_of(p, &equation, &sentence);
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

static void draw(const struct scene *scene, const void *state, struct grid *g, struct rect area)
{
    if (session_steps(scene->session) < 1) {
        say_draw_nothing(scene->session, g, area);
        return;
    }
    enum pen pen = grid_pen(g, PEN_PLAIN);                /* the spotlight here is a band's */
    struct class_plan p = plan_of(scene, state, g->glyphs);
    struct room r = room_of(&p, area.w, area.h);
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

static void explain(const struct scene *scene, const void *state, struct str *out)
{
    struct str equation = {0}, sentence = {0};
    class_words(scene, state, &equation, &sentence);
    str_addf(out, "%s%s%s", str_text(&equation), equation.len ? ". " : "", str_text(&sentence));
    str_free(&equation);
    str_free(&sentence);
}

static const struct view_key keys[] = {
    {"next prev", "<PgDn>", "<PgUp>", "reveal, then the next show of this word; back", "reveal, next", 0, key_step,
     NULL},
    {"votes", "v", NULL, "hands counted for each answer, and what to do next", "votes", 0, NULL, "votes"},
    {"spotlight", "'", NULL, "point at a band: the first, the second, the third, none", "spotlight", 0, key_spot, NULL},
    {.keys = NULL},
};
static const struct setting settings[] = {
    {"show", SETTING_CHOICE, offsetof(struct class_state, show), 0, 0, "join sum sigma keep write"},
    {"revealed", SETTING_BOOL, offsetof(struct class_state, revealed), 0, 0, NULL},
    {"step", SETTING_NUMBER, offsetof(struct class_state, step), 0, SETTING_MOST, NULL},
    {"unit", SETTING_NUMBER, offsetof(struct class_state, unit), 0, SETTING_MOST, NULL},
    {"gate", SETTING_NUMBER, offsetof(struct class_state, value), 0, Q_COUNT - 1, NULL},
    {"spot", SETTING_NUMBER, offsetof(struct class_state, spot), 0, SPOT_BANDS, NULL},
    {.name = NULL},
};
static const struct class_state defaults = {.show = CLASS_KEEP};

const struct view view_class = {
    .name = "class", .title = "class", .whole = false,
    .about = "one gate of one unit, large, for the last row",
    .help = "For a class (F5): one gate of one unit, large. Five shows for each word: h and x are joined, multiplied "
            "and added up, put through the curve; the memory is multiplied by f; something is written. PgDn reveals "
            "what a show asks, and then goes on.",
    .state_size = sizeof(struct class_state), .settings_size = sizeof(struct class_state), .defaults = &defaults,
    .settings = settings, .keys = keys, .draw = draw, .explain = explain, .focus = anatomy_focus, .large = true,
    .no_value = true,
};
