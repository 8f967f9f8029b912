/* view_suite.c: how often the network is right over a set of sentences, by condition, and how often with one unit taken
 * out: the units that are missed most on top. A cell leads to the sentences in it that go wrong; what their words are
 * (the labels of the file) stands under them as a track. The scores are worked out a sentence at a time, in slices. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/builtin.h"
#include "base/clamp.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "session/suite.h"
#include "session/survey.h"
#include "views/cells.h"
#include "views/say.h"
#include "views/suite_view.h"
#include "views/sums.h"
#include "views/view.h"

enum { CONDITIONS_MOST = 1000, MATTERS = 10 };

struct state {
    struct { int unit, condition, failing; } set; /* 0: nothing taken out; 0: all conditions; the k-th that fails */

    char *text, *name;            /* of the file, as it was read; NULL: none yet */
    size_t len;
    unsigned long revision;       /* of the session; 0: nothing is kept */
    uint64_t weights;             /* session_weights of what was scored */
    struct suite *suite;          /* NULL: there is none, or `trouble` */
    struct err trouble;
    int *order;                   /* [1 + units]: nothing taken out, then the units, the most missed first */
    bool failed;
};

static const struct setting settings[] = {
    {"unit", SETTING_NUMBER, offsetof(struct state, set.unit), 0, SETTING_MOST, NULL},
    {"condition", SETTING_NUMBER, offsetof(struct state, set.condition), 0, CONDITIONS_MOST, NULL},
    {"failing", SETTING_NUMBER, offsetof(struct state, set.failing), 0, SETTING_MOST, NULL},
    {.name = NULL},
};

static void forget(struct state *st)
{
    suite_free(st->suite);
    free(st->order);
    st->suite = NULL;
    st->order = NULL;
    st->failed = false;
    st->revision = 0;
    st->trouble.text[0] = '\0';
}

static void clear(void *state)
{
    struct state *st = state;
    forget(st);
    free(st->text);
    free(st->name);
    st->text = st->name = NULL;
    st->len = 0;
}

/* ---- which suite ------------------------------------------------------------------------------------------------- */

static const struct builtin *built_in(const char *name)
{
    struct str path = {0};
    str_addf(&path, "data/suites/%s.tsv", name);
    const struct builtin *b = builtin_find(str_text(&path));
    str_free(&path);
    return b;
}

static void take(struct state *st, const char *name, const char *data, size_t len)
{
    clear(st);
    st->name = xstrdup(name);
    st->text = xstrndup(data, len);
    st->len = len;
    st->set.unit = st->set.condition = st->set.failing = 0;
}

bool suite_view_open(void *state, const struct session *s, const char *name_or_file, struct err *e)
{
    const struct builtin *b = built_in(name_or_file);
    char *data = NULL;
    size_t len = b ? b->len : 0;
    if (!b && !file_read_if(name_or_file, FILE_SMALL, file_is_text, &data, &len, e))
        return false;
    const char *name = b ? name_or_file : file_base(name_or_file);
    struct suite *u = suite_parse(s, b ? b->data : data, len, name, e);
    if (u)
        take(state, name, b ? b->data : data, len);
    suite_free(u);
    free(data);
    return u;
}

static void update(const struct session *s, struct state *st)
{
    if (st->revision == session_revision(s))
        return;
    uint64_t weights = session_weights(s) ^ (uint64_t)session_model_number(s);
    if (st->revision && st->weights == weights) {
        st->revision = session_revision(s);
        return;
    }
    forget(st);
    const char *model = session_model(s)->name;
    const struct builtin *own = st->text || !model ? NULL : built_in(model);
    if (own)
        take(st, model, own->data, own->len);
    st->revision = session_revision(s);
    st->weights = weights;
    if (st->text)
        st->suite = suite_parse(s, st->text, st->len, st->name, &st->trouble);
}

static void prepare(const struct scene *scene, void *state, struct rect r)
{
    (void)r;
    update(scene->session, state);
}

/* ---- scores ------------------------------------------------------------------------------------------------------ */

struct ranked { double right; int taken_out; };

static int most_missed(const void *p, const void *q)
{
    const struct ranked *a = p, *b = q;
    return a->right < b->right ? -1 : a->right > b->right ? 1 : a->taken_out - b->taken_out;
}

