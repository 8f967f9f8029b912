/* shelf.c: see shelf.h. */
#include "base/shelf.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/builtin.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "base/utf8.h"
#include "base/xdg.h"

/* How long the name is before its ending; 0: a file of that kind is not called so, or its name cannot be typed. */
static size_t name_length(const char *kind, const char *file)
{
    const char *dot = strrchr(file, '.');
    size_t len = strlen(file), one;
    if (!dot || dot == file || *file == '.' || !utf8_valid(file, len, NULL))
        return 0;
    if (strcmp(kind, "models") != 0 && strcmp(dot, ".json") != 0)
        return 0;
    for (size_t k = 0; k < len; k += one)
        if (utf8_hidden(utf8_decode(file + k, len - k, &one)))
            return 0;
    return (size_t)(dot - file);
}

static int find(const struct shelf *s, const char *name, size_t n)
{
    for (int k = 0; k < s->n; k++)
        if (strlen(s->name[k]) == n && strncmp(s->name[k], name, n) == 0)
            return k;
    return -1;
}

/* mine: entries before it belong to a more important folder. Of two files with one name the .json is meant. */
static void add(struct shelf *s, int mine, const char *kind, const char *folder, const char *file)
{
    size_t n = name_length(kind, file);
    int at = n ? find(s, file, n) : -1;
    if (!n || (at >= 0 && (at < mine || !str_ends(file, ".json"))))
        return;
    if (at < 0) {
        at = s->n++;
        s->name = xrealloc(s->name, (size_t)s->n, sizeof *s->name);
        s->path = xrealloc(s->path, (size_t)s->n, sizeof *s->path);
        s->name[at] = xstrndup(file, n);
        s->path[at] = NULL;
    }
    struct str path = {0};
    str_addf(&path, "%s/%s", folder, file);
    free(s->path[at]);
    s->path[at] = str_take(&path);
}

static void add_folder(struct shelf *s, const char *kind, const char *folder)
{
    DIR *dir = opendir(folder);
    int mine = s->n;
    for (struct dirent *entry; dir && (entry = readdir(dir));)
        add(s, mine, kind, folder, entry->d_name);
    if (dir)
        closedir(dir);
}

static void sort(struct shelf *s)
{
    for (int k = 1; k < s->n; k++)
        for (int j = k; j > 0 && strcmp(s->name[j - 1], s->name[j]) > 0; j--) {
            char *name = s->name[j], *path = s->path[j];
            s->name[j] = s->name[j - 1], s->path[j] = s->path[j - 1];
            s->name[j - 1] = name, s->path[j - 1] = path;
        }
}

void shelf_open(struct shelf *s, const char *kind)
{
    struct str folder = {0};
    *s = (struct shelf){0};
    for (int n = 0; strcmp(kind, "themes") == 0 && xdg_path(XDG_CONFIG, n, kind, &folder); n++)
        add_folder(s, kind, str_text(&folder));
    for (int n = 0; xdg_path(XDG_DATA, n, kind, &folder); n++)
        add_folder(s, kind, str_text(&folder));
    str_free(&folder);
    sort(s);
}

void shelf_clear(struct shelf *s)
{
    for (int k = 0; k < s->n; k++) {
        free(s->name[k]);
        free(s->path[k]);
    }
    free(s->name);
    free(s->path);
    *s = (struct shelf){0};
}

char *shelf_find(const char *kind, const char *name)
{
    struct shelf s;
    if (!*name || strchr(name, '/'))
        return NULL;
    shelf_open(&s, kind);
    int at = find(&s, name, strlen(name));
    char *path = at < 0 ? NULL : xstrdup(s.path[at]);
    shelf_clear(&s);
    return path;
}

char *shelf_named(const char *kind, const char *typed)
{
    struct str inside = {0};
    str_addf(&inside, "data/%s/%s.json", kind, typed);
    bool known = builtin_find(str_text(&inside)) || access(typed, F_OK) == 0;
    char *path = known ? NULL : shelf_find(kind, typed);
    str_free(&inside);
    return path ? path : xstrdup(typed);
}

bool shelf_near(const char *kind, const char *name, char *out, size_t size)
{
    struct shelf s;
    struct str names = {0}, folder = {0};
    shelf_open(&s, kind);
    for (int k = 0; k < s.n; k++)
        if (!strchr(s.name[k], ' '))
            str_addf(&names, "%s ", s.name[k]);
    str_addf(&folder, strcmp(kind, "themes") == 0 ? "%s/" : "data/%s/", kind);
    for (size_t k = 0; k < builtin_count; k++)
        if (strncmp(builtins[k].path, str_text(&folder), folder.len) == 0)
            str_addf(&names, "%.*s ", (int)strcspn(builtins[k].path + folder.len, "."), builtins[k].path + folder.len);
    bool near = suggest_among(name, str_text(&names), out, size);
    shelf_clear(&s);
    str_free(&names);
    str_free(&folder);
    return near;
}
