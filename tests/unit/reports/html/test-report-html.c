/* The audit report as a page: parsed again, it must say what the database says and nothing
 * that the database could make it do. Figures are those of given_bench() (test-render.c has
 * the working): teacher 40 mJ, student 20.17 mJ a query, made with 100 J. */
#include <config.h>

#include "base/problem.h"
#include "reports/html/report-html.h"
#include "tests/unit/reports/given.h"

#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct page {
	char *text;
	xmlDoc *document;
	xmlXPathContext *paths;
};

static struct page page_of(sqlite3 *db)
{
	struct page page = { 0 };
	struct problem why;
	char message[900];
	size_t size = 0;
	const struct html_options options = { .path = "t.db", .language = "en" };
	FILE *out = open_memstream(&page.text, &size);
	if (report_html(db, &options, out, &why) != 0)
		fail_msg("%s", problem_text(&why, message, sizeof(message)));
	fclose(out);
	/* well-formed as XML: every element is closed, every name escaped */
	const char *root = strstr(page.text, "<html");
	page.document = xmlReadMemory(root, (int)strlen(root), "page", NULL,
				      XML_PARSE_NONET);
	assert_non_null(page.document);
	page.paths = xmlXPathNewContext(page.document);
	return page;
}

static void page_free(struct page *page)
{
	xmlXPathFreeContext(page->paths);
	xmlFreeDoc(page->document);
	free(page->text);
}

static int count(const struct page *page, const char *path)
{
	xmlXPathObject *found = xmlXPathEvalExpression((const xmlChar *)path, page->paths);
	assert_non_null(found);
	int n = found->nodesetval ? found->nodesetval->nodeNr : 0;
	xmlXPathFreeObject(found);
	return n;
}

static void expect_text(const struct page *page, const char *path, const char *expected)
{
	char *quoted = NULL;
	assert_true(asprintf(&quoted, "string(%s)", path) > 0);
	xmlXPathObject *found = xmlXPathEvalExpression((const xmlChar *)quoted,
						       page->paths);
	assert_non_null(found);
	if (!strstr((const char *)found->stringval, expected))
		fail_msg("'%s' is not in '%s'", expected, found->stringval);
	xmlXPathFreeObject(found);
	free(quoted);
}

static void the_summary_names_the_cheaper_variant_and_what_it_costs(void **state)
{
	(void)state;
	sqlite3 *db = given_bench();
	given_again(db);
	struct page page = page_of(db);
	expect_text(
	    &page, "//section[@id='summary']/h2",
	    "student answers a query with 50\u00a0% less energy than teacher, and is "
	    "right less often");
	expect_text(&page, "//div[@class='keys']/div[1]/p[@class='big']", "20.2 mJ");
	expect_text(&page, "//div[@class='keys']/div[3]/p[@class='big']", "\u22122.5");
	page_free(&page);
	sqlite3_close(db);
}

/* What is said of quality follows its interval against the baseline: 95 % of 16000, 400 and 16000
 * queries. */
static void quality_is_said_as_far_as_its_interval_goes(void **state)
{
	(void)state;
	static const struct {
		double student, queries;
		const char *heading, *interval, *front, *note;
	} cases[] = {
		{ 0.875, 16000, "energy than teacher, and is right less often",
		  "\u22123.2 to \u22121.8", "No variant beats another: what is cheaper",
		  "" },
		{ 0.875, 400,
		  "energy than teacher; whether it is right as often cannot be told",
		  "\u22126.9 to +1.9", "No variant beats another by its means", "" },
		{ 0.9, 16000,
		  "energy than teacher, and is right as often to within a point",
		  "\u22120.7 to +0.7", "One variant has the best means",
		  "These trials do not show whether it" },
		{ 0.925, 16000, "energy than teacher, and is right more often",
		  "+1.9 to +3.1", "One variant beats all others",
		  "teacher is dominated by student." },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sqlite3 *db = given_bench();
		given_again(db);
		char *sql = sqlite3_mprintf(
		    "UPDATE metric SET value = %f WHERE name = 'test_queries';"
		    "UPDATE metric SET value = %f WHERE name = 'top1' AND trial_id IN"
		    " (SELECT trial_id FROM trial WHERE variant = 'student')",
		    cases[i].queries, cases[i].student);
		database_run(db, sql);
		sqlite3_free(sql);
		struct page page = page_of(db);
		expect_text(&page, "//section[@id='summary']/h2", cases[i].heading);
		expect_text(&page, "//div[@class='keys']/div[3]/p[@class='interval']",
			    cases[i].interval);
		expect_text(&page, "//section[@id='quality']/h2", cases[i].front);
		expect_text(&page, "//section[@id='quality']", cases[i].note);
		page_free(&page);
		sqlite3_close(db);
	}
}

