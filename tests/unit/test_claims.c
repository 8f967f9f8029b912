/* test_claims.c: what is said is so. Random networks, pins (of the initial state too), layers, units, sub-steps and
 * sizes; each sentence and each printed equation is read again, as somebody with a pencil would, and held against
 * the engine.
 *
 * FLSTM_CLAIMS=N looks at N states; 10,000 when it is not set. Every kind of claim is counted, and the first false
 * one is shown.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "core/attribution.h"
#include "support/golden.h"
#include "support/models.h"
#include "views/anatomy.h"
#include "views/chrome.h"
#include "views/say.h"
#include "views/tape.h"
#include "views/value.h"
#include "views/words.h"

/* ---- kinds of claims --------------------------------------------------------------------------------------------- */

#define KINDS(X) \
    X(EQUATION, "the equation of the cell re-adds, and its numbers are the engine's") \
    X(PERCENT, "what is kept, written and shown has the gate's percentage") \
    X(SHOWN, "a pinned value is not told as if the network had computed it") \
    X(SUM, "sums of printed numbers re-add") \
    X(CURVE, "a gate follows from the z that is printed") \
    X(PRODUCT, "a product re-multiplies to its last printed digit") \
    X(PUSH, "what pushes a gate has the size and the sign that is said") \
    X(STRONGEST, "what is called the strongest or most is the largest") \
    X(NOTHING, "nothing means exactly 0") \
    X(BEGINNING, "of the first word nothing is said that was not before it") \
    X(WORDS, "the word that pushes most is that word, with its push") \
    X(LEDGER, "the accounts of the cell state add up to it") \
    X(TRY, "what another word would do is what it does") \
    X(SWEEP, "closing a gate does to the prediction what the sweep says") \
    X(PREDICTED, "the likeliest words and their percentages are the engine's") \
    X(CELLS, "a change is the printed number less the one above it, and both are the runs'") \
    X(TOTAL, "the surprisal of both runs, and of the word it changes most, is theirs") \
    X(WHOLE, "no sentence on screen is cut")

#define X(name, sentence) name,
enum kind { KINDS(X) KIND_COUNT };
#undef X
#define X(name, sentence) sentence,
static const char *const kind_name[] = {KINDS(X)};
#undef X

static struct { long checked, wrong; char first[4000]; } tally[KIND_COUNT];

static void claim(enum kind k, bool holds, const char *text)
{
    tally[k].checked++;
    if (!holds && !tally[k].wrong++)
        snprintf(tally[k].first, sizeof tally[k].first, "%s", text);
}

/* ---- reading ----------------------------------------------------------------------------------------------------- */

/* Text with every sign as one plain character, so that it is read in one way only. */
static void plain(const char *text, struct str *out)
{
    static const struct { const char *from, *to; } signs[] = {
        {"\xC3\x97", "x"}, {"\xE2\x8A\x99", "*"}, {"\xCF\x83", "s"}, {"\xC2\xB7", "."}, {"\xE2\x80\xA6", "~"},
        {"\xE2\x88\x92", "-"},
        {"\xE2\x86\x92", "->"}, {"\xE2\x89\x88", "~="},
    };
    str_clear(out);
    while (*text) {
        size_t k = 0, n = sizeof signs / sizeof *signs;
        while (k < n && strncmp(text, signs[k].from, strlen(signs[k].from)) != 0)
            k++;
        if (k < n)
            str_add(out, signs[k].to);
        else if ((*text & 0xC0) != 0x80)
            str_addc(out, *text & 0x80 ? '?' : *text);
        text += k < n ? strlen(signs[k].from) : 1;
    }
}

struct number { double v, half; };            /* half: half a unit of its last digit */

/* A number at *p, behind blanks; moves *p behind it. */
static bool number(const char **p, struct number *out)
{
    const char *q = *p + strspn(*p, " "), *start = q;
    char *end;
    if (*q == '+' || *q == '-')
        q++;
    if (*q < '0' || *q > '9')
        return false;
    out->v = strtod(start, &end);
    const char *point = memchr(start, '.', (size_t)(end - start)), *e = memchr(start, 'e', (size_t)(end - start));
    int decimals = point ? (int)((e ? e : end) - point) - 1 : 0;
    if (decimals == 0 && end[-1] == '.')
        end--;                    /* the full stop of a sentence */
    out->half = 0.5 * pow(10, -decimals + (e ? atoi(e + 1) : 0));
    *p = end;
    return true;
}

static bool take(const char **p, const char *word)
{
    const char *q = *p + strspn(*p, " ");
    size_t n = strlen(word);
    if (strncmp(q, word, n) != 0)
        return false;
    *p = q + n;
    return true;
}

/* Is the printed number this one? */
static bool is(struct number n, double v)
{
    return fabs(n.v - v) <= n.half * (1 + 1e-6) + 1e-6 * fabs(v) + 1e-7;
}

