/* reports/html/sections.c - the sections of the audit report, in their order. */
#include <config.h>

#include "reports/html/document.h"

const struct section *const document_sections[] = {
	&section_summary,
	&section_variants,
	&section_quality,
	&section_sessions,
	&section_layers,
	&section_power,
	&section_break_even,
	&section_carbon,
	&section_boundary,
	&section_instruments,
	&section_factors,
	&section_uncertainty,
	&section_sensitivity,
	&section_reproduce,
	&section_stated,
	&section_changes,
	&section_limits,
	&section_glossary,
	NULL,
};
