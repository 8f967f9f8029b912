/* vocab_read.c: vocabularies as people write them. Every form becomes a list of tokens with ids, and the list a
 * vocabulary. */
#include "model/vocab.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/progress.h"
#include "base/str.h"
#include "base/utf8.h"

/* What vocabularies call the token that stands for all others. */
static const char *const unknown_names[] = {
    "<unk>", "[UNK]", "<UNK>", "unk", "UNK", "<oov>", "<OOV>", "[OOV]", "<unknown>", "_UNK", "xxunk", NULL,
};

/* Keys under which programs keep a vocabulary, in the order in which they are believed. */
static const char *const keys_of_vocabularies[] = {
    "tokens",   "itos",       "stoi",     "idx2char",   "idx2word",   "index_word", "ix_to_char",
    "int2char", "char2idx",   "word2idx", "word_index", "char_to_ix", "char2int",   "token_to_id",
    "vocab",    "vocabulary", "words",    "chars",      NULL,
};

/* ---- the list ---- */

struct list {
    const char **token;       /* [n], borrowed from a document or a text */
    long *id;                 /* [n]: the file's own; NULL: token k has the id first + k */
    long first;
    size_t n;
    const char *source, *place;
    struct str names;         /* of ids without a token: "<0>" */
};

/* ids: they are the file's own. */
static bool list_room(struct list *l, size_t n, bool ids, struct err *e)
{
    if (n > INT_MAX / 16)
        return err_set(e, l->source, l->place, "expected fewer tokens, found %zu", n);
    l->token = mem_array(n, sizeof *l->token);
    l->id = ids ? mem_array(n, sizeof *l->id) : NULL;
    return (l->token && (l->id || !ids)) || err_set(e, l->source, l->place, "not enough memory for %zu tokens", n);
}

static void list_free(struct list *l)
{
    mem_free(l->token);
    mem_free(l->id);
    str_free(&l->names);
}

static bool is_one_character(const char *token)
{
    size_t n = strnlen(token, 5), len;
    if (!n || n > 4)
        return false;
    utf8_decode(token, n, &len);
    return len == n;
}

/* Characters when at least nine tokens in ten are one: of words that is clear after a tenth of them. */
static enum vocab_kind guess_kind(const char *const *token, size_t n)
{
    size_t longer = 0;
    for (size_t k = 0; k < n && longer * 10 <= n; k++)
        longer += !is_one_character(token[k]);
    return longer * 10 <= n ? VOCAB_CHAR : VOCAB_WORD;
}

/* The first of the usual names that is a token. */
static const char *known_unknown(const char *const *token, int n)
{
    const char *const *best = NULL;
    bool begins[256] = {false};
    for (const char *const *name = unknown_names; *name; name++)
        begins[(unsigned char)**name] = true;
    for (int k = 0; k < n; k++)
        for (const char *const *name = unknown_names; begins[(unsigned char)*token[k]] && *name; name++)
            if ((!best || name < best) && strcmp(token[k], *name) == 0)
                best = name;
    return best ? *best : NULL;
}

/* SentencePiece writes a blank as U+2581, GPT-2's BPE as U+0120, WordPiece begins and subword-nmt ends a part with a
 * mark. */
static bool is_subword(const char *t, size_t n)
{
    if (n < 3)
        return false;
    return (*t == '\xE2' && strncmp(t, "\xE2\x96\x81", 3) == 0 && n > 3) || (*t == '\xC4' && t[1] == '\xA0')
           || (*t == '#' && t[1] == '#') || (t[n - 1] == '@' && t[n - 2] == '@');
}

static void mark_subwords(struct vocab *v)
{
    int found = 0, words = 0;
    const char *first = NULL;
    for (int k = 0; v->kind == VOCAB_WORD && k < v->size; k++) {
        const char *t = v->token[k], *end = k + 1 < v->size ? v->token[k + 1] : t + strlen(t) + 1;
        size_t n = (size_t)(end - t) - 1;              /* they lie one behind the other */
        bool part = is_subword(t, n);
        words += n > 1;
        found += part;
        if (part && !first)
            first = t;
    }
    v->subword = found && found * 20 >= words ? first : NULL;
}

