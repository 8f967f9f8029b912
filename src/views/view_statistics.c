/* view_statistics.c: what the gates do over all words: how often they are closed and open (the saturation of Karpathy,
 * Johnson and Li 2015, as counts), word by word, and how long a memory lasts. A row a unit: over the sentence with a
 * mark for every word, so that one sees where it lets go; over a file in per cent.
 *
 * Over the sentence the numbers follow every edit; over the file of --corpus they are gathered while nothing is typed.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "core/series.h"
#include "core/statistics.h"
#include "ui/widget.h"
#include "views/reading.h"
#include "views/say.h"
#include "views/cells.h"
#include "views/words.h"

enum column { COLUMN_UNIT, COLUMN_LOW, COLUMN_HIGH, COLUMN_MEAN, COLUMN_MIN, COLUMN_MAX, COLUMN_HALF, COLUMNS };

struct state {
    struct {
        enum column sort;
        bool turned;              /* the other way round */
        bool sentence;            /* the sentence, although there is a file */
    };
    struct statistics *here;      /* of the sentence, */
    unsigned long revision;       /* as it was then */
    /* Of the file: */
    struct statistics *file;
    struct reading reading;
    char *path;
    unsigned long seen;           /* revision at which the fingerprint was taken */
    uint64_t fingerprint;
};

static const struct setting settings[] = {
    {"sort", SETTING_CHOICE, offsetof(struct state, sort), 0, 0, "unit low high mean min max half-life"},
    {"turned", SETTING_BOOL, offsetof(struct state, turned), 0, 0, NULL},
    {"sentence", SETTING_BOOL, offsetof(struct state, sentence), 0, 0, NULL},
    {.name = NULL},
};

static void forget_file(struct state *st)
{
    reading_forget(&st->reading);
    statistics_free(st->file);
    free(st->path);
    st->file = NULL;
    st->path = NULL;
}

static void clear(void *state)
{
    struct state *st = state;
    forget_file(st);
    statistics_free(st->here);
    st->here = NULL;
    st->revision = st->seen = 0;
}

static struct statistics *of_sentence(const struct session *s)
{
    struct statistics *all = statistics_new(session_net(s));
    statistics_add(all, session_trace(s, RUN_PINNED), 1, session_steps(s));
    all->sequences = 1;
    return all;
}

static bool shows_file(const struct session *s, const struct state *st)
{
    return session_corpus(s) && !st->sentence;
}

static void prepare(const struct scene *scene, void *state, struct rect r)
{
    (void)r;
    struct state *st = state;
    const struct session *s = scene->session;
    if (shows_file(s, st) || (st->here && st->revision == session_revision(s)))
        return;
    statistics_free(st->here);
    st->here = of_sentence(s);
    st->revision = session_revision(s);
}

/* ---- the file ---------------------------------------------------------------------------------------------------- */

/* What has been gathered belongs to one file and one net. Pins and sentences change neither. */
static void check_file(const struct session *s, struct state *st)
{
    const char *path = session_corpus(s);
    if (st->path && strcmp(st->path, path) != 0)
        forget_file(st);
    if (st->seen != session_revision(s)) {
        uint64_t now = session_weights(s);
        if (now != st->fingerprint)
            forget_file(st);
        st->fingerprint = now;
        st->seen = session_revision(s);
    }
    if (!st->path)
        st->path = xstrdup(path);
}

static bool file_valid(const struct session *s, const struct state *st)
{
    return st->file && st->path && session_corpus(s) && strcmp(st->path, session_corpus(s)) == 0
        && st->seen == session_revision(s);
}

/* Batches until it is time to look for a key: at least one. */
static enum survey_result add_some(const struct session *s, struct state *st, double until, struct err *e)
{
    enum survey_result r;
    do {
        struct survey_block block[SURVEY_BLOCKS];
        struct statistics_rows rows[SURVEY_BLOCKS];
        int n;
        r = survey_batch(st->reading.survey, s, block, &n, e);
        for (int k = 0; k < n; k++)
            rows[k] = (struct statistics_rows){block[k].trace, 1, block[k].steps};
        statistics_add_rows(st->file, rows, n);
        st->file->sequences = survey_sequences(st->reading.survey);
    } while (r == SURVEY_BLOCK && clock_ms() < until);
    return r;
}

