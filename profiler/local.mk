bin_PROGRAMS += joulecart
joulecart_SOURCES = %D%/main.c
joulecart_LDADD = libjc.a $(libjc_libs)

libjc_a_SOURCES += \
  %D%/command.h \
  %D%/marker-message.h \
  %D%/options.c %D%/options.h \
  %D%/plan.c %D%/plan.h \
  %D%/ring.c %D%/ring.h \
  %D%/sampler.c %D%/sampler.h \
  %D%/sensors.c %D%/sensors.h

# What programs link to mark their phases.
include_HEADERS += %D%/joulecart.h
pkgconfigdir = $(libdir)/pkgconfig
nodist_pkgconfig_DATA = %D%/joulecart.pc
