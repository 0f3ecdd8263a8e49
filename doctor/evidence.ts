/** What `doctor` finds out before it looks for causes: from outside, by gateway.yaml, and in the AWS account. */
import type { Live, LiveStage } from "../adopt/read/live";
import type { Failure, Refusal } from "../smoke/index";

/** The answer to one attempt to connect. */
export type Answer = { readonly kind: "connected" } | Refusal | Failure;

/** The address that the user gave. */
export interface Address {
  /** The URL with the given query parameters. It may contain the token, so it is never shown. */
  readonly url: URL;
  /** Path segments: the stage, and what follows it. */
  readonly path: readonly string[];
  /** The given query parameters and headers, with lower-case header names. */
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** What the authorizer has decided about the token. */
export type Verdict =
  | { readonly decision: "allow" }
  | {
      readonly decision: "deny" | "error";
      readonly reason: string;
      readonly claim?: string | undefined;
      readonly expected?: unknown;
      readonly received?: string | undefined;
    };

/** The decision of the authorizer of gateway.yaml, which runs on this machine, or why it cannot decide. */
export type Judgement = Verdict | { readonly decision: "unknown"; readonly why: string };

/** Whether a backend can be reached from this machine. */
export interface Reach {
  readonly routeKey: string;
  readonly url: string;
  readonly answer: Answer;
}

/** What was found in the AWS account. */
export type Inside =
  | {
      readonly kind: "read";
      readonly live: Live;
      readonly stage: LiveStage | undefined;
      readonly denial: Verdict | undefined;
    }
  /** There is no such API in `region`. `elsewhere` is another region of the environment that has it. */
  | { readonly kind: "no-api"; readonly region: string; readonly elsewhere: string | undefined }
  | { readonly kind: "unread"; readonly why: string };

export interface Evidence {
  readonly address: Address;
  readonly answer: Answer;
  /** The answer to `ws://` in place of `wss://`, or the reverse. Undefined if it was not tried. */
  readonly otherScheme: Answer | undefined;
  /** The answer to a token that cannot be valid, to see whether the authorizer works. Undefined if it was not tried. */
  readonly badToken: Answer | undefined;
  /** Text of the frame that answered `--send`. */
  readonly reply: string | undefined;
  readonly verdict: Judgement | undefined;
  readonly inside: Inside | undefined;
  readonly backends: readonly Reach[];
}

/** `certain`: shown by a fact. `likely`: the usual cause of what was seen. `possible`: it has the same signs. */
export type Certainty = "certain" | "likely" | "possible";

export interface Finding {
  /** A stable name, for `--json`. */
  readonly id: string;
  readonly certainty: Certainty;
  /** One sentence that says what is wrong. */
  readonly cause: string;
  /** What to do. */
  readonly remedy: string;
}
