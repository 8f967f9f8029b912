/* layout.c: see layout.h; the loader itself is in read.c. */
#include "import/layout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

bool layout_order(const char *text, char out[GATES + 1])
{
    static const struct { char letter; enum quantity q; } letters[] = {
        {'f', Q_F}, {'i', Q_I}, {'g', Q_G}, {'c', Q_G}, {'j', Q_G}, {'z', Q_G}, {'a', Q_G}, {'o', Q_O},
    };
    int seen = 0, n = 0;
    for (; *text; text++) {
        size_t k = 0;
        if (strchr(" ,;-", *text))
            continue;
        while (k < sizeof letters / sizeof *letters && letters[k].letter != (*text | 0x20))
            k++;
        if (k == sizeof letters / sizeof *letters || n == GATES || seen & 1 << letters[k].q)
            return false;
        seen |= 1 << letters[k].q;
        out[n++] = "figo"[letters[k].q];                /* ORDER gates */
    }
    out[n] = '\0';
    return n == GATES;
}

const char *layout_spaced(const char order[GATES + 1], char buf[8])
{
    snprintf(buf, 8, "%c %c %c %c", order[0], order[1], order[2], order[3]);
    return buf;
}

int layout_block(const struct layout *l, enum quantity q)
{
    const char *at = strchr(l->order, "figo"[q]);           /* ORDER gates */
    return at ? (int)(at - l->order) : 0;
}

struct layer_parts *parts_add(struct parts *p)
{
    if (p->layers == p->cap) {
        p->cap = p->cap ? 2 * p->cap : 4;
        p->layer = xrealloc(p->layer, (size_t)p->cap, sizeof *p->layer);
    }
    p->layer[p->layers] = (struct layer_parts){0};
    return &p->layer[p->layers++];
}

void parts_clear(struct parts *p)
{
    free(p->layer);
    free(p->note);
    *p = (struct parts){0};
}

void parts_note(struct parts *p, const char *format, ...)
{
    struct str note = {0};
    va_list ap;
    if (p->note)
        str_addf(&note, "%s; ", p->note);
    va_start(ap, format);
    str_addvf(&note, format, ap);
    va_end(ap);
    free(p->note);
    p->note = str_take(&note);
}
