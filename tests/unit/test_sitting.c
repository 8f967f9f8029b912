/* test_sitting.c: where one sitting ends and another begins: which model is in force, which file `:w` writes, what
 * counts as unsaved, and what is not carried over. Driven by keys, as a user would. */
#define _GNU_SOURCE
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
#include "base/file.h"
#include "model/fingerprint.h"
#include "support/app.h"
#include "support/golden.h"

static char dir[] = "/tmp/flstm-sitting-XXXXXX";

static char *in_dir(const char *name)
{
    static char path[4][512];
    static int at;
    at = (at + 1) % 4;
    snprintf(path[at], sizeof path[at], "%s/%s", dir, name);
    return path[at];
}

static void write_file(const char *name, const char *text)
{
    struct err e = {{0}};
    if (!file_write(in_dir(name), text, strlen(text), &e))
        fail_msg("%s", e.text);
}

static char *read_file(const char *name)
{
    char *data;
    size_t len;
    struct err e = {{0}};
    if (!file_read(in_dir(name), &data, &len, &e))
        fail_msg("%s", e.text);
    return data;
}

/* A model of one's own that is called like the one that comes with the program, and forgets at every word. */
static void write_namesake(const char *name)
{
    struct err e = {{0}};
    struct model *m = model_builtin("gender", &e);
    for (int u = 0; u < m->net->layer[0].hidden; u++)
        m->net->layer[0].b[Q_F][u] -= 30;
    struct str out = {0};
    model_write(m, &out);
    write_file(name, str_text(&out));
    str_free(&out);
    model_free(m);
}

static void pressf(struct app *a, const char *format, ...)
{
    char keys[2048];
    struct err e = {{0}};
    va_list ap;
    va_start(ap, format);
    vsnprintf(keys, sizeof keys, format, ap);
    va_end(ap);
    if (!app_keys(a, keys, "test", &e))
        fail_msg("%s", e.text);
}

static void open_app(struct app *a)
{
    golden_app(&(struct golden_shot){.model = "gender", .w = 80, .h = 24}, a);
    assert_true(session_set_text(a->session, "She came out and played with her dog", "test", NULL));
    session_mark_saved(a->session);
}

/* ---- which model ------------------------------------------------------------------------------------------------- */

static void a_scenario_shows_the_model_it_names_though_another_has_its_name(void **state)
{
    (void)state;
    struct app a;
    open_app(&a);
    write_namesake("mine.json");
    write_file("s.json", "{\"format\": \"flstm-scenario/1\", \"model\": \"mine.json\", \"text\": \"She came out and "
                         "played with her dog\", \"step\": 6}");
    pressf(&a, ":scenario %s<Enter>", in_dir("s.json"));
    assert_string_equal(session_model(a.session)->source, in_dir("mine.json"));
    assert_true(session_value(a.session, RUN_BASE, 0, 0, VAL_F, 3) < 0.01f);
    app_clear(&a);
}

static void a_scenario_of_the_very_model_in_force_is_one_edit_that_undo_takes_back(void **state)
{
    (void)state;
    struct app a;
    open_app(&a);
    write_file("s.json", "{\"format\": \"flstm-scenario/1\", \"model\": \"gender\", \"set\": [\"f@3=0\"]}");
    pressf(&a, ":scenario %s<Enter>", in_dir("s.json"));
    assert_int_equal(session_pin_count(a.session), 8);
    pressf(&a, "u");
    assert_int_equal(session_pin_count(a.session), 0);
    app_clear(&a);
}

static void models_are_told_apart_by_their_numbers_and_by_what_they_are_called(void **state)
{
    (void)state;
    struct err e = {{0}};
    struct model *a = model_builtin("gender", &e), *b = model_builtin("gender", &e),
                 *other = model_builtin("counter", &e);
    assert_true(fingerprint_same(a, b));
    assert_false(fingerprint_same(a, other));
    float *w = &b->net->out_b[0], was = *w;
    *w += 1;
    assert_false(fingerprint_same(a, b));
    assert_true(fingerprint_model(a) != fingerprint_model(b));
    *w = was;
    assert_true(fingerprint_same(a, b));
    free(b->name);
    b->name = strdup("another");
    assert_false(fingerprint_same(a, b));
    assert_true(fingerprint_model(a) == fingerprint_model(b));
    /* What its outputs are called counts, to the last. */
    const int n = b->net->outputs;
    free(b->name);
    b->name = strdup("gender");
    assert_true(fingerprint_same(a, b));
    b->label = calloc((size_t)n, sizeof *b->label);
    for (int k = 0; k < n; k++)
        b->label[k] = strdup("an output");
    uint64_t number = fingerprint_model(b);
    assert_true(number != fingerprint_model(a));
    free(b->label[n - 1]);
    b->label[n - 1] = strdup("an outlet");
    assert_true(number != fingerprint_model(b));
    model_free(a);
    model_free(b);
    model_free(other);
}

