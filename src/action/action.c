/* action.c: the table of everything the user can do, and what is looked up in it: keys, names, help and hints. A new
 * action is one row here and one function in the act_*.c file of its group. */
#include "action/action.h"

#include <stdio.h>
#include <string.h>

#include "action/handlers.h"
#include "action/app.h"
#include "base/mem.h"

/* ---- the table --------------------------------------------------------------------------------------------------- */

#define E ACTION_EDITS
#define S (ACTION_EDITS | ACTION_CLASS)
const struct action actions[] = {
    {"help", "? <F1>", "The program", "help for this view; again to go back", 0, act_help, NULL, NULL},
    {"next-word", "<Right> l", "Stepping", "next word", 0, act_next_word, NULL, NULL},
    {"prev-word", "<Left> h", "Stepping", "previous word", 0, act_prev_word, NULL, NULL},
    {"next-substep", "<PgDn>", "Stepping", "next sub-step of the word, in the order of the lesson", 0,
     act_next_substep, NULL, NULL},
    {"prev-substep", "<PgUp>", "Stepping", "previous sub-step", 0, act_prev_substep, NULL, NULL},
    {"first-word", "<Home> g", "Stepping", "first word", 0, act_first_word, NULL, NULL},
    {"last-word", "<End> G", "Stepping", "last word", 0, act_last_word, NULL, NULL},
    {"play", "<Space>", "Stepping", "play or pause", 0, act_play, NULL, NULL},
    {"slower", "<lt>", "Stepping", "play slower", 0, act_slower, NULL, NULL},
    {"faster", ">", "Stepping", "play faster", 0, act_faster, NULL, NULL},
    {"rate", "", "Stepping", "words a second while playing", 0, act_set_rate, "NUMBER", NULL},
    {"step", "", "Stepping", "go to a step by number or word", 0, act_goto_step, "STEP|WORD", "t"},
    {"find", "/", "Stepping", "find a word (in help: a text)", ACTION_ASKS | ACTION_FINDS, act_find_prompt, "TEXT",
     NULL},
    {"find-next", "n", "Stepping", "find it again", ACTION_FINDS, act_find_forward, NULL, NULL},
    {"find-prev", "N", "Stepping", "find it backwards", ACTION_FINDS, act_find_back, NULL, NULL},

    {"prev-value", "<Up> k", "Selecting", "previous value", 0, act_prev_value, NULL, NULL},
    {"next-value", "<Down> j", "Selecting", "next value", 0, act_next_value, NULL, NULL},
    {"next-unit", "<Tab>", "Selecting", "next unit", 0, act_next_unit, NULL, NULL},
    {"prev-unit", "<S-Tab>", "Selecting", "previous unit", 0, act_prev_unit, NULL, NULL},
    {"unit", "", "Selecting", "go to a unit by number or name", 0, act_goto_unit, "UNIT", NULL},
    {"layer-down", "J", "Selecting", "layer below (towards the inputs)", 0, act_layer_down, NULL, NULL},
    {"layer-up", "K", "Selecting", "layer above (towards the outputs)", 0, act_layer_up, NULL, NULL},
    {"layer", "", "Selecting", "go to a layer", 0, act_goto_layer, "LAYER", NULL},

    {"close", "c", "Editing", "close the selected gate: 0", E, act_close_gate, NULL, NULL},
    {"open", "o", "Editing", "open the selected gate: 1", E, act_open_gate, NULL, NULL},
    {"close-all", "C", "Editing", "close the gate in all units", E, act_close_all, NULL, NULL},
    {"open-all", "O", "Editing", "open the gate in all units", E, act_open_all, NULL, NULL},
    {"up", "+ =", "Editing", "0.05 more", E, act_up_5, NULL, NULL},
    {"down", "-", "Editing", "0.05 less", E, act_down_5, NULL, NULL},
    {"up-fine", "]", "Editing", "0.01 more", E, act_up_1, NULL, NULL},
    {"down-fine", "[", "Editing", "0.01 less", E, act_down_1, NULL, NULL},
    {"up-coarse", "}", "Editing", "0.25 more", E, act_up_25, NULL, NULL},
    {"down-coarse", "{", "Editing", "0.25 less", E, act_down_25, NULL, NULL},
    {"value", "<Enter>", "Editing", "edit the present value; a digit begins a new one", E, act_type_value, "NUMBER",
     NULL},
    {"type", "0 1 2 3 4 5 6 7 8 9 .", "Editing", "type a value; Enter accepts, Esc cancels", E | ACTION_TYPED,
     act_type_digit, NULL, NULL},
    {"set", "", "Editing", "pin any value", S, act_set_edit, "f[1]@5=0.7", NULL},
    {"preset", "P", "Editing", "set a whole step: forget, remember, half, freeze, replace, closed (Up and Down "
     "choose)", S | ACTION_ASKS, act_preset, "NAME", NULL},
    {"unpin", "x", "Editing", "unpin the selected value", E, act_unpin, NULL, NULL},
    {"unpin-all", "X", "Editing", "unpin everything", S, act_unpin_all, NULL, NULL},
    {"undo", "u", "Editing", "undo", S, act_undo, NULL, NULL},
    {"redo", "<C-r>", "Editing", "redo", S, act_redo, NULL, NULL},
    {"name", "", "Editing", "name the selected unit (in the learn view: the unit that carries the memory)", E,
     act_name, "[NAME]", NULL},
    {"word", "", "Editing", "change a word of the sentence", S, act_set_word, "[STEP] WORD", NULL},
    {"text", "", "Editing", "another sentence", S, act_set_text, "TEXT", NULL},

    {"extra", "a", "Looking", "all units; once more: candidate, products, o and h", 0, act_extra, NULL, NULL},
    {"welcome", "", "Looking", "the words of the first start", 0, act_welcome, NULL, NULL},
    {"explain", "e", "Looking", "explain in words", 0, act_explain, NULL, NULL},
    {"train", "", "Learning", "teach a network and watch it learn; ! in place of one that is not saved", 0,
     act_train_new, "[!] CORPUS|FILE", NULL},
    {"train-pause", "", "Learning", "pause the training or go on", 0, act_train_pause, NULL, NULL},
    {"train-epoch", "", "Learning", "train for one epoch and pause", 0, act_train_epoch, NULL, NULL},
    {"train-again", "", "Learning", "from the beginning with the next seed; ! drops what is not saved", 0,
     act_train_again, "[!] [SEED]", NULL},
    {"train-slower", "", "Learning", "train slower", 0, act_train_slower, NULL, NULL},
    {"train-faster", "", "Learning", "train faster", 0, act_train_faster, NULL, NULL},
    {"train-next-unit", "", "Learning", "watch the next unit", 0, act_train_next_unit, NULL, NULL},
    {"train-prev-unit", "", "Learning", "watch the previous unit", 0, act_train_prev_unit, NULL, NULL},
    {"train-enter", "", "Learning", "step through the sentence with what has been learnt", E, act_train_enter, NULL,
     NULL},
    {"film-next", ")", "Learning", "the network as it was a little later in its training, in every view", 0,
     act_film_next, NULL, NULL},
    {"film-prev", "(", "Learning", "the network as it was a little earlier in its training", 0, act_film_prev, NULL,
     NULL},
    {"film-first", "", "Learning", "the network before it was trained", 0, act_film_first, NULL, NULL},
    {"film-last", "", "Learning", "the last snapshot of its training", 0, act_film_last, NULL, NULL},
    {"film-moment", "", "Learning", "the next moment at which something was learnt", 0, act_film_moment, NULL, NULL},
    {"film-enter", "", "Learning", "step through the sentence with the snapshot that is shown", 0, act_film_enter, NULL,
     NULL},
    {"variants", "", "Learning", "the same training without one gate after the other", 0, act_variants, NULL, NULL},
    {"variant-enter", "", "Learning", "step through the sentence with the variant that is pointed at", 0,
     act_variant_enter, NULL, NULL},
    {"variant-next", "", "Learning", "point at the next variant", 0, act_variant_next, NULL, NULL},
    {"variant-prev", "", "Learning", "point at the variant before", 0, act_variant_prev, NULL, NULL},
    {"film-at", "", "Learning", "the snapshot next to so many updates", 0, act_film_at, "UPDATES", NULL},

    {"compare", "", "Looking", "hold another sentence against this one; without a text: no longer", 0, act_compare,
     "TEXT", NULL},
    {"why", "", "Looking", "why this word, in four sentences", 0, act_findings, NULL, NULL},
    {"suite", "", "Looking", "score a set of sentences, by condition and with each unit taken out", 0, act_suite,
     "NAME|FILE", NULL},
    {"speak", "", "Looking", "let it write on from this word: so many words, temperature, seed", 0, act_speak,
     "[N] [TEMPERATURE] [SEED]", NULL},
    {"ahead", "z", "Looking", "show what later words hold, or hide it until they are stepped to", 0, act_ahead, NULL,
     NULL},
    {"words", "", "Looking", "every word that the model knows", 0, act_words, NULL, NULL},
    {"glossary", "", "Looking", "what a word of the field means: nats, epoch, logit", 0, act_glossary, "[WORD]", NULL},
    {"layout", "v", "Looking", "next layout of the main view", 0, act_layout, "NAME", NULL},
    {"view", "", "Looking", "show a view by name", 0, act_show_view, "NAME", NULL},
    {"copy", "y", "Looking", "to the clipboard of the terminal: equation, value or sentence", 0, act_copy,
     "[equation|value|sentence]", NULL},
    {"top", "", "Looking", "how many predictions to list", 0, act_set_top, "N", NULL},
    {"next-theme", "t", "Looking", "next theme", 0, act_next_theme, NULL, NULL},
    {"prev-theme", "T", "Looking", "previous theme", 0, act_prev_theme, NULL, NULL},
    {"theme", "", "Looking", "use a theme", 0, act_set_theme, "NAME|FILE", NULL},
    {"present", "<F5>", "Looking", "present to a class, large: edits locked, . or b blanks the screen", 0, act_present,
     NULL, NULL},
    {"votes", "", "Looking", "hands counted for each answer, * at the right one; what to do next", 0, act_votes,
     "12 5* 8", NULL},
    {"motion", "", "Looking", "show a multiplication as motion, or not", 0, act_motion, "on|off", NULL},
    {"back", "<Esc>", "Looking", "back to the view before", 0, act_back, NULL, NULL},

    {"lesson", "", "Lessons", "take a lesson; without a name: out of it again", 0, act_lesson, "NAME|FILE", NULL},
    {"result", "", "Lessons", "write how the lesson went so far", 0, act_result, "[!] FILE", NULL},
    {"scenario", "", "Files", "open a scenario or a sitting; ! drops edits of another model", S | ACTION_OPENS,
     act_scenario,
     "[!] NAME|FILE", NULL},
    {"model", "", "Files", "open another model; ! drops edits that are not saved", S | ACTION_OPENS, act_model,
     "[!] NAME|FILE", NULL},
    {"watch", "", "Files", "show what is in the model's file whenever it is written anew; off: no longer", 0, act_watch,
     "[FILE|off]", NULL},
    {"write", "", "Files", "save this state as a scenario; ! writes over a file", 0, act_save, "[!] FILE", "w"},
    {"keep", "", "Files", "save the whole sitting: values, views, theme, cursor; ! writes over a file", 0, act_keep,
     "[!] FILE", "mksession"},
    {"figure", "s", "Files", "save a figure: .svg, .html, .ans or .txt", 0, act_figure, "[!] FILE [COLSxROWS]", NULL},
    {"record", "", "Files", "record the frames from now on into FILE.cast, .html or .svg; without a name: end and "
     "write it", 0, act_record, "[!] [FILE]", NULL},
    {"export", "E", "Files", "export the trace: .json, .csv or .txt", 0, act_export_trace, "[!] FILE", NULL},

    {"command", ":", "The program", "type a command", 0, act_command, NULL, NULL},
    {"quit", "q <C-c>", "The program", "quit; asks when edits are not saved", 0, act_quit, NULL, "q"},
    {"suspend", "<C-z>", "The program", "suspend", 0, act_suspend, NULL, NULL},
    {"redraw", "<C-l>", "The program", "redraw the screen", 0, act_redraw, NULL, NULL},
};
#undef E
#undef S
const int action_count = (int)(sizeof actions / sizeof *actions);

