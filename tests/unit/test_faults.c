/* test_faults.c: what can go wrong, tried on the real program: each fault gets one clean line of at most 512 bytes
 * that says what is wrong, the right exit status, and nothing half-written. FLSTM names the program under test. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/str.h"
#include "base/utf8.h"
#include "support/pty.h"
#include "support/skip.h"

static char dir[] = "/tmp/flstm-faults-XXXXXX";

static const char *program(void)
{
    const char *p = getenv("FLSTM");
    return p && *p ? p : "./flstm-tui";
}

/* ---- running it ---- */

enum { NO_STDIN = 1, NO_STDOUT = 2, NO_STDERR = 4, ARGS = 12, PATIENCE_S = 60 };

struct how {
    const char *args[ARGS];
    const char *env;              /* one variable to unset */
    const char *to;               /* where standard output goes in place of the test */
    int closed;                   /* NO_… */
    rlim_t stack, memory, file;   /* 0: as it is */
};

static struct run { int status; struct str out, err; } got;

static void limit(int what, rlim_t value)
{
    if (value)
        setrlimit(what, &(struct rlimit){value, value});
}

_Noreturn static void become(const struct how *h, int out, int err)
{
    char *argv[ARGS + 2] = {0};
    int n = 0;
    argv[n++] = strdup(program());
    for (int k = 0; k < ARGS && h->args[k]; k++)
        argv[n++] = strdup(h->args[k]);
    setenv("LC_ALL", "C.UTF-8", 1);
    if (h->env)
        unsetenv(h->env);
    int nothing = open("/dev/null", O_RDONLY), to = h->to ? open(h->to, O_WRONLY | O_CREAT | O_TRUNC, 0666) : out;
    dup2(nothing, 0);
    dup2(to, 1);
    dup2(err, 2);
    for (int fd = 3; fd < 64; fd++)
        close(fd);
    for (int fd = 0; fd < 3; fd++)
        if (h->closed & 1 << fd)
            close(fd);
    signal(SIGPIPE, SIG_DFL);
    alarm(PATIENCE_S);            /* it survives exec: a program that hangs is ended by SIGALRM */
    limit(RLIMIT_STACK, h->stack);
    limit(RLIMIT_AS, h->memory);
    limit(RLIMIT_FSIZE, h->file);
    execvp(argv[0], argv);
    _exit(127);
}

static void collect(int out, int err)
{
    struct pollfd p[2] = {{.fd = out, .events = POLLIN}, {.fd = err, .events = POLLIN}};
    struct str *to[2] = {&got.out, &got.err};
    char bytes[65536];
    while (p[0].fd >= 0 || p[1].fd >= 0) {
        poll(p, 2, -1);
        for (int k = 0; k < 2; k++) {
            if (p[k].fd < 0 || !p[k].revents)
                continue;
            ssize_t n = read(p[k].fd, bytes, sizeof bytes);
            if (n > 0)
                str_addn(to[k], bytes, (size_t)n);
            else
                p[k].fd = -1;
        }
    }
}

