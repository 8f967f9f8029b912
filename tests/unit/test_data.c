/* test_data.c: what the built-in models and scenarios say about themselves is true.
 *
 * Their "about" texts are read by learners who then look at the bars; every number and every claim in them is computed
 * here by the engine, through the same calls that a screen uses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/builtin.h"
#include "import/import.h"
#include "session/edit.h"
#include "session/scenario.h"
#include "session/session.h"

enum { GENDER, VERB, WANTS };              /* the units of lesson-cell */

#define NEAR(a, b, tolerance)                                                                                          \
    do {                                                                                                               \
        double near_a = (a), near_b = (b);                                                                             \
        if (!(fabs(near_a - near_b) <= (tolerance)))                                                                   \
            fail_msg("%s is %.9g, not %.9g", #a, near_a, near_b);                                                      \
    } while (0)

/* ---- a session on lesson-cell, in one line ---------------------------------------------------------------------- */

static struct session *cell(const char *text)
{
    struct err e = {""};
    struct model *m = model_builtin("lesson-cell", &e);
    if (!m)
        fail_msg("%s", e.text);
    struct session *s = session_new(m, &e);
    if (!s || (text && !session_set_text(s, text, "test", &e)))
        fail_msg("%s", e.text);
    return s;
}

static struct session *scenario(const char *name, struct scenario_info *info)
{
    struct err e = {""};
    struct model *m = scenario_model(name, NULL, &e);
    if (!m)
        fail_msg("%s: names no model: %s", name, e.text);
    struct session *s = session_new(m, &e);
    if (!s || !scenario_apply(s, name, info, &e))
        fail_msg("%s", e.text);
    return s;
}

static void set(struct session *s, const char *edit)
{
    struct err e = {""};
    if (!edit_apply(s, edit, "test", false, &e))
        fail_msg("%s", e.text);
}

static float at(struct session *s, int unit, enum value v, int t)
{
    return session_value(s, RUN_PINNED, 0, unit, v, t);
}

static float probability(struct session *s, const char *word, int t)
{
    int id = vocab_find(session_model(s)->vocab, word);
    assert_true(id >= 0);
    return session_probability(s, RUN_PINNED, t, id);
}

static int step_of(struct session *s, const char *word)
{
    struct err e = {""};
    int t = edit_step(s, word, "test", &e);
    if (t < 1)
        fail_msg("%s", e.text);
    return t;
}

/* Is word one of the words of list, which are divided by single spaces? */
static bool among(const char *word, const char *list)
{
    size_t n = strlen(word);
    for (const char *p = list; (p = strstr(p, word)); p += n)
        if ((p == list || p[-1] == ' ') && (!p[n] || p[n] == ' '))
            return true;
    return false;
}

static bool likeliest_among(struct session *s, int t, const char *list)
{
    struct prediction p;
    char buf[16];
    assert_int_equal(session_predict(s, t, 1, &p), 1);
    const char *word = model_label(session_model(s), p.output, buf);
    if (!among(word, list))
        print_message("after \"%s\" comes \"%s\"\n", session_token(s, t), word);
    return among(word, list);
}

/* ---- every file ------------------------------------------------------------------------------------------------- */

/* data/KIND/NAME.json → NAME into buf, or false. */
static bool name_in(const char *path, const char *folder, char *buf, size_t size)
{
    size_t skip = strlen(folder), n = strlen(path);
    if (strncmp(path, folder, skip) || n < skip + 5 || strcmp(path + n - 5, ".json"))
        return false;
    snprintf(buf, size, "%.*s", (int)(n - skip - 5), path + skip);
    return true;
}

static void every_built_in_model_loads_explains_itself_and_reproduces_its_expected_values(void **state)
{
    (void)state;
    int seen = 0;
    char name[64];
    for (size_t k = 0; k < builtin_count; k++) {
        if (!name_in(builtins[k].path, "data/models/", name, sizeof name))
            continue;
        struct err e = {""};
        struct model *m = model_builtin(name, &e);
        if (!m)
            fail_msg("%s", e.text);
        assert_true(strlen(m->about) > 0);
        assert_true(m->sequence.n > 0 || m->input_steps > 0);
        bool has_expected = m->expected != NULL;
        struct session *s = session_new(m, &e);
        if (!s)
            fail_msg("%s", e.text);
        double largest = 0;
        bool within = false;
        assert_int_equal(session_parity(s, &largest, &within), has_expected);
        if (has_expected && !within)
            fail_msg("%s differs from its expected values by %g", name, largest);
        session_free(s);
        seen++;
    }
    assert_true(seen >= 1);
}

static void every_built_in_scenario_opens_on_its_model_and_says_what_to_look_at(void **state)
{
    (void)state;
    int seen = 0;
    char name[64];
    for (size_t k = 0; k < builtin_count; k++) {
        if (!name_in(builtins[k].path, "data/scenarios/", name, sizeof name))
            continue;
        struct scenario_info info = {0};
        struct session *s = scenario(name, &info);
        assert_non_null(info.name);
        assert_true(info.about && strlen(info.about) > 20);
        session_free(s);
        scenario_info_clear(&info);
        seen++;
    }
    assert_true(seen >= 4);
}

/* ---- the cell: its about text, sentence by sentence -------------------------------------------------------------- */

static void the_cell_says_that_it_is_hand_set_and_opens_on_the_sentence_of_the_lesson(void **state)
{
    (void)state;
    struct session *s = cell(NULL);
    const struct model *m = session_model(s);
    assert_int_equal(m->provenance, PROVENANCE_HAND_SET);
    assert_int_equal(m->net->layer[0].hidden, 3);
    assert_int_equal(m->net->layer[0].in, 4);
    assert_string_equal(model_unit_name(m, 0, GENDER), "gender");
    assert_string_equal(model_unit_name(m, 0, VERB), "verb");
    assert_string_equal(model_unit_name(m, 0, WANTS), "wants");
    static const char *const lesson[] = {"She", "came", "out", "and", "played", "with", "her", "dog"};
    assert_int_equal(session_steps(s), 8);
    for (int t = 1; t <= 8; t++)
        assert_string_equal(session_token(s, t), lesson[t - 1]);
    session_free(s);
}

static void she_writes_gender_and_it_lasts_until_it_is_read_out(void **state)
{
    (void)state;
    struct session *s = cell(NULL);
    assert_true(at(s, GENDER, VAL_F, 1) < 0.1F);          /* low, and nothing is lost: C starts at 0 */
    assert_true(at(s, GENDER, VAL_C_PREV, 1) == 0.0F);
    assert_true(at(s, GENDER, VAL_I, 1) > 0.9F);
    assert_true(at(s, GENDER, VAL_C, 1) > 0.9F);
    for (int t = 2; t <= 8; t++) {
        assert_true(at(s, GENDER, VAL_F, t) >= 0.95F);
        assert_true(at(s, GENDER, VAL_C, t) > 0.8F);
    }
    session_free(s);
}

static void the_output_gate_shows_gender_only_at_a_word_that_asks_for_her_or_his(void **state)
{
    (void)state;
    static const char *const texts[] = {"She came out and played with her dog", "He looked for his ball but she smiled",
                                        "Mary sat down then fed the cat . John called his friend", "the boy found her"};
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
        struct session *s = cell(texts[k]);
        for (int t = 1; t <= session_steps(s); t++) {
            float o = at(s, GENDER, VAL_O, t);
            if (among(session_token(s, t), "with for fed called found"))
                assert_true(o > 0.9F && fabsf(at(s, GENDER, VAL_H, t)) > 0.5F);
            else
                assert_true(o < 0.2F);
        }
        session_free(s);
    }
}

