/* json_scan.c: see json_scan.h. A recursive descent, at most JSON_DEPTH deep, that looks at every byte about once:
 * an array that begins with numbers is read as floats at once, and read again as plain JSON only when something else
 * turns up in it; rows are merged into rectangles when the array around them closes. */
#define _GNU_SOURCE
#include "base/json_scan.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#ifdef __x86_64__
#include <emmintrin.h>
#endif

#include "base/mem.h"
#include "base/progress.h"
#include "base/str.h"
#include "base/utf8.h"

struct scanner {
    const char *text, *end, *p;
    const struct file_bytes *bytes;
    size_t passed;                /* bytes whose memory was given back */
    const char *turn;             /* where the window moves on; beyond the end: nowhere */
    const char *source;
    struct json_lift *to;
    const char **key;             /* the opening quotes of the keys of the objects that are open */
    size_t keys, key_cap;
    int depth;
    struct err *e;
};

/* What a value turned out to be, for the array around it. */
enum { OTHER = -1 };

static bool scan_value(struct scanner *sc, long *rect);

/* ---- errors ---- */

static bool fail_at(const struct scanner *sc, const char *p, const char *kind, const char *format, va_list ap)
    ERR_PRINTF(4, 0);
static bool fail_at(const struct scanner *sc, const char *p, const char *kind, const char *format, va_list ap)
{
    size_t line = 1;
    const char *from = sc->text;
    for (const char *n; (n = memchr(from, '\n', (size_t)(p - from))) != NULL; from = n + 1)
        line++;
    struct str where = {0}, what = {0};
    str_addf(&where, "%s:%zu:%zu", sc->source, line, (size_t)(p - from) + 1);
    str_add(&what, kind);
    str_addvf(&what, format, ap);
    err_set(sc->e, str_text(&where), NULL, "%s", str_text(&what));
    str_free(&where);
    str_free(&what);
    return false;
}

static bool (invalid)(const struct scanner *sc, const char *p, const char *format, ...) ERR_PRINTF(3, 4);
static bool (invalid)(const struct scanner *sc, const char *p, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    fail_at(sc, p, "not valid JSON: ", format, ap);
    va_end(ap);
    return false;
}
#define invalid(...) err_false((invalid)(__VA_ARGS__))

static bool (refuse)(const struct scanner *sc, const char *p, const char *format, ...) ERR_PRINTF(3, 4);
static bool (refuse)(const struct scanner *sc, const char *p, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    fail_at(sc, p, "", format, ap);
    va_end(ap);
    return false;
}
#define refuse(...) err_false((refuse)(__VA_ARGS__))

static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool unexpected(const struct scanner *sc, const char *wanted)
{
    const char *p = sc->p;
    if (p >= sc->end)
        return invalid(sc, p, "expected %s, found the end of the text", wanted);
    if (letter(*p)) {
        int n = 1;
        while (n < 20 && letter(p[n]))
            n++;
        const char *hint = !strncmp(p, "NaN", 3) || !strncmp(p, "Inf", 3) ? " (JSON has no NaN and no Infinity)" : "";
        return invalid(sc, p, "expected %s, found %.*s%s", wanted, n, p, hint);
    }
    size_t len;
    uint32_t cp = utf8_decode(p, (size_t)(sc->end - p), &len);
    if (cp < 0x20 || (cp == UTF8_BAD && len == 1))
        return invalid(sc, p, "expected %s, found the byte 0x%02X", wanted, (unsigned)(unsigned char)*p);
    return invalid(sc, p, "expected %s, found %.*s", wanted, (int)len, p);
}

static bool no_memory(const struct scanner *sc)
{
    return err_set(sc->e, sc->source, NULL, "not enough memory to read it");
}

/* ---- growing ---- */

/* Room for one more and `extra` beyond; the size comes from a file, so that failure is an error like any other. */
static bool grow(const struct scanner *sc, void *array, size_t *cap, size_t need, size_t size)
{
    if (need <= *cap)
        return true;
    size_t more = *cap ? *cap : 256;
    while (more < need)
        more *= 2;
    void *old;
    memcpy(&old, array, sizeof old);
    void *p = mem_again(old, more, size);
    if (!p)
        return no_memory(sc);
    memcpy(array, &p, sizeof p);
    *cap = more;
    return true;
}