/* "98%", ">99%", "<1%", as words.c and widget_percent promise them. */
static bool percent_is(const char **p, double v)
{
    struct number n;
    bool more = take(p, ">"), less = !more && take(p, "<");
    if (!more && !less && take(p, "all"))
        return v == 1;
    if (!number(p, &n) || !take(p, "%"))
        return false;
    if (more)
        return n.v == 99 && v >= 0.995 && v < 1;
    if (less)
        return n.v == 1 && v > 0 && v <= 0.005;
    if (v < 0 || v > 1)
        return fabs(n.v / 100 - v) <= 1e-3 * fabs(v);
    return (n.v == 0) == (v == 0) && (n.v == 100) == (v == 1) && fabs(n.v - 100 * v) <= 0.5 + 1e-4;
}

/* ---- a state ----------------------------------------------------------------------------------------------------- */

static uint64_t seed = 11;
static struct app app;
static struct session *s;
static struct cursor at;

static double val(enum value v)
{
    return (double)session_value(s, RUN_PINNED, at.layer, at.unit, v, at.step);
}

static bool pinned(enum value v)
{
    return session_value_pinned(s, at.layer, at.unit, v, at.step);
}

static void scale_weights(struct model *m, float by)
{
    for (int l = 0; l < m->net->layers; l++)
        for (int q = 0; q < GATES; q++) {
            struct lstm_layer *layer = &m->net->layer[l];
            for (int k = 0; k < layer->hidden * (layer->hidden + layer->in); k++)
                layer->W[q][k] *= by;
        }
    if (!lstm_pack(m->net))
        fail_msg("no memory");
}

static void open_model(void)
{
    struct err e = {{0}};
    struct model *m;
    if (random_below(&seed, 5) == 0) {
        m = model_words();
    } else {
        static const int most[] = {1, 3, 6, 9, 14};
        struct random_model r = {.layers = 1 + random_below(&seed, 3),
                                 .hidden = 1 + random_below(&seed, most[random_below(&seed, 5)]),
                                 .embed = 1 + random_below(&seed, 5),
                                 .words = random_below(&seed, 6) ? 8 : 0,
                                 .steps = 1 + random_below(&seed, 8),
                                 .two_biases = random_below(&seed, 2),
                                 .seed = random_next(&seed)};
        r.outputs = r.words && random_below(&seed, 5) ? r.words : 0;
        m = model_random(&r);
        if (random_below(&seed, 3) == 0)              /* a network that starts from nothing */
            for (int l = 0; l < m->net->layers; l++) {
                memset(m->net->h0[l], 0, (size_t)m->net->layer[l].hidden * sizeof(float));
                memset(m->net->c0[l], 0, (size_t)m->net->layer[l].hidden * sizeof(float));
            }
        static const float scales[] = {1, 1, 3, 8, 0.02f};
        scale_weights(m, scales[random_below(&seed, 5)]);
        if (random_below(&seed, 4) == 0)              /* gates that do not listen to h */
            for (int u = 0; u < m->net->layer[0].hidden; u++)
                memset(&m->net->layer[0].W[Q_F][(size_t)u * (size_t)(m->net->layer[0].hidden + m->net->layer[0].in)], 0,
                       (size_t)m->net->layer[0].hidden * sizeof(float));
        if (!lstm_pack(m->net))
            fail_msg("no memory");
    }
    s = session_new(m, &e);
    struct theme *t = theme_load(theme_default, &e);
    if (!s || !t)
        fail_msg("%s", e.text);
    app_init(&app, s, t, random_below(&seed, 2) ? &glyphs_ascii : &glyphs_unicode);
}

static void random_pins(void)
{
    struct err e = {{0}};
    static const float round_ones[] = {0, 1, 0.5f, 0.9f};
    session_unpin_all(s);
    for (int n = random_below(&seed, 3) ? random_below(&seed, 5) : 0; n > 0; n--) {
        int layer = random_below(&seed, session_net(s)->layers),
            unit = random_below(&seed, session_net(s)->layer[layer].hidden);
        enum value v = (enum value)random_below(&seed, Q_COUNT);
        int t = random_below(&seed, session_steps(s) + 1);
        if (t == 0 && v != VAL_C && v != VAL_H)
            v = VAL_C;
        float x = random_below(&seed, 2) ? round_ones[random_below(&seed, 4)]
                                         : random_float(&seed, value_is_gate(v) ? 0 : -1, v == VAL_C ? 4 : 1);
        session_pin(s, (struct place){layer, unit, v, t}, x, true, &e);
    }
}

