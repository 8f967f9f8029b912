/* walk.c: see walk.h. */
#include "lesson/walk.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct walk *walk_new(struct lesson *taken, unsigned seed)
{
    struct walk *w = xcalloc(1, sizeof *w);
    w->lesson = taken;
    w->seed = seed;
    w->stops = taken->pages;
    w->stop = xcalloc((size_t)taken->pages * 2, sizeof *w->stop);         /* each may come twice */
    w->page = xcalloc((size_t)taken->pages * 2, sizeof *w->page);
    for (int k = 0; k < taken->pages; k++) {
        w->stop[k] = k;
        w->page[k].phase = taken->page[k].ask.kind ? WALK_ASK : WALK_LOOK;
    }
    w->at = -1;
    w->stage.extra = -1;
    return w;
}

void walk_free(struct walk *w)
{
    if (!w)
        return;
    w->stage.session = NULL;              /* the caller's */
    stage_clear(&w->stage);
    lesson_free(w->lesson);
    free(w->stop);
    free(w->page);
    free(w);
}

bool walk_ended(const struct walk *w) { return w->at >= w->stops; }

const struct page *walk_page(const struct walk *w)
{
    return w->at >= 0 && w->at < w->stops ? &w->lesson->page[w->stop[w->at]] : NULL;
}

struct walk_page *walk_here(const struct walk *w)
{
    return w->at >= 0 && w->at < w->stops ? &w->page[w->at] : NULL;
}

bool walk_hides(const struct walk *w)
{
    const struct walk_page *here = walk_here(w);
    return here && here->phase != WALK_TOLD;
}

bool walk_marked(enum ask_kind kind)
{
    return kind != ASK_NOTHING && kind != ASK_SAY && kind != ASK_VOTE;
}

/* ---- from page to page ------------------------------------------------------------------------------------------- */

static bool sure_and_wrong(const struct walk_page *p)
{
    return p->tries > 0 && !p->right_first && p->sure == 3;
}

bool walk_comes_again(const struct walk *w, int at)
{
    return at < w->lesson->pages && sure_and_wrong(&w->page[at]);
}

/* Behind the last page come those that somebody was sure of and wrong about, once. */
static void add_stops(struct walk *w)
{
    int pages = w->lesson->pages;
    for (int k = 0; k < pages; k++) {
        bool there = false;
        for (int j = pages; j < w->stops; j++)
            there = there || w->stop[j] == k;
        if (there || !sure_and_wrong(&w->page[k]))
            continue;
        w->page[w->stops] = (struct walk_page){.phase = WALK_ASK};
        w->stop[w->stops++] = k;
    }
}

bool walk_go(struct walk *w, int at, struct session **session, struct err *e)
{
    struct stage next;
    at = at < 0 ? 0 : at;
    if (at >= w->lesson->pages)
        add_stops(w);
    *session = NULL;
    if (at >= w->stops) {
        w->at = w->stops;
        return true;
    }
    if (!stage_page(w->lesson, w->stop[at], w->seed, &next, e))
        return false;
    const struct page *p = &w->lesson->page[w->stop[at]];
    struct truth truth;
    if (p->ask.kind == ASK_CHOICE && judge_truth(p, &next, &truth, NULL))
        next.right = truth.options;
    w->stage.session = NULL;
    stage_clear(&w->stage);
    w->stage = next;
    w->at = at;
    *session = next.session;
    return true;
}

/* ---- answers ----------------------------------------------------------------------------------------------------- */

bool walk_asks_how_sure(const struct walk *w, enum ask_kind kind)
{
    return !w->class && walk_marked(kind) && kind != ASK_DO;
}

static bool resolve(struct walk *w, const struct session *session, struct err *e)
{
    struct walk_page *here = walk_here(w);
    const struct page *p = walk_page(w);
    if (!here || !p)
        return err_set(e, NULL, NULL, "there is no page to answer");
    if (!judge(p, &w->stage, session, &here->answer, &here->verdict, e)) {
        here->phase = WALK_ASK;
        return false;
    }
    here->right = here->verdict.right;
    if (++here->tries == 1) {
        here->first = here->answer;
        here->right_first = here->right;
    }
    here->hint = here->hint || (here->tries == 2 && !here->right) || (!here->right && !here->verdict.say);
    here->phase = here->right || here->tries >= WALK_TRIES ? WALK_TOLD : WALK_ASK;
    return true;
}

/* A show of hands: the first is talked about, the second is told. */
static bool count_hands(struct walk *w, struct err *e)
{
    struct walk_page *here = walk_here(w);
    struct truth truth;
    if (!here)
        return err_set(e, NULL, NULL, "there is no page to answer");
    if (!judge_truth(walk_page(w), &w->stage, &truth, e))
        return false;
    here->advice = truth.options ? judge_votes(here->answer.votes, truth.options, &here->percent) : NULL;
    if (++here->show >= 2)
        here->phase = WALK_TOLD;
    return true;
}

