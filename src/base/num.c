/* num.c: see num.h. */
#include "base/num.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* printf writes the locale's decimal point; a caller's setlocale must not change our files. */
static char *fix_point(char *s)
{
    const char *p = localeconv()->decimal_point;
    size_t n = strlen(p);
    if (n == 1 && *p == '.')
        return s;
    char *at = strstr(s, p);
    if (at && n) {
        *at = '.';
        memmove(at + 1, at + n, strlen(at + n) + 1);
    }
    return s;
}

/* strtod wants the locale's point; s has '.'. Short texts only (callers check). */
static double read_double(const char *s)
{
    const char *p = localeconv()->decimal_point;
    if (*p == '.' && !p[1])
        return strtod(s, NULL);
    char copy[512];
    size_t n = 0;
    for (; *s && n + strlen(p) + 1 < sizeof copy; s++) {
        if (*s == '.') {
            memcpy(copy + n, p, strlen(p));
            n += strlen(p);
        } else {
            copy[n++] = *s;
        }
    }
    copy[n] = '\0';
    return strtod(copy, NULL);
}

/* ---- shortest decimals ----
 *
 * R. Giulietti's Schubfach ("The Schubfach way to render doubles", 2020). A float v = c·2^q stands for every real
 * number between the midpoints to its neighbours. With k = floor(log10 2^q) that interval, times 10^-k, holds one or
 * two whole numbers and at most one multiple of ten: the shortest decimal is that multiple, or the whole number next
 * to v. The three products c·2^q·10^-k are needed exactly enough to tell on which side of a whole number they lie:
 * their upper bits, with the last one set when anything was cut off ("round to odd"). tests/hard/hard_num.c tries
 * all 2^32 floats. */

__extension__ typedef unsigned __int128 u128;

enum { FLOAT_LOW = -31, DOUBLE_LOW = -8, DOUBLE_HIGH = 40 };

/* 10^k, k from FLOAT_LOW, scaled to 64 bits and rounded up. */
static const uint64_t power_float[] = {
    0x81CEB32C4B43FCF5u, 0xA2425FF75E14FC32u, 0xCAD2F7F5359A3B3Fu, 0xFD87B5F28300CA0Eu, 0x9E74D1B791E07E49u,
    0xC612062576589DDBu, 0xF79687AED3EEC552u, 0x9ABE14CD44753B53u, 0xC16D9A0095928A28u, 0xF1C90080BAF72CB2u,
    0x971DA05074DA7BEFu, 0xBCE5086492111AEBu, 0xEC1E4A7DB69561A6u, 0x9392EE8E921D5D08u, 0xB877AA3236A4B44Au,
    0xE69594BEC44DE15Cu, 0x901D7CF73AB0ACDAu, 0xB424DC35095CD810u, 0xE12E13424BB40E14u, 0x8CBCCC096F5088CCu,
    0xAFEBFF0BCB24AAFFu, 0xDBE6FECEBDEDD5BFu, 0x89705F4136B4A598u, 0xABCC77118461CEFDu, 0xD6BF94D5E57A42BDu,
    0x8637BD05AF6C69B6u, 0xA7C5AC471B478424u, 0xD1B71758E219652Cu, 0x83126E978D4FDF3Cu, 0xA3D70A3D70A3D70Bu,
    0xCCCCCCCCCCCCCCCDu, 0x8000000000000000u, 0xA000000000000000u, 0xC800000000000000u, 0xFA00000000000000u,
    0x9C40000000000000u, 0xC350000000000000u, 0xF424000000000000u, 0x9896800000000000u, 0xBEBC200000000000u,
    0xEE6B280000000000u, 0x9502F90000000000u, 0xBA43B74000000000u, 0xE8D4A51000000000u, 0x9184E72A00000000u,
    0xB5E620F480000000u, 0xE35FA931A0000000u, 0x8E1BC9BF04000000u, 0xB1A2BC2EC5000000u, 0xDE0B6B3A76400000u,
    0x8AC7230489E80000u, 0xAD78EBC5AC620000u, 0xD8D726B7177A8000u, 0x878678326EAC9000u, 0xA968163F0A57B400u,
    0xD3C21BCECCEDA100u, 0x84595161401484A0u, 0xA56FA5B99019A5C8u, 0xCECB8F27F4200F3Au, 0x813F3978F8940985u,
    0xA18F07D736B90BE6u, 0xC9F2C9CD04674EDFu, 0xFC6F7C4045812297u, 0x9DC5ADA82B70B59Eu, 0xC5371912364CE306u,
    0xF684DF56C3E01BC7u, 0x9A130B963A6C115Du, 0xC097CE7BC90715B4u, 0xF0BDC21ABB48DB21u, 0x96769950B50D88F5u,
    0xBC143FA4E250EB32u, 0xEB194F8E1AE525FEu, 0x92EFD1B8D0CF37BFu, 0xB7ABC627050305AEu, 0xE596B7B0C643C71Au,
    0x8F7E32CE7BEA5C70u, 0xB35DBF821AE4F38Cu,
};
/* The same with 128 bits, high half first, k from DOUBLE_LOW to DOUBLE_HIGH: doubles between 1e-20 and 1e20, others
 * are rare and go through printf. */
