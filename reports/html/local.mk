# The audit report is a program of its own: what measures does not load libxml2.
noinst_LIBRARIES += libhtml.a
libhtml_a_SOURCES = \
  %D%/carbon-facts.c %D%/carbon-facts.h \
  %D%/chart.c %D%/chart.h \
  %D%/document.h \
  %D%/evidence.c %D%/evidence.h \
  %D%/findings.c %D%/findings.h \
  %D%/labels.c %D%/labels.h \
  %D%/layer-bars.c %D%/layer-bars.h \
  %D%/parts.c %D%/parts.h \
  %D%/report-html.c %D%/report-html.h \
  %D%/seal-facts.c %D%/seal-facts.h \
  %D%/section-boundary.c \
  %D%/section-break-even.c \
  %D%/section-carbon.c \
  %D%/section-factors.c \
  %D%/section-glossary.c \
  %D%/section-instruments.c \
  %D%/section-layers.c \
  %D%/section-limits.c \
  %D%/section-power.c \
  %D%/section-quality.c \
  %D%/section-reproduce.c %D%/section-stated.c %D%/section-changes.c %D%/role-facts.c %D%/role-facts.h \
  %D%/section-sensitivity.c %D%/section-sessions.c \
  %D%/section-summary.c \
  %D%/section-uncertainty.c \
  %D%/section-variants.c \
  %D%/sections.c \
  %D%/spread.c %D%/spread.h \
  %D%/svg-theme.c %D%/svg-theme.h \
  %D%/words-list.c %D%/words-list.h \
  %D%/words.c %D%/words.h \
  %D%/writer.c %D%/writer.h
libhtml_a_CFLAGS = $(AM_CFLAGS) $(XML_CFLAGS) $(GSL_CFLAGS)
html_libs = libhtml.a libjc.a $(XML_LIBS) $(libjc_libs)

# The style sheet is written as CSS and compiled in.
reports/html/report-css.h: %D%/report.css scripts/css-to-header.awk
	$(AM_V_GEN)$(MKDIR_P) reports/html && $(AWK) -f $(top_srcdir)/scripts/css-to-header.awk \
	  $(filter %.css,$^) > $@.tmp && mv $@.tmp $@
EXTRA_DIST += %D%/report.css scripts/css-to-header.awk
BUILT_SOURCES += reports/html/report-css.h
CLEANFILES += reports/html/report-css.h
