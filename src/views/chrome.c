/* chrome.c: the frame around every view, which never moves from view to view.
 *
 * From top to bottom: the title, the sentence as a tape and the selected unit's cell state under it (views/tape.c),
 * the view, three rows of words, the strip of views with their keys, the hints. What is said takes the last row of
 * words and pushes nothing. Each part gives way in the order in which it is least missed as the terminal gets
 * smaller; at one row only the most telling line is left.
 */
#include "views/chrome.h"

#include <stdio.h>
#include <string.h>

#include "base/clamp.h"
#include "base/utf8.h"
#include "views/lesson_frame.h"
#include "views/tape.h"
#include "views/offers.h"
#include "views/say.h"
#include "views/steps.h"
#include "views/value.h"
#include "views/welcome.h"
#include "views/words.h"
#include "views/spot.h"

struct frame frame_plan(int h, bool alone, bool says)
{
    struct frame f = {.title = -1, .tape = -1, .memory = -1, .words = -1, .strip = -1, .hints = -1};
    int top = 0, bottom = h;
    if (h >= 5)
        f.hints = --bottom;
    if (h >= 10)
        f.strip = --bottom;
    if (h >= 4)
        f.title = top++;
    if (h >= 6 && !alone)
        f.tape = top++;
    if (h >= 11 && !alone)
        f.memory = top++;
    f.words_h = alone ? h >= 9 : h >= 20 ? 3 : h >= 12 ? 2 : h >= 9 ? 1 : 0;
    f.words = f.words_h ? bottom - f.words_h : -1;
    f.body = top;
    f.body_h = (says && !alone ? bottom - f.words_h : bottom) - top;
    return f;
}

enum { LARGE_W = 80, LARGE_H = 24 };

/* The part of a picture that a view for a room takes, in its middle. */
static struct rect large_area(int w, int h)
{
    int lw = w < LARGE_W ? w : LARGE_W, lh = h < LARGE_H ? h : LARGE_H;
    return (struct rect){(w - lw) / 2, (h - lh) / 2, lw, lh};
}

static struct frame frame_of(const struct view *view, int h)
{
    if (view->large) {                            /* what is said covers the rows above its last one */
        struct frame f = {.title = -1, .tape = -1, .memory = -1, .strip = -1, .hints = h >= 5 ? h - 1 : -1};
        f.words_h = h >= 20 ? 3 : h >= 12 ? 2 : h >= 9 ? 1 : 0;
        f.words = f.words_h ? h - 2 - f.words_h : -1;
        f.body_h = f.hints < 0 ? h : h - 1;
        return f;
    }
    return frame_plan(h, view->alone, view_says(view));
}

/* A lesson frames every view but those that are about the program. */
static const struct lesson_look *lesson_of(const struct scene *scene, const struct view *view)
{
    return view->alone || view->large ? NULL : scene->lesson;
}

static struct lesson_plan lesson_plan_of(const struct lesson_look *l, const struct view *view, int w, int h)
{
    struct frame f = frame_of(view, h);
    return lesson_plan(l, w, h, f.body, f.strip, f.hints);
}

struct rect scene_body(const struct scene *scene, const struct view *view, int w, int h)
{
    struct rect all = view->large ? large_area(w, h) : (struct rect){0, 0, w, h};
    struct frame f = frame_of(view, all.h);
    if (lesson_of(scene, view))
        return lesson_plan_of(scene->lesson, view, w, h).body;
    return (struct rect){all.x, all.y + f.body, all.w, f.body_h};
}

/* ---- the title --------------------------------------------------------------------------------------------------- */

/* The title line of a view that is not about the session. */
static void draw_heading(const struct scene *scene, const struct view *view, const void *state, struct grid *g, int y)
{
    struct str left = {0}, right = {0};
    view->heading(scene, state, g->glyphs, &left, &right);
    int n = grid_text(g, 1, y, g->w - 2, ROLE_TITLE, ATTR_BOLD, str_text(&left)), w = utf8_text_width(str_text(&right));
    if (w && n + w + 4 <= g->w)
        grid_text_right(g, g->w - 1, y, w, ROLE_TITLE, 0, str_text(&right));
    str_free(&left);
    str_free(&right);
}

