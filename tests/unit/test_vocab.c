/* Vocabularies and how a text becomes tokens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/str.h"
#include "model/vocab.h"

static void must_say(const char *got, const char *wanted)
{
    if (!strstr(got, wanted))
        fail_msg("expected a message with\n    %s\ngot\n    %s", wanted, got);
}

static struct vocab *words(const char *unknown, bool lowercase)
{
    static const char *const tokens[] = {
        "<unk>", "she", "came", "her", "dog", ".", ",", "\"", "Mr.", "don't", "\xC3\xA9t\xC3\xA9", "..."};
    struct err e = {{0}};
    struct vocab *v =
        vocab_new(&(struct vocab_list){VOCAB_WORD, tokens, sizeof tokens / sizeof *tokens, .unknown = unknown,
                                       .lowercase = lowercase, .source = "F", .place = "tokens"}, &e);
    if (!v)
        fail_msg("%s", e.text);
    return v;
}

/* "she|came|." */
static char *joined(const struct tokens *t)
{
    struct str s = {0};
    for (int k = 0; k < t->n; k++)
        str_addf(&s, "%s%s", k ? "|" : "", tokens_text(t, k));
    return str_take(&s);
}

static void splits(const struct vocab *v, const char *text, const char *wanted)
{
    struct err e = {{0}};
    struct tokens t;
    if (!vocab_tokenise(v, text, "--text", &t, &e))
        fail_msg("%s: %s", text, e.text);
    char *got = joined(&t);
    assert_string_equal(got, wanted);
    free(got);
    tokens_clear(&t);
}

static void words_are_split_at_white_space_and_give_punctuation_away(void **state)
{
    (void)state;
    struct vocab *v = words("<unk>", true);
    splits(v, "She came", "She|came");
    splits(v, "  she\tcame\n her\r\n", "she|came|her");
    splits(v, "she, came.", "she|,|came|.");
    splits(v, "\"dog.\"", "\"|dog|.|\"");
    splits(v, "Mr. dog", "Mr.|dog");
    splits(v, "\"Mr.", "\"|Mr.");
    splits(v, "don't.", "don't|.");
    splits(v, "...", "...");
    splits(v, "dog...", "dog|...");
    splits(v, "dragon,", "dragon|,");
    splits(v, "?!", "?|!");
    splits(v, "\xE2\x80\x9C" "dog\xE2\x80\x9D", "\xE2\x80\x9C|dog|\xE2\x80\x9D");
    vocab_free(v);
}

static void a_lower_case_vocabulary_finds_what_was_typed_in_capitals(void **state)
{
    (void)state;
    struct vocab *v = words("<unk>", true);
    struct tokens t;
    struct err e = {{0}};
    assert_true(vocab_tokenise(v, "She \xC3\x89T\xC3\x89 Mr.", "--text", &t, &e));
    assert_int_equal(t.id[0], 1);
    assert_string_equal(tokens_text(&t, 0), "She");
    assert_int_equal(t.id[1], 10);
    assert_int_equal(t.id[2], 8);
    tokens_clear(&t);
    assert_int_equal(vocab_find(v, "DOG"), 4);
    assert_int_equal(vocab_find(v, "DOGS"), -1);
    vocab_free(v);
    v = words("<unk>", false);
    assert_int_equal(vocab_find(v, "DOG"), -1);
    vocab_free(v);
}

static void an_unknown_word_becomes_the_unknown_token(void **state)
{
    (void)state;
    struct vocab *v = words("<unk>", true);
    struct tokens t;
    assert_true(vocab_tokenise(v, "she came dragon", "--text", &t, NULL));
    assert_int_equal(t.n, 3);
    assert_int_equal(t.id[2], 0);
    assert_string_equal(tokens_text(&t, 2), "dragon");
    tokens_clear(&t);
    vocab_free(v);
}

static void without_an_unknown_token_the_word_and_its_position_are_named(void **state)
{
    (void)state;
    struct vocab *v = words(NULL, false);
    struct tokens t;
    struct err e = {{0}};
    assert_false(vocab_tokenise(v, "she came her dragon", "--text", &t, &e));
    must_say(e.text, "--text: token 4 \"dragon\" is not in the vocabulary of 12 tokens");
    assert_false(vocab_tokenise(v, "She", "--text", &t, &e));
    must_say(e.text, "--text: token 1 \"She\" is not in the vocabulary, \"she\" is");
    const char *const list[] = {"she", "\x1B[2J"};
    assert_false(vocab_lookup(v, list, 2, "F: sequence", &t, &e));
    must_say(e.text, "F: sequence: token 2 \"<0x1B>[2J\" is not");
    vocab_free(v);
}

