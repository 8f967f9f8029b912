/* config.c: see config.h. A line is understood by whoever understands the same on the command line or in a saved
 * sitting: options by the option table, looks and views by their settings, keys by the key map. */
#include "cli/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "action/sitting.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/suggest.h"
#include "base/utf8.h"
#include "base/xdg.h"
#include "cli/cli.h"

struct config {
    struct keymap keys;
    char **text;                  /* [texts]: values that options point at; owned */
    int texts;
    struct usual_setting *setting;      /* [settings], owned */
    int settings;
};

/* What a line may set besides views and keys: an option of the same name, or a setting of the scene. */
static const struct config_name { const char *name, *scene; } config_names[] = {
    {"theme", NULL}, {"view", NULL}, {"color", NULL}, {"ascii", NULL}, {"mouse", NULL}, {"top", NULL},
    {"ground", NULL}, {"motion", NULL}, {"readonly", NULL}, {"threads", NULL},
    {"layout", "layout"}, {"explain", "explain"}, {"ahead", "ahead"}, {"all-units", "all"}, {"all-rows", "extra"},
    {"play-rate", "rate"},
};
enum { NAMES = sizeof config_names / sizeof *config_names };

void config_free(struct config *c)
{
    if (!c)
        return;
    keymap_clear(&c->keys);
    for (int k = 0; k < c->texts; k++)
        free(c->text[k]);
    free(c->text);
    free(c->setting);
    free(c);
}

static const char *keep(struct config *c, char *text)
{
    c->text = xrealloc(c->text, (size_t)c->texts + 1, sizeof *c->text);
    return c->text[c->texts++] = text;
}

/* ---- one line ---------------------------------------------------------------------------------------------------- */

static const struct setting *find_setting(const struct setting *table, const char *name)
{
    for (; table && table->name; table++)
        if (strcmp(table->name, name) == 0)
            return table;
    return NULL;
}

static void add_setting(struct options *o, const struct view *view, const struct setting *of, const char *text)
{
    struct config *c = o->config;
    c->setting = xrealloc(c->setting, (size_t)c->settings + 1, sizeof *c->setting);
    c->setting[c->settings++] = (struct usual_setting){view, of, text};
    o->usual.setting = c->setting;
    o->usual.settings = c->settings;
}

/* Words a second, as :rate takes them, are kept in tenths. */
static const char *rate_in_tenths(struct config *c, const char *value)
{
    double v;
    char text[16];
    if (!num_parse_typed(value, &v) || !(v >= 0.1 && v <= 100))
        return value;
    snprintf(text, sizeof text, "%d", (int)(v * 10 + 0.5));
    return keep(c, xstrdup(text));
}

/* yes and no are on and off. */
static const char *switch_word(const struct setting *of, const char *value)
{
    static const char *const words[][2] = {{"yes", "on"}, {"true", "on"}, {"no", "off"}, {"false", "off"}};
    for (size_t k = 0; of->type == SETTING_BOOL && k < sizeof words / sizeof *words; k++)
        if (strcmp(words[k][0], value) == 0)
            return words[k][1];
    return value;
}

/* Tried on a scene, or on a state of the view, that nobody sees. */
static bool set_setting(struct options *o, const struct view *view, const struct setting *of, const char *value,
                     struct err *e)
{
    value = switch_word(of, value);
    struct scene scene = {0};
    void *state = view ? view_state_new(view) : NULL;
    bool ok = setting_set(of, view ? state : &scene, value, e);
    if (view)
        view_state_free(view, state);
    if (ok)
        add_setting(o, view, of, value);
    return ok;
}

static bool set_in_view(struct options *o, const char *name, const char *value, struct err *e)
{
    const char *dot = strchr(name, '.');
    char *view_name = xstrndup(name, (size_t)(dot - name)), near[64];
    const struct view *view = view_find(view_name);
    free(view_name);
    const struct setting *of = view ? find_setting(view->settings, dot + 1) : NULL;
    struct str names = {0};
    if (of)
        return set_setting(o, view, of, value, e);
    for (int k = 0; k < view_count; k++)
        for (const struct setting *s = views[k]->settings; s && s->name; s++)
            str_addf(&names, "%s.%s ", views[k]->name, s->name);
    bool like = suggest_among(name, str_text(&names), near, sizeof near);
    str_free(&names);
    return err_set(e, NULL, NULL, "no view has a setting \"%s\"%s%s%s (--print-config lists them)", name,
                   like ? "; did you mean " : "", like ? near : "", like ? "?" : "");
}

