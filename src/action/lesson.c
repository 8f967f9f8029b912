/* lesson.c: a lesson in the running program: pages are set up and left, keys answer. See lesson.h. */
#include "action/lesson.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "views/value.h"

/* ---- pages ------------------------------------------------------------------------------------------------------- */

static void show_session(struct app *a, struct session *s)
{
    a->session = s;
    a->scene.session = s;
    a->refused.on = false;
    a->work.warned = false;
    a->scene.playing = false;
}

/* What is being answered on the page that is entered. */
static void begin_answer(struct app *a)
{
    struct lesson_sitting *l = a->lesson;
    const struct page *p = walk_page(l->walk);
    prompt_start(&l->line, "", "");
    l->at = 0;
    l->chosen = 0;
    l->naming = l->warned = l->judged = false;
    l->pins = session_pin_count(a->session);
    l->seen = 0;
    l->since = clock_ms();
    for (int k = 0; k < LESSON_ANSWERS; k++) {
        l->bar[k] = 0;
        l->moved[k] = false;
    }
    if (p && p->ask.kind == ASK_ORDER)
        judge_lines(p, l->walk->seed, l->order);
}

static void look_at_page(struct app *a)
{
    const struct stage *s = &a->lesson->walk->stage;
    a->scene.rows = s->rows;
    a->scene.extra = s->extra > 0;
    a->scene.all = a->scene.explain = a->scene.ahead = false;
    a->scene.layout = LAYOUT_AUTO;
    a->scene.reveal = session_cursor(a->session)->sub != SUB_H;
    a->view = s->view && view_find(s->view) ? view_find(s->view) : &view_bars;
    if (!view_fits(a->view, a->session, NULL))
        a->view = &view_bars;
    a->back = NULL;
    /* A unit that is to be chosen must be on the picture. */
    const struct page *p = walk_page(a->lesson->walk);
    if (p->ask.kind == ASK_UNIT)
        a->scene.all = true;
    struct str text = {0};
    lesson_text(a, &text);
    free(a->lesson->text);
    a->lesson->text = str_take(&text);
    if (a->scene.present)
        app_show_page(a);
}

static void count_time(struct lesson_sitting *l)
{
    struct walk_page *here = walk_here(l->walk);
    if (here)
        here->seconds += (clock_ms() - l->since) / 1000;
    l->since = clock_ms();
}

static bool go(struct app *a, int at, struct err *e)
{
    struct lesson_sitting *l = a->lesson;
    struct session *s;
    count_time(l);
    if (!walk_go(l->walk, at, &s, e))
        return false;
    if (s) {
        session_free(a->session);
        show_session(a, s);
    }
    l->free = false;
    free(l->kept);
    l->kept = NULL;
    begin_answer(a);
    if (s)
        look_at_page(a);
    return true;
}

/* What was done on the page goes on where it was: "do" is done with edits. */
static void restore(struct app *a, const char *kept)
{
    struct json *j = json_parse_copy(kept, strlen(kept), "page", NULL);
    if (!j)
        return;
    struct json_at top = json_top(j);
    scenario_apply_at(a->session, &top, NULL, NULL, NULL);
    json_free(j);
}

static unsigned return_to_page(struct app *a)
{
    struct lesson_sitting *l = a->lesson;
    struct err e = {{0}};
    char *kept = l->kept;
    l->kept = NULL;
    if (!go(a, l->walk->at, &e)) {
        free(kept);
        return app_fail(a, &e);
    }
    if (kept)
        restore(a, kept);
    free(kept);
    return REACT_DRAW;
}

static unsigned leave_page(struct app *a)
{
    struct lesson_sitting *l = a->lesson;
    struct str out = {0};
    if (walk_page(l->walk)->ask.kind == ASK_DO) {
        scenario_write(a->session, NULL, &out);
        l->kept = str_take(&out);
    }
    str_free(&out);
    l->free = true;
    a->scene.rows = 0;
    return app_say(a, "try out what you like: Backspace leads back to the page%s",
                   walk_hides(l->walk) && l->walk->stage.hidden_count ? "; what it asks for stays hidden" : "");
}

void app_lesson_let_go(struct app *a)
{
    struct lesson_sitting *l = a->lesson;
    if (!l || l->free || walk_ended(l->walk))
        return;
    if (walk_page(l->walk)->ask.kind != ASK_DO || walk_here(l->walk)->phase == WALK_TOLD)
        leave_page(a);
}

