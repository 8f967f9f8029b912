/* numbers.c: see numbers.h. One pass over the lines; what is drawn comes out as if it had been read. */
#include "learn/numbers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/utf8.h"
#include "learn/lexicon.h"
#include "learn/seen.h"

enum { STREAM_ADDING = 110, SEQUENCES_MAX = 1000000, WORD_MAX = 63 };

/* Reading one file. */
struct reader {
    struct corpus *c;
    const char *source;
    int line;
    struct err *e;
    struct seen seen;
    struct lexicon labels;
    enum grammar_part part;       /* of every sequence; PART_COUNT: spread over the parts */
    int kept;
    /* The sequence being read. */
    float *x, *y;
    int *label, steps, wanted, x_room, step_room;
    bool goal_known;
    char *draw;                   /* the setting, and its line */
    int draw_line;
};

static bool (complain)(const struct reader *r, const char *what)
{
    return err_set(r->e, r->source, NULL, "line %d: %s", r->line, what);
}
#define complain(...) err_false((complain)(__VA_ARGS__))

static void *grown(void *array, int n, size_t size)
{
    return n & (n - 1) ? array : xrealloc(array, n ? 2 * (size_t)n : 1, size);
}

/* ---- sequences into parts ---------------------------------------------------------------------------------------- */

/* Takes n steps into a part: inputs, and what is wanted. */
static void part_take(struct corpus *c, struct corpus_part *p, const float *x, const float *y, const int *label, int n)
{
    int from = p->start[p->sequences], width = c->inputs;
    for (int k = 0; k < n; k++) {
        for (int j = 0; j < width; j++) {
            p->x = grown(p->x, (from + k) * width + j, sizeof *p->x);
            p->x[(from + k) * width + j] = x[k * width + j];
        }
        p->label = c->goal == GOAL_LABEL && label ? grown(p->label, from + k, sizeof *p->label) : NULL;
        p->y = c->goal == GOAL_NUMBER ? grown(p->y, from + k, sizeof *p->y) : NULL;
        if (p->label)
            p->label[from + k] = label[k];
        if (p->y)
            p->y[from + k] = y[k];
    }
    p->start = xrealloc(p->start, (size_t)++p->sequences + 1, sizeof *p->start);
    p->start[p->sequences] = from + n;
}

static bool end_sequence(struct reader *r)
{
    struct corpus *c = r->c;
    int n = r->steps;
    if (n == 0)
        return true;
    if (r->wanted == 0)
        return complain(r, "nothing is wanted in this sequence: expected \"->\" and a number or a label behind one "
                           "step");
    uint64_t h = hash_bytes(HASH_START, r->x, (size_t)(n * c->inputs) * sizeof *r->x);
    h = c->goal == GOAL_LABEL ? hash_bytes(h, r->label, (size_t)n * sizeof *r->label)
                              : hash_bytes(h, r->y, (size_t)n * sizeof *r->y);
    c->lines++;
    if (seen_add(&r->seen, h))
        part_take(c, &c->part[r->part == PART_COUNT ? corpus_part_of(r->kept++) : r->part], r->x, r->y, r->label, n);
    else
        c->repeated++;
    r->steps = r->wanted = 0;
    return c->lines <= SEQUENCES_MAX || complain(r, "more than 1,000,000 sequences");
}

/* ---- lines ------------------------------------------------------------------------------------------------------- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == ',';
}

/* The next word of the line, into buf; false at its end. */
static bool next_word(const char **at, const char *end, char buf[WORD_MAX + 1], size_t *n)
{
    while (*at < end && is_blank(**at))
        ++*at;
    const char *from = *at;
    while (*at < end && !is_blank(**at))
        ++*at;
    *n = (size_t)(*at - from);
    size_t copied = *n < WORD_MAX ? *n : WORD_MAX;
    memcpy(buf, from, copied);
    buf[copied] = 0;
    return *n > 0;
}

static bool take_number(const struct reader *r, const char *word, float *out)
{
    double v;
    if (!num_parse(word, &v) || !isfinite((float)v))
        return err_set(r->e, r->source, NULL, "line %d: expected a number, found \"%s\"", r->line, word);
    *out = (float)v;
    return true;
}

/* What stands behind "->". */
static bool take_wanted(struct reader *r, const char **at, const char *end)
{
    char word[WORD_MAX + 1], more[WORD_MAX + 1];
    size_t n, rest;
    double number;
    if (!next_word(at, end, word, &n))
        return complain(r, "expected a number or a label behind \"->\", found nothing");
    if (next_word(at, end, more, &rest))
        return complain(r, "expected one number or one label behind \"->\", found more");
    bool is_number = num_parse(word, &number);
    if (!r->goal_known)
        r->c->goal = is_number ? GOAL_NUMBER : GOAL_LABEL;
    r->goal_known = true;
    r->wanted++;
    if (r->c->goal == GOAL_NUMBER)
        return take_number(r, word, &r->y[r->steps]);
    if (n > WORD_MAX)
        return complain(r, "a label of more than 63 bytes");
    r->label[r->steps] = lexicon_add(&r->labels, word, n);
    return true;
}

