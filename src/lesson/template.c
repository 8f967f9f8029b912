/* template.c: texts with expressions in them. See lesson.h. */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "lesson/lesson.h"

enum { DECIMALS_MOST = 6 };

/* "", "2", "+2", "%": what stands behind the colon. */
static bool format_known(const char *f)
{
    if (!*f || !strcmp(f, "%"))
        return true;
    f += *f == '+';
    return f[0] >= '0' && f[0] <= '0' + DECIMALS_MOST && !f[1];
}

/* As many significant digits as it takes, three at least and six at most, so that nothing reads as the whole number
 * that it is not (0.99990 is no 1); no more zeros than they need, no "-0". */
static void number_plain(double v, struct str *out)
{
    enum { LEAST = 3, MOST = 6 };
    char buf[40];
    double near = round(v);
    if (!isfinite(v)) {
        snprintf(buf, sizeof buf, "%s", isnan(v) ? "nan" : v > 0 ? "inf" : "-inf");
    } else if (fabs(v - near) <= 1e-6 * fmax(1, fabs(v)) && fabs(v) < 1e9 && (near != 0 || fabs(v) < 1e-9)) {
        snprintf(buf, sizeof buf, "%.0f", near);
    } else {
        for (int digits = LEAST; digits <= MOST; digits++) {
            snprintf(buf, sizeof buf, "%.*g", digits, v);
            if (strpbrk(buf, ".e"))
                break;
        }
        char *e = strchr(buf, 'e');
        if (e && e[2] == '0')     /* "3.2e-05" */
            memmove(e + 2, e + 3, strlen(e + 3) + 1);
    }
    str_add(out, !strcmp(buf, "-0") ? "0" : buf);
}

/* Does it read 0, 1 or -1 and is none of them? (1e-9: what is left of sums that are 0.) */
static bool reads_whole(const char *text, double v)
{
    double read = strtod(text, NULL);
    return (read == 0 || fabs(read) == 1) && fabs(v - read) > (read == 0 ? 1e-9 : 1e-6);
}

static void number_fixed(double v, int decimals, bool sign, struct str *out)
{
    enum { MOST = 6 };
    char buf[64];
    do
        snprintf(buf, sizeof buf, sign ? "%+.*f" : "%.*f", decimals, v);
    while (decimals > 0 && reads_whole(buf, v) && ++decimals <= MOST);
    if (decimals > MOST && strtod(buf, NULL) == 0) {
        int tens = (int)floor(log10(fabs(v)));
        snprintf(buf, sizeof buf, sign ? "%+.0fe%d" : "%.0fe%d", v / pow(10, tens), tens);
    }
    if ((*buf == '-' || *buf == '+') && !strpbrk(buf, "123456789") && isfinite(v))
        str_add(out, buf + 1);
    else
        str_add(out, buf);
}

static void number_say(double v, const char *f, struct str *out)
{
    if (!strcmp(f, "%"))
        str_addf(out, "%.0f%%", v * 100);
    else if (*f)
        number_fixed(v, f[strlen(f) - 1] - '0', *f == '+', out);
    else
        number_plain(v, out);
}

void template_value(const struct expr_value *v, const char *format, struct str *out)
{
    if (v->kind == EXPR_IS_WORD) {
        str_add(out, v->word);
        return;
    }
    if (v->kind == EXPR_IS_NUMBER) {
        number_say(v->v[0], format, out);
        return;
    }
    for (int k = 0; k < v->n; k++) {
        str_add(out, k ? ", " : "[");
        number_say(v->v[k], format, out);
    }
    str_addc(out, ']');
}

/* The end of what begins behind a brace: its `}`, past quotes; *colon: where the format begins, or the end. */
static const char *closing(const char *p, const char **colon)
{
    char quote = 0;
    *colon = NULL;
    for (; *p; p++) {
        if (quote) {
            quote = *p == quote ? 0 : quote;
        } else if (*p == '\'' || *p == '"') {
            quote = *p;
        } else if (*p == ':') {
            *colon = p;
        } else if (*p == '}') {
            *colon = *colon ? *colon : p;
            return p;
        }
    }
    return NULL;
}

/* One {…} at p, which stands behind its brace: parsed, and (with an env) filled in. Returns what follows it. */
static const char *piece(const char *text, const char *p, const struct expr_env *env, struct str *out, struct err *e)
{
    const char *colon, *end = closing(p, &colon);
    if (!end) {
        err_set(e, NULL, NULL, "column %d: expected }, found the end", (int)(p - text));
        return NULL;
    }
    char *source = xstrndup(p, (size_t)(colon - p)), *format = xstrndup(colon + (colon < end),
            (size_t)(end - colon - (colon < end)));
    struct err why = {{0}};
    struct expr *x = expr_parse(source, &why);
    struct expr_value v;
    bool ok = x != NULL;
    if (ok && !format_known(format)) {
        err_set(&why, NULL, NULL, "expected a number of decimals (2), one with sign (+2) or %%, found \"%.20s\"",
                format);
        ok = false;
    }
    if (ok && env && (ok = expr_eval(x, env, &v, &why)))
        template_value(&v, format, out);
    if (!ok)
        err_set(e, NULL, NULL, "{%.60s}: %s", source, why.text);
    expr_free(x);
    free(source);
    free(format);
    return ok ? end + 1 : NULL;
}

static bool walk(const char *text, const struct expr_env *env, struct str *out, struct err *e)
{
    for (const char *p = text; p && *p;) {
        size_t n = strcspn(p, "{");
        if (out)
            str_addn(out, p, n);
        p += n;
        if (*p != '{')
            return true;
        if (p[1] == '{') {
            if (out)
                str_addc(out, '{');
            p += 2;
            continue;
        }
        p = piece(text, p + 1, env, out, e);
        if (!p)
            return false;
    }
    return true;
}

bool template_check(const char *text, struct err *e)
{
    return walk(text, NULL, NULL, e);
}

bool template_fill(const char *text, const struct expr_env *env, struct str *out, struct err *e)
{
    return walk(text, env, out, e);
}
