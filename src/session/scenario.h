/* scenario.h: a prepared or saved state as JSON: which model, which sentence, which values are pinned, where the
 * cursor is.
 *
 *   {"format": "flstm-scenario/1", "name": …, "about": …, "model": NAME or PATH (relative to this file),
 *    "sequence": [tokens] or "text": "…" or "inputs": [[…]], "set": ["f@4=0", …],
 *    "weights": ["W_f[2][5]=0.3", "l2.b_f[1]=1"],
 *    "step": 4, "layer": 1, "unit": 1, "value": "f", "substep": "sigma", "view": "bars", "extra": true,
 *    "rows": ["c_prev", "f", "kept", "C"], "force": true}
 *
 * A sitting ("flstm-session/1", action/sitting.h) holds the same members and more: wherever a scenario is read, a
 * sitting will do. There "model" may also be the model itself, as an object, where no file holds it.
 *
 * A scenario names a built-in model, or a file by its path from where the scenario lies ("../models/mine.json" is fine;
 * it is read as a model and nothing else). A built-in scenario can only name a built-in model. Without a sequence
 * the one in force stays. "step" may be a word and "unit" a name; "force" lets "set" leave what a gate can reach.
 * "value" is one of f i g o C h c_prev kept written; "rows" are such: the ones the main view shows, wide enough to
 * be measured. "substep" is left out when the step is complete.
 */
#ifndef FLSTM_SESSION_SCENARIO_H
#define FLSTM_SESSION_SCENARIO_H

#include "base/json.h"
#include "session/session.h"
#include "import/import.h"

/* What a scenario says beyond the session itself. */
struct scenario_info {
    char *name, *about, *view;    /* owned; NULL when not given */
    int extra;                    /* -1 when not given */
    unsigned rows;                /* the quantities it is about, 1 << enum value each; 0 when not given */
};
void scenario_info_clear(struct scenario_info *i);

/* The model a scenario names (built-in name, or a file beside the scenario), loaded. NULL and no error text when it
 * names none. nameOrFile: a built-in scenario or a path. */
struct model *scenario_model(const char *name_or_file, const struct model_options *o, struct err *e);
/* Applies it to a session whose model fits; all or nothing: on error the session is as it was. One revision.
 * info may be NULL; else it is filled on success and left alone on failure (what it held before is not freed). */
bool scenario_apply(struct session *s, const char *name_or_file, struct scenario_info *info, struct err *e);
/* The same members inside another file (a page of a lesson): its model, and what it sets. file: where it stands, for
 * paths of models. fill (may be NULL) writes an edit of "set" out, which may hold what is only known here. */
struct scenario_fill {
    bool (*text)(void *to, const struct session *s, const char *text, struct str *out, struct err *e);
    void *to;
};
struct model *scenario_model_at(const char *file, const struct json_at *members, const struct model_options *o,
                                struct err *e);
bool scenario_apply_at(struct session *s, const struct json_at *members, const struct scenario_fill *fill,
                       struct scenario_info *info, struct err *e);
/* "f" "kept" "c_prev": a value as files name it; -1: none. "sigma": a sub-step. */
int scenario_value(const char *name);
int scenario_substep(const char *name);
/* The present state as a scenario; written with file_write by the caller. Reopens to the same. A model file is named by
 * its absolute path; a model from standard input is not named. info may be NULL. */
void scenario_write(const struct session *s, const struct scenario_info *info, struct str *out);
extern const char session_format[];           /* "flstm-session/1" */
/* The members of a scenario from "model" on, for a file in `folder` (NULL: anywhere) that holds more: each ",\n 
 * KEY: VALUE". whole: the model itself where it cannot be named. */
void scenario_write_members(const struct session *s, const struct scenario_info *info, const char *folder, bool whole,
                            struct str *out);
/* A text as JSON string, in quotes, that reads back to the same. */
void scenario_quote(struct str *out, const char *text);
/* The document of a sitting; NULL without an error: it is a scenario. */
struct json *scenario_open_session(const char *file, struct err *e);
/* The folder of a file, for that; free it. */
char *scenario_folder(const char *path);
/* Can a scenario name the model? Not one from standard input, nor one that was trained here and is in no file yet. */
bool scenario_names_model(const struct session *s);
/* Writes it to a file (a model in the same folder or below is named relative to it) and marks the session as saved. */
bool scenario_save(struct session *s, const char *path, const struct scenario_info *info, struct err *e);

#endif
