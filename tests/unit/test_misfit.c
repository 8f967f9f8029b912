/* test_misfit.c: files that are well-formed and do not fit. Each value of a sound JSON file is replaced by others of
 * each kind, each member left out, renamed and given twice, each item left out; each word of a sound text by another,
 * each line left out and given twice. What comes of it is taken, or refused in one clean line that begins with the
 * file's name; a session that was refused a file is as it was. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "action/begin.h"
#include "base/builtin.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "export/export.h"
#include "learn/corpus.h"
#include "learn/grammar.h"
#include "learn/training.h"
#include "lesson/check.h"
#include "lesson/mark.h"
#include "model/vocab.h"
#include "session/suite.h"
#include "support/bytes.h"
#include "support/golden.h"
#include "support/refusal.h"
#include "support/small.h"

/* ---- what a file is tried on ------------------------------------------------------------------------------------- */

/* Takes a text, or refuses it with e; `name` is what errors must begin with. */
struct reader {
    const char *name;
    bool (*takes)(const char *text, size_t len, struct err *e);
    bool slow;                    /* only one in four is tried */
};

static struct { long met, tried, taken; } count;

static void one_clean_line(const struct reader *r, const char *text, const char *said)
{
    size_t len;
    bool hidden = false;
    if (strncmp(said, "warning: ", 9) == 0)
        said += 9;
    for (const char *p = said; *p; p += len)
        hidden |= utf8_hidden(utf8_decode(p, strlen(p), &len));
    if (!*said || hidden || strncmp(said, r->name, strlen(r->name)) != 0)
        fail_msg("expected one clean line of %s, found \"%s\" for\n%.3000s", r->name, said, text);
}

static void attempt(const struct reader *r, const struct str *text)
{
    struct err e = {{0}};
    if (r->slow && count.met++ % 4)
        return;
    bool taken = r->takes(str_text(text), text->len, &e);
    count.tried++;
    count.taken += taken;
    if (!taken)
        one_clean_line(r, str_text(text), e.text);
}

/* The text with len bytes from `at` replaced. */
static void replaced(const struct reader *r, const char *text, size_t at, size_t len, const char *by)
{
    struct str s = {0};
    str_addn(&s, text, at);
    str_add(&s, by);
    str_add(&s, text + at + len);
    attempt(r, &s);
    str_free(&s);
}

/* ---- JSON -------------------------------------------------------------------------------------------------------- */

enum { ITEMS = 3 };               /* of a list so many are tried: what is wrong with the others is the same */

static const char *const others[] = {
    "null", "true", "0", "-1", "7", "2.5", "1e39", "123456789012", "\"\"", "\"zz\"", "\"1\"", "\"f[1]@2=0.5\"",
    "[]", "{}",
    "[[]]", "[1]", "[1,2,3]", "[\"zz\",1]", "[\"zz\"]", "[[1,2],[3]]", "{\"zz\":1}", "{\"0\":\"a\"}",
};

struct walk { const struct reader *r; const char *text; bool silent; };

static size_t blanks(const struct walk *w, size_t at)
{
    return at + strspn(w->text + at, " \t\r\n");
}

static size_t end_of_string(const struct walk *w, size_t at)
{
    for (at++; w->text[at] != '"'; at++)
        at += w->text[at] == '\\';
    return at + 1;
}

static size_t value(const struct walk *w, size_t at);

/* Left out with the comma before or behind it, and given twice. */
static void member_or_item(const struct walk *w, size_t from, size_t to, bool first)
{
    if (w->silent)
        return;
    struct str twice = {0};
    size_t next = blanks(w, to), cut = first && w->text[next] == ',' ? next + 1 : to;
    size_t begin = from;
    while (!first && begin > 0 && w->text[begin] != ',')
        begin--;
    replaced(w->r, w->text, begin, cut - begin, "");
    str_addn(&twice, w->text + from, to - from);
    str_add(&twice, ",");
    str_addn(&twice, w->text + from, to - from);
    replaced(w->r, w->text, from, to - from, str_text(&twice));
    str_free(&twice);
}

