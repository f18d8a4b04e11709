# Unit tests (cmocka) carry the folder they mirror; system tests (bats) drive the installed
# binary. Both speak TAP, so that each case counts in the summary.
TEST_EXTENSIONS = .bats
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh --merge --comments
BATS_LOG_DRIVER = $(LOG_DRIVER)
BATS_LOG_COMPILER = $(BATS)
AM_BATS_LOG_FLAGS = --formatter tap
AM_TESTS_ENVIRONMENT = CMOCKA_MESSAGE_OUTPUT=TAP; export CMOCKA_MESSAGE_OUTPUT;

unit_libs = libjc.a $(libjc_libs) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/base/test-problem
TESTS += tests/unit/base/test-problem
tests_unit_base_test_problem_SOURCES = %D%/unit/base/test-problem.c %D%/unit/cmocka.h
tests_unit_base_test_problem_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/schema/test-advance
TESTS += tests/unit/schema/test-advance
tests_unit_schema_test_advance_SOURCES = %D%/unit/schema/test-advance.c %D%/unit/cmocka.h
tests_unit_schema_test_advance_LDADD = $(unit_libs)
