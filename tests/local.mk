# Unit tests (cmocka) carry the folder they mirror; system tests (bats) drive the installed
# binary. Both speak TAP, so that each case counts in the summary.
TEST_EXTENSIONS = .bats
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh --merge --comments
BATS_LOG_DRIVER = $(LOG_DRIVER)
# A test that hangs is a test that fails; one that a busy machine holds up is not. A limit of bats for each
# test is none: where a test ends at once, bats 1.8 may wait for its own countdown until that is over.
TEST_FILE_LIMIT_S = 1500
check_PROGRAMS += tests/supervise
tests_supervise_SOURCES = %D%/supervise.c
tests_supervise_LDADD =
SUPERVISE = $(abs_top_builddir)/tests/supervise
LOG_COMPILER = $(SUPERVISE)
AM_LOG_FLAGS = $(TEST_FILE_LIMIT_S)
BATS_LOG_COMPILER = $(SUPERVISE)
AM_BATS_LOG_FLAGS = $(TEST_FILE_LIMIT_S) $(BATS) --formatter tap --print-output-on-failure
# bats exits with 1 when a case failed, which would count as one more failure
AM_BATS_LOG_DRIVER_FLAGS = --ignore-exit
AM_TESTS_ENVIRONMENT = CMOCKA_MESSAGE_OUTPUT=TAP; export CMOCKA_MESSAGE_OUTPUT;

EXTRA_DIST += %D%/order.mk

include %D%/models.mk
include %D%/system.mk
include %D%/fuzz.mk
include %D%/simulation/local.mk
include %D%/slow/local.mk
include %D%/machines/local.mk

# A unit test is its one file, tests/unit/ROOM/test-FILE.c, linked with the program's objects:
# a line here is all that it needs. Programs that link something else say so.
unit_libs = libjc.a $(libjc_libs) $(CMOCKA_LIBS)
LDADD = $(unit_libs)
unit_tests = \
  tests/unit/base/test-completion \
  tests/unit/base/test-nearest \
  tests/unit/base/test-number \
  tests/unit/base/test-option-table \
  tests/unit/base/test-problem \
  tests/unit/base/test-screen-table \
  tests/unit/base/test-text \
  tests/unit/base/test-wrap \
  tests/unit/collectors/board/test-ipmi-power \
  tests/unit/collectors/cpu/test-context-files \
  tests/unit/collectors/cpu/test-cputime \
  tests/unit/collectors/cpu/test-estimate \
  tests/unit/collectors/cpu/test-other-cpus \
  tests/unit/collectors/meter/test-scpi \
  tests/unit/collectors/nvidia/test-nvml \
  tests/unit/collectors/opener/test-opener \
  tests/unit/collectors/papi/test-papi \
  tests/unit/collectors/papi/test-papi-units \
  tests/unit/collectors/papi/test-papi-without-pmu \
  tests/unit/collectors/perf/test-core-pmus \
  tests/unit/collectors/perf/test-hwevents \
  tests/unit/collectors/perf/test-stack-rates \
  tests/unit/collectors/perf/test-stack-waiting \
  tests/unit/collectors/perf/test-pmu-sysfs \
  tests/unit/collectors/perf/test-pmu-terms \
  tests/unit/collectors/rapl/test-rapl-trust \
  tests/unit/collectors/rapl/test-rapl-zones \
  tests/unit/collectors/test-absence-list \
  tests/unit/collectors/test-registry \
  tests/unit/collectors/test-sysfs \
  tests/unit/profiler/campaign/test-concurrent-runs \
  tests/unit/profiler/campaign/test-job-rank \
  tests/unit/profiler/campaign/test-plan \
  tests/unit/profiler/options/test-options \
  tests/unit/profiler/doctor/test-redact \
  tests/unit/profiler/launch/test-child-processes \
  tests/unit/profiler/launch/test-environment \
  tests/unit/profiler/live/test-live \
  tests/unit/profiler/metrics/test-campaign-watch \
  tests/unit/profiler/metrics/test-exposition \
  tests/unit/profiler/metrics/test-families \
  tests/unit/profiler/metrics/test-meter \
  tests/unit/profiler/metrics/test-meter-claim \
  tests/unit/profiler/metrics/test-meter-state \
  tests/unit/profiler/observer/test-tick-cost \
  tests/unit/profiler/metrics/test-request \
  tests/unit/profiler/sources/test-followed-count \
  tests/unit/profiler/markers/test-interrupted-marks \
  tests/unit/profiler/markers/test-lost-marks \
  tests/unit/profiler/markers/test-marker-packet \
  tests/unit/profiler/sources/test-metrics-page \
  tests/unit/profiler/markers/test-regions \
  tests/unit/profiler/profile/test-address-map \
  tests/unit/profiler/profile/test-energy-book \
  tests/unit/profiler/profile/test-place-names \
  tests/unit/profiler/profile/test-stack-node \
  tests/unit/profiler/profile/test-stack-store \
  tests/unit/profiler/profile/test-symbol-list \
  tests/unit/profiler/record/test-marker-validate \
  tests/unit/profiler/record/test-phases \
  tests/unit/profiler/record/test-region-book \
  tests/unit/profiler/record/test-region-fit \
  tests/unit/profiler/record/test-second-source \
  tests/unit/profiler/record/test-system-events \
  tests/unit/profiler/sample/test-cpu-choice \
  tests/unit/profiler/sample/test-histogram \
  tests/unit/profiler/sample/test-marker-folder \
  tests/unit/profiler/sample/test-overlap \
  tests/unit/profiler/sample/test-marker-ring \
  tests/unit/profiler/sample/test-ring \
  tests/unit/profiler/sample/test-sampler \
  tests/unit/profiler/sample/test-look-schedule \
  tests/unit/profiler/sample/test-tick-schedule \
  tests/unit/profiler/search/test-evidence \
  tests/unit/profiler/search/test-search \
  tests/unit/reports/account/test-matching \
  tests/unit/reports/campaign/test-carbon \
  tests/unit/reports/campaign/test-hourly \
  tests/unit/reports/campaign/test-oracles \
  tests/unit/reports/campaign/test-joules-mean \
  tests/unit/reports/campaign/test-score \
  tests/unit/reports/campaign/test-trials \
  tests/unit/reports/compare/test-compare \
  tests/unit/reports/export/test-export-pprof \
  tests/unit/reports/figure/test-provenance \
  tests/unit/reports/figure/test-format \
  tests/unit/reports/figure/test-arena \
  tests/unit/reports/profile/test-call-sums \
  tests/unit/reports/profile/test-function-changes \
  tests/unit/reports/profile/test-stack-moments \
  tests/unit/reports/profile/test-function-notes \
  tests/unit/reports/figure/test-shell-word \
  tests/unit/reports/plot/test-dots \
  tests/unit/reports/gate/test-gate \
  tests/unit/reports/render/test-render \
  tests/unit/reports/statistics/test-nnls \
  tests/unit/reports/statistics/test-paired \
  tests/unit/reports/statistics/test-pairing \
  tests/unit/reports/statistics/test-rhythm \
  tests/unit/reports/statistics/test-stats \
  tests/unit/reports/verify/test-job-zones \
  tests/unit/reports/verify/test-ratio \
  tests/unit/reports/verify/test-sample-times \
  tests/unit/reports/verify/test-uncertainty \
  tests/unit/reports/wall/test-clock-offset \
  tests/unit/reports/wall/test-meter-file \
  tests/unit/reports/wall/test-wall-gain \
  tests/unit/schema/database/test-view-steps \
  tests/unit/schema/database/test-views \
  tests/unit/schema/database/test-new-file \
  tests/unit/schema/database/test-sqlite-memory \
  tests/unit/schema/database/test-guard \
  tests/unit/schema/factors/test-certificate-file \
  tests/unit/schema/factors/test-grid-file \
  tests/unit/schema/factors/test-grid-time \
  tests/unit/schema/factors/test-zone \
  tests/unit/schema/gate/test-domain \
  tests/unit/schema/gate/test-schema-check \
  tests/unit/schema/samples/test-advance \
  tests/unit/schema/packed/test-reading-page \
  tests/unit/schema/samples/test-chunk \
  tests/unit/schema/samples/test-rollup \
  tests/unit/schema/samples/test-stack-chunk \
  tests/unit/schema/seal/test-seal \
  tests/unit/schema/store/test-log-files \
  tests/unit/schema/store/test-still-file \
  tests/unit/schema/store/test-power-loss \
  tests/unit/schema/store/test-store
