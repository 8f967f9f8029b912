/* json.c: see json.h. The document: the text, what json_scan took out of it, and cJSON's tree of the rest; and the
 * walk over it, which turns indexes back into numbers and knows the words for what is not as expected. */
#include "base/json.h"

#include <cjson/cJSON.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json_scan.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "base/utf8.h"

struct json {
    const char *text;
    struct file_bytes bytes;      /* that the text stands in */
    char *source;
    struct json_lift lift;
    bool borrowed;                /* text and lift belong to somebody else */
    cJSON *tree;
};

/* The tree that was read beforehand, in one piece; NULL: memory is short. */
static cJSON *grow_tree(const struct json_lift *l)
{
    cJSON *tree = calloc(l->nodes, sizeof *tree);
    for (size_t k = 0; tree && k < l->nodes; k++) {
        const struct json_node *n = &l->node[k];
        tree[k].type = n->type;
        tree[k].valuedouble = n->number;
        tree[k].string = n->name == JSON_NONE ? NULL : l->words + n->name;
        tree[k].valuestring = n->text == JSON_NONE ? NULL : l->words + n->text;
        tree[k].child = n->parent ? tree + k + 1 : NULL;
        tree[k].next = n->next ? tree + n->next : NULL;
    }
    return tree;
}

/* What was scanned is JSON, so that only memory can be wrong now. */
static bool read_rest(struct json *j, struct err *e)
{
    j->tree = j->lift.nodes ? grow_tree(&j->lift)
                            : cJSON_ParseWithLengthOpts(j->lift.rest, j->lift.rest_len, NULL, 1);
    return j->tree || err_set(e, j->source, NULL, "not enough memory to read it");
}

struct json *json_parse_bytes(struct file_bytes *taken, const char *source, struct err *e)
{
    struct json *j = xcalloc(1, sizeof *j);
    j->bytes = *taken;
    j->text = (const char *)j->bytes.data;
    j->source = xstrdup(source ? source : "");
    *taken = (struct file_bytes){0};
    bool ok = json_scan(&j->bytes, j->source, &j->lift, e);
    if (file_cut(&j->bytes))
        ok = err_set(e, j->source, NULL, "it was cut short while it was read");
    if (!ok || !read_rest(j, e)) {
        json_free(j);
        return NULL;
    }
    free(j->lift.rest);
    j->lift.rest = NULL;
    return j;
}

struct json *json_parse_scanned(const char *text, size_t len, const struct json_lift *scanned, const char *source,
                                struct err *e)
{
    struct json *j = xcalloc(1, sizeof *j);
    j->bytes = (struct file_bytes){.data = (const unsigned char *)text, .len = len};
    j->text = text;
    j->source = xstrdup(source);
    j->lift = *scanned;
    j->borrowed = true;
    if (read_rest(j, e))
        return j;
    json_free(j);
    return NULL;
}

struct json *json_parse(char *text, size_t len, const char *source, struct err *e)
{
    struct file_bytes bytes = {.data = (const unsigned char *)text, .len = len};
    return json_parse_bytes(&bytes, source, e);
}

struct json *json_parse_copy(const char *text, size_t len, const char *source, struct err *e)
{
    char *copy = malloc(len + 1);
    if (!copy) {
        err_set(e, source, NULL, "not enough memory to read it");
        return NULL;
    }
    memcpy(copy, text, len);
    copy[len] = '\0';
    return json_parse(copy, len, source, e);
}

