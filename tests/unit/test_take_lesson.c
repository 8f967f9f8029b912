/* test_take_lesson.c: lessons as they are taken: every lesson that comes with the program is walked to its end with
 * right and with wrong answers; what is asked for is nowhere on the screen, or among the bytes that reach the
 * terminal, before it is answered; the sitting from before comes back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "action/keymap.h"
#include "action/lesson.h"
#include "base/file.h"
#include "base/mem.h"
#include "import/import.h"
#include "session/edit.h"
#include "support/pty.h"

/* How a page that is to be done with keys is done. */
static const struct { const char *lesson, *page, *keys; } doings[] = {
    {"forget-gate", "set-it", "0.25<Enter>"},
    {"how-it-decides", "take-away", ":set h@2=0<Enter>"},
    {"input-gate", "do", ":set f[gender]@4=0<Enter>:set i[gender]@4=1<Enter>:set g[gender]@4=-1<Enter>"},
    {"output-gate", "silence", ":set o[gender]@6=0<Enter>"},
    {"what-is-remembered", "bring-back", ":set C[gender]@6=-1<Enter>"},
};

static void open_app(struct app *a)
{
    struct err e = {{0}};
    struct model *m = model_builtin("lesson-cell", &e);
    struct session *s = m ? session_new(m, &e) : NULL;
    struct theme *t = theme_load(theme_default, &e);
    assert_non_null(s);
    assert_non_null(t);
    app_init(a, s, t, &glyphs_unicode);
}

/* What was pressed since it was last empty; NULL: nobody wants to know. */
static struct str *pressed;

static void press(struct app *a, const char *keys)
{
    struct err e = {{0}};
    if (pressed)
        str_add(pressed, keys);
    if (!app_keys(a, keys, "test", &e))
        fail_msg("%s: %s", keys, e.text);
}

static void begin(struct app *a, const char *name)
{
    struct err e = {{0}};
    struct lesson *l = lesson_open(name, &e);
    if (!l || !app_lesson_begin(a, l, 1, &e))
        fail_msg("%s: %s", name, e.text);
}

static struct walk *walk_of(const struct app *a) { return a->lesson->walk; }

static char *picture(struct app *a, int w, int h)
{
    struct grid *g = grid_new(w, h, a->glyphs);
    struct str text = {0};
    app_draw(a, g, NULL, NULL);
    grid_dump_text(g, &text);
    grid_free(g);
    return str_take(&text);
}

static bool shows(struct app *a, const char *text)
{
    char *all = picture(a, 80, 24);
    bool is = strstr(all, text) != NULL;
    free(all);
    return is;
}

/* ---- answering --------------------------------------------------------------------------------------------------- */

static void keys_of_numbers(const struct page *p, const struct truth *t, double off, struct str *out)
{
    for (int k = 0; k < t->value.n; k++)
        str_addf(out, "%s%.6g%s", k && p->ask.kind == ASK_VECTOR ? ", " : "", t->value.v[k] + off,
                 p->ask.kind == ASK_BAR ? "<Down>" : "");
    str_add(out, "<Enter>");
}

/* bits: options as the file counts them. */
static void keys_of_bits(struct app *a, unsigned bits, struct str *out)
{
    int shown[LESSON_OPTIONS], n = judge_shown(walk_page(walk_of(a)), &walk_of(a)->stage, shown);
    for (int k = 0; k < n; k++)
        if (bits >> shown[k] & 1)
            str_addc(out, (char)('a' + k));
    str_add(out, "<Enter>");
}

/* Up to the right place, line by line. */
static void keys_of_order(struct app *a)
{
    int n = walk_page(walk_of(a))->ask.lines;
    for (int pass = 0; pass < n; pass++)
        for (int k = 0; k + 1 < n; k++)
            if (a->lesson->order[k] > a->lesson->order[k + 1]) {
                while (a->lesson->at != k)
                    press(a, "<Down>");
                press(a, "+");
            }
    press(a, "<Enter>");
}

static void keys_of_place(struct app *a, const struct page *p, int want)
{
    for (int n = 0; n < 1000; n++) {
        const struct cursor *at = session_cursor(a->session);
        int now = p->ask.kind == ASK_UNIT ? at->unit + 1 : at->step;
        if (now == want)
            break;
        press(a, p->ask.kind == ASK_UNIT ? "<Down>" : now < want ? "<Right>" : "<Left>");
    }
    press(a, "<Enter>");
}

static void do_it(struct app *a)
{
    const struct page *p = walk_page(walk_of(a));
    for (size_t k = 0; k < sizeof doings / sizeof *doings; k++)
        if (!strcmp(doings[k].lesson, walk_of(a)->lesson->name) && !strcmp(doings[k].page, p->id)) {
            press(a, doings[k].keys);
            return;
        }
    fail_msg("%s, page %s: how is it done?", walk_of(a)->lesson->name, p->id);
}

static void answer_right(struct app *a)
{
    const struct page *p = walk_page(walk_of(a));
    struct err e = {{0}};
    struct truth t = {.options = 0};
    struct str keys = {0};
    bool plain = p->ask.kind != ASK_ORDER && p->ask.kind != ASK_DO && p->ask.kind != ASK_SAY;
    if (plain && !judge_truth(p, &walk_of(a)->stage, &t, &e))
        fail_msg("%s", e.text);
    switch (p->ask.kind) {
    case ASK_ORDER: keys_of_order(a); break;
    case ASK_DO: do_it(a); break;
    case ASK_SAY: press(a, "in my own words<Enter>"); break;
    case ASK_UNIT:
    case ASK_STEP: keys_of_place(a, p, (int)t.value.v[0]); break;
    case ASK_WORD: str_addf(&keys, "%s<Enter>", t.value.word); break;
    case ASK_VOTE:
        for (int k = 0; k < p->ask.options; k++)
            str_addf(&keys, "%d ", 3 + k);
        str_add(&keys, "<Enter><Enter>");
        break;
    case ASK_BUG: str_add(&keys, "<Enter>"); /* fallthrough */
    case ASK_CHOICE:
    case ASK_MANY: keys_of_bits(a, t.options, &keys); break;
    default: keys_of_numbers(p, &t, 0, &keys);
    }
    press(a, str_text(&keys));
    str_free(&keys);
}

/* Any answer that is none. */
static void answer_wrong(struct app *a, int nth)
{
    const struct page *p = walk_page(walk_of(a));
    struct truth t = {.options = 0};
    struct str keys = {0};
    if (p->ask.kind != ASK_ORDER && p->ask.kind != ASK_DO && p->ask.kind != ASK_SAY)
        judge_truth(p, &walk_of(a)->stage, &t, NULL);
    switch (p->ask.kind) {
    case ASK_ORDER: str_add(&keys, "<Enter>"); break;
    case ASK_UNIT: keys_of_place(a, p, t.value.v[0] > 1 ? 1 : 2); break;
    case ASK_STEP: keys_of_place(a, p, t.value.v[0] > 1 ? 1 : 2); break;
    case ASK_WORD: {
        const struct vocab *v = session_model(a->session)->vocab;
        int word = 0;
        while (word == v->unknown || !strcmp(v->token[word], t.value.word))
            word++;
        str_addf(&keys, "%s<Enter>", v->token[word]);
        break;
    }
    case ASK_BUG: str_add(&keys, "<Enter>"); /* fallthrough */
    case ASK_CHOICE: keys_of_bits(a, t.options & 1 ? 2 : 1, &keys); break;
    case ASK_MANY: keys_of_bits(a, nth ? 0 : t.options ^ 1, &keys); break;
    default:
        if (p->ask.kind != ASK_BAR)
            for (int k = 0; k < 30; k++)
                str_add(&keys, "<BS>");
        keys_of_numbers(p, &t, 17.5 + nth, &keys);
    }
    press(a, str_text(&keys));
    str_free(&keys);
}

