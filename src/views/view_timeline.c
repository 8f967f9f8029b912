/* view_timeline.c: one value of every unit at every word, as heat strips: words go across, units down, layers stand on
 * each other. As long as the words nearly fit they stand under the tape's own columns, which name them, and the numbers
 * of the selected unit under its strip; longer sentences are whole, in narrower columns. Where there are more units
 * than rows two of them share a cell, one above the other; where that is not enough, and where there are more words
 * than columns, a cell shows the peak of several. The second page is the text itself, each word on the colour of the
 * selected unit's tanh(C) (the cell view of Karpathy, Johnson and Li 2015).
 *
 * The arrangement is a pure function of sizes and cursor. What costs time is kept: the order of the units, and the
 * peaks of the columns on screen, so that a frame looks at new columns only and then at one number a unit and column.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "core/series.h"
#include "ui/widget.h"
#include "views/say.h"
#include "views/cells.h"
#include "views/tape.h"
#include "views/words.h"
#include "views/spot.h"

/* ---- state ------------------------------------------------------------------------------------------------------- */

enum order { ORDER_NUMBER, ORDER_VARIANCE, ORDER_CORRELATION, ORDER_HALF_LIFE, ORDERS };

/* Either several cells for one (per 1) or one cell for several (cells 1). cells 0: as it fits. */
struct zoom { int cells, per; };

/* Peaks of the columns on screen, [layer]: columns first … first+n-1, `units` floats each. */
struct kept { float *v; int units, first, n, room; };
struct cache {
    unsigned long revision;
    enum value value;
    enum pool pool;
    int per, layers;
    struct kept *layer;
    float *spare;
    int spare_units;
};

struct state {
    struct {
        bool text;                /* the second page */
        enum order order;
        int anchor_layer, anchor_unit;    /* ORDER_CORRELATION: with this one */
        struct zoom words, units;
        enum bins { BINS_AUTO, BINS_PEAK, BINS_MEAN } bins;
    };
    /* The order worked out: order[layer][place] is a unit, place[layer][unit] the other way; valid for this: */
    struct order_of { unsigned long revision; enum order order; enum value value; int layer, unit; } of;
    int **at, **place, layers;
    struct cache cache;
    int page;                     /* words a screen of strips holds, for L and H; 0: there are no strips */
};

/* Of columns narrower than the tape's; cells CELLS_TAPE are the tape's. */
enum { STRIPS_MAX = 32, CELLS_MAX = 3, CELLS_TAPE = 12, TALL_MAX = 4 };

static const struct setting settings[] = {
    {"text", SETTING_BOOL, offsetof(struct state, text), 0, 0, NULL},
    {"order", SETTING_CHOICE, offsetof(struct state, order), 0, 0, "number variance correlation half-life"},
    {"with-layer", SETTING_NUMBER, offsetof(struct state, anchor_layer), 0, SETTING_MOST, NULL},
    {"with-unit", SETTING_NUMBER, offsetof(struct state, anchor_unit), 0, SETTING_MOST, NULL},
    {"word-cells", SETTING_NUMBER, offsetof(struct state, words.cells), 0, CELLS_TAPE, NULL},
    {"words-a-cell", SETTING_NUMBER, offsetof(struct state, words.per), 0, 1 << 24, NULL},
    {"unit-cells", SETTING_NUMBER, offsetof(struct state, units.cells), 0, TALL_MAX, NULL},
    {"units-a-cell", SETTING_NUMBER, offsetof(struct state, units.per), 0, 1 << 24, NULL},
    {"bins", SETTING_CHOICE, offsetof(struct state, bins), 0, 0, "auto peak mean"},
    {.name = NULL},
};

static void order_clear(struct state *st)
{
    for (int l = 0; l < st->layers; l++) {
        free(st->at[l]);
        free(st->place[l]);
    }
    free(st->at);
    free(st->place);
    st->at = st->place = NULL;
    st->layers = 0;
    st->of.revision = 0;
}

static void cache_empty(struct cache *c)
{
    for (int l = 0; l < c->layers; l++)
        free(c->layer[l].v);
    free(c->layer);
    free(c->spare);
    *c = (struct cache){0};
}

static void clear(void *state)
{
    struct state *st = state;
    order_clear(st);
    cache_empty(&st->cache);
}

/* ---- values ------------------------------------------------------------------------------------------------------ */

static struct series series_of(const struct session *s, int layer, enum value v)
{
    static const struct { enum quantity q, by; bool product; int lag, by_lag; } how[VAL_COUNT] = {
        [VAL_F] = {Q_F, Q_F, false, 0, 0}, [VAL_I] = {Q_I, Q_I, false, 0, 0}, [VAL_G] = {Q_G, Q_G, false, 0, 0},
        [VAL_O] = {Q_O, Q_O, false, 0, 0}, [VAL_C] = {Q_C, Q_C, false, 0, 0}, [VAL_H] = {Q_H, Q_H, false, 0, 0},
        [VAL_C_PREV] = {Q_C, Q_C, false, 1, 0}, [VAL_KEPT] = {Q_F, Q_C, true, 0, 1},
        [VAL_WRITTEN] = {Q_I, Q_G, true, 0, 0},
    };
    const struct trace *tr = session_trace(s, RUN_PINNED);
    return (struct series){.v = trace_row(tr, layer, how[v].q, 0),
                           .by = how[v].product ? trace_row(tr, layer, how[v].by, 0) : NULL,
                           .stride = tr->layer[layer].stride, .lag = how[v].lag, .by_lag = how[v].by_lag,
                           .units = tr->layer[layer].hidden, .steps = tr->steps};
}

/* What stands for `many` values: the lowest f (something is being forgotten), the highest of the other gates, else the
 * largest. Of very many gates one is always shut and one always open: then their mean, unless asked otherwise. */
static enum pool pool_of(const struct state *st, enum value v, int many)
{
    enum { STILL_TELLING = 8 };
    if (st->bins == BINS_MEAN || (st->bins == BINS_AUTO && value_is_gate(v) && many > STILL_TELLING))
        return POOL_MEAN;
    return v == VAL_F ? POOL_LOW : v == VAL_I || v == VAL_O ? POOL_HIGH : POOL_SIZE;
}

static const char *pool_word(enum pool p)
{
    static const char *const words[] = {[POOL_LOW] = "lowest", [POOL_HIGH] = "highest", [POOL_SIZE] = "largest",
                                        [POOL_MEAN] = "mean"};
    return words[p];
}

/* ---- the order of units ------------------------------------------------------------------------------------------ */

