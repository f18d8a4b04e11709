#!/bin/sh
exec tests/simulation/searches 20
