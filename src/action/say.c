/* say.c: what the status line says, and which view is shown. See app.h. */
#include <string.h>

#include "action/app.h"

static unsigned say(struct app *a, bool error, const char *format, va_list ap)
{
    struct err e;
    err_vset(&e, NULL, NULL, format, ap);
    memcpy(a->message, e.text, sizeof a->message);
    a->scene.message = a->message;
    a->scene.message_is_error = error;
    return REACT_DRAW;
}

unsigned app_say(struct app *a, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    unsigned r = say(a, false, format, ap);
    va_end(ap);
    return r;
}

unsigned app_complain(struct app *a, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    unsigned r = say(a, true, format, ap);
    va_end(ap);
    return r;
}

unsigned app_fail(struct app *a, const struct err *e)
{
    return app_complain(a, "%s", e->text);
}

unsigned app_fail_write(struct app *a, const struct err *e)
{
    if (!*a->unwritten.text)
        a->unwritten = *e;
    return app_fail(a, e);
}

void app_show_view(struct app *a, const struct view *v)
{
    struct err e = {{0}};
    if (v == a->view)
        return;
    if (!view_fits(v, a->session, &e)) {
        app_fail(a, &e);
        return;
    }
    if (v == &view_help)
        a->scene.help_for = a->view;
    a->back = a->view == &view_help ? &view_bars : a->view;
    a->view = v;
    if (v->teaches && a->training)        /* nobody looked until now */
        training_refresh(a->training);
}

void *app_view_state(const struct app *a)
{
    return a->view_state[view_index(a->view)];
}

bool app_own_value(const struct app *a, struct view_value *out)
{
    struct view_value ignored;
    return a->view->own && a->view->own(a->session, app_view_state(a), out ? out : &ignored);
}
