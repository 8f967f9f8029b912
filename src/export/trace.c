/* trace.c: the pinned run as data: JSON that round-trips, CSV for a spreadsheet, sentences for a pager or a screen
 * reader. A step is a line in each, so that two traces can be compared with diff. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/utf8.h"
#include "export/export.h"
#include "session/session_private.h"
#include "views/bars.h"
#include "views/say.h"
#include "views/value.h"
#include "views/words.h"

/* ---- JSON -------------------------------------------------------------------------------------------------------- */

/* JSON has no word for what is not finite. */
static void json_float(struct str *out, float v)
{
    if (isfinite(v))
        str_add_float(out, v);
    else
        str_add(out, "null");
}

enum { CHUNK = 512 };        /* numbers for which there is room at once */

/* "0.5, null, 1": one call for each number would cost as much as its digits. */
static void json_row(struct str *out, const float *v, int n)
{
    for (int from = 0; from < n; from += CHUNK) {
        int to = from + CHUNK < n ? from + CHUNK : n;
        char *room = str_room(out, (size_t)CHUNK * NUM_MAX), *p = room;
        for (int k = from; k < to; k++) {
            if (k)
                p = (char *)memcpy(p, ", ", 2) + 2;
            p = isfinite(v[k]) ? num_write_float(p, v[k]) : (char *)memcpy(p, "null", 4) + 4;
        }
        str_grown(out, (size_t)(p - room));
    }
}

static void row(const struct session *s, const char *name, int layer, enum quantity q, int t, struct str *out)
{
    const float *v = session_row(s, RUN_PINNED, layer, q, t);
    str_addf(out, ", \"%s\": [", name);
    json_row(out, v, session_model(s)->net->layer[layer].hidden);
    str_addc(out, ']');
}

/* The pins of one step are one run of the sorted list, and of one layer within it another. */
static const struct pin *pins_at(const struct session *s, int layer, int t, size_t *n)
{
    size_t all, low = 0;
    const struct pin *v = session_pins(s, &all);
    size_t high = all;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (v[mid].step < t || (v[mid].step == t && v[mid].layer < layer))
            low = mid + 1;
        else
            high = mid;
    }
    for (*n = 0; low + *n < all && v[low + *n].step == t && v[low + *n].layer == layer;)
        ++*n;
    return v ? v + low : NULL;
}

static void json_step(const struct session *s, int layer, int t, struct str *out)
{
    static const struct { const char *name; enum quantity q; int back; } rows[] = {
        {"f", Q_F, 0}, {"i", Q_I, 0}, {"g", Q_G, 0}, {"o", Q_O, 0}, {"c_prev", Q_C, 1}, {"c", Q_C, 0}, {"h", Q_H, 0},
    };
    int word = lstm_word(session_net(s), layer, t, session_steps(s));
    str_addf(out, "{\"t\": %d, ", t);
    if (lstm_backward(session_net(s), layer))
        str_addf(out, "\"word\": %d, ", word);
    str_add(out, "\"token\": ");
    quote_json(out, session_token_at(s, layer, t));
    if (session_is_unknown(s, session_word(s, word)))
        str_add(out, ", \"unknown\": true");
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
        row(s, rows[k].name, layer, rows[k].q, t - rows[k].back, out);
    size_t n;
    const struct pin *p = pins_at(s, layer, t, &n);
    str_add(out, ", \"pinned\": [");
    for (size_t k = 0; k < n; k++)
        str_addf(out, "%s\"%s[%d]\"", k ? ", " : "", quantity_name(p[k].q), p[k].unit + 1);
    str_add(out, "]}");
}

/* The initial state belongs to no step of the list: its pins are given as the edits that make them. */
static void json_initial(const struct session *s, struct str *out)
{
    size_t n;
    const struct pin *p = session_pins(s, &n);
    if (!n || p[0].step != 0)
        return;
    str_add(out, ",\n \"initial_pinned\": [");
    for (size_t k = 0; k < n && p[k].step == 0; k++) {
        str_add(out, k ? ", \"" : "\"");
        if (p[k].layer)
            str_addf(out, "l%d.", p[k].layer + 1);
        str_addf(out, "%s[%d]@0=", quantity_name(p[k].q), p[k].unit + 1);
        str_add_float(out, p[k].value);
        str_addc(out, '"');
    }
    str_addc(out, ']');
}

