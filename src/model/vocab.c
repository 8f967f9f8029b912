/* vocab.c: see vocab.h. Tokens are found in a sorted list: no hash, so nothing a hostile file could aim at. */
#define _GNU_SOURCE
#include "model/vocab.h"

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/progress.h"
#include "base/str.h"
#include "base/utf8.h"

enum { TOKEN_MAX = 1024, PUNCTUATION_MAX = 8, TOKENS_MAX = 1 << 24 };

/* ---- letters ---- */

bool vocab_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* s in lower case; the caller frees. */
static char *lowered(const char *s, size_t n)
{
    struct str out = {0};
    size_t len;
    for (size_t i = 0; i < n; i += len) {
        char one[5];
        uint32_t cp = utf8_decode(s + i, n - i, &len);
        str_addn(&out, one, utf8_encode(utf8_lower(cp), one));
    }
    return str_take(&out);
}

/* ---- making one ---- */

/* A token by its first eight bytes, the first the most significant: by them most are in order already. */
struct keyed {
    uint64_t key;
    int id;
};

static uint64_t key_of(const char *token, size_t length)
{
    uint64_t key = 0;
    for (size_t k = 0; k < 8; k++)
        key = key << 8 | (k < length ? (unsigned char)token[k] : 0);
    return key;
}

/* A key as digits: of a byte each, or of two where there are so many keys that a table of all values is nothing. */
struct digits { int count, bits; };

static struct digits digits_for(size_t n)
{
    enum { MANY = 1 << 16 };
    return n < MANY ? (struct digits){8, 8} : (struct digits){4, 16};
}

static size_t digit_of(uint64_t key, int digit, int bits)
{
    return (size_t)(key >> bits * digit) & (((size_t)1 << bits) - 1);
}

/* By the keys, equal ones as they were: a digit at a time, from the least significant up; to and fro between v and
 * other. Returns where they are then. `at` has a 0 for each value of each digit. */
static struct keyed *sort_keys(struct keyed *v, struct keyed *other, size_t n, struct digits digits, uint32_t *at)
{
    const size_t values = (size_t)1 << digits.bits;
    for (size_t k = 0; k < n; k++)
        for (int d = 0; d < digits.count; d++)
            at[(size_t)d * values + digit_of(v[k].key, d, digits.bits)]++;
    for (int d = 0; d < digits.count; d++, at += values) {
        uint32_t before = 0;
        if (at[digit_of(v->key, d, digits.bits)] == n)
            continue;
        for (size_t value = 0; value < values; value++) {
            uint32_t here = at[value];
            at[value] = before;
            before += here;
        }
        for (size_t k = 0; k < n; k++)
            other[at[digit_of(v[k].key, d, digits.bits)]++] = v[k];
        struct keyed *sorted = other;
        other = v;
        v = sorted;
    }
    return v;
}

/* Of tokens that begin alike. */
static int compare_tokens(const void *a, const void *b, void *tokens)
{
    const char *const *token = tokens;
    const int *x = a, *y = b;
    int order = strcmp(token[*x], token[*y]);
    return order ? order : (*x > *y) - (*x < *y);
}

/* The tokens in order, by number. Those that begin with the same eight bytes are compared, and the first that is there
 * twice goes to *twin, its place in the order; 0: none. False: memory was short. */
static bool sort_tokens(const struct vocab *v, int *index, size_t *twin)
{
    const size_t n = (size_t)v->size;
    size_t mapped;
    struct keyed *all = mem_pages(2 * n, sizeof *all, &mapped), *sorted;
    const struct digits digits = digits_for(n);
    uint32_t *at = all ? calloc((size_t)digits.count << digits.bits, sizeof *at) : NULL;
    if (!at) {
        mem_pages_free(all, mapped);
        return false;
    }
    for (size_t k = 0; k < n; k++) {
        const char *token = v->token[k], *end = k + 1 < n ? v->token[k + 1] : v->text + v->bytes;
        all[k] = (struct keyed){key_of(token, (size_t)(end - token) - 1), (int)k};
    }
    sorted = sort_keys(all, all + n, n, digits, at);
    free(at);
    for (size_t k = 0; k < n; k++)
        index[k] = sorted[k].id;
    *twin = 0;
    for (size_t k = 0, end; k < n; k = end) {
        for (end = k + 1; end < n && sorted[end].key == sorted[k].key; end++)
            ;
        if (end - k > 1)
            qsort_r(index + k, end - k, sizeof *index, compare_tokens, v->token);
        for (size_t i = k + 1; !*twin && i < end; i++)
            *twin = strcmp(v->token[index[i - 1]], v->token[index[i]]) == 0 ? i : 0;
    }
    mem_pages_free(all, mapped);
    return true;
}

