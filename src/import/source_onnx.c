/* source_onnx.c: the LSTM nodes of an ONNX file (onnx.proto and Operators.md of onnx/onnx).
 *
 * An ONNX file is a Protocol Buffers message: a graph of nodes, and initializers, which are its weights. It is not
 * run: its LSTM nodes are found, their inputs looked up (W, R, B, P, initial_h, initial_c) and named LSTM.W …, the
 * way the dialect onnx-lstm wants them. One node above another is a stack when only the shape changes between them.
 * A Gather from weights in front is the embedding when it looks up the words themselves and the LSTM reads its rows as
 * they are; a MatMul or Gemm behind, the head. What stands in front and is computed (a convolution, say) makes it a
 * model of vectors: its weights are listed as "NAME:initializer", so that they are told as not used, and that no part
 * is found by a name that only looks like it: here the graph tells what each is. */
#include <ctype.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/lstm.h"
#include "import/protobuf.h"
#include "import/strided.h"

extern const struct source_kind source_onnx;

enum { GRAPH = 7, IR_VERSION = 1, MODEL_FIELDS = 25, DEPTH = 4, NODES_MAX = 1000000, INPUTS = 8, HOPS = 64 };

struct text { const char *s; size_t n; };
struct node;

/* A TensorProto. */
struct values {
    struct text name;
    int rank;
    size_t shape[TENSOR_RANK];
    enum dtype dtype;
    struct proto raw;              /* numbers, little-endian and dense */
    bool external, scattered, used;        /* in another file; float_data that is not packed */
    const struct node *reader;     /* a lookup or product that is not run where no LSTM and no head takes it */
};

struct node {
    struct text name, op, input[INPUTS], output[3];
    int inputs, outputs;
    struct proto whole;            /* to look for attributes */
};

struct made { struct text name; const struct node *node; };

struct onnx {
    struct values *values;         /* initializers and Constant nodes */
    int n, cap;
    struct node *node;             /* in the order of the file, which is the order of computing; subgraphs among them */
    int nodes, node_cap;
    struct made *made;             /* [outputs of all nodes], by name: who makes it */
    int outputs;
    struct values **sorted;        /* [n], by name */
    struct str attributes;         /* of the first LSTM, which are those of all */
    bool both;                     /* it reads in both directions */
    int lstms;
};

static struct text text_of(const struct proto *b)
{
    return (struct text){(const char *)b->p, (size_t)(b->end - b->p)};
}

static bool same(struct text a, struct text b)
{
    return a.n == b.n && a.n && memcmp(a.s, b.s, a.n) == 0;
}

static bool is(struct text a, const char *s)
{
    return a.n == strlen(s) && memcmp(a.s, s, a.n) == 0;
}

static bool damaged(const struct source *s, struct err *e, const char *what)
{
    return source_complain(s, e, "an ONNX file that is damaged or cut off, in %s", what);
}

/* ---- is it one? ---- */

/* The fields of a ModelProto, its graph among them. Others begin alike (SavedModel, Core ML) and have no field 7, or
 * fields beyond. */
static bool is_onnx(const struct file_bytes *bytes, const char *path)
{
    struct proto m = {bytes->data, bytes->data ? bytes->data + bytes->len : NULL};
    struct proto_field f;
    size_t n = strlen(path);
    bool broken = false, graph = false, version = false;
    if (!bytes->data)
        return false;
    if (n > 5 && strcmp(path + n - 5, ".onnx") == 0)
        return true;
    while (proto_next(&m, &f, &broken)) {
        if (f.number > MODEL_FIELDS)
            return false;
        graph = graph || (f.number == GRAPH && f.wire == PROTO_BYTES);
        version = version || (f.number == IR_VERSION && f.wire == PROTO_VARINT && f.v >= 1 && f.v < 100);
    }
    return !broken && graph && version;
}

/* ---- reading ---- */

static const struct { unsigned number; enum dtype dtype; } types[] = {
    {1, DTYPE_F32}, {2, DTYPE_U8}, {3, DTYPE_I8}, {4, DTYPE_U16}, {5, DTYPE_I16}, {6, DTYPE_I32}, {7, DTYPE_I64},
    {9, DTYPE_BOOL},
    {10, DTYPE_F16}, {11, DTYPE_F64}, {12, DTYPE_U32}, {13, DTYPE_U64}, {16, DTYPE_BF16},
};

static bool add_size(struct values *v, uint64_t size)
{
    if (v->rank == TENSOR_RANK || size > INT_MAX)
        return false;
    v->shape[v->rank++] = (size_t)size;
    return true;
}

/* dims 1, data_type 2, float_data 4, int32_data 5, int64_data 7, name 8, raw_data 9, double_data 10, data_location
 * 14 */
static bool read_values(struct proto m, struct values *v)
{
    struct proto_field f;
    bool broken = false, ok = true;
    uint64_t size;
    *v = (struct values){.dtype = DTYPE_OTHER};
    while (ok && proto_next(&m, &f, &broken)) {
        bool packed = f.wire == PROTO_BYTES;
        switch (f.number) {
        case 1:
            if (!packed)
                ok = add_size(v, f.v);
            while (ok && packed && proto_varint(&f.bytes, &size, &broken))
                ok = add_size(v, size);
            break;
        case 2:
            for (size_t k = 0; k < sizeof types / sizeof *types; k++)
                if (types[k].number == f.v)
                    v->dtype = types[k].dtype;
            break;
        case 4: case 10:
            v->scattered = v->scattered || !packed || v->raw.p;
            v->raw = f.bytes;
            break;
        case 9:
            ok = packed;
            v->raw = f.bytes;
            break;
        case 5: case 7:
            v->scattered = true;           /* varints: only shapes and indexes come this way */
            break;
        case 8: v->name = text_of(&f.bytes); break;
        case 14: v->external = f.v == 1; break;
        default: break;
        }
    }
    return ok && !broken;
}

