/* test_options.c: options that contradict one another, values that are none, names that come near: one line each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "cli/cli.h"
#include "views/view.h"

/* A line as typed, words apart by blanks. */
struct typed { char *text, *argv[32]; int argc; };

static struct typed typed(const char *line)
{
    struct typed t = {.text = xstrdup(line), .argc = 1};
    static char name[] = "flstm-tui";
    t.argv[0] = name;
    for (char *w = strtok(t.text, " "); w && t.argc < 31; w = strtok(NULL, " "))
        t.argv[t.argc++] = strcmp(w, "''") ? w : w + 2;
    return t;
}

/* The words live until the next line. */
static bool understood(const char *line, struct options *o, struct cli_wish *wish, struct err *e)
{
    static struct typed t;
    free(t.text);
    t = typed(line);
    *o = (struct options){0};
    *e = (struct err){{0}};
    bool ok = cli_arguments(t.argc, t.argv, o, wish, e);
    if (!ok && !*e->text)
        fail_msg("%s: not a word", line);
    return ok;
}

static void lines_refused(const char *const (*cases)[2], size_t n)
{
    for (size_t k = 0; k < n; k++) {
        struct options o;
        struct cli_wish wish;
        struct err e;
        if (understood(cases[k][0], &o, &wish, &e))
            fail_msg("understood: %s", cases[k][0]);
        assert_string_equal(e.text, cases[k][1]);
        options_clear(&o);
    }
}

#define REFUSED(cases) lines_refused(cases, sizeof cases / sizeof *cases)

static void options_that_contradict_one_another_are_told(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"gender --text a --tokens b", "expected one of --text, --tokens and --inputs, found more"},
        {"gender --tokens a --inputs f", "expected one of --text, --tokens and --inputs, found more"},
        {"--print json --render text", "expected one of --print and --render, found both"},
        {"--gradient 3 --print csv", "--gradient: csv has no place for it: expected --print json or text"},
        {"--print npz --inspect", "--print: npz is no text: expected no --inspect or --check beside it"},
        {"--print safetensors --check", "--print: safetensors is no text: expected no --inspect or --check beside it"},
        {"--figure bars", "--figure: it is drawn as svg: expected --render svg beside it"},
        {"--figure bars --render html", "--figure: it is drawn as svg: expected --render svg beside it"},
        {"--figure bars --render svg --size 80x24",
         "--size: a --figure has the width of a column and the height that it needs"},
        {"--size 80x24", "--size: it says how large a --render picture is; the screen has its own size"},
        {"-s -", "--scenario: it is looked at more than once: expected a file, found standard input"},
        {"--watch f.json gender", "--watch: it names the model: expected no other, found \"gender\""},
        {"--watch f.json --lesson cell", "--watch: it goes with a model's file and the screen: expected no --lesson, "
         "no --against"},
        {"--watch f.json --check-lesson l.json", "--watch: it goes with a model's file and the screen: expected no "
         "--lesson, no --against"},
        {"--watch f.json --against g.json", "--watch: it goes with a model's file and the screen: expected no "
         "--lesson, no --against"},
        {"--watch -", "--watch: it goes with a model's file and the screen: expected no --lesson, no --against"},
        {"--notes --watch f", "--notes: it shows what another flstm-tui presents: expected nothing but looks"},
        {"--notes --render text", "--notes: it shows what another flstm-tui presents: expected nothing but looks"},
        {"--notes --print json", "--notes: it shows what another flstm-tui presents: expected nothing but looks"},
        {"--notes --record r.svg", "--notes: it shows what another flstm-tui presents: expected nothing but looks"},
        {"--notes --train gender", "--notes: it shows what another flstm-tui presents: expected nothing but looks"},
        {"--notes gender", "--notes: it shows what another flstm-tui presents: expected nothing but looks"},
        {"--notes --keys q", "--notes: it shows what another flstm-tui presents: expected nothing but looks"},
        {"--readonly --record r.svg", "--readonly: no file is written: expected no --record"},
        {"--readonly --train gender --save f", "--readonly: no file is written: expected no --save"},
        {"--readonly --export-model f", "--readonly: no file is written: expected no --export-model"},
        {"--record r.svg --train gender",
         "--record: there are no frames to record: expected no --train, --inspect or --check"},
        {"--record r.svg --inspect",
         "--record: there are no frames to record: expected no --train, --inspect or --check"},
        {"--record r.svg --check",
         "--record: there are no frames to record: expected no --train, --inspect or --check"},
        {"gender counter", "expected one MODEL, found \"counter\" too"},
        {"a b c --check", "expected one MODEL, found \"b\" too"},
    };
    REFUSED(cases);
}

