#!/usr/bin/env bats
# Training that is divided among the ranks of an MPI job.
bats_require_minimum_version 1.5.0

setup_file() {
	BUILD="$(dirname "${JOULECART:-$PWD/joulecart}")"
	MODELS="$BUILD/joulecart-models"
	export BUILD MODELS
	export XDG_DATA_HOME="$BATS_FILE_TMPDIR/data"
	# A container's tests are root's; and ranks are more than processors here.
	export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1
	# MPI's own libraries keep what they allocated, to the end: the sanitizers would report it.
	export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0"
	# few to train on and few to test with: most of the time would go to the tests
	"$MODELS" data --json --n 640 >"$BATS_FILE_TMPDIR/queries.jsonl"
	export TINY="--data $BATS_FILE_TMPDIR/queries.jsonl --epochs 1"
	# shellcheck disable=SC2086 # words
	"$MODELS" train student-hard $TINY --data-dir "$BATS_FILE_TMPDIR/alone" >"$BATS_FILE_TMPDIR/alone.out"
}

# figure NAME: of what 'train' printed last, or of what is in $alone
figure() {
	sed -n "s/^  $1 *\([0-9.]*\).*/\1/p" <<<"${2:-$output}"
}

# near NAME TOLERANCE: the figure is that of the training by one process
near() {
	awk -v a="$(figure "$1")" -v b="$(figure "$1" "$(<"$BATS_FILE_TMPDIR/alone.out")")" -v t="$2" \
		'BEGIN { exit !(a != "" && b != "" && a - b <= t && b - a <= t) }'
}

@test "one, two and four ranks give the same file, to the bit, and the first writes it" {
	for ranks in 1 2 4; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr -0 mpirun -n $ranks "$MODELS" train student-hard $TINY --mpi \
			--data-dir "$BATS_TEST_TMPDIR/$ranks"
		[ "$(grep -c '^student-hard: made' <<<"$output")" -eq 1 ]
		# of a training without --mpi it is so but for rounding
		near loss 0.002
		near top-1 0.01
		[ "$(figure ranks)" = $ranks ]
		[[ "$output" == *"ranks   $ranks; this one sent "*" MB of gradients, and waited "*" s for those of others"* ]]
		# the same name, so that it is found without --mpi
		[ "$(ls "$BATS_TEST_TMPDIR/$ranks")" = "$(ls "$BATS_FILE_TMPDIR/alone")" ]
		cmp "$BATS_TEST_TMPDIR/1"/*.safetensors "$BATS_TEST_TMPDIR/$ranks"/*.safetensors
	done
}

@test "one rank needs no mpirun" {
	# shellcheck disable=SC2086 # words
	run -0 "$MODELS" train student-hard $TINY --samples 64 --mpi
	[ "$(figure ranks)" = 1 ]
	[[ "$output" == *"this one sent 0.0 MB of gradients"* ]]
}

@test "the parent is trained by all ranks, and told of once" {
	for ranks in 1 2; do
		# shellcheck disable=SC2086 # words
		run -0 mpirun -n $ranks "$MODELS" train student $TINY --samples 64 --mpi \
			--data-dir "$BATS_TEST_TMPDIR/$ranks"
		[ "$(grep -c "needs 'teacher', which is not trained yet" <<<"$output")" -eq 1 ]
		[ "$(grep -c '^student: made' <<<"$output")" -eq 1 ]
	done
	diff -r "$BATS_TEST_TMPDIR/1" "$BATS_TEST_TMPDIR/2"
}

@test "a rank that is killed ends the job, and leaves no file" {
	mpirun -n 2 "$MODELS" train student-hard --epochs 1000 --mpi --data-dir "$BATS_TEST_TMPDIR/killed" \
		>"$BATS_TEST_TMPDIR/out" 2>&1 3>&- &
	job=$!
	for _ in $(seq 600); do
		mapfile -t ranks < <(pgrep -P $job)
		[ "${#ranks[@]}" -lt 2 ] || break
		sleep 0.1
	done
	sleep 1
	kill -KILL "${ranks[1]:-$job}"
	status=0
	wait $job || status=$?
	[ $status -ne 0 ]
	grep -q 'exited on signal 9' "$BATS_TEST_TMPDIR/out"
	[ ! -e "$BATS_TEST_TMPDIR/killed" ]
}

@test "ranks of different commands are refused, and none waits for the others" {
	# shellcheck disable=SC2086 # words
	run mpirun -n 1 "$MODELS" train student-hard $TINY --mpi : \
		-n 1 "$MODELS" train student-hard $TINY --mpi --seed 2
	[ "$status" -eq 1 ]
	[[ "$output" == *"joulecart: cannot train together with the other ranks: they have options or queries of their \
own (give every rank the same command, the same files and the same kind of processor)"* ]]
}

@test "what cannot be divided is refused with what can be done" {
	# shellcheck disable=SC2086 # words
	run mpirun -n 3 "$MODELS" train student-hard $TINY --mpi
	[ "$status" -eq 2 ]
	[[ "$output" == *"joulecart: cannot train with 3 ranks: the 32 queries of a batch cannot be dealt out evenly \
(start 2, 4, 8, 16 or 32 ranks)"* ]]
	run "$MODELS" train int8 --mpi
	[ "$status" -eq 2 ]
	[ "$output" = "joulecart: cannot train 'int8' with MPI: it is computed from other weights, not trained \
(leave --mpi out)" ]
}

@test "the models need no MPI, and say what is missing where it is asked for" {
	run ! grep -q libmpi <(readelf -d "$MODELS")
	cp "$MODELS" "$BATS_TEST_TMPDIR"
	[ ! -e "$(sed -n 's/^pkglibexecdir = //p' "$BUILD/Makefile")/joulecart-mpi.so" ] || return 0
	run "$BATS_TEST_TMPDIR/joulecart-models" train student-hard --mpi
	[ "$status" -eq 1 ]
	[[ "$output" == "joulecart: cannot train with MPI: "*"joulecart-mpi.so: "*" (apt-get install openmpi-bin; a build \
has it where libopenmpi-dev was installed before)" ]]
}
