/* sweep_gang.c: a gang of reruns: how they begin, go through a step and end. */
#include <string.h>

#include "core/pins.h"
#include "core/sweep_private.h"

void sweep_project(const struct packed_layer *p, int in, const float *const *x, int n, float *const z[GATES],
                   size_t stride)
{
    int at[GANG];
    for (int k = 0; k < n; k++)
        at[k] = k;
    kernel_current()->project(p, in, x, at, n, z, stride);
}

/* A rerun has settled when the forecast of its surprisal has moved by less than SETTLED twice (what the recurrence
 * does to the difference is linear by now), its difference does not grow, and it is small: no element is more than
 * SMALL, or what the head and the last tanh make of it beyond the linear, at most curvature · ‖difference‖², is less
 * than LEFT_OUT of probability. The second lets a head of modest weights end reruns early; the first those of a
 * strong one, for which a bound of the worst case asks too much. */
static const double LEFT_OUT = 4e-6;
static const float SETTLED = 2e-7f, SMALL = 2e-3f;

/* ---- beginnings ------------------------------------------------------------------------------------------------- */

static bool pinned(const struct sweep_job *j, int step, enum quantity q, int unit)
{
    struct pins pins = pins_at(j->pins, j->pin_count, step, j->w->q.layer);
    for (const struct pin *p; (p = pins_take(&pins, q, j->w->units));)
        if (p->unit == unit)
            return true;
    return false;
}

/* One unit of the layer itself at step s, as it is and with the value set. */
struct now { float v[Q_COUNT]; };

/* v[q] := value, unless the unit's q is set by hand or is what the sweep sets. */
static void follow(const struct sweep_job *j, int s, int unit, enum quantity q, float value, struct now *n)
{
    if (q != j->w->q.q && !pinned(j, s, q, unit))
        n->v[q] = value;
}

/* The output gate where it looks at C (peepholes), C being another now. */
static float output_gate(const struct sweep_job *j, int s, int unit, float C)
{
    int l = j->w->q.layer;
    double z = lstm_preactivation(&(struct computation){.net = j->net, .tr = j->tr, .x = j->x},
                                  (struct element){l, unit, Q_O, s}, NULL);
    z += (double)j->net->layer[l].peep[Q_O][unit] * ((double)C - (double)trace_row(j->tr, l, Q_C, s)[unit]);
    return lstm_gate(j->net, l, Q_O, (float)z);
}

bool sweep_set(const struct sweep_job *j, int s, int unit, float *C, float *h)
{
    int l = j->w->q.layer;
    enum quantity q = j->w->q.q;
    const struct lstm_layer *lay = &j->net->layer[l];
    struct now was, n;
    for (int k = 0; k < Q_COUNT; k++)
        was.v[k] = trace_row(j->tr, l, (enum quantity)k, s)[unit];
    n = was;
    n.v[q] = sweep_wanted(j, s, unit);
    if (n.v[q] != was.v[q]) {
        if (q == Q_F && lay->coupled)
            follow(j, s, unit, Q_I, 1.0f - n.v[Q_F], &n);
        if (q < Q_O)
            follow(j, s, unit, Q_C, n.v[Q_F] * trace_row(j->tr, l, Q_C, s - 1)[unit] + n.v[Q_I] * n.v[Q_G], &n);
        if (lay->peep[Q_O] && n.v[Q_C] != was.v[Q_C])
            follow(j, s, unit, Q_O, output_gate(j, s, unit, n.v[Q_C]), &n);
        if (n.v[Q_C] != was.v[Q_C] || n.v[Q_O] != was.v[Q_O])
            follow(j, s, unit, Q_H, n.v[Q_O] * lstm_tanh(n.v[Q_C]), &n);
    }
    *C = n.v[Q_C];
    *h = n.v[Q_H];
    return *C != was.v[Q_C] || *h != was.v[Q_H] || sweep_window_end(&j->w->q, s) > s;
}

