/* test_told.c: what the program says without a screen: each form of a report, word for word where it is not numbers,
 * and its status. */
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
#include "base/str.h"
#include "model/model.h"
#include "import/import.h"
#include "support/models.h"
#include "support/pty.h"

static char folder[] = "/tmp/flstm-told-XXXXXX";
static const char *program;

static void put(const char *name, const char *text)
{
    struct err e = {{0}};
    if (!file_write(name, text, strlen(text), &e))
        fail_msg("%s", e.text);
}

static void put_model(const char *name, const struct random_model *r)
{
    struct err e = {{0}};
    struct model *m = model_random(r);
    if (!model_export(m, name, &e))
        fail_msg("%s", e.text);
    model_free(m);
}

static int enter(void **state)
{
    (void)state;
    const char *p = getenv("FLSTM");
    program = realpath(p && *p ? p : "./flstm-tui", NULL);
    if (!program || !mkdtemp(folder) || chdir(folder) != 0)
        return -1;
    put_model("two.json", &(struct random_model){.layers = 2, .hidden = 3, .embed = 2, .words = 4, .outputs = 4,
                                                 .steps = 4, .seed = 3});
    put_model("one.json", &(struct random_model){.layers = 1, .hidden = 3, .embed = 2, .words = 4, .outputs = 4,
                                                 .steps = 4, .seed = 4});
    put_model("wide.json", &(struct random_model){.layers = 2, .hidden = 5, .embed = 2, .words = 4, .outputs = 4,
                                                  .steps = 4, .seed = 3});
    put_model("both.json", &(struct random_model){.layers = 2, .hidden = 3, .embed = 2, .words = 4, .outputs = 4,
                                                  .steps = 4, .seed = 3, .bidirectional = true});
    put_model("vectors.json", &(struct random_model){.layers = 1, .hidden = 3, .embed = 2, .steps = 4, .seed = 4});
    put_model("bare.json", &(struct random_model){.layers = 1, .hidden = 3, .embed = 2, .words = 4, .steps = 4,
                                                  .seed = 4});
    return 0;
}

static int leave(void **state)
{
    (void)state;
    char command[64];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return chdir("/") || system(command);
}