/* A file that begins like nothing in JSON is not read to its end to be told so. */
static bool may_be_json(const char *piece, size_t n)
{
    size_t at = n > 3 && memcmp(piece, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    while (at < n && piece[at] && strchr(" \t\r\n", piece[at]))
        at++;
    return at == n || (piece[at] && strchr("{[\"-0123456789tfn", piece[at]));
}

struct json *json_read(const char *path, struct err *e)
{
    struct file_bytes bytes;
    return file_map_if(path, may_be_json, &bytes, e) ? json_parse_bytes(&bytes, file_shown(path), e) : NULL;
}

void json_free(struct json *j)
{
    if (!j)
        return;
    if (j->lift.nodes)
        free(j->tree);
    else
        cJSON_Delete(j->tree);
    if (!j->borrowed) {
        json_lift_free(&j->lift);
        file_release(&j->bytes);
    }
    free(j->source);
    free(j);
}

const char *json_source(const struct json *j)
{
    return j->source;
}

/* ---- what stands at a place ---- */

struct json_at json_top(const struct json *j)
{
    return (struct json_at){.doc = j, .node = j->tree};
}

/* The rectangle that was lifted from here, or NULL. */
static const struct json_rect *lifted(const struct json_at *at)
{
    const cJSON *n = at->node;
    if (!n || !cJSON_IsArray(n) || !n->child || n->child->next || !cJSON_IsNumber(n->child))
        return NULL;
    return &at->doc->lift.rect[(size_t)n->child->valuedouble];
}

/* The source text of a number outside a rectangle. */
static const char *scalar(const struct json_at *at)
{
    return at->doc->text + at->doc->lift.scalar[(size_t)at->node->valuedouble];
}

enum json_kind json_kind(const struct json_at *at)
{
    const cJSON *n = at->node;
    if (cJSON_IsObject(n))
        return JSON_OBJECT;
    if (cJSON_IsArray(n))
        return JSON_ARRAY;
    if (cJSON_IsString(n))
        return JSON_STRING;
    if (cJSON_IsNumber(n))
        return JSON_NUMBER;
    return cJSON_IsBool(n) ? JSON_BOOL : JSON_NULL;
}

static void path_add(struct json_at *at, const char *text)
{
    size_t len = strlen(at->path), n = strlen(text);
    if (len + n < JSON_PATH) {
        memcpy(at->path + len, text, n + 1);
    } else if (len < JSON_PATH - 4) {
        size_t fits = JSON_PATH - 4 - len;
        memcpy(at->path + len, text, fits);
        memcpy(at->path + JSON_PATH - 4, "...", 4);
    }
}

/* [k]. By hand: each item that is looked at has a path, and printf takes ten times as long. */
static void path_index(struct json_at *at, size_t k)
{
    char text[32], *p = text + sizeof text;
    *--p = '\0';
    *--p = ']';
    do
        *--p = (char)('0' + k % 10);
    while (k /= 10);
    *--p = '[';
    path_add(at, p);
}

static bool plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '-' && c <= ':') || c == '_';     /* -./0…9: */
}

/* .key, or ["key"] where the key has anything that would make the path hard to read. */
static void path_key(struct json_at *at, const char *key)
{
    const char *p = key;
    while (plain(*p))
        p++;
    if (*key && !*p) {
        if (*at->path)
            path_add(at, ".");
        path_add(at, key);
        return;
    }
    path_add(at, "[\"");
    path_add(at, key);
    path_add(at, "\"]");
}

/* Of the path only what is written is copied. `at` may be `of`. */
static void step_into(struct json_at *at, const struct json_at *of, const cJSON *node, const char *key, size_t index)
{
    if (at != of)
        memcpy(at->path, of->path, strlen(of->path) + 1);
    at->doc = of->doc;
    at->node = node;
    if (key)
        path_key(at, key);
    else
        path_index(at, index);
}

/* ---- complaints ---- */

bool (json_complain)(const struct json_at *at, struct err *e, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    err_vset(e, at->doc->source, at->path, format, ap);
    va_end(ap);
    return false;
}

enum { FOUND_MAX = 40 };           /* cells of a string or a number that a complaint quotes */

static void add_quoted(struct str *out, const char *s)
{
    struct str clean = {0};
    size_t n = strlen(s);
    utf8_clean(&clean, s, n < 400 ? n : 400);
    str_addc(out, '"');
    utf8_cut(out, str_text(&clean), FOUND_MAX, true);
    str_addc(out, '"');
    str_free(&clean);
}

static void add_number(struct str *out, const char *source)
{
    size_t n = (size_t)(json_number_end(source) - source);
    if (n <= FOUND_MAX)
        str_addn(out, source, n);
    else
        str_addf(out, "%.*s... (%zu characters)", FOUND_MAX / 2, source, n);
}

