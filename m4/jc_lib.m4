dnl JC_LIB(VARIABLE, HEADER, LIBRARY, FUNCTION, DEBIAN-PACKAGE): a required library without a
dnl .pc file on Debian 12. Sets VARIABLE_LIBS.
AC_DEFUN([JC_LIB], [
  AC_CHECK_HEADER([$2], [],
    [AC_MSG_ERROR([cannot find '$2': no such header (apt-get install $5)])])
  AC_CHECK_LIB([$3], [$4], [$1_LIBS="-l$3"],
    [AC_MSG_ERROR([cannot link lib$3: no $4 in it (apt-get install $5)])])
  AC_SUBST([$1_LIBS])
])
