/* reports/html/writer.c - see writer.h. */
#include <config.h>

#include "reports/html/writer.h"

#include "base/text.h"

#include <libxml/xmlwriter.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct html {
	xmlBuffer *buffer;
	xmlTextWriter *writer;
	bool has_failed;
};

static const xmlChar *xml(const char *text)
{
	return (const xmlChar *)text;
}

static void keep(struct html *html, int code)
{
	html->has_failed |= code < 0;
}

struct html *html_new(void)
{
	struct html *html = calloc(1, sizeof(*html));
	if (!html)
		return NULL;
	html->buffer = xmlBufferCreate();
	html->writer = html->buffer ? xmlNewTextWriterMemory(html->buffer, 0) : NULL;
	html->has_failed = !html->writer;
	return html;
}

int html_finish(struct html *html, FILE *out)
{
	if (html->writer) {
		keep(html, xmlTextWriterFlush(html->writer));
		xmlFreeTextWriter(html->writer);
	}
	int code = html->has_failed ? -1 : 0;
	if (code == 0)
		fwrite(xmlBufferContent(html->buffer), 1,
		       (size_t)xmlBufferLength(html->buffer), out);
	xmlBufferFree(html->buffer);
	free(html);
	return code;
}

/* libxml2 escapes, but takes only what XML 1.0 may hold. */
void html_text(struct html *html, const char *text)
{
	size_t n = strlen(text);
	char *shown = text_is_plain(text, n) ? NULL : malloc(TEXT_GROWTH * n + 1);
	if (shown)
		text_shown(text, n, shown);
	keep(html, xmlTextWriterWriteString(html->writer, xml(shown ? shown : text)));
	free(shown);
}

static void attribute(struct html *html, const char *name, const char *value)
{
	keep(html, xmlTextWriterStartAttribute(html->writer, xml(name)));
	html_text(html, value);
	keep(html, xmlTextWriterEndAttribute(html->writer));
}

static void start(struct html *html, const char *tag, va_list pairs)
{
	const char *name;
	keep(html, xmlTextWriterStartElement(html->writer, xml(tag)));
	while ((name = va_arg(pairs, const char *))) {
		const char *value = va_arg(pairs, const char *);
		if (value)
			attribute(html, name, value);
	}
}

void html_open(struct html *html, const char *tag, ...)
{
	va_list pairs;
	va_start(pairs, tag);
	start(html, tag, pairs);
	va_end(pairs);
}

void html_void(struct html *html, const char *tag, ...)
{
	va_list pairs;
	va_start(pairs, tag);
	start(html, tag, pairs);
	va_end(pairs);
	keep(html, xmlTextWriterEndElement(html->writer)); /* <meta .../> */
}

void html_close(struct html *html)
{
	/* Full: <td></td>, since HTML has no <td/>. */
	keep(html, xmlTextWriterFullEndElement(html->writer));
}

void html_element(struct html *html, const char *tag, const char *class_name,
		  const char *text)
{
	html_open(html, tag, "class", class_name, NULL);
	html_text(html, text);
	html_close(html);
}

void html_format(struct html *html, const char *format, ...)
{
	va_list arguments;
	char *text = NULL;
	va_start(arguments, format);
	int length = vasprintf(&text, format, arguments);
	va_end(arguments);
	keep(html, length);
	if (length >= 0)
		html_text(html, text);
	free(length >= 0 ? text : NULL);
}

void html_raw(struct html *html, const char *markup)
{
	keep(html, xmlTextWriterWriteRaw(html->writer, xml(markup)));
}

void html_line(struct html *html)
{
	html_raw(html, "\n");
}
