/* view_machine.c: the finite machine inside: the states of one unit or of the whole network, the words that lead from
 * one to another, and how often those words alone tell what the network does on sentences held out; or that there is
 * none, and why. Worked out in slices: leaving the view ends it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "core/machine.h"
#include "learn/sample.h"
#include "ui/widget.h"
#include "views/boxes.h"
#include "views/cells.h"
#include "views/say.h"
#include "views/sums.h"
#include "views/view.h"

enum {
    LINES = 2000,                 /* sentences at most, */
    STEPS = 20000,                /* and steps; fewer where the vectors of half of them would take more than */
    FLOATS = 8 * 1000 * 1000,
    ARROWS = 400
};

/* All words that lead from one state to another. */
struct arrow { int from, to, words; long seen; };

struct state {
    struct { bool whole, list; int row; } set;    /* the whole network, not C of the unit; a line for each arrow, not a
                                           * drawing; the chosen arrow */

    unsigned long revision;
    int layer, unit;
    bool of_whole, asked, begun, failed;
    struct machine *m;
    int *start, *id, sequences, start_room, id_room;
    struct str name;
    bool drawn, from_file;
    struct arrow arrow[ARROWS];
    int arrows;
};

static const struct setting settings[] = {
    {"whole", SETTING_BOOL, offsetof(struct state, set.whole), 0, 0, NULL},
    {"list", SETTING_BOOL, offsetof(struct state, set.list), 0, 0, NULL},
    {"row", SETTING_NUMBER, offsetof(struct state, set.row), 0, ARROWS - 1, NULL},
    {.name = NULL},
};

static void clear(void *state)
{
    struct state *st = state;
    machine_free(st->m);
    free(st->start);
    free(st->id);
    str_free(&st->name);
    memset(&st->revision, 0, sizeof *st - offsetof(struct state, revision));
}

/* ---- the question ------------------------------------------------------------------------------------------------ */

static bool can_ask(const struct session *s)
{
    const struct lstm *net = session_net(s);
    return session_model(s)->vocab && net->embedding && !net->bidirectional
           && (session_corpus(s) || sample_exists(session_model(s)));
}

static void update(const struct session *s, struct state *st)
{
    const struct cursor *c = session_cursor(s);
    bool moved = st->layer != c->layer || st->unit != c->unit;
    if (st->revision == session_revision(s) && st->of_whole == st->set.whole && (st->set.whole || !moved))
        return;
    clear(st);
    st->revision = session_revision(s);
    st->layer = c->layer;
    st->unit = c->unit;
    st->of_whole = st->set.whole;
    st->asked = can_ask(s) && (!st->set.whole || session_outputs(s) > 1);
}

static void prepare(const struct scene *scene, void *state, struct rect r)
{
    (void)r;
    update(scene->session, state);
}

static int steps_most(const struct session *s, bool whole)
{
    const struct lstm *net = session_net(s);
    long dims = 2;
    for (int l = 0; whole && l < net->layers; l++)
        dims += 2L * net->layer[l].hidden;
    long most = 2L * FLOATS / dims;
    return most < STEPS ? (int)most : STEPS;
}

/* A line more; false when there are enough steps. */
static bool take(struct state *st, const struct tokens *t, int most)
{
    int at = st->sequences ? st->start[st->sequences] : 0;
    if (at + t->n > most)
        return false;
    if (st->sequences + 2 > st->start_room) {
        st->start_room = 2 * st->start_room + 64;
        st->start = xrealloc(st->start, (size_t)st->start_room, sizeof *st->start);
        st->start[0] = 0;
    }
    if (at + t->n > st->id_room) {
        st->id_room = 2 * st->id_room + t->n;
        st->id = xrealloc(st->id, (size_t)st->id_room, sizeof *st->id);
    }
    memcpy(st->id + at, t->id, (size_t)t->n * sizeof *st->id);
    st->start[++st->sequences] = at + t->n;
    return true;
}