static enum view_work work(struct session *s, void *state, int ms, struct str *progress, struct err *e)
{
    struct state *st = state;
    if (!shows_file(s, st))
        return WORK_NONE;
    check_file(s, st);
    if (st->reading.complete || st->reading.failed)
        return WORK_NONE;
    if (!st->reading.survey || !st->file) {
        if (!reading_begin(&st->reading, survey_open(s, st->path, e)))
            return WORK_FAILED;
        statistics_free(st->file);
        st->file = statistics_new(session_net(s));
    }
    enum survey_result r = add_some(s, st, clock_ms() + ms, e);
    survey_progress(st->reading.survey, s, progress);
    return reading_went(&st->reading, r);
}

/* ---- what is shown ----------------------------------------------------------------------------------------------- */

struct ctx {
    const struct scene *scene;
    const struct session *s;
    const struct state *st;
    const struct statistics *all;         /* what is shown; NULL: nothing has been read yet */
    const struct cursor *at;
    enum quantity q;
    int layer, H;
};

static struct ctx context(const struct scene *scene, const struct state *st)
{
    const struct session *s = scene->session;
    struct ctx c = {.scene = scene, .s = s, .st = st, .at = session_cursor(s)};
    c.q = value_kind(c.at->value)->from;
    c.layer = c.at->layer;
    c.H = session_net(s)->layer[c.layer].hidden;
    c.all = !shows_file(s, st) ? st->here : file_valid(s, st) ? st->file : NULL;
    return c;
}

static double column_key(const struct ctx *c, enum column k, int unit)
{
    switch (k) {
    case COLUMN_LOW: return statistics_low(c->all, c->layer, c->q, unit);
    case COLUMN_HIGH: return statistics_high(c->all, c->layer, c->q, unit);
    case COLUMN_MEAN: return statistics_mean(c->all, c->layer, c->q, unit);
    case COLUMN_MIN: return (double)statistics_of(c->all, c->layer, c->q, unit)->min;
    case COLUMN_MAX: return (double)statistics_of(c->all, c->layer, c->q, unit)->max;
    case COLUMN_HALF: return statistics_half_life(c->all, c->layer, unit);
    default: return -unit;
    }
}

/* Units in the order of the table; free it. */
static int *table_order(const struct ctx *c)
{
    int *order = xcalloc((size_t)c->H, sizeof *order);
    double *key = xcalloc((size_t)c->H, sizeof *key);
    for (int u = 0; u < c->H; u++) {
        key[u] = c->all ? column_key(c, c->st->sort, u) : -u;
        if (c->st->turned)
            key[u] = -key[u];
    }
    series_order(key, c->H, order);
    free(key);
    return order;
}

static int place_of(const int *order, int H, int unit)
{
    for (int k = 0; k < H; k++)
        if (order[k] == unit)
            return k;
    return 0;
}

/* "the 8 words of this sentence", "the 16000 words of corpus.txt so far". */
static void say_source(const struct ctx *c, struct str *out)
{
    if (!shows_file(c->s, c->st)) {
        str_addf(out, "the %d %s of this sequence", session_steps(c->s), say_noun(c->s, true));
        if (session_pin_count(c->s))
            str_addf(out, ", %zu value%s pinned", session_pin_count(c->s), session_pin_count(c->s) == 1 ? "" : "s");
        return;
    }
    const char *name = file_base(session_corpus(c->s));
    str_addf(out, "%lld %s of ", c->all ? c->all->steps : 0, say_noun(c->s, true));
    utf8_clean(out, name, strlen(name));
    if (!c->st->reading.complete)
        str_add(out, c->st->reading.failed ? ", which could not be read whole" : " so far");
}

/* ---- the table --------------------------------------------------------------------------------------------------- */

/* Where the columns stand; w 0: left out. */
struct layout {
    int unit, high, low, strip, half, bar, mean, min, max;       /* widths */
    int steps, first;             /* words of the strip, and the first of them */
    bool wide;                    /* i and o have strips of their own */
};

static bool sentence_of_gate(const struct ctx *c)
{
    return value_is_gate((enum value)c->q) && !shows_file(c->s, c->st);
}

