/* screen_signal.c: see screen_signal.h. Notes are a set of flags plus one byte in a pipe that wakes poll(). */
#include "ui/screen_signal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"

/* How a signal is treated. */
enum kind { ENDS, RESIZES, STOPS, CONTINUES, CRASHES, IGNORED };

static const struct { int sig; enum kind kind; } traps[] = {
    {SIGHUP, ENDS},     {SIGINT, ENDS},     {SIGQUIT, ENDS},    {SIGTERM, ENDS},
    {SIGALRM, ENDS},    {SIGVTALRM, ENDS},  {SIGPROF, ENDS},    {SIGUSR1, ENDS},   {SIGUSR2, ENDS},
    {SIGXCPU, ENDS},    {SIGPOLL, ENDS},
#ifdef SIGPWR
    {SIGPWR, ENDS},
#endif
#ifdef SIGSTKFLT
    {SIGSTKFLT, ENDS},
#endif
    {SIGWINCH, RESIZES}, {SIGTSTP, STOPS},  {SIGCONT, CONTINUES}, {SIGPIPE, IGNORED},
    {SIGSEGV, CRASHES}, {SIGBUS, CRASHES},  {SIGFPE, CRASHES},  {SIGILL, CRASHES}, {SIGABRT, CRASHES},
    {SIGSYS, CRASHES},  {SIGTRAP, CRASHES},
};
enum { TRAPS = sizeof traps / sizeof traps[0], PATIENCE_MS = 1000, ALT_STACK = 64 * 1024 };

static struct sigaction before[TRAPS];
static bool trapped[TRAPS];
static int wake[2] = {-1, -1};
static stack_t stack_before;
static char alt_stack[ALT_STACK];         /* a crash may be a stack overflow: its handler needs a stack of its own */

static volatile sig_atomic_t noted;       /* any of those below */
static volatile sig_atomic_t resized, stopped, continued, end_signal;
static volatile long end_since;           /* in milliseconds */

static struct {
    volatile sig_atomic_t armed;
    int fd;
    size_t n;
    struct termios modes;
    char bytes[GUARD_MAX];
} guard;

/* ---- giving the terminal back ---- */

void guard_arm(int fd, const struct termios *modes, const char *bytes, size_t n)
{
    guard.armed = 0;
    guard.fd = fd;
    guard.modes = *modes;
    guard.n = n < GUARD_MAX ? n : GUARD_MAX;
    memcpy(guard.bytes, bytes, guard.n);
    guard.armed = 1;
}

void guard_disarm(void)
{
    guard.armed = 0;
}

/* Without blocking: a terminal nobody reads must not keep a dying process. */
static void write_now(int fd, const char *s, size_t n)
{
    int flags = fcntl(fd, F_GETFL);
    if (flags >= 0)
        fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    for (int tries = 0; n && tries < 50; tries++) {
        ssize_t k = write(fd, s, n);
        if (k > 0) {
            s += k;
            n -= (size_t)k;
        } else if (k < 0 && errno == EAGAIN) {
            poll(&(struct pollfd){.fd = fd, .events = POLLOUT}, 1, 10);
        } else if (k < 0 && errno != EINTR) {
            break;
        }
    }
    if (flags >= 0)
        fcntl(fd, F_SETFL, flags);
}

void guard_restore(void)
{
    if (!guard.armed)
        return;
    guard.armed = 0;
    int error = errno;
    write_now(guard.fd, guard.bytes, guard.n);
    /* The modes of a terminal that a shell has taken back meanwhile are the shell's business. */
    pid_t front = tcgetpgrp(guard.fd);
    if (front < 0 || front == getpgrp())
        tcsetattr(guard.fd, TCSANOW, &guard.modes);
    errno = error;
}

/* ---- handlers ---- */

static void wake_up(void)
{
    int error = errno;
    noted = 1;
    if (wake[1] >= 0) {
        ssize_t k = write(wake[1], "", 1);        /* a full pipe wakes as well */
        (void)k;
    }
    errno = error;
}

static void die_by(int sig)
{
    struct sigaction plain = {.sa_handler = SIG_DFL};
    sigset_t one;
    guard_restore();
    sigaction(sig, &plain, NULL);
    sigemptyset(&one);
    sigaddset(&one, sig);
    raise(sig);
    sigprocmask(SIG_UNBLOCK, &one, NULL);
}

