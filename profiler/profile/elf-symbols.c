/* profiler/profile/elf-symbols.c - see elf-symbols.h. By elfutils' libdwfl. */
#include <config.h>

#include "profiler/profile/elf-symbols.h"

#include <dlfcn.h>
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwelf.h>
#include <elfutils/libdwfl.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Debug information is read only so long: the names of symbols are had without it. */
enum { DEBUG_SECONDS = 20 };

/* Where root alone puts debug information. */
static const char SYSTEM_PATH[] = "/usr/lib/debug";

struct elf_symbols {
	Dwfl_Callbacks callbacks;
	char *debug_path; /* NULL: where libdwfl looks by itself */
	char system_path[sizeof(SYSTEM_PATH)];
	Dwfl *dwfl;
	Dwfl_Module *module;
	void *libstdcxx; /* or NULL */
	char *(*demangle)(const char *, char *, size_t *, int *);
};

static int find_no_elf(Dwfl_Module *module, void **user, const char *name, Dwarf_Addr base,
		       char **path, Elf **elf)
{
	(void)module, (void)user, (void)name, (void)base, (void)path, (void)elf;
	return -1; /* the file was given */
}

/* Does something beside the file have the name, and is no file? libdwfl would open it, and wait for ever at a
 * FIFO. Where it looks: dwfl_standard_find_debuginfo in libdwfl.h. */
static bool has_other_than_file(const char *path, const char *name, const char *suffix)
{
	static const char *const folders[] = { "", ".debug/" };
	char guess[PATH_MAX];
	struct stat status;
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		int length = snprintf(guess, sizeof(guess), "%.*s%s%s%s",
				      (int)(basename(path) - path), path, folders[i], name,
				      suffix);
		if (length < (int)sizeof(guess) && stat(guess, &status) == 0 &&
		    !S_ISREG(status.st_mode))
			return true;
	}
	return false;
}

/* Then libdwfl looks where root alone puts something. What is put there between the look and the opening, and split debug
 * information (.dwo), which libdw opens itself, are left to the program's alarm. */
static void guard_search(struct elf_symbols *symbols, const char *path)
{
	GElf_Addr bias;
	GElf_Word crc;
	Elf *elf = dwfl_module_getelf(symbols->module, &bias);
	const char *link = elf ? dwelf_elf_gnu_debuglink(elf, &crc) : NULL;
	const char *own = basename(path);
	if ((link && has_other_than_file(path, link, "")) ||
	    has_other_than_file(path, own, ".debug") || has_other_than_file(path, own, ""))
		symbols->debug_path = symbols->system_path;
}

int elf_open_regular(const char *path)
{
	struct stat status;
	char own[32];
	int place = open(path, O_PATH | O_CLOEXEC);
	if (place < 0)
		return -errno;
	snprintf(own, sizeof(own), "/proc/self/fd/%d", place);
	bool is_file = fstat(place, &status) == 0 && S_ISREG(status.st_mode);
	int fd = is_file ? open(own, O_RDONLY | O_CLOEXEC) : -1;
	int err = is_file && fd < 0 ? errno : EINVAL;
	close(place);
	return fd >= 0 ? fd : -err;
}

static bool has_build_id(Dwfl_Module *module, const uint8_t *build_id, size_t length)
{
	const unsigned char *bits = NULL;
	GElf_Addr address;
	int own = dwfl_module_build_id(module, &bits, &address);
	return own >= (int)length && memcmp(bits, build_id, length) == 0;
}

struct elf_symbols *elf_symbols_open(const char *path, const uint8_t *build_id,
				     size_t length, enum symbol_lack *lack)
{
	struct elf_symbols *symbols = calloc(1, sizeof(*symbols));
	int fd = symbols ? elf_open_regular(path) : -ENOMEM;
	*lack = *path == '[' ? LACK_SYMBOLS /* the kernel's own, such as [vdso] */
		: fd == -ENOENT || fd == -ENOTDIR ? LACK_FILE
						  : LACK_READABLE;
	if (fd < 0)
		goto failed;
	memcpy(symbols->system_path, SYSTEM_PATH, sizeof(SYSTEM_PATH));
	symbols->callbacks =
	    (Dwfl_Callbacks){ .find_elf = find_no_elf,
			      .find_debuginfo = dwfl_standard_find_debuginfo,
			      .section_address = dwfl_offline_section_address,
			      .debuginfo_path = &symbols->debug_path };
	symbols->dwfl = dwfl_begin(&symbols->callbacks);
	if (symbols->dwfl) {
		dwfl_report_begin(symbols->dwfl);
		symbols->module = dwfl_report_offline(symbols->dwfl, path, path, fd);
		dwfl_report_end(symbols->dwfl, NULL, NULL);
	}
	if (!symbols->module) { /* which would have taken the descriptor */
		close(fd);
		goto failed;
	}
	guard_search(symbols, path);
	symbols->libstdcxx = dlopen("libstdc++.so.6", RTLD_NOW | RTLD_LOCAL);
	void *symbol = symbols->libstdcxx ? dlsym(symbols->libstdcxx, "__cxa_demangle")
					  : NULL;
	memcpy(&symbols->demangle, &symbol, sizeof(symbol));
	if (length == 0 || has_build_id(symbols->module, build_id, length))
		return symbols;
	*lack = LACK_SAME_FILE;
failed:
	elf_symbols_close(symbols);
	return NULL;
}