static bool order_valid(const struct session *s, const struct state *st)
{
    bool moves = st->order != ORDER_NUMBER && st->order != ORDER_HALF_LIFE;
    return st->at && st->of.revision == session_revision(s) && st->of.order == st->order
        && (!moves || st->of.value == session_cursor(s)->value)
        && (st->order != ORDER_CORRELATION || (st->of.layer == st->anchor_layer && st->of.unit == st->anchor_unit));
}

static void order_layer(const struct session *s, struct state *st, int l)
{
    enum value v = session_cursor(s)->value;
    struct series here = series_of(s, l, v);
    double *key = xcalloc((size_t)here.units, sizeof *key);
    if (st->order == ORDER_VARIANCE) {
        series_variance(&here, key);
    } else if (st->order == ORDER_CORRELATION) {
        struct series with = series_of(s, st->anchor_layer, v);
        series_correlation(&with, st->anchor_unit, &here, key);
    } else if (st->order == ORDER_HALF_LIFE) {
        struct series f = series_of(s, l, VAL_F);
        int *kept = xcalloc((size_t)f.units, sizeof *kept);
        series_keep(&f, key, kept);        /* the half-life grows with the mean of f where it keeps */
        free(kept);
    }
    st->at[l] = xcalloc((size_t)here.units, sizeof **st->at);
    st->place[l] = xcalloc((size_t)here.units, sizeof **st->place);
    series_order(key, here.units, st->at[l]);
    for (int k = 0; k < here.units; k++)
        st->place[l][st->at[l][k]] = k;
    free(key);
}

static void order_update(const struct session *s, struct state *st)
{
    const struct lstm *net = session_net(s);
    if (st->anchor_layer >= net->layers || st->anchor_unit >= net->layer[st->anchor_layer].hidden)
        st->anchor_layer = st->anchor_unit = 0;
    if (order_valid(s, st))
        return;
    order_clear(st);
    st->layers = net->layers;
    st->at = xcalloc((size_t)st->layers, sizeof *st->at);
    st->place = xcalloc((size_t)st->layers, sizeof *st->place);
    for (int l = 0; l < st->layers; l++)
        order_layer(s, st, l);
    st->of.revision = session_revision(s);
    st->of.order = st->order;
    st->of.value = session_cursor(s)->value;
    st->of.layer = st->anchor_layer;
    st->of.unit = st->anchor_unit;
}

/* "by variance, the largest first"; "" for the order of numbers. */
static void say_order(const struct session *s, const struct state *st, struct str *out)
{
    char label[32];
    switch (st->order) {
    case ORDER_VARIANCE: str_add(out, "by variance, the largest first"); break;
    case ORDER_CORRELATION:
        str_addf(out, "by correlation with %s%s, the most alike first", session_net(s)->layers > 1
                 || !model_unit_name(session_model(s), st->anchor_layer, st->anchor_unit) ? "unit " : "",
                 session_unit_label(s, st->anchor_layer, st->anchor_unit, label));
        if (session_net(s)->layers > 1)
            str_addf(out, " (layer %d)", st->anchor_layer + 1);
        break;
    case ORDER_HALF_LIFE: str_add(out, "by half-life, the longest memory first"); break;
    default: break;
    }
}

/* ---- the arrangement --------------------------------------------------------------------------------------------- */

/* heading: its y, or -1; rows of `tall` lines from row `first` on, each for `per` units, or for twice as many
 * when two share a cell (halves). own: a line of numbers under the selected unit's row alone. */
struct strip { int layer, heading, y, rows, tall, per, first; bool halves, own; };
struct plan {
    int heading, note, ruler, marker;      /* y, or -1 */
    int label_w, x, room;
    bool tape;                             /* the columns are the tape's: across */
    struct across across;
    int wide, per, first, cols;            /* cells a column; words a column; columns from `first` on */
    enum pool pool;                        /* what a cell shows of several values */
    int end;                               /* the first row that is not used */
    int strips;
    struct strip strip[STRIPS_MAX];
};

static int clamp(int v, int lo, int hi)
{
    return v < lo ? lo : v > hi ? hi : v;
}

static int ceil_div(int a, int b)
{
    return (a + b - 1) / b;
}

/* What was zoomed to, or the fit of n things in `room` cells. */
static struct zoom fit(int n, int room, int most)
{
    if (n < 1 || room < 1)
        return (struct zoom){1, 1};
    return n <= room ? (struct zoom){clamp(room / n, 1, most), 1} : (struct zoom){1, ceil_div(n, room)};
}

static struct zoom zoomed(const struct zoom *wish, int n, int room, int most)
{
    return wish->cells > 0 && wish->per > 0 ? *wish : fit(n, room, most);
}

/* In the tape's columns, as long as two screens of them hold the sentence. */
static bool on_tape(const struct session *s, const struct state *st, int w)
{
    const struct across a = tape_columns(s, w);
    int T = session_steps(s), n = (w - 1 - a.x) / a.pitch;
    return st->words.cells ? st->words.cells >= CELLS_TAPE : T <= 2 * (n < 1 ? 1 : n);
}

/* First of `room` shown among n, so that `now` is among them: moves by half a screen, not with every step. */
static int window(int now, int n, int room)
{
    if (n <= room || room < 1)
        return 0;
    int half = room / 2 > 0 ? room / 2 : 1;
    return clamp(now / half * half - half / 2, 0, n - room);
}

/* Units of a row. */
static int row_units(const struct strip *strip)
{
    return strip->per * (strip->halves ? 2 : 1);
}

/* The lines of one layer: a heading when there are several, then its rows. */
static void plan_strip(const struct plan *p, const struct scene *scene, const struct state *st, struct strip *strip,
                       int each)
{
    const struct session *s = scene->session;
    const struct cursor *at = session_cursor(s);
    int layer = strip->layer, H = session_net(s)->layer[layer].hidden;
    bool mine = layer == at->layer, ordered = order_valid(s, st) && layer < st->layers;
    struct zoom z = zoomed(&st->units, H, each, TALL_MAX);
    strip->tall = clamp(z.cells, 1, each > 1 ? each : 1);
    /* Two units a cell, before one is made of several. */
    strip->halves = !st->units.per && z.per > 1;
    strip->per = strip->halves ? ceil_div(H, 2 * each > 0 ? 2 * each : 1) : z.per;
    int total = ceil_div(H, row_units(strip));
    strip->own = mine && p->tape && strip->tall == 1 && row_units(strip) == 1 && each > total;
    int room = each / strip->tall - strip->own;
    room = room > 0 ? room : 1;
    int place = mine ? ordered ? st->place[layer][at->unit] : at->unit : 0;
    strip->rows = each ? total < room ? total : room : 0;
    strip->first = window(place / row_units(strip), total, room);
}

