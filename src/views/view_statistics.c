/* view_statistics.c: what the gates do over all words: how often they are shut and open, their mean and range, and how long a
 * memory lasts. A table of units beside the saturation plot of Karpathy, Johnson and Li (2015): every unit is a point, its
 * place the fraction of words in which the gate is open (across) and shut (upwards).
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
#include "session/survey.h"
#include "ui/widget.h"
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
    struct survey *survey;        /* being read */
    bool complete, failed;
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
    survey_close(st->survey);
    statistics_free(st->file);
    free(st->path);
    st->survey = NULL;
    st->file = NULL;
    st->path = NULL;
    st->complete = st->failed = false;
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

/* ---- the file ------------------------------------------------------------------------------------------------------- */

/* What has been gathered belongs to one file and one net. Pins and sentences change neither. */
static void check_file(const struct session *s, struct state *st)
{
    const char *path = session_corpus(s);
    if (st->path && strcmp(st->path, path) != 0)
        forget_file(st);
    if (st->seen != session_revision(s)) {
        uint64_t now = survey_fingerprint(s);
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
    return st->file && st->path && session_corpus(s) && strcmp(st->path, session_corpus(s)) == 0 && st->seen == session_revision(s);
}

static enum view_work work(struct session *s, void *state, int ms, struct str *progress, struct err *e)
{
    struct state *st = state;
    if (!shows_file(s, st))
        return WORK_NONE;
    check_file(s, st);
    if (st->complete || st->failed)
        return WORK_NONE;
    if (!st->survey) {
        st->survey = survey_open(s, st->path, e);
        st->failed = !st->survey;
        if (st->failed)
            return WORK_FAILED;
        statistics_free(st->file);
        st->file = statistics_new(session_net(s));
    }
    double until = clock_ms() + ms;
    enum survey_result r;
    struct survey_block b;
    do {
        r = survey_next(st->survey, s, &b, e);
        if (r == SURVEY_BLOCK) {
            statistics_add(st->file, b.trace, 1, b.steps);
            st->file->sequences = survey_sequences(st->survey);
        }
    } while (r == SURVEY_BLOCK && clock_ms() < until);
    survey_progress(st->survey, s, progress);
    if (r == SURVEY_BLOCK)
        return WORK_MORE;
    survey_close(st->survey);
    st->survey = NULL;
    st->complete = r == SURVEY_END;
    st->failed = r == SURVEY_FAILED;
    return st->complete ? WORK_DONE : WORK_FAILED;
}

/* ---- what is shown ------------------------------------------------------------------------------------------------------ */

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
    if (!c->st->complete)
        str_add(out, c->st->failed ? ", which could not be read whole" : " so far");
}

/* ---- the table ------------------------------------------------------------------------------------------------------------ */

/* Widths of the columns for a room; 0: left out. */
static void column_widths(int w, int out[COLUMNS])
{
    static const struct { enum column column; int w; } most_needed[] = {
        {COLUMN_UNIT, 10}, {COLUMN_LOW, 6}, {COLUMN_HIGH, 6}, {COLUMN_HALF, 10}, {COLUMN_MEAN, 7}, {COLUMN_MIN, 7}, {COLUMN_MAX, 7},
    };
    memset(out, 0, COLUMNS * sizeof *out);
    for (size_t k = 0; k < sizeof most_needed / sizeof *most_needed && w >= most_needed[k].w; k++) {
        out[most_needed[k].column] = most_needed[k].w;
        w -= most_needed[k].w;
    }
    if (!out[COLUMN_UNIT])
        out[COLUMN_UNIT] = w;
    else if (w > 0)
        out[COLUMN_UNIT] += w < 4 ? w : 4;
}

