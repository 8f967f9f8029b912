/* edit.c: see edit.h. A text is taken apart from both ends: the quantity and the unit in front, the value behind the
 * last "=", so that a word of the sequence may hold any character. */
#include "session/edit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "session/session_private.h"

/* How a quantity is spelled; what begins alike stands with the longer one first. */
static const struct {
    const char *name;
    enum quantity q;
} spelling[] = {
    {"C~", Q_G}, {"C\xCC\x83", Q_G}, {"f", Q_F}, {"i", Q_I}, {"g", Q_G}, {"o", Q_O}, {"C", Q_C}, {"c", Q_C}, {"h", Q_H},
};

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

bool edit_layer(const struct session *s, const char **at, int *layer, const struct origin *o, struct err *e)
{
    const char *p = *at, *dot = strchr(p, '.');
    *layer = 0;
    if (p[0] != 'l' || !digit(p[1]) || !dot || strspn(p + 1, "0123456789") != (size_t)(dot - p - 1))
        return true;
    char *number = xstrndup(p + 1, (size_t)(dot - p - 1));
    long n;
    bool ok = num_parse_int(number, 1, s->model->net->layers, &n);
    if (ok) {
        *layer = (int)n - 1;
        *at = dot + 1;
    } else {
        err_set(e, o->source, o->text, "expected a layer from 1 to %d, found %s", s->model->net->layers, number);
    }
    free(number);
    return ok;
}

bool edit_value(const char *text, float *value, const struct origin *o, struct err *e)
{
    double v;
    if (!num_parse_typed(text, &v) || !isfinite((float)v))
        return err_set(e, o->source, o->text, "expected a finite number as the value, found \"%s\"", text);
    *value = (float)v;
    return true;
}

static bool is_number(const char *text)
{
    if (*text == '-' || *text == '+')
        text++;
    return *text && strspn(text, "0123456789") == strlen(text);
}

/* ---- units ------------------------------------------------------------------------------------------------------ */

/* A few of the names there are: ", or a name (gender, number …)". */
static void name_some(const struct session *s, int layer, struct str *out)
{
    enum { SOME = 4 };
    int shown = 0, hidden = s->model->net->layer[layer].hidden;
    for (int u = 0; u < hidden; u++) {
        const char *name = model_unit_name(s->model, layer, u);
        if (!name)
            continue;
        if (shown == SOME) {
            str_add(out, ", \xE2\x80\xA6");
            break;
        }
        str_addf(out, "%s%s", shown++ ? ", " : " or a name (", name);
    }
    if (shown)
        str_addc(out, ')');
}

static int unit_of(const struct session *s, int layer, const char *text, const struct origin *o, struct err *e)
{
    int hidden = s->model->net->layer[layer].hidden;
    long n;
    if (num_parse_int(text, 1, hidden, &n))
        return (int)n - 1;
    for (int u = 0; u < hidden && !is_number(text); u++) {
        const char *name = model_unit_name(s->model, layer, u);
        if (name && !strcmp(name, text))
            return u;
    }
    struct str names = {0};
    name_some(s, layer, &names);
    const char *quote = is_number(text) ? "" : "\"";
    err_set(e, o->source, o->text, "expected a unit from 1 to %d%s, found %s%s%s", hidden, str_text(&names), quote,
            text, quote);
    str_free(&names);
    return -1;
}

int edit_unit(const struct session *s, int layer, const char *text, const char *source, struct err *e)
{
    return unit_of(s, layer, text, &(struct origin){source, NULL}, e);
}

/* ---- steps ------------------------------------------------------------------------------------------------------ */

/* The word as typed, or as the vocabulary reads it ("she" finds "She"); never by way of the unknown token. */
static int first_word(const struct session *s, const char *text)
{
    const struct tokens *tokens = &s->sequence->tokens;
    for (int t = 1; t <= tokens->n; t++)
        if (!strcmp(tokens_text(tokens, t - 1), text))
            return t;
    const struct vocab *v = s->model->vocab;
    int id = v ? vocab_find(v, text) : -1;
    for (int t = 1; t <= tokens->n && id >= 0 && id != v->unknown; t++)
        if (tokens->id[t - 1] == id)
            return t;
    return -1;
}

