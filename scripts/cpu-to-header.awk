# Turns schema/factors/cpu.tsv into the C table that collectors/cpu/estimate.c includes: one
# initialiser per processor, its parameters by name. The last key is the fallback.
# scripts/factors-to-header.awk checks the form of the rows.
BEGIN {
	FS = "\t"
	print "/* Made from schema/factors/cpu.tsv by scripts/cpu-to-header.awk. */"
	print "static const struct cpu_coefficients cpu_coefficients[] = {"
}
FNR == 1 || /^#/ || /^[ \r]*$/ { next }
$2 != key {
	if (key != "")
		print "\t},"
	key = $2
	printf "\t{\n\t\t.microarchitecture = \"%s\",\n", key
}
{ printf "\t\t.%s = %s,\n", $3, $4 }
END { print "\t},\n};" }
