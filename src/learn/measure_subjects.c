/* measure_subjects.c: see measure.h, "a memory of the subject". Like measure.c, all through the engine that draws the
 * screen. Steps count from 1: token k is step k + 1. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "learn/bench.h"
#include "learn/measure.h"

/* What the training part says of a word that ends the name of a subject: how often for each value of the pair and
 * for others ("tom", "mary and tom"), and whether it is met elsewhere too. */
struct role { int names[2], others; bool elsewhere; };

struct study {
    const struct lstm *net;
    const struct corpus *c;
    const struct corpus_part *p;
    int layer, unit;
    struct role *role;                    /* [vocab] */
    unsigned char *pair;                  /* [vocab]: 1 for the pair */
    const unsigned char *in_phrase;       /* [tokens of the sequence]: within a subject */
    struct measure_subjects *m;
    float *left;                          /* [changes] */
};

static unsigned char *phrases_of(const struct corpus_part *p)
{
    unsigned char *in = xcalloc((size_t)p->start[p->sequences] + 1, 1);
    for (int k = 0; k < p->subjects; k++)
        for (int j = p->subject[k].first; j <= p->subject[k].at; j++)
            in[p->start[p->subject[k].sequence] + j] = 1;
    return in;
}

static struct role *roles_of(const struct corpus *c)
{
    const struct corpus_part *p = &c->part[PART_TRAIN];
    struct role *role = xcalloc((size_t)c->vocab->size, sizeof *role);
    unsigned char *in = phrases_of(p);
    for (int k = 0; k < p->subjects; k++) {
        struct role *r = &role[p->id[p->start[p->subject[k].sequence] + p->subject[k].at]];
        (*(p->subject[k].value <= 1 ? &r->names[p->subject[k].value] : &r->others))++;
    }
    for (int k = 0; k < p->start[p->sequences]; k++)
        if (!in[k])
            role[p->id[k]].elsewhere = true;
    free(in);
    return role;
}

struct push { double h, x, z; };

static struct push push_of(const struct study *s, struct bench *b, int step)
{
    const struct lstm_layer *y = &s->net->layer[s->layer];
    struct push p = {0};
    p.z = lstm_preactivation(&(struct computation){.net = s->net, .tr = b->tr, .x = b->x},
                             (struct element){s->layer, s->unit, Q_F, step}, b->terms);
    for (int k = 0; k < y->hidden; k++)
        p.h += (double)b->terms[k];
    for (int k = 0; k < y->in; k++)
        p.x += (double)b->terms[y->hidden + k];
    return p;
}

static double value_at(const struct study *s, const struct bench *b, enum quantity q, int step)
{
    return (double)trace_row(b->tr, s->layer, q, step)[s->unit];
}

static bool two_roles(const struct study *s, int id)
{
    const struct role *r = &s->role[id];
    return r->names[0] + r->names[1] + r->others > 0 && r->elsewhere;
}

/* Of the pair, only this value. */
static bool names_only(const struct role *r, int value)
{
    return r->names[value] > 0 && r->names[1 - value] == 0;
}

/* The gate at one word of a subject (the one where it is lowest) or at a word that is none here. */
static void tally_role(struct study *s, struct bench *b, int step, bool subject)
{
    struct measure_subjects *m = s->m;
    struct push p = push_of(s, b, step);
    bool crosses = (p.z > 0) != (p.z - p.h > 0);
    if (subject) {
        m->subjects++;
        m->f_subject += value_at(s, b, Q_F, step);
        m->h_subject += fabs(p.h);
        m->x_subject += fabs(p.x);
        m->flips_subject += crosses;
    } else {
        m->elsewhere++;
        m->f_elsewhere += value_at(s, b, Q_F, step);
        m->h_elsewhere += fabs(p.h);
        m->x_elsewhere += fabs(p.x);
        m->flips_elsewhere += crosses;
    }
}

static void study_roles(struct study *s, struct bench *b, const int *id, int n, const struct corpus_subject *subject,
                        int subjects)
{
    for (int k = 0; k < subjects; k++) {
        int lowest = subject[k].first + 1;
        for (int step = lowest + 1; step <= subject[k].at + 1; step++)
            if (value_at(s, b, Q_F, step) < value_at(s, b, Q_F, lowest))
                lowest = step;
        if (subject[k].first > 0 && two_roles(s, id[subject[k].at]))
            tally_role(s, b, lowest, true);
    }
    for (int k = 1; k < n; k++)
        if (!s->in_phrase[k] && two_roles(s, id[k]))
            tally_role(s, b, k + 1, false);
}

/* How much of the memory is still there when a subject of another value begins. */
static void study_changes(struct study *s, const struct bench *b, const struct corpus_subject *subject, int subjects)
{
    for (int k = 0; k + 1 < subjects; k++) {
        if (subject[k].value > 1 || subject[k + 1].value == subject[k].value)
            continue;
        double old = fabs(value_at(s, b, Q_C, subject[k].at + 1)),
               now = fabs(value_at(s, b, Q_C, subject[k + 1].first));
        s->left[s->m->changes++] = old > 0 ? (float)(now / old) : 0;
    }
}

static double right_after(const struct study *s, struct bench *b, const struct corpus_span *span, const int *id)
{
    return bench_right(bench_predict(b, span->target), s->net->outputs, s->pair, id[span->target]);
}

