"""The demo: drives app.py with requests over the loopback, lets it take a snapshot
before and after, and asks heapsnap what happened.

    python drive.py HEAPSNAP [--directory DIR] [--requests N]

Exit status 1 when one of the three planted faults is not named.
"""
import argparse
import http.client
import json
import os
import subprocess
import sys
import textwrap
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))


class Application:
    """The running server; requests go to it one by one over one connection."""

    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, os.path.join(HERE, "serve.py")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, universal_newlines=True)
        port = self.process.stdout.readline().strip()
        if not port:
            sys.exit("demo: the application did not start")
        self.connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=60)

    def get(self, path):
        self.connection.request("GET", path)
        response = self.connection.getresponse()
        body = response.read().decode()
        if response.status != 200:
            sys.exit("demo: %s: %d %s" % (path, response.status, body))
        return body

    def snapshot(self, path):
        return self.get("/snapshot?path=" + urllib.parse.quote(path, safe=""))

    def stop(self):
        self.connection.close()
        self.process.stdin.close()
        return self.process.wait(timeout=60)


def say(text):
    print("\n" + textwrap.fill(" ".join(text.split()), 80))


class Analyzer:
    def __init__(self, binary, directory):
        self.binary = os.path.abspath(binary)
        self.directory = directory

    def show(self, *arguments):
        """Prints a command as one would type it, then what it answers."""
        print("\n$ heapsnap " + " ".join(arguments), flush=True)
        self.run(arguments)

    def ask(self, *arguments):
        return json.loads(self.run([*arguments, "--json"], stdout=subprocess.PIPE).decode())

    def run(self, arguments, **options):
        done = subprocess.run([self.binary, *arguments], cwd=self.directory, **options)
        if done.returncode != 0:
            sys.exit("demo: heapsnap %s: exit status %d" % (arguments[0], done.returncode))
        return done.stdout


def record(directory, requests):
    application = Application()
    for number in range(200):  # warm up: fill what has a limit, such as urllib's cache
        application.get("/warm/%d" % number)
    before = application.snapshot(os.path.join(directory, "before.heapsnap"))
    for number in range(requests):
        application.get("/page/%d" % number)
    after = application.snapshot(os.path.join(directory, "after.heapsnap"))
    if application.stop() != 0:
        sys.exit("demo: the application failed")
    say("tests/demo/app.py, a threaded web server, took two snapshots of itself with "
        "%d requests between them: %s; then %s." % (requests, before, after))


def missing_faults(heapsnap, requests):
    """What the answers fail to name of the three faults."""
    missing = []
    holders = heapsnap.ask("growth", "before.heapsnap", "after.heapsnap")["holders"]
    for holder, made in (("app.CACHE", "app.Page"), ("app.LISTENERS", "app.Listener")):
        if not any(row["path"] == holder + "[*]" and row["type"] == made
                   and row["count_delta"] == requests for row in holders):
            missing.append("%d x %s held by %s[*]" % (requests, made, holder))
    cycles = heapsnap.ask("cycles", "after.heapsnap")["groups"]
    # Before 3.11 the ticket's __dict__ is a step of its own.
    on_done = {".on_done", "['on_done']"}
    if not any(group["types"].get("app.Ticket", 0) >= requests
               and {".__self__"} < {step["edge"] for step in group["cycle"]}
               and on_done & {step["edge"] for step in group["cycle"]}
               for group in cycles):
        missing.append("%d cycles app.Ticket .on_done -> method .__self__" % requests)
    return missing


def explain(heapsnap):
    say("What grew? By holder: the path that keeps it. By type: what there is more of.")
    heapsnap.show("growth", "before.heapsnap", "after.heapsnap")
    say("Fault 1: app.CACHE keeps a Page for every request. Fault 2: app.LISTENERS "
        "keeps a Listener for every request. Neither is ever emptied. What no path "
        "holds any more stands in the last line, and that is fault 3:")
    heapsnap.show("cycles", "after.heapsnap")
    say("Each request leaves a Ticket whose attribute on_done is a bound method of the "
        "Ticket itself. Only the collector can free such a cycle, and app.py turned it "
        "off. Who holds a page, and who a listener?")
    heapsnap.show("chain", "after.heapsnap", "app.Page")
    heapsnap.show("chain", "after.heapsnap", "app.Listener")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("heapsnap")
    parser.add_argument("--directory", default="build/demo")
    parser.add_argument("--requests", type=int, default=400)
    options = parser.parse_args()
    directory = os.path.abspath(options.directory)
    os.makedirs(directory, exist_ok=True)

    record(directory, options.requests)
    heapsnap = Analyzer(options.heapsnap, directory)
    explain(heapsnap)
    missing = missing_faults(heapsnap, options.requests)
    for fault in missing:
        print("demo: not named: " + fault, file=sys.stderr)
    if not missing:
        say("All three planted faults are named. The snapshots are in %s."
            % os.path.relpath(directory))
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
