/* bars_blocks.c: a block a quantity, a line a unit: what the main view is for few units.
 *
 * A line reads: the mark of the selected one, what it is, whose, the bar in its frame, the number, and in words what it
 * means. Bars of all blocks stand in the same columns, so that they can be compared with a ruler. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "ui/widget.h"
#include "views/bars_draw.h"
#include "views/value.h"
#include "views/spot.h"
#include "views/steps.h"

/* What stands beside a block, from its first row down. */
static const struct { const char *name, *means, *verb; } texts[VAL_COUNT] = {
    [VAL_C_PREV] = {"memory before", NULL, NULL},
    [VAL_F] = {"forget gate", "1 = keep all", "keep"},
    [VAL_KEPT] = {"kept", NULL, NULL},
    [VAL_I] = {"input gate", "1 = write all", "write"},
    [VAL_G] = {"candidate", NULL, NULL},
    [VAL_WRITTEN] = {"written", NULL, NULL},
    [VAL_C] = {"memory after", NULL, NULL},
    [VAL_O] = {"output gate", "1 = show all", "show"},
    [VAL_H] = {"what is shown", NULL, NULL},
};

/* Columns of a line, from its left end. */
struct form {
    int symbol, symbol_w;
    int name, name_w;             /* name_w 0: one unit, not named */
    int bar, bar_w;               /* with its frame */
    int number;                   /* last cell of the number; mark and bracket follow */
    int number_w;
    int note, note_w;
};

static struct form form_of(const struct bars_scene *b, int w)
{
    enum { CELLS_UNIT = 32, MOST = 97 };
    struct form f = {.symbol = 3, .number_w = 6};
    bool one = b->plan->units == 1;
    if (b->plan->measure && w >= 64) {
        f = (struct form){.symbol = 3, .symbol_w = 8, .name = 12, .name_w = 7, .bar = 20, .number_w = 6};
        f.bar_w = w - f.bar - 18;
        f.note = f.bar + f.bar_w + 9;
        f.note_w = 9;
        f.number = f.bar + f.bar_w + 5;
        int cells = f.bar_w - 2;                        /* tens are ticks on whole cells */
        f.bar_w = cells >= 20 ? cells / 10 * 10 + 2 : f.bar_w;
        return f;
    }
    if (w >= 64) {
        f = (struct form){.symbol = 3, .symbol_w = 14, .name = 17, .name_w = 7, .bar = 25, .number_w = 6};
        int cells = w - f.bar - 2 - 20;
        if (cells >= CELLS_UNIT + 1)
            cells = cells > MOST ? MOST : (cells - 1) / CELLS_UNIT * CELLS_UNIT + 1;
        f.bar_w = cells + 2;
        f.number = f.bar + f.bar_w + 6;
        f.note = f.number + 4;
        f.note_w = w - f.note < 10 ? w - f.note : 10;
        return f;
    }
    f.symbol = 2;
    f.symbol_w = 6;
    f.name = 8;
    f.name_w = one ? 0 : w < 30 ? 4 : 7;
    f.bar = f.name + f.name_w + (f.name_w > 0);
    f.number_w = w < 30 ? 5 : 6;
    f.number = w - 3;
    f.bar_w = f.number - f.number_w - f.bar - (w >= 30);
    return f;
}

/* "½ of 6"; the share alone where there is no room for both: C_t-1 stands in a block of its own. */
static void note_of_kept(const struct bars_scene *b, int unit, int room, char out[32])
{
    char share[8];
    float f = session_value(b->s, RUN_PINNED, b->layer, unit, VAL_F, b->t),
        c = session_value(b->s, RUN_PINNED, b->layer, unit, VAL_C_PREV, b->t);
    widget_share(share, f);
    const char *part = f == 0.5f ? b->g->glyphs->quarters[2] : share;
    bool whole = fabsf(c) < 100 && c == rintf(c);
    if (whole)
        snprintf(out, 32, "%s of %.0f", part, (double)c);
    if (!whole || utf8_text_width(out) > room)
        snprintf(out, 32, "%s", share);
}

