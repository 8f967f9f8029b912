/* json.h: JSON in, strictly.
 *
 * json_parse scans the whole text first (RFC 8259, UTF-8, depth ≤ 64, every key once, numbers as the grammar says; a
 * byte order mark is passed over, and NaN, Infinity and -Infinity are numbers that are not finite, refused only
 * where a number is asked for) and lifts every array that holds only numbers, nested rectangles included, straight
 * into floats: a weights file becomes a handful of tensors and a small text. cJSON reads that small rest (each
 * lifted array stands in it as a one-element array [index], which no other array can be, because any array of
 * numbers alone is lifted).
 *
 * Loaders walk the document with `struct json_at`, which remembers the path of where it stands, so that every
 * complaint reads  FILE: layers[0].W_f[2]: expected 7 numbers, found 6.
 */
#ifndef FLSTM_BASE_JSON_H
#define FLSTM_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct json;          /* a checked document: owns its text, its lifted numbers and its tree */
struct cJSON;

enum { JSON_DEPTH = 64, JSON_RANK = 4, JSON_PATH = 256 };

/* Takes text (malloc'd, len bytes + NUL) whether it succeeds or not. source names it in errors and is copied.
 * A text that is not JSON: "SOURCE:LINE:COLUMN: not valid JSON: …" (columns count bytes from 1).
 * A repeated key or a too deep nesting is told with its place but is not called invalid JSON. */
struct json *json_parse(char *text, size_t len, const char *source, struct err *e);
struct json *json_parse_copy(const char *text, size_t len, const char *source, struct err *e);
/* A text that is part of the program, and what json_scan made of it beforehand: both are borrowed. */
struct json_lift;
struct json *json_parse_scanned(const char *text, size_t len, const struct json_lift *scanned, const char *source,
                                struct err *e);
struct json *json_read(const char *path, struct err *e);       /* file_map if it begins like JSON, + json_parse */
/* Takes the bytes of a file (file_map) whether it succeeds or not. Mapped ones are read through a window: what is kept
 * is 4 bytes a number, and numbers that are asked for as they were written come from the file again. */
struct file_bytes;
struct json *json_parse_bytes(struct file_bytes *taken, const char *source, struct err *e);
void json_free(struct json *j);

/* A value and where it stands. Plain data, valid as long as the document. */
struct json_at {
    const struct json *doc;
    const struct cJSON *node;
    char path[JSON_PATH];          /* "" at the top, "layers[0].W_f" */
};

enum json_kind { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json_at json_top(const struct json *j);
enum json_kind json_kind(const struct json_at *at);            /* a lifted array is a JSON_ARRAY */

/* Objects. Keys are compared exactly. */
bool json_has(const struct json_at *object, const char *key);
bool json_get(const struct json_at *object, const char *key, struct json_at *out); /* false: absent or not an object */
bool json_need(const struct json_at *object, const char *key, struct json_at *out,
               struct err *e); /* absent is an error */
bool json_is_object(const struct json_at *at, struct err *e);
/* Fails on the first key that is not in `known` (NULL-terminated), naming it and the known ones. Keys that begin
 * with "_" are comments and always pass. */
bool json_known_keys(const struct json_at *object, const char *const *known, struct err *e);

/* Members of an object or items of an array, in order, in linear time:
 *   struct json_iter it = json_iter(&at); struct json_at item; const char *key;
 *   while (json_next(&it, &key, &item)) …           (key is NULL for arrays; a lifted array yields nothing) */
struct json_iter { struct json_at of; const struct cJSON *next; size_t index; };
struct json_iter json_iter(const struct json_at *at);
bool json_next(struct json_iter *it, const char **key, struct json_at *item);
/* Items of an array (lifted or not) or members of an object; 0 for anything else. */
size_t json_length(const struct json_at *at);

/* Values; each says what it expected and what it found. Strings are owned by the document and cannot hold NUL
 * (a \u0000 inside a string is refused by json_string). */
bool json_string(const struct json_at *at, const char **out, struct err *e);
/* A member that may be absent: a copy of its text takes the place of *out (freed, NULL is fine); absent leaves *out
 * alone. */
bool json_optional_string(const struct json_at *object, const char *key, char **out, struct err *e);
bool json_bool(const struct json_at *at, bool *out, struct err *e);
bool json_number(const struct json_at *at, double *out, struct err *e);       /* finite */
bool json_int(const struct json_at *at, long min, long max, long *out, struct err *e);

/* A rectangular array of finite numbers of any rank 1…JSON_RANK, borrowed from the document, row-major. An empty
 * array has rank 1 and shape {0}. Ragged rows, a string among numbers, 1e999 or a value beyond float range are
 * errors that name the exact element. */
struct json_floats { int rank; size_t shape[JSON_RANK]; size_t count; const float *v; };
bool json_floats(const struct json_at *at, struct json_floats *out, struct err *e);
/* The same without a word: false where there is no rectangle. Numbers out of float range are infinite in it; *finite
 * tells. */
bool json_rectangle(const struct json_at *at, struct json_floats *out, bool *finite);
/* Exactly n numbers / exactly rows × cols; *v is borrowed. */
bool json_vector(const struct json_at *at, size_t n, const float **v, struct err *e);
bool json_matrix(const struct json_at *at, size_t rows, size_t cols, const float **v, struct err *e);
/* A flat array of whole numbers in [min, max] (read from the text, so exact beyond 2^24); *v is owned by the caller
 * (free). */
bool json_ints(const struct json_at *at, long min, long max, long **v, size_t *n, struct err *e);

/* The value as compact JSON text, its numbers as they were written; owned by the caller (free). */
char *json_text(const struct json_at *at);

/* "expected WANTED, found …", with what is really there described ("x" in quotes, 1e999 as written, null, an array
 * of 3, an array of 2 x 3 numbers, nothing). */
bool (json_expected)(const struct json_at *at, struct err *e, const char *wanted_format, ...) ERR_PRINTF(3, 4);
/* A message at this place in the caller's own words. */
bool (json_complain)(const struct json_at *at, struct err *e, const char *format, ...) ERR_PRINTF(3, 4);
#define json_expected(...) err_false((json_expected)(__VA_ARGS__))
#define json_complain(...) err_false((json_complain)(__VA_ARGS__))
const char *json_source(const struct json *j);

#endif
