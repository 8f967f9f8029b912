/* projected.c: see projected.h. A table of inputs, looked up by their address; none ever leaves but with all. */
#include "core/projected.h"

#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "core/kernel.h"

struct projected {
    const struct kernel *kernel;  /* whose bits they are, */
    unsigned long packing;        /* and of which weights */
    size_t row;                   /* floats of one input */
    size_t most, n;
    size_t places;                /* a power of two, twice `most` or more */
    struct place {
        const float *x;
        size_t at;                /* 1 …; 0: empty */
    } *place;
    float **z;                    /* [most / TOGETHER + 1]: [TOGETHER][row], got when they are needed */
};

/* Products of an input that are dearer than looking it up; inputs whose room is got together; inputs at most. */
enum { WORTH = 64 * TILE, TOGETHER = 32, MOST = 2048 };

struct projected *projected_new(const struct lstm *net, size_t bytes)
{
    const struct lstm_layer *lay = &net->layer[0];
    size_t row = GATES * (size_t)kernel_padded(lay->hidden), places = 2, most = bytes / (row * sizeof(float));
    if (net->bidirectional || (size_t)lay->in * (size_t)lay->hidden < WORTH)
        return NULL;
    most = most < 1 ? 1 : most;
    most = most < MOST ? most : MOST;
    while (places < 2 * most)
        places *= 2;
    struct projected *p = mem_array(1, sizeof *p);
    struct place *place = mem_array(places, sizeof *place);
    float **z = mem_array(most / TOGETHER + 1, sizeof *z);
    if (!p || !place || !z) {
        mem_free(p);
        mem_free(place);
        mem_free(z);
        return NULL;
    }
    *p = (struct projected){.row = row, .most = most, .places = places, .place = place, .z = z};
    return p;
}

void projected_free(struct projected *p)
{
    if (!p)
        return;
    for (size_t k = 0; k <= p->most / TOGETHER; k++)
        mem_free(p->z[k]);
    mem_free(p->place);
    mem_free(p->z);
    mem_free(p);
}

void projected_clear(struct projected *p)
{
    if (!p || !p->n)
        return;
    memset(p->place, 0, p->places * sizeof *p->place);
    p->n = 0;
}

void projected_for(struct projected *p, const struct lstm *net)
{
    if (!p || (p->kernel == kernel_current() && p->packing == kernel_layer(net, 0)->packing))
        return;
    projected_clear(p);
    p->kernel = kernel_current();
    p->packing = kernel_layer(net, 0)->packing;
}

/* Where the input is, or would be. There is always an empty place. */
static struct place *place_of(const struct projected *p, const float *x)
{
    size_t k = (size_t)((uint64_t)((uintptr_t)x / sizeof *x) * 0x9E3779B97F4A7C15u >> 20);
    while (p->place[k & (p->places - 1)].at && p->place[k & (p->places - 1)].x != x)
        k++;
    return &p->place[k & (p->places - 1)];
}

static float *row_of(const struct projected *p, size_t at)
{
    return p->z[at / TOGETHER] + at % TOGETHER * p->row;
}

const float *projected_find(const struct projected *p, const float *x)
{
    const struct place *at = p && p->n ? place_of(p, x) : NULL;
    return at && at->at ? row_of(p, at->at - 1) : NULL;
}

float *projected_add(struct projected *p, const float *x)
{
    if (!p || p->n == p->most)
        return NULL;
    float **room = &p->z[p->n / TOGETHER];
    if (!*room && !(*room = mem_array(TOGETHER * p->row, sizeof **room)))
        return NULL;
    *place_of(p, x) = (struct place){x, ++p->n};
    return row_of(p, p->n - 1);
}
