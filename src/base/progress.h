/* progress.h: how far something has come that somebody waits for. What takes long says so as it goes (progress_at); who
 * can show it listens. One thing at a time, as the program does one. */
#ifndef FLSTM_BASE_PROGRESS_H
#define FLSTM_BASE_PROGRESS_H

/* what: the file or the doing; part: 0 … 1. */
typedef void progress_show(const char *what, double part);

/* From now on (NULL: no longer) it is shown at most every 50 ms, for the first time once `patience_ms` have passed. */
void progress_listen(progress_show *show, double patience_ms);
/* Cheap enough for every few thousand numbers. */
void progress_at(const char *what, double part);

#endif
