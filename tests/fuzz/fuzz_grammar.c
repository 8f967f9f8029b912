/* fuzz_grammar.c: any bytes as a grammar. What is taken draws sentences of words that it has. */

#define _GNU_SOURCE
#include "fuzz.h"

#include "check.h"
#include "core/rng.h"
#include "learn/grammar.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err e = {{0}};
    struct grammar *g = grammar_parse((const char *)data, size, "fuzz", &e);
    if (!g) {
        check_error(&e);
        return 0;
    }
    struct rng r;
    struct grammar_sentence s = {0};
    rng_seed(&r, 1, 1);
    for (int k = 0; k < 3 && grammar_draw(g, &r, &s); k++) {
        assert(s.n >= 2 && s.n <= g->max);
        for (int i = 0; i < s.n; i++)
            assert(s.id[i] >= 0 && s.id[i] < g->words && s.cue[i] < i);
    }
    grammar_sentence_clear(&s);
    grammar_free(g);
    return 0;
}
