/* view.h: what a view is. A view draws a const scene into a rectangle and may answer keys of its own; it never
 * touches the terminal, never mutates what it draws. A new view is one file view_NAME.c and one row in views.c. */
#ifndef FLSTM_VIEWS_VIEW_H
#define FLSTM_VIEWS_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "session/session.h"
#include "ui/grid.h"
#include "ui/key.h"

/* How the main view arranges units; `v` cycles. */
enum layout_wish { LAYOUT_AUTO, LAYOUT_LINES, LAYOUT_COLUMNS, LAYOUT_HEAT, LAYOUT_WISHES };

/* One row of the key table, as the help view and the hint line show it. The program builds these from its actions. */
struct key_help {
    const char *group;            /* heading in the help view */
    const char *keys;             /* vim notation, blanks between; "" for none */
    const char *name;             /* on the command line */
    const char *argument;         /* or NULL */
    const char *help;
    const char *hint;             /* short word for the hint line, or NULL; neighbours with the same word share it */
};

struct view;
struct training;                  /* session/training.h */

/* A session and how it is being looked at: everything a picture depends on. */
struct scene {
    const struct session *session;
    const char *theme;            /* name, for the title line */
    const char *scenario;         /* name of the scenario it was opened with, or NULL */
    const char *scenario_about;   /* or NULL */
    bool playing;
    int rate;                     /* words per 10 seconds while playing */
    bool extra;                   /* `a`: g, o, h and the products too */
    bool explain;                 /* `e`: the state in words */
    bool present;                 /* F5: edits are locked */
    bool reveal;                  /* sub-stepping: rows not yet reached are hidden */
    bool ahead;                   /* the tape shows what later words hold too, not only what was stepped to */
    /* What a question asks for is shown nowhere while it is asked. NULL: nothing is asked. See scene_hides. */
    bool (*hides)(const void *question, int layer, int unit, enum value v, int t);
    const void *question;
    enum layout_wish layout;
    int top;                      /* predictions to list */
    const char *message;          /* status line, or NULL */
    bool message_is_error;
    const struct key_help *keys;  /* [key_count]: the whole key table, in order of the help view */
    int key_count;
    const struct key_help *const *hints;      /* [hint_count]: what the hint line offers, most useful first */
    int hint_count;
    const struct training *training;          /* what is being learnt, or NULL */
    const struct view *help_for;  /* for the help view: the view it was opened from */
};

/* Is this value asked for, so that `?` stands in its place? */
bool scene_hides(const struct scene *scene, int layer, int unit, enum value v, int t);

/* What pressing a view key did. */
enum view_reply {
    VIEW_IGNORED,                 /* not mine: let the program's own actions have the key */
    VIEW_REDRAW,                  /* done, draw again */
    VIEW_GOTO_BARS                /* done, and go back to the main view (after picking a cell there) */
};

/* What a slice of long work came to. */
enum view_work {
    WORK_NONE,                    /* there was nothing to do */
    WORK_MORE,                    /* done for this time; there is more */
    WORK_DONE,                    /* finished just now */
    WORK_FAILED                   /* given up, with a reason, which is told once */
};

/* A key a view answers, for help and hints. */
struct view_key { const char *keys; const char *help; };      /* "o O": vim notation, blanks between */

/* Keys that mean a command of the program in this view. */
struct view_command { const char *keys; const char *command; };

/* A number of the view's own that its cursor is on, such as a weight. */
struct view_value { char label[48]; float value; };

struct view {
    const char *name;             /* --view NAME */
    const char *title;
    const char *help;             /* a paragraph for the help view */
    int key;                      /* the letter that opens it; 0: none */
    const char *strip;            /* its word in the strip of views; NULL: it has no place there */
    int rank;                     /* its place in the strip, from 1; entries never move */
    bool whole;                   /* it shows the whole sentence at once, so the tape hides nothing of it */
    size_t state_size;            /* private state: zeroed when the program starts, kept while it runs */
    const struct view_key *keys;  /* ended by {NULL, NULL}; may be NULL */
    void (*draw)(const struct scene *scene, const void *state, struct grid *g, struct rect r);
    /* May change the session through its edits (s is the scene's session, not const here), its own state, nothing else.
     * Errors go to e. May be NULL. */
    enum view_reply (*key_press)(struct session *s, void *state, int key, struct err *e);
    /* Draws the words under the view: three rows, fewer where there is less room. NULL: the view draws its words itself, and its
     * rectangle goes down to the strip of views. */
    void (*say)(const struct scene *scene, const void *state, struct grid *g, struct rect r);
    void (*clear)(void *state);   /* frees what the state owns; may be NULL */
    /* The plain sentence(s) of `e` and --print text for this view; may be NULL. */
    void (*explain)(const struct scene *scene, const void *state, struct str *out);
    /* While `own` says that the cursor is on a number of the view's own, the keys that change a value (digits, Enter, + -, x)
     * act on it through these two, not on the session's selected value. All may be NULL. */
    bool (*own)(const struct session *s, const void *state, struct view_value *out);
    bool (*set_own)(struct session *s, void *state, float value, struct err *e);
    bool (*reset_own)(struct session *s, void *state);            /* false: it is as it was */
    const struct key_help *hints; /* what the hint line offers in this view, ended by .keys NULL; NULL: what it offers everywhere */
    bool takes_apart;             /* PgDn on a word that is shown whole starts it over, sub-step by sub-step */
    /* Called before each drawing of this view: brings what its state keeps of the session (results that take too long for
     * every frame) up to date; see session_revision. May be NULL. */
    void (*prepare)(const struct scene *scene, void *state);
    /* Called while nothing is typed: about `ms` milliseconds of what takes longer than a frame, such as reading a file. Says how
     * far it is. May be NULL. */
    enum view_work (*work)(struct session *s, void *state, int ms, struct str *progress, struct err *e);
    const struct view_command *commands;      /* ended by {NULL, NULL}; may be NULL; they come before key_press */
    /* Not about the session: the view has the room of the sentence too, and its own title line (left, and what stands at the
     * right). Keys that step, select or edit do nothing there. */
    bool alone;
    void (*heading)(const struct scene *scene, const void *state, const struct glyphs *gl, struct str *left, struct str *right);
    const char *edit_keys;        /* those of `keys` that edit, in vim notation: locked while presenting; may be NULL */
};

extern const struct view *const views[];
extern const int view_count;
const struct view *view_find(const char *name);               /* NULL when there is none */
int view_index(const struct view *v);

#endif
