/* survey.c: see survey.h. Lines are read a batch at a time, as many as fit into one trace, and run side by side
 * (core/gang.h). A line of more than SURVEY_STEPS steps ends a batch with its first block; it begins the next one, and
 * goes on from its last C and h, which is bit for bit what one long run would have computed. */
#include "session/survey.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "core/gang.h"
#include "session/session_private.h"

_Static_assert((int)SURVEY_BLOCKS <= (int)GANG_LINES, "a batch is a gang");

struct survey {
    FILE *file;
    char *path;
    char *own;                    /* what `file` reads from, when it is a text in memory */
    double size;                  /* bytes; 0: not known */
    double read;
    long line;                    /* the last that was read */
    bool any;                     /* line with a sequence was read */
    long sequences;               /* handed out, */
    double words;                 /* and theirs */
    struct str text;
    /* The batch: lines and their blocks, which lie in the trace one after the other. */
    struct batch_line {
        struct tokens tokens;
        long number;              /* of the line */
        int done;                 /* tokens before its block */
        struct trace rows;        /* of the trace: row 0 is that before the block */
        int first;                /* which is this row of it */
    } *lines;                     /* [SURVEY_BLOCKS] */
    int n, given;                 /* blocks; those that were handed out */
    enum survey_result after;     /* what comes after the batch: SURVEY_BLOCK, or why no more was read */
    struct err trouble;
    int full;                     /* rows of a batch to which no line is added */
    struct trace *trace;          /* of `full` steps, and a block's */
    const float **x;              /* [the same] */
};

/* A batch is full with so many rows: as many as stay in the processor's reach, at most enough for every thread's gang,
 * and no more than can be run between two looks at the keyboard (BATCH_WORK weights are met in about a hundredth of a
 * second). A bidirectional network, of which every word has its say at every other, runs a block by itself. */
enum { BATCH_BYTES = 6 << 20, BATCH_WORK = 200 * 1000 * 1000, BATCH_LEAST = 64, BATCH_MOST = 4096 };

static int batch_full(const struct lstm *net)
{
    size_t a_step = trace_bytes(net, 2) - trace_bytes(net, 1), rows = BATCH_BYTES / (a_step + !a_step);
    size_t weights = lstm_parameters(net), work = BATCH_WORK / (weights + !weights);
    rows = work < rows ? work : rows;
    if (net->bidirectional)
        return 1;
    if (rows < BATCH_LEAST)
        return BATCH_LEAST;
    return rows < BATCH_MOST ? (int)rows : BATCH_MOST;
}

/* Takes f, also when it fails. */
static struct survey *begin(const struct session *s, FILE *f, const char *name, struct err *e)
{
    struct survey *v = xcalloc(1, sizeof *v);
    v->file = f;
    v->path = xstrdup(name);
    v->full = batch_full(s->model->net);
    const int rows = v->full + SURVEY_STEPS;
    v->trace = trace_new(s->model->net, rows);
    v->x = xcalloc((size_t)rows, sizeof *v->x);
    v->lines = xcalloc(SURVEY_BLOCKS, sizeof *v->lines);
    for (int k = 0; k < SURVEY_BLOCKS; k++)
        v->lines[k].rows.layer = xcalloc((size_t)s->model->net->layers, sizeof *v->lines->rows.layer);
    v->after = SURVEY_BLOCK;
    if (!v->trace) {
        err_set(e, name, NULL, "not enough memory for %d steps", rows);
        survey_close(v);
        return NULL;
    }
    return v;
}

struct survey *survey_open(const struct session *s, const char *path, struct err *e)
{
    if (!s->model->vocab) {
        err_set(e, path, NULL, "this model has no vocabulary: a text cannot be made into its vectors of %d numbers",
                model_given(s->model));
        return NULL;
    }
    if (!strcmp(path, "-")) {
        err_set(e, "--corpus", NULL, "expected a file, found standard input: it is read more than once");
        return NULL;
    }
    struct stat info;
    /* Asked before it is opened: opening a pipe waits for somebody to write. */
    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode)) {
        err_set(e, path, NULL, "expected a file, found a %s",
                S_ISDIR(info.st_mode) ? "directory" : "pipe or a device: it is read more than once");
        return NULL;
    }
    FILE *f = *path ? fopen(path, "rb") : NULL;
    if (!f) {
        *path ? err_errno(e, path, "open") : err_set(e, "--corpus", NULL, "expected a file name, found nothing");
        return NULL;
    }
    struct survey *v = begin(s, f, path, e);
    if (v)
        v->size = fstat(fileno(f), &info) == 0 && S_ISREG(info.st_mode) ? (double)info.st_size : 0;
    return v;
}

