/** An API whose backend answers each message with the message. */
import type { Spec } from "./world";

/** An HTTP integration of the backend. */
export const http = (name: string, more = {}) => ({
  integrationType: "HTTP",
  integrationMethod: "POST",
  integrationUri: `BACKEND/${name}`,
  ...more,
});

/** Sends the connection id to the backend. */
const withId = { requestParameters: { "integration.request.querystring.connectionId": "context.connectionId" } };

export const echo: Spec = {
  routes: {
    $connect: { integration: http("connect", withId) },
    $disconnect: { integration: http("disconnect", withId) },
    $default: { integration: http("echo"), twoWay: true },
  },
  backend: ({ body }) => ({ body }),
};