static void plan_strips(struct plan *p, const struct scene *scene, const struct state *st, int y, int h)
{
    const struct session *s = scene->session;
    const struct lstm *net = session_net(s);
    const struct cursor *at = session_cursor(s);
    int L = clamp(h / 3, 1, net->layers < STRIPS_MAX ? net->layers : STRIPS_MAX),
        top = window(net->layers - 1 - at->layer, net->layers, L);
    int heading = net->layers > 1 && h / L >= 3 ? 1 : 0, each = h / L - heading;
    if (each < 1)
        each = h > 0 ? 1 : 0;
    for (int k = 0; k < L; k++) {
        struct strip *strip = &p->strip[p->strips++];
        /* Drawn as people draw them: inputs below. */
        *strip = (struct strip){.layer = net->layers - 1 - top - k, .heading = heading ? y : -1, .y = y + heading};
        plan_strip(p, scene, st, strip, each);
        y += heading + strip->rows * strip->tall + strip->own;
    }
    p->end = y;
}

static struct plan make_plan(const struct scene *scene, const struct state *st, struct rect r)
{
    const struct session *s = scene->session;
    const struct cursor *at = session_cursor(s);
    int T = session_steps(s);
    struct plan p = {.heading = -1, .note = -1, .ruler = -1, .marker = -1, .tape = on_tape(s, st, r.w)};
    if (p.tape) {
        p.across = tape_columns(s, r.w);
        p.label_w = p.across.x - (p.across.pitch >= 12 ? 3 : 1);
        p.x = r.x + p.across.x;
        p.wide = p.across.pitch;
        p.per = 1;
        p.first = p.across.first - 1;
        p.cols = p.across.last - p.across.first + 1;
    } else {
        p.label_w = r.w >= 60 ? 13 : r.w >= 24 ? 8 : r.w >= 12 ? 4 : 0;
        p.x = r.x + p.label_w;
        p.room = r.w - p.label_w - (r.w > 3);
        struct zoom z = zoomed(&st->words, T, p.room, CELLS_MAX);
        p.wide = clamp(z.cells, 1, p.room > 1 ? p.room : 1);
        p.per = z.per;
        int total = ceil_div(T, p.per), visible = p.room / p.wide > 0 ? p.room / p.wide : 1;
        p.cols = total < visible ? total : visible;
        p.first = window((at->step - 1) / p.per, total, visible);
    }
    int y = r.y, bottom = r.y + r.h;
    if (r.h >= 5)
        p.heading = y++;
    if (r.h >= 12)
        p.note = y++;
    if (r.h >= 3 && !p.tape)
        p.ruler = y++;
    if (r.h >= 8 && !p.tape)
        p.marker = y++;
    if (r.h >= 14 && p.tape)
        y++;
    plan_strips(&p, scene, st, y, bottom - y);
    int many = 1;
    for (int k = 0; k < p.strips; k++)
        many = p.strip[k].per > many ? p.strip[k].per : many;
    p.pool = pool_of(st, at->value, many * p.per);
    return p;
}

/* ---- peaks of the columns on screen ------------------------------------------------------------------------------ */

static void fill_column(struct cache *c, const struct series *of, int column, float *out)
{
    int from = column * c->per + 1, to = from + c->per - 1 < of->steps ? from + c->per - 1 : of->steps;
    if (c->spare_units < of->units) {
        c->spare = xrealloc(c->spare, 2 * (size_t)of->units, sizeof *c->spare);
        c->spare_units = of->units;
    }
    series_pool(of, from, to, c->pool, out, c->spare);
}

/* Columns first … first+n-1 of a layer, `units` floats each: only those not yet known are looked at. */
static void fill_columns(struct cache *c, const struct session *s, int layer, enum value v, const struct plan *p)
{
    int first = p->first, n = p->cols;
    int layers = session_net(s)->layers;
    if (c->revision != session_revision(s) || c->value != v || c->per != p->per || c->pool != p->pool
        || c->layers != layers) {
        cache_empty(c);
        c->revision = session_revision(s);
        c->value = v;
        c->per = p->per;
        c->pool = p->pool;
        c->layers = layers;
        c->layer = xcalloc((size_t)layers, sizeof *c->layer);
    }
    struct kept *k = &c->layer[layer];
    struct series of = series_of(s, layer, v);
    size_t H = (size_t)of.units;
    if (k->room < n) {
        k->v = xrealloc(k->v, (size_t)n * H, sizeof *k->v);
        k->room = n;
    }
    /* What is known and still wanted moves to its new place. */
    int from = first > k->first ? first : k->first, to = first + n < k->first + k->n ? first + n : k->first + k->n;
    if (from < to)
        memmove(k->v + (size_t)(from - first) * H, k->v + (size_t)(from - k->first) * H,
                (size_t)(to - from) * H * sizeof *k->v);
    for (int j = first; j < first + n; j++)
        if (!(j >= from && j < to))
            fill_column(c, &of, j, k->v + (size_t)(j - first) * H);
    k->units = of.units;
    k->first = first;
    k->n = n;
}

/* Is there a picture with strips in r, or has it no room, or is it the text? */
static bool has_strips(const struct scene *scene, const struct state *st, struct rect r)
{
    return session_cursor(scene->session)->step > 0 && !st->text && r.h >= 2 && r.w >= 8;
}

static void prepare(const struct scene *scene, void *state, struct rect r)
{
    struct state *st = state;
    const struct session *s = scene->session;
    order_update(s, st);
    st->page = 0;
    if (!has_strips(scene, st, r))
        return;
    const struct plan p = make_plan(scene, st, r);
    st->page = p.cols * p.per;
    for (int k = 0; k < p.strips; k++)
        if (p.cols > 0 && p.strip[k].rows > 0)
            fill_columns(&st->cache, s, p.strip[k].layer, session_cursor(s)->value, &p);
}

/* ---- drawing ----------------------------------------------------------------------------------------------------- */

struct ctx {
    const struct scene *scene;
    const struct session *s;
    const struct state *st;
    struct grid *g;
    const struct cursor *at;
    const struct plan *p;
    enum value v;
};

static int unit_at(const struct ctx *c, int layer, int place)
{
    return order_valid(c->s, c->st) ? c->st->at[layer][place] : place;
}

static int place_of(const struct ctx *c, int layer, int unit)
{
    return order_valid(c->s, c->st) ? c->st->place[layer][unit] : unit;
}

