/* profiler/profile/address-map.c - see address-map.h. */
#include <config.h>

#include "profiler/profile/address-map.h"

#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A process that maps more than so many pieces of code loses the rest; and so does one that finds room for so
 * many taken by all of them (40 MiB): they may be as many as the machine has numbers for. */
enum { PIECES_MOST = 1 << 14, PIECES_OF_ALL_MOST = 1 << 20, NAME_SIZE = 16 };

/* What one process has mapped. */
struct pieces {
	size_t n_users, n, room;
	uint64_t serial;
	struct mapped_piece *items;
	size_t *room_of_all; /* the maps' */
};

struct process {
	int32_t pid;
	size_t n_threads;
	char name[NAME_SIZE];
	struct pieces *pieces; /* or NULL: nothing yet */
};

struct dump {
	int32_t pid;
	char *path;
};

struct address_maps {
	void *dumps; /* a tree of struct dump, by pid; as many as modules at most */
	size_t n_dumps;
	void *processes; /* a tree (tsearch) of struct process, by pid */
	struct module *modules;
	size_t n_modules, room_modules;
	size_t room_of_all; /* of all pieces */
	uint64_t n_changes; /* of all pieces */
	void *numbers;      /* a tree of the modules' numbers, by what they are */
};

/* A module as the tree finds it. */
struct numbered {
	struct module module;
	uint32_t number;
};

static int by_pid(const void *a, const void *b)
{
	const struct process *x = a, *y = b;
	return x->pid < y->pid ? -1 : x->pid > y->pid;
}

static int by_module(const void *a, const void *b)
{
	const struct module *x = &((const struct numbered *)a)->module;
	const struct module *y = &((const struct numbered *)b)->module;
	if (x->is_made != y->is_made)
		return x->is_made ? 1 : -1;
	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	if (x->build_id_length != y->build_id_length)
		return x->build_id_length < y->build_id_length ? -1 : 1;
	int order = memcmp(x->build_id, y->build_id, x->build_id_length);
	return order ? order : strcmp(x->path, y->path);
}

static int by_owner(const void *a, const void *b)
{
	const struct dump *x = a, *y = b;
	return x->pid < y->pid ? -1 : x->pid > y->pid;
}

static void free_dump(void *item)
{
	struct dump *dump = item;
	free(dump->path);
	free(dump);
}

static void release(struct pieces *pieces)
{
	if (!pieces || --pieces->n_users > 0)
		return;
	*pieces->room_of_all -= pieces->room;
	free(pieces->items);
	free(pieces);
}

static void free_process(void *item)
{
	struct process *process = item;
	release(process->pieces);
	free(process);
}

static void free_numbered(void *item)
{
	struct numbered *numbered = item;
	free(numbered->module.path);
	free(numbered);
}

/* The module's number; MODULE_NOWHERE: there is no room for another. */
static uint32_t number_of(struct address_maps *maps, const struct module *module)
{
	struct numbered wanted = { .module = *module }, *made = NULL;
	void *found = tfind(&wanted, &maps->numbers, by_module);
	if (found)
		return (*(struct numbered **)found)->number;
	if (maps->n_modules == MODULES_MOST)
		return MODULE_NOWHERE;
	if (maps->n_modules == maps->room_modules) {
		size_t room = maps->room_modules ? 2 * maps->room_modules : 64;
		struct module *grown = reallocarray(maps->modules, room, sizeof(*grown));
		if (!grown)
			return MODULE_NOWHERE;
		maps->modules = grown;
		maps->room_modules = room;
	}
	made = malloc(sizeof(*made));
	char *path = strdup(module->path);
	if (!made || !path ||
	    !tsearch(memcpy(made, &wanted, sizeof(wanted)), &maps->numbers, by_module)) {
		free(made);
		free(path);
		return MODULE_NOWHERE;
	}
	made->module.path = path;
	made->number = (uint32_t)maps->n_modules;
	maps->modules[maps->n_modules++] = made->module;
	return made->number;
}

struct address_maps *address_maps_new(void)
{
	struct address_maps *maps = calloc(1, sizeof(*maps));
	char kernel[] = "[kernel]", nowhere[] = "[unknown]";
	const struct module first = { .path = kernel }, second = { .path = nowhere };
	if (maps && (number_of(maps, &first) != MODULE_KERNEL ||
		     number_of(maps, &second) != MODULE_NOWHERE || maps->n_modules != 2)) {
		address_maps_free(maps);
		return NULL;
	}
	return maps;
}

void address_maps_free(struct address_maps *maps)
{
	if (!maps)
		return;
	tdestroy(maps->dumps, free_dump);
	tdestroy(maps->processes, free_process);
	tdestroy(maps->numbers, free_numbered);
	free(maps->modules);
	free(maps);
}

