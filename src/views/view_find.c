/* view_find.c: mark a span of words; see which units are on all through it and were not just before; find where else
 * the same units are on together, in the sentence or in the file of --corpus (the question of LSTMVis, Strobelt and
 * others 2018).
 *
 * What is on is |tanh C| or |h| at or above a threshold, with its sign. Everything found belongs to one query and is
 * thrown away when the query, the weights, the words or the pins change.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "core/find.h"
#include "session/survey.h"
#include "ui/widget.h"
#include "views/say.h"
#include "views/cells.h"
#include "views/view.h"
#include "views/words.h"

enum { PLACES = 200, AROUND_WORDS = 8, AROUND_CHARACTERS = 40, SPAN_MAX = 80 };

/* What is looked for, and where. */
struct query {
    unsigned long revision;
    int layer, from, to;
    float threshold;
    bool hidden;                  /* h, else tanh C */
    unsigned how;
    bool file;
};

/* A place's words, for those of a file: the line is gone when they are shown. */
struct context { char *before, *span, *after; };

struct state {
    struct {
        int from, to;             /* the span as marked; 0: the word under the cursor */
        bool hidden, sentence;
        unsigned how;
        float threshold;
        int selected;             /* in the list */
    };
    struct query of;              /* what the rest belongs to; revision 0: nothing */
    struct find_unit *unit;
    int units;
    struct find_list list;
    struct context context[PLACES + 1];
    struct survey *survey;
    struct find_scan *scan;
    bool complete, failed;
    double steps;                 /* looked through */
    long long whole;              /* places where all units are on, listed or not */
};

static const struct state defaults = {.how = FIND_OFF_BEFORE, .threshold = 0.3f};

static const struct setting settings[] = {
    {"from", SETTING_NUMBER, offsetof(struct state, from), 0, SETTING_MOST, NULL},
    {"to", SETTING_NUMBER, offsetof(struct state, to), 0, SETTING_MOST, NULL},
    {"hidden", SETTING_BOOL, offsetof(struct state, hidden), 0, 0, NULL},
    {"sentence", SETTING_BOOL, offsetof(struct state, sentence), 0, 0, NULL},
    {"off", SETTING_CHOICE, offsetof(struct state, how), 0, 0, "anywhere before after around"},
    {"threshold", SETTING_REAL, offsetof(struct state, threshold), 0.05, 0.95, NULL},
    {"selected", SETTING_NUMBER, offsetof(struct state, selected), 0, PLACES, NULL},
    {.name = NULL},
};

static void forget(struct state *st)
{
    for (int k = 0; k <= PLACES; k++) {
        free(st->context[k].before);
        free(st->context[k].span);
        free(st->context[k].after);
        st->context[k] = (struct context){0};
    }
    free(st->unit);
    find_list_clear(&st->list);
    survey_close(st->survey);
    find_scan_free(st->scan);
    st->unit = NULL;
    st->units = 0;
    st->survey = NULL;
    st->scan = NULL;
    st->complete = st->failed = false;
    st->steps = 0;
    st->whole = 0;
    st->of.revision = 0;
}

static void clear(void *state)
{
    forget(state);
}

static struct query wanted(const struct session *s, const struct state *st)
{
    const struct cursor *at = session_cursor(s);
    int T = session_steps(s);
    struct query q = {.revision = session_revision(s), .layer = at->layer, .from = at->step, .to = at->step,
                      .threshold = st->threshold,
                      .hidden = st->hidden, .how = st->how, .file = session_corpus(s) && !st->sentence};
    if (st->from >= 1 && st->from <= st->to && st->to <= T) {
        q.from = st->from;
        q.to = st->to;
    }
    return q;
}

static bool same(const struct query *a, const struct query *b)
{
    return a->revision == b->revision && a->layer == b->layer && a->from == b->from && a->to == b->to
        && a->threshold == b->threshold
        && a->hidden == b->hidden && a->how == b->how && a->file == b->file;
}

/* The rows hold C, not tanh C: the threshold moves instead. */
static float raw_threshold(const struct query *q)
{
    return q->hidden ? q->threshold : atanhf(q->threshold);
}

static enum quantity raw_quantity(const struct query *q)
{
    return q->hidden ? Q_H : Q_C;
}

