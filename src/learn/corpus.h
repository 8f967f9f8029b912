/* corpus.h: what a network is trained on and measured with: a vocabulary and texts as numbers. Comes from a grammar
 * (grammar.h), drawn by seed, or from a text file with one sequence a line. */
#ifndef FLSTM_LEARN_CORPUS_H
#define FLSTM_LEARN_CORPUS_H

#include "base/str.h"
#include "core/train.h"
#include "learn/grammar.h"
#include "model/vocab.h"

/* "target was decided at cue": the two ends of what has to be remembered. */
struct corpus_span {
    int sequence, cue, target;        /* tokens within the sequence */
    int value;                        /* which value of the feature */
};

/* What a sequence is about from here on: the tokens first … at name it. */
struct corpus_subject { int sequence, first, at, value; };

/* What is wanted: the next token, one of some labels, or a number. */
enum corpus_goal { GOAL_NEXT, GOAL_LABEL, GOAL_NUMBER };

struct corpus_part {
    int sequences, spans, subjects;
    int *start, *id;                  /* as in struct train_text; start is never NULL */
    float *weight;                    /* NULL: all 1 */
    unsigned char *measured;          /* NULL: every token is measured */
    float *x, *y;                     /* [tokens][inputs], [tokens][outputs], as in struct train_text; NULL: none */
    int *label;
    struct corpus_span *span;         /* measured targets that have a cue */
    struct corpus_subject *subject;   /* in order; of the first feature */
};

struct corpus {
    char *title, *about, *source;     /* never NULL */
    struct vocab *vocab;              /* NULL: numbers come in */
    enum corpus_goal goal;
    int inputs, outputs;              /* numbers a step (0: tokens); rows of the head */
    char **label;                     /* [outputs] for GOAL_LABEL, else NULL */
    double mean, spread[PART_COUNT]; /* GOAL_NUMBER: what is wanted in training on average, and the mean square of what
                                        always saying so misses in each part */
    float *demo_x;                    /* [demo_n][inputs]; NULL for tokens */
    unsigned char *rival;             /* [vocab->size], or NULL */
    int pair[2];                      /* the two answers a single memory tells apart (grammar.h); -1 -1: none */
    struct corpus_part part[PART_COUNT];
    int *demo, demo_n;                /* ids of a sequence worth showing; at least 2 (1 where the goal is no token) */
    char **value;                     /* [values]: names of corpus_span.value */
    int values;
    double heavy;                     /* how much more a measured target weighs in training */
    uint64_t seed;                    /* of the draw; 0 for texts */
    bool drawn;                       /* from a grammar, or numbers that are drawn */
    struct grammar *counted;          /* the grammar, where it counts (grammar.h); else NULL */
    long lines, repeated; /* of a text: with two or more tokens, and those that had been met before (left out) */
};

/* Tokens of a text file. CORPUS_GUESS: words, unless lines hold hardly any blanks. */
enum corpus_tokens { CORPUS_WORD, CORPUS_CHAR, CORPUS_GUESS };

/* Reads a grammar when the name ends in ".grammar" or built-in corpora/NAME.grammar is meant by NAME, sequences of
 * numbers when it ends in ".numbers" (numbers.h), else a text. In a text whose name ends in ".tsv" every line ends with
 * a tab and a label, which is wanted after the last token; nothing else is. The parts never share a sequence. In a
 * text every tenth line is held out for "valid" and the one after it for "test", unless valid_path names a file of its
 * own (then all lines are trained on and "test" is empty). NULL with one line of error. */
struct corpus *corpus_read(const char *path, const char *valid_path, enum corpus_tokens tokens, uint64_t seed,
                           struct err *e);
/* data/corpora/NAME.grammar or NAME.txt as compiled in. */
struct corpus *corpus_builtin(const char *name, enum corpus_tokens tokens, uint64_t seed, struct err *e);
struct corpus *corpus_from_grammar(const struct grammar *g, uint64_t seed, struct err *e);
/* A text in memory; source: what errors call it. */
struct corpus_file { const char *text; size_t len; const char *source; };
const char *corpus_begin(const struct corpus_file *f);            /* behind a byte order mark */
struct corpus *corpus_from_text(const struct corpus_file *file, const struct corpus_file *valid,
                                enum corpus_tokens tokens, struct err *e);        /* valid may be NULL */
void corpus_free(struct corpus *c);

/* Numbers the tokens as another vocabulary does, which is copied; a token that is not in it becomes its unknown
 * token, and when it has none the corpus stays as it is: false with one line of error. */
bool corpus_use_vocab(struct corpus *c, const struct vocab *v, struct err *e);

/* What comes in at token k of a part, and at step k of the demo: a row of the embedding, or the numbers. */
const float *corpus_input(const struct corpus *c, const struct corpus_part *p, int k, const float *embedding,
                          int embed);
const float *corpus_demo_input(const struct corpus *c, int k, const float *embedding, int embed);
/* What step k of the demo is called: its token, or its numbers (into out); and output k of the head. */
void corpus_demo_word(const struct corpus *c, int k, struct str *out);
const char *corpus_output(const struct corpus *c, int k);
/* For whoever makes one. */
struct corpus *corpus_new(const char *title, const char *about, const char *source);
/* Which part the k-th sequence of a text goes to: eight of ten are trained on. */
enum grammar_part corpus_part_of(int k);

/* What is looked at on the way: validation, or the training part where there is none. */
enum grammar_part corpus_held_part(const struct corpus *c);
/* Is anything held out? If not, what is measured is measured on the training text itself. */
bool corpus_held_out(const struct corpus *c);
/* "1,000 lines, 5 different: 5 to train on, none held out", as it concerns a text; nothing for a grammar. */
void corpus_tell(const struct corpus *c, struct str *out);

/* A part as the trainer takes it; borrows. */
struct train_text corpus_text(const struct corpus *c, enum grammar_part part);

#endif
