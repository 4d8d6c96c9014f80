#define _GNU_SOURCE
#include "CFargateLocal.h"

#include <sched.h>
#include <sys/time.h>

enum { GUARDED_GROUPS_MAX = 4096 };

// Runs in the fork of a process that may have threads: only async-signal-safe calls here.
static void become(const char *path, char *const arguments[], char *const environment[],
                   const struct fargate_surroundings *surroundings, int report) {
  for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  int nothing = open("/dev/null", O_RDONLY);
  int failed = setpgid(0, 0) || sigprocmask(SIG_SETMASK, &none, NULL);
  // "0" is whoever writes it, in both versions of cgroups.
  if (!failed && surroundings->group >= 0) failed = write(surroundings->group, "0", 1) != 1;
  if (!failed && surroundings->network >= 0)
    failed = setns(surroundings->network, CLONE_NEWNET) != 0;
  if (!failed)
    failed = nothing < 0 || dup2(nothing, 0) < 0 || dup2(surroundings->output, 1) < 0 ||
             dup2(surroundings->output, 2) < 0 || (report != 3 && dup3(report, 3, O_CLOEXEC) < 0);
  if (!failed) {
    report = 3;
    failed = close_range(4, ~0U, 0) != 0;
  }
  if (!failed) execve(path, arguments, environment);
  int reason = errno;
  _exit(write(report, &reason, sizeof reason) == sizeof reason ? 127 : 126);
}

pid_t fargate_spawn(const char *path, char *const arguments[], char *const environment[],
                    const struct fargate_surroundings *surroundings) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return -1;
  sigset_t all, before;
  sigfillset(&all);
  // A handler of ours must not run in the child.
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pid_t process = fork();
  if (process == 0) become(path, arguments, environment, surroundings, ends[1]);
  int reason = errno;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  close(ends[1]);
  if (process > 0) {
    ssize_t got;
    while ((got = read(ends[0], &reason, sizeof reason)) < 0 && errno == EINTR) continue;
    if (got == sizeof reason) {
      waitpid(process, NULL, 0);
      process = -1;
    }
  }
  close(ends[0]);
  errno = reason;
  return process;
}

static int own_network(void) { return open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC); }

// A thread that cannot come back would do everything that follows in a task's network.
static void return_to(int own) {
  if (setns(own, CLONE_NEWNET) != 0) abort();
  close(own);
}

int fargate_new_network(void) {
  int own = own_network();
  if (own < 0) return -1;
  if (unshare(CLONE_NEWNET) != 0) {
    int reason = errno;
    close(own);
    errno = reason;
    return -1;
  }
  int made = own_network();
  int reason = errno;
  return_to(own);
  errno = reason;
  return made;
}

// A socket stays in the network it was made in.
static int socket_in(int network) {
  if (network < 0) return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int own = own_network();
  if (own < 0) return -1;
  int made = -1;
  int failed = setns(network, CLONE_NEWNET);
  if (!failed) made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int reason = errno;
  if (failed)
    close(own);
  else
    return_to(own);
  errno = reason;
  return made;
}

// Runs in the fork of a process that may have threads: only async-signal-safe calls from here on.
static void guard(int pipe_end, const char *directory) {
  static pid_t groups[GUARDED_GROUPS_MAX];
  int count = 0;
  int32_t message;
  ssize_t got;
  while ((got = read(pipe_end, &message, sizeof message)) != 0) {
    if (got < 0 && errno != EINTR) break;
    if (got != sizeof message) continue;
    if (message > 0 && count < GUARDED_GROUPS_MAX) groups[count++] = message;
    for (int index = 0; message < 0 && index < count; index++)
      if (groups[index] == -message) groups[index--] = groups[--count];
  }
  for (int index = 0; index < count; index++) kill(-groups[index], SIGKILL);
  execl("/bin/rm", "rm", "-rf", "--", directory, (char *)NULL);
  _exit(127);
}

int fargate_guardian(const char *directory, pid_t *process) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return -1;
  pid_t child = fork();
  if (child < 0) {
    int reason = errno;
    close(ends[0]);
    close(ends[1]);
    errno = reason;
    return -1;
  }
  if (child == 0) {
    // A session of its own: neither Ctrl-C nor the end of the terminal reaches it.
    setsid();
    signal(SIGTERM, SIG_IGN);
    signal(SIGINT, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    // Whoever reads our standard output must not wait for the guardian to close it.
    int nothing = open("/dev/null", O_RDWR);
    for (int standard = 0; standard < 3; standard++) dup2(nothing, standard);
    dup2(ends[0], 3);
    close_range(4, ~0U, 0);
    guard(3, directory);
  }
  *process = child;
  close(ends[0]);
  return ends[1];
}

int fargate_connect(int network, const char *host, uint16_t port, int timeout_ms) {
  int descriptor = socket_in(network);
  if (descriptor < 0) return -1;
  struct timeval limit = {timeout_ms / 1000, (timeout_ms % 1000) * 1000};
  struct sockaddr_in address;
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  if (inet_pton(AF_INET, host, &address.sin_addr) == 1 &&
      setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0 &&
      setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) == 0 &&
      connect(descriptor, (struct sockaddr *)&address, sizeof address) == 0)
    return descriptor;
  int reason = errno;
  close(descriptor);
  errno = reason;
  return -1;
}

int fargate_port_is_free(uint16_t port) {
  int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return 0;
  int on = 1;
  setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  struct sockaddr_in address;
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int is_free = bind(descriptor, (struct sockaddr *)&address, sizeof address) == 0 &&
                listen(descriptor, 1) == 0;
  close(descriptor);
  return is_free;
}