/* What is most needed first. */
static struct layout lay_out(const struct ctx *c, int w)
{
    struct layout l = {.unit = w < 34 ? 7 : 9};
    int left = w - 1 - l.unit, T = session_steps(c->s), words = sentence_of_gate(c) ? T < 24 ? T : 24 : 0;
    /* Mean and range of a gate say less than its counts, and wait for a wide terminal. */
    int numbers = value_is_gate((enum value)c->q) && w < 90 ? w + 1 : 7;
    struct { int *width, cells; } const wanted[] = {
        {&l.high, 9}, {&l.low, 9}, {&l.half, 13}, {&l.strip, words ? words + 3 : 0}, {&l.bar, 17}, {&l.mean, numbers},
            {&l.min, numbers}, {&l.max, numbers},
    };
    for (size_t k = 0; k < sizeof wanted / sizeof *wanted; k++)
        if (wanted[k].cells <= left) {
            *wanted[k].width = wanted[k].cells;
            left -= wanted[k].cells;
        }
    l.steps = l.strip ? words : 0;
    l.first = c->at->step - l.steps / 2;
    l.first = l.first > T - l.steps + 1 ? T - l.steps + 1 : l.first;
    l.first = l.first < 1 ? 1 : l.first;
    return l;
}

static void percent(char *out, size_t size, double v)
{
    if (isnan(v))
        snprintf(out, size, "-");
    else if (v > 0 && v < 0.005)
        snprintf(out, size, "<1%%");
    else if (v < 1 && v > 0.995)
        snprintf(out, size, ">99%%");
    else
        snprintf(out, size, "%.0f%%", 100 * v);
}

/* "7 of 8" of a sentence, a percentage of a file. */
static void count_text(const struct ctx *c, double fraction, char *out, size_t size)
{
    if (shows_file(c->s, c->st) || session_steps(c->s) > 999)
        percent(out, size, fraction);
    else
        snprintf(out, size, "%.0f of %d", fraction * session_steps(c->s), session_steps(c->s));
}

static void half_text(char *out, size_t size, double v)
{
    if (isnan(v))
        snprintf(out, size, "never keeps");
    else if (isinf(v))
        snprintf(out, size, "never halves");
    else
        snprintf(out, size, v < 100 ? "%.1f" : v < 1e6 ? "%.0f" : "%.0e", v);
}

/* at: the cells of the column; w 0: it has no room. */
static void head(const struct ctx *c, struct grid *g, struct rect at, enum column k, const char *text)
{
    bool sorted = c->st->sort == k;
    if (at.w)
        grid_text_right(g, at.x + at.w - 1, at.y, at.w - 1, ROLE_LABEL, sorted ? ATTR_BOLD | ATTR_UNDERLINE : 0, text);
}

/* Powers of ten over the bars of half-lives: from 1 to 10^4. */
enum { DECADES = 4, DECADE = 4 };

static void draw_headings(const struct ctx *c, struct grid *g, int x, int y, const struct layout *l)
{
    bool gate = value_is_gate((enum value)c->q);
    head(c, g, (struct rect){x, y, l->unit, 1}, COLUMN_UNIT, "unit");
    x += l->unit;
    head(c, g, (struct rect){x, y, l->high, 1}, COLUMN_HIGH, gate ? "open" : "> 0.9");
    x += l->high;
    head(c, g, (struct rect){x, y, l->low, 1}, COLUMN_LOW, gate ? "closed" : "< -0.9");
    x += l->low;
    if (l->strip)
        grid_text(g, x + 2, y, l->strip - 2, ROLE_LABEL, 0, l->strip > 13 ? "word by word" : "words");
    x += l->strip;
    head(c, g, (struct rect){x, y, l->half, 1}, COLUMN_HALF, "half-life");
    x += l->half;
    if (l->bar)
        grid_text(g, x + 1, y, l->bar - 1, ROLE_DIM, 0, "1   10  100 1k");
    x += l->bar;
    head(c, g, (struct rect){x, y, l->mean, 1}, COLUMN_MEAN, "mean");
    x += l->mean;
    head(c, g, (struct rect){x, y, l->min, 1}, COLUMN_MIN, "min");
    head(c, g, (struct rect){x + l->min, y, l->max, 1}, COLUMN_MAX, "max");
}

/* Of one number about a unit at step t (MARK_ANY: about all steps); those of a file are not this sentence's. */
static enum pen pen_of(const struct ctx *c, int unit, enum quantity q, int t)
{
    return shows_file(c->s, c->st) ? value_pen_aside(c->scene)
                                   : value_pen(c->scene, &(struct place){c->layer, unit, (enum value)q, t});
}

