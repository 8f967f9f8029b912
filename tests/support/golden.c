#include "support/golden.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "action/begin.h"
#include "base/file.h"
#include "base/mem.h"
#include "import/import.h"
#include "support/models.h"
#include "views/chrome.h"

static void app_on(struct app *a, struct model *m, const struct golden_shot *shot, struct err *e)
{
    struct theme *t = m ? theme_load(theme_default, e) : NULL;
    struct session *s = t ? session_new(m, e) : NULL;
    if (!s)
        fail_msg("%s", e->text);
    app_init(a, s, t, shot->ascii ? &glyphs_ascii : &glyphs_unicode);
    a->w = shot->w;
    a->h = shot->h;
    if (shot->scenario && !app_open_scenario(a, shot->scenario, e))
        fail_msg("%s", e->text);
    if (shot->keys && !app_keys(a, shot->keys, "keys", e))
        fail_msg("%s", e->text);
}

void golden_app(const struct golden_shot *shot, struct app *a)
{
    struct err e = {{0}};
    app_on(a, model_builtin(shot->model ? shot->model : "lesson-cell", &e), shot, &e);
}

/* ---- the head ---------------------------------------------------------------------------------------------------- */

enum part { PART_VIEW, PART_TITLE, PART_HINTS, PART_SCREEN, PARTS };
static const char *const part_name[PARTS] = {"view", "title", "hints", "screen"};

enum { SHOTS_MAX = 32 };

struct head {
    const char *path, *model, *set, *train;
    struct golden_shot shot;
    const char *keys[SHOTS_MAX];
    int keys_count;
    enum part part;
};

static void set_size(struct head *h, const char *text)
{
    if (sscanf(text, "%dx%d", &h->shot.w, &h->shot.h) != 2 || h->shot.w < 1 || h->shot.h < 1)
        fail_msg("%s: size: expected columns and rows such as 80x24, found \"%s\"", h->path, text);
}

static void set_glyphs(struct head *h, const char *text)
{
    h->shot.ascii = strcmp(text, "ascii") == 0;
    if (!h->shot.ascii)
        fail_msg("%s: glyphs: expected ascii, found \"%s\"", h->path, text);
}

static void set_part(struct head *h, const char *text)
{
    for (h->part = PART_VIEW; h->part < PARTS; h->part++)
        if (strcmp(part_name[h->part], text) == 0)
            return;
    fail_msg("%s: part: expected view, title, hints or screen, found \"%s\"", h->path, text);
}

static void add_keys(struct head *h, const char *text)
{
    if (h->keys_count == SHOTS_MAX)
        fail_msg("%s: more than %d lines of keys", h->path, SHOTS_MAX);
    h->keys[h->keys_count++] = text;
}

static void set_model(struct head *h, const char *text) { h->model = text; }
static void set_scenario(struct head *h, const char *text) { h->shot.scenario = text; }
static void set_set(struct head *h, const char *text) { h->set = text; }
static void set_train(struct head *h, const char *text) { h->train = text; }

static const struct { const char *word; void (*take)(struct head *h, const char *text); } facts[] = {
    {"model", set_model}, {"size", set_size}, {"keys", add_keys}, {"glyphs", set_glyphs}, {"scenario", set_scenario},
    {"set", set_set}, {"train", set_train}, {"part", set_part},
};

/* Cuts `text` into lines and takes those up to `----`; returns what follows it. h points into text. */
static char *read_head(struct head *h, char *text)
{
    for (int line = 1; *text; line++) {
        char *end = text + strcspn(text, "\n"), *next = *end ? end + 1 : end, *value = strstr(text, ": ");
        *end = '\0';
        if (strcmp(text, "----") == 0)
            return next;
        size_t k = 0, count = sizeof facts / sizeof *facts;
        while (value && k < count
               && (strncmp(facts[k].word, text, (size_t)(value - text)) != 0 || facts[k].word[value - text]))
            k++;
        if (!value || k == count)
            fail_msg("%s line %d: expected a fact of the head (support/golden.h) or ----, found \"%s\"", h->path, line,
                     text);
        facts[k].take(h, value + 2);
        text = next;
    }
    fail_msg("%s: expected the head to end with ----", h->path);
    return text;
}

