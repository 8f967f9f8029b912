/* view_learn.c: a network being taught: how far it is, its loss, what it does on unseen sentences, and how the forget
 * gate and the cell state of one unit come to remember on a sentence one knows.
 *
 * From top to bottom: progress, the loss (columns: what it was trained on; dots: held out), the demo sentence with f
 * from 0 to 1 and C around zero under every word, and the question the sentence asks. Parts give way in the order in
 * which they are least missed. It reads the training and never moves it; its keys are commands of the program.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clamp.h"
#include "base/utf8.h"
#include "learn/training.h"
#include "ui/widget.h"
#include "views/say.h"
#include "views/taught.h"
#include "views/view.h"
#include "views/words.h"

enum { PANEL_W = 24, WIDE = 72, AXIS_W = 6, DOT_GAP = 4, FIGURE_W = 5, NUMBERS_W = 4 };

/* ---- the arrangement --------------------------------------------------------------------------------------------- */

struct tape { int x, each, n, first; };      /* words from `first` on, `each` cells a word */

static struct tape plan_tape(const struct training *t, int w)
{
    struct tape p = {.x = w >= 60 ? 8 : w >= 30 ? 3 : 0, .n = t->corpus->demo_n};
    int room = w - p.x;
    p.each = p.n ? room / p.n : 1;
    p.each = clamp_int(p.each, 1, 12);
    if (p.n > room / p.each)
        p.n = room / p.each;
    /* Where not all fit, the words up to the question are those that count. */
    if (t->asks > p.n)
        p.first = t->asks - p.n;
    return p;
}

/* What there is room for, as rows from the top of the view; h 0 or y -1 where a part is left out. */
struct plan {
    int numbers, chart_heading, chart_y, chart_h, axis, demo_heading, words, f_y, f_h, c_y, c_h, ask, text_y, text_h;
    bool figures;                 /* a row of numbers under f and one under C */
};

/* Takes n rows when that many are left. */
static bool take(int *left, int n)
{
    if (*left < n)
        return false;
    *left -= n;
    return true;
}

static struct plan plan_rows(int w, int h, bool question, bool text, bool figures)
{
    struct plan p = {.numbers = -1, .chart_heading = -1, .axis = -1, .demo_heading = -1, .words = -1, .ask = -1};
    int left = h - 1, gaps = 0;
    bool numbers = w < WIDE && take(&left, 1);
    bool demo = take(&left, 5);                          /* words, f, and three rows for C: below, zero, above */
    p.chart_h = take(&left, 2) ? 2 : 0;
    bool ask = question && take(&left, 1), heading = take(&left, 1), chart_heading = p.chart_h && take(&left, 1);
    if (text && left >= 2)
        p.text_h = left / 2 > 6 ? 6 : left / 2, left -= p.text_h;
    p.figures = demo && figures && take(&left, 2);
    bool axis = p.chart_h && take(&left, 1);
    p.f_h = demo ? 1 : 0;
    p.c_h = demo ? 3 : 0;
    for (; p.chart_h && p.chart_h < 4 && take(&left, 1); p.chart_h++)
        ;
    for (; demo && p.f_h < 3 && take(&left, 1); p.f_h++)
        ;
    for (; gaps < 2 && take(&left, 1); gaps++)
        ;
    /* What is left goes to pictures: half to the loss, the rest to f and C. */
    for (int turn = 0; demo && p.chart_h && left > 0; turn++) {
        if (turn % 4 == 3 && left >= 2 && p.c_h < 9)
            p.c_h += 2, left -= 2;
        else if (turn % 4 == 1 && p.f_h < 6)
            p.f_h++, left--;
        else
            p.chart_h++, left--;
    }
    int y = 1;
    if (numbers)
        p.numbers = y++;
    y += gaps > 1;
    if (chart_heading)
        p.chart_heading = y++;
    p.chart_y = y;
    y += p.chart_h;
    if (axis)
        p.axis = y++;
    y += gaps > 0;
    if (demo) {
        if (heading)
            p.demo_heading = y++;
        p.words = y++;
        p.f_y = y;
        y += p.f_h + p.figures;
        p.c_y = y;
        y += p.c_h + p.figures;
    }
    if (ask)
        p.ask = y++;
    p.text_y = y;
    return p;
}

