/**
 * Node.js's built-in modules. `import` of a built-in module reads all its exports, and on Node 22 and later some of those
 * getters load undici (tens of milliseconds: https://github.com/nodejs/node/issues/59686). `getBuiltinModule` does not.
 */
const builtin = process.getBuiltinModule;

export const crypto = builtin("crypto");
export const { isUtf8 } = builtin("buffer");
export const fs = builtin("fs");
