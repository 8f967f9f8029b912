/* test_trace.c: the trace as other programs read it (flstm-trace/1), as a spreadsheet does and as a person does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "export/export.h"
#include "import/source.h"
#include "session/edit.h"
#include "support/bytes.h"
#include "support/models.h"
#include "views/say.h"
#include "views/value.h"

static struct session *random_session(int layers, int hidden, int words, int outputs, int steps)
{
    struct random_model r = {
        .layers = layers, .hidden = hidden, .embed = 2, .words = words, .outputs = outputs, .steps = steps, .seed = 3};
    struct session *s = session_new(model_random(&r), NULL);
    assert_non_null(s);
    return s;
}

static struct session *words(void)
{
    struct session *s = session_new(model_words(), NULL);
    assert_non_null(s);
    return s;
}

static void set(struct session *s, const char *text)
{
    struct err e = {0};
    if (!edit_apply(s, text, "test", true, &e))
        fail_msg("%s", e.text);
}

/* ---- JSON -------------------------------------------------------------------------------------------------------- */

static struct json *parsed(const struct session *s, int top)
{
    struct str out = {0};
    struct err e = {0};
    export_trace_json(s, top, &out, NULL);
    struct json *j = json_parse_copy(str_text(&out), out.len, "trace", &e);
    if (!j)
        fail_msg("%s\n%s", e.text, str_text(&out));
    str_free(&out);
    return j;
}

static struct json_at need(const struct json_at *at, const char *key)
{
    struct json_at out;
    struct err e = {0};
    if (!json_need(at, key, &out, &e))
        fail_msg("%s", e.text);
    return out;
}

static struct json_at item(const struct json_at *at, size_t k)
{
    struct json_iter it = json_iter(at);
    struct json_at out;
    do
        assert_true(json_next(&it, NULL, &out));
    while (k--);
    return out;
}

static const char *string(const struct json_at *at)
{
    const char *out;
    assert_true(json_string(at, &out, NULL));
    return out;
}

static void row_is(const struct json_at *step, const char *key, const float *want, int hidden)
{
    struct json_at at = need(step, key);
    const float *v;
    struct err e = {0};
    if (!json_vector(&at, (size_t)hidden, &v, &e))
        fail_msg("%s", e.text);
    assert_memory_equal(v, want, (size_t)hidden * sizeof *v);
}

static void json_is_the_pinned_run(const struct session *s)
{
    struct json *j = parsed(s, 3);
    struct json_at top = json_top(j), at = need(&top, "format"), layers = need(&top, "layers");
    assert_string_equal(string(&at), "flstm-trace/1");
    at = need(&top, "model");
    assert_string_equal(string(&at), session_model(s)->name);
    at = need(&top, "tokens");
    assert_int_equal(json_length(&at), session_steps(s));
    assert_int_equal(json_length(&layers), session_net(s)->layers);
    for (int l = 0; l < session_net(s)->layers; l++) {
        int h = session_net(s)->layer[l].hidden;
        struct json_at layer = item(&layers, (size_t)l), steps = need(&layer, "steps");
        long n;
        at = need(&layer, "hidden_size");
        assert_true(json_int(&at, h, h, &n, NULL));
        assert_int_equal(json_length(&steps), session_steps(s));
        for (int t = 1; t <= session_steps(s); t++) {
            struct json_at step = item(&steps, (size_t)t - 1);
            at = need(&step, "t");
            assert_true(json_int(&at, t, t, &n, NULL));
            at = need(&step, "token");
            assert_string_equal(string(&at), session_token(s, t));
            row_is(&step, "f", session_row(s, RUN_PINNED, l, Q_F, t), h);
            row_is(&step, "i", session_row(s, RUN_PINNED, l, Q_I, t), h);
            row_is(&step, "g", session_row(s, RUN_PINNED, l, Q_G, t), h);
            row_is(&step, "o", session_row(s, RUN_PINNED, l, Q_O, t), h);
            row_is(&step, "c_prev", session_row(s, RUN_PINNED, l, Q_C, t - 1), h);
            row_is(&step, "c", session_row(s, RUN_PINNED, l, Q_C, t), h);
            row_is(&step, "h", session_row(s, RUN_PINNED, l, Q_H, t), h);
        }
    }
    at = need(&top, "surprisal");
    assert_int_equal(json_length(&at), session_steps(s) ? session_steps(s) - 1 : 0);
    assert_true(json_has(&top, "predictions") == (session_net(s)->outputs > 0));
    json_free(j);
}

