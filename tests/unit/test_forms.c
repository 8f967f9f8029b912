/* Vocabularies and inputs in all the forms in which people have them. */
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
#include "base/mem.h"
#include "import/import.h"
#include "session/session.h"

static char path[512];

static const char *file(const char *suffix, const char *text)
{
    const char *dir = getenv("TMPDIR");
    struct err e = {{0}};
    snprintf(path, sizeof path, "%s/flstm-forms-%ld%s", dir && *dir ? dir : "/tmp", (long)getpid(), suffix);
    if (!file_write(path, text, strlen(text), &e))
        fail_msg("%s", e.text);
    return path;
}

static struct vocab *read_as(const char *suffix, const char *text, int rows, long from, struct err *e)
{
    struct vocab *v =
        vocab_read_as(file(suffix, text), &(struct vocab_wish){.kind = -1, .rows = rows, .index_from = from}, e);
    unlink(path);
    return v;
}

static void is(const char *suffix, const char *text, int rows, long from, const char *const *tokens)
{
    struct err e = {{0}};
    struct vocab *v = read_as(suffix, text, rows, from, &e);
    if (!v)
        fail_msg("%s\n%s", e.text, text);
    int n = 0;
    for (; tokens[n]; n++) {
        assert_true(n < v->size);
        assert_string_equal(v->token[n], tokens[n]);
    }
    assert_int_equal(v->size, n);
    vocab_free(v);
}
#define TOKENS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void every_form_gives_the_same_tokens(void **state)
{
    (void)state;
    static const char *const forms[] = {
        "[\"the\", \"cat\", \"sat\"]",
        "{\"the\": 0, \"sat\": 2, \"cat\": 1}",
        "{\"0\": \"the\", \"1\": \"cat\", \"2\": \"sat\"}",
        "[[\"the\", 120], [\"cat\", 7], [\"sat\", 3]]",
        "{\"itos\": [\"the\", \"cat\", \"sat\"], \"stoi\": {\"the\": 0, \"cat\": 1, \"sat\": 2}}",
        "{\"char2idx\": {\"the\": 0, \"cat\": 1, \"sat\": 2}}",
        "{\"model\": {\"type\": \"WordLevel\", \"vocab\": {\"the\": 0, \"cat\": 1, \"sat\": 2}}}",
    };
    for (size_t k = 0; k < sizeof forms / sizeof *forms; k++)
        is(".json", forms[k], 3, -1, TOKENS("the", "cat", "sat"));
    is(".txt", "the\t120\ncat\t7\nsat\t3\n", 3, -1, TOKENS("the", "cat", "sat"));
    is(".txt", "the\t120\ncat\nsat\t3\n", 3, -1,
       TOKENS("the\t120", "cat", "sat\t3")); /* a count on every line or on none */
}

static void word_indexes_from_one_leave_row_0_to_the_padding(void **state)
{
    (void)state;
    is(".json", "{\"the\": 1, \"cat\": 2}", 3, -1, TOKENS("<0>", "the", "cat"));
    is(".json", "{\"class_name\": \"Tokenizer\", \"config\": {\"word_index\": \"{\\\"the\\\": 1, \\\"cat\\\": 2}\"}}",
       3, -1, TOKENS("<0>", "the", "cat"));
    is(".json", "{\"the\": 1, \"cat\": 2, \"sat\": 3, \"on\": 4}", 3, -1,
       TOKENS("<0>", "the", "cat"));                                                 /* num_words = 3 */
    is(".json", "[\"\", \"[UNK]\", \"the\"]", 3, -1, TOKENS("<0>", "[UNK]", "the")); /* TextVectorization */
    is(".json", "{\"the\": 1, \"cat\": 2}", 6, 4, TOKENS("<0>", "<1>", "<2>", "<3>", "the", "cat")); /* IMDB: + 3 */
    is(".json", "{\"the\": 1, \"cat\": 2}", 2, 0, TOKENS("the", "cat"));
    struct err e = {{0}};
    assert_null(read_as(".json", "{\"the\": 1, \"cat\": 2}", 2, -1, &e));
    assert_non_null(strstr(e.text, "indexes 0 to 1, each once, found 2; --index-from 0 counts them from 0"));
}

