/* suggest.c: see suggest.h. Three rows of the table of distances are kept at a time. */
#include "base/suggest.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/utf8.h"

enum { LETTERS = 64 };        /* what is longer is no slip of the fingers */

/* -1: too long. */
static int letters_of(const char *s, uint32_t out[LETTERS])
{
    int n = 0;
    for (size_t left = strlen(s), len; left; s += len, left -= len) {
        if (n == LETTERS)
            return -1;
        out[n++] = utf8_lower(utf8_decode(s, left, &len));
    }
    return n;
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

int suggest_distance(const char *a, const char *b, int most)
{
    uint32_t x[LETTERS], y[LETTERS];
    int n = letters_of(a, x), m = letters_of(b, y), rows[3][LETTERS + 1];
    if (n < 0 || m < 0 || n - m > most || m - n > most)
        return most + 1;
    int *before = rows[0], *last = rows[1], *now = rows[2];
    for (int j = 0; j <= m; j++)
        last[j] = j;
    for (int i = 1; i <= n; i++) {
        now[0] = i;
        for (int j = 1; j <= m; j++) {
            now[j] = least(least(last[j] + 1, now[j - 1] + 1), last[j - 1] + (x[i - 1] != y[j - 1]));
            if (i > 1 && j > 1 && x[i - 1] == y[j - 2] && x[i - 2] == y[j - 1])
                now[j] = least(now[j], before[j - 2] + 1);
        }
        int *free_row = before;
        before = last;
        last = now;
        now = free_row;
    }
    return least(last[m], most + 1);
}

bool suggest_near(const char *a, const char *b)
{
    int n = utf8_text_width(a), d = suggest_distance(a, b, 2);
    return d <= 2 && 2 * d < (n > 1 ? n + 1 : n);
}

bool suggest_among(const char *word, const char *words, char *out, size_t size)
{
    int best = 3;
    for (const char *p = words; *p; p += strcspn(p, " "), p += *p == ' ') {
        char one[64];
        size_t n = strcspn(p, " ");
        if (n >= sizeof one || n >= size)
            continue;
        memcpy(one, p, n);
        one[n] = '\0';
        int d = suggest_distance(word, one, 2);
        if (d < best && suggest_near(word, one)) {
            best = d;
            memcpy(out, one, n + 1);
        }
    }
    return best < 3;
}
