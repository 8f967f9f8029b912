/* view_predictions.c: what the model expects after this word: the baseline and the pinned run side by side, and the
 * surprisal of every word of the sentence. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "ui/widget.h"
#include "views/say.h"
#include "views/scroll.h"
#include "views/words.h"

enum { LIST_MAX = 1000 };

enum { WORD_CELLS = 9 };

/* The first word of those that the surprisals have room for. */
static int first_word(const struct session *s, int w)
{
    int room = w / WORD_CELLS, first = session_cursor(s)->step - room / 2;
    if (first > session_steps(s) - room)
        first = session_steps(s) - room;
    return first < 1 ? 1 : first;
}

/* A bar for each word of the sentence: how much it surprised, in nats. */
static void draw_surprisal(const struct session *s, struct grid *g, struct rect r, int now)
{
    const int T = session_steps(s), each = WORD_CELLS, room = r.w / each, first = first_word(s, r.w);
    const double most = fmax(1, fmax(session_surprisal_most(s, RUN_PINNED), session_surprisal_most(s, RUN_BASE)));
    grid_textf(g, r.x, r.y, r.w, ROLE_LABEL, 0, "surprisal of each %s, in nats (0: it was certain)",
               say_noun(s, false));
    for (int t = first; t <= T && t - first < room; t++) {
        int x = r.x + (t - first) * each;
        struct str word = {0}, cut = {0};
        say_token(s, t, g->glyphs, &word);
        utf8_cut(&cut, str_text(&word), each - 1, g->glyphs->ascii);
        grid_text(g, x, r.y + r.h - 1, each - 1, t == now + 1 ? ROLE_TOKEN_NOW : ROLE_TOKEN,
                  t == now + 1 ? ATTR_BOLD : 0, str_text(&cut));
        str_free(&word);
        str_free(&cut);
        if (!session_surprisal_there(s, RUN_PINNED, t - 1) || !session_surprisal_there(s, RUN_BASE, t - 1)) {
            grid_text(g, x, r.y + r.h - 2, each - 1, ROLE_DIM, 0, g->glyphs->ascii ? "..." : "…");
            continue;
        }
        double v = t > 1 ? session_surprisal(s, RUN_PINNED, t - 1) : NAN,
               b = t > 1 ? session_surprisal(s, RUN_BASE, t - 1) : NAN;
        if (!isfinite(v)) {
            grid_put(g, x, r.y + r.h - 2, '-', ROLE_DIM, 0);
            continue;
        }
        bool differs = fabs(v - b) >= 0.005;
        if (r.h >= 5)
            widget_column(g, (struct rect){x, r.y + 1, 5, r.h - 3},
                          (struct bar){(float)v, differs ? (float)b : NAN, 0, (float)most, ROLE_PREDICT});
        grid_textf(g, x, r.y + r.h - 2, each - 1, differs ? ROLE_DIFF : ROLE_NUMBER, 0, "%.2f", v);
    }
}

static void explain_with(const struct session *s, const struct glyphs *gl, struct str *out)
{
    int t = session_cursor(s)->step;
    struct prediction p[3];
    if (!session_head_there(s, t)) {
        str_add(out, "What comes next is being computed.");
        return;
    }
    int n = t > 0 ? session_predict_run(s, RUN_PINNED, t, 3, p) : 0;
    if (!n) {
        if (t < 1 || !words_overflow(s, RUN_PINNED, t, gl, out))
            str_add(out, "There is nothing to predict.");
        return;
    }
    struct str word = {0};
    say_token(s, t, gl, &word);
    str_addf(out, "After '%s' the likeliest %ss are ", str_text(&word), say_next(s));
    str_free(&word);
    for (int k = 0; k < n; k++) {
        struct str name = {0};
        say_output(s, p[k].output, gl, &name);
        str_addf(out, "%s'%s' with %.0f%%", k ? k == n - 1 ? " and " : ", " : "", str_text(&name),
                 100.0 * (double)p[k].p_pinned);
        if (session_pin_count(s))
            str_addf(out, " (%.0f%% before pinning)", 100.0 * (double)p[k].p_base);
        str_free(&name);
    }
    str_addc(out, '.');
}

/* Lines of the explanation below, of the surprisals, and of the list. */
struct plan { int explain, below, list; };

