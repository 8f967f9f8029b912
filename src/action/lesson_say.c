/* lesson_say.c: what stands around the picture of a lesson's page: its text, the question, what was answered so far,
 * what is said to it, how far one is. See lesson.h. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "action/lesson.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/utf8.h"
#include "views/bars.h"
#include "views/value.h"

static const struct page *page_of(const struct app *a) { return walk_page(a->lesson->walk); }

static void add_template(const struct app *a, const char *text, struct str *out)
{
    struct expr_env env = stage_env(&a->lesson->walk->stage, a->session);
    struct err why = {{0}};
    size_t was = out->len;
    if (text && !template_fill(text, &env, out, &why)) {
        out->len = was;
        str_add(out, why.text);
    }
}

static void line(struct app *a, enum role role, unsigned attr, const struct str *text)
{
    lesson_look_line(&a->lesson->look, role, attr, str_text(text));
}

/* A sentence with something in front of it: "Hint: ". */
static void line_template(struct app *a, enum role role, unsigned attr, const char *before, const char *text)
{
    struct str out = {0};
    str_add(&out, before);
    add_template(a, text, &out);
    line(a, role, attr, &out);
    str_free(&out);
}

/* ---- what is being answered ------------------------------------------------------------------------------------- */

int lesson_places(const struct app *a, struct place *out)
{
    const struct page *p = page_of(a);
    struct expr_env env = stage_env(&a->lesson->walk->stage, a->session);
    int n = 0;
    for (int k = 0; p && k < p->ask.answers && n < LESSON_ANSWERS; k++) {
        int found = expr_places(p->ask.answer[k], &env, out + n, LESSON_ANSWERS - n);
        if (!found)
            return 0;
        n += found;
    }
    return n;
}

int lesson_bars(const struct app *a, struct place *out)
{
    const struct page *p = page_of(a);
    struct truth t;
    int n = lesson_places(a, out);
    if (n || !judge_truth(p, &a->lesson->walk->stage, &t, NULL))
        return n;
    for (int k = 0; k < t.value.n && k < LESSON_ANSWERS; k++)
        out[k].step = -1;
    return t.value.n;
}

void lesson_range(const struct app *a, const struct place *p, double *low, double *high)
{
    float lo = 0, hi = 1;
    if (p->step >= 0)
        value_range(p->value, bars_scale(&a->scene), &lo, &hi);
    *low = (double)lo;
    *high = (double)hi;
}

/* Numbers of an answer that is being typed, as far as they go. */
static int typed_numbers(const char *text, double *out)
{
    int n = 0;
    for (const char *p = text; *p && n < LESSON_ANSWERS;) {
        char piece[40];
        p += strspn(p, " ,;[]");
        size_t len = strcspn(p, " ,;[]");
        snprintf(piece, sizeof piece, "%.*s", (int)(len < sizeof piece ? len : sizeof piece - 1), p);
        if (len && !num_parse(piece, &out[n]))
            return n;
        n += len > 0;
        p += len;
    }
    return n;
}

bool lesson_answer(const struct app *a, struct answer *out, struct err *e)
{
    const struct lesson_sitting *l = a->lesson;
    const struct page *p = page_of(a);
    int shown[LESSON_OPTIONS];
    *out = (struct answer){.chosen = 0};
    switch (p->ask.kind) {
    case ASK_BAR:
        out->value = (struct expr_value){.kind = EXPR_IS_VECTOR};
        struct place at[LESSON_ANSWERS];
        out->value.n = lesson_bars(a, at);
        for (int k = 0; k < out->value.n; k++) {
            if (!l->moved[k])
                return err_set(e, NULL, NULL, out->value.n > 1 ? "expected every bar moved: Down leads to the next one"
                                                              : "expected the bar moved with + and -, or a number "
                                                                  "typed");
            out->value.v[k] = l->bar[k];
        }
        return true;
    case ASK_CHOICE:
    case ASK_BUG:
        judge_shown(p, &l->walk->stage, shown);
        out->chosen = 1U << shown[l->at];
        return true;
    case ASK_MANY: out->chosen = l->chosen; return true;
    case ASK_ORDER: memcpy(out->line, l->order, sizeof out->line); return true;
    case ASK_UNIT:
        out->value = (struct expr_value){.kind = EXPR_IS_VECTOR, .n = 1, .v = {session_cursor(a->session)->unit + 1}};
        return true;
    case ASK_STEP:
        out->value = (struct expr_value){.kind = EXPR_IS_VECTOR, .n = 1, .v = {session_cursor(a->session)->step}};
        return true;
    case ASK_VOTE: {
        double hands[LESSON_ANSWERS] = {0};
        int n = typed_numbers(l->line.text, hands);
        if (n != p->ask.options)
            return err_set(e, NULL, NULL, "expected %d numbers of hands, found %d", p->ask.options, n);
        judge_shown(p, &l->walk->stage, shown);
        for (int k = 0; k < n; k++)
            out->votes[shown[k]] = (int)fmin(fmax(hands[k], 0), 100000);
        return true;
    }
    default: return judge_read(p, &a->lesson->walk->stage, l->line.text, out, e);
    }
}

