/* view_speak.c: the network writes on from the word under the cursor: by itself, and below with what is set by hand at
 * that word held at every word to come. Both texts draw the same random numbers, so that they part only where the
 * network does. Under them, from many such texts, the words that are written more and less often when held
 * (Radford, Jozefowicz and Sutskever 2017 clamped one unit so; here any value of any unit can be). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clamp.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "core/speak.h"
#include "ui/widget.h"
#include "views/say.h"
#include "views/speak_view.h"
#include "views/sums.h"
#include "views/view.h"

enum { TEXTS = 200, COUNTED = 8 };
static const float WARMER = 0.1f;

struct counted { int output; long free, held; };

struct state {
    struct speak_set set;

    struct speak_set of;          /* what was written with */
    unsigned long revision;       /* of the session; 0: nothing is kept */
    int t;                        /* the word it begins after */
    struct pin *held;             /* [held_count] */
    size_t held_count;
    struct speaker *speaker[2];   /* by itself, held (NULL: nothing is) */
    int *text[2], said[2];        /* [of.words] outputs */
    long *count[2];               /* [outputs]: how often each was written */
    int texts;                    /* that were counted */
    struct counted most[COUNTED];
    int most_count;
    bool short_of_memory;
};

static const struct speak_set defaults = {40, 1, 1};

static const struct setting settings[] = {
    {"words", SETTING_NUMBER, offsetof(struct state, set.words), 1, SPEAK_WORDS_MOST, NULL},
    {"seed", SETTING_NUMBER, offsetof(struct state, set.seed), 0, SPEAK_SEED_MOST, NULL},
    {"temperature", SETTING_REAL, offsetof(struct state, set.temperature), 0, 5, NULL},
    {.name = NULL},
};

struct speak_set *speak_settings(void *state)
{
    return &((struct state *)state)->set;
}

static void clear(void *state)
{
    struct state *st = state;
    mem_free(st->held);
    for (int k = 0; k < 2; k++) {
        speaker_free(st->speaker[k]);
        mem_free(st->text[k]);
        mem_free(st->count[k]);
    }
    *st = (struct state){.set = st->set};
}

/* ---- what is kept ------------------------------------------------------------------------------------------------ */

/* Can what it says be read again as its next word? */
static bool can_speak(const struct session *s)
{
    return session_outputs(s) && session_model(s)->vocab && session_net(s)->embedding;
}

/* The row of the embedding that each output is fed back as; -1 where a label is no token. */
static int *tokens_of_outputs(const struct session *s)
{
    const struct model *m = session_model(s);
    int n = session_outputs(s);
    int *token = mem_array((size_t)n, sizeof *token);
    for (int o = 0; token && o < n; o++)
        token[o] = m->label ? m->label[o] ? vocab_find(m->vocab, m->label[o]) : -1 : o < m->vocab->size ? o : -1;
    return token;
}

/* The pins of the step, which stay sorted. */
static bool take_held(const struct session *s, struct state *st)
{
    size_t n;
    const struct pin *pins = session_pins(s, &n);
    st->held = mem_array(n, sizeof *st->held);
    for (size_t k = 0; st->held && k < n; k++)
        if (pins[k].step == st->t)
            st->held[st->held_count++] = pins[k];
    return st->held;
}

static void write_text(struct state *st, int which, uint64_t text)
{
    struct rng rng;
    rng_seed(&rng, (uint64_t)st->of.seed, text);
    speaker_speak(st->speaker[which], (double)st->of.temperature, &rng, st->text[which], &st->said[which]);
}

static bool begin(const struct session *s, struct state *st)
{
    const struct lstm *net = session_net(s);
    int *token = tokens_of_outputs(s);
    bool ok = token && take_held(s, st);
    for (int k = 0; k < 1 + (ok && st->held_count); k++) {
        st->speaker[k] = !ok ? NULL
            : speaker_new(net,
                          (struct speaker_start){session_trace_to(s, k ? RUN_PINNED : RUN_BASE, st->t), st->t},
                          st->of.words, token, st->held, k ? st->held_count : 0);
        st->text[k] = mem_array((size_t)st->of.words, sizeof *st->text[k]);
        st->count[k] = mem_array((size_t)net->outputs, sizeof *st->count[k]);
        ok = ok && st->speaker[k] && st->text[k] && st->count[k];
    }
    mem_free(token);
    for (int k = 0; ok && k < 2 && st->speaker[k]; k++)
        write_text(st, k, 0);
    for (int k = 0; !ok && k < 2; k++) {          /* nothing was written that could be shown or taken */
        speaker_free(st->speaker[k]);
        st->speaker[k] = NULL;
    }
    return ok;
}

