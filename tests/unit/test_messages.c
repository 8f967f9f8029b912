/* test_messages.c: what a command answers: files that are written in each form or refused, a training that is gone
 * through, looked for again, begun anew, and what may not be done now. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "action/ask.h"
#include "action/files.h"
#include "base/file.h"
#include "import/import.h"
#include "learn/training.h"
#include "learn/variants.h"
#include "support/app.h"
#include "support/bytes.h"
#include "support/models.h"
#include "support/refusal.h"

/* Keys in which FOLDER/ stands for the test's own. */
static void press_there(struct app *a, const char *keys)
{
    static const char mark[] = "FOLDER/";
    struct str s = {0};
    for (const char *at; (at = strstr(keys, mark)); keys = at + strlen(mark))
        str_addf(&s, "%.*s%s", (int)(at - keys), keys, bytes_path(""));
    str_add(&s, keys);
    press(a, s.s);
    str_free(&s);
}

struct answered { const char *first, *keys, *says; };

static void each_answered(const struct answered *list, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        struct app a;
        dog_app(&a, "");
        press_there(&a, list[k].first);
        press_there(&a, list[k].keys);
        if (!a.scene.message || !strstr(a.scene.message, list[k].says))
            fail_msg("%s %s: expected \"%s\", found \"%s\"", list[k].first, list[k].keys, list[k].says,
                     a.scene.message ? a.scene.message : "");
        app_clear(&a);
    }
}

#define ANSWERED(list) each_answered(list, sizeof list / sizeof *list)

/* ---- files ------------------------------------------------------------------------------------------------------- */

static void holds(const char *name, const char *part)
{
    char *data;
    size_t n;
    struct err e;
    if (!file_read(bytes_path(name), &data, &n, &e))
        fail_msg("%s", e.text);
    bool found = false;
    for (size_t k = 0; k + strlen(part) <= n && !found; k++)
        found = memcmp(data + k, part, strlen(part)) == 0;
    if (!found)
        fail_msg("%s does not hold \"%s\"", name, part);
    free(data);
}

static void each_form_is_written_by_the_end_of_its_name(void **state)
{
    (void)state;
    static const struct { const char *keys, *name, *holds; } forms[] = {
        {":figure FOLDER/f.svg<Enter>", "f.svg", "<svg"}, {":figure FOLDER/f.html<Enter>", "f.html", "<pre"},
        {":figure FOLDER/f.ans<Enter>", "f.ans", "\033["}, {":figure FOLDER/f.txt<Enter>", "f.txt", "f_t"},
        {":export FOLDER/t.json<Enter>", "t.json", "flstm-trace/1"}, {":export FOLDER/t.csv<Enter>", "t.csv", ","},
        {":export FOLDER/t.txt<Enter>", "t.txt", "t=1"}, {":export FOLDER/t.npz<Enter>", "t.npz", "layers.0.f.npy"},
        {":export FOLDER/t.safetensors<Enter>", "t.safetensors", "layers.0.f"},
        {":w FOLDER/w.json<Enter>", "w.json", "flstm-scenario/"}, {":keep FOLDER/k.json<Enter>", "k.json", "{"},
        {":record FOLDER/r.svg<Enter>:record<Enter>", "r.svg", "<svg"},
        {":figure   FOLDER/spaced.svg  <Enter>", "spaced.svg", "<svg"},
        {":figure FOLDER/wide.txt   100x30<Enter>", "wide.txt", "f_t"},
    };
    struct app a;
    dog_app(&a, "<Right>");
    for (size_t k = 0; k < sizeof forms / sizeof *forms; k++) {
        press_there(&a, forms[k].keys);
        said(&a, "wrote ");
        holds(forms[k].name, forms[k].holds);
    }
    assert_int_equal(a.w, 80);
    /* Once more: there is such a file; with ! in front or behind it is written over. */
    press_there(&a, ":figure FOLDER/f.svg<Enter>");
    said(&a, "there is such a file already; add ! to write over it");
    press_there(&a, ":figure! FOLDER/f.svg<Enter>");
    said(&a, "wrote ");
    press_there(&a, ":figure FOLDER/f.svg!<Enter>");
    said(&a, "wrote ");
    press_there(&a, ":figure !  FOLDER/f.svg<Enter>");
    said(&a, "wrote ");
    app_clear(&a);
}

