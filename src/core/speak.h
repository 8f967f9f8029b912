/* speak.h: the network writes on: the next word drawn from its own probabilities, fed back, and so on, with values held
 * by hand or without.
 *
 * p(word) ∝ e^(logit / temperature); temperature 0 takes the likeliest. One number of the generator a word, whatever
 * is held: two texts with the same seed differ only where the network does. */
#ifndef FLSTM_CORE_SPEAK_H
#define FLSTM_CORE_SPEAK_H

#include <stdbool.h>

#include "core/lstm.h"
#include "core/rng.h"

struct speaker;

/* The state that a trace holds after step t. */
struct speaker_start { const struct trace *tr; int t; };

/* Writes on from there; at most `words` words a text. token[o] is the row of the
 * embedding that output o is fed back as (NULL: o itself; copied). held: values that stand at every step of what is
 * written, sorted by pin_compare; their step counts for nothing (copied). Borrows net. NULL when memory is short, and
 * for a network without a head or without words. */
struct speaker *speaker_new(const struct lstm *net, struct speaker_start from, int words, const int *token,
                            const struct pin *held, size_t held_count);
void speaker_free(struct speaker *s);

/* Draws `words` outputs into out[]. False when a logit overflows: what is in out[] up to there stands, *said says how
 * many. */
bool speaker_speak(struct speaker *s, double temperature, struct rng *rng, int *out, int *said);

/* A row of the last text, at its word k (1 … words); 0 is where it began. */
const float *speaker_row(const struct speaker *s, int layer, enum quantity q, int k);

#endif
