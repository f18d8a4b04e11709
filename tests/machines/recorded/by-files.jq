# What of doctor --json follows from the recorded files: the sources that read such files, and
# nothing of where the program is or of what the tests' own machine answers.
del(.fixes) |
.collectors |= map(select(.name | IN("powercap", "power-pmu", "hwmon", "battery", "hwevents",
	"cputime", "context", "estimate")) | del(.source)) |
.checks |= map(select(.name != "load")) |
walk(if type == "string" then gsub("/[^ ']*/joulecart\\b"; "joulecart") else . end)
