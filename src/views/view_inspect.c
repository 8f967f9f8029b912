/* view_inspect.c: what was read from the file as what: the tensors, the gates they became, and whether the numbers
 * agree with those of the framework they came from. */
#include <string.h>

#include "base/utf8.h"
#include "views/scroll.h"

static void build(const struct scene *scene, struct str *text)
{
    const struct model *m = session_model(scene->session);
    struct str clean = {0};
    utf8_clean(&clean, m->name, strlen(m->name));
    str_addf(text, "# %s (%s, %s)\n", str_text(&clean), m->format, provenance_name(m->provenance));
    const struct proof *p = session_proof(scene->session);
    if (p && p->within && !p->proven) {
        str_add(text, "! no parity: ");
        proof_say_lack(m, p, text);
        str_addc(text, '\n');
    } else if (p)
        str_addf(text, p->within ? "+ parity: agrees with its expected values, largest difference %.2e, tolerance %g\n"
                                 : "! no parity: differs from its expected values by %.2e, tolerance %g\n",
                 p->largest, m->expected->tolerance);
    static const char *const proof[] = {
        [READING_READ] = "nothing proves it yet (--check FILE; a text of ten words and more scores it)",
        [READING_SCORED] = "this text is less surprising than chance would make it (--try-orders compares)",
        [READING_PROVEN] = "the expected values come out", [READING_DIFFERS] = "the expected values do not come out"};
    enum reading_proof reading = session_reading(scene->session);
    if (m->provenance == PROVENANCE_IMPORTED)
        str_addf(text, "reading: %s: %s\n", session_reading_name(reading),
                 m->unused_count ? "tensors of the file are not used" : proof[reading]);
    if (*m->about) {
        str_clear(&clean);
        utf8_clean(&clean, m->about, strlen(m->about));
        str_addf(text, " \n%s\n", str_text(&clean));
    }
    str_addf(text, " \n# what was read as what\n%s", m->report ? m->report : "");
    str_free(&clean);
}

static void prepare(const struct scene *scene, void *state, struct rect r)
{
    struct str text = {0};
    build(scene, &text);
    scroll_fit_text(state, scroll_rect(r), str_text(&text));
    str_free(&text);
}

static void draw(const struct scene *scene, const void *state, struct grid *g, struct rect r)
{
    struct str text = {0};
    build(scene, &text);
    scroll_draw(g, scroll_rect(r), state, str_text(&text));
    str_free(&text);
}

static void explain(const struct scene *scene, const void *state, struct str *out)
{
    (void)state;
    build(scene, out);
}

static bool search(const struct scene *scene, void *state, const char *wanted, int by)
{
    struct str text = {0};
    build(scene, &text);
    bool found = scroll_search(state, str_text(&text), wanted, by);
    str_free(&text);
    return found;
}

const struct view view_inspect = {
    .name = "inspect",
    .title = "inspect",
    .about = "what the file holds, and how it was read",
    .strip = "inspect",
    .rank = 16,
    .help = "What the file holds: each tensor, its shape, which block became which gate, and whether the engine "
            "reproduces the values the file says to expect.",
    .key = 'I',
    .state_size = sizeof(struct scroll),
    .settings_size = SCROLL_SETTINGS,
    .settings = scroll_settings,
    .keys = scroll_keys,
    .text = true,
    .prepare = prepare,
    .draw = draw,
    .explain = explain,
    .no_value = true,
    .search = search,
};
