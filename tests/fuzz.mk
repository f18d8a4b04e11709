# Every parser of text from outside: its seeds as a test, and 'make fuzz' with libFuzzer.
fuzz_targets = %D%/fuzz/targets.c %D%/fuzz/targets.h %D%/fuzz/tree.c %D%/fuzz/tree.h \
  %D%/fuzz/opener-target.c %D%/fuzz/opener-target.h %D%/fuzz/text-target.c %D%/fuzz/text-target.h \
  %D%/fuzz/otlp-target.c %D%/fuzz/otlp-target.h \
  %D%/fuzz/page-target.c %D%/fuzz/page-target.h \
  profiler/metrics/http-server.c profiler/metrics/http-server.h \
  %D%/fuzz/profile-target.c %D%/fuzz/profile-target.h \
  %D%/fuzz/stacks-target.c %D%/fuzz/stacks-target.h \
  %D%/fuzz/stack-chunk-target.c %D%/fuzz/stack-chunk-target.h \
  profiler/profile/elf-symbols.c profiler/profile/elf-symbols.h \
  profiler/profile/unwind.c profiler/profile/unwind.h \
  %D%/fuzz/config-target.c %D%/fuzz/config-target.h %D%/fuzz/must.h \
  %D%/fuzz/marks-target.c %D%/fuzz/marks-target.h %D%/fuzz/database-target.c \
  %D%/fuzz/database-target.h %D%/fuzz/sealed-file.c %D%/fuzz/sealed-file.h %D%/sealed-rows.h
# Collectors that read whole folders of sysfs: compiled once more, for folders of the tests.
tree_sources = collectors/board/battery.c collectors/board/hwmon.c
tree_flags = -DHWMON_ROOT='"hwmon"' -DSUPPLY_ROOT='"power_supply"'
check_PROGRAMS += tests/fuzz/replay
if SANITIZED
# What a parser does to memory the sanitizers see; 'make fuzz' has them, too.
TESTS += tests/fuzz/replay
endif
tests_fuzz_replay_SOURCES = %D%/fuzz/replay.c $(fuzz_targets) $(tree_sources)
tests_fuzz_replay_CPPFLAGS = $(AM_CPPFLAGS) $(tree_flags)
tests_fuzz_replay_CFLAGS = $(AM_CFLAGS) $(DW_CFLAGS) $(MICROHTTPD_CFLAGS)
tests_fuzz_replay_LDADD = libjc.a $(libjc_libs) $(DW_LIBS) $(MICROHTTPD_LIBS) -lpthread
AM_TESTS_ENVIRONMENT += SEEDS='$(abs_top_srcdir)/%D%/fuzz/seeds'; export SEEDS;
EXTRA_DIST += %D%/fuzz/seeds %D%/fuzz/fuzzer.c

# A sealed file, mutated: tests/cli/mutations.bats runs some hundred, make check-slow 100 000. All of
# joulecart is in it, so that no mutation starts a program: also joulecart-html, by another name for
# its main, and without gnuplot.
check_PROGRAMS += tests/fuzz/mutate-sealed
check_LIBRARIES = tests/fuzz/libhtml-main.a
tests_fuzz_libhtml_main_a_SOURCES = profiler/programs/html-main.c
tests_fuzz_libhtml_main_a_CPPFLAGS = $(AM_CPPFLAGS) -Dmain=html_main
tests_fuzz_libhtml_main_a_CFLAGS = $(AM_CFLAGS) -Wno-missing-prototypes
tests_fuzz_mutate_sealed_SOURCES = %D%/fuzz/mutate-sealed.c \
  %D%/fuzz/mutations.c %D%/fuzz/mutations.h %D%/fuzz/outputs.c %D%/fuzz/outputs.h \
  %D%/fuzz/pool.c %D%/fuzz/pool.h %D%/fuzz/content.c %D%/fuzz/content.h
