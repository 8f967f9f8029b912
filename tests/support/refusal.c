/* refusal.c: see refusal.h. */
#include "support/refusal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* It begins with the file, or with one beside it. */
static void one_line(const char *text, const char *file, const char *reason)
{
    const char *slash = strrchr(file, '/');
    size_t n = slash ? (size_t)(slash - file) : strlen(file);
    struct str named = {0};                    /* what is to be typed names the file */
    const char *at = strstr(reason, "'FILE'");
    if (at) {
        str_addn(&named, reason, (size_t)(at - reason) + 1);
        str_addf(&named, "%s%s", file, at + 5);
        reason = str_text(&named);
    }
    if (!strstr(text, reason) || strchr(text, '\n') || strncmp(text, file, n) != 0)
        fail_msg("expected one line of %s with\n    %s\nfound\n    %s", file, reason, text);
    str_free(&named);
}

void must_refuse(const char *path, const char *reason)
{
    struct err e = {{0}};
    struct model *m = model_load(path, NULL, &e);
    if (m)
        fail_msg("%s opened, expected: %s", path, reason);
    one_line(e.text, path, reason);
}

void texts_refused(const struct text_refusal *list, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        struct err e = {{0}};
        struct model *m = model_parse(list[k].text, strlen(list[k].text), "F", NULL, &e);
        if (m)
            fail_msg("accepted, expected: %s\n%s", list[k].reason, list[k].text);
        one_line(e.text, "F", list[k].reason);
    }
}

struct source *must_open(const char *path)
{
    struct err e = {{0}};
    struct source *s = source_open(path, &e);
    if (!s)
        fail_msg("%s", e.text);
    return s;
}

struct model *must_load(const char *path, const struct model_options *o)
{
    struct err e = {{0}};
    struct model *m = model_load(path, o, &e);
    if (!m)
        fail_msg("%s", e.text);
    return m;
}

void must_hold(struct source *s, const char *name, const float *v, size_t n)
{
    struct err e = {{0}};
    struct tensor *t = source_find(s, name);
    if (!t)
        fail_msg("there is no %s", name);
    if (!tensor_numbers(s, t, &e))
        fail_msg("%s", e.text);
    assert_int_equal(t->count, n);
    assert_memory_equal(t->v, v, n * sizeof *v);
}

void each_refused(const struct refusal *list, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        struct str b = {0};
        put_hex(&b, list[k].hex);
        must_refuse(bytes_file(list[k].name, &b), list[k].reason);
    }
}

/* Opens what became of a file; true: it is a model still. */
static bool opens(const char *name, const char *bytes, size_t len)
{
    struct err e = {{0}};
    struct str b = {0};
    str_addn(&b, bytes, len);
    const char *path = bytes_file(name, &b);
    struct model *m = model_load(path, NULL, &e);
    if (!m && !*e.text)
        fail_msg("%s of %zu bytes is refused without a word", name, len);
    if (!m)
        one_line(e.text, path, "");
    model_free(m);
    return m != NULL;
}

size_t survives(const char *name, const struct str *sound, const struct damage *d)
{
    size_t tried = 0;
    struct str b = {0};
    assert_true(opens(name, sound->s, sound->len));
    for (size_t k = 0; k < sound->len; k += d->stride, tried++)
        if (opens(name, sound->s, k) && d->cut_is_refused)
            fail_msg("%s opened, cut to %zu of %zu bytes", name, k, sound->len);
    str_addn(&b, sound->s, sound->len);
    for (size_t k = 0; k < d->n; k++)
        for (size_t at = k % d->stride; at < b.len; at += d->stride, tried++) {
            b.s[at] = (char)(b.s[at] ^ d->flips[k]);
            opens(name, b.s, b.len);
            b.s[at] = (char)(b.s[at] ^ d->flips[k]);
        }
    str_free(&b);
    return tried;
}

int folder_begin(void **state)
{
    (void)state;
    bytes_begin();
    return 0;
}

int folder_end(void **state)
{
    (void)state;
    bytes_end();
    return 0;
}
