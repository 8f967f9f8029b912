/* torch.h: reads the reference cases of tests/reference and ../shared/reference: a bare PyTorch state_dict in JSON and the
 * numbers PyTorch (or the double-precision LSTM of reference.h) computed for one text. For tests only; the program's own
 * loader is model.h. */
#ifndef TESTS_TORCH_H
#define TESTS_TORCH_H

#include <cjson/cJSON.h>

#include "core/lstm.h"

struct torch_case {
    struct lstm *net;          /* packed */
    cJSON *expected;
    int steps;
    int *ids;                  /* [steps] */
    const float **x;           /* [steps]: rows of net->embedding, or of one_hot */
    float *one_hot;            /* outputs × outputs when the model has no embedding, else NULL */
};

/* DIR/NAME.pytorch.json and DIR/NAME.expected.json; NULL when either is not there. A file that is there but cannot be
 * read ends the test. */
struct torch_case *torch_open(const char *dir, const char *name);
void torch_close(struct torch_case *c);
cJSON *torch_json(const char *dir, const char *name, const char *suffix);

#endif
