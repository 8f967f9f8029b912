/* inputs.h: layers between what a model is given and what its LSTM reads: of vectors a step at a time, of an embedding
 * a row at a time.
 *
 * A norm is (x - mean) / sqrt(variance + epsilon) · weight + bias: of a LayerNorm with the mean and variance of these
 * numbers, of a BatchNorm with those that its training has left. epsilon is 1e-5 in PyTorch and 1e-3 in Keras unless
 * somebody says otherwise (--names input_epsilon), which no tensor tells. */
#ifndef FLSTM_MODEL_INPUTS_H
#define FLSTM_MODEL_INPUTS_H

#include <stdbool.h>

/* weight NULL: there is none; bias is never NULL then. mean and variance NULL: a LayerNorm. */
struct input_norm { float *weight, *bias, *mean, *variance; double epsilon; };

enum input_activation { INPUT_LINEAR, INPUT_RELU, INPUT_TANH, INPUT_SIGMOID, INPUT_ACTIVATIONS };
const char *input_activation_name(enum input_activation a);        /* "none", "relu", "tanh", "sigmoid" */

struct input_layers {
    int from, to;                  /* numbers given, numbers read */
    struct input_norm first;       /* over the `from` */
    float *W, *b;                  /* a Linear, to × from and [to]; W NULL: none, and from == to; b NULL: 0 */
    enum input_activation activation;      /* behind the Linear */
    struct input_norm last;        /* over the `to` */
};

/* All but epsilon is owned (mem_array). */
void input_layers_free(struct input_layers *l);
/* `rows` vectors of `from` numbers to as many of `to`, summed in float64. False: memory was short. */
bool input_layers_compute(const struct input_layers *l, const float *x, int rows, float *out);

#endif
