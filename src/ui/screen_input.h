/* screen_input.h: bytes from a terminal become keys. No system calls here: the screen feeds it, tests feed it too.
 *
 * Knows the sequences it was taught (from the terminal's description) and those of xterm, rxvt, tmux and the
 * Linux console; a sequence it does not know is swallowed whole instead of being taken for typed letters.
 * Text is UTF-8 whatever the locale; what is no text is dropped.
 */
#ifndef FLSTM_UI_SCREEN_INPUT_H
#define FLSTM_UI_SCREEN_INPUT_H

#include <stdbool.h>
#include <stddef.h>

enum { INPUT_BYTES = 4096, INPUT_TAUGHT = 48, INPUT_SEQUENCE = 16 };

struct input {
    unsigned char bytes[INPUT_BYTES];
    size_t from, to;                              /* unread: bytes[from..to) */
    bool in_paste;                                /* between the marks of a bracketed paste */
    bool pasted;                                  /* the key last returned came out of a paste */
    bool mouse;                                   /* it was asked to tell of clicks: only then are they read */
    int taught;
    struct { char text[INPUT_SEQUENCE]; size_t len; int key; } sequence[INPUT_TAUGHT];
};

/* Only sequences that begin with ESC are learnt: single bytes mean the same on every terminal. */
void input_teach(struct input *in, const char *sequence, int key);
/* Room for new bytes; the caller adds what it has put there to in->to. At least 1 after input_key gave K_NONE. */
unsigned char *input_room(struct input *in, size_t *n);
/* The next key, or K_NONE when there is none yet. final: nothing more has come for a while, so an ESC is the Esc
 * key. */
int input_key(struct input *in, bool final);
bool input_waiting(const struct input *in);       /* bytes that are not yet a key */

#endif