static struct plan plan_rows(const struct scene *scene, const struct glyphs *gl, struct rect r)
{
    const struct model *m = session_model(scene->session);
    struct plan p = {0};
    if (scene->explain && r.h >= 10) {
        struct str text = {0};
        explain_with(scene->session, gl, &text);
        p.explain = grid_wrap_lines(r.w, str_text(&text));
        p.explain = p.explain > r.h / 3 ? r.h / 3 : p.explain;
        r.h -= p.explain + 1;
        str_free(&text);
    }
    bool tokens = m->vocab && !m->label;                       /* outputs that can surprise */
    p.below = !tokens ? 0 : r.h >= 18 ? 7 : r.h >= 12 ? 4 : 0;
    p.list = r.h - p.below - 2 < 0 ? 0 : r.h - p.below - 2;
    return p;
}

static struct rect inside(struct rect r)
{
    return rect_inset(r, r.w > 40 ? 2 : 0, r.h > 8 ? 1 : 0);
}

static int listed(const struct session *s)
{
    return session_outputs(s) < LIST_MAX ? session_outputs(s) : LIST_MAX;
}

/* The surprisal of every word, for the scale of the bars: at once where it is cheap, else the words that are shown,
 * and work does the others. */
static void surprise(const struct session *s, struct rect r)
{
    const double CHEAP = 1e7;            /* multiplications */
    const double cost = (double)session_steps(s) * session_outputs(s) * lstm_top(session_net(s));
    const int first = cost < CHEAP ? 1 : first_word(s, r.w) - 1,
              last = cost < CHEAP ? session_steps(s) : first + 1 + r.w / WORD_CELLS;
    for (int run = RUN_BASE; run <= RUN_PINNED; run++) {
        bool there = true;
        for (int t = first < 1 ? 1 : first; t <= last; t++)
            there = session_surprisal_there(s, (enum run)run, t) && there;
        if (there)                        /* or little enough that a frame waits for it */
            session_surprise(s, (enum run)run, first, last, INFINITY);
    }
}

static enum view_work work(struct session *s, void *state, int ms, struct str *progress, struct err *e)
{
    (void)state;
    (void)progress;
    (void)e;
    double was = session_surprisal_most(s, RUN_PINNED) + session_surprisal_most(s, RUN_BASE);
    bool all = session_surprise(s, RUN_PINNED, 1, session_steps(s), ms / 2.0);
    all = session_surprise(s, RUN_BASE, 1, session_steps(s), ms / 2.0) && all;
    if (!all)
        return WORK_MORE;
    return session_surprisal_most(s, RUN_PINNED) + session_surprisal_most(s, RUN_BASE) > was ? WORK_DONE : WORK_NONE;
}

static void prepare(const struct scene *scene, void *state, struct rect r)
{
    if (r.w <= 0 || !scene->glyphs)
        return;
    const struct plan plan = plan_rows(scene, scene->glyphs, inside(r));
    scroll_fit(state, listed(scene->session), plan.list);
    if (plan.below)
        surprise(scene->session, inside(r));
}