static size_t object(const struct walk *w, size_t at)
{
    at = blanks(w, at + 1);
    for (bool first = true; w->text[at] != '}'; first = false) {
        at = first ? at : blanks(w, at + 1);
        size_t key = at, colon = blanks(w, end_of_string(w, at));
        size_t end = value(w, blanks(w, colon + 1));
        if (!w->silent)
            replaced(w->r, w->text, key + 1, 0, "z");
        member_or_item(w, key, end, first);
        at = blanks(w, end);
    }
    return at + 1;
}

static size_t array(const struct walk *w, size_t at)
{
    at = blanks(w, at + 1);
    for (int k = 0; w->text[at] != ']'; k++) {
        at = k ? blanks(w, at + 1) : at;
        struct walk inside = *w;
        inside.silent |= k >= ITEMS;
        size_t end = value(&inside, at);
        if (k < ITEMS)
            member_or_item(w, at, end, k == 0);
        at = blanks(w, end);
    }
    return at + 1;
}

/* Tries the value at `at` and all in it; where it ends. */
static size_t value(const struct walk *w, size_t at)
{
    char c = w->text[at];
    size_t end = c == '{'   ? object(w, at)
                 : c == '[' ? array(w, at)
                 : c == '"' ? end_of_string(w, at)
                            : at + strcspn(w->text + at, ",]} \t\r\n");
    for (size_t k = 0; !w->silent && k < sizeof others / sizeof *others; k++)
        replaced(w->r, w->text, at, end - at, others[k]);
    return end;
}

static void each_value_of(const struct reader *r, const char *text)
{
    struct str sound = {0};
    str_add(&sound, text);
    struct err e = {{0}};
    if (!r->takes(text, sound.len, &e))
        fail_msg("%s is not sound: %s", r->name, e.text);
    str_free(&sound);
    value(&(struct walk){r, text, false}, strspn(text, " \r\n\t"));
}

static const char *built_in(const char *path)
{
    for (size_t k = 0; k < builtin_count; k++)
        if (strcmp(builtins[k].path, path) == 0)
            return builtins[k].data;
    fail_msg("%s is not compiled in", path);
    return NULL;
}

/* ---- texts ------------------------------------------------------------------------------------------------------- */

static void each_word_of(const struct reader *r, const char *text)
{
    static const char *const words[] = {"", "zz", "0", "-1", "1e39", "zz zz", "\"", "#", "=", "|", "(", "[",
    "{", "\t", "->", "zz:"};
    for (size_t at = 0; text[at];) {
        size_t line = strcspn(text + at, "\n"), word = strcspn(text + at, " \t\n");
        if (!at || text[at - 1] == '\n') {
            struct str twice = {0};
            str_addn(&twice, text + at, line);
            str_add(&twice, "\n");
            str_addn(&twice, text + at, line);
            replaced(r, text, at, line, "");
            replaced(r, text, at, line, str_text(&twice));
            str_free(&twice);
        }
        for (size_t k = 0; word && k < sizeof words / sizeof *words; k++)
            replaced(r, text, at, word, words[k]);
        at += word + (text[at + word] != '\0');
    }
}

/* ---- readers ----------------------------------------------------------------------------------------------------- */

static bool takes_model(const char *text, size_t len, struct err *e)
{
    struct model *m = model_parse(text, len, "F", NULL, e);
    model_free(m);
    return m != NULL;
}

static bool takes_theme(const char *text, size_t len, struct err *e)
{
    struct theme *t = theme_parse(text, len, "F", e);
    theme_free(t);
    return t != NULL;
}

/* What is taken is checked, too: its findings are clean lines. */
static bool takes_lesson(const char *text, size_t len, struct err *e)
{
    struct lesson *l = lesson_parse(text, len, "F", e);
    struct lesson_findings f = {0};
    if (l && len < 8000)
        lesson_check(l, 1, &f);
    for (char *p = f.text.s; p && *p; p++)
        if (*p == '\n')
            *p = ' ';
    if (f.text.len)
        one_clean_line(&(struct reader){f.errors ? "F: " : f.text.s[0] == 'F' ? "F: " : "warning: F: ", NULL,
            false}, text,
                       str_text(&f.text));
    str_free(&f.text);
    lesson_free(l);
    return l != NULL;
}

