/* tests/fuzz/page-target.c - see page-target.h. */
#include <config.h>

#include "tests/fuzz/page-target.h"

#include "schema/packed/reading-page.h"
#include "tests/fuzz/must.h"

#include <stdlib.h>

/* No bound on the work that a page may ask for but the page's own; what was unpacked can be packed, unless its rows
 * are in no order. */
void take_reading_page(const char *text, size_t size)
{
	struct reading_page page, again;
	struct byte_sink sink = { 0 };
	if (reading_page_unpack(&page, (const uint8_t *)text, size) == 0 &&
	    reading_page_pack(&page, &sink) == 0) {
		MUST(reading_page_unpack(&again, sink.data, sink.n) == 0);
		reading_page_free(&again);
	}
	free(sink.data);
	reading_page_free(&page);
}
