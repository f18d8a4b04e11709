/* tests/fakes/profiled/program.c - a program whose functions take known parts of its CPU time.
 *
 *   program split SECONDS [SEED]   seventy(), twenty() and ten() take 70, 20 and 10 % of so much CPU
 *                              time, in an order drawn by the seed
 *   program round SECONDS      the same in rounds of ten pieces, each like the one before
 *   program deep SECONDS       works below 300 calls of descend()
 *   program chain SECONDS [FILE]...  maps each file as code and works for 30 ms after each 50, then works in
 *                              at_the_bottom(), which inner() calls, which middle() calls, which outer() calls
 *   program exec SECONDS       works in before_exec(), then becomes 'program split SECONDS'
 *   program many N             N processes, one after another, that end at once
 *   program made SECONDS       works in code that it makes; names it in /tmp/perf-PID.map
 *   program unnamed SECONDS    the same without the map
 *   program dumped SECONDS     the same, described in jit-PID.dump here, of which it maps a page
 *
 * split and round print the CPU seconds that the three took, by the thread's own clock. */
#include <config.h>

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double cpu_s(void)
{
	struct timespec now;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* Some 0.1 ms in the function itself, which calls nobody. */
#define WORK(name)                                                                    \
	__attribute__((noinline, noclone)) static uint64_t name(uint64_t seed)        \
	{                                                                             \
		volatile uint64_t x = seed;                                           \
		for (int i = 0; i < 40000; i++)                                       \
			x = x * UINT64_C(6364136223846793005) + 1442695040888963407U; \
		return x;                                                             \
	}
WORK(seventy)
WORK(twenty)
WORK(ten)
WORK(before_exec)
WORK(at_the_bottom)

static double timed(uint64_t (*work)(uint64_t), uint64_t *x)
{
	double begin_s = cpu_s();
	*x += work(*x);
	return cpu_s() - begin_s;
}

static uint64_t (*const works[])(uint64_t) = { seventy, twenty, ten };
enum { WORKS = sizeof(works) / sizeof(works[0]) };

static void tell(const double spent[WORKS])
{
	printf("%.6f %.6f %.6f\n", spent[0], spent[1], spent[2]);
}

static double sum(const double spent[WORKS])
{
	return spent[0] + spent[1] + spent[2];
}

/* Each piece is of the one or the other by lot, as independent of the clock as of the piece before; the last
 * few make the parts what was promised. */
static void split(double seconds, long seed)
{
	static const double parts[WORKS] = { 0.7, 0.2, 0.1 };
	double spent[WORKS] = { 0 };
	uint64_t x = 1;
	srand48(seed);
	while (sum(spent) < seconds) {
		double lot = drand48();
		int i = lot < 0.7 ? 0 : lot < 0.9 ? 1 : 2;
		if (spent[i] < parts[i] * seconds)
			spent[i] += timed(works[i], &x);
	}
	tell(spent);
}

static void go_round(double seconds)
{
	static const int order[] = { 0, 1, 0, 0, 2, 0, 0, 1, 0, 0 };
	double spent[WORKS] = { 0 };
	uint64_t x = 1;
	for (size_t i = 0; sum(spent) < seconds; i++) {
		int work = order[i % (sizeof(order) / sizeof(order[0]))];
		spent[work] += timed(works[work], &x);
	}
	tell(spent);
}

static void work_for(uint64_t (*work)(uint64_t), double seconds)
{
	uint64_t x = 1;
	while (cpu_s() < seconds)
		x += work(x);
}

__attribute__((noinline, noclone)) static int descend(int depth, double seconds)
{
	if (depth == 0)
		work_for(at_the_bottom, seconds);
	else
		descend(depth - 1, seconds);
	return *(volatile int *)&depth + 1; /* so that it is no tail call */
}

/* Each keeps something on its stack over the call, and has more of it than the last. */
#define CALLER(name, callee, size)                                              \
	__attribute__((noinline, noclone)) static uint64_t name(double seconds) \
	{                                                                       \
		volatile uint64_t kept[size] = { 1 };                           \
		uint64_t x = callee;                                            \
		return x + kept[0];                                             \
	}

static uint64_t work_in_chain(double seconds)
{
	uint64_t x = 1;
	while (cpu_s() < seconds)
		x += at_the_bottom(x);
	return x;
}
CALLER(inner, work_in_chain(seconds), 4)
CALLER(middle, inner(seconds), 12)
CALLER(outer, middle(seconds), 40)

/* As code that nobody runs, in front of the program's own. */
static void map_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || mmap((void *)((uintptr_t)1 << 28), 1 << 20, PROT_READ | PROT_EXEC,
			   MAP_PRIVATE, fd, 0) == MAP_FAILED)
		exit(1);
	close(fd);
}