/* Rows behind the last token: of a file that says its indexes, or with --index-from. */
static void rows_of_a_padded_embedding_have_no_token(void **state)
{
    (void)state;
    static const char *const list = "[\"the\", \"cat\"]";
    is(".json", "{\"the\": 0, \"cat\": 1}", 4, -1, TOKENS("the", "cat", "<2>", "<3>"));
    is(".txt", "the 0\ncat 1\n", 4, -1, TOKENS("the", "cat", "<2>", "<3>"));
    is(".json", list, 4, 0, TOKENS("the", "cat", "<2>", "<3>"));
    is(".json", list, 4, 1, TOKENS("<0>", "the", "cat", "<3>"));
    is(".json", list, 4, 2, TOKENS("<0>", "<1>", "the", "cat"));
    is(".json", list, 4, -1, TOKENS("the", "cat"));               /* to be refused: in front or behind? */
    is(".json", "{\"the\": 2, \"cat\": 3}", 5, 2, TOKENS("<0>", "<1>", "the", "cat", "<4>"));
    struct err e = {{0}};
    assert_null(read_as(".json", "{\"the\": 2, \"cat\": 3}", 5, -1, &e));
    assert_non_null(strstr(e.text, "indexes 0 to 1, each once, found 2; --index-from 2 takes them as they are"));
    assert_null(read_as(".json", "{\"the\": 2, \"cat\": 3}", 2, -1, &e));
    assert_non_null(strstr(e.text, "--index-from 0 counts them from 0"));
    assert_null(read_as(".json", "{\"the\": 7, \"cat\": 9}", 5, -1, &e));
    assert_null(strstr(e.text, "--index-from"));
}

static struct model *padded(const char *vocab, const char *from, struct err *e)
{
    static const char text[] =
        "{\"embedding.weight\": [[1], [2], [3], [4]], \"lstm.weight_ih_l0\": [[1], [1], [1], [1]], "
        "\"lstm.weight_hh_l0\": [[1], [1], [1], [1]]}";
    struct model *m = model_parse(text, strlen(text), "F", &(struct model_options){
        .tokenizer = -1, .vocab = file(".json", vocab), .index_from = from}, e);
    unlink(path);
    return m;
}

static void a_padded_embedding_is_read_where_it_is_told_how_else_it_is_said(void **state)
{
    (void)state;
    struct err e = {{0}};
    assert_null(padded("[\"the\", \"cat\"]", NULL, &e));
    assert_string_equal(e.text, "F: embedding.weight: expected 2 rows, one for each token of the vocabulary, found 4; "
                        "--index-from 2 leaves the first 2 without a token, --index-from 0 the last 2");
    assert_null(padded("{\"the\": 1, \"cat\": 2}", NULL, &e));
    assert_non_null(strstr(e.text, "found 4; --index-from 2 leaves the first 2 without a token, --index-from 1 the "
                           "last 1 and the first 1"));
    assert_null(padded("[\"a\", \"b\", \"c\", \"d\", \"e\"]", NULL, &e));
    assert_non_null(strstr(e.text, "expected 5 rows, one for each token of the vocabulary, found 4"));
    assert_null(strstr(e.text, "--index-from"));
    static const struct { const char *vocab, *from; } read[] = {{"[\"the\", \"cat\"]", "0"},
                                                               {"{\"the\": 0, \"cat\": 1}", NULL}};
    for (int k = 0; k < 2; k++) {
        struct model *m = padded(read[k].vocab, read[k].from, &e);
        if (!m)
            fail_msg("%s", e.text);
        assert_true(m->net->vocab == 4 && m->vocab->unnamed == 2);
        assert_string_equal(m->notice, "2 of 4 rows, the last, have no token in the vocabulary: no text gives them, "
                            "and they are called by their number");
        model_free(m);
    }
}

static void a_vocabulary_of_parts_of_words_is_known(void **state)
{
    (void)state;
    static const char *const parts[] = {"[\"the\", \"cat\", \"##s\"]",
                                        "[\"\xE2\x96\x81the\", \"\xE2\x96\x81"
                                        "cat\", \"s\"]",
                                        "[\"the\", \"ca@@\", \"t\"]"};
    struct err e = {{0}};
    for (size_t k = 0; k < 3; k++) {
        struct vocab *v = read_as(".json", parts[k], 3, -1, &e);
        assert_true(v && v->subword);
        vocab_free(v);
    }
    struct vocab *v = read_as(".json", "[\"the\", \"cat\", \"sat\"]", 3, -1, &e);
    assert_true(v && !v->subword);
    vocab_free(v);
}

