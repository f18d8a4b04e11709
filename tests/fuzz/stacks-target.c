/* tests/fuzz/stacks-target.c - see stacks-target.h. What is found lies within the input, and what is asked
 * again is answered alike. */
#include <config.h>

#include "tests/fuzz/stacks-target.h"

#include "collectors/opener/stack-event.h"
#include "collectors/perf/stack-sampler.h"
#include "profiler/profile/elf-symbols.h"
#include "profiler/profile/symbol-list.h"
#include "profiler/profile/unwind-message.h"
#include "profiler/profile/unwind.h"
#include "tests/fuzz/must.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void take_stack_record(const char *text, size_t size)
{
	struct stack_record record;
	uint64_t *bytes = calloc(size / sizeof(*bytes) + 1, sizeof(*bytes));
	MUST(bytes);
	memcpy(bytes, text, size); /* as aligned as in a ring */
	const char *begin = (const char *)bytes, *end = begin + size;
	if (stack_record_parse(bytes, size, &record)) {
		MUST(record.n_ips == 0 ||
		     ((const char *)record.ips >= begin &&
		      (const char *)(record.ips + record.n_ips) <= end));
		MUST(!record.name ||
		     (record.name >= begin && record.name + strlen(record.name) < end));
		MUST(record.build_id_length <= BUILD_ID_MOST);
		MUST(!record.registers ||
		     ((const char *)record.registers >= begin &&
		      (const char *)(record.registers +
				     __builtin_popcountll(STACK_REGISTERS)) <= end));
		MUST(record.stack_size == 0 ||
		     ((const char *)record.stack >= begin &&
		      (const char *)record.stack + record.stack_size <= end));
	}
	free(bytes);
}

static void look_up(struct symbol_list *list, const char *text, size_t size)
{
	static const uint64_t addresses[] = {
		0, 1, 0x10, 0x1000, 0xffffffff81000000, UINT64_MAX
	};
	MUST(list);
	MUST(symbol_list_length(list) <= size);
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		size_t length = 0;
		const char *name = symbol_list_find(list, addresses[i], &length);
		MUST(!name || (name >= text && name + length <= text + size));
	}
	symbol_list_free(list);
}

void take_symbol_map(const char *text, size_t size)
{
	look_up(symbol_list_of_map(text, size), text, size);
	look_up(symbol_list_of_kernel(text, size), text, size);
}

void take_symbol_dump(const char *text, size_t size)
{
	look_up(symbol_list_of_dump(text, size), text, size);
}

enum { N_REGISTERS = __builtin_popcountll(STACK_REGISTERS), STACK_MOST = 4096 };

/* A file that is mapped at an address, and a stack in it: each register leads into the file, and the stack holds what the
 * file ends with. */
struct unwind_requests {
	struct unwind_head file;
	char build_id[BUILD_ID_MOST], path[100];
	struct unwind_head set;
	struct mapped_piece piece;
	struct unwind_head stack;
	uint64_t registers[N_REGISTERS + 1];
	unsigned char bytes[STACK_MOST];
};

static void unwind_in(const char *path, const char *text, size_t size)
{
	static const uint64_t address = 0x7f0000000000, stack = 0x7ffff0000000;
	struct unwind_requests requests = {
		.file = { UNWIND_FILE, 2, 0,
			  sizeof(requests.build_id) + sizeof(requests.path) },
		.set = { UNWIND_SET, 0, 1, sizeof(requests.piece) },
		.piece = { address, address + size + 1, 0, 2, 0 },
		.stack = { UNWIND_STACK, 0, 1, sizeof(requests.registers) + STACK_MOST },
	};
	struct unwind_answer answer;
	char *answers = NULL;
	size_t n_answers = 0, n = size < STACK_MOST ? size : STACK_MOST;
	snprintf(requests.path, sizeof(requests.path), "%s", path);
	memcpy(requests.bytes, text + (size - n), n);
	for (size_t i = 0; i < N_REGISTERS; i++)
		requests.registers[i] = address + i * size / 16;
	requests.registers[STACK_REGISTER_SP] = stack;
	for (uint64_t i = 0; i < 4; i++) {
		FILE *out = open_memstream(&answers, &n_answers);
		MUST(out);
		requests.registers[STACK_REGISTER_IP] = address + i * size / 4;
		unwind_all(&requests, sizeof(requests), NULL, out);
		MUST(fclose(out) == 0 && n_answers >= sizeof(answer));
		memcpy(&answer, answers, sizeof(answer));
		MUST(answer.n_places >= 2 && answer.n_places <= UNWIND_FRAMES_MOST);
		MUST(n_answers ==
		     sizeof(answer) + answer.n_places * sizeof(struct place_of_code));
		free(answers);
	}
}

void take_symbol_file(const char *text, size_t size)
{
	char path[64];
	enum symbol_lack lack;
	struct elf_frame frames[FRAMES_A_PLACE];
	int fd = memfd_create("symbols", MFD_CLOEXEC);
	MUST(fd >= 0 && write(fd, text, size) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	const uint8_t build_id[BUILD_ID_MOST] = { 1 };
	elf_symbols_close(elf_symbols_open(path, build_id, sizeof(build_id), &lack));
	struct elf_symbols *symbols = elf_symbols_open(path, NULL, 0, &lack);
	MUST(symbols || (lack > LACK_NONE && lack < LACK_N));
	for (uint64_t offset = 0; symbols && offset <= size; offset += 1 + size / 16) {
		size_t n = elf_symbols_find(symbols, offset, frames);
		MUST(n <= FRAMES_A_PLACE);
		for (size_t i = 0; i < n; i++)
			MUST(frames[i].name);
		elf_frames_free(frames, n);
	}
	elf_symbols_close(symbols);
	if (N_REGISTERS > 0)
		unwind_in(path, text, size);
	close(fd);
}
