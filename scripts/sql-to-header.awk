# Turns SQL files into C strings: sql_NAME for each NAME.sql, its dashes as underscores. Comments
# at the margin go, and so do all of a view, and its indentation: each file holds all views, and a database of one
# short command is to be small. What explains a view is in schema/views*.sql and joulecart(5).
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
		next
}
{
	gsub(/\\/, "\\\\")
	gsub(/"/, "\\\"")
	printf "    \"%s\\n\"\n", $0
}
END { print "    ;" }
