# A recipe for Spack. Never run: it was read by Python alone, and the packages' names come from Spack's
# documentation. joulecart is not in Spack's repository.
#
# A prefix of Spack's is often on a network file system, where files keep no capabilities. joulecart needs none
# where the administrator lets users read perf's power events (kernel.perf_event_paranoid at most 0); 'joulecart
# doctor' says what is missing.
from spack.package import *


class Joulecart(AutotoolsPackage):
    """Joules and grams of CO2e of one query, with the evidence: reads energy
    counters and hardware events while a command runs, compares variants with
    an interval, keeps every reading in SQLite."""

    homepage = "https://example.org/joulecart"
    url = "https://example.org/joulecart-0.1.0.tar.xz"

    license("Apache-2.0")

    version("0.1.0")  # no checksum: there is no release yet

    depends_on("c", type="build")
    depends_on("gettext", type="build")
    depends_on("pkgconfig", type="build")
    depends_on("curl")
    depends_on("gsl")
    depends_on("inih")
    depends_on("jansson")
    depends_on("elfutils")
    depends_on("libarchive")
    depends_on("libcap")
    depends_on("libmicrohttpd")
    depends_on("libpfm4")
    depends_on("libsodium")
    depends_on("libxml2")
    depends_on("ncurses")
    depends_on("onednn")
    depends_on("openblas")
    depends_on("papi")
    depends_on("postgresql+client_only")
    depends_on("pcre2")
    depends_on("sqlite@3.40:")
    depends_on("util-linux")  # libsmartcols
    depends_on("zlib-api")
    depends_on("gnuplot", type="run")

    @run_after("install")
    @on_package_attributes(run_tests=True)
    def check_version(self):
        Executable(self.prefix.bin.joulecart)("--version")
