/* check.c: see check.h. */
#include "lesson/check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "lesson/judge.h"

enum { STUDENTS = 24 };            /* seeds tried where something varies */

struct check {
    const struct lesson *l;
    const struct page *p;
    const struct stage *s;
    struct lesson_findings *out;
};

static void found(struct check *c, bool warning, const char *text)
{
    struct str line = {0};
    str_addf(&line, "%s%s\n", warning ? "warning: " : "", text);
    if (!strstr(str_text(&c->out->text), str_text(&line))) {       /* once, however many students meet it */
        str_add(&c->out->text, str_text(&line));
        warning ? c->out->warnings++ : c->out->errors++;
    }
    str_free(&line);
}

static void at_key(struct check *c, const char *key, const char *inner, bool warning, const char *format,
                   ...) ERR_PRINTF(5, 6);
static void at_key(struct check *c, const char *key, const char *inner, bool warning, const char *format, ...)
{
    struct json_at at = c->p->at, next;
    struct err e = {{0}}, text = {{0}};
    if (key && json_get(&at, key, &next))
        at = next;
    if (inner && json_get(&at, inner, &next))
        at = next;
    va_list ap;
    va_start(ap, format);
    err_vset(&text, NULL, NULL, format, ap);
    va_end(ap);
    json_complain(&at, &e, "%s", text.text);
    found(c, warning, e.text);
}

/* ---- texts ------------------------------------------------------------------------------------------------------- */

static bool hides(const struct stage *s, const struct place *p)
{
    for (int k = 0; k < s->hidden_count; k++) {
        const struct place *m = &s->hidden[k];
        if ((m->unit < 0 || m->unit == p->unit) && (m->step < 0 || m->step == p->step) && m->value == p->value)
            return true;
    }
    return false;
}

/* An expression inside braces that names a hidden value tells it. */
static void check_tells(struct check *c, const char *key, const char *inner, const char *text)
{
    struct expr_env env = stage_env(c->s, c->s->session);
    for (const char *p = text; (p = strchr(p, '{'));) {
        p++;
        if (*p == '{') {
            p++;
            continue;
        }
        char *source = xstrndup(p, strcspn(p, ":}"));
        struct expr *x = expr_parse(source, NULL);
        struct place at[EXPR_VECTOR];
        for (int k = 0, n = x ? expr_places(x, &env, at, EXPR_VECTOR) : 0; k < n; k++)
            if (hides(c->s, &at[k])) {
                at_key(c, key, inner, false, "{%s} tells what the page hides until it is answered", source);
                break;
            }
        expr_free(x);
        free(source);
    }
}

static void check_text(struct check *c, const char *key, const char *inner, const char *text, bool before)
{
    struct expr_env env = stage_env(c->s, c->s->session);
    struct str full = {0};
    struct err why = {{0}};
    if (!text)
        return;
    if (!template_fill(text, &env, &full, &why))
        at_key(c, key, inner, false, "%s", why.text);
    else if (before)
        check_tells(c, key, inner, text);
    str_free(&full);
}

/* What a number in a text may come from: every value of the sentence, the sizes, the answers. */
struct known { double *v; int n, cap; };

static void know(struct known *k, double v)
{
    if (k->n == k->cap) {
        k->cap = k->cap ? k->cap * 2 : 256;
        k->v = xrealloc(k->v, (size_t)k->cap, sizeof *k->v);
    }
    k->v[k->n++] = v;
}

static void know_all(const struct check *c, struct known *k)
{
    const struct session *s = c->s->session;
    const struct lstm *net = session_net(s);
    for (int t = 0; t <= session_steps(s); t++)
        for (int q = 0; q < Q_COUNT; q++)
            for (int u = 0; u < net->layer[0].hidden; u++)
                know(k, (double)session_row(s, RUN_PINNED, 0, (enum quantity)q, t)[u]);
    for (int t = 1; t <= session_steps(s); t++)
        for (int u = 0; u < net->layer[0].hidden; u++) {
            know(k, (double)session_value(s, RUN_PINNED, 0, u, VAL_KEPT, t));
            know(k, (double)session_value(s, RUN_PINNED, 0, u, VAL_WRITTEN, t));
        }
    struct truth truth;
    if (c->p->ask.kind && judge_truth(c->p, c->s, &truth, NULL))
        for (int j = 0; j < truth.value.n; j++)
            know(k, truth.value.v[j]);
    for (int j = 0; j < c->s->names; j++)
        know(k, c->s->value[j]);
    /* Counts: a page may say "8 words", "7 numbers", "step 4". */
    int most = net->layer[0].hidden + net->embed + session_steps(s);
    for (int j = 0; j <= (most < 100 ? most : 100); j++)
        know(k, j);
    know(k, net->vocab);
    know(k, 100);
}

