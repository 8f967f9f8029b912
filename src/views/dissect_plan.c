/* dissect_plan.c: what the dissect view shows and where, and with how many digits. See dissect.h. */
#include <string.h>

#include "base/utf8.h"
#include "ui/widget.h"
#include "views/dissect.h"
#include "views/sums.h"

enum { LISTED_MAX = 100 };
enum { PLACE_UP_TO = 8 };                    /* more terms than this are sorted by size until one asks otherwise */

bool dissect_sorted(const struct dissect_state *st, int n)
{
    return st->order == ORDER_SIZE || (st->order == ORDER_AUTO && n > PLACE_UP_TO);
}

void dissect_take(struct anatomy *a, const struct session *s, const struct dissect_state *st)
{
    const struct cursor *at = session_cursor(s);
    const struct lstm_layer *l = &session_net(s)->layer[at->layer];
    anatomy_take(a, s, dissect_sorted(st, l->hidden + l->in), st->notation == NOTATION_SPLIT);
}

struct dissect_plan dissect_rows(const struct anatomy *a, const struct dissect_state *st, struct rect r,
                                 bool explain_wish, int heading_w, bool rest)
{
    struct dissect_plan p = {
        .heading = -1, .shape = -1, .strip = -1, .sources = -1, .total = -1, .gate = -1, .effect = -1, .words = -1};
    bool split = st->notation == NOTATION_SPLIT;
    p.headings = split ? 2 : 1;
    p.biases = (split && a->two ? 2 : 1) + a->peeps;
    p.rounding = rest;
    int need = p.headings + a->n + p.biases + p.rounding;
    int y = r.y, left = r.h;
    int words = r.h < 7 ? 0 : r.h < 16 ? 1 + (explain_wish && r.h >= 10) : !explain_wish ? 2 : r.h < 24 ? 4 : 6;
    int sources = r.h >= 15 ? 3 + a->peeps : 0, total = r.h >= 4, gate = r.h >= 1, heading = r.h >= 5,
        two_lines = heading && heading_w > r.w - 2 && r.h >= 12;
    left -= words + sources + total + gate + heading + two_lines;
    if (r.h < 9)
        p.headings = 0, need -= split ? 2 : 1;
    if (left < need && p.headings && left < p.headings + 4)
        p.headings = 0;
    int strip = r.w < 12 ? 0 : left >= need + 3 || left >= 11 + (left > need) ? 2 : left > need ? 1 : 0;
    if (strip == 2 && left - need < 3 && left >= need + 2)
        strip = 1;                /* the list has the names already: the line is worth more as air */
    left -= strip;
    p.strip_h = strip;
    if (left < need)
        p.rounding = left >= p.headings + p.biases + 7;       /* what is cut short is rounded, too */
    p.list_h = left < 0 ? 0 : left < need ? left : need;
    left -= p.list_h;
    /* What is left over: a little air between the parts, a taller curve, more room for words. */
    int gaps[5] = {0};
    static const int wish[] = {2, 1, 4, 0, 3};       /* the order in which the parts part */
    for (int k = 0; k < 5 && left > 0; k++)
        if ((wish[k] != 0 || strip) && (wish[k] != 2 || sources))
            gaps[wish[k]]++, left--;
    int effect = gate && left >= 3 ? 3 : 0;
    left -= effect;
    int taller = left > 6 ? 6 : left;
    p.list_h += taller;
    left -= taller;
    if (words && left > 0) {
        int more = left > 2 ? 2 : left;
        words += more;
    }
    if (heading)
        p.heading = y++;
    if (two_lines)
        p.shape = y++;
    if (strip) {
        y += gaps[0];
        p.strip = y;
        y += strip;
    }
    y += gaps[1];
    p.list = y;
    y += p.list_h + gaps[2];
    if (sources)
        p.sources = y, p.sources_h = sources, y += sources;
    if (total)
        p.total = y++;
    y += gaps[3];
    if (gate)
        p.gate = y++;
    if (effect)
        p.effect = y, y += effect;
    y += gaps[4];
    if (words)
        p.words = y, p.words_h = words;
    if (r.w >= 72 && p.list_h >= 5) {
        p.curve_w = r.w >= 110 ? 40 : 20;     /* the products are the matter: half the room is theirs */
        p.curve_x = r.x + r.w - p.curve_w;
    }
    return p;
}

/* Weights written by hand are short: as many decimals as tell all of them whole, but at most `most`. */
static int weight_decimals(const struct anatomy *a, int most)
{
    int d = 0;
    for (int k = 0; k < a->n && d < most; k++)
        while (d < most && (float)sums_printed((double)a->W[k], d) != a->W[k])
            d++;
    return d;
}

double dissect_rest(const struct dissect *c, int decimals)
{
    const struct anatomy *a = c->a;
    if (a->n > LISTED_MAX)
        return 0;
    double v[LISTED_MAX + 3];
    memcpy(v, a->term, (size_t)a->n * sizeof *v);
    bool apart = c->st->notation == NOTATION_SPLIT && a->two;
    v[a->n] = apart ? a->b - a->b2 : a->b;
    v[a->n + 1] = apart ? a->b2 : 0;
    v[a->n + 2] = a->peep;
    return sums_rest(v, a->n + 3, a->z, decimals);
}

void dissect_decimals(struct dissect *c)
{
    const struct anatomy *a = c->a;
    double sources[] = {a->from_h, a->from_x, a->b, a->peep};
    c->decimals = 2;
    for (int d = 4; d >= 2; d--)
        if (sums_rest(sources, 4, a->z, d) == 0 && dissect_rest(c, d) == 0)
            c->decimals = d;
    c->exact = weight_decimals(a, c->decimals + 2);
    for (c->factor = c->decimals; c->factor < c->decimals + 2; c->factor++) {
        bool all = true;
        for (int k = 0; k < a->n && all; k++)
            all =
                sums_product_holds((double)a->W[k], c->exact, anatomy_input(a, k), c->factor, a->term[k], c->decimals);
        if (all)
            break;
    }
}

bool dissect_reached(const struct dissect *c, enum substep sub)
{
    return c->sub >= sub;
}

void dissect_number(const struct dissect *c, int right, int y, int w, struct ink ink, double v)
{
    char num[SUMS_MAX];
    sums_number(num, v, c->decimals, true);
    if (utf8_text_width(num) > w)
        widget_number(num, w + 1 < SUMS_MAX ? w + 1 : SUMS_MAX, (float)v, w, c->decimals, true);
    grid_text_right(c->g, right, y, w, ink.role, ink.attr, num);
}

double dissect_scale(double peak)
{
    double unit = 1;
    while (peak > 0 && peak < unit && unit > 1e-12)
        unit /= 10;
    return (double)widget_scale((float)(peak / unit)) * unit;
}