/* ---- numbers ----------------------------------------------------------------------------------------------------- */

static const struct evaluation *last_evaluation(const struct training *t)
{
    return t->evaluations ? &t->evaluation[t->evaluations - 1] : NULL;
}

/* "her his": what accuracy is about. */
static void add_measured(const struct training *t, const struct glyphs *gl, struct str *s)
{
    const struct corpus *c = t->corpus;
    int n = 0;
    bool labels = c->goal == GOAL_LABEL;
    for (int v = 0; (labels || (c->rival && t->asks)) && v < c->outputs; v++)
        if ((labels || (c->rival[v] && c->rival[v] == c->rival[t->answer[0]])) && n++ < 3) {
            str_add(s, n > 1 ? "/" : "");
            taught_output(t, v, gl, s);
        }
    if (c->goal == GOAL_NUMBER)
        str_add(s, "of the spread");
    else if (!n)
        str_add(s, "next token");
}

static void draw_progress(const struct training *t, struct grid *g, struct rect r)
{
    struct str s = {0};
    int done = training_done(t), total = training_total(t), epoch = training_epoch(t);
    str_addf(&s, "%3d%%", (int)(100LL * done / total));
    if (r.w >= 60)
        str_addf(&s, "  epoch %d of %d", (done < total ? done : total - 1) / epoch + 1, (total + epoch - 1) / epoch);
    if (t->phase == TRAINING_FINISHED) {
        str_add(&s, r.w >= 44 ? "  learnt" : " done");
        if (t->seconds > 0 && r.w >= 60) {
            str_add(&s, " in ");
            words_seconds(t->seconds, &s);
        }
    } else if (t->phase == TRAINING_FAILED) {
        str_add(&s, "  failed");
    } else {
        double remaining = training_left(t);
        if (t->rate > 0 && r.w >= 60)
            str_addf(&s, "  %.*f updates/s", t->rate < 10 ? 1 : 0, t->rate);
        if (t->paused) {
            str_add(&s, "  paused");
        } else if (isfinite(remaining)) {
            str_add(&s, "  ");
            words_seconds(remaining, &s);
            str_add(&s, " left");
        }
    }
    int w = utf8_text_width(str_text(&s)), bar = r.w - w - 1;
    if (bar >= 4)
        widget_bar(g, r.x, r.y, bar, (struct bar){(float)done, NAN, 0, (float)total, ROLE_PREDICT});
    else
        bar = 0;
    grid_text(g, r.x + bar + (bar > 0), r.y, r.w - bar, ROLE_NUMBER, t->phase == TRAINING_RUNS ? 0 : ATTR_BOLD,
              str_text(&s));
    str_free(&s);
}

/* All in one row, where there is no room for the panel. */
static void draw_numbers_row(const struct training *t, struct grid *g, int x, int y, int w)
{
    struct str s = {0};
    const struct evaluation *now = last_evaluation(t);
    double loss = training_recent_loss(t);
    if (isfinite(loss))
        str_addf(&s, "loss %.2f  ", loss);
    if (now && isfinite(now->loss) && t->corpus->goal == GOAL_NUMBER)
        str_addf(&s, "held out %.4f  ", now->loss);
    else if (now && isfinite(now->loss))
        str_addf(&s, "%s %.2f  ", w < 50 ? "perpl." : "perplexity", exp(now->loss));
    if (now && isfinite(now->accuracy))
        str_addf(&s, "%s %.1f%%", t->corpus->goal == GOAL_NUMBER ? "explained" : "right", 100 * now->accuracy);
    grid_text(g, x, y, w, ROLE_NUMBER, ATTR_BOLD, str_text(&s));
    str_free(&s);
}

/* What the dots are measured on. */
static const char *held_label(const struct training *t)
{
    return corpus_held_out(t->corpus) ? "held out" : "all lines";
}

/* number: a mean square; else a loss, and its perplexity. */
struct panel_line { const char *label; double loss; enum role role; bool number; };

static void panel_row(struct grid *g, int x, int y, const struct panel_line *of)
{
    double loss = of->loss;
    grid_text(g, x, y, 10, of->role, 0, of->label);
    if (isfinite(loss) && of->number) {
        grid_textf(g, x + 11, y, 13, ROLE_NUMBER, 0, "%13.5f", loss);
    } else if (isfinite(loss)) {
        grid_textf(g, x + 11, y, 5, ROLE_NUMBER, 0, "%5.2f", loss);
        grid_textf(g, x + 17, y, 7, ROLE_NUMBER, 0, "%7.2f", exp(loss));
    }
}

