/* view_every_word.c: how does the gate decide? The selected gate of one unit at this step under every word of the
 * vocabulary: which words would close it, which would open it, what C would then be, and what a later answer would
 * come to. The gate as a dictionary: h_{t-1}, the rest of the sentence and the pins stay as they are, only this word
 * changes. See core/each_word.h. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "core/each_word.h"
#include "session/hang.h"
#include "ui/widget.h"
#include "views/anatomy.h"
#include "views/cells.h"
#include "views/say.h"
#include "views/sums.h"
#include "views/value.h"


static const float CLOSED = 0.1f, OPEN = 0.9f;    /* as in statistics */
enum {
    SHOWN = 256                   /* words of which an answer is kept */
};

enum sort { SORT_GATE, SORT_CELL, SORTS };
enum bin { BIN_CLOSED, BIN_BETWEEN, BIN_OPEN, BINS };

struct answer { int word; double p; };

struct kept {
    unsigned long revision;       /* of the session; 0: nothing is kept */
    int layer, unit, t, n;
    enum quantity gate;
    enum sort sorted;
    struct each_word *had;        /* [n], owned */
    int *order;                   /* [n], owned: words, closed ones first, each bin sorted */
    int count[BINS];
    int asked, target;            /* the answer that is asked for: output `target` after step `asked`; -1: none */
    struct answer *answer;        /* [SHOWN], owned: of words that were shown */
    int answers;
    float scale;
};

struct state {
    struct {
        int word;
        enum sort sort;
    } set; /* word: the selected one, counted from 1; 0: the one that stands there */
    struct kept kept;
};

static const struct setting settings[] = {
    {"word", SETTING_NUMBER, offsetof(struct state, set.word), 0, SETTING_MOST, NULL},
    {"sort", SETTING_CHOICE, offsetof(struct state, set.sort), 0, 0, "gate cell"},
    {.name = NULL},
};

static void clear(void *state)
{
    struct kept *k = &((struct state *)state)->kept;
    mem_free(k->had);
    free(k->order);
    free(k->answer);
    *k = (struct kept){.asked = -1};
}

/* ---- what is kept ------------------------------------------------------------------------------------------------ */

/* A candidate is "closed" below -0.9 and "open" above 0.9 in the same sense: at either end of its range. */
static enum bin bin_of(enum quantity gate, float v)
{
    float low = gate == Q_G ? -OPEN : CLOSED;
    return v < low ? BIN_CLOSED : v > OPEN ? BIN_OPEN : BIN_BETWEEN;
}

struct ranked { enum bin bin; float key; int word; };

static int by_bin(const void *p, const void *q)
{
    const struct ranked *a = p, *b = q;
    if (a->bin != b->bin)
        return (int)a->bin - (int)b->bin;
    return a->key < b->key ? -1 : a->key > b->key ? 1 : a->word - b->word;
}

static void put_in_order(struct kept *k, enum sort sort)
{
    struct ranked *r = xcalloc((size_t)k->n + 1, sizeof *r);
    memset(k->count, 0, sizeof k->count);
    for (int w = 0; w < k->n; w++) {
        float v = k->had[w].v[k->gate];
        r[w] = (struct ranked){bin_of(k->gate, v), sort == SORT_CELL ? -k->had[w].v[Q_C] : v, w};
        k->count[r[w].bin]++;
    }
    qsort(r, (size_t)k->n, sizeof *r, by_bin);
    for (int w = 0; w < k->n; w++)
        k->order[w] = r[w].word;
    k->sorted = sort;
    free(r);
}

static int selected(const struct session *s, const struct state *st)
{
    int word = st->set.word > 0 && st->set.word <= st->kept.n ? st->set.word - 1 : session_token_id(s, st->kept.t);
    return word >= 0 && word < st->kept.n ? word : 0;
}

static int place_of(const struct kept *k, int word)
{
    for (int j = 0; j < k->n; j++)
        if (k->order[j] == word)
            return j;
    return 0;
}

