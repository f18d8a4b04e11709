/* profiler/programs/serve-main.c - joulecart-serve: the program behind 'joulecart serve'.
 *
 * It is a program of its own, so that measuring does not load an HTTP server. One thread reads, counts
 * and makes pages; the server's threads hand them out, and one more sends to a receiver. */
#include <config.h>

#include "base/clock.h"
#include "base/plain-file.h"
#include "base/problem.h"
#include "base/text-stream.h"
#include "profiler/launch/exit-status.h"
#include "profiler/live/pass.h"
#include "profiler/metrics/campaign-watch.h"
#include "profiler/metrics/families.h"
#include "profiler/metrics/http-server.h"
#include "profiler/metrics/meter-claim.h"
#include "profiler/metrics/meter-state.h"
#include "profiler/metrics/own-cost.h"
#include "profiler/options/serve-options.h"
#include "profiler/otlp/otlp-body.h"
#include "profiler/otlp/otlp-sender.h"
#include "profiler/programs/grid-facts.h"
#include "profiler/programs/view-main.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

/* What the service holds while it runs. */
struct service {
	const struct serve_options *options;
	struct http_options http;
	struct http_server *server;
	struct sensors sensors;
	struct pass pass;
	struct meter meter;
	struct meter_place place;
	struct live_facts facts;
	struct grid_facts grid;
	int signal_fd, wake_fd;
	int claim_fd; /* of the state file, or -1 */
	struct otlp_options otlp;
	struct otlp_sender *sender;       /* NULL: nothing is sent */
	struct campaign_watch *campaigns; /* NULL: none are watched */
	char host[HOST_NAME_MAX + 1];
	int64_t period_ns, due_ns, frame_due_ns, push_due_ns;
	bool is_state_lost; /* it could not be written, and that was said */
};

/* 1: help was printed. */
static int parse(struct serve_options *options, int argc, char **argv, struct problem *why)
{
	int first = options_parse(&serve_table, argc, argv, options, why);
	if (first <= 0)
		return first == 0 ? 1 : -1;
	if (first != argc)
		return options_operand_problem(&serve_table, "options only", why);
	if (!options->tls_cert != !options->tls_key) {
		problem_what(why, "cannot serve by HTTPS");
		problem_why(why, "a certificate and its key belong together");
		why->kind = PROBLEM_USAGE;
		return problem_todo(why, "give both --tls-cert and --tls-key");
	}
	if (options->otlp_queue && !options->otlp) {
		problem_what(why, "cannot keep requests");
		why->kind = PROBLEM_USAGE;
		return problem_refuse(why,
				      "give --otlp an address, or leave --otlp-queue out",
				      "without a receiver there are none");
	}
	return options->otlp ? otlp_url_check(options->otlp, why) : 0;
}

/* --- files ----------------------------------------------------------------------------- */

/* A text of at most 64 KiB, as certificates are; the caller frees it. NULL with *why. */
static char *read_text(const char *path, struct problem *why)
{
	enum { MOST = 65536 };
	char *text = calloc(1, MOST + 1);
	FILE *file = plain_file_open(path);
	int err = file ? 0 : errno;
	if (file && text && fread(text, 1, MOST + 1, file) > MOST)
		err = EFBIG;
	if (file && text && !err && ferror(file))
		err = errno;
	if (file)
		fclose(file);
	if (text && !err) {
		text[MOST] = '\0';
		return text;
	}
	free(text);
	problem_what(why, "cannot read '%s'", path);
	if (err == EINVAL)
		return problem_refuse(why, "copy it into a file, and name that",
				      "it is no regular file"),
		       NULL;
	problem_errno(why, err ? err : ENOMEM);
	return NULL;
}

static int read_certificate(struct service *service, struct problem *why)
{
	if (!service->options->tls_cert)
		return 0;
	service->http.certificate = read_text(service->options->tls_cert, why);
	if (service->http.certificate)
		service->http.key = read_text(service->options->tls_key, why);
	return service->http.key ? 0 : -1;
}

static void resume(struct service *service)
{
	char reason[128] = "";
	service->place = (struct meter_place){ service->options->state, service->grid.zone,
					       "" };
	if (!service->place.path)
		return;
	meter_place_boot(&service->place);
	if (!meter_state_read(&service->place, &service->meter, boottime_ns(), reason,
			      sizeof(reason)))
		text_say(stderr, "joulecart: counters begin at 0: %s ('%s')", reason,
			 service->place.path);
}