/* The n bytes at s. */
static int find_exact(const struct vocab *v, const char *s, size_t n)
{
    int low = 0, high = v->size;
    while (low < high) {
        int mid = low + (high - low) / 2;
        const char *token = v->token[v->index[mid]];
        int order = strncmp(s, token, n);
        if (order == 0 && token[n] == '\0')
            return v->index[mid];
        if (order < 0 || (order == 0 && token[n]))
            high = mid;
        else
            low = mid + 1;
    }
    return -1;
}

/* "vocabulary.tokens[3]"; "line 4" for a file of lines. */
static const char *token_place(char buf[128], const char *place, int k)
{
    if (strcmp(place, "line") == 0)
        snprintf(buf, 128, "line %d", k + 1);
    else
        snprintf(buf, 128, "%.100s[%d]", place, k);
    return buf;
}

/* Its length comes back. */
static bool check_token(const char *token, int k, const struct vocab_list *of, size_t *length, struct err *e)
{
    const char *source = of->source, *place = of->place ? of->place : "";
    char buf[128];
    size_t n = *length = strlen(token), bad;
    if (n == 0)
        return err_set(e, source, token_place(buf, place, k), "expected a token, found an empty one");
    if (n > TOKEN_MAX)
        return err_set(e, source, token_place(buf, place, k), "expected a token of at most %d bytes, found %zu",
                       TOKEN_MAX, n);
    if (!utf8_valid(token, n, &bad))
        return err_set(e, source, token_place(buf, place, k), "expected UTF-8, found the byte 0x%02X",
                       (unsigned)(unsigned char)token[bad]);
    return true;
}

static bool refuse_twin(const struct vocab *v, size_t twin, const char *source, const char *place, struct err *e)
{
    char first[128], again[128];
    return err_set(e, source, token_place(again, place, v->index[twin]), "the token \"%s\" is there already, at %s",
                   v->token[v->index[twin]], token_place(first, place, v->index[twin - 1]));
}

/* How far a large one is: `pass` of two. */
static void tell(const char *source, int k, int n, int pass)
{
    enum { EVERY = 4096 };
    if (source && k % EVERY == 0)
        progress_at(source, (pass + (double)k / n) / 2);
}

/* All of them into v->text, each into its place. Are they in order? (Those in v->text were written just now: for each a
 * processor would wait.) */
static bool copy_tokens(struct vocab *v, const char *const *tokens, int n, const char *source)
{
    char *to = v->text;
    bool sorted = true;
    for (v->size = 0; v->size < n; v->size++) {
        size_t length = strlen(tokens[v->size]);
        memcpy(to, tokens[v->size], length + 1);
        sorted = sorted && (!v->size || strcmp(tokens[v->size - 1], tokens[v->size]) < 0);
        v->token[v->size] = to;
        v->index[v->size] = v->size;
        to += length + 1;
        tell(source, v->size, n, 1);
    }
    return sorted;
}

struct vocab *vocab_new(const struct vocab_list *of, struct err *e)
{
    const char *const *tokens = of->tokens, *source = of->source, *place = of->place ? of->place : "";
    int n = of->n;
    if (n <= 0) {
        err_set(e, source, strcmp(place, "line") == 0 ? "" : place, "expected at least one token, found none");
        return NULL;
    }
    size_t bytes = 0, length;
    for (int k = 0; k < n; k++) {
        if (!check_token(tokens[k], k, of, &length, e))
            return NULL;
        bytes += length + 1;
        tell(source, k, n, 0);
    }
    struct vocab *v = xcalloc(1, sizeof *v);
    int *index = mem_array((size_t)n, sizeof *index);
    v->kind = of->kind;
    v->lowercase = of->lowercase;
    v->unknown = -1;
    v->index = index;
    v->token = mem_array((size_t)n, sizeof *v->token);
    v->text = malloc(bytes);
    if (!index || !v->token || !v->text)
        goto memory;
    v->bytes = bytes;
    const bool sorted = copy_tokens(v, tokens, n, source);
    size_t twin = 0;
    if (!sorted && !sort_tokens(v, index, &twin))
        goto memory;
    if (twin && !refuse_twin(v, twin, source, place, e))
        goto fail;
    if (of->unknown) {
        v->unknown = find_exact(v, of->unknown, strlen(of->unknown));
        if (v->unknown < 0) {
            bool by_line = place && strcmp(place, "line") == 0;        /* it is about no line of them */
            err_set(e, source, by_line ? NULL : place,
                    "expected the unknown token \"%s\" among the tokens, found it nowhere", of->unknown);
            goto fail;
        }
    }
    return v;
memory:
    err_set(e, source, place, "not enough memory for %d tokens", n);
fail:
    vocab_free(v);
    return NULL;
}