static int draw_legend(const struct ctx *c, int x, int y, int room, enum value v)
{
    const struct ramp ramp = cells_ramp_of(v);
    return cells_ramp(c->g, x, y, room, &ramp);
}

static void draw_heading(const struct ctx *c, struct rect r)
{
    const struct lstm *net = session_net(c->s);
    int H = net->layer[c->at->layer].hidden, T = session_steps(c->s);
    int legend = draw_legend(c, r.x + r.w - 1, c->p->heading, r.w - 16, c->v),
        room = r.w - 2 - legend - (legend ? 2 : 0);
    int x = r.x + 1;
    x += grid_text(c->g, x, c->p->heading, room, value_role(c->v), ATTR_BOLD, value_symbol(c->v, c->g->glyphs));
    x += grid_textf(c->g, x, c->p->heading, room - (x - r.x), ROLE_LABEL, 0, " %s", value_name(c->v));
    struct str rest = {0};
    str_addf(&rest, "  %d unit%s %s %d %s", H, H == 1 ? "" : "s", c->g->glyphs->times, T, say_noun(c->s, T != 1));
    if (net->layers > 1)
        str_addf(&rest, ", %d layers", net->layers);
    if (session_pin_count(c->s))
        str_addf(&rest, ", %zu pinned *", session_pin_count(c->s));
    if (x - r.x + utf8_text_width(str_text(&rest)) <= room)
        grid_text(c->g, x, c->p->heading, room, ROLE_DIM, 0, str_text(&rest));
    str_free(&rest);
    if (c->p->note < 0)
        return;
    struct str note = {0};
    int per_unit = 1;
    bool halves = false;
    for (int k = 0; k < c->p->strips; k++)
        if (c->p->strip[k].layer == c->at->layer) {
            per_unit = c->p->strip[k].per;
            halves = c->p->strip[k].halves;
        }
    if (halves)
        str_addf(&note, "a cell is two rows of units, %s above %s", c->g->glyphs->half_above,
                 c->g->glyphs->half_below);
    if (c->p->per > 1 || per_unit > 1) {
        str_addf(&note, halves ? ", each the %s of " : "a cell: the %s of ", pool_word(c->p->pool));
        if (c->p->per > 1)
            str_addf(&note, "%d %s", c->p->per, say_noun(c->s, true));
        if (c->p->per > 1 && per_unit > 1)
            str_addf(&note, " %s ", c->g->glyphs->times);
        if (per_unit > 1)
            str_addf(&note, "%d units", per_unit);
    }
    if (c->st->order != ORDER_NUMBER) {
        str_addf(&note, "%sunits ", note.len ? "; " : "");
        say_order(c->s, c->st, &note);
    }
    grid_text(c->g, r.x + 1, c->p->note, r.w - 2, ROLE_DIM, 0, str_text(&note));
    str_free(&note);
}

/* Step numbers, and the current word by itself: the tape above has all of them at once only in its own columns. */
static void draw_ruler(const struct ctx *c)
{
    const struct plan *p = c->p;
    struct grid *g = c->g;
    int now = (c->at->step - 1) / p->per;
    int x_now = p->x + (now - p->first) * p->wide, marker = p->marker >= 0 ? p->marker : p->ruler;
    if (p->marker >= 0)
        for (int k = 0, every = ceil_div(10, p->wide); k < p->cols; k += every) {
            char label[16];
            snprintf(label, sizeof label, "%d", (p->first + k) * p->per + 1);
            grid_text(g, p->x + k * p->wide, p->ruler, p->x + p->cols * p->wide - (p->x + k * p->wide), ROLE_DIM, 0,
                      label);
        }
    struct str word = {0};
    str_addf(&word, "%d ", c->at->step);
    say_token_cut(c->s, c->at->step, 16, g->glyphs, &word);
    int w = utf8_text_width(str_text(&word)), end = p->x + p->room;
    grid_put(g, x_now, marker, g->glyphs->pointer_down, ROLE_TOKEN_NOW, ATTR_BOLD);
    if (x_now + 2 + w <= end)
        grid_text(g, x_now + 2, marker, w, ROLE_TOKEN_NOW, ATTR_BOLD, str_text(&word));
    else
        grid_text_right(g, x_now - 1, marker, x_now - 1 - p->x, ROLE_TOKEN_NOW, ATTR_BOLD, str_text(&word));
    str_free(&word);
}

static void draw_row_label(const struct ctx *c, const struct strip *strip, int row, int y, int x0)
{
    int per = row_units(strip), H = session_net(c->s)->layer[strip->layer].hidden, w = c->p->label_w, from = row * per;
    int last = from + per < H ? from + per - 1 : H - 1;
    bool here = strip->layer == c->at->layer && place_of(c, strip->layer, c->at->unit) / per == row;
    if (w < 3)
        return;
    if (here)
        cells_pointer(c->g, x0, y);
    char label[64], name[32];
    if (here && last > from && w >= 11 && c->st->order == ORDER_NUMBER)
        snprintf(label, sizeof label, "%d in %d-%d", c->at->unit + 1, from + 1, last + 1);
    else if (here || last == from)
        snprintf(label, sizeof label, "%s",
                 session_unit_label(c->s, strip->layer, here ? c->at->unit : unit_at(c, strip->layer, from), name));
    else if (c->st->order == ORDER_NUMBER)
        snprintf(label, sizeof label, w >= 10 ? "%d-%d" : "%d", from + 1, last + 1);
    else
        snprintf(label, sizeof label, "%s ..",
                 session_unit_label(c->s, strip->layer, unit_at(c, strip->layer, from), name));
    grid_text_right(c->g, x0 + w - 1, y, w - 2, here ? ROLE_CURSOR : ROLE_LABEL, here ? ATTR_BOLD : 0, label);
}

/* How column `col` of the units from … from+units-1 of a strip, as they stand, is to be shown: the last look of all it
 * holds. */
static enum value_look look_of(const struct ctx *c, int layer, int from, int units, int col)
{
    int first = col * c->p->per + 1, last = first + c->p->per - 1, T = session_steps(c->s);
    struct place at = {layer, unit_at(c, layer, from), c->v, first};
    enum value_look look = value_look(c->scene, &at);
    if (!c->scene->marks)
        return look;
    for (int j = 0; j < units; j++)
        for (at.step = first; at.step <= last && at.step <= T; at.step++) {
            at.unit = unit_at(c, layer, from + j);
            enum value_look one = value_look(c->scene, &at);
            look = one > look ? one : look;
        }
    return look;
}

