/* notes.c: see notes.h. */
#include "app/run.h"
#include "app/notes.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "action/lesson.h"
#include "base/local.h"
#include "base/utf8.h"
#include "views/say.h"

static const char socket_name[] = "flstm-tui-notes";
enum { PICTURE_W = 40, PICTURE_H = 12 };

/* What is worth saying to a room at each show, and what it is mistaken for. */
static const char *const to_say[CLASS_SHOWS] = {
    [CLASS_JOIN] = "Ask how many numbers the gates see before you show it. Joined is not added: h and x keep their own "
                   "places, side by side. C is not among them (unless the cell has peepholes).",
    [CLASS_SUM] = "Ask for the sign first, for the number after. One row of W belongs to this gate of this unit; "
                  "every other unit has a row of its own, and so decides for itself. The bias pushes even when all "
                  "else is 0.",
    [CLASS_SIGMA] = "Ask what z = 0 gives (one half). The curve never reaches 0 or 1: only a value set by hand is "
                    "exactly that. Far out it is flat, so there a large change of z changes nearly nothing.",
    [CLASS_KEEP] = "The name says forget, the number says keep: 1 keeps all, 0 drops all. Let them say it aloud. Each "
                   "element is multiplied by its own factor; nothing is deleted, it becomes smaller.",
    [CLASS_WRITE] = "What is written is added to what was kept, so memory can grow beyond 1. The input gate says how "
                    "much, the candidate says what, and with which sign.",
};

/* ---- the message ------------------------------------------------------------------------------------------------- */

static void add_field(struct str *out, char letter, const char *text)
{
    str_addf(out, "%c ", letter);
    for (; *text; text++)
        str_addc(out, *text == '\n' ? ' ' : *text);
    str_addc(out, '\n');
}

static void add_picture(struct app *a, struct str *out)
{
    struct grid *g = grid_new(PICTURE_W, PICTURE_H, a->glyphs);
    struct str rows = {0};
    int w = a->w, h = a->h;
    const char *message = a->scene.message;
    a->w = PICTURE_W, a->h = PICTURE_H;
    a->scene.message = NULL;
    app_draw(a, g, NULL, NULL);
    a->w = w, a->h = h;
    a->scene.message = message;
    grid_dump_text(g, &rows);
    for (const char *p = str_text(&rows); *p; p += strcspn(p, "\n") + 1)
        str_addf(out, "P %.*s\n", (int)strcspn(p, "\n"), p);
    str_free(&rows);
    grid_free(g);
}

static void add_hands(const struct lecture *l, struct str *out)
{
    struct str text = {0};
    for (int round = 0; round < l->rounds; round++) {
        str_add(&text, round ? ", now" : l->rounds > 1 ? "before" : "hands");
        for (int k = 0; k < l->answers; k++)
            str_addf(&text, " %c%s %d", 'a' + k, k == l->right ? "*" : "", l->votes[round][k]);
    }
    if (l->rounds) {
        str_add(&text, ": ");
        class_advice(l, &text);
        add_field(out, 'V', str_text(&text));
    }
    str_free(&text);
}

/* A lesson's page with a question: its own answer, not that of the picture beside it. */
static void add_page(struct app *a, bool told, struct str *out)
{
    struct str text = {0};
    lesson_answer_told(a, &text);
    add_field(out, 'A', str_text(&text));
    str_clear(&text);
    lesson_notes(a, &text);
    if (text.len)
        add_field(out, 'N', str_text(&text));
    str_clear(&text);
    if (told)
        lesson_next(a, &text);
    else
        str_add(&text, "the answer");
    add_field(out, 'X', str_text(&text));
    str_free(&text);
}

