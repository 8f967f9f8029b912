/* test_commands.c: command lines, as they are typed: the exit status, and what they say. An error is one line,
 and of a
 * command line that cannot be understood nothing is done. FLSTM names the program. */
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

#include "base/str.h"
#include "support/bytes.h"
#include "support/refusal.h"

static char *program;

/* What comes out of either output, and the status. */
static int run(const char *line, struct str *out)
{
    struct str command = {0};
    char piece[4096];
    str_clear(out);
    str_addf(&command, "LC_ALL=C.UTF-8 '%s' %s 2>&1 </dev/null", program, line);
    FILE *f = popen(str_text(&command), "r");
    assert_non_null(f);
    for (size_t n; (n = fread(piece, 1, sizeof piece, f)) > 0;)
        str_addn(out, piece, n);
    int status = pclose(f);
    str_free(&command);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

struct told { const char *line; int status; const char *says; };

static void each(const struct told *list, size_t n)
{
    struct str out = {0};
    int wrong = 0;
    for (size_t k = 0; k < n; k++) {
        int status = run(list[k].line, &out);
        const char *text = str_text(&out), *error = strstr(text, "flstm-tui: ");
        bool ok = status == list[k].status && strstr(text, list[k].says);
        wrong += !ok;
        if (!ok)
            print_error("%s: expected status %d and \"%s\", found %d and %.300s\n", list[k].line, list[k].status,
                     list[k].says, status, text);
        if (status == 2 && (error != text || strchr(text, '\n') != text + out.len - 1))
            fail_msg("%s: expected one line, found\n%s", list[k].line, text);
    }
    str_free(&out);
    if (wrong)
        fail_msg("%d of %zu command lines", wrong, n);
}

#define EACH(list) each(list, sizeof(list) / sizeof *(list))

static const char *put(const char *name, const char *text)
{
    struct str b = {0};
    str_add(&b, text);
    return bytes_file(name, &b);
}

/* ---- the tests --------------------------------------------------------------------------------------------------- */

static void what_cannot_be_understood_is_told_in_one_line_with_status_2(void **state)
{
    (void)state;
    static const struct told list[] = {
        {"gender --step 0 --print csv", 2, "--step: expected a step from 1 to 9, found 0"},
        {"gender --unit zebra --print csv", 2,
         "--unit: expected a unit from 1 to 8 or a name (gender), found \"zebra\""},
        {"gender --layer 3 --render text", 2, "--layer: expected a number from 1 to 1, found 3"},
        {"gender --gradient 4:zebra --print text", 2, "no output of the model is called \"zebra\""},
        {"gender --gradient 99 --print text", 2, "--gradient: expected a step from 1 to 9, found 99"},
        {"vec.json --inputs x.json --gradient 1 --render text", 2, "--gradient: this model has no output head"},
        {"gender --suite nope --print text", 2, "nope: cannot open"},
        {"gender --suite agreement --print text", 2,
         "agreement:4: token 2 \"key\" is not in the vocabulary of 47 tokens"},
        {"vec.json --inputs x.json --suite story --render text", 2, "story: this model predicts no words"},
        {"--list nope", 2,
         "--list: expected one of models corpora scenarios lessons themes views actions keys formats"},
        {"words.json --gate-function relu", 2, "--gate-function: expected one of sigmoid hard-sigmoid-keras2"},
        {"--color pink --render ansi", 2, "--color: expected one of auto never 16 256 truecolor, found \"pink\""},
        {"--size 20 --render text", 2, "--size: expected COLSxROWS such as 80x24, each from 1 to 4096, found \"20\""},
        {"--size 0x5 --render text", 2, "found \"0x5\""},
        {"--size 5x --render text", 2, "found \"5x\""},
        {"--size 5000x5 --render text", 2, "found \"5000x5\""},
        {"--size 123456789012345678901234567890123456789012345678901234567890x5 --render text", 2,
         "--size: expected"},
        {"--figure nope --render svg", 2, "--figure: expected one of bars dissect timeline, found \"nope\""},
        {"--figure bars --render text", 2, "--figure: it is drawn as svg: expected --render svg beside it"},
        {"--motion slow --render text", 2, "--motion: expected one of on off, found \"slow\""},
        {"--mouse=off --render text", 2, "--mouse: expected no value"},
        {"--version=3", 2, "--version: expected no value"},
        {"- --against -", 2, "standard input (-) was named 2 times: it can be read once"},
        {"- --tokens -", 2, "standard input (-) was named 2 times"},
        {"--lesson cell --handout pdf", 2, "--handout: expected one of md html, found \"pdf\""},
        {"--lesson forget-gate --print csv", 2, "--print: expected text with --lesson, found csv"},
        {"--lesson cell gender", 2, "--lesson brings its own model: expected no other, found \"gender\""},
        {"--lesson cell --set f@1=0", 2, "--set: it does not go with --lesson, whose pages set their own state"},
        {"--lesson cell --gift --handout md", 2,
         "expected one of --print, --render, --handout and --gift, found more"},
        {"--answers", 2, "--answers: it goes with --lesson, which was not found"},
        {"--gift", 2, "--gift: it goes with --lesson"},
        {"--train counter --steps 2 --variant no-forget", 2,
         "--variant: expected one of vanilla nfg nig nog cifg rnn"},
        {"--train counter --steps 2 --epochs 2", 2, "expected one of --epochs and --steps, found both"},
        {"--train nope --steps 2", 2, "--save: expected a file for the trained model, found nothing"},
        {"--train counter --steps 2 --batch 0", 2, "--batch"},
        {"--train counter --steps 2 --clip -1", 2, "--clip"},
        {"--train counter --steps 2 --decay x", 2, "--decay"},
        {"--train counter --steps 2 --dropout 2", 2, "--dropout"},
        {"--train counter --steps 2 --patience 0", 2, "--patience"},
        {"--steps 2", 2, "--steps: it goes with --train, which was not found"},
        {"--seed 3", 2, "--seed: it goes with --train"},
        {"--weights-from gender", 2, "--weights-from: it goes with --train"},
        {"--save x.json", 2, "--save: it goes with --train"},
        {"--completion tcsh", 2, "expected one of bash zsh fish, found \"tcsh\"; did you mean bash?"},
        {"--help nope", 2, "--help: expected an option or one of all sequence model"},
        {"--threads x", 2, "--threads: expected a whole number from 0 to 64, found \"x\""},
        {"--record x.txt", 2, "x.txt: expected a name ending in .cast, .html or .svg"},
        {"--view nope", 2, "--view: expected one of bars class cell"},
        {"--keys '<Foo>' --render text", 2,
         "expected keys such as <Right>, <PgDn>, <lt> or a character, found \"<Foo>\""},
        {"--print tensors", 2, "--print: expected one of json csv text safetensors npz"},
        {"--top 0", 2, "--top"},
        {"--set", 2, "--set: expected a value"},
        {"gender counter lesson-cell", 2, "expected"},
    };
    EACH(list);
}

static void what_cannot_be_read_is_status_1(void **state)
{
    (void)state;
    static const struct told list[] = {
        {"gende --print text", 1, "gende: there is no model of that name; did you mean gender? (--list models)"},
        {"nonsuch --print text", 1, "nonsuch: there is no file and no built-in model of that name (--list models)"},
        {"unk.json --inputs x.json --print csv", 1, "x.json: [0]: expected 1 number, found 2"},
        {"vec.json --inputs nope.json --print csv", 1, "nope.json: cannot open"},
        {"gender --inputs x.json --print csv", 1, "x.json: [0]: expected 8 numbers, found 2"},
        {"gendr --print csv", 1, "gendr: there is no model of that name; did you mean gender?"},
        {"./gender --print csv", 1, "./gender: cannot open"},
        {"gender --text zebra --try-orders", 1, "token 1 \"zebra\" is not in the vocabulary of 47 tokens"},
        {"vec.json --inputs x.json --try-orders", 1, "--try-orders: expected a text of at least two tokens"},
        {"words.json --vocab v.txt --unknown zz --print csv", 1,
         "v.txt: expected the unknown token \"zz\" among the tokens"},
        {"words.json --vocab v.txt --order abcd --inspect", 1,
         "--order: expected f, i, g (or c) and o in some order"},
        {"words.json --vocab v.txt --forget-bias x --inspect", 1, "--forget-bias: expected a number, found \"x\""},
        {"words.json --vocab v.txt --lstm zz --inspect", 1, "there are no tensors zz.weight_ih_l0 … as --lstm says"},
        {"words.json --vocab v.txt --index-from x --inspect", 1, "--index-from"},
        {"bare.json --initial nope --inspect", 1, "nope: cannot open"},
        {"words.json --format keras --inspect", 1, "expected a kernel and a recurrent_kernel"},
        {"words.json --format nope --inspect", 1, "--format: expected one of native, pytorch, keras"},
        {"gender --check", 1, "--check: the file has no \"expected\" values"},
        {"gender --check nope", 1, "nope: cannot open"},
        {"gender --order ifgo --print text", 1, "gender: --order: a native file names its gates and layers itself"},
        {"--forget-bias 1 --print text", 1, "--forget-bias: a native file names its gates and layers itself"},
        {"gender --names embedding=x --print text", 1, "--names: a native file names its gates and layers itself"},
        {"gender --vocab v.txt --print text", 1, "the file has its own vocabulary, so that --vocab"},
        {"gender --against nope", 1, "nope: there is no file and no built-in model of that name"},
        {"gender --against vec.json", 1, "expected"},
        {"--check-lesson nope", 1, "there is no file and no built-in lesson of that name"},
        {"--check-lesson x.json", 1, "x.json: expected an object"},
        {"--lesson nope --print text", 1, "there is no file and no built-in lesson of that name"},
        {"--mark nope.json", 1, "nope.json: cannot open"},
        {"--mark x.json", 1, "x.json: expected an object, found an array of 2 x 2 numbers"},
        {"--mark vec.json", 1, "expected \"flstm-result/1\", found \"flstm-model/1\""},
        {"--theme nope --render text", 1, "nope: no such theme; there are okabe"},
        {"--export-model m.txt", 1, "m.txt: expected a name ending in .json or .safetensors"},
        {"--export-model no/m.json", 1, "no/m.json: cannot write"},
        {"--corpus nope --print text", 1, "nope: cannot open"},
        {"--notes", 1, "expected a terminal on standard input"},
        {"--resume nope --save r.json", 1, "nope: cannot open"},
        {"--resume x.json --save r.json", 1, "x.json"},
        {"--train nope --steps 2 --save r.json", 1, "nope"},
        {"--train counter --steps 2 --save no/r.json", 1, "no/r.json"},
        {"--train counter --steps 2 --save r.json --weights-from gender", 1,
         "its tokens and those of the model are not of one kind"},
        {"--tokens nope --print csv", 1, "nope: cannot open"},
        {"--scenario nope --print csv", 1, "nope"},
    };
    EACH(list);
}

static void options_do_what_the_manual_says(void **state)
{
    (void)state;
    static const struct told list[] = {
        {"vec.json --inputs x.json --print csv", 0, "1,1,x1,1,0.7310586,0.7310586,0.76159424,0.7310586,0,0.55677,"},
        {"vec.json --inputs x.csv --print csv", 0, "1,2,x2,1,0.79731655"},
        {"gender --unit gender --layer 1 --render text --size 60x20", 0, "gender"},
        {"gender --gradient 4:dog --print json", 0, "\"gradient\""},
        {"gender --gradient 4:dog --render text", 0, "surprisal of 'dog' after 'and'"},
        {"gender --gradient 4 --print text", 0, "surprisal"},
        {"gender --try-orders", 0, "as it was read"},
        {"bare.json --inspect", 0, "not used: extra.thing"},
        {"bare.json --lstm l --inputs one.json --print csv", 0, "layer,t,token"},
        {"bare.json --order ofgi --forget-bias 1 --gate-function hard-sigmoid-keras2 --inspect", 0, "o f g i"},
        {"--color 256 --render ansi --size 20x5", 0, "[0;38;5;"},
        {"--color 16 --render ansi --size 20x5", 0, "[0;1m"},
        {"--color truecolor --render ansi --size 20x5", 0, "38;2;"},
        {"--color never --render ansi --size 20x5", 0, "t=1/8 'She'"},
        {"--ground light --render svg --size 20x5", 0, "fill=\"#FFFFFF\""},
        {"--ground both --render svg --size 20x5", 0, "prefers-color-scheme"},
        {"--ground dark --render html --size 20x5", 0, "<!DOCTYPE html>"},
        {"--figure bars --render svg", 0, "width=\"86mm\""},
        {"--figure dissect --render svg", 0, "<svg"},
        {"--figure timeline --render svg", 0, "<svg"},
        {"--motion off --mouse --ascii --render text --size 30x4", 0, "t=1/8 'She'"},
        {"--check-lesson cell", 0, "cell: 8 pages, 8 questions: 0 errors, 0 warnings"},
        {"--check-lesson forget-gate --seed 3", 0, "0 errors, 0 warnings"},
        {"--lesson cell --handout md", 0, "# The architecture in one screen"},
        {"--lesson cell --handout html --answers", 0, "Answers"},
        {"--lesson bug-hunt --handout md --answers", 0, "# Bug hunt"},
        {"--lesson bug-hunt --gift", 0, "$CATEGORY: flstm-tui/bug-hunt"},
        {"--lesson how-it-decides --gift", 0, "$CATEGORY: flstm-tui/how-it-decides"},
        {"--lesson what-is-remembered --gift", 0, "$CATEGORY: flstm-tui/what-is-remembered"},
        {"--lesson input-gate --gift", 0, "$CATEGORY: flstm-tui/input-gate"},
        {"--lesson gradients --gift", 0, "$CATEGORY: flstm-tui/gradients"},
        {"--lesson output-gate --gift", 0, "$CATEGORY: flstm-tui/output-gate"},
        {"--lesson forget-gate --print text --answers", 0, "The forget gate, step by step"},
        {"--lesson cell --render text", 0, "page 1 of 8"},
        {"--help train", 0, "--train CORPUS|FILE"},
        {"--help=size", 0, "COLSxROWS"},
        {"--completion zsh", 0, "#compdef flstm-tui"},
        {"--readonly --render text --keys c", 0, "t=1/8 'She'"},
        {"--threads 1 --print csv", 0, "1,1,She,1,"},
        {"gender --export-model m.safetensors", 0, ""},
        {"gender --export-model m.json", 0, ""},
        {"m.json --against m.json", 0, "agrees: 448 values"},
        {"m.json --set f@1=0 --against m.json", 3, "step 1"},
        {"emb.json --vocab v.txt --tokenizer word --text 'a b a' --against emb.json", 0,
         "agrees: "},        /* --vocab is for both */
        {"emb.json --vocab v.txt --tokenizer word --text 'a b a' --set f@2=0 --against emb.json", 3, "step 2"},
        {"bare.json --names ignored=extra.thing --inputs one.json --against bare.json", 0, "agrees: "},
        {"--corpus t.txt --view statistics --print text", 0, "t=1 She"},
        {"--view sweep --print text", 0, "t=1 She"},
        {"--print-config", 0, "theme"},
        {"--list models", 0, "gender"},
        {"--list corpora", 0, "adding"},
        {"--list scenarios", 0, "partial"},
        {"--list lessons", 0, "bug-hunt"},
        {"--list themes", 0, "okabe"},
        {"--list views", 0, "sweep"},
        {"--list actions", 0, "unpin-all"},
        {"--list keys", 0, "PgDn"},
        {"--list formats", 0, "pytorch"},
        {"--record r.svg --keys '<Right>c' --render text", 0, "t=2/8"},
        {"head.json --print json", 0, "\"unused\": [\"extra.one\", \"extra.two\"]"},
        {"head.json --print text", 0, "next: down 0.85, up 0.15."},
        {"head.json --gradient 1:down --render text --size 60x10", 0, "down"},
        {"values.nam --inputs one.json --print json", 0, "\"outputs\": [[7, 8], [7, 8]]"},
        {"values.nam --inputs one.json --print text", 0, "; outputs 7, 8"},
        {"unk.json --text 'a zebra' --print text", 0, "unk.json: 1 of 2 tokens is read as <unk>: zebra\n"},
        {"unk.json --text 'a b c d e f g h' --print csv", 0,
         "unk.json: 7 of 8 tokens are read as <unk>: b, c, d, e, f ...\n"},
        {"pieces.json --text 'a b' --print csv", 0,
         "this looks like a vocabulary of parts of words (##b): words are looked up whole here, not cut into parts"},
        {"unk.json --tokens ends.txt --print csv", 0, "1 of 2 tokens is read as <unk>: b\n"},
        {"gender --tokenizer char --text she --print csv", 1, "token 1 \"s\" is not in the vocabulary"},
        {"gender --tokenizer word --text she --print csv", 0, "1,1,she,1,"},
        {"--top 2 --render text --size 60x20", 0, "t=1/8 'She'"},
        {"--watch head.json --render text --size 60x8", 0, "2 not used"},
        {"--train counter --steps 2 --clip 1 --decay 0.01 --rate 0.01 --dropout 0.1 --layers 2 --hidden 3 "
         "--embed 2 --seed 1 --batch 3 --patience 3 --variant cifg --print csv", 0, "counter, seed 1: 100%"},
        {"--train counter --steps 2 --clip 0 --decay 0 --seed 1 --save r.json --unit-name depth", 0,
         "wrote r.json: counter"},
        {"--train adding --steps 2 --seed 1 --hidden 4 --print text", 0, "mean square"},
        {"--train lines.txt --valid t.txt --steps 2 --seed 1 --hidden 4 --render text", 0, "lines"},
    };
    EACH(list);
}

/* A model that knows "a" and what is not known, and these tokens more. */
static void put_unknown(const char *name, const char *tokens, const char *rows)
{
    struct str s = {0};
    str_addf(&s, "{\"format\":\"flstm-model/1\",\"name\":\"m\",\"vocabulary\":{\"kind\":\"word\","
             "\"tokens\":[\"<unk>\",\"a\"%s],"
             "\"unknown\":\"<unk>\"},\"embedding\":[[1],[-1]%s],"
             "\"layers\":[{\"W_f\":[[1,1]],\"W_i\":[[1,1]],\"W_g\":[[1,1]],"
             "\"W_o\":[[1,1]],\"b_f\":[0],\"b_i\":[0],\"b_g\":[0],\"b_o\":[0]}],"
             "\"output\":{\"W\":[[1],[-1]%s],\"b\":[0,0%s]}}",
             tokens, rows, rows, *rows ? ",0,0,0" : "");
    put(name, str_text(&s));
    str_free(&s);
}

static int begin(void **state)
{
    const char *p = getenv("FLSTM");
    folder_begin(state);
    program = realpath(p && *p ? p : "./flstm-tui", NULL);
    struct str lines = {0};
    for (int k = 0; k < 40; k++)
        str_addf(&lines, "%s came out and %s sat down .\n", k % 2 ? "she" : "he", k % 3 ? "she" : "he");
    put("lines.txt", str_text(&lines));
    str_free(&lines);
    put("x.json", "[[1,0],[0,1]]");
    put("one.json", "[[1],[0]]");
    put("x.csv", "1,0\n0,1\n");
    put("emb.json",
        "{\"embedding.weight\":[[1],[2]],\"l.weight_ih_l0\":[[1],[2],[3],[4]],\"l.weight_hh_l0\":[[1],[2],[3],"
        "[4]],\"l.bias_ih_l0\":[0,0,0,0],\"l.bias_hh_l0\":[0,0,0,0]}");
    put("v.txt", "a\nb\n");
    put("vec.json", "{\"format\":\"flstm-model/1\",\"name\":\"m\",\"layers\":[{\"W_f\":[[1,1,1]],\"W_i\":[[1,1,1]],"
        "\"W_g\":[[1,1,1]],\"W_o\":[[1,1,1]],\"b_f\":[0],\"b_i\":[0],\"b_g\":[0],\"b_o\":[0]}]}");
    put("bare.json", "{\"l.weight_ih_l0\":[[1],[2],[3],[4]],\"l.weight_hh_l0\":[[1],[2],[3],[4]],"
        "\"l.bias_ih_l0\":[0,0,0,0],\"l.bias_hh_l0\":[0,0,0,0],\"extra.thing\":[1]}");
    put("head.json", "{\"format\":\"pytorch\",\"tensors\":{\"lstm.weight_ih_l0\":[[1,2],[1,2],[1,2],[1,2]],"
        "\"lstm.weight_hh_l0\":[[1],[1],[1],[1]],\"fc.weight\":[[1],[2]],\"fc.bias\":[7,8],\"extra.one\":[1],"
        "\"extra.two\":[2]},\"inputs\":[[1,2],[3,4]],\"labels\":[\"up\",\"down\"]}");
    put("values.nam", "{\"architecture\":\"LSTM\",\"config\":{\"input_size\":1,\"hidden_size\":1,\"num_layers\":1,"
        "\"out_channels\":2},\"weights\":[1,1,1,1,1,1,1,1,0,0,0,0,0,0,0,0,7,8]}");
    put_unknown("unk.json", "", "");
    put_unknown("pieces.json", ",\"##b\",\"##c\",\"##d\"", ",[0],[0],[0]");
    put("ends.txt", "a b\r\n");
    put("words.json", "{\"l.weight_ih_l0\":[[1],[2],[3],[4]],\"l.weight_hh_l0\":[[1],[2],[3],[4]],"
        "\"l.bias_ih_l0\":[0,0,0,0],\"l.bias_hh_l0\":[0,0,0,0]}");
    char *folder = realpath(put("t.txt", "She came out\nHe came out\n"), NULL);
    *strrchr(folder, '/') = '\0';
    int there = chdir(folder);
    free(folder);
    return program && there == 0 ? 0 : -1;
}

static int end(void **state)
{
    free(program);
    return chdir("/") == 0 ? folder_end(state) : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_cannot_be_understood_is_told_in_one_line_with_status_2),
        cmocka_unit_test(what_cannot_be_read_is_status_1),
        cmocka_unit_test(options_do_what_the_manual_says),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
