/* A table fits the screen whatever stands in it, and breaks no number. */
#include <config.h>

#include "base/cell-lines.h"
#include "base/screen-table.h"
#include "base/wrap.h"
#include "tests/unit/cmocka.h"

#include <locale.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static char *printed(struct screen_table *table)
{
	char *memory = NULL;
	size_t size;
	FILE *out = open_memstream(&memory, &size);
	assert_int_equal(table_print(table, out), 0);
	fclose(out);
	table_free(table);
	return memory;
}

static void assert_prints(struct screen_table *table, const char *expected)
{
	char *memory = printed(table);
	assert_string_equal(memory, expected);
	free(memory);
}

static size_t widest_line(const char *text)
{
	size_t widest = 0;
	while (*text) {
		size_t n = strcspn(text, "\n");
		size_t columns = wrap_columns(text, n);
		widest = columns > widest ? columns : widest;
		text += n + (text[n] == '\n');
	}
	return widest;
}

static void what_fits_stays_as_it_is(void **state)
{
	(void)state;
	struct screen_table *table = table_new(1, 2);
	table_column(table, "variant", TABLE_WORDS | TABLE_ONCE);
	table_column(table, "µJ", TABLE_RIGHT);
	table_column(table, "95 %", 0);
	table_cell(table, "int8");
	table_cell(table, "12.5");
	table_cell(table, "3.9..20.1");
	assert_prints(table, " variant    µJ  95 %\n"
			     " int8     12.5  3.9..20.1\n");
}

static void no_line_ends_in_blanks(void **state)
{
	(void)state;
	struct screen_table *table = table_new(1, 2);
	table_column(table, "variant", TABLE_WORDS);
	table_column(table, "note", TABLE_WORDS);
	table_column(table, "", 0);
	table_cell(table, "int8");
	table_cell(table, "");
	table_cell(table, "");
	table_cell(table, "teacher");
	table_cell(table, "slow");
	table_cell(table, "");
	assert_prints(table, " variant  note\n"
			     " int8\n"
			     " teacher  slow\n");
}

/* Two columns of 39 and the gap: 79; a third has no room. */
static struct screen_table *wide_table(int flags)
{
	static const char long_number[] = "123456789012345678901234567890123456789";
	struct screen_table *table = table_new(0, 1);
	table_column(table, "a", 0);
	table_column(table, "b", 0);
	table_column(table, "joules", flags);
	for (int row = 0; row < 2; row++) {
		table_cell(table, long_number);
		table_cell(table, long_number);
		table_cell(table, "ESTIMATED");
	}
	return table;
}

static void what_is_the_same_in_every_row_is_said_once(void **state)
{
	(void)state;
	char *text = printed(wide_table(TABLE_ONCE));
	assert_non_null(strstr(text, "\njoules are ESTIMATED\n"));
	assert_null(strstr(strstr(text, "ESTIMATED") + 1, "ESTIMATED"));
	assert_int_equal(widest_line(text), 79);
	free(text);
}

static void what_can_be_spared_is_left_out_and_named(void **state)
{
	(void)state;
	struct screen_table *table = wide_table(TABLE_SPARED);
	table_rest(table, "--json has all");
	char *text = printed(table);
	assert_non_null(
	    strstr(text, "not shown for want of width: joules (--json has all)\n"));
	assert_null(strstr(text, "ESTIMATED"));
	free(text);
}

/* A key of some 50 columns, beside words and what can be spared. */
static struct screen_table *table_of_keys(size_t gap)
{
	struct screen_table *table = table_new(0, gap);
	table_column(table, "factor", TABLE_WORDS | TABLE_NAMES);
	table_column(table, "value", TABLE_RIGHT);
	table_column(table, "origin", TABLE_WORDS | TABLE_SPARED);
	table_column(table, "publisher", TABLE_WORDS | TABLE_SPARED);
	table_cell(table, "cpu/EPYC 1st Gen (Naples)/ram_gb_included_per_package");
	table_cell(table, "89.6");
	table_cell(table, "bundled");
	table_cell(table, "statistics of a publisher with a long name");
	return table;
}

static void a_name_is_whole_while_other_columns_can_be_spared(void **state)
{
	(void)state;
	assert_prints(table_of_keys(1),
		      "factor                                                value "
		      "origin\n"
		      "cpu/EPYC 1st Gen (Naples)/ram_gb_included_per_package  89.6 "
		      "bundled\n"
		      "not shown for want of width: publisher\n");
	/* where nothing can be spared any more, it is broken as words are */
	assert_prints(table_of_keys(30),
		      /* of 42, 30 and 5 columns */
		      "factor                                                              "
		      "    value\n"
		      "cpu/EPYC 1st Gen (Naples)/ram_gb_included_                          "
		      "     89.6\n"
		      "per_package\n"
		      "not shown for want of width: origin, publisher\n");
}

static void what_is_left_out_leaves_its_room_to_words(void **state)
{
	(void)state;
	struct screen_table *table = table_new(0, 1);
	table_column(table, "what", TABLE_WORDS);
	table_column(table, "a", 0);
	table_column(table, "b", TABLE_SPARED);
	table_cell(table, "a sentence of words that takes some columns");
	table_cell(table, "12345678901234567890");
	table_cell(table, "123456789012345678901234567890123456789012345");
	assert_prints(table, "what                                        a\n"
			     "a sentence of words that takes some columns "
			     "12345678901234567890\n"
			     "not shown for want of width: b\n");
}

/* 50 columns of words beside 41 of a figure that can be spared: with 30 for the words both fit. */
static struct screen_table *words_beside_a_figure(void)
{
	struct screen_table *table = table_new(0, 1);
	table_column(table, "n", TABLE_RIGHT | TABLE_SPARED);
	table_column(table, "what", TABLE_WORDS);
	table_cell(table, "12345678901234567890123456789012345678901");
	table_cell(table, "a sentence of words that takes some fifty columns.");
	return table;
}