static bool takes_grammar(const char *text, size_t len, struct err *e)
{
    struct grammar *g = grammar_parse(text, len, "F", e);
    grammar_free(g);
    return g != NULL;
}

static const char *put(const char *name, const char *text, size_t len)
{
    struct str b = {0};
    str_addn(&b, text, len);
    return bytes_file(name, &b);
}

static bool takes_vocab(const char *text, size_t len, struct err *e)
{
    struct vocab *v = vocab_read(put("v.json", text, len), -1, e);
    vocab_free(v);
    return v != NULL;
}

static bool takes_numbers(const char *text, size_t len, struct err *e)
{
    struct corpus *c = corpus_read(put("c.numbers", text, len), NULL, CORPUS_GUESS, 1, e);
    corpus_free(c);
    return c != NULL;
}

static bool takes_result(const char *text, size_t len, struct err *e)
{
    const char *path = put("r.json", text, len);
    struct str out = {0};
    bool ok = mark_files(&path, 1, &out, e);
    str_free(&out);
    return ok;
}

static struct app program;

static char *run_of(const struct session *s)
{
    struct str out = {0};
    export_trace_json(s, 3, &out, NULL);
    return str_take(&out);
}

/* Opened in a running program; what is refused leaves the run. */
static bool takes_scenario(const char *text, size_t len, struct err *e)
{
    const char *path = put("s.json", text, len);
    char *before = run_of(program.session);
    bool ok = app_open_scenario(&program, path, e);
    char *after = run_of(program.session);
    if (!ok && strcmp(before, after) != 0)
        fail_msg("refused (%s), and the run is another:\n%s", e->text, text);
    free(before);
    free(after);
    return ok;
}

static bool takes_suite(const char *text, size_t len, struct err *e)
{
    struct suite *u = suite_parse(program.session, text, len, "F", e);
    suite_free(u);
    return u != NULL;
}

static bool takes_inputs(const char *text, size_t len, struct err *e)
{
    float *x = NULL;
    int steps;
    bool ok = import_inputs(put("x.json", text, len), 2, &x, &steps, e);
    mem_free(x);
    return ok;
}

static bool takes_expected(const char *text, size_t len, struct err *e)
{
    struct model *m = model_builtin("gender", e);
    bool ok = import_expected(m, put("e.json", text, len), e);
    model_free(m);
    return ok;
}

static bool takes_trace(const char *text, size_t len, struct err *e)
{
    const struct session *s = program.session;
    struct trace_given g = {0};
    bool ok = import_trace(put("t.json", text, len), session_net(s), session_trace(s, RUN_BASE), &g, e);
    trace_given_clear(&g);
    return ok;
}

static bool takes_shards(const char *text, size_t len, struct err *e)
{
    struct model *m = model_load(put("model.json", text, len), NULL, e);
    model_free(m);
    return m != NULL;
}

static bool takes_resume(const char *text, size_t len, struct err *e)
{
    struct training *t = training_resume(put("t.resume", text, len), e);
    training_free(t);
    return t != NULL;
}

/* ---- the tests --------------------------------------------------------------------------------------------------- */

static void begin_count(void)
{
    count.met = count.tried = count.taken = 0;
}

/* Both must have come: else the test would be of nothing. */
static void some_were_refused(long least)
{
    if (count.tried < least || count.taken == count.tried)
        fail_msg("%ld were tried, %ld taken", count.tried, count.taken);
}