static void what_cannot_be_written_is_told(void **state)
{
    (void)state;
    static const struct answered list[] = {
        {"", ":figure FOLDER/f.gif<Enter>", "expected a name ending in .svg, .html, .ans or .txt"},
        {"", ":figure FOLDER/f.txt 0x10<Enter>", "expected a name ending in .svg, .html, .ans or .txt"},
        {"", ":figure FOLDER/f.txt 80x<Enter>", "expected a name ending in .svg, .html, .ans or .txt"},
        {"", ":figure FOLDER/f.txt 80<Enter>", "expected a name ending in .svg, .html, .ans or .txt"},
        {"", ":figure FOLDER/f.txt 12345678x9<Enter>", "expected a name ending in .svg, .html, .ans or .txt"},
        {"", ":figure FOLDER/none/f.txt<Enter>", "none/f.txt: cannot "},
        {"", ":export FOLDER/t.gif<Enter>", "expected a name ending in .json, .csv, .txt, .npz or .safetensors"},
        {"", ":export FOLDER/none/t.json<Enter>", "none/t.json: cannot "},
        {"", ":record FOLDER/r.gif<Enter>", "r.gif: expected "},
        {"", ":record FOLDER/none/r.svg<Enter>", "none/r.svg: cannot "},
        {"", ":w FOLDER/none/w.json<Enter>", "none/w.json: cannot "},
        {"", ":keep FOLDER/none/w.json<Enter>", "none/w.json: cannot "},
        {"", ":figure !<Enter>", "expected a file name, found nothing"},
        {"", ":watch<Enter>", "watch: expected a file, for "},
        {"", ":watch FOLDER/none.json<Enter>", "none.json: cannot open"},
        {"", ":watch off<Enter>", "no file is watched"},
        {"c", ":watch FOLDER/none.json<Enter>",
         "edits are not saved and would go: :w saves them, :model! drops them"},
        {"", ":model FOLDER/none.json<Enter>", "none.json: cannot open"},
        {"", ":model nobody<Enter>", "nobody"},
        {"<Right>c", ":model counter<Enter>",
         "edits are not saved and would go: :w saves them, :model! counter drops them"},
        {"<Right>c", ":scenario partial<Enter>",
         "edits are not saved and would go: :w saves them, :scenario! partial drops them"},
        {"", ":scenario FOLDER/none.json<Enter>", "none.json: cannot open"},
        {"", ":suite FOLDER/none.tsv<Enter>", "none.tsv: "},
        {"", ":theme nobody<Enter>", "nobody"},
        {"", ":record FOLDER/one.svg<Enter>:record<Enter>", "one.svg: "},
    };
    ANSWERED(list);
    struct app a;
    dog_app(&a, "");
    a.readonly = true;
    static const char *const commands[] = {":w ", ":w! ", ":keep ", ":figure ", ":export ", ":record "};
    for (size_t k = 0; k < sizeof commands / sizeof *commands; k++) {
        struct str keys = {0};
        str_addf(&keys, "%sFOLDER/ro.svg<Enter>", commands[k]);
        press_there(&a, keys.s);
        if (!a.scene.message || (!strstr(a.scene.message, "read-only: no file is written (--readonly)")
                                 && strncmp(commands[k], ":export", 7) != 0))
            fail_msg("%s: %s", commands[k], a.scene.message ? a.scene.message : "");
        assert_int_not_equal(access(bytes_path("ro.svg"), F_OK), 0);
        str_free(&keys);
    }
    app_clear(&a);
}

/* A prompt offers a name that is free. */
static void without_a_name_one_is_asked_for_and_a_free_one_is_offered(void **state)
{
    (void)state;
    static const struct { const char *command, *label, *name; } asked[] = {
        {":w<Enter>", "save as:", "session.json"}, {":keep<Enter>", "keep sitting as:", "sitting.json"},
        {":figure<Enter>", "figure:", "flstm-bars-t01.svg"}, {":record<Enter>", "record:", "recording.html"},
        {":export<Enter>", "trace:", "trace.json"},
    };
    char here[400], name[256];
    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir(bytes_path("")), 0);
    for (size_t k = 0; k < sizeof asked / sizeof *asked; k++) {
        struct app a;
        struct str shows = {0};
        dog_app(&a, asked[k].command);
        drawn(&a, &shows);
        if (!strstr(shows.s, asked[k].label) || !strstr(shows.s, asked[k].name))
            fail_msg("%s: %s", asked[k].command, shows.s);
        press(&a, "<Enter>");
        if (strcmp(asked[k].name, "recording.html") != 0)
            said(&a, "wrote ");
        str_free(&shows);
        app_clear(&a);
    }
    assert_string_equal(app_free_name("session.json", name), "session-2.json");
    assert_string_equal(app_free_name("./session.json", name), "./session-2.json");
    assert_string_equal(app_free_name("none", name), "none");
    struct str b = {0};
    str_add(&b, "x");
    bytes_file("bare", &b);
    assert_string_equal(app_free_name("bare", name), "bare-2");
    str_add(&b, "x");
    bytes_file("session-2.json", &b);
    assert_string_equal(app_free_name("session.json", name), "session-3.json");
    str_free(&b);
    assert_int_equal(chdir(here), 0);
}