/* p of the answer asked for, had this word come; NaN when it was not worked out. */
static double answer_of(const struct kept *k, int word)
{
    for (int j = 0; j < k->answers; j++)
        if (k->answer[j].word == word)
            return k->answer[j].p;
    return (double)NAN;
}

/* ---- where the lists stand --------------------------------------------------------------------------------------- */

/* Rows of the words order[from … from+n-1]; of those, `show` from `first` on have room, and the selected one is
 * among them when it is in the list. */
struct list { int x, y, rows, from, n, first, show; };

struct plan {
    bool fits, two;
    int word_w, bar_w, column;    /* cells of a word, of a bar (0: none), of a whole column */
    struct list list[BINS];
};

/* A list with its place, rows and words given: what of it is shown, so that the word `at` is. */
static struct list with_rows(const struct kept *k, int at, struct list l)
{
    if (l.rows < 1 || l.n < 1)
        return l;
    int place = place_of(k, at) - l.from;
    l.show = l.n <= l.rows ? l.n : l.rows - 1;
    if (place >= l.show && place < l.n)
        l.first = place - l.show + 1;
    return l;
}

/* Two columns: what closes the gate at the left, over what lies between, which gets at most half of the rows; what
 * opens it at the right. In a narrow one all, one below the other. */
static struct plan plan(const struct kept *k, int at, struct rect r)
{
    struct plan p = {.two = r.w >= 60};
    int answers = k->asked >= 0 ? 5 : 0, top = r.y + 2, rows = r.h - 2;
    p.column = p.two ? (r.w - 3) / 2 : r.w - 1;
    p.bar_w = p.column >= 56 ? 19 : p.column >= 38 ? 9 : 0;
    p.word_w = p.column - 1 - 7 - p.bar_w - 6 - answers;
    p.word_w = p.word_w > 16 ? 16 : p.word_w;
    p.fits = r.h >= 4 && r.w >= 30 && p.word_w >= 5;
    if (!p.fits)
        return p;
    if (!p.two) {
        p.list[BIN_CLOSED] = with_rows(k, at, (struct list){.x = r.x, .y = top, .rows = rows, .from = 0, .n = k->n});
        return p;
    }
    int closed = k->count[BIN_CLOSED], between = k->count[BIN_BETWEEN], below = between < rows / 2 ? between : rows / 2;
    int upper = !between ? rows : rows - 1 - below < closed ? rows - 1 - below : closed;
    if (!closed && between)
        p.list[BIN_BETWEEN] = with_rows(k, at,
                                        (struct list){.x = r.x, .y = top, .rows = rows, .from = 0, .n = between});
    else
        p.list[BIN_CLOSED] = with_rows(k, at, (struct list){.x = r.x, .y = top, .rows = upper, .from = 0, .n = closed});
    if (closed && between)
        p.list[BIN_BETWEEN] = with_rows(k, at,
                                        (struct list){.x = r.x, .y = top + upper + 1, .rows = rows - upper - 1,
                                                      .from = closed, .n = between});
    p.list[BIN_OPEN] = with_rows(k, at,
                                 (struct list){.x = r.x + p.column + 3, .y = top, .rows = rows,
                                               .from = closed + between, .n = k->count[BIN_OPEN]});
    return p;
}

/* The answers for the words that the picture shows, each by computing the steps up to the answer again. */
static void work_out_answers(const struct session *s, struct kept *k, const struct plan *p)
{
    const struct lstm *net = session_net(s);
    const struct computation of = session_computation_to(s, RUN_PINNED, k->asked > k->t ? k->asked : k->t);
    if (k->asked < 0 || !p->fits)
        return;
    struct suffix *end = suffix_new(&of, k->t, k->asked);
    float *logits = mem_array((size_t)net->outputs, sizeof *logits);
    for (int b = 0; end && logits && b < BINS; b++)
        for (int j = 0; j < p->list[b].show; j++) {
            int word = k->order[p->list[b].from + p->list[b].first + j];
            if (isfinite(answer_of(k, word)))
                continue;
            if (k->answers == SHOWN)
                k->answers = 0;
            double p_word = each_word_probability(end, word, k->target, logits);
            k->answer[k->answers++] = (struct answer){word, p_word};
        }
    mem_free(logits);
    suffix_free(end);
}