static void a_model_that_does_not_fit_is_refused_in_one_line(void **state)
{
    (void)state;
    static const char *const more[] = {
        "{\"format\":\"flstm-model/1\",\"name\":\"m\",\"provenance\":\"trained\",\"about\":\"a\","
        "\"vocabulary\":{\"kind\":\"word\",\"tokens\":[\"<unk>\",\"b\"],\"unknown\":\"<unk>\",\"lowercase\":true},"
        "\"embedding\":[[1],[-1]],\"layers\":[{\"W_f\":[[1,1]],\"W_i\":[[1,1]],\"W_g\":[[1,1]],\"W_o\":[[1,1]],"
        "\"b_f\":[0],\"b_i\":[0],\"b_g\":[0],\"b_o\":[0],\"unit_names\":[\"u\"]}],"
        "\"output\":{\"W\":[[1],[-1]],\"b\":[0,0],\"labels\":[\"p\",\"q\"]},\"sequence\":[\"b\"],"
        "\"initial\":[{\"h\":[0],\"C\":[0.5]}],\"expected\":{\"h\":[[0.1]],\"C\":[[0.1]],\"tolerance\":0.5}}",
        "{\"format\":\"pytorch\",\"vocabulary\":{\"kind\":\"word\",\"tokens\":[\"a\",\"b\"]},\"tensors\":{"
        "\"emb.weight\":{\"shape\":[2,1],\"data\":[1,2]},\"l.weight_ih_l0\":[[1],[2],[3],[4]],"
        "\"l.weight_hh_l0\":[[1],[2],[3],[4]],\"l.bias_ih_l0\":[0,0,0,0],\"l.bias_hh_l0\":[0,0,0,0],"
        "\"fc.weight\":[[1],[2]],\"fc.bias\":[0,0]}}",
        "{\"config\":{\"keras_version\":\"2.4\",\"layers\":[{\"class_name\":\"LSTM\",\"config\":{\"units\":1,"
        "\"activation\":\"tanh\",\"recurrent_activation\":\"hard_sigmoid\"}}]},"
        "\"weights\":{\"lstm/kernel\":[[1,2,3,4]],"
        "\"lstm/recurrent_kernel\":[[1,2,3,4]],\"lstm/bias\":[1,2,3,4]}}",
    };
    const struct reader r = {"F", takes_model, false};
    begin_count();
    for (int k = 0; k < small_count; k++) {
        struct str b = {0};
        small_file(k, &b);
        if (b.s[0] == '{' || b.s[0] == '[')
            each_value_of(&r, str_text(&b));
        str_free(&b);
    }
    for (size_t k = 0; k < 2; k++)
        each_value_of(&r, more[k]);
    value(&(struct walk){&r, more[2], false}, 0);
    some_were_refused(5000);
}

static void a_theme_that_does_not_fit_is_refused_in_one_line(void **state)
{
    (void)state;
    begin_count();
    each_value_of(&(struct reader){"F", takes_theme, false}, built_in("themes/mono.json"));
    each_value_of(&(struct reader){"F", takes_theme, false}, built_in("themes/ansi.json"));
    some_were_refused(1000);
}

#define STATE \
    "\"state\":{\"model\":\"lesson-cell\",\"text\":\"She came out and played with her dog\",\"step\":\"and\"," \
    "\"set\":[\"C[1]@3=6\",\"f[1]@4=0.5\"],\"compare\":\"He came out and played with his dog\",\"view\":\"bars\"}"
#define ASK(kind, rest) \
    "\"ask\":{\"kind\":\"" kind "\",\"prompt\":\"?\",\"hint\":\"Look.\",\"why\":\"Thus.\"," rest "}"
#define PAGE(id, rest) "{\"id\":\"" id "\",\"title\":\"One\",\"text\":[\"It is {C[1]@3}.\"]," rest "}"

static const char lesson[] =
    "{\"format\":\"flstm-lesson/1\",\"name\":\"x\",\"title\":\"X\",\"about\":\"An X.\",\"minutes\":5,"
    "\"vary\":{\"a\":[0.2,"
    "0.4]},\"pages\":[" PAGE("num", STATE ",\"hide\":[\"kept[1]@4\"]," ASK("number", "\"answer\":\"kept[1]@4\","
    "\"within\":0.05,"
    "\"wrong\":[{\"when\":\"given == 6\",\"say\":\"Times f.\"}]")) ","
    PAGE("vec", ASK("vector", "\"answer\":[\"C[1]@3\",\"f[1]@4\"],\"within\":0.01")) ","
    PAGE("one", ASK("choice", "\"options\":[{\"text\":\"a\",\"true\":\"1\",\"say\":\"Yes.\"},{\"text\":\"b\","
    "\"true\":\"0\"}]")) ","
    PAGE("man", ASK("many", "\"options\":[{\"text\":\"a\",\"true\":\"1\"},{\"text\":\"b\",\"true\":\"0\"}]")) ","
    PAGE("ord", ASK("order", "\"lines\":[\"concat\",\"product\",\"bias\"]")) ","
    PAGE("uni", ASK("unit", "\"answer\":\"argmax_u(C[u]@3)\"")) ","
    PAGE("ste", ASK("step", "\"answer\":\"4\"")) ","
    PAGE("wor", ASK("word", "\"answer\":\"next@4\"")) ","
    PAGE("doo", ASK("do", "\"goal\":\"pins > 2\",\"most\":4")) ","
    PAGE("vot", ASK("vote", "\"options\":[{\"text\":\"a\",\"true\":\"1\"},{\"text\":\"b\",\"true\":\"0\"}]")) ","
    PAGE("say", ASK("say", "\"model\":\"f keeps {f[1]@4}.\"")) "]}";

