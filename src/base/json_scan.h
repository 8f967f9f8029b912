/* json_scan.h: the strict pass over a JSON text; private to json.c.
 *
 * What it leaves behind is the same document with its numbers taken out:
 *   - `rest`, JSON text without blanks, which cJSON can read;
 *   - `rect`, the rectangles of numbers that were lifted, their values in one pool of floats. In `rest` rectangle k
 *     stands as the array [k];
 *   - `scalar`, where in the source every other number begins. In `rest` scalar k stands as the number k.
 * A \u0000 inside a string becomes the byte 0xFF, which no checked text holds otherwise: cJSON would end the string
 * there.
 */
#ifndef FLSTM_BASE_JSON_SCAN_H
#define FLSTM_BASE_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/file.h"
#include "base/json.h"

enum { JSON_NUL = 0xFF };

/* Offsets fit 32 bits because texts are at most 2 GiB. */
struct json_rect {
    uint32_t source;              /* offset of its '[' in the text */
    uint32_t at;                  /* its first value in the pool */
    uint32_t bad;                 /* pool index of its first value beyond float range, or JSON_NONE */
    uint32_t bad_source;          /* where that number begins in the text */
    uint32_t rank, shape[JSON_RANK];
};
#define JSON_NONE UINT32_MAX

/* A node of the tree of `rest`. Its first child follows it. */
struct json_node {
    uint32_t name, text;          /* of a member, of a string: where they begin in `words`, or JSON_NONE */
    uint32_t number;              /* of a number: which (see above) */
    uint32_t next;                /* its next sibling, or 0 */
    unsigned char type;           /* cJSON's */
    bool parent;                  /* it has children */
};

struct json_lift {
    /* The tree of `rest` where that was read beforehand, while the program was built: `rest` is not there then. Else
     * there are no nodes. */
    const struct json_node *node;
    size_t nodes;
    char *words;                  /* never written to */
    char *rest;
    size_t rest_len, rest_cap;
    float *pool;
    size_t values, value_cap;
    struct json_rect *rect;
    size_t rects, rect_cap;
    uint32_t *scalar;
    size_t scalars, scalar_cap;
};

/* A NUL follows the bytes (file.h). Mapped ones are passed through, a window at a time. On failure the lift is
 * empty. */
bool json_scan(const struct file_bytes *bytes, const char *source, struct json_lift *out, struct err *e);
void json_lift_free(struct json_lift *l);

/* The end of the number that begins at s (which was checked). */
const char *json_number_end(const char *s);
/* The double nearest to the number that begins at s, whatever the locale; infinite beyond double range. */
double json_number_value(const char *s);

#endif