static void after_with_she_gives_her_and_he_gives_his(void **state)
{
    (void)state;
    struct session *s = cell(NULL);
    assert_true(probability(s, "her", 6) >= 0.55F);
    assert_true(probability(s, "his", 6) <= 0.1F);
    session_free(s);
    s = cell("He came out and played with his dog");
    assert_true(at(s, GENDER, VAL_C, 1) < -0.9F);
    assert_true(probability(s, "his", 6) >= 0.55F);
    assert_true(probability(s, "her", 6) <= 0.1F);
    session_free(s);
    s = cell("He came out and fed his cat");
    assert_true(probability(s, "his", step_of(s, "fed")) >= 0.55F);
    session_free(s);
}

static void closing_the_forget_gate_of_gender_at_any_one_word_makes_her_and_his_equal(void **state)
{
    (void)state;
    for (int t = 2; t <= 6; t++) {
        struct session *s = cell(NULL);
        struct err e = {""};
        assert_true(session_pin(s, (struct place){0, GENDER, VAL_F, t}, 0, false, &e));
        float her = probability(s, "her", 6), his = probability(s, "his", 6);
        NEAR(her / (her + his), 0.5, 0.02);
        assert_true(her < 0.4F);
        int id = vocab_find(session_model(s)->vocab, "her");
        assert_true(session_probability(s, RUN_BASE, 6, id) > 2 * her);
        session_free(s);
    }
}

