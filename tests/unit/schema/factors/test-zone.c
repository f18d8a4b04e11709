/* A zone is found by any of its codes; an unknown one leads to the nearest. */
#include <config.h>

#include "base/problem.h"
#include "schema/factors/zone.h"
#include "tests/unit/database.h"

#include <math.h>
#include <string.h>

static int open_database(void **state)
{
	*state = database_with("");
	return 0;
}

static int close_database(void **state)
{
	return sqlite3_close(*state);
}

static void expect_zone(sqlite3 *db, const char *asked, const char *expected)
{
	char key[ZONE_KEY_SIZE];
	struct problem why;
	assert_int_equal(zone_resolve(db, asked, key, sizeof(key), &why), 0);
	assert_string_equal(key, expected);
}

static void expect_problem(sqlite3 *db, const char *asked, const char *expected)
{
	char key[ZONE_KEY_SIZE], text[900];
	struct problem why;
	assert_int_equal(zone_resolve(db, asked, key, sizeof(key), &why), -1);
	assert_int_equal(why.kind, PROBLEM_USAGE);
	assert_string_equal(problem_text(&why, text, sizeof(text)), expected);
}

static void codes_of_two_and_three_letters_and_words_are_found(void **state)
{
	expect_zone(*state, "DE", "DE");
	expect_zone(*state, "deu", "DE");
	expect_zone(*state, "World", "WORLD");
	expect_zone(*state, "eu", "EU");
	expect_zone(*state, "CYM", "KY"); /* the source's own table calls it CY */
	expect_zone(*state, "CY", "CY");
	expect_zone(*state, "latin-america", "LATIN-AMERICA");
}

static void a_code_in_common_use_leads_to_the_official_one(void **state)
{
	expect_problem(*state, "UK",
		       "unknown zone 'UK': zones are ISO 3166 codes (did you mean 'GB'? "
		       "see joulecart factors --zones)");
}

static void a_name_leads_to_its_code_even_mistyped(void **state)
{
	expect_problem(*state, "germny",
		       "unknown zone 'germny': zones are ISO 3166 codes (did you mean "
		       "'DE'? see joulecart factors --zones)");
	expect_problem(*state, "France",
		       "unknown zone 'France': zones are ISO 3166 codes (did you mean "
		       "'FR'? see joulecart factors --zones)");
}

static void equally_near_zones_are_all_named(void **state)
{
	expect_problem(
	    *state, "Irak",
	    "unknown zone 'Irak': zones are ISO 3166 codes (did you mean 'IQ' or "
	    "'IR'? see joulecart factors --zones)");
}

static void nothing_near_leads_to_no_guess(void **state)
{
	expect_problem(*state, "qqqqqq",
		       "unknown zone 'qqqqqq': zones are ISO 3166 codes (give a country, "
		       "such as 'DE', or 'WORLD'; see joulecart factors --zones)");
	expect_problem(*state, "",
		       "unknown zone '': zones are ISO 3166 codes (give a country, such as "
		       "'DE', or 'WORLD'; see joulecart factors --zones)");
}

/* The shipped table itself. */
static void every_factor_has_a_plausible_value_and_its_year(void **state)
{
	sqlite3_stmt *row = NULL;
	assert_int_equal(
	    sqlite3_prepare_v2(
		*state,
		"SELECT count(*), sum(value BETWEEN 10 AND 1500),"
		"       sum(year BETWEEN 2022 AND 2024),"
		"       sum(length(key) = 2 AND length(note) >= 3) FROM factor "
		"WHERE kind = 'grid' AND file = 'grid.tsv'",
		-1, &row, NULL),
	    SQLITE_OK);
	assert_int_equal(sqlite3_step(row), SQLITE_ROW);
	assert_int_equal(sqlite3_column_int(row, 0), 208 + 13); /* countries, regions */
	assert_int_equal(sqlite3_column_int(row, 1), 221);
	assert_int_equal(sqlite3_column_int(row, 2), 221);
	assert_int_equal(sqlite3_column_int(row, 3), 208);
	sqlite3_finalize(row);
}

