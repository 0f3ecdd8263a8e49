/** Code that all commands share, as tables: errors, colours, names of secrets, exit codes. */
import { painter, wantsColor } from "../../../terminal/color";
import { CodedError, codeOf, explain, messageOf } from "../../../terminal/error";
import { isSecretName } from "../../../terminal/mask";
import { exitCodeOf, runCommand, type Shell } from "../../../terminal/shell";
import { UsageError } from "../../../terminal/values";

test.each([
  [new Error("broken"), "broken"],
  ["text", "text"],
  [undefined, "undefined"],
  [null, "null"],
  [{ message: "from another realm" }, "from another realm"],
  [new AggregateError([new Error("one"), new Error("two")]), "one; two"],
  [{ some: "object" }, "[object Object]"],
])("returns the message of a thrown value, %#", (thrown, message) => expect(messageOf(thrown)).toBe(message));

test.each([
  [Object.assign(new Error("x"), { code: "ENOENT" }), "ENOENT"],
  [new CodedError("invalid-mapping", "x"), "invalid-mapping"],
  [Object.assign(new Error("x"), { code: 7 }), undefined],
  [new Error("x"), undefined],
  ["ENOENT", undefined],
  [null, undefined],
])("returns the code of a thrown value, %#", (thrown, code) => expect(codeOf(thrown)).toBe(code));

test.each([
  [new CodedError("c", "Wrong.", "Do this."), "Wrong. Do this."],
  [new CodedError("c", "Wrong. Do this.", "Do this."), "Wrong. Do this."],
  [new CodedError("c", "Wrong."), "Wrong."],
  [new Error("plain"), "plain"],
])("returns message and hint of a thrown value, %#", (thrown, text) => expect(explain(thrown)).toBe(text));

test.each<[boolean, Record<string, string>, boolean]>([
  [true, {}, true],
  [false, {}, false],
  [true, { NO_COLOR: "1" }, false],
  [true, { NO_COLOR: "" }, true],
  [true, { TERM: "dumb" }, false],
  [false, { FORCE_COLOR: "1" }, true],
  [false, { FORCE_COLOR: "" }, true],
  [true, { FORCE_COLOR: "0" }, false],
  [true, { FORCE_COLOR: "false" }, false],
  [false, { FORCE_COLOR: "3", NO_COLOR: "1" }, true],
])("on a terminal: %s, with %j: colours %s", (isTTY, env, expected) => {
  expect(wantsColor({ isTTY }, env)).toBe(expected);
});

test("colours text only if colours are on", () => {
  expect(painter(false)("red", "x")).toBe("x");
  expect(painter(true)("red", "x")).toBe("\u001b[31mx\u001b[39m");
});

test.each([
  ..."token access_token X-Amz-Security-Token client_secret password passwd Authorization cookie".split(" "),
  ..."api_key apikey x-api-key X-Amz-Signature X-Amz-Credential jwt access_key secret_key".split(" "),
  ..."sas_token encryption_key sse_customer_key client_private_key_pem credentials".split(" "),
])("%s names a secret", (name) => expect(isSecretName(name)).toBe(true));

test.each([
  ..."stocks connectionId Sec-WebSocket-Key kms_key_id kms_encryption_key".split(" "),
  ..."shared_credentials_files oidc_token_file_path skip_credentials_validation".split(" "),
])("%s does not name a secret", (name) => expect(isSecretName(name)).toBe(false));

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
  [undefined, 130],
])("the exit code of a command stopped by %s is %i", (reason, code) => {
  expect(exitCodeOf(AbortSignal.abort(reason))).toBe(code);
});

describe("an error of a command", () => {
  const run = async (error: Error, explained?: (error: unknown) => string) => {
    let err = "";
    const shell: Shell = {
      cwd: ".",
      env: {},
      color: false,
      signal: new AbortController().signal,
      out: () => {},
      err: (text) => {
        err += text;
      },
    };
    const options = { invocation: "command", failed: 70, ...(explained && { explain: explained }) };
    const code = await runCommand(shell, options, () => Promise.reject(error));
    return [code, err];
  };
  test("in its usage gives exit code 2, and prints the hint and the command for the help", async () => {
    expect(await run(new UsageError("No URL.", "Give one."))).toEqual([
      2,
      "No URL. Give one.\nFor the options: command --help\n",
    ]);
  });
  test("of any other kind gives the command's exit code, and prints no stack trace", async () => {
    expect(await run(new Error("boom"))).toEqual([70, "boom\n"]);
    expect(await run(new Error("boom"), () => "It failed")).toEqual([70, "It failed\n"]);
  });
});
