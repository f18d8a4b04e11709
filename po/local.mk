# Translations of the audit report, by GNU gettext: one file a language. In the build tree they lie
# where joulecart-html, beside them, looks first.
locale/zh_CN/LC_MESSAGES/joulecart.mo: %D%/zh_CN.po
	$(AM_V_GEN)$(MKDIR_P) $(@D) && $(MSGFMT) --check -o $@ $(top_srcdir)/po/zh_CN.po
zh_CNdir = $(localedir)/zh_CN/LC_MESSAGES
nodist_zh_CN_DATA = locale/zh_CN/LC_MESSAGES/joulecart.mo
EXTRA_DIST += %D%/zh_CN.po
CLEANFILES += locale/zh_CN/LC_MESSAGES/joulecart.mo