/* False: there is no memory for it. */
static bool room(void *array, int *cap, int need, size_t size)
{
    void *old, *more;
    if (need <= *cap)
        return true;
    int wanted = *cap ? *cap * 2 : 64;
    memcpy(&old, array, sizeof old);
    more = realloc(old, (size_t)wanted * size);
    if (!more)
        return false;
    memcpy(array, &more, sizeof more);
    *cap = wanted;
    return true; /* cppcheck-suppress memleak ; it is in the array now */
}

static bool keep_values(struct source *s, const struct values *v, struct err *e)
{
    struct onnx *x = s->data;
    if (x->n >= NODES_MAX || !room(&x->values, &x->cap, x->n + 1, sizeof *x->values))
        return source_complain(s, e, "not enough memory for its weights");
    x->values[x->n++] = *v;
    return true;
}

static bool read_graph(struct source *s, struct proto m, int depth, struct err *e);

/* An attribute by name: name 1, f 2, i 3, s 4, t 5, g 6, floats 7, ints 8, strings 9. The last one of a field counts;
 * strings add up. */
enum { FUNCTIONS = 6 };            /* three of each direction */
struct attribute {
    bool there;
    float f;
    int64_t i;
    struct text s;
    struct proto t;
    struct text strings[FUNCTIONS];
    int64_t last;                 /* of several integers */
    int integers;                 /* how many */
    float floats[FUNCTIONS];
    int count;                    /* of strings or floats, which may be more than are kept */
};

/* Field 7: several in one, or one of several. */
static void read_floats(struct attribute *a, const struct proto_field *f)
{
    uint32_t bits = (uint32_t)f->v;
    if (f->wire != PROTO_BYTES) {
        if (a->count < FUNCTIONS)
            memcpy(&a->floats[a->count], &bits, sizeof bits);
        a->count++;
        return;
    }
    struct text all = text_of(&f->bytes);
    for (size_t k = 0; k + sizeof bits <= all.n; k += sizeof bits, a->count++)
        if (a->count < FUNCTIONS)
            memcpy(&a->floats[a->count], all.s + k, sizeof bits);
}

/* Field 8, likewise. */
static bool read_integers(struct attribute *a, struct proto_field *f)
{
    bool broken = false;
    uint64_t v = f->v;
    if (f->wire != PROTO_BYTES) {
        a->integers++;
        memcpy(&a->last, &v, sizeof v);
    }
    while (f->wire == PROTO_BYTES && proto_varint(&f->bytes, &v, &broken)) {
        a->integers++;
        memcpy(&a->last, &v, sizeof v);
    }
    return !broken;
}

static bool read_attribute(struct proto m, struct text *name, struct attribute *a, struct proto *graph)
{
    struct proto_field f;
    bool broken = false;
    *a = (struct attribute){.there = true};
    *name = (struct text){0};
    while (proto_next(&m, &f, &broken)) {
        uint32_t bits = (uint32_t)f.v;
        switch (f.number) {
        case 1: *name = text_of(&f.bytes); break;
        case 2: memcpy(&a->f, &bits, sizeof a->f); break;
        case 3: memcpy(&a->i, &f.v, sizeof a->i); break;
        case 4: a->s = text_of(&f.bytes); break;
        case 5: a->t = f.bytes; break;
        case 6: *graph = f.bytes; break;
        case 7: read_floats(a, &f); break;
        case 8:
            if (!read_integers(a, &f))
                return false;
            break;
        case 9:
            if (a->count < FUNCTIONS)
                a->strings[a->count] = text_of(&f.bytes);
            a->count++;
            break;
        default: break;
        }
    }
    return !broken;
}

static struct attribute attribute(const struct node *node, const char *name)
{
    struct proto m = node->whole, graph;
    struct proto_field f;
    struct attribute a;
    struct text found;
    bool broken = false;
    while (proto_next(&m, &f, &broken))
        if (f.number == 5 && f.wire == PROTO_BYTES && read_attribute(f.bytes, &found, &a, &graph) && is(found, name))
            return a;
    return (struct attribute){0};
}

static bool keep_node(struct source *s, const struct node *n, struct err *e)
{
    struct onnx *x = s->data;
    if (x->nodes >= NODES_MAX || !room(&x->node, &x->node_cap, x->nodes + 1, sizeof *x->node))
        return source_complain(s, e, "not enough memory for its nodes");
    x->node[x->nodes++] = *n;
    return true;
}

/* input 1, output 2, name 3, op_type 4, attribute 5 */
static bool read_node(struct source *s, struct proto m, int depth, struct err *e)
{
    struct node n = {.whole = m};
    struct proto_field f;
    bool broken = false;
    while (proto_next(&m, &f, &broken)) {
        struct proto graph = {0};
        struct attribute a;
        struct text name;
        if (f.wire != PROTO_BYTES)
            continue;
        switch (f.number) {
        case 1:
            if (n.inputs < INPUTS)
                n.input[n.inputs] = text_of(&f.bytes);
            n.inputs++;
            break;
        case 2:
            if (n.outputs < 3)
                n.output[n.outputs] = text_of(&f.bytes);
            n.outputs++;
            break;
        case 3: n.name = text_of(&f.bytes); break;
        case 4: n.op = text_of(&f.bytes); break;
        case 5:
            if (!read_attribute(f.bytes, &name, &a, &graph))
                return damaged(s, e, "an attribute");
            if (graph.p && !read_graph(s, graph, depth + 1, e))
                return false;
            break;
        default: break;
        }
    }
    if (broken)
        return damaged(s, e, "a node");
    n.inputs = n.inputs < INPUTS ? n.inputs : INPUTS;
    n.outputs = n.outputs < 3 ? n.outputs : 3;
    if (!keep_node(s, &n, e))
        return false;
    struct attribute value = is(n.op, "Constant") ? attribute(&n, "value") : (struct attribute){0};
    struct values v;
    if (!value.t.p || !n.outputs)
        return true;
    if (!read_values(value.t, &v))
        return damaged(s, e, "a constant");
    v.name = n.output[0];
    return keep_values(s, &v, e);
}

