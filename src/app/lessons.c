/* lessons.c: a lesson without a screen: is what it claims true, what does it say, a page to hand out. */
#include <stdlib.h>
#include <string.h>

#include "app/run.h"
#include "base/mem.h"
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

static int check(const char *file, struct str *out)
{
    struct err e = {{0}};
    struct lesson_findings found = {0};
    struct lesson *l = lesson_open(file, &e);
    if (!l) {
        app_report(&e);
        return EXIT_FAILED;
    }
    lesson_check(l, &found);
    check_views(l, &found);
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
    if (o->gift)
        return gift_write(l, seed, out, e);
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
        *status = check(o->check_lesson, &out);
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