static void rank(struct state *st)
{
    const struct suite *u = st->suite;
    struct ranked *r = xcalloc((size_t)u->units, sizeof *r);
    free(st->order);
    st->order = xcalloc((size_t)u->units + 1, sizeof *st->order);
    for (int k = 0; k < u->units; k++)
        r[k] = (struct ranked){suite_share(u, -1, k + 1).right, k + 1};
    qsort(r, (size_t)u->units, sizeof *r, most_missed);
    for (int k = 0; k < u->units; k++)
        st->order[k + 1] = r[k].taken_out;
    free(r);
}

static enum view_work work(struct session *s, void *state, int ms, struct str *progress, struct err *e)
{
    struct state *st = state;
    update(s, st);
    if (!st->suite || st->failed || st->suite->scored >= st->suite->items)
        return WORK_NONE;
    double until = clock_ms() + ms;
    do
        st->failed = !suite_score_next(s, st->suite);
    while (!st->failed && st->suite->scored < st->suite->items && clock_ms() < until);
    rank(st);
    str_addf(progress, "%s: %d of %d sentences", st->suite->name, st->suite->scored, st->suite->items);
    if (st->failed) {
        err_set(e, st->suite->name, NULL, "there is not enough memory to score it");
        return WORK_FAILED;
    }
    return st->suite->scored < st->suite->items ? WORK_MORE : WORK_DONE;
}

/* The row the cursor is on, as a number of a unit + 1; the condition, -1: all. */
static int taken_out(const struct state *st)
{
    return st->set.unit <= st->suite->units ? st->set.unit : 0;
}

static int condition(const struct state *st)
{
    return st->set.condition <= st->suite->conditions ? st->set.condition - 1 : -1;
}

/* The sentence that is shown: of those of the cell that fail the chosen one, round and round; of none, the cell's
 * first. *failing says how many fail. -1: nothing is scored yet. */
static int shown(const struct state *st, int *failing)
{
    const struct suite *u = st->suite;
    int c = condition(st), out = taken_out(st), first = -1, n = 0, found = -1;
    for (int pass = 0; pass < 2; pass++) {
        int k = 0;
        for (int i = 0; i < u->scored; i++) {
            if (c >= 0 && u->item[i].condition != c)
                continue;
            first = first < 0 ? i : first;
            if (suite_margin(u, i, out) > SUITE_TIE)
                continue;
            if (pass && k == st->set.failing % n)
                found = i;
            k++;
        }
        n = k;
        if (!n)
            break;
    }
    *failing = n;
    return n ? found : first;
}

/* ---- words ------------------------------------------------------------------------------------------------------- */

static void nothing(const struct session *s, const struct state *st, struct str *out)
{
    if (*st->trouble.text)
        str_addf(out, "This suite is not for this model: %s.", st->trouble.text);
    else if (!session_outputs(s) || !session_model(s)->vocab)
        str_add(out, "This model predicts no words: no sentence can be right or wrong.");
    else
        str_add(out, "There are no sentences yet. :suite FILE reads a line for each: its words, the right next word, "
                     "a wrong one, a condition, with tabs between.");
}

static void say_row(const struct session *s, const struct state *st, int out_of, struct str *out)
{
    char name[SAY_UNIT];
    int layer, unit;
    (void)st;
    if (!out_of) {
        str_add(out, "none taken out");
        return;
    }
    suite_unit(s, out_of - 1, &layer, &unit);
    if (session_net(s)->layers > 1)
        str_addf(out, "l%d ", layer + 1);
    str_add(out, session_unit_label(s, layer, unit, name));
}

static int percent(struct suite_share sh)
{
    return sh.of ? (int)lround(100 * sh.right / sh.of) : 0;
}

/* The condition that loses most when that unit is taken out. */
static int hardest(const struct suite *u, int out)
{
    int best = 0;
    for (int c = 1; c < u->conditions; c++)
        if (percent(suite_share(u, c, out)) < percent(suite_share(u, best, out)))
            best = c;
    return best;
}

