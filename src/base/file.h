/* file.h: whole files in, whole files out. */
#ifndef FLSTM_BASE_FILE_H
#define FLSTM_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
    FILE_LARGE = 512 << 20,
    FILE_SMALL = 64 << 20
}; /* bytes: of models and texts to learn from; of everything else */

/* Reads all of path ("-" is standard input) into *data, owned by the caller (free), NUL-terminated beyond *len.
 * Directories, devices, unreadable files and files over FILE_LARGE are errors that say so; EINTR and short reads are
 * handled. */
bool file_read(const char *path, char **data, size_t *len, struct err *e);
/* The same up to `most` bytes. `worth` (may be NULL) is shown the first piece: where it says no, the rest is not
 * read, and *data is that piece, which a parser will refuse as it would have refused the whole. */
typedef bool file_worth(const char *piece, size_t n);
bool file_read_if(const char *path, size_t most, file_worth *worth, char **data, size_t *len, struct err *e);
file_worth file_is_text;                 /* no NUL byte in it */

/* What a person may type for a file: "~/x" is in the home folder, everything else itself. Owned by the caller
 * (free). */
char *file_named(const char *typed);

/* The bytes of a file as they are: mapped where it is a regular file, else read. Read-only; a write into mapped ones
 * stays in this process. A NUL follows them, in a mapped file that grows at the latest a page later. The same
 * errors as file_read, without its limit for a mapped file.
 *
 * Another program may write into a mapped file or cut it short at any time. What is promised: reading never ends this
 * program. Bytes that are gone read as 0 from then on (the page is replaced when the system says SIGBUS), and file_cut
 * tells; bytes that were written over read as what was written, and file_changed tells. Whoever has checked something
 * in mapped bytes and acts on it later copies it first. */
struct file_bytes { const unsigned char *data; size_t len; bool mapped; };
bool file_map(const char *path, struct file_bytes *out, struct err *e);
/* The same; what cannot be mapped (a pipe, standard input) is read as file_read_if does. */
bool file_map_if(const char *path, file_worth *worth, struct file_bytes *out, struct err *e);
void file_release(struct file_bytes *bytes);          /* and empties it; nothing to do for an empty one */
bool file_cut(const struct file_bytes *bytes);        /* was some of it found gone? */
/* For who reads from front to back: the memory of [from, upto) of mapped bytes is given back (they can still be read,
 * from the file), and the next `ahead` bytes are made ready. */
void file_pass(const struct file_bytes *bytes, size_t from, size_t upto, size_t ahead);
/* For a SIGBUS handler that takes the place of this file's own: true when the address is in a mapped file and reads as
 * 0 now. Async-signal-safe. */
bool file_mend(const void *address);

/* Writes all or nothing: a temporary file beside the target, fsync, rename. A symbolic link is followed and kept,
 * permissions of an existing file are kept; what is not a regular file (/dev/full, a pipe) is written directly, and
 * a pipe that nobody reads is an error after some seconds. On failure the target is as it was and no temporary file
 * stays; signals that would end the program wait until the save is done.
 * On success e holds what the user should still know ("the file had 2 names: …"), or "". */
bool file_write(const char *path, const char *data, size_t len, struct err *e);
/* All of it to an open descriptor, through interruptions and short writes. False with errno. */
bool file_write_descriptor(int fd, const char *data, size_t len);

/* Could file_write write there? Asked before long work, so that none is done in vain. Leaves nothing behind. */
bool file_may_write(const char *path, struct err *e);

/* From now on somebody waits at a screen: a pipe that stays silent is an error after two seconds, the keyboard is no
 * file, and the terminal is not written to as one. (In a script a pipe that nobody opens at the other end is an
 * error after ten seconds.) */
void file_at_screen(bool on);

/* What a file was like when it was read or written, to tell whether somebody else has written it since. */
struct file_mark { bool there; uint64_t device, number; int64_t size, seconds; long nanoseconds; };
void file_mark(const char *path, struct file_mark *m);
/* A file that is gone has not changed: there is nothing to lose. */
bool file_changed(const char *path, const struct file_mark *m);

/* What follows the last '/'. */
const char *file_base(const char *path);

/* The name a user gave as shown in messages: "standard input" for "-". */
const char *file_shown(const char *path);

#endif
