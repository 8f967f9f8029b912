/* reading.h: one reading of a file's parts, from what was found to a model; private to read.c, sizes.c, fill.c and
 * told.c, which take it in this order. */
#ifndef FLSTM_IMPORT_READING_H
#define FLSTM_IMPORT_READING_H

#include "import/before.h"
#include "import/build.h"
#include "import/dialect.h"

/* Of one layer. out: of the h that goes on, P where the layer projects, else hidden. */
struct size { int hidden, in, out; };

/* Everything of one reading, until it is a model. */
struct reading {
    struct source *s;
    const struct dialect *d;
    const struct model_options *o;
    struct parts p;
    struct lstm_shape shape;
    int *hidden;
    struct size *size;             /* [layers] */
    struct vocab *vocab;           /* ours until the model has it */
    bool one_hot, projects;
    struct before before;
    struct input_layers *before_layers;    /* ours until the model has them; NULL: there are none */
};

/* Numbers that the head reads. */
int reading_top(const struct reading *r);
/* The name of a tensor of the LSTM. */
const char *reading_lstm(const struct reading *r);

/* ---- sizes.c ---- */

/* The layers, then embedding, head, vocabulary and initial state: r->shape and what belongs to it. False with one line
 * where something does not fit. */
bool sizes_layers(struct reading *r, struct err *e);
bool sizes_around(struct reading *r, struct err *e);

/* ---- fill.c ---- */

/* The tensors' numbers become true, but those that are converted where they are to stay. */
bool fill_numbers(struct reading *r, struct err *e);
/* Layer k; then all that stands around the layers. */
void fill_layer(struct lstm *net, int k, const struct parts *all);
bool fill_around(struct lstm *net, const struct reading *r, struct err *e);
/* What the framework calls h, for a proof; and what that makes of what is shown. */
bool fill_projection(struct model *m, const struct reading *r, struct err *e);
/* False, with the line for memory that is short. */
bool fill_no_room(const struct source *s, struct err *e);

/* ---- told.c ---- */

void told_layer(const struct layout *l, struct layer_parts *p, int H);
void told_around(const struct reading *r);
/* m->report. */
void told_report(struct model *m, const struct reading *r);

#endif
