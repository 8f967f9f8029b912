/* fuzz_json.c: any bytes into the JSON reader, then everything it offers on whatever it accepted. Beyond not
 * crashing: an error is one clean line, cJSON accepts what the strict scan accepts, every float is the one strtof
 * reads, and the text written back means the same. */
#include "fuzz.h"

#include <assert.h>
#include <cjson/cJSON.h>
#include <string.h>

#include "base/json.h"
#include "base/utf8.h"

static void check_error(const struct err *e)
{
    size_t n = strlen(e->text);
    assert(n > 0 && utf8_valid(e->text, n, NULL));
    for (size_t k = 0; k < n; k++)
        assert((unsigned char)e->text[k] >= 0x20 && e->text[k] != 0x7F);
}

static void walk(const struct json_at *at, int depth)
{
    static const char *const known[] = {"a", "b", NULL};
    struct err e = {{0}};
    struct json_floats f;
    const char *s;
    const float *v;
    double d;
    long n, *list;
    size_t count;
    bool b;
    assert(depth <= JSON_DEPTH);
    if (json_floats(at, &f, &e)) {
        size_t product = 1;
        for (int k = 0; k < f.rank; k++)
            product *= f.shape[k];
        assert(f.rank >= 1 && f.rank <= JSON_RANK && product == f.count);
        for (size_t k = 0; k < f.count; k++)
            assert(f.v[k] - f.v[k] == 0);
        if (f.rank == 2)
            assert(json_matrix(at, f.shape[0], f.shape[1], &v, &e) && v == f.v);
        if (f.rank == 1)
            assert(json_vector(at, f.shape[0], &v, &e));
    } else {
        check_error(&e);
    }
    if (!json_matrix(at, 2, 3, &v, &e))
        check_error(&e);
    if (json_ints(at, -5, 70000, &list, &count, &e)) {
        for (size_t k = 0; k < count; k++)
            assert(list[k] >= -5 && list[k] <= 70000);
        free(list);
    } else {
        check_error(&e);
    }
    if (!json_string(at, &s, &e))
        check_error(&e);
    else
        assert(utf8_valid(s, strlen(s), NULL));
    if (!json_number(at, &d, &e))
        check_error(&e);
    if (!json_int(at, 0, 10, &n, &e))
        check_error(&e);
    if (!json_bool(at, &b, &e))
        check_error(&e);
    if (!json_known_keys(at, known, &e))
        check_error(&e);
    struct json_iter it = json_iter(at);
    struct json_at item;
    const char *key;
    size_t items = 0;
    for (; json_next(&it, &key, &item); items++)
        walk(&item, depth + 1);
    assert(items == 0 || items == json_length(at));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err e = {{0}};
    struct json *j = json_parse_copy((const char *)data, size, "fuzz", &e);
    if (!j) {
        check_error(&e);
        return 0;
    }
    const char *end;
    char *copy = malloc(size + 1);
    assert(copy);
    memcpy(copy, data, size);
    copy[size] = '\0';
    cJSON *tree = cJSON_ParseWithLengthOpts(copy, size + 1, &end, 1);
    /* cJSON reads numbers of up to 63 characters only, and no NaN, which weights may have. */
    size_t longest = 0, run = 0;
    for (size_t k = 0; k < size; k++) {
        run = strchr("0123456789+-.eE", copy[k]) && copy[k] ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    assert(tree || longest > 60 || strstr(copy, "NaN") || strstr(copy, "Infinity"));
    cJSON_Delete(tree);
    free(copy);

    struct json_at top = json_top(j);
    walk(&top, 0);
    char *text = json_text(&top);
    struct json *again = json_parse_copy(text, strlen(text), "again", &e);
    assert(again);
    struct json_at top2 = json_top(again);
    char *text2 = json_text(&top2);
    assert(strcmp(text, text2) == 0);
    struct json_floats f, g;
    if (json_floats(&top, &f, NULL)) {
        assert(json_floats(&top2, &g, NULL) && f.count == g.count && memcmp(f.v, g.v, f.count * sizeof *f.v) == 0);
        if (f.rank == 1) {
            const char *p = text + 1;
            for (size_t k = 0; k < f.count; k++) {
                char *stop;
                float want = strtof(p, &stop);
                assert(memcmp(&want, &f.v[k], sizeof want) == 0);
                p = stop + 1;
            }
        }
    }
    free(text);
    free(text2);
    json_free(again);
    json_free(j);
    return 0;
}