static void json_surprisal(const struct session *s, struct str *out, struct drain *drain)
{
    str_add(out, ",\n \"surprisal\": [");
    for (int t = 1; t < session_steps(s); t++) {
        double v = session_surprisal(s, RUN_PINNED, t);
        if (t > 1)
            str_add(out, ", ");
        if (isfinite(v))
            str_add_double(out, v);
        else
            str_add(out, "null");
        if (!str_drain(out, drain))
            return;
    }
    str_addc(out, ']');
}

/* ["l1.f[2]@3", "logits@3"]: the places whose numbers are not to be relied on; left out when there is none. */
static void json_overflow(const struct session *s, struct str *out, struct drain *drain)
{
    bool any = false;
    for (int t = 1; t <= session_steps(s); t++) {
        int n = session_overflow(s, RUN_PINNED, t, NULL, 0);
        struct overflow *at = n ? xcalloc((size_t)n, sizeof *at) : NULL;
        session_overflow(s, RUN_PINNED, t, at, n);
        for (int k = 0; k < n; k++, any = true) {
            str_add(out, any ? ", " : ",\n \"overflow\": [");
            if (at[k].layer == OVERFLOW_HEAD)
                str_addf(out, "\"logits@%d\"", session_word(s, t));
            else
                str_addf(out, "\"l%d.%s[%d]@%d\"", at[k].layer + 1, quantity_name(at[k].gate), at[k].unit + 1,
                         session_step_of(s, at[k].layer, t));
        }
        free(at);
        if (!str_drain(out, drain))
            return;
    }
    if (any)
        str_addc(out, ']');
}

/* As many as were asked for, at most as many as there are outputs. */
static struct prediction *room_for(const struct session *s, int *top)
{
    int outputs = session_model(s)->net->outputs;
    *top = *top < 0 ? 0 : *top > outputs ? outputs : *top;
    return xcalloc((size_t)*top, sizeof(struct prediction));
}

/* A head that gives numbers of its own: W·h + b of each step. */
static void json_outputs(const struct session *s, struct str *out, struct drain *drain)
{
    int n = session_model(s)->net->outputs;
    if (model_head(session_model(s)) != HEAD_VALUES)
        return;
    float *y = xcalloc((size_t)n, sizeof *y);
    str_add(out, ",\n \"outputs\": [");
    for (int t = 1; t <= session_steps(s) && str_drain(out, drain); t++) {
        session_head_values(s, RUN_PINNED, session_word(s, t), y);
        str_add(out, t > 1 ? ", [" : "[");
        json_row(out, y, n);
        str_addc(out, ']');
    }
    str_addc(out, ']');
    free(y);
}

static void json_predictions(const struct session *s, int top, struct str *out, struct drain *drain)
{
    if (!session_outputs(s))
        return;
    struct prediction *p = room_for(s, &top);
    int steps = session_steps(s);
    str_add(out, ",\n \"predictions\": [");
    for (int t = 1; t <= steps && str_drain(out, drain); t++) {
        char label[16];
        int n = session_predict_run(s, RUN_PINNED, session_word(s, t), top, p);
        str_addf(out, "%s\n  {\"t\": %d, \"top\": [", t > 1 ? "," : "", t);
        for (int k = 0; k < n; k++) {
            str_add(out, k ? ", {\"token\": " : "{\"token\": ");
            quote_json(out, model_label(session_model(s), p[k].output, label));
            str_add(out, ", \"p\": ");
            json_float(out, p[k].p_pinned);
            str_addc(out, '}');
        }
        str_add(out, "]}");
    }
    str_add(out, steps ? "\n ]" : "]");
    free(p);
}

