// The POSIX calls of fargate-local: processes, loopback sockets, and a guardian that outlives us.
#ifndef CFARGATELOCAL_H
#define CFARGATELOCAL_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// `errno` and the wait status are macros, which Swift does not import.
static inline int fargate_errno(void) { return errno; }

// The exit code of a wait status; 128 plus the signal when a signal ended the process, as shells
// say.
static inline int fargate_exit_code(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// open is variadic, which Swift does not import.
static inline int fargate_open(const char *path, int flags, mode_t mode) {
  return open(path, flags | O_CLOEXEC, mode);
}

// An eventfd that never blocks, or -1.
static inline int fargate_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

// Writes where this program's file is, without a terminating zero; its length, or -1.
static inline ssize_t fargate_own_path(void *path, size_t size) {
  return readlink("/proc/self/exe", (char *)path, size);
}

// The environment of this process: NAME=VALUE strings that end with NULL.
static inline char **fargate_environment(void) {
  extern char **environ;
  return environ;
}

// Where a program is started: descriptors that stay the caller's.
struct fargate_surroundings {
  // Gets standard output and errors.
  int output;
  // A network namespace, or -1 for the caller's.
  int network;
  // The `cgroup.procs` of a control group, open for writing, or -1 for the caller's.
  int group;
};

// Keeps the CPU busy until this thread has used so much of it.
static inline void fargate_burn(uint64_t nanoseconds) {
  struct timespec begin, now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin);
  do clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  while ((uint64_t)(now.tv_sec - begin.tv_sec) * 1000000000u + (uint64_t)now.tv_nsec -
             (uint64_t)begin.tv_nsec < nanoseconds);
}

// Starts a program as the leader of a process group of its own: standard input empty, every other
// descriptor closed, no signal blocked or ignored. Gives its process id, or -1 with errno set.
pid_t fargate_spawn(const char *path, char *const arguments[], char *const environment[],
                    const struct fargate_surroundings *surroundings);

// Makes a network namespace, which lasts as long as its descriptor or a process in it; -1 with
// errno set when that is not allowed.
int fargate_new_network(void);

// Forks a guardian that waits for the end of this process, however it ends, then kills the process
// groups it was given and removes `directory`. Gives the descriptor to give them by, or -1 with
// errno set: write a group's id as an int32 to add it, its negative to remove it. Closing the
// descriptor lets the guardian do its work at once; `process` is its id, to be reaped then.
int fargate_guardian(const char *directory, pid_t *process);

// Connects to a numeric IPv4 address, seen from a network namespace (-1 for the caller's), with
// this limit on every step; -1 with errno set when it fails.
int fargate_connect(int network, const char *host, uint16_t port, int timeout_ms);

// Whether nobody listens on this port of 127.0.0.1: it can be bound.
int fargate_port_is_free(uint16_t port);

#endif
