/* run.c: which of the things the program can do is to be done. See run.h. */
#include "app/run.h"

#include "app/notes.h"
#include "base/threads.h"

static int list(const struct options *o)
{
    struct str out = {0};
    app_list(o->list, &out);
    int status = app_write_out(&out);
    str_free(&out);
    return status;
}

static int write_headless(struct app *a, const struct options *o)
{
    struct err e = {{0}};
    struct str out = {0};
    struct drain drain = app_drain();
    int status = EXIT_FINE;
    if (!app_headless(a, o, &out, &drain, &status, &e))
        app_report(&e);
    int written = drain.failed ? EXIT_FAILED : app_write_out(&out);
    str_free(&out);
    return written != EXIT_FINE ? written : status;
}

bool app_run_begin(struct app *a, const struct options *o, int *status)
{
    struct err e = {{0}};
    *status = EXIT_FINE;
    threads_set(o->threads);
    if (o->list)
        *status = list(o);
    else if (app_lesson_text(o, status))
        return false;
    else if (o->notes)
        *status = notes_show(o);
    else if (o->train || o->resume)
        *status = app_train(o);
    else if (!app_open(a, o, status, &e))
        app_report(&e);
    else if (o->print || o->render || o->export_model || o->inspect || o->check || o->try_orders || o->against)
        *status = app_run_end(a, write_headless(a, o));
    else if (a->quit)
        *status = app_run_end(a, EXIT_FINE);
    else
        return true;
    return false;
}

int app_run_end(struct app *a, int status)
{
    struct err e = {{0}};
    if (!app_record_end(a, &e)) {
        app_report(&e);
        status = EXIT_FAILED;
    }
    if (*a->unwritten.text) {             /* a key of --keys was to write a file */
        app_report(&a->unwritten);
        status = EXIT_FAILED;
    }
    app_clear(a);
    return status;
}

int app_run(const struct options *o)
{
    struct app a;
    int status;
    if (!app_run_begin(&a, o, &status))
        return status;
    status = app_interact(&a, o);
    *a.unwritten.text = '\0';             /* it was seen */
    return app_run_end(&a, status);
}