static void run(const struct how *h)
{
    int out[2], err[2], status;
    str_clear(&got.out);
    str_clear(&got.err);
    assert_int_equal(pipe(out) | pipe(err), 0);
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (!child)
        become(h, out[1], err[1]);
    close(out[1]);
    close(err[1]);
    collect(out[0], err[0]);
    close(out[0]);
    close(err[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    got.status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* Nothing in it could act on a terminal: it is what cleaning leaves, but for the ends of lines. */
static bool clean(const struct str *s)
{
    const char *p = str_text(s);
    bool ok = true;
    struct str line = {0};
    for (const char *end; ok && *p; p = *end ? end + 1 : end) {
        end = strchrnul(p, '\n');
        size_t n = (size_t)(end - p);
        n -= n && p[n - 1] == '\r';                          /* a line of CSV ends so */
        str_clear(&line);
        utf8_clean(&line, p, n);
        ok = line.len == n && memcmp(str_text(&line), p, n) == 0;
    }
    str_free(&line);
    return ok && strlen(str_text(s)) == s->len;
}

static void refused(const struct how *h, const char *name, int status, const char *says)
{
    static const char prefix[] = "flstm-tui: ";
    run(h);
    const char *e = str_text(&got.err);
    const char *newline = strchr(e, '\n');
    if (got.status != status || !strstr(e, says))
        fail_msg("%s: status %d, wanted %d with \"%s\": %.600s", name, got.status, status, says, e);
    if (strncmp(e, prefix, strlen(prefix)) || !newline || newline[1] || got.err.len > 512 || !clean(&got.err))
        fail_msg("%s: not one clean line of at most 512 bytes (%zu): %.700s", name, got.err.len, e);
    if (got.out.len)
        fail_msg("%s: wrote %zu bytes on standard output", name, got.out.len);
}

/* ---- files to try ---- */

static const char *in_dir(const char *name)
{
    static char path[4][512];
    static int k;
    k = (k + 1) % 4;
    snprintf(path[k], sizeof path[k], "%s/%s", dir, name);
    return path[k];
}

static const char *put(const char *name, const char *bytes, size_t n)
{
    const char *path = in_dir(name);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
    return path;
}

static const char *put_text(const char *name, const char *text)
{
    return put(name, text, strlen(text));
}

static void holds(const char *path, const char *text)
{
    char *data;
    size_t n;
    struct err e;
    if (!file_read(path, &data, &n, &e))
        fail_msg("%s", e.text);
    assert_string_equal(data, text);
    free(data);
}

/* One unit, words of one number; what is wrong stands in place of one of its parts. */
struct parts { const char *tokens, *embedding, *w, *b, *more; };

static const char *put_model(const struct parts *p)
{
    struct str m = {0};
    str_addf(&m,
             "{\"format\":\"flstm-model/"
             "1\",\"name\":\"m\",\"provenance\":\"hand-set\",\"vocabulary\":{\"kind\":\"word\",\"tokens\":%s},"
             "\"embedding\":%s,\"layers\":[{",
             p->tokens ? p->tokens : "[\"a\",\"b\"]", p->embedding ? p->embedding : "[[1],[-1]]");
    for (int q = 0; q < 4; q++)
        str_addf(&m, "%s\"W_%c\":%s,\"b_%c\":%s", q ? "," : "", "figo"[q], p->w && !q ? p->w : "[[0.5,1]]",
                 "figo"[q], p->b && !q ? p->b : "[0]");
    str_addf(&m, "}]%s}", p->more ? p->more : ",\"sequence\":[\"a\",\"b\"]");
    const char *path = put("model.json", m.s, m.len);
    str_free(&m);
    return path;
}

static char *repeated(char c, size_t n)
{
    char *p = malloc(n + 1);
    assert_non_null(p);
    memset(p, c, n);
    p[n] = '\0';
    return p;
}

/* ---- the tests ---- */

static void a_text_that_is_no_json_is_told_the_place(void **state)
{
    (void)state;
#define T(text, says) {text, sizeof text - 1, says}
    static const struct { const char *text; size_t n; const char *says;
    } bad[] = {
        T("", ":1:1: not valid JSON: the text is empty"),
        T("  \n ", "the text is blank"),
        T("\xEF\xBB\xBF", "the text is blank"),
        T("\xFF\xFE{\0}\0", "UTF-16"),
        T("{\"\xFF\":1}", "0xFF is not UTF-8"),
        T("{\"\xC0\xAF\":1}", "0xC0 is not UTF-8"),
        T("{\"a\0b\":1}", "0x00"),
        T("{\"a\x1B"
          "b\":1}",
          "0x1B"),
        T("{\"a\":01}", "not valid JSON"),
        T("{\"a\":1.}", "expected a digit"),
        T("{\"a\":Nan}", "found Nan"),
        T("{} x", "expected nothing more"),
        T("{}{}", "expected nothing more"),
        T("{\"a\":[1,", "the end of the text"),
        T("{\"a\":1,\"a\":2}", "there twice"),
        T("{\"a\":1,\"\\u0061\":2}", "there twice"),
        T("{\"a\":\"\\ud800\"}", "\\uD800"),
        T("[]", "expected a model"),
        T("{\"Format\":1}", "\"format\""),
        T("\x7F"
          "ELF\x02\x01",
          "a program (ELF), which is not read"),
    };
#undef T
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++)
        refused(&(struct how){.args = {put("bad.json", bad[k].text, bad[k].n), "--print", "csv"}}, bad[k].says, 1,
                bad[k].says);
    static const struct {
        char c;
        const char *says;
    } many[] = {{'[', "64 levels"}, {'"', "expected nothing more"}, {' ', "blank"}, {'1', "expected an object"}};
    for (size_t k = 0; k < sizeof many / sizeof *many; k++) {
        char *text = repeated(many[k].c, 5000000);
        refused(&(struct how){.args = {put("many.json", text, 5000000), "--print", "csv"}}, many[k].says, 1,
                many[k].says);
        free(text);
    }
}

static void a_model_that_cannot_be_is_told_what_is_wrong_where(void **state)
{
    (void)state;
    char *long_token = repeated('x', 65536);
    struct str tokens = {0};
    str_addf(&tokens, "[\"a\",\"%s\"]", long_token);
    const struct { struct parts p; const char *says; } bad[] = {
        {{.w = "[[1e999,1]]"}, "layers[0].W_f[0][0]: expected a finite number within float range, found 1e999"},
        {{.w = "[[1e308,1]]"}, "float range"}, {{.w = "[[1,2,3]]"}, "layers[0].W_f[0]: expected 2 numbers, found 3"},
        {{.w = "[[1],[]]"}, "layers[0].W_f"},
        {{.w = "[]"}, "an empty array"}, {{.w = "[[]]"}, "layers[0].W_f"}, {{.w = "[[\"x\",1]]"}, "found \"x\""},
        {{.w = "[[null,1]]"}, "found null"},
        {{.w = "\"\\u001b[2J\""}, "layers[0].W_f"}, {{.b = "[0,0]"}, "layers[0].b_f: expected 1 number"},
        {{.more = ",\"weird\":1"}, "unknown key \"weird\""},
        {{.tokens = "[]", .embedding = "[]"}, "vocabulary.tokens"}, {{.tokens = "[\"a\",\"a\"]"}, "there already"},
        {{.tokens = "[\"a\",\"\"]"}, "an empty one"},
        {{.tokens = tokens.s}, "found 65536"}, {{.embedding = "[[1]]"}, "embedding"},
        {{.more = ",\"sequence\":[\"zebra\"]"}, "zebra"},
    };
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++)
        refused(&(struct how){.args = {put_model(&bad[k].p), "--print", "csv"}}, bad[k].says, 1, bad[k].says);
    static const struct { const char *shape, *says; } shapes[] = {
        {"[0,1]", "found 0"}, {"[-1,1]", "found -1"}, {"[2.5,1]", "found 2.5"}, {"[\"12\",1]", "found \"12\""},
        {"[4294967296,4294967296]", "found 4294967296"},
        {"[1000000000,4]", "expected 4000000000 numbers"}, {"[1e300,1]", "found 1e300"},
        {"[]", "expected 1 to 8 sizes"},
    };
    for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++) {
        char text[512];
        snprintf(text, sizeof text,
                 "{\"format\":\"pytorch\",\"vocabulary\":{\"kind\":\"word\",\"tokens\":[\"a\"]},\"tensors\":{\"l."
                 "weight_ih_l0\":{\"shape\":%s,\"data\":[1,2,3,4]},"
                 "\"l.weight_hh_l0\":[[1],[2],[3],[4]],\"l.bias_ih_l0\":[0,0,0,0],\"l.bias_hh_l0\":[0,0,0,0]}}",
                 shapes[k].shape);
        refused(&(struct how){.args = {put_text("shape.json", text), "--print", "csv"}}, shapes[k].shape, 1,
                shapes[k].says);
    }
    free(long_token);
    str_free(&tokens);
}

