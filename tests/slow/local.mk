# What takes long, or needs what few have: make check-slow.
check_PROGRAMS += tests/slow/statistics
tests_slow_statistics_SOURCES = %D%/statistics.c
tests_slow_statistics_LDADD = $(unit_libs)
EXTRA_DIST += %D%/agreement.R
slow_tests = %D%/r-agreement.bats %D%/rust.bats %D%/all-campaigns.sh %D%/all-by-binary.sh
EXTRA_DIST += %D%/marking.rs
dist_check_SCRIPTS += $(slow_tests)
AM_TESTS_ENVIRONMENT += STATISTICS='$(abs_top_builddir)/tests/slow/statistics'; export STATISTICS;

check-slow: $(check_PROGRAMS)
	$(MAKE) $(AM_MAKEFLAGS) check-TESTS TESTS='$(slow_tests)'
.PHONY: check-slow
