/* keys.c: what a key does: first for the question that is asked, then for the view, then by the table of actions. */
#include <string.h>

#include "action/ask.h"
#include "action/handlers.h"
#include "action/keymap.h"
#include "action/lesson.h"
#include "action/mouse.h"

static const char being_computed[] = "this is being computed; keys that lead elsewhere work";

/* Does the view wait for what a key should not wait for? */
static bool waits_long(const struct app *a)
{
    const struct session *s = a->session;
    return view_waits(a->view, &a->scene)
        && session_is_far(s, a->view->all_steps ? session_steps(s) : session_cursor(s)->step);
}

/* A key of the view's own (row), or one that the view leaves to the program (NULL: REACT_NONE). */
static unsigned view_press(struct app *a, int key, const struct view_key *row, bool other)
{
    char command[32];
    struct err e = {{0}};
    const char *name = row && row->command ? view_key_word(row->command, other, command) : NULL;
    const struct action *command_of = name ? action_find(name) : NULL;
    bool edits = row && (row->flags & KEY_EDITS || (command_of && command_of->flags & ACTION_EDITS));
    const char *locked = app_locked(a, edits ? ACTION_EDITS : 0, true);
    if (locked)
        return app_say(a, "%s", locked);
    if (row && row->command)
        return app_command(a, view_key_word(row->command, other, command)) | REACT_DRAW;
    if (key == K_ESC)
        return REACT_NONE;
    if (view_lacks(a->view, a->session))
        return REACT_NONE;
    if (waits_long(a))
        return row ? app_say(a, "%s", being_computed) : (unsigned)REACT_NONE;
    /* Keys can come without a picture in between; a picture that waits for the whole run is not what others need. */
    if (row || !view_waits(a->view, &a->scene))
        app_prepare(a);
    if (a->view->focus)
        a->view->focus(a->session);
    if (!row)
        return REACT_NONE;
    enum view_reply r = row->run(a->session, app_view_state(a), other, &e);
    if (*e.text)
        app_complain(a, "%s", e.text);
    if (r == VIEW_GOTO_BARS) {
        a->back = a->view;
        a->view = &view_bars;
    }
    if (r == VIEW_GOTO) {
        const struct view *to = a->view->leads_to(app_view_state(a));
        if (a->view->hand_over)
            a->view->hand_over(app_view_state(a), a->view_state[view_index(to)]);
        app_show_view(a, to);
    }
    return r == VIEW_IGNORED ? REACT_NONE : REACT_DRAW;
}

/* Stepping, selecting and editing, unseen, in a view that does not show the sentence would be an accident. */
static bool about_words(const struct action *action)
{
    static const char *const groups[] = {"Stepping", "Selecting", "Editing"};
    bool is = false;
    for (size_t k = 0; k < sizeof groups / sizeof *groups; k++)
        is = is || strcmp(action->group, groups[k]) == 0;
    return is;
}

/* Why the key of an action does nothing here; NULL: it does. What is mapped with all it needs is meant, wherever one
 * is. */
static const char *refusal(const struct app *a, const struct binding *b)
{
    const struct action *action = b->action;
    const char *locked = app_locked(a, action->flags, true);
    if (locked)
        return locked;
    if (*b->argument)
        return NULL;
    if (a->view->search && (action->flags & ACTION_FINDS))
        return NULL;
    if (a->view->alone && about_words(action))
        return "this view is not about the words of the sentence; Esc leads back to them";
    if (a->view->no_value && strcmp(action->group, "Editing") == 0 && action->flags & ACTION_EDITS)
        return "the value that would change is not shown here; Esc leads back to it";
    if (strcmp(action->group, "Editing") == 0 && action->flags & ACTION_EDITS
        && session_is_far(a->session, session_cursor(a->session)->step))
        return being_computed;
    return NULL;
}

static unsigned act_by_key(struct app *a, const struct binding *b, int key)
{
    const struct action *action = b->action;
    const char *why = refusal(a, b);
    char typed[2] = {key < 127 ? (char)key : 0, 0};
    unsigned r = why ? app_say(a, "%s", why) : action->run(a, action->flags & ACTION_TYPED ? typed : b->argument);
    if (!a->prompt.active)
        a->swallow = action->flags & ACTION_ASKS    ? SWALLOW_LINE
                     : action->flags & ACTION_TYPED ? SWALLOW_NUMBER
                                                    : SWALLOW_NOTHING;
    return r | REACT_DRAW;
}

