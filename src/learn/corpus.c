/* corpus.c: see corpus.h. Both kinds of corpus end as parts: sequences of token numbers, no sequence in two of them. */
#include "learn/corpus.h"

#include <stdlib.h>
#include <string.h>

#include "base/builtin.h"
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "learn/lexicon.h"

enum {
    VOCAB_CAP = 5000,             /* rarer tokens of a text become <unk> */
    PIECE = 500,                  /* longer lines are cut into pieces of this many tokens */
    DEMO_MAX = 40
};
/* Streams of the seed (rng.h). */
enum { STREAM_DRAW = 100, STREAM_BANNED, STREAM_PARTS };
static const char UNKNOWN[] = "<unk>";

/* ---- a set of sequences, so that no two parts share one ---------------------------------------------------------- */

struct seen {
    uint64_t *hash;               /* 0: free. 64 bits stand for the sequence */
    size_t room, count;
};

static uint64_t hash_ids(const int *id, int n)
{
    uint64_t h = 14695981039346656037u;       /* FNV-1a over whole numbers, then mixed */
    for (int k = 0; k < n; k++)
        h = (h ^ (uint64_t)(unsigned)(id[k] + 1)) * 1099511628211u;
    h ^= h >> 32;
    h *= 0x9E3779B97F4A7C15u;
    h ^= h >> 29;
    return h ? h : 1;
}

static bool seen_insert(struct seen *s, uint64_t h)
{
    size_t at = h & (s->room - 1);
    while (s->hash[at] && s->hash[at] != h)
        at = (at + 1) & (s->room - 1);
    if (s->hash[at] == h)
        return false;
    s->hash[at] = h;
    s->count++;
    return true;
}

/* True when it was not there before. */
static bool seen_add(struct seen *s, const int *id, int n)
{
    if (2 * s->count >= s->room) {
        struct seen old = *s;
        s->room = old.room ? 2 * old.room : 1024;
        s->count = 0;
        s->hash = xcalloc(s->room, sizeof *s->hash);
        for (size_t k = 0; k < old.room; k++)
            if (old.hash[k])
                seen_insert(s, old.hash[k]);
        free(old.hash);
    }
    return seen_insert(s, hash_ids(id, n));
}

/* ---- parts ------------------------------------------------------------------------------------------------------- */

/* Doubles whenever n reaches a power of two: no room to remember. */
static void *grown(void *array, int n, size_t size)
{
    return n & (n - 1) ? array : xrealloc(array, n ? 2 * (size_t)n : 1, size);
}

static void part_add(struct corpus_part *p, const int *id, int n)
{
    if (!p->start)
        p->start = xcalloc(1, sizeof *p->start);
    int total = p->start[p->sequences];
    for (int k = 0; k < n; k++) {
        p->id = grown(p->id, total + k, sizeof *p->id);
        p->id[total + k] = id[k];
    }
    p->sequences++;
    p->start = xrealloc(p->start, (size_t)p->sequences + 1, sizeof *p->start);
    p->start[p->sequences] = total + n;
}

static void part_add_drawn(struct corpus_part *p, const struct grammar *g, const struct grammar_sentence *s)
{
    part_add(p, s->id, s->n);
    int from = p->start[p->sequences - 1];
    for (int k = 0; k < s->subjects; k++) {
        const struct grammar_cue *of = &s->subject[k];
        p->subject = grown(p->subject, p->subjects, sizeof *p->subject);
        p->subject[p->subjects++] = (struct corpus_subject){p->sequences - 1, of->first, of->at, of->value};
    }
    for (int k = 0; k < s->n; k++) {
        p->weight = grown(p->weight, from + k, sizeof *p->weight);
        p->measured = grown(p->measured, from + k, sizeof *p->measured);
        p->weight[from + k] = s->measured[k] ? (float)g->heavy : 1;
        p->measured[from + k] = s->measured[k];
        if (!s->measured[k] || s->cue[k] < 0)
            continue;
        p->span = grown(p->span, p->spans, sizeof *p->span);
        p->span[p->spans++] = (struct corpus_span){p->sequences - 1, s->cue[k], k, s->value[k]};
    }
}

static void part_clear(struct corpus_part *p)
{
    free(p->start);
    free(p->id);
    free(p->weight);
    free(p->measured);
    free(p->span);
    free(p->subject);
}

