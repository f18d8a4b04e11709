dnl JC_IPMI: --with-ipmi, the power of whole servers by FreeIPMI; by default if it is there. Sets
dnl FREEIPMI_SONAME, under which it is loaded at run time, and the condition HAVE_FREEIPMI.
AC_DEFUN([JC_IPMI], [
  AC_ARG_WITH([ipmi],
    [AS_HELP_STRING([--with-ipmi],
      [ask BMCs for power by FreeIPMI, which is GPL 3 or later @<:@default: if found@:>@])],
    [], [with_ipmi=auto])
  jc_have_freeipmi=no
  AS_IF([test "x$with_ipmi" != xno],
    [PKG_CHECK_MODULES([FREEIPMI], [libfreeipmi >= 1.6],
      [jc_have_freeipmi=yes],
      [AS_IF([test "x$with_ipmi" = xyes],
        [AC_MSG_ERROR([cannot find 'libfreeipmi': no such pkg-config module (apt-get install libfreeipmi-dev)])],
        [AC_MSG_NOTICE([built without IPMI: no libfreeipmi (apt-get install libfreeipmi-dev)])])])])
  AS_IF([test "x$jc_have_freeipmi" = xyes], [JC_SONAME([FREEIPMI], [freeipmi])])
  AM_CONDITIONAL([HAVE_FREEIPMI], [test "x$jc_have_freeipmi" = xyes])
])