static void weights_at_the_edge_of_float_give_no_nan(void **state)
{
    (void)state;
    const char *path = put_model(&(struct parts){.w = "[[3e38,-3e38]]", .embedding = "[[3e38],[-3e38]]"});
    run(&(struct how){.args = {path, "--print", "json"}});
    assert_int_equal(got.status, 0);
    assert_null(strstr(str_text(&got.out), "nan"));
    assert_null(strstr(str_text(&got.out), "inf"));
}

static void hostile_tokens_are_shown_and_do_nothing_in_every_form(void **state)
{
    (void)state;
    const char *path = put_model(&(struct parts){
        .tokens =
            "[\"\\u001b[2J\",\"\\u001b]52;c;aGk=\\u0007\",\"\\u009b2J\",\"\\u202eevil\",\"e\\u200bz\",\"ez\","
            "\"\xF0\xA0\x80\x80\xE6\xBC\xA2\",\"t\\tn\\nr\\r\",\"\\u007f\",\"=cmd|'/C calc'!A0\",\"</text><script>\"]",
        .embedding = "[[1],[1],[1],[1],[1],[1],[1],[1],[1],[1],[1]]",
        .more = ",\"output\":{\"W\":[[1],[2],[3],[4],[5],[6],[7],[8],[9],[9],[9]],\"b\":[0,0,0,0,0,0,0,0,0,0,0]},"
                "\"sequence\":[\"\\u001b[2J\",\"\\u001b]52;c;aGk=\\u0007\",\"\\u009b2J\",\"\\u202eevil\",\"e\\u200bz\","
                "\"ez\",\"t\\tn\\nr\\r\",\"\\u007f\",\"=cmd|'/C calc'!A0\",\"</text><script>\"]"});
    static const char *const forms[][4] = {
        {"--print", "json"}, {"--print", "csv"}, {"--print", "text"}, {"--render", "text"}, {"--render", "svg"},
        {"--render", "html"}, {"--inspect"},
        {"--render", "text", "--view", "predictions"}, {"--render", "text", "--view", "timeline"},
        {"--render", "text", "--size", "11x5"},
    };
    for (size_t k = 0; k < sizeof forms / sizeof *forms; k++) {
        run(&(struct how){.args = {path, forms[k][0], forms[k][1], forms[k][2], forms[k][3]}});
        bool document = forms[k][1] && (!strcmp(forms[k][1], "svg") || !strcmp(forms[k][1], "html"));
        if (got.status || !clean(&got.out) || (document && strstr(str_text(&got.out), "<script")))
            fail_msg("%s %s: status %d", forms[k][0], forms[k][1] ? forms[k][1] : "", got.status);
        if (k == 1)
            assert_null(strstr(str_text(&got.out), ",=cmd"));                       /* a spreadsheet must not run it */
    }
}

static void tokens_that_cannot_be_read_are_refused_and_a_million_are_not(void **state)
{
    (void)state;
    refused(&(struct how){.args = {"--text", "", "--print", "csv"}}, "no text", 1, "expected at least one token");
    refused(&(struct how){.args = {"--tokens", put("nul.txt", "she\0came", 8), "--print", "csv"}}, "NUL", 1, "NUL");
    refused(&(struct how){.args = {"--tokens", put_text("latin.txt", "caf\xE9"), "--print", "csv"}}, "Latin-1", 1,
            "expected UTF-8, found the byte 0xE9");
    refused(&(struct how){.args = {put_model(&(struct parts){0}), "--text", "a\x1B[31m\n", "--print", "csv"}},
            "unknown", 1, "token 1 \"a<0x1B>[31m\"");
    struct str many = {0};
    for (int k = 0; k < 250000; k++)
        str_add(&many, "a b a b\n");
    const char *model = put_model(&(struct parts){0}), *path = put("million.txt", many.s, many.len);
    static const char *const shown[] = {"bars", "timeline"};
    for (size_t k = 0; k < sizeof shown / sizeof *shown; k++) {
        run(&(struct how){.args = {model, "--tokens", path, "--render", "text", "--view", shown[k]}});
        if (got.status || !got.out.len)
            fail_msg("%s with a million tokens: status %d: %s", shown[k], got.status, str_text(&got.err));
    }
    unlink(path);
    str_free(&many);
}