static bool is_known(const struct known *k, double v, int decimals)
{
    double unit = pow(10, -decimals) * 0.5000001;
    for (int j = 0; j < k->n; j++)
        if (fabs(fabs(k->v[j]) - v) <= unit || fabs(100 * fabs(k->v[j]) - v) <= unit)
            return true;
    return false;
}

/* Numbers that stand in a text as they are: each must be something on the page. */
static void check_literals(struct check *c, const struct known *k, const char *text)
{
    for (const char *p = text; *p;) {
        if (*p == '{') {                  /* what is computed is true */
            p += strcspn(p, "}");
            p += *p == '}';
            continue;
        }
        bool letter = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || *p == '_' || *p == '-';
        if (letter && p[1] >= '0' && p[1] <= '9') {     /* t-1, h2 are names */
            p += 1 + strspn(p + 1, "0123456789");
            continue;
        }
        size_t n = strspn(p, "0123456789");
        if (!n) {
            p++;
            continue;
        }
        size_t whole = n;
        if (p[n] == '.' && p[n + 1] >= '0' && p[n + 1] <= '9')
            n += 1 + strspn(p + n + 1, "0123456789");
        char *number = xstrndup(p, n);
        double v = 0;
        if (num_parse(number, &v) && !is_known(k, v, n > whole ? (int)(n - whole - 1) : 0))
            at_key(c, "text", NULL, true, "%s is no number of this page: compute it, {…}", number);
        free(number);
        p += n;
    }
}

static void check_texts(struct check *c)
{
    const struct page *p = c->p;
    struct known k = {0};
    know_all(c, &k);
    check_text(c, "title", NULL, p->title, true);
    for (int j = 0; j < p->texts; j++) {
        check_text(c, "text", NULL, p->text[j], true);
        check_literals(c, &k, p->text[j]);
    }
    check_text(c, "ask", "prompt", p->ask.prompt, true);
    check_text(c, "ask", "hint", p->ask.hint, true);
    check_text(c, "ask", "why", p->ask.why, false);
    check_text(c, "ask", "model", p->ask.model, false);
    check_text(c, "notes", NULL, p->notes, false);
    for (int j = 0; j < p->ask.options; j++) {
        check_text(c, "ask", "options", p->ask.option[j].text, true);
        check_text(c, "ask", "options", p->ask.option[j].say, false);
    }
    for (int j = 0; j < p->ask.routes; j++)
        check_text(c, "ask", "wrong", p->ask.route[j].say, false);
    free(k.v);
}

/* ---- questions --------------------------------------------------------------------------------------------------- */

enum { CANDIDATES = 64, TRIALS = 300000 };

/* Numbers that somebody might answer: what stands in the conditions, and its neighbours. */
static int candidates(const struct check *c, const struct expr_value *truth, double *out)
{
    const struct ask *q = &c->p->ask;
    struct expr_env env = stage_env(c->s, c->s->session);
    double seen[CANDIDATES];
    int n = 0;
    for (int k = 0; k < q->routes; k++)
        for (int j = 0, m = expr_numbers(q->route[k].when, &env, seen, CANDIDATES); j < m && n < CANDIDATES - 8; j++) {
            double step = fmax(2 * q->within, 1e-3 * fmax(1, fabs(seen[j])));
            const double near[] = {seen[j], seen[j] + step, seen[j] - step};
            for (int i = 0; i < 3; i++)
                out[n++] = near[i];
        }
    const double common[] = {0, 1, -truth->v[0], 1 - truth->v[0], 2 * truth->v[0] + 1};
    for (size_t j = 0; j < sizeof common / sizeof *common && n < CANDIDATES; j++)
        out[n++] = common[j];
    return n;
}

static bool takes(const struct check *c, int route, const struct expr_value *given)
{
    struct answer a = {.value = *given};
    struct verdict v;
    return judge(c->p, c->s, c->s->session, &a, &v, NULL) && !v.right && v.say == c->p->ask.route[route].say;
}