/* ---- which file -------------------------------------------------------------------------------------------------- */

static void a_save_name_ends_with_the_sitting_that_it_was_given_in(void **state)
{
    (void)state;
    static const char *const others[] = {":model counter<Enter>", ":scenario! partial<Enter>",
                                         ":scenario! new-subject<Enter>"};
    for (size_t k = 0; k < sizeof others / sizeof *others; k++) {
        struct app a;
        open_app(&a);
        pressf(&a, "<Right>c:w! %s<Enter>", in_dir("keep.json"));
        said(&a, "wrote");
        char *was = read_file("keep.json");
        pressf(&a, "%s", others[k]);
        pressf(&a, ":w<Enter>");
        assert_ptr_equal(a.question, &question_save);         /* it asks for a name */
        pressf(&a, "<Esc>");
        char *now = read_file("keep.json");
        assert_string_equal(was, now);
        free(was);
        free(now);
        app_clear(&a);
    }
}

static void a_training_that_is_entered_does_not_write_over_the_file_of_the_sitting_before(void **state)
{
    (void)state;
    struct app a;
    open_app(&a);
    pressf(&a, "<Right>c:w! %s<Enter>:train gender<Enter>", in_dir("keep.json"));
    char *was = read_file("keep.json");
    while (training_done(a.training) < 3)
        training_step(a.training);
    pressf(&a, "<Enter>");
    assert_ptr_equal(a.view, view_find("bars"));
    pressf(&a, "o:w<Enter>");
    assert_ptr_equal(a.question, &question_save);
    char *now = read_file("keep.json");
    assert_string_equal(was, now);
    pressf(&a, "<C-u>! %s<Enter>", in_dir("s.json"));
    said(&a, "names no model");
    free(was);
    free(now);
    app_clear(&a);
}

static void a_scenario_opened_from_a_file_is_written_back_there(void **state)
{
    (void)state;
    struct app a;
    open_app(&a);
    write_file("s.json", "{\"format\": \"flstm-scenario/1\", \"model\": \"gender\", \"set\": [\"f@3=0\"]}");
    pressf(&a, ":scenario %s<Enter><Right>c:w<Enter>", in_dir("s.json"));
    said(&a, "wrote");
    char *now = read_file("s.json");
    assert_non_null(strstr(now, "]@2=0"));
    free(now);
    app_clear(&a);
}

static void the_corpus_stays_when_a_training_is_entered(void **state)
{
    (void)state;
    struct app a;
    open_app(&a);
    write_file("corpus.txt", "she came out\n");
    session_set_corpus(a.session, in_dir("corpus.txt"));
    pressf(&a, ":train gender<Enter>");
    while (training_done(a.training) < 3)
        training_step(a.training);
    pressf(&a, "<Enter>");
    assert_string_equal(session_corpus(a.session), in_dir("corpus.txt"));
    app_clear(&a);
}

/* ---- what is left behind ----------------------------------------------------------------------------------------- */

static void a_value_refused_in_one_sitting_is_not_forced_in_the_next(void **state)
{
    (void)state;
    struct app a;
    open_app(&a);
    pressf(&a, "2<Enter>");
    said(&a, "repeat to force");
    pressf(&a, ":scenario new-subject<Enter>:step 1<Enter>:unit 1<Enter>2<Enter>");
    assert_true(a.scene.message_is_error);
    pressf(&a, ":model counter<Enter>");
    assert_false(a.refused.on);
    app_clear(&a);
}

static void what_a_view_had_chosen_is_forgotten_with_the_model(void **state)
{
    (void)state;
    struct app a;
    open_app(&a);
    pressf(&a, ":step with<Enter>ryWyy");
    struct grid *g = grid_new(80, 24, a.glyphs);
    app_draw(&a, g, NULL, NULL);
    pressf(&a, ":model lesson-trained<Enter>");
    app_draw(&a, g, NULL, NULL);
    const struct view *gradient = view_find("gradient");
    void *state_of = a.view_state[view_index(gradient)];
    view_prepare(gradient, &a.scene, state_of, (struct rect){0, 0, 80, 20});
    struct str pick = {0};
    for (const struct setting *of = gradient->settings; of->name; of++)
        if (strcmp(of->name, "pick") == 0)
            setting_text(of, state_of, &pick);
    assert_string_equal(str_text(&pick), "0");
    str_free(&pick);
    struct str after = {0}, fresh = {0};
    grid_dump_text(g, &after);
    app_clear(&a);
    open_app(&a);
    pressf(&a, ":model lesson-trained<Enter>:view sweep<Enter>");
    app_draw(&a, g, NULL, NULL);
    grid_dump_text(g, &fresh);
    /* But for the status line, which tells of the command. */
    char *end = strstr(after.s, "lesson-trained: ");
    if (end)
        *end = '\0';
    assert_memory_equal(after.s, fresh.s, strlen(after.s) - 4);
    str_free(&after);
    str_free(&fresh);
    grid_free(g);
    app_clear(&a);
}