static struct corpus *corpus_new(const char *title, const char *about, const char *source)
{
    struct corpus *c = xcalloc(1, sizeof *c);
    c->title = xstrdup(title);
    c->about = xstrdup(about);
    c->source = xstrdup(source);
    c->heavy = 1;
    c->pair[0] = c->pair[1] = -1;
    for (int k = 0; k < PART_COUNT; k++)
        c->part[k].start = xcalloc(1, sizeof *c->part[k].start);
    return c;
}

void corpus_free(struct corpus *c)
{
    if (!c)
        return;
    for (int k = 0; k < PART_COUNT; k++)
        part_clear(&c->part[k]);
    for (int k = 0; k < c->values; k++)
        free(c->value[k]);
    free(c->value);
    vocab_free(c->vocab);
    free(c->rival);
    free(c->demo);
    free(c->title);
    free(c->about);
    free(c->source);
    free(c);
}

struct train_text corpus_text(const struct corpus *c, enum grammar_part part)
{
    const struct corpus_part *p = &c->part[part];
    return (struct train_text){p->sequences, p->start, p->id, p->weight, p->measured, c->rival};
}

/* ---- from a grammar ---------------------------------------------------------------------------------------------- */

/* Draws as many different sequences as part[] has entries; the k-th goes to part[k]. */
static bool draw_parts(struct corpus *c, const struct grammar *g, const int *part, int n, bool banned,
                       struct seen *seen, struct err *e)
{
    struct grammar_sentence s = {0};
    struct rng r;
    int k = 0;
    rng_seed(&r, c->seed, banned ? STREAM_BANNED : STREAM_DRAW);
    for (long until = GRAMMAR_WORK; k < n && s.work < until && grammar_draw(g, &r, &s);) {
        if (grammar_banned(g, &s) != banned || !seen_add(seen, s.id, s.n))
            continue;
        part_add_drawn(&c->part[part[k++]], g, &s);
        until = s.work + GRAMMAR_WORK;
    }
    grammar_sentence_clear(&s);
    return k == n || err_set(e, g->source, NULL, "only %d different sequences of 2 to %d tokens could be drawn for %s: "
                             "%d are wanted", k, g->max, banned ? "novel" : "train, valid and test", n);
}

/* Training, validation and test are shuffled among what is drawn: of different sequences the likely, short ones come
 * first, and no part may have all of them. */
static bool draw_corpus(struct corpus *c, const struct grammar *g, struct err *e)
{
    struct seen seen = {0};
    struct rng r;
    int n = g->size[PART_TRAIN] + g->size[PART_VALID] + g->size[PART_TEST], k = 0;
    int *part = xcalloc((size_t)n + (size_t)g->size[PART_NOVEL], sizeof *part);
    for (int p = PART_TRAIN; p <= PART_TEST; p++)
        for (int j = 0; j < g->size[p]; j++)
            part[k++] = p;
    rng_seed(&r, c->seed, STREAM_PARTS);
    rng_shuffle(&r, part, n);
    for (int j = 0; j < g->size[PART_NOVEL]; j++)
        part[n + j] = PART_NOVEL;
    bool ok = draw_parts(c, g, part, n, false, &seen, e) &&
              draw_parts(c, g, part + n, g->size[PART_NOVEL], true, &seen, e);
    free(part);
    free(seen.hash);
    return ok;
}

static bool has_word(const struct grammar *g, const char *word)
{
    for (int k = 0; k < g->words; k++)
        if (strcmp(g->word[k], word) == 0)
            return true;
    return false;
}

struct corpus *corpus_from_grammar(const struct grammar *g, uint64_t seed, struct err *e)
{
    struct corpus *c = corpus_new(g->title, g->about, g->source);
    c->seed = seed;
    c->drawn = true;
    c->heavy = g->heavy;
    memcpy(c->pair, g->pair, sizeof c->pair);
    c->value = xcalloc((size_t)g->values + 1, sizeof *c->value);
    for (; c->values < g->values; c->values++)
        c->value[c->values] = xstrdup(g->value[c->values]);
    c->vocab = vocab_new(g->characters ? VOCAB_CHAR : VOCAB_WORD, (const char *const *)g->word, g->words,
                         has_word(g, UNKNOWN) ? UNKNOWN : NULL, !g->characters, g->source, "rules", e);
    bool ok = c->vocab != NULL;
    if (ok) {
        c->rival = xcalloc((size_t)g->words, 1);
        memcpy(c->rival, g->rival, (size_t)g->words);
    }
    ok = ok && draw_corpus(c, g, e);
    if (!ok) {
        corpus_free(c);
        return NULL;
    }
    const struct corpus_part *p = &c->part[c->part[PART_VALID].sequences ? PART_VALID : PART_TRAIN];
    c->demo_n = g->demo_n > 1 ? g->demo_n : p->start[1];
    c->demo = xcalloc((size_t)c->demo_n, sizeof *c->demo);
    memcpy(c->demo, g->demo_n > 1 ? g->demo : p->id, (size_t)c->demo_n * sizeof *c->demo);
    return c;
}

