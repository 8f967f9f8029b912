/* corpus.c: see corpus.h. Both kinds of corpus end as parts: sequences of token numbers, no sequence in two of them. */
#include "learn/corpus.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "learn/lexicon.h"
#include "learn/seen.h"

enum {
    VOCAB_CAP = 5000,             /* rarer tokens of a text become <unk> */
    PIECE = 500,                  /* longer lines are cut into pieces of this many tokens */
    DEMO_MAX = 40
};
/* Streams of the seed (rng.h). */
enum { STREAM_DRAW = 100, STREAM_BANNED, STREAM_PARTS };
static const char UNKNOWN[] = "<unk>";

/* ---- parts ------------------------------------------------------------------------------------------------------- */

static uint64_t hash_ids(const int *id, int n)
{
    uint64_t h = 14695981039346656037u;       /* FNV-1a over whole numbers, then mixed */
    for (int k = 0; k < n; k++)
        h = (h ^ (uint64_t)(unsigned)(id[k] + 1)) * 1099511628211u;
    h ^= h >> 32;
    h *= 0x9E3779B97F4A7C15u;
    h ^= h >> 29;
    return h;
}

/* Doubles whenever n reaches a power of two: no room to remember. */
static void *grown(void *array, int n, size_t size)
{
    return n & (n - 1) ? array : xrealloc(array, n ? 2 * (size_t)n : 1, size);
}

static void part_add(struct corpus_part *p, const int *id, int n)
{
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
    free(p->x);
    free(p->y);
    free(p->label);
    free(p->span);
    free(p->subject);
}

struct corpus *corpus_new(const char *title, const char *about, const char *source)
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
    for (int k = 0; c->label && k < c->outputs; k++)
        free(c->label[k]);
    free(c->label);
    free(c->demo_x);
    grammar_free(c->counted);
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
    return (struct train_text){p->sequences, p->start, p->id, p->weight, p->measured, c->rival, p->x, p->label, p->y};
}

/* ---- from a grammar ---------------------------------------------------------------------------------------------- */

/* As many different sequences as part[] has entries, n; the k-th goes to part[k]. */
struct drawing { const int *part; int n; bool banned; };

static bool draw_parts(struct corpus *c, const struct grammar *g, const struct drawing *d, struct seen *seen,
                       struct err *e)
{
    struct grammar_sentence s = {0};
    struct rng r;
    int k = 0;
    rng_seed(&r, c->seed, d->banned ? STREAM_BANNED : STREAM_DRAW);
    for (long until = GRAMMAR_WORK; k < d->n && s.work < until; ) {
        s.part = (enum grammar_part)d->part[k];
        if (!grammar_draw(g, &r, &s))
            break;
        if (grammar_banned(g, &s) != d->banned || !seen_add(seen, hash_ids(s.id, s.n)))
            continue;
        part_add_drawn(&c->part[d->part[k++]], g, &s);
        until = s.work + GRAMMAR_WORK;
    }
    grammar_sentence_clear(&s);
    return k == d->n
           || err_set(e, g->source, NULL, "only %d different sequences of 2 to %d tokens could be drawn for %s: "
                      "%d are wanted", k, g->max, d->banned ? "novel" : "train, valid and test", d->n);
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
    bool ok = draw_parts(c, g, &(struct drawing){part, n, false}, &seen, e) &&
              draw_parts(c, g, &(struct drawing){part + n, g->size[PART_NOVEL], true}, &seen, e);
    free(part);
    seen_clear(&seen);
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
    c->vocab = vocab_new(&(struct vocab_list){g->characters ? VOCAB_CHAR : VOCAB_WORD, (const char *const *)g->word,
                                              g->words, .unknown = has_word(g, UNKNOWN) ? UNKNOWN : NULL,
                                                  .lowercase = !g->characters, .source = g->source, .place = "rules"},
                                                      e);
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
    c->outputs = g->words;
    c->demo_n = g->demo_n > 1 ? g->demo_n : p->start[1];
    c->demo = xcalloc((size_t)c->demo_n, sizeof *c->demo);
    memcpy(c->demo, g->demo_n > 1 ? g->demo : p->id, (size_t)c->demo_n * sizeof *c->demo);
    return c;
}

/* ---- from a text ------------------------------------------------------------------------------------------------- */

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
        size_t bytes = utf8_encode(utf8_lower(utf8_decode(s + k, n - k, &len)), c);
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

