libjc_a_SOURCES += %D%/collector.h