static void fits(struct app *a, const char *lesson)
{
    int over = lesson_plan_short(&a->lesson->look, 80, 24, LESSON_VIEW);
    if (over)
        fail_msg("%s, page %s: %d rows too many at 80x24:\n%s", lesson, walk_page(walk_of(a))->id, over, picture(a, 80,
                24));
}

/* Called after each thing that a learner did. */
typedef void seen(struct app *a, void *with);

static void walk_right(struct app *a, seen *look, void *with)
{
    const char *name = walk_of(a)->lesson->name;
    while (!walk_ended(walk_of(a))) {
        struct walk_page *here = walk_here(walk_of(a));
        const char *id = walk_page(walk_of(a))->id;
        look(a, with);
        if (here->phase != WALK_LOOK) {
            answer_right(a);
            if (here->phase == WALK_SURE)
                press(a, "3");
            if (here->phase != WALK_TOLD || (walk_marked(walk_page(walk_of(a))->ask.kind) && !here->right_first))
                fail_msg("%s, page %s: the right answer was not taken:\n%s", name, id, picture(a, 80, 24));
            look(a, with);
        }
        press(a, "<PgDn>");
    }
    look(a, with);
}

/* Three wrong answers to the question of this page, of which somebody was sure. */
static void answer_all_wrong(struct app *a, seen *look, void *with)
{
    struct walk_page *here = walk_here(walk_of(a));
    const char *name = walk_of(a)->lesson->name, *id = walk_page(walk_of(a))->id;
    for (int k = 0; k < WALK_TRIES; k++) {
        assert_int_equal(here->phase, WALK_ASK);
        answer_wrong(a, k);
        if (k == 0) {
            if (here->phase != WALK_SURE)
                fail_msg("%s, page %s: no answer was taken:\n%s", name, id, picture(a, 80, 24));
            press(a, "3");
        }
        if (here->right)
            fail_msg("%s, page %s: a wrong answer was right", name, id);
        look(a, with);
    }
}

/* How many questions were answered wrong. */
static int walk_wrong(struct app *a, seen *look, void *with)
{
    int wrong = 0;
    while (!walk_ended(walk_of(a))) {
        struct walk_page *here = walk_here(walk_of(a));
        enum ask_kind kind = walk_page(walk_of(a))->ask.kind;
        if (walk_marked(kind) && kind != ASK_DO && walk_of(a)->at < walk_of(a)->lesson->pages) {
            answer_all_wrong(a, look, with);
            wrong++;
        }
        if (here->phase == WALK_ASK) {           /* do, say, vote; and what comes again */
            press(a, "<PgDn>");
            assert_int_equal(here->phase, WALK_ASK);
            press(a, "<PgDn>");
            look(a, with);
        }
        assert_true(here->phase == WALK_TOLD || here->phase == WALK_LOOK);
        press(a, "<PgDn>");
    }
    look(a, with);
    return wrong;
}

/* A row that ends in "…" was cut; the tape, row 2, says with it that there are more words. */
static void nothing_is_cut(struct app *a, int w, int h)
{
    char *all = picture(a, w, h), *row = all;
    for (int y = 1; *row; y++) {
        size_t n = strcspn(row, "\n");
        bool cut = n >= 3 && memcmp(row + n - 3, "\xE2\x80\xA6", 3) == 0;
        if (cut && y != 2)
            fail_msg("%s, page %s: row %d is cut:\n%s", walk_of(a)->lesson->name, walk_page(walk_of(a))->id, y, all);
        row += n + (row[n] == '\n');
    }
    free(all);
}

/* "-4e-18" is a 0 to a learner. */
static void no_rounding_is_told(struct app *a)
{
    char *all = picture(a, 80, 24);
    for (const char *p = all; (p = strstr(p, "e-1")); p++)
        if (p > all && p[-1] >= '0' && p[-1] <= '9' && p[3] >= '0' && p[3] <= '9')
            fail_msg("%s, page %s:\n%s", walk_of(a)->lesson->name, walk_page(walk_of(a))->id, all);
    free(all);
}

/* A row of labels over bars, of memories (0, 2, 4) or of gates (0, ½, 1). */
static bool is_scale(const char *row, size_t n, bool *gates)
{
    char text[512];
    snprintf(text, sizeof text, "%.*s", (int)(n < sizeof text ? n : sizeof text - 1), row);
    char *panel = strstr(text, "\xE2\x94\x82");             /* what stands beside it begins with a line */
    if (panel)
        *panel = '\0';
    *gates = strstr(text, "\xC2\xBD") != NULL;
    char *more = strstr(text, "gates");                        /* and with them, what else they are said to be about */
    if (more)
        *more = '\0';
    return strspn(text, " ") > 8 && strchr(text, '0') && strspn(text, " +-.0123456789\xC2\xBC\xBD\xBE") == strlen(text);
}

/* The labels next above a gate are those of a gate. */
static void gates_have_their_own_axis(struct app *a, int w, int h)
{
    if (a->view != &view_bars || a->scene.reveal)             /* another picture, or the sub-step's own */
        return;
    char *all = picture(a, w, h);
    bool memories = false, gates;
    for (char *row = all; *row; row += strcspn(row, "\n"), row += *row == '\n') {
        size_t n = strcspn(row, "\n");
        const char *bar = strstr(row, "\xE2\x96\x95");
        if (is_scale(row, n, &gates))
            memories = !gates;
        for (const char *p = row; bar && bar < row + n && p < bar && memories; p++)
            if (strchr("fio", *p) && !strncmp(p + 1, "_t ", 3))
                fail_msg("%s, page %s, %dx%d: a gate under the axis of memories:\n%s", walk_of(a)->lesson->name,
                         walk_page(walk_of(a))->id, w, h, all);
    }
    free(all);
}

static void look_that_it_fits(struct app *a, void *with)
{
    (void)with;
    if (walk_ended(walk_of(a)))
        return;
    fits(a, walk_of(a)->lesson->name);
    nothing_is_cut(a, 80, 24);
    no_rounding_is_told(a);
    gates_have_their_own_axis(a, 80, 24);
    gates_have_their_own_axis(a, 120, 40);
}

static void each_lesson_is_walked_to_its_end_with_right_answers(void **state)
{
    (void)state;
    char name[64], title[120];
    for (int n = 0; lesson_built_in(n, name, title, NULL); n++) {
        struct app a;
        int right, met, all;
        open_app(&a);
        begin(&a, name);
        walk_right(&a, look_that_it_fits, NULL);
        walk_score(walk_of(&a), &right, &met, &all);
        assert_int_equal(right, all);
        assert_int_equal(met, all);
        assert_int_equal(walk_of(&a)->stops, walk_of(&a)->lesson->pages);
        assert_true(shows(&a, "this is the end"));
        press(&a, "<Esc>");
        assert_null(a.lesson);
        app_clear(&a);
    }
}

static void each_lesson_is_walked_to_its_end_with_wrong_answers(void **state)
{
    (void)state;
    char name[64], title[120];
    for (int n = 0; lesson_built_in(n, name, title, NULL); n++) {
        struct app a;
        int right, met, all;
        open_app(&a);
        begin(&a, name);
        int wrong = walk_wrong(&a, look_that_it_fits, NULL);
        walk_score(walk_of(&a), &right, &met, &all);
        assert_int_equal(right, 0);
        assert_int_equal(met, all);
        assert_int_equal(walk_of(&a)->stops, walk_of(&a)->lesson->pages + wrong);       /* each once more */
        app_clear(&a);
    }
}