/* name 1. An input of a graph within another is no input of the whole: the loop around it makes it. */
static bool read_inner_input(struct source *s, struct proto m, struct err *e)
{
    static const char loop[] = "Loop or Scan";
    struct node n = {.op = {loop, sizeof loop - 1}, .outputs = 1};
    struct proto_field f;
    bool broken = false;
    while (proto_next(&m, &f, &broken))
        if (f.number == 1 && f.wire == PROTO_BYTES)
            n.output[0] = text_of(&f.bytes);
    return broken ? damaged(s, e, "an input") : keep_node(s, &n, e);
}

/* node 1, initializer 5, input 11 */
static bool read_graph(struct source *s, struct proto m, int depth, struct err *e)
{
    struct proto_field f;
    bool broken = false;
    struct values v;
    if (depth > DEPTH)
        return source_complain(s, e, "expected graphs within graphs at most %d deep, found more", DEPTH);
    while (proto_next(&m, &f, &broken)) {
        if (f.wire != PROTO_BYTES)
            continue;
        if (f.number == 1 && !read_node(s, f.bytes, depth, e))
            return false;
        if (f.number == 11 && depth > 0 && !read_inner_input(s, f.bytes, e))
            return false;
        if (f.number == 5) {
            if (!read_values(f.bytes, &v))
                return damaged(s, e, "a weight (of at most 8 axes)");
            if (!keep_values(s, &v, e))
                return false;
        }
    }
    return !broken || damaged(s, e, "the graph");
}

/* ---- looking things up ---- */

static int compare(struct text a, struct text b)
{
    int order = memcmp(a.s, b.s, a.n < b.n ? a.n : b.n);
    return order ? order : (a.n > b.n) - (a.n < b.n);
}

static int by_output(const void *a, const void *b)
{
    return compare(((const struct made *)a)->name, ((const struct made *)b)->name);
}

static int by_name(const void *a, const void *b)
{
    return compare((*(struct values *const *)a)->name, (*(struct values *const *)b)->name);
}

static void index_names(struct onnx *x)
{
    x->made = xcalloc((size_t)x->nodes * 3, sizeof *x->made);
    for (int k = 0; k < x->nodes; k++)
        for (int o = 0; o < x->node[k].outputs; o++)
            if (x->node[k].output[o].n)
                x->made[x->outputs++] = (struct made){x->node[k].output[o], &x->node[k]};
    qsort(x->made, (size_t)x->outputs, sizeof *x->made, by_output);
    x->sorted = xcalloc((size_t)x->n, sizeof *x->sorted);
    int named = 0;
    for (int k = 0; k < x->n; k++)
        if (x->values[k].name.n)
            x->sorted[named++] = &x->values[k];
    x->n = named < x->n ? named : x->n;
    qsort(x->sorted, (size_t)named, sizeof *x->sorted, by_name);
}

static const struct node *maker(const struct onnx *x, struct text name)
{
    const struct made key = {name, NULL},
                      *found = name.n ? bsearch(&key, x->made, (size_t)x->outputs, sizeof key, by_output) : NULL;
    return found ? found->node : NULL;
}

static struct values *value_of(const struct onnx *x, struct text name)
{
    struct values key = {.name = name}, *wanted = &key,
                  **found = bsearch(&wanted, x->sorted, (size_t)x->n, sizeof wanted, by_name);
    return found ? *found : NULL;
}

static bool one_of(const struct node *n, const char *const *ops)
{
    for (; *ops; ops++)
        if (is(n->op, *ops))
            return true;
    return false;
}

/* Of weights only what keeps the order of the numbers. */
static bool passes_weights(const struct node *n, bool expanded)
{
    return (expanded && is(n->op, "Expand")) || is(n->op, "Identity") || is(n->op, "Reshape") || is(n->op, "Squeeze")
           || is(n->op, "Unsqueeze") || is(n->op, "Cast");
}

static struct values *weights_through(const struct onnx *x, struct text name, bool expanded)
{
    for (int hop = 0; hop < HOPS && name.n; hop++) {
        struct values *v = value_of(x, name);
        const struct node *n = maker(x, name);
        if (v)
            return v;
        if (!n || !passes_weights(n, expanded) || !n->inputs)
            return NULL;
        name = n->input[0];
    }
    return NULL;
}

static struct values *weights(const struct onnx *x, struct text name)
{
    return weights_through(x, name, false);
}

static bool all_zero(const struct values *v)
{
    for (const unsigned char *p = v->raw.p; p && p < v->raw.end; p++)
        if (*p)
            return false;
    return !v->scattered && !v->external;
}

/* ---- what passes numbers on ---- */

/* Towards a head: which step it reads, and in which shape, does not change what it makes of that step. */
static bool passes_h(const struct onnx *x, const struct node *n)
{
    static const char *const ops[] = {
        "Identity",  "Reshape", "Squeeze", "Unsqueeze", "Flatten", "Dropout", "Cast",
        "Transpose", "Slice",   "Gather",  "Expand",    "Concat",  NULL,
    };
    return one_of(n, ops) && !(is(n->op, "Gather") && n->inputs && weights(x, n->input[0]));
}