static bool put(struct scanner *sc, const char *s, size_t n)
{
    struct json_lift *to = sc->to;
    if (to->rest_cap - to->rest_len < n && !grow(sc, &to->rest, &to->rest_cap, to->rest_len + n, 1))
        return false;
    memcpy(to->rest + to->rest_len, s, n);
    to->rest_len += n;
    return true;
}

static bool put_index(struct scanner *sc, size_t k)
{
    char digits[24], *d = digits + sizeof digits;
    do
        *--d = (char)('0' + k % 10);
    while (k /= 10);
    return put(sc, d, (size_t)(digits + sizeof digits - d));
}

/* ---- numbers ---- */

static inline bool digit(char c)
{
    return (unsigned char)(c - '0') < 10;
}

static inline const char *blanks(const char *p)
{
    while (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t')
        p++;
    return p;
}

static locale_t c_locale(void)
{
    static locale_t c;
    if (!c)
        c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    return c;
}

double json_number_value(const char *s)
{
    return strtod_l(s, NULL, c_locale());
}

#if defined(__BYTE_ORDER__) && defined(__ORDER_LITTLE_ENDIAN__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
/* Eight bytes as a number, each a digit (or 0): each step adds neighbours, 8 × 1 → 4 × 2 → 2 × 4 → 1 × 8. */
static inline uint64_t eight_digits(uint64_t v)
{
    v = (v & 0x0F0F0F0F0F0F0F0Fu) * 2561 >> 8;
    v = (v & 0x00FF00FF00FF00FFu) * 6553601 >> 16;
    return (v & 0x0000FFFF0000FFFFu) * 42949672960001u >> 32;
}

#ifdef __x86_64__
/* Sixteen bytes of which each is a digit: w becomes w and they behind it. False: one is none. */
static inline bool sixteen_digits(const char *p, uint64_t *w)
{
    const __m128i digit = _mm_sub_epi8(_mm_loadu_si128((const __m128i *)(const void *)p), _mm_set1_epi8('0'));
    if (_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_max_epu8(digit, _mm_set1_epi8(10)), digit)))
        return false;
    const __m128i pairs = _mm_add_epi16(_mm_mullo_epi16(_mm_and_si128(digit, _mm_set1_epi16(0xFF)), _mm_set1_epi16(10)),
                                        _mm_srli_epi16(digit, 8));
    const __m128i fours = _mm_madd_epi16(pairs, _mm_set1_epi32(1 << 16 | 100));
    const __m128i eights = _mm_madd_epi16(_mm_packs_epi32(fours, fours), _mm_set1_epi32(1 << 16 | 10000));
    const uint64_t two = (uint64_t)_mm_cvtsi128_si64(eights);
    *w = *w * 10000000000000000u + (two & 0xFFFFFFFFu) * 100000000u + (two >> 32);
    return true;
}
#else
static inline bool sixteen_digits(const char *p, uint64_t *w)
{
    (void)p;
    (void)w;
    return false;
}
#endif

/* Digits, up to the first byte that is none: w becomes w and they behind it. Many at once, for texts that are mostly
 * digits. Of the last eight bytes those behind the digits are shifted out: how many digits a number has is nothing
 * that a processor could guess. */
