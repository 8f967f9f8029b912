/* find.c: see find.h.
 *
 * Places that are going on are a stack by their first step. The units of the place that began at s are exactly the
 * pattern's units that have been on since s or longer; so when a unit goes off that has been on since r, every place
 * that began at r or later has lost a unit and ends, and the earlier ones, which do not count it, go on.
 */
#include "core/find.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

bool find_on(float value, int sign, float threshold)
{
    return sign > 0 ? value >= threshold : value <= -threshold;
}

/* column: the unit's values, one every `stride` floats. */
static bool on_through(const float *column, size_t stride, int sign, float threshold, int from, int to)
{
    for (int t = from; t <= to; t++)
        if (!find_on(column[(size_t)t * stride], sign, threshold))
            return false;
    return true;
}

int find_units(const float *rows, size_t stride, int units, const struct find_span *in, struct find_unit *out)
{
    const float threshold = in->threshold;
    int n = 0;
    for (int u = 0; u < units; u++)
        for (int sign = 1; sign >= -1; sign -= 2) {
            bool before = on_through(rows + u, stride, sign, threshold, in->from - 1, in->from - 1);
            if (!on_through(rows + u, stride, sign, threshold, in->from, in->to)
                || (in->how & FIND_OFF_BEFORE && before))
                continue;
            if (in->how & FIND_OFF_AFTER && in->to < in->last
                && on_through(rows + u, stride, sign, threshold, in->to + 1, in->to + 1))
                continue;
            out[n++] = (struct find_unit){u, sign};
            break;                /* with a threshold of 0 both signs could be on: one is enough */
        }
    return n;
}

struct open { int from, common; };

struct find_scan {
    struct find_unit *unit;
    int *since;                   /* the step a unit came on; 0: it is off */
    struct open *open;            /* going on, ascending by `from` */
    int units, opened, t;
    float threshold;
};

struct find_scan *find_scan_new(const struct find_unit *units, int n, float threshold)
{
    struct find_scan *f = xcalloc(1, sizeof *f);
    f->unit = xcalloc((size_t)n + 1, sizeof *f->unit);
    f->since = xcalloc((size_t)n + 1, sizeof *f->since);
    f->open = xcalloc((size_t)n + 1, sizeof *f->open);
    if (n)
        memcpy(f->unit, units, (size_t)n * sizeof *units);
    f->units = n;
    f->threshold = threshold;
    return f;
}

void find_scan_free(struct find_scan *f)
{
    if (!f)
        return;
    free(f->unit);
    free(f->since);
    free(f->open);
    free(f);
}

void find_scan_row(struct find_scan *f, const float *row, void (*each)(void *to, int from, int last, int common),
                   void *to)
{
    int t = ++f->t, on = 0, lost = t;
    bool came = false;
    for (int k = 0; k < f->units; k++) {
        bool now = row && find_on(row[f->unit[k].unit], f->unit[k].sign, f->threshold);
        if (!now && f->since[k]) {
            lost = f->since[k] < lost ? f->since[k] : lost;
            f->since[k] = 0;
        } else if (now && !f->since[k]) {
            f->since[k] = t;
            came = true;
        }
        on += now;
    }
    while (f->opened && f->open[f->opened - 1].from >= lost) {
        struct open o = f->open[--f->opened];
        each(to, o.from, t - 1, o.common);
    }
    if (came)
        f->open[f->opened++] = (struct open){t, on};
    if (!row)
        f->t = 0;
}

/* Negative when a is better. */
static int compare(const struct find_list *l, const struct find_place *a, const struct find_place *b)
{
    if (a->common != b->common)
        return b->common - a->common;
    int far_a = abs(a->to - a->from + 1 - l->wanted), far_b = abs(b->to - b->from + 1 - l->wanted);
    if (far_a != far_b)
        return far_a - far_b;
    if (a->sequence != b->sequence)
        return a->sequence < b->sequence ? -1 : 1;
    return a->from - b->from;
}

void find_list_init(struct find_list *l, int most, int wanted)
{
    *l = (struct find_list){.place = xcalloc((size_t)most + 1, sizeof *l->place), .most = most, .wanted = wanted};
}

void find_list_clear(struct find_list *l)
{
    free(l->place);
    *l = (struct find_list){0};
}

int find_list_offer(struct find_list *l, struct find_place p)
{
    l->seen++;
    if (!l->most || (l->n == l->most && compare(l, &p, &l->place[l->n - 1]) >= 0))
        return -1;
    int at = l->n < l->most ? l->n++ : l->n - 1;
    for (; at > 0 && compare(l, &p, &l->place[at - 1]) < 0; at--)
        l->place[at] = l->place[at - 1];
    l->place[at] = p;
    return at;
}
