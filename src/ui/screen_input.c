/* screen_input.c: see screen_input.h. One step looks at the first byte and says how many bytes it used up and which
 * key they are, K_NONE for bytes that mean nothing; using up none asks for more bytes. */
#include "ui/screen_input.h"

#include <stdint.h>
#include <string.h>

#include "base/utf8.h"
#include "ui/key.h"

enum { ESC = 27, LONGEST_SEQUENCE = 64 };

struct step { size_t used; int key; };

static const struct step more = {0, K_NONE};

/* ESC [ … FINAL and ESC O FINAL, xterm's way; parameters are modifiers, which we do not tell apart. */
static const struct { char final; int key; } by_final[] = {
    {'A', K_UP}, {'B', K_DOWN}, {'C', K_RIGHT}, {'D', K_LEFT}, {'H', K_HOME}, {'F', K_END}, {'Z', K_BTAB},
    {'P', K_F1}, {'Q', K_F2}, {'R', K_F3}, {'S', K_F4},
};
/* ESC [ NUMBER ~ (rxvt ends some of them in ^, $ or @) */
static const struct { int number, key; } by_number[] = {
    {1, K_HOME}, {2, K_INS}, {3, K_DEL}, {4, K_END}, {5, K_PGUP}, {6, K_PGDN}, {7, K_HOME}, {8, K_END},
    {11, K_F1}, {12, K_F2}, {13, K_F3}, {14, K_F4}, {15, K_F5}, {17, K_F6}, {18, K_F7}, {19, K_F8},
    {20, K_F9}, {21, K_F10}, {23, K_F11}, {24, K_F12},
};
enum { PASTE_BEGIN = 200, PASTE_END = 201 };
/* ESC O FINAL: the numeric keypad in application mode */
static const char keypad[][2] = {
    {'M', K_ENTER}, {'I', K_TAB}, {'X', '='}, {'j', '*'}, {'k', '+'}, {'l', ','}, {'m', '-'}, {'n', '.'}, {'o', '/'},
    {'p', '0'}, {'q', '1'}, {'r', '2'}, {'s', '3'}, {'t', '4'}, {'u', '5'}, {'v', '6'}, {'w', '7'}, {'x', '8'},
    {'y', '9'},
};

static int key_by_final(char c)
{
    for (size_t i = 0; i < sizeof by_final / sizeof by_final[0]; i++)
        if (by_final[i].final == c)
            return by_final[i].key;
    return K_NONE;
}

static int key_by_number(int number)
{
    for (size_t i = 0; i < sizeof by_number / sizeof by_number[0]; i++)
        if (by_number[i].number == number)
            return by_number[i].key;
    return K_NONE;
}

static int key_by_keypad(char c)
{
    for (size_t i = 0; i < sizeof keypad / sizeof keypad[0]; i++)
        if (keypad[i][0] == c)
            return keypad[i][1];
    return K_NONE;
}

void input_teach(struct input *in, const char *sequence, int key)
{
    size_t n = strlen(sequence);
    if (n < 2 || n >= INPUT_SEQUENCE || sequence[0] != ESC || in->taught == INPUT_TAUGHT)
        return;
    memcpy(in->sequence[in->taught].text, sequence, n + 1);
    in->sequence[in->taught].len = n;
    in->sequence[in->taught++].key = key;
}

unsigned char *input_room(struct input *in, size_t *n)
{
    if (in->from) {
        memmove(in->bytes, in->bytes + in->from, in->to - in->from);
        in->to -= in->from;
        in->from = 0;
    }
    *n = INPUT_BYTES - in->to;
    return in->bytes + in->to;
}

bool input_waiting(const struct input *in)
{
    return in->from < in->to;
}

enum { BUTTON_LEFT = 0, BUTTON_WHEEL_UP = 64, BUTTON_WHEEL_DOWN = 65, BUTTON_MODIFIERS = 4 | 8 | 16 };

/* A button went down at column x, row y, from 1: a key where it means something here. */
static int mouse_key(int button, int x, int y)
{
    button &= ~BUTTON_MODIFIERS;
    if (button == BUTTON_WHEEL_UP || button == BUTTON_WHEEL_DOWN)
        return button == BUTTON_WHEEL_UP ? K_WHEEL_UP : K_WHEEL_DOWN;
    return button == BUTTON_LEFT && x >= 1 && x <= 4096 && y >= 1 && y <= 4096 ? K_CLICK(x - 1, y - 1) : K_NONE;
}

/* ESC [ < BUTTON ; X ; Y M, or m when it is let go (xterm's mode 1006); i: where the parameters end */
static struct step sgr_mouse(const unsigned char *p, size_t i)
{
    int v[3] = {0};
    size_t k = 3;
    for (int n = 0; n < 3; n++, k++)
        for (; k < i && p[k] >= '0' && p[k] <= '9'; k++)
            v[n] = v[n] < 10000 ? v[n] * 10 + p[k] - '0' : v[n];
    return (struct step){i + 1, p[i] == 'M' && k == i + 1 ? mouse_key(v[0], v[1], v[2]) : K_NONE};
}

