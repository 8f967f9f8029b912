/* test_memory.c: memory that is not to be had. In this program malloc, realloc and aligned_alloc are ours, and
 * one asking after the other is refused: what was asked for fails with a reason or is done without it, nothing
 * that was got stays behind, and with memory again everything is as if nothing had been. What the x… functions of
 * base/mem.h ask for is not refused: without it the program ends (tests/torture tries that with the whole
 * program). */
#define _GNU_SOURCE
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/mem.h"
#include "learn/training.h"
#include "support/golden.h"
#include "support/models.h"
#include "support/refusal.h"
#include "support/skip.h"
#include "support/small.h"

/* ---- memory ------------------------------------------------------------------------------------------------------ */

static struct { long asked, at, live; bool on, all; } memory; /* at: which asking is refused; all: and all after it */

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__)
enum { OURS = 1, FUNCTION = 512 };                              /* bytes: no function of mem.c is longer */

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);
void *__libc_memalign(size_t align, size_t n);
void __libc_free(void *p);

static bool refused(const void *caller)
{
    ptrdiff_t a = (const char *)caller - (const char *)(uintptr_t)xrealloc,
              b = (const char *)caller - (const char *)(uintptr_t)xcalloc;
    if (!memory.on || (a > 0 && a < FUNCTION) || (b > 0 && b < FUNCTION) )
        return false;
    memory.asked++;
    if (memory.asked != memory.at && !(memory.all && memory.asked > memory.at))
        return false;
    errno = ENOMEM;
    return true;
}

static void *got(void *p)
{
    memory.live += p != NULL;
    return p;
}

void *malloc(size_t n) { return refused(__builtin_return_address(0)) ? NULL : got(__libc_malloc(n)); }
void *calloc(size_t n, size_t size) { return got(__libc_calloc(n, size)); }
void *aligned_alloc(size_t align, size_t n)
{
    return refused(__builtin_return_address(0)) ? NULL : got(__libc_memalign(align, n));
}
void *realloc(void *p, size_t n)
{
    if (refused(__builtin_return_address(0)))
        return NULL;
    void *q = __libc_realloc(p, n);
    memory.live += !p && q;
    return q;
}
void free(void *p)
{
    memory.live -= p != NULL;
    __libc_free(p);
}
#else
enum { OURS = 0 };
#endif

/* First in each test. */
#define MEMORY_IS_OURS() \
    do { \
        if (!OURS) \
            skip_because("the allocator is not the test's to replace"); \
    } while (0)

/* Askings from now on count, and number `at` is refused; `all`: and those after it. */
static void scarce(long at, bool all)
{
    memory.all = all;
    memory.asked = 0;
    memory.at = at;
    memory.on = true;
}

/* True: the one to be refused was reached. */
static bool plenty(void)
{
    memory.on = false;
    return memory.asked >= memory.at;
}

/* ---- files ------------------------------------------------------------------------------------------------------- */

/* A file that opens opens, whichever of its askings is refused, or is refused in a line that says why. */
static long each_asking_of(const char *path, bool all)
{
    long at = 1;
    for (bool reached = true; reached; at++) {
        struct err e = {{0}};
        long before = memory.live;
        scarce(at, all);
        struct model *m = model_load(path, NULL, &e);
        reached = plenty();
        if (!m && (!reached || !*e.text || (all && !strstr(e.text, "memory"))))
            fail_msg("%s, asking %ld refused: %s", path, at, *e.text ? e.text : "(not a word)");
        if (m && !reached && *e.text)
            fail_msg("%s is opened, and: %s", path, e.text);
        model_free(m);
        if (memory.live != before)
            fail_msg("%s, asking %ld refused: %ld pieces stay behind", path, at, memory.live - before);
    }
    return at;
}

static void a_file_of_each_kind_opens_or_says_that_memory_is_short_and_keeps_none(void **state)
{
    (void)state;
    MEMORY_IS_OURS();
    for (int k = 0; k < small_count; k++) {
        struct str b = {0};
        const char *name = small_file(k, &b), *path = bytes_file(name, &b);
        str_free(&b);
        model_free(must_load(path, NULL));
        assert_true(each_asking_of(path, false) > 3 && each_asking_of(path, true) > 3);
    }
}