static bool read_lines(const struct session *s, struct state *st, const char *text, struct err *e)
{
    int most = steps_most(s, st->set.whole);
    bool ok = true, more = true;
    char source[ERR_MAX];
    long number = 0;
    for (const char *end; ok && more && *text && st->sequences < LINES; text = *end ? end + 1 : end) {
        end = text + strcspn(text, "\n");
        char *line = xstrndup(text, (size_t)(end - text));
        struct tokens t = {0};
        snprintf(source, sizeof source, "%s: line %ld", str_text(&st->name), ++number);
        if (line[strspn(line, " \t\r")]) {
            ok = vocab_tokenise(session_model(s)->vocab, line, source, &t, e);
            more = ok && take(st, &t, most);
        }
        tokens_clear(&t);
        free(line);
    }
    return ok;
}

static bool begin(const struct session *s, struct state *st, struct err *e)
{
    struct str text = {0};
    char *data = NULL;
    size_t len;
    st->begun = true;
    st->from_file = session_corpus(s) != NULL;
    bool ok = true;
    if (st->from_file) {
        str_add(&st->name, session_corpus(s));
        ok = file_read(session_corpus(s), &data, &len, e);
    } else {
        ok = sample_text(session_model(s), LINES, &text, &st->name, &st->drawn) > 0
             || err_set(e, "machine", NULL, "expected sentences, found none");
    }
    ok = ok && read_lines(s, st, data ? data : str_text(&text), e);
    free(data);
    str_free(&text);
    if (!ok)
        return false;
    const struct machine_plan plan = {
        .net = session_net(s), .sequences = st->sequences, .start = st->start, .id = st->id, .layer = st->layer,
        .unit = st->set.whole ? -1 : st->unit, .apart = session_model(s)->label != NULL, .most = MACHINE_STATES_MOST,
    };
    st->m = st->sequences ? machine_new(&plan) : NULL;
    return st->m || err_set(e, "machine", NULL, "expected sentences and memory to run them, found too little");
}

static int by_seen(const void *a, const void *b)
{
    const struct arrow *x = a, *y = b;
    if (x->from != y->from)
        return x->from - y->from;
    return x->seen != y->seen ? (x->seen < y->seen ? 1 : -1) : x->to - y->to;
}

/* The arrows that sentences took. */
static void gather_arrows(struct state *st)
{
    const struct machine *m = st->m;
    for (int from = 0; from < m->states; from++)
        for (int to = 0; to < m->states && st->arrows < ARROWS; to++) {
            struct arrow a = {.from = from, .to = to};
            for (int w = 0; w < m->words; w++) {
                size_t cell = (size_t)from * (size_t)m->words + (size_t)w;
                if (m->to[cell] == to && m->seen[cell]) {
                    a.words++;
                    a.seen += m->seen[cell];
                }
            }
            if (a.words)
                st->arrow[st->arrows++] = a;
        }
    qsort(st->arrow, (size_t)st->arrows, sizeof *st->arrow, by_seen);
}

static bool is_over(const struct state *st)
{
    return st->m && st->m->kind != MACHINE_UNFINISHED;
}

static bool has_table(const struct state *st)
{
    return is_over(st) && st->arrows > 0;
}

static enum view_work work(struct session *s, void *state, int ms, struct str *progress, struct err *e)
{
    struct state *st = state;
    update(s, st);
    if (!st->asked || st->failed || is_over(st))
        return WORK_NONE;
    double until = clock_ms() + ms;
    bool ok = st->begun || begin(s, st, e), more = ok;
    while (more && clock_ms() < until)
        more = machine_work(st->m);
    if (ok && !more && !is_over(st))
        ok = err_set(e, "machine", NULL, "there is not enough memory to go on");
    st->failed = !ok;
    if (!ok)
        return WORK_FAILED;
    str_addf(progress, "%d%% of %d sentences", more ? (int)(100 * machine_progress(st->m)) : 100, st->sequences);
    if (more)
        return WORK_MORE;
    if (st->m->kind == MACHINE_FINITE || st->m->kind == MACHINE_TOO_MANY
        || (st->m->kind == MACHINE_COUNTS && st->set.whole))
        gather_arrows(st);
    return WORK_DONE;
}