/* ---- one page in detail ------------------------------------------------------------------------------------------ */

static void go_to(struct app *a, const char *id)
{
    while (strcmp(walk_page(walk_of(a))->id, id) != 0)
        press(a, walk_here(walk_of(a))->phase == WALK_ASK ? "<PgDn><PgDn><PgDn>" : "<PgDn>");
}

static void a_wrong_way_has_its_own_sentence_then_the_hint_then_the_answer(void **state)
{
    (void)state;
    struct app a;
    open_app(&a);
    begin(&a, "forget-gate");
    go_to(&a, "partial");
    struct walk_page *here = walk_here(walk_of(&a));
    assert_false(shows(&a, "4.50"));
    press(&a, "3, 0, 4.5");
    assert_true(shows(&a, "0.00   guess"));
    press(&a, "<Enter>");
    assert_true(shows(&a, "How sure are you?"));
    press(&a, "3");
    assert_true(shows(&a, "Not quite. A factor of 1 keeps everything"));
    assert_false(shows(&a, "+8.00Δ"));
    assert_true(shows(&a, "xxx") || shows(&a, "x"));
    press(&a, "<BS><BS><BS><BS><BS><BS>7, 4.5<Enter>");   /* 3, 7, 4.5: no known way */
    assert_true(shows(&a, "Hint: Multiply each with its own factor"));
    press(&a, "<Enter>");
    assert_int_equal(here->phase, WALK_TOLD);
    assert_true(shows(&a, "You said 3, 7, 4.5, it is 3, 8, 4.5."));
    assert_true(shows(&a, "you: 7"));
    assert_true(shows(&a, "Why: 0.5 × 6 = 3, 1 × 8 = 8, 0.5 × 9 = 4.5"));
    assert_true(shows(&a, "this page comes once more at the end"));
    app_clear(&a);
}

static void a_letter_begins_a_new_answer_after_a_wrong_one_and_backspace_mends_it(void **state)
{
    (void)state;
    struct app a;
    open_app(&a);
    begin(&a, "forget-gate");
    press(&a, "12<Enter>2");
    assert_string_equal(a.lesson->line.text, "12");
    press(&a, "8");
    assert_string_equal(a.lesson->line.text, "8");
    press(&a, "<Enter>");
    assert_int_equal(walk_here(walk_of(&a))->tries, 2);
    press(&a, "<BS>7<Enter>");
    assert_true(walk_here(walk_of(&a))->right);
    app_clear(&a);
}

/* At 80x24, before and after the answer, as long as ten rows are left for it. */
static void the_drawing_of_the_cell_is_a_drawing_on_a_page(void **state)
{
    (void)state;
    struct app a;
    open_app(&a);
    begin(&a, "cell");
    go_to(&a, "word");
    assert_true(shows(&a, "o output"));
    assert_true(shows(&a, "[h_t-1, x_t]: 3 + 4 = 7 numbers"));
    press(&a, "4<Enter>3");
    assert_true(shows(&a, "o output"));
    assert_true(shows(&a, "Right: 4."));
    press(&a, "<PgDn>");
    assert_true(shows(&a, "o output"));
    app_clear(&a);
}

static void a_wrong_order_is_told_where_it_goes_wrong(void **state)
{
    (void)state;
    struct app a;
    open_app(&a);
    begin(&a, "cell");
    go_to(&a, "order");
    press(&a, "<Enter>1<Enter><Enter>");
    assert_int_equal(walk_here(walk_of(&a))->phase, WALK_TOLD);
    assert_true(shows(&a, "The first is: lay h_t-1 and x_t end to end."));
    assert_true(shows(&a, "One order that is right: lay h_t-1 and x_t end to end; multiply"));
    app_clear(&a);
}

static void must_show(struct app *a, const char *text)
{
    if (!shows(a, text))
        fail_msg("expected \"%s\":\n%s", text, picture(a, 80, 24));
}

static void free_play_leads_back_to_the_page_as_it_was(void **state)
{
    (void)state;
    struct app a;
    open_app(&a);
    begin(&a, "forget-gate");
    go_to(&a, "partial");
    char *before = picture(&a, 80, 24);
    press(&a, "<Esc>");
    assert_true(a.lesson->free);
    assert_false(shows(&a, "4.50"));                      /* hidden here, too */
    press(&a, "XccDd:set f[2]@4=0<Enter><Right><Right>");
    press(&a, "<PgDn>");                                  /* goes through the steps, as the lesson says */
    assert_true(a.lesson->free);
    press(&a, "<BS>");
    char *after = picture(&a, 80, 24);
    assert_string_equal(before, after);
    free(before);
    free(after);
    app_clear(&a);
}

static void what_was_done_on_a_page_is_still_done_after_free_play(void **state)
{
    (void)state;
    struct app a;
    open_app(&a);
    begin(&a, "forget-gate");
    go_to(&a, "set-it");
    press(&a, "0.5<Enter>");
    assert_int_equal(walk_here(walk_of(&a))->phase, WALK_ASK);
    press(&a, "<Esc>X");
    press(&a, "d<Esc>");                                     /* out of a view, as everywhere */
    assert_ptr_equal(a.view, &view_bars);
    press(&a, "<Esc>");
    must_show(&a, "Backspace leads back to the page, :lesson out of the lesson");
    press(&a, "<BS>");
    assert_true(session_value(a.session, RUN_PINNED, 0, 0, VAL_F, 4) == 0.5f);
    press(&a, "0.25<Enter>");
    assert_int_equal(walk_here(walk_of(&a))->phase, WALK_TOLD);
    assert_true(walk_here(walk_of(&a))->right);
    app_clear(&a);
}

/* What a page says of its state stays true after an edit on it. */
static void what_is_set_on_a_page_changes_no_number_of_its_text(void **state)
{
    (void)state;
    static const struct { const char *lesson, *page, *keys, *says; } pages[] = {
        {"how-it-decides", "take-away", ":set C[gender]@3=-1<Enter>", "model expects 'her' with 0.9"},
        {"what-is-remembered", "bring-back", ":set C[gender]@4=-0.1<Enter>", "as good as 0 there (-0.00"},
        {"output-gate", "silence", ":set o[gender]@6=0.9<Enter>", "After 'with' 'her' has 0.9"},
        {"input-gate", "do", ":set i[gender]@4=1<Enter>:set g[gender]@4=-1<Enter>", "'her' has 0.9"},
    };
    for (size_t k = 0; k < sizeof pages / sizeof *pages; k++) {
        struct app a;
        open_app(&a);
        begin(&a, pages[k].lesson);
        go_to(&a, pages[k].page);
        char *was = xstrdup(str_text(&a.lesson->look.text));
        press(&a, pages[k].keys);
        assert_true(session_pin_count(a.session) > 0);
        assert_string_equal(str_text(&a.lesson->look.text), was);
        press(&a, "<Esc><BS>");
        assert_string_equal(str_text(&a.lesson->look.text), was);
        if (!strstr(was, pages[k].says))
            fail_msg("%s: \"%s\" is not in \"%s\"", pages[k].lesson, pages[k].says, was);
        free(was);
        app_clear(&a);
    }
}

static void the_gate_itself_is_not_to_be_touched_where_the_page_says_so(void **state)
{
    (void)state;
    struct app a;
    open_app(&a);
    begin(&a, "how-it-decides");
    go_to(&a, "take-away");
    press(&a, ":set f[gender]@3=0<Enter>");
    assert_int_equal(walk_here(walk_of(&a))->phase, WALK_ASK);
    press(&a, "u:set h@2=0<Enter>");
    assert_int_equal(walk_here(walk_of(&a))->phase, WALK_TOLD);
    assert_true(walk_here(walk_of(&a))->right);
    app_clear(&a);
}

