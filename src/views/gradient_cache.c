/* gradient_cache.c: what the gradient is of, and the gradient itself, kept until that, the step or the session is
 * another; see gradient_view.h. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "views/gradient_view.h"

enum { LOOK_BACK = 256 };       /* steps */

static int add_candidate(int *list, int n, int output, int outputs)
{
    if (output < 0 || output >= outputs || n == GRAD_CANDIDATES)
        return n;
    for (int k = 0; k < n; k++)
        if (list[k] == output)
            return n;
    list[n] = output;
    return n + 1;
}

int grad_candidates(const struct session *s, const struct grad_state *st, int enough, int list[GRAD_CANDIDATES])
{
    int t = session_cursor(s)->step, outputs = session_outputs(s), n = 0;
    n = add_candidate(list, n, st->fixed - 1, outputs);
    n = add_candidate(list, n, session_output(s, t + 1), outputs);
    if (n >= enough)
        return n;
    struct prediction p[GRAD_CANDIDATES];
    int found = session_predict(s, t, GRAD_CANDIDATES, p);
    for (int k = 0; k < found; k++)
        n = add_candidate(list, n, p[k].output, outputs);
    return n;
}

struct aim grad_aim_now(const struct session *s, const struct grad_state *st)
{
    const struct cursor *at = session_cursor(s);
    struct aim aim = {.of = st->of, .step = at->step, .layer = at->layer, .unit = at->unit};
    if (aim.of == AIM_SURPRISAL) {
        bool predicts = session_likeliest(s, RUN_PINNED, at->step) >= 0;          /* it may have no head, or its logits
                                                                                   * overflow */
        int list[GRAD_CANDIDATES], n = predicts ? grad_candidates(s, st, st->pick + 1, list) : 0;
        if (n)
            return (struct aim){.of = AIM_SURPRISAL, .step = at->step, .output = list[st->pick < n ? st->pick : n - 1]};
        aim.of = AIM_C;           /* a model that predicts nothing is asked about its memory */
    }
    return aim;
}

static bool same_aim(const struct aim *a, const struct aim *b)
{
    return a->of == b->of && a->step == b->step
        && (a->of == AIM_SURPRISAL ? a->output == b->output : a->layer == b->layer && a->unit == b->unit);
}

void gradient_view_aim(void *state, int output)
{
    struct grad_state *st = state;
    st->of = AIM_SURPRISAL;
    st->pick = 0;
    st->fixed = output + 1;
}

static void cache_empty(struct grad_cache *c)
{
    gradient_free(c->g);
    free(c->peak);
    free(c->norm);
    free(c->dot);
    free(c->share);
    c->share = NULL;
    c->g = NULL;
    c->peak = NULL;
    c->norm = c->dot = NULL;
}

/* Multiplications for one step of a backward pass. */
static double step_cost(const struct lstm *net)
{
    double cost = 0;
    for (int l = 0; l < net->layers; l++)
        cost += 4.0 * net->layer[l].hidden * (net->layer[l].hidden + net->layer[l].in);
    return cost;
}

/* How many steps are followed without being looked at: what takes a few milliseconds. */
static int free_steps(const struct lstm *net)
{
    double n = 2e7 / step_cost(net);
    return n > 1 << 20 ? 1 << 20 : (int)n;
}

static void measure(const struct session *s, struct grad_cache *c)
{
    const struct gradient *g = c->g;
    size_t rows = (size_t)g->step + 1, E = (size_t)g->in;
    const float *const *x = session_inputs(s);
    c->peak = xcalloc((size_t)g->layers, sizeof *c->peak);
    c->norm = xcalloc(rows, sizeof *c->norm);
    c->dot = xcalloc(rows, sizeof *c->dot);
    for (int l = 0; l < g->layers; l++)
        for (size_t k = (size_t)g->hidden[l]; k < rows * (size_t)g->hidden[l]; k++)
            if (fabsf(g->dC[l][k]) > c->peak[l])
                c->peak[l] = fabsf(g->dC[l][k]);
    for (size_t k = 1; k < rows; k++) {
        double sum = 0;
        for (size_t j = 0; j < E; j++) {
            double d = (double)g->dx[k * E + j];
            sum += d * d;
            c->dot[k] += d * (double)x[(size_t)c->first + k - 1][j];
        }
        c->norm[k] = sqrt(sum);
    }
}

/* The comparison, for sequences of words of the default model. */
static void compare(const struct session *s, struct grad_cache *c)
{
    if (c->plain_of != session_model_number(s) + 1) {
        beside_free(c->plain);
        c->plain = beside_new(s);
        c->plain_of = session_model_number(s) + 1;
    }
    c->share = c->plain && session_steps(s) <= BESIDE_STEPS ? beside_shares(c->plain, s, &c->aim) : NULL;
}

void grad_fill(const struct session *s, struct grad_cache *c, const struct aim *aim, int from)
{
    bool same = c->g && c->revision == session_revision(s) && same_aim(&c->aim, aim);
    if (same && from >= c->first)
        return;
    int steps = aim->step - from, more = free_steps(session_net(s));
    if (same)                     /* scrolled back: as far again, so that going on is not paid for at every page */
        more = 2 * (aim->step - c->first);
    steps = steps > more ? steps : more;
    cache_empty(c);
    c->revision = session_revision(s);
    c->aim = *aim;
    c->first = steps < aim->step ? aim->step - steps : 0;
    c->g = aim_gradient(s, aim, c->first);
    if (c->g)
        measure(s, c);
    compare(s, c);
}

int grad_steps_back(const struct lstm *net)
{
    int n = free_steps(net);
    return n > LOOK_BACK ? n : LOOK_BACK;
}

void grad_clear(void *state)
{
    struct grad_cache *c = &((struct grad_state *)state)->cache;
    cache_empty(c);
    beside_free(c->plain);
    c->plain = NULL;
    c->plain_of = 0;
}
