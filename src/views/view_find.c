/* view_find.c: where else does it stand as it does here? The selected unit stands (|tanh C|, or |h|, at or above a
 * threshold) over a span of words; listed are all spans over which it stands with that sign, the longest first: in the
 * sentence, in the file of --corpus, or in sentences of the corpus that the model learnt from. `y` asks it of all
 * units at once that stand all through the span and did not just before (the question of LSTMVis, Strobelt and others
 * 2018).
 *
 * Everything found belongs to one query and is thrown away when the query, the weights, the words or the pins change.
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
#include "learn/sample.h"
#include "session/survey.h"
#include "ui/widget.h"
#include "views/cells.h"
#include "views/say.h"
#include "views/view.h"

enum {
    PLACES = 200, AROUND_WORDS = 8, AROUND_CHARACTERS = 40, SPAN_MAX = 80,
    SAMPLE_LINES = 200,           /* sentences of the model's own corpus */
    LINE_KEPT = 1000,             /* tokens: a longer line is not opened by Enter */
    ENDS_MAX = 64,                /* different words at which places begin or end, counted apart */
    LONGEST = 1 << 30             /* as a wanted length: the longest place first */
};

enum source { SOURCE_SENTENCE, SOURCE_FILE, SOURCE_SAMPLE };

/* What is looked for, and where. */
struct query {
    unsigned long revision;
    int layer, from, to;
    int unit, sign;               /* the selected unit, and the side of zero on which it stands; 0: it does not */
    float threshold;
    bool hidden;                  /* h, else tanh C */
    bool all;                     /* all units that stand through the span */
    unsigned how;
    enum source source;
};

/* A place's words, for those of a text: the line is gone when they are shown. whole: its tokens, NULL when there are
 * too many. */
struct context { char *before, *span, *after; char **whole; int tokens; };

/* Words at which places begin, or that come after them, and how often each. */
struct ends { char *word[ENDS_MAX]; long count[ENDS_MAX]; int n; bool more; };

