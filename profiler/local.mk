bin_PROGRAMS += joulecart
joulecart_SOURCES = %D%/cli/main.c
joulecart_LDADD = libjc.a $(libjc_libs)

pkglibexec_PROGRAMS += joulecart-html
joulecart_html_SOURCES = %D%/programs/html-main.c
joulecart_html_LDADD = $(html_libs)

pkglibexec_PROGRAMS += joulecart-live
joulecart_live_SOURCES = %D%/programs/live-main.c %D%/live/live-screen.c \
  %D%/programs/grid-facts.c %D%/programs/grid-facts.h \
  %D%/programs/view-main.c %D%/programs/view-main.h \
  %D%/programs/textfile.c %D%/programs/textfile.h
joulecart_live_CFLAGS = $(AM_CFLAGS) $(NCURSES_CFLAGS)
joulecart_live_LDADD = libjc.a $(libjc_libs) $(NCURSES_LIBS)

pkglibexec_PROGRAMS += joulecart-record
joulecart_record_SOURCES = \
  %D%/doctor/machine-record.c %D%/doctor/machine-record.h \
  %D%/programs/record-main.c
joulecart_record_CFLAGS = $(AM_CFLAGS) $(ARCHIVE_CFLAGS)
joulecart_record_LDADD = libjc.a $(libjc_libs) $(ARCHIVE_LIBS)

pkglibexec_PROGRAMS += joulecart-observer
joulecart_observer_SOURCES = %D%/programs/observer-main.c \
  %D%/programs/observer-job.c %D%/programs/observer-job.h
joulecart_observer_LDADD = libjc.a $(libjc_libs) -lpthread

pkglibexec_PROGRAMS += joulecart-serve
joulecart_serve_SOURCES = %D%/programs/serve-main.c \
  %D%/metrics/http-server.c %D%/metrics/http-server.h \
  %D%/otlp/otlp-sender.c %D%/otlp/otlp-sender.h \
  %D%/programs/grid-facts.c %D%/programs/grid-facts.h \
  %D%/programs/view-main.c %D%/programs/view-main.h
joulecart_serve_CFLAGS = $(AM_CFLAGS) $(MICROHTTPD_CFLAGS)
joulecart_serve_LDADD = libjc.a $(libjc_libs) $(MICROHTTPD_LIBS) -lpthread

# Without libpq the rest is built, and 'joulecart push' says what is missing.
if HAVE_LIBPQ
pkglibexec_PROGRAMS += joulecart-fleet
joulecart_fleet_SOURCES = %D%/programs/fleet-main.c $(fleet_sources)
nodist_joulecart_fleet_SOURCES = schema/fleet/fleet-sql.h
joulecart_fleet_CFLAGS = $(AM_CFLAGS) $(LIBPQ_CFLAGS)
joulecart_fleet_LDADD = libjc.a $(libjc_libs) $(LIBPQ_LIBS) $(ZLIB_LIBS)
endif

# Without Slurm's headers the rest is built; Slurm resolves what it calls there.
if HAVE_SLURM
pkglibexec_PROGRAMS += joulecart-spank.so
joulecart_spank_so_SOURCES = %D%/slurm/spank.c
joulecart_spank_so_CFLAGS = $(STANDARD_CFLAGS) $(WARNING_CFLAGS) -DBINDIR='"$(bindir)"' -fPIC
joulecart_spank_so_LDFLAGS = -shared
endif

pkglibexec_PROGRAMS += joulecart-symbols
joulecart_symbols_SOURCES = \
  %D%/profile/elf-symbols.c %D%/profile/elf-symbols.h \
  %D%/profile/unwind.c %D%/profile/unwind.h \
  %D%/programs/symbols-main.c
joulecart_symbols_CFLAGS = $(AM_CFLAGS) $(DW_CFLAGS)
joulecart_symbols_LDADD = libjc.a $(libjc_libs) $(DW_LIBS)