static void update(const struct session *s, struct state *st)
{
    int t = session_cursor(s)->step;
    if (st->revision == session_revision(s) && st->t == t && st->of.words == st->set.words
        && st->of.seed == st->set.seed && st->of.temperature == st->set.temperature)
        return;
    clear(st);
    st->of = st->set;
    st->revision = session_revision(s);
    st->t = t;
    if (t >= 1 && can_speak(s))
        st->short_of_memory = !begin(s, st);
}

static void prepare(const struct scene *scene, void *state, struct rect r)
{
    (void)r;
    update(scene->session, state);
}

/* ---- counting ---------------------------------------------------------------------------------------------------- */

/* The words whose counts differ most, largest difference first. */
static void rank(struct state *st, int outputs)
{
    st->most_count = 0;
    for (int o = 0; o < outputs; o++) {
        struct counted c = {o, st->count[0][o], st->count[1][o]};
        long by = labs(c.held - c.free);
        int at = st->most_count;
        while (at > 0 && labs(st->most[at - 1].held - st->most[at - 1].free) < by)
            at--;
        if (!by || at == COUNTED)
            continue;
        st->most_count += st->most_count < COUNTED;
        memmove(&st->most[at + 1], &st->most[at], (size_t)(st->most_count - 1 - at) * sizeof *st->most);
        st->most[at] = c;
    }
}

/* One more text of either kind, kept apart from those that are shown. */
static void count_text(struct state *st)
{
    for (int k = 0; k < 2; k++) {
        int *shown = st->text[k], said = st->said[k];
        write_text(st, k, (uint64_t)st->texts);
        for (int w = 0; w < st->said[k]; w++)
            st->count[k][shown[w]]++;
        st->said[k] = said;
    }
    st->texts++;
}

static enum view_work work(struct session *s, void *state, int ms, struct str *progress, struct err *e)
{
    (void)e;
    struct state *st = state;
    update(s, st);
    if (!st->speaker[1] || st->short_of_memory || st->texts >= TEXTS)
        return WORK_NONE;
    double until = clock_ms() + ms;
    do
        count_text(st);
    while (st->texts < TEXTS && clock_ms() < until);
    for (int k = 0; k < 2; k++)
        write_text(st, k, 0);                     /* what is shown again */
    rank(st, session_outputs(s));
    str_addf(progress, "%d of %d texts", st->texts, TEXTS);
    return st->texts < TEXTS ? WORK_MORE : WORK_DONE;
}

/* ---- words ------------------------------------------------------------------------------------------------------- */

static void nothing(const struct session *s, const struct state *st, struct str *out)
{
    if (session_cursor(s)->step < 1)
        say_nothing(s, out);
    else if (!can_speak(s))
        str_add(out, "This model cannot write on: what its head gives is nothing it could read as its next word.");
    else
        str_add(out, st->short_of_memory ? "There is not enough memory for a text that long." : "Nothing yet.");
}

/* An output as it is read in a text: a blank is a blank. */
static void say_spoken(const struct session *s, int output, const struct glyphs *gl, struct str *out)
{
    char number[16];
    if (say_characters(s) && !strcmp(model_label(session_model(s), output, number), " "))
        str_addc(out, ' ');
    else
        say_output(s, output, gl, out);
}

static void say_written(const struct session *s, const struct state *st, int which, const struct glyphs *gl,
                     struct str *out)
{
    for (int k = 0; k < st->said[which]; k++) {
        if (k && !say_characters(s))
            str_addc(out, ' ');
        say_spoken(s, st->text[which][k], gl, out);
    }
    if (st->said[which] < st->of.words)
        str_add(out, " (here a number overflows)");
}

