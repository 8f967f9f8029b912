/* test_program.c: the real program under a pseudo-terminal: what a user does with it, and that the terminal is given
 * back. FLSTM names the program under test. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/str.h"
#include "support/pty.h"
#include "support/skip.h"

static const char *program(void)
{
    const char *p = getenv("FLSTM");
    return p && *p ? p : "./flstm-tui";
}

static struct pty *start(int w, int h, const char *const options[], const char *const env[])
{
    const char *argv[24] = {program()};
    int n = 1;
    for (; options && options[n - 1] && n < 23; n++)
        argv[n] = options[n - 1];
    argv[n] = NULL;
    return pty_spawn(w, h, argv, env);
}

static void a_newcomer_steps_pins_and_sees_the_prediction_change(void **state)
{
    (void)state;
    struct pty *t = start(80, 24, NULL, NULL);
    assert_true(pty_shows(t, "[She]"));
    assert_true(pty_shows(t, "f_t"));
    assert_true(pty_shows(t, "C gender"));
    pty_keys(t, "<Right><Right><Right>");
    assert_true(pty_shows(t, "[and]"));
    pty_keys(t, "c");                            /* the forget gate of gender is closed */
    assert_true(pty_shows(t, "1 pinned"));
    assert_true(pty_shows(t, "pinned"));
    pty_keys(t, "<Right><Right>");
    assert_true(pty_shows(t, "[with]"));
    assert_true(pty_matches(t, "\\[her\\] 0\\.9[0-9].{1,5}0\\.[0-4][0-9]"));
    pty_keys(t, "u");
    assert_true(pty_hides(t, "1 pinned"));
    pty_keys(t, "q");
    assert_int_equal(pty_ended(t), 0);
    assert_string_equal(pty_damage(t), "");
    pty_free(t);
}

static void alt_moves_by_words_and_loses_neither_the_line_nor_the_pins(void **state)
{
    (void)state;
    const char *const options[] = {"--set", "f[gender]@2=0", NULL};
    struct pty *t = start(80, 24, options, NULL);
    assert_true(pty_shows(t, "1 pinned"));
    pty_keys(t, ":text He came<A-b>X");
    assert_true(pty_shows(t, ":text He Xcame"));
    pty_keys(t, "<Esc><A-c>");
    assert_true(pty_shows(t, "Alt-c is not bound"));
    assert_true(pty_shows(t, "1 pinned"));
    pty_keys(t, "q");
    assert_int_equal(pty_ended(t), 0);
    pty_free(t);
}

static void undo_and_redo_go_both_ways(void **state)
{
    (void)state;
    struct pty *t = start(80, 24, NULL, NULL);
    assert_true(pty_shows(t, "[She]"));
    pty_keys(t, "<Right>.5<Enter>");
    assert_true(pty_shows(t, "1 pinned"));
    pty_keys(t, "<Tab>.25<Enter>");
    assert_true(pty_shows(t, "2 pinned"));
    pty_keys(t, "uu");
    assert_true(pty_hides(t, "pinned "));
    pty_keys(t, "<C-r><C-r>");
    assert_true(pty_shows(t, "2 pinned"));
    pty_keys(t, "qy");
    assert_int_equal(pty_ended(t), 0);
    pty_free(t);
}

static void unsaved_edits_are_asked_about_and_saved_ones_reopen(void **state)
{
    (void)state;
    char dir[] = "/tmp/flstm-test-XXXXXX";
    assert_non_null(mkdtemp(dir));
    struct str file = {0}, keys = {0};
    str_addf(&file, "%s/mine.json", dir);
    struct pty *t = start(80, 24, NULL, NULL);
    assert_true(pty_shows(t, "[She]"));
    pty_keys(t, "<Right>cq");
    assert_true(pty_shows(t, "not saved"));
    pty_keys(t, "<Esc>");
    str_addf(&keys, ":w %s<Enter>", file.s);
    pty_keys(t, keys.s);
    assert_true(pty_shows(t, "wrote"));
    pty_keys(t, "q");
    assert_int_equal(pty_ended(t), 0);
    pty_free(t);

    const char *again[] = {"-s", file.s, NULL};
    t = start(80, 24, again, NULL);
    assert_true(pty_shows(t, "1 pinned"));
    assert_true(pty_shows(t, "t=2/"));
    pty_keys(t, "q");
    assert_int_equal(pty_ended(t), 0);
    pty_free(t);
    unlink(file.s);
    rmdir(dir);
    str_free(&file);
    str_free(&keys);
}

