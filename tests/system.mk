# What drives the whole program: a machine with energy counters whose true joules are known.
check_PROGRAMS += tests/fakes/powercap-fuse
tests_fakes_powercap_fuse_SOURCES = \
  %D%/fakes/drawn-page.h %D%/fakes/machine.c %D%/fakes/machine.h \
  %D%/fakes/powercap-fuse.c \
  %D%/fakes/powercap-tree.c %D%/fakes/powercap-tree.h
tests_fakes_powercap_fuse_CPPFLAGS = $(AM_CPPFLAGS) $(FUSE_CFLAGS)
tests_fakes_powercap_fuse_LDADD = $(FUSE_LIBS) -lm
# A disk that ends at a chosen write, for LD_PRELOAD; the sanitizers would want to come first.
check_PROGRAMS += tests/fakes/failing-disk.so
tests_fakes_failing_disk_so_SOURCES = %D%/fakes/failing-disk.c
tests_fakes_failing_disk_so_CFLAGS = $(STANDARD_CFLAGS) $(WARNING_CFLAGS) -fPIC
tests_fakes_failing_disk_so_LDFLAGS = -shared
tests_fakes_failing_disk_so_LDADD =
# A machine that sleeps, the same way.
check_PROGRAMS += tests/fakes/network-disk.so
tests_fakes_network_disk_so_SOURCES = %D%/fakes/network-disk.c
tests_fakes_network_disk_so_CFLAGS = $(STANDARD_CFLAGS) $(WARNING_CFLAGS) -fPIC
tests_fakes_network_disk_so_LDFLAGS = -shared
tests_fakes_network_disk_so_LDADD =
check_PROGRAMS += tests/fakes/jumping-clock.so
tests_fakes_jumping_clock_so_SOURCES = %D%/fakes/jumping-clock.c
tests_fakes_jumping_clock_so_CFLAGS = $(STANDARD_CFLAGS) $(WARNING_CFLAGS) -fPIC
tests_fakes_jumping_clock_so_LDFLAGS = -shared
tests_fakes_jumping_clock_so_LDADD =
# A BMC behind the kernel's device, the same way.
check_PROGRAMS += tests/fakes/ipmi-device.so
tests_fakes_ipmi_device_so_SOURCES = \
  %D%/fakes/ipmi-device.c %D%/fakes/machine.c %D%/fakes/machine.h
tests_fakes_ipmi_device_so_CFLAGS = $(STANDARD_CFLAGS) $(WARNING_CFLAGS) -fPIC
tests_fakes_ipmi_device_so_LDFLAGS = -shared
tests_fakes_ipmi_device_so_LDADD = -lm
# A library of an attacker's.
check_PROGRAMS += tests/fakes/payload.so
tests_fakes_payload_so_SOURCES = %D%/fakes/payload.c
tests_fakes_payload_so_CFLAGS = $(STANDARD_CFLAGS) $(WARNING_CFLAGS) -Wno-pedantic -fPIC
tests_fakes_payload_so_LDFLAGS = -shared
tests_fakes_payload_so_LDADD =
EXTRA_DIST += %D%/fakes/machines
# A program that links the shared library, as a user's does.
check_PROGRAMS += tests/fakes/marking/program
tests_fakes_marking_program_SOURCES = %D%/fakes/marking/program.c
tests_fakes_marking_program_CPPFLAGS = -I$(top_srcdir)/profiler/markers
tests_fakes_marking_program_LDADD = libjoulecart.so.0 -lpthread
tests_fakes_marking_program_LDFLAGS = -Wl,-rpath,$(abs_top_builddir)
# The same, whose power is known.
check_PROGRAMS += tests/fakes/marking/alternating
tests_fakes_marking_alternating_SOURCES = %D%/fakes/marking/alternating.c %D%/fakes/drawn-page.h
tests_fakes_marking_alternating_LDADD = libjoulecart.so.0 -lpthread
tests_fakes_marking_alternating_LDFLAGS = -Wl,-rpath,$(abs_top_builddir)
EXTRA_DIST += %D%/fakes/marking/faults.py %D%/fakes/marking/knock.py %D%/fakes/marking/program.py \
  %D%/fakes/marking/program.cpp %D%/fakes/marking/program.js \
  %D%/fakes/marking/server.py
