/* answers.c: pieces of the head's product, then the sum of each state. */
#include "core/answers.h"

#include <string.h>

#include "base/clamp.h"
#include "base/clock.h"
#include "base/mem.h"

struct answers {
    const struct lstm *net;
    int most, n;
    int row;                      /* outputs whose logits are there */
    int summed;                   /* states whose sum is there */
    float *h;                     /* [most][H] */
    float *z;                     /* [most][outputs] */
    struct log_sum sum[LOGITS_STEPS];
};

int answers_most(const struct lstm *net)
{
    enum { FLOATS = 1 << 21 };            /* 8 MiB of logits */
    return net->outputs > 0 ? clamp_int(FLOATS / net->outputs, 1, LOGITS_STEPS) : 1;
}

struct answers *answers_new(const struct lstm *net, int most)
{
    struct answers *a = mem_array(1, sizeof *a);
    if (!a)
        return NULL;
    *a = (struct answers){.net = net, .most = most};
    a->h = mem_array((size_t)most * (size_t)lstm_top(net), sizeof *a->h);
    a->z = mem_array((size_t)most * (size_t)net->outputs, sizeof *a->z);
    if (!a->h || !a->z) {
        answers_free(a);
        return NULL;
    }
    return a;
}

void answers_free(struct answers *a)
{
    if (!a)
        return;
    mem_free(a->h);
    mem_free(a->z);
    mem_free(a);
}

void answers_begin(struct answers *a)
{
    a->n = a->row = a->summed = 0;
}

void answers_add(struct answers *a, const float *h)
{
    const size_t H = (size_t)lstm_top(a->net);
    if (a->n < a->most)
        memcpy(a->h + (size_t)a->n++ * H, h, H * sizeof *h);
}

static void piece(struct answers *a)
{
    enum { PIECE_PRODUCTS = 8000000 };             /* some tenths of a millisecond of them */
    const int H = lstm_top(a->net), left = a->net->outputs - a->row;
    if (left) {
        const float *h[LOGITS_STEPS];
        int rows = PIECE_PRODUCTS / (H * a->n) + 1;
        for (int k = 0; k < a->n; k++)
            h[k] = a->h + (size_t)k * (size_t)H;
        rows = rows < left ? rows : left;
        lstm_head_part(a->net, h, (struct head_part){a->n, a->row, rows}, a->z);
        a->row += rows;
        return;
    }
    a->sum[a->summed] = logits_sum(answers_logits(a, a->summed), a->net->outputs);
    a->summed++;
}

bool answers_on(struct answers *a, double end)
{
    while (a->summed < a->n) {
        piece(a);
        if (clock_ms() >= end)
            break;
    }
    return a->summed == a->n;
}

const float *answers_logits(const struct answers *a, int k)
{
    return a->z + (size_t)k * (size_t)a->net->outputs;
}

struct log_sum answers_sum(const struct answers *a, int k)
{
    return a->sum[k];
}
