/* tensors.c: the trace as named tensors, for numpy and for other engines: one safetensors file, or one .npz.
 *
 *     layers.K.f  i  g  o  c  h     [T, H]     layer K from 0, a row a step
 *     layers.K.c0  h0               [H]        what it starts from
 *     output                        [T, 2H]    of a bidirectional model: [h→, h←] of the top, word by word
 *     ids                           [T]        numbers of the tokens, for a model with a vocabulary
 *     surprisal                     [T - 1]    of token t + 1 after step t
 *
 * Sizes are known before the first number, so that both are written from front to back in pieces; the sums of a zip,
 * which stand before the numbers, take a pass of their own over them. */
#include <stdlib.h>
#include <string.h>

#include "base/crc32.h"
#include "base/mem.h"
#include "export/export.h"

enum what { TRACE_ROWS, INITIAL_ROW, JOINED, IDS, SURPRISAL };
enum type { TYPE_F32, TYPE_F64, TYPE_I32 };

static const struct { const char *safetensors, *numpy; size_t size; } types[] = {
    [TYPE_F32] = {"F32", "<f4", 4}, [TYPE_F64] = {"F64", "<f8", 8}, [TYPE_I32] = {"I32", "<i4", 4},
};

struct table {
    char name[40];
    enum what what;
    enum type type;
    int layer;
    enum quantity q;
    size_t rows, cols;             /* cols 0: a vector of `rows` */
};

struct tables {
    struct table *v;               /* owned */
    int n;
};

static void add(struct tables *ts, struct table t, const char *format, ...) ERR_PRINTF(3, 4);
static void add(struct tables *ts, struct table t, const char *format, ...)
{
    struct str name = {0};
    va_list ap;
    va_start(ap, format);
    str_addvf(&name, format, ap);
    va_end(ap);
    memcpy(t.name, name.s, name.len < sizeof t.name ? name.len : sizeof t.name - 1);
    str_free(&name);
    ts->v[ts->n++] = t;
}

static struct tables tables_of(const struct session *s)
{
    static const struct { const char *name; enum quantity q; } rows[] = {
        {"f", Q_F}, {"i", Q_I}, {"g", Q_G}, {"o", Q_O}, {"c", Q_C}, {"h", Q_H},
    }, initial[] = {{"c0", Q_C}, {"h0", Q_H}};
    const struct lstm *net = session_net(s);
    size_t steps = (size_t)session_steps(s);
    struct tables ts = {.v = xcalloc((size_t)net->layers * 8 + 3, sizeof *ts.v)};
    for (int l = 0; l < net->layers; l++) {
        size_t hidden = (size_t)net->layer[l].hidden;
        for (size_t k = 0; k < 6; k++)
            add(&ts, (struct table){.what = TRACE_ROWS, .layer = l, .q = rows[k].q, .rows = steps, .cols = hidden},
                "layers.%d.%s", l, rows[k].name);
        for (size_t k = 0; k < 2; k++)
            add(&ts, (struct table){.what = INITIAL_ROW, .layer = l, .q = initial[k].q, .rows = hidden}, "layers.%d.%s",
                l, initial[k].name);
    }
    if (net->bidirectional)
        add(&ts, (struct table){.what = JOINED, .rows = steps, .cols = (size_t)lstm_top(net)}, "output");
    if (session_model(s)->vocab)
        add(&ts, (struct table){.what = IDS, .type = TYPE_I32, .rows = steps}, "ids");
    if (session_model(s)->vocab && net->outputs && steps > 1 && !net->bidirectional)
        add(&ts, (struct table){.what = SURPRISAL, .type = TYPE_F64, .rows = steps - 1}, "surprisal");
    return ts;
}

static size_t table_bytes(const struct table *t)
{
    return t->rows * (t->cols ? t->cols : 1) * types[t->type].size;
}

/* ---- numbers ---- */

static void put(struct str *out, uint64_t bits, size_t bytes)
{
    char *p = str_room(out, 8);
    for (size_t k = 0; k < bytes; k++)
        p[k] = (char)(bits >> 8 * k & 255);
    str_grown(out, bytes);
}

