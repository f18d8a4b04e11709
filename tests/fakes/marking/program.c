/* tests/fakes/marking/program.c - marks phases through libjoulecart.so.0 as a program of a user does.
 *
 *   program steady S N     a tenth of S in 'load', then 'steady' of S seconds, N queries, 10 N tokens
 *   program threads N      N threads, each with a phase of its own within one named as all others
 *   program fork           a child in a phase: its parent's is not its own
 *   program answers N      N answers that are right or wrong, and N that are right in part
 *   program witness N      N phases, some milliseconds apart: "witness I" of I queries
 *   program killed N       N phases without a pause, and is killed
 *   program unsaid N       N metrics, faster than they can be stored, from where no loss can be told of at once
 *   program fault NAME N   meets that fault while it marks
 *   program regions N      N passages in turn through f (20 ms of CPU time each), and twice
 *                          through g (5 ms) within it; the CPU seconds of f and g on standard output
 *   program clocked P S T  T threads, for S seconds: in region g in the first half of each P ms of
 *                          CLOCK_MONOTONIC, in f in the second, as a machine of power=square draws;
 *                          the CPU seconds in f and in g on standard output
 *   program quick N        N times through f and then g with nothing in them; the CPU seconds of it
 *   program edges N MS     N bursts of 50 phases, each MS ms after a phase of its own; a line an edge on
 *                          standard output: its burst, its microseconds, and those of as many readings
 *                          of the clock with nothing in between
 *   program flood N        leaves N processes behind that no signal but SIGKILL ends, and that mark until nobody
 *                          listens, each mark as if it were the first; makes a file "flooding" */
#include <joulecart.h>

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void sleep_s(double seconds)
{
	struct timespec left = { (time_t)seconds,
				 (long)((seconds - (double)(time_t)seconds) * 1e9) };
	while (nanosleep(&left, &left) != 0)
		;
}

static void steady(double seconds, uint64_t n)
{
	joulecart_begin("load");
	sleep_s(seconds / 10);
	joulecart_end("load", 0);
	joulecart_begin("steady");
	sleep_s(seconds);
	joulecart_units("tokens", 10 * n);
	joulecart_end("steady", n);
}

