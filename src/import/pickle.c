/* pickle.c: see pickle.h. The machine has a stack, marks on it, and a memo of numbered nodes. Its opcodes are one
 * byte each (Lib/pickletools.py of CPython describes them). */
#include "import/pickle.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"

enum { BLOCK = 1024, NODES_MAX = 4000000, MEMO_MAX = 4000000, STACK_MAX = 4000000 };

struct pickle_block {
    struct pickle_block *next;
    int used;
    struct pickle_node node[BLOCK];
};

struct machine {
    const unsigned char *data, *p, *end;
    const char *name;
    struct pickle *out;
    struct pickle_node **stack;
    size_t depth, stack_cap;
    size_t *mark;
    size_t marks, mark_cap;
    struct pickle_node **memo;
    size_t memo_cap, memo_next;
    size_t nodes;
    struct err *e;
};

static void tell(const struct machine *m, const char *format, ...) ERR_PRINTF(2, 3);
static void tell(const struct machine *m, const char *format, ...)
{
    char place[48];
    va_list ap;
    snprintf(place, sizeof place, "byte %zu", (size_t)(m->p - m->data));
    va_start(ap, format);
    err_vset(m->e, m->name, place, format, ap);
    va_end(ap);
}
/* False in sight of the compiler, which then sees that nothing is used that was not set. */
#define fail(...) (tell(__VA_ARGS__), false)

static bool no_memory(const struct machine *m)
{
    return fail(m, "not enough memory for the pickle");
}

/* Room for `need` things of that size; a file decides how many there are. */
static bool grow(const struct machine *m, void *array, size_t *cap, size_t need, size_t size)
{
    void *old, *more;
    if (need <= *cap)
        return true;
    size_t room = *cap ? *cap : 8;
    while (room < need)
        room *= 2;
    memcpy(&old, array, sizeof old);
    more = realloc(old, room * size);
    if (!more)
        return no_memory(m);
    memset((char *)more + *cap * size, 0, (room - *cap) * size);
    memcpy(array, &more, sizeof more);
    *cap = room;
    return true;
}

/* NULL with an error. */
static struct pickle_node *new_node(struct machine *m, enum pickle_kind kind)
{
    struct pickle_block *b = m->out->block;
    if (++m->nodes > NODES_MAX) {
        tell(m, "expected fewer than %d values", NODES_MAX);
        return NULL;
    }
    if (!b || b->used == BLOCK) {
        b = calloc(1, sizeof *b);
        if (!b) {
            no_memory(m);
            return NULL;
        }
        b->next = m->out->block;
        m->out->block = b;
    }
    struct pickle_node *n = &b->node[b->used++];
    n->kind = kind;
    return n;
}

static bool push(struct machine *m, struct pickle_node *n)
{
    if (!n)
        return false;
    if (m->depth >= STACK_MAX)
        return fail(m, "expected a stack of fewer than %d values", STACK_MAX);
    if (!grow(m, &m->stack, &m->stack_cap, m->depth + 1, sizeof *m->stack))
        return false;
    m->stack[m->depth++] = n;
    return true;
}

/* How many values there are above the last mark: those below are not for the taking. */
static size_t above(const struct machine *m)
{
    return m->depth - (m->marks ? m->mark[m->marks - 1] : 0);
}

static struct pickle_node *pop(struct machine *m)
{
    if (!above(m)) {
        tell(m, "takes a value from an empty stack");
        return NULL;
    }
    return m->stack[--m->depth];
}

/* The value on top stays there. */
static struct pickle_node *top(struct machine *m)
{
    if (!m->stack || !above(m)) {
        tell(m, "looks at a value on an empty stack");
        return NULL;
    }
    return m->stack[m->depth - 1];
}

/* The values above the last mark, which goes: *from is the first. */
static bool pop_mark(struct machine *m, size_t *from)
{
    if (!m->marks)
        return fail(m, "goes back to a mark that was not set");
    *from = m->mark[--m->marks];
    return true;
}

static bool add_item(struct machine *m, struct pickle_node *to, struct pickle_node *item)
{
    if (!grow(m, &to->item, &to->cap, to->n + 1, sizeof *to->item))
        return false;
    to->item[to->n++] = item;
    return true;
}

