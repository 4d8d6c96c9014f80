// cJSON, as Debian's libcjson-dev gives it.
#ifndef C_JSON_H
#define C_JSON_H

#include <cjson/cJSON.h>

#endif
