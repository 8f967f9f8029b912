/* bars_next.c: what the main view says of what comes next: a row of words, or a panel with all units below. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clamp.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "ui/widget.h"
#include "views/bars_draw.h"
#include "views/say.h"
#include "views/value.h"

/* In place of what a large head has not said yet. */
#define COMPUTING "computing"

/* Which output comes next in the sentence; -1 when there is none. */
static int actual_next(const struct bars_scene *b)
{
    if (b->t < 1 || b->t >= session_steps(b->s) || session_net(b->s)->bidirectional)
        return -1;
    int id = session_token_id(b->s, b->t + 1);
    return id < session_outputs(b->s) && !session_model(b->s)->label ? id : -1;
}

/* Would a reader of two decimals see a difference? */
static bool moved_seen(const struct prediction *p)
{
    return lroundf(p->p_base * 100) != lroundf(p->p_pinned * 100);
}

/* h must be known before anything follows from it; and it may be what is asked. */
static bool unknown(const struct bars_scene *b)
{
    if (b->scene->marks && b->scene->marks->next)
        return true;
    enum value_look look = bars_look(b, VAL_H, b->at->unit);
    return look == LOOK_UNKNOWN || look == LOOK_HIDDEN || scene_hides(b->scene, b->layer, b->at->unit, VAL_C, b->t);
}

/* "0.15", in little room ".15". */
static void probability(char out[16], float p, bool brief)
{
    snprintf(out, 16, "%.2f", (double)p);
    if (brief && out[0] == '0')
        memmove(out, out + 1, strlen(out));
}

static int next_width(const struct prediction *p, const char *name, bool is, bool brief)
{
    int number = brief ? 3 : 4;
    return utf8_text_width(name) + 2 * is + 1 + (moved_seen(p) ? 2 * number + 3 : number);
}

/* What is predicted, what it is called; is: it is the word that comes. */
struct item { const struct prediction *p; const char *name; bool is, brief; };

static int draw_item(const struct bars_scene *b, int x, int y, const struct item *item)
{
    const struct prediction *p = item->p;
    const char *name = item->name;
    bool is = item->is, brief = item->brief;
    struct grid *g = b->g;
    int x0 = x, w = utf8_text_width(name);
    char num[16];
    if (is)
        grid_put(g, x++, y, '[', ROLE_PREDICT, ATTR_BOLD);
    x += grid_text(g, x, y, w, ROLE_PREDICT, is ? ATTR_BOLD : 0, name);
    if (is)
        grid_put(g, x++, y, ']', ROLE_PREDICT, ATTR_BOLD);
    x++;
    if (moved_seen(p)) {
        probability(num, p->p_base, brief);
        x += grid_text(g, x, y, 4, ROLE_PREDICT_BASE, 0, num) + 1;
        x += grid_text(g, x, y, 2, ROLE_DIM, 0, b->g->glyphs->to) + 1;
    }
    probability(num, p->p_pinned, brief);
    x += grid_text(g, x, y, 4, ROLE_NUMBER, moved_seen(p) ? ATTR_BOLD : 0, num);
    return x - x0;
}

/* "output -0.9035  σ 0.29": a head that gives numbers of its own. σ of a single one only: it may stand for a
 * probability. */
static bool draw_values(const struct bars_scene *b, int x, int y, int w)
{
    int n = session_net(b->s)->outputs;
    float *v = xcalloc((size_t)n + 1, sizeof *v);
    bool there = session_head_values(b->s, RUN_PINNED, b->t, v);
    struct str text = {0};
    for (int k = 0; there && k < n && k < 64; k++)
        str_addf(&text, "%s%+.4g", k ? "  " : "", (double)v[k]);
    if (there && n == 1)
        str_addf(&text, "   %s %.2f", b->g->glyphs->sigma, (double)lstm_sigmoid(v[0]));
    if (there) {
        int used = grid_textf(b->g, x, y, w, ROLE_LABEL, 0, n == 1 ? "output W h + b = " : "outputs W h + b = ");
        grid_text(b->g, x + used, y, w - used, ROLE_NUMBER, 0, str_text(&text));
    }
    str_free(&text);
    free(v);
    return there;
}

