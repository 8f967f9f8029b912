/* log.h: what was pressed and what it cost, for whoever looks for a fault or for what is slow. FLSTM_LOG=FILE in the
 * environment asks for it; the lines are added at the end of the file, blanks are tabs:
 *
 *     # flstm-tui 0.1.0
 *     # 80x24
 *     <Right>   next-word   0.4    212
 *     KEY       ACTION      MS     BYTES
 *
 * KEY as for --keys, so that `cut -f1` of the lines without # replays a sitting that did not play or train; ACTION:
 * its name, `view NAME`, `NAME: own key` for a key that the view has for itself, `typed` into a question, or `-`; MS
 * from the key being read to its picture being out, and BYTES to the terminal for that picture (`-` where the system
 * does not count them). Keys that came together have one picture: the last of them carries its bytes. */
#ifndef FLSTM_APP_LOG_H
#define FLSTM_APP_LOG_H

#include <stdio.h>

#include "action/app.h"

struct event_log {
    FILE *file;                   /* NULL: nobody asked */
    struct str lines;             /* of the keys that wait for their picture */
    double began;                 /* clock_ms when the first of them came */
    int keys, w, h;
    bool drawn;                   /* a picture went out since the last frame */
    long long written;            /* by the program, before that picture; -1: not counted */
};

/* False when FLSTM_LOG names a file that cannot be written. */
bool log_open(struct event_log *log, struct err *e);
void log_close(struct event_log *log);
/* Before app_key. */
void log_key(struct event_log *log, const struct app *a, int key);
/* Before the picture goes out, whose size is w × h. */
void log_draws(struct event_log *log, int w, int h);
/* The picture of the keys so far, if they had one, is out. */
void log_frame(struct event_log *log);

#endif