static void random_state(void)
{
    random_pins();
    session_goto(s, 1 + random_below(&seed, session_steps(s)));
    int layer = random_below(&seed, session_net(s)->layers);
    session_select(s, layer, random_below(&seed, session_net(s)->layer[layer].hidden),
                   (enum value)random_below(&seed, VAL_COUNT));
    app.scene.reveal = random_below(&seed, 3) == 0;
    app.scene.explain = random_below(&seed, 3) == 0;
    for (int k = random_below(&seed, 9); app.scene.reveal && k > 0; k--)
        if (session_cursor(s)->sub > SUB_CONCAT)
            session_substep(s, -1);
    at = *session_cursor(s);
}

/* ---- the main view's words --------------------------------------------------------------------------------------- */

/* A gate where there is little room: a number, or ">.9999", "<.0001". */
static bool gate_about(const char **p, struct number *n, double v)
{
    bool more = take(p, ">"), less = !more && take(p, "<");
    char *end;
    if (!more && !less)
        return number(p, n) && is(*n, v);
    n->v = strtod(*p, &end);
    n->half = more ? 1 - n->v : n->v;
    *p = end;
    return more ? v > n->v && v < 1 : v < n->v && v > 0;
}

/* "a x b + c x d ~ e": each is the engine's as far as it is printed, and the sum is e as far as that can be told. */
static bool about_holds(const char *p, double C)
{
    struct number n[4], result;
    if (!gate_about(&p, &n[0], val(VAL_F)) || !take(&p, "x") || !number(&p, &n[1]) || !take(&p, "+")
        || !gate_about(&p, &n[2], val(VAL_I)) || !take(&p, "x") || !number(&p, &n[3]) || !take(&p, "~"))
        return false;
    take(&p, "=");
    if (!number(&p, &result) || !is(n[1], val(VAL_C_PREV)) || !is(n[3], val(VAL_G)) || !is(result, C))
        return false;
    double left = 0, may = result.half;
    for (int k = 0; k < 4; k += 2) {
        left += n[k].v * n[k + 1].v;
        may += n[k].half * fabs(n[k + 1].v) + (fabs(n[k].v) + n[k].half) * n[k + 1].half;
    }
    return fabs(left - result.v) <= may * (1 + 1e-9);
}

static void check_equation(const char *text)
{
    const char *p = text;
    struct number n[4], rest = {0, 0}, result;
    if (!take(&p, "C_t = ") || strstr(text, "about"))
        return;
    double C = pinned(VAL_C) ? val(VAL_F) * val(VAL_C_PREV) + val(VAL_I) * val(VAL_G) : val(VAL_C);
    if (strstr(p, " ~")) {
        claim(EQUATION, about_holds(p, C), text);
        return;
    }
    const char *colon = strstr(p, ":  ");
    if (colon)
        p = colon + 3;
    bool read = number(&p, &n[0]) && take(&p, "x") && number(&p, &n[1]) && take(&p, "+") && number(&p, &n[2])
                && take(&p, "x") && number(&p, &n[3]);
    const char *left = p;
    bool minus = !take(&left, "+");
    if (minus)
        take(&left, "-");
    if (read && number(&left, &rest) && take(&left, "(rounding)")) {
        rest.v = minus ? -rest.v : rest.v;
        p = left;
    } else {
        rest.v = 0;
    }
    read = read && take(&p, "=") && number(&p, &result);
    claim(EQUATION,
          read && is(n[0], val(VAL_F)) && is(n[1], val(VAL_C_PREV)) && is(n[2], val(VAL_I)) && is(n[3], val(VAL_G))
              && is(result, C)
              && fabs(n[0].v * n[1].v + n[2].v * n[3].v + rest.v - result.v) <= result.half * (1 + 1e-9),
          text);
}

/* Every "keeps N%", "writes N%", "shows N%" of a text about the unit under the cursor. */
static void check_percents(const char *text)
{
    static const struct { const char *verb; enum value v; } verbs[] = {
        {"keeps ", VAL_F}, {"keep ", VAL_F}, {"writes ", VAL_I}, {"write ", VAL_I}, {"shows ", VAL_O}, {"show ", VAL_O},
    };
    for (size_t k = 0; k < sizeof verbs / sizeof *verbs; k++)
        for (const char *p = strstr(text, verbs[k].verb); p; p = strstr(p, verbs[k].verb)) {
            p += strlen(verbs[k].verb);
            if (strspn(p, "<>0123456789") && strchr(p, '%'))
                claim(PERCENT, percent_is(&p, val(verbs[k].v)), text);
        }
    /* What is overwritten by hand is neither kept nor written nor shown. */
    if (pinned(VAL_C) && (strstr(text, " keeps ") || strstr(text, " writes ")))
        claim(SHOWN, strstr(text, "would keep") || strstr(text, "would write"), text);
    if (strstr(text, "tanh(C_t)") && strstr(text, "shows"))
        claim(SHOWN, !pinned(VAL_H), text);
}

