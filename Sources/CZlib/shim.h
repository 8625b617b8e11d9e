// The one gzip codec of both ends of a sync, of bundles and of compressed traces.
//
// Everything here works on whole buffers in memory, because every body of Concord has a limit and
// is held whole before it is looked at. The limit stands in the caller, as the capacity of the
// output: a body that would inflate beyond it is refused after at most `cap` bytes of work, so a
// small hostile body cannot cost more than a large honest one.
//
// One buffer is one gzip member (RFC 1952). Several members one after the other, which the gzip
// program accepts, are refused as trailing bytes: they would let two readers disagree on where a
// body ends.
//
// The functions are static inline, so that this stays a system library target without an object
// file of its own, and thread safe: they keep nothing between calls.

#ifndef CONCORD_CZLIB_SHIM_H
#define CONCORD_CZLIB_SHIM_H

#include <limits.h>
#include <string.h>
#include <zlib.h>

/// What the codec returns instead of a size. All are negative; sizes are zero or more.
enum {
    /// The bytes are not gzip, or their checksum or length does not match the contents.
    CONCORD_GZIP_CORRUPT = -1,
    /// The bytes end before the gzip member does. No bytes at all are truncated too.
    CONCORD_GZIP_TRUNCATED = -2,
    /// The result needs more than `cap` bytes.
    CONCORD_GZIP_TOO_LARGE = -3,
    /// Bytes follow the end of the gzip member.
    CONCORD_GZIP_TRAILING = -4,
    /// zlib could not get its working memory (about 256 kB to deflate, 44 kB to inflate).
    CONCORD_GZIP_NO_MEMORY = -5,
};

/// How many bytes `concord_gzip` needs at most for `n` bytes of input, at any level.
static inline unsigned long concord_gzip_bound(unsigned long n) {
    // compressBound counts zlib's own frame (6 bytes); gzip's is 18 bytes.
    return compressBound(n) + 18;
}

/// Gives the stream its next slice: zlib counts in 32 bits, buffers here in 64.
static inline unsigned int concord_gzip_slice(unsigned long left) {
    return left > UINT_MAX ? UINT_MAX : (unsigned int)left;
}

/// Compresses `n` bytes into one gzip member.
///
/// The header carries no time and no name, so one zlib compresses the same bytes to the same bytes.
/// `level` is zlib's: 0 to 9, or -1 for its default. Returns the size of the member;
/// `CONCORD_GZIP_TOO_LARGE` where `cap` is less than it needs (never, if `cap` is
/// `concord_gzip_bound(n)`); `CONCORD_GZIP_NO_MEMORY`; or `CONCORD_GZIP_CORRUPT` for a level that does
/// not exist.
static inline long concord_gzip(
    const unsigned char *in, unsigned long n, unsigned char *out, unsigned long cap, int level
) {
    z_stream stream;
    memset(&stream, 0, sizeof stream);
    // 15 + 16: the largest window, in a gzip frame.
    int code = deflateInit2(&stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    if (code == Z_MEM_ERROR) return CONCORD_GZIP_NO_MEMORY;
    if (code != Z_OK) return CONCORD_GZIP_CORRUPT;

    unsigned long read = 0, written = 0;
    for (;;) {
        unsigned int in_slice = concord_gzip_slice(n - read);
        unsigned int out_slice = concord_gzip_slice(cap - written);
        stream.next_in = (unsigned char *)in + read;
        stream.avail_in = in_slice;
        stream.next_out = out + written;
        stream.avail_out = out_slice;
        code = deflate(&stream, read + in_slice == n ? Z_FINISH : Z_NO_FLUSH);
        read += in_slice - stream.avail_in;
        written += out_slice - stream.avail_out;
        if (code == Z_STREAM_END || written == cap) break;
    }
    deflateEnd(&stream);
    return code == Z_STREAM_END ? (long)written : CONCORD_GZIP_TOO_LARGE;
}

/// Says whether a stream whose output is exactly full ends there, without a byte more.
///
/// zlib may have given the last byte of the contents before it has read the checksum behind them,
/// so a full output alone does not tell whether the limit was passed.
static inline int concord_gzip_finish(z_stream *stream) {
    unsigned char extra;
    stream->next_out = &extra;
    stream->avail_out = 1;
    int code = inflate(stream, Z_NO_FLUSH);
    return stream->avail_out == 0 ? Z_NEED_DICT : code;
}

/// Inflates one gzip member of `n` bytes into at most `cap` bytes.
///
/// Returns the size of the contents, which may be zero, or one of the negative codes. Whatever was
/// written to `out` before a refusal must not be used: the checksum comes last.
static inline long concord_gunzip(
    const unsigned char *in, unsigned long n, unsigned char *out, unsigned long cap
) {
    z_stream stream;
    memset(&stream, 0, sizeof stream);
    int code = inflateInit2(&stream, 15 + 16);
    if (code == Z_MEM_ERROR) return CONCORD_GZIP_NO_MEMORY;
    if (code != Z_OK) return CONCORD_GZIP_CORRUPT;

    unsigned long read = 0, written = 0;
    long result = 0;
    while (result == 0) {
        unsigned int in_slice = concord_gzip_slice(n - read);
        unsigned int out_slice = concord_gzip_slice(cap - written);
        int full = out_slice == 0;
        stream.next_in = (unsigned char *)in + read;
        stream.avail_in = in_slice;
        if (full) {
            code = concord_gzip_finish(&stream);
        } else {
            stream.next_out = out + written;
            stream.avail_out = out_slice;
            code = inflate(&stream, Z_NO_FLUSH);
            written += out_slice - stream.avail_out;
        }
        unsigned int taken = in_slice - stream.avail_in;
        read += taken;

        if (code == Z_STREAM_END) break;
        if (full && code == Z_NEED_DICT) result = CONCORD_GZIP_TOO_LARGE;
        else if (code == Z_MEM_ERROR) result = CONCORD_GZIP_NO_MEMORY;
        else if (code != Z_OK && code != Z_BUF_ERROR) result = CONCORD_GZIP_CORRUPT;
        else if (read == n && (full || stream.avail_out > 0)) result = CONCORD_GZIP_TRUNCATED;
    }
    inflateEnd(&stream);
    if (result < 0) return result;
    return read == n ? (long)written : CONCORD_GZIP_TRAILING;
}

#endif
