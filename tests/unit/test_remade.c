/* test_remade.c: weights that PyTorch keeps in parts are put together; what is inside of a cell, or instead of a head,
 * and is not computed leaves no false number. The formulas are those of torch.nn.utils (weight_norm, spectral_norm,
 * prune), tried against PyTorch 1.13. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "import/import.h"
#include "model/fingerprint.h"
#include "support/refusal.h"

/* One unit on two inputs, three words; the head has a row for each. */
#define IH "\"lstm.weight_ih_l0\":[[3,4],[0.5,-1],[1,0.25],[-2,1]]"
#define HH "\"lstm.weight_hh_l0\":[[0.5],[1],[-1],[2]]"
#define BIASES "\"lstm.bias_ih_l0\":[0,1,0.5,0],\"lstm.bias_hh_l0\":[0,0,0,0.25]"
#define EMBEDDING "\"emb.weight\":[[1,-0.5],[0.25,2],[-1,1]]"
#define FC "\"fc.weight\":[[1],[-2],[0.5]],\"fc.bias\":[0,0.5,-1]"
#define VOCABULARY "\"vocab\":[\"a\",\"b\",\"c\"]"
#define PLAIN IH "," HH "," BIASES "," EMBEDDING "," FC

static struct model *open_text(const char *tensors, const char *names, struct err *e)
{
    char text[2048];
    struct model_options o = MODEL_OPTIONS_NONE;
    o.names = names;
    snprintf(text, sizeof text, "{" VOCABULARY ",\"state_dict\":{%s}}", tensors);
    return model_parse(text, strlen(text), "F", &o, e);
}

static struct model *must_open_text(const char *tensors, const char *names)
{
    struct err e = {""};
    struct model *m = open_text(tensors, names, &e);
    if (!m)
        fail_msg("%s\n%s", e.text, tensors);
    return m;
}

static void weights_in_parts_are_put_together_as_pytorch_does(void **state)
{
    (void)state;
    /* |(3, 4)| is 5; of the others g says what makes of v the row of IH. */
#define ROWS "[[0.6,0.8],[0.5,-1],[1,0.25],[-2,1]]"
#define LENGTHS "[[5],[1.1180339887498949],[1.0307764064044151],[2.2360679774997898]]"
    static const char *const kept[] = {
        "\"lstm.weight_ih_l0_g\":" LENGTHS ",\"lstm.weight_ih_l0_v\":" ROWS "," HH "," BIASES "," EMBEDDING "," FC,
        "\"lstm.parametrizations.weight_ih_l0.original0\":" LENGTHS
        ",\"lstm.parametrizations.weight_ih_l0.original1\":" ROWS "," HH "," BIASES "," EMBEDDING "," FC,
        /* pruned: what the mask leaves out */
        IH "," HH "," BIASES ",\"emb.weight_orig\":[[1,-0.5],[0.25,2],[-1,1]],"
        "\"emb.weight_mask\":[[1,1],[1,1],[1,1]]," FC,
        /* divided by u · W v, which is 2 here */
        IH ",\"lstm.weight_hh_l0_orig\":[[1],[2],[-2],[4]],\"lstm.weight_hh_l0_u\":[0,1,0,0],"
        "\"lstm.weight_hh_l0_v\":[1],"
        BIASES "," EMBEDDING "," FC,
        IH "," HH "," BIASES "," EMBEDDING ",\"fc.parametrizations.weight.original\":[[2],[-4],[1]],"
        "\"fc.parametrizations.weight.0._u\":[1,0,0],\"fc.parametrizations.weight.0._v\":[1],\"fc.bias\":[0,0.5,-1]",
    };
    struct model *plain = must_open_text(PLAIN, NULL);
    for (size_t k = 0; k < sizeof kept / sizeof *kept; k++) {
        struct model *m = must_open_text(kept[k], NULL);
        if (fingerprint_model(m) != fingerprint_model(plain))
            fail_msg("other numbers from %s", kept[k]);
        assert_int_equal(m->unused_count, 0);
        model_free(m);
    }
    struct model *masked = must_open_text(IH "," HH "," BIASES ",\"emb.weight_orig\":[[1,0.5],[0.25,2],[-1,1]],"
                                          "\"emb.weight_mask\":[[1,0],[1,1],[1,1]]," FC, NULL);
    struct model *zero = must_open_text(IH "," HH "," BIASES ",\"emb.weight\":[[1,0],[0.25,2],[-1,1]]," FC, NULL);
    assert_int_equal(fingerprint_model(masked), fingerprint_model(zero));
    model_free(masked);
    model_free(zero);
    model_free(plain);
}

/* What does not fit together is no weight: told as before. */
static void parts_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    static const struct text_refusal list[] = {
        {"{\"lstm.weight_ih_l0_g\": [[1], [2]], \"lstm.weight_ih_l0_v\": " ROWS ", " HH "}", "by weight_norm"},
        {"{" IH ", \"lstm.weight_hh_l0_orig\": [[1],[2],[-2],[4]], \"lstm.weight_hh_l0_mask\": [[1],[1]]}",
         "before spectral_norm or pruning"},
        {"{" IH ", \"lstm.parametrizations.weight_hh_l0.original\": [[1],[2],[-2],[4]]}", "under a parametrization"},
    };
    texts_refused(list, sizeof list / sizeof *list);
}