/* ---- beginning and ending ---------------------------------------------------------------------------------------- */

bool app_lesson_begin(struct app *a, struct lesson *taken, unsigned seed, struct err *e)
{
    struct walk *walk = walk_new(taken, seed);
    struct session *s;
    walk->class = a->scene.present;
    if (!walk_go(walk, 0, &s, e)) {
        walk_free(walk);
        return false;
    }
    if (a->lesson)
        app_lesson_end(a);
    struct lesson_sitting *l = xcalloc(1, sizeof *l);
    *l = (struct lesson_sitting){.walk = walk, .number = lesson_number(taken->file), .session = a->session,
                                 .view = a->view, .back = a->back, .scene = a->scene, .info = a->info,
                                 .saved_as = a->saved_as,
                                 .saved_whole = a->saved_whole, .saved_mark = a->saved_mark,
                                 .look.cursor_line = -1};
    if (l->number && !lesson_built_in(l->number, l->next, l->next_title, NULL))
        l->next[0] = '\0';
    a->info = (struct scenario_info){.extra = -1};
    a->saved_as = NULL;
    a->lesson = l;
    a->scene.scenario = a->scene.scenario_about = NULL;
    a->scene.message = NULL;
    show_session(a, s);
    begin_answer(a);
    look_at_page(a);
    lesson_say(a);
    return true;
}

static void free_lesson(struct lesson_sitting *l)
{
    walk_free(l->walk);
    lesson_look_clear(&l->look);
    free(l->kept);
    free(l->text);
    free(l->student);
    free(l);
}

void app_lesson_end(struct app *a)
{
    struct lesson_sitting *l = a->lesson;
    if (!l)
        return;
    session_free(a->session);
    scenario_info_clear(&a->info);
    free(a->saved_as);
    show_session(a, l->session);
    const struct scene *was = &l->scene;
    a->scene.rows = was->rows;
    a->scene.extra = was->extra;
    a->scene.all = was->all;
    a->scene.explain = was->explain;
    a->scene.ahead = was->ahead;
    a->scene.layout = was->layout;
    a->scene.reveal = was->reveal;
    a->info = l->info;
    a->scene.scenario = a->info.name;
    a->scene.scenario_about = a->info.about;
    a->saved_as = l->saved_as;
    a->saved_whole = l->saved_whole;
    a->saved_mark = l->saved_mark;
    a->view = l->view;
    a->back = l->back;
    a->scene.marks = NULL;
    a->scene.lesson = NULL;
    a->scene.lesson_keys = NULL;
    a->scene.left = false;
    a->lesson = NULL;
    free_lesson(l);
}

void app_lesson_clear(struct app *a)
{
    struct lesson_sitting *l = a->lesson;
    if (!l)
        return;
    session_free(l->session);
    scenario_info_clear(&l->info);
    free(l->saved_as);
    a->lesson = NULL;
    free_lesson(l);
}

const struct session *app_own_session(const struct app *a)
{
    return a->lesson ? a->lesson->session : a->session;
}

bool app_lesson_result(struct app *a, const char *path, struct err *e)
{
    if (a->readonly)
        return err_set(e, NULL, NULL, "read-only: no file is written (--readonly)");
    struct str out = {0};
    const char *student = a->lesson->student ? a->lesson->student : file_base(path);
    count_time(a->lesson);
    walk_result(a->lesson->walk, student, &out);
    bool ok = file_write(path, str_text(&out), out.len, e);
    str_free(&out);
    return ok;
}

/* ---- moving through pages ---------------------------------------------------------------------------------------- */

static unsigned forward(struct app *a)
{
    struct lesson_sitting *l = a->lesson;
    struct walk_page *here = walk_here(l->walk);
    struct err e = {{0}};
    if (!here) {
        char next[64];
        snprintf(next, sizeof next, "%s", l->next);
        app_lesson_end(a);
        return *next ? app_say(a, "the lesson is over; :lesson %s is the next", next)
                     : app_say(a, "the lesson is over; :lesson leads to others");
    }
    if (here->phase == WALK_ASK || here->phase == WALK_SURE) {
        if (!l->warned) {
            l->warned = true;
            return app_say(a, "there is a question: answer it, or PgDn once more to be told");
        }
        walk_give_up(l->walk);
        return judge_solve(walk_page(l->walk), a->session, &e) ? REACT_DRAW : app_fail(a, &e);
    }
    return go(a, l->walk->at + 1, &e) ? REACT_DRAW : app_fail(a, &e);
}