/* ---- quitting ---------------------------------------------------------------------------------------------------- */

static void quitting_with_edits_asks_and_w_saves_first(void **state)
{
    (void)state;
    struct app a;
    struct str shows = {0};
    dog_app(&a, "<Right>cq");
    assert_true(a.prompt.active && !a.quit);
    press(&a, "w");
    drawn(&a, &shows);
    assert_non_null(strstr(shows.s, "save as:"));
    press(&a, "<Esc>qx");
    assert_false(a.quit);
    press(&a, "<Esc>qn");
    assert_false(a.quit);
    press(&a, "qy");
    assert_true(a.quit);
    str_free(&shows);
    app_clear(&a);
}

/* ---- small answers ----------------------------------------------------------------------------------------------- */

static void words_that_are_none_of_a_command_are_told_with_what_may_stand_there(void **state)
{
    (void)state;
    static const struct answered list[] = {
        {"", ":layout diagonal<Enter>", "layout: expected auto, lines, columns or heat, found \"diagonal\""},
        {":view cell<Enter>", ":layout<Enter>", "the layout is that of the main view; Esc leads back to it"},
        {"", ":layout<Enter>", "layout: lines"},
        {":layout heat<Enter>", ":layout<Enter>", "layout: auto"},
        {"", ":motion maybe<Enter>", "motion: expected on or off, found \"maybe\""},
        {"", ":motion off<Enter>", "nothing moves by itself"},
        {":motion off<Enter>", ":motion<Enter>", "what is multiplied is shown as motion"},
        {"", ":motion on<Enter>", "what is multiplied is shown as motion"},
        {"", ":top 0<Enter>", "top: expected a number from 1 to 1000, found \"0\""},
        {"", ":speak 1 2 3 4<Enter>", "speak: expected [N] [TEMPERATURE] [SEED], found more"},
        {"", ":speak none<Enter>", "speak: expected so many words, 1 to "},
        {"", ":speak 5 hot<Enter>", "speak: expected a temperature from 0 to "},
        {"", ":speak 5 -1<Enter>", "speak: expected a temperature from 0 to "},
        {"", ":speak 5 99<Enter>", "speak: expected a temperature from 0 to "},
        {"", ":speak 5 1 x<Enter>", "speak: expected a seed from 0 to "},
        {"", ":copy colour<Enter>", "copy: expected equation, value or sentence, found \"colour\""},
        {"", ":copy sentence<Enter>", "copied, if the terminal lets programs do that: She came out"},
        {"", ":copy value<Enter>", "copied, if the terminal lets programs do that: 0."},
        {":model! counter<Enter>", ":copy sentence<Enter>", "lets programs do that: aa"},
        {"", ":theme<Enter>", "theme "},
        {"", ":votes 1 2<Enter>", ":votes 12 5* 8 counts hands for a, b, c while you present: F5 first"},
        {":present<Enter>", ":votes 1 2 3*x<Enter>", "votes: expected up to "},
        {":present<Enter>", ":votes 1* 2*<Enter>", "votes: expected up to "},
        {":present<Enter>", ":votes -1<Enter>", "votes: expected up to "},
        {":present<Enter>", ":votes 10000<Enter>", "votes: expected up to "},
        {":present<Enter>", ":votes 1 2 3 4 5 6 7 8 9 10 11 12<Enter>", "votes: expected up to "},
        {":present<Enter>", ":votes  , <Enter>", "no hands are counted"},
        {":view cell<Enter>", ":extra<Enter>", "the rows are those of the main view; Esc leads back to it"},
        {":present<Enter>", "<Esc>", "F5 ends the presentation"},
        {"", ":layer 2<Enter>", "layer: expected a number from 1 to 1, found \"2\""},
        {"", ":rate 0<Enter>", "rate: expected "},
        {"", ":rate fast<Enter>", "rate: expected "},
        {"", ":rate 101<Enter>", "rate: expected "},
        {":lesson cell<Enter>", ":result! FOLDER/r.json<Enter>", "written: "},
        {":lesson cell<Enter>:result! FOLDER/r.json<Enter>", ":result FOLDER/r.json<Enter>",
         "is there already: :result! "},
        {":lesson cell<Enter>", ":result FOLDER/none/r.json<Enter>", "none/r.json: "},
        {"", ":result FOLDER/r.json<Enter>", "no lesson"},
        {"", ":lesson nobody<Enter>", "there is no file and no built-in lesson of that name"},
        {"", ":watch FOLDER/none.json<Enter>", "none.json"},
        {":watch off<Enter>", ":watch off<Enter>", "no file is watched"},
        {"<Right>aaa:value kept<Enter>", ":set kept@2=1<Enter>", "expected f, i, g, o, C or h"},
        {"", ":figure! FOLDER/f.svg 0x4<Enter>", "0x4"},
        {"", ":train nothing-like-it<Enter>", "nothing-like-it: cannot open"},
        {"", ":scenario FOLDER/none.json<Enter>", "none.json"},
        {"", ":ahead<Enter>", "the tape shows all words' C"},
        {":ahead<Enter>", ":ahead<Enter>", "C of later words is hidden until they are stepped to"},
    };
    ANSWERED(list);
}