static void inputs_are(const char *suffix, const char *text, int E, int T, float last)
{
    struct err e = {{0}};
    float *x;
    int steps;
    if (!import_inputs(file(suffix, text), E, &x, &steps, &e))
        fail_msg("%s\n%s", e.text, text);
    unlink(path);
    assert_int_equal(steps, T);
    assert_true(x[T * E - 1] == last);
    mem_free(x);
}

static void inputs_may_be_flat_nested_or_csv(void **state)
{
    (void)state;
    inputs_are(".json", "[1, 2, 3]", 1, 3, 3);
    inputs_are(".json", "[[1], [2], [3]]", 1, 3, 3);
    inputs_are(".json", "[[1, 2, 3]]", 1, 3, 3);
    inputs_are(".json", "[[1, 2], [3, 4]]", 2, 2, 4);
    inputs_are(".json", "[[[1, 2], [3, 4], [5, 6]]]", 2, 3, 6);
    inputs_are(".json", "[[[1, 2]], [[3, 4]], [[5, 6]]]", 2, 3, 6);
    inputs_are(".json", "{\"inputs\": [[1, 2]]}", 2, 1, 2);
    inputs_are(".csv", "a,b\n1,2\n3,4\n", 2, 2, 4);
    inputs_are(".csv", "1; 2\r\n3; 4.5\r\n\r\n", 2, 2, 4.5f);
    inputs_are(".txt", "0.5\n0.25\n", 1, 2, 0.25f);
}

static void inputs_that_do_not_fit_say_where(void **state)
{
    (void)state;
    static const struct { const char *suffix, *text, *says; } bad[] = {
        {".json", "[[1, 2], [3]]", "[1]: expected 2 numbers, found 1"},
        {".json", "[1, 2, 3]", "an array of vectors of 2 numbers"},
        {".json", "[[1, 2, 3]]", "[0]: expected 2 numbers, found 3"},
        {".json", "[[[1, 2], [3, 4]], [[1, 2], [3, 4]]]", "an array of vectors of 2 numbers"},
        {".json", "[]", "an array of vectors of 2 numbers"},
        {".csv", "1,2\n3\n", "line 2: expected 2 numbers, found 1"},
        {".csv", "1,2\n3,x\n", "line 2: expected a number, found \"x\""},
        {".csv", "a,b\n", "expected at least one step"},
    };
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        struct err e = {{0}};
        float *x = NULL;
        int steps;
        if (import_inputs(file(bad[k].suffix, bad[k].text), 2, &x, &steps, &e))
            fail_msg("accepted: %s", bad[k].text);
        unlink(path);
        if (!strstr(e.text, bad[k].says))
            fail_msg("expected %s\ngot %s", bad[k].says, e.text);
    }
}

static struct session *sitting(const char *text)
{
    struct err e = {{0}};
    struct model *m = model_parse(text, strlen(text), "F", NULL, &e);
    struct session *s = m ? session_new(m, &e) : NULL;
    if (!s)
        fail_msg("%s", e.text);
    return s;
}
#define ONE "\"lstm.weight_ih_l0\": [[1], [1], [1], [1]], \"lstm.weight_hh_l0\": [[1], [1], [1], [1]]"

static void one_output_is_a_number_and_no_probability(void **state)
{
    (void)state;
    struct session *s = sitting("{\"format\": \"pytorch\", \"inputs\": [0, 0], \"tensors\": {" ONE
                                ", \"fc.weight\": [[0]], \"fc.bias\": [2.5]}}");
    struct prediction p[1];
    float y = 0;
    assert_int_equal(session_outputs(s), 0);
    assert_int_equal(session_predict(s, 1, 1, p), 0);
    assert_int_equal(session_likeliest(s, RUN_BASE, 1), -1);
    assert_true(session_head_values(s, RUN_BASE, 2, &y) && y == 2.5f);
    session_free(s);
}

static void a_word_read_as_unknown_is_known_as_such(void **state)
{
    (void)state;
    struct err e = {{0}};
    struct session *s =
        sitting("{\"format\": \"pytorch\", \"vocabulary\": {\"kind\": \"word\", \"tokens\": [\"[UNK]\", \"the\"], "
                "\"unknown\": \"[UNK]\"}, \"tensors\": {" ONE ", \"embedding.weight\": [[0], [1]]}}");
    assert_true(session_set_text(s, "the cats [UNK]", "test", &e));
    assert_false(session_is_unknown(s, 1));
    assert_true(session_is_unknown(s, 2));
    assert_false(session_is_unknown(s, 3));
    session_free(s);
}