/* The step of a layer that reads it. */
static int step_of_word(const struct session *s, int layer, const char *text)
{
    int word = first_word(s, text);
    return word < 0 ? word : lstm_word(s->model->net, layer, word, s->sequence->n);
}

static int step_of(const struct session *s, int layer, const char *text, int least, const struct origin *o,
                   struct err *e)
{
    int steps = session_steps(s);
    long n;
    if (num_parse_int(text, least, steps, &n))
        return (int)n;
    int t = is_number(text) ? -1 : step_of_word(s, layer, text);
    if (t >= 0)
        return t;
    if (steps < least)
        err_set(e, o->source, o->text, "the sequence is empty: there is no step %s", text);
    else if (is_number(text))
        err_set(e, o->source, o->text, "expected a step from %d to %d, found %s", least, steps, text);
    else
        err_set(e, o->source, o->text,
                "expected a step from %d to %d, or a word of the sequence for its first occurrence, found \"%s\"",
                least, steps, text);
    return -1;
}

int edit_step(const struct session *s, const char *text, const char *source, struct err *e)
{
    return step_of(s, s->cursor.layer, text, 1, &(struct origin){source, NULL}, e);
}

/* Steps that are edited as one. */
struct range { int layer, first, last; };

/* One end of a range: a number or a word. -1 when it is none. */
static int end_of_range(const struct session *s, int layer, const char *text, size_t n, int least)
{
    char *word = xstrndup(text, n);
    long number;
    int t = num_parse_int(word, least, session_steps(s), &number) ? (int)number
                                                                  : is_number(word) ? -1 : step_of_word(s, layer, word);
    free(word);
    return t;
}

/* "*" (every step), "2-" (to the last), "3-5", also with words: "She-and". A hyphen may be part of a word, so each is
 * tried. "-4" is none: it would read a slip of the sign as a range. */
static bool range_of(const struct session *s, const char *text, int least, struct range *r)
{
    int steps = session_steps(s);
    r->first = 1, r->last = steps;
    if (!strcmp(text, "*"))
        return steps > 0;
    for (const char *p = *text ? strchr(text + 1, '-') : NULL; p; p = strchr(p + 1, '-')) {
        r->first = end_of_range(s, r->layer, text, (size_t)(p - text), least);
        r->last = p[1] ? end_of_range(s, r->layer, p + 1, strlen(p + 1), least) : steps;
        if (r->last >= 0 && r->first > r->last && lstm_backward(s->model->net, r->layer)) {
            int first = r->last;          /* two words in the order of the text are read the other way round */
            r->last = r->first;
            r->first = first;
        }
        if (r->first >= 0 && r->last >= r->first)
            return true;
    }
    return false;
}

/* A step or several. A word of the sequence that looks like a range is a word. */
static bool steps_of(const struct session *s, const char *text, int least, struct range *r, const struct origin *o,
                     struct err *e)
{
    bool word = !is_number(text) && strcmp(text, "*") != 0 && first_word(s, text) >= 0;
    if (!word && range_of(s, text, least, r))
        return true;
    r->first = r->last = step_of(s, r->layer, text, least, o, e);
    return r->first >= 0;
}

/* ---- whole edits ------------------------------------------------------------------------------------------------- */

/* An edit taken apart; the texts are owned. */
struct parts {
    int layer;
    enum quantity q;
    char *unit;                   /* NULL: all of them */
    char *step, *value;
};

static void parts_clear(struct parts *p)
{
    free(p->unit);
    free(p->step);
    free(p->value);
}

static bool take_quantity(const char **at, enum quantity *q)
{
    for (size_t k = 0; k < sizeof spelling / sizeof *spelling; k++) {
        size_t n = strlen(spelling[k].name);
        if (!strncmp(*at, spelling[k].name, n) && ((*at)[n] == '[' || (*at)[n] == '@')) {
            *q = spelling[k].q;
            *at += n;
            return true;
        }
    }
    return false;
}

