/* torch_legacy.h: what torch.save wrote before version 1.6 (and writes with _use_new_zipfile_serialization=False), one
 * after the other in one file:
 *
 *     a pickle       the magic number 0x1950a86a20f9469cfc6c
 *     a pickle       the version of the format, 1001
 *     a pickle       {'protocol_version': 1001, 'little_endian': True, …}
 *     a pickle       what was saved; a storage in it is ('storage', type, key, place, count, view)
 *     a pickle       the keys of the storages, in the order of the file
 *     for each key   its count as int64, and as many numbers
 *
 * (torch/serialization.py, _legacy_save.) Nothing is run (pickle.h). */
#ifndef FLSTM_IMPORT_TORCH_LEGACY_H
#define FLSTM_IMPORT_TORCH_LEGACY_H

#include "import/pickle.h"
#include "import/source.h"

/* "torch FloatStorage" or "torch float32"; DTYPE_OTHER: one that is not read. */
enum dtype torch_dtype(const struct pickle_node *n);

struct torch_legacy {
    struct pickle pickle;          /* what was saved */
    struct torch_storage *storage; /* private */
    size_t n;
};

bool torch_legacy_is(const struct file_bytes *bytes);
/* The bytes are borrowed, and pickle_node's texts point into them. False with one line that names the byte. Ask for
 * torch_legacy_free whatever happens. */
bool torch_legacy_open(const struct source *s, struct torch_legacy *f, struct err *e);
void torch_legacy_free(struct torch_legacy *f);
/* The bytes of storage `key`; NULL when there is none. */
const unsigned char *torch_legacy_storage(const struct torch_legacy *f, const struct pickle_node *key, size_t *bytes);

#endif
