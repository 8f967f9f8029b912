/* suite.h: a set of sentences with a right and a wrong next word each, and how often the network gets them right, by
 * condition and with one unit taken out at a time (Lakretz et al. 2019, "The emergence of number and syntax units in
 * LSTM language models").
 *
 * A suite is a text, a sentence a line, columns parted by tabs:
 *
 *     prefix <TAB> right <TAB> wrong <TAB> condition [<TAB> labels]
 *
 * prefix is read as the model reads any text; right and wrong are words that it can predict; labels, if there, are one
 * for each word of the prefix, parted by blanks. Lines that begin with # and empty ones are left out, and so is a first
 * line whose first column is "prefix". */
#ifndef FLSTM_SESSION_SUITE_H
#define FLSTM_SESSION_SUITE_H

#include "session/session.h"

struct suite_item {
    int line;                     /* in the file, from 1 */
    int condition;
    int right, wrong;             /* outputs */
    struct tokens prefix;
    char **label;                 /* [prefix.n], owned, or NULL */
};

struct suite {
    char *name;                   /* owned: the file's, or the built-in's */
    int items, conditions;
    struct suite_item *item;
    char **condition;             /* [conditions], in order of appearance */
    int units;                    /* of all layers together, layer by layer */
    int scored;                   /* items of which the margins are known */
    float *margin;                /* [items][1 + units]: logit(right) - logit(wrong) after the prefix; of k > 0 with C
                                   * (and so h) of unit k-1 at 0 at every word of it */
};

enum { SUITE_ITEMS_MOST = 100000 };

/* Reads a text of that form for the model of s. NULL with one line: file, line, what was expected and what found. */
struct suite *suite_parse(const struct session *s, const char *text, size_t len, const char *name, struct err *e);
void suite_free(struct suite *u);

/* Scores the next item with the weights in force, without the pins of s. False when memory is short. */
bool suite_score_next(const struct session *s, struct suite *u);

/* Which layer and unit of it number k (0 … units-1) is. */
void suite_unit(const struct session *s, int k, int *layer, int *unit);

static inline float suite_margin(const struct suite *u, int item, int taken_out)
{
    return u->margin[(size_t)item * (size_t)(u->units + 1) + (size_t)taken_out];
}

/* Right by this much or less is no answer: the two are equally likely to what float32 can tell. */
static const float SUITE_TIE = 1e-4f;
/* Of the scored items of a condition (-1: of all): how many there are, and how many are right with `taken_out` (0:
 * nothing, else the number of a unit + 1); a tie counts half. */
struct suite_share { double right; int of, ties; };
struct suite_share suite_share(const struct suite *u, int condition, int taken_out);

#endif
