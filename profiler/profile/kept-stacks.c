/* profiler/profile/kept-stacks.c - see kept-stacks.h. */
#include <config.h>

#include "profiler/profile/kept-stacks.h"

#include "profiler/profile/stack-keys.h"
#include "profiler/profile/stack-node.h"
#include "profiler/profile/symbols-program.h"
#include "profiler/profile/unwind-message.h"

#include <linux/perf_event.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static const size_t KEPT_BYTES_MOST = (size_t)512 << 20;

/* Half of the tree's nodes are for the stacks that these turn out to be. */
enum { KEPT_MOST = CALL_TREE_MOST / 2 };

enum { N_REGISTERS = __builtin_popcountll(STACK_REGISTERS) };

struct kept_stack {
	uint32_t node;
	struct place_of_code
	    place; /* of its innermost function, if the rest is not to be had */
};

/* A set of mapped pieces that is in the file. */
struct kept_set {
	uint64_t serial;
	uint32_t number;
};

struct kept_stacks {
	FILE *file; /* in memory */
	size_t n_bytes;
	bool is_full;
	struct kept_stack *items;
	size_t n, room;
	void *sets; /* a tree of struct kept_set, by serial */
	uint32_t n_sets;
	bool has_file[MODULES_MOST]; /* the modules that are in the file */
};

static int by_serial(const void *a, const void *b)
{
	const struct kept_set *x = a, *y = b;
	return x->serial < y->serial ? -1 : x->serial > y->serial;
}

struct kept_stacks *kept_stacks_new(void)
{
	struct kept_stacks *kept = calloc(1, sizeof(*kept));
	int fd = kept ? memfd_create("joulecart-stacks", MFD_CLOEXEC) : -1;
	if (fd >= 0)
		kept->file = fdopen(fd, "w+");
	if (kept && kept->file)
		return kept;
	if (fd >= 0)
		close(fd);
	free(kept);
	return NULL;
}

void kept_stacks_free(struct kept_stacks *kept)
{
	if (!kept)
		return;
	fclose(kept->file);
	tdestroy(kept->sets, free);
	free(kept->items);
	free(kept);
}

static void put(struct kept_stacks *kept, const void *bytes, size_t size)
{
	kept->n_bytes += fwrite(bytes, 1, size, kept->file);
}

/* A head and what is behind it, in parts. */
static void begin(struct kept_stacks *kept, enum unwind_kind kind, uint32_t number,
		  size_t n, size_t length)
{
	const struct unwind_head head = { kind, number, (uint32_t)n, (uint32_t)length };
	put(kept, &head, sizeof(head));
}

static void end(struct kept_stacks *kept, size_t length)
{
	static const char nothing[8] = { 0 };
	put(kept, nothing, unwind_padded(length) - length);
}

static void put_file(struct kept_stacks *kept, const struct module *module, uint32_t number)
{
	size_t length = strlen(module->path);
	begin(kept, UNWIND_FILE, number, module->build_id_length, BUILD_ID_MOST + length);
	put(kept, module->build_id, BUILD_ID_MOST);
	put(kept, module->path, length);
	end(kept, BUILD_ID_MOST + length);
}

static void put_set(struct kept_stacks *kept, const struct address_maps *maps,
		    const struct mapped_piece *pieces, size_t n, uint32_t number)
{
	for (size_t i = 0; i < n; i++) {
		const struct module *module = address_maps_module(maps, pieces[i].module);
		if (pieces[i].module < MODULES_MOST && !module->is_made &&
		    !kept->has_file[pieces[i].module])
			put_file(kept, module, pieces[i].module);
		if (pieces[i].module < MODULES_MOST)
			kept->has_file[pieces[i].module] = true;
	}
	begin(kept, UNWIND_SET, number, n, n * sizeof(*pieces));
	put(kept, pieces, n * sizeof(*pieces));
	end(kept, n * sizeof(*pieces));
}

/* The number of what the process has mapped now. False: there is no room for another. */
static bool find_set(struct kept_stacks *kept, const struct address_maps *maps, int32_t pid,
		     uint32_t *number)
{
	struct kept_set wanted = { 0, kept->n_sets };
	size_t n;
	const struct mapped_piece *pieces = address_maps_pieces(maps, pid, &n,
								&wanted.serial);
	void *found = tfind(&wanted, &kept->sets, by_serial);
	if (found) {
		*number = (*(struct kept_set **)found)->number;
		return true;
	}
	struct kept_set *set = kept->n_sets < UNWIND_SETS_MOST ? malloc(sizeof(*set))
							       : NULL;
	if (!set)
		return false;
	*set = wanted;
	if (!tsearch(set, &kept->sets, by_serial)) {
		free(set);
		return false;
	}
	put_set(kept, maps, pieces, n, set->number);
	kept->n_sets++;
	*number = set->number;
	return true;
}

/* The addresses in the kernel, without the marks between. Returns how many. */
static size_t kernel_addresses(const struct stack_record *record,
			       uint64_t addresses[UNWIND_FRAMES_MOST])
{
	bool in_kernel = false;
	size_t n = 0;
	for (size_t i = 0; i < record->n_ips && n < UNWIND_FRAMES_MOST; i++) {
		if (record->ips[i] >= PERF_CONTEXT_MAX)
			in_kernel = record->ips[i] == PERF_CONTEXT_KERNEL;
		else if (in_kernel)
			addresses[n++] = record->ips[i];
	}
	return n;
}

