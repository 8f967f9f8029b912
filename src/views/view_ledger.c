/* view_ledger.c: whose memory is this? The cell state of one unit, word by word, as a stacked bar of accounts: what
 * each earlier word wrote and the forget gates since have left of it. Below, one account through the words, factor by
 * factor. The books are kept in core/ledger.h: an identity, no method. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clamp.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "core/ledger.h"
#include "ui/widget.h"
#include "views/across.h"
#include "views/anatomy.h"
#include "views/cells.h"
#include "views/say.h"
#include "views/sums.h"

enum {
    STEPS = 2000,                 /* books are kept for the last so many steps: they take steps² numbers */
    HAND = -1                     /* the account of a C that was set by hand */
};
static const double SMALL = 0.005;    /* accounts below it stand together as the rest */

struct kept {
    unsigned long revision;       /* of the session; 0: nothing is kept */
    int layer, unit, steps;
    struct ledger l;
    char *letter;                 /* [steps + 1], owned: what an account is drawn with */
};

struct state {
    struct { int account; } chosen;       /* the step whose account is followed; 0: the largest at this word */
    struct kept kept;
};

static const struct setting settings[] = {
    {"account", SETTING_NUMBER, offsetof(struct state, chosen.account), 0, SETTING_MOST, NULL},
    {.name = NULL},
};

static void clear(void *state)
{
    struct kept *k = &((struct state *)state)->kept;
    ledger_clear(&k->l);
    free(k->letter);
    *k = (struct kept){0};
}

/* ---- letters: one a word that wrote, told apart ------------------------------------------------------------------ */

