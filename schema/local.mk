libjc_a_SOURCES += \
  %D%/database/bundled.c %D%/database/bundled.h \
  %D%/database/change-log.c %D%/database/change-log.h \
  %D%/database/count.c %D%/database/count.h \
  %D%/database/trial-span.c %D%/database/trial-span.h \
  %D%/database/file-uri.c %D%/database/file-uri.h \
  %D%/database/guard.c %D%/database/guard.h \
  %D%/database/migrate.c %D%/database/migrate.h \
  %D%/database/sqlite-memory.c %D%/database/sqlite-memory.h \
  %D%/database/statement.h \
  %D%/database/value.c %D%/database/value.h \
  %D%/database/views.c %D%/database/views.h \
  %D%/factors/certificate-file.c %D%/factors/certificate-file.h \
  %D%/factors/certificate-store.c %D%/factors/certificate-store.h \
  %D%/factors/csv-table.c %D%/factors/csv-table.h \
  %D%/factors/data-file.c %D%/factors/data-file.h \
  %D%/factors/factor-store.c %D%/factors/factor-store.h \
  %D%/factors/factor-write.c %D%/factors/factor-write.h \
  %D%/factors/grid-csv.c \
  %D%/factors/grid-file.c %D%/factors/grid-file.h \
  %D%/factors/grid-json.c \
  %D%/factors/grid-parse.h \
  %D%/factors/grid-series.c %D%/factors/grid-series.h \
  %D%/factors/grid-time.c %D%/factors/grid-time.h \
  %D%/factors/zone.c %D%/factors/zone.h \
  %D%/gate/damage.c %D%/gate/damage.h \
  %D%/gate/domain.c %D%/gate/domain.h %D%/gate/domain-table.c \
  %D%/gate/file-check.c %D%/gate/file-check.h \
  %D%/gate/gate.c %D%/gate/gate.h \
  %D%/gate/known-schemas.h \
  %D%/gate/printable.h \
  %D%/gate/schema-check.c %D%/gate/schema-check.h \
  %D%/packed/channel-coder.c %D%/packed/channel-coder.h \
  %D%/packed/number-stream.c %D%/packed/number-stream.h \
  %D%/packed/reading-coder.c %D%/packed/reading-coder.h \
  %D%/packed/reading-page.c %D%/packed/reading-page.h \
  %D%/packed/trial-pages.c %D%/packed/trial-pages.h \
  %D%/samples/advance.c %D%/samples/advance.h \
  %D%/samples/average.c %D%/samples/average.h \
  %D%/samples/bits.c %D%/samples/bits.h \
  %D%/samples/chunk.c %D%/samples/chunk.h \
  %D%/samples/chunk-times.c %D%/samples/chunk-times.h \
  %D%/samples/chunk1.c %D%/samples/chunk1.h \
  %D%/samples/stack-chunk.c %D%/samples/stack-chunk.h \
  %D%/samples/quantum.c %D%/samples/quantum.h \
  %D%/samples/rollup.c %D%/samples/rollup.h \
  %D%/samples/sample.h \
  %D%/samples/samples-vtab.c %D%/samples/samples-vtab.h \
  %D%/samples/unpack.c %D%/samples/unpack.h \
  %D%/seal/digest.c %D%/seal/digest.h \
  %D%/seal/seal-check.c \
  %D%/seal/seal-key.c \
  %D%/seal/seal-links.c %D%/seal/seal-links.h \
  %D%/seal/seal-message.h \
  %D%/seal/seal-words.c %D%/seal/seal-words.h \
  %D%/seal/seal.c %D%/seal/seal.h \
  %D%/seal/trust.c %D%/seal/trust.h \
  %D%/store/campaign-claim.c %D%/store/campaign-claim.h \
  %D%/store/campaign-rows.c %D%/store/campaign-rows.h \
  %D%/store/merge.c %D%/store/merge.h \
  %D%/store/profile-writer.c %D%/store/profile-writer.h \
  %D%/store/log-files.c %D%/store/log-files.h \
  %D%/store/reader.c %D%/store/reader.h \
  %D%/store/samples-read.c \
  %D%/store/network-disk.c %D%/store/network-disk.h \
  %D%/store/still-file.c %D%/store/still-file.h \
  %D%/store/store.c %D%/store/store.h \
  %D%/store/trim.c %D%/store/trim.h \
  %D%/store/writer.c %D%/store/writer.h

# The DDL is written as SQL and compiled in as C strings.
schema_sql = %D%/0001-init.sql %D%/0002-factors.sql %D%/0003-sampler.sql \
  %D%/0004-chunks.sql %D%/0005-parent.sql %D%/0006-seen-interval.sql \
  %D%/0007-kept.sql %D%/0008-neighbour.sql %D%/0009-trial-by-end.sql \
  %D%/0010-phase-units.sql %D%/0011-answers.sql %D%/0012-baseline.sql \
  %D%/0013-factor-sources.sql \
  %D%/0014-regions.sql \
  %D%/0015-uncounted.sql \
  %D%/0016-region-power.sql \
  %D%/0017-profile.sql \
  %D%/0018-stack-bytes.sql \
  %D%/0019-slowdown.sql \
  %D%/0020-rank.sql \
  %D%/0021-sample-times.sql \
  %D%/0022-change-log.sql \
  %D%/0023-meter.sql \
  %D%/tables.sql %D%/views.sql %D%/views-carbon.sql
schema/ddl.h: $(schema_sql) %D%/cloud-regions.sql scripts/sql-to-header.awk
	$(AM_V_GEN)$(MKDIR_P) %D% && $(AWK) -f $(top_srcdir)/scripts/sql-to-header.awk \
	  $(filter %.sql,$^) > $@.tmp && mv $@.tmp $@
EXTRA_DIST += $(schema_sql) scripts/sql-to-header.awk scripts/refresh-tables
BUILT_SOURCES += schema/ddl.h
CLEANFILES += schema/ddl.h

include %D%/factors.mk
include %D%/fleet.mk

# The same unpacking for any SQLite, by .load: a module, not a library, without sanitizers, which
# the sqlite3 shell could not load.
extensiondir = $(pkglibdir)
extension_PROGRAMS = joulecart.so
joulecart_so_SOURCES = %D%/samples/samples-vtab.c %D%/samples/unpack.c %D%/samples/average.c %D%/samples/chunk.c %D%/samples/chunk-times.c %D%/samples/chunk1.c %D%/samples/quantum.c %D%/samples/bits.c
joulecart_so_CPPFLAGS = -I$(top_srcdir) -I$(top_builddir)
joulecart_so_CFLAGS = $(STANDARD_CFLAGS) $(WARNING_CFLAGS) $(SQLITE_CFLAGS) $(ZLIB_CFLAGS) -fPIC \
                      -fvisibility=hidden
joulecart_so_LDFLAGS = -shared
joulecart_so_LDADD = $(ZLIB_LIBS) -lm