/* kind: -1 where it is to be guessed. */
static struct vocab *make(int kind, struct vocab_list of, struct err *e)
{
    of.kind = kind < 0 ? guess_kind(of.tokens, (size_t)of.n) : (enum vocab_kind)kind;
    struct vocab *v = vocab_new(&of, e);
    if (v)
        mark_subwords(v);
    return v;
}

static long id_of(const struct list *l, size_t k)
{
    return l->id ? l->id[k] : l->first + (long)k;
}

static long least_id(const struct list *l)
{
    long least = l->id ? LONG_MAX : l->first;
    for (size_t k = 0; l->id && k < l->n; k++)
        least = l->id[k] < least ? l->id[k] : least;
    return least;
}

static long largest_id(const struct list *l)
{
    long largest = l->id ? 0 : l->first + (long)l->n - 1;
    for (size_t k = 0; l->id && k < l->n; k++)
        largest = l->id[k] > largest ? l->id[k] : largest;
    return largest;
}

/* Which --index-from would read indexes that are not 0 to n - 1; -1: none. */
static long advice(const struct list *l, const struct vocab_wish *w)
{
    long least = least_id(l), last = largest_id(l);
    if (w->index_from >= 0)
        return -1;
    if (least > 0 && last - least == (long)l->n - 1 && (!w->rows || l->n == (size_t)w->rows))
        return 0;
    return least > 0 && last < w->rows && !w->one_hot ? least : -1;
}

static bool bad_id(const struct list *l, size_t k, const struct vocab_wish *w, struct err *e)
{
    struct str place = {0}, hint = {0};
    long last = (long)l->n - 1, from = advice(l, w);
    if (from > 0)
        str_addf(&hint, "; --index-from %ld takes them as they are", from);
    else if (from == 0)
        str_add(&hint, "; --index-from 0 counts them from 0");
    if (l->place && *l->place)
        str_addf(&place, "%s.", l->place);
    str_add(&place, l->token[k]);
    err_set(e, l->source, str_text(&place),
            "expected the %zu token%s to have the indexes 0 to %ld, each once, found %ld%s", l->n,
            l->n == 1 ? "" : "s", last, id_of(l, k), str_text(&hint));
    str_free(&hint);
    str_free(&place);
    return false;
}

/* How many ids there are, ones without a token included; 0 with an error. Keras's word_index counts from 1 (row 0 is
 * padding) and may hold more words than the model was given (num_words): those beyond the rows are left out. An
 * embedding may have been padded to a round number of rows: those behind the last token have none, where it is said
 * which row is the first token's. */
static long count_ids(const struct list *l, const struct vocab_wish *w, struct err *e)
{
    long first = least_id(l), last = largest_id(l), rows = w->rows;
    bool from_one = first == 1 && rows > 0 && (size_t)last == l->n, cut = from_one && (size_t)rows < l->n;
    if (cut || (w->index_from >= 0 && rows > 0 && last >= rows && first > 0))
        return rows;
    if ((w->index_from >= 0 || w->words) && last < rows && !w->one_hot)
        return rows;
    if (w->index_from >= 0 || (from_one && last < rows))
        return last + 1;
    for (size_t k = 0; (first < 0 || (size_t)last >= l->n) && k < l->n; k++)
        if (id_of(l, k) < 0 || (size_t)id_of(l, k) >= l->n) {
            bad_id(l, k, w, e);
            return 0;
        }
    return l->id && !w->one_hot && (long)l->n < rows ? rows : (long)l->n;
}

static bool place_tokens(struct list *l, const struct vocab_wish *w, const char **by_id, long n, struct err *e)
{
    for (size_t k = 0; k < l->n; k++) {
        long id = id_of(l, k);
        if (id < 0)
            return bad_id(l, k, w, e);
        if (id >= n)
            continue;
        if (by_id[id]) {
            struct str place = {0};
            str_addf(&place, "%s%s%s", l->place ? l->place : "", l->place && *l->place ? "." : "", l->token[k]);
            err_set(e, l->source, str_text(&place), "expected an index of its own, found %ld, which \"%s\" has", id,
                    by_id[id]);
            str_free(&place);
            return false;
        }
        by_id[id] = l->token[k];
    }
    return true;
}

