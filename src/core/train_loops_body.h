/* train_loops_body.h: some sequences forward and backward, and the optimiser. Included by train_loops_*.c, which
 * name it.
 *
 * Forward is lstm.h's equations; backward is the chain rule on each of them, last first. The first layer never
 * multiplies by its W: W·x + b depends on the token alone, so it is a table with a row a token, made once an update;
 * backwards, ∂/∂z is summed per token and multiplied once at the end. Where numbers come in there are no tokens (V is
 * 0), and the first layer multiplies its input like any other.
 *
 * Steps of several sequences that do not depend on each other go through a matrix in gangs (train_math.h), which
 * reads it once for all of them; gradients of matrices are summed afterwards, sequence after sequence and from the
 * last step to the first.
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

/* One row of one layer: from z in `gate` to the gates, C and h. follows: the row before is the step before. */
static void step_forward(const struct pass_layer *y, int t, bool follows)
{
    int n = y->Hp;
    real *gate = y->gate + (size_t)t * (size_t)y->G;
    real *C = y->C + (size_t)t * (size_t)n, *tanhC = y->tanhC + (size_t)t * (size_t)n,
         *h = y->h + (size_t)t * (size_t)n;
    gates_all(gate, y->stretch, y->G);
    for (int u = 0; y->coupled && u < n; u++)
        gate[n + u] = 1 - gate[u];
    const real *f = gate, *i = f + n, *g = i + n, *o = g + n, *keep = y->keep + (size_t)t * (size_t)n;
    /* C_t = f ⊙ C_{t-1} + i ⊙ g */
    for (int u = 0; u < n; u++)
        C[u] = (follows ? f[u] * C[u - n] * keep[u] : 0) + i[u] * g[u];
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

/* What layer l takes at a row; NULL where the table has the product already. */
static const real *comes_in(const struct pass *p, int l, int row)
{
    if (l)
        return goes_up(p, &p->layer[l - 1], row);
    return p->V ? NULL : p->input + (size_t)row * (size_t)p->E;
}

/* Does layer l start from the table? */
static bool from_table(const struct pass *p, int l)
{
    return l == 0 && p->V > 0;
}

static void take_inputs(struct pass *p, const struct pass_batch *b)
{
    for (int q = 0; !p->V && q < b->n; q++) {
        size_t n = (size_t)b->length[q] * (size_t)p->E;
        real *to = p->input + (size_t)b->first[q] * (size_t)p->E;
        for (size_t k = 0; k < n; k++)
            to[k] = (real)b->x[q][k];
    }
}

/* The next sequences, from *at on, that are longer than t: their rows, at most a gang. Returns how many. */
static int next_gang(const struct pass_batch *b, int t, int *at, int *sequence)
{
    int n = 0;
    for (; *at < b->n && n < GANG; ++*at)
        if (b->length[*at] > t)
            sequence[n++] = *at;
    return n;
}

static int longest_of(const struct pass_batch *b)
{
    int most = 0;
    for (int k = 0; k < b->n; k++)
        most = b->length[k] > most ? b->length[k] : most;
    return most;
}

static size_t rows_of(const struct pass_batch *b)
{
    return b->n ? (size_t)(b->first[b->n - 1] + b->length[b->n - 1]) : 0;
}

/* Step t of a gang in layer l. */
static void gang_forward(const struct pass *p, const struct pass_batch *b, int l, int t, const int *sequence, int n)
{
    const struct pass_layer *y = &p->layer[l];
    size_t G = (size_t)y->G;
    real *z[GANG];
    const real *x[GANG], *h[GANG];
    for (int g = 0; g < n; g++) {
        int row = b->first[sequence[g]] + t;
        z[g] = y->gate + (size_t)row * G;
        h[g] = y->h + (size_t)(row - (t > 0)) * (size_t)y->Hp;
        x[g] = comes_in(p, l, row);
        memcpy(z[g], from_table(p, l) ? p->table + (size_t)b->id[sequence[g]][t] * G : p->w + y->b, G * sizeof(real));
    }
    if (!from_table(p, l))
        gang_product(z, p->w + y->W, x, n, y->in, y->G);
    if (t)
        gang_product(z, p->w + y->U, h, n, y->H, y->G);
    for (int g = 0; g < n; g++)
        step_forward(y, b->first[sequence[g]] + t, t > 0);
}

static void forward(struct pass *p, const struct pass_batch *b)
{
    int sequence[GANG], steps = longest_of(b);
    take_inputs(p, b);
    for (int l = 0; l < p->L; l++) {
        const struct pass_layer *y = &p->layer[l];
        for (int t = 0; t < steps; t++)
            for (int at = 0, n; (n = next_gang(b, t, &at, sequence));)
                gang_forward(p, b, l, t, sequence, n);
        if (p->dropping)
            multiply(y->up, y->h, y->drop, rows_of(b) * (size_t)y->Hp);
    }
}

/* z of the head becomes probabilities; ln p of the target. */
static double softmax_row(const struct pass *p, real *restrict z, int target)
{
    real most[BLOCK], max = z[0];
    int whole = p->O / BLOCK * BLOCK;
    for (int u = 0; u < BLOCK; u++)
        most[u] = whole ? z[u] : max;
    for (int k = 0; k < whole; k += BLOCK)
        for (int u = 0; u < BLOCK; u++)
            most[u] = z[k + u] > most[u] ? z[k + u] : most[u];
    for (int u = 0; u < BLOCK; u++)
        max = most[u] > max ? most[u] : max;
    for (int k = whole; k < p->O; k++)
        max = z[k] > max ? z[k] : max;
    real at_target = z[target] - max;
    for (int k = 0; k < p->Op; k += BLOCK)
        for (int u = 0; u < BLOCK; u++)
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

static double predict(struct pass *p, int row, int target)
{
    const struct pass_layer *top = &p->layer[p->L - 1];
    memcpy(p->logit, p->w + p->out_b, (size_t)p->Op * sizeof(real));
    add_product(p->logit, p->w + p->out_W, goes_up(p, top, row), top->H, p->Op);
    return target < 0 ? 0 : softmax_row(p, p->logit, target);
}

/* Is anything wanted after step t of sequence q? */
static bool wanted(const struct pass *p, const struct pass_batch *b, int q, int t)
{
    if (b->label)
        return b->label[q][t] >= 0;
    if (b->y)
        return !isnan(b->y[q][(size_t)t * (size_t)p->O]);
    return t + 1 < b->length[q];
}

/* What the head says after step t of sequence q becomes ∂loss/∂z in units of weight · scale; its loss comes back. */
static double learn_row(const struct pass *p, const struct pass_batch *b, int q, int t, real *restrict z)
{
    if (!b->y) {
        int target = b->label ? b->label[q][t] : b->id[q][t + 1];
        double ln = softmax_row(p, z, target);
        z[target] -= 1;
        return -ln;
    }
    const float *y = b->y[q] + (size_t)t * (size_t)p->O;
    double sum = 0;
    for (int k = 0; k < p->O; k++) {
        real off = z[k] - (real)y[k];
        sum += (double)off * (double)off;
        z[k] = 2 * off;
    }
    return sum;
}

/* The head at n steps of sequence q, at most a gang: loss, its own gradient, and ∂/∂h of the top layer. */
static double learn_gang(struct pass *p, const struct pass_batch *b, int q, const int *at, int n, double scale,
                         double *plain)
{
    const struct pass_layer *top = &p->layer[p->L - 1];
    const float *weight = b->weight ? b->weight[q] : NULL;
    int next = !b->label && !b->y;                /* a weight stands at the target: the next token, or the step's own */
    real *z[GANG], *dh[GANG];
    const real *h[GANG], *d[GANG];
    double loss = 0;
    int learns = 0;
    for (int g = 0; g < n; g++) {
        z[g] = p->logit + (size_t)g * (size_t)p->Op;
        h[g] = goes_up(p, top, b->first[q] + at[g]);
        memcpy(z[g], p->w + p->out_b, (size_t)p->Op * sizeof(real));
    }
    gang_product(z, p->w + p->out_W, h, n, top->H, p->Op);
    for (int g = 0; g < n; g++) {
        double w = weight ? (double)weight[at[g] + next] : 1, row = learn_row(p, b, q, at[g], z[g]);
        *plain += row;
        loss += w * row;
        if (w == 0)
            continue;
        real by = (real)(w * scale);
        for (int k = 0; k < p->Op; k++)
            z[g][k] *= by;
        h[learns] = h[g];
        d[learns] = z[g];
        dh[learns++] = top->dh + (size_t)(b->first[q] + at[g]) * (size_t)top->Hp;
    }
    gang_outer(p->grad + p->out_W, h, d, learns, top->H, p->Op);
    for (int g = 0; g < learns; g++)
        add_all(p->grad + p->out_b, d[g], p->Op);
    gang_transposed(dh, p->w + p->out_W, d, learns, top->H, p->Op);
    return loss;
}

static double learn_head(struct pass *p, const struct pass_batch *b, double scale, double *plain)
{
    const struct pass_layer *top = &p->layer[p->L - 1];
    double loss = 0;
    memset(top->dh, 0, rows_of(b) * (size_t)top->Hp * sizeof(real));
    for (int q = 0; q < b->n; q++)
        for (int t = 0, n = 0, at[GANG]; t < b->length[q]; t++) {
            if (wanted(p, b, q, t))
                at[n++] = t;
            if (n && (n == GANG || t + 1 == b->length[q])) {
                loss += learn_gang(p, b, q, at, n, scale, plain);
                n = 0;
            }
        }
    return loss * scale;
}

/* One step of one layer backwards: ∂/∂h and ∂/∂C of this step become ∂/∂z (over the gates) and ∂/∂C of the step
 * before. */
static void step_backward(const struct pass_layer *y, int t, bool follows, const real *restrict dh, real *restrict dC,
                          const struct pass_cost *cost)
{
    int n = y->Hp;
    real *restrict f = y->gate + (size_t)t * (size_t)y->G, *restrict i = f + n, *restrict g = i + n,
                   *restrict o = g + n;
    const real *restrict C = y->C + (size_t)t * (size_t)n, *restrict tanhC = y->tanhC + (size_t)t * (size_t)n;
    const real *restrict one = y->one;
    const real *restrict keep = y->keep + (size_t)t * (size_t)n;
    real write = (real)cost->write_cost, saturate = (real)cost->saturation, both = (real)cost->keep_or_write;
    for (int u = 0; u < n; u++) {
        real before = follows ? C[u - n] * keep[u] : 0;
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
    /* i = 1 - f: what would move i moves f the other way. Both have the same slope, f (1 - f). */
    for (int u = 0; y->coupled && u < n; u++) {
        f[u] -= i[u];
        i[u] = 0;
    }
}

static double regulariser(const struct pass_layer *y, size_t rows, const struct pass_cost *cost)
{
    double sum = 0;
    for (size_t t = 0; t < rows; t++) {
        const real *f = y->gate + t * (size_t)y->G, *i = f + y->Hp;
        for (int u = 0; u < y->H; u++)
            sum += cost->write_cost * (double)i[u] + cost->saturation * (double)f[u] * (1 - (double)f[u]) +
                   cost->keep_or_write * (double)f[u] * (double)i[u];
    }
    return sum;
}

/* Step t of a gang in layer l: ∂/∂z, and what goes back to the step before and to the layer below. */
static void gang_backward(const struct pass *p, const struct pass_batch *b, int l, int t, const int *sequence, int n,
                          const struct pass_cost *cost)
{
    const struct pass_layer *y = &p->layer[l];
    real *before[GANG], *below[GANG];
    const real *dz[GANG];
    for (int g = 0; g < n; g++) {
        int first = b->first[sequence[g]], row = first + t;
        dz[g] = y->gate + (size_t)row * (size_t)y->G;
        before[g] = y->dh + (size_t)(row - (t > 0)) * (size_t)y->Hp;
        below[g] = l ? y[-1].dh + (size_t)row * (size_t)y[-1].Hp : NULL;
        step_backward(y, row, t > 0, y->dh + (size_t)row * (size_t)y->Hp, y->dC + (size_t)first * (size_t)y->Hp, cost);
    }
    if (t)
        gang_transposed(before, p->w + y->U, dz, n, y->H, y->G);
    if (l)
        gang_transposed(below, p->w + y->W, dz, n, y->in, y->G);
}

/* Gradients of a layer's matrices by one sequence, from its last step to its first. */
static void add_gradients(struct pass *p, const struct pass_batch *b, int l, int q)
{
    const struct pass_layer *y = &p->layer[l];
    for (int t = b->length[q] - 1; t >= 0; t -= GANG) {
        const real *dz[GANG], *h[GANG], *x[GANG];
        int n = t + 1 < GANG ? t + 1 : GANG;
        for (int g = 0; g < n; g++) {
            int row = b->first[q] + t - g;
            dz[g] = y->gate + (size_t)row * (size_t)y->G;
            h[g] = y->h + (size_t)(row - (t - g > 0)) * (size_t)y->Hp;
            x[g] = comes_in(p, l, row);
            add_all(from_table(p, l) ? token_gradient(p, b->id[q][t - g]) : p->grad + y->b, dz[g], y->G);
        }
        gang_outer(p->grad + y->U, h, dz, n - (t - n + 1 == 0), y->H, y->G); /* nothing came before the first step */
        if (!from_table(p, l))
            gang_outer(p->grad + y->W, x, dz, n, y->in, y->G);
    }
}

static double learn(struct pass *p, const struct pass_batch *b, const struct pass_cost *cost, double *plain)
{
    int sequence[GANG], steps = longest_of(b);
    size_t rows = rows_of(b);
    forward(p, b);
    double loss = learn_head(p, b, cost->scale, plain);
    for (int l = p->L - 1; l >= 0; l--) {
        struct pass_layer *y = &p->layer[l];
        if (cost->write_cost > 0 || cost->saturation > 0 || cost->keep_or_write > 0)
            loss += regulariser(y, rows, cost);
        if (p->dropping)
            multiply(y->dh, y->dh, y->drop, rows * (size_t)y->Hp);
        memset(y->dC, 0, rows * (size_t)y->Hp * sizeof *y->dC);
        if (l)
            memset(y[-1].dh, 0, rows * (size_t)y[-1].Hp * sizeof(real));
        for (int t = steps - 1; t >= 0; t--)
            for (int at = 0, n; (n = next_gang(b, t, &at, sequence));)
                gang_backward(p, b, l, t, sequence, n, cost);
        for (int q = 0; q < b->n; q++)
            add_gradients(p, b, l, q);
    }
    return loss;
}

/* ---- the optimiser ----------------------------------------------------------------------------------------------- */

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
    LOOPS_NAME, VECTOR_BYTES, make_table, begin, forward, predict, learn, end, add_cost, sum_of_squares, adam,
};
