/* expr.h: a small language for what a lesson says and asks, so that no number of a run stands in a file.
 *
 *   f[1]@4  f[gender]@and  l2.i[3]@4      one value: of a unit (number, name, u), at a step (number, word, t, (t-1))
 *   f@4                                   all units: a vector
 *   f i g o C h x, c_prev kept written    what there is of it; x[k] is the k-th number of the input
 *   z_f[u]@t, z_f.h z_f.x z_f.b           the sum before σ, and what h, x and the bias give to it; z_i z_g z_o too
 *   W_f[u][k]  b_f[u]                     a weight (column k, h first), a bias
 *   f[u]@t(word)                          the same had that word come at t (f i g o C h)
 *   p(word)@t  next@t  surprisal@t        of what comes after step t: a probability, the likeliest, -ln p
 *   carry[u](t1..t2)  full[u](t1..t2)     the product of f from t1 to t2; ∂C_t2/∂C_t1 of that unit through all paths
 *   effect[u]@t(word@t2)                  how p(word) after t2 changes when f of the unit is closed at t
 *   base(e)  other(e)                     without what is set by hand; in the sentence compared with
 *   pinned(f[u]@t)  pinned(f@t)                is that value, is any of them set by hand? 1 or 0
 *   argmax_u(e) argmin_t(e) max_ min_ sum_ prod_ count_ all_ any_      over units u, steps t or words w
 *   given  given[k]                       what was answered
 *   H E V T layers pins, names of `vary`; + - * / ^ < > <= >= == != && || !
 *   abs min max sum len round floor sqrt exp ln sigma tanh
 *
 * What can be drawn from a file is limited: length, depth, and how much one evaluation may compute. Words of the
 * sentence that are no plain word stand in quotes: @'.'. Operators may be typed as × · − σ, too.
 */
#ifndef FLSTM_LESSON_EXPR_H
#define FLSTM_LESSON_EXPR_H

#include "session/session.h"

enum { EXPR_TEXT = 400, EXPR_DEPTH = 32, EXPR_NODES = 256, EXPR_VECTOR = 64, EXPR_WORD = 64 };

struct expr;

/* NULL with "column N: expected …, found …". Owned by the caller. */
struct expr *expr_parse(const char *text, struct err *e);
void expr_free(struct expr *x);
const char *expr_text(const struct expr *x);

enum expr_kind { EXPR_IS_NUMBER, EXPR_IS_VECTOR, EXPR_IS_WORD };
struct expr_value {
    enum expr_kind kind;
    int n;                        /* numbers in v: 1 of a number */
    double v[EXPR_VECTOR];
    char word[EXPR_WORD];
};

/* What names mean. Everything is borrowed. */
struct expr_env {
    const struct session *session;
    int names;                    /* of `vary`: name[k] is value[k] */
    const char *const *name;
    const double *value;
    const struct expr_value *given;       /* NULL: nothing has been answered */
    double within;                /* how near two numbers are equal; 0: one part in a million */
};

/* False with "column N: …": a name that means nothing here, a unit or step that is not there, a word where a number
 * is needed. */
bool expr_eval(const struct expr *x, const struct expr_env *env, struct expr_value *out, struct err *e);
/* The same where one finite number is needed. */
bool expr_number(const struct expr *x, const struct expr_env *env, double *out, struct err *e);
/* As a condition: a number that is not 0. */
bool expr_holds(const struct expr *x, const struct expr_env *env, bool *out, struct err *e);

/* Is it nothing but the name of a value on the screen ("kept[1]@4", "f@4")? Then its places, at most `most`;
 * else 0. */
int expr_places(const struct expr *x, const struct expr_env *env, struct place *out, int most);
/* Every number that stands in it or that a part of it without `given` comes to. */
int expr_numbers(const struct expr *x, const struct expr_env *env, double *out, int most);

#endif