libjc_a_SOURCES += \
  %D%/campaign/attachment.c %D%/campaign/attachment.h \
  %D%/campaign/bench-plan.c %D%/campaign/bench-plan.h \
  %D%/campaign/bench-run.c %D%/campaign/bench-run.h \
  %D%/campaign/bundled-models.c %D%/campaign/bundled-models.h \
  %D%/campaign/campaign.c %D%/campaign/campaign.h \
  %D%/campaign/compare-commands.c %D%/campaign/compare-commands.h \
  %D%/campaign/compare-run.c %D%/campaign/compare-run.h \
  %D%/campaign/concurrent-runs.c %D%/campaign/concurrent-runs.h \
  %D%/campaign/host.c %D%/campaign/host.h \
  %D%/campaign/job-rank.c %D%/campaign/job-rank.h \
  %D%/campaign/output-watch.c %D%/campaign/output-watch.h \
  %D%/campaign/plan.c %D%/campaign/plan.h \
  %D%/campaign/progress.c %D%/campaign/progress.h \
  %D%/campaign/thermal.c %D%/campaign/thermal.h \
  %D%/campaign/trial.c %D%/campaign/trial.h \
  %D%/cli/cmd-attach.c \
  %D%/cli/cmd-bench.c \
  %D%/cli/cmd-check.c \
  %D%/cli/cmd-compare.c \
  %D%/cli/cmd-compress.c \
  %D%/cli/cmd-demo.c \
  %D%/cli/cmd-doctor.c \
  %D%/cli/cmd-export.c \
  %D%/cli/cmd-fleet.c \
  %D%/cli/cmd-live.c \
  %D%/cli/cmd-mark.c \
  %D%/cli/cmd-merge.c \
  %D%/cli/cmd-models.c \
  %D%/cli/cmd-report.c \
  %D%/cli/cmd-run.c \
  %D%/cli/cmd-samples.c \
  %D%/cli/cmd-serve.c \
  %D%/cli/cmd-trim.c \
  %D%/cli/cmd-whatif.c \
  %D%/cli/cmd-config.c \
  %D%/cli/commands.c \
  %D%/cli/command.h \
  %D%/compress/compress-json.c \
  %D%/compress/agent.c %D%/compress/agent.h \
  %D%/compress/compress-run.c %D%/compress/compress-run.h \
  %D%/compress/compress-text.c %D%/compress/compress-text.h \
  %D%/compress/levels.c %D%/compress/levels.h \
  %D%/compress/wish.c %D%/compress/wish.h \
  %D%/config/config.c %D%/config/config.h \
  %D%/config/config-file.c %D%/config/config-file.h \
  %D%/config/config-run.c \
  %D%/cli/plot-output.c %D%/cli/plot-output.h \
  %D%/complete/completion-values.c %D%/complete/completion-values.h \
  %D%/desk/cmd-audit-sample.c \
  %D%/desk/cmd-diff.c \
  %D%/desk/cmd-factors.c \
  %D%/desk/cmd-meter.c \
  %D%/desk/cmd-sign.c \
  %D%/desk/cmd-verify.c \
  %D%/job/cmd-job.c \
  %D%/doctor/fixes.c %D%/doctor/fixes.h \
  %D%/doctor/machine-checks.c %D%/doctor/machine-checks.h \
  %D%/doctor/redact.c %D%/doctor/redact.h \
  %D%/launch/child-processes.c %D%/launch/child-processes.h \
  %D%/launch/environment.c %D%/launch/environment.h \
  %D%/launch/exit-status.h \
  %D%/launch/find-command.c %D%/launch/find-command.h \
  %D%/launch/launch.c %D%/launch/launch.h \
  %D%/launch/privileges.c %D%/launch/privileges.h \
  %D%/launch/relay.c %D%/launch/relay.h \
  %D%/launch/program-path.c %D%/launch/program-path.h \
  %D%/launch/signals.c %D%/launch/signals.h \
  %D%/live/live.c %D%/live/live.h \
  %D%/live/live-lines.c \
  %D%/live/live-view.h \
  %D%/live/pass.c %D%/live/pass.h \
  %D%/sources/curl-library.c %D%/sources/curl-library.h \
  %D%/sources/followed-count.c %D%/sources/followed-count.h \
  %D%/sources/line-patterns.c %D%/sources/line-patterns.h \
  %D%/markers/marker-message.h \
  %D%/sources/metrics-page.c %D%/sources/metrics-page.h \
  %D%/sources/metrics-source.c %D%/sources/metrics-source.h \
  %D%/sources/pcre2-library.c %D%/sources/pcre2-library.h \
  %D%/sources/json-line.c %D%/sources/json-line.h \
  %D%/sources/quality-source.c %D%/sources/quality-source.h \
  %D%/sources/query-source.c %D%/sources/query-source.h \
  %D%/markers/marker-packet.c %D%/markers/marker-packet.h \
  %D%/markers/marker-ring.c %D%/markers/marker-ring.h \
  %D%/markers/marker-socket.c %D%/markers/marker-socket.h \
  %D%/metrics/campaign-watch.c %D%/metrics/campaign-watch.h \
  %D%/metrics/query-histogram.c %D%/metrics/query-histogram.h \
  %D%/metrics/exposition.c %D%/metrics/exposition.h \
  %D%/metrics/families.c %D%/metrics/families.h \
  %D%/metrics/meter.c %D%/metrics/meter.h \
  %D%/metrics/meter-claim.c %D%/metrics/meter-claim.h \
  %D%/metrics/meter-state.c %D%/metrics/meter-state.h \
  %D%/metrics/own-cost.c %D%/metrics/own-cost.h \
  %D%/metrics/request.c %D%/metrics/request.h \
  %D%/observer/tick-cost.c %D%/observer/tick-cost.h \
  %D%/otlp/otlp-answer.c %D%/otlp/otlp-answer.h \
  %D%/otlp/otlp-body.c %D%/otlp/otlp-body.h \
  %D%/otlp/otlp-queue.c %D%/otlp/otlp-queue.h \
  %D%/options/event-warning.c %D%/options/event-warning.h \
  %D%/options/fleet-options.c %D%/options/fleet-options.h \
  %D%/options/live-options.c %D%/options/live-options.h \
  %D%/options/measure-options.c %D%/options/measure-options.h \
  %D%/options/options.c %D%/options/options.h \
  %D%/options/reading-options.c %D%/options/reading-options.h \
  %D%/options/serve-options.c %D%/options/serve-options.h \
  %D%/options/statement-options.c %D%/options/statement-options.h \
  %D%/options/output-file.c %D%/options/output-file.h \
  %D%/profile/address-map.c %D%/profile/address-map.h \
  %D%/profile/call-tree.c %D%/profile/call-tree.h \
  %D%/profile/energy-book.c %D%/profile/energy-book.h \
  %D%/profile/kept-stacks.c %D%/profile/kept-stacks.h \
  %D%/profile/place-names.c %D%/profile/place-names.h \
  %D%/profile/profile.c %D%/profile/profile.h \
  %D%/profile/sample-times.c %D%/profile/sample-times.h \
  %D%/profile/stack-keys.h \
  %D%/profile/stack-node.c %D%/profile/stack-node.h \
  %D%/profile/stack-store.c %D%/profile/stack-store.h \
  %D%/profile/symbol-list.c %D%/profile/symbol-list.h \
  %D%/profile/symbol-message.h \
  %D%/profile/symbols-program.c %D%/profile/symbols-program.h \
  %D%/profile/unwind-message.h \
  %D%/record/answers.c %D%/record/answers.h \
  %D%/record/findings.c %D%/record/findings.h \
  %D%/record/marker-validate.c %D%/record/marker-validate.h \
  %D%/record/phases.c %D%/record/phases.h \
  %D%/record/second-source.c %D%/record/second-source.h \
  %D%/record/recorder.c %D%/record/recorder.h \
  %D%/record/region-book.c %D%/record/region-book.h \
  %D%/record/region-fit.c %D%/record/region-fit.h \
  %D%/record/system-events.c %D%/record/system-events.h \
  %D%/sample/cpu-choice.c %D%/sample/cpu-choice.h \
  %D%/sample/histogram.c %D%/sample/histogram.h \
  %D%/sample/marker-folder.c %D%/sample/marker-folder.h \
  %D%/sample/look-schedule.c %D%/sample/look-schedule.h \
  %D%/sample/marker-door.c %D%/sample/marker-door.h %D%/sample/visitor.c %D%/sample/visitor.h \
  %D%/sample/overlap.c %D%/sample/overlap.h \
  %D%/sample/region-reader.c %D%/sample/region-reader.h \
  %D%/sample/ring.c %D%/sample/ring.h \
  %D%/sample/sampler.c %D%/sample/sampler.h \
  %D%/sample/sensors.c %D%/sample/sensors.h \
  %D%/sample/slow-reader.c %D%/sample/slow-reader.h \
  %D%/sample/tick-schedule.c %D%/sample/tick-schedule.h \
  %D%/search/evidence.c %D%/search/evidence.h \
  %D%/search/forecast.c %D%/search/forecast.h \
  %D%/search/search.c %D%/search/search.h \
  %D%/search/verdict.c %D%/search/verdict.h

