/* profiler/programs/symbols-main.c - joulecart-symbols: names the functions in which 'joulecart run --profile'
 * found the program.
 *
 * It is a program of its own, since it reads other people's ELF files: if one of them makes the library fail,
 * names are missing, and no measurement. Its limits are small, and it never asks a server for
 * debug information. Requests come on standard input, answers go to standard output (symbol-message.h; with the word
 * "stacks" it follows stacks instead, by unwind-message.h). */
#include <config.h>

#include "base/text-stream.h"
#include "profiler/profile/elf-symbols.h"
#include "profiler/profile/symbol-list.h"
#include "profiler/profile/symbol-message.h"
#include "profiler/profile/unwind.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Seconds of CPU time; bytes of memory (debug information of a large program is mapped whole); bytes of
 * a list. */
enum {
	CPU_SECONDS_MOST = 60,
	WALL_SECONDS_MOST = 180,
	FILES_MOST = 1024,
	LIST_BYTES_MOST = 64 << 20,
	PATH_MOST = 4096
};
#ifdef __SANITIZE_ADDRESS__ /* it takes terabytes of addresses for itself */
static const rlim_t MEMORY_MOST = RLIM_INFINITY;
#else
static const rlim_t MEMORY_MOST = (rlim_t)8 << 30;
#endif

/* Where answers go, and the kernel's symbols: whether it shows their addresses is decided when the list
 * is opened, before the rights go. */
struct ends {
	FILE *out;
	int kernel_fd; /* -1: there is none */
	char vdso
	    [32]; /* a file with the code that the kernel maps into each process; "": none */
};

static size_t cut(size_t length)
{
	return length < SYMBOL_TEXT_MOST ? length : SYMBOL_TEXT_MOST;
}

static void answer(FILE *out, const struct elf_frame *frames, size_t n,
		   enum symbol_lack lack)
{
	const struct symbol_answer head = { (uint32_t)n, n > 0 ? LACK_NONE : lack };
	fwrite(&head, sizeof(head), 1, out);
	for (size_t i = 0; i < n; i++) {
		size_t name = cut(strlen(frames[i].name));
		size_t file = frames[i].file ? cut(strlen(frames[i].file)) : 0;
		const struct symbol_frame frame = { (uint32_t)name, (uint32_t)file,
						    frames[i].line };
		fwrite(&frame, sizeof(frame), 1, out);
		fwrite(frames[i].name, 1, name, out);
		fwrite(frames[i].file ? frames[i].file : "", 1, file, out);
	}
	fflush(out); /* what is named stays named, if the next file is the last */
}

static void name_by_file(const struct symbol_request *request, const char *path,
			 const uint64_t *places, const struct ends *ends)
{
	enum symbol_lack lack;
	struct elf_frame frames[FRAMES_A_PLACE];
	struct elf_symbols *symbols = elf_symbols_open(path, request->build_id,
						       request->build_id_length, &lack);
	for (size_t i = 0; i < request->n_places; i++) {
		size_t n = symbols ? elf_symbols_find(symbols, places[i], frames) : 0;
		answer(ends->out, frames, n, symbols ? LACK_SYMBOLS : lack);
		elf_frames_free(frames, n);
	}
	elf_symbols_close(symbols);
}

/* All of a file that is no longer than that, or so much of one that may be cut; NULL: there is none. */
static char *read_all(int fd, bool may_be_cut, size_t *size)
{
	char *text = malloc(LIST_BYTES_MOST);
	ssize_t got = 1;
	*size = 0;
	while (text && *size < LIST_BYTES_MOST &&
	       (got = read(fd, text + *size, LIST_BYTES_MOST - *size)) > 0)
		*size += (size_t)got;
	if (text && (got == 0 || (may_be_cut && got > 0)))
		return text;
	free(text);
	return NULL;
}

/* /tmp is everybody's, and the command says where a dump is: it must be the user's own file, no link, and of
 * this run. -1: it is not. */
