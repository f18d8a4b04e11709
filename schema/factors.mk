# Numbers from outside: schema/factors/*.tsv become the rows of schema/database/bundled.c, and
# schema/cloud-regions.tsv those of table cloud_region.
factor_tables = $(wildcard $(srcdir)/schema/factors/*.tsv)
region_table = $(srcdir)/schema/cloud-regions.tsv
schema/factor-rows.h: $(factor_tables) scripts/factors-to-header.awk
	$(AM_V_GEN)$(MKDIR_P) schema && \
	  $(AWK) -f $(top_srcdir)/scripts/factors-to-header.awk $(factor_tables) > $@.tmp && mv $@.tmp $@
schema/cloud-regions.sql: $(region_table) scripts/regions-to-sql.awk
	$(AM_V_GEN)$(MKDIR_P) schema && \
	  $(AWK) -f $(top_srcdir)/scripts/regions-to-sql.awk $(region_table) > $@.tmp && mv $@.tmp $@
EXTRA_DIST += $(factor_tables) $(region_table) scripts/factors-to-header.awk scripts/regions-to-sql.awk
BUILT_SOURCES += schema/factor-rows.h
CLEANFILES += schema/factor-rows.h schema/cloud-regions.sql
