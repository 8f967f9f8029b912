/* keymap.c: see keymap.h. */
#include "action/keymap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "action/handlers.h"
#include "base/mem.h"
#include "base/suggest.h"

static struct binding *at_place(const struct keymap *m, const struct view *view, int key)
{
    for (int k = 0; k < m->n; k++)
        if (m->v[k].key == key && m->v[k].view == view)
            return &m->v[k];
    return NULL;
}

/* In place of what the key did there. */
static void bind(struct keymap *m, struct binding b)
{
    struct binding *there = at_place(m, b.view, b.key);
    if (there) {
        free(there->argument);
        *there = b;
        return;
    }
    if (m->n == m->cap) {
        m->cap = m->cap ? 2 * m->cap : 256;
        m->v = xrealloc(m->v, (size_t)m->cap, sizeof *m->v);
    }
    m->v[m->n++] = b;
}

static void unbind(struct keymap *m, struct binding *there)
{
    free(there->argument);
    memmove(there, there + 1, (size_t)(m->v + m->n - there - 1) * sizeof *there);
    m->n--;
}

/* ---- the tables' own keys ---------------------------------------------------------------------------------------- */

static void bind_row(struct keymap *m, const struct view *view, const struct view_key *row, bool other)
{
    const char *p = other ? row->other : row->keys;
    for (int key; p && (key = key_next(&p)) != K_NONE;)
        bind(m, (struct binding){.key = key, .view = view, .row = row, .other = other});
}

void keymap_init(struct keymap *m)
{
    *m = (struct keymap){0};
    const struct action *show = action_find("view");
    for (int k = 0; k < action_count; k++) {
        const char *p = actions[k].keys;
        for (int key; (key = key_next(&p)) != K_NONE;)
            bind(m, (struct binding){.key = key, .action = &actions[k], .argument = xstrdup("")});
    }
    for (int k = 0; k < view_count; k++)
        if (views[k]->key)
            bind(m, (struct binding){.key = views[k]->key, .action = show, .argument = xstrdup(views[k]->name)});
    for (int v = 0; v < view_count; v++)
        for (const struct view_key *row = views[v]->keys; row && row->keys; row++) {
            if (!row->run && !row->command)
                continue;
            bind_row(m, views[v], row, false);
            bind_row(m, views[v], row, true);
        }
}

void keymap_clear(struct keymap *m)
{
    for (int k = 0; k < m->n; k++)
        free(m->v[k].argument);
    free(m->v);
    *m = (struct keymap){0};
}

/* Filled when it is first looked at: the first picture needs no key. */
static struct keymap standard;

static const struct keymap *filled(const struct keymap *m)
{
    if (m == &standard && !standard.n)
        keymap_init(&standard);
    return m;
}

const struct keymap *keymap_standard(void)
{
    return &standard;
}

const struct binding *keymap_find(const struct keymap *m, const struct view *view, int key)
{
    filled(m);
    const struct binding *b = view ? at_place(m, view, key) : NULL;
    return b ? b : at_place(m, NULL, key);
}

/* ---- lines ------------------------------------------------------------------------------------------------------- */

/* The next word of *line, blanks and tabs around it; its length, 0 at the end. */
static size_t next_word(const char **line, const char **word)
{
    *line += strspn(*line, " \t");
    *word = *line;
    size_t n = strcspn(*line, " \t");
    *line += n;
    return n;
}

/* The key that the whole word spells; K_NONE: none. */
static int key_of(const char *word, size_t n)
{
    char *text = xstrndup(word, n);
    const char *p = text;
    int key = key_parse(&p);
    bool whole = *text && !*p && key != K_RESIZE && key != K_REDRAW && !(key & K_CLICK_BIT);
    free(text);
    return whole ? key : K_NONE;
}

static const struct view *view_of(const char *word, size_t n)
{
    for (int k = 0; k < view_count; k++)
        if (strlen(views[k]->name) == n && strncmp(views[k]->name, word, n) == 0)
            return views[k];
    return NULL;
}

