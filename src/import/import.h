/* import.h: models out of files and back into them: what the rest of the program needs of this folder.
 *
 *     file ── kind (kinds.c) ──> named tensors (source.h) ── dialect (dialect.h, layout.h) ──> struct model
 */
#ifndef FLSTM_IMPORT_IMPORT_H
#define FLSTM_IMPORT_IMPORT_H

#include "base/str.h"
#include "model/model.h"

/* How a file is to be read, over what it says itself. All NULL and tokenizer -1: as it says. */
struct model_options {
    const char *format;           /* --format, or NULL: find out */
    const char *vocab;            /* --vocab FILE, or NULL */
    int tokenizer;                /* enum vocab_kind, or -1: as the vocabulary says */
    const char *lstm;             /* --lstm A[,B…]: which of several LSTMs, one on top of the other; or NULL */
    const char *order;            /* --order ifgo, or NULL */
    const char *gate_function;    /* --gate-function NAME, or NULL */
    const char *forget_bias;      /* --forget-bias X, or NULL */
    const char *initial;          /* --initial FILE, or NULL */
    const char *unknown;          /* --unknown TOKEN, or NULL */
    bool own;                     /* no number stays in the file, which somebody may write anew (--watch) */
    const char *names;            /* --names PART=TENSOR[,…]: what is what beside the LSTM, or NULL */
    const char *index_from;       /* --index-from N: the index of the vocabulary's first entry, or NULL */
};
#define MODEL_OPTIONS_NONE {.tokenizer = -1}

/* Loads a file ("-" is standard input). All or nothing; NULL with one line of error. o may be NULL. */
struct model *model_load(const char *path, const struct model_options *o, struct err *e);
/* A built-in one by name: data/models/NAME.json. NULL names the default one. */
struct model *model_builtin(const char *name, struct err *e);
bool model_is_builtin(const char *name);
/* The same read as options say: what can be said of a native file. */
struct model *model_builtin_as(const char *name, const struct model_options *o, struct err *e);
/* The same from a text in memory (copied); source names it. For tests and model_builtin. */
struct model *model_parse(const char *text, size_t len, const char *source, const struct model_options *o,
                          struct err *e);

/* A run that was written to a file: --print json, safetensors or npz, or a framework's own values under those names. */
struct trace_given {
    struct trace *trace;          /* of the shape that was asked for */
    bool *has;                    /* [layer * Q_COUNT + q]: is that quantity in the file? */
    char **token;                 /* [steps], or NULL: the file does not say */
};
/* For a network of that shape, over as many steps as `run` has (whose start is taken where the file does not say). True
 * with out->trace NULL: the file is no trace. Cleared by the caller. */
bool import_trace(const char *path, const struct lstm *net, const struct trace *run, struct trace_given *out,
                  struct err *e);
void trace_given_clear(struct trace_given *g);

/* --inputs FILE: T × E floats, owned by the caller (mem_free): JSON or an array of numpy, torch or safetensors (T
 * vectors of E; T numbers where E is 1; 1 × T × E), or lines of numbers (a step a line, with or without a line of
 * names). */
bool import_inputs(const char *path, int E, float **x, int *steps, struct err *e);
/* --check FILE: what the framework computed ({"sequence" or "inputs", "h", "C", "output", "tolerance"}, or arrays of
 * numpy, torch or safetensors so called; also what torch.nn.LSTM returns) becomes m->expected. */
bool import_expected(struct model *m, const char *path, struct err *e);

/* The native JSON of a model (formats.md §2), numbers that round-trip. */
void model_write(const struct model *m, struct str *out);
/* The same as tensors of torch.nn.LSTM, which PyTorch can load. False for what that has no place for (peepholes …). */
bool model_write_safetensors(const struct model *m, struct str *out, struct err *e);
/* To a file, in the form that its ending says (.json, .safetensors). */
bool model_export(const struct model *m, const char *path, struct err *e);

/* The name of the default built-in model. */
extern const char model_default[];

#endif
