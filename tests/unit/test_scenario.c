/* test_scenario.c: saved states come back as they were, and files that do not fit leave the session alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/builtin.h"
#include "base/file.h"
#include "base/mem.h"
#include "import/import.h"
#include "session/edit.h"
#include "session/scenario.h"
#include "support/folder.h"
#include "support/models.h"


static char *in_folder(const char *name)
{
    static char path[64];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static char *written(const char *name, const char *text)
{
    char *path = in_folder(name);
    assert_true(file_write(path, text, strlen(text), NULL));
    return path;
}

static struct session *words(void)
{
    struct session *s = session_new(model_words(), NULL);
    assert_non_null(s);
    return s;
}

/* The whole state as text: what scenario_write says, which the round trip below shows to be everything. */
static char *state_of(const struct session *s)
{
    struct str out = {0};
    scenario_write(s, NULL, &out);
    return str_take(&out);
}

static void same_floats(const float *a, const float *b, int n)
{
    assert_memory_equal(a, b, (size_t)n * sizeof *a);
}

static void same_sessions(const struct session *a, const struct session *b)
{
    size_t n, m;
    const struct pin *p = session_pins(a, &n), *q = session_pins(b, &m);
    assert_int_equal(n, m);
    for (size_t k = 0; k < n; k++) {
        assert_int_equal(pin_compare(&p[k], &q[k]), 0);
        same_floats(&p[k].value, &q[k].value, 1);
    }
    assert_int_equal(session_steps(a), session_steps(b));
    const struct lstm *x = session_net(a), *y = session_net(b);
    for (int t = 1; t <= session_steps(a); t++) {
        assert_string_equal(session_token(a, t), session_token(b, t));
        assert_int_equal(session_token_id(a, t), session_token_id(b, t));
        same_floats(session_inputs(a)[t - 1], session_inputs(b)[t - 1], x->embed);
    }
    for (int l = 0; l < x->layers; l++) {
        int h = x->layer[l].hidden;
        for (int g = 0; g < GATES; g++) {
            same_floats(x->layer[l].W[g], y->layer[l].W[g], h * (h + x->layer[l].in));
            same_floats(x->layer[l].b[g], y->layer[l].b[g], h);
        }
        for (int t = 0; t <= session_steps(a); t++)
            for (int v = 0; v < Q_COUNT; v++)
                same_floats(session_row(a, RUN_PINNED, l, (enum quantity)v, t),
                            session_row(b, RUN_PINNED, l, (enum quantity)v, t), h);
    }
    const struct cursor *c = session_cursor(a), *d = session_cursor(b);
    assert_int_equal(c->step, d->step);
    assert_int_equal(c->layer, d->layer);
    assert_int_equal(c->unit, d->unit);
    assert_int_equal(c->value, d->value);
    assert_int_equal(c->sub, d->sub);
}

/* ---- round trip -------------------------------------------------------------------------------------------------- */

static void edit_everything(struct session *s, const struct random_model *r, uint64_t *dice)
{
    for (int k = 0; k < 20; k++) {
        int layer = random_below(dice, r->layers), unit = random_below(dice, r->hidden),
            t = random_below(dice, r->steps + 1);
        session_pin(s, (struct place){layer, unit, (enum value)random_below(dice, Q_COUNT), t},
                    random_float(dice, -1, 1), random_below(dice, 3) == 0, NULL);
        if (k % 4 == 0)
            session_set_weight(s, (struct weight_place){layer, (enum quantity)random_below(dice, GATES), unit,
                                                        random_below(dice, r->hidden + 1) - 1},
                                                            random_float(dice, -3, 3), NULL);
        if (k % 7 == 0 && r->words)
            session_set_word(s, t, "w2", NULL);
    }
    session_goto(s, random_below(dice, r->steps + 1));
    session_substep(s, random_below(dice, 20) - 10);
    session_select(s, random_below(dice, r->layers), random_below(dice, r->hidden),
                   (enum value)random_below(dice, VAL_COUNT));
}

