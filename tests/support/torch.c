/* torch.c: see torch.h. */
#include "support/kernels.h"
#include "support/torch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

_Noreturn static void give_up(const char *what)
{
    fprintf(stderr, "reference data: %s\n", what);
    abort();
}

cJSON *torch_json(const char *dir, const char *name, const char *suffix)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s.%s.json", dir, name, suffix);
    FILE *f = fopen(path, "rb");
    if (!f)
        return NULL;
    fseek(f, 0, SEEK_END);
    long size = ftell(f);
    rewind(f);
    char *text = size >= 0 ? xcalloc((size_t)size + 1, 1) : NULL;
    if (!text || fread(text, 1, (size_t)size, f) != (size_t)size)
        give_up(path);
    fclose(f);
    cJSON *json = cJSON_ParseWithLengthOpts(text, (size_t)size, NULL, 0);
    free(text);
    if (!json)
        give_up(path);
    return json;
}

/* The tensor whose name ends so: prefixes differ (lstm., rnn.). */
static const cJSON *tensor(const cJSON *model, const char *suffix)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, model) {
        size_t n = strlen(item->string), m = strlen(suffix);
        if (n >= m && !strcmp(item->string + n - m, suffix))
            return item;
    }
    return NULL;
}

static const cJSON *layer_tensor(const cJSON *model, const char *name, int layer)
{
    char suffix[64];
    snprintf(suffix, sizeof suffix, "%s_l%d", name, layer);
    return tensor(model, suffix);
}

static const cJSON *embedding_of(const cJSON *model)
{
    const cJSON *e = tensor(model, "embedding.weight");
    return e ? e : tensor(model, "encoder.weight");
}

/* Row by row into out; rows may be numbers (a vector). */
static void floats(const cJSON *from, float *out)
{
    if (cJSON_IsNumber(from)) {
        *out = (float)from->valuedouble;
        return;
    }
    const cJSON *item;
    int width = from->child && cJSON_IsArray(from->child) ? cJSON_GetArraySize(from->child) : 1;
    cJSON_ArrayForEach(item, from) {
        floats(item, out);
        out += width;
    }
}

static float *matrix(const cJSON *from)
{
    if (!from)
        give_up("a tensor is missing");
    int rows = cJSON_GetArraySize(from), columns = cJSON_IsArray(from->child) ? cJSON_GetArraySize(from->child) : 1;
    float *out = xcalloc((size_t)rows * (size_t)columns, sizeof *out);
    floats(from, out);
    return out;
}

/* PyTorch stacks its gates i, f, g, o and keeps input and hidden weights apart. */
static void load_layer(const cJSON *model, int l, struct lstm_layer *layer)
{
    static const int place[GATES] = { 1, 0, 2, 3 };
    float *x = matrix(layer_tensor(model, "weight_ih", l)), *h = matrix(layer_tensor(model, "weight_hh", l));
    float *bx = matrix(layer_tensor(model, "bias_ih", l)), *bh = matrix(layer_tensor(model, "bias_hh", l));
    size_t H = (size_t)layer->hidden, E = (size_t)layer->in;
    for (int q = 0; q < GATES; q++)
        for (size_t u = 0; u < H; u++) {
            size_t row = (size_t)place[q] * H + u;
            memcpy(layer->W[q] + u * (H + E), h + row * H, H * sizeof *h);
            memcpy(layer->W[q] + u * (H + E) + H, x + row * E, E * sizeof *x);
            layer->b[q][u] = bx[row] + bh[row];
            layer->b2[q][u] = bh[row];
        }
    free(x);
    free(h);
    free(bx);
    free(bh);
}

