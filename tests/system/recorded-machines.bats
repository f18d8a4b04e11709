#!/usr/bin/env bats
# Machines that were recorded by 'joulecart doctor --record', and the recording itself.
load ../helper

recorded=$TESTS_SOURCE/tests/machines/recorded

# COMMAND on a recorded machine, without perf.
on_recorded() {
	local archive=$1
	shift
	"$fakes/mount-recorded.sh" "$archive" -- "$WITHOUT_PERF" "$@"
}

need_recorded() {
	local why status=0
	why=$(on_recorded "$recorded/cloud-amd-epyc-turin.tar.gz" true 2>&1) || status=$?
	[ "$status" != 77 ] || skip "${why#mount-recorded.sh: }"
	[ "$status" = 0 ] || fail "$why"
}

# What doctor --json says, as far as files decide it.
by_files() {
	jq -S -f "$recorded/by-files.jq"
}

@test "on each recorded machine doctor says what is expected of it" {
	need_recorded
	local archive n=0
	for archive in "$recorded"/*.tar.gz; do
		on_recorded "$archive" "$JOULECART" doctor --json | by_files >seen.json
		diff -u "${archive%.tar.gz}.json" seen.json || fail "on ${archive##*/}"
		n=$((n + 1))
	done
	[ "$n" -gt 0 ]
}

@test "a recording says of a machine what the machine itself says" {
	need_recorded
	need_machines
	local machine
	for machine in server two-dies hwmon laptop hot; do
		# shellcheck disable=SC2016 # expands there
		on "$machine" sh -c '"$JOULECART" doctor --record "$0.tar.gz" >"$0.txt" &&
			setpriv --bounding-set=-all --inh-caps=-all "$1" \
			"$JOULECART" doctor --json >"$0.live"' "$machine" "$WITHOUT_PERF"
		on_recorded "$machine.tar.gz" "$JOULECART" doctor --json | by_files >"$machine.json"
		diff -u <(by_files <"$machine.live") "$machine.json" || fail "on $machine"
	done
}

@test "what may not be read is recorded as such, and can't be read where it is replayed" {
	need_recorded
	need_machines
	# shellcheck disable=SC2016 # expands there
	on_copy server sh -c 'chmod 0 $(find class -name energy_uj) &&
		setpriv --bounding-set=-all --inh-caps=-all "$JOULECART" doctor --record locked.tar.gz'
	tar -tvzf locked.tar.gz >members
	grep -E '^-{10} .*/energy_uj$' members
	run -0 on_recorded locked.tar.gz "$JOULECART" doctor
	has "$output" 'powercap +[0-9]+ zones: permission denied'
}

# --- nothing private ---------------------------------------------------------------------

# This machine with private words in every place where machines have them.
with_private_words() {
	mkdir -p sys/class/power_supply/hid-a4:5e:60:c1:22:0f-battery sys/class/hwmon/hwmon0 \
		sys/devices/system/cpu
	(
		cd sys/class/power_supply/hid-a4:5e:60:c1:22:0f-battery || exit
		echo Battery >"./type"
		echo Device >scope
		echo SN-4711-0815 >serial_number
		echo POWER_SUPPLY_SERIAL_NUMBER=SN-4711-0815 >uevent
	)
	echo "meter-$(hostname)" >sys/class/hwmon/hwmon0/name
	echo 1000000 >sys/class/hwmon/hwmon0/power1_input
	echo "of 3f2504e0-4f89-41d3-9a0c-0305e82c3301, a_person" >sys/class/hwmon/hwmon0/power1_label
	echo 0 >sys/devices/system/cpu/online
	printf 'processor\t: 0\nmodel name\t: A\nSerial\t\t: 00000000deadbeef\n' >cpuinfo
	printf 'cpu  1 2 3 4 5 6 7 8 9 10\nbtime 1700000001\nprocesses 4711\n' >stat
	# shellcheck disable=SC2016 # expands there
	alone sh -c 'mount --bind sys /sys && mount --bind cpuinfo /proc/cpuinfo &&
		mount --bind stat /proc/stat && exec "$@"' sh "$@"
}

@test "a recording holds no serial number, UUID, address, host or user name, and no process" {
	need_mounts
	with_private_words env USER=a_person "$JOULECART" doctor --record private.tar.gz >said
	{ tar -tzf private.tar.gz && tar -xzOf private.tar.gz; } >all
	has "$(<all)" 'meter-x' # so it did look there
	for word in SN-4711 deadbeef 3f2504e0 a4:5e:60 a_person btime 1700000001 'processes 4711'; do
		has_not "$(<all)" "$word"
	done
	run -1 grep -wiF "$(hostname)" all
	has "$(<said)" 'command line: [0-9]+ such words were redacted'
	tar --numeric-owner -tvzf private.tar.gz >members
	is "$(awk '{ print $2, $4 }' members | sort -u)" '0/0 1970-01-01'
}

@test "a recording goes over no file unless told so, and is whole or not there" {
	echo mine >there.tar.gz
	run -1 --separate-stderr joulecart doctor --record there.tar.gz
	is "$stderr" "joulecart: cannot write 'there.tar.gz': file exists (add --force, or name another file)"
	is "$(<there.tar.gz)" mine
	run -0 joulecart doctor --record=there.tar.gz --force
	tar -tzf there.tar.gz >members
	has "$(<members)" about
	run -1 --separate-stderr joulecart doctor --record nowhere/there.tar.gz
	is "$stderr" "joulecart: cannot write 'nowhere/there.tar.gz': no such file or directory (check the name, and that its folder is there)"
}

@test "a recording for which the disk has no room is an error, and leaves nothing" {
	need_mounts
	mkdir small
	# shellcheck disable=SC2016 # expands there
	run -1 --separate-stderr alone sh -c 'mount -t tmpfs -o size=4k tmpfs small &&
		head -c 4096 /dev/zero >small/full
		"$JOULECART" doctor --record small/m.tar.gz || { ls -A small; exit 1; }'
	is "$stderr" "joulecart: cannot write 'small/m.tar.gz': no space left on device (make room on that disk, or choose another)"
	is "$output" full
}

@test "doctor --record lists what it took" {
	run -0 joulecart doctor --record mine.tar.gz
	has "$output" 'mine.tar.gz: [0-9]+ files, [0-9]+ KB'
	has "$output" '1  which processor: /proc/cpuinfo'
	has "$output" 'tar -tzf mine.tar.gz'
	is "$(awk 'length($0) > 80' <<<"$output")" ''
	is "$(tar -tzf mine.tar.gz | grep -vcE '^(sys|proc|about)')" 0
}
