/* room.c: see room.h. */
#include "base/room.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#ifdef __linux__
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* The number after a word at the beginning of a line; "" takes the first line. -1: there is none, "max" say. */
static double number_of(const char *path, const char *word)
{
    FILE *f = fopen(path, "r");
    char line[PATH_MAX], *end;
    double found = -1;
    while (f && found < 0 && fgets(line, sizeof line, f)) {
        size_t n = strlen(word);
        if (strncmp(line, word, n) != 0)
            continue;
        double v = (double)strtoull(line + n, &end, 10);
        if (end != line + n)
            found = v;
    }
    if (f)
        fclose(f);
    return found;
}

static double least_of(double a, double b)
{
    return a < b ? a : b;
}

static double of_machine(void)
{
    double kib = number_of("/proc/meminfo", "MemAvailable:"), swap = number_of("/proc/meminfo", "SwapFree:");
    if (kib < 0)
        return (double)SIZE_MAX;
    return 1024 * (swap > 0 ? kib + swap : kib);
}

static double of_limit(void)
{
    struct rlimit r;
    double pages = number_of("/proc/self/statm", "");
    if (getrlimit(RLIMIT_AS, &r) != 0 || r.rlim_cur == RLIM_INFINITY || pages < 0)
        return (double)SIZE_MAX;
    double left = (double)r.rlim_cur - pages * (double)sysconf(_SC_PAGESIZE);
    return left > 0 ? left : 0;
}

/* What the two versions of control groups call the same. */
static const struct control {
    const char *mark;             /* in a line of /proc/self/cgroup, before the path of the group */
    const char *root, *most, *used, *read, *read_now;
} controls[] = {
    {"0::", "/sys/fs/cgroup", "memory.max", "memory.current", "inactive_file ", "active_file "},
    {":memory:", "/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file ",
     "total_active_file "},
};

static double in_group(const struct control *c, const char *group, const char *file, const char *word)
{
    char path[2 * PATH_MAX];
    snprintf(path, sizeof path, "%s%s/%s", c->root, group, file);
    return number_of(path, word);
}

/* A group and all above it have a say. */
static double of_group(const struct control *c, char *group)
{
    double room = (double)SIZE_MAX;
    for (;;) {
        double most = in_group(c, group, c->most, ""), used = in_group(c, group, c->used, "");
        if (most >= 0 && used >= 0) {
            double read = in_group(c, group, "memory.stat", c->read);
            double now = in_group(c, group, "memory.stat", c->read_now);
            double left = most - used + (read > 0 ? read : 0) + (now > 0 ? now : 0);
            room = least_of(room, left > 0 ? left : 0);
        }
        char *slash = strrchr(group, '/');
        if (!slash)
            return room;
        *slash = '\0';
    }
}

static double of_groups(void)
{
    FILE *f = fopen("/proc/self/cgroup", "r");
    char line[PATH_MAX];
    double room = (double)SIZE_MAX;
    while (f && fgets(line, sizeof line, f)) {
        line[strcspn(line, "\n")] = '\0';
        for (size_t k = 0; k < sizeof controls / sizeof *controls; k++) {
            char *mark = strstr(line, controls[k].mark);
            if (mark)
                room = least_of(room, of_group(&controls[k], mark + strlen(controls[k].mark)));
        }
    }
    if (f)
        fclose(f);
    return room;
}

size_t room_bytes(void)
{
    double room = least_of(of_machine(), least_of(of_groups(), of_limit()));
    return room < (double)SIZE_MAX ? (size_t)room : SIZE_MAX;
}
#else
size_t room_bytes(void)
{
    return SIZE_MAX;
}
#endif
