/* act_step.c: along the sentence: by word and by sub-step, finding a word, playing. */
#include "action/handlers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "action/ask.h"
#include "action/complete.h"
#include "base/mem.h"
#include "base/num.h"
#include "session/edit.h"

static unsigned step_by(struct app *a, int by)
{
    a->scene.playing = false;
    a->scene.reveal = false;
    int before = session_cursor(a->session)->step;
    bool complete = session_cursor(a->session)->sub == SUB_H;
    session_step(a->session, by);
    if (session_cursor(a->session)->step == before && complete)
        return app_say(a, by > 0 ? "this is the last word" : "this is the first word");
    return REACT_DRAW;
}

unsigned act_next_word(struct app *a, const char *arg) { (void)arg; return step_by(a, 1); }
unsigned act_prev_word(struct app *a, const char *arg) { (void)arg; return step_by(a, -1); }

static unsigned substep_by(struct app *a, int by)
{
    bool whole = !a->scene.reveal && session_cursor(a->session)->sub == SUB_H;
    a->scene.playing = false;
    a->scene.reveal = true;
    if (by > 0 && whole && a->view->takes_apart && session_steps(a->session) > 0)
        by = SUB_CONCAT - SUB_H;
    if (!session_substep(a->session, by))
        return app_say(a, by > 0 ? "this is the end of the sentence" : "this is the start of the sentence");
    return REACT_DRAW;
}

unsigned act_next_substep(struct app *a, const char *arg) { (void)arg; return substep_by(a, 1); }
unsigned act_prev_substep(struct app *a, const char *arg) { (void)arg; return substep_by(a, -1); }

static unsigned go(struct app *a, int step)
{
    a->scene.playing = false;
    a->scene.reveal = false;
    session_goto(a->session, step);
    return REACT_DRAW;
}

unsigned act_first_word(struct app *a, const char *arg) { (void)arg; return go(a, 1); }
unsigned act_last_word(struct app *a, const char *arg) { (void)arg; return go(a, session_steps(a->session)); }

unsigned act_goto_step(struct app *a, const char *arg)
{
    struct err e = {{0}};
    int t = edit_step(a->session, arg, "step", &e);
    return t < 0 ? app_fail(a, &e) : go(a, t);
}

static unsigned find_next(struct app *a, int direction)
{
    if (!a->find)
        return app_say(a, "nothing to find yet; / asks");
    if (a->view->search)
        return a->view->search(&a->scene, app_view_state(a), a->find, direction)
                   ? (unsigned)REACT_DRAW
                   : app_complain(a, "\"%s\" is not in this text", a->find);
    struct session *s = a->session;
    int T = session_steps(s), now = session_cursor(s)->step;
    for (int k = 1; k <= T; k++) {
        int t = ((now - 1 + direction * k) % T + T) % T + 1;
        if (strstr(session_token(s, t), a->find))
            return go(a, t);
    }
    return app_complain(a, "no word contains \"%s\"", a->find);
}

unsigned act_find_forward(struct app *a, const char *arg) { (void)arg; return find_next(a, 1); }
unsigned act_find_back(struct app *a, const char *arg) { (void)arg; return find_next(a, -1); }

static unsigned answer_find(struct app *a, const char *text)
{
    if (*text) {
        free(a->find);
        a->find = xstrdup(text);
    }
    return a->find ? find_next(a, 1) : (unsigned)REACT_DRAW;
}

const struct question question_find = {.label = "/", .answer = answer_find, .complete = complete_word};

unsigned act_find_prompt(struct app *a, const char *arg)
{
    if (*arg)
        return answer_find(a, arg);
    app_ask(a, &question_find, NULL, "");
    return REACT_DRAW;
}

/* ---- playing ----------------------------------------------------------------------------------------------------- */

unsigned act_play(struct app *a, const char *arg)
{
    (void)arg;
    if (!a->scene.playing && session_cursor(a->session)->step >= session_steps(a->session))
        session_goto(a->session, 1);                       /* at the end: once more from the start */
    a->scene.playing = !a->scene.playing && session_steps(a->session) > 1;
    a->scene.reveal = false;
    return REACT_DRAW;
}

static const int rates[] = {2, 3, 5, 7, 10, 15, 20, 30, 50, 100, 200, 400};

static unsigned rate_by(struct app *a, int by)
{
    int n = (int)(sizeof rates / sizeof *rates), at = 0;
    while (at < n - 1 && rates[at] < a->scene.rate)
        at++;
    at += by;
    a->scene.rate = rates[at < 0 ? 0 : at >= n ? n - 1 : at];
    return app_say(a, "%.1f words a second", a->scene.rate / 10.0);
}

unsigned act_slower(struct app *a, const char *arg) { (void)arg; return rate_by(a, -1); }
unsigned act_faster(struct app *a, const char *arg) { (void)arg; return rate_by(a, 1); }

unsigned act_set_rate(struct app *a, const char *arg)
{
    double v;
    if (!num_parse_typed(arg, &v) || !(v >= 0.1 && v <= 100))
        return app_complain(a, "rate: expected words a second from 0.1 to 100, found \"%s\"", arg);
    a->scene.rate = (int)lround(v * 10);
    return app_say(a, "%.1f words a second", a->scene.rate / 10.0);
}
