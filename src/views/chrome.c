/* chrome.c: what surrounds every view.
 *
 * From top to bottom: the title, the sentence as a tape (with the selected unit's cell state under each word where there
 * is room), the view, the status line (or the prompt), the hints. Each gives way in the order in which it is least
 * missed as the terminal gets smaller; at one row only the most telling line is left.
 */
#include "views/chrome.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "views/words.h"

/* What there is room for: rows, -1 where a part is left out. */
struct plan { int title, tape, memory, was, body, body_h, status, hints; };

static struct plan plan_rows(int h, bool pinned, bool alone)
{
    struct plan p = {.title = -1, .tape = -1, .memory = -1, .was = -1, .status = -1, .hints = -1};
    int top = 0, bottom = h;
    if (h >= 5)
        p.hints = --bottom;
    if (h >= 9)
        p.status = --bottom;
    if (h >= 4)
        p.title = top++;
    if (h >= 6 && !alone)
        p.tape = top++;
    if (h >= 20 && !alone)
        p.memory = top++;
    if (h >= 26 && pinned && !alone)
        p.was = top++;
    if (h >= 30)
        top++;
    p.body = top;
    p.body_h = bottom - top;
    return p;
}

static struct plan plan_of(const struct scene *scene, const struct view *view, int h)
{
    return plan_rows(h, session_pin_count(scene->session) > 0, view->alone);
}

struct rect scene_body(const struct scene *scene, const struct view *view, int w, int h)
{
    struct plan p = plan_of(scene, view, h);
    return (struct rect){0, p.body, w, p.body_h};
}

/* The title line of a view that is not about the session. */
static void draw_heading(const struct scene *scene, const struct view *view, const void *state, struct grid *g, int y)
{
    struct str left = {0}, right = {0};
    view->heading(scene, state, g->glyphs, &left, &right);
    grid_fill(g, (struct rect){0, y, g->w, 1}, ' ', ROLE_TITLE, 0);
    int n = grid_text(g, 1, y, g->w - 2, ROLE_TITLE, ATTR_BOLD, str_text(&left)), w = utf8_text_width(str_text(&right));
    if (w && n + w + 4 <= g->w)
        grid_text_right(g, g->w - 1, y, w, ROLE_TITLE, 0, str_text(&right));
    str_free(&left);
    str_free(&right);
}

/* "gender · trained · layer 1/2, 8 units, 8 inputs": brief, without the inputs, and then without any size. */
static void title_left(const struct session *s, const struct grid *g, int brief, struct str *out)
{
    const struct model *m = session_model(s);
    const struct lstm *net = session_net(s);
    const struct lstm_layer *l = &net->layer[session_cursor(s)->layer];
    const char *dot = g->glyphs->middle_dot;
    str_clear(out);
    str_addf(out, "%s %s %s", m->name, dot, provenance_name(m->provenance));
    if (g->w < 64 || (brief == 2 && net->layers == 1))
        return;
    str_addf(out, " %s ", dot);
    if (net->layers > 1)
        str_addf(out, brief < 2 ? "layer %d/%d, " : "layer %d/%d", session_cursor(s)->layer + 1, net->layers);
    if (brief < 2)
        str_addf(out, "%d unit%s", l->hidden, l->hidden == 1 ? "" : "s");
    if (brief < 1)
        str_addf(out, ", %d input%s", l->in, l->in == 1 ? "" : "s");
}