static void a_lesson_that_does_not_fit_is_refused_and_what_does_not_hold_is_found_in_clean_lines(void **state)
{
    (void)state;
    const struct reader r = {"F", takes_lesson, false};
    begin_count();
    each_value_of(&r, lesson);
    each_value_of(&r, built_in("data/lessons/bug-hunt.json"));
    some_were_refused(3000);
}

static void a_scenario_or_sitting_that_does_not_fit_is_refused_and_the_run_stays(void **state)
{
    (void)state;
    static const char keys[] =
        ":compare He came out and played with his dog<Enter>:set f[1]@2=0<Enter>:view sweep<Enter>"
        "a:view bars<Enter>a:weight W_f[1][2]=0.5<Enter>:theme mono<Enter>:unit 3<Enter>";
    static const char scenario[] =
        "{\"format\":\"flstm-scenario/1\",\"model\":\"gender\",\"name\":\"n\",\"about\":\"b\","
        "\"text\":\"She came out and "
        "played with her dog\",\"set\":[\"f[1]@2=0.5\",\"C@3=1\"],\"step\":\"and\",\"unit\":2,\"layer\":1,"
        "\"value\":\"f\","
        "\"weights\":[\"W_f[1][2]=0.5\"],\"view\":\"bars\",\"rows\":[\"f\",\"C\"],"
        "\"initial\":[{\"h\":[0,0,0,0,0,0,0,0],"
        "\"C\":[0,0,0,0,0,0,0,0]}],\"shows\":[]}";
    struct str path = {0};
    char *text;
    size_t len;
    struct err e = {{0}};
    golden_app(&(struct golden_shot){.model = "gender", .keys = keys, .w = 80, .h = 24}, &program);
    str_addf(&path, "keep! %s", bytes_path("kept.json"));
    app_command(&program, str_text(&path));
    if (!file_read(bytes_path("kept.json"), &text, &len, &e))
        fail_msg("%s", e.text);
    char folder[256];
    snprintf(folder, sizeof folder, "%s", bytes_path(""));
    begin_count();
    each_value_of(&(struct reader){folder, takes_scenario, true}, text);
    each_value_of(&(struct reader){folder, takes_scenario, true}, built_in("data/scenarios/partial.json"));
    value(&(struct walk){&(struct reader){folder, takes_scenario, true}, scenario, false}, 0);
    some_were_refused(1000);
    free(text);
    str_free(&path);
    app_clear(&program);
}

static void a_vocabulary_that_does_not_fit_is_refused_in_one_line(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "[\"a\",\"b\",\"<unk>\"]", "{\"a\":0,\"b\":1,\"<unk>\":2}", "{\"0\":\"a\","
        "\"1\":\"b\"}", "[[\"a\",3],[\"b\",1]]",
        "{\"kind\":\"char\",\"tokens\":[\"a\",\"b\"],\"unknown\":\"b\",\"lowercase\":true}",
        "{\"itos\":[\"a\",\"b\"],\"stoi\":{\"a\":0,\"b\":1}}", "{\"word_index\":{\"a\":1,\"b\":2},"
        "\"oov_token\":\"b\"}",
        "{\"class_name\":\"Tokenizer\",\"config\":{\"num_words\":null,\"filters\":\"!\",\"lower\":true,"
        "\"split\":\" \","
        "\"char_level\":false,\"oov_token\":\"b\",\"word_index\":\"{\\\"b\\\": 1, \\\"a\\\": 2}\",\"index_word\":"
        "\"{\\\"1\\\": \\\"b\\\", \\\"2\\\": \\\"a\\\"}\"}}",
        "{\"version\":\"1.0\",\"added_tokens\":[{\"id\":0,\"content\":\"<unk>\"}],"
        "\"normalizer\":{\"type\":\"Lowercase\"},"
        "\"model\":{\"type\":\"WordLevel\",\"vocab\":{\"<unk>\":0,\"a\":1,\"b\":2},\"unk_token\":\"<unk>\"}}",
    };
    char folder[256];
    snprintf(folder, sizeof folder, "%s", bytes_path(""));
    begin_count();
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
        value(&(struct walk){&(struct reader){folder, takes_vocab, false}, texts[k], false}, 0);
    each_word_of(&(struct reader){folder, takes_vocab, false}, "a\t3\nb\t2\n<unk>\t1\n");
    some_were_refused(300);
}