/* Where a column's heat stands: under the tape five cells, as its numbers, and nine where there is room. */
static struct rect column_rect(const struct ctx *c, int col, int y, int h)
{
    const struct plan *p = c->p;
    int x = p->x + (col - p->first) * p->wide;
    if (!p->tape)
        return (struct rect){x, y, p->wide, h};
    return p->wide >= 12 ? (struct rect){x - 2, y, 9, h} : (struct rect){x, y, 5, h};
}

/* Full cells one under the other keep a hairline between them. */
static void draw_heat(const struct ctx *c, struct rect r, float v, enum value_look look)
{
    const struct heat heat = cells_value(c->v, v, look);
    cells_heat(c->g, r, &heat);
    for (int x = r.x; x < r.x + r.w && r.h == 1; x++) {
        const struct cell *cell = grid_at(c->g, x, r.y);
        if (cell && cell->ch[0] == c->g->glyphs->full)
            grid_put_level(c->g, x, r.y, c->g->glyphs->bar, (enum role)cell->role, cell->level);
    }
}

/* Two values in the cells of r, the second below the first; without colours their shape says which are at least a
 * half, and the sign of the stronger of two states. */
static void draw_halves(const struct ctx *c, struct rect r, const float v[2], const enum value_look look[2])
{
    const struct glyphs *gl = c->g->glyphs;
    enum value_look worst = look[0] > look[1] ? look[0] : look[1];
    if (worst >= LOOK_UNKNOWN || isnan(v[0]) || worst == LOOK_DIM) {
        draw_heat(c, r, v[0], worst);
        return;
    }
    const struct heat a = cells_value(c->v, v[0], worst), b = cells_value(c->v, isnan(v[1]) ? 0 : v[1], worst);
    bool one = abs(a.level) >= LEVEL_MAX / 2, two = abs(b.level) >= LEVEL_MAX / 2;
    uint32_t ch = one && two ? gl->full : one ? gl->upper_half : two ? gl->lower[4] : ' ';
    int strong = abs(a.level) >= abs(b.level) ? a.level : b.level;
    if (!value_is_gate(c->v))
        ch = strong >= LEVEL_MAX / 2 ? '+' : strong <= -LEVEL_MAX / 2 ? '-' : gl->unknown;
    for (int x = r.x; x < r.x + r.w; x++)
        grid_halves(c->g, x, r.y, ch, a.ramp, (const int[]){a.level, b.level});
}

/* The number of a row of one unit under its heat, in the tape's columns; the one at the cursor in brackets. */
static void draw_number(const struct ctx *c, int t, int y, float v, enum value_look look, struct place at)
{
    const struct across *a = &c->p->across;
    char text[16];
    bool here = t == c->at->step && at.unit == c->at->unit && at.layer == c->at->layer;
    bool mine = at.unit == c->at->unit && at.layer == c->at->layer;
    int x = across_x(a, t);
    if (value_is_gate(c->v))
        widget_gate(text, sizeof text, v, 5);
    else
        widget_state(text, sizeof text, v, 5, true);
    enum role role = session_value_pinned(c->s, at.layer, at.unit, c->v, t) ? ROLE_PINNED
                     : mine                                                 ? ROLE_NUMBER
                                                                            : ROLE_DIM;
    const char *shown = text + strspn(text, " ");
    int w = utf8_text_width(shown), from = w < 5 ? x : x + (5 - w) / 2;
    if (look >= LOOK_UNKNOWN) {
        from = x;
        w = 5;
    }
    cells_number(c->g, (struct rect){from, y, w, 1}, (struct ink){role, here ? ATTR_BOLD : 0}, look, shown);
    if (here && look < LOOK_UNKNOWN) {
        grid_put(c->g, from - 1, y, '[', ROLE_CURSOR, ATTR_BOLD);
        grid_put(c->g, from + w, y, ']', ROLE_CURSOR, ATTR_BOLD);
    }
}

struct row { const struct strip *strip; int row, y, from, units; bool mine; };

/* What a row shows in one column: the peak of its units, or of either half of them. */
static void draw_column(const struct ctx *c, const struct row *r, int col, const float *v, float *bin)
{
    const struct plan *p = c->p;
    const struct strip *strip = r->strip;
    int layer = strip->layer, parts = strip->halves ? 2 : 1, lines = strip->tall > 1 && p->tape ? strip->tall - 1
                                                                                                : strip->tall;
    float shown[2] = {NAN, NAN};
    enum value_look look[2] = {LOOK_PLAIN, LOOK_PLAIN};
    for (int k = 0; k < parts; k++) {
        int from = r->from + k * strip->per, n = r->from + r->units - from;
        n = n < strip->per ? n : strip->per;
        if (n < 1)
            break;
        for (int j = 0; j < n; j++)
            bin[j] = v[unit_at(c, layer, from + j)];
        shown[k] = n == 1 ? bin[0] : series_pool_of(bin, n, p->pool);
        look[k] = look_of(c, layer, from, n, col);
    }
    struct rect cell = column_rect(c, col, r->y, lines);
    spot_value(c->g, (struct rect){cell.x, r->y, p->wide, strip->tall},
               (struct place){layer, unit_at(c, layer, r->from), c->v, col * p->per + 1});
    bool here = r->mine && col == (c->at->step - 1) / p->per, number = p->tape && row_units(strip) == 1
        && (strip->tall > 1 || (strip->own && r->mine));
    if (parts == 2)
        draw_halves(c, cell, shown, look);
    else
        draw_heat(c, cell, shown[0], look[0]);
    if (number)
        draw_number(c, col + 1, r->y + lines, shown[0], look[0],
                    (struct place){layer, unit_at(c, layer, r->from), c->v, col + 1});
    else if (here && p->tape) {
        grid_put(c->g, cell.x - 1, r->y, '[', ROLE_CURSOR, ATTR_BOLD);
        grid_put(c->g, cell.x + cell.w, r->y, ']', ROLE_CURSOR, ATTR_BOLD);
    }
}

