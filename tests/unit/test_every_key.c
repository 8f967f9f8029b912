/* test_every_key.c: each key of each view, pressed in each kind of model and in each state a sitting can be in.
 * Whatever it does: what is drawn and what is said is clean text, the same look twice is the same picture, the cursor
 * is on the screen, and undone to the beginning the run is what it was. EVERY_KEY=1: all states of large models, too
 * (else some of theirs). */
#define _GNU_SOURCE
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "action/begin.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "export/export.h"
#include "learn/training.h"
#include "support/app.h"
#include "support/folder.h"
#include "support/models.h"

enum { PATIENCE_MS = 5, SMALL = 12 };

/* ---- models ------------------------------------------------------------------------------------------------------ */

static const char *const built_in[] = {"gender", "lesson-cell", "counter", "adding", "story", "prose"};
enum { BUILT_IN = sizeof built_in / sizeof *built_in };

/* head: how large every weight of the head is made; gates: those of W, so that products go beyond a float. unlike: its
 * file expects other values than it computes, knows its outputs by labels, or left tensors behind. */
enum unlike { AS_IT_IS, UNPROVEN, LABELLED, LEFT };
static const struct kind { struct random_model shape; float head, gates; enum unlike unlike; } random_kinds[] = {
    {.shape = {.layers = 2, .hidden = 5, .embed = 4, .words = 12, .outputs = 12, .steps = 6, .seed = 5}},
    {.shape = {.layers = 1, .hidden = 3, .embed = 2, .steps = 5, .seed = 3}},                            /* vectors */
    {.shape = {.layers = 1, .hidden = 3, .embed = 2, .outputs = 3, .steps = 5, .seed = 4}},
    {.shape = {.layers = 2, .hidden = 4, .embed = 3, .words = 9, .outputs = 9,
      .steps = 7, .seed = 9, .bidirectional = true}},
    {.shape = {.layers = 1, .hidden = 150, .embed = 8, .words = 30, .outputs = 30, .steps = 30, .seed = 11}},
    {.shape = {.layers = 1, .hidden = 4, .embed = 3, .words = 9, .outputs = 2, .steps = 1, .seed = 13,
      .kind = {.peepholes = true}}},
    {.shape = {.layers = 2, .hidden = 4, .embed = 3, .words = 9, .outputs = 9,
      .steps = 8, .seed = 17, .two_biases = true,
      .kind = {.peepholes = true, .coupled = true}}},
    {.shape = {.layers = 1, .hidden = 1, .embed = 1, .words = 3, .outputs = 3, .steps = 4, .seed = 19}},
    {.shape = {.layers = 1, .hidden = 6, .embed = 3, .words = 8,
      .steps = 9, .seed = 23}},                 /* no head */
    {.shape = {.layers = 1, .hidden = 3, .embed = 2, .words = 6, .outputs = 6,
      .steps = 5, .seed = 29}, .head = 3e38f},   /* too large */
    {.shape = {.layers = 3, .hidden = 5, .narrower = 1, .embed = 3, .words = 9, .outputs = 9,
      .steps = 6, .seed = 31}, .unlike = UNPROVEN},
    {.shape = {.layers = 8, .hidden = 2, .embed = 2, .words = 7, .outputs = 7, .steps = 5, .seed = 37,
      .kind = {.gate_function = GATE_HARD_KERAS2}}},
    {.shape = {.layers = 2, .hidden = 3, .embed = 2, .outputs = 2,
      .steps = 6, .seed = 41, .bidirectional = true}, .unlike = LEFT},
    {.shape = {.layers = 1, .hidden = 12, .embed = 4, .words = 400, .outputs = 400, .steps = 14, .seed = 43}},
    {.shape = {.layers = 1, .hidden = 260, .embed = 2, .words = 5, .outputs = 5, .steps = 4, .seed = 47}},
    {.shape = {.layers = 1, .hidden = 4, .embed = 3, .words = 9, .outputs = 3,
      .steps = 8, .seed = 53}, .unlike = LABELLED},
    {.shape = {.layers = 1, .hidden = 3, .embed = 2, .words = 6, .outputs = 6,
      .steps = 5, .seed = 59}, .gates = 3e38f},
    {.shape = {.layers = 2, .hidden = 3, .embed = 2, .words = 6, .outputs = 6, .steps = 5, .seed = 61,
      .kind = {.gate_function = GATE_HARD_KERAS3, .peepholes = true}}, .gates = 8},
    {.shape = {.layers = 1, .hidden = 5, .embed = 2, .outputs = 1,
      .steps = 40, .seed = 67}, .unlike = UNPROVEN},     /* one number */
};
enum { KINDS = BUILT_IN + sizeof random_kinds / sizeof *random_kinds };