static void put_floats(struct str *out, const float *v, size_t n)
{
    char *p = str_room(out, n * 4);
    for (size_t k = 0; k < n; k++) {
        uint32_t bits;
        memcpy(&bits, &v[k], sizeof bits);
        for (int b = 0; b < 4; b++)
            *p++ = (char)(bits >> 8 * b & 255);
    }
    str_grown(out, n * 4);
}

/* Row r of a table, or number r of a vector. */
static void put_row(const struct session *s, const struct table *t, size_t r, struct str *out)
{
    double v;
    uint64_t bits;
    switch (t->what) {
    case TRACE_ROWS: put_floats(out, session_row(s, RUN_PINNED, t->layer, t->q, (int)r + 1), t->cols); break;
    case INITIAL_ROW: put_floats(out, session_row(s, RUN_PINNED, t->layer, t->q, 0) + r, 1); break;
    case JOINED:
        put_floats(out, trace_joined(session_trace(s, RUN_PINNED), session_net(s)->layers / 2 - 1, (int)r + 1),
                   t->cols);
        break;
    case IDS: put(out, (uint32_t)session_token_id(s, session_word(s, (int)r + 1)), 4); break;
    case SURPRISAL:
        v = session_surprisal(s, RUN_PINNED, (int)r + 1);
        memcpy(&bits, &v, sizeof bits);
        put(out, bits, 8);
    }
}

/* False: the drain failed. */
static bool put_table(const struct session *s, const struct table *t, struct str *out, struct drain *drain)
{
    for (size_t r = 0; r < t->rows; r++) {
        put_row(s, t, r, out);
        if (!str_drain(out, drain))
            return false;
    }
    return true;
}

/* ---- safetensors ---- */

/* "__metadata__" is an object of strings: what is no number goes there as JSON text. */
static void put_metadata(const struct session *s, struct str *header)
{
    const struct model *m = session_model(s);
    struct str tokens = {0};
    str_addc(&tokens, '[');
    for (int t = 1; m->vocab && t <= session_steps(s); t++) {
        str_add(&tokens, t > 1 ? ", " : "");
        str_add_json(&tokens, session_token_at(s, 0, t));
    }
    str_addc(&tokens, ']');
    str_add(header, "{\"__metadata__\":{\"format\":\"flstm-trace/1\",\"model\":");
    str_add_json(header, m->name);
    if (m->vocab) {
        str_add(header, ",\"tokens\":");
        str_add_json(header, str_text(&tokens));
    }
    str_addc(header, '}');
    str_free(&tokens);
}

void export_trace_safetensors(const struct session *s, struct str *out, struct drain *drain)
{
    struct tables ts = tables_of(s);
    struct str header = {0};
    size_t at = 0;
    put_metadata(s, &header);
    for (int k = 0; k < ts.n; k++) {
        const struct table *t = &ts.v[k];
        str_addf(&header, ",\"%s\":{\"dtype\":\"%s\",\"shape\":[%zu", t->name, types[t->type].safetensors, t->rows);
        if (t->cols)
            str_addf(&header, ",%zu", t->cols);
        str_addf(&header, "],\"data_offsets\":[%zu,%zu]}", at, at + table_bytes(t));
        at += table_bytes(t);
    }
    str_addc(&header, '}');
    while (header.len % 8)                      /* so that numbers are aligned where the file is mapped */
        str_addc(&header, ' ');
    put(out, header.len, 8);
    str_addn(out, header.s, header.len);
    str_free(&header);
    for (int k = 0; k < ts.n && put_table(s, &ts.v[k], out, drain); k++)
        ;
    free(ts.v);
}

/* ---- npz ---- */

/* The header of an .npy file: padded so that the numbers begin at a multiple of 64 bytes of it. */
static void put_npy_header(const struct table *t, struct str *out)
{
    struct str text = {0};
    str_addf(&text, "{'descr': '%s', 'fortran_order': False, 'shape': (%zu,", types[t->type].numpy, t->rows);
    if (t->cols)
        str_addf(&text, " %zu", t->cols);
    str_add(&text, "), }");
    while ((10 + text.len + 1) % 64)
        str_addc(&text, ' ');
    str_addc(&text, '\n');
    str_addn(out, "\x93NUMPY\x01", 7);
    put(out, 0, 1);
    put(out, text.len, 2);
    str_addn(out, text.s, text.len);
    str_free(&text);
}