static void a_saved_state_reopens_bit_for_bit(void **state)
{
    (void)state;
    uint64_t dice = 77;
    for (int round = 0; round < 30; round++) {
        struct random_model r = {.layers = 1 + round % 3,
                                 .hidden = 1 + round % 5,
                                 .embed = 1 + round % 4,
                                 .words = round % 4 ? 5 : 0,
                                 .outputs = round % 2 ? 5 : 0,
                                 .steps = round % 9,
                                 .seed = (uint64_t)round};
        struct session *a = session_new(model_random(&r), NULL), *b = session_new(model_random(&r), NULL);
        edit_everything(a, &r, &dice);
        edit_everything(b, &r, &dice);           /* something else, to be replaced */
        char view[] = "dissect", about[] = "line\nline \"q\" \xE2\x80\xAE";
        struct scenario_info info = {.view = view, .about = about, .extra = round % 2}, back;
        struct err e = {0};
        char *path = in_folder("round.json");
        if (!scenario_save(a, path, &info, &e) || !scenario_apply(b, path, &back, &e))
            fail_msg("%s", e.text);
        same_sessions(a, b);
        assert_false(session_dirty(a));
        assert_string_equal(back.view, "dissect");
        assert_string_equal(back.about, about);
        assert_null(back.name);
        assert_int_equal(back.extra, round % 2);
        scenario_info_clear(&back);
        /* Saved again it is the same file. */
        char *one = state_of(a), *two = state_of(b);
        assert_string_equal(one, two);
        free(one);
        free(two);
        session_free(a);
        session_free(b);
    }
}

static void a_scenario_is_one_revision(void **state)
{
    (void)state;
    struct session *s = words();
    assert_true(edit_apply(s, "f@2=0", "test", false, NULL));
    session_goto(s, 6);
    char *before = state_of(s);
    char *path =
        written("one.json", "{\"format\": \"flstm-scenario/1\", \"text\": \"he came\", \"set\": [\"i@came=1\"],"
                            "\"weights\": [\"W_f[2][5]=0.3\", \"b_o[1]=-1\"], \"step\": \"came\", \"unit\": "
                            "\"open\", \"value\": \"c_prev\"}");
    struct err e = {0};
    if (!scenario_apply(s, path, NULL, &e))
        fail_msg("%s", e.text);
    assert_int_equal(session_steps(s), 2);
    assert_int_equal(session_pin_count(s), 3);
    assert_int_equal(session_cursor(s)->step, 2);
    assert_int_equal(session_cursor(s)->unit, 2);
    assert_int_equal(session_cursor(s)->value, VAL_C_PREV);
    assert_true(session_net(s)->layer[0].W[Q_F][7 + 4] == 0.3f);
    assert_true(session_net(s)->layer[0].b[Q_O][0] == -1);
    assert_true(session_undo(s));
    char *after = state_of(s);
    assert_string_equal(before, after);
    free(before);
    free(after);
    session_free(s);
}

static void without_a_sentence_the_one_in_force_stays(void **state)
{
    (void)state;
    struct session *s = words();
    assert_true(session_set_text(s, "he played", "test", NULL));
    assert_true(scenario_apply(
        s, written("short.json", "{\"format\": \"flstm-scenario/1\", \"_note\": 1, \"set\": [\"f@2=0\"]}"), NULL,
        NULL));
    assert_int_equal(session_steps(s), 2);
    assert_int_equal(session_pin_count(s), 3);
    session_free(s);
}

/* ---- refusals ---------------------------------------------------------------------------------------------------- */