static bool no_name(const char *name, struct err *e)
{
    struct str names = {0};
    char near[64];
    for (int k = 0; k < NAMES; k++)
        str_addf(&names, "%s%s", k ? " " : "", config_names[k].name);
    bool like = suggest_among(name, str_text(&names), near, sizeof near);
    if (like)
        err_set(e, NULL, NULL, "there is no \"%s\" here; did you mean %s?", name, near);
    else
        err_set(e, NULL, NULL, "expected map, unmap, VIEW.SETTING or one of %s, found \"%s\"", str_text(&names), name);
    str_free(&names);
    return false;
}

static bool set(struct options *o, const char *name, const char *value, struct err *e)
{
    if (strchr(name, '.'))
        return set_in_view(o, name, value, e);
    for (int k = 0; k < NAMES; k++) {
        if (strcmp(config_names[k].name, name) != 0)
            continue;
        if (!config_names[k].scene)
            return cli_set(o, name, value, e);
        if (strcmp(name, "play-rate") == 0)
            value = rate_in_tenths(o->config, value);
        return set_setting(o, NULL, find_setting(scene_settings, config_names[k].scene), value, e);
    }
    return no_name(name, e);
}

/* Without the blanks around it. */
static char *trimmed(const char *s, size_t n)
{
    while (n && strchr(" \t", *s))
        s++, n--;
    while (n && strchr(" \t\r", s[n - 1]))
        n--;
    return xstrndup(s, n);
}

static bool take_line(struct options *o, const char *line, int number, struct err *e)
{
    size_t word = strcspn(line, " \t");
    if (!*line || *line == '#')
        return true;
    if ((word == 3 && strncmp(line, "map", 3) == 0) || (word == 5 && strncmp(line, "unmap", 5) == 0))
        return keymap_line(&o->config->keys, line, number, e);
    const char *equals = strchr(line, '=');
    if (!equals)
        return err_set(e, NULL, NULL, "expected NAME = VALUE, map or unmap, found \"%.40s\"", line);
    char *name = trimmed(line, (size_t)(equals - line));
    const char *value = keep(o->config, trimmed(equals + 1, strlen(equals + 1)));
    bool ok = *value ? set(o, name, value, e)
                     : err_set(e, NULL, NULL, "%s: expected a value, found nothing", name);
    free(name);
    return ok;
}

/* ---- files ------------------------------------------------------------------------------------------------------- */

/* The first trouble is told, and how many there are. */
static void add_trouble(struct options *o, const char *path, int line, const struct err *e)
{
    char where[512];
    if (o->usual.troubles++)
        return;
    if (line)
        snprintf(where, sizeof where, "%s:%d", path, line);
    else
        snprintf(where, sizeof where, "%s", path);
    err_set(&o->usual.trouble, line ? where : NULL, NULL, "%s", e->text);
}

void config_take(struct options *o, const char *text, size_t len, const char *path)
{
    static const char mark[] = "\xEF\xBB\xBF";
    size_t bad;
    struct err e = {{0}};
    if (!o->config) {
        o->config = xcalloc(1, sizeof *o->config);
        keymap_init(&o->config->keys);
    }
    o->usual.keys = &o->config->keys;
    keymap_next_file(&o->config->keys);
    if (!utf8_valid(text, len, &bad) || memchr(text, 0, len)) {
        err_set(&e, NULL, NULL, "expected text in UTF-8");
        add_trouble(o, path, 1, &e);
        return;
    }
    if (len >= 3 && memcmp(text, mark, 3) == 0)
        text += 3, len -= 3;
    for (size_t at = 0, number = 1; at < len; number++) {
        const char *end = memchr(text + at, '\n', len - at);
        size_t n = end ? (size_t)(end - text) - at : len - at;
        char *line = trimmed(text + at, n);
        if (!take_line(o, line, (int)number, &e))
            add_trouble(o, path, (int)number, &e);
        free(line);
        at += n + 1;
    }
}

/* A program that nothing ends would be a trap. */
static void leave_a_way_out(struct options *o)
{
    struct err e = {{0}};
    if (!o->config || keymap_leaves(&o->config->keys))
        return;
    keymap_line(&o->config->keys, "map <C-c> quit", 0, &e);
    err_set(&e, NULL, NULL, "no key is left that quits or takes a command: <C-c> quits");
    add_trouble(o, "config", 0, &e);
}