/* Summed instead of written. */
static bool take_sum(void *to, const char *s, size_t n)
{
    uint32_t *crc = to;
    *crc = crc32_more(*crc, s, n);
    return true;
}

static uint32_t sum_of(const struct session *s, const struct table *t)
{
    uint32_t crc = 0;
    struct drain drain = {.take = take_sum, .to = &crc};
    struct str out = {0};
    put_npy_header(t, &out);
    put_table(s, t, &out, &drain);
    crc = crc32_more(crc, out.s, out.len);
    str_free(&out);
    return crc;
}

static const uint64_t WIDE = 0xFFFFFFFF;       /* stands where a size does not fit 32 bits */
enum { ZIP64 = 45, ZIP_PLAIN = 20, JANUARY_1980 = 0x21 };

/* What a member's local header and its entry in the directory have in common; at: where its local header is. */
static void put_zip_header(const struct table *t, uint32_t crc, uint64_t size, uint64_t at, bool directory,
                           struct str *out)
{
    bool wide = size >= WIDE, far = directory && at >= WIDE;
    put(out, directory ? 0x02014b50 : 0x04034b50, 4);
    if (directory)
        put(out, ZIP64, 2);
    put(out, wide || far ? ZIP64 : ZIP_PLAIN, 2);
    put(out, 0, 2);                             /* flags */
    put(out, 0, 2);                             /* stored */
    put(out, (uint32_t)JANUARY_1980 << 16, 4);
    put(out, crc, 4);
    put(out, wide ? WIDE : size, 4);
    put(out, wide ? WIDE : size, 4);
    put(out, strlen(t->name) + 4, 2);
    put(out, wide || far ? 4 + (wide ? 16u : 0u) + (far ? 8u : 0u) : 0, 2);
    if (directory) {
        put(out, 0, 6);                         /* comment, disk, internal attributes */
        put(out, 0, 4);
        put(out, far ? WIDE : at, 4);
    }
    str_addf(out, "%s.npy", t->name);
    if (wide || far) {
        put(out, 1, 2);
        put(out, (wide ? 16u : 0u) + (far ? 8u : 0u), 2);
        if (wide) {
            put(out, size, 8);
            put(out, size, 8);
        }
        if (far)
            put(out, at, 8);
    }
}

static void put_zip_end(int entries, uint64_t at, uint64_t len, struct str *out)
{
    bool wide = at >= WIDE || entries >= 0xFFFF;
    if (wide) {
        put(out, 0x06064b50, 4);
        put(out, 44, 8);
        put(out, ZIP64, 2);
        put(out, ZIP64, 2);
        put(out, 0, 8);
        put(out, (uint64_t)entries, 8);
        put(out, (uint64_t)entries, 8);
        put(out, len, 8);
        put(out, at, 8);
        put(out, 0x07064b50, 4);
        put(out, 0, 4);
        put(out, at + len, 8);
        put(out, 1, 4);
    }
    put(out, 0x06054b50, 4);
    put(out, 0, 4);
    put(out, wide ? 0xFFFF : (uint64_t)entries, 2);
    put(out, wide ? 0xFFFF : (uint64_t)entries, 2);
    put(out, wide ? WIDE : len, 4);
    put(out, wide ? WIDE : at, 4);
    put(out, 0, 2);
}

void export_trace_npz(const struct session *s, struct str *out, struct drain *drain)
{
    struct tables ts = tables_of(s);
    struct str directory = {0}, head = {0};
    uint64_t at = 0;
    bool ok = true;
    for (int k = 0; ok && k < ts.n; k++) {
        const struct table *t = &ts.v[k];
        uint32_t crc = sum_of(s, t);
        str_clear(&head);
        put_npy_header(t, &head);
        uint64_t size = head.len + table_bytes(t);
        put_zip_header(t, crc, size, at, true, &directory);
        struct str local = {0};
        put_zip_header(t, crc, size, at, false, &local);
        str_addn(out, local.s, local.len);
        str_addn(out, head.s, head.len);
        at += local.len + size;
        str_free(&local);
        ok = put_table(s, t, out, drain);
    }
    if (ok) {
        str_addn(out, str_text(&directory), directory.len);
        put_zip_end(ts.n, at, directory.len, out);
    }
    str_free(&directory);
    str_free(&head);
    free(ts.v);
}