/* ---- from a text ------------------------------------------------------------------------------------------------- */

/* Capitals of ASCII, Latin-1 and Latin Extended-A, as vocab_tokenise lowers them. */
static uint32_t lower(uint32_t c)
{
    if ((c >= 'A' && c <= 'Z') || (c >= 0xC0 && c <= 0xDE && c != 0xD7))
        return c + 32;
    if ((c >= 0x100 && c <= 0x137) || (c >= 0x14A && c <= 0x177))
        return c | 1;
    if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E))
        return c + (c & 1);
    return c == 0x178 ? 0xFF : c;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static bool is_punctuation(char c)
{
    return c && strchr("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", c);
}

/* The tokens of one line go behind *id. */
struct line {
    int *id, n;
};

static void line_add(struct line *l, int id)
{
    l->id = grown(l->id, l->n, sizeof *l->id);
    l->id[l->n++] = id;
}

/* "(dog)," is ( dog ) , */
static void add_word(struct lexicon *x, struct line *l, const char *s, size_t n)
{
    size_t from = 0, to = n;
    for (; from < n && is_punctuation(s[from]); from++)
        line_add(l, lexicon_add(x, s + from, 1));
    while (to > from && is_punctuation(s[to - 1]))
        to--;
    if (to > from)
        line_add(l, lexicon_add(x, s + from, to - from));
    for (; from < n && to < n; to++)
        line_add(l, lexicon_add(x, s + to, 1));
}

static void add_words(struct lexicon *x, struct line *l, const char *s, size_t n)
{
    struct str low = {0};
    for (size_t k = 0, len; k < n; k += len) {
        char c[5];
        size_t bytes = utf8_encode(lower(utf8_decode(s + k, n - k, &len)), c);
        str_addn(&low, c, bytes);
    }
    for (size_t k = 0, to; k < low.len; k = to) {
        while (k < low.len && is_blank(low.s[k]))
            k++;
        for (to = k; to < low.len && !is_blank(low.s[to]); to++)
            ;
        if (to > k)
            add_word(x, l, low.s + k, to - k);
    }
    str_free(&low);
}

static void add_characters(struct lexicon *x, struct line *l, const char *s, size_t n)
{
    for (size_t k = 0, len; k < n; k += len) {
        utf8_decode(s + k, n - k, &len);
        if (s[k] != '\r')
            line_add(l, lexicon_add(x, s + k, len));
    }
}

/* Prose has a blank every six characters or so; strings of symbols and scripts without blanks have none. */
static enum corpus_tokens guess(const char *text, size_t len)
{
    size_t blanks = 0;
    for (size_t k = 0; k < len; k++)
        blanks += text[k] == ' ';
    return blanks * 15 < len ? CORPUS_CHAR : CORPUS_WORD;
}

static bool check_text(const char *text, size_t len, const char *source, struct err *e)
{
    size_t bad = 0, line = 1;
    const char *nul = memchr(text, 0, len);
    if (!nul && utf8_valid(text, len, &bad))
        return true;
    for (size_t k = 0; k < (nul ? (size_t)(nul - text) : bad); k++)
        line += text[k] == '\n';
    return err_set(e, source, NULL, "line %zu is not text (%s)", line, nul ? "a NUL byte" : "not UTF-8");
}

/* 8 lines of 10 are trained on, the ninth validates, the tenth tests. */
static enum grammar_part part_of(int line)
{
    return line % 10 == 8 ? PART_VALID : line % 10 == 9 ? PART_TEST : PART_TRAIN;
}

struct reading {
    struct corpus *c;
    struct lexicon x;
    struct seen seen;
    enum corpus_tokens tokens;
    int lines;                    /* kept so far */
};

/* Lines with fewer than two tokens predict nothing and are left out; so are repeated ones (a line that is trained on
 * must not be met again where it is held out). part PART_COUNT: spread over the parts. */
