/* survey.c: see survey.h. A block ends where its sequence does; the next block of the same sequence goes on from its
 * last C and h, which is bit for bit what one long run would have computed. */
#include "session/survey.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "model/fingerprint.h"
#include "session/session_private.h"

struct survey {
    FILE *file;
    char *path;
    char *own;                    /* what `file` reads from, when it is a text in memory */
    double size;                  /* bytes; 0: not known */
    double read;
    long line, sequences;
    double words;
    struct str text;
    struct tokens tokens;
    int done;                     /* tokens of the line that were run */
    struct trace *trace;
};

/* Takes f, also when it fails. */
static struct survey *begin(const struct session *s, FILE *f, const char *name, struct err *e)
{
    struct survey *v = xcalloc(1, sizeof *v);
    v->file = f;
    v->path = xstrdup(name);
    v->trace = trace_new(s->model->net, SURVEY_STEPS);
    if (!v->trace) {
        err_set(e, name, NULL, "not enough memory for %d steps", SURVEY_STEPS);
        survey_close(v);
        return NULL;
    }
    return v;
}

struct survey *survey_open(const struct session *s, const char *path, struct err *e)
{
    if (!s->model->vocab) {
        err_set(e, path, NULL, "this model has no vocabulary: a text cannot be made into its vectors of %d numbers",
                s->model->net->embed);
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
    tokens_clear(&v->tokens);
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
static enum survey_result next_sequence(struct survey *v, const struct session *s, struct err *e)
{
    struct err trouble = {{0}};
    for (;;) {
        if (!read_line(v, &trouble)) {
            if (!*trouble.text && v->sequences)
                return SURVEY_END;
            if (!*trouble.text)
                err_set(&trouble, v->path, NULL, "expected one sequence a line, found none");
            if (e)
                *e = trouble;
            return SURVEY_FAILED;
        }
        tokens_clear(&v->tokens);
        v->done = 0;
        bool chars = s->model->vocab->kind == VOCAB_CHAR;
        if (strspn(str_text(&v->text), chars ? "" : " \t") == v->text.len)
            continue;
        char source[ERR_MAX];
        snprintf(source, sizeof source, "%.400s: line %ld", v->path, v->line);
        if (!vocab_tokenise(s->model->vocab, str_text(&v->text), source, &v->tokens, e))
            return SURVEY_FAILED;
        if (v->tokens.n) {
            v->sequences++;
            v->words += v->tokens.n;
            return SURVEY_BLOCK;
        }
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

enum survey_result survey_next(struct survey *v, const struct session *s, struct survey_block *out, struct err *e)
{
    runs_pack(s);
    if (v->done >= v->tokens.n) {
        enum survey_result r = next_sequence(v, s, e);
        if (r != SURVEY_BLOCK)
            return r;
    }
    const struct lstm *net = session_net(s);
    const float *x[SURVEY_STEPS];
    int n = v->tokens.n - v->done < SURVEY_STEPS ? v->tokens.n - v->done : SURVEY_STEPS;
    for (int k = 0; k < n; k++)
        x[k] = s->model->net->embedding + (size_t)v->tokens.id[v->done + k] * (size_t)net->embed;
    if (v->done)
        carry_over(v->trace, SURVEY_STEPS);
    /* A trace of fewer steps with the same rows: the run goes to its end. */
    struct trace part = *v->trace;
    part.steps = n;
    lstm_run(net, x, v->done ? 1 : 0, NULL, 0, &part);
    *out = (struct survey_block){
        .line = v->line, .first = v->done + 1, .steps = n, .tokens = &v->tokens, .trace = v->trace};
    v->done += n;
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

uint64_t survey_fingerprint(const struct session *s)
{
    return fingerprint_net(session_net(s));
}
