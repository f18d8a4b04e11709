libjc_a_SOURCES += \
  %D%/advance.c %D%/advance.h \
  %D%/chunk.c %D%/chunk.h \
  %D%/digest.c %D%/digest.h \
  %D%/grid-csv.c %D%/grid-json.c %D%/grid-parse.h \
  %D%/grid-file.c %D%/grid-file.h \
  %D%/factor-store.c %D%/factor-store.h \
  %D%/migrate.c %D%/migrate.h \
  %D%/power.c %D%/power.h \
  %D%/reader.c %D%/reader.h \
  %D%/stretch.c %D%/stretch.h \
  %D%/writer.c %D%/writer.h \
  %D%/zone.c %D%/zone.h

# The DDL is written as SQL and compiled in as C strings.
schema_sql = %D%/0001-init.sql %D%/0002-factors.sql %D%/0003-sampler.sql \
  %D%/views.sql %D%/views-carbon.sql
schema/ddl.h: $(schema_sql) %D%/factors.sql scripts/sql-to-header.awk
	$(AM_V_GEN)$(MKDIR_P) %D% && $(AWK) -f $(top_srcdir)/scripts/sql-to-header.awk \
	  $(filter %.sql,$^) > $@.tmp && mv $@.tmp $@
EXTRA_DIST += $(schema_sql) scripts/sql-to-header.awk
BUILT_SOURCES += schema/ddl.h
CLEANFILES += schema/ddl.h

include %D%/factors.mk