static void read_lines(struct reading *r, const char *text, size_t len, enum grammar_part part)
{
    for (const char *at = text, *end = text + len, *next; at < end; at = next) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        next = stop ? stop + 1 : end;
        struct line l = {0};
        size_t n = (size_t)((stop ? stop : end) - at);
        (r->tokens == CORPUS_CHAR ? add_characters : add_words)(&r->x, &l, at, n);
        for (int k = 0; k + 1 < l.n; k += PIECE) {
            int piece = l.n - k < PIECE ? l.n - k : PIECE;
            if (piece < 2)
                continue;
            r->c->lines++;
            if (!seen_add(&r->seen, l.id + k, piece))
                r->c->repeated++;
            else
                part_add(&r->c->part[part == PART_COUNT ? part_of(r->lines++) : part], l.id + k, piece);
        }
        free(l.id);
    }
}

struct by_count { int id; long count; };

static int compare_count(const void *a, const void *b)
{
    const struct by_count *x = a, *y = b;
    return x->count != y->count ? (x->count < y->count ? 1 : -1) : x->id - y->id;
}

/* The vocabulary is every token of the text, or the VOCAB_CAP most frequent and <unk>; numbers in the parts follow. */
static bool make_vocabulary(struct reading *r, struct err *e)
{
    struct lexicon *x = &r->x;
    bool rare = x->n > VOCAB_CAP;
    int n = rare ? VOCAB_CAP : x->n;
    int *number = xcalloc((size_t)x->n, sizeof *number);
    const char **token = xcalloc((size_t)n + 1, sizeof *token);
    struct by_count *order = xcalloc((size_t)x->n, sizeof *order);
    for (int k = 0; k < x->n; k++)
        order[k] = (struct by_count){k, x->count[k]};
    if (rare)
        qsort(order, (size_t)x->n, sizeof *order, compare_count);
    for (int k = 0; k < x->n; k++) {
        number[order[k].id] = k < n ? k : n;
        if (k < n)
            token[k] = str_text(&x->token[order[k].id]);
    }
    if (rare)
        token[n] = UNKNOWN;
    r->c->vocab = vocab_new(r->tokens == CORPUS_CHAR ? VOCAB_CHAR : VOCAB_WORD, token, n + rare, rare ? UNKNOWN : NULL,
                            r->tokens == CORPUS_WORD, r->c->source, NULL, e);
    for (int k = 0; k < PART_COUNT; k++)
        for (int j = 0; j < r->c->part[k].start[r->c->part[k].sequences]; j++)
            r->c->part[k].id[j] = number[r->c->part[k].id[j]];
    free(order);
    free(token);
    free(number);
    return r->c->vocab != NULL;
}

static bool finish_text(struct reading *r, struct err *e)
{
    struct corpus *c = r->c;
    if (r->x.n == 0)
        return err_set(e, c->source, NULL, "empty: expected one sequence a line");
    if (r->x.n == 1)
        return err_set(e, c->source, NULL,
                       "only one token (\"%s\"): at least two different ones are needed to predict anything",
                       str_text(&r->x.token[0]));
    if (c->part[PART_TRAIN].sequences == 0)
        return err_set(e, c->source, NULL, "no line with two or more tokens: nothing to predict");
    if (!make_vocabulary(r, e))
        return false;
    const struct corpus_part *p = &c->part[c->part[PART_VALID].sequences ? PART_VALID : PART_TRAIN];
    c->demo_n = p->start[1] < DEMO_MAX ? p->start[1] : DEMO_MAX;
    c->demo = xcalloc((size_t)c->demo_n, sizeof *c->demo);
    memcpy(c->demo, p->id, (size_t)c->demo_n * sizeof *c->demo);
    return true;
}

struct corpus *corpus_from_text(const char *text, size_t len, const char *source, const char *valid, size_t valid_len,
                                const char *valid_source, enum corpus_tokens tokens, struct err *e)
{
    if (!check_text(text, len, source, e) || (valid && !check_text(valid, valid_len, valid_source, e)))
        return NULL;
    if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        text += 3;
        len -= 3;
    }
    struct str title = {0};
    const char *name = file_base(source);
    str_addn(&title, name, strcspn(name, "."));
    struct reading r = {.c = corpus_new(str_text(&title), "", source),
                        .tokens = tokens == CORPUS_GUESS ? guess(text, len) : tokens};
    str_free(&title);
    read_lines(&r, text, len, valid ? PART_TRAIN : PART_COUNT);
    if (valid)
        read_lines(&r, valid, valid_len, PART_VALID);
    bool ok = finish_text(&r, e);
    if (ok && valid && r.c->part[PART_VALID].sequences == 0)
        ok = err_set(e, valid_source, NULL, "no line with two or more tokens that is not trained on as well");
    lexicon_clear(&r.x);
    free(r.seen.hash);
    if (ok)
        return r.c;
    corpus_free(r.c);
    return NULL;
}

