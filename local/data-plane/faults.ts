/**
 * Failures that AWS is known for and that a backend or client must survive, caused on purpose. The draws depend on a seed
 * and on nothing else, so the same events with the same seed fail again.
 */
import { CodedError } from "../../terminal/error";
import type { Limits } from "./limits";

/** `chance`: from 0 (never) to 1 (always). */
type Unit = "chance" | "milliseconds" | "seconds";

interface Fault {
  readonly unit: Unit;
  readonly default: number;
  readonly does: string;
  /** Where AWS documents it, or users report it. */
  readonly source: string;
}

const DISCONNECT =
  "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html";
const QUOTAS =
  "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html";

export const FAULTS = {
  "lost-disconnect": {
    unit: "chance",
    default: 1,
    does: "a connection ends, and `$disconnect` is never called",
    source: DISCONNECT,
  },
  "early-disconnect": {
    unit: "chance",
    default: 1,
    does: "the client is lost when it has sent a message: `$disconnect` reaches the backend before the message does",
    source: DISCONNECT,
  },
  "stale-connection": {
    unit: "chance",
    default: 1,
    does: "at a push the client turns out to be lost: 410, and `$disconnect` is never called",
    source: "https://github.com/aws/aws-sdk-js/issues/2591",
  },
  "throttled-push": {
    unit: "chance",
    default: 0.5,
    does: "a push gets 429 (LimitExceededException), as over the account's limit",
    source: "https://github.com/gchq/sleeper/issues/7494",
  },
  "lost-push": {
    unit: "chance",
    default: 1,
    does: "a push gets 200, but the client, whose network is gone, receives nothing",
    source: "https://github.com/aws-samples/simple-websockets-chat-app/issues/44",
  },
  "late-open": {
    unit: "milliseconds",
    default: 1000,
    does: "the connection opens this long after the backend's answer to `$connect`; pushes until then get 410",
    source: "https://repost.aws/knowledge-center/410-gone-api-gateway",
  },
  "slow-authorizer": {
    unit: "milliseconds",
    default: 3000,
    does: "the authorizer's answer takes this much longer, as in a cold start",
    source: "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html",
  },
  "short-idle": {
    unit: "seconds",
    default: 10,
    does: "a connection without messages is closed after this time, in place of 10 minutes",
    source: QUOTAS,
  },
  "short-duration": {
    unit: "seconds",
    default: 30,
    does: "every connection is closed after this time, in place of 2 hours",
    source: QUOTAS,
  },
  redeploy: {
    unit: "chance",
    default: 1,
    does: "before a message the stage gets a new deployment: open connections stay, and the message uses it",
    source: "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-set-up-websocket-deployment.html",
  },
} as const satisfies Readonly<Record<string, Fault>>;

export type FaultName = keyof typeof FAULTS;
/** A chance from 0 to 1, milliseconds or seconds, as {@link FAULTS} says. */
export type FaultSettings = { readonly [Name in FaultName]?: number };
/** Faults that can also begin and end while the gateway runs. */
export type RunningFaults = Omit<FaultSettings, keyof typeof LIMIT_OF>;
type Chance = { [Name in FaultName]: (typeof FAULTS)[Name]["unit"] extends "chance" ? Name : never }[FaultName];
type Delay = { [Name in FaultName]: (typeof FAULTS)[Name]["unit"] extends "milliseconds" ? Name : never }[FaultName];

export const FAULT_NAMES = Object.keys(FAULTS).filter(isFaultName);

export function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(FAULTS, name);
}

const MOST: Readonly<Record<Unit, number>> = { chance: 1, milliseconds: 600_000, seconds: 86_400 };

/** What is wrong with a fault's value; undefined where nothing is. */
export function faultProblem(name: FaultName, value: unknown): string | undefined {
  const { unit } = FAULTS[name];
  const least = unit === "seconds" ? 0.001 : 0;
  if (typeof value === "number" && value >= least && value <= MOST[unit]) return undefined;
  return unit === "chance"
    ? "expected a chance from 0 (never) to 1 (always)."
    : `expected ${unit} up to ${MOST[unit]}.`;
}

const LIMIT_OF = { "short-idle": "idleSeconds", "short-duration": "durationSeconds" } as const;

/** Faults that are limits, and are given at the start. */
export const LIMIT_FAULTS: readonly string[] = Object.keys(LIMIT_OF);

/** The limits that faults replace. */
export function limitsOf(settings: FaultSettings): Partial<Limits> {
  const given = Object.entries(LIMIT_OF).flatMap(([name, limit]) => {
    const value = isFaultName(name) ? settings[name] : undefined;
    return value === undefined ? [] : [[limit, value] as const];
  });
  return Object.fromEntries(given);
}

/** The faults of one gateway. */
export class Faults {
  readonly #active = new Map<string, number>();
  readonly #random = new Map<string, () => number>();

  /** @throws CodedError for a value out of range */
  constructor(
    readonly seed: number = 0,
    settings: FaultSettings = {},
  ) {
    this.set(settings);
  }

  /** Begins faults, or changes their values. Returns a function that restores what was before. */
  set(settings: FaultSettings): () => void {
    const before = new Map(this.#active);
    for (const name of FAULT_NAMES) {
      const value = settings[name];
      if (value === undefined) continue;
      const problem = faultProblem(name, value);
      if (problem !== undefined) throw new CodedError("invalid-fault", `The fault ${name} is ${value}: ${problem}`);
      this.#active.set(name, value);
    }
    return () => {
      this.#active.clear();
      for (const [name, value] of before) this.#active.set(name, value);
    };
  }

  /** Whether this event fails. Each fault has its own sequence of draws. */
  strikes(name: Chance): boolean {
    const chance = this.#active.get(name);
    if (chance === undefined) return false;
    let random = this.#random.get(name);
    if (random === undefined) {
      random = sequence(`${this.seed} ${name}`);
      this.#random.set(name, random);
    }
    return random() < chance;
  }

  /** Waits as long as the fault says. Undefined where the fault is not active. The wait does not keep the process alive. */
  delay(name: Delay): Promise<void> | undefined {
    const milliseconds = this.#active.get(name);
    if (milliseconds === undefined) return undefined;
    return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
  }
}

/** Numbers from 0 up to 1 that depend on the text only: mulberry32, started with the text's FNV-1a hash. */
function sequence(text: string): () => number {
  let state = 0x811c9dc5;
  for (const byte of Buffer.from(text)) state = Math.imul(state ^ byte, 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}
