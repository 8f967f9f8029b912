/* bench_json.c: how long a weights file takes to become floats, beside bare cJSON on the same bytes.
 * usage: bench_json [FILE]      without a file: a million numbers as PyTorch's tolist() prints them
 * Prints medians of alternated rounds, their ratio, and the bytes each keeps. Results belong to one machine: compare
 * ratios. */
#include <cjson/cJSON.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "base/json.h"
#include "base/str.h"

enum { ROUNDS = 9, NUMBERS = 1000000, ROW = 500 };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *v)
{
    qsort(v, ROUNDS, sizeof *v, compare);
    return v[ROUNDS / 2];
}

/* Floats in (-0.1, 0.1), written as the shortest double that equals them, as Python does. */
static char *make(size_t *len)
{
    struct str s = {0};
    uint32_t seed = 7;
    str_add(&s, "{\"w\": [");
    for (int k = 0; k < NUMBERS; k++) {
        seed = seed * 1664525u + 1013904223u;
        float v = ((float)(seed >> 8) / 8388608.0f - 1.0f) * 0.1f;
        if (k % ROW == 0)
            str_add(&s, k ? "], [" : "[");
        else
            str_add(&s, ", ");
        str_add_double(&s, (double)v);
    }
    str_add(&s, "]]}");
    *len = s.len;
    return str_take(&s);
}

int main(int argc, char **argv)
{
    char *text;
    size_t len;
    struct err e = {{0}};
    if (argc > 1) {
        if (!file_read(argv[1], &text, &len, &e)) {
            fprintf(stderr, "bench_json: %s\n", e.text);
            return 1;
        }
    } else {
        text = make(&len);
    }
    double ours[ROUNDS], theirs[ROUNDS];
    size_t kept_ours = 0, kept_theirs = 0;
    for (int k = 0; k < ROUNDS; k++) {
        size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
        double t = now();
        struct json *j = json_parse_copy(text, len, "bench", &e);
        ours[k] = now() - t;
        if (!j) {
            fprintf(stderr, "bench_json: %s\n", e.text);
            free(text);
            return 1;
        }
        kept_ours = mallinfo2().uordblks + mallinfo2().hblkhd - before;
        json_free(j);
        before = mallinfo2().uordblks + mallinfo2().hblkhd;
        t = now();
        cJSON *c = cJSON_ParseWithLength(text, len);
        theirs[k] = now() - t;
        kept_theirs = mallinfo2().uordblks + mallinfo2().hblkhd - before;
        cJSON_Delete(c);
    }
    double a = median(ours), b = median(theirs);
    printf("%.1f MB of text\n", (double)len / 1e6);
    printf("json_parse  %8.2f ms   %8.1f MB kept (its own copy of the text included)\n", a, (double)kept_ours / 1e6);
    printf("cJSON       %8.2f ms   %8.1f MB kept\n", b, (double)kept_theirs / 1e6);
    printf("ratio       %8.3f\n", a / b);
    free(text);
    return 0;
}
