/* hash.h: a number that follows from bytes: equal bytes give equal numbers, others almost surely another (64 bits, not
 * meant against forgers). */
#ifndef FLSTM_BASE_HASH_H
#define FLSTM_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define HASH_START 14695981039346656037u

/* `hash` with these bytes mixed in. */
uint64_t hash_bytes(uint64_t hash, const void *data, size_t bytes);
/* A text with its end, so that "a", "b" and "ab", "" differ; NULL is a text of its own. */
uint64_t hash_text(uint64_t hash, const char *text);
uint64_t hash_int(uint64_t hash, int64_t v);

#endif
