#include "include/CCurl.h"

#ifdef FAULTS
#include <CFaults.h>
#define FAULT(call, type)                                      \
    do {                                                       \
        int code;                                              \
        if (faults_strike(call, &code)) return (type)code;     \
    } while (0)
#define FAULT_NULL(call)                                       \
    do {                                                       \
        int code;                                              \
        if (faults_strike(call, &code)) return NULL;           \
    } while (0)
#else
#define FAULT(call, type)
#define FAULT_NULL(call)
#endif

CURL *ccurl_easy(void) {
    FAULT_NULL("curl_easy_init");
    return curl_easy_init();
}

CURLM *ccurl_multi(void) {
    FAULT_NULL("curl_multi_init");
    return curl_multi_init();
}

CURLcode ccurl_set_long(CURL *easy, CURLoption option, long value) {
    FAULT("curl_easy_setopt", CURLcode);
    return curl_easy_setopt(easy, option, value);
}

CURLcode ccurl_set_size(CURL *easy, CURLoption option, curl_off_t value) {
    FAULT("curl_easy_setopt", CURLcode);
    return curl_easy_setopt(easy, option, value);
}

CURLcode ccurl_set_text(CURL *easy, CURLoption option, const char *value) {
    FAULT("curl_easy_setopt", CURLcode);
    return curl_easy_setopt(easy, option, value);
}

CURLcode ccurl_set_pointer(CURL *easy, CURLoption option, const void *value) {
    FAULT("curl_easy_setopt", CURLcode);
    return curl_easy_setopt(easy, option, value);
}

CURLcode ccurl_set_receiver(CURL *easy, CURLoption option, ccurl_receiver receiver) {
    FAULT("curl_easy_setopt", CURLcode);
    return curl_easy_setopt(easy, option, receiver);
}

struct curl_slist *ccurl_append(struct curl_slist *list, const char *text) {
    FAULT_NULL("curl_slist_append");
    return curl_slist_append(list, text);
}

CURLcode ccurl_get_long(CURL *easy, CURLINFO info, long *value) {
    FAULT("curl_easy_getinfo", CURLcode);
    return curl_easy_getinfo(easy, info, value);
}

CURLcode ccurl_get_size(CURL *easy, CURLINFO info, curl_off_t *value) {
    FAULT("curl_easy_getinfo", CURLcode);
    return curl_easy_getinfo(easy, info, value);
}

CURLcode ccurl_get_text(CURL *easy, CURLINFO info, const char **value) {
    FAULT("curl_easy_getinfo", CURLcode);
    return curl_easy_getinfo(easy, info, value);
}

CURLcode ccurl_get_pointer(CURL *easy, CURLINFO info, void **value) {
    FAULT("curl_easy_getinfo", CURLcode);
    return curl_easy_getinfo(easy, info, value);
}

CURLMcode ccurl_multi_long(CURLM *multi, CURLMoption option, long value) {
    FAULT("curl_multi_setopt", CURLMcode);
    return curl_multi_setopt(multi, option, value);
}

CURLMcode ccurl_multi_add(CURLM *multi, CURL *easy) {
    FAULT("curl_multi_add_handle", CURLMcode);
    return curl_multi_add_handle(multi, easy);
}

CURLMcode ccurl_multi_advance(CURLM *multi, int *running) {
    FAULT("curl_multi_perform", CURLMcode);
    return curl_multi_perform(multi, running);
}

CURLMcode ccurl_multi_wait(
    CURLM *multi, struct curl_waitfd *others, unsigned count, int milliseconds) {
    FAULT("curl_multi_poll", CURLMcode);
    return curl_multi_poll(multi, others, count, milliseconds, NULL);
}

int ccurl_next_done(CURLM *multi, CURL **easy, CURLcode *result) {
    int remaining = 0;
    CURLMsg *message;
    while ((message = curl_multi_info_read(multi, &remaining)) != NULL) {
        if (message->msg == CURLMSG_DONE) {
            *easy = message->easy_handle;
            *result = message->data.result;
            return 1;
        }
    }
    return 0;
}
