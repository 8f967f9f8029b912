/* train_loops_body.h: one sequence forward and backward, and the optimiser. Included by train_loops_*.c, which name it.
 *
 * Forward is lstm.h's equations; backward is the chain rule on each of them, last first. The first layer never multiplies
 * by its W: W·x + b depends on the token alone, so it is a table with a row a token, made once an update; backwards,
 * ∂/∂z is summed per token and multiplied once at the end.
 */
#include "core/train_loops.h"

static void make_table(struct pass *p)
{
    const struct pass_layer *y = &p->layer[0];
    for (int v = 0; v < p->V; v++) {
        real *row = p->table + (size_t)v * (size_t)y->G;
        memcpy(row, p->w + y->b, (size_t)y->G * sizeof(real));
        add_product(row, p->w + y->W, p->w + p->embedding + (size_t)v * (size_t)p->E, p->E, y->G);
    }
}

static void begin(struct pass *p)
{
    memset(p->grad, 0, p->params * sizeof(real));
    p->seen_count = 0;
    memset(p->is_seen, 0, (size_t)p->V);
    make_table(p);
}

/* The row of dtable for a token, cleared when it is first met. */
static real *token_gradient(struct pass *p, int id)
{
    real *row = p->dtable + (size_t)id * (size_t)p->layer[0].G;
    if (!p->is_seen[id]) {
        p->is_seen[id] = 1;
        p->seen[p->seen_count++] = id;
        memset(row, 0, (size_t)p->layer[0].G * sizeof(real));
    }
    return row;
}

static void end(struct pass *p)
{
    const struct pass_layer *y = &p->layer[0];
    for (int k = 0; k < p->seen_count; k++) {
        int v = p->seen[k];
        const real *d = p->dtable + (size_t)v * (size_t)y->G;
        size_t e = p->embedding + (size_t)v * (size_t)p->E;
        add_outer(p->grad + y->W, p->w + e, d, p->E, y->G);
        add_transposed(p->grad + e, p->w + y->W, d, p->E, y->G);
        add_all(p->grad + y->b, d, y->G);
    }
}

/* One step of one layer: from z in `gate` to the gates, C and h. */
static void step_forward(const struct pass_layer *y, int t)
{
    int n = y->Hp;
    real *gate = y->gate + (size_t)t * (size_t)y->G;
    real *C = y->C + (size_t)t * (size_t)n, *tanhC = y->tanhC + (size_t)t * (size_t)n, *h = y->h + (size_t)t * (size_t)n;
    gates_all(gate, y->stretch, y->G);
    const real *f = gate, *i = f + n, *g = i + n, *o = g + n, *keep = y->keep + (size_t)t * (size_t)n;
    /* C_t = f ⊙ C_{t-1} + i ⊙ g */
    for (int u = 0; u < n; u++)
        C[u] = (t ? f[u] * C[u - n] * keep[u] : 0) + i[u] * g[u];
    /* h_t = o ⊙ tanh(C_t) */
    memcpy(tanhC, C, (size_t)n * sizeof *C);
    tanh_all(tanhC, n);
    for (int u = 0; u < n; u++)
        h[u] = o[u] * tanhC[u];
}

/* What the layer above or the head gets. */
static const real *goes_up(const struct pass *p, const struct pass_layer *y, int t)
{
    return (p->dropping ? y->up : y->h) + (size_t)t * (size_t)y->Hp;
}

/* a ← b ⊙ c, n a multiple of 4. */
static void multiply(real *a, const real *b, const real *restrict c, size_t n)
{
    for (size_t k = 0; k < n; k++)
        a[k] = b[k] * c[k];
}

static void forward(struct pass *p, const int *id, int n)
{
    for (int l = 0; l < p->L; l++) {
        const struct pass_layer *y = &p->layer[l];
        size_t G = (size_t)y->G, Hp = (size_t)y->Hp;
        for (int t = 0; t < n; t++) {
            real *z = y->gate + (size_t)t * G;
            if (l == 0) {
                memcpy(z, p->table + (size_t)id[t] * G, G * sizeof *z);
            } else {
                memcpy(z, p->w + y->b, G * sizeof *z);
                add_product(z, p->w + y->W, goes_up(p, y - 1, t), y->in, y->G);
            }
            if (t)
                add_product(z, p->w + y->U, y->h + (size_t)(t - 1) * Hp, y->H, y->G);
            step_forward(y, t);
        }
        if (p->dropping)
            multiply(y->up, y->h, y->drop, (size_t)n * Hp);
    }
}