static void scenarios_and_themes_with_mistakes_are_refused(void **state)
{
    (void)state;
    static const struct { const char *text, *says; } scenarios[] = {
        {"\"model\":\"nope\"", "no built-in model and no file \"nope\""},
        {"\"model\":\"no\\u001b[31m\"", "no<0x1B>[31m"},
        {"\"model\":\"../../../etc/passwd\"", "not valid JSON"}, {"\"model\":\"/dev/zero\"", "found a device"},
        {"\"model\":\"..\"", "found a directory"},
        {"\"model\":\"lesson-cell\",\"step\":99", "step: expected a step from 1 to"},
        {"\"model\":\"lesson-cell\",\"set\":[\"C[1]@0=1e999\"]", "set[0]"},
        {"\"model\":\"lesson-cell\",\"set\":[\"C[1]@0=nan\"]", "expected a finite number"},
        {"\"model\":\"lesson-cell\",\"set\":[\"f@zebra=0\"]", "found \"zebra\""},
        {"\"zz\":1", "unknown key \"zz\""},
    };
    for (size_t k = 0; k < sizeof scenarios / sizeof *scenarios; k++) {
        char text[256];
        snprintf(text, sizeof text, "{\"format\":\"flstm-scenario/1\",%s}", scenarios[k].text);
        refused(&(struct how){.args = {"-s", put_text("s.json", text), "--print", "csv"}}, scenarios[k].text, 1,
                scenarios[k].says);
    }
    refused(&(struct how){.args = {"-s", put_text("s.json", "{\"format\":\"flstm-scenario/2\"}"), "--print", "csv"}},
            "newer", 1, "newer than this program");
    static const struct { const char *text, *says; } themes[] = {
        {"\"roles\":{\"text\":{\"fg\":\"#GG0000\"}}", "#GG0000"},
        {"\"roles\":{\"text\":{\"fg256\":999}}", "found 999"},
        {"\"roles\":{\"f\":{\"fill\":\"\xE6\xBC\xA2\"}}", "takes 2 cells"},
        {"\"roles\":{\"f\":{\"fill\":\"\\u001b\"}}", "U+001B"},
        {"\"roles\":{\"f\":{\"fill\":\"\\u202e\"}}", "U+202E"}, {"\"include\":\"t.json\"", "unknown key \"include\""},
    };
    for (size_t k = 0; k < sizeof themes / sizeof *themes; k++) {
        char text[256];
        snprintf(text, sizeof text, "{\"format\":\"flstm-theme/1\",\"name\":\"x\",%s}", themes[k].text);
        refused(&(struct how){.args = {"--theme", put_text("t.json", text), "--render", "text"}}, themes[k].text, 1,
                themes[k].says);
    }
}

static void a_command_line_that_makes_no_sense_is_status_2(void **state)
{
    (void)state;
    char *endless = repeated('x', 100000);
    const struct { const char *args[4]; int status; const char *says; } bad[] = {
        {{"--nope"}, 2, "--nope"}, {{"--\x1B[31m\n"}, 2, "<0x1B>[31m\\n"}, {{"-\xC3"}, 2, "<0xC3>"},
        {{"--text"}, 2, "expected a value"}, {{"-x.json"}, 2, "-x"},
        {{"--", "-x.json"}, 1, "-x.json: cannot open"}, {{"--top", "nan"}, 2, "found \"nan\""},
        {{"--top", "99999999999999999999"}, 2, "from 1 to 1000"},
        {{"--layer", "1e3", "--print", "csv"}, 2, "found \"1e3\""}, {{"--set", "f[1]@5=nan"}, 2, "finite"},
        {{"--set", "f[\x1B]@\n=0"}, 2, "--set"}, {{"--set", endless}, 2, "--set: xxx"},
        {{"--set", "f[99999999999999999999]@1=0"}, 2, "--set"},
        {{"--gradient", "1:\x1B[31m", "--print", "json"}, 2, "<0x1B>[31m"},
        {{"--gradient", "99999999999999999999"}, 2, "--gradient"},
        {{"--size", "65536x65536", "--render", "text"}, 2, "1 to 4096"},
        {{"--keys", "<Nope", "--render", "text"}, 2, "<Nope"}, {{"-", "--tokens", "-"}, 2, "named 2 times"},
        {{endless}, 1, "no built-in model of that name"},
        {{"\x1B[31m\n\xE2\x80\xAE.json"}, 1, "<0x1B>[31m\\n<U+202E>.json: cannot open"},
        {{""}, 1, "expected a file name, found nothing"},
        {{"--theme", endless, "--render", "text"}, 1, "xxx"},
        {{"--corpus", "", "--render", "text"}, 1, "expected a file name"},
    };
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++)
        refused(&(struct how){.args = {bad[k].args[0], bad[k].args[1], bad[k].args[2], bad[k].args[3]}}, bad[k].args[0],
                bad[k].status, bad[k].says);
    free(endless);
}

static void orders_of_a_network_that_has_read_the_next_word_cannot_be_told(void **state)
{
    (void)state;
    const char *path = put_text("both.json",
        "{\"vocab\":[\"a\",\"b\"],\"embedding.weight\":[[1],[2]],\"l.weight_ih_l0\":[[1],[2],[3],[4]],"
        "\"l.weight_hh_l0\":[[1],[2],[3],[4]],\"l.weight_ih_l0_reverse\":[[1],[2],[3],[4]],"
        "\"l.weight_hh_l0_reverse\":[[1],[2],[3],[4]],\"fc.weight\":[[1,2],[3,4]]}");
    refused(&(struct how){.args = {path, "--text", "abab", "--try-orders"}}, path, 1,
            "--try-orders: cannot be told: it reads in both directions");
}

