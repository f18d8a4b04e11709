/* tests/fuzz/marks-target.c - see marks-target.h. */
#include <config.h>

#include "tests/fuzz/marks-target.h"

#include "base/problem.h"
#include "profiler/markers/marker-ring.h"
#include "profiler/markers/marker-socket.h"
#include "profiler/record/phases.h"
#include "profiler/sample/marker-door.h"
#include "profiler/sample/region-reader.h"
#include "profiler/sources/metrics-page.h"
#include "schema/gate/domain.h"
#include "schema/store/writer.h"
#include "tests/fuzz/must.h"
#include "tests/fuzz/sealed-file.h"

#include <fcntl.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int lowest_free(void)
{
	int fd = dup(STDERR_FILENO);
	close(fd);
	return fd;
}

static int knock(const struct marker_door *door)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const char *path = marker_door_name(door);
	memcpy(address.sun_path, path, strlen(path) + 1);
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	MUST(fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0);
	return fd;
}

/* --- from the door to the database ------------------------------------------------------ */

struct trial {
	struct phases phases;
	int64_t n; /* messages so far: each has a tick of its own */
};

static struct edge edge_of(const struct trial *trial)
{
	int64_t n = trial->n;
	return (struct edge){ 1000000000 + n * 1000000, n, n + 1, 0 };
}

static void begin_trial(struct trial *trial)
{
	const struct trial_facts facts = { .campaign_id = 1,
					   .ordinal = 2,
					   .block = 2,
					   .variant = "v",
					   .job = "command",
					   .command = "[]" };
	struct store *store = sealed_file()->store;
	struct problem why;
	MUST(store_begin(store, &why) == 0);
	int64_t trial_id = store_add_trial(store, &facts, &why);
	MUST(trial_id > 0);
	MUST(phases_begin(&trial->phases, store, trial_id, edge_of(trial), &why) == 0);
}

/* What was stored is within the domains that whoever reads it relies on. */
static void end_trial(struct trial *trial)
{
	struct store *store = sealed_file()->store;
	struct problem why;
	MUST(phases_end(&trial->phases, edge_of(trial), &why) == 0);
	if (domain_check(store_db(store), "marks", DOMAIN_SMALL, &why) != 0) {
		fprintf(stderr, "%s: %s\n", why.what, why.why);
		MUST(!"a stored value is outside its domain");
	}
	store_rollback(store);
}

/* As the sampler does. */
static bool receive(struct marker_door *door, struct marker_message *message)
{
	int files[MARKER_FILES];
	size_t size = marker_door_receive(door, message, files);
	if (size == 0)
		return false;
	if (size != sizeof(*message) || message->magic != MARKER_MAGIC)
		*message = (struct marker_message){ .kind = MARKER_FOREIGN };
	marker_packet_close(files);
	return true;
}

/* The door keeps what is for itself. */
static bool is_for_door(const char *text, size_t size)
{
	struct marker_message message;
	if (size != sizeof(message))
		return false;
	memcpy(&message, text, size);
	return message.magic == MARKER_MAGIC &&
	       (message.kind == MARKER_RING || message.kind == MARKER_BELL);
}

/* A program that marks, by what libjoulecart is made of. */
struct speaker {
	struct marker_door *door;
	struct trial trial;
	int fd;
	struct marker_ring *ring;
	bool is_honest; /* it has not written to the ring past marker_ring_say() */
	int64_t n_lost;
};

/* A ring that is handed over once more is the first one still. */
static void hand_ring_over(struct speaker *speaker)
{
	const struct marker_message message = { .magic = MARKER_MAGIC,
						.kind = MARKER_RING };
	int file = -1;
	struct marker_ring *ring = marker_ring_make(&file);
	MUST(ring);
	const int files[MARKER_FILES] = { file, file };
	MUST(marker_packet_send(speaker->fd, &message, sizeof(message), files) > 0);
	close(file);
	if (speaker->ring)
		marker_ring_unmap(ring);
	else
		speaker->ring = ring;
}

static void come(struct speaker *speaker)
{
	ino_t inode;
	speaker->fd = marker_socket_find(MARKER_SOCKET_OWN, &inode);
	MUST(speaker->fd > 0 && marker_socket_is(speaker->fd, inode));
}

static void go(struct speaker *speaker)
{
	close(speaker->fd);
	marker_ring_unmap(speaker->ring);
	speaker->ring = NULL;
	speaker->is_honest = true;
}

/* All that there is, into the database; how many marks that was. */
static int take_all(struct speaker *speaker)
{
	struct trial *trial = &speaker->trial;
	struct marker_message message;
	struct problem why;
	int n = 0;
	for (; receive(speaker->door, &message); n++) {
		MUST(n < 4 * MARKER_RING_SLOTS);
		trial->n++;
		MUST(phases_take(&trial->phases, &message, edge_of(trial), &why) == 0);
	}
	return n;
}