static void the_numbers_of_the_json_read_back_bit_for_bit(void **state)
{
    (void)state;
    for (int round = 0; round < 24; round++) {
        struct session *s =
            random_session(1 + round % 3, 1 + round % 5, round % 4 ? 5 : 0, round % 2 ? 5 : 0, round % 8);
        if (session_steps(s) > 2)
            set(s, "f@2=0.1");
        set(s, "C[1]@0=1e-20");
        json_is_the_pinned_run(s);
        session_free(s);
    }
}

static void pinned_values_are_named(void **state)
{
    (void)state;
    struct session *s = random_session(2, 3, 5, 5, 4);
    set(s, "l2.f[2]@3=0");
    set(s, "l2.C[3]@3=1");
    set(s, "h[1]@3=0.5");
    struct str out = {0};
    export_trace_json(s, 1, &out, NULL);
    assert_null(strstr(str_text(&out), "initial_pinned"));
    str_free(&out);
    set(s, "l2.C[1]@0=6");
    set(s, "h[2]@0=0.25");
    struct json *j = parsed(s, 1);
    struct json_at top = json_top(j), layers = need(&top, "layers"), at;
    static const struct { size_t layer, step, n; const char *names[2]; } cases[] = {
        {0, 2, 1, {"h[1]"}}, {1, 2, 2, {"f[2]", "C[3]"}}, {0, 0, 0, {NULL}}, {1, 3, 0, {NULL}},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct json_at layer = item(&layers, cases[k].layer), steps = need(&layer, "steps"),
                       step = item(&steps, cases[k].step);
        struct json_at pins = need(&step, "pinned");
        assert_int_equal(json_length(&pins), cases[k].n);
        for (size_t n = 0; n < cases[k].n; n++) {
            at = item(&pins, n);
            assert_string_equal(string(&at), cases[k].names[n]);
        }
    }
    /* The initial state is no step: its pins are edits that can be given to --set. */
    struct json_at initial = need(&top, "initial_pinned");
    at = item(&initial, 0);
    assert_string_equal(string(&at), "h[2]@0=0.25");
    at = item(&initial, 1);
    assert_string_equal(string(&at), "l2.C[1]@0=6");
    json_free(j);
    session_free(s);
}

static void predictions_are_those_of_the_pinned_run_best_first(void **state)
{
    (void)state;
    struct session *s = words();
    set(s, "h@4=-1");
    struct json *j = parsed(s, 100);
    struct json_at top = json_top(j), all = need(&top, "predictions");
    assert_int_equal(json_length(&all), 8);
    for (int t = 1; t <= 8; t++) {
        struct json_at step = item(&all, (size_t)t - 1), list = need(&step, "top");
        assert_int_equal(json_length(&list), 10);
        double last = 2;
        for (size_t k = 0; k < 10; k++) {
            struct json_at one = item(&list, k), p = need(&one, "p"), token = need(&one, "token");
            double value;
            assert_true(json_number(&p, &value, NULL) && value <= last);
            int output = vocab_find(session_model(s)->vocab, string(&token));
            assert_true((float)value == session_probability(s, RUN_PINNED, t, output));
            last = value;
        }
    }
    struct json_at list = need(&top, "surprisal");
    struct json_floats f;
    assert_true(json_floats(&list, &f, NULL));
    assert_true(fabs((double)f.v[4] - session_surprisal(s, RUN_PINNED, 5)) < 1e-6);
    json_free(j);
    session_free(s);
}

static void without_a_head_nothing_is_predicted(void **state)
{
    (void)state;
    struct session *s = random_session(1, 2, 0, 0, 3);
    struct str out = {0};
    export_trace_json(s, 5, &out, NULL);
    assert_non_null(strstr(str_text(&out), "\"tokens\": [\"x1\", \"x2\", \"x3\"]"));
    assert_non_null(strstr(str_text(&out), "\"surprisal\": [null, null]}"));
    assert_null(strstr(str_text(&out), "predictions"));
    str_clear(&out);
    export_trace_text(s, 5, &out, NULL);
    assert_null(strstr(str_text(&out), "next:"));
    str_free(&out);
    session_free(s);
}

static int lines(const char *text)
{
    int n = 0;
    for (; (text = strchr(text, '\n')); text++)
        n++;
    return n;
}

static void the_json_is_a_line_a_step(void **state)
{
    (void)state;
    struct session *s = words();
    struct str one = {0}, two = {0};
    export_trace_json(s, 2, &one, NULL);
    export_trace_json(s, 2, &two, NULL);
    assert_string_equal(str_text(&one), str_text(&two));
    assert_int_equal(lines(str_text(&one)), 6 + 8 + 3 + 8 + 1);
    const char *step = strstr(str_text(&one), "\n   {\"t\": 5, \"token\": \"played\", \"f\": [");
    assert_non_null(step);
    assert_non_null(strstr(step, "\"pinned\": []},\n   {\"t\": 6"));
    str_free(&one);
    str_free(&two);
    session_free(s);
}

