/* schema/factors/grid-time.c - see grid-time.h. */
#include <config.h>

#include "schema/factors/grid-time.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* In a second. */
static const int64_t NS = 1000000000;

/* Days since the epoch (H. Hinnant, days_from_civil). */
static int64_t days_of(int64_t year, int month, int day)
{
	year -= month <= 2;
	int64_t era = (year >= 0 ? year : year - 399) / 400;
	int64_t of_era = year - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Is there such a day? Years: those of grids, and of which nanoseconds fit in 64 bits. */
static bool is_date(int year, int month, int day)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	return year >= 1970 && year < 2200 && month >= 1 && month <= 12 && day >= 1 &&
	       day <= days[month - 1] + (month == 2 && is_leap(year));
}

/* "Z", "UTC", "+02:00", "+0200" or nothing. 0, or -1. */
static int read_offset(const char *text, int is_utc, int64_t *offset_s)
{
	int hours, minutes = 0, length = 0;
	char sign;
	*offset_s = 0;
	while (*text == ' ')
		text++;
	if (!*text)
		return is_utc ? 0 : -1;
	if (strcmp(text, "Z") == 0 || strcmp(text, "UTC") == 0)
		return 0;
	if ((sscanf(text, "%c%2d:%2d%n", &sign, &hours, &minutes, &length) < 3 &&
	     sscanf(text, "%c%2d%2d%n", &sign, &hours, &minutes, &length) < 3) ||
	    text[length] || (sign != '+' && sign != '-') || hours > 14 || minutes > 59)
		return -1;
	*offset_s = (sign == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
	return 0;
}

int grid_time(const char *text, int is_utc, int64_t *utc_ns)
{
	int year, month, day, hour, minute, second = 0, at = 0, more = 0;
	int64_t offset_s;
	char separator;
	if (sscanf(text, "%4d-%2d-%2d%c%2d:%2d%n", &year, &month, &day, &separator, &hour,
		   &minute, &at) < 6 ||
	    (separator != 'T' && separator != ' '))
		return -1;
	if (text[at] == ':') {
		if (sscanf(text + at, ":%2d%n", &second, &more) < 1)
			return -1;
		at += more;
		if (text[at] == '.')
			at += 1 + (int)strspn(text + at + 1, "0123456789");
	}
	if (!is_date(year, month, day) || hour < 0 || hour > 23 || minute < 0 ||
	    minute > 59 || second < 0 || second > 60 ||
	    read_offset(text + at, is_utc, &offset_s) != 0)
		return -1;
	*utc_ns = (days_of(year, month, day) * 86400 + hour * 3600 + minute * 60 + second -
		   offset_s) *
		  NS;
	return 0;
}

char *grid_time_text(int64_t utc_ns, char text[GRID_TIME_SIZE])
{
	time_t seconds = (time_t)(utc_ns / NS);
	struct tm utc;
	gmtime_r(&seconds, &utc);
	strftime(text, GRID_TIME_SIZE,
		 utc.tm_sec ? "%Y-%m-%dT%H:%M:%SZ" : "%Y-%m-%dT%H:%MZ", &utc);
	return text;
}