static void closing_the_forget_gate_of_another_unit_never_makes_her_doubtful(void **state)
{
    (void)state;
    for (int unit = VERB; unit <= WANTS; unit++) {
        for (int t = 2; t <= 6; t++) {
            struct session *s = cell(NULL);
            struct err e = {""};
            assert_true(session_pin(s, (struct place){0, unit, VAL_F, t}, 0, false, &e));
            assert_true(likeliest_among(s, 6, "her"));
            assert_true(probability(s, "his", 6) <= 0.01F);
            session_free(s);
        }
    }
}

static void a_new_subject_closes_the_forget_gate_and_its_gender_is_written(void **state)
{
    (void)state;
    static const char *const texts[] = {"She came out and played with her dog . He fed his cat",
                                        "Mary smiled but he went home", "She sat down . Then the man went home",
                                        "The girl looked for her ball and then John found the ball"};
    static const char *const subject[] = {"He", "he", "man", "John"};
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
        struct session *s = cell(texts[k]);
        int t = step_of(s, subject[k]);
        assert_true(at(s, GENDER, VAL_C_PREV, t) > 0.6F);
        assert_true(at(s, GENDER, VAL_F, t) <= 0.1F);
        assert_true(at(s, GENDER, VAL_I, t) >= 0.9F);
        assert_true(at(s, GENDER, VAL_C, t) < -0.8F);
        session_free(s);
    }
}

static void a_person_after_the_verb_is_not_taken_for_the_subject_because_h_pushes_both_gates_back(void **state)
{
    (void)state;
    static const char *const texts[] = {"Mary played with the boy and called her friend",
                                        "She called John and fed her cat",
                                        "Mary came out and looked for the man and found her dog"};
    static const char *const person[] = {"boy", "John", "man"}, *const reader[] = {"called", "fed", "found"};
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
        struct session *s = cell(texts[k]);
        int t = step_of(s, person[k]);
        assert_true(at(s, GENDER, VAL_F, t) > 0.85F);
        assert_true(at(s, GENDER, VAL_I, t) < 0.1F);
        float term[7];
        double z =
            lstm_preactivation((struct computation[]){session_computation(s, RUN_BASE)},
                               (struct element){0, GENDER, Q_F, t}, term);
        assert_true(z > 0 && term[VERB] > 3 && term[3 + 1] < 0);      /* h2 pushes up, x2 "a person" pulls down */
        assert_true(probability(s, "her", step_of(s, reader[k])) >= 0.55F);
        session_free(s);
    }
}

