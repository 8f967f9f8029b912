/* survey.h: a session's model over a text file, one sequence a line, each from the initial state, without pins. Many
 * lines run side by side; what is handed out is one block of steps after the other, in the order of the file, and the
 * same bits however many go together and however many threads there are. Memory grows neither with the file nor with
 * its lines' steps. */
#ifndef FLSTM_SESSION_SURVEY_H
#define FLSTM_SESSION_SURVEY_H

#include <stdint.h>

#include "session/session.h"

enum {
    SURVEY_STEPS = 256,           /* of a block, at most */
    SURVEY_BLOCKS = 256,          /* of a batch, at most */
    SURVEY_LINE_MAX = 1 << 20     /* bytes of a line */
};

struct survey;

/* Rows 1 … steps of `trace` are the steps first … first+steps-1 of the sequence that stands in line `line`; row 0 is
 * the step before. Valid until the next call. */
struct survey_block {
    long line;
    int first, steps;
    const struct tokens *tokens;  /* the whole line */
    const struct trace *trace;
};

enum survey_result { SURVEY_BLOCK, SURVEY_END, SURVEY_FAILED };

/* NULL with one line of error: a file that cannot be opened or read twice (-), a model without a vocabulary. */
struct survey *survey_open(const struct session *s, const char *path, struct err *e);
/* The same for a text in memory (copied) that messages call `name`. */
struct survey *survey_open_text(const struct session *s, const char *name, const char *text, size_t len,
                                struct err *e);
void survey_close(struct survey *v);
/* The model of s must have the shape it had at survey_open; compare session_weights. Errors name the line. */
enum survey_result survey_next(struct survey *v, const struct session *s, struct survey_block *out, struct err *e);
/* The next blocks, in order, as many as were computed side by side; all are valid until the next call. out:
 * [SURVEY_BLOCKS]. */
enum survey_result survey_batch(struct survey *v, const struct session *s, struct survey_block *out, int *n,
                                struct err *e);
/* Blocks to `each`, one after the other, until clock_ms() passes `until`: at least one. SURVEY_BLOCK: there is more. */
typedef void survey_each(const struct session *s, void *context, const struct survey_block *b);
enum survey_result survey_some(struct survey *v, const struct session *s, double until, survey_each *each,
                               void *context, struct err *e);
/* "corpus.txt: 34%, 1200 sequences, 15000 words" so far. */
void survey_progress(const struct survey *v, const struct session *s, struct str *out);
long survey_sequences(const struct survey *v);

#endif
