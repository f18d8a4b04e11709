# Turns schema/cloud-regions.tsv into SQL: one row of table cloud_region each. Its first line
# names the columns; lines that start with # are comments.
BEGIN {
	FS = "\t"
	print "INSERT INTO cloud_region (provider, region, location, zone, pue, wue_l_per_kwh, year) VALUES"
}
FNR == 1 || /^#/ { next }
{
	if (NF != 7 || $7 !~ /^[0-9]+$/ || $5 !~ /^[0-9.]*$/ || $6 !~ /^[0-9.]*$/) {
		printf "%s:%d: not a region\n", FILENAME, FNR > "/dev/stderr"
		exit 1
	}
	gsub(/'/, "''")
	printf "%s('%s', '%s', '%s', '%s', %s, %s, %s)", n++ ? ",\n" : "", $1, $2, $3, $4,
	       $5 == "" ? "NULL" : $5, $6 == "" ? "NULL" : $6, $7
}
END { print ";" }