/* Of 30 rows: the picture is as high as the terminal. */
static bool last_row_is_drawn(struct pty *t, void *arg)
{
    (void)arg;
    return strcmp(pty_cell(t, 1, 29).text, "?") == 0;
}

static void the_log_of_a_sitting_replays_it(void **state)
{
    (void)state;
    char dir[] = "/tmp/flstm-test-XXXXXX";
    assert_non_null(mkdtemp(dir));
    struct str log = {0}, setting = {0}, keys = {0}, replay = {0};
    str_addf(&log, "%s/log", dir);
    str_addf(&setting, "FLSTM_LOG=%s", log.s);
    struct pty *t = start(80, 24, NULL, (const char *[]){setting.s, NULL});
    assert_true(pty_shows(t, "[She]"));
    pty_keys(t, "<Right>");
    assert_true(pty_shows(t, "t=2/"));
    pty_keys(t, ":unit 2<Enter>");
    pty_keys(t, ".5<Enter>");
    assert_true(pty_shows(t, "1 pinned"));
    pty_keys(t, "m<Esc>d");
    assert_true(pty_shows(t, "dissect"));
    struct str was = {0};
    pty_settle(t, 100);
    str_add(&was, pty_screen(t));
    pty_keys(t, "<Esc>");
    pty_keys(t, "mv");                             /* of the timeline alone; a key of nothing; another size */
    pty_keys(t, "~");
    pty_resize(t, 90, 30);
    assert_true(pty_until(t, last_row_is_drawn, NULL));
    pty_keys(t, "<F5>qy");
    pty_ended(t);
    pty_free(t);

    struct err e = {{0}};
    char *text = NULL;
    size_t len;
    assert_true(file_read(log.s, &text, &len, &e));
    assert_int_equal(strncmp(text, "# flstm-tui ", 12), 0);
    assert_non_null(strstr(text, "\n# 80x24\n"));
    const char *const lines[] = {"\n<Right>\tnext-word\t", "\n:\tcommand\t", "\n<Space>\ttyped\t", "\n2\ttyped\t",
                                 "\nd\tview dissect\t", "\nv\ttimeline: own key\t", "\n~\t-\t", "\n# 90x30\n"};
    for (size_t k = 0; k < sizeof lines / sizeof *lines; k++)
        if (!strstr(text, lines[k]))
            fail_msg("%s is not in\n%s", lines[k] + 1, text);
    double ms = 0;
    long bytes = -1;
    assert_int_equal(sscanf(strstr(text, lines[0]), "\n<Right>\tnext-word\t%lf\t%ld", &ms, &bytes), 2);
    assert_true(ms > 0 && ms < 5000 && bytes > 0);
    for (char *line = text; line && *line; line = strchr(line, '\n'), line += line != NULL)
        if (*line != '#')
            str_addn(&keys, line, strcspn(line, "\t"));
    assert_non_null(strstr(keys.s, "d<Esc>mv"));           /* as far as the dissected gate, that picture again */
    *(strstr(keys.s, "d<Esc>mv") + 1) = '\0';
    str_addf(&replay, "%s --size 80x24 --render text --keys '%s'", program(), keys.s);
    FILE *f = popen(replay.s, "r");
    struct str now = {0};
    char buf[512];
    while (f && fgets(buf, sizeof buf, f))
        str_add(&now, buf);
    assert_non_null(f);
    assert_int_equal(pclose(f), 0);
    assert_string_equal(str_text(&now), was.s);

    struct pty *refused = start(80, 24, NULL, (const char *[]){"FLSTM_LOG=/dev/null/log", NULL});
    assert_true(pty_shows(refused, "/dev/null/log"));
    assert_int_equal(pty_ended(refused), 1);
    pty_free(refused);
    unlink(log.s);
    rmdir(dir);
    free(text);
    struct str *const all[] = {&log, &setting, &keys, &replay, &was, &now};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        str_free(all[k]);
}

static bool narrow(struct pty *t, void *arg)
{
    (void)arg;
    return strstr(pty_screen(t), "help") != NULL;
}

