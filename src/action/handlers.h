/* handlers.h: the functions behind the rows of the action table, by the file they are in. Private to src/action.
 * `arg` is what followed the name on the command line, the key for ACTION_TYPED, else "". */
#ifndef FLSTM_ACTION_HANDLERS_H
#define FLSTM_ACTION_HANDLERS_H

#include "action/app.h"

/* act_step.c */
unsigned act_next_word(struct app *a, const char *arg);
unsigned act_prev_word(struct app *a, const char *arg);
unsigned act_next_substep(struct app *a, const char *arg);
unsigned act_prev_substep(struct app *a, const char *arg);
unsigned act_first_word(struct app *a, const char *arg);
unsigned act_last_word(struct app *a, const char *arg);
unsigned act_goto_step(struct app *a, const char *arg);
unsigned act_find_prompt(struct app *a, const char *arg);
unsigned act_find_forward(struct app *a, const char *arg);
unsigned act_find_back(struct app *a, const char *arg);
unsigned act_play(struct app *a, const char *arg);
unsigned act_slower(struct app *a, const char *arg);
unsigned act_faster(struct app *a, const char *arg);
unsigned act_set_rate(struct app *a, const char *arg);

/* act_select.c */
unsigned act_next_value(struct app *a, const char *arg);
unsigned act_prev_value(struct app *a, const char *arg);
unsigned act_next_unit(struct app *a, const char *arg);
unsigned act_prev_unit(struct app *a, const char *arg);
unsigned act_goto_unit(struct app *a, const char *arg);
unsigned act_goto_layer(struct app *a, const char *arg);
unsigned act_layer_down(struct app *a, const char *arg);
unsigned act_layer_up(struct app *a, const char *arg);

/* act_edit.c */
/* A text could not be read: the line stays in the prompt, at its first unknown word from byte `from` on, with what
 * could stand there. */
unsigned act_fail_words(struct app *a, const char *command, const char *argument, int from, const struct err *e);
/* Says how many words of the sentence are read as the unknown token, if any. */
unsigned act_tell_unknown(struct app *a);
/* The k-th preset; false beyond the last. */
bool act_preset_at(int k, const char **name, const char **help);
unsigned act_up_5(struct app *a, const char *arg);
unsigned act_down_5(struct app *a, const char *arg);
unsigned act_up_1(struct app *a, const char *arg);
unsigned act_down_1(struct app *a, const char *arg);
unsigned act_up_25(struct app *a, const char *arg);
unsigned act_down_25(struct app *a, const char *arg);
unsigned act_open_gate(struct app *a, const char *arg);
unsigned act_close_gate(struct app *a, const char *arg);
unsigned act_open_all(struct app *a, const char *arg);
unsigned act_close_all(struct app *a, const char *arg);
unsigned act_unpin(struct app *a, const char *arg);
unsigned act_unpin_all(struct app *a, const char *arg);
unsigned act_undo(struct app *a, const char *arg);
unsigned act_redo(struct app *a, const char *arg);
unsigned act_type_value(struct app *a, const char *arg);
unsigned act_type_digit(struct app *a, const char *arg);
unsigned act_set_edit(struct app *a, const char *arg);
unsigned act_preset(struct app *a, const char *arg);
/* The name of the preset before (by < 0) or after this one, round and round; the first for a name that is none. */
unsigned act_name(struct app *a, const char *arg);
unsigned act_set_word(struct app *a, const char *arg);
unsigned act_set_text(struct app *a, const char *arg);

/* act_look.c */
unsigned act_extra(struct app *a, const char *arg);
unsigned act_explain(struct app *a, const char *arg);
unsigned act_welcome(struct app *a, const char *arg);
unsigned act_ahead(struct app *a, const char *arg);
unsigned act_layout(struct app *a, const char *arg);
unsigned act_show_view(struct app *a, const char *arg);
unsigned act_words(struct app *a, const char *arg);
unsigned act_glossary(struct app *a, const char *arg);
unsigned act_compare(struct app *a, const char *arg);
unsigned act_speak(struct app *a, const char *arg);
unsigned act_findings(struct app *a, const char *arg);
unsigned act_suite(struct app *a, const char *arg);
unsigned act_help(struct app *a, const char *arg);
unsigned act_back(struct app *a, const char *arg);
unsigned act_next_theme(struct app *a, const char *arg);
unsigned act_prev_theme(struct app *a, const char *arg);
unsigned act_set_theme(struct app *a, const char *arg);
unsigned act_copy(struct app *a, const char *arg);
unsigned act_set_top(struct app *a, const char *arg);

/* act_show.c */
unsigned act_present(struct app *a, const char *arg);
unsigned act_votes(struct app *a, const char *arg);
unsigned act_motion(struct app *a, const char *arg);

/* act_lesson.c */
unsigned act_lesson(struct app *a, const char *arg);
unsigned act_result(struct app *a, const char *arg);

/* learning.c */
unsigned act_train_new(struct app *a, const char *arg);
unsigned act_train_pause(struct app *a, const char *arg);
unsigned act_train_epoch(struct app *a, const char *arg);
unsigned act_train_again(struct app *a, const char *arg);
unsigned act_train_slower(struct app *a, const char *arg);
unsigned act_train_faster(struct app *a, const char *arg);
unsigned act_train_next_unit(struct app *a, const char *arg);
unsigned act_train_prev_unit(struct app *a, const char *arg);
unsigned act_train_enter(struct app *a, const char *arg);

/* act_film.c */
unsigned act_film_next(struct app *a, const char *arg);
unsigned act_film_prev(struct app *a, const char *arg);
unsigned act_film_first(struct app *a, const char *arg);
unsigned act_film_last(struct app *a, const char *arg);
unsigned act_film_moment(struct app *a, const char *arg);
unsigned act_film_enter(struct app *a, const char *arg);
unsigned act_film_at(struct app *a, const char *arg);

unsigned act_variants(struct app *a, const char *arg);
unsigned act_variant_enter(struct app *a, const char *arg);
unsigned act_variant_next(struct app *a, const char *arg);
unsigned act_variant_prev(struct app *a, const char *arg);

/* act_file.c */
unsigned act_scenario(struct app *a, const char *arg);
unsigned act_watch(struct app *a, const char *arg);
unsigned act_model(struct app *a, const char *arg);
unsigned act_save(struct app *a, const char *arg);
unsigned act_keep(struct app *a, const char *arg);
unsigned act_figure(struct app *a, const char *arg);
unsigned act_record(struct app *a, const char *arg);
unsigned act_export_trace(struct app *a, const char *arg);
unsigned act_command(struct app *a, const char *arg);
unsigned act_quit(struct app *a, const char *arg);
unsigned act_suspend(struct app *a, const char *arg);
unsigned act_redraw(struct app *a, const char *arg);

#endif
