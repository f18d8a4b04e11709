/* profiler/doctor/machine-record.h - a machine as joulecart sees it, in an archive: the files of /sys
 * and /proc that it reads, and no others. tests/machines/recorded/ has such machines.
 *
 * A file that may not be read here is recorded with mode 0 and no content; one that fails
 * otherwise is named, with the reason, in the archive's file "about", which also says what was
 * left out. Private words are blotted out of paths and contents (private-words.h). */
#ifndef JOULECART_MACHINE_RECORD_H
#define JOULECART_MACHINE_RECORD_H
#include <stddef.h>
#include <stdio.h>

struct problem;

/* Kinds of files in a recording. */
enum { RECORD_GROUPS = 8 };

/* What went in, for whoever is going to send it. */
struct machine_recorded {
	struct {
		const char *title; /* "RAPL zones" */
		unsigned n_files, n_forbidden;
	} groups[RECORD_GROUPS];
	unsigned n_files;   /* of all groups */
	unsigned n_blotted; /* private words that were found */
	unsigned n_failed;  /* files that gave an error when read */
};

/* Writes the archive, a gzipped tar, to out, which stays open. 0, or -1 with *why, which calls
 * it by path. */
int machine_record(FILE *out, const char *path, struct machine_recorded *recorded,
		   struct problem *why);

#endif
