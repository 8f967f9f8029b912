/* view_break.c: what breaks it? How long the memory holds, with the words between repeated until the answer flips; on
 * which sentence it flips, of all that differ from this one in one word; and whether it goes wrong on the text it
 * learnt from or a corpus. Each says how many were tried, and whether that was all. Worked out in slices: leaving the
 * view ends them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "core/horizon.h"
#include "core/suffix.h"
#include "core/why.h"
#include "learn/sample.h"
#include "learn/shortest.h"
#include "session/rival.h"
#include "session/survey.h"
#include "ui/widget.h"
#include "views/cells.h"
#include "views/say.h"
#include "views/sums.h"
#include "views/view.h"

enum {
    REPEATS = 300,                /* of the words between, at most */
    FOUND = 8,                    /* flips that are kept: those that are furthest over */
    DRAWN = 2000,                 /* sentences of the grammar */
    MIDDLE = 64                   /* words between, at most, that are offered as fillers */
};

/* An answer with less than this is none, though it may be the likelier of two. */
static const double LEAST = 0.01;

enum phase { PHASE_HORIZON, PHASE_WORDS, PHASE_TEXT, PHASE_GRAMMAR, PHASE_DONE };

/* A sentence on which the answer is another: one word of this one changed. */
struct flip { int step, id; double a, b; };

struct state {
    struct { int filler, row; } set;      /* which words are repeated; the chosen row: 0 the horizon, then the flips */

    unsigned long revision;
    int t, of_filler;
    bool asked;
    enum phase phase;
    int a, b, cue;                /* outputs; the step that wrote what decides, 0: none */
    double p_a, p_b;              /* here, without pins */
    int filler_from, filler_to;   /* steps that are repeated */
    struct horizon *horizon;
    double curve[2][REPEATS + 1];
    int repeats, flip;            /* points of the curve; the first repetition with the other answer, -1: none */
    int step, id;                 /* where the search over words stands */
    long tried, all, flips;
    struct flip found[FOUND];
    int found_count;
    struct survey *survey;
    bool drawn, from_file;        /* from a grammar; from the sitting's corpus */
    struct str name;
    long sentences, places, wrong;
    struct tokens shortest;       /* a sentence that goes wrong, up to the place; n 0: none */
    double closest;               /* the least logit(right) - logit(other) over all places */
    struct shortest *all_short;   /* every beginning of its grammar, the shortest first; NULL: it has none */
};

static const struct setting settings[] = {
    {"filler", SETTING_NUMBER, offsetof(struct state, set.filler), 0, 2 * MIDDLE, NULL},
    {"row", SETTING_NUMBER, offsetof(struct state, set.row), 0, FOUND + 1, NULL},
    {.name = NULL},
};

static void clear(void *state)
{
    struct state *st = state;
    horizon_free(st->horizon);
    survey_close(st->survey);
    shortest_free(st->all_short);
    str_free(&st->name);
    tokens_clear(&st->shortest);
    memset(&st->revision, 0, sizeof *st - offsetof(struct state, revision));
}

/* ---- the question ------------------------------------------------------------------------------------------------ */

/* The word whose writing speaks most for the answer. */
static int cue_of(const struct session *s, int t, int a, int b)
{
    const struct computation of = session_computation_to(s, RUN_BASE, t);
    struct why w;
    int best = 0;
    if (why_compute(&of, t, a, b, &w)) {
        double sign = w.difference < 0 ? -1 : 1;
        for (int k = 1; k <= t; k++)
            best = sign * w.word[k] > sign * w.word[best] ? k : best;
    }
    why_clear(&w);
    return best;
}

/* The words between cue and question that are repeated: the last two, then each pair before, then each word. */
static bool choose_filler(const struct state *st, int wish, int *from, int *to)
{
    int first = st->cue + 1, last = st->t - 1, n = last - first + 1;
    if (st->cue < 1 || n < 1)
        return false;
    n = n > MIDDLE ? MIDDLE : n;
    int pairs = n - 1;
    wish %= pairs + n;
    *to = last - (wish < pairs ? wish : wish - pairs);
    *from = wish < pairs ? *to - 1 : *to;
    return true;
}

