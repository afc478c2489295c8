"""What the golden sessions cannot say: pipes, terminals, full disks, and that everything
in --help is so."""
import fcntl
import json
import os
import pathlib
import pty
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from test_golden import BINARY, ENVIRONMENT, ZSTD_MAGIC, make_heaps, run  # noqa: E402

try:
    import cbor2
except ImportError:
    cbor2 = None

COMMANDS = ["info", "types", "growth", "cycles", "chain", "show", "export", "verify", "help"]
LATER = ["run", "capture", "refs", "retained", "suspects", "check", "report", "redact", "salvage"]


def in_terminal(arguments, cwd, columns=80, **environment):
    """Everything that the command writes to a terminal of this width."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen([os.path.abspath(BINARY), *arguments], cwd=cwd, stdout=follower,
                               stderr=subprocess.PIPE, env={**ENVIRONMENT, **environment})
    os.close(follower)
    written = b""
    while True:
        try:
            part = os.read(leader, 65536)
        except OSError:  # Linux: the other side is closed
            break
        if not part:
            break
        written += part
    os.close(leader)
    process.stderr.close()
    assert process.wait() == 0
    return written.decode()


class Behaviour(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        cls.heaps = cls.directory.name
        make_heaps(cls.heaps)

    @classmethod
    def tearDownClass(cls):
        cls.directory.cleanup()

    def run_ok(self, *arguments, **options):
        done = run(arguments, self.heaps, **options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.decode()

    def test_standard_input_is_a_snapshot(self):
        for command in ["types"], ["cycles"], ["chain", "app.Session"], ["verify"]:
            from_file = self.run_ok(command[0], "new.heapsnap", *command[1:])
            with open(os.path.join(self.heaps, "new.heapsnap"), "rb") as snapshot:
                piped = self.run_ok(command[0], "-", *command[1:], stdin=snapshot)
            self.assertEqual(piped.replace("standard input", "new.heapsnap"), from_file)

    def test_a_reader_that_goes_away_is_no_error(self):
        shell = 'export PIPE; "$0" export newest.heapsnap --to ndjson; echo $? >&2'
        done = subprocess.run(["sh", "-c", f"({shell}) | head -n 1", os.path.abspath(BINARY)],
                              cwd=self.heaps, env=ENVIRONMENT, capture_output=True)
        self.assertEqual(len(done.stdout.splitlines()), 1)
        self.assertEqual(done.stderr, b"0\n")

    @unittest.skipUnless(os.path.exists("/dev/full"), "no /dev/full")
    def test_a_full_disk_is_an_error(self):
        for command in ["types", "old.heapsnap"], ["export", "old.heapsnap", "--to", "ndjson"]:
            with open("/dev/full", "wb") as full:
                done = subprocess.run([os.path.abspath(BINARY), *command], cwd=self.heaps,
                                      env=ENVIRONMENT, stdout=full, stderr=subprocess.PIPE)
            self.assertEqual(done.returncode, 3)
            self.assertIn(b"No space left", done.stderr)
        done = run(["export", "old.heapsnap", "--to", "ndjson", "-o", "/dev/full"], self.heaps)
        self.assertEqual(done.returncode, 3)

    def test_export_to_a_file_is_what_is_piped(self):
        path = os.path.join(self.heaps, "out.ndjson")
        pathlib.Path(path).write_text("something longer that was there before\n" * 9999)
        self.assertEqual(self.run_ok("export", "new.heapsnap", "--to", "ndjson", "-o", path), "")
        lines = pathlib.Path(path).read_text()
        self.assertEqual(lines, self.run_ok("export", "new.heapsnap", "--to", "ndjson"))
        rows = [json.loads(line) for line in lines.splitlines()]
        self.assertEqual(len(rows), 2035)
        self.assertEqual(sum(len(row["referents"]) for row in rows), 3034)
        for row in rows:
            self.assertEqual(len(row["referents"]), len(row["edges"]))
            self.assertEqual(len(row["referents"]), len(row["kinds"]))

    def test_the_snapshot_survives_an_export_onto_itself(self):
        path = os.path.join(self.heaps, "old.heapsnap")
        before = pathlib.Path(path).read_bytes()
        for name in path, os.path.join(self.heaps, ".", "old.heapsnap"):
            done = run(["export", path, "--to", "ndjson", "-o", name], self.heaps)
            self.assertEqual(done.returncode, 3)
        self.assertEqual(pathlib.Path(path).read_bytes(), before)

    def test_only_a_terminal_cuts_lines(self):
        long_one = ["growth", "old.heapsnap", "new.heapsnap", "newest.heapsnap"]
        piped = self.run_ok(*long_one)
        for columns in 70, 80, 200:
            shown = in_terminal(long_one, self.heaps, columns)
            table = [line for line in shown.split("\r\n") if line.endswith(("list", "Session"))]
            self.assertTrue(table)
            for line in table:
                self.assertLessEqual(len(line), columns)
        self.assertEqual(in_terminal(long_one, self.heaps, 200).replace("\r\n", "\n"), piped)
        self.assertIn("...", in_terminal(long_one, self.heaps, 70))
        self.assertIn("\u2026", in_terminal(long_one, self.heaps, 70, LC_ALL="C.UTF-8"))
        self.assertNotIn("...", piped)

    def test_colour_is_for_terminals_that_want_it(self):
        types = ["types", "old.heapsnap"]
        self.assertNotIn("\x1b", self.run_ok(*types))
        self.assertIn("\x1b[", self.run_ok(*types, "--color", "always"))
        self.assertIn("\x1b[", in_terminal(types, self.heaps, TERM="xterm"))
        self.assertNotIn("\x1b", in_terminal(types, self.heaps, TERM="dumb"))
        self.assertNotIn("\x1b", in_terminal(types, self.heaps, TERM="xterm", NO_COLOR="1"))
        self.assertNotIn("\x1b", in_terminal([*types, "--color=never"], self.heaps, TERM="xterm"))

    def test_help_lists_what_is_built_and_nothing_else(self):
        overview = self.run_ok("help")
        listed = [line.split()[0] for line in overview.splitlines()
                  if line.startswith("  ") and line[2] not in " -"]
        self.assertEqual(listed, COMMANDS)
        for command in COMMANDS:
            text = self.run_ok("help", command)
            self.assertEqual(text, self.run_ok(command, "--help"))
            self.assertEqual(text, self.run_ok(command, "-h"))
            for line in (overview + text).splitlines():
                self.assertLessEqual(len(line), 80, line)
        for command in LATER:
            done = run([command], self.heaps)
            self.assertEqual(done.returncode, 2)
            self.assertIn(b"not in this version", done.stderr)

    def test_every_option_of_help_is_accepted(self):
        arguments = {"growth": ["old.heapsnap", "new.heapsnap"], "chain": ["old.heapsnap", "app"],
                     "show": ["old.heapsnap", "app"], "help": []}
        values = {"N": "3", "WHEN": "never", "FORMAT": "ndjson", "OUT": "-"}
        for command in COMMANDS:
            options = []
            for line in self.run_ok("help", command).splitlines():
                words = line.replace("-q, ", "").replace("-h, ", "").replace("-o, ", "").split()
                if not line.startswith("  -") or words[0] in ("--help", "--version"):
                    continue
                options.append(words[0])
                if words[1] in values:
                    options.append(values[words[1]])
            self.assertIn("--json", options)
            self.run_ok(command, *options, *arguments.get(command, ["old.heapsnap"]))

    @unittest.skipUnless(cbor2 and shutil.which("zstd"), "no cbor2 module or no zstd command")
    def test_a_feature_of_the_future_is_named(self):
        """info, types and verify go on; nothing else answers."""
        old = pathlib.Path(self.heaps, "old.heapsnap").read_bytes()
        start = old.index(ZSTD_MAGIC)
        end = old.index(ZSTD_MAGIC, start + 4)
        raw = subprocess.run(["zstd", "-dc"], input=old[start:end], check=True,
                             capture_output=True).stdout
        kind, header = cbor2.loads(raw)
        header["requires"] = ["telepathy"]
        item = pathlib.Path(self.heaps, "header")
        item.write_bytes(cbor2.dumps([kind, header]))
        subprocess.run(["zstd", "-qf", "--check", item, "-o", f"{item}.zst"], check=True)
        frame = pathlib.Path(f"{item}.zst").read_bytes()
        path = pathlib.Path(self.heaps, "future.heapsnap")
        seek_table = old.rindex(b"\x2a\x4d\x18") - 1  # of skippable frames; it knows better
        path.write_bytes(old[:start] + frame + old[end:seek_table])
        for command in ["info"], ["types"]:
            done = run([*command, path.name], self.heaps)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn(b"telepathy", done.stderr)
        info = json.loads(self.run_ok("info", "--json", path.name))
        self.assertEqual(info["snapshot"]["unknown_requirement"], "telepathy")
        for command in (["growth", path.name, "old.heapsnap"], ["cycles", path.name],
                        ["chain", path.name, "app"], ["show", path.name, "app"],
                        ["export", path.name, "--to", "ndjson"],
                        ["cycles", "--incomplete", path.name]):
            done = run(command, self.heaps)
            self.assertEqual((done.returncode, done.stdout), (3, b""), command)
            self.assertIn(b"telepathy", done.stderr)

    def test_a_file_that_is_cut_is_said_to_end(self):
        """In words of ours, in lines of at most 80 columns."""
        whole = pathlib.Path(self.heaps, "old.heapsnap").read_bytes()
        path = pathlib.Path(self.heaps, "short.heapsnap")
        for size in range(whole.rindex(ZSTD_MAGIC) - 300, whole.rindex(ZSTD_MAGIC) + 100, 7):
            path.write_bytes(whole[:size])
            done = run(["info", path.name], self.heaps)
            self.assertEqual(done.returncode, 0)
            talk = (done.stdout + done.stderr).decode()
            self.assertRegex(" ".join(talk.split()), "the file ends here|the file is cut")
            self.assertNotIn("Src size", talk)
            for line in talk.splitlines():
                self.assertLessEqual(len(line), 80, line)

    def test_json_is_whole_unless_limited(self):
        for command in ["types"], ["chain", "app.Session"], ["show", "app.Session"]:
            lists = []
            for limit in [], ["--limit", "3"], ["--limit", "0"]:
                answer = json.loads(self.run_ok(command[0], "new.heapsnap", *command[1:],
                                                "--json", *limit))
                self.assertEqual(answer["command"], command[0])
                self.assertEqual(answer["schema"], 1)
                self.assertIs(answer["complete"], True)
                lists.append(answer[{"types": "types", "chain": "targets",
                                     "show": "objects"}[command[0]]])
            whole, limited, unlimited = lists
            self.assertEqual(whole, unlimited)
            self.assertEqual(limited, whole[:3])
            self.assertGreater(len(whole), 10)

    def test_every_printed_path_is_a_target(self):
        for heap in "old.heapsnap", "new.heapsnap":
            for type_name in "app.Session", "app.Node", "list", "module", "lib.Session":
                answer = json.loads(self.run_ok("chain", heap, type_name, "--json"))
                for target in answer["targets"][:20]:
                    if target["root"]["kind"] != "module":
                        continue
                    again = json.loads(self.run_ok("show", heap, target["text"], "--json"))
                    shown = [again["object"]] if "object" in again else again["objects"]
                    self.assertIn(target["id"], [o["id"] for o in shown], target["text"])

    def test_every_holder_is_a_target(self):
        growth = json.loads(self.run_ok("growth", "old.heapsnap", "new.heapsnap", "--json"))
        self.assertTrue(growth["holders"])
        for holder in growth["holders"]:
            shown = json.loads(self.run_ok("show", "new.heapsnap", holder["path"], "--json"))
            self.assertEqual(shown.get("count", 1) >= holder["new_count"], True, holder["path"])


if __name__ == "__main__":
    unittest.main()
