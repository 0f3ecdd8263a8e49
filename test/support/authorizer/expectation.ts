/** Builds the cases of the attack tables: an input and the expected outcome. */
import assert from "node:assert/strict";
import { type Case, type DoorOptions, door, json, pairs, token } from "./door";

/** Returns a function that builds cases with one expected outcome: `allow`, the reason of a denial, or the code of an error. */
export const expectation =
  (reason: string) =>
  (name: string, input: () => string | object, options: DoorOptions = {}): Case => ({
    name,
    run: async (subject) => assert.equal(await door(subject, options).outcome(input()), reason),
  });
export const HEADER = json({ alg: "RS256", typ: "JWT", kid: "rsa" });
export const signedRaw = (head: string, body: string) => token(head, body, pairs.rsa.privateKey);
export const bytes = (text: string, encoding: BufferEncoding = "utf8") =>
  Buffer.from(text, encoding).toString("base64url");
