/* say.h: a word, a unit, an output as they are shown, what they are called, and what is said where there is nothing:
 * one function each. Sentences about numbers are in words.h. */
#ifndef FLSTM_VIEWS_SAY_H
#define FLSTM_VIEWS_SAY_H

#include "session/session.h"
#include "ui/grid.h"

/* Are the tokens characters? */
bool say_characters(const struct session *s);
/* What a token is called: "word", "character" where the vocabulary has characters, "step" where there is none. */
const char *say_noun(const struct session *s, bool many);
/* What is predicted: "next word", "next character", or "output" where outputs are no tokens. */
const char *say_next(const struct session *s);
/* "There is no word yet."; as a picture, with what to do about it. */
void say_nothing(const struct session *s, struct str *out);
void say_draw_nothing(const struct session *s, struct grid *g, struct rect r);

/* A token or label as shown on screen: newline, tab and blank get their glyphs, hidden characters their stand-in. */
void say_text(const char *token, bool is_char, const struct glyphs *gl, struct str *out);
/* The token of step t, with a "?" behind it when it is not in the vocabulary and the unknown token is read in its
 * place; at most `cells` cells of it; between quotes; those of steps from … to. */
void say_token(const struct session *s, int t, const struct glyphs *gl, struct str *out);
void say_token_cut(const struct session *s, int t, int cells, const struct glyphs *gl, struct str *out);
void say_quoted(const struct session *s, int t, const struct glyphs *gl, struct str *out);
void say_tokens(const struct session *s, int from, int to, const struct glyphs *gl, struct str *out);
/* The label of an output; at most `cells` cells of it. */
void say_output(const struct session *s, int output, const struct glyphs *gl, struct str *out);
void say_output_quoted(const struct session *s, int output, const struct glyphs *gl, struct str *out);      /* 'her' */
void say_output_cut(const struct session *s, int output, int cells, const struct glyphs *gl, struct str *out);

/* " Its f keeps (above 0.5) at 7 of 8 words; at their rate half of a memory is left after 445 words." */
void say_half_life(const struct session *s, long long kept, long long steps, double half, struct str *out);

/* Text in at most `max` cells, whole or not at all. Returns the cells used. */
int say_whole(struct grid *g, int x, int y, int max, enum role role, unsigned attr, const char *text);
/* Sentences in r, as many as have room, from the first on: one that has no room is left out whole, for half a
 * sentence can say the opposite. Returns the lines used. */
int say_wrap(struct grid *g, struct rect r, enum role role, unsigned attr, const char *text);
/* What a gate is of z, as a function; "tanh", the sign for sigma, "clip" for a hard sigmoid, "1 - " that of a coupled
 * i. */
float (*say_curve(const struct session *s, int layer, enum quantity gate))(float);
const char *say_squash(const struct session *s, int layer, enum quantity gate, const struct glyphs *gl);

/* What a layer is called: "2"; in a bidirectional model "1→" and "1←", its depth and the direction in which it reads.
 * Returns buf. */
enum { SAY_LAYER = 24 };
const char *say_layer(const struct session *s, int layer, const struct glyphs *gl, char buf[SAY_LAYER]);
/* What a layer above the first reads: "layer 1", in both of its directions where there are two. */
void say_below(const struct session *s, int layer, struct str *out);
/* "reads forward", "reads backward"; NULL where there is one direction. */
const char *say_direction(const struct session *s, int layer);

enum { SAY_UNIT = 48 };
/* "gender", "unit 2". say_unit_name returns buf. */
void say_unit(const struct session *s, int layer, int unit, struct str *out);
const char *say_unit_name(const struct session *s, int layer, int unit, char buf[SAY_UNIT]);

#endif
