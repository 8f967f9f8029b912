/* view_variants.c: the same training with a part of the LSTM taken away, beside the plain one: a row a variant, with
 * its held-out loss over the training, and what came out of all seeds. It reads the variants; its keys are commands.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clamp.h"
#include "learn/variants.h"
#include "ui/widget.h"
#include "views/say.h"
#include "views/taught.h"
#include "views/view.h"

enum { NAME_W = 26, NAME_NARROW = 10, LOSS_W = 13, RIGHT_W = 15, WIDE = 70 };

static void add_nothing(const struct scene *scene, struct str *out)
{
    if (!scene->training) {
        str_add(out, "Nothing has been trained here. :train gender teaches a small model anew; then its variants can "
                     "be trained beside it.");
        return;
    }
    str_add(out, "Enter trains ");
    taught_title(scene->training, out);
    str_addf(out, " %d times more: the plain LSTM and four with a part taken away, with %d seeds each. ",
             VARIANT_KINDS * VARIANT_SEEDS, VARIANT_SEEDS);
    if (scene->training->seconds > 0 && training_done(scene->training))
        str_addf(out, "That takes about %.0f seconds.",
                 ceil(VARIANT_KINDS * VARIANT_SEEDS * scene->training->seconds / training_done(scene->training)
                      * training_total(scene->training)));
}

/* "1.268 … 1.281", "1.268": what the seeds that are done came to. */
static void add_range(const struct variants *v, int kind, bool accuracy, const struct glyphs *gl, struct str *out)
{
    double low, high, by = accuracy ? 100 : 1;
    char from[16], to[16];
    if (!variants_range(v, kind, accuracy, &low, &high))
        return;
    snprintf(from, sizeof from, accuracy ? "%.1f" : "%.3f", by * low);
    snprintf(to, sizeof to, accuracy ? "%.1f" : "%.3f", by * high);
    str_add(out, from);
    if (strcmp(from, to) != 0)
        str_addf(out, "%s%s", gl->range, to);
    str_add(out, accuracy ? "%" : "");
}

static double highest(const struct variants *v)
{
    double most = 0;
    for (int k = 0; k < VARIANT_KINDS; k++)
        for (int p = 0; v->run[k][0].done && p < VARIANT_CURVE; p++)
            most = fmax(most, (double)v->run[k][0].curve[p]);
    return most;
}

static void draw_curve(const struct variant_run *run, struct grid *g, struct rect r, double most, enum role role)
{
    for (int x = 0; x < r.w && run->done; x++) {
        float loss = run->curve[x * (VARIANT_CURVE - 1) / (r.w > 1 ? r.w - 1 : 1)];
        if (isfinite(loss))
            widget_column(g, (struct rect){r.x + x, r.y, 1, r.h}, (struct bar){loss, NAN, 0, (float)most, role});
    }
}

/* Cells of a row, from its left end: the name, the curve, and where the numbers begin. */
struct columns { bool wide; int name, bars, loss, right; };

static struct columns plan_columns(int w)
{
    struct columns c = {.wide = w >= WIDE};
    c.name = c.wide ? NAME_W : NAME_NARROW;
    c.bars = w - c.name - 2 - LOSS_W - (c.wide ? RIGHT_W : 0);
    c.bars = c.bars > VARIANT_CURVE ? VARIANT_CURVE : c.bars;
    c.loss = c.name + c.bars + 2;
    c.right = c.loss + LOSS_W + 1;
    return c;
}

static void draw_row(const struct variants *v, int kind, struct grid *g, struct rect r, double most)
{
    bool here = kind == v->chosen, now = !variants_ended(v) && v->done / VARIANT_SEEDS == kind;
    const struct columns c = plan_columns(r.w);
    unsigned attr = here ? ATTR_BOLD : 0;
    struct str s = {0};
    if (here)
        grid_put(g, r.x, r.y, g->glyphs->pointer, ROLE_CURSOR, ATTR_BOLD);
    grid_text(g, r.x + 2, r.y, c.name - 3, here ? ROLE_NUMBER : ROLE_TEXT, attr,
              c.wide ? train_variant_about((enum train_variant)kind) : train_variant_name((enum train_variant)kind));
    draw_curve(&v->run[kind][0], g, (struct rect){r.x + c.name, r.y, c.bars, r.h}, most,
               kind ? ROLE_CURVE : ROLE_PREDICT);
    if (v->run[kind][0].diverged)
        str_add(&s, "diverged");
    else
        add_range(v, kind, false, g->glyphs, &s);
    if (!s.len && now)
        str_addf(&s, "%d%%", v->trial ? (int)(100LL * training_done(v->trial) / training_total(v->trial)) : 0);
    grid_text(g, r.x + c.loss, r.y, LOSS_W, ROLE_NUMBER, attr, str_text(&s));
    str_clear(&s);
    add_range(v, kind, true, g->glyphs, &s);
    if (c.wide)
        grid_text(g, r.x + c.right, r.y, RIGHT_W - 1, ROLE_NUMBER, attr, str_text(&s));
    str_free(&s);
}

