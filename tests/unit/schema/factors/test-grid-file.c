/* Every format of hourly intensities, as its publisher writes it, in old names and new. */
#include <config.h>

#include "base/problem.h"
#include "schema/factors/data-file.h"
#include "schema/factors/grid-file.h"
#include "schema/factors/grid-time.h"
#include "tests/unit/cmocka.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct grid_declared nothing;

static int read_text(const char *text, const struct grid_declared *declared,
		     struct grid_file *file, struct problem *why)
{
	char path[] = "/tmp/joulecart-grid-XXXXXX";
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	struct data_file data;
	*file = (struct grid_file){ 0 };
	int code = data_file_read(path, &data, why);
	unlink(path);
	if (code != 0)
		return code;
	code = grid_file_parse(&data, declared, file, why);
	data_file_free(&data);
	return code;
}

static struct grid_file good(const char *text, const struct grid_declared *declared)
{
	struct grid_file file;
	struct problem why;
	char said[900];
	if (read_text(text, declared, &file, &why) != 0)
		fail_msg("%s", problem_text(&why, said, sizeof(said)));
	return file;
}

static void bad(const char *text, const struct grid_declared *declared, const char *reason)
{
	struct grid_file file;
	struct problem why;
	assert_int_equal(read_text(text, declared, &file, &why), -1);
	assert_string_equal(why.why, reason);
	assert_int_equal(file.n_series, 0);
}

static void expect_series(const struct grid_series *series, const char *method,
			  const char *scope, const char *basis, size_t n)
{
	assert_string_equal(series->method, method);
	assert_string_equal(series->scope, scope);
	if (basis)
		assert_string_equal(series->basis, basis);
	else
		assert_null(series->basis);
	assert_int_equal(series->n, n);
}

static void expect_point(const struct grid_series *series, size_t i, int64_t begin_s,
			 int64_t end_s, double g_per_kwh)
{
	assert_int_equal(series->points[i].begin_ns, begin_s * 1000000000);
	assert_int_equal(series->points[i].end_ns, end_s * 1000000000);
	if (fabs(series->points[i].g_per_kwh - g_per_kwh) > 1e-9)
		fail_msg("%.12g, not %.12g", series->points[i].g_per_kwh, g_per_kwh);
}

/* 2024-05-01 00:00 UTC is 1714521600 s. */
static const int64_t MAY = 1714521600;

static void electricity_maps_of_today_has_two_scopes(void **state)
{
	(void)state;
	struct grid_file file = good(
	    "\xef\xbb\xbf"
	    "Datetime (UTC),Country,Zone name,Zone id,Carbon intensity gCO\u2082eq/kWh "
	    "(direct),"
	    "Carbon intensity gCO\u2082eq/kWh (Life cycle),Carbon-free energy percentage "
	    "(CFE%),"
	    "Renewable energy percentage (RE%),Data source,Data estimated,"
	    "Data estimation method\r\n"
	    "2024-05-01 00:00:00,Germany,Germany,DE,310.5,380.25,50,40,entsoe,false,\r\n"
	    "2024-05-01 "
	    "01:00:00,Germany,Germany,DE,300,370,50,40,entsoe,true,TIME_SLICER\r\n",
	    &nothing);
	assert_string_equal(file.format, "electricitymaps-csv");
	assert_string_equal(file.zone, "DE");
	assert_int_equal(file.n_series, 2);
	expect_series(&file.series[0], "average", "direct", "consumption", 2);
	expect_series(&file.series[1], "average", "lifecycle", "consumption", 2);
	expect_point(&file.series[0], 0, MAY, MAY + 3600, 310.5);
	expect_point(&file.series[1], 1, MAY + 3600, MAY + 7200, 370);
	assert_int_equal(file.series[0].points[0].is_estimated, 0);
	assert_int_equal(file.series[0].points[1].is_estimated, 1);
	grid_file_free(&file);
}

static void electricity_maps_of_2021_and_in_plain_ascii_too(void **state)
{
	(void)state;
	struct grid_file file = good(
	    "Datetime (UTC),Country,Zone Name,Zone Id,Carbon Intensity gCO2eq/kWh (direct),"
	    "Carbon Intensity gCO2eq/kWh (LCA),Low Carbon Percentage,Renewable Percentage,"
	    "Data Source,Data Estimated,Data Estimation Method\n"
	    "2021-01-01T00:00:00Z,France,France,FR,30,50,90,20,x,,\n",
	    &nothing);
	assert_int_equal(file.n_series, 2);
	expect_point(&file.series[1], 0, 1609459200, 1609459200 + 3600, 50);
	assert_int_equal(file.series[1].points[0].is_estimated, -1);
	grid_file_free(&file);
}