static void prepare(const struct scene *scene, void *state, struct rect r)
{
    struct state *st = state;
    struct kept *k = &st->kept;
    const struct session *s = scene->session;
    const struct cursor *at = session_cursor(s);
    const struct lstm *net = session_net(s);
    const struct computation of = session_computation_to(s, RUN_PINNED, at->step);
    enum quantity gate = anatomy_gate(at);
    bool same = k->revision == session_revision(s) && k->layer == at->layer && k->unit == at->unit && k->t == at->step;
    if (!same) {
        clear(state);
        if (at->step < 1 || !net->vocab)
            return;
        k->had = mem_array((size_t)net->vocab, sizeof *k->had);
        if (!k->had
            || !each_word_compute(&of, (struct element){at->layer, at->unit, Q_F, at->step}, 0, net->vocab, k->had))
            return;
        k->revision = session_revision(s);
        k->layer = at->layer, k->unit = at->unit, k->t = at->step, k->n = net->vocab;
        k->order = xcalloc((size_t)k->n, sizeof *k->order);
        k->answer = xcalloc(SHOWN, sizeof *k->answer);
        float peak = 0;
        for (int w = 0; w < k->n; w++)
            peak = fmaxf(peak, fabsf(k->had[w].v[Q_C]));
        k->scale = widget_scale(peak);
        struct hang hang = session_hangs_on(s, k->layer, k->unit, k->t);
        k->asked = hang.step;
        k->target = hang.output;
    }
    if (!same || k->gate != gate || k->sorted != st->set.sort) {
        k->gate = gate;
        put_in_order(k, st->set.sort);
    }
    struct plan p = plan(k, selected(s, st), r);
    work_out_answers(s, k, &p);
}

/* ---- words ------------------------------------------------------------------------------------------------------- */

static void add_word(const struct session *s, int word, const struct glyphs *gl, struct str *out)
{
    const struct vocab *v = session_model(s)->vocab;
    say_text(v->token[word], v->kind == VOCAB_CHAR, gl, out);
}

static const char *gate_symbol(enum quantity gate)
{
    return gate == Q_G ? "g" : quantity_name(gate);
}

static void say_counts(const struct session *s, const struct kept *k, const struct glyphs *gl, struct str *out)
{
    char unit[SAY_UNIT];
    say_unit_name(s, k->layer, k->unit, unit);
    bool pinned = session_pinned(s, k->layer, k->unit, k->gate, k->t);
    if (pinned) {
        str_addf(out, "%s of %s is set by hand here, whatever the word. ", gate_symbol(k->gate), unit);
        return;
    }
    str_addf(out, "%d of %d %s bring %s of %s %s, %d %s. ", k->count[BIN_CLOSED], k->n, say_noun(s, true),
             gate_symbol(k->gate), unit, k->gate == Q_G ? "below -0.9" : "below 0.1", k->count[BIN_OPEN], "above 0.9");
    if (!k->count[BIN_CLOSED])
        return;
    int shown = k->count[BIN_CLOSED] < 5 ? k->count[BIN_CLOSED] : 5;
    str_addf(out, k->sorted == SORT_GATE && shown < k->count[BIN_CLOSED] ? "Lowest:" : "Such as:");
    for (int j = 0; j < shown; j++) {
        str_add(out, " '");
        add_word(s, k->order[j], gl, out);
        str_addc(out, '\'');
    }
    str_add(out, ". ");
}

