/* hello_curses.c: the smallest ncurses program, against which our start is measured. Ends with q. */
#include <locale.h>

#include <curses.h>

int main(void)
{
    setlocale(LC_ALL, "");
    initscr();
    cbreak();
    noecho();
    mvaddstr(1, 1, "hello");
    refresh();
    while (getch() != 'q')
        continue;
    endwin();
    return 0;
}