/* Steps 1 … of a table whose first row is step 0. */
static void json_table(const float *v, int steps, int width, struct str *out, struct drain *drain)
{
    str_addc(out, '[');
    for (int t = 1; t <= steps; t++) {
        str_add(out, t > 1 ? ",\n   [" : "[");
        json_row(out, v + (size_t)t * (size_t)width, width);
        str_addc(out, ']');
        if (!str_drain(out, drain))
            return;
    }
    str_addc(out, ']');
}

static void json_layers(const struct gradient *g, float *const *tables, struct str *out, struct drain *drain)
{
    str_addc(out, '[');
    for (int l = 0; l < g->layers; l++) {
        str_add(out, l ? ",\n  " : "\n  ");
        json_table(tables[l], g->step, g->hidden[l], out, drain);
    }
    str_addc(out, ']');
}

static void json_gradient(const struct session *s, const struct aim *aim, const struct gradient *g, struct str *out,
                          struct drain *drain)
{
    char label[16];
    str_addf(out, ",\n \"gradient\": {\"of\": \"surprisal\", \"step\": %d, \"target\": ", aim->step);
    quote_json(out, model_label(session_model(s), aim->output, label));
    str_add(out, ", \"value\": ");
    if (isfinite(g->value))
        str_add_double(out, g->value);
    else
        str_add(out, "null");
    str_add(out, ",\n  \"dC\": ");
    json_layers(g, g->dC, out, drain);
    str_add(out, ",\n  \"dx\": ");
    json_table(g->dx, g->step, g->in, out, drain);
    str_add(out, "},\n \"carry\": ");
    json_layers(g, g->carry, out, drain);
}

/* The end of "tokens", and what is known of how all this was read: "ids", "unused", "proof". */
static void json_reading(const struct session *s, struct str *out)
{
    const struct model *m = session_model(s);
    str_addc(out, ']');
    if (m->vocab) {
        str_add(out, ",\n \"ids\": [");
        for (int t = 1; t <= session_steps(s); t++)
            str_addf(out, "%s%d", t > 1 ? ", " : "", session_token_id(s, session_word(s, t)));
        str_addc(out, ']');
    }
    if (m->unused_count) {
        str_add(out, ",\n \"unused\": [");
        for (int k = 0; k < m->unused_count; k++) {
            if (k)
                str_add(out, ", ");
            quote_json(out, m->unused[k]);
        }
        str_addc(out, ']');
    }
    enum reading_proof reading = session_reading(s);
    str_addf(out, ",\n \"proof\": \"%s\"",
             reading == READING_PROVEN || reading == READING_SCORED ? session_reading_name(reading) : "read");
}

static void json_trace(const struct session *s, int top, const struct aim *aim, const struct gradient *g,
                       struct str *out, struct drain *drain)
{
    const struct model *m = session_model(s);
    int steps = session_steps(s);
    str_add(out, "{\"format\": \"flstm-trace/1\", \"model\": ");
    quote_json(out, m->name);
    str_add(out, ",\n \"tokens\": [");
    for (int t = 1; t <= steps; t++) {
        if (t > 1)
            str_add(out, ", ");
        quote_json(out, session_token_at(s, 0, t));
        if (!str_drain(out, drain))
            return;
    }
    json_reading(s, out);
    str_add(out, ",\n \"layers\": [");
    for (int l = 0; l < m->net->layers; l++) {
        str_addf(out, "%s\n  {\"hidden_size\": %d, ", l ? "," : "", m->net->layer[l].hidden);
        if (m->net->bidirectional)
            str_addf(out, "\"direction\": \"%s\", ", lstm_backward(m->net, l) ? "backward" : "forward");
        str_add(out, "\"steps\": [");
        for (int t = 1; t <= steps; t++) {
            str_add(out, t > 1 ? ",\n   " : "\n   ");
            json_step(s, l, t, out);
            if (!str_drain(out, drain))
                return;
        }
        str_add(out, "]}");
    }
    str_add(out, "\n ]");
    json_initial(s, out);
    if (!m->net->bidirectional)
        json_surprisal(s, out, drain);
    json_outputs(s, out, drain);
    json_predictions(s, top, out, drain);
    json_overflow(s, out, drain);
    if (g && aim)
        json_gradient(s, aim, g, out, drain);
    str_add(out, "}\n");
}

