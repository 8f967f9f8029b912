/* test_prompt.c: the prompt as people use it: what Tab offers, what was probably meant, numbers with a comma, names
 * that no file has yet, and lines kept from one run to the next. */
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

#include "action/ask.h"
#include "action/complete.h"
#include "base/file.h"
#include "base/num.h"
#include "base/suggest.h"
#include "support/app.h"
#include "support/golden.h"
#include "support/pty.h"

static char dir[] = "/tmp/flstm-prompt-XXXXXX";

static bool offered(const struct app *a, const char *text)
{
    bool is = false;
    for (int k = 0; k < a->offers.n; k++)
        is = is || strcmp(a->offers.v[k].text, text) == 0;
    return is;
}

/* ---- Tab --------------------------------------------------------------------------------------------------------- */

static void tab_completes_as_far_as_there_is_no_choice(void **state)
{
    (void)state;
    static const struct { const char *keys, *line; } cases[] = {
        {":the<Tab>", "theme "}, {":sc<Tab>pa<Tab>", "scenario partial"}, {":theme cv<Tab>", "theme cv"},
        {":theme civi<Tab>", "theme cividis"},
        {":mod<Tab>lesson-t<Tab>", "model lesson-trained"}, {":unit g<Tab>", "unit gender"},
        {":step wi<Tab>", "step with"},
        {":set f[g<Tab>", "set f[gender]@"}, {":set f[gender]@wi<Tab>0<Enter>", ""}, {":view sw<Tab>", "view sweep"},
        {":preset fr<Tab>", "preset freeze"},
        {":text He wok<Tab> and sm<Tab>", "text He woke and smiled"}, {":layout l<Tab>", "layout lines"},
        {":train bra<Tab>", "train brackets"},
        {"/pl<Tab>", "played"}, {":model! coun<Tab>", "model! counter"}, {":zzz<Tab>", "zzz"}, {":quit <Tab>", "quit "},
        {":word wo<Tab>", "word wo"}, {":text ca<Tab>", "text ca"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct app a;
        dog_app(&a, cases[k].keys);
        if (a.prompt.active ? strcmp(a.prompt.text, cases[k].line) != 0 : *cases[k].line)
            fail_msg("%s: the line is \"%s\", expected \"%s\"", cases[k].keys, a.prompt.text, cases[k].line);
        app_clear(&a);
    }
}

static void tab_once_more_chooses_from_a_list_over_the_view(void **state)
{
    (void)state;
    struct app a;
    struct str text = {0};
    dog_app(&a, ":s<Tab>");
    drawn(&a, &text);
    assert_non_null(strstr(text.s, "commands that begin with s"));
    assert_non_null(strstr(text.s, "scenario [!] NAME|FILE"));
    assert_non_null(strstr(text.s, "choose"));
    assert_true(app_keys(&a, "<Tab><Down>", "test", NULL));
    drawn(&a, &text);
    assert_non_null(strstr(text.s, "[set f[1]@5=0.7]"));
    assert_string_equal(a.prompt.text, "set ");
    assert_true(app_keys(&a, "<Up><S-Tab>", "test", NULL));
    assert_string_equal(a.prompt.text, "suspend");                 /* round the end */
    assert_true(app_keys(&a, "<C-u>th", "test", NULL));             /* more letters, fewer lines */
    drawn(&a, &text);
    assert_null(strstr(text.s, "scenario [!]"));
    assert_int_equal(a.offers.n, 1);
    assert_true(app_keys(&a, "<Esc>", "test", NULL));
    drawn(&a, &text);
    assert_null(strstr(text.s, "commands that begin"));
    str_free(&text);
    app_clear(&a);
}

static void files_are_offered_where_files_are_asked_for(void **state)
{
    (void)state;
    struct app a;
    struct str keys = {0};
    char path[300];
    struct err e = {{0}};
    static const char *const names[] = {"one.json", "other.svg", ".secret"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        snprintf(path, sizeof path, "%s/%s", dir, names[k]);
        assert_true(file_write(path, "x", 1, &e));
    }
    str_addf(&keys, ":w %s/o<Tab>", dir);
    dog_app(&a, str_text(&keys));
    assert_int_equal(a.offers.n, 2);
    assert_true(app_keys(&a, "t<Tab>", "test", NULL));
    snprintf(path, sizeof path, "w %s/other.svg", dir);
    assert_string_equal(a.prompt.text, path);
    app_clear(&a);
    str_clear(&keys);
    str_addf(&keys, "s<C-u>%s/<Tab>", dir);
    dog_app(&a, str_text(&keys));
    snprintf(path, sizeof path, "%s/.secret", dir);
    assert_false(offered(&a, path));
    app_clear(&a);
    str_free(&keys);
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        snprintf(path, sizeof path, "%s/%s", dir, names[k]);
        unlink(path);
    }
}