static void draw_strip(const struct ctx *c, const struct strip *strip, struct rect r)
{
    const struct plan *p = c->p;
    struct grid *g = c->g;
    int H = session_net(c->s)->layer[strip->layer].hidden, per = row_units(strip);
    if (strip->heading >= 0) {
        int n = grid_textf(g, r.x + 1, strip->heading, r.w - 2, ROLE_LABEL,
                           strip->layer == c->at->layer ? ATTR_BOLD : 0,
                           "layer %d", strip->layer + 1);
        grid_hline(g, r.x + n + 2, strip->heading, r.w - n - 3, ROLE_RULE);
    }
    if (p->cols < 1 || strip->rows < 1)
        return;
    const float *v = c->st->cache.layer[strip->layer].v;
    float *bin = xcalloc((size_t)per, sizeof *bin);
    int mine = strip->layer == c->at->layer ? place_of(c, strip->layer, c->at->unit) / per : -1;
    for (int n = 0, y = strip->y; n < strip->rows; n++) {
        int row = strip->first + n, from = row * per;
        const struct row one = {strip, row, y, from, from + per < H ? per : H - from, row == mine};
        draw_row_label(c, strip, row, y, r.x);
        for (int k = 0; k < p->cols; k++)
            draw_column(c, &one, p->first + k, v + (size_t)k * (size_t)H, bin);
        if (row == mine && r.w > 3 && !p->tape)
            grid_put(g, p->x + p->cols * p->wide, y, g->glyphs->pointer_left, ROLE_CURSOR, ATTR_BOLD);
        y += strip->tall + (row == mine && strip->own);
    }
    free(bin);
}

/* The line of row `row` of a strip: those below the selected one stand lower where it has a line of numbers. */
static int row_y(const struct ctx *c, const struct strip *strip, int row)
{
    int mine = strip->layer == c->at->layer ? place_of(c, strip->layer, c->at->unit) / row_units(strip) : -1;
    return strip->y + (row - strip->first) * strip->tall + (strip->own && row > mine);
}

/* A star in every cell that holds a value set by hand. */
static void draw_pins(const struct ctx *c)
{
    size_t n;
    const struct pin *pins = session_pins(c->s, &n);
    const struct plan *p = c->p;
    enum value v = c->v == VAL_C_PREV ? VAL_C : c->v;
    for (size_t k = 0; k < n && (int)v < Q_COUNT; k++) {
        int t = pins[k].step + (c->v == VAL_C_PREV), col = (t - 1) / p->per - p->first;
        if ((int)pins[k].q != (int)v || t < 1 || t > session_steps(c->s) || col < 0 || col >= p->cols
            || !value_reached(c->scene, c->v, t))
            continue;
        for (int j = 0; j < p->strips; j++) {
            const struct strip *strip = &p->strip[j];
            int row = pins[k].layer == strip->layer ? place_of(c, strip->layer, pins[k].unit) / row_units(strip) : -1;
            if (row >= strip->first && row < strip->first + strip->rows)
                cells_star(c->g, column_rect(c, p->first + col, 0, 1).x, row_y(c, strip, row));
        }
    }
}

/* ---- words ------------------------------------------------------------------------------------------------------- */

static void add_unit(const struct session *s, int layer, int unit, struct str *out)
{
    say_unit(s, layer, unit, out);
    if (session_net(s)->layers > 1)
        str_addf(out, " (layer %d)", layer + 1);
}

static void add_place(const struct session *s, int t, const struct glyphs *gl, struct str *out)
{
    str_addf(out, "%s %d '", say_noun(s, false), t);
    say_token_cut(s, t, 24, gl, out);
    str_addc(out, '\'');
}

/* "C_t of gender at word 4 'and' is +0.94. Over all 8 words it runs from … at … to … at …." */
static void say_cursor(const struct scene *scene, enum value v, const struct glyphs *gl, struct str *out)
{
    const struct session *s = scene->session;
    const struct cursor *at = session_cursor(s);
    bool reached = value_reached(scene, v, at->step);
    if (value_secret(scene, out))
        return;
    struct series of = series_of(s, at->layer, v);
    int low = 1, high = 1;
    for (int t = 2; t <= of.steps; t++) {
        low = series_at(&of, t, at->unit) < series_at(&of, low, at->unit) ? t : low;
        high = series_at(&of, t, at->unit) > series_at(&of, high, at->unit) ? t : high;
    }
    str_addf(out, "%s of ", value_symbol(v, gl));
    add_unit(s, at->layer, at->unit, out);
    str_add(out, " at ");
    add_place(s, at->step, gl, out);
    str_add(out, reached ? " is " : " has not been reached yet.");
    if (!reached)
        return;
    value_say(v, series_at(&of, at->step, at->unit), out);
    if (session_value_pinned(s, at->layer, at->unit, v, at->step))
        str_add(out, " (pinned)");
    if (fabsf(session_value(s, RUN_BASE, at->layer, at->unit, v, at->step) - series_at(&of, at->step, at->unit))
        >= 0.005f) {
        str_add(out, ", without pins ");
        value_say(v, session_value(s, RUN_BASE, at->layer, at->unit, v, at->step), out);
    }
    str_add(out, ". ");
    if (of.steps < 2 || scene->reveal)
        return;
    str_addf(out, "Over all %d %s it runs from ", of.steps, say_noun(s, true));
    value_say(v, series_at(&of, low, at->unit), out);
    str_add(out, " at ");
    add_place(s, low, gl, out);
    str_add(out, " to ");
    value_say(v, series_at(&of, high, at->unit), out);
    str_add(out, " at ");
    add_place(s, high, gl, out);
    str_add(out, ".");
}

static void say_memory(const struct session *s, struct str *out)
{
    const struct cursor *at = session_cursor(s);
    struct series f = series_of(s, at->layer, VAL_F);
    double *mean = xcalloc((size_t)f.units, sizeof *mean);
    int *kept = xcalloc((size_t)f.units, sizeof *kept);
    series_keep(&f, mean, kept);
    say_half_life(s, kept[at->unit], f.steps, half_life(mean[at->unit]), out);
    free(mean);
    free(kept);
}

static void explain_with(const struct scene *scene, const struct state *st, const struct glyphs *gl, struct str *out)
{
    const struct session *s = scene->session;
    const struct cursor *at = session_cursor(s);
    if (at->step < 1) {
        say_nothing(s, out);
        return;
    }
    say_cursor(scene, st->text ? VAL_C : at->value, gl, out);
    if (scene->reveal || (scene->marks && scene->marks->hidden_count))
        return;
    say_memory(s, out);
    if (st->order == ORDER_NUMBER || !order_valid(s, st) || st->text)
        return;
    struct str order = {0};
    say_order(s, st, &order);
    str_addf(out, " Units stand %s: ", str_text(&order));
    str_free(&order);
    int H = session_net(s)->layer[at->layer].hidden, n = H < 5 ? H : 5;
    for (int k = 0; k < n; k++) {
        char label[32];
        str_addf(out, "%s%s", k ? ", " : "", session_unit_label(s, at->layer, st->at[at->layer][k], label));
    }
    str_add(out, H > n ? ", ..." : ".");
}