static inline const char *digits(const char *p, const char *end, uint64_t *w)
{
    static const uint64_t tens[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000};
    if (end - p >= 16 && sixteen_digits(p, w))
        p += 16;
    for (; end - p >= 8; p += 8) {
        uint64_t v;
        memcpy(&v, p, 8);
        uint64_t other =
            ((v & 0xF0F0F0F0F0F0F0F0u) | ((v + 0x0606060606060606u) & 0xF0F0F0F0F0F0F0F0u) >> 4) ^ 0x3333333333333333u;
        if (other) {
            int n = __builtin_ctzll(other) / 8;
            *w = *w * tens[n] + eight_digits(v << 8 << (56 - 8 * n));
            return p + n;
        }
        *w = *w * 100000000u + eight_digits(v);
    }
    while (digit(*p))
        *w = *w * 10 + (uint64_t)(*p++ - '0');
    return p;
}
#else
static inline const char *digits(const char *p, const char *end, uint64_t *w)
{
    (void)end;
    while (digit(*p))
        *w = *w * 10 + (uint64_t)(*p++ - '0');
    return p;
}
#endif

/* A number of the text as w × 10^exponent. With more than 19 significant digits w holds the first 19. */
struct decimal {
    uint64_t w;
    long exponent;
    bool minus;
};

enum { EXACT_DIGITS = 19 };        /* 10^19 < 2^64 */

/* The first 19 significant digits of the digits in [from, to), which a point may divide; zeros before them are none. */
static void many_digits(const char *from, const char *to, struct decimal *d)
{
    int taken = 0;
    const char *zero = from;
    while (zero < to && (*zero == '0' || *zero == '.'))
        zero++;
    if (to - zero <= EXACT_DIGITS)        /* w has them all */
        return;
    long dropped = 0;
    d->w = 0;
    for (const char *p = from; p < to; p++) {
        if (*p == '.')
            continue;
        if (taken == EXACT_DIGITS) {
            dropped++;
        } else {
            d->w = d->w * 10 + (uint64_t)(*p - '0');
            taken += taken || *p != '0';
        }
    }
    d->exponent += dropped;
}

/* Reads a number by the grammar; NULL when there is none at p. */
static inline const char *decimal_read(const char *p, const char *end, struct decimal *d)
{
    d->minus = *p == '-';
    p += d->minus;
    const char *first = p, *point = NULL;
    uint64_t w = 0;
    if (*p == '0') {
        p++;
    } else {
        if (!digit(*p))
            return NULL;
        w = (uint64_t)(*p++ - '0');
        if (digit(*p))
            p = digits(p, end, &w);
    }
    if (*p == '.') {
        point = p++;
        if (!digit(*p))
            return NULL;
        p = digits(p, end, &w);
    }
    const char *last = p;
    long e = 0;
    if (*p == 'e' || *p == 'E') {
        p++;
        bool down = *p == '-';
        p += down || *p == '+';
        if (!digit(*p))
            return NULL;
        for (; digit(*p); p++)
            if (e < 100000000)
                e = e * 10 + (*p - '0');
        if (down)
            e = -e;
    }
    d->w = w;
    d->exponent = e - (point ? last - point - 1 : 0);
    if (last - first - (point != NULL) > EXACT_DIGITS)
        many_digits(first, last, d);
    return p;
}

/* The end of NaN, Infinity or -Infinity at p; NULL: it is none of them. JSON has no such numbers, but Python,
 * JavaScript's relatives and loggers write them: they are read as numbers that are not finite, which fail only where
 * a number is asked for. */
static const char *not_finite(const char *p)
{
    static const char *const words[] = {"NaN", "Infinity", "-Infinity", "-NaN"};
    for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
        size_t n = strlen(words[k]);
        if (strncmp(p, words[k], n) == 0 && !letter(p[n]) && !digit(p[n]))
            return p + n;
    }
    return NULL;
}

const char *json_number_end(const char *s)
{
    struct decimal d;
    const char *end = decimal_read(s, s, &d);
    if (!end)
        end = not_finite(s);
    return end ? end : s;
}