/* "gender · trained · 8 units", "news · 2 layers of 650", in at most `room` cells: the sizes give way first. */
static void title_left(const struct scene *scene, const struct glyphs *gl, int room, struct str *out)
{
    const struct session *s = scene->session;
    const struct model *m = session_model(s);
    const struct lstm *net = session_net(s);
    const char *dot = gl->middle_dot;
    char size[48];
    int H = net->layers > 0 ? net->layer[0].hidden : 0;
    bool same = true;
    for (int k = 1; k < net->layers; k++)
        same = same && net->layer[k].hidden == H;
    if (net->bidirectional)
        snprintf(size, sizeof size, same ? "%d layer%s both ways of %d" : "%d layer%s both ways", net->layers / 2,
                 net->layers == 2 ? "" : "s", H);
    else if (net->layers > 1 && same)
        snprintf(size, sizeof size, "%d layers of %d", net->layers, H);
    else if (net->layers > 1)
        snprintf(size, sizeof size, "%d layers", net->layers);
    else
        snprintf(size, sizeof size, "%d unit%s", H, H == 1 ? "" : "s");
    /* What was chosen by hand is said before how much of it there is; of what was learnt, layers matter more. */
    bool imported = m->provenance == PROVENANCE_IMPORTED && strcmp(m->format, "native") != 0;
    bool sizes_first = net->layers > 1 && m->provenance != PROVENANCE_HAND_SET && !imported;
    /* Of weights from elsewhere it matters most whether they are read right. */
    const char *origin = imported ? session_reading_name(session_reading(s)) : provenance_name(m->provenance);
    char version[32];
    if (scene->version) {                 /* what is watched changes: which of them it is says more */
        snprintf(version, sizeof version, scene->version > 1 ? "version %d" : "watched", scene->version);
        origin = version;
        sizes_first = false;
    }
    const char *facts[2] = {sizes_first ? size : origin, sizes_first ? origin : size};
    for (int n = 2; n >= 0; n--) {
        str_clear(out);
        str_add(out, m->name);
        for (int k = 0; k < n; k++)
            str_addf(out, " %s %s", dot, facts[k]);
        if (utf8_text_width(str_text(out)) <= room)
            return;
    }
    struct str whole = {0};
    str_add(&whole, m->name);
    str_clear(out);
    utf8_cut(out, str_text(&whole), room, gl->ascii);
    str_free(&whole);
}

/* Where the parts of the title begin, by the width of the picture: always the same columns. */
static const struct { int from, view, step; } title_columns[] = {{110, 44, 70}, {64, 32, 48}, {40, 14, 24}, {0, 0, 1}};

/* " x 0.25 -1.5 …": the numbers that this step takes in, as many as have room. */
static bool title_input(const struct session *s, int room, const struct glyphs *gl, struct str *out)
{
    const float *x = session_inputs(s)[session_word(s, session_cursor(s)->step) - 1];
    struct str list = {0};
    int shown = 0, E = session_net(s)->embed;
    for (; shown < E; shown++) {
        struct str one = {0};
        str_addf(&one, " %.4g", (double)x[shown]);
        int more = shown + 1 < E ? 1 + utf8_text_width(gl->etc) : 0;
        bool fits = utf8_text_width(str_text(&list)) + utf8_text_width(str_text(&one)) + more + 2 <= room;
        str_add(&list, fits ? str_text(&one) : "");
        str_free(&one);
        if (!fits)
            break;
    }
    if (shown)
        str_addf(out, " x%s%s%s", str_text(&list), shown < E ? " " : "", shown < E ? gl->etc : "");
    str_free(&list);
    return shown > 0;
}

static void title_step(const struct session *s, const struct glyphs *gl, int room, struct str *out)
{
    const struct cursor *at = session_cursor(s);
    char name[SAY_LAYER];
    if (session_net(s)->bidirectional)
        str_addf(out, "%s ", say_layer(s, at->layer, gl, name));
    str_addf(out, "t=%d/%d", at->step, session_steps(s));
    int left = room - utf8_text_width(str_text(out)) - 3;
    if (at->step < 1 || left < 1)
        return;
    if (!session_model(s)->vocab && title_input(s, left, gl, out))
        return;
    struct str whole = {0}, token = {0};
    say_token(s, at->step, gl, &whole);
    utf8_cut(&token, str_text(&whole), left, gl->ascii);
    str_addf(out, " '%s'", str_text(&token));
    str_free(&whole);
    str_free(&token);
}

