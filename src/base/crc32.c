/* crc32.c: see crc32.h. Eight bytes at a time: table[k][b] is what byte b adds when k more bytes follow it. */
#include "base/crc32.h"

struct sums { uint32_t table[8][256]; };

static void fill(struct sums *t)
{
    for (uint32_t b = 0; b < 256; b++) {
        uint32_t crc = b;
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
        t->table[0][b] = crc;
    }
    for (int k = 1; k < 8; k++)
        for (int b = 0; b < 256; b++)
            t->table[k][b] = t->table[k - 1][b] >> 8 ^ t->table[0][t->table[k - 1][b] & 255];
}

static uint32_t four(const unsigned char *p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

uint32_t crc32_more(uint32_t before, const void *data, size_t n)
{
    struct sums t;
    const unsigned char *p = data;
    uint32_t crc = ~before;
    fill(&t);
    for (; n >= 8; p += 8, n -= 8) {
        crc ^= four(p);
        crc = t.table[7][crc & 255] ^ t.table[6][crc >> 8 & 255] ^ t.table[5][crc >> 16 & 255] ^ t.table[4][crc >> 24]
              ^ t.table[3][p[4]] ^ t.table[2][p[5]] ^ t.table[1][p[6]] ^ t.table[0][p[7]];
    }
    for (; n; p++, n--)
        crc = crc >> 8 ^ t.table[0][(crc ^ *p) & 255];
    return ~crc;
}
