/* generate.c: writes the cases of this directory. A small random language model in PyTorch's layout, and what the
 * double-precision LSTM of tests/support/reference.c makes of a text: every gate, the surprisals, one forced gate and
 * the gradient of one surprisal (by central differences). Nothing here comes out of the engine's own arithmetic. From
 * the root of the repository, after make build/libflstm.a build/tests/support/reference.o:
 *
 *     cc -std=c11 -Isrc -Itests -o build/generate tests/reference/generate.c build/tests/support/reference.o \
 *        build/libflstm.a -lm && build/generate tests/reference
 */
#include <stdio.h>
#include <stdlib.h>

#include "support/reference.h"

struct recipe {
    const char *name;
    int layers, hidden[2], embed, vocab, steps;
    double scale;              /* of the weights; large ones drive the gates to 0 and 1 */
    int forced_step, forced_unit;
    unsigned seed;
};
static const struct recipe recipes[] = {
    { "tiny", 1, { 3, 0 }, 4, 5, 8, 2.0, 5, 1, 11 },
    { "saturated", 1, { 3, 0 }, 4, 6, 12, 20.0, 7, 1, 12 },
    { "stacked", 2, { 5, 4 }, 3, 6, 10, 2.5, 4, 2, 13 },
};

static const char *separator(int k)
{
    return k ? ", " : "";
}

/* ---- the model ---- */

static void write_rows(FILE *f, const char *name, const float *v, int rows, int columns, size_t stride)
{
    fprintf(f, "\"%s\": [", name);
    for (int r = 0; r < rows; r++) {
        fprintf(f, "%s%s", separator(r), columns ? "[" : "");
        for (int k = 0; k < (columns ? columns : 1); k++)
            fprintf(f, "%s%.9g", separator(k), (double)v[(size_t)r * stride + (size_t)k]);
        fputs(columns ? "]" : "", f);
    }
    fputs("]", f);
}

/* PyTorch stacks i, f, g, o. */
static void write_gates(FILE *f, const char *name, int l, const struct lstm_layer *layer, int from, int columns)
{
    static const int order[GATES] = { Q_I, Q_F, Q_G, Q_O };
    fprintf(f, ",\n\"lstm.%s_l%d\": [", name, l);
    for (int q = 0; q < GATES; q++)
        for (int u = 0; u < layer->hidden; u++) {
            const float *w = layer->W[order[q]] + (size_t)u * (size_t)(layer->hidden + layer->in) + from;
            float bias = layer->b[order[q]][u], recurrent = layer->b2[order[q]][u];
            fputs(separator(q || u), f);
            if (!columns)
                fprintf(f, "%.9g", (double)(from ? bias - recurrent : recurrent));
            for (int k = 0; k < columns; k++)
                fprintf(f, "%s%.9g%s", k ? ", " : "[", (double)w[k], k + 1 < columns ? "" : "]");
        }
    fputs("]", f);
}

static void write_model(FILE *f, const struct lstm *net)
{
    fputs("{", f);
    write_rows(f, "embedding.weight", net->embedding, net->vocab, net->embed, (size_t)net->embed);
    for (int l = 0; l < net->layers; l++) {
        const struct lstm_layer *layer = &net->layer[l];
        write_gates(f, "weight_ih", l, layer, layer->hidden, layer->in);
        write_gates(f, "weight_hh", l, layer, 0, layer->hidden);
        write_gates(f, "bias_ih", l, layer, 1, 0);
        write_gates(f, "bias_hh", l, layer, 0, 0);
    }
    fputs(",\n", f);
    write_rows(f, "decoder.weight", net->out_W, net->outputs, lstm_top(net), (size_t)lstm_top(net));
    fputs(",\n", f);
    write_rows(f, "decoder.bias", net->out_b, net->outputs, 0, 1);
    fputs("}\n", f);
}

/* ---- what is expected of it ---- */

static void write_run(FILE *f, const struct lstm *net, const struct ref_run *r, const int *ids)
{
    static const char *const key[Q_COUNT] = { "f", "i", "g", "o", "c", "h" };
    fputs("\"layers\": [", f);
    for (int l = 0; l < net->layers; l++) {
        fprintf(f, "%s[", separator(l));
        for (int t = 1; t <= r->steps; t++) {
            fputs(t > 1 ? ",\n{" : "\n{", f);
            for (int q = 0; q < Q_COUNT; q++) {
                fprintf(f, "%s\"%s\": [", separator(q), key[q]);
                for (int u = 0; u < net->layer[l].hidden; u++)
                    fprintf(f, "%s%.9g", separator(u), ref_at(r, l, (enum quantity)q, t, u));
                fputs("]", f);
            }
            fputs("}", f);
        }
        fputs("]", f);
    }
    fputs("],\n\"surprisal\": [", f);
    for (int t = 1; t < r->steps; t++)
        fprintf(f, "%s%.9g", separator(t - 1), ref_surprisal(net, r, t, ids[t]));
    fputs("]", f);
}