static void read_file(struct options *o, const char *path)
{
    char *text;
    size_t len;
    struct err e = {{0}};
    if (access(path, F_OK) != 0)
        return;
    if (!file_read_if(path, FILE_SMALL, file_is_text, &text, &len, &e)) {
        add_trouble(o, path, 0, &e);
        return;
    }
    config_take(o, text, len, path);
    free(text);
}

void config_read(struct options *o)
{
    struct str path = {0};
    int n = 0;
    while (xdg_path(XDG_CONFIG, n, "config", &path))
        n++;
    while (n-- > 0)
        if (xdg_path(XDG_CONFIG, n, "config", &path))
            read_file(o, str_text(&path));
    str_free(&path);
    leave_a_way_out(o);
    const char *theme = getenv("FLSTM_TUI_THEME");
    if (theme && *theme)
        o->usual.theme = theme;
}

/* ---- --print-config ---------------------------------------------------------------------------------------------- */

static void print_line(struct str *out, const char *view, const char *name, const char *value, bool usual)
{
    str_addf(out, "%s%s%s%s = %s\n", usual ? "# " : "", view ? view : "", view ? "." : "", name, value);
}

static void print_options(const struct options *o, struct str *out)
{
    static const char *const colors[] = {[COLOR_AUTO] = "auto", [COLOR_NEVER] = "never", [COLOR_WISH_16] = "16",
                                         [COLOR_WISH_256] = "256", [COLOR_WISH_TRUE] = "truecolor"};
    static const char *const grounds[] = {[GROUND_AUTO] = "auto", [GROUND_DARK] = "dark", [GROUND_LIGHT] = "light",
                                          [GROUND_BOTH] = "both"};
    char top[16], threads[16];
    const char *theme = o->theme ? o->theme : o->usual.theme ? o->usual.theme : theme_default;
    const struct view *view = o->view ? o->view : o->usual.view ? o->usual.view : &view_bars;
    snprintf(top, sizeof top, "%d", o->top ? o->top : 10);
    snprintf(threads, sizeof threads, "%d", o->threads);
    print_line(out, NULL, "theme", theme, strcmp(theme, theme_default) == 0);
    print_line(out, NULL, "view", view->name, view == &view_bars);
    print_line(out, NULL, "color", colors[o->color], o->color == COLOR_AUTO);
    print_line(out, NULL, "ascii", o->ascii ? "yes" : "no", !o->ascii);
    print_line(out, NULL, "mouse", o->mouse ? "yes" : "no", !o->mouse);
    print_line(out, NULL, "top", top, strcmp(top, "10") == 0);
    print_line(out, NULL, "ground", grounds[o->ground], o->ground == GROUND_AUTO);
    print_line(out, NULL, "motion", o->still ? "off" : "on", !o->still);
    print_line(out, NULL, "readonly", o->readonly ? "yes" : "no", !o->readonly);
    print_line(out, NULL, "threads", threads, !o->threads);
}

/* A setting as it was last set, or as it is without. */
static void print_setting(const struct options *o, const struct view *view, const struct setting *of, const void *state,
                          const char *name, struct str *out)
{
    struct str value = {0}, usual = {0};
    setting_text(of, state, &usual);
    str_add(&value, str_text(&usual));
    for (int k = 0; k < o->usual.settings; k++)
        if (o->usual.setting[k].of == of && o->usual.setting[k].view == view) {
            str_clear(&value);
            str_add(&value, o->usual.setting[k].text);
        }
    bool same = strcmp(str_text(&value), str_text(&usual)) == 0;
    if (strcmp(name, "play-rate") == 0) {
        double v = atof(str_text(&value)) / 10;
        str_clear(&value);
        str_addf(&value, "%g", v);
    }
    print_line(out, view ? view->name : NULL, name, str_text(&value), same);
    str_free(&value);
    str_free(&usual);
}

void config_print(const struct options *o, struct str *out)
{
    const struct scene scene = {.rate = 10, .top = 10};
    str_add(out, "# flstm-tui/config: what is in force; lines that begin with # are as without a config.\n");
    print_options(o, out);
    for (int k = 0; k < NAMES; k++)
        if (config_names[k].scene)
            print_setting(o, NULL, find_setting(scene_settings, config_names[k].scene), &scene, config_names[k].name,
                          out);
    for (int k = 0; k < view_count; k++) {
        void *state = view_state_new(views[k]);
        for (const struct setting *of = views[k]->settings; of && of->name; of++)
            print_setting(o, views[k], of, state, of->name, out);
        view_state_free(views[k], state);
    }
    keymap_print(o->usual.keys ? o->usual.keys : keymap_standard(), out);
}
