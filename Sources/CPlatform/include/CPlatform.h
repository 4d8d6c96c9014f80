// The POSIX calls of the agent. Embedded Swift has no Glibc module, so its C functions come from
// here.
#ifndef CPLATFORM_H
#define CPLATFORM_H

#include <errno.h>
#include <fcntl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

// `errno` is a macro, which Swift does not import.
static inline int platform_errno(void) { return errno; }

// So is SIG_IGN, a pointer made of a number.
static inline void platform_ignore_signal(int number) { signal(number, SIG_IGN); }

// Ends the process with `code` when this is not called again within `seconds` (alarm(2)). By a
// handler: the first process of a container ignores signals that have none.
void platform_arm_watchdog(unsigned seconds, int code);

// `prctl` is variadic, which Swift does not import.
static inline void platform_name_thread(const char *name) { prctl(PR_SET_NAME, name); }

// A mutex that notices when the thread that holds it takes it again (EDEADLK); 0, or an error's
// number.
static inline int platform_init_mutex(pthread_mutex_t *mutex) {
    pthread_mutexattr_t attributes;
    int code = pthread_mutexattr_init(&attributes);
    if (code != 0) return code;
    code = pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK);
    if (code == 0) code = pthread_mutex_init(mutex, &attributes);
    pthread_mutexattr_destroy(&attributes);
    return code;
}

// An argument of the program; NULL behind the last. Embedded Swift has no `CommandLine`.
const char *platform_argument(int index);

// Non-blocking stream sockets. Addresses are unions of C, so they are made there: a descriptor on
// its way to being connected, or -1 and `errno`. `host` is an IPv4 or IPv6 literal; a unix path
// that begins with '@' names an abstract socket (unix(7)).
int platform_connect_ip(const char *host, int port);
int platform_connect_unix(const char *path);

// The same for listening. An abstract socket leaves nothing behind on a file system.
int platform_listen_unix(const char *path);
int platform_accept(int listener);

// Whether the text is an IPv4 or IPv6 literal.
int platform_is_address(const char *host);

// The address that an IPv4 or IPv6 literal names, as 16 bytes, IPv4 mapped into IPv6; 0 when it is
// none.
int platform_parse_address(const char *text, void *bytes);

// As send(2) without SIGPIPE, recv(2), read(2), write(2), open(2); in debug builds a test can make
// them, and socket, connect, accept and poll above, fail (CFaults).
ssize_t platform_send(int descriptor, const void *bytes, size_t count);
ssize_t platform_receive(int descriptor, void *bytes, size_t count);
ssize_t platform_read(int descriptor, void *bytes, size_t count);
ssize_t platform_write(int descriptor, const void *bytes, size_t count);
int platform_open_to_read(const char *path);

// A file that only its owner reads, emptied or new; fsync(2); rename(2).
int platform_open_to_replace(const char *path);
int platform_sync(int descriptor);
int platform_rename(const char *from, const char *to);

// Numeric addresses as texts. Of a name: blocks; the count, or -1 and `*reason` in words. Of this
// machine: those beyond loopback and link-local.
#define PLATFORM_ADDRESS_BYTES 46
int platform_resolve(const char *host, char *texts, int countMax, const char **reason);
// The same without blocking, on a thread of its own, one name at a time for the whole program: 0
// when it begins; then the count, 0 without any address, or -1 while it goes on.
#define PLATFORM_LOOKUP_MAX 8
int platform_begin_lookup(const char *host);
int platform_take_lookup(char *texts);
int platform_own_addresses(char *texts, int countMax);

// Gives the code and constants of this program and its libraries back to the page cache: what runs
// on comes back by itself, what only starting needed does not. Nothing written is lost.
void platform_return_starting_pages(void);

// Waits like poll(2), but up to a number of nanoseconds: an interval needs finer steps than
// milliseconds.
int platform_poll(struct pollfd *descriptors, int count, long long nanoseconds);

// Waits for a semaphore until a moment of the monotonic clock; 0, or -1 when the time is over.
int platform_wait_until(sem_t *semaphore, long long nanoseconds);

// Asks the kernel about TCP sockets of this network namespace (sock_diag(7)); non-blocking, 0 or -1
// and `errno`. All sockets in `states`, a mask of 1 << TCP_LISTEN and the like, of both families,
// whose local port is one of `ports`, or any when there are none.
#define PLATFORM_SOCKET_PORTS_MAX 16
int platform_open_sock_diag(void);
int platform_ask_sockets(
    int descriptor, unsigned states, const unsigned short *ports, int count);

// RLIMIT_NOFILE is of a type that differs between C libraries.
static inline int platform_descriptor_limit(struct rlimit *limit) {
    return getrlimit(RLIMIT_NOFILE, limit);
}
static inline int platform_set_descriptor_limit(const struct rlimit *limit) {
    return setrlimit(RLIMIT_NOFILE, limit);
}

#endif
