/* hash.c: see hash.h. Eight bytes at a time, as weights are many. */
#include "base/hash.h"

#include <string.h>

uint64_t hash_bytes(uint64_t hash, const void *data, size_t bytes)
{
    const unsigned char *p = data;
    for (; bytes >= 8; bytes -= 8, p += 8) {
        uint64_t word;
        memcpy(&word, p, 8);
        hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
        hash ^= hash >> 29;
    }
    for (; bytes; bytes--, p++)
        hash = (hash ^ *p) * 0x100000001B3u;
    return hash;
}

uint64_t hash_int(uint64_t hash, int64_t v)
{
    return hash_bytes(hash, &v, sizeof v);
}

uint64_t hash_text(uint64_t hash, const char *text)
{
    size_t n = text ? strlen(text) : 0;
    return hash_bytes(hash_int(hash, text ? (int64_t)n : -1), text, n);
}
