/* profiler/live/live-screen.c - a live view on a terminal, see live-view.h. */
#include <config.h>

#include "profiler/live/live-view.h"

#include "base/clock.h"
#include "collectors/registry.h"

#include <langinfo.h>
#include <math.h>
#include <ncurses.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A glyph of a bar takes 3 bytes of a text. */
enum { NARROWEST = 60, WIDEST = 200, TEXT = 3 * WIDEST + 1, TOP_EVENTS = 8 };
/* What stands beside a bar, beside the history, and before the events. */
enum { BESIDE_BAR = 40, BESIDE_HISTORY = 35, BEFORE_EVENTS = 13 };

/* Columns of the screen, as it is now, that the view takes. */
static int width(void)
{
	return COLS < NARROWEST ? NARROWEST : COLS > WIDEST ? WIDEST : COLS;
}

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
		printw("%s", live_bar(bar, sizeof(bar), item->w / whole_w,
				      width() - BESIDE_BAR, is_utf8()));
	if (channel->max_power_w > 0)
		mvprintw(line, width() - 18, "of %4.0f", channel->max_power_w);
	mvprintw(line, width() - 10, "%s", provenance_word(channel->provenance));
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
	/* the second column begins in the middle of what is left */
	int second = BEFORE_EVENTS + (width() - BEFORE_EVENTS) / 2;
	int name_columns = second - BEFORE_EVENTS - 12;
	memcpy(events, live->events, sizeof(events));
	qsort(events, live->n_events, sizeof(*events), compare_rates);
	for (; n < live->n_events && n < TOP_EVENTS && !isnan(events[n].rate); n++)
		mvprintw(line + (int)n / 2, n % 2 ? second : BEFORE_EVENTS, "%8s  %.*s",
			 count_text(events[n].rate, text, sizeof(text)), name_columns,
			 events[n].name);
	if (n > 0)
		mvprintw(line, 1, "events a s");
	line += (int)(n + 1) / 2;
	if (!isnan(live->ipc))
		mvprintw(line++, 1, "IPC         %8.2f", live->ipc);
	else if (facts->no_events[0])
		mvprintw(line++, BEFORE_EVENTS, "%.*s", width() - BEFORE_EVENTS - 1,
			 facts->no_events);
	return line;
}

/* A line of ASCII, cut where the screen ends. */
static void __attribute__((format(printf, 2, 3)))
show_line(int line, const char *format, ...)
{
	char text[TEXT];
	va_list list;
	va_start(list, format);
	vsnprintf(text, sizeof(text), format, list);
	va_end(list);
	mvaddnstr(line, 1, text, COLS - 2);
}

static void show_totals(int line, const struct live *live, const struct live_facts *facts)
{
	char text[TEXT];
	int left = width() - BESIDE_HISTORY,
	    seconds = left < LIVE_HISTORY ? left : LIVE_HISTORY;
	mvprintw(line, 1, "%d s", seconds);
	mvprintw(line, 12, "%s   highest %.0f W",
		 live_sparkline(live, text, sizeof(text), seconds, is_utf8()),
		 live->highest_w);
	show_line(line + 1, "so far      %s   %.3g g CO2e (%s %.0f g/kWh, PUE %.2f%s)",
		  joules_text(live->joules, text, sizeof(text)),
		  live_grams(facts, live->joules), facts->zone, facts->g_per_kwh,
		  facts->pue, facts->is_assumed ? ": assumed" : "");
	if (!isnan(live->busy_cpus))
		show_line(line + 2, "busy        %.2f of %ld CPUs, %.2f stolen",
			  live->busy_cpus, sysconf(_SC_NPROCESSORS_ONLN), live->steal_cpus);
	snprintf(text, sizeof(text), live->n_gaps ? "%lld" : "none",
		 (long long)live->n_gaps);
	show_line(line + 3, "gaps %s, %lld ticks missed, own cost %.1f %% of a core", text,
		  (long long)facts->missed, 100 * facts->own_share);
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
