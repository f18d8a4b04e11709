# What joulecart-fleet is of, besides its main: it alone knows libpq.
fleet_sources = \
  %D%/fleet/campaign-read.c %D%/fleet/campaign-read.h \
  %D%/fleet/care.c %D%/fleet/care.h \
  %D%/fleet/copy-read.c %D%/fleet/copy-read.h \
  %D%/fleet/copy-write.c %D%/fleet/copy-write.h \
  %D%/fleet/envelope.c %D%/fleet/envelope.h \
  %D%/fleet/fleet-schema.c %D%/fleet/fleet-schema.h \
  %D%/fleet/kept-figures.c %D%/fleet/kept-figures.h \
  %D%/fleet/pull.c %D%/fleet/pull.h \
  %D%/fleet/push.c %D%/fleet/push.h \
  %D%/fleet/reading-pieces.c %D%/fleet/reading-pieces.h \
  %D%/fleet/server.c %D%/fleet/server.h \
  %D%/fleet/shape.c %D%/fleet/shape.h \
  %D%/fleet/source-file.c %D%/fleet/source-file.h
fleet_sql = %D%/fleet/fleet-begin.sql %D%/fleet/fleet-end.sql
schema/fleet/fleet-sql.h: $(fleet_sql) scripts/sql-to-header.awk
	$(AM_V_GEN)$(MKDIR_P) schema/fleet && $(AWK) -f $(top_srcdir)/scripts/sql-to-header.awk \
	  $(filter %.sql,$^) > $@.tmp && mv $@.tmp $@
EXTRA_DIST += $(fleet_sql)
BUILT_SOURCES += schema/fleet/fleet-sql.h
CLEANFILES += schema/fleet/fleet-sql.h