void sweep_join(struct sweep_job *j, int s, int unit, float C, float h)
{
    int b = j->n++;
    j->gang[b] = (struct rerun){.unit = unit, .square = INFINITY};
    for (int l = 0; l < j->levels; l++) {
        struct level *v = &j->level[l];
        int t = l ? s - 1 : s;
        memcpy(level_row(v, v->C, b), trace_row(j->tr, v->layer, Q_C, t), (size_t)v->padded * sizeof(float));
        memcpy(level_row(v, v->h, b), trace_row(j->tr, v->layer, Q_H, t), (size_t)v->padded * sizeof(float));
    }
    j->level[0].C[b * j->level[0].padded + unit] = C;
    j->level[0].h[b * j->level[0].padded + unit] = h;
    j->runs++;
}

/* ---- a gang through one step ------------------------------------------------------------------------------------- */

static void pin_rows(const struct sweep_job *j, struct pins *pins, enum quantity q, float *rows, const struct level *v)
{
    const struct pin *pin;
    while ((pin = pins_take(pins, q, v->hidden)))
        for (int b = 0; b < j->n; b++)
            rows[b * v->padded + pin->unit] = pin->value;
}

/* What is set by hand at step t, then what the gang itself sets. */
static void set_rows(const struct sweep_job *j, struct pins *pins, enum quantity q, float *rows, const struct level *v,
                     int t)
{
    pin_rows(j, pins, q, rows, v);
    if (v != j->level || j->w->q.q != q || t > sweep_window_end(&j->w->q, j->start))
        return;
    for (int b = 0; b < j->n; b++)
        rows[b * v->padded + j->gang[b].unit] = sweep_wanted(j, t, j->gang[b].unit);
}

/* The part of the cell in z, where the layer has peepholes. */
static void peep_rows(const struct sweep_job *j, const struct lstm_layer *lay, enum quantity q, float *z,
                      const struct level *v)
{
    for (int b = 0; lay->peep[q] && b < j->n; b++)
        kernel_peep(level_row(v, z, b), lay->peep[q], level_row(v, v->C, b), v->hidden);
}

/* The six equations (see lstm.c), for rows of z. */
static void equations(const struct sweep_job *j, struct level *v, int t)
{
    const struct kernel *k = kernel_current();
    struct pins pins = pins_at(j->pins, j->pin_count, t, v->layer);
    int all = j->n * v->padded;
    float *f = v->z[Q_F], *i = v->z[Q_I], *g = v->z[Q_G], *o = v->z[Q_O];
    const struct lstm_layer *lay = &j->net->layer[v->layer];
    peep_rows(j, lay, Q_F, f, v);
    kernel_gate(k, lay->gate_function, f, f, all);
    set_rows(j, &pins, Q_F, f, v, t);
    peep_rows(j, lay, Q_I, i, v);
    kernel_gate(k, lay->gate_function, i, i, all);
    if (lay->coupled)
        kernel_couple(i, f, all);
    set_rows(j, &pins, Q_I, i, v, t);
    kernel_candidate(k, lay->sigma_candidate, g, g, all);
    set_rows(j, &pins, Q_G, g, v, t);
    struct pins at_o = pins;
    if (!lay->peep[Q_O]) {
        kernel_gate(k, lay->gate_function, o, o, all);
        set_rows(j, &pins, Q_O, o, v, t);
    }
    k->mul_add(v->C, f, v->C, i, g, all);
    set_rows(j, &pins, Q_C, v->C, v, t);
    if (lay->peep[Q_O]) {
        peep_rows(j, lay, Q_O, o, v);
        kernel_gate(k, lay->gate_function, o, o, all);
        set_rows(j, &at_o, Q_O, o, v, t);
    }
    k->tanh(v->h, v->C, all);
    k->mul(v->h, o, v->h, all);
    set_rows(j, &pins, Q_H, v->h, v, t);
}