/* ---- searching --------------------------------------------------------------------------------------------------- */

/* Tokens from … to (from 1) as running text. */
static char *running_text(char *const *token, int from, int to, bool chars)
{
    struct str text = {0};
    for (int t = from; t <= to; t++) {
        if (t > from && !chars)
            str_addc(&text, ' ');
        say_text(token[t - 1], chars, &glyphs_unicode, &text);
    }
    char *copy = xstrdup(str_text(&text));
    str_free(&text);
    return copy;
}

struct feed { struct state *st; const struct survey_block *block; bool chars; };

static void take_place(void *to, int from, int last, int common)
{
    struct feed *f = to;
    struct state *st = f->st;
    long line = f->block ? f->block->line : 0;
    st->whole += common == st->units;
    int at = find_list_offer(&st->list, (struct find_place){line, from, last, common});
    if (at < 0 || !f->block)
        return;
    struct context *c = st->context;
    free(c[PLACES - 1].before);
    free(c[PLACES - 1].span);
    free(c[PLACES - 1].after);
    memmove(&c[at + 1], &c[at], (size_t)(PLACES - 1 - at) * sizeof *c);
    const struct tokens *tokens = f->block->tokens;
    int around = f->chars ? AROUND_CHARACTERS : AROUND_WORDS, first = from > around ? from - around : 1;
    int shown = last - from >= SPAN_MAX ? from + SPAN_MAX - 1 : last,
        end = shown + around < tokens->n ? shown + around : tokens->n;
    c[at] = (struct context){running_text(tokens->text, first, from - 1, f->chars),
                             running_text(tokens->text, from, shown, f->chars),
                             running_text(tokens->text, shown + 1, end, f->chars)};
}

static void search_sentence(const struct session *s, struct state *st)
{
    const struct trace *tr = session_trace(s, RUN_PINNED);
    struct feed feed = {.st = st};
    for (int t = 1; t <= tr->steps; t++)
        find_scan_row(st->scan, trace_row(tr, st->of.layer, raw_quantity(&st->of), t), take_place, &feed);
    find_scan_row(st->scan, NULL, take_place, &feed);
    st->steps = tr->steps;
    st->complete = true;
}

/* Brings the units, and over the sentence the places, up to date with the query. */
static void update(const struct session *s, struct state *st)
{
    struct query q = wanted(s, st);
    if (same(&q, &st->of))
        return;
    bool another = q.from != st->of.from || q.to != st->of.to || q.file != st->of.file;
    forget(st);
    st->of = q;
    if (another)
        st->selected = 0;
    if (q.from < 1)
        return;
    const struct trace *tr = session_trace(s, RUN_PINNED);
    int H = session_net(s)->layer[q.layer].hidden;
    st->unit = xcalloc((size_t)H, sizeof *st->unit);
    st->units = find_units(trace_row(tr, q.layer, raw_quantity(&q), 0), tr->layer[q.layer].stride, H, q.from, q.to,
                           tr->steps,
                           raw_threshold(&q), q.how, st->unit);
    find_list_init(&st->list, PLACES, q.to - q.from + 1);
    st->scan = find_scan_new(st->unit, st->units, raw_threshold(&q));
    if (!q.file)
        search_sentence(s, st);
    st->complete = st->complete || !st->units;
}

static void prepare(const struct scene *scene, void *state, struct rect r)
{
    (void)r;
    update(scene->session, state);
}

static void feed_block(const struct session *s, struct state *st, const struct survey_block *b)
{
    struct feed feed = {.st = st, .block = b, .chars = say_characters(s)};
    for (int k = 1; k <= b->steps; k++)
        find_scan_row(st->scan, trace_row(b->trace, st->of.layer, raw_quantity(&st->of), k), take_place, &feed);
    if (b->first + b->steps - 1 == b->tokens->n)
        find_scan_row(st->scan, NULL, take_place, &feed);
    st->steps += b->steps;
}

