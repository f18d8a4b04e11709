libjc_a_SOURCES += \
  %D%/accounts.c %D%/accounts.h \
  %D%/arena.c %D%/arena.h \
  %D%/bootstrap.c %D%/bootstrap.h \
  %D%/carbon.c %D%/carbon.h \
  %D%/compare.c %D%/compare.h \
  %D%/compare-explain.c \
  %D%/compare-export.c %D%/compare-export.h \
  %D%/compare-json.c \
  %D%/compare-table.c \
  %D%/compare-text.c %D%/compare-text.h \
  %D%/compare-words.c \
  %D%/device.c %D%/device.h \
  %D%/figure.h \
  %D%/footer.c \
  %D%/format.c %D%/format.h \
  %D%/hourly.c %D%/hourly.h \
  %D%/front.c %D%/front.h %D%/front-text.c \
  %D%/gate.c %D%/gate.h %D%/gate-ci.c %D%/gate-parse.c \
  %D%/lines.c %D%/lines.h \
  %D%/model.c %D%/model.h \
  %D%/notes.c %D%/notes.h \
  %D%/notices.c %D%/notices.h \
  %D%/page.c %D%/page.h \
  %D%/paired.c %D%/paired.h \
  %D%/pairing.c %D%/pairing.h \
  %D%/payback.c %D%/payback.h \
  %D%/power.c %D%/power.h \
  %D%/provenance.c %D%/provenance.h \
  %D%/query-table.c %D%/query-table.h \
  %D%/render.c %D%/render.h \
  %D%/render-csv.c \
  %D%/render-json.c \
  %D%/render-markdown.c \
  %D%/render-text.c \
  %D%/rebudget.c %D%/rebudget.h \
  %D%/ratios.c %D%/ratios.h \
  %D%/recarbon.c %D%/recarbon.h \
  %D%/recompare.c %D%/recompare.h \
  %D%/recompute.c %D%/recompute.h \
  %D%/reinterval.c %D%/reinterval.h \
  %D%/report.c %D%/report.h \
  %D%/retrial.c %D%/retrial.h \
  %D%/sampling.c %D%/sampling.h \
  %D%/score.c %D%/score.h \
  %D%/stats.c %D%/stats.h \
  %D%/trials.c %D%/trials.h \
  %D%/variants.c %D%/variants.h \
  %D%/whatif.c %D%/whatif.h \
  %D%/whatif-model.c %D%/whatif-model.h \
  %D%/why.c %D%/why.h \
  %D%/wilcoxon.c %D%/wilcoxon.h \
  %D%/wrap.c %D%/wrap.h
