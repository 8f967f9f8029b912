/* recover.c: see recover.h.
 *
 * A run has up to three files in the folder "unsaved": NAME.lock, which it keeps locked while it lives (the system
 * lets go of it however it ends), NAME.json, the sitting, and NAME.model.json, what was learnt and not saved. Files
 * whose lock nobody holds were left behind. */
#include "app/recover.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "action/ask.h"
#include "action/begin.h"
#include "action/lesson.h"
#include "action/sitting.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/state_home.h"

enum { IDLE_MS = 1000, COST = 20 };       /* a file is written after that time, and takes at most a twentieth of it */
enum { SLICE_MS = 4 };                    /* of work before it is written */

struct recovery {
    struct str folder, sitting, model, lock;
    int lock_fd;
    unsigned long seen;                   /* session_revision of what is in the file, or was found saved */
    int learnt;                           /* updates of the training whose model is in the file */
    double due, cost;                     /* milliseconds: when to write (0: nothing to), what it took last */
    bool kept, kept_model;                /* the files are there */
    char *offered;                        /* base name of what is being asked about, without its ending */
    bool offered_model;
};

static void path_of(const struct recovery *r, const char *name, const char *ending, struct str *out)
{
    str_clear(out);
    str_addf(out, "%s%s%s", str_text(&r->folder), name, ending);
}

/* ---- locks ------------------------------------------------------------------------------------------------------- */