/* What PgDn does on a page is another thing than in free play; Down leads to no next bar where there is one. */
static void a_page_offers_no_key_that_does_something_else_there(void **state)
{
    (void)state;
    struct app a;
    open_app(&a);
    begin(&a, "forget-gate");
    go_to(&a, "matrix-picture");
    assert_true(shows(&a, "comes in step 3") && !shows(&a, "comes with PgDn"));
    press(&a, "<Esc>");
    assert_true(shows(&a, "comes with PgDn"));
    press(&a, "<BS>");
    go_to(&a, "sigma");
    assert_true(shows(&a, "+-:move") && !shows(&a, "next bar"));
    app_clear(&a);
}

static void who_gives_up_is_shown_one_way_and_what_it_gives(void **state)
{
    (void)state;
    struct app a;
    open_app(&a);
    begin(&a, "forget-gate");
    go_to(&a, "set-it");
    press(&a, "0.7<Enter><PgDn><PgDn>");
    assert_int_equal(walk_here(walk_of(&a))->phase, WALK_TOLD);
    assert_true(shows(&a, "One way: :set f[gender]@4=0.25"));
    assert_true(shows(&a, "Why: 0.25 \xC3\x97 8 = 2"));
    assert_true(session_value(a.session, RUN_PINNED, 0, 0, VAL_F, 4) == 0.25f);
    assert_false(walk_here(walk_of(&a))->right);
    app_clear(&a);
}

static bool picture_has(struct app *a, int w, int h, const char *text)
{
    char *all = picture(a, w, h);
    bool there = strstr(all, text) != NULL;
    free(all);
    return there;
}

static void a_small_screen_shows_the_chosen_option_and_the_verdict(void **state)
{
    (void)state;
    struct app a;
    open_app(&a);
    begin(&a, "cell");
    press(&a, "c");
    assert_true(picture_has(&a, 40, 12, "> c) C: what is written there stays"));
    press(&a, "a<Enter>");                                /* what is asked of it pushes out what was not chosen */
    assert_true(picture_has(&a, 40, 12, "large at 'played', four words later?"));
    assert_true(picture_has(&a, 40, 12, "> a) h: what was said after"));
    assert_true(picture_has(&a, 40, 12, "How sure are you?"));
    press(&a, "3b<Enter>");
    assert_true(picture_has(&a, 40, 12, "> b) Neither: four words are too many"));
    assert_true(picture_has(&a, 40, 12, "Not quite."));
    app_clear(&a);
}

/* Before a class, too, each page has its question on the screen, from its first words on, and a way to answer it. */
static void each_page_in_large_shows_its_question(void **state)
{
    (void)state;
    char name[64], title[120];
    for (int n = 0; lesson_built_in(n, name, title, NULL); n++) {
        struct app a;
        int asked = 0;
        open_app(&a);
        begin(&a, name);
        press(&a, "<F5>");
        while (!walk_ended(walk_of(&a))) {
            const struct lesson_look *l = &a.lesson->look;
            if (walk_here(walk_of(&a))->phase == WALK_ASK && !a.lesson->warned) {
                char first[20];
                snprintf(first, sizeof first, "%.18s", l->line[0].text);
                if (!picture_has(&a, 80, 24, first) || !picture_has(&a, 40, 12, first))
                    fail_msg("%s, page %s: \"%s\" is not there", name, walk_page(walk_of(&a))->id, first);
                assert_true(l->hint[0].keys != NULL);
                asked++;
            }
            press(&a, "<PgDn>");
        }
        assert_true(asked >= 7);
        app_clear(&a);
    }
}

static void a_page_in_large_says_all_that_it_asks_about(void **state)
{
    (void)state;
    struct app a;
    open_app(&a);
    begin(&a, "how-it-decides");
    go_to(&a, "later");
    press(&a, "<F5>");
    assert_true(picture_has(&a, 80, 24, "It adds +6.64."));
    begin(&a, "bug-hunt");
    assert_true(picture_has(&a, 80, 24, ") Nothing:") && picture_has(&a, 80, 24, "Look at f of gender"));
    app_clear(&a);
}

static void another_model_on_a_page_is_free_play(void **state)
{
    (void)state;
    struct app a;
    open_app(&a);
    begin(&a, "forget-gate");
    go_to(&a, "partial");
    press(&a, ":model counter<Enter>");
    assert_true(a.lesson->free);
    press(&a, "<Right><BS>");
    assert_string_equal(session_model(a.session)->name, "lesson-cell");
    assert_true(shows(&a, "What is kept of each?"));
    app_clear(&a);
}

static void the_sitting_from_before_the_lesson_comes_back(void **state)
{
    (void)state;
    struct app a;
    open_app(&a);
    assert_true(edit_apply(a.session, "f[1]@2=0.5", NULL, false, NULL));
    press(&a, "<Right>d");
    struct session *own = a.session;
    char *before = picture(&a, 80, 24);
    press(&a, ":lesson forget-gate<Enter>7<Enter>");
    assert_true(a.session != own);
    assert_true(app_own_session(&a) == own);
    assert_true(session_dirty(app_own_session(&a)));      /* quitting asks about it */
    press(&a, ":lesson<Enter>");
    a.scene.message = NULL;
    assert_true(a.session == own);
    char *after = picture(&a, 80, 24);
    assert_string_equal(before, after);
    free(before);
    free(after);
    app_clear(&a);
}

static void results_say_what_was_answered_first(void **state)
{
    (void)state;
    struct app a;
    struct str out = {0};
    open_app(&a);
    begin(&a, "forget-gate");
    press(&a, "12<Enter>2<BS><BS>7<Enter>");
    walk_result(walk_of(&a), "a \"student\"", &out);
    assert_non_null(strstr(str_text(&out), "\"format\": \"flstm-result/1\""));
    assert_non_null(strstr(str_text(&out), "\"student\": \"a \\\"student\\\"\""));
    assert_non_null(strstr(str_text(&out),
                           "\"page\": \"concat\", \"kind\": \"number\", \"again\": false, \"answer\": \"12\", "
                                           "\"right\": false, \"tries\": 2, \"sure\": 2"));
    str_free(&out);
    app_clear(&a);
}

/* Under b stands the third option of the file: to the class too, and what is recorded is the option. */
static void a_letter_means_what_stands_beside_it_on_the_screen(void **state)
{
    (void)state;
    struct app a;
    struct str out = {0};
    open_app(&a);
    begin(&a, "cell");
    assert_true(shows(&a, "b) Neither: four words are too many"));
    press(&a, "<F5>");
    assert_true(shows(&a, "b) Neither: four words are too many"));
    press(&a, "<F5>b<Enter>1");
    assert_true(shows(&a, "C of gender is 0.88 there"));              /* what is said to that option */
    walk_result(walk_of(&a), "one", &out);
    assert_non_null(strstr(str_text(&out), "\"page\": \"two\", \"kind\": \"choice\", \"again\": false, "
                                           "\"answer\": \"c\""));
    press(&a, "c<Enter>");
    assert_true(shows(&a, "c) C: what is written there stays until a gate lets it go   right"));
    str_free(&out);
    app_clear(&a);
}

/* ---- a teacher's own lesson: each kind of question and its keys -------------------------------------------------- */

#define OWN_STATE \
    "\"state\":{\"model\":\"lesson-cell\",\"text\":\"She came out and played with her dog\",\"step\":\"out\"}"
#define OWN_PAGE(id, ask) "{\"id\":\"" id "\",\"title\":\"" id "\"," OWN_STATE ",\"ask\":{" ask "}}"