/* f = 1 throughout the new subject: does the old one come back? */
static void study_opened(struct study *s, struct bench *b, const int *id, const struct corpus_subject *now,
                         const struct corpus_span *span)
{
    size_t n = (size_t)(now->at - now->first) + 1;
    struct pin *pin = xcalloc(n, sizeof *pin);
    for (size_t k = 0; k < n; k++)
        pin[k] = (struct pin){now->first + 1 + (int)k, s->layer, Q_F, s->unit, 1};
    bench_run(b, now->first + 1, pin, n);
    s->m->opened++;
    s->m->opened_right += right_after(s, b, span, id);
    bench_run(b, now->first + 1, NULL, 0);
    free(pin);
}

/* Objects that name the other value of the pair, between cue and answer. */
static void study_attractors(struct study *s, struct bench *b, const int *id, const struct corpus_span *span)
{
    struct pin *pin = xcalloc((size_t)span->target, sizeof *pin);
    size_t n = 0;
    for (int k = span->cue + 1; k < span->target; k++)
        if (names_only(&s->role[id[k]], 1 - span->value)) {
            struct push p = push_of(s, b, k + 1);
            pin[n++] = (struct pin){k + 1, s->layer, Q_F, s->unit, (float)(1 / (1 + exp(p.h - p.z)))};
        }
    if (n) {
        s->m->attractors++;
        s->m->attractors_right +=
            bench_wins(bench_predict(b, span->target), s->net->outputs, s->c->rival, id[span->target]);
        bench_run(b, pin[0].step, pin, n);
        s->m->attractors_flip += right_after(s, b, span, id) < 0.5;
        bench_run(b, pin[0].step, NULL, 0);
    }
    free(pin);
}

static bool is_single(const struct study *s, int k, const int *id)
{
    const struct corpus_span *span = &s->p->span[k];
    bool first = k == 0 || span[-1].sequence != span->sequence || span[-1].cue != span->cue;
    return first && span->value <= 1 && span->target >= span->cue + 2 && s->pair[id[span->target]];
}

/* The subjects of one sequence, and its spans from … to-1. */
struct subjects { const struct corpus_subject *v; int n, from, to; };

static void study_answers(struct study *s, struct bench *b, const int *id, const struct subjects *of)
{
    for (int k = of->from; k < of->to; k++) {
        const struct corpus_span *span = &s->p->span[k];
        if (!is_single(s, k, id))
            continue;
        study_attractors(s, b, id, span);
        for (int j = 1; j < of->n; j++)
            if (of->v[j].at == span->cue && of->v[j - 1].value == 1 - of->v[j].value)
                study_opened(s, b, id, &of->v[j], span);
    }
}

static bool study_sequence(struct study *s, int sequence, const struct subjects *of)
{
    const int *id = s->p->id + s->p->start[sequence];
    int n = s->p->start[sequence + 1] - s->p->start[sequence];
    struct bench b;
    bool ok = bench_init(&b, s->net, id, n);
    if (ok) {
        bench_run(&b, 0, NULL, 0);
        study_roles(s, &b, id, n, of->v, of->n);
        study_changes(s, &b, of->v, of->n);
        study_answers(s, &b, id, of);
    }
    bench_clear(&b);
    return ok;
}

static int compare_float(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return x < y ? -1 : x > y;
}

static double over(double sum, int n)
{
    return n ? sum / n : NAN;
}

static void finish(struct study *s)
{
    struct measure_subjects *m = s->m;
    int most = 0;
    qsort(s->left, (size_t)m->changes, sizeof *s->left, compare_float);
    for (int k = 0; k < m->changes; k++)
        most += s->left[k] >= 0.7f;
    m->left = m->changes ? (double)s->left[m->changes / 2] : NAN;
    m->left_most = over(most, m->changes);
    double *subject[] = {&m->f_subject, &m->h_subject, &m->x_subject, &m->flips_subject};
    double *elsewhere[] = {&m->f_elsewhere, &m->h_elsewhere, &m->x_elsewhere, &m->flips_elsewhere};
    for (int k = 0; k < 4; k++) {
        *subject[k] = over(*subject[k], m->subjects);
        *elsewhere[k] = over(*elsewhere[k], m->elsewhere);
    }
    m->attractors_right = over(m->attractors_right, m->attractors);
    m->attractors_flip = over(m->attractors_flip, m->attractors);
    m->opened_right = over(m->opened_right, m->opened);
}

bool measure_subjects(const struct lstm *net, const struct corpus *c, enum grammar_part part, int layer, int unit,
                      struct measure_subjects *out)
{
    const struct corpus_part *p = &c->part[part];
    *out = (struct measure_subjects){0};
    if (c->pair[0] < 0)
        return false;
    struct study s = {.net = net, .c = c, .p = p, .layer = layer, .unit = unit, .role = roles_of(c), .m = out};
    s.left = xcalloc((size_t)p->subjects + 1, sizeof *s.left);
    s.pair = xcalloc((size_t)c->vocab->size, 1);
    s.pair[c->pair[0]] = s.pair[c->pair[1]] = 1;
    unsigned char *in = phrases_of(p);
    bool ok = true;
    for (int q = 0, subject = 0, span = 0; ok && q < p->sequences; q++) {
        int subjects = 0, from = span;
        while (subject + subjects < p->subjects && p->subject[subject + subjects].sequence == q)
            subjects++;
        while (span < p->spans && p->span[span].sequence == q)
            span++;
        s.in_phrase = in + p->start[q];
        ok = study_sequence(&s, q, &(struct subjects){p->subject + subject, subjects, from, span});
        subject += subjects;
    }
    finish(&s);
    free(in);
    free(s.left);
    free(s.role);
    free(s.pair);
    return ok;
}
