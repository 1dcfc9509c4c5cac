"""Start a mock server and list contacts of it.

Usage:  python serving.py COMMAND ...    PORT in the command is a free port
"""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time

_SECONDS = 120


def listed(port: int) -> str:
    """What is wrong with the list that a server on a port gives; empty if nothing is."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        headers = {"Authorization": "Basic YWRtaW46YWRtaW4=", "Accept": "application/json"}
        connection.request("GET", "/api/now/contact", headers=headers)
        response = connection.getresponse()
        body = response.read().decode()
    finally:
        connection.close()
    return "" if response.status == 200 and "sys_id" in body else f"{response.status} {body}"


def main(command: list[str]) -> int:
    """Gives 0 if the server gave a list of contacts."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryFile(mode="w+") as output:
        server = subprocess.Popen(
            [word.replace("PORT", str(port)) for word in command],
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            end = time.monotonic() + _SECONDS
            wrong = "error: it did not serve"
            while time.monotonic() < end and server.poll() is None:
                time.sleep(0.5)
                try:
                    wrong = listed(port)
                    break
                except OSError:
                    continue
        finally:
            # The command may be a wrapper of the server.
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
        output.seek(0)
        if wrong:
            sys.stderr.write(f"{wrong}\n{output.read()}")
        return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
