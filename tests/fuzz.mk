# Every parser of text from outside: its seeds as a test, and 'make fuzz' with libFuzzer.
fuzz_targets = %D%/fuzz/targets.c %D%/fuzz/targets.h %D%/fuzz/tree.c %D%/fuzz/tree.h \
  %D%/fuzz/opener-target.c %D%/fuzz/opener-target.h %D%/fuzz/text-target.c %D%/fuzz/text-target.h %D%/fuzz/must.h
# Collectors that read whole folders of sysfs: compiled once more, for folders of the tests.
tree_sources = collectors/board/battery.c collectors/board/hwmon.c
tree_flags = -DHWMON_ROOT='"hwmon"' -DSUPPLY_ROOT='"power_supply"'
check_PROGRAMS += tests/fuzz/replay
TESTS += tests/fuzz/replay
tests_fuzz_replay_SOURCES = %D%/fuzz/replay.c $(fuzz_targets) $(tree_sources)
tests_fuzz_replay_CPPFLAGS = $(AM_CPPFLAGS) $(tree_flags)
tests_fuzz_replay_LDADD = libjc.a $(libjc_libs)
AM_TESTS_ENVIRONMENT += SEEDS='$(abs_top_srcdir)/%D%/fuzz/seeds'; export SEEDS;
EXTRA_DIST += %D%/fuzz/seeds %D%/fuzz/fuzzer.c

# A sealed file, mutated: tests/cli/mutations.bats runs some hundred, make check-slow 100 000.
check_PROGRAMS += tests/fuzz/mutate-sealed
tests_fuzz_mutate_sealed_SOURCES = \
  %D%/fuzz/mutate-sealed.c %D%/fuzz/mutations.c %D%/fuzz/mutations.h
tests_fuzz_mutate_sealed_LDADD = $(SQLITE_LIBS) $(SODIUM_LIBS)
AM_TESTS_ENVIRONMENT += MUTATE_SEALED='$(abs_top_builddir)/tests/fuzz/mutate-sealed'; export MUTATE_SEALED;
check-slow: check-slow-mutations
check-slow-mutations: tests/fuzz/mutate-sealed joulecart
	MUTATIONS=100000 MUTATIONS_SECONDS=86400 BATS_TEST_TIMEOUT=86400 AM_BATS_LOG_FLAGS= \
	  $(MAKE) $(AM_MAKEFLAGS) check-TESTS TESTS='tests/cli/mutations.bats'
.PHONY: check-slow-mutations

# The parsers alone: none of them needs a library but libc.
fuzzed_sources = \
  %D%/fuzz/fuzzer.c %D%/fuzz/targets.c %D%/fuzz/tree.c %D%/fuzz/opener-target.c %D%/fuzz/text-target.c $(tree_sources) \
  base/problem.c base/text.c reports/figure/arena.c reports/gate/gate-parse.c collectors/cpu/arm-cores.c collectors/cpu/context-files.c \
  collectors/board/ipmi-power.c collectors/opener/opener.c collectors/opener/opener-ask.c \
  collectors/perf/core-pmus.c collectors/cpu/cpu-identity.c \
  collectors/perf/event-list.c collectors/cpu/machine-cpu.c \
  collectors/nvidia/nvml-visible.c collectors/papi/papi-units.c collectors/perf/perf-event.c \
  collectors/perf/pmu-sysfs.c collectors/perf/pmu-terms.c collectors/cpu/procstat-text.c \
  collectors/cpu/proc-tree.c collectors/rapl/rapl-zones.c \
  collectors/cpu/run-group.c collectors/sysfs.c profiler/record/marker-validate.c
FUZZ_CC = clang
FUZZ_SECONDS = 10
# All of them, as targets.c lists them.
FUZZ_TARGETS = $$(sed -n 's/^	{ "\([a-z0-9-]*\)", take.*/\1/p' $(srcdir)/%D%/fuzz/targets.c)

# What it finds stays in tests/fuzz/found; a crash ends it with 1 and leaves the input here.
.PHONY: fuzz
fuzz: all
	$(MKDIR_P) tests/fuzz
	cd $(srcdir) && $(FUZZ_CC) -std=gnu17 -g -O1 -D_GNU_SOURCE \
	  -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined \
	  -I$(abs_top_builddir) -I. $(tree_flags) $(fuzzed_sources) -lm \
	  -o $(abs_top_builddir)/tests/fuzz/fuzzer
	for target in $(FUZZ_TARGETS); do \
	  $(MKDIR_P) tests/fuzz/found/$$target && \
	  FUZZ_TARGET=$$target tests/fuzz/fuzzer -verbosity=0 -print_final_stats=1 \
	    -max_len=4096 -max_total_time=$(FUZZ_SECONDS) tests/fuzz/found/$$target \
	    $(srcdir)/%D%/fuzz/seeds/$$target || exit 1; \
	done
clean-local:
	rm -rf tests/fuzz/found tests/fuzz/fuzzer