/* ---- the shot ---------------------------------------------------------------------------------------------------- */

static struct model *random_from(const struct head *h, const char *text)
{
    struct random_model r = {.layers = 1, .embed = 8, .words = 30, .outputs = 30, .steps = 12, .seed = 7};
    int seed = 7, both = 0, n = 0, value;
    char word[16];
    const struct { const char *word; int *value; } sizes[] = {
        {"layers", &r.layers}, {"hidden", &r.hidden}, {"embed", &r.embed}, {"words", &r.words},
        {"outputs", &r.outputs}, {"steps", &r.steps}, {"seed", &seed},
        {"both", &both},
    };
    for (text += strspn(text, " "); *text; text += n) {
        size_t k = 0, count = sizeof sizes / sizeof *sizes;
        if (sscanf(text, "%15[a-z]=%d %n", word, &value, &n) != 2)
            k = count;
        while (k < count && strcmp(sizes[k].word, word) != 0)
            k++;
        if (k == count)
            fail_msg("%s: model: expected layers=, hidden=, embed=, words=, outputs=, steps=, seed= or both=, found \"%s\"",
                     h->path, text);
        *sizes[k].value = value;
    }
    if (r.hidden < 1)
        fail_msg("%s: model: a random one needs hidden=", h->path);
    r.seed = (uint64_t)seed;
    r.bidirectional = both != 0;
    return model_random(&r);
}

static void train(const struct head *h, struct app *a)
{
    struct err e = {{0}};
    char corpus[64];
    int updates, until;
    if (sscanf(h->train, "%63s %d %d", corpus, &updates, &until) != 3)
        fail_msg("%s: train: expected a corpus and two counts of updates, found \"%s\"", h->path, h->train);
    struct training *t =
        training_new(&(struct training_wish){.corpus = corpus, .tokens = CORPUS_GUESS, .updates = updates}, &e);
    if (!t)
        fail_msg("%s", e.text);
    while ((training_done(t) < until || (t->evaluating.at >= 0 && t->phase == TRAINING_RUNS)) && training_step(t))
        ;
    training_spent(t, 0.5, until);
    training_refresh(t);
    app_watch(a, t, NULL);
}

/* Only what is in r. */
static struct grid *cut(const struct grid *g, struct rect r)
{
    struct grid *out = grid_new(r.w, r.h, g->glyphs);
    for (int y = 0; y < r.h; y++)
        memcpy(out->cell + y * r.w, g->cell + (r.y + y) * g->w + r.x, (size_t)r.w * sizeof *out->cell);
    return out;
}

static struct grid *shoot(const struct head *h, const char *keys)
{
    struct app a;
    struct err e = {{0}};
    const char *name = h->model ? h->model : "lesson-cell";
    bool random = strncmp(name, "random ", 7) == 0;
    app_on(&a, random ? random_from(h, name + 7) : model_builtin(name, &e), &h->shot, &e);
    if (h->train)
        train(h, &a);
    if (h->set) {
        struct str command = {0};
        str_addf(&command, "set %s", h->set);
        app_command(&a, command.s);
        str_free(&command);
        if (a.scene.message_is_error)
            fail_msg("%s: set: %s", h->path, a.message);
    }
    if (keys && !app_keys(&a, keys, h->path, &e))
        fail_msg("%s", e.text);
    struct grid *g = grid_new(h->shot.w, h->shot.h, a.glyphs);
    assert_true(app_finish_work(&a, NULL));
    app_draw(&a, g, NULL, NULL);
    struct rect body = scene_body(&a.scene, a.view, g->w, g->h);
    const struct rect part[PARTS] = {
        [PART_VIEW] = body,
        [PART_TITLE] = {0, 0, g->w, body.y},
        [PART_HINTS] = {0, body.y + body.h, g->w, g->h - body.y - body.h},
        [PART_SCREEN] = {0, 0, g->w, g->h},
    };
    struct grid *out = cut(g, part[h->part]);
    grid_free(g);
    app_clear(&a);
    return out;
}

