/* fuzz_sitting.c: a sitting as people have it. Each line is keys, or, after a colon, a command; on one of several
 * models, saturated ones among them, in all views and many sizes, with real files in a scratch folder. Held against it:
 *  - whatever is drawn, said or exported is clean text;
 *  - undone to the beginning, everything is as it was;
 *  - kept and opened by another program, the frame is the same. */
#define _GNU_SOURCE
#include "fuzz.h"

#include "action/begin.h"
#include "check.h"
#include "export/export.h"
#include "base/json.h"

enum { TEXT = 4096, LINES = 24 };

static const char saturated[] =
    "{\"format\": \"flstm-model/1\", \"name\": \"sat\", \"vocabulary\": {\"kind\": \"word\", \"tokens\": [\"a\", "
    "\"b\"]}, \"embedding\": [[3e38, 3e38], [3e38, -3e38]], \"layers\": [{\"W_f\": [[3e38, -3e38, 3e38, -3e38], "
    "[3e38, 3e38, 3e38, 3e38]], \"W_i\": [[3e38, -3e38, 3e38, -3e38], [1, 1, 1, 1]], \"W_g\": [[3e38, -3e38, 3e38, "
    "-3e38], [3e38, 3e38, 3e38, 3e38]], \"W_o\": [[1, 1, 1, 1], [3e38, 3e38, 3e38, 3e38]], \"b_f\": [3e38, 3e38], "
    "\"b_i\": [0, 0], \"b_g\": [-3e38, 3e38], \"b_o\": [0, 0]}], \"output\": {\"W\": [[3e38, -3e38], [3e38, 3e38]], "
    "\"b\": [0, 0]}, \"initial\": [{\"h\": [1, 1], \"C\": [3e38, -3e38]}], \"sequence\": [\"a\", \"b\", \"a\", \"a\"]}";
static const char vectors[] =
    "{\"format\": \"flstm-model/1\", \"name\": \"vec\", \"layers\": [{\"W_f\": [[0.5, 1, 2]], \"W_i\": [[1, 1, 1]], "
    "\"W_g\": [[1, -1, 1]], \"W_o\": [[1, 1, 1]], \"b_f\": [1], \"b_i\": [0], \"b_g\": [0], \"b_o\": [0]}], "
    "\"inputs\": [[1, 0], [0, 1], [0.5, 0.5]]}";

static struct model *chosen(unsigned k)
{
    static const char *const names[] = {NULL, "lesson-cell", "gender", "counter", "lesson-trained"};
    if (k % 7 < 5) {
        struct model *m = model_builtin(names[k % 7], NULL);
        return m ? m : model_builtin("lesson-cell", NULL);
    }
    const char *text = k % 7 == 5 ? saturated : vectors;
    return model_parse(text, strlen(text), text == saturated ? "sat.json" : "vec.json", NULL, NULL);
}

static void open_app(struct app *a, struct model *m)
{
    struct session *s = m ? session_new(m, NULL) : NULL;
    struct theme *t = theme_load(theme_default, NULL);
    assert(s && t);
    app_init(a, s, t, &glyphs_unicode);
    a->w = 80;
    a->h = 24;
}

/* Training takes its time, and paths must stay in the folder. */
static bool allowed(const char *command)
{
    command += strspn(command, " :");
    return strncmp(command, "tr", 2) != 0 && strncmp(command, "learn", 5) != 0;
}

static void one_line(struct app *a, char *line)
{
    if (*line == ':') {
        if (allowed(line))
            app_command(a, line + 1);
        return;
    }
    for (const char *p = line; *p && !a->quit;) {
        int key = key_parse(&p);
        if (key == K_NONE) {
            p++;
            continue;
        }
        if (key == K_ENTER && a->prompt.active && !allowed(a->prompt.text))
            key = K_ESC;
        if (key == 'L' && !a->prompt.active)           /* the learn view begins a training */
            continue;
        app_key(a, key);
    }
}

static void draw(struct app *a, int w, int h)
{
    struct grid *g = grid_new(w, h, a->glyphs);
    struct str out = {0};
    app_draw(a, g, NULL, NULL);
    export_text(g, &out);
    check_clean(str_text(&out), out.len, false);
    str_free(&out);
    grid_free(g);
}