static void as_many_tokens_as_inputs_are_one_hot(void **state)
{
    (void)state;
    struct session *s = sitting("{\"vocab\": [\"a\", \"b\"], \"lstm.weight_ih_l0\": [[1, 2], [1, 2], [1, 2], [1, 2]], "
                                "\"lstm.weight_hh_l0\": [[1], [1], [1], [1]]}");
    const struct model *m = session_model(s);
    assert_true(m->one_hot && m->net->vocab == 2 && m->net->embedding[0] == 1 && m->net->embedding[1] == 0
                && m->net->embedding[3] == 1);
    assert_non_null(strstr(m->report, "one-hot"));
    session_free(s);
}

/* Found by fuzzing: the letter behind the end of a name was read. */
static void a_tensor_without_a_name_is_no_gate(void **state)
{
    (void)state;
    static const char text[] =
        "{\"\": [[1]], \"W_xf\": [[1]], \"W_hf\": [[1]], \"b_f\": [0], \"W_xi\": [[1]], \"W_hi\": [[1]], \"b_i\": [0], "
        "\"W_xc\": [[1]], \"W_hc\": [[1]], \"b_c\": [0], \"W_xo\": [[1]], \"W_ho\": [[1]], \"b_o\": [0]}";
    struct err e = {{0}};
    struct model *m = model_parse(text, strlen(text), "F", NULL, &e);
    if (!m)
        fail_msg("%s", e.text);
    assert_int_equal(m->net->layer[0].hidden, 1);
    model_free(m);
}

/* What is called as a parameter is and holds no numbers is never passed over: not where it is needed, and not in the
 * account, beside which nothing is proven. */
static void a_parameter_that_holds_no_numbers_is_told(void **state)
{
    (void)state;
#define TENSORS(more)                                                                                                  \
    "{\"format\":\"pytorch\",\"inputs\":[[1],[1]],\"expected\":{\"h\":[[0.3696],[0.6505]],\"tolerance\":0.001}," \
    "\"tensors\":{"                                                                                                    \
    "\"l.weight_ih_l0\":[[1],[1],[1],[1]],\"l.weight_hh_l0\":[[1],[1],[1],[1]],\"fc.weight\":[[1],[2]]," more "}}"
    static const struct { const char *text, *says; } cases[] = {
        {TENSORS("\"fc.bias\":[1,2]"), NULL},
        {TENSORS("\"fc.bias\":null"), "fc.bias: expected an array of numbers, found null"},
        {TENSORS("\"fc.bias\":\"AAAA\""), "fc.bias: expected an array of numbers, found \"AAAA\""},
        {TENSORS("\"fc.bias\":[\"1\",\"2\"]"), "fc.bias[0]: expected a finite number, found \"1\""},
        {TENSORS("\"fc.bias\":[true,true]"), "fc.bias[0]: expected a finite number, found true"},
        {TENSORS("\"fc.bias\":{\"a\":1}"), "fc.bias: expected an array of numbers, found an object"},
        {TENSORS("\"ln.weight\":null"), ""},
        {TENSORS("\"ln.weight\":\"AAAA\""), ""},
        {TENSORS("\"ln.weight\":[\"1\"]"), ""},
        {TENSORS("\"ln.weight\":[1,[2]]"), ""},
        {TENSORS("\"ln.note\":\"a text\""), NULL},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct err e = {{0}};
        struct model *m = model_parse(cases[k].text, strlen(cases[k].text), "F", NULL, &e);
        if (cases[k].says && *cases[k].says) {
            if (m || !strstr(e.text, cases[k].says))
                fail_msg("%s: %s", cases[k].text, m ? "it opened" : e.text);
            continue;
        }
        if (!m)
            fail_msg("%s", e.text);
        assert_int_equal(m->unused_count, cases[k].says ? 1 : 0);
        if (cases[k].says)
            assert_string_equal(m->unused[0], "ln.weight");
        struct session *s = session_new(m, &e);
        assert_int_equal(session_reading(s) == READING_PROVEN, !cases[k].says);
        session_free(s);
    }
#undef TENSORS
}

/* A stack is in the order of its numbers, whatever the order of the file; where by their sizes all could read the same
 * inputs, that they are taken for a stack is said. */
