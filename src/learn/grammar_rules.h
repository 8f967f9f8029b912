/* grammar_rules.h: a grammar as it is inside: rules are choices, choices are alternatives, alternatives are nodes.
 * Private to grammar*.c. */
#ifndef FLSTM_LEARN_GRAMMAR_RULES_H
#define FLSTM_LEARN_GRAMMAR_RULES_H

#include "learn/grammar.h"
#include "learn/lexicon.h"

enum { LENGTH_MAX = 100000, COUNT_MAX = 10000 };         /* tokens of a sequence, the most a count may be */

/* What a rule is made of. */
enum node_kind { NODE_WORD, NODE_RULE, NODE_AGREE, NODE_DRAW, NODE_CHOICE, NODE_REPEAT, NODE_COUNT };

struct alternative {
    struct node *node;
    int nodes;
};
struct choice {
    struct alternative *alt;
    double *weight;
    int alts;
};
struct node {
    enum node_kind kind;
    int line;
    int id;                       /* word, rule, feature (NODE_AGREE, NODE_DRAW) or count (NODE_REPEAT, NODE_COUNT) */
    char *name;                   /* NODE_RULE, NODE_AGREE: as written, until resolved */
    int *variant;                 /* NODE_AGREE: [values of the feature] the rule for each */
    struct choice choice;         /* NODE_CHOICE; NODE_REPEAT: what is repeated */
};
struct rule {
    char *name;
    int line;
    struct choice choice;
    int shortest;                 /* tokens of its shortest expansion, or NEVER */
    bool used, followed;          /* reached from the start; what it refers to has been marked */
};
struct feature {
    char *name;
    int line, values;
    char **value;
    double *weight;
};
struct count {
    char *name;
    int low[PART_COUNT], high[PART_COUNT];
};
struct grammar_rules {
    struct rule *rule;
    int rules;
    struct lexicon names, words;  /* numbers in rule[] and in grammar.word[] */
    struct feature *feature;
    int features;
    struct count *count;
    int counts;
    int start;
};

/* Reading one file. */
struct parser {
    struct grammar *g;
    const char *at;               /* in the logical line; continuation lines are joined with '\n' */
    int line, nest;
    bool known_words;             /* settings: a word that is in no rule is a mistake */
    char *start;                  /* setting */
    int start_line, pair_line, groups;       /* groups: measure lines so far */
    struct err *e;
};

/* Fills the error with "SOURCE:LINE: …" and returns false. */
bool (grammar_complain)(const struct parser *p, int line, const char *format, ...) ERR_PRINTF(3, 4);
#define grammar_complain(...) err_false((grammar_complain)(__VA_ARGS__))

/* What only the whole tells (grammar_check.c): the rules by themselves, then with the settings. */
bool grammar_check_rules(struct parser *p);
bool grammar_check_start(struct parser *p);
bool grammar_check_pair(struct parser *p);
int grammar_find_feature(const struct grammar_rules *r, const char *s, size_t n);     /* -1 */
int grammar_find_count(const struct grammar_rules *r, const char *s, size_t n);       /* -1 */

/* Words that do the same work (grammar_groups.c): before the settings, and for the text of one setting. */
void grammar_begin_groups(struct grammar *g);
bool grammar_add_group(struct parser *p, int line, const char *text);

void grammar_clear_alternative(struct alternative *a);

#endif
