/* lesson_keys.c: the keys of a lesson's page, in one table: those that answer now stand below it as hints, all of them
 * in help. What each does is in lesson.c, in page_key. */
#include <stdio.h>

#include "action/lesson.h"

enum {
    LOOK = 1 << WALK_LOOK, ASK = 1 << WALK_ASK, SURE = 1 << WALK_SURE, TOLD = 1 << WALK_TOLD,
    NAMING = 1 << 4,              /* ASK of a bug hunt, with the tools put down */
    END = 1 << 5, FREE = 1 << 6,
    SEVERAL = 1 << 7,             /* only where several bars are moved */
    ON_A_PAGE = LOOK | ASK | SURE | TOLD | NAMING
};

/* program: the key is one of the program, so that a config may map another in its place. */
struct page_key { unsigned when; const char *keys, *hint, *help; bool program; };

static const char choices[] = "a b c d e f g h";          /* cut to as many options as there are */
static const char typed[] = "";               /* no key of its own: what is typed, by the word in place of a hint */

/* What answers a question of each kind. */
static const struct page_key answer_keys[ASK_KIND_COUNT][9] = {
    [ASK_NUMBER] = {{ASK, typed, "digits", "the number; Backspace mends it", false},
                    {ASK, "<Enter>", "answer", "answer", false}},
    [ASK_VECTOR] = {{ASK, typed, "digits", "the numbers, apart by blanks; Backspace mends them", false},
                    {ASK, "<Enter>", "answer", "answer", false}},
    [ASK_BAR] = {{ASK, "<Enter>", "answer", "answer", false}, {ASK, "+ -", "move", "move the bar", false},
                 {ASK, typed, "digits", "how far it reaches; Backspace mends it", false},
                 {ASK | SEVERAL, "<Down>", "next bar", "next bar", false},
                 {ASK | SEVERAL, "<Up>", NULL, "the bar before", false}},
    [ASK_CHOICE] = {{ASK, choices, "choose", "choose an option", false},
                    {ASK, "<Up> <Down>", NULL, "the option above, below", false},
                    {ASK, "<Enter>", "answer", "answer", false}},
    [ASK_MANY] = {{ASK, choices, "in or out", "take an option in or out", false},
                  {ASK, "<Up> <Down>", NULL, "the option above, below", false},
                  {ASK, "<Space>", NULL, "take the one pointed at in or out", false},
                  {ASK, "<Enter>", "answer", "answer", false}},
    [ASK_BUG] = {{ASK, "<Enter>", "name the fault", "put the tools down and name the fault", false},
                 {NAMING, choices, NULL, "then: choose the fault", false},
                 {NAMING, "<Up> <Down>", NULL, "then: the one above, below", false},
                 {NAMING, "<Enter>", "answer", "then: answer", false},
                 {NAMING, "<Esc>", "back to the tools", "then: back to the tools", false},
                 {ASK, "V", "tools: every view", "every view: while you look, every key below works", true}},
    [ASK_UNIT] = {{ASK, "<Up> <Down>", "unit", "the unit above, below", false},
                  {ASK, "<Tab> <S-Tab>", NULL, "the unit below, above", false},
                  {ASK, "<Enter>", "answer", "answer with the unit selected", false}},
    [ASK_STEP] = {{ASK, "<Left> <Right>", "word", "the word before, the next word", false},
                  {ASK, "<Enter>", "answer", "answer with the word stepped to", false}},
    [ASK_ORDER] = {{ASK, "<Up> <Down>", "line", "the line above, below", false},
                   {ASK, "+ -", "move it", "move it down, up", false}, {ASK, "<Enter>", "answer", "answer", false}},
    [ASK_DO] = {{ASK, "<Up>", "value", "the value above", true}, {ASK, "<Down>", "value", "the value below", true},
                {ASK, "c", "close", "close the gate: 0", true}, {ASK, "o", "open", "open the gate: 1", true},
                {ASK, "+", "change", "0.05 more", true}, {ASK, "-", "change", "0.05 less", true},
                {ASK, "u", "undo", "undo; every key below works here, too", true}},
    [ASK_WORD] = {{ASK, typed, "letters", "the word; Backspace mends it", false},
                  {ASK, "<Enter>", "answer", "answer", false}},
    [ASK_SAY] = {{ASK, typed, "letters", "your words; Backspace mends them", false},
                 {ASK, "<Enter>", "answer", "answer", false}},
    [ASK_VOTE] = {{ASK, typed, "digits", "hands for a, b, …, apart by blanks", false},
                  {ASK, "<Enter>", "count the hands", "count them", false}},
};

/* What is the same on all pages; which of them a page has: has_row. */
enum { ROW_HINT, ROW_HINT_TYPING, ROW_SURE, ROW_NEXT, ROW_NEXT_ASKED, ROW_AGAIN, ROW_DISSECT, ROW_BACK, ROW_LEAVE,
       ROW_REST, ROW_RETURN, ROW_ON, ROW_BACK_IN, ROW_END, ROW_HELP };
