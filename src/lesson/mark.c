/* mark.c: see mark.h. What comes again at the end is practice: the first time a page is met counts. */
#include "lesson/mark.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "lesson/lesson.h"

enum { ROWS_MOST = 4096, WRONG_MOST = 64 };

/* One page of one version of a lesson. */
struct row {
    char *lesson, *hash, *page;
    int confusion, students, right, sure_and_wrong, given_up;
    double tries, seconds;
    int wrongs, times[WRONG_MOST];
    char *wrong[WRONG_MOST];
};

struct table { struct row *v; int n; };

static const char *const top_keys[] = {"format", "lesson", "hash", "student", "seed", "right", "of", "pages", NULL};
static const char *const page_keys[] = {"page", "kind", "again", "answer", "right", "tries", "sure", "given_up", "hint",
                                        "seconds", "confusion", NULL};

static void table_free(struct table *t)
{
    for (int k = 0; k < t->n; k++) {
        free(t->v[k].lesson);
        free(t->v[k].hash);
        free(t->v[k].page);
        for (int j = 0; j < t->v[k].wrongs; j++)
            free(t->v[k].wrong[j]);
    }
    free(t->v);
}

static struct row *row_of(struct table *t, const char *lesson, const char *hash, const char *page)
{
    for (int k = 0; k < t->n; k++)
        if (!strcmp(t->v[k].lesson, lesson) && !strcmp(t->v[k].hash, hash) && !strcmp(t->v[k].page, page))
            return &t->v[k];
    if (t->n == ROWS_MOST)
        return NULL;
    t->v = xrealloc(t->v, (size_t)t->n + 1, sizeof *t->v);
    t->v[t->n] = (struct row){.lesson = xstrdup(lesson), .hash = xstrdup(hash), .page = xstrdup(page)};
    return &t->v[t->n++];
}

static void count_wrong(struct row *r, const char *answer)
{
    for (int k = 0; k < r->wrongs; k++)
        if (!strcmp(r->wrong[k], answer)) {
            r->times[k]++;
            return;
        }
    if (r->wrongs < WRONG_MOST) {
        r->times[r->wrongs] = 1;
        r->wrong[r->wrongs++] = xstrdup(answer);
    }
}

static bool text_of(const struct json_at *at, const char *key, const char **out, struct err *e)
{
    struct json_at member;
    if (!json_need(at, key, &member, e) || !json_string(&member, out, e))
        return false;
    return strlen(*out) <= LESSON_TEXT || json_complain(&member, e, "expected at most %d bytes", LESSON_TEXT);
}

static bool int_of(const struct json_at *at, const char *key, long most, int *out, struct err *e)
{
    struct json_at member;
    long n;
    if (!json_need(at, key, &member, e) || !json_int(&member, 0, most, &n, e))
        return false;
    *out = (int)n;
    return true;
}

static bool bool_of(const struct json_at *at, const char *key, bool *out, struct err *e)
{
    struct json_at member;
    return json_need(at, key, &member, e) && json_bool(&member, out, e);
}

static bool add_page(struct table *t, const struct json_at *at, const char *lesson, const char *hash, struct err *e)
{
    const char *page, *kind, *answer;
    bool again, right, given_up, hint;
    int tries, sure, confusion = 0;
    double seconds;
    struct json_at found;
    if (!json_is_object(at, e) || !json_known_keys(at, page_keys, e) || !text_of(at, "page", &page, e)
        || !text_of(at, "kind", &kind, e) || !text_of(at, "answer", &answer, e) || !bool_of(at, "again", &again, e)
        || !bool_of(at, "right", &right, e) || !bool_of(at, "given_up", &given_up, e) || !bool_of(at, "hint", &hint, e)
        || !int_of(at, "tries", 1000, &tries, e) || !int_of(at, "sure", 3, &sure, e)
        || !json_need(at, "seconds", &found, e) || !json_number(&found, &seconds, e))
        return false;
    if (json_has(at, "confusion") && !int_of(at, "confusion", LESSON_CONFUSIONS, &confusion, e))
        return false;
    if (again)
        return true;
    struct row *r = row_of(t, lesson, hash, page);
    if (!r)
        return json_complain(at, e, "expected at most %d pages in all", ROWS_MOST);
    r->confusion = confusion;
    r->students++;
    r->right += right;
    r->sure_and_wrong += tries > 0 && !right && sure == 3;
    r->given_up += given_up;
    r->tries += tries;
    r->seconds += seconds;
    if (tries > 0 && !right)
        count_wrong(r, answer);
    return true;
}