/* 100 J of making / (40 mJ * (1 - 0.504)) = 5042. */
static void break_even_divides_what_was_spent_by_what_is_saved(void **state)
{
	(void)state;
	sqlite3 *db = given_bench();
	given_again(db);
	struct page page = page_of(db);
	expect_text(&page, "//section[@id='break-even']/h2",
		    "student breaks even after ~5 k queries");
	page_free(&page);
	sqlite3_close(db);
}

/* Teacher: 39, 40, 41 mJ. The 95th percentile lies 0.9 of the way from 40 to 41. */
static void the_spread_between_trials_is_told(void **state)
{
	(void)state;
	sqlite3 *db = given_bench();
	struct page page = page_of(db);
	const char *row = "//table[caption[contains(., 'spread between the trials')]]"
			  "//tr[th='teacher']";
	expect_text(&page, row, "40.0\u00a0mJ40.0\u00a0mJ40.9\u00a0mJ1.0\u00a0mJ");
	page_free(&page);
	sqlite3_close(db);
}

/* 40 mJ * 1e6 / 0.8 (power supply) / 3.6e6 * 1.5 (PUE) * 100 g = 2.0833 g of O per million.
 * M: each query reserves 1 ms, so a million 1000 s, of 4 years' 126144000 s, of 1000 kg: 7.9275 g.
 * SCI: 10.0108 g. The table is in mg. */
static void carbon_is_taken_apart_into_what_made_it(void **state)
{
	(void)state;
	sqlite3 *db = given_bench();
	given_again(db);
	database_run(
	    db, "UPDATE factor SET value = 100 WHERE kind = 'grid' AND key = 'WORLD'"
		"  AND parameter = 'intensity';"
		"INSERT INTO setting (name, value, source) VALUES ('psu', 0.8, 's'),"
		"  ('pue', 1.5, 's'), ('embodied', 1000, 's'), ('life', 4, 's'),"
		"  ('share', 1, 's');"
		"INSERT INTO setting (name, text, source) VALUES ('zone', 'WORLD', 's')");
	struct page page = page_of(db);
	expect_text(&page, "//section[@id='carbon']//tbody/tr[th='teacher'][1]/td[3]",
		    "2.1 ");
	expect_text(&page, "//section[@id='carbon']//tbody/tr[th='teacher'][1]/td[4]",
		    "8 ");
	expect_text(&page, "//section[@id='carbon']//tbody/tr[th='teacher'][1]/td[5]",
		    "10 ");
	expect_text(&page, "//section[@id='carbon']/h2",
		    "Of the carbon of student, 88\u00a0% is the hardware itself");
	/* the figure has no more digits than the table */
	expect_text(
	    &page, "//section[@id='carbon']//*[local-name()='text'][contains(., ' = 2.1')]",
	    "10 = 2.1 + 8");
	expect_text(&page, "//section[@id='boundary']//tr[th='power supply loss']",
		    "by factor");
	page_free(&page);
	sqlite3_close(db);
}

/* The spread of all countries is nearly all of the doubt, the instruments are hardly any of it. */
static void a_part_of_the_doubt_is_neither_all_nor_nothing(void **state)
{
	(void)state;
	sqlite3 *db = given_bench();
	given_again(db);
	database_run(db, "UPDATE channel SET uncertainty_k2 = 1e-6");
	struct page page = page_of(db);
	const char *row = "//section[@id='uncertainty']//tbody/tr[td[4] = '< 0.1\u00a0%']";
	assert_true(count(&page, row) >= 1);
	assert_int_equal(count(&page, "//section[@id='uncertainty']//td[4][starts-with(., "
				      "'0.0') or starts-with(., 'below')]"),
			 0);
	expect_text(&page, "//section[@id='uncertainty']/h2",
		    "Of the uncertainty, more than 99\u00a0% has one cause");
	page_free(&page);
	sqlite3_close(db);
}