/* ---- words ------------------------------------------------------------------------------------------------------- */

static void nothing(const struct session *s, const struct state *st, struct str *out)
{
    const struct lstm *net = session_net(s);
    if (st->failed)
        str_add(out, "The sentences could not be run.");
    else if (net->bidirectional)
        str_add(out, "A network that reads both ways is no machine that goes from word to word.");
    else if (!session_model(s)->vocab || !net->embedding)
        str_add(out, "This model reads numbers, not words: there are no words that could lead from state to state.");
    else if (st->set.whole && session_outputs(s) < 2)
        str_add(out, "This model predicts no words: f asks for the states of one unit.");
    else
        str_add(out, "There are no sentences to find states in: :corpus FILE names some.");
}

static void say_word(const struct session *s, int id, const struct glyphs *gl, struct str *out)
{
    say_text(session_model(s)->vocab->token[id], say_characters(s), gl, out);
}

static void say_agreement(const struct session *s, const struct state *st, struct str *out)
{
    const struct machine *m = st->m;
    if (!m->tested) {
        str_add(out, " No sentence was held out to try it on.");
        return;
    }
    str_addf(out, " By the %s alone it tells the network's %s at %ld of %ld held-out steps", say_noun(s, true),
             st->set.whole ? "prediction" : "place", m->agree, m->tested);
    if (m->agree == m->tested)
        str_add(out, ": all of them.");
    else
        str_addf(out, ": %.2f%%.", floor(1e4 * machine_fidelity(m)) / 100);
}

static void say_count(const struct session *s, const struct state *st, const struct glyphs *gl, struct str *out)
{
    const struct machine *m = st->m;
    char num[SUMS_MAX];
    str_add(out, " counts, and no finite machine does: '");
    say_word(s, m->chain_word, gl, out);
    if (st->set.whole)
        str_addf(out, "' again and again leads through %d states and none comes back.", m->chain);
    else
        str_addf(out, "' moves it by %s each time, %d times in a row.", sums_number(num, m->chain_move, 2, true),
                 m->chain);
}

/* The same where there is hardly any room. */
static void say_brief(const struct session *s, const struct state *st, struct str *out)
{
    const struct machine *m = st->m;
    char name[SAY_UNIT];
    if (st->set.whole)
        str_add(out, "Whole network");
    else
        str_addf(out, "C of %s", say_unit_name(s, st->layer, st->unit, name));
    str_addf(out, "%s: %d states, %ld of %ld agree",
             m->kind == MACHINE_COUNTS ? " counts" : m->kind == MACHINE_TOO_MANY ? ", cut off" : "", m->states,
             m->agree, m->tested);
}

/* What came out, in one or two sentences. */
static void say_kind(const struct session *s, const struct state *st, const struct glyphs *gl, struct str *out)
{
    const struct machine *m = st->m;
    char name[SAY_UNIT], num[2][SUMS_MAX];
    if (st->set.whole)
        str_add(out, "The whole network");
    else
        str_addf(out, "C of %s", say_unit_name(s, st->layer, st->unit, name));
    switch (m->kind) {
    case MACHINE_UNFINISHED: break;
    case MACHINE_FINITE:
        str_addf(out, st->set.whole ? " is a machine of %d states." : " gathers at %d places: a state each.",
                 m->states);
        say_agreement(s, st, out);
        break;
    case MACHINE_COUNTS:
        say_count(s, st, gl, out);
        if (st->set.whole) {
            str_addf(out, " Cut off at %d states:", m->states);
            say_agreement(s, st, out);
        }
        break;
    case MACHINE_TOO_MANY:
        str_addf(out, " is no machine of %d states or fewer; cut off there:", MACHINE_STATES_MOST);
        say_agreement(s, st, out);
        break;
    case MACHINE_NOT_DISCRETE:
        str_addf(out, " is not discrete: no gaps part its values into places; %.0f%% of them lie in the middle half of "
                 "its range.", 100 * m->between);
        break;
    case MACHINE_STILL: str_add(out, " hardly moves in these sentences: it has no states."); break;
    }
    if (m->kind == MACHINE_FINITE && !st->set.whole && !isnan(m->f_stays) && !isnan(m->f_leaves))
        str_addf(out, " Its f is %s on average where the state changes, %s where it stays.",
                 sums_gate(num[0], m->f_leaves), sums_gate(num[1], m->f_stays));
}

