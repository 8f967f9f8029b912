/* layout.h: how the numbers of an LSTM lie in a file, as data.
 *
 * A dialect names the tensors (struct parts) and says how they are laid out (struct layout); read.c makes the
 * network of both. A framework is a row of them, and "would another order agree?" is a loop over layouts. */
#ifndef FLSTM_IMPORT_LAYOUT_H
#define FLSTM_IMPORT_LAYOUT_H

#include "import/import.h"
#include "import/source.h"

enum biases { BIASES_AS_FOUND, BIASES_INPUT_ONLY, BIASES_RECURRENT_ONLY };

struct layout {
    char order[GATES + 1];         /* the gates in the order of their blocks: "ifgo" */
    bool separate;                 /* a tensor for each gate (parts.t[slot][q]), in place of four blocks in one */
    bool turned;                   /* a column a unit (E × 4H), in place of a row (4H × E) */
    bool interleaved;              /* row 4u+q, in place of row qH+u */
    bool x_first;                  /* of a tensor for both sides: [x, h], in place of [h, x] */
    double forget_bias;            /* added to the forget gate's bias at run time */
    enum gate_function gate_function;
    enum biases biases;
};

/* The places a tensor of one layer can have. */
enum slot {
    SLOT_X, SLOT_H,                /* input and recurrent weights */
    SLOT_XH,                       /* or both in one */
    SLOT_BX, SLOT_BH,              /* biases, added; one of them alone is the bias */
    SLOT_PEEP,                     /* 3 blocks (i o f in ONNX), or one a gate: peepholes */
    SLOT_PROJECTION,
    SLOT_H0, SLOT_C0,              /* initial state */
    SLOTS
};

struct layer_parts {
    struct tensor *t[SLOTS][GATES];        /* [slot][0], or [slot][enum quantity] when separate */
    const char *what;              /* how the file calls it, for the report: "lstm"; borrowed */
};

/* A layer before the LSTM that is computed into its inputs, or the head behind it. */
struct dense {
    struct tensor *weight, *bias;  /* bias may be NULL */
    bool turned;                   /* weight is in × out */
};

struct parts {
    struct layout layout;
    struct layer_parts *layer;     /* [layers], owned */
    int layers, cap;
    struct tensor *embedding;      /* or NULL */
    struct dense head;             /* weight NULL: none */
    struct tensor *h0, *c0;        /* of all layers in one tensor (layers × 1 × H), or NULL */
    struct json_at vocab;          /* a vocabulary in the file outside of a wrapper; node NULL: none */
    struct json_at inputs, outputs; /* what the file was proven with: inputs and the head's outputs; node NULL: none */
    bool coupled;                  /* one gate of f and i in every layer: i has its own weights, f = 1 - i */
    bool bidirectional;            /* layers are two by two: forward, backward */
    double merge;                  /* what reads both directions reads merge · (h forward + h backward), in place of
                                    * both side by side: 1 their sum, 0.5 their mean; 0: side by side */
    bool skip;                     /* the framework adds the input to the output */
    char *note;                    /* a fact for the report, or NULL; owned */
};

struct layer_parts *parts_add(struct parts *p);
void parts_clear(struct parts *p);
/* One more fact, behind "; " where there is one. */
void parts_note(struct parts *p, const char *format, ...) ERR_PRINTF(2, 3);

/* "ifgo" in any of the frameworks' letters (c, j, z and a are the candidate) to gates; false when it is no order of
 * the four. */
bool layout_order(const char *text, char out[GATES + 1]);
/* "i f g o", into buf. */
const char *layout_spaced(const char order[GATES + 1], char buf[8]);
/* The block that gate q is. */
int layout_block(const struct layout *l, enum quantity q);

/* Reads the parts: the one loader of all dialects with a find(). vocab as in struct dialect. */
struct dialect;
struct model *layout_read(struct source *s, const struct dialect *d, const struct model_options *o, struct err *e);

#endif
