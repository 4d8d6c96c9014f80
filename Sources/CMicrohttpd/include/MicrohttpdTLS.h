// TLS for a listener: a certificate that is replaced while connections are served, and client
// certificates that are required in the handshake. Over GnuTLS, which libmicrohttpd uses.
#ifndef MICROHTTPD_TLS_H
#define MICROHTTPD_TLS_H

#include <stdbool.h>
#include <stddef.h>

#include <microhttpd.h>

typedef struct microhttpd_tls microhttpd_tls;

// NULL when memory is gone.
microhttpd_tls *microhttpd_tls_create(void);
// After the daemon has stopped.
void microhttpd_tls_destroy(microhttpd_tls *tls);

// Reads a certificate chain and its key, PEM both, for handshakes from now on. When false, the one
// before stays and `reason` says what is wrong.
bool microhttpd_tls_load(
    microhttpd_tls *tls, const char *certificate_file, const char *key_file, char *reason,
    size_t reason_size);

// Reads certificate authorities, PEM, that clients' certificates must be of; false as above.
bool microhttpd_tls_trust(
    microhttpd_tls *tls, const char *authorities_file, char *reason, size_t reason_size);

// The daemon's options: where certificates come from, and what is spoken.
struct MHD_OptionItem microhttpd_tls_certificates(void);
struct MHD_OptionItem microhttpd_tls_versions(void);
// Ends the array of options when there are none.
struct MHD_OptionItem microhttpd_tls_authorities(microhttpd_tls *tls);

// Called when a connection was accepted, before its handshake.
void microhttpd_tls_begin(struct MHD_Connection *connection, microhttpd_tls *tls);

#endif