static double sigmoid(double z)
{
    return 1 / (1 + exp(-z));
}

/* "sigma(+2.0273) = 0.8837", "tanh(-0.25) would give -0.245", wherever they stand. */
static void check_curve(const char *text)
{
    for (const char *from = text; *from; from++) {
        bool tanh_curve = strncmp(from, "tanh(", 5) == 0,
             curve = tanh_curve || (strncmp(from, "sigma(", 6) == 0 && (from == text || from[-1] == ' '));
        const char *p = from + (tanh_curve ? 5 : 6);
        struct number z, v;
        if (!curve || !number(&p, &z) || !take(&p, ")"))
            continue;
        if (!(take(&p, "=") || take(&p, "would give")) || !number(&p, &v))
            continue;
        double exact = tanh_curve ? tanh(z.v) : sigmoid(z.v);
        claim(CURVE, fabs(exact - v.v) <= v.half * (1 + 1e-6), text);
    }
}

/* ": a x b [± r (rounding)] = c" from p on. */
static void check_product(const char *p, const char *text)
{
    struct number a, b, rest, c;
    if (!number(&p, &a) || !take(&p, "x") || !number(&p, &b))
        return;
    const char *q = p;
    double more = 0;
    bool minus = !take(&q, "+");
    if (minus)
        take(&q, "-");
    if (number(&q, &rest) && take(&q, "(rounding)")) {
        more = minus ? -rest.v : rest.v;
        p = q;
    }
    if (take(&p, "~=") || !take(&p, "=") || !number(&p, &c))
        return;
    claim(PRODUCT, fabs(a.v * b.v + more - c.v) <= c.half * (1 + 1e-9), text);
}

/* Numbers with signs between them up to "=", and what they come to. */
static bool sum_holds(const char *p)
{
    double sum = 0, sign = 1;
    struct number n;
    if (!number(&p, &n))
        return true;
    sum = n.v;
    while (!take(&p, "=")) {
        sign = take(&p, "-") ? -1 : take(&p, "+") ? 1 : 0;
        if (sign == 0 || !number(&p, &n))
            return true;
        sum += sign * n.v;
        take(&p, "(rounding)");
    }
    return !number(&p, &n) || fabs(sum - n.v) <= 1e-9 + n.half * 1e-6;
}

static void check_substep(const char *text)
{
    const char *p = strstr(text, ": ");
    switch (at.sub) {
    case SUB_CONCAT:
        claim(BEGINNING, at.step > 1 || !strstr(text, "last said"), text);
        break;
    case SUB_BIAS:
        if (p)
            claim(SUM, sum_holds(p + 2), text);
        break;
    case SUB_SIGMA:
        check_curve(text);
        break;
    case SUB_KEEP: case SUB_WRITE: case SUB_H:
        if (p)
            check_product(p + 2, text);
        break;
    case SUB_C:
        check_equation(text);
        break;
    default:
        break;
    }
    check_percents(text);
}

/* ---- why --------------------------------------------------------------------------------------------------------- */

/* "h2 verb", "x4": which of the H+E; -1 when there is none so called. */
static int term_called(const struct anatomy *a, const char *p)
{
    int k = atoi(p + 1) - 1;
    return *p == 'h' && k >= 0 && k < a->H ? k : *p == 'x' && k >= 0 && k < a->E ? a->H + k : -1;
}

static bool largest_of(const struct anatomy *a, int term)
{
    for (int k = term < a->H ? 0 : a->H; k < (term < a->H ? a->H : a->n); k++)
        if (fabs(a->term[k]) > fabs(a->term[term]) * (1 + 1e-9))
            return false;
    return true;
}

/* "(strongest x3 -3.18)", "(most of it h2)", "(x7 +3.80, the others -4.49)", after a push of `total`. */
static void check_carrier(const struct anatomy *a, const char *p, double total, const char *text)
{
    struct number v, others;
    bool strongest = take(&p, "strongest"),
         share = !strongest && (take(&p, "all of it") || take(&p, "nearly all of it") || take(&p, "most of it"));
    p += strspn(p, " ");
    int term = term_called(a, p);
    if (term < 0)
        return;
    claim(STRONGEST, largest_of(a, term), text);
    if (share) {
        double part = a->term[term] / total;
        claim(STRONGEST, part >= 0.5 && part <= 1.5, text);
        return;
    }
    while (*p && *p != '+' && *p != '-' && *p != ')')
        p++;
    if (!number(&p, &v))
        return;
    claim(PUSH, is(v, a->term[term]), text);
    if (take(&p, ", the others") && number(&p, &others))
        claim(PUSH, is(others, total - a->term[term]), text);
}

