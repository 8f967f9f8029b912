/* run.h: the whole program, given its options: everything that --help offers is done here. */
#ifndef FLSTM_APP_RUN_H
#define FLSTM_APP_RUN_H

#include <stdbool.h>

#include "action/app.h"
#include "export/figure.h"
#include "ui/screen.h"

/* Exit status (robustness: the contract scripts rely on). */
enum { EXIT_FINE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_MISMATCH = 3, EXIT_SIGNAL = 128 };

/* A setting of the scene (view NULL) or of a view, as text that setting_set takes. */
struct usual_setting { const struct view *view; const struct setting *of; const char *text; };

/* What is usual here, from config files and the environment: weaker than what a command line, a scenario or a sitting
 * says. */
struct usual {
    const char *theme;
    const struct view *view;
    const struct keymap *keys;    /* NULL: those of the tables */
    const struct usual_setting *setting;        /* [settings] */
    int settings;
    struct err trouble;           /* the first line of it that could not be understood, or "" */
    int troubles;                 /* how many there are */
};

/* The command line, understood. Texts are borrowed from argv; NULL or 0 where not given. */
struct options {
    const char *model;
    const char *text, *tokens, *inputs;
    const char *format, *vocab, *tokenizer;
    /* How a model is read. */
    const char *lstm, *names, *order, *gate_function, *forget_bias, *initial, *unknown, *index_from;
    const char *scenario;
    const char *lesson, *check_lesson, *handout;      /* names or files; md or html */
    bool answers, gift;
    const char *mark;             /* the first result file */
    const char *const *mark_more; /* [mark_count]: the others, in argv */
    int mark_count;
    const char **set;             /* [set_count], owned */
    int set_count;
    const char *step, *unit;      /* numbers or words; understood once there is a session */
    int layer;                    /* from 1 */
    const struct view *view;
    int top;
    int threads;                  /* 0: all there are */
    const char *theme;
    enum color_wish color;
    bool ascii;
    const char *corpus;
    const char *suite;
    const char *gradient;         /* STEP[:TOKEN] */
    const char *print, *render;
    const char *record;           /* where the recording goes, or NULL */
    enum ground_wish ground;
    bool readonly, notes;
    bool still;                   /* --motion off */
    enum figure figure;           /* FIGURE_NONE: --render draws the screen */
    int w, h;
    const char *keys;
    const char *export_model;     /* where the model goes, or NULL */
    bool inspect, check, try_orders;
    const char *check_file;       /* --check FILE, or NULL: the model's own expected values */
    const char *against;          /* a trace or a second model to hold the run against */
    const char *list;
    const char *topic;            /* of --help, or NULL */
    const char *train, *valid, *save, *unit_name, *weights_from, *resume;
    int hidden, embed, layers, epochs, updates, batch, patience;
    const char *watch;                     /* the model, in place of `model` */
    const char *variant;                   /* train_variant_name */
    double rate, clip, decay, dropout;     /* clip and decay: -1 for none, 0 as the recipe says */
    bool seeded;
    int seed;
    bool mouse;
    bool no_config, print_config;
    struct usual usual;
    struct config *config;        /* what usual points into; or NULL. Owned: options_clear */
};

/* Runs and returns the exit status; errors are one line on standard error. */
int app_run(const struct options *o);
/* The same in two halves, for whoever cannot wait for keys. All that needs no screen is done here, and *status is what
 * came of it; true: a screen is wanted, and `a` is open for it. */
bool app_run_begin(struct app *a, const struct options *o, int *status);
/* Writes what is still to be written and clears `a`; the exit status. */
int app_run_end(struct app *a, int status);

/* Builds model, session and settings from the options. *status is the exit status on failure. */
bool app_open(struct app *a, const struct options *o, int *status, struct err *e);
/* --print, --render, --inspect, --check on an opened app; --list without one. Text for standard output goes to out, and
 * what is long from there to the drain (NULL: out keeps it). */
bool app_headless(struct app *a, const struct options *o, struct str *out, struct drain *drain, int *status,
                  struct err *e);
/* A model by its file, or by the name of one that is built in or in a folder for such. */
struct model *app_model(const char *given, const struct model_options *mo, struct err *e);
/* --against FILE: the first value that differs from the trace or the model in FILE, as text. */
bool app_against(struct app *a, const struct options *o, struct str *out, int *status, struct err *e);
void app_list(const char *what, struct str *out);             /* one of the words that --list takes */
/* --train: in a terminal in the learn view, else with a progress bar on standard error. */
int app_train(const struct options *o);
/* lessons.c: what a lesson is asked for without a screen (--check-lesson, --print text, --handout, --answers, --gift).
 * False: none of it was asked for. */
bool app_lesson_text(const struct options *o, int *status);
void app_list_lessons(struct str *out);
/* The interactive loop. */
int app_interact(struct app *a, const struct options *o);

/* All of it to standard output; the exit status. */
int app_write_out(const struct str *out);
/* Standard output as a drain; it reports its own failure. */
struct drain app_drain(void);
/* One cleaned line on standard error. */
void app_report(const struct err *e);

#endif