static void draw(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    const struct session *s = scene->session;
    const struct scroll *sc = state;
    int t = session_cursor(s)->step, outputs = session_outputs(s);
    r = inside(r);
    if (outputs == 0 || t < 1) {
        if (outputs)
            say_draw_nothing(s, g, r);
        else
            grid_wrap(g, r, ROLE_DIM, 0,
                      session_net(s)->outputs
                          ? "The head of this model gives numbers (W h + b, under the bars), no probabilities of "
                            "what comes next."
                          : "This model has no output head: it computes C and h, and predicts nothing.");
        return;
    }
    const struct plan plan = plan_rows(scene, g->glyphs, r);
    if (plan.explain) {
        struct str text = {0};
        explain_with(s, g->glyphs, &text);
        r.h -= plan.explain + 1;
        say_wrap(g, (struct rect){r.x, r.y + r.h + 1, r.w, plan.explain}, ROLE_TEXT, 0, str_text(&text));
        str_free(&text);
    }
    int below = plan.below, list_h = plan.list;
    bool pinned = session_pin_count(s) > 0;
    struct str whole = {0}, word = {0};
    say_token(s, t, g->glyphs, &whole);
    utf8_cut(&word, str_text(&whole), r.w / 4, g->glyphs->ascii);
    str_free(&whole);
    if (r.w < 60)
        grid_textf(g, r.x, r.y, r.w, ROLE_LABEL, 0, "%s after '%s', of %d outputs", say_next(s), str_text(&word),
                   outputs);
    else
        grid_textf(g, r.x, r.y, r.w, ROLE_LABEL, 0, "%s after '%s': %d outputs, the likeliest%s first", say_next(s),
                   str_text(&word), outputs, pinned ? " in either run" : "");
    str_free(&word);
    int label_w = r.w >= 60 ? 16 : 9, num_w = 9, bars = pinned ? 2 : 1;
    int bar_w = (r.w - label_w - bars * num_w) / bars;
    if (pinned && list_h > 0) {
        grid_text(g, r.x + label_w, r.y + 1, bar_w + num_w - 1, ROLE_PREDICT_BASE, 0, "baseline");
        grid_text(g, r.x + label_w + bar_w + num_w, r.y + 1, bar_w + num_w, ROLE_PINNED, ATTR_BOLD, "pinned");
    }
    int top = scroll_top(sc, listed(s), list_h);
    struct prediction *p = xcalloc((size_t)top + (size_t)list_h + 1, sizeof *p);
    const bool there = session_head_there(s, t);
    int n = there ? session_predict(s, t, top + list_h, p) : 0;
    if (!there && list_h > 0)
        grid_text(g, r.x, r.y + 2, r.w, ROLE_DIM, 0, "computing");
    else if (!n && list_h > 0)
        grid_text(g, r.x, r.y + 2, r.w, ROLE_BAD, 0, "Nothing can be predicted here: the logits overflow.");
    for (int k = 0; k < list_h && top + k < n; k++) {
        const struct prediction *q = &p[top + k];
        int y = r.y + 2 + k, x = r.x + label_w;
        struct str name = {0}, cut = {0};
        say_output(s, q->output, g->glyphs, &name);
        utf8_cut(&cut, str_text(&name), label_w - 2, g->glyphs->ascii);
        bool is = t < session_steps(s) && !session_model(s)->label && !session_net(s)->bidirectional
                  && session_token_id(s, t + 1) == q->output;
        grid_text(g, r.x, y, label_w - 2, is ? ROLE_TOKEN_NOW : ROLE_TEXT, is ? ATTR_BOLD : 0, str_text(&cut));
        str_free(&name);
        str_free(&cut);
        if (pinned) {
            widget_bar(g, x, y, bar_w, (struct bar){q->p_base, NAN, 0, 1, ROLE_PREDICT_BASE});
            grid_textf(g, x + bar_w + 1, y, num_w, ROLE_NUMBER, 0, "%.4f", (double)q->p_base);
            x += bar_w + num_w;
        }
        bool differs = fabsf(q->p_base - q->p_pinned) >= 0.00005f;
        widget_bar(g, x, y, bar_w, (struct bar){q->p_pinned, differs ? q->p_base : NAN, 0, 1, ROLE_PREDICT});
        grid_textf(g, x + bar_w + 1, y, num_w, differs ? ROLE_DIFF : ROLE_NUMBER, differs ? ATTR_BOLD : 0, "%.4f",
                   (double)q->p_pinned);
    }
    free(p);
    if (below)
        draw_surprisal(s, g, (struct rect){r.x, r.y + r.h - below + 1, r.w, below - 1}, t);
}

static void explain(const struct scene *scene, const void *state, struct str *out)
{
    (void)state;
    explain_with(scene->session, &glyphs_unicode, out);
}

static const struct view_key keys[] = {
    {"line-up line-down", "<Up>", "<Down>", "scroll the list", "scroll", KEY_PAIR, scroll_line, NULL},
    {.keys = "c", .hint = "close"},
    {.keys = "o", .hint = "open"},
    {.keys = NULL},
};

const struct view view_predictions = {
    .near = true,
    .name = "predictions",
    .title = "predictions",
    .about = "the likeliest next words",
    .strip = "predictions",
    .rank = 12,
    .help = "What the model expects after this word, from h_t through its output head: the likeliest words with their "
            "probabilities. With something pinned, the baseline stands beside it. Below, how much each word of the "
            "sentence surprised the model.",
    .key = 'p',
    .state_size = sizeof(struct scroll),
    .settings_size = SCROLL_SETTINGS,
    .settings = scroll_settings,
    .keys = keys,
    .prepare = prepare,
    .work = work,
    .draw = draw,
    .explain = explain,
};