static struct process *find(const struct address_maps *maps, int32_t pid)
{
	const struct process wanted = { .pid = pid };
	void *found = tfind(&wanted, (void *const *)&maps->processes, by_pid);
	return found ? *(struct process **)found : NULL;
}

/* NULL: no memory. */
static struct process *find_or_add(struct address_maps *maps, int32_t pid)
{
	struct process *process = find(maps, pid);
	if (process)
		return process;
	process = calloc(1, sizeof(*process));
	if (!process)
		return NULL;
	process->pid = pid;
	process->n_threads = 1;
	if (tsearch(process, &maps->processes, by_pid))
		return process;
	free(process);
	return NULL;
}

static void forget(struct address_maps *maps, struct process *process)
{
	tdelete(process, &maps->processes, by_pid);
	free_process(process);
}

/* Room for so many pieces, if all have that much left. */
static bool make_room(struct pieces *pieces, size_t room)
{
	if (room - pieces->room > PIECES_OF_ALL_MOST - *pieces->room_of_all)
		return false;
	struct mapped_piece *grown = reallocarray(pieces->items, room, sizeof(*grown));
	if (!grown)
		return false;
	*pieces->room_of_all += room - pieces->room;
	pieces->items = grown;
	pieces->room = room;
	return true;
}

/* Pieces of the process's own, with room for two more; NULL: there is none. */
static struct pieces *own_pieces(struct address_maps *maps, struct process *process)
{
	struct pieces *shared = process->pieces;
	if (shared && shared->n_users == 1)
		return shared->n + 2 <= shared->room || make_room(shared, 2 * shared->room)
			   ? shared
			   : NULL;
	struct pieces *own = calloc(1, sizeof(*own));
	if (!own)
		return NULL;
	own->n_users = 1;
	own->room_of_all = &maps->room_of_all;
	if (!make_room(own, (shared ? shared->n : 0) + 16)) {
		free(own);
		return NULL;
	}
	if (shared && shared->n > 0) {
		memcpy(own->items, shared->items, shared->n * sizeof(*own->items));
		own->n = shared->n;
	}
	release(shared);
	process->pieces = own;
	return own;
}

