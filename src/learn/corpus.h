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

struct corpus_part {
    int sequences, spans, subjects;
    int *start, *id;                  /* as in struct train_text; start is never NULL */
    float *weight;                    /* NULL: all 1 */
    unsigned char *measured;          /* NULL: every token is measured */
    struct corpus_span *span;         /* measured targets that have a cue */
    struct corpus_subject *subject;   /* in order; of the first feature */
};

struct corpus {
    char *title, *about, *source;     /* never NULL */
    struct vocab *vocab;
    unsigned char *rival;             /* [vocab->size], or NULL */
    int pair[2];                      /* the two answers a single memory tells apart (grammar.h); -1 -1: none */
    struct corpus_part part[PART_COUNT];
    int *demo, demo_n;                /* ids of a sequence worth showing; at least 2 */
    char **value;                     /* [values]: names of corpus_span.value */
    int values;
    double heavy;                     /* how much more a measured target weighs in training */
    uint64_t seed;                    /* of the draw; 0 for texts */
    bool drawn;                       /* from a grammar */
    long lines, repeated; /* of a text: with two or more tokens, and those that had been met before (left out) */
};

/* Tokens of a text file. CORPUS_GUESS: words, unless lines hold hardly any blanks. */
enum corpus_tokens { CORPUS_WORD, CORPUS_CHAR, CORPUS_GUESS };

/* Reads a grammar when the name ends in ".grammar" or built-in corpora/NAME.grammar is meant by NAME, else a text.
 * The parts never share a sequence. In a text every tenth line is held out for "valid" and the one after it for
 * "test", unless valid_path names a file of its own (then all lines are trained on and "test" is empty). NULL with
 * one line of error. */
struct corpus *corpus_read(const char *path, const char *valid_path, enum corpus_tokens tokens, uint64_t seed,
                           struct err *e);
/* data/corpora/NAME.grammar or NAME.txt as compiled in. */
struct corpus *corpus_builtin(const char *name, enum corpus_tokens tokens, uint64_t seed, struct err *e);
struct corpus *corpus_from_grammar(const struct grammar *g, uint64_t seed, struct err *e);
struct corpus *corpus_from_text(const char *text, size_t len, const char *source, const char *valid, size_t valid_len,
                                const char *valid_source, enum corpus_tokens tokens, struct err *e);
void corpus_free(struct corpus *c);

/* Numbers the tokens as another vocabulary does, which is copied; a token that is not in it becomes its unknown
 * token, and when it has none the corpus stays as it is: false with one line of error. */
bool corpus_use_vocab(struct corpus *c, const struct vocab *v, struct err *e);

/* Is anything held out? If not, what is measured is measured on the training text itself. */
bool corpus_held_out(const struct corpus *c);
/* "1,000 lines, 5 different: 5 to train on, none held out", as it concerns a text; nothing for a grammar. */
void corpus_tell(const struct corpus *c, struct str *out);

/* A part as the trainer takes it; borrows. */
struct train_text corpus_text(const struct corpus *c, enum grammar_part part);

#endif