static void check_why(void)
{
    struct str text = {0}, said = {0}, word = {0}, effect = {0};
    struct anatomy a;
    anatomy_take(&a, s, random_below(&seed, 2), false);
    anatomy_why(&a, random_below(&seed, 2), &glyphs_ascii, &said);
    plain(str_text(&said), &text);
    anatomy_source(s, a.layer, a.t, &glyphs_ascii, &word);
    const char *t = str_text(&text);
    const struct {
        const char *name;
        double v;
    } source[] = {{"h_t-1", a.from_h}, {str_text(&word), a.from_x}, {"the bias", a.b}};
    for (int k = 0; k < 3; k++) {
        const char *p = strstr(t, source[k].name), *none = strstr(t, "nothing comes from ");
        const char *end = none ? strstr(none, "; next to nothing") : NULL;
        none = none ? strstr(none, source[k].name) : NULL;
        if (none && (!end || none < end))
            claim(NOTHING, source[k].v == 0, t);
        if (!p)
            continue;
        p += strlen(source[k].name);
        take(&p, "pushes");
        struct number v;
        const char *q = p;
        if (!number(&q, &v))
            continue;
        claim(PUSH, is(v, source[k].v), t);
        if (k < 2 && take(&q, "("))
            check_carrier(&a, q, source[k].v, t);
    }
    if (strstr(t, "nothing pushes it") && !strstr(t, "next to nothing pushes it"))
        claim(NOTHING, a.from_h == 0 && a.from_x == 0 && a.b == 0, t);
    anatomy_effect(&a, &glyphs_ascii, &effect);
    plain(str_text(&effect), &text);
    const char *p = strstr(str_text(&text), "= ");
    if (p)
        check_product(p + 2, str_text(&text));
    str_free(&text);
    str_free(&said);
    str_free(&word);
    str_free(&effect);
    anatomy_free(&a);
}

static void check_words(void)
{
    const struct place place = {.layer = at.layer, .unit = at.unit, .step = at.step};
    struct str said = {0}, text = {0};
    words_equation(s, RUN_PINNED, place, app.glyphs, &said);
    plain(str_text(&said), &text);
    check_equation(str_text(&text));
    str_clear(&said);
    words_equation_within(s, RUN_PINNED, place, app.glyphs, 40 + random_below(&seed, 60), &said);
    plain(str_text(&said), &text);
    check_equation(str_text(&text));
    str_clear(&said);
    words_unit(s, RUN_PINNED, place, &said);
    check_percents(str_text(&said));
    str_clear(&said);
    words_unit_brief(s, RUN_PINNED, place, random_below(&seed, 2), &said);
    check_percents(str_text(&said));
    str_clear(&said);
    words_substep(s, app.glyphs, &said);
    plain(str_text(&said), &text);
    check_substep(str_text(&text));
    str_free(&said);
    str_free(&text);
}

/* ---- what the views explain -------------------------------------------------------------------------------------- */

/* The step of the word quoted at p: the one among 1 … last for which `push` is largest. */
static int quoted_step(const char *p, int last, const double *push)
{
    int best = 0;
    for (int t = 1; t <= last; t++) {
        struct str word = {0};
        say_quoted(s, t, &glyphs_ascii, &word);
        if (strncmp(p, str_text(&word), word.len) == 0 && (!best || fabs(push[t - 1]) > fabs(push[best - 1])))
            best = t;
        str_free(&word);
    }
    return best;
}

static void check_attribution(const char *text)
{
    struct attribution a;
    enum quantity gate = anatomy_gate(&at);
    assert_true(attribution_compute((struct computation[]){session_computation(s, RUN_PINNED)},
                                    (struct element){at.layer, at.unit, gate, at.step}, &a));
    double most = 0;
    for (int t = 1; t < at.step; t++)
        most = fmax(most, fabs(a.word[t - 1]));
    struct number v;
    const char *p = strstr(text, "Of the earlier words ");
    if (p) {
        p += strlen("Of the earlier words ");
        int t = quoted_step(p, at.step - 1, a.word);
        const char *q = strstr(p, "pushes most, ");
        q = q ? q + strlen("pushes most, ") : p;
        claim(WORDS, t > 0 && number(&q, &v) && is(v, a.word[t - 1]) && fabs(a.word[t - 1]) >= most * (1 - 1e-9), text);
    }
    if (strstr(text, "No earlier word pushes it"))
        claim(NOTHING, most == 0, text);
    if (strstr(text, "nothing was written before"))
        claim(BEGINNING, a.initial == 0 && a.hand == 0, text);
    if (at.step == 1 && a.initial != 0)
        claim(BEGINNING, strstr(text, "starts from"), text);
    p = strstr(text, "z = ");
    if (p) {
        p += 4;
        claim(WORDS, number(&p, &v) && is(v, a.z), text);
    }
    attribution_clear(&a);
}

