#include "support/golden.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "action/files.h"
#include "base/file.h"

void golden_check(const struct grid *g, const char *name)
{
    struct str now = {0}, path = {0};
    grid_dump_text(g, &now);
    str_add(&now, "---- roles\n");
    grid_dump_roles(g, &now);
    str_addf(&path, "tests/golden/%s.txt", name);
    struct err e = {{0}};
    const char *update = getenv("UPDATE");
    if (update && *update) {
        if (!file_write(path.s, str_text(&now), now.len, &e))
            fail_msg("%s", e.text);
    } else {
        char *was = NULL;
        size_t len;
        if (!file_read(path.s, &was, &len, &e))
            fail_msg("%s (UPDATE=1 writes it)", e.text);
        if (strcmp(was, now.s) != 0) {
            int line = 1;
            const char *a = was, *b = now.s;
            for (; *a && *b; line++) {
                size_t n = strcspn(a, "\n"), m = strcspn(b, "\n");
                if (n != m || memcmp(a, b, n) != 0)
                    break;
                a += n + (a[n] == '\n');
                b += m + (b[m] == '\n');
            }
            print_message("%s line %d:\n  was: %.*s\n  now: %.*s\n%s", path.s, line, (int)strcspn(a, "\n"), a, (int)strcspn(b, "\n"), b, now.s);
            free(was);
            fail_msg("%s differs at line %d", path.s, line);
        }
        free(was);
    }
    str_free(&now);
    str_free(&path);
}

void golden_app(const struct golden_shot *shot, struct app *a)
{
    struct err e = {{0}};
    struct theme *t = theme_load(theme_default, &e);
    struct model *m = t ? model_builtin(shot->model ? shot->model : "lesson-cell", &e) : NULL;
    struct session *s = m ? session_new(m, &e) : NULL;
    if (!s)
        fail_msg("%s", e.text);
    app_init(a, s, t, shot->ascii ? &glyphs_ascii : &glyphs_unicode);
    a->w = shot->w;
    a->h = shot->h;
    if (shot->scenario && !app_open_scenario(a, shot->scenario, &e))
        fail_msg("%s", e.text);
    if (shot->text && !session_set_text(a->session, shot->text, "test", &e))
        fail_msg("%s", e.text);
    if (shot->keys && !app_keys(a, shot->keys, "keys", &e))
        fail_msg("%s", e.text);
}

void golden_shoot(const struct golden_shot *shot)
{
    struct app a;
    golden_app(shot, &a);
    struct grid *g = grid_new(shot->w, shot->h, a.glyphs);
    app_draw(&a, g, NULL, NULL);
    golden_check(g, shot->name);
    grid_free(g);
    app_clear(&a);
}
