/* threads.c: see threads.h. A piece of work is taken by whoever is free: its number is counted up under no lock. Who
 * wakes late finds the work closed and sleeps on, so that nobody waits for a worker that has nothing to do. */
#define _GNU_SOURCE
#include "base/threads.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __wasm__

void threads_each(int n, threads_task *task, void *context)
{
    for (int k = 0; k < n; k++)
        task(context, k);
}

void threads_set(int count)
{
    (void)count;
}

int threads_count(void)
{
    return 1;
}

#else
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

struct work {
    threads_task *task;
    void *context;
    int n;
};

static struct {
    pthread_mutex_t lock;         /* of all but `next` */
    pthread_cond_t opened, left;
    struct work work;
    atomic_int next;              /* the piece that nobody has taken yet */
    unsigned long round;          /* how often work was opened */
    bool open, stop;
    int inside;                   /* workers that are at it */
    pthread_t worker[THREADS_MAX];
    int workers, count;           /* count 0: not asked yet */
} pool = {.lock = PTHREAD_MUTEX_INITIALIZER, .opened = PTHREAD_COND_INITIALIZER, .left = PTHREAD_COND_INITIALIZER};

static _Thread_local bool within;         /* a piece of work */

static void take_pieces(const struct work *w)
{
    for (int k; (k = atomic_fetch_add(&pool.next, 1)) < w->n;)
        w->task(w->context, k);
}

static void *serve(void *unused)
{
    unsigned long seen = 0;
    within = true;
    pthread_mutex_lock(&pool.lock);
    while (!pool.stop) {
        if (!pool.open || pool.round == seen) {
            pthread_cond_wait(&pool.opened, &pool.lock);
            continue;
        }
        seen = pool.round;
        pool.inside++;
        struct work w = pool.work;
        pthread_mutex_unlock(&pool.lock);
        take_pieces(&w);
        pthread_mutex_lock(&pool.lock);
        if (!--pool.inside)
            pthread_cond_signal(&pool.left);
    }
    pthread_mutex_unlock(&pool.lock);
    return unused;
}

/* A thread has the signal mask of the one that starts it. */
static void start_workers(int wanted)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (pool.workers < wanted && !pthread_create(&pool.worker[pool.workers], NULL, serve, NULL))
        pool.workers++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void stop_workers(void)
{
    pthread_mutex_lock(&pool.lock);
    pool.stop = true;
    pthread_cond_broadcast(&pool.opened);
    pthread_mutex_unlock(&pool.lock);
    while (pool.workers)
        pthread_join(pool.worker[--pool.workers], NULL);
    pool.stop = false;
}

/* As many as there may be. */
static int allowed(long n)
{
    if (n < 1)
        return 1;
    return n < THREADS_MAX ? (int)n : THREADS_MAX;
}

static int processors(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);
#ifdef __linux__
    cpu_set_t mine;
    if (!sched_getaffinity(0, sizeof mine, &mine))
        n = CPU_COUNT(&mine);
#endif
    return allowed(n);
}

int threads_count(void)
{
    if (!pool.count)
        pool.count = processors();
    return pool.count;
}

void threads_set(int count)
{
    stop_workers();
    pool.count = count ? allowed(count) : 0;
}

void threads_each(int n, threads_task *task, void *context)
{
    const struct work w = {task, context, n};
    if (n < 2 || within || threads_count() < 2) {
        for (int k = 0; k < n; k++)
            task(context, k);
        return;
    }
    if (pool.workers < pool.count - 1)
        start_workers(pool.count - 1);
    pthread_mutex_lock(&pool.lock);
    pool.work = w;
    atomic_store(&pool.next, 0);
    pool.round++;
    pool.open = true;
    pthread_cond_broadcast(&pool.opened);
    pthread_mutex_unlock(&pool.lock);
    within = true;
    take_pieces(&w);
    within = false;
    pthread_mutex_lock(&pool.lock);
    pool.open = false;
    while (pool.inside)
        pthread_cond_wait(&pool.left, &pool.lock);
    pthread_mutex_unlock(&pool.lock);
}
#endif
