/* partial.c: a run that memory does not hold. Its trace is there in part: a few blocks of rows, the last that were read
 * or computed. Of every block C and h just before it are kept, from which it is computed again when somebody reads it:
 * row t depends on row t-1, the input and the pins alone, so that it comes out with the same bits. (Checkpoints, as in
 * Chen, Xu, Zhang and Guestrin 2016.) A row that is read without being held ends the program: it is never a wrong
 * number. */
#include <stdlib.h>
#include <string.h>

#include "base/clamp.h"
#include "base/mem.h"
#include "base/room.h"
#include "session/session_private.h"

/* Blocks of one run that are there at once. */
enum { HELD = 16 };

struct held {
    int block;                    /* -1: none */
    int end;                      /* rows of it before this one are there */
    unsigned long used;           /* when it was asked for last */
};

struct partial {
    struct trace *tr;             /* the run's; borrowed */
    int rows, blocks;             /* of a block; how many there are */
    struct held held[HELD];
    unsigned long now;
    float *state;                 /* [blocks][width]: C and h of all layers before the block; of 0 nothing */
    size_t width;
};

struct partial_limits partial_limits = {.whole = SIZE_MAX, .bytes = (size_t)48 << 20};

/* Bytes of all quantities of a row. */
static size_t row_bytes(const struct trace *tr)
{
    size_t floats = 0;
    for (int l = 0; l < tr->layers; l++)
        floats += Q_COUNT * tr->layer[l].stride;
    return floats * sizeof(float);
}

/* Of a block; bytes: of a row, which has a unit at least. */
static int block_rows(size_t bytes, int together)
{
    const size_t row = bytes ? bytes : sizeof(float), groups = partial_limits.bytes / HELD / row / (size_t)together;
    return together * clamp_int(groups < 1024 ? (int)groups : 1024, 1, 1024);
}

bool partial_fits(const struct lstm *net, int steps)
{
    struct trace *tr = trace_new_in_part(net, steps);
    if (!tr)
        return false;
    const size_t bytes = row_bytes(tr);
    const double rows = block_rows(bytes, tr->together);
    trace_free(tr);
    return 2 * (HELD * rows + (double)steps / rows / 3) * (double)bytes <= (double)room_bytes();        /* both runs */
}

struct partial *partial_new(struct trace *tr)
{
    struct partial *p = mem_array(1, sizeof *p);
    if (!p)
        return NULL;
    p->tr = tr;
    p->rows = block_rows(row_bytes(tr), tr->together);
    p->blocks = tr->steps / p->rows + 1;
    for (int k = 0; k < HELD; k++)
        p->held[k].block = -1;
    for (int l = 0; l < tr->layers; l++)
        p->width += 2 * tr->layer[l].stride;
    size_t floats;
    if (mem_product((size_t)p->blocks, p->width, &floats))
        p->state = malloc(floats * sizeof *p->state);         /* takes memory as far as the run has come */
    if (!p->state) {
        partial_free(p);
        return NULL;
    }
    return p;
}

void partial_free(struct partial *p)
{
    if (!p)
        return;
    free(p->state);
    mem_free(p);
}

static float *state_of(const struct partial *p, int block)
{
    return p->state + (size_t)block * p->width;
}

/* C and h of a row out of a trace, or into one. */
static void take_state(const struct trace *tr, int row, float *to)
{
    for (int l = 0; l < tr->layers; l++)
        for (int q = Q_C; q <= Q_H; q++, to += tr->layer[l].stride)
            memcpy(to, trace_row(tr, l, (enum quantity)q, row), tr->layer[l].stride * sizeof *to);
}

static void put_state(const struct trace *tr, int row, const float *from)
{
    for (int l = 0; l < tr->layers; l++)
        for (int q = Q_C; q <= Q_H; q++, from += tr->layer[l].stride)
            memcpy(trace_row(tr, l, (enum quantity)q, row), from, tr->layer[l].stride * sizeof *from);
}

static int rows_of(const struct partial *p, int block)
{
    const int left = p->tr->steps + 1 - block * p->rows;
    return left < p->rows ? left : p->rows;
}

