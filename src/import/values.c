/* values.c: numbers that go with a model and come in files of their own: inputs, and what a framework computed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/num.h"
#include "import/build.h"

/* ---- CSV ---- */

static bool is_blank(const char *s)
{
    return s[strspn(s, " \t\r")] == '\0';
}

/* The E numbers of a line, cut at commas, semicolons or tabs. place: "line 3". */
static bool read_line(char *line, const char *source, const char *place, int E, float *out, struct err *e)
{
    int n = 0;
    for (char *p = line, *next; p; p = next, n++) {
        double v;
        next = strpbrk(p, ",;\t");
        if (next)
            *next++ = '\0';
        p += strspn(p, " ");
        p[strcspn(p, " \r")] = '\0';
        if (!num_parse(p, &v))
            return err_set(e, source, place, "expected a number, found \"%s\"", p);
        if (n < E)
            out[n] = (float)v;
    }
    return n == E || err_set(e, source, place, "expected %d number%s, found %d", E, E == 1 ? "" : "s", n);
}

static bool begins_with_number(const char *line)
{
    char first[64];
    double v;
    line += strspn(line, " ");
    size_t n = strcspn(line, ",;\t\r\n ");
    if (n >= sizeof first)
        return false;
    memcpy(first, line, n);
    first[n] = '\0';
    return num_parse(first, &v);
}

static bool read_csv(char *text, const char *source, int E, float **x, int *steps, struct err *e)
{
    size_t lines = 1;
    for (const char *p = text; *p; p++)
        lines += *p == '\n';
    if (lines > 1u << 24)
        return err_set(e, source, NULL, "expected at most %d steps, found %zu lines", 1 << 24, lines);
    float *v = mem_array(lines, (size_t)E * sizeof *v);
    if (!v)
        return err_set(e, source, NULL, "not enough memory for %zu steps", lines);
    int n = 0, number = 0;
    bool ok = true;
    for (char *p = text, *next; ok && p; p = next) {
        char place[32];
        next = strchr(p, '\n');
        if (next)
            *next++ = '\0';
        number++;
        if (is_blank(p) || (number == 1 && !begins_with_number(p)))      /* a first line of names */
            continue;
        snprintf(place, sizeof place, "line %d", number);
        ok = read_line(p, source, place, E, v + (size_t)n++ * (size_t)E, e);
    }
    if (ok && !n)
        ok = err_set(e, source, NULL, "expected at least one step, found none");
    if (!ok) {
        mem_free(v);
        return false;
    }
    *x = v;
    *steps = n;
    return true;
}

/* Is it a file of lines of numbers? A text that begins with neither bracket, nor quote, nor letter of JSON's words. */
static bool is_csv(const char *path, const char *text)
{
    size_t n = strlen(path);
    if (n > 4 && (strcmp(path + n - 4, ".csv") == 0 || strcmp(path + n - 4, ".tsv") == 0))
        return true;
    text += strspn(text, " \t\r\n");
    return begins_with_number(text) && strpbrk(text, "\n");
}

bool import_inputs(const char *path, int E, float **x, int *steps, struct err *e)
{
    char *text;
    size_t len;
    const char *shown = file_shown(path);
    if (!file_read_if(path, FILE_LARGE, file_is_text, &text, &len, e))
        return false;
    if (is_csv(path, text)) {
        bool ok = strlen(text) == len ? read_csv(text, shown, E, x, steps, e)
                                      : err_set(e, shown, NULL, "expected lines of numbers, found a NUL byte");
        free(text);
        return ok;
    }
    struct json *j = json_parse(text, len, shown, e);
    struct json_at top = j ? json_top(j) : (struct json_at){0}, inner;
    if (j && json_get(&top, "inputs", &inner))
        top = inner;
    bool ok = j && build_inputs(&top, E, x, steps, e);
    json_free(j);
    return ok;
}

bool import_expected(struct model *m, const char *path, struct err *e)
{
    struct json *j = json_read(path, e);
    struct json_at top = j ? json_top(j) : (struct json_at){0}, inner;
    if (j && json_get(&top, "expected", &inner))
        top = inner;
    bool ok = j && build_expected(m, &top, e);
    json_free(j);
    return ok;
}