/* All weights 0: f = i = o = 1/2, g = 0, so that C and h are 0 whatever is read. */
static void expected_values_belong_to_the_inputs_or_the_text_of_the_command_line(void **state)
{
    (void)state;
    static const char zero[] = "[[0],[0],[0],[0]]";
    char vectors[256], words[512], model[512], series[512], nine[512];
    snprintf(vectors, sizeof vectors, "{\"weight_ih_l0\":%s,\"weight_hh_l0\":%s}", zero, zero);
    snprintf(words, sizeof words, "{\"vocab\":[\"a\",\"b\"],\"embedding.weight\":[[1],[2]],\"weight_ih_l0\":%s,"
             "\"weight_hh_l0\":%s,\"weight_ih_l0_reverse\":%s,\"weight_hh_l0_reverse\":%s}", zero, zero, zero, zero);
    strcpy(model, put_text("zero.json", vectors));
    strcpy(series, put_text("series.json", "[1, 2, 3]"));
    strcpy(nine, put_text("h.json", "{\"h\": [[0], [0], [0]]}"));
    run(&(struct how){.args = {model, "--inputs", series, "--check", nine}});
    assert_int_equal(got.status, 3);      /* it agrees; zeros alone prove nothing */
    assert_non_null(strstr(str_text(&got.out), "largest difference 0"));
    assert_non_null(strstr(str_text(&got.out), "prove nothing"));
    strcpy(model, put_text("zero-words.json", words));
    strcpy(nine, put_text("h.json", "{\"h\": [[0, 0], [0, 0], [0, 0.5]]}"));
    run(&(struct how){.args = {model, "--text", "aba", "--check", nine}});
    assert_int_equal(got.status, 3);
    assert_non_null(strstr(str_text(&got.out), "h of layer 1 backward, unit 1, token 3: expected 0.5, computed 0"));
    refused(&(struct how){.args = {model, "--text", "ab", "--check", nine}}, "another length", 1, "found 3 rows");
}

static void what_is_no_file_is_refused_without_waiting(void **state)
{
    (void)state;
    const char *sparse = put_text("sparse", "");
    assert_int_equal(truncate(sparse, (off_t)8 << 30), 0);
    const char *fifo = in_dir("corpus.fifo");
    assert_int_equal(mkfifo(fifo, 0600), 0);
    const struct { const char *args[4]; const char *says; } bad[] = {
        {{"/no/such/file", "--print", "csv"}, "cannot open: No such file"},
        {{dir, "--print", "csv"}, "found a directory"}, {{"/dev/zero", "--print", "csv"}, "found a device"},
        {{"/dev/full", "--print", "csv"}, "found a device"}, {{"/dev/null", "--print", "csv"}, "found a device"},
        {{sparse, "--print", "csv"}, "at most 2 GiB"},
        {{"--corpus", fifo, "--render", "text"}, "it is read more than once"},
        {{"--corpus", dir, "--render", "text"}, "found a directory"},
        {{"--tokens", "/etc/passwd/x", "--print", "csv"}, "Not a directory"},
    };
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++)
        refused(&(struct how){.args = {bad[k].args[0], bad[k].args[1], bad[k].args[2], bad[k].args[3]}}, bad[k].args[1],
                1, bad[k].says);
    unlink(fifo);
    unlink(sparse);
}

static void an_unreadable_file_and_a_read_only_folder_say_so(void **state)
{
    (void)state;
    if (geteuid() == 0)
        skip_because("root may read and write everything");
    const char *secret = put_text("secret.json", "{}");
    assert_int_equal(chmod(secret, 0), 0);
    refused(&(struct how){.args = {secret, "--print", "csv"}}, "unreadable", 1, "Permission denied");
    unlink(secret);
    assert_int_equal(mkdir(in_dir("closed"), 0500), 0);
    refused(&(struct how){.args = {"--train", "brackets", "--steps", "1", "--save", in_dir("closed/m.json")}},
            "read-only", 1, "Permission denied");
    rmdir(in_dir("closed"));
}

static void training_is_refused_before_anything_is_learnt_in_vain(void **state)
{
    (void)state;
    char *endless = repeated('x', 300);
    const char *out = in_dir("out.json"), *empty = put_text("empty.txt", "\n\n"),
               *cycle = put_text("cycle.grammar", "title: x\nA = B\nB = A\n"), *own = put_text("own.txt", "a b c d\n");
    const struct { const char *args[8]; int status; const char *says; } bad[] = {
        {{"--train", "brackets", "--save", "/no/such/folder/m.json"}, 1, "cannot write"},
        {{"--train", "brackets", "--save", "/proc/m.json"}, 1, "cannot write"},
        {{"--train", "brackets", "--save", dir}, 1, "directory"},
        {{"--train", "brackets", "--save", endless}, 1, "File name too long"},
        {{"--train", "brackets", "--save", ""}, 1, "file name"},
        {{"--train", own, "--save", own}, 1, "written over what it is trained on"},
        {{"--train", "brackets", "--save", out, "--hidden", "99999"}, 2, "from 1 to 1024"},
        {{"--train", "brackets", "--save", out, "--hidden", "1024", "--layers", "8"}, 1, "parameters"},
        {{"--train", "brackets", "--save", out, "--steps", "nan"}, 2, "--steps"},
        {{"--train", empty, "--save", out}, 1, "expected one sequence a line"},
        {{"--train", "/dev/zero", "--save", out}, 1, "device"}, {{"--train", cycle, "--save", out}, 1, "never ends"},
        {{"--train", dir, "--save", out}, 1, "directory"}, {{"--train", "nope\x1B", "--save", out}, 1, "nope<0x1B>"},
        {{"--train", "-", "--valid", "-", "--save", out}, 2, "2 times"},
    };
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        struct how h = {.args = {0}};
        memcpy(h.args, bad[k].args, sizeof bad[k].args);
        refused(&h, bad[k].says, bad[k].status, bad[k].says);
    }
    assert_int_not_equal(access(out, F_OK), 0);
    refused(&(struct how){.args = {"--corpus", empty, "--view", "find", "--render", "text"}}, "empty corpus", 1,
            "expected one sequence a line");
    free(endless);
}

