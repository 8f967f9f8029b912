/* run.c: which of the things the program can do is to be done. See run.h. */
#include "app/run.h"

#include "app/notes.h"

int app_run(const struct options *o)
{
    struct err e = {{0}};
    struct str out = {0};
    int status = EXIT_FINE;
    if (o->list) {
        if (!app_list(o->list, &out, &e)) {
            app_report(&e);
            return EXIT_USAGE;
        }
        status = app_write_out(&out);
        str_free(&out);
        return status;
    }
    if (app_lesson_text(o, &status))
        return status;
    if (o->notes)
        return notes_show(o);
    if (o->train || o->resume)
        return app_train(o);
    struct app a;
    if (!app_open(&a, o, &status, &e)) {
        app_report(&e);
        return status;
    }
    status = EXIT_FINE;
    if (o->print || o->render || o->export_model || o->inspect || o->check || o->try_orders
        || o->against) {
        struct drain drain = app_drain();
        if (!app_headless(&a, o, &out, &drain, &status, &e))
            app_report(&e);
        int written = drain.failed ? EXIT_FAILED : app_write_out(&out);
        if (written != EXIT_FINE)
            status = written;
        str_free(&out);
    } else if (!a.quit) {
        status = app_interact(&a, o);
        *a.unwritten.text = '\0';         /* it was seen */
    }
    if (!app_record_end(&a, &e)) {
        app_report(&e);
        status = EXIT_FAILED;
    }
    if (*a.unwritten.text) {              /* a key of --keys was to write a file */
        app_report(&a.unwritten);
        status = EXIT_FAILED;
    }
    app_clear(&a);
    return status;
}
