/* shortest.h: the shortest beginning of a sentence of a grammar on which a network gives the wrong one of two answers,
 * found by trying all of them: every beginning of 1 token that one of the two can follow, then every one of 2, and so
 * on. What is right is what the grammar says comes next there; where both can, either is.
 */
#ifndef FLSTM_LEARN_SHORTEST_H
#define FLSTM_LEARN_SHORTEST_H

#include "core/lstm.h"
#include "learn/grammar.h"

struct shortest {
    int length;                   /* tokens of the beginnings that are being tried */
    long tried;                   /* different beginnings tried so far, all lengths together */
    long through;                 /* those of fewer than `length` tokens: all there are */
    bool found;                   /* id[0 … n-1] goes wrong, and nothing shorter does */
    bool done;                    /* found, or it was given up */
    bool whole;                   /* those were all; false: some way turned in circles */
    int *id, n, right;            /* owned; the answer that the grammar has there */
    double closest;               /* the least logit(right) - logit(other) so far; INFINITY: nothing tried */
    struct shortest_search *search;
};

/* a, b: words of the grammar, which are the network's tokens and outputs. g is taken over, net borrowed. NULL when
 * memory is short. */
struct shortest *shortest_new(const struct lstm *net, struct grammar *g, int a, int b);
void shortest_free(struct shortest *s);
/* Goes on until clock_ms() is `until`. It gives up after SHORTEST_WAYS ways down the grammar, which takes seconds. */
enum { SHORTEST_WAYS = 4000000 };
void shortest_some(struct shortest *s, double until);

#endif