/* Is there an answer that this wrong way is said to? First one part of the answer wrong, then two, then all. */
static bool reachable(const struct check *c, int route, const struct expr_value *truth)
{
    double some[CANDIDATES];
    int n = candidates(c, truth, some), parts = truth->n, trials = 0;
    for (int a = 0; a < parts; a++)
        for (int b = a; b < parts; b++)
            for (int i = 0; i < n; i++)
                for (int j = 0; j < (a == b ? 1 : n); j++) {
                    struct expr_value given = *truth;
                    given.kind = EXPR_IS_VECTOR;
                    given.v[a] = some[i];
                    if (a != b)
                        given.v[b] = some[j];
                    if (++trials > TRIALS)
                        return false;
                    if (takes(c, route, &given))
                        return true;
                }
    for (int i = 0; i < n; i++)           /* and each part the same wrong thing */
        for (int j = 0; j < n; j++)
            for (int k = 0; k < n && parts > 2 && trials++ < TRIALS; k++) {
                struct expr_value given = *truth;
                given.v[0] = some[i];
                given.v[1] = some[j];
                given.v[2] = some[k];
                if (takes(c, route, &given))
                    return true;
            }
    return false;
}

static bool word_reachable(const struct check *c, int route)
{
    const struct vocab *v = session_model(c->s->session)->vocab;
    for (int k = 0; v && k < v->size; k++) {
        struct expr_value given = {.kind = EXPR_IS_WORD};
        snprintf(given.word, sizeof given.word, "%s", v->token[k]);
        if (takes(c, route, &given))
            return true;
    }
    return false;
}

static void check_routes(struct check *c, const struct truth *truth)
{
    const struct ask *q = &c->p->ask;
    for (int k = 0; k < q->routes; k++) {
        struct err why = {{0}};
        struct expr_env env = stage_env(c->s, c->s->session);
        bool holds, word = truth->value.kind == EXPR_IS_WORD;
        env.given = &truth->value;
        if (!expr_holds(q->route[k].when, &env, &holds, &why)) {
            at_key(c, "ask", "wrong", false, "%s", why.text);
            continue;
        }
        /* A `do` is done with keys: what it can come to is not tried here. */
        if (q->kind != ASK_DO && !(word ? word_reachable(c, k) : reachable(c, k, &truth->value)))
            at_key(c, "ask", "wrong", false, "wrong[%d]: no answer was found that is wrong and meets \"%s\"", k,
                   expr_text(q->route[k].when));
    }
}

static int bits(unsigned v)
{
    int n = 0;
    for (; v; v &= v - 1)
        n++;
    return n;
}

/* The answer must not stand on the screen beside the question. */
static void check_hidden(struct check *c)
{
    struct expr_env env = stage_env(c->s, c->s->session);
    for (int k = 0; k < c->p->ask.answers; k++) {
        struct place at[EXPR_VECTOR];
        for (int j = 0, n = expr_places(c->p->ask.answer[k], &env, at, EXPR_VECTOR); j < n; j++)
            if (!hides(c->s, &at[j])) {
                at_key(c, "ask", "answer", false, "%s is asked for and not hidden: add it to \"hide\"",
                       expr_text(c->p->ask.answer[k]));
                return;
            }
    }
}

static void check_whole(struct check *c, const struct truth *truth, const char *what, int most)
{
    double v = truth->value.n ? truth->value.v[0] : 0;
    if (truth->value.kind != EXPR_IS_WORD && (truth->value.n != 1 || v != floor(v) || v < 1 || v > most))
        at_key(c, "ask", "answer", false, "expected the number of a %s from 1 to %d, found %g", what, most, v);
}

/* The solution reaches the goal; the stage is left as it was. */
static void check_solution(struct check *c)
{
    struct err e = {{0}};
    bool holds;
    if (!c->p->ask.solution)
        return;
    if (!judge_solve(c->p, c->s->session, &e) || !judge_goal(c->p, c->s, c->s->session, &holds, &e))
        found(c, false, e.text);
    else if (!holds)
        at_key(c, "ask", "solution", false, "the goal does not hold after it");
    while (session_undo(c->s->session)) {
    }
}