/* Tensors of the file that nothing uses stand at the right end, then pins; what else is going on before them, where
 * it fits. */
static int draw_title_right(const struct scene *scene, struct grid *g, int y, int room)
{
    char pins[48] = "", what[32] = "", unused[32] = "";
    int lost = session_model(scene->session)->unused_count;
    if (lost)
        snprintf(unused, sizeof unused, "%d not used", lost);
    if (session_pin_count(scene->session))
        snprintf(pins, sizeof pins, "%zu pinned", session_pin_count(scene->session));
    const int steps = session_steps(scene->session), behind = session_behind(scene->session);
    if (behind)
        snprintf(what, sizeof what, "computing %.0f%%", 100.0 * (steps - behind < 0 ? 0 : steps - behind) / steps);
    else if (scene->playing)
        snprintf(what, sizeof what, "playing %.1f/s", scene->rate / 10.0);
    else if (scene->present)
        snprintf(what, sizeof what, "presenting");
    int right = g->w - 1, n = (int)strlen(pins), m = (int)strlen(what), u = (int)strlen(unused);
    if (u) {                              /* tensors of the file: it stands whatever else there is */
        grid_text_right(g, right, y, u, ROLE_BAD, ATTR_BOLD, unused);
        right -= u + 2;
    }
    if (behind && n + 2 + m > room)
        n = 0;                            /* for a moment; what is missing is said first */
    if (n && n <= room) {
        grid_text_right(g, right, y, n, ROLE_PINNED, ATTR_BOLD, pins);
        right -= n + 2;
        room -= n + 2;
    }
    if (m && m <= room) {
        grid_text_right(g, right, y, m, ROLE_TITLE, 0, what);
        right -= m + 2;
    }
    return right;
}

/* "2 The forget gate", "page 9 of 11", "7 of 8 right": in the columns of model, step and pins. */
static void draw_lesson_title(const struct lesson_look *l, struct grid *g, int y, int view_x, int step_x)
{
    int score = utf8_text_width(l->score);
    if (view_x)
        grid_text(g, 1, y, step_x - 3, ROLE_TITLE, ATTR_BOLD, l->title);
    grid_text(g, step_x, y, g->w - step_x - 1, ROLE_TITLE, 0, l->page);
    if (step_x + utf8_text_width(l->page) + score + 3 <= g->w)
        grid_text_right(g, g->w - 1, y, score, ROLE_TITLE, ATTR_BOLD, l->score);
}

static void draw_title(const struct scene *scene, const struct view *view, struct grid *g, int y)
{
    struct str text = {0};
    int k = 0;
    while (g->w < title_columns[k].from)
        k++;
    int view_x = title_columns[k].view, step_x = title_columns[k].step;
    enum { STEP_MIN = 12 };
    int right = draw_title_right(scene, g, y, g->w - 2 - step_x - STEP_MIN - 1);
    if (lesson_of(scene, view)) {
        draw_lesson_title(scene->lesson, g, y, view_x, step_x);
        return;
    }
    if (view_x) {
        title_left(scene, g->glyphs, view_x - 3, &text);
        grid_text(g, 1, y, view_x - 3, ROLE_TITLE, ATTR_BOLD, str_text(&text));
        grid_text(g, view_x, y, step_x - view_x - 1, ROLE_TITLE, 0, view->title);
    }
    str_clear(&text);
    title_step(scene->session, g->glyphs, right - step_x, &text);
    grid_text(g, step_x, y, right - step_x, ROLE_TITLE, ATTR_BOLD, str_text(&text));
    str_free(&text);
}

/* ---- the strip of views ------------------------------------------------------------------------------------------ */

/* The key that opens a view now, as people write it; "" when none does. */
static const char *strip_key(const struct scene *scene, const struct view *v, char buf[16])
{
    char plain[16], now[SCENE_KEYS];
    const char *keys = v->key > ' ' ? scene_keys(scene, NULL, key_name(v->key, plain), now) : "";
    return key_show(key_next(&keys), scene->glyphs && scene->glyphs->ascii, buf);
}