/* 10^-59 … 10^59. */
static const double power[] = {
    1e-59, 1e-58, 1e-57, 1e-56, 1e-55, 1e-54, 1e-53, 1e-52, 1e-51, 1e-50, 1e-49, 1e-48, 1e-47, 1e-46, 1e-45,
    1e-44, 1e-43, 1e-42, 1e-41, 1e-40, 1e-39, 1e-38, 1e-37, 1e-36, 1e-35, 1e-34, 1e-33, 1e-32, 1e-31, 1e-30,
    1e-29, 1e-28, 1e-27, 1e-26, 1e-25, 1e-24, 1e-23, 1e-22, 1e-21, 1e-20, 1e-19, 1e-18, 1e-17, 1e-16, 1e-15,
    1e-14, 1e-13, 1e-12, 1e-11, 1e-10, 1e-9,  1e-8,  1e-7,  1e-6,  1e-5,  1e-4,  1e-3,  1e-2,  1e-1,  1e0,
    1e1,   1e2,   1e3,   1e4,   1e5,   1e6,   1e7,   1e8,   1e9,   1e10,  1e11,  1e12,  1e13,  1e14,  1e15,
    1e16,  1e17,  1e18,  1e19,  1e20,  1e21,  1e22,  1e23,  1e24,  1e25,  1e26,  1e27,  1e28,  1e29,  1e30,
    1e31,  1e32,  1e33,  1e34,  1e35,  1e36,  1e37,  1e38,  1e39,  1e40,  1e41,  1e42,  1e43,  1e44,  1e45,
    1e46,  1e47,  1e48,  1e49,  1e50,  1e51,  1e52,  1e53,  1e54,  1e55,  1e56,  1e57,  1e58,  1e59,
};
enum { POWERS = sizeof power / sizeof *power / 2 + 1 };

/* The float nearest to d, the same as strtof gives. w × 10^e in double is off by at most 0.5 ulp for each of w, the
 * power and the product, and 2^-7 ulp for digits left out: under 4 ulp of double in all. A float ulp is 2^29 of those,
 * so that rounding to float can go wrong only when the double lies within 4 of a point halfway between two floats.
 * Those, subnormals and overflow go to strtof. */
static inline float decimal_float(const char *s, const struct decimal *d)
{
    static const float sign[] = {1, -1};
    if (d->w == 0)
        return d->minus ? -0.0f : 0.0f;
    if (d->exponent > -POWERS && d->exponent < POWERS) {
        double v = (double)d->w * power[POWERS - 1 + d->exponent];
        uint64_t bits;
        memcpy(&bits, &v, sizeof bits);
        uint32_t below = (uint32_t)bits & 0x1FFFFFFFu;
        if (v > 2 * (double)FLT_MIN && v < (double)FLT_MAX / 2 && below - 0x0FFFFFF8u > 0x10)
            return copysignf((float)v, sign[d->minus]);
    }
    return strtof_l(s, NULL, c_locale());
}

/* Where the number at p, which is none, lacks a digit. */
static const char *number_fault(const char *p)
{
    p += *p == '-';
    if (!digit(*p))
        return p;
    while (digit(*p))
        p++;
    if (*p == '.') {
        p++;
        if (!digit(*p))
            return p;
        while (digit(*p))
            p++;
    }
    p++;
    return p + (*p == '+' || *p == '-');
}

static bool scan_number(struct scanner *sc)
{
    struct decimal d;
    const char *end = decimal_read(sc->p, sc->end, &d), *odd = end ? NULL : not_finite(sc->p);
    if (!end && !odd) {
        sc->p = number_fault(sc->p);
        return unexpected(sc, "a digit");
    }
    const char *zero = sc->p + d.minus;
    if (end && *zero == '0' && digit(zero[1]))
        return invalid(sc, sc->p, "a number cannot begin with 0 and more digits");
    struct json_lift *to = sc->to;
    if (!grow(sc, &to->scalar, &to->scalar_cap, to->scalars + 1, sizeof *to->scalar))
        return false;
    to->scalar[to->scalars] = (uint32_t)(sc->p - sc->text);
    sc->p = end ? end : odd;
    return put_index(sc, to->scalars++);
}

/* ---- strings and keys ---- */

static bool hex4(const char *p, unsigned *out)
{
    unsigned v = 0;
    for (int k = 0; k < 4; k++) {
        char c = p[k];
        if (digit(c))
            v = v << 4 | (unsigned)(c - '0');
        else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))
            v = v << 4 | (unsigned)((c | 0x20) - 'a' + 10);
        else
            return false;
    }
    *out = v;
    return true;
}

