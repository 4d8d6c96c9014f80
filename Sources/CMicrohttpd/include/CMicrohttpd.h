// libmicrohttpd, as Debian's libmicrohttpd-dev gives it; its variadic calls need shims.
#ifndef CMICROHTTPD_H
#define CMICROHTTPD_H

#include <microhttpd.h>

#endif
