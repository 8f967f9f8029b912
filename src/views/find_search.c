/* find_search.c: what the find view looks for, and the places it finds; see find_view.h. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "learn/sample.h"
#include "views/find_view.h"
#include "views/say.h"

static void forget_ends(struct find_ends *ends)
{
    for (int k = 0; k < ends->n; k++)
        free(ends->word[k]);
    *ends = (struct find_ends){.n = 0};
}

void find_forget_context(struct find_context *c)
{
    free(c->before);
    free(c->span);
    free(c->after);
    for (int k = 0; k < c->tokens; k++)
        free(c->whole[k]);
    free(c->whole);
    *c = (struct find_context){0};
}

void find_forget(struct find_state *st)
{
    for (int k = 0; k <= FIND_PLACES; k++)
        find_forget_context(&st->context[k]);
    free(st->unit);
    find_list_clear(&st->list);
    reading_forget(&st->reading);
    find_scan_free(st->scan);
    forget_ends(&st->begin);
    forget_ends(&st->end);
    free(st->longest_from);
    free(st->longest_to);
    st->longest_from = st->longest_to = NULL;
    st->unit = NULL;
    st->units = 0;
    st->scan = NULL;
    st->steps = st->whole_steps = 0;
    st->sequences = 0;
    st->whole = 0;
    st->longest = (struct find_place){0};
    st->of.revision = 0;
}

/* ---- the query --------------------------------------------------------------------------------------------------- */

float find_raw_threshold(const struct find_query *q)
{
    return q->hidden ? q->threshold : atanhf(q->threshold);
}

enum quantity find_raw_quantity(const struct find_query *q)
{
    return q->hidden ? Q_H : Q_C;
}

/* The side of zero on which the query's unit stands at step t; 0: it does not. */
static int sign_at(const struct session *s, const struct find_query *q, int t)
{
    float v = session_row(s, RUN_PINNED, q->layer, find_raw_quantity(q), t)[q->unit], least = find_raw_threshold(q);
    return find_on(v, 1, least) - find_on(v, -1, least);
}

/* The last step of the run of one sign that begins at `from`. */
static int run_end(const struct session *s, const struct find_query *q, int from)
{
    int T = session_steps(s), sign = sign_at(s, q, from), to = from;
    while (to < T && sign_at(s, q, to + 1) == sign)
        to++;
    return to;
}

/* The span over which the unit stands around the cursor; where it does not, the longest of the sentence. */
static void own_span(const struct session *s, struct find_query *q)
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

static enum find_source source_of(const struct session *s, const struct find_state *st)
{
    if (st->sentence)
        return FIND_IN_SENTENCE;
    if (session_corpus(s))
        return FIND_IN_FILE;
    return sample_exists(session_model(s)) ? FIND_IN_SAMPLE : FIND_IN_SENTENCE;
}