static bool scan_escape(struct scanner *sc)
{
    const char *p = sc->p;          /* at the backslash */
    if (p[1] && strchr("\"\\/bfnrt", p[1])) {
        sc->p += 2;
        return put(sc, p, 2);
    }
    unsigned u = 0, low = 0;
    if (p[1] != 'u') {
        sc->p++;
        return unexpected(sc, "one of \" \\ / b f n r t u after a backslash");
    }
    if (!hex4(p + 2, &u))
        return invalid(sc, p, "expected four hexadecimal digits after \\u");
    if (u >= 0xDC00 && u <= 0xDFFF)
        return invalid(sc, p, "\\u%04X is the second half of a character without the first", u);
    if (u >= 0xD800 && u <= 0xDBFF) {
        if (p[6] != '\\' || p[7] != 'u' || !hex4(p + 8, &low) || low < 0xDC00 || low > 0xDFFF)
            return invalid(sc, p, "\\u%04X is the first half of a character without the second", u);
        sc->p += 12;
        return put(sc, p, 12);
    }
    sc->p += 6;
    char nul = (char)JSON_NUL;
    return u ? put(sc, p, 6) : put(sc, &nul, 1);
}

static bool scan_string(struct scanner *sc)
{
    const char *from = sc->p++;
    for (;;) {
        const char *p = sc->p;
        while ((unsigned char)*p >= 0x20 && (unsigned char)*p < 0x80 && *p != '"' && *p != '\\')
            p++;
        sc->p = p;
        if (*p == '"') {
            sc->p++;
            return put(sc, from, (size_t)(sc->p - from));
        }
        if (*p == '\\') {
            if (!put(sc, from, (size_t)(p - from)) || !scan_escape(sc))
                return false;
            from = sc->p;
        } else if ((unsigned char)*p < 0x20) {
            if (p >= sc->end)
                return invalid(sc, p, "the text ends inside a string");
            return invalid(sc, p, "the control character 0x%02X stands raw in a string (write \\u%04x)", (unsigned)*p,
                           (unsigned)*p);
        } else {
            size_t len;
            if (utf8_decode(p, (size_t)(sc->end - p), &len) == UTF8_BAD && len == 1)
                return invalid(sc, p, "the byte 0x%02X is not UTF-8", (unsigned)(unsigned char)*p);
            sc->p += len;
        }
    }
}

enum { KEY_END = 0x110000 };

/* The next character of a checked string, escapes decoded. */
static uint32_t key_char(const char **at)
{
    const char *p = *at;
    size_t len;
    unsigned u = 0, low = 0;
    if (*p == '"' || !*p)         /* a NUL: the file was changed since it was checked */
        return KEY_END;
    if (*p != '\\') {
        uint32_t cp = utf8_decode(p, 4, &len);
        *at = p + len;
        return cp;
    }
    if (p[1] != 'u') {
        static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
        const char *k = strchr(from, p[1]);
        *at = p + 2;
        return (uint32_t)(unsigned char)(k ? to[k - from] : p[1]);
    }
    hex4(p + 2, &u);
    *at = p + 6;
    if (u < 0xD800 || u > 0xDFFF)
        return u;
    hex4(p + 8, &low);
    *at = p + 12;
    return 0x10000 + ((u - 0xD800) << 10 | (low - 0xDC00));
}

static int key_order(const char *a, const char *b)
{
    for (a++, b++;;) {
        while (*a == *b && *a && (unsigned char)*a < 0x80 && *a != '"' && *a != '\\')
            a++, b++;
        uint32_t x = key_char(&a), y = key_char(&b);
        if (x != y)
            return x < y ? -1 : 1;
        if (x == KEY_END)
            return 0;
    }
}

static int key_compare(const void *a, const void *b)
{
    const char *x = *(const char *const *)a, *y = *(const char *const *)b;
    int order = key_order(x, y);
    return order ? order : (x > y) - (x < y);
}