/* The likeliest, and always the one that does come. */
void bars_next(const struct bars_scene *b, int x, int y, int w)
{
    enum { MOST = 8 };
    struct prediction p[MOST];
    struct grid *g = b->g;
    bool brief = w < 60;
    if (!unknown(b) && draw_values(b, x, y, w))
        return;
    int actual = actual_next(b), x0 = x;
    x += grid_textf(g, x, y, w, ROLE_LABEL, 0, "%s ", brief ? "next" : say_next(b->s)) + !brief;
    if (unknown(b) || !session_head_there(b->s, b->t)) {
        grid_text(g, x, y, w - (x - x0), ROLE_DIM, 0, unknown(b) ? "? (after h_t)" : COMPUTING);
        return;
    }
    int n = session_predict(b->s, b->t, MOST, p);
    if (!n && session_outputs(b->s))
        grid_text(g, x, y, w - (x - x0), ROLE_BAD, 0, "none: the logits overflow");
    int left = w - (x - x0);
    struct prediction last = {.output = actual};
    if (actual >= 0 && n > 0) {
        last.p_base = session_probability(b->s, RUN_BASE, b->t, actual);
        last.p_pinned = session_probability(b->s, RUN_PINNED, b->t, actual);
    }
    struct str name = {0};
    bool told = actual < 0;
    for (int k = 0; k < n; k++) {
        bool is = p[k].output == actual;
        str_clear(&name);
        say_output_cut(b->s, p[k].output, 12, b->g->glyphs, &name);
        int need = next_width(&p[k], str_text(&name), is, brief), reserve = 0;
        if (!told && !is) {
            struct str own = {0};
            say_output_cut(b->s, actual, 12, b->g->glyphs, &own);
            reserve = next_width(&last, str_text(&own), true, brief) + (brief ? 1 : 2);
            str_free(&own);
        }
        if (need + reserve > left)
            break;
        int used = draw_item(b, x, y, &(struct item){&p[k], str_text(&name), is, brief}) + (brief ? 1 : 2);
        x += used;
        left -= used;
        told = told || is;
    }
    if (!told && n > 0) {
        str_clear(&name);
        say_output_cut(b->s, actual, 12, b->g->glyphs, &name);
        if (next_width(&last, str_text(&name), true, brief) <= left)
            draw_item(b, x, y, &(struct item){&last, str_text(&name), true, brief});
    }
    str_free(&name);
}

/* ---- the panel --------------------------------------------------------------------------------------------------- */

/* In the first row of r; the bars of all items have one scale. */
static void panel_item(const struct bars_scene *b, struct rect r, const struct prediction *p, bool is, float scale)
{
    enum { NAME_W = 8, NUMBER_W = 4 };
    struct grid *g = b->g;
    int x = r.x, y = r.y, w = r.w;
    struct str name = {0};
    say_output_cut(b->s, p->output, NAME_W, b->g->glyphs, &name);
    int cells = utf8_text_width(str_text(&name));
    grid_text(g, x + 1, y, NAME_W, is ? ROLE_PREDICT : ROLE_TEXT, is ? ATTR_BOLD : 0, str_text(&name));
    if (is) {
        grid_put(g, x, y, '[', ROLE_PREDICT, ATTR_BOLD);
        grid_put(g, x + 1 + cells, y, ']', ROLE_PREDICT, ATTR_BOLD);
    }
    bool moved = moved_seen(p);
    int tail = moved ? 2 * NUMBER_W + 4 : NUMBER_W + 1, bar = x + NAME_W + 3;
    widget_bar(g, bar, y, x + w - tail - bar, (struct bar){p->p_pinned, moved ? p->p_base : NAN, 0, scale,
                                                           ROLE_PREDICT});
    if (moved)
        grid_textf(g, x + w - tail + 1, y, tail, ROLE_PREDICT_BASE, 0, "%.2f %s", (double)p->p_base, b->g->glyphs->to);
    grid_textf(g, x + w - NUMBER_W, y, NUMBER_W, ROLE_NUMBER, moved ? ATTR_BOLD : 0, "%.2f", (double)p->p_pinned);
    str_free(&name);
}

static float panel_scale(const struct prediction *p, int n)
{
    static const float steps[] = {0.05f, 0.1f, 0.2f, 0.5f, 1};
    float most = 0;
    for (int k = 0; k < n; k++) {
        most = fmaxf(most, fmaxf(p[k].p_pinned, p[k].p_base));
    }
    for (size_t k = 0; k < sizeof steps / sizeof *steps; k++)
        if (steps[k] >= most)
            return steps[k];
    return 1;
}

/* Returns the rows used. */
static int panel_next(const struct bars_scene *b, int x, int y, int w, int h)
{
    enum { MOST = 32 };
    struct grid *g = b->g;
    struct prediction p[MOST];
    struct str word = {0};
    say_token(b->s, b->t, g->glyphs, &word);
    grid_textf(g, x, y, w, ROLE_TEXT, 0, "%s after '%s'", say_next(b->s), str_text(&word));
    str_free(&word);
    if (unknown(b) || !session_head_there(b->s, b->t)) {
        grid_text(g, x, y + 1, w, ROLE_DIM, 0, unknown(b) ? "? (after h_t)" : COMPUTING);
        return 2;
    }
    /* All units have a row too, where there is room for both: what is left over goes to words. */
    int spare = h - (b->H + 2) - 9, most = clamp_int(spare, 8, 20);
    int want = h - 3 < most ? h - 3 : most, actual = actual_next(b);
    want = want > b->scene->top ? b->scene->top : want < 1 ? 1 : want;
    int n = session_predict(b->s, b->t, want > MOST ? MOST : want, p), outputs = session_outputs(b->s);
    if (!n) {
        grid_text(g, x, y + 1, w, ROLE_BAD, 0, "none: the logits overflow");
        return 2;
    }
    /* The word that does come is among them, last when it is unlikely. */
    bool there = actual < 0;
    for (int k = 0; k < n; k++)
        there = there || p[k].output == actual;
    if (!there)
        p[n - 1] = (struct prediction){actual, session_probability(b->s, RUN_BASE, b->t, actual),
                                       session_probability(b->s, RUN_PINNED, b->t, actual)};
    float scale = panel_scale(p, n);
    for (int k = 0; k < n; k++)
        panel_item(b, (struct rect){x, y + 1 + k, w, 1}, &p[k], p[k].output == actual, scale);
    grid_put(g, x + 12, y + 1 + n, '0', ROLE_DIM, 0);
    grid_textf(g, x + w - 6 - 3 * (scale < 1), y + 1 + n, 5, ROLE_DIM, 0, "%.3g", (double)scale);
    if (outputs > n)
        grid_textf(g, x + 1, y + 2 + n, w, ROLE_DIM, 0, "%d more: p", outputs - n);
    return n + 2 + (outputs > n);
}

