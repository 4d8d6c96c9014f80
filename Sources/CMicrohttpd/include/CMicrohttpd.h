// libmicrohttpd, as Debian's libmicrohttpd-dev gives it; its variadic calls need shims, and the few
// POSIX calls of a listener come along, since `HTTPServer` imports nothing else.
#ifndef CMICROHTTPD_H
#define CMICROHTTPD_H

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <microhttpd.h>

#include "MicrohttpdTLS.h"

// `errno` is a macro, which Swift does not import.
static inline int microhttpd_errno(void) { return errno; }

// MHD_start_daemon is variadic; the options come as an array that ends with MHD_OPTION_END.
static inline struct MHD_Daemon *microhttpd_start(
    unsigned int flags, MHD_AccessHandlerCallback handler, void *context,
    struct MHD_OptionItem *options) {
  return MHD_start_daemon(
      flags, 0, NULL, NULL, handler, context, MHD_OPTION_ARRAY, options, MHD_OPTION_END);
}

// The descriptor that is readable when a daemon without threads has something to do; -1 without
// one.
static inline int microhttpd_events(struct MHD_Daemon *daemon) {
  const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD);
  return info == NULL ? -1 : info->epoll_fd;
}

// How long a daemon without threads may wait, in milliseconds; -1 for as long as nothing comes.
static inline int microhttpd_timeout(struct MHD_Daemon *daemon) {
  MHD_UNSIGNED_LONG_LONG milliseconds = 0;
  if (MHD_get_timeout(daemon, &milliseconds) != MHD_YES) return -1;
  return milliseconds > 3600000 ? 3600000 : (int)milliseconds;
}

// errno reports closed connections, not by a signal, to the calling thread from now on.
static inline void microhttpd_block_sigpipe(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &set, NULL);
}

// What wakes `microhttpd_wait`, once for any number of calls; -1 and errno if there is none.
static inline int microhttpd_wakeup(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

static inline void microhttpd_wake(int wakeup) { eventfd_write(wakeup, 1); }

static inline void microhttpd_wait(int events, int wakeup, int timeout_ms) {
  if (timeout_ms == 0) return;
  struct pollfd descriptors[] = {{events, POLLIN, 0}, {wakeup, POLLIN, 0}};
  eventfd_t count;
  if (poll(descriptors, 2, timeout_ms) > 0 && descriptors[1].revents != 0) eventfd_read(wakeup, &count);
}

// Callbacks travel in MHD_OptionItem as integers, with their context as the pointer.
static inline struct MHD_OptionItem microhttpd_on_completed(
    MHD_RequestCompletedCallback callback, void *context) {
  struct MHD_OptionItem item = {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)callback, context};
  return item;
}

static inline struct MHD_OptionItem microhttpd_on_connection(
    MHD_NotifyConnectionCallback callback, void *context) {
  struct MHD_OptionItem item = {MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)callback, context};
  return item;
}

// What the connection callback stored for this connection; NULL before it did.
static inline void *microhttpd_context(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  return info == NULL ? NULL : info->socket_context;
}

// The connection's descriptor; -1 when it is not known.
static inline int microhttpd_descriptor(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  return info == NULL ? -1 : info->connect_fd;
}

// Writes the peer's address as 16 bytes, IPv4 mapped into IPv6; 0 when it is not known.
static inline int microhttpd_peer_bytes(struct MHD_Connection *connection, void *bytes) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  if (info == NULL || info->client_addr == NULL) return 0;
  if (info->client_addr->sa_family == AF_INET) {
    const struct sockaddr_in *four = (const struct sockaddr_in *)info->client_addr;
    static const unsigned char prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    memcpy(bytes, prefix, sizeof prefix);
    memcpy((char *)bytes + sizeof prefix, &four->sin_addr, sizeof four->sin_addr);
    return 1;
  }
  if (info->client_addr->sa_family != AF_INET6) return 0;
  memcpy(bytes, &((const struct sockaddr_in6 *)info->client_addr)->sin6_addr, 16);
  return 1;
}

// How a request's body is framed, which two servers must not read in two ways (RFC 9112, 6.3 and
// 5.1).
struct microhttpd_framing {
  // What Content-Length announces; -1 without one.
  long long length;
  // Content-Length with Transfer-Encoding, lengths that differ, a space before a colon.
  bool is_ambiguous;
  // A transfer coding besides chunked.
  bool is_unknown;
  bool expects;
};

struct microhttpd_framing microhttpd_framing(struct MHD_Connection *connection);

// Writes the peer's address, without its port, as text; 0 when it is not known.
static inline int microhttpd_peer(struct MHD_Connection *connection, char *text, socklen_t size) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  if (info == NULL || info->client_addr == NULL) return 0;
  if (info->client_addr->sa_family == AF_INET) {
    const struct sockaddr_in *four = (const struct sockaddr_in *)info->client_addr;
    return inet_ntop(AF_INET, &four->sin_addr, text, size) != NULL;
  }
  if (info->client_addr->sa_family != AF_INET6) return 0;
  const struct in6_addr *six = &((const struct sockaddr_in6 *)info->client_addr)->sin6_addr;
  if (IN6_IS_ADDR_V4MAPPED(six)) return inet_ntop(AF_INET, &six->s6_addr[12], text, size) != NULL;
  return inet_ntop(AF_INET6, six, text, size) != NULL;
}

// Listens on a numeric address; "::" takes IPv4 too. Gives the descriptor and the port in force, or
// -1 with errno set (EINVAL when the address is not numeric).
static inline int microhttpd_listen(
    const char *address, uint16_t port, int backlog, uint16_t *actual_port) {
  struct sockaddr_in6 six;
  struct sockaddr_in four;
  memset(&six, 0, sizeof six);
  memset(&four, 0, sizeof four);
  struct sockaddr *bound = NULL;
  socklen_t length = 0;
  if (inet_pton(AF_INET, address, &four.sin_addr) == 1) {
    four.sin_family = AF_INET;
    four.sin_port = htons(port);
    bound = (struct sockaddr *)&four;
    length = sizeof four;
  } else if (inet_pton(AF_INET6, address, &six.sin6_addr) == 1) {
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(port);
    bound = (struct sockaddr *)&six;
    length = sizeof six;
  } else {
    errno = EINVAL;
    return -1;
  }
  int descriptor = socket(bound->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return -1;
  int on = 1, off = 0, failed = setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bound->sa_family == AF_INET6)
    failed |= setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  if (failed || bind(descriptor, bound, length) != 0 || listen(descriptor, backlog) != 0 ||
      getsockname(descriptor, bound, &length) != 0) {
    int reason = errno;
    close(descriptor);
    errno = reason;
    return -1;
  }
  *actual_port = ntohs(bound->sa_family == AF_INET ? four.sin_port : six.sin6_port);
  return descriptor;
}

#endif