/* At the end: on with what is taught next, as the same student. */
static unsigned next_lesson(struct app *a)
{
    struct err e = {{0}};
    struct lesson *next = lesson_open(a->lesson->next, &e);
    return next && app_lesson_begin(a, next, a->lesson->walk->seed, &e) ? REACT_DRAW : app_fail(a, &e);
}

static unsigned backward(struct app *a)
{
    struct lesson_sitting *l = a->lesson;
    struct err e = {{0}};
    if (l->walk->at <= 0)
        return app_say(a, "this is the first page");
    return go(a, l->walk->at - 1, &e) ? REACT_DRAW : app_fail(a, &e);
}

/* ---- answering --------------------------------------------------------------------------------------------------- */

static unsigned answer(struct app *a)
{
    struct lesson_sitting *l = a->lesson;
    struct answer given;
    struct err e = {{0}};
    if (!lesson_answer(a, &given, &e) || !walk_answer(l->walk, a->session, &given, &e))
        return app_fail(a, &e);
    l->naming = l->warned = false;
    l->judged = true;
    return REACT_DRAW;
}

static unsigned show_hint(struct app *a)
{
    if (!walk_page(a->lesson->walk)->ask.hint)
        return app_say(a, "there is no hint here");
    walk_here(a->lesson->walk)->hint = true;
    return REACT_DRAW;
}

/* A key for the line that is typed. allowed: characters it takes; NULL: all. */
static unsigned type(struct app *a, int key, const char *allowed)
{
    struct prompt *line = &a->lesson->line;
    bool letter = key >= K_SPACE && key < K_NAMED && key != K_BACKSPACE;
    if (letter && allowed && (key > 126 || !strchr(allowed, key)))
        return REACT_NONE;
    if (!letter && key != K_BACKSPACE && key != K_LEFT && key != K_RIGHT && key != K_HOME && key != K_END
        && key != K_DEL)
        return REACT_NONE;
    if (letter && a->lesson->judged)
        prompt_start(line, "", "");
    a->lesson->judged = false;
    if (letter && line->len >= LESSON_TEXT)
        return REACT_DRAW;
    prompt_key(line, key);
    return REACT_DRAW;
}

static unsigned choose(struct app *a, int key)
{
    struct lesson_sitting *l = a->lesson;
    const struct page *p = walk_page(l->walk);
    int shown[LESSON_OPTIONS], n = judge_shown(p, &l->walk->stage, shown), k = (key | 0x20) - 'a';
    bool many = p->ask.kind == ASK_MANY;
    if (key == K_UP || key == K_DOWN) {
        l->at = (l->at + (key == K_DOWN ? 1 : n - 1)) % n;
        return REACT_DRAW;
    }
    if (many && key == K_SPACE)
        k = l->at;
    else if (key < 'A' || key > 'z' || k < 0 || k >= n)
        return REACT_NONE;
    l->at = k;
    if (many)
        l->chosen ^= 1U << shown[k];
    return REACT_DRAW;
}

/* A bar is moved by a fortieth of its range, a gate by 0.05; or a number is typed for it. */
static unsigned move_bar(struct app *a, int key)
{
    struct lesson_sitting *l = a->lesson;
    struct place at[LESSON_ANSWERS];
    int n = lesson_bars(a, at);
    double low, high;
    if (n < 1)
        return REACT_NONE;
    lesson_range(a, &at[l->at], &low, &high);
    if (n > 1 && (key == K_UP || key == K_DOWN)) {
        l->at = (l->at + (key == K_DOWN ? 1 : n - 1)) % n;
        prompt_start(&l->line, "", "");
        return REACT_DRAW;
    }
    if (key == '+' || key == '=' || (key == '-' && (l->moved[l->at] || low < 0 || !l->line.len))) {
        double step = high <= 1 ? 0.05 : high / 20;
        double v = l->bar[l->at] + (key == '-' ? -step : step);
        v = round(v / step) * step;
        l->bar[l->at] = fmin(fmax(v, low), high);
        l->moved[l->at] = true;
        prompt_start(&l->line, "", "");
        return REACT_DRAW;
    }
    unsigned r = type(a, key, "0123456789.,");
    if (r) {
        double v;
        char text[40];
        snprintf(text, sizeof text, "%.39s", l->line.text);
        char *comma = strchr(text, ',');
        if (comma)
            *comma = '.';
        char *end;
        v = strtod(text, &end);
        l->moved[l->at] = end > text;
        l->bar[l->at] = end > text ? v : 0;
    }
    return r;
}

