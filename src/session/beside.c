/* beside.c: see beside.h. */
#include "session/beside.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "import/import.h"

struct beside {
    struct model *model;
    double accuracy;
};

static bool same_words(const struct vocab *a, const struct vocab *b)
{
    bool same = a && b && a->size == b->size;
    for (int v = 0; same && v < a->size; v++)
        same = strcmp(a->token[v], b->token[v]) == 0;
    return same;
}

/* metrics.test.accuracy of a model's file; NaN when there is none. */
static double told_accuracy(const struct model *m)
{
    struct err e = {""};
    double v = NAN;
    struct json *j = m->training ? json_parse_copy(m->training, strlen(m->training), m->name, &e) : NULL;
    struct json_at at, inner;
    if (!j)
        return v;
    at = json_top(j);
    if (json_get(&at, "metrics", &inner) && json_get(&inner, "test", &at) && json_get(&at, "accuracy", &inner))
        json_number(&inner, &v, &e);
    json_free(j);
    return v;
}

struct beside *beside_new(const struct session *s)
{
    static const char name[] = "plain";
    const struct model *m = session_model(s);
    if (!m->vocab || m->net->outputs != m->vocab->size || session_steps(s) > BESIDE_STEPS || strcmp(m->name, name) == 0)
        return NULL;
    struct err e = {""};
    struct model *plain = model_builtin(name, &e);
    double accuracy = plain ? told_accuracy(plain) : NAN;
    if (!plain || !same_words(m->vocab, plain->vocab) || isnan(accuracy)) {
        model_free(plain);
        return NULL;
    }
    struct beside *b = xcalloc(1, sizeof *b);
    *b = (struct beside){plain, accuracy};
    return b;
}

void beside_free(struct beside *b)
{
    if (b)
        model_free(b->model);
    free(b);
}

double beside_accuracy(const struct beside *b)
{
    return b->accuracy;
}

double *beside_shares(const struct beside *b, const struct session *s, const struct aim *aim)
{
    const struct lstm *net = b->model->net;
    int n = aim->step;
    if (aim->of != AIM_SURPRISAL || aim->output < 0 || aim->output >= net->outputs || n < 1)
        return NULL;
    const float **x = xcalloc((size_t)n, sizeof *x);
    for (int t = 1; t <= n; t++)
        x[t - 1] = net->embedding + (size_t)session_token_id(s, t) * (size_t)net->embed;
    struct trace *tr = trace_new(net, n);
    struct gradient *g = NULL;
    if (tr) {
        lstm_run(net, x, 0, NULL, 0, tr);
        g = gradient_surprisal(&(struct computation){net, tr, x, NULL, 0}, n, aim->output);
    }
    double *share = NULL, here = g ? gradient_norm(g, n) : 0;
    if (here > 0) {
        share = xcalloc((size_t)n + 1, sizeof *share);
        for (int t = 0; t <= n; t++)
            share[t] = gradient_norm(g, t) / here;
    }
    gradient_free(g);
    trace_free(tr);
    free(x);
    return share;
}
