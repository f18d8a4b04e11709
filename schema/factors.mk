# Numbers from outside: schema/factors/*.tsv become the rows of table factor.
factor_tables = $(wildcard $(srcdir)/schema/factors/*.tsv)
schema/factors.sql: $(factor_tables) scripts/factors-to-sql.awk
	$(AM_V_GEN)$(MKDIR_P) schema && \
	  $(AWK) -f $(top_srcdir)/scripts/factors-to-sql.awk $(factor_tables) > $@.tmp && mv $@.tmp $@
EXTRA_DIST += $(factor_tables) scripts/factors-to-sql.awk
CLEANFILES += schema/factors.sql
