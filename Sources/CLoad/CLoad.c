#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "include/CLoad.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>

int load_pin(int core) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(core, &set);
    return sched_setaffinity(0, sizeof set, &set);
}

int load_unpin(void) {
    cpu_set_t set;
    memset(&set, 0xFF, sizeof set);
    return sched_setaffinity(0, sizeof set, &set);
}

static int closed(int descriptor) {
    int reason = errno;
    close(descriptor);
    errno = reason;
    return -1;
}

static struct sockaddr_in loopback(uint16_t port) {
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    return address;
}

int load_connect(uint16_t port) {
    struct sockaddr_in address = loopback(port);
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
    if (descriptor < 0) return -1;
    if (connect(descriptor, (struct sockaddr *)&address, sizeof address) != 0 ||
        setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0 ||
        fcntl(descriptor, F_SETFL, O_NONBLOCK) != 0)
        return closed(descriptor);
    return descriptor;
}

int load_listen(uint16_t port) {
    struct sockaddr_in address = loopback(port);
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
    if (descriptor < 0) return -1;
    if (setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        bind(descriptor, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(descriptor, 64) != 0)
        return closed(descriptor);
    return descriptor;
}

int load_bind_names(const char *text) {
    struct sockaddr_in address = loopback(53);
    int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -1;
    if (inet_pton(AF_INET, text, &address.sin_addr) != 1 ||
        bind(descriptor, (struct sockaddr *)&address, sizeof address) != 0)
        return closed(descriptor);
    return descriptor;
}

ssize_t load_receive(int descriptor, void *bytes, size_t count, struct sockaddr_storage *sender) {
    socklen_t size = sizeof *sender;
    return recvfrom(descriptor, bytes, count, 0, (struct sockaddr *)sender, &size);
}

ssize_t load_answer(
    int descriptor, const void *bytes, size_t count, const struct sockaddr_storage *to) {
    return sendto(
        descriptor, bytes, count, MSG_NOSIGNAL, (const struct sockaddr *)to,
        sizeof(struct sockaddr_in));
}

int load_free_port(void) {
    struct sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -1;
    if (bind(descriptor, (struct sockaddr *)&address, size) != 0 ||
        getsockname(descriptor, (struct sockaddr *)&address, &size) != 0)
        return closed(descriptor);
    close(descriptor);
    return ntohs(address.sin_port);
}

long load_raise_descriptors(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return -1;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) return -1;
    return (long)limit.rlim_max;
}
