/* shelf.h: models, scenarios, lessons and themes that are called by name and are not built in: the files
 * flstm-tui/KIND/NAME.ENDING in $XDG_DATA_HOME, then in each of $XDG_DATA_DIRS; themes in the folders of XDG_CONFIG
 * first. A model may be any file the program reads, the rest is .json. */
#ifndef FLSTM_BASE_SHELF_H
#define FLSTM_BASE_SHELF_H

#include <stdbool.h>
#include <stddef.h>

struct shelf {
    int n;
    char **name, **path;          /* [n], by name, each once: the most important folder's; owned */
};

/* kind: "models", "scenarios", "lessons", "themes". What cannot be read is not there. */
void shelf_open(struct shelf *s, const char *kind);
void shelf_clear(struct shelf *s);
/* The path of what is called so, to be freed; NULL when there is none or the text is no bare name but a path. */
char *shelf_find(const char *kind, const char *name);
/* What a person may type for one: that path where the name is neither a file here nor built in, else the text as it is.
 * To be freed. */
char *shelf_named(const char *kind, const char *typed);
/* The name that was probably meant, of those on the shelf and those built in; cut to size. */
bool shelf_near(const char *kind, const char *name, char *out, size_t size);

#endif
