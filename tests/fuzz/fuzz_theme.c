/* fuzz_theme.c: any bytes as a theme. What loads must give every cell a look at every depth. */
#include "fuzz.h"

#include <assert.h>

#include "ui/theme.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err e = {{0}};
    struct theme *t = theme_parse((const char *)data, size, "fuzz", &e);
    if (!t) {
        assert(*e.text);
        return 0;
    }
    for (int role = 0; role < ROLE_COUNT; role++)
        for (int depth = DEPTH_MONO; depth <= DEPTH_TRUE; depth++)
            for (int level = -LEVEL_MAX; level <= LEVEL_MAX; level += 50) {
                struct cell c = {.ch = {'x'}, .role = (uint8_t)role, .level = (int8_t)level};
                struct colors look = theme_colors(t, &c, (enum depth)depth);
                assert(depth != DEPTH_256 || (look.fg < 256 && look.bg < 256));
            }
    theme_free(t);
    return 0;
}
