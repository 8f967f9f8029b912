/* sweep_draw.c: the picture of the sweep: a row of choices, units × words as numbers and bars on a scale that stands
 * still, and, where values are taken from another sentence, the two sentences and the check that all of C and h
 * together go the whole way. */
#include <math.h>

#include "base/utf8.h"
#include "ui/widget.h"
#include "views/across.h"
#include "views/cells.h"
#include "views/say.h"
#include "views/sums.h"
#include "views/sweep_view.h"
#include "views/tape.h"
#include "views/value.h"

struct picture {
    const struct session *s;
    const struct sweep_state *st;
    const struct sweep *w;
    struct grid *g;
    struct rect r;
    struct across a;              /* the tape's own columns */
    struct cursor at;
    int bar;                      /* cells of a bar that is 1.00 */
};

static void draw_question(const struct picture *c, int y)
{
    struct str text = {0};
    sweep_say_question(c->s, c->st, c->g->glyphs, c->r.w, &text);
    grid_text(c->g, c->r.x, y, c->r.w, ROLE_TEXT, ATTR_BOLD, str_text(&text));
    str_free(&text);
}

/* Words in a row, the chosen one in brackets, which take the blanks beside it. Returns where they end. */
static int draw_choices(const struct picture *c, int x, int y, const char *const *word, int n, int chosen)
{
    for (int k = 0; k < n; k++) {
        bool now = k == chosen;
        int w = utf8_text_width(word[k]);
        if (now) {
            grid_put(c->g, x, y, '[', ROLE_TOKEN_NOW, ATTR_BOLD);
            grid_put(c->g, x + w + 1, y, ']', ROLE_TOKEN_NOW, ATTR_BOLD);
        }
        grid_text(c->g, x + 1, y, w, now ? ROLE_TOKEN_NOW : ROLE_LABEL, now ? ATTR_BOLD : 0, word[k]);
        x += w + (c->r.w < 60 ? 1 : 2);
    }
    return x + 1;
}

/* "set [f] i  g  o  C  h     to [0] 1  mean  other     1 word at a time" */
static void draw_interface(const struct picture *c, int y)
{
    static const char *const narrow[] = {"0", "1", "m", "other"};
    const char *what[Q_COUNT], *to[SWEEP_TO_COUNT];
    int n = c->st->window + 1, x = c->r.x;
    bool wide = c->r.w >= 60;
    for (int q = 0; q < Q_COUNT; q++)
        what[q] = quantity_name((enum quantity)q);
    for (int k = 0; k < SWEEP_TO_COUNT; k++)
        to[k] = wide ? sweep_to_name((enum sweep_to)k) : narrow[k];
    grid_text(c->g, x, y, 4, ROLE_DIM, 0, wide ? "set" : "");
    x += wide ? 4 : 0;
    x = draw_choices(c, x, y, what, Q_COUNT, (int)c->st->what) + (wide ? 3 : 0);
    grid_text(c->g, x, y, 3, ROLE_DIM, 0, "to");
    x += 3;
    x = draw_choices(c, x, y, to, SWEEP_TO_COUNT, (int)c->st->to) + (wide ? 3 : 0);
    struct str text = {0};
    str_addf(&text, wide ? "%d %s at a time" : "%d", n, say_noun(c->s, n != 1));
    say_whole(c->g, x, y, c->r.x + c->r.w - x, ROLE_LABEL, 0, str_text(&text));
    str_free(&text);
}

/* "here   She came out and played with    her - his  +6.41      0 stays her" */
static void draw_sentence(const struct picture *c, const struct session *s, bool there, int y)
{
    struct str words = {0}, end = {0};
    const struct glyphs *gl = c->g->glyphs;
    const struct sweep_question *q = &c->w->q;
    double d = there ? c->st->there : c->st->here;
    say_output(c->s, q->target, gl, &end);
    str_add(&end, " - ");
    say_output(c->s, q->rival, gl, &end);
    str_addf(&end, "  %+.2f   %s ", d, there ? "1 becomes" : "0 stays");
    say_output(c->s, there ? q->rival : q->target, gl, &end);
    int w = utf8_text_width(str_text(&end)), x = c->r.x + c->r.w - w - 1;
    say_tokens(s, 1, q->step, gl, &words);
    grid_text(c->g, c->r.x, y, 6, ROLE_DIM, 0, there ? "there" : "here");
    struct str cut = {0};
    utf8_cut(&cut, str_text(&words), x - c->r.x - 9, gl->ascii);
    grid_text(c->g, c->r.x + 7, y, x - c->r.x - 9, ROLE_TEXT, 0, str_text(&cut));
    grid_text(c->g, x, y, w, ROLE_NUMBER, 0, str_text(&end));
    str_free(&cut);
    str_free(&words);
    str_free(&end);
}