/* What a gate does at each word: open, between, closed. */
static void draw_strip(const struct ctx *c, struct grid *g, int x, int y, const struct layout *l, int unit)
{
    const struct glyphs *gl = g->glyphs;
    enum role role = value_role((enum value)c->q);
    grid_put(g, x, y, gl->bar_begin, ROLE_AXIS, 0);
    for (int k = 0; k < l->steps; k++) {
        float v = session_value(c->s, RUN_PINNED, c->layer, unit, (enum value)c->q, l->first + k);
        bool low = v < statistics_bound(c->q, false), high = v > statistics_bound(c->q, true);
        bool star = session_pinned(c->s, c->layer, unit, c->q, l->first + k);
        enum pen old = grid_pen(g, pen_of(c, unit, c->q, l->first + k));
        if (g->pen == PEN_COVER)
            grid_put(g, x + 1 + k, y, '?', ROLE_LABEL, 0);
        else if (star)
            cells_star(g, x + 1 + k, y);
        else
            grid_put(g, x + 1 + k, y, high ? gl->bar : low ? gl->unknown : gl->lower[4], low ? ROLE_DIM : role, 0);
        grid_pen(g, old);
    }
    grid_put(g, x + 1 + l->steps, y, gl->bar_end, ROLE_AXIS, 0);
}

/* A half-life as a bar on a logarithmic scale, a decade a few cells. */
static void draw_half(struct grid *g, int x, int y, double half)
{
    double cells = isinf(half) ? DECADES * DECADE : half >= 1 ? log10(half) * DECADE : 0;
    int n = (int)floor(cells + 0.5), most = DECADES * DECADE - 1;
    for (int k = 0; k < n && k < most; k++)
        grid_put(g, x + k, y, g->glyphs->bar, ROLE_C, 0);
    if (n > most)
        grid_put(g, x + most - 1, y, g->glyphs->pointer, ROLE_C, 0);
}

static void draw_number(struct grid *g, struct rect at, bool sign, double v, bool here)
{
    char num[16];
    if (at.w)
        grid_text_right(g, at.x + at.w - 1, at.y, at.w - 1, ROLE_NUMBER, here ? ATTR_BOLD : 0,
                        sign ? widget_number(num, sizeof num, (float)v, 6, 2, true)
                        : widget_gate(num, sizeof num, (float)v, 6));
}

static void draw_row(const struct ctx *c, struct grid *g, int x, int y, const struct layout *l, int unit)
{
    bool here = unit == c->at->unit, sign = !value_is_gate((enum value)c->q);
    char name[32], text[32];
    struct str cut = {0};
    if (here)
        cells_pointer(g, x - 1, y);
    utf8_cut(&cut, session_unit_label(c->s, c->layer, unit, name), l->unit - 3, g->glyphs->ascii);
    grid_textf(g, x + 1, y, l->unit, here ? ROLE_CURSOR : ROLE_LABEL, here ? ATTR_BOLD : 0, here ? "[%s]" : " %s",
               str_text(&cut));
    str_free(&cut);
    x += l->unit;
    const double share[2] = {column_key(c, COLUMN_HIGH, unit), column_key(c, COLUMN_LOW, unit)};
    enum pen old = grid_pen(g, pen_of(c, unit, c->q, MARK_ANY));
    for (int k = 0; k < 2; k++) {
        int w = k ? l->low : l->high;
        count_text(c, share[k], text, sizeof text);
        if (w)
            grid_text_right(g, x + w - 1, y, w - 1, ROLE_NUMBER, here ? ATTR_BOLD : 0, text);
        x += w;
    }
    if (l->strip)
        draw_strip(c, g, x + 1, y, l, unit);
    x += l->strip;
    double half = column_key(c, COLUMN_HALF, unit);
    half_text(text, sizeof text, half);
    enum pen own = grid_pen(g, pen_of(c, unit, Q_F, MARK_ANY));
    if (l->half)
        grid_text_right(g, x + l->half - 1, y, l->half - 1, isfinite(half) ? ROLE_NUMBER : ROLE_DIM,
                        here ? ATTR_BOLD : 0, text);
    x += l->half;
    if (l->bar && !isnan(half))
        draw_half(g, x + 1, y, half);
    grid_pen(g, own);
    x += l->bar;
    draw_number(g, (struct rect){x, y, l->mean, 1}, sign, column_key(c, COLUMN_MEAN, unit), here);
    draw_number(g, (struct rect){x + l->mean, y, l->min, 1}, sign, column_key(c, COLUMN_MIN, unit), here);
    draw_number(g, (struct rect){x + l->mean + l->min, y, l->max, 1}, sign, column_key(c, COLUMN_MAX, unit), here);
    grid_pen(g, old);
}