static void draw_panel(const struct training *t, struct grid *g, int x, int y, int h)
{
    const struct evaluation *now = last_evaluation(t);
    bool number = t->corpus->goal == GOAL_NUMBER;
    if (number) {
        grid_text_right(g, x + PANEL_W, y, 13, ROLE_LABEL, 0, "mean square");
    } else {
        grid_text_right(g, x + 16, y, 5, ROLE_LABEL, 0, "loss");
        grid_text_right(g, x + PANEL_W, y, 6, ROLE_LABEL, 0, "perpl.");
    }
    if (h > 1)
        panel_row(g, x, y + 1, &(struct panel_line){"training", training_recent_loss(t), ROLE_CURVE, number});
    if (h > 2)
        panel_row(g, x, y + 2,
                  &(struct panel_line){held_label(t), now ? now->loss : (double)NAN, ROLE_PREDICT, number});
    if (h > 3 && now && isfinite(now->accuracy)) {
        struct str what = {0};
        add_measured(t, g->glyphs, &what);
        int row = y + (h > 5 ? 4 : 3);
        grid_textf(g, x, row, 16, ROLE_LABEL, 0, number ? "explained" : "right: %s", str_text(&what));
        grid_textf(g, x + 17, row, 7, ROLE_NUMBER, ATTR_BOLD, "%6.1f%%", 100 * now->accuracy);
        str_free(&what);
    }
}

/* ---- the loss ---------------------------------------------------------------------------------------------------- */

/* Both scales are logarithmic: most of the loss falls in the first tenth of the time. */
struct chart {
    int columns, total;
    double low, high;             /* of the loss */
};

/* Where an update stands, and the first update of a column. */
static int column_of(const struct chart *c, int update)
{
    double x = c->total > 1 && update > 1 ? log(update) / log(c->total) * (c->columns - 1) : 0;
    return x < c->columns - 1 ? (int)lround(x) : c->columns - 1;
}

static int first_of(const struct chart *c, int column)
{
    double share = c->columns > 1 ? (column - 0.5) / (c->columns - 1) : 0;
    return share <= 0 ? 0 : (int)pow(c->total, share);
}

static double column_loss(const struct training *t, const struct chart *c, int column)
{
    int from = first_of(c, column), to = first_of(c, column + 1);
    return from >= training_done(t) ? NAN : training_loss(t, from, to > from ? to : from + 1);
}

static void widen(struct chart *c, double v)
{
    if (!isfinite(v))
        return;
    c->low = v < c->low && v > 1e-6 ? v : c->low;
    c->high = v > c->high ? v : c->high;
}

static struct chart plan_chart(const struct training *t, int columns)
{
    /* What a network that knows nothing has: the same chance for every token, the same number always. */
    double blind = t->corpus->goal == GOAL_NUMBER ? t->corpus->spread[PART_TRAIN] : log(t->corpus->outputs);
    struct chart c = {columns, training_total(t), blind, blind};
    for (int x = 0; x < columns; x++)
        widen(&c, column_loss(t, &c, x));
    for (int k = 0; k < t->evaluations; k++)
        widen(&c, t->evaluation[k].loss);
    c.low *= 0.9;                                        /* the lowest still shows */
    c.high *= 1.02;
    return c;
}

/* How high a loss stands, 0 … 1. */
static double height(const struct chart *c, double v)
{
    double y = v > 0 ? log(v / c->low) / log(c->high / c->low) : 0;
    return clamp_real(y, 0, 1);
}

static int row_of(const struct chart *c, int h, double v)
{
    int row = (int)((1 - height(c, v)) * h);
    return row < h ? row : h - 1;
}

