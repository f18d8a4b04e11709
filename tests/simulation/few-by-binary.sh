#!/bin/sh
# The whole of it is 'make check-slow': here it is shown to work.
exec tests/simulation/by-binary ./joulecart 10
