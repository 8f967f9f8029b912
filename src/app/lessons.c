/* lessons.c: a lesson without a screen: is what it claims true, what does it say, a page to hand out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "action/lesson.h"
#include "app/run.h"
#include "base/mem.h"
#include "import/import.h"
#include "lesson/check.h"
#include "lesson/mark.h"
#include "lesson/sheet.h"

void app_list_lessons(struct str *out)
{
    char name[64], title[120];
    for (int k = 0; lesson_built_in(k, name, title, NULL); k++) {
        struct lesson *l = lesson_open(name, NULL);
        str_addf(out, "%-18s %s", name, title);
        if (l && l->minutes)
            str_addf(out, " (%d minutes)", l->minutes);
        str_addc(out, '\n');
        lesson_free(l);
    }
}

/* What only views can say of a page. */
static void check_views(const struct lesson *l, struct lesson_findings *out)
{
    for (int k = 0; k < l->pages; k++) {
        struct json_at at;
        const char *view;
        struct err e = {{0}};
        if (!l->page[k].has_state || !json_get(&l->page[k].state, "view", &at) || !json_string(&at, &view, NULL)
            || (view_find(view) && view_find(view) != &view_help))
            continue;
        json_complain(&at, &e, "there is no view \"%s\" (--list views)", view);
        str_addf(&out->text, "%s\n", e.text);
        out->errors++;
    }
}

/* Rows that are missing now, at 80x24. */
static int missing(struct app *a)
{
    app_lesson_refresh(a);
    return lesson_plan_short(&a->lesson->look, 80, 24, LESSON_VIEW);
}

/* The page as it is met, with each wrong way and the hint, and told: what is missing at most. */
static int page_missing(struct app *a)
{
    struct walk *w = a->lesson->walk;
    struct walk_page *here = walk_here(w);
    const struct ask *q = &walk_page(w)->ask;
    int most = missing(a), rows;
    for (int k = 0; k < q->routes; k++) {
        *here = (struct walk_page){.phase = WALK_ASK, .tries = 1, .hint = true, .verdict.say = q->route[k].say};
        rows = missing(a);
        most = rows > most ? rows : most;
    }
    *here = (struct walk_page){.phase = q->kind ? WALK_ASK : WALK_LOOK};
    walk_give_up(w);
    rows = missing(a);
    return rows > most ? rows : most;
}

/* Is a page taller than the smallest terminal that lessons are made for? */
static void check_heights(const char *file, unsigned seed, struct lesson_findings *out)
{
    struct app a;
    struct err e = {{0}};
    struct lesson *l = strcmp(file, "-") ? lesson_open(file, &e) : NULL;
    struct theme *t = l ? theme_load(theme_default, &e) : NULL;
    struct model *m = t ? model_builtin("lesson-cell", &e) : NULL;
    struct session *s = m ? session_new(m, &e) : NULL;
    if (!s) {
        lesson_free(l);
        theme_free(t);
        return;
    }
    app_init(&a, s, t, &glyphs_unicode);
    if (app_lesson_begin(&a, l, seed, &e))
        while (!walk_ended(a.lesson->walk)) {
            int at = a.lesson->walk->at, rows = page_missing(&a);
            if (rows) {
                str_addf(&out->text, "%s: pages[%d]: expected at most 24 rows with %d for the picture, found %d "
                         "more\n", file,
                         at, LESSON_VIEW, rows);
                out->errors++;
            }
            app_lesson_key(&a, K_PGDN, NULL);
            if (a.lesson->walk->at == at)
                break;
        }
    app_clear(&a);
}

static int check(const char *file, int seed, struct str *out)
{
    struct err e = {{0}};
    struct lesson_findings found = {0};
    struct lesson *l = lesson_open(file, &e);
    if (!l) {
        app_report(&e);
        return EXIT_FAILED;
    }
    lesson_check(l, seed, &found);
    check_views(l, &found);
    if (!found.errors)
        check_heights(file, seed < 0 ? 1 : (unsigned)seed, &found);
    int asked = 0;
    for (int k = 0; k < l->pages; k++)
        asked += l->page[k].ask.kind != ASK_NOTHING;
    str_add(out, str_text(&found.text));
    str_addf(out, "%s: %d page%s, %d question%s: %d error%s, %d warning%s\n", l->name, l->pages, l->pages == 1 ? ""
             : "s", asked,
             asked == 1 ? "" : "s", found.errors, found.errors == 1 ? "" : "s", found.warnings, found.warnings == 1
                 ? "" : "s");
    int status = found.errors ? EXIT_FAILED : EXIT_FINE;
    str_free(&found.text);
    lesson_free(l);
    return status;
}

static bool sheet(const struct options *o, const struct lesson *l, struct str *out, struct err *e)
{
    unsigned seed = o->seeded ? (unsigned)o->seed : 1;
    if (o->gift) {
        struct str left = {0};
        bool ok = gift_write(l, seed, out, &left, e);
        if (ok && left.len)
            fprintf(stderr, "flstm-tui: %s: %s\n", l->name, str_text(&left));
        str_free(&left);
        return ok;
    }
    enum sheet_form form = !o->handout ? SHEET_TEXT : strcmp(o->handout, "md") == 0 ? SHEET_MD : SHEET_HTML;
    enum sheet_part part = o->answers ? (o->print ? SHEET_INLINE : SHEET_ANSWERS) : o->handout ? SHEET_HAND_OUT
        : SHEET_READ;
    return sheet_write(l, seed, form, part, out, e);
}

static bool mark(const struct options *o, struct str *out, struct err *e)
{
    const char **files = xcalloc((size_t)o->mark_count + 1, sizeof *files);
    files[0] = o->mark;
    for (int k = 0; k < o->mark_count; k++)
        files[k + 1] = o->mark_more[k];
    bool ok = mark_files(files, o->mark_count + 1, out, e);
    free(files);
    return ok;
}

bool app_lesson_text(const struct options *o, int *status)
{
    struct str out = {0};
    struct err e = {{0}};
    if (o->mark) {
        *status = mark(o, &out, &e) ? EXIT_FINE : EXIT_FAILED;
        if (*status != EXIT_FINE)
            app_report(&e);
        int written = app_write_out(&out);
        *status = written != EXIT_FINE ? written : *status;
        str_free(&out);
        return true;
    }
    if (!o->check_lesson && !(o->lesson && (o->print || o->handout || o->answers || o->gift)))
        return false;
    if (o->check_lesson) {
        *status = check(o->check_lesson, o->seeded ? (int)o->seed : -1, &out);
    } else {
        struct lesson *l = lesson_open(o->lesson, &e);
        bool ok = l && sheet(o, l, &out, &e);
        *status = ok ? EXIT_FINE : EXIT_FAILED;
        if (!ok)
            app_report(&e);
        lesson_free(l);
    }
    int written = app_write_out(&out);
    if (written != EXIT_FINE)
        *status = written;
    str_free(&out);
    return true;
}
