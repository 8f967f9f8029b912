/* train.h: how a network learns. Backpropagation through time and Adam, for any stack of layers between an embedding
 * and a softmax head.
 *
 * A trainer is a thing one can watch: run it some updates at a time, look at the loss so far, at the held-out accuracy,
 * at f and C of any unit on a demo sentence; pause by not calling it; restart it with another seed; and take the
 * network out whenever it pleases. The same seed, corpus and options give the same bytes on every processor of an
 * architecture, however the updates are divided into calls and on however many threads (base/threads.h) they run.
 *
 * The loss of a batch, with N its number of predicted tokens (the last token of a sequence predicts nothing):
 *
 *     1/N Σ w·(-ln p(next token))                      w: the weight of that target
 *   + r · ( recurrent_l1 · Σ|U|                        U: the h columns of every W_q; r rises from 0 to 1 between
 *         + write_cost · 1/N Σ i                          ramp_from and ramp_to of the training
 *         + saturation · 1/N Σ f(1-f)
 *         + keep_or_write · 1/N Σ f·i
 *         + reader_price · s Σ_j ln(1 + |d_j|/s) )      d_j: what the head's rows of two tokens differ by, j over
 * the units
 *                                                       it reads and the bias; s = reader_scale
 *   + decay · Σ w²                                     embedding, every W_q and the head; not the biases
 *
 * The first regulariser keeps h out of the gates, so that words decide; the second makes writing cost something, so
 * that what need not be written is not; the third pushes forget gates to keep or to drop; the fourth wants a unit
 * that keeps not to write and one that writes to drop; the fifth, being concave, leaves one large d_j rather than
 * many small ones. They are the reason why the memory of a trained model can be read; README and the models' own
 * `training` say so.
 *
 * With one_reader the pair of tokens is told apart by one unit alone from ramp_to on: the unit with the largest
 * |d_j| is taken as found, and after each update the two rows are set to their mean everywhere else. Forgetting
 * noise, dropout on memories, then takes f ⊙ C_{t-1} from every other unit with probability `noise` at each step but
 * the first, so that nothing else relies on one step of one unit. It rises between ramp_to and noise_to, and is
 * never there when measuring.
 */
#ifndef FLSTM_CORE_TRAIN_H
#define FLSTM_CORE_TRAIN_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/lstm.h"

/* Sequences of tokens, one after another; borrowed by whoever is given it. What is to be predicted after a step is the
 * next token (the last one predicts nothing), unless `label` or `y` say otherwise: then the loss is taken where they
 * want something, of a class -ln p, of numbers the square of what is missing, each number a target of its own. */
struct train_text {
    int sequences;
    const int *start;                 /* [sequences + 1]: sequence s is tokens start[s] … start[s+1]-1; each ≥ 2 long */
    const int *id;                    /* [start[sequences]] */
    const float *weight;              /* the same length: weight of the token as a target; NULL: 1 everywhere */
    const unsigned char *measured;    /* the same length: is this target counted in `accuracy`? NULL: all are */
    const unsigned char *rival; /* [vocab]: a target must beat the tokens of the same group; group 0 and NULL: all */
    const float *x;                   /* [tokens][embed]: what comes in, where shape.vocab is 0; id is not looked at */
    const int *label;                 /* [tokens]: the class (of `outputs`) wanted after that step; -1: none */
    const float *y;                   /* [tokens][outputs]: the numbers wanted after that step; NaN: none there */
};

/* The LSTM with a part taken away (Greff, Srivastava, Koutník, Steunebrink and Schmidhuber 2017). A gate that is taken
 * away stands still: its bias is ±STILL_BIAS, its weights are 0, and neither is trained, so that it is exactly 1 (or 0)
 * and the network is an LSTM like any other. TRAIN_STILL is more than theirs: f stands at 0, i and o at 1, and what is
 * left is a plain recurrent network, h_t = tanh(tanh(W_g · [h_{t-1}, x_t] + b_g)). */
enum train_variant {
    TRAIN_VANILLA,
    TRAIN_NFG,                        /* no forget gate: f = 1 */
    TRAIN_NIG,                        /* no input gate: i = 1 */
    TRAIN_NOG,                        /* no output gate: o = 1 */
    TRAIN_CIFG,                       /* input and forget gate coupled: i = 1 - f */
    TRAIN_STILL,
    TRAIN_VARIANTS
};
/* "vanilla", "nfg", "nig", "nog", "cifg", "rnn"; -1: no such name. What it is, in words: "no forget gate, f = 1". */
const char *train_variant_name(enum train_variant v);
int train_variant_find(const char *name);
const char *train_variant_about(enum train_variant v);