bool vocab_set_unknown(struct vocab *v, const char *token, struct err *e)
{
    int id = find_exact(v, token, strlen(token));
    if (id < 0)
        return err_set(e, NULL, NULL, "--unknown: expected one of the tokens, found \"%s\"", token);
    v->unknown = id;
    return true;
}

void vocab_free(struct vocab *v)
{
    if (!v)
        return;
    free(v->text);
    mem_free(v->token);
    mem_free(v->index);
    free(v);
}

/* ---- texts ---- */

/* The longest text that can be a token: small letters can take a third of the bytes of capitals. */
static bool too_long(size_t n)
{
    return n > 3 * (size_t)TOKEN_MAX;
}

static int find_part(const struct vocab *v, const char *s, size_t n)
{
    if (too_long(n))
        return -1;
    int id = find_exact(v, s, n);
    if (id >= 0 || !v->lowercase)
        return id;
    char *low = lowered(s, n);
    id = find_exact(v, low, strlen(low));
    free(low);
    return id;
}

int vocab_find(const struct vocab *v, const char *token)
{
    return find_part(v, token, strlen(token));
}

/* A list under construction: out, and what an error needs. */
struct list {
    struct tokens *out;
    const struct vocab *v;
    const char *source;
    struct err *e;
    const char *text;             /* all of it, of which tokens are parts, for telling how far one is; or NULL */
    size_t len;
};

enum { TELL_EVERY = 1 << 14 };    /* tokens */

static bool append(struct list *l, const char *s, size_t n, int id)
{
    struct tokens *t = l->out;
    if (l->text && t->n % TELL_EVERY == 0)
        progress_at(l->source, (double)(s - l->text) / (double)l->len);
    if (t->n == TOKENS_MAX)
        return err_set(l->e, l->source, NULL, "expected at most %d tokens, found more", TOKENS_MAX);
    return tokens_add(t, l->v, s, n, id) || err_set(l->e, l->source, NULL, "not enough memory for its tokens");
}

/* The other way to cut a text, where all that it gives is in the vocabulary; else nothing. */
static const char *other_way(const struct list *l)
{
    const bool words = l->v->kind == VOCAB_CHAR;
    if (!l->text)
        return "";
    for (const char *p = l->text, *end = p + l->len; p < end;) {
        size_t len = 0;
        if (words)
            for (; vocab_blank(*p); p++)
                ;
        while (words && p + len < end && !vocab_blank(p[len]))
            len++;
        if (!words)
            utf8_decode(p, (size_t)(end - p), &len);
        if (len && find_part(l->v, p, len) < 0)
            return "";
        p += len;
    }
    return words ? "; --tokenizer word reads words" : "; --tokenizer char reads characters";
}

static bool outside(const struct list *l, const char *s, size_t n)
{
    char *low = lowered(s, too_long(n) ? 0 : n);
    int hint = find_exact(l->v, low, strlen(low));
    int shown = (int)(n < 100 ? n : 100);
    while (shown > 0 && (size_t)shown < n && ((unsigned char)s[shown] & 0xC0) == 0x80)
        shown--;
    if (hint >= 0)
        err_set(l->e, l->source, NULL, "token %d \"%.*s\" is not in the vocabulary, \"%s\" is", l->out->n + 1, shown, s,
                low);
    else
        err_set(l->e, l->source, NULL,
                "token %d \"%.*s\" is not in the vocabulary of %d token%s, which has no unknown token%s", l->out->n + 1,
                shown, s, l->v->size, l->v->size == 1 ? "" : "s", other_way(l));
    free(low);
    return false;
}