EXTRA_DIST += %D%/fakes/metrics
# A program of which the parts are known; with frame pointers, as stacks are followed by.
check_PROGRAMS += tests/fakes/profiled/program
tests_fakes_profiled_program_SOURCES = %D%/fakes/profiled/program.c
tests_fakes_profiled_program_CFLAGS = $(STANDARD_CFLAGS) $(WARNING_CFLAGS) -O1 -g \
  -fno-omit-frame-pointer
tests_fakes_profiled_program_LDADD =
# The same without them, as compilers make programs by default.
check_PROGRAMS += tests/fakes/profiled/without-frame-pointers
tests_fakes_profiled_without_frame_pointers_SOURCES = %D%/fakes/profiled/program.c
tests_fakes_profiled_without_frame_pointers_CFLAGS = $(STANDARD_CFLAGS) $(WARNING_CFLAGS) -O2 \
  -fomit-frame-pointer
tests_fakes_profiled_without_frame_pointers_LDADD =
check_PROGRAMS += tests/fakes/without-perf
tests_fakes_without_perf_SOURCES = %D%/fakes/without-perf.c
tests_fakes_without_perf_LDADD =

# What verify would find in the figures of changed views, which it never reads.
check_PROGRAMS += tests/fakes/recompute-views
tests_fakes_recompute_views_SOURCES = %D%/fakes/recompute-views.c

check_PROGRAMS += tests/fakes/fault-schedule
tests_fakes_fault_schedule_SOURCES = \
  %D%/fakes/fault-schedule.c %D%/fakes/machine.c %D%/fakes/machine.h
tests_fakes_fault_schedule_LDADD = $(SQLITE_LIBS) -lm
dist_check_SCRIPTS += %D%/fakes/await %D%/fakes/fault-case

# NVIDIA's library as the program meets it: by its name, in a folder of LD_LIBRARY_PATH.
standin_sources = tests/fakes/libnvidia-ml-standin.c tests/fakes/machine.c
tests/fakes/libnvidia-ml.so.1: $(standin_sources) tests/fakes/machine.h collectors/nvidia/nvml-api.h
	$(AM_V_CCLD)$(MKDIR_P) tests/fakes && $(CC) $(DEFS) $(DEFAULT_INCLUDES) $(AM_CPPFLAGS) $(CPPFLAGS) \
	  $(STANDARD_CFLAGS) $(WARNING_CFLAGS) $(CFLAGS) -fPIC -fvisibility=hidden -shared -o $@ \
	  $(standin_sources:%=$(top_srcdir)/%) -lm
check_DATA += tests/fakes/libnvidia-ml.so.1
CLEANFILES += tests/fakes/libnvidia-ml.so.1
EXTRA_DIST += %D%/fakes/libnvidia-ml-standin.c

# A PAPI with components that Debian's lacks, by its name in a folder of LD_LIBRARY_PATH.
papi_standin = tests/fakes/papi/$(PAPI_SONAME)
$(papi_standin): tests/fakes/libpapi-standin.c
	$(AM_V_CCLD)$(MKDIR_P) tests/fakes/papi && $(CC) $(DEFS) $(DEFAULT_INCLUDES) $(AM_CPPFLAGS) $(CPPFLAGS) \
	  $(PAPI_CFLAGS) $(STANDARD_CFLAGS) $(WARNING_CFLAGS) $(CFLAGS) -fPIC -fvisibility=hidden -shared -o $@ \
	  $(top_srcdir)/tests/fakes/libpapi-standin.c
check_DATA += $(papi_standin)
CLEANFILES += $(papi_standin)
EXTRA_DIST += %D%/fakes/libpapi-standin.c

# PAPI where the processor's PMU is not there: all but its hardware events is the real library's.
papi_without_pmu = tests/fakes/papi-without-pmu/$(PAPI_SONAME)
$(papi_without_pmu): tests/fakes/libpapi-without-pmu.c
	$(AM_V_CCLD)$(MKDIR_P) tests/fakes/papi-without-pmu && $(CC) $(DEFS) $(DEFAULT_INCLUDES) $(AM_CPPFLAGS) $(CPPFLAGS) \
	  -DREAL_PAPI='"'"$$($(PKG_CONFIG) --variable=libdir papi)/$(PAPI_SONAME)"'"' \
	  $(PAPI_CFLAGS) $(STANDARD_CFLAGS) $(WARNING_CFLAGS) $(CFLAGS) -fPIC -fvisibility=hidden -shared -o $@ \
	  $(top_srcdir)/tests/fakes/libpapi-without-pmu.c
