# Turns schema/factors/*.tsv into one SQL script. Each file's first line names the columns of
# table factor, tab separated; lines that start with # and empty lines are comments. A row that
# could not be used (a missing column, source, licence or address, a value that is no number, a key
# given twice) stops the build with its place. Each row also gets its file and that file's
# SHA-256, so that a database says which edition of a table it was filled from.
BEGIN {
	FS = "\t"
	n_columns = split("kind key parameter value unit low high name year method scope basis " \
			  "boundary publisher edition source licence retrieved note address place gwp gases " \
			  "compared", column, " ")
	split("low high year method scope basis retrieved note place gwp gases compared", list, " ")
	for (i in list)
		may_lack[list[i]] = 1
	split("value low high year", list, " ")
	for (i in list)
		is_numeric[list[i]] = 1
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
function sha256_of(file, command, line)
{
	command = "sha256sum '" file "'"
	command | getline line
	close(command)
	if (substr(line, 1, 64) !~ /^[0-9a-f]+$/)
		refuse("sha256sum does not hash it")
	return substr(line, 1, 64)
}
FNR == 1 {
	for (i = 1; i <= n_columns; i++)
		if ($i != column[i])
			refuse("column " i " is '" $i "', not '" column[i] "'")
	file = FILENAME
	sub(/.*\//, "", file)
	sha256 = sha256_of(FILENAME)
	next
}
/^#/ || /^[ \r]*$/ { next }
{
	if (NF != n_columns)
		refuse(NF " columns, not " n_columns)
	if ($9 != "" && $9 !~ /^[0-9][0-9][0-9][0-9]$/)
		refuse("year '" $9 "' is not a year")
	if (($1, $2, $3) in seen)
		refuse("'" $1 " " $2 " " $3 "' is there twice")
	seen[$1, $2, $3] = 1
	row = ""
	for (i = 1; i <= n_columns; i++) {
		is_own = column[i] == "address" && $14 == "joulecart" # an assumption
		if ($i == "" && !(column[i] in may_lack) && !is_own)
			refuse("no " column[i])
		if ($i != "" && column[i] in is_numeric && !is_number($i))
			refuse(column[i] " '" $i "' is not a number")
		row = row ($i == "" ? "NULL" : column[i] in is_numeric ? $i : quoted($i)) ", "
	}
	if (n_rows++ == 0) {
		print "INSERT INTO factor (kind, key, parameter, value, unit, low, high, name, year,"
		print "                    method, scope, basis, boundary, publisher, edition, source,"
		print "                    licence, retrieved, note, address, place, gwp, gases, compared,"
		print "                    file, sha256) VALUES"
	} else
		print ","
	printf "(%s%s, '%s')", row, quoted(file), sha256
}
END {
	if (!failed)
		print n_rows ? ";" : ""
}
