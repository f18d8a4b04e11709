# Turns a style sheet into a C string: NAME.css becomes NAME_css, its dashes as underscores.
FNR == 1 {
	name = FILENAME
	sub(/.*\//, "", name)
	gsub(/[.-]/, "_", name)
	printf "static const char %s[] =\n", name
}
{
	gsub(/\\/, "\\\\")
	gsub(/"/, "\\\"")
	printf "    \"%s\\n\"\n", $0
}
END { print "    ;" }
