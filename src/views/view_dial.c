/* view_dial.c: turn one value over its whole range and watch two answers: the word that hangs on it and its rival.
 * Where they change places is found by bisection (core/dial.h), so that "half forgotten" is a number. Everything
 * else stays as it is; the steps up to the answer are computed again for every point. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clamp.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "core/answers.h"
#include "core/dial.h"
#include "ui/widget.h"
#include "views/dial_view.h"
#include "views/say.h"
#include "views/sums.h"
#include "views/value.h"

enum { ASIDE = 8 };

/* What is at work until all is known: which answer hangs on the value; the rival, from both ends of the range; the
 * curves, values that go through the head together; where they cross. */
enum phase { HANGS, ENDS, CURVES, TIPS };
struct job {
    bool goes_on;
    enum phase phase;
    struct hanging *hanging;
    struct suffix *end;
    struct dial d;
    int most;                     /* values go together */
    int point[LOGITS_STEPS], n;   /* of DIAL_POINTS, those in hand */
    int ran;                      /* of these have been run */
    int next;                     /* the point to go on from; then that after which a tip may lie */
    bool searches;                /* for the tip there */
    struct dial_search between;
};

struct state {
    struct { int rival; } set;    /* the k-th likeliest rival, from 0 */
    struct dial_kept kept;
    struct job job;
};

static const struct setting settings[] = {
    {"rival", SETTING_NUMBER, offsetof(struct state, set.rival), 0, DIAL_RIVALS - 1, NULL},
    {.name = NULL},
};

static void job_end(struct job *j)
{
    hanging_free(j->hanging);
    answers_free(j->d.answers);
    suffix_free(j->end);
    *j = (struct job){0};
}

static void clear(void *state)
{
    struct state *st = state;
    st->kept.revision = 0;
    job_end(&st->job);
}

/* ---- what is kept ------------------------------------------------------------------------------------------------ */

/* What a selected row is about: a product is turned by its gate, C_{t-1} is C of the step before. */
static struct pin turned(const struct dial_kept *k)
{
    const struct value_kind *kind = value_kind(k->v);
    return (struct pin){k->v == VAL_C_PREV ? k->t - 1 : k->t, k->layer, kind->from, k->unit, 0};
}

/* The k-th point of DIAL_POINTS, evenly over the range. */
static float value_at(const struct dial_kept *k, int p)
{
    const int last = DIAL_POINTS - 1;
    return p == last ? k->high : k->low + (k->high - k->low) * (float)p / (float)last;
}

/* The k-th likeliest output but the target; the last there is, where there are fewer. */
static int likeliest_but(const float *z, int outputs, int target, int k)
{
    int best[DIAL_RIVALS] = {0}, n = 0;
    for (int o = 0; o < outputs; o++) {
        if (o == target || (n > k && !(z[o] > z[best[n - 1]])))
            continue;
        int at = n <= k ? n++ : k;
        for (; at > 0 && z[o] > z[best[at - 1]]; at--)
            best[at] = best[at - 1];
        best[at] = o;
    }
    return n ? best[n - 1] : -1;
}

/* The rival: where the answer is least likely, at either end of the range, the likeliest other; or the next ones. */
static int find_rival(const struct job *j, const struct dial_kept *k)
{
    const struct dial_point low = dial_take(&j->d, k->low, 0), high = dial_take(&j->d, k->high, 1);
    const int others = j->d.net->outputs - 1, choice = others < DIAL_RIVALS ? others : DIAL_RIVALS;
    return choice < 1 ? -1 : likeliest_but(answers_logits(j->d.answers, high.target < low.target), j->d.net->outputs,
                                           j->d.target, k->rival_wish % choice);
}

static void take_in_hand(struct job *j, int point)
{
    if (!j->n)
        answers_begin(j->d.answers);
    j->point[j->n++] = point;
}

/* Points that are not there yet, as many as go together: every eighth first, from which one sees where it goes. */
static void next_points(struct job *j, const struct dial_kept *k)
{
    j->n = j->ran = 0;
    for (; j->next < DIAL_POINTS && j->n < j->most; j->next++)
        if (!k->points == (j->next % DIAL_COARSE == 0))
            take_in_hand(j, j->next);
}

