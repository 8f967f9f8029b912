/* judge.c: see judge.h. */
#include "lesson/judge.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "lesson/mutate.h"
#include "session/edit.h"

static bool by_option(const struct page *p)
{
    enum ask_kind k = p->ask.kind;
    return k == ASK_CHOICE || k == ASK_MANY || k == ASK_BUG || k == ASK_VOTE;
}

/* The faults belong to the page whose state it is; a bug question has its own. */
int judge_options(const struct page *p)
{
    return p->ask.kind == ASK_BUG ? p->faults : p->ask.options;
}

bool judge_option(const struct page *p, const struct stage *s, int k, struct str *out, struct err *e)
{
    struct expr_env env = stage_env(s, s->session);
    if (p->ask.kind == ASK_BUG) {
        mutate_say(p->fault[k], out);
        return true;
    }
    return template_fill(p->ask.option[k].text, &env, out, e);
}

/* ---- what is true ------------------------------------------------------------------------------------------------ */

static bool in_place(const struct page *p, const char *part, int k, const struct err *why, struct err *e)
{
    struct json_at at = p->at, ask, list;
    if (json_get(&p->at, "ask", &ask))
        at = ask;
    if (json_get(&ask, part, &list))
        at = list;
    size_t n = strlen(at.path);
    if (k >= 0 && n < sizeof at.path)
        snprintf(at.path + n, sizeof at.path - n, "[%d]", k);
    return json_complain(&at, e, "%s", why->text);
}

static bool true_options(const struct page *p, const struct stage *s, unsigned *out, struct err *e)
{
    struct expr_env env = stage_env(s, s->session);
    struct err why = {{0}};
    *out = 0;
    if (p->ask.kind == ASK_BUG) {
        *out = 1U << s->fault_at;
        return true;
    }
    for (int k = 0; k < p->ask.options; k++) {
        bool holds;
        if (!expr_holds(p->ask.option[k].truth, &env, &holds, &why))
            return in_place(p, "options", k, &why, e);
        *out |= (unsigned)holds << k;
    }
    return true;
}

bool judge_truth(const struct page *p, const struct stage *s, struct truth *out, struct err *e)
{
    struct expr_env env = stage_env(s, s->session);
    struct err why = {{0}};
    *out = (struct truth){.value = {.kind = EXPR_IS_VECTOR}};
    if (by_option(p))
        return true_options(p, s, &out->options, e);
    for (int k = 0; k < p->ask.answers; k++) {
        struct expr_value v;
        if (!expr_eval(p->ask.answer[k], &env, &v, &why))
            return in_place(p, "answer", k, &why, e);
        if (v.kind == EXPR_IS_WORD && p->ask.kind == ASK_WORD) {
            out->value = v;
            return true;
        }
        if (v.kind == EXPR_IS_WORD || out->value.n + v.n > LESSON_ANSWERS) {
            err_set(&why, NULL, NULL, "expected at most %d numbers", LESSON_ANSWERS);
            return in_place(p, "answer", k, &why, e);
        }
        for (int j = 0; j < v.n; j++) {
            if (!isfinite(v.v[j])) {
                err_set(&why, NULL, NULL, "expected a finite number, found %g", v.v[j]);
                return in_place(p, "answer", k, &why, e);
            }
            out->value.v[out->value.n++] = v.v[j];
        }
    }
    return true;
}

bool judge_goal(const struct page *p, const struct stage *s, const struct session *session, bool *holds, struct err *e)
{
    struct expr_env env = stage_env(s, session);
    struct err why = {{0}};
    if (!expr_holds(p->ask.goal, &env, holds, &why))
        return in_place(p, "goal", -1, &why, e);
    *holds = *holds && (p->ask.most < 0 || session_pin_count(session) <= (size_t)p->ask.most);
    return true;
}

/* ---- the order of options ---------------------------------------------------------------------------------------- */

static void swap(int out[LESSON_OPTIONS], int a, int b)
{
    int was = out[a];
    out[a] = out[b];
    out[b] = was;
}