static bool casts_to(const struct node *n, const int *any)
{
    struct attribute to = attribute(n, "to");
    for (; *any; any++)
        if (to.i == *any)
            return true;
    return false;
}

static bool only_shapes(const struct node *n)
{
    static const char *const ops[] = {"Identity", "Reshape", "Squeeze", "Unsqueeze", NULL};
    return one_of(n, ops);
}

/* May a Reshape leave each step's numbers where they are? Not one to several steps of several sequences, which may mix
 * them: of a shape that is a constant only the last axis and one more may be longer than 1. */
static bool keeps_steps(const struct onnx *x, const struct node *n)
{
    const struct values *shape = n->inputs > 1 ? value_of(x, n->input[1]) : NULL;
    const unsigned char *at = shape && shape->dtype == DTYPE_I64 && shape->rank == 1 ? shape->raw.p : NULL;
    size_t count = at ? (size_t)(shape->raw.end - at) / sizeof(int64_t) : 0;
    int longer = 0;
    for (size_t k = 0; k + 1 < count; k++, at += sizeof(int64_t)) {
        int64_t size;
        memcpy(&size, at, sizeof size);
        longer += size > 1;
    }
    return longer < 2;
}

/* Towards an LSTM: each step and each number of it stay where they are. Axes of time and batch may change places, that
 * of the numbers, the last, not. */
static bool passes_inputs(const struct onnx *x, const struct node *n)
{
    static const int real[] = {1, 10, 11, 16, 0};
    if (is(n->op, "Transpose")) {
        struct attribute perm = attribute(n, "perm");
        return perm.integers > 1 && perm.last == perm.integers - 1;
    }
    if (is(n->op, "Dropout") && n->inputs > 2 && n->input[2].n) {
        const struct values *training = weights(x, n->input[2]);
        return training && all_zero(training);
    }
    if (is(n->op, "Reshape"))
        return keeps_steps(x, n);
    return only_shapes(n) || is(n->op, "Dropout") || (is(n->op, "Cast") && casts_to(n, real));
}

/* Towards a Gather: the numbers of the words stay what they are; their axes are time and batch. */
static bool passes_ids(const struct onnx *x, const struct node *n)
{
    static const int whole[] = {6, 7, 12, 13, 0};
    (void)x;
    return only_shapes(n) || is(n->op, "Transpose") || (is(n->op, "Cast") && casts_to(n, whole));
}

/* Who makes this, seen through the nodes that pass it on; *name is then what it is called there. NULL: an input of the
 * graph, or nodes that feed each other in a circle (*name then has a maker). */
static const struct node *source_of(const struct onnx *x, struct text *name,
                                    bool (*passes)(const struct onnx *x, const struct node *n))
{
    for (int hop = 0; hop < HOPS; hop++) {
        const struct node *from = maker(x, *name);
        if (!from || !from->inputs || !same(*name, from->output[0]) || !passes(x, from))
            return from;
        *name = from->input[0];
    }
    return NULL;
}

/* The LSTM whose h at each step an LSTM reads as its input, or the node that makes its input otherwise. */
static const struct node *below(const struct onnx *x, const struct node *n)
{
    struct text name = n->inputs ? n->input[0] : (struct text){0};
    return source_of(x, &name, passes_inputs);
}

/* Does this LSTM read each step's h of that one? */
static bool lies_on(const struct onnx *x, const struct node *n, const struct node *under)
{
    struct text name = n->inputs ? n->input[0] : (struct text){0};
    return source_of(x, &name, passes_inputs) == under && same(name, under->output[0]);
}

/* Does this product read h of that LSTM, at one step or all: Y or Y_h, not Y_c? */
static bool reads_h(const struct onnx *x, const struct node *n, const struct node *lstm)
{
    struct text name = n->inputs ? n->input[0] : (struct text){0};
    return source_of(x, &name, passes_h) == lstm && !same(name, lstm->output[2]);
}

/* ---- what it becomes ---- */

static struct tensor *add(struct source *s, struct values *v, const char *name, struct err *e)
{
    struct tensor *t = source_add(s, name);
    size_t bytes = dtype_size(v->dtype);
    v->used = true;
    t->rank = v->rank;
    t->dtype = v->dtype;
    memcpy(t->shape, v->shape, sizeof t->shape);
    if (v->external) {
        tensor_complain(s, t, e,
                        "its numbers are in another file: python3 -c \"import onnx; onnx.save(onnx.load('FILE'), "
                        "'model.onnx')\" puts them into one");
        return NULL;
    }
    if (v->scattered || !bytes)
        return t;
    for (int d = 0; d < v->rank; d++)
        if (!mem_product(bytes, v->shape[d], &bytes)) {
            tensor_complain(s, t, e, "expected a size that memory can hold");
            return NULL;
        }
    if ((size_t)(v->raw.end - v->raw.p) != bytes) {
        tensor_complain(s, t, e, "expected %zu bytes of numbers, as its shape and type say, found %zu", bytes,
                        (size_t)(v->raw.end - v->raw.p));
        return NULL;
    }
    t->raw = v->raw.p ? v->raw.p : (const void *)"";
    return t;
}

/* An input of an LSTM node that is no weight: zeros, or given by the caller, or computed. */
static bool starts_at_zero(const struct onnx *x, struct text name)
{
    for (int hop = 0; hop < HOPS; hop++) {
        const struct node *n = maker(x, name);
        if (!n)
            return true;                                   /* an input of the graph: 0 unless somebody gives it */
        if (is(n->op, "ConstantOfShape")) {
            struct values v;
            struct attribute a = attribute(n, "value");
            return !a.there || (read_values(a.t, &v) && all_zero(&v));
        }
        if (!passes_h(x, n) || !n->inputs)
            return false;
        name = n->input[0];
    }
    return false;
}