static void offers_are_drawn_at_every_size(void **state)
{
    (void)state;
    for (int w = 1; w < 100; w += 7)
        for (int h = 1; h < 30; h += 3) {
            struct app a;
            struct str text = {0};
            dog_app(&a, ":<Tab><Tab>");
            a.w = w, a.h = h;
            drawn(&a, &text);
            if (w >= 50 && h >= 16)
                assert_non_null(strstr(text.s, "[ahead]"));
            str_free(&text);
            app_clear(&a);
        }
}

static void every_command_that_takes_something_completes_it_or_needs_no_help(void **state)
{
    (void)state;
    static const char *const plain[] = {"rate", "layer", "value", "top", "train-again", "film-at", "speak", "votes"};
    for (int k = 0; k < action_count; k++) {
        if (!actions[k].argument)
            continue;
        struct offers o = {.at = -1};
        struct app a;
        char line[64];
        bool needs = true;
        for (size_t p = 0; p < sizeof plain / sizeof *plain; p++)
            needs = needs && strcmp(plain[p], actions[k].name) != 0;
        dog_app(&a, "");
        snprintf(line, sizeof line, "%s ", actions[k].name);
        complete_command(&a, line, &o);
        if (needs && !o.n)
            fail_msg("Tab offers nothing after :%s", actions[k].name);
        offers_clear(&o);
        app_clear(&a);
    }
}

/* ---- what was meant ---------------------------------------------------------------------------------------------- */

static void a_wrong_command_stays_in_the_prompt_as_it_was_probably_meant(void **state)
{
    (void)state;
    struct app a;
    dog_app(&a, ":thme mono<Enter>");
    said(&a, "no command \"thme\"; did you mean this?");
    assert_string_equal(a.prompt.text, "theme mono");
    assert_true(app_keys(&a, "<Enter>", "test", NULL));
    assert_string_equal(a.theme->name, "mono");
    app_clear(&a);
    dog_app(&a, ":s<Enter>");
    said(&a, "s could be ");
    said(&a, "scenario");
    assert_string_equal(a.prompt.text, "s");
    assert_true(app_keys(&a, "<Esc>", "test", NULL));
    assert_false(a.prompt.active);
    app_clear(&a);
    dog_app(&a, ":xyzzy<Enter>");
    said(&a, "no command is called \"xyzzy\"");
    assert_false(a.prompt.active);
    app_clear(&a);
}

/* ---- words it does not know -------------------------------------------------------------------------------------- */

