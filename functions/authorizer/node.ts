/**
 * Node's own modules. `import` of a built-in reads every one of its exports, and on Node 22 and later some of those
 * getters load undici (tens of milliseconds: https://github.com/nodejs/node/issues/59686), so they are taken directly.
 */
const builtin = process.getBuiltinModule;

export const crypto = builtin("node:crypto");
export const { isUtf8 } = builtin("node:buffer");
export const fs = builtin("node:fs");
/** Loaded only by the first request: a cold start with a key snapshot makes none. */
export const client = (url: string) => (url.startsWith("https:") ? builtin("node:https") : builtin("node:http"));
