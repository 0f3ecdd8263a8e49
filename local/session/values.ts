/** The values of the options of `npm run local` that are the gateway's own: backends, limits, switches and faults. */
import type { Row } from "../../terminal/help";
import { notOneOf, oneOf, pair, positiveNumber, UsageError, type Value } from "../../terminal/values";
import { FAULT_NAMES, FAULTS, type FaultName, faultProblem, isFaultName } from "../data-plane/faults";
import { LIMITS } from "../data-plane/limits";
import type { Switches } from "../data-plane/switches";

/** Values of each switch, with the default first. The compiler reports a missing switch. */
export const SWITCH_VALUES: { readonly [Name in keyof Switches]: readonly Switches[Name][] } = {
  requiredParameters: ["enforced", "ignored"],
  plainGetStatus: [403, 426],
  inputParams: ["available", "empty"],
  pingResetsIdle: [false, true],
  deleteStatus: [204, 200],
  tooLargeBody: ["message", "empty"],
  openConnections: ["follow-deployments", "keep-deployment"],
  frameLimit: ["enforced", "ignored"],
  otherStage: ["gone", "allowed"],
  permessageDeflate: ["accepted", "ignored"],
  unreachableStatus: [500, 502, 504],
  lostHandshake: ["silent", "disconnect"],
};

export const backend: Value<readonly [origin: string, url: string]> = {
  placeholder: "[ORIGIN=]URL",
  parse(given) {
    const [, from = "*", to = given] = /^(https?:\/\/[^=]+)=(https?:\/\/.+)$/.exec(given) ?? [];
    for (const url of [to, ...(from === "*" ? [] : [from])]) {
      if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
        throw new UsageError("expected a URL such as http://localhost:8080.");
      }
    }
    return [from === "*" ? from : new URL(from).origin, to.replace(/\/$/, "")];
  },
};

export const limit: Value<readonly [name: string, value: number]> = {
  placeholder: "NAME=NUMBER",
  parse(given) {
    const [name, value] = pair("=", "NAME=NUMBER").parse(given);
    const key = Object.keys(LIMITS).find((one) => kebab(one) === name);
    if (key === undefined) throw notOneOf(name, Object.keys(LIMITS).map(kebab));
    return [key, positiveNumber("NUMBER").parse(value)];
  },
};

export const fault: Value<readonly [name: FaultName, value: number]> = {
  placeholder: "NAME[=NUMBER]",
  parse(given) {
    const [, name = "", number] = /^([^=]*)(?:=(.*))?$/s.exec(given) ?? [];
    if (!isFaultName(name)) throw notOneOf(name, FAULT_NAMES);
    if (number === undefined) return [name, FAULTS[name].default];
    const value = /^\d{1,6}(\.\d{1,6})?$/.test(number) ? Number(number) : Number.NaN;
    const problem = faultProblem(name, value);
    if (problem !== undefined) throw new UsageError(problem);
    return [name, value];
  },
};

export type SomeSwitches = { -readonly [Name in keyof Switches]?: Switches[Name] };
export const SWITCH_NAMES = Object.keys(SWITCH_VALUES).filter((name): name is keyof Switches =>
  Object.hasOwn(SWITCH_VALUES, name),
);

export const behaviour: Value<SomeSwitches> = {
  placeholder: "NAME=VALUE",
  parse(given) {
    const [name, value] = pair("=").parse(given);
    const key = SWITCH_NAMES.find((one) => kebab(one) === name);
    if (key === undefined) throw notOneOf(name, SWITCH_NAMES.map(kebab));
    return withValue(key, value);
  },
};

function withValue<Name extends keyof Switches>(name: Name, value: string): SomeSwitches {
  const switches: SomeSwitches = {};
  switches[name] = oneOf(value, SWITCH_VALUES[name]);
  return switches;
}

export function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Name and value of each fault, what it does and where it is known from. */
export function faultRows(): Row[] {
  return FAULT_NAMES.map((name) => {
    const { unit, default: byDefault, does, source } = FAULTS[name];
    return { label: `${name}=${unit.toUpperCase()}`, text: `${does} (default: ${byDefault})`, source };
  });
}
