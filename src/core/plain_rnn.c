/* plain_rnn.c: the recurrent network that the LSTM was invented against, on the same words: what one unit's h passes back
 * when every step multiplies by W and by the slope of a tanh, and nothing is carried along. See gradient.h. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "core/gradient.h"

/* h_t = tanh(W_g · [h_{t-1}, x_t] + b_g) */
static void forward(const struct lstm_layer *l, const float *before, const float *x, float *h)
{
    const size_t H = (size_t)l->hidden, E = (size_t)l->in;
    for (size_t u = 0; u < H; u++) {
        const float *w = l->W[Q_G] + u * (H + E);
        float z = l->b[Q_G][u];
        for (size_t k = 0; k < H; k++)
            z += w[k] * before[k];
        for (size_t k = 0; k < E; k++)
            z += w[H + k] * x[k];
        h[u] = tanhf(z);
    }
}

/* v := W_gᵀ · (v ⊙ (1 - h_t²)), the part of h_{t-1} */
static void back(const struct lstm_layer *l, const float *h, double *v, double *sum)
{
    const size_t H = (size_t)l->hidden, E = (size_t)l->in;
    memset(sum, 0, H * sizeof *sum);
    for (size_t u = 0; u < H; u++) {
        const float *w = l->W[Q_G] + u * (H + E);
        double dz = v[u] * (1 - (double)h[u] * (double)h[u]);
        for (size_t k = 0; k < H && dz != 0; k++)
            sum[k] += dz * (double)w[k];
    }
    memcpy(v, sum, H * sizeof *v);
}

static double length(const double *v, int n)
{
    double most = 0, sum = 0;
    for (int k = 0; k < n; k++)
        most = fmax(most, fabs(v[k]));
    for (int k = 0; k < n && most > 0; k++)       /* scaled, so that the square of what is tiny is not lost */
        sum += v[k] / most * (v[k] / most);
    return most * sqrt(sum);
}

bool gradient_plain_rnn(const struct lstm *net, const struct trace *tr, const float *const *x, int layer, int unit, int first,
                        int step, double *norm)
{
    const struct lstm_layer *l = &net->layer[layer];
    const size_t H = (size_t)l->hidden, rows = (size_t)(step - first) + 1;
    size_t floats;
    float *h = mem_product(rows, H, &floats) ? mem_array(floats, sizeof *h) : NULL;
    double *v = mem_array(2 * H, sizeof *v);
    if (h && v) {
        if (first == 0)
            memcpy(h, net->h0[layer], H * sizeof *h);
        for (int t = first + 1; t <= step; t++)
            forward(l, h + (size_t)(t - 1 - first) * H, lstm_input(tr, x, layer, t), h + (size_t)(t - first) * H);
        v[unit] = 1;
        norm[step - first] = 1;
        for (int t = step; t > first; t--) {
            back(l, h + (size_t)(t - first) * H, v, v + H);
            norm[t - 1 - first] = length(v, l->hidden);
        }
    }
    bool ok = h && v;
    mem_free(h);
    mem_free(v);
    return ok;
}