static void draw_axis(struct grid *g, struct rect r, const struct chart *c)
{
    static const double ticks[] = {0.0001, 0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 3, 5, 10, 20};
    int below = r.h;
    for (int k = 0; k < r.h; k++)
        grid_put(g, r.x + AXIS_W - 1, r.y + k, g->glyphs->vline, ROLE_AXIS, 0);
    for (size_t k = 0; k < sizeof ticks / sizeof *ticks; k++) {
        int row = row_of(c, r.h, ticks[k]);
        if (ticks[k] < c->low || ticks[k] > c->high || row >= below - (r.h > 8))
            continue;
        char text[16];
        snprintf(text, sizeof text, "%g", ticks[k]);
        grid_text_right(g, r.x + AXIS_W - 2, r.y + row, AXIS_W - 2, ROLE_DIM, 0, text);
        below = row;
    }
}

static void draw_loss(const struct training *t, struct grid *g, struct rect r)
{
    const struct glyphs *gl = g->glyphs;
    int axis = r.w >= 30 ? AXIS_W : 0;
    if (r.w - axis < 1)
        return;
    struct chart c = plan_chart(t, r.w - axis);
    if (axis)
        draw_axis(g, r, &c);
    r.x += axis;
    for (int x = 0; x < c.columns; x++) {
        double v = column_loss(t, &c, x);
        if (!isfinite(v))
            continue;
        int e = (int)lround(height(&c, v) * r.h * 8), full = e / 8;
        e += e == 0;
        grid_fill(g, (struct rect){r.x + x, r.y + r.h - full, 1, full}, gl->full, ROLE_CURVE, 0);
        if (full < r.h)
            grid_put(g, r.x + x, r.y + r.h - full - 1, gl->lower[e % 8], ROLE_CURVE, 0);
    }
    /* The latest first: where there are more than can be told apart, the earlier ones give way. */
    for (int k = t->evaluations - 1, last = c.columns + DOT_GAP; k >= 0; k--) {
        int x = column_of(&c, t->evaluation[k].update);
        if (!isfinite(t->evaluation[k].loss) || x > last - DOT_GAP)
            continue;
        grid_put(g, r.x + x, r.y + row_of(&c, r.h, t->evaluation[k].loss), gl->dot, ROLE_PREDICT, ATTR_BOLD);
        last = x;
    }
}

static void draw_updates(const struct training *t, struct grid *g, struct rect r)
{
    int axis = r.w >= 30 ? AXIS_W : 0;
    struct chart c = {.columns = r.w - axis, .total = training_total(t)};
    char text[32];
    snprintf(text, sizeof text, "%d updates", c.total);
    int end = r.x + r.w - (int)strlen(text);
    for (int n = 1; n > 0 && n < c.total && n < 100000000; n *= 10) {
        int x = r.x + axis + column_of(&c, n), w = snprintf(text, sizeof text, "%d", n);
        if (x + w + 2 > end)
            break;
        grid_text(g, x, r.y, w, ROLE_DIM, 0, text);
    }
    grid_textf(g, end, r.y, r.x + r.w - end, ROLE_DIM, 0, "%d updates", c.total);
}

/* ---- the sentence ------------------------------------------------------------------------------------------------ */

/* A scale for C that does not shrink with every frame. */
static float cell_scale(const struct training *t)
{
    float most = 1;
    for (int k = 0; k < t->corpus->demo_n; k++)
        most = isfinite(t->C[k]) && fabsf(t->C[k]) > most ? fabsf(t->C[k]) : most;
    return widget_scale(most);
}

static void draw_words(const struct training *t, struct grid *g, int x, int y, const struct tape *p)
{
    const struct vocab *v = t->corpus->vocab;
    for (int k = 0; k < p->n && (v || p->each >= NUMBERS_W); k++) {       /* of a number, an ellipsis says nothing */
        struct str word = {0}, cut = {0};
        taught_word(t, p->first + k, g->glyphs, &word);
        int most = p->each > 2 ? p->each - 1 : p->each;
        utf8_cut(&cut, str_text(&word), most, g->glyphs->ascii);
        int cells = utf8_text_width(str_text(&cut)), now = t->asks && p->first + k == t->asks;
        grid_text(g, x + p->x + k * p->each + (most - cells) / 2, y, cells, now ? ROLE_TOKEN_NOW : ROLE_TOKEN,
                  now ? ATTR_BOLD : 0, str_text(&cut));
        str_free(&word);
        str_free(&cut);
    }
}

/* A value of the unit at every word: what it is called, and its scale. */
struct track { const char *symbol, *name; const float *v; float low, high; enum role role; };

