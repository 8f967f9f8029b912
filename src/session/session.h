/* session.h: one sitting: a model, a sequence, the values set by hand, and a cursor.
 *
 * There are two runs over the same sequence: the baseline, which nothing edited touches, and the pinned run,
 * which is the baseline with the pins applied. A pin at step t recomputes the pinned run from t on and never
 * before. Every edit is a change with its old and new value; undo and redo go without limit.
 *
 * Steps count 1 … T (0 is the initial state); layers, units and outputs count from 0 in code, from 1 in texts.
 *
 * Steps are those of a layer (core/lstm.h): where a function below takes a layer, t is a step of it; where it takes
 * none, t is a step of the layer under the cursor. They differ in a bidirectional network alone, where a layer that
 * reads backward takes the last word at its first step.
 */
#ifndef FLSTM_SESSION_SESSION_H
#define FLSTM_SESSION_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "core/lstm.h"
#include "core/overflow.h"
#include "model/model.h"
#include "model/proof.h"

struct session;                   /* see session_view for what drawing needs */

enum run { RUN_BASE, RUN_PINNED };

/* The order of the lesson inside one step. A step entered by word is complete: SUB_H. */
enum substep { SUB_CONCAT, SUB_PRODUCT, SUB_BIAS, SUB_SIGMA, SUB_KEEP, SUB_WRITE, SUB_C, SUB_O, SUB_H, SUB_COUNT };

/* What a row of the screen can show. The first six are the pinnable ones, with the numbers of enum quantity. */
enum value {
    /* ORDER gates */
    VAL_F = Q_F, VAL_I = Q_I, VAL_G = Q_G, VAL_O = Q_O, VAL_C = Q_C, VAL_H = Q_H,
    VAL_C_PREV,                   /* C_{t-1}: pinned as C of the step before */
    VAL_KEPT,                     /* f ⊙ C_{t-1} */
    VAL_WRITTEN,                  /* i ⊙ g */
    VAL_COUNT
};

/* One number of a run: of which unit of which layer, what, and at which step (0: the initial state). */
struct place { int layer, unit; enum value value; int step; };

struct cursor {
    int step;                     /* 1 … T; 0 only when T is 0 */
    int layer, unit;
    enum value value;             /* which row is selected */
    enum substep sub;
};

/* Takes ownership of the model, also when it fails (it is freed then). Starts on the model's own sequence (or
 * inputs), or an empty one, at its first word and the first unit that has a name. */
struct session *session_new(struct model *m, struct err *e);
void session_free(struct session *s);

/* ---- reading: everything a view needs; all const, all cheap --------------------------------------------------- */

const struct model *session_model(const struct session *s);
const struct lstm *session_net(const struct session *s);          /* the model's, or the copy with edited weights */
int session_steps(const struct session *s);                       /* T */
const struct cursor *session_cursor(const struct session *s);
struct place session_place(const struct session *s);         /* what the cursor is on */
const float *const *session_inputs(const struct session *s);      /* x[t-1] of step t */
const char *session_token(const struct session *s, int t);        /* as typed; "x3" style for vector inputs; t 1 … T */
const char *session_token_at(const struct session *s, int layer, int t);          /* the same at a step of that layer */
/* The word of the text that step t is about, and (its own inverse) the step at which word t is read. */
int session_word(const struct session *s, int t);
/* The step of that layer that reads the same word. */
int session_step_of(const struct session *s, int layer, int t);
/* Is word t not in the vocabulary, so that the unknown token is read in its place? */
bool session_is_unknown(const struct session *s, int t);
int session_token_id(const struct session *s, int t);             /* -1 for vectors */
/* A whole row of H values of f, i, g, o, C, h: valid until the next edit. t from 0. */
const float *session_row(const struct session *s, enum run run, int layer, enum quantity q, int t);
/* The trace of a run whole. For RUN_PINNED with no pins it is the baseline's. */
const struct trace *session_trace(const struct session *s, enum run run);
/* A run with all that questions about it need (core/). Valid until the next edit. */
struct computation session_computation(const struct session *s, enum run run);
/* The same two for whoever looks at no step after t: of a lazy session the rows beyond may not be computed yet. */
const struct trace *session_trace_to(const struct session *s, enum run run, int t);
struct computation session_computation_to(const struct session *s, enum run run, int t);

