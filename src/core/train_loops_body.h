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
 *
 * Threads share sequences where nothing is summed over them (forward, and backward down to ∂/∂z), and rows or columns
 * of a matrix where its gradient is: each element is summed by one thread, in the order above. So neither how many
 * threads there are nor how the work is shared changes a bit.
 */
#include "base/threads.h"
#include "core/train_loops.h"

/* In how many pieces so many multiplications are shared, at most `most`: one where waking a thread is not worth it. */
static int pieces_of(int most, double products)
{
    const double WORTH = 4e6;
    int n = products < WORTH || threads_count() < 2 ? 1 : 2 * threads_count();
    n = n < most ? n : most;
    return n < 1 ? 1 : n;
}

/* The first of n things that is piece k's; that of piece k + 1 ends it. */
static int piece_from(int n, int k, int pieces)
{
    return (int)((long long)n * k / pieces);
}

/* The same of columns, in whole blocks. */
static int block_from(int n, int k, int pieces)
{
    return piece_from(n / BLOCK, k, pieces) * BLOCK;
}

/* What a piece is told. */
struct shared {
    struct pass *p;
    const struct pass_batch *b;
    const struct pass_cost *cost;
    int layer, pieces;
};

static void table_piece(void *context, int k)
{
    const struct shared *s = context;
    const struct pass *p = s->p;
    const struct pass_layer *y = &p->layer[0];
    for (int v = piece_from(p->V, k, s->pieces), end = piece_from(p->V, k + 1, s->pieces); v < end; v++) {
        real *row = p->table + (size_t)v * (size_t)y->G;
        const real *x = p->w + p->embedding + (size_t)v * (size_t)p->E;
        memcpy(row, p->w + y->b, (size_t)y->G * sizeof(real));
        gang_product(&row, p->w + y->W, &x, 1, p->E, y->G);
    }
}

static void make_table(struct pass *p)
{
    int pieces = pieces_of(p->V, (double)p->V * p->E * p->layer[0].G);
    threads_each(pieces, table_piece, &(struct shared){.p = p, .pieces = pieces});
}

static void begin(struct pass *p)
{
    memset(p->grad, 0, p->params * sizeof(real));
    p->seen_count = 0;
    memset(p->is_seen, 0, (size_t)p->V);
    make_table(p);
}

/* Clears the row of dtable for a token that was not met before. */
static void meet(struct pass *p, int id)
{
    if (p->is_seen[id])
        return;
    p->is_seen[id] = 1;
    p->seen[p->seen_count++] = id;
    memset(p->dtable + (size_t)id * (size_t)p->layer[0].G, 0, (size_t)p->layer[0].G * sizeof(real));
}

/* Some rows of W for all tokens, some columns of b, and the embeddings of some tokens. */
static void end_piece(void *context, int piece)
{
    const struct shared *s = context;
    const struct pass *p = s->p;
    const struct pass_layer *y = &p->layer[0];
    size_t G = (size_t)y->G;
    int row = piece_from(p->E, piece, s->pieces), rows = piece_from(p->E, piece + 1, s->pieces) - row;
    int at = block_from(y->G, piece, s->pieces), columns = block_from(y->G, piece + 1, s->pieces) - at;
    int from = piece_from(p->seen_count, piece, s->pieces), to = piece_from(p->seen_count, piece + 1, s->pieces);
    for (int k = 0; k < p->seen_count; k++) {
        size_t e = p->embedding + (size_t)p->seen[k] * (size_t)p->E;
        const real *d = p->dtable + (size_t)p->seen[k] * G, *x = p->w + e + row;
        real *dx = p->grad + e;
        gang_outer(p->grad + y->W + (size_t)row * G, &x, &d, 1, rows, y->G);
        if (k >= from && k < to)
            gang_transposed(&dx, p->w + y->W, &d, 1, p->E, y->G);
        add_all(p->grad + y->b + at, d + at, columns);
    }
}

