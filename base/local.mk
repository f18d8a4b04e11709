libjc_a_SOURCES += %D%/clock.h %D%/problem.c %D%/problem.h
