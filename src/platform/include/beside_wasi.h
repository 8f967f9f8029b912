/* beside_wasi.h: calls of POSIX that wasi-libc does not declare; included before everything else of the program for a
 * page (make web). They are in file_web.c. */
#ifndef FLSTM_PLATFORM_BESIDE_WASI_H
#define FLSTM_PLATFORM_BESIDE_WASI_H

#include <sys/types.h>

char *realpath(const char *restrict path, char *restrict out);
mode_t umask(mode_t mask);

#endif
