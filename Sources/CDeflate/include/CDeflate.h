// libdeflate: expands whole streams at once, about twice as fast as zlib.
#ifndef CDEFLATE_H
#define CDEFLATE_H

#include <libdeflate.h>

#endif
