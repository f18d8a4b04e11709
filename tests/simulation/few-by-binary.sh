#!/bin/sh
exec tests/simulation/by-binary ./joulecart 40
