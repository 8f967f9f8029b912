/* train.c: --train and --resume. In a terminal one watches (the learn view); elsewhere a progress bar on standard error
 * tells how far it is. Ctrl-C keeps the best so far, and beside it, in FILE.resume, all that it takes to go on. */
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "action/begin.h"
#include "action/files.h"
#include "app/run.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "learn/training.h"
#include "views/words.h"

/* ---- being stopped ----------------------------------------------------------------------------------------------- */

static volatile sig_atomic_t stopped_by;
static const int stops[] = {SIGINT, SIGTERM, SIGHUP};

static void take_note(int sig)
{
    stopped_by = sig;
}

/* The first one stops the training, the second the program. What was ignored stays so (nohup). */
static void catch_stops(void)
{
    struct sigaction act = {.sa_handler = take_note, .sa_flags = (int)SA_RESETHAND}, was;
    sigemptyset(&act.sa_mask);
    for (size_t k = 0; k < sizeof stops / sizeof *stops; k++)
        if (sigaction(stops[k], NULL, &was) == 0 && was.sa_handler != SIG_IGN)
            sigaction(stops[k], &act, NULL);
}

/* ---- progress ---------------------------------------------------------------------------------------------------- */

enum { LINES = 10, BAR = 20 };        /* lines of a training whose progress goes into a file; cells of the bar */

struct progress {
    struct training *t;
    bool terminal;
    int cols;
    double began, shown;              /* seconds */
    int tenths, counted;
    uint64_t seed;
};

/* "; held out: accuracy 63.2%, perplexity 3.70"; of the training lines where nothing is held out. */
static void add_evaluation(const struct training *t, const struct evaluation *now, struct str *s)
{
    str_add(s, corpus_held_out(t->corpus) ? "; held out: " : t->corpus->vocab ? "; on all training lines: "
                                                           : "; on all training sequences: ");
    if (t->corpus->goal == GOAL_NUMBER) {
        str_addf(s, "mean square missing %.5f (always saying %.3f: %.5f)", now->loss, t->corpus->mean,
                 t->corpus->spread[corpus_held_part(t->corpus)]);
        return;
    }
    if (isfinite(now->accuracy))
        str_addf(s, "accuracy %.1f%%, ", 100 * now->accuracy);
    str_addf(s, "perplexity %.2f", exp(now->loss));
}

static void add_state(const struct progress *p, struct str *s)
{
    const struct training *t = p->t;
    double loss = training_recent_loss(t);
    if (isfinite(loss))
        str_addf(s, t->corpus->goal == GOAL_NUMBER ? "  training: mean square %.5f" : "  training: loss %.3f", loss);
    if (t->evaluations)
        add_evaluation(t, &t->evaluation[t->evaluations - 1], s);
    double left = training_left(t);
    if (isfinite(left) && t->phase == TRAINING_RUNS) {
        str_add(s, "  ");
        words_seconds(left, s);
        str_add(s, " left");
    }
}

static void show(struct progress *p)
{
    struct str s = {0};
    int done = training_done(p->t), total = training_total(p->t), full = (int)((long long)BAR * done / total);
    if (p->terminal) {
        str_add(&s, "[");
        for (int k = 0; k < BAR; k++)
            str_addc(&s, k < full ? '#' : '.');
        str_addf(&s, "] %3d%%", (int)(100LL * done / total));
    } else {
        utf8_clean(&s, p->t->corpus->title, strlen(p->t->corpus->title));
        str_addf(&s, ", seed %llu: %3d%%", (unsigned long long)p->t->seed, (int)(100LL * done / total));
    }
    add_state(p, &s);
    if (p->terminal)
        fprintf(stderr, "\r%.*s\033[K", p->cols - 1, str_text(&s));
    else
        fprintf(stderr, "%s\n", str_text(&s));
    fflush(stderr);
    str_free(&s);
}

static void tell(void *context)
{
    struct progress *p = context;
    struct training *t = p->t;
    double at = clock_seconds();
    int done = training_done(t);
    if (t->seed != p->seed) {
        if (p->terminal)
            fputc('\n', stderr);
        fprintf(stderr, "seed %llu: %s; trying seed %llu\n", (unsigned long long)p->seed,
                t->said ? t->said : "not kept", (unsigned long long)t->seed);
        p->seed = t->seed;
        p->tenths = p->counted = 0;
    }
    if (at - p->began >= 0.05) {
        training_spent(t, at - p->began, done - p->counted);
        p->counted = done;
        p->began = at;
    }
    int tenths = (int)((long long)LINES * done / training_total(t));
    bool last = t->phase != TRAINING_RUNS;
    if (p->terminal ? at - p->shown >= 0.1 || last
                    : (tenths > p->tenths && t->evaluating.at < 0) || (last && tenths > p->tenths)) {
        p->shown = at;
        p->tenths = tenths;
        show(p);
    }
}