/* "was +0.90", "keep 50%": what a number means, in words. */
static void note_of(const struct bars_scene *b, enum value v, float value, float base, int room, char out[32])
{
    char share[8], was[16];
    *out = '\0';
    widget_percent(share, value);
    widget_state(was, sizeof was, base, room < 10 ? 5 : 6, true);
    if (b->plan->measure && value_is_gate(v))
        snprintf(out, 32, "%s", widget_share(share, value));
    else if (value_is_gate(v) && isfinite(value))
        snprintf(out, 32, "%s %s", texts[v].verb, share);
    else if (bars_moved(value, base))
        snprintf(out, 32, "was %s", was + (*was == ' ' && room >= 10));
}

static void number_of(enum value v, float value, int w, char out[16])
{
    if (value_is_gate(v))
        widget_gate(out, 16, value, w);
    else
        widget_state(out, 16, value, w, true);
}

static void limits(const struct bars_scene *b, enum value v, float *lo, float *hi)
{
    *lo = value_is_gate(v) ? 0 : b->low;
    *hi = value_is_gate(v) ? 1 : b->cell;
}

/* The number with its mark (* by hand, Δ another because of it), in brackets when it is the selected one. */
/* What is said behind a bar: in which form, of which value of which unit, and what it would be without pins. */
struct said { const struct form *f; enum value v; int unit; float value, base; };

static void draw_number(const struct bars_scene *b, int x, int y, const struct said *said, bool here)
{
    struct grid *g = b->g;
    const struct form *f = said->f;
    enum value v = said->v;
    float value = said->value;
    char num[16];
    bool pinned = session_value_pinned(b->s, b->layer, said->unit, v, b->t),
         moved = !pinned && bars_moved(value, said->base);
    number_of(v, value, f->number_w, num);
    int lead = (int)strspn(num, " "), w = (int)strlen(num) - lead, end = x + f->number;
    grid_text_right(g, end + 1, y, w, pinned ? ROLE_PINNED : ROLE_NUMBER, here ? ATTR_BOLD : 0, num + lead);
    bool mark = pinned || moved;
    if (mark)
        grid_put(g, end + 1, y, pinned ? '*' : g->glyphs->delta, pinned ? ROLE_PINNED : ROLE_TEXT,
                 here ? ATTR_BOLD : 0);
    if (here) {
        grid_put(g, end - w, y, '[', ROLE_CURSOR, ATTR_BOLD);
        grid_put(g, end + 1 + mark, y, ']', ROLE_CURSOR, ATTR_BOLD);
    }
}

static const struct guess *guess_at(const struct bars_scene *b, enum value v, int unit)
{
    const struct marks *m = b->scene->marks;
    for (int k = 0; m && k < m->guess_count; k++) {
        const struct place *p = &m->guess[k].at;
        if (p->layer == b->layer && p->unit == unit && p->value == v && p->step == b->t)
            return &m->guess[k];
    }
    return NULL;
}

/* Where a value is asked for: what was guessed, as a shadow. */
static void draw_guess(const struct bars_scene *b, int x, int y, const struct form *f, enum value v,
                       const struct guess *guess)
{
    struct grid *g = b->g;
    float lo, hi;
    char num[16];
    limits(b, v, &lo, &hi);
    for (int k = 0; k < b->plan->tall; k++) {
        widget_bar(g, x + f->bar, y + k, f->bar_w, (struct bar){guess->value, NAN, lo, hi, ROLE_GHOST});
        for (int c = x + f->bar; c < x + f->bar + f->bar_w; c++)
            if (grid_at(g, c, y + k) && grid_at(g, c, y + k)->ch[0] == g->glyphs->bar)
                grid_put(g, c, y + k, g->glyphs->heat[1], ROLE_GHOST, 0);
    }
    widget_number(num, sizeof num, guess->value, f->number_w, 2, false);
    int lead = (int)strspn(num, " ");
    grid_text_right(g, x + f->number + 1, y, (int)strlen(num) - lead, ROLE_GHOST, 0, num + lead);
    if (f->note_w > 0)
        grid_text(g, x + f->note, y, f->note_w, ROLE_DIM, 0, "guess");
}

/* A bar several rows high is one: a hairline above it parts it from its neighbour, none goes through it. */
static void draw_bar(const struct bars_scene *b, int x, int y, int w, struct bar bar)
{
    struct grid *g = b->g;
    for (int k = 0; k < b->plan->tall; k++) {
        widget_bar(g, x, y + k, w, bar);
        for (int c = x; c < x + w && k > 0; c++)
            if (grid_at(g, c, y + k) && grid_at(g, c, y + k)->ch[0] == g->glyphs->bar)
                grid_put(g, c, y + k, g->glyphs->full, bar.role, 0);
    }
}

