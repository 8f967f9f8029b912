/* view.h: what a view is. A view draws a const scene into a rectangle and may answer keys of its own; it never
 * touches the terminal, never mutates what it draws. A new view is one file view_NAME.c and one word in VIEWS below. */
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
    bool view;                    /* it opens the view of that name */
    bool fixed;                   /* no config maps another key in its place */
};

struct view;
struct keymap;                    /* action/keymap.h */
struct offers;
struct lecture;
struct training;                  /* learn/training.h */
struct variants;                  /* learn/variants.h */
struct lesson_look;               /* lesson_frame.h */

/* What a lesson or a speaker does with single values, wherever they are shown. In a mark -1 stands for any layer, unit
 * or step and VAL_COUNT for any value. Views ask value_pen (or value_look) for each value they draw and for nothing
 * else: what is about no value is drawn dim while a spotlight is on, by view_draw.
 *
 * What a question asks for is shown by no view under any name, in neither run. With a value are hidden:
 * - C_t also as C_t-1 of the next step, and on the tape;
 * - its bar, its heat, its share in percent, what it "was", where the cursor of a scale stands on it;
 * - of a gate, z: the total of the sum that the gate is squashed from;
 * - of C and h, the total of any account that is put together to them (ledger, C = f C + i g);
 * - a product, when one of its factors is hidden: the other one would give it away; likewise a row that tells of
 *   several values (a mean, a count, a part of a logit that is h times a weight), when one of them is hidden;
 * - all sentences that tell numbers (view_explain, a view's words, --print text): they say that they do not tell.
 * Terms of a sum stay: to add them up is the exercise. Probabilities of words are no values of a unit and stay. */
enum { MARK_ANY = -1 };
/* What somebody guessed a value to be: it stands in its place while it is hidden, and beside it afterwards. */
struct guess { struct place at; float value; bool right; };
struct marks {
    const struct place *spot;     /* [spot_count]: pointed at; when there is any, all others are dim */
    int spot_count;
    const struct place *hidden;   /* [hidden_count]: what a question asks for is shown nowhere until it is answered */
    int hidden_count;
    bool next;                    /* what comes next is asked for: no probability of a word is shown */
    const struct guess *guess;    /* [guess_count] */
    int guess_count;
};

/* A session and how it is being looked at: everything a picture depends on. */
struct scene {
    const struct session *session;
    const char *theme;            /* name, for the title line */
    const char *scenario;         /* name of the scenario it was opened with, or NULL */
    const char *scenario_about;   /* or NULL */
    bool playing;
    int rate;                     /* words per 10 seconds while playing */
    bool all;                     /* `a`: every unit, not only the few that matter most */
    bool extra;                   /* `a` once more: g, o, h and the products too */
    unsigned rows;                /* the quantities that a scenario names, 1 << enum value each; 0: none */
    bool explain;                 /* `e`: the state in words */
    bool present;                 /* F5: edits are locked */
    bool welcome;                 /* the words of the first start, until a key is pressed */
    bool reveal;                  /* sub-stepping: rows not yet reached are hidden */
    bool ahead;                   /* the tape shows what later words hold too, not only what was stepped to */
    const struct marks *marks;    /* what is pointed at and what is hidden; NULL: nothing */
    enum layout_wish layout;
    int top;                      /* predictions to list */
    const struct glyphs *glyphs;  /* what it is drawn with; set before each drawing */
    const char *message;          /* status line, or NULL */
    bool message_is_error;
    const struct key_help *keys;  /* [key_count]: the whole key table, in order of the help view */
    int key_count;
    const struct key_help *const *hints;      /* [hint_count]: what the hint line offers, most useful first */
    int hint_count;
    const struct offers *offers;              /* what the line being typed could become, or NULL; see offers.h */
    const struct key_help *answers;           /* to a question that one letter answers, ended by .keys NULL; or NULL */
    const struct lecture *lecture;            /* what a class needs (class_view.h), or NULL */
    int version;                  /* of a model whose file is watched, from 1; 0: none is */
    const struct training *training;          /* what is being learnt, or NULL */
    const struct variants *variants;          /* the same with a part of the LSTM taken away, or NULL */
    const struct lesson_look *lesson;         /* the page of a lesson around the view, or NULL */
    const struct key_help *lesson_keys;       /* its keys, for help, ended by .keys NULL; or NULL */
    bool left;                    /* such a page was left to try something out: Backspace leads back to it */
    const struct view *help_for;  /* for the help view: the view it was opened from */
    const struct view *const *all_views;  /* [all_views_count]: for the list of them */
    int all_views_count;
    /* Which keys do now what those of a table did at first: see scene_keys. NULL: nothing was changed. */
    const char *(*keys_now)(const struct keymap *m, const struct view *view, const char *keys, char *buf, size_t size);
    const struct keymap *keymap;  /* borrowed */
};

