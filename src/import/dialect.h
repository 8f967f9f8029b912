/* dialect.h: the frameworks whose files are read, one row each.
 *
 * A framework is a row: how it lays out an LSTM, and how its tensors are found: by words that are data of the row, too
 * (named.h), or, where words are not enough, by functions of its own (names.c has what names do not tell, lists.c
 * those that go by places, gates.c the one where shapes decide). Formats that are nobody's LSTM are refused by name
 * (refuse.c). */
#ifndef FLSTM_IMPORT_DIALECT_H
#define FLSTM_IMPORT_DIALECT_H

#include "import/layout.h"

struct dialect {
    const char *name;             /* --format NAME and "format" in a wrapper */
    const char *help;             /* one line for --list formats */
    struct layout layout;
    const char *const *keys;      /* what a wrapper may have beside the common keys, NULL-terminated; NULL: nothing */
    /* Does a file without a "format" key look like ours? On true, `why` (a static text) says what gave it away. */
    bool (*recognise)(const struct source *s, const char **why);
    /* Puts the tensors in their places; p->layout is the row's, to be corrected by what the file says. */
    bool (*find)(struct source *s, const struct model_options *o, struct parts *p, struct err *e);
    /* In place of find: builds the model itself (native). */
    struct model *(*load)(struct source *s, const struct model_options *o, struct err *e);
    const struct naming *naming;   /* for named_recognise and named_find (named.h); NULL: it has functions of its own */
};

extern const struct dialect dialects[];
extern const int dialect_count;
const struct dialect *dialect_find(const char *name);          /* NULL when there is none */

/* Known and not read: fails with the reason and the way out. True when the file is none of them. */
bool refuse_kinds(const struct source *s, struct err *e);
/* Of what no dialect has recognised: the same where there are no names to go by. */
bool refuse_nameless(const struct source *s, struct err *e);
/* Of what no dialect has recognised by its names either: fails with the first of them. */
bool refuse_foreign(const struct source *s, struct err *e);

#endif
