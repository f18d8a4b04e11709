/* profiler/live/live-screen.c - a live view on a terminal, see live-view.h. */
#include <config.h>

#include "profiler/live/live-view.h"

#include "base/clock.h"
#include "collectors/registry.h"

#include <langinfo.h>
#include <math.h>
#include <ncurses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WIDTH = 80, BAR = 40, TEXT = 512, TOP_EVENTS = 8 };

static bool is_utf8(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

bool live_screen_begin(void)
{
	if (!newterm(NULL, stdout, stdin))
		return false;
	cbreak();
	noecho();
	nodelay(stdscr, TRUE);
	keypad(stdscr, TRUE);
	curs_set(0);
	return true;
}

bool live_screen_quits(void)
{
	int key = getch();
	return key == 'q' || key == 'Q';
}

void live_screen_end(void)
{
	endwin();
}

/* 17400 J -> "17.4 kJ", by three digits. */
static const char *joules_text(double joules, char *text, size_t size)
{
	static const char *const prefixes[] = { "", "k", "M", "G" };
	size_t i = 0;
	while (joules >= 1000 && i < 3) {
		joules /= 1000;
		i++;
	}
	int decimals = joules < 10 ? 2 : joules < 100 ? 1 : 0;
	snprintf(text, size, "%.*f %sJ", decimals, joules, prefixes[i]);
	return text;
}

static const char *provenance_word(enum provenance provenance)
{
	return provenance == PROV_ESTIMATED ? "ESTIMATED" : provenance_name(provenance);
}

static void show_title(const struct live *live, const struct live_facts *facts)
{
	long seconds = (long)((live->frame_ns - live->begin_ns) / NS_PER_S);
	attron(A_BOLD);
	mvprintw(0, 1, "joulecart live");
	attroff(A_BOLD);
	printw("   %.40s   %ld min %ld s   q quit", facts->host, seconds / 60,
	       seconds % 60);
}

static void show_channel(int line, const struct live_channel *item)
{
	const struct channel *channel = item->channel;
	char bar[TEXT];
	double whole_w = channel->max_power_w > 0 ? channel->max_power_w : item->highest_w;
	mvprintw(line, 1, "%-10.18s ", channel->name);
	if (isnan(item->w))
		printw("%7s  ", "-");
	else
		printw("%7.1f W ", item->w);
	if (whole_w > 0 && !isnan(item->w))
		printw("%s", live_bar(bar, sizeof(bar), item->w / whole_w, BAR, is_utf8()));
	if (channel->max_power_w > 0)
		mvprintw(line, 22 + BAR, "of %4.0f", channel->max_power_w);
	mvprintw(line, WIDTH - 10, "%s", provenance_word(channel->provenance));
}

/* 3210000 -> "3.21 M", by three digits. */
static const char *count_text(double count, char *text, size_t size)
{
	static const char *const prefixes[] = { "", " k", " M", " G", " T" };
	size_t i = 0;
	while (count >= 1000 && i < 4) {
		count /= 1000;
		i++;
	}
	int decimals = i == 0 || count >= 100 ? 0 : count < 10 ? 2 : 1;
	snprintf(text, size, "%.*f%s", decimals, count, prefixes[i]);
	return text;
}

/* The greatest rates first; what is not known comes last, and is not shown. */
static int compare_rates(const void *a, const void *b)
{
	double one = ((const struct live_event *)a)->rate,
	       other = ((const struct live_event *)b)->rate;
	return isnan(one) || isnan(other) ? isnan(one) - isnan(other)
					  : (one < other) - (one > other);
}

/* Two columns of events. Returns the line below them. */
static int show_events(int line, const struct live *live, const struct live_facts *facts)
{
	struct live_event events[LIVE_EVENTS];
	char text[TEXT];
	size_t n = 0;
	memcpy(events, live->events, sizeof(events));
	qsort(events, live->n_events, sizeof(*events), compare_rates);
	for (; n < live->n_events && n < TOP_EVENTS && !isnan(events[n].rate); n++)
		mvprintw(line + (int)n / 2, n % 2 ? 45 : 13, "%8s  %.20s",
			 count_text(events[n].rate, text, sizeof(text)), events[n].name);
	if (n > 0)
		mvprintw(line, 1, "events a s");
	line += (int)(n + 1) / 2;
	if (!isnan(live->ipc))
		mvprintw(line++, 1, "IPC         %8.2f", live->ipc);
	else if (facts->no_events[0])
		mvprintw(line++, 13, "%.66s", facts->no_events);
	return line;
}

static void show_totals(int line, const struct live *live, const struct live_facts *facts)
{
	char text[TEXT];
	mvprintw(line, 1, "%-11d%s   highest %.0f W", LIVE_HISTORY,
		 live_sparkline(live, text, sizeof(text), 45, is_utf8()), live->highest_w);
	mvprintw(line, 4, "s");
	mvprintw(line + 1, 1, "so far      %s   %.3g g CO2e (%s %.0f g/kWh, PUE %.2f%s)",
		 joules_text(live->joules, text, sizeof(text)),
		 live_grams(facts, live->joules), facts->zone, facts->g_per_kwh, facts->pue,
		 facts->is_assumed ? ": assumed" : "");
	if (!isnan(live->busy_cpus))
		mvprintw(line + 2, 1, "busy        %.2f of %ld CPUs, %.2f stolen",
			 live->busy_cpus, sysconf(_SC_NPROCESSORS_ONLN), live->steal_cpus);
	snprintf(text, sizeof(text), live->n_gaps ? "%lld" : "none",
		 (long long)live->n_gaps);
	mvprintw(line + 3, 1, "gaps %s, %lld ticks missed, own cost %.1f %% of a core",
		 text, (long long)facts->missed, 100 * facts->own_share);
}

void live_screen_frame(const struct live *live, const struct live_facts *facts)
{
	int line = 1;
	erase();
	show_title(live, facts);
	for (size_t i = 0; i < live->n; i++)
		show_channel(line++, &live->channels[i]);
	if (live->n == 0)
		mvprintw(line++, 1,
			 "no energy source works here: joulecart doctor shows why");
	show_totals(show_events(line, live, facts), live, facts);
	refresh();
}