static int panel_units(const struct bars_scene *b, int x, int y, int w, int h)
{
    struct grid *g = b->g;
    int n = b->H < h - 2 ? b->H : h - 2, used = n + 2;
    if (n < 2 || bars_look(b, VAL_C, b->at->unit) == LOOK_UNKNOWN || bars_look(b, VAL_C, b->at->unit) == LOOK_HIDDEN)
        return 0;
    int *order = xcalloc((size_t)b->H, sizeof *order);
    bars_order(b->s, b->layer, order);
    if (b->H > n && n > 0)
        grid_textf(g, x, y, w, ROLE_TEXT, 0, "%d of %d units, C_t", n, b->H);
    else
        grid_textf(g, x, y, w, ROLE_TEXT, 0, "all %d units, C_t", b->H);
    if (b->plan->units < b->H)
        grid_text_right(g, x + w, y, 12, ROLE_DIM, 0, "a: open all");
    for (int k = 0; k < n; k++) {
        int u = order[k];
        char label[32], num[16];
        bool here = u == b->at->unit, open = false;
        for (int j = 0; j < b->plan->units; j++)
            open = open || b->plan->unit[j] == u;
        struct str name = {0};
        utf8_cut(&name, session_unit_label(b->s, b->layer, u, label), 8, g->glyphs->ascii);
        grid_put(g, x, y + 1 + k,
                 here   ? g->glyphs->pointer
                 : open ? g->glyphs->unknown
                        : ' ',
                 here ? ROLE_CURSOR : ROLE_DIM, here ? ATTR_BOLD : 0);
        grid_text(g, x + 1, y + 1 + k, 8, ROLE_LABEL, here ? ATTR_BOLD : 0, str_text(&name));
        str_free(&name);
        float value = session_value(b->s, RUN_PINNED, b->layer, u, VAL_C, b->t),
              base = session_value(b->s, RUN_BASE, b->layer, u, VAL_C, b->t);
        widget_bar(g, x + 11, y + 1 + k, w - 11 - 6,
                   (struct bar){value, bars_moved(value, base) ? base : NAN, -b->cell, b->cell, ROLE_C});
        grid_text_right(g, x + w, y + 1 + k, 6, ROLE_NUMBER, here ? ATTR_BOLD : 0,
                        widget_number(num, sizeof num, value, 5, 2, true));
    }
    free(order);
    grid_text(g, x, y + 1 + n, w, ROLE_DIM, 0, "named first, then by how C moves");
    return used;
}

static void panel_surprise(const struct bars_scene *b, int x, int y, int w)
{
    double now = session_surprisal(b->s, RUN_PINNED, b->t), was = session_surprisal(b->s, RUN_BASE, b->t);
    struct str next = {0}, text = {0}, cut = {0};
    say_token(b->s, b->t + 1, b->g->glyphs, &next);
    utf8_cut(&cut, str_text(&next), 12, b->g->glyphs->ascii);
    grid_textf(b->g, x, y, w, ROLE_TEXT, 0, "surprise of the %s that comes", say_noun(b->s, false));
    if (fabs(now - was) >= 0.005)
        str_addf(&text, "'%s'  %.2f %s %.2f nats", str_text(&cut), was, b->g->glyphs->arrow, now);
    else
        str_addf(&text, "'%s'  p %.3f   %.2f nats", str_text(&cut), exp(-now), now);
    grid_text(b->g, x + 1, y + 1, w - 1, ROLE_NUMBER, 0, str_text(&text));
    str_free(&next);
    str_free(&cut);
    str_free(&text);
}

void bars_side(const struct bars_scene *b, struct rect r)
{
    for (int y = r.y; y < r.y + r.h; y++)
        grid_put(b->g, r.x, y, b->g->glyphs->vline, ROLE_RULE, 0);
    int x = r.x + 2, w = r.w - 4, y = r.y, end = r.y + r.h;
    if (session_outputs(b->s) > 0)
        y += panel_next(b, x, y, w, r.h) + 1;
    bool said = !unknown(b) && session_head_there(b->s, b->t);
    int rest = end - y, surprise = said && isfinite(session_surprisal(b->s, RUN_PINNED, b->t)) ? 3 : 0;
    if (rest - surprise > 4)
        y += panel_units(b, x, y, w, rest - surprise) + 1;
    if (surprise && end - y >= 2)
        panel_surprise(b, x, y, w);
}