/* ---- the parts --------------------------------------------------------------------------------------------------- */

static void say_title(struct app *a)
{
    struct lesson_sitting *l = a->lesson;
    const struct walk *w = l->walk;
    struct lesson_look *k = &l->look;
    int right, met, all;
    if (l->number)
        snprintf(k->title, sizeof k->title, "%d/%d %s", l->number, lesson_count(), w->lesson->title);
    else
        snprintf(k->title, sizeof k->title, "%s", w->lesson->title);
    if (walk_ended(w))
        snprintf(k->page, sizeof k->page, "the end");
    else
        snprintf(k->page, sizeof k->page, "page %d of %d%s", w->stop[w->at] + 1, w->lesson->pages,
                 w->at >= w->lesson->pages ? " again" : "");
    walk_score(w, &right, &met, &all);
    if (met)
        snprintf(k->score, sizeof k->score, "%d of %d right", right, met);
}

/* "pages 6, 9 come again at the end"; of many the number alone, so that it has room beside the signs. */
static void say_again(const struct walk *w, int again, struct str *out)
{
    enum { NAMED = 6 };
    if (again > NAMED) {
        str_addf(out, "%d pages come again at the end", again);
        return;
    }
    str_add(out, again > 1 ? "pages " : "page ");
    for (int j = 0, n = 0; j < w->lesson->pages; j++)
        if (walk_comes_again(w, j))
            str_addf(out, "%s%d", n++ ? ", " : "", j + 1);
    str_add(out, again > 1 ? " come again at the end" : " comes again at the end");
}

static void say_progress(struct app *a)
{
    struct lesson_sitting *l = a->lesson;
    const struct walk *w = l->walk;
    struct lesson_look *k = &l->look;
    int again = 0;
    k->mark = xcalloc((size_t)w->stops + 1, sizeof *k->mark);
    for (int j = 0; j < w->stops; j++) {
        const struct walk_page *p = &w->page[j];
        bool tried = p->tries > 0 || p->given_up;
        k->mark[k->marks++] = p->tries > 0 && p->right_first ? LESSON_RIGHT
                              : tried && p->right            ? LESSON_LATER
                              : tried                        ? LESSON_WRONG
                              : j == w->at                   ? LESSON_HERE
                              : j < w->at || p->show         ? LESSON_SEEN
                                                             : LESSON_TO_COME;
        again += walk_comes_again(w, j) && w->at < w->lesson->pages;
    }
    if (l->free)
        str_addf(&k->note, "free play: Backspace leads back to page %d", w->stop[w->at] + 1);
    else if (again)
        say_again(w, again, &k->note);
}

void lesson_text(const struct app *a, struct str *out)
{
    const struct page *p = page_of(a);
    for (int k = 0; k < p->texts; k++) {
        if (k)
            str_addc(out, '\n');
        add_template(a, p->text[k], out);
    }
}

