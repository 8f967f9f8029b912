/* bench_terminal.c: what a user at a terminal feels, measured from the terminal's side.
 *
 *   bench_terminal [-n RUNS] [-k KEYS] [-q QUIT] [-w MS] [-f] PROGRAM [PROGRAM …]
 *
 * A PROGRAM is a path, or one argument "path arg arg". The first is the reference (hello_curses). Each is started
 * RUNS times at 80x24 and 200x60, in turns, so that what else the machine does meets all alike. Reported are
 * medians, and ratios to the first:
 *   first byte, first frame   ms from fork to the first byte, and to the last one before the first silence
 *   key → frame               for each key of KEYS, sent when all is silent: µs to the last byte (median, 99th
 * percentile),
 *                             and bytes a key
 * -w: how long the silence is that ends the first frame (120 ms): a large model says first that it computes.
 * With -f the frame of a key is what comes before the first pause of 2 ms: what goes on behind it may show its
 * progress later.
 * KEYS are as in key.h. The reading side is only a reader: no terminal emulation is in the figures.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/utf8.h"
#include "ui/key.h"

enum {
    PROGRAMS = 8,
    RUNS = 200,
    KEYS = 20000,
    START_QUIET_MS = 120,
    KEY_QUIET_MS = 40,
    FIRST_MS = 5000,
    NO_ANSWER_MS = 100,
    PAUSE_MS = 2
};

static bool first_frame;
static double start_quiet_ms = START_QUIET_MS;

/* Measurements of one quantity. */
struct series { double v[KEYS]; int n; };

struct program {
    const char *name;
    char *argv[16];
    struct series first, frame, frame_bytes, key, key_bytes;
    int silent;                                    /* keys that changed nothing */
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

static void add(struct series *s, double v)
{
    if (s->n < KEYS)
        s->v[s->n++] = v;
}

static int by_value(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static double part(struct series *s, double fraction)
{
    if (!s->n)
        return 0;
    qsort(s->v, (size_t)s->n, sizeof *s->v, by_value);
    int k = (int)(fraction * s->n);
    return s->v[k < s->n ? k : s->n - 1];
}

/* Reads until nothing has come for quiet_ms; waits at most first_ms for the beginning. Bytes read, -1 when the
 * program is gone. */
static long drain(int fd, double first_ms, double quiet_ms, double *first, double *last)
{
    static char buffer[1 << 16];
    long total = 0;
    double begin = now();
    for (;;) {
        double left = (total ? *last + quiet_ms : begin + first_ms) - now();
        if (left <= 0)
            return total;
        if (poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, (int)(left + 0.999)) <= 0)
            continue;
        ssize_t n = read(fd, buffer, sizeof buffer);
        if (n <= 0)
            return total ? total : -1;
        *last = now();
        if (!total)
            *first = *last;
        total += n;
    }
}

static size_t key_bytes(int key, char out[8])
{
    static const struct { int key; const char *bytes; } named[] = {
        {K_UP, "\033OA"}, {K_DOWN, "\033OB"}, {K_RIGHT, "\033OC"}, {K_LEFT, "\033OD"}, {K_HOME, "\033OH"},
        {K_END, "\033OF"},
        {K_PGUP, "\033[5~"}, {K_PGDN, "\033[6~"}, {K_DEL, "\033[3~"}, {K_INS, "\033[2~"}, {K_BTAB, "\033[Z"},
    };
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++)
        if (named[i].key == key) {
            strcpy(out, named[i].bytes);
            return strlen(out);
        }
    return utf8_encode((uint32_t)key, out);
}

static void type(struct program *p, int fd, const char *keys)
{
    for (int key; (key = key_parse(&keys));) {
        char bytes[8];
        double first = 0, last = 0, begin = now();
        size_t n = key_bytes(key, bytes);
        if (write(fd, bytes, n) != (ssize_t)n)
            return;
        double any;
        long got = drain(fd, NO_ANSWER_MS, first_frame ? PAUSE_MS : KEY_QUIET_MS, &first, &last);
        if (got < 0 || (first_frame && drain(fd, KEY_QUIET_MS, START_QUIET_MS, &any, &any) < 0))
            return;
        if (got == 0) {
            p->silent++;
        } else {
            add(&p->key, (last - begin) * 1e3);
            add(&p->key_bytes, (double)got);
        }
    }
}

