from http.client import HTTPConnection
from urllib.parse import urlsplit

import boto3
import pytest


def test_the_endpoint_knows_no_connection_yet(gateway):
    client = boto3.client(
        "apigatewaymanagementapi",
        endpoint_url=gateway["endpoint"],
        region_name=gateway["env"]["AWS_REGION"],
        aws_access_key_id=gateway["env"]["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=gateway["env"]["AWS_SECRET_ACCESS_KEY"],
    )
    with pytest.raises(client.exceptions.GoneException):
        client.post_to_connection(ConnectionId="TXzPWdnOjoECGjA=", Data=b"hello")


def test_a_client_with_the_token_is_accepted(gateway, backend):
    url = urlsplit(gateway["url"])
    client = HTTPConnection(url.netloc)
    client.request(
        "GET",
        f"{url.path}?{url.query}",
        headers={
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        },
    )
    assert client.getresponse().status == 101
    client.close()
    assert "userId=alice" in backend.RequestHandlerClass.requests[0]
