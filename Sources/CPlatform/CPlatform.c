#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "include/CPlatform.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <link.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/un.h>

#ifdef FAULTS
#include <CFaults.h>
// In debug builds a test can make the call fail (CFaults).
#define FAULT(call)                                            \
    do {                                                       \
        int code;                                              \
        if (faults_strike(call, &code)) {                      \
            errno = code;                                      \
            return -1;                                         \
        }                                                      \
    } while (0)
#else
#define FAULT(call)
#endif

static int argument_count;
static char **arguments;

// glibc hands `main`'s arguments to constructors too.
__attribute__((constructor)) static void keep_arguments(int count, char **values) {
    argument_count = count;
    arguments = values;
}

const char *platform_argument(int index) {
    return index >= 0 && index < argument_count ? arguments[index] : NULL;
}

static int stream_socket(int family) {
    FAULT("socket");
    return socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

static int closed_with(int descriptor, int error) {
    if (descriptor >= 0) close(descriptor);
    errno = error;
    return -1;
}

static int begin_connect(int descriptor, const struct sockaddr *address, socklen_t length) {
    FAULT("connect");
    return connect(descriptor, address, length);
}

static int connected(int descriptor, const struct sockaddr *address, socklen_t length) {
    if (descriptor < 0) return -1;
    if (begin_connect(descriptor, address, length) != 0 && errno != EINPROGRESS) {
        return closed_with(descriptor, errno);
    }
    return descriptor;
}

int platform_connect_ip(const char *host, int port) {
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    int descriptor = -1;
    if (inet_pton(AF_INET, host, &v4.sin_addr) == 1) {
        descriptor = connected(stream_socket(AF_INET), (struct sockaddr *)&v4, sizeof v4);
    } else if (inet_pton(AF_INET6, host, &v6.sin6_addr) == 1) {
        descriptor = connected(stream_socket(AF_INET6), (struct sockaddr *)&v6, sizeof v6);
    } else {
        errno = EINVAL;
    }
    // A request is one small packet, which must not wait for another one to fill.
    int on = 1;
    if (descriptor >= 0) setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return descriptor;
}

// The address of a unix socket, and its length; 0 when the path does not fit.
static socklen_t unix_address(const char *path, struct sockaddr_un *address) {
    size_t length = strlen(path);
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    if (length == 0 || length >= sizeof address->sun_path) return 0;
    memcpy(address->sun_path, path, length);
    if (path[0] != '@') return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + 1);
    address->sun_path[0] = 0;
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
}

int platform_connect_unix(const char *path) {
    struct sockaddr_un address;
    socklen_t length = unix_address(path, &address);
    if (length == 0) return closed_with(-1, ENAMETOOLONG);
    return connected(stream_socket(AF_UNIX), (struct sockaddr *)&address, length);
}

int platform_listen_unix(const char *path) {
    struct sockaddr_un address;
    socklen_t length = unix_address(path, &address);
    if (length == 0) return closed_with(-1, ENAMETOOLONG);
    int descriptor = stream_socket(AF_UNIX);
    if (descriptor < 0) return -1;
    if (bind(descriptor, (struct sockaddr *)&address, length) != 0) {
        return closed_with(descriptor, errno);
    }
    if (listen(descriptor, 8) != 0) return closed_with(descriptor, errno);
    return descriptor;
}