static void say_options(struct app *a)
{
    struct lesson_sitting *l = a->lesson;
    const struct page *p = page_of(a);
    const struct walk_page *here = walk_here(l->walk);
    bool told = here->phase == WALK_TOLD, marked = p->ask.kind != ASK_VOTE;
    struct truth truth = {.options = 0};
    if (told)
        judge_truth(p, &l->walk->stage, &truth, NULL);
    int shown[LESSON_OPTIONS], n = judge_shown(p, &l->walk->stage, shown);
    for (int place = 0; place < n; place++) {
        struct str out = {0};
        int k = shown[place];
        bool true_one = told && truth.options >> k & 1, given = here->tries && here->answer.chosen >> k & 1;
        bool chosen = marked && (p->ask.kind != ASK_BUG || l->naming);      /* hands are typed, nothing is chosen */
        bool at = !told && place == l->at && chosen, in = l->chosen >> k & 1;
        str_add(&out, at ? "> " : "  ");
        if (p->ask.kind == ASK_MANY && !told)
            str_add(&out, in ? "[x] " : "[ ] ");
        str_addf(&out, "%c) ", 'a' + place);
        judge_option(p, &l->walk->stage, k, &out, NULL);
        if (told && true_one)
            str_add(&out, given && marked ? "   right, as you said" : "   right");
        else if (told && given && marked)
            str_add(&out, "   you said");
        if (here->show)
            str_addf(&out, "   %d", here->answer.votes[k]);
        line(a, true_one ? ROLE_GOOD : ROLE_TEXT, at || (told && true_one) ? ATTR_BOLD : 0, &out);
        str_free(&out);
    }
}

static void say_lines(struct app *a)
{
    struct lesson_sitting *l = a->lesson;
    const struct walk_page *here = walk_here(l->walk);
    const struct page *p = page_of(a);
    bool told = here->phase == WALK_TOLD;
    for (int k = 0; k < p->ask.lines && !told; k++) {
        struct str out = {0};
        str_addf(&out, "%s%d  %s", k == l->at ? "> " : "  ", k + 1, judge_line(l->order[k]));
        line(a, ROLE_TEXT, k == l->at ? ATTR_BOLD : 0, &out);
        str_free(&out);
    }
}

/* What is asked for on the picture, as it stands. */
static void say_picked(struct app *a, struct str *out)
{
    const struct cursor *at = session_cursor(a->session);
    const struct page *p = page_of(a);
    char name[32];
    if (p->ask.kind == ASK_UNIT)
        str_addf(out, "Chosen: unit %s", session_unit_label(a->session, at->layer, at->unit, name));
    else
        str_addf(out, "Chosen: '%s', step %d", session_token(a->session, at->step), at->step);
}

/* A bar for what stands on no picture, from 0 to 1: 40 cells. */
static void say_gauge(struct app *a, int k, int n)
{
    enum { CELLS = 40 };
    const struct lesson_sitting *l = a->lesson;
    const struct glyphs *gl = a->glyphs;
    struct str out = {0};
    char cell[5];
    int full = l->moved[k] ? (int)lrint(fmin(fmax(l->bar[k], 0), 1) * CELLS) : 0;
    str_addf(&out, "%syour guess  0 ", n > 1 && k == l->at ? "> " : n > 1 ? "  " : "");
    for (int c = 0; c <= CELLS + 1; c++) {
        utf8_encode(c == 0 ? gl->bar_begin : c > CELLS ? gl->bar_end : c <= full ? gl->heat[1] : ' ', cell);
        str_add(&out, cell);
    }
    str_add(&out, " 1  ");
    if (l->moved[k])
        str_addf(&out, "%.3g", l->bar[k]);
    else
        str_addc(&out, '?');
    line(a, ROLE_PROMPT, 0, &out);
    str_free(&out);
}