check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)
if HAVE_LIBPQ
check_PROGRAMS += tests/unit/schema/fleet/test-copy-read
TESTS += tests/unit/schema/fleet/test-copy-read
tests_unit_schema_fleet_test_copy_read_SOURCES = tests/unit/schema/fleet/test-copy-read.c $(fleet_sources)
nodist_tests_unit_schema_fleet_test_copy_read_SOURCES = schema/fleet/fleet-sql.h
tests_unit_schema_fleet_test_copy_read_CFLAGS = $(AM_CFLAGS) $(LIBPQ_CFLAGS)
tests_unit_schema_fleet_test_copy_read_LDADD = $(unit_libs) $(LIBPQ_LIBS)
endif
EXTRA_DIST += %D%/unit/cmocka.h %D%/unit/database.h %D%/unit/collectors/tree.h %D%/unit/packed-stacks.h \
  %D%/unit/models/fixture.h %D%/unit/reports/wall/simulated-wall.h %D%/unit/reports/given.h %D%/unit/reports/given-bench.h

tests_unit_profiler_metrics_test_families_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=calloc
tests_unit_reports_export_test_export_pprof_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=deflateInit2_
tests_unit_profiler_markers_test_marker_packet_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=recvmsg
tests_unit_profiler_markers_test_interrupted_marks_LDADD = libjoulecart.a $(unit_libs)
tests_unit_profiler_markers_test_regions_LDADD = libjoulecart.a $(unit_libs)

include %D%/unit/reports/html/local.mk
# Campaigns that take minutes: make check-slow.
check-slow: check-slow-seal
check-slow-seal: tests/unit/schema/seal/test-seal
	JOULECART_FLIPS=10000 tests/unit/schema/seal/test-seal
.PHONY: check-slow check-slow-seal