static void column_title(const struct ctx *c, enum column k, char out[16])
{
    static const char *const names[COLUMNS] = {"unit", "", "", "mean", "min", "max", "half-life"};
    const char *low = value_is_gate((enum value)c->q) ? "0.1" : "-.9", *high = low[0] == '0' ? "0.9" : ".9";
    if (k == COLUMN_LOW || k == COLUMN_HIGH)
        snprintf(out, 16, "%c%s", k == COLUMN_LOW ? '<' : '>', k == COLUMN_LOW ? low : high);
    else
        snprintf(out, 16, "%s", names[k]);
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

static void half_text(char *out, size_t size, double v)
{
    if (isnan(v))
        snprintf(out, size, "-");
    else if (isinf(v))
        snprintf(out, size, "never");
    else
        snprintf(out, size, v < 100 ? "%.1f" : v < 1e6 ? "%.0f" : "%.0e", v);
}

static void cell_text(const struct ctx *c, enum column k, int unit, char *out, size_t size)
{
    double v = column_key(c, k, unit);
    bool sign = !value_is_gate((enum value)c->q);
    char label[32];
    switch (k) {
    case COLUMN_UNIT: snprintf(out, size, "%s", session_unit_label(c->s, c->layer, unit, label)); break;
    case COLUMN_LOW: case COLUMN_HIGH: percent(out, size, v); break;
    case COLUMN_HALF: half_text(out, size, v); break;
    default:
        widget_number(out, (int)size, (float)v, 6, 2, sign);
        memmove(out, out + strspn(out, " "), strlen(out + strspn(out, " ")) + 1);
    }
}

static void draw_table(const struct ctx *c, struct grid *g, struct rect r, const int *order)
{
    int width[COLUMNS], x = r.x + 1, rows = r.h - 1, place = place_of(order, c->H, c->at->unit);
    column_widths(r.w - 1, width);
    for (int k = 0; k < COLUMNS; k++) {
        char title[16];
        column_title(c, (enum column)k, title);
        bool sorted = c->st->sort == (enum column)k;
        grid_text_right(g, x + width[k] - 1, r.y, width[k] - 1, ROLE_LABEL, sorted ? ATTR_BOLD | ATTR_UNDERLINE : 0, title);
        x += width[k];
    }
    int first = c->H <= rows ? 0 : place - rows / 2 < 0 ? 0 : place - rows / 2 > c->H - rows ? c->H - rows : place - rows / 2;
    for (int n = 0; n < rows && first + n < c->H; n++) {
        int unit = order[first + n], y = r.y + 1 + n;
        bool here = unit == c->at->unit;
        if (here)
            cells_pointer(g, r.x, y);
        x = r.x + 1;
        for (int k = 0; k < COLUMNS; k++) {
            char text[32];
            cell_text(c, (enum column)k, unit, text, sizeof text);
            enum role role = k == COLUMN_UNIT ? here ? ROLE_CURSOR : ROLE_LABEL : ROLE_NUMBER;
            grid_text_right(g, x + width[k] - 1, y, width[k] - 1, role, here ? ATTR_BOLD : 0, text);
            x += width[k];
        }
    }
    if (rows > 0 && first + rows < c->H)
        grid_put(g, r.x, r.y + r.h - 1, g->glyphs->pointer_down, ROLE_DIM, 0);
    if (first > 0)
        grid_put(g, r.x, r.y + 1, g->glyphs->pointer_up, ROLE_DIM, 0);
}

/* ---- the plot ----------------------------------------------------------------------------------------------------------------- */

/* Units a cell of the plot holds, as a character: a point, a digit, or a full cell for ten and more. */
static uint32_t points(const struct glyphs *gl, int n)
{
    return n == 1 ? gl->dot : n < 10 ? (uint32_t)('0' + n) : gl->full;
}

static void draw_plot(const struct ctx *c, struct grid *g, struct rect r, enum quantity q, bool chosen)
{
    int x0 = r.x + 6, y0 = r.y + 1, w = r.w - 7, h = r.h - 3;
    if (w < 6 || h < 3)
        return;
    bool gate = value_is_gate((enum value)q);
    grid_text(g, x0, r.y, w, value_role((enum value)q), ATTR_BOLD, value_symbol((enum value)q, g->glyphs));
    grid_textf(g, x0 + 5, r.y, w - 5, chosen ? ROLE_LABEL : ROLE_DIM, 0, "%s", value_name((enum value)q));
    int *count = xcalloc((size_t)w * (size_t)h, sizeof *count), mine = -1;
    for (int u = 0; c->all && c->all->steps && u < c->H; u++) {
        int x = (int)lrint(statistics_high(c->all, c->layer, q, u) * (w - 1)), y = (int)lrint(statistics_low(c->all, c->layer, q, u) * (h - 1));
        int at = (h - 1 - y) * w + x;
        count[at]++;
        mine = u == c->at->unit ? at : mine;
    }
    /* Both fractions together are at most 1: nothing lies beyond this line. */
    for (int y = 0; y < h; y++)
        grid_put(g, x0 + (int)lrint((double)y / (h - 1) * (w - 1)), y0 + y, g->glyphs->unknown, ROLE_TRACK, 0);
    for (int y = 0; y < h; y++) {
        grid_put(g, x0 - 1, y0 + y, g->glyphs->vline, ROLE_AXIS, 0);
        for (int x = 0; x < w; x++)
            if (count[y * w + x]) {
                bool here = y * w + x == mine;
                grid_put(g, x0 + x, y0 + y, points(g->glyphs, count[y * w + x]), here ? ROLE_CURSOR : value_role((enum value)q), here ? ATTR_BOLD | ATTR_REVERSE : 0);
            }
    }
    free(count);
    grid_hline(g, x0, y0 + h, w, ROLE_AXIS);
    grid_put(g, x0 - 1, y0 + h, g->glyphs->ascii ? '+' : 0x2514, ROLE_AXIS, 0);
    grid_text_right(g, x0 - 1, y0, 5, ROLE_DIM, 0, "100%");
    grid_put(g, x0 - 6, y0 + 1, g->glyphs->pointer_up, ROLE_DIM, 0);
    grid_text_right(g, x0 - 1, y0 + 1, 4, ROLE_DIM, 0, gate ? "shut" : "low");
    grid_text(g, x0, y0 + h + 1, w, ROLE_DIM, 0, "0");
    struct str label = {0};
    str_addf(&label, "%s %s 100%%", gate ? "open" : "high", g->glyphs->arrow);
    grid_text_right(g, x0 + w, y0 + h + 1, w - 2, ROLE_DIM, 0, str_text(&label));
    str_free(&label);
}

/* ---- words ---------------------------------------------------------------------------------------------------------------------- */

static void add_percent(struct str *out, double v)
{
    char text[16];
    percent(text, sizeof text, v);
    str_add(out, text);
}

static void say_selected(const struct ctx *c, const struct glyphs *gl, struct str *out)
{
    int u = c->at->unit;
    bool gate = value_is_gate((enum value)c->q);
    const char *of = c->q == Q_C ? "tanh " : "";
    str_add(out, "Over ");
    say_source(c, out);
    str_addf(out, " %s%s of ", of, value_symbol((enum value)c->q, gl));
    say_unit(c->s, c->layer, u, out);
    str_addf(out, " is below %s in ", gate ? "0.1" : "-0.9");
    add_percent(out, statistics_low(c->all, c->layer, c->q, u));
    str_addf(out, " and above 0.9 in ");
    add_percent(out, statistics_high(c->all, c->layer, c->q, u));
    str_addf(out, " of them.");
    double half = statistics_half_life(c->all, c->layer, u);
    str_addf(out, " Its f is %.2f on average: at that rate ", statistics_mean(c->all, c->layer, Q_F, u));
    if (isinf(half))
        str_add(out, "nothing is lost.");
    else
        str_addf(out, "half of a memory is left after %.1f %s.", half, say_noun(c->s, true));
}

/* About the layer as a whole. */
static void say_all(const struct ctx *c, struct str *out)
{
    int open = 0, shut = 0, longest = 0;
    for (int u = 0; u < c->H; u++) {
        open += statistics_high(c->all, c->layer, c->q, u) >= 0.9;
        shut += statistics_low(c->all, c->layer, c->q, u) >= 0.9;
        if (statistics_half_life(c->all, c->layer, u) > statistics_half_life(c->all, c->layer, longest))
            longest = u;
    }
    bool gate = value_is_gate((enum value)c->q);
    str_addf(out, " Of %d unit%s %d %s %s and %d %s %s in at least 90%% of the %s. ", c->H, c->H == 1 ? "" : "s", open, open == 1 ? "is" : "are",
             gate ? "open (above 0.9)" : "high (above 0.9)", shut, shut == 1 ? "is" : "are", gate ? "shut (below 0.1)" : "low (below -0.9)", say_noun(c->s, true));
    str_add(out, "The longest memory is that of ");
    say_unit(c->s, c->layer, longest, out);
    char half[16];
    half_text(half, sizeof half, statistics_half_life(c->all, c->layer, longest));
    str_addf(out, strcmp(half, "never") == 0 ? ": it never halves." : ": it halves in %s %s.", half, say_noun(c->s, true));
}

static void explain_with(const struct ctx *c, bool whole, const struct glyphs *gl, struct str *out)
{
    if (!c->all || !c->all->steps) {
        str_add(out, c->st->failed && shows_file(c->s, c->st) ? "The file could not be read." : "Nothing has been counted yet.");
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
    int x = r.x + 1;
    x += grid_text(g, x, r.y, r.w - 2, value_role((enum value)c->q), ATTR_BOLD, value_symbol((enum value)c->q, g->glyphs));
    x += grid_textf(g, x, r.y, r.w - (x - r.x) - 1, ROLE_LABEL, 0, " %s", value_name((enum value)c->q));
    if (session_net(c->s)->layers > 1)
        x += grid_textf(g, x, r.y, r.w - (x - r.x) - 1, ROLE_LABEL, 0, ", layer %d", c->layer + 1);
    say_source(c, &text);
    if (x + 3 + utf8_text_width(str_text(&text)) < r.x + r.w)
        grid_textf(g, x, r.y, r.w - (x - r.x) - 1, ROLE_DIM, 0, "  over %s", str_text(&text));
    str_free(&text);
    return 1;
}

static void draw(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    struct ctx c = context(scene, state);
    int y = r.y, h = r.h, words = r.h >= 16 ? 3 : r.h >= 8 ? 2 : 0;
    if (scene->explain && r.h >= 12)
        words += 2 + (r.w < 60) * 2;
    if (h >= 3) {
        int used = draw_heading(&c, g, r);
        if (r.h >= 14)
            used++;
        y += used;
        h -= used;
    }
    h -= words + (words && r.h >= 12);
    if (!c.all || !c.all->steps) {
        struct str text = {0};
        explain_with(&c, false, g->glyphs, &text);
        grid_wrap(g, (struct rect){r.x + (r.w > 4), y, r.w - (r.w > 4), h > 0 ? h : 1}, ROLE_DIM, 0, str_text(&text));
        str_free(&text);
        return;
    }
    int *order = table_order(&c), table_w = r.w >= 72 ? 58 : r.w;
    if (r.w >= 72 && r.w < 100)
        table_w = 44;
    int table_h = h;
    if (r.w >= 100 && h >= 24) {                   /* the three gates of the paper, one above the other */
        static const enum quantity three[] = {Q_F, Q_I, Q_O};
        for (int k = 0; k < 3; k++)
            draw_plot(&c, g, (struct rect){r.x + table_w + 2, y + k * (h / 3), r.w - table_w - 4, h / 3}, three[k], c.q == three[k]);
    } else if (table_w < r.w) {
        draw_plot(&c, g, (struct rect){r.x + table_w, y, r.w - table_w - 1, h > 18 ? 18 : h}, c.q, true);
    }
    draw_table(&c, g, (struct rect){r.x, y, table_w, table_h}, order);
    free(order);
    if (words) {
        struct str text = {0};
        explain_with(&c, scene->explain, g->glyphs, &text);
        int used = c.H + 2 > h || table_w < r.w ? h : c.H + 2, top = y + (used < h ? used : h) + (r.h >= 12 && used >= h);
        grid_wrap(g, (struct rect){r.x + 1, top, r.w - 2, r.y + r.h - top}, ROLE_TEXT, 0, str_text(&text));
        str_free(&text);
    }
}

/* ---- keys ------------------------------------------------------------------------------------------------------------------------- */

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
    st->failed = false;                            /* asked for again, it is tried again */
    return VIEW_REDRAW;
}

static const struct view_key keys[] = {
    {"prev-unit next-unit", "<Up> k", "<Down> j", "the unit above, below in the table", "unit", KEY_PAIR, move_unit, NULL},
    {"next-value prev-value", "v", "V", "the next value: f, i, g, o, C, h; the one before", "value", 0, turn_value, NULL},
    {"sort", "y", NULL, "sort by the next column, the largest first", "sort", 0, turn_sort, NULL},
    {"turn", "Y", NULL, "sort the other way round", "turn", 0, turn_round, NULL},
    {"source", "f", NULL, "the file of --corpus, or the sentence", "file", 0, turn_source, NULL},
    {"ten-up ten-down", "<PgUp>", "<PgDn>", "ten units up, down", NULL, 0, move_ten, NULL},
    {.keys = NULL},
};

const struct view view_statistics = {
    .name = "statistics",
    .title = "statistics",
    .strip = "statistics",
    .rank = 11,
    .help = "How often each unit's gate is shut (below 0.1) and open (above 0.9), its mean and range, and after how many words half of a "
            "memory is left at the mean of f (ln 1/2 / ln f): over the sentence, or over the text of --corpus FILE. In the plot "
            "(Karpathy, Johnson and Li 2015) every unit is a point: open across, shut upwards; a digit is so many units in one place. "
            "Candidate and h are counted below -0.9 and above 0.9, C as tanh C.",
    .key = 'S',
    .state_size = sizeof(struct state),
    .settings_size = offsetof(struct state, here),
    .settings = settings,
    .keys = keys,
    .draw = draw,
    .clear = clear,
    .explain = explain,
    .prepare = prepare,
    .work = work,
};
