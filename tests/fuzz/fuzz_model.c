/* fuzz_model.c: any bytes as a model file. What loads must run a step, be written, and read back the same; what does
 * not load must say so in one clean line. */
#include "fuzz.h"

#include <assert.h>
#include <string.h>

#include "base/utf8.h"
#include "import/import.h"

static void check_error(const struct err *e)
{
    size_t n = strlen(e->text);
    assert(n > 0 && utf8_valid(e->text, n, NULL));
    for (size_t k = 0; k < n; k++)
        assert((unsigned char)e->text[k] >= 0x20 && e->text[k] != 0x7F);
}

static void run(const struct model *m)
{
    float *x = calloc((size_t)m->net->embed, sizeof *x);
    const float *input = m->net->embedding ? m->net->embedding : x;
    struct trace *tr = trace_new(m->net, 1);
    assert(x && tr);
    lstm_run(m->net, &input, 0, NULL, 0, tr);
    trace_free(tr);
    free(x);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err e = {{0}};
    struct model_options o = {.tokenizer = -1};
    struct model *m = model_parse((const char *)data, size, "fuzz", &o, &e);
    if (!m) {
        check_error(&e);
        return 0;
    }
    struct str text = {0}, again = {0};
    run(m);
    model_write(m, &text);
    struct model *n = model_parse(str_text(&text), text.len, "again", &o, &e);
    assert(n);
    model_write(n, &again);
    assert(strcmp(text.s, again.s) == 0);
    model_free(n);
    model_free(m);
    str_free(&text);
    str_free(&again);
    return 0;
}
