/* role.h: what a cell of the screen means. Views name roles; themes turn them into colours, attributes and fill.
 * The names are what theme files use; keep the order of enum and table one by keeping this list. */
#ifndef FLSTM_UI_ROLE_H
#define FLSTM_UI_ROLE_H

/* X(enum suffix, name in theme files, what it is) */
#define ROLES(X) \
    X(TEXT,      "text",       "plain text") \
    X(DIM,       "dim",        "secondary text: scales, counts, hints") \
    X(TITLE,     "title",      "the title line") \
    X(RULE,      "rule",       "rules and frames") \
    X(LABEL,     "label",      "row labels") \
    X(NUMBER,    "number",     "numbers beside bars") \
    X(TOKEN,     "token",      "a word of the sequence") \
    X(TOKEN_NOW, "token_now",  "the current word") \
    X(F,         "f",          "forget gate bars") \
    X(I,         "i",          "input gate bars") \
    X(G,         "g",          "candidate bars") \
    X(O,         "o",          "output gate bars") \
    X(C_PREV,    "c_prev",     "cell state before") \
    X(C,         "c",          "cell state after") \
    X(H,         "h",          "hidden state") \
    X(KEPT,      "kept",       "f * C_{t-1}: what is kept") \
    X(WRITTEN,   "written",    "i * candidate: what is written") \
    X(AXIS,      "axis",       "the zero line and bar ends") \
    X(TRACK,     "track",      "the empty part of a bar") \
    X(GHOST,     "ghost",      "the baseline of a pinned value") \
    X(PINNED,    "pinned",     "marks and text of values set by hand") \
    X(CURSOR,    "cursor",     "the selected row") \
    X(HINT,      "hint",       "the hint line") \
    X(HINT_KEY,  "hint_key",   "keys in the hint line") \
    X(PREDICT,   "predict",    "predictions of the run on screen") \
    X(PREDICT_BASE, "predict_base", "predictions of the baseline") \
    X(DIFF,      "diff",       "a difference between baseline and pinned") \
    X(POSITIVE,  "positive",   "a push towards 1, a positive product") \
    X(NEGATIVE,  "negative",   "a push towards 0, a negative product") \
    X(GOOD,      "good",       "a check that passed") \
    X(BAD,       "bad",        "a check that failed, errors") \
    X(WARN,      "warn",       "notes that matter") \
    X(PROMPT,    "prompt",     "the command line and typed values") \
    X(CURVE,     "curve",      "drawn curves") \
    X(HEAT_GATE, "heat_gate",  "heat strips of 0..1 (ramp)") \
    X(HEAT_CELL, "heat_cell",  "heat strips of signed values (ramp)")

enum role {
#define X(id, name, help) ROLE_##id,
    ROLES(X)
#undef X
    ROLE_COUNT
};

const char *role_name(enum role r);
const char *role_help(enum role r);
/* -1 when there is no such role. */
int role_find(const char *name);

#endif
