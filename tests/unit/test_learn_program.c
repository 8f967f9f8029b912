/* test_learn_program.c: --train as the user meets it: under a pseudo-terminal and without one. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/str.h"
#include "support/folder.h"
#include "support/pty.h"

static const char corpus[] = "data/corpora/gender.grammar";

static const char *program(void)
{
    const char *p = getenv("FLSTM");
    return p && *p ? p : "./flstm-tui";
}

static char *in_folder(const char *name)
{
    struct str s = {0};
    str_addf(&s, "%s/%s", folder, name);
    return str_take(&s);
}

/* A shell command with %s for the program; its exit status, what it wrote in *text (may be NULL). */
static int shell(const char *rest, char **text)
{
    struct str s = {0}, out = {0};
    char buf[4096];
    str_addf(&s, "%s %s", program(), rest);
    FILE *f = popen(s.s, "r");
    assert_non_null(f);
    for (size_t n; (n = fread(buf, 1, sizeof buf, f)) > 0;)
        str_addn(&out, buf, n);
    int status = pclose(f);
    str_free(&s);
    char *all = str_take(&out);
    if (text)
        *text = all;
    else
        free(all);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static char *contents(const char *path)
{
    struct err e;
    char *data;
    size_t len;
    if (!file_read(path, &data, &len, &e))
        fail_msg("%s", e.text);
    return data;
}

static void one_watches_it_learn_and_steps_into_the_model(void **state)
{
    (void)state;
    char *file = in_folder("mine.json");
    const char *argv[] = {program(), "--train", corpus, "--steps", "200", "--save", file, NULL};
    struct pty *t = pty_spawn(80, 24, argv, NULL);
    assert_true(pty_shows(t, "loss, log scales"));
    assert_true(pty_shows(t, "held out"));
    assert_true(pty_shows(t, "after with"));
    assert_true(pty_shows(t, "update 200 of 200"));
    assert_true(pty_shows(t, "wrote"));
    assert_int_equal(access(file, F_OK), 0);
    pty_keys(t, "<Enter>");
    assert_true(pty_shows(t, "[she]"));
    assert_true(pty_shows(t, "trained"));
    pty_keys(t, "<Right>");
    assert_true(pty_shows(t, "[came]"));
    pty_keys(t, "q");                            /* the model is in its file: nothing to ask */
    assert_int_equal(pty_ended(t), 0);
    assert_string_equal(pty_damage(t), "");
    pty_free(t);
    struct str again = {0};
    char *text;
    str_addf(&again, "%s --text 'She came out and played with her dog' --print text", file);
    assert_int_equal(shell(again.s, &text), 0);
    assert_non_null(strstr(text, "t=8 dog"));
    free(text);
    str_free(&again);
    free(file);
}

static void space_pauses_a_key_slows_down_and_the_way_in_is_open_at_any_time(void **state)
{
    (void)state;
    char *file = in_folder("early.json");
    const char *argv[] = {program(), "--train", "gender", "--save", file, "--keys", "<Space>", NULL};
    struct pty *t = pty_spawn(80, 24, argv, NULL);
    assert_true(pty_shows(t, "update 0 of 4000"));
    assert_true(pty_shows(t, "paused"));
    pty_keys(t, ".");
    assert_true(pty_shows(t, "update 125 of 4000"));
    assert_true(pty_shows(t, "paused gender"));
    pty_keys(t, "<Tab>");
    assert_true(pty_shows(t, "unit 1: "));
    pty_keys(t, "<lt>");
    assert_true(pty_shows(t, "updates a second at most"));
    pty_keys(t, "<lt><lt><lt><lt><lt><lt><Space>");
    assert_true(pty_matches(t, "update 1(2[6-9]|[3-9][0-9]) of 4000"));
    pty_keys(t, "<Enter>");
    assert_true(pty_shows(t, "[she]"));
    assert_int_equal(access(file, F_OK), 0);     /* what one steps into is what is in the file */
    pty_keys(t, "L");
    assert_true(pty_shows(t, "paused gender"));
    pty_keys(t, "q");
    assert_int_equal(pty_ended(t), 0);
    assert_string_equal(pty_damage(t), "");
    pty_free(t);
    free(file);
}

static void ctrl_c_asks_before_what_was_learnt_is_lost(void **state)
{
    (void)state;
    char *file = in_folder("asked.json");
    const char *argv[] = {program(), "--train", "gender", "--steps", "100000", NULL};
    struct pty *t = pty_spawn(80, 24, argv, NULL);
    assert_true(pty_shows(t, "updates/s"));
    pty_keys(t, "<C-c>");
    assert_true(pty_shows(t, "model is not saved"));
    pty_keys(t, "w");
    assert_true(pty_shows(t, "save model as:"));
    pty_keys(t, "<C-u>");
    pty_keys(t, file);
    pty_keys(t, "<Space><Enter>");
    assert_true(pty_shows(t, "wrote"));
    assert_int_equal(access(file, F_OK), 0);
    pty_keys(t, ":quit!<Enter>");
    assert_int_equal(pty_ended(t), 0);
    assert_string_equal(pty_damage(t), "");
    pty_free(t);
    free(file);
}

static void a_signal_ends_it_and_what_was_learnt_is_written(void **state)
{
    (void)state;
    char *file = in_folder("ended.json");
    const char *argv[] = {program(), "--train", "gender", "--steps", "100000", "--save", file, NULL};
    struct pty *t = pty_spawn(80, 24, argv, NULL);
    assert_true(pty_shows(t, "updates/s"));
    pty_signal(t, SIGTERM);
    assert_int_equal(pty_ended(t), 143);
    assert_string_equal(pty_damage(t), "");
    pty_free(t);
    char *text = contents(file);
    assert_non_null(strstr(text, "\"stopped\""));
    free(text);
    free(file);
}

static void without_a_terminal_the_same_seed_gives_the_same_bytes(void **state)
{
    (void)state;
    char *text, *a = in_folder("a.json"), *b = in_folder("b.json"), *c = in_folder("c.json");
    const struct { const char *file; int seed; } runs[] = {{a, 5}, {b, 5}, {c, 6}};
    for (int k = 0; k < 3; k++) {
        struct str s = {0};
        str_addf(&s, "--train %s --steps 150 --seed %d --hidden 5 --embed 6 --save %s 2>&1 </dev/null", corpus,
                 runs[k].seed, runs[k].file);
        assert_int_equal(shell(s.s, &text), 0);
        int lines = 0;
        for (const char *p = text; (p = strchr(p, '\n')); p++)
            lines++;
        assert_int_equal(lines, 11);             /* one for every tenth, one for the file */
        assert_non_null(strstr(text, "100%"));
        assert_non_null(strstr(text, "; held out: accuracy"));
        assert_non_null(strstr(text, "wrote "));
        assert_null(strchr(text, '\r'));
        free(text);
        str_free(&s);
    }
    char *x = contents(a), *y = contents(b), *z = contents(c);
    assert_string_equal(x, y);
    assert_string_not_equal(x, z);
    assert_non_null(strstr(x, "\"provenance\": \"trained\""));
    assert_non_null(strstr(x, "\"seed\": 5"));
    assert_non_null(strstr(x, "\"hidden\": 5"));
    assert_non_null(strstr(x, "\"metrics\""));
    free(x), free(y), free(z), free(a), free(b), free(c);
}

/* What was measured on the training lines is never called held out, and lines that come again are told. */
static void nothing_is_called_held_out_where_nothing_was(void **state)
{
    (void)state;
    char *lines = in_folder("lines.txt"), *file = in_folder("lines.json"), *text;
    struct str corpus_text = {0}, s = {0};
    struct err e;
    for (int k = 0; k < 500; k++)
        str_add(&corpus_text, "she lost her hat\nhe lost his hat\n");
    assert_true(file_write(lines, corpus_text.s, corpus_text.len, &e));
    str_addf(&s, "--train %s --steps 20 --save %s 2>&1 </dev/null", lines, file);
    assert_int_equal(shell(s.s, &text), 0);
    assert_non_null(strstr(text, "lines: 1000 lines, 2 different: 2 to train on, none held out"));
    assert_non_null(strstr(text, "; on all training lines: accuracy"));
    assert_null(strstr(text, "held out:"));
    char *model = contents(file);
    assert_non_null(strstr(model, "of the training text itself, for no line was held out"));
    assert_non_null(strstr(model, "\"lines\": 1000, \"different\": 2"));
    assert_null(strstr(model, "unseen"));
    assert_null(strstr(model, "validation"));
    free(text), free(model), free(lines), free(file);
    str_free(&s);
    str_free(&corpus_text);
}

static void one_may_name_the_unit_that_carries_the_memory(void **state)
{
    (void)state;
    char *file = in_folder("named.json"), *text;
    struct str s = {0};
    str_addf(&s, "--train %s --hidden 8 --seed 6 --unit-name who --save %s 2>&1 </dev/null", corpus, file);
    assert_int_equal(shell(s.s, &text), 0);
    char *model = contents(file);
    assert_non_null(strstr(model, "unit 7 (who)"));
    assert_non_null(strstr(model, "\"who\""));
    free(text), free(model), free(file);
    str_free(&s);
}

static void on_a_terminal_the_bar_stays_in_its_line(void **state)
{
    (void)state;
    char *file = in_folder("bar.json");
    struct str s = {0};
    str_addf(&s, "%s --train gender --steps 1500 --save %s > /dev/null", program(), file);
    struct pty *t = pty_spawn(100, 10, (const char *[]){"/bin/sh", "-c", s.s, NULL}, NULL);
    assert_int_equal(pty_ended(t), 0);
    assert_true(pty_shows(t, "[####################] 100%"));
    assert_true(pty_shows(t, "wrote "));
    int rows = 0;
    for (const char *p = pty_screen(t); *p; p += strcspn(p, "\n"), p += *p == '\n')
        rows += *p != '\n';
    assert_true(rows <= 3);
    assert_false(pty_wrote(t, "\x1b[?1049h"));
    pty_free(t);
    str_free(&s);
    free(file);
}

static void ctrl_c_without_a_screen_keeps_the_best_so_far(void **state)
{
    (void)state;
    static const struct { int sig, status; } ends[] = {{SIGINT, 130}, {SIGTERM, 143}, {SIGHUP, 129}};
    for (size_t k = 0; k < 3; k++) {
        char *file = in_folder("stopped.json");
        struct str s = {0};
        str_addf(&s, "exec %s --train gender --steps 1000000 --save %s > /dev/null", program(), file);
        struct pty *t = pty_spawn(100, 10, (const char *[]){"/bin/sh", "-c", s.s, NULL}, NULL);
        assert_true(pty_shows(t, "perplexity"));
        if (ends[k].sig == SIGINT)
            pty_keys(t, "<C-c>");                /* as the terminal sends it */
        else
            pty_signal(t, ends[k].sig);
        assert_int_equal(pty_ended(t), ends[k].status);
        assert_true(pty_shows(t, "wrote "));
        pty_free(t);
        char *text = contents(file);
        assert_non_null(strstr(text, "\"stopped\""));
        free(text);
        unlink(file);
        str_free(&s);
        free(file);
    }
}

/* Ctrl-C, and another day: the file is the one that would have come out. */
static void a_training_that_was_stopped_goes_on_to_the_same_file(void **state)
{
    (void)state;
    char *whole = in_folder("whole.json"), *part = in_folder("part.json"), *left = in_folder("part.json.resume"), *text;
    struct str s = {0};
    str_addf(&s, "--train %s --steps 3000 --save %s 2>/dev/null", corpus, whole);
    assert_int_equal(shell(s.s, NULL), 0);
    str_clear(&s);
    str_addf(&s, "exec %s --train %s --steps 3000 --save %s > /dev/null", program(), corpus, part);
    struct pty *t = pty_spawn(100, 10, (const char *[]){"/bin/sh", "-c", s.s, NULL}, NULL);
    assert_true(pty_shows(t, "perplexity"));
    pty_keys(t, "<C-c>");
    assert_int_equal(pty_ended(t), 130);
    assert_true(pty_shows(t, "wrote "));
    assert_true(pty_shows(t, "--resume goes"));
    pty_free(t);
    char *early = contents(part), *expected = contents(whole);
    assert_non_null(strstr(early, "\"stopped\""));
    str_clear(&s);
    str_addf(&s, "--resume %s --rate 0.1 2>&1", left);
    assert_int_equal(shell(s.s, &text), 2);
    assert_non_null(strstr(text, "--rate: the training goes on as it was begun: leave it out"));
    free(text);
    str_clear(&s);
    str_addf(&s, "--resume %s 2>&1", left);
    assert_int_equal(shell(s.s, &text), 0);
    assert_non_null(strstr(text, "3000 of 3000 updates"));
    free(text);
    char *late = contents(part);
    assert_string_equal(late, expected);
    free(early), free(late), free(expected), free(whole), free(part), free(left);
    str_free(&s);
}

static void bad_wishes_get_one_line_and_the_right_status(void **state)
{
    (void)state;
    char *one = in_folder("one.txt"), *out = in_folder("out.json");
    struct err e;
    assert_true(file_write(one, "a a a\n", 6, &e));
    const struct { const char *options; int status; const char *says; } bad[] = {
        {"--train gender", 2, "--save: expected a file"},
        {"--train gender --save %s --epochs 2 --steps 3", 2, "expected one of --epochs and --steps"},
        {"--train gender --save %s --hidden 0", 2, "--hidden: expected a whole number from 1"},
        {"--train gender --save %s --seed x", 2, "--seed: expected a whole number"},
        {"--train gender --save %s model.json", 2, "expected no other, found \"model.json\""},
        {"--train gender --save %s --text hello", 2, "does not go with --train"},
        {"--train", 2, "--train: expected a value"},
        {"--save %s", 2, "goes with --train"},
        {"--train gender --save /no/such/folder/x.json", 1, "cannot write: No such file"},
        {"--train gender --save /", 1, "directory"},
        {"--train nonsense --save %s", 1, "there is no file and no built-in corpus"},
        {"--train %s --save out.json", 1, "only one token"},
        {"--train gender --save %s --hidden 1024 --embed 1024 --layers 8", 1, "parameters: expected at most"},
        {"--train gender --valid data/corpora/prose.txt --save %s", 1, "held-out file"},
        {"--train - --save %s </dev/null", 1, "standard input: empty"},
        {"--train data/models/gender.json --save %s", 1,
         "data/models/gender.json: this is JSON (a model?): expected a grammar or a text"},
        {"--train gender --rate -1 --save %s", 2, "--rate: expected a number from 1e-09 to 100, found \"-1\""},
        {"--train gender --dropout 1 --save %s", 2, "--dropout: expected a number from 0 to 0.95"},
        {"--dropout 0.1", 2, "--dropout: it goes with --train"},
        {"--resume x.resume --train gender", 2, "--resume: it goes on with what it was begun with"},
        {"--resume /no/such.resume --save %s", 1, "/no/such.resume: cannot open: No such file"},
        {"--resume data/models/gender.json --save %s", 1, "this is no training that was stopped"},
        {"--resume x", 2, "--save: expected a file"},
        {"--resume x.resume --save x.resume", 1, "the model would be written over what the training goes on from"},
        {"--train adding --embed 3 --save %s", 1, "--embed: data/corpora/adding.numbers has no tokens"},
        {"--train counter --weights-from gender --save %s", 1, "its tokens and those of the model are not of one kind"},
        {"--train person --weights-from gender --save %s", 1,
         "is not in the vocabulary of the model, which has no unknown token"},
        {"--train gender --weights-from gender --hidden 4 --save %s", 1, "it has its own sizes"},
        {"--train gender --unit-name 'a b' --save %s", 1, "expected a name of at most 31 bytes"},
    };
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        struct str s = {0};
        const char *at = strstr(bad[k].options, "%s");
        str_addn(&s, bad[k].options, at ? (size_t)(at - bad[k].options) : strlen(bad[k].options));
        if (at)
            str_addf(&s, "%s%s", strstr(bad[k].options, "--train %s") ? one : out, at + 2);
        str_add(&s, " 2>&1");
        char *text;
        int status = shell(s.s, &text);
        if (status != bad[k].status || !strstr(text, bad[k].says) || strncmp(text, "flstm-tui: ", 11) != 0
            || strchr(text, '\n') != text + strlen(text) - 1)
            fail_msg("%s: status %d: %s", s.s, status, text);
        assert_int_not_equal(access(out, F_OK), 0);
        free(text);
        str_free(&s);
    }
    free(one);
    free(out);
}

