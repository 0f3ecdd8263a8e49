// NestJS on Fastify.
const { FastifyAdapter } = require("@nestjs/platform-fastify");

require("./nest.cjs").serve(new FastifyAdapter());
