/* views.c: the table of views. A new view is one file and one row here. */
#include <string.h>

#include "views/view.h"

extern const struct view view_bars;
extern const struct view view_dissect;
extern const struct view view_attribution;
extern const struct view view_timeline;
extern const struct view view_gradient;
extern const struct view view_predictions;
extern const struct view view_whatif;
extern const struct view view_sweep;
extern const struct view view_statistics;
extern const struct view view_find_units;
extern const struct view view_learn;
extern const struct view view_inspect;
extern const struct view view_help;

const struct view *const views[] = {
    &view_bars,
    &view_dissect,
    &view_attribution,
    &view_timeline,
    &view_gradient,
    &view_predictions,
    &view_whatif,
    &view_sweep,
    &view_statistics,
    &view_find_units,
    &view_learn,
    &view_inspect,
    &view_help,
};
const int view_count = (int)(sizeof views / sizeof *views);

const struct view *view_find(const char *name)
{
    for (int k = 0; k < view_count; k++)
        if (strcmp(views[k]->name, name) == 0)
            return views[k];
    return NULL;
}

int view_index(const struct view *v)
{
    for (int k = 0; k < view_count; k++)
        if (views[k] == v)
            return k;
    return -1;
}

bool scene_hides(const struct scene *scene, int layer, int unit, enum value v, int t)
{
    return scene->hides && scene->hides(scene->question, layer, unit, v, t);
}