static void a_third_vote_stands_beside_the_second(void **state)
{
    (void)state;
    struct app a;
    dog_app(&a, ":present<Enter>:votes 12 5* 8<Enter>");
    assert_true(a.lecture.rounds == 1 && a.lecture.right == 1 && a.lecture.answers == 3);
    press(&a, ":votes 5,15,5<Enter>");
    assert_true(a.lecture.rounds == 2 && a.lecture.right == 1);           /* the star stays where it was */
    press(&a, ":votes 1 24 0<Enter>");
    assert_int_equal(a.lecture.rounds, 2);
    assert_int_equal(a.lecture.votes[0][1], 15);
    assert_int_equal(a.lecture.votes[1][1], 24);
    press(&a, ":votes 3 4<Enter>");                                       /* another question */
    assert_true(a.lecture.rounds == 1 && a.lecture.right == -1);
    app_clear(&a);
}

static void rows_come_and_go_one_after_the_other(void **state)
{
    (void)state;
    struct app a;
    dog_app(&a, ":extra<Enter>");
    said(&a, "all units; once more: candidate, products, output gate and h");
    press(&a, ":extra<Enter>");
    said(&a, "with candidate, products, output gate and h");
    press(&a, ":extra<Enter>");
    said(&a, "C_t-1, f, i and C_t");
    app_clear(&a);
    dog_app(&a, "");
    a.scene.rows = 1U << VAL_F;                   /* as a lesson or a scenario shows them */
    press(&a, ":extra<Enter>");
    said(&a, "the rows of every scenario: C_t-1, f, i and C_t");
    app_clear(&a);
}

/* ---- trainings --------------------------------------------------------------------------------------------------- */

static void without_a_training_there_is_nothing_to_go_through(void **state)
{
    (void)state;
    static const char *const of_training[] = {"train-pause", "train-epoch", "train-again", "train-slower",
                                              "train-faster", "train-enter", "train-next-unit", "train-prev-unit"};
    static const char *const of_film[] = {"film-next", "film-prev", "film-first", "film-last", "film-moment",
                                          "film-enter", "film-at 3", "variants", "variant-enter"};
    struct app a;
    dog_app(&a, "");
    for (size_t k = 0; k < sizeof of_training / sizeof *of_training; k++) {
        app_command(&a, of_training[k]);
        said(&a, "nothing is being trained; :train gender teaches a small model anew");
    }
    for (size_t k = 0; k < sizeof of_film / sizeof *of_film; k++) {
        app_command(&a, of_film[k]);
        said(&a, "nothing has been trained here; :train gender teaches a small model anew");
    }
    app_clear(&a);
}

/* A training of a few updates, to its end or not. */
static void learning(struct app *a, const struct training_wish *wish, bool to_its_end)
{
    struct err e = {{0}};
    struct training *t = training_new(wish, &e);
    if (!t)
        fail_msg("%s", e.text);
    dog_app(a, "");
    if (to_its_end)
        training_run(t, NULL, NULL, NULL);
    else
        training_step(t);
    app_watch(a, t, NULL);
}

