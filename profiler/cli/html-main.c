/* profiler/cli/html-main.c - joulecart-html: the program behind 'joulecart report --format html'.
 *
 * It is a program of its own, so that measuring does not load libxml2. */
#include <config.h>

#include "base/problem.h"
#include "profiler/cli/options.h"
#include "profiler/cli/output-file.h"
#include "reports/html/report-html.h"
#include "schema/store/reader.h"

#include <getopt.h>
#include <libintl.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct arguments {
	struct html_options options;
	const char *output;
	bool may_replace;
};

/* Beside this very program in a build tree, else where it was installed. */
static const char *translations_folder(char *folder, size_t size)
{
	ssize_t length = readlink("/proc/self/exe", folder, size - sizeof("/locale"));
	folder[length > 0 ? length : 0] = '\0';
	char *slash = strrchr(folder, '/');
	if (slash)
		strcpy(slash, "/locale");
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

static int parse(int argc, char **argv, struct arguments *arguments, struct problem *why)
{
	static const struct option options[] = {
		{ "campaign", required_argument, NULL, 'c' },
		{ "language", required_argument, NULL, 'l' },
		{ "output", required_argument, NULL, 'o' },
		{ "force", no_argument, NULL, 'f' },
		{ 0 },
	};
	int code;
	while ((code = getopt_long(argc, argv, ":o:", options, NULL)) != -1) {
		if (code == 'c')
			arguments->options.campaign_id = atoll(optarg);
		else if (code == 'l')
			arguments->options.language = optarg;
		else if (code == 'o')
			arguments->output = optarg;
		else if (code == 'f')
			arguments->may_replace = true;
		else
			return option_problem(argv, code, why);
	}
	if (optind + 1 != argc)
		return operand_problem("joulecart-html", "one FILE.db", why);
	arguments->options.path = argv[optind];
	return 0;
}

/* What to do with it, for whoever asked for a file. */
static void tell(const struct arguments *arguments)
{
	struct stat file;
	if (arguments->output && stat(arguments->output, &file) == 0)
		printf("%s: %lld KB, opens in any browser, without network or script\n",
		       arguments->output, (long long)(file.st_size + 999) / 1000);
}

static int write_report(const struct arguments *arguments, struct problem *why)
{
	struct output_file output;
	sqlite3 *db = store_open_read(arguments->options.path, why);
	if (!db)
		return -1;
	int code = output_open(&output, arguments->output, arguments->may_replace, why);
	if (code == 0) {
		code = report_html(db, &arguments->options, output.stream, why);
		if (code == 0)
			code = output_commit(&output, why);
		else
			output_abandon(&output);
	}
	sqlite3_close(db);
	if (code == 0)
		tell(arguments);
	return code;
}

int main(int argc, char **argv)
{
	struct arguments arguments = { .options.language = "en" };
	struct problem why;
	char text[1024];
	int code = parse(argc, argv, &arguments, &why);
	if (code == 0) {
		set_language(arguments.options.language);
		code = write_report(&arguments, &why);
	}
	if (code == 0)
		return 0;
	fprintf(stderr, "joulecart: %s\n", problem_text(&why, text, sizeof(text)));
	return why.exit_status ? why.exit_status : (int)why.kind;
}