static void draw_table(const struct ctx *c, struct grid *g, struct rect r, const int *order)
{
    struct layout l = lay_out(c, r.w - 1);
    bool legend = l.strip && r.h >= 6;
    int rows = r.h - 1 - legend, place = place_of(order, c->H, c->at->unit);
    draw_headings(c, g, r.x + 1, r.y, &l);
    int first = c->H <= rows ? 0 : place - rows / 2 < 0 ? 0 : place - rows / 2 > c->H - rows ? c->H - rows
        : place - rows / 2, n = 0;
    for (; n < rows && first + n < c->H; n++)
        draw_row(c, g, r.x + 1, r.y + 1 + n, &l, order[first + n]);
    if (rows > 0 && first + rows < c->H)
        grid_put(g, r.x, r.y + rows, g->glyphs->pointer_down, ROLE_DIM, 0);
    if (first > 0)
        grid_put(g, r.x, r.y + 1, g->glyphs->pointer_up, ROLE_DIM, 0);
    if (!legend)
        return;
    struct str text = {0};
    char mark[5];
    const char *symbol = quantity_name(c->q);
    utf8_encode(g->glyphs->bar, mark);
    str_addf(&text, "%s %s > 0.9   ", mark, symbol);
    utf8_encode(g->glyphs->lower[4], mark);
    str_addf(&text, "%s between   ", mark);
    utf8_encode(g->glyphs->unknown, mark);
    str_addf(&text, "%s %s < 0.1", mark, symbol);
    int x = r.x + 1 + l.unit + l.high + l.low + 1, w = utf8_text_width(str_text(&text));
    grid_text(g, x + w < r.x + r.w ? x : r.x + r.w - w > r.x ? r.x + r.w - w : r.x + 1, r.y + 1 + n, r.w - 1, ROLE_DIM,
              0, str_text(&text));
    str_free(&text);
}

/* ---- words ------------------------------------------------------------------------------------------------------- */

/* Where the unit lets go, up to three words; and that nothing was there to lose, where that is so. */
static void say_where(const struct ctx *c, const struct glyphs *gl, struct str *out)
{
    int T = session_steps(c->s), n = T - (int)statistics_kept(c->all, c->layer, c->at->unit), said = 0;
    if (!n || n == T)
        return;
    str_add(out, " It lets go at");
    for (int t = 1; t <= T && said < 3; t++) {
        if (session_value(c->s, RUN_PINNED, c->layer, c->at->unit, VAL_F, t) > KEEPS)
            continue;
        str_add(out, said++ ? ", " : " ");
        say_quoted(c->s, t, gl, out);
        if (fabsf(session_value(c->s, RUN_PINNED, c->layer, c->at->unit, VAL_C_PREV, t)) < 0.005f)
            str_add(out, " (nothing there yet)");
    }
    if (said < n)
        str_addf(out, " and %d more", n - said);
    str_addc(out, '.');
}

static void say_selected(const struct ctx *c, const struct glyphs *gl, struct str *out)
{
    int u = c->at->unit;
    bool gate = value_is_gate((enum value)c->q);
    const char *of = c->q == Q_C ? "tanh " : "";
    long long low = statistics_of(c->all, c->layer, c->q, u)->low,
        high = statistics_of(c->all, c->layer, c->q, u)->high;
    str_add(out, "Over ");
    say_source(c, out);
    str_addf(out, " %s%s of ", of, value_symbol((enum value)c->q, gl));
    say_unit(c->s, c->layer, u, out);
    str_addf(out, " is below %s in %lld, above 0.9 in %lld.", gate ? "0.1" : "-0.9", low, high);
    say_half_life(c->s, statistics_kept(c->all, c->layer, u), c->all->steps, statistics_half_life(c->all, c->layer, u),
                  out);
    if (!shows_file(c->s, c->st))
        say_where(c, gl, out);
}

