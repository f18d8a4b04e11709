/* tests/unit/profiler/launch/test-environment.c - which variables reach a program called through sudo. */
#include <config.h>

#include "profiler/launch/environment.h"
#include "tests/unit/cmocka.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void known_variables_of_the_expected_form_stay(void **state)
{
	static const char *const kept[] = {
		"TERM=xterm-256color",
		"LANG=de_DE.UTF-8",
		"LC_ALL=C",
		"LC_TIME=sr_RS@latin",
		"TZ=Europe/Berlin",
		"TZ=CET-1CEST,M3.5.0,M10.5.0/3",
		"NO_COLOR=1",
		"NO_COLOR=",
		"COLUMNS=120",
		"LINES=40",
		"COLORTERM=truecolor",
		"CUDA_VISIBLE_DEVICES=0,GPU-8f",
	};
	(void)state;
	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++)
		assert_true(environment_allows(kept[i], getuid()));
}

static void what_loads_code_or_names_files_goes(void **state)
{
	static const char *const dropped[] = {
		"LD_PRELOAD=/x.so",
		"LD_LIBRARY_PATH=/x",
		"LD_AUDIT=/x.so",
		"GCONV_PATH=/x",
		"LOCPATH=/x",
		"NLSPATH=/x",
		"MALLOC_CHECK_=3",
		"GLIBC_TUNABLES=x=1",
		"TMPDIR=/x",
		"SQLITE_TMPDIR=/x",
		"BASH_ENV=/x",
		"ENV=/x",
		"PYTHONPATH=/x",
		"PERL5LIB=/x",
		"TERMINFO=/x",
		"TZDIR=/x",
		"PAPI_X=1",
		"LIBPFM_DEBUG=1",
		"OPENBLAS_NUM_THREADS=1",
		"SUDO_UID=0",
		"PATH=/x",
		"",
		"=",
		"TERM",
		"TERMX=xterm",
		"LC_X/Y=C",
		"LC_ALL;=C",
	};
	(void)state;
	for (size_t i = 0; i < sizeof(dropped) / sizeof(*dropped); i++)
		assert_false(environment_allows(dropped[i], getuid()));
}

static void values_of_another_form_go(void **state)
{
	static const char *const dropped[] = {
		"TERM=../x",
		"TERM=/x",
		"TERM=a b",
		"LANG=/etc/x",
		"LANG=a/b",
		"LC_ALL=../x",
		"TZ=:/etc/x",
		"TZ=/etc/x",
		"TZ=../x",
		"TZ=a/../b",
		"COLUMNS=-1",
		"COLUMNS=1x",
		"NO_COLOR=\033",
		"LANG=C\n",
		"HOME=relative",
		"HOME=",
		"XDG_DATA_HOME=/nowhere/at/all",
	};
	char longest[300] = "TERM=";
	(void)state;
	for (size_t i = 0; i < sizeof(dropped) / sizeof(*dropped); i++)
		assert_false(environment_allows(dropped[i], getuid()));
	for (size_t i = 5; i < sizeof(longest) - 1; i++)
		longest[i] = 'x';
	assert_false(environment_allows(longest, getuid()));
}

static void folders_are_the_users_own(void **state)
{
	char folder[] = "/tmp/joulecart-environment-XXXXXX", entry[128];
	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(entry, sizeof(entry), "XDG_DATA_HOME=%s", folder);
	assert_true(environment_allows(entry, getuid()));
	assert_false(environment_allows(entry, getuid() + 1));
	rmdir(folder);
	assert_false(environment_allows(entry, getuid()));
}

static void a_path_keeps_its_absolute_folders(void **state)
{
	static const struct {
		const char *given, *kept;
	} paths[] = {
		{ "/usr/bin:/bin", "/usr/bin:/bin" },
		{ ".:/bin:", "/bin" },
		{ "::x:/a::/b:y/z", "/a:/b" },
		{ "", NULL },
		{ ".", NULL },
		{ ":", NULL },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		char *kept = environment_path(paths[i].given);
		if (paths[i].kept)
			assert_string_equal(kept, paths[i].kept);
		else
			assert_null(kept);
		free(kept);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_variables_of_the_expected_form_stay),
		cmocka_unit_test(what_loads_code_or_names_files_goes),
		cmocka_unit_test(values_of_another_form_go),
		cmocka_unit_test(folders_are_the_users_own),
		cmocka_unit_test(a_path_keeps_its_absolute_folders),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