static bool take_apart(const struct session *s, struct parts *p, const struct origin *o, struct err *e)
{
    const char *at = o->text, *equals = strrchr(o->text, '=');
    if (!edit_layer(s, &at, &p->layer, o, e))
        return false;
    if (!equals)
        return err_set(e, o->source, o->text, "expected an edit like f[2]@5=0, found no \"=\"");
    if (!take_quantity(&at, &p->q))
        return err_set(e, o->source, o->text, "expected f, i, g, o, C or h, then [UNIT] or @STEP, as in f[2]@5=0");
    if (*at == '[') {
        const char *close = strstr(at, "]@");
        if (!close || close > equals)
            return err_set(e, o->source, o->text, "expected [UNIT]@STEP=VALUE, as in f[2]@5=0");
        p->unit = xstrndup(at + 1, (size_t)(close - at - 1));
        at = close + 1;
    }
    if (equals < at + 1)
        return err_set(e, o->source, o->text, "expected @STEP=VALUE, as in f[2]@5=0");
    p->step = xstrndup(at + 1, (size_t)(equals - at - 1));
    p->value = xstrdup(equals + 1);
    return true;
}

/* May the user repeat it to force it? On the command line of the program, yes; in an option or a file, no. */
static bool repeatable(const char *source)
{
    return !source || !*source || *source == ':';
}

/* One unit, or all of a layer (-1), at some steps. force: a value outside of what the quantity can have is wanted. */
struct wanted { int unit; struct range steps; float value; bool force; };

static bool pin_units(struct session *s, const struct parts *p, const struct wanted *w, const struct origin *o,
                      struct err *e)
{
    struct str reason = {0};
    bool outside, fine = pin_reason(p->q, w->value, &outside, &reason);
    if (!fine && !(outside && w->force))
        err_set(e, o->source, o->text, "%s%s", str_text(&reason), repeatable(o->source) ? " (repeat to force)" : "");
    else
        fine = true;
    str_free(&reason);
    if (!fine)
        return false;
    bool all = w->unit < 0;
    int first = all ? 0 : w->unit, end = all ? s->model->net->layer[p->layer].hidden : w->unit + 1;
    session_begin(s);
    size_t mark = session_mark(s);
    struct err why = {0};
    for (int t = w->steps.first; t <= w->steps.last; t++)
        for (int u = first; u < end && fine; u++)
            fine = session_pin(s, (struct place){p->layer, u, (enum value)p->q, t}, w->value, w->force, &why);
    if (!fine) {
        session_rollback(s, mark);
        err_set(e, o->source, o->text, "%s", why.text);
    }
    session_end(s);
    return fine;
}

bool edit_apply(struct session *s, const char *text, const char *source, bool force, struct err *e)
{
    struct origin o = {source, text};
    struct parts p = {0};
    struct wanted w = {.unit = -1, .force = force};
    bool ok = take_apart(s, &p, &o, e);
    if (ok && p.unit)
        ok = (w.unit = unit_of(s, p.layer, p.unit, &o, e)) >= 0;
    w.steps.layer = p.layer;
    if (ok)
        ok = steps_of(s, p.step, p.q == Q_C || p.q == Q_H ? 0 : 1, &w.steps, &o, e);
    ok = ok && edit_value(p.value, &w.value, &o, e) && pin_units(s, &p, &w, &o, e);
    parts_clear(&p);
    return ok;
}

/* How many pins from v[0] on make up a whole vector of one value; 0 when they do not. */
static size_t whole_vector(const struct session *s, const struct pin *v, size_t n)
{
    size_t hidden = (size_t)s->model->net->layer[v->layer].hidden;
    if (hidden < 2 || n < hidden)
        return 0;
    for (size_t k = 1; k < hidden; k++)
        if (v[k].step != v->step || v[k].layer != v->layer || v[k].q != v->q || !same_bits(v[k].value, v->value))
            return 0;
    return hidden;
}

void edit_write_pins(const struct session *s, void (*each)(void *to, const char *text), void *to)
{
    struct str text = {0};
    for (size_t k = 0; k < s->pins.n;) {
        const struct pin *p = &s->pins.v[k];
        size_t whole = whole_vector(s, p, s->pins.n - k);
        str_clear(&text);
        if (p->layer)
            str_addf(&text, "l%d.", p->layer + 1);
        str_add(&text, quantity_name(p->q));
        if (!whole)
            str_addf(&text, "[%d]", p->unit + 1);
        str_addf(&text, "@%d=", p->step);
        str_add_float(&text, p->value);
        each(to, str_text(&text));
        k += whole ? whole : 1;
    }
    str_free(&text);
}
