/* test_mapped.c: numbers that stay in the model's file: no copy of them, the same results, and no end of the program
 * whatever another one does to the file meanwhile. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "import/import.h"
#include "session/session.h"
#include "action/begin.h"
#include "support/bytes.h"
#include "support/golden.h"
#include "support/models.h"

/* Embedding and head of 4 MiB each, which is worth keeping. */
enum { V = 1 << 15, E = 32, H = 32, WORDS_SHOWN = 5 };

static const struct { const char *name; int rows, cols; } tensors[] = {
    {"embedding.weight", V, E},      {"lstm.weight_ih_l0", 4 * H, E}, {"lstm.weight_hh_l0", 4 * H, H},
    {"lstm.bias_ih_l0", 4 * H, 0},   {"lstm.bias_hh_l0", 4 * H, 0},   {"fc.weight", V, H},
    {"fc.bias", V, 0},
};
enum { TENSORS = sizeof tensors / sizeof *tensors };

static size_t count_of(int k)
{
    return (size_t)tensors[k].rows * (size_t)(tensors[k].cols ? tensors[k].cols : 1);
}

static void numbers_of(int k, struct str *out)
{
    uint64_t state = (uint64_t)k + 1;
    for (size_t n = count_of(k); n > 0; n--)
        put_f32(out, random_float(&state, -0.5f, 0.5f));
}

static const char *write_safetensors(void)
{
    struct str header = {0}, out = {0};
    size_t at = 0;
    for (int k = 0; k < TENSORS; at += 4 * count_of(k++)) {
        str_addf(&header, "%s\"%s\":{\"dtype\":\"F32\",\"shape\":[%d", k ? "," : "{", tensors[k].name, tensors[k].rows);
        if (tensors[k].cols)
            str_addf(&header, ",%d", tensors[k].cols);
        str_addf(&header, "],\"data_offsets\":[%zu,%zu]}", at, at + 4 * count_of(k));
    }
    str_addc(&header, '}');
    while (header.len % 8)
        str_addc(&header, ' ');
    put_u64(&out, header.len);
    str_addn(&out, header.s, header.len);
    for (int k = 0; k < TENSORS; k++)
        numbers_of(k, &out);
    str_free(&header);
    return bytes_file("large.safetensors", &out);
}

static const char *write_vocabulary(void)
{
    struct str out = {0};
    for (int k = 0; k < V; k++)
        str_addf(&out, "%s\"w%d\"", k ? ", " : "[", k);
    str_addc(&out, ']');
    return bytes_file("vocab.json", &out);
}

static char model_path[128], vocab_path[128];

static int setup(void **state)
{
    (void)state;
    bytes_begin();
    snprintf(vocab_path, sizeof vocab_path, "%s", write_vocabulary());
    snprintf(model_path, sizeof model_path, "%s", write_safetensors());
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    bytes_end();
    return 0;
}

static struct model *load(void)
{
    struct err e = {{0}};
    struct model *m = model_load(model_path, &(struct model_options){.vocab = vocab_path, .tokenizer = -1}, &e);
    if (!m)
        fail_msg("%s", e.text);
    return m;
}

static bool within(const struct model *m, const float *v)
{
    const unsigned char *p = (const unsigned char *)v;
    return p >= m->lent.data && p < m->lent.data + m->lent.len;
}

static struct session *begin(struct model *m)
{
    struct err e = {{0}};
    struct session *s = session_new(m, &e);
    assert_non_null(s);
    assert_true(session_set_text(s, "w1 w32767 w77 w1", "test", &e));
    return s;
}

static void a_large_embedding_and_head_stay_in_the_file_and_say_the_same(void **state)
{
    (void)state;
    struct model *m = load();
    assert_true(m->net->embedding_lent && m->net->head_lent);
    assert_true(within(m, m->net->embedding) && within(m, m->net->out_W));
    assert_false(within(m, m->net->layer[0].W[Q_F]));
    assert_int_equal(m->unused_count, 0);
    struct lstm *deep = lstm_copy(m->net);             /* with an embedding and a head of its own */
    assert_false(within(m, deep->embedding) || within(m, deep->out_W) || deep->embedding_lent || deep->head_lent);
    struct session *s = begin(m);
    struct trace *tr = trace_new(deep, session_steps(s));
    float z[2][V];
    lstm_run(deep, session_inputs(s), 0, NULL, 0, tr);
    lstm_logits(deep, tr, 4, z[0]);
    lstm_logits(m->net, session_trace(s, RUN_BASE), 4, z[1]);
    assert_memory_equal(z[0], z[1], sizeof z[0]);
    trace_free(tr);
    lstm_free(deep);
    session_free(s);
}

static void edited_weights_share_what_they_do_not_change(void **state)
{
    (void)state;
    struct session *s = begin(load());
    const struct model *m = session_model(s);
    struct err e = {{0}};
    float before = session_probability(s, RUN_PINNED, 4, 7);
    assert_true(session_set_weight(s, (struct weight_place){0, Q_O, 3, 5}, 2.5f, &e));
    assert_ptr_equal(session_net(s)->embedding, m->net->embedding);
    assert_ptr_equal(session_net(s)->out_W, m->net->out_W);
    assert_true(session_probability(s, RUN_PINNED, 4, 7) != before);
    assert_true(session_undo(s));
    assert_true(session_probability(s, RUN_PINNED, 4, 7) == before);
    session_free(s);
}

