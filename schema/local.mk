# Filled below: migrations, views and factors become headers at build time.
libjc_a_SOURCES += %D%/advance.c %D%/advance.h
