/** The lower limit of a cold start: a handler that allows every token. */
import { allow, type Event } from "./common";

export const handler = async (event: Event) => allow(event, {});
