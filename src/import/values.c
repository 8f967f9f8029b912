/* values.c: numbers that go with a model and come in files of their own: inputs, and what a framework computed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "import/arrays.h"
#include "import/build.h"

enum { PIECE = 4096 };      /* of a file, to know a text by */
#define BOM "\xEF\xBB\xBF"

/* ---- lines of numbers: CSV, TSV, what numpy.savetxt writes ---- */

static const char blanks[] = " \t\r";

/* What parts the numbers of a line: a tab, a semicolon or a comma, the first of them that it has; else blanks. */
static char separator(const char *line)
{
    for (const char *p = "\t;,"; *p; p++)
        if (strchr(line, *p))
            return *p;
    return ' ';
}

/* The cell at *p without the blanks around it, its end made one; *p goes on behind it, NULL behind the last. */
static char *take_cell(char **p, char between)
{
    char *cell = *p + strspn(*p, " "), *end = strchr(cell, between);
    *p = end ? end + 1 : NULL;
    if (end && between == ' ') {
        *p += strspn(*p, " ");
        *p = **p ? *p : NULL;
    }
    end = end ? end : cell + strlen(cell);
    while (end > cell && strchr(blanks, end[-1]))
        end--;
    *end = '\0';
    return cell;
}

/* Where semicolons part numbers, a comma is the point in them. */
static bool parse_cell(const char *cell, char between, double *v)
{
    return between == ';' ? num_parse_typed(cell, v) : num_parse(cell, v);
}

/* The E numbers of a line. place: "line 3". */
static bool read_line(char *line, const char *source, const char *place, int E, float *out, struct err *e)
{
    const char between = separator(line);
    int n = 0;
    for (char *p = line; p; n++) {
        double v;
        const char *cell = take_cell(&p, between);
        if (!parse_cell(cell, between, &v))
            return err_set(e, source, place, "expected a number, found \"%s\"", cell);
        if (n < E)
            out[n] = (float)v;
    }
    return n == E || err_set(e, source, place, "expected %d number%s, found %d", E, E == 1 ? "" : "s", n);
}

/* Is there a number in it, if only one that is not finite? A first line without any has the names of the columns. */
static bool has_number(const char *line)
{
    char *copy = xstrdup(line), *end;
    const char between = separator(line);
    bool has = false;
    for (char *p = copy; p && !has;) {
        const char *cell = take_cell(&p, between);
        (void)strtod(cell, &end);
        has = *cell && (!*end || (between == ';' && *end == ','));
    }
    free(copy);
    return has;
}

/* The line at *p without its comment and the blanks around it; *p goes to the next, NULL behind the last. */
static char *take_line(char **p)
{
    char *line = *p + strspn(*p, " "), *end = strchr(line, '\n');
    *p = end ? end + 1 : NULL;
    if (end)
        *end = '\0';
    line[strcspn(line, "#")] = '\0';
    for (end = line + strlen(line); end > line && strchr(blanks, end[-1]);)
        *--end = '\0';
    return line;
}

static bool read_lines(char *text, const char *source, int E, float **x, int *steps, struct err *e)
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
    bool ok = true, first = true;
    for (char *p = text; ok && p;) {
        char place[32], *line = take_line(&p);
        number++;
        bool names = *line && first && !has_number(line);
        first = first && !*line;
        if (!*line || names)
            continue;
        snprintf(place, sizeof place, "line %d", number);
        ok = read_line(line, source, place, E, v + (size_t)n++ * (size_t)E, e);
    }
    if (ok && !n)
        ok = err_set(e, source, NULL, "expected at least one step, a line of %d number%s, found none", E,
                     E == 1 ? "" : "s");
    if (!ok) {
        mem_free(v);
        return false;
    }
    *x = v;
    *steps = n;
    return true;
}

static char *behind_mark(char *text)
{
    return strncmp(text, BOM, 3) == 0 ? text + 3 : text;
}

/* Is it a file of lines of numbers? What begins as neither an array nor an object is no JSON of inputs. */
static bool is_lines(const struct file_bytes *b, const char *path)
{
    const char *text = (const char *)b->data;
    if (memchr(text, '\0', b->len < PIECE ? b->len : PIECE))
        return false;
    text += strncmp(text, BOM, 3) == 0 ? 3 : 0;
    text += strspn(text, " \t\r\n");
    return str_ends(path, ".csv") || str_ends(path, ".tsv") || !strchr("[{", *text);
}

/* ---- inputs ---- */

/* The inputs of a document: it is they, or it has them under one of the usual names or under the only one. */
static struct json_at find_inputs(const struct json *j)
{
    static const char *const names[] = {"inputs", "input", "x", "X"};
    struct json_at top = json_top(j), inner;
    struct json_iter it = json_iter(&top);
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        if (json_get(&top, names[k], &inner))
            return inner;
    return json_kind(&top) == JSON_OBJECT && json_length(&top) == 1 && json_next(&it, NULL, &inner) ? inner : top;
}

static bool refuse_names(const struct json_at *object, struct err *e)
{
    struct json_iter it = json_iter(object);
    struct json_at item;
    struct str names = {0};
    const char *name;
    for (int k = 0; k < 4 && json_next(&it, &name, &item); k++)
        str_addf(&names, "%s%s", k ? ", " : "", name);
    json_complain(object, e, "expected inputs alone, or called \"inputs\" or \"x\", found %s%s",
                  names.len ? str_text(&names) : "nothing", json_length(object) > 4 ? " …" : "");
    str_free(&names);
    return false;
}

static bool read_document(struct file_bytes *taken, const char *path, int E, float **x, int *steps, struct err *e)
{
    struct json *j = arrays_document(taken, path, e);
    struct json_at at = j ? find_inputs(j) : (struct json_at){0};
    bool ok = j && (json_kind(&at) != JSON_OBJECT || refuse_names(&at, e)) && build_inputs(&at, E, x, steps, e);
    json_free(j);
    return ok;
}

bool import_inputs(const char *path, int E, float **x, int *steps, struct err *e)
{
    struct file_bytes bytes;
    const char *shown = file_shown(path);
    if (!file_map(path, &bytes, e))
        return false;
    if (!is_lines(&bytes, path))
        return read_document(&bytes, path, E, x, steps, e);
    struct str text = {0};
    str_addn(&text, (const char *)bytes.data, bytes.len < FILE_LARGE ? bytes.len : 0);
    bool cut = file_cut(&bytes), large = bytes.len >= FILE_LARGE;
    file_release(&bytes);
    const bool whole = !cut && strlen(str_text(&text)) == text.len;
    bool ok = (!large || err_set(e, shown, NULL, "expected less than %d MiB of text, found more", FILE_LARGE >> 20))
              && (whole || err_set(e, shown, NULL, "expected lines of numbers, found a NUL byte"));
    str_addc(&text, '\n');
    ok = ok && read_lines(behind_mark(text.s), shown, E, x, steps, e);
    str_free(&text);
    return ok;
}

/* ---- what a framework computed ---- */

bool import_expected(struct model *m, const char *path, struct err *e)
{
    struct json *j = arrays_read(path, e);
    struct json_at top = j ? json_top(j) : (struct json_at){0}, inner;
    if (j && json_get(&top, "expected", &inner))
        top = inner;
    bool ok = j && build_expected(m, &top, e);
    json_free(j);
    return ok;
}
