/* make_model.c: writes a random model of a given hidden size to standard output, for measuring what many units cost.
 * usage: make_model H [LAYERS] > model.json */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import/import.h"

enum { WORDS = 8 };

/* Whole 256ths: short in the file, exact in float. */
static float small(uint64_t *seed, double size)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (float)((int)(((double)(*seed >> 40) / 16777216.0 - 0.5) * 512 * size)) / 256;
}

static void fill(float *v, size_t n, uint64_t *seed, double size)
{
    for (size_t k = 0; k < n; k++)
        v[k] = small(seed, size);
}

int main(int argc, char **argv)
{
    enum { LAYERS_MAX = 4 };
    int wanted = argc > 2 ? atoi(argv[2]) : 1, layers = wanted < 1 ? 1 : wanted > LAYERS_MAX ? LAYERS_MAX : wanted;
    int hidden[LAYERS_MAX];
    for (int l = 0; l < LAYERS_MAX; l++)
        hidden[l] = argc > 1 ? atoi(argv[1]) : 1024;
    uint64_t seed = 1;
    static char *tokens[WORDS] = {"a", "b", "c", "d", "e", "f", "g", "h"};
    static int ids[40];
    struct lstm *net = lstm_new(
        &(struct lstm_shape){.layers = layers, .vocab = WORDS, .embed = 16, .outputs = WORDS, .hidden = hidden});
    if (!net)
        return 1;
    size_t H = (size_t)hidden[0];
    for (int l = 0; l < layers; l++)
        for (int q = 0; q < GATES; q++) {
            fill(net->layer[l].W[q], H * (H + (l ? H : 16)), &seed, 0.25);
            fill(net->layer[l].b[q], H, &seed, 1);
        }
    fill(net->embedding, WORDS * 16, &seed, 1);
    fill(net->out_W, WORDS * H, &seed, 0.25);
    for (int k = 0; k < 40; k++)
        ids[k] = k * 5 % WORDS;
    char *no_names[1] = {NULL}, **none = calloc(H, sizeof *no_names), **names[LAYERS_MAX] = {none, none, none, none};
    struct vocab vocab = {.kind = VOCAB_WORD, .size = WORDS, .token = tokens, .unknown = -1};
    struct model m = {.name = (char[]){"bench"},
                      .about = (char[]){""},
                      .source = (char[]){"-"},
                      .format = "native",
                      .provenance = PROVENANCE_IMPORTED,
                      .net = net,
                      .vocab = &vocab,
                      .unit_name = names,
                      .sequence = {.n = 40, .id = ids, .of = &vocab}};
    struct str out = {0};
    model_write(&m, &out);
    fwrite(out.s, 1, out.len, stdout);
    str_free(&out);
    free(none);
    lstm_free(net);
    return fflush(stdout) ? 1 : 0;
}