static void picture(const struct head *h, struct str *out)
{
    struct str roles = {0};
    int shots = h->keys_count ? h->keys_count : 1;
    for (int k = 0; k < shots; k++) {
        struct grid *g = shoot(h, h->keys_count ? h->keys[k] : NULL);
        grid_dump_text(g, out);
        grid_dump_roles(g, &roles);
        grid_free(g);
    }
    str_addf(out, "---- roles\n%s", str_text(&roles));
    str_free(&roles);
}

/* ---- what differs ------------------------------------------------------------------------------------------------ */

struct line { const char *s; int n; };

static int lines_of(const char *text, struct line *line, int max)
{
    int count = 0;
    for (; *text && count < max; count++) {
        line[count] = (struct line){text, (int)strcspn(text, "\n")};
        text += line[count].n + (text[line[count].n] == '\n');
    }
    return count;
}

static bool line_same(struct line a, struct line b)
{
    return a.n == b.n && memcmp(a.s, b.s, (size_t)a.n) == 0;
}

enum { LINES_MAX = 512 };

void golden_differences(const char *was, const char *now, int most, struct str *out)
{
    static struct line a[LINES_MAX], b[LINES_MAX];
    static short common[LINES_MAX + 1][LINES_MAX + 1];      /* [i][j]: lines in common from a[i] and b[j] on */
    int n = lines_of(was, a, LINES_MAX), m = lines_of(now, b, LINES_MAX), shown = 0;
    for (int i = n; i >= 0; i--)
        for (int j = m; j >= 0; j--)
            common[i][j] = (short)(i == n || j == m         ? 0
                                   : line_same(a[i], b[j])  ? common[i + 1][j + 1] + 1
                                   : common[i + 1][j] > common[i][j + 1] ? common[i + 1][j] : common[i][j + 1]);
    for (int i = 0, j = 0; i < n || j < m;) {
        if (i < n && j < m && line_same(a[i], b[j])) {
            i++, j++;
            continue;
        }
        if (shown++ == most) {
            str_add(out, "  … and more\n");
            return;
        }
        bool gone = j == m || (i < n && common[i + 1][j] >= common[i][j + 1]);
        struct line l = gone ? a[i++] : b[j++];
        str_addf(out, "%5d %c %.*s\n", gone ? i : j, gone ? '-' : '+', l.n, l.s);
    }
}

bool golden_file(const char *path, bool renew)
{
    struct err e = {{0}};
    struct str now = {0};
    char *was = NULL;
    size_t len;
    if (!file_read(path, &was, &len, &e))
        fail_msg("%s", e.text);
    char *text = xstrdup(was);
    struct head h = {.path = path, .shot = {.w = 80, .h = 24}};
    size_t head = (size_t)(read_head(&h, text) - text);
    str_addf(&now, "%.*s", (int)head, was);
    picture(&h, &now);
    free(text);
    bool same = strcmp(was, now.s) == 0;
    if (!same && renew && !file_write(path, now.s, now.len, &e))
        fail_msg("%s", e.text);
    if (!same && !renew) {
        struct str differences = {0};
        golden_differences(was, now.s, 40, &differences);
        printf(
            "%s differs (- the file, + the program):\n%s`make golden` renews it; `git diff tests/golden` shows how.\n",
            path, str_text(&differences)); /* print_message cuts long ones */
        str_free(&differences);
        fail_msg("%s differs", path);
    }
    free(was);
    str_free(&now);
    return !same;
}
