/* grammar.h: sentences that are drawn, not collected: a small template language and the files written in it.
 *
 * A grammar file says which sequences there are and how likely each is; a seed then decides which are drawn. It is read
 * line by line; a line that begins with a blank continues the one before; # begins a comment.
 *
 *   RULES            Name = word word Other | 3: another way | ( 25: this | 75: that ) [20%: perhaps this]
 *     Name             begins with an upper-case letter and stands for one of its alternatives
 *     word             anything else stands for itself; in "quotes" when it begins with an upper-case letter, holds a
 *                      blank or one of | ( ) [ ] { } " # or looks like a weight ("I", "(", "2:")
 *     3:               weight of an alternative among its neighbours (1 when none is written; 25%: is the same as 25:)
 *     ( | )            a choice inside a rule
 *     [20%: … ]        present with that probability; [ … ] half of the time
 *     _                nothing
 *   AGREEMENT        feature gender: F | M              what has to agree, and its values, with weights if need be
 *     {gender}         draws a value, which holds from here to the end of the rule it stands in
 *     Poss.gender      stands for Poss.F or Poss.M, whichever was drawn; both must be defined
 *                      The first thing that agrees with a draw is its cue ("she"): what agrees later ("her") is
 * decided there.
 *   COUNTING         count n: 1-30, valid 31-50, test 51-90     a number and where it lies; in the other parts as in
 *                      the first range unless they have one of their own
 *     a*n  Name*n      n times; n is drawn once for the rule it is met in
 *     {n}              draws n anew, from here to the end of the rule it stands in
 *   SETTINGS         start: Name          where sequences begin (default: the first rule)
 *     tokens: word     or char: then every character is a token
 *     max: 26          longer sequences are not drawn (default 100)
 *     ban: w w w       a sequence of tokens that never occurs in training; repeatable. Texts that do hold it are drawn
 *                      apart, as the "novel" part, to see what is made of a new composition
 *     measure: w w     held-out accuracy is taken where one of these is to be predicted: is it likelier than the others
 *                      of its line? Repeatable. A cue is not measured: nothing before decides it
 *     pair: w w        two words of one measure line that a single memory tells apart: what is measured of single units
 *                      (measure.h) asks for the share of the right one of these two only (default: of its whole line)
 *     heavy: 5         how much more such a target weighs in training (default 1)
 *     train: 4000      how many different sequences to draw for each part: train, valid, test, novel
 *     group: who Rule ^Rule word -word    words that do the same work, for lists of the vocabulary: all that a rule
 * leads to
 *                      (Rule stands for Rule.VALUE too), ^: only those that can come first, -: not this word.
 * Repeatable; a
 *                      word is in the first group that takes it
 *     demo: w w w      the sentence to show
 *     title: …         about: …
 *
 * Every complaint is one line, FILE:LINE: what is wrong.
 */
#ifndef FLSTM_LEARN_GRAMMAR_H
#define FLSTM_LEARN_GRAMMAR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "core/rng.h"

enum grammar_part { PART_TRAIN, PART_VALID, PART_TEST, PART_NOVEL, PART_COUNT };

struct grammar_ban { int n; int *id; };

struct grammar {
    char *source, *title, *about;     /* never NULL; title is the file's base name unless it says otherwise */
    bool characters;                  /* tokens: char */
    int words;
    char **word;                      /* [words]: the vocabulary, in order of appearance */
    unsigned char *rival;             /* [words]: 1 + number of its `measure` line; 0: in none */
    int pair[2];                      /* ids, or -1 -1 */
    int max;
    double heavy;
    int size[PART_COUNT];
    struct grammar_ban *ban;
    int bans;
    int groups;
    char **group;                     /* [groups]: their names */
    signed char *group_of;            /* [words]: -1: in none */
    int *demo, demo_n;                /* ids */
    int values;                       /* of the first feature, and their names; 0 when nothing agrees */
    const char *const *value;         /* borrowed from the rules */
    int counts;                       /* how many `count` lines there are */
    struct grammar_rules *rules;      /* private */
};

/* Reads a text in memory (len bytes, copied). NULL with one line of error. */
struct grammar *grammar_parse(const char *text, size_t len, const char *source, struct err *e);
void grammar_free(struct grammar *g);

/* Where a draw of the first feature showed first: the tokens first … at ("the little girl"). */
struct grammar_cue { int first, at, value; };

/* A drawn sequence; the arrays are owned and grow as needed (zero it first, clear it last). */
struct grammar_sentence {
    int n, room;
    int *id;
    int *cue;                         /* the token that decides this one, or -1 */
    int *value;                       /* the value of the feature it agrees with, or -1 */
    unsigned char *measured;
    struct grammar_cue *subject;      /* [subjects], in order */
    int subjects;
    long work;                        /* nodes of the grammar walked so far, over all draws into this struct */
    enum grammar_part part;           /* given: whose ranges the counts are drawn from (0: train) */
    int count;                        /* given: what every count is; 0: drawn */
};
/* Draws until a sequence is 2 … max tokens long; false when GRAMMAR_WORK nodes (well under a second) did not give one.
 * Bans do not count here. */
enum { GRAMMAR_WORK = 4000000 };
bool grammar_draw(const struct grammar *g, struct rng *r, struct grammar_sentence *out);
/* All sequences, one after another: a walk takes every way down the rules that leads to at most `length` tokens (of
 * longer sequences their first `length`). Sequences that several ways lead to come several times; ways of no weight are
 * not taken, and counts are those of the training part. Begun with what was drawn into `out` cleared. */
struct grammar_walk;
struct grammar_walk *grammar_walk_new(const struct grammar *g, int length);
void grammar_walk_free(struct grammar_walk *w);
/* The next one: out->id, out->n (nothing else is to be read). *cut: it goes on beyond `length`. False: that were
 * all. */
bool grammar_walk_next(struct grammar_walk *w, struct grammar_sentence *out, bool *cut);
/* Was every way taken to its end so far? Not one that turns in circles without a token. */
bool grammar_walk_whole(const struct grammar_walk *w);
/* Where the first count lies in that part; false when nothing counts. */
bool grammar_counts(const struct grammar *g, enum grammar_part part, int *low, int *high);
bool grammar_banned(const struct grammar *g, const struct grammar_sentence *s);
void grammar_sentence_clear(struct grammar_sentence *s);

#endif
