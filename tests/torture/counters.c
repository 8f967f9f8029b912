/* counters.c: linked into what is built for coverage, where raise() goes through here (-Wl,--wrap=raise): a program that
 * is ended by a signal, after it has given the terminal back, writes its counters first. */
#include <signal.h>

void __gcov_dump(void);
int __real_raise(int sig);
int __wrap_raise(int sig);

int __wrap_raise(int sig)
{
    if (sig != SIGTSTP && sig != SIGSTOP)            /* it goes on after those */
        __gcov_dump();
    return __real_raise(sig);
}