static enum view_work work(struct session *s, void *state, int ms, struct str *progress, struct err *e)
{
    struct state *st = state;
    update(s, st);
    if (!st->of.file || st->of.from < 1 || st->complete || st->failed)
        return WORK_NONE;
    if (!st->survey && !(st->survey = survey_open(s, session_corpus(s), e))) {
        st->failed = true;
        return WORK_FAILED;
    }
    double until = clock_ms() + ms;
    enum survey_result r;
    struct survey_block b;
    do {
        r = survey_next(st->survey, s, &b, e);
        if (r == SURVEY_BLOCK)
            feed_block(s, st, &b);
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

/* ---- words ------------------------------------------------------------------------------------------------------- */

static void add_span(const struct session *s, const struct query *q, const struct glyphs *gl, struct str *out)
{
    struct str words = {0};
    say_tokens(s, q->from, q->to, gl, &words);
    str_addc(out, '\'');
    utf8_cut(out, str_text(&words), 40, gl->ascii);
    str_addc(out, '\'');
    str_free(&words);
}

/* "+gender -12 +31", at most `most` of them. */
static void add_units(const struct session *s, const struct state *st, int most, const struct glyphs *gl,
                      struct str *out)
{
    for (int k = 0; k < st->units && k < most; k++) {
        char label[32];
        session_unit_label(s, st->of.layer, st->unit[k].unit, label);
        str_addf(out, "%s%s%s", k ? " " : "", st->unit[k].sign > 0 ? "+" : gl->minus, label);
    }
    if (st->units > most)
        str_addf(out, " and %d more", st->units - most);
}

static void add_source(const struct session *s, const struct state *st, struct str *out)
{
    if (!st->of.file) {
        str_addf(out, "the %d %s of this sequence", session_steps(s), say_noun(s, session_steps(s) != 1));
        return;
    }
    const char *name = file_base(session_corpus(s));
    str_addf(out, "%.0f %s of ", st->steps, say_noun(s, true));
    utf8_clean(out, name, strlen(name));
    if (!st->complete)
        str_add(out, st->failed ? ", which could not be read whole" : " so far");
}

static const char *around(unsigned how)
{
    return how == FIND_OFF_BEFORE ? " and off just before" : how ? " and off just before and after" : "";
}

static void say(const struct session *s, const struct state *st, const struct glyphs *gl, struct str *out)
{
    if (!st->of.revision || st->of.from < 1) {
        say_nothing(s, out);
        return;
    }
    int H = session_net(s)->layer[st->of.layer].hidden;
    const char *value = st->of.hidden ? "h" : "tanh C";
    if (!st->units) {
        str_addf(out, "No unit is on (%s at least %.2f in size) all through ", value, (double)st->of.threshold);
        add_span(s, &st->of, gl, out);
        str_addf(out, "%s. A lower threshold, or another span, may find some.", around(st->of.how));
        return;
    }
    str_addf(out, "%d of %d unit%s %s on (%s at least %.2f in size) all through ", st->units, H, H == 1 ? "" : "s",
             st->units == 1 ? "is" : "are", value, (double)st->of.threshold);
    add_span(s, &st->of, gl, out);
    str_addf(out, "%s: ", around(st->of.how));
    add_units(s, st, 8, gl, out);
    str_add(out, ". Over ");
    add_source(s, st, out);
    str_addf(out, " %s in %lld place%s%s.", st->units == 1 ? "it is on" : "all of them are on together", st->whole,
             st->whole == 1 ? "" : "s",
             st->of.file ? "" : ", the span included");
}

static void explain(const struct scene *scene, const void *state, struct str *out)
{
    say(scene->session, state, &glyphs_unicode, out);
}

/* ---- drawing ----------------------------------------------------------------------------------------------------- */

static bool is_span(const struct state *st, const struct find_place *p)
{
    return !st->of.file && p->from <= st->of.from && p->to >= st->of.to;
}

/* The words of a place: what comes before ends where the span begins, in the same column in every row. */
static void draw_context(const struct session *s, const struct state *st, struct grid *g, int k, struct rect r,
                         bool here)
{
    int x = r.x, y = r.y, w = r.w;
    const struct find_place *p = &st->list.place[k];
    struct context own = {0};
    if (!st->of.file) {
        int chars = say_characters(s), n = chars ? AROUND_CHARACTERS : AROUND_WORDS, T = session_steps(s);
        struct str text = {0};
        say_tokens(s, p->from > n ? p->from - n : 1, p->from - 1, g->glyphs, &text);
        own.before = xstrdup(str_text(&text));
        str_clear(&text);
        int shown = p->to - p->from >= SPAN_MAX ? p->from + SPAN_MAX - 1 : p->to;
        say_tokens(s, p->from, shown, g->glyphs, &text);
        own.span = xstrdup(str_text(&text));
        str_clear(&text);
        say_tokens(s, shown + 1, shown + n < T ? shown + n : T, g->glyphs, &text);
        own.after = xstrdup(str_text(&text));
        str_free(&text);
    }
    const struct context *c = st->of.file ? &st->context[k] : &own;
    int left = w / 3, gap = say_characters(s) ? 0 : 1, width = utf8_text_width(c->before);
    const char *from = c->before;
    if (width > left - gap) {                       /* its end is what stands next to the span */
        for (size_t len; width > left - gap - 1 && *from; from += len)
            width -= utf8_width(utf8_decode(from, strlen(from), &len));
        grid_put(g, x + left - gap - width - 1, y, g->glyphs->cut, ROLE_DIM, 0);
    }
    grid_text_right(g, x + left - gap, y, left - gap, ROLE_DIM, 0, from);
    int n = grid_text(g, x + left, y, w - left, here ? ROLE_TOKEN_NOW : ROLE_C, ATTR_BOLD, c->span);
    if (w - left - n - gap > 0)
        grid_text(g, x + left + n + gap, y, w - left - n - gap, ROLE_DIM, 0, c->after);
    free(own.before);
    free(own.span);
    free(own.after);
}

static void draw_list(const struct session *s, const struct state *st, struct grid *g, struct rect r)
{
    int where_w = r.w >= 60 ? 12 : 9, head = r.h >= 4 ? 1 : 0, rows = r.h - head;
    int selected = st->selected < st->list.n ? st->selected : st->list.n - 1;
    int first = selected - rows / 2;
    first = first > st->list.n - rows ? st->list.n - rows : first;
    first = first < 0 ? 0 : first;
    if (head) {
        grid_text(g, r.x + 2, r.y, 8, ROLE_LABEL, 0, "units");
        if (r.w >= 36)
            grid_text(g, r.x + 10, r.y, where_w - 1, ROLE_LABEL, 0, st->of.file ? "line:at" : "at");
        if (r.w >= 60)
            grid_text(g, r.x + 10 + where_w, r.y, r.w - 10 - where_w, ROLE_LABEL, 0, "in its words");
    }
    for (int k = 0; k < rows && first + k < st->list.n; k++) {
        const struct find_place *p = &st->list.place[first + k];
        int y = r.y + head + k, x = r.x + 2;
        bool here = first + k == selected;
        if (here)
            cells_pointer(g, r.x, y);
        grid_textf(g, x, y, 8, here ? ROLE_CURSOR : ROLE_NUMBER, here ? ATTR_BOLD : 0, "%d/%d", p->common, st->units);
        x += 8;
        if (r.w >= 36) {
            struct str where = {0};
            if (st->of.file)
                str_addf(&where, "%ld:", p->sequence);
            str_addf(&where, p->to > p->from ? "%d-%d" : "%d", p->from, p->to);
            grid_text(g, x, y, where_w - 1, ROLE_LABEL, 0, str_text(&where));
            str_free(&where);
            x += where_w;
        }
        int tail = is_span(st, p) && r.w >= 60 ? 11 : 0;
        draw_context(s, st, g, first + k, (struct rect){x, y, r.x + r.w - x - 1 - tail, 1}, here);
        if (tail)
            grid_text_right(g, r.x + r.w - 1, y, tail - 1, ROLE_DIM, 0, "the span");
    }
    if (first + rows < st->list.n)
        grid_put(g, r.x + r.w - 1, r.y + r.h - 1, g->glyphs->pointer_down, ROLE_DIM, 0);
}

static void draw_settings(const struct session *s, const struct state *st, struct grid *g, struct rect r, int lines)
{
    struct str text = {0};
    int y = r.y, label = r.w >= 50 ? 12 : 0;
    if (label)
        grid_text(g, r.x + 1, y, label, ROLE_LABEL, 0, st->from ? "span" : "this word");
    say_tokens(s, st->of.from, st->of.to, g->glyphs, &text);
    int x = r.x + 1 + label;
    int n = grid_text(g, x, y, r.w * 2 / 3 - label, ROLE_TOKEN_NOW, ATTR_BOLD, str_text(&text));
    str_clear(&text);
    str_addf(&text, st->of.to > st->of.from ? "%s %d to %d" : "%s %d", say_noun(s, st->of.to > st->of.from),
             st->of.from, st->of.to);
    if (session_net(s)->layers > 1)
        str_addf(&text, ", layer %d", st->of.layer + 1);
    grid_text(g, x + n + 2, y++, r.w - (x - r.x) - n - 3, ROLE_DIM, 0, str_text(&text));
    str_clear(&text);
    if (lines >= 2) {
        if (label)
            grid_text(g, r.x + 1, y, label, ROLE_LABEL, 0, "units on");
        add_units(s, st, 64, g->glyphs, &text);
        grid_text(g, x, y++, r.w - (x - r.x) - 1, st->units ? ROLE_C : ROLE_DIM, st->units ? ATTR_BOLD : 0,
                  st->units ? str_text(&text) : "none");
        str_clear(&text);
    }
    if (lines >= 3) {
        if (label)
            grid_text(g, r.x + 1, y, label, ROLE_LABEL, 0, "on means");
        str_addf(&text, "%s at least %.2f in size%s", st->of.hidden ? "h" : "tanh C", (double)st->of.threshold,
                 around(st->of.how));
        grid_text(g, x, y++, r.w - (x - r.x) - 1, ROLE_TEXT, 0, str_text(&text));
    }
    str_free(&text);
}

static void draw(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    const struct session *s = scene->session;
    const struct state *st = state;
    if (st->of.from < 1) {
        struct str text = {0};
        say(s, st, g->glyphs, &text);
        grid_wrap(g, rect_inset(r, r.w > 20 ? 2 : 0, r.h > 4 ? 1 : 0), ROLE_DIM, 0, str_text(&text));
        str_free(&text);
        return;
    }
    int words = r.h >= 18 ? 4 : r.h >= 16 ? 3 : r.h >= 10 ? 2 : 0, set_h = r.h >= 8 ? 3 : r.h >= 5 ? 2 : 1, y = r.y;
    if (scene->explain && r.h >= 12)
        words++;
    draw_settings(s, st, g, r, set_h);
    y += set_h + (r.h >= 12);
    int bottom = r.y + r.h - words - (words && r.h >= 12), list_h = bottom - y;
    if (list_h > 0)
        draw_list(s, st, g, (struct rect){r.x + (r.w > 4), y, r.w - (r.w > 4), list_h});
    if (words) {
        struct str text = {0};
        say(s, st, g->glyphs, &text);
        int rows = st->list.n + 1 < list_h ? st->list.n + 1 : list_h, top = y + rows + (r.h >= 12);
        say_wrap(g, (struct rect){r.x + 1, top, r.w - 2, r.y + r.h - top}, ROLE_TEXT, 0, str_text(&text));
        str_free(&text);
    }
}

/* ---- keys -------------------------------------------------------------------------------------------------------- */

/* One end of the span at the cursor; marking the start where it is already takes the span away. */
static void mark(struct state *st, int step, bool end)
{
    if (!end && st->from == step && step) {
        st->from = st->to = 0;
    } else if (!st->from) {
        st->from = st->to = step;
    } else if (end) {
        st->to = step;
        st->from = st->from > step ? step : st->from;
    } else {
        st->from = step;
        st->to = st->to < step ? step : st->to;
    }
}

static void turn_threshold(struct state *st, int by)
{
    int hundredths = (int)lrintf(st->threshold * 100) + by;
    st->threshold = (float)(hundredths < 5 ? 5 : hundredths > 95 ? 95 : hundredths) / 100;
}

static void go_there(struct session *s, const struct state *st, struct err *e)
{
    if (!st->list.n) {
        err_set(e, NULL, NULL, "there is no place to go to");
        return;
    }
    const struct find_place *p = &st->list.place[st->selected < st->list.n ? st->selected : st->list.n - 1];
    if (st->of.file)
        err_set(e, NULL, NULL, "this place is in the file, line %ld, not in the sentence on screen; :text shows "
                               "another one", p->sequence);
    else
        session_goto(s, p->from);
}

static enum view_reply mark_span(struct session *s, void *state, bool other, struct err *e)
{
    (void)e;
    int step = session_cursor(s)->step;
    if (step < 1)
        return VIEW_IGNORED;
    mark(state, step, other);
    return VIEW_REDRAW;
}

static enum view_reply move_threshold(struct session *s, void *state, bool other, struct err *e)
{
    (void)e;
    if (session_cursor(s)->step < 1)
        return VIEW_IGNORED;
    turn_threshold(state, other ? -5 : 5);
    return VIEW_REDRAW;
}

static enum view_reply move_place(struct session *s, void *state, bool other, struct err *e)
{
    (void)e;
    struct state *st = state;
    if (session_cursor(s)->step < 1)
        return VIEW_IGNORED;
    st->selected += other ? st->selected + 1 < st->list.n : -(st->selected > 0);
    return VIEW_REDRAW;
}

static enum view_reply go(struct session *s, void *state, bool other, struct err *e)
{
    (void)other;
    struct state *st = state;
    if (session_cursor(s)->step < 1)
        return VIEW_IGNORED;
    if (!st->from && st->list.n && !st->of.file)             /* the span would follow the cursor: it stays */
        st->from = st->of.from, st->to = st->of.to;
    go_there(s, st, e);
    return VIEW_REDRAW;
}

static enum view_reply turn_quantity(struct session *s, void *state, bool other, struct err *e)
{
    (void)other, (void)e;
    struct state *st = state;
    if (session_cursor(s)->step < 1)
        return VIEW_IGNORED;
    st->hidden = !st->hidden;
    return VIEW_REDRAW;
}

static enum view_reply turn_how(struct session *s, void *state, bool other, struct err *e)
{
    (void)other, (void)e;
    struct state *st = state;
    if (session_cursor(s)->step < 1)
        return VIEW_IGNORED;
    st->how = st->how == FIND_OFF_BEFORE ? FIND_OFF_BEFORE | FIND_OFF_AFTER : st->how ? 0 : FIND_OFF_BEFORE;
    return VIEW_REDRAW;
}

static enum view_reply turn_source(struct session *s, void *state, bool other, struct err *e)
{
    (void)other;
    struct state *st = state;
    if (session_cursor(s)->step < 1)
        return VIEW_IGNORED;
    if (!session_corpus(s))
        err_set(e, NULL, NULL, "there is no file: start with --corpus FILE");
    else
        st->sentence = !st->sentence;
    return VIEW_REDRAW;
}

static const struct view_key keys[] = {
    {"span-begin span-end", "[", "]", "the span begins, ends at this word; [ there again: no span", "span", KEY_PAIR,
     mark_span, NULL},
    {"threshold-up threshold-down", "+ =", "-", "raise, lower the threshold by 0.05", "threshold", KEY_PAIR,
     move_threshold, NULL},
    {"prev-place next-place", "<Up> k", "<Down> j", "the place above, below", "place", KEY_PAIR, move_place, NULL},
    {"go", "<Enter>", NULL, "go there", "go", 0, go, NULL},
    {"value", "v", NULL, "tanh C or h", "C or h", 0, turn_quantity, NULL},
    {"source", "f", NULL, "look in the file of --corpus, or in the sentence", "file", 0, turn_source, NULL},
    {"off", "b", NULL, "off just before; before and after; no matter", NULL, 0, turn_how, NULL},
    {.keys = NULL},
};

const struct view view_find_units = {
    .name = "find",
    .title = "find",
    .strip = "find",
    .rank = 13,
    .whole = true,
    .help = "Mark a span of words with [ and ]. The units listed are on all through it (tanh C, or h, at least the "
            "threshold in size, with one sign) and were off just before. Below, the places where the same units are on "
            "together, in the sentence or in the text of --corpus: first those with most units in common, then those "
            "of nearest length. This is the question of LSTMVis (Strobelt and others 2018). The file is run without "
            "pins.",
    .key = 'F',
    .state_size = sizeof(struct state),
    .settings_size = offsetof(struct state, of),
    .defaults = &defaults,
    .settings = settings,
    .keys = keys,
    .draw = draw,
    .clear = clear,
    .explain = explain,
    .prepare = prepare,
    .work = work,
};
