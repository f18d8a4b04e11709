# What takes long, or needs what few have: make check-slow.
check_PROGRAMS += tests/slow/statistics
tests_slow_statistics_SOURCES = %D%/statistics.c
tests_slow_statistics_LDADD = $(unit_libs)
check_PROGRAMS += tests/slow/fleet-host
tests_slow_fleet_host_SOURCES = %D%/fleet-host.c
tests_slow_fleet_host_LDADD = libjc.a $(libjc_libs)
AM_TESTS_ENVIRONMENT += FLEET_HOST='$(abs_top_builddir)/tests/slow/fleet-host'; export FLEET_HOST;
EXTRA_DIST += %D%/agreement.R
slow_tests = %D%/r-agreement.bats %D%/rust.bats %D%/frameworks.bats %D%/typescript.bats %D%/quality.bats %D%/privacy.bats %D%/slurm.bats %D%/nodes.bats \
  %D%/all-campaigns.sh %D%/all-by-binary.sh %D%/all-searches.sh
EXTRA_DIST += %D%/marking.rs %D%/marks.ts %D%/distil.py %D%/forward.py %D%/privacy.py %D%/serve.js
dist_check_SCRIPTS += $(slow_tests)
AM_TESTS_ENVIRONMENT += STATISTICS='$(abs_top_builddir)/tests/slow/statistics'; export STATISTICS;

check-slow: $(check_PROGRAMS)
	$(MAKE) $(AM_MAKEFLAGS) check-TESTS TEST_FILE_LIMIT_S=7200 TESTS='$(slow_tests)'
.PHONY: check-slow

# 10 000 faults that a program may meet while it marks.
check-slow: check-slow-faults
check-slow-faults: $(check_PROGRAMS)
	FAULTS=10000 $(MAKE) $(AM_MAKEFLAGS) check-TESTS TEST_FILE_LIMIT_S=7200 \
	  TESTS=tests/system/marking-faults.bats
.PHONY: check-slow-faults

# What a Prometheus has after a counter passed its range 100 times, which takes a quarter of an hour.
check-slow: check-slow-prometheus
check-slow-prometheus: all
	WRAPS=100 $(MAKE) $(AM_MAKEFLAGS) check TEST_FILE_LIMIT_S=3600 TESTS=tests/system/prometheus.bats
.PHONY: check-slow-prometheus

# Fifty databases of machines whose power was cut.
check-slow: check-slow-machines
check-slow-machines: all
	MACHINE_BOOTS=6 $(MAKE) $(AM_MAKEFLAGS) check-machines MACHINES=power-cut TEST_FILE_LIMIT_S=3600
.PHONY: check-slow-machines

# Functions of known power that take turns of 10, 5, 2, 1 and 0.5 ms on one and on four threads, 200 runs each.
check-slow: check-slow-regions
check-slow-regions: all
	REGION_RUNS=200 REGION_SECONDS=0.8 $(MAKE) $(AM_MAKEFLAGS) check TEST_FILE_LIMIT_S=7200 \
	  TESTS=tests/system/region-powers.bats
.PHONY: check-slow-regions

# The parts of a program by its stacks, in 100 runs, and 10 000 processes.
check-slow: check-slow-profile
check-slow-profile: all
	PROFILE_RUNS=100 PROFILE_PROCESSES=10000 $(MAKE) $(AM_MAKEFLAGS) check TEST_FILE_LIMIT_S=3600 \
	  TESTS=tests/system/profile.bats
.PHONY: check-slow-profile

# Every figure in every place, in all 64 states of what is stated and what is not.
check-slow: check-slow-figures
check-slow-figures: all
	FIGURE_STATES=all $(MAKE) $(AM_MAKEFLAGS) check TEST_FILE_LIMIT_S=3600 \
	  TESTS=tests/cli/one-figure.bats
.PHONY: check-slow-figures

# 300 hosts with 144 million readings, pushed by 8 processes, and 100 kills.
check-slow: check-slow-fleet
check-slow-fleet: all
	FLEET_HOSTS=300 FLEET_SECONDS=600 FLEET_PUSHERS=8 FLEET_KILLS=100 $(MAKE) $(AM_MAKEFLAGS) check \
	  TEST_FILE_LIMIT_S=7200 TESTS=tests/system/fleet-kills.bats
.PHONY: check-slow-fleet
