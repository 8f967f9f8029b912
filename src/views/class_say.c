/* class_say.c: what a show asks and tells, and what hands that were counted call for. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/widget.h"
#include "views/anatomy.h"
#include "views/class_parts.h"
#include "views/say.h"
#include "views/sums.h"
#include "views/value.h"
#include "views/words.h"

static const char *stands(double f)
{
    if (f == 0 || f == 1)
        return f == 0 ? "is closed" : "is fully open";
    if (f < 0.1)
        return "is nearly closed";
    if (f > 0.9)
        return "is nearly fully open";
    return f == 0.5 ? "stands half open" : "is partly open";
}

static void say_keep(const struct class_plan *p, struct str *equation, struct str *sentence)
{
    double f = class_value(p, VAL_F), c = class_value(p, VAL_C_PREV), kept = class_value(p, VAL_KEPT);
    struct product form = sums_product(f, c, kept);
    char unit[SAY_UNIT], share[16];
    str_addf(equation, "C_t-1 %s f_t = %.*f %s %.*f ", p->gl->times, form.factor, c, p->gl->times, form.factor, f);
    if (p->open)
        str_addf(equation, "%s %.*f", form.holds ? "=" : p->gl->about, form.result, kept);
    else
        str_add(equation, "= ?");
    say_unit_name(p->s, p->layer, p->unit, unit);
    if (!p->open) {
        str_addf(sentence, "How much of its memory does %s keep?", unit);
        return;
    }
    widget_share(share, (float)(f));
    str_addf(sentence, "The forget gate of %s %s: %s of its memory stays.", unit, stands(f), share);
}

static void say_write(const struct class_plan *p, struct str *equation, struct str *sentence)
{
    char unit[SAY_UNIT], share[16];
    if (p->open)
        words_equation_within(p->s, RUN_PINNED, (struct place){p->layer, p->unit, VAL_C, p->t}, p->gl, 78, equation);
    else
        str_addf(equation, "C_t = f %s C_t-1 + i %s g = ?", p->gl->times, p->gl->times);
    say_unit_name(p->s, p->layer, p->unit, unit);
    if (!p->open) {
        str_addf(sentence, "What does %s hold after this word?", unit);
        return;
    }
    widget_share(share, (float)(class_value(p, VAL_I)));
    str_addf(sentence, "The input gate %s: %s of the candidate is added to what was kept.",
             stands(class_value(p, VAL_I)),
             share);
}

/* "Towards open: h_t-1, the bias. Towards closed: 'and'." */
static void say_pushes(const struct class_plan *p, const struct anatomy *a, struct str *out)
{
    struct str source = {0};
    anatomy_source(p->s, p->layer, p->t, p->gl, &source);
    const struct { const char *name; double v; } part[] = {
        {"h_t-1", a->from_h}, {str_text(&source), a->from_x}, {"the bias", a->b}, {"the peephole", a->peep}};
    static const char *const ways[2][2] = {{"open", "closed"}, {"up", "down"}};
    for (int way = 0; way < 2; way++) {
        int n = 0;
        str_addf(out, "%sowards %s: ", way ? " T" : "T", ways[p->gate == VAL_G][way]);
        for (int k = 0; k < 4; k++)
            if (way ? part[k].v < 0 : part[k].v > 0)
                str_addf(out, "%s%s", n++ ? ", " : "", part[k].name);
        str_addf(out, "%s.", n ? "" : "nothing");
    }
    str_free(&source);
}

static void say_sum(const struct class_plan *p, struct str *equation, struct str *sentence)
{
    struct anatomy a;
    char n[5][SUMS_MAX], unit[SAY_UNIT];
    anatomy_take(&a, p->s, false, false);
    double terms[4] = {a.from_h, a.from_x, a.b, a.peep};
    int d = 2;
    while (d < 6 && sums_rest(terms, 4, a.z, d) != 0)
        d++;
    str_addf(equation, "z = %s + %s + b = %s %s %s", "W_h h", "W_x x", sums_number(n[0], a.from_h, d, true),
             sums_number(n[1], a.from_x, d, true), sums_number(n[2], a.b, d, true));
    if (a.peep != 0)
        str_addf(equation, " %s (peephole)", sums_number(n[3], a.peep, d, true));
    str_addf(equation, " = %s", p->open ? sums_number(n[4], a.z, d, true) : "?");
    say_unit_name(p->s, p->layer, p->unit, unit);
    if (!p->open)
        str_addf(sentence, "Which way is %s of %s pushed: open or closed?", value_name(p->gate), unit);
    else
        say_pushes(p, &a, sentence);
    anatomy_free(&a);
}