static void deal(const struct page *p, const struct stage *s, int n, int out[LESSON_OPTIONS])
{
    struct truth truth = {.options = s->right};
    struct str what = {0};
    for (int k = n - 1; k > 0; k--) {
        str_clear(&what);
        str_addf(&what, "%s: %s %d", p->id, p->ask.prompt, k);
        swap(out, k, (int)stage_draw(s->seed, str_text(&what), (unsigned)k + 1));
    }
    str_free(&what);
    if (p->ask.kind != ASK_CHOICE || (!s->right && !judge_truth(p, s, &truth, NULL)))
        return;
    for (int k = 0; k < n; k++)
        if (truth.options >> out[k] & 1) {
            swap(out, k, stage_place(p, s->seed, n));
            return;
        }
}

/* Faults are drawn, and so is which of them is the right one. */
int judge_shown(const struct page *p, const struct stage *s, int out[LESSON_OPTIONS])
{
    int n = judge_options(p);
    for (int k = 0; k < n; k++)
        out[k] = k;
    if (s->seed != 0 && !p->ask.ordered && p->ask.kind != ASK_BUG)
        deal(p, s, n, out);
    return n;
}

/* ---- right or wrong ---------------------------------------------------------------------------------------------- */

static bool near(double a, double b, double within)
{
    return fabs(a - b) <= within * (1 + 1e-6) + 1e-12;
}

static bool values_right(const struct page *p, const struct expr_value *given, const struct expr_value *truth,
                         struct verdict *out)
{
    bool all = given->n == truth->n;
    for (int k = 0; k < truth->n && k < LESSON_ANSWERS; k++) {
        out->part[k] = k < given->n && near(given->v[k], truth->v[k], p->ask.within);
        all = all && out->part[k];
    }
    return all;
}

static bool find_route(const struct page *p, const struct stage *s, const struct session *session,
                       const struct expr_value *given, const char **say, struct err *e)
{
    struct expr_env env = stage_env(s, session);
    struct err why = {{0}};
    env.given = given;
    env.within = p->ask.within;
    for (int k = 0; k < p->ask.routes; k++) {
        bool holds;
        if (!expr_holds(p->ask.route[k].when, &env, &holds, &why))
            return in_place(p, "wrong", k, &why, e);
        if (holds) {
            *say = p->ask.route[k].say;
            return true;
        }
    }
    return true;
}

/* What must be there before a step: i, g and o are made as f is, of the same sum and squashed, and wait for nothing
 * else; so there is more than one right order. */
enum {
    GATE = 1 << SUB_CONCAT | 1 << SUB_PRODUCT | 1 << SUB_BIAS | 1 << SUB_SIGMA,
    MEMORY = GATE | 1 << SUB_KEEP | 1 << SUB_WRITE
};
static const unsigned needs[SUB_COUNT] = {
    [SUB_PRODUCT] = 1 << SUB_CONCAT, [SUB_BIAS] = 1 << SUB_CONCAT | 1 << SUB_PRODUCT,
    [SUB_SIGMA] = GATE & ~(1 << SUB_SIGMA), [SUB_KEEP] = GATE, [SUB_WRITE] = GATE, [SUB_O] = GATE, [SUB_C] = MEMORY,
    [SUB_H] = MEMORY | 1 << SUB_C | 1 << SUB_O,
};

/* How many lines from above have all they need above them. */
static int lines_in_order(const struct page *p, const enum substep given[SUB_COUNT])
{
    unsigned below = 0;
    int k = 0;
    for (int j = 0; j < p->ask.lines; j++)
        below |= 1U << given[j];
    for (; k < p->ask.lines && !(needs[given[k]] & below); k++)
        below &= ~(1U << given[k]);
    return k;
}

static bool judge_order(const struct page *p, const struct answer *given)
{
    return lines_in_order(p, given->line) == p->ask.lines;
}