/* The place of an input in an LSTM node, and whether it can be left out. */
static const struct { int input; const char *name; bool needed, state; } parts[] = {
    {1, "W", true, false}, {2, "R", true, false}, {3, "B", false, false}, {7, "P", false, false},
    {5, "initial_h", false, true},
    {6, "initial_c", false, true},
};

static bool add_lstm(struct source *s, const struct node *n, const char *name, struct err *e)
{
    const struct onnx *x = s->data;
    for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) {
        struct text input = parts[k].input < n->inputs ? n->input[parts[k].input] : (struct text){0};
        struct values *v = weights_through(x, input, parts[k].state);
        if (v && parts[k].state && all_zero(v)) {
            v->used = true;                                /* zeros, the same for every sequence of a batch */
            continue;
        }
        struct str full = {0};
        str_addf(&full, "%s.%s", name, parts[k].name);
        bool ok = v ? add(s, v, str_text(&full), e) != NULL : !input.n && !parts[k].needed;
        const struct node *from = maker(x, input);
        if (!ok && !v && parts[k].state)
            ok = starts_at_zero(x, input)
                 || err_set(e, s->name, str_text(&full),
                            "is computed by a %.*s in the graph, which is not run; --initial FILE gives it",
                            from ? (int)from->op.n : 0, from ? from->op.s : "");
        else if (!ok && !v)
            err_set(
                e, s->name, str_text(&full),
                "expected weights, found what a %.*s computes: python3 -c \"import onnx, onnxsim; "
                "onnx.save(onnxsim.simplify(onnx.load('FILE'))[0], 'model.onnx')\" computes it for good (pip install "
                "onnxsim)",
                from ? (int)(from->op.n < 40 ? from->op.n : 40) : 7, from ? from->op.s : "nothing");
        str_free(&full);
        if (!ok)
            return false;
    }
    return true;
}

/* What stands around an LSTM is called as it is in any network; where there are several, after the one whose it is
 * ("decoder:head"): names that only onnx_rest knows. */
struct around { const char *of; bool only; };

static struct tensor *add_around(struct source *s, struct values *v, const struct around *a, const char *part,
                                 const char *usual, struct err *e)
{
    struct str name = {0};
    if (!a->only)
        str_addf(&name, "%s:%s", a->of, part);
    struct tensor *t = add(s, v, a->only ? usual : str_text(&name), e);
    str_free(&name);
    return t;
}

/* The rows that a Gather looks up for the words; else NULL, with who made other numbers of the words in *ids. */
static struct values *rows_of_words(const struct onnx *x, const struct node *gather, const struct node **ids)
{
    struct text words = gather->inputs > 1 ? gather->input[1] : (struct text){0};
    struct values *v = weights(x, gather->input[0]);
    *ids = source_of(x, &words, passes_ids);
    bool given = words.n && !maker(x, words) && !value_of(x, words);
    return given && v && v->rank == 2 && !attribute(gather, "axis").i ? v : NULL;
}

static void say_node(const struct node *n, struct str *out)
{
    str_addf(out, "%.*s", n->op.n < 40 ? (int)n->op.n : 40, n->op.s);
    if (n->name.n)
        str_addf(out, " (%.*s)", n->name.n < 80 ? (int)n->name.n : 80, n->name.s);
}

static bool add_embedding(struct source *s, const struct node *first, const struct around *a, struct err *e)
{
    const struct onnx *x = s->data;
    const struct node *from = below(x, first), *ids = NULL;
    struct values *v = from && is(from->op, "Gather") && from->inputs ? rows_of_words(x, from, &ids) : NULL;
    if (v)
        return add_around(s, v, a, "embedding", "embedding.weight", e) != NULL;
    return true;
}

/* In front of an LSTM: who computes what it reads, where that is no embedding; of the lowest layer that is read. */
static char *say_not_run(const struct onnx *x, const struct node *lstm)
{
    const struct node *from = below(x, lstm), *ids = NULL;
    struct str what = {0};
    if (!from || (is(from->op, "Gather") && from->inputs && rows_of_words(x, from, &ids)))
        return NULL;
    say_node(from, &what);
    if (ids && weights(x, from->input[0])) {
        str_add(&what, " of ");
        say_node(ids, &what);
    }
    return str_take(&what);
}

/* The Add behind a MatMul. */
static struct values *bias_behind(const struct onnx *x, const struct node *n)
{
    for (int k = 0; n->outputs && k < x->nodes; k++)
        for (int i = 0; is(x->node[k].op, "Add") && i < 2 && x->node[k].inputs == 2; i++)
            if (same(x->node[k].input[i], n->output[0]))
                return weights(x, x->node[k].input[1 - i]);
    return NULL;
}

static struct values *gemm_bias(const struct onnx *x, const struct node *n)
{
    return n->inputs > 2 ? weights(x, n->input[2]) : NULL;
}

/* The weights of a MatMul or Gemm as [outputs][units]. */
static bool add_head(struct source *s, const struct node *n, struct values *W, const struct around *a, struct err *e)
{
    const struct onnx *x = s->data;
    struct values *b = is(n->op, "Gemm") ? gemm_bias(x, n) : bias_behind(x, n);
    bool turned = !(is(n->op, "Gemm") && attribute(n, "transB").i);
    struct tensor *t = add_around(s, W, a, "head", "fc.weight", e);
    if (!t || (b && b->rank == 1 && !add_around(s, b, a, "head_bias", "fc.bias", e)))
        return false;
    if (!turned || !t->raw || t->rank != 2)
        return true;
    struct strided *turn = t->extra = xcalloc(1, sizeof *turn);
    *turn = (struct strided){.base = t->raw, .step = {1, t->shape[1]}, .dtype = t->dtype};
    size_t units = t->shape[0];
    t->shape[0] = t->shape[1];
    t->shape[1] = units;
    t->raw = NULL;
    return true;
}