static void add_shape(struct str *out, const size_t *shape, int rank)
{
    for (int k = 0; k < rank; k++)
        str_addf(out, "%s%zu", k ? " x " : "", shape[k]);
    str_add(out, rank == 1 && shape[0] == 1 ? " number" : " numbers");
}

static void add_found(struct str *out, const struct json_at *at)
{
    const struct json_rect *r = lifted(at);
    size_t n;
    if (r) {
        size_t shape[JSON_RANK];
        for (uint32_t k = 0; k < r->rank; k++)
            shape[k] = r->shape[k];
        str_add(out, "an array of ");
        add_shape(out, shape, (int)r->rank);
        return;
    }
    if (!at->node) {
        str_add(out, "nothing");
        return;
    }
    switch (json_kind(at)) {
    case JSON_NULL:   str_add(out, "null"); break;
    case JSON_BOOL:   str_add(out, cJSON_IsTrue(at->node) ? "true" : "false"); break;
    case JSON_NUMBER: add_number(out, scalar(at)); break;
    case JSON_STRING: add_quoted(out, at->node->valuestring); break;
    case JSON_OBJECT: str_add(out, "an object"); break;
    case JSON_ARRAY:
        n = json_length(at);
        if (n)
            str_addf(out, "an array of %zu", n);
        else
            str_add(out, "an empty array");
    }
}

bool (json_expected)(const struct json_at *at, struct err *e, const char *wanted_format, ...)
{
    struct str text = {0};
    va_list ap;
    va_start(ap, wanted_format);
    str_add(&text, "expected ");
    str_addvf(&text, wanted_format, ap);
    va_end(ap);
    str_add(&text, ", found ");
    add_found(&text, at);
    json_complain(at, e, "%s", str_text(&text));
    str_free(&text);
    return false;
}

/* ---- objects and items ---- */

static const cJSON *member(const cJSON *object, const char *key)
{
    if (!cJSON_IsObject(object))
        return NULL;
    const cJSON *n = object->child;
    while (n && strcmp(n->string, key) != 0)
        n = n->next;
    return n;
}

bool json_has(const struct json_at *object, const char *key)
{
    return member(object->node, key) != NULL;
}

bool json_get(const struct json_at *object, const char *key, struct json_at *out)
{
    step_into(out, object, member(object->node, key), key, 0);
    return out->node != NULL;
}

bool json_is_object(const struct json_at *at, struct err *e)
{
    return cJSON_IsObject(at->node) ? true : json_expected(at, e, "an object");
}

bool json_need(const struct json_at *object, const char *key, struct json_at *out, struct err *e)
{
    if (!json_is_object(object, e))
        return false;
    return json_get(object, key, out) ? true
        : json_complain(object, e, "expected the key \"%s\", found none of that name", key);
}

bool json_known_keys(const struct json_at *object, const char *const *known, struct err *e)
{
    if (!json_is_object(object, e))
        return false;
    for (const cJSON *n = object->node->child; n; n = n->next) {
        const char *const *k = known;
        while (*k && strcmp(*k, n->string) != 0)
            k++;
        if (*k || *n->string == '_')
            continue;
        struct str text = {0};
        str_add(&text, "unknown key ");
        add_quoted(&text, n->string);
        str_add(&text, "; the keys here are ");
        for (k = known; *k; k++)
            str_addf(&text, "%s%s", k == known ? "" : ", ", *k);
        json_complain(object, e, "%s", str_text(&text));
        str_free(&text);
        return false;
    }
    return true;
}

struct json_iter json_iter(const struct json_at *at)
{
    struct json_iter it = {.of = *at};
    if (at->node && (cJSON_IsObject(at->node) || cJSON_IsArray(at->node)) && !lifted(at))
        it.next = at->node->child;
    return it;
}

bool json_next(struct json_iter *it, const char **key, struct json_at *item)
{
    const cJSON *n = it->next;
    if (!n)
        return false;
    const char *name = cJSON_IsObject(it->of.node) ? n->string : NULL;
    step_into(item, &it->of, n, name, it->index);
    if (key)
        *key = name;
    it->next = n->next;
    it->index++;
    return true;
}

