/* dialect.c: the table of model formats. */
#include "import/dialect.h"

#include <string.h>

#include "import/native.h"
#include "import/pytorch.h"

const struct dialect dialects[] = {
    {"native", "flstm-tui's own JSON: W_f, b_f, W_i … for each layer", native_recognise, native_load},
    {"pytorch", "state_dict of torch.nn.LSTM: weight_ih_l0, weight_hh_l0 …, gates i f g o, two biases",
     pytorch_recognise, pytorch_load},
};
const int dialect_count = sizeof dialects / sizeof *dialects;

const struct dialect *dialect_find(const char *name)
{
    for (int k = 0; k < dialect_count; k++)
        if (strcmp(dialects[k].name, name) == 0)
            return &dialects[k];
    return NULL;
}