void export_trace_json(const struct session *s, int top, struct str *out, struct drain *drain)
{
    json_trace(s, top, NULL, NULL, out, drain);
}

bool export_trace_json_gradient(const struct session *s, int top, const struct aim *aim, struct str *out,
                                struct drain *drain, struct err *e)
{
    struct gradient *g = aim_gradient(s, aim, 0);
    if (!g)
        return err_set(e, "--gradient", NULL, "not enough memory for the gradient of %d steps", aim->step);
    json_trace(s, top, aim, g, out, drain);
    gradient_free(g);
    return true;
}

/* ---- CSV --------------------------------------------------------------------------------------------------------- */

/* Quoted where RFC 4180 asks for it; what a spreadsheet would run as a formula becomes text (CWE-1236). */
static void csv_text(struct str *out, const char *raw)
{
    struct str clean = {0};
    if (*raw && strchr("=+-@\t\r", *raw))
        str_addc(&clean, '\'');
    utf8_clean(&clean, raw, strlen(raw));
    const char *s = str_text(&clean);
    if (!strpbrk(s, ",\"\r\n") && *s != ' ' && (!clean.len || s[clean.len - 1] != ' ')) {
        str_add(out, s);
    } else {
        str_addc(out, '"');
        for (; *s; s++) {
            if (*s == '"')
                str_addc(out, '"');
            str_addc(out, *s);
        }
        str_addc(out, '"');
    }
    str_free(&clean);
}

/* "f C": what is pinned of a unit at a step; the first step also tells of the initial state it starts from. */
static void csv_pinned(const struct session *s, int layer, int unit, int t, struct str *out)
{
    static const struct { enum quantity q; const char *name; } initial[] = {{Q_C, "c_prev"}, {Q_H, "h_prev"}};
    int n = 0;
    for (size_t k = 0; t == 1 && k < sizeof initial / sizeof *initial; k++)
        if (session_pinned(s, layer, unit, initial[k].q, 0))
            str_addf(out, "%s%s", n++ ? " " : "", initial[k].name);
    for (int q = 0; q < Q_COUNT; q++)
        if (session_pinned(s, layer, unit, (enum quantity)q, t))
            str_addf(out, "%s%s", n++ ? " " : "", quantity_name((enum quantity)q));
}

/* The rows of one step: what is the same in all of them is made once, and pins are looked for only where there are
 * any. */
static void csv_step(const struct session *s, int layer, int t, struct str *out)
{
    static const struct { enum quantity q; int back; } columns[] = {
        {Q_F, 0}, {Q_I, 0}, {Q_G, 0}, {Q_O, 0}, {Q_C, 1}, {Q_C, 0}, {Q_H, 0},
    };
    enum { COLUMNS = sizeof columns / sizeof *columns };
    const float *v[COLUMNS];
    size_t here, initial = 0;
    struct str head = {0};
    str_addf(&head, "%d,%d,", layer + 1, t);
    csv_text(&head, session_token_at(s, layer, t));
    for (int k = 0; k < COLUMNS; k++)
        v[k] = session_row(s, RUN_PINNED, layer, columns[k].q, t - columns[k].back);
    pins_at(s, layer, t, &here);
    if (t == 1)
        pins_at(s, layer, 0, &initial);
    for (int u = 0; u < session_model(s)->net->layer[layer].hidden; u++) {
        char *room = str_room(out, head.len + (size_t)(COLUMNS + 2) * NUM_MAX), *p = room + head.len;
        memcpy(room, head.s, head.len);
        *p++ = ',';
        p = num_write_float(p, (float)(u + 1));
        for (int k = 0; k < COLUMNS; k++) {
            *p++ = ',';
            p = num_write_float(p, v[k][u]);
        }
        *p++ = ',';
        str_grown(out, (size_t)(p - room));
        if (here || initial)
            csv_pinned(s, layer, u, t, out);
        str_addn(out, "\r\n", 2);
    }
    str_free(&head);
}