static const char own_lesson[] =
    "{\"format\":\"flstm-lesson/1\",\"name\":\"own\",\"title\":\"Own\",\"about\":\"A teacher's.\",\"pages\":["
    OWN_PAGE("many", "\"kind\":\"many\",\"prompt\":\"Which hold?\",\"options\":[{\"text\":\"a\",\"true\":\"H == 3\"},"
             "{\"text\":\"b\",\"true\":\"H == 4\"},{\"text\":\"c\",\"true\":\"E == 4\"}]") ","
    OWN_PAGE("unit", "\"kind\":\"unit\",\"prompt\":\"Which unit?\",\"hint\":\"The last.\",\"answer\":\"3\"") ","
    OWN_PAGE("step", "\"kind\":\"step\",\"prompt\":\"Which word?\",\"answer\":\"4\"") ","
    OWN_PAGE("bar", "\"kind\":\"bar\",\"prompt\":\"How large?\",\"answer\":\"f[1]@4\",\"within\":0.5") ","
    OWN_PAGE("two", "\"kind\":\"bar\",\"prompt\":\"How large are they?\",\"answer\":[\"C[1]@3\",\"C[2]@3\"],"
             "\"within\":9") ","
    OWN_PAGE("order", "\"kind\":\"order\",\"prompt\":\"In which order?\",\"lines\":[\"concat\",\"product\","
             "\"bias\"]") ","
    OWN_PAGE("vote", "\"kind\":\"vote\",\"prompt\":\"Hands?\",\"options\":[{\"text\":\"a\",\"true\":\"1\"},"
             "{\"text\":\"b\",\"true\":\"0\"}]") ","
    OWN_PAGE("say", "\"kind\":\"say\",\"prompt\":\"In your words?\",\"model\":\"Three.\"") ","
    OWN_PAGE("do", "\"kind\":\"do\",\"prompt\":\"Shut it.\",\"goal\":\"f[1]@3 < 0.25\",\"hint\":\"Type 0.\"")
    "]}";

static void begin_own(struct app *a, const char *page)
{
    struct err e = {{0}};
    open_app(a);
    struct lesson *l = lesson_parse(own_lesson, sizeof own_lesson - 1, "own.json", &e);
    if (!l || !app_lesson_begin(a, l, 0, &e))                /* options under the letters of the file */
        fail_msg("%s", e.text);
    go_to(a, page);
}

static enum walk_phase phase_of(const struct app *a) { return walk_here(walk_of(a))->phase; }

static void several_options_are_ticked_with_letters_or_the_space_bar(void **state)
{
    (void)state;
    struct app a;
    begin_own(&a, "many");
    press(&a, "<Space><Down><Down><Space>");
    assert_int_equal(a.lesson->chosen, 5);
    press(&a, "Cc<Up>");                                     /* off and on again */
    assert_int_equal(a.lesson->chosen, 5);
    assert_int_equal(a.lesson->at, 1);
    press(&a, "<Up><Up>");                                   /* round from the first to the last */
    assert_int_equal(a.lesson->at, 2);
    press(&a, "d");
    must_show(&a, "letters tick and untick, Enter answers; Esc leaves the page to try things out");
    press(&a, "1{");
    assert_int_equal(a.lesson->chosen, 5);
    press(&a, "<Enter>x");
    must_show(&a, "1 a guess, 2 I think so, 3 I know");
    press(&a, "?<Esc>");                                     /* keys of the program stay */
    press(&a, "1");
    assert_int_equal(phase_of(&a), WALK_TOLD);
    assert_true(walk_here(walk_of(&a))->right_first);
    must_show(&a, "Right");
    press(&a, "r");                                          /* once more */
    assert_int_equal(phase_of(&a), WALK_ASK);
    assert_int_equal(a.lesson->chosen, 0);
    app_clear(&a);
}

static void a_unit_is_chosen_with_the_arrows_and_tab(void **state)
{
    (void)state;
    struct app a;
    begin_own(&a, "unit");
    press(&a, "<Down>");
    int at = session_cursor(a.session)->unit;
    press(&a, "<Up><Tab>");
    assert_int_equal(session_cursor(a.session)->unit, at);
    press(&a, "<BTab><BTab>");
    assert_int_equal(session_cursor(a.session)->unit, (at + 1) % 3);
    press(&a, "i");
    must_show(&a, "The last.");
    while (session_cursor(a.session)->unit != 2)
        press(&a, "<Down>");
    press(&a, "<Enter>2");
    assert_true(walk_here(walk_of(&a))->right);
    must_show(&a, "Right");
    app_clear(&a);
}

static void a_word_is_chosen_by_stepping_to_it(void **state)
{
    (void)state;
    struct app a;
    begin_own(&a, "step");
    press(&a, "i");
    must_show(&a, "there is no hint here");
    press(&a, "<Left><Right><Right>");
    assert_int_equal(session_cursor(a.session)->step, 4);
    press(&a, "<Down>");
    must_show(&a, "Esc leaves the page to try things out");
    press(&a, "<Enter>3");
    assert_true(walk_here(walk_of(&a))->right);
    app_clear(&a);
}

static void a_bar_is_moved_or_typed_and_stays_within_what_it_can_be(void **state)
{
    (void)state;
    struct app a;
    begin_own(&a, "bar");
    press(&a, "<Enter>");
    must_show(&a, "expected the bar moved with + and -, or a number typed");
    press(&a, "-");                                          /* a gate is never below 0 */
    assert_true(a.lesson->bar[0] == 0 && a.lesson->moved[0]);
    press(&a, "+=");
    assert_true(a.lesson->bar[0] > 0.099 && a.lesson->bar[0] < 0.101);
    for (int k = 0; k < 30; k++)
        press(&a, "+");
    assert_true(a.lesson->bar[0] == 1);
    press(&a, "0,75");
    assert_true(a.lesson->bar[0] == 0.75);
    press(&a, "-");
    assert_true(a.lesson->bar[0] > 0.699 && a.lesson->bar[0] < 0.701);
    press(&a, ".");                                          /* no number yet */
    assert_false(a.lesson->moved[0]);
    press(&a, "<BS>0.5<Enter>1");
    assert_int_equal(walk_here(walk_of(&a))->tries, 1);
    app_clear(&a);
    begin_own(&a, "two");
    press(&a, "-<Enter>");                                   /* C may be below 0 */
    assert_true(a.lesson->bar[0] < 0);
    must_show(&a, "expected every bar moved: Down leads to the next one");
    press(&a, "<Down>2<Up>");
    assert_int_equal(a.lesson->at, 0);
    press(&a, "<Up>");
    assert_int_equal(a.lesson->at, 1);
    press(&a, "<Enter>1");
    assert_int_equal(walk_here(walk_of(&a))->tries, 1);
    app_clear(&a);
}

static void lines_are_moved_up_and_down_as_far_as_there_are_lines(void **state)
{
    (void)state;
    struct app a;
    begin_own(&a, "order");
    enum substep first = a.lesson->order[0], second = a.lesson->order[1];
    press(&a, "-");                                          /* above the first there is nothing */
    assert_true(a.lesson->order[0] == first && a.lesson->at == 0);
    press(&a, "=");
    assert_true(a.lesson->order[1] == first && a.lesson->order[0] == second && a.lesson->at == 1);
    press(&a, "-<Up>");
    assert_true(a.lesson->order[0] == first && a.lesson->at == 2);
    press(&a, "+");
    assert_int_equal(a.lesson->at, 2);
    press(&a, "<Down>");
    assert_int_equal(a.lesson->at, 0);
    press(&a, "x");
    must_show(&a, "Esc leaves the page to try things out");
    app_clear(&a);
}