static double nudged(const struct lstm *net, const float *const *x, int step, int target, struct ref_nudge n)
{
    double value[2];
    for (int side = 0; side < 2; side++) {
        n.delta = side ? 1e-5 : -1e-5;
        struct ref_run *r = ref_run_nudged(net, x, step, NULL, 0, &n);
        value[side] = ref_surprisal(net, r, step, target);
        ref_free(r);
    }
    return (value[1] - value[0]) / 2e-5;
}

/* The surprisal of the first word after the last step. Steps in the files count from 0. */
static void write_gradient(FILE *f, const struct lstm *net, const float *const *x, const struct ref_run *r, int target)
{
    int step = r->steps;
    fprintf(f, "\"gradient\": {\"of\": \"surprisal\", \"step\": %d, \"target\": %d, \"value\": %.9g, \"dC\": [",
            step - 1, target, ref_surprisal(net, r, step, target));
    for (int l = 0; l < net->layers; l++) {
        fprintf(f, "%s[", separator(l));
        for (int t = 1; t <= step; t++)
            for (int u = 0; u < net->layer[l].hidden; u++)
                fprintf(f, "%s%s%.8e%s", u ? "" : t > 1 ? ",\n" : "\n", u ? ", " : "[",
                        nudged(net, x, step, target, (struct ref_nudge){ t, l, Q_C, u, 0 }),
                        u + 1 < net->layer[l].hidden ? "" : "]");
        fputs("]", f);
    }
    fputs("], \"dx\": [", f);
    for (int t = 1; t <= step; t++)
        for (int k = 0; k < net->embed; k++)
            fprintf(f, "%s%s%.8e%s", k ? "" : t > 1 ? ",\n" : "\n", k ? ", " : "[",
                    nudged(net, x, step, target, (struct ref_nudge){ t, 0, Q_COUNT, k, 0 }),
                    k + 1 < net->embed ? "" : "]");
    fputs("]}", f);
}

static void write_expected(FILE *f, const struct lstm *net, const struct recipe *c, struct ref_random *random)
{
    int ids[64];
    const float *x[64];
    fputs("{\"ids\": [", f);
    for (int t = 0; t < c->steps; t++) {
        ids[t] = ref_below(random, c->vocab);
        x[t] = net->embedding + (size_t)ids[t] * (size_t)net->embed;
        fprintf(f, "%s%d", separator(t), ids[t]);
    }
    fputs("],\n", f);
    struct ref_run *r = ref_run(net, x, c->steps, NULL, 0);
    write_run(f, net, r, ids);
    fputs(",\n", f);
    write_gradient(f, net, x, r, ids[0]);
    ref_free(r);
    struct pin off = { .step = c->forced_step, .layer = 0, .q = Q_F, .unit = c->forced_unit, .value = 0.0f };
    r = ref_run(net, x, c->steps, &off, 1);
    fprintf(f, ",\n\"forced\": {\"layer\": 0, \"step\": %d, \"unit\": %d, \"f\": 0,\n", off.step - 1, off.unit);
    write_run(f, net, r, ids);
    fputs("}}\n", f);
    ref_free(r);
}

static FILE *open_case(const char *dir, const char *name, const char *kind)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s.%s.json", dir, name, kind);
    FILE *f = fopen(path, "w");
    if (!f)
        perror(path), exit(1);
    return f;
}

/* The files hold no initial state, so it is zero. Both biases are cut to multiples of 2^-16, so that the sum that
 * was used is the exact sum of the two that are written. */
static void settle(struct lstm *net)
{
    for (int l = 0; l < net->layers; l++)
        for (int u = 0; u < net->layer[l].hidden; u++) {
            net->h0[l][u] = net->c0[l][u] = 0.0f;
            for (int q = 0; q < GATES; q++) {
                float *b = &net->layer[l].b[q][u], *b2 = &net->layer[l].b2[q][u];
                *b = (float)((int)(*b * 65536.0f)) / 65536.0f;
                *b2 = (float)((int)(*b2 * 65536.0f)) / 65536.0f;
            }
        }
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    for (size_t k = 0; k < sizeof recipes / sizeof *recipes; k++) {
        const struct recipe *c = &recipes[k];
        struct ref_random random = { c->seed };
        struct lstm *net = ref_network(&(struct lstm_shape){.layers = c->layers,
                                                            .hidden = c->hidden,
                                                            .embed = c->embed,
                                                            .vocab = c->vocab,
                                                            .outputs = c->vocab,
                                                            .two_biases = true},
                                       c->scale, &random);
        if (!net)
            return 1;
        settle(net);
        FILE *model = open_case(argv[1], c->name, "pytorch"), *expected = open_case(argv[1], c->name, "expected");
        write_model(model, net);
        write_expected(expected, net, c, &random);
        if (fclose(model) || fclose(expected))
            return 1;
        lstm_free(net);
    }
    return 0;
}
