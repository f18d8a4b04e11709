bin_PROGRAMS += joulecart
joulecart_SOURCES = %D%/main.c
joulecart_LDADD = libjc.a $(libjc_libs)

libjc_a_SOURCES += %D%/command.h

# What programs link to mark their phases: the API and the process's own counters.
include_HEADERS += %D%/joulecart.h
pkgconfigdir = $(libdir)/pkgconfig
nodist_pkgconfig_DATA = %D%/joulecart.pc