/* What the selected word would do: "'she' here: f 0.01, i·g +0.88, C +0.89." */
static void say_word(const struct session *s, const struct kept *k, int word, const struct glyphs *gl, struct str *out)
{
    const float *v = k->had[word].v;
    double before = (double)session_value(s, RUN_PINNED, k->layer, k->unit, VAL_C_PREV, k->t);
    double f = (double)v[Q_F], written = (double)v[Q_I] * (double)v[Q_G], C = (double)v[Q_C];
    char num[SUMS_MAX];
    str_addc(out, '\'');
    add_word(s, word, gl, out);
    str_addf(out, "' here: ");
    if (session_pinned(s, k->layer, k->unit, Q_C, k->t)) {
        str_addf(out, "C stays at %s, set by hand.", sums_number(num, C, 2, true));
        return;
    }
    sums_step_text(&(struct sums_step){f, before, written, C, "C_t-1", "C "}, gl, out);
    str_addc(out, '.');
}

static void tell(const struct scene *scene, const void *state, const struct glyphs *gl, struct str *out)
{
    const struct session *s = scene->session;
    const struct state *st = state;
    const struct kept *k = &st->kept;
    if (!k->revision) {
        str_add(out, session_net(s)->vocab ? "There is no word yet."
                                           : "This model takes vectors: it has no vocabulary to try.");
        return;
    }
    say_counts(s, k, gl, out);
    say_word(s, k, selected(s, st), gl, out);
    str_addf(out, " h_t-1, the other %s and the pins stay as they are; only this one changes.", say_noun(s, true));
}

/* ---- drawing ----------------------------------------------------------------------------------------------------- */

struct ctx {
    const struct scene *scene;
    const struct session *s;
    const struct state *st;
    const struct kept *k;
    struct grid *g;
    struct plan p;
    bool answers;
    int at;                       /* the selected word */
};

/* Of a value as it would be at another word: the true one's where that is this word, or where it is set by hand,
 * whatever the word. */
static enum pen pen_of(const struct ctx *c, enum quantity q, bool here)
{
    const struct kept *k = c->k;
    struct place p = {k->layer, k->unit, (enum value)q, k->t};
    return here || session_pinned(c->s, k->layer, k->unit, q, k->t) ? value_pen(c->scene, &p)
                                                                   : value_pen_aside(c->scene);
}

static void draw_word(const struct ctx *c, int x, int y, int word)
{
    struct grid *g = c->g;
    bool here = word == session_token_id(c->s, c->k->t), chosen = word == c->at;
    struct str name = {0}, cut = {0};
    char num[SUMS_MAX];
    float v = c->k->had[word].v[c->k->gate], C = c->k->had[word].v[Q_C];
    if (chosen)
        cells_pointer(g, x, y);
    add_word(c->s, word, g->glyphs, &name);
    utf8_cut(&cut, str_text(&name), c->p.word_w - 2, g->glyphs->ascii);
    grid_textf(g, x + 1, y, c->p.word_w + 1, ROLE_TOKEN, here || chosen ? ATTR_BOLD : 0, here ? "[%s]" : " %s",
               str_text(&cut));
    x += 1 + c->p.word_w;
    if (c->k->gate == Q_G)
        sums_number(num, (double)v, 2, true);
    else
        widget_gate(num, sizeof num, v, 6);
    enum pen old = grid_pen(g, pen_of(c, c->k->gate, here));
    grid_text_right(g, x + 7, y, 6, value_role((enum value)c->k->gate), chosen ? ATTR_BOLD : 0,
                    num + strspn(num, " "));
    grid_pen(g, pen_of(c, Q_C, here));
    x += 7;
    if (c->p.bar_w) {
        widget_bar(g, x, y, c->p.bar_w, (struct bar){C, NAN, -c->k->scale, c->k->scale, ROLE_C});
        x += c->p.bar_w;
    }
    grid_text_right(g, x + 6, y, 6, ROLE_NUMBER, chosen ? ATTR_BOLD : 0, sums_number(num, (double)C, 2, true));
    grid_pen(g, old);
    if (c->answers)
        grid_textf(g, x + 6, y, 5, ROLE_PREDICT, 0, " %.2f", answer_of(c->k, word));
    str_free(&name);
    str_free(&cut);
}

static int width(const struct ctx *c)
{
    return 1 + c->p.word_w + 7 + c->p.bar_w + 6 + (c->answers ? 5 : 0);
}

