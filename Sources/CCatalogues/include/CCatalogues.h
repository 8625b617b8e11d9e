#ifndef CCATALOGUES_H
#define CCATALOGUES_H

#include <stddef.h>

/// The shipped data files, compiled into the program.
///
/// Functions instead of global arrays: Swift would import those as mutable globals of pointers,
/// which strict concurrency refuses. The bytes live as long as the program and never change.

/// How many files are compiled in.
size_t ccatalogues_count(void);

/// The name of a file without its folder and extension, such as "iso-9001-2008"; null beyond the
/// last one.
const char *_Nullable ccatalogues_name(size_t index);

/// The bytes of a file (UTF-8, not terminated by a zero); null beyond the last one.
const unsigned char *_Nullable ccatalogues_bytes(size_t index);

/// How many bytes a file has; 0 beyond the last one.
size_t ccatalogues_length(size_t index);

#endif
