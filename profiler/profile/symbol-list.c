/* profiler/profile/symbol-list.c - see symbol-list.h. */
#include <config.h>

#include "profiler/profile/symbol-list.h"

#include <stdlib.h>
#include <string.h>

/* A move is looked for among so many symbols before it, so that a file of moves takes no square of its length. */
enum { MOVES_LOOK_BACK = 4096 };

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

static void sort(struct symbol_list *list)
{
	if (list->n > 0)
		qsort(list->symbols, list->n, sizeof(*list->symbols), by_begin);
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
	if (list)
		sort(list);
	return list;
}

/* As the specification has them, without padding between. */
struct dump_header {
	uint32_t magic, version, total_size, machine, padding, pid;
	uint64_t timestamp, flags;
};
struct dump_record {
	uint32_t id, total_size;
	uint64_t timestamp;
};
struct dump_load { /* behind it: the name with its end, then the code */
	uint32_t pid, tid;
	uint64_t vma, address, size, index;
};
struct dump_move {
	uint32_t pid, tid;
	uint64_t vma, from, to, size, index;
};
enum { DUMP_MAGIC = 0x4a695444, DUMP_VERSION = 1, DUMP_LOAD = 0, DUMP_MOVE = 1 };

/* size bytes behind the record's head. False: it does not hold together. */
static bool take_load(const char *bytes, size_t size, struct symbol *symbol)
{
	struct dump_load load;
	if (size < sizeof(load))
		return false;
	memcpy(&load, bytes, sizeof(load));
	symbol->name = bytes + sizeof(load);
	symbol->length = strnlen(symbol->name, size - sizeof(load));
	symbol->begin = load.address;
	symbol->end = load.address + load.size;
	return sizeof(load) + symbol->length < size;
}

/* The last code that was loaded, or moved, to where it comes from has the name. */
static bool take_move(const char *bytes, size_t size, const struct symbol_list *list,
		      struct symbol *symbol)
{
	struct dump_move move;
	if (size < sizeof(move))
		return false;
	memcpy(&move, bytes, sizeof(move));
	for (size_t i = list->n; i > 0 && i + MOVES_LOOK_BACK > list->n; i--)
		if (list->symbols[i - 1].begin == move.from) {
			*symbol = list->symbols[i - 1];
			symbol->begin = move.to;
			symbol->end = move.to + move.size;
			return true;
		}
	return true;
}

/* One record; 0: it does not hold together. Else its length. */
static size_t take_record(const char *bytes, size_t size, struct symbol_list *list,
			  struct symbol *symbol)
{
	struct dump_record record;
	if (size < sizeof(record))
		return 0;
	memcpy(&record, bytes, sizeof(record));
	if (record.total_size < sizeof(record) || record.total_size > size)
		return 0;
	size_t left = record.total_size - sizeof(record);
	bool is_whole = record.id == DUMP_LOAD
			    ? take_load(bytes + sizeof(record), left, symbol)
			: record.id == DUMP_MOVE
			    ? take_move(bytes + sizeof(record), left, list, symbol)
			    : true;
	return is_whole ? record.total_size : 0;
}

/* Where its records begin; size: it is no jitdump of this machine's. */
static size_t first_record(const char *bytes, size_t size)
{
	struct dump_header header;
	if (size < sizeof(header))
		return size;
	memcpy(&header, bytes, sizeof(header));
	bool is_dump = header.magic == DUMP_MAGIC && header.version == DUMP_VERSION &&
		       header.total_size >= sizeof(header) && header.total_size <= size;
	return is_dump ? header.total_size : size;
}

struct symbol_list *symbol_list_of_dump(const char *bytes, size_t size)
{
	struct symbol_list *list = calloc(1, sizeof(*list));
	size_t at = first_record(bytes, size), length = 1;
	for (; list && length > 0 && list->n < SYMBOLS_MOST; at += length) {
		struct symbol symbol = { 0 };
		length = take_record(bytes + at, size - at, list, &symbol);
		if (symbol.length > SYMBOL_NAME_MOST)
			symbol.length = SYMBOL_NAME_MOST;
		if (length == 0 || symbol.length == 0 || symbol.end <= symbol.begin)
			continue;
		if (!add(list, &symbol)) {
			symbol_list_free(list);
			return NULL;
		}
	}
	if (list)
		sort(list);
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
