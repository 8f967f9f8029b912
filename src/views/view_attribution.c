/* view_attribution.c: which earlier words pushed a gate. h_{t-1} looks like this step's own input, but every number
 * in it was written by some word and kept by the forget gates since: here its part of z is handed back to those
 * words. The method and its limits are in core/attribution.h; what the terms leave unexplained is a row of its own,
 * so that the column adds up. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "core/attribution.h"
#include "ui/widget.h"
#include "views/anatomy.h"
#include "views/say.h"
#include "views/cells.h"
#include "views/sums.h"
#include "views/words.h"

enum order { ORDER_AUTO, ORDER_SIZE, ORDER_TIME };
enum { TIME_UP_TO = 12 };         /* more words than this are sorted by what they push until one asks otherwise */

/* The result for what the cursor is on: one pass over t × H values is too dear for every frame of a long text. */
struct kept {
    unsigned long revision;       /* of the session; 0: nothing is kept */
    int layer, unit, t, selected, H;
    enum quantity gate;
    struct attribution a;
    int *order;                   /* [t-1]: steps as they stand on screen */
    double *unit_push;            /* [H]: through which units `selected` pushed */
    bool by_size;
};

struct state {
    struct { enum order order; int word; };       /* word: the selected step, 0: the one that pushed most */
    struct kept kept;
};

static const struct setting settings[] = {
    {"order", SETTING_CHOICE, offsetof(struct state, order), 0, 0, "auto size time"},
    {"word", SETTING_NUMBER, offsetof(struct state, word), 0, SETTING_MOST, NULL},
    {.name = NULL},
};

static void forget(struct kept *k)
{
    attribution_clear(&k->a);
    free(k->order);
    free(k->unit_push);
    *k = (struct kept){0};
}

static void clear(void *state)
{
    forget(&((struct state *)state)->kept);
}

static bool by_size(const struct state *st, int t)
{
    return st->order == ORDER_SIZE || (st->order == ORDER_AUTO && t - 1 > TIME_UP_TO);
}

struct ranked { double size; int step; };

static int larger_first(const void *p, const void *q)
{
    const struct ranked *a = p, *b = q;
    return a->size > b->size ? -1 : a->size < b->size ? 1 : a->step - b->step;
}

static int strongest(const struct kept *k)
{
    int best = 0;
    for (int s = 1; s < k->t; s++)
        if (fabs(k->a.word[s - 1]) > (best ? fabs(k->a.word[best - 1]) : 0))
            best = s;
    return best;
}

static void put_in_order(struct kept *k, bool size)
{
    struct ranked *r = xcalloc((size_t)k->t, sizeof *r);
    for (int s = 1; s < k->t; s++)
        r[s - 1] = (struct ranked){fabs(k->a.word[s - 1]), s};
    if (size)
        qsort(r, (size_t)(k->t - 1), sizeof *r, larger_first);
    for (int s = 1; s < k->t; s++)
        k->order[s - 1] = r[s - 1].step;
    k->by_size = size;
    free(r);
}

static bool current(const struct kept *k, const struct session *s)
{
    const struct cursor *at = session_cursor(s);
    return k->revision == session_revision(s) && k->layer == at->layer && k->unit == at->unit && k->t == at->step
        && k->gate == anatomy_gate(at);
}

static void prepare(const struct scene *scene, void *state, struct rect r)
{
    (void)r;
    struct state *st = state;
    struct kept *k = &st->kept;
    const struct session *s = scene->session;
    const struct cursor *at = session_cursor(s);
    const struct lstm *net = session_net(s);
    enum quantity gate = anatomy_gate(at);
    const struct computation of = session_computation_to(s, RUN_PINNED, at->step);
    bool same = current(k, s);
    if (!same) {
        forget(k);
        if (at->step < 1
            || !attribution_compute(&of, (struct element){at->layer, at->unit, gate, at->step}, &k->a))
            return;
        k->revision = session_revision(s);
        k->layer = at->layer, k->unit = at->unit, k->t = at->step, k->gate = gate;
        k->H = net->layer[at->layer].hidden;
        k->order = xcalloc((size_t)k->t, sizeof *k->order);
        k->unit_push = xcalloc((size_t)k->H, sizeof *k->unit_push);
        put_in_order(k, by_size(st, k->t));
    }
    if (k->by_size != by_size(st, k->t))
        put_in_order(k, !k->by_size);
    int selected = st->word > 0 && st->word < k->t ? st->word : strongest(k);
    if (!same || selected != k->selected) {
        k->selected = selected;
        attribution_units(&of, (struct element){at->layer, at->unit, gate, at->step}, selected, k->unit_push);
    }
}

