dnl JC_PYTHON: pythondir is where the python3 of this machine looks for packages below the prefix:
dnl lib/python3/dist-packages of /usr, lib/python3.N/dist-packages of any other, as Debian has it.
AC_DEFUN([JC_PYTHON], [
  AC_CHECK_PROG([PYTHON3], [python3], [python3])
  jc_python=python3
  AS_IF([test -n "$PYTHON3" && test "x$prefix" != x/usr],
    [jc_python=`$PYTHON3 -c 'import sys; print("python%d.%d" % sys.version_info[[:2]])'`])
  AC_SUBST([pythondir], ['${prefix}/lib/'"$jc_python"'/dist-packages'])
])
