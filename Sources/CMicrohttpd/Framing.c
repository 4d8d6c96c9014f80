#include "CMicrohttpd.h"

#include <strings.h>

// Of a literal: most headers have another length, and then no letter is compared.
#define IS(text, size, name) ((size) == sizeof name - 1 && strncasecmp(text, name, size) == 0)

// A number and nothing else; too large ones stay too large. -1 when it is none.
static long long number(const char *value, size_t size) {
  static const long long most = 1LL << 60;
  long long result = 0;
  for (size_t i = 0; i < size; i++) {
    if (value[i] < '0' || value[i] > '9') return -1;
    result = result > most / 16 ? most : result * 10 + (value[i] - '0');
  }
  return size == 0 ? -1 : result;
}

struct scan {
  struct microhttpd_framing framing;
  bool has_coding;
};

static enum MHD_Result look(
    void *context, enum MHD_ValueKind kind, const char *key, size_t key_size, const char *value,
    size_t value_size) {
  (void)kind;
  struct scan *scan = context;
  if (key_size == 0 || key[key_size - 1] == ' ' || key[key_size - 1] == '\t') {
    scan->framing.is_ambiguous = true;
  } else if (IS(key, key_size, "content-length")) {
    long long length = number(value, value_size);
    bool differs = scan->framing.length >= 0 && scan->framing.length != length;
    if (length < 0 || differs) scan->framing.is_ambiguous = true;
    scan->framing.length = length;
  } else if (IS(key, key_size, "transfer-encoding")) {
    if (scan->has_coding || !IS(value, value_size, "chunked")) scan->framing.is_unknown = true;
    scan->has_coding = true;
  } else if (IS(key, key_size, "expect")) {
    scan->framing.expects = true;
  }
  return MHD_YES;
}

struct microhttpd_framing microhttpd_framing(struct MHD_Connection *connection) {
  struct scan scan = {.framing = {.length = -1}};
  MHD_get_connection_values_n(connection, MHD_HEADER_KIND, look, &scan);
  if (scan.has_coding && scan.framing.length >= 0) scan.framing.is_ambiguous = true;
  return scan.framing;
}
