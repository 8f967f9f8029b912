/* taught.c: see taught.h. */
#include "views/taught.h"

#include <string.h>

#include "base/utf8.h"
#include "views/say.h"

void taught_title(const struct training *t, struct str *out)
{
    utf8_clean(out, t->corpus->title, strlen(t->corpus->title));
}

static bool are_characters(const struct corpus *c)
{
    return c->vocab && c->vocab->kind == VOCAB_CHAR;
}

void taught_word(const struct training *t, int k, const struct glyphs *gl, struct str *out)
{
    struct str raw = {0};
    corpus_demo_word(t->corpus, k, &raw);
    say_text(str_text(&raw), are_characters(t->corpus), gl, out);
    str_free(&raw);
}

void taught_output(const struct training *t, int output, const struct glyphs *gl, struct str *out)
{
    const struct corpus *c = t->corpus;
    say_text(corpus_output(c, output), c->goal != GOAL_LABEL && are_characters(c), gl, out);
}
