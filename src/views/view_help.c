/* view_help.c: every key, from the table the program acts by, under the words of the view it was opened from. */
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "views/scroll.h"

static void add_keys(struct str *out, const char *keys, bool ascii)
{
    bool first = true;
    for (const char *p = keys; *p;) {
        if (*p == ' ') {
            p++;
            continue;
        }
        int key = key_parse(&p);
        if (key == K_NONE)
            break;
        char shown[16];
        if (!first)
            str_addc(out, ' ');
        str_add(out, key_show(key, ascii, shown));
        first = false;
    }
}

static void pad_to(struct str *out, size_t line_start, int cells)
{
    int w = utf8_text_width(str_text(out) + line_start);
    do
        str_addc(out, ' ');
    while (++w < cells);
}

static void draw(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    struct str text = {0};
    const struct view *of = scene->help_for ? scene->help_for : view_find("bars");
    bool ascii = g->glyphs->ascii;
    int column = r.w >= 60 ? 20 : 12;
    str_addf(&text, "# %s\n%s\n \n", of->title, of->help);
    if (of->keys && of->keys != scroll_keys) {
        str_addf(&text, "# keys of this view\n");
        for (const struct view_key *k = of->keys; k->keys; k++) {
            size_t start = text.len;
            str_add(&text, "  ");
            add_keys(&text, k->keys, ascii);
            pad_to(&text, start, column);
            str_addf(&text, " %s\n", k->help);
        }
        str_add(&text, " \n");
    }
    const char *group = "";
    for (int k = 0; k < scene->key_count; k++) {
        const struct key_help *h = &scene->keys[k];
        if (strcmp(h->group, group) != 0) {
            str_addf(&text, "%s# %s\n", *group ? " \n" : "", h->group);
            group = h->group;
        }
        size_t start = text.len;
        str_add(&text, "  ");
        if (*h->keys)
            add_keys(&text, h->keys, ascii);
        else
            str_addf(&text, ":%s", h->name);
        pad_to(&text, start, column);
        str_addf(&text, " %s", h->help);
        if (h->argument)
            str_addf(&text, "  (:%s %s)", h->name, h->argument);
        str_addc(&text, '\n');
    }
    scroll_draw(g, scroll_rect(r), state, str_text(&text));
    str_free(&text);
}

static const struct key_help hints[] = {
    {.keys = "<Up>", .hint = "scroll"}, {.keys = "<Down>", .hint = "scroll"}, {.keys = "<PgUp>", .hint = "page"}, {.keys = "<PgDn>", .hint = "page"},
    {.keys = "<Esc>", .hint = "back"}, {.keys = "q", .hint = "quit"}, {.keys = NULL},
};

const struct view view_help = {
    .name = "help",
    .title = "help",
    .help = "Every key and command. The arrows scroll; Esc goes back.",
    .state_size = sizeof(struct scroll),
    .keys = scroll_keys,
    .hints = hints,
    .alone = true,
    .draw = draw,
    .key_press = scroll_key,
    .clear = scroll_clear,
};
