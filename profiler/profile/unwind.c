/* profiler/profile/unwind.c - see unwind.h. */
#include <config.h>

#include "profiler/profile/unwind.h"

#include "profiler/profile/elf-symbols.h"
#include "profiler/profile/unwind-message.h"

#include <elfutils/libdwelf.h>
#include <elfutils/libdwfl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Sets of mapped files that are kept open: of so many processes the stacks come by turns. libdwfl holds each of their
 * files open; joulecart-symbols may have 1024, of which half are left for debug information. */
enum { OPEN_MOST = 8, OPEN_FILES_MOST = 512 };

/* One sample, as libdwfl asks for it. */
struct kept_stack {
	const uint64_t *registers, *kernel;
	const unsigned char *bytes;
	size_t n_kernel, size;
};

struct set {
	const struct mapped_piece *pieces; /* by address */
	size_t n;
};

struct open_set {
	Dwfl *dwfl; /* NULL: none */
	uint32_t number;
	uint64_t used; /* when last; 0: none */
	size_t n;      /* of its pieces */
};

struct unwinder {
	Dwfl_Callbacks callbacks;
	const struct unwind_head **files; /* by the number of their module; NULL: unknown */
	struct set *sets;
	size_t n_files, n_sets;
	struct open_set open[OPEN_MOST];
	uint64_t n_used;
	const char *vdso;
	struct kept_stack stack; /* that is unwound now */
	const struct set *set;
	struct place_of_code places[UNWIND_FRAMES_MOST];
	size_t n_places;
	uint64_t last;   /* address of the outermost frame so far */
	bool is_missing; /* what its caller would be found by was not kept */
};

/* Which number DWARF has for each register, in the kernel's order. */
static size_t to_dwarf(const uint64_t *registers, Dwarf_Word words[UNWIND_REGISTERS_MOST])
{
#if defined(__x86_64__)
	static const unsigned char numbers[] = { 0, 3, 2,  1,  4,  5,  6,  7, 16,
						 8, 9, 10, 11, 12, 13, 14, 15 };
	for (size_t i = 0; i < sizeof(numbers); i++)
		words[numbers[i]] = registers[i];
	return sizeof(numbers);
#else
	size_t n = (size_t)__builtin_popcountll(STACK_REGISTERS);
	memcpy(words, registers, n * sizeof(*words));
	return n;
#endif
}

static pid_t next_thread(Dwfl *dwfl, void *own, void **argument)
{
	(void)dwfl;
	if (*argument)
		return 0;
	*argument = own;
	return 1;
}

static bool get_thread(Dwfl *dwfl, pid_t thread, void *own, void **argument)
{
	(void)dwfl, (void)thread;
	*argument = own;
	return true;
}

static bool read_memory(Dwfl *dwfl, Dwarf_Addr address, Dwarf_Word *word, void *own)
{
	struct unwinder *unwinder = own;
	const struct kept_stack *stack = &unwinder->stack;
	uint64_t begin = stack->registers[STACK_REGISTER_SP];
	(void)dwfl;
	if (address < begin || stack->size < sizeof(*word) ||
	    address - begin > stack->size - sizeof(*word)) {
		unwinder->is_missing = true;
		return false;
	}
	memcpy(word, stack->bytes + (address - begin), sizeof(*word));
	return true;
}

static bool set_registers(Dwfl_Thread *thread, void *own)
{
	const struct unwinder *unwinder = own;
	Dwarf_Word words[UNWIND_REGISTERS_MOST] = { 0 };
	size_t n = to_dwarf(unwinder->stack.registers, words);
#if defined(__aarch64__) /* whose DWARF has no number for it */
	n--;
	dwfl_thread_state_register_pc(thread, words[n]);
#endif
	return dwfl_thread_state_registers(thread, 0, (unsigned)n, words);
}

static const Dwfl_Thread_Callbacks thread_callbacks = {
	.next_thread = next_thread,
	.get_thread = get_thread,
	.memory_read = read_memory,
	.set_initial_registers = set_registers,
};

static int find_no_elf(Dwfl_Module *module, void **user, const char *name, Dwarf_Addr base,
		       char **path, Elf **elf)
{
	(void)module, (void)user, (void)name, (void)base, (void)path, (void)elf;
	return -1; /* the file was given */
}

