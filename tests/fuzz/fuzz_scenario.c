/* fuzz_scenario.c: any bytes as a scenario. What is refused leaves the session as it was; what is taken is written,
 * opened again and written to the same bytes. */
#define _GNU_SOURCE
#include "fuzz.h"

#include "check.h"
#include "session/scenario.h"

static struct session *fresh(void)
{
    struct session *s = session_new(model_builtin("lesson-cell", NULL), NULL);
    assert(s);
    return s;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err e = {{0}};
    char path[64], again[64];
    int fd = file_of(data, size, path);
    struct session *s = fresh(), *t = fresh();
    struct scenario_info info = {.extra = -1}, other = {.extra = -1};
    struct str first = {0}, second = {0};
    if (!scenario_apply(s, path, &info, &e)) {
        check_error(&e);
        scenario_write(s, NULL, &first);
        scenario_write(t, NULL, &second);
    } else {
        scenario_write(s, &info, &first);
        int copy = file_of(first.s, first.len, again);
        if (!scenario_apply(t, again, &other, &e)) {
            fprintf(stderr, "%s\n%s\n", e.text, first.s);
            abort();
        }
        scenario_write(t, &other, &second);
        close(copy);
    }
    assert(strcmp(first.s, second.s) == 0);
    str_free(&first);
    str_free(&second);
    scenario_info_clear(&info);
    scenario_info_clear(&other);
    session_free(s);
    session_free(t);
    close(fd);
    return 0;
}
