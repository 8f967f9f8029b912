/* model.h: a network with its words: what a file holds. Immutable once loaded. */
#ifndef FLSTM_MODEL_MODEL_H
#define FLSTM_MODEL_MODEL_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"
#include "core/lstm.h"
#include "model/vocab.h"

enum provenance { PROVENANCE_TRAINED, PROVENANCE_HAND_SET, PROVENANCE_IMPORTED };
const char *provenance_name(enum provenance p);       /* "trained", "hand-set", "imported" */

/* `expected` of a native file: what the framework it came from computed. */
struct expected {
    struct tokens tokens;         /* the sequence it was computed on */
    int steps;
    float *h, *C;                 /* steps × H of the top layer; NULL when not given */
    double tolerance;             /* 1e-5 unless the file says otherwise */
};

struct model {
    char *name, *about;           /* never NULL; about may be "" */
    char *source;                 /* the file as named by the user, or "built-in" */
    const char *format;           /* a row of the dialect table: "native", "pytorch", … */
    enum provenance provenance;
    struct lstm *net;             /* packed */
    struct vocab *vocab;          /* NULL: inputs are vectors */
    char ***unit_name;            /* [layer][unit], each NULL or a name; never NULL itself */
    char **label;                 /* [net->outputs]: what the outputs are called; NULL: as the vocabulary, or numbered */
    struct tokens sequence;       /* the default sequence; n 0 when the file has none */
    float *inputs;                /* default inputs, input_steps × E, for a model without vocabulary */
    int input_steps;
    struct expected *expected;    /* or NULL */
    char *report;                 /* --inspect: what was read as what, one fact a line */
    char *training;               /* the file's "training" object as JSON text (recipe, seed, metrics), or NULL */
};

struct model_options {
    const char *format;           /* --format, or NULL: find out */
    const char *vocab;            /* --vocab FILE, or NULL */
    int tokenizer;                /* enum vocab_kind, or -1: as the vocabulary says */
};

/* Loads a file ("-" is standard input). All or nothing; NULL with one line of error. */
struct model *model_load(const char *path, const struct model_options *o, struct err *e);
/* A built-in one by name: data/models/NAME.json. NULL names the default one. */
struct model *model_builtin(const char *name, struct err *e);
/* The same from a text in memory (copied); source names it. For tests and model_builtin. */
struct model *model_parse(const char *text, size_t len, const char *source, const struct model_options *o, struct err *e);
void model_free(struct model *m);

/* The native JSON of a model (formats.md §2), numbers that round-trip. */
void model_write(const struct model *m, struct str *out);

/* What output k is called: label, token or "#k" (into buf). Raw text from the file: clean it before showing. */
const char *model_label(const struct model *m, int k, char buf[16]);
/* A unit's name or NULL. */
const char *model_unit_name(const struct model *m, int layer, int unit);

/* The name of the default built-in model. */
extern const char model_default[];

#endif
