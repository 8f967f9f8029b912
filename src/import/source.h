/* source.h: named tensors, from whatever kind of file, and what became of each.
 *
 * A reader (one file for each kind: source_json.c, source_safetensors.c, …) opens a file and lists what is in it:
 * name, shape, and where the numbers are. It converts nothing. The loader asks for numbers tensor by tensor, so that
 * a tensor nobody uses costs nothing and a NaN in it hurts nobody; numbers that are float32 already are lent as they
 * stand in the mapped file.
 *
 * A reader fills the source in its open():
 *     struct tensor *t = source_add(s, name);       the source owns the name from now on (it copies)
 *     t->rank, t->shape, t->dtype, t->raw …         (source_add zeroes the rest)
 * and keeps what it needs (the mapped file, a document) in s->data until close(). Numbers that raw cannot describe
 * (compressed, strided, base64) come from the reader's fetch().
 *
 * What the file says beside its tensors (format, vocabulary, sequence, attributes of a node …) is s->about: an
 * object in the words of a wrapper (formats.md §3). A reader of a binary kind may make one up as JSON text
 * (source_about). */
#ifndef FLSTM_IMPORT_SOURCE_H
#define FLSTM_IMPORT_SOURCE_H

#include <stdint.h>

#include "base/file.h"
#include "base/json.h"
#include "import/report.h"

enum { TENSOR_RANK = 8 };

/* How numbers stand in a file; little-endian. */
enum dtype {
    DTYPE_F32,
    DTYPE_F64,
    DTYPE_F16,
    DTYPE_BF16,
    DTYPE_I8,
    DTYPE_U8,
    DTYPE_I16,
    DTYPE_U16,
    DTYPE_I32,
    DTYPE_U32,
    DTYPE_I64,
    DTYPE_U64,
    DTYPE_BOOL,
    DTYPE_OTHER,
    DTYPE_COUNT, /* OTHER: only fetch() can read it, or nothing can */
};
const char *dtype_name(enum dtype d);                /* "float32", "bfloat16" … */
size_t dtype_size(enum dtype d);                     /* bytes a number; 0 for OTHER */
float dtype_number(const unsigned char *p, enum dtype d);       /* the one at p, at any alignment; not of OTHER */

/* Every tensor ends as one of these. */
enum tensor_use {
    TENSOR_UNUSED, /* nothing took it: said on standard error, in the title and in the trace */
    TENSOR_USED,
    TENSOR_HARMLESS, /* known not to change what the network computes: an optimizer's moments, a counter, a copy */
    TENSOR_BESIDE,   /* outside of the object that holds the weights: named by --inspect only */
};

struct tensor {
    char *name;                    /* as the file has it, containers left out; owned by the source */
    char *was;                     /* the file's own where source_rename gave another, or NULL; owned by the source */
    int rank;                      /* 0: a single number */
    size_t shape[TENSOR_RANK];
    enum dtype dtype;
    const void *raw;               /* the numbers, row-major and dense, at any alignment; NULL: fetch() brings them */
    const struct json_at *at;      /* where it stands in a JSON document, NULL in other kinds */
    void *extra;                   /* the reader's own */
    /* From here on source.c's own. */
    bool unread;                   /* it is called as a parameter is and holds no numbers that are read: never left out
                                    * of the account */
    bool slice;                    /* a part of another one (source_slice) */
    bool measured;                 /* rank and shape are true (a binary reader's always are) */
    size_t count;                  /* product of the shape */
    const float *v;                /* NULL until tensor_numbers or tensor_lend; row-major */
    float *own;                    /* v where it had to be converted */
    enum tensor_use use;
    char *became;                  /* what it is now, for the report */
};

struct source;

/* One kind of file. */
struct source_kind {
    const char *name;              /* "safetensors": --inspect says it */
    /* Is it this kind, by its bytes? data NULL: path is a folder. */
    bool (*is)(const struct file_bytes *bytes, const char *path);
    /* Fills s. The bytes (empty for a folder) are s->bytes: they live as long as s. s->path is for what stands
     * beside the file. */
    bool (*open)(struct source *s, struct err *e);
    /* Makes rank, shape, dtype and raw true where that takes looking; NULL: they are since open(). */
    bool (*measure)(const struct source *s, struct tensor *t, struct err *e);
    /* t->count floats into out; NULL when raw is always enough. */
    bool (*fetch)(const struct source *s, const struct tensor *t, float *out, struct err *e);
    void (*close)(struct source *s);                 /* frees s->data; also called when open failed; may be NULL */
    bool graph;                    /* the file says what reads what: no size has to tell what stands before the LSTM */
    /* Of a graph: what in front of that LSTM, or behind its head, it computes that is not run ("MatMul (/p/MatMul)"),
     * owned by the caller (free), or NULL. */
    char *(*not_run)(const struct source *s, const char *lstm, bool behind);
    /* For a kind that is known and not read (open NULL): what to do about it, in one line. */
    const char *advice;
};
extern const struct source_kind source_json;
extern const struct source_kind
    *const source_kinds[]; /* kinds.c: in the order in which they are asked; JSON is the last */
extern const int source_kind_count;

struct builtin;