static void what_does_not_fit_is_refused_and_leaves_the_session_as_it_was(void **state)
{
    (void)state;
    static const struct { const char *json, *why;
    } cases[] = {
        {"{\"format\": \"flstm-scenario/2\"}",
         "format: \"flstm-scenario/2\" is newer than this program, which reads flstm-scenario/1"},
        {"{\"format\": \"flstm-model/1\"}", "format: expected \"flstm-scenario/1\", found \"flstm-model/1\""},
        {"{\"format\": \"flstm-scenario/1\", \"set\": [\"f@1=0\", \"f@9=0\"]}",
         "set[1]: f@9=0: expected a step from 1 to 8, found 9"},
        {"{\"format\": \"flstm-scenario/1\", \"text\": \"he came\", \"set\": [\"f@played=0\"]}",
         "set[0]: f@played=0: expected a step from 1 to 2, or a word of the sequence for its first occurrence, found "
         "\"played\""},
        {"{\"format\": \"flstm-scenario/1\", \"set\": [\"C@2=1e999\"]}",
         "set[0]: C@2=1e999: expected a finite number as the value, found \"1e999\""},
        {"{\"format\": \"flstm-scenario/1\", \"set\": [\"f@2=1.5\"]}",
         "set[0]: f@2=1.5: f is a sigmoid gate: expected 0 … 1, found 1.5"},
        {"{\"format\": \"flstm-scenario/1\", \"weights\": [\"W_f[1][1]=2\", \"W_f[4][1]=1\"]}",
         "weights[1]: W_f[4][1]=1: expected [UNIT] from 1 to 3, as in W_f[2][5]=0.3 or b_f[2]=1"},
        {"{\"format\": \"flstm-scenario/1\", \"weights\": [\"W_f[1][8]=1\"]}",
         "weights[0]: W_f[1][8]=1: expected [COLUMN] from 1 to 7 after the unit, h first, as in W_f[2][5]=0.3"},
        {"{\"format\": \"flstm-scenario/1\", \"weights\": [\"W_c[1][1]=1\"]}",
         "weights[0]: W_c[1][1]=1: expected W_f, W_i, W_g, W_o, b_f, b_i, b_g or b_o, as in W_f[2][5]=0.3"},
        {"{\"format\": \"flstm-scenario/1\", \"weights\": [\"b_f[1]=inf\"]}",
         "weights[0]: b_f[1]=inf: expected a finite number as the value, found \"inf\""},
        {"{\"format\": \"flstm-scenario/1\", \"weights\": [\"W_f[1[1]=1\"]}",
         "weights[0]: W_f[1[1]=1: expected [UNIT] from 1 to 3"},
        {"{\"format\": \"flstm-scenario/1\", \"weights\": [\"W_f[1\"]}",
         "weights[0]: W_f[1: expected [UNIT] from 1 to 3"},
        {"{\"format\": \"flstm-scenario/1\", \"weights\": [\"w_f[1]=1\"]}",
         "weights[0]: w_f[1]=1: expected W_f, W_i,"},
        {"{\"format\": \"flstm-scenario/1\", \"weights\": [\"W\"]}", "weights[0]: W: expected W_f, W_i, W_g, W_o,"},
        {"{\"format\": \"flstm-scenario/1\", \"weights\": [\"b_\"]}", "weights[0]: b_: expected W_f, W_i, W_g, W_o,"},
        {"{\"format\": \"flstm-scenario/1\", \"weights\": [\"Wf[1]=1\"]}", "weights[0]: Wf[1]=1: expected W_f, W_i,"},
        {"{\"format\": \"flstm-scenario/1\", \"weights\": [\"W_f=1\"]}",
         "weights[0]: W_f=1: expected [UNIT] from 1 to 3"},
        {"{\"format\": \"flstm-scenario/1\", \"weights\": [\"b_f[1]\"]}",
         "weights[0]: b_f[1]: expected =VALUE, found \"\""},
        {"{\"format\": \"flstm-scenario/1\", \"weights\": [\"b_f[1]x=2\"]}",
         "weights[0]: b_f[1]x=2: expected =VALUE, found \"x"},
        {"{\"format\": \"flstm-scenario/1\", \"weights\": [\"l2.b_f[1]=2\"]}",
         "weights[0]: l2.b_f[1]=2: expected a layer from 1 to 1, found 2"},
        {"{\"format\": \"flstm-scenario/1\", \"text\": \"he\", \"step\": 2}",
         "step: expected a step from 1 to 1, found 2"},
        {"{\"format\": \"flstm-scenario/1\", \"unit\": 4}",
         "unit: expected a unit from 1 to 3 or a name (gender, open), found 4"},
        {"{\"format\": \"flstm-scenario/1\", \"value\": \"F\"}",
         "value: expected one of f, i, g, o, C, h, c_prev, kept, written, found \"F\""},
        {"{\"format\": \"flstm-scenario/1\", \"text\": \"he\", \"sequence\": [\"he\"]}",
         "expected one of \"sequence\", \"text\" and \"inputs\", found more"},
        {"{\"format\": \"flstm-scenario/1\", \"inputs\": [[1, 2, 3, 4]]}",
         "inputs: this model has a vocabulary: it takes words, not vectors"},
        {"{\"format\": \"flstm-scenario/1\", \"step\": 2, \"inputs\": \"1 2\"}",
         "inputs: expected an array of numbers, found \"1 2\""},
        {"{\"format\": \"flstm-scenario/1\", \"step\": 2, \"inputs\": [[1, 2], [3]]}",
         "inputs[1]: expected 2 numbers, found 1"},
        {"{\"format\": \"flstm-scenario/1\", \"step\": 2, \"inputs\": [1, 2]}",
         "inputs: expected an array of vectors of 4 numbers each, found an array of 2 numbers"},
        {"{\"format\": \"flstm-scenario/1\", \"step\": 2, \"inputs\": [[1, 2]]}",
         "inputs: expected an array of vectors of 4 numbers each, found an array of 1 x 2 numbers"},
    };
    struct session *s = words();
    assert_true(edit_apply(s, "f[2]@2=0.5", "test", false, NULL));
    session_set_weight(s, (struct weight_place){0, Q_I, 1, 1}, 0.25f, NULL);
    assert_true(session_undo(s));
    session_goto(s, 5);
    char *before = state_of(s);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct err e = {0};
        char want[ERR_MAX], *path = written("bad.json", cases[k].json);
        snprintf(want, sizeof want, "%s: %s", path, cases[k].why);
        assert_false(scenario_apply(s, path, NULL, &e));
        if (strncmp(e.text, want, strlen(want)) != 0)
            fail_msg("expected \"%s\", found \"%s\"", want, e.text);
        char *after = state_of(s);
        assert_string_equal(before, after);
        free(after);
        assert_true(session_can_redo(s));
    }
    free(before);
    session_free(s);
}