static int lock_file(const char *path)
{
    struct flock all = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd >= 0 && fcntl(fd, F_SETLK, &all) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

/* Is the run gone that this file belongs to? */
static bool abandoned(const struct recovery *r, const char *name)
{
    struct str lock = {0};
    struct flock all = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    path_of(r, name, ".lock", &lock);
    bool own = strcmp(str_text(&lock), str_text(&r->lock)) == 0;      /* opening and closing it would let go of it */
    int fd = own ? -1 : open(str_text(&lock), O_RDWR | O_CLOEXEC);
    bool gone = !own && (fd < 0 || (fcntl(fd, F_GETLK, &all) == 0 && all.l_type == F_UNLCK));
    if (fd >= 0)
        close(fd);
    str_free(&lock);
    return gone;
}

/* ---- beginning and ending ---------------------------------------------------------------------------------------- */

struct recovery *recovery_begin(void)
{
    struct recovery *r = xcalloc(1, sizeof *r);
    struct timespec t;
    char name[64];
    clock_gettime(CLOCK_REALTIME, &t);
    snprintf(name, sizeof name, "%lld-%03ld-%ld", (long long)t.tv_sec, t.tv_nsec / 1000000, (long)getpid());
    r->lock_fd = -1;
    if (state_home("unsaved/", &r->folder)) {
        path_of(r, name, ".json", &r->sitting);
        path_of(r, name, ".model.json", &r->model);
        path_of(r, name, ".lock", &r->lock);
        r->lock_fd = lock_file(str_text(&r->lock));
    }
    if (r->lock_fd >= 0)
        return r;
    recovery_end(r, NULL, true);
    return NULL;
}

static void drop(bool *kept, const char *path)
{
    if (*kept)
        unlink(path);
    *kept = false;
}

bool recovery_end(struct recovery *r, struct app *a, bool left)
{
    if (!r)
        return false;
    if (left && a)
        recovery_keep(r, a, true);
    if (!left) {
        drop(&r->kept, str_text(&r->sitting));
        drop(&r->kept_model, str_text(&r->model));
    }
    bool stays = r->kept || r->kept_model;
    if (r->lock_fd >= 0) {
        unlink(str_text(&r->lock));
        close(r->lock_fd);
    }
    str_free(&r->folder);
    str_free(&r->sitting);
    str_free(&r->model);
    str_free(&r->lock);
    free(r->offered);
    free(r);
    return stays;
}

/* ---- keeping ----------------------------------------------------------------------------------------------------- */

static bool learns(const struct app *a)
{
    return a->training && a->training->phase == TRAINING_RUNS && !a->training->paused;
}

static bool unsaved_model(const struct app *a)
{
    return a->training && !a->save_model && training_unsaved(a->training) && a->training->phase != TRAINING_FAILED;
}

/* Is something to be written or removed? */
static bool stale(const struct recovery *r, const struct app *a)
{
    const struct session *own = app_own_session(a);      /* a page of a lesson is nobody's work */
    return r->seen != session_revision(own) || (r->kept && !session_dirty(own))
        || (a->training && !learns(a) && (unsaved_model(a) ? r->learnt != training_done(a->training) : r->kept_model));
}

int recovery_wait(struct recovery *r, struct app *a)
{
    if (!r || !stale(r, a))
        return -1;
    if (!r->due)
        r->due = clock_ms() + (IDLE_MS > COST * r->cost ? IDLE_MS : COST * r->cost);
    double left = r->due - clock_ms();
    return left < 0 ? 0 : (int)left;
}

static void keep_sitting(struct recovery *r, struct app *a)
{
    struct session *shown = a->session, *own = a->lesson ? a->lesson->session : shown;
    r->seen = session_revision(own);
    if (!session_dirty(own)) {
        drop(&r->kept, str_text(&r->sitting));
        return;
    }
    struct str out = {0};
    a->session = own;
    a->scene.session = own;
    sitting_write(a, NULL, &out);
    a->session = shown;
    a->scene.session = shown;
    r->kept = state_write(str_text(&r->sitting), str_text(&out), out.len) || r->kept;
    str_free(&out);
}

static void keep_model(struct recovery *r, struct app *a)
{
    struct err e = {{0}};
    if (!unsaved_model(a)) {
        drop(&r->kept_model, str_text(&r->model));
        return;
    }
    if (r->learnt == training_done(a->training) && r->kept_model)
        return;
    struct model *m = training_model(a->training, TRAINING_NOW, &e);
    struct str out = {0};
    r->learnt = training_done(a->training);
    if (m)
        model_write(m, &out);
    r->kept_model = (m && state_write(str_text(&r->model), str_text(&out), out.len)) || r->kept_model;
    str_free(&out);
    model_free(m);
}

void recovery_keep(struct recovery *r, struct app *a, bool now)
{
    if (!r || (!now && recovery_wait(r, a) != 0))
        return;
    if (!now && session_dirty(app_own_session(a)) && !session_fingerprint_there(app_own_session(a), SLICE_MS))
        return;                           /* it names the model; of a large one that takes a while */
    double began = clock_ms();
    keep_sitting(r, a);
    if (now || !learns(a))                /* what runs on changes all the time */
        keep_model(r, a);
    r->cost = clock_ms() - began;
    r->due = 0;
}

/* ---- offering ---------------------------------------------------------------------------------------------------- */

static bool ends_with(const char *s, const char *tail)
{
    size_t n = strlen(s), m = strlen(tail);
    return n >= m && strcmp(s + n - m, tail) == 0;
}

/* A lock that nobody holds and that guards nothing. */
static void sweep_lock(const struct recovery *r, const char *file)
{
    struct str path[3] = {{0}};
    char *name = xstrndup(file, strlen(file) - strlen(".lock"));
    path_of(r, name, ".json", &path[0]);
    path_of(r, name, ".model.json", &path[1]);
    path_of(r, name, ".lock", &path[2]);
    if (access(str_text(&path[0]), F_OK) != 0 && access(str_text(&path[1]), F_OK) != 0 && abandoned(r, name))
        unlink(str_text(&path[2]));
    for (int k = 0; k < 3; k++)
        str_free(&path[k]);
    free(name);
}

/* The newest that was left behind: its name without the ending. */
static char *newest(struct recovery *r, bool *model, struct timespec *when)
{
    char *found = NULL;
    struct dirent *entry;
    DIR *folder = opendir(str_text(&r->folder));
    while (folder && (entry = readdir(folder))) {
        bool is_model = ends_with(entry->d_name, ".model.json");
        const char *ending = is_model ? ".model.json" : ".json";
        struct str path = {0};
        struct stat is;
        if (ends_with(entry->d_name, ".lock"))
            sweep_lock(r, entry->d_name);
        if (!ends_with(entry->d_name, ending))
            continue;
        char *name = xstrndup(entry->d_name, strlen(entry->d_name) - strlen(ending));
        path_of(r, name, ending, &path);
        if (abandoned(r, name) && lstat(str_text(&path), &is) == 0 && S_ISREG(is.st_mode)
            && (!found || is.st_mtim.tv_sec > when->tv_sec
                || (is.st_mtim.tv_sec == when->tv_sec && is.st_mtim.tv_nsec > when->tv_nsec))) {
            free(found);
            found = xstrdup(name);
            *model = is_model;
            *when = is.st_mtim;
        }
        free(name);
        str_free(&path);
    }
    if (folder)
        closedir(folder);
    return found;
}

/* The one whose offer stands: there is one keyboard. */
static struct recovery *asking;

static void forget(struct recovery *r)
{
    struct str path = {0};
    path_of(r, r->offered, r->offered_model ? ".model.json" : ".json", &path);
    unlink(str_text(&path));
    path_of(r, r->offered, ".lock", &path);
    unlink(str_text(&path));
    str_free(&path);
}

static unsigned take_up(struct recovery *r, struct app *a)
{
    struct err e = {{0}};
    struct str path = {0};
    path_of(r, r->offered, ".json", &path);
    bool ok = app_open_scenario(a, str_text(&path), &e);
    str_free(&path);
    if (!ok)
        return app_fail(a, &e);
    free(a->saved_as);                    /* where it lies is no place of the user's */
    a->saved_as = NULL;
    a->saved_whole = false;
    session_mark_unsaved(a->session);
    recovery_keep(r, a, true);
    if (r->kept)                          /* it is ours now */
        forget(r);
    return *e.text ? app_fail(a, &e) : app_say(a, "as it was; :w saves it");
}

static unsigned open_left_model(struct recovery *r, struct app *a)
{
    struct err e = {{0}};
    struct str path = {0};
    path_of(r, r->offered, ".model.json", &path);
    struct model *m = model_load(str_text(&path), &(struct model_options){.tokenizer = -1}, &e);
    unsigned reaction = m && app_enter_model(a, m, true, &e) ? app_say(a, "what was learnt is in %s", str_text(&path))
                                                             : app_fail(a, &e);
    str_free(&path);
    return reaction;
}

static unsigned answer(struct app *a, const char *text)
{
    struct recovery *r = asking;
    if (*text == 'd' || *text == 'D') {
        forget(r);
        recovery_offer(r, a);
        return a->prompt.active ? (unsigned)REACT_DRAW : app_say(a, "dropped");
    }
    if (*text != 'y' && *text != 'Y') {
        unsigned said = app_say(a, "it is offered again at the next start");
        bool other = *text > ' ' && *text <= '~' && !strchr("nN", *text);
        return other ? said | app_key(a, *text) : said;      /* typed for the program: nothing is half a command */
    }
    return r->offered_model ? open_left_model(r, a) : take_up(r, a);
}

static const struct key_help letters[] = {
    {.keys = "y", .hint = "go on with it"}, {.keys = "n", .hint = "not now"}, {.keys = "d", .hint = "drop it"},
    {.keys = NULL},
};
static const struct question question_recover = {.answer = answer, .letters = letters};

void recovery_offer(struct recovery *r, struct app *a)
{
    struct timespec when = {0};
    if (!r)
        return;
    free(r->offered);
    r->offered = newest(r, &r->offered_model, &when);
    if (!r->offered)
        return;
    char date[32], label[sizeof a->prompt.label];
    struct tm local;
    localtime_r(&when.tv_sec, &local);
    strftime(date, sizeof date, "%d.%m. %H:%M", &local);
    snprintf(label, sizeof label,
             r->offered_model ? "a model of %s was not saved. Open it?" : "edits of %s were not saved. Go on?", date);
    asking = r;
    app_ask(a, &question_recover, label, "");
}