/* The rule that v_doubt falls back to where a file holds the countries and not this row. */
static void the_spread_of_all_countries_is_that_of_their_rows(void **state)
{
	sqlite3_stmt *row = NULL;
	assert_int_equal(
	    sqlite3_prepare_v2(
		*state,
		"WITH x AS (SELECT ln(value) AS x FROM v_factor WHERE kind = 'grid'"
		" AND parameter = 'intensity' AND length(key) = 2 AND scope = 'lifecycle')"
		" SELECT f.value, sqrt((sum(x * x) - count(*) * avg(x) * avg(x))"
		" / (count(*) - 1)) FROM x JOIN factor f ON f.kind = 'uncertainty'"
		" AND f.key = 'countries'",
		-1, &row, NULL),
	    SQLITE_OK);
	assert_int_equal(sqlite3_step(row), SQLITE_ROW);
	assert_true(sqlite3_column_double(row, 0) > 0.5);
	assert_true(fabs(sqlite3_column_double(row, 0) - sqlite3_column_double(row, 1)) <
		    1e-9);
	sqlite3_finalize(row);
}

/* A row that two could mean, or of which nobody knows what it holds, is worth nothing. */
static void every_intensity_says_what_it_holds_and_where_it_is_from(void **state)
{
	sqlite3_stmt *row = NULL;
	assert_int_equal(
	    sqlite3_prepare_v2(
		*state,
		"SELECT (SELECT count(*) FROM factor WHERE kind = 'grid'"
		"        AND parameter LIKE 'intensity%' AND (method IS NULL OR scope IS "
		"NULL"
		"        OR basis IS NULL)),"
		"       (SELECT count(*) FROM factor WHERE retrieved IS NULL"
		"        OR length(sha256) IS NOT 64 OR file IS NULL),"
		"       (SELECT count(*) FROM cloud_region r WHERE NOT EXISTS (SELECT 1"
		"        FROM factor f WHERE f.kind = 'grid' AND f.key = r.zone)),"
		"       (SELECT count(*) FROM factor WHERE low > value OR high < value)",
		-1, &row, NULL),
	    SQLITE_OK);
	assert_int_equal(sqlite3_step(row), SQLITE_ROW);
	for (int i = 0; i < 4; i++)
		assert_int_equal(sqlite3_column_int(row, i), 0);
	sqlite3_finalize(row);
}

static void a_part_of_the_us_grid_has_its_own_figure(void **state)
{
	expect_zone(*state, "US-CAMX", "US-CAMX");
	expect_zone(*state, "us-cal", "US-CAMX");
	expect_zone(*state, "US", "US");
}

static void a_cloud_region_leads_to_where_it_is(void **state)
{
	expect_zone(*state, "aws/eu-west-3", "FR");
	expect_zone(*state, "google/me-central1",
		    "QA"); /* Doha, whatever its source says */
	expect_problem(*state, "azure/northeurope",
		       "unknown zone 'azure/northeurope': zones are ISO 3166 codes (give a "
		       "country, such as 'DE', or 'WORLD'; see joulecart factors --zones)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_of_two_and_three_letters_and_words_are_found),
		cmocka_unit_test(a_code_in_common_use_leads_to_the_official_one),
		cmocka_unit_test(a_name_leads_to_its_code_even_mistyped),
		cmocka_unit_test(equally_near_zones_are_all_named),
		cmocka_unit_test(nothing_near_leads_to_no_guess),
		cmocka_unit_test(every_factor_has_a_plausible_value_and_its_year),
		cmocka_unit_test(the_spread_of_all_countries_is_that_of_their_rows),
		cmocka_unit_test(every_intensity_says_what_it_holds_and_where_it_is_from),
		cmocka_unit_test(a_part_of_the_us_grid_has_its_own_figure),
		cmocka_unit_test(a_cloud_region_leads_to_where_it_is),
	};
	return cmocka_run_group_tests(tests, open_database, close_database);
}