static void what_is_learnt_is_gone_through_by_its_moments(void **state)
{
    (void)state;
    struct app a;
    learning(&a, &(struct training_wish){.corpus = "gender", .tokens = CORPUS_GUESS, .updates = 40}, true);
    app_command(&a, "film-at soon");
    said(&a, "film-at: expected a number of updates, found \"soon\"");
    app_command(&a, "film-first");
    said(&a, "the network after update 0, snapshot 1 of ");
    app_command(&a, "film-prev");
    said(&a, "this is the first: before it there was nothing");
    app_command(&a, "film-last");
    app_command(&a, "film-next");
    said(&a, "this is the last that there is; Space in the learn view trains on");
    app_command(&a, "film-at 21");
    said(&a, "the network after update ");
    app_command(&a, "film-moment");
    assert_non_null(a.scene.message);
    press(&a, ":view film<Enter>");
    app_command(&a, "film-enter");
    assert_string_equal(a.view->name, "bars");
    app_clear(&a);
    /* Straight from the training: the last one. */
    learning(&a, &(struct training_wish){.corpus = "gender", .tokens = CORPUS_GUESS, .updates = 40}, true);
    app_command(&a, "film-enter");
    assert_string_equal(a.view->name, "bars");
    assert_int_equal(a.training->film.shown, a.training->film.frames - 1);
    app_clear(&a);
    /* Edits of the model shown before: once is a warning. */
    learning(&a, &(struct training_wish){.corpus = "gender", .tokens = CORPUS_GUESS, .updates = 40}, true);
    press(&a, ":view bars<Enter><Right>c");
    app_command(&a, "film-last");
    said(&a, "edits of the model shown before are not saved and would go; again drops them");
    assert_int_equal(a.training->film.shown, -1);
    app_command(&a, "film-enter");
    assert_int_equal(a.training->film.shown, a.training->film.frames - 1);
    app_clear(&a);
}

static void a_training_that_is_over_can_only_be_begun_anew(void **state)
{
    (void)state;
    struct app a;
    learning(&a, &(struct training_wish){.corpus = "counter", .tokens = CORPUS_GUESS, .updates = 3}, true);
    app_command(&a, "train-pause");
    said(&a, "the training is over; r in the learn view starts another");
    app_command(&a, "train-epoch");
    said(&a, "the training is over; r starts another");
    app_command(&a, "train-again x");
    said(&a, "train-again: expected a seed from 0 to 2147483647, found \"x\"");
    app_command(&a, "train-again 7");
    said(&a, "what has been learnt is not saved: :train-again! 7 drops it");
    app_command(&a, "train gender");
    said(&a, "what is being learnt is not saved; :w FILE.json in the learn view saves it, :train! drops it");
    app_command(&a, "view bars");
    app_command(&a, "train");
    assert_string_equal(a.view->name, "learn");
    app_command(&a, "train-again");
    assert_true(a.prompt.active);
    press(&a, "n");
    assert_int_equal(training_done(a.training), 3);
    app_command(&a, "train-again");
    press(&a, "w");
    struct str shows = {0};
    drawn(&a, &shows);
    assert_non_null(strstr(shows.s, "save model as:"));
    str_free(&shows);
    press(&a, "<Esc>");
    app_command(&a, "train-again! 7");
    said(&a, "from the beginning, with seed 7");
    app_command(&a, "train-enter");
    said(&a, "nothing has been learnt yet");
    press_there(&a, ":w FOLDER/early.json<Enter>");
    said(&a, "there is nothing to save: nothing has been learnt yet");
    app_command(&a, "train!");
    assert_string_equal(a.training->corpus->title, "gender");
    app_command(&a, "train! nobody");
    said(&a, "nobody: there is no file and no built-in corpus of that name");
    app_clear(&a);
}

static void the_pace_goes_up_and_down_in_steps(void **state)
{
    (void)state;
    struct app a;
    learning(&a, &(struct training_wish){.corpus = "counter", .tokens = CORPUS_GUESS, .updates = 300}, false);
    for (int k = 0; k < 12; k++)
        app_command(&a, "train-faster");
    said(&a, "as fast as it goes");
    a.training->rate = 30;                        /* slower than that: the first pace that slows it */
    app_command(&a, "train-slower");
    said(&a, "20 updates a second at most");
    for (int k = 0; k < 12; k++)
        app_command(&a, "train-slower");
    said(&a, "1 update a second at most");
    app_clear(&a);
}

static void a_training_that_failed_says_so_until_another_seed(void **state)
{
    (void)state;
    struct app a;
    learning(&a, &(struct training_wish){.corpus = "gender", .tokens = CORPUS_GUESS, .updates = 8}, false);
    while (training_done(a.training) < 2)
        assert_true(training_step(a.training));
    struct lstm *net = train_lstm(a.training->train);
    net->out_W[0] = NAN;
    train_load(a.training->train, net);
    lstm_free(net);
    a.training->pace = 0;
    for (int k = 0; k < 400 && a.training->phase == TRAINING_RUNS; k++)
        app_work(&a);
    app_work(&a);
    assert_int_equal(a.training->phase, TRAINING_FAILED);
    said(&a, "training failed with seed 6: ");
    said(&a, "; r tries the next seed");
    app_command(&a, "train-enter");
    said(&a, "this training failed; r tries the next seed");
    app_command(&a, "train-again");               /* nothing is lost: it does not ask */
    said(&a, "from the beginning, with seed 7");
    app_clear(&a);
}