static unsigned move_line(struct app *a, int key)
{
    struct lesson_sitting *l = a->lesson;
    int n = walk_page(l->walk)->ask.lines, to = l->at + (key == '+' || key == '=' || key == K_DOWN ? 1 : -1);
    if (key == K_UP || key == K_DOWN) {
        l->at = (to + n) % n;
        return REACT_DRAW;
    }
    if (key != '+' && key != '=' && key != '-')
        return REACT_NONE;
    if (to < 0 || to >= n)                /* it is the first or last */
        return REACT_DRAW;
    enum substep was = l->order[l->at];
    l->order[l->at] = l->order[to];
    l->order[to] = was;
    l->at = to;
    return REACT_DRAW;
}

static unsigned pick(struct app *a, int key)
{
    const struct cursor *at = session_cursor(a->session);
    enum ask_kind kind = walk_page(a->lesson->walk)->ask.kind;
    int H = session_net(a->session)->layer[at->layer].hidden;
    if (kind == ASK_UNIT && (key == K_UP || key == K_DOWN || key == K_TAB || key == K_BTAB)) {
        int by = key == K_DOWN || key == K_TAB ? 1 : H - 1;
        session_select(a->session, at->layer, (at->unit + by) % H, at->value);
        return REACT_DRAW;
    }
    if (kind == ASK_STEP && (key == K_LEFT || key == K_RIGHT)) {
        session_step(a->session, key == K_RIGHT ? 1 : -1);
        return REACT_DRAW;
    }
    return REACT_NONE;
}

/* Keys that answer; REACT_NONE: not one of them. */
static unsigned answer_key(struct app *a, int key)
{
    struct lesson_sitting *l = a->lesson;
    const struct page *p = walk_page(l->walk);
    unsigned r = REACT_NONE;
    bool text = p->ask.kind == ASK_WORD || p->ask.kind == ASK_SAY;
    if (p->ask.kind == ASK_DO)
        return key == 'i' ? show_hint(a) : REACT_NONE;
    if (p->ask.kind == ASK_BUG && !l->naming) {
        l->naming = key == K_ENTER;
        return key == K_ENTER ? (unsigned)REACT_DRAW : key == 'i' ? show_hint(a) : (unsigned)REACT_NONE;
    }
    if (key == K_ENTER)
        return answer(a);
    if (key == (text ? K_TAB : 'i'))
        return show_hint(a);
    switch (p->ask.kind) {
    case ASK_NUMBER:
    case ASK_VECTOR:              /* "7x3", as shapes are written, is 7 and 3 */
        r = type(a, key == 'x' || key == '*' || key == 0xD7 ? K_SPACE : key, "0123456789.,+-eE; []");
        break;
    case ASK_VOTE: r = type(a, key, "0123456789 ,;"); break;
    case ASK_WORD:
    case ASK_SAY: r = type(a, key, NULL); break;
    case ASK_BAR: r = move_bar(a, key); break;
    case ASK_CHOICE:
    case ASK_MANY:
    case ASK_BUG: r = choose(a, key); break;
    case ASK_ORDER: r = move_line(a, key); break;
    default: r = pick(a, key);
    }
    return r;
}

/* What a page leaves to the program while it asks; with tools in hand, everything. */
static bool is_program_key(const struct app *a, const char *action)
{
    static const char *const some[] = {"help", "command", "quit", "redraw", "suspend", "next-theme", "prev-theme",
                                       "present"};
    enum { AT_THE_END = 5 };              /* the first of them */
    const struct lesson_sitting *l = a->lesson;
    const struct walk_page *here = walk_here(l->walk);
    enum ask_kind kind = here ? walk_page(l->walk)->ask.kind : ASK_NOTHING;
    bool tools = here && here->phase == WALK_ASK && (kind == ASK_DO || (kind == ASK_BUG && !l->naming));
    if (tools || (here && here->phase == WALK_LOOK))
        return true;
    for (size_t k = 0; k < (here ? sizeof some / sizeof *some : AT_THE_END); k++)
        if (action && !strcmp(some[k], action))
            return true;
    return false;
}

