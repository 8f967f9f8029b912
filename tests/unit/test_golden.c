/* test_golden.c: every picture in tests/golden is what the program draws; the head of each file says what is shot. With
 * GOLDEN=renew in the environment the files are rewritten instead (make golden); ONLY=find does it for names that
 * begin so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <dirent.h>

#include "base/file.h"
#include "base/mem.h"
#include "core/lstm.h"
#include "support/golden.h"

enum { FILES_MAX = 1000 };
static const char folder[] = "tests/golden";
static bool renew;

static void a_golden(void **state)
{
    if (golden_file(*state, renew))
        print_message("renewed %s\n", (const char *)*state);
}

static void what_differs_is_shown_line_by_line(void **state)
{
    (void)state;
    struct str out = {0};
    golden_differences("a\nb\nc\nd\n", "a\nc\nD\nd\ne\n", 40, &out);
    assert_string_equal(str_text(&out), "    2 - b\n    3 + D\n    5 + e\n");
    str_free(&out);
    golden_differences("a\nb\nc\n", "x\ny\nz\n", 2, &out);
    assert_string_equal(str_text(&out), "    1 - a\n    2 - b\n  … and more\n");
    str_free(&out);
    golden_differences("a\n", "a\n", 2, &out);
    assert_string_equal(str_text(&out), "");
}

/* The hints stand on every screen: pictures that hold them are few, and so is what a changed word touches. */
static void fewer_than_ten_goldens_hold_the_hints(void **state)
{
    int with_hints = 0;
    for (char *const *path = *state; *path; path++) {
        char *text = NULL;
        size_t len;
        struct err e = {{0}};
        assert_true(file_read(*path, &text, &len, &e));
        const char *part = strstr(text, "\npart: "), *end = strstr(text, "\n----");
        if (part && end && part < end && (strncmp(part + 7, "hints", 5) == 0 || strncmp(part + 7, "screen", 6) == 0))
            with_hints++;
        free(text);
    }
    assert_in_range(with_hints, 1, 9);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

int main(void)
{
    static char *path[FILES_MAX + 1];
    static struct CMUnitTest tests[FILES_MAX + 2];
    const char *wish = getenv("GOLDEN"), *only = getenv("ONLY");
    int files = 0, count = 0;
    renew = wish && strcmp(wish, "renew") == 0;
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir && files < FILES_MAX && (entry = readdir(dir));) {
        size_t n = strlen(entry->d_name);
        if (n < 4 || strcmp(entry->d_name + n - 4, ".txt") != 0
            || (only && strncmp(entry->d_name, only, strlen(only)) != 0))
            continue;
        struct str s = {0};
        str_addf(&s, "%s/%s", folder, entry->d_name);
        path[files++] = str_take(&s);
    }
    if (dir)
        closedir(dir);
    qsort(path, (size_t)files, sizeof *path, by_name);
    for (int k = 0; k < files; k++)
        tests[count++] = (struct CMUnitTest){.name = path[k], .test_func = a_golden, .initial_state = path[k]};
    if (!only && !renew) {
        tests[count++] = (struct CMUnitTest){.name = "what_differs_is_shown_line_by_line",
                                             .test_func = what_differs_is_shown_line_by_line};
        tests[count++] = (struct CMUnitTest){.name = "fewer_than_ten_goldens_hold_the_hints",
                                             .test_func = fewer_than_ten_goldens_hold_the_hints,
                                             .initial_state = path};
    }
    /* Pictures must not depend on the machine: kernels differ in their last bits, and three layers of random weights
     * make another value of that. */
    lstm_kernel_force("portable");
    int failed = _cmocka_run_group_tests("golden", tests, (size_t)count, NULL, NULL);
    for (int k = 0; k < files; k++)
        free(path[k]);
    return failed;
}