/* ---- what counts as unsaved -------------------------------------------------------------------------------------- */

static void edits_that_were_taken_back_by_any_way_are_no_edits(void **state)
{
    (void)state;
    static const char *const ways[] = {
        "cu", "cx", "c+-X", ":word 1 He<Enter>:word 1 She<Enter>", ":text He came<Enter>u", "ccX<Right>oX"};
    for (size_t k = 0; k < sizeof ways / sizeof *ways; k++) {
        struct app a;
        open_app(&a);
        pressf(&a, "%s", ways[k]);
        if (session_dirty(a.session))
            fail_msg("%s is said to be unsaved", ways[k]);
        pressf(&a, ":model counter<Enter>");
        assert_string_equal(session_model(a.session)->name, "counter");
        app_clear(&a);
    }
}

static void edits_that_are_in_force_are_not_dropped_without_a_word(void **state)
{
    (void)state;
    static const char *const edits[] = {"c", ":word 1 He<Enter>", ":text He came<Enter>", "cu+"};
    for (size_t k = 0; k < sizeof edits / sizeof *edits; k++) {
        struct app a;
        open_app(&a);
        pressf(&a, "%s:model counter<Enter>", edits[k]);
        said(&a, "edits are not saved");
        assert_string_equal(session_model(a.session)->name, "gender");
        app_clear(&a);
    }
}

static void a_scenario_that_was_just_opened_is_saved_and_one_over_edits_is_not(void **state)
{
    (void)state;
    struct app a;
    open_app(&a);
    write_file("s.json", "{\"format\": \"flstm-scenario/1\", \"model\": \"gender\", \"set\": [\"f@3=0\"]}");
    pressf(&a, ":scenario %s<Enter>", in_dir("s.json"));
    assert_false(session_dirty(a.session));
    pressf(&a, "X:set f[1]@1=0.3<Enter>:scenario %s<Enter>", in_dir("s.json"));
    assert_false(session_dirty(a.session));              /* it is what was opened */
    pressf(&a, "u:w! %s<Enter>:set f[1]@1=0.4<Enter>:scenario %s<Enter>", in_dir("keep.json"), in_dir("s.json"));
    assert_true(session_dirty(a.session));               /* undo leads back to a pin that no file has */
    app_clear(&a);
}

/* ---- two sentences ----------------------------------------------------------------------------------------------- */

static void comparing_tells_that_a_pin_is_in_force_and_how_to_do_without(void **state)
{
    (void)state;
    struct app a;
    open_app(&a);
    pressf(&a, "c:compare He came out and played with his dog<Enter>");
    said(&a, "1 value pinned");
    pressf(&a, "<Right>");                                /* the message is gone, the fact stays */
    struct grid *g = grid_new(120, 40, a.glyphs);
    struct str text = {0};
    app_draw(&a, g, NULL, NULL);
    grid_dump_text(g, &text);
    assert_non_null(strstr(text.s, "X shows both without"));
    pressf(&a, "X");
    app_draw(&a, g, NULL, NULL);
    str_clear(&text);
    grid_dump_text(g, &text);
    assert_null(strstr(text.s, "X shows both without"));
    str_free(&text);
    grid_free(g);
    app_clear(&a);
}

/* ---- a whole sitting --------------------------------------------------------------------------------------------- */

static void drawn_with_roles(struct app *a, struct str *text)
{
    struct grid *g = grid_new(a->w, a->h, a->glyphs);
    struct err e = {{0}};
    assert_true(app_finish_work(a, &e));
    a->scene.message = NULL;
    app_draw(a, g, NULL, NULL);
    str_clear(text);
    grid_dump_text(g, text);
    grid_dump_roles(g, text);
    grid_free(g);
}