static void check_ledger(const char *text)
{
    const char *p = strstr(text, " C is made of"), *none = strstr(text, " No account of C"),
               *end = strstr(text, ": together ");
    struct number v, C;
    if (!end)
        return;
    double sum = 0;
    for (p = p ? p : none ? none : end; p < end; p++)
        if ((*p == '+' || *p == '-') && p[-1] == ' ' && p[1] >= '0' && p[1] <= '9') {
            const char *q = p;
            if (number(&q, &v))
                sum += v.v;
            p = q - 1;
        }
    end += strlen(": together ");
    if (number(&end, &C))
        claim(LEDGER, is(C, val(VAL_C)) && fabs(sum - C.v) <= C.half * 1e-3 + 1e-9, text);
}

/* "f 0.0144 x C +0.0584 + i.g -0.8418 = -0.8410": with a pencil. */
static void check_step_line(const char *text, enum kind k)
{
    const char *p = strstr(text, ": f ");
    struct number f, before, written, C;
    if (!p)
        return;
    p += 4;
    if (!number(&p, &f) || !take(&p, "x") || !(take(&p, "C_t-1") || take(&p, "C")) || !number(&p, &before)
        || !take(&p, "+ i.g") || !number(&p, &written) || !take(&p, "="))
        return;
    take(&p, "C");
    if (number(&p, &C))
        claim(k, is(before, val(VAL_C_PREV)) && fabs(f.v * before.v + written.v - C.v) <= C.half * (1 + 1e-9), text);
}

/* What the word would do is tried: the word is put there in another session. */
static void check_try(const char *text)
{
    check_step_line(text, TRY);
    const char *here = strstr(text, "' here: f ");
    if (!here || session_can_redo(s))
        return;
    const char *word = here;
    while (word > text && word[-1] != '\'')
        word--;
    char token[64];
    snprintf(token, sizeof token, "%.*s", (int)(here - word), word);
    struct err e = {{0}};
    if (!session_set_word(s, at.step, token, &e))
        return;
    const char *p = strstr(text, "' here: f ") + strlen("' here: f ");
    struct number f;
    if (number(&p, &f))
        claim(TRY, is(f, val(VAL_F)), text);
    session_undo(s);
    session_goto(s, at.step);
    session_select(s, at.layer, at.unit, at.value);
}

/* "Closing f of gender at 'and' takes 'her' from 0.94 to 0.34": it is closed, and looked at. */
static void check_sweep(const char *text)
{
    const char *p = strstr(text, "losing f of "), *from = strstr(text, "' from "),
               *none = strstr(text, "by more than ");
    struct number was, now;
    if (none && !p)
        return;
    if (!p || !from)
        return;
    p += strlen("losing f of ");
    int unit = -1, step = 0, H = session_net(s)->layer[at.layer].hidden;
    for (int u = 0; u < H; u++) {
        char name[SAY_UNIT], want[SAY_UNIT + 8];
        snprintf(want, sizeof want, "%s at ", say_unit_name(s, at.layer, u, name));
        if (strncmp(p, want, strlen(want)) == 0)
            unit = u, p += strlen(want);
    }
    take(&p, "any of ");
    p += strspn(p, " ");
    const char *q = from + strlen("' from ");
    if (unit < 0 || !number(&q, &was) || !take(&q, "to") || !number(&q, &now))
        return;
    int target = session_output(s, at.step + 1);
    if (target < 0)
        target = session_likeliest(s, RUN_PINNED, at.step);
    claim(SWEEP, is(was, (double)session_probability(s, RUN_PINNED, at.step, target)), text);
    bool found = false;
    for (step = 1; step <= at.step && !found; step++) {
        struct str word = {0};
        struct err e = {{0}};
        say_quoted(s, step, &glyphs_ascii, &word);
        unsigned long before = session_revision(s);
        if (strncmp(p, str_text(&word), word.len) == 0
            && session_pin(s, (struct place){at.layer, unit, VAL_F, step}, 0, true, &e)) {
            found = is(now, (double)session_probability(s, RUN_PINNED, at.step, target));
            if (session_revision(s) != before)
                session_undo(s);
        }
        str_free(&word);
    }
    session_goto(s, at.step);
    session_select(s, at.layer, at.unit, at.value);
    claim(SWEEP, found, text);
}

static void check_predictions(const char *text)
{
    struct prediction p[3];
    int n = session_predict_run(s, RUN_PINNED, at.step, 3, p);
    const char *q = strstr(text, "likeliest");
    for (int k = 0; q && k < n; k++) {
        struct str name = {0};
        str_addc(&name, '\'');
        say_output(s, p[k].output, &glyphs_ascii, &name);
        str_add(&name, "' with ");
        const char *here = strstr(q, str_text(&name));
        if (here) {
            here += name.len;
            claim(PREDICTED, percent_is(&here, (double)p[k].p_pinned), text);
        }
        str_free(&name);
    }
}