static void draw_columns(struct grid *g, struct rect r, const struct tape *p, const struct track *c, bool figures)
{
    int w = p->each > 9 ? p->each - 4 : p->each > 6 ? p->each - 3 : p->each > 2 ? p->each - 1 : p->each;
    for (int k = 0; k < p->n; k++) {
        int at = r.x + p->x + k * p->each, most = p->each > 2 ? p->each - 1 : p->each;
        widget_column(g, (struct rect){at + (most - w) / 2, r.y, w, r.h},
                      (struct bar){c->v[p->first + k], NAN, c->low, c->high, c->role});
        if (figures) {
            char num[16];
            if (c->low < 0)
                widget_state(num, sizeof num, c->v[p->first + k], 5, true);
            else                          /* 1.00 stands here, too, only for what is exactly 1 */
                widget_gate(num, sizeof num, c->v[p->first + k], 5);
            const char *text = num + strspn(num, " ");
            grid_text(g, at + (most - utf8_text_width(text)) / 2, r.y + r.h, 5, ROLE_NUMBER, 0, text);
        }
    }
}

/* What of the columns: symbol and scale, at their left. */
static void draw_label(struct grid *g, struct rect r, const struct tape *p, const struct track *c)
{
    if (p->x < 3)
        return;
    char letter[2] = {c->symbol[0], 0};
    int row = r.y + (r.h > 2 ? (r.h - 1) / 2 : r.h - 1);
    grid_text(g, r.x, row, p->x - 1, c->role, ATTR_BOLD, p->x < 5 ? letter : c->symbol);
    if (p->x >= 8 && r.h > 2)
        grid_text(g, r.x, row + 1, p->x - 1, ROLE_LABEL, 0, c->name);
}

/* "unit 7: C correlates with F/M by +0.98, most of all units" */
static void add_unit(const struct training *t, const struct glyphs *gl, struct str *s)
{
    int layer, within;
    training_unit_place(t, t->unit, &layer, &within);
    if (t->recipe.layers > 1)
        str_addf(s, "layer %d, ", layer + 1);
    str_addf(s, "unit %d", within + 1);
    const struct corpus *c = t->corpus;
    if (c->part[PART_VALID].spans && c->values > 1 && t->evaluations) {
        str_add(s, ": C correlates with ");
        say_text(c->value[0], false, gl, s);
        str_addc(s, '/');
        say_text(c->value[1], false, gl, s);
        str_addf(s, " by %+.2f%s", t->tells[t->unit], t->chosen ? "" : ", most of all units");
    } else if (t->evaluations) {
        str_addf(s, ": C moves by %.2f on this sequence%s", t->tells[t->unit], t->chosen ? "" : ", most of all units");
    }
}

/* "after with:  her |####| 0.96   his |   | 0.01" */
static void draw_question(const struct training *t, struct grid *g, int x, int y, int w)
{
    struct str s = {0};
    str_add(&s, "after ");
    taught_word(t, t->asks - 1, g->glyphs, &s);
    int at = x + grid_text(g, x, y, w, ROLE_LABEL, 0, str_text(&s)) + 2, bar = w >= 100 ? 16 : w >= 70 ? 10 : 0;
    for (int k = 0; k < t->answers; k++) {
        str_clear(&s);
        taught_output(t, t->answer[k], g->glyphs, &s);
        int word = utf8_text_width(str_text(&s));
        if (at + word + 1 + bar + 5 > x + w)
            break;
        at += grid_text(g, at, y, word, k ? ROLE_TEXT : ROLE_TOKEN_NOW, k ? 0 : ATTR_BOLD, str_text(&s)) + 1;
        if (bar)
            widget_bar(g, at, y, bar, (struct bar){t->p[k], NAN, 0, 1, ROLE_PREDICT});
        at += bar + (bar > 0);
        at += grid_textf(g, at, y, 4, ROLE_NUMBER, k ? 0 : ATTR_BOLD, "%.2f", (double)t->p[k]) + 3;
    }
    str_free(&s);
}