/* "C of gender at -0.84, f of 2 at 0" */
static void say_held(const struct session *s, const struct state *st, struct str *out)
{
    enum { MOST = 4 };
    char num[SUMS_MAX], name[SAY_UNIT];
    for (size_t k = 0; k < st->held_count && k < MOST; k++) {
        const struct pin *p = &st->held[k];
        str_addf(out, "%s%s of %s at %s", k ? ", " : "", quantity_name(p->q),
                 say_unit_name(s, p->layer, p->unit, name),
                 p->q == Q_F || p->q == Q_I || p->q == Q_O ? sums_gate(num, (double)p->value)
                                                           : sums_number(num, (double)p->value, 2, true));
    }
    if (st->held_count > MOST)
        str_addf(out, " and %zu more", st->held_count - MOST);
}

static void say_begin(const struct session *s, const struct state *st, const struct glyphs *gl, bool brief,
                      struct str *out)
{
    char num[SUMS_MAX];
    str_add(out, brief ? "On after " : "It writes on after ");
    say_quoted(s, st->t, gl, out);
    str_addf(out, ": %d %s, seed %d", st->of.words, say_noun(s, st->of.words != 1), st->of.seed);
    if (!brief)
        str_addf(out, ", temperature %s", sums_number(num, (double)st->of.temperature, 1, false));
}

/* " In 200 texts: 'her' 287 times by itself, 653 held; …" */
static void say_counts(const struct session *s, const struct state *st, const struct glyphs *gl, int most,
                       struct str *out)
{
    if (!st->texts)
        return;
    str_addf(out, "In %d texts of %d %s", st->texts, st->of.words, say_noun(s, st->of.words != 1));
    if (!st->most_count)
        str_add(out, " it makes no difference");
    for (int k = 0; k < st->most_count && k < most; k++) {
        str_add(out, k ? "; '" : ": '");
        say_output(s, st->most[k].output, gl, out);
        str_addf(out, k ? "' %ld, %ld" : "' %ld times by itself, %ld held", st->most[k].free, st->most[k].held);
    }
    str_addc(out, '.');
}

/* Where nothing is held, it is read without pins. */
static void say_left_out(const struct session *s, const struct state *st, struct str *out)
{
    if (session_first_pinned(s) <= st->t)
        str_add(out, " What is set at earlier words is left out.");
}

static void explain(const struct scene *scene, const void *state, struct str *out)
{
    const struct state *st = state;
    const struct session *s = scene->session;
    if (!st->speaker[0]) {
        nothing(s, st, out);
        return;
    }
    say_begin(s, st, &glyphs_unicode, false, out);
    str_add(out, ".\nBy itself: ");
    say_written(s, st, 0, &glyphs_unicode, out);
    if (!st->speaker[1]) {
        str_add(out, "\nNothing is set by hand at this word that could be held.");
        say_left_out(s, st, out);
        return;
    }
    str_add(out, "\nHeld, ");
    say_held(s, st, out);
    str_add(out, ": ");
    say_written(s, st, 1, &glyphs_unicode, out);
    str_addc(out, '\n');
    say_counts(s, st, &glyphs_unicode, 4, out);
}

static void tell(const struct scene *scene, const void *state, const struct glyphs *gl, struct str *out)
{
    const struct state *st = state;
    if (st->speaker[1]) {
        str_add(out, "Held at every word: ");
        say_held(scene->session, st, out);
        str_add(out, ". ");
        say_counts(scene->session, st, gl, 2, out);
        str_add(out, " The same random numbers choose in both, so they part where the network does.");
    } else if (st->speaker[0]) {
        str_add(out, "What is set by hand at this word is held at every word to come: nothing is. "
                       ":set C[1]@*=0.9 sets one of C at all of them.");
        say_left_out(scene->session, st, out);
    }
}

/* ---- drawing ----------------------------------------------------------------------------------------------------- */

/* A text word by word, in bold where the other one has another word. Returns the rows used. */
static int draw_text(const struct session *s, const struct state *st, int which, struct grid *g, struct rect r)
{
    int x = 0, y = 0, gap = !say_characters(s);
    struct str word = {0};
    for (int k = 0; k < st->said[which]; k++) {
        bool differs = st->speaker[1] && which && (k >= st->said[0] || st->text[0][k] != st->text[1][k]);
        str_clear(&word);
        say_spoken(s, st->text[which][k], g->glyphs, &word);
        int w = utf8_text_width(str_text(&word));
        if (x && x + w > r.w) {
            x = 0;
            y++;
        }
        bool last = y == r.h - 1 && k + 1 < st->said[which] && x + w + gap + 12 > r.w;
        if (y >= r.h || last) {
            grid_text(g, r.x + x, r.y + (y < r.h ? y : r.h - 1), 3, ROLE_DIM, 0, g->glyphs->etc);
            break;
        }
        grid_text(g, r.x + x, r.y + y, w, differs ? ROLE_PREDICT : ROLE_TEXT, differs ? ATTR_BOLD : 0,
                  str_text(&word));
        x += w + gap;
    }
    str_free(&word);
    return y < r.h ? y + 1 : r.h;
}