/* One model after the other, as a sitting goes: each file is let go with its model. */
static void files_are_let_go_with_their_models(void **state)
{
    (void)state;
    for (int k = 0; k < 40; k++)
        model_free(load());
    struct model *m[40];
    for (int k = 0; k < 40; k++)
        m[k] = load();                                 /* more than can be mapped at once: the others are copied */
    for (int k = 0; k < 40; k++) {
        assert_true(m[k]->net->embedding[7] == m[0]->net->embedding[7]);
        if (k)
            model_free(m[k]);
    }
    model_free(m[0]);
}

static void a_file_cut_short_while_it_is_open_is_told_and_ends_nothing(void **state)
{
    (void)state;
    write_safetensors();
    struct session *s = begin(load());
    const struct model *m = session_model(s);
    assert_null(model_lost(m));
    assert_int_equal(truncate(model_path, 5000), 0);
    assert_non_null(strstr(model_lost(m), "cut short while it is open"));
    struct err e = {{0}};
    assert_true(session_set_text(s, "w30000 w31000", "test", &e));      /* rows that are gone: 0 */
    for (int t = 1; t <= 2; t++)
        assert_true(isfinite(session_probability(s, RUN_PINNED, t, V - 1)));
    assert_true(m->net->embedding[(size_t)V * E - 1] == 0.0f);
    assert_true(file_cut(&m->lent));
    assert_non_null(strstr(model_lost(m), "is 0 now"));
    session_free(s);
    write_safetensors();
}

static void a_file_written_over_is_told_and_one_replaced_is_not(void **state)
{
    (void)state;
    write_safetensors();
    struct model *m = load();
    char other[160];
    snprintf(other, sizeof other, "%s.other", model_path);
    /* Another file takes its name, as programs that save with care do it: what is open stays. */
    struct str data = {0};
    str_add(&data, "another");
    struct err e = {{0}};
    float was = m->net->embedding[5];
    assert_true(file_write(other, data.s, data.len, &e));
    assert_int_equal(rename(other, model_path), 0);
    assert_null(model_lost(m));
    assert_true(m->net->embedding[5] == was);
    model_free(m);
    write_safetensors();
    m = load();
    int fd = open(model_path, O_WRONLY);
    assert_true(fd >= 0 && pwrite(fd, "\0\0\0\0", 4, 4096) == 4);
    struct timespec later[2] = {{0, UTIME_OMIT}, {2000000000, 0}};
    futimens(fd, later);                               /* file systems know dates to a tick only */
    close(fd);
    assert_non_null(strstr(model_lost(m), "written over"));
    model_free(m);
    str_free(&data);
    write_safetensors();
}

/* Bytes that are gone read as 0; those before the cut as they are. */
static void mapped_bytes_may_vanish(void **state)
{
    (void)state;
    struct str b = {0};
    for (int k = 0; k < 40000; k++)
        str_addc(&b, 'x');
    const char *path = bytes_file("bytes", &b);
    struct file_bytes bytes;
    struct err e = {{0}};
    assert_true(file_map(path, &bytes, &e));
    assert_int_equal(truncate(path, 10000), 0);
    assert_false(file_cut(&bytes));
    assert_int_equal(bytes.data[9999], 'x');
    assert_int_equal(bytes.data[39999], 0);
    assert_int_equal(bytes.data[20000], 0);
    assert_true(file_cut(&bytes));
    assert_int_equal(bytes.data[0], 'x');
    file_release(&bytes);
    assert_false(file_cut(&bytes));
    str_free(&b);
}

/* Whoever watches a file expects it to be written over. */
static void of_a_file_that_is_watched_no_number_stays_in_it(void **state)
{
    (void)state;
    struct app a;
    struct err e = {{0}};
    golden_app(&(struct golden_shot){.w = 80, .h = 24}, &a);
    a.model_options.vocab = vocab_path;
    struct model *m = load();
    assert_true(app_enter_model(&a, m, true, &e));
    assert_true(session_set_text(a.session, "w1 w32767 w77 w1", "test", &e));
    session_mark_saved(a.session);
    float was = session_value(a.session, RUN_BASE, 0, 3, VAL_C, 4);
    assert_true(session_net(a.session)->embedding_lent);
    app_command(&a, "watch");
    assert_int_equal(a.scene.version, 1);
    const struct lstm *net = session_net(a.session);
    assert_false(net->embedding_lent || net->head_lent || session_model(a.session)->lent.data);
    assert_string_equal(session_token(a.session, 2), "w32767");
    assert_true(session_value(a.session, RUN_BASE, 0, 3, VAL_C, 4) == was);
    app_command(&a, "watch off");
    assert_int_equal(a.scene.version, 0);
    app_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_a_file_that_is_watched_no_number_stays_in_it),
        cmocka_unit_test(a_large_embedding_and_head_stay_in_the_file_and_say_the_same),
        cmocka_unit_test(edited_weights_share_what_they_do_not_change),
        cmocka_unit_test(files_are_let_go_with_their_models),
        cmocka_unit_test(a_file_cut_short_while_it_is_open_is_told_and_ends_nothing),
        cmocka_unit_test(a_file_written_over_is_told_and_one_replaced_is_not),
        cmocka_unit_test(mapped_bytes_may_vanish),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
