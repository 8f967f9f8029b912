/* corpus_files.c: which kind of corpus a file or a built-in name is (corpus.h). */
#include <stdlib.h>
#include <string.h>

#include "base/builtin.h"
#include "base/file.h"
#include "base/json.h"
#include "learn/numbers.h"

static struct corpus *from_grammar_text(const char *text, size_t len, const char *source, uint64_t seed, struct err *e)
{
    struct grammar *g = grammar_parse(text, len, source, e);
    struct corpus *c = g ? corpus_from_grammar(g, seed, e) : NULL;
    if (c && g->counts)
        c->counted = g;
    else
        grammar_free(g);
    return c;
}

/* A model given by mistake would be learnt as a text, letter by letter. */
static bool is_json(const char *text, size_t len, const char *source)
{
    size_t k = 0;
    while (k < len && strchr(" \t\r\n", text[k]))
        k++;
    struct err e = {""};
    struct json *j = k < len && text[k] == '{' ? json_parse_copy(text, len, source, &e) : NULL;
    json_free(j);
    return j != NULL;
}

struct corpus *corpus_read(const char *path, const char *valid_path, enum corpus_tokens tokens, uint64_t seed,
                           struct err *e)
{
    char *text = NULL, *valid = NULL;
    size_t len = 0, valid_len = 0;
    struct corpus *c = NULL;
    bool grammar = str_ends(path, ".grammar");
    if (grammar && valid_path) {
        err_set(e, file_shown(valid_path), NULL, "a grammar draws its own held-out sentences; --valid is for texts");
        return NULL;
    }
    bool ok = file_read_if(path, FILE_LARGE, file_is_text, &text, &len, e) &&
              (!valid_path || file_read_if(valid_path, FILE_LARGE, file_is_text, &valid, &valid_len, e));
    if (ok && is_json(text, len, file_shown(path)))
        ok = err_set(e, file_shown(path), NULL, "this is JSON (a model?): expected a grammar or a text to learn from");
    const char *shown = file_shown(path), *valid_shown = valid_path ? file_shown(valid_path) : NULL;
    if (ok)
        c = grammar ? from_grammar_text(text, len, shown, seed, e)
            : str_ends(path, ".numbers") ? corpus_from_numbers(text, len, shown, valid, valid_len, valid_shown, seed, e)
            : corpus_from_text(text, len, shown, valid, valid_len, valid_shown, tokens, e);
    free(text);
    free(valid);
    return c;
}

struct corpus *corpus_builtin(const char *name, enum corpus_tokens tokens, uint64_t seed, struct err *e)
{
    static const char *const kind[] = {".grammar", ".numbers", ".txt"};
    struct corpus *c = NULL;
    for (int k = 0; k < 3; k++) {
        struct str path = {0};
        str_addf(&path, "data/corpora/%s%s", name, kind[k]);
        const struct builtin *b = builtin_find(str_text(&path));
        if (b)
            c = k == 0   ? from_grammar_text(b->data, b->len, b->path, seed, e)
                : k == 1 ? corpus_from_numbers(b->data, b->len, b->path, NULL, 0, NULL, seed, e)
                         : corpus_from_text(b->data, b->len, b->path, NULL, 0, NULL, tokens, e);
        str_free(&path);
        if (b)
            return c;
    }
    err_set(e, name, NULL, "no such built-in corpus");
    return NULL;
}
