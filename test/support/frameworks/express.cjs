// Handlers as a newcomer writes them, with the framework's JSON parser.
const express = require("express");

const app = express();
app.use(express.json());
app.post("/connect", (_, response) => response.json({}));
app.post("/disconnect", (_, response) => response.json({}));
app.listen(Number(process.env.PORT));
