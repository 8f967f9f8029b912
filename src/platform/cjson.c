/* cjson.c: stands in for the library cJSON where there is none to link: in a browser (`make web`), and in a program
 * that needs no library of the machine (`make static`; Debian has no static cJSON). Only the calls that base/json.c
 * makes, under cJSON's own header, so that nothing else knows of it. The tree is cJSON's, link for link: the first of
 * siblings names the last one as its `prev`. A test compares both over the same texts.
 *
 * What json_scan lets through is JSON; what is not JSON has no tree here either. Where cJSON is more patient (a raw
 * line end in a string, the number 01, blanks that are none) this is strict. */
#include <cjson/cJSON.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct reader { const char *at, *end; int depth; };

static cJSON *value(struct reader *r);

static void pass_blanks(struct reader *r)
{
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\t' || *r->at == '\n' || *r->at == '\r'))
        r->at++;
}

/* Goes past c, if it is what comes. */
static bool take(struct reader *r, char c)
{
    if (r->at == r->end || *r->at != c)
        return false;
    r->at++;
    return true;
}

static bool take_word(struct reader *r, const char *word)
{
    size_t n = strlen(word);
    if ((size_t)(r->end - r->at) < n || memcmp(r->at, word, n) != 0)
        return false;
    r->at += n;
    return true;
}

static cJSON *item(int type)
{
    cJSON *n = calloc(1, sizeof *n);
    if (n)
        n->type = type;
    return n;
}

/* ---- strings ----------------------------------------------------------------------------------------------------- */

static int hex_digit(char c)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) % 16 : -1;
}

/* Four hexadecimal digits; -1 where there are none. */
static long hex4(struct reader *r)
{
    long v = 0;
    for (int k = 0; k < 4; k++) {
        int digit = r->at < r->end ? hex_digit(*r->at++) : -1;
        if (digit < 0)
            return -1;
        v = v * 16 + digit;
    }
    return v;
}

/* What follows \u: a character, or the two halves of one. -1: neither. */
static long escaped_character(struct reader *r)
{
    long high = hex4(r);
    if (high < 0xD800 || high > 0xDFFF)
        return high;
    if (high > 0xDBFF || !take(r, '\\') || !take(r, 'u'))
        return -1;
    long low = hex4(r);
    return low < 0xDC00 || low > 0xDFFF ? -1 : 0x10000 + ((high & 0x3FF) << 10 | (low & 0x3FF));
}

static char *put_utf8(char *to, unsigned long c)
{
    int more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    static const unsigned char lead[] = {0x00, 0xC0, 0xE0, 0xF0};
    *to++ = (char)(lead[more] | c >> (6 * more));
    while (more-- > 0)
        *to++ = (char)(0x80 | (c >> (6 * more) & 0x3F));
    return to;
}

/* What stands behind a backslash, to `to`; NULL where nothing may stand so. */
static char *escape(struct reader *r, char *to)
{
    static const char names[] = "\"\\/bfnrt", means[] = "\"\\/\b\f\n\r\t";
    if (r->at == r->end)
        return NULL;
    char c = *r->at++;
    if (c == 'u') {
        long v = escaped_character(r);
        return v < 0 ? NULL : put_utf8(to, (unsigned long)v);
    }
    const char *name = c ? strchr(names, c) : NULL;
    if (!name)
        return NULL;
    *to = means[name - names];
    return to + 1;
}

/* The closing quote of the string that r stands in, or NULL. */
static const char *closing_quote(const struct reader *r)
{
    for (const char *p = r->at; p < r->end; p++) {
        if (*p == '"')
            return p;
        if ((unsigned char)*p < 0x20)
            return NULL;
        if (*p == '\\')
            p++;
    }
    return NULL;
}

/* A string in its quotes, without them and its escapes; the caller's (free). What an escape means is never longer
 * than the escape. */
static char *string(struct reader *r)
{
    const char *quote = take(r, '"') ? closing_quote(r) : NULL;
    char *text = quote ? malloc((size_t)(quote - r->at) + 1) : NULL, *to = text;
    if (!text)
        return NULL;
    while (r->at < quote) {
        if (*r->at != '\\') {
            *to++ = *r->at++;
            continue;
        }
        r->at++;
        to = escape(r, to);
        if (!to || r->at > quote) {
            free(text);
            return NULL;
        }
    }
    *to = '\0';
    r->at++;
    return text;
}

static cJSON *string_value(struct reader *r)
{
    cJSON *n = item(cJSON_String);
    if (n && !(n->valuestring = string(r))) {
        cJSON_Delete(n);
        return NULL;        /* NOLINT(clang-analyzer-unix.Malloc): cJSON_Delete frees it, by recursion */
    }
    return n;
}

/* ---- numbers ----------------------------------------------------------------------------------------------------- */

static size_t digits(const char *p, const char *end)
{
    size_t n = 0;
    while (p + n < end && p[n] >= '0' && p[n] <= '9')
        n++;
    return n;
}