static void resizing_redraws_at_every_size(void **state)
{
    (void)state;
    struct pty *t = start(80, 24, NULL, NULL);
    assert_true(pty_shows(t, "[She]"));
    pty_resize(t, 40, 12);
    assert_true(pty_until(t, narrow, NULL));
    pty_resize(t, 1, 1);
    pty_settle(t, 100);
    assert_true(pty_running(t));
    pty_resize(t, 200, 60);
    assert_true(pty_shows(t, "next word after"));
    for (int k = 0; k < 60; k++)                 /* a window being dragged */
        pty_resize(t, 30 + k, 10 + k / 3);
    pty_resize(t, 80, 24);
    assert_true(pty_shows(t, "C_t = f"));
    pty_keys(t, "q");
    assert_int_equal(pty_ended(t), 0);
    assert_string_equal(pty_damage(t), "");
    pty_free(t);
}

static void it_suspends_gives_the_terminal_back_and_resumes(void **state)
{
    (void)state;
    struct pty *t = start(80, 24, NULL, NULL);
    assert_true(pty_shows(t, "[She]"));
    pty_keys(t, "<Right><C-z>");
    assert_true(pty_stopped(t));
    assert_string_equal(pty_damage(t), "");
    pty_continue(t);
    assert_true(pty_shows(t, "t=2/"));
    pty_keys(t, "<Right>");
    assert_true(pty_shows(t, "[out]"));
    pty_keys(t, "q");
    assert_int_equal(pty_ended(t), 0);
    pty_free(t);
}

static void every_ending_gives_the_terminal_back(void **state)
{
    (void)state;
    static const struct {
        int sig, status;
    } ends[] = {{SIGTERM, 143}, {SIGHUP, 129}, {SIGINT, 130}, {SIGQUIT, 131}, {SIGSEGV, 139}, {SIGABRT, 134}};
    for (size_t k = 0; k < sizeof ends / sizeof *ends; k++) {
        if (getenv("FLSTM_SANITIZED") && (ends[k].sig == SIGSEGV || ends[k].sig == SIGABRT))
            continue;                            /* the sanitizer's own handlers end it */
        struct pty *t = start(80, 24, NULL, NULL);
        assert_true(pty_shows(t, "[She]"));
        pty_signal(t, ends[k].sig);
        assert_int_equal(pty_ended(t), ends[k].status);
        assert_string_equal(pty_damage(t), "");
        pty_free(t);
    }
    struct pty *t = start(80, 24, NULL, NULL);
    assert_true(pty_shows(t, "[She]"));
    pty_keys(t, "<C-c>");
    assert_int_equal(pty_ended(t), 0);
    assert_string_equal(pty_damage(t), "");
    pty_free(t);
}

static void a_vanished_terminal_ends_it_without_spinning(void **state)
{
    (void)state;
    struct pty *t = start(80, 24, NULL, NULL);
    assert_true(pty_shows(t, "[She]"));
    pty_hang_up(t);
    assert_int_equal(pty_ended(t), 129);
    assert_true(pty_cpu_seconds(t) < 2);
    pty_free(t);
}

static void playing_goes_through_the_sentence_and_stops_at_its_end(void **state)
{
    (void)state;
    struct pty *t = start(80, 24, NULL, NULL);
    assert_true(pty_shows(t, "[She]"));
    pty_keys(t, ":rate 50<Enter><Space>");
    assert_true(pty_shows(t, "[dog]"));
    assert_true(pty_hides(t, "playing"));
    pty_keys(t, "<Space>");                      /* once more from the start */
    assert_true(pty_shows(t, "playing"));
    pty_keys(t, "<Left>");                       /* a step pauses */
    assert_true(pty_hides(t, "playing"));
    pty_keys(t, "q");
    assert_int_equal(pty_ended(t), 0);
    pty_free(t);
}

