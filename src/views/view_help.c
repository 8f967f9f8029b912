/* view_help.c: every key, from the table the program acts by, under the words of the view it was opened from. */
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "views/scroll.h"

/* At most `most` of them. */
static void add_keys(struct str *out, const char *keys, int most, bool ascii)
{
    char shown[16];
    for (int key, n = 0; n < most && (key = key_next(&keys)) != K_NONE; n++)
        str_addf(out, "%s%s", n ? " " : "", key_show(key, ascii, shown));
}

static void pad_to(struct str *out, size_t line_start, int cells)
{
    int w = utf8_text_width(str_text(out) + line_start);
    do
        str_addc(out, ' ');
    while (++w < cells);
}

static void add_view_keys(const struct scene *scene, struct str *text, const struct view *of, int column, bool ascii)
{
    char now[SCENE_KEYS];
    if (!of->keys || of->keys == scroll_keys)
        return;
    str_add(text, "# keys of this view\n");
    for (const struct view_key *k = of->keys; k->keys; k++) {
        size_t start = text->len;
        if (!k->help)
            continue;
        str_add(text, "  ");
        add_keys(text, scene_keys(scene, of, k->keys, now), 1, ascii);
        str_add(text, k->other ? " " : "");
        add_keys(text, k->other ? scene_keys(scene, of, k->other, now) : "", 1, ascii);
        pad_to(text, start, column);
        str_addf(text, " %s\n", k->help);
    }
    str_add(text, " \n");
}

enum { ALL_KEYS = 100 };

/* The whole text, for a picture `w` cells wide. */
static void build(const struct scene *scene, bool ascii, int w, struct str *text)
{
    const struct view *of = scene->help_for ? scene->help_for : &view_bars;
    int column = w >= 60 ? 20 : 12;
    str_addf(text, "# %s\n%s\n \n", of->title, of->help);
    add_view_keys(scene, text, of, column, ascii);
    const char *group = "";
    char now[SCENE_KEYS];
    for (int k = 0; k < scene->key_count; k++) {
        const struct key_help *h = &scene->keys[k];
        if (strcmp(h->group, group) != 0) {
            str_addf(text, "%s# %s\n", *group ? " \n" : "", h->group);
            group = h->group;
        }
        size_t start = text->len;
        str_add(text, "  ");
        const char *keys = scene_keys(scene, NULL, h->keys, now);
        if (*keys)
            add_keys(text, keys, ALL_KEYS, ascii);
        else
            str_addf(text, ":%s%s", h->view ? "view " : "", h->name);
        pad_to(text, start, column);
        str_addf(text, " %s", h->help);
        if (h->argument)
            str_addf(text, "  (:%s %s)", h->name, h->argument);
        str_addc(text, '\n');
    }
}

static void prepare(const struct scene *scene, void *state, struct rect r)
{
    struct str text = {0};
    build(scene, scene->glyphs && scene->glyphs->ascii, r.w, &text);
    scroll_fit_text(state, scroll_rect(r), str_text(&text));
    str_free(&text);
}

static void draw(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    struct str text = {0};
    build(scene, g->glyphs->ascii, r.w, &text);
    scroll_draw(g, scroll_rect(r), state, str_text(&text));
    str_free(&text);
}

enum { WIDER = 5 };                  /* a view than the text in it: margins and the mark of how far down one is */

static bool search(const struct scene *scene, void *state, const char *wanted, int by)
{
    struct str text = {0};
    const struct scroll *sc = state;
    build(scene, scene->glyphs && scene->glyphs->ascii, sc->w + WIDER, &text);
    bool found = scroll_search(state, str_text(&text), wanted, by);
    str_free(&text);
    return found;
}

const struct view view_help = {
    .name = "help",
    .title = "help",
    .help = "Every key and command. The arrows scroll, / searches; q and Esc go back.",
    .state_size = sizeof(struct scroll),
    .settings_size = SCROLL_SETTINGS,
    .settings = scroll_settings,
    .keys = scroll_keys,
    .text = true,
    .alone = true,
    .prepare = prepare,
    .search = search,
    .draw = draw,
};
