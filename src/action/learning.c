/* learning.c: a training that goes on while keys are answered: the slices it is cut into, and the actions about it.
 * See app.h. */
#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "action/ask.h"
#include "action/begin.h"
#include "action/files.h"
#include "action/handlers.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/num.h"

/* Seconds: a slice leaves room for a key within a fiftieth of a second, a frame comes at most thirty times a second,
 * and what a frame needs to know may take a tenth of the time. */
static const double SLICE = 0.012, FRAME = 0.033, FRAME_SHARE = 10, STANDSTILL = 2;

static bool goes_on(const struct app *a)
{
    return a->training && a->training->phase == TRAINING_RUNS && !a->training->paused;
}

/* After the training itself; one key pauses both. */
static bool compares(const struct app *a)
{
    return a->variants && !goes_on(a) && !a->training->paused && !variants_ended(a->variants);
}

void app_end_variants(struct app *a)
{
    variants_free(a->variants);
    a->variants = NULL;
    a->scene.variants = NULL;
}

static bool watched(const struct app *a)
{
    return a->view->teaches;
}

int app_work_wait(const struct app *a)
{
    if (compares(a))
        return 0;
    if (!goes_on(a))
        return a->work.running ? 0 : -1;          /* once more, to tell how it ended */
    double left = a->training->pace > 0 && a->work.running ? a->work.next - clock_seconds() : 0;
    return left <= 0 ? 0 : (int)(left * 1000) + 1;
}

static unsigned tell_end(struct app *a)
{
    struct training *t = a->training;
    if (t->phase == TRAINING_FAILED)
        return app_complain(a, "training failed with seed %llu: %s; r tries the next seed", (unsigned long long)t->seed,
                            t->said ? t->said : "the loss became infinite");
    if (t->phase != TRAINING_FINISHED)
        return REACT_DRAW;
    struct err e = {{0}};
    if (a->save_model && training_unsaved(t)) {
        if (!app_save_model(a, a->save_model, true, &e))
            return app_fail_write(a, &e);
        return app_say(a, "learnt, and wrote %s: Enter steps through the sentence with it", t->saved_as);
    }
    return app_say(a, "learnt: Enter steps through the sentence with it, :w FILE.json saves it");
}

/* As many pieces as a slice has room for, no more updates than the pace allows. */
static void run_slice(struct app *a, double began)
{
    struct training *t = a->training;
    if (t->pace > 0 && a->work.next < began - 0.1)
        a->work.next = began;
    do {
        int before = training_done(t);
        if (t->pace > 0 && t->evaluating.at < 0 && a->work.next > began)
            break;
        if (!training_step(t))
            break;
        if (t->pace > 0 && training_done(t) != before)
            a->work.next += 1 / t->pace;
    } while (clock_seconds() - began < SLICE);
}

/* A slice of the variants. */
static unsigned compare(struct app *a)
{
    double began = clock_seconds();
    bool more = true;
    while (more && clock_seconds() - began < SLICE)
        more = variants_step(a->variants);
    if (!more)
        return app_say(a, "all variants are trained: Enter steps through the sentence with the one pointed at");
    if (!watched(a) || began - a->work.drawn < FRAME)
        return REACT_NONE;
    a->work.drawn = began;
    return REACT_DRAW;
}

unsigned app_work(struct app *a)
{
    if (compares(a) && !a->work.running)
        return compare(a);
    struct training *t = a->training;
    double began = clock_seconds();
    if (goes_on(a)) {
        int before = training_done(t);
        uint64_t seed = t->seed;
        if (!a->work.running) {
            a->work.at = a->work.next = began;
            a->work.running = true;
        }
        if (began - a->work.at > STANDSTILL)      /* it was suspended: that time was not spent on learning */
            a->work.at = began;
        run_slice(a, began);
        double now = clock_seconds();
        if (t->seed == seed)
            training_spent(t, now - a->work.at, training_done(t) - before);
        a->work.at = now;
    }
    bool ended = !goes_on(a);
    double now = clock_seconds(), every = FRAME > FRAME_SHARE * a->work.cost ? FRAME : FRAME_SHARE * a->work.cost;
    unsigned reaction = REACT_NONE;
    if (watched(a) && (ended || now - a->work.drawn >= every)) {
        training_refresh(t);
        a->work.drawn = clock_seconds();
        a->work.cost = a->work.drawn - now;
        reaction = REACT_DRAW;
    }
    if (ended) {
        a->work.running = false;
        reaction |= tell_end(a);
    }
    return reaction;
}

/* ---- beginning and ending ---------------------------------------------------------------------------------------- */

/* Watching takes about this long unless the machine needs longer or > asks for more speed: learning is quicker than
 * eyes. */
static const double WATCH_SECONDS = 8, WATCH_LEAST = 500;

void app_watch(struct app *a, struct training *t, const char *save)
{
    app_end_variants(a);
    training_free(a->training);
    a->training = t;
    a->scene.training = t;
    a->work.running = false;
    t->pace = training_total(t) / WATCH_SECONDS > WATCH_LEAST ? training_total(t) / WATCH_SECONDS : WATCH_LEAST;
    free(a->save_model);
    a->save_model = save ? xstrdup(save) : NULL;
    app_show_view(a, &view_learn);
}

/* ---- actions ----------------------------------------------------------------------------------------------------- */

static bool nothing(struct app *a, unsigned *r)
{
    if (!a->training)
        *r = app_say(a, "nothing is being trained; :train gender teaches a small model anew");
    return !a->training;
}

