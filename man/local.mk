dist_man_MANS += \
  %D%/joulecart-attach.1 \
  %D%/joulecart-bench.1 \
  %D%/joulecart-check.1 \
  %D%/joulecart-compare.1 \
  %D%/joulecart-compress.1 \
  %D%/joulecart-config.1 \
  %D%/joulecart-demo.1 \
  %D%/joulecart-doctor.1 \
  %D%/joulecart-export.1 \
  %D%/joulecart-factors.1 \
  %D%/joulecart-live.1 \
  %D%/joulecart-serve.1 \
  %D%/joulecart-mark.1 \
  %D%/joulecart-merge.1 \
  %D%/joulecart-models.1 \
  %D%/joulecart-report.1 \
  %D%/joulecart-run.1 \
  %D%/joulecart-samples.1 \
  %D%/joulecart-sign.1 \
  %D%/joulecart-trim.1 \
  %D%/joulecart-verify.1 \
  %D%/joulecart-whatif.1 \
  %D%/joulecart.1 \
  %D%/joulecart.5 \
  %D%/joulecart.7
