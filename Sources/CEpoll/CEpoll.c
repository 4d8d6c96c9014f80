#define _GNU_SOURCE
#include "CEpoll.h"

#include <sched.h>

int cepoll_pin(int processor) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(processor, &set);
    return sched_setaffinity(0, sizeof set, &set);
}
