/* report.c: see report.h. */
#include "import/report.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

enum { NAME_CELLS = 36, FACT_CELLS = 12 };

static char *clean(const char *s, int cells)
{
    struct str whole = {0}, cut = {0};
    size_t n = strlen(s);
    utf8_clean(&whole, s, n);
    utf8_cut(&cut, str_text(&whole), cells, true);
    str_free(&whole);
    return str_take(&cut);
}

static void add(struct report *r, const char *name, const char *shape, const char *format, va_list ap) ERR_PRINTF(4, 0);
static void add(struct report *r, const char *name, const char *shape, const char *format, va_list ap)
{
    struct str text = {0};
    if (r->rows == r->cap) {
        r->cap = r->cap ? r->cap * 2 : 32;
        r->row = xrealloc(r->row, (size_t)r->cap, sizeof *r->row);
    }
    str_addvf(&text, format, ap);
    r->row[r->rows++] =
        (struct report_row){{clean(name, 60), shape ? xstrdup(shape) : NULL, clean(str_text(&text), 200)}};
    str_free(&text);
}

void report_fact(struct report *r, const char *what, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    add(r, what, NULL, format, ap);
    va_end(ap);
}

void report_part(struct report *r, const char *name, const char *shape, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    add(r, name, shape, format, ap);
    va_end(ap);
}

static void pad(struct str *out, const char *s, int cells)
{
    str_add(out, s);
    for (int k = utf8_text_width(s); k < cells; k++)
        str_addc(out, ' ');
}

char *report_take(struct report *r)
{
    int name = 0, shape = 0;
    struct str out = {0};
    for (int k = 0; k < r->rows; k++) {
        if (!r->row[k].cell[1])
            continue;
        int a = utf8_text_width(r->row[k].cell[0]), b = utf8_text_width(r->row[k].cell[1]);
        name = a > name ? a : name;
        shape = b > shape ? b : shape;
    }
    name = name > NAME_CELLS ? NAME_CELLS : name;
    for (int k = 0; k < r->rows; k++) {
        char *const *cell = r->row[k].cell;
        if (cell[1]) {
            str_add(&out, "  ");
            pad(&out, cell[0], name);
            str_add(&out, "  ");
            pad(&out, cell[1], shape);
            str_add(&out, "  ");
        } else {
            pad(&out, cell[0], FACT_CELLS);
            str_addc(&out, ' ');
        }
        str_add(&out, cell[2]);
        str_addc(&out, '\n');
    }
    report_clear(r);
    return str_take(&out);
}

void report_clear(struct report *r)
{
    for (int k = 0; k < r->rows; k++)
        for (int c = 0; c < 3; c++)
            free(r->row[k].cell[c]);
    free(r->row);
    *r = (struct report){0};
}