static void begin(const struct session *s, struct state *st)
{
    const struct lstm *net = session_net(s);
    if (!session_model(s)->vocab || !net->embedding || session_model(s)->label
        || !session_rival(s, st->t, 0, &st->a, &st->b))
        return;
    st->asked = true;
    st->p_a = (double)session_probability(s, RUN_BASE, st->t, st->a);
    st->p_b = (double)session_probability(s, RUN_BASE, st->t, st->b);
    st->cue = cue_of(s, st->t, st->a, st->b);
    st->flip = -1;
    st->step = 1;
    st->all = (long)(st->t - (st->cue > 0)) * (session_model(s)->vocab->size - 1);
    st->closest = INFINITY;
    if (!choose_filler(st, st->set.filler, &st->filler_from, &st->filler_to)) {
        st->phase = PHASE_WORDS;
        return;
    }
    int n = st->filler_to - st->filler_from + 1, *id = mem_array((size_t)st->cue + (size_t)n, sizeof *id);
    for (int k = 0; id && k < st->cue; k++)
        id[k] = session_token_id(s, k + 1);
    for (int k = 0; id && k < n; k++)
        id[st->cue + k] = session_token_id(s, st->filler_from + k);
    const struct horizon_plan plan = {id, id ? id + st->cue : NULL, st->cue, n, session_token_id(s, st->t), st->a,
                                      st->b};
    st->horizon = id ? horizon_new(net, &plan) : NULL;
    mem_free(id);
    if (!st->horizon)
        st->phase = PHASE_WORDS;
}

static void update(const struct session *s, struct state *st)
{
    int t = session_cursor(s)->step;
    if (st->revision == session_revision(s) && st->t == t && st->of_filler == st->set.filler)
        return;
    clear(st);
    st->revision = session_revision(s);
    st->t = t;
    st->of_filler = st->set.filler;
    if (t >= 1 && session_outputs(s) > 1)
        begin(s, st);
}

static void prepare(const struct scene *scene, void *state, struct rect r)
{
    (void)r;
    update(scene->session, state);
}

/* ---- the three searches, a piece at a time ----------------------------------------------------------------------- */

/* One repetition more; a few beyond the flip, so that the curves are seen to cross. */
static void repeat_once(struct state *st)
{
    int k = st->repeats;
    bool was = st->p_a >= st->p_b;
    horizon_next(st->horizon, &st->curve[0][k], &st->curve[1][k]);
    if (st->flip < 0 && (st->curve[0][k] >= st->curve[1][k]) != was)
        st->flip = k;
    st->repeats++;
    if (st->repeats > REPEATS || (st->flip >= 0 && st->repeats > st->flip + st->flip / 8 + 2))
        st->phase = PHASE_WORDS;
}

static void keep(struct state *st, struct flip f)
{
    double over = fabs(f.a - f.b);
    int at = st->found_count;
    while (at > 0 && fabs(st->found[at - 1].a - st->found[at - 1].b) < over)
        at--;
    if (at == FOUND)
        return;
    st->found_count += st->found_count < FOUND;
    memmove(&st->found[at + 1], &st->found[at], (size_t)(st->found_count - 1 - at) * sizeof *st->found);
    st->found[at] = f;
}

/* All words of the vocabulary at one place, as far as the time goes; then the next place. */
static bool change_words(const struct session *s, struct state *st, double until)
{
    const struct lstm *net = session_net(s);
    int size = session_model(s)->vocab->size;
    bool was = st->p_a >= st->p_b;
    if (st->step == st->cue)
        st->step++;
    if (st->step > st->t) {
        st->phase = PHASE_TEXT;
        return true;
    }
    const struct computation of = session_computation_to(s, RUN_BASE, st->t);
    struct suffix *end = suffix_new(&of, st->step, st->t);
    float *logits = mem_array((size_t)net->outputs, sizeof *logits);
    bool ok = end && logits;
    do {
        if (ok && st->id != session_token_id(s, st->step)) {
            suffix_input(end, st->step, net->embedding + (size_t)st->id * (size_t)net->embed);
            ok = suffix_run(end, NULL, 0);
            suffix_logits(end, st->t, logits);
            struct flip f = {st->step, st->id, exp(-surprisal(logits, net->outputs, st->a)),
                             exp(-surprisal(logits, net->outputs, st->b))};
            st->tried++;
            if ((f.a >= f.b) != was && fmax(f.a, f.b) >= LEAST) {
                st->flips++;
                keep(st, f);
            }
        }
        st->id++;
    } while (ok && st->id < size && clock_ms() < until);
    if (st->id >= size) {
        st->step++;
        st->id = 0;
    }
    mem_free(logits);
    suffix_free(end);
    return ok;
}

