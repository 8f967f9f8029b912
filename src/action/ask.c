/* ask.c: see ask.h. */
#include "action/ask.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void end_offers(struct app *a)
{
    a->scene.offers = NULL;
    offers_clear(&a->offers);
}

static void start(struct app *a, const char *label, const char *text)
{
    prompt_start(&a->prompt, label, text);
    end_offers(a);
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

/* ---- history ----------------------------------------------------------------------------------------------------- */

enum { HISTORY = APP_HISTORY };

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

/* ---- offers ------------------------------------------------------------------------------------------------------ */

/* `text` in place of what the offers are for, the cursor behind it. */
static void put_in(struct app *a, const char *text)
{
    struct prompt *p = &a->prompt;
    struct str rest = {0};
    str_add(&rest, p->text + p->pos);
    p->text[a->offers.from] = '\0';
    p->pos = p->len = a->offers.from;
    prompt_insert(p, text);
    int at = p->pos;
    prompt_insert(p, str_text(&rest));
    p->pos = at;
    str_free(&rest);
}

static void find_offers(struct app *a)
{
    char text[sizeof a->prompt.text];
    memcpy(text, a->prompt.text, sizeof text);
    text[a->prompt.pos] = '\0';
    end_offers(a);
    a->question->complete(a, text, &a->offers);
    a->scene.offers = a->offers.n > 0 ? &a->offers : NULL;
    a->prompt.note = !a->offers.n ? a->question->note : *a->offers.example ? a->offers.example : NULL;
}

/* How far all offers begin alike: whole characters. */
static size_t common(const struct offers *o)
{
    size_t n = strlen(o->v[0].text);
    for (int k = 1; k < o->n; k++)
        for (size_t j = 0; j < n; j++)
            if (o->v[k].text[j] != o->v[0].text[j])
                n = j;
    while (n && ((unsigned char)o->v[0].text[n] & 0xC0) == 0x80)
        n--;
    return n;
}

/* The first Tab completes as far as there is no choice, and shows what there is; the next ones choose. */
static void complete(struct app *a)
{
    find_offers(a);
    if (!a->offers.n)
        return;
    size_t n = common(&a->offers), typed = (size_t)(a->prompt.pos - a->offers.from);
    char *text = xstrndup(a->offers.v[0].text, n);
    bool only = a->offers.n == 1;
    if (only || n > typed)
        put_in(a, text);
    free(text);
    if (only)
        end_offers(a);
}

static void choose(struct app *a, int by)
{
    struct offers *o = &a->offers;
    o->at = o->at < 0 ? (by > 0 ? 0 : o->n - 1) : (o->at + by + o->n) % o->n;
    put_in(a, o->v[o->at].text);
}

static bool offers_key(struct app *a, int key)
{
    bool open = a->scene.offers != NULL, next = key == K_TAB || key == K_DOWN;
    if (open && (next || key == K_UP || key == K_BTAB))
        choose(a, next ? 1 : -1);
    else if (key == K_TAB)
        complete(a);
    else
        return false;
    return true;
}

void app_mend(struct app *a, const char *command, const char *argument, int at)
{
    struct str line = {0};
    str_addf(&line, "%s%s%s", command, *argument ? " " : "", argument);
    free(a->mend);
    a->mend = str_take(&line);
    a->mend_at = at < 0 ? -1 : (int)strlen(command) + 1 + at;
}

/* The line that is to be mended is asked for again, with what could help. */
static void ask_mended(struct app *a)
{
    char *text = a->mend;
    int at = a->mend_at;
    a->mend = NULL;
    app_ask_command(a, text);
    free(text);
    if (at < 0 || at > a->prompt.len)
        return;
    a->prompt.pos = at;
    find_offers(a);
}

/* ---- keys -------------------------------------------------------------------------------------------------------- */

static unsigned accept(struct app *a, const char *text)
{
    const struct question *q = a->question;
    a->prompt.active = false;
    a->question = NULL;
    end_offers(a);
    if (q->history)
        remember(a, text);
    unsigned r = q->answer(a, text) | REACT_DRAW;
    if (a->mend)
        ask_mended(a);
    return r;
}

unsigned app_ask_key(struct app *a, int key)
{
    const struct question *q = a->question;
    a->scene.message = NULL;
    if (q->key && q->key(a, key))
        return REACT_DRAW;
    if (q->complete && offers_key(a, key))
        return REACT_DRAW;
    if (q->letters && key != K_ESC)
        return accept(a, (char[2]){key > 0 && key < 127 ? (char)key : 0, 0});
    if (q->history && (key == K_UP || key == K_DOWN)) {
        walk_history(a, key == K_UP ? 1 : -1);
        return REACT_DRAW;
    }
    switch (prompt_key(&a->prompt, key)) {
    case PROMPT_CANCELLED:
        end_offers(a);
        a->question = NULL;
        break;
    case PROMPT_ACCEPTED: {
        char text[sizeof a->prompt.text];
        memcpy(text, a->prompt.text, sizeof text);
        return accept(a, text);
    }
    case PROMPT_GOES_ON:
        if (a->scene.offers)              /* more letters, fewer lines */
            find_offers(a);
        break;
    }
    return REACT_DRAW;
}
