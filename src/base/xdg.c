/* xdg.c: see xdg.h. */
#include "base/xdg.h"

#include <stdlib.h>
#include <string.h>

static const struct { const char *home, *in_home, *dirs, *usual_dirs; } folders[] = {
    [XDG_CONFIG] = {"XDG_CONFIG_HOME", ".config", "XDG_CONFIG_DIRS", "/etc/xdg"},
    [XDG_DATA] = {"XDG_DATA_HOME", ".local/share", "XDG_DATA_DIRS", "/usr/local/share:/usr/share"},
};

static bool own_folder(enum xdg kind, struct str *path)
{
    const char *own = getenv(folders[kind].home), *home = getenv("HOME");
    if (own && *own == '/')
        str_add(path, own);
    else if (home && *home == '/')
        str_addf(path, "%s/%s", home, folders[kind].in_home);
    return path->len > 0;
}

bool xdg_path(enum xdg kind, int n, const char *name, struct str *path)
{
    str_clear(path);
    if (own_folder(kind, path) && n-- == 0) {
        str_addf(path, "/flstm-tui/%s", name);
        return true;
    }
    str_clear(path);
    const char *dirs = getenv(folders[kind].dirs);
    if (!dirs || !*dirs)
        dirs = folders[kind].usual_dirs;
    for (const char *p = dirs; *p; p += *p == ':') {
        size_t len = strcspn(p, ":");
        if (*p == '/' && n-- == 0) {
            str_addf(path, "%.*s/flstm-tui/%s", (int)len, p, name);
            return true;
        }
        p += len;
    }
    return false;
}
