#!/bin/sh
# The whole of it is 'make check-slow': here it is shown to work, and under sanitizers with fewer still.
n=20
! grep -q __asan_init ./joulecart || n=10
exec tests/simulation/by-binary ./joulecart "$n"