static void draw_title(const struct scene *scene, const struct view *view, struct grid *g, int y)
{
    const struct session *s = scene->session;
    const struct model *m = session_model(s);
    const struct cursor *at = session_cursor(s);
    struct str left = {0}, token = {0}, mid = {0};

    grid_fill(g, (struct rect){0, y, g->w, 1}, ' ', ROLE_TITLE, 0);
    bool chars = m->vocab && m->vocab->kind == VOCAB_CHAR;
    if (at->step > 0) {
        struct str whole = {0};
        words_token(session_token(s, at->step), chars, g->glyphs, &whole);
        utf8_cut(&token, str_text(&whole), g->w / 5 > 12 ? g->w / 5 : 12, g->glyphs->ascii);
        str_free(&whole);
    }
    str_addf(&mid, "t=%d/%d", at->step, session_steps(s));
    if (at->step > 0)
        str_addf(&mid, " '%s'", str_text(&token));

    char pins[48] = "", rate[32] = "";
    if (session_pin_count(s))
        snprintf(pins, sizeof pins, "%zu pinned", session_pin_count(s));
    if (scene->playing)
        snprintf(rate, sizeof rate, "playing %.1f/s", scene->rate / 10.0);
    else if (scene->present)
        snprintf(rate, sizeof rate, "presenting");
    /* The sizes of the layer give way to what was done to it. */
    int mid_w = utf8_text_width(str_text(&mid)), state_w = (*pins ? (int)strlen(pins) + 3 : 0) + (*rate ? (int)strlen(rate) + 3 : 0);
    for (int brief = 0; brief < 3; brief++) {
        title_left(s, g, brief, &left);
        if (!state_w || 1 + utf8_text_width(str_text(&left)) + mid_w + state_w + 3 <= g->w)
            break;
    }
    /* Right to left: theme, view, state, pins; each only where it does not touch the text on the left. */
    int right = g->w - 1, taken = 1 + utf8_text_width(str_text(&left));
    if (g->w < 64)
        taken = 0;                          /* the step matters more than the model's name */
    struct { const char *text; enum role role; bool wanted; } parts[] = {
        {pins, ROLE_PINNED, true},
        {rate, ROLE_TITLE, true},
        {view->title, ROLE_TITLE, strcmp(view->name, "bars") != 0},
        {scene->theme, ROLE_DIM, g->w >= 78},
    };
    int used = 0;
    for (size_t k = 0; k < sizeof parts / sizeof *parts; k++)
        if (parts[k].wanted && parts[k].text && *parts[k].text && taken + mid_w + used + utf8_text_width(parts[k].text) + 6 <= g->w)
            used += utf8_text_width(parts[k].text) + 3;
        else
            parts[k].wanted = false;
    for (int k = (int)(sizeof parts / sizeof *parts) - 1; k >= 0; k--)
        if (parts[k].wanted) {
            int w = utf8_text_width(parts[k].text);
            grid_text(g, right - w, y, w, parts[k].role, parts[k].role == ROLE_PINNED ? ATTR_BOLD : 0, parts[k].text);
            right -= w + 3;
        }
    int mid_x = g->w < 64 ? 1 : taken + (right - taken - mid_w) / 2;
    if (g->w >= 64)
        grid_text(g, 1, y, right - mid_w - 2, ROLE_TITLE, ATTR_BOLD, str_text(&left));
    if (mid_x < 1)
        mid_x = 1;
    int room = right - mid_x;
    int n = grid_text(g, mid_x, y, room, ROLE_TITLE, ATTR_BOLD, str_text(&mid));
    if (g->w < 64 && room - n > 8)
        grid_text_right(g, right, y, room - n - 2, ROLE_TITLE, 0, str_text(&left));
    str_free(&left);
    str_free(&token);
    str_free(&mid);
}

static bool step_has_pin(const struct session *s, int t)
{
    size_t n;
    const struct pin *p = session_pins(s, &n);
    size_t lo = 0, hi = n;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (p[mid].step < t)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < n && p[lo].step == t;
}

/* Cells word t takes on the tape: the word, a blank or bracket on either side, and under it a number. */
static int tape_cells(const struct session *s, int t, bool chars, int least, const struct glyphs *gl)
{
    struct str w = {0};
    words_token(session_token(s, t), chars, gl, &w);
    int cells = utf8_text_width(str_text(&w));
    str_free(&w);
    if (cells > 24)
        cells = 24;
    cells += 2;
    return cells < least ? least : cells;
}

