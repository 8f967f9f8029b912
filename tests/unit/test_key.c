/* Keys are written as in vim, and what is written is read back as the same key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "ui/key.h"

static void a_line_of_keys_reads_one_by_one(void **state)
{
    (void)state;
    static const int expected[] = {'j', K_LEFT, K_BTAB, K_CTRL('r'), K_PGDN,  K_SPACE, '<',
                                   '<', '>',    K_F12,  0xE9,        K_ENTER, K_ESC};
    const char *text = "j<Left><S-Tab><C-r><PgDn><Space><lt><><f12>\xC3\xA9<CR><esc>";
    for (size_t k = 0; k < sizeof expected / sizeof *expected; k++)
        assert_int_equal(key_parse(&text), expected[k]);
    assert_int_equal(key_parse(&text), K_NONE);
    assert_string_equal(text, "");
}

static void what_is_not_a_key_stays_unread(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "<Foo>", "<C-Left>", "<Left", "<C-\xC3\xA9>", "\xFF", "<U+110000>", "<U+D800>", "<U+>", "<U+1234567>",
        "<U+12X>", "<X+41>", "<C-1>", "<C-`>", "<C->", "<C-ab>", "<A->", "<A-Left>", "<A-ab>", "<A-\xFF>", "<At1>",
        "<At1,>", "<At,5>", "<At0,5>", "<At5,0>", "<At4097,1>", "<At1,4097>", "<At1,2,3>", "<Atx,y>", "<Ax1,2>",
        "<At1234567890,12345>", "<At-1,2>", "\xC3"};
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        const char *text = bad[k];
        assert_int_equal(key_parse(&text), K_NONE);
        assert_ptr_equal(text, bad[k]);
    }
}

/* Capital or small, and the names that vim and Emacs give. */
static void a_key_may_be_written_in_more_than_one_way(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int key;
    } cases[] = {
        {"<c-R>", K_CTRL('r')},
        {"<C-r>", K_CTRL('r')},
        {"<C-_>", K_CTRL('_')},
        {"<C-?>", K_BACKSPACE},
        {"<M-x>", K_ALT('x')},
        {"<m-x>", K_ALT('x')},
        {"<a-X>", K_ALT('X')},
        {"<A-\xC3\xA9>", K_ALT(0xE9)},
        {"<A-Space>", K_ALT(' ')},
        {"<A-BS>", K_ALT(K_BACKSPACE)},
        {"<u+e9>", 0xE9},
        {"<U+10FFFF>", 0x10FFFF},
        {"<At1,1>", K_CLICK(0, 0)},
        {"<at12,5>", K_CLICK(11, 4)},
        {"<At4096,4096>", K_CLICK(4095, 4095)},
        {"<U+D7FF>", 0xD7FF},
        {"<U+E000>", 0xE000},
        {"<LEFT>", K_LEFT},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        const char *text = cases[k].text;
        int key = key_parse(&text);
        if (key != cases[k].key || *text)
            fail_msg("%s is key %d, expected %d", cases[k].text, key, cases[k].key);
    }
}

static void every_key_reads_back_from_its_name(void **state)
{
    (void)state;
    for (int key = 1; key < K_LAST; key++) {
        if (key == 0x3000)
            key = 0x1F000; /* samples of the rest are enough */
        if (key == 0x1F700)
            key = 0xE0000;
        if (key == 0xE0200)
            key = K_NAMED + 1;
        if (key >= 0xD800 && key <= 0xDFFF)
            continue;
        char name[16];
        const char *text = key_name(key, name);
        assert_true(strlen(name) > 0 && strlen(name) < 16);
        assert_int_equal(key_parse(&text), key);
        assert_string_equal(text, "");
    }
}

static void keys_are_shown_as_people_write_them(void **state)
{
    (void)state;
    char buf[16];
    assert_string_equal(key_show(K_RIGHT, false, buf), "\xE2\x86\x92");
    assert_string_equal(key_show(K_RIGHT, true, buf), "Right");
    assert_string_equal(key_show(K_CTRL('r'), false, buf), "Ctrl-R");
    assert_string_equal(key_show(K_PGDN, false, buf), "PgDn");
    assert_string_equal(key_show(K_SPACE, false, buf), "Space");
    assert_string_equal(key_show(K_BTAB, true, buf), "Shift-Tab");
    assert_string_equal(key_show('<', true, buf), "<");
    assert_string_equal(key_show('x', true, buf), "x");
    assert_string_equal(key_show(0xE9, true, buf), "U+00E9");
    assert_string_equal(key_show(K_NONE, false, buf), "");
}

static void names_and_shown_keys_never_hold_a_control_character(void **state)
{
    (void)state;
    for (int key = -1; key < 0x3000; key++) {
        char name[16], shown[16];
        key_name(key, name);
        key_show(key, true, shown);
        for (const char *p = name; *p; p++)
            assert_true((unsigned char)*p >= 0x20 && *p != 0x7F);
        for (const char *p = shown; *p; p++)
            assert_true((unsigned char)*p >= 0x20 && (unsigned char)*p < 0x7F);
    }
    char buf[16];
    assert_string_equal(key_name(0x202E, buf), "<U+202E>");
    assert_string_equal(key_show(0x9B, false, buf), "U+009B");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_of_keys_reads_one_by_one),
        cmocka_unit_test(what_is_not_a_key_stays_unread),
        cmocka_unit_test(a_key_may_be_written_in_more_than_one_way),
        cmocka_unit_test(every_key_reads_back_from_its_name),
        cmocka_unit_test(keys_are_shown_as_people_write_them),
        cmocka_unit_test(names_and_shown_keys_never_hold_a_control_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
