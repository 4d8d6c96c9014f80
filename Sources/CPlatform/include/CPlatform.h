// The POSIX calls of the agent. Embedded Swift has no Glibc module, so its C functions come from here.
#ifndef CPLATFORM_H
#define CPLATFORM_H

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

// `errno` is a macro, which Swift does not import.
static inline int platform_errno(void) { return errno; }

// So is SIG_IGN, a pointer made of a number.
static inline void platform_ignore_signal(int number) { signal(number, SIG_IGN); }

// `prctl` is variadic, which Swift does not import.
static inline void platform_name_thread(const char *name) { prctl(PR_SET_NAME, name); }

#endif
