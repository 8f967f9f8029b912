/* oom.c: preloaded, it lets an allocation fail: the OOM_AT-th, or all from the OOM_FROM-th on. With OOM_COUNT=FILE
 * it writes there how many there were. For glibc, whose own allocator stays behind it. What is done at exit is neither
 * counted nor failed: of a program built for coverage that is the writing of what was counted. */
#define _GNU_SOURCE
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);
void *__libc_memalign(size_t align, size_t n);

static long count, at = -1, from = -1;
static int ending;

static void end(void)
{
    ending = 1;
}

static int fails(void)
{
    if (ending)
        return 0;
    if (!count++) {
        const char *a = getenv("OOM_AT"), *f = getenv("OOM_FROM");
        at = a ? atol(a) : -1;
        from = f ? atol(f) : -1;
        atexit(end);                  /* before the destructors, gcov's among them */
    }
    if (count != at && (from < 0 || count < from))
        return 0;
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t n) { return fails() ? NULL : __libc_malloc(n); }
void *calloc(size_t n, size_t size) { return fails() ? NULL : __libc_calloc(n, size); }
void *realloc(void *p, size_t n) { return fails() ? NULL : __libc_realloc(p, n); }
void *aligned_alloc(size_t align, size_t n) { return fails() ? NULL : __libc_memalign(align, n); }

int posix_memalign(void **p, size_t align, size_t n)
{
    void *got = fails() ? NULL : __libc_memalign(align, n);
    if (got)
        *p = got;
    return got ? 0 : ENOMEM;
}

__attribute__((destructor)) static void tell(void)
{
    const char *name = getenv("OOM_COUNT");
    FILE *f = name ? fopen(name, "w") : NULL;
    if (f) {
        fprintf(f, "%ld\n", count);
        fclose(f);
    }
}
