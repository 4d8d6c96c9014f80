// zlib; its initialisers are macros, which Swift does not import.
#ifndef CZLIB_H
#define CZLIB_H

#include <zlib.h>

// Window bits that accept both wrappers, RFC 1950 (zlib) and RFC 1952 (gzip).
static const int CZLIB_ANY_WRAPPER = 15 + 32;

// A state of `1 << (windowBits + 2)` and `1 << (memoryLevel + 9)` bytes (zlib.h). With fixed codes: a
// report grows from 295 to 361 bytes, still one packet, and to expand it costs a third, since no
// tables are built for so little.
static inline int czlib_deflate_init(z_stream *stream, int level, int windowBits, int memoryLevel) {
    return deflateInit2(stream, level, Z_DEFLATED, windowBits, memoryLevel, Z_FIXED);
}

static inline int czlib_inflate_init(z_stream *stream) {
    return inflateInit2(stream, CZLIB_ANY_WRAPPER);
}

#endif
