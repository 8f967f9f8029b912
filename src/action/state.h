/* state.h: the running program as actions see it: a session, how it is looked at, and what is being asked.
 * It has no screen: the same state runs under a terminal, under --keys and in tests. */
#ifndef FLSTM_ACTION_STATE_H
#define FLSTM_ACTION_STATE_H

#include "action/action.h"
#include "base/file.h"
#include "learn/training.h"
#include "session/scenario.h"
#include "ui/theme.h"
#include "ui/widget.h"
#include "views/view.h"

enum asking { ASK_NOTHING, ASK_VALUE, ASK_COMMAND, ASK_FIND, ASK_SAVE, ASK_FIGURE, ASK_EXPORT, ASK_PRESET, ASK_MODEL, ASK_QUIT };

struct app {
    struct session *session;              /* owned */
    struct scene scene;                   /* its session is the one above */
    struct theme *theme;                  /* owned */
    const struct glyphs *glyphs;
    const struct view *view, *back;       /* shown, and where Esc leads from it */
    void **view_state;                    /* [view_count], owned */
    struct model_options model_options;   /* for :model FILE */

    struct prompt prompt;
    enum asking asking;
    char message[ERR_MAX];
    bool blank;                           /* presenting, with the screen blanked */
    char *find;                           /* last thing searched for */
    char *saved_as;                       /* :w without a name */
    struct file_mark saved_mark, model_mark;      /* as it was when we read or wrote it; of the trained model */
    struct scenario_info info;            /* of the scenario in force */
    /* A value that was refused: the same again is taken (formats.md: "refused with a reason, unless asked for twice"). */
    struct { bool on; int layer, unit, t; enum value v; float value; } refused;
    char *last_command[32];               /* history of `:`, newest first */
    int history_at;
    int w, h;                             /* size of the picture, for figures */
    char **theme_list;                    /* names, filled at the first `t` */
    int theme_count, theme_at;
    bool quit;
    /* Told how far long work is while nobody can look at a screen (--render, --keys); `last`: it is over. NULL: nobody. */
    void (*progress)(const char *text, bool last);

    struct training *training;            /* owned; NULL: none. scene.training is the same */
    char *save_model;                     /* --save: where it goes when it is finished; or NULL */
    struct { double at, next, drawn, cost; bool running, warned; } work;      /* clock readings in seconds; see app_work */
};

/* Takes the session and the theme. */
void app_init(struct app *a, struct session *s, struct theme *t, const struct glyphs *glyphs);
void app_clear(struct app *a);

/* One key, whatever is being asked at the moment. */
unsigned app_key(struct app *a, int key);
/* Keys as text ("<Right>c:theme mono<Enter>"); false with the place when it holds something that is no key. */
bool app_keys(struct app *a, const char *keys, const char *source, struct err *e);
/* A line of the command line, without its colon. */
unsigned app_command(struct app *a, const char *line);
/* Draws the whole picture. */
void app_draw(struct app *a, struct grid *g, int *cursor_x, int *cursor_y);
/* While playing: milliseconds from one word to the next. */
int app_play_interval(const struct app *a);
/* One word on while playing; stops at the end. */
unsigned app_play_tick(struct app *a);

/* A slice of the long work of the view that is shown; says how far it is in the status line. */
enum view_work app_view_work(struct app *a, int ms, struct err *e);
/* All of it, telling a->progress. False with a reason when it failed. */
bool app_finish_work(struct app *a, struct err *e);
/* ---- work that goes on between keys: a training (learning.c) ---- */

/* Takes the training (in place of the one before, which is freed) and shows it. save (copied, may be NULL): where the
 * model is written as soon as it is finished. */
void app_watch(struct app *a, struct training *t, const char *save);
/* Milliseconds until app_work has something to do; -1: nothing goes on. */
int app_work_wait(const struct app *a);
/* A slice of it, short enough for keys to stay quick; REACT_DRAW about thirty times a second. */
unsigned app_work(struct app *a);
/* The session gets this model (taken, freed when it fails) and its own sentence, and the main view opens. */
bool app_enter_model(struct app *a, struct model *m, struct err *e);
/* Writes the trained model. */
bool app_save_model(struct app *a, const char *path, bool overwrite, struct err *e);
/* Handlers of the actions of group Learning. */
unsigned app_train_new(struct app *a, const char *arg);
unsigned app_train_pause(struct app *a, const char *arg);
unsigned app_train_epoch(struct app *a, const char *arg);
unsigned app_train_again(struct app *a, const char *arg);
unsigned app_train_slower(struct app *a, const char *arg);
unsigned app_train_faster(struct app *a, const char *arg);
unsigned app_train_next_unit(struct app *a, const char *arg);
unsigned app_train_prev_unit(struct app *a, const char *arg);
unsigned app_train_enter(struct app *a, const char *arg);

/* For handlers: what to say in the status line. */
unsigned app_say(struct app *a, const char *format, ...) ERR_PRINTF(2, 3);
unsigned app_fail(struct app *a, const struct err *e);
unsigned app_complain(struct app *a, const char *format, ...) ERR_PRINTF(2, 3);
void app_show_view(struct app *a, const struct view *v);
void *app_view_state(const struct app *a);            /* of the view that is shown */
/* Is the view's cursor on a number of its own (out may be NULL)? */
bool app_own_value(const struct app *a, struct view_value *out);
void app_ask(struct app *a, enum asking what, const char *label, const char *text);
/* What happens with an accepted answer. */
unsigned app_answer(struct app *a, enum asking what, const char *text);
/* Opens a scenario by name or file; its model too when it names another than the one loaded. */
bool app_open_scenario(struct app *a, const char *name, struct err *e);

/* No file may be there unless `overwrite`. */
bool app_may_write(const char *path, bool overwrite, struct err *e);
/* The same for a file that is ours, known by its mark: nobody else may have written it since. */
bool app_may_write_again(const char *path, const struct file_mark *mark, bool overwrite, struct err *e);
/* The picture as it is now, in the format that the file's ending names (.svg .html .ans .txt). */
bool app_figure(struct app *a, const char *path, bool overwrite, struct err *e);
/* The trace, by ending: .json .csv .txt. */
bool app_export(struct app *a, const char *path, bool overwrite, struct err *e);

/* The key table in the form help and hints want. */
const struct key_help *action_key_help(int *n);
const struct key_help *const *action_hints(int *n);

#endif
