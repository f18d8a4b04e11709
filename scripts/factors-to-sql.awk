# Turns schema/factors/*.tsv into one SQL script. Each file's first line names the columns of
# table factor, tab separated; lines that start with # and empty lines are comments. A row that
# could not be used (a missing column, source or licence, a value that is no number, a key
# given twice) stops the build with its place.
BEGIN {
	FS = "\t"
	n_columns = split("kind key parameter value unit name year boundary source licence note", \
			  column, " ")
}
function refuse(what)
{
	printf "%s:%d: %s\n", FILENAME, FNR, what > "/dev/stderr"
	failed = 1
	exit 1
}
function quoted(text)
{
	gsub(/'/, "''", text)
	return "'" text "'"
}
function is_number(text)
{
	return text ~ /^-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?$/
}
FNR == 1 {
	for (i = 1; i <= n_columns; i++)
		if ($i != column[i])
			refuse("column " i " is '" $i "', not '" column[i] "'")
	next
}
/^#/ || /^[ \r]*$/ { next }
{
	if (NF != n_columns)
		refuse(NF " columns, not " n_columns)
	if (!is_number($4))
		refuse("value '" $4 "' is not a number")
	if ($7 != "" && $7 !~ /^[0-9][0-9][0-9][0-9]$/)
		refuse("year '" $7 "' is not a year")
	if (($1, $2, $3) in seen)
		refuse("'" $1 " " $2 " " $3 "' is there twice")
	seen[$1, $2, $3] = 1
	row = ""
	for (i = 1; i <= n_columns; i++) {
		if ($i == "" && i != 7 && i != 11)
			refuse("no " column[i])
		row = row (i > 1 ? ", " : "") \
		      ($i == "" ? "NULL" : i == 4 || i == 7 ? $i : quoted($i))
	}
	if (n_rows++ == 0) {
		print "INSERT INTO factor (kind, key, parameter, value, unit, name, year, boundary,"
		print "                    source, licence, note) VALUES"
	} else
		print ","
	printf "(%s)", row
}
END {
	if (!failed)
		print n_rows ? ";" : ""
}
