/* app.c: a program begins and ends. See app.h. */
#include "action/app.h"

#include <stdlib.h>

#include "action/ask.h"
#include "action/keymap.h"
#include "action/lesson.h"
#include "base/mem.h"

void app_init(struct app *a, struct session *s, struct theme *t, const struct glyphs *glyphs)
{
    *a = (struct app){.session = s, .theme = t, .glyphs = glyphs, .w = 80, .h = 24, .info.extra = -1, .history_at = -1};
    a->offers.at = -1;
    a->record.depth = DEPTH_TRUE;
    a->model_options.tokenizer = -1;
    a->command_line = &question_command;
    a->view = &view_bars;
    a->show.page = -1;
    a->lecture.right = -1;
    a->view_state = xcalloc((size_t)view_count, sizeof *a->view_state);
    for (int k = 0; k < view_count; k++)
        a->view_state[k] = view_state_new(views[k]);
    a->scene = (struct scene){.session = s, .theme = t->name, .rate = 10, .top = 10};
    app_use_keys(a, keymap_standard());
    a->scene.keys = action_key_help(&a->scene.key_count);
    a->scene.hints = action_hints(&a->scene.hint_count);
    a->scene.all_views = views;
    a->scene.all_views_count = view_count;
}

void app_use_keys(struct app *a, const struct keymap *keys)
{
    a->keymap = keys;
    a->scene.keymap = keys;
    a->scene.keys_now = keys->changed ? keymap_now : NULL;
}

void app_clear(struct app *a)
{
    for (int k = 0; a->view_state && k < view_count; k++)
        view_state_free(views[k], a->view_state[k]);
    free(a->view_state);
    app_lesson_clear(a);
    session_free(a->session);
    theme_free(a->theme);
    offers_clear(&a->offers);
    recording_free(a->record.recording);
    free(a->record.path);
    free(a->find);
    free(a->copied);
    free(a->mend);
    free(a->saved_as);
    free(a->save_model);
    free(a->reload.path);
    variants_free(a->variants);
    training_free(a->training);
    scenario_info_clear(&a->info);
    for (int k = 0; k < APP_HISTORY; k++)
        free(a->last_command[k]);
    free(a->history_old);
    if (a->theme_list)
        theme_names_free(a->theme_list, a->theme_count);
    *a = (struct app){0};
}
