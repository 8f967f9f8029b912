/* build.h: what all dialects have in common when they make a model; private to src/model. */
#ifndef FLSTM_IMPORT_BUILD_H
#define FLSTM_IMPORT_BUILD_H

#include "base/json.h"
#include "model/model.h"
#include "import/report.h"

/* The keys that describe rather than weigh: name, about, provenance, sequence or inputs, expected, training. Wants m->net
 * and m->vocab in place. */
#define BUILD_KEYS "format", "name", "about", "provenance", "vocabulary", "sequence", "inputs", "expected", "training"
bool build_description(struct model *m, const struct json_at *top, struct err *e);

/* Gate weights given as H × (H+E) blocks are copied; a part of them (the recurrent or the input side) as well:
 * dst columns [first, first + cols) of each of the `hidden` rows = src[row * row_step + col * col_step]. */
void build_block(const struct lstm_layer *layer, enum quantity gate, int first, int cols, const float *src, size_t row_step,
                 size_t col_step);

/* The vocabulary of the model: the file's own (top may be NULL: it has none), or the one of --vocab; both at once is an
 * error. *own tells whether *out was made here (and is the caller's to free when loading fails). *out is NULL when there is
 * none. */
bool build_vocab(const struct json_at *top, struct vocab *given, struct vocab **out, bool *own, struct err *e);

/* A list of strings or nulls into list[0..n), which exact length it must have; each copied. */
bool build_names(const struct json_at *at, char **list, int n, struct err *e);

/* The facts that end every report: vocabulary, head, parameters. Sets m->report and empties r. */
void build_report(struct model *m, struct report *r);

#endif