/* Judging every unit of a large network by closing its gates one by one would take hours. */
static void a_large_network_is_saved_soon_after_its_last_update(void **state)
{
    (void)state;
    run(&(struct how){
        .args = {"--train", "brackets", "--hidden", "400", "--steps", "1", "--save", in_dir("large.json")}});
    if (got.status || !strstr(str_text(&got.err), "wrote "))
        fail_msg("status %d: %s", got.status, str_text(&got.err));
    run(&(struct how){.args = {in_dir("large.json"), "--print", "csv"}});
    assert_int_equal(got.status, 0);
}

static void output_that_cannot_be_written_is_an_error(void **state)
{
    (void)state;
    static const struct {
        const char *args[4];
    } out[] = {{{"--print", "json"}},
               {{"--render", "svg"}},
               {{"--help"}},
               {{"--list", "actions"}},
               {{"--completion", "bash"}}};
    for (size_t k = 0; k < sizeof out / sizeof *out; k++) {
        if (access("/dev/full", W_OK) == 0)
            refused(&(struct how){.args = {out[k].args[0], out[k].args[1]}, .to = "/dev/full"}, out[k].args[0], 1,
                    "standard output: cannot write: No space left");
        refused(&(struct how){.args = {out[k].args[0], out[k].args[1]}, .closed = NO_STDOUT}, out[k].args[0], 1,
                "standard output: cannot write: Bad file");
    }
    /* Far more than a build that counts its lines writes of counts into one file: those must have room. */
    struct str many = {0};
    for (int k = 0; k < 5000; k++)
        str_add(&many, "a b ");
    const char *model = put_model(&(struct parts){0}), *words = put("words.txt", many.s, many.len);
    refused(&(struct how){.args = {model, "--tokens", words, "--print", "json"}, .to = in_dir("cut"), .file = 1 << 18},
            "file size", 1, "File too large");
    str_free(&many);
    run(&(struct how){.args = {"--print", "csv"}, .closed = NO_STDIN | NO_STDERR});
    assert_int_equal(got.status, 0);
    run(&(struct how){.args = {"/no/such/file"}, .closed = NO_STDIN | NO_STDOUT | NO_STDERR});
    assert_int_equal(got.status, 1);
    run(&(struct how){.args = {"--nope"}, .closed = NO_STDERR});
    assert_int_equal(got.status, 2);
    run(&(struct how){.args = {"--print", "csv"}, .env = "HOME"});
    assert_int_equal(got.status, 0);
}

static void a_reader_that_leaves_ends_it_quietly(void **state)
{
    (void)state;
    struct str command = {0}, many = {0};
    for (int k = 0; k < 5000; k++)
        str_add(&many, "a b ");
    const char *model = put_model(&(struct parts){0}), *words = put("words.txt", many.s, many.len);
    str_addf(&command, "{ %s %s --tokens %s --print json; echo $? >%s; } | head -c 1 >/dev/null", program(), model,
             words, in_dir("status"));
    assert_int_equal(system(command.s), 0);
    char *data;
    size_t n;
    struct err e;
    for (int k = 0; k < 200 && access(in_dir("status"), F_OK); k++)
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    assert_true(file_read(in_dir("status"), &data, &n, &e));
    assert_int_equal(atoi(data), 128 + SIGPIPE);
    free(data);
    str_free(&command);
    str_free(&many);
}

static void a_text_too_long_for_the_memory_is_refused_before_any_is_taken(void **state)
{
    (void)state;
    if (getenv("FLSTM_SANITIZED"))
        skip_because("a sanitizer needs more memory than that itself");
    enum { STEPS = 1000000, LIMIT = 256 << 20, FLOATS = 6 * 16 };          /* of a step of up to 16 units */
    char *text = repeated(' ', 4 * STEPS), *end;
    for (int k = 0; k < STEPS; k++)
        memcpy(text + 4 * (size_t)k, "her ", 4);
    const char *path = put("long.txt", text, 4 * STEPS);
    refused(&(struct how){.args = {"--tokens", path, "--print", "csv"}, .memory = LIMIT}, "long text", 1,
            "1000000 steps, of which each run keeps every gate, need ");
    const char *number = strstr(got.err.s, "need ");
    assert_non_null(strstr(got.err.s, path));
    double need = strtod(number + 5, &end);
    assert_true(need >= (double)STEPS * FLOATS * sizeof(float));
    number = strstr(end, "bytes, ");
    assert_non_null(number);
    double room = strtod(number + 7, &end);
    assert_true(room > 0 && room < LIMIT);
    assert_int_equal(strncmp(end, " are free", 9), 0);
    free(text);
    unlink(path);
}

static void little_memory_or_stack_is_an_error_and_no_crash(void **state)
{
    (void)state;
    if (getenv("FLSTM_SANITIZED"))
        skip_because("a sanitizer needs more memory than that itself");
    static const char *const forms[][6] = {{"--print", "json"},
                                           {"--render", "text", "--view", "sweep"},
                                           {"--render", "svg", "--view", "gradient"},
                                           {"--render", "html", "--keys", "oc?<Esc>d"}};
    for (size_t k = 0; k < sizeof forms / sizeof *forms; k++) {
        run(&(struct how){.args = {forms[k][0], forms[k][1], forms[k][2], forms[k][3]}, .stack = 256 * 1024});
        assert_int_equal(got.status, 0);
    }
    char *text = repeated(' ', 30000000);
    const char *big = put("big.json", text, 30000000);
    refused(&(struct how){.args = {big, "--print", "csv"}, .memory = 24 << 20}, "big file", 1,
            "not enough memory to read it");
    refused(&(struct how){.args = {"--render", "svg", "--size", "4096x4096"}, .memory = 64 << 20}, "big picture", 1,
            "out of memory");
    refused(&(struct how){.args = {"--train", "brackets", "--hidden", "1024", "--save", in_dir("m.json")},
                          .memory = 64 << 20},
            "big network", 1, "not enough memory");
    memset(text, '[', 5000000);
    refused(&(struct how){.args = {put("deep.json", text, 5000000), "--print", "csv"}, .stack = 256 * 1024}, "deep", 1,
            "64 levels");
    free(text);
    unlink(big);
}

