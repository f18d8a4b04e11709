EXTRA_DIST += %D%/startup %D%/RESULTS.md