/* The only product of weights with what the LSTM puts out; NULL: none, or of two neither is the head. */
static const struct node *head_of(const struct onnx *x, const struct node *top)
{
    const struct node *head = NULL;
    for (int k = 0; k < x->nodes; k++) {
        const struct node *n = &x->node[k];
        bool product = is(n->op, "MatMul") || is(n->op, "Gemm");
        if (!product || n->inputs < 2 || !reads_h(x, n, top) || !weights(x, n->input[1])
            || weights(x, n->input[1])->rank != 2)
            continue;
        if (head)
            return NULL;
        head = n;
    }
    return head;
}

/* Behind a head the logits stay what they are: axes change places, steps are chosen, they become probabilities. */
static bool passes_logits(const struct node *n)
{
    static const char *const ops[] = {
        "Identity",  "Reshape", "Squeeze", "Unsqueeze", "Flatten",    "Dropout", "Cast",
        "Transpose", "Slice",   "Gather",  "Softmax",   "LogSoftmax", "ArgMax",  "TopK",
        "Shape",     "Split",   NULL,
    };
    return one_of(n, ops);
}

/* What is done to the logits called `name`; NULL: nothing. */
static const struct node *after(const struct onnx *x, struct text name, int hops)
{
    for (int k = 0; hops && k < x->nodes; k++) {
        const struct node *n = &x->node[k];
        const bool ends = is(n->op, "Shape") || is(n->op, "ArgMax") || is(n->op, "TopK");
        if (!n->inputs || !same(n->input[0], name)) {
            for (int i = 1; i < n->inputs; i++)
                if (same(n->input[i], name))
                    return n;
            continue;
        }
        if (!passes_logits(n))
            return n;
        const struct node *later = ends || !n->outputs ? NULL : after(x, n->output[0], hops - 1);
        if (later)
            return later;
    }
    return NULL;
}

/* The node behind a head, and behind the bias that is added to it. */
static const struct node *behind_head(const struct onnx *x, const struct node *head)
{
    enum { FAR = 12 };
    if (!head->outputs)
        return NULL;
    const struct node *n = after(x, head->output[0], FAR);
    struct values *b = n && is(n->op, "Add") && !is(head->op, "Gemm") ? bias_behind(x, head) : NULL;
    return b && b->rank == 1 && n->outputs ? after(x, n->output[0], FAR) : n;
}

static bool find_head(struct source *s, const struct node *top, const struct around *a, struct err *e)
{
    const struct onnx *x = s->data;
    const struct node *head = head_of(x, top);
    if (!head || behind_head(x, head))             /* what is not run would change what it puts out */
        return true;
    struct attribute alpha = attribute(head, "alpha"), beta = attribute(head, "beta"),
                     trans = attribute(head, "transA");
    if ((alpha.there && alpha.f != 1) || (beta.there && beta.f != 1) || trans.i)
        return true;
    return add_head(s, head, weights(x, head->input[1]), a, e);
}

/* ---- attributes of the nodes, which the dialect has to know ---- */

/* An attribute of numbers, which some write as a single one. */
static struct attribute numbers_of(const struct node *n, const char *name)
{
    struct attribute a = attribute(n, name);
    if (a.there && !a.count) {
        a.floats[0] = a.f;
        a.count = 1;
    }
    return a;
}

/* f, i and o of a direction, with alpha and beta where they are said: which of the engine's it is. */
static bool gates_of(const struct source *s, const struct node *n, int direction, enum gate_function *out,
                     struct err *e)
{
    struct attribute name = attribute(n, "activations"), alpha = numbers_of(n, "activation_alpha"),
                     beta = numbers_of(n, "activation_beta");
    const int gates = 3 * direction;
    const float a = gates < alpha.count ? alpha.floats[gates] : 0.2f,
                b = gates < beta.count ? beta.floats[gates] : 0.5f;
    static const char *const wanted[] = {"Sigmoid", "Tanh", "Tanh"};
    const bool hard = is(name.strings[gates], "HardSigmoid"), half = fabsf(b - 0.5f) < 1e-6f;
    for (int k = hard; k < 3; k++) {
        struct text odd = name.strings[gates + k];
        if (!is(odd, wanted[k]))
            return source_complain(
                s, e,
                "an LSTM node with the activation %.*s, which is not supported (Sigmoid or HardSigmoid, Tanh, Tanh)",
                (int)(odd.n < 40 ? odd.n : 40), odd.s ? odd.s : "");
    }
    *out = GATE_SIGMOID;
    if (hard && half && fabsf(a - 0.2f) < 1e-6f)
        *out = GATE_HARD_KERAS2;
    else if (hard && half && fabsf(a - 1.0f / 6) < 1e-6f)
        *out = GATE_HARD_KERAS3;
    else if (hard)
        return source_complain(
            s, e,
            "an LSTM node with the activation HardSigmoid, alpha %g and beta %g: only alpha 0.2 or 1/6 "
            "with beta 0.5 are supported",
            (double)a, (double)b);
    return true;
}

static bool gate_function(const struct source *s, const struct node *n, int directions, struct str *about,
                          struct err *e)
{
    enum gate_function f = GATE_SIGMOID, back;
    struct attribute a = attribute(n, "activations");
    if (!a.count)
        return true;
    if (a.count < 3 * directions)
        return source_complain(s, e, "an LSTM node with %d activations: expected 3 for each of its %s", a.count,
                               directions > 1 ? "two directions" : "directions, which is one");
    if (!gates_of(s, n, 0, &f, e) || (directions > 1 && !gates_of(s, n, 1, &back, e)))
        return false;
    if (directions > 1 && back != f)
        return source_complain(s, e,
                               "an LSTM node whose directions have different activations, which is not supported");
    if (f != GATE_SIGMOID)
        str_addf(about, ", \"gate_function\": \"%s\"", gate_function_name(f));
    return true;
}