static void say_sigma(const struct class_plan *p, struct str *equation, struct str *sentence)
{
    char z[SUMS_MAX], gate[SUMS_MAX];
    double v = class_value(p, p->gate);
    const char *f = say_squash(p->s, p->layer, (enum quantity)p->gate, p->gl);
    sums_number(z, p->band[0].to, 2, true);
    if (p->gate == VAL_G)
        sums_number(gate, v, 2, true);
    else
        sums_gate(gate, v);
    bool pinned = session_value_pinned(p->s, p->layer, p->unit, p->gate, p->t);
    str_addf(equation, "%s = %s(%s) = %s", value_symbol(p->gate, p->gl), f, z, p->open && !pinned ? gate : "?");
    if (p->open && pinned)
        str_addf(equation, ", but set by hand: %s", gate);
    if (!p->open)
        str_addf(sentence, "Where on the curve, and so how far %s?", p->gate == VAL_G ? "from 0" : "open");
    else if (p->gate == VAL_G)
        str_add(sentence, "tanh keeps the sign and goes from -1 to 1.");
    else
        str_addf(sentence, "%s makes of any number a share between 0 and 1.", f);
}

static void say_join(const struct class_plan *p, struct str *equation, struct str *sentence)
{
    str_addf(equation, "[h_t-1, x_t] : %d + %d = ", p->H, p->E);
    if (p->open)
        str_addf(equation, "%d numbers", p->H + p->E);
    else
        str_add(equation, "?");
    str_add(sentence, p->open ? "Laid end to end, nothing is added up: this is all that the gates see."
                              : "What do the gates see?");
}

void class_words_of(const struct class_plan *p, struct str *equation, struct str *sentence)
{
    static void (*const say[CLASS_SHOWS])(const struct class_plan *, struct str *, struct str *) = {
        say_join, say_sum, say_sigma, say_keep, say_write};
    if (!value_secret(p->scene, sentence))
        say[p->state->show](p, equation, sentence);
}

void class_words(const struct scene *scene, const void *state, struct str *equation, struct str *sentence)
{
    struct class_plan p = class_plan_of(scene, state, scene->glyphs ? scene->glyphs : &glyphs_unicode);
    class_words_of(&p, equation, sentence);
}

void class_answer(const struct scene *scene, const void *state, struct str *equation, struct str *sentence)
{
    struct scene bare = *scene;
    bare.marks = NULL;
    struct class_plan p = class_plan_of(&bare, state, scene->glyphs ? scene->glyphs : &glyphs_unicode);
    p.open = true;
    class_words_of(&p, equation, sentence);
}

/* Peer instruction: below a third the question was too hard, above two thirds it is settled; between them talking to a
 * neighbour helps most (Mazur; Crouch and Mazur 2001: 35 and 70 %). */
void class_advice(const struct lecture *l, struct str *out)
{
    const int *votes = l->votes[l->rounds - 1];
    int sum = 0;
    for (int k = 0; k < l->answers; k++)
        sum += votes[k];
    if (!sum) {
        str_add(out, "no hands");
        return;
    }
    if (l->right < 0) {
        str_add(out, "a * behind a number says which answer is right");
        return;
    }
    int percent = (100 * votes[l->right] + sum / 2) / sum;
    str_addf(out, "%d%% right: %s", percent,
             percent < 35    ? "explain it once more, then ask again"
             : percent <= 70 ? "let them talk it over with a neighbour, then vote again"
                             : "say why in a sentence, and go on");
}
