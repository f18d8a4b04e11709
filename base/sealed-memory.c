/* base/sealed-memory.c - see sealed-memory.h. */
#include <config.h>

#include "base/sealed-memory.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file that becomes longer than that ends the program (SIGXFSZ), in memory too. */
static bool may_be_so_long(size_t size)
{
	struct rlimit limit;
	return getrlimit(RLIMIT_FSIZE, &limit) == 0 &&
	       (limit.rlim_cur == RLIM_INFINITY || size <= limit.rlim_cur);
}

void *sealed_memory_make(const char *name, size_t size, int *fd)
{
	void *memory = MAP_FAILED;
	*fd = may_be_so_long(size) ? memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING)
				   : -1;
	if (*fd >= 0 && ftruncate(*fd, (off_t)size) == 0 &&
	    fcntl(*fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0)
		memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, *fd, 0);
	if (memory != MAP_FAILED)
		return memory;
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	return NULL;
}

void sealed_memory_leave(void *memory, size_t size)
{
	if (memory)
		mmap(memory, size, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
}

bool sealed_memory_is_sound(int fd, size_t size)
{
	struct stat status;
	int seals = fcntl(fd, F_GET_SEALS);
	return seals >= 0 && seals & F_SEAL_SHRINK && fstat(fd, &status) == 0 &&
	       status.st_size == (off_t)size;
}
