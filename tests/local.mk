# Unit tests (cmocka) carry the folder they mirror; system tests (bats) drive the installed
# binary. Both speak TAP, so that each case counts in the summary.
TEST_EXTENSIONS = .bats
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh --merge --comments
BATS_LOG_DRIVER = $(LOG_DRIVER)
# a test that hangs is a test that fails
LOG_COMPILER = timeout
AM_LOG_FLAGS = 300
BATS_LOG_COMPILER = $(BATS)
AM_BATS_LOG_FLAGS = --formatter tap
# bats exits with 1 when a case failed, which would count as one more failure
AM_BATS_LOG_DRIVER_FLAGS = --ignore-exit
AM_TESTS_ENVIRONMENT = BATS_TEST_TIMEOUT=$${BATS_TEST_TIMEOUT-120}; export BATS_TEST_TIMEOUT; CMOCKA_MESSAGE_OUTPUT=TAP; export CMOCKA_MESSAGE_OUTPUT;

include %D%/models.mk
include %D%/system.mk
include %D%/fuzz.mk
include %D%/simulation/local.mk
include %D%/slow/local.mk
include %D%/machines/local.mk

unit_libs = libjc.a $(libjc_libs) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/base/test-problem
TESTS += tests/unit/base/test-problem
tests_unit_base_test_problem_SOURCES = %D%/unit/base/test-problem.c %D%/unit/cmocka.h
tests_unit_base_test_problem_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/schema/samples/test-advance
TESTS += tests/unit/schema/samples/test-advance
tests_unit_schema_samples_test_advance_SOURCES = %D%/unit/schema/samples/test-advance.c %D%/unit/cmocka.h
tests_unit_schema_samples_test_advance_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/base/test-nearest
TESTS += tests/unit/base/test-nearest
tests_unit_base_test_nearest_SOURCES = %D%/unit/base/test-nearest.c %D%/unit/cmocka.h
tests_unit_base_test_nearest_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/profiler/sample/test-overlap
TESTS += tests/unit/profiler/sample/test-overlap
tests_unit_profiler_sample_test_overlap_SOURCES = %D%/unit/profiler/sample/test-overlap.c %D%/unit/cmocka.h
tests_unit_profiler_sample_test_overlap_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/profiler/sample/test-tick-schedule
TESTS += tests/unit/profiler/sample/test-tick-schedule
tests_unit_profiler_sample_test_tick_schedule_SOURCES = %D%/unit/profiler/sample/test-tick-schedule.c %D%/unit/cmocka.h
tests_unit_profiler_sample_test_tick_schedule_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/profiler/sample/test-histogram
TESTS += tests/unit/profiler/sample/test-histogram
tests_unit_profiler_sample_test_histogram_SOURCES = %D%/unit/profiler/sample/test-histogram.c %D%/unit/cmocka.h
tests_unit_profiler_sample_test_histogram_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/profiler/sample/test-ring
TESTS += tests/unit/profiler/sample/test-ring
tests_unit_profiler_sample_test_ring_SOURCES = %D%/unit/profiler/sample/test-ring.c %D%/unit/cmocka.h
tests_unit_profiler_sample_test_ring_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/profiler/launch/test-child-processes
TESTS += tests/unit/profiler/launch/test-child-processes
tests_unit_profiler_launch_test_child_processes_SOURCES = %D%/unit/profiler/launch/test-child-processes.c %D%/unit/cmocka.h
tests_unit_profiler_launch_test_child_processes_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/profiler/campaign/test-concurrent-runs
TESTS += tests/unit/profiler/campaign/test-concurrent-runs
tests_unit_profiler_campaign_test_concurrent_runs_SOURCES = %D%/unit/profiler/campaign/test-concurrent-runs.c %D%/unit/cmocka.h
tests_unit_profiler_campaign_test_concurrent_runs_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/profiler/record/test-marker-validate
TESTS += tests/unit/profiler/record/test-marker-validate
tests_unit_profiler_record_test_marker_validate_SOURCES = %D%/unit/profiler/record/test-marker-validate.c %D%/unit/cmocka.h
tests_unit_profiler_record_test_marker_validate_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/profiler/live/test-live
TESTS += tests/unit/profiler/live/test-live
tests_unit_profiler_live_test_live_SOURCES = %D%/unit/profiler/live/test-live.c %D%/unit/cmocka.h
tests_unit_profiler_live_test_live_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/profiler/record/test-suspend
TESTS += tests/unit/profiler/record/test-suspend
tests_unit_profiler_record_test_suspend_SOURCES = %D%/unit/profiler/record/test-suspend.c %D%/unit/cmocka.h
tests_unit_profiler_record_test_suspend_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/profiler/campaign/test-plan
TESTS += tests/unit/profiler/campaign/test-plan
tests_unit_profiler_campaign_test_plan_SOURCES = %D%/unit/profiler/campaign/test-plan.c %D%/unit/cmocka.h
tests_unit_profiler_campaign_test_plan_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/profiler/cli/test-options
TESTS += tests/unit/profiler/cli/test-options
tests_unit_profiler_cli_test_options_SOURCES = %D%/unit/profiler/cli/test-options.c %D%/unit/cmocka.h
tests_unit_profiler_cli_test_options_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/schema/samples/test-chunk
TESTS += tests/unit/schema/samples/test-chunk
tests_unit_schema_samples_test_chunk_SOURCES = %D%/unit/schema/samples/test-chunk.c %D%/unit/cmocka.h
tests_unit_schema_samples_test_chunk_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/schema/samples/test-rollup
TESTS += tests/unit/schema/samples/test-rollup
tests_unit_schema_samples_test_rollup_SOURCES = %D%/unit/schema/samples/test-rollup.c %D%/unit/cmocka.h
tests_unit_schema_samples_test_rollup_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/schema/factors/test-zone
TESTS += tests/unit/schema/factors/test-zone
tests_unit_schema_factors_test_zone_SOURCES = %D%/unit/schema/factors/test-zone.c %D%/unit/cmocka.h %D%/unit/database.h
tests_unit_schema_factors_test_zone_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/profiler/sample/test-sampler
TESTS += tests/unit/profiler/sample/test-sampler
tests_unit_profiler_sample_test_sampler_SOURCES = %D%/unit/profiler/sample/test-sampler.c %D%/unit/cmocka.h
tests_unit_profiler_sample_test_sampler_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/profiler/record/test-phases
TESTS += tests/unit/profiler/record/test-phases
tests_unit_profiler_record_test_phases_SOURCES = %D%/unit/profiler/record/test-phases.c %D%/unit/cmocka.h
tests_unit_profiler_record_test_phases_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/schema/store/test-store
TESTS += tests/unit/schema/store/test-store
tests_unit_schema_store_test_store_SOURCES = %D%/unit/schema/store/test-store.c %D%/unit/cmocka.h
tests_unit_schema_store_test_store_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/schema/store/test-power-loss
TESTS += tests/unit/schema/store/test-power-loss
tests_unit_schema_store_test_power_loss_SOURCES = %D%/unit/schema/store/test-power-loss.c %D%/unit/cmocka.h
tests_unit_schema_store_test_power_loss_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/schema/store/test-views
TESTS += tests/unit/schema/store/test-views
tests_unit_schema_store_test_views_SOURCES = %D%/unit/schema/store/test-views.c %D%/unit/cmocka.h %D%/unit/database.h
tests_unit_schema_store_test_views_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/reports/render/test-render
TESTS += tests/unit/reports/render/test-render
tests_unit_reports_render_test_render_SOURCES = %D%/unit/reports/render/test-render.c %D%/unit/cmocka.h \
  %D%/unit/database.h %D%/unit/reports/given.h
