bin_PROGRAMS += joulecart
joulecart_SOURCES = %D%/main.c
joulecart_LDADD = libjc.a $(libjc_libs)

pkglibexec_PROGRAMS += joulecart-html
joulecart_html_SOURCES = %D%/html-main.c
joulecart_html_LDADD = $(html_libs)

pkglibexec_PROGRAMS += joulecart-live
joulecart_live_SOURCES = %D%/live-main.c %D%/live-screen.c
joulecart_live_CFLAGS = $(AM_CFLAGS) $(NCURSES_CFLAGS)
joulecart_live_LDADD = libjc.a $(libjc_libs) $(NCURSES_LIBS)

pkglibexec_PROGRAMS += joulecart-record
joulecart_record_SOURCES = \
  %D%/machine-record.c %D%/machine-record.h \
  %D%/record-main.c
joulecart_record_CFLAGS = $(AM_CFLAGS) $(ARCHIVE_CFLAGS)
joulecart_record_LDADD = libjc.a $(libjc_libs) $(ARCHIVE_LIBS)

libjc_a_SOURCES += \
  %D%/bench-plan.c %D%/bench-plan.h \
  %D%/campaign.c %D%/campaign.h \
  %D%/children.c %D%/children.h \
  %D%/cmd-bench.c \
  %D%/cmd-check.c \
  %D%/cmd-compare.c \
  %D%/cmd-doctor.c \
  %D%/cmd-factors.c \
  %D%/cmd-live.c \
  %D%/cmd-merge.c \
  %D%/cmd-models.c \
  %D%/cmd-report.c \
  %D%/cmd-run.c \
  %D%/cmd-samples.c \
  %D%/cmd-sign.c \
  %D%/cmd-trim.c \
  %D%/cmd-verify.c \
  %D%/cmd-whatif.c \
  %D%/command.h \
  %D%/compare-commands.c %D%/compare-commands.h \
  %D%/compare-run.c %D%/compare-run.h \
  %D%/event-warning.c %D%/event-warning.h \
  %D%/find-command.c %D%/find-command.h \
  %D%/histogram.c %D%/histogram.h \
  %D%/host.c %D%/host.h \
  %D%/interruption.c %D%/interruption.h \
  %D%/invoker.c %D%/invoker.h \
  %D%/lane.c %D%/lane.h \
  %D%/launch.c %D%/launch.h \
  %D%/live-lines.c %D%/live-view.h \
  %D%/live.c %D%/live.h \
  %D%/machine-checks.c %D%/machine-checks.h \
  %D%/marker-check.c %D%/marker-check.h \
  %D%/marker-message.h \
  %D%/measure-options.c %D%/measure-options.h \
  %D%/models.c %D%/models.h \
  %D%/neighbours.c %D%/neighbours.h \
  %D%/options.c %D%/options.h \
  %D%/output-file.c %D%/output-file.h \
  %D%/pace.c %D%/pace.h \
  %D%/phases.c %D%/phases.h \
  %D%/plan.c %D%/plan.h \
  %D%/private-words.c %D%/private-words.h \
  %D%/program-path.c %D%/program-path.h \
  %D%/progress.c %D%/progress.h \
  %D%/recorder.c %D%/recorder.h \
  %D%/remedy.c %D%/remedy.h \
  %D%/ring.c %D%/ring.h \
  %D%/sampler.c %D%/sampler.h \
  %D%/sensors.c %D%/sensors.h \
  %D%/settle.c %D%/settle.h \
  %D%/signals.c %D%/signals.h \
  %D%/thermal.c %D%/thermal.h \
  %D%/trial.c %D%/trial.h

# What programs link to mark their phases: the API, and the process's own counters.
lib_LIBRARIES += libjoulecart.a
libjoulecart_a_SOURCES = %D%/joulecart.h %D%/libjoulecart.c \
  base/problem.c collectors/perf/event-list.c collectors/library.c \
  collectors/papi/papi.c collectors/papi/papi-library.c collectors/sysfs.c
include_HEADERS += %D%/joulecart.h
pkgconfigdir = $(libdir)/pkgconfig
nodist_pkgconfig_DATA = %D%/joulecart.pc
