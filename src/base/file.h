/* file.h: whole files in, whole files out. */
#ifndef FLSTM_BASE_FILE_H
#define FLSTM_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* Reads all of path ("-" is standard input) into *data, owned by the caller (free), NUL-terminated beyond *len.
 * Directories, unreadable files and files over 2 GiB are errors that say so; EINTR and short reads are handled. */
bool file_read(const char *path, char **data, size_t *len, struct err *e);

/* Writes all or nothing: a temporary file beside the target, fsync, rename. A symbolic link is followed and kept,
 * permissions of an existing file are kept; what is not a regular file (/dev/full, a pipe) is written directly.
 * On failure the target is as it was and no temporary file stays. */
bool file_write(const char *path, const char *data, size_t len, struct err *e);

/* The name a user gave as shown in messages: "standard input" for "-". */
const char *file_shown(const char *path);

#endif