static const struct { uint64_t high, low; } power_double[] = {
    {0xABCC77118461CEFCu, 0xFDC20D2B36BA7C3Eu}, {0xD6BF94D5E57A42BCu, 0x3D32907604691B4Du},
    {0x8637BD05AF6C69B5u, 0xA63F9A49C2C1B110u}, {0xA7C5AC471B478423u, 0x0FCF80DC33721D54u},
    {0xD1B71758E219652Bu, 0xD3C36113404EA4A9u}, {0x83126E978D4FDF3Bu, 0x645A1CAC083126EAu},
    {0xA3D70A3D70A3D70Au, 0x3D70A3D70A3D70A4u}, {0xCCCCCCCCCCCCCCCCu, 0xCCCCCCCCCCCCCCCDu},
    {0x8000000000000000u, 0x0000000000000000u}, {0xA000000000000000u, 0x0000000000000000u},
    {0xC800000000000000u, 0x0000000000000000u}, {0xFA00000000000000u, 0x0000000000000000u},
    {0x9C40000000000000u, 0x0000000000000000u}, {0xC350000000000000u, 0x0000000000000000u},
    {0xF424000000000000u, 0x0000000000000000u}, {0x9896800000000000u, 0x0000000000000000u},
    {0xBEBC200000000000u, 0x0000000000000000u}, {0xEE6B280000000000u, 0x0000000000000000u},
    {0x9502F90000000000u, 0x0000000000000000u}, {0xBA43B74000000000u, 0x0000000000000000u},
    {0xE8D4A51000000000u, 0x0000000000000000u}, {0x9184E72A00000000u, 0x0000000000000000u},
    {0xB5E620F480000000u, 0x0000000000000000u}, {0xE35FA931A0000000u, 0x0000000000000000u},
    {0x8E1BC9BF04000000u, 0x0000000000000000u}, {0xB1A2BC2EC5000000u, 0x0000000000000000u},
    {0xDE0B6B3A76400000u, 0x0000000000000000u}, {0x8AC7230489E80000u, 0x0000000000000000u},
    {0xAD78EBC5AC620000u, 0x0000000000000000u}, {0xD8D726B7177A8000u, 0x0000000000000000u},
    {0x878678326EAC9000u, 0x0000000000000000u}, {0xA968163F0A57B400u, 0x0000000000000000u},
    {0xD3C21BCECCEDA100u, 0x0000000000000000u}, {0x84595161401484A0u, 0x0000000000000000u},
    {0xA56FA5B99019A5C8u, 0x0000000000000000u}, {0xCECB8F27F4200F3Au, 0x0000000000000000u},
    {0x813F3978F8940984u, 0x4000000000000000u}, {0xA18F07D736B90BE5u, 0x5000000000000000u},
    {0xC9F2C9CD04674EDEu, 0xA400000000000000u}, {0xFC6F7C4045812296u, 0x4D00000000000000u},
    {0x9DC5ADA82B70B59Du, 0xF020000000000000u}, {0xC5371912364CE305u, 0x6C28000000000000u},
    {0xF684DF56C3E01BC6u, 0xC732000000000000u}, {0x9A130B963A6C115Cu, 0x3C7F400000000000u},
    {0xC097CE7BC90715B3u, 0x4B9F100000000000u}, {0xF0BDC21ABB48DB20u, 0x1E86D40000000000u},
    {0x96769950B50D88F4u, 0x1314448000000000u}, {0xBC143FA4E250EB31u, 0x17D955A000000000u},
    {0xEB194F8E1AE525FDu, 0x5DCFAB0800000000u},
};

/* floor(q·log10 2), and floor of log10 of 3/4·2^q, for the interval below a power of two, which is half as wide
 * there. */
static int decimal_exponent(int q, bool narrow)
{
    return (q * 1262611 - (narrow ? 524031 : 0)) >> 22;
}

static int binary_exponent(int k)
{
    return (k * 1741647) >> 19;       /* floor(k·log2 10) */
}

struct decimal { uint64_t digits; int exponent; };       /* digits × 10^exponent */