/* Counts of a word, by itself and held, as two bars on one scale. */
static void draw_counted(const struct session *s, const struct counted *c, struct grid *g, struct rect r, long most)
{
    struct str name = {0};
    int bar = (r.w - 12 - 2 * 9) / 2;
    say_output_cut(s, c->output, 10, g->glyphs, &name);
    grid_text_right(g, r.x + 10, r.y, 10, ROLE_TEXT, ATTR_BOLD, str_text(&name));
    widget_bar(g, r.x + 12, r.y, bar, (struct bar){(float)c->free, NAN, 0, (float)most, ROLE_PREDICT_BASE});
    grid_textf(g, r.x + 12 + bar + 1, r.y, 8, ROLE_NUMBER, 0, "%ld", c->free);
    widget_bar(g, r.x + 12 + bar + 9, r.y, bar, (struct bar){(float)c->held, NAN, 0, (float)most, ROLE_PREDICT});
    grid_textf(g, r.x + 12 + bar + 9 + bar + 1, r.y, 8, ROLE_NUMBER, ATTR_BOLD, "%ld", c->held);
    str_free(&name);
}

static void draw_counts(const struct session *s, const struct state *st, struct grid *g, struct rect r)
{
    int bar = (r.w - 12 - 2 * 9) / 2;
    long most = 1;
    for (int k = 0; k < st->most_count; k++) {
        most = st->most[k].free > most ? st->most[k].free : most;
        most = st->most[k].held > most ? st->most[k].held : most;
    }
    grid_textf(g, r.x, r.y, 12, ROLE_DIM, 0, "%d texts", st->texts);
    grid_text(g, r.x + 12, r.y, bar + 8, ROLE_PREDICT_BASE, 0, "by itself");
    grid_text(g, r.x + 12 + bar + 9, r.y, bar + 8, ROLE_PREDICT, 0, "held");
    for (int k = 0; k < st->most_count && k + 1 < r.h; k++)
        draw_counted(s, &st->most[k], g, (struct rect){r.x, r.y + 1 + k, r.w, 1}, most);
}

static void draw(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    const struct state *st = state;
    const struct session *s = scene->session;
    struct str text = {0};
    r = rect_inset(r, r.w > 24 ? 1 : 0, 0);
    if (!st->speaker[0]) {
        nothing(s, st, &text);
        say_wrap(g, r, ROLE_DIM, 0, str_text(&text));
        str_free(&text);
        return;
    }
    bool wide = r.w >= 60, both = st->speaker[1];
    int y = r.y, side = wide ? 12 : 5, counts = both && st->texts && r.h >= 12 ? (r.h >= 22 ? 9 : 5) : 0;
    say_begin(s, st, g->glyphs, !wide, &text);
    grid_text(g, r.x, y, r.w, ROLE_TEXT, ATTR_BOLD, str_text(&text));
    y += r.h >= 10 ? 2 : 1;
    int room = r.y + r.h - y - counts - (counts > 0);
    for (int k = 0; k < 1 + both; k++) {
        int h = both && !k ? (room - (room > 4)) / 2 : room;
        if (h < 1)
            break;
        grid_text(g, r.x, y, side - 1, k ? ROLE_PREDICT : ROLE_PREDICT_BASE, ATTR_BOLD,
                  k ? "held" : wide ? "by itself" : "free");
        int used = draw_text(s, st, k, g, (struct rect){r.x + side, y, r.w - side, h});
        used += room - used > 1 && r.h >= 10;
        y += used;
        room -= used;
    }
    if (counts)
        draw_counts(s, st, g, (struct rect){r.x, r.y + r.h - counts, r.w, counts});
    str_free(&text);
}

/* ---- keys -------------------------------------------------------------------------------------------------------- */

