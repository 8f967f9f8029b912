/* role.c: the table of roles, as text. */
#include "ui/role.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

static const struct { const char *name, *help; } roles[ROLE_COUNT] = {
#define X(id, name, help) {name, help},
    ROLES(X)
#undef X
};

const char *role_name(enum role r)
{
    assert((unsigned)r < ROLE_COUNT);
    return roles[r].name;
}

const char *role_help(enum role r)
{
    assert((unsigned)r < ROLE_COUNT);
    return roles[r].help;
}

int role_find(const char *name)
{
    for (int r = 0; r < ROLE_COUNT; r++)
        if (!strcmp(roles[r].name, name))
            return r;
    return -1;
}
