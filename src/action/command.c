/* command.c: the `:` line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "action/ask.h"
#include "action/complete.h"
#include "action/lesson.h"
#include "base/num.h"

static unsigned no_command(struct app *a, const char *name, const char *argument)
{
    struct str could = {0};
    const char *near = complete_near_command(name);
    unsigned r;
    if (complete_could_be(name, &could) > 1) {
        app_mend(a, name, argument, -1);
        r = app_complain(a, "%s could be %s: Tab", name, str_text(&could));
    } else if (near) {
        app_mend(a, near, argument, -1);
        r = app_complain(a, "no command \"%s\"; did you mean this?", name);
    } else {
        r = app_complain(a, "no command is called \"%s\"; ? lists them", name);
    }
    str_free(&could);
    return r;
}

unsigned app_command(struct app *a, const char *line)
{
    while (*line == ' ' || *line == ':')
        line++;
    if (!*line)
        return REACT_DRAW;
    char name[32];
    size_t n = strcspn(line, " !");
    snprintf(name, sizeof name, "%.*s", (int)(n < sizeof name ? n : sizeof name - 1), line);
    const char *argument = line + n;
    while (*argument == ' ')
        argument++;
    const struct action *action = action_find(name);
    if (!action) {
        /* A bare number goes to that step, as in vim and less. */
        long t;
        if (num_parse_int(name, 0, 1 << 30, &t) && !*argument)
            return action_find("step")->run(a, name);
        return no_command(a, name, argument);
    }
    const char *locked = app_locked(a, action->flags, false);
    if (locked)
        return app_complain(a, "%s", locked);
    if (action->flags & ACTION_EDITS)
        app_lesson_let_go(a);
    unsigned r = action->run(a, argument);
    if (a->scene.present && action->flags & ACTION_EDITS && !a->scene.message && !a->prompt.active)
        app_say(a, "unlocked for this command");         /* what is typed in full is no accident */
    return r;
}

const struct question question_command = {
    .label = ":", .answer = app_command, .complete = complete_command, .note = "Tab: what there is", .history = true};
