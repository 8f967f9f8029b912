/* refusal.h: one runner for what a reader of files must refuse, and for what it must survive. For test programs of
 * cmocka; the files lie in the folder of bytes.h. */
#ifndef FLSTM_TESTS_REFUSAL_H
#define FLSTM_TESTS_REFUSAL_H

#include "import/import.h"
#include "import/source.h"
#include "support/bytes.h"

/* Opens a model: it must be refused in one line that begins with the path and has `reason`. */
void must_refuse(const char *path, const char *reason);
/* The same of JSON texts, each called "F". */
struct text_refusal { const char *text, *reason; };
void texts_refused(const struct text_refusal *list, size_t n);

/* What must open. */
struct source *must_open(const char *path);
struct model *must_load(const char *path, const struct model_options *o);
void must_hold(struct source *s, const char *tensor, const float *v, size_t n);

/* A file written as `name` of these bytes ("93 4e …"), and what is said of it. */
struct refusal { const char *name, *hex, *reason; };
void each_refused(const struct refusal *list, size_t n);

/* Cuts a sound file at every `stride`-th byte, and changes every `stride`-th byte in each of `flips` ways: what comes
 * of it is a model or one line that names the file; a cut file is no model where `cut_is_refused`. Returns how many
 * were tried. */
struct damage { size_t stride; const unsigned char *flips; size_t n; bool cut_is_refused; };
size_t survives(const char *name, const struct str *sound, const struct damage *d);

/* Setup and teardown of a group: bytes_begin and bytes_end. */
int folder_begin(void **state);
int folder_end(void **state);

#endif
