dnl JC_GIT_REVISION: the commit that is being built, for the database; "unknown" from a tarball.
AC_DEFUN([JC_GIT_REVISION], [
  AC_MSG_CHECKING([the git revision])
  jc_revision=`git -C "$srcdir" describe --always --dirty 2>/dev/null || echo unknown`
  AC_MSG_RESULT([$jc_revision])
  AC_DEFINE_UNQUOTED([GIT_REVISION], ["$jc_revision"], [git revision this was built from])
])