static void modules_with_numbers_are_a_stack_in_the_order_of_their_numbers(void **state)
{
    (void)state;
    static const int order[] = {0, 1, 10, 11, 2, 3, 4, 5, 6, 7, 8, 9};       /* as letters go */
    struct str text = {0};
    struct err e = {{0}};
    for (size_t k = 0; k < sizeof order / sizeof *order; k++)
        str_addf(&text, "%c\"cells.%d.weight_ih\":[[%d],[2],[3],[4]],\"cells.%d.weight_hh\":[[1],[2],[3],[4]]",
                 k ? ',' : '{', order[k], order[k] + 100, order[k]);
    str_addc(&text, '}');
    struct model *m = model_parse(text.s, text.len, "F", NULL, &e);
    if (!m)
        fail_msg("%s", e.text);
    assert_int_equal(m->net->layers, 12);
    for (int l = 0; l < 12; l++)
        assert_true(m->net->layer[l].W[Q_I][1] == (float)(l + 100));
    assert_non_null(m->notice);
    assert_non_null(strstr(m->notice,
                           "cells.0 to cells.11 are read as a stack, each on the one before, by their numbers; "
                           "--lstm cells.0 reads one alone"));
    model_free(m);
    str_free(&text);
    static const char taller[] = "{\"c.0.weight_ih\":[[1],[2],[3],[4],[1],[2],[3],[4]],\"c.0.weight_hh\":[[1,1],[2,2],["
                                 "3,3],[4,4],[1,1],[2,2],[3,3],[4,4]],"
                                 "\"c.1.weight_ih\":[[1,1],[2,2],[3,3],[4,4]],\"c.1.weight_hh\":[[1],[2],[3],[4]]}";
    m = model_parse(taller, strlen(taller), "F", NULL, &e);
    if (!m)
        fail_msg("%s", e.text);
    assert_int_equal(m->net->layers, 2);
    assert_null(m->notice);                                /* its sizes leave no choice */
    model_free(m);
}

/* num_words, oov_token and lower of Keras's tokenizer say which words the model knows and what becomes of others. */
static void what_a_tokenizer_of_keras_says_of_its_words_counts(void **state)
{
    (void)state;
#define TOKENIZER(more)                                                                                                \
    "{\"class_name\":\"Tokenizer\",\"config\":{\"word_index\":\"{\\\"<OOV>\\\":1,\\\"the\\\":2,\\\"cat\\\":3,"         \
    "\\\"sat\\\":4,\\\"on\\\":5}\"" more "}}"
    static const struct { const char *tokenizer, *text; int id[3]; const char *refused; } cases[] = {
        {TOKENIZER(""), "The cat on", {2, 3, 5}, NULL},
        {TOKENIZER(",\"lower\":false"), "The cat on", {1, 3, 5}, NULL},
        {TOKENIZER(",\"num_words\":5"), "the sat on", {2, 4, 1}, NULL},
        {TOKENIZER(",\"num_words\":5,\"oov_token\":\"the\""), "sat on cat", {4, 2, 3}, NULL},
        {TOKENIZER(",\"oov_token\":\"<OOV>\",\"num_words\":null"), "zebra cat on", {1, 3, 5}, NULL},
        {TOKENIZER(",\"oov_token\":\"<none>\""), "the cat on", {2, 3, 5}, NULL},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct err e = {{0}};
        struct json *j = json_parse_copy(cases[k].tokenizer, strlen(cases[k].tokenizer), "F", &e);
        assert_non_null(j);
        struct json_at top = json_top(j);
        struct vocab *v = vocab_from_any(&top, &(struct vocab_wish){.kind = -1, .index_from = -1, .rows = 8}, &e);
        struct tokens t = {0};
        if (!v)
            fail_msg("%s", e.text);
        bool taken = vocab_tokenise(v, cases[k].text, "F", &t, &e);
        if (taken != !cases[k].refused || (!taken && !strstr(e.text, cases[k].refused)))
            fail_msg("%s: %s", cases[k].text, taken ? "taken" : e.text);
        for (int i = 0; taken && i < 3; i++)
            assert_int_equal(t.id[i], cases[k].id[i]);
        tokens_clear(&t);
        vocab_free(v);
        json_free(j);
    }
#undef TOKENIZER
}

