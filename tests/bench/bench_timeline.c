/* bench_timeline.c: how long a frame of the timeline takes, drawn whole: 10,000 words by 1024 units unless told
 * otherwise. The frame has to fit into one refresh of a screen, 16 ms. Medians; "new" frames start from nothing
 * kept, "next" ones from the frame before.
 *
 *     bench_timeline [H [T]]
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "action/app.h"
#include "support/models.c"

enum { ROUNDS = 15 };

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The median time of a key and the frame after it. */
static void measure(struct app *a, struct grid *g, const char *name, const char *const keys[2])
{
    struct err e = {{0}};
    double ms[ROUNDS];
    for (int k = 0; k < ROUNDS; k++) {
        double from = now_ms();
        if (!app_keys(a, keys[k % 2], "keys", &e))
            fprintf(stderr, "%s\n", e.text);
        app_draw(a, g, NULL, NULL);
        ms[k] = now_ms() - from;
    }
    qsort(ms, ROUNDS, sizeof *ms, by_size);
    printf("  %-46s %7.2f ms  (worst %.2f)\n", name, ms[ROUNDS / 2], ms[ROUNDS - 1]);
}

int main(int argc, char **argv)
{
    int H = argc > 1 ? atoi(argv[1]) : 1024, T = argc > 2 ? atoi(argv[2]) : 10000;
    struct err e = {{0}};
    struct model *m =
        model_random(&(struct random_model){.layers = 1, .hidden = H, .embed = 8, .words = 30, .steps = T, .seed = 3});
    struct session *s = session_new(m, &e);
    struct theme *t = s ? theme_load(theme_default, &e) : NULL;
    if (!t) {
        fprintf(stderr, "bench_timeline: %s\n", e.text);
        return 1;
    }
    struct app a;
    app_init(&a, s, t, &glyphs_unicode);
    static const int sizes[][2] = {{80, 24}, {120, 40}, {400, 120}};
    static const struct { const char *name, *before, *keys[2]; } all[] = {
        {"all of it, another value each time (new)", ":t 5000<Enter>", {"v", "V"}},
        {"all of it, the next word", "", {"<Right>", "<Left>"}},
        {"all of it by variance, the next unit", "y", {"<Down>", "<Up>"}},
        {"a word a cell, half a screen on", "YZZzzzzzzzzzzzzz", {"L", "H"}},
        {"the text, the next word", "m", {"<Right>", "<Left>"}},
    };
    printf("timeline, %d words by %d units\n", T, H);
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        struct grid *g = grid_new(sizes[k][0], sizes[k][1], a.glyphs);
        a.w = sizes[k][0];
        a.h = sizes[k][1];
        app_show_view(&a, view_find("timeline"));
        printf(" %dx%d\n", a.w, a.h);
        for (size_t j = 0; j < sizeof all / sizeof *all; j++) {
            if (!app_keys(&a, all[j].before, "keys", &e))
                fprintf(stderr, "%s\n", e.text);
            app_draw(&a, g, NULL, NULL);
            measure(&a, g, all[j].name, all[j].keys);
        }
        /* Out of the text, back to the strips, all of it. */
        app_show_view(&a, view_find("bars"));
        app_key(&a, 'm');
        app_key(&a, 'm');
        app_show_view(&a, view_find("timeline"));
        app_keys(&a, "ZZZZZZZZZZZZZZZZZZZZZZ", "keys", &e);
        grid_free(g);
    }
    app_clear(&a);
    return 0;
}