static void electricity_maps_as_its_api_answers(void **state)
{
	(void)state;
	struct grid_file file = good(
	    "{\"zone\":\"DE\",\"history\":[{\"zone\":\"DE\",\"carbonIntensity\":321,"
	    "\"datetime\":\"2024-05-01T00:00:00.000Z\",\"emissionFactorType\":"
	    "\"lifecycle\","
	    "\"isEstimated\":true,\"estimationMethod\":\"x\"},{\"zone\":\"DE\","
	    "\"carbonIntensity\":null,\"datetime\":\"2024-05-01T01:00:00.000Z\","
	    "\"emissionFactorType\":\"lifecycle\"}]}",
	    &nothing);
	assert_int_equal(file.n_series, 1);
	expect_series(&file.series[0], "average", "lifecycle", "consumption", 1);
	expect_point(&file.series[0], 0, MAY, MAY + 3600, 321);
	grid_file_free(&file);
}

static void the_uk_is_half_hourly_and_actual_before_forecast(void **state)
{
	(void)state;
	struct grid_file file = good(
	    "{\"data\":[{\"from\":\"2024-05-01T00:00Z\",\"to\":\"2024-05-01T00:30Z\","
	    "\"intensity\":{\"forecast\":100,\"actual\":90,\"index\":\"low\"}},"
	    "{\"from\":\"2024-05-01T00:30Z\",\"to\":\"2024-05-01T01:00Z\","
	    "\"intensity\":{\"forecast\":110,\"actual\":null,\"index\":\"low\"}}]}",
	    &nothing);
	assert_string_equal(file.zone, "GB");
	expect_series(&file.series[0], "average", "direct", "consumption", 2);
	expect_point(&file.series[0], 0, MAY, MAY + 1800, 90);
	expect_point(&file.series[0], 1, MAY + 1800, MAY + 3600, 110);
	assert_int_equal(file.series[0].points[0].is_estimated, 0);
	assert_int_equal(file.series[0].points[1].is_estimated, 1);
	grid_file_free(&file);
	file = good("from,to,region,regionId,actual,forecast,index\n"
		    "2024-05-01T00:00Z,2024-05-01T00:30Z,GB,18,,120,low\n",
		    &nothing);
	expect_point(&file.series[0], 0, MAY, MAY + 1800, 120);
	grid_file_free(&file);
}

/* 412.5 lb/MWh * 0.45359237 = 187.106852625 g/kWh */
static void watttime_is_in_pounds_and_marginal(void **state)
{
	(void)state;
	struct grid_file file = good(
	    "{\"meta\":{\"region\":\"CAISO_NORTH\",\"signal_type\":\"co2_moer\","
	    "\"units\":\"lbs_co2_per_mwh\"},\"data\":[{\"point_time\":"
	    "\"2024-05-01T00:00:00+00:00\",\"value\":412.5,\"version\":\"3.2\"},"
	    "{\"point_time\":\"2024-05-01T00:05:00+00:00\",\"value\":400}]}",
	    &nothing);
	assert_string_equal(file.zone, "CAISO_NORTH");
	expect_series(&file.series[0], "marginal", "direct", NULL, 2);
	expect_point(&file.series[0], 0, MAY, MAY + 300, 187.106852625);
	grid_file_free(&file);
	const struct grid_declared average = { .zone = "US-CAL", .method = "average" };
	bad("point_time,value,version\n2024-05-01T00:00:00Z,412.5,3\n", &average,
	    "its values are marginal, not average");
	bad("point_time,value\n2024-05-01T00:00:00Z,412.5\n", &nothing,
	    "the file does not say its zone");
	bad("{\"meta\":{\"region\":\"X\",\"signal_type\":\"health_damage\"},\"data\":["
	    "{\"point_time\":\"2024-05-01T00:00:00Z\",\"value\":1}]}",
	    &nothing, "its signal 'health_damage' is neither co2_moer nor co2_aoer");
}