static void hands_are_counted_twice_and_the_second_time_it_is_told(void **state)
{
    (void)state;
    struct app a;
    begin_own(&a, "vote");
    must_show(&a, "> hands for a b:");
    must_show(&a, "Enter:count the hands");
    assert_false(shows(&a, "> a) "));                            /* nothing is chosen here */
    press(&a, "a");
    must_show(&a, "hands for a, b ...: 12 5, Enter counts; Esc leaves the page to try things out");
    press(&a, "5<Enter>");
    must_show(&a, "expected 2 numbers of hands, found 1");
    press(&a, " 15x<Enter>");
    assert_int_equal(phase_of(&a), WALK_ASK);
    assert_int_equal(walk_here(walk_of(&a))->percent, 25);
    must_show(&a, "explain it another way");
    press(&a, "<BS><BS><BS><BS><BS>18 2<Enter>");
    assert_int_equal(phase_of(&a), WALK_TOLD);
    assert_int_equal(walk_here(walk_of(&a))->percent, 90);
    press(&a, "r");                                          /* nothing to try again: nobody was wrong */
    must_show(&a, "PgDn goes on; Esc leaves the page to try things out");
    assert_int_equal(phase_of(&a), WALK_TOLD);
    app_clear(&a);
}

static void own_words_are_typed_up_to_their_room_and_the_model_is_told(void **state)
{
    (void)state;
    struct app a;
    begin_own(&a, "say");
    for (int k = 0; k < LESSON_TEXT / 10 + 2; k++)
        press(&a, "0123456789");
    assert_int_equal(strlen(a.lesson->line.text), LESSON_TEXT);
    press(&a, "<Home><Del><End><BS><Left><Right><F2><Tab>");
    assert_int_equal(strlen(a.lesson->line.text), LESSON_TEXT - 2);
    must_show(&a, "there is no hint here");
    press(&a, "<Enter>");
    assert_int_equal(phase_of(&a), WALK_TOLD);
    must_show(&a, "Three.");
    app_clear(&a);
}

static void the_end_of_a_lesson_leads_back_and_the_first_page_is_the_first(void **state)
{
    (void)state;
    struct app a;
    begin_own(&a, "many");
    struct session *own = a.lesson->session;
    press(&a, "<PgUp>");
    must_show(&a, "this is the first page");
    press(&a, "<PgDn>");
    must_show(&a, "there is a question: answer it, or PgDn once more to be told");
    go_to(&a, "do");
    press(&a, "<PgUp>");
    assert_string_equal(walk_page(walk_of(&a))->id, "say");
    press(&a, "<PgDn>i");
    must_show(&a, "Type 0.");
    press(&a, ":set f[1]@3=0<Enter>");
    assert_int_equal(phase_of(&a), WALK_TOLD);
    press(&a, "<PgDn>");
    assert_true(walk_ended(walk_of(&a)));
    press(&a, "x");
    must_show(&a, "Esc leaves the lesson; PgUp walks back");
    press(&a, "<PgDn>");
    must_show(&a, "the lesson is over; :lesson leads to others");
    assert_true(!a.lesson && a.session == own);
    app_clear(&a);
}

static void to_the_end(struct app *a)
{
    while (!walk_ended(walk_of(a)))
        press(a, "<PgDn>");
}

/* From the first lesson Enter leads through all of them, in the order in which they are taught. */
static void each_lesson_ends_with_the_next_one_and_how_to_begin_it(void **state)
{
    (void)state;
    struct app a;
    char name[64], title[120], says[200];
    open_app(&a);
    struct session *own = a.session;
    struct err e = {{0}};
    assert_true(lesson_built_in(0, name, title, &e));
    struct lesson *first = lesson_open(name, &e);
    assert_true(first && app_lesson_begin(&a, first, 7, &e));
    for (int n = 1; n <= lesson_count(); n++) {
        assert_int_equal(a.lesson->number, n);
        assert_int_equal(walk_of(&a)->seed, 7);               /* the same student */
        snprintf(says, sizeof says, " %d/%d ", n, lesson_count());
        must_show(&a, says);
        to_the_end(&a);
        if (n == lesson_count())
            break;
        assert_true(lesson_built_in(n, name, title, &e));
        snprintf(says, sizeof says, "Lesson %d of %d; Enter begins the next:", n, lesson_count());
        must_show(&a, says);
        must_show(&a, "Enter:next lesson");
        must_show(&a, title);
        assert_true(picture_has(&a, 40, 12, "Enter begins the next"));
        press(&a, "<Enter>");
        assert_string_equal(walk_of(&a)->lesson->title, title);
        assert_int_equal(walk_of(&a)->at, 0);
    }
    must_show(&a, "This was the last of 8 lessons.");
    assert_false(shows(&a, "Enter"));
    press(&a, "<Enter>");                                     /* leads nowhere */
    assert_true(walk_ended(walk_of(&a)));
    press(&a, "<PgDn>");
    must_show(&a, "the lesson is over; :lesson leads to others");
    assert_ptr_equal(a.session, own);
    begin(&a, "cell");
    to_the_end(&a);
    press(&a, "<PgDn>");
    must_show(&a, "the lesson is over; :lesson forget-gate is the next");
    app_clear(&a);
}

static void a_lesson_of_ones_own_names_no_next_one(void **state)
{
    (void)state;
    struct app a;
    begin_own(&a, "many");
    to_the_end(&a);
    must_show(&a, "this is the end");
    assert_false(shows(&a, "Enter") || shows(&a, "lesson 0"));
    app_clear(&a);
}

/* What a student did is written where it can be collected; a program that writes nothing says so. */
static void a_result_is_written_or_refused_read_only(void **state)
{
    (void)state;
    struct app a;
    struct err e = {{0}};
    char path[] = "/tmp/flstm-result-XXXXXX", *data;
    size_t n;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    begin_own(&a, "many");
    press(&a, "a<Enter>3");
    a.readonly = true;
    assert_false(app_lesson_result(&a, path, &e));
    assert_string_equal(e.text, "read-only: no file is written (--readonly)");
    a.readonly = false;
    for (int named = 0; named < 2; named++) {
        if (named)
            a.lesson->student = strdup("Ada");
        assert_true(app_lesson_result(&a, path, &e));
        assert_true(file_read(path, &data, &n, &e));
        const char *student = strstr(data, "\"student\": \"");
        assert_true(student && !strncmp(student + 12, named ? "Ada\"" : path + 5, named ? 4 : strlen(path + 5)));
        assert_non_null(strstr(data, "\"page\": \"many\", \"kind\": \"many\", \"again\": false, \"answer\": \"a\", "
                                     "\"right\": false"));
        free(data);
    }
    unlink(path);
    app_clear(&a);
}

static void a_lesson_that_cannot_begin_leaves_the_sitting(void **state)
{
    (void)state;
    static const char text[] =
        "{\"format\":\"flstm-lesson/1\",\"name\":\"x\",\"title\":\"X\",\"about\":\"a\","
        "\"pages\":[{\"id\":\"a\",\"title\":\"A\",\"state\":{\"model\":\"lesson-cell\",\"text\":\"She came\","
        "\"step\":\"9\"}}]}";
    struct app a;
    struct err e = {{0}};
    open_app(&a);
    char *before = picture(&a, 80, 24);
    struct lesson *l = lesson_parse(text, sizeof text - 1, "x.json", &e);
    assert_non_null(l);
    assert_false(app_lesson_begin(&a, l, 1, &e));
    if (strncmp(e.text, "x.json: pages[0].state", 22) != 0)
        fail_msg("%s", e.text);
    assert_null(a.lesson);
    char *after = picture(&a, 80, 24);
    assert_string_equal(before, after);
    free(before);
    free(after);
    app_clear(&a);
}