/* ---- arguments in the bytes ---- */

static bool take(struct machine *m, size_t n, const unsigned char **out)
{
    if ((size_t)(m->end - m->p) < n)
        return fail(m, "the pickle is cut off: expected %zu bytes more, found %zu", n, (size_t)(m->end - m->p));
    *out = m->p;
    m->p += n;
    return true;
}

static bool take_number(struct machine *m, size_t bytes, uint64_t *out)
{
    const unsigned char *p;
    if (!take(m, bytes, &p))
        return false;
    *out = 0;
    for (size_t k = bytes; k-- > 0;)
        *out = *out << 8 | p[k];
    return true;
}

/* A line of text, without its newline. */
static bool take_line(struct machine *m, const char **out, size_t *len)
{
    const unsigned char *stop = memchr(m->p, '\n', (size_t)(m->end - m->p));
    if (!stop)
        return fail(m, "the pickle is cut off within a line");
    *out = (const char *)m->p;
    *len = (size_t)(stop - m->p);
    m->p = stop + 1;
    return true;
}

/* ---- what opcodes do ---- */

static bool push_text(struct machine *m, enum pickle_kind kind, size_t length_bytes)
{
    uint64_t len;
    const unsigned char *p;
    if (!take_number(m, length_bytes, &len) || !take(m, len > SIZE_MAX ? SIZE_MAX : (size_t)len, &p))
        return false;
    struct pickle_node *n = new_node(m, kind);
    if (n) {
        n->text = (const char *)p;
        n->len = (size_t)len;
    }
    return push(m, n);
}

static bool push_int(struct machine *m, enum pickle_kind kind, int64_t v)
{
    struct pickle_node *n = new_node(m, kind);
    if (n)
        n->number = v;
    return push(m, n);
}

/* Little-endian two's complement of so many bytes. What does not fit 64 bits (a random seed) is not a number of
 * ours: None. */
static bool push_long(struct machine *m, size_t length_bytes)
{
    uint64_t len, v = 0;
    const unsigned char *p;
    if (!take_number(m, length_bytes, &len) || !take(m, len > SIZE_MAX ? SIZE_MAX : (size_t)len, &p))
        return false;
    if (len > 8)
        return push(m, new_node(m, PICKLE_NONE));
    if (len && p[len - 1] & 0x80)
        v = UINT64_MAX;
    for (uint64_t k = len; k-- > 0;)
        v = v << 8 | p[k];
    int64_t number;
    memcpy(&number, &v, sizeof number);
    return push_int(m, PICKLE_INT, number);
}

static bool push_real(struct machine *m)
{
    const unsigned char *p;
    uint64_t bits = 0;
    if (!take(m, 8, &p))
        return false;
    for (int k = 0; k < 8; k++)
        bits = bits << 8 | p[k];
    struct pickle_node *n = new_node(m, PICKLE_FLOAT);
    if (n)
        memcpy(&n->real, &bits, sizeof n->real);
    return push(m, n);
}

/* "module name" as one text, which the node owns. */
static bool push_global(struct machine *m, const char *module, size_t module_len, const char *name, size_t name_len)
{
    struct pickle_node *n = new_node(m, PICKLE_GLOBAL);
    char *text = n ? malloc(module_len + name_len + 2) : NULL;
    if (!text)
        return n ? no_memory(m) : false;
    memcpy(text, module, module_len);
    text[module_len] = ' ';
    memcpy(text + module_len + 1, name, name_len);
    n->len = module_len + 1 + name_len;
    text[n->len] = '\0';
    n->text = text;
    return push(m, n);
}

static bool global(struct machine *m)
{
    const char *module, *name;
    size_t a, b;
    return take_line(m, &module, &a) && take_line(m, &name, &b) && push_global(m, module, a, name, b);
}

static bool stack_global(struct machine *m)
{
    struct pickle_node *name = pop(m), *module = name ? pop(m) : NULL;
    if (!module)
        return false;
    if (name->kind != PICKLE_TEXT || module->kind != PICKLE_TEXT)
        return fail(m, "expected the names of a module and of something in it");
    return push_global(m, module->text, module->len, name->text, name->len);
}