static void draw_tape(const struct scene *scene, struct grid *g, const struct plan *p)
{
    const struct session *s = scene->session;
    const struct model *m = session_model(s);
    const struct cursor *at = session_cursor(s);
    int T = session_steps(s);
    if (T == 0) {
        grid_text(g, 2, p->tape, g->w - 3, ROLE_DIM, 0, "no words yet - type :text She came out and played");
        return;
    }
    bool chars = m->vocab && m->vocab->kind == VOCAB_CHAR;
    bool numbers = p->memory >= 0 && session_net(s)->layers > 0;
    char label[32], name[32];
    int gutter = 1;
    if (numbers) {
        snprintf(label, sizeof label, "C %s", session_unit_label(s, at->layer, at->unit, name));
        gutter = utf8_text_width(label) + 3;
        gutter = gutter > 16 ? 16 : gutter < 7 ? 7 : gutter;
    }
    int least = numbers ? 7 : chars ? 3 : 4, room = g->w - gutter - 1;

    /* The window of words around the current one: grow to both sides while there is room. */
    int first = at->step, last = at->step, used = tape_cells(s, at->step, chars, least, g->glyphs);
    for (bool grew = true; grew;) {
        grew = false;
        if (last < T) {
            int c = tape_cells(s, last + 1, chars, least, g->glyphs);
            if (used + c <= room) {
                used += c;
                last++;
                grew = true;
            }
        }
        if (first > 1) {
            int c = tape_cells(s, first - 1, chars, least, g->glyphs);
            if (used + c <= room) {
                used += c;
                first--;
                grew = true;
            }
        }
    }
    /* Spread what is left over so that a short sentence breathes. */
    int spare = (room - used) / (last - first + 1);
    if (spare > 4)
        spare = 4;
    int x = gutter;
    if (first > 1)
        grid_put(g, gutter - 1, p->tape, g->glyphs->cut, ROLE_DIM, 0);
    for (int t = first; t <= last; t++) {
        int w = tape_cells(s, t, chars, least, g->glyphs) + spare;
        struct str word = {0};
        words_token(session_token(s, t), chars, g->glyphs, &word);
        int cells = utf8_text_width(str_text(&word));
        if (cells > w - 2)
            cells = w - 2;
        int wx = x + (w - cells) / 2;
        bool now = t == at->step;
        if (now) {
            grid_put(g, wx - 1, p->tape, '[', ROLE_TOKEN_NOW, ATTR_BOLD);
            grid_put(g, wx + cells, p->tape, ']', ROLE_TOKEN_NOW, ATTR_BOLD);
        }
        grid_text(g, wx, p->tape, cells, now ? ROLE_TOKEN_NOW : ROLE_TOKEN, now ? ATTR_BOLD : 0, str_text(&word));
        if (step_has_pin(s, t))
            grid_put(g, wx + cells + (now ? 1 : 0), p->tape, '*', ROLE_PINNED, ATTR_BOLD);
        str_free(&word);
        if (numbers) {
            /* What has not been reached yet is shown too, but quietly: it is the same sentence. */
            bool hidden = scene->reveal && (t > at->step || (t == at->step && at->sub < SUB_C));
            float c = session_value(s, RUN_PINNED, at->layer, at->unit, VAL_C, t);
            float base = session_value(s, RUN_BASE, at->layer, at->unit, VAL_C, t);
            char num[16];
            widget_number(num, sizeof num, c, 5, 2, true);
            bool differs = !(c - base < 0.005f && base - c < 0.005f);
            bool pinned = session_pinned(s, at->layer, at->unit, Q_C, t);
            int nx = x + (w - 5) / 2;
            if (hidden)
                grid_put(g, nx + 2, p->memory, g->glyphs->unknown, ROLE_DIM, 0);
            else
                grid_text(g, nx, p->memory, 5, pinned ? ROLE_PINNED : differs ? ROLE_DIFF : t == at->step ? ROLE_C : ROLE_DIM,
                          t == at->step ? ATTR_BOLD : 0, num);
            if (p->was >= 0 && differs && !hidden) {
                widget_number(num, sizeof num, base, 5, 2, true);
                grid_text(g, nx, p->was, 5, ROLE_GHOST, 0, num);
            }
        }
        x += w;
    }
    if (last < T)
        grid_put(g, g->w - 1, p->tape, g->glyphs->cut, ROLE_DIM, 0);
    if (numbers) {
        grid_text(g, 1, p->memory, gutter - 2, ROLE_LABEL, 0, label);
        if (p->was >= 0 && session_pin_count(s))
            grid_text(g, 1, p->was, gutter - 2, ROLE_GHOST, 0, "  was");
    }
}

enum { HINTS_MAX = 64 };

