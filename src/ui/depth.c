/* depth.c: see depth.h. */
#include "ui/depth.h"

#include <stdlib.h>
#include <string.h>

static bool promises_direct_color(void)
{
    const char *v = getenv("COLORTERM"), *term = getenv("TERM");
    return v && (!strcmp(v, "truecolor") || !strcmp(v, "24bit")) && !(term && !strncmp(term, "screen", 6));
}

enum depth depth_wished(enum color_wish wish, enum depth described)
{
    static const enum depth depth[] = {
        [COLOR_NEVER] = DEPTH_MONO,
        [COLOR_WISH_16] = DEPTH_16,
        [COLOR_WISH_256] = DEPTH_256,
        [COLOR_WISH_TRUE] = DEPTH_TRUE,
    };
    const char *no_color = getenv("NO_COLOR");
    if (wish != COLOR_AUTO)
        return depth[wish];
    if (no_color && *no_color)
        return DEPTH_MONO;
    return described >= DEPTH_256 && promises_direct_color() ? DEPTH_TRUE : described;
}
