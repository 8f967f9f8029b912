/* retrain.c: build tool. Trains the shipped models anew by the table in learn/recipe.c and writes
 * data/models/NAME.json. usage: retrain [-k] [NAME]…, from the root of the repository; without names all of them.
 * -k: only the seed that was kept, not those it was chosen from. The bytes are the same each time. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "import/import.h"
#include "learn/recipe.h"

static bool tell(void *context, const struct recipe *r, uint64_t seed, int done, int total,
                 const struct measure_score *s)
{
    bool terminal = *(bool *)context;
    if (terminal)
        printf("\r  seed %llu of %d: %d%%", (unsigned long long)seed, r->seeds, 100 * done / total);
    if (s)
        printf("%s  seed %llu: accuracy %.4f, perplexity %.3f\n", terminal ? "\r" : "", (unsigned long long)seed,
               s->accuracy, exp(s->loss));
    fflush(stdout);
    return false;
}

static bool retrain(const struct recipe *r, bool kept, struct err *e)
{
    struct str corpus = {0}, file = {0}, text = {0};
    str_addf(&corpus, "data/corpora/%s", r->corpus);
    str_addf(&file, "data/models/%s.json", r->name);
    printf("%s\n", str_text(&file));
    clock_t start = clock();
    bool terminal = isatty(STDOUT_FILENO);
    struct corpus *c = corpus_read(str_text(&corpus), NULL, r->tokens, r->corpus_seed, e);
    struct model *m = c ? recipe_run(r, c, kept, tell, &terminal, e) : NULL;
    if (m)
        model_write(m, &text);
    bool ok = m && file_write(str_text(&file), text.s, text.len, e);
    if (ok)
        printf("  %s\n  %.1f s, %zu bytes\n", m->about, (double)(clock() - start) / CLOCKS_PER_SEC, text.len);
    model_free(m);
    corpus_free(c);
    str_free(&corpus);
    str_free(&file);
    str_free(&text);
    return ok;
}

int main(int argc, char **argv)
{
    struct err e = {""};
    bool ok = true, kept = argc > 1 && strcmp(argv[1], "-k") == 0;
    argc -= kept;
    argv += kept;
    for (int k = 1; ok && k < argc; k++)
        if (!recipe_find(argv[k]))
            ok = err_set(&e, argv[k], NULL, "no such recipe");
    for (int k = 0; ok && k < recipe_count; k++) {
        bool wanted = argc == 1;
        for (int a = 1; a < argc; a++)
            wanted = wanted || strcmp(argv[a], recipes[k].name) == 0;
        if (wanted)
            ok = retrain(&recipes[k], kept, &e);
    }
    if (!ok)
        fprintf(stderr, "retrain: %s\n", e.text);
    return ok ? 0 : 1;
}
