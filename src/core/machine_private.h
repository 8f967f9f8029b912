/* machine_private.h: what the files of machine.h share. */
#ifndef FLSTM_CORE_MACHINE_PRIVATE_H
#define FLSTM_CORE_MACHINE_PRIVATE_H

#include <stddef.h>
#include <stdint.h>

#include "core/machine.h"

/* One step of a sentence; step 0 is the state before it. */
struct machine_point {
    int sequence, step;
    int word;                     /* number of the word that led here (in machine.word), -1 at step 0 */
    int said;                     /* the prediction: likeliest output, then the least that is like it; or the place */
    int state;
    int row;                      /* of x; -1: held out */
    float C;                      /* of the unit */
};

/* State `of` falls in two: what is nearer to mean[1] than to mean[0] goes to state `to`. */
struct machine_split { int of, to; float *mean[2]; };

enum { MACHINE_HOPELESS = 256 };
enum machine_phase { MACHINE_RUN, MACHINE_LABEL, MACHINE_SPLIT, MACHINE_FILL, MACHINE_FINISH, MACHINE_OVER };

struct machine_maker {
    struct machine_plan plan;
    enum machine_phase phase;
    int dims;                     /* of a row of x: tanh C and h of all layers, or C and f of the unit */
    struct machine_point *point;  /* [points] */
    int points;
    float *x;                     /* [rows × dims] */
    int rows;
    struct trace *tr;             /* of one step: row 0 before it, row 1 after */
    float *logits;
    uint64_t *tie;                /* [ties]: likeliest << 32 | another nearly as likely */
    size_t ties, tie_room;
    int sequence, step;           /* where running stands */
    struct machine_split split[MACHINE_STATES_MOST];
    int splits;
    uint64_t *key;                /* [rows], to sort transitions in */
    uint64_t hopeless[MACHINE_HOPELESS];  /* state << 32 | word that no split helped */
    int hopeless_count;
    bool crowded;                 /* more predictions than states may be */
    bool settled;                 /* no word leads to two states any more */
    int at_state, at_word;        /* where filling stands */
    struct trace *middle;         /* of one step: row 0 is the state that filling is at */
    float *vector;                /* [dims] */
    float *mean;                  /* [MACHINE_STATES_MOST × dims] */
};

/* The state that a vector with that prediction belongs to. */
int machine_state_of(const struct machine *m, const float *vector, int said);
/* Makes [tanh C, h], or [C, f] of the unit, of row t of a trace. */
void machine_vector(const struct machine *m, const struct trace *tr, int t, float *out);
/* The likeliest output after row t, the ties kept (where keep is set). */
int machine_says(struct machine *m, const struct trace *tr, int t, bool keep);
/* Row 0 becomes what row 1 is, or the network's initial state. */
void machine_carry(const struct machine *m, struct trace *tr, bool first);

/* machine_label.c: predictions that count as one; places of C. False when memory is short. */
bool machine_label(struct machine *m);
/* machine_split.c: one split, false when there is nothing left to split. */
bool machine_split_once(struct machine *m);
/* machine_finish.c: equal states are one, order, fidelity, what kind it is. */
bool machine_count_seen(struct machine *m);
bool machine_finish(struct machine *m);

#endif
