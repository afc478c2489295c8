"""Commands and what they print, held against files that were read line by line.

A golden file is a session:

    $ heapsnap info old.heapsnap
    what is printed to stdout (JSON: with an indentation of one)
    ! what is printed to stderr
    = exit status

Run this file with --update to write them anew; then read every line of the difference.
"""
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
BINARY = os.environ.get("HEAPSNAP_BIN", "build/heapsnap")
BUILD = pathlib.Path(os.environ.get("HEAPSNAP_BUILD", "build"))
# No terminal, no colour, and no locale may change what is printed.
ENVIRONMENT = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
ENVIRONMENT.update({k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")})


def make_heaps(directory):
    subprocess.run([BUILD / "tests" / "cli_heaps", directory], check=True)
    whole = pathlib.Path(directory, "old.heapsnap").read_bytes()
    end_record = whole.rindex(ZSTD_MAGIC)
    pathlib.Path(directory, "cut.heapsnap").write_bytes(whole[: end_record + 5])
    objects = re.search(b"(?s)(?:.*?" + re.escape(ZSTD_MAGIC) + b"){5}", whole).end()
    pathlib.Path(directory, "begun.heapsnap").write_bytes(whole[: objects + 1])
    pathlib.Path(directory, "text.heapsnap").write_text("no snapshot at all\n")


# How well a small file compresses is the format's affair, not that of these tests.
VARIABLE = [
    (r": (complete|INCOMPLETE), [\d.]+ \w+, ([\d,]+ objects?) \([\d.]+ bytes each\)",
     r": \1, SIZE, \2 (N bytes each)"),
    (r"every byte as written: [\d.]+ \w+", "every byte as written: SIZE"),
    (r'"file_bytes": [1-9]\d+', '"file_bytes": 1234'),
    (r'frame \d+ at byte \d+: [^)\n"]*', "DAMAGE"),
]


def run(arguments, cwd, **options):
    return subprocess.run([os.path.abspath(BINARY), *arguments], cwd=cwd, env=ENVIRONMENT,
                          stdin=options.pop("stdin", subprocess.DEVNULL),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)


def answer(command, cwd):
    """What a golden file should hold for this command line."""
    program, *arguments = shlex.split(command)
    assert program == "heapsnap", command
    done = run(arguments, cwd)
    out = done.stdout.decode()
    if "--json" in arguments and out:
        out = json.dumps(json.loads(out), indent=1, ensure_ascii=False) + "\n"
    talk = "".join(f"! {line}\n" for line in done.stderr.decode().splitlines())
    text = f"{out}{talk}= {done.returncode}\n"
    for pattern, replacement in VARIABLE:
        text = re.sub(pattern, replacement, text)
    return text


def cases(text):
    """(command, expected) of a session."""
    for part in text.split("\n$ ")[0:]:
        command, _, expected = part.removeprefix("$ ").partition("\n")
        yield command, expected if expected.endswith("\n") else expected + "\n"


def main():
    update = "--update" in sys.argv
    failures = count = 0
    with tempfile.TemporaryDirectory() as directory:
        make_heaps(directory)
        for path in sorted(HERE.glob("golden/*.txt")):
            session = []
            for command, expected in cases(path.read_text()):
                got = answer(command, directory)
                session.append(f"$ {command}\n{got}")
                count += 1
                if got != expected and not update:
                    failures += 1
                    print(f"{path.name}: $ {command}\nexpected:\n{expected}got:\n{got}")
            if update:
                path.write_text("".join(session))
    print(f"{count} commands, {failures} differ")
    return 1 if failures or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
