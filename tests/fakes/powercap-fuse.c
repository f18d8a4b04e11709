/* tests/fakes/powercap-fuse.c - serves a machine's powercap tree to an unmodified program.
 *
 *     powercap-fuse MACHINE FOLDER                    mounts /sys/class's look-alike, and
 *                                                     serves it until a signal or its
 *                                                     parent's end
 *     powercap-fuse --energy MACHINE ZONE BEGIN_NS END_NS
 *                                                     prints the true joules between two
 *                                                     stamps of CLOCK_MONOTONIC
 *
 * Faults are timed from the start or, with FAULTS_AT_FIRST_READ in the environment, from the
 * first time that a counter is opened, of which the file named by FAULTS_EPOCH then says when (in
 * nanoseconds of CLOCK_MONOTONIC). Files are read without a cache, as sysfs does it. */
#include <config.h>

#define FUSE_USE_VERSION 31

#include "base/clock.h"
#include "tests/fakes/machine.h"
#include "tests/fakes/powercap-tree.h"

#include <errno.h>
#include <fuse.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

struct machine_fs {
	struct machine machine;
	struct tree tree;
	uint64_t epoch_ns;
};

/* Of an open file; fi->fh points to it. */
struct handle {
	const struct node *node;
	unsigned generation; /* of its zone when it was opened */
};

static const struct machine_fs *this_fs(void)
{
	return fuse_get_context()->private_data;
}

static uint64_t now_ns(void)
{
	return (uint64_t)monotonic_ns();
}

/* Faults wait for the reader where FAULTS_AT_FIRST_READ is set: on a busy machine nobody knows
 * when it begins. */
static const uint64_t not_begun_ns = UINT64_MAX / 2;

static void tell_epoch(const struct machine_fs *fs)
{
	const char *path = getenv("FAULTS_EPOCH");
	FILE *file = path ? fopen(path, "w") : NULL;
	if (!file)
		return;
	fprintf(file, "%llu\n", (unsigned long long)fs->epoch_ns);
	fclose(file);
}

static void begin(const struct node *node)
{
	struct machine_fs *fs = fuse_get_context()->private_data;
	if (fs->epoch_ns != not_begun_ns || node->kind != NODE_ENERGY)
		return;
	fs->epoch_ns = now_ns();
	tell_epoch(fs);
}

/* A zone that has vanished takes its folder, its files and its link along. */
static bool is_gone(const struct machine_fs *fs, const struct node *node)
{
	bool gone = false;
	for (size_t i = 0; i < fs->machine.n && !gone; i++) {
		const struct zone *zone = &fs->machine.zones[i];
		const char *name = strstr(node->path, zone->path);
		char after = name ? name[strlen(zone->path)] : 'x';
		if (after == '\0' || after == '/' || after == ':')
			zone_generation(zone, fs->epoch_ns, now_ns(), &gone);
	}
	return gone;
}

static const struct node *find(const char *path)
{
	const struct node *node = tree_find(&this_fs()->tree, path);
	return node && !is_gone(this_fs(), node) ? node : NULL;
}

static int fs_getattr(const char *path, struct stat *status, struct fuse_file_info *fi)
{
	const struct node *node = fi ? ((struct handle *)fi->fh)->node : find(path);
	if (!node)
		return -ENOENT;
	memset(status, 0, sizeof *status);
	status->st_mode = node->mode;
	status->st_nlink = node->kind == NODE_FOLDER ? 2 : 1;
	status->st_size = node->kind == NODE_LINK ? (off_t)strlen(node->text) : 4096;
	return 0;
}

static int fs_readlink(const char *path, char *target, size_t size)
{
	const struct node *node = find(path);
	if (!node)
		return -ENOENT;
	snprintf(target, size, "%s", node->text);
	return 0;
}

static int fs_readdir(const char *path, void *buffer, fuse_fill_dir_t fill, off_t offset,
		      struct fuse_file_info *fi, enum fuse_readdir_flags flags)
{
	(void)offset, (void)fi, (void)flags;
	const struct machine_fs *fs = this_fs();
	fill(buffer, ".", NULL, 0, 0);
	fill(buffer, "..", NULL, 0, 0);
	for (size_t i = 0; i < fs->tree.n; i++) {
		const char *name = tree_child(path, &fs->tree.nodes[i]);
		if (name && !is_gone(fs, &fs->tree.nodes[i]))
			fill(buffer, name, NULL, 0, 0);
	}
	return 0;
}

/* root may read any file of a given mode; whom a container or a security module forbids is
 * told so by open() all the same. */
static int permission(const struct node *node)
{
	const struct machine_fs *fs = this_fs();
	if (node->kind == NODE_ENERGY &&
	    zone_errno(node->zone, fs->epoch_ns, now_ns()) == EACCES)
		return -EACCES;
	return 0;
}

static int fs_access(const char *path, int mask)
{
	(void)mask;
	const struct node *node = find(path);
	return node ? permission(node) : -ENOENT;
}

static int fs_open(const char *path, struct fuse_file_info *fi)
{
	const struct node *node = find(path);
	if (!node)
		return -ENOENT;
	begin(node);
	if (permission(node) != 0)
		return permission(node);
	struct handle *handle = malloc(sizeof *handle);
	if (!handle)
		return -ENOMEM;
	bool gone = false;
	*handle = (struct handle){ .node = node };
	if (node->zone)
		handle->generation = zone_generation(node->zone, this_fs()->epoch_ns,
						     now_ns(), &gone);
	fi->fh = (uint64_t)(uintptr_t)handle;
	fi->direct_io = 1;
	return 0;
}