static void what_goes_with_a_lesson_or_a_training_only_is_told(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"--handout md", "--handout: it goes with --lesson, which was not found"},
        {"--answers", "--answers: it goes with --lesson, which was not found"},
        {"--gift", "--gift: it goes with --lesson, which was not found"},
        {"--lesson cell gender", "--lesson brings its own model: expected no other, found \"gender\""},
        {"--lesson cell --print json", "--print: expected text with --lesson, found json"},
        {"--lesson cell --handout md --gift",
         "expected one of --print, --render, --handout and --gift, found more"},
        {"--lesson cell --print text --handout md",
         "expected one of --print, --render, --handout and --gift, found more"},
        {"--train gender --resume f", "--resume: it goes on with what it was begun with: expected no --train"},
        {"--save f", "--save: it goes with --train, which was not found"},
        {"--train gender counter", "--train makes a model: expected no other, found \"counter\""},
        {"--train gender --epochs 2 --steps 3", "expected one of --epochs and --steps, found both"},
    };
    REFUSED(cases);
    static const char *const not_with_lesson[] = {
        "--text a", "--tokens a", "--inputs f", "--scenario partial", "--set f@1=0", "--step 1", "--view cell",
        "--layer 1", "--unit 1", "--gradient 2", "--check", "--inspect", "--export-model f", "--try-orders",
        "--corpus f", "--suite s",
    }, *const not_with_train[] = {
        "--text a", "--tokens a", "--inputs f", "--format keras", "--vocab v", "--watch f", "--scenario partial",
        "--set f@1=0", "--step 1", "--layer 1", "--unit 1", "--check", "--against f", "--gradient 2",
        "--export-model f", "--lesson cell",
    }, *const only_with_train[] = {
        "--hidden 3", "--embed 3", "--layers 1", "--epochs 1", "--steps 1", "--seed 1", "--valid f", "--unit-name n",
        "--rate 0.1", "--batch 1", "--clip 0", "--decay 0", "--dropout 0.5", "--variant nfg", "--patience 1",
        "--weights-from gender",
    };
    const struct { const char *before, *const *word; size_t n; const char *says; } groups[] = {
        {"--lesson cell", not_with_lesson, sizeof not_with_lesson / sizeof *not_with_lesson,
         "it does not go with --lesson, whose pages set their own state"},
        {"--train gender", not_with_train, sizeof not_with_train / sizeof *not_with_train,
         "it does not go with --train: open the trained model with it"},
        {"--resume f", not_with_train, sizeof not_with_train / sizeof *not_with_train - 1,
         "it does not go with --train: open the trained model with it"},
        {"", only_with_train, sizeof only_with_train / sizeof *only_with_train,
         "it goes with --train, which was not found"},
        {"--resume f", only_with_train, sizeof only_with_train / sizeof *only_with_train,
         "the training goes on as it was begun: leave it out"},
    };
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++)
        for (size_t k = 0; k < groups[g].n; k++) {
            struct options o;
            struct cli_wish wish;
            struct err e;
            struct str line = {0}, says = {0};
            const char *word = groups[g].word[k];
            str_addf(&line, "%s %s", groups[g].before, word);
            str_addf(&says, "%.*s: %s", (int)strcspn(word, " "), word, groups[g].says);
            if (understood(line.s, &o, &wish, &e))
                fail_msg("understood: %s", line.s);
            if (strcmp(word, "--lesson cell") != 0)       /* which says so first */
                assert_string_equal(e.text, says.s);
            str_free(&line);
            str_free(&says);
            options_clear(&o);
        }
}

static void a_value_that_is_none_is_told_with_what_may_stand_there(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"--hidden 0", "--hidden: expected a whole number from 1 to 1024, found \"0\""},
        {"--layers 9", "--layers: expected a whole number from 1 to 8, found \"9\""},
        {"--seed -1", "--seed: expected a whole number from 0 to 2147483647, found \"-1\""},
        {"--rate 0", "--rate: expected a number from 1e-09 to 100, found \"0\""},
        {"--rate 101", "--rate: expected a number from 1e-09 to 100, found \"101\""},
        {"--rate fast", "--rate: expected a number from 1e-09 to 100, found \"fast\""},
        {"--clip -1", "--clip: expected a number from 0 to 1e+06, found \"-1\""},
        {"--decay 2", "--decay: expected a number from 0 to 1, found \"2\""},
        {"--dropout 1", "--dropout: expected a number from 0 to 0.95, found \"1\""},
        {"--size 80", "--size: expected COLSxROWS such as 80x24, each from 1 to 4096, found \"80\""},
        {"--size x24", "--size: expected COLSxROWS such as 80x24, each from 1 to 4096, found \"x24\""},
        {"--size 80x", "--size: expected COLSxROWS such as 80x24, each from 1 to 4096, found \"80x\""},
        {"--size 80x4097", "--size: expected COLSxROWS such as 80x24, each from 1 to 4096, found \"80x4097\""},
        {"--size 00000080x24", "--size: expected COLSxROWS such as 80x24, each from 1 to 4096, found \"00000080x24\""},
        {"--size 0x24", "--size: expected COLSxROWS such as 80x24, each from 1 to 4096, found \"0x24\""},
        {"--color ''", "--color: expected one of auto never 16 256 truecolor, found \"\""},
        {"--color 255", "--color: expected one of auto never 16 256 truecolor, found \"255\"; did you mean 256?"},
        {"--text", "--text: expected a value, found nothing (see --help)"},
        {"-t", "-t: expected a value, found nothing (see --help)"},
        {"--ascii=yes", "--ascii: expected no value (see --help)"},
        {"-!", "there is no option -! (see --help)"},
        {"--nothing-like-it", "there is no option --nothing-like-it (see --help)"},
        {"--rendr=svg", "there is no option --rendr=svg; did you mean --render? (see --help)"},
        {"--co", "--co could be --corpus, --color, --completion (see --help)"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct options o;
        struct cli_wish wish;
        struct err e;
        if (understood(cases[k][0], &o, &wish, &e))
            fail_msg("understood: %s", cases[k][0]);
        if (strcmp(e.text, cases[k][1]) != 0)
            fail_msg("%s: expected \"%s\", found \"%s\"", cases[k][0], cases[k][1], e.text);
        options_clear(&o);
    }
}

