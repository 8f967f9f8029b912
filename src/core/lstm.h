/* lstm.h: the network. Weights, shapes and one step of the LSTM; no files, no screen.
 *
 * One layer with input size E and hidden size H at step t (t = 1 … T; t = 0 is the initial state):
 *
 *     z_q = W_q · [h_{t-1}, x_t] + b_q                q in f, i, g, o;  h comes first
 *     f_t = σ(z_f)      forget gate:  which part of the old cell state is kept
 *     i_t = σ(z_i)      input gate:   which part of the candidate is written
 *     g_t = tanh(z_g)   candidate, C̃_t in most lessons
 *     o_t = σ(z_o)      output gate
 *     C_t = f_t ⊙ C_{t-1} + i_t ⊙ g_t                 cell state
 *     h_t = o_t ⊙ tanh(C_t)                           hidden state
 *
 * (Hochreiter and Schmidhuber 1997, with the forget gate of Gers, Schmidhuber and Cummins 2000; the same
 * cell as torch.nn.LSTM.) Layer l > 0 takes h_t of layer l-1 as its x_t. All indices count from 0 here.
 *
 * A layer may differ from this in three ways, each 0 in the plain one:
 *     gate_function   a hard sigmoid in place of σ for f, i and o (Keras);
 *     peep            peepholes (Gers and Schmidhuber 2000): z_f += p_f ⊙ C_{t-1}, z_i += p_i ⊙ C_{t-1}, z_o += p_o
 * ⊙ C_t;
 *     coupled         i_t = 1 - f_t in place of its own gate (Greff et al. 2017, CIFG); W_i and b_i are not looked at.
 *
 * A bidirectional network (Schuster and Paliwal 1997; torch.nn.LSTM(bidirectional=True)) has two layers at each depth,
 * 2d and 2d+1: the first reads the words from the first to the last, the second from the last to the first. Steps are
 * each layer's own: step t of a layer that reads backward is the t-th that it takes, of word T+1-t (lstm_word), and
 * its h_{t-1} is that of the word after. Both layers of the depth above, and the head, read [h→, h←] of a word.
 */
#ifndef FLSTM_CORE_LSTM_H
#define FLSTM_CORE_LSTM_H

#include <stdbool.h>
#include <stddef.h>

/* What every step computes and what can be pinned. The first four are the gates, in this order everywhere:
 * ORDER gates. */
enum quantity { Q_F, Q_I, Q_G, Q_O, Q_C, Q_H, Q_COUNT };
enum { GATES = 4 };

/* "f" "i" "g" "o" "C" "h": the names of the command line and of files. */
const char *quantity_name(enum quantity q);

/* What f, i and o are of z. */
enum gate_function {
    GATE_SIGMOID,              /* σ(z) = 1 / (1 + e^-z) */
    GATE_HARD_KERAS2,          /* clip(0.2 z + 0.5, 0, 1): Keras 1 and 2, TensorFlow 1, Theano */
    GATE_HARD_KERAS3,          /* clip((z + 3) / 6, 0, 1): Keras 3, ONNX HardSigmoid of PyTorch */
    GATE_FUNCTIONS
};
/* "sigmoid", "hard-sigmoid-keras2", "hard-sigmoid-keras3": the names of the command line. */
const char *gate_function_name(enum gate_function f);
/* "σ(z)", "clip(0.2 z + 0.5, 0, 1)" …: for screens. */
const char *gate_function_formula(enum gate_function f);

struct lstm_layer {
    int in, hidden;            /* E (what the layer below puts out, for l > 0: lstm_below) and H */
    float *W[GATES];           /* H × (H+E), row-major: row u is unit u; columns 0…H-1 are h_{t-1}, then x_t */
    float *b[GATES];           /* H: the bias that is added (the sum, when a file had two) */
    float *b2[GATES];          /* H, or NULL: the second bias (recurrent side) of a file that had two. Already in b:
                                  for showing b = (b - b2) + b2 only */
    enum gate_function gate_function;
    float *peep[GATES];        /* H for f, i and o, NULL for g; or all NULL */
    bool coupled;
    bool sigma_candidate;      /* g = σ(z_g): no network is meant so; a mistake in a program that lessons show */
};

struct lstm {
    int layers;                /* of a bidirectional network each direction is one: 2 × its depth */
    bool bidirectional;
    struct lstm_layer *layer;
    int vocab, embed;          /* V and E of the first layer; vocab 0: the inputs are vectors of size embed */
    float *embedding;          /* V × E, or NULL */
    int outputs;               /* rows of the output head; 0: there is none */
    float *out_W, *out_b;      /* outputs × lstm_top; outputs; NULL when there is none */
    bool embedding_lent, head_lent;      /* embedding, out_W: somebody else's, who lives longer; never written */
    float **h0, **c0;          /* [layer][H]: the initial state; zeros unless a file says otherwise */
    void *packed;              /* the kernels' own copy of the weights; see lstm_pack */
};

