/* mem.h: memory.
 *
 * Two kinds of allocation. What a file or a user decides the size of may fail, and the failure is
 * reported like any other error: mem_array. Small fixed things cannot sensibly be survived:
 * the x… functions call the `die` callback (which restores the terminal) and end the process.
 */
#ifndef FLSTM_BASE_MEM_H
#define FLSTM_BASE_MEM_H

#include <stdbool.h>
#include <stddef.h>

/* Zeroed memory for count × size bytes, 64-byte aligned; NULL when that overflows or cannot be had.
 * Free with mem_free. count 0 gives a valid pointer. */
void *mem_array(size_t count, size_t size);
/* Asks for large pages for what of it takes at least one; a wish, no more. */
void mem_large(void *p, size_t bytes);
/* The same for what may be huge and not all used: zeroed pages that cost nothing until they are touched. *mapped goes
 * to mem_pages_free with it. */
void *mem_pages(size_t count, size_t size, size_t *mapped);
void mem_pages_free(void *p, size_t mapped);
/* Addresses for count × size bytes, behind which is no memory: to read or write there ends the program, but between
 * mem_open and mem_close. NULL: the system gives none. Free with mem_pages_free. */
void *mem_reserve(size_t count, size_t size, size_t *mapped);
/* Of what is reserved: gives zeroed pages, and takes them back. p and bytes are whole pages. False: memory is short. */
bool mem_open(void *p, size_t bytes);
void mem_close(void *p, size_t bytes);
size_t mem_page(void);                    /* bytes of a page */
void mem_free(void *p);

/* Rows of `bytes` bytes that one thread should fill in one go (at least 1) where several fill memory for the first
 * time: of a large page that two touch at once the system fills two with zeros and throws one away. */
int mem_rows_apart(size_t bytes);

/* a × b into *out; false when it overflows. */
bool mem_product(size_t a, size_t b, size_t *out);

#if defined(__GNUC__) && !defined(__TINYC__)
#define MEM_NEVER_NULL __attribute__((returns_nonnull))
#else
#define MEM_NEVER_NULL
#endif
/* realloc for count × size bytes; NULL, and p as it was, when that overflows or cannot be had. */
void *mem_again(void *p, size_t count, size_t size);
/* Never NULL. Free with free(). */
MEM_NEVER_NULL void *xcalloc(size_t count, size_t size);
MEM_NEVER_NULL void *xrealloc(void *p, size_t count, size_t size);
MEM_NEVER_NULL char *xstrdup(const char *s);
MEM_NEVER_NULL char *xstrndup(const char *s, size_t n);

/* Prints "flstm-tui: out of memory" on standard error and exits 1, after running the callback
 * (app sets it to give the terminal back). */
void mem_on_die(void (*callback)(void));
_Noreturn void mem_die(void);

#endif