static enum view_reply turn_seed(struct session *s, void *state, bool other, struct err *e)
{
    (void)s, (void)e;
    struct speak_set *set = speak_settings(state);
    set->seed += other ? -(set->seed > 0) : set->seed < SPEAK_SEED_MOST;
    return VIEW_REDRAW;
}

static enum view_reply turn_temperature(struct session *s, void *state, bool other, struct err *e)
{
    (void)s, (void)e;
    struct speak_set *set = speak_settings(state);
    float to = roundf((set->temperature + (other ? -WARMER : WARMER)) * 10) / 10;
    set->temperature = clamp_float(to, 0, SPEAK_TEMPERATURE_MOST);
    return VIEW_REDRAW;
}

static enum view_reply turn_words(struct session *s, void *state, bool other, struct err *e)
{
    (void)s, (void)e;
    struct speak_set *set = speak_settings(state);
    int to = set->words + (other ? 10 : -10);
    set->words = to < 1 ? 1 : to == 11 ? 10 : to > SPEAK_WORDS_MOST ? SPEAK_WORDS_MOST : to;
    return VIEW_REDRAW;
}

/* The words up to here and what was written, with what was held pinned along it, as one edit. */
static enum view_reply take_text(struct session *s, void *state, bool other, struct err *e)
{
    (void)other;
    struct state *st = state;
    int which = st->speaker[1] != NULL, n = st->t + st->said[which], t = st->t;
    if (!st->speaker[0])
        return VIEW_IGNORED;
    size_t held = st->held_count;
    struct pin *pins = mem_array(held, sizeof *pins);
    const char **word = mem_array((size_t)n, sizeof *word);
    char (*number)[16] = mem_array((size_t)n, sizeof *number);
    bool ok = (pins && word && number) || err_set(e, "speak", NULL, "not enough memory for %d words", n);
    for (int k = 0; ok && k < n; k++)
        word[k] = k < t ? session_token(s, k + 1) : model_label(session_model(s), st->text[which][k - t], number[k]);
    if (ok) {
        memcpy(pins, st->held, held * sizeof *pins);
        session_begin(s);
        ok = session_set_tokens(s, word, n, "speak", e);
        for (int k = t + 1; ok && k <= n; k++)
            for (size_t j = 0; ok && j < held; j++)
                ok = session_pin(s, (struct place){pins[j].layer, pins[j].unit, (enum value)pins[j].q, k},
                                 pins[j].value, true, e);
        session_goto(s, t);
        session_end(s);
    }
    mem_free(pins);
    mem_free(word);
    mem_free(number);
    return ok ? VIEW_GOTO_BARS : VIEW_REDRAW;
}

static const struct view_key keys[] = {
    {"next-seed prev-seed", "n", "N", "another text: the next seed, the one before", "again", 0, turn_seed, NULL},
    {"warmer colder", "+ =", "-", "temperature: at 0 always the likeliest word, above 1 bolder than it has learnt",
     "temperature", KEY_PAIR, turn_temperature, NULL},
    {"fewer more", "[", "]", "fewer words, more", "length", KEY_PAIR, turn_words, NULL},
    {"take", "<Enter>", NULL, "make it the sentence, with what was held pinned along it", "take it", KEY_EDITS,
     take_text, NULL},
    {.keys = NULL},
};

const struct view view_speak = {
    .near = true,
    .name = "speak",
    .title = "speak",
    .about = "it writes on by itself, with what you set held",
    .strip = "speak",
    .rank = 19,
    .help = "The network writes on from the word under the cursor: each word is drawn from its own probabilities and "
            "fed back. The first text is the network by itself; in the second, what is set by hand at that word is "
            "held at every word to come (:set C[gender]@*=0.9, f[2]@*=0). The same random numbers choose in both, in "
            "bold is where they part. Below, counted over 200 texts of that length with seeds of their own: the "
            "words written more and less often when held; a difference of less than about twice the root of the "
            "larger count may be chance. A held value may be one the network never reaches by itself, and what it "
            "then writes is what it does there, not what it has learnt. :speak N TEMPERATURE SEED sets all three.",
    .key = '"',
    .state_size = sizeof(struct state),
    .settings_size = offsetof(struct state, of),
    .defaults = &defaults,
    .settings = settings,
    .keys = keys,
    .prepare = prepare,
    .draw = draw,
    .tell = tell,
    .explain = explain,
    .clear = clear,
    .work = work,
};