/* "all C, h   1.00   1.00 …": what must be exactly 1 as long as the two sentences go on alike. */
static void draw_check(const struct picture *c, int y)
{
    int gutter = c->a.x - 1 - c->r.x;
    grid_text_right(c->g, c->r.x + gutter - 1, y, gutter - 1, ROLE_LABEL, 0, gutter > 9 ? "all C, h" : "all");
    for (int t = c->a.first; t <= c->a.last; t++) {
        if (t < c->w->q.first || t > c->w->q.step)
            continue;
        float e = c->st->whole[t - c->w->q.first];
        char num[SUMS_MAX];
        if (isfinite(e))
            grid_text_right(c->g, across_x(&c->a, t) + 5, y, 5, ROLE_NUMBER, 0,
                            e == 1 ? "1" : sums_gate(num, (double)e));
    }
}

static void draw_scale(const struct picture *c, int y)
{
    struct str text = {0};
    const char *dot = c->g->glyphs->middle_dot;
    if (c->w->q.against) {
        str_add(&text, "effect");
    } else {
        str_add(&text, "change of p('");
        say_output(c->s, c->w->q.target, c->g->glyphs, &text);
        str_add(&text, "')");
    }
    str_addf(&text, c->r.w < 60 ? "  %s < 0.005" : "     %s less than 0.005     ", dot);
    int x = c->r.x + grid_text(c->g, c->r.x, y, c->r.w, ROLE_DIM, 0, str_text(&text));
    str_free(&text);
    if (c->r.w < 60)
        return;
    for (int k = 0; k < c->bar; k++)
        grid_put(c->g, x + k, y, c->g->glyphs->bar, ROLE_DIM, 0);
    x += c->bar + 1;
    x += grid_text(c->g, x, y, 12, ROLE_DIM, 0, "is 1.00");
    if (c->w->job)
        say_whole(c->g, x + 5, y, c->r.x + c->r.w - x - 5, ROLE_TOKEN_NOW, 0,
                  isfinite(sweep_closed(c->w, c->w->q.first, 0)) ? "dim: forecast, computing" : "computing");
}

/* The change at one word, and below it its length. */
static void draw_cell(const struct picture *c, int step, int unit, int y, bool bar)
{
    float d = sweep_effect(c->st, step, unit);
    const struct glyphs *gl = c->g->glyphs;
    bool here = step == c->at.step && unit == c->at.unit, strongest = unit == c->st->order[0] && sweep_matters(c->st);
    bool small = fabsf(d) < SWEEP_NOISE, forecast = step < c->w->exact;
    int x = across_x(&c->a, step);
    enum role role = forecast ? ROLE_DIM : strongest ? value_role((enum value)c->st->of_what) : ROLE_TEXT,
              number = here ? ROLE_TOKEN_NOW : forecast ? ROLE_DIM : ROLE_NUMBER;
    if (!isfinite(d))
        return;                           /* not computed, and nothing to forecast it by */
    char num[SUMS_MAX];
    if (small)
        grid_put(c->g, x + 4, y, gl->unknown, ROLE_DIM, 0);
    else
        grid_text_right(c->g, x + 5, y, 5, number, here ? ATTR_BOLD : 0,
                        sums_number(num, (double)d, 2, !c->w->q.against));
    if (here) {
        grid_put(c->g, x - 1, y, '[', ROLE_TOKEN_NOW, ATTR_BOLD);
        grid_put(c->g, x + 5, y, ']', ROLE_TOKEN_NOW, ATTR_BOLD);
    }
    if (session_pinned(c->s, c->w->q.layer, unit, c->st->of_what, step))
        cells_star(c->g, x + 5 + here, y);
    if (!bar || small)
        return;
    int cells = (int)floorf(fabsf(d) * (float)c->bar + 0.5f);
    if (!cells)
        grid_put(c->g, x - 1, y + 1, gl->bar_begin, role, 0);
    for (int k = 0; k < cells && k < c->bar; k++)
        grid_put(c->g, x - 1 + k, y + 1, gl->bar, role, 0);
}

static void draw_unit(const struct picture *c, int unit, int y, bool bar)
{
    char name[32];
    bool now = unit == c->at.unit;
    int gutter = c->a.x - 1 - c->r.x;
    if (now)
        cells_pointer(c->g, c->r.x, y);
    if (gutter > 3) {
        struct str cut = {0};
        utf8_cut(&cut, session_unit_label(c->s, c->w->q.layer, unit, name), gutter - 3, c->g->glyphs->ascii);
        grid_text_right(c->g, c->r.x + gutter - 1, y, gutter - 3, now ? ROLE_CURSOR : ROLE_LABEL, now ? ATTR_BOLD : 0,
                        str_text(&cut));
        str_free(&cut);
    }
    for (int t = c->a.first; t <= c->a.last; t++)
        if (t >= c->w->q.first && t <= c->w->q.step)
            draw_cell(c, t, unit, y, bar);
}

