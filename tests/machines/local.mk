# Whole machines under QEMU, one test for each line of the table; README.md has the rest.
TEST_EXTENSIONS += .guest
GUEST_LOG_DRIVER = $(LOG_DRIVER)
# check exits with 1 when a case failed, which would count as one more failure
AM_GUEST_LOG_DRIVER_FLAGS = --ignore-exit
GUEST_LOG_COMPILER = $(SUPERVISE)
AM_GUEST_LOG_FLAGS = $(TEST_FILE_LIMIT_S) $(top_srcdir)/%D%/check
AM_TESTS_ENVIRONMENT += JOULECART_BUILD='$(abs_top_builddir)'; export JOULECART_BUILD;
EXTRA_DIST += %D%/README.md %D%/boot %D%/check %D%/energy.bash %D%/expect %D%/guest.bash %D%/init %D%/known.S %D%/modules \
  %D%/prepare %D%/run-all %D%/settings.bash %D%/table %D%/worker.c

# All of them, or some: make check-machines MACHINES='server amd'.
check-machines: all tests/supervise
	+@JOULECART_BUILD='$(abs_top_builddir)' MAKE='$(MAKE)' $(top_srcdir)/%D%/run-all $(MACHINES)
.PHONY: check-machines