/* The first piece that ends behind the address. */
static size_t first_behind(const struct pieces *pieces, uint64_t address)
{
	size_t low = 0, high = pieces->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (pieces->items[middle].end <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void insert(struct pieces *pieces, size_t at, const struct mapped_piece *piece)
{
	memmove(pieces->items + at + 1, pieces->items + at,
		(pieces->n - at) * sizeof(*pieces->items));
	pieces->items[at] = *piece;
	pieces->n++;
}

/* What lay there before is gone: a piece may be cut in two. */
static void put(struct pieces *pieces, const struct mapped_piece *piece)
{
	size_t at = first_behind(pieces, piece->begin), end = at;
	struct mapped_piece *first = &pieces->items[at];
	if (at < pieces->n && first->begin < piece->begin) {
		struct mapped_piece rest = *first;
		first->end = piece->begin;
		rest.offset += piece->end - rest.begin;
		rest.begin = piece->end;
		at++;
		if (rest.begin < rest.end)
			insert(pieces, at, &rest);
	}
	for (end = at; end < pieces->n && pieces->items[end].end <= piece->end;)
		end++;
	if (end < pieces->n && pieces->items[end].begin < piece->end) {
		pieces->items[end].offset += piece->end - pieces->items[end].begin;
		pieces->items[end].begin = piece->end;
	}
	if (end > at) {
		memmove(pieces->items + at, pieces->items + end,
			(pieces->n - end) * sizeof(*pieces->items));
		pieces->n -= end - at;
	}
	insert(pieces, at, piece);
}

/* Memory without a file, or a file that is memory: code in it was made by the process. */
static bool is_made_code(const char *name)
{
	static const char *const prefixes[] = { "//anon",    "[heap]", "[stack", "/memfd:",
						"/dev/zero", "/SYSV",  "[anon" };
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
			return true;
	return false;
}

static bool is_dump(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	int end = 0;
	return sscanf(name, "jit-%*9d.dump%n", &end) == 0 && end > 0 && name[end] == '\0';
}

/* What finds no room is not named by it. */
static void take_dump(struct address_maps *maps, const struct stack_record *record)
{
	const struct dump wanted = { .pid = record->pid };
	void *found = tfind(&wanted, &maps->dumps, by_owner);
	struct dump *dump = found ? *(struct dump **)found : NULL;
	char *path = maps->n_dumps < MODULES_MOST || dump ? strdup(record->name) : NULL;
	if (path && !dump) {
		dump = calloc(1, sizeof(*dump));
		if (dump && !tsearch(memcpy(dump, &wanted, sizeof(wanted)), &maps->dumps,
				     by_owner)) {
			free(dump);
			dump = NULL;
		}
		maps->n_dumps += dump != NULL;
	}
	if (!path || !dump) {
		free(path);
		return;
	}
	free(dump->path);
	dump->path = path;
}

static void take_map(struct address_maps *maps, const struct stack_record *record)
{
	if (is_dump(record->name))
		take_dump(maps, record);
	struct process *process = find_or_add(maps, record->pid);
	struct pieces *pieces = process ? own_pieces(maps, process) : NULL;
	if (pieces)
		pieces->serial = ++maps->n_changes;
	if (!pieces || pieces->n >= PIECES_MOST || record->length == 0 ||
	    record->begin + record->length < record->begin)
		return;
	struct module module = { .build_id_length = record->build_id_length };
	memcpy(module.build_id, record->build_id, sizeof(module.build_id));
	char made[] = "[made code]", *name = NULL;
	module.is_made = is_made_code(record->name);
	if (module.is_made) {
		module.path = made;
		module.pid = record->pid;
		module.build_id_length = 0;
		memset(module.build_id, 0, sizeof(module.build_id));
	} else {
		module.path = name = strdup(record->name);
	}
	if (module.path) {
		const struct mapped_piece piece = { record->begin,
						    record->begin + record->length,
						    module.is_made ? record->begin
								   : record->offset,
						    number_of(maps, &module), 0 };
		put(pieces, &piece);
	}
	free(name);
}

static void take_comm(struct address_maps *maps, const struct stack_record *record)
{
	struct process *process = find_or_add(maps, record->pid);
	if (!process || (record->pid != record->tid && !record->is_exec))
		return; /* a thread's name is not the process's */
	snprintf(process->name, sizeof(process->name), "%s", record->name);
	if (!record->is_exec)
		return;
	release(process->pieces);
	process->pieces = NULL;
	process->n_threads = 1;
}

static void take_fork(struct address_maps *maps, const struct stack_record *record)
{
	struct process *parent = find(maps, record->parent);
	struct process *process = find(maps, record->pid);
	if (record->pid == record->parent) {
		if (process)
			process->n_threads++;
		return;
	}
	if (process) /* its number had been another's, of which the end was lost */
		forget(maps, process);
	process = find_or_add(maps, record->pid);
	if (!process || !parent)
		return;
	memcpy(process->name, parent->name, sizeof(process->name));
	process->pieces = parent->pieces;
	if (process->pieces)
		process->pieces->n_users++;
}

static void take_exit(struct address_maps *maps, const struct stack_record *record)
{
	struct process *process = find(maps, record->pid);
	if (process && --process->n_threads == 0)
		forget(maps, process);
}

void address_maps_take(struct address_maps *maps, const struct stack_record *record)
{
	if (record->kind == STACK_MAP)
		take_map(maps, record);
	else if (record->kind == STACK_COMM)
		take_comm(maps, record);
	else if (record->kind == STACK_FORK)
		take_fork(maps, record);
	else if (record->kind == STACK_EXIT)
		take_exit(maps, record);
}

struct place_of_code address_maps_find(const struct address_maps *maps, int32_t pid,
				       uint64_t address)
{
	const struct process *process = find(maps, pid);
	const struct pieces *pieces = process ? process->pieces : NULL;
	size_t at = pieces ? first_behind(pieces, address) : 0;
	if (!pieces || at == pieces->n || pieces->items[at].begin > address)
		return (struct place_of_code){ MODULE_NOWHERE, 0 };
	const struct mapped_piece *piece = &pieces->items[at];
	return (struct place_of_code){ piece->module,
				       address - piece->begin + piece->offset };
}

const struct mapped_piece *address_maps_pieces(const struct address_maps *maps, int32_t pid,
					       size_t *n, uint64_t *serial)
{
	const struct process *process = find(maps, pid);
	const struct pieces *pieces = process ? process->pieces : NULL;
	*n = pieces ? pieces->n : 0;
	*serial = pieces ? pieces->serial : 0;
	return pieces ? pieces->items : NULL;
}

const char *address_maps_name(const struct address_maps *maps, int32_t pid)
{
	const struct process *process = find(maps, pid);
	return process ? process->name : "";
}

const char *address_maps_dump(const struct address_maps *maps, int32_t pid)
{
	const struct dump wanted = { .pid = pid };
	void *found = tfind(&wanted, &maps->dumps, by_owner);
	return found ? (*(struct dump **)found)->path : NULL;
}

const struct module *address_maps_module(const struct address_maps *maps, uint32_t module)
{
	return &maps->modules[module];
}

size_t address_maps_modules(const struct address_maps *maps)
{
	return maps->n_modules;
}