/* The keys that do now in this view (NULL: anywhere) what the first of `keys`, as the tables have them, did at first:
 * what help, hints and the strip show. "" when there is none; else a list as `keys` is, perhaps in buf. */
enum { SCENE_KEYS = 96 };
const char *scene_keys(const struct scene *scene, const struct view *view, const char *keys, char buf[SCENE_KEYS]);

/* Is this value asked for, so that `?` stands in its place? */
bool scene_hides(const struct scene *scene, int layer, int unit, enum value v, int t);

/* What pressing a view key did. */
enum view_reply {
    VIEW_IGNORED,                 /* not mine: let the program's own actions have the key */
    VIEW_REDRAW,                  /* done, draw again */
    VIEW_GOTO_BARS,               /* done, and go back to the main view (after picking a cell there) */
    VIEW_GOTO                     /* done, and go to the view that leads_to names */
};

/* What a slice of long work came to. */
enum view_work {
    WORK_NONE,                    /* there was nothing to do */
    WORK_MORE,                    /* done for this time; there is more */
    WORK_DONE,                    /* finished just now */
    WORK_FAILED                   /* given up, with a reason, which is told once */
};

enum {
    KEY_EDITS = 1,                /* changes the session: locked while presenting */
    KEY_PAIR = 2                  /* the hint line shows the key of either direction: "zZ:zoom" */
};

/* A key of a view, said once: the keyboard, the help view, the hint line, --list keys and the manual's test read
 * this row. Lists are in vim notation with blanks between; the first key of a list is the one that is shown. A row
 * may be the two directions of one thing. Rows stand in the order in which the hint line offers them. */
struct view_key {
    const char *name; /* "next-value prev-value": VIEW.NAME in a binding; NULL: a hint only, the program's own key */
    const char *keys, *other;     /* other: in the other direction; may be NULL */
    const char *help;
    const char *hint;             /* short word for the hint line, or NULL */
    unsigned flags;
    /* May change the session through its edits, the view's state, nothing else. Errors go to e. */
    enum view_reply (*run)(struct session *s, void *state, bool other, struct err *e);
    const char *command;          /* instead of run: a command of the program for either direction, blanks between */
};

/* A setting of a view as a session file calls it; see struct view. */
enum { SETTING_MOST = 1 << 24 }; /* of a step, a unit, an output: more than there are, and safe to count on from */
enum setting_type { SETTING_BOOL, SETTING_NUMBER, SETTING_REAL, SETTING_CHOICE };
struct setting {
    const char *name;
    enum setting_type type;
    size_t at;                    /* where it lies in the state: a bool, an int, a float, an enum */
    double least, most;           /* of a number or a real */
    const char *choices;          /* the words of an enum from 0 on, blanks between */
};

/* A number of the view's own that its cursor is on, such as a weight. */
struct view_value { char label[48]; float value; };

/* What a view remembers is one block, `state`, in two parts. First the settings: plain values without a pointer,
 * chosen with keys, kept while the program runs; they may be copied bytewise and are what a session file stores.
 * Then kept results: whatever takes too long for every frame, worked out from the session and the settings by
 * prepare and by nothing else, so that draw and explain need not change anything. view_prepare is called before them
 * and before each of the view's keys. */