/* ---- in words ---------------------------------------------------------------------------------------------------- */

/* ", through h2 verb": the units that carried the selected word's push, up to three that matter. */
static void through(const struct session *s, const struct kept *kept, struct str *out)
{
    double total = kept->selected ? kept->a.word[kept->selected - 1] : 0;
    if (fabs(total) < 0.005)
        return;
    int said[3] = {0}, n = 0;
    for (; n < 3; n++) {
        int best = -1;
        for (int k = 0; k < kept->H; k++) {
            bool taken = false;
            for (int j = 0; j < n; j++)
                taken = taken || said[j] == k;
            if (!taken && (best < 0 || fabs(kept->unit_push[k]) > fabs(kept->unit_push[best])))
                best = k;
        }
        if (best < 0 || fabs(kept->unit_push[best]) < 0.1 * fabs(total))
            break;
        said[n] = best;
        char num[SUMS_MAX], unit[ANATOMY_LABEL];
        say_unit_name(s, kept->layer, best, unit);
        str_addf(out, "%s %s %s", n ? "," : "through", unit, sums_number(num, kept->unit_push[best], 2, true));
    }
}

/* How the selected word's push got here, through the unit that carried most of it: what was written, how much of it
 * was kept and shown, and the weight. */
static void say_path(const struct session *s, const struct kept *kept, const struct glyphs *gl, struct str *out)
{
    int from = kept->selected, best = 0;
    for (int k = 1; k < kept->H; k++)
        if (fabs(kept->unit_push[k]) > fabs(kept->unit_push[best]))
            best = k;
    if (!from || fabs(kept->unit_push[best]) < 0.005)
        return;
    const struct trace *tr = session_trace_to(s, RUN_PINNED, kept->t);
    const struct lstm_layer *l = &session_net(s)->layer[kept->layer];
    double wrote = (double)session_value(s, RUN_PINNED, kept->layer, best, VAL_WRITTEN, from), stays = 1;
    for (int r = from + 1; r < kept->t; r++)
        stays *= (double)trace_row(tr, kept->layer, Q_F, r)[best];
    const float *W = l->W[lstm_source(session_net(s), kept->layer, kept->gate)];
    double weight = (double)W[(size_t)kept->unit * (size_t)(l->hidden + l->in) + (size_t)best];
    double shown = kept->unit_push[best] / (wrote * stays * weight);
    char unit[ANATOMY_LABEL], num[SUMS_MAX];
    say_unit_name(s, kept->layer, best, unit);
    say_quoted(s, from, gl, out);
    str_addf(out, " wrote %s into %s; ", sums_number(num, wrote, 2, true), unit);
    if (from + 1 < kept->t)
        str_addf(out, "f kept %.3g%% of it up to ", stays * 100);
    else
        str_add(out, "it stands in C at ");
    say_quoted(s, kept->t - 1, gl, out);
    str_addf(out, "; o and tanh let %.3g%% through into h; W_%s is %s: ", shown * 100, quantity_name(kept->gate),
             sums_number(num, weight, 2, true));
    str_addf(out, "%s.", sums_number(num, kept->unit_push[best], 2, true));
}

