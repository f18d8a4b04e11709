libjc_a_SOURCES += \
  %D%/advance.c %D%/advance.h \
  %D%/bits.c %D%/bits.h \
  %D%/chunk.c %D%/chunk.h \
  %D%/chunk1.c %D%/chunk1.h \
  %D%/digest.c %D%/digest.h \
  %D%/factor-store.c %D%/factor-store.h \
  %D%/file-uri.c %D%/file-uri.h \
  %D%/grid-csv.c \
  %D%/grid-file.c %D%/grid-file.h \
  %D%/grid-json.c \
  %D%/grid-parse.h \
  %D%/merge.c %D%/merge.h \
  %D%/migrate.c %D%/migrate.h \
  %D%/power.c %D%/power.h \
  %D%/reader.c %D%/reader.h \
  %D%/samples-vtab.c %D%/samples-vtab.h \
  %D%/seal.c %D%/seal.h \
  %D%/seal-links.c %D%/seal-links.h \
  %D%/sqlite-memory.c %D%/sqlite-memory.h \
  %D%/statement.h \
  %D%/store.c %D%/store.h \
  %D%/stretch.c %D%/stretch.h \
  %D%/trim.c %D%/trim.h \
  %D%/unpack.c %D%/unpack.h \
  %D%/value.c %D%/value.h \
  %D%/views.c %D%/views.h \
  %D%/writer.c %D%/writer.h \
  %D%/zone.c %D%/zone.h

# The DDL is written as SQL and compiled in as C strings.
schema_sql = %D%/0001-init.sql %D%/0002-factors.sql %D%/0003-sampler.sql \
  %D%/0004-chunks.sql %D%/0005-parent.sql %D%/0006-seen-interval.sql \
  %D%/0007-kept.sql %D%/0008-neighbour.sql %D%/0009-trial-by-end.sql \
  %D%/views.sql %D%/views-carbon.sql
schema/ddl.h: $(schema_sql) %D%/factors.sql scripts/sql-to-header.awk
	$(AM_V_GEN)$(MKDIR_P) %D% && $(AWK) -f $(top_srcdir)/scripts/sql-to-header.awk \
	  $(filter %.sql,$^) > $@.tmp && mv $@.tmp $@
EXTRA_DIST += $(schema_sql) scripts/sql-to-header.awk
BUILT_SOURCES += schema/ddl.h
CLEANFILES += schema/ddl.h

include %D%/factors.mk

# The same unpacking for any SQLite, by .load: a module, not a library, without sanitizers, which
# the sqlite3 shell could not load.
extensiondir = $(pkglibdir)
extension_PROGRAMS = joulecart.so
joulecart_so_SOURCES = %D%/samples-vtab.c %D%/unpack.c %D%/chunk.c %D%/chunk1.c %D%/bits.c
joulecart_so_CPPFLAGS = -I$(top_srcdir) -I$(top_builddir)
joulecart_so_CFLAGS = $(STANDARD_CFLAGS) $(WARNING_CFLAGS) $(SQLITE_CFLAGS) $(ZLIB_CFLAGS) -fPIC \
                      -fvisibility=hidden
joulecart_so_LDFLAGS = -shared
joulecart_so_LDADD = $(ZLIB_LIBS) -lm