/* What it is about: the answer and the range. False: there is no answer, or memory is short. */
static bool question(struct job *j, const struct session *s, struct dial_kept *k)
{
    const struct lstm *net = session_net(s);
    const struct computation of = session_computation_to(s, RUN_PINNED, k->hang.step);
    const struct pin pin = turned(k);
    value_range((enum value)pin.q, widget_scale(session_peak(s, k->layer)), &k->low, &k->high);
    k->now = session_row(s, RUN_PINNED, k->layer, pin.q, pin.step)[k->unit];
    j->end = suffix_new(&of, k->t, k->hang.step);
    j->most = answers_most(net) < 2 ? 2 : answers_most(net);
    j->d = (struct dial){j->end, net, pin, k->hang.step, k->hang.output, k->hang.output, answers_new(net, j->most)};
    if (!j->end || !j->d.answers)
        return false;
    take_in_hand(j, 0);
    take_in_hand(j, DIAL_POINTS - 1);
    return true;
}

/* All values in hand have gone through the head. */
static bool take_answers(struct job *j, struct dial_kept *k)
{
    if (j->phase == ENDS) {
        j->d.rival = k->rival = find_rival(j, k);
        j->phase = CURVES;
        next_points(j, k);
        return k->rival >= 0;
    }
    for (int p = 0; p < j->n; p++)
        k->point[j->point[p]] = dial_take(&j->d, value_at(k, j->point[p]), p);
    next_points(j, k);
    if (!j->n && !k->points) {
        k->points = DIAL_POINTS;
        k->every = DIAL_COARSE;
        j->next = 0;
        next_points(j, k);
    } else if (!j->n) {
        k->every = 1;
        j->phase = TIPS;
        j->next = 0;
    }
    return true;
}

/* One step nearer to a tip. */
static bool search(struct job *j, struct dial_kept *k)
{
    if (j->searches) {
        enum dial_found found = dial_halve(&j->d, &j->between);
        j->searches = found == DIAL_MORE;
        if (found == DIAL_FOUND)
            k->tip[k->tips++] = j->between.low;
        return found != DIAL_NO_MEMORY;
    }
    if (j->next + 1 >= DIAL_POINTS || k->tips >= DIAL_TIPS) {
        k->complete = true;
        return false;
    }
    const struct dial_point *low = &k->point[j->next++];
    j->between = dial_between(low, low + 1);
    j->searches = dial_changes(low, low + 1);
    return true;
}

/* A piece of it. False: all is known, or nothing more can be. */
static bool job_step(struct job *j, const struct session *s, struct dial_kept *k, double end)
{
    if (j->phase == HANGS) {
        if (!hanging_on(j->hanging, end))
            return true;
        k->hang = hanging_found(j->hanging);
        j->phase = ENDS;
        return k->hang.step >= 0 && question(j, s, k);
    }
    if (j->phase == TIPS)
        return search(j, k);
    if (j->ran < j->n) {
        if (!dial_run(&j->d, value_at(k, j->point[j->ran++])))
            return false;
        answers_add(j->d.answers, suffix_head_input(j->end, k->hang.step));
        return true;
    }
    return !answers_on(j->d.answers, end) || take_answers(j, k);
}

/* Goes on for a piece at least, until the clock says `end`; ends when all is known, or nothing more can be for want of
 * memory. */
static void job_go_on(struct job *j, const struct session *s, struct dial_kept *k, double end)
{
    do {
        if (!job_step(j, s, k, end)) {
            k->points = k->complete ? k->points : 0;
            job_end(j);
        }
    } while (j->goes_on && clock_ms() < end);
    k->waits = j->goes_on && !k->points;
}

static void job_begin(struct job *j, const struct session *s, struct dial_kept *k)
{
    k->rival = k->hang.step = k->hang.output = -1;
    k->points = k->tips = 0;
    *j = (struct job){.hanging = hanging_new(s, k->layer, k->unit, k->t)};
    k->waits = j->goes_on = j->hanging != NULL;
}

void dial_work_out(const struct session *s, struct dial_kept *k)
{
    struct job j;
    job_begin(&j, s, k);
    if (j.goes_on)
        job_go_on(&j, s, k, INFINITY);
}

/* Is all of it a matter of a frame: some 150 reruns? */
static bool is_quick(const struct session *s, const struct dial_kept *k)
{
    const struct lstm *net = session_net(s);
    double step = (double)net->outputs * lstm_top(net);
    for (int l = 0; l < net->layers; l++)
        step += (double)GATES * net->layer[l].hidden * (net->layer[l].hidden + net->layer[l].in);
    const int ahead = session_steps(s) - 1 - k->t, most = ahead < HANG_AHEAD ? ahead : HANG_AHEAD;
    return 150 * step * (k->hang.step < 0 ? most + 1 : k->hang.step - k->t + 1) < 4e8;
}

