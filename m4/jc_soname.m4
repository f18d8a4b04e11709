dnl JC_SONAME(VARIABLE, LIBRARY): VARIABLE_SONAME is the name by which the library is loaded at
dnl run time ("libpapi.so.7.0"), as the linker writes it into a program.
AC_DEFUN([JC_SONAME], [
  AC_CHECK_TOOL([READELF], [readelf])
  AC_MSG_CHECKING([the soname of lib$2])
  jc_save_LIBS=$LIBS
  LIBS="-Wl,--no-as-needed -l$2 $LIBS"
  AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])],
    [jc_soname=`$READELF -d conftest$EXEEXT | sed -n 's/.*NEEDED.*\@<:@\(lib$2\.so@<:@^@:>@@:>@*\)\@:>@/\1/p'`],
    [jc_soname=])
  LIBS=$jc_save_LIBS
  AS_IF([test -z "$jc_soname"], [AC_MSG_ERROR([cannot tell the soname of lib$2])])
  AC_MSG_RESULT([$jc_soname])
  AC_SUBST([$1_SONAME], [$jc_soname])
  AC_DEFINE_UNQUOTED([$1_SONAME], ["$jc_soname"], [lib$2, as it is loaded at run time])
])