/* A letter of the word that no earlier account has, its first one if that can be; else a digit, else a plain mark. */
static char letter_for(const char *word, const bool taken[128])
{
    for (const char *c = word; *c; c++)
        if (((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z')) && !taken[(unsigned char)*c])
            return *c;
    for (int c = '1'; c <= '9'; c++)
        if (!taken[c])
            return (char)c;
    for (int c = 'a'; c <= 'z'; c++)
        if (!taken[c])
            return (char)c;
    return '+';
}

/* Does the account of step k ever show? */
static bool shows(const struct ledger *l, int k)
{
    return fabs(ledger_share(l, k, k)) >= SMALL;
}

static void give_letters(const struct session *s, struct kept *k)
{
    bool taken[128] = {['0'] = true};
    k->letter = xcalloc((size_t)k->steps + 1, 1);
    k->letter[0] = '0';
    for (int t = 1; t <= k->steps; t++) {
        k->letter[t] = shows(&k->l, t) ? letter_for(session_token(s, t), taken) : '+';
        taken[(unsigned char)k->letter[t]] = k->letter[t] != '+';
    }
}

static void prepare(const struct scene *scene, void *state, struct rect r)
{
    (void)r;
    struct kept *k = &((struct state *)state)->kept;
    const struct session *s = scene->session;
    const struct cursor *at = session_cursor(s);
    int steps = session_steps(s) < STEPS ? session_steps(s) : STEPS;
    const struct computation of = session_computation_to(s, RUN_PINNED, steps);
    if (k->revision == session_revision(s) && k->layer == at->layer && k->unit == at->unit)
        return;
    clear(state);
    if (at->step < 1 || !ledger_compute(&of, at->layer, at->unit, steps, &k->l))
        return;
    k->revision = session_revision(s);
    k->layer = at->layer, k->unit = at->unit, k->steps = steps;
    give_letters(s, k);
}

/* ---- accounts ---------------------------------------------------------------------------------------------------- */

/* One account after step t; `of` HAND for what was set by hand. */
static double balance(const struct kept *k, int t, int of)
{
    return of == HAND ? k->l.hand[t] : ledger_share(&k->l, t, of);
}

struct entry { int of; double value; };

static int larger_first(const void *p, const void *q)
{
    const struct entry *a = p, *b = q;
    double x = fabs(a->value), y = fabs(b->value);
    return x > y ? -1 : x < y ? 1 : a->of - b->of;
}

/* The accounts after step t that show, the largest first; *rest is the sum of all others, rounding included. Returns
 * how many. */
static int entries(const struct kept *k, int t, struct entry *out, double *rest)
{
    int n = 0;
    *rest = k->l.remainder[t];
    for (int of = HAND; of <= t; of++) {
        double v = balance(k, t, of);
        if (fabs(v) >= SMALL)
            out[n++] = (struct entry){of, v};
        else
            *rest += v;
    }
    qsort(out, (size_t)n, sizeof *out, larger_first);
    return n;
}

/* The largest account after step t; at least that of the word itself. */
static int largest(const struct kept *k, int t)
{
    int best = t;
    for (int of = HAND; of <= t; of++)
        if (fabs(balance(k, t, of)) > fabs(balance(k, t, best)))
            best = of;
    return best;
}

static int now(const struct session *s, const struct kept *k)
{
    int t = session_cursor(s)->step;
    return t < k->steps ? t : k->steps;
}

/* The account that is followed: the chosen one, as long as the cursor has not gone back before it; else the largest
 * that this word found, for what became of it is the question. */
static int followed(const struct session *s, const struct state *st)
{
    int t = now(s, &st->kept), found = t > 1 ? largest(&st->kept, t - 1) : t;
    if (st->chosen.account > 0 && st->chosen.account <= t)
        return st->chosen.account;
    return found == HAND && st->kept.l.hand_step[t] < 0 ? t : found;
}

/* The step at which an account was opened. */
static int opened(const struct kept *k, int of, int t)
{
    return of == HAND ? k->l.hand_step[t] : of;
}

static void add_owner(const struct session *s, int of, const struct glyphs *gl, struct str *out)
{
    if (of < 1) {
        str_add(out, of == HAND ? "what was set by hand" : "the initial state");
        return;
    }
    str_addc(out, '\'');
    say_token(s, of, gl, out);
    str_addc(out, '\'');
}

static char mark(const struct kept *k, int of)
{
    return of == HAND ? '*' : k->letter[of];
}

/* ---- words ------------------------------------------------------------------------------------------------------- */

/* " at 'then' (4.1% left)": where the account of `of` lost most of what it had, up to two places; how many. */
static int say_losses(const struct session *s, const struct kept *k, int of, int t, const struct glyphs *gl,
                      struct str *out)
{
    int said = 0, from = opened(k, of, t);
    double wrote = balance(k, from, of);
    for (int step = from + 1; step <= t && said < 2; step++) {
        double f = (double)session_value(s, RUN_PINNED, k->layer, k->unit, VAL_F, step);
        if (f >= 0.5 || fabs(balance(k, step - 1, of)) < SMALL * fabs(wrote))
            continue;
        str_add(out, said++ ? " and at " : " at ");
        add_owner(s, step, gl, out);
        str_addf(out, " (%.2g%% left)", 100 * balance(k, step, of) / wrote);
    }
    return said;
}

static void say_account(const struct session *s, const struct kept *k, int of, int t, const struct glyphs *gl,
                        struct str *out)
{
    int from = opened(k, of, t);
    double wrote = balance(k, from, of), left = balance(k, t, of);
    struct str places = {0};
    size_t start = out->len;
    add_owner(s, of, gl, out);
    if (of < 1)                                   /* it begins a sentence */
        out->s[start] = (char)(out->s[start] - 'a' + 'A');
    if (fabs(wrote) < SMALL)
        str_add(out, " is next to nothing.");
    else if (from == t)
        str_add(out, " has just been written.");
    else if (left == 0)
        str_add(out, " is gone, all of it.");
    else if (say_losses(s, k, of, t, gl, &places))
        str_addf(out, " was let go%s.", str_text(&places));
    else
        str_addf(out, " is still there, %.3g%% of what was written.", 100 * left / wrote);
    str_free(&places);
}

/* Do all terms that are not 0 show some digit? */
static bool all_show(const double *term, int n, int decimals)
{
    for (int j = 0; j < n; j++)
        if (term[j] != 0 && sums_printed(term[j], decimals) == 0)
            return false;
    return true;
}

/* "C is made of m +0.0005, t +0.0003, h -0.8418: together -0.8410.", with as many decimals as that takes; the followed
 * account is named however small. */
static void say_sum(const struct session *s, const struct kept *k, int of, const struct glyphs *gl, struct str *out)
{
    enum { NAMED = 5 };
    const int t = now(s, k);
    struct entry *e = xcalloc((size_t)k->steps + 3, sizeof *e);
    double rest, term[NAMED + 2], C = 0;
    char num[SUMS_MAX];
    int n = entries(k, t, e, &rest), d = 2, named = n < NAMED ? n : NAMED, mine = of;
    for (int j = 0; j < n; j++) {
        C += e[j].value;
        if (j < named)
            term[j] = e[j].value;
        mine = j < named && e[j].of == of ? 0 : mine;
    }
    if (mine > 0) {
        e[named] = (struct entry){of, balance(k, t, of)};
        term[named] = e[named].value;
        C += fabs(term[named]) < SMALL ? term[named] : 0;
        rest -= fabs(term[named]) < SMALL ? term[named] : 0;
        named++;
    }
    C += rest;
    while (d < 4 && (sums_rest(term, named, C, d) != 0 || !all_show(term, named, d)))
        d++;
    str_add(out, named ? " C is made of" : " No account of C reaches 0.005");
    for (int j = 0; j < named; j++) {
        str_add(out, j ? ", " : " ");
        if (mark(k, e[j].of) == '+')                  /* too small for a letter of its own */
            add_owner(s, e[j].of, gl, out);
        else
            str_addc(out, mark(k, e[j].of));
        str_addf(out, " %s", sums_number(num, term[j], d, true));
    }
    double left = sums_rest(term, named, C, d);
    if (left != 0)
        str_addf(out, ", rest %s", sums_number(num, left, d, true));
    str_addf(out, ": together %s.", sums_number(num, C, d, true));
    free(e);
}

/* "at 'he': f 0.0144 × C +0.0584 + i·g -0.8418 = -0.8410" */
static void say_step(const struct session *s, const struct kept *k, int t, const struct glyphs *gl, struct str *out)
{
    double f = (double)session_value(s, RUN_PINNED, k->layer, k->unit, VAL_F, t),
        C = (double)session_value(s, RUN_PINNED, k->layer, k->unit, VAL_C, t);
    double before = (double)session_value(s, RUN_PINNED, k->layer, k->unit, VAL_C_PREV, t);
    double written = (double)session_value(s, RUN_PINNED, k->layer, k->unit, VAL_WRITTEN, t);
    char num[SUMS_MAX];
    if (session_pinned(s, k->layer, k->unit, Q_C, t)) {
        str_add(out, "At ");
        add_owner(s, t, gl, out);
        str_addf(out, " C is set by hand: %s. ", sums_number(num, C, 2, true));
        return;
    }
    str_add(out, "At ");
    add_owner(s, t, gl, out);
    str_add(out, ": ");
    sums_step_text(&(struct sums_step){f, before, written, C, "C", ""}, gl, out);
    str_add(out, ". ");
}

static void tell(const struct scene *scene, const void *state, const struct glyphs *gl, struct str *out)
{
    const struct session *s = scene->session;
    const struct state *st = state;
    const struct kept *k = &st->kept;
    int t = now(s, k);
    if (!k->revision) {
        str_add(out, "There is no word yet, and nothing in the books.");
        return;
    }
    say_step(s, k, t, gl, out);
    int of = followed(s, st);
    say_account(s, k, of, t, gl, out);
    say_sum(s, k, of, gl, out);
}

/* ---- drawing ----------------------------------------------------------------------------------------------------- */

struct ctx {
    const struct scene *scene;
    const struct session *s;
    const struct state *st;
    const struct kept *k;
    struct grid *g;
    struct rect r;
    int t, of;                    /* the word of the cursor; the account that is followed */
    int word_w, bar_x, side;      /* cells of a word; where zero stands; cells to either side of it */
    double scale;
};

/* Is C after step t, what was written at `from`, or a forget gate of the steps behind it up to t asked for? Then an
 * account of those steps tells it. */
static bool asked(const struct ctx *c, int from, int t)
{
    const int layer = c->k->layer, unit = c->k->unit;
    bool any = scene_hides(c->scene, layer, unit, VAL_C, t) || scene_hides(c->scene, layer, unit, VAL_WRITTEN, from);
    for (int j = from + 1; j <= t && !any; j++)
        any = scene_hides(c->scene, layer, unit, VAL_F, j);
    return any;
}

/* The same of all accounts after step t. */
static bool asked_at(const struct ctx *c, int t)
{
    bool any = false;
    for (int from = 0; from <= t && !any; from++)
        any = asked(c, from, t);
    return any;
}

static enum pen pen_of(const struct ctx *c, enum value v, int t)
{
    return value_pen(c->scene, &(struct place){c->k->layer, c->k->unit, v, t});
}

static double scale_of(const struct kept *k)
{
    double most = 0;
    for (int t = 0; t <= k->steps; t++) {
        double up = 0, down = 0;
        for (int of = HAND; of <= t; of++) {
            double v = balance(k, t, of);
            *(v > 0 ? &up : &down) += v;
        }
        most = fmax(most, fmax(up, -down));
    }
    return (double)widget_scale((float)most);
}

static int cells(const struct ctx *c, double v)
{
    int n = (int)floor(v / c->scale * c->side + 0.5);
    return clamp_int(n, 0, c->side);
}

/* The accounts that are above zero to the right of it, those below to the left, the largest nearest to zero. */
static void draw_stack(const struct ctx *c, int y, const struct entry *e, int n)
{
    if (c->g->pen == PEN_COVER) {
        grid_put(c->g, c->bar_x + 1, y, '?', ROLE_LABEL, 0);
        return;
    }
    for (int sign = 1; sign >= -1; sign -= 2) {
        double sum = 0;
        for (int j = 0; j < n; j++) {
            if (e[j].value * sign <= 0)
                continue;
            int from = cells(c, sum), to = cells(c, sum += fabs(e[j].value));
            enum role role = e[j].of == HAND ? ROLE_PINNED : e[j].of == c->of ? ROLE_C : ROLE_TEXT;
            for (int x = from; x < to; x++)
                grid_put(c->g, c->bar_x + sign * (x + 1), y, (uint32_t)mark(c->k, e[j].of), role,
                         e[j].of == c->of ? ATTR_BOLD : 0);
        }
        if (sum > 0 && cells(c, sum) == 0)
            grid_put(c->g, c->bar_x + sign, y, sign > 0 ? c->g->glyphs->bar_end : c->g->glyphs->bar_begin, ROLE_TEXT,
                     0);
    }
}

static void draw_made_of(const struct ctx *c, int x, int y, const struct entry *e, int n)
{
    char num[SUMS_MAX];
    int end = c->r.x + c->r.w - 1;
    for (int j = 0; j < n && x + 7 <= end; j++, x += 9) {
        enum role role = e[j].of == HAND ? ROLE_PINNED : e[j].of == c->of ? ROLE_C : ROLE_TEXT;
        grid_put(c->g, x, y, (uint32_t)mark(c->k, e[j].of), role, ATTR_BOLD);
        grid_text(c->g, x + 2, y, 6, ROLE_NUMBER, 0, sums_number(num, e[j].value, 2, true));
    }
}

static int number_x(const struct ctx *c)
{
    return c->bar_x + c->side + 3;
}

static void draw_word(const struct ctx *c, int y, int t)
{
    struct grid *g = c->g;
    struct entry *e = xcalloc((size_t)c->k->steps + 2, sizeof *e);
    double rest;
    bool here = t == c->t, star = session_pinned(c->s, c->k->layer, c->k->unit, Q_C, t);
    int n = entries(c->k, t, e, &rest), x = c->r.x + 1;
    struct str word = {0}, cut = {0};
    char num[SUMS_MAX];
    if (here)
        cells_pointer(g, x, y);
    say_token(c->s, t, g->glyphs, &word);
    utf8_cut(&cut, str_text(&word), c->word_w - 1, g->glyphs->ascii);
    grid_put(g, x + 2, y, (uint32_t)(shows(&c->k->l, t) ? c->k->letter[t] : ' '), t == c->of ? ROLE_C : ROLE_TEXT,
             ATTR_BOLD);
    grid_text(g, x + 4, y, c->word_w - 1, here ? ROLE_TOKEN_NOW : ROLE_TOKEN, here ? ATTR_BOLD : 0, str_text(&cut));
    enum pen old = grid_pen(g, pen_of(c, VAL_F, t)), C = pen_of(c, VAL_C, t), made = asked_at(c, t) ? PEN_COVER : C;
    widget_gate(num, sizeof num, session_value(c->s, RUN_PINNED, c->k->layer, c->k->unit, VAL_F, t), 6);
    grid_text_right(g, x + 4 + c->word_w + 6, y, 6, ROLE_NUMBER, 0, num + strspn(num, " "));
    grid_pen(g, made);
    grid_put(g, c->bar_x - c->side - 1, y, g->glyphs->bar_begin, ROLE_AXIS, 0);
    grid_put(g, c->bar_x, y, g->glyphs->zero, ROLE_AXIS, 0);
    grid_put(g, c->bar_x + c->side + 1, y, g->glyphs->bar_end, ROLE_AXIS, 0);
    draw_stack(c, y, e, n);
    grid_pen(g, C);
    sums_number(num, (double)session_value(c->s, RUN_PINNED, c->k->layer, c->k->unit, VAL_C, t), 2, true);
    int nx = number_x(c);
    grid_textf(g, nx, y, 9, star ? ROLE_PINNED : ROLE_NUMBER, here || star ? ATTR_BOLD : 0, here ? "[%s%s]" : " %s%s",
               num, star ? "*" : "");
    grid_pen(g, made);
    draw_made_of(c, nx + 10, y, e, n);
    grid_pen(g, old);
    str_free(&word);
    str_free(&cut);
    free(e);
}

static void draw_heading(const struct ctx *c, int y)
{
    struct grid *g = c->g;
    char low[SUMS_MAX], high[SUMS_MAX];
    sums_number(low, -c->scale, c->scale < 1, true);
    sums_number(high, c->scale, c->scale < 1, true);
    grid_text_right(g, c->r.x + 5 + c->word_w + 6, y, 6, ROLE_LABEL, 0, "f_t");
    grid_text(g, c->bar_x - c->side, y, 6, ROLE_DIM, 0, low);
    grid_put(g, c->bar_x, y, '0', ROLE_DIM, 0);
    grid_text_right(g, c->bar_x + c->side + 1, y, 6, ROLE_DIM, 0, high);
    grid_text(g, number_x(c) + 1, y, 8, ROLE_LABEL, 0, "C_t");
    grid_text(g, number_x(c) + 10, y, c->r.w, ROLE_DIM, 0, "made of");
}

/* Steps low … high in `rows` rows around `at`. */
static int first_of(int low, int high, int at, int rows)
{
    int first = at - rows / 2;
    first = first > high - rows + 1 ? high - rows + 1 : first;
    return first < low ? low : first;
}

/* One row of the account: what is left of it after step t, and by which factor that is less than after step `before`
 * (-1: none). */
static void draw_left(const struct ctx *c, int y, int t, int before)
{
    struct grid *g = c->g;
    int origin = opened(c->k, c->of, c->t);
    double wrote = balance(c->k, origin, c->of), left = balance(c->k, t, c->of),
        from = before >= 0 ? balance(c->k, before, c->of) : 0;
    struct str word = {0}, cut = {0};
    char num[SUMS_MAX], percent[32];
    int x = c->r.x + 5, bar = 2 * c->side + 3;
    enum pen old = grid_pen(g, asked(c, origin, t) ? PEN_COVER : pen_of(c, VAL_C, t));
    if (before >= 0 && t - before > 1)
        str_addf(&word, "%d words", t - before);
    else if (t == 0)
        str_add(&word, "C_0");
    else
        say_token(c->s, t, g->glyphs, &word);
    utf8_cut(&cut, str_text(&word), c->word_w - 1, g->glyphs->ascii);
    grid_text(g, x, y, c->word_w - 1, t == c->t ? ROLE_TOKEN_NOW : ROLE_TOKEN, t == c->t ? ATTR_BOLD : 0,
              str_text(&cut));
    if (before >= 0)
        grid_textf(g, x + c->word_w - 2, y, 9, ROLE_NUMBER, 0, "%s %s", g->glyphs->times,
                   widget_gate(num, sizeof num, from != 0 ? (float)(left / from) : 0, 5));
    if (wrote != 0)
        widget_bar(g, c->bar_x - c->side - 1, y, bar, (struct bar){(float)(left / wrote), NAN, 0, 1, ROLE_C});
    grid_text(g, number_x(c), y, 9, ROLE_NUMBER, 0, sums_number(num, left, 4, true));
    if (t == origin)
        snprintf(percent, sizeof percent, "all of it");
    else
        snprintf(percent, sizeof percent, "%.3g%%", wrote != 0 ? 100 * left / wrote : 0);
    grid_text(g, number_x(c) + 10, y, 12, ROLE_DIM, 0, percent);
    grid_pen(g, old);
    str_free(&word);
    str_free(&cut);
}

/* From the word that wrote to the word of the cursor; where that is too long, the words before the last ones in one
 * row, whose factor is the product of theirs. */
static void draw_account(const struct ctx *c, int y, int rows)
{
    char num[SUMS_MAX];
    struct str owner = {0};
    int before = -1, t = opened(c->k, c->of, c->t);
    if (rows < 2)
        return;
    add_owner(c->s, c->of, c->g->glyphs, &owner);
    int n = grid_textf(c->g, c->r.x + 1, y, c->r.w - 2, ROLE_LABEL, 0, "what is left of %s", str_text(&owner));
    struct str written = {0};
    str_addf(&written, "(written %s)", sums_number(num, balance(c->k, t, c->of), 3, true));
    enum pen old = grid_pen(c->g, asked(c, t, t) ? PEN_COVER : pen_of(c, VAL_WRITTEN, t));
    say_whole(c->g, c->r.x + 1 + n + 3, y, c->r.w - 5 - n, ROLE_LABEL, 0, str_text(&written));
    grid_pen(c->g, old);
    str_free(&written);
    str_free(&owner);
    for (int row = 1; row < rows && t <= c->t; row++) {
        int left = rows - row;                    /* rows for what is still to be said, this one too */
        if (before >= 0 && c->t - t + 1 > left)
            t = c->t - left + 1;
        draw_left(c, y + row, t, before);
        before = t++;
    }
}

static void draw_one_line(const struct ctx *c)
{
    struct entry *e = xcalloc((size_t)c->k->steps + 2, sizeof *e);
    double rest;
    int n = entries(c->k, c->t, e, &rest), x = c->r.x;
    char num[SUMS_MAX];
    enum pen old = grid_pen(c->g, pen_of(c, VAL_C, c->t));
    x += grid_textf(c->g, x, c->r.y, c->r.w, ROLE_NUMBER, ATTR_BOLD, "%s",
                    sums_number(num, (double)session_value(c->s, RUN_PINNED, c->k->layer, c->k->unit, VAL_C, c->t), 2,
                                true));
    grid_pen(c->g, asked_at(c, c->t) ? PEN_COVER : c->g->pen);
    draw_made_of(c, x + 1, c->r.y, e, n);
    grid_pen(c->g, old);
    free(e);
}

static void draw(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    const struct session *s = scene->session;
    const struct state *st = state;
    const struct kept *k = &st->kept;
    if (!k->revision) {
        grid_wrap(g, rect_inset(r, r.w > 12 ? 2 : 0, r.h > 4 ? 1 : 0), ROLE_DIM, 0,
                  session_steps(s) ? "There is not enough memory for the books of this sentence."
                  : "There is no word yet. Type :text and a sentence.");
        return;
    }
    struct ctx c = {.scene = scene, .s = s, .st = st, .k = k, .g = g, .r = r, .t = now(s, k), .of = followed(s, st),
                    .scale = scale_of(k)};
    bool wide = r.w >= 60;
    c.word_w = r.w >= 100 ? 12 : wide ? 9 : 7;
    c.side = r.w >= 100 ? 24 : wide ? 15 : 5;
    c.bar_x = r.x + 5 + c.word_w + 7 + c.side + 1;
    if (r.h < 4 || r.w < 36) {
        draw_one_line(&c);
        return;
    }
    char unit[ANATOMY_LABEL];
    int y = r.y, T = k->steps;
    say_unit_name(s, k->layer, k->unit, unit);
    grid_textf(g, r.x + 1, y++, r.w - 2, ROLE_TEXT, ATTR_BOLD,
               wide ? "C of %s, word by word, and whose it is" : "C of %s: whose is it?", unit);
    draw_heading(&c, y++);
    int room = r.h - 2, account = c.t - opened(k, c.of, c.t) + 2;       /* its head too */
    int words = T, below = room - words - 1;
    if (below < account) {                        /* not both whole: the account keeps five rows where there is the
                                                   * room */
        int least = room >= 14 ? 6 : room >= 9 ? 4 : 0;
        below = account < least ? account : least;
        below = room - 1 - T > below ? room - 1 - T : below;
        words = room - below - (below > 0);
        words = words > T ? T : words;
    }
    int first = first_of(1, T, c.t, words);
    for (int row = 0; row < words; row++)
        draw_word(&c, y + row, first + row);
    if (below >= 2)
        draw_account(&c, y + words + 1, below);
}

/* ---- keys -------------------------------------------------------------------------------------------------------- */

/* The next account, up or down the words, that ever shows. */
static enum view_reply move(struct session *s, void *state, bool other, struct err *e)
{
    (void)e;
    struct state *st = state;
    if (!st->kept.revision)
        return VIEW_IGNORED;
    int t = now(s, &st->kept), of = followed(s, st), by = other ? 1 : -1;
    for (int k = of + by; k >= 1 && k <= t; k += by)
        if (shows(&st->kept.l, k)) {
            st->chosen.account = k;
            break;
        }
    return VIEW_REDRAW;
}

static enum view_reply go_there(struct session *s, void *state, bool other, struct err *e)
{
    (void)other, (void)e;
    struct state *st = state;
    if (!st->kept.revision)
        return VIEW_IGNORED;
    int at = opened(&st->kept, followed(s, st), now(s, &st->kept));
    session_goto(s, at > 0 ? at : 1);
    return VIEW_GOTO_BARS;
}

static const struct view_key keys[] = {
    {"prev-account next-account", "<Up> k", "<Down> j", "follow the account of another word", "account", KEY_PAIR, move,
     NULL},
    {.keys = "<Tab>", .hint = "unit"},
    {"go", "<Enter>", NULL, "go to the word that wrote it", "go there", 0, go_there, NULL},
    {.keys = NULL},
};

const struct view view_ledger = {
    .name = "ledger",
    .title = "ledger",
    .about = "whose memory this is: which word wrote what is left",
    .strip = "ledger",
    .rank = 6,
    .whole = true,
    .all_steps = true,
    .help = "Whose memory is this? C_t = f C_t-1 + i g, put into itself from the first word on, is a sum: what each "
            "word wrote, i g, times every forget gate since (Levy and others 2018). A bar a word shows C as the "
            "accounts of the words before, each drawn with a letter of the word that wrote it; those under 0.005 are "
            "left out of the bar and counted as the rest. Below, one account: how much of it each word's forget gate "
            "let through. A cell state set by hand (*) closes all accounts and opens one of its own. This is an "
            "identity: nothing is estimated. What it does not say: why the gates were as they were.",
    .key = 'M',
    .state_size = sizeof(struct state),
    .settings_size = offsetof(struct state, kept),
    .settings = settings,
    .keys = keys,
    .prepare = prepare,
    .draw = draw,
    .tell = tell,
    .clear = clear,
};