struct view {
    const char *name;             /* --view NAME */
    const char *title;
    const char *about;            /* at most 56 cells for the list of all views */
    const char *help;             /* a paragraph for the help view */
    int key;                      /* the letter that opens it; 0: none */
    const char *strip;            /* its word in the strip of views; NULL: it has no place there */
    int rank;                     /* its place in the strip, from 1; entries never move */
    bool whole;                   /* it shows the whole sentence at once, so the tape hides nothing of it */
    size_t state_size, settings_size;     /* of all of it; of the part in front that are settings */
    const void *defaults;         /* [settings_size] bytes they start with; NULL: zeroes */
    const struct setting *settings;       /* ended by .name NULL; may be NULL */
    const struct view_key *keys;  /* ended by .keys NULL; may be NULL */
    /* Brings kept results up to date for a picture in r, or for words alone (explain) when r is empty; see
     * session_revision. Cheap when nothing has changed. May be NULL. */
    void (*prepare)(const struct scene *scene, void *state, struct rect r);
    void (*draw)(const struct scene *scene, const void *state, struct grid *g, struct rect r);
    /* Draws the words under the view: three rows, fewer where there is less room. NULL: the view draws its words
     * itself, and its rectangle goes down to the strip of views. */
    void (*say)(const struct scene *scene, const void *state, struct grid *g, struct rect r);
    /* In place of `say`: the words alone, which are drawn by whoever asks, as many whole sentences as have room. They
     * are the view's `explain` too where it has none. */
    void (*tell)(const struct scene *scene, const void *state, const struct glyphs *gl, struct str *out);
    /* The plain sentence(s) of `e` and --print text for this view; may be NULL. */
    void (*explain)(const struct scene *scene, const void *state, struct str *out);
    void (*clear)(void *state);   /* frees the kept results and empties them; may be NULL */
    /* Called before every key: what is on the screen becomes what editing keys act on. May be NULL. */
    void (*focus)(struct session *s);
    /* While `own` says that the cursor is on a number of the view's own, the keys that change a value (digits,
     * Enter, + -, x) act on it through these two, not on the session's selected value. All may be NULL. */
    bool (*own)(const struct session *s, const void *state, struct view_value *out);
    bool (*set_own)(struct session *s, void *state, float value, struct err *e);
    bool (*reset_own)(struct session *s, void *state);            /* false: it is as it was */
    bool takes_apart;             /* PgDn on a word that is shown whole starts it over, sub-step by sub-step */
    /* Called while nothing is typed: about `ms` milliseconds of what takes longer than a frame, such as reading a
     * file. Says how far it is. May be NULL. */
    enum view_work (*work)(struct session *s, void *state, int ms, struct str *progress, struct err *e);
    /* Where VIEW_GOTO leads; and sets the state of that view before it is shown. Both may be NULL. */
    const struct view *(*leads_to)(const void *state);
    void (*hand_over)(const void *state, void *to);
    bool near;                    /* asks only steps near the one that is shown, so that memory need not hold the run */
    bool all_steps;               /* asks every step: while a lazy session is behind, it says so instead */
    bool text;                    /* to be read and scrolled: the hint line does not offer to step */
    /* Not about the session: the view has the room of the sentence too, and its own title line (left, and what
     * stands at the right). Keys that step, select or edit do nothing there. */
    bool alone;
    /* It has all of the picture but the hints, the title too, and never more than 80 x 24 cells of it, in the middle:
     * for a room, where the font is made large. */
    bool large;
    bool teaches;                 /* shows the network that is being taught (scene.training) */
    bool no_value;                /* does not show the value under the cursor: keys that edit it do nothing here */
    /* Looks for a text in what the view says, from where it found the last one on (by 1) or back (by -1), round the
     * ends. False: it is nowhere. NULL: `/` looks through the words of the sentence. */
    bool (*search)(const struct scene *scene, void *state, const char *text, int by);
    void (*heading)(const struct scene *scene, const void *state, const struct glyphs *gl, struct str *left,
                    struct str *right);
};

/* The views: a new one is one file view_NAME.c and one X here. */
#define VIEWS(X)                                                                                                       \
    X(bars) X(class)                                                                                                   \
    X(cell) X(dissect) X(why) X(attribution) X(every_word) X(ledger) X(dial) X(timeline) X(gradient) X(predictions)    \
        X(whatif) X(sweep) X(speak) X(statistics) X(find_units) X(findings) X(suite) X(break) X(machine)               \
            X(learn) X(film) X(variants) X(inspect) X(help) X(list)
#define X(name) extern const struct view view_##name;
VIEWS(X)
#undef X

extern const struct view *const views[];
extern const int view_count;
const struct view *view_find(const char *name);               /* NULL when there is none */
int view_index(const struct view *v);

/* Does what the view tells hold in this session's model? A bidirectional one has read every word at each step: who
 * asks what comes next, or what came before alone, is told nothing true. False with one line. */
bool view_fits(const struct view *v, const struct session *s, struct err *e);
void *view_state_new(const struct view *v);
void view_state_free(const struct view *v, void *state);
/* Are there words under it? Does it have some for `e`? */
bool view_says(const struct view *v);
bool view_explains(const struct view *v);
/* Prepare and draw; prepare and explain. */
void view_draw(const struct view *v, const struct scene *scene, void *state, struct grid *g, struct rect r);
/* It asks every step and not all are computed, or the word that is shown is far from being so: its words have to wait
 * too (view_draw says how far it is). */
bool view_waits(const struct view *v, const struct scene *scene);
/* It asks more of the run than memory holds: view_draw says so in its place. */
bool view_lacks(const struct view *v, const struct session *s);
void view_explain(const struct view *v, const struct scene *scene, void *state, struct str *out);
void view_prepare(const struct view *v, const struct scene *scene, void *state, struct rect r);
/* The row that a key of the table belongs to, and which of its directions; NULL when there is none. */
const struct view_key *view_key_find(const struct view *v, int key, bool *other);
/* The n-th (0, 1) of words with a blank between: the name or command of a row's direction. "" when there is none. */
const char *view_key_word(const char *words, bool other, char buf[32]);
/* A setting as text: "on", "12", "0.3", "variance"; and back, false with what was expected. */
void setting_text(const struct setting *of, const void *state, struct str *out);
bool setting_set(const struct setting *of, void *state, const char *text, struct err *e);

#endif
