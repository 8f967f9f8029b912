/* test_watch.c: --watch, a model's file that somebody else writes anew while it is looked at. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/str.h"
#include "import/import.h"
#include "session/session.h"
#include "support/pty.h"

static const char body[] =
    "{\"format\": \"flstm-model/1\", \"name\": \"m\",\n"
    " \"vocabulary\": {\"kind\": \"word\", \"tokens\": [\"a\", \"b\"]}, \"embedding\": [[1], [-1]],\n"
    " \"layers\": [{\"W_f\": [[1, 1]], \"W_i\": [[1, 1]], \"W_g\": [[1, 1]], \"W_o\": [[1, 1]],\n"
    " \"b_f\": [%s], \"b_i\": [0], \"b_g\": [0], \"b_o\": [0]}], \"output\": {\"W\": [[1], [-1]], \"b\": [0, 0]},\n"
    " \"sequence\": [\"a\", \"b\", \"a\"]}\n";

static void write_all(const char *path, const char *text, size_t n)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

static char *model_text(const char *bias)
{
    struct str s = {0};
    const char *at = strstr(body, "%s");
    str_addn(&s, body, (size_t)(at - body));
    str_add(&s, bias);
    str_add(&s, at + 2);
    return str_take(&s);
}

struct scratch { char folder[64], file[96], next[96]; };

static void begin(struct scratch *s, const char *bias)
{
    strcpy(s->folder, "/tmp/flstm-watch-XXXXXX");
    assert_non_null(mkdtemp(s->folder));
    snprintf(s->file, sizeof s->file, "%s/m.json", s->folder);
    snprintf(s->next, sizeof s->next, "%s/m.json.new", s->folder);
    char *text = model_text(bias);
    write_all(s->file, text, strlen(text));
    free(text);
}

static void end(struct scratch *s)
{
    unlink(s->file);
    unlink(s->next);
    rmdir(s->folder);
}

static struct pty *watch(const struct scratch *s)
{
    const char *program = getenv("FLSTM");
    const char *argv[] = {program && *program ? program : "./flstm-tui", "--watch", s->file, "--set", "o[1]@2=0.25",
                          "--step", "2", NULL};
    struct pty *t = pty_spawn(80, 24, argv, NULL);
    assert_true(pty_shows(t, "m · watched"));
    return t;
}

static void a_file_that_is_put_there_anew_is_shown_with_what_was_pinned(void **state)
{
    (void)state;
    struct scratch s;
    begin(&s, "0");
    struct pty *t = watch(&s);
    char *text = model_text("100");
    assert_true(pty_shows(t, "1 pinned"));
    write_all(s.next, text, strlen(text));
    assert_int_equal(rename(s.next, s.file), 0);
    assert_true(pty_shows(t, "version 2"));
    assert_true(pty_shows(t, "t=2/3"));
    assert_true(pty_shows(t, "1 pinned"));
    assert_true(pty_shows(t, "keep all"));             /* a bias of 100 opens f */
    free(text);
    pty_keys(t, ":watch off<Enter>");
    assert_true(pty_shows(t, "no file is watched"));
    pty_keys(t, "q");
    pty_settle(t, 100);
    pty_keys(t, "n");
    pty_free(t);
    end(&s);
}

static void a_file_that_is_half_written_is_never_shown(void **state)
{
    (void)state;
    struct scratch s;
    begin(&s, "0");
    struct pty *t = watch(&s);
    char *text = model_text("100");
    write_all(s.file, text, strlen(text) / 2);         /* in place, and it stays so for a while */
    assert_true(pty_shows(t, "still shown"));
    assert_null(strstr(pty_screen(t), "version"));
    assert_true(pty_shows(t, "1 pinned"));
    write_all(s.file, text, strlen(text));
    assert_true(pty_shows(t, "version 2"));
    free(text);
    pty_free(t);
    end(&s);
}

static void names_stay_with_their_file(void **state)
{
    (void)state;
    struct scratch s;
    struct err e = {{0}};
    begin(&s, "0");
    struct session *a = session_new(model_load(s.file, NULL, &e), &e);
    assert_non_null(a);
    assert_true(session_set_name(a, 0, 0, "hero", &e));
    struct session *b = session_renewed(a, model_load(s.file, NULL, &e), NULL, &e);
    assert_string_equal(model_unit_name(session_model(b), 0, 0), "hero");
    session_free(b);
    session_free(a);
    end(&s);
}

static void pins_without_a_place_in_the_new_file_are_counted(void **state)
{
    (void)state;
    struct model *two = model_builtin("lesson-cell", NULL), *one = NULL;
    struct err e = {{0}};
    assert_non_null(two);
    struct session *s = session_new(two, &e), *n;
    int last = session_net(s)->layer[0].hidden - 1;
    assert_true(session_pin(s, (struct place){0, 0, VAL_F, 1}, 0.5F, false, &e));
    assert_true(session_pin(s, (struct place){0, last, VAL_F, 1}, 0.5F, false, &e));
    char *text = model_text("0");
    one = model_parse(text, strlen(text), "m.json", NULL, &e);
    assert_non_null(one);
    size_t lost = 99;
    n = session_renewed(s, one, &lost, &e);
    assert_non_null(n);
    assert_int_equal(lost, last > 0 ? 1 : 0);
    assert_true(session_pinned(n, 0, 0, Q_F, 1));
    assert_true(session_dirty(n));
    free(text);
    session_free(n);
    session_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_that_is_put_there_anew_is_shown_with_what_was_pinned),
        cmocka_unit_test(a_file_that_is_half_written_is_never_shown),
        cmocka_unit_test(names_stay_with_their_file),
        cmocka_unit_test(pins_without_a_place_in_the_new_file_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
