/* say.c: see say.h. */
#include "views/say.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

/* ---- what things are called -------------------------------------------------------------------------------------- */

bool say_characters(const struct session *s)
{
    const struct vocab *v = session_model(s)->vocab;
    return v && v->kind == VOCAB_CHAR;
}

const char *say_noun(const struct session *s, bool many)
{
    static const char *const nouns[3][2] = {{"step", "steps"}, {"character", "characters"}, {"word", "words"}};
    bool steps = !session_model(s)->vocab || lstm_backward(session_net(s), session_cursor(s)->layer);
    return nouns[steps ? 0 : say_characters(s) ? 1 : 2][many];
}

const char *say_next(const struct session *s)
{
    const struct model *m = session_model(s);
    if (!m->vocab || m->label || m->net->bidirectional)
        return "output";
    return say_characters(s) ? "next character" : "next word";
}

void say_nothing(const struct session *s, struct str *out)
{
    str_addf(out, "There is no %s yet.", say_noun(s, false));
}

void say_draw_nothing(const struct session *s, struct grid *g, struct rect r)
{
    struct str text = {0};
    say_nothing(s, &text);
    str_add(&text, session_model(s)->vocab ? " Type :text and a sentence, or start with --text."
                                           : " Start with --inputs FILE.");
    grid_wrap(g, rect_inset(r, r.w > 20 ? 2 : 0, r.h > 6 ? 1 : 0), ROLE_DIM, 0, str_text(&text));
    str_free(&text);
}

/* Where the sentence before `end` ends, or what stands in it before a semicolon; 0 when there is none. A full stop
 * between blanks is a word. */
static size_t sentence_before(const char *text, size_t end)
{
    for (size_t k = end; k-- > 1;)
        if (k + 1 < end && strchr(".?!;", text[k]) && text[k + 1] == ' ' && text[k - 1] != ' ' && text[k - 1] != '.')
            return k + (text[k] != ';');
    return 0;
}

int say_whole(struct grid *g, int x, int y, int max, enum role role, unsigned attr, const char *text)
{
    return utf8_text_width(text) <= max ? grid_text(g, x, y, max, role, attr, text) : 0;
}

int say_wrap(struct grid *g, struct rect r, enum role role, unsigned attr, const char *text)
{
    struct str some = {0};
    int lines = 0;
    for (size_t end = strlen(text); end; end = sentence_before(text, end)) {
        str_clear(&some);
        str_addn(&some, text, end);
        if (grid_wrap_lines(r.w, str_text(&some)) <= r.h) {
            lines = grid_wrap(g, r, role, attr, str_text(&some));
            break;
        }
    }
    str_free(&some);
    return lines;
}

const char *say_unit_name(const struct session *s, int layer, int unit, char buf[SAY_UNIT])
{
    char label[32];
    const char *name = model_unit_name(session_model(s), layer, unit);
    snprintf(buf, SAY_UNIT, "%s%s", name && *name ? "" : "unit ", session_unit_label(s, layer, unit, label));
    return buf;
}

void say_unit(const struct session *s, int layer, int unit, struct str *out)
{
    char buf[SAY_UNIT];
    str_add(out, say_unit_name(s, layer, unit, buf));
}

/* ---- tokens ------------------------------------------------------------------------------------------------------ */

static void add_code_point(struct str *out, uint32_t cp)
{
    char bytes[5];
    str_addn(out, bytes, utf8_encode(cp, bytes));
}

void say_text(const char *token, bool is_char, const struct glyphs *gl, struct str *out)
{
    size_t n = strlen(token), len;
    bool blank = is_char || strspn(token, " ") == n;
    for (size_t i = 0; i < n; i += len) {
        uint32_t cp = utf8_decode(token + i, n - i, &len);
        if (cp == '\n')
            str_add(out, gl->newline);
        else if (cp == '\t')
            str_add(out, gl->tab);
        else if (cp == ' ' && blank)
            str_add(out, gl->space);
        else if (utf8_hidden(cp) || (cp == UTF8_BAD && len == 1))
            add_code_point(out, gl->hidden);
        else
            str_addn(out, token + i, len);
    }
}

void say_token(const struct session *s, int t, const struct glyphs *gl, struct str *out)
{
    say_text(session_token(s, t), say_characters(s), gl, out);
    if (session_is_unknown(s, t))
        str_addc(out, '?');
}

static void cut(struct str *whole, int cells, const struct glyphs *gl, struct str *out)
{
    utf8_cut(out, str_text(whole), cells, gl->ascii);
    str_free(whole);
}

void say_token_cut(const struct session *s, int t, int cells, const struct glyphs *gl, struct str *out)
{
    struct str whole = {0};
    say_token(s, t, gl, &whole);
    cut(&whole, cells, gl, out);
}

