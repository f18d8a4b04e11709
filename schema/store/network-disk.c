/* schema/store/network-disk.c - see network-disk.h. */
#include <config.h>

#include "schema/store/network-disk.h"

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/vfs.h>

/* statfs(2) and linux/magic.h; Lustre, GPFS, BeeGFS and PanFS: coreutils, src/stat.c. */
static const struct {
	uint32_t type;
	const char *name;
} network[] = {
	{ 0x6969, "NFS" },       { 0xfe534d42, "SMB" },    { 0xff534d42, "CIFS" },
	{ 0x517b, "SMB" },       { 0x0bd00bd0, "Lustre" }, { 0x00c36400, "Ceph" },
	{ 0x47504653, "GPFS" },  { 0x19830326, "BeeGFS" }, { 0xaad7aaea, "PanFS" },
	{ 0x5346414f, "AFS" },   { 0x73757245, "Coda" },   { 0x01161970, "GFS2" },
	{ 0x7461636f, "OCFS2" },
};

const char *network_disk(const char *path)
{
	char folder[PATH_MAX];
	struct statfs fs;
	const char *slash = strrchr(path, '/');
	int n = slash ? (int)(slash - path) + 1 : 1;
	if (statfs(path, &fs) != 0) {
		if ((size_t)snprintf(folder, sizeof(folder), "%.*s", n,
				     slash ? path : ".") >= sizeof(folder) ||
		    statfs(folder, &fs) != 0)
			return NULL;
	}
	for (size_t i = 0; i < sizeof(network) / sizeof(*network); i++)
		if ((uint32_t)fs.f_type == network[i].type)
			return network[i].name;
	return NULL;
}
