"""Starts app.py as a module of its own name; ends when stdin does."""
import sys
import threading

import app

server = app.make_server()
threading.Thread(target=server.serve_forever, name="http", daemon=True).start()
print(server.server_address[1], flush=True)
sys.stdin.read()
server.shutdown()
