// zlib, for recordings that come as .gz or .zip.
//
// Why a shim: `inflateInit2` is a function-like macro, which Swift cannot import.
#pragma once
#include <zlib.h>

static inline int sluice_inflate_init(z_streamp stream, int windowBits) {
    return inflateInit2(stream, windowBits);
}
