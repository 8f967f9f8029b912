/* test_wander.c: sittings nobody would think of: keys in any order, commands with arguments that fit and that do
 * not, in every view, on models with words and without, in sizes from one cell on. Whatever was done: what is on
 * screen and what is said is clean text, the same look twice is the same picture, undone to the beginning the run
 * is what it was, and what was kept opens again. WANDER=N: so many sittings (else few). */
#define _GNU_SOURCE
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "action/ask.h"
#include "action/begin.h"
#include "action/lesson.h"
#include "base/utf8.h"
#include "export/export.h"
#include "support/golden.h"
#include "support/models.h"

enum { SITTINGS = 70, DEEDS = 40, PATIENCE_MS = 20 };

static uint64_t dice;
static struct str done;           /* what was done so far, for whoever must find out why */

static int below(int n)
{
    return random_below(&dice, n);
}

#define ANY(list) (list)[below((int)(sizeof(list) / sizeof *(list)))]

/* ---- what can be done ------------------------------------------------------------------------------------------ */

static const char *const arguments[] = {
    "", "", "!", "1", "2", "3", "7", "0", "-1", "99", "0.5", "1e9", "nan", "x", "and", "with", "zebra", "f", "C",
    "h", "She came out and played with her dog", "he came out", "2 he", "w3 w4 w5 w6", "a b a", "dog", "f[1]@2=0.25",
    "C@1=-3", "h[1]@1=3e38", "f[gender]@and=0", "o@with=1", "f[1]@5=0", "i*@2=1", "g=", "f[9]@1=0", "@", "forget",
    "remember", "half", "freeze", "replace", "closed", "gender", "counter", "lesson-cell", "lesson-trained",
    "partial", "new-subject", "forget-all", "mono", "okabe", "paper", "lines", "columns", "heat", "auto", "equation",
    "value", "sentence", "on", "off", "! partial", "! gender", "! counter", "agreement", "coreference", "x.json",
    "! x.json", "! f.svg", "! f.html", "! f.txt", "! t.csv", "! t.json", "! t.npz", "! t.safetensors", "f.nope",
    "! no/where.json", "10 0.7 3", "1 0 1", "0 0 0", "W_f[1][2]=0.5", "b_i[1]=2", "f*", "1:dog", "gates", "1 2",
    "first-steps", "forget-gate",
};

static const char *const keys[] = {
    "<Right>", "<Right>", "<Left>", "<Up>", "<Down>", "<PgDn>", "<PgUp>", "<Home>", "<End>", "<Tab>", "<S-Tab>",
    "<Enter>", "<Enter>", "<Esc>", "<Esc>", "<Space>", "<C-r>", "<F1>", "<F5>", "<BS>", "<Del>", "<Ins>", "<C-u>",
    "<C-w>", "<A-b>", "<A-f>", "<A-BS>", "<C-a>", "<C-e>", "<C-l>", "<F9>", "<lt>", "5", "0", ".", "?", "/", "'",
    ":", "/an<Enter>", "/zz<Enter>", ":vi<Tab><Tab><Enter>", ":<Up><Enter>", ":<Tab><Esc>", ":model <Tab><Esc>",
    ":se<Tab> f[<Tab><Esc>", "2.5<Enter>", "x<Enter>", "<At3,2>", "<At20,8>", "<At60,20>", "<At1,24>", "<At79,1>",
    "<WheelUp>", "<WheelDown>",
};

/* Training is taken up and left in some sittings only: it takes its time. */
static bool takes_long(const char *name)
{
    return strncmp(name, "train", 5) == 0 || strcmp(name, "learn") == 0 || strcmp(name, "variants") == 0
           || strcmp(name, "find-states") == 0 || strcmp(name, "suspend") == 0;
}

static void type(struct app *a, const char *text)
{
    struct err e = {{0}};
    str_addf(&done, " %s", text);
    if (!app_keys(a, text, "wander", &e))
        str_addf(&done, "(%s)", e.text);
}

static void command(struct app *a)
{
    const struct action *it = &actions[below(action_count)];
    const char *argument = it->argument || !below(8) ? ANY(arguments) : "";
    char line[256];
    if (takes_long(it->name) || strcmp(it->name, "quit") == 0)
        return;
    snprintf(line, sizeof line, "%s %s", it->name, argument);
    str_addf(&done, " «%s»", line);
    app_command(a, line);
}