# What programs link to mark their phases: the API, and the process's own counters. The shared
# library shows nothing but the API; libtool would bring more than this one rule saves.
markers_sources = %D%/markers/joulecart.h %D%/markers/libjoulecart.c \
  %D%/markers/region-clock.c %D%/markers/region-clock.h \
  %D%/markers/region-marks.c %D%/markers/region-marks.h %D%/markers/region-page.h \
  %D%/markers/marker-packet.c %D%/markers/marker-packet.h \
  %D%/markers/marker-ring.c %D%/markers/marker-ring.h \
  %D%/markers/marker-socket.c %D%/markers/marker-socket.h \
  base/problem.c base/sealed-memory.c base/text.c collectors/perf/core-pmus.c collectors/perf/event-list.c \
  collectors/perf/pmu-sysfs.c collectors/absence-list.c collectors/library.c \
  collectors/papi/papi.c collectors/papi/papi-library.c collectors/papi/papi-start.c collectors/sysfs.c
lib_LIBRARIES += libjoulecart.a
libjoulecart_a_SOURCES = $(markers_sources)
sharedlibdir = $(libdir)
sharedlib_PROGRAMS = libjoulecart.so.0
libjoulecart_so_0_SOURCES = $(markers_sources)
libjoulecart_so_0_CFLAGS = $(STANDARD_CFLAGS) $(WARNING_CFLAGS) $(PAPI_CFLAGS) -fPIC \
  -fvisibility=hidden