static void draw_demo(const struct training *t, struct grid *g, struct rect r, const struct plan *p)
{
    struct tape tape = plan_tape(t, r.w);
    if (p->demo_heading >= 0) {
        struct str s = {0};
        add_unit(t, g->glyphs, &s);
        int n = grid_text(g, r.x, r.y + p->demo_heading, r.w, ROLE_LABEL, ATTR_BOLD, str_text(&s));
        grid_hline(g, r.x + n + 1, r.y + p->demo_heading, r.w - n - 1, ROLE_RULE);
        str_free(&s);
    }
    float scale = cell_scale(t);
    draw_words(t, g, r.x, r.y + p->words, &tape);
    const struct track f = {"f_t", "forget", t->f, 0, 1, ROLE_F}, C = {"C_t", "cell", t->C, -scale, scale, ROLE_C};
    const struct rect f_at = {r.x, r.y + p->f_y, r.w, p->f_h}, C_at = {r.x, r.y + p->c_y, r.w, p->c_h};
    draw_label(g, f_at, &tape, &f);
    draw_columns(g, f_at, &tape, &f, p->figures);
    draw_label(g, C_at, &tape, &C);
    draw_columns(g, C_at, &tape, &C, p->figures);
}

/* ---- the view ---------------------------------------------------------------------------------------------------- */

static const char nothing[] =
    "Nothing is being trained. :train gender teaches a small model anew, in a few seconds; :train FILE learns from a "
    "grammar or from a text of your own, one sequence a line.";

/* How surprised it still is, and how often it is right. */
static void explain_choice(const struct training *t, const struct evaluation *now, double loss, struct str *out)
{
    if (isfinite(loss))
        str_addf(out, "On average the right %s comes as unexpected as one of %.1f equally likely ones",
                 t->corpus->goal == GOAL_LABEL ? "label" : "token", exp(loss));
    if (isfinite(loss) && now && isfinite(now->loss))
        str_addf(out, ", %s as one of %.1f",
                 corpus_held_out(t->corpus) ? "on sequences it was not trained on"
                 : "on all lines it is trained on (none is held out)",
                 exp(now->loss));
    if (isfinite(loss))
        str_add(out, ". ");
    if (now && isfinite(now->accuracy)) {
        str_addf(out, "There %.1f%% of ", 100 * now->accuracy);
        add_measured(t, &glyphs_unicode, out);
        str_add(out, t->asks ? " are told apart. " : "s are predicted right. ");
    }
}

/* How far what it says is from what is wanted. */
static void explain_numbers(const struct training *t, const struct evaluation *now, double loss, struct str *out)
{
    if (isfinite(loss))
        str_addf(out, "What it says misses the number that is wanted by %.5f on average over the square", loss);
    if (isfinite(loss) && now && isfinite(now->loss))
        str_addf(out, ", %s by %.5f",
                 corpus_held_out(t->corpus) ? "on sequences it was not trained on" : "on all it is trained on",
                 now->loss);
    str_addf(out, "%salways saying %.3f would miss by %.5f. ", isfinite(loss) ? "; " : "", t->corpus->mean,
             t->corpus->spread[corpus_held_part(t->corpus)]);
}

static void explain(const struct scene *scene, const void *state, struct str *out)
{
    (void)state;
    const struct training *t = scene->training;
    if (!t) {
        str_add(out, nothing);
        return;
    }
    const struct evaluation *now = last_evaluation(t);
    double loss = training_recent_loss(t);
    str_addf(out, "%d of %d updates are done, each on %d sequences. ", training_done(t), training_total(t),
             train_options(t->train)->batch);
    if (t->corpus->goal == GOAL_NUMBER)
        explain_numbers(t, now, loss, out);
    else
        explain_choice(t, now, loss, out);
    str_add(out, "Shown: ");
    add_unit(t, &glyphs_unicode, out);
    str_add(out, ". That is a hint, not a proof: step into the model and close its forget gate.");
}

