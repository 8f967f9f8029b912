/* protobuf.c: see protobuf.h. */
#include "import/protobuf.h"

bool proto_varint(struct proto *m, uint64_t *v, bool *broken)
{
    *v = 0;
    if (m->p == m->end)
        return false;
    for (int shift = 0; shift < 70 && m->p < m->end; shift += 7) {
        unsigned char byte = *m->p++;
        if (shift < 64)
            *v |= (uint64_t)(byte & 127) << shift;
        if (!(byte & 128))
            return true;
    }
    *broken = true;
    return false;
}

static uint64_t fixed(struct proto *m, int bytes)
{
    uint64_t v = 0;
    for (int k = bytes; k-- > 0;)
        v = v << 8 | m->p[k];
    m->p += bytes;
    return v;
}

bool proto_next(struct proto *m, struct proto_field *f, bool *broken)
{
    uint64_t tag, len = 0;
    if (!proto_varint(m, &tag, broken))
        return false;
    *f = (struct proto_field){.number = (unsigned)(tag >> 3), .wire = (enum proto_wire)(tag & 7)};
    bool ok = tag >> 3 >= 1 && tag >> 3 <= 536870911;
    size_t left = (size_t)(m->end - m->p);
    switch (f->wire) {
    case PROTO_VARINT: ok = ok && proto_varint(m, &f->v, broken); break;
    case PROTO_64: ok = ok && left >= 8; if (ok) f->v = fixed(m, 8); break;
    case PROTO_32: ok = ok && left >= 4; if (ok) f->v = fixed(m, 4); break;
    case PROTO_BYTES:
        ok = ok && proto_varint(m, &len, broken) && len <= (uint64_t)(m->end - m->p);
        if (ok) {
            f->bytes = (struct proto){m->p, m->p + len};
            m->p += len;
        }
        break;
    default: ok = false;
    }
    *broken = *broken || !ok;
    return ok;
}