static bool reads_both_ways(const struct node *n)
{
    return is(attribute(n, "direction").s, "bidirectional");
}

/* What the dialect has to know of an LSTM, but for whether it reads both ways; what is not computed is refused. */
static bool describe(const struct source *s, const struct node *n, struct str *out, struct err *e)
{
    struct attribute direction = attribute(n, "direction"), forget = attribute(n, "input_forget"),
                     clip = attribute(n, "clip");
    bool both = reads_both_ways(n);
    if (direction.there && !both && !is(direction.s, "forward"))
        str_addf(out, ", \"direction\": \"%s\"", is(direction.s, "reverse") ? "reverse" : "?");
    if (forget.i)
        str_add(out, ", \"input_forget\": 1");
    if (clip.there && clip.f > 0)
        return source_complain(s, e, "an LSTM node that clips its sums at %g, which is not supported", (double)clip.f);
    return gate_function(s, n, both ? 2 : 1, out, e);
}

/* The first LSTM speaks for all: one that differs would be computed wrong. Of two that are no stack one alone may read
 * in both directions: the shapes of its weights say so. */
static bool take_attributes(struct source *s, const struct node *n, bool apart, struct err *e)
{
    struct onnx *x = s->data;
    struct str attributes = {0};
    bool ok = describe(s, n, &attributes, e), both = reads_both_ways(n);
    if (ok && !x->lstms++) {
        x->both = both;
        str_addf(&x->attributes, "%s", str_text(&attributes));
        struct str about = {0};
        str_addf(&about, "{\"format\": \"onnx-lstm\"%s%s}", both ? ", \"direction\": \"bidirectional\"" : "",
                 str_text(&attributes));
        ok = source_about(s, str_text(&about), e);
        str_free(&about);
    } else if (ok && (strcmp(str_text(&attributes), str_text(&x->attributes)) != 0 || (both != x->both && !apart))) {
        ok = source_complain(s, e, "LSTM nodes that differ in direction, activations or input_forget, which is not "
                                   "supported");
    }
    str_free(&attributes);
    return ok;
}

/* ---- the kind ---- */

static bool no_lstm(const struct source *s, struct err *e)
{
    const struct onnx *x = s->data;
    struct str ops = {0};
    int n = 0;
    for (int k = 0; k < x->nodes && n < 5; k++) {
        bool before = false;
        for (int j = 0; j < k && !before; j++)
            before = same(x->node[j].op, x->node[k].op);
        if (!before && x->node[k].whole.p && !is(x->node[k].op, "Constant"))
            str_addf(&ops, "%s%.*s", n++ ? ", " : "", (int)(x->node[k].op.n < 40 ? x->node[k].op.n : 40),
                     x->node[k].op.s);
    }
    source_complain(s, e, "an ONNX file without an LSTM node; its nodes are %s%s", n ? str_text(&ops) : "none",
                    n == 5 ? " …" : "");
    str_free(&ops);
    return false;
}

/* How the name of a weight ends that neither an LSTM takes nor what is around it. */
static const char not_taken[] = ":initializer";

/* Rows that a Gather looks up and factors of a product: what of them an LSTM reads, which way they lie and what is
 * added only the graph tells. Asked for by name they would be taken for what they are not. */
static void find_readers(const struct onnx *x)
{
    static const char *const ops[] = {"MatMul", "Gemm", "Gather", NULL};
    for (int k = 0; k < x->nodes; k++)
        for (int i = 0; i < 2 && i < x->node[k].inputs && one_of(&x->node[k], ops); i++) {
            struct values *v = weights(x, x->node[k].input[i]);
            if (v)
                v->reader = &x->node[k];
        }
}

static bool is_whole(const struct values *v)
{
    size_t bytes = dtype_size(v->dtype);
    for (int d = 0; d < v->rank; d++)
        if (!mem_product(bytes, v->shape[d], &bytes))
            return false;
    return bytes && v->raw.p && !v->external && !v->scattered && (size_t)(v->raw.end - v->raw.p) == bytes;
}

/* Weights that no LSTM takes, so that nobody is left in the belief that they are computed. */
static bool add_others(struct source *s)
{
    struct onnx *x = s->data;
    find_readers(x);
    for (int k = 0; k < x->n; k++) {
        struct values *v = x->sorted[k];
        bool real = v->dtype == DTYPE_F32 || v->dtype == DTYPE_F16 || v->dtype == DTYPE_F64 || v->dtype == DTYPE_BF16
                    || v->dtype == DTYPE_I8;
        if (v->used || !real || v->rank < 1 || !v->name.n || v->name.n > 512 || memchr(v->name.s, 0, v->name.n))
            continue;
        struct str name = {0};
        str_addn(&name, v->name.s, v->name.n);
        str_add(&name, not_taken);
        struct tensor *t = source_add(s, str_text(&name));
        str_free(&name);
        t->rank = v->rank;
        memcpy(t->shape, v->shape, sizeof t->shape);
        t->dtype = v->dtype;
        if (is_whole(v) && !v->reader)
            t->raw = v->raw.p;
    }
    return true;
}

enum { LSTM_NAME = 96 };

/* Of layer `layer` of the stack, or with -1 of another LSTM, the file's node k: its own name, but none that could be
 * another layer's, as encoder_1 is of encoder. */
