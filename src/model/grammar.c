/* grammar.c: see grammar.h. The lines are read in three passes (how tokens are made and what can agree; the rules; the
 * settings that name words), so that their order in the file does not matter; then comes what only the whole tells. */
#include "model/grammar_rules.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"

enum { FILE_MAX = 4 << 20 };

bool grammar_complain(const struct parser *p, int line, const char *format, ...)
{
    struct str place = {0};
    str_addf(&place, "%s:%d", p->g->source, line);
    va_list ap;
    va_start(ap, format);
    err_vset(p->e, str_text(&place), NULL, format, ap);
    va_end(ap);
    str_free(&place);
    return false;
}

static char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/'), *from = slash ? slash + 1 : path, *dot = strrchr(from, '.');
    return xstrndup(from, dot && dot > from ? (size_t)(dot - from) : strlen(from));
}

/* Clean text or a complaint: UTF-8 without NULs; line ends become \n, a byte order mark goes. */
static char *clean_text(const char *text, size_t len, const char *source, struct err *e)
{
    size_t bad = 0, line = 1;
    if (len > FILE_MAX) {
        err_set(e, source, NULL, "a grammar of %zu bytes; at most %d", len, FILE_MAX);
        return NULL;
    }
    if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        text += 3;
        len -= 3;
    }
    const char *nul = memchr(text, 0, len);
    if (nul || !utf8_valid(text, len, &bad)) {
        for (size_t k = 0; k < (nul ? (size_t)(nul - text) : bad); k++)
            line += text[k] == '\n';
        err_set(e, source, NULL, "line %zu is not text (%s)", line, nul ? "a NUL byte" : "not UTF-8");
        return NULL;
    }
    char *copy = xcalloc(len + 1, 1), *to = copy;
    for (size_t k = 0; k < len; k++)
        if (text[k] != '\r')
            *to++ = text[k];
    return copy;
}

struct grammar *grammar_parse(const char *text, size_t len, const char *source, struct err *e)
{
    char *copy = clean_text(text, len, source, e);
    if (!copy)
        return NULL;
    struct grammar *g = xcalloc(1, sizeof *g);
    g->source = xstrdup(source);
    g->title = base_name(source);
    g->about = xstrdup("");
    g->rules = xcalloc(1, sizeof *g->rules);
    g->max = 100;
    g->heavy = 1;
    memcpy(g->size, (int[PART_COUNT]){4000, 400, 400, 0}, sizeof g->size);
    struct parser p = {.g = g, .e = e};
    bool ok = grammar_lines(&p, copy, PASS_SHAPE) && grammar_lines(&p, copy, PASS_RULES) && grammar_check_rules(&p);
    g->rival = xcalloc((size_t)g->words + 1, 1);
    p.known_words = true;
    ok = ok && grammar_lines(&p, copy, PASS_SETTINGS) && grammar_check_start(&p);
    free(p.start);
    free(copy);
    if (ok && g->rules->features) {
        g->values = g->rules->feature[0].values;
        g->value = (const char *const *)g->rules->feature[0].value;
    }
    if (ok)
        return g;
    grammar_free(g);
    return NULL;
}

struct grammar *grammar_read(const char *path, struct err *e)
{
    char *text;
    size_t len;
    if (!file_read(path, &text, &len, e))
        return NULL;
    struct grammar *g = grammar_parse(text, len, file_shown(path), e);
    free(text);
    return g;
}

static void clear_choice(struct choice *c);

void grammar_clear_alternative(struct alternative *a)
{
    for (int k = 0; k < a->nodes; k++) {
        free(a->node[k].name);
        free(a->node[k].variant);
        clear_choice(&a->node[k].choice);
    }
    free(a->node);
}

static void clear_choice(struct choice *c)
{
    for (int k = 0; k < c->alts; k++)
        grammar_clear_alternative(&c->alt[k]);
    free(c->alt);
    free(c->weight);
}

static void free_rules(struct grammar_rules *r)
{
    for (int k = 0; k < r->rules; k++) {
        free(r->rule[k].name);
        clear_choice(&r->rule[k].choice);
    }
    for (int k = 0; k < r->features; k++) {
        for (int v = 0; v < r->feature[k].values; v++)
            free(r->feature[k].value[v]);
        free(r->feature[k].value);
        free(r->feature[k].weight);
        free(r->feature[k].name);
    }
    lexicon_clear(&r->names);
    lexicon_clear(&r->words);
    free(r->rule);
    free(r->feature);
    free(r);
}

void grammar_free(struct grammar *g)
{
    if (!g)
        return;
    free_rules(g->rules);
    for (int k = 0; k < g->words; k++)
        free(g->word[k]);
    for (int k = 0; k < g->bans; k++)
        free(g->ban[k].id);
    free(g->word);
    free(g->rival);
    free(g->ban);
    free(g->demo);
    free(g->source);
    free(g->title);
    free(g->about);
    free(g);
}