int platform_accept(int listener) {
    FAULT("accept");
    return accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

ssize_t platform_send(int descriptor, const void *bytes, size_t count) {
    FAULT("send");
    return send(descriptor, bytes, count, MSG_NOSIGNAL);
}

ssize_t platform_receive(int descriptor, void *bytes, size_t count) {
    FAULT("recv");
    return recv(descriptor, bytes, count, 0);
}

ssize_t platform_read(int descriptor, void *bytes, size_t count) {
    FAULT("read");
    return read(descriptor, bytes, count);
}

ssize_t platform_write(int descriptor, const void *bytes, size_t count) {
    FAULT("write");
    return write(descriptor, bytes, count);
}

int platform_open_to_read(const char *path) {
    FAULT("open");
    return open(path, O_RDONLY | O_CLOEXEC);
}

int platform_open_to_replace(const char *path) {
    FAULT("open");
    return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
}

int platform_sync(int descriptor) {
    FAULT("fsync");
    return fsync(descriptor);
}

int platform_rename(const char *from, const char *to) {
    FAULT("rename");
    return rename(from, to);
}

int platform_is_address(const char *host) {
    unsigned char bytes[16];
    return inet_pton(AF_INET, host, bytes) == 1 || inet_pton(AF_INET6, host, bytes) == 1;
}

int platform_parse_address(const char *text, void *bytes) {
    static const unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (inet_pton(AF_INET6, text, bytes) == 1) return 1;
    memcpy(bytes, mapped, sizeof mapped);
    return inet_pton(AF_INET, text, (char *)bytes + sizeof mapped) == 1;
}

int platform_poll(struct pollfd *descriptors, int count, long long nanoseconds) {
    FAULT("poll");
    if (nanoseconds < 0) nanoseconds = 0;
    struct timespec span = {
        .tv_sec = (time_t)(nanoseconds / 1000000000), .tv_nsec = (long)(nanoseconds % 1000000000)};
    return ppoll(descriptors, (nfds_t)count, &span, NULL);
}

int platform_wait_until(sem_t *semaphore, long long nanoseconds) {
    struct timespec end = {
        .tv_sec = (time_t)(nanoseconds / 1000000000), .tv_nsec = (long)(nanoseconds % 1000000000)};
    int code;
    do {
        code = sem_clockwait(semaphore, CLOCK_MONOTONIC, &end);
    } while (code != 0 && errno == EINTR);
    return code;
}

// Whether code was written while it was loaded (DT_TEXTREL): no library that is built today.
static int has_written_code(const struct dl_phdr_info *object) {
    for (int index = 0; index < object->dlpi_phnum; index++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[index];
        if (segment->p_type != PT_DYNAMIC) continue;
        const ElfW(Dyn) *entry = (const void *)(object->dlpi_addr + segment->p_vaddr);
        for (; entry->d_tag != DT_NULL; entry++) {
            if (entry->d_tag == DT_TEXTREL) return 1;
            if (entry->d_tag == DT_FLAGS && (entry->d_un.d_val & DF_TEXTREL) != 0) return 1;
        }
    }
    return 0;
}

static int return_code_pages(struct dl_phdr_info *object, size_t size, void *context) {
    (void)size;
    (void)context;
    if (has_written_code(object)) return 0;
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    for (int index = 0; index < object->dlpi_phnum; index++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[index];
        // A segment that was ever writable holds relocations, which are nowhere else.
        if (segment->p_type != PT_LOAD || (segment->p_flags & PF_W) != 0) continue;
        uintptr_t start = (object->dlpi_addr + segment->p_vaddr) & ~(page - 1);
        uintptr_t end = (object->dlpi_addr + segment->p_vaddr + segment->p_filesz) & ~(page - 1);
        if (end > start) madvise((void *)start, end - start, MADV_DONTNEED);
    }
    return 0;
}

void platform_return_starting_pages(void) {
    dl_iterate_phdr(return_code_pages, NULL);
}

// Appends an address that is not there yet; the new count.
static int append_address(const struct sockaddr *address, char *texts, int count, int countMax) {
    char *text = texts + count * PLATFORM_ADDRESS_BYTES;
    const void *bytes = NULL;
    if (address->sa_family == AF_INET) bytes = &((const struct sockaddr_in *)address)->sin_addr;
    if (address->sa_family == AF_INET6) bytes = &((const struct sockaddr_in6 *)address)->sin6_addr;
    if (bytes == NULL || count >= countMax) return count;
    if (!inet_ntop(address->sa_family, bytes, text, PLATFORM_ADDRESS_BYTES)) return count;
    for (int index = 0; index < count; index++) {
        if (strcmp(texts + index * PLATFORM_ADDRESS_BYTES, text) == 0) return count;
    }
    return count + 1;
}

int platform_resolve(const char *host, char *texts, int countMax, const char **reason) {
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *list = NULL;
    int code = getaddrinfo(host, NULL, &hints, &list);
    if (code != 0) {
        *reason = code == EAI_SYSTEM ? strerror(errno) : gai_strerror(code);
        return -1;
    }
    int count = 0;
    for (struct addrinfo *entry = list; entry != NULL; entry = entry->ai_next) {
        count = append_address(entry->ai_addr, texts, count, countMax);
    }
    freeaddrinfo(list);
    return count;
}

// One lookup at a time, on a thread of its own: 0 none, 1 under way, 2 ended.
static struct {
    atomic_int state;
    int count;
    char host[256];
    char texts[PLATFORM_LOOKUP_MAX * PLATFORM_ADDRESS_BYTES];
} lookup;

static void *look_up(void *unused) {
    const char *reason;
    memset(lookup.texts, 0, sizeof lookup.texts);
    int count = platform_resolve(lookup.host, lookup.texts, PLATFORM_LOOKUP_MAX, &reason);
    // Of the family that comes first: one host has an address of each.
    lookup.count = 0;
    for (int index = 0; index < count; index++) {
        char *text = lookup.texts + index * PLATFORM_ADDRESS_BYTES;
        if (!strchr(text, ':') != !strchr(lookup.texts, ':')) continue;
        memmove(lookup.texts + lookup.count++ * PLATFORM_ADDRESS_BYTES, text, PLATFORM_ADDRESS_BYTES);
    }
    atomic_store(&lookup.state, 2);
    return unused;
}

int platform_begin_lookup(const char *host) {
    if (atomic_load(&lookup.state) == 1 || strlen(host) >= sizeof lookup.host) return -1;
    strcpy(lookup.host, host);
    atomic_store(&lookup.state, 1);
    pthread_t thread;
    int code = pthread_create(&thread, NULL, look_up, NULL);
    if (code == 0) return pthread_detach(thread);
    atomic_store(&lookup.state, 0);
    return code;
}

int platform_take_lookup(char *texts) {
    if (atomic_load(&lookup.state) != 2) return -1;
    memcpy(texts, lookup.texts, sizeof lookup.texts);
    atomic_store(&lookup.state, 0);
    return lookup.count;
}

int platform_own_addresses(char *texts, int countMax) {
    struct ifaddrs *list = NULL;
    if (getifaddrs(&list) != 0) return 0;
    int count = 0;
    for (struct ifaddrs *entry = list; entry != NULL; entry = entry->ifa_next) {
        if (entry->ifa_addr == NULL || (entry->ifa_flags & IFF_LOOPBACK) != 0) continue;
        if (entry->ifa_addr->sa_family == AF_INET6 &&
            IN6_IS_ADDR_LINKLOCAL(&((struct sockaddr_in6 *)entry->ifa_addr)->sin6_addr)) {
            continue;
        }
        count = append_address(entry->ifa_addr, texts, count, countMax);
    }
    freeifaddrs(list);
    return count;
}

int platform_open_sock_diag(void) {
    int type = SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC;
    int descriptor = socket(AF_NETLINK, type, NETLINK_SOCK_DIAG);
    if (descriptor < 0) return -1;
    // Connected to the kernel: nobody else's message gets in.
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    if (connect(descriptor, (struct sockaddr *)&kernel, sizeof kernel) != 0) {
        return closed_with(descriptor, errno);
    }
    return descriptor;
}

static int sent(int descriptor, const void *bytes, size_t length) {
    return send(descriptor, bytes, length, 0) == (ssize_t)length ? 0 : -1;
}

#define EXTENSION_DROPS (1 << (INET_DIAG_SKMEMINFO - 1))

// A filter that the kernel runs: "port a, or port b, …". A comparison takes two operations, the
// second of which holds the port; `yes` and `no` are how many bytes the run goes on by, and a run
// that ends exactly behind the last byte has found a match. After each comparison but the last
// stands a jump to the end.
struct port_test {
    struct inet_diag_bc_op compare, port, jump;
};

int platform_ask_sockets(
    int descriptor, unsigned states, const unsigned short *ports, int count) {
    struct {
        struct nlmsghdr header;
        struct inet_diag_req request;
        struct nlattr attribute;
        struct port_test tests[PLATFORM_SOCKET_PORTS_MAX];
    } message = {0};
    if (count < 0 || count > PLATFORM_SOCKET_PORTS_MAX) return closed_with(-1, EINVAL);
    // The request of Linux 2.6, which answers for both families at once.
    message.header.nlmsg_type = TCPDIAG_GETSOCK;
    message.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    message.header.nlmsg_len = NLMSG_LENGTH(sizeof message.request);
    message.request.idiag_family = AF_INET;
    message.request.idiag_states = states;
    if ((states & 1u << TCP_LISTEN) != 0) message.request.idiag_ext = EXTENSION_DROPS;
    if (count > 0) {
        const int whole = sizeof(struct port_test), last = whole - sizeof(struct inet_diag_bc_op);
        int length = (count - 1) * whole + last;
        for (int index = 0; index < count; index++) {
            struct port_test *test = &message.tests[index];
            int rest = length - index * whole;
            test->compare = (struct inet_diag_bc_op){
                INET_DIAG_BC_S_EQ, (unsigned char)last, (unsigned short)whole};
            test->port.no = ports[index];
            test->jump = (struct inet_diag_bc_op){
                INET_DIAG_BC_JMP, sizeof test->jump, (unsigned short)(rest - last)};
        }
        message.attribute.nla_type = INET_DIAG_REQ_BYTECODE;
        message.attribute.nla_len = (unsigned short)(NLA_HDRLEN + length);
        message.header.nlmsg_len += NLA_HDRLEN + (unsigned)length;
    }
    return sent(descriptor, &message, message.header.nlmsg_len);
}

static int watchdog_code;

static void end_by_watchdog(int number) {
    (void)number;
    _exit(watchdog_code);
}

void platform_arm_watchdog(unsigned seconds, int code) {
    watchdog_code = code;
    struct sigaction action = {.sa_handler = end_by_watchdog};
    sigaction(SIGALRM, &action, NULL);
    alarm(seconds);
}