static void characters_are_taken_one_by_one(void **state)
{
    (void)state;
    static const char *const tokens[] = {"a", "b", " ", "\n", "\xC3\xA9", "\xF0\x9F\x98\x80"};
    struct vocab *v = vocab_new(&(struct vocab_list){VOCAB_CHAR, tokens, 6, .source = "F", .place = ""}, NULL);
    splits(v, "ab \n\xC3\xA9\xF0\x9F\x98\x80", "a|b| |\n|\xC3\xA9|\xF0\x9F\x98\x80");
    struct tokens t;
    struct err e = {{0}};
    assert_false(vocab_tokenise(v, "abc", "--text", &t, &e));
    must_say(e.text, "token 3 \"c\"");
    assert_false(vocab_tokenise(v, "a\xFFz", "--text", &t, &e));
    must_say(e.text, "--text: expected UTF-8, found the byte 0xFF at byte 2");
    vocab_free(v);
}

static void a_text_without_tokens_is_refused_a_list_without_is_not(void **state)
{
    (void)state;
    struct vocab *v = words("<unk>", true);
    struct tokens t;
    struct err e = {{0}};
    assert_false(vocab_tokenise(v, "", "--text", &t, &e));
    must_say(e.text, "--text: expected at least one token, found none");
    assert_false(vocab_tokenise(v, " \n ", "--text", &t, &e));
    assert_true(vocab_lookup(v, NULL, 0, "F", &t, &e));
    assert_int_equal(t.n, 0);
    tokens_clear(&t);
    vocab_free(v);
}

static struct vocab *letters(enum vocab_kind kind)
{
    static const char *const list[] = {"a", "b", "c"};
    return vocab_new(&(struct vocab_list){.kind = kind, .tokens = list, .n = 3}, NULL);
}

/* Words of one letter pass for characters, and the other way round: then the line says how it would be read. */
static void the_tokenizer_that_would_read_a_text_is_named(void **state)
{
    (void)state;
    static const struct { enum vocab_kind kind; const char *text, *says; } cases[] = {
        {VOCAB_CHAR, "a b c", "token 2 \" \" is not in the vocabulary of 3 tokens, which has no unknown token; "
                              "--tokenizer word reads words"},
        {VOCAB_CHAR, " a\tb ", "--tokenizer word reads words"}, {VOCAB_CHAR, "a x", NULL}, {VOCAB_CHAR, "ab c", NULL},
        {VOCAB_WORD, "abc", "token 1 \"abc\" is not in the vocabulary of 3 tokens, which has no unknown token; "
                            "--tokenizer char reads characters"},
        {VOCAB_WORD, "ab c", NULL}, {VOCAB_WORD, "abx", NULL},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct vocab *v = letters(cases[k].kind);
        struct tokens t;
        struct err e = {{0}};
        assert_false(vocab_tokenise(v, cases[k].text, "--text", &t, &e));
        must_say(e.text, cases[k].says ? cases[k].says : "which has no unknown token");
        if (!cases[k].says)
            assert_null(strstr(e.text, "--tokenizer"));
        vocab_free(v);
    }
    struct vocab *v = letters(VOCAB_CHAR);
    struct tokens t;
    struct err e = {{0}};
    assert_false(vocab_lookup(v, (const char *const[]){" "}, 1, "F", &t, &e));      /* ready tokens are not cut */
    assert_null(strstr(e.text, "--tokenizer"));
    vocab_free(v);
}

static void a_million_tokens_are_found_quickly(void **state)
{
    (void)state;
    struct vocab *v = words("<unk>", true);
    struct str s = {0};
    for (int k = 0; k < 1000000; k++)
        str_add(&s, k % 2 ? "she " : "dog. ");
    struct tokens t;
    assert_true(vocab_tokenise(v, s.s, "--text", &t, NULL));
    assert_int_equal(t.n, 1500000);
    tokens_clear(&t);
    str_clear(&s);
    for (int k = 0; k < 1000000; k++)
        str_addc(&s, "!?"[k % 2]);
    assert_true(vocab_tokenise(v, s.s, "--text", &t, NULL));
    assert_int_equal(t.n, 1000000);
    tokens_clear(&t);
    str_free(&s);
    vocab_free(v);
}