bool judge(const struct page *p, const struct stage *s, const struct session *session, const struct answer *given,
           struct verdict *out, struct err *e)
{
    struct truth truth;
    *out = (struct verdict){.say = NULL};
    switch (p->ask.kind) {
    case ASK_NOTHING:
    case ASK_SAY:
    case ASK_VOTE: return out->right = true;
    case ASK_ORDER: out->right = judge_order(p, given); return true;
    case ASK_DO:
        if (!judge_goal(p, s, session, &out->right, e))
            return false;
        return out->right || find_route(p, s, session, &given->value, &out->say, e);
    default: break;
    }
    if (!judge_truth(p, s, &truth, e))
        return false;
    if (by_option(p)) {
        out->right = given->chosen == truth.options;
        for (int k = 0; k < p->ask.options && !out->right && !out->say; k++)
            if ((given->chosen ^ truth.options) >> k & 1)        /* the first that is wrongly in or out */
                out->say = p->ask.option[k].say;
        return true;
    }
    out->right = truth.value.kind == EXPR_IS_WORD ? given->value.kind == EXPR_IS_WORD && !strcmp(given->value.word,
            truth.value.word)
                                                  : values_right(p, &given->value, &truth.value, out);
    return out->right || find_route(p, s, session, &given->value, &out->say, e);
}

/* ---- in words ---------------------------------------------------------------------------------------------------- */

static const char *const lines[SUB_COUNT] = {
    [SUB_CONCAT] = "lay h_t-1 and x_t end to end", [SUB_PRODUCT] = "multiply with the weights",
    [SUB_BIAS] = "add the bias", [SUB_SIGMA] = "σ makes it a gate from 0 to 1",
    [SUB_KEEP] = "f × C_t-1: keep a part of the old", [SUB_WRITE] = "i × g: choose what is new",
    [SUB_C] = "add both: C_t", [SUB_O] = "the output gate o", [SUB_H] = "o × tanh C_t: h_t",
};

const char *judge_line(enum substep sub) { return lines[sub]; }

void judge_lines(const struct page *p, unsigned seed, enum substep out[SUB_COUNT])
{
    int n = p->ask.lines;
    struct str what = {0};
    for (int k = 0; k < n; k++)
        out[k] = p->ask.line[k];
    for (int k = n - 1; k > 0; k--) {
        str_clear(&what);
        str_addf(&what, "%s/%d", p->id, k);
        int j = (int)stage_draw(seed, str_text(&what), (unsigned)k + 1);
        enum substep was = out[k];
        out[k] = out[j];
        out[j] = was;
    }
    str_free(&what);
    struct answer given;
    memcpy(given.line, out, (size_t)n * sizeof *out);
    if (judge_order(p, &given)) {         /* not the answer itself */
        enum substep was = out[0];
        out[0] = out[n - 1];
        out[n - 1] = was;
    }
}

/* By the letters under which the student of this stage sees them; NULL: those of the file. */
static void say_options(const struct page *p, const struct stage *s, unsigned chosen, struct str *out)
{
    static const struct stage file = {.seed = 0};
    int shown[LESSON_OPTIONS];
    for (int k = 0, n = 0, all = judge_shown(p, s ? s : &file, shown); k < all; k++)
        if (chosen >> shown[k] & 1)
            str_addf(out, "%s%c", n++ ? ", " : "", 'a' + k);
}

static void say_value(const struct page *p, const struct stage *s, const struct expr_value *v, struct str *out)
{
    for (int k = 0; k < v->n; k++) {
        struct expr_value one = {.kind = EXPR_IS_NUMBER, .n = 1, .v = {v->v[k]}};
        char name[32];
        str_add(out, k ? ", " : "");
        if (s && p->ask.kind == ASK_UNIT && v->v[k] >= 1)
            str_add(out, session_unit_label(s->session, 0, (int)v->v[k] - 1, name));
        else if (s && (p->ask.kind == ASK_STEP || p->ask.kind == ASK_WORD) && v->v[k] >= 1)
            str_addf(out, "'%s' (step %d)", session_token(s->session, (int)v->v[k]), (int)v->v[k]);
        else
            template_value(&one, "", out);
    }
    if (v->kind == EXPR_IS_WORD)
        str_addf(out, s ? "'%s'" : "%s", v->word);       /* told: it may be a full stop */
}