bool walk_answer(struct walk *w, const struct session *session, const struct answer *given, struct err *e)
{
    struct walk_page *here = walk_here(w);
    if (!here || here->phase != WALK_ASK)
        return false;
    here->answer = *given;
    if (walk_page(w)->ask.kind == ASK_VOTE)
        return count_hands(w, e);
    if (walk_asks_how_sure(w, walk_page(w)->ask.kind) && here->tries == 0) {
        here->phase = WALK_SURE;
        return true;
    }
    return resolve(w, session, e);
}

bool walk_sure(struct walk *w, const struct session *session, int sure, struct err *e)
{
    struct walk_page *here = walk_here(w);
    if (!here || here->phase != WALK_SURE)
        return false;
    here->sure = sure;
    return resolve(w, session, e);
}

bool walk_done(struct walk *w, const struct session *session, struct err *e)
{
    struct walk_page *here = walk_here(w);
    const struct page *p = walk_page(w);
    bool holds;
    if (!here || p->ask.kind != ASK_DO || here->phase != WALK_ASK || !judge_goal(p, &w->stage, session, &holds, e)
        || !holds)
        return false;
    here->right = here->verdict.right = true;
    here->right_first = here->tries++ == 0;
    here->phase = WALK_TOLD;
    return true;
}

void walk_give_up(struct walk *w)
{
    struct walk_page *here = walk_here(w);
    if (!here || here->phase == WALK_LOOK)
        return;
    here->given_up = here->phase != WALK_TOLD;
    here->phase = WALK_TOLD;
}

void walk_again(struct walk *w)
{
    struct walk_page *here = walk_here(w);
    if (!here || here->phase != WALK_TOLD)
        return;
    here->phase = WALK_ASK;
    here->verdict = (struct verdict){.say = NULL};
}

void walk_score(const struct walk *w, int *right, int *met, int *all)
{
    *right = *met = *all = 0;
    for (int k = 0; k < w->lesson->pages; k++) {
        const struct walk_page *p = &w->page[k];
        if (!walk_marked(w->lesson->page[k].ask.kind))
            continue;
        ++*all;
        *met += p->tries > 0 || p->given_up;
        *right += p->tries > 0 && p->right_first;
    }
}

/* ---- results ----------------------------------------------------------------------------------------------------- */

static void result_page(const struct walk *w, int at, struct str *out)
{
    const struct page *p = &w->lesson->page[w->stop[at]];
    const struct walk_page *done = &w->page[at];
    struct str first = {0};
    if (done->tries)
        judge_say(p, p->ask.kind == ASK_SAY ? &done->answer : &done->first, &first);
    str_add(out, "    {\"page\": ");
    str_add_json(out, p->id);
    str_addf(out, ", \"kind\": \"%s\", \"again\": %s, \"answer\": ", ask_kind_name(p->ask.kind),
             at >= w->lesson->pages ? "true" : "false");
    str_add_json(out, str_text(&first));
    str_addf(out, ", \"right\": %s, \"tries\": %d, \"sure\": %d, \"given_up\": %s, \"hint\": %s, \"seconds\": %.0f",
             done->right_first ? "true" : "false", done->tries, done->sure, done->given_up ? "true" : "false",
             done->hint ? "true" : "false", done->seconds);
    if (p->confusion)
        str_addf(out, ", \"confusion\": %d", p->confusion);
    str_addc(out, '}');
    str_free(&first);
}

void walk_result(const struct walk *w, const char *student, struct str *out)
{
    int right, met, all, n = 0;
    walk_score(w, &right, &met, &all);
    str_add(out, "{\n  \"format\": \"flstm-result/1\",\n  \"lesson\": ");
    str_add_json(out, w->lesson->name);
    str_addf(out, ",\n  \"hash\": \"%s\",\n  \"student\": ", w->lesson->hash);
    str_add_json(out, student);
    str_addf(out, ",\n  \"seed\": %u,\n  \"right\": %d,\n  \"of\": %d,\n  \"pages\": [\n", w->seed, right, all);
    for (int k = 0; k < w->stops; k++) {
        if (!w->lesson->page[w->stop[k]].ask.kind || (!w->page[k].tries && !w->page[k].given_up && !w->page[k].show))
            continue;
        str_add(out, n++ ? ",\n" : "");
        result_page(w, k, out);
    }
    str_add(out, n ? "\n  ]\n}\n" : "  ]\n}\n");
}
