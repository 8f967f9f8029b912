/* clock.h: how much time has passed, from a clock that is never set. */
#ifndef FLSTM_BASE_CLOCK_H
#define FLSTM_BASE_CLOCK_H

/* Since some moment before the program began; only differences mean something. May be called in a signal handler. */
double clock_ms(void);
double clock_seconds(void);

#endif