static bool has_build_id(Elf *elf, const struct unwind_head *file)
{
	const void *bits = NULL;
	ssize_t own = dwelf_elf_gnu_build_id(elf, &bits);
	return file->n == 0 ||
	       (own >= (ssize_t)file->n && memcmp(bits, file + 1, file->n) == 0);
}

/* By how much the piece lies higher than the file says. */
static bool find_bias(Elf *elf, const struct mapped_piece *piece, GElf_Addr *bias)
{
	GElf_Phdr header;
	size_t n = 0;
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	if (elf_getphdrnum(elf, &n) != 0)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!gelf_getphdr(elf, (int)i, &header) || header.p_type != PT_LOAD ||
		    (header.p_flags & PF_X) == 0)
			continue;
		uint64_t first = header.p_offset & ~(page - 1);
		if (piece->offset < first ||
		    piece->offset - first >= header.p_filesz + (header.p_offset - first))
			continue;
		*bias = piece->begin - piece->offset + header.p_offset - header.p_vaddr;
		return true;
	}
	return false;
}

/* A file that is reported to libdwfl, so much higher than it says. Twice, libdwfl would forget it. */
struct reported {
	uint32_t module;
	GElf_Addr bias;
};

static bool is_reported(const struct reported *reported, size_t n,
			const struct reported *one)
{
	for (size_t i = 0; i < n; i++)
		if (reported[i].module == one->module && reported[i].bias == one->bias)
			return true;
	return false;
}

#if defined(__x86_64__)
enum { OWN_MACHINE = EM_X86_64 };
#elif defined(__aarch64__)
enum { OWN_MACHINE = EM_AARCH64 };
#else
enum { OWN_MACHINE = EM_NONE };
#endif

/* A program or a library for this processor. Anybody may map anything: libdwfl takes the registers of all from the
 * first file, whatever machine that is for, and asks where the sections of an object file lie, which nobody knows. */
static bool is_own_kind(const GElf_Ehdr *header)
{
	return header->e_machine == OWN_MACHINE &&
	       header->e_ident[EI_CLASS] == ELFCLASS64 &&
	       (header->e_type == ET_EXEC || header->e_type == ET_DYN);
}

/* The file of that piece, if it is what was mapped and is not there yet. A program that is not relocatable is
 * where it says: what lies elsewhere is a copy. */
static bool is_wanted(Elf *elf, const struct unwind_head *file,
		      const struct mapped_piece *piece, struct reported *one,
		      const struct reported *reported, size_t n)
{
	GElf_Ehdr header;
	one->module = piece->module;
	return gelf_getehdr(elf, &header) && is_own_kind(&header) &&
	       has_build_id(elf, file) && find_bias(elf, piece, &one->bias) &&
	       (header.e_type != ET_EXEC || one->bias == 0) &&
	       !is_reported(reported, n, one);
}

/* The last of the n reported is this piece's file; false: it cannot be had, or is there already. */
static bool report(const struct unwinder *unwinder, Dwfl *dwfl,
		   const struct mapped_piece *piece, struct reported *reported, size_t n)
{
	const struct unwind_head *file = piece->module < unwinder->n_files
					     ? unwinder->files[piece->module]
					     : NULL;
	char *path = file ? strndup((const char *)(file + 1) + BUILD_ID_MOST,
				    file->length - BUILD_ID_MOST)
			  : NULL;
	if (!path)
		return false;
	const char *own = strcmp(path, "[vdso]") == 0 && unwinder->vdso ? unwinder->vdso
									: path;
	int fd = elf_open_regular(own);
	Elf *elf = fd >= 0 ? elf_begin(fd, ELF_C_READ_MMAP, NULL) : NULL;
	bool is_good = elf && is_wanted(elf, file, piece, &reported[n], reported, n);
	elf_end(elf);
	is_good = is_good &&
		  dwfl_report_elf(dwfl, path, own, fd, reported[n].bias, true) != NULL;
	if (fd >= 0 && !is_good)
		close(fd); /* which would have been taken over */
	free(path);
	return is_good;
}

static Dwfl *open_set(struct unwinder *unwinder, const struct set *set)
{
	struct reported *reported = calloc(set->n, sizeof(*reported));
	Dwfl *dwfl = reported ? dwfl_begin(&unwinder->callbacks) : NULL;
	size_t n = 0;
	if (dwfl) {
		dwfl_report_begin(dwfl);
		for (size_t i = 0; i < set->n; i++)
			n += report(unwinder, dwfl, &set->pieces[i], reported, n);
		if (dwfl_report_end(dwfl, NULL, NULL) != 0 ||
		    !dwfl_attach_state(dwfl, NULL, 1, &thread_callbacks, unwinder)) {
			dwfl_end(dwfl);
			dwfl = NULL;
		}
	}
	free(reported);
	return dwfl;
}