/* "Surprisal 9.49 -> 10.49 nats in all (+1.00), most at 'her': 0.94 -> 0.34." */
static void check_whatif(const char *text)
{
    const char *p = strstr(text, "Surprisal ");
    struct number was, now, change;
    if (!p || !session_pin_count(s))
        return;
    p += strlen("Surprisal ");
    if (!number(&p, &was) || !take(&p, "->") || !number(&p, &now))
        return;
    double total_was = 0, total_now = 0, most = 0;
    int at_most = 0;
    for (int t = 1; t < session_steps(s); t++) {
        double a = session_surprisal(s, RUN_BASE, t), b = session_surprisal(s, RUN_PINNED, t);
        total_was += a;
        total_now += b;
        if (fabs(a - b) > most)
            most = fabs(a - b), at_most = t;
    }
    const char *change_at = strchr(p, '(');
    claim(TOTAL, is(was, total_was) && is(now, total_now), text);
    if (change_at) {
        change_at++;
        claim(TOTAL, number(&change_at, &change) && fabs(now.v - was.v - change.v) < change.half * 1e-3, text);
    }
    const char *word = strstr(text, "most at ");
    if (!word || !at_most)
        return;
    struct str name = {0};
    say_quoted(s, at_most + 1, &glyphs_ascii, &name);
    word += strlen("most at ");
    bool named = strncmp(word, str_text(&name), name.len) == 0;
    word += name.len;
    claim(TOTAL,
          named && take(&word, ":") && number(&word, &was) && take(&word, "->") && number(&word, &now)
              && is(was, exp(-session_surprisal(s, RUN_BASE, at_most)))
              && is(now, exp(-session_surprisal(s, RUN_PINNED, at_most))),
          text);
    str_free(&name);
}

static const struct { const struct view *view; void (*check)(const char *text); } explained[] = {
    {&view_attribution, check_attribution}, {&view_ledger, check_ledger}, {&view_every_word, check_try},
    {&view_sweep, check_sweep},
    {&view_predictions, check_predictions}, {&view_whatif, check_whatif},
};

static void check_explained(void)
{
    size_t k = (size_t)random_below(&seed, sizeof explained / sizeof *explained);
    struct str said = {0}, text = {0};
    app_show_view(&app, explained[k].view);
    struct err e = {{0}};
    if (explained[k].view == &view_sweep && !app_keys(&app, "a", "keys", &e))         /* ask about this word */
        fail_msg("%s", e.text);
    view_explain(explained[k].view, &app.scene, app_view_state(&app), &said);
    plain(str_text(&said), &text);
    explained[k].check(str_text(&text));
    if (explained[k].view == &view_ledger)
        check_step_line(str_text(&text), LEDGER);
    str_free(&said);
    str_free(&text);
}

/* ---- pictures ---------------------------------------------------------------------------------------------------- */

static void row_of(const struct grid *g, int y, struct str *out)
{
    struct grid *one = grid_new(g->w, 1, g->glyphs);
    struct str raw = {0};
    memcpy(one->cell, g->cell + (size_t)y * (size_t)g->w, (size_t)g->w * sizeof *g->cell);
    grid_dump_text(one, &raw);
    plain(str_text(&raw), out);
    while (out->len && (out->s[out->len - 1] == '\n' || out->s[out->len - 1] == ' '))
        out->s[--out->len] = '\0';
    str_free(&raw);
    grid_free(one);
}

/* Is this row the end of a sentence that was cut? The mark stands right behind a word, and plain words are before
 * it. */
static bool cut_sentence(const char *row)
{
    size_t n = strlen(row);
    if (n < 12 || row[n - 1] != '~' || row[n - 2] == ' ' || strchr(row, '[') || strstr(row, " C_t "))
        return false;             /* a place in its words; a heading whose last column is a word */
    if (strchr("0123456789", row[n - 2]) && strchr(row, '|'))
        return false;             /* the mark of a changed number in ASCII */
    int words = 0, letters = 0;
    for (const char *p = row; *p; p++) {
        if (*p >= 'a' && *p <= 'z')
            letters++;
        else if (*p == ' ' || *p == '~')
            words += letters > 1, letters = 0;
        else
            letters = -100;
        if (*p == ' ' && letters < 0)
            letters = 0;
    }
    return words >= 3;
}

static void check_dissected(const char *row)
{
    const char *p = strstr(row, " z = ");
    if (p)
        claim(SUM, sum_holds(p + 5), row);
    check_curve(row);
    for (p = strstr(row, " * "); p; p = strstr(p + 1, " * ")) {
        const char *q = strstr(p, "= ");
        if (q)
            check_product(q + 2, row);
    }
}

