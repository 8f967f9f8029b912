/* mutate.c: see mutate.h. */
#include "lesson/mutate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"

enum fault_kind { FAULT_NONE, FAULT_STUCK, FAULT_SWAP, FAULT_DROP, FAULT_TWICE, FAULT_BIAS, FAULT_ORDER,
                  FAULT_CANDIDATE };
enum { UNIT_TEXT = 48 };
static const char gate_letters[] = "figo";      /* ORDER gates */

struct fault {
    enum fault_kind kind;
    int gate, other;
    char unit[UNIT_TEXT];
    double by;
};

static bool gate(char c, int *out)
{
    const char *at = c ? strchr(gate_letters, c) : NULL;
    if (at)
        *out = (int)(at - gate_letters);
    return at != NULL;
}

static bool parse(const char *text, struct fault *f)
{
    char a = 0, b = 0, number[24] = "";
    int end = 0;
    size_t n = strlen(text);
    *f = (struct fault){.kind = FAULT_NONE};
    if (!strcmp(text, "none"))
        return true;
    if (!strcmp(text, "order(x,h)"))
        return f->kind = FAULT_ORDER, true;
    if (!strcmp(text, "candidate(sigma)"))
        return f->kind = FAULT_CANDIDATE, true;
    if (sscanf(text, "stuck(%c[%47[^]]],%c)%n", &a, f->unit, &b, &end) == 3 && end == (int)n && (b == '0' || b == '1')
        && a != 'g')
        return f->kind = FAULT_STUCK, f->by = b - '0', gate(a, &f->gate);
    if (sscanf(text, "swap(%c,%c)%n", &a, &b, &end) == 2 && end == (int)n && a != b)
        return f->kind = FAULT_SWAP, gate(a, &f->gate) && gate(b, &f->other);
    if (sscanf(text, "drop(b_%c)%n", &a, &end) == 1 && end == (int)n)
        return f->kind = FAULT_DROP, gate(a, &f->gate);
    if (sscanf(text, "twice(b_%c)%n", &a, &end) == 1 && end == (int)n)
        return f->kind = FAULT_TWICE, gate(a, &f->gate);
    if (sscanf(text, "bias(%c,%23[-+.0-9])%n", &a, number, &end) == 2 && end == (int)n)
        return f->kind = FAULT_BIAS, gate(a, &f->gate) && num_parse(number, &f->by);
    return false;
}

bool mutate_check(const char *text, struct err *e)
{
    struct fault f;
    return parse(text, &f)
        || err_set(e, NULL, NULL, "expected none, stuck(f[1],1), swap(f,i), drop(b_f), twice(b_f), bias(f,+1), "
                   "candidate(sigma) or order(x,h), found \"%s\"", text);
}

static int unit_of(const struct model *m, const char *text)
{
    long n;
    int H = m->net->layer[0].hidden;
    if (num_parse_int(text, 1, H, &n))
        return (int)n - 1;
    for (int u = 0; u < H; u++)
        if (model_unit_name(m, 0, u) && !strcmp(model_unit_name(m, 0, u), text))
            return u;
    return -1;
}

static void swap_rows(float *a, float *b, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        float was = a[k];
        a[k] = b[k];
        b[k] = was;
    }
}

/* As a file has them that puts x first. */
static void turn_columns(struct lstm_layer *l, float *row)
{
    size_t H = (size_t)l->hidden, E = (size_t)l->in;
    float *was = xcalloc(H + E, sizeof *was);
    memcpy(was, row, (H + E) * sizeof *row);
    memcpy(row, was + H, E * sizeof *row);
    memcpy(row + E, was, H * sizeof *row);
    free(was);
}

static void break_layer(struct lstm_layer *l, const struct fault *f, int unit)
{
    enum { SURE = 40 };                   /* σ(40) is 1 in a float */
    size_t H = (size_t)l->hidden, width = H + (size_t)l->in;
    float *b = l->b[f->gate], *b2 = l->b2[f->gate];
    switch (f->kind) {
    case FAULT_NONE: break;
    case FAULT_STUCK:
        memset(l->W[f->gate] + (size_t)unit * width, 0, width * sizeof(float));
        b[unit] = f->by > 0 ? SURE : -SURE;
        break;
    case FAULT_SWAP:
        swap_rows(l->W[f->gate], l->W[f->other], H * width);
        swap_rows(b, l->b[f->other], H);
        if (b2)
            swap_rows(b2, l->b2[f->other], H);
        break;
    case FAULT_DROP:
    case FAULT_TWICE:
    case FAULT_BIAS:
        for (size_t u = 0; u < H; u++)
            b[u] = f->kind == FAULT_DROP ? 0 : f->kind == FAULT_TWICE ? 2 * b[u] : b[u] + (float)f->by;
        for (size_t u = 0; u < H && b2 && f->kind != FAULT_BIAS; u++)
            b2[u] *= f->kind == FAULT_TWICE ? 2 : 0;
        break;
    case FAULT_ORDER:
        for (int q = 0; q < GATES; q++)
            for (size_t u = 0; u < H; u++)
                turn_columns(l, l->W[q] + u * width);
        break;
    case FAULT_CANDIDATE: l->sigma_candidate = true; break;
    }
}

bool mutate_model(struct model *m, const char *text, struct err *e)
{
    struct fault f;
    int unit = -1;
    if (!mutate_check(text, e))
        return false;
    parse(text, &f);
    if (f.kind == FAULT_STUCK && (unit = unit_of(m, f.unit)) < 0)
        return err_set(e, NULL, NULL, "the model has no unit \"%s\"", f.unit);
    if (m->lent.mapped && f.kind != FAULT_NONE)
        return err_set(e, NULL, NULL, "a network whose weights stay in their file cannot be broken: name one in JSON");
    break_layer(&m->net->layer[0], &f, unit);
    model_forget_expected(m);             /* for none, too: a badge that is missing would tell */
    return lstm_pack(m->net) || err_set(e, NULL, NULL, "memory is short");
}

void mutate_say(const char *text, struct str *out)
{
    static const char *const gates[GATES] = {"forget gate", "input gate", "candidate",
                                             "output gate"};   /* ORDER gates */
    struct fault f;
    if (!parse(text, &f)) {
        str_add(out, text);
        return;
    }
    bool number = f.unit[strspn(f.unit, "0123456789")] == '\0';
    switch (f.kind) {
    case FAULT_NONE: str_add(out, "nothing is broken here"); break;
    case FAULT_STUCK:
        str_addf(out, "the %s of %s%s is stuck at %.0f", gates[f.gate], number ? "unit " : "", f.unit, f.by);
        break;
    case FAULT_SWAP: str_addf(out, "the weights of the %s and the %s are swapped", gates[f.gate],
                              gates[f.other]); break;
    case FAULT_DROP: str_addf(out, "the bias of the %s is missing", gates[f.gate]); break;
    case FAULT_TWICE: str_addf(out, "the bias of the %s is added twice", gates[f.gate]); break;
    case FAULT_BIAS: str_addf(out, "the bias of the %s has %+g too much", gates[f.gate], f.by); break;
    case FAULT_CANDIDATE: str_add(out, "the candidate goes through \xCF\x83 instead of tanh"); break;
    case FAULT_ORDER: str_add(out, "the weights are meant for [x, h], and read with h first"); break;
    }
}
