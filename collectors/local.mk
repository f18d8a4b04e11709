libjc_a_SOURCES += \
  %D%/arm-cores.c %D%/arm-cores.h \
  %D%/battery.c \
  %D%/collector.h \
  %D%/context.c \
  %D%/context-files.c %D%/context-files.h \
  %D%/core-pmus.c %D%/core-pmus.h \
  %D%/cpu-identity.c %D%/cpu-identity.h \
  %D%/cputime.c \
  %D%/estimate.c %D%/estimate.h \
  %D%/event-list.c %D%/event-list.h \
  %D%/event-names.c %D%/event-names.h \
  %D%/hwevents.c \
  %D%/hwmon.c \
  %D%/ipmi.c \
  %D%/ipmi-power.h \
  %D%/library.c %D%/library.h \
  %D%/machine-cpu.c %D%/machine-cpu.h \
  %D%/nvml.c \
  %D%/nvml-api.c %D%/nvml-api.h \
  %D%/nvml-visible.c %D%/nvml-visible.h \
  %D%/nvml-windows.c %D%/nvml-windows.h \
  %D%/papi.c \
  %D%/papi-library.c %D%/papi-library.h \
  %D%/papi-power.c \
  %D%/papi-units.c %D%/papi-units.h \
  %D%/perf-event.c %D%/perf-event.h \
  %D%/pmu-sysfs.c %D%/pmu-sysfs.h \
  %D%/pmu-terms.c %D%/pmu-terms.h \
  %D%/power-core.c \
  %D%/power-pmu.c \
  %D%/powercap.c \
  %D%/procstat.c \
  %D%/procstat-text.c %D%/procstat-text.h \
  %D%/proc-tree.c %D%/proc-tree.h \
  %D%/rapl-trust.c %D%/rapl-trust.h \
  %D%/rapl-zones.c %D%/rapl-zones.h \
  %D%/registry.c %D%/registry.h \
  %D%/run-group.c %D%/run-group.h \
  %D%/sysfs.c %D%/sysfs.h

# What FreeIPMI is asked, or that it is not there.
if HAVE_FREEIPMI
libjc_a_SOURCES += %D%/ipmi-power.c
else
libjc_a_SOURCES += %D%/ipmi-power-none.c
endif

# The coefficients of the estimate, from the table that the database has too.
collectors/cpu-coefficients.h: schema/factors/cpu.tsv scripts/cpu-to-header.awk
	$(AM_V_GEN)$(MKDIR_P) collectors && $(AWK) -f $(top_srcdir)/scripts/cpu-to-header.awk \
	  $(top_srcdir)/schema/factors/cpu.tsv > $@.tmp && mv $@.tmp $@
BUILT_SOURCES += collectors/cpu-coefficients.h
CLEANFILES += collectors/cpu-coefficients.h
EXTRA_DIST += scripts/cpu-to-header.awk
