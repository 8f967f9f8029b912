/* local.c: see local.h. A message ends with a NUL. */
#define _GNU_SOURCE
#include "base/local.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/mem.h"

enum { FOLLOWERS = 8, MESSAGE_MOST = 1 << 18 };

struct local {
    int fd;
    struct sockaddr_un at;
    int follower[FOLLOWERS], n;
    char *last;                   /* what was told last, for whoever comes; owned */
};

static bool address(const char *name, struct sockaddr_un *at, struct err *e)
{
    const char *folder = getenv("XDG_RUNTIME_DIR");
    struct stat st;
    *at = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (!folder || *folder != '/')
        return err_set(e, "XDG_RUNTIME_DIR", NULL, "expected a folder of this user's own, found %s",
                       folder && *folder ? folder : "nothing");
    if (stat(folder, &st) != 0)
        return err_errno(e, folder, "look at");
    if (!S_ISDIR(st.st_mode) || st.st_uid != geteuid() || st.st_mode & (S_IWGRP | S_IWOTH))
        return err_set(e, folder, NULL, "expected a folder that is this user's and nobody else may write to");
    if (snprintf(at->sun_path, sizeof at->sun_path, "%s/%s", folder, name) >= (int)sizeof at->sun_path)
        return err_set(e, folder, NULL, "its name is too long for a socket");
    return true;
}

/* Is the program at the other end this user's? */
static bool same_user(int fd)
{
#ifdef SO_PEERCRED
    struct ucred who;
    socklen_t n = sizeof who;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &n) == 0 && who.uid == geteuid();
#else
    uid_t uid;
    gid_t gid;
    return getpeereid(fd, &uid, &gid) == 0 && uid == geteuid();
#endif
}

static int new_socket(void)
{
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd >= 0) {
        fcntl(fd, F_SETFD, FD_CLOEXEC);
        fcntl(fd, F_SETFL, O_NONBLOCK);
    }
    return fd;
}

static bool is_own_socket(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0 && S_ISSOCK(st.st_mode) && st.st_uid == geteuid();
}

/* Binds with mode 0600 from the first moment on. */
static bool bind_private(int fd, const struct sockaddr_un *at)
{
    mode_t mask = umask(0177);
    bool ok = bind(fd, (const struct sockaddr *)at, sizeof *at) == 0;
    int why = errno;
    umask(mask);
    errno = why;
    return ok;
}

struct local *local_listen(const char *name, struct err *e)
{
    struct sockaddr_un at;
    if (!address(name, &at, e))
        return NULL;
    int fd = new_socket();
    bool bound = fd >= 0 && bind_private(fd, &at);
    if (fd >= 0 && !bound && errno == EADDRINUSE && is_own_socket(at.sun_path)) {
        int probe = new_socket();
        bool dead = probe >= 0 && connect(probe, (struct sockaddr *)&at, sizeof at) != 0 && errno == ECONNREFUSED;
        if (probe >= 0)
            close(probe);
        if (!dead) {
            close(fd);
            err_set(e, at.sun_path, NULL, "another flstm-tui is presenting");
            return NULL;
        }
        unlink(at.sun_path);
        bound = bind_private(fd, &at);
    }
    if (!bound || listen(fd, FOLLOWERS) != 0) {
        err_errno(e, at.sun_path, "listen at");
        if (fd >= 0)
            close(fd);
        return NULL;
    }
    struct local *l = xcalloc(1, sizeof *l);
    l->fd = fd;
    l->at = at;
    return l;
}

static bool send_all(int fd, const char *message)
{
    size_t n = strlen(message) + 1;
    return send(fd, message, n, MSG_NOSIGNAL) == (ssize_t)n;
}

static void let_in(struct local *l)
{
    for (int fd; (fd = accept(l->fd, NULL, NULL)) >= 0;) {
        fcntl(fd, F_SETFD, FD_CLOEXEC);
        fcntl(fd, F_SETFL, O_NONBLOCK);
        if (l->n == FOLLOWERS || !same_user(fd) || (l->last && !send_all(fd, l->last)))
            close(fd);
        else
            l->follower[l->n++] = fd;
    }
}

void local_tell(struct local *l, const char *message)
{
    let_in(l);
    if (l->last && strcmp(l->last, message) == 0)
        return;
    free(l->last);
    l->last = xstrdup(message);
    int n = 0;
    for (int k = 0; k < l->n; k++) {
        if (send_all(l->follower[k], message))
            l->follower[n++] = l->follower[k];
        else
            close(l->follower[k]);
    }
    l->n = n;
}

int local_followers(const struct local *l) { return l->n; }

void local_close(struct local *l)
{
    if (!l)
        return;
    for (int k = 0; k < l->n; k++)
        close(l->follower[k]);
    close(l->fd);
    unlink(l->at.sun_path);
    free(l->last);
    free(l);
}

int local_follow(const char *name, struct err *e)
{
    struct sockaddr_un at;
    if (!address(name, &at, e))
        return -1;
    struct stat st;
    if (lstat(at.sun_path, &st) == 0 && !is_own_socket(at.sun_path)) {
        err_set(e, at.sun_path, NULL, "expected a socket of this user, found something else");
        return -1;
    }
    int fd = new_socket();
    if (fd >= 0 && connect(fd, (struct sockaddr *)&at, sizeof at) == 0 && same_user(fd))
        return fd;
    err_set(e, at.sun_path, NULL, "nobody is presenting");
    if (fd >= 0)
        close(fd);
    return -1;
}

bool local_take(int fd, struct str *pending, struct str *message, bool *ended)
{
    char piece[4096];
    bool whole = false;
    ssize_t n;
    *ended = false;
    while ((n = recv(fd, piece, sizeof piece, 0)) > 0) {
        for (ssize_t k = 0; k < n; k++) {
            if (piece[k]) {
                str_addc(pending, piece[k]);
                continue;
            }
            str_clear(message);
            str_addn(message, str_text(pending), pending->len);
            str_clear(pending);
            whole = true;
        }
        if (pending->len > MESSAGE_MOST) {        /* not one of ours */
            *ended = true;
            return whole;
        }
    }
    *ended = n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
    return whole;
}