/* Runs are computed when they are read. Of a lazy session only as far as is read: session_row and what is said of one
 * step look at that step, all else at the whole run. The rest is caught up with in slices. (Off at first: the whole
 * run is computed at the first reading.) */
void session_set_lazy(struct session *s, bool lazy);
bool session_is_lazy(const struct session *s);
/* A run that memory does not hold is there in part: it is computed again, a block of steps at a time, where it is
 * read. session_row and what is said of one step do so themselves; of session_trace_to(s, run, t) and
 * session_computation_to only the steps t - session_window(s) … t may be read then (a window of 64 at least), and the
 * whole of session_trace and session_computation is not there. */
bool session_is_partial(const struct session *s);
int session_window(const struct session *s);          /* INT_MAX where nothing is partial */
/* For tests and measurements: a trace of more bytes is there in part, even where memory would hold it; the rows that
 * are there take about so many bytes. */
extern struct partial_limits { size_t whole, bytes; } partial_limits;
/* Steps of a lazy session that are not computed yet; 0: all are. */
int session_behind(const struct session *s);
/* Computes on for about so many milliseconds, at least one block of steps (about a millisecond); true when all is
 * there. */
bool session_catch_up(const struct session *s, double ms);
/* Will all be there in about so many milliseconds? */
bool session_catches_up_within(const struct session *s, double ms);
/* Of a lazy session: is step t so far beyond those that are computed that a picture should not wait for it? */
bool session_is_far(const struct session *s, int t);
/* One value of any row, derived ones too. t from 1. */
float session_value(const struct session *s, enum run run, int layer, int unit, enum value v, int t);
/* A unit's name, or its number from 1, into buf; cleaned. */
const char *session_unit_label(const struct session *s, int layer, int unit, char buf[32]);

/* The largest |C| of a layer over all steps of both runs: the scale of the cell rows, so that it stands still while
 * stepping. Cached. While session_behind, over the steps that are there. */
float session_peak(const struct session *s, int layer);

bool session_pinned(const struct session *s, int layer, int unit, enum quantity q, int t);
/* VAL_C_PREV at t is C at t-1; the derived values are never pinned. */
bool session_value_pinned(const struct session *s, int layer, int unit, enum value v, int t);
size_t session_pin_count(const struct session *s);
const struct pin *session_pins(const struct session *s, size_t *n);   /* sorted by pin_compare */
/* First step at which the two runs can differ; T+1 when nothing is pinned. */
int session_first_pinned(const struct session *s);
/* Steps recomputed by the last edit (for tests and the status line). */
int session_last_recomputed(const struct session *s);

/* Predictions after step t (what comes next). */
struct prediction { int output; float p_base, p_pinned; };
/* The `top` outputs by the larger of both probabilities; returns how many were filled (0 without an output head). */
int session_predict(const struct session *s, int t, int top, struct prediction *out);
/* The same in the order of one run. */
int session_predict_run(const struct session *s, enum run run, int t, int top, struct prediction *out);
float session_probability(const struct session *s, enum run run, int t, int output);
/* How many outputs have probabilities: 0 without a head, and where the head gives numbers of its own (model_head). */
int session_outputs(const struct session *s);
/* Those numbers after step t, W·h + b: net->outputs floats. False where the head gives none. */
bool session_head_values(const struct session *s, enum run run, int t, float *out);
/* The likeliest output after step t; -1 without a head, and when the logits overflow. */
int session_likeliest(const struct session *s, enum run run, int t);
/* -ln p(token t+1 | tokens ≤ t) for t = 1 … T-1; NaN without a head, when the token is no output, and where the net
 * has read it already (bidirectional). */
