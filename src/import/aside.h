/* aside.h: the vocabulary that many files keep beside their weights, under names of their own: a checkpoint with the
 * list of its characters, a module with its word2idx. */
#ifndef FLSTM_IMPORT_ASIDE_H
#define FLSTM_IMPORT_ASIDE_H

#include "import/pickle.h"
#include "import/source.h"
#include "model/vocab.h"

/* In a JSON document without a wrapper, or in what aside_take found. Of a document it is what is there, fit or not; of
 * a pickle (which may hold many things) only one that gives `rows` tokens. False: there is none. */
bool aside_vocabulary(const struct source *s, const struct vocab_wish *w, struct json_at *out);

/* The first member of an object that may be a vocabulary by its name and gives w->rows tokens. */
bool aside_pick(const struct json_at *in, const struct vocab_wish *w, struct json_at *out);

/* For readers of pickles: s->aside becomes the members of `root` (a dictionary or an object) that may be a vocabulary;
 * of a pickle without tensors all of it. */
bool aside_take(struct source *s, const struct pickle_node *root, struct err *e);

/* What a pickle says in JSON: dictionaries (and objects, by what they hold), lists and tuples, texts, numbers; false,
 * and nothing added, where it is none of those. What of a dictionary or an object is none is left out. */
bool aside_json(const struct pickle_node *n, struct str *out);

#endif
