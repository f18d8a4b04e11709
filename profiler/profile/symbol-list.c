/* profiler/profile/symbol-list.c - see symbol-list.h. */
#include <config.h>

#include "profiler/profile/symbol-list.h"

#include <stdlib.h>
#include <string.h>

struct symbol {
	uint64_t begin, end; /* end 0: up to the next */
	const char *name;
	size_t length, order;
};

struct symbol_list {
	struct symbol *symbols;
	size_t n, room;
};

/* Part of a line. */
struct words {
	const char *at, *end;
};

static const char *next_word(struct words *words, size_t *length)
{
	while (words->at < words->end && *words->at == ' ')
		words->at++;
	const char *word = words->at;
	while (words->at < words->end && *words->at != ' ' && *words->at != '\t')
		words->at++;
	*length = (size_t)(words->at - word);
	return word;
}

static bool take_hexadecimal(struct words *words, uint64_t *value)
{
	size_t length;
	const char *word = next_word(words, &length);
	*value = 0;
	if (length > 2 && word[0] == '0' && (word[1] == 'x' || word[1] == 'X')) {
		word += 2;
		length -= 2;
	}
	for (size_t i = 0; i < length; i++) {
		static const char digits[] = "0123456789abcdef";
		char small = (char)(word[i] >= 'A' && word[i] <= 'F' ? word[i] - 'A' + 'a'
								     : word[i]);
		const char *digit = small ? strchr(digits, small) : NULL;
		if (!digit)
			return false;
		*value = *value << 4 | (uint64_t)(digit - digits);
	}
	return length > 0 && length <= 16;
}

static bool take_map_line(struct words words, struct symbol *symbol)
{
	uint64_t size;
	if (!take_hexadecimal(&words, &symbol->begin) || !take_hexadecimal(&words, &size))
		return false;
	while (words.at < words.end && *words.at == ' ')
		words.at++;
	symbol->name = words.at; /* it may have blanks */
	symbol->length = (size_t)(words.end - words.at);
	symbol->end = symbol->begin + size;
	return symbol->end > symbol->begin && symbol->length > 0;
}

static bool take_kernel_line(struct words words, struct symbol *symbol)
{
	size_t length;
	if (!take_hexadecimal(&words, &symbol->begin) || symbol->begin == 0)
		return false;
	const char *type = next_word(&words, &length);
	if (length != 1 || !strchr("tTwW", *type))
		return false;
	symbol->name = next_word(&words, &symbol->length);
	symbol->end = 0;
	return symbol->length > 0;
}

static int by_begin(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;
	if (x->begin != y->begin)
		return x->begin < y->begin ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static bool add(struct symbol_list *list, const struct symbol *symbol)
{
	if (list->n == list->room) {
		size_t room = list->room ? 2 * list->room : 256;
		struct symbol *grown = reallocarray(list->symbols, room, sizeof(*grown));
		if (!grown)
			return false;
		list->symbols = grown;
		list->room = room;
	}
	list->symbols[list->n] = *symbol;
	list->symbols[list->n].order = list->n;
	list->n++;
	return true;
}

static struct symbol_list *read_lines(const char *text, size_t size,
				      bool (*take)(struct words, struct symbol *))
{
	struct symbol_list *list = calloc(1, sizeof(*list));
	const char *end = text + size;
	while (list && text < end && list->n < SYMBOLS_MOST) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const struct words words = { text, newline ? newline : end };
		struct symbol symbol = { 0 };
		text = newline ? newline + 1 : end;
		if (!take(words, &symbol))
			continue;
		if (symbol.length > SYMBOL_NAME_MOST)
			symbol.length = SYMBOL_NAME_MOST;
		if (!add(list, &symbol)) {
			symbol_list_free(list);
			return NULL;
		}
	}
	if (list && list->n > 0)
		qsort(list->symbols, list->n, sizeof(*list->symbols), by_begin);
	return list;
}

struct symbol_list *symbol_list_of_map(const char *text, size_t size)
{
	return read_lines(text, size, take_map_line);
}

struct symbol_list *symbol_list_of_kernel(const char *text, size_t size)
{
	return read_lines(text, size, take_kernel_line);
}

void symbol_list_free(struct symbol_list *list)
{
	if (!list)
		return;
	free(list->symbols);
	free(list);
}

size_t symbol_list_length(const struct symbol_list *list)
{
	return list->n;
}

const char *symbol_list_find(const struct symbol_list *list, uint64_t address,
			     size_t *length)
{
	size_t low = 0, high = list->n;
	while (low < high) { /* the first that begins behind the address */
		size_t middle = low + (high - low) / 2;
		if (list->symbols[middle].begin <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0)
		return NULL;
	const struct symbol *symbol = &list->symbols[low - 1];
	if (symbol->end > 0 && symbol->end <= address)
		return NULL;
	*length = symbol->length;
	return symbol->name;
}
