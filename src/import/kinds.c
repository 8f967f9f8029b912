/* kinds.c: the table of file kinds. A new one is a file and a row. */
#include "import/source.h"

extern const struct source_kind source_safetensors, source_torch, source_torch_legacy, source_npz, source_npy,
    source_zip, source_onnx, source_tfjs, source_ml5, source_pickle, source_unread;

/* The first whose is() says yes has it. JSON is what everything else is taken for. */
const struct source_kind *const source_kinds[] = {
    &source_safetensors, &source_torch, &source_torch_legacy, &source_npz, &source_npy, &source_zip, &source_onnx,
    &source_tfjs, &source_ml5, &source_pickle, &source_unread, &source_json,
};
const int source_kind_count = sizeof source_kinds / sizeof *source_kinds;