/* Ids without a token, and an empty first one (the mask of TextVectorization), are called by their number. */
static void name_holes(struct list *l, const char **by_id, long n)
{
    for (int pass = 0; pass < 2; pass++) {
        size_t at = 0;
        for (long id = 0; id < n; id++) {
            if (by_id[id] && (*by_id[id] || id))
                continue;
            if (pass == 0) {
                str_addf(&l->names, "<%ld>", id);
                str_addc(&l->names, '\n');
            }
        }
        if (pass == 0)
            continue;
        char *names = l->names.s;
        for (long id = 0; names && id < n; id++) {
            if (by_id[id] && (*by_id[id] || id))
                continue;
            size_t length = strcspn(names + at, "\n");
            names[at + length] = '\0';
            by_id[id] = names + at;
            at += length + 1;
        }
    }
}

static struct vocab *finish(struct list *l, const struct vocab_wish *w, struct err *e)
{
    struct vocab *v = NULL;
    if (!l->n) {
        err_set(e, l->source, l->place && strcmp(l->place, "line") == 0 ? "" : l->place,
                "expected at least one token, found none");
        return NULL;
    }
    long shift = w->index_from >= 0 ? w->index_from - least_id(l) : 0;
    l->first += shift;
    for (size_t k = 0; l->id && k < l->n; k++)
        l->id[k] += shift;
    long n = count_ids(l, w, e);
    if (n <= 0)
        return NULL;
    /* A list whose places are the indexes is in order already. */
    const bool placed = !l->id && !shift && (size_t)n == l->n && **l->token;
    const char **by_id = placed ? l->token : NULL;
    if (!placed && n <= INT_MAX / 16)
        by_id = mem_array((size_t)n, sizeof *by_id);
    if (!by_id)
        err_set(e, l->source, l->place, "not enough memory for %ld tokens", n);
    else if (placed || place_tokens(l, w, by_id, n, e)) {
        if (!placed)
            name_holes(l, by_id, n);
        v = make(w->kind, (struct vocab_list){
            .tokens = by_id, .n = (int)n, .unknown = w->unknown ? w->unknown : known_unknown(by_id, (int)n),
            .source = l->source, .place = l->place}, e);
    }
    if (v && largest_id(l) < n) {
        v->first = (int)least_id(l);
        v->unnamed = (int)(n - 1 - largest_id(l));
    }
    if (!placed)
        mem_free(by_id);
    return v;
}

/* ---- JSON ---- */

static bool array_length(const struct json_at *at, size_t *n, struct err *e)
{
    *n = json_length(at);
    return json_kind(at) == JSON_ARRAY || json_expected(at, e, "an array of strings");
}

/* The token of a pair: it, and how often it was there. */
static bool first_of_two(const struct json_at *item, struct json_at *first)
{
    struct json_iter in = json_iter(item);
    return json_length(item) == 2 && json_next(&in, NULL, first);
}

/* ["a", "b"] or [["a", 120], ["b", 80]]. */
static bool read_array(struct list *l, const struct json_at *at, struct err *e)
{
    size_t n;
    struct json_at item, pair;
    if (!array_length(at, &n, e) || !list_room(l, n, false, e))
        return false;
    struct json_iter it = json_iter(at);
    for (; json_next(&it, NULL, &item); l->n++) {
        bool counted = json_kind(&item) == JSON_ARRAY && first_of_two(&item, &pair);
        if (!json_string(counted ? &pair : &item, &l->token[l->n], e))
            return false;
    }
    return l->n == n || json_expected(at, e, "an array of strings");     /* an array of numbers yields nothing */
}

/* Is it {"0": "a", "1": "b"}, index → token? */
static bool keys_are_indexes(const struct json_at *at)
{
    struct json_iter it = json_iter(at);
    struct json_at item;
    const char *key;
    long id;
    while (json_next(&it, &key, &item))
        if (json_kind(&item) != JSON_STRING || !num_parse_int(key, 0, INT_MAX, &id))
            return false;
    return json_length(at) > 0;
}

