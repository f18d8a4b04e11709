#!/usr/bin/env bats
# t, Welch, Wilcoxon, Hodges-Lehmann, BCa, Holm, autocorrelation and power against R's own, on
# the same numbers. Needs the Debian packages r-base-core and r-cran-boot.
load ../helper

agrees() {
	command -v Rscript >/dev/null || skip 'r-base-core is not installed'
	Rscript -e 'library(boot)' 2>/dev/null || skip 'r-cran-boot is not installed'
	"$STATISTICS" data means >figures
	run -0 Rscript "$TESTS_SOURCE/tests/slow/agreement.R" data figures means
	echo "# $output" >&3
}

# numbers N MEAN SD DECIMALS: from a generator that is the same everywhere
numbers() {
	awk -v n="$1" -v mean="$2" -v sd="$3" -v d="$4" 'BEGIN {
		x = 12345
		for (i = 0; i < n; i++) {
			for (s = j = 0; j < 12; j++) { x = (x * 16807) % 2147483647; s += x / 2147483647 }
			printf "%.*f\n", d, mean + sd * (s - 6)
		} }' >data
}

@test "12 values: exact ranks" {
	numbers 12 -0.02 0.03 9
	agrees
}

@test "49 values: the most that are exact" {
	numbers 49 0.005 0.03 9
	agrees
}

@test "200 values: the normal law" {
	numbers 200 0.004 0.03 9
	agrees
}

@test "30 values with ties" {
	numbers 30 -0.01 0.02 2
	agrees
}

@test "values with a far outlier" {
	numbers 20 -0.02 0.01 9
	echo 0.9 >>data
	agrees
}