static void an_empty_sequence_gives_a_trace_of_no_steps(void **state)
{
    (void)state;
    struct session *s = random_session(2, 1, 3, 3, 0);
    json_is_the_pinned_run(s);
    struct str out = {0};
    export_trace_csv(s, &out, NULL);
    assert_string_equal(str_text(&out), "layer,t,token,unit,f,i,g,o,c_prev,c,h,pinned\r\n");
    str_clear(&out);
    export_trace_text(s, 3, &out, NULL);
    assert_string_equal(str_text(&out), "");
    str_free(&out);
    session_free(s);
}

/* ---- hostile tokens ---------------------------------------------------------------------------------------------- */

static struct session *hostile(void)
{
    static const char *const tokens[] = {"=1+1",
                                         "+1",
                                         "-1",
                                         "@x",
                                         "\t=1",
                                         "a,b",
                                         "say \"x\"",
                                         "two\nlines",
                                         "\x1b[2J",
                                         "\xE2\x80\xAE"
                                         "abc",
                                         "plain",
                                         "\xF3\xA0\x80\x81",
                                         " "};
    struct session *s = words();
    struct err e = {0};
    if (!session_set_tokens(s, tokens, sizeof tokens / sizeof *tokens, "test", &e))
        fail_msg("%s", e.text);
    return s;
}

/* Nothing but printable ASCII, line ends and harmless UTF-8. */
static void cannot_act_on_a_terminal(const char *text)
{
    for (const unsigned char *p = (const unsigned char *)text; *p; p++)
        if ((*p < 0x20 && *p != '\n' && *p != '\r') || *p == 0x7F || (p[0] == 0xE2 && p[1] == 0x80 && p[2] == 0xAE)
            || *p == 0xF3)
            fail_msg("byte 0x%02X in: %.40s", *p, (const char *)p);
}

static void tokens_from_files_stay_text(void **state)
{
    (void)state;
    struct session *s = hostile();
    struct str out = {0};
    json_is_the_pinned_run(s);               /* every token reads back as it was */
    export_trace_json(s, 2, &out, NULL);
    cannot_act_on_a_terminal(str_text(&out));
    str_clear(&out);
    export_trace_text(s, 2, &out, NULL);
    cannot_act_on_a_terminal(str_text(&out));
    assert_int_equal(lines(str_text(&out)), 13);
    assert_non_null(strstr(str_text(&out), "t=9 <0x1B>[2J (read as <unk>): keeps"));
    str_clear(&out);
    export_trace_csv(s, &out, NULL);
    cannot_act_on_a_terminal(str_text(&out));
    assert_int_equal(lines(str_text(&out)), 1 + 13 * 3);
    static const char *const rows[] = {"\r\n1,1,'=1+1,1,",
                                       "\r\n1,2,'+1,1,",
                                       "\r\n1,3,'-1,1,",
                                       "\r\n1,4,'@x,1,",
                                       "\r\n1,5,'\\t=1,1,",
                                       "\r\n1,6,\"a,b\",1,",
                                       "\r\n1,7,\"say \"\"x\"\"\",1,",
                                       "\r\n1,8,two\\nlines,1,",
                                       "\r\n1,9,<0x1B>[2J,1,",
                                       "\r\n1,11,plain,3,",
                                       "\r\n1,13,\" \",2,"};
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
        if (!strstr(str_text(&out), rows[k]))
            fail_msg("no row %s", rows[k] + 2);
    str_free(&out);
    session_free(s);
}

/* ---- CSV and sentences ------------------------------------------------------------------------------------------- */