static bool is_current(const struct session *s, const struct state *st)
{
    const struct cursor *at = session_cursor(s);
    const struct dial_kept *k = &st->kept;
    return k->revision == session_revision(s) && k->layer == at->layer && k->unit == at->unit && k->t == at->step
        && k->v == at->value && k->rival_wish == st->set.rival;
}

static void update(const struct session *s, struct state *st)
{
    struct dial_kept *k = &st->kept;
    const struct cursor *at = session_cursor(s);
    if (is_current(s, st))
        return;
    job_end(&st->job);
    *k = (struct dial_kept){.revision = session_revision(s),
                       .layer = at->layer,
                       .unit = at->unit,
                       .t = at->step,
                       .v = at->value,
                       .rival_wish = st->set.rival};
    job_begin(&st->job, s, k);
    while (st->job.goes_on && (is_quick(s, k) || (!k->points && !session_is_lazy(s))))
        job_go_on(&st->job, s, k, 0);
}

static void prepare(const struct scene *scene, void *state, struct rect r)
{
    (void)r;
    update(scene->session, state);
}

static enum view_work work(struct session *s, void *state, int ms, struct str *progress, struct err *e)
{
    struct state *st = state;
    (void)e, (void)progress;
    update(s, st);
    if (!st->job.goes_on)
        return WORK_NONE;
    job_go_on(&st->job, s, &st->kept, clock_ms() + ms);
    return st->job.goes_on ? WORK_MORE : WORK_DONE;
}

/* ---- words ------------------------------------------------------------------------------------------------------- */

static void add_value(const struct session *s, const struct dial_kept *k, const struct glyphs *gl, struct str *out)
{
    struct pin pin = turned(k);
    str_addf(out, "%s of ", quantity_name(pin.q));
    say_unit(s, k->layer, k->unit, out);
    str_add(out, " at ");
    if (pin.step < 1)
        str_add(out, "the beginning");
    else
        say_quoted(s, pin.step, gl, out);
}

static void nothing(const struct session *s, const struct dial_kept *k, struct str *out)
{
    if (k->waits)
        str_add(out, "What hangs on this value is being computed.");
    else if (k->t < 1)
        say_nothing(s, out);
    else if (!session_net(s)->outputs)
        str_add(out, "This model has no output head: there is no answer to watch.");
    else if (k->hang.step < 0)
        str_addf(out, "No %s comes after this one whose probability could be watched: go back a few %s.",
                 say_noun(s, false), say_noun(s, true));
    else
        str_add(out, "There is not enough memory to turn this value.");
}

static const char *number(char buf[SUMS_MAX], const struct dial_kept *k, double v)
{
    return value_is_gate((enum value)turned(k).q) ? sums_gate(buf, v) : sums_number(buf, v, 2, true);
}

/* Where they tip, with three digits behind the point: half of a hundredth matters there. */
static const char *tip_number(char buf[SUMS_MAX], const struct dial_kept *k, float v)
{
    const bool gate = value_is_gate((enum value)turned(k).q);
    if (v != 0 && fabsf(v) < 0.0005f) {           /* what is not 0 does not read 0 */
        const char *text = sums_tight(buf, (double)v, 3, !gate);
        return text + (gate && *text == '+');
    }
    return sums_number(buf, (double)v, 3, !gate);
}

void dial_tell(const struct session *s, const struct dial_kept *k, const struct glyphs *gl, struct str *out)
{
    if (!k->points) {
        nothing(s, k, out);
        return;
    }
    const struct dial_point *a = &k->point[0], *b = &k->point[k->points - 1];
    char low[SUMS_MAX], high[SUMS_MAX];
    str_add(out, "As ");
    add_value(s, k, gl, out);
    str_addf(out, " goes from %s to %s, '", number(low, k, (double)a->value), number(high, k, (double)b->value));
    say_output(s, k->hang.output, gl, out);
    str_addf(out, "' goes from %.2f to %.2f and '", a->target, b->target);
    say_output(s, k->rival, gl, out);
    str_addf(out, "' from %.2f to %.2f. ", a->rival, b->rival);
    if (!k->complete) {
        str_add(out, "Where they change places is still being looked for.");
        return;
    }
    if (!k->tips) {
        str_addc(out, '\'');
        say_output(s, a->target > a->rival ? k->hang.output : k->rival, gl, out);
        str_add(out, "' stays the likelier one over the whole range.");
        return;
    }
    str_add(out, "They change places at ");
    for (int j = 0; j < k->tips; j++)
        str_addf(out, "%s%s", j ? ", " : "", tip_number(low, k, k->tip[j]));
    str_addc(out, '.');
    const struct dial_point *half = &k->point[k->points / 2];
    if (value_is_gate((enum value)turned(k).q) && fabs(half->target - b->target) < fabs(half->target - a->target))
        str_addf(out, " Half open is nearer to open than to closed: %.2f.", half->target);
}