struct lstm_shape {
    int layers, vocab, embed, outputs;
    const int *hidden;         /* [layers] */
    bool two_biases;
    bool peepholes;            /* in every layer */
    bool bidirectional;        /* layers is even; two by two they are the directions of one depth */
    bool embedding_lent, head_lent;      /* embedding, out_W: NULL until the caller sets them */
};

/* Zeroed weights of that shape in one block; NULL when the size overflows or memory is short. */
struct lstm *lstm_new(const struct lstm_shape *shape);
struct lstm *lstm_copy(const struct lstm *net);           /* deep, packed; NULL when memory is short */
/* The same, but embedding and out_W are those of net, which has to live longer. */
struct lstm *lstm_copy_beside(const struct lstm *net);
void lstm_free(struct lstm *net);

/* Lays the weights out for the kernels. Call once after filling W, b, … and again after changing any of them
 * (except h0, c0, embedding and the output head, which are read in place). False when memory is short. */
bool lstm_pack(struct lstm *net);

size_t lstm_parameters(const struct lstm *net);           /* count, second biases included as the file had them */
int lstm_top(const struct lstm *net);                     /* numbers that the head reads: H of the top layer, or of
                                                             both of its directions together */
/* Numbers that a layer above layer l - 1 reads: E of layer l. */
int lstm_below(const struct lstm_shape *shape, int l);
/* Does the layer read from the last word to the first? */
static inline bool lstm_backward(const struct lstm *net, int layer)
{
    return net->bidirectional && layer % 2;
}
/* Does the layer read the inputs themselves, and no other layer? */
static inline bool lstm_is_first(const struct lstm *net, int layer)
{
    return layer < 1 + net->bidirectional;
}
/* The word that a layer reads at its step t of 1 … steps, and (being its own inverse) the step that reads word t. 0 is
 * the initial state of either. */
static inline int lstm_word(const struct lstm *net, int layer, int t, int steps)
{
    return t > 0 && lstm_backward(net, layer) ? steps + 1 - t : t;
}

/* A value that is set by hand in place of the computed one. step is 0…T; step 0 is the initial state and takes only
 * Q_C and Q_H. At a step the order of computing is f, i, g, o, C, h: what is computed from a pinned value uses it. */
struct pin {
    int step, layer;
    enum quantity q;
    int unit;
    float value;
};
/* The order in which lstm_run needs them: step, layer, quantity, unit. For qsort and bsearch. */
int pin_compare(const void *a, const void *b);

/* Every f, i, g, o, C, h of every layer and step. */
struct trace_layer {
    int hidden;
    size_t stride;             /* floats from one step to the next, ≥ hidden */
    float *v[Q_COUNT];         /* (T+1) × stride; row 0 holds the initial C and h; row 0 of the gates is 0 */
};
struct trace {
    int steps, layers;         /* T may be 0 */
    struct trace_layer *layer;
    float **joined;            /* bidirectional: [layers / 2], (T+1) × both H: [h→, h←] by word, row 0 of the initial
                                  states; else NULL */
    size_t mapped;             /* bytes of the values when they are pages of the system's, 0 when not */
    int together;              /* 0; of a trace that is there in part: rows that are opened and closed together */
};
struct trace *trace_new(const struct lstm *net, int steps);   /* NULL when memory is short */
void trace_free(struct trace *tr);
void trace_copy(const struct trace *from, struct trace *to, int first, int end);      /* rows first … end-1 */
static inline float *trace_row(const struct trace *tr, int layer, enum quantity q, int t)
{
    return tr->layer[layer].v[q] + (size_t)t * tr->layer[layer].stride;
}
/* What both directions of a depth put out at a word; word 0: their initial h. */
static inline const float *trace_joined(const struct trace *tr, int depth, int word)
{
    int width = tr->layer[2 * depth].hidden + tr->layer[2 * depth + 1].hidden;
    return tr->joined[depth] + (size_t)word * (size_t)width;
}
size_t trace_bytes(const struct lstm *net, int steps);    /* what trace_new would take */
/* A trace without memory for its rows: they are to be opened before they are read or written, and give their memory
 * back when they are closed. NULL where the system cannot do that, for a bidirectional network, or when there is no
 * address space for it. */
struct trace *trace_new_in_part(const struct lstm *net, int steps);
/* Opens (zeroed) or closes n rows of all layers and quantities; first and n are multiples of trace.together, or end
 * with the trace. trace_open is false when memory is short. */
bool trace_open(const struct trace *tr, int first, int n);
void trace_close(const struct trace *tr, int first, int n);

/* A network that has run: what any question about the run needs. All borrowed. pins are those it was computed with,
 * sorted; whoever asks what does not need the inputs, the net or the pins may leave them NULL (and says so). */
struct computation {
    const struct lstm *net;
    const struct trace *tr;
    const float *const *x;     /* x[t-1] is the input of step t */
    const struct pin *pins;    /* [pin_count] */
    size_t pin_count;
};
/* One number of it. */
struct element { int layer, unit; enum quantity q; int step; };

