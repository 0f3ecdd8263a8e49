/**
 * A client for an Amazon API Gateway WebSocket API, for browsers and for Node.js 22 and later. It has no dependencies.
 *
 * - It reconnects when the connection is lost, with random delays, so that thousands of clients do not come back at once.
 * - It asks for a fresh URL, and with it a fresh token, before each attempt.
 * - It sends a heartbeat, because API Gateway closes a connection after 10 minutes without a message.
 * - It opens the next connection before API Gateway closes the current one after 2 hours.
 *
 * A browser shows only the code 1006 for a rejected handshake and for a lost network. So the client tells them apart by
 * whether the connection was ever open.
 *
 * @typedef {"connecting" | "open" | "waiting" | "closed"} State
 *
 * @typedef {object} Options
 * @property {() => string | Promise<string>} url Returns the URL with a valid token. Called before each attempt. Add what
 *   the backend needs to send again what was missed, such as the id of the last message.
 * @property {(data: string) => void} onMessage Called with each message. Around a change of connections a message may
 *   arrive twice, so give messages ids.
 * @property {(state: State, detail?: string) => void} [onState] `waiting`: it will try again. `closed`: it will not.
 * @property {string} [heartbeat] The message that keeps the connection open. A route that the API does not have is enough.
 * @property {number} [heartbeatMs] @default 540000, which is 9 minutes
 * @property {number} [lifetimeMs] After this time the next connection is opened. @default 6600000, which is 110 minutes
 * @property {number} [overlapMs] How long both connections stay open. @default 2000
 * @property {number} [firstDelayMs] Longest wait before the first new attempt. @default 1000
 * @property {number} [longestDelayMs] @default 60000
 * @property {number} [queue] Messages to keep while there is no connection. @default 100
 *
 * @param {Options} options
 * @returns {{ send(data: string): boolean, close(): void, readonly state: State }} `send` returns false if the queue is full.
 * @example
 * const client = connect({
 *   url: async () => `wss://ws.example.com/?token=${await getToken()}&since=${last}`,
 *   onMessage: (data) => show(JSON.parse(data)),
 * });
 * client.send(JSON.stringify({ action: "say", text: "hello" }));
 */
export function connect({
  url,
  onMessage,
  onState = () => {},
  heartbeat = '{"action":"ping"}',
  heartbeatMs = 540_000,
  lifetimeMs = 6_600_000,
  overlapMs = 2_000,
  firstDelayMs = 1_000,
  longestDelayMs = 60_000,
  queue: longest = 100,
}) {
  /** @type {WebSocket | undefined} */
  let current;
  /** @type {State} */
  let state = "connecting";
  let failures = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let retry;
  /** @type {string[]} */
  const queue = [];

  /** @param {State} next @param {string} [detail] */
  const enter = (next, detail) => {
    state = next;
    onState(next, detail);
  };

  /** Full jitter: any delay up to one that doubles with each failure. */
  const delay = () => Math.random() * Math.min(longestDelayMs, firstDelayMs * 2 ** failures);

  /** @param {string} why */
  const tryLater = (why) => {
    if (state === "closed") return;
    // When the next connection fails, the current one is still there.
    if (!current) enter("waiting", why);
    const ms = delay();
    failures++;
    clearTimeout(retry);
    retry = setTimeout(open, ms);
  };

  async function open() {
    let address;
    try {
      address = await url();
    } catch (error) {
      tryLater(`no URL: ${error instanceof Error ? error.message : error}`);
      return;
    }
    if (state === "closed") return;
    const socket = new WebSocket(address);
    let wasOpen = false;
    /** @type {ReturnType<typeof setTimeout>[]} */
    const timers = [];

    socket.onopen = () => {
      if (state === "closed") return socket.close(1000);
      wasOpen = true;
      failures = 0;
      const before = current;
      current = socket;
      enter("open");
      for (const data of queue.splice(0)) socket.send(data);
      // What the backend has sent to the old connection still arrives there.
      if (before) setTimeout(() => before.close(1000), overlapMs);
      timers.push(setInterval(() => socket.send(heartbeat), heartbeatMs));
      // A tenth of it at random, so that clients that connected together do not come back together.
      timers.push(setTimeout(open, lifetimeMs * (0.9 + Math.random() / 10)));
    };
    socket.onmessage = ({ data }) => {
      // API Gateway's answer to a message without a route, such as the heartbeat.
      if (!/^\{"message": ?"Forbidden", ?"connectionId"/.test(data)) onMessage(data);
    };
    socket.onclose = ({ code, reason }) => {
      for (const timer of timers) clearTimeout(timer);
      if (current === socket) current = undefined;
      // The other connection has taken over.
      if (state === "closed" || (wasOpen && current)) return;
      // The backend has closed it with DELETE @connections: it does not want this client.
      if (wasOpen && code === 1000) return enter("closed", reason);
      tryLater(wasOpen ? `lost (${code})` : "not accepted: rejected, or no network");
    };
  }

  onState(state);
  void open();
  return {
    send(data) {
      if (current?.readyState === WebSocket.OPEN) current.send(data);
      else if (queue.length < longest && state !== "closed") queue.push(data);
      else return false;
      return true;
    },
    close() {
      clearTimeout(retry);
      enter("closed");
      current?.close(1000);
    },
    get state() {
      return state;
    },
  };
}
