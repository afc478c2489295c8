"""A web server on the loopback interface, in a process of its own, for the cases that ask one."""
import subprocess
import sys

SERVER = """
import sys
try:
    from http.server import BaseHTTPRequestHandler, HTTPServer
except ImportError:
    from BaseHTTPServer import BaseHTTPRequestHandler, HTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")
    def log_message(self, *arguments):
        pass

server = HTTPServer(("127.0.0.1", 0), Handler)
sys.stdout.write("%d\\n" % server.server_port)
sys.stdout.flush()
server.serve_forever()
"""


class Loopback(object):
    def __enter__(self):
        self.process = subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE)
        return "http://127.0.0.1:%d/" % int(self.process.stdout.readline())

    def __exit__(self, *error):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