/* ---- another vocabulary ------------------------------------------------------------------------------------------ */

static void renumber(int *id, int n, const int *number)
{
    for (int k = 0; k < n; k++)
        id[k] = number[id[k]];
}

bool corpus_use_vocab(struct corpus *c, const struct vocab *v, struct err *e)
{
    int *number = xcalloc((size_t)c->vocab->size, sizeof *number);
    bool ok = c->vocab->kind == v->kind
              || err_set(e, c->source, NULL, "its tokens and those of the model are not of one kind");
    for (int k = 0; ok && k < c->vocab->size; k++) {
        number[k] = vocab_find(v, c->vocab->token[k]);
        number[k] = number[k] < 0 ? v->unknown : number[k];
        ok = number[k] >= 0
             || err_set(e, c->source, NULL, "\"%s\" is not in the vocabulary of the model, which has no unknown token",
                        c->vocab->token[k]);
    }
    struct vocab *copy = ok ? vocab_new(v->kind, (const char *const *)v->token, v->size,
                                        v->unknown >= 0 ? v->token[v->unknown] : NULL, v->lowercase, NULL, NULL, e)
                            : NULL;
    if (copy) {
        unsigned char *rival = c->rival ? xcalloc((size_t)v->size, 1) : NULL;
        for (int k = 0; rival && k < c->vocab->size; k++)
            if (c->rival[k])
                rival[number[k]] = c->rival[k];
        for (int p = 0; p < PART_COUNT; p++)
            renumber(c->part[p].id, c->part[p].start[c->part[p].sequences], number);
        renumber(c->demo, c->demo_n, number);
        renumber(c->pair, c->pair[0] >= 0 ? 2 : 0, number);
        free(c->rival);
        c->rival = rival;
        vocab_free(c->vocab);
        c->vocab = copy;
    }
    free(number);
    return copy != NULL;
}

/* ---- what it is -------------------------------------------------------------------------------------------------- */

bool corpus_held_out(const struct corpus *c)
{
    return c->part[PART_VALID].sequences || c->part[PART_TEST].sequences;
}

static const char *plural(long n)
{
    return n == 1 ? "" : "s";
}

void corpus_tell(const struct corpus *c, struct str *out)
{
    if (c->drawn)
        return;
    int held = c->part[PART_VALID].sequences + c->part[PART_TEST].sequences;
    str_addf(out, "%ld line%s", c->lines, plural(c->lines));
    if (c->repeated)
        str_addf(out, ", %ld different", c->lines - c->repeated);
    str_addf(out, ": %d to train on, ", c->part[PART_TRAIN].sequences);
    if (held)
        str_addf(out, "%d held out", held);
    else
        str_add(out, "none held out");
}

/* ---- files ------------------------------------------------------------------------------------------------------- */

static struct corpus *from_grammar_text(const char *text, size_t len, const char *source, uint64_t seed, struct err *e)
{
    struct grammar *g = grammar_parse(text, len, source, e);
    struct corpus *c = g ? corpus_from_grammar(g, seed, e) : NULL;
    grammar_free(g);
    return c;
}

/* A model given by mistake would be learnt as a text, letter by letter. */
static bool is_json(const char *text, size_t len, const char *source)
{
    size_t k = 0;
    while (k < len && (is_blank(text[k]) || text[k] == '\n'))
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
    if (ok)
        c = grammar ? from_grammar_text(text, len, file_shown(path), seed, e)
                    : corpus_from_text(text, len, file_shown(path), valid, valid_len,
                                       valid_path ? file_shown(valid_path) : NULL, tokens, e);
    free(text);
    free(valid);
    return c;
}

struct corpus *corpus_builtin(const char *name, enum corpus_tokens tokens, uint64_t seed, struct err *e)
{
    static const char *const kind[] = {".grammar", ".txt"};
    struct corpus *c = NULL;
    for (int k = 0; k < 2; k++) {
        struct str path = {0};
        str_addf(&path, "data/corpora/%s%s", name, kind[k]);
        const struct builtin *b = builtin_find(str_text(&path));
        if (b)
            c = k == 0 ? from_grammar_text(b->data, b->len, b->path, seed, e)
                       : corpus_from_text(b->data, b->len, b->path, NULL, 0, NULL, tokens, e);
        str_free(&path);
        if (b)
            return c;
    }
    err_set(e, name, NULL, "no such built-in corpus");
    return NULL;
}