size_t json_length(const struct json_at *at)
{
    const struct json_rect *r = lifted(at);
    if (r)
        return r->shape[0];
    size_t count = 0;
    if (at->node && (cJSON_IsObject(at->node) || cJSON_IsArray(at->node)))
        for (const cJSON *n = at->node->child; n; n = n->next)
            count++;
    return count;
}

/* ---- single values ---- */

bool json_string(const struct json_at *at, const char **out, struct err *e)
{
    if (!at->node || !cJSON_IsString(at->node))
        return json_expected(at, e, "a string");
    if (strchr(at->node->valuestring, JSON_NUL))
        return json_complain(at, e, "expected a string without \\u0000, found one inside");
    *out = at->node->valuestring;
    return true;
}

bool json_optional_string(const struct json_at *object, const char *key, char **out, struct err *e)
{
    struct json_at at;
    const char *text;
    if (!json_get(object, key, &at))
        return true;
    if (!json_string(&at, &text, e))
        return false;
    free(*out);
    *out = xstrdup(text);
    return true;
}

bool json_bool(const struct json_at *at, bool *out, struct err *e)
{
    if (!at->node || !cJSON_IsBool(at->node))
        return json_expected(at, e, "true or false");
    *out = cJSON_IsTrue(at->node);
    return true;
}

bool json_number(const struct json_at *at, double *out, struct err *e)
{
    if (!at->node || !cJSON_IsNumber(at->node))
        return json_expected(at, e, "a finite number");
    double v = json_number_value(scalar(at));
    if (!isfinite(v))
        return json_expected(at, e, "a finite number");
    *out = v;
    return true;
}

/* The number at s as a long, exactly; a whole number in another notation (1e3, 2.0) counts as long as a double is
 * exact. */
static bool whole(const char *s, long min, long max, long *out)
{
    const char *end = json_number_end(s);
    size_t n = (size_t)(end - s);
    char text[32];
    if (n < sizeof text) {
        memcpy(text, s, n);
        text[n] = '\0';
        if (!strpbrk(text, ".eE"))
            return num_parse_int(text, min, max, out);
    }
    double v = json_number_value(s);
    if (!(fabs(v) <= 9007199254740992.0) || v != floor(v) || v < (double)min || v > (double)max)
        return false;
    *out = (long)v;
    return true;
}

/* "a whole number from 0 to 5" */
static const char *range_words(char buf[80], long min, long max)
{
    if (min == LONG_MIN && max == LONG_MAX)
        snprintf(buf, 80, "a whole number");
    else if (max == LONG_MAX || max == INT_MAX)
        snprintf(buf, 80, "a whole number from %ld up", min);
    else
        snprintf(buf, 80, "a whole number from %ld to %ld", min, max);
    return buf;
}

bool json_int(const struct json_at *at, long min, long max, long *out, struct err *e)
{
    char words[80];
    if (!at->node || !cJSON_IsNumber(at->node) || !whole(scalar(at), min, max, out))
        return json_expected(at, e, "%s", range_words(words, min, max));
    return true;
}

/* ---- arrays of numbers ---- */

/* Complains about number k (counted in the whole rectangle) whose text begins at source. */
static bool complain_number(const struct json_at *at, const struct json_rect *r, size_t k, const char *source,
                            struct err *e, const char *wanted)
{
    struct json_at place = *at;
    size_t below = 1, index[JSON_RANK];
    for (uint32_t d = r->rank; d-- > 0; below *= r->shape[d])
        index[d] = k / below % r->shape[d];
    for (uint32_t d = 0; d < r->rank; d++)
        path_index(&place, index[d]);
    struct str text = {0};
    add_number(&text, source);
    json_complain(&place, e, "expected %s, found %s", wanted, str_text(&text));
    str_free(&text);
    return false;
}

static void rect_shape(const struct json_at *at, const struct json_rect *r, struct json_floats *out)
{
    *out = (struct json_floats){.rank = (int)r->rank, .count = 1, .v = at->doc->lift.pool + r->at};
    for (uint32_t d = 0; d < r->rank; d++) {
        out->shape[d] = r->shape[d];
        out->count *= r->shape[d];
    }
}

