/* left_out.c: what a page cannot do, each with its line: a second terminal, a sitting that outlives a crash, and a
 * training without a screen. */
#include "app/run.h"

#include "app/notes.h"
#include "app/recover.h"

static int not_here(const char *option, const char *instead)
{
    struct err e = {{0}};
    err_set(&e, option, NULL, "not in a page: %s", instead);
    app_report(&e);
    return EXIT_FAILED;
}

int app_train(const struct options *o)
{
    return o->resume ? not_here("--resume", "it reads what a program has left on a disk")
                     : not_here("--train", "type :train, and watch it");
}

int notes_show(const struct options *o)
{
    (void)o;
    return not_here("--notes", "a second terminal follows the program in a terminal");
}

void notes_follow(struct local **notes, struct app *a)
{
    (void)notes, (void)a;
}

void notes_end(struct local **notes)
{
    (void)notes;
}

struct recovery *recovery_begin(void)
{
    return NULL;
}

void recovery_offer(struct recovery *r, struct app *a)
{
    (void)r, (void)a;
}

int recovery_wait(struct recovery *r, struct app *a)
{
    (void)r, (void)a;
    return -1;
}

void recovery_keep(struct recovery *r, struct app *a, bool now)
{
    (void)r, (void)a, (void)now;
}

bool recovery_end(struct recovery *r, struct app *a, bool left)
{
    (void)r, (void)a, (void)left;
    return false;
}