static void an_unknown_word_leaves_the_line_there_and_offers_what_could_stand_in_its_place(void **state)
{
    (void)state;
    struct app a;
    struct str text = {0};
    dog_app(&a, ":text She ran out and played with her puppy<Enter>");
    said(&a, "the model does not know \"ran\" and 1 more word;");
    assert_string_equal(a.prompt.text, "text She ran out and played with her puppy");
    assert_string_equal(session_token(a.session, 2), "came");               /* nothing has been changed */
    assert_true(offered(&a, "rain") && offered(&a, "man") && !offered(&a, "garden"));
    /* What it expects there is what it expects in the sentence as it is. */
    struct prediction likely[1];
    assert_int_equal(session_predict_run(a.session, RUN_BASE, 1, 1, likely), 1);
    assert_string_equal(a.offers.v[0].text, session_model(a.session)->vocab->token[likely[0].output]);
    char p[16];
    snprintf(p, sizeof p, "%.2f", (double)likely[0].p_base);
    assert_non_null(strstr(a.offers.v[0].help, "likely after She"));
    assert_non_null(strstr(a.offers.v[0].help, p));
    drawn(&a, &text);
    assert_non_null(strstr(text.s, "is none of its 47 words"));
    assert_true(app_keys(&a, "<Tab><Enter>", "test", NULL)); /* the first is taken; on to the next unknown one */
    said(&a, "the model does not know \"puppy\";");
    assert_non_null(strstr(a.offers.v[0].help, "likely after her"));
    assert_true(app_keys(&a, "<Tab><Enter>", "test", NULL));
    assert_false(a.prompt.active);
    assert_string_equal(session_token(a.session, 2), session_model(a.session)->vocab->token[likely[0].output]);
    app_clear(&a);
    dog_app(&a, ":word wokk<Enter>");
    assert_true(offered(&a, "woke"));
    app_clear(&a);
    dog_app(&a, ":compare He came qqqqqq<Enter><Esc>");
    assert_null(session_compare(a.session));
    app_clear(&a);
    str_free(&text);
}

/* ":word 99 He" put "99 He" in place of the first word. */
static void a_step_that_is_not_there_is_no_word(void **state)
{
    (void)state;
    struct app a;
    dog_app(&a, ":word 99 He<Enter>");
    said(&a, "expected a step from 1 to 8, found 99");
    assert_string_equal(session_token(a.session, 1), "She");
    app_clear(&a);
}

static void words_lists_all_that_it_knows(void **state)
{
    (void)state;
    struct app a;
    dog_app(&a, ":words<Enter>");
    assert_string_equal(a.view->name, "words");
    app_clear(&a);
}

static void distances_count_letters_put_in_left_out_exchanged_and_swapped(void **state)
{
    (void)state;
    static const struct { const char *a, *b; int d; } cases[] = {
        {"theme", "thme", 1}, {"theme", "thmee", 1}, {"theme", "theme", 0}, {"Theme", "theme", 0},
        {"theme", "tame", 2}, {"\xC3\xA4pfel", "apfel", 1},
        {"", "ab", 2}, {"abc", "xyz", 3}, {"set", "sweep", 3}, {"ca", "abc", 3},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        assert_int_equal(suggest_distance(cases[k].a, cases[k].b, 3), cases[k].d);
        assert_int_equal(suggest_distance(cases[k].b, cases[k].a, 3), cases[k].d);
    }
    assert_int_equal(suggest_distance("abcdef", "uvwxyz", 2), 3);
    assert_true(suggest_near("thme", "theme"));
    assert_false(suggest_near("ab", "cd"));
}

static void an_option_that_is_none_names_the_nearest(void **state)
{
    (void)state;
    static const struct { const char *option, *said; } cases[] = {
        {"--hlep", "did you mean --help?"}, {"--t", "could be --text, --tokens"},
        {"--xyzzy", "there is no option --xyzzy (see"}, {"--them=x", NULL},
    };
    const char *program = getenv("FLSTM");
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        char command[512], line[512] = "";
        snprintf(command, sizeof command, "%s %s 2>&1 </dev/null", program && *program ? program : "./flstm-tui",
                 cases[k].option);
        FILE *f = popen(command, "r");
        assert_non_null(f);
        if (!fgets(line, sizeof line, f))
            line[0] = '\0';
        pclose(f);
        if (cases[k].said && !strstr(line, cases[k].said))
            fail_msg("%s: %s", cases[k].option, line);
    }
}

/* ---- numbers and names ------------------------------------------------------------------------------------------- */