static void say(const struct session *s, const struct kept *kept, const struct glyphs *gl, struct str *out)
{
    const struct attribution *a = &kept->a;
    char unit[ANATOMY_LABEL], num[SUMS_MAX], z[SUMS_MAX];
    double v = (double)lstm_gate(session_net(s), kept->layer, kept->gate, (float)a->z);
    struct str x = {0};
    say_unit_name(s, kept->layer, kept->unit, unit);
    anatomy_source(s, kept->layer, kept->t, gl, &x);
    str_addf(out, "%s of %s at ", kept->gate == Q_G ? gl->candidate : quantity_name(kept->gate), unit);
    say_quoted(s, kept->t, gl, out);
    str_addf(out, " is computed as %s from z = %s.",
             kept->gate == Q_G ? sums_number(num, v, 2, true) : sums_gate(num, v), sums_number(z, a->z, 2, true));
    int best = strongest(kept);
    if (kept->t == 1) {
        str_addf(out, " It is the first %s.", say_noun(s, false));
    } else if (!best) {
        str_addf(out, " No earlier %s pushes it.", say_noun(s, false));
    } else if (fabs(a->word[best - 1]) < 0.005) {
        str_addf(out, " Each earlier %s pushes it by less than 0.005.", say_noun(s, false));
    } else {
        str_add(out, " Of the earlier words ");
        say_quoted(s, best, gl, out);
        str_addf(out, " pushes most, %s", sums_number(num, a->word[best - 1], 2, true));
        if (best == kept->selected) {
            str_add(out, ", ");
            through(s, kept, out);
        }
        str_addc(out, '.');
    }
    str_addf(out, " %s itself pushes %s, ", str_text(&x), sums_number(num, a->x, 2, true));
    str_addf(out, "the bias %s.", sums_number(num, a->b, 2, true));
    if (a->peep != 0)
        str_addf(out, " Its own C pushes %s through the peephole; what wrote that is not followed.",
                 sums_number(num, a->peep, 2, true));
    if (a->initial != 0)
        str_addf(out, " The state it starts from pushes %s.", sums_number(num, a->initial, 2, true));
    if (a->hand != 0)
        str_addf(out, " Values set by hand: %s.", sums_number(num, a->hand, 2, true));
    if (session_pinned(s, kept->layer, kept->unit, kept->gate, kept->t))
        str_add(out, " The gate itself is pinned: the computed value is not in force.");
    str_free(&x);
}

static void explain(const struct scene *scene, const void *state, struct str *out)
{
    const struct kept *kept = &((const struct state *)state)->kept;
    if (!kept->revision) {
        say_nothing(scene->session, out);
        return;
    }
    say(scene->session, kept, &glyphs_unicode, out);
}

/* ---- drawing ----------------------------------------------------------------------------------------------------- */

struct ctx {
    const struct scene *scene;
    const struct session *s;
    const struct kept *kept;
    struct grid *g;
    struct rect r;
    int label, number, bar, decimals, pitch;     /* pitch: lines from one row to the next */
    double scale, printed;        /* printed: the sum of what was printed so far */
};

/* Of the gate whose z it is. */
static enum pen gate_pen(const struct scene *scene, const struct kept *k)
{
    return value_pen(scene, &(struct place){k->layer, k->unit, (enum value)k->gate, k->t});
}

struct line { const char *label; enum role role; double v; const char *note; bool selected, current; };

static void draw_row(struct ctx *c, int y, const struct line *l)
{
    struct grid *g = c->g;
    char num[SUMS_MAX];
    struct str cut = {0};
    int x = c->r.x;
    double shown = sums_printed(l->v, c->decimals);
    if (l->selected)
        cells_pointer(g, x, y);
    x++;
    utf8_cut(&cut, l->label, c->label - 1, g->glyphs->ascii);
    grid_text(g, x, y, c->label - 1, l->selected ? ROLE_CURSOR : l->role, l->selected || l->current ? ATTR_BOLD : 0,
              str_text(&cut));
    str_free(&cut);
    x += c->label;
    c->printed += shown;
    grid_text_right(g, x + c->number, y, c->number, shown == 0 ? ROLE_DIM : ROLE_NUMBER, shown != 0 ? ATTR_BOLD : 0,
                    sums_number(num, l->v, c->decimals, true));
    x += c->number + 1;
    if (c->bar >= 6) {
        widget_bar(g, x, y, c->bar, (struct bar){(float)l->v, NAN, (float)-c->scale, (float)c->scale,
                                                 l->v < 0 ? ROLE_NEGATIVE : ROLE_POSITIVE});
        x += c->bar + 1;
    }
    if (l->note)
        say_whole(g, x, y, c->r.x + c->r.w - 1 - x, ROLE_DIM, 0, l->note);
}

/* Whole units only: half of a number would be another number. */
static void shorten(struct str *note, int room)
{
    while (note->len && utf8_text_width(str_text(note)) > room) {
        char *end = strrchr(note->s, ',');
        bool one = !end;
        if (one)                                  /* the unit without its number */
            end = strrchr(note->s, ' ');
        note->len = end ? (size_t)(end - note->s) : 0;
        note->s[note->len] = '\0';
        if (one && utf8_text_width(str_text(note)) > room)
            note->s[note->len = 0] = '\0';
    }
}

