# Numbers from outside: schema/factors/*.tsv become the rows of table factor, and
# schema/cloud-regions.tsv those of cloud_region.
factor_tables = $(wildcard $(srcdir)/schema/factors/*.tsv)
region_table = $(srcdir)/schema/cloud-regions.tsv
schema/factors.sql: $(factor_tables) $(region_table) scripts/factors-to-sql.awk scripts/regions-to-sql.awk
	$(AM_V_GEN)$(MKDIR_P) schema && \
	  { $(AWK) -f $(top_srcdir)/scripts/factors-to-sql.awk $(factor_tables) && \
	    $(AWK) -f $(top_srcdir)/scripts/regions-to-sql.awk $(region_table); } > $@.tmp && mv $@.tmp $@
EXTRA_DIST += $(factor_tables) $(region_table) scripts/factors-to-sql.awk scripts/regions-to-sql.awk
CLEANFILES += schema/factors.sql