check_DATA += $(papi_without_pmu)
CLEANFILES += $(papi_without_pmu)
EXTRA_DIST += %D%/fakes/libpapi-without-pmu.c
# By the name under which PAPI loads it.
rocm_loud = tests/fakes/rocm-loud/librocm_smi64.so
$(rocm_loud): tests/fakes/librocm-loud.c
	$(AM_V_CCLD)$(MKDIR_P) tests/fakes/rocm-loud && $(CC) $(CPPFLAGS) $(AM_CFLAGS) $(CFLAGS) -fPIC -shared -o $@ \
	  $(top_srcdir)/tests/fakes/librocm-loud.c
check_DATA += $(rocm_loud)
CLEANFILES += $(rocm_loud)
EXTRA_DIST += %D%/fakes/librocm-loud.c
dist_check_SCRIPTS += %D%/fakes/mount-machine.sh %D%/fakes/mount-recorded.sh %D%/gpu/agree-with-nvidia-smi
EXTRA_DIST += %D%/machines/recorded

# They test the program as built (make check) and, below cli/, as installed (make installcheck).
bats_tests = \
  %D%/cli/bad-database.bats \
  %D%/cli/bad-options.bats \
  %D%/cli/bench.bats \
  %D%/cli/check.bats %D%/cli/checklist.bats \
  %D%/cli/compare.bats \
  %D%/cli/stated.bats \
  %D%/cli/statistics.bats \
  %D%/cli/compare-commands.bats \
  %D%/cli/compress.bats \
  %D%/cli/config.bats \
  %D%/cli/audit-sample.bats %D%/cli/by-hand.bats %D%/cli/diff.bats %D%/cli/doctor.bats \
  %D%/cli/exit-status.bats \
  %D%/cli/certificates.bats \
  %D%/cli/change-log.bats \
  %D%/cli/factors.bats \
  %D%/cli/help.bats \
  %D%/cli/man-pages.bats \
  %D%/cli/merge.bats \
  %D%/cli/forms.bats \
  %D%/cli/pass-through.bats \
  %D%/cli/plot.bats \
  %D%/cli/report.bats \
  %D%/cli/report-html.bats \
  %D%/cli/roles.bats %D%/cli/samples.bats \
  %D%/cli/sensitivity.bats %D%/cli/sessions.bats %D%/cli/units.bats \
  %D%/cli/verify.bats \
  %D%/cli/whatif.bats \
  %D%/cli/trim.bats \
  %D%/system/amd.bats \
  %D%/system/attach.bats \
  %D%/system/battery.bats \
  %D%/system/bindings.bats \
  %D%/system/client.bats \
  %D%/system/context.bats \
  %D%/system/control-group.bats \
  %D%/system/counter-jump.bats \
  %D%/system/cut-off-run.bats \
  %D%/system/descendants.bats \
  %D%/system/described-events.bats \
  %D%/system/doctor-fix.bats \
  %D%/system/export.bats \
  %D%/system/export-stacks.bats \
  %D%/system/flame.bats \
  %D%/system/fleet.bats \
  %D%/system/full-disk.bats \
  %D%/system/cut-at-a-write.bats \
  %D%/system/hwmon.bats \
  %D%/system/hybrid-cores.bats \
  %D%/system/impossible-reading.bats \
  %D%/system/interrupted-machine.bats \
  %D%/system/interrupted-run.bats \
  %D%/system/ipmi.bats \
  %D%/system/live.bats \
  %D%/system/openmetrics.bats \
  %D%/system/otlp.bats \
  %D%/system/prometheus.bats \
  %D%/system/serve.bats \
  %D%/system/lost-parts.bats \
  %D%/system/meter.bats \
  %D%/system/model-servers.bats \
  %D%/system/no-permission.bats \
  %D%/system/nvml.bats \
  %D%/system/output-patterns.bats \
  %D%/system/papi-power.bats \
  %D%/system/papi-quiet.bats %D%/system/papi-without-pmu.bats %D%/system/power-pmu.bats \
  %D%/system/quickstart.bats \
  %D%/system/read-error.bats \
  %D%/system/leaves-nothing.bats \
  %D%/system/read-only.bats \
  %D%/system/recorded-machines.bats \
  %D%/system/profile.bats \
  %D%/system/region-powers.bats \
  %D%/system/regions.bats \
  %D%/system/refused-run.bats \
  %D%/system/require-measured.bats \
  %D%/system/observer.bats \
  %D%/system/sampling.bats \
  %D%/system/short-command.bats \
  %D%/system/signals.bats \
  %D%/system/small-range.bats \
  %D%/system/slow-zone.bats \
  %D%/system/stuck-counter.bats \
  %D%/system/supervised.bats \
  %D%/system/sudo.bats \
  %D%/system/sudo-attacks.bats \
  %D%/system/through-sudo.bats \
  %D%/system/true-energy.bats \
  %D%/system/two-at-once.bats \
  %D%/system/jobs.bats \
  %D%/system/slurm.bats \
  %D%/system/two-dies.bats \
  %D%/system/vanishing-zone.bats \
  %D%/system/web-server.bats
