/* statistics FILE MEANS - what the program's own functions say of the numbers in FILE, one "name
 * value" a line; the bootstrap's resampled means go to the file MEANS. For agreement.R. */
#include <config.h>

#include "reports/statistics/bootstrap.h"
#include "reports/statistics/paired.h"
#include "reports/statistics/test-power.h"
#include "reports/statistics/wilcoxon.h"

#include <stdio.h>
#include <stdlib.h>

enum { MOST = 1000 };

static void say(const char *name, double value)
{
	printf("%s %.15g\n", name, value);
}

static void say_t(const char *name, struct t_test test)
{
	printf("%s.p %.15g\n%s.low %.15g\n%s.high %.15g\n%s.df %.15g\n", name, test.p, name,
	       test.ci95.low, name, test.ci95.high, name, test.degrees);
}

static int say_bca(const double *values, size_t n, const char *path)
{
	static double means[BOOTSTRAP_RESAMPLES];
	struct interval bca;
	FILE *out = fopen(path, "w");
	if (!out || bootstrap_bca(values, n, BOOTSTRAP_RESAMPLES, 1, means, &bca) != 0)
		return -1;
	for (size_t i = 0; i < BOOTSTRAP_RESAMPLES; i++)
		fprintf(out, "%.17g\n", means[i]);
	say("bca.low", bca.low);
	say("bca.high", bca.high);
	return fclose(out);
}

static void say_holm(const double *values, size_t n)
{
	double p[MOST];
	char name[32];
	/* any p-values will do: the t test of ever more of the data */
	for (size_t i = 2; i < n; i++)
		p[i - 2] = t_paired(values, i).p;
	holm_adjust(p, n - 2);
	for (size_t i = 2; i < n; i++) {
		snprintf(name, sizeof(name), "holm.%zu", i);
		say(name, p[i - 2]);
	}
}

int main(int argc, char **argv)
{
	static double values[MOST];
	size_t n = 0;
	struct wilcoxon ranks;
	FILE *in = argc == 3 ? fopen(argv[1], "r") : NULL;
	if (!in)
		return 2;
	while (n < MOST && fscanf(in, "%lf", &values[n]) == 1)
		n++;
	fclose(in);
	say_t("t", t_paired(values, n));
	say_t("welch", t_welch(values, n / 2, values + n / 2, n - n / 2));
	if (wilcoxon_signed_rank(values, n, &ranks) != 0 ||
	    say_bca(values, n, argv[2]) != 0)
		return 1;
	say("wilcoxon.v", ranks.statistic);
	say("wilcoxon.p", ranks.p);
	say("wilcoxon.exact", ranks.is_exact);
	say("wilcoxon.shift", ranks.shift);
	say("wilcoxon.low", ranks.ci95.low);
	say("wilcoxon.high", ranks.ci95.high);
	say_holm(values, n);
	say("acf", autocorrelation(values, n).lag1);
	say("power", power_paired(n, 0.01, t_paired(values, n).sd, 0.05));
	say("detectable", power_detectable(n, t_paired(values, n).sd, 0.05));
	return 0;
}