static int open_own(const char *path, const struct symbol_request *request)
{
	struct stat status;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	if (fd < 0 ||
	    (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
	     status.st_uid == geteuid() && status.st_mtim.tv_sec >= request->since_s))
		return fd;
	close(fd);
	return -1;
}

/* A list, and the text that its names stand in. */
struct read_list {
	struct symbol_list *list; /* NULL: there is none */
	char *text;
};

/* Takes the file over; -1: none. */
static struct read_list read_list(int fd, bool may_be_cut,
				  struct symbol_list *(*parse)(const char *, size_t))
{
	struct read_list read = { NULL, NULL };
	size_t size = 0;
	if (fd < 0)
		return read;
	read.text = read_all(fd, may_be_cut, &size);
	close(fd);
	if (read.text)
		read.list = parse(read.text, size);
	return read;
}

static void free_list(struct read_list *read)
{
	symbol_list_free(read->list);
	free(read->text);
}

/* What a dump says of an address holds: it has each piece of code, whole. */
static const char *find_in(const struct read_list lists[2], uint64_t address,
			   size_t *length)
{
	const char *found = NULL;
	for (int i = 0; i < 2 && !found; i++)
		if (lists[i].list)
			found = symbol_list_find(lists[i].list, address, length);
	return found;
}

static void name_by_list(const struct symbol_request *request, const char *path,
			 const uint64_t *places, const struct ends *ends)
{
	bool is_kernel = request->source == SYMBOLS_OF_KERNEL;
	struct read_list lists[2] = { { NULL, NULL }, { NULL, NULL } };
	char map[64];
	snprintf(map, sizeof(map), "/tmp/perf-%d.map", (int)request->pid);
	if (is_kernel)
		lists[0] = read_list(dup(ends->kernel_fd), false, symbol_list_of_kernel);
	else if (*path)
		lists[0] = read_list(open_own(path, request), true, symbol_list_of_dump);
	if (!is_kernel)
		lists[1] = read_list(open_own(map, request), false, symbol_list_of_map);
	for (size_t i = 0; i < request->n_places; i++) {
		size_t length = 0;
		const char *found = find_in(lists, places[i], &length);
		char *name = found ? strndup(found, length) : NULL;
		const struct elf_frame frame = { .name = name };
		answer(ends->out, &frame, name ? 1 : 0,
		       is_kernel ? LACK_SYMBOLS : LACK_MAP);
		free(name);
	}
	free_list(&lists[0]);
	free_list(&lists[1]);
}

/* Of root's rights, those to read the user's files stay. */
static int keep_reading_alone(void)
{
	const uint32_t read_only = UINT32_C(1) << CAP_DAC_READ_SEARCH;
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3];
	if (syscall(SYS_capget, &header, sets) != 0)
		return -1;
	for (size_t i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
		uint32_t kept = i == 0 ? read_only : 0;
		sets[i].permitted &= kept;
		sets[i].effective &= kept;
		sets[i].inheritable = 0;
	}
	return (int)syscall(SYS_capset, &header, sets);
}

/* One request; false: there is no further one. */
static bool serve(const struct ends *ends)
{
	struct symbol_request request;
	char path[PATH_MOST + 1];
	if (fread(&request, sizeof(request), 1, stdin) != 1 ||
	    request.path_length > PATH_MOST || request.build_id_length > BUILD_ID_MOST ||
	    fread(path, 1, request.path_length, stdin) != request.path_length)
		return false;
	path[request.path_length] = '\0';
	uint64_t *places = calloc((size_t)request.n_places + 1, sizeof(*places));
	bool is_whole = places && fread(places, sizeof(*places), request.n_places, stdin) ==
				      request.n_places;
	if (is_whole && request.source == SYMBOLS_OF_FILE)
		name_by_file(&request,
			     strcmp(path, "[vdso]") == 0 && *ends->vdso ? ends->vdso : path,
			     places, ends);
	else if (is_whole)
		name_by_list(&request, path, places, ends);
	free(places);
	return is_whole;
}