static unsigned told_key(struct app *a, int key)
{
    if (key == 'r' && walk_marked(walk_page(a->lesson->walk)->ask.kind)) {
        walk_again(a->lesson->walk);
        begin_answer(a);
        return REACT_DRAW;
    }
    if (key == 'd') {
        leave_page(a);
        app_show_view(a, view_find("dissect"));
        return REACT_DRAW;
    }
    return REACT_NONE;
}

/* A key that does nothing here: which do, in one line of 80 columns. */
static unsigned say_what_answers(struct app *a)
{
    static const char *const by[ASK_KIND_COUNT] = {
        [ASK_NUMBER] = "type a number, Enter answers", [ASK_VECTOR] = "type the numbers, Enter answers",
        [ASK_BAR] = "+ - or a number, Enter answers", [ASK_CHOICE] = "a letter chooses, Enter answers",
        [ASK_MANY] = "letters tick and untick, Enter answers", [ASK_BUG] = "a letter chooses, Enter answers",
        [ASK_UNIT] = "up and down choose, Enter answers", [ASK_STEP] = "left and right choose, Enter answers",
        [ASK_ORDER] = "+ - move the line, Enter answers", [ASK_VOTE] = "hands for a, b ...: 12 5, Enter counts",
        [ASK_WORD] = "type a word, Enter answers", [ASK_SAY] = "type your words, Enter answers",
    };
    const struct walk_page *here = walk_here(a->lesson->walk);
    const char *how = here && here->phase == WALK_ASK ? by[walk_page(a->lesson->walk)->ask.kind] : NULL;
    if (!here)
        return app_say(a, "Esc leaves the lesson; PgUp walks back through its pages");
    return app_say(a, "%s; Esc leaves the page to try things out", how ? how : "PgDn goes on");
}

static unsigned page_key(struct app *a, int key, const char *action)
{
    struct lesson_sitting *l = a->lesson;
    struct walk_page *here = walk_here(l->walk);
    struct err e = {{0}};
    unsigned r = REACT_NONE;
    if (key == K_PGDN)
        return forward(a);
    if (key == K_PGUP)
        return backward(a);
    if (key == K_ENTER && !here && *l->next)
        return next_lesson(a);
    if (key == K_ESC && !here) {
        app_lesson_end(a);
        return app_say(a, "back to where you were before the lesson");
    }
    if (key == K_ESC && l->naming) {
        l->naming = false;
        return REACT_DRAW;
    }
    if (key == K_ESC)
        return leave_page(a);
    if (here && here->phase == WALK_SURE) {
        if (key >= '1' && key <= '3')
            return walk_sure(l->walk, a->session, key - '0', &e) ? (unsigned)REACT_DRAW : app_fail(a, &e);
        r = is_program_key(a, action) ? (unsigned)REACT_NONE : app_say(a, "1 a guess, 2 I think so, 3 I know");
        return r;
    }
    if (here && here->phase == WALK_ASK)
        r = answer_key(a, key);
    else if (here && here->phase == WALK_TOLD)
        r = told_key(a, key);
    if (!r && !is_program_key(a, action))
        r = say_what_answers(a);
    return r;
}

unsigned app_lesson_key(struct app *a, int key, const char *action)
{
    struct lesson_sitting *l = a->lesson;
    if (!l || a->view->alone || a->view->text)                  /* texts scroll */
        return REACT_NONE;
    if (a->view->large && (key == '\'' || key == K_TAB || key == K_BTAB))  /* pointing and looking at another unit */
        return REACT_NONE;
    if (l->free && key == K_BACKSPACE)
        return return_to_page(a);
    bool nowhere = a->view == app_home(a) && (!a->back || a->back == a->view);
    if (l->free && key == K_ESC && nowhere)
        return app_say(a, "Backspace leads back to the page, :lesson out of the lesson");
    if (l->free)
        return REACT_NONE;
    return page_key(a, key, action);
}

void app_lesson_refresh(struct app *a)
{
    struct lesson_sitting *l = a->lesson;
    struct err e = {{0}};
    if (!l)
        return;
    struct walk_page *here = walk_here(l->walk);
    l->walk->class = a->scene.present;
    if (here && !l->free) {
        int view = view_index(a->view);
        if (walk_page(l->walk)->ask.kind == ASK_BUG && here->phase == WALK_ASK && view >= 0 && view < 64
            && !(l->seen >> view & 1)) {
            l->seen |= 1UL << view;
            here->views++;
        }
        walk_done(l->walk, a->session, &e);
    }
    lesson_say(a);
}
