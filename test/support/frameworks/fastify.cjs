// Handlers as a newcomer writes them.
const app = require("fastify")();

app.post("/connect", async () => ({}));
app.post("/disconnect", async () => ({}));
app.listen({ port: Number(process.env.PORT) });
