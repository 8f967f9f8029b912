/* test_kept.c: what is unsaved is kept in files of its own, offered at the next start, taken up or dropped; without a
 * terminal (test_recover has the program). */
#define _GNU_SOURCE
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/recover.h"
#include "base/file.h"
#include "learn/training.h"
#include "support/app.h"
#include "support/folder.h"

static int begin_group(void **state)
{
    int bad = make_folder(state);
    setenv("XDG_STATE_HOME", folder, 1);
    return bad;
}

static char *unsaved(const char *name)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/flstm-tui/unsaved/%s", folder, name);
    return path;
}

static int files(const char *ending)
{
    DIR *d = opendir(unsaved(""));
    int n = 0;
    for (struct dirent *entry; d && (entry = readdir(d));) {
        size_t len = strlen(entry->d_name), tail = strlen(ending);
        n += len > tail && strcmp(entry->d_name + len - tail, ending) == 0;
    }
    if (d)
        closedir(d);
    return n;
}

static struct recovery *begun(void)
{
    struct recovery *r = recovery_begin();
    assert_non_null(r);
    return r;
}

/* Names are made of the time: the next one is another millisecond's. */
static void wait_ms(int ms) { nanosleep(&(struct timespec){0, ms * 1000000L}, NULL); }

/* A sitting with one value set by hand, and its program is gone. */
static void leave_one(const char *keys)
{
    struct app a;
    struct recovery *r = begun();
    dog_app(&a, keys);
    assert_true(recovery_end(r, &a, true));
    app_clear(&a);
    wait_ms(5);
}

static void edits_are_kept_until_they_are_saved_or_undone(void **state)
{
    (void)state;
    struct app a;
    struct recovery *r = begun();
    dog_app(&a, "");
    recovery_keep(r, &a, true);
    assert_int_equal(recovery_wait(r, &a), -1);           /* nothing is unsaved */
    assert_int_equal(files(".json"), 0);
    assert_int_equal(files(".lock"), 1);
    press(&a, "<Right>c");
    int wait = recovery_wait(r, &a);
    assert_in_range(wait, 1, 1000);
    recovery_keep(r, &a, false);                          /* not yet */
    assert_int_equal(files(".json"), 0);
    recovery_keep(r, &a, true);
    assert_int_equal(files(".json"), 1);
    assert_int_equal(recovery_wait(r, &a), -1);
    session_mark_saved(a.session);
    assert_true(recovery_wait(r, &a) >= 0);
    recovery_keep(r, &a, true);
    assert_int_equal(files(".json"), 0);
    press(&a, "<Right>c");
    recovery_keep(r, &a, true);
    assert_int_equal(files(".json"), 1);
    assert_false(recovery_end(r, &a, false));             /* left in the ordinary way */
    assert_int_equal(files(".json") + files(".lock"), 0);
    app_clear(&a);
    assert_false(recovery_end(NULL, NULL, true));
    assert_int_equal(recovery_wait(NULL, NULL), -1);
    recovery_keep(NULL, NULL, true);
    recovery_offer(NULL, NULL);
}

static void the_newest_is_offered_and_taken_up(void **state)
{
    (void)state;
    leave_one("<Right>c");
    leave_one("<Right><Right>cC");
    assert_int_equal(files(".json"), 2);
    struct app a;
    struct recovery *r = begun();
    dog_app(&a, "");
    recovery_offer(r, &a);
    assert_true(a.prompt.active);
    assert_non_null(strstr(a.prompt.label, "edits of "));
    press(&a, "y");
    said(&a, "as it was; :w saves it");
    assert_true(session_pin_count(a.session) > 0);
    assert_int_equal(session_cursor(a.session)->step, 3);
    assert_true(session_dirty(a.session));
    assert_null(a.saved_as);
    assert_int_equal(files(".json"), 2);                  /* the older one, and this one, which is ours now */
    recovery_offer(r, &a);
    assert_true(a.prompt.active);
    press(&a, "d");
    said(&a, "dropped");
    assert_int_equal(files(".json"), 1);
    recovery_offer(r, &a);
    assert_false(a.prompt.active);
    recovery_end(r, &a, false);
    assert_int_equal(files(".json") + files(".lock"), 0);
    app_clear(&a);
}

static void what_is_not_wanted_now_stays_and_a_key_for_the_program_is_one(void **state)
{
    (void)state;
    leave_one("<Right>c");
    leave_one("<Right><Right>c");
    struct app a;
    struct recovery *r = begun();
    dog_app(&a, "");
    static const char *const answers[] = {"n", "N", "<Esc>"};
    for (size_t k = 0; k < sizeof answers / sizeof *answers; k++) {
        recovery_offer(r, &a);
        press(&a, answers[k]);
        assert_false(a.prompt.active);
        assert_int_equal(files(".json"), 2);
    }
    recovery_offer(r, &a);
    press(&a, "?");                                       /* a key of the program's: it is not lost */
    assert_string_equal(a.view->name, "help");
    press(&a, "<Esc>");
    recovery_offer(r, &a);
    press(&a, "D");                                       /* the next one is asked about */
    assert_true(a.prompt.active);
    press(&a, "d");
    said(&a, "dropped");
    assert_int_equal(files(".json"), 0);
    recovery_end(r, &a, false);
    app_clear(&a);
}

static void put(const char *name, const char *text)
{
    struct err e = {{0}};
    if (!file_write(unsaved(name), text, strlen(text), &e))
        fail_msg("%s", e.text);
}

