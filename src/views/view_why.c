/* view_why.c: why this word and not that one? The difference of two logits, split twice: by unit (exact, the head is
 * linear) and by the word that wrote what the unit holds. Both columns add up, as printed, to the same difference. See
 * core/why.h. The question of which earlier word pushed a gate is the view beside it, view_attribution.c. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "core/ledger.h"
#include "core/why.h"
#include "session/rival.h"
#include "ui/widget.h"
#include "views/cells.h"
#include "views/say.h"
#include "views/sums.h"

enum {
    MOST = 24,                    /* rows of a list */
    SUMMED = 7,                   /* rows from which on a list has its sum below */
    INITIAL = 0                   /* word 0: the initial state */
};

/* A row of either list: a unit, or a word (the step that wrote), by the size of its part. */
struct part { int of; double value; };

struct kept {
    unsigned long revision;       /* of the session; 0: nothing is kept */
    int t, rival;                 /* what it was worked out for */
    bool overflow;
    bool waits;                   /* for the head */
    struct why w;
    struct part *unit, *word;     /* [units], [t + 1]: the largest first; owned */
};

struct state {
    struct { int rival, row; } set;       /* rival: the k-th likeliest of the others, from 0; row: from 0, units
                                           * first */
    struct kept kept;
    int shown_units, shown_words; /* rows of the picture, for the keys */
};

static const struct setting settings[] = {
    {"rival", SETTING_NUMBER, offsetof(struct state, set.rival), 0, RIVALS - 1, NULL},
    {"row", SETTING_NUMBER, offsetof(struct state, set.row), 0, SETTING_MOST, NULL},
    {.name = NULL},
};

static void clear(void *state)
{
    struct kept *k = &((struct state *)state)->kept;
    why_clear(&k->w);
    free(k->unit);
    free(k->word);
    *k = (struct kept){0};
}

/* ---- what is kept ------------------------------------------------------------------------------------------------ */

static int larger_first(const void *p, const void *q)
{
    const struct part *a = p, *b = q;
    double x = fabs(a->value), y = fabs(b->value);
    return x > y ? -1 : x < y ? 1 : a->of - b->of;
}

static struct part *ranked(const double *value, int n)
{
    struct part *part = xcalloc((size_t)n, sizeof *part);
    for (int k = 0; k < n; k++)
        part[k] = (struct part){k, value[k]};
    qsort(part, (size_t)n, sizeof *part, larger_first);
    return part;
}

/* Parts that are not 0 as printed, at least one. */
static int that_show(const struct part *part, int n)
{
    int shown = 1;
    while (shown < n && shown < MOST && fabs(part[shown].value) >= 0.005)
        shown++;
    return shown;
}

/* Rows of the two lists in a picture of h rows: units, words. Each list has rows for others, the bias and the sum
 * besides. */
static void plan(const struct kept *k, int h, int *units, int *words)
{
    const int besides = 3 + (k->w.hand != 0), headings = 3;
    int room = h - headings - 3 - besides;
    *units = that_show(k->unit, k->w.units);
    *words = that_show(k->word, k->t + 1);
    if (room < 2) {                               /* by unit alone; in a few rows the largest, without a sum */
        *words = 0;
        room = h < SUMMED ? h - 1 : h - 2 - 3;
        *units = *units < room ? *units : room < 0 ? 0 : room;
        return;
    }
    int fair = (room + 1) / 2;
    if (*units + *words <= room)
        return;
    if (*words < room - fair)
        fair = room - *words;
    *units = *units < fair ? *units : fair;
    *words = *words < room - *units ? *words : room - *units;
}

