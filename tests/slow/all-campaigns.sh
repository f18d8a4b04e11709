#!/bin/sh
exec tests/simulation/campaigns 1000
