// Jest transformer: TypeScript and ES modules to CommonJS, by swc.
module.exports = require("@swc/jest").createTransformer({
  jsc: { parser: { syntax: "typescript" }, target: "es2022" },
  module: { type: "commonjs" },
  sourceMaps: "inline",
});