/* What the hint line offers, the most useful first. Pairs share a word. */
static const struct key_help hint_rows[] = {
    {.keys = "?", .hint = "help"},
    {.keys = "<Left>", .hint = "word"}, {.keys = "<Right>", .hint = "word"},
    {.keys = "<PgDn>", .hint = "steps"},
    {.keys = "<Up>", .hint = "value"}, {.keys = "<Down>", .hint = "value"},
    {.keys = "c", .hint = "close"}, {.keys = "o", .hint = "open"},
    {.keys = "+", .hint = "change"}, {.keys = "-", .hint = "change"},
    {.keys = "q", .hint = "quit"},
    {.keys = "<Tab>", .hint = "unit"},
    {.keys = "u", .hint = "undo"},
    {.keys = "<Space>", .hint = "play"},
    {.keys = "a", .hint = "all"},
    {.keys = "d", .hint = "dissect"},
    {.keys = "A", .hint = "earlier words"},
    {.keys = "w", .hint = "what-if"},
    {.keys = "W", .hint = "sweep"},
    {.keys = "p", .hint = "predictions"},
    {.keys = "r", .hint = "gradient"},
    {.keys = "e", .hint = "explain"},
    {.keys = "t", .hint = "theme"},
    {.keys = "m", .hint = "timeline"},
};