static void say_scores(const struct session *s, const struct state *st, struct str *out)
{
    const struct suite *u = st->suite;
    struct suite_share all = suite_share(u, -1, 0);
    if (!u->scored || !st->order) {
        str_add(out, "Nothing is scored yet.");
        return;
    }
    str_addf(out, "%st is right in %g of %d sentences (%d%%).",
             session_pin_count(s) ? "Without what is set by hand i" : "I", all.right, all.of, percent(all));
    if (all.right < all.of) {
        int c = hardest(u, 0);
        struct suite_share sh = suite_share(u, c, 0);
        str_addf(out, " Fewest in '%s': %g of %d.", u->condition[c], sh.right, sh.of);
    }
    int worst = st->order[1];
    struct suite_share left = suite_share(u, -1, worst);
    if (percent(all) - percent(left) < MATTERS) {
        str_addf(out, " No single unit matters: without any one of them at least %d%% stay right.", percent(left));
        return;
    }
    int layer, unit;
    suite_unit(s, worst - 1, &layer, &unit);
    str_addf(out, " Without %s", model_unit_name(session_model(s), layer, unit) ? "" : "unit ");
    say_row(s, st, worst, out);
    int c = hardest(u, worst);
    struct suite_share there = suite_share(u, c, worst);
    if (left.ties == left.of)
        str_add(out, " both words are equally likely in every one of them: nothing else decides.");
    else
        str_addf(out, " %d%% are (50%% would be chance), in '%s' %d%%.", percent(left), u->condition[c],
                 percent(there));
    if (u->units > 1) {
        struct suite_share next = suite_share(u, -1, st->order[2]);
        str_addf(out, " Without any one of the others at least %d%%.", percent(next));
    }
}

/* A table with tabs, for scripts; then the sentences. */
static void explain(const struct scene *scene, const void *state, struct str *out)
{
    const struct state *st = state;
    const struct session *s = scene->session;
    if (!st->suite) {
        nothing(s, st, out);
        return;
    }
    const struct suite *u = st->suite;
    str_add(out, "taken out\tall");
    for (int c = 0; c < u->conditions; c++)
        str_addf(out, "\t%s", u->condition[c]);
    for (int row = 0; st->order && row <= u->units; row++) {
        int k = st->order[row];
        str_addc(out, '\n');
        say_row(s, st, k, out);
        for (int c = -1; c < u->conditions; c++) {
            struct suite_share sh = suite_share(u, c, k);
            str_addf(out, "\t%g/%d", sh.right, sh.of);
        }
    }
    str_addc(out, '\n');
    say_scores(s, st, out);
}

static void tell(const struct scene *scene, const void *state, const struct glyphs *gl, struct str *out)
{
    (void)gl;
    const struct state *st = state;
    if (st->suite)
        say_scores(scene->session, st, out);
}

/* ---- drawing ----------------------------------------------------------------------------------------------------- */

struct ctx {
    const struct session *s;
    const struct state *st;
    const struct suite *u;
    struct grid *g;
    struct rect r;
    int label, column, columns, first;    /* cells of a row's name, of a column; columns that fit, the first of them */
};

static int column_x(const struct ctx *c, int k)
{
    return c->r.x + c->label + (k - c->first) * c->column;
}

/* The names of the columns, over two rows where they are long. */
static void draw_head(const struct ctx *c, int y, int rows)
{
    for (int k = c->first; k < c->first + c->columns && k <= c->u->conditions; k++) {
        const char *name = k ? c->u->condition[k - 1] : "all";
        bool now = k == c->st->set.condition;
        grid_wrap(c->g, (struct rect){column_x(c, k) + 1, y, c->column - 2, rows}, now ? ROLE_CURSOR : ROLE_LABEL,
                  now ? ATTR_BOLD : 0, name);
    }
}

static void draw_row(const struct ctx *c, int y, int out)
{
    bool now = out == taken_out(c->st);
    struct str name = {0}, cut = {0};
    say_row(c->s, c->st, out, &name);
    utf8_cut(&cut, str_text(&name), c->label - 3, c->g->glyphs->ascii);
    if (now)
        cells_pointer(c->g, c->r.x, y);
    grid_text(c->g, c->r.x + 2, y, c->label - 3, now ? ROLE_CURSOR : ROLE_LABEL, now ? ATTR_BOLD : 0, str_text(&cut));
    for (int k = c->first; k < c->first + c->columns && k <= c->u->conditions; k++) {
        struct suite_share sh = suite_share(c->u, k - 1, out), whole = suite_share(c->u, k - 1, 0);
        bool here = now && k == c->st->set.condition, less = percent(whole) - percent(sh) >= MATTERS;
        int x = column_x(c, k);
        char num[16] = "-";
        if (sh.of)
            snprintf(num, sizeof num, "%d%%", percent(sh));
        grid_text_right(c->g, x + 6, y, 5, here ? ROLE_TOKEN_NOW : less ? ROLE_DIFF : ROLE_NUMBER,
                        here || less ? ATTR_BOLD : 0, num);
        if (here) {
            grid_put(c->g, x, y, '[', ROLE_TOKEN_NOW, ATTR_BOLD);
            grid_put(c->g, x + 6, y, ']', ROLE_TOKEN_NOW, ATTR_BOLD);
        }
    }
    str_free(&name);
    str_free(&cut);
}

