/* test_completion.c: what Tab completes in the shells people use: each is started under a pseudo-terminal, is given the
 * completions as they are installed, and is typed at. A shell that is not here is skipped. */
#define _GNU_SOURCE
#include <setjmp.h>
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

/* A folder in which flstm-tui is, beside a model's file, and a place for names of one's own. */
struct place { char folder[64], program[4096], path[8192], data[128]; };

static bool has(const char *shell)
{
    char command[64];
    snprintf(command, sizeof command, "command -v %s >/dev/null 2>&1", shell);
    return system(command) == 0;
}

static void write_in(const struct place *p, const char *name, const char *text)
{
    struct str path = {0};
    str_addf(&path, "%s/%s", p->folder, name);
    assert_true(file_write(str_text(&path), text, strlen(text), NULL));
    str_free(&path);
}

static void prepare(struct place *p)
{
    const char *flstm = getenv("FLSTM"), *path = getenv("PATH");
    char link[128], *real = realpath(flstm && *flstm ? flstm : "./flstm-tui", NULL);
    assert_non_null(real);
    strcpy(p->folder, "/tmp/flstm-complete-XXXXXX");
    assert_non_null(mkdtemp(p->folder));
    snprintf(link, sizeof link, "%s/flstm-tui", p->folder);
    assert_int_equal(symlink(real, link), 0);
    snprintf(p->path, sizeof p->path, "PATH=%s:%s", p->folder, path);
    snprintf(p->data, sizeof p->data, "XDG_DATA_HOME=%s/data", p->folder);
    char command[256];
    snprintf(command, sizeof command, "mkdir -p %s/data/flstm-tui/models %s/fish %s/zzfolder", p->folder, p->folder,
             p->folder);
    assert_int_equal(system(command), 0);
    write_in(p, "zzmodel.json", "{}");
    write_in(p, "data/flstm-tui/models/qqown.json", "{}");
    free(real);
}

static void sweep_away(const struct place *p)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", p->folder);
    assert_int_equal(system(command), 0);
}

/* What is typed, and what then stands on the line. */
static const struct { const char *typed, *becomes; } lines[] = {
    {"flstm-tui gend\t", "flstm-tui gender"},                           /* a model that is built in */
    {"flstm-tui qqo\t", "flstm-tui qqown"},                             /* one of one's own */
    {"flstm-tui zzm\t", "flstm-tui zzmodel.json"},                      /* a file */
    {"flstm-tui --them\t", "flstm-tui --theme"},
    {"flstm-tui --theme proj\t", "flstm-tui --theme projector"},
    {"flstm-tui --theme=proj\t", "flstm-tui --theme=projector"},
    {"flstm-tui -v disse\t", "flstm-tui -v dissect"},
    {"flstm-tui --scenario rememb\t", "flstm-tui --scenario remember-all"},
    {"flstm-tui --lesson bug\t", "flstm-tui --lesson bug-hunt"},
    {"flstm-tui --train brack\t", "flstm-tui --train brackets"},
    {"flstm-tui --color truec\t", "flstm-tui --color truecolor"},
    {"flstm-tui --list scen\t", "flstm-tui --list scenarios"},
    {"flstm-tui --format ker\t", "flstm-tui --format keras"},
    {"flstm-tui --vocab zzm\t", "flstm-tui --vocab zzmodel.json"},
    {"flstm-tui --help trai\t", "flstm-tui --help train"},
};

static void type_at(const char *const argv[], const struct place *p, const char *source, const char *ready)
{
    char home[128];
    snprintf(home, sizeof home, "HOME=%s", p->folder);
    const char *env[] = {p->path, p->data, home, "XDG_CONFIG_HOME", "XDG_DATA_DIRS", "BASH_ENV", "ENV",
                         "TERM=xterm-256color", NULL};
    struct pty *t = pty_spawn(100, 30, argv, env);
    char line[512];
    snprintf(line, sizeof line, "cd %s; %s; echo %s\r", p->folder, source, ready);
    if (!pty_matches(t, "[>#%$]$"))                      /* its prompt: what is typed before may be dropped */
        fail_msg("%s shows no prompt:\n%s", argv[0], pty_screen(t));
    pty_settle(t, 100);
    pty_type(t, line, strlen(line));
    bool is_ready = false;
    for (int k = 0; k < 6 && !is_ready; k++)                /* zsh looks through hundreds of files first */
        is_ready = pty_matches(t, "^ready-now");
    if (!is_ready)
        fail_msg("%s did not get ready:\n%s", argv[0], pty_screen(t));
    pty_type(t, "\x0c", 1);
    for (size_t k = 0; k < sizeof lines / sizeof *lines; k++) {
        pty_type(t, lines[k].typed, strlen(lines[k].typed));
        if (!pty_shows(t, lines[k].becomes))
            fail_msg("%s in %s: expected \"%s\", found\n%s", lines[k].typed, argv[0], lines[k].becomes, pty_screen(t));
        pty_type(t, "\x15\x0c", 2);                     /* an empty line on a clean screen for the next */
        assert_true(pty_hides(t, "flstm-tui"));
    }
    pty_free(t);
}

static void bash_completes_options_names_and_files(void **state)
{
    (void)state;
    if (!has("bash"))
        skip_because("bash is not installed");
    struct place p;
    prepare(&p);
    type_at((const char *[]){"bash", "--norc", "--noprofile", "-i", NULL}, &p,
            "bind 'set enable-bracketed-paste off'; source <(flstm-tui --completion bash)", "ready-'now'");
    sweep_away(&p);
}

static void zsh_completes_options_names_and_files(void **state)
{
    (void)state;
    if (!has("zsh"))
        skip_because("zsh is not installed");
    struct place p;
    prepare(&p);
    type_at((const char *[]){"zsh", "-f", "-i", NULL}, &p,
            "flstm-tui --completion zsh > _flstm-tui; fpath=($PWD $fpath); autoload -U compinit; compinit -u -D",
            "ready-'now'");
    sweep_away(&p);
}

static void fish_completes_options_names_and_files(void **state)
{
    (void)state;
    if (!has("fish"))
        skip_because("fish is not installed");
    struct place p;
    prepare(&p);
    type_at((const char *[]){"fish", "--no-config", "-i", NULL}, &p, "flstm-tui --completion fish | source",
            "ready-'now'");
    sweep_away(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bash_completes_options_names_and_files),
        cmocka_unit_test(zsh_completes_options_names_and_files),
        cmocka_unit_test(fish_completes_options_names_and_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
