/* app.h: the running program as actions see it: a session, how it is looked at, and what is being asked.
 * It has no screen: the same program runs under a terminal, under --keys and in tests.
 *
 * The files of this folder, each calling only those before it: say (messages, which view is shown), show
 * (presenting), draw (the picture and long work), recorder (its frames), ask (questions), offer (words and files, for
 * Tab), sitting (all of it as a file), files (what is written), begin (another sitting begins), lesson_say and lesson
 * (pages that ask), learning (a training), act_* (the handlers), action (the table of them), complete (what Tab
 * offers), command (the `:` line), keys, app (a program begins and ends). */
#ifndef FLSTM_ACTION_APP_H
#define FLSTM_ACTION_APP_H

#include "action/action.h"
#include "base/file.h"
#include "export/export.h"
#include "export/record.h"
#include "import/import.h"
#include "learn/training.h"
#include "learn/variants.h"
#include "session/scenario.h"
#include "ui/theme.h"
#include "ui/widget.h"
#include "views/class_view.h"
#include "views/offers.h"
#include "views/view.h"

struct keymap;                            /* keymap.h */
struct question;                          /* ask.h */
struct lesson_sitting;                    /* lesson.h */

enum { APP_HISTORY = 200 };

struct app {
    struct session *session;              /* owned */
    struct scene scene;                   /* its session is the one above */
    struct theme *theme;                  /* owned */
    const struct glyphs *glyphs;
    const struct view *view, *back;       /* shown, and where Esc leads from it */
    void **view_state;                    /* [view_count], owned */
    const struct keymap *keymap;          /* borrowed; the tables' own unless app_use_keys says otherwise */
    struct model_options model_options;   /* for :model FILE */

    struct prompt prompt;
    const struct question *question;      /* what the prompt asks; NULL: nothing */
    const struct question *command_line;  /* the question `:` */
    struct offers offers;                 /* what Tab offered last; scene.offers is it while they are shown */
    char message[ERR_MAX];
    /* A key that asks for a line was refused: what follows up to Enter or Esc was meant for that line. */
    enum { SWALLOW_NOTHING, SWALLOW_NUMBER, SWALLOW_LINE } swallow;
    bool readonly;                        /* --readonly: no edits, and no file is written */
    bool blank;                           /* presenting, with the screen blanked */
    char *mend;  /* a line that could not be carried out, as it stays in the prompt; NULL: none */
    int mend_at; /* where in it the trouble ends, in bytes, and offers are shown; -1: nowhere */
    char *find;                           /* last thing searched for */
    char *copied;                         /* last thing copied; REACT_COPY says that it is new */
    char *saved_as;                       /* :w without a name */
    bool saved_whole;                     /* and that is a sitting, not a scenario */
    struct file_mark saved_mark, model_mark;      /* as it was when we read or wrote it; of the trained model */
    struct scenario_info info;            /* of the scenario in force */
    /* A value that was refused: the same again is taken (formats.md: "refused with a reason, unless asked for
     * twice"). */
    struct { bool on; int layer, unit, t; enum value v; float value; } refused;
    char *last_command[APP_HISTORY];      /* earlier answers to questions with a history, newest first */
    char *history_old;                    /* the newest of them from a run before this one, or NULL */
    int history_at;
    int w, h;                             /* size of the picture, for figures */
    enum ground_wish ground;              /* of figures and recordings */
    struct {
        struct recording *recording;      /* owned; NULL: nothing is recorded */
        char *path;                       /* owned */
        enum depth depth;
        int step;                         /* of the last frame */
        int settled;                      /* frames up to the last one in which nothing was asked */
        double time, settled_time, began; /* seconds since its beginning; the clock then, while `live` */
        bool live, full;
    } record;
    char **theme_list;                    /* names, filled at the first `t` */
    int theme_count, theme_at;
    bool quit;
    struct err unwritten; /* the first file that could not be written, for whoever sees no status line; or "" */
    /* Told how far long work is while nobody can look at a screen (--render, --keys); `last`: it is over. NULL:
     * nobody. */
    void (*progress)(const char *text, bool last);

    struct lecture lecture;               /* scene.lecture is it */
    struct {
        const struct view *before;        /* what was shown before presenting */
        bool live;                        /* there is somebody to whom time passes */
        bool still;                       /* nothing moves by itself */
        bool revealed, just;              /* the page on screen; by the last key, as something that moves */
        long page;
        double since, moving_from;        /* clock readings in seconds */
    } show;

    struct lesson_sitting *lesson;        /* owned; NULL: none */
    unsigned lesson_seed;                 /* which student: --seed */
    struct training *training;            /* owned; NULL: none. scene.training is the same */
    struct {
        char *path;                       /* owned; NULL: no file is watched */
        struct file_mark shown, seen;     /* the file whose model is shown; as it was at the last look */
        double next;                      /* clock reading in ms */
    } reload;
    struct variants *variants;            /* owned; NULL: none. Of that training; scene.variants is the same */
    char *save_model;                     /* --save: where it goes when it is finished; or NULL */
    struct {
        double at, next, drawn, cost;
        bool running, warned;
    } work; /* clock readings in seconds; see app_work */
};