static void the_csv_has_a_row_for_every_layer_step_and_unit(void **state)
{
    (void)state;
    struct session *s = random_session(2, 3, 5, 5, 4);
    struct str out = {0};
    set(s, "l2.f[2]@3=0.25");
    set(s, "l2.C[2]@3=2");
    set(s, "C[1]@0=6");
    export_trace_csv(s, &out, NULL);
    char *row = strtok(str_take(&out), "\r\n"), *all = row;
    int n = 0;
    assert_string_equal(row, "layer,t,token,unit,f,i,g,o,c_prev,c,h,pinned");
    for (int l = 0; l < 2; l++)
        for (int t = 1; t <= 4; t++)
            for (int u = 0; u < 3; u++, n++) {
                row = strtok(NULL, "\r\n");
                assert_non_null(row);
                int layer, step, unit, used;
                char token[16];
                float v[7];
                assert_int_equal(sscanf(row, "%d,%d,%15[^,],%d,%f,%f,%f,%f,%f,%f,%f,%n", &layer, &step, token, &unit,
                                        &v[0], &v[1], &v[2], &v[3], &v[4], &v[5], &v[6], &used),
                                 11);
                assert_true(layer == l + 1 && step == t && unit == u + 1);
                assert_string_equal(token, session_token(s, t));
                static const enum value columns[] = {VAL_F, VAL_I, VAL_G, VAL_O, VAL_C_PREV, VAL_C, VAL_H};
                for (int k = 0; k < 7; k++)
                    assert_true(v[k] == session_value(s, RUN_PINNED, l, u, columns[k], t));
                assert_string_equal(row + used, l == 1 && t == 3 && u == 1   ? "f C"
                                                : l == 0 && t == 1 && u == 0 ? "c_prev"
                                                                             : "");
            }
    assert_null(strtok(NULL, "\r\n"));
    free(all);
    session_free(s);
}

static void the_text_is_a_sentence_a_step(void **state)
{
    (void)state;
    struct session *s = words();
    struct str out = {0};
    set(s, "f[gender]@5=0.98");
    export_trace_text(s, 1, &out, NULL);
    assert_int_equal(lines(str_text(&out)), 8);
    assert_non_null(strstr(str_text(&out), "\nt=5 played: keeps 98% of gender (f=0.98, pinned), "));
    assert_non_null(strstr(str_text(&out), "; next: "));
    str_free(&out);
    session_free(s);
}

/* What the main view shows at 120 × 40, as it is printed there. */
static void the_text_says_every_value_that_the_main_view_shows(void **state)
{
    (void)state;
    static const enum value shown[] = {VAL_C_PREV, VAL_F, VAL_I, VAL_G, VAL_C, VAL_O, VAL_H};
    struct session *s = words();
    struct str out = {0}, number = {0};
    char unit[SAY_UNIT];
    set(s, "f[gender]@5=0.98");
    export_trace_text(s, 1, &out, NULL);
    const char *line = str_text(&out);
    for (int t = 1; t <= session_steps(s); t++, line = strchr(line, '\n') + 1) {
        char *one = xstrndup(line, strcspn(line, "\n"));
        for (int u = 0; u < session_net(s)->layer[0].hidden; u++) {
            str_clear(&number);
            str_addf(&number, "; %s held ", say_unit_name(s, 0, u, unit));
            const char *about = strstr(one, str_text(&number));
            assert_non_null(about);
            char *of = xstrndup(about + 1, strcspn(about + 1, ";"));
            for (size_t k = 0; k < sizeof shown / sizeof *shown; k++) {
                str_clear(&number);
                value_say(shown[k], session_value(s, RUN_PINNED, 0, u, shown[k], t), &number);
                if (!strstr(of, str_text(&number)))
                    fail_msg("t=%d: %s %s is not in \"%s\"", t, value_name(shown[k]), str_text(&number), of);
            }
            free(of);
        }
        free(one);
    }
    assert_non_null(strstr(str_text(&out), "f 0.98 pinned"));
    str_free(&out);
    str_free(&number);
    session_free(s);
}

/* ---- tensors ----------------------------------------------------------------------------------------------------- */

