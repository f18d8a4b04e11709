libjc_a_SOURCES += \
  %D%/absence-list.c %D%/absence-list.h \
  %D%/collector.h \
  %D%/library.c %D%/library.h \
  %D%/registry.c %D%/registry.h \
  %D%/service.h \
  %D%/sysfs.c %D%/sysfs.h \
  %D%/board/battery.c \
  %D%/board/hwmon.c \
  %D%/board/ipmi.c \
  %D%/board/ipmi-power.c %D%/board/ipmi-power.h \
  %D%/cpu/arm-cores.c %D%/cpu/arm-cores.h \
  %D%/cpu/context.c \
  %D%/cpu/context-files.c %D%/cpu/context-files.h \
  %D%/cpu/cpu-identity.c %D%/cpu/cpu-identity.h \
  %D%/cpu/cputime.c \
  %D%/cpu/estimate.c %D%/cpu/estimate.h \
  %D%/cpu/machine-cpu.c %D%/cpu/machine-cpu.h \
  %D%/cpu/other-cpus.c %D%/cpu/other-cpus.h \
  %D%/cpu/proc-tree.c %D%/cpu/proc-tree.h \
  %D%/cpu/procstat.c \
  %D%/cpu/procstat-text.c %D%/cpu/procstat-text.h \
  %D%/cpu/run-group.c %D%/cpu/run-group.h \
  %D%/cpu/service-time.c %D%/cpu/service-time.h \
  %D%/meter/meter.c \
  %D%/meter/meter-address.c %D%/meter/meter-address.h \
  %D%/meter/scpi.c %D%/meter/scpi.h \
  %D%/nvidia/nvml.c \
  %D%/nvidia/nvml-api.c %D%/nvidia/nvml-api.h \
  %D%/nvidia/nvml-visible.c %D%/nvidia/nvml-visible.h \
  %D%/nvidia/nvml-windows.c %D%/nvidia/nvml-windows.h \
  %D%/papi/papi.c \
  %D%/papi/papi-library.c %D%/papi/papi-library.h \
  %D%/papi/papi-power.c \
  %D%/papi/papi-start.c %D%/papi/papi-start.h \
  %D%/papi/papi-units.c %D%/papi/papi-units.h \
  %D%/opener/opener.c %D%/opener/opener.h \
  %D%/opener/opener-list.h %D%/opener/stack-event.h \
  %D%/opener/opener-ask.c %D%/opener/opener-ask.h \
  %D%/perf/core-pmus.c %D%/perf/core-pmus.h \
  %D%/perf/event-list.c %D%/perf/event-list.h \
  %D%/perf/event-names.c %D%/perf/event-names.h \
  %D%/perf/hwevents.c %D%/perf/hwevents.h \
  %D%/perf/hwevents-open.c %D%/perf/hwevents-read.c %D%/perf/hwevents-service.c \
  %D%/perf/perf-event.c %D%/perf/perf-event.h \
  %D%/perf/stack-sampler.c %D%/perf/stack-sampler.h \
  %D%/perf/pmu-sysfs.c %D%/perf/pmu-sysfs.h \
  %D%/perf/pmu-terms.c %D%/perf/pmu-terms.h \
  %D%/perf/service-threads.c %D%/perf/service-threads.h \
  %D%/rapl/power-core.c \
  %D%/rapl/power-pmu.c \
  %D%/rapl/powercap.c \
  %D%/rapl/rapl-trust.c %D%/rapl/rapl-trust.h \
  %D%/rapl/rapl-zones.c %D%/rapl/rapl-zones.h

# The coefficients of the estimate, from the table that the database has too.
collectors/cpu-coefficients.h: schema/factors/cpu.tsv scripts/cpu-to-header.awk
	$(AM_V_GEN)$(MKDIR_P) collectors && $(AWK) -f $(top_srcdir)/scripts/cpu-to-header.awk \
	  $(top_srcdir)/schema/factors/cpu.tsv > $@.tmp && mv $@.tmp $@
BUILT_SOURCES += collectors/cpu-coefficients.h
CLEANFILES += collectors/cpu-coefficients.h
EXTRA_DIST += scripts/cpu-to-header.awk
