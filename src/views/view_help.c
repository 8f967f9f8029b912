/* view_help.c: every key, from the table the program acts by, under the words of the view it was opened from. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "views/glossary.h"
#include "views/scroll.h"

/* At most `most` of them. */
static void add_keys(struct str *out, const char *keys, int most, bool ascii)
{
    char shown[16];
    for (int key, n = 0; n < most && (key = key_next(&keys)) != K_NONE; n++)
        str_addf(out, "%s%s", n ? " " : "", key_show(key, ascii, shown));
}

static void pad_to(struct str *out, size_t line_start, int cells)
{
    int w = utf8_text_width(str_text(out) + line_start);
    do
        str_addc(out, ' ');
    while (++w < cells);
}

static void add_view_keys(const struct scene *scene, struct str *text, const struct view *of, int column, bool ascii)
{
    char now[SCENE_KEYS];
    if (!of->keys || of->keys == scroll_keys)
        return;
    str_add(text, "# keys of this view\n");
    for (const struct view_key *k = of->keys; k->keys; k++) {
        size_t start = text->len;
        if (!k->help)
            continue;
        str_add(text, "  ");
        add_keys(text, scene_keys(scene, of, k->keys, now), 1, ascii);
        str_add(text, k->other ? " " : "");
        add_keys(text, k->other ? scene_keys(scene, of, k->other, now) : "", 1, ascii);
        pad_to(text, start, column);
        str_addf(text, " %s\n", k->help);
    }
    str_add(text, " \n");
}

/* What learners ask, in a sentence or two each, with the sizes of the network at hand. The lessons ask the same. */
static void add_often_asked(const struct scene *scene, struct str *text, int column)
{
    const struct session *s = scene->session;
    const struct lstm_layer *l = &session_net(s)->layer[session_cursor(s)->layer];
    int H = l->hidden, E = l->in;
    struct str sum = {0}, shape = {0}, unit = {0}, bias = {0};
    double one = 1 / (1 + exp(-1.0)), half = 0.5;
    str_addf(&sum,
             "h_t-1 and x_t are laid end to end, not added: %d + %d = %d numbers. h has %d again after every word.", H,
             E, H + E, H);
    str_addf(&shape,
             "%d×%d as [h, x]·W_f, a column a unit; %d×%d as W_f·[h, x], a row a unit. The numbers are the same.",
             H + E, H, H, H + E);
    str_addf(&unit, "No. Each of the %d units holds one number about the text so far; what comes in is a row of %d.",
             H, E);
    str_addf(&bias,
             "A gate that nothing pushes is σ(b). With b = 1 it is %.2f, with 0 it is %.1f: over ten words %.2f of the "
             "memory is left, or %.3f. So training often begins with 1.", one, half, pow(one, 10), pow(half, 10));
    const struct { const char *ask, *say; } often[] = {
        {"1 or 0?", "1 means keep. f is a factor: 1 leaves C_t-1 as it is, 0 leaves nothing of it. The name says the "
                    "opposite."},
        {"h + x?", str_text(&sum)},
        {"shape of W_f", str_text(&shape)},
        {"exactly 1?", "σ comes near 0 and 1 and does not arrive; 1.00 stands here only for what is exactly 1."},
        {"f = 0 deletes?", "No. The element stays, is 0, and takes what i × g brings."},
        {"C or h?", "C_t is the long-term memory, it stays inside. h_t = o × tanh C_t, the short-term memory, is what "
                    "the cell says after a word: the gates of the next word and the output see h, never C."},
        {"σ and tanh", "A gate is a share, 0 to 1: σ. What is written has a sign, -1 to 1: tanh."},
        {"two biases", "PyTorch keeps two for each gate. Only their sum matters; they are added when a file is read."},
        {"order of gates", "PyTorch and Keras store i f g o (g is also called c), ONNX i o f c, TensorFlow 1 i c f o. "
                           "Read in a wrong order everything runs and means something else."},
        {"forget bias", str_text(&bias)},
        {"gradients", "What is kept can be learnt about: along C a change arrives as the product of the f between."},
        {"unit = word?", str_text(&unit)},
        {"how it knows", "Nobody tells a trained network. Predicting the next word moved its weights until "
                         "W_f·[h, x] + b_f fell below 0 where forgetting helped."},
    };
    str_add(text, " \n# often asked\n");
    for (size_t k = 0; k < sizeof often / sizeof *often; k++) {
        size_t start = text->len;
        str_addf(text, "  %s", often[k].ask);
        pad_to(text, start, column);
        str_addf(text, " %s\n", often[k].say);
    }
    str_free(&sum);
    str_free(&shape);
    str_free(&unit);
    str_free(&bias);
}