static void prepare(const struct scene *scene, void *state, struct rect r)
{
    struct state *st = state;
    struct kept *k = &st->kept;
    const struct session *s = scene->session;
    int t = session_cursor(s)->step, a, b;
    if (k->revision != session_revision(s) || k->t != t || k->rival != st->set.rival) {
        clear(state);
        k->revision = session_revision(s);
        k->t = t;
        k->rival = st->set.rival;
        if (t < 1 || !session_net(s)->outputs)
            return;
        if (!session_head_there(s, t)) {
            *k = (struct kept){.t = t, .waits = true};
            return;
        }
        const struct computation of = session_computation_to(s, RUN_PINNED, t);
        if (!session_rival(s, t, st->set.rival, &a, &b)) {
            k->overflow = session_net(s)->outputs > 1;
            return;
        }
        if (!why_compute(&of, t, a, b, &k->w))
            return;
        k->unit = ranked(k->w.unit, k->w.units);
        k->word = ranked(k->w.word, t + 1);
    }
    if (k->unit && r.h > 0)
        plan(k, r.h, &st->shown_units, &st->shown_words);
}

static int row(const struct state *st)
{
    int rows = st->shown_units + st->shown_words;
    return st->set.row < rows ? st->set.row : rows > 0 ? rows - 1 : 0;
}

/* Is that row one of the units? Where there is room for none, the largest. */
static bool on_unit(const struct state *st)
{
    return row(st) < st->shown_units || !st->shown_words;
}

/* ---- words ------------------------------------------------------------------------------------------------------- */

static void nothing(const struct session *s, const struct kept *k, struct str *out)
{
    if (k->t < 1)
        say_nothing(s, out);
    else if (!session_net(s)->outputs)
        str_add(out, "This model has no output head: it computes C and h, and predicts nothing.");
    else if (k->waits)
        str_add(out, "What comes next is being computed.");
    else if (k->overflow)
        str_add(out, "Nothing can be predicted here: the logits overflow.");
    else
        str_add(out, session_net(s)->outputs < 2 ? "This model has one output: there is no other word to tell it from."
                                                 : "There is not enough memory for this question.");
}

/* "gender: o 0.941 × tanh C 0.703 = h 0.662; × W 9.954 = +6.59." */
static void say_unit_part(const struct session *s, const struct kept *k, int unit, const struct glyphs *gl,
                          struct str *out)
{
    const int top = session_net(s)->layers - 1;
    double o = (double)session_value(s, RUN_PINNED, top, unit, VAL_O, k->t),
        h = (double)session_value(s, RUN_PINNED, top, unit, VAL_H, k->t);
    double squashed = tanh((double)session_value(s, RUN_PINNED, top, unit, VAL_C, k->t)), weight = k->w.weight[unit],
        term = k->w.unit[unit];
    char num[4][SUMS_MAX];
    say_unit(s, top, unit, out);
    if (session_pinned(s, top, unit, Q_H, k->t)) {
        str_addf(out, ": h is set by hand, %s", sums_number(num[0], h, 2, true));
    } else {
        struct product p = sums_product(o, squashed, h);
        str_addf(out, ": o %s %s tanh C %s %s h %s", sums_number(num[0], o, p.factor, false), gl->times,
                 sums_number(num[1], squashed, p.factor, true),
                 p.holds ? "=" : gl->about, sums_number(num[2], h, p.result, true));
    }
    int d = 3;
    while (d < 6 && fabs(sums_printed(h, d) * sums_printed(weight, d) - sums_printed(term, 2)) >= 0.00499)
        d++;
    str_addf(out, "; %s %s W(", sums_number(num[0], h, d, true), gl->times);
    say_output(s, k->w.a, gl, out);
    str_addf(out, " %s ", gl->minus);
    say_output(s, k->w.b, gl, out);
    str_addf(out, ") %s = %s.", sums_number(num[1], weight, d, true), sums_number(num[2], term, 2, true));
}