struct state {
    struct {
        int from, to;             /* the span as marked; 0: where the unit stands around the cursor */
        bool hidden, sentence, all;
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
    long sequences;
    long long whole;              /* places where all units stand, listed or not; the rest is about them */
    double whole_steps;
    struct ends begin, end;
    struct find_place longest;
    char *longest_from, *longest_to;
    struct str sample, sample_name;       /* of SOURCE_SAMPLE */
    bool drawn;
};

static const struct state defaults = {.how = FIND_OFF_BEFORE, .threshold = 0.3f};

static const struct setting settings[] = {
    {"from", SETTING_NUMBER, offsetof(struct state, from), 0, SETTING_MOST, NULL},
    {"to", SETTING_NUMBER, offsetof(struct state, to), 0, SETTING_MOST, NULL},
    {"hidden", SETTING_BOOL, offsetof(struct state, hidden), 0, 0, NULL},
    {"sentence", SETTING_BOOL, offsetof(struct state, sentence), 0, 0, NULL},
    {"all", SETTING_BOOL, offsetof(struct state, all), 0, 0, NULL},
    {"off", SETTING_CHOICE, offsetof(struct state, how), 0, 0, "anywhere before after around"},
    {"threshold", SETTING_REAL, offsetof(struct state, threshold), 0.05, 0.95, NULL},
    {"selected", SETTING_NUMBER, offsetof(struct state, selected), 0, PLACES, NULL},
    {.name = NULL},
};

static void forget_ends(struct ends *ends)
{
    for (int k = 0; k < ends->n; k++)
        free(ends->word[k]);
    *ends = (struct ends){.n = 0};
}

static void forget_context(struct context *c)
{
    free(c->before);
    free(c->span);
    free(c->after);
    for (int k = 0; k < c->tokens; k++)
        free(c->whole[k]);
    free(c->whole);
    *c = (struct context){0};
}

static void forget(struct state *st)
{
    for (int k = 0; k <= PLACES; k++)
        forget_context(&st->context[k]);
    free(st->unit);
    find_list_clear(&st->list);
    survey_close(st->survey);
    find_scan_free(st->scan);
    forget_ends(&st->begin);
    forget_ends(&st->end);
    free(st->longest_from);
    free(st->longest_to);
    st->longest_from = st->longest_to = NULL;
    st->unit = NULL;
    st->units = 0;
    st->survey = NULL;
    st->scan = NULL;
    st->complete = st->failed = false;
    st->steps = st->whole_steps = 0;
    st->sequences = 0;
    st->whole = 0;
    st->longest = (struct find_place){0};
    st->of.revision = 0;
}

static void clear(void *state)
{
    struct state *st = state;
    forget(st);
    str_free(&st->sample);
    str_free(&st->sample_name);
}

/* ---- the query --------------------------------------------------------------------------------------------------- */

/* The rows hold C, not tanh C: the threshold moves instead. */
static float raw_threshold(const struct query *q)
{
    return q->hidden ? q->threshold : atanhf(q->threshold);
}

static enum quantity raw_quantity(const struct query *q)
{
    return q->hidden ? Q_H : Q_C;
}

/* The side of zero on which the query's unit stands at step t; 0: it does not. */
static int sign_at(const struct session *s, const struct query *q, int t)
{
    float v = session_row(s, RUN_PINNED, q->layer, raw_quantity(q), t)[q->unit], least = raw_threshold(q);
    return find_on(v, 1, least) ? 1 : find_on(v, -1, least) ? -1 : 0;
}

/* The last step of the run of one sign that begins at `from`. */
static int run_end(const struct session *s, const struct query *q, int from)
{
    int T = session_steps(s), sign = sign_at(s, q, from), to = from;
    while (to < T && sign_at(s, q, to + 1) == sign)
        to++;
    return to;
}

/* The span over which the unit stands around the cursor; where it does not, the longest of the sentence. */
static void own_span(const struct session *s, struct query *q)
{
    int T = session_steps(s), at = session_cursor(s)->step, longest = 0;
    for (int from = 1, to; from <= T; from = to + 1) {
        int sign = sign_at(s, q, from);
        to = run_end(s, q, from);
        bool here = from <= at && at <= to;
        if (!sign || (!here && to - from < longest))
            continue;
        q->from = from;
        q->to = to;
        q->sign = sign;
        longest = to - from + 1;
        if (here)
            return;
    }
}

static enum source source_of(const struct session *s, const struct state *st)
{
    if (st->sentence)
        return SOURCE_SENTENCE;
    return session_corpus(s) ? SOURCE_FILE : sample_exists(session_model(s)) ? SOURCE_SAMPLE : SOURCE_SENTENCE;
}

static struct query wanted(const struct session *s, const struct state *st)
{
    const struct cursor *at = session_cursor(s);
    int T = session_steps(s);
    struct query q = {.revision = session_revision(s), .layer = at->layer, .from = at->step, .to = at->step,
                      .unit = at->unit, .threshold = st->threshold, .hidden = st->hidden, .all = st->all,
                      .how = st->how, .source = source_of(s, st)};
    if (T < 1 || at->step < 1)
        return q;
    if (st->from >= 1 && st->from <= st->to && st->to <= T) {
        q.from = st->from;
        q.to = st->to;
        q.sign = run_end(s, &q, q.from) >= q.to ? sign_at(s, &q, q.from) : 0;
    } else {
        own_span(s, &q);
    }
    return q;
}

/* Do both give the same list? The span from which it was asked does not matter where it is about one unit. */
static bool same_list(const struct query *a, const struct query *b)
{
    return a->layer == b->layer && a->unit == b->unit && a->sign == b->sign && a->hidden == b->hidden
        && a->threshold == b->threshold && a->all == b->all && a->how == b->how && a->source == b->source
        && (!a->all || (a->from == b->from && a->to == b->to));
}

static bool same(const struct query *a, const struct query *b)
{
    return a->revision == b->revision && same_list(a, b) && a->from == b->from && a->to == b->to;
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
    return str_take(&text);
}

/* Whose places: the sentence's (block NULL), or a text's. */
struct feed { struct state *st; const struct session *s; const struct survey_block *block; bool chars; };

/* Word t as it is shown; NULL beyond the last one. */
static char *word_of(const struct feed *f, int t)
{
    struct str text = {0};
    if (t > (f->block ? f->block->tokens->n : session_steps(f->s)))
        return NULL;
    say_text(f->block ? f->block->tokens->text[t - 1] : session_token(f->s, t), f->chars, &glyphs_unicode, &text);
    return str_take(&text);
}

static void count_end(struct ends *ends, const struct feed *f, int t)
{
    char *word = word_of(f, t);
    int k = 0;
    word = word ? word : xstrdup("the end");
    while (k < ends->n && strcmp(ends->word[k], word) != 0)
        k++;
    if (k == ends->n && k < ENDS_MAX) {
        ends->word[ends->n] = word;
        ends->count[ends->n++] = 1;
        return;
    }
    ends->more = ends->more || k == ENDS_MAX;
    if (k < ends->n)
        ends->count[k]++;
    free(word);
}

static void count_place(const struct feed *f, int from, int last)
{
    struct state *st = f->st;
    st->whole++;
    st->whole_steps += last - from + 1;
    count_end(&st->begin, f, from);
    count_end(&st->end, f, last + 1);
    if (st->longest_from && last - from <= st->longest.to - st->longest.from)
        return;
    st->longest = (struct find_place){f->block ? f->block->line : 0, from, last, st->units};
    free(st->longest_from);
    free(st->longest_to);
    st->longest_from = word_of(f, from);
    st->longest_to = word_of(f, last);
}

static void keep_context(const struct feed *f, struct context *c, int from, int last)
{
    const struct tokens *tokens = f->block->tokens;
    int around = f->chars ? AROUND_CHARACTERS : AROUND_WORDS, first = from > around ? from - around : 1;
    int shown = last - from >= SPAN_MAX ? from + SPAN_MAX - 1 : last,
        end = shown + around < tokens->n ? shown + around : tokens->n;
    *c = (struct context){.before = running_text(tokens->text, first, from - 1, f->chars),
                          .span = running_text(tokens->text, from, shown, f->chars),
                          .after = running_text(tokens->text, shown + 1, end, f->chars)};
    if (tokens->n > LINE_KEPT)
        return;
    c->whole = xcalloc((size_t)tokens->n, sizeof *c->whole);
    for (; c->tokens < tokens->n; c->tokens++)
        c->whole[c->tokens] = xstrdup(tokens->text[c->tokens]);
}

static void take_place(void *to, int from, int last, int common)
{
    const struct feed *f = to;
    struct state *st = f->st;
    long line = f->block ? f->block->line : 0;
    if (common == st->units)
        count_place(f, from, last);
    int at = find_list_offer(&st->list, (struct find_place){line, from, last, common});
    if (at < 0 || !f->block)
        return;
    struct context *c = st->context;
    forget_context(&c[PLACES - 1]);
    memmove(&c[at + 1], &c[at], (size_t)(PLACES - 1 - at) * sizeof *c);
    keep_context(f, &c[at], from, last);
}

static void search_sentence(const struct session *s, struct state *st)
{
    const struct trace *tr = session_trace(s, RUN_PINNED);
    struct feed feed = {.st = st, .s = s, .chars = say_characters(s)};
    for (int t = 1; t <= tr->steps; t++)
        find_scan_row(st->scan, trace_row(tr, st->of.layer, raw_quantity(&st->of), t), take_place, &feed);
    find_scan_row(st->scan, NULL, take_place, &feed);
    st->steps = tr->steps;
    st->complete = true;
}

static int units_asked(const struct session *s, const struct query *q, struct find_unit *out)
{
    const struct trace *tr = session_trace(s, RUN_PINNED);
    if (q->all)
        return find_units(trace_row(tr, q->layer, raw_quantity(q), 0), tr->layer[q->layer].stride,
                          session_net(s)->layer[q->layer].hidden,
                          &(struct find_span){q->from, q->to, tr->steps, raw_threshold(q), q->how}, out);
    out[0] = (struct find_unit){q->unit, q->sign};
    return q->sign != 0;
}

/* Brings the units, and over the sentence the places, up to date with the query. */
static void update(const struct session *s, struct state *st)
{
    struct query q = wanted(s, st);
    if (same(&q, &st->of))
        return;
    if (st->of.revision && !same_list(&q, &st->of))
        st->selected = 0;
    forget(st);
    st->of = q;
    if (q.from < 1)
        return;
    st->unit = xcalloc((size_t)session_net(s)->layer[q.layer].hidden + 1, sizeof *st->unit);
    st->units = units_asked(s, &q, st->unit);
    find_list_init(&st->list, PLACES, q.all ? q.to - q.from + 1 : LONGEST);
    st->scan = find_scan_new(st->unit, st->units, raw_threshold(&q));
    if (q.source == SOURCE_SENTENCE)
        search_sentence(s, st);
    st->complete = st->complete || !st->units;
}

static void prepare(const struct scene *scene, void *state, struct rect r)
{
    (void)r;
    update(scene->session, state);
}

static void feed_block(const struct session *s, void *state, const struct survey_block *b)
{
    struct state *st = state;
    struct feed feed = {.st = st, .s = s, .block = b, .chars = say_characters(s)};
    for (int k = 1; k <= b->steps; k++)
        find_scan_row(st->scan, trace_row(b->trace, st->of.layer, raw_quantity(&st->of), k), take_place, &feed);
    if (b->first + b->steps - 1 == b->tokens->n)
        find_scan_row(st->scan, NULL, take_place, &feed);
    st->steps += b->steps;
}

static struct survey *open_text(const struct session *s, struct state *st, struct err *e)
{
    if (st->of.source == SOURCE_FILE)
        return survey_open(s, session_corpus(s), e);
    str_clear(&st->sample);
    str_clear(&st->sample_name);
    sample_text(session_model(s), SAMPLE_LINES, &st->sample, &st->sample_name, &st->drawn);
    return survey_open_text(s, str_text(&st->sample_name), str_text(&st->sample), st->sample.len, e);
}

static enum view_work work(struct session *s, void *state, int ms, struct str *progress, struct err *e)
{
    struct state *st = state;
    update(s, st);
    if (st->of.source == SOURCE_SENTENCE || st->of.from < 1 || st->complete || st->failed)
        return WORK_NONE;
    if (!st->survey && !(st->survey = open_text(s, st, e))) {
        st->failed = true;
        return WORK_FAILED;
    }
    enum survey_result r = survey_some(st->survey, s, clock_ms() + ms, feed_block, st, e);
    st->sequences = survey_sequences(st->survey);
    if (st->of.source == SOURCE_FILE)         /* the other is done before one can read how far it is */
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

/* "from 'She' to 'dog', 8 words" */
static void add_span(const struct session *s, const struct query *q, const struct glyphs *gl, struct str *out)
{
    str_add(out, q->to == q->from ? "at " : "from ");
    say_quoted(s, q->from, gl, out);
    if (q->to == q->from)
        return;
    str_add(out, " to ");
    say_quoted(s, q->to, gl, out);
    str_addf(out, ", %d %s", q->to - q->from + 1, say_noun(s, true));
}

/* "gender 5 8 above zero, 1 2 6 below", at most `most` names a side. */
static void add_units(const struct session *s, const struct state *st, int most, struct str *out)
{
    bool said = false;
    for (int sign = 1; sign >= -1; sign -= 2) {
        int n = 0;
        for (int k = 0; k < st->units; k++) {
            char label[32];
            if (st->unit[k].sign == sign && n++ < most)
                str_addf(out, "%s%s", n > 1 ? " " : said ? ", " : "",
                         session_unit_label(s, st->of.layer, st->unit[k].unit, label));
        }
        if (n > most)
            str_addf(out, " and %d more", n - most);
        if (n)
            str_add(out, sign > 0 ? " above zero" : " below");
        said = said || n;
    }
}

/* "in stories.txt, 6 lines"; "in 200 sentences drawn from gender.grammar"; "in these 8 words". */
static void add_source(const struct session *s, const struct state *st, struct str *out)
{
    if (st->of.source == SOURCE_SENTENCE) {
        str_addf(out, "in these %d %s", session_steps(s), say_noun(s, session_steps(s) != 1));
        return;
    }
    const char *name = st->of.source == SOURCE_FILE ? file_base(session_corpus(s)) : str_text(&st->sample_name);
    struct str clean = {0};
    utf8_clean(&clean, name, strlen(name));
    if (st->of.source == SOURCE_SAMPLE && st->drawn)
        str_addf(out, "in %ld sentences drawn from %s", st->sequences, str_text(&clean));
    else
        str_addf(out, "in %s, %ld line%s", str_text(&clean), st->sequences, st->sequences == 1 ? "" : "s");
    if (!st->complete)
        str_add(out, st->failed ? ", not read whole" : " so far");
    str_free(&clean);
}

static const char *around(unsigned how)
{
    return how == FIND_OFF_BEFORE ? " and did not just before" : how ? " and did neither just before nor after" : "";
}

/* The question, `size` 2 in full, 1 and 0 in fewer words. */
static void add_question(const struct session *s, const struct state *st, int size, struct str *out)
{
    const struct query *q = &st->of;
    char name[SAY_UNIT];
    const char *unit = say_unit_name(s, q->layer, q->unit, name), *side = q->sign > 0 ? "above zero" : "below zero";
    if (q->all && st->units != 1)
        str_addf(out, size == 2 ? "Where else do these %d units stand together, as they do here?"
                                : "Where else do %d units stand so?", st->units);
    else if (q->all)
        str_add(out, "Where else does this one unit stand?");
    else if (!size && q->sign)
        str_addf(out, "Where else is %s of %s %s?", q->hidden ? "h" : "C", unit, side);
    else if (!q->sign)
        str_addf(out, "Where does %s of %s stand?", q->hidden ? "h" : size ? "the memory" : "C", unit);
    else
        str_addf(out, "Where else does %s of %s stand %s%s?", q->hidden ? "h" : size == 2 ? "the memory" : "C", unit,
                 side, size == 2 ? ", as it does here" : "");
    if (session_net(s)->layers > 1 && size == 2)
        str_addf(out, "  (layer %d)", q->layer + 1);
}

/* "tanh C ≥ 0.30 (C ≥ 0.31)"; in size where there are units on both sides of zero. */
static void add_meaning(const struct query *q, const struct glyphs *gl, struct str *out)
{
    bool below = q->sign < 0 && !q->all;
    const char *sign = below ? "-" : "", *than = below ? gl->at_most : gl->at_least, *bar = q->all ? "|" : "";
    if (q->hidden)
        str_addf(out, "%sh%s %s %s%.2f", bar, bar, than, sign, (double)q->threshold);
    else
        str_addf(out, "%stanh C%s %s %s%.2f (%sC%s %s %s%.2f)", bar, bar, than, sign, (double)q->threshold, bar, bar,
                 than, sign, (double)raw_threshold(q));
}

/* "she (41), anna (38) and mary", the most frequent first; without counts where none is more than one. */
static void add_ends(const struct ends *ends, struct str *out)
{
    enum { MOST = 5 };
    int order[ENDS_MAX] = {0}, n = ends->n < MOST ? ends->n : MOST;
    bool counts = false, rest = ends->more || ends->n > n;
    for (int k = 0; k < ends->n; k++) {
        int at = k;
        for (; at > 0 && ends->count[order[at - 1]] < ends->count[k]; at--)
            order[at] = order[at - 1];
        order[at] = k;
        counts = counts || ends->count[k] > 1;
    }
    for (int k = 0; k < n; k++) {
        str_addf(out, "%s%s", k == 0 ? "" : k + 1 < n || rest ? ", " : " and ", ends->word[order[k]]);
        if (counts)
            str_addf(out, " (%ld)", ends->count[order[k]]);
    }
    if (rest)
        str_add(out, " and others");
}

/* Why there is nothing to look for. */
static void say_none(const struct session *s, const struct state *st, const struct glyphs *gl, struct str *out)
{
    const struct query *q = &st->of;
    if (q->all) {
        str_add(out, "No unit stands all through the span ");
        add_span(s, q, gl, out);
        str_addf(out, "%s. A lower threshold (-), or another span, may find some.", around(q->how));
        return;
    }
    say_unit(s, q->layer, q->unit, out);
    if (st->from) {
        str_add(out, " does not stand all through the span ");
        add_span(s, q, gl, out);
        str_add(out, ". [ at its first word takes the span away, - lowers the threshold.");
        return;
    }
    float most = 0;
    char number[16];
    for (int t = 1; t <= session_steps(s); t++) {
        float v = session_row(s, RUN_PINNED, q->layer, raw_quantity(q), t)[q->unit];
        most = fabsf(v) > fabsf(most) ? v : most;
    }
    widget_number(number, sizeof number, q->hidden ? most : tanhf(most), 6, 2, true);
    str_addf(out, " stands nowhere in these %d %s: its %s is never further from zero than %s. - lowers the threshold, "
                  "Tab takes another unit.",
             session_steps(s), say_noun(s, true), q->hidden ? "h" : "tanh C", number + strspn(number, " "));
}

static void say_places(const struct session *s, const struct state *st, struct str *out)
{
    struct str source = {0};
    add_source(s, st, &source);
    if (st->of.source == SOURCE_SENTENCE && st->whole == 1)
        str_addf(out, "Nowhere else %s.", str_text(&source));
    else
        str_addf(out, "%lld place%s, %.0f of %.0f %s, %s.", st->whole, st->whole == 1 ? "" : "s", st->whole_steps,
                 st->steps, say_noun(s, true), str_text(&source));
    str_free(&source);
    if (st->whole < 2)
        return;
    str_add(out, " They begin at ");
    add_ends(&st->begin, out);
    str_add(out, ", and end before ");
    add_ends(&st->end, out);
    str_addf(out, ". The longest holds over %d %s, from %s to %s.", st->longest.to - st->longest.from + 1,
             say_noun(s, st->longest.to > st->longest.from), st->longest_from, st->longest_to);
}

static void say_all(const struct session *s, const struct state *st, const struct glyphs *gl, struct str *out)
{
    if (!st->of.revision || st->of.from < 1) {
        say_nothing(s, out);
        return;
    }
    if (!st->units) {
        say_none(s, st, gl, out);
        return;
    }
    if (st->of.all) {
        str_addf(out, "%d of %d units stand%s all through the span%s: ", st->units,
                 session_net(s)->layer[st->of.layer].hidden, st->units == 1 ? "s" : "", around(st->of.how));
        add_units(s, st, 6, out);
        str_add(out, ". ");
    }
    say_places(s, st, out);
    str_addf(out, " In plain words: the same unit%s in the same state. It need not mean the same.",
             st->units == 1 ? " is" : "s are");
}

static void explain(const struct scene *scene, const void *state, struct str *out)
{
    const struct session *s = scene->session;
    const struct state *st = state;
    if (value_secret(scene, out))
        return;
    if (st->of.revision && st->of.from >= 1 && st->units) {
        add_question(s, st, 2, out);
        str_add(out, " Here: ");
        add_span(s, &st->of, &glyphs_unicode, out);
        str_add(out, "; stands means ");
        add_meaning(&st->of, &glyphs_unicode, out);
        str_add(out, ". ");
    }
    say_all(s, st, &glyphs_unicode, out);
}

static void tell(const struct scene *scene, const void *state, const struct glyphs *gl, struct str *out)
{
    if (!value_secret(scene, NULL))
        say_all(scene->session, state, gl, out);
}

/* ---- drawing ----------------------------------------------------------------------------------------------------- */

/* Columns of the list, from its left end; -1: no room for it. before: cells for what comes before a place. */
struct columns { int units, length, where, words, before; };

static struct columns columns_of(const struct state *st, int w)
{
    struct columns c = {.units = st->of.all ? 2 : -1, .length = st->of.all ? 9 : 2, .where = -1};
    if (w >= 34)
        c.where = c.length + 7;
    c.words = (c.where < 0 ? c.length : c.where) + 7;
    c.before = w < 60 ? 0 : st->of.source == SOURCE_SENTENCE ? w / 5 : w / 6;
    return c;
}

static void context_of(const struct session *s, const struct find_place *p, const struct glyphs *gl,
                       struct context *out)
{
    int n = say_characters(s) ? AROUND_CHARACTERS : AROUND_WORDS, T = session_steps(s);
    int shown = p->to - p->from >= SPAN_MAX ? p->from + SPAN_MAX - 1 : p->to;
    struct str text = {0};
    say_tokens(s, p->from > n ? p->from - n : 1, p->from - 1, gl, &text);
    out->before = str_take(&text);
    say_tokens(s, p->from, shown, gl, &text);
    out->span = str_take(&text);
    say_tokens(s, shown + 1, shown + n < T ? shown + n : T, gl, &text);
    out->after = str_take(&text);
}

/* What comes before a place ends one cell before x: its end is what stands next to the place. */
static void draw_before(struct grid *g, int x, int y, int room, const char *text)
{
    int width = utf8_text_width(text);
    bool cut = width > room;
    for (size_t len; width > room - 1 && *text && cut; text += len)
        width -= utf8_width(utf8_decode(text, strlen(text), &len));
    if (cut && room > 0)
        grid_put(g, x - 2 - width, y, g->glyphs->cut, ROLE_DIM, 0);
    if (room > 0)
        grid_text_right(g, x - 1, y, room, ROLE_DIM, 0, text);
}

/* The words of a place in brackets, beginning in the same column in every row. */
static void draw_context(const struct state *st, struct grid *g, const struct context *c, struct rect r, int before,
                         bool here)
{
    int x = r.x + before, room = r.w - before;
    struct str span = {0};
    draw_before(g, x, r.y, before - 1, c->before);
    utf8_cut(&span, c->span, room - 2, g->glyphs->ascii);
    grid_put(g, x, r.y, '[', ROLE_TEXT, here ? ATTR_BOLD : 0);
    int n = grid_text(g, x + 1, r.y, room - 2, st->of.hidden ? ROLE_H : ROLE_C, here ? ATTR_BOLD : 0, str_text(&span));
    if (utf8_text_width(c->span) <= room - 2) {
        grid_put(g, x + 1 + n, r.y, ']', ROLE_TEXT, here ? ATTR_BOLD : 0);
        struct str after = {0};
        utf8_cut(&after, c->after, room - n - 3 > 0 ? room - n - 3 : 0, g->glyphs->ascii);
        if (room - n - 3 > 2)
            grid_text(g, x + n + 3, r.y, room - n - 3, ROLE_DIM, 0, str_text(&after));
        str_free(&after);
    }
    str_free(&span);
}

static void draw_place(const struct session *s, const struct state *st, struct grid *g, int k, struct rect r, bool here)
{
    const struct columns c = columns_of(st, r.w);
    const struct find_place *p = &st->list.place[k];
    unsigned attr = here ? ATTR_BOLD : 0;
    if (here)
        cells_pointer(g, r.x, r.y);
    if (c.units >= 0)
        grid_textf(g, r.x + c.units, r.y, 6, ROLE_NUMBER, attr, "%d/%d", p->common, st->units);
    grid_textf(g, r.x + c.length, r.y, 6, ROLE_NUMBER, attr, "%3d", p->to - p->from + 1);
    if (c.where >= 0 && st->of.source != SOURCE_SENTENCE)
        grid_textf(g, r.x + c.where, r.y, 6, ROLE_NUMBER, 0, "%3ld", p->sequence);
    else if (c.where >= 0)
        grid_textf(g, r.x + c.where, r.y, 8, ROLE_NUMBER, 0, p->to > p->from ? "%d-%d" : "%d", p->from, p->to);
    struct rect words = {r.x + c.words, r.y, r.w - c.words, 1};
    if (st->of.source != SOURCE_SENTENCE) {
        draw_context(st, g, &st->context[k], words, c.before, here);
        return;
    }
    struct context own = {0};
    context_of(s, p, g->glyphs, &own);
    draw_context(st, g, &own, words, c.before, here);
    forget_context(&own);
}

static void draw_list_heading(const struct session *s, const struct state *st, struct grid *g, struct rect r)
{
    const struct columns c = columns_of(st, r.w);
    if (c.units >= 0)
        grid_text(g, r.x + c.units, r.y, 6, ROLE_DIM, 0, "units");
    grid_text(g, r.x + c.length, r.y, 6, ROLE_DIM, 0, say_characters(s) ? "chars" : say_noun(s, true));
    if (c.where >= 0)
        grid_text(g, r.x + c.where, r.y, 6, ROLE_DIM, 0, st->of.source == SOURCE_SENTENCE ? "at" : "line");
    struct str source = {0};
    const char *order = st->of.all ? "the places, most units first" : "the places, longest first";
    int x = c.words, end = x + grid_text(g, r.x + x, r.y, r.w - x, ROLE_DIM, 0, order);
    add_source(s, st, &source);
    if (end + 3 + utf8_text_width(str_text(&source)) <= r.w)
        grid_text_right(g, r.x + r.w, r.y, r.w - end, ROLE_DIM, 0, str_text(&source));
    str_free(&source);
}

static void draw_list(const struct session *s, const struct state *st, struct grid *g, struct rect r)
{
    int heading = r.h >= 4, rows = r.h - heading, n = st->list.n;
    int selected = st->selected < n ? st->selected : n - 1, first = selected - rows / 2;
    first = first > n - rows ? n - rows : first;
    first = first < 0 ? 0 : first;
    if (heading)
        draw_list_heading(s, st, g, r);
    for (int k = first; k < first + rows && k < n; k++)
        draw_place(s, st, g, k, (struct rect){r.x, r.y + heading + k - first, r.w - 1, 1}, k == selected);
    if (first > 0)
        grid_put(g, r.x + r.w - 1, r.y + heading, g->glyphs->pointer_up, ROLE_DIM, 0);
    if (first + rows < n)
        grid_put(g, r.x + r.w - 1, r.y + r.h - 1, g->glyphs->pointer_down, ROLE_DIM, 0);
}

/* What is asked, and what it means. */
static void draw_question(const struct session *s, const struct state *st, struct grid *g, struct rect r)
{
    struct str text = {0};
    for (int size = 2; size >= 0; size--) {
        str_clear(&text);
        add_question(s, st, size, &text);
        if (utf8_text_width(str_text(&text)) <= r.w)
            break;
    }
    grid_text(g, r.x, r.y, r.w, ROLE_TEXT, ATTR_BOLD, str_text(&text));
    if (r.h >= 2) {
        str_clear(&text);
        str_add(&text, "here: ");
        add_span(s, &st->of, g->glyphs, &text);
        size_t span = text.len;
        str_add(&text, ";  stands means ");
        add_meaning(&st->of, g->glyphs, &text);
        if (utf8_text_width(str_text(&text)) > r.w)
            text.s[text.len = span] = '\0';
        grid_text(g, r.x, r.y + 1, r.w, ROLE_TEXT, 0, str_text(&text));
    }
    str_free(&text);
}

static void draw(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    const struct session *s = scene->session;
    const struct state *st = state;
    if (st->of.from < 1) {
        say_draw_nothing(s, g, r);
        return;
    }
    struct rect in = {r.x + (r.w > 4), r.y, r.w - 2 * (r.w > 4), r.h};
    struct str secret = {0};
    if (value_secret(scene, &secret)) {
        grid_wrap(g, in, ROLE_TEXT, 0, str_text(&secret));
        str_free(&secret);
        return;
    }
    int lines = r.h >= 4 ? 2 : 1, gap = r.h >= 8;
    draw_question(s, st, g, (struct rect){in.x, in.y, in.w, lines});
    if (r.h - lines - gap > 0 && st->list.n)
        draw_list(s, st, g, (struct rect){in.x, in.y + lines + gap, in.w, r.h - lines - gap});
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

static void go_there(struct session *s, struct state *st, struct err *e)
{
    if (!st->list.n) {
        err_set(e, NULL, NULL, "there is no place to go to");
        return;
    }
    int k = st->selected < st->list.n ? st->selected : st->list.n - 1, to = st->list.place[k].from;
    const struct context *c = &st->context[k];
    if (st->of.source == SOURCE_SENTENCE) {
        session_goto(s, to);
    } else if (!c->whole) {
        err_set(e, NULL, NULL, "line %ld has more than %d %s: it is not opened from here", st->list.place[k].sequence,
                LINE_KEPT, say_noun(s, true));
    } else if (session_set_tokens(s, (const char *const *)c->whole, c->tokens, "the line", e)) {
        st->from = st->to = 0;    /* what was found is the span around the cursor now */
        session_goto(s, to);
    }
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
    if (!st->from && st->list.n && st->of.source == SOURCE_SENTENCE)     /* it would follow the cursor: it stays */
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

static enum view_reply turn_units(struct session *s, void *state, bool other, struct err *e)
{
    (void)other, (void)e;
    struct state *st = state;
    if (session_cursor(s)->step < 1)
        return VIEW_IGNORED;
    st->all = !st->all;
    return VIEW_REDRAW;
}

static enum view_reply turn_how(struct session *s, void *state, bool other, struct err *e)
{
    (void)other;
    struct state *st = state;
    if (session_cursor(s)->step < 1)
        return VIEW_IGNORED;
    if (!st->all) {
        err_set(e, NULL, NULL, "one unit is looked for wherever it stands; y asks for all units of the span at once");
        return VIEW_REDRAW;
    }
    st->how = st->how == FIND_OFF_BEFORE ? FIND_OFF_BEFORE | FIND_OFF_AFTER : st->how ? 0 : FIND_OFF_BEFORE;
    return VIEW_REDRAW;
}

static enum view_reply turn_source(struct session *s, void *state, bool other, struct err *e)
{
    (void)other;
    struct state *st = state;
    if (session_cursor(s)->step < 1)
        return VIEW_IGNORED;
    if (!session_corpus(s) && !sample_exists(session_model(s)))
        err_set(e, NULL, NULL, "there is no other text: start with --corpus FILE");
    else
        st->sentence = !st->sentence;
    return VIEW_REDRAW;
}

static const struct view_key keys[] = {
    {"prev-place next-place", "<Up> k", "<Down> j", "the place above, below", "place", KEY_PAIR, move_place, NULL},
    {"go", "<Enter>", NULL, "go there; a place in a text: take its line as the sentence", "go there", KEY_EDITS, go,
     NULL},
    {"span-begin span-end", "[", "]", "here begins, ends at this word; [ there again: around the cursor",
     "span", KEY_PAIR, mark_span, NULL},
    {"threshold-up threshold-down", "+ =", "-", "raise, lower the threshold by 0.05", "threshold", KEY_PAIR,
     move_threshold, NULL},
    {"value", "v", NULL, "C or h", "C or h", 0, turn_quantity, NULL},
    {"source", "f", NULL, "look in the file of --corpus (else in what the model learnt from), or in the sentence",
     "where", 0, turn_source, NULL},
    {"units", "y", NULL, "the selected unit, or all that stand all through the span", "all units", 0, turn_units, NULL},
    {"off", "b", NULL, "of all units: off just before; before and after; no matter", NULL, 0, turn_how, NULL},
    {.keys = NULL},
};

const struct view view_find_units = {
    .name = "find",
    .title = "find",
    .about = "where else this unit stands as it does here",
    .strip = "find",
    .rank = 13,
    .whole = true,
    .all_steps = true,
    .help = "Where else does the selected unit stand as it does here? It stands where tanh C (or h) is at least the "
            "threshold in size, with one sign; here is the span over which it does so around the cursor, or the one "
            "marked with [ and ]. Below are all such places, the longest first, in the text of --corpus or, without "
            "one, in 200 sentences of the kind the model learnt from; f looks in the sentence on screen instead. y "
            "asks for all units that stand all through the span and did not just before: first the places with most "
            "of them in common (the question of LSTMVis, Strobelt and others 2018). A text is run without pins.",
    .key = 'F',
    .state_size = sizeof(struct state),
    .settings_size = offsetof(struct state, of),
    .defaults = &defaults,
    .settings = settings,
    .keys = keys,
    .draw = draw,
    .tell = tell,
    .clear = clear,
    .explain = explain,
    .prepare = prepare,
    .work = work,
};
