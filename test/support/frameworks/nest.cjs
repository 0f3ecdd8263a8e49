// A NestJS application as `nest new` makes it, without TypeScript's decorators: one controller with two handlers.
require("reflect-metadata");
const { Controller, HttpCode, Module, Post } = require("@nestjs/common");
const { NestFactory } = require("@nestjs/core");

class Events {
  connect() {
    return {};
  }
  disconnect() {
    return {};
  }
}
Controller()(Events);
for (const name of ["connect", "disconnect"]) {
  const method = Object.getOwnPropertyDescriptor(Events.prototype, name);
  Post(name)(Events.prototype, name, method);
  HttpCode(200)(Events.prototype, name, method);
}

class App {}
Module({ controllers: [Events] })(App);

exports.serve = async (adapter) => {
  const app = await NestFactory.create(App, adapter, { logger: false });
  await app.listen(Number(process.env.PORT));
};
