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

#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "import/pickle.h"
#include "learn/training.h"
#include "support/golden.h"
#include "support/models.h"
#include "support/refusal.h"
#include "support/skip.h"
#include "support/small.h"

/* ---- memory ------------------------------------------------------------------------------------------------------ */

/* at: which asking is refused; all: and all after it. Or the first one from place number `place` (in the order in which
 * they were met): the calls that led there. */
enum { PLACES = 4096, NO_PLACE = -1 };
static const long NEVER = 1L << 40;
static struct {
    long asked, at, live, place;
    bool on, all;
    uintptr_t from[PLACES];
    long places;
} memory = {.place = NO_PLACE};

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__)
#include <execinfo.h>
enum { OURS = 1, FUNCTION = 512, CALLS = 10 };                  /* bytes: no function of mem.c is longer */

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);
void *__libc_memalign(size_t align, size_t n);
void __libc_free(void *p);

/* The number of the place that asks; a new one is the next. */
__attribute__((noinline)) static long place_that_asks(void)
{
    void *call[CALLS];
    uintptr_t from = 0;
    long k = 0;
    memory.on = false;                                          /* what looks may ask, too */
    for (int n = backtrace(call, CALLS); n > 3; n--)
        from = from * 31 + (uintptr_t)call[n - 1];
    memory.on = true;
    while (k < memory.places && memory.from[k] != from)
        k++;
    if (k == memory.places && k < PLACES)
        memory.from[memory.places++] = from;
    return k;
}

__attribute__((noinline)) static bool refused(const void *caller)
{
    ptrdiff_t a = (const char *)caller - (const char *)(uintptr_t)xrealloc,
              b = (const char *)caller - (const char *)(uintptr_t)xcalloc;
    if (!memory.on || (a > 0 && a < FUNCTION) || (b > 0 && b < FUNCTION) )
        return false;
    memory.asked++;
    if (memory.place != NO_PLACE && memory.at == NEVER && place_that_asks() == memory.place)
        memory.at = memory.asked;
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
void *calloc(size_t n, size_t size)
{
    return refused(__builtin_return_address(0)) ? NULL : got(__libc_calloc(n, size));
}
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
    memory.place = NO_PLACE;
    memory.all = all;
    memory.asked = 0;
    memory.at = at;
    memory.on = true;
}

