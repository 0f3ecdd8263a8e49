"""A chat behind a WebSocket API: each message of a client goes to every client."""

import json
import os

import boto3
from flask import Flask, request

app = Flask(__name__)
gateway = boto3.client("apigatewaymanagementapi", endpoint_url=os.environ["WS_API_ENDPOINT"])
connections: set[str] = set()


@app.post("/connect")
def connect():
    connections.add(request.args["connectionId"])
    return {}


@app.post("/message")
def message():
    broadcast({"from": request.args["userId"], "text": request.get_json()["text"]})
    return {}


@app.post("/disconnect")
def disconnect():
    connections.discard(request.args["connectionId"])
    return {}


def broadcast(text: dict) -> None:
    for connection_id in list(connections):
        try:
            gateway.post_to_connection(ConnectionId=connection_id, Data=json.dumps(text))
        except gateway.exceptions.GoneException:
            # 410: the client has left. API Gateway does not guarantee that it calls /disconnect.
            connections.discard(connection_id)


if __name__ == "__main__":
    app.run(port=int(os.environ.get("PORT", "8080")))
