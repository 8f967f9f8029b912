/* test_rows.c: rows with an importance become heights. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "views/rows.h"

enum { TITLE, PICTURE, NOTE, WORDS, ROWS };
static const struct row rows[ROWS] = {
    [TITLE] = {1, 0, 0}, [PICTURE] = {3, 9, 1}, [NOTE] = {1, 0, 3}, [WORDS] = {2, 4, 2}};

static void FIT(int h, int title, int picture, int note, int words, int left)
{
    int height[ROWS];
    assert_int_equal(rows_fit(rows, ROWS, h, height), left);
    assert_int_equal(height[TITLE], title);
    assert_int_equal(height[PICTURE], picture);
    assert_int_equal(height[NOTE], note);
    assert_int_equal(height[WORDS], words);
}

static void the_least_missed_row_goes_first(void **state)
{
    (void)state;
    FIT(7, 1, 3, 1, 2, 0);
    FIT(6, 1, 3, 0, 2, 0);
    FIT(5, 1, 4, 0, 0, 0);
    FIT(4, 1, 3, 0, 0, 0);
    FIT(3, 1, 0, 0, 0, 2);
    FIT(0, 0, 0, 0, 0, 0);
    FIT(-3, 0, 0, 0, 0, 0);
}

static void what_is_left_over_goes_to_the_most_missed_that_can_grow(void **state)
{
    (void)state;
    FIT(9, 1, 5, 1, 2, 0);
    FIT(13, 1, 9, 1, 2, 0);
    FIT(14, 1, 9, 1, 3, 0);
    FIT(15, 1, 9, 1, 4, 0);
    FIT(20, 1, 9, 1, 4, 5);
}

static void a_row_that_is_not_wanted_stays_away(void **state)
{
    (void)state;
    struct row some[2] = {{0, 5, 0}, {1, 1, 1}};
    int height[2];
    assert_int_equal(rows_fit(some, 2, 10, height), 9);
    assert_int_equal(height[0], 0);
    assert_int_equal(height[1], 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_least_missed_row_goes_first),
        cmocka_unit_test(what_is_left_over_goes_to_the_most_missed_that_can_grow),
        cmocka_unit_test(a_row_that_is_not_wanted_stays_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
