// libcurl; its option calls are variadic, which Swift does not import, so each type has a shim. In
// debug builds a test can make each call here fail (CFaults).
#ifndef CCURL_H
#define CCURL_H

#include <curl/curl.h>

CURL *ccurl_easy(void);
CURLM *ccurl_multi(void);

CURLcode ccurl_set_long(CURL *easy, CURLoption option, long value);
CURLcode ccurl_set_size(CURL *easy, CURLoption option, curl_off_t value);

// libcurl copies the text.
CURLcode ccurl_set_text(CURL *easy, CURLoption option, const char *value);

// libcurl keeps the pointer: it must outlive the transfer.
CURLcode ccurl_set_pointer(CURL *easy, CURLoption option, const void *value);

typedef size_t (*ccurl_receiver)(char *bytes, size_t size, size_t count, void *context);
CURLcode ccurl_set_receiver(CURL *easy, CURLoption option, ccurl_receiver receiver);

// NULL without memory; the list is then as it was.
struct curl_slist *ccurl_append(struct curl_slist *list, const char *text);

CURLcode ccurl_get_long(CURL *easy, CURLINFO info, long *value);
CURLcode ccurl_get_size(CURL *easy, CURLINFO info, curl_off_t *value);
CURLcode ccurl_get_text(CURL *easy, CURLINFO info, const char **value);
CURLcode ccurl_get_pointer(CURL *easy, CURLINFO info, void **value);

CURLMcode ccurl_multi_long(CURLM *multi, CURLMoption option, long value);
CURLMcode ccurl_multi_add(CURLM *multi, CURL *easy);
CURLMcode ccurl_multi_advance(CURLM *multi, int *running);
CURLMcode ccurl_multi_wait(
    CURLM *multi, struct curl_waitfd *others, unsigned count, int milliseconds);

// A finished transfer is reported by a union, read here: 1 and the result when there is one, else
// 0.
int ccurl_next_done(CURLM *multi, CURL **easy, CURLcode *result);

#endif