static void word_row(struct ctx *c, int y, int s)
{
    const struct kept *kept = c->kept;
    struct str label = {0}, note = {0};
    str_addf(&label, "%d ", s);
    say_token(c->s, s, c->g->glyphs, &label);
    if (s == kept->selected)
        through(c->s, kept, &note);
    shorten(&note, c->r.w - 1 - (1 + c->label + c->number + 1 + (c->bar >= 6 ? c->bar + 1 : 0)));
    enum pen old = value_about(c->g, c->scene, (struct place){kept->layer, MARK_ANY, VAL_WRITTEN, s});
    draw_row(
        c, y,
        &(struct line){str_text(&label), ROLE_TOKEN, kept->a.word[s - 1], str_text(&note), s == kept->selected, false});
    grid_pen(c->g, old);
    str_free(&label);
    str_free(&note);
}

/* The earlier words, or those around the selected one and the others in one row. Returns the rows used. */
static int draw_words(struct ctx *c, int y, int rows)
{
    const struct kept *kept = c->kept;
    int n = kept->t - 1, show = n <= rows ? n : rows - 1, first = 0, at = 0;
    if (rows < 1)
        return 0;
    for (int k = 0; k < n; k++)
        if (kept->order[k] == kept->selected)
            at = k;
    if (show < n && show > 0 && at >= show)
        first = at - show + 1;
    double other = 0;
    for (int k = 0; k < n; k++)
        if (k < first || k >= first + show)
            other += kept->a.word[kept->order[k] - 1];
    for (int k = 0; k < show; k++)
        word_row(c, y + k * c->pitch, kept->order[first + k]);
    if (show == n)
        return show * c->pitch;
    char label[32];
    snprintf(label, sizeof label, c->label < 18 ? "others (%d)" : "other words (%d)", n - show);
    draw_row(c, y + show * c->pitch, &(struct line){label, ROLE_DIM, other, NULL, false, false});
    return (show + 1) * c->pitch;
}

static double scale_of(const struct attribution *a)
{
    double peak = fmax(fmax(fabs(a->x), fabs(a->b)), fmax(fabs(a->initial), fabs(a->hand))), unit = 1;
    peak = fmax(peak, fabs(a->peep));
    for (int s = 1; s < a->t; s++)
        peak = fmax(peak, fabs(a->word[s - 1]));
    while (peak > 0 && peak < unit && unit > 1e-12)
        unit /= 10;
    return (double)widget_scale((float)(peak / unit)) * unit;
}

/* The decimals with which the rows add up, when all words have a row; 2 otherwise, and the rounding is a row. */
static int decimals_of(const struct attribution *a)
{
    enum { ROWS = 64, OTHERS = 5 };
    double v[ROWS + OTHERS] = {a->x, a->b, a->initial, a->hand, a->peep};
    if (a->t - 1 > ROWS)
        return 2;
    for (int s = 1; s < a->t; s++)
        v[OTHERS + s - 1] = a->word[s - 1];
    for (int d = 2; d <= 4; d++)
        if (sums_rest(v, OTHERS + a->t - 1, a->z, d) == 0)
            return d;
    return 2;
}

static void draw_heading(const struct ctx *c, int y)
{
    const struct kept *kept = c->kept;
    struct grid *g = c->g;
    char unit[ANATOMY_LABEL], z[SUMS_MAX], v[SUMS_MAX];
    double gate = (double)lstm_gate(session_net(c->s), kept->layer, kept->gate, (float)kept->a.z);
    struct str word = {0};
    say_unit_name(c->s, kept->layer, kept->unit, unit);
    say_quoted(c->s, kept->t, g->glyphs, &word);
    const char *fn = say_squash(c->s, kept->layer, kept->gate, g->glyphs);
    kept->gate == Q_G ? sums_number(v, gate, 4, true) : sums_gate(v, gate);
    int x = c->r.x + 1;
    x += grid_textf(g, x, y, c->r.w - 2, value_role((enum value)kept->gate), ATTR_BOLD, "%s: who pushed %s_t at %s?  ",
                    unit, kept->gate == Q_G ? g->glyphs->candidate : quantity_name(kept->gate), str_text(&word));
    enum pen old = grid_pen(g, gate_pen(c->scene, kept));
    if (x + 24 < c->r.x + c->r.w)
        grid_textf(g, x, y, c->r.x + c->r.w - 1 - x, ROLE_LABEL, 0, "%s(%s) = %s", fn,
                   sums_number(z, kept->a.z, 2, true), v);
    grid_pen(g, old);
    str_free(&word);
}

/* Hardly any room: the word that pushed most. */
static void draw_one_line(const struct session *s, const struct kept *kept, struct grid *g, struct rect r)
{
    int best = strongest(kept);
    struct str text = {0};
    char num[SUMS_MAX];
    if (best)
        say_token(s, best, g->glyphs, &text);
    str_addf(&text, "%s%s", best ? " " : "z ", sums_number(num, best ? kept->a.word[best - 1] : kept->a.z, 2, true));
    grid_text(g, r.x, r.y, r.w, ROLE_TEXT, 0, str_text(&text));
    str_free(&text);
}

