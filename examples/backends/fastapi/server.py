"""A chat behind a WebSocket API: each message of a client goes to every client."""

import json
import os

import boto3
import uvicorn
from fastapi import Body, FastAPI

app = FastAPI()
gateway = boto3.client("apigatewaymanagementapi", endpoint_url=os.environ["WS_API_ENDPOINT"])
connections: set[str] = set()


@app.post("/connect")
def connect(connectionId: str):
    connections.add(connectionId)
    return {}


@app.post("/message")
def message(userId: str, message: dict = Body()):
    broadcast({"from": userId, "text": message["text"]})
    return {}


@app.post("/disconnect")
def disconnect(connectionId: str):
    connections.discard(connectionId)
    return {}


def broadcast(text: dict) -> None:
    for connection_id in list(connections):
        try:
            gateway.post_to_connection(ConnectionId=connection_id, Data=json.dumps(text))
        except gateway.exceptions.GoneException:
            # 410: the client has left. API Gateway does not guarantee that it calls /disconnect.
            connections.discard(connection_id)


if __name__ == "__main__":
    uvicorn.run(app, port=int(os.environ.get("PORT", "8080")))
