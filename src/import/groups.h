/* groups.h: LSTM tensors found by name, grouped by what stands before the name ("encoder.lstm."), and the choice
 * among groups. Shared by the dialects that go by names. */
#ifndef FLSTM_IMPORT_GROUPS_H
#define FLSTM_IMPORT_GROUPS_H

#include "import/layout.h"

/* A name taken apart. */
struct part_name {
    enum slot slot;
    int gate;                      /* of a tensor that is one gate's; else 0 */
    long layer;
    bool reverse, raw; /* raw: AWD-LSTM's weight_hh_l0_raw, the matrix before its dropout: it takes precedence */
    bool assumed;                  /* a home-made name: what it means is an assumption to be told */
    size_t prefix;                 /* bytes of the name before the part, "encoder.lstm." */
};

/* False: not a part of an LSTM. */
typedef bool take_apart(const struct source *s, const char *name, struct part_name *out);

struct group {
    char *prefix;                  /* owned; without the '.' or '/' at its end */
    const char *first;             /* the name that was met first; borrowed */
    struct layer_parts *layer;     /* [layers]; a gap has no tensors; of a bidirectional one forward, backward, … */
    int layers;
    bool bidirectional;
    bool assumed;
};
struct groups { struct group *g; int n; };

/* Sorts the tensors of s. Parts that read backward stand behind those of the same layer that read forward; what is
 * called "backward" and "forward" is one group. */
bool groups_collect(struct source *s, take_apart *apart, struct groups *out, struct err *e);
void groups_clear(struct groups *g);
void groups_drop(struct groups *g, int k);

/* The layers of the groups that --lstm or "names": {"lstm": …} ask for, one on top of the other; of the only group;
 * or of groups whose names differ in an index alone ("cells.0", "cells.1"; "lstm", "lstm_1" where `numbered`).
 * Anything else has two readings and is refused with the options that settle it. */
bool groups_choose(struct source *s, struct groups *g, const struct model_options *o, bool numbered, struct parts *p,
                   struct err *e);

#endif
