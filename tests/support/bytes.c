/* bytes.c: see bytes.h. */
#define _GNU_SOURCE
#include "support/bytes.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void put_u16(struct str *b, unsigned v)
{
    str_addc(b, (char)(v & 255));
    str_addc(b, (char)(v >> 8 & 255));
}

void put_u32(struct str *b, uint32_t v)
{
    put_u16(b, v & 65535);
    put_u16(b, v >> 16);
}

void put_u64(struct str *b, uint64_t v)
{
    put_u32(b, (uint32_t)v);
    put_u32(b, (uint32_t)(v >> 32));
}

void put_f32(struct str *b, float v)
{
    uint32_t bits;
    memcpy(&bits, &v, sizeof bits);
    put_u32(b, bits);
}

void put_f64(struct str *b, double v)
{
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    put_u64(b, bits);
}

void put_pickle_text(struct str *b, const char *text)
{
    str_addc(b, 'X');
    put_u32(b, (uint32_t)strlen(text));
    str_add(b, text);
}

void put_hex(struct str *b, const char *hex)
{
    for (char *end; *hex; hex = end) {
        str_addc(b, (char)strtoul(hex, &end, 16));
        if (end == hex)
            abort();
        end += strspn(end, " \n");
    }
}

/* ---- files ---- */

static char folder[64];

void bytes_begin(void)
{
    strcpy(folder, "/tmp/flstm-bytes-XXXXXX");
    if (!mkdtemp(folder))
        abort();
}

const char *bytes_path(const char *name)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

void bytes_end(void)
{
    DIR *d = opendir(folder);
    for (struct dirent *x; d && (x = readdir(d)) != NULL;)
        unlink(bytes_path(x->d_name));
    if (d)
        closedir(d);
    rmdir(folder);
}

/* Not file_write, which waits for the disk: of some tests that would be all of their time. */
const char *bytes_file(const char *name, struct str *b)
{
    const char *path = bytes_path(name);
    remove(path);                  /* a file that is cut to nothing and written anew is waited for, too */
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(str_text(b), 1, b->len, f) != b->len || fclose(f)) {
        perror(path);
        abort();
    }
    str_free(b);
    return path;
}

/* ---- zip ---- */

uint32_t bytes_crc(const void *data, size_t len)
{
    const unsigned char *p = data;
    uint32_t crc = 0xFFFFFFFF;
    for (size_t k = 0; k < len; k++) {
        crc ^= p[k];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
    }
    return ~crc;
}

void zip_put_as(struct zip_writer *z, const char *name, const void *data, size_t len, unsigned method)
{
    size_t at = z->out.len;
    for (int local = 1; local >= 0; local--) {
        struct str *b = local ? &z->out : &z->directory;
        put_u32(b, local ? 0x04034b50 : 0x02014b50);
        if (!local)
            put_u16(b, 20);                            /* made by */
        put_u16(b, 20);                                /* needed to extract */
        put_u16(b, 0);                                 /* flags */
        put_u16(b, method);
        put_u32(b, 0);                                 /* time, date */
        put_u32(b, bytes_crc(data, len));
        put_u32(b, (uint32_t)len);
        put_u32(b, (uint32_t)len);
        put_u16(b, (unsigned)strlen(name));
        put_u16(b, 0);                                 /* extra */
        if (!local) {
            put_u16(b, 0);                             /* comment */
            put_u16(b, 0);                             /* disk */
            put_u16(b, 0);
            put_u32(b, 0);                             /* attributes */
            put_u32(b, (uint32_t)at);
        }
        str_add(b, name);
        if (local)
            str_addn(b, data, len);
    }
    z->n++;
}

void zip_put(struct zip_writer *z, const char *name, const void *data, size_t len)
{
    zip_put_as(z, name, data, len, 0);
}

void zip_end(struct zip_writer *z)
{
    size_t at = z->out.len, len = z->directory.len;
    str_addn(&z->out, str_text(&z->directory), len);
    put_u32(&z->out, 0x06054b50);
    put_u32(&z->out, 0);
    put_u16(&z->out, (unsigned)z->n);
    put_u16(&z->out, (unsigned)z->n);
    put_u32(&z->out, (uint32_t)len);
    put_u32(&z->out, (uint32_t)at);
    put_u16(&z->out, 0);
    str_free(&z->directory);
}