/* The view's own hints where it has some. */
static int hints_of(const struct scene *scene, const struct view *view, const struct key_help *rows[], int most)
{
    int n = 0;
    if (view->hints)
        for (; n < most && view->hints[n].keys; n++)
            rows[n] = &view->hints[n];
    else
        for (; n < most && n < scene->hint_count; n++)
            rows[n] = scene->hints[n];
    return n;
}

/* While presenting, what is locked is not offered. */
static int in_presentation(const struct key_help *rows[])
{
    static const struct key_help some[] = {
        {.keys = "<F5>", .hint = "end presentation"}, {.keys = ".", .hint = "blank"}, {.keys = "<PgUp>", .hint = "sub-step"},
        {.keys = "<PgDn>", .hint = "sub-step"}, {.keys = "<Left>", .hint = "word"}, {.keys = "<Right>", .hint = "word"}, {.keys = "?", .hint = "help"},
        {.keys = "<Space>", .hint = "play"}, {.keys = "a", .hint = "all rows"}, {.keys = "d", .hint = "dissect"}, {.keys = "m", .hint = "timeline"},
    };
    int n = (int)(sizeof some / sizeof *some);
    for (int k = 0; k < n; k++)
        rows[k] = &some[k];
    return n;
}

static void draw_hints(const struct scene *scene, const struct view *view, struct grid *g, int y, const struct prompt *prompt)
{
    static const struct key_help accept = {.keys = "<Enter>", .hint = "accept"}, cancel = {.keys = "<Esc>", .hint = "cancel"};
    static const struct key_help yes = {.keys = "y", .hint = "yes"}, no = {.keys = "n", .hint = "no"}, save = {.keys = "w", .hint = "save first"};
    static const struct key_help *const in_prompt[] = {&accept, &cancel}, *const in_question[] = {&yes, &no, &save};
    const struct key_help *own[HINTS_MAX], *const *hints = own;
    int n = hints_of(scene, view, own, HINTS_MAX), x = 1;
    bool asking = prompt && prompt->active;
    if (scene->present && !view->hints)
        n = in_presentation(own);
    if (asking)
        hints = prompt->letter ? in_question : in_prompt, n = prompt->letter ? 3 : 2;
    for (int k = 0; k < n;) {
        /* Neighbours with the same word share it: "←→:word". */
        struct str keys = {0};
        int j = k;
        for (; j < n && strcmp(hints[j]->hint, hints[k]->hint) == 0; j++) {
            char shown[16];
            const char *p = hints[j]->keys;
            int key = key_parse(&p);
            key_show(key, g->glyphs->ascii, shown);
            if (keys.len && utf8_text_width(shown) > 2)
                str_addc(&keys, ' ');           /* "PgUp PgDn" are two; "+-" and "<-->" need no telling */
            str_add(&keys, shown);
        }
        int kw = utf8_text_width(str_text(&keys)), hw = utf8_text_width(hints[k]->hint);
        if (x + kw + 1 + hw > g->w) {
            str_free(&keys);
            break;
        }
        x += grid_text(g, x, y, kw, ROLE_HINT_KEY, ATTR_BOLD, str_text(&keys));
        grid_put(g, x++, y, ':', ROLE_HINT, 0);
        x += grid_text(g, x, y, hw, ROLE_HINT, 0, hints[k]->hint);
        x += 2;
        str_free(&keys);
        k = j;
    }
    if (asking && prompt->note && x < g->w)
        grid_text(g, x, y, g->w - x, ROLE_HINT, 0, prompt->note);
}

enum { SENTENCE_H = 15 };