static void say_order(const enum substep *line, int n, struct str *out)
{
    for (int k = 0; k < n; k++)
        str_addf(out, "%s%s", k ? "; " : "", lines[line[k]]);
}

void judge_say(const struct page *p, const struct answer *given, struct str *out)
{
    if (p->ask.kind == ASK_SAY)
        str_add(out, given->text);
    else if (p->ask.kind == ASK_ORDER)
        say_order(given->line, p->ask.lines, out);
    else if (by_option(p))
        say_options(p, NULL, given->chosen, out);
    else
        say_value(p, NULL, &given->value, out);
}

static int by_step(const void *a, const void *b)
{
    return (int)*(const enum substep *)a - (int)*(const enum substep *)b;
}

int judge_right_lines(const struct page *p, const enum substep given[SUB_COUNT], enum substep out[SUB_COUNT])
{
    int right = lines_in_order(p, given);
    memcpy(out, given, (size_t)p->ask.lines * sizeof *out);
    qsort(out + right, (size_t)(p->ask.lines - right), sizeof *out, by_step);
    return right;
}

enum { EDIT_MOST = 128 };

/* The next of some edits that stand apart by blanks. */
static bool next_edit(const char **at, char edit[EDIT_MOST])
{
    *at += strspn(*at, " ");
    size_t n = strcspn(*at, " ");
    if (!n || n >= EDIT_MOST)
        return false;
    memcpy(edit, *at, n);
    edit[n] = '\0';
    *at += n;
    return true;
}

bool judge_solve(const struct page *p, struct session *session, struct err *e)
{
    char edit[EDIT_MOST];
    const char *at = p->ask.solution ? p->ask.solution : "";
    struct err why = {{0}};
    while (p->ask.solution && session_undo(session)) {
    }
    while (next_edit(&at, edit))
        if (!edit_apply(session, edit, "solution", true, &why))
            return in_place(p, "solution", -1, &why, e);
    return true;
}

bool judge_say_truth(const struct page *p, const struct stage *s, struct str *out, struct err *e)
{
    struct truth truth;
    if (p->ask.kind == ASK_ORDER) {
        enum substep line[SUB_COUNT];
        memcpy(line, p->ask.line, (size_t)p->ask.lines * sizeof *line);
        qsort(line, (size_t)p->ask.lines, sizeof *line, by_step);
        say_order(line, p->ask.lines, out);
        return true;
    }
    if (p->ask.kind == ASK_SAY) {
        struct expr_env env = stage_env(s, s->session);
        return template_fill(p->ask.model, &env, out, e);
    }
    if (p->ask.kind == ASK_DO && p->ask.solution) {
        char edit[EDIT_MOST];
        const char *at = p->ask.solution;
        for (int k = 0; next_edit(&at, edit); k++)
            str_addf(out, "%s:set %s", k ? ", " : "", edit);
        return true;
    }
    if (p->ask.kind == ASK_DO) {
        str_add(out, expr_text(p->ask.goal));
        return true;
    }
    if (!judge_truth(p, s, &truth, e))
        return false;
    if (by_option(p)) {
        say_options(p, s, truth.options, out);
        for (int k = 0; k < judge_options(p); k++)
            if (truth.options == 1U << k) {
                str_add(out, ": ");
                return judge_option(p, s, k, out, e);
            }
    } else {
        say_value(p, s, &truth.value, out);
    }
    return true;
}

/* ---- from a line ------------------------------------------------------------------------------------------------- */

