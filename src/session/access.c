/* access.c: what a session is made of, for all other files here: its model, its net, its revision. At the bottom: it
 * calls none of them. */
#include <stdint.h>
#include <string.h>

#include "session/session_private.h"

bool same_bits(float a, float b)
{
    uint32_t x, y;
    memcpy(&x, &a, sizeof x);
    memcpy(&y, &b, sizeof y);
    return x == y;
}

/* Counts for all sessions: one that takes the place of another must differ from it, too. */
void session_revise(struct session *s)
{
    static unsigned long last;
    s->revision = ++last;
}

unsigned long session_model_number(const struct session *s)
{
    return s->model_number;
}

unsigned long session_revision(const struct session *s)
{
    return s->revision;
}

const struct model *session_model(const struct session *s)
{
    return s->model;
}

const struct lstm *session_net(const struct session *s)
{
    return s->edited ? s->net : s->model->net;
}

int session_steps(const struct session *s)
{
    return s->sequence->n;
}

float *weight_at(const struct lstm *net, struct weight_place at)
{
    const struct lstm_layer *l = &net->layer[at.layer];
    size_t columns = (size_t)l->hidden + (size_t)l->in;
    return at.k < 0 ? &l->b[at.gate][at.unit] : &l->W[at.gate][(size_t)at.unit * columns + (size_t)at.k];
}