/* mov edi into ecx; dec ecx; jnz; ret: counts down. */
static const unsigned char loop[] = { 0x89, 0xf9, 0xff, 0xc9, 0x75, 0xfc, 0xc3 };

/* As Linux's jitdump-specification.txt has it, for a file of this machine's. */
static int dump_code(void *code)
{
	struct {
		uint32_t magic, version, total_size, machine, padding, pid;
		uint64_t timestamp, flags;
		uint32_t id, record_size;
		uint64_t record_timestamp;
		uint32_t load_pid, load_tid;
		uint64_t vma, address, size, index;
		char name[16];
		unsigned char code[sizeof(loop)];
	} __attribute__((packed)) dump = {
		.magic = 0x4a695444,
		.version = 1,
		.total_size = 40,
		.pid = (uint32_t)getpid(),
		.record_size = sizeof(dump) - 40,
		.vma = (uintptr_t)code,
		.address = (uintptr_t)code,
		.size = sizeof(loop),
		.name = "dumped_function",
	};
	char path[64];
	memcpy(dump.code, loop, sizeof(loop));
	snprintf(path, sizeof(path), "jit-%d.dump", (int)getpid());
	FILE *out = fopen(path, "w+e");
	if (!out || fwrite(&dump, sizeof(dump), 1, out) != 1 || fflush(out) != 0 ||
	    mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fileno(out), 0) ==
		MAP_FAILED)
		return 1;
	printf("%s\n", path);
	return fclose(out);
}

static int make_code(double seconds, const char *how)
{
	char path[64];
	void *code = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			  -1, 0);
	if (code == MAP_FAILED)
		return 1;
	memcpy(code, loop, sizeof(loop));
	if (mprotect(code, 4096, PROT_READ | PROT_EXEC) != 0)
		return 1;
	snprintf(path, sizeof(path), "/tmp/perf-%d.map", (int)getpid());
	if (strcmp(how, "dumped") == 0 && dump_code(code) != 0)
		return 1;
	FILE *map = strcmp(how, "made") == 0 ? fopen(path, "we") : NULL;
	if (map) {
		fprintf(map, "%lx %zx made_loop\n", (unsigned long)(uintptr_t)code,
			sizeof(loop));
		fclose(map);
		printf("%s\n", path);
	}
	void (*count_down)(unsigned);
	memcpy(&count_down, &code, sizeof(code));
	while (cpu_s() < seconds)
		count_down(1000000);
	return 0;
}

static int start_many(int n)
{
	for (int i = 0; i < n; i++) {
		pid_t pid = fork();
		if (pid == 0)
			_exit(0);
		if (pid < 0 || waitpid(pid, NULL, 0) != pid)
			return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	double amount = argc >= 3 ? atof(argv[2]) : -1;
	if (amount < 0)
		return 2;
	if (strcmp(argv[1], "split") == 0)
		split(amount, argc > 3 ? atol(argv[3]) : 1);
	else if (strcmp(argv[1], "round") == 0)
		go_round(amount);
	else if (strcmp(argv[1], "deep") == 0)
		descend(300, amount);
	else if (strcmp(argv[1], "chain") == 0) {
		for (int i = 3; i < argc; i++) {
			map_file(argv[i]);
			if (i % 50 == 0) /* so that there are samples of it */
				work_for(at_the_bottom, cpu_s() + 0.03);
		}
		return outer(amount) == 0;
	} else if (strcmp(argv[1], "exec") == 0) {
		char name[] = "split";
		char *next[] = { argv[0], name, argv[2], NULL };
		work_for(before_exec, amount);
		execv("/proc/self/exe", next);
		return 1;
	} else if (strcmp(argv[1], "many") == 0)
		return start_many((int)amount);
	else
		return make_code(amount, argv[1]);
	return 0;
}
