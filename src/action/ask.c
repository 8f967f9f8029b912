/* ask.c: see ask.h. */
#include "action/ask.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void start(struct app *a, const char *label, const char *text)
{
    prompt_start(&a->prompt, label, text);
    a->prompt.note = a->question->note;
    a->prompt.letter = a->question->letters != NULL;
    a->scene.answers = a->question->letters;
}

void app_ask(struct app *a, const struct question *q, const char *label, const char *text)
{
    a->question = q;
    a->history_at = -1;
    start(a, label ? label : q->label, text);
}

unsigned app_ask_command(struct app *a, const char *text)
{
    app_ask(a, a->command_line, NULL, text);
    return REACT_DRAW;
}

void app_ask_again(struct app *a, const char *text)
{
    char label[sizeof a->prompt.label];
    memcpy(label, a->prompt.label, sizeof label);
    start(a, label, text);
}

/* ---- history ------------------------------------------------------------------------------------------------------ */

enum { HISTORY = sizeof ((struct app *)0)->last_command / sizeof (char *) };

static void remember(struct app *a, const char *text)
{
    if (!*text || (a->last_command[0] && strcmp(a->last_command[0], text) == 0))
        return;
    free(a->last_command[HISTORY - 1]);
    memmove(a->last_command + 1, a->last_command, (HISTORY - 1) * sizeof *a->last_command);
    a->last_command[0] = xstrdup(text);
}

static void walk_history(struct app *a, int by)
{
    int n = 0;
    while (n < HISTORY && a->last_command[n])
        n++;
    int at = a->history_at + by;
    if (at < -1 || at >= n)
        return;
    a->history_at = at;
    app_ask_again(a, at < 0 ? "" : a->last_command[at]);
}

/* ---- keys --------------------------------------------------------------------------------------------------------- */

static unsigned accept(struct app *a, const char *text)
{
    const struct question *q = a->question;
    a->prompt.active = false;
    a->question = NULL;
    if (q->history)
        remember(a, text);
    return q->answer(a, text) | REACT_DRAW;
}

unsigned app_ask_key(struct app *a, int key)
{
    const struct question *q = a->question;
    if (q->key && q->key(a, key))
        return REACT_DRAW;
    if (q->letters && key != K_ESC)
        return accept(a, (char[2]){key > 0 && key < 127 ? (char)key : 0, 0});
    if (q->history && (key == K_UP || key == K_DOWN)) {
        walk_history(a, key == K_UP ? 1 : -1);
        return REACT_DRAW;
    }
    switch (prompt_key(&a->prompt, key)) {
    case PROMPT_CANCELLED: a->question = NULL; break;
    case PROMPT_ACCEPTED: {
        char text[sizeof a->prompt.text];
        memcpy(text, a->prompt.text, sizeof text);
        return accept(a, text);
    }
    case PROMPT_GOES_ON: break;
    }
    return REACT_DRAW;
}
