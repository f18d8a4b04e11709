libjc_a_SOURCES += \
  %D%/account/account-show.c %D%/account/account-show.h \
  %D%/account/exclusion.c %D%/account/exclusion.h \
  %D%/account/matching.c %D%/account/matching.h \
  %D%/account/matching-read.c %D%/account/matching-read.h \
  %D%/audit/findings.c %D%/audit/findings.h \
  %D%/audit/recipe.c %D%/audit/recipe.h \
  %D%/audit/records.c %D%/audit/records.h \
  %D%/audit/sample.c %D%/audit/sample.h \
  %D%/audit/working-paper.c %D%/audit/working-paper.h \
  %D%/campaign/carbon.c %D%/campaign/carbon.h \
  %D%/campaign/caveats.c %D%/campaign/caveats.h \
  %D%/campaign/disturbances.c %D%/campaign/disturbances.h \
  %D%/campaign/figure-tables.c %D%/campaign/figure-tables.h \
  %D%/campaign/figures.c %D%/campaign/figures.h \
  %D%/campaign/joules-mean.c %D%/campaign/joules-mean.h \
  %D%/campaign/hourly.c %D%/campaign/hourly.h \
  %D%/figure/layer-rows.c %D%/figure/layer-rows.h \
  %D%/campaign/ratios.c %D%/campaign/ratios.h \
  %D%/campaign/sampling.c %D%/campaign/sampling.h \
  %D%/campaign/score.c %D%/campaign/score.h \
  %D%/campaign/standing.c %D%/campaign/standing.h \
  %D%/signed/signatures.c %D%/signed/signatures.h \
  %D%/signed/signatures-show.c \
  %D%/stated/stated.c %D%/stated/stated.h \
  %D%/stated/stated-show.c %D%/stated/stated-show.h \
  %D%/campaign/summary.c %D%/campaign/summary.h \
  %D%/campaign/trials.c %D%/campaign/trials.h \
  %D%/campaign/units.c %D%/campaign/units.h \
  %D%/campaign/variants.c %D%/campaign/variants.h \
  %D%/job/job-report.c %D%/job/job-report.h %D%/job/job-rows.h \
  %D%/job/sacct.c %D%/job/sacct.h \
  %D%/changes/change-list.c %D%/changes/change-list.h \
  %D%/changes/changes.c %D%/changes/changes.h \
  %D%/changes/factor-changes.c %D%/changes/factor-changes.h \
  %D%/compare/build-cost.c %D%/compare/build-cost.h \
  %D%/compare/compare.c %D%/compare/compare.h \
  %D%/compare/compare-explain.c \
  %D%/compare/compare-export.c %D%/compare/compare-export.h \
  %D%/compare/compare-json.c \
  %D%/compare/compare-table.c \
  %D%/compare/compare-text.c %D%/compare/compare-text.h \
  %D%/compare/compare-words.c \
  %D%/compare/decomposition.c %D%/compare/decomposition.h \
  %D%/compare/front.c %D%/compare/front.h \
  %D%/compare/front-text.c \
  %D%/compare/break-even.c %D%/compare/break-even.h \
  %D%/compare/unit-change.c %D%/compare/unit-change.h \
  %D%/export/export.c %D%/export/export.h %D%/export/export-formats.h \
  %D%/export/export-data.c %D%/export/export-data.h \
  %D%/export/export-firefox.c \
  %D%/export/firefox-merge.c %D%/export/firefox-merge.h \
  %D%/export/firefox-stacks.c %D%/export/firefox-stacks.h \
  %D%/export/perfetto-stacks.c %D%/export/perfetto-stacks.h \
  %D%/export/firefox-parts.c %D%/export/firefox-parts.h \
  %D%/export/export-otlp.c %D%/export/export-otlp.h \
  %D%/export/export-perfetto.c %D%/export/export-pprof.c \
  %D%/export/export-stacks.c %D%/export/export-table.c \
  %D%/export/export-tree.c %D%/export/export-tree.h \
  %D%/otlp/otlp-request.c %D%/otlp/otlp-request.h \
  %D%/export/protobuf.c %D%/export/protobuf.h \
  %D%/figure/arena.c %D%/figure/arena.h \
  %D%/figure/beside-file.c %D%/figure/beside-file.h \
  %D%/figure/column-text.c %D%/figure/column-text.h \
  %D%/figure/csv-text.c %D%/figure/csv-text.h \
  %D%/figure/figure.h \
  %D%/figure/figure-json.c %D%/figure/figure-json.h \
  %D%/figure/gnuplot.c %D%/figure/gnuplot.h \
  %D%/figure/json-text.c %D%/figure/json-text.h \
  %D%/figure/markdown-text.c %D%/figure/markdown-text.h \
  %D%/figure/format.c %D%/figure/format.h \
  %D%/figure/provenance.c %D%/figure/provenance.h \
  %D%/figure/rows.c %D%/figure/rows.h \
  %D%/figure/shell-word.c %D%/figure/shell-word.h \
  %D%/figure/wrap.c %D%/figure/wrap.h \
  %D%/forms/form.c %D%/forms/form.h %D%/forms/forms.c %D%/forms/forms.h \
  %D%/forms/form-annex-xi.c %D%/forms/form-boamps.c %D%/forms/form-cyclonedx.c \
  %D%/forms/form-hf-card.c %D%/forms/form-mlperf.c %D%/forms/form-sci.c %D%/forms/form-spdx.c \
  %D%/gate/gate.c %D%/gate/gate.h \
  %D%/gate/gate-ci.c \
  %D%/gate/gate-parse.c \
  %D%/gate/judged.c %D%/gate/judged.h \
  %D%/gate/sample.c %D%/gate/sample.h \
  %D%/gate/session.c %D%/gate/session.h \
  %D%/plot/dots.c %D%/plot/dots.h \
  %D%/plot/plot.h \
  %D%/plot/plot-picture.c \
  %D%/plot/plot-read.c \
  %D%/plot/plot-text.c \
  %D%/render/accounts.c %D%/render/accounts.h \
  %D%/render/carbon-tables.c %D%/render/carbon-tables.h \
  %D%/render/factor-line.c %D%/render/factor-line.h \
  %D%/profile/call-sums.c %D%/profile/call-sums.h \
  %D%/profile/change-sheet.c \
  %D%/profile/function-changes.c %D%/profile/function-changes.h \
  %D%/profile/function-table.c %D%/profile/function-table.h \
  %D%/profile/function-notes.c %D%/profile/function-notes.h \
  %D%/profile/functions.c %D%/profile/functions.h \
  %D%/profile/phase-stacks.c %D%/profile/phase-stacks.h \
  %D%/profile/stack-moments.c %D%/profile/stack-moments.h \
  %D%/profile/stack-tree.c %D%/profile/stack-tree.h \
  %D%/profile/sheet.c %D%/profile/sheet.h \
  %D%/render/layers.c %D%/render/layers.h \
  %D%/render/marked-report.c %D%/render/marked-report.h \
  %D%/render/phase-table.c %D%/render/phase-table.h \
  %D%/render/notes.c %D%/render/notes.h \
  %D%/render/query-table.c %D%/render/query-table.h \
  %D%/render/render.c %D%/render/render.h \
  %D%/render/render-csv.c \
  %D%/render/render-json.c \
  %D%/render/render-markdown.c \
  %D%/render/render-text.c \
  %D%/render/report.c %D%/render/report.h \
  %D%/render/run-summary.c \
  %D%/render/tables.c %D%/render/tables.h \
  %D%/render/unit-table.c %D%/render/unit-table.h \
  %D%/statistics/blocks.c %D%/statistics/blocks.h \
  %D%/statistics/bootstrap.c %D%/statistics/bootstrap.h \
  %D%/statistics/nnls.c %D%/statistics/nnls.h \
  %D%/statistics/outliers.c %D%/statistics/outliers.h \
  %D%/statistics/paired.c %D%/statistics/paired.h \
  %D%/statistics/pairing.c %D%/statistics/pairing.h \
  %D%/statistics/randomised.c %D%/statistics/randomised.h \
  %D%/statistics/rhythm.c %D%/statistics/rhythm.h \
  %D%/statistics/stats.c %D%/statistics/stats.h \
  %D%/statistics/test-power.c %D%/statistics/test-power.h \
  %D%/statistics/wilcoxon.c %D%/statistics/wilcoxon.h \
  %D%/statistics/slices.c %D%/statistics/slices.h \
  %D%/statistics/wilson.c %D%/statistics/wilson.h \
  %D%/verify/consequences.c %D%/verify/consequences.h \
  %D%/verify/doubts.c %D%/verify/doubts.h \
  %D%/verify/grams.c %D%/verify/grams.h \
  %D%/verify/interval.c %D%/verify/interval.h \
  %D%/verify/job-zones.c \
  %D%/verify/lookup.c %D%/verify/lookup.h \
  %D%/verify/ratio.c %D%/verify/ratio.h \
  %D%/verify/readings.c %D%/verify/readings.h \
  %D%/verify/region-powers.c %D%/verify/region-powers.h \
  %D%/verify/sample-times.c %D%/verify/sample-times.h \
  %D%/verify/profile.c %D%/verify/profile.h \
  %D%/verify/regions.c %D%/verify/regions.h \
  %D%/verify/uncertainty.c %D%/verify/uncertainty.h \
  %D%/verify/unit-check.c %D%/verify/unit-check.h \
  %D%/verify/verification.h \
  %D%/verify/verify.c %D%/verify/verify.h \
  %D%/wall/clock-offset.c %D%/wall/clock-offset.h \
  %D%/wall/meter-file.c %D%/wall/meter-file.h \
  %D%/wall/meter-store.c %D%/wall/meter-store.h \
  %D%/wall/wall-gain.c %D%/wall/wall-gain.h \
  %D%/wall/wall-read.c %D%/wall/wall-read.h \
  %D%/wall/wall-report.c %D%/wall/wall-report.h \
  %D%/wall/wall-series.c %D%/wall/wall-series.h \
  %D%/sensitivity/tornado.c %D%/sensitivity/tornado.h \
  %D%/sensitivity/tornado-show.c %D%/sensitivity/tornado-show.h \
  %D%/whatif/device.c %D%/whatif/device.h \
  %D%/whatif/device-text.c %D%/whatif/device-text.h \
  %D%/whatif/whatif.c %D%/whatif/whatif.h \
  %D%/whatif/whatif-json.c %D%/whatif/whatif-json.h \
  %D%/whatif/whatif-table.c %D%/whatif/whatif-table.h \
  %D%/whatif/whatif-text.c %D%/whatif/whatif-text.h \
  %D%/whatif/whatif-model.c %D%/whatif/whatif-model.h
