/* act_lesson.c: a lesson is begun and left, its result written. */
#include "action/handlers.h"

#include <stdlib.h>
#include <string.h>

#include "action/ask.h"
#include "action/files.h"
#include "action/lesson.h"

unsigned act_lesson(struct app *a, const char *arg)
{
    struct err e = {{0}};
    if (!*arg && a->lesson) {
        app_lesson_end(a);
        return app_say(a, "back to where you were before the lesson");
    }
    if (!*arg)
        return app_ask_command(a, "lesson ");
    char *name = file_named(arg);
    struct lesson *l = lesson_open(name, &e);
    free(name);
    unsigned seed = a->lesson ? a->lesson->walk->seed : a->lesson_seed;
    if (!l || !app_lesson_begin(a, l, seed, &e))
        return app_fail(a, &e);
    return REACT_DRAW;
}

unsigned act_result(struct app *a, const char *arg)
{
    struct err e = {{0}};
    if (!a->lesson)
        return app_say(a, "there is no lesson whose result could be written: :lesson NAME begins one");
    bool sure = *arg == '!';
    arg += sure;
    arg += strspn(arg, " ");
    if (!*arg)
        return app_ask_command(a, "result ");
    char *path = file_named(arg);
    struct file_mark mark;
    file_mark(path, &mark);
    unsigned r;
    if (mark.there && !sure)
        r = app_complain(a, "%s is there already: :result! %s writes over it", path, arg);
    else if (!app_lesson_result(a, path, &e))
        r = app_fail_write(a, &e);
    else
        r = app_say(a, "written: %s", path);
    free(path);
    return r;
}
