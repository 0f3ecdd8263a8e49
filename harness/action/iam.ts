/** IAM in front of moto's, with a rule that moto does not have: a policy that is attached cannot be deleted. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { close, listen } from "../servers";

export interface Iam {
  readonly url: string;
  /** Actions that the caller may not do, such as `ListEntitiesForPolicy`. */
  readonly denied: Set<string>;
  close(): Promise<void>;
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html */
const ATTACHED = ["DeleteConflict", "Cannot delete a policy attached to entities."] as const;

/** Starts it on a free port of 127.0.0.1, in front of moto at `moto`. */
export async function startIam(moto: string): Promise<Iam> {
  const denied = new Set<string>();
  const server = createServer((request, response) => {
    void text(request).then((body) => answer(request, body, response));
  });

  async function answer({ headers, url }: IncomingMessage, body: string, response: ServerResponse): Promise<void> {
    const form = new URLSearchParams(body);
    const action = form.get("Action") ?? "";
    const call = async (text: string) => {
      const signed = {
        authorization: headers.authorization ?? "",
        "content-type": "application/x-www-form-urlencoded",
      };
      const answered = await fetch(new URL(url ?? "/", moto), { method: "POST", headers: signed, body: text });
      return [answered.status, await answered.text()] as const;
    };
    const refuse = (status: number, code: string, message: string) => {
      const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
      response.writeHead(status, { "content-type": "text/xml" }).end(`<ErrorResponse>${error}</ErrorResponse>`);
    };
    if (denied.has(action)) return refuse(403, "AccessDenied", `User is not authorized to perform: iam:${action}`);
    if (action === "DeletePolicy") {
      const query = { Action: "ListEntitiesForPolicy", Version: "2010-05-08", PolicyArn: form.get("PolicyArn") ?? "" };
      const [, entities] = await call(String(new URLSearchParams(query)));
      if (/<(Role|User|Group)Name>/.test(entities)) return refuse(409, ...ATTACHED);
    }
    const [status, text] = await call(body);
    response.writeHead(status, { "content-type": "text/xml" }).end(text);
  }

  return { url: await listen(server), denied, close: () => close(server) };
}