static void a_grammar_or_numbers_that_do_not_fit_are_refused_in_one_line(void **state)
{
    (void)state;
    char folder[256];
    snprintf(folder, sizeof folder, "%s", bytes_path(""));
    begin_count();
    each_word_of(&(struct reader){"F", takes_grammar, false}, built_in("data/corpora/counter.grammar"));
    each_word_of(&(struct reader){"F", takes_grammar, false}, built_in("data/corpora/anbn.grammar"));
    each_word_of(&(struct reader){folder, takes_numbers, true},
                 "title: t\nabout: a\ndraw: adding 4, train 20, valid 4, test 4\n");
    each_word_of(&(struct reader){folder, takes_numbers, false},
                 "title: t\n0.31, 1\n0.77 0\n0.12 1 -> 0.43\n\n0.5 0\n0.25 1 -> 0.75\n\n1 1\n0 0 -> 1\n");
    each_word_of(&(struct reader){folder, takes_numbers, false},
                 "1 2 -> up\n2 1 -> down\n\n1 1 -> up\n\n3 1 -> down\n");
    some_were_refused(300);
}

static void what_is_handed_in_and_what_was_computed_elsewhere_is_refused_in_one_line(void **state)
{
    (void)state;
    static const char result[] =
        "{\"format\":\"flstm-result/1\",\"lesson\":\"x\",\"hash\":\"1\",\"student\":\"s\",\"seed\":1,\"seconds\":60,"
        "\"pages\":[{\"id\":\"a\",\"kind\":\"number\",\"tries\":2,\"right\":true,\"sure\":1,\"seconds\":3,"
        "\"given_up\":false,"
        "\"first\":\"2\",\"last\":\"3\"}]}";
    char folder[256];
    snprintf(folder, sizeof folder, "%s", bytes_path(""));
    golden_app(&(struct golden_shot){.model = "gender", .w = 80, .h = 24}, &program);
    begin_count();
    value(&(struct walk){&(struct reader){folder, takes_result, false}, result, false}, 0);
    value(&(struct walk){&(struct reader){folder, takes_inputs, false}, "[[1,2],[3,4]]", false}, 0);
    value(&(struct walk){&(struct reader){folder, takes_inputs, false}, "{\"inputs\":[[1,2],[3,4]]}", false}, 0);
    each_word_of(&(struct reader){folder, takes_inputs, false}, "a,b\n1,2\n3,4\n");
    value(&(struct walk){&(struct reader){folder, takes_expected, true},
                         "{\"sequence\":[\"she\",\"came\"],\"h\":[[0,0,0,0,0,0,0,0],[0,0,0,0,0,0,0,0]],"
                         "\"tolerance\":0.1}",
                         false}, 0);
    char *trace = run_of(program.session);
    each_value_of(&(struct reader){folder, takes_trace, true}, trace);
    each_word_of(&(struct reader){"F", takes_suite, false},
        "number\tC\tShe came out\twith\tand\nnumber\tD\tHe came out\twith\tand\n");
    some_were_refused(300);
    free(trace);
    app_clear(&program);
}