/* "d dissect", or the letter alone; the main view has no letter. */
static void strip_entry(const struct scene *scene, const struct view *v, bool letters, struct str *out)
{
    char buf[16];
    const char *key = strip_key(scene, v, buf);
    str_add(out, key);
    if (!letters || !*key)
        str_addf(out, "%s%s", *key ? " " : "", v->strip ? v->strip : v->title);
}

/* Cells from one entry to the next: a blank on either side for its brackets; letters share theirs. */
static int strip_width(const struct scene *scene, const struct view *v, bool letters)
{
    struct str text = {0};
    strip_entry(scene, v, letters, &text);
    int w = utf8_text_width(str_text(&text));
    str_free(&text);
    return w + (letters && w == 1 ? 1 : 2);
}

int strip_views(const struct scene *scene, const struct view *open, int w, bool letters, const struct view *shown[],
                int most)
{
    int n = 0, used = letters ? 1 : 0;
    w -= strip_width(scene, &view_list, letters);           /* the list of all has the last place */
    most--;
    for (int rank = 1; n < most; rank++) {
        const struct view *next = NULL;         /* ranks may have gaps: the lowest that is left */
        for (int k = 0; k < view_count; k++)
            if (views[k]->strip && views[k] != &view_list && views[k]->rank >= rank
                && (!next || views[k]->rank < next->rank))
                next = views[k];
        if (!next)
            break;
        rank = next->rank;
        if (used + strip_width(scene, next, letters) > w)
            break;
        used += strip_width(scene, next, letters);
        shown[n++] = next;
    }
    bool there = open == &view_list;
    for (int k = 0; k < n; k++)
        there = there || shown[k] == open;
    /* One without a place takes the last before it. */
    while (!there && n > 1 && (n == most || used + strip_width(scene, open, letters) > w))
        used -= strip_width(scene, shown[--n], letters);
    if (!there && n < most)
        shown[n++] = open;
    shown[n++] = &view_list;
    return n;
}

/* The brackets of the open one take the blanks beside its name, so that no entry moves. */
static void draw_strip(const struct scene *scene, const struct view *open, struct grid *g, int y)
{
    enum { MOST = 64, NAMES_W = 64 };
    const struct view *shown[MOST];
    bool letters = g->w < NAMES_W;
    for (int k = 0, x = 1, n = strip_views(scene, open, g->w, letters, shown, MOST); k < n; k++) {
        struct str text = {0};
        strip_entry(scene, shown[k], letters, &text);
        int w = utf8_text_width(str_text(&text));
        bool here = shown[k] == open;
        spot_view(g, (struct rect){x - 1, y, w + 2, 1}, view_index(shown[k]));
        grid_text(g, x, y, w, here ? ROLE_TEXT : ROLE_HINT, here ? ATTR_BOLD : 0, str_text(&text));
        if (here) {
            grid_put(g, x - 1, y, '[', ROLE_TEXT, ATTR_BOLD);
            grid_put(g, x + w, y, ']', ROLE_TEXT, ATTR_BOLD);
        } else {
            char key[16];
            grid_text(g, x, y, w, ROLE_HINT_KEY, ATTR_BOLD, strip_key(scene, shown[k], key));
        }
        x += strip_width(scene, shown[k], letters);
        str_free(&text);
    }
}

/* ---- the hints --------------------------------------------------------------------------------------------------- */

enum { HINTS_MAX = 64 };

/* One entry of the hint line. */
struct hint { const char *keys, *hint; };

static int add_hint(struct hint *to, int n, const char *keys, const char *hint)
{
    if (n < HINTS_MAX && keys && hint)
        to[n++] = (struct hint){keys, hint};
    return n;
}

/* Those of a lesson's page. */
static int add_hints_of_lesson(struct hint *to, int n, const struct lesson_look *lesson)
{
    for (const struct key_help *k = lesson->hint; k->keys; k++)
        n = add_hint(to, n, k->keys, k->hint);
    return n;
}

/* Is it a key that the page itself takes, whatever a config maps? */
static bool lesson_takes(const struct scene *scene, const struct hint *hint)
{
    for (const struct key_help *k = scene->lesson ? scene->lesson->hint : NULL; k && k->keys; k++)
        if (k->keys == hint->keys)
            return k->fixed;
    return false;
}