/* The key of the view that is shown leads back from it. */
static bool leads_back(const struct app *a, const struct binding *b)
{
    return b->action->run == act_show_view && strcmp(b->argument, a->view->name) == 0;
}

/* Is the key part of the line that was meant for a prompt? */
static bool swallowed(struct app *a, int key)
{
    if (a->swallow == SWALLOW_NOTHING)
        return false;
    bool text = key >= K_SPACE && key < K_NAMED, number = key > 0 && key < 128 && strchr("0123456789.,-+eE\x7f", key);
    bool part = a->swallow == SWALLOW_LINE ? text : number, end = key == K_ENTER || key == K_ESC;
    if (!part)
        a->swallow = SWALLOW_NOTHING;
    return part || end;
}

static unsigned press(struct app *a, int key)
{
    if (key == K_RESIZE || key == K_REDRAW || swallowed(a, key))
        return REACT_DRAW;
    if (a->prompt.active)                 /* a click is no answer */
        return key & K_CLICK_BIT ? (unsigned)REACT_DRAW : app_ask_key(a, mouse_wheel(a, key));
    a->scene.message = NULL;
    a->scene.welcome = false;
    if (app_blanks(a, key)) {
        a->blank = !a->blank;
        return REACT_DRAW;
    }
    if (key & K_CLICK_BIT)
        return mouse_click(a, key);
    const struct binding *b = keymap_find(a->keymap, a->view, key);
    int meant = mouse_wheel(a, key);
    if (!b && meant != key)
        return app_key(a, meant);
    unsigned r = app_lesson_key(a, key, b && b->action ? b->action->name : NULL);
    r = r ? r : view_press(a, key, b ? b->row : NULL, b && b->other);
    if (r)
        return r;
    if (b && b->row)                      /* the view did not want it just now */
        b = keymap_find(a->keymap, NULL, key);
    if (b && !b->action)                  /* a row's, here as well */
        b = NULL;
    if (b && leads_back(a, b)) {
        app_show_view(a, app_home(a));
        return REACT_DRAW;
    }
    if (b)
        return act_by_key(a, b, key);
    char name[16], help[SCENE_KEYS], shown[16];
    const char *keys = scene_keys(&a->scene, NULL, "?", help);
    if (!*keys)
        return app_say(a, "%s is not bound; :help lists the keys", key_show(key, a->glyphs->ascii, name));
    return app_say(a, "%s is not bound; %s lists the keys", key_show(key, a->glyphs->ascii, name),
                   key_show(key_next(&keys), a->glyphs->ascii, shown));
}

/* Values set by hand beyond the end of a shorter text go with it: that is said. */
static unsigned press_and_tell(struct app *a, int key)
{
    const struct session *before = a->session;
    unsigned long model = session_model_number(before);
    size_t pins = session_pin_count(before);
    int T = session_steps(before);
    unsigned r = press(a, key);
    if (a->session != before || session_model_number(before) != model || session_steps(before) >= T
        || session_pin_count(before) >= pins)
        return r;
    size_t lost = pins - session_pin_count(before);
    return r | app_say(a, "%zu value%s set by hand stood beyond the new end: %s gone; u brings back text and value%s",
                       lost, lost == 1 ? "" : "s", lost == 1 ? "it is" : "they are", lost == 1 ? "" : "s");
}

unsigned app_key(struct app *a, int key)
{
    unsigned r = press_and_tell(a, key);
    app_lesson_refresh(a);
    app_follow(a);
    return r;
}

bool app_keys(struct app *a, const char *keys, const char *source, struct err *e)
{
    for (const char *p = keys; *p && !a->quit;) {
        const char *from = p;
        int key = key_parse(&p);
        if (key == K_NONE)
            return err_set(e, source, NULL,
                           "expected keys such as <Right>, <PgDn>, <lt> or a character, found \"%.16s\"", from);
        if (!app_finish_work(a, e))           /* the next key may be about what it finds */
            return false;
        if (app_key(a, key) & REACT_QUIT)
            a->quit = true;
        if (a->record.recording && !a->quit) {
            if (!app_finish_work(a, e))
                return false;
            app_record_scripted(a, key);
        }
    }
    return true;
}