struct source {
    char *name, *path;             /* as errors show it ("standard input"); as the user gave it ("-") */
    struct file_bytes bytes;
    const struct builtin *builtin; /* it is one of these, and has no bytes of its own; or NULL */
    const struct source_kind *kind;
    struct json_at top;            /* of a JSON document; node NULL in other kinds */
    struct json_at about;          /* node NULL: the file says nothing beside its tensors */
    struct json_at aside;          /* what a pickle keeps beside its tensors (aside.h); node NULL: nothing */
    char *inside;                  /* where the tensors were, for the report: "state_dict"; NULL: at the top */
    void *data;                    /* the reader's own */
    const char *asked;             /* --names PART=TENSOR,…, checked by around_take (around.h), or NULL; borrowed */
    char *not_run;                 /* what in front of the LSTM that is read a graph computes and is not run; owned */
    char *behind;                  /* the same behind its head: "the head is followed by Mul"; there is no head then */
    const char *front_activation;  /* of the Dense in front of the LSTM, "none" where a configuration says that there is
                                    * none behind it; a static text, or NULL: no configuration says */
    double front_epsilon;          /* of the norm in front, as a configuration says; 0: none does */
    const struct naming *naming;   /* of the dialect that reads it by its names (named.h), or NULL; borrowed */
    /* From here on source.c's own. */
    struct json *said, *kept;      /* what source_about and source_aside parsed */
    struct json *vocab_file;       /* --vocab FILE that was no text (vocab_in.h); NULL: it is one, or there is none */
    struct tensor **t;             /* [n], in the order of the file */
    int n, cap;
    struct tensor **sorted;        /* [n], by name; made by the first source_find */
};

/* Opens a file of any kind ("-" is standard input), or a JSON text in memory (copied). NULL with one line. */
struct source *source_open(const char *path, struct err *e);
/* The same of a file whose bytes are there already: it takes them, whether it succeeds or not. */
struct source *source_take(struct file_bytes *taken, const char *path, struct err *e);
/* The bytes of a file of any kind in memory (copied); its kind may depend on its name. */
struct source *source_bytes(const void *data, size_t len, const char *name, struct err *e);
struct source *source_parse(const char *text, size_t len, const char *name, struct err *e);
/* A JSON text of the program's own. */
struct source *source_builtin(const struct builtin *b, const char *name, struct err *e);
void source_close(struct source *s);

/* For readers. */
struct tensor *source_add(struct source *s, const char *name);
/* rows × cols (cols 0: a vector of rows) of t's numbers from number `at` on, as a tensor of its own called "T.what";
 * t's numbers must have been read. It is no member of the account: t is. */
struct tensor *source_slice(struct source *s, struct tensor *t, size_t at, size_t rows, size_t cols, const char *what);
/* Is it called as networks call their parameters: "fc.bias", "dense/kernel:0", "ln.weight"? */
bool source_is_parameter(const char *name);
bool source_about(struct source *s, const char *json_text, struct err *e);
bool source_aside(struct source *s, const char *json_text, struct err *e);
bool (source_complain)(const struct source *s, struct err *e, const char *format, ...) ERR_PRINTF(3, 4);
#define source_complain(...) err_false((source_complain)(__VA_ARGS__))

struct tensor *source_find(struct source *s, const char *name);     /* NULL when there is none of that name */
/* From now on it is called so; by --names it is found under the file's own name, too (source_find_any). */
void source_rename(struct source *s, struct tensor *t, const char *name);
struct tensor *source_find_any(struct source *s, const char *name);

/* Rank, shape and count become true; converts nothing. Fails where the place does not hold a rectangle of numbers. */
bool tensor_measure(struct source *s, struct tensor *t, struct err *e);
/* t->v becomes true, every number finite; one that is not is told by name and element. */
bool tensor_numbers(struct source *s, struct tensor *t, struct err *e);
/* The same into t->count floats of the caller's; t->v stays as it is. */
bool tensor_numbers_into(struct source *s, struct tensor *t, float *out, struct err *e);
/* The numbers as they stand in the file, float32 and aligned, unchecked; NULL when they have to be converted. Valid
 * until the source is closed. */
const float *tensor_lend(const struct tensor *t);
/* The same for whoever keeps them: only of a mapped file and many of them (small ones are better copied: whoever writes
 * the file then no longer matters). The caller takes s->bytes over, and empties it, before the source is closed. */
float *tensor_keep(const struct source *s, const struct tensor *t);

/* Measured, and of that shape (-1 takes any size ≥ 1). A rank-1 tensor of the same count passes for a vector of n; n
 * × 1 and 1 × n too. */
bool tensor_matrix(struct source *s, struct tensor *t, long rows, long cols, struct err *e);
bool tensor_vector(struct source *s, struct tensor *t, long n, struct err *e);

void tensor_became(struct tensor *t, const char *format, ...) ERR_PRINTF(2, 3);                /* it is TENSOR_USED */
bool (tensor_complain)(const struct source *s, const struct tensor *t, struct err *e, const char *format, ...)
    ERR_PRINTF(4, 5);
#define tensor_complain(...) err_false((tensor_complain)(__VA_ARGS__))
const char *tensor_shape(const struct tensor *t, char buf[96]);     /* "32 x 8" */

/* Every tensor a row, in the order of the file. */
void source_report(struct source *s, struct report *r);

#endif