static void what_is_torn_is_told_and_other_things_there_are_left_alone(void **state)
{
    (void)state;
    struct app a;
    struct recovery *r = begun();
    dog_app(&a, "");
    put("torn.json", "{\"format\": \"flstm-scenario/1\"");
    put("note.txt", "not ours");
    put("idle.lock", "");
    assert_int_equal(mkdir(unsaved("folder.json"), 0700), 0);
    assert_int_equal(symlink("note.txt", unsaved("link.json")), 0);
    recovery_offer(r, &a);
    assert_true(a.prompt.active);                         /* torn.json: neither the folder nor the link */
    assert_int_equal(files("idle.lock"), 0);              /* it guarded nothing */
    press(&a, "y");
    assert_true(a.scene.message_is_error);
    said(&a, "torn.json");
    recovery_offer(r, &a);
    press(&a, "d");
    assert_int_not_equal(access(unsaved("torn.json"), F_OK), 0);
    assert_int_equal(access(unsaved("note.txt"), F_OK), 0);
    put("torn.model.json", "{");
    recovery_offer(r, &a);
    assert_non_null(strstr(a.prompt.label, "a model of "));
    press(&a, "y");
    assert_true(a.scene.message_is_error);
    said(&a, "torn.model.json");
    recovery_offer(r, &a);
    press(&a, "d");
    rmdir(unsaved("folder.json"));
    unlink(unsaved("link.json"));
    unlink(unsaved("note.txt"));
    recovery_end(r, &a, false);
    app_clear(&a);
}

static struct training *learning(struct app *a, int updates, int done)
{
    struct err e = {{0}};
    struct training *t = training_new(&(struct training_wish){.corpus = "counter", .tokens = CORPUS_GUESS,
                                                              .updates = updates}, &e);
    if (!t)
        fail_msg("%s", e.text);
    while (training_done(t) < done)
        assert_true(training_step(t));
    dog_app(a, "");
    app_watch(a, t, NULL);
    return t;
}

static void what_was_learnt_is_kept_when_it_rests_and_opened_at_the_next_start(void **state)
{
    (void)state;
    struct app a;
    struct recovery *r = begun();
    struct training *t = learning(&a, 40, 5);
    recovery_keep(r, &a, false);
    assert_int_equal(files(".model.json"), 0);            /* what runs on changes all the time */
    training_pause(t, true);
    assert_true(recovery_wait(r, &a) >= 0);
    recovery_keep(r, &a, true);
    assert_int_equal(files(".model.json"), 1);
    assert_int_equal(recovery_wait(r, &a), -1);
    recovery_keep(r, &a, true);                           /* the same once more */
    assert_int_equal(files(".model.json"), 1);
    training_pause(t, false);
    assert_int_equal(recovery_wait(r, &a), -1);
    while (training_done(t) < 8)
        training_step(t);
    training_pause(t, true);
    assert_true(recovery_wait(r, &a) >= 0);
    recovery_keep(r, &a, true);
    assert_true(recovery_end(r, &a, true));
    app_clear(&a);
    wait_ms(5);
    r = begun();
    dog_app(&a, "");
    recovery_offer(r, &a);
    assert_non_null(strstr(a.prompt.label, "a model of "));
    press(&a, "y");
    said(&a, "what was learnt is in ");
    assert_string_equal(session_model(a.session)->name, "counter");
    assert_int_equal(files(".model.json"), 1);            /* it is opened there, and stays */
    recovery_offer(r, &a);
    press(&a, "d");
    assert_int_equal(files(".model.json"), 0);
    recovery_end(r, &a, false);
    app_clear(&a);
}

static void a_model_that_is_saved_is_kept_no_longer(void **state)
{
    (void)state;
    struct app a;
    struct err e = {{0}};
    struct recovery *r = begun();
    struct training *t = learning(&a, 40, 5);
    training_pause(t, true);
    recovery_keep(r, &a, true);
    assert_int_equal(files(".model.json"), 1);
    char path[300];
    snprintf(path, sizeof path, "%s/saved.json", folder);
    assert_true(training_save(t, TRAINING_NOW, path, &e));
    assert_true(recovery_wait(r, &a) >= 0);
    recovery_keep(r, &a, true);
    assert_int_equal(files(".model.json"), 0);
    assert_int_equal(recovery_wait(r, &a), -1);
    assert_false(recovery_end(r, &a, true));
    unlink(path);
    app_clear(&a);
}

static void where_nothing_can_be_remembered_nothing_is(void **state)
{
    (void)state;
    char path[300];
    struct err e = {{0}};
    snprintf(path, sizeof path, "%s/file", folder);
    assert_true(file_write(path, "x", 1, &e));
    setenv("XDG_STATE_HOME", path, 1);
    assert_null(recovery_begin());
    setenv("XDG_STATE_HOME", folder, 1);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edits_are_kept_until_they_are_saved_or_undone),
        cmocka_unit_test(the_newest_is_offered_and_taken_up),
        cmocka_unit_test(what_is_not_wanted_now_stays_and_a_key_for_the_program_is_one),
        cmocka_unit_test(what_is_torn_is_told_and_other_things_there_are_left_alone),
        cmocka_unit_test(what_was_learnt_is_kept_when_it_rests_and_opened_at_the_next_start),
        cmocka_unit_test(a_model_that_is_saved_is_kept_no_longer),
        cmocka_unit_test(where_nothing_can_be_remembered_nothing_is),
    };
    return cmocka_run_group_tests(tests, begin_group, remove_folder);
}