static void explain(const struct scene *scene, const void *state, struct str *out)
{
    explain_with(scene, state, &glyphs_unicode, out);
}

static void say(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    const struct state *st = state;
    struct str text = {0};
    if (session_cursor(scene->session)->step < 1)
        return;
    if (scene->explain)
        explain_with(scene, st, g->glyphs, &text);
    else
        say_cursor(scene, st->text ? VAL_C : session_cursor(scene->session)->value, g->glyphs, &text);
    say_wrap(g, r, ROLE_TEXT, 0, str_text(&text));
    str_free(&text);
}

/* ---- the second page: the text ----------------------------------------------------------------------------------- */

/* Running text in lines of w cells. Calls each with the place of every token; a token longer than a line is cut. */
struct flow { const struct session *s; const struct glyphs *gl; int w; bool chars; int x, line; };

static int flow_token(struct flow *f, int t, struct str *word, int *line)
{
    str_clear(word);
    say_token_cut(f->s, t, f->w, f->gl, word);
    int cells = utf8_text_width(str_text(word)), gap = f->chars ? 0 : 1, x = f->x ? f->x + gap : 0;
    if (f->x && x + cells > f->w) {
        f->line++;
        x = 0;
    }
    *line = f->line;
    f->x = x + cells;
    if (strchr(session_token(f->s, t), '\n')) {        /* the text's own line ends */
        f->line++;
        f->x = 0;
    }
    return x;
}

static void draw_text_token(const struct ctx *c, int x, int y, int t, const char *word, bool marks)
{
    struct grid *g = c->g;
    struct place at = {c->at->layer, c->at->unit, VAL_C, t};
    const struct heat heat = cells_value(VAL_C, session_value(c->s, RUN_PINNED, at.layer, at.unit, VAL_C, t),
                                         value_look(c->scene, &at));
    int n = grid_text(g, x, y, utf8_text_width(word), ROLE_TEXT, t == c->at->step ? ATTR_BOLD | ATTR_UNDERLINE : 0,
                      word);
    if (heat.look < LOOK_UNKNOWN && heat.look != LOOK_DIM && abs(heat.level) >= LEVEL_MAX / 20)
        grid_tint(g, x, y, n, ROLE_HEAT_CELL, heat.level);
    if (!marks)
        return;
    cells_heat(g, (struct rect){x, y + 1, n, 1}, &heat);
    if (session_pinned(c->s, at.layer, at.unit, Q_C, t))
        cells_star(g, x, y + 1);
}

static void draw_text_page(const struct ctx *c, struct rect r)
{
    struct grid *g = c->g;
    int T = session_steps(c->s), y = r.y;
    if (r.h >= 6) {
        int legend = draw_legend(c, r.x + r.w - 1, y, r.w - 24, VAL_C), x = r.x + 1,
            room = r.w - 2 - legend - (legend ? 2 : 0);
        struct str unit = {0};
        add_unit(c->s, c->at->layer, c->at->unit, &unit);
        x += grid_text(g, x, y, room, ROLE_C, ATTR_BOLD, value_symbol(VAL_C, g->glyphs));
        grid_textf(g, x, y, room - (x - r.x - 1), ROLE_LABEL, 0, " of %s under every %s", str_text(&unit),
                   say_noun(c->s, false));
        str_free(&unit);
        y += r.h >= 12 ? 2 : 1;
    }
    struct rect body = {r.x + (r.w > 20 ? 2 : 0), y, r.w - (r.w > 20 ? 4 : 0),
                        r.y + r.h - y};
    bool marks = body.h >= 2;
    int pitch = marks ? body.h >= 9 ? 3 : 2 : 1, lines = body.h / pitch > 0 ? body.h / pitch : 1, now = 0, line = 0;
    struct str word = {0};
    struct flow f = {.s = c->s, .gl = g->glyphs, .w = body.w > 0 ? body.w : 1, .chars = say_characters(c->s)};
    struct flow start = f;
    for (int t = 1; t <= T; t++) {
        flow_token(&f, t, &word, &line);
        if (t == c->at->step)
            now = line;
    }
    int total = line + 1;
    if (total * 3 > body.h && pitch == 3) {        /* air only when all of the text is on screen */
        pitch = 2;
        lines = body.h / pitch;
    }
    int top = window(now, total, lines);
    f = start;
    for (int t = 1; t <= T; t++) {
        int x = flow_token(&f, t, &word, &line);
        if (line >= top + lines)
            break;
        if (line >= top)
            draw_text_token(c, body.x + x, body.y + (line - top) * pitch, t, str_text(&word), marks);
    }
    str_free(&word);
}

static void draw(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    const struct state *st = state;
    const struct session *s = scene->session;
    struct ctx c = {.scene = scene, .s = s, .st = st, .g = g, .at = session_cursor(s)};
    c.v = c.at->value;
    if (c.at->step < 1) {
        say_draw_nothing(s, g, r);
        return;
    }
    if (st->text) {
        draw_text_page(&c, r);
        return;
    }
    if (!has_strips(scene, st, r)) {
        struct str text = {0};
        say_cursor(scene, c.v, g->glyphs, &text);
        grid_text(g, r.x, r.y, r.w, ROLE_TEXT, 0, str_text(&text));
        str_free(&text);
        return;
    }
    struct plan p = make_plan(scene, st, r);
    c.p = &p;
    if (p.heading >= 0)
        draw_heading(&c, r);
    if (p.ruler >= 0)
        draw_ruler(&c);
    for (int k = 0; k < p.strips; k++)
        draw_strip(&c, &p.strip[k], r);
    draw_pins(&c);
}

/* ---- keys -------------------------------------------------------------------------------------------------------- */

/* The unit above or below as shown, into the next layer at the end of a strip. */
static void move_unit(struct session *s, struct state *st, int by)
{
    const struct cursor at = *session_cursor(s);
    const struct lstm *net = session_net(s);
    int to = st->place[at.layer][at.unit] + by, layer = at.layer;
    if (to < 0 && layer + 1 < net->layers) {
        layer++;
        to = net->layer[layer].hidden - 1;
    } else if (to >= net->layer[layer].hidden && layer > 0) {
        layer--;
        to = 0;
    }
    to = clamp(to, 0, net->layer[layer].hidden - 1);
    session_select(s, layer, st->at[layer][to], at.value);
}

/* In: fewer things a cell, then more cells a thing. Out: back, until all fit. What is on screen now is where zooming
 * starts. */