static void a_disk_that_is_full_is_told_and_the_trained_model_can_be_asked_at_once(void **state)
{
    (void)state;
    char *text;
    if (access("/dev/full", W_OK) == 0) {
        assert_int_equal(shell("--train gender --steps 20 --save /dev/full 2>&1", &text), 1);
        assert_non_null(strstr(text, "/dev/full: cannot write: No space left"));
        free(text);
    }
    assert_int_equal(shell("--train counter --steps 50 --print json 2>/dev/null", &text), 0);
    assert_memory_equal(text, "{\"format\": \"flstm-trace/1\"", 26);
    free(text);
    assert_int_equal(shell("--train gender --steps 50 --view learn --render text 2>/dev/null", &text), 0);
    assert_non_null(strstr(text, "update 50 of 50"));
    free(text);
    assert_int_equal(shell("--list corpora", &text), 0);
    assert_non_null(strstr(text, "gender "));
    assert_non_null(strstr(text, "prose "));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_watches_it_learn_and_steps_into_the_model),
        cmocka_unit_test(space_pauses_a_key_slows_down_and_the_way_in_is_open_at_any_time),
        cmocka_unit_test(ctrl_c_asks_before_what_was_learnt_is_lost),
        cmocka_unit_test(a_signal_ends_it_and_what_was_learnt_is_written),
        cmocka_unit_test(without_a_terminal_the_same_seed_gives_the_same_bytes),
        cmocka_unit_test(nothing_is_called_held_out_where_nothing_was),
        cmocka_unit_test(one_may_name_the_unit_that_carries_the_memory),
        cmocka_unit_test(on_a_terminal_the_bar_stays_in_its_line),
        cmocka_unit_test(ctrl_c_without_a_screen_keeps_the_best_so_far),
        cmocka_unit_test(a_training_that_was_stopped_goes_on_to_the_same_file),
        cmocka_unit_test(bad_wishes_get_one_line_and_the_right_status),
        cmocka_unit_test(a_disk_that_is_full_is_told_and_the_trained_model_can_be_asked_at_once),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