static void variants_begin_end_and_are_entered(void **state)
{
    (void)state;
    struct app a;
    struct str b = {0};
    str_add(&b, "a b c\nb c a\nc a b\na c b\n");
    char *corpus = strdup(bytes_file("few.txt", &b));
    learning(&a, &(struct training_wish){.corpus = corpus, .tokens = CORPUS_WORD, .updates = 3, .hidden = 2}, false);
    app_command(&a, "variant-next");
    assert_null(a.variants);
    app_command(&a, "variants");
    said(&a, "they begin when the training itself is through");
    a.training->pace = 0;
    for (int k = 0; k < 5000 && !(a.variants && variants_ended(a.variants)); k++)
        app_work(&a);
    assert_true(variants_ended(a.variants));
    assert_true(variants_share(a.variants) == 1);
    app_work(&a);
    for (int k = 0; k < 20; k++)
        app_command(&a, "variant-next");
    assert_int_equal(a.variants->chosen, VARIANT_KINDS - 1);
    app_command(&a, "variant-enter");
    said(&a, "coupled, i = 1 - f, seed 1; U leads back");
    for (int k = 0; k < 20; k++)
        app_command(&a, "variant-prev");
    assert_int_equal(a.variants->chosen, 0);
    app_clear(&a);
    struct training_wish from = {.corpus = "gender", .tokens = CORPUS_GUESS, .updates = 2, .weights_from = "gender"};
    learning(&a, &from, true);
    app_command(&a, "variants");
    said(&a,
        "variants are trained from the corpus's file and with weights of their own: not from standard input, nor "
             "from another model's weights");
    app_clear(&a);
    learning(&a, &(struct training_wish){.corpus = corpus, .tokens = CORPUS_WORD, .updates = 3, .hidden = 2}, true);
    app_command(&a, "view bars");
    app_command(&a, "variant-enter");
    said(&a, "Space pauses");
    app_command(&a, "variant-enter");
    said(&a, " is not trained yet");
    app_clear(&a);
    free(corpus);
}

/* What the table of variants says in words: which is missed, if any, which diverged, why it ended. */
static void the_variants_say_what_is_missed_and_what_went_wrong(void **state)
{
    (void)state;
    struct app a;
    struct str b = {0}, shows = {0};
    str_add(&b, "1 -> 3e38\n\n2 -> -3e38\n");
    char *corpus = strdup(bytes_file("inf.numbers", &b));
    learning(&a, &(struct training_wish){.corpus = corpus, .tokens = CORPUS_GUESS, .updates = 3}, true);
    app_command(&a, "variants");
    while (variants_step(a.variants))
        continue;
    drawn(&a, &shows);
    assert_non_null(strstr(shows.s, "diverged"));
    char *text = told(&a);
    assert_non_null(strstr(text, "No part is missed here"));
    free(text);
    for (int k = 0; k < VARIANT_KINDS; k++)                  /* as if the forget gate were missed */
        for (int s = 0; s < VARIANT_SEEDS; s++) {
            struct variant_run *run = &a.variants->run[k][s];
            run->diverged = false;
            run->loss = k == TRAIN_NFG ? 2 + 0.1 * s : 1 + 0.1 * s;
        }
    text = told(&a);
    assert_non_null(strstr(text, "Missed the most: "));
    assert_non_null(strstr(text, "; no seed of the one comes as low as any of the other (3 each)."));
    free(text);
    err_set(&a.variants->trouble, "inf.numbers", NULL, "cannot open");
    text = told(&a);
    assert_non_null(strstr(text, "inf.numbers: cannot open"));
    free(text);
    app_clear(&a);
    str_free(&shows);
    free(corpus);
}

/* ---- a file that is watched -------------------------------------------------------------------------------------- */

static void a_file_that_is_watched_is_shown_and_let_go(void **state)
{
    (void)state;
    struct app a;
    struct err e = {{0}};
    struct model *m = model_builtin("counter", &e);
    assert_non_null(m);
    assert_true(model_export(m, bytes_path("w.json"), &e));
    model_free(m);
    dog_app(&a, "");
    press_there(&a, ":watch FOLDER/w.json<Enter>");
    said(&a, "w.json is watched; :watch off ends it");
    press_there(&a, ":watch<Enter>");                     /* its own file once more */
    said(&a, "w.json is watched; :watch off ends it");
    press(&a, ":watch off<Enter>");
    said(&a, "no file is watched");
    app_clear(&a);
}

static struct model *words_of(int hidden, uint64_t seed)
{
    return model_random(&(struct random_model){.layers = 1, .hidden = hidden, .embed = 2, .words = 4, .outputs = 4,
                                               .steps = 4, .seed = seed});
}