static void a_bad_command_line_says_so_in_one_line_and_opens_nothing(void **state)
{
    (void)state;
    static const struct { const char *options[6]; int status; const char *says; } bad[] = {
        {{"--nonsense"}, 2, "there is no option --nonsense"},
        {{"--text"}, 2, "--text: expected a value"},
        {{"--step", "99"}, 2, "expected"},
        {{"--set", "f[99]@5=1"}, 2, "f[99]@5=1"},
        {{"--view", "nonsense"}, 2, "expected one of bars"},
        {{"--size", "80by24", "--render", "text"}, 2, "COLSxROWS"},
        {{"--print", "xml"}, 2, "expected one of json csv text"},
        {{"/no/such/model.json"}, 1, "/no/such/model.json: cannot open"},
        {{"--theme", "nonsense"}, 1, "nonsense"},
        {{"--scenario", "nonsense"}, 1, "nonsense: there is no file and no built-in scenario"},
        {{"nonsense"}, 1, "nonsense: there is no file and no built-in model"},
        {{"a.json", "b.json"}, 2, "expected one MODEL"},
        {{"--tokens", "-", "-"}, 2, "standard input"},
        {{"--top", "-1"}, 2, "--top"},
        {{"--layer", "2"}, 2, "--layer"},
        {{"--gradient", "99"}, 2, "--gradient: expected a step"},
        {{"--gradient", "with:zebra", "--print", "json"}, 2, "no output of the model is called \"zebra\""},
        {{"--gradient", "6", "--print", "csv"}, 2, "csv has no place for it"},
        {{"--list", "nonsense"}, 2, "expected one of models"},
        {{"--keys", "<Nonsense>"}, 2, "--keys"},
    };
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        struct pty *t = start(80, 24, bad[k].options, NULL);
        assert_int_equal(pty_ended(t), bad[k].status);
        if (!pty_shows(t, bad[k].says))
            fail_msg("%s %s: %s", bad[k].options[0], bad[k].options[1] ? bad[k].options[1] : "", pty_screen(t));
        assert_false(pty_wrote(t, "\x1b[?1049h"));
        assert_true(pty_shows(t, "flstm-tui: "));
        pty_free(t);
    }
}

static void terminals_it_cannot_use_are_refused_in_one_line(void **state)
{
    (void)state;
    static const char *const terms[] = {"TERM", "TERM=dumb", "TERM=no-such-terminal"};
    for (size_t k = 0; k < 3; k++) {
        struct pty *t = start(80, 24, NULL, (const char *[]){terms[k], NULL});
        assert_int_equal(pty_ended(t), 1);
        assert_true(pty_shows(t, "flstm-tui: "));
        pty_free(t);
    }
}

/* Every sequence that begins also ends, and the title that is put away once comes back once. */
static void must_be_whole(const char *log, size_t n)
{
    int away = 0, back = 0;
    for (size_t k = 0; k < n; k++) {
        if (log[k] != '\033')
            continue;
        k++;
        if (log[k] == '[') {
            size_t from = k;
            for (k++; k < n && log[k] >= 0x20 && log[k] < 0x40; k++)
                continue;
            if (k >= n || log[k] < 0x40 || log[k] > 0x7E)
                fail_msg("a sequence is cut off: ESC %.*s", (int)(k - from + 2), log + from);
            away += strncmp(log + from, "[22;0;0t", 8) == 0;
            back += strncmp(log + from, "[23;0;0t", 8) == 0;
        } else if (k >= n || !strchr("()78=>cDEHM", log[k])) {
            fail_msg("an ESC is followed by 0x%02X", (unsigned)(unsigned char)log[k]);
        } else {
            k += log[k] == '(' || log[k] == ')';
        }
    }
    assert_int_equal(away, back);
    assert_true(away <= 1);
}

static void the_smallest_terminals_get_whole_sequences(void **state)
{
    (void)state;
    static const int sizes[][2] = {{1, 1}, {2, 2}, {1, 24}, {80, 1}, {3, 2}};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        struct pty *t = start(sizes[k][0], sizes[k][1], NULL, NULL);
        pty_settle(t, 150);
        pty_keys(t, "<Right>cdm?<Esc>Wa");
        pty_settle(t, 100);
        pty_type(t, ":q!\r", 4);
        assert_int_equal(pty_ended(t), 0);
        must_be_whole(pty_log(t), pty_bytes(t));
        assert_string_equal(pty_damage(t), "");
        pty_free(t);
    }
}

/* Bare machines and containers name no locale. */
static void without_a_locale_the_terminal_tells_whether_it_is_utf8(void **state)
{
    (void)state;
    static const char *const bare[] = {"LC_ALL", "LC_CTYPE", "LANG", NULL};
    for (int says = 0; says < 2; says++) {
        const char *const argv[] = {"sh", "-c", says ? "stty iutf8; exec \"$0\"" : "stty -iutf8; exec \"$0\"",
                                    program(), NULL};
        struct pty *t = pty_spawn(120, 24, argv, bare);
        assert_true(pty_shows(t, "[She]"));
        if (says) {
            assert_true(pty_shows(t, "\xC2\xB7 trained"));          /* a middle dot */
            assert_true(pty_hides(t, "ASCII only"));
        } else {
            assert_true(pty_shows(t, "ASCII only: no locale is set here. LANG=C.UTF-8 flstm-tui"));
            pty_keys(t, "<Right>");
            assert_true(pty_hides(t, "ASCII only"));
        }
        pty_keys(t, "q");
        assert_int_equal(pty_ended(t), 0);
        pty_free(t);
    }
}

