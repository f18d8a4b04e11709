/* profiler/options/serve-options.c - see serve-options.h. */
#include <config.h>

#include "profiler/options/serve-options.h"

#include "profiler/options/event-warning.h"
#include "profiler/options/options.h"

static const struct option_row rows[] = {
	{ "listen", 0, "ADDRESS:PORT", "127.0.0.1:9752",
	  "where to answer; port 0: any that is free",
	  OPTION_TEXT(struct serve_options, listen) },
	{ "state", 0, "FILE", NULL,
	  "keep the counts in FILE, and go on from there when started again",
	  OPTION_TEXT(struct serve_options, state) },
	{ "tls-cert", 0, "FILE", NULL, "answer by HTTPS, with this certificate (PEM)",
	  OPTION_TEXT(struct serve_options, tls_cert) },
	{ "tls-key", 0, "FILE", NULL, "the certificate's private key (PEM)",
	  OPTION_TEXT(struct serve_options, tls_key) },
	{ "campaigns", 0, "PATH", NULL,
	  "also joules per query of campaigns that ended: a database, or a folder of "
	  "FILE.db",
	  OPTION_TEXT(struct serve_options, campaigns) },
	{ "otlp", 0, "URL", NULL,
	  "also send to an OpenTelemetry receiver, as http://HOST:4318",
	  OPTION_TEXT(struct serve_options, otlp) },
	{ "otlp-queue", 0, "FOLDER", NULL,
	  "keep there what the receiver does not take, over restarts too",
	  OPTION_TEXT(struct serve_options, otlp_queue) },
	{ "otlp-interval", 0, "S", "10", "seconds between two requests, 1 to 3600",
	  OPTION_REAL(struct serve_options, otlp_interval_s, 1, 3600),
	  .expected = "requests are 1 to 3600 seconds apart" },
	{ "otlp-retry", 0, "S", "1",
	  "seconds until what was not taken is sent again, doubled each time, 0.1 to 60",
	  OPTION_REAL(struct serve_options, otlp_retry_s, 0.1, 60),
	  .expected = "the first of them is 0.1 to 60 seconds" },
	{ "rate", 0, "HZ", "10", "readings a second, 1 to 1000",
	  OPTION_REAL(struct serve_options, rate_hz, 1, 1000),
	  .expected = "a rate is from 1 to 1000 readings a second" },
	{ "events", 0, "LIST", NULL,
	  "events of the machine, comma-separated [instructions, cycles, caches, branches]",
	  OPTION_OWN(struct serve_options, events, take_events), .values = VALUES_EVENTS,
	  .setting = SETTING_ANY },
	{ "zone", 0, "CODE", NULL, "electricity grid: country or zone [world, assumed]",
	  OPTION_TEXT(struct serve_options, zone), .values = VALUES_ZONES,
	  .setting = SETTING_ANY },
	{ "pue", 0, "X", NULL, "energy of the data centre over its IT's [1, assumed]",
	  OPTION_OWN(struct serve_options, pue, take_pue), .setting = SETTING_ANY },
	{ 0 },
};

const struct option_table serve_table = {
	.command = "serve",
	.usage =
	    "Usage: joulecart serve [OPTION]...\n"
	    "Answer at /metrics with what the machine draws, for Prometheus, until "
	    "stopped.\n"
	    "Other machines can ask only if --listen names an address that they reach.\n"
	    "\n"
	    "  joulecart serve --zone DE\n"
	    "  joulecart serve --zone DE --otlp http://127.0.0.1:4318\n"
	    "  joulecart serve --listen 10.0.0.7:9752 --tls-cert host.pem --tls-key "
	    "host.key\n",
	.rows = rows,
	.takes_no_operand = true,
};
