/* expr_private.h: an expression as a tree of nodes in one array; children by index, -1 for none. */
#ifndef FLSTM_LESSON_EXPR_PRIVATE_H
#define FLSTM_LESSON_EXPR_PRIVATE_H

#include "lesson/expr.h"

enum node_op {
    NODE_NUMBER, NODE_QUOTED, NODE_NAME,  /* 4, 'her', gender */
    NODE_GIVEN,                   /* a: which, or all */
    NODE_ADD, NODE_SUB, NODE_MUL, NODE_DIV, NODE_POW, NODE_LT, NODE_LE, NODE_GT, NODE_GE, NODE_EQ, NODE_NE, NODE_AND,
    NODE_OR,                      /* a, b */
    NODE_NEG, NODE_NOT, NODE_BASE, NODE_OTHER,    /* a */
    NODE_PINNED,                  /* a: a value */
    NODE_CALL,                    /* which function, a, b */
    NODE_OVER,                    /* which reducer, over `over`, a */
    NODE_VALUE,                   /* which ref_value, part, a: unit, b: step, c: word */
    NODE_WEIGHT,                  /* which gate, a: unit, b: column or none (the bias) */
    NODE_CARRY, NODE_FULL,        /* a: unit, b: from, c: to */
    NODE_EFFECT,                  /* a: unit, b: step, c: word, d: its step */
    NODE_P, NODE_NEXT, NODE_SURPRISAL     /* b: step, c: word */
};

/* What a reference is of: the values of the screen by their own numbers, and three more kinds. */
enum { REF_X = VAL_COUNT, REF_Z };
enum ref_part { PART_ALL, PART_H, PART_X, PART_B };

enum function { FN_ABS, FN_MIN, FN_MAX, FN_SUM, FN_LEN, FN_ROUND, FN_FLOOR, FN_SQRT, FN_EXP, FN_LN, FN_SIGMA, FN_TANH };
enum reducer { OVER_ARGMAX, OVER_ARGMIN, OVER_MAX, OVER_MIN, OVER_SUM, OVER_PROD, OVER_COUNT, OVER_ALL, OVER_ANY };

struct node {
    enum node_op op;
    int column;                   /* where it stands, from 1 */
    int which;
    enum ref_part part;
    enum quantity gate;           /* of REF_Z */
    char over;                    /* 'u', 't' or 'w' */
    int layer;
    int a, b, c, d;
    double number;
    char *text;                   /* owned: a name or what was quoted */
};

struct expr {
    char *text;
    struct node node[EXPR_NODES];
    int n, root;
};

#endif