static void draw_heading(const struct ctx *c, int x, int y, const char *label)
{
    int end = x + width(c) - (c->answers ? 5 : 0);
    grid_text(c->g, x + 1, y, end - 4 - x, ROLE_LABEL, 0, label);
    grid_text_right(c->g, end, y, 4, ROLE_LABEL, 0, "C_t");
    if (c->answers) {
        struct str word = {0};
        say_output_cut(c->s, c->k->target, 4, c->g->glyphs, &word);
        grid_text_right(c->g, end + 5, y, 4, ROLE_PREDICT, 0, str_text(&word));
        str_free(&word);
    }
}

/* The last row counts what has no room. */
static void draw_list(const struct ctx *c, const struct list *l)
{
    const struct kept *k = c->k;
    for (int j = 0; j < l->show; j++)
        draw_word(c, l->x, l->y + j, k->order[l->from + l->first + j]);
    if (l->show == l->n || l->rows < 1)
        return;
    int next = l->first + l->show;
    char low[SUMS_MAX], high[SUMS_MAX];
    if (k->gate == Q_G || k->sorted != SORT_GATE || next >= l->n)
        grid_textf(c->g, l->x + 2, l->y + l->show, width(c), ROLE_DIM, 0, "%d more", l->n - l->show);
    else {
        enum pen old = grid_pen(c->g, pen_of(c, k->gate, true));     /* it may be one of them */
        grid_textf(c->g, l->x + 2, l->y + l->show, width(c), ROLE_DIM, 0, "%d more, %s to %s", l->n - l->show,
                   sums_gate(low, (double)k->had[k->order[l->from + next]].v[k->gate]),
                   sums_gate(high, (double)k->had[k->order[l->from + l->n - 1]].v[k->gate]));
        grid_pen(c->g, old);
    }
}

static void draw_one_line(const struct ctx *c, struct rect r)
{
    const struct kept *k = c->k;
    grid_textf(c->g, r.x, r.y, r.w, ROLE_TEXT, 0, "%d closed %d open", k->count[BIN_CLOSED], k->count[BIN_OPEN]);
}

static void draw(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    const struct session *s = scene->session;
    const struct state *st = state;
    const struct kept *k = &st->kept;
    if (!k->revision) {
        struct str text = {0};
        tell(scene, st, g->glyphs, &text);
        grid_wrap(g, rect_inset(r, r.w > 12 ? 2 : 0, r.h > 4 ? 1 : 0), ROLE_DIM, 0, str_text(&text));
        str_free(&text);
        return;
    }
    struct ctx c = {.scene = scene,
                    .s = s,
                    .st = st,
                    .k = k,
                    .g = g,
                    .p = plan(k, selected(s, st), r),
                    .at = selected(s, st),
                    .answers = k->asked >= 0};
    if (!c.p.fits) {
        draw_one_line(&c, r);
        return;
    }
    char unit[SAY_UNIT];
    struct str word = {0};
    int y = r.y, closed = k->count[BIN_CLOSED], between = k->count[BIN_BETWEEN], open = k->count[BIN_OPEN];
    say_unit_name(s, k->layer, k->unit, unit);
    say_token(s, k->t, g->glyphs, &word);
    int x = r.x + 1
            + grid_textf(g, r.x + 1, y, r.w - 2, ROLE_TEXT, ATTR_BOLD, "%s of %s at '%s'", gate_symbol(k->gate), unit,
                         str_text(&word));
    struct str had = {0};
    str_addf(&had, ", had the %s been %s", say_noun(s, false), g->glyphs->etc);
    x += say_whole(g, x, y, r.x + r.w - 1 - x, ROLE_TEXT, ATTR_BOLD, str_text(&had));
    str_free(&had);
    str_free(&word);
    if (x + 36 < r.x + r.w)
        grid_textf(g, x + 3, y, r.x + r.w - x - 4, ROLE_LABEL, 0, "%d low  %d between  %d high", closed, between, open);
    y++;
    const char *low = k->gate == Q_F ? "closed: the memory goes" : k->gate == Q_G ? "near -1" : "closed";
    const char *high = k->gate == Q_F ? "open: the memory stays" : k->gate == Q_G ? "near +1" : "open";
    const struct list *l = c.p.list;
    draw_heading(&c, r.x, y, c.p.two && l[BIN_BETWEEN].n && !l[BIN_CLOSED].n ? "between" : low);
    if (c.p.two) {
        for (int row = 0; row < r.h - 1; row++)
            grid_put(g, r.x + c.p.column + 1, y + row, g->glyphs->vline, ROLE_RULE, 0);
        if (l[BIN_CLOSED].n && l[BIN_BETWEEN].n)
            grid_text(g, r.x + 1, l[BIN_BETWEEN].y - 1, c.p.column - 2, ROLE_LABEL, 0, "between");
        draw_heading(&c, l[BIN_OPEN].x, y, high);
    }
    for (int b = 0; b < BINS; b++)
        draw_list(&c, &l[b]);
}