static double predict(struct pass *p, int t, int target)
{
    const struct pass_layer *top = &p->layer[p->L - 1];
    real *z = p->logit, max;
    memcpy(z, p->w + p->out_b, (size_t)p->Op * sizeof *z);
    add_product(z, p->w + p->out_W, goes_up(p, top, t), top->H, p->Op);
    max = z[0];
    for (int k = 1; k < p->O; k++)
        max = z[k] > max ? z[k] : max;
    real at_target = z[target] - max;
    for (int k = 0; k < p->Op; k += 4)
        for (int u = 0; u < 4; u++)
            z[k + u] = real_exp(z[k + u] - max);
    for (int k = p->O; k < p->Op; k++)
        z[k] = 0;
    real lane[BLOCK] = {0}, sum = 0;
    for (int k = 0; k < p->Op; k += BLOCK)
        for (int u = 0; u < BLOCK; u++)
            lane[u] += z[k + u];
    for (int u = 0; u < BLOCK; u++)
        sum += lane[u];
    for (int k = 0; k < p->Op; k++)
        z[k] /= sum;
    return (double)at_target - log((double)sum);
}

/* The head at every step: loss, its own gradient, and ∂/∂h of the top layer. */
static double learn_head(struct pass *p, const int *id, const float *weight, int n, double scale, double *plain)
{
    const struct pass_layer *top = &p->layer[p->L - 1];
    double loss = 0;
    memset(top->dh, 0, (size_t)n * (size_t)top->Hp * sizeof(real));
    for (int t = 0; t + 1 < n; t++) {
        double w = weight ? (double)weight[t + 1] : 1, ln = predict(p, t, id[t + 1]);
        *plain -= ln;
        loss -= w * ln;
        if (w == 0)
            continue;
        real by = (real)(w * scale), *d = p->logit;
        d[id[t + 1]] -= 1;
        for (int k = 0; k < p->Op; k++)
            d[k] *= by;
        add_outer(p->grad + p->out_W, goes_up(p, top, t), d, top->H, p->Op);
        add_all(p->grad + p->out_b, d, p->Op);
        add_transposed(top->dh + (size_t)t * (size_t)top->Hp, p->w + p->out_W, d, top->H, p->Op);
    }
    return loss * scale;
}

/* One step of one layer backwards: ∂/∂h and ∂/∂C of this step become ∂/∂z (over the gates) and ∂/∂C of the step before. */
static void step_backward(const struct pass_layer *y, int t, const real *restrict dh, real *restrict dC,
                          const struct pass_cost *cost)
{
    int n = y->Hp;
    real *restrict f = y->gate + (size_t)t * (size_t)y->G, *restrict i = f + n, *restrict g = i + n, *restrict o = g + n;
    const real *restrict C = y->C + (size_t)t * (size_t)n, *restrict tanhC = y->tanhC + (size_t)t * (size_t)n;
    const real *restrict one = y->one;
    const real *restrict keep = y->keep + (size_t)t * (size_t)n;
    real write = (real)cost->write_cost, saturate = (real)cost->saturation, both = (real)cost->keep_or_write;
    for (int u = 0; u < n; u++) {
        real before = t ? C[u - n] * keep[u] : 0;
        real d_o = dh[u] * tanhC[u];
        real d_C = dC[u] + dh[u] * o[u] * (1 - tanhC[u] * tanhC[u]);
        real d_f = d_C * before + one[u] * (saturate * (1 - 2 * f[u]) + both * i[u]);
        real d_i = d_C * g[u] + one[u] * (write + both * f[u]);
        real d_g = d_C * i[u];
        dC[u] = d_C * f[u] * keep[u];
        f[u] = d_f * f[u] * (1 - f[u]);
        i[u] = d_i * i[u] * (1 - i[u]);
        g[u] = d_g * (1 - g[u] * g[u]);
        o[u] = d_o * o[u] * (1 - o[u]);
    }
}