tests_unit_reports_render_test_render_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/reports/statistics/test-stats
TESTS += tests/unit/reports/statistics/test-stats
tests_unit_reports_statistics_test_stats_SOURCES = %D%/unit/reports/statistics/test-stats.c %D%/unit/cmocka.h
tests_unit_reports_statistics_test_stats_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/reports/campaign/test-carbon
TESTS += tests/unit/reports/campaign/test-carbon
tests_unit_reports_campaign_test_carbon_SOURCES = %D%/unit/reports/campaign/test-carbon.c %D%/unit/cmocka.h
tests_unit_reports_campaign_test_carbon_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/reports/figure/test-provenance
TESTS += tests/unit/reports/figure/test-provenance
tests_unit_reports_figure_test_provenance_SOURCES = %D%/unit/reports/figure/test-provenance.c %D%/unit/cmocka.h
tests_unit_reports_figure_test_provenance_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/collectors/test-sysfs
TESTS += tests/unit/collectors/test-sysfs
tests_unit_collectors_test_sysfs_SOURCES = %D%/unit/collectors/test-sysfs.c %D%/unit/cmocka.h
tests_unit_collectors_test_sysfs_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/collectors/nvidia/test-nvml
TESTS += tests/unit/collectors/nvidia/test-nvml
tests_unit_collectors_nvidia_test_nvml_SOURCES = %D%/unit/collectors/nvidia/test-nvml.c %D%/unit/cmocka.h
tests_unit_collectors_nvidia_test_nvml_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/collectors/perf/test-pmu-sysfs
TESTS += tests/unit/collectors/perf/test-pmu-sysfs
tests_unit_collectors_perf_test_pmu_sysfs_SOURCES = %D%/unit/collectors/perf/test-pmu-sysfs.c %D%/unit/cmocka.h
tests_unit_collectors_perf_test_pmu_sysfs_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/collectors/rapl/test-rapl-trust
TESTS += tests/unit/collectors/rapl/test-rapl-trust
tests_unit_collectors_rapl_test_rapl_trust_SOURCES = %D%/unit/collectors/rapl/test-rapl-trust.c %D%/unit/cmocka.h
tests_unit_collectors_rapl_test_rapl_trust_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/collectors/rapl/test-rapl-zones
TESTS += tests/unit/collectors/rapl/test-rapl-zones
tests_unit_collectors_rapl_test_rapl_zones_SOURCES = %D%/unit/collectors/rapl/test-rapl-zones.c %D%/unit/cmocka.h
tests_unit_collectors_rapl_test_rapl_zones_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/collectors/cpu/test-estimate
TESTS += tests/unit/collectors/cpu/test-estimate
tests_unit_collectors_cpu_test_estimate_SOURCES = %D%/unit/collectors/cpu/test-estimate.c %D%/unit/cmocka.h
tests_unit_collectors_cpu_test_estimate_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/collectors/cpu/test-cputime
TESTS += tests/unit/collectors/cpu/test-cputime
tests_unit_collectors_cpu_test_cputime_SOURCES = %D%/unit/collectors/cpu/test-cputime.c %D%/unit/cmocka.h %D%/unit/collectors/tree.h
tests_unit_collectors_cpu_test_cputime_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/collectors/perf/test-hwevents
TESTS += tests/unit/collectors/perf/test-hwevents
tests_unit_collectors_perf_test_hwevents_SOURCES = %D%/unit/collectors/perf/test-hwevents.c %D%/unit/cmocka.h %D%/unit/collectors/tree.h
tests_unit_collectors_perf_test_hwevents_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/collectors/perf/test-core-pmus
TESTS += tests/unit/collectors/perf/test-core-pmus
tests_unit_collectors_perf_test_core_pmus_SOURCES = %D%/unit/collectors/perf/test-core-pmus.c %D%/unit/cmocka.h
tests_unit_collectors_perf_test_core_pmus_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/collectors/perf/test-pmu-terms
TESTS += tests/unit/collectors/perf/test-pmu-terms
tests_unit_collectors_perf_test_pmu_terms_SOURCES = %D%/unit/collectors/perf/test-pmu-terms.c %D%/unit/cmocka.h
tests_unit_collectors_perf_test_pmu_terms_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/collectors/cpu/test-context-files
TESTS += tests/unit/collectors/cpu/test-context-files
tests_unit_collectors_cpu_test_context_files_SOURCES = %D%/unit/collectors/cpu/test-context-files.c %D%/unit/cmocka.h
tests_unit_collectors_cpu_test_context_files_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/collectors/papi/test-papi
TESTS += tests/unit/collectors/papi/test-papi
tests_unit_collectors_papi_test_papi_SOURCES = %D%/unit/collectors/papi/test-papi.c %D%/unit/cmocka.h
tests_unit_collectors_papi_test_papi_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/collectors/papi/test-papi-units
TESTS += tests/unit/collectors/papi/test-papi-units
tests_unit_collectors_papi_test_papi_units_SOURCES = %D%/unit/collectors/papi/test-papi-units.c %D%/unit/cmocka.h
tests_unit_collectors_papi_test_papi_units_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/collectors/test-registry
TESTS += tests/unit/collectors/test-registry
tests_unit_collectors_test_registry_SOURCES = %D%/unit/collectors/test-registry.c %D%/unit/cmocka.h
tests_unit_collectors_test_registry_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/reports/campaign/test-oracles
TESTS += tests/unit/reports/campaign/test-oracles
tests_unit_reports_campaign_test_oracles_SOURCES = %D%/unit/reports/campaign/test-oracles.c %D%/unit/cmocka.h %D%/unit/database.h
tests_unit_reports_campaign_test_oracles_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/schema/factors/test-grid-file
TESTS += tests/unit/schema/factors/test-grid-file
tests_unit_schema_factors_test_grid_file_SOURCES = %D%/unit/schema/factors/test-grid-file.c %D%/unit/cmocka.h
tests_unit_schema_factors_test_grid_file_LDADD = $(unit_libs)
include %D%/unit/reports/html/local.mk
check_PROGRAMS += tests/unit/reports/statistics/test-paired
TESTS += tests/unit/reports/statistics/test-paired
tests_unit_reports_statistics_test_paired_SOURCES = %D%/unit/reports/statistics/test-paired.c %D%/unit/cmocka.h
tests_unit_reports_statistics_test_paired_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/reports/compare/test-compare
TESTS += tests/unit/reports/compare/test-compare
tests_unit_reports_compare_test_compare_SOURCES = %D%/unit/reports/compare/test-compare.c %D%/unit/cmocka.h \
  %D%/unit/database.h %D%/unit/reports/given.h