static void end(pid_t pid, int fd, const char *quit)
{
    char drop[4096];
    double until = now() + 500;
    if (write(fd, quit, strlen(quit)) < 0)
        kill(pid, SIGTERM);
    while (now() < until && waitpid(pid, NULL, WNOHANG) == 0)
        if (poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, 2) > 0 && read(fd, drop, sizeof drop) <= 0)
            break;
    if (waitpid(pid, NULL, WNOHANG) == 0) {
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
    }
    close(fd);
}

static bool run(struct program *p, struct winsize size, const char *keys, const char *quit)
{
    int fd;
    double first = 0, last = 0, begin = now();
    pid_t pid = forkpty(&fd, NULL, NULL, &size);
    if (pid < 0)
        return false;
    if (!pid) {
        execvp(p->argv[0], p->argv);
        _exit(127);
    }
    long n = drain(fd, FIRST_MS, start_quiet_ms, &first, &last);
    if (n > 0) {
        add(&p->first, first - begin);
        add(&p->frame, last - begin);
        add(&p->frame_bytes, (double)n);
        type(p, fd, keys);
    }
    end(pid, fd, quit);
    return n > 0;
}

static void split(struct program *p, char *words)
{
    int n = 0;
    for (char *w = strtok(words, " "); w && n < 15; w = strtok(NULL, " "))
        p->argv[n++] = w;
    p->name = p->argv[0];
}

static void clear(struct program *p)
{
    p->first.n = p->frame.n = p->frame_bytes.n = p->key.n = p->key_bytes.n = p->silent = 0;
}

static void tell(struct program *p, struct program *reference, struct winsize size)
{
    const char *slash = strrchr(p->name, '/');
    double frame = part(&p->frame, 0.5), base_first = part(&reference->first, 0.5),
           base_frame = part(&reference->frame, 0.5);
    printf("%-16s %3dx%-3d first byte %7.2f ms  first frame %7.2f ms (%.2f x frame, %.2f x first byte of %s)  %6.0f "
           "bytes\n",
           slash ? slash + 1 : p->name, size.ws_col, size.ws_row, part(&p->first, 0.5), frame, frame / base_frame,
           frame / base_first, reference->name, part(&p->frame_bytes, 0.5));
    if (p->key.n)
        printf("%-16s         key to frame %7.0f us, 99 %% within %7.0f us, %6.0f bytes a key (%d keys; %d changed "
               "nothing)\n",
               "", part(&p->key, 0.5), part(&p->key, 0.99), part(&p->key_bytes, 0.5), p->key.n, p->silent);
}

int main(int argc, char **argv)
{
    static struct program programs[PROGRAMS];
    static const struct winsize sizes[] = {{.ws_col = 80, .ws_row = 24}, {.ws_col = 200, .ws_row = 60}};
    int runs = 21, count = 0;
    const char *keys = "", *quit = "q";
    for (int o; (o = getopt(argc, argv, "n:k:q:w:f")) != -1;) {
        if (o == 'n')
            runs = atoi(optarg);
        else if (o == 'k')
            keys = optarg;
        else if (o == 'q')
            quit = optarg;
        else if (o == 'w')
            start_quiet_ms = atof(optarg);
        else if (o == 'f')
            first_frame = true;
        else
            return 2;
    }
    if (!getenv("TERM") || !strcmp(getenv("TERM"), "dumb"))
        setenv("TERM", "xterm-256color", 1);
    for (int i = optind; i < argc && count < PROGRAMS; i++)
        split(&programs[count++], argv[i]);
    if (!count || runs < 1 || runs > RUNS) {
        fprintf(stderr, "usage: bench_terminal [-n 1..%d] [-k KEYS] [-q QUIT] [-w MS] [-f] PROGRAM ...\n", RUNS);
        return 2;
    }
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        for (int i = 0; i < count; i++)
            clear(&programs[i]);
        for (int r = 0; r < runs; r++)
            for (int i = 0; i < count; i++)
                if (!run(&programs[i], sizes[s], keys, quit)) {
                    fprintf(stderr, "bench_terminal: %s wrote nothing\n", programs[i].name);
                    return 1;
                }
        for (int i = 0; i < count; i++)
            tell(&programs[i], &programs[0], sizes[s]);
    }
    return 0;
}