void export_trace_csv(const struct session *s, struct str *out, struct drain *drain)
{
    const struct lstm *net = session_model(s)->net;
    str_add(out, "layer,t,token,unit,f,i,g,o,c_prev,c,h,pinned\r\n");
    for (int l = 0; l < net->layers; l++)
        for (int t = 1; t <= session_steps(s) && str_drain(out, drain); t++)
            csv_step(s, l, t, out);
}

/* ---- sentences --------------------------------------------------------------------------------------------------- */

/* "; output 0.53 (σ 0.63)": σ only of a single one, which may stand for a probability of its own. */
static void text_outputs(const struct session *s, int t, struct str *out)
{
    int n = session_model(s)->net->outputs;
    float *y = xcalloc((size_t)n + 1, sizeof *y);
    bool there = session_head_values(s, RUN_PINNED, t, y);
    for (int k = 0; there && k < n; k++)
        str_addf(out, "%s%.4g", k ? ", " : n > 1 ? "; outputs " : "; output ", (double)y[k]);
    if (there && n == 1)
        str_addf(out, " (\xCF\x83 %.2f)", (double)lstm_sigmoid(y[0]));
    free(y);
}

static void text_predictions(const struct session *s, int t, int top, struct prediction *p, struct str *out)
{
    text_outputs(s, t, out);
    int n = session_predict_run(s, RUN_PINNED, t, top, p);
    for (int k = 0; k < n; k++) {
        char label[16];
        const char *name = model_label(session_model(s), p[k].output, label);
        str_add(out, k ? ", " : session_net(s)->bidirectional ? "; output: " : "; next: ");
        if (strspn(name, " ") == strlen(name))
            str_addf(out, "\"%s\"", name);
        else
            utf8_clean(out, name, strlen(name));
        str_addf(out, " %.2f", (double)p[k].p_pinned);
    }
}

/* "; gender held +0.90 (C_t-1) and holds +0.95 (C_t), candidate +0.98, f 0.95, i 0.02, o 0.13, h +0.09": what the main
 * view shows, of all units of a small layer, else of those it shows first. */
static void text_states(const struct session *s, int layer, int t, struct str *out)
{
    enum { ALL_UP_TO = 8, FIRST = 6 };
    static const struct { const char *before, *after; enum value v; } parts[] = {
        {" held ", " (C_t-1)", VAL_C_PREV}, {" and holds ", " (C_t)", VAL_C}, {", candidate ", "", VAL_G},
        {", f ", "", VAL_F}, {", i ", "", VAL_I}, {", o ", "", VAL_O}, {", h ", "", VAL_H}};
    int H = session_net(s)->layer[layer].hidden, n = H <= ALL_UP_TO ? H : FIRST;
    int *order = xcalloc((size_t)H, sizeof *order);
    bars_order(s, layer, order);
    for (int k = 0; k < n; k++) {
        int unit = H <= ALL_UP_TO ? k : order[k];
        str_add(out, "; ");
        say_unit(s, layer, unit, out);
        for (size_t p = 0; p < sizeof parts / sizeof *parts; p++) {
            str_add(out, parts[p].before);
            value_say(parts[p].v, session_value(s, RUN_PINNED, layer, unit, parts[p].v, t), out);
            str_add(out, session_value_pinned(s, layer, unit, parts[p].v, t) ? " pinned" : "");
            str_add(out, parts[p].after);
        }
    }
    free(order);
}

void export_trace_text(const struct session *s, int top, struct str *out, struct drain *drain)
{
    int layers = session_model(s)->net->layers;
    struct prediction *p = room_for(s, &top);
    for (int t = 1; t <= session_steps(s) && str_drain(out, drain); t++) {
        for (int l = 0; l < layers; l++) {
            int own = lstm_word(session_net(s), l, t, session_steps(s));
            words_step(s, RUN_PINNED, l, own, out);
            text_states(s, l, own, out);
            if (l == layers - 1)
                text_predictions(s, session_word(s, t), top, p, out);
            str_add(out, ".\n");
        }
        if (words_overflow(s, RUN_PINNED, session_word(s, t), &glyphs_unicode, out))
            str_addc(out, '\n');
    }
    free(p);
}
