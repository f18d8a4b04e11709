# A part of the audit report's program, whose writer it uses.
libhtml_a_SOURCES += \
  %D%/flame-page.c %D%/flame-page.h \
  %D%/flame-svg.c %D%/flame-svg.h \
  %D%/flame-tree.c %D%/flame-tree.h

reports/flame/flame-css.h: %D%/flame.css scripts/css-to-header.awk
	$(AM_V_GEN)$(MKDIR_P) reports/flame && $(AWK) -f $(top_srcdir)/scripts/css-to-header.awk \
	  $(filter %.css,$^) > $@.tmp && mv $@.tmp $@
EXTRA_DIST += %D%/flame.css %D%/README.md
BUILT_SOURCES += reports/flame/flame-css.h
CLEANFILES += reports/flame/flame-css.h
