/* source_zip.c: a zip that is neither of torch nor of numpy, or damaged: what it is. */
#include <string.h>

#include "import/source.h"
#include "import/unread.h"
#include "import/zip.h"

extern const struct source_kind source_zip;

static bool is_zip(const struct file_bytes *bytes, const char *path)
{
    (void)path;
    return zip_is(bytes);
}

static bool ends_with(const char *name, const char *ending)
{
    size_t n = strlen(name), k = strlen(ending);
    return n >= k && strcmp(name + n - k, ending) == 0;
}

static bool refuse(struct source *s, struct err *e)
{
    static const struct { const char *member; const struct unread *kind; } known[] = {
        {"coefficients.bin", &unread_dl4j}, {"model.weights.h5", &unread_keras}, {"constants.pkl", &unread_torchscript},
    };
    const struct unread *u = &unread_zip;
    struct zip z;
    if (!zip_open(&s->bytes, s->name, &z, e))
        return false;
    for (int k = 0; k < z.n; k++)
        for (size_t j = 0; j < sizeof known / sizeof *known; j++)
            if (ends_with(z.member[k].name, known[j].member))
                u = known[j].kind;
    zip_close(&z);
    return source_complain(s, e, "%s, which is not read: %s", u->what, u->advice);
}

const struct source_kind source_zip = {.name = "zip", .is = is_zip, .open = refuse};