/* The keys of one object (from `first` on), once each: sorting needs no hash that a hostile file could aim at. */
static bool keys_differ(struct scanner *sc, size_t first)
{
    size_t n = sc->keys - first;
    if (n < 2)
        return true;
    const char **key = sc->key + first;
    qsort(key, n, sizeof *key, key_compare);
    const char *twice = NULL;
    for (size_t k = 1; k < n; k++)
        if ((!twice || key[k] < twice) && key_order(key[k - 1], key[k]) == 0)
            twice = key[k];
    if (!twice)
        return true;
    const char *end = twice + 1;
    while (*end != '"' && end - twice < 60)
        end += *end == '\\' ? 2 : 1;
    return refuse(sc, twice, "the key %.*s\" is there twice", (int)(end - twice), twice);
}

/* ---- arrays and objects ---- */

static bool enter(struct scanner *sc)
{
    if (sc->depth == JSON_DEPTH)
        return refuse(sc, sc->p, "nested deeper than %d levels", JSON_DEPTH);
    sc->depth++;
    sc->p = blanks(sc->p + 1);
    return true;
}

static bool number_begins(char c)
{
    return digit(c) || c == '-';
}

/* Or one of the words for what is not finite. */
static bool number_may_begin(char c)
{
    return number_begins(c) || c == 'N' || c == 'I';
}

/* Numbers are what makes a text long, and the words of a vocabulary: behind them its memory is let go. */
enum { WINDOW = 256 << 10 };

static void pass(struct scanner *sc, const char *p)
{
    size_t at = (size_t)(p - sc->text);
    file_pass(sc->bytes, sc->passed, at, (size_t)2 * WINDOW);
    progress_at(sc->source, (double)at / (double)sc->bytes->len);
    sc->passed = at;
    sc->turn = sc->end - p > WINDOW ? p + WINDOW : sc->end + 1;
}

/* Room for one more in the pool, which is full. Once there is something to judge by, for all that will come if it goes
 * on like this: moving numbers to a larger place would need both at once. */
static bool grow_pool(struct scanner *sc, const char *p)
{
    enum { JUDGE_FROM = 4096 };
    struct json_lift *to = sc->to;
    size_t need = to->value_cap ? to->value_cap + to->value_cap / 4 + 1 : 1024, most = to->values + 1;
    most += (size_t)(sc->end - p) / 2;                /* a digit and a comma each */
    if (to->values >= JUDGE_FROM) {
        double all = (double)to->values * (double)sc->bytes->len / (double)(p - sc->text) * 1.02;
        need = all > (double)need ? (size_t)all : need;
    }
    need = need > most ? most : need;
    float *pool = mem_again(to->pool, need, sizeof *pool);
    if (!pool)
        return no_memory(sc);
    mem_large(pool, need * sizeof *pool);
    to->pool = pool;
    to->value_cap = need;
    return true;
}

/* Reads numbers from sc->p to the closing bracket into the pool. False with *ok true when something else turned up:
 * nothing is kept then, and whatever is wrong is found again by the plain way, which has the words for it. */
static bool lift_numbers(struct scanner *sc, const char *open, bool *ok)
{
    struct json_lift *to = sc->to;
    size_t first = to->values;
    const char *p = sc->p, *end = sc->end;
    uint32_t bad = JSON_NONE, bad_source = 0;
    *ok = true;
    for (;;) {
        struct decimal d;
        const char *number = p;
        p = decimal_read(p, end, &d);
        float v = p ? decimal_float(number, &d) : NAN;
        if (!p && !(p = not_finite(number)))
            break;
        if (to->values == to->value_cap && !grow_pool(sc, p)) {
            *ok = false;
            return false;
        }
        if (!isfinite(v) && bad == JSON_NONE) {
            bad = (uint32_t)to->values;
            bad_source = (uint32_t)(number - sc->text);
        }
        to->pool[to->values++] = v;
        if (p >= sc->turn)
            pass(sc, p);
        p = blanks(p);
        if (*p == ']') {
            if (!grow(sc, &to->rect, &to->rect_cap, to->rects + 1, sizeof *to->rect)) {
                *ok = false;
                return false;
            }
            to->rect[to->rects++] = (struct json_rect){(uint32_t)(open - sc->text), (uint32_t)first, bad, bad_source, 1,
                                                       {(uint32_t)(to->values - first)}};
            sc->p = p + 1;
            return true;
        }
        if (*p != ',')
            break;
        p = blanks(p + 1);
        if (!number_may_begin(*p))
            break;
    }
    to->values = first;
    return false;
}

