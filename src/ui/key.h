/* key.h: keys as numbers and as text. A key is a code point or one of the named ones; texts are as in vim:
 * "j", "<Left>", "<S-Tab>", "<C-r>", "<A-b>", "<PgDn>", "<Space>", "<lt>". */
#ifndef FLSTM_UI_KEY_H
#define FLSTM_UI_KEY_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

enum {
    K_NONE = 0,
    K_TAB = 9, K_ENTER = 13, K_ESC = 27, K_SPACE = 32, K_BACKSPACE = 127,
    K_NAMED = 0x200000,
    K_UP, K_DOWN, K_LEFT, K_RIGHT, K_HOME, K_END, K_PGUP, K_PGDN, K_INS, K_DEL, K_BTAB,
    K_F1, K_F2, K_F3, K_F4, K_F5, K_F6, K_F7, K_F8, K_F9, K_F10, K_F11, K_F12,
    K_RESIZE,                     /* not a key: the terminal has a new size */
    K_REDRAW,                     /* not a key: after a suspend, draw everything */
    K_WHEEL_UP, K_WHEEL_DOWN,     /* of a mouse */
    K_LAST,
    K_ALT_BIT = 0x400000,
    K_CLICK_BIT = 0x20000000
};
#define K_CTRL(c) ((c) & 0x1f)    /* K_CTRL('r') */
#define K_ALT(c) ((c) | K_ALT_BIT)  /* K_ALT('b'): a character, Backspace or Enter pressed with Alt */
/* A click on a cell, from 0 to 4095 from the left and from above: "<At1,1>" is the one at the top left. */
#define K_CLICK(x, y) (K_CLICK_BIT | (y) << 12 | (x))
#define K_CLICK_X(key) ((key) & 0xFFF)
#define K_CLICK_Y(key) ((key) >> 12 & 0xFFF)

/* Reads one key from *text and moves past it; K_NONE with *text unmoved for what is not a key ("<Foo>"). */
int key_parse(const char **text);
/* "<C-r>" into buf; returns buf. For help and hints use key_show. */
char *key_name(int key, char buf[16]);
/* As people write keys: "→", "Ctrl-R", "PgDn", "Space"; ascii: "Right". */
char *key_show(int key, bool ascii, char buf[16]);
/* The keys of a list with blanks between ("<Right> l", "<Up> k"), one at a time: K_NONE at its end. */
int key_next(const char **list);
bool key_listed(const char *list, int key);

#endif
