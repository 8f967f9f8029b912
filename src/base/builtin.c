/* builtin.c: see builtin.h. The table itself is build/builtins.c, written by src/embed/embed.c. */
#include "base/builtin.h"

#include <stdlib.h>
#include <string.h>

static int compare(const void *key, const void *item)
{
    return strcmp(key, ((const struct builtin *)item)->path);
}

const struct builtin *builtin_find(const char *path)
{
    return bsearch(path, builtins, builtin_count, sizeof *builtins, compare);
}