static void one_lesson_after_the_other_leads_back_to_the_first_sitting(void **state)
{
    (void)state;
    struct app a;
    open_app(&a);
    struct session *own = a.session;
    begin(&a, "cell");
    begin(&a, "forget-gate");
    assert_string_equal(walk_of(&a)->lesson->name, "forget-gate");
    assert_ptr_equal(app_own_session(&a), own);
    app_lesson_end(&a);
    assert_ptr_equal(a.session, own);
    app_lesson_end(&a);                                      /* there is none: nothing happens */
    assert_ptr_equal(a.session, own);
    app_clear(&a);
}

static void a_bug_is_named_after_enter_and_esc_goes_back_to_looking(void **state)
{
    (void)state;
    struct app a;
    open_app(&a);
    begin(&a, "bug-hunt");
    while (walk_page(walk_of(&a))->ask.kind != ASK_BUG)
        press(&a, "<PgDn>");
    press(&a, "d");                                          /* every view is there to look for it */
    assert_string_equal(a.view->name, "dissect");
    press(&a, "i<Esc><Enter>");
    assert_true(a.lesson->free || a.lesson->naming);
    app_clear(&a);
    open_app(&a);
    begin(&a, "bug-hunt");
    while (walk_page(walk_of(&a))->ask.kind != ASK_BUG)
        press(&a, "<PgDn>");
    press(&a, "i");
    assert_true(walk_here(walk_of(&a))->hint);
    press(&a, "<Enter>");
    assert_true(a.lesson->naming);
    press(&a, "<Esc>");
    assert_false(a.lesson->naming || a.lesson->free);
    press(&a, "<Enter>b<Enter>1");
    assert_int_equal(walk_here(walk_of(&a))->tries, 1);
    app_clear(&a);
}

static void what_is_set_so_far_is_counted_in_plain_words(void **state)
{
    (void)state;
    struct app a;
    begin_own(&a, "do");
    must_show(&a, "You have set 0 values so far.");
    must_show(&a, "c:close");
    press(&a, ":set f[2]@3=0.5<Enter>");
    must_show(&a, "You have set 1 value so far.");
    app_clear(&a);
}

/* ---- help on a page ---- */

static bool helped(const struct app *a, int key)
{
    bool is = false;
    for (const struct key_help *k = a->lesson->look.help; k->keys; k++)
        is = is || key_listed(k->keys, key);
    return is;
}

static bool refused(const struct app *a)
{
    const char *said = a->scene.message;
    return said && (strstr(said, "Esc leaves the") || strstr(said, "1 a guess, 2") || strstr(said, "is not bound")
                    || strstr(said, "there is no hint"));
}

static const char *const own_pages[] = {"many", "unit", "step", "bar", "two", "order", "vote", "say", "do"};

static void help_names_each_key_that_answers_a_page_and_what_is_hinted_answers(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof own_pages / sizeof *own_pages; k++)
        for (int key = K_TAB; key < K_F1; key = key == K_BACKSPACE ? K_UP : key + 1) {
            struct app a;
            begin_own(&a, own_pages[k]);
            enum ask_kind kind = walk_page(walk_of(&a))->ask.kind;
            bool hinted = false;
            app_lesson_refresh(&a);
            for (const struct key_help *h = a.lesson->look.hint; h->keys; h++)
                hinted = hinted || key_listed(h->keys, key);
            bool typed = (key > K_ESC && key <= K_BACKSPACE) || key == K_LEFT || key == K_RIGHT || key == K_HOME
                || key == K_END || key == K_DEL;
            bool types = kind == ASK_BAR || kind == ASK_VOTE || kind == ASK_SAY;
            int same = key == '=' ? '+' : key >= 'A' && key <= 'Z' ? key | 0x20 : key;       /* as it is written */
            bool help = helped(&a, same);
            bool taken = app_lesson_key(&a, key, NULL) != REACT_NONE && !refused(&a);
            if (taken && !help && !(types && typed))
                fail_msg("page %s takes key %d, and help does not say so", own_pages[k], key);
            if (hinted && kind != ASK_DO && key != '?' && !taken)
                fail_msg("page %s offers key %d and does not take it", own_pages[k], key);
            app_clear(&a);
        }
}

static void help_on_a_page_begins_with_the_keys_of_the_lesson(void **state)
{
    (void)state;
    struct app a;
    open_app(&a);
    begin(&a, "cell");
    press(&a, "?");
    must_show(&a, "keys of this page of the lesson");
    must_show(&a, "a b c              choose an option");
    must_show(&a, "i                  a hint");
    must_show(&a, "1 2 3              after the answer: a guess, I think so, I know");
    must_show(&a, "r                  once it is told: try again");
    must_show(&a, "Esc                leave the page to try things out");
    must_show(&a, "Backspace          back to the page");
    press(&a, "?<Esc>?");                                    /* the page is left */
    must_show(&a, "Backspace          back to the page");
    assert_false(shows(&a, "Backspace:the page"));           /* not from help, where it does nothing */
    press(&a, "?");
    must_show(&a, "Backspace:the page");
    press(&a, ":lesson<Enter>?");
    assert_false(shows(&a, "of the lesson"));
    app_clear(&a);
}

static void keys_of_a_page_stay_where_a_config_maps_others(void **state)
{
    (void)state;
    struct app a;
    struct keymap m;
    struct err e = {{0}};
    keymap_init(&m);
    if (!keymap_line(&m, "map <F2> help", 1, &e) || !keymap_line(&m, "map i view dissect", 2, &e)
        || !keymap_line(&m, "unmap ?", 3, &e) || !keymap_line(&m, "map <F3> next-word", 4, &e))
        fail_msg("%s", e.text);
    open_app(&a);
    app_use_keys(&a, &m);
    begin(&a, "cell");
    must_show(&a, "i:hint");
    press(&a, "i");
    must_show(&a, "Hint: ");
    press(&a, "?");
    must_show(&a, "Esc leaves the page to try things out");
    press(&a, "<F2>");
    must_show(&a, "keys of this page of the lesson");
    app_clear(&a);
    keymap_clear(&m);
}

/* ---- under a terminal -------------------------------------------------------------------------------------------- */

/* The program at a terminal does what an app in this process does: the same keys, and the same screen. */
struct mirror {
    struct pty *t;
    struct str keys;
    const char *never;            /* what must not be among the bytes yet; or NULL */
};

/* The length of a row without the blanks at its end. */
static size_t row_of(const char *from)
{
    size_t n = strcspn(from, "\n");
    while (n && from[n - 1] == ' ')
        n--;
    return n;
}

/* The first row of two texts in which they differ, from 1; 0: none. */
static int rows_differ(const char *a, const char *b, const char **in_a, const char **in_b)
{
    for (int row = 1; *a || *b; row++) {
        size_t n = row_of(a), m = row_of(b);
        *in_a = a;
        *in_b = b;
        if (n != m || memcmp(a, b, n) != 0)
            return row;
        a += strcspn(a, "\n");
        b += strcspn(b, "\n");
        a += *a == '\n';
        b += *b == '\n';
    }
    return 0;
}

static bool same_screen(struct pty *t, void *wanted)
{
    const char *is, *should;
    return rows_differ(pty_screen(t), wanted, &is, &should) == 0;
}