double session_surprisal(const struct session *s, enum run run, int t);

/* What the head says of step t, where that is too much for a frame of a lazy session: is it there, for both runs? If
 * not, it is asked for, and session_head_work works on it. Whoever asks for predictions all the same waits for them. */
bool session_head_there(const struct session *s, int t);
/* The same of the surprisal at step t of one run; and of its likeliest output, with which come the surprisal and the
 * probability of any output (which session_head_there gives for all of them at once). */
bool session_surprisal_there(const struct session *s, enum run run, int t);
bool session_likeliest_there(const struct session *s, enum run run, int t);
/* Is it there? Asks for nothing. */
bool session_likeliest_known(const struct session *s, enum run run, int t);
/* Works for about ms milliseconds on what was asked for, of the second sentence, too. */
enum slice { SLICE_IDLE, SLICE_MORE, SLICE_DONE };
enum slice session_head_work(const struct session *s, double ms);

/* Works out those of the steps first … last that are not known yet, many at a time, for about `ms` milliseconds; true
 * when all of them are known. */
bool session_surprise(const struct session *s, enum run run, int first, int last, double ms);
/* The largest of those that are known so far; 0 when there is none. O(T). */
double session_surprisal_most(const struct session *s, enum run run);

/* The places of step t where a number is larger than a float holds (overflow_at), at most `most` of them; returns
 * how many there are. The head's only where session_head_there. */
int session_overflow(const struct session *s, enum run run, int t, struct overflow *out, int most);

/* The output that stands for word t (1 … T); -1 when none does. */
int session_output(const struct session *s, int t);

/* A number that no two different states share: every edit, undo, redo and change of model gives a new one. What a
 * view has worked out is out of date when it differs. Moving the cursor and comparing leave it as it is. */
unsigned long session_revision(const struct session *s);

/* A number that no two models in force share: every session and every change of model gives a new one. What was
 * chosen from one model's words means nothing in another's. */
unsigned long session_model_number(const struct session *s);

/* fingerprint_model of its model; worked out once. */
uint64_t session_fingerprint(const struct session *s);
/* Works on it for about ms milliseconds: a gigabyte of weights takes half a second. True when it is there. */
bool session_fingerprint_there(const struct session *s, double ms);
/* fingerprint_net of the weights in force, edited ones included; worked out when they have changed. */
uint64_t session_weights(const struct session *s);

/* Is anything different from what was opened or saved last: words, pins, weights? Edits that were taken back are
 * none. */
bool session_dirty(const struct session *s);
bool session_can_undo(const struct session *s);
bool session_can_redo(const struct session *s);
/* How the numbers compare with the model's `expected` (proof.h): where they are furthest apart, and whether that is
 * within what float32 allows. NULL when it has none or another sequence is loaded. Valid until the next edit. */
const struct proof *session_proof(const struct session *s);
/* What speaks for the reading of the file: nothing yet; the text in force, whose words are less surprising (over the
 * first SCORED_STEPS of them, at least SCORED_LEAST) than chance would make them by more than the spread of a mean;
 * expected values that agree, or ones that differ. Never PROVEN or SCORED where tensors of the file are not used. */
enum { SCORED_LEAST = 10, SCORED_STEPS = 100 };
enum reading_proof { READING_READ, READING_SCORED, READING_PROVEN, READING_DIFFERS };
enum reading_proof session_reading(const struct session *s);
const char *session_reading_name(enum reading_proof r);           /* "only read", "scored", "proven", "differs" */
bool session_parity(const struct session *s, double *largest, bool *within);

/* ---- moving ----------------------------------------------------------------------------------------------------- */

void session_goto(struct session *s, int step);                   /* clamped; the step is shown complete (SUB_H) */
bool session_step(struct session *s, int by);                     /* false at either end */
bool session_substep(struct session *s, int by); /* one sub-step; crosses into the next/previous word */
void session_select(struct session *s, int layer, int unit, enum value v);   /* each clamped */
/* To another layer, at the same word: the step changes where it reads in the other direction. */
void session_turn(struct session *s, int layer);