void notes_write(struct app *a, struct str *out)
{
    const struct session *s = a->session;
    const struct cursor *at = session_cursor(s);
    const void *state = a->view_state[view_index(&view_class)];
    enum class_show show = class_show(state);
    bool class = a->view == &view_class && session_steps(s) > 0;
    bool page = a->lesson && !a->lesson->free && walk_page(a->lesson->walk) && walk_page(a->lesson->walk)->ask.kind;
    bool told = page ? walk_here(a->lesson->walk)->phase == WALK_TOLD : class_revealed(s, state);
    struct str text = {0}, sentence = {0};
    str_addf(&text, "%s, t=%d/%d ", session_model(s)->name, at->step, session_steps(s));
    say_quoted(s, at->step, a->glyphs, &text);
    str_addf(&text, ", %s%s%s", class ? class_show_name(show) : a->view->title, a->blank ? ", blank" : "",
             (page || class) && !told ? ", asking" : "");
    add_field(out, 'T', str_text(&text));
    add_picture(a, out);
    str_clear(&text);
    if (page)
        add_page(a, told, out);
    else if (class) {
        class_answer(&a->scene, state, &text, &sentence);
        str_addf(&text, ". %s", str_text(&sentence));
        add_field(out, 'A', str_text(&text));
        str_clear(&sentence);
        if (a->lesson)
            lesson_notes(a, &sentence);
        add_field(out, 'N', sentence.len ? str_text(&sentence) : to_say[show]);
        str_clear(&text);
        if (!told)
            str_add(&text, "the answer");
        else if (show + 1 < CLASS_SHOWS)
            str_add(&text, class_show_name((enum class_show)(show + 1)));
        else if (at->step < session_steps(s))
            say_quoted(s, at->step + 1, a->glyphs, &text);
        else
            str_add(&text, "the end");
        add_field(out, 'X', str_text(&text));
    }
    add_hands(&a->lecture, out);
    str_clear(&text);
    str_addf(&text, "%d", a->lecture.seconds);
    add_field(out, 'S', str_text(&text));
    str_free(&text);
    str_free(&sentence);
}

/* ---- as a picture ------------------------------------------------------------------------------------------------ */

/* The text of a field into out; the k-th of those with this letter. */
static bool field(const char *message, char letter, int k, struct str *out)
{
    str_clear(out);
    for (const char *p = message; *p; p += strcspn(p, "\n"), p += *p == '\n') {
        if (p[0] != letter || p[1] != ' ' || k-- > 0)
            continue;
        str_addn(out, p + 2, strcspn(p + 2, "\n"));
        return true;
    }
    return false;
}

static int draw_part(struct grid *g, int x, int y, int w, const char *heading, const char *text)
{
    if (y >= g->h - 1)
        return y;
    grid_text(g, x, y++, w, ROLE_HINT_KEY, ATTR_BOLD, heading);
    return y + grid_wrap(g, (struct rect){x, y, w, g->h - 1 - y}, ROLE_TEXT, 0, text) + 1;
}

void notes_draw(const char *message, const char *clock, struct grid *g)
{
    struct str text = {0};
    grid_clear(g);
    grid_fill(g, (struct rect){0, 0, g->w, 1}, ' ', ROLE_TITLE, 0);
    grid_text_right(g, g->w - 1, 0, 5, ROLE_TITLE, ATTR_BOLD, clock);
    grid_text(g, 1, g->h - 1, g->w - 2, ROLE_HINT, 0, "q:quit   this terminal follows; keys go to the other one");
    if (!message) {
        grid_text(g, 1, 0, g->w - 8, ROLE_TITLE, ATTR_BOLD, "notes");
        grid_wrap(g, (struct rect){1, 2, g->w - 2, g->h - 4}, ROLE_TEXT, 0,
                  "Nobody is presenting yet: F5 in the other flstm-tui. This waits.");
        return;
    }
    if (field(message, 'T', 0, &text))
        grid_text(g, 1, 0, g->w - 8, ROLE_TITLE, ATTR_BOLD, str_text(&text));
    bool beside = g->w >= 76;
    int y = 2, side = beside ? PICTURE_W + 4 : 1, w = g->w - side - 1, line = 2;
    for (int k = 0; (beside || g->h >= 20) && k < PICTURE_H && field(message, 'P', k, &text); k++)
        grid_text(g, 1, y++, PICTURE_W, ROLE_DIM, 0, str_text(&text));
    line = beside ? 2 : y + (y > 2);
    if (field(message, 'S', 0, &text)) {
        int seconds = atoi(str_text(&text));
        struct str time = {0};
        str_addf(&time, "%02d:%02d", seconds / 60, seconds % 60);
        line = draw_part(g, side, line, w, "on this page", str_text(&time));
        str_free(&time);
    }
    if (field(message, 'X', 0, &text))
        line = draw_part(g, side, line, w, "next", str_text(&text));
    if (field(message, 'V', 0, &text))
        line = draw_part(g, side, line, w, "hands", str_text(&text));
    y = beside && y + 1 > line ? y + 1 : line;
    if (field(message, 'A', 0, &text))
        y = draw_part(g, 1, y, g->w - 2, "answer", str_text(&text));
    if (field(message, 'N', 0, &text))
        draw_part(g, 1, y, g->w - 2, "to say", str_text(&text));
    str_free(&text);
}