static bool take_step(struct reader *r, const char *at, const char *end)
{
    char word[WORD_MAX + 1];
    size_t n;
    int width = r->c->inputs, found = 0;
    if (r->steps == NUMBERS_STEPS_MAX)
        return complain(r, "a sequence of more than 100000 steps; an empty line ends one");
    if (r->steps == r->step_room) {
        r->step_room = r->step_room ? 2 * r->step_room : 64;
        r->y = xrealloc(r->y, (size_t)r->step_room, sizeof *r->y);
        r->label = xrealloc(r->label, (size_t)r->step_room, sizeof *r->label);
    }
    r->y[r->steps] = NAN;
    r->label[r->steps] = -1;
    for (; next_word(&at, end, word, &n); found++) {
        if (strcmp(word, "->") == 0) {
            if (!take_wanted(r, &at, end))
                return false;
            break;
        }
        if (found == NUMBERS_MAX)
            return complain(r, "more than 256 numbers in a step");
        if (width && found == width)
            break;
        int k = r->steps * width + found;          /* width 0: it is the first step */
        if (k >= r->x_room) {
            r->x_room = k < 64 ? 128 : 2 * k;
            r->x = xrealloc(r->x, (size_t)r->x_room, sizeof *r->x);
        }
        if (!take_number(r, word, &r->x[k]))
            return false;
    }
    if (found == 0 || (width && (found != width || next_word(&at, end, word, &n))))
        return err_set(r->e, r->source, NULL, "line %d: expected %d number%s as in the first step, found %s", r->line,
                       width ? width : 1, width > 1 ? "s" : "", found < width || !found ? "fewer" : "more");
    r->c->inputs = found;
    r->steps++;
    return true;
}

static void set_text(char **field, const char *at, const char *end)
{
    while (at < end && is_blank(*at))
        at++;
    while (end > at && is_blank(end[-1]))
        end--;
    free(*field);
    *field = xstrndup(at, (size_t)(end - at));
}

static bool begins(const char *at, const char *end, const char *with)
{
    return (size_t)(end - at) >= strlen(with) && memcmp(at, with, strlen(with)) == 0;
}

static bool take_setting(struct reader *r, const char *at, const char *end, bool *is)
{
    const struct { const char *name; char **field; } setting[] = {
        {"title:", &r->c->title}, {"about:", &r->c->about}, {"draw:", &r->draw}};
    *is = false;
    for (size_t k = 0; k < sizeof setting / sizeof *setting && !*is; k++)
        if (begins(at, end, setting[k].name)) {
            *is = true;
            set_text(setting[k].field, at + strlen(setting[k].name), end);
            r->draw_line = k == 2 ? r->line : r->draw_line;
        }
    return !*is || r->c->inputs == 0 || complain(r, "settings stand before the first step");
}

static bool read_lines(struct reader *r, const struct corpus_file *f)
{
    r->line = 0;
    for (const char *at = corpus_begin(f), *end = f->text + f->len, *next; at < end; at = next) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        next = stop ? stop + 1 : end;
        const char *last = stop ? stop : end, *hash = memchr(at, '#', (size_t)(last - at));
        bool comment = hash != NULL, setting;
        r->line++;
        last = comment ? hash : last;
        while (at < last && is_blank(*at))
            at++;
        if (at == last) {
            if (!comment && !end_sequence(r))      /* a line that is only a comment ends nothing */
                return false;
            continue;
        }
        if (!take_setting(r, at, last, &setting) || (!setting && !take_step(r, at, last)))
            return false;
        if (!setting && r->draw)
            return complain(r, "with draw: there are no steps");
    }
    return end_sequence(r);
}

/* ---- drawn ------------------------------------------------------------------------------------------------------- */

static void draw_adding(struct reader *r, struct rng *random, int length, struct corpus_part *to)
{
    float *x = xcalloc(2 * (size_t)length, sizeof *x), *y = xcalloc((size_t)length, sizeof *y);
    int half = length / 2, first = rng_below(random, half);
    size_t mark[2] = {(size_t)first, (size_t)(half + rng_below(random, length - half))};
    for (int k = 0; k < length; k++) {
        x[2 * (size_t)k] = (float)rng_unit(random);
        y[k] = NAN;
    }
    x[2 * mark[0] + 1] = x[2 * mark[1] + 1] = 1;
    y[length - 1] = x[2 * mark[0]] + x[2 * mark[1]];
    part_take(r->c, to, x, y, NULL, length);
    free(x);
    free(y);
}

