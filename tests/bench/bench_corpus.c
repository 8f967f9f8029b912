/* bench_corpus.c: the statistics of a text of 80 characters a line, H = 128: a line at a time as lstm_run computes it,
 * side by side on one thread, and on two. In turns, a part of the text a round; medians of seconds for 10 MB, the
 * best in brackets, and whether all three count the same. On one thread it is processor time; on two the clock on the
 * wall, which only says something where nothing else runs, beside half of the processor time. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/threads.h"
#include "core/statistics.h"
#include "session/survey.h"

enum { H = 128, V = 64, CHARACTERS = 300000, ROUNDS = 7 };

static uint32_t next(void)
{
    static uint32_t seed = 7;
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

static float uniform(float scale)
{
    return ((float)next() / 8388608.0f - 1.0f) * scale;
}

static struct session *some_session(void)
{
    struct model *m = xcalloc(1, sizeof *m);
    struct err e = {{0}};
    m->name = xstrdup("bench");
    m->about = xstrdup("");
    m->source = xstrdup("-");
    m->format = "native";
    m->net = lstm_new(&(struct lstm_shape){.layers = 1, .vocab = V, .embed = H, .outputs = V,
                                           .hidden = (const int[]){H}});
    if (!m->net)
        exit(1);
    for (int q = 0; q < GATES; q++)
        for (int k = 0; k < H * 2 * H; k++)
            m->net->layer[0].W[q][k] = uniform(0.15f);
    for (int k = 0; k < V * H; k++)
        m->net->embedding[k] = uniform(1);
    static char token[V][2];
    const char *list[V];
    for (int k = 0; k < V; k++) {
        token[k][0] = (char)('0' + k);
        list[k] = token[k];
    }
    m->vocab = vocab_new(&(struct vocab_list){VOCAB_CHAR, list, V, .source = "bench", .place = "vocabulary"}, &e);
    m->unit_name = xcalloc(1, sizeof *m->unit_name);
    m->unit_name[0] = xcalloc(H, sizeof **m->unit_name);
    if (!tokens_add(&m->sequence, m->vocab, "A", 1, 'A' - '0'))
        exit(1);
    struct session *s = m->vocab && lstm_pack(m->net) ? session_new(m, &e) : NULL;
    if (!s)
        exit(1);
    return s;
}

static void one_by_one(const struct session *s, const char *text, struct statistics *st)
{
    const struct lstm *net = session_net(s);
    struct trace *tr = trace_new(net, SURVEY_STEPS);
    for (const char *end; (end = strchr(text, '\n')); text = end + 1) {
        const float *x[SURVEY_STEPS];
        struct trace part = *tr;
        part.steps = (int)(end - text);
        for (int t = 0; t < part.steps; t++)
            x[t] = net->embedding + (text[t] - '0') * H;
        lstm_run(net, x, 0, NULL, 0, &part);
        statistics_add(st, &part, 1, part.steps);
    }
    trace_free(tr);
}

static void side_by_side(const struct session *s, const char *text, struct statistics *st)
{
    struct err e = {{0}};
    struct survey *v = survey_open_text(s, "bench", text, strlen(text), &e);
    struct survey_block block[SURVEY_BLOCKS];
    struct statistics_rows rows[SURVEY_BLOCKS];
    int n;
    enum survey_result r;
    do {
        r = survey_batch(v, s, block, &n, &e);
        for (int k = 0; k < n; k++)
            rows[k] = (struct statistics_rows){block[k].trace, 1, block[k].steps};
        statistics_add_rows(st, rows, n);
    } while (r == SURVEY_BLOCK);
    survey_close(v);
}

static double processor_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static bool same(const struct statistics *a, const struct statistics *b)
{
    bool all = a->steps == b->steps;
    for (int q = 0; q < Q_COUNT; q++)
        all = all && !memcmp(a->tally[q], b->tally[q], H * sizeof **a->tally);
    return all;
}

int main(void)
{
    struct session *s = some_session();
    static char text[CHARACTERS + 1];
    int length = 80, k = 0;
    for (int column = 0; k < CHARACTERS; k++, column++) {
        text[k] = column == length || k == CHARACTERS - 1 ? '\n' : (char)('0' + (int)(next() % V));
        if (text[k] == '\n') {
            column = -1;
            length = 20 + (int)(next() % 120);
        }
    }
    enum { ALONE, SIDE, TWO, HALF, WAYS };
    double seconds[WAYS][ROUNDS];
    bool agree = true;
    for (int round = 0; round < ROUNDS; round++) {
        struct statistics *st[HALF];
        for (int way = 0; way < HALF; way++) {
            st[way] = statistics_new(session_net(s));
            threads_set(way == TWO ? 2 : 1);
            double wall = clock_ms(), processor = processor_ms();
            (way ? side_by_side : one_by_one)(s, text, st[way]);
            wall = (clock_ms() - wall) / 1e3 * 1e7 / CHARACTERS;
            processor = (processor_ms() - processor) / 1e3 * 1e7 / CHARACTERS;
            seconds[way][round] = way == TWO ? wall : processor;
            seconds[HALF][round] = processor / 2;
        }
        agree = agree && same(st[ALONE], st[SIDE]) && same(st[ALONE], st[TWO]);
        for (int way = 0; way < HALF; way++)
            statistics_free(st[way]);
    }
    for (int way = 0; way < WAYS; way++)
        qsort(seconds[way], ROUNDS, sizeof(double), compare);
    const int middle = ROUNDS / 2;
    printf("H = %d, s for 10 MB (best)   line by line %.1f (%.1f)   side by side %.1f (%.1f), %.2f×   two threads %.1f "
           "(%.1f), half their processor time %.1f (%.1f)   %s\n",
           H, seconds[ALONE][middle], seconds[ALONE][0], seconds[SIDE][middle], seconds[SIDE][0],
           seconds[ALONE][middle] / seconds[SIDE][middle], seconds[TWO][middle], seconds[TWO][0],
           seconds[HALF][middle], seconds[HALF][0], agree ? "all count the same" : "THEY DIFFER");
    session_free(s);
    return agree ? 0 : 1;
}
