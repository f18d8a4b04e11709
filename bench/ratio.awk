# bench/ratio.awk - lines 'ROUND NAME VALUE' become medians, and ratios with an interval.
#
#     awk -f ratio.awk -v unit=us -v scale=1e3 -v pairs='a/b c/b' FILE
#
# Prints the median of each name that a pair has, divided by scale, and for each pair the median
# of the rounds' ratios with its 95 % interval: order statistics of the ratios, so that nothing
# is assumed of their distribution, and a drift of the machine is in both sides of each.
function sort_values(a, n,    i, j, t) {
	for (i = 2; i <= n; i++) {
		t = a[i]
		for (j = i - 1; j > 0 && a[j] > t; j--) a[j + 1] = a[j]
		a[j + 1] = t
	}
}
function middle(a, n) { return n % 2 ? a[(n + 1) / 2] : (a[n / 2] + a[n / 2 + 1]) / 2 }
function median_of(name,    i, n, values) {
	for (i = 1; i <= rounds; i++) if ((i, name) in value) values[++n] = value[i, name]
	sort_values(values, n)
	return middle(values, n) / scale
}
function compare(a, b,    i, n, low, values) {
	for (i = 1; i <= rounds; i++)
		if ((i, a) in value && (i, b) in value) values[++n] = value[i, a] / value[i, b]
	sort_values(values, n)
	low = int((n - 1.96 * sqrt(n)) / 2)
	if (low < 1) low = 1
	printf "%-24s %10.2f %s   / %-20s %10.2f %s   = %.3f   (%.3f to %.3f)\n", a, median_of(a), unit,
		b, median_of(b), unit, middle(values, n), values[low], values[n + 1 - low]
}
{ value[$1, $2] = $3; if ($1 > rounds) rounds = $1 }
END {
	n_pairs = split(pairs, pair, " ")
	for (p = 1; p <= n_pairs; p++) {
		split(pair[p], side, "/")
		compare(side[1], side[2])
	}
}
