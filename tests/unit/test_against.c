/* test_against.c: --against FILE: a run held against a trace or a second model: the first place where they part. */
#define _GNU_SOURCE
#include <setjmp.h>
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
#include "base/mem.h"
#include "base/str.h"
#include "import/import.h"

static char folder[] = "/tmp/flstm-against-XXXXXX";
static const char *program;

static int enter(void **state)
{
    (void)state;
    const char *p = getenv("FLSTM");
    program = realpath(p && *p ? p : "./flstm-tui", NULL);
    return program && mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int leave(void **state)
{
    (void)state;
    char command[64];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return chdir("/") || system(command);
}

/* Runs the program by a shell; standard output and error into out, the status back. */
static int run(struct str *out, const char *format, ...)
{
    struct str command = {0};
    va_list ap;
    out->len = 0;
    str_addf(&command, "F='%s'; export F; ", program);
    va_start(ap, format);
    str_addvf(&command, format, ap);
    va_end(ap);
    str_add(&command, " 2>&1");
    FILE *f = popen(command.s, "r");
    assert_non_null(f);
    char piece[4096];
    for (size_t n; (n = fread(piece, 1, sizeof piece, f)) > 0;)
        str_addn(out, piece, n);
    str_free(&command);
    int status = pclose(f);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void shows(const struct str *out, const char *part)
{
    if (!out->s || !strstr(out->s, part))
        fail_msg("no \"%s\" in\n%s", part, out->s ? out->s : "");
}

static void what_was_printed_agrees_with_itself_in_every_form(void **state)
{
    (void)state;
    static const char *const forms[] = {"json", "safetensors", "npz"};
    struct str out = {0};
    for (int k = 0; k < 3; k++) {
        assert_int_equal(run(&out, "$F --print %s > trace.%s && $F --against trace.%s", forms[k], forms[k], forms[k]),
                         0);
        shows(&out, "agrees: ");
        shows(&out, "largest difference 0,");
    }
    str_free(&out);
}

static void the_first_difference_is_where_the_value_was_set(void **state)
{
    (void)state;
    struct str out = {0};
    assert_int_equal(run(&out, "$F --print json > trace.json; $F --set 'i[2]@4=1' --against trace.json"), 3);
    shows(&out, "differs first at layer 1, step 4 (and), i of unit 2: 1 here, ");
    shows(&out, "the most at layer 1, step ");
    /* and the other way round, through a pipe */
    assert_int_equal(run(&out, "$F --set 'C[3]@0=1' --print json | $F --against -"), 3);
    shows(&out, "differs first at layer 1, step 0, C of unit 3: 0 here, 1 in standard input");
    str_free(&out);
}

static void another_word_is_named_before_what_follows_from_it(void **state)
{
    (void)state;
    struct str out = {0};
    assert_int_equal(
        run(&out, "$F --text 'She came' --print json > trace.json; $F --text 'He came' --against trace.json"), 3);
    shows(&out, "step 1 is another word: \"He\" here, \"She\" in trace.json\ndiffers first at layer"
            " 1, step 1 (He), f of");
    str_free(&out);
}

static void a_second_model_runs_on_the_same_sequence(void **state)
{
    (void)state;
    struct str out = {0};
    assert_int_equal(run(&out, "$F gender --export-model same.safetensors && $F gender --export-model same.json"
                               " && $F gender --against same.json && $F gender --against same.safetensors"), 0);
    shows(&out, "agrees: ");
    assert_int_equal(
        run(&out, "sed 's/\"b_o\": *\\[[^,]*,/\"b_o\": [9,/' same.json > edited.json; $F gender"
            " --against edited.json"), 3);
    shows(&out, "differs first at layer 1, step 1 (she), o of unit 1: ");
    assert_int_equal(run(&out, "$F --export-model other.json; $F gender --against other.json"), 1);
    shows(&out, "other.json: expected ");
    shows(&out, " as in built-in, found ");
    assert_int_equal(run(&out, "$F gender --against gender && $F gender --against story"), 1);
    shows(&out, "agrees: ");
    shows(&out, " as in built-in, found ");
    assert_int_equal(run(&out, "$F --against gendr"), 1);
    shows(&out, "there is no model of that name; did you mean gender?");
    str_free(&out);
}

static void what_does_not_fit_or_is_neither_is_said(void **state)
{
    (void)state;
    struct str out = {0};
    assert_int_equal(run(&out, "$F --text 'She came' --print json > two.json; $F --against two.json"), 1);
    shows(&out, "two.json: layers[0].steps: expected an array of 8 steps");
    assert_int_equal(run(&out, "echo '{}' > no.json; $F --against no.json"), 1);
    shows(&out, "no.json: expected a model");
    assert_int_equal(run(&out, "echo '{\"format\": \"flstm-trace/1\"}' | $F --against -"), 1);
    shows(&out, "standard input: expected the key \"layers\"");
    assert_int_equal(run(&out, "$F --train gender --against no.json"), 2);
    str_free(&out);
}

/* Values that no number was computed for are null; what a file leaves out is not compared. */
static void a_trace_by_hand_may_say_little(void **state)
{
    (void)state;
    struct str out = {0};
    static const char row[] = "s/.*\"t\": %d,.*\"h\": \\[\\([^]]*\\)\\].*/\\1/p";
    struct str first = {0}, second = {0};
    str_addf(&first, row, 1);
    str_addf(&second, row, 2);
    assert_int_equal(run(&out, "$F gender --text 'She came' --print json > t.json; printf"
            " '{\"layers.0.h\": [[%%s], [%%s]]}'"
                               " \"$(sed -n '%s' t.json)\" \"$(sed -n '%s' t.json)\" > h.json;"
                               " $F gender --text 'She came' --against h.json", first.s, second.s), 0);
    str_free(&first);
    str_free(&second);
    shows(&out, "agrees: ");
    str_free(&out);
}

/* Wherever a trace is cut, it is refused or read, and never more than that. */
static void a_trace_cut_anywhere_is_refused(void **state)
{
    (void)state;
    static const char *const files[] = {"cut.json", "cut.safetensors"};
    struct str out = {0};
    struct err e = {{0}};
    struct model *m = model_builtin("lesson-cell", &e);
    assert_non_null(m);
    assert_int_equal(run(&out, "$F lesson-cell --print json > cut.json; $F lesson-cell --print safetensors >"
                               " cut.safetensors; $F lesson-cell --against cut.json"), 0);
    int steps = m->input_steps ? m->input_steps : m->sequence.n;
    struct trace *tr = trace_new(m->net, steps);
    for (int k = 0; k < 2; k++) {
        char *data;
        size_t len;
        struct trace_given given;
        assert_true(file_read(files[k], &data, &len, &e));
        for (size_t n = 1; n < len; n += n < 2000 || n > len - 200 ? 1 : 97) {
            assert_true(file_write("part", data, n, &e));
            if (import_trace("part", m->net, tr, &given, &e) && given.trace && n + 2 < len)
                fail_msg("%s cut at %zu of %zu is taken", files[k], n, len);
            trace_given_clear(&given);
        }
        free(data);
    }
    trace_free(tr);
    model_free(m);
    str_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_printed_agrees_with_itself_in_every_form),
        cmocka_unit_test(the_first_difference_is_where_the_value_was_set),
        cmocka_unit_test(another_word_is_named_before_what_follows_from_it),
        cmocka_unit_test(a_second_model_runs_on_the_same_sequence),
        cmocka_unit_test(what_does_not_fit_or_is_neither_is_said),
        cmocka_unit_test(a_trace_by_hand_may_say_little),
        cmocka_unit_test(a_trace_cut_anywhere_is_refused),
    };
    return cmocka_run_group_tests(tests, enter, leave);
}
