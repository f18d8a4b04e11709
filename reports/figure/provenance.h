/* reports/figure/provenance.h - how a number was got, and what that makes of a total. */
#ifndef JOULECART_PROVENANCE_H
#define JOULECART_PROVENANCE_H
#include <stdbool.h>
#include <stddef.h>

/* From the strongest to the weakest; the words are those of the database. */
enum figure_provenance {
	PROVENANCE_MEASURED,
	PROVENANCE_MODELLED,
	PROVENANCE_ESTIMATED,
	PROVENANCE_ASSUMED
};

/* "measured" and so on. A constant text, never NULL. */
const char *provenance_word(enum figure_provenance provenance);

/* The provenance of that word; what is no such word is held to be the weakest. */
enum figure_provenance provenance_of_word(const char *word);

/* Does it say nothing of the machine's own sensors? What does is not compared with what does not. */
bool provenance_is_estimate(enum figure_provenance provenance);

struct part {
	double amount; /* >= 0, any unit */
	enum figure_provenance provenance;
};

/* A total takes the weakest provenance of any part above 5 % of it; the weakest of all where
 * no part is that large, or none is given. */
enum figure_provenance provenance_of_total(const struct part *parts, size_t n);

#endif
