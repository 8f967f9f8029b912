/* aside.c: see aside.h. */
#include "import/aside.h"

#include <string.h>

#include "base/utf8.h"

/* ---- what may be a vocabulary ---- */

/* Programs keep it under names of their own. The first CERTAIN are a vocabulary in any JSON document, the others where
 * they give a token for each row. */
enum { CERTAIN = 15 };
static const char *const keys[] = {
    "vocab",       "vocabulary",  "itos",        "stoi",        "char2idx",    "idx2char",   "word2idx",
    "idx2word",    "word_index",  "char_to_ix",  "ix_to_char",  "int2char",    "char2int",   "chars",
    "tokenizer",
    "word_to_ix",  "ix_to_word",  "word_to_idx", "idx_to_word", "char_to_idx", "idx_to_char",
    "char_to_int", "int_to_char", "word_to_int", "int_to_word", "word2int",    "int2word",   "word2id",
    "id2word",     "char2id",     "id2char",     "token2idx",   "idx2token",   "token2id",   "id2token",
    "w2i",         "i2w",         "dictionary",  "tokens",      "all_characters", NULL,
};

/* Does it give a token for each row? */
static bool gives(const struct json_at *at, const struct vocab_wish *w)
{
    struct err ignored;
    struct vocab *v = vocab_from_any(at, w, &ignored);
    bool yes = v && v->size == w->rows;
    vocab_free(v);
    return yes;
}

/* Is the member of that name a list (not of numbers: those are weights) or a dictionary? */
static bool may_be(const struct json_at *in, const char *key, struct json_at *out)
{
    enum json_kind kind = json_get(in, key, out) ? json_kind(out) : JSON_NULL;
    struct json_floats f;
    bool finite;
    return kind == JSON_OBJECT || (kind == JSON_ARRAY && !json_rectangle(out, &f, &finite));
}

bool aside_pick(const struct json_at *in, const struct vocab_wish *w, struct json_at *out)
{
    for (const char *const *k = keys; *k; k++)
        if (may_be(in, *k, out) && gives(out, w))
            return true;
    *out = (struct json_at){0};
    return false;
}

bool aside_vocabulary(const struct source *s, const struct vocab_wish *w, struct json_at *out)
{
    if (s->aside.node)
        return aside_pick(&s->aside, w, out);
    for (int k = 0; !s->about.node && s->top.node && k < CERTAIN; k++)
        if (may_be(&s->top, keys[k], out))
            return true;
    if (!s->about.node && s->top.node)
        return aside_pick(&s->top, w, out);
    *out = (struct json_at){0};
    return false;
}

/* ---- a pickle in JSON ---- */

enum { DEPTH = 12, NODES_MAX = 4000000 };

struct writing {
    struct str *out;
    int left;                      /* nodes: a tree may share them, and hold itself */
};

static bool write(struct writing *w, const struct pickle_node *n, int depth);

static void add_text(struct str *out, const struct pickle_node *n)
{
    struct str copy = {0};
    str_addn(&copy, n->text, n->len);
    str_add_json(out, str_text(&copy));
    str_free(&copy);
}

static bool is_text(const struct pickle_node *n)
{
    return n->kind == PICKLE_TEXT && utf8_valid(n->text, n->len, NULL) && !memchr(n->text, 0, n->len);
}

static bool write_key(struct writing *w, const struct pickle_node *n)
{
    if (n->kind == PICKLE_INT)
        str_addf(w->out, "\"%lld\"", (long long)n->number);
    else if (is_text(n))
        add_text(w->out, n);
    return n->kind == PICKLE_INT || is_text(n);
}

/* What a dictionary (or an object, by its attributes) holds, without what is none of JSON's. */
static bool write_map(struct writing *w, const struct pickle_node *n, int depth)
{
    bool any = false;
    str_addc(w->out, '{');
    for (size_t k = 0; k + 1 < n->n; k += 2) {
        size_t before = w->out->len;
        if (any)
            str_addc(w->out, ',');
        bool ok = write_key(w, n->item[k]);
        str_addc(w->out, ':');
        if (ok && write(w, n->item[k + 1], depth + 1))
            any = true;
        else
            str_cut(w->out, before);
    }
    str_addc(w->out, '}');
    return true;
}

static bool write_list(struct writing *w, const struct pickle_node *n, int depth)
{
    str_addc(w->out, '[');
    for (size_t k = 0; k < n->n; k++) {
        if (k)
            str_addc(w->out, ',');
        if (!write(w, n->item[k], depth + 1))
            return false;
    }
    str_addc(w->out, ']');
    return true;
}

static bool write(struct writing *w, const struct pickle_node *n, int depth)
{
    size_t before = w->out->len;
    if (depth > DEPTH || --w->left < 0)
        return false;
    bool ok = true;
    if (is_text(n))
        add_text(w->out, n);
    else if (n->kind == PICKLE_INT)
        str_addf(w->out, "%lld", (long long)n->number);
    else if (n->kind == PICKLE_BOOL)
        str_add(w->out, n->number ? "true" : "false");
    else if (n->kind == PICKLE_FLOAT && n->real - n->real == 0)
        str_add_double(w->out, n->real);
    else if (pickle_is_map(n))
        ok = write_map(w, n, depth);
    else if (n->kind == PICKLE_LIST || n->kind == PICKLE_TUPLE)
        ok = write_list(w, n, depth);
    else if (n->kind == PICKLE_CALL && n->state && pickle_is_map(n->state))
        ok = write_map(w, n->state, depth);
    else
        ok = false;
    if (!ok)
        str_cut(w->out, before);
    return ok;
}

bool aside_json(const struct pickle_node *n, struct str *out)
{
    struct writing w = {out, NODES_MAX};
    return write(&w, n, 0);
}

/* ---- beside the weights ---- */

/* "abc" is a list of characters; a text that is JSON (a tokenizer of Keras) is left to who reads vocabularies. */
static void write_member(struct writing *w, const struct pickle_node *n)
{
    if (!is_text(n) || !n->len || *n->text == '{' || *n->text == '[') {
        if (!write(w, n, 1))
            str_add(w->out, "null");
        return;
    }
    size_t len;
    for (size_t at = 0; at < n->len; at += len) {
        struct pickle_node one = {.kind = PICKLE_TEXT, .text = n->text + at};
        utf8_decode(n->text + at, n->len - at, &len);
        one.len = len;
        str_addc(w->out, at ? ',' : '[');
        add_text(w->out, &one);
    }
    str_addc(w->out, ']');
}

bool aside_take(struct source *s, const struct pickle_node *root, struct err *e)
{
    struct str text = {0};
    struct writing w = {&text, NODES_MAX};
    const struct pickle_node *map = root->kind == PICKLE_CALL && root->state ? root->state : root;
    bool any = false;
    if (!s->n) {
        any = write(&w, root, 0);
    } else {
        for (const char *const *k = keys; *k; k++) {
            const struct pickle_node *n = pickle_get(map, *k);
            if (!n)
                continue;
            str_addf(&text, "%s\"%s\":", any ? "," : "{", *k);
            write_member(&w, n);
            any = true;
        }
        if (any)
            str_addc(&text, '}');
    }
    bool ok = !any || source_aside(s, str_text(&text), e);
    str_free(&text);
    return ok;
}