static void what_is_inside_of_the_cell_is_refused_until_it_is_let_go(void **state)
{
    (void)state;
    static const struct { const char *more, *first, *names; } cells[] = {
        {",\"lstm.ln_ih.weight\":[1,2,1,1],\"lstm.ln_ih.bias\":[0,1,0,0],\"lstm.ln_c.weight\":[3],"
         "\"lstm.ln_c.bias\":[1]",
         "F: state_dict.lstm.ln_ih.weight: it (4) belongs to the cell", "ignored=lstm.ln_ih,ignored=lstm.ln_c"},
        {",\"lstm.weight_mx\":[[1,2]],\"lstm.weight_mh\":[[2]]",
         "F: state_dict.lstm.weight_mx: it (1 x 2) belongs to the cell",
         "ignored=lstm.weight_mx,ignored=lstm.weight_mh"},
        {",\"norm_gates.weight\":[1,2,3,4],\"norm_gates.bias\":[1,2,3,4]",
         "F: state_dict.norm_gates.weight: it (4) belongs to the cell", "ignored=norm_gates"},
    };
    struct model *plain = must_open_text(PLAIN, NULL);
    for (size_t k = 0; k < sizeof cells / sizeof *cells; k++) {
        struct err e = {""};
        char tensors[1024];
        snprintf(tensors, sizeof tensors, PLAIN "%s", cells[k].more);
        assert_null(open_text(tensors, NULL, &e));
        if (!strstr(e.text, cells[k].first) || !strstr(e.text, cells[k].names))
            fail_msg("%s", e.text);
        struct model *m = must_open_text(tensors, cells[k].names);         /* the line that is offered works */
        if (m->net->outputs)
            assert_int_equal(fingerprint_model(m), fingerprint_model(plain));
        assert_int_equal(m->net->outputs, k == 0 ? 0 : 3);                 /* a norm of h may stand before the head */
        assert_true(m->unused_count > 0);
        model_free(m);
    }
    model_free(plain);
}

/* Its head puts out the frequent tokens and the clusters: as many as tokens, at times, and no logits of them. */
static void an_adaptive_softmax_is_no_head(void **state)
{
    (void)state;
    static const char *const modules[] = {"decoder", "criterion", "adaptive"};
    for (size_t k = 0; k < sizeof modules / sizeof *modules; k++) {
        char tensors[1024], said[128];
        snprintf(tensors, sizeof tensors, IH "," HH "," BIASES "," EMBEDDING ",\"%s.head.weight\":[[1],[2],[3]],"
                 "\"%s.tail.0.0.weight\":[[1]],\"%s.tail.0.1.weight\":[[2]]", modules[k], modules[k], modules[k]);
        struct model *m = must_open_text(tensors, NULL);
        snprintf(said, sizeof said, "%s.head.weight is of an adaptive softmax, which is not computed: no output is "
                 "shown", modules[k]);
        assert_non_null(strstr(m->notice, said));
        assert_int_equal(m->net->outputs, 0);
        model_free(m);
    }
}

/* h, a Linear, a ReLU, the head: sizes do not tell it from two heads. */
static void a_linear_as_wide_as_h_leaves_no_output_beside_it(void **state)
{
    (void)state;
    struct model *m = must_open_text(PLAIN ",\"hidden.weight\":[[2]],\"hidden.bias\":[1]", NULL);
    assert_non_null(strstr(m->notice, "hidden.weight may stand between the LSTM and fc.weight"));
    assert_int_equal(m->net->outputs, 0);
    model_free(m);
    m = must_open_text(PLAIN ",\"hidden.weight\":[[2]],\"hidden.bias\":[1]", "output_weight=fc.weight");
    assert_int_equal(m->net->outputs, 3);
    model_free(m);
}

/* fastai keeps its embedding a second time, beside its dropout. */
static void the_same_embedding_under_two_names_is_one(void **state)
{
    (void)state;
    struct err e = {""};
    struct model *plain = must_open_text(PLAIN, NULL);
    struct model *m = must_open_text(PLAIN ",\"emb_dp.emb.weight\":[[1,-0.5],[0.25,2],[-1,1]]", NULL);
    assert_int_equal(fingerprint_model(m), fingerprint_model(plain));
    model_free(m);
    model_free(plain);
    assert_null(open_text(PLAIN ",\"emb_dp.emb.weight\":[[1,-0.5],[0.25,2],[-1,3]]", NULL, &e));
    assert_non_null(strstr(e.text, "the embedding could be"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights_in_parts_are_put_together_as_pytorch_does),
        cmocka_unit_test(parts_that_do_not_fit_are_refused),
        cmocka_unit_test(what_is_inside_of_the_cell_is_refused_until_it_is_let_go),
        cmocka_unit_test(an_adaptive_softmax_is_no_head),
        cmocka_unit_test(a_linear_as_wide_as_h_leaves_no_output_beside_it),
        cmocka_unit_test(the_same_embedding_under_two_names_is_one),
    };
    return cmocka_run_group_tests(tests, folder_begin, folder_end);
}
