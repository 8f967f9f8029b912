/* termios.h: for systems without terminals (wasi-libc has no such header): nothing is one. */
#ifndef FLSTM_PLATFORM_TERMIOS_H
#define FLSTM_PLATFORM_TERMIOS_H

enum { IUTF8 = 1 };
struct termios { unsigned c_iflag; };

static inline int tcgetattr(int fd, struct termios *modes)
{
    (void)fd;
    modes->c_iflag = 0;
    return -1;
}

#endif