/* A file that is not there any more makes the next start begin anew, which is right and is told. */
static void save(struct service *service)
{
	struct problem why = { 0 };
	char text[1024];
	if (!service->place.path)
		return;
	if (meter_state_write(&service->place, &service->meter, &why) == 0) {
		service->is_state_lost = false;
		return;
	}
	if (!service->is_state_lost)
		text_say(stderr, "joulecart: %s; the next start would count from 0 again",
			 problem_text(&why, text, sizeof(text)));
	service->is_state_lost = true;
}

/* --- readings and pages ---------------------------------------------------------------- */

/* What is told was stored before: see meter.h. */
static void publish(struct service *service)
{
	struct http_page page = { 0 };
	struct families_pushed pushed = { 0 };
	if (service->sender)
		pushed = otlp_pushed(service->sender);
	const struct families_facts facts = { .sensors = &service->sensors,
					      .zone = service->grid.zone,
					      .basis = service->grid.basis,
					      .missed = service->facts.missed,
					      .own_cpu_s = own_cpu_s(),
					      .own_bytes = own_bytes(),
					      .pushed = service->sender ? &pushed : NULL,
					      .campaigns = service->campaigns };
	bool is_whole = true;
	for (int form = 0; form < HTTP_FORMS; form++) {
		FILE *out = open_memstream(&page.text[form], &page.size[form]);
		is_whole = is_whole && out &&
			   families_print(out, form, &service->meter, &facts,
					  boottime_ns()) == 0;
		is_whole = out && fclose(out) == 0 && is_whole;
	}
	if (is_whole)
		http_publish(service->server, &page); /* else the page before stays */
	for (int form = 0; form < HTTP_FORMS; form++)
		free(page.text[form]);
}

static void read_all(struct service *service, bool is_frame)
{
	pass_read(&service->pass, is_frame);
	meter_take(&service->meter, &service->pass, is_frame);
}

static void end_frame(struct service *service)
{
	meter_frame(&service->meter, boottime_ns(), live_grams(&service->facts, 1));
	save(service);
	http_sweep(service->server);
	while (service->frame_due_ns <= monotonic_ns())
		service->frame_due_ns += NS_PER_S;
}

/* What is sent was stored before, too. */
static void push(struct service *service)
{
	const struct otlp_facts facts = { service->host, service->grid.zone,
					  service->grid.basis };
	otlp_send(service->sender, otlp_body(&service->meter, &facts, boottime_ns(),
					     clock_ns(CLOCK_REALTIME)));
}

static void push_if_due(struct service *service)
{
	if (!service->sender || monotonic_ns() < service->push_due_ns)
		return;
	push(service);
	while (service->push_due_ns <= monotonic_ns())
		service->push_due_ns += (int64_t)(service->options->otlp_interval_s *
						  (double)NS_PER_S);
}

static void plan_next(struct service *service)
{
	int64_t passed = (monotonic_ns() - service->due_ns) / service->period_ns;
	service->facts.missed += passed > 0 ? passed : 0;
	service->due_ns += (1 + (passed > 0 ? passed : 0)) * service->period_ns;
}

/* Until a reading is due or asked for. True: a signal asks to end. */
static bool wait_for_due(struct service *service)
{
	struct pollfd fds[] = { { .fd = service->signal_fd, .events = POLLIN },
				{ .fd = service->wake_fd, .events = POLLIN } };
	int64_t left_ns = service->due_ns - monotonic_ns();
	left_ns = left_ns > 0 ? left_ns : 0;
	const struct timespec left = { left_ns / NS_PER_S, left_ns % NS_PER_S };
	ppoll(fds, 2, &left, NULL);
	return fds[0].revents & POLLIN;
}

static void serve(struct service *service)
{
	service->frame_due_ns = monotonic_ns() + NS_PER_S;
	service->due_ns = monotonic_ns() + service->period_ns;
	read_all(service, true);
	publish(service);
	while (!wait_for_due(service)) {
		eventfd_t asked = 0;
		bool is_asked = eventfd_read(service->wake_fd, &asked) == 0;
		bool is_due = monotonic_ns() >= service->due_ns;
		bool is_frame = monotonic_ns() >= service->frame_due_ns;
		if (!is_asked && !is_due)
			continue;
		read_all(service, is_frame);
		if (is_due)
			plan_next(service);
		if (is_frame)
			end_frame(service);
		if (is_frame)
			push_if_due(service);
		if (is_frame || is_asked)
			publish(service);
	}
	meter_frame(&service->meter, boottime_ns(), live_grams(&service->facts, 1));
	save(service);
	if (service->sender)
		push(service);
}

