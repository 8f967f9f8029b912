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
    struct corpus_file file = {.source = file_shown(path)},
                       held = {.source = valid_path ? file_shown(valid_path) : NULL};
    struct corpus *c = NULL;
    bool grammar = str_ends(path, ".grammar");
    if (grammar && valid_path) {
        err_set(e, held.source, NULL, "a grammar draws its own held-out sentences; --valid is for texts");
        return NULL;
    }
    bool ok = file_read_if(path, FILE_LARGE, file_is_text, &text, &file.len, e) &&
              (!valid_path || file_read_if(valid_path, FILE_LARGE, file_is_text, &valid, &held.len, e));
    if (ok && is_json(text, file.len, file.source))
        ok = err_set(e, file.source, NULL, "this is JSON (a model?): expected a grammar or a text to learn from");
    file.text = text;
    held.text = valid;
    if (ok && grammar)
        c = from_grammar_text(text, file.len, file.source, seed, e);
    else if (ok && str_ends(path, ".numbers"))
        c = corpus_from_numbers(&file, valid ? &held : NULL, seed, e);
    else if (ok)
        c = corpus_from_text(&file, valid ? &held : NULL, tokens, e);
    free(text);
    free(valid);
    return c;
}

struct corpus *corpus_builtin(const char *name, enum corpus_tokens tokens, uint64_t seed, struct err *e)
{
    static const char *const kind[] = {".grammar", ".numbers", ".txt"};
    for (int k = 0; k < 3; k++) {
        struct str path = {0};
        str_addf(&path, "data/corpora/%s%s", name, kind[k]);
        const struct builtin *b = builtin_find(str_text(&path));
        str_free(&path);
        if (!b)
            continue;
        struct corpus_file file = {b->data, b->len, b->path};
        if (k == 0)
            return from_grammar_text(b->data, b->len, b->path, seed, e);
        return k == 1 ? corpus_from_numbers(&file, NULL, seed, e) : corpus_from_text(&file, NULL, tokens, e);
    }
    err_set(e, name, NULL, "no such built-in corpus");
    return NULL;
}
