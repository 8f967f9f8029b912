/* keymap.h: which key does what. The keys of the tables (action.c, the views' own rows and letters) are its first
 * lines; a config file maps others in their place, in the same words:
 *
 *     map KEY COMMAND           everywhere: a command as after `:`: next-word, view dissect, set f[1]@5=0
 *     map VIEW KEY NAME         in one view: a key of its own by name (--list keys), or a command
 *     unmap [VIEW] KEY
 *
 * Keys are written as for --keys. In a view its own keys come first, as they do without a config. */
#ifndef FLSTM_ACTION_KEYMAP_H
#define FLSTM_ACTION_KEYMAP_H

#include "action/action.h"
#include "base/str.h"
#include "views/view.h"

/* What a key does: a row of the view's table in one of its directions, or an action. */
struct binding {
    int key;
    const struct view *view;      /* where; NULL: everywhere */
    const struct view_key *row;   /* or NULL */
    bool other;
    const struct action *action;  /* or NULL */
    char *argument;               /* of the action, "" for none; owned */
    int line;                     /* of the config file that said so last; 0: the tables */
};

struct keymap {
    struct binding *v;            /* [n], owned */
    int n, cap;
    bool changed;                 /* it is not what the tables say */
    int first_line;               /* bindings of lines before it came from another file: no conflict; see keymap_line */
};

/* The keys of the tables. The caller may change the copy. keymap_standard never changes; it is to be asked by the
 * functions below: its rows are filled in when they are first needed. */
void keymap_init(struct keymap *m);
void keymap_clear(struct keymap *m);
const struct keymap *keymap_standard(void);

/* A line that begins with map or unmap; number: which of its file, from 1. False with one sentence when it cannot be
 * understood, or when an earlier line of the same file maps the same key in the same place. */
bool keymap_line(struct keymap *m, const char *line, int number, struct err *e);
/* Another file's lines come now: they may map anew what earlier ones did. */
void keymap_next_file(struct keymap *m);

/* Is there a key that quits or takes a command? */
bool keymap_leaves(const struct keymap *m);

/* What the key does in this view; NULL: nothing. */
const struct binding *keymap_find(const struct keymap *m, const struct view *view, int key);
/* The keys that now do in this view (NULL: anywhere) what the first of `keys`, a list of the tables, does at first: the
 * list itself where nothing was changed; "" when no key does. buf is used for the answer. */
const char *keymap_now(const struct keymap *m, const struct view *view, const char *keys, char *buf, size_t size);
/* All of it as lines of a config file; what the tables say as comments. Read again they give the same map. */
void keymap_print(const struct keymap *m, struct str *out);

#endif