static void say_in_ring(struct speaker *speaker, const char *text, size_t size)
{
	struct marker_message message = { 0 };
	memcpy(&message, text, size < sizeof(message) ? size : sizeof(message));
	enum marker_ring_said said = marker_ring_say(speaker->ring, &message);
	int n = take_all(speaker);
	bool is_said = said == MARKER_RING_SAID || said == MARKER_RING_SAID_RING;
	MUST(!speaker->is_honest || (n == is_said && said != MARKER_RING_FULL));
}

/* Over the ring, from the place that two bytes say on: its head, or a slot. */
static void scribble(struct speaker *speaker, const char *text, size_t size)
{
	size_t at = size < 2 ? 0
			     : (unsigned char)text[0] | (size_t)(unsigned char)text[1] << 8;
	speaker->is_honest = false;
	if (size > 2)
		memcpy((char *)speaker->ring + at, text + 2, size - 2);
	take_all(speaker);
}

static void send_packet(struct speaker *speaker, const char *text, size_t size)
{
	MUST(marker_packet_send(speaker->fd, text, size, NULL) == (ssize_t)size);
	int n = take_all(speaker);
	MUST(!speaker->is_honest || n == !is_for_door(text, size));
}

/* What a head says that no packet's length is. */
enum { SAY_IN_RING = 250, SCRIBBLE, HAND_OVER, LOSE, COME_AGAIN, SLEEP };

static void act(struct speaker *speaker, unsigned head, const char *text, size_t size)
{
	if (head == HAND_OVER ||
	    ((head == SAY_IN_RING || head == SCRIBBLE) && !speaker->ring))
		hand_ring_over(speaker);
	if (head == SAY_IN_RING) {
		take_all(speaker);
		say_in_ring(speaker, text, size);
	} else if (head == SCRIBBLE) {
		scribble(speaker, text, size);
	} else if (head == LOSE) {
		MUST(marker_socket_tell_lost());
		speaker->n_lost++;
	} else if (head == COME_AGAIN) {
		go(speaker);
		come(speaker);
	} else if (head == SLEEP) {
		marker_door_may_sleep(speaker->door);
	} else if (head != HAND_OVER && size > 0) {
		send_packet(speaker, text, size);
	}
	MUST(marker_door_lost(speaker->door) == speaker->n_lost);
}

static size_t length_of(unsigned head)
{
	if (head == 0 || head == SAY_IN_RING)
		return sizeof(struct marker_message);
	if (head < SAY_IN_RING)
		return head;
	return head == SCRIBBLE ? 2 + sizeof(struct marker_slot) : 0;
}

void take_marks(const char *text, size_t size)
{
	int free_before = lowest_free();
	struct speaker speaker = { .door = marker_door_open(getuid()), .is_honest = true };
	MUST(speaker.door);
	MUST(setenv(MARKER_SOCKET_VARIABLE, marker_door_name(speaker.door), 1) == 0);
	come(&speaker);
	begin_trial(&speaker.trial);
	for (const char *end = text + size; text < end;) {
		unsigned head = (unsigned char)*text++;
		size_t length = length_of(head), left = (size_t)(end - text);
		length = length < left ? length : left;
		act(&speaker, head, text, length);
		text += length;
	}
	go(&speaker);
	marker_door_last_round(speaker.door);
	take_all(&speaker);
	MUST(marker_door_refused(speaker.door) == 0);
	end_trial(&speaker.trial);
	marker_door_close(speaker.door);
	MUST(lowest_free() == free_before);
}

/* --- the door --------------------------------------------------------------------------- */

enum { PROGRAMS = 4, WAITING = 64, MOST_SHARES = 64 };

struct street {
	struct marker_door *door;
	struct region_reader *regions;
	struct program {
		int fd;                  /* -1: it is not there */
		const char *it[WAITING]; /* what it has said and nobody received */
		size_t sizes[WAITING];
		size_t first, last;
	} programs[PROGRAMS];
};

/* A page of regions whose bytes are the packet's, sealed or not, and the end of a pipe; or one of
 * them alone; or neither. */
