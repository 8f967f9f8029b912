/* zip.h: the members of a zip file (PKWARE's APPNOTE 6.3.x; zip64 included), for readers of what frameworks put into
 * one.
 *
 * Only what is stored as it is can be read in place; a deflated member is listed, and `stored` says so. Strict: the
 * directory at the end is believed only where the local header before each member says the same, members do not
 * overlap, none is encrypted, no name is there twice. */
#ifndef FLSTM_IMPORT_ZIP_H
#define FLSTM_IMPORT_ZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/file.h"

struct zip_member {
    char *name;                    /* owned by the zip; NUL-terminated, holds none */
    const unsigned char *data;     /* within the bytes of the file */
    size_t len;                    /* bytes there; as they are when stored */
    bool stored;
    uint32_t crc;                  /* 0: perhaps not recorded */
    bool intact;                   /* zip_intact said yes */
};

struct zip {
    struct zip_member *member;     /* [n], in the order of the directory */
    struct zip_member **sorted;    /* [n], by name */
    int n;
};

bool zip_is(const struct file_bytes *bytes);
/* name is for errors. On failure z is empty. The bytes are borrowed. */
bool zip_open(const struct file_bytes *bytes, const char *name, struct zip *z, struct err *e);
void zip_close(struct zip *z);
struct zip_member *zip_find(const struct zip *z, const char *name);              /* NULL: none of that name */
/* The sum in the directory agrees with the bytes (CRC-32 of ISO 3309). Looks at them once. */
bool zip_intact(struct zip_member *m);

#endif