static bool read_object(struct list *l, const struct json_at *at, const struct vocab_wish *w, struct err *e)
{
    bool turned = keys_are_indexes(at);
    struct json_at item;
    const char *key;
    if (!list_room(l, json_length(at), true, e))
        return false;
    struct json_iter it = json_iter(at);
    for (; json_next(&it, &key, &item); l->n += !w->words || l->id[l->n] < w->words) {
        l->token[l->n] = key;
        if (turned ? !num_parse_int(key, 0, INT_MAX, &l->id[l->n]) || !json_string(&item, &l->token[l->n], e)
                   : !json_int(&item, 0, INT_MAX, &l->id[l->n], e))
            return false;
    }
    return true;
}

static struct vocab *read_plain(const struct json_at *at, const struct vocab_wish *w, struct err *e)
{
    struct list l = {.source = json_source(at->doc), .place = at->path};
    struct vocab *v = NULL;
    if (json_kind(at) != JSON_ARRAY && json_kind(at) != JSON_OBJECT)
        json_expected(at, e, "an array of tokens or an object of token and index");
    else if (json_kind(at) == JSON_ARRAY ? read_array(&l, at, e) : read_object(&l, at, w, e))
        v = finish(&l, w, e);
    list_free(&l);
    return v;
}

struct vocab *vocab_from_json(const struct json_at *at, struct err *e)
{
    static const char *const keys[] = {"kind", "tokens", "unknown", "lowercase", NULL};
    struct json_at item, tokens;
    const char *kind = NULL, *unknown = NULL;
    bool lowercase = false;
    struct list l = {.source = json_source(at->doc)};
    if (!json_known_keys(at, keys, e) || !json_need(at, "tokens", &tokens, e))
        return NULL;
    if (json_get(at, "kind", &item)) {
        if (!json_string(&item, &kind, e))
            return NULL;
        if (strcmp(kind, "word") != 0 && strcmp(kind, "char") != 0) {
            json_expected(&item, e, "\"word\" or \"char\"");
            return NULL;
        }
    }
    if (json_get(at, "unknown", &item) && json_kind(&item) != JSON_NULL && !json_string(&item, &unknown, e))
        return NULL;
    if (json_get(at, "lowercase", &item) && !json_bool(&item, &lowercase, e))
        return NULL;
    l.place = tokens.path;
    struct vocab *v = NULL;
    if (read_array(&l, &tokens, e))
        v = make(!kind ? -1 : strcmp(kind, "char") == 0 ? VOCAB_CHAR : VOCAB_WORD, (struct vocab_list){
            .tokens = l.token, .n = (int)l.n, .unknown = unknown, .lowercase = lowercase,
            .source = l.source, .place = l.place}, e);
    list_free(&l);
    return v;
}

/* A text inside a text: Keras's Tokenizer.to_json() keeps its word_index so. */
static struct vocab *read_inner(const struct json_at *at, const struct vocab_wish *w, struct err *e)
{
    const char *text;
    if (!json_string(at, &text, e))
        return NULL;
    struct json *j = json_parse_copy(text, strlen(text), json_source(at->doc), e);
    struct json_at top = j ? json_top(j) : (struct json_at){0};
    struct vocab *v = j ? vocab_from_any(&top, w, e) : NULL;
    json_free(j);
    return v;
}

/* Keras's Tokenizer.to_json(): the words from num_words on are none of the model's, oov_token stands for those that are
 * not, and texts are lower-cased unless `lower` is false. */
static struct vocab *read_tokenizer(const struct json_at *config, const struct vocab_wish *w, struct err *e)
{
    struct vocab_wish own = *w;
    struct json_at at;
    bool lower = true, letters = false;
    if (!own.unknown && json_get(config, "oov_token", &at) && json_kind(&at) == JSON_STRING
        && !json_string(&at, &own.unknown, e))
        return NULL;
    if (json_get(config, "num_words", &at) && json_kind(&at) == JSON_NUMBER
        && !json_int(&at, 1, INT_MAX, &own.words, e))
        return NULL;
    if ((json_get(config, "lower", &at) && json_kind(&at) != JSON_NULL && !json_bool(&at, &lower, e))
        || (json_get(config, "char_level", &at) && json_kind(&at) != JSON_NULL && !json_bool(&at, &letters, e)))
        return NULL;
    if (own.kind < 0)
        own.kind = letters ? VOCAB_CHAR : VOCAB_WORD;
    const bool text = json_get(config, "word_index", &at) && json_kind(&at) == JSON_STRING;
    struct err why = {{0}};
    struct vocab *v = text ? read_inner(&at, &own, &why) : vocab_from_any(config, &own, &why);
    if (!v && own.unknown && !w->unknown) {        /* a dump without the word that stands for others */
        own.unknown = NULL;
        v = text ? read_inner(&at, &own, &why) : vocab_from_any(config, &own, &why);
    }
    if (!v)
        *e = why;
    if (v)
        v->lowercase = lower;
    return v;
}

