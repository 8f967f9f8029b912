/* project.c: z_q = W_q · x_t + b_q for many steps; see advance.h. */
#include <stdint.h>
#include <string.h>

#include "core/advance.h"

/* z of step t, for the next run. */
static void keep(const struct projection *p, const float *in, int t)
{
    size_t stride = p->tr->layer[p->layer].stride;
    float *z = projected_find(p->kept, in) ? NULL : projected_add(p->kept, in);
    for (int q = 0; z && q < GATES; q++, z += stride)
        memcpy(z, trace_row(p->tr, p->layer, (enum quantity)q, t), stride * sizeof *z);
}

static bool take_kept(const struct projection *p, const float *in, int t)
{
    size_t stride = p->tr->layer[p->layer].stride;
    const float *z = projected_find(p->kept, in);
    for (int q = 0; z && q < GATES; q++, z += stride)
        memcpy(trace_row(p->tr, p->layer, (enum quantity)q, t), z, stride * sizeof *z);
    return z != NULL;
}

static void project_waiting(struct projection *p)
{
    const struct lstm *net = p->net;
    struct trace *tr = p->tr;
    const int l = p->layer;
    const struct trace_layer *rows = &tr->layer[l];
    if (p->waiting)
        kernel_current()->project(kernel_layer(net, l), net->layer[l].in, p->in, p->at, p->waiting, rows->v,
                                  rows->stride);
    for (int k = 0; k < p->waiting; k++)
        keep(p, p->in[k], p->at[k]);
    for (int r = 0; r < p->repeats; r++)
        for (int q = 0; q < GATES; q++)
            memcpy(trace_row(tr, l, (enum quantity)q, p->repeat[r].to),
                   trace_row(tr, l, (enum quantity)q, p->repeat[r].from), rows->stride * sizeof(float));
    p->waiting = p->repeats = 0;
}

static struct seen *seen_place(struct seen *seen, const float *x)
{
    return &seen[((uintptr_t)x / sizeof *x * 2654435761u >> 8) % SEEN];
}

/* Repeats are only looked for where computing is dearer than looking: not above other layers, whose h never repeats. */
static bool worth_finding(const struct lstm *net, int l, int steps)
{
    size_t computing = (size_t)net->layer[0].in * (size_t)net->layer[0].hidden;
    return lstm_is_first(net, l) && steps > 1 && computing >= (size_t)64 * TILE;
}

void projection_begin(struct projection *p, const struct lstm *net, int layer, int steps, struct trace *tr)
{
    p->net = net;
    p->layer = layer;
    p->tr = tr;
    p->waiting = p->repeats = 0;
    p->kept = NULL;
    p->finds = worth_finding(net, layer, steps);
    if (p->finds)
        memset(p->seen, 0, sizeof p->seen);
}

void projection_add(struct projection *p, const float *in, int t)
{
    if (take_kept(p, in, t))
        return;
    struct seen *place = p->finds ? seen_place(p->seen, in) : NULL;
    if (place && place->x == in) {
        p->repeat[p->repeats++] = (struct repeat){ place->t, t };
    } else {
        p->in[p->waiting] = in;
        p->at[p->waiting++] = t;
        if (place)
            *place = (struct seen){ in, t };
    }
    if (p->waiting == KERNEL_STEPS || p->repeats == 2 * KERNEL_STEPS)
        project_waiting(p);
}

void projection_end(struct projection *p)
{
    project_waiting(p);
}