struct looking { struct state *st; float *logits; };           /* logits: [outputs], to work in */

/* Every place of a block whose next word is one of the two. */
static void look_at_block(const struct session *s, void *looking, const struct survey_block *b)
{
    struct state *st = ((struct looking *)looking)->st;
    float *logits = ((struct looking *)looking)->logits;
    for (int k = 1; k <= b->steps; k++) {
        int t = b->first + k - 1, next = t < b->tokens->n ? b->tokens->id[t] : -1;
        if (next != st->a && next != st->b)
            continue;
        lstm_logits(session_net(s), b->trace, k, logits);
        double by = (double)logits[next] - (double)logits[next == st->a ? st->b : st->a];
        st->places++;
        st->closest = fmin(st->closest, by);
        if (by > 0)
            continue;
        st->wrong++;
        if (!st->shortest.n || t < st->shortest.n) {
            tokens_clear(&st->shortest);
            struct tokens part = *b->tokens;
            part.n = t;
            if (!tokens_copy(&part, &st->shortest))
                st->shortest.n = 0;
        }
    }
}

static bool look_through_text(struct session *s, struct state *st, double until, struct err *e)
{
    if (!st->survey) {
        struct str text = {0};
        st->from_file = session_corpus(s) != NULL;
        if (st->from_file)
            st->survey = survey_open(s, session_corpus(s), e);
        else if (sample_text(session_model(s), DRAWN, &text, &st->name, &st->drawn))
            st->survey = survey_open_text(s, str_text(&st->name), str_text(&text), text.len, e);
        else
            st->phase = PHASE_GRAMMAR;
        str_free(&text);
        return st->survey || st->phase == PHASE_GRAMMAR;
    }
    struct looking look = {st, mem_array((size_t)session_outputs(s), sizeof *look.logits)};
    enum survey_result r = look.logits ? survey_some(st->survey, s, until, look_at_block, &look, e) : SURVEY_FAILED;
    st->sentences = survey_sequences(st->survey);
    if (r != SURVEY_BLOCK)
        st->phase = PHASE_GRAMMAR;
    mem_free(look.logits);
    return r != SURVEY_FAILED;
}

/* All there is to what it learnt, the shortest first: only where that is a grammar and the words are its own. */
static bool look_through_grammar(const struct session *s, struct state *st, double until)
{
    struct grammar *g = st->all_short || st->from_file ? NULL : sample_grammar(session_model(s));
    if (g && !(st->all_short = shortest_new(session_net(s), g, st->a, st->b)))
        return false;
    if (st->all_short)
        shortest_some(st->all_short, until);
    if (!st->all_short || st->all_short->done)
        st->phase = PHASE_DONE;
    return true;
}

static void say_progress(const struct state *st, struct str *out)
{
    if (st->phase <= PHASE_WORDS)
        str_addf(out, "%ld of %ld sentences", st->tried, st->all);
    else if (st->phase == PHASE_TEXT)
        str_addf(out, "%ld sentences looked through", st->sentences);
    else if (st->phase == PHASE_GRAMMAR && st->all_short)
        str_addf(out, "all beginnings of %d words: %ld tried", st->all_short->length,
                 st->all_short->tried - st->all_short->through);
}

static enum view_work work(struct session *s, void *state, int ms, struct str *progress, struct err *e)
{
    struct state *st = state;
    update(s, st);
    if (!st->asked || st->phase == PHASE_DONE)
        return WORK_NONE;
    double until = clock_ms() + ms;
    bool ok = true;
    do
        switch (st->phase) {
        case PHASE_HORIZON: repeat_once(st); break;
        case PHASE_WORDS: ok = change_words(s, st, until); break;
        case PHASE_TEXT: ok = look_through_text(s, st, until, e); break;
        case PHASE_GRAMMAR: ok = look_through_grammar(s, st, until); break;
        case PHASE_DONE: break;
        }
    while (ok && st->phase != PHASE_DONE && clock_ms() < until);
    if (!ok) {
        st->phase = PHASE_DONE;
        if (!*e->text)
            err_set(e, "break", NULL, "there is not enough memory to go on");
        return WORK_FAILED;
    }
    say_progress(st, progress);
    return st->phase == PHASE_DONE ? WORK_DONE : WORK_MORE;
}

