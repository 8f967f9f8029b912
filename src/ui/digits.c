/* digits.c: see digits.h. */
#include "ui/digits.h"

#include <string.h>

/* Row by row. In `half`: # a whole cell, ^ its upper half, v its lower half; `line` is drawn as it stands. */
static const struct { char ch; const char *half, *line; } shapes[] = {
    {'0', "#^## #^^^", " _ | ||_|"}, {'1', " ^#  #  ^", "     |  |"}, {'2', "^^##^^^^^", " _  _||_ "},
    {'3', "^^# ^#^^^", " _  _| _|"}, {'4', "# #^^#  ^", "   |_|  |"}, {'5', "#^^^^#^^^", " _ |_  _|"},
    {'6', "#^^#^#^^^", " _ |_ |_|"}, {'7', "^^#  #  ^", " _   |  |"}, {'8', "#^##^#^^^", " _ |_||_|"},
    {'9', "#^#^^#^^^", " _ |_| _|"}, {'-', "   ^^^   ", "    _    "}, {'+', " v ^#^   ", "    _ |  "},
    {'?', "^^# #^ v ", " _   / . "}, {'<', " v^^v   ^", "  / /  \\ "}, {'>', "^v v^ ^  ", "\\   \\  / "},
    {' ', "         ", "         "}, {'.', "  ^", "  ."}, {'*', "v v ^ ^ ^", "   \\ / \\ "},
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

static int shape_of(char ch)
{
    int k = 0;
    while (k < SHAPES && shapes[k].ch != ch)
        k++;
    return k;
}

static int shape_width(int k) { return (int)strlen(shapes[k].half) / DIGITS_H; }

int digits_width(const char *text)
{
    int w = 0;
    for (; *text; text++) {
        int k = shape_of(*text);
        w += k < SHAPES ? shape_width(k) + 1 : 0;
    }
    return w ? w - 1 : 0;
}

void digits_draw(struct grid *g, int x, int y, enum role role, unsigned attr, const char *text)
{
    bool halves = g->glyphs->upper_half == 0x2580;
    for (; *text; text++) {
        int k = shape_of(*text);
        if (k == SHAPES)
            continue;
        int w = shape_width(k);
        for (int c = 0; c < w * DIGITS_H; c++) {
            char s = (halves ? shapes[k].half : shapes[k].line)[c];
            uint32_t ch = !halves ? (uint32_t)s : s == '#' ? 0x2588 : s == '^' ? 0x2580 : s == 'v' ? 0x2584 : ' ';
            if (ch != ' ')
                grid_put(g, x + c % w, y + c / w, ch, role, attr);
        }
        x += w + 1;
    }
}