/* ---- saving, inside the program ---- */

static struct pty *start(const char *option, const char *value, int w, int h)
{
    const char *argv[] = {program(), option, value, NULL};
    struct pty *t = pty_spawn(w, h, argv, NULL);
    assert_true(pty_shows(t, "[She]"));
    return t;
}

static void says(struct pty *t, const char *command, const char *wanted)
{
    pty_keys(t, command);
    assert_true(pty_hides(t, wanted));                       /* the prompt takes the place of what was said before */
    pty_keys(t, "<Enter>");
    if (!pty_shows(t, wanted))
        fail_msg("after %s wanted \"%s\":\n%s", command, wanted, pty_screen(t));
}

static void leave(struct pty *t)
{
    pty_keys(t, "<Esc>:q!<Enter>");
    assert_int_equal(pty_ended(t), 0);
    assert_string_equal(pty_damage(t), "");
    pty_free(t);
}

static void a_save_keeps_links_and_rights_and_a_failed_one_keeps_everything(void **state)
{
    (void)state;
    struct stat st;
    assert_int_equal(chdir(dir), 0);
    put_text("real.json", "old");
    put_text("other.json.AAAAAA", "left by a crash");
    assert_int_equal(chmod("real.json", 0640), 0);
    assert_int_equal(symlink("real.json", "link.json"), 0);
    assert_int_equal(symlink("gone.json", "dangling.json"), 0);
    struct pty *t = start("--step", "1", 120, 24);
    pty_keys(t, "c");
    says(t, ":w link.json", "add ! to write over it");
    says(t, ":w! link.json", "wrote link.json");
    says(t, ":w! dangling.json", "a link to a file that does not exist");
    says(t, ":w other.json", "wrote other.json");
    says(t, ":w! .", "it is a directory");
    says(t, ":w none/x.json", "No such file");
    says(t, ":w! /dev/full", "No space left on device");
    pty_keys(t, "o");
    says(t, ":q", "not saved");
    leave(t);
    assert_true(lstat("link.json", &st) == 0 && S_ISLNK(st.st_mode));
    assert_true(stat("real.json", &st) == 0 && (st.st_mode & 0777) == 0640 && st.st_size > 100);
    assert_true(lstat("gone.json", &st) != 0);
    holds("other.json.AAAAAA", "left by a crash");
}

static void a_file_that_somebody_else_changed_is_not_written_over_unasked(void **state)
{
    (void)state;
    assert_int_equal(chdir(dir), 0);
    struct pty *t = start("--step", "1", 120, 24);
    pty_keys(t, "c");
    says(t, ":w mine.json", "wrote mine.json");
    pty_keys(t, "o");
    says(t, ":w", "wrote mine.json");                        /* ours: no question */
    put_text("mine.json", "somebody else's");
    pty_keys(t, "c");
    says(t, ":w", "somebody else has changed it");
    holds("mine.json", "somebody else's");
    says(t, ":w!", "wrote mine.json");
    unlink("mine.json");
    says(t, ":w", "wrote mine.json");                        /* gone: nothing to lose */
    leave(t);
    t = start("-s", "mine.json", 120, 24);                   /* what was loaded is known too */
    pty_keys(t, "u");
    says(t, ":w", "wrote mine.json");
    struct str text = {0};
    char *data;
    size_t n;
    struct err e;
    assert_true(file_read("mine.json", &data, &n, &e));
    str_addf(&text, "%s\n", data);
    put_text("mine.json", text.s);
    says(t, ":w", "somebody else has changed it");
    holds("mine.json", text.s);
    leave(t);
    free(data);
    str_free(&text);
}

static void a_pipe_that_stays_silent_or_the_keyboard_cannot_hang_the_screen(void **state)
{
    (void)state;
    assert_int_equal(chdir(dir), 0);
    assert_int_equal(mkfifo("silent", 0600), 0);
    struct pty *t = start("--step", "1", 120, 24);
    says(t, ":scenario silent", "nothing came for 2 seconds");
    says(t, ":scenario -", "found the keyboard");
    says(t, ":scenario /dev/tty", "found the keyboard");
    says(t, ":model /dev/zero", "found a device");
    says(t, ":theme ./none.json", "cannot open");
    leave(t);
    unlink("silent");
}

/* No command that takes a file may wait for what lies behind the name. */
static void no_command_hangs_on_what_is_no_file(void **state)
{
    (void)state;
    static const char *const ends[] = {"", ".svg", ".json"}, *const commands[] = {":w! ", ":figure! ", ":export! "};
    assert_int_equal(chdir(dir), 0);
    struct pty *t = start("--step", "1", 120, 24);
    for (size_t k = 0; k < sizeof commands / sizeof *commands; k++) {
        char name[32], line[64];
        snprintf(name, sizeof name, "unread%s", ends[k]);
        assert_int_equal(mkfifo(name, 0600), 0);
        snprintf(line, sizeof line, "%s%s", commands[k], name);
        says(t, line, "nobody has read it for 2 seconds");
        unlink(name);
    }
    says(t, ":w! /dev/tty", "found a terminal");
    says(t, ":w! /dev/full", "No space left");
    says(t, ":w! /", "it is a directory");
    says(t, ":w! /dev/null", "wrote /dev/null");
    leave(t);
}