struct projected;

/* Computes steps from … T (from ≥ 1; from 0 also writes the initial state). x[t-1] is the input of step t, E floats.
 * Rows before `from` must be there already and are not touched. pins (sorted by pin_compare, any number) apply at
 * their steps. Row t depends only on row t-1, the input and the pins of step t, so that a run from any step is
 * bit-identical to a run from 0. A bidirectional network always runs from 0: a word has its say at every step. */
void lstm_run(const struct lstm *net, const float *const *x, int from, const struct pin *pins, size_t pin_count,
              struct trace *tr);
/* The steps from … to of it only (of a bidirectional network all); bit-identical to the same rows of a whole run. */
void lstm_run_part(const struct computation *of, struct trace *tr, int from, int to);
/* The same, with the W·x that runs before found, and more of it (core/projected.h); kept may be NULL. */
void lstm_run_kept(const struct computation *of, struct projected *kept, struct trace *tr, int from, int to);

/* logits = out_W · h_t(top) + out_b: `outputs` floats. Only when net->outputs > 0; t from 0. Of a bidirectional network
 * t is a word, and h what both directions hold there. */
void lstm_logits(const struct lstm *net, const struct trace *tr, int t, float *logits);
/* The same of several steps at once, which read out_W once for all of them: rows first … first+rows-1 of the head into
 * logits[k * outputs + row] for step[k]. The same bits. */
enum { LOGITS_STEPS = 24 };               /* at most so many steps at once */
/* One of them alone. */
float lstm_logit(const struct lstm *net, const struct trace *tr, int t, int output);
/* What the head reads after step t: h of the top layer. */
const float *lstm_head_input(const struct lstm *net, const struct trace *tr, int t);
struct logits_part { const int *step; int steps, first, rows; };
void lstm_logits_part(const struct lstm *net, const struct trace *tr, struct logits_part part, float *logits);
/* The same of states h[0 … steps-1]. */
struct head_part { int steps, first, rows; };
void lstm_head_part(const struct lstm *net, const float *const *h, struct head_part part, float *logits);
/* p = softmax(z), in place allowed; computed with the maximum subtracted, in double. */
void softmax(const float *z, int n, float *p);
/* All that one logit needs of the others, and what follows from it: the same bits as softmax and surprisal. */
struct log_sum { double largest, log; };  /* the largest z; ln Σ e^(z - largest) */
struct log_sum logits_sum(const float *z, int n);
void softmax_by(struct log_sum sum, const float *z, int n, float *p);
float probability_by(struct log_sum sum, float z);
double surprisal_by(struct log_sum sum, float z);
/* The first of those whose probability is largest; -1 where none is a number. */
int likeliest_by(struct log_sum sum, const float *z, int n);
/* -ln softmax(z)[target], in nats. NaN where there is no such target or a logit is no number. */
double surprisal(const float *z, int n, int target);

/* σ and tanh as the engine computes them (relative error ≤ 2e-7), for views that draw the curve. */
float lstm_sigmoid(float z);
float lstm_tanh(float z);
/* What layer `layer` makes of z: tanh for Q_G, its gate function for the others, 1 - that of a coupled i, whose z is
 * f's (lstm_source). */
float lstm_gate(const struct lstm *net, int layer, enum quantity gate, float z);
/* The same of f, i or o in double: σ and the hard sigmoids themselves. */
double gate_function_exact(enum gate_function f, double z);
/* Whose weights, bias and peephole make a gate's z: its own, or f's where i is coupled. */
enum quantity lstm_source(const struct lstm *net, int layer, enum quantity gate);
/* The peephole's part of z of a gate: p ⊙ C_{t-1}, of o p ⊙ C_t; 0 where there is none. t ≥ 1. */
double lstm_peephole(const struct lstm *net, const struct trace *tr, int layer, int t, enum quantity gate, int unit);
/* Is every layer the plain one: σ, no peepholes, no coupling? */
bool lstm_is_plain(const struct lstm *net);

/* One unit's pre-activation at step t, taken apart: terms[k] = W_q[unit][k] · [h_{t-1}, x_t][k] for k in 0 … H+E-1
 * (in float, as read off the weights; q is lstm_source of the gate), and z = Σ terms + b + lstm_peephole. t ≥ 1.
 * terms may be NULL; the pins are not asked for. */
double lstm_preactivation(const struct computation *of, struct element gate, float *terms);

/* The input of layer `layer` at its step t ≥ 1: x of the word for the first, else h of the layer below; of both
 * directions below, where there are two. */
const float *lstm_input(const struct trace *tr, const float *const *x, int layer, int t);

/* "avx512", "avx2", "portable": which kernel this machine runs. For `--inspect` and the bench. */
const char *lstm_kernel(void);
/* Runs that one from now on (NULL: the best there is again). False, and no change, when this machine cannot. For tests
 * and the bench; results of different kernels differ in their last bits. */
bool lstm_kernel_force(const char *name);

#endif