/* "2 +0.86", "4 say": the number of a state, and its C or what comes next. */
static void say_state(const struct session *s, const struct state *st, int state, const struct glyphs *gl,
                      struct str *out)
{
    const struct machine_state *of = &st->m->state[state];
    char num[SUMS_MAX];
    str_addf(out, "%d ", state + 1);
    if (st->set.whole)
        say_output(s, of->says, gl, out);
    else
        str_add(out, sums_number(num, (double)of->C, 2, true));
}

/* The words of an arrow in `cells` cells (0: all), what has no room counted. */
static void say_words(const struct session *s, const struct state *st, const struct arrow *a, int cells,
                      const struct glyphs *gl, struct str *out)
{
    const struct machine *m = st->m;
    int said = 0, used = 0;
    struct str word = {0};
    for (int w = 0; w < m->words; w++) {
        size_t cell = (size_t)a->from * (size_t)m->words + (size_t)w;
        if (m->to[cell] != a->to || !m->seen[cell])
            continue;
        str_clear(&word);
        say_word(s, m->word[w], gl, &word);
        int wide = utf8_text_width(str_text(&word)) + (said > 0);
        if (cells && used + wide > cells - (said + 1 < a->words ? 6 : 0)) {
            str_addf(out, "%s%s %d", said ? " " : "", gl->etc, a->words - said);
            break;
        }
        str_addf(out, "%s%s", said ? " " : "", str_text(&word));
        used += wide;
        said++;
    }
    str_free(&word);
}

/* The state after the words up to the cursor; -1: one of them does not occur in the sentences, or a question asks for C
 * or what comes next, which it would give away. */
static int state_here(const struct scene *scene, const struct state *st)
{
    const struct session *s = scene->session;
    int at = st->m->start, now = session_cursor(s)->step;
    if (st->set.whole ? scene->marks && scene->marks->next : scene_hides(scene, st->layer, st->unit, VAL_C, now))
        return -1;
    for (int t = 1; at >= 0 && t <= now; t++)
        at = machine_next(st->m, at, session_token_id(s, t));
    return at;
}

/* The machine goes by the words alone. */
static const char *without_pins(const struct session *s)
{
    return session_first_pinned(s) <= session_cursor(s)->step ? ", without what is set by hand" : "";
}

static void say_source(const struct state *st, struct str *out)
{
    str_addf(out, "From %d %s, every other one held out.", st->sequences,
             st->from_file ? "lines of the corpus" : st->drawn ? "sentences drawn from the grammar it learnt"
                                                               : "lines of the text it learnt");
}

static void explain(const struct scene *scene, const void *state, struct str *out)
{
    const struct state *st = state;
    const struct session *s = scene->session;
    const struct glyphs *gl = &glyphs_unicode;
    if (!st->asked || !is_over(st)) {
        if (st->asked && !st->failed)
            str_add(out, "The machine is being looked for.");
        else
            nothing(s, st, out);
        return;
    }
    say_kind(s, st, gl, out);
    str_addc(out, ' ');
    say_source(st, out);
    for (int k = 0; k < st->arrows; k++) {
        str_add(out, "\n");
        say_state(s, st, st->arrow[k].from, gl, out);
        str_add(out, ": ");
        say_words(s, st, &st->arrow[k], 0, gl, out);
        str_addf(out, " %s ", gl->arrow);
        say_state(s, st, st->arrow[k].to, gl, out);
        str_addf(out, " (%ld)", st->arrow[k].seen);
    }
    int here = has_table(st) ? state_here(scene, st) : -1;
    if (here >= 0) {
        str_addf(out, "\nAt this word%s: state ", without_pins(s));
        say_state(s, st, here, gl, out);
        str_addc(out, '.');
    }
}

