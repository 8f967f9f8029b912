/* web.h: the program in a web page. The page (web.html) keeps the clock, the keys and the window; it calls what web.c
 * exports, and what is declared here is what it does when it is asked. There is nothing else: no files, no network, no
 * threads. Texts are UTF-8; bytes belong to the caller. */
#ifndef FLSTM_PLATFORM_WEB_H
#define FLSTM_PLATFORM_WEB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "export/export.h"

#define WEB_PAGE(name) __attribute__((import_module("page"), import_name(#name))) void page_##name
/* Row y of the picture: spans, with the characters as text. */
WEB_PAGE(row)(int y, const char *html, size_t n);
/* How many rows there are from now on, how wide they are, and what colours there are where a row says none. */
WEB_PAGE(ground)(int w, int h, int32_t fg, int32_t bg);
WEB_PAGE(cursor)(int x, int y);                   /* -1: none */
WEB_PAGE(copy)(const char *text, size_t n);
/* A file was written: the reader may keep it. */
WEB_PAGE(save)(const char *name, size_t name_len, const char *data, size_t n);

/* What the page has told the screen (screen_web.c). */
enum { WEB_KEYS = 4096 };
struct web_screen {
    int w, h;
    enum ground_wish ground;
    bool mouse;
    struct { int key; bool pasted; } inbox[WEB_KEYS];     /* [from … to) */
    int from, to;
};
extern struct web_screen web_screen;
void web_press(int key, bool pasted);             /* forgotten when there is no room */

/* Files are in memory: what was put here by the page, and what the program has written. (file_web.c) */
void web_file_put(const char *name, const char *data, size_t n);

#endif
