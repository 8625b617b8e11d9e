// What the system's C library has and Swift's module of it lacks.

#ifndef CONCORD_CMACHINE_SHIM_H
#define CONCORD_CMACHINE_SHIM_H

#if defined(__linux__)
#include <sys/timex.h>
#endif
#if defined(__GLIBC__)
#include <malloc.h>
#include <spawn.h>

// Declared by <spawn.h> only for those who ask for more than POSIX.
int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *, const char *);
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *, int);
#endif

/// Whether a time service keeps the machine's clock right; 1 where the system does not say.
static inline int concord_clock_is_kept(void) {
#if defined(__linux__)
    struct timex facts = {0};
    return adjtimex(&facts) != TIME_ERROR;
#else
    return 1;
#endif
}

/// Has the C library keep memory in two places and give back what is free beyond a mebibyte.
static inline void concord_memory_keep_small(void) {
#if defined(__GLIBC__)
    mallopt(M_ARENA_MAX, 2);
    mallopt(M_TRIM_THRESHOLD, 1 << 20);
    mallopt(M_MMAP_THRESHOLD, 256 << 10);
#endif
}

#endif