static void copies_are_independent(void **state)
{
    (void)state;
    struct vocab *v = words("<unk>", true);
    struct tokens a, b;
    assert_true(vocab_tokenise(v, "She came", "--text", &a, NULL));
    assert_true(tokens_copy(&a, &b));
    free(tokens_put(&a, 0, strdup("he"), vocab_find(v, "he")));
    assert_string_equal(tokens_text(&a, 0), "he");
    assert_string_equal(tokens_text(&b, 0), "She");
    assert_int_equal(b.id[1], a.id[1]);
    tokens_clear(&a);
    tokens_clear(&b);
    assert_int_equal(a.n, 0);
    vocab_free(v);
}

/* ---- vocabularies that are wrong ---- */

static void json_refused(const char *text, const char *message)
{
    struct err e = {{0}};
    struct json *j = json_parse_copy(text, strlen(text), "F", &e);
    if (!j)
        fail_msg("%s", e.text);
    struct json_at top = json_top(j);
    if (vocab_from_json(&top, &e))
        fail_msg("accepted: %s", text);
    must_say(e.text, message);
    json_free(j);
}

static void a_vocabulary_that_is_wrong_is_told_where(void **state)
{
    (void)state;
    json_refused("{\"kind\": \"word\", \"tokens\": []}", "F: tokens: expected at least one token, found none");
    json_refused("{\"kind\": \"word\"}", "F: expected the key \"tokens\", found none");
    json_refused("{\"kind\": \"words\", \"tokens\": [\"a\"]}",
                 "F: kind: expected \"word\" or \"char\", found \"words\"");
    json_refused("{\"tokens\": [\"a\", \"b\", \"a\"]}", "F: tokens[2]: the token \"a\" is there already, at tokens[0]");
    json_refused("{\"tokens\": [\"a\", \"\"]}", "F: tokens[1]: expected a token, found an empty one");
    json_refused("{\"tokens\": [\"a\", 3]}", "F: tokens[1]: expected a string, found 3");
    json_refused("{\"tokens\": [1, 2]}", "F: tokens: expected an array of strings, found an array of 2 numbers");
    json_refused("{\"tokens\": \"ab\"}", "F: tokens: expected an array of strings, found \"ab\"");
    json_refused("{\"tokens\": [\"a\\u0000\"]}", "F: tokens[0]: expected a string without \\u0000");
    json_refused("{\"tokens\": [\"a\"], \"unknown\": \"<unk>\"}",
                 "expected the unknown token \"<unk>\" among the tokens");
    json_refused("{\"tokens\": [\"a\"], \"unknown\": 0}", "F: unknown: expected a string, found 0");
    json_refused("{\"tokens\": [\"a\"], \"lowercase\": \"yes\"}",
                 "F: lowercase: expected true or false, found \"yes\"");
    json_refused("{\"tokens\": [\"a\"], \"case\": 1}", "F: unknown key \"case\"");
    json_refused("[\"a\"]", "F: expected an object, found an array of 1");
}

static void a_token_of_64_kib_is_refused(void **state)
{
    (void)state;
    char *big = malloc(65537);
    memset(big, 'x', 65536);
    big[65536] = '\0';
    const char *const tokens[] = {"a", big};
    struct err e = {{0}};
    assert_null(vocab_new(&(struct vocab_list){VOCAB_WORD, tokens, 2, .source = "F", .place = "tokens"}, &e));
    must_say(e.text, "F: tokens[1]: expected a token of at most 1024 bytes, found 65536");
    free(big);
}

static void tokens_that_only_look_alike_are_two(void **state)
{
    (void)state;
    static const char *const tokens[] = {"her",
                                         "her\xE2\x80\x8B",
                                         "\x1B]52;c;eA==\x07",
                                         "\xC2\x9B"
                                         "2J",
                                         "\xE2\x80\xAE"
                                         "reh",
                                         "e\xCC\x81",
                                         "\xC3\xA9"};
    struct err e = {{0}};
    struct vocab *v = vocab_new(&(struct vocab_list){VOCAB_WORD, tokens, 7, .source = "F", .place = "tokens"}, &e);
    assert_non_null(v);
    assert_int_equal(vocab_find(v, "her"), 0);
    assert_int_equal(vocab_find(v, "her\xE2\x80\x8B"), 1);
    assert_int_equal(vocab_find(v, "\xC3\xA9"), 6);
    vocab_free(v);
}

