/* reports/audit/working-paper.h - the page of an assurer: how the records were drawn, for each what to check
 * and how it is reproduced, and what was found. In Markdown, whose code blocks are commands to run. */
#ifndef JOULECART_AUDIT_WORKING_PAPER_H
#define JOULECART_AUDIT_WORKING_PAPER_H
#include "reports/audit/findings.h"
#include "reports/audit/sample.h"

#include <stdio.h>

struct standing;

struct working_paper {
	const char *path; /* of the database, as it was named */
	const struct audit_sample *sample;
	const struct sample_findings *findings;
	const struct standing *standing;
};

/* Writes it to out, a stream of base/text-stream.h. */
void working_paper_write(const struct working_paper *paper, struct arena *arena, FILE *out);

#endif
