# Turns SQL files into C strings: sql_NAME for each NAME.sql, its dashes as underscores. Comments
# at the margin go; indented ones stay: they explain a view where it is kept, in the database.
FNR == 1 {
	if (NR > 1)
		print "    ;"
	name = FILENAME
	sub(/.*\//, "", name)
	sub(/\.sql$/, "", name)
	gsub(/-/, "_", name)
	printf "static const char sql_%s[] =\n    \"\"\n", name
}
/^(--|$)/ { next }
{
	gsub(/\\/, "\\\\")
	gsub(/"/, "\\\"")
	printf "    \"%s\\n\"\n", $0
}
END { print "    ;" }