/* ---- either side ------------------------------------------------------------------------------------------------- */

void notes_end(struct local **notes)
{
    local_close(*notes);
    *notes = NULL;
}

void notes_follow(struct local **notes, struct app *a)
{
    if (!a->scene.present) {
        notes_end(notes);
        return;
    }
    struct err e = {{0}};
    if (!*notes && !(*notes = local_listen(socket_name, &e)))
        return;                                          /* presenting goes on without */
    struct str message = {0};
    notes_write(a, &message);
    local_tell(*notes, str_text(&message));
    str_free(&message);
}

static void time_of_day(char out[8])
{
    time_t now = time(NULL);
    struct tm tm;
    snprintf(out, 8, "--:--");
    if (localtime_r(&now, &tm))
        strftime(out, 8, "%H:%M", &tm);
}

int notes_show(const struct options *o)
{
    enum { POLL_MS = 100 };
    struct err e = {{0}};
    const struct glyphs *glyphs = o->ascii || utf8_take_locale() < UTF8_BY_LOCALE ? &glyphs_ascii : &glyphs_unicode;
    struct theme *theme = theme_load(o->theme ? o->theme : theme_default, &e);
    struct screen *screen = theme ? screen_open(o->color, &e) : NULL;
    if (!screen) {
        app_report(&e);
        theme_free(theme);
        return EXIT_FAILED;
    }
    struct grid *g = grid_new(0, 0, glyphs);
    struct str pending = {0}, message = {0};
    bool hangup = false, there = false;
    int signal_number = 0, fd = -1, key = K_NONE;
    while (!hangup && key != 'q' && key != K_CTRL('c')) {
        bool ended = false;
        if (fd < 0)
            fd = local_follow(socket_name, &e);
        if (fd >= 0 && local_take(fd, &pending, &message, &ended))
            there = true;
        if (ended) {
            close(fd);
            fd = -1;
            there = false;
            str_clear(&pending);
        }
        int w, h;
        char clock[8];
        screen_size(screen, &w, &h);
        if (w != g->w || h != g->h)
            grid_resize(g, w, h);
        time_of_day(clock);
        notes_draw(there ? str_text(&message) : NULL, clock, g);
        screen_present(screen, g, theme, -1, -1);
        key = screen_key(screen, POLL_MS, &hangup, &signal_number);
        if (key == K_CTRL('z'))
            screen_suspend(screen);
        if (key == K_CTRL('l'))
            screen_redraw(screen);
    }
    if (fd >= 0)
        close(fd);
    screen_close(screen);
    str_free(&pending);
    str_free(&message);
    grid_free(g);
    theme_free(theme);
    return hangup ? EXIT_SIGNAL + (signal_number ? signal_number : SIGHUP) : EXIT_FINE;
}
