/* theme_json.c: theme files to themes, and where themes are found.
 *
 * A theme is checked to the last key: a misspelt role would otherwise just look like plain text, and its author would
 * search for the reason in the wrong place.
 */
#include <stdlib.h>
#include <string.h>

#include "base/builtin.h"
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/shelf.h"
#include "base/str.h"
#include "base/utf8.h"
#include "ui/theme.h"

enum { VERSION = 1 };
static const char format_name[] = "flstm-theme/";
static const struct color no_color = {COLOR_NONE, COLOR_NONE, COLOR_NONE};

static bool read_format(const struct json_at *top, struct err *e)
{
    struct json_at at;
    const char *s;
    if (!json_need(top, "format", &at, e) || !json_string(&at, &s, e))
        return false;
    size_t n = sizeof format_name - 1;
    char *end = NULL;
    long version = strncmp(s, format_name, n) != 0 || s[n] < '0' || s[n] > '9' ? 0 : strtol(s + n, &end, 10);
    if (version == VERSION && !*end)
        return true;
    if (version > VERSION && !*end)
        return json_complain(&at, e, "%s is newer than this program reads (%s%d)", s, format_name, VERSION);
    return json_expected(&at, e, "\"%s%d\"", format_name, VERSION);
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                  : -1;
}

/* "#RRGGBB" */
static bool read_rgb(const struct json_at *at, int32_t *rgb, struct err *e)
{
    const char *s;
    if (json_kind(at) != JSON_STRING)
        return json_expected(at, e, "a colour like \"#0072B2\"");
    if (!json_string(at, &s, e))
        return false;
    int n = s[0] == '#';
    for (*rgb = 0; n && n < 7 && hex_digit(s[n]) >= 0; n++)
        *rgb = *rgb * 16 + hex_digit(s[n]);
    return (n == 7 && !s[7]) || json_expected(at, e, "a colour like \"#0072B2\"");
}

static struct color color_of_rgb(int32_t rgb)
{
    return (struct color){rgb, (int16_t)theme_nearest256(rgb), (int16_t)theme_nearest16(rgb)};
}

static struct color color_of_index(int index)
{
    int32_t rgb = theme_palette_rgb(index);
    return (struct color){rgb, (int16_t)index, (int16_t)(index < 16 ? index : theme_nearest16(rgb))};
}

/* A colour as a file gives it: any of "fg", "fg256", "fg16", or the same of "bg". */
struct given { int32_t rgb; int16_t c256, c16; bool has_rgb, has256, has16; };

/* What is not given is worked out from what is; nothing given leaves `otherwise`. */
static struct color color_of(const struct given *in, struct color otherwise)
{
    struct color c = otherwise;
    if (in->has_rgb)
        c = (struct color){in->rgb, in->has256 ? in->c256 : (int16_t)theme_nearest256(in->rgb),
                           in->has16 ? in->c16 : (int16_t)theme_nearest16(in->rgb)};
    else if (in->has256 || in->has16)
        c = color_of_index(in->has256 ? in->c256 : in->c16);
    if (in->has16)
        c.c16 = in->c16;
    return c;
}

static bool read_index(const struct json_at *at, int most, int16_t *index, bool *has, struct err *e)
{
    long n;
    if (!json_int(at, COLOR_NONE, most, &n, e))
        return false;
    *index = (int16_t)n;
    return *has = true;
}

static bool read_attr(const struct json_at *list, uint8_t *attr, struct err *e)
{
    static const struct { const char *name; uint8_t bit; } names[] = {
        {"bold", ATTR_BOLD}, {"reverse", ATTR_REVERSE}, {"underline", ATTR_UNDERLINE},
    };
    if (json_kind(list) != JSON_ARRAY)
        return json_expected(list, e, "an array of \"bold\", \"reverse\", \"underline\"");
    *attr = 0;
    size_t seen = 0;
    struct json_iter it = json_iter(list);
    struct json_at item;
    const char *key, *s = "";
    for (; json_next(&it, &key, &item); seen++) {
        uint8_t bit = 0;
        if (json_kind(&item) == JSON_STRING && !json_string(&item, &s, e))
            return false;
        if (json_kind(&item) == JSON_STRING)
            for (size_t k = 0; k < sizeof names / sizeof *names; k++)
                if (!strcmp(s, names[k].name))
                    bit = names[k].bit;
        if (!bit)
            return json_expected(&item, e, "\"bold\", \"reverse\" or \"underline\"");
        *attr |= bit;
    }
    if (seen != json_length(list))                 /* numbers, which the reader has lifted out */
        return json_expected(list, e, "an array of \"bold\", \"reverse\", \"underline\"");
    return true;
}

