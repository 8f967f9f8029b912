/* sample.c: see sample.h. */
#include "learn/sample.h"

#include <string.h>

#include "base/builtin.h"
#include "base/file.h"
#include "learn/grammar.h"
#include "learn/lexicon.h"
#include "learn/words.h"

/* A stream of the seed (rng.h) of its own: sentences that training has not necessarily seen. */
enum { SAMPLE_SEED = 1, STREAM_SAMPLE = 110, GIVE_UP = 20 };

static bool is_grammar(const struct builtin *b)
{
    return str_ends(b->path, ".grammar");
}

bool sample_exists(const struct model *m)
{
    return m->vocab && word_corpus(m) != NULL;
}

static void add_sentence(const struct grammar *g, const struct grammar_sentence *s, struct str *line)
{
    for (int k = 0; k < s->n; k++)
        str_addf(line, "%s%s", k && !g->characters ? " " : "", g->word[s->id[k]]);
}

/* Sentences that are drawn twice are taken once; where the grammar has fewer than were asked for, all that come. */
static int draw_lines(const struct grammar *g, int lines, struct str *out)
{
    struct rng r;
    struct grammar_sentence s = {0};
    struct lexicon seen = {0};
    struct str line = {0};
    rng_seed(&r, SAMPLE_SEED, STREAM_SAMPLE);
    for (int k = 0; k < GIVE_UP * lines && seen.n < lines && grammar_draw(g, &r, &s); k++) {
        int before = seen.n;
        str_clear(&line);
        add_sentence(g, &s, &line);
        lexicon_add(&seen, line.s, line.len);
        if (seen.n > before)
            str_addf(out, "%s\n", str_text(&line));
    }
    int n = seen.n;
    lexicon_clear(&seen);
    grammar_sentence_clear(&s);
    str_free(&line);
    return n;
}

static int copy_lines(const char *text, size_t len, int lines, struct str *out)
{
    int n = 0;
    for (const char *end = text + len; text < end && n < lines;) {
        const char *lf = memchr(text, '\n', (size_t)(end - text));
        size_t size = (size_t)((lf ? lf : end) - text);
        if (size) {
            str_addn(out, text, size);
            str_addc(out, '\n');
            n++;
        }
        text += size + 1;
    }
    return n;
}

struct grammar *sample_grammar(const struct model *m)
{
    const struct builtin *b = m->vocab ? word_corpus(m) : NULL;
    struct err e = {{0}};
    struct grammar *g = b && is_grammar(b) ? grammar_parse(b->data, b->len, b->path, &e) : NULL;
    if (g && word_grammar_fits(g, m->vocab))
        return g;
    grammar_free(g);
    return NULL;
}

int sample_text(const struct model *m, int lines, struct str *out, struct str *name, bool *drawn)
{
    const struct builtin *b = m->vocab ? word_corpus(m) : NULL;
    int n = 0;
    if (!b)
        return 0;
    *drawn = is_grammar(b);
    if (*drawn) {
        struct grammar *g = sample_grammar(m);
        if (g)
            n = draw_lines(g, lines, out);
        grammar_free(g);
    } else {
        n = copy_lines(b->data, b->len, lines, out);
    }
    if (n)
        str_add(name, file_base(b->path));
    return n;
}
