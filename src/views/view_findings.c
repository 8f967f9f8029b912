/* view_findings.c: why, in four sentences, each of them from the view that can show it: which unit makes this word and
 * not that one (why), at which word its memory can be lost or exchanged (sweep), who wrote it (ledger), and how far a
 * gate can be turned before the answer tips (dial). Nothing is worked out here that those views do not work out; Enter
 * opens the one the sentence is from, set to what it says. */
#include <math.h>
#include <string.h>

#include "base/utf8.h"
#include "core/ledger.h"
#include "core/why.h"
#include "session/rival.h"
#include "views/cells.h"
#include "views/dial_view.h"
#include "views/say.h"
#include "views/sums.h"
#include "views/sweep_view.h"

enum { LINES = 4, STEPS = 2000 };
enum line { LINE_WHY, LINE_SWEEP, LINE_LEDGER, LINE_DIAL };

struct state {
    struct { int line; } set;

    unsigned long revision, other; /* of the session and the other sentence; 0: nothing is kept */
    int t;
    bool asked;                   /* is there a word and a rival? */
    struct why w;
    int layer, unit;              /* of the top layer, the unit that makes most of the difference */
    struct sweep_state sweep;
    struct ledger ledger;
    int account;                  /* the step whose account is largest; 0: the initial state; -1: set by hand */
    struct dial_kept dial;
};

static const struct setting settings[] = {
    {"line", SETTING_NUMBER, offsetof(struct state, set.line), 0, LINES - 1, NULL},
    {.name = NULL},
};

static void clear(void *state)
{
    struct state *st = state;
    why_clear(&st->w);
    sweep_forget(&st->sweep);
    ledger_clear(&st->ledger);
    memset(&st->revision, 0, sizeof *st - offsetof(struct state, revision));
}

/* ---- what is kept ------------------------------------------------------------------------------------------------ */

/* The unit whose part goes furthest in the direction of the difference. */
static int strongest(const struct why *w)
{
    int best = 0;
    double sign = w->difference < 0 ? -1 : 1;
    for (int u = 1; u < w->units; u++)
        best = sign * w->unit[u] > sign * w->unit[best] ? u : best;
    return best;
}

static int largest_account(const struct ledger *l, int t)
{
    int best = 0;
    for (int k = 1; k <= t; k++)
        best = fabs(ledger_share(l, t, k)) > fabs(ledger_share(l, t, best)) ? k : best;
    return fabs(l->hand[t]) > fabs(ledger_share(l, t, best)) ? -1 : best;
}

/* A gate that the memory passes: f at the word where closing it does most, or, written just now, i. */
static void choose_gate(const struct state *st, int *t, enum value *v)
{
    int written = st->account;
    *v = VAL_F;
    *t = written < st->t && st->sweep.sweep && st->sweep.of_to == SWEEP_TO_0 ? st->sweep.at[st->unit]
        : written < st->t ? st->t : written;
    if (written == st->t || *t == written)
        *v = VAL_I;
}

static void work_out(const struct session *s, struct state *st)
{
    int a, b;
    const struct computation of = session_computation_to(s, RUN_PINNED, st->t);
    if (!session_rival(s, st->t, 0, &a, &b) || !why_compute(&of, st->t, a, b, &st->w))
        return;
    st->layer = session_net(s)->layers - 1;
    st->unit = strongest(&st->w);
    if (st->t > STEPS || !ledger_compute(&of, st->layer, st->unit, st->t, &st->ledger))
        return;
    st->account = largest_account(&st->ledger, st->t);
    st->sweep = (struct sweep_state){.asked = st->t, .what = Q_F, .to = SWEEP_TO_0};
    if (session_compare(s) && session_steps(session_compare(s)) >= st->t) {
        st->sweep.what = Q_C;
        st->sweep.to = SWEEP_TO_OTHER;
    }
    sweep_prepare_at(s, st->layer, st->t, &st->sweep);
    if (st->sweep.trouble == SWEEP_SAME_ANSWER) {
        st->sweep.what = Q_F;
        st->sweep.to = SWEEP_TO_0;
        sweep_prepare_at(s, st->layer, st->t, &st->sweep);
    }
    enum value v;
    int t;
    choose_gate(st, &t, &v);
    st->dial = (struct dial_kept){.layer = st->layer, .unit = st->unit, .t = t, .v = v};
    if (t >= 1)
        dial_work_out(s, &st->dial);
    st->asked = true;
}

