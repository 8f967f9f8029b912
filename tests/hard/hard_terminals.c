/* hard_terminals.c: the real program on twelve kinds of terminal, in three locales and six sizes, and under ten
 * thousand changes of size: it ends when told to, gives the terminal back, writes whole sequences and no byte that
 * the locale cannot show, and after the storm its picture is that of a program that was started so. Some minutes;
 * HARD_SECONDS stops it earlier. FLSTM names the program. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/utf8.h"
#include "support/pty.h"

enum { STORM = 10000 };

static const char *program(void)
{
    const char *p = getenv("FLSTM");
    return p && *p ? p : "./flstm-tui";
}

static time_t began;

static int late(void)
{
    const char *given = getenv("HARD_SECONDS");
    double limit = given ? atof(given) : 0;
    return limit > 0 && difftime(time(NULL), began) >= limit;
}

/* Every control is part of a sequence that ends (ECMA-48), and the rest is text of the locale. NULL when all is
 * well. */
static const char *wrong(const char *log, size_t n, int ascii)
{
    for (size_t k = 0; k < n;) {
        unsigned char c = (unsigned char)log[k];
        size_t len = 1;
        if (c == 033) {
            k++;
            if (k < n && log[k] == '[') {
                for (k++; k < n && log[k] >= 0x20 && log[k] < 0x40; k++)
                    continue;
                if (k >= n || log[k] < 0x40 || log[k] > 0x7E)
                    return "a sequence is cut off";
            } else if (k < n && strchr("()", log[k])) {
                k++;
            } else if (k >= n || !strchr("78=>cDEHM", log[k])) {
                return "an ESC means nothing";
            }
        } else if (c >= 0x80) {
            if (ascii)
                return "a byte that the C locale does not have";
            if (utf8_decode(log + k, n - k, &len) == UTF8_BAD && len == 1)
                return "a byte that is no UTF-8";
        } else if (c < 0x20 && !strchr("\a\b\t\n\r\016\017", c)) {
            return "a control";
        }
        k += len;
    }
    return NULL;
}

static int one(const char *term, const char *locale, int w, int h)
{
    char t_[64], l_[64];
    snprintf(t_, sizeof t_, "TERM=%s", term);
    snprintf(l_, sizeof l_, "LC_ALL=%s", locale);
    struct pty *t = pty_spawn(w, h, (const char *[]){program(), NULL}, (const char *[]){t_, l_, NULL});
    for (int k = 0; k < 100 && !pty_bytes(t); k++)       /* until it has begun */
        pty_settle(t, 50);
    pty_settle(t, 60);
    pty_type(t, "\033[Ccdm?qWa", 9);
    pty_settle(t, 60);
    pty_type(t, "\003y", 2);                       /* Ctrl-C asks, y means it */
    int status = pty_ended(t), bad = 0;
    const char *trouble = wrong(pty_log(t), pty_bytes(t), strcmp(locale, "C") == 0);
    const char *damage = pty_damage(t);
    bool refused = status == 1 && (strcmp(term, "dumb") == 0 || strstr(pty_log(t), "is not a terminal known here"));
    if ((status != 0 && !refused) || trouble || *damage)
        bad = printf("%s, %s, %dx%d: status %d, %s, left behind: \"%s\"\n", term, locale, w, h, status,
                     trouble ? trouble : "bytes are fine", damage);
    pty_free(t);
    return bad != 0;
}

static int storm(void)
{
    static const int sizes[][2] = {{80, 24}, {1, 1}, {200, 60}, {20, 5}, {132, 43}, {3, 100}, {400, 2}};
    struct pty *t = pty_spawn(80, 24, (const char *[]){program(), NULL}, NULL);
    int sent = 0, bad;
    pty_settle(t, 100);
    for (; sent < STORM && !late(); sent++)
        pty_resize(t, sizes[sent % 7][0], sizes[sent % 7][1]);
    pty_resize(t, 80, 24);
    pty_settle(t, 300);
    pty_keys(t, "<C-l>");
    pty_settle(t, 300);
    char *picture = strdup(pty_screen(t));
    bad = !pty_running(t);
    pty_free(t);                                   /* one terminal at a time: the next would inherit this one's ends */
    t = pty_spawn(80, 24, (const char *[]){program(), NULL}, NULL);
    pty_settle(t, 300);
    bad = bad || strcmp(picture, pty_screen(t)) != 0;
    printf("%d changes of size: %s\n", sent, bad ? "THE PICTURE IS ANOTHER" : "the picture is that of a fresh start");
    free(picture);
    fflush(stdout);
    pty_free(t);
    return bad;
}

int main(void)
{
    static const char *const terms[] = {"xterm-256color",  "xterm",         "xterm-direct", "screen",
                                        "screen-256color", "tmux-256color", "linux",        "vt100",
                                        "vt220",           "ansi",          "dumb",         "rxvt-unicode-256color"};
    static const char *const locales[] = {"C.UTF-8", "C", "de_DE.UTF-8"};
    static const int sizes[][2] = {{1, 1}, {10, 2}, {20, 5}, {80, 24}, {200, 60}, {400, 120}};
    int runs = 0, bad = 0;
    began = time(NULL);
    bad += storm();
    for (int s = 0; s < 6; s++)
        for (int l = 0; l < 3; l++)
            for (int k = 0; k < 12 && !late(); k++, runs++)
                bad += one(terms[k], locales[l], sizes[s][0], sizes[s][1]);
    printf("%d of 216 terminals, %d faults\n", runs, bad);
    return bad > 0;
}
