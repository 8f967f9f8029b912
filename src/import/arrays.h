/* arrays.h: a file of arrays (numpy's, safetensors, torch.save's) as the JSON document that says the same, so that the
 * values that go with a model have one reader, whatever they come in. */
#ifndef FLSTM_IMPORT_ARRAYS_H
#define FLSTM_IMPORT_ARRAYS_H

#include "base/file.h"
#include "base/json.h"

/* {"NAME": [[…], …], …}; a list where the arrays have places in place of names; of one array alone the array itself.
 * A file of anything else is read as JSON. Takes the bytes, whether it succeeds or not. */
struct json *arrays_document(struct file_bytes *taken, const char *path, struct err *e);
struct json *arrays_read(const char *path, struct err *e);

#endif