/* The same from place number `place` on; those met are added to the places. */
static void scarce_from(long place, bool all)
{
    scarce(NEVER, all);
    memory.place = place;
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

/* A file of several pieces, read into room that grows. */
static void a_long_file_is_read_or_says_that_memory_is_short_wherever_it_runs_out(void **state)
{
    (void)state;
    MEMORY_IS_OURS();
    struct str b = {0}, file = {0};
    for (int k = 0; k < 50000; k++)
        str_addf(&b, "%d ", k);
    str_add(&file, str_text(&b));
    const char *path = bytes_file("long.txt", &file);
    str_free(&file);
    long refusals = 0;
    for (long at = 1, reached = 1; reached; at++) {
        struct err e = {{0}};
        char *data = NULL;
        size_t n;
        long before = memory.live;
        scarce(at, false);
        bool ok = file_read(path, &data, &n, &e);
        reached = plenty();
        if (ok ? n != b.len || memcmp(data, b.s, n) != 0 : !strstr(e.text, "not enough memory to read it"))
            fail_msg("asking %ld refused: %s", at, ok ? "not what is in the file" : e.text);
        refusals += !ok;
        free(data);
        assert_int_equal(memory.live, before);
    }
    assert_true(refusals >= 2);
    str_free(&b);
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

/* Of each kind of value the first, for which room is made. */
static void a_pickle_is_read_or_says_that_memory_is_short_wherever_it_runs_out(void **state)
{
    (void)state;
    MEMORY_IS_OURS();
    static const char *const list[] = {
        "N.", "\x88.", "I7\n.", "I99999999999999999999\n.",
        "L1111111111111111111111111111111111111111111111111111111111111111\n.",
        "F1.5\n.", "K\7.", "J\1\1\1\1.", "\x8a\1\1.", "\x8a\11\1\1\1\1\1\1\1\1\1.", "G\1\1\1\1\1\1\1\1.", "Sab\n.",
        "U\2ab.", "C\2ab.", ").", "].", "}.", "\x8f.", "cm\nf\n.", "U\1mU\1f\x93.", "Pab\n.", "U\2abQ.", "N\x94.",
        "Np3\n.",
        "(N(N(N(N(N(N(N(N(NK\1ttttttttt.", "NNNNNNNNNNN\x87\x87\x87\x87\x87.", "](NNNNNNNNNNe.",
        "}(NNNNNNNNNNNNNNNNNNNNu.",
        "]Na.", "}NNs.", "(NNl.", "(NNd.", "cm\nf\n)R.", "cm\nf\n)\x81.", "cm\nf\n)RNb.", "cm\nf\n)RNNs.",
        "(cm\nf\nNNo.",
        "(NNim\nf\n.", "(", "((((((((((",
    };
    for (size_t k = 0; k < sizeof list / sizeof *list; k++)
        for (long at = 1, reached = 1; reached; at++) {
            struct err e = {{0}};
            struct pickle p = {0};
            long before = memory.live;
            scarce(at, at % 2);
            bool ok = pickle_read((const unsigned char *)list[k], strlen(list[k]), "p", &p, &e);
            reached = plenty();
            if (reached && (ok || !strstr(e.text, "not enough memory for the pickle")))
                fail_msg("%s, asking %ld refused: %s", list[k], at, ok ? "read" : e.text);
            if (ok)
                pickle_free(&p);
            assert_int_equal(memory.live, before);
        }
}

/* A vocabulary in each of the ways in which it may be written. */
static void a_vocabulary_is_read_or_says_that_memory_is_short_wherever_it_runs_out(void **state)
{
    (void)state;
    MEMORY_IS_OURS();
    static const struct { const char *name, *text; } list[] = {
        {"v.json", "[\"a\", \"b\", \"c\"]"}, {"v.json", "{\"a\": 0, \"b\": 1, \"c\": 2}"}, {"v.txt", "a\nb\nc\n"},
        {"v.json", "{\"0\": \"a\", \"1\": \"b\"}"}, {"v.txt", "a\t0\nb\t1\nc\t2\n"}, {"v.txt", "0 a\n1 b\n2 c\n"},
        {"v.json", "{\"kind\": \"char\", \"tokens\": [\"a\", \"b\"]}"},
        {"v.json", "{\"word_index\": {\"a\": 0, \"b\": 1}}"},
    };
    for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
        struct str b = {0};
        str_add(&b, list[k].text);
        const char *path = bytes_file(list[k].name, &b);
        str_free(&b);
        for (long at = 1, reached = 1; reached; at++) {
            struct err e = {{0}};
            long before = memory.live;
            scarce(at, at % 2);
            struct vocab *v = vocab_read(path, -1, &e);
            reached = plenty();
            if (!v && (!reached || !strstr(e.text, "memory")))
                fail_msg("%s, asking %ld refused: %s", list[k].text, at, e.text);
            vocab_free(v);
            assert_int_equal(memory.live, before);
        }
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

static bool look_scarce(struct app *a, const struct look *l, struct str *out)
{
    mem_on_die(end);
    if (setjmp(ended)) {
        mem_on_die(NULL);
        return false;
    }
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

/* One look in which what scarce or scarce_from said is refused; true: it was asked for. */
static bool one_look(const struct look *l, const char *well, long at)
{
    struct str scant = {0};
    struct app a;
    memory.on = false;
    open_app(&a);
    memory.on = true;
    bool lives = look_scarce(&a, l, &scant), reached = plenty();
    if (lives) {                          /* else its memory lies where the end found it */
        with_memory_again(&a, l, well, at);
        app_clear(&a);
    }
    str_free(&scant);
    return reached;
}

static void each_asking_of_a_view(const struct look *l)
{
    struct str well = {0};
    struct app a;
    open_app(&a);
    look(&a, l->once ? &(struct look){"bars", "", false} : l, &well);
    app_clear(&a);
    long reaches = 0, known = memory.places;
    bool reached = true;
    for (long at = 1; reached; at += 1 + at / 3) {
        scarce(at, at % 2);
        reached = one_look(l, well.s, at);
        reaches += reached;
    }
    if (!reaches)
        fail_msg("%s asks for no memory", l->name);
    scarce_from(PLACES, false);
    one_look(l, well.s, NEVER);
    for (long k = known; k < memory.places; k++) {
        scarce_from(k, k % 2);
        one_look(l, well.s, k);
    }
    str_free(&well);
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
        {"whatif", "", false}, {"why", "", true}, {"machine", "", true}, {"cell", "", false},
        {"class", "", false}, {"inspect", "", false},
    };
    for (size_t k = 0; k < sizeof looks / sizeof *looks; k++)
        each_asking_of_a_view(&looks[k]);
}

/* ---- what is done ------------------------------------------------------------------------------------------------ */

/* What is done first, with all the memory; then the keys that are to be done, FOLDER/ in them for the test's own; what
 * is saved there. */
struct deed { const char *first, *keys, *saves; };

static void press_in_folder(struct app *a, const char *keys)
{
    static const char mark[] = "FOLDER/";
    struct str s = {0};
    struct err e = {{0}};
    for (const char *at; (at = strstr(keys, mark)); keys = at + strlen(mark))
        str_addf(&s, "%.*s%s", (int)(at - keys), keys, bytes_path(""));
    str_add(&s, keys);
    if (!app_keys(a, str_text(&s), keys, &e))
        fail_msg("%s: %s", keys, e.text);
    str_free(&s);
}

static void open_and_do_first(struct app *a, const struct deed *d)
{
    open_app(a);
    press_in_folder(a, d->first);
    app_finish_work(a, NULL);
}

static bool done_scarce(struct app *a, const struct deed *d)
{
    mem_on_die(end);
    if (setjmp(ended)) {
        mem_on_die(NULL);
        return false;
    }
    press_in_folder(a, d->keys);
    app_finish_work(a, NULL);
    mem_on_die(NULL);
    return true;
}

/* The main view, where nothing is asked and nothing said. */
static void at_home(struct app *a, struct str *out)
{
    app_key(a, K_ESC);
    app_key(a, K_ESC);
    look(a, &(struct look){"bars", "", false}, out);
}

/* What is saved; empty: nothing. */
static void saved(const struct deed *d, struct str *out)
{
    char *data = NULL;
    size_t n = 0;
    struct err e;
    str_clear(out);
    if (d->saves && file_read(bytes_path(d->saves), &data, &n, &e))
        str_addn(out, data, n);
    free(data);
    if (d->saves)
        remove(bytes_path(d->saves));
}

struct outcome { struct str screen, file; };

/* Does it while what is scarce is refused: it is done, or all is as it was and something is said of it. */
static void deed_when_scarce(const struct deed *d, const struct outcome *before, const struct outcome *after, long k)
{
    struct outcome now = {{0}, {0}};
    struct str told = {0};
    struct app a;
    memory.on = false;
    open_and_do_first(&a, d);
    memory.on = true;
    bool lives = done_scarce(&a, d);
    plenty();
    saved(d, &now.file);
    if (lives) {
        picture(&a, &told);
        at_home(&a, &now.screen);
        bool done = strcmp(str_text(&now.screen), str_text(&after->screen)) == 0,
             left = strcmp(str_text(&now.screen), str_text(&before->screen)) == 0;
        if (!done && !left)
            fail_msg("%s, from place %ld nothing: neither done nor left:\n%s", d->keys, k, now.screen.s);
        if (now.file.len && strcmp(now.file.s, after->file.s) != 0)
            fail_msg("%s, from place %ld nothing: half a file:\n%s", d->keys, k, now.file.s);
        if ((!done || now.file.len != after->file.len) && !strstr(told.s, "memory"))
            fail_msg("%s, from place %ld nothing: not done, and not a word:\n%s", d->keys, k, told.s);
        app_clear(&a);
    } else if (now.file.len && strcmp(now.file.s, after->file.s) != 0)
        fail_msg("%s, from place %ld nothing: half a file:\n%s", d->keys, k, now.file.s);
    str_free(&told);
    str_free(&now.screen);
    str_free(&now.file);
}

static void each_place_of_a_deed(const struct deed *d)
{
    struct outcome before = {{0}, {0}}, after = {{0}, {0}};
    struct app a;
    long known = memory.places;
    open_and_do_first(&a, d);
    at_home(&a, &before.screen);
    app_clear(&a);
    open_and_do_first(&a, d);
    press_in_folder(&a, d->keys);
    app_finish_work(&a, NULL);
    at_home(&a, &after.screen);
    app_clear(&a);
    saved(d, &after.file);
    if (d->saves && !after.file.len)
        fail_msg("%s: nothing is saved", d->keys);
    scarce_from(PLACES, false);
    deed_when_scarce(d, &before, &after, PLACES);
    for (long k = known; k < memory.places; k++) {
        scarce_from(k, k % 2);
        deed_when_scarce(d, &before, &after, k);
    }
    str_free(&before.screen);
    str_free(&before.file);
    str_free(&after.screen);
    str_free(&after.file);
}

static void what_lacks_memory_is_done_or_left_as_it_was_with_a_word(void **state)
{
    (void)state;
    MEMORY_IS_OURS();
    static const struct deed deeds[] = {
        {"", ":text he came and she came<Enter>", NULL},
        {"", ":word 2 he<Enter>", NULL},
        {"", ":set f[gender]@3=0.5<Enter>", NULL},
        {"", "c", NULL},
        {"", "C", NULL},
        {"", ":preset freeze<Enter>", NULL},
        {"", ":name girl<Enter>", NULL},
        {"", ":scenario! partial<Enter>", NULL},
        {"", ":model! counter<Enter>", NULL},
        {"", ":model! adding<Enter>", NULL},
        {"", ":theme paper<Enter>", NULL},
        {"", ":w! FOLDER/w.json<Enter>", "w.json"},
        {"", ":keep! FOLDER/k.json<Enter>", "k.json"},
        {"", ":export! FOLDER/t.json<Enter>", "t.json"},
        {"", ":export! FOLDER/t.csv<Enter>", "t.csv"},
        {"", ":export! FOLDER/t.txt<Enter>", "t.txt"},
        {"", ":figure! FOLDER/f.svg<Enter>", "f.svg"},
        {"", ":figure! FOLDER/f.html<Enter>", "f.html"},
        {"", ":record FOLDER/r.svg<Enter>", NULL},
        {"", ":lesson cell<Enter>", NULL},
        {"", ":watch<Enter>", NULL},
        {"", ":suite agreement<Enter>", NULL},
        {"", ":train counter<Enter>", NULL},
        {":speak 5 1 3<Enter>", "<Enter>", NULL},
        {"c:speak 5 1 3<Enter>", "<Enter>", NULL},
        {"", ":find came<Enter>", NULL},
        {":view find<Enter><Down>", "<Enter>", NULL},
        {":suite agreement<Enter><Down>n", "<Enter>", NULL},
        {":view break<Enter><Down>", "<Enter>", NULL},
        {":view machine<Enter>vf", "<Enter>", NULL},
        {":view sweep<Enter>n", "<Enter>", NULL},
        {":view words<Enter><Down>", "<Enter>", NULL},
        {":view dial<Enter>", "<Enter>", NULL},
        {":view why<Enter>", "c", NULL},
        {":view dissect<Enter><Down>", "+", NULL},
        {":view findings<Enter><Down>", "<Enter>", NULL},
        {"", ":compare he came<Enter>", NULL},
        {"c<Right>", ":view whatif<Enter>", NULL},
        {"", ":variants<Enter>", NULL},
        {"", ":present<Enter>", NULL},
    };
    for (size_t k = 0; k < sizeof deeds / sizeof *deeds; k++)
        each_place_of_a_deed(&deeds[k]);
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
        cmocka_unit_test(what_lacks_memory_is_done_or_left_as_it_was_with_a_word),
        cmocka_unit_test(a_training_that_lacks_memory_says_so_or_learns),
        cmocka_unit_test(a_json_text_is_read_or_says_that_memory_is_short_wherever_it_runs_out),
        cmocka_unit_test(a_pickle_is_read_or_says_that_memory_is_short_wherever_it_runs_out),
        cmocka_unit_test(a_vocabulary_is_read_or_says_that_memory_is_short_wherever_it_runs_out),
        cmocka_unit_test(a_long_file_is_read_or_says_that_memory_is_short_wherever_it_runs_out),
        cmocka_unit_test(a_file_of_each_kind_opens_or_says_that_memory_is_short_and_keeps_none),
    };
    return cmocka_run_group_tests(tests, folder_begin, folder_end);
}
