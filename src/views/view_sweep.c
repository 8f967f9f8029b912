#include "views/view.h"
static void draw(const struct scene *scene, const void *state, struct grid *g, struct rect r){(void)scene;(void)state;(void)g;(void)r;}
const struct view view_sweep = {
    .name = "sweep", .title="sweep", .help="x", .key='W', .state_size=1, .draw=draw };