/* --- begin and end --------------------------------------------------------------------- */

static void announce(const struct service *service)
{
	const char *listen = service->options->listen, *colon = strrchr(listen, ':');
	printf("joulecart answers at %s://%.*s:%u/metrics\n",
	       service->http.certificate ? "https" : "http",
	       colon ? (int)(colon - listen) : 9, colon ? listen : "127.0.0.1",
	       http_port(service->server));
	fflush(stdout);
	if (!service->http.address.is_loopback && !service->http.certificate)
		text_say(stderr,
			 "joulecart: warning: whoever reaches this address can read "
			 "the metrics, and on the way too (--tls-cert encrypts them)");
}

static void say(const char *line)
{
	text_say(stderr, "%s", line);
}

static int begin_watching(struct service *service, struct problem *why)
{
	if (!service->options->campaigns)
		return 0;
	service->campaigns = campaign_watch_start(service->options->campaigns, say, why);
	return service->campaigns ? 0 : -1;
}

static int begin_sending(struct service *service, struct problem *why)
{
	if (!service->options->otlp)
		return 0;
	if (gethostname(service->host, sizeof(service->host)) != 0)
		service->host[0] = '\0';
	service->host[sizeof(service->host) - 1] = '\0';
	service->otlp = (struct otlp_options){ .url = service->options->otlp,
					       .queue = service->options->otlp_queue,
					       .retry_s = service->options->otlp_retry_s,
					       .say = say };
	service->sender = otlp_start(&service->otlp, why);
	return service->sender ? 0 : -1;
}

static int begin(struct service *service, struct problem *why)
{
	const struct scope scope = { .root_pid = getpid(),
				     .events = service->options->events,
				     .of_machine = true };
	const double now_s = (double)clock_ns(CLOCK_REALTIME) / (double)NS_PER_S;
	view_allow_files();
	if (sensors_open(&service->sensors, &scope, why) != 0)
		return -1;
	problem_what(why, "cannot serve metrics");
	service->period_ns = (int64_t)(NS_PER_S / service->options->rate_hz);
	service->signal_fd = view_signals();
	service->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (service->signal_fd < 0 || service->wake_fd < 0 ||
	    pass_begin(&service->pass, &service->sensors) != 0)
		return problem_errno(why, errno);
	if (meter_begin(&service->meter, &service->sensors, now_s, boottime_ns(),
			service->period_ns, why) != 0)
		return -1;
	signal(SIGPIPE, SIG_IGN);
	service->server = http_start(&service->http, service->wake_fd, why);
	if (!service->server || begin_watching(service, why) != 0)
		return -1;
	return begin_sending(service, why);
}

static void end(struct service *service)
{
	http_stop(service->server);
	otlp_stop(service->sender);
	campaign_watch_stop(service->campaigns);
	meter_end(&service->meter);
	pass_end(&service->pass);
	sensors_close(&service->sensors);
	if (service->signal_fd >= 0)
		close(service->signal_fd);
	if (service->wake_fd >= 0)
		close(service->wake_fd);
	if (service->claim_fd >= 0)
		close(service->claim_fd);
	free(service->http.certificate);
	free(service->http.key);
}

static int run(int argc, char **argv, struct problem *why)
{
	struct serve_options options = { 0 };
	struct service service = {
		.options = &options, .signal_fd = -1, .wake_fd = -1, .claim_fd = -1
	};
	int code = parse(&options, argc, argv, why);
	if (code != 0)
		return code > 0 ? EXIT_OK : -1;
	code = request_listen(options.listen, &service.http.address, why);
	if (code == 0)
		code = grid_facts(&service.facts, &service.grid, options.zone, options.pue,
				  why);
	if (code == 0)
		code = read_certificate(&service, why);
	if (code == 0 && options.state)
		code = meter_claim(options.state, &service.claim_fd, why);
	if (code == 0)
		code = begin(&service, why);
	if (code == 0) {
		resume(&service);
		announce(&service);
		serve(&service);
	}
	end(&service);
	return code;
}

int main(int argc, char **argv)
{
	return view_main(&serve_table, run, true, argc, argv);
}