/* z of every rerun by one product. */
static void product(const struct sweep_job *j, struct level *v, const struct level *below, int t)
{
    const float *in[GANG];
    size_t columns = (size_t)v->hidden + (size_t)v->in;
    for (int b = 0; b < j->n; b++) {
        float *to = v->input + (size_t)b * columns;
        in[b] = level_row(v, v->h, b);
        if (v->in && below) {
            memcpy(to, in[b], (size_t)v->hidden * sizeof(float));
            memcpy(to + v->hidden, level_row(below, below->h, b), (size_t)v->in * sizeof(float));
            in[b] = to;
        }
    }
    struct packed_layer p = v->p;
    p.b = v->in ? v->bias : v->fixed + (size_t)(t - j->w->q.first) * (size_t)v->p.tiles * TILE_ROWS;
    sweep_project(&p, (int)columns, in, j->n, v->z, (size_t)v->padded);
}

/* z where only h of one unit is another: the old z and that column of U. */
static void one_column(const struct sweep_job *j, struct level *v, int t)
{
    const float *old = v->before + (size_t)(t - j->w->q.first) * (size_t)v->p.tiles * TILE_ROWS;
    const float *h = trace_row(j->tr, v->layer, Q_H, t - 1);
    for (int b = 0; b < j->n; b++) {
        int unit = j->gang[b].unit;
        float by = v->h[b * v->padded + unit] - h[unit];
        for (int tile = 0; tile < v->p.tiles; tile++) {
            const float *column = v->p.W + ((size_t)tile * (size_t)v->hidden + (size_t)unit) * TILE_ROWS;
            for (int gate = 0; gate < GATES; gate++) {
                float *z = level_row(v, v->z[gate], b) + (size_t)tile * TILE;
                for (int u = 0; u < TILE; u++)
                    z[u] = old[tile * TILE_ROWS + gate * TILE + u] + by * column[gate * TILE + u];
            }
        }
    }
}

void sweep_advance(struct sweep_job *j, int from, int t, bool first)
{
    for (int l = from; l < j->levels; l++) {
        struct level *v = &j->level[l];
        if (l == 0 && first)
            one_column(j, v, t);
        else
            product(j, v, l ? v - 1 : NULL, t);
        equations(j, v, t);
        j->steps += j->n;
    }
}

/* ---- ends -------------------------------------------------------------------------------------------------------- */

/* The last rerun takes the place of one that has ended. */
static void drop(struct sweep_job *j, int b)
{
    int last = --j->n;
    j->gang[b] = j->gang[last];
    for (int l = 0; l < j->levels; l++) {
        struct level *v = &j->level[l];
        memcpy(level_row(v, v->C, b), level_row(v, v->C, last), (size_t)v->padded * sizeof(float));
        memcpy(level_row(v, v->h, b), level_row(v, v->h, last), (size_t)v->padded * sizeof(float));
    }
}

void sweep_settle(struct sweep_job *j, int s, int t)
{
    const struct level *v = &j->level[0];
    const float *C = trace_row(j->tr, v->layer, Q_C, t), *h = trace_row(j->tr, v->layer, Q_H, t);
    size_t at = (size_t)(t - j->w->q.first) * (size_t)v->padded;
    const float *lambda_C = j->lambda_C + at, *lambda_h = j->lambda_h + at;
    for (int b = j->n - 1; b >= 0; b--) {
        struct rerun *r = &j->gang[b];
        const float *Cb = level_row(v, v->C, b), *hb = level_row(v, v->h, b);
        float forecast = 0, largest = 0, square_C = 0, square_h = 0;
        for (int u = 0; u < v->hidden; u++) {
            float dC = Cb[u] - C[u], dh = hb[u] - h[u];
            forecast += lambda_C[u] * dC + lambda_h[u] * dh;
            square_C += dC * dC;
            square_h += dh * dh;
            dC = fabsf(dC);
            dh = fabsf(dh);
            largest = dC > largest ? dC : largest;
            largest = dh > largest ? dh : largest;
        }
        float square = square_C > square_h ? square_C : square_h;
        double p = sweep_against(j) ? 1 : exp(-(j->answer + (double)fminf(forecast, 0)));
        bool still = fabsf(forecast - r->forecast) < SETTLED && square <= r->square
                  && (largest < SMALL || (p < 1 ? p : 1) * j->curvature * (double)square < LEFT_OUT);
        r->settled = still ? r->settled + 1 : 0;
        r->forecast = forecast;
        r->square = square;
        if (r->settled >= 2 || square == 0) {
            j->w->closed[sweep_place(j, s, r->unit)] = sweep_told(j, j->answer + (double)forecast);
            drop(j, b);
        }
    }
}

