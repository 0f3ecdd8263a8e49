/** The kinds of expressions in the corpus, and the routes of its sample events. */

export type Kind =
  | "mapping source"
  | "mapping target"
  | "request parameter"
  | "identity source"
  | "route selection"
  | "request template selection"
  | "response template selection"
  | "model selection"
  | "API key selection"
  | "response parameter"
  | "response key"
  | "route key";

export type RouteName = "$connect" | "$disconnect" | "chat";

/** Stage variables of the sample stage. */
export const STAGE_VARIABLES = { tier: "gold", under_score: "yes" };
