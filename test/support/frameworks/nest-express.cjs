// NestJS on Express.
const { ExpressAdapter } = require("@nestjs/platform-express");

require("./nest.cjs").serve(new ExpressAdapter());