/* The errno of a read through this handle, or 0. */
static int handle_errno(const struct handle *handle)
{
	const struct machine_fs *fs = this_fs();
	const struct zone *zone = handle->node->zone;
	bool gone;
	if (!zone)
		return 0;
	if (zone_generation(zone, fs->epoch_ns, now_ns(), &gone) != handle->generation)
		return ENODEV;
	return handle->node->kind == NODE_ENERGY ? zone_errno(zone, fs->epoch_ns, now_ns())
						 : 0;
}

/* What blocks answers late, or when the reader is killed. */
static void delay(const struct zone *zone)
{
	const struct timespec step = { .tv_nsec = 5000000 };
	uint64_t begin_ns = now_ns();
	double delay_s = zone_delay_s(zone, this_fs()->epoch_ns, begin_ns);
	while ((double)(now_ns() - begin_ns) * 1e-9 < delay_s && !fuse_interrupted())
		nanosleep(&step, NULL);
}

static int fs_read(const char *path, char *out, size_t size, off_t offset,
		   struct fuse_file_info *fi)
{
	(void)path;
	const struct handle *handle = (const struct handle *)(uintptr_t)fi->fh;
	const struct node *node = handle->node;
	char text[32];
	if (handle_errno(handle) != 0)
		return -handle_errno(handle);
	if (node->kind == NODE_ENERGY)
		delay(node->zone);
	if (node->kind == NODE_ENERGY)
		snprintf(text, sizeof text, "%llu\n",
			 (unsigned long long)zone_value(node->zone, this_fs()->epoch_ns,
							now_ns()));
	const char *from = node->kind == NODE_ENERGY ? text : node->text;
	size_t length = strlen(from);
	if ((size_t)offset >= length)
		return 0;
	size_t n = length - (size_t)offset < size ? length - (size_t)offset : size;
	memcpy(out, from + offset, n);
	return (int)n;
}

static int fs_release(const char *path, struct fuse_file_info *fi)
{
	(void)path;
	free((struct handle *)(uintptr_t)fi->fh);
	return 0;
}

static void *fs_init(struct fuse_conn_info *connection, struct fuse_config *config)
{
	(void)connection;
	config->entry_timeout = config->negative_timeout = 0;
	/* attributes never change, and fstat() of a vanished zone's file still works */
	config->attr_timeout = 1e6;
	return fuse_get_context()->private_data;
}

static const struct fuse_operations operations = {
	.getattr = fs_getattr,
	.readlink = fs_readlink,
	.readdir = fs_readdir,
	.access = fs_access,
	.open = fs_open,
	.read = fs_read,
	.release = fs_release,
	.init = fs_init,
};

/* One thread is enough unless a read may block. */
static bool is_slow(const struct machine *machine)
{
	for (size_t i = 0; i < machine->n; i++)
		for (size_t j = 0; j < machine->zones[i].n_faults; j++)
			if (machine->zones[i].faults[j].kind == FAULT_SLOW)
				return true;
	return false;
}

static int serve(const char *machine_path, const char *folder)
{
	const char *const words[] = { "powercap-fuse",   "-f",   "-o",
				      "fsname=powercap", folder, "-s" };
	struct fuse_args args = FUSE_ARGS_INIT(0, NULL);
	struct machine_fs fs;
	if (machine_read(&fs.machine, machine_path) != 0)
		return EXIT_FAILURE;
	size_t n_words = sizeof words / sizeof words[0] - is_slow(&fs.machine);
	for (size_t i = 0; i < n_words; i++)
		fuse_opt_add_arg(&args, words[i]);
	if (getenv("POWERCAP_FOR_ALL")) /* else it is the user's alone who mounts it */
		fuse_opt_add_arg(&args, "-oallow_other,default_permissions");
	/* no mount may outlive whoever asked for it */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	tree_build(&fs.tree, &fs.machine);
	fs.epoch_ns = getenv("FAULTS_AT_FIRST_READ") ? not_begun_ns : now_ns();
	int status = fuse_main(args.argc, args.argv, &operations, &fs);
	tree_free(&fs.tree);
	fuse_opt_free_args(&args);
	return status;
}

static int print_energy(char **argv)
{
	struct machine machine;
	if (machine_read(&machine, argv[0]) != 0)
		return EXIT_FAILURE;
	const struct zone *zone = machine_zone(&machine, argv[1]);
	if (!zone) {
		fprintf(stderr, "powercap-fuse: no zone '%s' in '%s'\n", argv[1], argv[0]);
		return EXIT_FAILURE;
	}
	printf("%.6f\n",
	       zone_joules(zone, strtoull(argv[2], NULL, 10), strtoull(argv[3], NULL, 10)));
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	if (argc == 6 && strcmp(argv[1], "--energy") == 0)
		return print_energy(argv + 2);
	if (argc == 3)
		return serve(argv[1], argv[2]);
	fprintf(stderr, "usage: powercap-fuse MACHINE FOLDER\n"
			"       powercap-fuse --energy MACHINE ZONE BEGIN_NS END_NS\n");
	return 2;
}