/* The sentence of the cell word by word, its labels under it, and what was asked. Rows: 2, with labels 3. */
static void draw_sentence(const struct ctx *c, int y, int item, int failing)
{
    const struct suite_item *it = &c->u->item[item];
    struct str text = {0};
    char num[SUMS_MAX];
    int x = c->r.x + 2, right = c->r.x + c->r.w;
    for (int t = 0; t < it->prefix.n; t++) {
        int w = utf8_text_width(tokens_text(&it->prefix, t)), l = it->label ? utf8_text_width(it->label[t]) : 0;
        w = l > w ? l : w;
        if (x + w > right - 2) {
            grid_text(c->g, x, y, right - x, ROLE_DIM, 0, c->g->glyphs->etc);
            break;
        }
        grid_text(c->g, x, y, w, ROLE_TEXT, 0, tokens_text(&it->prefix, t));
        if (l)
            grid_text(c->g, x, y + 1, w, ROLE_DIM, 0, it->label[t]);
        x += w + 1;
    }
    double margin = (double)suite_margin(c->u, item, taken_out(c->st));
    str_add(&text, "'");
    say_output(c->s, it->right, c->g->glyphs, &text);
    str_addf(&text, "' over '");
    say_output(c->s, it->wrong, c->g->glyphs, &text);
    str_addf(&text, "' by %s", sums_number(num, margin, 2, true));
    str_addf(&text, failing ? "   %d of %d that go wrong here, line %d" : "   none goes wrong here", failing
             ? c->st->set.failing % failing + 1 : 0, failing, it->line);
    grid_text(c->g, c->r.x + 2, y + 1 + (it->label != NULL), c->r.w - 2,
              margin > (double)SUITE_TIE ? ROLE_GOOD : ROLE_BAD, 0, str_text(&text));
    str_free(&text);
}

static void draw(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    const struct state *st = state;
    struct ctx c = {.s = scene->session, .st = st, .u = st->suite, .g = g};
    struct str text = {0};
    c.r = r = rect_inset(r, r.w > 24 ? 1 : 0, 0);
    if (!c.u) {
        nothing(c.s, st, &text);
        say_wrap(g, r, ROLE_DIM, 0, str_text(&text));
        str_free(&text);
        return;
    }
    int y = r.y, all = c.u->conditions + 1, failing, item = shown(st, &failing), wide = r.w >= 60;
    str_addf(&text, wide ? "%s: how many sentences it gets right, with one unit taken out a row"
                         : "%s: right of all", c.u->name);
    grid_text(g, r.x, y++, r.w, ROLE_TEXT, ATTR_BOLD, str_text(&text));
    str_free(&text);
    c.label = wide ? 18 : 11;
    c.column = (r.w - c.label) / (all < 6 ? all : 6);
    c.column = clamp_int(c.column, 9, 14);
    c.columns = (r.w - c.label) / c.column;
    c.first = st->set.condition >= c.columns ? st->set.condition - c.columns + 1 : 0;
    int head = r.h >= 9 ? 2 : 1, below = item >= 0 && r.h >= 9 ? 3 : 0;
    below += below && c.u->item[item].label;
    draw_head(&c, y, head);
    y += head;
    int rows = r.y + r.h - y - below, at = 0, first = 1;
    if (!st->order)
        return;
    for (int k = 0; k <= c.u->units; k++)
        at = st->order[k] == taken_out(st) ? k : at;
    if (at >= rows)                               /* the first row stays, the units scroll under it */
        first = at - rows + 2;
    if (rows > 0)
        draw_row(&c, y++, 0);
    for (int k = first; k <= c.u->units && k - first < rows - 1; k++)
        draw_row(&c, y++, st->order[k]);
    if (below)
        draw_sentence(&c, r.y + r.h - below + 1, item, failing);
}

/* ---- keys -------------------------------------------------------------------------------------------------------- */

