/* command.c: the `:` line. */
#include <stdio.h>
#include <string.h>

#include "action/ask.h"
#include "base/num.h"

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
        return app_complain(a, "no command is called \"%s\"; ? lists them", name);
    }
    if (a->scene.present && (action->flags & ACTION_EDITS))
        return app_say(a, "presenting: edits are locked (F5 ends it)");
    return action->run(a, argument);
}

const struct question question_command = {.label = ":", .answer = app_command, .history = true};