tests_fuzz_mutate_sealed_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=gnuplot_run -Wl,--wrap=clock_gettime
tests_fuzz_mutate_sealed_LDADD = tests/fuzz/libhtml-main.a $(html_libs)
AM_TESTS_ENVIRONMENT += MUTATE_SEALED='$(abs_top_builddir)/tests/fuzz/mutate-sealed'; export MUTATE_SEALED;
check-slow: check-slow-mutations
check-slow-mutations: tests/fuzz/mutate-sealed joulecart
	MUTATIONS=100000 $(MAKE) $(AM_MAKEFLAGS) check-TESTS TEST_FILE_LIMIT_S=86400 \
	  TESTS='tests/cli/mutations.bats'
.PHONY: check-slow-mutations

# The library once more, by clang and with what libFuzzer counts; the collectors of tree_sources read
# the tests' folders instead of the machine's.
FUZZ_CC = clang
FUZZ_SECONDS = 10
# All of them, as targets.c lists them.
FUZZ_TARGETS = $$(sed -n 's/^	{ "\([a-z0-9-]*\)", take.*/\1/p' $(srcdir)/%D%/fuzz/targets.c)

FUZZ_CFLAGS = -std=gnu17 -g -O1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined
fuzz_objects = tests/fuzz/objects
fuzzed_sources = $(filter-out $(tree_sources),$(filter %.c,$(libjc_a_SOURCES)))
fuzzer_sources = %D%/fuzz/fuzzer.c $(filter %.c,$(fuzz_targets)) $(tree_sources)
fuzzer_objects = $(fuzzed_sources:%.c=$(fuzz_objects)/%.o) $(fuzzer_sources:%.c=$(fuzz_objects)/%.o)
$(fuzzer_objects): $(fuzz_objects)/%.o: %.c $(BUILT_SOURCES)
	@$(MKDIR_P) $(@D)
	$(AM_V_CC)$(FUZZ_CC) $(DEFS) -I. -I$(srcdir) $(AM_CPPFLAGS) $(CPPFLAGS) $(tree_flags) \
	  $(SQLITE_CFLAGS) $(POWERCAP_CFLAGS) $(PAPI_CFLAGS) $(GSL_CFLAGS) $(SMARTCOLS_CFLAGS) $(CAP_CFLAGS) \
	  $(JANSSON_CFLAGS) $(INIH_CFLAGS) $(SODIUM_CFLAGS) $(ZLIB_CFLAGS) $(XML_CFLAGS) $(DW_CFLAGS) $(MICROHTTPD_CFLAGS) \
	  $(FUZZ_CFLAGS) -MMD -MP -c -o $@ $<
tests/fuzz/fuzzer: $(fuzzer_objects)
	$(AM_V_CCLD)$(FUZZ_CC) -fsanitize=fuzzer,address,undefined -o $@ $(fuzzer_objects) $(libjc_libs) $(DW_LIBS) $(MICROHTTPD_LIBS)
-include $(wildcard $(fuzz_objects)/*/*.d $(fuzz_objects)/*/*/*.d)

# Compiled and linked, for scripts/lint.
.PHONY: fuzzer
fuzzer: tests/fuzz/fuzzer

# What it finds stays in tests/fuzz/found; a crash ends it with 1 and leaves the input here.
.PHONY: fuzz
fuzz: tests/fuzz/fuzzer
	for target in $(FUZZ_TARGETS); do \
	  $(MKDIR_P) tests/fuzz/found/$$target && \
	  FUZZ_TARGET=$$target tests/fuzz/fuzzer -verbosity=0 -print_final_stats=1 \
	    -max_len=4096 -max_total_time=$(FUZZ_SECONDS) tests/fuzz/found/$$target \
	    $(srcdir)/%D%/fuzz/seeds/$$target || exit 1; \
	done
clean-local:
	rm -rf tests/fuzz/found tests/fuzz/fuzzer $(fuzz_objects)