/* "'She' wrote 0.891 into gender; f kept 99.1% of it." of the unit through which the word pushes most. */
static void say_word_part(const struct session *s, const struct kept *k, int word, const struct glyphs *gl,
                          struct str *out)
{
    const int top = session_net(s)->layers - 1;
    char num[SUMS_MAX];
    if (word == INITIAL) {
        str_add(out, "The initial state was there before any word.");
        return;
    }
    double *through = xcalloc((size_t)k->w.units, sizeof *through);
    const struct computation of = session_computation_to(s, RUN_PINNED, k->w.t);
    why_units_of_word(&of, &k->w, word, through);
    int best = 0;
    for (int u = 1; u < k->w.units; u++)
        best = fabs(through[u]) > fabs(through[best]) ? u : best;
    double wrote = (double)session_value(s, RUN_PINNED, top, best, VAL_WRITTEN, word), left = 1;
    for (int t = word + 1; t <= k->t; t++)
        left *= (double)session_value(s, RUN_PINNED, top, best, VAL_F, t);
    say_quoted(s, word, gl, out);
    str_addf(out, " weighs %s through ", sums_number(num, through[best], 2, true));
    say_unit(s, top, best, out);
    str_addf(out, ": it wrote %s, ", sums_number(num, wrote, 3, true));
    if (word < k->t)
        str_addf(out, "of which %.3g%% is still there.", 100 * left);
    else
        str_add(out, "just now.");
    free(through);
}

/* Where no part stands out. */
static void say_outcome(const struct session *s, const struct kept *k, const struct glyphs *gl, struct str *out)
{
    const int top = session_net(s)->layers - 1;
    const struct part *u = &k->unit[0], *w = &k->word[0];
    char num[SUMS_MAX];
    str_addf(out, "Of the difference %s ", sums_number(num, k->w.difference, 2, true));
    say_unit(s, top, u->of, out);
    str_addf(out, " makes %s", sums_number(num, u->value, 2, true));
    if (w->of == INITIAL)
        str_addf(out, ", and the initial state %s.", sums_number(num, w->value, 2, true));
    else {
        str_add(out, ", and what ");
        say_quoted(s, w->of, gl, out);
        str_addf(out, " wrote %s.", sums_number(num, w->value, 2, true));
    }
}

static void tell_all(const struct scene *scene, const void *state, const struct glyphs *gl, struct str *out)
{
    const struct session *s = scene->session;
    const struct state *st = state;
    const struct kept *k = &st->kept;
    if (!k->unit) {
        nothing(s, k, out);
        return;
    }
    say_outcome(s, k, gl, out);
    str_addc(out, ' ');
    int at = row(st);
    if (on_unit(st))
        say_unit_part(s, k, k->unit[at < k->w.units ? at : 0].of, gl, out);
    else
        say_word_part(s, k, k->word[at - st->shown_units].of, gl, out);
}

static void tell(const struct scene *scene, const void *state, const struct glyphs *gl, struct str *out)
{
    if (((const struct state *)state)->kept.unit)         /* the picture says that there is nothing */
        tell_all(scene, state, gl, out);
}

static void explain(const struct scene *scene, const void *state, struct str *out)
{
    tell_all(scene, state, &glyphs_unicode, out);
}

/* ---- drawing ----------------------------------------------------------------------------------------------------- */

struct ctx {
    const struct scene *scene;
    const struct session *s;
    const struct state *st;
    const struct kept *k;
    struct grid *g;
    struct rect r;
    int label, bar;               /* cells */
    float lo, hi;
    double printed;               /* what the rows of this list have come to so far */
};

/* A row: what it is called, in which role, what it adds, and what is said of it (or NULL). */
struct why_row { const char *label; enum role role; double v; const char *note; };

