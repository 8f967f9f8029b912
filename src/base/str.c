/* str.c: see str.h. */
#include "base/str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"

static void reserve(struct str *b, size_t extra)
{
    if (b->cap - b->len > extra)          /* room for the NUL too */
        return;
    size_t cap = b->cap ? b->cap : 64;
    while (cap - b->len <= extra) {
        if (cap > (size_t)-1 / 2)
            mem_die();
        cap *= 2;
    }
    b->s = xrealloc(b->s, cap, 1);
    b->cap = cap;
}

void str_addn(struct str *b, const char *s, size_t n)
{
    reserve(b, n);
    memcpy(b->s + b->len, s, n);
    b->len += n;
    b->s[b->len] = '\0';
}

void str_add(struct str *b, const char *s)
{
    str_addn(b, s, strlen(s));
}

void str_addc(struct str *b, char c)
{
    if (b->cap - b->len < 2)               /* the NUL too */
        reserve(b, 1);
    b->s[b->len++] = c;
    b->s[b->len] = '\0';
}

void str_addvf(struct str *b, const char *format, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    reserve(b, 63);
    int n = vsnprintf(b->s + b->len, b->cap - b->len, format, ap);
    if (n < 0) {
        b->s[b->len] = '\0';
    } else if ((size_t)n < b->cap - b->len) {
        b->len += (size_t)n;
    } else {
        reserve(b, (size_t)n);
        vsnprintf(b->s + b->len, b->cap - b->len, format, again);
        b->len += (size_t)n;
    }
    va_end(again);
}

void str_addf(struct str *b, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    str_addvf(b, format, ap);
    va_end(ap);
}

void str_clear(struct str *b)
{
    b->len = 0;
    if (b->s)
        b->s[0] = '\0';
}

void str_cut(struct str *b, size_t len)
{
    if (len < b->len) {
        b->len = len;
        b->s[len] = '\0';
    }
}

void str_free(struct str *b)
{
    free(b->s);
    *b = (struct str){0};
}

char *str_room(struct str *b, size_t n)
{
    reserve(b, n);
    return b->s + b->len;
}

void str_grown(struct str *b, size_t n)
{
    b->len += n;
    b->s[b->len] = '\0';
}

enum { PIECE = 1 << 16 };

bool str_drain(struct str *b, struct drain *d)
{
    if (!d)
        return true;
    if (b->len >= PIECE && !d->failed) {
        d->failed = !d->take(d->to, b->s, b->len);
        str_clear(b);
    }
    return !d->failed;
}

char *str_take(struct str *b)
{
    char *s = b->s ? b->s : xcalloc(1, 1);
    *b = (struct str){0};
    return s;
}

const char *str_text(const struct str *b)
{
    return b->s ? b->s : "";
}

static bool plain_in_json(unsigned char c)
{
    return c >= 0x20 && c != '"' && c != '\\' && c != 0x7F;
}

static void add_escaped(struct str *b, unsigned char c)
{
    switch (c) {
    case '"':  str_add(b, "\\\""); break;
    case '\\': str_add(b, "\\\\"); break;
    case '\n': str_add(b, "\\n"); break;
    case '\r': str_add(b, "\\r"); break;
    case '\t': str_add(b, "\\t"); break;
    default:   str_addf(b, "\\u%04x", c);
    }
}

void str_add_json(struct str *b, const char *s)
{
    str_addc(b, '"');
    while (*s) {
        const char *from = s;
        while (plain_in_json((unsigned char)*s))         /* not so a NUL */
            s++;
        str_addn(b, from, (size_t)(s - from));
        if (*s)
            add_escaped(b, (unsigned char)*s++);
    }
    str_addc(b, '"');
}

void str_add_float(struct str *b, float v)
{
    char *to = str_room(b, NUM_MAX);
    str_grown(b, (size_t)(num_write_float(to, v) - to));
}

void str_add_double(struct str *b, double v)
{
    char buf[NUM_MAX];
    str_add(b, num_double(buf, v));
}

bool str_ends(const char *s, const char *tail)
{
    size_t n = strlen(s), k = strlen(tail);
    return n >= k && memcmp(s + n - k, tail, k) == 0;
}
