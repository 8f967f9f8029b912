/* mem.c: see mem.h. */
#define _GNU_SOURCE
#include "base/mem.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void (*on_die)(void);

bool mem_product(size_t a, size_t b, size_t *out)
{
    if (b && a > SIZE_MAX / b)
        return false;
    *out = a * b;
    return true;
}

void *mem_again(void *p, size_t count, size_t size)
{
    size_t bytes;
    return mem_product(count, size, &bytes) ? realloc(p, bytes) : NULL;
}

/* Large arrays ask for large pages: with pages of 4 KiB most of the time that it takes to fill 64 MiB is spent on
 * 16,000 page faults (measured: 10 times as long). */
enum { LARGE = 4 << 20, LARGE_PAGE = 2 << 20 };

void mem_large(void *p, size_t bytes)
{
#ifdef MADV_HUGEPAGE
    size_t skip = (LARGE_PAGE - (uintptr_t)p % LARGE_PAGE) % LARGE_PAGE;
    if (bytes >= LARGE && bytes - skip >= LARGE_PAGE)
        madvise((char *)p + skip, (bytes - skip) / LARGE_PAGE * LARGE_PAGE, MADV_HUGEPAGE);
#else
    (void)p;
    (void)bytes;
#endif
}

int mem_rows_apart(size_t bytes)
{
    enum { APART = 2 * LARGE_PAGE };
    return bytes && bytes < APART ? (int)((APART + bytes - 1) / bytes) : 1;
}

/* What the system has just given is zero: filling hundreds of megabytes with zeros again would cost as much as giving
 * them did. So the largest arrays are pages of their own; where they are is kept here, for mem_free. Not under a
 * sanitizer, which could not watch them. */
#if defined(MADV_HUGEPAGE) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
enum { HUGE_BYTES = 32 << 20, HUGE_MOST = 64 };

static struct { void *p, *base; size_t bytes; } huge[HUGE_MOST];
static atomic_flag huge_held = ATOMIC_FLAG_INIT;       /* for a few instructions at a time */

static int huge_place(const void *p)
{
    int k = 0;
    while (k < HUGE_MOST && huge[k].p != p)
        k++;
    return k;
}

/* NULL: there is no room, or no place. */
static void *huge_array(size_t bytes)
{
    size_t all = bytes + LARGE_PAGE;
    char *base = mmap(NULL, all, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base == MAP_FAILED)
        return NULL;
    char *p = base + (LARGE_PAGE - (uintptr_t)base % LARGE_PAGE) % LARGE_PAGE;
    while (atomic_flag_test_and_set(&huge_held))
        ;
    int k = huge_place(NULL);
    if (k < HUGE_MOST) {
        huge[k].p = p;
        huge[k].base = base;
        huge[k].bytes = all;
    }
    atomic_flag_clear(&huge_held);
    if (k < HUGE_MOST) {
        mem_large(p, bytes);
        return p;
    }
    munmap(base, all);
    return NULL;
}

/* False: it is none of them. */
static bool huge_free(void *p)
{
    void *base = NULL;
    size_t bytes = 0;
    if (!p || (uintptr_t)p % LARGE_PAGE)
        return false;
    while (atomic_flag_test_and_set(&huge_held))
        ;
    int k = huge_place(p);
    if (k < HUGE_MOST) {
        base = huge[k].base;
        bytes = huge[k].bytes;
        huge[k].p = NULL;
    }
    atomic_flag_clear(&huge_held);
    return k < HUGE_MOST && munmap(base, bytes) == 0;
}
#else
enum { HUGE_BYTES = 1 << 30 };

static void *huge_array(size_t bytes)
{
    (void)bytes;
    return NULL;
}

static bool huge_free(void *p)
{
    (void)p;
    return false;
}
#endif

void *mem_array(size_t count, size_t size)
{
    size_t bytes;
    if (!mem_product(count, size, &bytes) || bytes > SIZE_MAX / 2)
        return NULL;
    void *own = bytes >= HUGE_BYTES ? huge_array(bytes) : NULL;
    if (own)
        return own;
    size_t align = bytes >= LARGE ? LARGE_PAGE : 64;
    bytes = (bytes + align - 1) / align * align;
    if (!bytes)
        bytes = align;
    void *p = aligned_alloc(align, bytes);
    if (p)
        mem_large(p, bytes);
    if (p)
        memset(p, 0, bytes);
    return p;
}

void *mem_pages(size_t count, size_t size, size_t *mapped)
{
    size_t bytes;
    *mapped = 0;
    if (!mem_product(count, size, &bytes) || bytes > SIZE_MAX / 2)
        return NULL;
    if (bytes < LARGE)
        return mem_array(count, size);
#ifdef MADV_HUGEPAGE                  /* where there is nothing of the kind, there may be no mmap either */
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        return NULL;
    mem_large(p, bytes);
    *mapped = bytes;
    return p;
#else
    return mem_array(count, size);
#endif
}

void mem_pages_free(void *p, size_t mapped)
{
#ifdef MADV_HUGEPAGE
    if (mapped)
        munmap(p, mapped);
#endif
    if (!mapped)
        mem_free(p);
}

#ifdef MAP_NORESERVE
void *mem_reserve(size_t count, size_t size, size_t *mapped)
{
    size_t bytes;
    *mapped = 0;
    if (!mem_product(count, size, &bytes) || bytes > SIZE_MAX / 2)
        return NULL;
    void *p = mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    *mapped = p == MAP_FAILED ? 0 : bytes;
    return p == MAP_FAILED ? NULL : p;
}

bool mem_open(void *p, size_t bytes)
{
    return mprotect(p, bytes, PROT_READ | PROT_WRITE) == 0;
}

void mem_close(void *p, size_t bytes)
{
    (void)madvise(p, bytes, MADV_DONTNEED);
    (void)mprotect(p, bytes, PROT_NONE);
}

size_t mem_page(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}
#else
void *mem_reserve(size_t count, size_t size, size_t *mapped)
{
    (void)count, (void)size;
    *mapped = 0;
    return NULL;
}

bool mem_open(void *p, size_t bytes)
{
    (void)p, (void)bytes;
    return false;
}

void mem_close(void *p, size_t bytes)
{
    (void)p, (void)bytes;
}

size_t mem_page(void)
{
    return 4096;
}
#endif

void mem_free(void *p)
{
    if (!huge_free(p))
        free(p);
}

void mem_on_die(void (*callback)(void))
{
    on_die = callback;
}

_Noreturn void mem_die(void)
{
    if (on_die)
        on_die();
    fputs("flstm-tui: out of memory\n", stderr);
    exit(1);
}

void *xcalloc(size_t count, size_t size)
{
    void *p = calloc(count ? count : 1, size ? size : 1);
    if (!p)
        mem_die();
    return p;
}

void *xrealloc(void *p, size_t count, size_t size)
{
    size_t bytes;
    if (!mem_product(count, size, &bytes))
        mem_die();
    void *q = realloc(p, bytes ? bytes : 1);
    if (!q)
        mem_die();
    return q;
}

char *xstrndup(const char *s, size_t n)
{
    char *p = xcalloc(n + 1, 1);
    memcpy(p, s, n);
    return p;
}

char *xstrdup(const char *s)
{
    return xstrndup(s, strlen(s));
}
