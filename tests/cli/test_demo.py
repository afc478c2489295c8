"""The demo names its three planted faults, each with the path or edges that keep it."""
import os
import re
import subprocess
import tempfile
import unittest

REQUESTS = 60


@unittest.skipUnless(os.environ.get("HEAPSNAP_PYTHON"), "no agent was built")
class Demo(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        environment = dict(os.environ)
        if "HEAPSNAP_PRELOAD" in os.environ:
            environment["LD_PRELOAD"] = os.environ["HEAPSNAP_PRELOAD"]
            environment["ASAN_OPTIONS"] = "detect_leaks=0"
        driver = os.path.join(os.environ["HEAPSNAP_SOURCE"], "tests", "demo", "drive.py")
        with tempfile.TemporaryDirectory() as directory:
            cls.run_ = subprocess.run(
                [os.environ["HEAPSNAP_PYTHON"], driver, os.environ["HEAPSNAP_BIN"],
                 "--directory", directory, "--requests", str(REQUESTS)],
                env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                universal_newlines=True, timeout=300)
        # What each command printed, by the command.
        cls.answers = dict(re.findall(r"^\$ heapsnap (\S+ \S+(?: app\.\w+)?).*\n((?:(?!\$ ).*\n)*)",
                                      cls.run_.stdout, re.MULTILINE))

    def test_succeeds(self):
        self.assertEqual((self.run_.returncode, self.run_.stderr), (0, ""), self.run_.stdout)

    def test_growth_names_both_holders(self):
        text = self.answers["growth before.heapsnap"]
        for holder, made in (("app.CACHE", "app.Page"), ("app.LISTENERS", "app.Listener")):
            with self.subTest(holder=holder):
                self.assertIn(holder, text)
                self.assertRegex(text, r"\+%d\b.*%s" % (REQUESTS, re.escape(made)))

    def test_nothing_of_ours_grows(self):
        self.assertNotIn("heapsnap.", self.answers["growth before.heapsnap"])

    def test_cycles_names_the_edges(self):
        self.assertRegex(self.answers["cycles after.heapsnap"],
                         r"Ticket \.on_done -> method \.__self__ -> (app\.)?Ticket"
                         r"|method \.__self__ -> (app\.)?Ticket \.on_done -> method")

    def test_chain_names_the_path(self):
        for made, holder in (("app.Page", "app.CACHE"), ("app.Listener", "app.LISTENERS")):
            with self.subTest(holder=holder):
                text = self.answers["chain after.heapsnap " + made]
                self.assertIn(holder, text)
                self.assertIn("[*]", text)


if __name__ == "__main__":
    unittest.main()
