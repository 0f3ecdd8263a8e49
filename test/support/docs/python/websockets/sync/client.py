"""A stand-in for the package websockets (https://websockets.readthedocs.io), for machines without it: it makes the handshake."""
import base64
import http.client
import os
import ssl
from urllib.parse import urlsplit


def connect(uri, *, additional_headers=None):
    url = urlsplit(uri)
    kinds = {"ws": http.client.HTTPConnection, "wss": http.client.HTTPSConnection}
    options = {"context": ssl.create_default_context()} if url.scheme == "wss" else {}
    connection = kinds[url.scheme](url.hostname, url.port, **options)
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
    }
    path = (url.path or "/") + (f"?{url.query}" if url.query else "")
    connection.request("GET", path, headers={**upgrade, **(additional_headers or {})})
    response = connection.getresponse()
    if response.status != 101:
        raise RuntimeError(f"server rejected WebSocket connection: HTTP {response.status}")
    return connection