static void draw_part(struct ctx *c, int y, const struct why_row *p, bool chosen)
{
    double v = p->v;
    struct grid *g = c->g;
    char num[SUMS_MAX];
    struct str cut = {0};
    int x = c->r.x + 1;
    c->printed += sums_printed(v, 2);
    if (chosen)
        cells_pointer(g, c->label >= 20 ? x + 9 : c->r.x, y);
    utf8_cut(&cut, p->label, c->label - 2, g->glyphs->ascii);
    grid_text_right(g, x + c->label, y, c->label - 1, chosen ? ROLE_CURSOR : p->role, chosen ? ATTR_BOLD : 0,
                    str_text(&cut));
    str_free(&cut);
    x += c->label + 1;
    widget_bar(g, x, y, c->bar, (struct bar){(float)v, NAN, c->lo, c->hi, v < 0 ? ROLE_NEGATIVE : ROLE_POSITIVE});
    x += c->bar;
    grid_textf(g, x, y, 9, ROLE_NUMBER, chosen ? ATTR_BOLD : 0, chosen ? "[%s]" : " %s", sums_number(num, v, 2, true));
    if (p->note)
        say_whole(g, x + 9, y, c->r.x + c->r.w - x - 9, ROLE_DIM, 0, p->note);
}

/* What is left of the printed digits, so that the column adds up; then the sum. */
static int draw_rest(struct ctx *c, int y, int others, double set_by_hand, const char *of_bias)
{
    char label[48], num[SUMS_MAX];
    const struct kept *k = c->k;
    draw_part(c, y++, &(struct why_row){"bias", ROLE_LABEL, k->w.bias, of_bias}, false);
    if (set_by_hand != 0)
        draw_part(c, y++, &(struct why_row){"set by hand", ROLE_PINNED, set_by_hand, NULL}, false);
    double rest = sums_printed(k->w.difference, 2) - c->printed;
    if (others)
        snprintf(label, sizeof label, "%d other%s", others, others == 1 ? "" : "s");
    else
        snprintf(label, sizeof label, "rounding");
    draw_part(c, y++, &(struct why_row){label, ROLE_DIM, fabs(rest) < 0.0049 ? 0 : rest, NULL}, false);
    int x = c->r.x + 2 + c->label + c->bar;
    grid_text_right(c->g, c->r.x + 1 + c->label, y, c->label - 1, ROLE_LABEL, 0, "together");
    grid_textf(c->g, x, y++, 9, ROLE_NUMBER, ATTR_BOLD, " %s", sums_number(num, k->w.difference, 2, true));
    return y;
}

static void draw_units(struct ctx *c, int y)
{
    const struct kept *k = c->k;
    const int top = session_net(c->s)->layers - 1, at = row(c->st);
    char name[32], note[32], num[SUMS_MAX];
    c->printed = 0;
    for (int j = 0; j < c->st->shown_units; j++) {
        int unit = k->unit[j].of;
        snprintf(note, sizeof note, "h %s",
                 sums_number(num, (double)session_value(c->s, RUN_PINNED, top, unit, VAL_H, k->t), 2, true));
        enum pen old = value_about(c->g, c->scene, (struct place){top, unit, VAL_H, k->t});
        const struct why_row p = {session_unit_label(c->s, top, unit, name), ROLE_TEXT, k->unit[j].value, note};
        draw_part(c, y + j, &p, at == j);
        grid_pen(c->g, old);
    }
    if (c->st->shown_units && c->label >= 20)
        grid_text(c->g, c->r.x + 1, y, 8, ROLE_LABEL, 0, "by unit");
    if (c->r.h >= SUMMED)
        draw_rest(c, y + c->st->shown_units, k->w.units - c->st->shown_units, 0, "no memory");
}

static void draw_words(struct ctx *c, int y)
{
    const struct kept *k = c->k;
    const int top = session_net(c->s)->layers - 1;
    int shown = c->st->shown_words, at = row(c->st) - c->st->shown_units;
    c->printed = 0;
    for (int j = 0; j < shown; j++) {
        struct str word = {0};
        int step = k->word[j].of;
        if (step == INITIAL)
            str_add(&word, "the start");
        else
            say_token(c->s, step, c->g->glyphs, &word);
        enum pen old = value_about(c->g, c->scene, (struct place){top, MARK_ANY, VAL_WRITTEN, step});
        const struct why_row p = {str_text(&word), ROLE_TOKEN, k->word[j].value, step == k->t ? "this word" : NULL};
        draw_part(c, y + j, &p, at == j);
        grid_pen(c->g, old);
        str_free(&word);
    }
    if (c->label >= 20)
        grid_text(c->g, c->r.x + 1, y, 8, ROLE_LABEL, 0, "by word");
    draw_rest(c, y + shown, k->t + 1 - shown, k->w.hand, "no word");
}

