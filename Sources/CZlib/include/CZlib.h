// zlib, to compress; its initialiser is a macro, which Swift does not import.
#ifndef CZLIB_H
#define CZLIB_H

#include <zlib.h>

// A state of `1 << (windowBits + 2)` and `1 << (memoryLevel + 9)` bytes (zlib.h). With fixed codes:
// a report grows from 295 to 361 bytes, still one packet, and to expand it costs a third, since no
// tables are built for so little.
static inline int czlib_deflate_init(z_stream *stream, int level, int windowBits, int memoryLevel) {
    return deflateInit2(stream, level, Z_DEFLATED, windowBits, memoryLevel, Z_FIXED);
}

#endif