static void show_a_view(struct app *a)
{
    char line[64];
    const struct view *v = views[below(view_count)];
    snprintf(line, sizeof line, "view %s", v->name);
    str_addf(&done, " «%s»", line);
    if (v != &view_break && v != &view_machine && v != &view_learn)
        app_command(a, line);
}

static void press_one(struct app *a)
{
    char one[2] = {(char)(' ' + below(95)), '\0'};
    type(a, below(2) ? ANY(keys) : strchr("<LQ", *one) ? "." : one);
}

static void deed(struct app *a)
{
    static void (*const deeds[])(struct app *) = {press_one, press_one, press_one, press_one, command, command,
        show_a_view};
    ANY(deeds)(a);
    app_view_work(a, PATIENCE_MS, NULL);
    app_play_tick(a);
}

/* ---- what must hold -------------------------------------------------------------------------------------------- */

static void clean(const char *what, const char *s, size_t n)
{
    size_t len;
    for (size_t k = 0; k < n; k += len) {
        uint32_t cp = utf8_decode(s + k, n - k, &len);
        if ((cp == UTF8_BAD && len != 3) || (utf8_hidden(cp) && cp != '\n'))
            fail_msg("%s: U+%04X after%s\n%s", what, (unsigned)cp, str_text(&done), s);
    }
}

static void drawn_at(struct app *a, int w, int h, struct str *out)
{
    struct grid *g = grid_new(w, h, a->glyphs);
    int x, y;
    app_draw(a, g, &x, &y);
    str_clear(out);
    grid_dump_text(g, out);
    grid_dump_roles(g, out);
    if (x > w || y >= h)
        fail_msg("the cursor is at %d,%d of %dx%d after%s", x, y, w, h, str_text(&done));
    grid_free(g);
}

static void same_picture_twice(struct app *a)
{
    static const struct { int w, h; } sizes[] = {{80, 24}, {80, 24}, {120, 40}, {40, 12}, {30, 50}, {200, 60}, {20,
        6}, {11, 5}, {1, 1}};
    struct str one = {0}, other = {0};
    size_t k = (size_t)below((int)(sizeof sizes / sizeof *sizes));
    a->w = sizes[k].w;
    a->h = sizes[k].h;
    app_prepare(a);
    drawn_at(a, a->w, a->h, &one);
    drawn_at(a, a->w, a->h, &other);
    clean("the picture", str_text(&one), one.len);
    if (strcmp(str_text(&one), str_text(&other)) != 0)
        fail_msg("looked at twice it is another picture after%s", str_text(&done));
    clean("what is said", a->message, strlen(a->message));
    str_free(&one);
    str_free(&other);
}

static char *run_of(const struct session *s)
{
    struct str out = {0};
    export_trace_json(s, 3, &out, NULL);
    return str_take(&out);
}

static void undone(struct app *a, const char *first)
{
    while (session_undo(a->session))
        continue;
    char *last = run_of(a->session);
    if (strcmp(first, last) != 0)
        fail_msg("undone to the beginning the run is another after%s", str_text(&done));
    free(last);
}

/* ---- sittings ---------------------------------------------------------------------------------------------------- */

static struct model *model_of(int k, struct err *e)
{
    static const char *const names[] = {"gender", "lesson-cell", "counter", "lesson-trained"};
    static const struct random_model random[] = {
        {.layers = 2, .hidden = 5, .embed = 4, .words = 12, .outputs = 12, .steps = 6, .seed = 5},
        {.layers = 1, .hidden = 3, .embed = 2, .steps = 5, .seed = 3},
        {.layers = 2, .hidden = 4, .embed = 3, .words = 9, .outputs = 9, .steps = 7, .seed = 9,
        .bidirectional = true},
        {.layers = 1, .hidden = 40, .embed = 8, .words = 30, .outputs = 30, .steps = 30, .seed = 11},
        {.layers = 1, .hidden = 4, .embed = 3, .words = 9, .outputs = 2, .steps = 1, .seed = 13,
         .kind = {.peepholes = true}},
    };
    return k < 4 ? model_builtin(names[k], e) : model_random(&random[k - 4]);
}

static void open_on(struct app *a, int k)
{
    struct err e = {{0}};
    struct model *m = model_of(k, &e);
    struct theme *t = theme_load(theme_default, &e);
    struct session *s = m && t ? session_new(m, &e) : NULL;
    if (!s)
        fail_msg("%s", e.text);
    app_init(a, s, t, below(4) ? &glyphs_unicode : &glyphs_ascii);
    a->w = 80;
    a->h = 24;
    a->readonly = !below(8);
}