static void what_is_typed_is_what_is_wished(void **state)
{
    (void)state;
    struct options o;
    struct cli_wish wish;
    struct err e;
    assert_true(understood("gender --set f@1=0 --set i@2=1 --layer 2 --size 100X30 --render svg --color 16 "
                           "--ground dark", &o, &wish, &e));
    assert_int_equal(o.set_count, 2);
    assert_string_equal(o.model, "gender");
    assert_true(o.w == 100 && o.h == 30 && o.layer == 2 && o.color == COLOR_WISH_16 && o.ground == GROUND_DARK);
    options_clear(&o);
    static const struct { const char *line, *model, *file; } checks[] = {
        {"--check f.json gender", "gender", "f.json"}, {"gender --check f.json", "gender", "f.json"},
        {"--check=f.json gender", "gender", "f.json"}, {"--check", NULL, NULL}, {"--check gender", "gender", NULL},
    };
    for (size_t k = 0; k < sizeof checks / sizeof *checks; k++) {
        assert_true(understood(checks[k].line, &o, &wish, &e));
        assert_true(o.check);
        assert_string_equal(o.model ? o.model : "", checks[k].model ? checks[k].model : "");
        assert_string_equal(o.check_file ? o.check_file : "", checks[k].file ? checks[k].file : "");
        options_clear(&o);
    }
    assert_true(understood("--train gender --clip 0 --decay 0 --dropout 0 --seed 0", &o, &wish, &e));
    assert_true(o.clip < 0 && o.decay < 0 && o.dropout == 0 && o.seeded && o.seed == 0);
    options_clear(&o);
    assert_true(understood("--help keys --nonsense", &o, &wish, &e));     /* nothing behind it has to be right */
    assert_int_equal(wish.request, CLI_HELP);
    assert_string_equal(o.topic, "keys");
    options_clear(&o);
    assert_true(understood("--help --text", &o, &wish, &e) && !o.topic);
    options_clear(&o);
    assert_true(understood("--help=text", &o, &wish, &e));
    assert_int_equal(wish.request, CLI_HELP);
    options_clear(&o);
    assert_true(understood("--version --print json --render svg", &o, &wish, &e));
    assert_int_equal(wish.request, CLI_VERSION);
    options_clear(&o);
    assert_true(understood("--completion zsh", &o, &wish, &e));
    assert_int_equal(wish.request, CLI_COMPLETION);
    options_clear(&o);
    assert_true(understood("--mark a.json b.json c.json", &o, &wish, &e));
    assert_int_equal(o.mark_count, 2);
    options_clear(&o);
}

static void what_a_config_sets_is_weaker_and_may_say_no(void **state)
{
    (void)state;
    static const struct { const char *value; bool is; } words[] = {
        {NULL, true}, {"yes", true}, {"on", true}, {"true", true}, {"no", false}, {"off", false}, {"false", false},
    };
    struct err e = {{0}};
    for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
        struct options o = {.ascii = !words[k].is, .mouse = !words[k].is};
        assert_true(cli_set(&o, "ascii", words[k].value, &e) && cli_set(&o, "mouse", words[k].value, &e));
        assert_true(o.ascii == words[k].is && o.mouse == words[k].is);
    }
    struct options o = {0};
    assert_false(cli_set(&o, "ascii", "maybe", &e));
    assert_non_null(strstr(e.text, "ascii: expected one of yes no on off true false, found \"maybe\""));
    assert_false(cli_set(&o, "view", "nobody", &e));
    assert_non_null(strstr(e.text, "view: expected one of "));
    assert_true(cli_set(&o, "view", "cell", &e) && cli_set(&o, "theme", "mono", &e) && cli_set(&o, "color", "256", &e));
    assert_null(o.view);
    assert_string_equal(o.usual.view->name, "cell");
    assert_string_equal(o.usual.theme, "mono");
    assert_int_equal(o.color, COLOR_WISH_256);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_that_contradict_one_another_are_told),
        cmocka_unit_test(what_goes_with_a_lesson_or_a_training_only_is_told),
        cmocka_unit_test(a_value_that_is_none_is_told_with_what_may_stand_there),
        cmocka_unit_test(what_is_typed_is_what_is_wished),
        cmocka_unit_test(what_a_config_sets_is_weaker_and_may_say_no),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