static void put_model(const char *name, struct model *taken)
{
    struct err e = {{0}};
    if (!model_export(taken, bytes_path(name), &e))
        fail_msg("%s", e.text);
    model_free(taken);
}

/* Two looks: the second finds that it has stopped changing. */
static void look_twice(struct app *a)
{
    a->reload.next = 0;
    app_reload_look(a);
    a->reload.next = 0;
    app_reload_look(a);
}

static void what_is_written_over_a_watched_file_takes_its_place(void **state)
{
    (void)state;
    struct app a;
    dog_app(&a, "");
    assert_int_equal(app_reload_wait(&a), -1);
    put_model("live.json", words_of(3, 1));
    press_there(&a, ":watch FOLDER/live.json<Enter>");
    assert_true(app_reload_wait(&a) >= 0);
    look_twice(&a);
    assert_int_equal(a.scene.version, 1);                 /* nothing has changed */
    press(&a, "<Right>c:set f[3]@2=0<Enter>");
    put_model("live.json", words_of(2, 222));
    look_twice(&a);
    said(&a, "live.json, version 2; 1 pinned value has no place in it");
    put_model("live.json", words_of(2, 3333));
    a.lesson = NULL;
    press(&a, ":");
    look_twice(&a);
    assert_int_equal(a.scene.version, 2);                 /* whoever types is not disturbed */
    press(&a, "<Esc>");
    look_twice(&a);
    said(&a, "live.json, version 3");
    struct str b = {0};
    str_add(&b, "{");
    bytes_file("live.json", &b);
    look_twice(&a);
    said(&a, "(what was there before is still shown)");
    assert_int_equal(a.scene.version, 3);
    app_clear(&a);
}

/* What is held against the sentence stays with the words that both know; what does not fit any more is let go. */
static void a_watched_file_keeps_what_fits_its_next_version(void **state)
{
    (void)state;
    struct app a;
    dog_app(&a, "");
    put_model("live.json", words_of(3, 1));
    press_there(&a, ":watch FOLDER/live.json<Enter>:text w1 w2 w3<Enter>:compare w2 w2 w3<Enter>");
    press(&a, ":set f[3]@1=0<Enter>:set f[3]@2=0<Enter>");
    put_model("live.json", words_of(2, 22));
    look_twice(&a);
    said(&a, "version 2; 2 pinned values have no place in it");
    assert_string_equal(session_token(a.session, 3), "w3");
    assert_string_equal(session_token(session_compare(a.session), 1), "w2");
    press(&a, ":view suite<Enter>:view bars<Enter>:unit 2<Enter>");
    /* Other words: its own sentence, and nothing beside it. */
    put_model("live.json", model_random(&(struct random_model){.layers = 2, .hidden = 2, .embed = 3, .words = 2,
                                        .outputs = 2, .steps = 2, .seed = 5}));
    look_twice(&a);
    said(&a, "version 3");
    assert_int_equal(session_steps(a.session), 2);
    assert_null(session_compare(a.session));
    /* No words: vectors, in whatever view. */
    press(&a, ":view words<Enter>");
    put_model("live.json", model_random(&(struct random_model){.layers = 1, .hidden = 2, .embed = 3, .steps = 6,
                                        .seed = 6}));
    look_twice(&a);
    said(&a, "version 4");
    assert_int_equal(session_steps(a.session), 6);
    /* Vectors of the same size stay, of another do not. */
    put_model("live.json", model_random(&(struct random_model){.layers = 1, .hidden = 3, .embed = 3, .steps = 2,
                                        .seed = 7}));
    look_twice(&a);
    assert_int_equal(session_steps(a.session), 6);
    put_model("live.json", model_random(&(struct random_model){.layers = 1, .hidden = 3, .embed = 4, .steps = 2,
                                        .seed = 8}));
    look_twice(&a);
    assert_int_equal(session_steps(a.session), 2);
    app_clear(&a);
}

/* A command that needs a name asks for it on a line that says so; a name is offered. */
static void a_command_without_its_name_asks_for_it(void **state)
{
    (void)state;
    static const struct { const char *keys, *line; } list[] = {
        {":lesson<Enter>", ":lesson"}, {":lesson cell<Enter>:result<Enter>", ":result"}, {":scenario<Enter>",
         ":scenario"},
        {":suite<Enter>", ":suite"}, {":model<Enter>", ":model"}, {":find<Enter>", "\n /"}, {":text<Enter>", ":text"},
        {":scenario!<Enter>", ":scenario!"}, {":model!<Enter>", ":model!"},
    };
    for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
        struct app a;
        struct str shows = {0};
        dog_app(&a, "");
        press(&a, list[k].keys);
        drawn(&a, &shows);
        if (!a.prompt.active || !strstr(shows.s, list[k].line))
            fail_msg("%s: expected to be asked on a line \"%s\":\n%s", list[k].keys, list[k].line, shows.s);
        str_free(&shows);
        app_clear(&a);
    }
}

