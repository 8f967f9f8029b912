/* gift.c: questions for Moodle, in GIFT: a title between ::, the text, the answers between braces; numbers with a
 * tolerance, feedback behind #. See sheet.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "lesson/judge.h"
#include "lesson/sheet.h"

/* What GIFT would read as its own. */
static void gift_text(const char *text, struct str *out)
{
    for (; *text; text++) {
        if (strchr("~=#{}:\\", *text))
            str_addc(out, '\\');
        str_addc(out, *text == '\n' ? ' ' : *text);
    }
}

static void gift_template(const char *text, const struct stage *s, struct str *out)
{
    struct expr_env env = stage_env(s, s->session);
    struct str full = {0};
    if (text && template_fill(text, &env, &full, NULL))
        gift_text(str_text(&full), out);
    str_free(&full);
}

static void gift_options(const struct page *p, const struct stage *s, unsigned right, struct str *out)
{
    int shown[LESSON_OPTIONS], n = judge_shown(p, s, shown), many = 0;
    for (int k = 0; k < n; k++)
        many += right >> k & 1;
    for (int at = 0; at < n; at++) {
        int k = shown[at];
        struct str text = {0};
        bool is = right >> k & 1;
        judge_option(p, s, k, &text, NULL);
        if (p->ask.kind == ASK_MANY)
            str_addf(out, "\n~%%%.5f%%", is ? 100.0 / (many ? many : 1) : -100.0 / (n - many ? n - many : 1));
        else
            str_addf(out, "\n%c", is ? '=' : '~');
        gift_text(str_text(&text), out);
        if (p->ask.kind != ASK_BUG && p->ask.option[k].say) {
            str_addc(out, '#');
            gift_template(p->ask.option[k].say, s, out);
        }
        str_free(&text);
    }
    str_addc(out, '\n');
}

/* A quiz cannot drag a bar over the picture or edit a gate; what stands on the screen goes into the text. Nor can it
 * take one of several right orders: it pairs a line with one place. */
static bool can_be_marked(const struct page *p, const struct truth *truth)
{
    switch (p->ask.kind) {
    case ASK_NOTHING:
    case ASK_DO:
    case ASK_ORDER:
    case ASK_BUG: return false;
    case ASK_VOTE: return truth->options != 0;
    default: return true;
    }
}

static void gift_body(const struct page *p, const struct stage *s, const struct truth *truth, int part, struct str *out)
{
    struct str right = {0};
    if (p->ask.kind == ASK_SAY) {
        str_add(out, "{}\n\n");
        return;
    }
    str_add(out, "{");
    if (judge_options(p)) {
        gift_options(p, s, truth->options, out);
    } else if (truth->value.kind == EXPR_IS_WORD) {
        str_addc(out, '=');
        gift_text(truth->value.word, out);
    } else if (p->ask.kind == ASK_UNIT) {
        judge_say_truth(p, s, &right, NULL);
        str_addc(out, '=');
        gift_text(str_text(&right), out);
    } else {
        str_addf(out, "#%.6g:%.6g", truth->value.v[part], p->ask.within);
    }
    if (p->ask.why) {
        str_add(out, "\n####");
        gift_template(p->ask.why, s, out);
    }
    str_add(out, "}\n\n");
    str_free(&right);
}

static void gift_question(const struct lesson *l, int k, const struct stage *s, const struct truth *truth, int part,
                          struct str *out)
{
    const struct page *p = &l->page[k];
    str_add(out, "::");
    gift_text(l->name, out);
    str_addf(out, " %d %s", k + 1, p->id);
    if (truth->value.n > 1)
        str_addf(out, " %c", 'a' + part);
    str_add(out, "::");
    for (int j = 0; j < p->texts; j++) {
        gift_template(p->text[j], s, out);
        str_addc(out, ' ');
    }
    gift_template(p->ask.prompt, s, out);
    if (truth->value.n > 1)
        str_addf(out, " Number %d of %d.", part + 1, truth->value.n);
    if (p->ask.kind == ASK_STEP)
        str_add(out, " Give the number of the word, 1 for the first.");
    str_addc(out, ' ');
    gift_body(p, s, truth, part, out);
}

/* Why a quiz cannot ask it; NULL: it can, or there is nothing to ask. */
static const char *why_left(const struct page *p, const struct truth *truth)
{
    switch (p->ask.kind) {
    case ASK_DO: return "is done on the screen";
    case ASK_ORDER: return "may have several right orders";
    case ASK_BUG: return "is looked for on the screen";
    case ASK_VOTE: return truth->options ? NULL : "is a vote without a right answer";
    default: return NULL;
    }
}

static void say_left(const struct lesson *l, const int *pages, int n, struct str *left)
{
    str_addf(left, "left out of the quiz: page%s", n == 1 ? "" : "s");
    for (int k = 0; k < n; k++)
        str_addf(left, "%s %d", k ? "," : "", pages[k]);
    str_addf(left, " of %d; its last lines say why", l->pages);
}

bool gift_write(const struct lesson *l, unsigned seed, struct str *out, struct str *left, struct err *e)
{
    struct str comments = {0};
    int *pages = xcalloc((size_t)l->pages + 1, sizeof *pages), n = 0;
    bool ok = true;
    str_add(out, "// ");
    str_add(out, l->title);
    str_add(out, "\n$CATEGORY: flstm-tui/");
    str_addf(out, "%s\n\n", l->name);
    for (int k = 0; ok && k < l->pages; k++) {
        struct stage s;
        struct truth truth = {.options = 0};
        ok = stage_page(l, k, seed, &s, e);
        if (!ok)
            break;
        const struct page *p = &l->page[k];
        ok = !p->ask.kind || p->ask.kind == ASK_DO || p->ask.kind == ASK_SAY || p->ask.kind == ASK_ORDER
             || judge_truth(p, &s, &truth, e);
        int parts = truth.value.n > 1 ? truth.value.n : 1;
        for (int part = 0; ok && can_be_marked(p, &truth) && part < parts; part++)
            gift_question(l, k, &s, &truth, part, out);
        const char *why = why_left(p, &truth);
        if (ok && why) {
            str_addf(&comments, "// left out: page %d, %s: it %s\n", k + 1, p->title ? p->title : p->id, why);
            pages[n++] = k + 1;
        }
        stage_clear(&s);
    }
    str_add(out, str_text(&comments));
    str_free(&comments);
    if (ok && left && n)
        say_left(l, pages, n, left);
    free(pages);
    return ok;
}