static void make_unlike(struct model *m, enum unlike unlike)
{
    static const char *const label[] = {"no", "yes", "perhaps"};
    if (unlike == LABELLED) {
        m->label = xcalloc((size_t)m->net->outputs, sizeof *m->label);
        for (int o = 0; o < m->net->outputs; o++)
            m->label[o] = xstrdup(label[o]);
    } else if (unlike == LEFT) {
        m->unused_count = 1;
        m->unused = xcalloc(1, sizeof *m->unused);
        m->unused[0] = xstrdup("attention.weight");
    } else if (unlike == UNPROVEN) {
        m->expected = xcalloc(1, sizeof *m->expected);
        m->expected->steps = m->input_steps ? m->input_steps : m->sequence.n;
        m->expected->tolerance = 1e-5;
        tokens_copy(&m->sequence, &m->expected->tokens);
        m->expected->h = mem_array((size_t)m->expected->steps * (size_t)lstm_top(m->net), sizeof(float));
    }
}

/* Every weight of the gates as large, of its own sign. */
static void enlarge(struct lstm *net, float to)
{
    for (int l = 0; l < net->layers; l++)
        for (int q = 0; q < GATES; q++)
            for (int k = 0; k < net->layer[l].hidden * (net->layer[l].hidden + net->layer[l].in); k++)
                net->layer[l].W[q][k] = net->layer[l].W[q][k] < 0 ? -to : to;
    assert_true(lstm_pack(net));
}

static struct model *model_of(int k, struct err *e)
{
    if (k < BUILT_IN)
        return model_builtin(built_in[k], e);
    const struct kind *kind = &random_kinds[k - BUILT_IN];
    struct model *m = model_random(&kind->shape);
    size_t n = (size_t)m->net->outputs * (size_t)lstm_top(m->net);
    for (size_t j = 0; kind->head > 0 && j < n; j++)
        m->net->out_W[j] = m->net->out_W[j] < 0 ? -kind->head : kind->head;
    if (kind->gates > 0)
        enlarge(m->net, kind->gates);
    make_unlike(m, kind->unlike);
    return m;
}

/* ---- states ------------------------------------------------------------------------------------------------------ */

/* OTHER is the sentence with its first two words exchanged. */
static const char *const states[] = {
    "", "<End>", "<Right>c<Right>:set h[1]@1=0.5<Enter>", "C<End>-", ":compare OTHER<Enter>", "aa<Right>e",
    "F<PgDn><PgDn>",
    "<End>:layout columns<Enter>:ahead<Enter>", ":layout heat<Enter>d<Down>+++<Esc>",
    ":text OTHER OTHER OTHER OTHER<Enter>",
    "<F5>", "TTT:set f*@2=0<Enter><Right>", "m:top 12<Enter>z", ":set C[1]@0=2<Enter>:set h[1]@0=-1<Enter>",
    "<End>:set W_f[1][1]=9<Enter>:set b_o[1]=-9<Enter>c",
    ":word 1 nowhere<Enter>:set o[1]@1=0<Enter><PgDn><PgDn><PgDn>",
};
enum { STATES = sizeof states / sizeof *states };

static char *other_sentence(const struct session *s)
{
    struct str out = {0};
    int n = session_steps(s);
    for (int t = 1; t <= n && session_model(s)->vocab; t++)
        str_addf(&out, "%s%s", t > 1 ? " " : "", session_token(s, t == 1 && n > 1 ? 2 : t == 2 ? 1 : t));
    return str_take(&out);
}

static char *typed(const struct session *s, const char *state)
{
    struct str out = {0};
    char *other = other_sentence(s);
    for (const char *at; (at = strstr(state, "OTHER")); state = at + 5)
        str_addf(&out, "%.*s%s", (int)(at - state), state, other);
    str_add(&out, state);
    free(other);
    return str_take(&out);
}

