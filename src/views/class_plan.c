/* class_plan.c: the three bands of each show, and the rows that they get. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clamp.h"
#include "ui/digits.h"
#include "ui/widget.h"
#include "views/anatomy.h"
#include "views/class_parts.h"
#include "views/lesson_frame.h"
#include "views/value.h"

double class_value(const struct class_plan *p, enum value v)
{
    return (double)session_value(p->s, RUN_PINNED, p->layer, p->unit, v, p->t);
}

static bool is_hidden(const struct class_plan *p, enum value v)
{
    return scene_hides(p->scene, p->layer, p->unit, v, p->t);
}

static void set_digits(struct class_band *b, double v, bool gate)
{
    if (gate) {
        widget_gate(b->digits, sizeof b->digits, (float)v, 5);
        memmove(b->digits, b->digits + strspn(b->digits, " "), strlen(b->digits + strspn(b->digits, " ")) + 1);
        if (strlen(b->digits) > 5)
            snprintf(b->digits, sizeof b->digits, v > 0.5 ? ">.99" : "<.01");
        return;
    }
    int decimals = (fabs(v) < 9.995) + (fabs(v) < 99.95);
    snprintf(b->digits, sizeof b->digits, "%.*f", decimals, v);
    if (strtod(b->digits, NULL) == 0)
        snprintf(b->digits, sizeof b->digits, "0.00");
    if (fabs(v) >= 9999.5)
        snprintf(b->digits, sizeof b->digits, v > 0 ? ">999" : "<-99");
}

static struct class_band band_of(const struct class_plan *p, enum value v, const char *symbol, const char *word)
{
    struct class_band b = {.symbol = symbol, .word = word, .role = value_role(v), .to = class_value(p, v), .gone = NAN,
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
        p->band[k] = (struct class_band){.symbol = p->gl->ascii ? ascii[k] : symbols[k], .word = texts[k], .to = v[k],
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
    p->band[0] = (struct class_band){.symbol = "z", .word = "the sum", .to = a.z, .role = ROLE_TEXT, .gone = NAN,
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
        p->band[k] = (struct class_band){.symbol = symbols[k], .word = texts[k], .gone = NAN,
                                         .role = k ? ROLE_TEXT : ROLE_H};
        snprintf(p->band[k].digits, sizeof p->band[k].digits, "%d", n[k]);
    }
}

/* Is C of this unit never below zero? Then its scale begins at zero. */
static bool never_negative(const struct session *s, int layer, int unit)
{
    if (session_is_partial(s))
        return false;
    for (int t = 0; t <= session_steps(s); t++)
        if (session_row(s, RUN_PINNED, layer, Q_C, t)[unit] < 0)
            return false;
    return true;
}

struct class_plan class_plan_of(const struct scene *scene, const struct class_state *c, const struct glyphs *gl)
{
    static void (*const plan[CLASS_SHOWS])(struct class_plan *) = {plan_join, plan_sum, plan_sigma, plan_keep,
                                                                   plan_write};
    const struct session *s = scene->session;
    const struct cursor *at = session_cursor(s);
    const struct lstm_layer *l = &session_net(s)->layer[at->layer];
    struct class_plan p = {.scene = scene, .s = s, .state = c, .gl = gl, .layer = at->layer, .unit = at->unit,
                           .t = at->step, .H = l->hidden, .E = l->in, .gate = (enum value)anatomy_gate(at),
                           .open = class_revealed(s, c)};
    /* A page of a lesson says itself what it hides; of a step that is computed part by part the next part is not told
     * before its question is answered. */
    if (scene->lesson)
        p.open = !scene->lecture || !scene->lecture->asking || at->sub == SUB_H;
    p.moved = scene->lecture ? 1 - (double)scene->lecture->still_to_move : 1;
    p.high = (double)widget_scale(session_peak(s, at->layer));
    bool positive = never_negative(s, at->layer, at->unit) && class_value(&p, VAL_WRITTEN) >= 0;
    p.low = positive ? 0 : -p.high;
    plan[c->show](&p);
    return p;
}

/* Rows of what the page of a lesson says and asks, in large. */
static int page_rows(const struct lesson_look *l, int w)
{
    int rows = lesson_paragraph_rows(str_text(&l->text), w - 2);
    for (int k = 0; k < l->lines; k++)
        rows += *l->line[k].text ? grid_wrap_lines(w - 2, l->line[k].text) : 0;
    return rows;
}

/* What is said comes before digits that are tall, scales and gaps: a page that asks for a number must show what it says
 * of it. */
static void give_way(const struct class_plan *p, int w, int h, bool *tall, int *scales, int *gaps)
{
    const int text = page_rows(p->scene->lesson, w) + 1;          /* and a line for what is notified */
    for (;;) {
        int left = h - 1 - text - 2 - 3 * (*tall ? DIGITS_H : 1) - *scales;
        if (left >= (*gaps < 3 ? *gaps : 3) || (!*tall && !*scales)) {
            *gaps = clamp_int(left, 0, 3);
            return;
        }
        if (*gaps > 0)
            *gaps = *gaps < 3 ? *gaps - 1 : 2;
        else if (*tall)
            *tall = false;
        else
            --*scales;
    }
}

struct class_room class_room_of(const struct class_plan *p, int w, int h)
{
    struct class_room r = {.w = w, .h = h, .label = 1, .legend = -1, .say = -1, .foot = -1, .equation = -1,
                           .words = -1};
    int need = 0;
    for (int k = 0; k < 3; k++) {
        int n = digits_width(p->band[k].digits);
        need = n > need ? n : need;
    }
    r.tall = h >= 12 && w >= 40 + need / 2;
    int extra = h - (r.tall ? 12 : 6), y = 1;
    /* What there is room for, the most telling first. */
    bool words = extra >= 0, say = extra >= 1, foot = extra >= 2, legend = extra >= 3;
    int scales = clamp_int(extra - 4, 0, 3), gaps = clamp_int(extra - 7, 0, 4);
    if (p->scene->lesson)
        give_way(p, w, h, &r.tall, &scales, &gaps);
    const int rows = r.tall ? DIGITS_H : 1;
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