static const struct page_key common_keys[] = {
    [ROW_HINT] = {ASK | NAMING, "i", "hint", "a hint", false},
    [ROW_HINT_TYPING] = {ASK, "<Tab>", "hint", "a hint", false},
    [ROW_SURE] = {SURE, "1 2 3", "how sure", "after the answer: a guess, I think so, I know", false},
    [ROW_NEXT] = {LOOK | TOLD, "<PgDn>", "next page", "next page", false},
    [ROW_NEXT_ASKED] = {LOOK | TOLD, "<PgDn>", "next page", "next page; twice on an open question: the answer", false},
    [ROW_AGAIN] = {TOLD, "r", "try again", "once it is told: try again", false},
    [ROW_DISSECT] = {TOLD, "d", "dissect", "once it is told: its arithmetic", false},
    [ROW_BACK] = {ON_A_PAGE, "<PgUp>", "back", "page before", false},
    [ROW_LEAVE] = {LOOK | ASK | SURE | TOLD, "<Esc>", "try it freely",
                   "leave the page to try things out, with every key below", false},
    [ROW_REST] = {0, typed, NULL, "until then most of them rest", false},
    [ROW_RETURN] = {FREE, "<BS>", "the page", "back to the page as it was", false},
    [ROW_ON] = {END, "<Enter>", "next lesson", "next lesson", false},
    [ROW_BACK_IN] = {END, "<PgUp>", "back", "back through the pages", false},
    [ROW_END] = {END, "<Esc>", "leave the lesson", "leave the lesson, back to where you were", false},
    [ROW_HELP] = {ON_A_PAGE, "?", "help", NULL, true},
};

static bool has_row(const struct lesson_sitting *l, const struct page *p, int row)
{
    bool typing = p && (p->ask.kind == ASK_WORD || p->ask.kind == ASK_SAY);
    switch (row) {
    case ROW_HINT: return p && p->ask.hint && !typing;
    case ROW_HINT_TYPING: return p && p->ask.hint && typing;
    case ROW_SURE: return p && walk_asks_how_sure(l->walk, p->ask.kind);
    case ROW_NEXT: return p && !p->ask.kind;
    case ROW_NEXT_ASKED: return p && p->ask.kind;
    case ROW_REST: return p && p->ask.kind && p->ask.kind != ASK_DO && p->ask.kind != ASK_BUG;
    case ROW_AGAIN: return p && walk_marked(p->ask.kind);
    case ROW_DISSECT: return p && p->ask.kind;
    case ROW_ON: return !p && *l->next;
    case ROW_BACK_IN:
    case ROW_END: return !p;
    default: return p != NULL;
    }
}

/* ---- into the two lists ------------------------------------------------------------------------------------------ */

struct lists { struct lesson_look *look; unsigned now; int hints, helps; };

/* One hint a key, so that those neighbours share their word of which there are still keys. */
static void add_hints(struct lists *to, const struct page_key *row, const char *keys)
{
    for (int key; (key = key_next(&keys)) != K_NONE && to->hints < LESSON_HINTS - 1; to->hints++) {
        struct lesson_look *l = to->look;
        l->hint[to->hints] = (struct key_help){.keys = key_name(key, l->hint_keys[to->hints]), .hint = row->hint,
                                               .fixed = !row->program};
    }
}

static void add(struct lists *to, const struct page_key *row)
{
    const char *keys = row->keys == choices ? to->look->choices : row->keys;
    if (row->hint && row->when & to->now)
        add_hints(to, row, keys);
    if (row->help && to->helps < LESSON_HELPS - 1)
        to->look->help[to->helps++] = (struct key_help){.keys = keys, .name = keys == typed ? row->hint : NULL,
                                                           .help = row->help, .fixed = !row->program};
}

static unsigned now(const struct lesson_sitting *l)
{
    const struct walk_page *here = walk_here(l->walk);
    if (!here)
        return END;
    if (l->free)
        return FREE;
    return l->naming && here->phase == WALK_ASK ? (unsigned)NAMING : 1U << here->phase;
}

void lesson_keys(struct app *a)
{
    struct lesson_sitting *l = a->lesson;
    const struct page *p = walk_page(l->walk);
    struct lists to = {.look = &l->look, .now = now(l)};
    int options = p ? judge_options(p) : 0;
    snprintf(l->look.choices, sizeof l->look.choices, "%.*s", options ? 2 * options - 1 : 0, choices);
    struct truth bars = {.options = 0};
    bool several = p && p->ask.kind == ASK_BAR && judge_truth(p, &l->walk->stage, &bars, NULL) && bars.value.n > 1;
    for (const struct page_key *row = p ? answer_keys[p->ask.kind] : NULL; row && row->keys; row++)
        if (several || !(row->when & SEVERAL))
            add(&to, row);
    for (int k = 0; k < (int)(sizeof common_keys / sizeof *common_keys); k++)
        if (has_row(l, p, k))
            add(&to, &common_keys[k]);
    l->look.hint[to.hints] = (struct key_help){.keys = NULL};
    l->look.help[to.helps] = (struct key_help){.keys = NULL};
}