static void a_sitting_that_is_kept_opens_to_the_same_frames(void **state)
{
    (void)state;
    static const char *const sittings[] = {
        "",
        "<Right><Right><Right>ca",
        "<PgDn><PgDn><PgDn>",
        ":text He came out and fed his cat<Enter>:step 4<Enter>e",
        "c:model lesson-cell<Enter>:model! lesson-cell<Enter>dMz<Down>.7<Enter>",
        ":step with<Enter>Wyn",
        "c:compare He came out and played with his dog<Enter>",
        "mvyz",
        "SYv",
        ":step with<Enter>ry",
        "Fv",
        "vv:theme mono<Enter>",
        ":top 3<Enter>p<Down>",
        ":step 5<Enter>:view attribution<Enter>z<Down>",
        "I<Down><Down>",
        ":scenario! partial<Enter>+",
        ":scenario! new-subject<Enter>d",
        ":model! prose<Enter>:step 9<Enter>m(",
        "o?<PgDn>",
        ":name mood<Enter><Tab>",
        ":unit gender<Enter>:name<Enter>",
    };
    for (size_t k = 0; k < sizeof sittings / sizeof *sittings; k++)
        for (int large = 0; large < 2; large++) {
            struct app a, b;
            struct str was = {0}, now = {0};
            open_app(&a);
            if (large)
                a.w = 120, a.h = 40;
            pressf(&a, "%s", sittings[k]);
            drawn_with_roles(&a, &was);
            pressf(&a, ":keep! %s<Enter>", in_dir("s.json"));
            said(&a, "wrote");
            assert_false(session_dirty(a.session));
            open_app(&b);
            b.w = a.w, b.h = a.h;
            pressf(&b, ":scenario %s<Enter>", in_dir("s.json"));
            if (b.scene.message_is_error)
                fail_msg("%s: %s", sittings[k], b.scene.message);
            assert_false(session_dirty(b.session));
            drawn_with_roles(&b, &now);
            if (strcmp(was.s, now.s) != 0)
                fail_msg("%s (%s): was\n%s\nnow\n%s", sittings[k], a.view->name, was.s, now.s);
            str_free(&was);
            str_free(&now);
            app_clear(&a);
            app_clear(&b);
        }
}

static void a_sitting_opened_from_its_file_is_written_back_whole(void **state)
{
    (void)state;
    struct app a;
    open_app(&a);
    pressf(&a, "Sc:keep! %s<Enter>", in_dir("s.json"));
    app_clear(&a);
    open_app(&a);
    pressf(&a, ":scenario %s<Enter><Right>c:w<Enter>", in_dir("s.json"));
    said(&a, "wrote");
    char *text = read_file("s.json");
    assert_non_null(strstr(text, "flstm-session/1"));
    assert_non_null(strstr(text, "]@2=0"));
    free(text);
    pressf(&a, ":w! %s<Enter>", in_dir("keep.json"));     /* under another name it is the small form again */
    text = read_file("keep.json");
    assert_non_null(strstr(text, "flstm-scenario/1"));
    free(text);
    app_clear(&a);
}

static void a_sitting_holds_a_model_that_is_in_no_file(void **state)
{
    (void)state;
    struct app a, b;
    open_app(&a);
    pressf(&a, ":train gender<Enter>");
    while (training_done(a.training) < 3)
        training_step(a.training);
    pressf(&a, "<Enter>c:keep! %s<Enter>", in_dir("s.json"));
    open_app(&b);
    pressf(&b, ":scenario %s<Enter>", in_dir("s.json"));
    assert_true(fingerprint_model(session_model(a.session)) == fingerprint_model(session_model(b.session)));
    assert_int_equal(session_pin_count(b.session), 1);
    app_clear(&a);
    app_clear(&b);
}

static void a_model_that_has_changed_since_a_sitting_was_kept_is_told(void **state)
{
    (void)state;
    struct app a;
    open_app(&a);
    write_namesake("mine.json");
    pressf(&a, ":model %s<Enter>:keep! %s<Enter>", in_dir("mine.json"), in_dir("s.json"));
    struct err e = {{0}};
    struct model *m = model_builtin("gender", &e);
    struct str out = {0};
    model_write(m, &out);
    write_file("mine.json", str_text(&out));
    str_free(&out);
    model_free(m);
    pressf(&a, ":scenario %s<Enter>", in_dir("s.json"));
    said(&a, "has changed since");
    app_clear(&a);
}