static bool is_tokenizer(const struct json_at *at, struct json_at *config)
{
    struct json_at class;
    const char *text;
    return json_kind(at) == JSON_OBJECT && json_get(at, "class_name", &class) && json_kind(&class) == JSON_STRING
           && json_string(&class, &text, NULL) && strcmp(text, "Tokenizer") == 0 && json_get(at, "config", config)
           && json_kind(config) == JSON_OBJECT;
}

struct vocab *vocab_from_any(const struct json_at *at, const struct vocab_wish *w, struct err *e)
{
    static const char *const boxes[] = {"config", "model", "vocabulary",
                                        NULL}; /* Keras's tokenizer, Hugging Face's tokenizer.json */
    struct json_at item;
    if (is_tokenizer(at, &item))
        return read_tokenizer(&item, w, e);
    for (const char *const *key = keys_of_vocabularies; *key; key++) {
        if (!json_get(at, *key, &item))
            continue;
        enum json_kind kind = json_kind(&item);
        bool own_form =
            strcmp(*key, "tokens") == 0 && kind == JSON_ARRAY
            && (json_has(at, "kind") || json_has(at, "unknown") || json_has(at, "lowercase") || json_length(at) == 1);
        if (own_form) {
            struct vocab *v = vocab_from_json(at, e);
            if (v && w->kind >= 0)
                v->kind = (enum vocab_kind)w->kind;
            return v;
        }
        if (kind == JSON_ARRAY || kind == JSON_OBJECT)
            return vocab_from_any(&item, w, e);
        if (kind == JSON_STRING)
            return read_inner(&item, w, e);
    }
    for (const char *const *key = boxes; *key; key++)
        if (json_get(at, *key, &item) && json_kind(&item) == JSON_OBJECT)
            return vocab_from_any(&item, w, e);
    return read_plain(at, w, e);
}

/* ---- files ---- */

/* Where a line ends in a number behind a tab or a blank, that tab or blank. */
static char *number_behind(char *line)
{
    char *at = strrchr(line, '\t'), *end = at ? at : strchr(line, ' ');
    return end && end > line && end[1] && end[1 + strspn(end + 1, "-0123456789.")] == '\0' ? end : NULL;
}

/* Where a line begins with a whole number and a tab or a blank, that tab or blank. */
static char *number_before(char *line)
{
    size_t n = strspn(line, "0123456789");
    return n && (line[n] == '\t' || line[n] == ' ') && line[n + 1] ? line + n : NULL;
}

/* Are these numbers 0 … n-1 or 1 … n in some order? Not when each is smaller than the one before: those are counts of
 * ever rarer words. */
static bool are_indexes(const long *v, size_t n)
{
    unsigned char *met = xcalloc(n + 1, 1);
    bool each = true, falling = n > 1;
    for (size_t k = 0; each && k < n; k++) {
        each = v[k] >= 0 && (size_t)v[k] <= n && !met[v[k]];
        if (each)
            met[v[k]] = 1;
        falling = falling && (!k || v[k] < v[k - 1]);
    }
    each = each && n && !(met[0] && met[n]) && !falling;
    free(met);
    return each;
}

