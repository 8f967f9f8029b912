/* protobuf.h: the fields of a Protocol Buffers message, one after the other
 * (protobuf.dev/programming-guides/encoding). Strict: a field that reaches beyond its message, a varint of more than
 * ten bytes, a group or field number 0 is an error. */
#ifndef FLSTM_IMPORT_PROTOBUF_H
#define FLSTM_IMPORT_PROTOBUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum proto_wire { PROTO_VARINT = 0, PROTO_64 = 1, PROTO_BYTES = 2, PROTO_32 = 5 };

/* A message, or what is left of it. */
struct proto { const unsigned char *p, *end; };

struct proto_field {
    unsigned number;
    enum proto_wire wire;
    uint64_t v;                    /* varint, 64 or 32 bits as they stand */
    struct proto bytes;            /* of PROTO_BYTES: a text, or a message, or packed numbers */
};

/* The next field; false at the end, and with *broken where the bytes are no message. */
bool proto_next(struct proto *m, struct proto_field *f, bool *broken);
/* A varint by itself, as in packed numbers; the same results. */
bool proto_varint(struct proto *m, uint64_t *v, bool *broken);

#endif