static void prepare(const struct scene *scene, void *state, struct rect r)
{
    (void)r;
    struct state *st = state;
    const struct session *s = scene->session, *other = session_compare(s);
    int t = session_cursor(s)->step;
    unsigned long revision = other ? session_revision(other) : 0;
    if (st->revision == session_revision(s) && st->other == revision && st->t == t)
        return;
    clear(st);
    st->revision = session_revision(s);
    st->other = revision;
    st->t = t;
    if (t >= 1 && session_outputs(s) > 1)
        work_out(s, st);
}

/* ---- the four sentences ------------------------------------------------------------------------------------------ */

/* "'her' and not 'his' after 'with': the difference of their logits is +6.41; unit gender makes +6.59 of it." */
static void say_why(const struct session *s, const struct state *st, const struct glyphs *gl, struct str *out)
{
    char num[SUMS_MAX], name[SAY_UNIT];
    const struct why *w = &st->w;
    say_output_quoted(s, w->a, gl, out);
    str_add(out, " and not ");
    say_output_quoted(s, w->b, gl, out);
    str_add(out, " after ");
    say_quoted(s, st->t, gl, out);
    str_addf(out, ": the difference of their logits is %s; ", sums_number(num, w->difference, 2, true));
    str_addf(out, "%s makes %s of it", say_unit_name(s, st->layer, st->unit, name),
             sums_number(num, w->unit[st->unit], 2, true));
    if (fabs(w->bias) > fabs(w->unit[st->unit]))
        str_addf(out, ", and the bias, which knows no words, %s", sums_number(num, w->bias, 2, true));
    str_addc(out, '.');
}

/* "C of gender is +0.87 there: 'She' wrote +0.89 of it, and 99.1% of that is left." */
static void say_ledger(const struct session *s, const struct state *st, const struct glyphs *gl, struct str *out)
{
    char num[SUMS_MAX], name[SAY_UNIT];
    const struct ledger *l = &st->ledger;
    str_addf(out, "C of %s is %s there: ", say_unit_name(s, st->layer, st->unit, name),
             sums_number(num, (double)session_value(s, RUN_PINNED, st->layer, st->unit, VAL_C, st->t), 2, true));
    if (st->account < 0) {
        str_addf(out, "what was set by hand at step %d is %s of it.", l->hand_step[st->t],
                 sums_number(num, l->hand[st->t], 2, true));
        return;
    }
    double left = ledger_share(l, st->t, st->account), wrote = ledger_share(l, st->account, st->account);
    if (st->account == 0)
        str_add(out, "the initial state");
    else
        say_quoted(s, st->account, gl, out);
    str_addf(out, "%s accounts for %s of it", st->account ? "" : " still", sums_number(num, left, 2, true));
    if (st->account == st->t)
        str_add(out, ", written just now.");
    else if (wrote != 0)
        str_addf(out, ", %.3g%% of what it wrote.", 100 * left / wrote);
    else
        str_addc(out, '.');
}

static void nothing(const struct session *s, const struct state *st, struct str *out)
{
    if (st->t < 1)
        say_nothing(s, out);
    else if (session_outputs(s) < 2)
        str_add(out, "This model predicts no words of which one could be preferred to another.");
    else
        str_add(out, st->t > STEPS ? "That is too far into the text to keep its books; go back." :
                     "Nothing can be predicted here: the logits overflow.");
}

static void say_line(const struct session *s, const struct state *st, enum line line, const struct glyphs *gl,
                     struct str *out)
{
    switch (line) {
    case LINE_WHY: say_why(s, st, gl, out); break;
    case LINE_SWEEP:
        if (st->sweep.sweep)
            sweep_say_largest(s, &st->sweep, gl, out);
        else
            sweep_say_trouble(s, &st->sweep, out);
        break;
    case LINE_LEDGER: say_ledger(s, st, gl, out); break;
    case LINE_DIAL: dial_tell(s, &st->dial, gl, out); break;
    }
}

static void explain(const struct scene *scene, const void *state, struct str *out)
{
    const struct state *st = state;
    if (!st->asked)
        nothing(scene->session, st, out);
    for (int k = 0; st->asked && k < LINES; k++) {
        say_line(scene->session, st, (enum line)k, &glyphs_unicode, out);
        if (k + 1 < LINES)
            str_addc(out, '\n');
    }
}

/* ---- drawing ----------------------------------------------------------------------------------------------------- */

static const struct { const char *of, *brief; const struct view *view; } source[LINES] = {
    {"why", "A", &view_why}, {"sweep", "W", &view_sweep}, {"ledger", "M", &view_ledger}, {"dial", "%", &view_dial},
};