static void a_sitting_that_makes_no_sense_changes_nothing(void **state)
{
    (void)state;
    static const struct { const char *members, *said; } cases[] = {
        {"\"look\": {\"extra\": \"perhaps\"}", "look.extra"},
        {"\"look\": {\"sound\": \"on\"}", "look.sound: there is no such setting"},
        {"\"views\": {\"kitchen\": {}}", "no such view"},
        {"\"views\": {\"dissect\": {\"notation\": 3}}", "views.dissect.notation"},
        {"\"views\": {\"sweep\": {\"reach\": \"99999999999\"}}", "expected a number"},
        {"\"compare\": \"He came\"", "an array of tokens"},
        {"\"compare\": [3]", "compare"}, {"\"theme\": 3", "theme"}, {"\"corpus\": [1]", "corpus"},
        {"\"names\": 3", "names"}, {"\"names\": [[3]]", "names"}, {"\"info\": 3", "info"},
        {"\"view\": 3", "view"}, {"\"look\": 3", "look"}, {"\"views\": 3", "views"}, {"\"views\": {\"sweep\": 3}",
         "views"},
        {"\"model\": {\"format\": \"flstm-model/1\"}", "model"}, {"\"colour\": 1", "colour"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct app a;
        struct str was = {0}, now = {0}, file = {0};
        open_app(&a);
        pressf(&a, "d");
        drawn_with_roles(&a, &was);
        str_addf(&file, "{\"format\": \"flstm-session/1\", %s}", cases[k].members);
        write_file("s.json", str_text(&file));
        pressf(&a, ":scenario %s<Enter>", in_dir("s.json"));
        assert_true(a.scene.message_is_error);
        said(&a, cases[k].said);
        drawn_with_roles(&a, &now);
        assert_string_equal(was.s, now.s);
        str_free(&was);
        str_free(&now);
        str_free(&file);
        app_clear(&a);
    }
}

/* The file that was looked through comes back with the sitting; one that has gone since is told, and the rest opens. */
static void a_sitting_keeps_which_file_was_looked_through(void **state)
{
    (void)state;
    struct app a;
    char *full;
    write_file("corpus.txt", "She came out .\nHe came out .\n");
    open_app(&a);
    session_set_corpus(a.session, in_dir("corpus.txt"));
    pressf(&a, ":keep! %s<Enter>:model! gender<Enter>", in_dir("keep.json"));
    session_set_corpus(a.session, NULL);
    pressf(&a, ":scenario! %s<Enter>", in_dir("keep.json"));
    full = realpath(in_dir("corpus.txt"), NULL);
    assert_string_equal(session_corpus(a.session), full);
    app_clear(&a);
    unlink(full);
    open_app(&a);
    pressf(&a, "<Right>:scenario! %s<Enter>", in_dir("keep.json"));
    said(&a, "corpus.txt: the file that was looked through is gone");
    assert_null(session_corpus(a.session));
    app_clear(&a);
    free(full);
}

static int make_dir(void **state)
{
    (void)state;
    return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
    (void)state;
    static const char *const names[] = {"mine.json", "s.json", "keep.json", "corpus.txt"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        unlink(in_dir(names[k]));
    return rmdir(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_scenario_shows_the_model_it_names_though_another_has_its_name),
        cmocka_unit_test(a_scenario_of_the_very_model_in_force_is_one_edit_that_undo_takes_back),
        cmocka_unit_test(models_are_told_apart_by_their_numbers_and_by_what_they_are_called),
        cmocka_unit_test(a_save_name_ends_with_the_sitting_that_it_was_given_in),
        cmocka_unit_test(a_training_that_is_entered_does_not_write_over_the_file_of_the_sitting_before),
        cmocka_unit_test(a_scenario_opened_from_a_file_is_written_back_there),
        cmocka_unit_test(the_corpus_stays_when_a_training_is_entered),
        cmocka_unit_test(a_value_refused_in_one_sitting_is_not_forced_in_the_next),
        cmocka_unit_test(what_a_view_had_chosen_is_forgotten_with_the_model),
        cmocka_unit_test(edits_that_were_taken_back_by_any_way_are_no_edits),
        cmocka_unit_test(edits_that_are_in_force_are_not_dropped_without_a_word),
        cmocka_unit_test(a_scenario_that_was_just_opened_is_saved_and_one_over_edits_is_not),
        cmocka_unit_test(a_sitting_that_is_kept_opens_to_the_same_frames),
        cmocka_unit_test(a_sitting_opened_from_its_file_is_written_back_whole),
        cmocka_unit_test(a_sitting_holds_a_model_that_is_in_no_file),
        cmocka_unit_test(a_model_that_has_changed_since_a_sitting_was_kept_is_told),
        cmocka_unit_test(a_sitting_that_makes_no_sense_changes_nothing),
        cmocka_unit_test(a_sitting_keeps_which_file_was_looked_through),
        cmocka_unit_test(comparing_tells_that_a_pin_is_in_force_and_how_to_do_without),
    };
    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