/* One token as it is: in the vocabulary, or the unknown token, or an error. */
static bool append_token(struct list *l, const char *s, size_t n)
{
    int id = find_part(l->v, s, n);
    if (id < 0)
        id = l->v->unknown;
    return id >= 0 ? append(l, s, n, id) : outside(l, s, n);
}

static bool append_each(struct list *l, const char *s, size_t n)
{
    size_t len;
    for (size_t i = 0; i < n; i += len) {
        utf8_decode(s + i, n - i, &len);
        if (!append_token(l, s + i, len))
            return false;
    }
    return true;
}

/* Where the punctuation at the front of a word ends; the same from the back. */
static size_t front(const char *s, size_t n, int most)
{
    size_t i = 0, len;
    for (; i < n && most > 0 && utf8_punctuation(utf8_decode(s + i, n - i, &len)); most--)
        i += len;
    return i;
}

static size_t back(const char *s, size_t from, size_t n, int most)
{
    size_t end = n;
    for (; end > from && most > 0; most--) {
        size_t at = end - 1, len;
        while (at > from && ((unsigned char)s[at] & 0xC0) == 0x80)
            at--;
        if (!utf8_punctuation(utf8_decode(s + at, end - at, &len)))
            break;
        end = at;
    }
    return end;
}

/* Punctuation given away: one token where all of it is one ("..."), else character by character. */
static bool append_punctuation(struct list *l, const char *s, size_t n)
{
    return n && find_part(l->v, s, n) >= 0 ? append_token(l, s, n) : append_each(l, s, n);
}

/* A word gives away as little punctuation as makes the rest a known word ("Mr." stays whole where "Mr." is a token),
 * and all of it when nothing does. */
static bool append_word(struct list *l, const char *s, size_t n)
{
    for (int away = 0; away <= PUNCTUATION_MAX; away++) {
        for (int before = 0; before <= away; before++) {
            size_t from = front(s, n, before), to = back(s, from, n, away - before);
            int id = from < to ? find_part(l->v, s + from, to - from) : -1;
            if (id >= 0)
                return append_punctuation(l, s, from) && append(l, s + from, to - from, id)
                    && append_punctuation(l, s + to, n - to);
        }
    }
    size_t from = front(s, n, INT_MAX), to = back(s, from, n, INT_MAX);
    return append_punctuation(l, s, from) && (from == to || append_token(l, s + from, to - from))
        && append_punctuation(l, s + to, n - to);
}

static bool split_words(struct list *l, const char *text)
{
    for (const char *p = text;;) {
        while (vocab_blank(*p))
            p++;
        if (!*p)
            return true;
        const char *end = p;
        while (*end && !vocab_blank(*end))
            end++;
        if (!append_word(l, p, (size_t)(end - p)))
            return false;
        p = end;
    }
}

bool vocab_tokenise(const struct vocab *v, const char *text, const char *source, struct tokens *out, struct err *e)
{
    struct tokens made = {0};
    size_t n = strlen(text), bad;
    struct list l = {.out = &made, .v = v, .source = source, .e = e, .text = text, .len = n};
    if (!utf8_valid(text, n, &bad))
        return err_set(e, source, NULL, "expected UTF-8, found the byte 0x%02X at byte %zu",
                       (unsigned)(unsigned char)text[bad], bad + 1);
    bool ok = v->kind == VOCAB_CHAR ? append_each(&l, text, n) : split_words(&l, text);
    if (ok && made.n == 0)
        ok = err_set(e, source, NULL, "expected at least one token, found none");
    if (!ok) {
        tokens_clear(&made);
        return false;
    }
    *out = made;
    return true;
}

bool vocab_lookup(const struct vocab *v, const char *const *text, int n, const char *source, struct tokens *out,
                  struct err *e)
{
    struct tokens made = {0};
    struct list l = {.out = &made, .v = v, .source = source, .e = e};
    for (int k = 0; k < n; k++) {
        if (!append_token(&l, text[k], strlen(text[k]))) {
            tokens_clear(&made);
            return false;
        }
    }
    *out = made;
    return true;
}