/* Wrong types and unknown keys: told with the key's name. */
static void every_key_is_known_and_of_its_type(void **state)
{
    (void)state;
    static const struct { const char *json, *key; } cases[] = {
        {"{\"format\": \"flstm-scenario/1\", \"steps\": 4}", "steps"},
        {"{\"format\": \"flstm-scenario/1\", \"set\": \"f@1=0\"}", "set"},
        {"{\"format\": \"flstm-scenario/1\", \"set\": [1, 2]}", "set"},
        {"{\"format\": \"flstm-scenario/1\", \"sequence\": [1]}", "sequence"},
        {"{\"format\": \"flstm-scenario/1\", \"sequence\": \"he\"}", "sequence"},
        {"{\"format\": \"flstm-scenario/1\", \"model\": 3}", "model"},
        {"{\"format\": \"flstm-scenario/1\", \"extra\": 1}", "extra"},
        {"{\"format\": \"flstm-scenario/1\", \"step\": 1.5}", "step"},
        {"{\"format\": \"flstm-scenario/1\", \"step\": true}", "step"},
        {"{\"format\": \"flstm-scenario/1\", \"layer\": 2}", "layer"},
        {"{\"format\": 1}", "format"},
        {"{\"name\": \"x\"}", "format"},
        {"[1]", ""},
        {"{\"format\": \"flstm-scenario/1\", \"set\": [\"f@1=0\", 3]}", "set[1]: expected a string, found 3"},
        {"{\"format\": \"flstm-scenario/1\", \"weights\": [null]}", "weights[0]: expected a string, found null"},
        {"{", "not valid JSON"},
    };
    struct session *s = words();
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct err e = {0};
        assert_false(scenario_apply(s, written("bad.json", cases[k].json), NULL, &e));
        if (!strstr(e.text, cases[k].key) || strncmp(e.text, folder, strlen(folder)))
            fail_msg("%s for %s", e.text, cases[k].json);
    }
    struct err e = {0};
    assert_false(scenario_apply(s, in_folder("absent.json"), NULL, &e));
    assert_non_null(strstr(e.text, "absent.json"));
    assert_false(session_dirty(s));
    session_free(s);
}

