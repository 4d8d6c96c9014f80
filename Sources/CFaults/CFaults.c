#include "include/CFaults.h"

#ifdef FAULTS
#include <string.h>

static _Thread_local struct {
    char call[32];
    int skipped, count, code;
} plan;

void faults_plan(const char *call, int skipped, int count, int code) {
    strncpy(plan.call, call, sizeof plan.call - 1);
    plan.skipped = skipped;
    plan.count = count;
    plan.code = code;
}

int faults_strike(const char *call, int *code) {
    if (plan.count == 0 || strcmp(call, plan.call) != 0) return 0;
    if (plan.skipped > 0) {
        plan.skipped--;
        return 0;
    }
    plan.count--;
    *code = plan.code;
    return 1;
}
#endif
