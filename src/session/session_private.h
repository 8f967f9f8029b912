/* session_private.h: what the files of this folder share. Others use session.h.
 *
 * A session is four things: what it computes on (model, edited weights, sequence, pins), what follows from that
 * (struct runs: the two traces and the caches over them), where one looks (the cursor) and how it came to be (the
 * history). Only a change (undo.c) alters the first; every change says from which step on the second is stale.
 */
#ifndef FLSTM_SESSION_PRIVATE_H
#define FLSTM_SESSION_PRIVATE_H

#include <stdint.h>

#include "model/fingerprint.h"
#include "session/session.h"

/* ---- sequence.c ------------------------------------------------------------------------------------------------ */

/* One sentence, or one series of vectors. */
struct sequence {
    int n;
    struct tokens tokens;         /* as typed; "x3" and id -1 for vectors */
    float *values;                /* n × E, owned: the vectors of a model without vocabulary, else NULL */
    const float **x;              /* [n], into values or into the model's embedding */
    uint64_t hash;                /* of the words or vectors (content.c), while hashed */
    bool hashed;
};

/* Takes the tokens over, whatever happens. */
struct sequence *sequence_of_tokens(const struct model *m, struct tokens *taken);
struct sequence *sequence_of_vectors(const struct model *m, const float *x, int steps, struct err *e);   /* copies */
void sequence_free(struct sequence *q);
/* First step whose input differs; the smaller length + 1 when none does. */
int sequence_differ(const struct sequence *a, const struct sequence *b, int in);

/* ---- pins.c ---------------------------------------------------------------------------------------------------- */

/* Sorted by pin_compare, no place twice. */
struct pins {
    struct pin *v;
    size_t n, cap;
};

struct pin *pins_find(const struct pins *p, int step, int layer, enum quantity q, int unit);   /* NULL: not pinned */
void pins_put(struct pins *p, const struct pin *pin);
void pins_remove(struct pins *p, struct pin *at);

/* ---- runs.c ---------------------------------------------------------------------------------------------------- */

/* What the output head said after a step. */
struct slot {
    int t;                        /* -1: empty */
    float *p;                     /* [outputs] */
    bool bad;                     /* the logits gave none: overflow_logits */
};

/* What stays of every step: with it and one row of the head, the probability of any output. */
struct kept_head {
    double surprisal;             /* NaN where no word follows that is an output */
    struct log_sum sum;
    int likeliest;                /* output; -1: the logits overflow */
};

/* Softmaxes are too many to keep (T × V) and too dear to repeat: the last few steps asked for stay. */
struct cache {
    struct slot *slot;
    int slots;
    struct kept_head *kept;       /* [T+1] */
    bool *known;                  /* [T+1]: kept[t] was computed */
    int steps;                    /* the T of the two arrays */
    int last;                     /* nothing is remembered of later steps than this; -1: nothing at all */
};

/* Steps whose surprisal is being worked out, all of one run (predict.c). */
struct surprising {
    enum run run;
    int at[LOGITS_STEPS], n;      /* in order; n 0: none in hand */
    int row;                      /* outputs whose logits are there */
    int done;                     /* steps that are known */
    float *z;                     /* [n][outputs], owned */
};

/* A word of which the head's logits are being worked out, of both runs one after the other, and steps of one run whose
 * surprisals are to be (predict.c). */
struct asked {
    bool wanted;
    int first, last;              /* of surprisals; first 0: none */
    enum run of;
    int word;
    enum run run;
    int row;                      /* outputs whose logits are there, in the slot of the word */
};

/* The largest |C| of every layer at every step. */
struct peaks {
    float *v;                     /* [(steps+1) × layers], owned */
    int steps, from;              /* from this step on to be looked at again */
};