static void add_glossary(struct str *text, int column)
{
    str_add(text, " \n# glossary\n");
    for (const struct glossary_entry *e = glossary; e->word; e++) {
        size_t start = text->len;
        str_addf(text, "  %s", e->word);
        pad_to(text, start, column);
        str_addf(text, " %s\n", e->means);
    }
}

enum { ALL_KEYS = 100 };

/* On a page of a lesson: what it is answered with, before the keys of the view that it shows. */
static void add_lesson_keys(const struct scene *scene, struct str *text, int column, bool ascii)
{
    char now[SCENE_KEYS];
    if (!scene->lesson_keys)
        return;
    str_add(text, "# keys of this page of the lesson\n");
    for (const struct key_help *k = scene->lesson_keys; k->keys; k++) {
        size_t start = text->len;
        const char *keys = k->fixed ? k->keys : scene_keys(scene, NULL, k->keys, now);
        if (!*keys && !k->fixed)              /* no key does that any more */
            continue;
        str_add(text, "  ");
        str_add(text, k->name ? k->name : "");
        add_keys(text, keys, ALL_KEYS, ascii);
        pad_to(text, start, column);
        str_addf(text, " %s\n", k->help);
    }
    str_add(text, " \n");
}

/* The whole text, in lines of `w` cells. */
static void build(const struct scene *scene, bool ascii, int w, struct str *text)
{
    const struct view *of = scene->help_for ? scene->help_for : &view_bars;
    int column = w >= 56 ? 20 : 12;
    add_lesson_keys(scene, text, column, ascii);
    str_addf(text, "# %s\n%s\n \n"
                   "What is often asked about an LSTM stands at the end of this page (End), a glossary above it.\n \n",
             of->title, of->help);
    add_view_keys(scene, text, of, column, ascii);
    const char *group = "";
    char now[SCENE_KEYS];
    for (int k = 0; k < scene->key_count; k++) {
        const struct key_help *h = &scene->keys[k];
        if (strcmp(h->group, group) != 0) {
            str_addf(text, "%s# %s\n", *group ? " \n" : "", h->group);
            group = h->group;
        }
        size_t start = text->len;
        str_add(text, "  ");
        const char *keys = scene_keys(scene, NULL, h->keys, now);
        if (*keys)
            add_keys(text, keys, ALL_KEYS, ascii);
        else
            str_addf(text, ":%s%s", h->view ? "view " : "", h->name);
        pad_to(text, start, column);
        str_addf(text, " %s", h->help);
        if (h->argument)
            str_addf(text, "  (:%s %s)", h->name, h->argument);
        str_addc(text, '\n');
    }
    add_glossary(text, column);
    add_often_asked(scene, text, column);
}

static void prepare(const struct scene *scene, void *state, struct rect r)
{
    scroll_prepare_built(scene, state, r, build);
}

static void draw(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    scroll_draw_built(scene, state, g, r, build);
}

static bool search(const struct scene *scene, void *state, const char *wanted, int by)
{
    struct str text = {0};
    build(scene, scene->glyphs && scene->glyphs->ascii, ((const struct scroll *)state)->w, &text);
    bool found = scroll_search(state, str_text(&text), wanted, by);
    str_free(&text);
    return found;
}

const struct view view_help = {
    .name = "help",
    .title = "help",
    .about = "every key and command",
    .help = "Every key and command. The arrows scroll, / searches; q and Esc go back.",
    .state_size = sizeof(struct scroll),
    .settings_size = SCROLL_SETTINGS,
    .settings = scroll_settings,
    .keys = scroll_keys,
    .text = true,
    .alone = true,
    .prepare = prepare,
    .search = search,
    .draw = draw,
};