static bool put_rect(struct scanner *sc, size_t k)
{
    return put(sc, "[", 1) && put_index(sc, k) && put(sc, "]", 1);
}

static bool same_shape(const struct json_rect *a, const struct json_rect *b)
{
    return a->rank == b->rank && memcmp(a->shape, b->shape, a->rank * sizeof *a->shape) == 0;
}

/* The rectangles from `first` on, all of one shape and side by side in the pool, become one of a rank more. */
static void merge(struct json_lift *to, size_t first, const char *open, const struct scanner *sc)
{
    struct json_rect *r = &to->rect[first];
    for (size_t k = first + 1; k < to->rects && r->bad == JSON_NONE; k++) {
        r->bad = to->rect[k].bad;
        r->bad_source = to->rect[k].bad_source;
    }
    memmove(r->shape + 1, r->shape, r->rank * sizeof *r->shape);
    r->shape[0] = (uint32_t)(to->rects - first);
    r->rank++;
    r->source = (uint32_t)(open - sc->text);
    to->rects = first + 1;
}

static bool scan_array(struct scanner *sc, long *rect)
{
    struct json_lift *to = sc->to;
    const char *open = sc->p;
    if (!enter(sc))
        return false;
    if (number_may_begin(*sc->p)) {
        bool ok;
        if (lift_numbers(sc, open, &ok)) {
            *rect = (long)to->rects - 1;
            sc->depth--;
            return put_rect(sc, to->rects - 1);
        }
        if (!ok)
            return false;
    }
    size_t rest = to->rest_len, first = to->rects, items = 0;
    bool uniform = true;
    if (!put(sc, "[", 1))
        return false;
    if (*sc->p != ']') {
        for (;; items++) {
            long child = OTHER;
            if (!scan_value(sc, &child))
                return false;
            uniform = uniform && child >= 0 && same_shape(&to->rect[first], &to->rect[child]);
            sc->p = blanks(sc->p);
            if (*sc->p == ']')
                break;
            if (*sc->p != ',')
                return unexpected(sc, "\",\" or \"]\"");
            sc->p = blanks(sc->p + 1);
            if (!put(sc, ",", 1))
                return false;
        }
        items++;
    }
    sc->p++;
    sc->depth--;
    if (items && uniform && to->rect[first].rank < JSON_RANK) {
        merge(to, first, open, sc);
        to->rest_len = rest;
        *rect = (long)first;
        return put_rect(sc, first);
    }
    return put(sc, "]", 1);
}

static bool scan_object(struct scanner *sc)
{
    size_t first = sc->keys;
    if (!enter(sc) || !put(sc, "{", 1))
        return false;
    if (*sc->p != '}') {
        for (;;) {
            if (*sc->p != '"')
                return unexpected(sc, "a key in double quotes");
            if (!grow(sc, &sc->key, &sc->key_cap, sc->keys + 1, sizeof *sc->key))
                return false;
            sc->key[sc->keys++] = sc->p;
            if (!scan_string(sc))
                return false;
            sc->p = blanks(sc->p);
            if (*sc->p != ':')
                return unexpected(sc, "\":\" after the key");
            sc->p = blanks(sc->p + 1);
            long rect;
            if (!put(sc, ":", 1) || !scan_value(sc, &rect))
                return false;
            sc->p = blanks(sc->p);
            if (*sc->p == '}')
                break;
            if (*sc->p != ',')
                return unexpected(sc, "\",\" or \"}\"");
            sc->p = blanks(sc->p + 1);
            if (!put(sc, ",", 1))
                return false;
        }
    }
    if (!keys_differ(sc, first))
        return false;
    sc->keys = first;
    sc->p++;
    sc->depth--;
    return put(sc, "}", 1);
}