/* ---- its model --------------------------------------------------------------------------------------------------- */

static void a_model_is_a_built_in_one_or_a_file_beside_the_scenario(void **state)
{
    (void)state;
    struct err e = {0};
    struct model *words_model = model_words();
    struct str json = {0};
    model_write(words_model, &json);
    assert_true(file_write(in_folder("mine.json"), str_text(&json), json.len, NULL));
    str_free(&json);
    model_free(words_model);
    struct model_options o = {.tokenizer = -1};

    struct model *m =
        scenario_model(written("s.json", "{\"format\": \"flstm-scenario/1\", \"model\": \"mine.json\"}"), &o, &e);
    if (!m)
        fail_msg("%s", e.text);
    assert_string_equal(m->name, "test words");
    /* Saved beside it, the scenario names it the same way, wherever the program was started. */
    struct session *s = session_new(m, &e);
    struct str out = {0};
    char *text;
    size_t len;
    assert_true(scenario_save(s, in_folder("saved.json"), NULL, &e));
    assert_true(file_read(in_folder("saved.json"), &text, &len, &e));
    assert_non_null(strstr(text, "\"model\": \"mine.json\""));
    free(text);
    scenario_write(s, NULL, &out);
    assert_non_null(strstr(str_text(&out), "\"model\": \"/"));
    str_free(&out);
    session_free(s);

    assert_int_equal(mkdir(in_folder("deep"), 0777), 0);
    m = scenario_model(written("deep/s.json", "{\"format\": \"flstm-scenario/1\", \"model\": \"../mine.json\"}"), &o,
                       &e);
    assert_non_null(m);
    model_free(m);

    e.text[0] = 'x';
    assert_null(scenario_model(written("s.json", "{\"format\": \"flstm-scenario/1\"}"), &o, &e));
    assert_string_equal(e.text, "");

    char want[ERR_MAX], *path = written("s.json", "{\"format\": \"flstm-scenario/1\", \"model\": \"gone.json\"}");
    snprintf(want, sizeof want,
             "%s: model: there is no built-in model and no file \"gone.json\" (looked for %s/gone.json)", path, folder);
    assert_null(scenario_model(path, &o, &e));
    assert_string_equal(e.text, want);
}

/* Beside it a file may be called like a built-in model, or by bytes that are no text: neither is written as a name. */
static void a_name_that_would_be_another_model_s_is_written_as_a_path(void **state)
{
    (void)state;
    struct err e = {0};
    struct model_options o = {.tokenizer = -1};
    struct model *words_model = model_words();
    struct str json = {0};
    model_write(words_model, &json);
    model_free(words_model);
    static const struct { const char *file, *says; } cases[] = {
        {"gender", "/gender\""}, {"m\xFF.json", "\"set\""}, {"mine", "\"model\": \"mine\""}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        char *text, *file = strdup(in_folder(cases[k].file));
        size_t len;
        assert_true(file_write(file, str_text(&json), json.len, &e));
        struct session *s = session_new(model_load(file, &o, &e), &e);
        assert_non_null(s);
        assert_true(session_set_text(s, "she came", "test", &e) && edit_apply(s, "f[1]@1=0", "test", false, &e));
        assert_true(scenario_save(s, in_folder("named.json"), NULL, &e));
        assert_true(file_read(in_folder("named.json"), &text, &len, &e));
        if (!strstr(text, cases[k].says) || (k == 1 && strstr(text, "\"model\"")))
            fail_msg("%s: expected %s in\n%s", cases[k].file, cases[k].says, text);
        free(text);
        remove(file);
        free(file);
        session_free(s);
    }
    remove(in_folder("named.json"));
    str_free(&json);
}