/* ---- files ---- */

static char path[512];

static const char *file(const char *suffix, const char *text, size_t n)
{
    const char *dir = getenv("TMPDIR");
    snprintf(path, sizeof path, "%s/flstm-vocab-%ld%s", dir && *dir ? dir : "/tmp", (long)getpid(), suffix);
    FILE *f = fopen(path, "wb");
    if (!f)
        fail_msg("cannot write %s", path);
    assert_int_equal(fwrite(text, 1, n, f), n);
    fclose(f);
    return path;
}

static struct vocab *from_file(const char *suffix, const char *text, int kind, struct err *e)
{
    struct vocab *v = vocab_read(file(suffix, text, strlen(text)), kind, e);
    unlink(path);
    return v;
}

static void a_bare_vocabulary_may_be_an_array_an_object_or_lines(void **state)
{
    (void)state;
    static const struct { const char *suffix, *text; } same[] = {
        {".json", "[\"<unk>\", \"she\", \"dog\"]"}, {".json", "{\"dog\": 2, \"<unk>\": 0, \"she\": 1}"},
        {".txt", "<unk>\nshe\ndog\n"}, {".txt", "<unk>\r\nshe\r\ndog"},
        {"", "\xEF\xBB\xBF<unk>\nshe\ndog\n"}, {".txt", "  [\"<unk>\", \"she\", \"dog\"]"},
        {".json", "{\"kind\": \"word\", \"tokens\": [\"<unk>\", \"she\", \"dog\"], \"unknown\": \"<unk>\"}"},
    };
    for (size_t k = 0; k < sizeof same / sizeof *same; k++) {
        struct err e = {{0}};
        struct vocab *v = from_file(same[k].suffix, same[k].text, -1, &e);
        if (!v)
            fail_msg("%s", e.text);
        assert_int_equal(v->size, 3);
        assert_int_equal(v->kind, VOCAB_WORD);
        assert_int_equal(v->unknown, 0);
        assert_string_equal(v->token[2], "dog");
        vocab_free(v);
    }
}

/* By their first eight bytes many are in order already; the others are compared. */
static void found_in_any_order(int n)
{
    enum { MOST = 80000 };
    static char text[MOST][24];
    static const char *tokens[MOST];
    for (int k = 0; k < n; k++) {
        static const char *const begin[] = {"", "internat", "\xC3\xA9t", "\xF0\x9F\x99\x82", "a0000"};
        snprintf(text[k], sizeof text[k], "%s%d", begin[k % 5], k * 7919 % n);
        if (k == n / 2)
            snprintf(text[k], sizeof text[k], "internat");
        tokens[k] = text[k];
    }
    struct err e = {""};
    const struct vocab_list list = {.kind = VOCAB_WORD, .tokens = tokens, .n = n, .source = "F", .place = "line"};
    struct vocab *v = vocab_new(&list, &e);
    if (!v)
        fail_msg("%s", e.text);
    for (int k = 0; k < n; k++)
        assert_int_equal(vocab_find(v, text[k]), k);
    assert_int_equal(vocab_find(v, "internat"), n / 2);
    assert_int_equal(vocab_find(v, "interna"), -1);
    assert_int_equal(vocab_find(v, "internat00"), -1);
    assert_int_equal(vocab_find(v, "\xC3"), -1);
    vocab_free(v);
    snprintf(text[n - 1], sizeof text[n - 1], "%s", text[6]);            /* alike beyond the first eight bytes */
    assert_null(vocab_new(&list, &e));
    char place[64];
    snprintf(place, sizeof place, "F: line %d: the token \"internat", n);
    if (!strstr(e.text, place) || !strstr(e.text, "is there already, at line 7"))
        fail_msg("%s", e.text);
    snprintf(text[n - 1], sizeof text[n - 1], "%s", text[5]);            /* and within them */
    assert_null(vocab_new(&list, &e));
    assert_non_null(strstr(e.text, "is there already, at line 6"));
}

/* Few and many are not sorted in the same way. */
static void tokens_in_any_order_are_found_and_twins_told_by_both_places(void **state)
{
    (void)state;
    found_in_any_order(20000);
    found_in_any_order(80000);
}

