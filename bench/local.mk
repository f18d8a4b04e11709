EXTRA_DIST += %D%/startup
