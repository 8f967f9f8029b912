/* content.c: what a sitting holds beyond its model, as a number: has anything changed since it was saved? The history
 * cannot tell, as there are many ways back to where one was. */
#include "base/hash.h"
#include "session/session_private.h"

static uint64_t hash_sequence(const struct session *s)
{
    const struct sequence *q = s->sequence;
    uint64_t hash = hash_int(HASH_START, q->n);
    if (q->values)
        return hash_bytes(hash, q->values, (size_t)q->n * (size_t)s->model->net->embed * sizeof(float));
    for (int t = 0; t < q->n; t++)
        hash = hash_text(hash, tokens_text(&q->tokens, t));
    return hash;
}

/* Asked for at every key: of millions of words it is kept. */
static uint64_t of_sequence(const struct session *s)
{
    struct sequence *q = s->sequence;
    if (!q->hashed)
        q->hash = hash_sequence(s);
    q->hashed = true;
    return q->hash;
}

static uint64_t add_pins(uint64_t hash, const struct pins *pins)
{
    hash = hash_int(hash, (int64_t)pins->n);
    for (size_t k = 0; k < pins->n; k++) {
        const struct pin *p = &pins->v[k];
        const int place[] = {p->step, p->layer, (int)p->q, p->unit};
        hash = hash_bytes(hash_bytes(hash, place, sizeof place), &p->value, sizeof p->value);
    }
    return hash;
}

static uint64_t add_names(uint64_t hash, const struct model *m)
{
    for (int l = 0; l < m->net->layers; l++)
        for (int u = 0; u < m->net->layer[l].hidden; u++)
            if (model_unit_name(m, l, u))
                hash = hash_text(hash_int(hash_int(hash, l), u), model_unit_name(m, l, u));
    return hash;
}

uint64_t session_content(const struct session *s)
{
    uint64_t hash = add_names(add_pins(of_sequence(s), &s->pins), s->model);
    return s->edited ? hash_int(hash, (int64_t)session_weights(s)) : hash;
}