/* Both kinds are read back by the readers of models, which are strict. */
static void the_trace_as_tensors_holds_every_number(void **state)
{
    (void)state;
    static const struct {
        const char *file;
        void (*write)(const struct session *s, struct str *out, struct drain *drain);
    } forms[] = {
        {"trace.safetensors", export_trace_safetensors},
        {"trace.npz", export_trace_npz},
    };
    static const struct {
        const char *name;
        enum quantity q;
    } rows[] = {{"f", Q_F}, {"i", Q_I}, {"g", Q_G}, {"o", Q_O}, {"c", Q_C}, {"h", Q_H}};
    struct session *s = random_session(2, 3, 5, 5, 40);
    set(s, "l2.f[2]@3=0.25");
    bytes_begin();
    for (size_t k = 0; k < 2; k++) {
        struct str out = {0};
        struct err e = {{0}};
        forms[k].write(s, &out, NULL);
        struct source *back = source_open(bytes_file(forms[k].file, &out), &e);
        if (!back)
            fail_msg("%s", e.text);
        assert_int_equal(back->n, 2 * 8 + 2);
        for (int l = 0; l < 2; l++)
            for (size_t q = 0; q < 6; q++) {
                char name[32];
                snprintf(name, sizeof name, "layers.%d.%s", l, rows[q].name);
                struct tensor *t = source_find(back, name);
                assert_true(t && tensor_matrix(back, t, 40, 3, &e) && tensor_numbers(back, t, &e));
                for (int step = 1; step <= 40; step++)
                    assert_memory_equal(t->v + 3 * (step - 1), session_row(s, RUN_PINNED, l, rows[q].q, step),
                                        3 * sizeof(float));
            }
        struct tensor *t = source_find(back, "layers.1.f");
        assert_true(t->v[2 * 3 + 1] == 0.25f);
        t = source_find(back, "layers.0.c0");
        assert_true(t && tensor_vector(back, t, 3, &e));
        t = source_find(back, "ids");
        assert_true(t && t->dtype == DTYPE_I32 && tensor_numbers(back, t, &e) && t->count == 40);
        assert_true(t->v[7] == (float)session_token_id(s, 8));
        t = source_find(back, "surprisal");
        assert_true(t && t->dtype == DTYPE_F64 && tensor_numbers(back, t, &e) && t->count == 39);
        assert_true(t->v[4] == (float)session_surprisal(s, RUN_PINNED, 5));
        source_close(back);
    }
    bytes_end();
    session_free(s);
}

/* ---- piece by piece ---------------------------------------------------------------------------------------------- */

struct reader { struct str all; size_t largest; int pieces, fail_at; };

static bool take(void *to, const char *s, size_t n)
{
    struct reader *r = to;
    r->largest = n > r->largest ? n : r->largest;
    if (++r->pieces == r->fail_at)
        return false;
    str_addn(&r->all, s, n);
    return true;
}

static void write_trace(const struct session *s, int how, struct str *out, struct drain *drain)
{
    if (how == 0)
        export_trace_json(s, 3, out, drain);
    else if (how == 1)
        export_trace_csv(s, out, drain);
    else if (how == 2)
        export_trace_safetensors(s, out, drain);
    else if (how == 3)
        export_trace_npz(s, out, drain);
    else
        export_trace_text(s, 3, out, drain);
}

static void a_long_trace_is_handed_on_in_pieces_and_is_the_same(void **state)
{
    (void)state;
    struct session *s = random_session(1, 40, 7, 7, 500);
    for (int how = 0; how < 5; how++) {
        struct reader r = {.fail_at = -1};
        struct drain drain = {.take = take, .to = &r};
        struct str whole = {0}, out = {0};
        write_trace(s, how, &whole, NULL);
        write_trace(s, how, &out, &drain);
        str_addn(&r.all, out.s, out.len);
        assert_false(drain.failed);
        assert_true(r.pieces > 1 || whole.len < 200000);
        assert_true(r.largest < 100000);
        assert_int_equal(r.all.len, whole.len);
        assert_memory_equal(r.all.s, whole.s, whole.len);
        str_free(&r.all);
        str_free(&whole);
        str_free(&out);
    }
    session_free(s);
}

static void a_trace_that_cannot_be_written_stops(void **state)
{
    (void)state;
    struct session *s = random_session(1, 40, 7, 7, 500);
    for (int how = 0; how < 4; how++) {
        struct reader r = {.fail_at = 2};
        struct drain drain = {.take = take, .to = &r};
        struct str out = {0};
        write_trace(s, how, &out, &drain);
        assert_true(drain.failed);
        assert_int_equal(r.pieces, 2);
        assert_true(out.len < 100000);
        str_free(&r.all);
        str_free(&out);
    }
    session_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_numbers_of_the_json_read_back_bit_for_bit),
        cmocka_unit_test(pinned_values_are_named),
        cmocka_unit_test(predictions_are_those_of_the_pinned_run_best_first),
        cmocka_unit_test(without_a_head_nothing_is_predicted),
        cmocka_unit_test(the_json_is_a_line_a_step),
        cmocka_unit_test(an_empty_sequence_gives_a_trace_of_no_steps),
        cmocka_unit_test(tokens_from_files_stay_text),
        cmocka_unit_test(the_csv_has_a_row_for_every_layer_step_and_unit),
        cmocka_unit_test(the_text_is_a_sentence_a_step),
        cmocka_unit_test(the_text_says_every_value_that_the_main_view_shows),
        cmocka_unit_test(the_trace_as_tensors_holds_every_number),
        cmocka_unit_test(a_long_trace_is_handed_on_in_pieces_and_is_the_same),
        cmocka_unit_test(a_trace_that_cannot_be_written_stops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