/* *rect becomes the rectangle this value was lifted to; it is left alone otherwise. */
static bool scan_value(struct scanner *sc, long *rect)
{
    static const char *const literal[] = {"true", "false", "null"};
    if (sc->p >= sc->turn)
        pass(sc, sc->p);
    switch (*sc->p) {
    case '[': return scan_array(sc, rect);
    case '{': return scan_object(sc);
    case '"': return scan_string(sc);
    default:  break;
    }
    if (number_begins(*sc->p) || not_finite(sc->p))
        return scan_number(sc);
    for (size_t k = 0; k < sizeof literal / sizeof *literal; k++) {
        size_t n = strlen(literal[k]);
        if (strncmp(sc->p, literal[k], n) == 0 && !letter(sc->p[n]) && !digit(sc->p[n])) {
            sc->p += n;
            return put(sc, literal[k], n);
        }
    }
    return unexpected(sc, "a value");
}

/* ---- the whole text ---- */

static bool check_encoding(const struct scanner *sc)
{
    static const struct { const char *bytes; size_t n; const char *name; } mark[] = {
        {"\xFF\xFE\0\0", 4, "the mark of UTF-32 (save the file as UTF-8)"},
        {"\0\0\xFE\xFF", 4, "the mark of UTF-32 (save the file as UTF-8)"},
        {"\xFF\xFE", 2, "the mark of UTF-16 (save the file as UTF-8)"},
        {"\xFE\xFF", 2, "the mark of UTF-16 (save the file as UTF-8)"},
    };
    size_t len = (size_t)(sc->end - sc->text);
    for (size_t k = 0; k < sizeof mark / sizeof *mark; k++)
        if (len >= mark[k].n && memcmp(sc->text, mark[k].bytes, mark[k].n) == 0)
            return invalid(sc, sc->text, "it begins with %s", mark[k].name);
    if (len >= 2 && (!sc->text[0]) != (!sc->text[1]))
        return invalid(sc, sc->text, "it looks like UTF-16 (save the file as UTF-8)");
    return true;
}

static bool scan_text(struct scanner *sc)
{
    long rect;
    if (!check_encoding(sc))
        return false;
    if (sc->end - sc->text >= 3 && memcmp(sc->text, "\xEF\xBB\xBF", 3) == 0)
        sc->p += 3;                /* RFC 8259 §8.1: a reader may ignore the mark */
    if (sc->text == sc->end)
        return invalid(sc, sc->p, "the text is empty");
    sc->p = blanks(sc->p);
    if (sc->p == sc->end)
        return invalid(sc, sc->p, "the text is blank");
    if (!scan_value(sc, &rect))
        return false;
    sc->p = blanks(sc->p);
    if (sc->p != sc->end)
        return unexpected(sc, "nothing more after the value");
    return put(sc, "", 1);
}

bool json_scan(const struct file_bytes *bytes, const char *source, struct json_lift *out, struct err *e)
{
    const char *text = (const char *)bytes->data;
    const size_t len = bytes->len;
    struct scanner sc = {.text = text, .end = text + len, .p = text, .bytes = bytes, .source = source, .to = out,
                         .e = e};
    pass(&sc, text);
    *out = (struct json_lift){0};
    bool ok = len <= (size_t)2 << 30 ? scan_text(&sc)
        : err_set(e, source, NULL, "expected at most 2 GiB of text, found %zu bytes", len);
    free(sc.key);
    if (!ok) {
        json_lift_free(out);
        return false;
    }
    if (out->pool) {
        float *fitted = realloc(out->pool, out->values ? out->values * sizeof *fitted : 1);
        if (fitted)
            out->pool = fitted;
    }
    return true;
}

void json_lift_free(struct json_lift *l)
{
    free(l->rest);
    free(l->pool);
    free(l->rect);
    free(l->scalar);
    *l = (struct json_lift){0};
}
