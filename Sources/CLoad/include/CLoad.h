// What the load generator of `bench` needs of Linux and Swift's Glibc does not show: epoll(7), the
// affinity of a process, and the addresses of sockets, which are unions.
#ifndef CLOAD_H
#define CLOAD_H

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

// `errno` is a macro, which Swift does not import.
static inline int load_errno(void) { return errno; }

// Keeps the calling thread, and what it starts from now on, on one core; -1 and `errno` if it
// cannot.
int load_pin(int core);
int load_unpin(void);

// A non-blocking connection to a port of 127.0.0.1, or -1 and `errno`.
int load_connect(uint16_t port);

// Listens on a port of 127.0.0.1; -1 and `errno` when it cannot.
int load_listen(uint16_t port);

// A socket for datagrams to port 53 of an address, a question from it, and the answer to whoever
// asked; -1 and `errno`.
int load_bind_names(const char *address);
ssize_t load_receive(int descriptor, void *bytes, size_t count, struct sockaddr_storage *sender);
ssize_t load_answer(
    int descriptor, const void *bytes, size_t count, const struct sockaddr_storage *to);

// A port of 127.0.0.1 that is free now, or -1 and `errno`.
int load_free_port(void);

// Raises the limit of open descriptors to the most that is allowed, and gives that; -1 and `errno`.
long load_raise_descriptors(void);

// Has epoll watch a descriptor for input, known by `number`.
static inline int load_watch(int epoll, int descriptor, uint32_t number) {
    struct epoll_event event = {.events = EPOLLIN, .data = {.u32 = number}};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
}

static inline uint32_t load_number(struct epoll_event event) { return event.data.u32; }

// A whole request in one piece, without a signal when the peer is gone.
static inline ssize_t load_send(int descriptor, const void *bytes, size_t count) {
    return send(descriptor, bytes, count, MSG_NOSIGNAL);
}

#endif