/* Is this number, to at least two decimals, written in the text? Whole numbers and halves stand there for much else. */
static bool writes(const char *text, double v)
{
    enum { LEAST = 2 };
    for (const char *p = text; *p;) {
        size_t n = strspn(p, "0123456789"), decimals = 0;
        double read;
        if (n && p[n] == '.')
            decimals = strspn(p + n + 1, "0123456789");
        n += decimals ? decimals + 1 : 0;
        char *number = xstrndup(p, n);
        bool is = decimals >= LEAST && num_parse(number, &read)
            && fabs(read - fabs(v)) <= 0.5000001 * pow(10, -(double)decimals);
        free(number);
        if (is)
            return true;
        p += n ? n : 1;
    }
    return false;
}

/* What a learner reads before the answer, filled in. */
static void read_before(const struct check *c, struct str *out)
{
    struct expr_env env = stage_env(c->s, c->s->session);
    for (int k = 0; k < c->p->texts; k++) {
        template_fill(c->p->text[k], &env, out, NULL);
        str_addc(out, ' ');
    }
    template_fill(c->p->ask.prompt, &env, out, NULL);
}

/* Whoever reads the page needs no model: the answer is written above the question. */
static void check_written(struct check *c, const struct truth *truth)
{
    enum { SENTENCE = 12 };
    struct str before = {0}, answer = {0};
    bool number = c->p->ask.kind == ASK_NUMBER || c->p->ask.kind == ASK_BAR, written = false;
    read_before(c, &before);
    for (int k = 0; k < truth->value.n && number; k++) {
        double v = truth->value.v[k];
        written = written || (fabs(2 * v - round(2 * v)) > 1e-6 && writes(str_text(&before), v));
    }
    for (int k = 0; k < c->p->ask.options && c->p->ask.kind == ASK_CHOICE; k++) {
        str_clear(&answer);
        judge_option(c->p, c->s, k, &answer, NULL);
        written = written
            || (truth->options >> k & 1 && answer.len >= SENTENCE && strstr(str_text(&before), str_text(&answer)));
    }
    if (written)
        at_key(c, "ask", NULL, true, "the answer is written in the text or prompt of this page");
    str_free(&before);
    str_free(&answer);
}

static void check_ask(struct check *c)
{
    const struct ask *q = &c->p->ask;
    struct truth truth;
    struct err e = {{0}};
    bool holds;
    if (!q->kind)
        return;
    if (!judge_truth(c->p, c->s, &truth, &e)) {
        found(c, false, e.text);
        return;
    }
    int right = bits(truth.options);
    if (q->kind == ASK_CHOICE && right != 1)
        at_key(c, "ask", "options", false, "expected exactly one option that is true, found %d", right);
    if (q->kind == ASK_VOTE && right > 1)
        at_key(c, "ask", "options", false, "expected at most one option that is true, found %d", right);
    if (q->kind == ASK_UNIT)
        check_whole(c, &truth, "unit", session_net(c->s->session)->layer[0].hidden);
    if (q->kind == ASK_STEP || q->kind == ASK_WORD)
        check_whole(c, &truth, "step", session_steps(c->s->session));
    if (q->kind == ASK_NUMBER && truth.value.n != 1)
        at_key(c, "ask", "answer", false, "expected one number, found %d: name the unit", truth.value.n);
    if (q->kind == ASK_DO) {
        if (!judge_goal(c->p, c->s, c->s->session, &holds, &e))
            found(c, false, e.text);
        else if (holds)
            at_key(c, "ask", "goal", false, "the goal holds before anything is done");
        check_solution(c);
    }
    check_hidden(c);
    check_written(c, &truth);
    check_routes(c, &truth);
}

void lesson_check(const struct lesson *l, int only, struct lesson_findings *out)
{
    for (int k = 0; k < l->pages; k++) {
        struct check c = {.l = l, .p = &l->page[k], .out = out};
        int students = l->varies || c.p->faults ? STUDENTS : 1, from = only >= 0 ? only : 1;
        for (int seed = from; seed <= (only >= 0 ? only : students); seed++) {
            struct stage s;
            struct err e = {{0}};
            if (!stage_page(l, k, (unsigned)seed, &s, &e)) {
                found(&c, false, e.text);
                break;
            }
            c.s = &s;
            check_texts(&c);
            check_ask(&c);
            stage_clear(&s);
        }
    }
}
