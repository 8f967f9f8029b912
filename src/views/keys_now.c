/* keys_now.c: which keys are to be shown for what a table's key does: see view.h. A file of its own, for views call it
 * and the table of views knows them all. */
#include "views/view.h"

const char *scene_keys(const struct scene *scene, const struct view *view, const char *keys, char buf[SCENE_KEYS])
{
    return scene->keys_now ? scene->keys_now(scene->keymap, view, keys, buf, SCENE_KEYS) : keys;
}
