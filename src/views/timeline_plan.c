/* timeline_plan.c: what stands where in a timeline: a pure function of sizes and cursor. See timeline.h. */
#include "base/clamp.h"
#include "views/tape.h"
#include "views/timeline.h"
#include "views/value.h"

/* What stands for `many` values: the lowest f (something is being forgotten), the highest of the other gates, else the
 * largest. Of very many gates one is always closed and one always open: then their mean, unless asked otherwise. */
static enum pool pool_of(const struct timeline_state *st, enum value v, int many)
{
    enum { STILL_TELLING = 8 };
    if (st->bins == BINS_MEAN || (st->bins == BINS_AUTO && value_is_gate(v) && many > STILL_TELLING))
        return POOL_MEAN;
    return v == VAL_F ? POOL_LOW : v == VAL_I || v == VAL_O ? POOL_HIGH : POOL_SIZE;
}

struct timeline_zoom timeline_fit(int n, int room, int most)
{
    if (n < 1 || room < 1)
        return (struct timeline_zoom){1, 1};
    if (n > room)
        return (struct timeline_zoom){1, timeline_ceil(n, room)};
    return (struct timeline_zoom){clamp_int(room / n, 1, most), 1};
}

struct timeline_zoom timeline_zoomed(const struct timeline_zoom *wish, int n, int room, int most)
{
    return wish->cells > 0 && wish->per > 0 ? *wish : timeline_fit(n, room, most);
}

bool timeline_on_tape(const struct session *s, const struct timeline_state *st, int w)
{
    const struct across a = tape_columns(s, w);
    int T = session_steps(s), n = (w - 1 - a.x) / a.pitch;
    return st->words.cells ? st->words.cells >= CELLS_TAPE : T <= 2 * (n < 1 ? 1 : n);
}

int timeline_window(int now, int n, int room)
{
    if (n <= room || room < 1)
        return 0;
    int half = room / 2 > 0 ? room / 2 : 1;
    return clamp_int(now / half * half - half / 2, 0, n - room);
}

int timeline_row_units(const struct timeline_strip *strip)
{
    return strip->per * (strip->halves ? 2 : 1);
}

/* The lines of one layer: a heading when there are several, then its rows. */
static void plan_strip(const struct timeline_plan *p, const struct scene *scene, const struct timeline_state *st,
                       struct timeline_strip *strip, int each)
{
    const struct session *s = scene->session;
    const struct cursor *at = session_cursor(s);
    int layer = strip->layer, H = session_net(s)->layer[layer].hidden;
    bool mine = layer == at->layer, ordered = timeline_ordered(s, st) && layer < st->layers;
    struct timeline_zoom z = timeline_zoomed(&st->units, H, each, TALL_MAX);
    strip->tall = clamp_int(z.cells, 1, each > 1 ? each : 1);
    /* Two units a cell, before one is made of several. */
    strip->halves = !st->units.per && z.per > 1;
    strip->per = !strip->halves ? z.per : st->few ? 1 : timeline_ceil(H, 2 * each > 0 ? 2 * each : 1);
    int total = timeline_ceil(H, timeline_row_units(strip));
    strip->own = mine && p->tape && strip->tall == 1 && timeline_row_units(strip) == 1 && each > total;
    int room = each / strip->tall - strip->own;
    room = room > 0 ? room : 1;
    int place = mine ? ordered ? st->place[layer][at->unit] : at->unit : 0;
    strip->rows = each ? total < room ? total : room : 0;
    strip->first = timeline_window(place / timeline_row_units(strip), total, room);
}

static void plan_strips(struct timeline_plan *p, const struct scene *scene, const struct timeline_state *st, int y,
                        int h)
{
    const struct session *s = scene->session;
    const struct lstm *net = session_net(s);
    const struct cursor *at = session_cursor(s);
    /* Words go across in the order in which a layer reads them: two directions do not stand on one another. */
    int most = net->bidirectional ? 1 : STRIPS_MAX,
        L = clamp_int(h / 3, 1, net->layers < most ? net->layers : most),
        top = timeline_window(net->layers - 1 - at->layer, net->layers, L);
    int heading = net->layers > 1 && h / L >= 3 ? 1 : 0, each = h / L - heading;
    if (each < 1)
        each = h > 0 ? 1 : 0;
    for (int k = 0; k < L; k++) {
        struct timeline_strip *strip = &p->strip[p->strips++];
        /* Drawn as people draw them: inputs below. */
        *strip = (struct timeline_strip){
            .layer = net->layers - 1 - top - k, .heading = heading ? y : -1, .y = y + heading};
        plan_strip(p, scene, st, strip, each);
        y += heading + strip->rows * strip->tall + strip->own;
    }
    p->end = y;
}

struct timeline_plan timeline_arrange(const struct scene *scene, const struct timeline_state *st, struct rect r)
{
    const struct session *s = scene->session;
    const struct cursor *at = session_cursor(s);
    int T = session_steps(s);
    struct timeline_plan p = {
        .heading = -1, .note = -1, .ruler = -1, .marker = -1, .tape = timeline_on_tape(s, st, r.w)};
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
        struct timeline_zoom z = timeline_zoomed(&st->words, T, p.room, CELLS_MAX);
        p.wide = clamp_int(z.cells, 1, p.room > 1 ? p.room : 1);
        p.per = z.per;
        int total = timeline_ceil(T, p.per), visible = p.room / p.wide > 0 ? p.room / p.wide : 1;
        p.cols = total < visible ? total : visible;
        p.first = timeline_window((at->step - 1) / p.per, total, visible);
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

bool timeline_has_strips(const struct scene *scene, const struct timeline_state *st, struct rect r)
{
    return session_cursor(scene->session)->step > 0 && !st->text && r.h >= 2 && r.w >= 8;
}