static void draw_question(const struct ctx *c, int y)
{
    const struct kept *k = c->k;
    struct str text = {0};
    str_add(&text, c->r.w < 60 ? "" : "Why ");
    say_output_quoted(c->s, k->w.a, c->g->glyphs, &text);
    str_add(&text, c->r.w < 60 ? " or " : " and not ");
    say_output_quoted(c->s, k->w.b, c->g->glyphs, &text);
    str_add(&text, " after ");
    say_quoted(c->s, k->t, c->g->glyphs, &text);
    str_add(&text, "?  ");
    int x = c->r.x + 1;
    x += grid_text(c->g, x, y, c->r.w - 2, ROLE_TEXT, ATTR_BOLD, str_text(&text));
    str_clear(&text);
    say_output(c->s, k->w.a, c->g->glyphs, &text);
    str_addf(&text, " %.3f  ", (double)session_probability(c->s, RUN_PINNED, k->t, k->w.a));
    say_output(c->s, k->w.b, c->g->glyphs, &text);
    str_addf(&text, " %.3f", (double)session_probability(c->s, RUN_PINNED, k->t, k->w.b));
    if (x + utf8_text_width(str_text(&text)) < c->r.x + c->r.w)
        grid_text(c->g, x, y, c->r.w, ROLE_PREDICT, 0, str_text(&text));
    str_free(&text);
}

/* The scale of both lists: as far as the parts go, on either side. */
static void scale(struct ctx *c)
{
    double low = 0, high = 0;
    const struct part *lists[] = {c->k->unit, c->k->word};
    const int n[] = {c->k->w.units, c->k->t + 1};
    const int shown[] = {c->st->shown_units, c->st->shown_words};
    for (int l = 0; l < 2; l++) {
        double others = 0;                        /* they have a bar of their own */
        for (int j = 0; j < n[l]; j++) {
            low = fmin(low, lists[l][j].value);
            high = fmax(high, lists[l][j].value);
            others += j >= shown[l] ? lists[l][j].value : 0;
        }
        low = fmin(low, others);
        high = fmax(high, others);
    }
    low = fmin(fmin(low, c->k->w.bias), c->k->w.hand);
    high = fmax(fmax(high, c->k->w.bias), c->k->w.hand);
    double whole = (double)widget_scale((float)fmax(high, -low)), step = whole / 5;
    c->hi = (float)(ceil(fmax(high, step) / step) * step);
    c->lo = -(float)(ceil(fmax(-low, step) / step) * step);
}

static void draw(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    const struct state *st = state;
    struct ctx c = {.scene = scene, .s = scene->session, .st = st, .k = &st->kept, .g = g, .r = r};
    if (!st->kept.unit) {
        struct str text = {0};
        nothing(c.s, c.k, &text);
        grid_wrap(g, rect_inset(r, r.w > 12 ? 2 : 0, r.h > 4 ? 1 : 0), ROLE_DIM, 0, str_text(&text));
        str_free(&text);
        return;
    }
    if (r.h < 3 || r.w < 30) {
        draw_question(&c, r.y);
        return;
    }
    c.label = r.w >= 60 ? 20 : 10;
    c.bar = r.w >= 110 ? 60 : r.w >= 76 ? 34 : r.w - c.label - 12;
    scale(&c);
    draw_question(&c, r.y);
    if (r.h >= SUMMED)
        widget_scale_row(g, r.x + 2 + c.label, r.y + 1, c.bar, c.lo, c.hi);
    draw_units(&c, r.y + 1 + (r.h >= SUMMED));
    if (st->shown_words)
        draw_words(&c, r.y + 2 + st->shown_units + 4);
}

