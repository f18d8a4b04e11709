/* profiler/otlp/otlp-answer.h - what a receiver's answer says of the request, by the specification of OTLP/HTTP
 * (opentelemetry-proto, docs/specification.md). Pure. The receiver may answer anything. */
#ifndef JOULECART_OTLP_ANSWER_H
#define JOULECART_OTLP_ANSWER_H
#include <stddef.h>
#include <stdint.h>

enum otlp_fate {
	OTLP_TAKEN,   /* perhaps but for some points */
	OTLP_LATER,   /* the same request may be taken later */
	OTLP_REFUSED, /* it never will */
};

struct otlp_answer {
	enum otlp_fate fate;
	int64_t n_rejected; /* points that were not taken, of a request that was */
	char said[200];     /* the receiver's reason, or ours; "" where nothing is wrong */
};

/* status: HTTP's. The body has size bytes, a part of it where it was longer than anyone wants. */
void otlp_answer_read(long status, const char *body, size_t size,
		      struct otlp_answer *answer);

#endif