/* A config in a folder of its own; the program in a terminal that finds it. */
static struct pty *start_usual(const char *config, const char *const options[])
{
    char folder[] = "/tmp/flstm-usual-XXXXXX", path[128], home[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/flstm-tui", folder);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s/flstm-tui/config", folder);
    assert_true(file_write(path, config, strlen(config), NULL));
    snprintf(home, sizeof home, "XDG_CONFIG_HOME=%s", folder);
    struct pty *t = start(80, 24, options, (const char *const[]){home, NULL});
    assert_true(pty_shows(t, "t="));
    unlink(path);
    snprintf(path, sizeof path, "%s/flstm-tui", folder);
    rmdir(path);
    rmdir(folder);
    return t;
}

static void what_is_usual_is_in_force_from_the_first_picture_on(void **state)
{
    (void)state;
    static const struct { const char *config, *option, *shows, *keys, *then; } cases[] = {
        {"view = sweep\nmap x quit\n", NULL, "sweep", NULL, NULL},
        {"view = suite\n", "adding", "This model predicts no words", NULL, NULL},
        {"theme = nobody\n", NULL, "theme: ", "<Right>", "[came]"},
        {"theme = nobody\ncolour = red\n", NULL, "(and 1 more)", "<Right>", "[came]"},
        {"explain = on\n", NULL, "f_t", "<Right>", "[came]"},
        {"map x next-word\n", NULL, "[She]", "x", "[came]"},
        {"view = sweep\n", "--view=cell", "cell", NULL, NULL},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        const char *const options[] = {cases[k].option, NULL};
        struct pty *t = start_usual(cases[k].config, options);
        if (!pty_shows(t, cases[k].shows))
            fail_msg("%s: \"%s\" is not in\n%s", cases[k].config, cases[k].shows, pty_screen(t));
        if (cases[k].keys)
            pty_keys(t, cases[k].keys);
        if (cases[k].keys && !pty_shows(t, cases[k].then))
            fail_msg("%s: after %s \"%s\" is not in\n%s", cases[k].config, cases[k].keys, cases[k].then, pty_screen(t));
        pty_keys(t, ":quit<Enter>");
        assert_int_equal(pty_ended(t), 0);
        pty_free(t);
    }
}

/* Pasted words go into a line that is being typed, and into no picture. */
static void what_is_pasted_into_a_picture_does_nothing(void **state)
{
    (void)state;
    struct pty *t = start(80, 24, NULL, (const char *const[]){"TERM=xterm-256color", NULL});
    assert_true(pty_shows(t, "[She]"));
    pty_type(t, "\033[200~cCX:q\033[201~", 17);
    pty_keys(t, "<Right>");
    assert_true(pty_shows(t, "[came]"));
    assert_true(pty_hides(t, "pinned"));
    pty_keys(t, ":compare ");
    pty_type(t, "\033[200~he came\033[201~", 19);
    assert_true(pty_shows(t, ":compare he came"));
    pty_keys(t, "<Enter><C-l>");
    assert_true(pty_shows(t, "[came]"));
    pty_keys(t, "q");
    assert_int_equal(pty_ended(t), 0);
    pty_free(t);
}

/* A training that is watched and ended from outside leaves its model where it was to go, and what it takes to go on. */
static void a_training_that_is_watched_keeps_what_it_learnt_when_a_signal_ends_it(void **state)
{
    (void)state;
    char folder[] = "/tmp/flstm-watched-XXXXXX", save[64], path[80];
    assert_non_null(mkdtemp(folder));
    snprintf(save, sizeof save, "%s/m.json", folder);
    struct pty *t = start(80, 24, (const char *const[]){"--train", "gender", "--steps", "100000", "--save", save,
                                                        "--view", "learn", NULL}, NULL);
    assert_true(pty_matches(t, "update [1-9][0-9]* of 100000"));
    pty_keys(t, "<Space>");
    pty_signal(t, SIGTERM);
    assert_int_equal(pty_ended(t), 128 + SIGTERM);
    assert_string_equal(pty_damage(t), "");
    assert_int_equal(access(save, R_OK), 0);
    snprintf(path, sizeof path, "%s.resume", save);
    unlink(path);
    unlink(save);
    assert_int_equal(rmdir(folder), 0);
    pty_free(t);
}

