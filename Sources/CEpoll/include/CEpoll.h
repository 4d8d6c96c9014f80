// epoll(7) and sched_setaffinity(2), which Swift's Glibc module leaves out; for the benches.
#ifndef CEPOLL_H
#define CEPOLL_H

#include <sys/epoll.h>

// Keeps the calling thread, and what it starts, on one processor.
int cepoll_pin(int processor);

#endif