# What a hostile or broken input does is the same in both builds, and what it does to memory the sanitizers see: in the
# other build these run by name alone.
hostile_tests = \
  %D%/cli/hostile-labels.bats \
  %D%/cli/hostile-database.bats \
  %D%/cli/mutations.bats \
  %D%/system/fault-schedules.bats \
  %D%/system/fleet-kills.bats \
  %D%/system/marker-attack.bats \
  %D%/system/marking-faults.bats
# They read what commands print, and hold one figure against another: the same commands run under sanitizers in the
# tests of their own.
printed_tests = \
  %D%/cli/completion.bats \
  %D%/cli/many-runs.bats \
  %D%/cli/one-figure.bats \
  %D%/cli/screens.bats \
  %D%/system/action.bats
# Half a minute of training, which is run once: as it was installed (installcheck).
demo_test = %D%/cli/demo.bats
# In a browser the page is the same, however joulecart was installed.
browser_tests = %D%/browser/report-page.bats %D%/browser/export-clients.bats %D%/browser/flame-page.bats
dist_check_SCRIPTS += $(browser_tests)
dist_check_DATA += %D%/browser/browser.bash
if SANITIZED
TESTS += $(hostile_tests)
else
# Under sanitizers report-html, flame and export write the same pages and files; a browser finds no more in them.
TESTS += $(browser_tests) $(printed_tests)
endif
dist_check_SCRIPTS += %D%/system/fleet-figures.py %D%/cli/completed.py %D%/cli/export-check.py %D%/cli/audit-sample-check.py %D%/cli/by-hand-check.py %D%/cli/forms-check.py %D%/cli/hostile-output.py
dist_check_DATA += %D%/cli/forms-schemas.json %D%/assert.bash %D%/helper.bash %D%/serve.bash %D%/fleet.bash %D%/jobs.bash %D%/slurm.bash %D%/system/slow-clients.py %D%/system/joulecart.rules.test.yml %D%/system/sudo.bash
dist_check_DATA += %D%/system/otlp-receiver.py %D%/system/otlp-check.py %D%/system/wall-meter.py
dist_check_SCRIPTS += $(bats_tests) $(hostile_tests) $(printed_tests) $(demo_test)
TESTS += $(bats_tests)
AM_TESTS_ENVIRONMENT += \
  PROFILED_PROGRAM='$(abs_top_builddir)/tests/fakes/profiled/program'; export PROFILED_PROGRAM; \
  MARKING_PROGRAM='$(abs_top_builddir)/tests/fakes/marking/program'; export MARKING_PROGRAM; \
  ALTERNATING_PROGRAM='$(abs_top_builddir)/tests/fakes/marking/alternating'; export ALTERNATING_PROGRAM; \
  LIBJOULECART='$(abs_top_builddir)/libjoulecart.so.0'; export LIBJOULECART; \
  JOULECART="$${JOULECART-$(abs_top_builddir)/joulecart}"; export JOULECART; \
  AXE="$${AXE-$(abs_top_srcdir)/build/axe}"; export AXE; \
  VIEWERS="$${VIEWERS-$(abs_top_srcdir)/build/viewers}"; export VIEWERS; \
  JOULECART_EXTENSION="$${JOULECART_EXTENSION-$(abs_top_builddir)/joulecart.so}"; \
  export JOULECART_EXTENSION; \
  FAILING_DISK_SO='$(abs_top_builddir)/tests/fakes/failing-disk.so'; export FAILING_DISK_SO; \
  NETWORK_DISK_SO='$(abs_top_builddir)/tests/fakes/network-disk.so'; export NETWORK_DISK_SO; \
  JUMPING_CLOCK_SO='$(abs_top_builddir)/tests/fakes/jumping-clock.so'; export JUMPING_CLOCK_SO; \
  PAYLOAD_SO='$(abs_top_builddir)/tests/fakes/payload.so'; export PAYLOAD_SO; \
  IPMI_DEVICE_SO='$(abs_top_builddir)/tests/fakes/ipmi-device.so'; export IPMI_DEVICE_SO; \
  POWERCAP_FUSE='$(abs_top_builddir)/tests/fakes/powercap-fuse'; export POWERCAP_FUSE; \
  FAULT_SCHEDULE='$(abs_top_builddir)/tests/fakes/fault-schedule'; export FAULT_SCHEDULE; \
  RECOMPUTE_VIEWS='$(abs_top_builddir)/tests/fakes/recompute-views'; export RECOMPUTE_VIEWS; \
  WITHOUT_PERF='$(abs_top_builddir)/tests/fakes/without-perf'; export WITHOUT_PERF; \
  NVML_FOLDER='$(abs_top_builddir)/tests/fakes'; export NVML_FOLDER; \
  PAPI_FOLDER="$${PAPI_FOLDER-$(abs_top_builddir)/tests/fakes/papi}"; export PAPI_FOLDER; \
  PAPI_WITHOUT_PMU_FOLDER='$(abs_top_builddir)/tests/fakes/papi-without-pmu'; \
  export PAPI_WITHOUT_PMU_FOLDER; \
  ROCM_LOUD_FOLDER='$(abs_top_builddir)/tests/fakes/rocm-loud'; export ROCM_LOUD_FOLDER; \
  SUPERVISE='$(SUPERVISE)'; export SUPERVISE; \
  TESTS_SOURCE='$(abs_top_srcdir)'; export TESTS_SOURCE;

