/* reports/gate/gate-ci.c - results of gates for CI: JUnit XML and GitHub's workflow commands. */
#include <config.h>

#include "base/problem.h"
#include "base/text.h"
#include "reports/campaign/standing.h"
#include "reports/gate/gate.h"

#include <dlfcn.h>
#include <errno.h>
#include <libxml/xmlwriter.h>
#include <stdlib.h>
#include <string.h>

/* Loaded at need: libxml2 brings tables that would cost every start a millisecond. Never unloaded:
 * what it keeps of its own would be lost with its variables. */
#define XML_FUNCTIONS(EACH)               \
	EACH(xmlNewTextWriterFilename)    \
	EACH(xmlTextWriterSetIndent)      \
	EACH(xmlTextWriterStartDocument)  \
	EACH(xmlTextWriterStartElement)   \
	EACH(xmlTextWriterWriteAttribute) \
	EACH(xmlTextWriterEndElement)     \
	EACH(xmlTextWriterEndDocument)    \
	EACH(xmlFreeTextWriter)

struct xml {
#define EACH(name) __typeof__(name) *name;
	XML_FUNCTIONS(EACH)
#undef EACH
	xmlTextWriterPtr out;
	int failed; /* any call said -1 */
};

static int load(struct xml *xml, struct problem *why)
{
	void *library = dlopen(XML_SONAME, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	bool is_whole = library != NULL;
	*xml = (struct xml){ 0 };
#define EACH(name)                                         \
	if (is_whole) {                                    \
		void *found = dlsym(library, #name);       \
		memcpy(&xml->name, &found, sizeof(found)); \
		is_whole = found != NULL;                  \
	}
	XML_FUNCTIONS(EACH)
#undef EACH
	if (is_whole)
		return 0;
	problem_what(why, "cannot write JUnit XML");
	problem_why(why, "'%s' cannot be loaded", XML_SONAME);
	return problem_todo(why, "apt-get install libxml2");
}

static void attribute(struct xml *xml, const char *name, const char *value)
{
	size_t n = strlen(value);
	char *shown = malloc(TEXT_GROWTH * n + 1);
	if (shown)
		text_shown(value, n, shown);
	xml->failed |= !shown || xml->xmlTextWriterWriteAttribute(xml->out, BAD_CAST name,
								  BAD_CAST shown) < 0;
	free(shown);
}

static void begin(struct xml *xml, const char *name)
{
	xml->failed |= xml->xmlTextWriterStartElement(xml->out, BAD_CAST name) < 0;
}

static void end(struct xml *xml)
{
	xml->failed |= xml->xmlTextWriterEndElement(xml->out) < 0;
}

static void count(struct xml *xml, const char *name, const struct gate_result *results,
		  size_t n, int verdict)
{
	char text[24];
	size_t counted = 0;
	for (size_t i = 0; i < n; i++)
		counted += verdict < 0 || (int)results[i].verdict == verdict;
	snprintf(text, sizeof(text), "%zu", counted);
	attribute(xml, name, text);
}

static void write_case(struct xml *xml, const struct gate_result *result)
{
	begin(xml, "testcase");
	attribute(xml, "classname", result->variant);
	attribute(xml, "name", result->gate->text);
	if (result->verdict != GATE_PASS) {
		begin(xml, result->verdict == GATE_FAIL ? "failure" : "skipped");
		attribute(xml, "message", result->line);
		end(xml);
	}
	end(xml);
}

static void property(struct xml *xml, const char *name, const char *value)
{
	begin(xml, "property");
	attribute(xml, "name", name);
	attribute(xml, "value", value);
	end(xml);
}

static void write_properties(struct xml *xml, const struct gate_outcome *outcome)
{
	const struct standing *const both[] = { outcome->standing, outcome->base_standing };
	static const char *const names[][2] = {
		{ "seal", "left aside" },
		{ "seal of the baseline", "left aside of the baseline" },
	};
	begin(xml, "properties");
	for (size_t i = 0; i < 2; i++) {
		if (both[i])
			property(xml, names[i][0], both[i]->seal.sentence);
		if (both[i] && *both[i]->departures)
			property(xml, names[i][1], both[i]->departures);
	}
	end(xml);
}

static void write_suite(struct xml *xml, const struct gate_outcome *outcome)
{
	const struct gate_result *results = outcome->results;
	size_t n = outcome->n;
	xml->failed |= xml->xmlTextWriterSetIndent(xml->out, 1) < 0 ||
		       xml->xmlTextWriterStartDocument(xml->out, NULL, "UTF-8", NULL) < 0;
	begin(xml, "testsuites");
	begin(xml, "testsuite");
	attribute(xml, "name", "joulecart check");
	count(xml, "tests", results, n, -1);
	count(xml, "failures", results, n, GATE_FAIL);
	count(xml, "skipped", results, n, GATE_CANNOT_TELL);
	write_properties(xml, outcome);
	for (size_t i = 0; i < n; i++)
		write_case(xml, &results[i]);
	end(xml);
	end(xml);
	xml->failed |= xml->xmlTextWriterEndDocument(xml->out) < 0;
}

int gate_junit(const struct gate_outcome *outcome, const char *path, struct problem *why)
{
	struct xml xml;
	int code = load(&xml, why);
	errno = 0;
	if (code == 0 && !(xml.out = xml.xmlNewTextWriterFilename(path, 0)))
		xml.failed = 1;
	if (code == 0 && xml.out) {
		write_suite(&xml, outcome);
		xml.xmlFreeTextWriter(xml.out);
	}
	int err = errno ? errno : EIO;
	if (code != 0 || !xml.failed)
		return code;
	problem_what(why, "cannot write '%s'", path);
	return problem_errno(why, err);
}

/* GitHub ends a command at a line break, and reads % as the begin of an escape. */
static void print_escaped(const char *text, FILE *out)
{
	for (; *text; text++) {
		if (*text == '%' || *text == '\r' || *text == '\n')
			fprintf(out, "%%%02X", (unsigned char)*text);
		else
			fputc(*text, out);
	}
}

void gate_github(const struct gate_result *result, FILE *out)
{
	fprintf(out, TEXT_COMMAND "%s title=joulecart check::",
		result->verdict == GATE_FAIL   ? "error"
		: result->verdict == GATE_PASS ? "notice"
					       : "warning");
	print_escaped(result->line, out);
	fputc('\n', out);
}

void gate_github_seal(const struct standing *standing, const char *path, FILE *out)
{
	bool is_broken = strcmp(standing->seal.state, "broken") == 0;
	fprintf(out,
		TEXT_COMMAND "%s title=joulecart check::", is_broken ? "error" : "notice");
	print_escaped(path, out);
	fputs(": ", out);
	print_escaped(standing->seal.sentence, out);
	if (*standing->departures) {
		fputc(' ', out);
		print_escaped(standing->departures, out);
	}
	fputc('\n', out);
}