/* ---- words ------------------------------------------------------------------------------------------------------- */

static void nothing(const struct session *s, const struct state *st, struct str *out)
{
    if (st->t < 1)
        say_nothing(s, out);
    else
        str_add(out, "This model predicts no words of its own vocabulary, or its logits overflow here: there is no "
                     "answer to break.");
}

static int between(const struct state *st, int repeats)
{
    return repeats * (st->filler_to - st->filler_from + 1);
}

/* "she" + k x "and played" + "with" */
static void say_recipe(const struct session *s, const struct state *st, const struct glyphs *gl, struct str *out)
{
    say_tokens(s, 1, st->cue, gl, out);
    str_addf(out, " + k %s (", gl->times);
    say_tokens(s, st->filler_from, st->filler_to, gl, out);
    str_add(out, ") + ");
    say_tokens(s, st->t, st->t, gl, out);
}

static void say_horizon(const struct session *s, const struct state *st, const struct glyphs *gl, struct str *out)
{
    if (!st->horizon) {
        str_add(out, st->cue < 1 ? "No earlier word decides this answer: nothing has to be held."
                                 : "No word stands between the one that decides and the question: nothing has to be "
                                   "held.");
        return;
    }
    if (!st->repeats) {
        str_add(out, "Nothing is tried yet.");
        return;
    }
    int first = st->p_a >= st->p_b ? st->a : st->b, then = first == st->a ? st->b : st->a;
    say_output_quoted(s, first, gl, out);
    if (st->flip == 0) {
        str_add(out, " is the likelier one with these words between, not without.");
        return;
    }
    if (st->flip < 0) {
        str_addf(out, " stays the likelier one over %d %s between, %s.", between(st, st->repeats - 1),
                 say_noun(s, true), st->phase == PHASE_HORIZON ? "so far" : "and no more were tried");
        return;
    }
    str_addf(out, " up to %d %s between, ", between(st, st->flip - 1), say_noun(s, true));
    if (fmax(st->curve[0][st->flip], st->curve[1][st->flip]) < LEAST)
        str_add(out, "neither of the two");
    else
        say_output_quoted(s, then, gl, out);
    str_addf(out, " from %d on.", between(st, st->flip));
}

static void say_words_tried(const struct state *st, struct str *out)
{
    str_addf(out, "With one word changed, at any place but the one that decides, %ld of %ld sentences turn the "
             "answer; ", st->flips, st->tried);
    if (st->phase > PHASE_WORDS)
        str_add(out, "that is all there are.");
    else
        str_addf(out, "%ld are to be tried yet.", st->all - st->tried);
}

static void say_text_tried(const struct session *s, const struct state *st, const struct glyphs *gl, struct str *out)
{
    char num[SUMS_MAX];
    if (!st->survey)
        return;
    str_addf(out, "Of %ld %s the right one of the two is the likelier at %ld of %ld places",
             st->sentences,
             st->from_file ? "lines of the corpus" : st->drawn ? "sentences drawn from the grammar it learnt"
                                                               : "lines of the text it learnt",
             st->places - st->wrong, st->places);
    if (st->places && !st->wrong)
        str_addf(out, ", the closest by %s nats", sums_number(num, st->closest, 2, false));
    str_addf(out, "%s.", st->phase < PHASE_GRAMMAR ? " so far" : st->drawn ? "; they are a sample, not all" : "");
    if (st->shortest.n) {
        str_add(out, " The shortest that goes wrong: ");
        for (int k = 0; k < st->shortest.n; k++) {
            if (k)
                str_addc(out, ' ');
            say_text(tokens_text(&st->shortest, k), say_characters(s), gl, out);
        }
        str_addc(out, '.');
    }
}