static void make_files(unsigned which, const char *text, size_t size,
		       int files[MARKER_FILES])
{
	int pipe_ends[2];
	files[0] = memfd_create("regions", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	MUST(files[0] >= 0 && pipe2(pipe_ends, O_CLOEXEC) == 0);
	close(pipe_ends[1]);
	files[1] = pipe_ends[0];
	MUST(write(files[0], text, size) == (ssize_t)size);
	if (which & 1)
		MUST(ftruncate(files[0], sizeof(struct region_page)) == 0);
	if (which & 2)
		MUST(fcntl(files[0], F_ADD_SEALS, F_SEAL_SHRINK) == 0);
}

static void say(struct program *program, unsigned files_said, const char *text, size_t size)
{
	size_t at = program->last % WAITING;
	int files[MARKER_FILES];
	if (program->fd < 0 || program->last - program->first == WAITING || size == 0)
		return;
	if (files_said)
		make_files(files_said, text, size, files);
	if (marker_packet_send(program->fd, text, size, files_said ? files : NULL) ==
		(ssize_t)size &&
	    !is_for_door(text, size)) {
		program->it[at] = text;
		program->sizes[at] = size;
		program->last++;
	}
	if (files_said)
		marker_packet_close(files);
}

/* What comes is what one of them has said, and what it said before has come. */
static bool listen_once(struct street *street)
{
	struct marker_message packet;
	int files[MARKER_FILES];
	size_t size = marker_door_receive(street->door, &packet, files);
	if (size == 0)
		return false;
	size_t kept = size < sizeof(packet) ? size : sizeof(packet);
	for (int i = 0; i < PROGRAMS; i++) {
		struct program *program = &street->programs[i];
		size_t at = program->first % WAITING;
		if (program->first == program->last || program->sizes[at] != size ||
		    memcmp(program->it[at], &packet, kept) != 0)
			continue;
		program->first++;
		region_reader_take(street->regions, files);
		return true;
	}
	MUST(!"nobody has said that");
	return false;
}

static void read_regions(const struct street *street)
{
	struct region_share shares[MOST_SHARES];
	struct region_span span;
	struct region_facts facts;
	size_t n = region_reader_read(street->regions, shares, MOST_SHARES, &span);
	MUST(n <= MOST_SHARES);
	for (size_t i = 0; i < n; i++) {
		MUST(shares[i].cpu_ns >= 0);
		region_reader_facts(street->regions, &shares[i], &facts);
		MUST(memchr(facts.name, 0, sizeof(facts.name)));
	}
}

static void come_or_go(struct street *street, struct program *program)
{
	if (program->fd >= 0) {
		close(program->fd);
		program->fd = -1;
	} else if (program->first == program->last) {
		program->fd = knock(street->door);
	}
}

static void leave(struct street *street)
{
	while (listen_once(street))
		;
	read_regions(street);
	for (int i = 0; i < PROGRAMS; i++) {
		MUST(street->programs[i].first == street->programs[i].last);
		if (street->programs[i].fd >= 0)
			close(street->programs[i].fd);
	}
	marker_door_close(street->door);
	region_reader_free(street->regions);
}

/* Two bits say who, two what: to come or go, to listen, to say as many bytes as the rest and the
 * next byte tell, with files where the rest is not 0. */
void take_door(const char *text, size_t size)
{
	int free_before = lowest_free();
	struct street street = { .door = marker_door_open(getuid()),
				 .regions = region_reader_new() };
	MUST(street.door && street.regions);
	for (int i = 0; i < PROGRAMS; i++)
		street.programs[i].fd = knock(street.door);
	for (const char *end = text + size; text < end;) {
		unsigned head = (unsigned char)*text++, rest = head >> 4;
		struct program *program = &street.programs[head & 3];
		size_t length = 0;
		if ((head >> 2 & 3) == 0) {
			come_or_go(&street, program);
		} else if ((head >> 2 & 3) == 1) {
			listen_once(&street);
			if (rest == 1)
				read_regions(&street);
		} else if (text < end) {
			length = (unsigned char)*text++;
			length = length < (size_t)(end - text) ? length
							       : (size_t)(end - text);
			say(program, rest, text, length);
		}
		text += length;
	}
	leave(&street);
	MUST(lowest_free() == free_before);
}

/* --- pages of metrics ------------------------------------------------------------------- */

void take_metrics_page(const char *text, size_t size)
{
	enum { NEAR = 4 };
	char line[256], *labels;
	const char *near[NEAR];
	size_t lengths[NEAR], first = strcspn(text, "\n");
	double sum = 0;
	snprintf(line, sizeof(line), "%.*s", (int)(first < 255 ? first : 255), text);
	labels = strchr(line, ' ');
	if (labels)
		*labels++ = '\0';
	const char *page = text + first + (text[first] == '\n');
	struct metrics_series series[NEAR];
	bool is_there = metrics_page_sum(page, line, labels ? labels : "", &sum);
	size_t n = metrics_page_series(page, line, labels ? labels : "", series, NEAR);
	MUST(is_there == (n > 0));
	for (size_t i = 0; i < n && n <= NEAR; i++)
		sum -= series[i].value;
	MUST(isfinite(sum) && (!is_there || *page));
	/* both are the same counter, but for what adding in another order rounds */
	MUST(n > NEAR || fabs(sum) < 4);
	n = metrics_page_near(page, line, near, lengths, NEAR);
	MUST(n <= NEAR);
	for (size_t i = 0; i < n; i++)
		MUST(near[i] >= page && near[i] + lengths[i] <= text + size);
	const struct metrics_server *server = metrics_page_server(page);
	if (server)
		MUST(server->name && strstr(page, server->requests));
}