static void draw_line(const struct bars_scene *b, int x, int y, const struct form *f, enum value v, int unit)
{
    struct grid *g = b->g;
    enum value_look look = bars_look(b, v, unit);
    bool here = b->at->value == v && b->at->unit == unit;
    float value = session_value(b->s, RUN_PINNED, b->layer, unit, v, b->t),
        base = session_value(b->s, RUN_BASE, b->layer, unit, v, b->t), lo, hi;
    char label[32], note[32];
    limits(b, v, &lo, &hi);
    spot_value(g, (struct rect){x, y, f->note > 0 ? f->note + f->note_w : f->number + 3, b->plan->tall},
               (struct place){b->layer, unit, v, b->t});
    if (here)
        grid_put(g, x + f->symbol - (f->symbol > 2 ? 2 : 1), y, g->glyphs->pointer, ROLE_CURSOR, ATTR_BOLD);
    if (f->name_w) {
        struct str cut = {0};
        utf8_cut(&cut, session_unit_label(b->s, b->layer, unit, label), f->name_w, g->glyphs->ascii);
        grid_text_right(g, x + f->name + f->name_w, y, f->name_w, ROLE_LABEL, here ? ATTR_BOLD : 0, str_text(&cut));
        str_free(&cut);
    }
    const struct guess *guess = guess_at(b, v, unit);
    if (look == LOOK_HIDDEN && guess) {
        draw_guess(b, x, y, f, v, guess);
        return;
    }
    enum pen old = grid_pen(g, value_look_pen(look));
    if (look == LOOK_UNKNOWN || look == LOOK_HIDDEN) {
        grid_pen(g, old);
        for (int k = 0; k < b->plan->tall; k++)
            widget_bar(g, x + f->bar, y + k, f->bar_w, (struct bar){0, NAN, 0, 1, ROLE_DIM});
        grid_put(g, x + f->number, y, '?', ROLE_LABEL, here ? ATTR_BOLD : 0);
        return;
    }
    if (b->plan->measure && b->scene->lesson)          /* the page's own state: nobody asks what it was without */
        base = value;
    float was = guess ? guess->value : base, ghost = bars_moved(value, was) ? was : NAN;
    draw_bar(b, x + f->bar, y, f->bar_w, (struct bar){value, ghost, lo, hi, value_role(v)});
    draw_number(b, x, y, &(struct said){f, v, unit, value, base}, here);
    if (b->plan->measure && v == VAL_KEPT)
        note_of_kept(b, unit, f->note_w, note);
    else
        note_of(b, v, value, base, f->note_w, note);
    if (guess)
        snprintf(note, sizeof note, guess->right ? "right" : "you: %.3g", (double)guess->value);
    if (f->note_w > 0)
        grid_text(g, x + f->note, y, f->note_w, ROLE_TEXT, 0, note);
    grid_pen(g, old);
}

/* "f_t", "forget gate", "1 = keep all"; in a scenario's rows "× f_t", "keep". */
static void draw_texts(const struct bars_scene *b, int x, int y, int rows, const struct form *f, enum value v)
{
    struct grid *g = b->g;
    const struct glyphs *gl = g->glyphs;
    bool measure = b->plan->measure, kept = b->scene->rows & 1U << VAL_KEPT;
    char first[24];
    const char *before = "";
    if (measure && (v == VAL_KEPT || (v == VAL_F && kept)))
        before = v == VAL_F ? gl->times : "=";
    snprintf(first, sizeof first, "%s%s%s", before, *before ? " " : "", value_symbol(v, gl));
    grid_text(g, x + f->symbol, y, f->symbol_w, value_role(v), 0, first);
    const char *second = measure || f->symbol_w < 12 ? value_verb(v) : texts[v].name;
    if (rows > 1)
        grid_text(g, x + f->symbol, y + 1, f->symbol_w, ROLE_TEXT, 0, second);
    const char *third = f->symbol_w >= 12 ? texts[v].means : NULL;
    char added[24];
    bool aside = measure && v == VAL_C && kept && !(b->scene->rows & 1U << VAL_WRITTEN);
    if (aside) {                  /* in brackets, so that nobody takes it for the name of the last unit's line */
        bool none = true;
        for (int k = 0; k < b->plan->units; k++)
            none = none && session_value(b->s, RUN_PINNED, b->layer, b->plan->unit[k], VAL_WRITTEN, b->t) == 0;
        snprintf(added, sizeof added, none ? "(%s=0)" : "(+ %s)", value_symbol(VAL_WRITTEN, gl));
        third = added;
    }
    if (rows > 2 && third)
        grid_text(g, x + f->symbol, y + 2, f->symbol_w, ROLE_DIM, 0, third);
}