/* Behind a byte order mark. */
const char *corpus_begin(const struct corpus_file *f)
{
    return f->text + (f->len >= 3 && memcmp(f->text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0);
}

static bool check_text(const struct corpus_file *f, struct err *e)
{
    size_t bad = 0, line = 1;
    const char *nul = memchr(f->text, 0, f->len);
    if (!nul && utf8_valid(f->text, f->len, &bad))
        return true;
    for (size_t k = 0; k < (nul ? (size_t)(nul - f->text) : bad); k++)
        line += f->text[k] == '\n';
    return err_set(e, f->source, NULL, "line %zu is not text (%s)", line, nul ? "a NUL byte" : "not UTF-8");
}

/* The ninth validates, the tenth tests. */
enum grammar_part corpus_part_of(int k)
{
    return k % 10 == 8 ? PART_VALID : k % 10 == 9 ? PART_TEST : PART_TRAIN;
}

struct reading {
    struct corpus *c;
    struct lexicon x;
    struct seen seen;
    enum corpus_tokens tokens;
    int lines;                    /* kept so far */
    bool labelled;                /* a tab and a label end every line */
    struct lexicon labels;
};

/* Cuts "\tlabel" off a line of n bytes: its number, or -1 where there is none. */
static int take_label(struct reading *r, const char *line, size_t *n)
{
    size_t end = *n, tab;
    while (end > 0 && is_blank(line[end - 1]) && line[end - 1] != '\t')
        end--;
    for (tab = end; tab > 0 && line[tab - 1] != '\t'; tab--)
        ;
    if (tab == 0 || tab == end)
        return -1;
    *n = tab - 1;
    return lexicon_add(&r->labels, line + tab, end - tab);
}

/* The label of the sequence that was just added is wanted after its last token. */
static void label_last(struct corpus_part *p, int label)
{
    int from = p->start[p->sequences - 1], to = p->start[p->sequences];
    for (int k = from; k < to; k++) {
        p->label = grown(p->label, k, sizeof *p->label);
        p->label[k] = k + 1 < to ? -1 : label;
    }
}

/* Lines with fewer than two tokens predict nothing and are left out; so are repeated ones (a line that is trained on
 * must not be met again where it is held out). part PART_COUNT: spread over the parts. False where a label is
 * missing. */
static bool read_lines(struct reading *r, const struct corpus_file *f, enum grammar_part part, struct err *e)
{
    int least = r->labelled ? 1 : 2, number = 0;
    for (const char *at = corpus_begin(f), *end = f->text + f->len, *next; at < end; at = next) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        next = stop ? stop + 1 : end;
        number++;
        struct line l = {0};
        size_t n = (size_t)((stop ? stop : end) - at), bare = 0;
        while (bare < n && is_blank(at[bare]))
            bare++;
        if (r->labelled && bare == n)
            continue;
        int label = r->labelled ? take_label(r, at, &n) : -1;
        if (r->labelled && label < 0)
            return err_set(e, f->source, NULL, "line %d: expected a text, a tab and a label, found no tab with a "
                           "label behind it", number);
        (r->tokens == CORPUS_CHAR ? add_characters : add_words)(&r->x, &l, at, n);
        for (int k = 0; k + least - 1 < l.n; k += r->labelled ? l.n : PIECE) {
            int piece = r->labelled || l.n - k < PIECE ? l.n - k : PIECE;
            if (piece < least)
                continue;
            r->c->lines++;
            if (!seen_add(&r->seen, hash_ids(l.id + k, piece))) {
                r->c->repeated++;
                continue;
            }
            struct corpus_part *to = &r->c->part[part == PART_COUNT ? corpus_part_of(r->lines++) : part];
            part_add(to, l.id + k, piece);
            if (r->labelled)
                label_last(to, label);
        }
        free(l.id);
    }
    return true;
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
    r->c->vocab = vocab_new(&(struct vocab_list){r->tokens == CORPUS_CHAR ? VOCAB_CHAR : VOCAB_WORD, token, n + rare,
                                                 .unknown = rare ? UNKNOWN : NULL,
                                                     .lowercase = r->tokens == CORPUS_WORD, .source = r->c->source}, e);
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
    if (r->labelled && r->labels.n < 2)
        return err_set(e, c->source, NULL, "only one label (\"%s\"): at least two different ones are needed",
                       str_text(&r->labels.token[0]));
    if (r->x.n == 1 && !r->labelled)
        return err_set(e, c->source, NULL,
                       "only one token (\"%s\"): at least two different ones are needed to predict anything",
                       str_text(&r->x.token[0]));
    if (c->part[PART_TRAIN].sequences == 0)
        return err_set(e, c->source, NULL, "no line with two or more tokens: nothing to predict");
    if (!make_vocabulary(r, e))
        return false;
    c->outputs = r->labelled ? r->labels.n : c->vocab->size;
    c->goal = r->labelled ? GOAL_LABEL : GOAL_NEXT;
    c->label = r->labelled ? xcalloc((size_t)c->outputs, sizeof *c->label) : NULL;
    for (int k = 0; c->label && k < c->outputs; k++)
        c->label[k] = xstrdup(str_text(&r->labels.token[k]));
    const struct corpus_part *p = &c->part[c->part[PART_VALID].sequences ? PART_VALID : PART_TRAIN];
    c->demo_n = p->start[1] < DEMO_MAX ? p->start[1] : DEMO_MAX;
    c->demo = xcalloc((size_t)c->demo_n, sizeof *c->demo);
    memcpy(c->demo, p->id, (size_t)c->demo_n * sizeof *c->demo);
    return true;
}