static void a_comma_is_taken_where_people_write_one(void **state)
{
    (void)state;
    struct app a;
    double v;
    dog_app(&a, "0,5<Enter>");
    said(&a, "0,5 is read as 0.5");
    size_t n;
    const struct pin *p = session_pins(a.session, &n);
    assert_true(n == 1 && p->value == 0.5f);
    app_clear(&a);
    dog_app(&a, ":set f[gender]@and=0,25<Enter>");
    p = session_pins(a.session, &n);
    assert_true(n == 1 && p->value == 0.25f);
    app_clear(&a);
    assert_true(num_parse_typed("-1,5e2", &v) && v == -150);
    assert_false(num_parse_typed("1,5,2", &v) || num_parse_typed("1.000,5", &v) || num_parse_typed(",", &v));
    assert_false(num_parse("0,5", &v));                            /* files stay as they are */
}

static void saving_twice_offers_a_name_that_no_file_has(void **state)
{
    (void)state;
    char was[512];
    assert_non_null(getcwd(was, sizeof was));
    struct app a;
    dog_app(&a, "");
    assert_int_equal(chdir(dir), 0);
    assert_true(app_keys(&a, "s<Enter>s<Enter>s", "test", NULL));
    assert_string_equal(a.prompt.text, "flstm-bars-t01-3.svg");
    assert_int_equal(access("flstm-bars-t01.svg", F_OK), 0);
    assert_int_equal(access("flstm-bars-t01-2.svg", F_OK), 0);
    unlink("flstm-bars-t01.svg");
    unlink("flstm-bars-t01-2.svg");
    assert_int_equal(chdir(was), 0);
    app_clear(&a);
}

/* ---- history ----------------------------------------------------------------------------------------------------- */

static void earlier_lines_come_back_in_the_next_run(void **state)
{
    (void)state;
    char env[128];
    const char *program = getenv("FLSTM");
    const char *argv[] = {program && *program ? program : "./flstm-tui", "gender", NULL}, *envs[] = {env, NULL};
    snprintf(env, sizeof env, "XDG_STATE_HOME=%s", dir);
    for (int run = 0; run < 3; run++) {
        struct pty *t = pty_spawn(80, 24, argv, envs);
        assert_true(pty_shows(t, "?:help"));
        if (run == 0)
            pty_keys(t, ":top 7<Enter>:theme mono<Enter>");
        if (run == 1) {
            pty_keys(t, ":<Up>");
            assert_true(pty_shows(t, ":theme mono"));
            pty_keys(t, "<Up>");
            assert_true(pty_shows(t, ":top 7"));
            pty_keys(t, "<Esc>:step 2<Enter>");
        }
        if (run == 2) {
            pty_keys(t, ":<Up>");
            assert_true(pty_shows(t, ":step 2"));
            pty_keys(t, "<Up>");
            assert_true(pty_shows(t, ":theme mono"));
            pty_keys(t, "<Esc>");
        }
        pty_keys(t, "q");
        assert_int_equal(pty_ended(t), 0);
        pty_free(t);
    }
    char command[256];
    snprintf(command, sizeof command, "rm -rf '%s/flstm-tui'", dir);
    assert_int_equal(system(command), 0);
}

static int make_dir(void **state)
{
    (void)state;
    return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
    (void)state;
    return rmdir(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tab_completes_as_far_as_there_is_no_choice),
        cmocka_unit_test(tab_once_more_chooses_from_a_list_over_the_view),
        cmocka_unit_test(files_are_offered_where_files_are_asked_for),
        cmocka_unit_test(offers_are_drawn_at_every_size),
        cmocka_unit_test(every_command_that_takes_something_completes_it_or_needs_no_help),
        cmocka_unit_test(a_wrong_command_stays_in_the_prompt_as_it_was_probably_meant),
        cmocka_unit_test(an_unknown_word_leaves_the_line_there_and_offers_what_could_stand_in_its_place),
        cmocka_unit_test(a_step_that_is_not_there_is_no_word),
        cmocka_unit_test(words_lists_all_that_it_knows),
        cmocka_unit_test(distances_count_letters_put_in_left_out_exchanged_and_swapped),
        cmocka_unit_test(an_option_that_is_none_names_the_nearest),
        cmocka_unit_test(a_comma_is_taken_where_people_write_one),
        cmocka_unit_test(saving_twice_offers_a_name_that_no_file_has),
        cmocka_unit_test(earlier_lines_come_back_in_the_next_run),
    };
    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