/* Everything that follows from model, weights, sequence and pins; brought up to date when it is read. */
struct runs {
    struct trace *trace[2];       /* [RUN_PINNED] only since the first pin */
    struct partial *part[2];      /* of a trace that is there in part (partial.c); NULL: it is whole, or not there */
    struct trace *spare[2];       /* got in advance by runs_reserve, so that a change cannot fail half-way */
    int stale[2];                 /* rows from here on are out of date; beyond T: none */
    int reached[2];               /* the last row of each trace that was ever filled; -1: none */
    int copied, copied_end;       /* rows of the baseline before the first pin that stand in the pinned trace, too */
    int touched[2];               /* the earliest step the last edit made stale; beyond T: none */
    bool fresh;                   /* nothing to do */
    struct projected *kept;       /* W·x of the inputs that have been run; NULL: none, or not worth it */
    bool unpacked;                /* weights changed since the last lstm_pack */
    struct cache cache[2];
    struct surprising surprising;
    struct asked asked;
    struct peaks peaks[2];
    float *largest;               /* overflow_largest of the weights in force; NULL: not asked for since they changed */
    struct fingerprint fingerprint;       /* of the model */
    uint64_t weights;             /* fingerprint_net of the weights in force */
    bool weights_known;
    bool parity_known, parity_there;
    struct proof proof;
};

/* ---- partial.c: a run that memory does not hold ------------------------------------------------------------------ */

/* Of a trace_new_in_part. NULL when memory is short. */
struct partial *partial_new(struct trace *tr);
void partial_free(struct partial *p);
/* Rows from here on are out of date. */
void partial_forget(struct partial *p, int from);
/* Is there memory for both runs in part, and can the system do it? */
bool partial_fits(const struct lstm *net, int steps);
/* Makes rows from … to be there, those before `from` having been computed once. */
void partial_run(const struct session *s, enum run run, int from, int to);
/* So many rows in a row are there together at least. */
int partial_window(const struct trace *tr);
/* The same of either kind of run: rows that are up to date can be read until others have been held. Of a run that is
 * whole nothing has to be done. */
void runs_hold(const struct session *s, enum run run, int first, int last);

/* ---- runs.c ---------------------------------------------------------------------------------------------------- */

/* Can runs over so many steps be filled, by what memory is free? False with the bytes they need and those that are
 * free. */
bool runs_room(const struct session *s, int steps, bool pinned, struct err *e);
/* Room for both traces over `steps` steps (the pinned one when `pinned`); false with a reason when memory is short:
 * asked before anything is taken. */
bool runs_reserve(const struct session *s, int steps, bool pinned, struct err *e);
void runs_stale(const struct session *s, enum run run, int from);
/* Brings both runs up to date: whole; or at least as far as step t (only a lazy session stops there). */
void runs_refresh(const struct session *s);
void runs_refresh_to(const struct session *s, int t);
/* Lays edited weights out for the kernels. */
void runs_pack(const struct session *s);
/* A run that is refreshed up to t, with all rows 0 … t (those of the pinned one that are the baseline's are copied when
 * somebody asks for them). */
const struct trace *runs_whole(const struct session *s, enum run run, int t);
/* Up to which step a run is up to date; -1: not even step 0. */
int runs_there(const struct session *s, enum run run);
/* An edit begins: runs_recomputed counts from here on. */
void runs_touched_none(const struct session *s);
int runs_recomputed(const struct session *s);
void runs_clear(struct runs *r);
void cache_forget(struct cache *c, int from);
void cache_clear(struct cache *c);
void peaks_clear(struct peaks *p);
/* Looks at the steps up to `to` that have not been looked at. */
void peaks_follow(const struct session *s, enum run run, int to);


/* ---- compare.c ------------------------------------------------------------------------------------------------- */

void compare_free(struct session *c);
/* Weights were changed. */
void compare_stale(struct session *s);
/* The second sentence of another session, where the model has its words; else none. */
void session_compare_again(struct session *s, const struct session *other);

/* ---- undo.c ---------------------------------------------------------------------------------------------------- */

enum change_kind { CHANGE_PIN, CHANGE_WEIGHT, CHANGE_WORD, CHANGE_SEQUENCE, CHANGE_NAME };

/* One edit, as the state it would bring back: carrying it out swaps that state with the present one, so that the same
 * step both undoes and redoes. */
struct change {
    enum change_kind kind;
    int step, layer, unit, column;      /* column: of a weight, -1 its bias */
    enum quantity q;
    bool set;                           /* pin: is there one in the other state? */
    float value;                        /* pin, weight */
    int id;                             /* word */
    char *word;                         /* also the name of a unit, NULL: none */
    struct sequence *sequence;
};