/* A number beside each token is its index where all of them are 0 … n-1 or 1 … n; behind it, it may be a count, too. */
static void take_numbers(struct list *l, char *text)
{
    if (!number_behind(text) && !number_before(text))
        return;                           /* the first has none */
    long *id = xcalloc(l->n + 1, sizeof *id);
    for (int before = 0; before < 2; before++) {
        char *(*const find)(char *) = before ? number_before : number_behind;
        bool each = l->n > 0, whole = true;
        for (size_t k = 0; each && k < l->n; k++) {
            char *line = text + (l->token[k] - text), *at = find(line), *from = before || !at ? line : at + 1,
                 number[16] = "";
            each = at != NULL;
            size_t digits = each ? strspn(from, "0123456789") : 0;
            if (digits && digits < sizeof number)
                memcpy(number, from, digits);
            whole = whole && each && (before || from[digits] == '\0') && num_parse_int(number, 0, INT_MAX, &id[k]);
        }
        bool indexes = each && whole && are_indexes(id, l->n);
        if (!each || (before && !indexes))
            continue;
        for (size_t k = 0; k < l->n; k++) {
            char *line = text + (l->token[k] - text), *at = find(line);
            *at = '\0';
            l->token[k] = before ? at + 1 : line;
        }
        if (indexes) {
            l->id = id;
            id = NULL;
        }
        break;
    }
    free(id);
}

/* Ends of lines. Blocks so small that a byte holds their number, which a processor adds many at once. */
static size_t count_ends(const char *text, size_t len)
{
    enum { BLOCK = 128 };
    size_t ends = 0, at = 0;
    for (; len - at >= BLOCK; at += BLOCK) {
        unsigned char in_block = 0;
        for (int k = 0; k < BLOCK; k++)
            in_block = (unsigned char)(in_block + (text[at + (size_t)k] == '\n'));
        ends += in_block;
    }
    for (; at < len; at++)
        ends += text[at] == '\n';
    return ends;
}

/* One token a line. Cuts the text in place. */
static bool read_lines(struct list *l, char *text, size_t len, struct err *e)
{
    if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
        text += 3, len -= 3;
    if (memchr(text, '\0', len))
        return err_set(e, l->source, NULL, "expected text, found the byte 0x00");
    enum { EVERY = 4096 };
    size_t lines = (len && text[len - 1] != '\n') + count_ends(text, len);
    l->place = NULL;
    if (!list_room(l, lines, false, e))
        return false;
    l->place = "line";
    char *p = text;
    size_t left = len;
    for (; l->n < lines; l->n++) {
        if (l->n % EVERY == 0)
            progress_at(l->source, (double)(p - text) / (double)len);
        l->token[l->n] = p;
        char *end = memchr(p, '\n', left), *next = end ? end + 1 : p + left;
        end = end ? end : next;
        left -= (size_t)(next - p);
        if (end - p > 1 && end[-1] == '\r')
            end--;
        *end = '\0';
        p = next;
    }
    take_numbers(l, text);
    return true;
}

/* A token may itself begin with a bracket ("[PAD]"), so that a text counts as JSON only when a string follows. */
static bool looks_json(const char *path, const char *text)
{
    size_t n = strlen(path);
    if (n >= 5 && strcmp(path + n - 5, ".json") == 0)
        return true;
    text += strspn(text, " \t\r\n");
    if (*text != '[' && *text != '{')
        return false;
    char open = *text, close = open == '[' ? ']' : '}';
    text++;
    text += strspn(text, " \t\r\n");
    return *text == '"' || *text == close || (open == '[' && *text == '[');
}

struct vocab *vocab_read_as(const char *path, const struct vocab_wish *w, struct err *e)
{
    char *text;
    size_t len;
    struct vocab *v = NULL;
    if (!file_read_if(path, FILE_SMALL, file_is_text, &text, &len, e))
        return NULL;
    if (looks_json(path, text)) {
        struct json *j = json_parse(text, len, file_shown(path), e);
        struct json_at top = j ? json_top(j) : (struct json_at){0};
        v = j ? vocab_from_any(&top, w, e) : NULL;
        json_free(j);
        return v;
    }
    struct list l = {.source = file_shown(path)};
    if (read_lines(&l, text, len, e))
        v = finish(&l, w, e);
    list_free(&l);
    free(text);
    return v;
}

struct vocab *vocab_read(const char *path, int kind, struct err *e)
{
    return vocab_read_as(path, &(struct vocab_wish){.kind = kind, .index_from = -1}, e);
}
