libjc_a_SOURCES += %D%/clock.h %D%/nearest.c %D%/nearest.h %D%/problem.c %D%/problem.h
