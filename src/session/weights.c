/* weights.c: edited weights as texts, for scenarios: "W_f[2][5]=0.3" is row 2 (unit 2), column 5 of W_f, where the
 * columns of h come first; "l2.b_f[1]=1" a bias of the second layer. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "session/session_private.h"

/* Reads "[N]" with N from 1 to max at *at and moves on. *out counts from 0. */
static bool take_index(const char **at, int max, int *out)
{
    const char *close = **at == '[' ? strchr(*at, ']') : NULL;
    if (!close)
        return false;
    char *number = xstrndup(*at + 1, (size_t)(close - *at - 1));
    long n = 0;
    bool ok = num_parse_int(number, 1, max, &n);
    free(number);
    *out = (int)n - 1;
    *at = close + 1;
    return ok;
}

static bool take_gate(const char **at, bool *bias, enum quantity *gate)
{
    const char *p = *at;
    if ((p[0] != 'W' && p[0] != 'b') || p[1] != '_' || !p[2])
        return false;
    *bias = p[0] == 'b';
    for (int q = 0; q < GATES; q++)
        if (quantity_name((enum quantity)q)[0] == p[2]) {
            *gate = (enum quantity)q;
            *at = p + 3;
            return true;
        }
    return false;
}

bool weight_apply(struct session *s, const char *text, const char *source, struct err *e)
{
    struct origin o = {source, text};
    const char *at = text;
    int layer, unit, column = -1;
    bool bias;
    enum quantity gate;
    float value;
    if (!edit_layer(s, &at, &layer, &o, e))
        return false;
    const struct lstm_layer *l = &s->model->net->layer[layer];
    if (!take_gate(&at, &bias, &gate))
        return err_set(e, source, text, "expected W_f, W_i, W_g, W_o, b_f, b_i, b_g or b_o, as in W_f[2][5]=0.3");
    if (!take_index(&at, l->hidden, &unit))
        return err_set(e, source, text, "expected [UNIT] from 1 to %d, as in W_f[2][5]=0.3 or b_f[2]=1", l->hidden);
    if (!bias && !take_index(&at, l->hidden + l->in, &column))
        return err_set(e, source, text, "expected [COLUMN] from 1 to %d after the unit, h first, as in W_f[2][5]=0.3",
                       l->hidden + l->in);
    if (*at != '=')
        return err_set(e, source, text, "expected =VALUE, found \"%s\"", at);
    struct err why = {0};
    if (!edit_value(at + 1, &value, &o, e))
        return false;
    return session_set_weight(s, (struct weight_place){layer, gate, unit, column}, value, &why)
        || err_set(e, source, text, "%s", why.text);
}

static void write_one(const struct session *s, struct weight_place at, struct str *text)
{
    str_clear(text);
    if (at.layer)
        str_addf(text, "l%d.", at.layer + 1);
    str_addf(text, "%c_%s[%d]", at.k < 0 ? 'b' : 'W', quantity_name(at.gate), at.unit + 1);
    if (at.k >= 0)
        str_addf(text, "[%d]", at.k + 1);
    str_addc(text, '=');
    str_add_float(text, *weight_at(s->net, at));
}

void weight_write(const struct session *s, void (*each)(void *to, const char *text), void *to)
{
    struct str text = {0};
    size_t left = s->edited;              /* all are found early, mostly */
    for (int l = 0; l < s->model->net->layers && left; l++) {
        const struct lstm_layer *shape = &s->model->net->layer[l];
        for (int q = 0; q < GATES && left; q++)
            for (int u = 0; u < shape->hidden && left; u++)
                for (int k = -1; k < shape->hidden + shape->in && left; k++) {
                    struct weight_place at = {l, (enum quantity)q, u, k};
                    if (session_weight_edited(s, at, NULL)) {
                        write_one(s, at, &text);
                        each(to, str_text(&text));
                        left--;
                    }
                }
    }
    str_free(&text);
}