/* The last n values (or those above the mark) as one. */
static bool gather(struct machine *m, enum pickle_kind kind, size_t from)
{
    struct pickle_node *n = new_node(m, kind);
    size_t count = m->depth - from;
    if (!n || (count && !grow(m, &n->item, &n->cap, count, sizeof *n->item)))
        return false;
    if (kind == PICKLE_DICT && count % 2)
        return fail(m, "a key without a value");
    if (count)
        memcpy(n->item, m->stack + from, count * sizeof *n->item);
    n->n = count;
    m->depth = from;
    return push(m, n);
}

static bool gather_marked(struct machine *m, enum pickle_kind kind)
{
    size_t from;
    return pop_mark(m, &from) && gather(m, kind, from);
}

static bool gather_last(struct machine *m, size_t n)
{
    return above(m) >= n ? gather(m, PICKLE_TUPLE, m->depth - n)
                         : fail(m, "takes %zu values from a stack of %zu", n, above(m));
}

/* Everything above `from` goes into the value below it: items, or pairs of key and value. */
static bool add_all(struct machine *m, size_t from, bool pairs)
{
    size_t count = m->depth - from;
    if (pairs && count % 2)
        return fail(m, "a key without a value");
    size_t floor = m->marks ? m->mark[m->marks - 1] : 0;
    if (from <= floor)
        return fail(m, "adds to a value that is not there");
    struct pickle_node *to = m->stack[from - 1];
    bool fits = to->kind == PICKLE_CALL
                || (pairs ? to->kind == PICKLE_DICT : to->kind == PICKLE_LIST || to->kind == PICKLE_SET);
    if (!fits || (to->kind == PICKLE_CALL && to->n && to->keyed != pairs))
        return fail(m, "adds items to a value that takes none");
    if (to->kind == PICKLE_CALL)
        to->keyed = pairs;
    for (size_t k = 0; k < count; k++)
        if (!add_item(m, to, m->stack[from + k]))
            return false;
    m->depth = from;
    return true;
}

static bool add_marked(struct machine *m, bool pairs)
{
    size_t from;
    return pop_mark(m, &from) && add_all(m, from, pairs);
}

static bool add_last(struct machine *m, bool pairs)
{
    size_t n = pairs ? 2 : 1;
    return above(m) > n ? add_all(m, m->depth - n, pairs) : fail(m, "adds to a value that is not there");
}

/* function, arguments -> a call of it; class, arguments (and perhaps keywords) -> an object. */
static bool call(struct machine *m, size_t values)
{
    if (above(m) < values)
        return fail(m, "calls with %zu values on a stack of %zu", values, above(m));
    struct pickle_node *n = new_node(m, PICKLE_CALL);
    if (!n)
        return false;
    m->depth -= values;
    n->part[0] = m->stack[m->depth];
    n->part[1] = m->stack[m->depth + 1];
    return push(m, n);
}

/* Bytes of one item of a numpy dtype ("f4", "U12"); 0: of Python objects, or of records. */
static size_t bytes_of(const struct pickle_node *dtype)
{
    const struct pickle_node *a = pickle_call(dtype, "numpy dtype"), *code = a && a->n ? a->item[0] : NULL;
    char digits[12];
    long n;
    if (!code || code->kind != PICKLE_TEXT || code->len < 2 || code->len > sizeof digits
        || !memchr("fiubcSU", code->text[0], 7))
        return 0;
    snprintf(digits, sizeof digits, "%.*s", (int)code->len - 1, code->text + 1);
    if (!num_parse_int(digits, 0, INT_MAX / 4, &n))
        return 0;
    return (size_t)n * (code->text[0] == 'U' ? 4 : 1);
}

/* joblib writes the numbers of an array right behind what says its shape, and before them how many bytes it left so
 * that they are aligned. */
