dnl JC_PKG(VARIABLE, MODULE, DEBIAN-PACKAGE): a required library that has a .pc file.
AC_DEFUN([JC_PKG], [
  PKG_CHECK_MODULES([$1], [$2], [],
    [AC_MSG_ERROR([cannot find '$2': no such pkg-config module (apt-get install $3)])])
])