/* Texts of many lengths, so that each kind of value comes where room has to be made. */
static void a_json_text_is_read_or_says_that_memory_is_short_wherever_it_runs_out(void **state)
{
    (void)state;
    MEMORY_IS_OURS();
    for (int pad = 0; pad < 300; pad++) {
        struct str s = {0};
        str_addf(&s, "{\"%.*s\": [\"\\n\\u0000\", 1.5, [[1], [2]], "
                 "{\"a\": {}, \"b\": [[3, 4], [5]]}, true], \"c\": []}",
                 pad,
                 "................................................................................................"
                 "................................................................................................"
                 "................................................................................................"
                 "............");
        for (long at = 1, reached = 1; reached; at++) {
            struct err e = {{0}};
            long before = memory.live;
            scarce(at, false);
            struct json *j = json_parse_copy(str_text(&s), s.len, "F", &e);
            reached = plenty();
            if (!j && strcmp(e.text, "F: not enough memory to read it") != 0)
                fail_msg("%d dots, asking %ld refused: %s", pad, at, e.text);
            json_free(j);
            assert_int_equal(memory.live, before);
        }
        str_free(&s);
    }
}

/* ---- views ------------------------------------------------------------------------------------------------------- */

/* keys: what is done with the view. once: what it could not compute it does not try again until something else is
 * asked. */
struct look { const char *name, *keys; bool once; };

static void picture(struct app *a, struct str *out)
{
    struct grid *g = grid_new(80, 24, a->glyphs);
    app_draw(a, g, NULL, NULL);
    str_clear(out);
    grid_dump_text(g, out);
    grid_free(g);
}

/* As somebody does it: the keys one after the other, the long work in between, and a picture. */
static void look(struct app *a, const struct look *l, struct str *out)
{
    struct err e = {{0}};
    char command[64];
    snprintf(command, sizeof command, "view %s", l->name);
    app_command(a, command);
    app_finish_work(a, NULL);
    if (!app_keys(a, l->keys, l->name, &e))
        fail_msg("%s", e.text);
    app_finish_work(a, NULL);
    picture(a, out);
}

/* Looks while asking `at` is refused; false: the program would have ended with a word (mem_die). */
static jmp_buf ended;

static void end(void)
{
    longjmp(ended, 1);
}

static bool look_scarce(struct app *a, const struct look *l, long at, struct str *out)
{
    mem_on_die(end);
    if (setjmp(ended)) {
        mem_on_die(NULL);
        return false;
    }
    scarce(at, at % 2);
    look(a, l, out);
    mem_on_die(NULL);
    return true;
}

static void open_app(struct app *a)
{
    golden_app(&(struct golden_shot){.model = "gender", .w = 80, .h = 24}, a);
}

/* The view is left and the program looked at again: as it is for whoever always had memory. */
static void with_memory_again(struct app *a, const struct look *l, const char *well, long at)
{
    static const struct look home = {"bars", "", false};
    struct str now = {0};
    app_key(a, K_ESC);
    look(a, &home, &now);
    if (!l->once)
        look(a, l, &now);
    if (strcmp(now.s, well) != 0) {
        struct str d = {0};
        golden_differences(well, now.s, 20, &d);
        fail_msg("%s after asking %ld was refused:\n%s", l->name, at, str_text(&d));
    }
    str_free(&now);
}

static void each_asking_of_a_view(const struct look *l)
{
    struct str well = {0}, scant = {0};
    struct app a;
    open_app(&a);
    look(&a, l->once ? &(struct look){"bars", "", false} : l, &well);
    app_clear(&a);
    bool reached = true;
    long at = 1, reaches = 0;
    for (; reached; at += 1 + at / 3) {
        open_app(&a);
        bool lives = look_scarce(&a, l, at, &scant);
        reached = plenty();
        reaches += reached;
        if (!lives)                       /* its memory lies where the end found it */
            continue;
        with_memory_again(&a, l, well.s, at);
        app_clear(&a);
    }
    if (!reaches)
        fail_msg("%s asks for no memory", l->name);
    str_free(&well);
    str_free(&scant);
}

