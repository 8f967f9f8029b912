/* action.h: everything the user can do, once: name, help, default keys, handler. The key table, the help view, the
 * manual's key list (checked by a test), `--list actions` and the command line (`:NAME`) all come from this table. */
#ifndef FLSTM_ACTION_ACTION_H
#define FLSTM_ACTION_ACTION_H

#include <stdbool.h>

#include "base/err.h"

struct app;

/* What the loop must do after an action. */
enum reaction {
    REACT_NONE = 0,
    REACT_DRAW = 1,               /* something visible changed */
    REACT_REDRAW = 2,             /* repaint the whole terminal */
    REACT_QUIT = 4,
    REACT_SUSPEND = 8,
    REACT_COPY = 16               /* app->copied is for the clipboard */
};

enum {
    ACTION_EDITS = 1,             /* locked while presenting */
    ACTION_TYPED = 2,             /* gets the key that was typed as its argument, which begins a number */
    ACTION_ASKS = 4,              /* its key asks for a line: where it is refused, the line that follows is no keys */
    ACTION_OPENS = 16,            /* changes the session by opening something that is there: not locked by --readonly */
    ACTION_CLASS = 32,            /* an edit that may be typed as a command while presenting: it says what it changes */
    ACTION_FINDS = 8              /* looks for a text, in what the view says where the view can search */
};

struct action {
    const char *name;             /* "next-word": `:next-word`, --list actions */
    const char *keys;             /* default keys, vim notation, blanks between; "" for none */
    const char *group;            /* heading in the help view */
    const char *help;             /* one line */
    unsigned flags;
    unsigned (*run)(struct app *a,
                    const char *argument); /* argument: what follows the name on the command line, or "" */
    const char *argument;         /* "STEP|WORD": shown in help for commands that take one; NULL: none */
    const char *alias;            /* other names on the command line, blanks between; or NULL */
};

extern const struct action actions[];
extern const int action_count;
const struct action *action_find(const char *name);            /* exact, alias or unique prefix; NULL */
const struct action *action_for_key(int key);                  /* NULL when the key is free */

#endif
