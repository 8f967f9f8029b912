/* state_home.c: see state_home.h. */
#include "base/state_home.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"

/* Every folder of the path, up to its last slash. */
static bool make_folders(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        struct stat is;
        *slash = '\0';
        bool there = stat(path, &is) == 0 ? S_ISDIR(is.st_mode) : mkdir(path, 0700) == 0;
        *slash = '/';
        if (!there)
            return false;
    }
    return true;
}

bool state_home(const char *name, struct str *path)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    str_clear(path);
    if (state && *state == '/')           /* the specification: a path that is not absolute is to be ignored */
        str_addf(path, "%s/flstm-tui/%s", state, name);
    else if (home && *home == '/')
        str_addf(path, "%s/.local/state/flstm-tui/%s", home, name);
    else
        return false;
    return make_folders(path->s);
}

bool state_write(const char *path, const char *data, size_t len)
{
    mode_t was = umask(077);
    bool ok = file_write(path, data, len, NULL);
    umask(was);
    return ok;
}
