/** The cases on an open connection: it answers pings, receives messages of the backend, and closes cleanly. */
import type { Connection, Wait } from "../connection";
import { ProbeError } from "../errors";
import type { Expectation } from "../expectation";
import type { CaseResult } from "../types";
import { type Reporting, runCase } from "./case";

export async function pingCase(
  reporting: Reporting,
  connection: Connection,
  count: number,
  wait: Wait,
  samples: number[],
): Promise<CaseResult> {
  const expected = count === 1 ? "1 pong" : `${count} pongs`;
  return await runCase(reporting, "ping", expected, async () => {
    while (samples.length < count) samples.push(await connection.ping(wait));
    return { verdict: "passed", expected, actual: expected, attempts: 1 };
  });
}

export async function closeCase(reporting: Reporting, connection: Connection, wait: Wait): Promise<CaseResult> {
  const expected = "closed with 1000";
  return await runCase(reporting, "close", expected, async () => {
    const { code, reason } = await connection.close(wait);
    const actual = `closed with ${code}${reason ? ` ${reason}` : ""}`;
    if (code === 1000) return { verdict: "passed", expected, actual, attempts: 1 };
    const detail = code === 1006 ? "The connection ended without a closing handshake." : "The server closed it first.";
    return { verdict: "failed", expected, actual, detail, attempts: 1 };
  });
}

/** Checks that the backend received `$connect`: it then pushes a message to the connection. */
export async function pushCase(
  reporting: Reporting,
  connection: Connection,
  expectation: Expectation,
  wait: Wait,
): Promise<CaseResult> {
  const expected = expectation.text;
  return await runCase(reporting, "push", expected, async () => {
    try {
      await receiveExpected(connection, expectation, wait);
      return { verdict: "passed", expected, actual: "received", attempts: 1 };
    } catch (error) {
      if (!(error instanceof ProbeError)) throw error;
      const detail = `${error.message} The backend is down, its $connect route lacks a mapping, or it may not use @connections.`;
      return { verdict: "failed", expected, actual: "not received", failure: error.code, detail, attempts: 1 };
    }
  });
}

/** Waits for the expected message. @throws ProbeError with the messages that arrived instead */
export async function receiveExpected(
  connection: Connection,
  { text, matches }: Expectation,
  wait: Wait,
): Promise<void> {
  try {
    await connection.receive((frame) => matches(frame.text), wait);
  } catch (error) {
    if (!(error instanceof ProbeError)) throw error;
    const others = connection.unread.map((frame) => frame.text.slice(0, 200));
    const received = others.length > 0 ? `Received: ${others.join(" · ")}` : "Received nothing.";
    throw new ProbeError(error.code, `${error.message} Expected: ${text}. ${received}`, error.origin);
  }
}