/* What the numbers say, and no more. */
static void add_found(const struct variants *v, const struct glyphs *gl, struct str *out)
{
    int missed = variants_missed(v);
    if (*v->trouble.text) {
        str_add(out, v->trouble.text);
    } else if (v->done < VARIANT_KINDS * VARIANT_SEEDS) {
        str_addf(out, "%d of %d trainings are done.", v->done, VARIANT_KINDS * VARIANT_SEEDS);
    } else if (missed) {
        str_addf(out, "Missed the most: %s. Its held-out loss is ", train_variant_about((enum train_variant)missed));
        add_range(v, missed, false, gl, out);
        str_add(out, ", the plain one's ");
        add_range(v, TRAIN_VANILLA, false, gl, out);
        str_addf(out, "; no seed of the one comes as low as any of the other (%d each).", VARIANT_SEEDS);
    } else {
        str_addf(out, "No part is missed here: none of the variants is worse than the plain one with every one of its "
                      "%d seeds.", VARIANT_SEEDS);
    }
}

static void draw_heading(const struct scene *scene, struct grid *g, struct rect r)
{
    const struct training *t = scene->training;
    const struct columns c = plan_columns(r.w);
    grid_text(g, r.x + c.name, r.y, c.bars, ROLE_LABEL, 0,
              c.bars < 24 ? "loss" : corpus_held_out(t->corpus) ? "held-out loss, first seed" : "loss, first seed");
    grid_textf(g, r.x + c.loss, r.y, LOSS_W, ROLE_LABEL, 0, "loss, %d seeds", VARIANT_SEEDS);
    if (c.wide)
        grid_text(g, r.x + c.right, r.y, RIGHT_W - 1, ROLE_LABEL, 0, "right");
}

static void draw(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    (void)state;
    const struct variants *v = scene->variants;
    struct str s = {0};
    r = r.w >= WIDE ? rect_inset(r, 2, 0) : r;
    if (!v) {
        add_nothing(scene, &s);
        grid_wrap(g, r, ROLE_DIM, 0, str_text(&s));
        str_free(&s);
        return;
    }
    add_found(v, g->glyphs, &s);
    int lines = grid_wrap_lines(r.w, str_text(&s)), room = r.h - lines - 2, each = room / VARIANT_KINDS;
    each = clamp_int(each, 1, 4);
    bool air = each > 2;
    double most = highest(v);
    int y = r.y + (room > VARIANT_KINDS);
    draw_heading(scene, g, (struct rect){r.x, y++, r.w, 1});
    for (int k = 0; k < VARIANT_KINDS && y < r.y + r.h; k++, y += each)
        draw_row(v, k, g, (struct rect){r.x, y, r.w, each - air}, most);
    y += room > VARIANT_KINDS * each;
    say_wrap(g, (struct rect){r.x, y, r.w, r.y + r.h - y}, ROLE_TEXT, 0, str_text(&s));
    str_free(&s);
}

static void explain(const struct scene *scene, const void *state, struct str *out)
{
    (void)state;
    const struct variants *v = scene->variants;
    if (!v) {
        add_nothing(scene, out);
        return;
    }
    for (int k = 0; k < VARIANT_KINDS; k++) {
        double low, high;
        if (!variants_range(v, k, false, &low, &high))
            continue;
        str_addf(out, "%s: held-out loss ", train_variant_about((enum train_variant)k));
        add_range(v, k, false, &glyphs_unicode, out);
        if (variants_range(v, k, true, &low, &high)) {
            str_add(out, ", right ");
            add_range(v, k, true, &glyphs_unicode, out);
        }
        str_add(out, ". ");
    }
    add_found(v, &glyphs_unicode, out);
}

static void heading(const struct scene *scene, const void *state, const struct glyphs *gl, struct str *left,
                    struct str *right)
{
    (void)state;
    const struct variants *v = scene->variants;
    str_add(left, "variants");
    if (!scene->training)
        return;
    str_addf(left, " %s ", gl->middle_dot);
    taught_title(scene->training, left);
    if (v) {
        str_addf(left, ", seeds %llu to %llu", (unsigned long long)v->seed,
                 (unsigned long long)v->seed + VARIANT_SEEDS - 1);
        if (!variants_ended(v))
            str_addf(right, "%d%%", (int)(100 * variants_share(v)));
    }
}

static const struct view_key keys[] = {
    {"enter", "<Enter>", NULL, "begin; then step through the sentence with the one pointed at", "begin, step into it",
     0, NULL, "variant-enter"},
    {"previous next", "<Up>", "<Down>", "the variant above or below", "variant", KEY_PAIR, NULL,
     "variant-prev variant-next"},
    {"pause", "<Space>", NULL, "pause, go on", "pause", 0, NULL, "train-pause"},
    {"film", "H", NULL, "the film of the training it stands beside", "film", 0, NULL, "view film"},
    {.keys = ":", .hint = "command"},
    {.keys = NULL},
};

const struct view view_variants = {
    .name = "variants",
    .title = "variants",
    .about = "the LSTM with a part taken away: which is missed?",
    .rank = 25,
    .help = "The training that is here once more, plain and with a part of the LSTM taken away: without the forget, "
            "the input or the output gate (it then stands at 1), and with input and forget gate coupled (i = 1 - f). "
            "All have the same corpus, sizes, updates and seeds, nothing is tuned for any of them, and the "
            "regularisers of the recipe stay. A part counts as missed when every seed without it does worse than every "
            "plain one; three seeds are few. After Greff and others (2017), whose other variants (no input or output "
            "activation, full gate recurrence) are not here.",
    .key = 'U',
    .keys = keys,
    .alone = true,
    .teaches = true,
    .heading = heading,
    .draw = draw,
    .explain = explain,
};
