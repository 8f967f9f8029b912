/* taught.h: what a training is about, as views say it: its corpus, the words of the demo sequence, what it predicts. */
#ifndef FLSTM_VIEWS_TAUGHT_H
#define FLSTM_VIEWS_TAUGHT_H

#include "learn/training.h"
#include "ui/glyph.h"

void taught_title(const struct training *t, struct str *out);
/* Step k of the demo sequence, from 0: its token, or its numbers; an output: a token or a label. */
void taught_word(const struct training *t, int k, const struct glyphs *gl, struct str *out);
void taught_output(const struct training *t, int output, const struct glyphs *gl, struct str *out);

#endif