/* A bar is made of single cells: a fill that takes two, or none, or acts on the terminal would break every row. */
static bool read_fill(const struct json_at *at, uint32_t *fill, struct err *e)
{
    const char *s;
    if (!json_string(at, &s, e))
        return false;
    size_t n = strlen(s), len = 0;
    uint32_t cp = n ? utf8_decode(s, n, &len) : 0;
    if (!n || len != n)
        return json_expected(at, e, "one character");
    if (utf8_hidden(cp))
        return json_complain(at, e, "U+%04X cannot be shown", (unsigned)cp);
    if (utf8_width(cp) != 1)
        return json_complain(at, e, "\"%s\" takes %d cells, a fill must take one", s, utf8_width(cp));
    *fill = cp;
    return true;
}

/* The ground is the picture's, not the role's: a role without a background of its own has that of "text". */
static bool read_role(const struct json_at *at, struct color ground, struct role_style *r, bool *rgb, struct err *e)
{
    static const char *const known[] = {"fg", "fg256", "fg16", "bg", "bg256", "bg16", "attr", "fill", NULL};
    struct given given[2] = {{.rgb = COLOR_NONE}, {.rgb = COLOR_NONE}};
    struct json_at part;
    const char *key;
    *r = (struct role_style){.fg = no_color};
    if (!json_is_object(at, e))
        return false;
    for (struct json_iter it = json_iter(at); json_next(&it, &key, &part);) {
        int k = 0;
        while (known[k] && strcmp(known[k], key) != 0)
            k++;
        struct given *color = &given[k >= 3 && k < 6];
        bool ok = true;
        switch (k) {
        case 0: case 3: ok = color->has_rgb = read_rgb(&part, &color->rgb, e); break;
        case 1: case 4: ok = read_index(&part, 255, &color->c256, &color->has256, e); break;
        case 2: case 5: ok = read_index(&part, 15, &color->c16, &color->has16, e); break;
        case 6: ok = read_attr(&part, &r->attr, e); break;
        case 7: ok = read_fill(&part, &r->fill, e); break;
        default: ok = key[0] == '_' || json_known_keys(at, known, e); break;
        }
        if (!ok)
            return false;
    }
    for (int k = 0; k < 2; k++)
        *rgb |= given[k].has_rgb || (given[k].has256 && given[k].c256 >= 16);
    r->fg = color_of(&given[0], no_color);
    r->bg = color_of(&given[1], ground);
    return true;
}

static bool unknown_role(const struct json_at *at, const char *name, struct err *e)
{
    struct str all = {0};
    for (int r = 0; r < ROLE_COUNT; r++)
        str_addf(&all, r ? " %s" : "%s", role_name((enum role)r));
    json_complain(at, e, "there is no role \"%s\"; the roles are %s", name, str_text(&all));
    str_free(&all);
    return false;
}

static bool read_roles(const struct json_at *roles, struct theme *t, bool *rgb, struct err *e)
{
    struct json_at at;
    struct role_style text = {.fg = no_color, .bg = no_color};
    if (!json_is_object(roles, e))
        return false;
    if (json_get(roles, "text", &at) && !read_role(&at, no_color, &text, rgb, e))
        return false;
    for (int r = 0; r < ROLE_COUNT; r++)
        t->role[r] = text;
    struct json_iter it = json_iter(roles);
    const char *key;
    while (json_next(&it, &key, &at)) {
        if (key[0] == '_')
            continue;
        int r = role_find(key);
        if (r < 0)
            return unknown_role(roles, key, e);
        if (!read_role(&at, text.bg, &t->role[r], rgb, e))
            return false;
    }
    return true;
}

static bool read_ramp(const struct json_at *at, struct color ramp[THEME_RAMP], int *len, bool *rgb, struct err *e)
{
    size_t n = json_length(at);
    if (json_kind(at) != JSON_ARRAY || n < 2 || n > THEME_RAMP)
        return json_expected(at, e, "an array of 2 to %d colours", THEME_RAMP);
    struct json_iter it = json_iter(at);
    struct json_at item;
    const char *key;
    *len = 0;
    while (json_next(&it, &key, &item)) {
        int32_t v;
        if (!read_rgb(&item, &v, e))
            return false;
        ramp[(*len)++] = color_of_rgb(v);
        *rgb = true;
    }
    if (*len)
        return true;
    long *index;                                   /* an array of numbers: colours of the palette */
    if (!json_ints(at, 0, 255, &index, &n, e))
        return false;
    for (*len = 0; *len < (int)n && *len < THEME_RAMP; ++*len) {
        ramp[*len] = color_of_index((int)index[*len]);
        *rgb |= index[*len] >= 16;
    }
    free(index);
    return true;
}

static bool read_ramps(const struct json_at *ramps, struct theme *t, bool *rgb, struct err *e)
{
    static const char *const known[] = {"heat_gate", "heat_cell", NULL};
    struct json_at at;
    if (!json_is_object(ramps, e) || !json_known_keys(ramps, known, e))
        return false;
    for (int k = 0; k < 2; k++)
        if (json_get(ramps, known[k], &at) && !read_ramp(&at, t->ramp[k], &t->ramp_len[k], rgb, e))
            return false;
    return true;
}

