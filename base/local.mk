libjc_a_SOURCES += \
  %D%/cell-lines.c %D%/cell-lines.h \
  %D%/clock.h \
  %D%/completion.c %D%/completion.h \
  %D%/nearest.c %D%/nearest.h \
  %D%/number.c %D%/number.h \
  %D%/plain-file.c %D%/plain-file.h \
  %D%/option-help.c \
  %D%/option-table.c %D%/option-table.h \
  %D%/option-value.c \
  %D%/problem.c %D%/problem.h \
  %D%/same.h \
  %D%/screen-table.c %D%/screen-table.h \
  %D%/sealed-memory.c %D%/sealed-memory.h \
  %D%/socket-bytes.c %D%/socket-bytes.h \
  %D%/text.c %D%/text.h \
  %D%/text-stream.c %D%/text-stream.h \
  %D%/wrap.c %D%/wrap.h

# The commit that is built, for the database: asked at each make, since commits come after
# configure; "unknown" from a tarball. The file changes only when the answer does.
base/revision.h: revision-asked
	$(AM_V_at)$(MKDIR_P) base && \
	  { test -e $(top_srcdir)/.git && \
	    git -C $(top_srcdir) describe --always --dirty 2>/dev/null || echo unknown; } | \
	  $(SED) 's/.*/#define GIT_REVISION "&"/' > $@.tmp && \
	  { cmp -s $@.tmp $@ && rm $@.tmp || mv $@.tmp $@; }
revision-asked:
.PHONY: revision-asked
BUILT_SOURCES += base/revision.h
CLEANFILES += base/revision.h