static void close_set(struct open_set *open)
{
	if (open->dwfl)
		dwfl_end(open->dwfl);
	*open = (struct open_set){ 0 };
}

/* For a set of n pieces. Those that were not used for longest make room. */
static struct open_set *make_place(struct unwinder *unwinder, size_t n)
{
	for (;;) {
		struct open_set *oldest = NULL, *free = NULL;
		size_t n_open = 0;
		for (size_t i = 0; i < OPEN_MOST; i++) {
			struct open_set *open = &unwinder->open[i];
			n_open += open->n;
			if (open->used == 0)
				free = open;
			else if (!oldest || open->used < oldest->used)
				oldest = open;
		}
		if (!oldest || (free && n_open + n <= OPEN_FILES_MOST))
			return free;
		close_set(oldest);
	}
}

/* NULL: its files cannot be had. */
static Dwfl *dwfl_of(struct unwinder *unwinder, uint32_t number)
{
	for (size_t i = 0; i < OPEN_MOST; i++) {
		struct open_set *open = &unwinder->open[i];
		if (open->used > 0 && open->number == number) {
			open->used = ++unwinder->n_used;
			return open->dwfl;
		}
	}
	struct open_set *place = make_place(unwinder, unwinder->set->n);
	*place = (struct open_set){ open_set(unwinder, unwinder->set), number,
				    ++unwinder->n_used, unwinder->set->n };
	return place->dwfl;
}

