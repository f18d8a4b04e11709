libjc_a_SOURCES += \
  %D%/arena.c %D%/arena.h \
  %D%/carbon.c %D%/carbon.h \
  %D%/figure.h \
  %D%/footer.c \
  %D%/format.c %D%/format.h \
  %D%/lines.c %D%/lines.h \
  %D%/model.c %D%/model.h \
  %D%/notes.c %D%/notes.h \
  %D%/page.c %D%/page.h \
  %D%/provenance.c %D%/provenance.h \
  %D%/query-table.c %D%/query-table.h \
  %D%/render.c %D%/render.h \
  %D%/render-csv.c \
  %D%/render-json.c \
  %D%/render-markdown.c \
  %D%/render-text.c \
  %D%/report.c %D%/report.h \
  %D%/stats.c %D%/stats.h \
  %D%/trials.c %D%/trials.h