static void draw(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    const struct training *t = scene->training;
    if (r.w >= 60)
        r = rect_inset(r, 2, 0);
    else if (r.w >= 30)
        r.x++, r.w--;
    if (!t) {
        grid_wrap(g, r, ROLE_DIM, 0, r.w * r.h < 60 ? "No training" : nothing);
        return;
    }
    if (r.w < 12 || r.h < 2) {
        grid_textf(g, r.x, r.y, r.w, ROLE_NUMBER, ATTR_BOLD, "%d%%",
                   (int)(100LL * training_done(t) / training_total(t)));
        return;
    }
    struct plan p = plan_rows(r.w, r.h, t->asks > 0, scene->explain, plan_tape(t, r.w).each >= FIGURE_W);
    int chart_w = r.w >= WIDE ? r.w - PANEL_W - 3 : r.w;
    draw_progress(t, g, r);
    if (p.numbers >= 0)
        draw_numbers_row(t, g, r.x, r.y + p.numbers, r.w);
    if (p.chart_heading >= 0) {
        int n = grid_text(g, r.x, r.y + p.chart_heading, chart_w, ROLE_LABEL, ATTR_BOLD,
                          r.w >= 50 ? "loss, log scales" : "loss");
        int x = r.x + n + 3;
        grid_put(g, x, r.y + p.chart_heading, g->glyphs->full, ROLE_CURVE, 0);
        x += 2 + grid_text(g, x + 2, r.y + p.chart_heading, chart_w - n - 5, ROLE_DIM, 0, "training") + 3;
        grid_put(g, x, r.y + p.chart_heading, g->glyphs->dot, ROLE_PREDICT, ATTR_BOLD);
        grid_text(g, x + 2, r.y + p.chart_heading, r.x + chart_w - x - 2, ROLE_DIM, 0, held_label(t));
    }
    if (p.chart_h)
        draw_loss(t, g, (struct rect){r.x, r.y + p.chart_y, chart_w, p.chart_h});
    if (p.axis >= 0)
        draw_updates(t, g, (struct rect){r.x, r.y + p.axis, chart_w, 1});
    if (r.w >= WIDE && p.chart_h)
        draw_panel(t, g, r.x + r.w - PANEL_W, r.y + p.chart_y, p.chart_h);
    if (p.words >= 0)
        draw_demo(t, g, r, &p);
    if (p.ask >= 0)
        draw_question(t, g, r.x, r.y + p.ask, r.w);
    if (p.text_h) {
        struct str s = {0};
        explain(scene, state, &s);
        grid_wrap(g, (struct rect){r.x, r.y + p.text_y, r.w, p.text_h}, ROLE_TEXT, 0, str_text(&s));
        str_free(&s);
    }
}

static void heading(const struct scene *scene, const void *state, const struct glyphs *gl, struct str *left,
                    struct str *right)
{
    (void)state;
    const struct training *t = scene->training;
    if (!t) {
        str_add(left, "learn");
        return;
    }
    const char *dot = gl->middle_dot,
        *what = t->phase == TRAINING_FINISHED ? "learnt" : t->phase == TRAINING_FAILED ? "failed" : t->paused ? "paused"
        : "learning";
    str_addf(left, "%s ", what);
    taught_title(t, left);
    str_addf(left, " %s %d unit%s %s seed %llu", dot, t->units, t->units == 1 ? "" : "s", dot,
             (unsigned long long)t->seed);
    str_addf(right, "update %d of %d", training_done(t), training_total(t));
}

static const struct view_key keys[] = {
    {"pause", "<Space>", NULL, "pause, go on", "pause", 0, NULL, "train-pause"},
    {"enter", "<Enter>", NULL, "step through the sentence with what has been learnt", "step into it", KEY_EDITS, NULL,
     "train-enter"},
    {"epoch", ".", NULL, "one epoch, then pause", "one epoch", 0, NULL, "train-epoch"},
    {"slower faster", "<lt>", ">", "slower, faster", "speed", KEY_PAIR, NULL, "train-slower train-faster"},
    {"next-unit prev-unit", "<Tab>", "<S-Tab>", "watch the next or previous unit", "unit", 0, NULL,
     "train-next-unit train-prev-unit"},
    {"again", "r", NULL, "from the beginning with the next seed", "new seed", 0, NULL, "train-again"},
    {.keys = ":", .hint = "command"},
    {.keys = NULL},
};

const struct view view_learn = {
    .name = "learn",
    .title = "learn",
    .about = "a network being taught from nothing",
    .strip = "learn",
    .rank = 15,
    .help = "A network being taught, nothing but which word comes next. The loss falls as it learns; the dots are "
            "sentences it was not trained on. Below, one unit on a sentence you know: f_t is how much of C it keeps at "
            "each word. Watch f rise to 1 between the word that matters and the place where it is needed. :w FILE.json "
            "saves the model.",
    .key = 'L',
    .keys = keys,
    .alone = true,
    .teaches = true,
    .heading = heading,
    .draw = draw,
    .explain = explain,
};