/* What a shell does with $F for the program; standard output and error. */
static int run(struct str *out, const char *line)
{
    struct str command = {0};
    char piece[4096];
    str_clear(out);
    str_addf(&command, "F='%s'; export F; { %s; } 2>&1", program, line);
    FILE *f = popen(command.s, "r");
    assert_non_null(f);
    for (size_t n; (n = fread(piece, 1, sizeof piece, f)) > 0;)
        str_addn(out, piece, n);
    str_free(&command);
    int status = pclose(f);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

struct told { const char *line; int status; const char *says; };

static void each_told(const struct told *t, size_t n)
{
    struct str out = {0};
    for (size_t k = 0; k < n; k++) {
        int status = run(&out, t[k].line);
        if (status != t[k].status || !strstr(str_text(&out), t[k].says))
            fail_msg("%s: expected %d and \"%s\", found %d and\n%s", t[k].line, t[k].status, t[k].says, status,
                     str_text(&out));
    }
    str_free(&out);
}

#define TOLD(list) each_told(list, sizeof list / sizeof *list)

/* ---- --check ----------------------------------------------------------------------------------------------------- */

static void each_outcome_of_a_check_has_its_sentence(void **state)
{
    (void)state;
    put("zero.json", "{\"h\": [[0, 0, 0]]}");
    put("loose.json", "{\"h\": [[0, 0, 0]], \"tolerance\": 1}");
    put("output.json", "{\"output\": [[9, 9, 9, 9], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]}");
    put("far.json", "{\"h\": [[0, 0, 0]], \"sequence\": [\"w1\"]}");
    static const struct told list[] = {
        {"$F one.json --text w1 --check zero.json", 3, "differs: 3 values of 1 step, largest difference 0."},
        {"$F one.json --text 'w1 w2' --check zero.json", 3, "differs: 3 values of the last of 2 steps, largest"},
        {"$F one.json --text w1 --check zero.json", 3, ", tolerance 1e-05"},
        {"$F one.json --text w1 --check zero.json", 3, "; h of layer 1, unit "},
        {"$F one.json --text w1 --check loose.json", 3, "not proven: 3 values of 1 step, "},
        {"$F one.json --text w1 --check loose.json", 3,
         "a tolerance of 1 proves nothing, as h lies between -1 and 1: at most 0.01 does\n"},
        {"$F one.json --check", 1,
         "flstm-tui: one.json: --check: the file has no \"expected\" values, and no FILE was "
         "named that has\n"},
        {"$F both.json --text 'w1 w2 w3' --print json >t.json; $F both.json --text 'w1 w2 w3' --against t.json", 0,
         "agrees: "},
    };
    TOLD(list);
}

static void a_check_says_which_other_reading_would_agree(void **state)
{
    (void)state;
    struct str out = {0};
    /* What the model says of itself, and then read with its gates in another order. */
    assert_int_equal(run(&out, "$F one.json --print json | sed -n 's/.*\"h\": \\(\\[[^]]*\\]\\).*/\\1/p' | paste -sd,"
                         " | sed 's/^/{\"h\": [/; s/$/]}/' >own.json && $F one.json --check own.json"), 0);
    if (!strstr(out.s, "agrees: 12 values of 4 steps, largest difference "))
        fail_msg("%s", out.s);
    assert_int_equal(run(&out,
        "$F one.json --export-model one.safetensors && $F one.safetensors --text 'w1 w2' --print"
                         " json"), 0);
    str_free(&out);
}

/* A framework's file whose blocks are in another order than its format says, and values of that order beside it. */
static void a_check_of_a_file_read_in_the_wrong_order_names_the_right_one(void **state)
{
    (void)state;
    put("w.json", "{\"l.weight_ih_l0\":[[1],[-2],[0.5],[3]],\"l.weight_hh_l0\":[[0.5],[1],[-1],[2]],"
        "\"l.bias_ih_l0\":[0.1,0.2,0.3,0.4],\"l.bias_hh_l0\":[0,0,0,0],\"extra\":[1]}");
    put("in.json", "[[1],[0.5],[-1]]");
    struct str out = {0};
    assert_int_equal(run(&out,
        "$F w.json --inputs in.json --order ofgi --print json 2>/dev/null | sed -n 's/.*\"h\": "
                         "\\(\\[[^]]*\\]\\).*/\\1/p' | paste -sd, | sed 's/^/{\"h\": [/; s/$/]}/' >order.json"), 0);
    str_free(&out);
    static const struct told list[] = {
        {"$F w.json --inputs in.json --check order.json", 3, ") when read as o f g i: --order ofgi\n"},
        {"$F w.json --inputs in.json --check order.json", 3,
         "1 tensor of the file is not used (--inspect names them)\n"},
        {"$F w.json --inputs in.json --order ofgi --check order.json", 0, "agrees: 3 values of 3 steps, "},
        {"$F w.json --inputs in.json --check order.json --inspect", 3, "parity: DIFFERS: 3 values of 3 steps"},
        {"$F w.json --inputs in.json --order ofgi --check order.json --inspect", 0, "parity: agrees: 3 values of"},
    };
    TOLD(list);
}

/* What is expected of a network of any kind is computed in float64 as well. */
static void a_check_goes_through_peepholes_coupled_gates_both_directions_and_outputs(void **state)
{
    (void)state;
    put_model("peep.json", &(struct random_model){.layers = 2, .hidden = 3, .embed = 2, .words = 4, .outputs = 4,
        .steps = 4, .seed = 8, .kind = {.peepholes = true, .coupled = true}});
    put_model("hard.json", &(struct random_model){.layers = 1, .hidden = 3, .embed = 2, .words = 4, .outputs = 2,
        .steps = 4, .seed = 9, .kind = {.gate_function = GATE_HARD_KERAS3, .peepholes = true}});
    put("zeros.json", "{\"h\": [[0, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0]]}");
    put("zeros6.json", "{\"h\": [[0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]]}");
    put("c.json", "{\"c\": [[9, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0]]}");
    static const struct told list[] = {
        {"$F peep.json --check zeros.json", 3, "differs: 12 values of 4 steps, largest difference 0."},
        {"$F peep.json --check zeros.json", 3, "; h of layer 2, unit "},
        {"$F peep.json --check c.json", 3, "; C of layer 2, unit 1, step 1: expected 9, computed "},
        {"$F hard.json --check zeros.json", 3, "differs: 12 values of 4 steps, largest difference 0."},
        {"$F both.json --check zeros6.json", 3, "; h of layer 1 "},
        {"$F both.json --check zeros6.json", 3, "ward, unit "},
        {"$F hard.json --inspect --check zeros.json", 3, "parity: DIFFERS: 12 values"},
    };
    TOLD(list);
}

/* Where the program it comes from adds the input to the output (in_skip), so do the values that are expected. */
static void a_check_adds_the_input_where_the_file_says_that_it_is_added(void **state)
{
    (void)state;
    struct str out = {0};
    put("skip.json",
        "{\"in_shape\":[null,null,1],\"in_skip\":1,\"layers\":[{\"type\":\"lstm\",\"weights\":[[[1,-2,0.5,0.3]],"
        "[[1,0.2,0.7,1]],[0,0.5,0,0]]},{\"type\":\"dense\",\"activation\":\"\",\"weights\":[[[2]],[3]]}]}");
    put("in3.json", "[[1],[0.5],[-1]]");
    put("out0.json", "{\"output\": [[0],[0],[0]]}");
    assert_int_equal(run(&out,
        "$F skip.json --inputs in3.json --print json 2>/dev/null | sed -n 's/.*\"outputs\": //p' | tr -d '[]},' |"
        " awk '{ printf \"{\\\"output\\\": [[%.9g], [%.9g], [%.9g]]}\\n\", $1 + 1, $2 + 0.5, $3 - 1 }' >out1.json"), 0);
    str_free(&out);
    static const struct told list[] = {
        {"$F skip.json --inputs in3.json --check out1.json", 0, "agrees: 3 values of 3 steps, largest difference 0"},
        {"$F skip.json --inputs in3.json --check out0.json", 3,
         "; output 1 after step 1: expected 0, computed 4.37401\n"},
        {"$F skip.json --inputs in3.json --check out0.json", 3, "none of 215 other readings "},
        {"$F skip.json --inputs in3.json --order figo --check out1.json", 3, "when read as i f g o: "},
    };
    TOLD(list);
}

/* ---- --try-orders ------------------------------------------------------------------------------------------------ */

static void what_orders_cannot_be_told_from_is_said(void **state)
{
    (void)state;
    static const struct told list[] = {
        {"$F gender --try-orders --text She", 1, "flstm-tui: built-in: --try-orders: expected a text of at least two "
         "tokens and a head that predicts them, found no such text\n"},
        {"$F bare.json --try-orders", 1, "flstm-tui: bare.json: --try-orders: expected a text of at least two tokens "
         "and a head that predicts them, found no such head\n"},
        {"$F both.json --try-orders", 1, "flstm-tui: both.json: --try-orders: cannot be told: it reads in both "
         "directions, so that each token has been read before it is guessed; expected outputs tell (--check)\n"},
        {"$F gender --try-orders", 0, "the order is f i g o: the next is "},
        {"$F gender --try-orders", 0, "the forget bias cannot be told: 0 and 1 differ by "},
        {"$F one.json --try-orders", 0,
         "the order cannot be told: 3 tokens separate readings by 1.15 nats, the first "
         "two differ by "},
    };
    TOLD(list);
}

/* ---- --against --------------------------------------------------------------------------------------------------- */

static void two_models_that_do_not_go_together_are_told_why(void **state)
{
    (void)state;
    static const struct told list[] = {
        {"$F two.json --against one.json", 1, "flstm-tui: one.json: expected 2 layers as in two.json, found 1\n"},
        {"$F one.json --against two.json", 1, "flstm-tui: two.json: expected 1 layer as in one.json, found 2\n"},
        {"$F two.json --against wide.json", 1,
         "flstm-tui: wide.json: expected 3 units in layer 1 as in two.json, found 5\n"},
        {"$F one.json --against bare.json", 0, "agrees: 78 values, the largest difference 0, "},
        {"$F one.json --against vectors.json", 0, "agrees: 78 values, "},       /* on the vectors of its words */
        {"$F vectors.json --against vectors.json", 0, "agrees: "},
        {"$F vectors.json --against one.json", 1,
         "flstm-tui: one.json: expected inputs of 2 numbers as in vectors.json, found words\n"},
        {"$F one.json --against nobody", 1, "flstm-tui: nobody: "},
        {"echo '[]' | $F one.json --against -", 1, "flstm-tui: standard input: "},
        {"$F one.json --against one.json --vocab nobody.txt", 1, "flstm-tui: "},
        {"$F one.json --against one.json --names embedding=x", 1, "flstm-tui: "},
        {"$F one.json --set 'f[1]@1=0' --against one.json", 3,
         " values differ by more than 1e-05; the most at layer 1, step "},
    };
    TOLD(list);
}

/* ---- --train ----------------------------------------------------------------------------------------------------- */

static void a_training_tells_how_it_went(void **state)
{
    (void)state;
    put("lines.txt", "a b c\nb c a\nc a b\na c b\n");
    put("sums.numbers", "1 -> 2\n\n2 -> 3\n\n3 -> 5\n");
    put("inf.numbers", "1 -> 3e38\n\n2 -> -3e38\n");
    put("kinds.tsv", "a b\tyes\nb a\tno\n");
    static const struct told list[] = {
        {"$F --train lines.txt --steps 3 --hidden 2 --save m.json", 0,
         "lines: 4 lines: 4 to train on, none held out\n"},
        {"$F --train lines.txt --steps 3 --hidden 2 --save m.json", 0, "lines, seed 1: 100%  training: loss "},
        {"$F --train lines.txt --steps 3 --hidden 2 --save m.json", 0, "; on all training lines: accuracy "},
        {"$F --train sums.numbers --steps 3 --save m.json", 0, "; on all training sequences: mean square missing "},
        {"$F --train sums.numbers --steps 3 --save m.json", 0, " (always saying 3.333: 1.55556)\n"},
        {"$F --train kinds.tsv --steps 3 --save m.json", 0, "; on all training lines: accuracy "},
        {"$F --train lines.txt --valid kinds.tsv --steps 3 --save m.json", 0, "; held out: accuracy "},
        {"$F --train inf.numbers --steps 3 --save no.json; test ! -e no.json && echo none", 0, "flstm-tui: "
         "inf.numbers: training failed with seed 1: the loss became infinite; another --seed may do\nnone\n"},
        {"$F --train inf.numbers --steps 3 --save no.json", 1, "training failed"},
        {"$F --train counter --steps 2 --hidden 2 --view variants --render text", 0,
         "variants: 1 of 15 trainings\nvariants: 2 of 15 trainings\n"},
        {"$F --train counter --steps 2 --hidden 2 --view variants --render text", 0,
         "variants: 15 of 15 trainings\n"},
        {"$F --train lines.txt --steps 2 --tokenizer word --print text 2>/dev/null", 0, "t=1 a: keeps at least 90% "},
        {"$F --train lines.txt --steps 2 --keys ':nothing like it<Enter>' --render text 2>/dev/null", 0, "nothing"},
        {"$F --train lines.txt --steps 2 --keys '<Nokey>' --render text", 2, "flstm-tui: --keys: "},
        {"$F --train lines.txt --steps 2 --keys ':w none/x.json<Enter>' --render text >/dev/null", 1,
         "none/x.json: "},
        {"$F --train lines.txt --steps 2 --theme nobody --render text", 1, "nobody"},
        {"$F --train inf.numbers --steps 3 --render text", 1, "training failed"},
        {"$F --train lines.txt --steps 2 --keys ':w! none/x.json<Enter>' --print csv >/dev/null", 1, "none/x.json: "},
        {"$F --train lines.txt --steps 3 --save none/m.json", 1, "none/m.json: "},
        {"$F --train lines.txt --steps 3 --print json >/dev/full", 1, "standard output"},
        {"$F --train lines.txt --steps 3 --inspect", 0, "lines"},
        {"$F --train counter --steps 2 --hidden 2 --view film --render text 2>/dev/null", 0, ""},
        {"$F --train - --valid - --save m.json", 2,
         "flstm-tui: standard input (-) was named 2 times: it can be read once\n"},
        {"$F --train lines.txt --steps 30 --save m.json --seed 4 | cat; $F --resume m.json.resume", 1,
         "flstm-tui: m.json.resume: cannot open"},
    };
    TOLD(list);
}

/* ---- lessons ----------------------------------------------------------------------------------------------------- */

#define LESSON(name, view) "{\"format\":\"flstm-lesson/1\",\"name\":\"" name "\",\"title\":\"X\",\"about\":\"An X.\"," \
    "\"pages\":[{\"id\":\"one\",\"title\":\"One\",\"state\":{\"model\":\"lesson-cell\",\"view\":\"" view "\"}," \
    "\"text\":[\"Look.\"]}]}"

static void a_lesson_is_checked_handed_out_and_marked(void **state)
{
    (void)state;
    put("good.json", LESSON("x", "bars"));
    put("bad.json", LESSON("x", "nobody"));
    put("r1.json", "{\"format\":\"flstm-result/1\",\"lesson\":\"x\",\"hash\":\"1\",\"student\":\"a\",\"pages\":[]}");
    put("r2.json", "{\"format\":\"flstm-result/1\",\"lesson\":\"x\",\"hash\":\"1\",\"student\":\"b\"}");
    static const struct told list[] = {
        {"$F --check-lesson good.json", 0, "x: 1 page, 0 questions: 0 errors, 0 warnings\n"},
        {"$F --check-lesson bad.json", 1,
         "bad.json: pages[0].state.view: there is no view \"nobody\" (--list views)\n"},
        {"$F --check-lesson bad.json", 1, "x: 1 page, 0 questions: 1 error, 0 warnings\n"},
        {"$F --check-lesson none.json", 1, "flstm-tui: none.json: "},
        {"$F --lesson none.json --print text", 1, "flstm-tui: none.json: "},
        {"$F --lesson good.json --print text", 0, "Look."},
        {"$F --lesson good.json --handout html", 0, "<!"},
        {"$F --lesson good.json --handout md --answers", 0, "X"},
        {"$F --lesson cell --print text --answers --seed 3", 0, ""},
        {"$F --lesson cell --gift", 0, "::"},
        {"$F --mark r1.json r1.json", 0, "lesson,page,confusion,students"},
        {"$F --mark r1.json r2.json", 1, "flstm-tui: r2.json: expected the key \"pages\", found none of that name\n"},
        {"$F --lesson cell --gift >/dev/full", 1, "standard output"},
        {"$F --check-lesson good.json >/dev/full", 1, "standard output"},
        {"$F --mark r1.json >/dev/full", 1, "standard output"},
    };
    TOLD(list);
}

/* Each kind of JSON file comes through a pipe as well: from standard input, from a pipe with a name. */
static void what_a_file_says_may_come_through_a_pipe(void **state)
{
    (void)state;
    put("good.json", LESSON("x", "bars"));
    put("r1.json", "{\"format\":\"flstm-result/1\",\"lesson\":\"x\",\"hash\":\"1\",\"student\":\"a\",\"pages\":[]}");
    static const struct told list[] = {
        {"$F --check-lesson - <good.json", 0, "x: 1 page, 0 questions: 0 errors, 0 warnings\n"},
        {"cat good.json | $F --lesson - --print text", 0, "Look."},
        {"cat r1.json | $F --mark -", 0, "lesson,page,confusion,students"},
        {"cat two.json | $F - --inspect", 0, "layers[1]"},
        {"mkfifo p && { cat good.json >p & $F --lesson p --print text; }", 0, "Look."},
        {"echo 'no JSON' | $F --lesson - --print text", 1, "flstm-tui: standard input:1:1: not valid JSON: "},
        {"yes | $F --mark -", 1, "flstm-tui: standard input:1:1: not valid JSON: "},      /* not read to its end */
    };
    TOLD(list);
}

static void what_does_not_fit_the_model_is_told_by_its_option(void **state)
{
    (void)state;
    put("lines.txt", "w1 w2\n\n");
    put("bad.cfg", "theme = nobody\ncolour = red\n");
    static const struct told list[] = {
        {"$F gender --text she --gradient 1 --print json", 2, "flstm-tui: --gradient: nothing that the model could "
         "predict comes after \"she\": name an output, as in 1:TOKEN\n"},
        {"$F gender --text 'she came' --gradient 1:out --print text", 0, "t=1 she: "},
        {"$F gender --gradient 99 --print json", 2, "flstm-tui: --gradient: expected a step from 1 to 9, found 99\n"},
        {"$F gender --gradient 5 --print json", 0, "\"gradient\""},
        {"$F bare.json --gradient 2 --print json", 2, "flstm-tui: --gradient: "},
        {"$F gender --suite nobody --render text", 2, "flstm-tui: nobody: cannot open"},
        {"$F gender --suite agreement --render text", 2, "is not in the vocabulary of 47 tokens"},
        {"$F gender --unit 99 --render text", 2,
         "flstm-tui: --unit: expected a unit from 1 to 8 or a name (gender), found 99\n"},
        {"$F gender --unit nobody --render text", 2, "found \"nobody\"\n"},
        {"$F gender --unit gender --step 3 --render text --size 80x24", 0, "gender"},
        {"$F gender --layer 3 --render text", 2, "flstm-tui: --layer: expected a number from 1 to 1, found 3\n"},
        {"$F gender --step 99 --render text", 2, "flstm-tui: --step: expected a step from 1 to 9, found 99\n"},
        {"$F gender --step with --render text", 0, "with"},
        {"$F gender --step zebra --render text", 2,
         "flstm-tui: --step: expected a step from 1 to 9, or a word of the "
         "sequence for its first occurrence, found \"zebra\"\n"},
        {"$F one.json --tokens lines.txt --print csv", 0, "w2"},
        {"$F one.json --tokens none.txt --print csv", 1, "flstm-tui: none.txt: cannot open"},
        {"$F gendr", 1, "flstm-tui: gendr: there is no model of that name; did you mean gender? (--list models)\n"},
        {"$F nobody-like-it --print text", 1,
         "flstm-tui: nobody-like-it: there is no file and no built-in model of that name (--list models)\n"},
        {"$F --text '' --print text", 1, "flstm-tui: --text: expected at least one token, found none\n"},
        {"$F --corpus none.txt --render text", 1, "flstm-tui: none.txt: cannot open"},
        {"$F adding --text 'a b' --print text", 1,
         "flstm-tui: --text: this model has no vocabulary: it takes vectors "
         "of 2 numbers, not words\n"},
        {"$F gender --inputs none.txt --print text", 1, "flstm-tui: none.txt: cannot open"},
        {"$F gender --set 'f[9]@1=0' --print text", 2, "f[9]"},
        {"$F gender --keys '<Nokey>' --render text", 2, "flstm-tui: --keys: "},
        {"$F gender --keys 'q' --render text", 0, ""},
        {"$F gender --theme nobody --render text", 1, "flstm-tui: nobody: no such theme; there are "},
        {"$F - --tokens - --print csv <two.json", 2,
         "flstm-tui: standard input (-) was named 2 times: it can be read once\n"},
        {"$F gender --view statistics --print text", 0, ""},
        {"$F one.json --check none.json", 1, "flstm-tui: none.json: cannot open"},
        {"NO_COLOR=1 $F gender --render ansi --size 60x16 | tr -d '\\033' | grep -c '38;5'", 1, "0"},
        {"LC_ALL=C $F gender --render text --size 60x16 | LC_ALL=C grep -c '[^ -~]'", 1, "0"},
        {"$F gender --ascii --render text --size 60x16 | LC_ALL=C grep -c '[^ -~]'", 1, "0"},
        {"$F gender --figure timeline --render svg --ascii", 0, "width=\"86mm\""},
        {"$F gender --record none/r.svg --keys '<Right>'", 2, "none/r.svg: cannot "},
        {"$F gender --record r.svg --keys '<Right>' --render text >/dev/null; grep -c '<svg' r.svg", 0, "1"},
        {"$F gender --export-model none/m.json", 1, "none/m.json: cannot "},
        {"$F gender --print json >/dev/full", 1, "standard output"},
        {"$F --lesson nobody --render text", 1,
         "flstm-tui: nobody: there is no file and no built-in lesson of that name"},
        {"$F --lesson cell --render text --seed 5", 0, ""},
        {"$F --help nobody", 2, "flstm-tui: --help: expected an option or one of "},
        {"$F --help gradient", 0, "--gradient"},
        {"mkdir -p c2/flstm-tui && cp bad.cfg c2/flstm-tui/config && XDG_CONFIG_HOME=$PWD/c2 $F --print-config", 0,
         "config:2: "},
    };
    TOLD(list);
}

/* ---- the rest ---------------------------------------------------------------------------------------------------- */

static void what_is_no_text_is_not_written_to_a_terminal(void **state)
{
    (void)state;
    for (int k = 0; k < 2; k++) {
        const char *argv[] = {program, "gender", "--print", k ? "safetensors" : "npz", NULL};
        struct pty *t = pty_spawn(100, 24, argv, NULL);
        assert_true(pty_shows(t, k ? "--print: safetensors is not for a terminal: send it to a file, > FILE"
                                   : "--print: npz is not for a terminal: send it to a file, > FILE"));
        assert_int_not_equal(pty_ended(t), 0);
        pty_free(t);
    }
}

static void each_list_has_its_rows(void **state)
{
    (void)state;
    static const struct told list[] = {
        {"$F --list models", 0, "\nperson "}, {"$F --list corpora", 0, "\nprose              plain text, one"},
        {"$F --list scenarios", 0, "partial "}, {"$F --list lessons", 0, " minutes)\n"},
        {"$F --list themes", 0, "mono "}, {"$F --list views", 0, "\ndissect "}, {"$F --list actions", 0, "\nundo "},
        {"$F --list keys", 0, "\ncell.open "}, {"$F --list formats", 0, "\nkeras "},
        {"$F --list none", 2, "flstm-tui: --list: expected one of models corpora scenarios lessons themes views "
         "actions keys formats, found \"none\"\n"},
        {"$F --list models >/dev/full", 1, "standard output"},
        {"mkdir -p cfg/flstm-tui/themes; echo '{' >cfg/flstm-tui/themes/torn.json;"
         " XDG_CONFIG_HOME=$PWD/cfg $F --list themes", 0, "torn               (cannot be read)\n"},
    };
    TOLD(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_outcome_of_a_check_has_its_sentence),
        cmocka_unit_test(a_check_says_which_other_reading_would_agree),
        cmocka_unit_test(a_check_of_a_file_read_in_the_wrong_order_names_the_right_one),
        cmocka_unit_test(a_check_goes_through_peepholes_coupled_gates_both_directions_and_outputs),
        cmocka_unit_test(a_check_adds_the_input_where_the_file_says_that_it_is_added),
        cmocka_unit_test(what_orders_cannot_be_told_from_is_said),
        cmocka_unit_test(two_models_that_do_not_go_together_are_told_why),
        cmocka_unit_test(a_training_tells_how_it_went),
        cmocka_unit_test(a_lesson_is_checked_handed_out_and_marked),
        cmocka_unit_test(what_a_file_says_may_come_through_a_pipe),
        cmocka_unit_test(what_does_not_fit_the_model_is_told_by_its_option),
        cmocka_unit_test(what_is_no_text_is_not_written_to_a_terminal),
        cmocka_unit_test(each_list_has_its_rows),
    };
    return cmocka_run_group_tests(tests, enter, leave);
}