/* ---- editing: each call is one undoable revision, unless grouped ------------------------------------------------ */

void session_begin(struct session *s);                            /* the edits until session_end undo together */
void session_end(struct session *s);

/* Pins one value. A gate outside its range (f, i, o: 0…1; g: -1…1; h: -1…1) is refused with a reason unless `force`;
 * a value that is not finite always is. VAL_C_PREV pins C of the step before. Derived values are refused. */
bool session_pin(struct session *s, struct place at, float value, bool force, struct err *e);
bool session_unpin(struct session *s, struct place at);           /* false: it was not pinned */
void session_unpin_all(struct session *s);
/* Replaces word t, or the whole sequence; pins stay where their steps still exist, others go (undo brings them
 * back). */
/* What the unit is called from now on; "" takes the name away. Undone like any edit. */
bool session_set_name(struct session *s, int layer, int unit, const char *name, struct err *e);
bool session_set_word(struct session *s, int t, const char *word, struct err *e);
bool session_set_text(struct session *s, const char *text, const char *source, struct err *e);
bool session_set_tokens(struct session *s, const char *const *tokens, int n, const char *source, struct err *e);
bool session_set_inputs(struct session *s, const float *x, int steps, struct err *e);   /* steps × E, copied */
/* A weight: row `unit` of W of a gate, column k (h first); or its bias when k is -1. */
struct weight_place { int layer; enum quantity gate; int unit, k; };
/* Changes one weight. Recomputes both runs from 1. The model itself is not touched. */
bool session_set_weight(struct session *s, struct weight_place at, float value, struct err *e);
bool session_weight_edited(const struct session *s, struct weight_place at, float *original);
/* A new session on another model (taken, freed when it fails), saved as it is: the sequence is kept when its tokens
 * fit the new vocabulary, else it is the model's own; the corpus is kept, too. */
struct session *session_with_model(const struct session *s, struct model *m, struct err *e);
/* A new session on other weights of what is the same network or nearly so (taken, freed when it fails): an earlier
 * moment of its training, a file that was written anew. As session_with_model, and the cursor stays; so do the names
 * of units where both come from one file and the new one has none of its own; pins where their layer and unit exist
 * (*lost, which may be NULL: how many do not); a second sentence; and with the same words session_model_number. Undo
 * ends there. It counts as unsaved when something is pinned or s was unsaved. */
struct session *session_renewed(const struct session *s, struct model *m, size_t *lost, struct err *e);
/* Replaces the model (owned); sequence kept when its tokens fit the new vocabulary, else the model's own. Pins go.
 * Not undoable. On failure the session is as it was and m is freed. */
bool session_set_model(struct session *s, struct model *m, struct err *e);

/* Move the cursor to what changed; false when there is nothing to undo/redo. */
bool session_undo(struct session *s);
bool session_redo(struct session *s);
void session_mark_saved(struct session *s);
void session_mark_unsaved(struct session *s);         /* what is in force is in no file */
void session_settle(struct session *s);               /* the present state is where undo ends, and counts as saved */

/* A text file to look through with this model, one sequence a line (see survey.h); NULL: none. Not an edit, kept
 * when the model is replaced. Copied. */
void session_set_corpus(struct session *s, const char *path);
const char *session_corpus(const struct session *s);

/* ---- a second sentence, to hold the first against --------------------------------------------------------------- */

/* Runs another text on the same net (edited weights included), without pins. Not an edit: it is neither undone nor
 * saved. */
bool session_compare_text(struct session *s, const char *text, const char *source, struct err *e);
bool session_compare_tokens(struct session *s, const char *const *tokens, int n, const char *source, struct err *e);
void session_compare_end(struct session *s);
/* The other sentence as a session to read from, or NULL. It has no pins and no comparison of its own. Valid until it
 * ends, another one begins or the model is replaced. */
const struct session *session_compare(const struct session *s);

#endif