/* low, v, high: four times the interval's ends and the value itself, times 10^-k, rounded to odd. The ends belong to
 * the interval when c is even (ties go to even). */
static struct decimal shortest(uint64_t low, uint64_t v, uint64_t high, bool even, int k)
{
    uint64_t s = v / 4;
    low += !even;
    high -= !even;
    if (s >= 10) {
        uint64_t ten = s / 10;
        bool down = low <= 40 * ten, up = 40 * ten + 40 <= high;
        if (down != up)
            return (struct decimal){ten + up, k + 1};
    }
    bool down = low <= 4 * s, up = 4 * s + 4 <= high;
    if (down != up)
        return (struct decimal){s + up, k};
    uint64_t middle = 4 * s + 2;
    return (struct decimal){s + (v > middle || (v == middle && (s & 1))), k};
}

static inline uint64_t odd_float(uint64_t g, uint32_t c)
{
    u128 p = (u128)g * c;
    return (uint64_t)(p >> 64) | ((uint32_t)((uint64_t)p >> 32) > 1);
}

static inline uint64_t odd_double(uint64_t high, uint64_t low, uint64_t c)
{
    u128 p = (u128)high * c + (uint64_t)((u128)low * c >> 64);
    return (uint64_t)(p >> 64) | ((uint64_t)p > 1);
}

/* c·2^q, a whole number of at most `bits` bits: its own digits, without zeros at the end. */
static bool whole_number(uint64_t c, int q, int bits, struct decimal *out)
{
    if (q > 0 || q <= -bits || (c & (((uint64_t)1 << -q) - 1)))
        return false;
    *out = (struct decimal){c >> -q, 0};
    return true;
}

static struct decimal decimal_of_float(uint32_t bits)
{
    uint32_t fraction = bits & 0x7FFFFF, exponent = bits >> 23 & 0xFF, c = exponent ? fraction | 0x800000 : fraction;
    int q = (exponent ? (int)exponent : 1) - 150;
    bool narrow = !fraction && exponent > 1;
    struct decimal d;
    if (whole_number(c, q, 24, &d))
        return d;
    int k = decimal_exponent(q, narrow), shift = q + binary_exponent(-k) + 1;
    uint64_t g = power_float[-k - FLOAT_LOW];
    return shortest(odd_float(g, (4 * c - 2 + narrow) << shift), odd_float(g, 4 * c << shift),
                    odd_float(g, (4 * c + 2) << shift), !(c & 1), k);
}

/* False: outside the table. */
static bool decimal_of_double(uint64_t bits, struct decimal *out)
{
    uint64_t fraction = bits & 0xFFFFFFFFFFFFFu, c = fraction | 0x10000000000000u;
    int exponent = (int)(bits >> 52 & 0x7FF), q = exponent - 1075;
    bool narrow = !fraction;
    int k = decimal_exponent(q, narrow);
    if (!exponent || -k < DOUBLE_LOW || -k > DOUBLE_HIGH)
        return false;
    if (whole_number(c, q, 53, out))
        return true;
    int shift = q + binary_exponent(-k) + 1;
    uint64_t high = power_double[-k - DOUBLE_LOW].high, low = power_double[-k - DOUBLE_LOW].low;
    *out = shortest(odd_double(high, low, (4 * c - 2 + narrow) << shift), odd_double(high, low, 4 * c << shift),
                    odd_double(high, low, (4 * c + 2) << shift), !(c & 1), k);
    return true;
}

/* ---- digits ---- */

static const char pairs[] =
    "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849"
    "5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";

static inline char *pair_before(char *end, unsigned v)
{
    return memcpy(end - 2, pairs + (size_t)2 * v, 2);
}

/* The digits of v so that they end before `end`; where they begin. */
static inline char *digits_before(char *end, uint64_t v)
{
    while (v >= 10000) {
        uint64_t rest = v / 10000;
        unsigned four = (unsigned)(v - 10000 * rest);
        end = pair_before(pair_before(end, four % 100), four / 100);
        v = rest;
    }
    unsigned last = (unsigned)v;
    if (last >= 100) {
        end = pair_before(end, last % 100);
        last /= 100;
    }
    if (last >= 10)
        return pair_before(end, last);
    *--end = (char)('0' + last);
    return end;
}

enum { FIXED_LOW = -4, FIXED_HIGH = 9 };      /* the first digit's power of ten, for a notation without exponent */
enum { DIGITS = 20 }; /* copied whether there are so many or not: a copy of known size is a move or two */