static void tell(const struct scene *scene, const void *state, const struct glyphs *gl, struct str *out)
{
    const struct state *st = state;
    if (is_over(st)) {
        int here = has_table(st) ? state_here(scene, st) : -1;
        const char *without = without_pins(scene->session);
        if (here >= 0) {
            str_addf(out, "At this word%s%s it is in state ", without, *without ? "," : "");
            say_state(scene->session, st, here, gl, out);
            str_add(out, ". ");
        }
        say_source(st, out);
        str_add(out, " States and places may not hold for longer texts: B asks how long.");
    }
}

/* ---- drawing ----------------------------------------------------------------------------------------------------- */

/* "3 +0.86 ── she mary ──▶ 2 +0.00    812" */
static void draw_arrow(const struct scene *scene, const struct state *st, int k, struct grid *g, struct rect r)
{
    const struct session *s = scene->session;
    const struct arrow *a = &st->arrow[k];
    bool now = st->set.row == k, first = !k || st->arrow[k - 1].from != a->from, wide = r.w >= 60;
    bool here = state_here(scene, st) == a->from, stays = a->to == a->from;
    int side = wide ? 14 : 10, count = wide ? 7 : 0, line = r.w - 2 - 2 * side - count, x = r.x + 2 + side;
    struct str text = {0}, cut = {0};
    if (now)
        cells_pointer(g, r.x, r.y);
    if (first) {
        say_state(s, st, a->from, g->glyphs, &text);
        utf8_cut(&cut, str_text(&text), side - 3, g->glyphs->ascii);
        grid_textf(g, r.x + 2, r.y, side - 1, here ? ROLE_C : ROLE_LABEL, ATTR_BOLD, here ? "[%s]" : " %s",
                   str_text(&cut));
    }
    str_clear(&text);
    say_words(s, st, a, line - 6, g->glyphs, &text);
    grid_hline(g, x, r.y, line - 2, stays ? ROLE_DIM : ROLE_TEXT);
    grid_put(g, x + line - 2, r.y, g->glyphs->head_right, stays ? ROLE_DIM : ROLE_TEXT, 0);
    grid_textf(g, x + 1, r.y, line - 4, stays ? ROLE_DIM : ROLE_TOKEN, now ? ATTR_BOLD : 0, " %s ", str_text(&text));
    str_clear(&text);
    str_clear(&cut);
    say_state(s, st, a->to, g->glyphs, &text);
    utf8_cut(&cut, str_text(&text), side - 1, g->glyphs->ascii);
    grid_text(g, x + line, r.y, side - 1, stays ? ROLE_DIM : ROLE_LABEL, now ? ATTR_BOLD : 0,
              stays ? "stays" : str_text(&cut));
    if (count) {
        str_clear(&text);
        str_addf(&text, "%ld", a->seen);
        grid_text_right(g, r.x + r.w, r.y, count, ROLE_DIM, 0, str_text(&text));
    }
    str_free(&text);
    str_free(&cut);
}

/* Whose words are to be said. */
struct words { const struct session *s; const struct state *st; };

static void say_arc(const void *whose, const void *what, int cells, const struct glyphs *gl, struct str *out)
{
    const struct words *w = whose;
    say_words(w->s, w->st, what, cells, gl, out);
}

static void fill_box(const struct scene *scene, const struct state *st, int k, const struct glyphs *gl, struct box *box)
{
    struct str text = {0}, cut = {0};
    const struct machine_state *of = &st->m->state[k];
    char num[SUMS_MAX];
    snprintf(box->first, sizeof box->first, "%d", k + 1);
    if (st->set.whole)
        say_output(scene->session, of->says, gl, &text);
    else
        str_addf(&text, "%s %s", gl->about, sums_number(num, (double)of->C, 2, true));
    utf8_cut(&cut, str_text(&text), BOXES_W - 3, gl->ascii);
    if (cut.len < sizeof box->second)
        memcpy(box->second, str_text(&cut), cut.len + 1);
    box->here = state_here(scene, st) == k;
    str_free(&text);
    str_free(&cut);
}