const struct action *action_for_key(int key)
{
    for (int k = 0; k < action_count; k++)
        if (key_listed(actions[k].keys, key))
            return &actions[k];
    return NULL;
}

static bool listed(const char *words, const char *word)
{
    size_t n = strlen(word);
    for (const char *p = words; p && *p; p += strcspn(p, " "), p += *p == ' ')
        if (strcspn(p, " ") == n && strncmp(p, word, n) == 0)
            return true;
    return false;
}

const struct action *action_find(const char *name)
{
    const struct action *found = NULL;
    for (int k = 0; k < action_count; k++) {
        if (strcmp(actions[k].name, name) == 0 || listed(actions[k].alias, name))
            return &actions[k];
    }
    for (int k = 0; k < action_count && *name; k++)
        if (strncmp(actions[k].name, name, strlen(name)) == 0) {
            if (found)
                return NULL;
            found = &actions[k];
        }
    return found;
}

/* ---- for help and hints ------------------------------------------------------------------------------------------ */

const struct key_help *action_key_help(int *n)
{
    static struct key_help *rows;
    static char (*view_keys)[8];
    static int count;
    if (!rows) {
        static const char *const groups[] = {"Stepping", "Selecting", "Editing",    "Looking",
                                             "Learning", "Lessons",   "Files",   "The program"};
        rows = xcalloc((size_t)action_count + (size_t)view_count, sizeof *rows);
        view_keys = xcalloc((size_t)view_count, sizeof *view_keys);
        for (size_t g = 0; g < sizeof groups / sizeof *groups; g++) {
            for (int k = 0; k < action_count; k++)
                if (strcmp(actions[k].group, groups[g]) == 0)
                    rows[count++] = (struct key_help){actions[k].group,    actions[k].keys, actions[k].name,
                                                      actions[k].argument, actions[k].help, NULL, false, false};
            for (int k = 0; k < view_count && strcmp(groups[g], "Looking") == 0; k++)
                if (views[k]->key) {
                    snprintf(view_keys[k], sizeof *view_keys, "%c", views[k]->key);
                    rows[count++] =
                        (struct key_help){"Looking", view_keys[k], views[k]->name, NULL, views[k]->title, NULL,
                                          true, false};
                }
        }
    }
    *n = count;
    return rows;
}

const struct key_help *const *action_hints(int *n)
{
    static const struct key_help *hints[sizeof hint_rows / sizeof *hint_rows];
    static int count;
    if (!count)
        for (size_t k = 0; k < sizeof hint_rows / sizeof *hint_rows; k++) {
            /* Only what the tables really offer: a hint for a view that does not exist would be a lie. */
            const char *p = hint_rows[k].keys;
            int key = key_parse(&p);
            bool known = action_for_key(key) != NULL;
            for (int v = 0; v < view_count; v++)
                known = known || (views[v]->key && views[v]->key == key);
            if (known)
                hints[count++] = &hint_rows[k];
        }
    *n = count;
    return hints;
}