static bool joblib_numbers(struct machine *m, struct pickle_node *wrapper)
{
    const struct pickle_node *shape = pickle_get(wrapper->state, "shape");
    const struct pickle_node *aligned = pickle_get(wrapper->state, "numpy_array_alignment_bytes");
    size_t bytes = bytes_of(pickle_get(wrapper->state, "dtype"));
    if (!bytes || !shape || shape->kind != PICKLE_TUPLE)
        return fail(m, "an array of joblib that is none of numbers or texts");
    for (size_t k = 0; k < shape->n; k++)
        if (shape->item[k]->kind != PICKLE_INT || shape->item[k]->number < 0
            || !mem_product(bytes, (size_t)shape->item[k]->number, &bytes))
            return fail(m, "an array of joblib without a shape");
    if (aligned && aligned->kind == PICKLE_INT && (m->p == m->end || (size_t)(m->end - m->p) <= *m->p))
        return fail(m, "the pickle is cut off within the numbers of an array");
    m->p += aligned && aligned->kind == PICKLE_INT ? (size_t)*m->p + 1 : 0;
    if ((size_t)(m->end - m->p) < bytes)
        return fail(m, "the pickle is cut off within the numbers of an array");
    wrapper->text = (const char *)m->p;
    wrapper->len = bytes;
    m->p += bytes;
    return true;
}

static bool build(struct machine *m)
{
    struct pickle_node *state = pop(m), *object = state ? top(m) : NULL;
    if (!object)
        return false;
    object->state = state;
    return !pickle_call(object, "joblib.numpy_pickle NumpyArrayWrapper") || joblib_numbers(m, object);
}

static bool persistent(struct machine *m, bool line)
{
    const char *text = NULL;
    size_t len = 0;
    struct pickle_node *id = NULL;
    if (line ? !take_line(m, &text, &len) : !(id = pop(m)))
        return false;
    struct pickle_node *n = new_node(m, PICKLE_PERSISTENT);
    if (n) {
        n->part[0] = id;
        n->text = text;
        n->len = len;
    }
    return push(m, n);
}

static bool memo_put(struct machine *m, uint64_t k)
{
    struct pickle_node *n = top(m);
    if (!n)
        return false;
    if (k >= MEMO_MAX)
        return fail(m, "expected a memo of fewer than %d values", MEMO_MAX);
    if (!grow(m, &m->memo, &m->memo_cap, (size_t)k + 1, sizeof *m->memo))
        return false;
    m->memo[k] = n;
    if (k >= m->memo_next)
        m->memo_next = (size_t)k + 1;
    return true;
}

static bool memo_get(struct machine *m, uint64_t k)
{
    if (k >= m->memo_cap || !m->memo[k])
        return fail(m, "refers to value %llu, which there is not", (unsigned long long)k);
    return push(m, m->memo[k]);
}

/* A number of protocol 0: a decimal line; "00" and "01" are False and True. */
static bool decimal(struct machine *m, bool real)
{
    const char *line;
    size_t len;
    char text[64];
    double v;
    if (!take_line(m, &line, &len))
        return false;
    if (len && line[len - 1] == 'L')
        len--;
    if (len >= sizeof text)
        return push(m, new_node(m, PICKLE_NONE));
    memcpy(text, line, len);
    text[len] = '\0';
    if (!real && len == 2 && (strcmp(text, "00") == 0 || strcmp(text, "01") == 0))
        return push_int(m, PICKLE_BOOL, text[1] == '1');
    if (!num_parse(text, &v))
        return fail(m, "expected a number, found %s", text);
    if (!real)
        return v > -9e18 && v < 9e18 ? push_int(m, PICKLE_INT, (int64_t)v) : push(m, new_node(m, PICKLE_NONE));
    struct pickle_node *n = new_node(m, PICKLE_FLOAT);
    if (n)
        n->real = v;
    return push(m, n);
}

static bool text_line(struct machine *m, enum pickle_kind kind)
{
    const char *line;
    size_t len;
    if (!take_line(m, &line, &len))
        return false;
    struct pickle_node *n = new_node(m, kind);
    if (n) {
        n->text = line;
        n->len = len;
    }
    return push(m, n);
}

static bool set_mark(struct machine *m)
{
    if (!grow(m, &m->mark, &m->mark_cap, m->marks + 1, sizeof *m->mark))
        return false;
    m->mark[m->marks++] = m->depth;
    return true;
}

/* Without its result: a frame is only a hint where the next bytes end. */
static bool skip_number(struct machine *m, size_t bytes)
{
    uint64_t ignored;
    return take_number(m, bytes, &ignored);
}

static bool from_memo(struct machine *m, size_t bytes, bool (*then)(struct machine *, uint64_t))
{
    uint64_t k;
    return take_number(m, bytes, &k) && then(m, k);
}

