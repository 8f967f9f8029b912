/* export.h: pictures and traces as files. All pure: text out, no I/O of their own. */
#ifndef FLSTM_EXPORT_EXPORT_H
#define FLSTM_EXPORT_EXPORT_H

#include "base/str.h"
#include "session/aim.h"
#include "session/session.h"
#include "ui/grid.h"
#include "ui/theme.h"

/* One picture. text: the characters; ansi: with SGR colours at a depth, every line reset at its end; svg and html:
 * standalone, colours of the theme, text selectable, nothing fetched. */
/* What the picture stands on. AUTO: what the theme is made for, dark where it is made for both. BOTH: as whoever looks
 * at it has set his own screen, where the theme allows it; else as AUTO. */
enum ground_wish { GROUND_AUTO, GROUND_DARK, GROUND_LIGHT, GROUND_BOTH };
void export_text(const struct grid *g, struct str *out);
void export_ansi(const struct grid *g, const struct theme *t, enum depth depth, struct str *out);
void export_svg(const struct grid *g, const struct theme *t, enum ground_wish wish, const char *title,
                struct str *out);
void export_html(const struct grid *g, const struct theme *t, enum ground_wish wish, const char *title,
                 struct str *out);

/* The trace of the pinned run (formats.md §5), which may be far larger than memory: it goes into `out`, which is
 * handed to the drain piece by piece (NULL: out keeps all of it) and holds the last piece in the end. top:
 * predictions per step. Numbers round-trip. When the drain fails they stop. */
void export_trace_json(const struct session *s, int top, struct str *out, struct drain *drain);
/* The same with "gradient" and "carry" of a surprisal (--gradient). False when memory is short. */
bool export_trace_json_gradient(const struct session *s, int top, const struct aim *aim, struct str *out,
                                struct drain *drain, struct err *e);
/* layer,t,token,unit,f,i,g,o,c_prev,c,h,pinned; RFC 4180 quoting; a token that a spreadsheet would run (=, +, -, @,
 * tab) is preceded by an apostrophe. */
void export_trace_csv(const struct session *s, struct str *out, struct drain *drain);
void export_trace_text(const struct session *s, int top, struct str *out, struct drain *drain);
/* As named tensors (tensors.c says which): one file for numpy and other engines. */
void export_trace_safetensors(const struct session *s, struct str *out, struct drain *drain);
void export_trace_npz(const struct session *s, struct str *out, struct drain *drain);

#endif
