/* profiler/sources/curl-library.c - see curl-library.h. */
#include <config.h>

#include "profiler/sources/curl-library.h"

#include "base/problem.h"
#include "collectors/library.h"

#include <stddef.h>
#include <string.h>

int curl_library_load(struct curl_library *library, struct problem *why)
{
#define EACH(name) { #name, offsetof(struct curl_library, name) },
	static const struct library_symbol functions[] = { CURL_FUNCTIONS(EACH) };
#undef EACH
	if (library_load(CURL_SONAME, "libcurl4", functions,
			 sizeof(functions) / sizeof(*functions), library, why) != 0)
		return -1;
	library->curl_global_init(CURL_GLOBAL_DEFAULT);
	return 0;
}

int curl_library_confine(const struct curl_library *library, CURL *handle, const char *url,
			 struct problem *why)
{
	__typeof__(curl_easy_setopt) *set = library->curl_easy_setopt;
	if (set(handle, CURLOPT_URL, url) == CURLE_OK &&
	    set(handle, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
	    set(handle, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
	    set(handle, CURLOPT_PROXY, "") == CURLE_OK &&
	    set(handle, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) == CURLE_OK &&
	    set(handle, CURLOPT_NOSIGNAL, 1L) == CURLE_OK)
		return 0;
	problem_why(why, "libcurl does not know what keeps it to http and https");
	return problem_todo(why, "install libcurl 7.85 or newer");
}

bool curl_has_password(const char *url)
{
	const char *host = strstr(url, "://");
	host = host ? host + 3 : url;
	return memchr(host, '@', strcspn(host, "/?#")) != NULL;
}