static void each_line_is_a_token_whether_the_last_one_ends_or_not(void **state)
{
    (void)state;
    struct str text = {0};
    for (int lines = 1; lines <= 150; lines++) {
        str_addf(&text, "%sw%d", lines > 1 ? "\n" : "", lines);
        for (int ends = 0; ends < 2; ends++) {
            struct str file = {0};
            struct err e = {""};
            str_addf(&file, "%s%s", str_text(&text), ends ? "\n" : "");
            struct vocab *v = from_file(".txt", str_text(&file), VOCAB_WORD, &e);
            if (!v)
                fail_msg("%d lines: %s", lines, e.text);
            char last[16];
            snprintf(last, sizeof last, "w%d", lines);
            assert_int_equal(v->size, lines);
            assert_string_equal(v->token[lines - 1], last);
            vocab_free(v);
            str_free(&file);
        }
    }
    str_free(&text);
}

static void a_number_beside_a_token_is_its_index_or_a_count(void **state)
{
    (void)state;
    static const struct { const char *text, *first, *second, *third; } forms[] = {
        {"sat\t2\nthe\t0\ncat\t1\n", "the", "cat", "sat"},         /* indexes, in any order */
        {"sat 2\nthe 0\ncat 1\n", "the", "cat", "sat"},
        {"0\tthe\n1\tcat\n2\tsat\n", "the", "cat", "sat"},
        {"2 sat\n0 the\n1 cat\n", "the", "cat", "sat"},
        {"the\t71\ncat\t9\nsat\t9\n", "the", "cat", "sat"},         /* counts */
        {"the\t3\ncat\t2\nsat\t1\n", "the", "cat", "sat"},          /* so are these: ever rarer */
        {"the 71\ncat 9\nsat 1.5\n", "the", "cat", "sat"},
        {"1 the\n2 cat\n9 sat\n", "1 the", "2 cat", "9 sat"},         /* neither */
        {"the\t1\ncat\nsat\t2\n", "the\t1", "cat", "sat\t2"},
    };
    for (size_t k = 0; k < sizeof forms / sizeof *forms; k++) {
        struct err e = {""};
        struct vocab *v = from_file(".txt", forms[k].text, -1, &e);
        if (!v)
            fail_msg("%s: %s", forms[k].text, e.text);
        assert_int_equal(v->size, 3);
        assert_string_equal(v->token[0], forms[k].first);
        assert_string_equal(v->token[1], forms[k].second);
        assert_string_equal(v->token[2], forms[k].third);
        vocab_free(v);
    }
}

static void tokens_in_brackets_are_lines_not_json(void **state)
{
    (void)state;
    struct err e = {{0}};
    struct vocab *v = from_file(".txt", "[PAD]\n[UNK]\nthe\n", -1, &e);
    assert_non_null(v);
    assert_string_equal(v->token[0], "[PAD]");
    assert_int_equal(v->unknown, 1);
    vocab_free(v);
}

static void nearly_all_single_characters_are_a_character_vocabulary(void **state)
{
    (void)state;
    struct err e = {{0}};
    struct vocab *v =
        from_file(".json", "[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\",\"\\u00e9\",\"<unk>\"]", -1, &e);
    assert_int_equal(v->kind, VOCAB_CHAR);
    vocab_free(v);
    v = from_file(".json", "[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\",\"<pad>\",\"<unk>\"]", -1, &e);
    assert_int_equal(v->kind, VOCAB_WORD);
    vocab_free(v);
    v = from_file(".json", "[\"a\",\"b\"]", VOCAB_WORD, &e);
    assert_int_equal(v->kind, VOCAB_WORD);
    vocab_free(v);
}

/* Megabytes without a blank are one word, which is looked up no longer than a token can be. */
static void a_word_of_megabytes_is_refused_at_once(void **state)
{
    (void)state;
    enum { LENGTH = 16 << 20 };
    static const char fillers[] = {'[', 'a', '.'};
    struct vocab *v = words(NULL, true);
    for (size_t k = 0; k < sizeof fillers; k++) {
        char *text = malloc(LENGTH + 1);
        struct err e = {{0}};
        struct tokens t;
        memset(text, fillers[k], LENGTH);
        text[0] = '[';
        text[LENGTH] = '\0';
        clock_t start = clock();
        assert_false(vocab_tokenise(v, text, "--tokens", &t, &e));
        must_say(e.text, "token 1 \"[\" is not in the vocabulary");
        assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 3);
        free(text);
    }
    vocab_free(v);
}