static void tell(const struct scene *scene, const void *state, const struct glyphs *gl, struct str *out)
{
    const struct dial_kept *k = &((const struct state *)state)->kept;
    if (k->points)                        /* the picture says that there is nothing */
        dial_tell(scene->session, k, gl, out);
}

static void explain(const struct scene *scene, const void *state, struct str *out)
{
    dial_tell(scene->session, &((const struct state *)state)->kept, &glyphs_unicode, out);
}

/* ---- drawing ----------------------------------------------------------------------------------------------------- */

struct ctx {
    const struct scene *scene;
    const struct session *s;
    const struct dial_kept *k;
    struct grid *g;
    struct rect plot;             /* the cells of the curves */
};

static int column(const struct ctx *c, float v)
{
    const struct dial_kept *k = c->k;
    float x = (v - k->low) / (k->high - k->low);
    return c->plot.x + (int)lrintf(clamp_float(x, 0, 1) * (float)(c->plot.w - 1));
}

/* p at place x of 0 … 1 of the range, between two points on a straight line. */
static double at(const struct dial_kept *k, bool rival, double x)
{
    const int last = (k->points - 1) / k->every;
    double place = x * last;
    int p = (int)place < last - 1 ? (int)place : last - 1;
    const struct dial_point *from = &k->point[(size_t)p * (size_t)k->every], *to = from + k->every;
    double a = rival ? from->rival : from->target, b = rival ? to->rival : to->target;
    return a + (b - a) * (place - p);
}

/* Curves in dots, eight to a cell: the second one goes where the first has left cells free. */
static void draw_dots(const struct ctx *c, bool rival, enum role role)
{
    static const uint8_t dot[2][4] = {{0x01, 0x02, 0x04, 0x40}, {0x08, 0x10, 0x20, 0x80}};
    int w = c->plot.w * 2, h = c->plot.h * 4, before = -1;
    uint8_t *cell = xcalloc((size_t)c->plot.w * (size_t)c->plot.h, 1);
    for (int x = 0; x < w; x++) {
        int y = (int)lrint((1 - at(c->k, rival, (double)x / (w - 1))) * (h - 1)), from = before < 0 ? y : before;
        for (int k = from < y ? from + (x > 0) : y; k <= (from < y ? y : from - (from > y)); k++)
            cell[k / 4 * c->plot.w + x / 2] |= dot[x % 2][k % 4];
        before = y;
    }
    for (int y = 0; y < c->plot.h; y++)
        for (int x = 0; x < c->plot.w; x++) {
            uint8_t dots = cell[y * c->plot.w + x];
            const struct cell *there = grid_at(c->g, c->plot.x + x, c->plot.y + y);
            if (!dots || !there)
                continue;
            uint32_t old = there->ch[0] >= 0x2800 && there->ch[0] < 0x2900 ? there->ch[0] - 0x2800 : 0;
            grid_put(c->g, c->plot.x + x, c->plot.y + y, 0x2800 + (old | dots), old ? (enum role)there->role : role, 0);
        }
    free(cell);
}

/* The name and last value of a curve behind its end; two that end in one row part. */
static void draw_names(const struct ctx *c)
{
    const struct dial_kept *k = c->k;
    int row[2];
    for (int r = 0; r < 2; r++)
        row[r] = (int)lrint((1 - at(k, r, 1)) * (c->plot.h - 1));
    if (row[0] == row[1])
        row[at(k, false, 1) >= at(k, true, 1)] += row[0] < c->plot.h - 1 ? 1 : -1;
    for (int r = 0; r < 2; r++) {
        struct str name = {0};
        say_output_cut(c->s, r ? k->rival : k->hang.output, 8, c->g->glyphs, &name);
        grid_textf(c->g, c->plot.x + c->plot.w + 1, c->plot.y + row[r], 14, r ? ROLE_PREDICT_BASE : ROLE_PREDICT,
                   ATTR_BOLD, "%s %.2f", str_text(&name), at(k, r, 1));
        str_free(&name);
    }
}