/* In the view of a training a name is that of the unit that carries the memory. */
static void a_name_given_while_a_network_is_taught_goes_into_its_model(void **state)
{
    (void)state;
    struct app a;
    struct err e = {{0}};
    learning(&a, &(struct training_wish){.corpus = "gender", .tokens = CORPUS_GUESS, .updates = 20}, false);
    press(&a, ":name mood<Enter>");
    said(&a, "the unit that carries the memory will be called mood in the model");
    assert_string_equal(a.training->unit_name, "mood");
    press(&a, ":name two words<Enter>");
    said(&a, "expected a name of at most 31 bytes without blanks");
    struct model *m = training_model(a.training, TRAINING_NOW, &e);
    assert_non_null(m);
    model_free(m);
    press(&a, ":name<Enter>");
    said(&a, "the unit that carries the memory gets the name of the recipe, if any");
    assert_null(a.training->unit_name);
    app_clear(&a);
}

/* ---- editing ----------------------------------------------------------------------------------------------------- */

static void edits_that_cannot_be_made_say_so(void **state)
{
    (void)state;
    static const struct answered list[] = {
        {"<Right>", ":set f[9]@2=0<Enter>", "expected a unit from 1 to 8"},
        {"<Right>", ".abc<Enter>", "expected a number, found"},
        {"<Right>", ".5<Enter>:set f[1]@2=0,25<Enter>", ""},
        {"<Right>", ":unpin<Enter>", "this value is not pinned"},
        {"", ":redo<Enter>", "nothing to redo"},
        {"", ":unpin-all<Enter>", "nothing is pinned"},
        {"<Right>c", ":unpin-all<Enter>", "every value is computed again; u brings the pins back"},
        {"", ":preset nobody<Enter>", "preset"},
        {"", ":word 99 he<Enter>", "99"},
        {"", ":word 2<Enter>", "the model does not know \"2\"; nothing has been changed"},
        {"", ":text zebra zebra<Enter>", "zebra"},
        {"", ":step 99<Enter>", "99"},
        {":word 2 he<Enter>", ":text<Enter>", ""},
        {"", ":name two words<Enter>", "name"},
        {"", ":unit nobody<Enter>", "nobody"},
        {"", ":nothing<Enter>", "no command is called \"nothing\"; ? lists them"},
        {"", ":undoo<Enter>", "did you mean"},
    };
    for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
        struct app a;
        dog_app(&a, list[k].first);
        press(&a, list[k].keys);
        if (*list[k].says && (!a.scene.message || !strstr(a.scene.message, list[k].says)))
            fail_msg("%s %s: expected \"%s\", found \"%s\"", list[k].first, list[k].keys, list[k].says,
                     a.scene.message ? a.scene.message : "");
        app_clear(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_form_is_written_by_the_end_of_its_name),
        cmocka_unit_test(what_cannot_be_written_is_told),
        cmocka_unit_test(without_a_name_one_is_asked_for_and_a_free_one_is_offered),
        cmocka_unit_test(quitting_with_edits_asks_and_w_saves_first),
        cmocka_unit_test(words_that_are_none_of_a_command_are_told_with_what_may_stand_there),
        cmocka_unit_test(a_third_vote_stands_beside_the_second),
        cmocka_unit_test(rows_come_and_go_one_after_the_other),
        cmocka_unit_test(without_a_training_there_is_nothing_to_go_through),
        cmocka_unit_test(what_is_learnt_is_gone_through_by_its_moments),
        cmocka_unit_test(a_training_that_is_over_can_only_be_begun_anew),
        cmocka_unit_test(the_pace_goes_up_and_down_in_steps),
        cmocka_unit_test(a_training_that_failed_says_so_until_another_seed),
        cmocka_unit_test(variants_begin_end_and_are_entered),
        cmocka_unit_test(the_variants_say_what_is_missed_and_what_went_wrong),
        cmocka_unit_test(a_file_that_is_watched_is_shown_and_let_go),
        cmocka_unit_test(what_is_written_over_a_watched_file_takes_its_place),
        cmocka_unit_test(a_watched_file_keeps_what_fits_its_next_version),
        cmocka_unit_test(edits_that_cannot_be_made_say_so),
        cmocka_unit_test(a_command_without_its_name_asks_for_it),
        cmocka_unit_test(a_name_given_while_a_network_is_taught_goes_into_its_model),
    };
    return cmocka_run_group_tests(tests, folder_begin, folder_end);
}