static void verb_fades_word_by_word_and_is_wiped_at_the_end_of_a_clause(void **state)
{
    (void)state;
    struct session *s = cell("She came out and played with her dog . He fed the cat but smiled then sat");
    for (int t = 1; t <= session_steps(s); t++) {
        const char *word = session_token(s, t);
        float f = at(s, VERB, VAL_F, t), c = at(s, VERB, VAL_C, t);
        if (among(word, "came played fed smiled sat")) {
            assert_true(c > 0.9F);
        } else if (among(word, "and but then .")) {
            assert_true(f < 0.1F && c < 0.1F);
        } else {
            NEAR(f, 0.82, 0.005);                                       /* "loses 18 %" */
            NEAR(c, f * at(s, VERB, VAL_C_PREV, t), 1e-6);
        }
    }
    session_free(s);
}

static void wants_keeps_nothing_of_the_word_before(void **state)
{
    (void)state;
    struct session *s = cell(NULL);
    for (int t = 1; t <= session_steps(s); t++)
        NEAR(at(s, WANTS, VAL_F, t), 0.05, 0.005);
    assert_true(at(s, WANTS, VAL_C, step_of(s, "with")) > 0.9F);
    assert_true(at(s, WANTS, VAL_C, step_of(s, "her")) < -0.8F);
    assert_true(fabsf(at(s, WANTS, VAL_C, step_of(s, "dog"))) < 0.1F);
    session_free(s);
}

static void the_likeliest_next_word_is_one_that_can_follow(void **state)
{
    (void)state;
    static const struct { const char *after, *next; } rows[] = {
        {"She", "came went sat played looked fed called found smiled"}, {"came", "out home down"},
        {"out", "and . but then"}, {"and", "she he came went sat played looked fed called found smiled"},
        {"played", "with for"}, {"with", "her"}, {"her", "dog cat friend ball"}, {"dog", "and . but then"},
        {".", "she he mary john the"}, {"the", "girl boy woman man"},
        {"boy", "came went sat played looked fed called found smiled"},
        {"fed", "his"},
    };
    struct session *s = cell("She came out and played with her dog . the boy fed");
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
        assert_true(likeliest_among(s, step_of(s, rows[k].after), rows[k].next));
    session_free(s);
}

static void a_word_that_the_cell_does_not_know_disturbs_nothing(void **state)
{
    (void)state;
    struct session *s = cell("She came out and fed her dragon, then called her dog!");
    int t = step_of(s, "dragon");
    assert_int_equal(session_token_id(s, t), vocab_find(session_model(s)->vocab, "<unk>"));
    assert_true(at(s, GENDER, VAL_F, t) >= 0.95F);
    assert_true(probability(s, "her", step_of(s, "called")) >= 0.55F);
    session_free(s);
}

/* ---- the scenarios ----------------------------------------------------------------------------------------------- */

static void replay(const char *name, const float f[3], const float C[3])
{
    static const float before[3] = {6, 8, 9};
    struct scenario_info info = {0};
    struct session *s = scenario(name, &info);
    const struct cursor *c = session_cursor(s);
    assert_int_equal(c->step, 4);
    assert_int_equal(c->unit, GENDER);
    assert_int_equal(c->value, VAL_F);
    assert_string_equal(session_token(s, 4), "and");
    assert_int_equal(info.rows, 1u << VAL_C_PREV | 1u << VAL_F | 1u << VAL_KEPT | 1u << VAL_C);
    assert_string_equal(info.view, "bars");
    for (int u = 0; u < 3; u++) {
        assert_true(at(s, u, VAL_C_PREV, 4) == before[u]);
        assert_true(at(s, u, VAL_F, 4) == f[u]);
        assert_true(at(s, u, VAL_I, 4) == 0.0F);
        assert_true(at(s, u, VAL_WRITTEN, 4) == 0.0F);
        assert_true(at(s, u, VAL_KEPT, 4) == C[u]);
        assert_true(at(s, u, VAL_C, 4) == C[u]);
    }
    session_free(s);
    scenario_info_clear(&info);
}

