/* folder.c: see folder.h. */
#include "support/folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char folder[32];

int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/flstm-test-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

int remove_folder(void **state)
{
    (void)state;
    char command[sizeof folder + 8];
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command) ? -1 : 0;
}
