/* view_learn.c: a network being taught. */
#include "session/training.h"
#include "views/view.h"

static void draw(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    (void)scene, (void)state, (void)g, (void)r;
}

const struct view view_learn = {
    .name = "learn",
    .title = "learn",
    .help = "",
    .key = 'L',
    .draw = draw,
    .alone = true,
};