static void forget_all_turns_6_8_9_into_0_0_0_exactly_and_her_and_his_become_equal(void **state)
{
    (void)state;
    replay("forget-all", (const float[]){0, 0, 0}, (const float[]){0, 0, 0});
    struct scenario_info info = {0};
    struct session *s = scenario("forget-all", &info);
    NEAR(probability(s, "her", 6), probability(s, "his", 6), 1e-6);
    session_free(s);
    scenario_info_clear(&info);
}

static void remember_all_keeps_6_8_9_exactly(void **state)
{
    (void)state;
    replay("remember-all", (const float[]){1, 1, 1}, (const float[]){6, 8, 9});
}

static void partial_turns_6_8_9_into_3_8_4_and_a_half_exactly(void **state)
{
    (void)state;
    replay("partial", (const float[]){0.5F, 1, 0.5F}, (const float[]){3, 8, 4.5F});
}

static void a_new_subject_is_forgotten_and_written_and_with_f_open_both_genders_cancel(void **state)
{
    (void)state;
    struct scenario_info info = {0};
    struct session *s = scenario("new-subject", &info);
    assert_int_equal(session_pin_count(s), 0);
    assert_int_equal(session_cursor(s)->step, 10);
    assert_string_equal(session_token(s, 10), "He");
    NEAR(at(s, GENDER, VAL_F, 10), 0.07, 0.005);
    assert_true(at(s, GENDER, VAL_C, 10) < -0.8F);
    int fed = step_of(s, "fed");
    assert_true(probability(s, "his", fed) > 0.9F);
    set(s, "f[gender]@He=1");
    NEAR(at(s, GENDER, VAL_C, 10), 0, 0.1);
    assert_true(probability(s, "his", fed) < 0.5F);
    assert_true(probability(s, "her", fed) < 0.5F);
    session_free(s);
    scenario_info_clear(&info);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_built_in_model_loads_explains_itself_and_reproduces_its_expected_values),
        cmocka_unit_test(every_built_in_scenario_opens_on_its_model_and_says_what_to_look_at),
        cmocka_unit_test(the_cell_says_that_it_is_hand_set_and_opens_on_the_sentence_of_the_lesson),
        cmocka_unit_test(she_writes_gender_and_it_lasts_until_it_is_read_out),
        cmocka_unit_test(the_output_gate_shows_gender_only_at_a_word_that_asks_for_her_or_his),
        cmocka_unit_test(after_with_she_gives_her_and_he_gives_his),
        cmocka_unit_test(closing_the_forget_gate_of_gender_at_any_one_word_makes_her_and_his_equal),
        cmocka_unit_test(closing_the_forget_gate_of_another_unit_never_makes_her_doubtful),
        cmocka_unit_test(a_new_subject_closes_the_forget_gate_and_its_gender_is_written),
        cmocka_unit_test(a_person_after_the_verb_is_not_taken_for_the_subject_because_h_pushes_both_gates_back),
        cmocka_unit_test(verb_fades_word_by_word_and_is_wiped_at_the_end_of_a_clause),
        cmocka_unit_test(wants_keeps_nothing_of_the_word_before),
        cmocka_unit_test(the_likeliest_next_word_is_one_that_can_follow),
        cmocka_unit_test(a_word_that_the_cell_does_not_know_disturbs_nothing),
        cmocka_unit_test(forget_all_turns_6_8_9_into_0_0_0_exactly_and_her_and_his_become_equal),
        cmocka_unit_test(remember_all_keeps_6_8_9_exactly),
        cmocka_unit_test(partial_turns_6_8_9_into_3_8_4_and_a_half_exactly),
        cmocka_unit_test(a_new_subject_is_forgotten_and_written_and_with_f_open_both_genders_cancel),
    };
    return cmocka_run_group_tests_name("data", tests, NULL, NULL);
}