static void sit(int number)
{
    struct app a;
    dice = (uint64_t)number * 7919 + 1;
    str_clear(&done);
    str_addf(&done, " (sitting %d)", number);
    open_on(&a, number % 9);
    char *first = run_of(a.session);
    unsigned long model = session_model_number(a.session);
    for (int k = 0; k < DEEDS && !a.quit; k++) {
        deed(&a);
        same_picture_twice(&a);
    }
    if (session_model_number(a.session) == model && !a.lesson)
        undone(&a, first);
    free(first);
    app_clear(&a);
}

static void any_sitting_leaves_clean_text_the_same_picture_twice_and_a_run_that_undo_takes_back(void **state)
{
    (void)state;
    const char *wish = getenv("WANDER");
    int sittings = wish ? atoi(wish) : SITTINGS;
    for (int k = 0; k < sittings; k++)
        sit(k);
}

/* ---- lessons ----------------------------------------------------------------------------------------------------- */

static const char *const answers[] = {
    "a<Enter>", "b<Enter>", "c<Enter>", "<Enter>", "<Enter>", "<Enter>", "1<Enter>", "2", "3", "0.5<Enter>",
    "-1<Enter>", "x<Enter>", "3, 8, 4.5<Enter>", "6 8 9<Enter>", "0,2<Enter>", "+", "+", "-", "<Up>", "<Down>",
    "<Space>", "<Tab>", "<Left>", "<Right>", "<BS>", "<Del>", "<Home>", "<End>", "<PgDn>", "<PgDn>", "<PgUp>",
    "<F5>", "?", "<Esc>", "s", "her<Enter>", "and<Enter>", "gender<Enter>", "it keeps a half of it<Enter>", "h", "H",
    "d", "e", "n", "v", ":hint<Enter>", ":set f[1]@4=0<Enter>", ":set h@2=0<Enter>", ":answer<Enter>",
    ":w r.json<Enter>", ":w! r.json<Enter>", ":view sweep<Enter>", ":undo<Enter>", ":lesson<Enter>",
    ":page 2<Enter>", "<At30,10>", "<At10,20>", "1", "9", "'",
};

/* A lesson puts the sitting aside; when it is left, that is there again. */
static void learn(int number)
{
    static const char *const lessons[] = {"cell", "forget-gate", "how-it-decides", "what-is-remembered", "gradients",
                                          "input-gate", "output-gate", "bug-hunt"};
    struct app a;
    char line[64];
    dice = (uint64_t)number * 104729 + 3;
    str_clear(&done);
    str_addf(&done, " (lesson %d)", number);
    open_on(&a, number % 4);
    app_command(&a, "set f[1]@2=0.25");
    char *before = run_of(a.session);
    snprintf(line, sizeof line, "lesson %s", lessons[number % 8]);
    app_command(&a, line);
    if (!a.lesson)
        fail_msg("%s did not begin: %s", line, a.message);
    for (int k = 0; k < 3 * DEEDS && a.lesson && !a.quit; k++) {
        type(&a, ANY(answers));
        app_view_work(&a, PATIENCE_MS, NULL);
        same_picture_twice(&a);
    }
    if (a.lesson)
        app_lesson_end(&a);
    char *after = run_of(a.session);
    if (strcmp(before, after) != 0)
        fail_msg("after the lesson the run is another, after%s", str_text(&done));
    free(before);
    free(after);
    app_clear(&a);
}

static void any_way_through_a_lesson_leaves_clean_text_and_the_sitting_that_was_put_aside(void **state)
{
    (void)state;
    const char *wish = getenv("WANDER");
    int ways = wish ? atoi(wish) : 32;
    for (int k = 0; k < ways; k++)
        learn(k);
}

static char dir[] = "/tmp/flstm-wander-XXXXXX";

static int begin(void **state)
{
    (void)state;
    return mkdtemp(dir) && chdir(dir) == 0 ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    DIR *folder = opendir(".");
    for (struct dirent *entry; folder && (entry = readdir(folder));)
        unlink(entry->d_name);
    if (folder)
        closedir(folder);
    str_free(&done);
    return chdir("/") == 0 && rmdir(dir) == 0 ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_sitting_leaves_clean_text_the_same_picture_twice_and_a_run_that_undo_takes_back),
        cmocka_unit_test(any_way_through_a_lesson_leaves_clean_text_and_the_sitting_that_was_put_aside),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