static void an_estimate_says_so_before_anything_else(void **state)
{
	(void)state;
	sqlite3 *db = given_bench();
	given_only_estimates(db);
	struct page page = page_of(db);
	expect_text(&page, "//header/p[@class='banner']", "ESTIMATED, not measured.");
	assert_true(count(&page, "//span[@class='how estimated']") >= 3);
	assert_int_equal(count(&page, "//section[@id='variants']"
				      "//span[@class='how measured']"),
			 0);
	page_free(&page);
	sqlite3_close(db);
}

/* The page of the bench after that change: has it the one text, and not the other? */
static void expect_instead(const char *sql, const char *path, const char *text,
			   const char *constant)
{
	sqlite3 *db = given_bench();
	given_again(db);
	struct page page = page_of(db);
	expect_text(&page, path, constant);
	page_free(&page);
	database_run(db, sql);
	page = page_of(db);
	expect_text(&page, path, text);
	if (strstr(page.text, constant))
		fail_msg("'%s' is still said", constant);
	page_free(&page);
	sqlite3_close(db);
}

static void sentences_follow_from_the_data(void **state)
{
	(void)state;
	const char *queries = "//table/caption[contains(., 'Variants answering')]";
	expect_instead("UPDATE trial SET block = 100 + trial_id WHERE variant = 'student'",
		       queries, "Variants answering queries. Same queries.",
		       "interleaved trials");
	expect_instead("UPDATE trial SET workload = NULL", queries,
		       "Variants answering queries. Interleaved trials.", "Same queries");
	expect_instead("UPDATE trial SET job = 'command';"
		       "UPDATE phase SET queries = NULL",
		       "//section[@id='limits']", "It is a calculation on one machine",
		       "The queries stand for real traffic");
	expect_instead("INSERT INTO trimmed VALUES (1, 1, '0', 1, 1, 1)",
		       "//section[@id='reproduce']", "raw readings were trimmed",
		       "The raw readings, the factors");
}

/* A sensor that was read in some trials only. */
static void what_is_partly_measured_is_not_called_estimated(void **state)
{
	(void)state;
	sqlite3 *db = given_bench();
	given_again(db);
	given_only_estimates(db);
	struct page page = page_of(db);
	expect_text(&page, "//section[@id='instruments']/h2", "No joule was measured");
	expect_text(&page, "//section[@id='limits']", "No joule in it was measured");
	page_free(&page);
	database_run(db,
		     "UPDATE channel SET collector = 'powercap', name = 'package-0',"
		     " provenance = 'measured' WHERE collector = 'estimate' AND trial_id"
		     " IN (SELECT trial_id FROM trial WHERE variant = 'student')");
	page = page_of(db);
	expect_text(&page, "//section[@id='instruments']/h2",
		    "Not every joule was measured");
	expect_text(&page, "//section[@id='limits']", "Not every joule in it was measured");
	expect_text(&page, "//header/p[@class='banner']", "ESTIMATED in part.");
	assert_null(strstr(page.text, "No energy counter could be read"));
	assert_null(strstr(page.text, "Every joule here is ESTIMATED"));
	page_free(&page);
	sqlite3_close(db);
}

/* Half of a processor is the run's, 2.5 are busy: what ran beside is said, and by compare's words. */
static void what_ran_beside_is_said(void **state)
{
	(void)state;
	sqlite3 *db = given_bench();
	given_again(db);
	given_only_estimates(db);
	struct page page = page_of(db);
	assert_null(strstr(page.text, "up to 2.0 CPUs busy with other work"));
	page_free(&page);
	database_run(db, "UPDATE stretch SET advance = 2500, advance_low = 2500,"
			 " advance_high = 2500 WHERE channel_id IN (SELECT channel_id"
			 " FROM channel WHERE name = 'busy')");
	page = page_of(db);
	expect_text(&page, "//section[@id='summary']//li[contains(., 'Something else')]",
		    "up to 2.0 CPUs busy with other work");
	page_free(&page);
	sqlite3_close(db);
}