static struct find_query wanted(const struct session *s, const struct find_state *st)
{
    const struct cursor *at = session_cursor(s);
    int T = session_steps(s);
    struct find_query q = {.revision = session_revision(s), .layer = at->layer, .from = at->step, .to = at->step,
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
static bool same_list(const struct find_query *a, const struct find_query *b)
{
    return a->layer == b->layer && a->unit == b->unit && a->sign == b->sign && a->hidden == b->hidden
        && a->threshold == b->threshold && a->all == b->all && a->how == b->how && a->source == b->source
        && (!a->all || (a->from == b->from && a->to == b->to));
}

static bool same(const struct find_query *a, const struct find_query *b)
{
    return a->revision == b->revision && same_list(a, b) && a->from == b->from && a->to == b->to;
}

/* ---- searching --------------------------------------------------------------------------------------------------- */

/* Tokens from … to (from 1) as running text. */
static char *running_text(const struct tokens *tokens, int from, int to, bool chars)
{
    struct str text = {0};
    for (int t = from; t <= to; t++) {
        if (t > from && !chars)
            str_addc(&text, ' ');
        say_text(tokens_text(tokens, t - 1), chars, &glyphs_unicode, &text);
    }
    return str_take(&text);
}

/* Whose places: the sentence's (block NULL), or a text's. */
struct feed { struct find_state *st; const struct session *s; const struct survey_block *block; bool chars; };

/* Word t as it is shown; NULL beyond the last one. */
static char *word_of(const struct feed *f, int t)
{
    struct str text = {0};
    if (t > (f->block ? f->block->tokens->n : session_steps(f->s)))
        return NULL;
    say_text(f->block ? tokens_text(f->block->tokens, t - 1) : session_token(f->s, t), f->chars, &glyphs_unicode,
             &text);
    return str_take(&text);
}

static void count_end(struct find_ends *ends, const struct feed *f, int t)
{
    char *word = word_of(f, t);
    int k = 0;
    word = word ? word : xstrdup("the end");
    while (k < ends->n && strcmp(ends->word[k], word) != 0)
        k++;
    if (k == ends->n && k < FIND_ENDS_MAX) {
        ends->word[ends->n] = word;
        ends->count[ends->n++] = 1;
        return;
    }
    ends->more = ends->more || k == FIND_ENDS_MAX;
    if (k < ends->n)
        ends->count[k]++;
    free(word);
}

static void count_place(const struct feed *f, int from, int last)
{
    struct find_state *st = f->st;
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

static void keep_context(const struct feed *f, struct find_context *c, int from, int last)
{
    const struct tokens *tokens = f->block->tokens;
    int around = f->chars ? FIND_AROUND_CHARACTERS : FIND_AROUND_WORDS, first = from > around ? from - around : 1;
    int shown = last - from >= FIND_SPAN_MAX ? from + FIND_SPAN_MAX - 1 : last,
        end = shown + around < tokens->n ? shown + around : tokens->n;
    *c = (struct find_context){.before = running_text(tokens, first, from - 1, f->chars),
                          .span = running_text(tokens, from, shown, f->chars),
                          .after = running_text(tokens, shown + 1, end, f->chars)};
    if (tokens->n > FIND_LINE_KEPT)
        return;
    c->whole = xcalloc((size_t)tokens->n, sizeof *c->whole);
    for (; c->tokens < tokens->n; c->tokens++)
        c->whole[c->tokens] = xstrdup(tokens_text(tokens, c->tokens));
}

static void take_place(void *to, int from, int last, int common)
{
    const struct feed *f = to;
    struct find_state *st = f->st;
    long line = f->block ? f->block->line : 0;
    if (common == st->units)
        count_place(f, from, last);
    int at = find_list_offer(&st->list, (struct find_place){line, from, last, common});
    if (at < 0 || !f->block)
        return;
    struct find_context *c = st->context;
    find_forget_context(&c[FIND_PLACES - 1]);
    memmove(&c[at + 1], &c[at], (size_t)(FIND_PLACES - 1 - at) * sizeof *c);
    keep_context(f, &c[at], from, last);
}

static void search_sentence(const struct session *s, struct find_state *st)
{
    const struct trace *tr = session_trace(s, RUN_PINNED);
    struct feed feed = {.st = st, .s = s, .chars = say_characters(s)};
    for (int t = 1; t <= tr->steps; t++)
        find_scan_row(st->scan, trace_row(tr, st->of.layer, find_raw_quantity(&st->of), t), take_place, &feed);
    find_scan_row(st->scan, NULL, take_place, &feed);
    st->steps = tr->steps;
    st->reading.complete = true;
}

static int units_asked(const struct session *s, const struct find_query *q, struct find_unit *out)
{
    const struct trace *tr = session_trace(s, RUN_PINNED);
    if (q->all)
        return find_units(trace_row(tr, q->layer, find_raw_quantity(q), 0), tr->layer[q->layer].stride,
                          session_net(s)->layer[q->layer].hidden,
                          &(struct find_span){q->from, q->to, tr->steps, find_raw_threshold(q), q->how}, out);
    out[0] = (struct find_unit){q->unit, q->sign};
    return q->sign != 0;
}

/* Brings the units, and over the sentence the places, up to date with the query. */
void find_update(const struct session *s, struct find_state *st)
{
    struct find_query q = wanted(s, st);
    if (same(&q, &st->of))
        return;
    if (st->of.revision && !same_list(&q, &st->of))
        st->selected = 0;
    find_forget(st);
    st->of = q;
    if (q.from < 1)
        return;
    st->unit = xcalloc((size_t)session_net(s)->layer[q.layer].hidden + 1, sizeof *st->unit);
    st->units = units_asked(s, &q, st->unit);
    find_list_init(&st->list, FIND_PLACES, q.all ? q.to - q.from + 1 : FIND_LONGEST);
    st->scan = find_scan_new(st->unit, st->units, find_raw_threshold(&q));
    if (q.source == FIND_IN_SENTENCE)
        search_sentence(s, st);
    st->reading.complete = st->reading.complete || !st->units;
}

static void feed_block(const struct session *s, void *state, const struct survey_block *b)
{
    struct find_state *st = state;
    struct feed feed = {.st = st, .s = s, .block = b, .chars = say_characters(s)};
    for (int k = 1; k <= b->steps; k++)
        find_scan_row(st->scan, trace_row(b->trace, st->of.layer, find_raw_quantity(&st->of), k), take_place, &feed);
    if (b->first + b->steps - 1 == b->tokens->n)
        find_scan_row(st->scan, NULL, take_place, &feed);
    st->steps += b->steps;
}

static struct survey *open_text(const struct session *s, struct find_state *st, struct err *e)
{
    if (st->of.source == FIND_IN_FILE)
        return survey_open(s, session_corpus(s), e);
    str_clear(&st->sample);
    str_clear(&st->sample_name);
    sample_text(session_model(s), FIND_SAMPLE_LINES, &st->sample, &st->sample_name, &st->drawn);
    return survey_open_text(s, str_text(&st->sample_name), str_text(&st->sample), st->sample.len, e);
}

enum view_work find_work(struct session *s, void *state, int ms, struct str *progress, struct err *e)
{
    struct find_state *st = state;
    find_update(s, st);
    if (st->of.source == FIND_IN_SENTENCE || st->of.from < 1 || st->reading.complete || st->reading.failed)
        return WORK_NONE;
    if (!st->reading.survey && !reading_begin(&st->reading, open_text(s, st, e)))
        return WORK_FAILED;
    enum survey_result r = survey_some(st->reading.survey, s, clock_ms() + ms, feed_block, st, e);
    st->sequences = survey_sequences(st->reading.survey);
    if (st->of.source == FIND_IN_FILE)         /* the other is done before one can read how far it is */
        survey_progress(st->reading.survey, s, progress);
    return reading_went(&st->reading, r);
}