static void on_end(int sig)
{
    long now = (long)clock_ms();
    /* Asked again, and the first time is still unread: the program is stuck. */
    if (end_signal && now - end_since >= PATIENCE_MS)
        die_by(sig);
    if (!end_signal) {
        end_signal = sig;
        end_since = now;
    }
    wake_up();
}

static void on_note(int sig)
{
    *(sig == SIGWINCH ? &resized : sig == SIGTSTP ? &stopped : &continued) = 1;
    wake_up();
}

/* All signals are blocked here, so a second crash ends the process at once. The handler that was there before (none, or
 * a sanitizer's) is put back and sees the same signal: a fault happens again on return, a sent one is sent again. */
static void on_crash(int sig, siginfo_t *info, void *context)
{
    (void)context;
    if (sig == SIGBUS && info && file_mend(info->si_addr))
        return;                               /* a model's file was cut short: file.h */
    guard_restore();
    for (int i = 0; i < TRAPS; i++)
        if (traps[i].sig == sig)
            sigaction(sig, &before[i], NULL);
    if (!info || info->si_code <= 0)
        raise(sig);
}

static void install(int i)
{
    struct sigaction act = {.sa_flags = SA_RESTART};
    sigemptyset(&act.sa_mask);
    switch (traps[i].kind) {
    case ENDS:
        act.sa_handler = on_end;
        break;
    case IGNORED:
        act.sa_handler = SIG_IGN;
        break;
    case CRASHES:
        act.sa_sigaction = on_crash;
        act.sa_flags = SA_SIGINFO | SA_ONSTACK;
        sigfillset(&act.sa_mask);
        break;
    default:
        act.sa_handler = on_note;
    }
    sigaction(traps[i].sig, &act, NULL);
}

/* ---- from outside ---- */

bool trap_open(struct err *e)
{
    static bool at_exit;
    if (pipe(wake))
        return err_errno(e, "terminal", "create a pipe");
    for (int i = 0; i < 2; i++) {
        fcntl(wake[i], F_SETFL, O_NONBLOCK);
        fcntl(wake[i], F_SETFD, FD_CLOEXEC);
    }
    noted = resized = stopped = continued = end_signal = 0;
    sigaltstack(&(stack_t){.ss_sp = alt_stack, .ss_size = ALT_STACK}, &stack_before);
    for (int i = 0; i < TRAPS; i++) {
        sigaction(traps[i].sig, NULL, &before[i]);
        trapped[i] = before[i].sa_handler != SIG_IGN;
        if (trapped[i])
            install(i);
    }
    mem_on_die(guard_restore);
    if (!at_exit)
        at_exit = !atexit(guard_restore);
    return true;
}

void trap_close(void)
{
    mem_on_die(NULL);
    for (int i = 0; i < TRAPS; i++)
        if (trapped[i])
            sigaction(traps[i].sig, &before[i], NULL);
    if (!(stack_before.ss_flags & SS_ONSTACK))
        sigaltstack(&stack_before, NULL);
    for (int i = 0; i < 2; i++) {
        close(wake[i]);
        wake[i] = -1;
    }
}

int trap_fd(void)
{
    return wake[0];
}

unsigned trap_take(int *sig)
{
    if (!noted)
        return 0;
    /* Each mark is cleared before what it stands for is looked at: a signal that comes now is seen by the next call. */
    char drop[64];
    unsigned bits = 0;
    noted = 0;
    while (read(wake[0], drop, sizeof drop) > 0)
        continue;
    if (resized)
        resized = 0, bits |= TRAP_RESIZE;
    if (stopped)
        stopped = 0, bits |= TRAP_STOP;
    if (continued)
        continued = 0, bits |= TRAP_CONT;
    if (end_signal) {
        *sig = (int)end_signal;
        end_signal = 0;
        bits |= TRAP_END;
    }
    return bits;
}

void trap_stop(bool all)
{
    struct sigaction plain = {.sa_handler = SIG_DFL}, ours;
    sigset_t one, mask;
    sigaction(SIGTSTP, NULL, &ours);
    if (ours.sa_handler == SIG_IGN)
        return;
    sigemptyset(&one);
    sigaddset(&one, SIGTSTP);
    sigaction(SIGTSTP, &plain, NULL);
    sigprocmask(SIG_UNBLOCK, &one, &mask);
    if (all)
        kill(0, SIGTSTP);
    else
        raise(SIGTSTP);
    /* … stopped here, until SIGCONT */
    sigaction(SIGTSTP, &ours, NULL);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    stopped = 0;
    continued = 0;
}