static void it_works_in_the_C_locale_with_ascii_and_without_colour(void **state)
{
    (void)state;
    struct pty *t = start(80, 24, NULL, (const char *[]){"LC_ALL=C", "NO_COLOR=1", NULL});
    assert_true(pty_shows(t, "[She]"));
    assert_true(pty_shows(t, "C_t = f x C_t-1 + i x g"));
    for (int y = 0; y < 24; y++)
        for (int x = 0; x < 80; x++) {
            struct pty_cell c = pty_cell(t, x, y);
            assert_true((unsigned char)c.text[0] < 0x80);
            assert_int_equal(c.fg, PTY_DEFAULT);
            assert_int_equal(c.bg, PTY_DEFAULT);
        }
    pty_keys(t, "q");
    assert_int_equal(pty_ended(t), 0);
    pty_free(t);
}

static void what_is_rendered_is_what_is_on_the_screen(void **state)
{
    (void)state;
    struct str command = {0};
    str_addf(&command, "%s --render text --step and --set 'f[gender]@and=0' --size 90x30", program());
    FILE *f = popen(command.s, "r");
    assert_non_null(f);
    char rendered[65536];
    size_t n = fread(rendered, 1, sizeof rendered - 1, f);
    rendered[n] = '\0';
    assert_int_equal(pclose(f), 0);
    const char *options[] = {"--step", "and", "--set", "f[gender]@and=0", NULL};
    struct pty *t = start(90, 30, options, NULL);
    assert_true(pty_shows(t, "quit"));
    pty_settle(t, 100);
    /* Line by line: every line that was rendered stands on the screen as it is. */
    const char *a = rendered, *b = pty_screen(t);
    for (int line = 1; line <= 30; line++) {
        size_t la = strcspn(a, "\n"), lb = strcspn(b, "\n");
        if (la != lb || memcmp(a, b, la) != 0)
            fail_msg("line %d: rendered \"%.*s\", on screen \"%.*s\"", line, (int)la, a, (int)lb, b);
        a += la + (a[la] == '\n');
        b += lb + (b[lb] == '\n');
    }
    pty_keys(t, "q");
    assert_int_equal(pty_ended(t), 0);
    pty_free(t);
    str_free(&command);
}

static void hostile_tokens_cannot_act_on_the_terminal(void **state)
{
    (void)state;
    char path[] = "/tmp/flstm-test-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    struct str m = {0};
    str_add(&m, "{\"format\":\"flstm-model/"
                "1\",\"name\":\"\\u001b]0;x\\u0007\",\"about\":\"\\u009b31m\",\"provenance\":\"imported\","
                "\"vocabulary\":{\"kind\":\"word\",\"tokens\":["
                "\"\\u001b[2J\",\"\\u202eevil\",\"a\\u200bb\"]},\"embedding\":[[1],[0.5],[-1]],\"layers\":[{");
    for (int q = 0; q < 4; q++)
        str_addf(&m, "%s\"W_%c\":[[0.5,1]],\"b_%c\":[0]", q ? "," : "", "figo"[q], "figo"[q]);
    str_add(&m, ",\"unit_names\":[\"\\u001b[31m\"]}],\"output\":{\"W\":[[1],[2],[3]],\"b\":[0,0,0]},\"sequence\":["
                "\"\\u001b[2J\",\"\\u202eevil\",\"a\\u200bb\"]}");
    struct err e;
    assert_true(file_write(path, m.s, m.len, &e));
    const char *options[] = {path, NULL};
    struct pty *t = start(80, 24, options, NULL);
    assert_true(pty_shows(t, "quit"));
    pty_keys(t, "<Right><Right>pIq");
    pty_keys(t, "q");
    assert_int_equal(pty_ended(t), 0);
    assert_false(pty_wrote(t, "\x1b]0;x"));
    assert_false(pty_wrote(t, "\xc2\x9b"));
    assert_false(pty_wrote(t, "\xe2\x80\xae"));
    assert_false(pty_wrote(t, "\xe2\x80\x8b"));
    assert_string_equal(pty_damage(t), "");
    pty_free(t);
    unlink(path);
    str_free(&m);
}

