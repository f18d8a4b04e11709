#!/bin/sh
exec tests/simulation/campaigns 100
