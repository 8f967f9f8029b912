/* room.h: how much memory is free, asked before a great deal of it is taken: Linux hands out more than there is, and
 * ends a process that then fills it.
 */
#ifndef FLSTM_BASE_ROOM_H
#define FLSTM_BASE_ROOM_H

#include <stddef.h>

/* Bytes that can still be filled: the least of what the machine has (MemAvailable of /proc/meminfo, which counts what
 * the kernel would give back, and free swap), what the control groups of this process allow (versions 1 and 2; files
 * that were only read do not count as used), and RLIMIT_AS. SIZE_MAX where nothing is known, as on other systems. */
size_t room_bytes(void);

#endif
