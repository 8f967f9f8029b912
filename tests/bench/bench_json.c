/* bench_json.c: how long a weights file takes to become floats, beside bare cJSON on the same bytes.
 * usage: bench_json [FILE]      without a file: a million numbers as PyTorch's tolist() prints them
 * Prints medians of alternated rounds from the file to the numbers, their ratio, and the bytes each keeps; of ours also
 * the most that was in memory. Results belong to one machine: compare ratios. */
#include <cjson/cJSON.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "base/str.h"

enum { ROUNDS = 9, NUMBERS = 1000000, MORE = 4000000, ROW = 500 };

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
static char *make(int numbers, size_t *len)
{
    struct str s = {0};
    uint32_t seed = 7;
    str_add(&s, "{\"w\": [");
    for (int k = 0; k < numbers; k++) {
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

/* The most memory that a process of its own needs to read it, beyond what it had. */
static long peak(const char *path)
{
    int p[2];
    long grown = 0;
    if (pipe(p))
        return 0;
    pid_t child = fork();
    if (child == 0) {
        struct rusage before, after;
        getrusage(RUSAGE_SELF, &before);
        struct json *j = json_read(path, NULL);
        getrusage(RUSAGE_SELF, &after);
        grown = (after.ru_maxrss - before.ru_maxrss) * 1024;
        _exit(!j || write(p[1], &grown, sizeof grown) != sizeof grown);
    }
    close(p[1]);
    if (child < 0 || read(p[0], &grown, sizeof grown) != sizeof grown)
        grown = 0;
    close(p[0]);
    waitpid(child, NULL, 0);
    return grown;
}

/* A file of so many numbers; its path is written over `path`. */
static bool write_file(char *path, int numbers)
{
    int fd = mkstemp(path), status = 1;
    pid_t child = fd < 0 ? -1 : fork();           /* what writing takes is not to be counted */
    if (child == 0) {
        size_t len;
        char *text = make(numbers, &len);
        _exit(!file_write_descriptor(fd, text, len));
    }
    return child > 0 && waitpid(child, &status, 0) == child && status == 0 && close(fd) == 0;
}

/* What a reading needs whatever there is to read (a window of the file, the program's own pages) would be counted as
 * the numbers' with one file: of two files, what more numbers need more is theirs. */
static void tell_memory(long grown, long grown_more)
{
    double each = (double)(grown_more - grown) / (MORE - NUMBERS);
    printf("at most, in memory: %.2f bytes a number, and %.2f MB whatever is read\n", each,
           ((double)grown - each * NUMBERS) / 1e6);
}

int main(int argc, char **argv)
{
    char *text, path[] = "/tmp/flstm-bench-XXXXXX", more[] = "/tmp/flstm-bench-XXXXXX";
    size_t len;
    struct err e = {{0}};
    const char *from = argc > 1 ? argv[1] : path;
    if (argc < 2 && (!write_file(path, NUMBERS) || !write_file(more, MORE)))
        return 1;
    long grown = peak(from), grown_more = argc < 2 ? peak(more) : 0;     /* before anything else has taken memory */
    double ours[ROUNDS], theirs[ROUNDS];
    size_t kept_ours = 0, kept_theirs = 0;
    for (int k = 0; k < ROUNDS; k++) {
        size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
        double t = now();
        struct json *j = json_read(from, &e);
        ours[k] = now() - t;
        if (!j) {
            fprintf(stderr, "bench_json: %s\n", e.text);
            return 1;
        }
        kept_ours = mallinfo2().uordblks + mallinfo2().hblkhd - before;
        json_free(j);
        before = mallinfo2().uordblks + mallinfo2().hblkhd;
        t = now();
        if (!file_read(from, &text, &len, &e))
            return 1;
        cJSON *c = cJSON_ParseWithLength(text, len);
        theirs[k] = now() - t;
        kept_theirs = mallinfo2().uordblks + mallinfo2().hblkhd - before;
        cJSON_Delete(c);
        free(text);
    }
    double a = median(ours), b = median(theirs);
    printf("%.1f MB of text\n", (double)len / 1e6);
    printf("json_read   %8.2f ms   %8.1f MB kept\n", a, (double)kept_ours / 1e6);
    printf("cJSON       %8.2f ms   %8.1f MB kept\n", b, (double)kept_theirs / 1e6);
    printf("ratio       %8.3f\n", a / b);
    if (argc < 2) {
        unlink(path);
        unlink(more);
        tell_memory(grown, grown_more);
    }
    return 0;
}
