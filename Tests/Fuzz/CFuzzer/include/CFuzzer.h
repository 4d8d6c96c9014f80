// libFuzzer (https://llvm.org/docs/LibFuzzer.html) begun from a `main` of our own: SwiftPM renames
// that of a program.
#ifndef CFUZZER_H
#define CFUZZER_H

#include <stddef.h>
#include <stdint.h>

// Never returns; gives `run` one input after another.
int LLVMFuzzerRunDriver(int *count, char ***arguments, int (*run)(const uint8_t *, size_t));

static inline int fuzzer_run(int count, char **arguments, int (*run)(const uint8_t *, size_t)) {
    return LLVMFuzzerRunDriver(&count, &arguments, run);
}

#endif
