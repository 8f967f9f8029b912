/* welcome.c: see welcome.h. */
#include "app/welcome.h"

#include <unistd.h>

#include "base/state_home.h"

void welcome_offer(struct app *a)
{
    static const char text[] = "The welcome has been shown; without this file it is shown once more.\n";
    struct str path = {0};
    if (a->view == &view_bars && !a->info.rows && !a->scene.message && state_home("welcome", &path)
        && access(str_text(&path), F_OK) != 0 && state_write(str_text(&path), text, sizeof text - 1))
        a->scene.welcome = true;
    str_free(&path);
}