/* What is known of everything it could be asked, from the shortest on: how far that goes is said first. */
static void say_grammar_tried(const struct session *s, const struct state *st, const struct glyphs *gl,
                              struct str *out)
{
    const struct shortest *q = st->all_short;
    char num[SUMS_MAX];
    if (!q)
        return;
    if (q->found) {
        str_add(out, "The shortest beginning in all of its grammar that goes wrong: ");
        for (int k = 0; k < q->n; k++) {
            if (k)
                str_addc(out, ' ');
            say_text(session_model(s)->vocab->token[q->id[k]], say_characters(s), gl, out);
        }
        str_add(out, ", where ");
        say_output_quoted(s, q->right, gl, out);
        str_add(out, " comes.");
        return;
    }
    if (!q->through && q->done) {
        str_addf(out, "Its grammar never has one of the two within %d %s.", q->length - 1, say_noun(s, true));
        return;
    }
    if (!q->through)
        return;
    str_addf(out, "Of all %ld beginnings of up to %d %s in its grammar%s none goes wrong, the closest by %s nats%s.",
             q->through, q->length - 1, say_noun(s, true), q->whole ? "" : " (but for ways that turn in circles)",
             sums_number(num, q->closest, 2, false), q->done ? "" : " so far");
}

static void say_flip(const struct session *s, const struct state *st, const struct flip *f, const struct glyphs *gl,
                     struct str *out)
{
    for (int t = 1; t <= st->t; t++) {
        if (t > 1)
            str_addc(out, ' ');
        if (t != f->step) {
            say_token(s, t, gl, out);
            continue;
        }
        str_addc(out, '[');
        say_text(session_model(s)->vocab->token[f->id], say_characters(s), gl, out);
        str_addc(out, ']');
    }
}

/* Every sentence is tried as the network reads it. */
static void say_without_pins(const struct session *s, const struct state *st, struct str *out)
{
    if (session_first_pinned(s) <= st->t)
        str_add(out, "All of this is without what is set by hand. ");
}

static void explain(const struct scene *scene, const void *state, struct str *out)
{
    const struct state *st = state;
    const struct session *s = scene->session;
    const struct glyphs *gl = &glyphs_unicode;
    if (!st->asked) {
        nothing(s, st, out);
        return;
    }
    say_without_pins(s, st, out);
    if (st->horizon) {
        say_recipe(s, st, gl, out);
        str_add(out, ": ");
    }
    say_horizon(s, st, gl, out);
    str_addc(out, '\n');
    say_words_tried(st, out);
    for (int k = 0; k < st->found_count; k++) {
        str_addf(out, "\n%.2f %.2f ", st->found[k].a, st->found[k].b);
        say_flip(s, st, &st->found[k], gl, out);
    }
    str_addc(out, '\n');
    say_text_tried(s, st, gl, out);
    if (st->all_short)
        str_addc(out, '\n');
    say_grammar_tried(s, st, gl, out);
}

static void tell(const struct scene *scene, const void *state, const struct glyphs *gl, struct str *out)
{
    const struct state *st = state;
    if (st->asked) {
        say_without_pins(scene->session, st, out);
        say_words_tried(st, out);
        str_addc(out, ' ');
        size_t before = out->len;
        say_grammar_tried(scene->session, st, gl, out);
        if (out->len > before)
            str_addc(out, ' ');
        say_text_tried(scene->session, st, gl, out);
    }
}

/* ---- drawing ----------------------------------------------------------------------------------------------------- */

