#!/bin/sh
exec nice -n 10 tests/simulation/by-binary ./joulecart 40
