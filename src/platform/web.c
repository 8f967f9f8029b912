/* web.c: main.c for a page: what it calls. The page writes a text into web_room and says what it is; nothing here
 * waits. What takes long goes in slices, as in a terminal, and each call says when the next one is due. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/loop.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "cli/cli.h"
#include "cli/config.h"
#include "platform/web.h"

#define WEB_EXPORT(name) __attribute__((export_name(#name))) name
enum { WEB_ENDED = -2, ARGUMENTS = 64 };

static struct {
    char *text;                   /* what the page has written, NUL behind */
    struct options options;
    struct app app;
    struct loop *loop;            /* NULL: nothing goes on */
} page;

/* Room for n bytes of the page, until the next call. */
char *WEB_EXPORT(web_room)(size_t n)
{
    free(page.text);
    page.text = xcalloc(n + 1, 1);
    return page.text;
}

static int print(struct str *out, int status)
{
    if (out->len)
        status = app_write_out(out);
    str_free(out);
    return status;
}

/* What is asked for besides running; the exit status. */
static int answer(enum cli_request request, const char *shell)
{
    struct err e = {{0}};
    struct str out = {0};
    bool ok = true;
    if (request == CLI_HELP)
        ok = cli_help(page.options.topic, &out, &e);
    else if (request == CLI_VERSION)
        str_add(&out, "flstm-tui " FLSTM_VERSION "\n");
    else if (request == CLI_PRINT_CONFIG)
        config_print(&page.options, &out);
    else
        ok = cli_completion(shell, &out, &e);
    if (!ok)
        app_report(&e);
    return print(&out, ok ? EXIT_FINE : EXIT_USAGE);
}

static int due(void)
{
    if (!page.loop)
        return WEB_ENDED;
    if (loop_goes_on(page.loop)) {
        loop_draw(page.loop);
        return loop_wait(page.loop);
    }
    app_run_end(&page.app, loop_end(page.loop));
    page.loop = NULL;
    fflush(NULL);
    return WEB_ENDED;
}

static void run(void)
{
    struct err e = {{0}};
    int status;
    if (!app_run_begin(&page.app, &page.options, &status))
        return;
    web_screen.ground = page.options.ground;
    page.loop = loop_begin(&page.app, &page.options, &e);
}

/* The room holds the command line, its `count` arguments each ended by a NUL; w × h: cells that the window has. As
 * web_step. */
int WEB_EXPORT(web_begin)(int count, int w, int h)
{
    static char name[] = "flstm-tui";
    static char *argv[ARGUMENTS + 2] = {name};
    static char *kept;            /* the options point into it */
    struct err e = {{0}};
    struct cli_wish wish = {CLI_RUN, NULL};
    int argc = 1;
    kept = page.text;
    page.text = NULL;
    for (char *p = kept; p && argc <= count && argc <= ARGUMENTS; p += strlen(p) + 1)
        argv[argc++] = p;
    web_screen.w = w;
    web_screen.h = h;
    setenv("LC_ALL", "C.UTF-8", 1);
    utf8_take_locale();
    if (!cli_parse(argc, argv, &page.options, &wish, &e))
        app_report(&e);
    else if (wish.request != CLI_RUN)
        answer(wish.request, wish.shell);
    else
        run();
    fflush(NULL);
    return due();
}

/* Takes what was pressed and works for a moment; milliseconds until it should be called again even if nothing is
 * pressed (-1: not before), or WEB_ENDED. */
int WEB_EXPORT(web_step)(void)
{
    if (page.loop)
        loop_step(page.loop, 0);
    return due();
}

/* The room holds a key as it is written for --keys. */
void WEB_EXPORT(web_key)(void)
{
    const char *text = page.text;
    web_press(key_parse(&text), false);
}

/* The room holds a text that was pasted: as in a terminal, line ends and tabs are blanks, and other controls
 * nothing. */
void WEB_EXPORT(web_paste)(void)
{
    size_t len, left = strlen(page.text);
    for (const char *p = page.text; left; p += len, left -= len) {
        uint32_t c = utf8_decode(p, left, &len);
        bool blank = c == '\n' || c == '\t';
        if (blank || (c >= 0x20 && c != 0x7F && c != UTF8_BAD))
            web_press(blank ? K_SPACE : (int)c, true);
    }
}

/* A click on a cell (from 0), if clicks are wanted; false: it is the page's. */
int WEB_EXPORT(web_click)(int x, int y)
{
    if (web_screen.mouse && x >= 0 && y >= 0 && x < web_screen.w && y < web_screen.h)
        web_press(K_CLICK(x, y), false);
    return web_screen.mouse;
}

int WEB_EXPORT(web_wheel)(int down)
{
    if (web_screen.mouse)
        web_press(down ? K_WHEEL_DOWN : K_WHEEL_UP, false);
    return web_screen.mouse;
}

void WEB_EXPORT(web_resize)(int w, int h)
{
    web_screen.w = w;
    web_screen.h = h;
    web_press(K_RESIZE, false);
}

/* The room holds a name (name_len bytes) and what is in the file. */
void WEB_EXPORT(web_file)(size_t name_len, size_t len)
{
    char *name = xstrndup(page.text, name_len);
    web_file_put(name, page.text + name_len, len);
    free(name);
}