/* The states as boxes, what leads from one to another as arcs. False: they are too many. */
static bool plan_boxes(const struct scene *scene, const struct state *st, const struct glyphs *gl, struct boxes *b)
{
    if (st->m->states > BOXES_MOST || st->m->states < 2)
        return false;
    b->n = st->m->states;
    for (int k = 0; k < b->n; k++)
        fill_box(scene, st, k, gl, &b->box[k]);
    for (int k = 0; k < st->arrows; k++)
        if (st->arrow[k].from != st->arrow[k].to)
            b->arc[b->arcs++] = (struct box_arc){st->arrow[k].from, st->arrow[k].to, k == st->set.row, &st->arrow[k]};
    return true;
}

/* "stays  1: and the came … 26   2: the". */
static void draw_stays(const struct session *s, const struct state *st, struct grid *g, struct rect r)
{
    int y = r.y;
    struct str text = {0};
    for (int k = 0; k < st->arrows && y < r.y + r.h; k++) {
        const struct arrow *a = &st->arrow[k];
        bool now = k == st->set.row;
        if (a->from != a->to)
            continue;
        str_clear(&text);
        say_words(s, st, a, r.w - 16, g->glyphs, &text);
        if (now)
            cells_pointer(g, r.x, y);
        grid_textf(g, r.x + 2, y, 12, ROLE_LABEL, now ? ATTR_BOLD : 0, "%d stays at", a->from + 1);
        grid_text(g, r.x + 14, y++, r.w - 14, now ? ROLE_TOKEN_NOW : ROLE_DIM, now ? ATTR_BOLD : 0, str_text(&text));
    }
    str_free(&text);
}

/* False: there is no room for a drawing, or none is wanted. */
static bool draw_boxes(const struct scene *scene, const struct state *st, struct grid *g, struct rect r)
{
    const struct words whose = {scene->session, st};
    struct boxes b = {.say = say_arc, .whose = &whose};
    if (st->set.list || !plan_boxes(scene, st, g->glyphs, &b))
        return false;
    int inset = r.w > 90 ? 6 : 2, h = boxes_height(&b, r.w - 2 * inset);
    if (!h || h > r.h)
        return false;
    int gap = h + b.n + 1 <= r.h;
    boxes_draw(&b, g, (struct rect){r.x + inset, r.y, r.w - 2 * inset, h});
    draw_stays(scene->session, st, g, (struct rect){r.x, r.y + h + gap, r.w, r.h - h - gap});
    return true;
}

static void draw(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    const struct state *st = state;
    const struct session *s = scene->session;
    struct str text = {0};
    r = rect_inset(r, r.w > 24 ? 1 : 0, 0);
    int y = r.y, bottom = r.y + r.h;
    if (!st->asked || st->failed)
        nothing(s, st, &text);
    else if (!is_over(st))
        str_addf(&text, "Looking for states %s", g->glyphs->etc);
    else if (r.h < 8 && st->arrows)
        say_brief(s, st, &text);
    else
        say_kind(s, st, g->glyphs, &text);
    y += say_wrap(g, (struct rect){r.x, y, r.w, r.h}, ROLE_TEXT, is_over(st) ? ATTR_BOLD : 0, str_text(&text));
    str_free(&text);
    if (!has_table(st))
        return;
    y += r.h > 12;
    if (draw_boxes(scene, st, g, (struct rect){r.x, y, r.w, bottom - y}))
        return;
    if (r.w >= 60 && y < bottom) {
        grid_text(g, r.x + 3, y, 12, ROLE_DIM, 0, "state");
        grid_textf(g, r.x + 17, y, 30, ROLE_DIM, 0, "%s that lead on", say_noun(s, true));
        grid_text(g, r.x + r.w - 21, y, 14, ROLE_DIM, 0, "to");
        grid_text_right(g, r.x + r.w, y++, 7, ROLE_DIM, 0, "steps");
    }
    int rows = bottom - y, row = st->set.row < st->arrows ? st->set.row : st->arrows - 1;
    int first = row >= rows ? row - rows + 1 : 0;
    for (int k = first; k < st->arrows && y < bottom; k++)
        draw_arrow(scene, st, k, g, (struct rect){r.x, y++, r.w, 1});
}

