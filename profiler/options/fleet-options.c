/* profiler/options/fleet-options.c - see fleet-options.h. */
#include <config.h>

#include "profiler/options/fleet-options.h"

#include "base/problem.h"

#include <string.h>

static const char connect_note[] =
    "The address holds no password, which every user of the machine would see: put\n"
    "it into ~/.pgpass, or into PGPASSWORD.\n";

static const struct option_row push_rows[] = {
	{ "to", 0, "ADDRESS", NULL,
	  "the database: postgresql://HOST/NAME, as psql takes it",
	  OPTION_TEXT(struct push_options, to), .setting = SETTING_OWN },
	{ "team", 0, "NAME", NULL, "whose campaigns they are [your only team]",
	  OPTION_TEXT(struct push_options, team), .setting = SETTING_OWN },
	{ 0 },
};

const struct option_table push_table = {
	.command = "push",
	.usage =
	    "Usage: joulecart push --to ADDRESS FILE.db...\n"
	    "Copy campaigns into the PostgreSQL database of a fleet. One that is there\n"
	    "already is left as it is: a push that was cut off is begun again.\n"
	    "\n"
	    "  joulecart push --to postgresql://fleet.example/joulecart run.db\n",
	.rows = push_rows,
	.operands = { VALUES_DATABASES },
	.notes = connect_note,
};

static const struct option_row pull_rows[] = {
	{ "from", 0, "ADDRESS", NULL,
	  "the database: postgresql://HOST/NAME, as psql takes it",
	  OPTION_TEXT(struct pull_options, from), .setting = SETTING_OWN },
	{ "where", 0, "SQL", NULL, "which: a condition on joulecart.fleet_trial [all]",
	  OPTION_TEXT(struct pull_options, where) },
	{ "output", 'o', "OUT.db", NULL, "the file to make",
	  OPTION_TEXT(struct pull_options, output), .values = VALUES_DATABASES },
	{ 0 },
};

const struct option_table pull_table = {
	.command = "pull",
	.usage = "Usage: joulecart pull --from ADDRESS [--where SQL] -o OUT.db\n"
		 "Make a file of campaigns that were pushed. Every command works on it as "
		 "on the\n"
		 "file that was pushed: each row is the same, and a seal still holds.\n"
		 "\n"
		 "  joulecart pull --from postgresql://fleet.example/joulecart \\\n"
		 "    --where \"variant = 'int8' AND begun >= '2026-11-01'\" -o int8.db\n",
	.rows = pull_rows,
	.takes_no_operand = true,
	.notes = connect_note,
};

/* "400d" or "400". */
static int take_days(void *member, const char *text, struct problem *why)
{
	char digits[16];
	size_t n = strlen(text);
	int64_t days = 0;
	(void)why;
	if (n > 1 && text[n - 1] == 'd')
		n--;
	if (n == 0 || n >= sizeof(digits) || strspn(text, "0123456789") < n || n > 5)
		return -1;
	for (size_t i = 0; i < n; i++)
		days = 10 * days + (text[i] - '0');
	*(int64_t *)member = days;
	return days > 0 ? 0 : -1;
}

static const struct option_row fleet_rows[] = {
	{ "at", 0, "ADDRESS", NULL,
	  "the database: postgresql://HOST/NAME, as psql takes it",
	  OPTION_TEXT(struct fleet_options, at), .setting = SETTING_OWN },
	{ "older-than", 0, "DAYS", NULL,
	  "retire: months that ended so many days ago (400d)",
	  OPTION_OWN(struct fleet_options, older_than_days, take_days),
	  .expected = "a number of days from 1d to 99999d is expected" },
	{ 0 },
};

const struct option_table fleet_table = {
	.command = "fleet",
	.usage =
	    "Usage: joulecart fleet init --at ADDRESS\n"
	    "       joulecart fleet status --at ADDRESS\n"
	    "       joulecart fleet upgrade --at ADDRESS\n"
	    "       joulecart fleet retire --older-than DAYS --at ADDRESS\n"
	    "Make and care for the PostgreSQL database that holds a fleet's campaigns.\n"
	    "\n"
	    "  createdb --encoding UTF8 --template template0 joulecart\n"
	    "  joulecart fleet init --at postgresql:///joulecart\n",
	.rows = fleet_rows,
	.forms = "init|status|upgrade|retire",
	.notes = connect_note,
};