static void a_size_limit_fails_the_save_and_not_the_program(void **state)
{
    (void)state;
    assert_int_equal(chdir(dir), 0);
    put_text("small.json", "old");
    const char *argv[] = {"sh", "-c", "ulimit -f 0; exec \"$0\"", program(), NULL};
    struct pty *t = pty_spawn(120, 24, argv, NULL);
    assert_true(pty_shows(t, "[She]"));
    says(t, ":w! small.json", "File too large");
    holds("small.json", "old");
    leave(t);
}

static void odd_sizes_of_the_terminal_are_survived(void **state)
{
    (void)state;
    static const int sizes[][2] = {{0, 0}, {1, 1}, {65535, 1}, {1, 65535}, {65535, 65535}, {2, 500}};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        const char *argv[] = {program(), NULL};
        struct pty *t = pty_spawn(sizes[k][0], sizes[k][1], argv, (const char *[]){"LINES=30000", "COLUMNS=-1", NULL});
        pty_settle(t, 150);
        assert_true(pty_running(t));
        pty_resize(t, 80, 24);
        pty_type(t, ":q!\r", 4);
        assert_int_equal(pty_ended(t), 0);
        assert_string_equal(pty_damage(t), "");
        pty_free(t);
    }
}

/* Killed at any moment, the file holds one whole text: the one before or the one after. */
static void a_killed_save_leaves_the_old_file_or_the_new_one(void **state)
{
    (void)state;
    enum { SIZE = 200000 };
    char *text[2] = {repeated('a', SIZE), repeated('b', SIZE)};
    const char *path = put("kill.json", text[0], SIZE);
    for (int round = 0; round < 20; round++) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (!child) {
            struct err e;
            for (int k = 0;; k++)
                if (!file_write(path, text[k & 1], SIZE, &e))
                    _exit(1);
        }
        nanosleep(&(struct timespec){.tv_nsec = 1000000 + round * 370000}, NULL);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        char *data;
        size_t n;
        struct err e;
        assert_true(file_read(path, &data, &n, &e));
        assert_int_equal(n, SIZE);
        assert_true(!memcmp(data, text[0], SIZE) || !memcmp(data, text[1], SIZE));
        free(data);
    }
    free(text[0]);
    free(text[1]);
}

static void the_longest_name_can_be_saved(void **state)
{
    (void)state;
    char *name = repeated('n', 255);
    struct err e = {{0}};
    const char *path = in_dir(name);
    if (!file_write(path, "x", 1, &e))
        fail_msg("%s", e.text);
    holds(path, "x");
    assert_true(file_may_write(path, &e));
    free(name);
}

/* ---- a folder for all of it, and the way back ---- */

static char *program_path, home[4096];

static int make_folder(void **state)
{
    (void)state;
    /* The tests change the folder, the program may be named relative to this one. */
    program_path = realpath(program(), NULL);
    if (!program_path || !getcwd(home, sizeof home) || !mkdtemp(dir))
        return 1;
    return setenv("FLSTM", program_path, 1);
}

static int remove_folder(void **state)
{
    (void)state;
    struct str command = {0};
    str_addf(&command, "rm -rf %s", dir);
    int failed = chdir(home) || system(command.s);
    str_free(&command);
    str_free(&got.out);
    str_free(&got.err);
    free(program_path);
    return failed;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_that_is_no_json_is_told_the_place),
        cmocka_unit_test(a_model_that_cannot_be_is_told_what_is_wrong_where),
        cmocka_unit_test(weights_at_the_edge_of_float_give_no_nan),
        cmocka_unit_test(hostile_tokens_are_shown_and_do_nothing_in_every_form),
        cmocka_unit_test(tokens_that_cannot_be_read_are_refused_and_a_million_are_not),
        cmocka_unit_test(scenarios_and_themes_with_mistakes_are_refused),
        cmocka_unit_test(a_command_line_that_makes_no_sense_is_status_2),
        cmocka_unit_test(orders_of_a_network_that_has_read_the_next_word_cannot_be_told),
        cmocka_unit_test(expected_values_belong_to_the_inputs_or_the_text_of_the_command_line),
        cmocka_unit_test(what_is_no_file_is_refused_without_waiting),
        cmocka_unit_test(an_unreadable_file_and_a_read_only_folder_say_so),
        cmocka_unit_test(training_is_refused_before_anything_is_learnt_in_vain),
        cmocka_unit_test(a_large_network_is_saved_soon_after_its_last_update),
        cmocka_unit_test(output_that_cannot_be_written_is_an_error),
        cmocka_unit_test(a_reader_that_leaves_ends_it_quietly),
        cmocka_unit_test(a_text_too_long_for_the_memory_is_refused_before_any_is_taken),
        cmocka_unit_test(little_memory_or_stack_is_an_error_and_no_crash),
        cmocka_unit_test(a_save_keeps_links_and_rights_and_a_failed_one_keeps_everything),
        cmocka_unit_test(a_file_that_somebody_else_changed_is_not_written_over_unasked),
        cmocka_unit_test(a_pipe_that_stays_silent_or_the_keyboard_cannot_hang_the_screen),
        cmocka_unit_test(no_command_hangs_on_what_is_no_file),
        cmocka_unit_test(a_size_limit_fails_the_save_and_not_the_program),
        cmocka_unit_test(odd_sizes_of_the_terminal_are_survived),
        cmocka_unit_test(a_killed_save_leaves_the_old_file_or_the_new_one),
        cmocka_unit_test(the_longest_name_can_be_saved),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
