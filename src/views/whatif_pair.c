/* whatif_pair.c: the two runs, and what takes a walk through the whole sentence to know of them. */
#include <math.h>
#include <string.h>

#include "views/whatif_view.h"

struct whatif_pair whatif_pair_of(const struct session *s)
{
    const struct session *other = session_compare(s);
    struct whatif_pair p = {WHATIF_SAME, {s, RUN_PINNED}, {s, RUN_BASE}, session_steps(s), session_steps(s)};
    if (other) {
        int n = session_steps(other);
        p.kind = WHATIF_SENTENCES;
        p.was = (struct whatif_side){other, RUN_BASE};
        p.common = n < p.steps ? n : p.steps;
        p.steps = n > p.steps ? n : p.steps;
    } else if (session_pin_count(s)) {
        p.kind = WHATIF_PINS;
    }
    return p;
}

bool whatif_has(const struct whatif_side *side, int t)
{
    return t >= 1 && t <= session_steps(side->s);
}

float whatif_cell(const struct whatif_side *side, int layer, int unit, int t)
{
    return session_row(side->s, side->run, layer, Q_C, t)[unit];
}

double whatif_surprise(const struct whatif_side *side, int t)
{
    return session_surprisal(side->s, side->run, t);
}

static bool rows_differ(const struct whatif_pair *p, int t)
{
    const struct lstm *net = session_net(p->now.s);
    for (int l = 0; l < net->layers; l++)
        for (int q = 0; q < Q_COUNT; q++)
            if (memcmp(session_row(p->now.s, p->now.run, l, (enum quantity)q, t),
                       session_row(p->was.s, p->was.run, l, (enum quantity)q, t),
                       (size_t)net->layer[l].hidden * sizeof(float)) != 0)
                return true;
    return false;
}

static int first_difference(const struct whatif_pair *p)
{
    int from = p->kind == WHATIF_PINS ? session_first_pinned(p->now.s) : 1;
    for (int t = from < 1 ? 1 : from; p->kind != WHATIF_SAME && t <= p->common; t++)
        if (rows_differ(p, t))
            return t;
    return 0;
}

/* Surprisals of long sentences over large vocabularies take longer than a frame may: then the total is of the first so
 * many. */
enum { HEAD_BUDGET = 400 * 1000 * 1000 };

/* Of one side: are all of them there? Those that are not are asked for. */
static bool all_there(const struct whatif_side *side, int first, int last)
{
    bool there = true;
    for (int t = first; t <= last; t++)
        there = (!whatif_has(side, t) || session_likeliest_there(side->s, side->run, t)) && there;
    return there;
}

void whatif_ask(const struct whatif_pair *p, int first, int last)
{
    if (all_there(&p->now, first, last))          /* one run after the other: it takes many steps of one together */
        all_there(&p->was, first, last);
}

static void count_surprise(const struct whatif_pair *p, struct whatif_facts *f)
{
    const struct lstm *net = session_net(p->now.s);
    double a_step = (double)net->outputs * lstm_top(net), most = 0.005;
    int steps = p->common - 1;
    if (steps * a_step > HEAD_BUDGET)
        steps = (int)(HEAD_BUDGET / a_step);
    if (net->outputs && !(all_there(&p->now, 1, steps) && all_there(&p->was, 1, steps))) {
        f->head = f->waits = true;
        return;
    }
    for (int t = 1; net->outputs && t <= steps; t++) {
        double now = whatif_surprise(&p->now, t), was = whatif_surprise(&p->was, t);
        if (!isfinite(now) || !isfinite(was))
            continue;
        f->total_now += now;
        f->total_was += was;
        f->head = true;
        f->counted++;
        if (fabs(now - was) > most) {
            most = fabs(now - was);
            f->most = t;
        }
    }
}

bool whatif_current(const struct whatif_facts *f, const struct session *s)
{
    const struct session *other = session_compare(s);
    const struct cursor *at = session_cursor(s);
    return !f->waits && f->revision == session_revision(s) && f->other == (other ? session_revision(other) : 0)
        && f->layer == at->layer && f->unit == at->unit;
}

void whatif_gather(const struct session *s, struct whatif_facts *f)
{
    const struct whatif_pair p = whatif_pair_of(s);
    const struct cursor *at = session_cursor(s);
    *f = (struct whatif_facts){.revision = session_revision(s),
                               .other = p.kind == WHATIF_SENTENCES ? session_revision(p.was.s) : 0,
                               .layer = at->layer, .unit = at->unit};
    f->parts = first_difference(&p);
    for (int t = 1; t <= p.steps; t++) {
        bool both = whatif_has(&p.now, t) && whatif_has(&p.was, t);
        float now = whatif_has(&p.now, t) ? whatif_cell(&p.now, at->layer, at->unit, t) : 0,
            was = whatif_has(&p.was, t) ? whatif_cell(&p.was, at->layer, at->unit, t) : 0;
        f->peak = fmaxf(f->peak, fmaxf(fabsf(now), fabsf(was)));
        f->low = fminf(f->low, fminf(now, was));
        f->high = fmaxf(f->high, fmaxf(now, was));
        if (both && !f->C_parts && now != was)
            f->C_parts = t;
    }
    count_surprise(&p, f);
}