static double cpu_s(void)
{
	struct timespec now;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* Spends so many seconds of CPU time, or a little more, which it returns. */
static double spend_s(double seconds)
{
	double begin = cpu_s();
	while (cpu_s() - begin < seconds)
		;
	return cpu_s() - begin;
}

static void regions(uint64_t n)
{
	unsigned f = joulecart_region("f"), g = joulecart_region("g");
	double f_s = 0, g_s = 0;
	joulecart_region_work(g, 1e6, 4096);
	joulecart_begin("steady");
	for (uint64_t i = 0; i < n; i++) {
		joulecart_region_begin(f);
		f_s += spend_s(0.01);
		for (int twice = 0; twice < 2; twice++) {
			joulecart_region_begin(g);
			g_s += spend_s(0.005);
			joulecart_region_end(g);
		}
		f_s += spend_s(0.01);
		joulecart_region_end(f);
	}
	joulecart_end("steady", n);
	printf("%.6f %.6f\n", f_s, g_s);
}

/* One thread of 'clocked'. */
struct clocked {
	pthread_t thread;
	double period_s, seconds, spent_s[2];
};

static double now_s(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void *follow_the_clock(void *argument)
{
	struct clocked *clocked = argument;
	const unsigned regions[] = { joulecart_region("f"), joulecart_region("g") };
	double end_s = now_s() + clocked->seconds;
	for (double now = now_s(); now < end_s; now = now_s()) {
		double half = now / (clocked->period_s / 2);
		int64_t number = (int64_t)half;
		int is_g = number % 2 == 0;
		double begin = cpu_s();
		joulecart_region_begin(regions[is_g]);
		while ((int64_t)(now_s() / (clocked->period_s / 2)) == number)
			;
		joulecart_region_end(regions[is_g]);
		clocked->spent_s[is_g] += cpu_s() - begin;
	}
	return NULL;
}

static void clocked(double period_s, double seconds, size_t n)
{
	struct clocked threads[8] = { 0 };
	double spent_s[2] = { 0 };
	n = n < 8 ? n : 8;
	joulecart_begin("steady");
	for (size_t i = 0; i < n; i++) {
		threads[i].period_s = period_s;
		threads[i].seconds = seconds;
		if (pthread_create(&threads[i].thread, NULL, follow_the_clock,
				   &threads[i]) != 0)
			exit(1);
	}
	for (size_t i = 0; i < n; i++) {
		pthread_join(threads[i].thread, NULL);
		spent_s[0] += threads[i].spent_s[0];
		spent_s[1] += threads[i].spent_s[1];
	}
	joulecart_end("steady", 1);
	printf("%.6f %.6f\n", spent_s[0], spent_s[1]);
}

static void quick(uint64_t n)
{
	unsigned f = joulecart_region("f"), g = joulecart_region("g");
	joulecart_begin("steady");
	double begin = cpu_s();
	for (uint64_t i = 0; i < n; i++) {
		joulecart_region_begin(f);
		joulecart_region_end(f);
		joulecart_region_begin(g);
		joulecart_region_end(g);
	}
	double spent_s = cpu_s() - begin;
	joulecart_end("steady", n);
	printf("%.6f\n", spent_s);
}

static void *work(void *number)
{
	uint64_t n = (uint64_t)(uintptr_t)number;
	joulecart_begin("request");
	joulecart_begin("inner");
	sleep_s(0.02);
	joulecart_units("tokens", n);
	joulecart_end("inner", n);
	joulecart_end("request", 1);
	return NULL;
}

static void threads(uintptr_t n)
{
	pthread_t ids[128];
	if (n > sizeof(ids) / sizeof(ids[0]))
		n = sizeof(ids) / sizeof(ids[0]);
	for (uintptr_t i = 0; i < n; i++)
		if (pthread_create(&ids[i], NULL, work, (void *)(i + 1)) != 0)
			exit(1);
	for (uintptr_t i = 0; i < n; i++)
		pthread_join(ids[i], NULL);
}

static void fork_in_a_phase(void)
{
	joulecart_begin("parent");
	pid_t child = fork();
	if (child == 0) {
		joulecart_end("parent", 99); /* not its own: passed over */
		joulecart_begin("child");
		joulecart_end("child", 2);
		_exit(0);
	}
	waitpid(child, NULL, 0);
	joulecart_end("parent", 1);
}

static void be_killed(uint64_t n)
{
	for (uint64_t i = 1; i <= n; i++) {
		joulecart_begin("killed");
		joulecart_end("killed", i);
	}
	raise(SIGKILL);
}

/* Ends as a program does that never heard of joulecart_detach(). */
static int flood_unsaid(uint64_t n)
{
	unsetenv("JOULECART_MARKER_SOCKET");
	for (uint64_t i = 0; i < n; i++)
		joulecart_metric("m", (double)i);
	return 0;
}

static double now_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec * 1e-3;
}

static void edges(long n, double apart_s)
{
	enum { BURST = 50 };
	double us[2 * BURST], nothing_us[2 * BURST];
	for (long i = 0; i < n; i++) {
		for (size_t at = 0; at < 2 * BURST; at++) {
			double begin_us = now_us();
			nothing_us[at] = now_us() - begin_us;
		}
		sleep_s(20e-3); /* for the profiler to store what it has */
		joulecart_begin("before");
		joulecart_end("before", 1);
		sleep_s(apart_s);
		for (size_t at = 0; at < 2 * BURST; at += 2) {
			double begin_us = now_us();
			joulecart_begin("edge");
			double between_us = now_us();
			joulecart_end("edge", 1);
			us[at + 1] = now_us() - between_us;
			us[at] = between_us - begin_us;
		}
		for (size_t at = 0; at < 2 * BURST; at++)
			printf("%ld %.3f %.3f\n", i, us[at], nothing_us[at]);
	}
}

static void answers(size_t n)
{
	float *right = calloc(n, sizeof(*right)), *in_part = calloc(n, sizeof(*in_part));
	if (!right || !in_part)
		exit(1);
	for (size_t i = 0; i < n; i++) {
		right[i] = i % 3 == 0;
		in_part[i] = (float)(i % 5) / 4;
	}
	joulecart_answers("right", right, n);
	joulecart_answers("in part", in_part, n);
	free(right);
	free(in_part);
}

static void witness(uint64_t n)
{
	char name[32];
	for (uint64_t i = 1; i <= n; i++) {
		snprintf(name, sizeof(name), "witness %ju", (uintmax_t)i);
		joulecart_begin(name);
		sleep_s(2e-3);
		joulecart_end(name, i);
	}
}

/* Closes each socket, or has another file under its number. */
static void lose_sockets(int other)
{
	for (int fd = 3; fd < 64; fd++) {
		struct stat status;
		if (fstat(fd, &status) != 0 || !S_ISSOCK(status.st_mode))
			continue;
		close(fd);
		if (other >= 0)
			dup2(other, fd);
	}
}

static void lose_to_a_stranger(void)
{
	char path[] = "stranger.XXXXXX";
	struct stat status;
	int file = mkstemp(path);
	unlink(path);
	lose_sockets(file);
	joulecart_metric("m", 1);
	joulecart_begin("stranger");
	joulecart_end("stranger", 1);
	printf("%lld\n", fstat(file, &status) == 0 ? (long long)status.st_size : -1);
}

static uint64_t compute(uint64_t n)
{
	for (int i = 0; i < 20; i++) {
		joulecart_begin("work");
		n = n * 6364136223846793005 + 1;
		joulecart_end("work", 1);
	}
	return n;
}

static void meet(const char *fault, uint64_t n)
{
	joulecart_begin("fault");
	if (strcmp(fault, "closed") == 0)
		lose_sockets(-1);
	else if (strcmp(fault, "stranger") == 0)
		lose_to_a_stranger();
	else if (strcmp(fault, "forked") == 0)
		fork_in_a_phase();
	else if (strcmp(fault, "left") == 0)
		_exit(5);
	else if (strcmp(fault, "aborted") == 0)
		raise(SIGTERM);
	else if (strcmp(fault, "threads") == 0)
		threads(20);
	else if (strcmp(fault, "ended") == 0)
		joulecart_end("never begun", 1);
	joulecart_end("fault", 1);
	printf("%s %ju\n", fault, (uintmax_t)compute(n));
}

static void flood(long n)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	const uint32_t kind[] = { 0x4a434d31, 5 };
	const int64_t ns = now.tv_sec * 1000000000LL + now.tv_nsec;
	const double value = 0.5;
	char mark[264] = { 0 };
	memcpy(mark, kind, sizeof(kind));
	memcpy(mark + 8, &ns, sizeof(ns));
	memcpy(mark + 24, &value, sizeof(value));
	strcpy(mark + 68, "top1");
	struct sockaddr_un door = { .sun_family = AF_UNIX };
	const char *path = getenv("JOULECART_MARKER_SOCKET");
	snprintf(door.sun_path, sizeof(door.sun_path), "%s", path ? path : "");
	for (int i = 1; i <= SIGTERM; i++)
		signal(i, SIG_IGN);
	for (; n > 0; n--) {
		if (fork() != 0)
			continue;
		int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
		if (connect(fd, (struct sockaddr *)&door, sizeof(door)) != 0)
			_exit(1);
		for (long i = 0; send(fd, mark, sizeof(mark), MSG_NOSIGNAL) > 0; i++)
			if (i == 1000)
				close(creat("flooding", 0600));
		_exit(0);
	}
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	joulecart_attach();
	if (strcmp(what, "steady") == 0 && argc == 4)
		steady(strtod(argv[2], NULL), strtoull(argv[3], NULL, 10));
	else if (strcmp(what, "threads") == 0 && argc == 3)
		threads((uintptr_t)strtoull(argv[2], NULL, 10));
	else if (strcmp(what, "fork") == 0)
		fork_in_a_phase();
	else if (strcmp(what, "answers") == 0 && argc == 3)
		answers(strtoull(argv[2], NULL, 10));
	else if (strcmp(what, "witness") == 0 && argc == 3)
		witness(strtoull(argv[2], NULL, 10));
	else if (strcmp(what, "killed") == 0 && argc == 3)
		be_killed(strtoull(argv[2], NULL, 10));
	else if (strcmp(what, "unsaid") == 0 && argc == 3)
		return flood_unsaid(strtoull(argv[2], NULL, 10));
	else if (strcmp(what, "fault") == 0 && argc == 4)
		meet(argv[2], strtoull(argv[3], NULL, 10));
	else if (strcmp(what, "regions") == 0 && argc == 3)
		regions(strtoull(argv[2], NULL, 10));
	else if (strcmp(what, "clocked") == 0 && argc == 5)
		clocked(strtod(argv[2], NULL) * 1e-3, strtod(argv[3], NULL),
			strtoul(argv[4], NULL, 10));
	else if (strcmp(what, "quick") == 0 && argc == 3)
		quick(strtoull(argv[2], NULL, 10));
	else if (strcmp(what, "edges") == 0 && argc == 4)
		edges(strtol(argv[2], NULL, 10), strtod(argv[3], NULL) * 1e-3);
	else if (strcmp(what, "flood") == 0 && argc == 3)
		flood(strtol(argv[2], NULL, 10));
	else
		return 2;
	/* a fault loses the program's own marks, and must not change its status */
	return joulecart_detach() == 0 || strcmp(what, "fault") == 0 ? 0 : 3;
}