static double regulariser(const struct pass_layer *y, int n, const struct pass_cost *cost)
{
    double sum = 0;
    for (int t = 0; t < n; t++) {
        const real *f = y->gate + (size_t)t * (size_t)y->G, *i = f + y->Hp;
        for (int u = 0; u < y->H; u++)
            sum += cost->write_cost * (double)i[u] + cost->saturation * (double)f[u] * (1 - (double)f[u]) +
                   cost->keep_or_write * (double)f[u] * (double)i[u];
    }
    return sum;
}

static double learn(struct pass *p, const int *id, const float *weight, int n, const struct pass_cost *cost, double *plain)
{
    forward(p, id, n);
    double loss = learn_head(p, id, weight, n, cost->scale, plain);
    for (int l = p->L - 1; l >= 0; l--) {
        struct pass_layer *y = &p->layer[l];
        size_t G = (size_t)y->G, Hp = (size_t)y->Hp;
        if (cost->write_cost > 0 || cost->saturation > 0 || cost->keep_or_write > 0)
            loss += regulariser(y, n, cost);
        if (p->dropping)
            multiply(y->dh, y->dh, y->drop, (size_t)n * Hp);
        memset(y->dC, 0, Hp * sizeof *y->dC);
        if (l)
            memset(y[-1].dh, 0, (size_t)n * (size_t)y[-1].Hp * sizeof(real));
        for (int t = n - 1; t >= 0; t--) {
            real *dz = y->gate + (size_t)t * G;
            step_backward(y, t, y->dh + (size_t)t * Hp, y->dC, cost);
            if (t) {
                const real *h = y->h + (size_t)(t - 1) * Hp;
                add_transposed(y->dh + (size_t)(t - 1) * Hp, p->w + y->U, dz, y->H, y->G);
                add_outer(p->grad + y->U, h, dz, y->H, y->G);
            }
            if (l == 0) {
                add_all(token_gradient(p, id[t]), dz, y->G);
            } else {
                size_t below = (size_t)t * (size_t)y[-1].Hp;
                add_outer(p->grad + y->W, goes_up(p, y - 1, t), dz, y->in, y->G);
                add_transposed(y[-1].dh + below, p->w + y->W, dz, y->in, y->G);
                add_all(p->grad + y->b, dz, y->G);
            }
        }
    }
    return loss;
}

/* ---- the optimiser -------------------------------------------------------------------------------------------------- */

static void add_cost(real *restrict g, const real *restrict w, size_t n, real decay, real l1)
{
    for (size_t k = 0; k < n; k++)
        g[k] += decay * w[k] + (w[k] > 0 ? l1 : w[k] < 0 ? -l1 : 0);
}

static double sum_of_squares(const real *v, size_t n)
{
    /* Four running sums in double: exact enough at any size, and their order is fixed. */
    double sum[4] = {0};
    size_t k = 0;
    for (; k + 4 <= n; k += 4)
        for (size_t u = 0; u < 4; u++)
            sum[u] += (double)v[k + u] * (double)v[k + u];
    for (; k < n; k++)
        sum[0] += (double)v[k] * (double)v[k];
    return sum[0] + sum[1] + (sum[2] + sum[3]);
}

static void adam(real *restrict w, real *restrict m, real *restrict v, const real *restrict grad, size_t n,
                 const struct adam_step *by)
{
    const struct adam_step s = *by;
    for (size_t k = 0; k < n; k++) {
        real g = grad[k] * s.scale;
        m[k] = s.beta1 * m[k] + (1 - s.beta1) * g;
        v[k] = s.beta2 * v[k] + (1 - s.beta2) * g * g;
        w[k] -= s.step * m[k] / (real_sqrt(v[k] * s.correct) + s.epsilon);
    }
}

static const struct train_loops LOOPS = {
    LOOPS_NAME, LOOPS_BYTES, make_table, begin, forward, predict, learn, end, add_cost, sum_of_squares, adam,
};
