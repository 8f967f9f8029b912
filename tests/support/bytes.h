/* bytes.h: binary files for the readers' tests, built up byte by byte: little-endian numbers into a struct str. */
#ifndef FLSTM_TESTS_BYTES_H
#define FLSTM_TESTS_BYTES_H

#include <stdint.h>

#include "base/str.h"

void put_u16(struct str *b, unsigned v);
void put_u32(struct str *b, uint32_t v);
void put_u64(struct str *b, uint64_t v);
void put_f32(struct str *b, float v);
void put_f64(struct str *b, double v);
/* A text of a pickle (BINUNICODE). */
void put_pickle_text(struct str *b, const char *text);
/* "80 02 7d" */
void put_hex(struct str *b, const char *hex);

/* A folder of the test's own; bytes_path("x.pt") is a path in it (static, until the next call). Removed by
 * bytes_end. */
void bytes_begin(void);
void bytes_end(void);
const char *bytes_path(const char *name);
/* Writes b there and empties it; the path. */
const char *bytes_file(const char *name, struct str *b);

/* A zip of stored members: add them, then finish. */
struct zip_writer { struct str out, directory; int n; };
void zip_put(struct zip_writer *z, const char *name, const void *data, size_t len);
/* The same, its directory and local header saying the method (8 is deflate). */
void zip_put_as(struct zip_writer *z, const char *name, const void *data, size_t len, unsigned method);
void zip_end(struct zip_writer *z);                    /* z->out is the file */

/* CRC-32, one bit at a time. */
uint32_t bytes_crc(const void *data, size_t len);

#endif