/* Where the number at p ends, by JSON's grammar; NULL: there is none. */
static const char *number_end(const char *p, const char *end)
{
    p += p < end && *p == '-';
    size_t n = digits(p, end);
    if (!n || (n > 1 && *p == '0'))
        return NULL;
    p += n;
    if (p < end && *p == '.') {
        n = digits(p + 1, end);
        if (!n)
            return NULL;
        p += 1 + n;
    }
    if (p < end && (*p == 'e' || *p == 'E')) {
        p++;
        p += p < end && (*p == '+' || *p == '-');
        n = digits(p, end);
        if (!n)
            return NULL;
        p += n;
    }
    return p;
}

static int whole(double v)
{
    return v >= INT_MAX ? INT_MAX : v <= (double)INT_MIN ? INT_MIN : (int)v;
}

static cJSON *number(struct reader *r)
{
    const char *end = number_end(r->at, r->end);
    size_t n = end ? (size_t)(end - r->at) : 0;
    char *text = end ? malloc(n + 1) : NULL;          /* strtod must not look beyond it */
    cJSON *out = text ? item(cJSON_Number) : NULL;
    if (out) {
        memcpy(text, r->at, n);
        text[n] = '\0';
        out->valuedouble = strtod(text, NULL);
        out->valueint = whole(out->valuedouble);
        r->at = end;
    }
    free(text);
    return out;
}

/* ---- arrays and objects ------------------------------------------------------------------------------------------ */

static void append(cJSON *to, cJSON *n)
{
    cJSON *first = to->child;
    if (!first) {
        to->child = n->prev = n;
        return;
    }
    n->prev = first->prev;
    first->prev->next = n;
    first->prev = n;
}

/* NAME: VALUE */
static cJSON *member(struct reader *r)
{
    char *name = string(r);
    cJSON *n = NULL;
    if (name) {
        pass_blanks(r);
        if (take(r, ':')) {
            pass_blanks(r);
            n = value(r);
        }
    }
    if (n)
        n->string = name;
    else
        free(name);
    return n;
}

/* [ITEM, ITEM] or {NAME: VALUE, …}: what `one` reads, with commas between. */
static bool items(struct reader *r, cJSON *to, cJSON *(*one)(struct reader *), char closing)
{
    pass_blanks(r);
    if (take(r, closing))
        return true;
    do {
        pass_blanks(r);
        cJSON *n = one(r);
        if (!n)
            return false;
        append(to, n);
        pass_blanks(r);
    } while (take(r, ','));
    return take(r, closing);
}

static cJSON *collection(struct reader *r)
{
    bool array = *r->at++ == '[';
    cJSON *n = r->depth < CJSON_NESTING_LIMIT ? item(array ? cJSON_Array : cJSON_Object) : NULL;
    if (!n)
        return NULL;
    r->depth++;
    bool ok = array ? items(r, n, value, ']') : items(r, n, member, '}');
    r->depth--;
    if (ok)
        return n;
    cJSON_Delete(n);
    return NULL;            /* NOLINT(clang-analyzer-unix.Malloc): the same */
}

static cJSON *value(struct reader *r)
{
    if (r->at == r->end)
        return NULL;
    if (*r->at == '{' || *r->at == '[')
        return collection(r);
    if (*r->at == '"')
        return string_value(r);
    if (take_word(r, "null"))
        return item(cJSON_NULL);
    if (take_word(r, "false"))
        return item(cJSON_False);
    if (take_word(r, "true")) {
        cJSON *n = item(cJSON_True);
        if (n)
            n->valueint = 1;
        return n;
    }
    return number(r);
}

/* ---- the calls --------------------------------------------------------------------------------------------------- */

cJSON *cJSON_ParseWithLengthOpts(const char *text, size_t length, const char **end, cJSON_bool to_the_end)
{
    struct reader r = {text, text ? text + length : NULL, 0};
    pass_blanks(&r);
    cJSON *n = text && length ? value(&r) : NULL;
    pass_blanks(&r);
    if (n && to_the_end && (r.at == r.end || *r.at)) {        /* the NUL counts in length */
        cJSON_Delete(n);
        n = NULL;
    }
    if (end)                /* NOLINT(clang-analyzer-unix.Malloc): the same */
        *end = r.at;
    return n;
}

void cJSON_Delete(cJSON *n)
{
    while (n) {
        cJSON *next = n->next;
        cJSON_Delete(n->child);
        free(n->valuestring);
        free(n->string);
        free(n);
        n = next;
    }
}

static cJSON_bool is(const cJSON *n, int types)
{
    return n && (n->type & 0xFF & types) != 0;
}

cJSON_bool cJSON_IsObject(const cJSON *n)
{
    return is(n, cJSON_Object);
}

cJSON_bool cJSON_IsArray(const cJSON *n)
{
    return is(n, cJSON_Array);
}

cJSON_bool cJSON_IsString(const cJSON *n)
{
    return is(n, cJSON_String);
}

cJSON_bool cJSON_IsNumber(const cJSON *n)
{
    return is(n, cJSON_Number);
}

cJSON_bool cJSON_IsTrue(const cJSON *n)
{
    return is(n, cJSON_True);
}

cJSON_bool cJSON_IsBool(const cJSON *n)
{
    return is(n, cJSON_True | cJSON_False);
}