tests_unit_reports_compare_test_compare_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/reports/campaign/test-hourly
TESTS += tests/unit/reports/campaign/test-hourly
tests_unit_reports_campaign_test_hourly_SOURCES = %D%/unit/reports/campaign/test-hourly.c %D%/unit/cmocka.h
tests_unit_reports_campaign_test_hourly_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/schema/seal/test-seal
TESTS += tests/unit/schema/seal/test-seal
tests_unit_schema_seal_test_seal_SOURCES = %D%/unit/schema/seal/test-seal.c %D%/unit/cmocka.h
tests_unit_schema_seal_test_seal_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/reports/verify/test-uncertainty
TESTS += tests/unit/reports/verify/test-uncertainty
tests_unit_reports_verify_test_uncertainty_SOURCES = %D%/unit/reports/verify/test-uncertainty.c %D%/unit/cmocka.h \
  %D%/unit/database.h %D%/unit/reports/given.h
tests_unit_reports_verify_test_uncertainty_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/reports/verify/test-ratio
TESTS += tests/unit/reports/verify/test-ratio
tests_unit_reports_verify_test_ratio_SOURCES = %D%/unit/reports/verify/test-ratio.c \
  %D%/unit/cmocka.h %D%/unit/database.h %D%/unit/reports/given.h
tests_unit_reports_verify_test_ratio_LDADD = $(unit_libs)

# Campaigns that take minutes: make check-slow.
check-slow: check-slow-seal
check-slow-seal: tests/unit/schema/seal/test-seal
	JOULECART_FLIPS=10000 tests/unit/schema/seal/test-seal
.PHONY: check-slow check-slow-seal
check_PROGRAMS += tests/unit/reports/gate/test-gate
TESTS += tests/unit/reports/gate/test-gate
tests_unit_reports_gate_test_gate_SOURCES = %D%/unit/reports/gate/test-gate.c %D%/unit/cmocka.h \
  %D%/unit/database.h %D%/unit/reports/given.h
tests_unit_reports_gate_test_gate_LDADD = $(unit_libs)
check_PROGRAMS += tests/unit/profiler/doctor/test-redact
TESTS += tests/unit/profiler/doctor/test-redact
tests_unit_profiler_doctor_test_redact_SOURCES = %D%/unit/profiler/doctor/test-redact.c %D%/unit/cmocka.h
tests_unit_profiler_doctor_test_redact_LDADD = $(unit_libs)