static void what_a_generic_file_does_not_say_must_be_declared(void **state)
{
	(void)state;
	static const char text[] = "timestamp;avg_CI\n"
				   "2024-05-01T02:00:00+02:00;100\n"
				   "2024-05-01T03:00:00+02:00;\n"
				   "2024-05-01T04:00:00+02:00;120\n";
	const struct grid_declared zone = { .zone = "DE" };
	const struct grid_declared some = { .zone = "DE", .method = "average" };
	const struct grid_declared all = { "DE", "average", "direct" };
	bad(text, &zone, "the file does not say its method");
	bad(text, &some, "the file does not say its scope");
	struct grid_file file = good(text, &all);
	expect_series(&file.series[0], "average", "direct", NULL, 2);
	expect_point(&file.series[0], 0, MAY, MAY + 3600, 100); /* the hole stays one */
	grid_file_free(&file);
	bad("timestamp,carbon_intensity\n2024-05-01T00:00:00,100\n", &all,
	    "row 2: '2024-05-01T00:00:00' is no time with its offset from UTC");
}

static void what_is_no_series_is_refused_with_its_place(void **state)
{
	(void)state;
	const struct grid_declared all = { "DE", "average", "direct" };
	bad("a,b\n1,2\n", &nothing, "its header is of no format that joulecart knows");
	bad("{\"a\":1}", &nothing, "it is of no format that joulecart knows");
	bad("", &nothing, "its header is of no format that joulecart knows");
	bad("timestamp,avg_CI\n2024-05-01T00:00:00Z,low\n", &all,
	    "row 2: 'low' is no intensity");
	bad("timestamp,avg_CI\n2024-05-01T00:00:00Z,-3\n", &all,
	    "row 2: '-3' is no intensity");
	bad("timestamp,avg_CI\n", &all, "there is no value in it");
	bad("timestamp,avg_CI\n2024-05-01T00:00:00Z,1\n2024-05-01T00:00:00Z,2\n", &all,
	    "there is no value in it");
	bad("timestamp,avg_CI\n2024-05-01T00:00:00Z,1\n2024-02-30T00:00:00Z,2\n", &all,
	    "row 3: '2024-02-30T00:00:00Z' is no time with its offset from UTC");
	bad("{\"zone\":\"DE\",\"history\":[{\"carbonIntensity\":1,\"datetime\":"
	    "\"2023-02-29T00:00Z\"}]}",
	    &all, "value 1: '2023-02-29T00:00Z' is no time");
	bad("{\"zone\":\"DE\",\"history\":[{\"carbonIntensity\":-1,\"datetime\":"
	    "\"2023-02-28T00:00Z\"}]}",
	    &all, "its value of 2023-02-28T00:00Z is no intensity");
	bad("timestamp,project_name,run_id,emissions\n2024-05-01T00:00:00,x,1,2\n", &all,
	    "its header is of no format that joulecart knows");
}

/* Three hours of which the second has no value, in each way to write that. */
static void a_missing_value_is_a_hole_that_no_neighbour_covers(void **state)
{
	(void)state;
	static const char *const words[] = { "",   "NaN", "nan",  "null",
					     "NA", "N/A", "None", "-" };
	const struct grid_declared all = { "DE", "average", "direct" };
	char text[200];
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		snprintf(text, sizeof(text),
			 "timestamp,avg_CI\n2024-05-01T00:00Z,100\n2024-05-01T01:00Z,%s\n"
			 "2024-05-01T02:00Z,120\n",
			 words[i]);
		struct grid_file file = good(text, &all);
		expect_series(&file.series[0], "average", "direct", NULL, 2);
		expect_point(&file.series[0], 0, MAY, MAY + 3600, 100);
		expect_point(&file.series[0], 1, MAY + 7200, MAY + 10800, 120);
		grid_file_free(&file);
	}
	struct grid_file file = good(
	    "{\"zone\":\"DE\",\"history\":["
	    "{\"carbonIntensity\":355,\"datetime\":\"2024-05-01T00:00Z\"},"
	    "{\"carbonIntensity\":null,\"datetime\":\"2024-05-01T01:00Z\"},"
	    "{\"carbonIntensity\":396,\"datetime\":\"2024-05-01T02:00Z\"}]}",
	    &all);
	assert_int_equal(file.series[0].n, 2);
	expect_point(&file.series[0], 0, MAY, MAY + 3600, 355);
	grid_file_free(&file);
}