static bool from_memo_line(struct machine *m, bool (*then)(struct machine *, uint64_t))
{
    const char *line;
    size_t len;
    char text[24];
    long k;
    if (!take_line(m, &line, &len))
        return false;
    snprintf(text, sizeof text, "%.*s", (int)(len < 20 ? len : 20), line);
    return num_parse_int(text, 0, INT_MAX, &k) ? then(m, (uint64_t)k)
                                               : fail(m, "expected the number of a value, found %s", text);
}

static bool drop_marked(struct machine *m)
{
    size_t from;
    if (!pop_mark(m, &from))
        return false;
    m->depth = from;
    return true;
}

/* 0 drops a value, or a mark that is on top. */
static bool drop(struct machine *m)
{
    if (m->marks && !above(m))
        return drop_marked(m);
    return pop(m) != NULL;
}

static bool binint(struct machine *m)
{
    uint64_t v;
    return take_number(m, 4, &v) && push_int(m, PICKLE_INT, v < 0x80000000u ? (int64_t)v : (int64_t)v - 0x100000000);
}

static bool binint_short(struct machine *m, size_t bytes)
{
    uint64_t v;
    return take_number(m, bytes, &v) && push_int(m, PICKLE_INT, (int64_t)v);
}

/* class and arguments are the last two values above the mark (OBJ), or named by lines (INST). */
static bool old_object(struct machine *m, bool named)
{
    size_t from;
    if (named && !global(m))
        return false;
    struct pickle_node *class = named ? pop(m) : NULL;
    if (!pop_mark(m, &from) || (!named && m->depth == from))
        return fail(m, "an object without a class");
    if (!named) {
        class = m->stack[from];
        memmove(m->stack + from, m->stack + from + 1, (m->depth - from - 1) * sizeof *m->stack);
        m->depth--;
    }
    if (!gather(m, PICKLE_TUPLE, from))
        return false;
    struct pickle_node *arguments = m->stack[--m->depth];
    return push(m, class) && push(m, arguments) && call(m, 2);
}

/* One opcode; *stop: it was the last one. */
static bool step(struct machine *m, unsigned op, bool *stop)
{
    switch (op) {
    case '.': *stop = true; return true;
    case 0x80: return skip_number(m, 1);
    case 0x95: return skip_number(m, 8);
    case '(': return set_mark(m);
    case '0': return drop(m);
    case '1': return drop_marked(m);
    case '2': return push(m, top(m));
    case 'N': return push(m, new_node(m, PICKLE_NONE));
    case 0x88: return push_int(m, PICKLE_BOOL, 1);
    case 0x89: return push_int(m, PICKLE_BOOL, 0);
    case 'I': return decimal(m, false);
    case 'L': return decimal(m, false);
    case 'F': return decimal(m, true);
    case 'J': return binint(m);
    case 'K': return binint_short(m, 1);
    case 'M': return binint_short(m, 2);
    case 0x8a: return push_long(m, 1);
    case 0x8b: return push_long(m, 4);
    case 'G': return push_real(m);
    case 'S': return text_line(m, PICKLE_TEXT);
    case 'V': return text_line(m, PICKLE_TEXT);
    case 'X': return push_text(m, PICKLE_TEXT, 4);
    case 0x8c: return push_text(m, PICKLE_TEXT, 1);
    case 0x8d: return push_text(m, PICKLE_TEXT, 8);
    case 'U': return push_text(m, PICKLE_TEXT, 1);
    case 'T': return push_text(m, PICKLE_TEXT, 4);
    case 'C': return push_text(m, PICKLE_BYTES, 1);
    case 'B': return push_text(m, PICKLE_BYTES, 4);
    case 0x8e: return push_text(m, PICKLE_BYTES, 8);
    case 0x96: return push_text(m, PICKLE_BYTES, 8);
    case ')': return push(m, new_node(m, PICKLE_TUPLE));
    case 't': return gather_marked(m, PICKLE_TUPLE);
    case 0x85: return gather_last(m, 1);
    case 0x86: return gather_last(m, 2);
    case 0x87: return gather_last(m, 3);
    case ']': return push(m, new_node(m, PICKLE_LIST));
    case 'l': return gather_marked(m, PICKLE_LIST);
    case '}': return push(m, new_node(m, PICKLE_DICT));
    case 'd': return gather_marked(m, PICKLE_DICT);
    case 0x8f: return push(m, new_node(m, PICKLE_SET));
    case 0x91: return gather_marked(m, PICKLE_SET);
    case 'a': return add_last(m, false);
    case 'e': return add_marked(m, false);
    case 0x90: return add_marked(m, false);
    case 's': return add_last(m, true);
    case 'u': return add_marked(m, true);
    case 'c': return global(m);
    case 0x93: return stack_global(m);
    case 'R': return call(m, 2);
    case 0x81: return call(m, 2);
    case 0x92: return call(m, 3);
    case 'i': return old_object(m, true);
    case 'o': return old_object(m, false);
    case 'b': return build(m);
    case 'P': return persistent(m, true);
    case 'Q': return persistent(m, false);
    case 'p': return from_memo_line(m, memo_put);
    case 'q': return from_memo(m, 1, memo_put);
    case 'r': return from_memo(m, 4, memo_put);
    case 0x94: return memo_put(m, m->memo_next);
    case 'g': return from_memo_line(m, memo_get);
    case 'h': return from_memo(m, 1, memo_get);
    case 'j': return from_memo(m, 4, memo_get);
    default:
        m->p--;
        return fail(m, "expected an opcode of a pickle, found 0x%02X", op);
    }
}

