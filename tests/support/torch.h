/* torch.h: reads the reference cases of tests/reference and of the folder that the environment variable
 * FLSTM_REFERENCE names (too large to come with the source): a bare PyTorch state_dict in JSON and the numbers
 * PyTorch (or the double-precision LSTM of reference.h) computed for one text. For tests only; the program's own
 * loader is model.h. */
#ifndef TESTS_TORCH_H
#define TESTS_TORCH_H

#include <stdbool.h>

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
/* Calls check for each case that the tree holds. */
void torch_each_kept(void (*check)(const char *dir, const char *name));
/* Calls check for each case of the folder that FLSTM_REFERENCE names; false when it names none or the cases are not
 * there. */
bool torch_each(void (*check)(const char *dir, const char *name));
/* The same for one published character model. */
bool torch_darwin(void (*check)(const char *dir, const char *name));
/* Both with each kernel this machine has. */
void torch_each_kept_by_kernel(void (*check)(const char *dir, const char *name));
bool torch_each_by_kernel(void (*check)(const char *dir, const char *name));
#define TORCH_MISSING "FLSTM_REFERENCE names no folder with reference data"

cJSON *torch_json(const char *dir, const char *name, const char *suffix);

#endif