/* Three lines to look through, of the sentence's own words. */
static void give_corpus(struct session *s)
{
    char path[64];
    char *other = other_sentence(s);
    snprintf(path, sizeof path, "%s/corpus.txt", folder);
    FILE *f = fopen(path, "w");
    fprintf(f, "%s\n%s\n%s %s\n", other, other, other, other);
    fclose(f);
    if (*other)
        session_set_corpus(s, path);
    free(other);
}

/* ---- what must hold ---------------------------------------------------------------------------------------------- */

static struct str done;           /* for whoever must find out why */

static void clean(const char *what, const char *s)
{
    size_t len;
    for (size_t k = 0, n = strlen(s); k < n; k += len) {
        uint32_t cp = utf8_decode(s + k, n - k, &len);
        if ((cp == UTF8_BAD && len != 3) || (utf8_hidden(cp) && cp != '\n' && cp != '\t'))
            fail_msg("%s: U+%04X after%s\n%s", what, (unsigned)cp, str_text(&done), s);
    }
}

static void drawn_once(struct app *a, struct str *out)
{
    struct grid *g = grid_new(a->w, a->h, a->glyphs);
    int x, y;
    app_draw(a, g, &x, &y);
    str_clear(out);
    grid_dump_text(g, out);
    grid_dump_roles(g, out);
    if (x > a->w || y >= a->h)
        fail_msg("the cursor is at %d,%d of %dx%d after%s", x, y, a->w, a->h, str_text(&done));
    grid_free(g);
}

static void looked_at(struct app *a, int which)
{
    static const struct { int w, h; } sizes[] = {{80, 24}, {120, 40}, {40, 12}, {200, 60}, {60, 18}, {30, 50}, {20, 6},
                                                 {100, 30}, {11, 5}, {70, 14}, {1, 1}};
    struct str one = {0}, other = {0};
    size_t k = (size_t)which % (sizeof sizes / sizeof *sizes);
    a->w = sizes[k].w;
    a->h = sizes[k].h;
    a->glyphs = which % 3 ? &glyphs_unicode : &glyphs_ascii;
    app_prepare(a);
    drawn_once(a, &one);
    drawn_once(a, &other);
    if (strcmp(str_text(&one), str_text(&other)) != 0)
        fail_msg("looked at twice it is another picture after%s", str_text(&done));
    clean("the picture", str_text(&one));
    clean("what is said", a->message);
    if (view_explains(a->view)) {
        str_clear(&other);
        view_explain(a->view, &a->scene, a->view_state[view_index(a->view)], &other);
        clean("in words", str_text(&other));
    }
    str_free(&one);
    str_free(&other);
}

static char *run_of(const struct session *s)
{
    struct str out = {0};
    export_trace_json(s, 3, &out, NULL);
    return str_take(&out);
}

/* ---- all of them ------------------------------------------------------------------------------------------------- */

static void work(struct app *a)
{
    struct err e = {{0}};
    for (int k = 0; k < 3 && app_view_work(a, PATIENCE_MS, &e) == WORK_MORE; k++)
        continue;
}

/* The first key of a list is the one that is shown. */
static void press_first(struct app *a, const char *keys)
{
    char one[32];
    struct err e = {{0}};
    snprintf(one, sizeof one, "%.*s", (int)strcspn(keys, " "), keys);
    str_addf(&done, " %s", one);
    if (!app_keys(a, one, "key", &e))
        fail_msg("%s", e.text);
}

static void show(struct app *a, const struct view *v)
{
    char line[64];
    snprintf(line, sizeof line, "view %s", v->name);
    str_addf(&done, " «%s»", line);
    app_command(a, line);
    work(a);
}

/* Each key and its contrary, then once more where the first led to. */
static void each_key(struct app *a, const struct view *v, int *which)
{
    show(a, v);
    looked_at(a, (*which)++);
    for (const struct view_key *k = v->keys; k && k->keys; k++)
        for (int turn = 0; turn < 3; turn++) {
            const char *keys = turn == 1 ? k->other : k->keys;
            if (!keys || a->view != v)
                continue;
            press_first(a, keys);
            work(a);
            looked_at(a, (*which)++);
            if (a->view != v && !a->question)
                show(a, v);
        }
    if (a->question)
        press_first(a, "<Esc>");
}