void say_quoted(const struct session *s, int t, const struct glyphs *gl, struct str *out)
{
    str_addc(out, '\'');
    say_token(s, t, gl, out);
    str_addc(out, '\'');
}

void say_tokens(const struct session *s, int from, int to, const struct glyphs *gl, struct str *out)
{
    for (int t = from; t <= to; t++) {
        if (t > from && !say_characters(s))
            str_addc(out, ' ');
        say_token(s, t, gl, out);
    }
}

void say_output(const struct session *s, int output, const struct glyphs *gl, struct str *out)
{
    char buf[16];
    say_text(model_label(session_model(s), output, buf), say_characters(s), gl, out);
}

void say_output_quoted(const struct session *s, int output, const struct glyphs *gl, struct str *out)
{
    str_addc(out, '\'');
    say_output(s, output, gl, out);
    str_addc(out, '\'');
}

void say_output_cut(const struct session *s, int output, int cells, const struct glyphs *gl, struct str *out)
{
    struct str whole = {0};
    say_output(s, output, gl, &whole);
    cut(&whole, cells, gl, out);
}

void say_half_life(const struct session *s, long long kept, long long steps, double half, struct str *out)
{
    if (!kept) {
        str_addf(out, " Its f never keeps (above 0.5) in %lld %s: nothing lasts.", steps, say_noun(s, steps != 1));
        return;
    }
    str_addf(out, " Its f keeps (above 0.5) at %lld of %lld %s; at their rate ", kept, steps, say_noun(s, true));
    if (isinf(half))
        str_add(out, "nothing is lost.");
    else
        str_addf(out,
                 half < 100 ? "half of a memory is left after %.1f %s." : "half of a memory is left after %.0f %s.",
                 half, say_noun(s, true));
}

static float hard_keras2(float z) { return fmaxf(0, fminf(1, 0.2f * z + 0.5f)); }
static float hard_keras3(float z) { return fmaxf(0, fminf(1, (z + 3) / 6)); }

static float not_sigmoid(float z) { return 1 - lstm_sigmoid(z); }
static float not_hard_keras2(float z) { return 1 - hard_keras2(z); }
static float not_hard_keras3(float z) { return 1 - hard_keras3(z); }

static bool is_coupled(const struct session *s, int layer, enum quantity gate)
{
    return lstm_source(session_net(s), layer, gate) != gate;
}

float (*say_curve(const struct session *s, int layer, enum quantity gate))(float)
{
    static float (*const gates[GATE_FUNCTIONS])(float) = {
        [GATE_SIGMOID] = lstm_sigmoid, [GATE_HARD_KERAS2] = hard_keras2, [GATE_HARD_KERAS3] = hard_keras3,
    };
    static float (*const falling[GATE_FUNCTIONS])(float) = {
        [GATE_SIGMOID] = not_sigmoid, [GATE_HARD_KERAS2] = not_hard_keras2, [GATE_HARD_KERAS3] = not_hard_keras3,
    };
    const enum gate_function f = session_net(s)->layer[layer].gate_function;
    if (gate == Q_G)
        return session_net(s)->layer[layer].sigma_candidate ? lstm_sigmoid : lstm_tanh;
    return is_coupled(s, layer, gate) ? falling[f] : gates[f];
}

const char *say_squash(const struct session *s, int layer, enum quantity gate, const struct glyphs *gl)
{
    if (gate == Q_G)
        return session_net(s)->layer[layer].sigma_candidate ? gl->sigma : "tanh";
    bool hard = session_net(s)->layer[layer].gate_function != GATE_SIGMOID;
    if (is_coupled(s, layer, gate))
        return hard ? "1 - clip" : *gl->sigma == 's' ? "1 - sigma" : "1 - \xCF\x83";
    return hard ? "clip" : gl->sigma;
}

const char *say_layer(const struct session *s, int layer, const struct glyphs *gl, char buf[SAY_LAYER])
{
    const struct lstm *net = session_net(s);
    if (net->bidirectional)
        snprintf(buf, SAY_LAYER, "%d%s", layer / 2 + 1, lstm_backward(net, layer) ? gl->from : gl->to);
    else
        snprintf(buf, SAY_LAYER, "%d", layer + 1);
    return buf;
}

void say_below(const struct session *s, int layer, struct str *out)
{
    str_addf(out, "layer %d", session_net(s)->bidirectional ? layer / 2 : layer);
}

const char *say_direction(const struct session *s, int layer)
{
    const struct lstm *net = session_net(s);
    return !net->bidirectional ? NULL : lstm_backward(net, layer) ? "reads backward" : "reads forward";
}