libjoulecart_so_0_LDFLAGS = -shared -Wl,-soname,libjoulecart.so.0 -Wl,-z,defs \
  -Wl,--version-script,$(top_srcdir)/%D%/markers/libjoulecart.map
libjoulecart_so_0_LDADD = -lpthread -ldl
EXTRA_libjoulecart_so_0_DEPENDENCIES = %D%/markers/libjoulecart.map
EXTRA_DIST += %D%/markers/libjoulecart.map
install-exec-hook:
	cd '$(DESTDIR)$(libdir)' && $(LN_S) -f libjoulecart.so.0 libjoulecart.so
uninstall-hook:
	rm -f '$(DESTDIR)$(libdir)/libjoulecart.so'
	@for folder in '$(pkgdatadir)/ci' '$(grafanadir)' '$(prometheusdir)' '$(docdatadir)' '$(pkglibexecdir)' '$(pkglibdir)' '$(joulecart_pythondir)' '$(joulecart_nodedir)'; do \
	  rmdir "$(DESTDIR)$$folder" 2>/dev/null || :; \
	done # its own folders, if nothing else is in them
include_HEADERS += %D%/markers/joulecart.h
pkgconfigdir = $(libdir)/pkgconfig
nodist_pkgconfig_DATA = %D%/joulecart.pc
