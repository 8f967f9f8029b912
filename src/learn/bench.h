/* bench.h: one sequence under the engine, with pins, and what the head makes of it. Private to measure*.c. */
#ifndef FLSTM_LEARN_BENCH_H
#define FLSTM_LEARN_BENCH_H

#include "core/lstm.h"
#include "learn/corpus.h"

struct bench {
    const struct lstm *net;
    const float **x;
    struct trace *tr;
    float *p;                     /* [outputs] */
    float *terms;                 /* [largest H + input] */
};

/* A run over the first `steps` tokens of id, which has to follow. False when memory is short; bench_clear in any
 * case. */
bool bench_init(struct bench *b, const struct lstm *net, const int *id, int steps);
void bench_clear(struct bench *b);
/* The same over a sequence of a part, whatever comes in. */
bool bench_init_part(struct bench *b, const struct lstm *net, const struct corpus *c, const struct corpus_part *p,
                     int sequence, int steps);
/* From step `from` on (lstm_run); bench_run_to only up to step `to`: rows behind it keep what they held. */
void bench_run(struct bench *b, int from, const struct pin *pins, size_t n);
void bench_run_to(struct bench *b, int from, int to, const struct pin *pins, size_t n);
/* Next-token distribution after step t, [outputs]; valid until the next call. */
const float *bench_predict(struct bench *b, int t);
/* What the head says there, as numbers. */
const float *bench_say(struct bench *b, int t);

/* P(target) / Σ P(rivals), and whether target is likelier than every rival; rival NULL or 0 at the target: all are. */
double bench_right(const float *p, int n, const unsigned char *rival, int target);
bool bench_wins(const float *p, int n, const unsigned char *rival, int target);

#endif
