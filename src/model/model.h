/* model.h: a network with its words: what a file holds. Immutable once loaded. */
#ifndef FLSTM_MODEL_MODEL_H
#define FLSTM_MODEL_MODEL_H

#include <stdbool.h>

#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "core/lstm.h"
#include "model/inputs.h"
#include "model/vocab.h"

enum provenance { PROVENANCE_TRAINED, PROVENANCE_HAND_SET, PROVENANCE_IMPORTED };
const char *provenance_name(enum provenance p);       /* "trained", "hand-set", "imported" */

/* `expected` of a native file: what the framework it came from computed. */
struct expected {
    struct tokens tokens;         /* the sequence it was computed on */
    int steps;
    float *h, *C;                 /* steps × H of the top layer; NULL when not given */
    float *y;                     /* steps × outputs: W·h + b, and x added where model.skip; NULL when not given */
    bool last_h, last_C, last_y;  /* one row: of the last step only */
    double tolerance;             /* 1e-5 unless the file says otherwise */
};

struct model {
    char *name, *about;           /* never NULL; about may be "" */
    char *source;                 /* the file as named by the user, or "built-in" */
    const char *format;           /* a row of the dialect table: "native", "pytorch", … */
    enum provenance provenance;
    struct lstm *net;             /* packed */
    struct file_bytes lent;       /* the mapped file that net's embedding or head stands in; empty when in none */
    struct file_mark lent_mark;   /* how it was then */
    struct vocab *vocab;          /* NULL: inputs are vectors */
    char ***unit_name;            /* [layer][unit], each NULL or a name; never NULL itself */
    char **label; /* [net->outputs]: what the outputs are called; NULL: as the vocabulary, or numbered */
    struct tokens sequence;       /* the default sequence; n 0 when the file has none */
    struct input_layers *before;  /* between the vectors that are given and those the LSTM reads; NULL: none */
    float *inputs;                /* default inputs, input_steps × E as the LSTM reads them, without a vocabulary */
    int input_steps;
    struct expected *expected;    /* or NULL */
    char *report;                 /* --inspect: what was read as what, one fact a line */
    bool one_hot;                 /* the embedding is 1 at the token: the file has none */
    char order[GATES + 1];        /* of the blocks in the file, "ifgo"; "" where it names its gates */
    double forget_bias;           /* what was added to the forget gate's bias in reading */
    bool skip;                    /* the framework adds x to the output; the head here does not */
    char **unused;                /* [unused_count]: tensors that nothing took: what they did is missing here */
    int unused_count;
    int projected;                /* P of a top layer that projects its h (proj_size), else 0: net's h is H wide */
    float *projection;            /* P × H: what the framework calls h is projection · net's h; NULL without */
    char *notice; /* what was assumed in reading the file, a line each without a newline at the end; or NULL */
    char *training;               /* the file's "training" object as JSON text (recipe, seed, metrics), or NULL */
};

/* Is all that is expected of the last step only? */
bool expected_last(const struct expected *x);

/* A model with room for a network of that shape: zeroed weights, no names; owned by the caller. NULL with an error
 * when memory is short. Files are read by import/import.h. */
struct model *model_new(const struct lstm_shape *shape, const char *source, struct err *e);
void model_free(struct model *m);
/* What has befallen the file that numbers of the model still stand in (lent): cut short, or written over. NULL:
 * nothing; a file that was replaced by another of its name is nothing, the old one stays. One look at its date. */
const char *model_lost(const struct model *m);
/* Its weights are to be others: what its file expects says nothing about them. */
void model_forget_expected(struct model *m);

/* Numbers of a vector as a user gives it. */
int model_given(const struct model *m);
/* *x, `steps` such vectors (mem_array), become what the LSTM reads of them. False with one line: memory was short. */
bool model_take_inputs(const struct model *m, float **x, int steps, struct err *e);

/* What the head gives: nothing, probabilities of the tokens or labels (softmax), or numbers of their own (W·h + b):
 * one output is never a probability of 1, and formats of audio models predict samples. */
enum model_head { HEAD_NONE, HEAD_PROBABILITIES, HEAD_VALUES };
enum model_head model_head(const struct model *m);

/* What output k is called: label, token or "#k" (into buf). Raw text from the file: clean it before showing. */
const char *model_label(const struct model *m, int k, char buf[16]);
/* A unit's name or NULL. */
const char *model_unit_name(const struct model *m, int layer, int unit);

#endif
