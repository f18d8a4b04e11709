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
	"$models" data --n 3000 --json --task mirror | grep '"split":"test"' >"$BATS_FILE_TMPDIR/pictures"
}

# trained VARIANT [OPTION]...: trains it so, and names its file
trained() {
	"$models" train "$@" 2>/dev/null | sed -n 's/^  file    \(.*\) (.*/\1/p'
}

# agrees VARIANT [OPTION]...: trained so, NumPy has the same figures
agrees() {
	local queries=queries other=()
	$python -c 'import numpy' 2>/dev/null || skip 'no NumPy (apt-get install python3-numpy)'
	[[ "$*" != *"--task mirror"* ]] || queries=pictures
	[ "$1" != cascade ] || other=("$(trained teacher "${@:2}")")
	weights=$(trained "$@")
	"$models" eval "$@" --json >evaluation
	run -0 $python "$TESTS_SOURCE/tests/slow/forward.py" "$weights" "$BATS_FILE_TMPDIR/$queries" evaluation "${other[@]}"
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

@test "the teacher's layers as chains of three" {
	agrees lowrank-cp --samples 3200 --epochs 1
}

@test "the teacher that answers at its first sure head" {
	agrees early-exit-softmax --samples 9600
	agrees early-exit-entropy --samples 9600
}

@test "weights that share values, in a file of fewer bits" {
	agrees codebook --samples 3200 --epochs 1
}

@test "integers, with and without zero points, and of a few bits" {
	agrees int8 --samples 9600
	agrees asymmetric --samples 9600
	agrees mixed --samples 9600
}

@test "the linear model of hashed n-grams" {
	agrees hashed-linear --samples 6400
}

@test "the cascade, whose teacher is asked where the student is not sure" {
	agrees cascade --samples 6400 --epochs 2
}

@test "the mirror's teacher, whole, in integers, and at its early heads" {
	agrees teacher --task mirror --samples 3200 --epochs 2
	agrees int8 --task mirror --samples 3200 --epochs 2
	agrees early-exit-softmax --task mirror --samples 3200 --epochs 2
}

@test "the mirror's student, in depthwise convolutions, and cut to fewer channels in integers" {
	agrees student-hard --task mirror --samples 6400 --epochs 4
	agrees student-pruned-int8 --task mirror --samples 3200 --epochs 2
}