static void a_manifest_of_shards_that_does_not_fit_is_refused_in_one_line(void **state)
{
    (void)state;
    static const char manifest[] =
        "{\"modelTopology\":{\"model_config\":{\"class_name\":\"Sequential\",\"config\":{\"layers\":["
        "{\"class_name\":\"LSTM\",\"config\":{\"units\":1,\"recurrent_activation\":\"sigmoid\"}},"
        "{\"class_name\":\"Bidirectional\",\"config\":{\"merge_mode\":\"concat\","
        "\"layer\":{\"class_name\":\"LSTM\",\"config\":{\"recurrent_activation\":\"sigmoid\"}}}}]}}},"
        "\"weightsManifest\":[{\"paths\":[\"a.bin\"],\"weights\":["
        "{\"name\":\"l/kernel\",\"shape\":[1,4],\"dtype\":\"float32\"},"
        "{\"name\":\"l/recurrent_kernel\",\"shape\":[1,4],\"dtype\":\"float32\",\"quantization\":{\"dtype\":\"uint8\","
        "\"scale\":0.5,\"min\":-1}},{\"name\":\"l/bias\",\"shape\":[4],\"dtype\":\"float32\"}]}]}";
    char folder[256];
    snprintf(folder, sizeof folder, "%s", bytes_path(""));
    put("a.bin", "0123456789abcdef0123456789abcdefghij", 36);
    begin_count();
    each_value_of(&(struct reader){folder, takes_shards, false}, manifest);
    some_were_refused(500);
}

static void a_training_left_that_does_not_fit_does_not_go_on(void **state)
{
    (void)state;
    static const char lines[] = "a b c\nb c a\nc a b\na a b\nb b c\nc c a\na c b\nb a c\nc b a\na b a\nb c b\n";
    char corpus[256], *text;
    size_t len;
    struct err e = {{0}};
    snprintf(corpus, sizeof corpus, "%s", put("lines.txt", lines, sizeof lines - 1));
    const struct training_wish wish = {.corpus = corpus, .tokens = CORPUS_WORD, .updates = 40, .hidden = 3};
    struct training *t = training_new(&wish, &e);
    if (!t)
        fail_msg("%s", e.text);
    while (training_done(t) < 20 && training_step(t))
        continue;
    if (!training_leave(t, bytes_path("left.resume"), &e) || !file_read(bytes_path("left.resume"), &text, &len, &e))
        fail_msg("%s", e.text);
    training_free(t);
    begin_count();
    each_value_of(&(struct reader){"", takes_resume, true}, text);      /* it may be the corpus that is told of */
    some_were_refused(200);
    free(text);
}

static void a_file_of_other_tensors_is_told_what_is_in_it(void **state)
{
    (void)state;
    static const struct text_refusal list[] = {
        {"{\"conv1.weight\": [[1, 2]], \"bn1.weight\": [1], \"bn1.bias\": [1], \"fc.weight\": [[1]], \"fc.bias\": [1]}",
         "no LSTM in it: no tensors have the names that one has in a framework; there are conv1.weight, bn1.weight, "
         "bn1.bias, fc.weight and 1 more. If one is called otherwise, --format says how (--list formats)"},
        {"{\"a\": [[1, 2]]}", "there are a. If one"},
        {"{\"a\": \"b\"}", "expected a model: there is no key \"format\", and no tensors are in it"},
    };
    texts_refused(list, sizeof list / sizeof *list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_of_other_tensors_is_told_what_is_in_it),
        cmocka_unit_test(a_model_that_does_not_fit_is_refused_in_one_line),
        cmocka_unit_test(a_theme_that_does_not_fit_is_refused_in_one_line),
        cmocka_unit_test(a_lesson_that_does_not_fit_is_refused_and_what_does_not_hold_is_found_in_clean_lines),
        cmocka_unit_test(a_scenario_or_sitting_that_does_not_fit_is_refused_and_the_run_stays),
        cmocka_unit_test(a_vocabulary_that_does_not_fit_is_refused_in_one_line),
        cmocka_unit_test(a_grammar_or_numbers_that_do_not_fit_are_refused_in_one_line),
        cmocka_unit_test(what_is_handed_in_and_what_was_computed_elsewhere_is_refused_in_one_line),
        cmocka_unit_test(a_manifest_of_shards_that_does_not_fit_is_refused_in_one_line),
        cmocka_unit_test(a_training_left_that_does_not_fit_does_not_go_on),
    };
    return cmocka_run_group_tests(tests, folder_begin, folder_end);
}
