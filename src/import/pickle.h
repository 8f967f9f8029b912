/* pickle.h: what a Python pickle says, without doing it.
 *
 * A pickle is a program for a small stack machine that builds objects by calling functions. This reader builds a
 * tree in place of the objects: a call is a node that names the function and its arguments, an object a node that
 * names its class and its state. Nothing is imported, nothing is called. Protocols 0 to 5 as torch.save, pickle and
 * joblib write them; an opcode that is none of those is an error that names it.
 *
 * The tree may share nodes, and a list may hold itself: whoever walks it counts his steps. */
#ifndef FLSTM_IMPORT_PICKLE_H
#define FLSTM_IMPORT_PICKLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum pickle_kind {
    PICKLE_NONE, PICKLE_BOOL, PICKLE_INT, PICKLE_FLOAT,
    PICKLE_TEXT,                   /* a string, UTF-8 not checked */
    PICKLE_BYTES,
    PICKLE_TUPLE, PICKLE_LIST, PICKLE_SET,
    PICKLE_DICT,                   /* item: key, value, key, value … */
    PICKLE_GLOBAL,                 /* text "collections OrderedDict": module, blank, name */
    PICKLE_CALL,                   /* part[0] called with part[1]; item as for a list, or pairs where keyed */
    PICKLE_PERSISTENT,             /* part[0] says which: a storage of torch */
};

struct pickle_node {
    enum pickle_kind kind;
    bool keyed;                    /* a call whose result got items by key (OrderedDict) */
    int64_t number;                /* INT, BOOL */
    double real;                   /* FLOAT */
    const char *text;              /* TEXT, BYTES, GLOBAL: borrowed from the pickle, or owned by it (GLOBAL); of a CALL
                                    * of joblib's NumpyArrayWrapper the numbers that stand behind it */
    size_t len;
    struct pickle_node *part[2];
    struct pickle_node *state;     /* CALL: what BUILD gave it (an object's __dict__), or NULL */
    struct pickle_node **item;     /* [n] */
    size_t n, cap;
};

struct pickle {
    struct pickle_node *root;
    size_t len;                    /* bytes up to its end: others may follow */
    struct pickle_block *block;    /* private: the nodes */
};

/* The bytes are borrowed. Errors name `name` and the byte. */
bool pickle_read(const unsigned char *data, size_t len, const char *name, struct pickle *p, struct err *e);
void pickle_free(struct pickle *p);

/* Every node of that kind, in no order, until one gives false; false then. */
bool pickle_each(const struct pickle *p, enum pickle_kind kind, bool (*each)(const struct pickle_node *, void *to),
                 void *to);

/* NULL is no text. */
bool pickle_is(const struct pickle_node *n, enum pickle_kind kind, const char *text);
/* A call of that function ("torch._utils _rebuild_tensor_v2"): the tuple of its arguments, else NULL. */
const struct pickle_node *pickle_call(const struct pickle_node *n, const char *function);
/* The value of a text key in a dictionary, an OrderedDict or the like; NULL when there is none. */
const struct pickle_node *pickle_get(const struct pickle_node *n, const char *key);
/* A dictionary, or an object that got items by key. */
bool pickle_is_map(const struct pickle_node *n);

#endif
