html_test_cflags = $(AM_CFLAGS) $(XML_CFLAGS)
html_test_libs = $(html_libs) $(CMOCKA_LIBS)

check_PROGRAMS += tests/unit/reports/html/test-report-html
TESTS += tests/unit/reports/html/test-report-html
tests_unit_reports_html_test_report_html_CFLAGS = $(html_test_cflags)
tests_unit_reports_html_test_report_html_LDADD = $(html_test_libs)

check_PROGRAMS += tests/unit/reports/html/test-labels
TESTS += tests/unit/reports/html/test-labels
tests_unit_reports_html_test_labels_LDADD = $(html_test_libs)

check_PROGRAMS += tests/unit/reports/html/test-svg-theme
TESTS += tests/unit/reports/html/test-svg-theme
tests_unit_reports_html_test_svg_theme_CFLAGS = $(html_test_cflags)
tests_unit_reports_html_test_svg_theme_LDADD = $(html_test_libs)
check_PROGRAMS += tests/unit/reports/html/test-words
TESTS += tests/unit/reports/html/test-words
tests_unit_reports_html_test_words_LDADD = $(html_test_libs)