struct corpus *corpus_from_text(const struct corpus_file *file, const struct corpus_file *valid,
                                enum corpus_tokens tokens, struct err *e)
{
    const char *source = file->source;
    if (!check_text(file, e) || (valid && !check_text(valid, e)))
        return NULL;
    struct str title = {0};
    const char *name = file_base(source);
    str_addn(&title, name, strcspn(name, "."));
    const char *text = corpus_begin(file);
    size_t len = file->len - (size_t)(text - file->text);
    struct reading r = {.c = corpus_new(str_text(&title), "", source),
                        .tokens = tokens == CORPUS_GUESS ? guess(text, len) : tokens,
                        .labelled = str_ends(source, ".tsv")};
    str_free(&title);
    bool ok = read_lines(&r, file, valid ? PART_TRAIN : PART_COUNT, e)
              && (!valid || read_lines(&r, valid, PART_VALID, e)) && finish_text(&r, e);
    if (ok && valid && r.c->part[PART_VALID].sequences == 0)
        ok = err_set(e, valid->source, NULL, "no line with two or more tokens that is not trained on as well");
    lexicon_clear(&r.x);
    lexicon_clear(&r.labels);
    seen_clear(&r.seen);
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
    if (!c->vocab || c->goal != GOAL_NEXT)
        return err_set(e, c->source, NULL, "weights to begin with are for texts whose next token is wanted");
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
    struct vocab *copy = ok ? vocab_new(&(struct vocab_list){v->kind, (const char *const *)v->token, v->size,
                                                             .unknown = v->unknown >= 0 ? v->token[v->unknown] : NULL,
                                                                 .lowercase = v->lowercase}, e)
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
        c->outputs = copy->size;
    }
    free(number);
    return copy != NULL;
}

/* ---- steps and outputs ------------------------------------------------------------------------------------------- */

const float *corpus_input(const struct corpus *c, const struct corpus_part *p, int k, const float *embedding,
                          int embed)
{
    return c->vocab ? embedding + (size_t)p->id[k] * (size_t)embed : p->x + (size_t)k * (size_t)c->inputs;
}

const float *corpus_demo_input(const struct corpus *c, int k, const float *embedding, int embed)
{
    return c->vocab ? embedding + (size_t)c->demo[k] * (size_t)embed : c->demo_x + (size_t)k * (size_t)c->inputs;
}

void corpus_demo_word(const struct corpus *c, int k, struct str *out)
{
    if (c->vocab)
        str_add(out, c->vocab->token[c->demo[k]]);
    for (int j = 0; !c->vocab && j < c->inputs; j++)
        str_addf(out, "%s%.3g", j ? " " : "", (double)c->demo_x[(size_t)k * (size_t)c->inputs + (size_t)j]);
}

const char *corpus_output(const struct corpus *c, int k)
{
    return c->label ? c->label[k] : c->vocab && c->goal == GOAL_NEXT ? c->vocab->token[k] : "number";
}

/* ---- what it is -------------------------------------------------------------------------------------------------- */

enum grammar_part corpus_held_part(const struct corpus *c)
{
    return c->part[PART_VALID].sequences ? PART_VALID : PART_TRAIN;
}

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
    str_addf(out, "%ld %s%s", c->lines, c->vocab ? "line" : "sequence", plural(c->lines));
    if (c->repeated)
        str_addf(out, ", %ld different", c->lines - c->repeated);
    str_addf(out, ": %d to train on, ", c->part[PART_TRAIN].sequences);
    if (held)
        str_addf(out, "%d held out", held);
    else
        str_add(out, "none held out");
}