static void look_that_it_is_on_the_terminal(struct app *a, void *with)
{
    struct mirror *m = with;
    char *wanted = picture(a, 80, 24);
    pty_keys(m->t, str_text(&m->keys));
    str_clear(&m->keys);
    const char *is, *should;
    int row = pty_until(m->t, same_screen, wanted) ? 0 : rows_differ(pty_screen(m->t), wanted, &is, &should);
    if (row)
        fail_msg("row %d of the terminal is\n%.*s\nand should be\n%.*s", row, (int)row_of(is), is, (int)row_of(should),
                 should);
    if (m->never && strstr(pty_log(m->t), m->never))
        fail_msg("\"%s\" was among the bytes before it was answered", m->never);
    free(wanted);
}

static void mirror_begin(struct mirror *m, struct app *a, const char *lesson)
{
    const char *program = getenv("FLSTM");
    program = program && *program ? program : "./flstm-tui";
    *m = (struct mirror){.t = pty_spawn(80, 24, (const char *[]){program, "--lesson", lesson, "--seed", "1", NULL},
                                        (const char *[]){"XDG_STATE_HOME=/proc/nowhere", NULL})};
    open_app(a);
    begin(a, lesson);
    pressed = &m->keys;
}

/* Out of the lesson and out of the program, which leaves the terminal as it was. */
static void mirror_end(struct mirror *m, struct app *a)
{
    press(a, "<Esc>");
    pty_keys(m->t, str_text(&m->keys));
    pty_keys(m->t, "q");
    assert_int_equal(pty_ended(m->t), 0);
    assert_string_equal(pty_damage(m->t), "");
    pressed = NULL;
    str_free(&m->keys);
    pty_free(m->t);
    app_clear(a);
}

static void score_stands_at_the_end(struct mirror *m, struct app *a, bool all_right)
{
    int right, met, all;
    char score[80];
    walk_score(walk_of(a), &right, &met, &all);
    assert_int_equal(right, all_right ? all : 0);
    snprintf(score, sizeof score, "%d of %d questions were right at the first answer.", right, all);
    assert_true(pty_shows(m->t, "this is the end"));
    assert_true(pty_shows(m->t, score));
    assert_true(all_right == !strstr(pty_screen(m->t), "Worth another look"));
    assert_true(all_right == !strstr(pty_screen(m->t), "Worth another look: page 1, "));
}

static void at_a_terminal_each_lesson_ends_with_its_score_after_right_answers(void **state)
{
    (void)state;
    char name[64], title[120];
    for (int n = 0; lesson_built_in(n, name, title, NULL); n++) {
        struct mirror m;
        struct app a;
        mirror_begin(&m, &a, name);
        walk_right(&a, look_that_it_is_on_the_terminal, &m);
        score_stands_at_the_end(&m, &a, true);
        mirror_end(&m, &a);
    }
}

static void at_a_terminal_each_lesson_ends_with_its_score_after_wrong_answers(void **state)
{
    (void)state;
    char name[64], title[120];
    for (int n = 0; lesson_built_in(n, name, title, NULL); n++) {
        struct mirror m;
        struct app a;
        mirror_begin(&m, &a, name);
        assert_true(walk_wrong(&a, look_that_it_is_on_the_terminal, &m) > 0);
        score_stands_at_the_end(&m, &a, false);
        mirror_end(&m, &a);
    }
}

static void what_is_asked_for_is_not_among_the_bytes_before_it_is_answered(void **state)
{
    (void)state;
    struct mirror m;
    struct app a;
    mirror_begin(&m, &a, "forget-gate");
    m.never = "4.50";
    go_to(&a, "partial");
    look_that_it_is_on_the_terminal(&a, &m);
    press(&a, "d<Tab>3, 8, 4.4<Enter>2");
    look_that_it_is_on_the_terminal(&a, &m);
    assert_true(pty_shows(m.t, "Hint:"));
    m.never = NULL;
    press(&a, "<BS>5<Enter>");
    look_that_it_is_on_the_terminal(&a, &m);
    assert_true(pty_shows(m.t, "Right now: 3, 8, 4.5."));
    assert_true(pty_shows(m.t, "4.50"));
    press(&a, ":lesson<Enter>");
    mirror_end(&m, &a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_lesson_is_walked_to_its_end_with_right_answers),
        cmocka_unit_test(each_lesson_is_walked_to_its_end_with_wrong_answers),
        cmocka_unit_test(a_wrong_way_has_its_own_sentence_then_the_hint_then_the_answer),
        cmocka_unit_test(a_letter_begins_a_new_answer_after_a_wrong_one_and_backspace_mends_it),
        cmocka_unit_test(the_drawing_of_the_cell_is_a_drawing_on_a_page),
        cmocka_unit_test(a_wrong_order_is_told_where_it_goes_wrong),
        cmocka_unit_test(free_play_leads_back_to_the_page_as_it_was),
        cmocka_unit_test(what_was_done_on_a_page_is_still_done_after_free_play),
        cmocka_unit_test(what_is_set_on_a_page_changes_no_number_of_its_text),
        cmocka_unit_test(the_gate_itself_is_not_to_be_touched_where_the_page_says_so),
        cmocka_unit_test(a_page_offers_no_key_that_does_something_else_there),
        cmocka_unit_test(who_gives_up_is_shown_one_way_and_what_it_gives),
        cmocka_unit_test(a_small_screen_shows_the_chosen_option_and_the_verdict),
        cmocka_unit_test(each_page_in_large_shows_its_question),
        cmocka_unit_test(a_page_in_large_says_all_that_it_asks_about),
        cmocka_unit_test(another_model_on_a_page_is_free_play),
        cmocka_unit_test(the_sitting_from_before_the_lesson_comes_back),
        cmocka_unit_test(several_options_are_ticked_with_letters_or_the_space_bar),
        cmocka_unit_test(a_unit_is_chosen_with_the_arrows_and_tab),
        cmocka_unit_test(a_word_is_chosen_by_stepping_to_it),
        cmocka_unit_test(a_bar_is_moved_or_typed_and_stays_within_what_it_can_be),
        cmocka_unit_test(lines_are_moved_up_and_down_as_far_as_there_are_lines),
        cmocka_unit_test(hands_are_counted_twice_and_the_second_time_it_is_told),
        cmocka_unit_test(own_words_are_typed_up_to_their_room_and_the_model_is_told),
        cmocka_unit_test(the_end_of_a_lesson_leads_back_and_the_first_page_is_the_first),
        cmocka_unit_test(a_result_is_written_or_refused_read_only),
        cmocka_unit_test(a_lesson_that_cannot_begin_leaves_the_sitting),
        cmocka_unit_test(one_lesson_after_the_other_leads_back_to_the_first_sitting),
        cmocka_unit_test(a_bug_is_named_after_enter_and_esc_goes_back_to_looking),
        cmocka_unit_test(help_names_each_key_that_answers_a_page_and_what_is_hinted_answers),
        cmocka_unit_test(help_on_a_page_begins_with_the_keys_of_the_lesson),
        cmocka_unit_test(keys_of_a_page_stay_where_a_config_maps_others),
        cmocka_unit_test(each_lesson_ends_with_the_next_one_and_how_to_begin_it),
        cmocka_unit_test(a_lesson_of_ones_own_names_no_next_one),
        cmocka_unit_test(what_is_set_so_far_is_counted_in_plain_words),
        cmocka_unit_test(results_say_what_was_answered_first),
        cmocka_unit_test(a_letter_means_what_stands_beside_it_on_the_screen),
        cmocka_unit_test(at_a_terminal_each_lesson_ends_with_its_score_after_right_answers),
        cmocka_unit_test(at_a_terminal_each_lesson_ends_with_its_score_after_wrong_answers),
        cmocka_unit_test(what_is_asked_for_is_not_among_the_bytes_before_it_is_answered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