unsigned act_train_new(struct app *a, const char *arg)
{
    bool replace = *arg == '!';
    arg += replace;
    while (*arg == ' ')
        arg++;
    if (!*arg && a->training && !replace) {
        app_show_view(a, &view_learn);
        return REACT_DRAW;
    }
    if (a->training && training_unsaved(a->training) && !replace)
        return app_complain(
            a, "what is being learnt is not saved; :w FILE.json in the learn view saves it, :train! drops it");
    struct err e = {{0}};
    struct training *t =
        training_new(&(struct training_wish){.corpus = *arg ? arg : "gender", .tokens = CORPUS_GUESS}, &e);
    if (!t)
        return app_fail(a, &e);
    a->scene.playing = false;
    app_watch(a, t, NULL);
    return REACT_DRAW;
}

unsigned act_train_pause(struct app *a, const char *arg)
{
    (void)arg;
    unsigned r;
    if (nothing(a, &r))
        return r;
    if (a->training->phase != TRAINING_RUNS && !(a->variants && !variants_ended(a->variants)))
        return app_say(a, "the training is over; r in the learn view starts another");
    training_pause(a->training, !a->training->paused);
    return REACT_DRAW;
}

unsigned act_train_epoch(struct app *a, const char *arg)
{
    (void)arg;
    unsigned r;
    if (nothing(a, &r))
        return r;
    if (a->training->phase != TRAINING_RUNS)
        return app_say(a, "the training is over; r starts another");
    training_pause_after(a->training, training_epoch(a->training));
    return REACT_DRAW;
}

static unsigned begin_again(struct app *a, uint64_t seed)
{
    app_end_variants(a);
    training_restart(a->training, seed);
    a->work.running = false;
    return app_say(a, "from the beginning, with seed %llu", (unsigned long long)a->training->seed);
}

static unsigned answer_again(struct app *a, const char *text)
{
    if (*text == 'w' || *text == 'W')
        app_ask(a, &question_model, NULL, a->save_model ? a->save_model : "model.json");
    return *text == 'y' || *text == 'Y' ? begin_again(a, a->training->seed + 1) : (unsigned)REACT_DRAW;
}

static const struct key_help again_letters[] = {
    {.keys = "y", .hint = "begin anew"}, {.keys = "n", .hint = "go on"}, {.keys = "w", .hint = "save first"},
    {.keys = NULL},
};
static const struct question question_again = {
    .label = "what has been learnt is not saved. Begin anew?", .answer = answer_again, .letters = again_letters};

unsigned act_train_again(struct app *a, const char *arg)
{
    unsigned r;
    long seed = 0;
    bool sure = *arg == '!';
    arg += sure;
    arg += strspn(arg, " ");
    if (nothing(a, &r))
        return r;
    if (*arg && !num_parse_int(arg, 0, 2147483647, &seed))
        return app_complain(a, "train-again: expected a seed from 0 to 2147483647, found \"%s\"", arg);
    bool lost = training_unsaved(a->training) && a->training->phase != TRAINING_FAILED;
    if (lost && !sure && *arg)
        return app_complain(a, "what has been learnt is not saved: :train-again! %s drops it", arg);
    if (lost && !sure) {
        app_ask(a, &question_again, NULL, "");
        return REACT_DRAW;
    }
    return begin_again(a, *arg ? (uint64_t)seed : a->training->seed + 1);
}

/* Updates a second; the last: as fast as it goes. */
static const double paces[] = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 0};
enum { PACES = sizeof paces / sizeof *paces };

static unsigned pace_by(struct app *a, int by)
{
    unsigned r;
    if (nothing(a, &r))
        return r;
    struct training *t = a->training;
    int at = 0;
    while (at < PACES - 1 && (t->pace <= 0 || paces[at] < t->pace))
        at++;
    at += by;
    if (by < 0 && t->pace <= 0)                   /* the first slower pace is one that is slower */
        while (at > 0 && t->rate > 0 && paces[at] >= t->rate)
            at--;
    t->pace = paces[at < 0 ? 0 : at >= PACES ? PACES - 1 : at];
    a->work.next = clock_seconds();
    if (t->pace > 0)
        return app_say(a, "%g update%s a second at most", t->pace, t->pace == 1 ? "" : "s");
    return app_say(a, "as fast as it goes");
}

unsigned act_train_slower(struct app *a, const char *arg) { (void)arg; return pace_by(a, -1); }
unsigned act_train_faster(struct app *a, const char *arg) { (void)arg; return pace_by(a, 1); }

static unsigned unit_by(struct app *a, int by)
{
    unsigned r;
    if (nothing(a, &r))
        return r;
    training_unit_by(a->training, by);
    return REACT_DRAW;
}

unsigned act_train_next_unit(struct app *a, const char *arg) { (void)arg; return unit_by(a, 1); }
unsigned act_train_prev_unit(struct app *a, const char *arg) { (void)arg; return unit_by(a, -1); }

unsigned act_train_enter(struct app *a, const char *arg)
{
    (void)arg;
    unsigned r;
    struct err e = {{0}};
    if (nothing(a, &r))
        return r;
    struct training *t = a->training;
    if (t->phase == TRAINING_FAILED)
        return app_complain(a, "this training failed; r tries the next seed");
    if (training_done(t) == 0)
        return app_say(a, "nothing has been learnt yet");
    bool again = a->work.warned;
    a->work.warned = session_dirty(a->session) && !again;
    if (a->work.warned)                           /* once is a warning, twice is meant */
        return app_complain(a, "edits of the model shown before are not saved and would go; Enter again drops them");
    training_pause(t, true);
    bool saved = true;
    if (a->save_model && training_unsaved(t))
        saved = app_save_model(a, a->save_model, true, &e);
    struct model *m = saved ? training_model(t, TRAINING_NOW, &e) : NULL;
    if (!m || !app_enter_model(a, m, true, &e))
        return app_fail(a, &e);
    return app_say(a, "%s, as learnt after %d updates; L goes back to the training", session_model(a->session)->name,
                   training_done(t));
}