/* Units that have a row: those that somewhere do SWEEP_FOLDED or more, or all; at least the strongest. */
static int unfolded(const struct sweep_state *st)
{
    int n = 0;
    while (n < st->sweep->units && (st->all || fabsf(st->largest[st->order[n]]) >= SWEEP_FOLDED))
        n++;
    return n;
}

/* "3, 4, 8 folded: none changes it by more than 0.0002   z: show" */
static void draw_folded(const struct picture *c, int y, int from)
{
    struct str text = {0};
    char num[SUMS_MAX], name[32];
    const struct sweep_state *st = c->st;
    int n = c->w->units - from;
    double most = fabs((double)st->largest[st->order[from]]);
    if (n <= 6)
        for (int k = from; k < c->w->units; k++)
            str_addf(&text, "%s%s", k > from ? ", " : "", session_unit_label(c->s, c->w->q.layer, st->order[k], name));
    else
        str_addf(&text, "%d units", n);
    str_addf(&text,
             c->r.w < 60 ? " folded: %s"
             : n == 1    ? " folded: it changes it by %s"
                         : " folded: at most %s",
             sums_gate(num, most));
    int x = c->r.x + (c->r.w >= 60 ? 4 : 1), used = grid_text(c->g, x, y, c->r.w - 5, ROLE_DIM, 0, str_text(&text));
    say_whole(c->g, x + used + 3, y, c->r.w - 5 - used - 3, ROLE_DIM, 0, "z: show");
    str_free(&text);
}

/* The strongest on top; where the marked unit has no row among them, it has the last one to itself. Returns the row
 * below them. */
static int draw_units(const struct picture *c, int y, int h)
{
    int units = c->w->units, n = unfolded(c->st), fold = n < units, marked = sweep_rank(c->st, c->at.unit);
    int rows = h - fold - (fold && h > 6), each = n * 2 <= rows ? 2 : 1, fit = rows / each, shown = n < fit ? n : fit;
    bool apart = marked >= shown && shown > 0;
    if (apart && shown == fit)
        shown--;
    if (shown < n && each == 1 && fit > 2)        /* a row says how many more there are */
        shown -= shown + apart >= fit;
    int at = y;
    for (int k = 0; k < shown; k++, at += each)
        draw_unit(c, c->st->order[k], at, each > 1);
    if (apart) {
        draw_unit(c, c->at.unit, at, each > 1);
        at += each;
    }
    if (shown + apart < n && at < y + h - fold)
        grid_textf(c->g, c->r.x + (c->r.w >= 60 ? 4 : 1), at++, c->r.w - 5, ROLE_DIM, 0, "%d more, none stronger",
                   n - shown - apart);
    if (fold) {
        at += at + 1 < y + h && h > 6;
        draw_folded(c, at++, n);
    }
    return at;
}

void sweep_draw(const struct scene *scene, const struct sweep_state *st, struct grid *g, struct rect r)
{
    const struct session *s = scene->session;
    struct picture c = {.s = s, .st = st, .w = st->sweep, .g = g, .at = *session_cursor(s)};
    struct str text = {0};
    c.r = r = rect_inset(r, r.w > 24 ? 1 : 0, 0);
    if (r.w < 1 || r.h < 1)
        return;
    int y = r.y, bottom = r.y + r.h;
    bool room = r.w >= 16 && r.h >= 3;
    if (!c.w || !room) {
        if (c.w)
            sweep_say_largest(s, st, g->glyphs, &text);
        else
            sweep_say_trouble(s, st, &text);
        if (!c.w && room && st->trouble > SWEEP_NO_MEMORY)
            draw_interface(&c, y++);
        say_wrap(g, (struct rect){r.x, y, r.w, bottom - y}, c.w ? ROLE_TEXT : ROLE_DIM, 0, str_text(&text));
        str_free(&text);
        return;
    }
    c.a = tape_columns(s, g->w);
    tape_mark(s, g, r);
    c.bar = c.a.pitch - 2;
    bool two = c.w->q.against && r.w >= 60 && r.h >= 10;
    if (two) {
        draw_sentence(&c, s, false, y++);
        draw_sentence(&c, session_compare(s), true, y++);
    } else {
        draw_question(&c, y++);
    }
    if (r.h >= 5)
        draw_interface(&c, y++);
    if (r.h >= 6)
        draw_scale(&c, y++);
    if (scene->explain && r.h >= 12) {
        sweep_say_all(s, st, g->glyphs, &text);
        y += say_wrap(g, (struct rect){r.x, y, r.w, 4}, ROLE_TEXT, 0, str_text(&text));
        str_free(&text);
    }
    bool check = c.w->q.against && st->whole && bottom - y >= 4;
    y = draw_units(&c, y, bottom - y - check);
    if (check)
        draw_check(&c, y + (y + 1 < bottom));
}