static bool rect_floats(const struct json_at *at, const struct json_rect *r, struct json_floats *out, struct err *e)
{
    if (r->bad != JSON_NONE)
        return complain_number(at, r, r->bad - r->at, at->doc->text + r->bad_source, e,
                               "a finite number within float range");
    rect_shape(at, r, out);
    return true;
}

static void expected_shape(const struct json_at *at, const struct json_rect *want, struct err *e)
{
    const struct json_rect *r = lifted(at);
    if (want->rank == 1 && (!r || r->rank == 1)) {
        json_complain(at, e, "expected %u number%s, found %u", (unsigned)want->shape[0], want->shape[0] == 1 ? "" : "s",
                      r ? (unsigned)r->shape[0] : 0);
        return;
    }
    size_t shape[JSON_RANK] = {0};
    for (uint32_t d = 0; d < want->rank; d++)
        shape[d] = want->shape[d];
    struct str words = {0};
    add_shape(&words, shape, (int)want->rank);
    json_expected(at, e, "%s", str_text(&words));
    str_free(&words);
}

/* Says why an array is no rectangle: names its first item that is not as the first one (or, when cols is not 0, that is
 * no row of so many numbers). Always false. */
static bool explain(const struct json_at *at, size_t cols, struct err *e)
{
    struct json_iter it = json_iter(at);
    struct json_at item;
    struct json_rect want = {.rank = 1, .shape = {(uint32_t)cols}};
    bool first = true, numbers = false;
    for (; json_next(&it, NULL, &item); first = false) {
        const struct json_rect *r = lifted(&item);
        if (first && !cols) {
            numbers = json_kind(&item) != JSON_ARRAY;
            want = r ? *r : want;
        }
        if (numbers) {
            if (json_kind(&item) != JSON_NUMBER)
                return json_expected(&item, e, "a finite number");
            continue;
        }
        if (json_kind(&item) != JSON_ARRAY)
            return json_expected(&item, e, "an array of numbers");
        if (!r && item.node->child)
            return explain(&item, 0, e);
        if (r ? r->rank != want.rank || memcmp(r->shape, want.shape, r->rank * sizeof *r->shape) != 0
              : want.rank != 1 || want.shape[0] != 0) {
            expected_shape(&item, &want, e);
            return false;
        }
    }
    if (want.shape[0] == 0)
        return json_complain(at, e, "expected numbers, found only empty arrays");
    return json_complain(at, e, "expected at most %d levels of arrays of numbers, found more", JSON_RANK);
}

static const float no_numbers[1];

bool json_floats(const struct json_at *at, struct json_floats *out, struct err *e)
{
    const struct json_rect *r = lifted(at);
    if (r)
        return rect_floats(at, r, out, e);
    if (!at->node || !cJSON_IsArray(at->node))
        return json_expected(at, e, "an array of numbers");
    if (at->node->child)
        return err_false(explain(at, 0, e));
    *out = (struct json_floats){.rank = 1, .v = no_numbers};
    return true;
}

bool json_rectangle(const struct json_at *at, struct json_floats *out, bool *finite)
{
    const struct json_rect *r = lifted(at);
    if (r) {
        rect_shape(at, r, out);
        *finite = r->bad == JSON_NONE;
        return true;
    }
    *out = (struct json_floats){.rank = 1, .v = no_numbers};
    *finite = true;
    return at->node && cJSON_IsArray(at->node) && !at->node->child;
}

bool json_vector(const struct json_at *at, size_t n, const float **v, struct err *e)
{
    struct json_floats f = {0};
    if (!json_floats(at, &f, e))
        return false;
    if (f.rank != 1)
        return json_expected(at, e, "%zu number%s", n, n == 1 ? "" : "s");
    if (f.count != n)
        return json_complain(at, e, "expected %zu number%s, found %zu", n, n == 1 ? "" : "s", f.count);
    *v = f.v;
    return true;
}