static bool no_place(const char *word, size_t n, struct err *e)
{
    char near[32], *text = xstrndup(word, n);
    struct str names = {0};
    for (int k = 0; k < view_count; k++)
        str_addf(&names, "%s%s", k ? " " : "", views[k]->name);
    bool like = suggest_among(text, str_text(&names), near, sizeof near);
    err_set(e, NULL, NULL, "expected a key such as x, <Right> or <C-n>, or a view, found \"%s\"%s%s%s", text,
            like ? "; did you mean " : "", like ? near : "", like ? "?" : "");
    str_free(&names);
    free(text);
    return false;
}

/* "[VIEW] KEY", and moves past it. */
static bool read_place(const char **line, const struct view **view, int *key, struct err *e)
{
    const char *word;
    size_t n = next_word(line, &word);
    if (!n)
        return err_set(e, NULL, NULL, "expected a key such as x, <Right> or <C-n>, found nothing");
    *view = NULL;
    *key = key_of(word, n);
    if (*key)
        return true;
    *view = view_of(word, n);
    if (!*view)
        return no_place(word, n, e);
    n = next_word(line, &word);
    *key = key_of(word, n);
    return *key || err_set(e, NULL, NULL, "expected a key such as x, <Right> or <C-n> after the view, found \"%.*s\"",
                           (int)n, word);
}

/* A row of the view's own, by the name of one of its directions. */
static bool find_row(const struct view *view, const char *name, struct binding *b)
{
    char word[32];
    for (const struct view_key *row = view->keys; row && row->keys; row++)
        for (int other = 0; row->name && other < 2; other++)
            if (*view_key_word(row->name, other, word) && strcmp(word, name) == 0) {
                b->row = row;
                b->other = other;
                return true;
            }
    return false;
}

static bool no_command(const struct view *view, const char *name, struct err *e)
{
    struct str names = {0};
    char near[64], word[32];
    for (int k = 0; k < action_count; k++)
        str_addf(&names, "%s ", actions[k].name);
    for (const struct view_key *row = view ? view->keys : NULL; row && row->keys; row++)
        for (int other = 0; row->name && other < 2; other++)
            str_addf(&names, "%s ", view_key_word(row->name, other, word));
    bool like = suggest_among(name, str_text(&names), near, sizeof near);
    err_set(e, NULL, NULL, "there is no command \"%s\"%s%s%s (--list actions%s)", name, like ? "; did you mean " : "",
            like ? near : "", like ? "?" : "", view ? ", --list keys" : "");
    str_free(&names);
    return false;
}

static bool read_what(const char *line, struct binding *b, struct err *e)
{
    const char *word;
    size_t n = next_word(&line, &word);
    if (n && *word == ':')
        word++, n--;
    if (!n)
        return err_set(e, NULL, NULL, "expected what the key is to do, such as next-word, found nothing");
    char *name = xstrndup(word, n);
    bool known = b->view && find_row(b->view, name, b);
    if (!known) {
        b->action = action_find(name);
        b->argument = b->action ? xstrdup(line + strspn(line, " \t")) : NULL;
        known = b->action || no_command(b->view, name, e);
    }
    free(name);
    return known;
}

static bool map(struct keymap *m, const char *line, int number, struct err *e)
{
    struct binding b = {.line = m->first_line + number};
    char shown[16];
    if (!read_place(&line, &b.view, &b.key, e))
        return false;
    const struct binding *there = at_place(m, b.view, b.key);
    if (there && there->line > m->first_line)
        return err_set(e, NULL, NULL, "%s is mapped in line %d already", key_name(b.key, shown),
                       there->line - m->first_line);
    if (!read_what(line, &b, e))
        return false;
    bind(m, b);
    m->changed = true;
    return true;
}