static void a_full_disk_is_reported(void **state)
{
    (void)state;
    if (access("/dev/full", W_OK) != 0)
        skip_because("/dev/full is not here");
    struct str command = {0};
    str_addf(&command, "%s --print json > /dev/full 2>/dev/null", program());
    int status = system(command.s);
    assert_int_equal(WEXITSTATUS(status), 1);
    str_free(&command);
}

/* What a question asks for is in no outlet: a trace is refused whole, in every form. */
static void a_trace_with_a_number_that_is_asked_for_is_not_printed(void **state)
{
    (void)state;
    static const char lesson[] =
        "{\"format\": \"flstm-lesson/1\", \"name\": \"one\", \"title\": \"One\", \"about\": \"One number.\", "
        "\"minutes\": 1, \"pages\": [{\"id\": \"p\", \"title\": \"A number\", \"text\": [\"f of gender?\"], "
        "\"state\": {\"model\": \"lesson-cell\", \"text\": \"She came\", \"step\": \"She\", \"unit\": \"gender\", "
        "\"value\": \"f\"}, \"hide\": [\"f[gender]@1\", \"kept[gender]@1\", \"C[gender]@1-\", \"h[gender]@1-\"], "
        "\"ask\": {\"kind\": \"number\", \"prompt\": \"f?\", \"answer\": \"f[gender]@1\", \"within\": 0.05}}]}";
    static const char *const forms[] = {"json", "csv", "text", "npz", "safetensors"};
    char path[] = "/tmp/flstm-lesson-XXXXXX", out[] = "/tmp/flstm-out-XXXXXX";
    struct err e = {{0}};
    close(mkstemp(path));
    close(mkstemp(out));
    assert_true(file_write(path, lesson, strlen(lesson), &e));
    for (size_t k = 0; k < sizeof forms / sizeof *forms; k++)
        for (int answered = 0; answered < 2; answered++) {
            struct str command = {0};
            char *text;
            size_t n;
            str_addf(&command, "%s --keys ':lesson %s<Enter>%s' --print %s > %s 2>/dev/null", program(), path,
                     answered ? "0.0474<Enter>3" : "", forms[k], out);
            int status = system(command.s);
            assert_int_equal(WEXITSTATUS(status) != 0, !answered);
            assert_true(file_read(out, &text, &n, &e));
            assert_int_equal(n > 0, answered);
            free(text);
            str_free(&command);
        }
    unlink(path);
    unlink(out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_newcomer_steps_pins_and_sees_the_prediction_change),
        cmocka_unit_test(alt_moves_by_words_and_loses_neither_the_line_nor_the_pins),
        cmocka_unit_test(undo_and_redo_go_both_ways),
        cmocka_unit_test(the_smallest_terminals_get_whole_sequences),
        cmocka_unit_test(without_a_locale_the_terminal_tells_whether_it_is_utf8),
        cmocka_unit_test(unsaved_edits_are_asked_about_and_saved_ones_reopen),
        cmocka_unit_test(the_log_of_a_sitting_replays_it),
        cmocka_unit_test(resizing_redraws_at_every_size),
        cmocka_unit_test(it_suspends_gives_the_terminal_back_and_resumes),
        cmocka_unit_test(every_ending_gives_the_terminal_back),
        cmocka_unit_test(a_vanished_terminal_ends_it_without_spinning),
        cmocka_unit_test(playing_goes_through_the_sentence_and_stops_at_its_end),
        cmocka_unit_test(a_bad_command_line_says_so_in_one_line_and_opens_nothing),
        cmocka_unit_test(terminals_it_cannot_use_are_refused_in_one_line),
        cmocka_unit_test(what_is_usual_is_in_force_from_the_first_picture_on),
        cmocka_unit_test(what_is_pasted_into_a_picture_does_nothing),
        cmocka_unit_test(a_training_that_is_watched_keeps_what_it_learnt_when_a_signal_ends_it),
        cmocka_unit_test(it_works_in_the_C_locale_with_ascii_and_without_colour),
        cmocka_unit_test(what_is_rendered_is_what_is_on_the_screen),
        cmocka_unit_test(hostile_tokens_cannot_act_on_the_terminal),
        cmocka_unit_test(a_full_disk_is_reported),
        cmocka_unit_test(a_trace_with_a_number_that_is_asked_for_is_not_printed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
