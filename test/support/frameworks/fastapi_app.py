"""Handlers as a newcomer writes them."""

import os

import uvicorn
from fastapi import FastAPI

app = FastAPI()


@app.post("/connect")
def connect():
    return {}


@app.post("/disconnect")
def disconnect():
    return {}


uvicorn.run(app, port=int(os.environ["PORT"]))