static void a_view_that_lacked_memory_leaves_the_program_as_it_was(void **state)
{
    (void)state;
    MEMORY_IS_OURS();
    static const struct look looks[] = {
        {"attribution", "", false}, {"bars", ":compare he came out .<Enter>", true}, {"dial", "", true},
        {"dissect", "", false}, {"every_word", "", false}, {"find_units", "", true}, {"findings", "", true},
        {"gradient", "", false}, {"ledger", "", false}, {"predictions", "", false}, {"speak", "", true},
        {"statistics", "", true}, {"suite", "", true}, {"sweep", "", true}, {"timeline", "", false},
        {"whatif", "", false}, {"why", "", false}, {"machine", "", true}, {"cell", "", false},
        {"class", "", false}, {"inspect", "", false},
    };
    for (size_t k = 0; k < sizeof looks / sizeof *looks; k++)
        each_asking_of_a_view(&looks[k]);
}

/* ---- training ---------------------------------------------------------------------------------------------------- */

enum learning { LEARNT, REFUSED, ENDED };

/* Begins (or goes on with what `left` holds), learns a little, makes its model and is left; asking `at` is refused. */
static enum learning learn_scarce(const struct training_wish *wish, const char *left, long at, struct err *e)
{
    mem_on_die(end);
    if (setjmp(ended)) {
        mem_on_die(NULL);
        return ENDED;
    }
    scarce(at, false);
    struct training *t = wish ? training_new(wish, e) : training_resume(left, e);
    for (int k = 0; t && k < 6; k++)
        training_step(t);
    struct model *m = t ? training_model(t, TRAINING_NOW, e) : NULL;
    bool kept = m && training_leave(t, bytes_path("left.resume"), e);
    model_free(m);
    training_free(t);
    mem_on_die(NULL);
    return kept ? LEARNT : REFUSED;
}

static void a_training_that_lacks_memory_says_so_or_learns(void **state)
{
    (void)state;
    MEMORY_IS_OURS();
    static const struct training_wish wishes[] = {
        {.corpus = "counter", .tokens = CORPUS_GUESS, .updates = 20},
        {.corpus = "adding", .tokens = CORPUS_GUESS, .updates = 20, .hidden = 4},
        {.corpus = "gender", .tokens = CORPUS_GUESS, .updates = 20, .weights_from = "gender"},
    };
    for (size_t k = 0; k < 2 * sizeof wishes / sizeof *wishes; k++) {
        const struct training_wish *wish = k % 2 ? NULL : &wishes[k / 2];
        char left[160];
        struct err e = {{0}};
        if (learn_scarce(&wishes[k / 2], NULL, 1L << 40, &e) != LEARNT)
            fail_msg("%s: %s", wishes[k / 2].corpus, e.text);
        snprintf(left, sizeof left, "%s", bytes_path("whole.resume"));
        assert_int_equal(rename(bytes_path("left.resume"), left), 0);
        long refusals = 0;
        bool reached = true;
        for (long at = 1; reached; at += 1 + at / 3) {
            e = (struct err){{0}};
            enum learning became = learn_scarce(wish, left, at, &e);
            reached = plenty();
            refusals += became == REFUSED;
            if (became == REFUSED && !strstr(e.text, "memory"))
                fail_msg("%s, asking %ld refused: %s", wishes[k / 2].corpus, at, e.text);
        }
        assert_true(refusals > 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_view_that_lacked_memory_leaves_the_program_as_it_was),
        cmocka_unit_test(a_training_that_lacks_memory_says_so_or_learns),
        cmocka_unit_test(a_json_text_is_read_or_says_that_memory_is_short_wherever_it_runs_out),
        cmocka_unit_test(a_file_of_each_kind_opens_or_says_that_memory_is_short_and_keeps_none),
    };
    return cmocka_run_group_tests(tests, folder_begin, folder_end);
}