static void say_input(struct app *a)
{
    struct lesson_sitting *l = a->lesson;
    const struct page *p = page_of(a);
    struct str out = {0};
    switch (p->ask.kind) {
    case ASK_NUMBER:
    case ASK_VECTOR:
    case ASK_WORD:
    case ASK_SAY:
    case ASK_VOTE:
        str_add(&out, "> ");
        for (int k = 0; p->ask.kind == ASK_VOTE && k < p->ask.options; k++)
            str_addf(&out, "%s%c%s", k ? " " : "hands for ", 'a' + k, k == p->ask.options - 1 ? ": " : "");
        if (walk_here(l->walk)->phase == WALK_ASK) {
            l->look.cursor_line = l->look.lines;
            l->look.cursor_x = (int)out.len + l->line.pos;
        }
        str_add(&out, l->line.text);
        line(a, ROLE_PROMPT, 0, &out);
        break;
    case ASK_BAR: {
        struct place at[LESSON_ANSWERS];
        int n = lesson_bars(a, at);
        char name[32];
        for (int k = 0; k < n && at[0].step < 0; k++)
            say_gauge(a, k, n);
        for (int k = 0; k < n && at[0].step >= 0; k++)
            str_addf(&out, "%s%s%s %s", k ? "   " : "", k == l->at ? "> " : "  ",
                     n > 1 ? session_unit_label(a->session, at[k].layer, at[k].unit, name) : "your guess",
                     l->moved[k] ? "" : "?");
        if (n == 1 && l->moved[0] && at[0].step >= 0)
            str_addf(&out, "%.3g", l->bar[0]);
        if (at[0].step < 0 && !l->line.len)
            break;
        if (l->line.len)
            str_addf(&out, "   %s", l->line.text);
        line(a, ROLE_PROMPT, 0, &out);
        break;
    }
    case ASK_UNIT:
    case ASK_STEP:
        say_picked(a, &out);
        line(a, ROLE_PROMPT, ATTR_BOLD, &out);
        break;
    case ASK_DO: {
        size_t pins = session_pin_count(a->session), own = l->pins, more = pins > own ? pins - own : 0;
        int left = p->ask.most - (int)own;
        str_addf(&out, "You have set %zu value%s so far", more, more == 1 ? "" : "s");
        if (p->ask.most >= 0 && left > 0)
            str_addf(&out, ", at most %d allowed", left);
        else if (p->ask.most >= 0)
            str_add(&out, "; only what the page set may change");
        str_addc(&out, '.');
        line(a, ROLE_PROMPT, 0, &out);
        break;
    }
    default: break;
    }
    str_free(&out);
}

static void say_sure(struct app *a)
{
    struct str out = {0};
    str_add(&out, "How sure are you?    1 a guess   2 I think so   3 I know");
    line(a, ROLE_PROMPT, ATTR_BOLD, &out);
    str_free(&out);
}

static bool numeric(enum ask_kind k)
{
    return k == ASK_NUMBER || k == ASK_VECTOR || k == ASK_BAR;
}

/* Where one's own order went wrong, and one that is right in full. */
static void say_order(struct app *a)
{
    const struct walk_page *here = walk_here(a->lesson->walk);
    const struct page *p = page_of(a);
    struct str out = {0}, truth = {0};
    enum substep right[SUB_COUNT];
    int same = judge_right_lines(p, here->answer.line, right);
    if (here->tries && same < p->ask.lines) {
        if (same)
            str_addf(&out, "Yours is right up to line %d. Then can come: %s.", same, judge_line(right[same]));
        else
            str_addf(&out, "The first is: %s.", judge_line(right[0]));
        line(a, ROLE_TEXT, ATTR_BOLD, &out);
        str_clear(&out);
    }
    judge_say_truth(p, &a->lesson->walk->stage, &truth, NULL);
    str_addf(&out, "One order that is right: %s.", str_text(&truth));
    line(a, ROLE_TEXT, 0, &out);
    str_free(&out);
    str_free(&truth);
}

/* "You said 12, it is 7: a gap of 5." "Two of three." */
static void say_verdict(struct app *a)
{
    const struct walk_page *here = walk_here(a->lesson->walk);
    const struct page *p = page_of(a);
    struct str out = {0}, truth = {0};
    struct truth t;
    if (!walk_marked(p->ask.kind)) {
        if (p->ask.kind == ASK_SAY)
            line_template(a, ROLE_TEXT, 0, "One way to say it: ", p->ask.model);
        return;
    }
    judge_say_truth(p, &a->lesson->walk->stage, &truth, NULL);
    bool listed = p->ask.kind == ASK_CHOICE || p->ask.kind == ASK_MANY || p->ask.kind == ASK_BUG;
    if (here->tries && here->right) {
        str_add(&out, here->tries == 1 ? "Right" : "Right now");
        if (!listed && p->ask.kind != ASK_DO && p->ask.kind != ASK_ORDER)
            str_addf(&out, ": %s", str_text(&truth));
        str_add(&out, ".");
        line(a, ROLE_GOOD, ATTR_BOLD, &out);
    } else if (p->ask.kind == ASK_DO) {
        str_addf(&out, p->ask.solution ? "One way: %s" : "It was to be reached: %s.", str_text(&truth));
        line(a, ROLE_TEXT, ATTR_BOLD, &out);
    } else if (p->ask.kind == ASK_ORDER) {
        say_order(a);
    } else if (!listed) {
        if (here->tries) {
            const char *quote = p->ask.kind == ASK_WORD ? "'" : "";
            str_addf(&out, "You said %s", quote);
            judge_say(p, &here->answer, &out);
            str_addf(&out, "%s, it ", quote);
        } else {
            str_add(&out, "It ");
        }
        str_addf(&out, "is %s", str_text(&truth));
        if (here->tries && numeric(p->ask.kind) && here->answer.value.n == 1
            && judge_truth(p, &a->lesson->walk->stage, &t, NULL)) {
            struct expr_value gap = {.kind = EXPR_IS_NUMBER, .n = 1,
                                     .v = {fabs(here->answer.value.v[0] - t.value.v[0])}};
            str_add(&out, ": a gap of ");
            template_value(&gap, "", &out);
        }
        str_addc(&out, '.');
        line(a, ROLE_TEXT, ATTR_BOLD, &out);
        if (here->tries && here->verdict.say)
            line_template(a, ROLE_TEXT, 0, "", here->verdict.say);
    } else if (here->tries && here->verdict.say) {
        line_template(a, ROLE_TEXT, 0, "", here->verdict.say);
    }
    str_free(&out);
    str_free(&truth);
}