static void draw(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    const struct session *s = scene->session;
    const struct kept *kept = &((const struct state *)state)->kept;
    if (!kept->revision) {
        say_draw_nothing(s, g, r);
        return;
    }
    if (r.h < 3 || r.w < 12) {
        enum pen old = grid_pen(g, gate_pen(scene, kept));
        draw_one_line(s, kept, g, r);
        grid_pen(g, old);
        return;
    }
    const struct attribution *a = &kept->a;
    struct ctx c = {.scene = scene,
                    .s = s,
                    .kept = kept,
                    .g = g,
                    .r = r,
                    .label = r.w >= 60 ? 20 : 14,
                    .number = 9,
                    .scale = scale_of(a),
                    .decimals = decimals_of(a)};
    c.bar = r.w >= 110 ? 49 : r.w >= 72 ? 27 : r.w - c.label - c.number - 3;
    struct str x = {0}, text = {0}, label = {0};
    anatomy_source(s, kept->layer, kept->t, g->glyphs, &x);
    bool initial = a->initial != 0 || kept->t == 1, by_hand = a->hand != 0, peeps = a->peep != 0;
    int y = r.y, end = r.y + r.h, gap = r.h >= 24;
    int words = r.h >= 16 ? scene->explain && r.h >= 20 ? 5 : 3 : r.h >= 10 ? 1 : 0, path = r.h >= 18 ? 2 : 0;
    int fixed = 2 + 1 + (r.h >= 6) + (r.h >= 3) + initial + by_hand + peeps; /* x, b, the remainder, the head, z */
    if (r.h >= 6)
        draw_heading(&c, y), y += 1 + gap;
    int rows = r.h - fixed - words - path - 3 * gap;
    if (kept->t - 1 < rows)
        rows = kept->t - 1;
    c.pitch = 2 * (rows + fixed - 1) + 1 + words + path + 3 * gap + 3 <= r.h ? 2 : 1;
    if (initial && y < end)
        draw_row(&c, y,
                 &(struct line){c.label < 18 ? "initial state" : "the initial state", ROLE_C_PREV, a->initial, NULL,
                                false, false}),
            y += c.pitch;
    if (kept->t > 1)
        y += draw_words(&c, y, rows);
    if (by_hand && y < end)
        draw_row(&c, y,
                 &(struct line){"set by hand", ROLE_PINNED, a->hand, "pinned C or h: no word wrote it", false, false}),
            y += c.pitch;
    y += gap && c.pitch == 1;
    str_addf(&label, "%d %s now", kept->t, str_text(&x));
    draw_row(&c, y,
             &(struct line){str_text(&label), ROLE_TOKEN, a->x,
                            r.w >= 72 ? kept->layer ? "x_t: the layer below at this word" : "x_t" : NULL, false, true});
    y += c.pitch;
    draw_row(&c, y, &(struct line){"bias", ROLE_LABEL, a->b, NULL, false, false});
    y += c.pitch;
    if (peeps) {
        draw_row(&c, y, &(struct line){"own C, peephole", ROLE_C, a->peep, NULL, false, false});
        y += c.pitch;
    }
    double unit = pow(10, c.decimals), rest = round((sums_printed(a->z, c.decimals) - c.printed) * unit) / unit;
    draw_row(&c, y, &(struct line){"rounding", ROLE_DIM, rest, NULL, false, false});
    y += c.pitch;
    if (r.h >= 3) {
        char num[SUMS_MAX];
        enum pen old = grid_pen(g, gate_pen(scene, kept));
        grid_text(g, r.x + 1, y, c.label, ROLE_TEXT, ATTR_BOLD, "z");
        grid_text_right(g, r.x + 1 + c.label + c.number, y, c.number, ROLE_TEXT, ATTR_BOLD,
                        sums_number(num, a->z, c.decimals, true));
        if (r.w < 60) {                           /* what comes of it has no room in the head */
            double v = (double)lstm_gate(session_net(c.s), kept->layer, kept->gate, (float)a->z);
            grid_textf(g, r.x + c.label + c.number + 3, y, r.w - c.label - c.number - 4, ROLE_LABEL, 0, "%s = %s",
                       say_squash(c.s, kept->layer, kept->gate, g->glyphs),
                       kept->gate == Q_G ? sums_number(num, v, 2, true) : sums_gate(num, v));
        }
        grid_pen(g, old);
        y++;
    }
    y += gap;
    if (words && y < end) {
        if (!value_secret(scene, &text))
            say(s, kept, g->glyphs, &text);
        y += say_wrap(g, (struct rect){r.x + 1, y, r.w - 2, words}, ROLE_TEXT, 0, str_text(&text));
    }
    if (path) {
        str_clear(&text);
        if (!value_secret(scene, NULL))
            say_path(s, kept, g->glyphs, &text);
        y += gap;
        y += say_wrap(g, (struct rect){r.x + 1, y, r.w - 2, end - y < path ? end - y : path}, ROLE_TEXT, 0,
                      str_text(&text));
    }
    if (end - y >= 2)
        say_wrap(g, (struct rect){r.x + 1, y + (end - y > 2), r.w - 2, end - y - (end - y > 2)}, ROLE_DIM, 0,
                  "Each word gets its share of what it wrote into C. That it also moved the gates in between is not "
                  "followed; ? says more.");
    str_free(&x);
    str_free(&text);
    str_free(&label);
}