# The same with 5000 schedules.
check-fault-schedules: all $(check_PROGRAMS) $(check_DATA)
	FAULT_SEEDS=5000 $(MAKE) $(AM_MAKEFLAGS) check-TESTS TEST_FILE_LIMIT_S=14400 \
	  TESTS='tests/system/fault-schedules.bats'
.PHONY: check-fault-schedules

# What installing could break: finding the other programs, man pages, the extension, rights. The long ones that
# test what a file or a figure says are left to the build tree; demo finds the models, report-html the page's program.
built_alone = bench compress forms statistics units verify
installed_tests = $(filter-out $(built_alone:%=%D%/cli/%.bats), \
  $(foreach test,$(bats_tests),$(if $(findstring /cli/,$(test)),$(test)))) $(demo_test) %D%/cli/completion.bats %D%/system/through-sudo.bats \
  %D%/system/true-energy.bats
installcheck-local: $(check_PROGRAMS)
	JOULECART='$(DESTDIR)$(bindir)/joulecart' \
	JOULECART_EXTENSION='$(DESTDIR)$(pkglibdir)/joulecart.so' $(MAKE) $(AM_MAKEFLAGS) check-TESTS \
	  TESTS='$(installed_tests)'

# The crash tests at length: 500 writes at which the program is killed, 500 at which the power fails.
check-slow: check-slow-crash
check-slow-crash: all
	CUTS=500 POWER_CUTS=500 $(MAKE) $(AM_MAKEFLAGS) check \
	  TEST_FILE_LIMIT_S=1800 \
	  TESTS='tests/unit/schema/store/test-power-loss tests/system/cut-at-a-write.bats'
.PHONY: check-slow-crash