/* ---- keys -------------------------------------------------------------------------------------------------------- */

static enum view_reply move(struct session *s, void *state, bool other, struct err *e)
{
    (void)s, (void)e;
    struct state *st = state;
    if (!st->kept.unit)
        return VIEW_IGNORED;
    int rows = st->shown_units + st->shown_words, to = row(st) + (other ? 1 : -1);
    st->set.row = to >= rows ? rows - 1 : to;
    st->set.row = st->set.row < 0 ? 0 : st->set.row;            /* in a small picture there may be no row */
    return VIEW_REDRAW;
}

/* The unit in the main view, or the word that wrote. */
static enum view_reply go_there(struct session *s, void *state, bool other, struct err *e)
{
    (void)other, (void)e;
    struct state *st = state;
    if (!st->kept.unit)
        return VIEW_IGNORED;
    int at = row(st);
    if (on_unit(st))
        session_select(s, session_net(s)->layers - 1, st->kept.unit[at].of, VAL_H);
    else
        session_goto(s, st->kept.word[at - st->shown_units].of > 0 ? st->kept.word[at - st->shown_units].of : 1);
    return VIEW_GOTO_BARS;
}

static enum view_reply turn_rival(struct session *s, void *state, bool other, struct err *e)
{
    (void)s, (void)e;
    struct state *st = state;
    st->set.rival = (st->set.rival + (other ? RIVALS - 1 : 1)) % RIVALS;
    return VIEW_REDRAW;
}

/* h of the unit to 0: the difference moves by exactly its part. */
static enum view_reply silence(struct session *s, void *state, bool other, struct err *e)
{
    (void)other;
    struct state *st = state;
    int at = row(st), top = session_net(s)->layers - 1;
    if (!st->kept.unit || !on_unit(st)) {
        err_set(e, NULL, NULL, "a unit can be silenced, a word cannot: choose a row of the upper list");
        return VIEW_REDRAW;
    }
    session_pin(s, (struct place){top, st->kept.unit[at].of, VAL_H, st->kept.t}, 0, false, e);
    return VIEW_REDRAW;
}

static const struct view_key keys[] = {
    {"prev-row next-row", "<Up> k", "<Down> j", "select a unit or a word", "row", KEY_PAIR, move, NULL},
    {"go", "<Enter>", NULL, "go to that unit, or to the word that wrote", "go there", 0, go_there, NULL},
    {"gate", "f", NULL, "ask what pushed a gate instead", "ask a gate", 0, NULL, "view attribution"},
    {"next-rival prev-rival", "y", "Y", "against another word", "rival", 0, turn_rival, NULL},
    {"silence", "c", NULL, "set h of that unit to 0: the difference moves by its part", "silence it", KEY_EDITS,
     silence, NULL},
    {.keys = NULL},
};

const struct view view_why = {
    .name = "why",
    .title = "why",
    .about = "why this word and not that one, by unit and by word",
    .strip = "why",
    .rank = 4,
    .help = "Why this word and not that one? logit a - logit b = sum over units of (W[a] - W[b]) h, plus the biases: "
            "the head is linear, so the split by unit is exact and leaves nothing to choose (direct logit "
            "attribution). Each unit's part is then handed to the words that wrote its C, as the ledger keeps them: "
            "exact sums too, but first order: the gates and candidates are taken as they were, and that they were "
            "computed from earlier words as well is not followed. What is left of the printed digits is a row of its "
            "own, so that both columns add up. The first question is the word that does come against the likeliest of "
            "the others.",
    .key = 'A',
    .state_size = sizeof(struct state),
    .settings_size = offsetof(struct state, kept),
    .settings = settings,
    .keys = keys,
    .prepare = prepare,
    .draw = draw,
    .tell = tell,
    .explain = explain,
    .clear = clear,
};
