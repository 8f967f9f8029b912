/* crc32.h: the sum that zip files carry (CRC-32, ISO 3309; polynomial 0xEDB88320 reflected). */
#ifndef FLSTM_BASE_CRC32_H
#define FLSTM_BASE_CRC32_H

#include <stddef.h>
#include <stdint.h>

/* The sum of what was before (0 at first) and n bytes more. */
uint32_t crc32_more(uint32_t before, const void *data, size_t n);

#endif