bool pickle_read(const unsigned char *data, size_t len, const char *name, struct pickle *p, struct err *e)
{
    struct machine m = {.data = data, .p = data, .end = data + len, .name = name, .out = p, .e = e};
    bool ok = true, stop = false;
    *p = (struct pickle){0};
    while (ok && !stop)
        ok = m.p < m.end ? step(&m, *m.p++, &stop) : fail(&m, "the pickle is cut off: it has no end");
    if (ok && m.depth != 1)
        ok = fail(&m, "expected one value at the end, found %zu", m.depth);
    if (ok)
        p->root = m.stack[0];
    p->len = (size_t)(m.p - m.data);
    free(m.stack);
    free(m.mark);
    free(m.memo);
    if (!ok)
        pickle_free(p);
    return ok;
}

void pickle_free(struct pickle *p)
{
    for (struct pickle_block *b = p->block, *next; b; b = next) {
        next = b->next;
        for (int k = 0; k < b->used; k++) {
            free(b->node[k].item);
            if (b->node[k].kind == PICKLE_GLOBAL) {
                union { const char *read_only; char *own; } text = {b->node[k].text};
                free(text.own);
            }
        }
        free(b);
    }
    *p = (struct pickle){0};
}

/* ---- asking ---- */

bool pickle_each(const struct pickle *p, enum pickle_kind kind, bool (*each)(const struct pickle_node *, void *to),
                 void *to)
{
    for (const struct pickle_block *b = p->block; b; b = b->next)
        for (int k = 0; k < b->used; k++)
            if (b->node[k].kind == kind && !each(&b->node[k], to))
                return false;
    return true;
}

bool pickle_is(const struct pickle_node *n, enum pickle_kind kind, const char *text)
{
    return n && n->kind == kind && n->text && n->len == strlen(text) && memcmp(n->text, text, n->len) == 0;
}

const struct pickle_node *pickle_call(const struct pickle_node *n, const char *function)
{
    if (!n || n->kind != PICKLE_CALL || !pickle_is(n->part[0], PICKLE_GLOBAL, function) || !n->part[1]
        || n->part[1]->kind != PICKLE_TUPLE)
        return NULL;
    return n->part[1];
}

bool pickle_is_map(const struct pickle_node *n)
{
    return n
           && (n->kind == PICKLE_DICT
               || (n->kind == PICKLE_CALL && (n->keyed || pickle_call(n, "collections OrderedDict"))));
}

const struct pickle_node *pickle_get(const struct pickle_node *n, const char *key)
{
    if (!pickle_is_map(n))
        return NULL;
    for (size_t k = 0; k + 1 < n->n; k += 2)
        if (pickle_is(n->item[k], PICKLE_TEXT, key))
            return n->item[k + 1];
    return NULL;
}