static bool add_file(struct table *t, const char *file, struct err *e)
{
    struct json *j = json_read(file, e);
    if (!j)
        return false;
    struct json_at top = json_top(j), at = top, item;
    const char *format, *lesson, *hash, *student;
    bool ok = json_is_object(&top, e) && text_of(&top, "format", &format, e);
    if (ok && strcmp(format, "flstm-result/1") != 0 && json_get(&top, "format", &at))
        ok = json_complain(&at, e, "expected \"flstm-result/1\", found \"%s\"", format);
    ok = ok && json_known_keys(&top, top_keys, e) && text_of(&top, "lesson", &lesson, e) && text_of(&top, "hash",
            &hash, e)
        && text_of(&top, "student", &student, e) && json_need(&top, "pages", &at, e);
    if (ok && json_kind(&at) != JSON_ARRAY)
        ok = json_expected(&at, e, "a list of pages");
    struct json_iter it = json_iter(&at);
    size_t seen = 0;
    for (; ok && json_next(&it, NULL, &item); seen++)
        ok = add_page(t, &item, lesson, hash, e);
    if (ok && seen != json_length(&at))   /* numbers alone yield no items */
        ok = json_expected(&at, e, "a list of pages");
    json_free(j);
    return ok;
}

/* A field of CSV. What a spreadsheet would take for a formula is made text. */
static void field(const char *text, struct str *out)
{
    str_addc(out, '"');
    if (*text == '=' || *text == '@' || *text == '+')
        str_addc(out, ' ');
    for (; *text; text++) {
        if (*text == '"')
            str_addc(out, '"');
        str_addc(out, (unsigned char)*text < ' ' ? ' ' : *text);
    }
    str_addc(out, '"');
}

static void numbers(const struct row *r, struct str *out)
{
    double n = r->students ? r->students : 1;
    str_addf(out, ",%d,%d,%.0f,%d,%d,%.2f,%.0f,", r->students, r->right, 100.0 * r->right / n, r->sure_and_wrong,
             r->given_up,
             r->tries / n, r->seconds / n);
}

/* What stands behind a letter: "b: Neither: four words are too many". Of a lesson that came with the program, in the
 * version that was taken; a text that depends on the student is left out. */
static void say_option(const struct row *r, const char *letter, struct str *out)
{
    struct err ignored;
    struct lesson *l = lesson_number(r->lesson) ? lesson_open(r->lesson, &ignored) : NULL;
    str_add(out, letter);
    for (int k = 0; l && strcmp(l->hash, r->hash) == 0 && k < l->pages; k++) {
        const struct ask *ask = &l->page[k].ask;
        const bool one = *letter && !letter[1] && (ask->kind == ASK_CHOICE || ask->kind == ASK_VOTE);
        const int option = *letter - 'a';
        if (one && strcmp(l->page[k].id, r->page) == 0 && option >= 0 && option < ask->options
            && !strchr(ask->option[option].text, '{'))
            str_addf(out, ": %s", ask->option[option].text);
    }
    lesson_free(l);
}

static void write_page(const struct row *r, struct str *out)
{
    struct str wrong = {0};
    int most = -1;
    for (int k = 0; k < r->wrongs; k++)
        if (most < 0 || r->times[k] > r->times[most])
            most = k;
    field(r->lesson, out);
    str_addc(out, ',');
    field(r->page, out);
    str_addf(out, r->confusion ? ",%d" : ",", r->confusion);
    numbers(r, out);
    if (most >= 0)
        say_option(r, r->wrong[most], &wrong);
    field(str_text(&wrong), out);
    str_free(&wrong);
    str_addc(out, '\n');
}

static void write_confusion(const struct table *t, int which, struct str *out)
{
    struct row sum = {.confusion = which};
    for (int k = 0; k < t->n; k++) {
        const struct row *r = &t->v[k];
        if (r->confusion != which)
            continue;
        sum.students += r->students;
        sum.right += r->right;
        sum.sure_and_wrong += r->sure_and_wrong;
        sum.given_up += r->given_up;
        sum.tries += r->tries;
        sum.seconds += r->seconds;
    }
    if (!sum.students)
        return;
    str_addf(out, "\"\",\"\",%d", which);
    numbers(&sum, out);
    str_add(out, "\"\"\n");
}

bool mark_files(const char *const *files, int n, struct str *out, struct err *e)
{
    struct table t = {0};
    bool ok = true;
    for (int k = 0; k < n && ok; k++)
        ok = add_file(&t, files[k], e);
    if (ok) {
        str_add(out, "lesson,page,confusion,students,right,percent,sure_and_wrong,given_up,tries,seconds,"
                     "commonest_wrong\n");
        for (int k = 0; k < t.n; k++)
            write_page(&t.v[k], out);
        for (int k = 1; k <= LESSON_CONFUSIONS; k++)
            write_confusion(&t, k, out);
    }
    table_free(&t);
    return ok;
}