/* p of the first answer as columns over the number of words between; below, both in numbers. */
static void draw_horizon(const struct session *s, const struct state *st, struct grid *g, struct rect r)
{
    struct str text = {0};
    int side = 8, w = r.w - side, n = st->repeats, bars = r.h - 3;
    if (n < 1 || w < 8)
        return;
    for (int x = 0; bars > 0 && x < w; x++) {
        int k = n > 1 ? x * (n - 1) / (w - 1) : 0;
        bool ahead = st->curve[0][k] >= st->curve[1][k];
        const struct bar bar = {.value = (float)st->curve[0][k], .ghost = NAN, .lo = 0, .hi = 1,
                                .role = ahead ? ROLE_PREDICT : ROLE_PREDICT_BASE};
        widget_column(g, (struct rect){r.x + side + x, r.y, 1, bars}, bar);
    }
    if (bars > 0) {
        grid_text_right(g, r.x + side - 1, r.y, side - 1, ROLE_DIM, 0, "1");
        grid_text_right(g, r.x + side - 1, r.y + bars - 1, side - 1, ROLE_DIM, 0, "0");
    }
    grid_text(g, r.x, r.y + r.h - 3, side, ROLE_DIM, 0, say_characters(s) ? "between" : "words");
    for (int k = 0; k < 2; k++) {
        str_clear(&text);
        say_output_cut(s, k ? st->b : st->a, side - 1, g->glyphs, &text);
        grid_text(g, r.x, r.y + r.h - 2 + k, side, k ? ROLE_PREDICT_BASE : ROLE_PREDICT, ATTR_BOLD, str_text(&text));
    }
    int each = 8, fit = w / each;
    for (int j = 0; j < fit && j < n; j++) {
        int k = fit < n ? j * (n - 1) / (fit - 1) : j, x = r.x + side + j * each;
        grid_textf(g, x, r.y + r.h - 3, each - 1, ROLE_DIM, 0, "%d", between(st, k));
        for (int o = 0; o < 2; o++)
            grid_textf(g, x, r.y + r.h - 2 + o, each - 1, ROLE_NUMBER,
                       (st->curve[o][k] >= st->curve[!o][k]) ? ATTR_BOLD : 0, "%.2f", st->curve[o][k]);
    }
    str_free(&text);
}

static void draw_row(const struct session *s, const struct state *st, int k, struct grid *g, struct rect r)
{
    int x = r.x, y = r.y, w = r.w;
    struct str text = {0}, cut = {0};
    const struct flip *f = &st->found[k];
    bool now = st->set.row == k + 1;
    if (now)
        cells_pointer(g, x, y);
    say_flip(s, st, f, g->glyphs, &text);
    utf8_cut(&cut, str_text(&text), w - 16, g->glyphs->ascii);
    grid_text(g, x + 2, y, w - 16, ROLE_TEXT, now ? ATTR_BOLD : 0, str_text(&cut));
    grid_textf(g, x + w - 12, y, 6, ROLE_NUMBER, 0, "%.2f", f->a);
    grid_textf(g, x + w - 6, y, 6, ROLE_NUMBER, ATTR_BOLD, "%.2f", f->b);
    str_free(&text);
    str_free(&cut);
}

static void draw(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    const struct state *st = state;
    const struct session *s = scene->session;
    struct str text = {0};
    r = rect_inset(r, r.w > 24 ? 1 : 0, 0);
    if (!st->asked) {
        nothing(s, st, &text);
        say_wrap(g, r, ROLE_DIM, 0, str_text(&text));
        str_free(&text);
        return;
    }
    int y = r.y, bottom = r.y + r.h, rows = st->found_count;
    bool wide = r.w >= 60;
    if (st->horizon) {
        if (wide)
            str_add(&text, "How long does it hold?   ");
        say_recipe(s, st, g->glyphs, &text);
        grid_text(g, r.x, y++, r.w, ROLE_TEXT, ATTR_BOLD, str_text(&text));
    }
    str_clear(&text);
    say_horizon(s, st, g->glyphs, &text);
    if (st->set.row == 0)
        cells_pointer(g, r.x, y);
    y += say_wrap(g, (struct rect){r.x + 2, y, r.w - 2, wide ? 2 : 4}, ROLE_TEXT, 0, str_text(&text));
    if (rows > r.h / 3)
        rows = r.h / 3;
    int room = bottom - y - rows - (rows > 0) - (rows > 0 && r.h > 12);
    if (st->horizon && room >= 3) {
        int h = room > 14 ? 14 : room;
        draw_horizon(s, st, g, (struct rect){r.x + 2, y, r.w - 2, h});
        y += h + (r.h > 12);
    }
    if (rows > 0 && y < bottom) {
        grid_text(g, r.x, y, r.w - 14, ROLE_TEXT, ATTR_BOLD,
                  wide ? "What breaks it? One word changed" : "One word changed");
        for (int o = 0; o < 2; o++) {
            str_clear(&text);
            say_output_cut(s, o ? st->b : st->a, 5, g->glyphs, &text);
            grid_text(g, r.x + r.w - 12 + 6 * o, y, 6, o ? ROLE_PREDICT_BASE : ROLE_PREDICT, ATTR_BOLD,
                      str_text(&text));
        }
        y++;
    }
    int first = st->set.row > rows ? st->set.row - rows : 0;
    for (int k = first; k < st->found_count && k < first + rows && y < bottom; k++)
        draw_row(s, st, k, g, (struct rect){r.x, y++, r.w, 1});
    str_free(&text);
}

