// Lets a test make calls of C fail, to see what their callers do. Only in debug builds: FAULTS is
// defined there (Package.swift), and elsewhere nothing of this is compiled.
#ifndef CFAULTS_H
#define CFAULTS_H

// The calls of that name on this thread fail from now on, after `skipped` more that do not, `count`
// times; `code` is what the call then gives, or for a system call its `errno`. One plan a thread:
// a new one takes its place, and a count of 0 ends it.
void faults_plan(const char *call, int skipped, int count, int code);

#ifdef FAULTS
// Whether this call fails, and how.
int faults_strike(const char *call, int *code);
#endif

#endif