/* ---- keys -------------------------------------------------------------------------------------------------------- */

static enum view_reply move(struct session *s, void *state, bool other, struct err *e)
{
    (void)s, (void)e;
    struct state *st = state;
    st->set.row += other ? st->set.row + 1 < st->arrows : -(st->set.row > 0);
    return VIEW_REDRAW;
}

static enum view_reply turn_whole(struct session *s, void *state, bool other, struct err *e)
{
    (void)s, (void)e, (void)other;
    struct state *st = state;
    st->set.whole = !st->set.whole;
    st->set.row = 0;
    return VIEW_REDRAW;
}

static enum view_reply turn_list(struct session *s, void *state, bool other, struct err *e)
{
    (void)s, (void)e, (void)other;
    struct state *st = state;
    st->set.list = !st->set.list;
    return VIEW_REDRAW;
}

/* The first sentence that takes the chosen arrow, at that word. */
static bool find_walk(const struct state *st, int *sequence, int *step)
{
    const struct arrow *a = &st->arrow[st->set.row];
    for (int k = 0; k < st->sequences; k++) {
        int at = st->m->start;
        for (int j = st->start[k]; j < st->start[k + 1]; j++) {
            int to = machine_next(st->m, at, st->id[j]);
            if (at == a->from && to == a->to) {
                *sequence = k;
                *step = j - st->start[k] + 1;
                return true;
            }
            at = to;
        }
    }
    return false;
}

static enum view_reply open(struct session *s, void *state, bool other, struct err *e)
{
    (void)other;
    const struct state *st = state;
    int k, step;
    if (!has_table(st) || st->set.row >= st->arrows || !find_walk(st, &k, &step))
        return VIEW_REDRAW;
    int n = st->start[k + 1] - st->start[k];
    const char **word = xcalloc((size_t)n, sizeof *word);
    for (int j = 0; j < n; j++)
        word[j] = session_model(s)->vocab->token[st->id[st->start[k] + j]];
    bool ok = session_set_tokens(s, word, n, "machine", e);
    if (ok)
        session_goto(s, step);
    free(word);
    return ok ? VIEW_GOTO_BARS : VIEW_REDRAW;
}

static const struct view_key keys[] = {
    {"prev-arrow next-arrow", "<Up> k", "<Down> j", "the arrow above, below", "arrow", KEY_PAIR, move, NULL},
    {"open", "<Enter>", NULL, "a sentence that takes this arrow, at that word", "walk it", KEY_EDITS, open, NULL},
    {"list", "v", NULL, "a drawing (up to five states, where it has room) or a list of arrows", "list", 0, turn_list,
     NULL},
    {"whole", "f", NULL, "the whole network, or the unit under the cursor", "unit, all", 0, turn_whole, NULL},
    {.keys = NULL},
};

const struct view view_machine = {
    .name = "machine",
    .title = "machine",
    .strip = "machine",
    .rank = 23,
    .about = "the finite machine inside: states, and what leads on",
    .help = "The finite machine inside, from sentences of the grammar or text it learnt, or of --corpus (20,000 "
            "steps at most), every other one held out. Of one unit, the states are the places at which its C "
            "gathers, parted by gaps of 15% of its range in which at most 1% of the steps lie; where there are "
            "none it is not discrete, and where one word moves C on six times in a row it counts. Of the whole "
            "network (f), steps begin as a state for each prediction (words between which it hardly chooses are "
            "one), and a state is split as long as one word leads from it to two, by which mean of tanh C and h is "
            "nearer; states that nothing tells apart are one again. A state of which one word leads six states on "
            "without coming back is counting. Up to five states are drawn where there is room, with the words on "
            "the arcs; the list (v) has a line for each arrow, with all words that were seen to take it and how "
            "often. How true it is: it reads the held-out sentences by their words alone, from the beginning, and "
            "its prediction (of a unit the place) is held against the network's at every step. At most 64 states. "
            "What holds here need not hold for longer sentences, and pins do not count. Leaving the view ends the "
            "search.",
    .key = '#',
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
