/* profiler/sources/curl-library.h - the functions of libcurl that are used, loaded at need, and what every
 * transfer of joulecart's keeps to. */
#ifndef JOULECART_CURL_LIBRARY_H
#define JOULECART_CURL_LIBRARY_H
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#include <stdbool.h>

struct problem;

#define CURL_FUNCTIONS(EACH)     \
	EACH(curl_global_init)   \
	EACH(curl_easy_init)     \
	EACH(curl_easy_setopt)   \
	EACH(curl_easy_perform)  \
	EACH(curl_easy_getinfo)  \
	EACH(curl_easy_strerror) \
	EACH(curl_easy_cleanup)  \
	EACH(curl_slist_append)  \
	EACH(curl_slist_free_all)

/* Each by its own name, with the type that its header gives it. */
struct curl_library {
#define EACH(name) __typeof__(name) *name;
	CURL_FUNCTIONS(EACH)
#undef EACH
};

/* Also what libcurl itself has to begin with. 0, or -1 with WHY and TODO of *why. */
int curl_library_load(struct curl_library *library, struct problem *why);

/* The handle asks url and no other address: no other protocol than http and https, no redirect, no proxy,
 * no password from a file, and no signal. url outlives it. 0, or -1 with WHY and TODO of *why. */
int curl_library_confine(const struct curl_library *library, CURL *handle, const char *url,
			 struct problem *why);

/* "http://user:password@host/": what stands between the slashes holds an '@'. */
bool curl_has_password(const char *url);

#endif