static char *write_exponent(char *to, int e)
{
    char room[8], *end = room + sizeof room, *p = digits_before(end, (uint64_t)abs(e));
    *to++ = 'e';
    *to++ = e < 0 ? '-' : '+';
    if (end - p < 2)
        *to++ = '0';
    memcpy(to, p, (size_t)(end - p));
    return to + (end - p);
}

/* "0.00025", "1234.5", "1e-05", "1.5e+20": as C's %g writes them, except that whole numbers stay plain up to 10^10. */
static char *write_decimal(char *to, struct decimal d)
{
    char room[3 * DIGITS] = {0}, *end = room + DIGITS;
    while (d.digits % 10 == 0) {
        d.digits /= 10;
        d.exponent++;
    }
    char *s = digits_before(end, d.digits);
    int n = (int)(end - s), first = n + d.exponent - 1;
    bool plain = first >= FIXED_LOW && first <= FIXED_HIGH;
    if (plain && first < 0) {
        memcpy(to, "0.000", 5);
        to += 1 - first;
        memcpy(to, s, DIGITS);
        return to + n;
    }
    if (plain && n <= first + 1) {
        memset(end, '0', FIXED_HIGH);
        memcpy(to, s, DIGITS);
        return to + first + 1;
    }
    int whole = plain ? first + 1 : 1;        /* digits before the point */
    memcpy(to, s, DIGITS);
    if (n > whole) {
        to[whole] = '.';
        memcpy(to + whole + 1, s + whole, DIGITS);
        to++;
    }
    return plain ? to + n : write_exponent(to + n, first);
}

static char *write_word(char *to, const char *word)
{
    size_t n = strlen(word);
    memcpy(to, word, n);
    return to + n;
}

char *num_write_float(char to[NUM_MAX], float v)
{
    uint32_t bits;
    memcpy(&bits, &v, sizeof bits);
    if (isnan(v))
        return write_word(to, "nan");
    *to = '-';
    to += bits >> 31;                 /* no branch: signs are what no processor foresees */
    if (v == 0 || isinf(v))
        return write_word(to, v == 0 ? "0" : "inf");
    return write_decimal(to, decimal_of_float(bits));
}

/* A double outside the table: the fewest digits of printf that read back. */
static char *write_rare(char *to, double v)
{
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(to, NUM_MAX - 1, "%.*g", digits, v);
        if (read_double(fix_point(to)) == v)
            break;
    }
    return to + strlen(to);
}

static char *write_double(char *to, double v)
{
    uint64_t bits;
    struct decimal d;
    memcpy(&bits, &v, sizeof bits);
    if (isnan(v))
        return write_word(to, "nan");
    *to = '-';
    to += bits >> 63;
    if (v == 0 || isinf(v))
        return write_word(to, v == 0 ? "0" : "inf");
    return decimal_of_double(bits, &d) ? write_decimal(to, d) : write_rare(to, fabs(v));
}

char *num_float(char buf[NUM_MAX], float v)
{
    *num_write_float(buf, v) = '\0';
    return buf;
}

char *num_double(char buf[NUM_MAX], double v)
{
    *write_double(buf, v) = '\0';
    return buf;
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static const char *skip_sign(const char *p)
{
    return p + (*p == '+' || *p == '-');
}

static const char *skip_digits(const char *p)
{
    while (digit(*p))
        p++;
    return p;
}

bool num_parse(const char *s, double *out)
{
    const char *whole = skip_sign(s), *p = skip_digits(whole);
    bool digits = p > whole;
    if (*p == '.') {
        const char *part = p + 1;
        p = skip_digits(part);
        digits = digits || p > part;
    }
    if (!digits)
        return false;
    if (*p == 'e' || *p == 'E') {
        const char *power = skip_sign(p + 1);
        p = skip_digits(power);
        if (p == power)
            return false;
    }
    if (*p || p - s > 400)
        return false;
    double v = read_double(s);
    if (!isfinite(v))
        return false;
    *out = v;
    return true;
}

bool num_parse_int(const char *s, long min, long max, long *out)
{
    const char *digits = skip_sign(s), *end = skip_digits(digits);
    if (end == digits || *end)
        return false;
    errno = 0;
    long v = strtol(s, NULL, 10);
    if (errno || v < min || v > max)
        return false;
    *out = v;
    return true;
}

bool num_parse_typed(const char *s, double *out)
{
    enum { LONGEST = 64 };
    char point[LONGEST];
    size_t n = strlen(s);
    const char *comma = strchr(s, ',');
    if (!comma || n >= sizeof point || strchr(s, '.'))
        return num_parse(s, out);
    memcpy(point, s, n + 1);
    point[comma - s] = '.';
    return num_parse(point, out);
}