double sweep_difference(const struct lstm *net, const struct sweep_question *q, const float *h)
{
    const size_t H = (size_t)lstm_top(net);
    const float *a = net->out_W + (size_t)q->target * H, *b = net->out_W + (size_t)q->rival * H;
    double d = (double)net->out_b[q->target] - (double)net->out_b[q->rival];
    for (size_t u = 0; u < H; u++)
        d += ((double)a[u] - (double)b[u]) * (double)h[u];
    return d;
}

void sweep_ask_some(struct sweep_job *j)
{
    const struct lstm *net = j->net;
    const int H = lstm_top(net), target = j->w->q.target, first = j->head;
    const int rows = net->outputs - first < TILE_ROWS ? net->outputs - first : TILE_ROWS;
    float *bias = j->tile + (size_t)H * TILE_ROWS, *z = bias + TILE_ROWS;
    for (int r = 0; r < rows; r++) {
        const float *w = net->out_W + (size_t)(first + r) * (size_t)H;
        bias[r] = net->out_b[first + r];
        for (int k = 0; k < H; k++)
            j->tile[(size_t)k * TILE_ROWS + (size_t)r] = w[k];
    }
    const struct packed_layer p = {.tiles = 1, .W = j->tile, .b = bias};
    for (int from = 0; from < j->last_n; from += GANG) {
        const float *in[GANG];
        int n = j->last_n - from < GANG ? j->last_n - from : GANG;
        for (int b = 0; b < n; b++)
            in[b] = j->last_h + (size_t)(from + b) * (size_t)H;
        float *const gates[GATES] = { z, z + TILE, z + (size_t)2 * TILE, z + (size_t)3 * TILE };
        sweep_project(&p, H, in, n, gates, TILE_ROWS);
        for (int b = 0; b < n; b++) {
            const float *row = z + (size_t)b * TILE_ROWS;
            size_t run = (size_t)from + (size_t)b;
            float largest = row[0];
            for (int r = 1; r < rows; r++)
                largest = row[r] > largest ? row[r] : largest;
            if (!first || (double)largest > j->most[run]) {
                j->sum[run] = first ? j->sum[run] * exp(j->most[run] - (double)largest) : 0.0;
                j->most[run] = (double)largest;
            }
            for (int r = 0; r < rows; r++)
                j->sum[run] += exp((double)row[r] - j->most[run]);
            if (target >= first && target < first + rows)
                j->at[run] = (double)row[target - first];
        }
    }
    j->head += rows;
}

void sweep_take_answers(struct sweep_job *j)
{
    for (int run = 0; run < j->last_n; run++)
        j->w->closed[j->last_at[run]] = (float)(exp(j->at[run] - j->most[run]) / j->sum[run]);
    j->last_n = j->head = 0;
    j->exact = j->ran;
}

void sweep_finish(struct sweep_job *j, int s)
{
    const struct level *top = &j->level[j->levels - 1];
    for (int b = 0; sweep_against(j) && b < j->n; b++)
        j->w->closed[sweep_place(j, s, j->gang[b].unit)] =
            (float)sweep_difference(j->net, &j->w->q, level_row(top, top->h, b));
    if (sweep_against(j))
        j->n = 0;
    for (int b = 0; b < j->n; b++) {
        memcpy(j->last_h + (size_t)j->last_n * (size_t)top->hidden, level_row(top, top->h, b),
               (size_t)top->hidden * sizeof(float));
        j->last_at[j->last_n++] = sweep_place(j, s, j->gang[b].unit);
    }
    j->n = 0;
}