static void names_in_the_database_stay_text(void **state)
{
	(void)state;
	sqlite3 *db = given_bench();
	database_run(db, "UPDATE trial SET variant = "
			 "'<script>alert(1)</script>`touch x`\"' || char(10) || '!touch y' "
			 "WHERE variant = 'student'");
	struct page page = page_of(db);
	assert_int_equal(count(&page, "//script"), 0);
	assert_null(strstr(page.text, "<script"));
	assert_true(count(&page, "//th[contains(., '<script>alert(1)')]") > 0);
	assert_int_not_equal(access("x", F_OK), 0);
	assert_int_not_equal(access("y", F_OK), 0);
	page_free(&page);
	sqlite3_close(db);
}

static void the_page_asks_nothing_of_a_network(void **state)
{
	(void)state;
	sqlite3 *db = given_bench();
	struct page page = page_of(db);
	assert_int_equal(count(&page, "//*[@src] | //link | //iframe | //object"), 0);
	assert_int_equal(count(&page, "//*[starts-with(@href, 'http')]"), 0);
	assert_null(strstr(page.text, "url(http"));
	assert_int_equal(count(&page, "//meta[@http-equiv='Content-Security-Policy']"), 1);
	page_free(&page);
	sqlite3_close(db);
}

static void tables_have_captions_and_charts_have_words(void **state)
{
	(void)state;
	sqlite3 *db = given_bench();
	struct page page = page_of(db);
	assert_int_equal(count(&page, "//table[not(caption)]"), 0);
	assert_int_equal(count(&page, "//thead//th[not(@scope)] | //tbody/tr[not(th)]"), 0);
	assert_int_equal(count(&page, "//*[local-name()='svg' and not(@aria-labelledby)]"),
			 0);
	assert_true(count(&page, "//*[local-name()='svg']/*[local-name()='desc']") >= 4);
	assert_int_equal(count(&page, "//*[@id = preceding::*/@id]"), 0);
	assert_int_equal(count(&page, "//*[local-name()='svg']//*[local-name()='filter']"),
			 0);
	assert_null(strstr(page.text, "rgb("));
	page_free(&page);
	sqlite3_close(db);
}

static void a_campaign_that_is_not_there_is_named(void **state)
{
	(void)state;
	sqlite3 *db = given_bench();
	struct problem why;
	const struct html_options options = { .campaign_id = 7,
					      .path = "t.db",
					      .language = "en" };
	FILE *out = fopen("/dev/null", "w");
	assert_int_equal(report_html(db, &options, out, &why), -1);
	assert_non_null(strstr(why.why, "no campaign 7"));
	assert_int_equal(why.kind, PROBLEM_USAGE);
	fclose(out);
	sqlite3_close(db);
}

static void a_run_of_one_command_is_a_report_too(void **state)
{
	(void)state;
	sqlite3 *db = given_campaign("run");
	given_trial(db, (struct given_trial){ "sort", "command", 1, 4000 });
	struct page page = page_of(db);
	expect_text(&page, "//section[@id='summary']/h2",
		    "One run of sort took 5.00\u00a0J");
	page_free(&page);
	sqlite3_close(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_summary_names_the_cheaper_variant_and_what_it_costs),
		cmocka_unit_test(quality_is_said_as_far_as_its_interval_goes),
		cmocka_unit_test(break_even_divides_what_was_spent_by_what_is_saved),
		cmocka_unit_test(the_spread_between_trials_is_told),
		cmocka_unit_test(carbon_is_taken_apart_into_what_made_it),
		cmocka_unit_test(a_part_of_the_doubt_is_neither_all_nor_nothing),
		cmocka_unit_test(an_estimate_says_so_before_anything_else),
		cmocka_unit_test(sentences_follow_from_the_data),
		cmocka_unit_test(what_is_partly_measured_is_not_called_estimated),
		cmocka_unit_test(what_ran_beside_is_said),
		cmocka_unit_test(names_in_the_database_stay_text),
		cmocka_unit_test(the_page_asks_nothing_of_a_network),
		cmocka_unit_test(tables_have_captions_and_charts_have_words),
		cmocka_unit_test(a_campaign_that_is_not_there_is_named),
		cmocka_unit_test(a_run_of_one_command_is_a_report_too),
	};
	return cmocka_run_group_tests_name("report-html", tests, NULL, NULL);
}