static void a_time_with_two_values_is_left_out_and_the_rest_is_read(void **state)
{
	(void)state;
	const struct grid_declared all = { "DE", "average", "direct" };
	char said[GRID_TIME_SIZE];
	struct grid_file file = good("timestamp,avg_CI\n2024-05-01T00:00Z,100\n"
				     "2024-05-01T01:00Z,7\n2024-05-01T01:00Z,8\n"
				     "2024-05-01T01:00Z,7\n2024-05-01T02:00Z,120\n"
				     "2024-05-01T02:00Z,120\n2024-05-01T03:00Z,130\n",
				     &all);
	assert_int_equal(file.series[0].n, 3);
	expect_point(&file.series[0], 0, MAY, MAY + 3600, 100);
	expect_point(&file.series[0], 1, MAY + 7200, MAY + 10800, 120);
	assert_int_equal(file.n_doubled, 1);
	assert_string_equal(grid_time_text(file.doubled_ns, said), "2024-05-01T01:00Z");
	grid_file_free(&file);
}

/* What carbonintensity.org.uk's page gives to download. */
static void the_uk_as_its_page_gives_it(void **state)
{
	(void)state;
	struct grid_file file = good("Datetime (UTC),Actual Carbon Intensity (gCO2/kWh),"
				     "Forecast Carbon Intensity (gCO2/kWh),Index\n"
				     "2024-05-01T00:00Z,105,94,moderate\n"
				     "2024-05-01T00:30Z,99,96,low\n"
				     "2024-05-01T01:00Z,,95,low\n",
				     &nothing);
	assert_string_equal(file.zone, "GB");
	expect_series(&file.series[0], "average", "direct", "consumption", 3);
	expect_point(&file.series[0], 0, MAY, MAY + 1800, 105);
	expect_point(&file.series[0], 2, MAY + 3600, MAY + 5400, 95);
	assert_int_equal(file.series[0].points[1].is_estimated, 0);
	assert_int_equal(file.series[0].points[2].is_estimated, 1);
	grid_file_free(&file);
}

static void electricity_maps_with_data_and_value(void **state)
{
	(void)state;
	struct grid_file file = good(
	    "{\"zone\":\"DE\",\"temporalGranularity\":\"hourly\","
	    "\"unit\":\"gCO2eq/kWh\",\"data\":["
	    "{\"zone\":\"DE\",\"datetime\":\"2024-05-01T00:00:00.000Z\","
	    "\"value\":321,\"emissionFactorType\":\"lifecycle\","
	    "\"flowTraced\":true,\"isEstimated\":false},"
	    "{\"zone\":\"DE\",\"datetime\":\"2024-05-01T01:00:00.000Z\","
	    "\"value\":330,\"emissionFactorType\":\"lifecycle\","
	    "\"flowTraced\":true,\"isEstimated\":true}]}",
	    &nothing);
	assert_string_equal(file.zone, "DE");
	expect_series(&file.series[0], "average", "lifecycle", "consumption", 2);
	expect_point(&file.series[0], 1, MAY + 3600, MAY + 7200, 330);
	grid_file_free(&file);
	file = good("{\"data\":[{\"zone\":\"FR\",\"carbonIntensity\":50,"
		    "\"datetime\":\"2024-05-01T00:00Z\",\"emissionFactorType\":\"direct\","
		    "\"flowTraced\":false}]}",
		    &nothing);
	assert_string_equal(file.zone, "FR");
	expect_series(&file.series[0], "average", "direct", "production", 1);
	grid_file_free(&file);
	bad("{\"zone\":\"DE\",\"unit\":\"%\",\"data\":[{\"value\":40,\"datetime\":"
	    "\"2024-05-01T00:00Z\",\"emissionFactorType\":\"direct\"}]}",
	    &nothing, "its unit '%' is not gCO2eq/kWh");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(electricity_maps_of_today_has_two_scopes),
		cmocka_unit_test(electricity_maps_of_2021_and_in_plain_ascii_too),
		cmocka_unit_test(electricity_maps_as_its_api_answers),
		cmocka_unit_test(the_uk_is_half_hourly_and_actual_before_forecast),
		cmocka_unit_test(watttime_is_in_pounds_and_marginal),
		cmocka_unit_test(what_a_generic_file_does_not_say_must_be_declared),
		cmocka_unit_test(what_is_no_series_is_refused_with_its_place),
		cmocka_unit_test(a_missing_value_is_a_hole_that_no_neighbour_covers),
		cmocka_unit_test(a_time_with_two_values_is_left_out_and_the_rest_is_read),
		cmocka_unit_test(the_uk_as_its_page_gives_it),
		cmocka_unit_test(electricity_maps_with_data_and_value),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