/* The number that begins in this cell of a row, or in the one before. */
static bool number_in(const char *row, int x, struct number *out)
{
    char some[8] = "";
    if ((int)strlen(row) <= x)
        return false;
    x -= x > 0 && strchr("+-0", row[x - 1]) != NULL;
    snprintf(some, sizeof some, "%.6s", row + x);
    const char *p = some;
    return number(&p, out);
}

/* The rows " was" and " change" under C of the tape, column by column. */
static void check_cells(const struct grid *g, const struct frame *f)
{
    struct str row[3] = {{0}, {0}, {0}};
    struct across a = tape_columns(s, g->w);
    int found = 0;
    if (f->memory < 0 || !session_pin_count(s))
        return;
    row_of(g, f->memory, &row[0]);
    for (int y = f->body; y + 1 < g->h && !found; y++) {
        row_of(g, y + 1, &row[2]);
        found = strncmp(str_text(&row[2]) + strspn(str_text(&row[2]), " "), "change", 6) == 0 ? y : 0;
    }
    if (found)
        row_of(g, found, &row[1]);
    for (int t = a.first; found && t <= a.last; t++) {
        struct number now, was, change;
        int x = across_x(&a, t);
        if (!number_in(str_text(&row[1]), x, &was) || !number_in(str_text(&row[2]), x, &change))
            continue;
        bool holds = is(was, (double)session_value(s, RUN_BASE, at.layer, at.unit, VAL_C, t));
        if (number_in(str_text(&row[0]), x, &now))            /* what is to come is hidden on the tape */
            holds = holds && is(now, (double)session_value(s, RUN_PINNED, at.layer, at.unit, VAL_C, t))
                && fabs(now.v - was.v - change.v) <= change.half * 1.001;
        claim(CELLS, holds, str_text(&row[2]));
    }
    for (int k = 0; k < 3; k++)
        str_free(&row[k]);
}

static void check_picture(void)
{
    static const int sizes[][2] = {{40, 12}, {80, 24}, {120, 40}, {66, 20}, {100, 30}, {52, 16}};
    static const struct view *const shown[] = {&view_bars,       &view_dissect, &view_attribution, &view_ledger,
                                               &view_every_word, &view_sweep,   &view_whatif};
    const struct view *v = shown[random_below(&seed, sizeof shown / sizeof *shown)];
    const int *size = sizes[random_below(&seed, sizeof sizes / sizeof *sizes)];
    struct grid *g = grid_new(size[0], size[1], app.glyphs);
    struct str row = {0}, whole = {0};
    app_show_view(&app, v);
    app.message[0] = '\0';
    app_draw(&app, g, NULL, NULL);
    struct frame f = frame_plan(g->h, v->alone, v->say != NULL);
    for (int y = f.body; y < (f.strip >= 0 ? f.strip : f.hints >= 0 ? f.hints : g->h); y++) {
        row_of(g, y, &row);
        if (v == &view_dissect)
            check_dissected(str_text(&row));
        if (cut_sentence(str_text(&row))) {
            grid_dump_text(g, &whole);
            str_addf(&whole, "cut: %s", str_text(&row));
            if (getenv("FLSTM_CUTS"))
                fprintf(stderr, "CUT %s %dx%d %s\n", v->name, size[0], size[1], str_text(&row));
            claim(WHOLE, false, str_text(&whole));
            break;
        }
    }
    if (v == &view_whatif)
        check_cells(g, &f);
    claim(WHOLE, true, "");
    str_free(&row);
    str_free(&whole);
    grid_free(g);
}

/* ---- all of it --------------------------------------------------------------------------------------------------- */

static int look_at_states(void **state)
{
    (void)state;
    const char *wish = getenv("FLSTM_CLAIMS");
    long states = wish ? atol(wish) : 10000;
    enum { OF_ONE_MODEL = 40 };
    for (long n = 0; n < states; n++) {
        if (n % OF_ONE_MODEL == 0) {
            if (n)
                app_clear(&app);
            open_model();
        }
        random_state();
        check_words();
        check_why();
        check_explained();
        check_picture();
    }
    app_clear(&app);
    return 0;
}

static void all_hold(enum kind k)
{
    if (!tally[k].checked)
        fail_msg("nothing was said of this kind");
    if (tally[k].wrong)
        fail_msg("%ld of %ld are false, the first:\n%s", tally[k].wrong, tally[k].checked, tally[k].first);
    print_message("             %ld\n", tally[k].checked);
}

#define X(name, sentence) static void test_##name(void **state) { (void)state; all_hold(name); }
KINDS(X)
#undef X

int main(void)
{
#define X(kind, sentence) {sentence, test_##kind, NULL, NULL, NULL},
    const struct CMUnitTest tests[] = {KINDS(X)};
#undef X
    (void)kind_name;
    lstm_kernel_force("portable");
    return cmocka_run_group_tests(tests, look_at_states, NULL);
}
