// Tells the thread sanitizer what Swift's Mutex does where it cannot see.
//
// The quick way of Synchronization.Mutex is compiled into its user, and so watched. The slow way, for
// a lock that another thread holds, is in libswiftSynchronization, which is not: a lock taken there
// looks like none. Preloaded, this stands before it. A symbol of another version of Swift is not
// found here, and then the sanitizer tells of races in `withLock`, as it does without this.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))
#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"

// Absent in programs without the sanitizer, `swift test` itself among them.
__attribute__((weak)) void __tsan_acquire(void *address);

typedef SWIFT void LockSlow(uint32_t state, SELF void *handle);

SWIFT void lock_slow(uint32_t state, SELF void *handle) __asm__(LOCK_SLOW);

SWIFT void lock_slow(uint32_t state, SELF void *handle) {
    static _Atomic(LockSlow *) found;
    LockSlow *next = found;
    if (next == NULL) {
        next = (LockSlow *)dlsym(RTLD_NEXT, LOCK_SLOW);
        if (next == NULL) abort();
        found = next;
    }
    next(state, handle);
    if (__tsan_acquire) __tsan_acquire(handle);
}