static void say_told(struct app *a)
{
    const struct walk *w = a->lesson->walk;
    const struct walk_page *here = walk_here(w);
    const struct page *p = page_of(a);
    say_verdict(a);
    if (here->advice) {
        struct str out = {0};
        str_addf(&out, "%d %% had it: %s.", here->percent, here->advice);
        line(a, ROLE_TEXT, ATTR_BOLD, &out);
        str_free(&out);
    }
    if (p->ask.why)
        line_template(a, ROLE_TEXT, 0, "Why: ", p->ask.why);
    if (walk_comes_again(w, w->at))
        lesson_look_line(&a->lesson->look, ROLE_TEXT, 0, "You were sure: this page comes once more at the end.");
}

static void say_asked(struct app *a)
{
    const struct walk_page *here = walk_here(a->lesson->walk);
    const struct page *p = page_of(a);
    say_input(a);
    if (here->phase == WALK_SURE)
        say_sure(a);
    if (here->tries && !here->right && here->phase == WALK_ASK) {
        if (here->verdict.say)
            line_template(a, ROLE_TEXT, ATTR_BOLD, "Not quite. ", here->verdict.say);
        else
            lesson_look_line(&a->lesson->look, ROLE_TEXT, ATTR_BOLD, "Not quite.");
    }
    if (here->show == 1) {
        struct str out = {0};
        str_addf(&out, "First vote: %s%s. Then count once more.", here->advice ? "" : "no option is right",
                 here->advice ? here->advice : "");
        line(a, ROLE_TEXT, ATTR_BOLD, &out);
        str_free(&out);
    }
    if (here->hint && p->ask.hint && here->phase == WALK_ASK)
        line_template(a, ROLE_TEXT, 0, "Hint: ", p->ask.hint);
}

static void say_question(struct app *a)
{
    const struct page *p = page_of(a);
    const struct walk_page *here = walk_here(a->lesson->walk);
    line_template(a, ROLE_TEXT, ATTR_BOLD, "", p->ask.prompt);
    if (judge_options(p))
        say_options(a);
    if (p->ask.kind == ASK_ORDER)
        say_lines(a);
    if (here->phase == WALK_TOLD)
        say_told(a);
    else
        say_asked(a);
}

/* The end: how it went, and which known confusions are still open. */
static void say_end(struct app *a)
{
    struct lesson_sitting *l = a->lesson;
    const struct walk *w = l->walk;
    struct str *out = &l->look.text;
    int right, met, all, open = 0;
    walk_score(w, &right, &met, &all);
    l->look.end = true;
    str_addf(out, "%s: this is the end.\n \n", w->lesson->title);
    if (all)
        str_addf(out, "%d of %d questions were right at the first answer.\n", right, all);
    if (*l->next)
        str_addf(out, "Lesson %d of %d; Enter begins the next: %s.\n", l->number, lesson_count(), l->next_title);
    else if (l->number)
        str_addf(out, "This was the last of %d lessons.\n", lesson_count());
    for (int k = 0; k < w->lesson->pages; k++) {
        const struct walk_page *p = &w->page[k];
        if ((p->tries && !p->right_first) || p->given_up) {
            str_addf(out, "%s%d, %s", open++ ? "; " : "Worth another look: page ", k + 1, w->lesson->page[k].title);
        }
    }
    if (open)
        str_addc(out, '\n');
    str_add(out, " \nPgUp walks back through the pages; :result FILE writes how it went; Esc leaves the lesson.");
}

