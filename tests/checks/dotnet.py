"""Starts Microsoft's T-SQL libraries inside this Python process.

The wheels of requirements.txt hold everything but ICU (libicu72 from apt): ScriptDom and DacFx lie in
mssql-cli, the .NET Core 3.1 runtime in dotnetcore2, and the OpenSSL 1.1 it wants in psycopg2-binary.
"""

import glob
import json
import os
import pathlib
import sys
import sysconfig
import tempfile

MARK = "FOREBAY_CHECKS_DOTNET"
ASSEMBLIES = [
    "Microsoft.SqlServer.TransactSql.ScriptDom",
    "Microsoft.Data.Tools.Utilities",
    "Microsoft.Data.Tools.Schema.Sql",
    "Microsoft.SqlServer.Dac",
    "Microsoft.SqlServer.Dac.Extensions",
]


def start():
    """Makes `Microsoft.SqlServer` importable. May replace the process once: the loader reads its
    environment only at the start."""
    packages = pathlib.Path(sysconfig.get_paths()["purelib"])
    if MARK not in os.environ:
        restart(packages)
    with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False) as config:
        framework = {"name": "Microsoft.NETCore.App", "version": "3.1.0"}
        json.dump({"runtimeOptions": {"tfm": "netcoreapp3.1", "framework": framework}}, config)
    from clr_loader import get_coreclr
    from pythonnet import set_runtime

    runtime = get_coreclr(runtime_config=config.name, dotnet_root=str(packages / "dotnetcore2" / "bin"))
    set_runtime(runtime)
    os.unlink(config.name)
    import clr

    folder = packages / "mssqlcli" / "mssqltoolsservice" / "bin"
    sys.path.append(str(folder))
    for name in ASSEMBLIES:
        clr.AddReference(str(folder / f"{name}.dll"))


def restart(packages):
    icu = sorted(glob.glob("/usr/lib/*-linux-gnu/libicuuc.so.*.*"))
    if not icu:
        raise SystemExit("ICU is missing: apt-get install libicu72 (or the libicu of this Debian)")
    libraries = link_openssl(packages)
    environment = dict(
        os.environ,
        CLR_ICU_VERSION_OVERRIDE=icu[-1].rsplit(".so.", 1)[1],
        LD_LIBRARY_PATH=":".join(p for p in (libraries, os.environ.get("LD_LIBRARY_PATH")) if p),
        # The tools report their use otherwise.
        DOTNET_CLI_TELEMETRY_OPTOUT="1",
    )
    environment[MARK] = "1"
    os.execve(sys.executable, [sys.executable, *sys.argv], environment)


def link_openssl(packages):
    """A folder with the wheel's OpenSSL 1.1 under the names the runtime asks for."""
    folder = pathlib.Path(tempfile.gettempdir()) / f"forebay-openssl11-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    for library in (packages / "psycopg2_binary.libs").glob("*.so*"):
        names = [library.name]
        names += [f"{stem}.so.1.1" for stem in ("libssl", "libcrypto") if library.name.startswith(f"{stem}-")]
        for name in names:
            link = folder / name
            if not link.is_symlink() or os.readlink(link) != str(library):
                link.unlink(missing_ok=True)
                link.symlink_to(library)
    return str(folder)