static void name_lstm(const struct node *n, int layer, int k, char out[LSTM_NAME])
{
    int len = n->name.n < 80 ? (int)n->name.n : 80;
    if (layer >= 0)
        snprintf(out, LSTM_NAME, layer ? "LSTM_%d" : "LSTM", layer);
    else if (!len)
        snprintf(out, LSTM_NAME, "node%d", k + 1);
    else
        snprintf(out, LSTM_NAME, "%.*s%s", len, n->name.s, isdigit((unsigned char)n->name.s[len - 1]) ? ".LSTM" : "");
}

/* The LSTMs of a file, one after the other: the layers of a stack, then those that stand apart. */
struct lstms {
    const struct onnx *x;
    int k, layers;
    bool apart;                    /* no longer one layer on the other */
    const struct node *top;        /* the one before */
};

/* The next one and what it is called; NULL: there is none. */
static const struct node *next_lstm(struct lstms *it, char name[LSTM_NAME])
{
    while (it->k < it->x->nodes && !is(it->x->node[it->k].op, "LSTM"))
        it->k++;
    if (it->k == it->x->nodes)
        return NULL;
    const struct node *n = &it->x->node[it->k];
    it->apart = it->apart || (it->top && !lies_on(it->x, n, it->top));
    name_lstm(n, it->apart ? -1 : it->layers, it->k, name);
    it->layers++;
    it->k++;
    it->top = n;
    return n;
}

/* Of LSTMs that are no stack, each has what is around it. */
static bool around_each(struct source *s, struct err *e)
{
    struct lstms it = {.x = s->data};
    const struct node *n;
    char name[LSTM_NAME];
    while ((n = next_lstm(&it, name)))
        if (!add_embedding(s, n, &(struct around){name, false}, e)
            || !find_head(s, n, &(struct around){name, false}, e))
            return false;
    return true;
}

/* The node that is called so. */
static const struct node *called(const struct onnx *x, const char *lstm)
{
    struct lstms it = {.x = x};
    const struct node *n;
    char name[LSTM_NAME];
    while ((n = next_lstm(&it, name)) && strcmp(name, lstm) != 0)
        ;
    return n;
}

static char *not_run(const struct source *s, const char *lstm, bool behind)
{
    const struct onnx *x = s->data;
    const struct node *n = called(x, lstm), *head = n && behind ? head_of(x, n) : NULL,
                      *later = head ? behind_head(x, head) : NULL;
    if (!behind)
        return n ? say_not_run(x, n) : NULL;
    struct str what = {0};
    if (later) {
        str_add(&what, "the head is followed by ");
        say_node(later, &what);
    }
    return later ? str_take(&what) : NULL;
}

static bool refuse_others(const struct source *s, struct err *e)
{
    const struct onnx *x = s->data;
    for (int k = 0; k < x->nodes; k++)
        if (is(x->node[k].op, "GRU") || is(x->node[k].op, "DynamicQuantizeLSTM"))
            return source_complain(s, e,
                                   "a node %.*s, which is not read (an LSTM with weights that are not quantized is)",
                                   (int)x->node[k].op.n, x->node[k].op.s);
    return true;
}

static bool open_onnx(struct source *s, struct err *e)
{
    struct onnx *x = s->data = xcalloc(1, sizeof *x);
    struct proto m = {s->bytes.data, s->bytes.data + s->bytes.len};
    struct proto_field f;
    bool broken = false, graph = false;
    while (proto_next(&m, &f, &broken))
        if (f.number == GRAPH && f.wire == PROTO_BYTES) {
            graph = true;
            if (!read_graph(s, f.bytes, 0, e))
                return false;
        }
    if (broken || !graph)
        return damaged(s, e, graph ? "the model" : "the model: it has no graph");
    index_names(x);
    struct lstms it = {.x = x};
    const struct node *first = NULL, *n;
    char name[LSTM_NAME];
    if (!refuse_others(s, e))
        return false;
    while ((n = next_lstm(&it, name))) {
        if (!take_attributes(s, n, it.apart, e) || !add_lstm(s, n, name, e))
            return false;
        first = first ? first : n;
    }
    if (!first)
        return no_lstm(s, e);
    const struct around only = {"LSTM", true};
    return (it.apart ? around_each(s, e) : add_embedding(s, first, &only, e) && find_head(s, it.top, &only, e))
           && add_others(s);
}

static bool fetch(const struct source *s, const struct tensor *t, float *out, struct err *e)
{
    const struct values *v = NULL;
    if (!t->extra && str_ends(t->name, not_taken))
        v = value_of(s->data, (struct text){t->name, strlen(t->name) - strlen(not_taken)});
    if (v && v->reader) {
        struct str what = {0};
        say_node(v->reader, &what);
        tensor_complain(s, t, e, "is read by %s in a part of the graph that is not run%s", str_text(&what),
                        is(v->reader->op, "Gather") ? ", so that the LSTM does not get its rows as they are: without a "
                                                      "vocabulary it takes its own inputs" : "");
        str_free(&what);
        return false;
    }
    if (v && !v->scattered)
        return tensor_complain(s, t, e, "its numbers are in another file, or not as many as its shape says");
    if (!t->extra)
        return tensor_complain(s, t, e, "its numbers are of a type that is not read");
    strided_fetch(t->extra, t, out);
    return true;
}

static void close_onnx(struct source *s)
{
    struct onnx *x = s->data;
    for (int k = 0; k < s->n; k++)
        free(s->t[k]->extra);
    if (x) {
        free(x->values);
        free(x->node);
        free(x->made);
        free(x->sorted);
        str_free(&x->attributes);
    }
    free(x);
}

const struct source_kind source_onnx = {
    .name = "ONNX", .is = is_onnx, .open = open_onnx, .fetch = fetch, .close = close_onnx, .graph = true,
    .not_run = not_run,
};