struct train_options {
    int updates, batch;               /* batch in sequences */
    double rate, rate_floor;          /* rate · (floor + (1-floor)·½(1+cos π·update/updates)) */
    double beta1, beta2, epsilon;     /* Adam */
    double clip;                      /* largest global norm of the gradient, regularisers included; 0: none */
    double decay, recurrent_l1, write_cost, saturation;
    double keep_or_write;
    double ramp_from, ramp_to;        /* fractions of `updates` */
    double dropout; /* of h on its way up (to the next layer and the head), not of its way to the next step */
    bool one_reader;                  /* the next four only with it */
    int reader[2];                    /* tokens */
    double reader_price, reader_scale;
    double noise, noise_to;
    double embed_deviation;           /* first weights: embedding N(0, d²), */
    double weight_range;              /* W and the head uniform ±r, biases 0, */
    double forget_bias;               /* except that of f */
    enum train_variant variant;
    uint64_t seed;
    int vector_bytes; /* 16, 32 or 64: at most such wide vectors; 0: the widest here. The bytes that come
                         out are the same (a test compares) */
};
/* The recipe of the model gender, seed 1. */
struct train_options train_defaults(void);

struct train;
/* Streams of random numbers of a training: batches, forgetting noise, dropout. */
enum { TRAIN_STREAMS = 3, STILL_BIAS = 30 };

/* Without text->label and text->y shape needs vocab > 0 and outputs == vocab. text is borrowed and must outlive the
 * trainer, with at least one sequence and every id in range. NULL when memory is short. */
struct train *train_new(const struct lstm_shape *shape, const struct train_text *text, const struct train_options *o);
void train_free(struct train *t);
/* From the beginning, with other first weights and another order of batches. */
void train_restart(struct train *t, uint64_t seed);

/* Runs up to `updates` more, fewer when the training ends, *cancel (may be NULL) becomes nonzero or the loss is no
 * longer a number. Returns how many were run. */
int train_run(struct train *t, int updates, const volatile sig_atomic_t *cancel);
int train_done(const struct train *t);                /* updates so far */
int train_total(const struct train *t);               /* options.updates */
int train_epoch(const struct train *t);               /* updates in one pass over the text */
bool train_diverged(const struct train *t);           /* the loss became infinite or NaN; restart is the way out */
const struct train_options *train_options(const struct train *t);
/* [train_done]: the loss of each update's batch, nats per target, without weights and regularisers. Moves at each
 * run. */
const float *train_losses(const struct train *t);
/* The sequences of the last update; NULL before the first. *n: how many. */
const int *train_batch(const struct train *t, int *n);
size_t train_tokens(const struct train *t);           /* predicted tokens seen so far, for tokens per second */

/* The present network on any text of the same vocabulary. */
struct train_score {
    double loss;     /* nats per predicted token; perplexity is exp of it. Of numbers: the mean square */
    double accuracy; /* measured targets likelier than every rival; NaN when none is measured, and of numbers */
    long targets, measured;
};
void train_evaluate(struct train *t, const struct train_text *text, struct train_score *score);
/* The unit of the last layer that one_reader found, or -1: not yet, or not asked for. */
int train_reader(const struct train *t);
/* f and C of one unit on a sequence, n floats each (either may be NULL). */
void train_demo(struct train *t, const int *id, int n, int layer, int unit, float *f, float *C);

/* The present network, packed, owned by the caller; NULL when memory is short. */
struct lstm *train_lstm(const struct train *t);
/* Puts a network of the same shape in place of the present weights (initial states are not trained and stay 0). The
 * optimiser starts anew. */
void train_load(struct train *t, const struct lstm *net);
/* Remembers the present weights (keep the best: call it whenever a held-out score improves) and takes them back. */
void train_keep(struct train *t);
bool train_back(struct train *t);                     /* false when nothing was kept */

/* ---- going on another day ----------------------------------------------------------------------------------------
 *
 * All of a training on its way that train_new is not given: put into a trainer of the same shape, text and options it
 * goes on with the bytes it would have had. Owned; train_state_clear in any case. */
struct train_state {
    size_t params, tokens;
    float *w, *m, *v;                 /* [params]: weights and Adam's two averages, in the trainer's own order */
    int sequences, *order, at;        /* [sequences]: the shuffled sequences and the next one to take */
    int done, reader;
    float *losses;                    /* [done] */
    uint64_t random[TRAIN_STREAMS][4];
};
/* False when memory is short. */
bool train_take(const struct train *t, struct train_state *out);
/* False, and nothing is changed, when it does not belong to such a trainer; *why says what is wrong. */
bool train_put(struct train *t, const struct train_state *s, const char **why);
void train_state_clear(struct train_state *s);

/* Σ weight·(-ln p) of one sequence, neither divided nor regularised, and its gradient in the shape of a network
 * (W holds ∂/∂W …; not packed; free with lstm_free). For tests, and for whoever wants to see a gradient. */
struct lstm *train_gradient(struct train *t, const int *id, const float *weight, int n, double *loss);

#endif