/* ---- keys -------------------------------------------------------------------------------------------------------- */

static enum view_reply move(struct session *s, void *state, bool other, struct err *e)
{
    (void)s, (void)e;
    struct state *st = state;
    st->set.row += other ? st->set.row < st->found_count : -(st->set.row > 0);
    return VIEW_REDRAW;
}

static enum view_reply turn_filler(struct session *s, void *state, bool other, struct err *e)
{
    (void)s, (void)e;
    struct state *st = state;
    int n = st->t - 1 - st->cue, all = n > 0 ? 2 * (n > MIDDLE ? MIDDLE : n) - 1 : 1;
    st->set.filler = (st->set.filler % all + (other ? all - 1 : 1)) % all;
    return VIEW_REDRAW;
}

/* The sentence of the chosen row: this one with a word changed, or the shortest of the horizon that flips. */
static enum view_reply open(struct session *s, void *state, bool other, struct err *e)
{
    (void)other;
    const struct state *st = state;
    if (!st->asked || (st->set.row == 0 && st->flip < 1) || st->set.row > st->found_count)
        return VIEW_REDRAW;
    struct session *to = s;
    const struct vocab *v = session_model(s)->vocab;
    bool ok;
    if (st->set.row) {
        struct flip f = st->found[st->set.row - 1];
        int t = st->t;
        ok = session_set_word(to, f.step, v->token[f.id], e);
        if (ok)
            session_goto(to, t);
        return ok ? VIEW_GOTO_BARS : VIEW_REDRAW;
    }
    int n = st->cue + between(st, st->flip) + 1, at = 0;
    const char **word = xcalloc((size_t)n, sizeof *word);
    for (int t = 1; t <= st->cue; t++)
        word[at++] = session_token(s, t);
    for (int k = 0; k < st->flip; k++)
        for (int t = st->filler_from; t <= st->filler_to; t++)
            word[at++] = session_token(s, t);
    word[at++] = session_token(s, st->t);
    ok = session_set_tokens(to, word, n, "break", e);
    if (ok)
        session_goto(to, n);
    free(word);
    return ok ? VIEW_GOTO_BARS : VIEW_REDRAW;
}

static const struct view_key keys[] = {
    {"prev-row next-row", "<Up> k", "<Down> j", "the sentence above, below", "sentence", KEY_PAIR, move, NULL},
    {"open", "<Enter>", NULL, "make it the sentence", "open it", KEY_EDITS, open, NULL},
    {"next-filler prev-filler", "y", "Y", "repeat other words of those between: a pair, or one", "filler", 0,
     turn_filler, NULL},
    {.keys = NULL},
};

const struct view view_break = {
    .name = "break",
    .title = "break it",
    .strip = "break",
    .rank = 22,
    .about = "how long the answer holds, and what turns it",
    .help = "What breaks the answer? First, how long it holds: the words up to the one that decides (the one whose "
            "writing speaks most for the answer, see A), then words from between, repeated up to 300 times, then "
            "this word; the columns are the probability of the answer, light where the other word is likelier. "
            "Second, one word of the sentence changed into every other of the vocabulary, at every place but the "
            "deciding one: all of them, until it says so; shown are those that go furthest over. Turning the answer "
            "need not be a fault: a new subject should turn it. Third, 2000 sentences drawn from the grammar the "
            "model learnt from, or all lines of its text or of --corpus: at every place where one of the two words "
            "comes, is it the likelier? A drawn sample is not all. Last, of a model that learnt from a grammar, every "
            "beginning of a sentence that one of the two can follow, the shortest first, until one goes wrong (where "
            "both can follow, none does) or four million ways down the grammar are tried; how long they were is said. "
            "An answer under 0.01 counts as none in the second. Pins do not count here. Leaving the view ends the "
            "search.",
    .key = 'B',
    .state_size = sizeof(struct state),
    .settings_size = offsetof(struct state, revision),
    .settings = settings,
    .keys = keys,
    .prepare = prepare,
    .draw = draw,
    .tell = tell,
    .explain = explain,
    .clear = clear,
    .work = work,
};