/* The view's own keys, or those of the program that it finds worth offering. */
static int hints_of_rows(const struct scene *scene, const struct view_key *k, bool own, struct hint *to, int n)
{
    for (; k && k->keys; k++) {
        if (own != (k->name != NULL) || (scene->present && k->flags & KEY_EDITS))
            continue;
        n = add_hint(to, n, k->keys, k->hint);
        if (k->flags & KEY_PAIR)
            n = add_hint(to, n, k->other, k->hint);
    }
    return n;
}

/* Does the view itself act on that key? Then it is not what it is elsewhere. */
static bool takes(const struct view *view, const char *key)
{
    int code = key_parse(&key);
    for (const struct view_key *k = view->keys; k && k->keys; k++)
        if (k->name && (key_listed(k->keys, code) || (k->other && key_listed(k->other, code))))
            return true;
    return false;
}

/* What every view offers stands around its own rows: help and stepping before, leaving and undoing after them. */
static int hints_of_view(const struct scene *scene, const struct view *view, struct hint *to)
{
    bool steps = !view->text && !view->alone;
    int n = add_hint(to, 0, "?", view == &view_help ? NULL : "help");
    n = add_hint(to, n, "<BS>", scene->left && steps ? "the page" : NULL);
    n = add_hint(to, n, "<Left>", steps && !takes(view, "<Left>") ? "word" : NULL);
    n = add_hint(to, n, "<Right>", steps && !takes(view, "<Right>") ? "word" : NULL);
    n = add_hint(to, n, "<PgDn>", steps && view->takes_apart ? "steps" : NULL);
    n = hints_of_rows(scene, view->keys, true, to, n);
    n = add_hint(to, n, "<Esc>", "back");
    n = add_hint(to, n, "q", view->text ? NULL : "quit");
    n = add_hint(to, n, "/", view->search ? "search" : NULL);
    n = add_hint(to, n, "u", steps && !scene->present ? "undo" : NULL);
    n = hints_of_rows(scene, view->keys, false, to, n);
    return add_hint(to, n, "e", view_explains(view) && !view->text ? "explain" : NULL);
}

/* For a class: what is locked is not offered. */
static int hints_large(const struct scene *scene, struct hint *to)
{
    static const struct hint presenting[] = {{"<PgDn>", "reveal, next"}, {"<PgUp>", "back"},   {"<Tab>", "unit"},
                                             {"'", "spotlight"},         {".", "blank"},       {"v", "votes"},
                                             {"<F5>", "end"},            {"<Left>", "word"},   {"<Right>", "word"},
                                             {"?", "help"}},
                             alone[] = {{"<PgDn>", "reveal, next"}, {"<PgUp>", "back"},  {"<Tab>", "unit"},
                                        {"'", "spotlight"},         {"<Esc>", "back"},   {"<F5>", "present"},
                                        {"<Left>", "word"},         {"<Right>", "word"}, {"?", "help"}};
    int n = scene->lesson ? add_hints_of_lesson(to, 0, scene->lesson) : 0;
    if (n)
        return add_hint(to, n, "<F5>", "end");
    if (scene->present)
        return memcpy(to, presenting, sizeof presenting), (int)(sizeof presenting / sizeof *presenting);
    return memcpy(to, alone, sizeof alone), (int)(sizeof alone / sizeof *alone);
}

/* In the main view, while presenting. */
static int hints_presenting(struct hint *to)
{
    static const struct hint some[] = {
        {"<F5>", "end presentation"}, {".", "blank"}, {"<PgUp>", "sub-step"}, {"<PgDn>", "sub-step"},
        {"<Left>", "word"},
        {"<Right>", "word"}, {"?", "help"}, {"<Space>", "play"}, {"a", "all rows"}, {"d", "dissect"}, {"m", "timeline"},
    };
    memcpy(to, some, sizeof some);
    return (int)(sizeof some / sizeof *some);
}