/* About the layer as a whole. */
static void say_all(const struct ctx *c, struct str *out)
{
    int open = 0, closed = 0, longest = 0;
    for (int u = 0; u < c->H; u++) {
        open += statistics_high(c->all, c->layer, c->q, u) >= 0.9;
        closed += statistics_low(c->all, c->layer, c->q, u) >= 0.9;
        double half = statistics_half_life(c->all, c->layer, u), most = statistics_half_life(c->all, c->layer, longest);
        longest = half > most || (isnan(most) && !isnan(half)) ? u : longest;
    }
    bool gate = value_is_gate((enum value)c->q);
    str_addf(out, " Of %d unit%s %d %s %s and %d %s %s in at least 90%% of the %s. ", c->H, c->H == 1 ? "" : "s", open,
             open == 1 ? "is" : "are",
             gate ? "open (above 0.9)" : "high (above 0.9)", closed, closed == 1 ? "is" : "are",
             gate ? "closed (below 0.1)" : "low (below -0.9)", say_noun(c->s, true));
    str_add(out, "The longest memory is that of ");
    say_unit(c->s, c->layer, longest, out);
    char text[16];
    double half = statistics_half_life(c->all, c->layer, longest);
    half_text(text, sizeof text, half);
    if (isfinite(half))
        str_addf(out, ": f alone halves it in %s %s.", text, say_noun(c->s, true));
    else
        str_addf(out, ": it %s.", text);
}

static void explain_with(const struct ctx *c, bool whole, const struct glyphs *gl, struct str *out)
{
    if (!c->all || !c->all->steps) {
        str_add(out, c->st->reading.failed && shows_file(c->s, c->st) ? "The file could not be read."
                : "Nothing has been counted yet.");
        return;
    }
    say_selected(c, gl, out);
    if (whole)
        say_all(c, out);
}

static void explain(const struct scene *scene, const void *state, struct str *out)
{
    struct ctx c = context(scene, state);
    explain_with(&c, true, &glyphs_unicode, out);
}

static int draw_heading(const struct ctx *c, struct grid *g, struct rect r)
{
    struct str text = {0};
    char name[SAY_LAYER];
    int x = r.x + 1;
    x += grid_text(g, x, r.y, r.w - 2, value_role((enum value)c->q), ATTR_BOLD,
                   value_symbol((enum value)c->q, g->glyphs));
    x += grid_textf(g, x, r.y, r.w - (x - r.x) - 1, ROLE_LABEL, 0, " %s", value_name((enum value)c->q));
    if (session_net(c->s)->layers > 1)
        x += grid_textf(g, x, r.y, r.w - (x - r.x) - 1, ROLE_LABEL, 0, ", layer %s",
                        say_layer(c->s, c->layer, g->glyphs, name));
    say_source(c, &text);
    if (x + 3 + utf8_text_width(str_text(&text)) < r.x + r.w)
        grid_textf(g, x, r.y, r.w - (x - r.x) - 1, ROLE_DIM, 0, "  over %s", str_text(&text));
    str_free(&text);
    return 1;
}

static void tell(const struct scene *scene, const void *state, const struct glyphs *gl, struct str *out)
{
    struct ctx c = context(scene, state);
    if (c.all && c.all->steps)
        explain_with(&c, false, gl, out);
}

static void draw(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    struct ctx c = context(scene, state);
    int y = r.y, h = r.h;
    if (h >= 3) {
        int used = draw_heading(&c, g, r) + (r.h >= 14);
        y += used;
        h -= used;
    }
    if (!c.all || !c.all->steps) {
        struct str text = {0};
        explain_with(&c, false, g->glyphs, &text);
        grid_wrap(g, (struct rect){r.x + (r.w > 4), y, r.w - (r.w > 4), h > 0 ? h : 1}, ROLE_DIM, 0, str_text(&text));
        str_free(&text);
        return;
    }
    int *order = table_order(&c), words = scene->explain && h >= 12 ? 4 : 0, table = h - words - (words > 0);
    draw_table(&c, g, (struct rect){r.x, y, r.w, table}, order);
    free(order);
    if (words) {
        struct str text = {0};
        if (!value_secret(scene, &text))
            say_all(&c, &text);
        say_wrap(g, (struct rect){r.x + 1, r.y + r.h - words, r.w - 2, words}, ROLE_TEXT, 0, str_text(&text));
        str_free(&text);
    }
}

