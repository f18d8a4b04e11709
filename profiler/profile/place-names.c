/* profiler/profile/place-names.c - see place-names.h. */
#include <config.h>

#include "profiler/profile/place-names.h"

#include "profiler/profile/symbols-program.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Bytes of names that are taken: each place may have 64 frames of 8000, and a file can be made so. What comes
 * later was not read in time. */
static const size_t TEXT_MOST = (size_t)256 << 20;

static int by_place(const void *a, const void *b)
{
	const struct place_of_code *x = &((const struct named_place *)a)->place;
	const struct place_of_code *y = &((const struct named_place *)b)->place;
	if (x->module != y->module)
		return x->module < y->module ? -1 : 1;
	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static size_t each_once(struct named_place *places, size_t n)
{
	size_t kept = 0;
	qsort(places, n, sizeof(*places), by_place);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || by_place(&places[kept - 1], &places[i]) != 0)
			places[kept++] = places[i];
	return kept;
}

/* How many from there on are of one module. */
static size_t run_length(const struct place_names *names, size_t at)
{
	size_t n = 1;
	while (at + n < names->n &&
	       names->places[at + n].place.module == names->places[at].place.module)
		n++;
	return n;
}

static enum symbol_source source_of(const struct module *module, uint32_t number)
{
	if (number == MODULE_KERNEL)
		return SYMBOLS_OF_KERNEL;
	return module->is_made ? SYMBOLS_OF_MADE : SYMBOLS_OF_FILE;
}

static void write_request(const struct place_names *names, const struct address_maps *maps,
			  size_t at, size_t n, int64_t since_s, FILE *out)
{
	uint32_t number = names->places[at].place.module;
	const struct module *module = address_maps_module(maps, number);
	/* of code that was made: where the process describes it, beside the map that is looked for */
	const char *dump = module->is_made ? address_maps_dump(maps, module->pid) : NULL;
	const char *path = !module->is_made ? module->path : dump ? dump : "";
	struct symbol_request request = {
		.source = source_of(module, number),
		.path_length = (uint32_t)strlen(path),
		.build_id_length = (uint32_t)module->build_id_length,
		.n_places = (uint32_t)n,
		.since_s = since_s,
		.pid = module->pid,
	};
	memcpy(request.build_id, module->build_id, sizeof(request.build_id));
	fwrite(&request, sizeof(request), 1, out);
	fwrite(path, 1, request.path_length, out);
	for (size_t i = 0; i < n; i++)
		fwrite(&names->places[at + i].place.offset, sizeof(uint64_t), 1, out);
}

/* A file in memory with all the questions; -1: none. */
static int write_requests(const struct place_names *names, const struct address_maps *maps,
			  int64_t since_s)
{
	int fd = memfd_create("joulecart-symbols", MFD_CLOEXEC);
	int copy = fd >= 0 ? dup(fd) : -1;
	FILE *out = copy >= 0 ? fdopen(copy, "w") : NULL;
	for (size_t at = 0, n; out && at < names->n; at += n) {
		n = run_length(names, at);
		if (names->places[at].place.module != MODULE_NOWHERE)
			write_request(names, maps, at, n, since_s, out);
	}
	if (out && fclose(out) == 0 && lseek(fd, 0, SEEK_SET) == 0)
		return fd;
	if (!out && copy >= 0)
		close(copy);
	if (fd >= 0)
		close(fd);
	return -1;
}

static char *read_text(FILE *in, uint32_t length)
{
	char *text = length <= SYMBOL_TEXT_MOST ? malloc((size_t)length + 1) : NULL;
	if (text && fread(text, 1, length, in) == length) {
		text[length] = '\0';
		return text;
	}
	free(text);
	return NULL;
}

/* The bytes that it takes; 0: it is none. */
static size_t read_frame(FILE *in, struct named_frame *frame)
{
	struct symbol_frame head;
	if (fread(&head, sizeof(head), 1, in) != 1)
		return 0;
	frame->line = head.line;
	frame->name = read_text(in, head.name_length);
	frame->file = frame->name ? read_text(in, head.file_length) : NULL;
	if (!frame->file) {
		free(frame->name);
		return 0;
	}
	if (head.file_length == 0) {
		free(frame->file);
		frame->file = NULL;
	}
	return sizeof(*frame) + head.name_length + head.file_length;
}

/* left: bytes that may still be taken. */
static bool read_answer(FILE *in, struct named_place *place, size_t *left)
{
	struct symbol_answer head;
	if (fread(&head, sizeof(head), 1, in) != 1 || head.n_frames > FRAMES_A_PLACE ||
	    head.lack >= LACK_N)
		return false;
	if (head.n_frames > 0)
		place->frames = calloc(head.n_frames, sizeof(*place->frames));
	for (uint32_t i = 0; place->frames && i < head.n_frames; i++) {
		size_t size = *left > 0 ? read_frame(in, &place->frames[i]) : 0;
		if (size == 0)
			return false;
		*left -= size < *left ? size : *left;
		place->n_frames = i + 1;
	}
	place->lack = head.n_frames > 0 ? LACK_READABLE : head.lack;
	return head.n_frames == 0 || place->frames;
}

static void read_answers(struct place_names *names, FILE *in)
{
	size_t left = TEXT_MOST;
	for (size_t i = 0; i < names->n; i++) {
		struct named_place *place = &names->places[i];
		if (place->place.module == MODULE_NOWHERE)
			place->lack = LACK_ADDRESS;
		else if (!read_answer(in, place, &left))
			break;
	}
}

struct place_names place_names_ask(const struct address_maps *maps,
				   struct named_place *places, size_t n, int64_t since_s)
{
	struct place_names names = { .places = places, .n = each_once(places, n) };
	pid_t pid = -1;
	for (size_t i = 0; i < names.n; i++)
		places[i].lack = LACK_READABLE;
	int requests = write_requests(&names, maps, since_s);
	FILE *answers = requests >= 0 ? symbols_program_start(NULL, requests, &pid) : NULL;
	if (answers)
		read_answers(&names, answers);
	names.cpu_s = symbols_program_end(answers, pid);
	if (requests >= 0)
		close(requests);
	return names;
}

void place_names_free(struct place_names *names)
{
	for (size_t i = 0; i < names->n; i++) {
		struct named_place *place = &names->places[i];
		for (uint32_t k = 0; k < place->n_frames; k++) {
			free(place->frames[k].name);
			free(place->frames[k].file);
		}
		free(place->frames);
	}
	free(names->places);
}

const struct named_place *place_names_find(const struct place_names *names,
					   struct place_of_code place)
{
	const struct named_place wanted = { .place = place };
	return bsearch(&wanted, names->places, names->n, sizeof(*names->places), by_place);
}