/* "gates 0…1, C -2…+2": one row for all blocks. */
static void draw_scale_line(const struct bars_scene *b, int x, int y, int w, const struct form *f)
{
    bool gates = false, cells = false;
    for (int k = 0; k < b->plan->n; k++) {
        gates = gates || value_is_gate(b->plan->value[k]);
        cells = cells || !value_is_gate(b->plan->value[k]);
    }
    if (cells && !gates && b->plan->measure) {      /* gates have the same frame and another scale */
        widget_scale_row(b->g, x + f->bar, y, f->bar_w, b->low, b->cell);
        return;
    }
    struct str text = {0};
    const char *to = b->g->glyphs->range;
    str_addf(&text, "%s%s1", gates ? "gates 0" : "", gates ? to : "");
    if (!gates)
        str_clear(&text);
    if (cells && b->low < 0)
        str_addf(&text, "%sC -%g%s+%g", gates ? ", " : "", (double)b->cell, to, (double)b->cell);
    else if (cells)
        str_addf(&text, "%sC 0%s%g", gates ? ", " : "", to, (double)b->cell);
    int room = w - f->bar - 2;
    if (gates && utf8_text_width(str_text(&text)) > room) {       /* half a scale is none */
        str_clear(&text);
        str_addf(&text, "gates 0%s1", to);
    }
    int used = grid_text(b->g, x + f->bar + 1, y, room, ROLE_DIM, 0, str_text(&text));
    char step[24];
    steps_name(b->scene, b->g->glyphs, step);           /* where its own row has no room */
    if (used + 2 + utf8_text_width(step) <= room)
        grid_text_right(b->g, x + w, y, utf8_text_width(step), ROLE_TEXT, ATTR_BOLD, step);
    str_free(&text);
}

void bars_blocks(const struct bars_scene *b)
{
    const struct bars_plan *p = b->plan;
    int w = p->panels > 1 ? p->rows.w / p->panels : p->rows.w,
        per = p->units * p->tall + p->scales + (p->scales ? 0 : p->gap);
    struct form f = form_of(b, w);
    if (p->scale_line)
        draw_scale_line(b, p->rows.x, p->rows.y - 1, w, &f);
    for (int k = 0, shared = 0; k < p->n; k++) {
        enum value v = p->value[k];
        float lo, hi;
        limits(b, v, &lo, &hi);
        /* A gate under a gate has the scale above it. */
        bool same = k >= p->panels && value_is_gate(v) && value_is_gate(p->value[k - p->panels]);
        bool scale = p->turns ? bars_turn(p, k) : p->scales && !same;
        shared += p->turns && !scale;             /* whose row nobody needs */
        int x = p->rows.x + k % p->panels * w, y = p->rows.y + k / p->panels * per - shared;
        if (scale)
            widget_scale_row(b->g, x + f.bar, y, f.bar_w, lo, hi);
        y += p->scales;
        draw_texts(b, x, y, p->units * p->tall, &f, v);
        for (int u = 0; u < p->units; u++)
            draw_line(b, x, y + u * p->tall, &f, v, p->unit[u]);
    }
    if (p->scales && p->panels == 1 && p->units < b->H && !b->scene->rows && b->scene->layout == LAYOUT_AUTO
        && b->H <= BARS_FEW) {
        char more[40];
        snprintf(more, sizeof more, "%d of %d, a: all", p->units, b->H);
        if (f.note_w > 0)
            grid_text_right(b->g, p->rows.x + f.note + f.note_w - 1, p->rows.y, 24, ROLE_DIM, 0, more);
    }
}
