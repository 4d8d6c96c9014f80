#include "MicrohttpdTLS.h"

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { CHAIN_MAX = 16 };

// A handshake may still use what was replaced; none takes this long.
static const time_t RETIRED_SECONDS = 120;

struct generation {
  gnutls_pcert_st chain[CHAIN_MAX];
  unsigned int count;
  gnutls_privkey_t key;
  time_t retired_at;
  struct generation *next;
};

struct microhttpd_tls {
  pthread_mutex_t lock;
  // The first is in force, the others are retired.
  struct generation *generations;
  // PEM, ends with a zero; NULL asks clients for nothing.
  char *authorities;
};

static void generation_free(struct generation *generation) {
  for (unsigned int i = 0; i < generation->count; i++) gnutls_pcert_deinit(&generation->chain[i]);
  if (generation->key) gnutls_privkey_deinit(generation->key);
  free(generation);
}

microhttpd_tls *microhttpd_tls_create(void) {
  microhttpd_tls *tls = calloc(1, sizeof *tls);
  if (!tls) return NULL;
  pthread_mutex_init(&tls->lock, NULL);
  return tls;
}

void microhttpd_tls_destroy(microhttpd_tls *tls) {
  while (tls->generations) {
    struct generation *next = tls->generations->next;
    generation_free(tls->generations);
    tls->generations = next;
  }
  gnutls_free(tls->authorities);
  pthread_mutex_destroy(&tls->lock);
  free(tls);
}

static bool refuse(char *reason, size_t size, const char *file, int code) {
  snprintf(reason, size, "%s: %s", file, gnutls_strerror(code));
  return false;
}

// Whether certificate and key belong together, which only GnuTLS's credentials check.
static int check_pair(const gnutls_datum_t *chain, const gnutls_datum_t *key) {
  gnutls_certificate_credentials_t credentials;
  int code = gnutls_certificate_allocate_credentials(&credentials);
  if (code < 0) return code;
  code = gnutls_certificate_set_x509_key_mem(credentials, chain, key, GNUTLS_X509_FMT_PEM);
  gnutls_certificate_free_credentials(credentials);
  return code;
}

static struct generation *read_pair(
    const char *certificate_file, const char *key_file, char *reason, size_t size) {
  gnutls_datum_t chain = {NULL, 0}, key = {NULL, 0};
  struct generation *made = calloc(1, sizeof *made);
  const char *file = certificate_file;
  int code = made ? gnutls_load_file(certificate_file, &chain) : GNUTLS_E_MEMORY_ERROR;
  if (code >= 0) {
    file = key_file;
    code = gnutls_load_file(key_file, &key);
  }
  if (code >= 0) {
    made->count = CHAIN_MAX;
    file = certificate_file;
    code = gnutls_pcert_list_import_x509_raw(
        made->chain, &made->count, &chain, GNUTLS_X509_FMT_PEM, 0);
    if (code < 0) made->count = 0;
  }
  if (code >= 0) {
    file = key_file;
    code = gnutls_privkey_init(&made->key);
  }
  if (code >= 0) {
    code = gnutls_privkey_import_x509_raw(made->key, &key, GNUTLS_X509_FMT_PEM, NULL, 0);
  }
  if (code >= 0) code = check_pair(&chain, &key);
  gnutls_free(chain.data);
  if (key.data) gnutls_memset(key.data, 0, key.size);
  gnutls_free(key.data);
  if (code >= 0) return made;
  refuse(reason, size, file, code);
  if (made) generation_free(made);
  return NULL;
}

bool microhttpd_tls_load(
    microhttpd_tls *tls, const char *certificate_file, const char *key_file, char *reason,
    size_t reason_size) {
  struct generation *made = read_pair(certificate_file, key_file, reason, reason_size);
  if (!made) return false;
  time_t now = time(NULL);
  pthread_mutex_lock(&tls->lock);
  if (tls->generations) tls->generations->retired_at = now;
  made->next = tls->generations;
  tls->generations = made;
  struct generation **link = &made->next;
  while (*link) {
    struct generation *old = *link;
    if (now - old->retired_at < RETIRED_SECONDS) {
      link = &old->next;
    } else {
      *link = old->next;
      generation_free(old);
    }
  }
  pthread_mutex_unlock(&tls->lock);
  return true;
}

bool microhttpd_tls_trust(
    microhttpd_tls *tls, const char *authorities_file, char *reason, size_t reason_size) {
  // gnutls_load_file puts a zero behind the text.
  gnutls_datum_t text = {NULL, 0};
  int code = gnutls_load_file(authorities_file, &text);
  if (code < 0) return refuse(reason, reason_size, authorities_file, code);
  gnutls_x509_crt_t *list = NULL;
  unsigned int count = 0;
  code = gnutls_x509_crt_list_import2(&list, &count, &text, GNUTLS_X509_FMT_PEM, 0);
  for (unsigned int i = 0; code >= 0 && i < count; i++) gnutls_x509_crt_deinit(list[i]);
  gnutls_free(list);
  if (code >= 0 && count > 0) {
    tls->authorities = (char *)text.data;
    return true;
  }
  gnutls_free(text.data);
  return refuse(reason, reason_size, authorities_file, code < 0 ? code : GNUTLS_E_NO_CERTIFICATE_FOUND);
}

static int give_certificate(
    gnutls_session_t session, const gnutls_datum_t *authorities, int authority_count,
    const gnutls_pk_algorithm_t *algorithms, int algorithm_count, gnutls_pcert_st **chain,
    unsigned int *count, gnutls_privkey_t *key) {
  (void)authorities, (void)authority_count, (void)algorithms, (void)algorithm_count;
  microhttpd_tls *tls = gnutls_session_get_ptr(session);
  if (!tls) return -1;
  pthread_mutex_lock(&tls->lock);
  struct generation *current = tls->generations;
  pthread_mutex_unlock(&tls->lock);
  if (!current) return -1;
  *chain = current->chain;
  *count = current->count;
  *key = current->key;
  return 0;
}

struct MHD_OptionItem microhttpd_tls_certificates(void) {
  struct MHD_OptionItem item = {MHD_OPTION_HTTPS_CERT_CALLBACK, 0, (void *)give_certificate};
  return item;
}

struct MHD_OptionItem microhttpd_tls_versions(void) {
  static char versions[] = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";
  struct MHD_OptionItem item = {MHD_OPTION_HTTPS_PRIORITIES, 0, versions};
  return item;
}

struct MHD_OptionItem microhttpd_tls_authorities(microhttpd_tls *tls) {
  struct MHD_OptionItem item = {MHD_OPTION_HTTPS_MEM_TRUST, 0, tls->authorities};
  if (!tls->authorities) item.option = MHD_OPTION_END;
  return item;
}

void microhttpd_tls_begin(struct MHD_Connection *connection, microhttpd_tls *tls) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
  if (!info || !info->tls_session) return;
  gnutls_session_t session = info->tls_session;
  // libmicrohttpd itself uses this pointer with pre-shared keys only.
  gnutls_session_set_ptr(session, tls);
  if (!tls->authorities) return;
  gnutls_certificate_server_set_request(session, GNUTLS_CERT_REQUIRE);
  gnutls_session_set_verify_cert(session, NULL, 0);
}
