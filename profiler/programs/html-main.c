/* profiler/programs/html-main.c - joulecart-html: the program behind 'joulecart report --format html'.
 *
 * It is a program of its own, so that measuring does not load libxml2. */
#include <config.h>

#include "base/option-table.h"
#include "base/problem.h"
#include "base/text-stream.h"
#include "profiler/options/output-file.h"
#include "profiler/options/statement-options.h"
#include "reports/flame/flame-page.h"
#include "reports/html/report-html.h"
#include "schema/database/sqlite-memory.h"
#include "schema/seal/trust.h"
#include "schema/store/reader.h"

#include <libintl.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct arguments {
	struct html_options options;
	const char *output, *trust_path;
	bool may_replace, is_despite, is_profile;
};

/* Beside this very program in a build tree, else where it was installed. */
static const char *translations_folder(char *folder, size_t size)
{
	static const char beside[] = "/locale";
	ssize_t length = readlink("/proc/self/exe", folder, size - sizeof(beside));
	folder[length > 0 ? length : 0] = '\0';
	char *slash = strrchr(folder, '/');
	if (slash)
		memcpy(slash, beside, sizeof(beside));
	return slash && access(folder, R_OK) == 0 ? folder : LOCALEDIR;
}

/* Numbers stay as in the C locale; gettext translates under any locale that is not it. */
static void set_language(const char *language)
{
	char folder[4096];
	setlocale(LC_CTYPE, "C.UTF-8");
	setlocale(LC_MESSAGES, "C.UTF-8");
	setenv("LANGUAGE", strcmp(language, "zh-CN") == 0 ? "zh_CN" : "en", 1);
	bindtextdomain(PACKAGE, translations_folder(folder, sizeof(folder)));
	bind_textdomain_codeset(PACKAGE, "UTF-8");
	textdomain(PACKAGE);
}

static const struct option_row rows[] = {
	{ "campaign", 0, "N", NULL, "only the Nth campaign [0, the last]",
	  OPTION_COUNT(struct arguments, options.campaign_id, 0, OPTION_COUNT_MOST) },
	{ "language", 0, "LANG", "en", "as HTML names it",
	  OPTION_TEXT(struct arguments, options.language) },
	{ "output", 'o', "FILE", NULL, "write to FILE [standard output]",
	  OPTION_TEXT(struct arguments, output) },
	{ "force", 0, NULL, NULL, "replace FILE",
	  OPTION_FLAG(struct arguments, may_replace) },
	{ "profile", 0, NULL, NULL, "the functions alone",
	  OPTION_FLAG(struct arguments, is_profile) },
	{ "sessions-per-day", 0, "N", NULL, "the traffic that a year is of",
	  OPTION_REAL(struct arguments, options.sessions_per_day, 1e-3, 1e15) },
	{ "trust", 0, "FILE", NULL, "the keys that you know",
	  OPTION_TEXT(struct arguments, trust_path) },
	{ "despite-schema", 0, NULL, NULL, "read what is joulecart's",
	  OPTION_FLAG(struct arguments, is_despite) },
	{ 0 },
};

static const struct option_table table = {
	.command = "report --format html",
	.usage = "Usage: joulecart-html [OPTION]... FILE.db\n",
	.rows = rows,
};

/* 1: help was printed. */
static int parse(int argc, char **argv, struct arguments *arguments, struct problem *why)
{
	int first = options_parse(&table, argc, argv, arguments, why);
	if (first <= 0)
		return first == 0 ? 1 : -1;
	if (first + 1 != argc)
		return options_operand_problem(&table, "one FILE.db", why);
	arguments->options.path = argv[first];
	return 0;
}

/* What to do with it, for whoever asked for a file. */
static void tell(const struct arguments *arguments)
{
	struct stat file;
	if (arguments->output && stat(arguments->output, &file) == 0)
		text_say(stdout,
			 "%s: %lld KB, opens in any browser, without network or script",
			 arguments->output, (long long)(file.st_size + 999) / 1000);
}

static int write_to(sqlite3 *db, const struct arguments *arguments, struct problem *why)
{
	struct output_file output;
	if (output_open_text(&output, arguments->output, arguments->may_replace, why) != 0)
		return -1;
	int code = arguments->is_profile
		       ? flame_html(db, &arguments->options, output.stream, why)
		       : report_html(db, &arguments->options, output.stream, why);
	if (code == 0)
		return output_commit(&output, why);
	output_abandon(&output);
	return -1;
}

/* With what is stated beside the database. */
static int write_stated(sqlite3 *db, struct arguments *arguments, struct problem *why)
{
	struct statement statement;
	struct arena *arena = arena_new();
	problem_what(why, "cannot make a report");
	if (!arena)
		return problem_why(why, "out of memory");
	int code = statement_read(NULL, arguments->options.path, arena, &statement, why);
	arguments->options.stated = &statement;
	if (code == 0)
		code = write_to(db, arguments, why);
	arguments->options.stated = NULL;
	arena_free(arena);
	return code;
}

static int write_report(struct arguments *arguments, struct problem *why)
{
	struct trust *trust = NULL;
	if (arguments->trust_path && !(trust = trust_read(arguments->trust_path, why)))
		return -1;
	arguments->options.trust = trust;
	sqlite3 *db = arguments->is_despite
			  ? store_open_despite(arguments->options.path, why)
			  : store_open_read(arguments->options.path, why);
	int code = db ? write_stated(db, arguments, why) : -1;
	sqlite3_close(db);
	trust_free(trust);
	if (code == 0)
		tell(arguments);
	return code;
}

int main(int argc, char **argv)
{
	struct arguments arguments = { 0 };
	struct problem why;
	char text[1024];
	setlocale(LC_CTYPE, "");
	text_guard_output();
	sqlite_memory_set_up();
	int code = parse(argc, argv, &arguments, &why);
	if (code == 0) {
		set_language(arguments.is_profile ? "en" : arguments.options.language);
		code = write_report(&arguments, &why);
	}
	if (code >= 0)
		return 0;
	problem_advise(&why);
	fprintf(stderr, "joulecart: %s\n", problem_text(&why, text, sizeof(text)));
	return why.exit_status ? why.exit_status : (int)why.kind;
}
