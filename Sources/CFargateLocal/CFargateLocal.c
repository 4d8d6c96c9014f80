#define _GNU_SOURCE
#include "CFargateLocal.h"

#include <spawn.h>
#include <sys/time.h>

enum { GUARDED_GROUPS_MAX = 4096 };

pid_t fargate_spawn(const char *path, char *const arguments[], char *const environment[],
                    int output) {
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_t actions;
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  pid_t process = -1;
  int failure = posix_spawnattr_init(&attributes);
  if (failure) goto out;
  failure = posix_spawn_file_actions_init(&actions);
  if (failure) goto out_attributes;
  failure = posix_spawnattr_setflags(
      &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  if (!failure) failure = posix_spawnattr_setpgroup(&attributes, 0);
  if (!failure) failure = posix_spawnattr_setsigmask(&attributes, &none);
  if (!failure) failure = posix_spawnattr_setsigdefault(&attributes, &all);
  if (!failure)
    failure = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  if (!failure) failure = posix_spawn_file_actions_adddup2(&actions, output, 1);
  if (!failure) failure = posix_spawn_file_actions_adddup2(&actions, output, 2);
  if (!failure) failure = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  if (!failure) failure = posix_spawn(&process, path, &actions, &attributes, arguments, environment);
  posix_spawn_file_actions_destroy(&actions);
out_attributes:
  posix_spawnattr_destroy(&attributes);
out:
  if (!failure) return process;
  errno = failure;
  return -1;
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

int fargate_connect(uint16_t port, int timeout_ms) {
  int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return -1;
  struct timeval limit = {timeout_ms / 1000, (timeout_ms % 1000) * 1000};
  struct sockaddr_in address;
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0 &&
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
