/* vocab_in.c: see vocab_in.h. */
#include "import/vocab_in.h"

#include <string.h>
#include <sys/stat.h>

#include "import/aside.h"

extern const struct source_kind source_torch, source_torch_legacy, source_pickle, source_npy;

static bool no_vocabulary(const char *path, struct err *e)
{
    return err_set(e, file_shown(path), NULL, "expected a vocabulary: a list of tokens or a dictionary of token and "
                                              "index, found a pickle of something else");
}

static bool take(struct source *s, struct json *doc, const char *path, struct err *e)
{
    struct json_at top = doc ? json_top(doc) : (struct json_at){0};
    if (!doc || (json_kind(&top) != JSON_ARRAY && json_kind(&top) != JSON_OBJECT)) {
        json_free(doc);
        return no_vocabulary(path, e);
    }
    json_free(s->vocab_file);
    s->vocab_file = doc;
    return true;
}

static bool take_pickle(struct source *s, const struct file_bytes *b, const char *path, struct err *e)
{
    struct pickle p;
    struct str text = {0};
    if (!pickle_read(b->data, b->len, file_shown(path), &p, e))
        return false;
    bool says = aside_json(p.root, &text);
    struct json *doc = says ? json_parse_copy(text.s, text.len, file_shown(path), e) : NULL;
    pickle_free(&p);
    str_free(&text);
    return (doc || !says) && take(s, doc, path, e);
}

static bool take_torch(struct source *s, struct file_bytes *taken, const char *path, struct err *e)
{
    struct source *from = source_take(taken, path, e);
    if (!from)
        return false;
    struct json *doc = from->kept;
    from->kept = NULL;
    source_close(from);
    return take(s, doc, path, e);
}

bool vocab_in_take(struct source *s, const char *path, struct err *e)
{
    struct file_bytes b = {0};
    struct stat st;
    bool ok = true, once = strcmp(path, "-") == 0 || stat(path, &st) != 0 || !S_ISREG(st.st_mode);
    if (once || !file_map(path, &b, NULL))         /* a pipe can be read once only, and is a text */
        return true;
    if (source_torch.is(&b, path) || source_torch_legacy.is(&b, path))
        return take_torch(s, &b, path, e);
    if (source_pickle.is(&b, path))
        ok = take_pickle(s, &b, path, e);
    else if (source_npy.is(&b, path))
        ok = err_set(e, file_shown(path), NULL, "an array of numpy: python3 -c \"import json, numpy as np; "
                                                "json.dump(np.load('%s', allow_pickle=True).tolist(), "
                                                "open('vocab.json', 'w'))\" writes it as JSON", path);
    file_release(&b);
    return ok;
}