bool json_matrix(const struct json_at *at, size_t rows, size_t cols, const float **v, struct err *e)
{
    struct json_floats f = {0};
    const struct json_rect *r = lifted(at);
    if (!at->node || !cJSON_IsArray(at->node) || (r && r->rank != 2))
        return json_expected(at, e, "%zu row%s of %zu number%s", rows, rows == 1 ? "" : "s", cols,
                             cols == 1 ? "" : "s");
    if (json_length(at) != rows)
        return json_complain(at, e, "expected %zu row%s of %zu number%s, found %zu row%s", rows, rows == 1 ? "" : "s",
                             cols, cols == 1 ? "" : "s", json_length(at), json_length(at) == 1 ? "" : "s");
    if (!r && at->node->child)
        return err_false(explain(at, cols, e));
    if (!json_floats(at, &f, e))
        return false;
    if (f.count && f.shape[1] != cols) {
        struct json_at row = *at;
        path_index(&row, 0);
        return json_complain(&row, e, "expected %zu number%s, found %zu", cols, cols == 1 ? "" : "s", f.shape[1]);
    }
    *v = f.v;
    return true;
}

bool json_ints(const struct json_at *at, long min, long max, long **v, size_t *n, struct err *e)
{
    const struct json_rect *r = lifted(at);
    char words[80];
    if (r ? r->rank != 1 : !at->node || !cJSON_IsArray(at->node))
        return json_expected(at, e, "an array of whole numbers");
    if (!r && at->node->child)
        return err_false(explain(at, 0, e));
    size_t count = r ? r->shape[0] : 0;
    long *out = malloc((count ? count : 1) * sizeof *out);
    if (!out)
        return json_complain(at, e, "not enough memory for %zu numbers", count);
    const char *p = r ? at->doc->text + r->source + 1 : NULL;
    for (size_t k = 0; k < count; k++) {
        p += strspn(p, " \n\r\t,");
        if (!whole(p, min, max, &out[k])) {
            free(out);
            return complain_number(at, r, k, p, e, range_words(words, min, max));
        }
        p = json_number_end(p);
    }
    *v = out;
    *n = count;
    return true;
}

/* ---- back to text ---- */

static void add_string(struct str *out, const char *s)
{
    const char *nul;
    struct str quoted = {0};
    if (!strchr(s, JSON_NUL)) {
        str_add_json(out, s);
        return;
    }
    str_add_json(&quoted, s);
    for (s = str_text(&quoted); (nul = strchr(s, JSON_NUL)) != NULL; s = nul + 1) {
        str_addn(out, s, (size_t)(nul - s));
        str_add(out, "\\u0000");
    }
    str_add(out, s);
    str_free(&quoted);
}

/* The source of a rectangle without its blanks. */
static void add_rect(struct str *out, const char *p)
{
    int depth = 0;
    do {
        size_t n = strcspn(p, " \n\r\t[]");
        str_addn(out, p, n);
        p += n;
        depth += (*p == '[') - (*p == ']');
        if (*p == '[' || *p == ']')
            str_addc(out, *p);
        p++;
    } while (depth);
}

static void add_value(struct str *out, const struct json_at *at)
{
    const struct json_rect *r = lifted(at);
    const cJSON *n = at->node;
    enum json_kind kind = json_kind(at);
    if (r) {
        add_rect(out, at->doc->text + r->source);
    } else if (kind == JSON_ARRAY || kind == JSON_OBJECT) {
        struct json_at item = *at;
        str_addc(out, kind == JSON_ARRAY ? '[' : '{');
        for (const cJSON *k = n->child; k; k = k->next) {
            if (k != n->child)
                str_addc(out, ',');
            if (kind == JSON_OBJECT) {
                add_string(out, k->string);
                str_addc(out, ':');
            }
            item.node = k;
            add_value(out, &item);
        }
        str_addc(out, kind == JSON_ARRAY ? ']' : '}');
    } else if (kind == JSON_STRING) {
        add_string(out, n->valuestring);
    } else if (kind == JSON_NUMBER) {
        const char *s = scalar(at);
        str_addn(out, s, (size_t)(json_number_end(s) - s));
    } else {
        str_add(out, kind == JSON_NULL ? "null" : cJSON_IsTrue(n) ? "true" : "false");
    }
}

char *json_text(const struct json_at *at)
{
    struct str out = {0};
    add_value(&out, at);
    return str_take(&out);
}
