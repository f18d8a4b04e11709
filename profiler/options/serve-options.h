/* profiler/options/serve-options.h - the options of joulecart serve, for joulecart and joulecart-serve. */
#ifndef JOULECART_SERVE_OPTIONS_H
#define JOULECART_SERVE_OPTIONS_H
#include "base/option-table.h"

struct serve_options {
	const char *listen;
	const char *state;              /* a file, or NULL */
	const char *tls_cert, *tls_key; /* both or neither */
	const char *otlp, *otlp_queue;  /* an address and a folder, or NULL */
	double otlp_interval_s, otlp_retry_s;
	const char *campaigns; /* a database or a folder, or NULL */
	double rate_hz;
	double pue;                /* 0: not given */
	const char *zone, *events; /* NULL: not given */
};

/* Of struct serve_options. */
extern const struct option_table serve_table;

#endif