/* ---- keys -------------------------------------------------------------------------------------------------------- */

static void move(struct state *st, int by)
{
    const struct kept *k = &st->kept;
    int n = k->t - 1, at = 0;
    for (int j = 0; j < n; j++)
        if (k->order[j] == k->selected)
            at = j;
    at += by;
    if (n > 0)
        st->word = k->order[at < 0 ? 0 : at >= n ? n - 1 : at];
}

static enum view_reply turn_gate(struct session *s, void *state, bool other, struct err *e)
{
    (void)state, (void)other, (void)e;
    return anatomy_next_gate(s) ? VIEW_REDRAW : VIEW_IGNORED;
}

static enum view_reply move_word(struct session *s, void *state, bool other, struct err *e)
{
    (void)s, (void)e;
    struct state *st = state;
    if (!st->kept.revision)
        return VIEW_IGNORED;
    move(st, other ? 1 : -1);
    return VIEW_REDRAW;
}

static enum view_reply go_there(struct session *s, void *state, bool other, struct err *e)
{
    (void)other, (void)e;
    struct state *st = state;
    if (!st->kept.revision)
        return VIEW_IGNORED;
    if (st->kept.selected)
        session_goto(s, st->kept.selected);
    return VIEW_REDRAW;
}

static enum view_reply turn_order(struct session *s, void *state, bool other, struct err *e)
{
    (void)s, (void)other, (void)e;
    struct state *st = state;
    if (!st->kept.revision)
        return VIEW_IGNORED;
    st->order = st->kept.by_size ? ORDER_TIME : ORDER_SIZE;
    return VIEW_REDRAW;
}

static const struct view_key keys[] = {
    {"gate", "f", NULL, "next gate: f, i, candidate, o", "gate", 0, turn_gate, NULL},
    {.keys = "<Tab>", .hint = "unit"},
    {"prev-earlier next-earlier", "<Up> k", "<Down> j", "select an earlier word: through which units it pushes",
     "earlier word", KEY_PAIR, move_word, NULL},
    {"go", "<Enter>", NULL, "go to that word", "go there", 0, go_there, NULL},
    {"order", "z", NULL, "words by what they push, or in order", "order", 0, turn_order, NULL},
    {.keys = "A", .hint = "why"},
    {.keys = "d", .hint = "dissect"},
    {.keys = NULL},
};

const struct view view_attribution = {
    .name = "attribution",
    .title = "attribution",
    .about = "which earlier words pushed this gate",
    .strip = "who pushed it",
    .rank = 17,
    .help = "Which earlier words pushed this gate. z is split over x_t, the bias and h_t-1, and h_t-1 is followed "
            "back: what each word wrote into C (i * g) times every f since, and then tanh and o of the last step, in "
            "the same proportions. Method and limits: the terms add up to z exactly, rounding is a row of its own; a "
            "value of C or h set by hand is nobody's word. The gates in between are taken as they were: that earlier "
            "words moved them, too, is not followed, nor what words before did in the layer below (there x_t counts "
            "as this word's). In a stack, layers above the first therefore credit this word with more than it said.",
    .state_size = sizeof(struct state),
    .settings_size = offsetof(struct state, kept),
    .settings = settings,
    .keys = keys,
    .focus = anatomy_focus,
    .prepare = prepare,
    .draw = draw,
    .clear = clear,
    .explain = explain,
};