/* ---- keys -------------------------------------------------------------------------------------------------------- */

static void move(struct session *s, struct state *st, int by)
{
    struct scene scene = {.session = s};
    struct ctx c = context(&scene, st);
    const struct cursor at = *session_cursor(s);
    int *order = table_order(&c), to = place_of(order, c.H, at.unit) + by;
    to = to < 0 ? 0 : to >= c.H ? c.H - 1 : to;
    session_select(s, at.layer, order[to], at.value);
    free(order);
}

static enum view_reply move_unit(struct session *s, void *state, bool other, struct err *e)
{
    (void)e;
    move(s, state, other ? 1 : -1);
    return VIEW_REDRAW;
}

static enum view_reply move_ten(struct session *s, void *state, bool other, struct err *e)
{
    (void)e;
    move(s, state, other ? 10 : -10);
    return VIEW_REDRAW;
}

static enum view_reply turn_value(struct session *s, void *state, bool other, struct err *e)
{
    (void)state, (void)e;
    const struct cursor at = *session_cursor(s);
    session_select(s, at.layer, at.unit, value_after(at.value, other ? -1 : 1));
    return VIEW_REDRAW;
}

static enum view_reply turn_sort(struct session *s, void *state, bool other, struct err *e)
{
    (void)s, (void)other, (void)e;
    struct state *st = state;
    st->sort = (enum column)((st->sort + 1) % COLUMNS);
    st->turned = false;
    return VIEW_REDRAW;
}

static enum view_reply turn_round(struct session *s, void *state, bool other, struct err *e)
{
    (void)s, (void)other, (void)e;
    struct state *st = state;
    st->turned = !st->turned;
    return VIEW_REDRAW;
}

static enum view_reply turn_source(struct session *s, void *state, bool other, struct err *e)
{
    (void)other;
    struct state *st = state;
    if (!session_corpus(s)) {
        err_set(e, NULL, NULL, "there is no file: start with --corpus FILE");
        return VIEW_REDRAW;
    }
    st->sentence = !st->sentence;
    st->reading.failed = false;                            /* asked for again, it is tried again */
    return VIEW_REDRAW;
}

static const struct view_key keys[] = {
    {"prev-unit next-unit", "<Up> k", "<Down> j", "the unit above, below in the table", "unit", KEY_PAIR, move_unit,
     NULL},
    {"next-value", "v", NULL, "the next value: f, i, g, o, C, h", "value", 0, turn_value,
     NULL},
    {"sort", "y", NULL, "sort by the next column, the largest first", "sort", 0, turn_sort, NULL},
    {"turn", "Y", NULL, "sort the other way round", "turn", 0, turn_round, NULL},
    {"source", "f", NULL, "the file of --corpus, or the sentence", "file", 0, turn_source, NULL},
    {"ten-up ten-down", "<PgUp>", "<PgDn>", "ten units up, down", NULL, 0, move_ten, NULL},
    {.keys = NULL},
};

const struct view view_statistics = {
    .name = "statistics",
    .all_steps = true,
    .title = "statistics",
    .about = "how often gates are open and closed, and for how long",
    .strip = "statistics",
    .rank = 11,
    .help = "How often each unit's gate is open (above 0.9) and closed (below 0.1), over the sentence with a mark for "
            "every word, or over the text of --corpus FILE; mean and range where there is room. Half-life: of the "
            "words at which f is above 0.5, the unit keeps; their geometric mean, the rate that the product of f over "
            "them comes to, says after how many words half of C would be left, on a logarithmic scale. Words at which "
            "f is below let go, and are counted apart: one of them says nothing of how long a memory lasts otherwise. "
            "What i g adds is not in it. Candidate and h are counted below -0.9 and above 0.9, C as tanh C (Karpathy, "
            "Johnson and Li 2015).",
    .key = 'S',
    .state_size = sizeof(struct state),
    .settings_size = offsetof(struct state, here),
    .settings = settings,
    .keys = keys,
    .draw = draw,
    .tell = tell,
    .clear = clear,
    .explain = explain,
    .prepare = prepare,
    .work = work,
};
