/** The floor: a handler that allows everything. */
import { allow, type Event } from "./common";

export const handler = async (event: Event) => allow(event, {});