/* Word by word in the order of the lesson, in the main view and before a class, for each value that can be asked of. */
static void each_substep(struct app *a, int *which)
{
    static const char *const ways[] = {"", "<Down>", "e", "<Down>", "vz", "<Up><Up><Up><F5>", "<Down>", "<F5>"};
    show(a, &view_bars);
    for (size_t way = 0; way < sizeof ways / sizeof *ways; way++) {
        press(a, ways[way]);
        str_addf(&done, " %s", ways[way]);
        for (int k = 0; k < SUB_COUNT + 2; k++) {
            press_first(a, "<PgDn>");
            work(a);
            looked_at(a, (*which)++);
        }
    }
}

static void each_view(int kind, int state)
{
    struct err e = {{0}};
    struct app a;
    struct model *m = model_of(kind, &e);
    struct session *s = m ? session_new(m, &e) : NULL;
    if (!s)
        fail_msg("%s", e.text);
    app_init(&a, s, theme_load(theme_default, &e), &glyphs_unicode);
    a.w = 80;
    a.h = 24;
    if (state % 2)
        give_corpus(a.session);
    char *first = run_of(a.session), *keys = typed(a.session, states[state]);
    unsigned long number = session_model_number(a.session);
    int which = kind + state;
    str_clear(&done);
    str_addf(&done, " (model %d, state %d) %s", kind, state, keys);
    app_keys(&a, keys, "state", &e);
    for (int v = 0; v < view_count; v++)
        each_key(&a, views[v], &which);
    if (state % 4 == 0)
        each_substep(&a, &which);
    if (session_model_number(a.session) == number) {
        while (session_undo(a.session))
            continue;
        char *last = run_of(a.session);
        if (strcmp(first, last) != 0)
            fail_msg("undone to the beginning the run is another after%s", str_text(&done));
        free(last);
    }
    free(first);
    free(keys);
    app_clear(&a);
}

static void every_key_of_every_view_is_answered_in_every_kind_of_model(void **state)
{
    (void)state;
    for (int kind = 0; kind < (int)KINDS; kind++) {
        bool small = kind >= BUILT_IN && random_kinds[kind - BUILT_IN].shape.hidden <= SMALL;
        int step = small || getenv("EVERY_KEY") ? 1 : 8;
        for (int k = kind % step; k < STATES; k += step)
            each_view(kind, k);
    }
}

/* ---- while a network is taught ----------------------------------------------------------------------------------- */

static void every_key_is_answered_while_a_network_is_taught(void **state)
{
    (void)state;
    static const struct { struct training_wish wish; int steps; } list[] = {
        {{.corpus = "gender", .tokens = CORPUS_GUESS, .updates = 40}, 0},
        {{.corpus = "gender", .tokens = CORPUS_GUESS, .updates = 250}, 260},
        {{.corpus = "adding", .tokens = CORPUS_GUESS, .updates = 40, .hidden = 4}, 25},
        {{.corpus = "counter", .tokens = CORPUS_GUESS, .updates = 30, .hidden = 3, .layers = 2}, 400},
    };
    for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
        struct err e = {{0}};
        struct app a;
        struct training *t = training_new(&list[k].wish, &e);
        if (!t)
            fail_msg("%s", e.text);
        for (int j = 0; j < list[k].steps && training_step(t); j++)
            continue;
        struct model *m = model_builtin("gender", &e);
        app_init(&a, session_new(m, &e), theme_load(theme_default, &e), &glyphs_unicode);
        a.w = 80;
        a.h = 24;
        app_watch(&a, t, NULL);
        str_clear(&done);
        str_addf(&done, " (training %zu)", k);
        int which = (int)k;
        for (int round = 0; round < 3; round++)
            for (int v = 0; v < view_count; v++)
                if (views[v]->teaches) {
                    app_work(&a);
                    each_key(&a, views[v], &which);
                }
        app_clear(&a);
    }
}

static int end(void **state)
{
    str_free(&done);
    return remove_folder(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_of_every_view_is_answered_in_every_kind_of_model),
        cmocka_unit_test(every_key_is_answered_while_a_network_is_taught),
    };
    return cmocka_run_group_tests(tests, make_folder, end);
}
