/* act_show.c: presenting to a class: the large layout, hands, motion. */
#include <stdlib.h>
#include <string.h>

#include "action/ask.h"
#include "action/handlers.h"

unsigned act_present(struct app *a, const char *arg)
{
    (void)arg;
    app_present(a, !a->scene.present);
    if (a->lesson)
        return app_say(a, a->scene.present ? "presenting: F5 ends it" : "no longer presenting");
    return app_say(a, a->scene.present ? "presenting: edits are locked but for :set and :scenario, F5 ends it"
                                       : "edits are possible again");
}

/* "12 5* 8": hands for a, b, c; the star stands at the right answer. */
static unsigned answer_votes(struct app *a, const char *text)
{
    int votes[CLASS_ANSWERS] = {0}, n = 0, right = -1;
    for (const char *p = text; *p;) {
        char *end;
        p += strspn(p, " ,");
        if (!*p)
            break;
        long v = strtol(p, &end, 10);
        bool star = *end == '*';
        if (end == p || v < 0 || v > 9999 || (end[star] && !strchr(" ,", end[star])) || n == CLASS_ANSWERS
            || (star && right >= 0))
            return app_complain(a, "votes: expected up to %d numbers such as 12 5* 8, * at the right one, found \"%s\"",
                                CLASS_ANSWERS, text);
        right = star ? n : right;
        votes[n++] = (int)v;
        p = end + star;
    }
    struct lecture *l = &a->lecture;
    if (!n) {
        l->rounds = 0;
        return app_say(a, "no hands are counted");
    }
    if (l->rounds == 2)                                  /* a third vote: the second becomes the one before */
        memcpy(l->votes[0], l->votes[1], sizeof l->votes[0]);
    l->rounds = l->rounds && l->answers == n ? 2 : 1;
    memcpy(l->votes[l->rounds - 1], votes, sizeof votes);
    l->answers = n;
    l->right = right >= 0 ? right : l->rounds == 2 ? l->right : -1;
    return REACT_DRAW;
}

const struct question question_votes = {
    .label = "hands:", .answer = answer_votes, .note = "for a, b, c: 12 5* 8, * at the right one"};

unsigned act_votes(struct app *a, const char *arg)
{
    if (a->view != &view_class)
        return app_say(a, ":votes 12 5* 8 counts hands for a, b, c while you present: F5 first");
    if (*arg)
        return answer_votes(a, arg);
    app_ask(a, &question_votes, NULL, "");
    return REACT_DRAW;
}

unsigned act_motion(struct app *a, const char *arg)
{
    bool on = strcmp(arg, "on") == 0;
    if (*arg && !on && strcmp(arg, "off") != 0)
        return app_complain(a, "motion: expected on or off, found \"%s\"", arg);
    a->show.still = *arg ? !on : !a->show.still;
    return app_say(a, a->show.still ? "nothing moves by itself" : "what is multiplied is shown as motion");
}