/* Takes the session and the theme. */
void app_init(struct app *a, struct session *s, struct theme *t, const struct glyphs *glyphs);
void app_clear(struct app *a);
/* Other keys; they stay the caller's and outlive the program. */
void app_use_keys(struct app *a, const struct keymap *keys);

/* One key, whatever is being asked at the moment. */
unsigned app_key(struct app *a, int key);
/* Keys as text ("<Right>c:theme mono<Enter>"); false with the place when it holds something that is no key. */
bool app_keys(struct app *a, const char *keys, const char *source, struct err *e);
/* A line of the command line, with or without its colon (command.c). */
unsigned app_command(struct app *a, const char *line);
/* ---- show.c: presenting ------------------------------------------------------------------------------------------ */

/* The view that Esc leads to in the end: the main one, or while presenting that for a class. */
const struct view *app_home(const struct app *a);
void app_present(struct app *a, bool on);
/* The first show of the present word; of a scenario that names its rows, what is kept. */
void app_show_begin(struct app *a);
/* Does this key blank the screen? Not one that an open question of a lesson takes. */
bool app_blanks(const struct app *a, int key);
/* A page of a lesson whose picture is the main view, in the layout for a class: the show whose number it asks for, or
 * that of its sub-step where it asks nothing. Where there is none the page keeps its picture. */
void app_show_page(struct app *a);
/* After a key: a new page has a clock of its own and no votes; what has just been revealed begins to move. */
void app_follow(struct app *a);
/* From now on time passes: until then nothing moves and no page takes any time. */
void app_live(struct app *a);
/* Milliseconds until the clock or what moves asks for a picture; -1: never. Does it now? */
int app_show_wait(const struct app *a);
bool app_show_tick(struct app *a);

/* Why something with these flags (action.h) cannot be done now; NULL: it can. By a key, or typed in full. */
const char *app_locked(const struct app *a, unsigned flags, bool by_key);

/* ---- draw.c: the picture, and work that takes longer than a frame ------------------------------------------------ */

/* Brings what the view that is shown keeps up to date. */
void app_prepare(struct app *a);
/* Computes on for a slice; with somebody at the keys the session is lazy from then on. Before a picture no longer than
 * it may wait; `again`: between pictures. True when all steps are there. */
bool app_catch_up(struct app *a, bool again);
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

/* ---- recorder.c: the frames of a sitting (export/record.h) ------------------------------------------------------- */

/* Begins a recording into path, in the form its ending names; what was being recorded is dropped. */
bool app_record_begin(struct app *a, const char *path, struct err *e);
/* A frame as the terminal shows it, at the time of the clock; and one after a key of --keys, at a pace of its own.
 * key: what was pressed, or K_NONE. Nothing when nothing is recorded. */
void app_record_frame(struct app *a, const struct grid *g, int cursor_x, int cursor_y, int key);
void app_record_scripted(struct app *a, int key);
/* Writes it, without the question that led to quitting; true as well when nothing was recorded. */
bool app_record_end(struct app *a, struct err *e);

/* ---- reload.c: a model's file that somebody else writes anew ----------------------------------------------------- */

/* From now on the file is looked at three times a second, and what has come takes the place of the model, as
 * app_renew_model does; what cannot be read is told once, and the model stays. read: how the file was when the present
 * model was read. */
void app_reload_begin(struct app *a, const char *path, const struct file_mark *read);
/* A model to be watched: a mapped file would change under the run, so its numbers are copied. */
struct model *app_reload_load(const struct app *a, const char *path, struct err *e);
void app_reload_end(struct app *a);
/* Milliseconds until the next look; -1: no file is watched. */
int app_reload_wait(const struct app *a);
unsigned app_reload_look(struct app *a);

/* ---- learning.c: a training that goes on between keys ------------------------------------------------------------ */

/* Takes the training (in place of the one before, which is freed) and shows it. save (copied, may be NULL): where the
 * model is written as soon as it is finished. */
void app_watch(struct app *a, struct training *t, const char *save);
/* Ends what stands beside a training that is about to change or go. */
void app_end_variants(struct app *a);
/* Milliseconds until app_work has something to do; -1: nothing goes on. */
int app_work_wait(const struct app *a);
/* A slice of it, short enough for keys to stay quick; REACT_DRAW about thirty times a second. */
unsigned app_work(struct app *a);

/* ---- say.c: the status line, and which view is shown ------------------------------------------------------------- */

unsigned app_say(struct app *a, const char *format, ...) ERR_PRINTF(2, 3);
unsigned app_complain(struct app *a, const char *format, ...) ERR_PRINTF(2, 3);
unsigned app_fail(struct app *a, const struct err *e);
/* The same for a file that could not be written: a script must hear of it, too. */
unsigned app_fail_write(struct app *a, const struct err *e);
void app_show_view(struct app *a, const struct view *v);
void *app_view_state(const struct app *a);            /* of the view that is shown */
/* Is the view's cursor on a number of its own (out may be NULL)? */
bool app_own_value(const struct app *a, struct view_value *out);

/* ---- action.c: the key table in the form help and hints want ----------------------------------------------------- */

const struct key_help *action_key_help(int *n);
const struct key_help *const *action_hints(int *n);

#endif