void elf_symbols_close(struct elf_symbols *symbols)
{
	if (!symbols)
		return;
	if (symbols->dwfl)
		dwfl_end(symbols->dwfl);
	if (symbols->libstdcxx)
		dlclose(symbols->libstdcxx);
	free(symbols);
}

/* The address that libdwfl has for an offset of the file. */
static bool find_address(const struct elf_symbols *symbols, uint64_t offset,
			 Dwarf_Addr *address)
{
	GElf_Addr bias;
	GElf_Phdr header;
	size_t n = 0;
	Elf *elf = dwfl_module_getelf(symbols->module, &bias);
	if (!elf || elf_getphdrnum(elf, &n) != 0)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!gelf_getphdr(elf, (int)i, &header) || header.p_type != PT_LOAD ||
		    offset < header.p_offset || offset - header.p_offset >= header.p_filesz)
			continue;
		*address = offset - header.p_offset + header.p_vaddr + bias;
		return true;
	}
	return false;
}

/* In C++'s and Rust's own words, where libstdc++ is there. */
static char *readable(const struct elf_symbols *symbols, const char *name)
{
	int status = -1;
	char *plain = symbols->demangle && strncmp(name, "_Z", 2) == 0
			  ? symbols->demangle(name, NULL, NULL, &status)
			  : NULL;
	if (plain && status == 0)
		return plain;
	free(plain);
	return strdup(name);
}

static const char *linkage_name(Dwarf_Die *die)
{
	Dwarf_Attribute attribute;
	const char *name = NULL;
	if (dwarf_attr_integrate(die, DW_AT_linkage_name, &attribute))
		name = dwarf_formstring(&attribute);
	return name ? name : dwarf_diename(die);
}

static bool frame_of_die(const struct elf_symbols *symbols, Dwarf_Die *die,
			 struct elf_frame *frame)
{
	const char *name = linkage_name(die), *file = dwarf_decl_file(die);
	int line = 0;
	if (!name || !*name)
		return false;
	frame->name = readable(symbols, name);
	frame->file = file ? strdup(file) : NULL;
	frame->line = dwarf_decl_line(die, &line) == 0 && line > 0 ? (uint32_t)line : 0;
	return frame->name != NULL;
}

/* The subroutines that enclose the address, by the scopes of its innermost one. */
static size_t find_by_debug(struct elf_symbols *symbols, Dwarf_Addr address,
			    struct elf_frame frames[FRAMES_A_PLACE])
{
	Dwarf_Addr bias;
	Dwarf_Die *scopes = NULL, *outer = NULL;
	size_t n = 0;
	Dwarf_Die *unit = dwfl_module_addrdie(symbols->module, address, &bias);
	int n_scopes = unit ? dwarf_getscopes(unit, address - bias, &scopes) : -1;
	int n_outer = n_scopes > 0 ? dwarf_getscopes_die(&scopes[0], &outer) : -1;
	for (int i = 0; i < n_outer && n < FRAMES_A_PLACE; i++) {
		int tag = dwarf_tag(&outer[i]);
		if (tag != DW_TAG_inlined_subroutine && tag != DW_TAG_subprogram)
			continue;
		if (frame_of_die(symbols, &outer[i], &frames[n]))
			n++;
		if (tag == DW_TAG_subprogram)
			break;
	}
	if (n_outer > 0)
		free(outer);
	if (n_scopes > 0)
		free(scopes);
	return n;
}

size_t elf_symbols_find(struct elf_symbols *symbols, uint64_t offset,
			struct elf_frame frames[FRAMES_A_PLACE])
{
	Dwarf_Addr address;
	size_t n = 0;
	memset(frames, 0, FRAMES_A_PLACE * sizeof(*frames));
	if (!find_address(symbols, offset, &address))
		return 0;
	if (clock() < (clock_t)DEBUG_SECONDS * CLOCKS_PER_SEC)
		n = find_by_debug(symbols, address, frames);
	if (n > 0)
		return n;
	const char *name = dwfl_module_addrname(symbols->module, address);
	frames[0].name = name && *name ? readable(symbols, name) : NULL;
	return frames[0].name ? 1 : 0;
}

void elf_frames_free(struct elf_frame *frames, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(frames[i].name);
		free(frames[i].file);
	}
}