/* What a list cannot tell is said, and it has no names to choose by; what else a file is, is said by its name. */
static void what_a_list_cannot_tell_is_said(void **state)
{
    (void)state;
#define KERNELS "[[1,2,3,4]],[[1,2,3,4]],[1,2,3,4]"
    static const struct { const char *text, *lstm, *says; bool opens;
    } cases[] = {
        {"[" KERNELS "," KERNELS "]", NULL,
         "the 2 LSTMs are read as a stack, each on the one before, which a list does not", true},
        {"[" KERNELS "]", "x", "--lstm: a list has no names to choose by", false},
        {"{\"h.0.attn.c_attn.weight\":[[1,2]],\"wte.weight\":[[1,2]]}", NULL,
         "no LSTM in it: by its names it is a transformer, which is not supported; there are h.0.attn", false},
        {"{\"rnn/gru_cell/gates/kernel\":[[1,2]]}", NULL, "by its names it is a GRU, which is not supported", false},
        {"{\"gru.weight_ih_l0\":[[1],[1],[1]],\"gru.weight_hh_l0\":[[1],[1],[1]],\"a.weight_ih_l0\":[[1],[1],[1],[1]],"
         "\"a.weight_hh_l0\":[[1],[1],[1],[1]]}",
         NULL,
         "are a GRU (3 blocks of 1 rows), which is not supported; --lstm a "
         "reads the LSTM beside it alone",
         false},
        {"{\"gru.weight_ih_l0\":[[1],[1],[1]],\"gru.weight_hh_l0\":[[1],[1],[1]],\"a.weight_ih_l0\":[[1],[1],[1],[1]],"
         "\"a.weight_hh_l0\":[[1],[1],[1],[1]]}",
         "a", NULL, true},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct err e = {{0}};
        struct model *m = model_parse(cases[k].text, strlen(cases[k].text), "F",
                                      &(struct model_options){.tokenizer = -1, .lstm = cases[k].lstm}, &e);
        const char *said = m ? m->notice : e.text;
        if ((m != NULL) != cases[k].opens || (cases[k].says && (!said || !strstr(said, cases[k].says))))
            fail_msg("%s: %s", cases[k].text, said ? said : "nothing is said");
        model_free(m);
    }
#undef KERNELS
}

/* What an optimizer remembers of the weights is no second set of them. */
static void an_optimizer_beside_the_weights_is_passed_over(void **state)
{
    (void)state;
#define WEIGHTS "\"l.weight_ih_l0\":[[1],[2],[3],[4]],\"l.weight_hh_l0\":[[1],[2],[3],[4]]"
    static const struct { const char *text; bool opens;
    } cases[] = {
        {"{\"model_state_dict\":{" WEIGHTS "},\"optimizer_state_dict\":{\"state\":{\"0\":{\"exp_avg\":[[9],[9]]}}}}",
         true},
        {"{\"lr_scheduler_state_dict\":{\"w\":[[9],[9]]},\"state_dict\":{" WEIGHTS "}}", true},
        {"{\"model_state_dict\":{" WEIGHTS "},\"ema_state_dict\":{" WEIGHTS "}}", false},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct err e = {{0}};
        struct model *m = model_parse(cases[k].text, strlen(cases[k].text), "F", NULL, &e);
        if (cases[k].opens != (m != NULL) || (!m && !strstr(e.text, "take one of them out")))
            fail_msg("%s: %s", cases[k].text, e.text);
        model_free(m);
    }
#undef WEIGHTS
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tensor_without_a_name_is_no_gate),
        cmocka_unit_test(a_parameter_that_holds_no_numbers_is_told),
        cmocka_unit_test(modules_with_numbers_are_a_stack_in_the_order_of_their_numbers),
        cmocka_unit_test(what_a_tokenizer_of_keras_says_of_its_words_counts),
        cmocka_unit_test(what_a_list_cannot_tell_is_said),
        cmocka_unit_test(an_optimizer_beside_the_weights_is_passed_over),
        cmocka_unit_test(every_form_gives_the_same_tokens),
        cmocka_unit_test(word_indexes_from_one_leave_row_0_to_the_padding),
        cmocka_unit_test(rows_of_a_padded_embedding_have_no_token),
        cmocka_unit_test(a_padded_embedding_is_read_where_it_is_told_how_else_it_is_said),
        cmocka_unit_test(a_vocabulary_of_parts_of_words_is_known),
        cmocka_unit_test(inputs_may_be_flat_nested_or_csv),
        cmocka_unit_test(inputs_that_do_not_fit_say_where),
        cmocka_unit_test(one_output_is_a_number_and_no_probability),
        cmocka_unit_test(a_word_read_as_unknown_is_known_as_such),
        cmocka_unit_test(as_many_tokens_as_inputs_are_one_hot),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
