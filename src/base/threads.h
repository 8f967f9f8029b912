/* threads.h: work in pieces, on as many processors as one may use.
 *
 * threads_each(n, task, context) calls task(context, k) once for each k of 0 … n-1, on the calling thread and on
 * workers beside it, in no order, and returns when all are done. What keeps a result the same for any number of
 * threads is the caller's: piece k writes only what is piece k's, and what is summed over pieces is summed afterwards,
 * in the order of k. How many pieces there are must not decide what comes out either.
 *
 * Workers are started when they are first needed and sleep in between. They block all signals, so that a signal always
 * interrupts the thread that waits for keys. A piece that calls threads_each itself does all of that by itself. One
 * thread at a time may call it from outside. A worker that cannot be started is done without. A piece must not wait
 * for another piece, report progress, or end the program.
 *
 * Where there are no threads (WebAssembly), all this is a loop.
 */
#ifndef FLSTM_BASE_THREADS_H
#define FLSTM_BASE_THREADS_H

enum { THREADS_MAX = 64 };

typedef void threads_task(void *context, int k);
void threads_each(int n, threads_task *task, void *context);

/* 1 … THREADS_MAX; 0: as many as there are processors this process may run on, which is how it begins. Not from
 * within a piece. */
void threads_set(int count);
int threads_count(void);

#endif
