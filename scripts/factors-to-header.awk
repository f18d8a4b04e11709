# Turns schema/factors/*.tsv into the rows of a C array (struct bundled_factor, schema/database/bundled.c).
# Each file's first line names the columns of table factor, tab separated; lines that start with # and empty lines are comments. A row that
# could not be used (a missing column, source, licence or address, a value that is no number, a key
# given twice) stops the build with its place. Each row also gets its file and that file's
# SHA-256, so that a database says which edition of a table its rows are from. The last row is computed
# from the others: how far the countries' intensities spread, for a database that holds only its own.
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
	gsub(/\\/, "\\\\", text)
	gsub(/"/, "\\\"", text)
	return "\"" text "\""
}
function field(i, text)
{
	if (column[i] == "year")
		return text == "" ? 0 : text
	if (column[i] in is_numeric)
		return text == "" ? "NAN" : text
	return text == "" ? "NULL" : quoted(text)
}
function print_row(row, file, sha256)
{
	printf "{%s%s, \"%s\"},\n", row, quoted(file), sha256
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
		row = row field(i, $i) ", "
	}
	print_row(row, file, sha256)
	if ($1 == "grid" && $3 == "intensity" && length($2) == 2 && $11 == "lifecycle" && $4 > 0) {
		logarithm[n_countries++] = log($4)
		sum += log($4)
		latest = $18 > latest ? $18 : latest
		grid_file = file
		grid_sha256 = sha256
	}
}
# The standard deviation of the logarithms: v_doubt's and reports/verify/doubts.c's rule.
END {
	if (failed || n_countries < 2)
		exit failed
	for (i = 0; i < n_countries; i++)
		squares += (logarithm[i] - sum / n_countries) ^ 2
	split("uncertainty|countries|ln_sd|" sprintf("%.17g", sqrt(squares / (n_countries - 1))) \
	      "|1|||Spread of all countries' grid intensities||||" \
	      "|standard deviation of the natural logarithms|joulecart|as cited|computed from the " \
	      n_countries " countries of " grid_file "|as there|" latest "|", spread, "|")
	row = ""
	for (i = 1; i <= n_columns; i++)
		row = row field(i, spread[i]) ", "
	print_row(row, grid_file, grid_sha256)
}