/* What there is to say, and how. Returns the role, or ROLE_COUNT for nothing. */
static enum role status_text(const struct scene *scene, const struct view *view, int h, const struct glyphs *gl, struct str *out)
{
    const struct model *m = session_model(scene->session);
    double largest;
    bool within;
    if (scene->message && *scene->message) {
        str_add(out, scene->message);
        return scene->message_is_error ? ROLE_BAD : ROLE_WARN;
    }
    if (view->alone)
        return ROLE_COUNT;
    /* Where the main view has no line for the sentence about the unit, it is told here: more than what the model is. */
    const struct cursor *at = session_cursor(scene->session);
    if (h < SENTENCE_H && view == view_find("bars") && at->step > 0 && session_net(scene->session)->outputs > 0 && !scene->reveal) {
        words_unit_brief(scene->session, RUN_PINNED, at->layer, at->unit, at->step, false, out);
        return ROLE_TEXT;
    }
    if (words_overflow(scene->session, RUN_PINNED, at->step, gl, out))
        return ROLE_BAD;
    if (scene->scenario) {
        str_addf(out, "scenario %s%s%s", scene->scenario, scene->scenario_about ? ": " : "", scene->scenario_about ? scene->scenario_about : "");
        return ROLE_DIM;
    }
    if (m->provenance == PROVENANCE_HAND_SET) {
        str_add(out, "hand-set weights: chosen by a person to be easy to follow, not learnt");
        return ROLE_DIM;
    }
    if (session_parity(scene->session, &largest, &within)) {
        str_addf(out, within ? "parity: agrees with the values its file expects, to %.1e" : "no parity: differs by %.1e from the values its file expects", largest);
        return within ? ROLE_GOOD : ROLE_BAD;
    }
    /* The first sentence of what the file says about itself, when it is whole. */
    const char *stop = strstr(m->about, ". ");
    size_t n = stop ? (size_t)(stop - m->about) + 1 : strlen(m->about);
    if (n && n < 200) {
        utf8_clean(out, m->about, n);
        return ROLE_DIM;
    }
    return ROLE_COUNT;
}

/* One line; a message too long for it takes up to two more above, over the view, until the next key. */
static void draw_status(const struct scene *scene, const struct view *view, struct grid *g, int y)
{
    struct str text = {0};
    enum role role = status_text(scene, view, g->h, g->glyphs, &text);
    bool message = scene->message && *scene->message;
    int w = g->w - 2, lines = grid_wrap_lines(w, str_text(&text)), most = !message || g->h < 10 ? 1 : g->h < 16 ? 2 : 3;
    lines = lines > most ? most : lines;
    if (role != ROLE_COUNT && lines > 1) {
        struct rect r = {0, y - lines + 1, g->w, lines};
        grid_fill(g, r, ' ', ROLE_TEXT, 0);
        grid_wrap(g, (struct rect){1, r.y, w, lines}, role, ATTR_BOLD, str_text(&text));
    } else if (role != ROLE_COUNT) {
        grid_text(g, 1, y, w, role, message ? ATTR_BOLD : 0, str_text(&text));
    }
    str_free(&text);
}

void scene_draw(const struct scene *scene, const struct view *view, const void *state, const struct prompt *prompt,
                struct grid *g, int *cursor_x, int *cursor_y)
{
    int cx = -1, cy = -1;
    grid_clear(g);
    if (g->w > 0 && g->h > 0) {
        struct plan p = plan_of(scene, view, g->h);
        if (p.title >= 0 && view->heading)
            draw_heading(scene, view, state, g, p.title);
        else if (p.title >= 0)
            draw_title(scene, view, g, p.title);
        if (p.tape >= 0)
            draw_tape(scene, g, &p);
        struct rect body = scene_body(scene, view, g->w, g->h);
        struct rect old = grid_clip(g, body);
        /* Where no view has room to say anything, the selected value is what is left of all of them. */
        if (body.w < 8 || body.h < 2)
            view_find("bars")->draw(scene, NULL, g, body);
        else
            view->draw(scene, state, g, body);
        g->clip = old;
        bool asking = prompt && prompt->active;
        int line = p.status >= 0 ? p.status : g->h - 1;
        if (asking) {
            grid_fill(g, (struct rect){0, line, g->w, 1}, ' ', ROLE_PROMPT, 0);
            prompt_draw(g, 1, line, g->w - 2, prompt, &cx);
            cy = line;
        } else if (p.status >= 0) {
            draw_status(scene, view, g, p.status);
        } else if (scene->message && *scene->message && g->h > 1) {
            grid_fill(g, (struct rect){0, g->h - 1, g->w, 1}, ' ', ROLE_TEXT, 0);
            draw_status(scene, view, g, g->h - 1);
        }
        bool covered = p.status < 0 && (asking || (scene->message && *scene->message));
        if (p.hints >= 0 && !covered)
            draw_hints(scene, view, g, p.hints, prompt);
    }
    if (cursor_x)
        *cursor_x = cx;
    if (cursor_y)
        *cursor_y = cy;
}
