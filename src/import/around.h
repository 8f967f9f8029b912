/* around.h: what stands around the LSTM in a dump (embedding, output head, initial state), found by its usual names
 * or as "names" says. */
#ifndef FLSTM_IMPORT_AROUND_H
#define FLSTM_IMPORT_AROUND_H

#include "import/layout.h"

/* The keys of a wrapper, if there is one: the common ones and the dialect's (NULL-terminated, or NULL). */
bool around_keys(const struct source *s, const char *const *dialect_keys, struct err *e);
/* --names PART=TENSOR[,PART=TENSOR…], over the wrapper's "names": false with one line where it is nothing of that
 * form. The text is borrowed until the source is closed. */
bool around_take(struct source *s, const char *names, struct err *e);
/* The value of the wrapper's "names" under this key; node NULL when there is none. */
struct json_at around_named(const struct source *s, const char *key);
/* Does --names or the wrapper's "names" have this key? */
bool around_asked(const struct source *s, const char *key);
/* Does --names have `one`, and before `other`? */
bool around_before(const struct source *s, const char *one, const char *other);
/* What it says there, owned by the caller; NULL: nothing, or no text. */
char *around_said(const struct source *s, const char *key);
/* The tensor that it names there; NULL without an error: it names none. */
bool around_by_request(struct source *s, const char *key, struct tensor **out, struct err *e);
/* Is it, or what it is a part of, named under "ignored"? */
bool around_ignored(const struct source *s, const char *name);
/* Is it that, or named as another part than `key`? */
bool around_is_spoken_for(const struct source *s, const struct tensor *t, const char *key);
/* Is it of an adaptive softmax (torch.nn.AdaptiveLogSoftmaxWithLoss: X.head.weight, X.tail.0.0.weight)? What its head
 * puts out is no logit of a token. */
bool around_is_adaptive(struct source *s, const char *name);
/* How many leading words, each with its '.' or '/', two names share. */
int around_shared(const char *a, const char *b);
/* Each leaves its part NULL where there is none. Of two candidates the one that fits is it, then the one that shares
 * more of the words before its own with `near`, a tensor of the LSTM ("decoder." of decoder.lstm.weight_ih_l0); where
 * that tells none, it is an error that names both. */
bool around_embedding(struct source *s, const char *near, struct tensor **out, struct err *e);
bool around_head(struct source *s, const char *near, struct dense *out, int hidden, struct err *e);
void around_initial(struct source *s, struct tensor **h0, struct tensor **c0);

/* Is `tail` the name, or its last part after a '.' or '/'? "_weight" counts as ".weight", a trailing ":0" of
 * TensorFlow does not count. */
bool around_ends_with(const char *name, const char *tail);
/* "decoder.weight" goes with "decoder.bias", "dense/kernel" with "dense/bias"; NULL where there is none. */
struct tensor *around_bias_of(struct source *s, const char *weight);

#endif