/* "adding 50, train 4000, valid 400, test 600" */
static bool draw_all(struct reader *r, uint64_t seed)
{
    static const char *const name[] = {"adding", "train", "valid", "test"};
    long number[4] = {0};
    const char *at = r->draw, *end = at + strlen(at);
    char word[WORD_MAX + 1], value[WORD_MAX + 1];
    size_t n;
    bool ok = true;
    for (int k = 0; k < 4 && ok; k++)
        ok = next_word(&at, end, word, &n) && strcmp(word, name[k]) == 0 && next_word(&at, end, value, &n)
             && num_parse_int(value, k ? 1 : 2, k ? 100000 : 1000, &number[k]);
    r->line = r->draw_line;
    if (!ok || next_word(&at, end, word, &n))
        return complain(r, "expected draw: adding STEPS (2 to 1000), train N, valid N, test N (1 to 100000 each)");
    struct rng random;
    rng_seed(&random, seed, STREAM_ADDING);
    r->c->inputs = 2;
    r->c->goal = GOAL_NUMBER;
    r->c->drawn = true;
    r->c->seed = seed;
    for (int k = 1; k < 4; k++)
        for (long s = 0; s < number[k]; s++)
            draw_adding(r, &random, (int)number[0], &r->c->part[k - 1]);
    return true;
}

/* ---- the whole --------------------------------------------------------------------------------------------------- */

/* What always saying the same would miss, in every part. */
static void find_spread(struct corpus *c)
{
    double sum = 0;
    long n = 0;
    for (int part = 0; part < PART_COUNT; part++) {
        const struct corpus_part *p = &c->part[part];
        double off = 0;
        long wanted = 0;
        for (int k = 0; k < p->start[p->sequences]; k++) {
            if (isnan(p->y[k]))
                continue;
            if (part == PART_TRAIN) {
                sum += (double)p->y[k];
                n++;
            }
            wanted++;
        }
        c->mean = n ? sum / (double)n : 0;
        for (int k = 0; k < p->start[p->sequences]; k++)
            off += isnan(p->y[k]) ? 0 : ((double)p->y[k] - c->mean) * ((double)p->y[k] - c->mean);
        c->spread[part] = wanted ? off / (double)wanted : NAN;
    }
}

static bool finish(struct reader *r)
{
    struct corpus *c = r->c;
    if (c->part[PART_TRAIN].sequences == 0)
        return err_set(r->e, r->source, NULL, "empty: expected steps of numbers, an empty line between sequences");
    if (c->goal == GOAL_LABEL && r->labels.n < 2)
        return err_set(r->e, r->source, NULL, "only one label (\"%s\"): at least two different ones are needed",
                       str_text(&r->labels.token[0]));
    c->outputs = c->goal == GOAL_LABEL ? r->labels.n : 1;
    if (c->goal == GOAL_LABEL) {
        c->label = xcalloc((size_t)c->outputs, sizeof *c->label);
        for (int k = 0; k < c->outputs; k++)
            c->label[k] = xstrdup(str_text(&r->labels.token[k]));
    } else {
        find_spread(c);
        if (!(c->spread[PART_TRAIN] > 0))
            return err_set(r->e, r->source, NULL, "the same number is wanted everywhere: there is nothing to learn");
    }
    const struct corpus_part *p = &c->part[c->part[PART_VALID].sequences ? PART_VALID : PART_TRAIN];
    c->demo_n = p->start[1];
    c->demo_x = xcalloc((size_t)c->demo_n * (size_t)c->inputs, sizeof *c->demo_x);
    memcpy(c->demo_x, p->x, (size_t)c->demo_n * (size_t)c->inputs * sizeof *c->demo_x);
    return true;
}

static bool is_numbers(const struct corpus_file *f, struct err *e)
{
    size_t bad;
    return (!memchr(f->text, 0, f->len) && utf8_valid(f->text, f->len, &bad))
           || err_set(e, f->source, NULL, "not text: expected numbers, a step a line");
}

struct corpus *corpus_from_numbers(const struct corpus_file *file, const struct corpus_file *valid, uint64_t seed,
                                   struct err *e)
{
    const char *source = file->source;
    if (!is_numbers(file, e))
        return NULL;
    char *title = xstrndup(file_base(source), strcspn(file_base(source), "."));
    struct reader r = {.c = corpus_new(title, "", source), .source = source, .e = e,
                       .part = valid ? PART_TRAIN : PART_COUNT};
    free(title);
    bool ok = read_lines(&r, file);
    if (ok && r.draw)
        ok = valid ? err_set(e, valid->source, NULL, "what is drawn draws its own held-out sequences; --valid is for "
                             "files with steps")
                   : draw_all(&r, seed);
    if (ok && valid) {
        r.source = valid->source;
        r.part = PART_VALID;
        ok = is_numbers(valid, e) && read_lines(&r, valid);
    }
    ok = ok && finish(&r);
    if (ok && valid && !r.c->part[PART_VALID].sequences)
        ok = err_set(e, valid->source, NULL, "no sequence that is not trained on as well");
    free(r.x);
    free(r.y);
    free(r.label);
    free(r.draw);
    seen_clear(&r.seen);
    lexicon_clear(&r.labels);
    if (ok)
        return r.c;
    corpus_free(r.c);
    return NULL;
}