/* While a word is gone through: what its pictures offer. */
static int hints_steps(const struct scene *scene, bool pictures, struct hint *to)
{
    enum substep sub = session_cursor(scene->session)->sub;
    bool rows = pictures && steps_pictured(scene) && sub != SUB_CONCAT;
    int n = add_hint(to, 0, "<BS>", scene->left ? "the page" : NULL);
    n = add_hint(to, n, "<PgDn>", "next step");
    n = add_hint(to, n, "<PgUp>", "back");
    n = add_hint(to, n, "<Up>", rows ? "row" : NULL);
    n = add_hint(to, n, "<Down>", rows ? "row" : NULL);
    n = add_hint(to, n, "<Tab>", "unit");
    n = add_hint(to, n, "f", rows ? "gate" : NULL);
    n = add_hint(to, n, "v", rows ? "turn W" : NULL);
    n = add_hint(to, n, "<Left>", "word");
    n = add_hint(to, n, "<Right>", "word");
    n = add_hint(to, n, "D", "drawing");
    return add_hint(to, n, "?", "help");
}

static int hints_of(const struct scene *scene, const struct view *view, const struct grid *g,
                    const struct prompt *prompt, struct hint *to)
{
    static const struct hint in_prompt[] = {{"<Enter>", "accept"}, {"<Esc>", "cancel"}};
    static const struct hint in_offers[] = {
        {"<Tab>", "choose"}, {"<Up>", "choose"}, {"<Down>", "choose"}, {"<Enter>", "run"}, {"<Esc>", "leave"}};
    int n = 0;
    if (prompt && prompt->active && prompt->letter) {
        for (const struct key_help *k = scene->answers; k && k->keys; k++)
            n = add_hint(to, n, k->keys, k->hint);
        return n;
    }
    if (prompt && prompt->active && scene->offers)
        return memcpy(to, in_offers, sizeof in_offers), 5;
    if (prompt && prompt->active)
        return memcpy(to, in_prompt, sizeof in_prompt), 2;
    if (view->large)
        return hints_large(scene, to);
    if (lesson_of(scene, view))
        return add_hints_of_lesson(to, n, scene->lesson);
    if (view != &view_bars)
        return hints_of_view(scene, view, to);
    if (scene->present)
        return hints_presenting(to);
    if (scene->reveal)
        return hints_steps(scene, g->w >= STEPS_W + 2, to);
    n = add_hint(to, n, "<BS>", scene->left ? "the page" : NULL);
    for (int k = 0; k < scene->hint_count; k++)
        n = add_hint(to, n, scene->hints[k]->keys, scene->hints[k]->hint);
    return n;
}

static void draw_hints(const struct scene *scene, const struct view *view, struct grid *g, int y,
                       const struct prompt *prompt)
{
    struct hint hints[HINTS_MAX];
    int n = hints_of(scene, view, g, prompt, hints), x = 1;
    bool asking = prompt && prompt->active;
    for (int k = 0; k < n;) {
        /* Neighbours with the same word share it: "←→:word". */
        struct str keys = {0};
        int j = k;
        for (; j < n && strcmp(hints[j].hint, hints[k].hint) == 0; j++) {
            char shown[16], now[SCENE_KEYS];
            bool fixed = asking || lesson_takes(scene, &hints[j])
                || (scene->present && strcmp(hints[j].keys, ".") == 0);
            const char *p = fixed ? hints[j].keys : scene_keys(scene, view, hints[j].keys, now);
            key_show(key_next(&p), g->glyphs->ascii, shown);
            if (keys.len && utf8_text_width(shown) > 2)
                str_addc(&keys, ' ');           /* "PgUp PgDn" are two; "+-" and "<-->" need no telling */
            str_add(&keys, shown);
        }
        if (!keys.len) {                        /* no key does that any more */
            str_free(&keys);
            k = j;
            continue;
        }
        int kw = utf8_text_width(str_text(&keys)), hw = utf8_text_width(hints[k].hint);
        if (x + kw + 1 + hw > g->w) {
            str_free(&keys);
            break;
        }
        x += grid_text(g, x, y, kw, ROLE_HINT_KEY, ATTR_BOLD, str_text(&keys));
        grid_put(g, x++, y, ':', ROLE_HINT, 0);
        x += grid_text(g, x, y, hw, ROLE_HINT, 0, hints[k].hint);
        x += 2;
        str_free(&keys);
        k = j;
    }
    if (asking && prompt->note && x < g->w)
        grid_text(g, x, y, g->w - x, ROLE_HINT, 0, prompt->note);
}