static bool put_stack(struct kept_stacks *kept, const struct address_maps *maps,
		      const struct stack_record *record)
{
	uint64_t addresses[UNWIND_FRAMES_MOST];
	size_t n = kernel_addresses(record, addresses);
	size_t length = (N_REGISTERS + n) * sizeof(*addresses) + record->stack_size;
	uint32_t number;
	if (!find_set(kept, maps, record->pid, &number))
		return false;
	begin(kept, UNWIND_STACK, number, n, length);
	put(kept, record->registers, N_REGISTERS * sizeof(*addresses));
	put(kept, addresses, n * sizeof(*addresses));
	put(kept, record->stack, record->stack_size);
	end(kept, length);
	return !ferror(kept->file);
}

/* Room for the sample, in the list and in the file. */
static bool make_room(struct kept_stacks *kept)
{
	kept->is_full = kept->is_full || kept->n_bytes >= KEPT_BYTES_MOST ||
			kept->n == KEPT_MOST;
	if (kept->is_full || kept->n < kept->room)
		return !kept->is_full;
	size_t room = kept->room ? 2 * kept->room : 1024;
	struct kept_stack *grown = reallocarray(kept->items, room, sizeof(*grown));
	if (!grown)
		return false;
	kept->items = grown;
	kept->room = room;
	return true;
}

/* The kernel's part, and the innermost function. */
static uint32_t add_short(struct call_tree *tree, const struct address_maps *maps,
			  const struct stack_record *record)
{
	uint64_t addresses[UNWIND_FRAMES_MOST];
	struct place_of_code places[UNWIND_FRAMES_MOST + 1];
	size_t n = kernel_addresses(record, addresses);
	for (size_t i = 0; i < n; i++)
		places[i] = (struct place_of_code){ MODULE_KERNEL, addresses[i] - (i > 0) };
	if (record->registers)
		places[n++] = address_maps_find(maps, record->pid,
						record->registers[STACK_REGISTER_IP]);
	const char *name = address_maps_name(maps, record->pid);
	uint32_t process = call_tree_child(tree, 0, key_of_name(name));
	return process ? stack_node_of(tree, process, places, n, true) : 0;
}

uint32_t kept_stacks_add(struct kept_stacks *kept, struct call_tree *tree,
			 const struct address_maps *maps, const struct stack_record *record,
			 bool *is_cut)
{
	*is_cut = true;
	if (!record->registers || !make_room(kept))
		return add_short(tree, maps, record);
	const struct call_key key = { KEPT_MODULE, kept->n };
	const char *name = address_maps_name(maps, record->pid);
	uint32_t process = call_tree_child(tree, 0, key_of_name(name));
	uint32_t node = process ? call_tree_child(tree, process, key) : 0;
	if (!node)
		return 0;
	if (!put_stack(kept, maps, record)) {
		kept->is_full = true; /* what is half written ends the file */
		return add_short(tree, maps, record);
	}
	*is_cut = false;
	kept->items[kept->n++] = (struct kept_stack){
		node,
		address_maps_find(maps, record->pid, record->registers[STACK_REGISTER_IP])
	};
	return node;
}

/* One answer; false: there is no further one that holds together. */
static bool read_answer(FILE *in, size_t n_modules,
			struct place_of_code places[UNWIND_FRAMES_MOST],
			struct unwind_answer *answer)
{
	if (fread(answer, sizeof(*answer), 1, in) != 1 ||
	    answer->n_places > UNWIND_FRAMES_MOST ||
	    fread(places, sizeof(*places), answer->n_places, in) != answer->n_places)
		return false;
	for (uint32_t i = 0; i < answer->n_places; i++)
		if (places[i].module >= n_modules)
			return false;
	return true;
}

struct unwound kept_stacks_unwind(struct kept_stacks *kept, struct call_tree *tree,
				  const struct address_maps *maps)
{
	struct place_of_code places[UNWIND_FRAMES_MOST];
	struct unwound unwound = { .n_ends = call_tree_nodes(tree) };
	pid_t pid = -1;
	unwound.ends = calloc(unwound.n_ends, sizeof(*unwound.ends));
	for (uint32_t i = 0; unwound.ends && i < unwound.n_ends; i++)
		unwound.ends[i] = i;
	bool is_good = unwound.ends && kept->n > 0 && fflush(kept->file) == 0;
	FILE *answers = is_good ? symbols_program_start("stacks", fileno(kept->file), &pid)
				: NULL;
	is_good = answers != NULL;
	for (size_t i = 0; unwound.ends && i < kept->n; i++) {
		const struct kept_stack *item = &kept->items[i];
		struct unwind_answer answer;
		is_good = is_good &&
			  read_answer(answers, address_maps_modules(maps), places, &answer);
		if (!is_good) { /* it could not be followed in time */
			answer = (struct unwind_answer){ 1, true };
			places[0] = item->place;
		}
		unwound.n_cut += answer.is_cut != 0;
		unwound.ends[item->node] = stack_node_of(
		    tree, call_tree_parent(tree, item->node), places, answer.n_places,
		    answer.is_cut != 0);
	}
	unwound.cpu_s = symbols_program_end(answers, pid);
	return unwound;
}