static bool read_background(const struct json_at *top, char *background, struct err *e)
{
    struct json_at at;
    const char *s;
    *background = 'a';
    if (!json_get(top, "background", &at))
        return true;
    if (!json_string(&at, &s, e))
        return false;
    if (strcmp(s, "any") != 0 && strcmp(s, "dark") != 0 && strcmp(s, "light") != 0)
        return json_expected(&at, e, "\"any\", \"dark\" or \"light\"");
    *background = s[0];
    return true;
}

static bool read_theme(const struct json_at *top, struct theme *t, struct err *e)
{
    static const char *const known[] = {"format", "name", "about", "background", "roles", "ramps", NULL};
    struct json_at at;
    const char *name, *about = "";
    bool rgb = false;
    /* The version first: a newer file may well have keys that this program does not know. */
    if (!json_is_object(top, e) || !read_format(top, e) || !json_known_keys(top, known, e))
        return false;
    if (!json_need(top, "name", &at, e) || !json_string(&at, &name, e))
        return false;
    if (!*name)
        return json_expected(&at, e, "a name");
    if (json_get(top, "about", &at) && !json_string(&at, &about, e))
        return false;
    t->name = xstrdup(name);
    t->about = xstrdup(about);
    if (!read_background(top, &t->background, e) || !json_need(top, "roles", &at, e) || !read_roles(&at, t, &rgb, e))
        return false;
    if (json_get(top, "ramps", &at) && !read_ramps(&at, t, &rgb, e))
        return false;
    t->palette = !rgb;
    return true;
}

static struct theme *theme_of(struct json *doc, struct err *e)
{
    if (!doc)
        return NULL;
    struct theme *t = xcalloc(1, sizeof *t);
    struct json_at top = json_top(doc);
    if (!read_theme(&top, t, e)) {
        theme_free(t);
        t = NULL;
    }
    json_free(doc);
    return t;
}

struct theme *theme_parse(const char *text, size_t len, const char *source, struct err *e)
{
    return theme_of(json_parse_copy(text, len, source, e), e);
}

static bool ends_in_json(const char *s)
{
    size_t n = strlen(s);
    return n >= 5 && !strcmp(s + n - 5, ".json");
}

static bool no_such_theme(const char *name, struct err *e)
{
    struct str all = {0};
    int n;
    char **names = theme_names(&n);
    for (int k = 0; k < n; k++)
        str_addf(&all, k ? ", %s" : "%s", names[k]);
    theme_names_free(names, n);
    err_set(e, name, NULL, "no such theme; there are %s", str_text(&all));
    str_free(&all);
    return false;
}

struct theme *theme_load(const char *name, struct err *e)
{
    if (strchr(name, '/') || ends_in_json(name))
        return theme_of(json_read(name, e), e);
    struct str path = {0};
    char *own = shelf_find("themes", name);
    if (own) {
        struct theme *t = theme_of(json_read(own, e), e);
        free(own);
        return t;
    }
    str_addf(&path, "themes/%s.json", name);
    const struct builtin *b = builtin_find(path.s);
    str_free(&path);
    if (b)
        return theme_of(json_parse_scanned(b->data, b->len, b->scanned, b->path, e), e);
    no_such_theme(name, e);
    return NULL;
}

struct names { char **name; int n; };

/* Once. */
static void add_name(struct names *list, const char *name, size_t len)
{
    for (int k = 0; k < list->n; k++)
        if (strlen(list->name[k]) == len && !strncmp(list->name[k], name, len))
            return;
    list->name = xrealloc(list->name, (size_t)list->n + 1, sizeof *list->name);
    list->name[list->n++] = xstrndup(name, len);
}

static int by_name(const void *a, const void *b)
{
    const char *x = *(char *const *)a, *y = *(char *const *)b;
    int dx = strcmp(x, theme_default) != 0, dy = strcmp(y, theme_default) != 0;
    return dx != dy ? dx - dy : strcmp(x, y);
}

char **theme_names(int *n)
{
    static const char folder[] = "themes/";
    struct names list = {0};
    for (size_t k = 0; k < builtin_count; k++)
        if (!strncmp(builtins[k].path, folder, sizeof folder - 1))
            add_name(&list, builtins[k].path + sizeof folder - 1,
                     strcspn(builtins[k].path + sizeof folder - 1, "."));
    struct shelf own;
    shelf_open(&own, "themes");
    for (int k = 0; k < own.n; k++)
        add_name(&list, own.name[k], strlen(own.name[k]));
    shelf_clear(&own);
    if (list.n)
        qsort(list.name, (size_t)list.n, sizeof *list.name, by_name);
    *n = list.n;
    return list.name;
}

void theme_names_free(char **names, int n)
{
    for (int k = 0; k < n; k++)
        free(names[k]);
    free(names);
}