static void words_can_ask_for_more_columns_before_others_are_shown(void **state)
{
	(void)state;
	assert_prints(words_beside_a_figure(),
		      "                                        n what\n"
		      "12345678901234567890123456789012345678901 a sentence of words that "
		      "takes some\n"
		      "                                          fifty columns.\n");
	struct screen_table *table = words_beside_a_figure();
	table_words(table, 40);
	assert_prints(table, "what\n"
			     "a sentence of words that takes some fifty columns.\n"
			     "not shown for want of width: n\n");
}

static void what_cannot_be_spared_makes_each_row_a_list(void **state)
{
	(void)state;
	assert_prints(wide_table(0), "123456789012345678901234567890123456789\n"
				     "  b       123456789012345678901234567890123456789\n"
				     "  joules  ESTIMATED\n"
				     "123456789012345678901234567890123456789\n"
				     "  b       123456789012345678901234567890123456789\n"
				     "  joules  ESTIMATED\n");
}

static void words_take_further_lines_and_intervals_break_behind_their_dots(void **state)
{
	(void)state;
	struct screen_table *table = table_new(0, 1);
	table_column(table, "variant", TABLE_WORDS);
	table_column(table, "J", TABLE_RIGHT);
	table_column(table, "95 %", 0);
	table_cell(table, "python3 -m some.module --with-an-option=17");
	table_cell(table, "1234567890.123456789");
	table_cell(table, "1234567890.123456789..9876543210.123456789");
	assert_prints(table, "variant                                              J 95 %\n"
			     "python3 -m some.module --with-an- 1234567890.123456789 "
			     "1234567890.123456789..\n"
			     "option=17                                              "
			     "9876543210.123456789\n");
}

static void a_cell_is_torn_around_its_numbers(void **state)
{
	(void)state;
	assert_int_equal(cell_line("abcdef", 4, true), 4);
	assert_int_equal(cell_line("abc12.5def", 5, true), 3);
	assert_int_equal(cell_line("a 12 k b", 5, true), 2);
	assert_int_equal(cell_line("1234567", 5, false), 7);
	assert_int_equal(cell_line("12..34", 4, false), 4);
	assert_int_equal(cell_line("", 4, true), 0);
	assert_int_equal(cell_widest_piece("12.5..1234.5", false), 6);
}

/* A text of so many bytes at most: words, or a figure with or without an interval. */
static void some_cell(bool is_words, char *text, size_t size)
{
	static const char letters[] = "abcde fgh-ij/kl,mn_o p";
	if (is_words) {
		size_t n = (size_t)random() % (size - 1);
		for (size_t i = 0; i < n; i++)
			text[i] = letters[(size_t)random() % (sizeof(letters) - 1)];
		text[n] = '\0';
		return;
	}
	double value = (double)random() / RAND_MAX;
	for (long e = random() % 21 - 9; e != 0; e += e < 0 ? 1 : -1)
		value *= e < 0 ? 0.1 : 10;
	if (random() % 2)
		snprintf(text, size, "%.3f", value);
	else
		snprintf(text, size, "%.9f..%.9f", value, 2 * value);
}

/* The numbers of a cell stand in the text, unbroken. */
static void assert_shows(const char *text, const char *cell)
{
	for (const char *at = cell; *at;) {
		size_t n = strspn(at, "0123456789");
		char number[64];
		snprintf(number, sizeof(number), "%.*s", (int)n, at);
		assert_non_null(strstr(text, number));
		at += n + (at[n] != '\0');
	}
}

static void tables_of_any_cells_fit(void **state)
{
	(void)state;
	srandom(1);
	for (int trial = 0; trial < 3000; trial++) {
		struct screen_table *table = table_new((size_t)random() % 3,
						       1 + (size_t)random() % 2);
		size_t n_columns = 1 + (size_t)random() % 9, n_rows = (size_t)random() % 5;
		char cells[9 * 5][120];
		for (size_t i = 0; i < n_columns; i++)
			table_column(table, i ? "95 %" : "variant",
				     i ? TABLE_RIGHT : TABLE_WORDS);
		for (size_t i = 0; i < n_rows * n_columns; i++) {
			some_cell(i % n_columns == 0, cells[i], sizeof(cells[i]));
			table_cell(table, cells[i]);
		}
		char *text = printed(table);
		assert_true(widest_line(text) <= WRAP_COLUMNS);
		for (size_t i = 0; i < n_rows * n_columns; i++)
			assert_shows(text, cells[i]);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_fits_stays_as_it_is),
		cmocka_unit_test(no_line_ends_in_blanks),
		cmocka_unit_test(what_is_the_same_in_every_row_is_said_once),
		cmocka_unit_test(what_can_be_spared_is_left_out_and_named),
		cmocka_unit_test(a_name_is_whole_while_other_columns_can_be_spared),
		cmocka_unit_test(what_is_left_out_leaves_its_room_to_words),
		cmocka_unit_test(words_can_ask_for_more_columns_before_others_are_shown),
		cmocka_unit_test(what_cannot_be_spared_makes_each_row_a_list),
		cmocka_unit_test(
		    words_take_further_lines_and_intervals_break_behind_their_dots),
		cmocka_unit_test(a_cell_is_torn_around_its_numbers),
		cmocka_unit_test(tables_of_any_cells_fit),
	};
	if (!setlocale(LC_CTYPE, "C.UTF-8")) {
		print_error(
		    "no C.UTF-8\n"); /* which the C library has in itself since 2.35 */
		return 1;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