static struct held *find(struct partial *p, int block)
{
    for (int k = 0; k < HELD; k++)
        if (p->held[k].block == block)
            return &p->held[k];
    return NULL;
}

static void let_go(const struct partial *p, struct held *h)
{
    if (h->block >= 0)
        trace_close(p->tr, h->block * p->rows, rows_of(p, h->block));
    *h = (struct held){.block = -1};
}

/* The block's place; a new one is empty, and takes that of the block that was not asked for longest. */
static struct held *place_of(struct partial *p, int block)
{
    struct held *h = find(p, block);
    if (!h) {
        h = p->held;
        for (int k = 1; k < HELD; k++)
            h = p->held[k].used < h->used ? &p->held[k] : h;
        let_go(p, h);
        if (!trace_open(p->tr, block * p->rows, rows_of(p, block)))
            mem_die();
        *h = (struct held){.block = block, .end = block * p->rows};
    }
    h->used = ++p->now;
    return h;
}

/* Its rows up to end-1 by the network. The row before the block is put there for it, where its block is not. */
static void compute(const struct session *s, enum run run, struct held *h, int end)
{
    struct runs *r = s->runs;
    struct partial *p = r->part[run];
    const int before = h->end - 1, pages = before / p->tr->together * p->tr->together;
    const bool begins = h->block > 0 && h->end == h->block * p->rows, alone = begins && !find(p, h->block - 1);
    const bool pinned = run == RUN_PINNED;
    const struct computation of = {.net = session_net(s), .x = s->sequence->x, .pins = pinned ? s->pins.v : NULL,
                                   .pin_count = pinned ? s->pins.n : 0};
    if (alone && !trace_open(p->tr, pages, p->tr->together))
        mem_die();
    if (begins)
        put_state(p->tr, before, state_of(p, h->block));
    lstm_run_kept(&of, r->kept, p->tr, h->end, end - 1);
    if (alone)
        trace_close(p->tr, pages, p->tr->together);
    h->end = end;
}

/* The pinned run before its first pin is the baseline. */
static void copy_baseline(const struct session *s, struct held *h, int end)
{
    struct runs *r = s->runs;
    runs_hold(s, RUN_BASE, h->end, end - 1);
    trace_copy(r->trace[RUN_BASE], r->trace[RUN_PINNED], h->end, end);
    h->end = end;
}

/* Makes the rows of a block that come before `end` be there. */
static void fill(const struct session *s, enum run run, int block, int end)
{
    struct partial *p = s->runs->part[run];
    struct held *h = place_of(p, block);
    const int first = run == RUN_PINNED ? first_pinned(s) : 0, same = end < first ? end : first;
    if (h->end >= end)
        return;
    if (h->end < same)
        copy_baseline(s, h, same);
    if (first > 0 && first == block * p->rows && h->end == first) {
        runs_hold(s, RUN_BASE, first - 1, first - 1);
        take_state(s->runs->trace[RUN_BASE], first - 1, state_of(p, block));
    }
    if (h->end < end)
        compute(s, run, h, end);
    if (end == (block + 1) * p->rows && block + 1 < p->blocks)
        take_state(p->tr, end - 1, state_of(p, block + 1));
}

void partial_forget(struct partial *p, int from)
{
    for (int k = 0; k < HELD; k++) {
        struct held *h = &p->held[k];
        if (h->block >= 0 && from <= h->block * p->rows)
            let_go(p, h);
        else if (h->block >= 0 && from < h->end)
            h->end = from;
    }
}

void partial_run(const struct session *s, enum run run, int from, int to)
{
    const struct partial *p = s->runs->part[run];
    for (int block = from / p->rows; block <= to / p->rows; block++)
        fill(s, run, block, to + 1 < (block + 1) * p->rows ? to + 1 : (block + 1) * p->rows);
}

int partial_window(const struct trace *tr)
{
    return block_rows(row_bytes(tr), tr->together);
}

void runs_hold(const struct session *s, enum run run, int first, int last)
{
    if (s->runs->part[run])
        partial_run(s, run, first < 0 ? 0 : first, last);
}