static void end(struct pass *p)
{
    int pieces = pieces_of(p->E, 2.0 * p->seen_count * p->E * p->layer[0].G);
    threads_each(pieces, end_piece, &(struct shared){.p = p, .pieces = pieces});
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

static size_t first_row(const struct pass_batch *b)
{
    return b->n ? (size_t)b->first[0] : 0;
}

static size_t rows_of(const struct pass_batch *b)
{
    return b->n ? (size_t)(b->first[b->n - 1] + b->length[b->n - 1]) - first_row(b) : 0;
}

/* Sets of sequences, which threads share. */
static int sets_of(const struct pass_batch *b)
{
    return (b->n + SET - 1) / SET;
}

static struct pass_batch some_of(const struct pass_batch *b, int k, int pieces)
{
    int from = piece_from(sets_of(b), k, pieces) * SET, to = piece_from(sets_of(b), k + 1, pieces) * SET;
    struct pass_batch some = *b;
    some.n = (to < b->n ? to : b->n) - from;
    some.first += from;
    some.length += from;
    some.id = b->id ? b->id + from : NULL;
    some.x = b->x ? b->x + from : NULL;
    return some;
}

/* Multiplications of the recurrence: once forward, once backward. */
static double recurrent_products(const struct pass *p, const struct pass_batch *b)
{
    double products = 0;
    for (int l = 0; l < p->L; l++)
        products += (double)p->layer[l].G * (p->layer[l].H + (l ? p->layer[l].in : 0));
    return products * (double)rows_of(b);
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

static void forward_piece(void *context, int k)
{
    const struct shared *s = context;
    struct pass *p = s->p;
    const struct pass_batch b = some_of(s->b, k, s->pieces);
    int sequence[GANG], steps = longest_of(&b);
    take_inputs(p, &b);
    for (int l = 0; l < p->L; l++) {
        const struct pass_layer *y = &p->layer[l];
        size_t from = first_row(&b) * (size_t)y->Hp;
        for (int t = 0; t < steps; t++)
            for (int at = 0, n; (n = next_gang(&b, t, &at, sequence));)
                gang_forward(p, &b, l, t, sequence, n);
        if (p->dropping)
            multiply(y->up + from, y->h + from, y->drop + from, rows_of(&b) * (size_t)y->Hp);
    }
}

static void forward(struct pass *p, const struct pass_batch *b)
{
    int pieces = pieces_of(sets_of(b), recurrent_products(p, b));
    threads_each(pieces, forward_piece, &(struct shared){.p = p, .b = b, .pieces = pieces});
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
    const real *h = goes_up(p, top, row);
    memcpy(p->logit, p->w + p->out_b, (size_t)p->Op * sizeof(real));
    gang_product(&p->logit, p->w + p->out_W, &h, 1, top->H, p->Op);
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

/* Steps at which the head learns something, at most HEAD_ROWS at once: their logits stand in p->logit. */
struct head {
    struct pass *p;
    const struct pass_batch *b;
    double scale;
    int n, pieces;
    struct { int q, t; double weight, loss; } at[HEAD_ROWS];
};

/* A gang of them: their losses, ∂loss/∂z in place of the logits, and ∂/∂h of the top layer. */
static void head_gang(void *context, int gang)
{
    struct head *head = context;
    struct pass *p = head->p;
    const struct pass_batch *b = head->b;
    const struct pass_layer *top = &p->layer[p->L - 1];
    int next = !b->label && !b->y;                /* a weight stands at the target: the next token, or the step's own */
    int from = gang * GANG, n = head->n - from < GANG ? head->n - from : GANG, learns = 0;
    real *z[GANG] = {0}, *dh[GANG];
    const real *h[GANG] = {0}, *d[GANG];
    for (int g = 0; g < n; g++) {
        z[g] = p->logit + (size_t)(from + g) * (size_t)p->Op;
        h[g] = goes_up(p, top, b->first[head->at[from + g].q] + head->at[from + g].t);
        memcpy(z[g], p->w + p->out_b, (size_t)p->Op * sizeof(real));
    }
    gang_product(z, p->w + p->out_W, h, n, top->H, p->Op);
    for (int g = 0; g < n; g++) {
        int q = head->at[from + g].q, t = head->at[from + g].t;
        const float *weight = b->weight ? b->weight[q] : NULL;
        double w = weight ? (double)weight[t + next] : 1;
        head->at[from + g].loss = learn_row(p, b, q, t, z[g]);
        head->at[from + g].weight = w;
        if (w == 0)
            continue;
        real by = (real)(w * head->scale);
        for (int k = 0; k < p->Op; k++)
            z[g][k] *= by;
        d[learns] = z[g];
        dh[learns++] = top->dh + (size_t)(b->first[q] + t) * (size_t)top->Hp;
    }
    gang_transposed(dh, p->w + p->out_W, d, learns, top->H, p->Op);
}

/* Some rows of the head's gradient, and some columns of its bias, by all of them in their order. */
static void head_gradient(void *context, int piece)
{
    const struct head *head = context;
    struct pass *p = head->p;
    const struct pass_layer *top = &p->layer[p->L - 1];
    int row = piece_from(top->H, piece, head->pieces), rows = piece_from(top->H, piece + 1, head->pieces) - row;
    int at = block_from(p->Op, piece, head->pieces), columns = block_from(p->Op, piece + 1, head->pieces) - at;
    const real *h[GANG], *d[GANG];
    for (int k = 0, n = 0; k < head->n; k++) {
        if (head->at[k].weight != 0) {
            h[n] = goes_up(p, top, head->b->first[head->at[k].q] + head->at[k].t) + row;
            d[n] = p->logit + (size_t)k * (size_t)p->Op;
            add_all(p->grad + p->out_b + at, d[n++] + at, columns);
        }
        if (n == GANG || (n && k + 1 == head->n)) {
            gang_outer(p->grad + p->out_W + (size_t)row * (size_t)p->Op, h, d, n, rows, p->Op);
            n = 0;
        }
    }
}

static void learn_steps(struct head *head, double *loss, double *plain)
{
    const double products = (double)head->n * head->p->Op * head->p->layer[head->p->L - 1].H;
    int gangs = (head->n + GANG - 1) / GANG;
    if (pieces_of(gangs, products) > 1)
        threads_each(gangs, head_gang, head);
    else
        for (int k = 0; k < gangs; k++)
            head_gang(head, k);
    for (int k = 0; k < head->n; k++) {
        *plain += head->at[k].loss;
        *loss += head->at[k].weight * head->at[k].loss;
    }
    head->pieces = pieces_of(head->p->layer[head->p->L - 1].H, products);
    threads_each(head->pieces, head_gradient, head);
    head->n = 0;
}

static double learn_head(struct pass *p, const struct pass_batch *b, double scale, double *plain)
{
    const struct pass_layer *top = &p->layer[p->L - 1];
    struct head head = {.p = p, .b = b, .scale = scale};
    double loss = 0;
    memset(top->dh, 0, rows_of(b) * (size_t)top->Hp * sizeof(real));
    for (int q = 0; q < b->n; q++)
        for (int t = 0; t < b->length[q]; t++) {
            if (!wanted(p, b, q, t))
                continue;
            head.at[head.n].q = q;
            head.at[head.n++].t = t;
            if (head.n == HEAD_ROWS)
                learn_steps(&head, &loss, plain);
        }
    if (head.n)
        learn_steps(&head, &loss, plain);
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

/* All layers backwards, down to ∂/∂z in place of the gates. */
static void backward_piece(void *context, int k)
{
    const struct shared *s = context;
    const struct pass *p = s->p;
    const struct pass_batch b = some_of(s->b, k, s->pieces);
    int sequence[GANG], steps = longest_of(&b);
    size_t first = first_row(&b), rows = rows_of(&b);
    for (int l = p->L - 1; l >= 0; l--) {
        const struct pass_layer *y = &p->layer[l];
        size_t from = first * (size_t)y->Hp, n = rows * (size_t)y->Hp;
        if (p->dropping)
            multiply(y->dh + from, y->dh + from, y->drop + from, n);
        memset(y->dC + from, 0, n * sizeof *y->dC);
        if (l)
            memset(y[-1].dh + first * (size_t)y[-1].Hp, 0, rows * (size_t)y[-1].Hp * sizeof(real));
        for (int t = steps - 1; t >= 0; t--)
            for (int at = 0, m; (m = next_gang(&b, t, &at, sequence));)
                gang_backward(p, &b, l, t, sequence, m, s->cost);
    }
}

/* Some rows of a layer's matrices, and some columns of its bias or of the tokens' rows: their gradients, sequence after
 * sequence, from the last step of each to the first. */
static void gradient_piece(void *context, int piece)
{
    const struct shared *s = context;
    struct pass *p = s->p;
    const struct pass_batch *b = s->b;
    const int l = s->layer;
    const struct pass_layer *y = &p->layer[l];
    const size_t G = (size_t)y->G;
    int u = piece_from(y->H, piece, s->pieces), units = piece_from(y->H, piece + 1, s->pieces) - u;
    int w = piece_from(y->in, piece, s->pieces), inputs = piece_from(y->in, piece + 1, s->pieces) - w;
    int at = block_from(y->G, piece, s->pieces), columns = block_from(y->G, piece + 1, s->pieces) - at;
    for (int q = 0; q < b->n; q++)
        for (int t = b->length[q] - 1; t >= 0; t -= GANG) {
            const real *dz[GANG], *h[GANG], *x[GANG];
            int n = t + 1 < GANG ? t + 1 : GANG;
            for (int g = 0; g < n; g++) {
                int row = b->first[q] + t - g;
                dz[g] = y->gate + (size_t)row * G;
                h[g] = y->h + (size_t)(row - (t - g > 0)) * (size_t)y->Hp + u;
                x[g] = from_table(p, l) ? NULL : comes_in(p, l, row) + w;
                add_all((from_table(p, l) ? p->dtable + (size_t)b->id[q][t - g] * G : p->grad + y->b) + at,
                        dz[g] + at, columns);
            }
            /* Nothing came before the first step. */
            gang_outer(p->grad + y->U + (size_t)u * G, h, dz, n - (t - n + 1 == 0), units, y->G);
            if (!from_table(p, l))
                gang_outer(p->grad + y->W + (size_t)w * G, x, dz, n, inputs, y->G);
        }
}

/* Tokens in the order in which their gradients are met. */
static void meet_tokens(struct pass *p, const struct pass_batch *b)
{
    for (int q = 0; from_table(p, 0) && q < b->n; q++)
        for (int t = b->length[q] - 1; t >= 0; t--)
            meet(p, b->id[q][t]);
}

static double learn(struct pass *p, const struct pass_batch *b, const struct pass_cost *cost, double *plain)
{
    forward(p, b);
    double loss = learn_head(p, b, cost->scale, plain);
    for (int l = p->L - 1; l >= 0; l--)
        if (cost->write_cost > 0 || cost->saturation > 0 || cost->keep_or_write > 0)
            loss += regulariser(&p->layer[l], rows_of(b), cost);
    struct shared s = {.p = p, .b = b, .cost = cost};
    s.pieces = pieces_of(sets_of(b), recurrent_products(p, b));
    threads_each(s.pieces, backward_piece, &s);
    meet_tokens(p, b);
    for (s.layer = p->L - 1; s.layer >= 0; s.layer--) {
        const struct pass_layer *y = &p->layer[s.layer];
        s.pieces = pieces_of(y->H, (double)rows_of(b) * y->G * (y->H + (s.layer ? y->in : 0)));
        threads_each(s.pieces, gradient_piece, &s);
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