/* ---- keys -------------------------------------------------------------------------------------------------------- */

static enum view_reply move(struct session *s, void *state, bool other, struct err *e)
{
    (void)e;
    struct state *st = state;
    if (!st->kept.revision)
        return VIEW_IGNORED;
    int place = place_of(&st->kept, selected(s, st)) + (other ? 1 : -1);
    place = place < 0 ? 0 : place >= st->kept.n ? st->kept.n - 1 : place;
    st->set.word = st->kept.order[place] + 1;
    return VIEW_REDRAW;
}

/* The word takes the place of the one that stands there; undone like any edit. */
static enum view_reply put_there(struct session *s, void *state, bool other, struct err *e)
{
    (void)other;
    struct state *st = state;
    if (!st->kept.revision)
        return VIEW_IGNORED;
    if (session_set_word(s, st->kept.t, session_model(s)->vocab->token[selected(s, st)], e))
        st->set.word = 0;
    return VIEW_REDRAW;
}

static enum view_reply turn_gate(struct session *s, void *state, bool other, struct err *e)
{
    (void)state, (void)other, (void)e;
    return anatomy_next_gate(s) ? VIEW_REDRAW : VIEW_IGNORED;
}

static enum view_reply turn_sort(struct session *s, void *state, bool other, struct err *e)
{
    (void)s, (void)other, (void)e;
    struct state *st = state;
    st->set.sort = (enum sort)((st->set.sort + 1) % SORTS);
    return VIEW_REDRAW;
}

static const struct view_key keys[] = {
    {"prev-word next-word", "<Up> k", "<Down> j", "select a word of the vocabulary", "word", KEY_PAIR, move, NULL},
    {"put", "<Enter>", NULL, "put that word into the sentence here", "put it there", KEY_EDITS, put_there, NULL},
    {"gate", "f", NULL, "next gate: f, i, candidate, o", "gate", 0, turn_gate, NULL},
    {.keys = "<Tab>", .hint = "unit"},
    {"sort", "y", NULL, "sort by the gate, or by the cell state it would leave", "sort", 0, turn_sort, NULL},
    {.keys = NULL},
};

const struct view view_every_word = {
    .name = "words",
    .title = "words",
    .about = "what the gate would do at every word there is",
    .strip = "words",
    .rank = 5,
    .help = "How does the gate decide? It is a function of h_t-1 and this word: here is its value for every word of "
            "the vocabulary, with everything else as it is. Those that close it (below 0.1) stand at the left, those "
            "that open it (above 0.9) at the right, what lies between under the first. C_t is the cell state that "
            "would follow; the last column the probability of a later word of the sentence, the one that hangs most "
            "on this unit (its surprisal changes most when C of the unit is 0 here), the steps between computed "
            "again. In the first layer the numbers are W_h h_t-1 + W_x x + b for each x; above it the step is run for "
            "each word.",
    .key = '*',
    .state_size = sizeof(struct state),
    .settings_size = offsetof(struct state, kept),
    .settings = settings,
    .keys = keys,
    .focus = anatomy_focus,
    .prepare = prepare,
    .draw = draw,
    .tell = tell,
    .clear = clear,
};
