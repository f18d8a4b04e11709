libjc_a_SOURCES += \
  %D%/advance.c %D%/advance.h \
  %D%/chunk.c %D%/chunk.h \
  %D%/stretch.c %D%/stretch.h