/* ---- words ------------------------------------------------------------------------------------------------------- */

/* What stays true until it is mended, and so is told whenever nothing else is: a model's file that is gone, numbers
 * beyond a float, values other than the model's file expects. */
static bool trouble(const struct scene *scene, const struct glyphs *gl, struct str *out)
{
    const struct session *s = scene->session;
    const char *lost = model_lost(session_model(s));
    double largest;
    bool within;
    if (lost) {
        str_add(out, lost);
        return true;
    }
    if (session_is_far(s, session_cursor(s)->step))
        return false;                     /* nothing is known of it yet */
    if (words_overflow(s, RUN_PINNED, session_cursor(s)->step, gl, out))
        return true;
    if (!session_parity(s, &largest, &within) || within)
        return false;
    str_addf(out, "no parity: differs by %.1e from the values its file expects", largest);
    return true;
}

/* Rows that a message takes. */
static int message_rows(const struct grid *g, const char *text, int most)
{
    int lines = grid_wrap_lines(g->w - 2, text);
    return clamp_int(lines, 1, most);
}

/* What is said: in the last row of words, in the ones above it too when it is long. */
static void draw_message(const char *text, enum role role, struct grid *g, int y, int most)
{
    int w = g->w - 2, lines = message_rows(g, text, most);
    grid_fill(g, (struct rect){0, y - lines + 1, g->w, lines}, ' ', ROLE_TEXT, 0);
    if (lines > 1)
        grid_wrap(g, (struct rect){1, y - lines + 1, w, lines}, role, ATTR_BOLD, text);
    else
        grid_text(g, 1, y, w, role, ATTR_BOLD, text);
}

static void draw_prompt(const struct prompt *prompt, struct grid *g, int y, int *cx, int *cy)
{
    grid_fill(g, (struct rect){0, y, g->w, 1}, ' ', ROLE_PROMPT, 0);
    prompt_draw(g, 1, y, g->w - 2, prompt, cx);
    *cy = y;
}

static void say_in(const struct scene *scene, const struct view *view, const void *state, struct grid *g, struct rect r)
{
    struct rect old = grid_clip(g, r);
    struct str text = {0};
    if (value_secret(scene, &text))
        say_wrap(g, r, ROLE_LABEL, 0, str_text(&text));
    else if (view_waits(view, scene) || view_lacks(view, scene->session))
        ;                             /* the view says how far it is, or why it is not there */
    else if (view->say)
        view->say(scene, state, g, r);
    else {
        view->tell(scene, state, g->glyphs, &text);
        say_wrap(g, r, ROLE_TEXT, 0, str_text(&text));
    }
    str_free(&text);
    g->clip = old;
}

/* Does a sentence go on from row y to the next? It does where that one has text and this one ends in a letter or a
 * comma. */
static bool goes_on(const struct grid *g, int y)
{
    uint32_t last = ' ', below = ' ';
    for (int x = 0; x < g->w; x++) {
        const struct cell *here = grid_at(g, x, y), *next = grid_at(g, x, y + 1);
        last = here && here->ch[0] > ' ' ? here->ch[0] : last;
        below = next && next->ch[0] > ' ' ? next->ch[0] : below;
    }
    return below != ' ' && (last == ',' || (last >= 'a' && last <= 'z') || (last >= 'A' && last <= 'Z') || last > 0x7F);
}