/* A file of debug information that is a device would be opened, which some of them take for a command (a
 * watchdog). Whoever could open root's devices can also have none: best effort. */
static void leave_devices(void)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_NODEV,
				   .propagation = MS_PRIVATE };
	if (unshare(CLONE_NEWNS) == 0)
		mount_setattr(AT_FDCWD, "/", AT_RECURSIVE, &attr, sizeof(attr));
}

/* Whoever started this may have blocked or ignored the alarm. */
static int set_alarm(void)
{
	sigset_t none;
	sigemptyset(&none);
	if (signal(SIGALRM, SIG_DFL) == SIG_ERR ||
	    sigprocmask(SIG_SETMASK, &none, NULL) != 0)
		return -1;
	alarm(WALL_SECONDS_MOST); /* a file on a disk that does not answer */
	return 0;
}

/* Reading is all that is left: no file is written, no process started, no right won, no core left
 * behind, and it ends. */
static int confine(void)
{
	const struct rlimit memory = { MEMORY_MOST, MEMORY_MOST };
	const struct rlimit cpu = { CPU_SECONDS_MOST, CPU_SECONDS_MOST };
	const struct rlimit files = { FILES_MOST, FILES_MOST };
	const struct rlimit none = { 0, 0 };
	unsetenv("DEBUGINFOD_URLS");
	leave_devices();
	if (set_alarm() != 0 || setrlimit(RLIMIT_AS, &memory) != 0 ||
	    setrlimit(RLIMIT_CPU, &cpu) != 0 || setrlimit(RLIMIT_CORE, &none) != 0 ||
	    setrlimit(RLIMIT_FSIZE, &none) != 0 || setrlimit(RLIMIT_NPROC, &none) != 0 ||
	    setrlimit(RLIMIT_NOFILE, &files) != 0 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return -1;
	return keep_reading_alone();
}

/* "[vdso]" is no file: this process has the same code, if it is of the same kind. */
static void find_vdso(char path[32])
{
	const ElfW(Ehdr) *image = (const void *)getauxval(AT_SYSINFO_EHDR);
	int fd = image ? memfd_create("vdso", MFD_CLOEXEC) : -1;
	size_t size = image ? image->e_shoff + (size_t)image->e_shnum * image->e_shentsize
			    : 0;
	if (fd >= 0 && write(fd, image, size) == (ssize_t)size)
		snprintf(path, 32, "/proc/self/fd/%d", fd);
}

/* Follows the stacks of the file on standard input. */
static void follow_stacks(const struct ends *ends)
{
	struct stat status;
	void *requests = MAP_FAILED;
	if (fstat(STDIN_FILENO, &status) == 0 && status.st_size > 0)
		requests = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE,
				STDIN_FILENO, 0);
	if (requests == MAP_FAILED)
		return;
	unwind_all(requests, (size_t)status.st_size, *ends->vdso ? ends->vdso : NULL,
		   ends->out);
	munmap(requests, (size_t)status.st_size);
}

int main(int argc, char **argv)
{
	/* The answers are no text: they go past what guards the terminal. */
	int fd = dup(STDOUT_FILENO);
	struct ends ends = { .out = fd >= 0 ? fdopen(fd, "w") : NULL,
			     .kernel_fd = open("/proc/kallsyms", O_RDONLY | O_CLOEXEC) };
	text_guard_output();
	find_vdso(ends.vdso);
	if (!ends.out || confine() != 0)
		return 1;
	if (argc > 1 && strcmp(argv[1], "stacks") == 0)
		follow_stacks(&ends);
	else
		while (serve(&ends) && !ferror(ends.out)) /* nobody listens any more */
			continue;
	return fclose(ends.out) == 0 ? 0 : 1;
}