static struct lstm *load_network(const cJSON *model)
{
    int hidden[8], layers = 0;
    const cJSON *embedding = embedding_of(model), *W;
    for (; layers < 8 && (W = layer_tensor(model, "weight_hh", layers)); layers++)
        hidden[layers] = cJSON_GetArraySize(W->child);
    W = layer_tensor(model, "weight_ih", 0);
    const cJSON *decoder = tensor(model, "decoder.weight");
    if (!W || !decoder)
        give_up("not a language model");
    struct lstm_shape shape = { .layers = layers, .embed = cJSON_GetArraySize(W->child), .hidden = hidden,
                                .vocab = embedding ? cJSON_GetArraySize(embedding) : 0,
                                .outputs = cJSON_GetArraySize(decoder), .two_biases = true };
    struct lstm *net = lstm_new(&shape);
    if (!net)
        give_up("no memory for the network");
    for (int l = 0; l < layers; l++)
        load_layer(model, l, &net->layer[l]);
    if (embedding)
        floats(embedding, net->embedding);
    floats(decoder, net->out_W);
    floats(tensor(model, "decoder.bias"), net->out_b);
    if (!lstm_pack(net))
        give_up("no memory for the kernels");
    return net;
}

struct torch_case *torch_open(const char *dir, const char *name)
{
    cJSON *model = torch_json(dir, name, "pytorch"), *expected = torch_json(dir, name, "expected");
    if (!model || !expected) {
        cJSON_Delete(model);
        cJSON_Delete(expected);
        return NULL;
    }
    struct torch_case *c = xcalloc(1, sizeof *c);
    c->net = load_network(model);
    c->expected = expected;
    cJSON_Delete(model);
    const cJSON *ids = cJSON_GetObjectItem(expected, "ids"), *id;
    c->steps = cJSON_GetArraySize(ids);
    c->ids = xcalloc((size_t)c->steps, sizeof *c->ids);
    c->x = xcalloc((size_t)c->steps, sizeof *c->x);
    const float *table = c->net->embedding;
    size_t E = (size_t)c->net->embed;
    if (!table) {
        c->one_hot = xcalloc(E * E, sizeof *c->one_hot);
        for (size_t k = 0; k < E; k++)
            c->one_hot[k * E + k] = 1.0f;
        table = c->one_hot;
    }
    int t = 0;
    cJSON_ArrayForEach(id, ids) {
        c->ids[t] = id->valueint;
        c->x[t++] = table + (size_t)id->valueint * E;
    }
    return c;
}

void torch_close(struct torch_case *c)
{
    if (!c)
        return;
    lstm_free(c->net);
    cJSON_Delete(c->expected);
    free(c->ids);
    free(c->x);
    free(c->one_hot);
    free(c);
}

/* ---- which cases there are ---- */

void torch_each_kept(void (*check)(const char *dir, const char *name))
{
    static const char *const name[] = { "tiny", "saturated", "stacked" };
    for (size_t k = 0; k < sizeof name / sizeof *name; k++)
        check("tests/reference", name[k]);
}

static bool each_in(const char *part, const char *const *name, size_t count,
                    void (*check)(const char *dir, const char *name))
{
    char dir[400], file[512];
    const char *folder = getenv("FLSTM_REFERENCE");
    snprintf(dir, sizeof dir, "%s/%s", folder ? folder : "", part);
    snprintf(file, sizeof file, "%s/%s.pytorch.json", dir, name[0]);
    if (!folder || !*folder || access(file, R_OK) != 0)
        return false;
    for (size_t k = 0; k < count; k++)
        check(dir, name[k]);
    return true;
}

bool torch_each(void (*check)(const char *dir, const char *name))
{
    static const char *const name[] = { "tiny", "saturated", "two", "deep", "wide", "one" };
    return each_in("torch", name, sizeof name / sizeof *name, check);
}

bool torch_darwin(void (*check)(const char *dir, const char *name))
{
    static const char *const name[] = { "darwin" };
    return each_in("darwin", name, 1, check);
}

static struct { void (*check)(const char *dir, const char *name); bool found; } every;

static void kept(void)
{
    torch_each_kept(every.check);
}

static void named(void)
{
    every.found = torch_each(every.check);
}

void torch_each_kept_by_kernel(void (*check)(const char *dir, const char *name))
{
    every.check = check;
    each_kernel(kept);
}

bool torch_each_by_kernel(void (*check)(const char *dir, const char *name))
{
    every.check = check;
    each_kernel(named);
    return every.found;
}