static void draw_axes(const struct ctx *c)
{
    const struct glyphs *gl = c->g->glyphs;
    const struct rect p = c->plot;
    for (int y = 0; y < p.h; y++)
        grid_put(c->g, p.x - 1, p.y + y, gl->vline, ROLE_AXIS, 0);
    grid_hline(c->g, p.x, p.y + p.h, p.w, ROLE_AXIS);
    grid_put(c->g, p.x - 1, p.y + p.h, gl->plain.bl, ROLE_AXIS, 0);
    grid_text_right(c->g, p.x - 2, p.y, 4, ROLE_DIM, 0, "1");
    grid_text_right(c->g, p.x - 2, p.y + p.h / 2, 4, ROLE_DIM, 0, "0.5");
    grid_text_right(c->g, p.x - 2, p.y + p.h - 1, 4, ROLE_DIM, 0, "0");
    for (int q = 0; q <= 4; q++) {
        float v = c->k->low + (c->k->high - c->k->low) * (float)q / 4;
        char label[16];
        snprintf(label, sizeof label, "%g", (double)v);
        int x = column(c, v) - (q == 0 ? 0 : q == 4 ? (int)strlen(label) - 1 : (int)strlen(label) / 2);
        grid_text(c->g, x, p.y + p.h + 1, 8, ROLE_DIM, 0, label);
    }
}

/* ▲ where they tip, ▲ where the value stands now. */
static void draw_marks(const struct ctx *c, int y)
{
    const struct dial_kept *k = c->k;
    char num[SUMS_MAX], text[48];
    int now = column(c, k->now), taken = -1;
    for (int j = 0; j < k->tips; j++) {
        int x = column(c, k->tip[j]);
        if (x <= taken)
            continue;
        grid_put(c->g, x, y, c->g->glyphs->pointer_up, ROLE_TEXT, ATTR_BOLD);
        snprintf(text, sizeof text, "tips at %s", tip_number(num, k, k->tip[j]));
        taken = x + 2 + grid_text(c->g, x + 2, y, c->plot.x + c->plot.w - x, ROLE_TEXT, ATTR_BOLD, text);
    }
    struct pin pin = turned(k);
    enum pen old = value_about(c->g, c->scene, (struct place){pin.layer, pin.unit, (enum value)pin.q, pin.step});
    if (c->g->pen == PEN_COVER) {
        grid_pen(c->g, old);
        return;
    }
    snprintf(text, sizeof text, "now %s", number(num, k, (double)k->now));
    int w = (int)strlen(text), x = now - w - 1 > taken ? now - w - 1 : now + 2;
    if (now > taken)
        grid_put(c->g, now, y, c->g->glyphs->pointer_up, ROLE_LABEL, 0);
    if (x > taken && x > 0)
        grid_text(c->g, x, y, w, ROLE_LABEL, 0, text);
    grid_pen(c->g, old);
}

/* The same in numbers; without dots (ASCII, little room) all there is. */
static void draw_table(const struct ctx *c, struct rect r)
{
    const struct dial_kept *k = c->k;
    int each = 8, n = (r.w - 9) / each;
    n = clamp_int(n, 2, 9);
    struct str name[2] = {{0}, {0}};
    say_output_cut(c->s, k->hang.output, 7, c->g->glyphs, &name[0]);
    say_output_cut(c->s, k->rival, 7, c->g->glyphs, &name[1]);
    grid_text(c->g, r.x, r.y, 7, value_role((enum value)turned(k).q), ATTR_BOLD, quantity_name(turned(k).q));
    for (int row = 0; row < 2; row++)
        grid_text(c->g, r.x, r.y + 1 + row, 7, row ? ROLE_PREDICT_BASE : ROLE_PREDICT, 0, str_text(&name[row]));
    for (int j = 0; j < n; j++) {
        const size_t coarse = (size_t)(j * (k->points - 1) / (n - 1) / k->every);
        const struct dial_point *p = &k->point[coarse * (size_t)k->every];
        char num[SUMS_MAX];
        int x = r.x + 8 + j * each;
        bool ahead = p->target > p->rival;
        grid_text(c->g, x, r.y, each - 1, ROLE_LABEL, 0, number(num, k, (double)p->value));
        grid_textf(c->g, x, r.y + 1, each - 1, ROLE_NUMBER, ahead ? ATTR_BOLD : 0, "%.2f", p->target);
        grid_textf(c->g, x, r.y + 2, each - 1, ROLE_NUMBER, ahead ? 0 : ATTR_BOLD, "%.2f", p->rival);
    }
    str_free(&name[0]);
    str_free(&name[1]);
}