static struct place_of_code find_place(const struct set *set, uint64_t address)
{
	size_t low = 0, high = set->n;
	while (low < high) { /* the first piece that ends behind the address */
		size_t middle = low + (high - low) / 2;
		if (set->pieces[middle].end <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == set->n || set->pieces[low].begin > address)
		return (struct place_of_code){ MODULE_NOWHERE, 0 };
	const struct mapped_piece *piece = &set->pieces[low];
	return (struct place_of_code){ piece->module,
				       address - piece->begin + piece->offset };
}

static bool add(struct unwinder *unwinder, struct place_of_code place)
{
	if (unwinder->n_places == UNWIND_FRAMES_MOST)
		return false;
	unwinder->places[unwinder->n_places++] = place;
	return true;
}

static int take_frame(Dwfl_Frame *frame, void *own)
{
	struct unwinder *unwinder = own;
	Dwarf_Addr address;
	bool is_activation = false;
	unwinder->is_missing = false; /* libdwfl looks for the caller from here on */
	if (!dwfl_frame_pc(frame, &address, &is_activation))
		return DWARF_CB_ABORT;
	unwinder->last = address;
	return add(unwinder, find_place(unwinder->set, address - !is_activation))
		   ? DWARF_CB_OK
		   : DWARF_CB_ABORT;
}

/* Is that where a program begins (its file's entry, some instructions of _start)? Nobody called it, which not every
 * toolchain's unwinding information says. */
static bool is_entry(Dwfl *dwfl, uint64_t address)
{
	enum { ENTRY_BYTES = 64 };
	GElf_Addr bias;
	GElf_Ehdr header;
	Dwfl_Module *module = dwfl_addrmodule(dwfl, address);
	Elf *elf = module ? dwfl_module_getelf(module, &bias) : NULL;
	return elf && gelf_getehdr(elf, &header) &&
	       address - (header.e_entry + bias) < ENTRY_BYTES;
}

/* The kernel's part, then the program's. */
static void unwind(struct unwinder *unwinder, uint32_t number, FILE *out)
{
	static const struct set nothing = { NULL, 0 };
	const struct kept_stack *stack = &unwinder->stack;
	unwinder->set = number < unwinder->n_sets ? &unwinder->sets[number] : &nothing;
	unwinder->n_places = 0;
	for (size_t i = 0; i < stack->n_kernel; i++)
		add(unwinder,
		    (struct place_of_code){ MODULE_KERNEL, stack->kernel[i] - (i > 0) });
	Dwfl *dwfl = unwinder->set->n > 0 ? dwfl_of(unwinder, number) : NULL;
	size_t n_before = unwinder->n_places;
	unwinder->last = 0;
	int end = dwfl ? dwfl_getthread_frames(dwfl, 1, take_frame, unwinder) : -1;
	bool is_whole = (end == 0 && !unwinder->is_missing) ||
			(dwfl && is_entry(dwfl, unwinder->last));
	if (unwinder->n_places == n_before)
		add(unwinder,
		    find_place(unwinder->set, stack->registers[STACK_REGISTER_IP]));
	const struct unwind_answer answer = { (uint32_t)unwinder->n_places, !is_whole };
	fwrite(&answer, sizeof(answer), 1, out);
	fwrite(unwinder->places, sizeof(*unwinder->places), unwinder->n_places, out);
}

/* The items by their numbers, grown to one more. False: no memory. */
static bool make_room(void **items, size_t *n, uint32_t number, size_t size)
{
	size_t room = *n ? *n : 64;
	while (room <= number)
		room *= 2;
	if (room == *n)
		return true;
	void *grown = reallocarray(*items, room, size);
	if (!grown)
		return false;
	memset((char *)grown + *n * size, 0, (room - *n) * size);
	*items = grown;
	*n = room;
	return true;
}

static bool take_file(struct unwinder *unwinder, const struct unwind_head *head)
{
	void *files = unwinder->files;
	if (head->length < BUILD_ID_MOST || head->n > BUILD_ID_MOST ||
	    head->number >= MODULES_MOST ||
	    !make_room(&files, &unwinder->n_files, head->number, sizeof(*unwinder->files)))
		return false;
	unwinder->files = files;
	unwinder->files[head->number] = head;
	return true;
}

static bool take_set(struct unwinder *unwinder, const struct unwind_head *head)
{
	void *sets = unwinder->sets;
	if (head->length != (uint64_t)head->n * sizeof(struct mapped_piece) ||
	    head->number >= UNWIND_SETS_MOST ||
	    !make_room(&sets, &unwinder->n_sets, head->number, sizeof(*unwinder->sets)))
		return false;
	unwinder->sets = sets;
	unwinder->sets[head->number] =
	    (struct set){ (const struct mapped_piece *)(const void *)(head + 1), head->n };
	return true;
}

static bool take_stack(struct unwinder *unwinder, const struct unwind_head *head, FILE *out)
{
	size_t n = (size_t)__builtin_popcountll(STACK_REGISTERS);
	const uint64_t *words = (const uint64_t *)(const void *)(head + 1);
	if (n == 0 || head->length < (n + (uint64_t)head->n) * sizeof(*words))
		return false;
	unwinder->stack = (struct kept_stack){
		.registers = words,
		.kernel = words + n,
		.n_kernel = head->n,
		.bytes = (const unsigned char *)(words + n + head->n),
		.size = head->length - (n + head->n) * sizeof(*words),
	};
	unwind(unwinder, head->number, out);
	return !ferror(out);
}

static bool take(struct unwinder *unwinder, const struct unwind_head *head, FILE *out)
{
	switch (head->kind) {
	case UNWIND_FILE:
		return take_file(unwinder, head);
	case UNWIND_SET:
		return take_set(unwinder, head);
	case UNWIND_STACK:
		return take_stack(unwinder, head, out);
	default:
		return false;
	}
}

void unwind_all(const void *requests, size_t size, const char *vdso, FILE *out)
{
	struct unwinder *unwinder = calloc(1, sizeof(*unwinder));
	const unsigned char *at = requests;
	bool is_good = unwinder != NULL;
	if (!unwinder)
		return;
	elf_version(EV_CURRENT);
	unwinder->vdso = vdso;
	/* what is beside a file is left alone: only where root alone puts something is looked, by build ID */
	unwinder->callbacks = (Dwfl_Callbacks){
		.find_elf = find_no_elf, .find_debuginfo = dwfl_build_id_find_debuginfo
	};
	while (is_good && size >= sizeof(struct unwind_head)) {
		const struct unwind_head *head = (const void *)at;
		size_t whole = sizeof(*head) + unwind_padded(head->length);
		is_good = whole <= size && take(unwinder, head, out);
		at += is_good ? whole : 0;
		size -= is_good ? whole : 0;
	}
	for (size_t i = 0; i < OPEN_MOST; i++)
		close_set(&unwinder->open[i]);
	free(unwinder->files);
	free(unwinder->sets);
	free(unwinder);
}