/* The rows of words belong to the view until something is asked or said. */
static void draw_words(const struct scene *scene, const struct view *view, const void *state,
                       const struct prompt *prompt, struct grid *g, const struct frame *f, int *cx, int *cy)
{
    bool asking = prompt && prompt->active, said = scene->message && *scene->message;
    int most = asking           ? 1
               : f->words_h > 0 ? f->words_h
                                : 1,
        free = f->words_h - asking - (said ? message_rows(g, scene->message, most) : 0);
    if (f->words >= 0 && view_says(view) && !view->alone) {
        struct rect r = {1, f->words, g->w - 2, f->words_h};
        say_in(scene, view, state, g, r);
        /* What is asked or said covers the last rows; a sentence that it would cut is left out whole. */
        if (free < f->words_h && free > 0 && goes_on(g, r.y + free - 1)) {
            grid_fill(g, (struct rect){0, r.y, g->w, r.h}, ' ', ROLE_TEXT, 0);
            r.h = free;
            say_in(scene, view, state, g, r);
        }
    }
    int last = f->words >= 0 ? f->words + f->words_h - 1 : g->h - 1;
    if (scene->welcome && f->words >= 0 && !view->alone)
        welcome_draw(scene, g, (struct rect){0, f->body, g->w, last + 1 - f->body});
    struct str bad = {0};
    if (said && g->h > 1)
        draw_message(scene->message, scene->message_is_error ? ROLE_BAD : ROLE_WARN, g, last, most);
    else if (f->words_h && !view->alone && trouble(scene, g->glyphs, &bad))
        draw_message(str_text(&bad), ROLE_BAD, g, last, 1);
    str_free(&bad);
    if (!asking)
        return;
    draw_prompt(prompt, g, said && f->words_h > 1 ? last - 1 : last, cx, cy);
    if (scene->offers && f->title >= 0)
        offers_draw(scene->offers, g, (f->tape >= 0 ? f->tape : f->title) + 2, *cy - 1);
}

static void draw_in_the_middle(const struct scene *scene, const struct view *view, void *state,
                               const struct prompt *prompt, struct grid *g, int *cursor_x, int *cursor_y)
{
    struct rect r = large_area(g->w, g->h);
    struct grid *part = grid_new(r.w, r.h, g->glyphs);
    int cx, cy;
    scene_draw(scene, view, state, prompt, part, &cx, &cy);
    grid_clear(g);
    for (int y = 0; y < r.h; y++)
        memcpy(&g->cell[(size_t)(r.y + y) * (size_t)g->w + (size_t)r.x], &part->cell[(size_t)y * (size_t)r.w],
               (size_t)r.w * sizeof *g->cell);
    grid_free(part);
    if (cursor_x)
        *cursor_x = cx < 0 ? -1 : cx + r.x;
    if (cursor_y)
        *cursor_y = cy < 0 ? -1 : cy + r.y;
}

void scene_draw(const struct scene *scene, const struct view *view, void *state, const struct prompt *prompt,
                struct grid *g, int *cursor_x, int *cursor_y)
{
    if (view->large && (g->w > LARGE_W || g->h > LARGE_H)) {
        draw_in_the_middle(scene, view, state, prompt, g, cursor_x, cursor_y);
        return;
    }
    int cx = -1, cy = -1;
    grid_clear(g);
    if (g->w > 0 && g->h > 0) {
        struct frame f = frame_of(view, g->h);
        if (f.title >= 0) {
            grid_fill(g, (struct rect){0, f.title, g->w, 1}, ' ', ROLE_TITLE, 0);
            if (view->heading)
                draw_heading(scene, view, state, g, f.title);
            else
                draw_title(scene, view, g, f.title);
        }
        if (f.tape >= 0)
            tape_draw(scene, view, g, f.tape, f.memory);
        const struct lesson_look *lesson = lesson_of(scene, view);
        if (lesson)
            f.words = -1;                 /* the lesson has the words */
        struct rect body = scene_body(scene, view, g->w, g->h), old = grid_clip(g, body);
        /* Where no view has room to say anything, the selected value is what is left of all of them. */
        if (lesson && lesson->end)
            ;                             /* the pictures are over */
        else if (body.w < 8 || body.h < 2)
            view_draw(&view_bars, scene, NULL, g, body);
        else
            view_draw(view, scene, state, g, body);
        g->clip = old;
        if (lesson) {
            struct lesson_plan plan = lesson_plan_of(lesson, view, g->w, g->h);
            lesson_frame_draw(lesson, &plan, g, &cx, &cy);
        } else if (f.strip >= 0) {
            draw_strip(scene, view, g, f.strip);
        }
        bool covered = f.words < 0 && ((prompt && prompt->active) || (scene->message && *scene->message));
        if (f.hints >= 0 && !covered)
            draw_hints(scene, view, g, f.hints, prompt);
        draw_words(scene, view, state, prompt, g, &f, &cx, &cy);
    }
    if (cursor_x)
        *cursor_x = cx;
    if (cursor_y)
        *cursor_y = cy;
}
