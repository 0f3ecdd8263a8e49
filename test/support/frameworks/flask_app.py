"""Handlers as a newcomer writes them."""

import os

from flask import Flask

app = Flask(__name__)


@app.post("/connect")
def connect():
    return {}


@app.post("/disconnect")
def disconnect():
    return {}


app.run(port=int(os.environ["PORT"]))
