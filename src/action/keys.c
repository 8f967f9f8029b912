/* keys.c: what a key does: first for the question that is asked, then for the view, then by the table of actions. */
#include <string.h>

#include "action/ask.h"

static const struct view *view_for_key(int key)
{
    for (int k = 0; k < view_count; k++)
        if (views[k]->key && views[k]->key == key)
            return views[k];
    return NULL;
}

/* A key of the view's own; REACT_NONE when it leaves it to the program. */
static unsigned view_press(struct app *a, int key)
{
    bool other;
    const struct view_key *row = view_key_find(a->view, key, &other);
    char command[32];
    struct err e = {{0}};
    if (row && a->scene.present && row->flags & KEY_EDITS)
        return app_say(a, "presenting: edits are locked (F5 ends it)");
    if (row && row->command)
        return app_command(a, view_key_word(row->command, other, command)) | REACT_DRAW;
    if (key == K_ESC)
        return REACT_NONE;
    app_prepare(a);                       /* keys can come without a picture in between */
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

static const struct view *shown_for(const struct app *a, int key)
{
    const struct view *v = view_for_key(key);
    return v && a->view == v ? &view_bars : v;
}

/* Why the key of an action does nothing here; NULL: it does. */
static const char *refusal(const struct app *a, const struct action *action)
{
    if (a->scene.present && (action->flags & ACTION_EDITS))
        return "presenting: edits are locked (F5 ends it)";
    if (a->view->search && (action->flags & ACTION_FINDS))
        return NULL;
    if (a->view->alone && about_words(action))
        return "this view is not about the words of the sentence; Esc leads back to them";
    if (a->view->no_value && strcmp(action->group, "Editing") == 0 && action->flags & ACTION_EDITS)
        return "the value that would change is not shown here; Esc leads back to it";
    return NULL;
}

static unsigned act_by_key(struct app *a, const struct action *action, int key)
{
    const char *why = refusal(a, action);
    char typed[2] = {key < 127 ? (char)key : 0, 0};
    unsigned r = why ? app_say(a, "%s", why) : action->run(a, action->flags & ACTION_TYPED ? typed : "");
    if (!a->prompt.active)
        a->swallow = action->flags & ACTION_ASKS    ? SWALLOW_LINE
                     : action->flags & ACTION_TYPED ? SWALLOW_NUMBER
                                                    : SWALLOW_NOTHING;
    return r | REACT_DRAW;
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

unsigned app_key(struct app *a, int key)
{
    if (key == K_RESIZE || key == K_REDRAW || swallowed(a, key))
        return REACT_DRAW;
    if (a->prompt.active)
        return app_ask_key(a, key);
    a->scene.message = NULL;
    if (a->scene.present && (key == '.' || key == 'b' || a->blank)) {
        a->blank = !a->blank;
        return REACT_DRAW;
    }
    unsigned r = view_press(a, key);
    if (r)
        return r;
    const struct action *action = action_for_key(key);
    if (action)
        return act_by_key(a, action, key);
    const struct view *v = shown_for(a, key);
    if (v) {
        app_show_view(a, v);
        return REACT_DRAW;
    }
    char name[16];
    return app_say(a, "%s is not bound; ? lists the keys", key_show(key, a->glyphs->ascii, name));
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