static void draw(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    struct ctx c = {.scene = scene, .s = scene->session, .k = &((const struct state *)state)->kept, .g = g};
    struct str text = {0};
    if (!c.k->points) {
        nothing(c.s, c.k, &text);
        grid_wrap(g, rect_inset(r, r.w > 12 ? 2 : 0, r.h > 4 ? 1 : 0), ROLE_DIM, 0, str_text(&text));
        str_free(&text);
        return;
    }
    static const char *const asks[] = {" over its range: what comes after ", ": what comes after ", ": after "};
    for (size_t brief = 0; brief < sizeof asks / sizeof *asks; brief++) {
        str_clear(&text);
        add_value(c.s, c.k, g->glyphs, &text);
        str_add(&text, asks[brief]);
        say_quoted(c.s, c.k->hang.step, g->glyphs, &text);
        str_addc(&text, '?');
        if (utf8_text_width(str_text(&text)) <= r.w - 2)
            break;
    }
    grid_text(g, r.x + 1, r.y, r.w - 2, ROLE_TEXT, ATTR_BOLD, str_text(&text));
    str_free(&text);
    bool table = r.h >= 4, dots = !g->glyphs->ascii && r.h >= 11 && r.w >= 50;
    if (dots) {
        c.plot = (struct rect){r.x + ASIDE, r.y + 1, r.w - ASIDE - 16, r.h - 1 - 3 - 4};
        draw_axes(&c);
        draw_dots(&c, false, ROLE_PREDICT);
        draw_dots(&c, true, ROLE_PREDICT_BASE);
        draw_names(&c);
        draw_marks(&c, c.plot.y + c.plot.h + 2);
    }
    if (table)
        draw_table(&c, (struct rect){r.x + 1, dots ? r.y + r.h - 3 : r.y + 1, r.w - 2, 3});
}

/* ---- keys -------------------------------------------------------------------------------------------------------- */

static enum view_reply turn_rival(struct session *s, void *state, bool other, struct err *e)
{
    (void)s, (void)e;
    struct state *st = state;
    st->set.rival = (st->set.rival + (other ? DIAL_RIVALS - 1 : 1)) % DIAL_RIVALS;
    return VIEW_REDRAW;
}

/* Just beyond the tip, on the side where the answer is lost. */
static enum view_reply pin_tip(struct session *s, void *state, bool other, struct err *e)
{
    (void)other;
    const struct dial_kept *k = &((const struct state *)state)->kept;
    if (k->waits || (k->points && !k->complete)) {
        err_set(e, NULL, NULL, "where the two answers change places is still being looked for");
        return VIEW_REDRAW;
    }
    if (!k->points || !k->tips) {
        err_set(e, NULL, NULL, "the two answers do not change places: there is no tip to pin");
        return VIEW_REDRAW;
    }
    struct pin pin = turned(k);
    session_pin(s, (struct place){pin.layer, pin.unit, (enum value)pin.q, pin.step}, k->tip[0], false, e);
    return VIEW_REDRAW;
}

static const struct view_key keys[] = {
    {.keys = "+", .hint = "turn it"},
    {"pin-tip", "<Enter>", NULL, "set the value to where the answers change places", "pin the tip", KEY_EDITS, pin_tip,
     NULL},
    {"next-rival prev-rival", "y", "Y", "against another word", "rival", 0, turn_rival, NULL},
    {.keys = "<Tab>", .hint = "unit"},
    {.keys = "<Up>", .hint = "value"},
    {.keys = NULL},
};

const struct view view_dial = {
    .near = true,
    .name = "dial",
    .title = "dial",
    .about = "one value turned from end to end, where the answer tips",
    .strip = "dial",
    .rank = 7,
    .help = "The selected value turned over its whole range, everything else as it is: the probability of a later "
            "word and of its rival, with the steps between computed again for each of 81 values, and where the two "
            "change places, found by bisection. The word is the one of the sentence that hangs most on this unit here "
            "(its surprisal changes most when C of the unit is 0), the rival the likeliest other at the end of the "
            "range where the word is least likely. A gate goes from 0 to 1, candidate and h from -1 to 1, C over its "
            "scale.",
    .key = '%',
    .state_size = sizeof(struct state),
    .settings_size = offsetof(struct state, kept),
    .settings = settings,
    .keys = keys,
    .prepare = prepare,
    .work = work,
    .draw = draw,
    .tell = tell,
    .explain = explain,
    .clear = clear,
};