static void zoom(struct zoom *z, int n, int most, int room, bool in)
{
    struct zoom now = zoomed(z, n, room, most);
    if (in && now.per > 1)
        now.per = ceil_div(now.per, 2);
    else if (in && now.cells < most)
        now.cells = now.cells < 4 ? now.cells + 1 : most;
    else if (!in && now.cells > 1)
        now.cells--;
    else if (!in)
        now.per *= 2;
    struct zoom all = fit(n, room, most);
    bool fits = !in && (all.per == 1 ? now.cells <= all.cells : now.per >= all.per);
    *z = fits ? all : now;
}

static void turn_order(const struct session *s, struct state *st, int by)
{
    st->order = (enum order)(((int)st->order + by + ORDERS) % ORDERS);
    st->anchor_layer = session_cursor(s)->layer;
    st->anchor_unit = session_cursor(s)->unit;
}

/* From what is shown now to the other. */
static void turn_bins(const struct session *s, struct state *st)
{
    bool mean = st->bins == BINS_MEAN
        || (st->bins == BINS_AUTO && st->cache.revision && st->cache.pool == POOL_MEAN
            && value_is_gate(session_cursor(s)->value));
    st->bins = mean ? BINS_PEAK : BINS_MEAN;
}

enum { ROOM = 66, TALL = 12, SCREEN_W = 80 };     /* of an 80x24 screen: where zooming starts */

static enum view_reply turn_page(struct session *s, void *state, bool other, struct err *e)
{
    (void)s, (void)other, (void)e;
    struct state *st = state;
    st->text = !st->text;
    return st->text ? VIEW_REDRAW : VIEW_IGNORED;          /* the third time leads back, as the letter of a view does */
}

static enum view_reply step_unit(struct session *s, void *state, bool other, struct err *e)
{
    (void)e;
    if (session_steps(s) < 1)
        return VIEW_IGNORED;
    move_unit(s, state, other ? 1 : -1);
    return VIEW_REDRAW;
}

static enum view_reply step_page(struct session *s, void *state, bool other, struct err *e)
{
    (void)e;
    const struct state *st = state;
    int at = session_cursor(s)->step, page = st->page > 1 ? st->page / 2 : 10;
    if (session_steps(s) < 1)
        return VIEW_IGNORED;
    session_goto(s, !other ? at + page : at > page ? at - page : 1);
    return VIEW_REDRAW;
}

/* The other keys are about the strips. */
static bool on_strips(const struct session *s, const struct state *st)
{
    return session_steps(s) > 0 && !st->text;
}

static enum view_reply turn_value(struct session *s, void *state, bool other, struct err *e)
{
    (void)e;
    if (!on_strips(s, state))
        return VIEW_IGNORED;
    session_select(s, session_cursor(s)->layer, session_cursor(s)->unit,
                   value_after(session_cursor(s)->value, other ? -1 : 1));
    return VIEW_REDRAW;
}

static enum view_reply zoom_words(struct session *s, void *state, bool other, struct err *e)
{
    (void)e;
    struct state *st = state;
    if (!on_strips(s, st))
        return VIEW_IGNORED;
    bool tape = on_tape(s, st, SCREEN_W);
    int T = session_steps(s);
    struct zoom all = fit(T, ROOM, CELLS_MAX), now = zoomed(&st->words, T, ROOM, CELLS_MAX);
    if (tape && other)            /* out of the tape's columns */
        st->words = all;
    else if (!tape && !other && now.cells >= CELLS_MAX)
        st->words = (struct zoom){CELLS_TAPE, 1};
    else if (!tape)
        zoom(&st->words, T, CELLS_MAX, ROOM, !other);
    return VIEW_REDRAW;
}

static enum view_reply zoom_units(struct session *s, void *state, bool other, struct err *e)
{
    (void)e;
    struct state *st = state;
    if (!on_strips(s, st))
        return VIEW_IGNORED;
    zoom(&st->units, session_net(s)->layer[session_cursor(s)->layer].hidden, TALL_MAX, TALL, !other);
    return VIEW_REDRAW;
}

static enum view_reply change_bins(struct session *s, void *state, bool other, struct err *e)
{
    (void)other, (void)e;
    if (!on_strips(s, state))
        return VIEW_IGNORED;
    turn_bins(s, state);
    return VIEW_REDRAW;
}

static enum view_reply change_order(struct session *s, void *state, bool other, struct err *e)
{
    (void)e;
    if (!on_strips(s, state))
        return VIEW_IGNORED;
    turn_order(s, state, other ? -1 : 1);
    return VIEW_REDRAW;
}

static const struct view_key keys[] = {
    {"prev-unit next-unit", "<Up> k", "<Down> j", "the unit above, below", "unit", KEY_PAIR, step_unit, NULL},
    {"next-value", "v", NULL, "the next value: f, i, g, o, C, h", "value", 0, turn_value,
     NULL},
    {"text", "m", NULL, "the text coloured by this unit's C; once more: back", "text", 0, turn_page, NULL},
    {"next-order prev-order", "y", "Y", "order of units: number, variance, correlation with this one, half-life",
     "order", 0, change_order, NULL},
    {"zoom-in zoom-out", "z", "Z", "fewer words a cell, more", "zoom", KEY_PAIR, zoom_words, NULL},
    {"units-in units-out", "(", ")", "fewer units a cell, more", NULL, 0, zoom_units, NULL},
    {"page-on page-back", "L", "H", "half a screen of words on, back", NULL, 0, step_page, NULL},
    {"bins", "b", NULL, "a cell of several values: the strongest, or their mean", NULL, 0, change_bins, NULL},
    {.keys = "+", .other = "-", .hint = "change", .flags = KEY_PAIR},
    {.keys = NULL},
};

const struct view view_timeline = {
    .name = "timeline",
    .title = "timeline",
    .about = "one value of every unit at every word",
    .strip = "timeline",
    .rank = 9,
    .whole = true,
    .help = "One value of every unit at every word: words go across, units down, layers stand on each other. The "
            "selected row's value is shown; v takes the next. Where there are more words or units than cells, a cell "
            "shows the lowest f, the highest i or o, or the largest value of several (their mean for many gates; b "
            "chooses), and the second line says of how many. m shows the text itself, each word on the colour of tanh "
            "C of the selected unit, with the same level as a mark beneath.",
    .key = 'm',
    .state_size = sizeof(struct state),
    .settings_size = offsetof(struct state, of),
    .settings = settings,
    .keys = keys,
    .draw = draw,
    .say = say,
    .clear = clear,
    .explain = explain,
    .prepare = prepare,
};