struct survey *survey_open_text(const struct session *s, const char *name, const char *text, size_t len, struct err *e)
{
    if (!s->model->vocab || !len) {
        err_set(e, name, NULL, "expected a text and a vocabulary to read it with, found none");
        return NULL;
    }
    char *own = xcalloc(len + 1, 1);
    memcpy(own, text, len);
    FILE *f = fmemopen(own, len, "r");
    struct survey *v = f ? begin(s, f, name, e) : NULL;
    if (!v) {
        if (!f)
            err_errno(e, name, "read");
        free(own);
        return NULL;
    }
    v->own = own;
    v->size = (double)len;
    return v;
}

void survey_close(struct survey *v)
{
    if (!v)
        return;
    fclose(v->file);
    free(v->path);
    free(v->own);
    str_free(&v->text);
    for (int k = 0; k < SURVEY_BLOCKS; k++) {
        tokens_clear(&v->lines[k].tokens);
        free(v->lines[k].rows.layer);
    }
    free(v->lines);
    free(v->x);
    trace_free(v->trace);
    free(v);
}

static bool bad_line(const struct survey *v, struct err *e, const char *what)
{
    char source[ERR_MAX];
    snprintf(source, sizeof source, "line %ld", v->line);
    return err_set(e, v->path, source, "%s", what);
}

/* The next line without its end. False with e untouched at the end of the file. */
static bool read_line(struct survey *v, struct err *e)
{
    str_clear(&v->text);
    v->line++;
    int c;
    while ((c = getc(v->file)) != EOF) {
        v->read++;
        if (c == '\n')
            break;
        if (c == '\0')
            return bad_line(v, e, "expected text, found a NUL byte");
        if (v->text.len >= SURVEY_LINE_MAX)
            return bad_line(v, e, "expected at most 1 MiB in a line, found more");
        str_addc(&v->text, (char)c);
    }
    if (c == EOF && ferror(v->file))
        return err_errno(e, v->path, "read");
    if (v->text.len && v->text.s[v->text.len - 1] == '\r')
        v->text.s[--v->text.len] = '\0';
    return c != EOF || v->text.len;
}

/* The next line that holds a token: a blank line is no sequence, though to characters a blank is one. */
static enum survey_result next_sequence(struct survey *v, const struct session *s, struct batch_line *to, struct err *e)
{
    struct err trouble = {{0}};
    for (;;) {
        if (!read_line(v, &trouble)) {
            if (!*trouble.text && v->any)
                return SURVEY_END;
            if (!*trouble.text)
                err_set(&trouble, v->path, NULL, "expected one sequence a line, found none");
            if (e)
                *e = trouble;
            return SURVEY_FAILED;
        }
        tokens_clear(&to->tokens);
        bool chars = s->model->vocab->kind == VOCAB_CHAR;
        if (strspn(str_text(&v->text), chars ? "" : " \t") == v->text.len)
            continue;
        char source[ERR_MAX];
        snprintf(source, sizeof source, "%.400s: line %ld", v->path, v->line);
        if (!vocab_tokenise(s->model->vocab, str_text(&v->text), source, &to->tokens, e))
            return SURVEY_FAILED;
        if (to->tokens.n) {
            to->number = v->line;
            to->done = 0;
            v->any = true;
            return SURVEY_BLOCK;
        }
    }
}

static int block_steps(const struct batch_line *b)
{
    int left = b->tokens.n - b->done;
    return left < SURVEY_STEPS ? left : SURVEY_STEPS;
}

/* Where the rows of a block lie in the trace. */
static void place(struct survey *v, struct batch_line *b, int first)
{
    struct trace_layer *layer = b->rows.layer;
    b->first = first;
    b->rows = (struct trace){.steps = block_steps(b), .layers = v->trace->layers, .layer = layer,
                             .joined = v->trace->joined};
    for (int l = 0; l < v->trace->layers; l++) {
        layer[l] = v->trace->layer[l];
        for (int q = 0; q < Q_COUNT; q++)
            layer[l].v[q] = trace_row(v->trace, l, (enum quantity)q, first);
    }
}

/* The state after the last block is the state before the next one. */
static void carry_over(struct trace *tr, int last)
{
    for (int l = 0; l < tr->layers; l++) {
        size_t bytes = tr->layer[l].stride * sizeof(float);
        memcpy(trace_row(tr, l, Q_C, 0), trace_row(tr, l, Q_C, last), bytes);
        memcpy(trace_row(tr, l, Q_H, 0), trace_row(tr, l, Q_H, last), bytes);
    }
}