/* ---- for whoever teaches ----------------------------------------------------------------------------------------- */

void lesson_answer_told(const struct app *a, struct str *out)
{
    const struct page *p = page_of(a);
    if (!p || !p->ask.kind)
        return;
    size_t was = out->len;
    struct err why = {{0}};
    if (!judge_say_truth(p, &a->lesson->walk->stage, out, &why)) {
        out->len = was;
        str_add(out, why.text);
    }
    /* What an edit leads to can be told when it has been made. */
    if (p->ask.why && (p->ask.kind != ASK_DO || walk_here(a->lesson->walk)->phase == WALK_TOLD)) {
        if (out->len > was)
            str_add(out, str_text(out)[out->len - 1] == '.' ? " " : ". ");
        str_add(out, "Why: ");
        add_template(a, p->ask.why, out);
    }
}

void lesson_notes(const struct app *a, struct str *out)
{
    struct expr_env env = stage_env(&a->lesson->walk->stage, a->session);
    struct str full = {0};
    if (page_of(a) && page_of(a)->notes && template_fill(page_of(a)->notes, &env, &full, NULL))
        str_add(out, str_text(&full));    /* else: free play with another model */
    str_free(&full);
}

void lesson_next(const struct app *a, struct str *out)
{
    const struct walk *w = a->lesson->walk;
    if (w->at + 1 < w->stops)
        add_template(a, w->lesson->page[w->stop[w->at + 1]].title, out);
    else
        str_add(out, "the end");
}

/* ---- marks ------------------------------------------------------------------------------------------------------- */

/* What is typed or moved now, or was answered, where it stands on the picture. */
static void say_guesses(struct app *a)
{
    struct lesson_sitting *l = a->lesson;
    const struct walk_page *here = walk_here(l->walk);
    const struct page *p = page_of(a);
    struct place at[LESSON_ANSWERS];
    double v[LESSON_ANSWERS];
    bool have[LESSON_ANSWERS] = {false};
    l->marks.guess = l->guess;
    l->marks.guess_count = 0;
    if (!p || !numeric(p->ask.kind))
        return;
    int n = lesson_places(a, at), typed = 0;
    if (here->phase == WALK_ASK && p->ask.kind == ASK_BAR) {
        memcpy(v, l->bar, sizeof v);
        memcpy(have, l->moved, sizeof have);
    } else if (here->phase == WALK_ASK) {
        typed = typed_numbers(l->line.text, v);
        for (int k = 0; k < typed; k++)
            have[k] = true;
    } else {
        for (int k = 0; k < here->answer.value.n && (here->tries || here->phase == WALK_SURE); k++) {
            v[k] = here->answer.value.v[k];
            have[k] = true;
        }
    }
    for (int k = 0; k < n; k++)
        if (have[k])
            l->guess[l->marks.guess_count++] = (struct guess){at[k], (float)v[k], here->verdict.part[k]};
}

static void say_marks(struct app *a)
{
    struct lesson_sitting *l = a->lesson;
    const struct stage *s = &l->walk->stage;
    bool hides = walk_hides(l->walk);
    l->marks = (struct marks){.spot = s->spot, .spot_count = l->free || walk_ended(l->walk) ? 0 : s->spot_count};
    if (hides) {
        l->marks.hidden = s->hidden;
        l->marks.hidden_count = s->hidden_count;
        l->marks.next = s->hide_next;
    }
    if (!l->free)
        say_guesses(a);
    a->scene.marks = l->marks.spot_count || l->marks.hidden_count || l->marks.next || l->marks.guess_count ? &l->marks
        : NULL;
}

void lesson_say(struct app *a)
{
    struct lesson_sitting *l = a->lesson;
    lesson_look_clear(&l->look);
    say_marks(a);
    say_title(a);
    say_progress(a);
    lesson_keys(a);
    if (walk_ended(l->walk))
        say_end(a);
    else if (!l->free) {
        str_add(&l->look.text, l->text);
        if (page_of(a)->ask.kind)
            say_question(a);
    }
    a->scene.lesson = l->free ? NULL : &l->look;
    a->scene.lesson_keys = l->look.help;
    a->scene.left = l->free;
}