/* Whatever stands in a word is a JSON string that any reader turns back into the word; it acts on no terminal. */
static void any_text_is_quoted_so_that_it_reads_back(void **state)
{
    (void)state;
    static const struct { const char *text, *quoted; } cases[] = {
        {"", "\"\""}, {"plain", "\"plain\""}, {"a\"b\\c\\", "\"a\\\"b\\\\c\\\\\""}, {"\n\r\t\x01\x7f",
         "\"\\n\\r\\t\\u0001\\u007f\""},
        {"\xE2\x80\xAE", "\"\\u202e\""}, {"\xF3\xA0\x80\x81", "\"\\udb40\\udc01\""}, {"\xE6\x97\xA5",
         "\"\xE6\x97\xA5\""},
        {"a\xFF" "b", "\"a\xEF\xBF\xBD" "b\""}, {"\xC2\x85", "\"\\u0085\""},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct err e = {0};
        struct str out = {0};
        const char *back;
        scenario_quote(&out, cases[k].text);
        assert_string_equal(str_text(&out), cases[k].quoted);
        struct json *j = json_parse_copy(str_text(&out), out.len, "quoted", &e);
        if (!j)
            fail_msg("%s", e.text);
        struct json_at top = json_top(j);
        assert_true(json_string(&top, &back, &e));
        assert_true(strcmp(back, cases[k].text) == 0 || strchr(cases[k].text, '\xFF'));
        json_free(j);
        str_free(&out);
    }
}

static void the_built_in_scenarios_open_on_their_models(void **state)
{
    (void)state;
    int seen = 0;
    for (size_t k = 0; k < builtin_count; k++) {
        const char *path = builtins[k].path, *dot = strrchr(path, '.');
        if (strncmp(path, "data/scenarios/", 15))
            continue;
        char *name = xstrndup(path + 15, (size_t)(dot - path - 15));
        struct err e = {0};
        struct model *m = scenario_model(name, NULL, &e);
        if (!m)
            fail_msg("%s: %s", name, e.text);
        struct session *s = session_new(m, &e);
        struct scenario_info info;
        if (!s || !scenario_apply(s, name, &info, &e))
            fail_msg("%s: %s", name, e.text);
        assert_non_null(info.name);
        /* And saving it keeps the model's name, not a path. */
        struct str out = {0};
        scenario_write(s, &info, &out);
        assert_non_null(strstr(str_text(&out), "\"model\": \""));
        assert_null(strstr(str_text(&out), "\"model\": \"/"));
        str_free(&out);
        scenario_info_clear(&info);
        session_free(s);
        free(name);
        seen++;
    }
    if (!seen)
        print_message("no built-in scenarios in this build\n");
}

static void a_save_that_fails_leaves_the_session_unsaved(void **state)
{
    (void)state;
    struct session *s = words();
    struct err e = {0};
    assert_true(edit_apply(s, "f@2=0", "test", false, NULL));
    assert_false(scenario_save(s, in_folder("no/such/folder.json"), NULL, &e));
    assert_true(strlen(e.text) > 0);
    assert_true(session_dirty(s));
    session_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_saved_state_reopens_bit_for_bit),
        cmocka_unit_test(a_scenario_is_one_revision),
        cmocka_unit_test(without_a_sentence_the_one_in_force_stays),
        cmocka_unit_test(what_does_not_fit_is_refused_and_leaves_the_session_as_it_was),
        cmocka_unit_test(every_key_is_known_and_of_its_type),
        cmocka_unit_test(a_model_is_a_built_in_one_or_a_file_beside_the_scenario),
        cmocka_unit_test(a_name_that_would_be_another_model_s_is_written_as_a_path),
        cmocka_unit_test(any_text_is_quoted_so_that_it_reads_back),
        cmocka_unit_test(the_built_in_scenarios_open_on_their_models),
        cmocka_unit_test(a_save_that_fails_leaves_the_session_unsaved),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