/* ESC [ M and three bytes: terminals that know only the oldest way. */
static struct step old_mouse(const unsigned char *p, size_t n)
{
    if (n < 6)
        return more;
    return (struct step){6, mouse_key(p[3] - 32, p[4] - 32, p[5] - 32)};
}

/* ESC [ parameters FINAL */
static struct step control_sequence(struct input *in, const unsigned char *p, size_t n)
{
    if (n > 3 && p[2] == '[')                      /* the Linux console's F1…F5: ESC [ [ A…E */
        return (struct step){4, p[3] >= 'A' && p[3] <= 'E' ? K_F1 + p[3] - 'A' : K_NONE};
    if (n > 2 && p[2] == '[')
        return more;
    if (in->mouse && n > 2 && p[2] == 'M')
        return old_mouse(p, n);
    size_t i = 2;
    int number = 0;
    while (i < n && i < LONGEST_SEQUENCE && p[i] >= 0x20 && p[i] <= 0x3F && p[i] != '$')
        i++;
    if (i == n)
        return more;
    if (i == LONGEST_SEQUENCE || ((p[i] < 0x40 || p[i] > 0x7E) && p[i] != '$'))
        return (struct step){i, K_NONE};           /* not a sequence: what broke it is read on its own */
    if (in->mouse && p[2] == '<' && (p[i] == 'M' || p[i] == 'm'))
        return sgr_mouse(p, i);
    for (size_t k = 2; k < i && p[k] >= '0' && p[k] <= '9' && number < 1000; k++)
        number = number * 10 + p[k] - '0';
    struct step done = {i + 1, K_NONE};
    if (!strchr("~^$@", p[i]))
        done.key = key_by_final((char)p[i]);
    else if (number == PASTE_BEGIN || number == PASTE_END)
        in->in_paste = number == PASTE_BEGIN;
    else
        done.key = key_by_number(number);
    return done;
}

static struct step text(const unsigned char *p, size_t n)
{
    size_t want = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : p[0] >= 0xC2 ? 2 : 1, have = 1, len;
    while (have < n && have < want && (p[have] & 0xC0) == 0x80)
        have++;
    if (have < want && have == n && p[0] <= 0xF4)
        return more;
    uint32_t cp = utf8_decode((const char *)p, have, &len);
    bool bad = (cp == UTF8_BAD && len == 1) || utf8_hidden(cp);
    return (struct step){len, bad ? K_NONE : (int)cp};
}

/* Esc with a character right behind it is Alt with that character: nobody types so fast, and every terminal sends it
 * so. Esc and a control character are two keys. */
static struct step with_alt(const unsigned char *p, size_t n)
{
    if (p[1] < 0x20)
        return (struct step){1, K_ESC};
    struct step s = p[1] < 0x80 ? (struct step){1, p[1]} : text(p + 1, n - 1);
    return s.used ? (struct step){1 + s.used, s.key ? K_ALT(s.key) : K_NONE} : more;
}

static struct step escape(struct input *in, const unsigned char *p, size_t n)
{
    bool maybe = n == 1;
    for (int i = 0; i < in->taught; i++) {
        size_t len = in->sequence[i].len;
        if (n >= len && !memcmp(p, in->sequence[i].text, len))
            return (struct step){len, in->sequence[i].key};
        maybe |= n < len && !memcmp(p, in->sequence[i].text, n);
    }
    if (maybe)
        return more;
    if (p[1] == '[')
        return control_sequence(in, p, n);
    if (p[1] != 'O')
        return with_alt(p, n);
    if (n == 2)
        return more;
    int key = key_by_final((char)p[2]);
    return (struct step){3, key ? key : key_by_keypad((char)p[2])};
}

static struct step plain(unsigned char c)
{
    int key = c;                                   /* Ctrl with a letter is the control character itself */
    if (c == '\n')
        key = K_ENTER;
    else if (c == '\b')
        key = K_BACKSPACE;
    return (struct step){1, key};                  /* NUL is K_NONE: no key */
}

/* Pasted text can neither press Enter nor give a command: white space is a blank, other controls are nothing. An Esc on
 * its own or a Ctrl-C ends a paste whose end mark never came. */
static int pasted_key(struct input *in, int key)
{
    if (key == K_ENTER || key == K_TAB)
        return K_SPACE;
    if ((key == K_ESC && !input_waiting(in)) || key == K_CTRL('c'))
        in->in_paste = false;
    return key >= K_SPACE && key < K_NAMED && key != K_BACKSPACE ? key : K_NONE;
}

int input_key(struct input *in, bool final)
{
    while (in->from < in->to) {
        const unsigned char *p = in->bytes + in->from;
        size_t n = in->to - in->from;
        bool paste = in->in_paste;
        struct step s = *p == ESC ? escape(in, p, n) : *p < 0x80 ? plain(*p) : text(p, n);
        if (!s.used && !final)
            return K_NONE;
        if (!s.used)
            s = (struct step){1, *p == ESC ? K_ESC : K_NONE};
        in->from += s.used;
        if (paste && s.key)
            s.key = pasted_key(in, s.key);
        if (s.key) {
            in->pasted = paste;
            return s.key;
        }
    }
    return K_NONE;
}
