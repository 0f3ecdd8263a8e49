/** The recovery file: a state as text, or encrypted with a password if the workflow gives one. */
import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from "node:crypto";
import { readFileSync } from "node:fs";
import * as z from "zod";
import { ActionFailure } from "./failure";

const base64 = z.base64().transform((text) => Buffer.from(text, "base64"));
const encrypted = z.object({
  cipher: z.literal("aes-256-gcm"),
  salt: base64,
  iv: base64,
  tag: base64,
  data: base64,
});

/** Returns the encrypted text, as JSON with the cipher's parameters. The key is derived from `password` with scrypt. */
export function encrypt(text: string, password: string): string {
  const [salt, iv] = [randomBytes(16), randomBytes(12)];
  const cipher = createCipheriv("aes-256-gcm", scryptSync(password, salt, 32), iv);
  const data = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  const [saltText, ivText, tag, dataText] = [salt, iv, cipher.getAuthTag(), data].map((part) =>
    part.toString("base64"),
  );
  return `${JSON.stringify({ cipher: "aes-256-gcm", salt: saltText, iv: ivText, tag, data: dataText })}\n`;
}

/** Returns the state in the file, decrypted if it is encrypted. @throws ActionFailure `invalid-input` */
export function readRecoveryFile(path: string, password: string | undefined): string {
  const failed = (why: string, cause?: unknown) =>
    new ActionFailure("invalid-input", `\`recovery-file\`: ${path} ${why}`, {
      hint: "Nothing was changed. Pass the file of the output `recovery-file`, and the `recovery-key` of that job.",
      cause,
    });
  let text: string;
  let found: z.infer<typeof encrypted> | undefined;
  try {
    text = readFileSync(path, "utf8");
    found = encrypted.safeParse(JSON.parse(text)).data;
  } catch (cause) {
    throw failed("is missing, or is not a state.", cause);
  }
  if (!found) return text;
  if (!password) throw failed("is encrypted, and there is no `recovery-key`.");
  try {
    const { salt, iv, tag, data } = found;
    const decipher = createDecipheriv("aes-256-gcm", scryptSync(password, salt, 32), iv, { authTagLength: 16 });
    decipher.setAuthTag(tag);
    return Buffer.concat([decipher.update(data), decipher.final()]).toString("utf8");
  } catch (cause) {
    throw failed("cannot be decrypted with this `recovery-key`.", cause);
  }
}
