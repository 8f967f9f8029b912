/* trace.c: what a run leaves behind: every f, i, g, o, C, h of every layer and step, and the pins that changed some of
 * them by hand. Rows are padded to whole tiles so that kernels write them directly. */
#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "core/kernel.h"
#include "core/pins.h"

const char *quantity_name(enum quantity q)
{
    static const char *const names[Q_COUNT] = { "f", "i", "g", "o", "C", "h" };
    return names[q];
}

static int order(int a, int b)
{
    return (a > b) - (a < b);
}

int pin_compare(const void *a, const void *b)
{
    const struct pin *p = a, *q = b;
    int by_step = order(p->step, q->step), by_layer = order(p->layer, q->layer);
    int by_quantity = order((int)p->q, (int)q->q), by_unit = order(p->unit, q->unit);
    return by_step ? by_step : by_layer ? by_layer : by_quantity ? by_quantity : by_unit;
}

struct pins pins_at(const struct pin *all, size_t count, int step, int layer)
{
    if (!count)
        return (struct pins){ NULL, NULL };
    struct pin first = { .step = step, .layer = layer, .q = Q_F, .unit = 0 };
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (pin_compare(&all[middle], &first) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (high = low; high < count && all[high].step == step && all[high].layer == layer; high++)
        ;
    return (struct pins){ all + low, all + high };
}

/* Floats of one quantity of one layer. A line more than the rows need keeps the six from falling into the same sets
 * of the cache when the rows come to a power of two. 0 when it overflows. */
static size_t quantity_floats(int hidden, int steps)
{
    size_t floats;
    if (!mem_product((size_t)steps + 1, (size_t)kernel_padded(hidden), &floats) || floats > SIZE_MAX / 64)
        return 0;
    return floats + TILE;
}

/* Of [h→, h←] of one depth; 0 when it overflows. */
static size_t joined_floats(const struct lstm *net, int depth, int steps)
{
    const struct lstm_layer *way = &net->layer[2 * (size_t)depth];
    size_t floats, width = (size_t)way[0].hidden + (size_t)way[1].hidden;
    return mem_product((size_t)steps + 1, width, &floats) && floats < SIZE_MAX / 64 ? floats : 0;
}

/* SIZE_MAX when it overflows. */
static size_t trace_floats(const struct lstm *net, int steps)
{
    size_t total = 0;
    for (int l = 0; l < net->layers; l++) {
        size_t floats = quantity_floats(net->layer[l].hidden, steps);
        if (!floats || floats * Q_COUNT > SIZE_MAX / 8 - total)
            return SIZE_MAX;
        total += floats * Q_COUNT;
    }
    for (int d = 0; net->bidirectional && d < net->layers / 2; d++) {
        size_t floats = joined_floats(net, d, steps);
        if (!floats || floats > SIZE_MAX / 8 - total)
            return SIZE_MAX;
        total += floats;
    }
    return total;
}

/* Of a layer's tables. */
enum { LAYER_BYTES = sizeof(struct trace_layer) + sizeof(float *) };

size_t trace_bytes(const struct lstm *net, int steps)
{
    size_t floats = trace_floats(net, steps);
    if (floats == SIZE_MAX)
        return SIZE_MAX;
    return floats * sizeof(float) + sizeof(struct trace) + (size_t)net->layers * LAYER_BYTES;
}

struct trace *trace_new(const struct lstm *net, int steps)
{
    size_t floats = trace_floats(net, steps);
    if (floats == SIZE_MAX)
        return NULL;
    struct trace *tr = mem_array(1, sizeof *tr + (size_t)net->layers * LAYER_BYTES);
    size_t mapped;
    float *values = mem_pages(floats, sizeof *values, &mapped);
    if (!tr || !values) {
        mem_free(tr);
        mem_pages_free(values, mapped);
        return NULL;
    }
    *tr = (struct trace){ .steps = steps, .layers = net->layers, .layer = (struct trace_layer *)(tr + 1),
                          .mapped = mapped };
    for (int l = 0; l < net->layers; l++) {
        struct trace_layer *layer = &tr->layer[l];
        layer->hidden = net->layer[l].hidden;
        layer->stride = (size_t)kernel_padded(layer->hidden);
        for (int q = 0; q < Q_COUNT; q++, values += quantity_floats(layer->hidden, steps))
            layer->v[q] = values;
    }
    if (net->bidirectional)
        tr->joined = (float **)(void *)(tr->layer + net->layers);
    for (int d = 0; net->bidirectional && d < net->layers / 2; values += joined_floats(net, d++, steps))
        tr->joined[d] = values;
    return tr;
}

void trace_copy(const struct trace *from, struct trace *to, int first, int end)
{
    for (int l = 0; l < from->layers; l++)
        for (int q = 0; q < Q_COUNT; q++)
            memcpy(trace_row(to, l, (enum quantity)q, first), trace_row(from, l, (enum quantity)q, first),
                   (size_t)(end - first) * from->layer[l].stride * sizeof(float));
}

/* ---- in part ----------------------------------------------------------------------------------------------------- */

/* Rows of 16 floats at least, which fill whole pages when they are so many. */
static int rows_of_pages(void)
{
    return (int)(mem_page() / (TILE * sizeof(float)));
}

static int rounded(int rows, int together)
{
    return (rows + together - 1) / together * together;
}

struct trace *trace_new_in_part(const struct lstm *net, int steps)
{
    const int together = rows_of_pages();
    size_t width = 0, floats, mapped;
    for (int l = 0; l < net->layers; l++)
        width += (size_t)Q_COUNT * (size_t)kernel_padded(net->layer[l].hidden);
    if (net->bidirectional || together < 1 || steps > INT_MAX - together
        || !mem_product((size_t)rounded(steps + 1, together), width, &floats))
        return NULL;
    struct trace *tr = mem_array(1, sizeof *tr + (size_t)net->layers * LAYER_BYTES);
    float *values = mem_reserve(floats, sizeof *values, &mapped);
    if (!tr || !values) {
        mem_free(tr);
        mem_pages_free(values, mapped);
        return NULL;
    }
    *tr = (struct trace){ .steps = steps, .layers = net->layers, .layer = (struct trace_layer *)(tr + 1),
                          .mapped = mapped, .together = together };
    for (int l = 0; l < net->layers; l++) {
        struct trace_layer *layer = &tr->layer[l];
        layer->hidden = net->layer[l].hidden;
        layer->stride = (size_t)kernel_padded(layer->hidden);
        for (int q = 0; q < Q_COUNT; q++, values += (size_t)rounded(steps + 1, together) * layer->stride)
            layer->v[q] = values;
    }
    return tr;
}

bool trace_open(const struct trace *tr, int first, int n)
{
    for (int l = 0; l < tr->layers; l++)
        for (int q = 0; q < Q_COUNT; q++)
            if (!mem_open(trace_row(tr, l, (enum quantity)q, first),
                          (size_t)rounded(n, tr->together) * tr->layer[l].stride * sizeof(float)))
                return false;
    return true;
}

void trace_close(const struct trace *tr, int first, int n)
{
    for (int l = 0; l < tr->layers; l++)
        for (int q = 0; q < Q_COUNT; q++)
            mem_close(trace_row(tr, l, (enum quantity)q, first),
                      (size_t)rounded(n, tr->together) * tr->layer[l].stride * sizeof(float));
}

void trace_free(struct trace *tr)
{
    if (!tr)
        return;
    mem_pages_free(tr->layer[0].v[0], tr->mapped); /* the first value is the start of the block of values */
    mem_free(tr);
}
