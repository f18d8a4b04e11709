# Turns SQL files into C strings: sql_NAME for each NAME.sql, its dashes as underscores. Comments
# at the margin go; indented ones stay: they explain a view where it is kept, in the database. A
# view's lines are kept without their indentation, its comments with no more than two blanks in a
# row: each file holds all views, and a database of one short command is to be small.
# A table's text stays as older files have it.
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
name ~ /^views/ {
	sub(/^ +/, "")
	if (/^--/)
		gsub(/   +/, "  ")
}
{
	gsub(/\\/, "\\\\")
	gsub(/"/, "\\\"")
	printf "    \"%s\\n\"\n", $0
}
END { print "    ;" }
