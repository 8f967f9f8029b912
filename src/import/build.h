/* build.h: what all dialects have in common when they make a model; private to src/import. */
#ifndef FLSTM_IMPORT_BUILD_H
#define FLSTM_IMPORT_BUILD_H

#include "base/json.h"
#include "import/import.h"
#include "import/report.h"
#include "import/source.h"

/* The keys that describe rather than weigh: name, about, provenance, sequence or inputs, initial, expected,
 * training, and of a wrapper unit_names ([[…] per layer]) and labels. Wants m->net
 * and m->vocab in place. */
#define BUILD_KEYS                                                                                                     \
    "format", "name", "about", "provenance", "vocabulary", "sequence", "inputs", "initial", "expected", "training"
bool build_description(struct model *m, const struct json_at *top, struct err *e);

/* Numbers of a block as they lie in a file: (row, col) is v[row * row_step + col * col_step]. */
struct block { const float *v; size_t row_step, col_step; };

/* Gate weights given as H × (H+E) blocks are copied; a part of them (the recurrent or the input side) as well: to
 * columns [first, first + cols) of each of the `hidden` rows. */
void build_block(const struct lstm_layer *layer, enum quantity gate, int first, int cols, struct block from);

/* The vocabulary of the model, owned by the caller; *out is NULL where there is none. It is the wrapper's (or the
 * native file's), the one of --vocab, or one beside the weights (`beside` if found by the dialect, else under a
 * usual key); --vocab and a wrapper's own at once are an error. */
struct vocab_rows { int n; bool one_hot; };      /* of the embedding, or (one_hot) the inputs of a model without */
bool build_vocab(const struct source *s, const struct json_at *beside, const struct model_options *o,
                 struct vocab_rows rows, struct vocab **out, struct err *e);

/* "sigmoid", "hard-sigmoid-keras2", …; "hard_sigmoid" alone names both and is refused. place: "--gate-function" or a
 * path. */
bool build_gate_function(const char *text, enum gate_function *out, const char *source, const char *place,
                         struct err *e);

/* What a file was proven with: a batch of inputs and what the framework made of them at the head. Either may be
 * absent. */
bool build_batch(struct model *m, const struct json_at *inputs, const struct json_at *outputs, struct err *e);

/* T × E floats out of any of the forms in which people write inputs: T vectors of E; E = 1: T numbers; 1 × T × E, T
 * × 1 × E. Owned by the caller (mem_free). */
bool build_inputs(const struct json_at *at, int E, float **out, int *steps, struct err *e);
/* The same to m->inputs, as what is given to the model (model_take_inputs). */
bool build_take_inputs(struct model *m, const struct json_at *at, struct err *e);

/* An array of tokens of v; at most INT_MAX / 16 of them. */
bool build_tokens(const struct vocab *v, const struct json_at *at, struct tokens *out, struct err *e);

/* `expected` of a file, or a whole document of --check FILE, into m->expected (which is replaced). h and C are of every
 * step or of the last one, under the words of the field or as the lists that frameworks return. */
bool build_expected(struct model *m, const struct json_at *at, struct err *e);

/* initial: h and C of each layer, [{"h": […], "C": […]}, …]; or an object or a pair of both, a row for each layer, as
 * frameworks have them (layers × 1 × H). */
bool build_initial(struct model *m, const struct json_at *at, struct err *e);

/* One more line of m->notice. */
void build_notice(struct model *m, const char *format, ...) ERR_PRINTF(2, 3);

/* A list of strings or nulls into list[0..n), which exact length it must have; each copied. */
bool build_names(const struct json_at *at, char **list, int n, struct err *e);

/* The facts that end every report: vocabulary, head, parameters. Sets m->report and empties r. */
void build_report(struct model *m, struct report *r);

#endif
