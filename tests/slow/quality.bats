#!/usr/bin/env bats
# The forward pass and every measure of quality, against NumPy's from the weights file alone. Needs the Debian
# package python3-numpy.
load ../helper

models=$(dirname "${JOULECART:-$PWD/joulecart}")/joulecart-models
python=/usr/bin/python3 # Debian's, which python3-numpy is for

setup_file() {
	export OPENBLAS_NUM_THREADS=1 # matrices so small are not worth waiting for another thread
	export XDG_DATA_HOME=$BATS_FILE_TMPDIR/data
	"$models" data --n 6000 --json >"$BATS_FILE_TMPDIR/queries"
}

# agrees VARIANT [OPTION]...: trained so, NumPy has the same figures
agrees() {
	$python -c 'import numpy' 2>/dev/null || skip 'no NumPy (apt-get install python3-numpy)'
	"$models" train "$@" >made
	"$models" eval "$@" --json >evaluation
	run -0 $python "$TESTS_SOURCE/tests/slow/forward.py" "$(sed -n 's/^  file    \(.*\) (.*/\1/p' made)" \
		"$BATS_FILE_TMPDIR/queries" evaluation
	echo "# $1: $output" >&3
}

@test "the small network by itself" {
	agrees student-hard --samples 6400 --epochs 4
}

@test "the teacher" {
	agrees teacher --samples 9600
}

@test "the teacher without half of its channels" {
	agrees pruned-channel --samples 3200 --epochs 1
}

@test "the teacher's layers as products of thinner ones" {
	agrees lowrank-svd --samples 3200 --epochs 1
}
