/* named.h: tensors found by the words in their names.
 *
 * A framework that calls its tensors by fixed words is a row of dialect.c with a table of them and nothing else: each
 * word stands in the name as a part of its own, from the right ("encoder.lstm.weight_ih_l0" has weight_ih), may be
 * followed by "_l1" (the layer), "_reverse" (the way back) or ":0", and what stands before it is the name of the layer.
 * names.c has the frameworks of which more has to be known. */
#ifndef FLSTM_IMPORT_NAMED_H
#define FLSTM_IMPORT_NAMED_H

#include "import/groups.h"

/* assumed: a home-made name: what it means is an assumption to be told. A table ends with .word NULL. */
struct part_word { const char *word; enum slot slot; bool assumed; };

/* Takes a name apart by a table; false: none of its words is in it. */
bool named_part(const char *name, const struct part_word *words, struct part_name *out);

/* recognise() and find() of a dialect that is nothing but its words, s->words: has the source the weights of both
 * sides; and it fails where a layer has those of one only. */
bool named_recognise(const struct source *s, const char **why);
bool named_find(struct source *s, const struct model_options *o, struct parts *p, struct err *e);

/* Where `word` stands in a name as a part of its own; NULL: nowhere. */
const char *named_word(const char *name, const char *word);
/* What may stand behind a word; false: something else does. */
bool named_suffixes(const char *p, struct part_name *out);

#endif
