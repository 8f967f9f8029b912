/* fuzz_keys.c: any bytes as keys, commands and edits typed into the program on its built-in model. Files are never
 * written: what would name one is skipped. */
#include "fuzz.h"

#include <assert.h>
#include <string.h>

#include "action/ask.h"
#include "import/import.h"
#include "session/edit.h"
#include "views/chrome.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err e = {{0}};
    struct model *m = model_builtin("lesson-cell", &e);
    struct session *s = m ? session_new(m, &e) : NULL;
    struct theme *t = theme_load(theme_default, &e);
    assert(s && t);
    struct app a;
    app_init(&a, s, t, &glyphs_unicode);
    char text[512];
    size_t n = size < sizeof text - 1 ? size : sizeof text - 1;
    memcpy(text, data, n);
    text[n] = '\0';
    edit_apply(a.session, text, "fuzz", false, &e);
    for (const char *p = text; *p;) {
        int key = key_parse(&p);
        if (key == K_NONE) {
            p++;
            continue;
        }
        /* Nothing that reads or writes files by name. */
        if (key == K_ENTER && a.prompt.active && a.question != &question_value && a.question != &question_find
            && strncmp(a.prompt.text, "set ", 4) != 0 && strncmp(a.prompt.text, "text ", 5) != 0
            && strncmp(a.prompt.text, "word ", 5) != 0)
            key = K_ESC;
        app_key(&a, key);
    }
    struct grid *g = grid_new(80, 24, a.glyphs);
    app_draw(&a, g, NULL, NULL);
    const struct cursor *at = session_cursor(a.session);
    assert(at->step >= 0 && at->step <= session_steps(a.session));
    grid_free(g);
    app_clear(&a);
    return 0;
}