static void more_tokens_than_can_be_followed_are_refused(void **state)
{
    (void)state;
    enum { TOKENS = (1 << 24) + 1 };
    struct vocab *v = words("<unk>", false);
    char *text = malloc(2 * TOKENS + 1);
    for (int k = 0; k < TOKENS; k++)
        memcpy(text + 2 * k, ". ", 2);
    text[2 * TOKENS] = '\0';
    struct err e = {{0}};
    struct tokens t;
    assert_false(vocab_tokenise(v, text, "--tokens", &t, &e));
    must_say(e.text, "--tokens: expected at most 16777216 tokens");
    text[2 * TOKENS - 2] = '\0';
    assert_true(vocab_tokenise(v, text, "--tokens", &t, &e));
    assert_int_equal(t.n, TOKENS - 1);
    tokens_clear(&t);
    free(text);
    vocab_free(v);
}

static void a_bare_vocabulary_that_is_wrong_is_told_where(void **state)
{
    (void)state;
    static const struct { const char *suffix, *text, *message; } bad[] = {
        {".json", "{\"a\": 0, \"b\": 2}", ": b: expected the 2 tokens to have the indexes 0 to 1, each once, found 2"},
        {".json", "{\"a\": 0, \"b\": -1}", ": b: expected a whole number from 0 up, found -1"},
        {".json", "{\"a\": 0, \"b\": 0}", ": b: expected an index of its own, found 0, which \"a\" has"},
        {".json", "{\"a\": 0.5}", "found 0.5"}, {".json", "{\"a\": \"0\"}", "found \"0\""},
        {".json", "{}", "at least one token"}, {".json", "[]", "at least one token"},
        {".json", "\"abc\"", "expected an array of tokens or an object"},
        {".json", "[1, 2]", "expected an array of strings"}, {".json", "[\"a\"", "not valid JSON"},
        {".txt", "", "expected at least one token"},
        {".txt", "a\n\nb\n", ": line 2: expected a token, found an empty one"},
        {".txt", "a\nb\na\n", ": line 3: the token \"a\" is there already, at line 1"},
        {".txt", "a\n\xFF\n", ": line 2: expected UTF-8, found the byte 0xFF"},
    };
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        struct err e = {{0}};
        if (from_file(bad[k].suffix, bad[k].text, -1, &e))
            fail_msg("accepted: %s", bad[k].text);
        must_say(e.text, bad[k].message);
        must_say(e.text, "flstm-vocab-");
    }
    struct err e = {{0}};
    assert_null(vocab_read(file(".txt", "a\0b\n", 4), -1, &e));
    must_say(e.text, "found the byte 0x00");
    unlink(path);
    assert_null(vocab_read("no-such-dir/no-such-file", -1, &e));
    must_say(e.text, "no-such-dir/no-such-file: cannot open");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_split_at_white_space_and_give_punctuation_away),
        cmocka_unit_test(a_lower_case_vocabulary_finds_what_was_typed_in_capitals),
        cmocka_unit_test(an_unknown_word_becomes_the_unknown_token),
        cmocka_unit_test(a_word_of_megabytes_is_refused_at_once),
        cmocka_unit_test(more_tokens_than_can_be_followed_are_refused),
        cmocka_unit_test(without_an_unknown_token_the_word_and_its_position_are_named),
        cmocka_unit_test(characters_are_taken_one_by_one),
        cmocka_unit_test(a_text_without_tokens_is_refused_a_list_without_is_not),
        cmocka_unit_test(the_tokenizer_that_would_read_a_text_is_named),
        cmocka_unit_test(a_million_tokens_are_found_quickly),
        cmocka_unit_test(tokens_in_any_order_are_found_and_twins_told_by_both_places),
        cmocka_unit_test(each_line_is_a_token_whether_the_last_one_ends_or_not),
        cmocka_unit_test(copies_are_independent),
        cmocka_unit_test(a_vocabulary_that_is_wrong_is_told_where),
        cmocka_unit_test(a_token_of_64_kib_is_refused),
        cmocka_unit_test(tokens_that_only_look_alike_are_two),
        cmocka_unit_test(a_bare_vocabulary_may_be_an_array_an_object_or_lines),
        cmocka_unit_test(a_number_beside_a_token_is_its_index_or_a_count),
        cmocka_unit_test(tokens_in_brackets_are_lines_not_json),
        cmocka_unit_test(nearly_all_single_characters_are_a_character_vocabulary),
        cmocka_unit_test(a_bare_vocabulary_that_is_wrong_is_told_where),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