struct revision {
    struct change *change;
    size_t n, cap;
    struct cursor before, after;
};

struct history {
    struct revision *revision;
    size_t n, cap;
    size_t at;                          /* revisions in force; at … n-1 can be redone */
    size_t saved;                       /* the value of `at` that is on disk; NEVER when that was overwritten */
    uint64_t saved_content;             /* session_content of what is on disk */
    struct revision open;               /* edits since the outermost session_begin */
    int depth;
};
#define NEVER ((size_t)-1)

/* Carries the change out and notes it. Takes over what it owns. */
void change_make(struct session *s, struct change *taken);
void history_clear(struct history *h);
/* For edits of several parts that must not stay half done: back to the mark, within the group that is open. */
size_t session_mark(const struct session *s);
void session_rollback(struct session *s, size_t mark);

/* ---- content.c ------------------------------------------------------------------------------------------------- */

/* A number that follows from what a file would keep, where one looks aside: words or vectors, pins, edited weights. */
uint64_t session_content(const struct session *s);

/* ---- session.c ------------------------------------------------------------------------------------------------- */

struct session {
    struct model *model;
    struct lstm *net;                   /* the copy with edited weights, or NULL */
    size_t edited;                      /* how many of its numbers differ from the model's */
    struct sequence *sequence;
    struct pins pins;
    struct cursor cursor;
    struct history history;
    struct runs *runs;
    char *corpus;                       /* path, or NULL */
    bool lazy;                          /* see session_set_lazy */
    bool lazy_head;                     /* it is the second sentence of a lazy session */
    unsigned long revision;             /* see session_revision */
    unsigned long model_number;         /* see session_model_number */
    struct session *compare;            /* the other sentence, or NULL; see compare.c */
};

/* The first step at which the pinned run can differ, there being pins: of two directions, each has read every word. */
static inline int first_pinned(const struct session *s)
{
    return s->model->net->bidirectional ? 0 : s->pins.v[0].step;
}

/* The run a row is read from: the pinned run before its first pin is the baseline. */
static inline enum run runs_source(const struct session *s, enum run run, int t)
{
    return run == RUN_PINNED && s->pins.n && t >= first_pinned(s) ? RUN_PINNED : RUN_BASE;
}

/* The state is another one from here on. */
void session_revise(struct session *s);

void cursor_clamp(struct session *s);
/* Where a pinnable value lives: VAL_C_PREV at t is C at t-1. False for derived values. */
bool value_place(enum value v, int t, enum quantity *q, int *step);
/* One weight of a net: row `unit` of W_gate, column k, or its bias for k = -1. */
float *weight_at(const struct lstm *net, struct weight_place at);
bool same_bits(float a, float b);

/* ---- pins.c: reasons, shared with edit.c ------------------------------------------------------------------------ */

/* Is this value fine there? Fills the reason, without the "repeat to force". *outside: only the range speaks against
 * it. */
bool pin_reason(enum quantity q, float value, bool *outside, struct str *reason);

/* ---- edit.c: parts of an edit's text, shared with weights.c ------------------------------------------------------ */

/* Where a text came from, for errors: "SOURCE: TEXT: …". */
struct origin {
    const char *source, *text;
};

/* Reads "lN." at *at, if it is there, and moves on. *layer counts from 0. */
bool edit_layer(const struct session *s, const char **at, int *layer, const struct origin *o, struct err *e);
/* The value of an edit: a finite number that fits a float. */
bool edit_value(const char *text, float *value, const struct origin *o, struct err *e);

/* ---- weights.c: edited weights as texts, "l2.W_f[2][5]=0.3", "b_f[1]=1"; units and columns from 1, h first ------- */

bool weight_apply(struct session *s, const char *text, const char *source, struct err *e);
void weight_write(const struct session *s, void (*each)(void *to, const char *text), void *to);

/* ---- quote.c ---------------------------------------------------------------------------------------------------- */

/* A JSON string that reads back to the same text and cannot act on a terminal: what must not be shown is escaped; bytes
 * that are no UTF-8 become U+FFFD. */
void quote_json(struct str *out, const char *s);

#endif
