/* view_list.c: the views by their keys, each with what it answers: where the strip has no room for all of them. */
#include <string.h>

#include "base/utf8.h"
#include "views/scroll.h"

static void pad(struct str *out, size_t from, int cells)
{
    for (int w = utf8_text_width(str_text(out) + from); w < cells; w++)
        str_addc(out, ' ');
}

enum { ROOMY = 62 };              /* cells; below, names alone */

/* How one gets to a view that no letter opens. */
static const char *without_letter(const struct view *v)
{
    static const struct { const char *name, *keys; } some[] = {{"help", "?"}, {"attribution", "A f"}, {"class", "F5"}};
    for (size_t k = 0; k < sizeof some / sizeof *some; k++)
        if (strcmp(v->name, some[k].name) == 0)
            return some[k].keys;
    return "Esc";
}

static void add_view(const struct scene *scene, const struct view *v, int w, bool ascii, struct str *text)
{
    char plain[16], now[SCENE_KEYS], key[16];
    const char *keys = v->key ? scene_keys(scene, NULL, key_name(v->key, plain), now) : without_letter(v);
    size_t start = text->len;
    str_addf(text, "  %s", v->key ? key_show(key_next(&keys), ascii, key) : keys);
    pad(text, start, 7);
    str_add(text, v->title);
    if (w >= ROOMY) {
        pad(text, start, 20);
        str_add(text, v->about ? v->about : "");
    }
    str_addc(text, '\n');
}

/* Those of the strip in its order, then the others. */
static void build(const struct scene *scene, bool ascii, int w, struct str *text)
{
    enum { RANKS = 64 };
    if (w >= ROOMY)
        str_add(text, "# The same sentence, asked in another way\n");
    for (int rank = 1; rank <= RANKS; rank++)
        for (int k = 0; k < scene->all_views_count; k++)
            if (scene->all_views[k]->rank == rank && scene->all_views[k] != &view_list)
                add_view(scene, scene->all_views[k], w, ascii, text);
    for (int k = 0; k < scene->all_views_count; k++)
        if (!scene->all_views[k]->rank)
            add_view(scene, scene->all_views[k], w, ascii, text);
    str_add(text, " \nIts letter opens a view, from here and from any other one; Esc leads back.\n");
}

static void prepare(const struct scene *scene, void *state, struct rect r)
{
    scroll_prepare_built(scene, state, r, build);
}

static void draw(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    scroll_draw_built(scene, state, g, r, build);
}

const struct view view_list = {
    .name = "views",
    .title = "all views",
    .about = "this list",
    .strip = "all",
    .rank = 64,
    .key = 'V',
    .help = "All views by their keys, each with what it answers. The arrows scroll; the letter of a view opens it.",
    .state_size = sizeof(struct scroll),
    .settings_size = SCROLL_SETTINGS,
    .settings = scroll_settings,
    .keys = scroll_keys,
    .text = true,
    .no_value = true,
    .prepare = prepare,
    .draw = draw,
};
