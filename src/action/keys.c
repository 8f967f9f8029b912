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

static bool has_key(const char *keys, int key)
{
    for (const char *p = keys; p && *p;) {
        if (*p == ' ') {
            p++;
            continue;
        }
        int one = key_parse(&p);
        if (one == K_NONE || one == key)
            return one == key;
    }
    return false;
}

static const char *view_command(const struct view *v, int key)
{
    for (const struct view_command *c = v->commands; c && c->keys; c++)
        if (has_key(c->keys, key))
            return c->command;
    return NULL;
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

unsigned app_key(struct app *a, int key)
{
    if (key == K_RESIZE || key == K_REDRAW)
        return REACT_DRAW;
    if (a->prompt.active)
        return app_ask_key(a, key);
    a->scene.message = NULL;
    if (a->scene.present && (key == '.' || key == 'b' || a->blank)) {
        a->blank = !a->blank;
        return REACT_DRAW;
    }
    if (a->scene.present && has_key(a->view->edit_keys, key))
        return app_say(a, "presenting: edits are locked (F5 ends it)");
    const char *command = view_command(a->view, key);
    if (command)
        return app_command(a, command) | REACT_DRAW;
    if (a->view->key_press && key != K_ESC) {
        struct err e = {{0}};
        enum view_reply r = a->view->key_press(a->session, app_view_state(a), key, &e);
        if (*e.text)
            app_complain(a, "%s", e.text);
        if (r == VIEW_GOTO_BARS) {
            a->back = a->view;
            a->view = view_find("bars");
        }
        if (r != VIEW_IGNORED)
            return REACT_DRAW;
    }
    const struct action *action = action_for_key(key);
    if (action) {
        if (a->scene.present && (action->flags & ACTION_EDITS))
            return app_say(a, "presenting: edits are locked (F5 ends it)");
        if (a->view->alone && about_words(action))
            return app_say(a, "this view is not about the words of the sentence; Esc leads back to them");
        char typed[2] = {key < 127 ? (char)key : 0, 0};
        return action->run(a, action->flags & ACTION_TYPED ? typed : "") | REACT_DRAW;
    }
    const struct view *v = view_for_key(key);
    if (v) {
        app_show_view(a, a->view == v ? view_find("bars") : v);
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
            return err_set(e, source, NULL, "expected keys such as <Right>, <PgDn>, <lt> or a character, found \"%.16s\"", from);
        if (!app_finish_work(a, e))           /* the next key may be about what it finds */
            return false;
        if (app_key(a, key) & REACT_QUIT)
            a->quit = true;
    }
    return true;
}