/* A line that has not ended begins the batch. */
static int take_up(struct survey *v)
{
    struct batch_line *last = v->n ? &v->lines[v->n - 1] : NULL;
    v->n = v->given = 0;
    if (!last || last->done + SURVEY_STEPS >= last->tokens.n)
        return 0;
    carry_over(v->trace, last->first + SURVEY_STEPS);
    struct tokens tokens = v->lines[0].tokens;
    v->lines[0].tokens = last->tokens;
    v->lines[0].number = last->number;
    v->lines[0].done = last->done + SURVEY_STEPS;
    if (last != v->lines)
        last->tokens = tokens;
    place(v, &v->lines[0], 0);
    v->n = 1;
    return v->lines[0].rows.steps + 1;
}

/* Lines until the batch is full, one is longer than a block, or there are no more. */
static void fill(struct survey *v, const struct session *s)
{
    int row = take_up(v);
    while (v->after == SURVEY_BLOCK && v->n < SURVEY_BLOCKS && row < v->full) {
        struct batch_line *b = &v->lines[v->n];
        if (v->n && v->lines[v->n - 1].done + SURVEY_STEPS < v->lines[v->n - 1].tokens.n)
            return;
        v->after = next_sequence(v, s, b, &v->trouble);
        if (v->after != SURVEY_BLOCK)
            return;
        place(v, b, row);
        row += b->rows.steps + 1;
        v->n++;
    }
}

static void run_batch(struct survey *v, const struct session *s)
{
    const struct lstm *net = session_net(s);
    struct gang_line line[GANG_LINES];
    for (int k = 0; k < v->n; k++) {
        const struct batch_line *b = &v->lines[k];
        line[k] = (struct gang_line){.first = b->first, .steps = b->rows.steps, .goes_on = b->done > 0};
        for (int t = 0; t < b->rows.steps; t++)
            v->x[b->first + t] = s->model->net->embedding + (size_t)b->tokens.id[b->done + t] * (size_t)net->embed;
    }
    if (net->bidirectional)
        lstm_run(net, v->x, v->lines[0].done ? 1 : 0, NULL, 0, &v->lines[0].rows);
    else
        lstm_run_gang(net, v->x, line, v->n, v->trace);
}

static void hand_out(struct survey *v, struct survey_block *out)
{
    const struct batch_line *b = &v->lines[v->given++];
    if (!b->done) {
        v->sequences++;
        v->words += b->tokens.n;
    }
    *out = (struct survey_block){.line = b->number, .first = b->done + 1, .steps = b->rows.steps,
                                 .tokens = &b->tokens, .trace = &b->rows};
}

enum survey_result survey_next(struct survey *v, const struct session *s, struct survey_block *out, struct err *e)
{
    runs_pack(s);
    if (v->given == v->n) {
        fill(v, s);
        if (!v->n) {
            if (v->after == SURVEY_FAILED && e)
                *e = v->trouble;
            return v->after;
        }
        run_batch(v, s);
    }
    hand_out(v, out);
    return SURVEY_BLOCK;
}

enum survey_result survey_batch(struct survey *v, const struct session *s, struct survey_block *out, int *n,
                                struct err *e)
{
    *n = 0;
    do {
        enum survey_result r = survey_next(v, s, &out[*n], e);
        if (r != SURVEY_BLOCK)
            return r;
        ++*n;
    } while (v->given < v->n);
    return SURVEY_BLOCK;
}

enum survey_result survey_some(struct survey *v, const struct session *s, double until, survey_each *each,
                               void *context, struct err *e)
{
    enum survey_result r;
    struct survey_block b;
    do {
        r = survey_next(v, s, &b, e);
        if (r == SURVEY_BLOCK)
            each(s, context, &b);
    } while (r == SURVEY_BLOCK && clock_ms() < until);
    return r;
}

void survey_progress(const struct survey *v, const struct session *s, struct str *out)
{
    bool chars = s->model->vocab && s->model->vocab->kind == VOCAB_CHAR;
    str_addf(out, "%s: ", v->path);
    if (v->size > 0)
        str_addf(out, "%.0f%%, ", 100 * (v->read < v->size ? v->read : v->size) / v->size);
    str_addf(out, "%ld sequence%s, %.0f %s", v->sequences, v->sequences == 1 ? "" : "s", v->words,
             chars ? "characters" : "words");
}

long survey_sequences(const struct survey *v)
{
    return v->sequences;
}
