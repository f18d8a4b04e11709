/* profiler/programs/textfile.h - 'live --openmetrics FILE': metrics in a file that is whole at any
 * time, for the textfile collector of Prometheus' node_exporter, or another reader. */
#ifndef JOULECART_TEXTFILE_H
#define JOULECART_TEXTFILE_H
#include "profiler/metrics/families.h"

struct problem;

struct textfile {
	const char *path; /* NULL: there is none, and nothing below does anything */
	enum exposition_form form;
	struct meter meter;
};

/* The form: by the suffix ".prom" that which node_exporter reads, else OpenMetrics. -1 with *why:
 * no memory. */
int textfile_begin(struct textfile *file, const char *path, const struct sensors *sensors,
		   int64_t tick_ns, struct problem *why);
void textfile_take(struct textfile *file, const struct pass *pass, bool is_frame);

/* Ends a frame, and puts the file in place of the one before. -1 with *why. */
int textfile_frame(struct textfile *file, const struct families_facts *facts,
		   double g_per_j, struct problem *why);
void textfile_end(struct textfile *file);

#endif