static void draw(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    const struct state *st = state;
    struct str text = {0};
    r = rect_inset(r, r.w > 24 ? 1 : 0, 0);
    bool wide = r.w >= 60;
    int side = wide ? 13 : 4, y = r.y, bottom = r.y + r.h;
    if (!st->asked) {
        nothing(scene->session, st, &text);
        say_wrap(g, r, ROLE_DIM, 0, str_text(&text));
        str_free(&text);
        return;
    }
    if (r.h >= 10)
        y += 1 + grid_wrap(g, (struct rect){r.x, y, r.w, 1}, ROLE_TEXT, ATTR_BOLD, "Why, in four sentences");
    int all = 0;
    for (int k = 0; k < LINES; k++) {
        str_clear(&text);
        say_line(scene->session, st, (enum line)k, g->glyphs, &text);
        all += grid_wrap_lines(r.w - side, str_text(&text));
    }
    int gap = bottom - y >= all + LINES - 1, first = bottom - y < all ? st->set.line : 0;
    for (int k = first; k < LINES && y < bottom; k++) {
        bool now = k == st->set.line;
        str_clear(&text);
        say_line(scene->session, st, (enum line)k, g->glyphs, &text);
        int used = say_wrap(g, (struct rect){r.x + side, y, r.w - side, bottom - y}, ROLE_TEXT, now ? ATTR_BOLD : 0,
                            str_text(&text));
        if (!used)
            break;
        if (now)
            cells_pointer(g, r.x, y);
        grid_textf(g, r.x + 2, y, side - 2, now ? ROLE_CURSOR : ROLE_LABEL, now ? ATTR_BOLD : 0,
                   wide ? "%s %s" : "%s", source[k].brief, source[k].of);
        y += used + gap;
    }
    str_free(&text);
}

/* ---- keys -------------------------------------------------------------------------------------------------------- */

static enum view_reply move(struct session *s, void *state, bool other, struct err *e)
{
    (void)s, (void)e;
    struct state *st = state;
    st->set.line = (st->set.line + (other ? 1 : LINES - 1)) % LINES;
    return VIEW_REDRAW;
}

/* The cursor goes to the number the sentence is about; the view comes after (leads_to, hand_over). */
static enum view_reply open(struct session *s, void *state, bool other, struct err *e)
{
    (void)other, (void)e;
    const struct state *st = state;
    if (!st->asked)
        return VIEW_REDRAW;
    if (st->set.line == LINE_DIAL) {
        session_goto(s, st->dial.t);
        session_select(s, st->layer, st->unit, st->dial.v);
    } else {
        session_select(s, st->layer, st->unit, st->set.line == LINE_SWEEP ? (enum value)st->sweep.of_what : VAL_C);
        if (st->set.line == LINE_SWEEP && st->sweep.sweep)
            session_goto(s, st->sweep.at[st->sweep.order[0]]);
    }
    return VIEW_GOTO;
}

static const struct view *leads_to(const void *state)
{
    return source[((const struct state *)state)->set.line].view;
}

static void hand_over(const void *state, void *to)
{
    const struct state *st = state;
    struct sweep_state *sweep = to;
    if (st->set.line != LINE_SWEEP)
        return;
    sweep->asked = st->sweep.asked;
    sweep->what = st->sweep.what;
    sweep->to = st->sweep.to;
    sweep->chosen = sweep->window = sweep->place = 0;
}

static const struct view_key keys[] = {
    {"prev-sentence next-sentence", "<Up> k", "<Down> j", "the sentence above, below", "sentence", KEY_PAIR, move,
     NULL},
    {"open", "<Enter>", NULL, "the view that the sentence is from, set to what it says", "open it", 0, open, NULL},
    {.keys = NULL},
};

const struct view view_findings = {
    .name = "findings",
    .title = "findings",
    .about = "why this word and not another, in four sentences",
    .strip = "findings",
    .rank = 20,
    .help = "Why this word and not another, in four sentences: the unit that makes most of the difference of the two "
            "logits (why); the word at which closing its gate does most, or, when :compare names another sentence, "
            "whose value would turn the answer into that one's (sweep); what its cell state is made of (ledger); and "
            "how far a gate can be turned before the answer changes (dial). Each is what that view says, with that "
            "view's limits; Enter opens it. The unit is one of the top layer, the one whose part is largest in the "
            "direction of the difference; where several share the work, the sentences are about the first of them "
            "only.",
    .key = ';',
    .state_size = sizeof(struct state),
    .settings_size = offsetof(struct state, revision),
    .settings = settings,
    .keys = keys,
    .prepare = prepare,
    .draw = draw,
    .explain = explain,
    .clear = clear,
    .leads_to = leads_to,
    .hand_over = hand_over,
};