/* The width of the terminal on standard error. */
static int columns(void)
{
    struct winsize w = {0};
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col > 8 ? w.ws_col : 80;
}

/* What was reached, in a line. */
static void report(const struct training *t, const char *path, double seconds)
{
    struct str s = {0};
    const struct evaluation *now = t->best && t->best_update > 0 ? &t->best_evaluation : NULL;
    str_addf(&s, "wrote %s: %s, seed %llu, %d of %d updates in ", path, t->corpus->title, (unsigned long long)t->seed,
             training_done(t), training_total(t));
    words_seconds(seconds, &s);
    if (now)
        add_evaluation(t, now, &s);
    struct err line = {{0}};
    err_set(&line, NULL, NULL, "%s", str_text(&s));
    fprintf(stderr, "%s\n", line.text);
    str_free(&s);
}

/* ---- without a screen -------------------------------------------------------------------------------------------- */

/* The variants beside it, told as they are done. */
static void train_variants(struct app *a)
{
    struct variants *v = a->variants = variants_new(a->training);
    a->scene.variants = v;
    bool more = true;
    for (int done = 0; more; done = v->done) {
        more = variants_step(v);
        if (v->done != done)
            fprintf(stderr, "variants: %d of %d trainings\n", v->done, VARIANT_KINDS * VARIANT_SEEDS);
    }
}

/* What was asked for on standard output, of the trained model. */
static int show_model(const struct options *o, struct training *t)
{
    struct err e = {{0}};
    struct str out = {0};
    struct app a;
    int status = EXIT_FAILED;
    struct options usual = {.theme = o->theme,
                            .color = o->color,
                            .ascii = o->ascii,
                            .print = o->print,
                            .render = o->render,
                            .w = o->w,
                            .h = o->h,
                            .inspect = o->inspect,
                            .top = o->top};
    struct model *m = training_model(t, TRAINING_BEST, &e);
    if (!m || !app_open(&a, &usual, &status, &e)) {
        model_free(m);
        app_report(&e);
        return status;
    }
    if (app_enter_model(&a, m, true, &e)) {
        if (o->view)
            a.view = o->view;
        a.training = t;
        a.scene.training = t;
        training_refresh(t);
        if (o->view == &view_variants)
            train_variants(&a);
        status = EXIT_USAGE;
        if ((!o->keys || app_keys(&a, o->keys, "--keys", &e)) && app_headless(&a, &usual, &out, NULL, &status, &e))
            status = app_write_out(&out);
        if (*a.unwritten.text) {
            app_report(&a.unwritten);
            status = EXIT_FAILED;
        }
        a.training = NULL;
    }
    if (*e.text)
        app_report(&e);
    str_free(&out);
    app_clear(&a);
    return status;
}

static void tell_corpus(const struct training *t)
{
    struct str s = {0}, told = {0};
    corpus_tell(t->corpus, &told);
    if (told.len) {
        utf8_clean(&s, t->corpus->title, strlen(t->corpus->title));
        fprintf(stderr, "%s: %s\n", str_text(&s), str_text(&told));
    }
    str_free(&s);
    str_free(&told);
}

static const char RESUME[] = ".resume";

/* Stopped: leaves what it takes to go on beside the model, and says so. */
static void leave(const struct training *t, const char *save)
{
    struct err e = {{0}};
    struct str path = {0};
    str_addf(&path, "%s%s", save, RESUME);
    bool left = training_leave(t, str_text(&path), &e);
    fprintf(stderr, "stopped after %d of %d updates: ", training_done(t), training_total(t));
    if (left)
        fprintf(stderr, "wrote %s (--resume goes on from there); ", str_text(&path));
    fprintf(stderr, "now measuring the best so far, gate by gate, and writing it (again to leave without it)\n");
    if (!left)
        app_report(&e);
    str_free(&path);
}

static int train_quietly(const struct options *o, struct training *t)
{
    struct err e = {{0}};
    struct progress p = {.t = t, .terminal = isatty(STDERR_FILENO), .cols = columns(), .seed = t->seed};
    double start = p.began = clock_seconds();
    catch_stops();
    tell_corpus(t);
    training_run(t, &stopped_by, tell, &p);
    if (p.terminal) {
        show(&p);
        fputc('\n', stderr);
    }
    if (stopped_by && training_done(t) && o->save && t->phase == TRAINING_RUNS)
        leave(t, o->save);
    int sig = stopped_by, status = sig ? EXIT_SIGNAL + sig : EXIT_FINE;
    if (t->phase == TRAINING_FAILED) {
        err_set(&e, t->corpus->source, NULL, "training failed with seed %llu: %s; another --seed may do",
                (unsigned long long)t->seed, t->said ? t->said : "the loss became infinite");
        app_report(&e);
        return EXIT_FAILED;
    }
    if (training_done(t) == 0)                    /* stopped before anything was learnt */
        return status;
    if (t->said)
        fprintf(stderr, "seed %llu is kept\n", (unsigned long long)t->seed);
    if (o->save) {
        if (!training_save(t, TRAINING_BEST, o->save, &e)) {
            app_report(&e);
            return EXIT_FAILED;
        }
        report(t, o->save, clock_seconds() - start);
    }
    if (!sig && (o->print || o->render || o->inspect))
        status = show_model(o, t);
    return status;
}