static void check_exports(struct app *a)
{
    struct grid *g = grid_new(80, 24, a->glyphs);
    struct str out = {0};
    app_draw(a, g, NULL, NULL);
    export_ansi(g, a->theme, DEPTH_TRUE, &out);
    check_clean(str_text(&out), out.len, true);
    str_clear(&out);
    export_svg(g, a->theme, GROUND_DARK, "t", &out);
    export_html(g, a->theme, GROUND_DARK, "t", &out);
    export_trace_csv(a->session, &out, NULL);
    export_trace_text(a->session, 5, &out, NULL);
    check_clean(str_text(&out), out.len, false);
    str_clear(&out);
    export_trace_json(a->session, 5, &out, NULL);
    struct json *j = json_parse_copy(str_text(&out), out.len, "trace", NULL);
    assert(j);
    json_free(j);
    str_free(&out);
    grid_free(g);
}

static char *trace_of(const struct session *s)
{
    struct str out = {0};
    export_trace_json(s, 3, &out, NULL);
    return str_take(&out);
}

/* The body of the picture, without what was said last. */
static char *frame(struct app *a)
{
    struct grid *g = grid_new(100, 30, a->glyphs);
    struct str out = {0};
    while (a->prompt.active)
        app_key(a, K_ESC);
    app_say(a, "%s", "-");
    app_draw(a, g, NULL, NULL);
    export_text(g, &out);
    grid_free(g);
    return str_take(&out);
}

static void check_reopened(struct app *a)
{
    struct app b;
    struct err e = {{0}};
    if (a->session && strcmp(session_model(a->session)->source, "sat.json") != 0
        && strcmp(session_model(a->session)->source, "vec.json") != 0) {
        app_command(a, "view bars");
        a->scene.playing = false;                 /* it stops when a sitting is opened */
        app_command(a, "keep! saved.json");       /* a scenario would not hold how it is looked at */
        if (access("saved.json", F_OK) != 0)
            return;
        open_app(&b, model_builtin("lesson-cell", NULL));
        if (!app_open_scenario(&b, "saved.json", &e)) {
            fprintf(stderr, "what was saved does not open: %s\n", e.text);
            abort();
        }
        char *here = trace_of(a->session), *there = trace_of(b.session);
        assert(strcmp(here, there) == 0);
        free(here);
        free(there);
        here = frame(a), there = frame(&b);
        if (strcmp(here, there) != 0) {
            fprintf(stderr, "%s\n---- and opened again:\n%s\n", here, there);
            abort();
        }
        free(here);
        free(there);
        app_clear(&b);
        unlink("saved.json");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char folder[] = "/tmp/flstm-fuzz-XXXXXX";
    static bool there;
    if (!there && (!mkdtemp(folder) || chdir(folder)))
        abort();
    there = true;
    if (size < 2)
        return 0;
    struct app a;
    open_app(&a, chosen(data[0]));
    char text[TEXT], *rest = NULL;
    size_t n = size - 1 < TEXT - 1 ? size - 1 : TEXT - 1;
    memcpy(text, data + 1, n);
    text[n] = '\0';
    for (char *p = text; *p; p++)
        if (*p == '/' || *p == '~')
            *p = '_';
    char *first = trace_of(a.session);
    unsigned long number = session_model_number(a.session);
    int lines = 0;
    for (char *line = strtok_r(text, "\n", &rest); line && lines < LINES && !a.quit;
         line = strtok_r(NULL, "\n", &rest), lines++) {
        one_line(&a, line);
        check_clean(a.message, strlen(a.message), false);
        draw(&a, 1 + lines * 37 % 130, 1 + lines * 13 % 41);
    }
    check_exports(&a);
    check_reopened(&a);
    if (session_model_number(a.session) == number) {
        while (session_undo(a.session))
            continue;
        char *last = trace_of(a.session);
        assert(strcmp(first, last) == 0);
        free(last);
    }
    free(first);
    app_clear(&a);
    return 0;
}