/* "3, 8 4.5": numbers between blanks, commas and semicolons; "0,5" alone is one number. */
static bool read_numbers(const char *text, int n, struct answer *out, struct err *e)
{
    char piece[40];
    out->value = (struct expr_value){.kind = EXPR_IS_VECTOR};
    for (const char *p = text; *p;) {
        p += strspn(p, " ;[]");
        size_t len = strcspn(p, n > 1 ? " ,;[]" : " ;[]");
        if (!len) {
            p += *p != '\0';
            continue;
        }
        double v;
        snprintf(piece, sizeof piece, "%.*s", (int)(len < sizeof piece ? len : sizeof piece - 1), p);
        if (!num_parse_typed(piece, &v))
            return err_set(e, NULL, NULL, "expected a number, found \"%s\"", piece);
        if (out->value.n == n)
            return err_set(e, NULL, NULL, "expected %d number%s, found more", n, n == 1 ? "" : "s");
        out->value.v[out->value.n++] = v;
        p += len;
    }
    return out->value.n == n || err_set(e, NULL, NULL, "expected %d number%s, found %d", n, n == 1 ? "" : "s",
                                        out->value.n);
}

static bool read_letters(const struct page *p, const struct stage *s, const char *text, struct answer *out,
                         struct err *e)
{
    int shown[LESSON_OPTIONS], n = judge_shown(p, s, shown);
    out->chosen = 0;
    for (; *text; text++) {
        if (strchr(" ,;", *text))
            continue;
        int k = (*text | 0x20) - 'a';
        if (k < 0 || k >= n)
            return err_set(e, NULL, NULL, "expected a letter from a to %c, found \"%c\"", 'a' + n - 1, *text);
        out->chosen |= 1U << shown[k];
    }
    bool one = out->chosen && !(out->chosen & (out->chosen - 1));
    return one || p->ask.kind == ASK_MANY || err_set(e, NULL, NULL, "expected one letter from a to %c", 'a' + n - 1);
}

bool judge_read(const struct page *p, const struct stage *s, const char *text, struct answer *out, struct err *e)
{
    struct truth truth;
    int k;
    text += strspn(text, " ");
    switch (p->ask.kind) {
    case ASK_NUMBER:
    case ASK_BAR:
    case ASK_VECTOR:
        return judge_truth(p, s, &truth, e) && read_numbers(text, truth.value.n, out, e);
    case ASK_UNIT:
        if ((k = edit_unit(s->session, 0, text, NULL, e)) < 0)
            return false;
        out->value = (struct expr_value){.kind = EXPR_IS_VECTOR, .n = 1, .v = {k + 1}};
        return true;
    case ASK_WORD:
        if (!judge_truth(p, s, &truth, e))
            return false;
        if (truth.value.kind == EXPR_IS_WORD) {
            const struct vocab *v = session_model(s->session)->vocab;
            k = v ? vocab_find(v, text) : -1;
            if (k < 0)
                return err_set(e, NULL, NULL, "expected a word that the model knows, found \"%s\" (:words lists them)",
                               text);
            out->value = (struct expr_value){.kind = EXPR_IS_WORD};
            snprintf(out->value.word, sizeof out->value.word, "%s", v->token[k]);
            return true;
        }
        /* fallthrough */
    case ASK_STEP:
        if ((k = edit_step(s->session, text, NULL, e)) < 0)
            return false;
        out->value = (struct expr_value){.kind = EXPR_IS_VECTOR, .n = 1, .v = {k}};
        return true;
    case ASK_CHOICE:
    case ASK_MANY:
    case ASK_BUG: return read_letters(p, s, text, out, e);
    case ASK_SAY: snprintf(out->text, sizeof out->text, "%s", text); return true;
    default: return err_set(e, NULL, NULL, "this question is not answered with a line");
    }
}

const char *judge_votes(const int votes[LESSON_OPTIONS], unsigned right, int *percent)
{
    int all = 0, good = 0;
    for (int k = 0; k < LESSON_OPTIONS; k++) {
        all += votes[k];
        good += right >> k & 1 ? votes[k] : 0;
    }
    *percent = all ? (int)lrint(100.0 * good / all) : 0;
    if (!all)
        return "no hands were counted";
    return *percent < 35    ? "few have it: explain it another way, then ask again"
           : *percent <= 70 ? "let neighbours convince one another for two minutes, then vote again"
                            : "most have it: say the reason once and go on";
}
