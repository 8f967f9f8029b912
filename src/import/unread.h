/* unread.h: kinds of files that people have and that are not read: told by name, with what to do about it. */
#ifndef FLSTM_IMPORT_UNREAD_H
#define FLSTM_IMPORT_UNREAD_H

#include "base/file.h"

struct unread {
    const char *what;              /* "HDF5 (a Keras .h5)"; NULL: a folder, one of whose files can be read */
    const char *advice;            /* the line that makes of it what can be read, or why nothing does */
};

/* By its first bytes, its last ones, or its name; NULL when it is none of them. bytes->data NULL: path is a folder. */
const struct unread *unread_find(const struct file_bytes *bytes, const char *path);

/* Those that are told by what is in the container, for its reader to say. */
extern const struct unread unread_keras, unread_torchscript, unread_pickle, unread_zip, unread_savedmodel,
    unread_dl4j;

#endif