static enum view_reply move_row(struct session *s, void *state, bool other, struct err *e)
{
    (void)s, (void)e;
    struct state *st = state;
    if (!st->order)
        return VIEW_REDRAW;
    int at = 0, n = st->suite->units;
    for (int k = 0; k <= n; k++)
        at = st->order[k] == taken_out(st) ? k : at;
    at += other ? at < n : -(at > 0);
    st->set.unit = st->order[at];
    st->set.failing = 0;
    return VIEW_REDRAW;
}

static enum view_reply move_column(struct session *s, void *state, bool other, struct err *e)
{
    (void)s, (void)e;
    struct state *st = state;
    if (!st->suite)
        return VIEW_REDRAW;
    st->set.condition += other ? st->set.condition < st->suite->conditions : -(st->set.condition > 0);
    st->set.failing = 0;
    return VIEW_REDRAW;
}

static enum view_reply move_failing(struct session *s, void *state, bool other, struct err *e)
{
    (void)s, (void)e;
    struct state *st = state;
    int n = 0;
    if (st->suite && shown(st, &n) >= 0 && n)
        st->set.failing = (st->set.failing % n + (other ? n - 1 : 1)) % n;
    return VIEW_REDRAW;
}

/* The sentence and its right word as the sitting's, with the unit taken out of it: one edit. */
static enum view_reply open(struct session *s, void *state, bool other, struct err *e)
{
    (void)other;
    struct state *st = state;
    int failing, item = st->suite ? shown(st, &failing) : -1, layer = 0, unit = 0, out;
    if (item < 0)
        return VIEW_REDRAW;
    const struct suite_item *it = &st->suite->item[item];
    const char **word = xcalloc((size_t)it->prefix.n + 1, sizeof *word);
    char number[16];
    for (int t = 0; t < it->prefix.n; t++)
        word[t] = tokens_text(&it->prefix, t);
    word[it->prefix.n] = model_label(session_model(s), it->right, number);
    out = taken_out(st);
    session_begin(s);
    session_unpin_all(s);
    bool ok = session_set_tokens(s, word, it->prefix.n + 1, "suite", e);
    if (ok && out) {
        suite_unit(s, out - 1, &layer, &unit);
        for (int t = 1; ok && t <= it->prefix.n; t++)
            ok = session_pin(s, (struct place){layer, unit, VAL_C, t}, 0, false, e);
        session_select(s, layer, unit, VAL_C);
    }
    if (ok)
        session_goto(s, it->prefix.n);
    session_end(s);
    free(word);
    return ok ? VIEW_GOTO_BARS : VIEW_REDRAW;
}

static const struct view_key keys[] = {
    {"prev-row next-row", "<Up> k", "<Down> j", "the row above, below: another unit taken out", "unit", KEY_PAIR,
     move_row, NULL},
    {"prev-condition next-condition", "<Left> h", "<Right> l", "the condition to the left, to the right", "condition",
     KEY_PAIR, move_column, NULL},
    {"next-failing prev-failing", "n", "N", "the next sentence of this cell that goes wrong, the one before",
     "next wrong", 0, move_failing, NULL},
    {"open", "<Enter>", NULL, "make it the sentence, with that unit taken out", "open it", KEY_EDITS, open, NULL},
    {.keys = NULL},
};

const struct view view_suite = {
    .name = "suite",
    .title = "suite",
    .about = "pairs of sentences: how often it is right",
    .strip = "suite",
    .rank = 21,
    .help = "How often the network is right over a set of sentences (:suite FILE, --suite FILE; story and agreement "
            "come with the program): a sentence counts as right when after its words the right next word has a "
            "larger logit than the wrong one; where the two are equal it counts half. By condition, and with one "
            "unit taken out at a time: its C, and so its h, is 0 at every word (Lakretz et al. 2019 take units out "
            "so). That says what the others can do without it, which is not the same as what it does: two units that "
            "do the same work both look dispensable. Percentages of few sentences jump: of 20, one is 5%. Pins of "
            "the sitting do not count, edited weights do. Under the table a sentence of the marked cell, one that "
            "goes wrong if there is one, with the labels of the file under its words.",
    .key = 'Y',
    .state_size = sizeof(struct state),
    .settings_size = offsetof(struct state, text),
    .settings = settings,
    .keys = keys,
    .prepare = prepare,
    .draw = draw,
    .tell = tell,
    .explain = explain,
    .clear = clear,
    .work = work,
};