static bool unmap(struct keymap *m, const char *line, struct err *e)
{
    const struct view *view;
    int key;
    char shown[16];
    if (!read_place(&line, &view, &key, e))
        return false;
    const char *more;
    if (next_word(&line, &more))
        return err_set(e, NULL, NULL, "expected nothing after the key, found \"%s\"", more);
    struct binding *there = at_place(m, view, key);
    if (!there)
        return err_set(e, NULL, NULL, "there is no key %s to unmap%s%s", key_name(key, shown), view ? " in " : "",
                       view ? view->name : "");
    unbind(m, there);
    m->changed = true;
    return true;
}

bool keymap_line(struct keymap *m, const char *line, int number, struct err *e)
{
    const char *word;
    size_t n = next_word(&line, &word);
    if (n == 3 && strncmp(word, "map", n) == 0)
        return map(m, line, number, e);
    if (n == 5 && strncmp(word, "unmap", n) == 0)
        return unmap(m, line, e);
    return err_set(e, NULL, NULL, "expected map or unmap, found \"%.*s\"", (int)n, word);
}

void keymap_next_file(struct keymap *m)
{
    for (int k = 0; k < m->n; k++)
        if (m->v[k].line > m->first_line)
            m->first_line = m->v[k].line;
}

bool keymap_leaves(const struct keymap *m)
{
    filled(m);
    for (int k = 0; k < m->n; k++)
        if (!m->v[k].view && m->v[k].action
            && (m->v[k].action->run == act_quit || m->v[k].action->run == act_command))
            return true;
    return false;
}

/* ---- what is told of it ------------------------------------------------------------------------------------------ */

static bool same_deed(const struct binding *a, const struct binding *b)
{
    return a->row == b->row && a->other == b->other && a->action == b->action &&
           (!a->action || strcmp(a->argument, b->argument) == 0);
}

const char *keymap_now(const struct keymap *m, const struct view *view, const char *keys, char *buf, size_t size)
{
    const char *p = keys;
    const struct binding *first = m && m->changed && *keys ? keymap_find(&standard, view, key_next(&p)) : NULL;
    if (!first)
        return keys;
    size_t used = 0;
    buf[0] = '\0';
    /* Those of the list first, in its order: they are the ones that are known. */
    for (int turn = 0; turn < 2; turn++)
        for (int k = 0; k < m->n; k++) {
            const struct binding *b = &m->v[k];
            char name[16];
            if (!same_deed(b, first) || key_listed(keys, b->key) != (turn == 0) || keymap_find(m, view, b->key) != b)
                continue;
            size_t n = strlen(key_name(b->key, name));
            if (used + n + 2 > size)
                return buf;
            used += (size_t)snprintf(buf + used, size - used, "%s%s", used ? " " : "", name);
        }
    return buf;
}

static void print_place(const struct binding *b, struct str *out)
{
    char shown[16];
    str_addf(out, "%s%s%s", b->view ? b->view->name : "", b->view ? " " : "", key_name(b->key, shown));
}

static void print_binding(const struct binding *b, bool same, struct str *out)
{
    char word[32];
    str_addf(out, "%smap ", same ? "# " : "");
    print_place(b, out);
    if (b->row)
        str_addf(out, " %s\n", view_key_word(b->row->name, b->other, word));
    else
        str_addf(out, " %s%s%s\n", b->action->name, *b->argument ? " " : "", b->argument);
}

void keymap_print(const struct keymap *m, struct str *out)
{
    filled(&standard);
    for (int k = 0; k < standard.n; k++) {
        const struct binding *was = &standard.v[k], *is = at_place(m, was->view, was->key);
        if (is) {
            print_binding(is, same_deed(was, is), out);
        } else {
            str_add(out, "unmap ");
            print_place(was, out);
            str_addc(out, '\n');
        }
    }
    for (int k = 0; k < m->n; k++)
        if (!at_place(&standard, m->v[k].view, m->v[k].key))
            print_binding(&m->v[k], false, out);
}