/* ---- in the learn view ------------------------------------------------------------------------------------------- */

static int watch(const struct options *o, struct training *t)
{
    struct err e = {{0}};
    struct app a;
    int status = EXIT_FAILED;
    struct options usual = {.theme = o->theme, .color = o->color, .ascii = o->ascii, .top = o->top, .usual = o->usual};
    if (!app_open(&a, &usual, &status, &e)) {
        training_free(t);
        app_report(&e);
        return status;
    }
    app_watch(&a, t, o->save);
    if (o->view)
        a.view = o->view;
    if (!o->keys || app_keys(&a, o->keys, "--keys", &e)) {
        status = a.quit ? EXIT_FINE : app_interact(&a, o);
        /* Ended from outside: what has been learnt goes where it was to go. */
        if (status > EXIT_SIGNAL && o->save && training_unsaved(a.training)) {
            if (a.training->phase == TRAINING_RUNS)
                leave(a.training, o->save);
            if (!training_save(a.training, TRAINING_BEST, o->save, &e))
                app_report(&e);
        }
    } else {
        status = EXIT_USAGE;
        app_report(&e);
    }
    app_clear(&a);
    return status;
}

/* Can one watch here? */
static bool has_screen(const struct options *o)
{
    const char *term = getenv("TERM");
    return !o->print && !o->render && !o->inspect && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && term && *term &&
           strcmp(term, "dumb") != 0;
}

static int run(const struct options *o, struct training *t)
{
    if (has_screen(o))
        return watch(o, t);
    int status = train_quietly(o, t);
    training_free(t);
    return status;
}

/* What is to be saved where nothing is said: mine.json of mine.json.resume. */
static int resume(const struct options *o)
{
    struct err e = {{0}};
    struct options with = *o;
    struct str save = {0};
    if (!o->save && str_ends(o->resume, RESUME)) {
        str_addn(&save, o->resume, strlen(o->resume) - strlen(RESUME));
        with.save = str_text(&save);
    }
    int status = EXIT_FAILED;
    struct training *t = NULL;
    if (with.save && strcmp(with.save, o->resume) == 0) {
        err_set(&e, with.save, NULL, "the model would be written over what the training goes on from");
    } else if (!with.save && !has_screen(o)) {
        err_set(&e, "--save", NULL, "expected a file for the trained model, found nothing");
        status = EXIT_USAGE;
    } else {
        t = training_resume(o->resume, &e);
    }
    if (t && with.save && !training_may_save(with.save, &t->wish, &e)) {
        training_free(t);
        t = NULL;
    }
    if (t)
        status = run(&with, t);
    else
        app_report(&e);
    str_free(&save);
    return status;
}

int app_train(const struct options *o)
{
    if (o->resume)
        return resume(o);
    struct err e = {{0}};
    struct training_wish wish = {
        .corpus = o->train, .valid = o->valid, .hidden = o->hidden, .embed = o->embed, .layers = o->layers,
        .epochs = o->epochs,
        .updates = o->updates, .seeded = o->seeded, .seed = (uint64_t)o->seed, .unit_name = o->unit_name,
        .batch = o->batch,
        .patience = o->patience, .rate = o->rate, .clip = o->clip, .decay = o->decay, .dropout = o->dropout,
        .weights_from = o->weights_from,
        .variant = o->variant ? (enum train_variant)train_variant_find(o->variant) : TRAIN_VANILLA,
        .tokens = !o->tokenizer ? CORPUS_GUESS : strcmp(o->tokenizer, "char") == 0 ? CORPUS_CHAR : CORPUS_WORD,
    };
    bool screen = has_screen(o);
    if (!screen && !o->save && !o->print && !o->render && !o->inspect) {
        err_set(&e, "--save", NULL, "expected a file for the trained model, found nothing");
        app_report(&e);
        return EXIT_USAGE;
    }
    if (strcmp(o->train, "-") == 0 && o->valid && strcmp(o->valid, "-") == 0) {
        err_set(&e, NULL, NULL, "standard input (-) was named 2 times: it can be read once");
        app_report(&e);
        return EXIT_USAGE;
    }
    struct training *t = !o->save || training_may_save(o->save, &wish, &e) ? training_new(&wish, &e) : NULL;
    if (!t) {
        app_report(&e);
        return EXIT_FAILED;
    }
    return run(o, t);
}
