/** The schemas of the presets for identity providers. */

import * as z from "zod/mini";
import { DEFAULTS } from "../../contract/defaults";
import { byDefault, either, list, map, oneOf, oneOrMore, text } from "./values";

const HOST = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/;
const domain = (example: string, description: string, form = HOST) =>
  text(`a host such as \`${example}\``, form, description);
const name = (what: string) => text(what, /^[A-Za-z0-9._:/-]{1,256}$/);
const names = (what: string, description: string) => oneOrMore(name(what), `${what}, or a list of them`, description);
const tenantId = text("a tenant id, a UUID in lower case", /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

export const PRESET_SCHEMAS = {
  cognito: z.optional(
    map(
      {
        userPoolId: text(
          "a user pool id such as `eu-west-1_AbCdEf123`",
          /^[a-z]{2,3}(-[a-z]+)+-\d_[A-Za-z0-9]+$/,
          "The user pool.",
        ),
        clientId: oneOrMore(
          text("an app client id, letters and digits", /^[A-Za-z0-9]{1,128}$/),
          "an app client id, or a list of them",
          "App clients whose tokens are accepted.",
        ),
        tokenUse: z.optional(
          oneOf(["access", "id"], `The kind of Cognito token that the client sends. ${byDefault(DEFAULTS.tokenUse)}`),
        ),
      },
      "a map with `userPoolId` and `clientId`",
      "An Amazon Cognito user pool, instead of `issuer` and `audience`. The authorizer also checks `token_use` and the client.",
    ),
  ),
  github: z.optional(
    map(
      {
        repository: oneOrMore(
          text("a repository such as `octo-org/quotes`", /^[A-Za-z0-9-]+\/[A-Za-z0-9._-]+(?<!\.git)$/),
          "a repository such as `octo-org/quotes`, or a list of them",
          "Repositories whose workflows may connect.",
        ),
      },
      "a map with `repository`",
      "Tokens of GitHub Actions, instead of `issuer`. Set `audience` to the one that the workflow requests.",
    ),
  ),
  gitlab: z.optional(
    map(
      {
        project: oneOrMore(
          text("a project such as `group/quotes`", /^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)+(?<!\.git)$/),
          "a project such as `group/quotes`, or a list of them",
          "Projects whose jobs may connect.",
        ),
        host: z.optional(
          domain(
            "gitlab.example.com",
            `The GitLab instance. ${byDefault(DEFAULTS.gitlabHost)}`,
            new RegExp(HOST.source.replace("$", "(:\\d{1,5})?$")),
          ),
        ),
      },
      "a map with `project`",
      "ID tokens of GitLab jobs, instead of `issuer`. Set `audience` to the `aud` of the job's `id_tokens`.",
    ),
  ),
  auth0: z.optional(
    map(
      {
        domain: domain("tenant.eu.auth0.com", "The tenant's domain."),
        organization: z.optional(names("an organization id", "Organizations whose members may connect. Default: all.")),
      },
      "a map with `domain`",
      "Access tokens of Auth0, instead of `issuer`. Set `audience` to the API's identifier.",
    ),
  ),
  okta: z.optional(
    map(
      {
        domain: domain("org.okta.com", "The organization's domain."),
        server: z.optional(
          text(
            "an authorization server id",
            /^[A-Za-z0-9]{1,64}$/,
            `The authorization server. ${byDefault(DEFAULTS.oktaServer)}`,
          ),
        ),
        clientId: z.optional(names("a client id", "Clients whose tokens are accepted. Default: all.")),
      },
      "a map with `domain`",
      "Access tokens of a custom authorization server of Okta, instead of `issuer`. Set `audience` to the server's.",
    ),
  ),
  entra: z.optional(
    map(
      {
        tenant: either(
          [z.literal("any"), tenantId, list(tenantId, "a list of tenant ids")],
          "a tenant id (a UUID in lower case), a list of them, or `any`",
          "Tenants whose users may connect.",
        ),
      },
      "a map with `tenant`",
      "Access tokens (version 2.0) of Microsoft Entra ID, instead of `issuer`. Set `audience` to the application's id.",
    ),
  ),
  keycloak: z.optional(
    map(
      {
        realm: text(
          "a realm's URL such as `https://login.example.com/realms/quotes`",
          /^https?:\/\/[^\s${}]+\/realms\/[^/\s${}]+$/,
          "URL of the realm, without a slash at the end.",
        ),
        clientId: names("a client id", "Clients whose access tokens are accepted."),
      },
      "a map with `realm` and `clientId`",
      "Access tokens of Keycloak, instead of `issuer` and `audience`. The client is compared with `azp`.",
    ),
  ),
  google: z.optional(
    map(
      {
        clientId: names("an OAuth client id", "Clients whose ID tokens are accepted."),
        hostedDomain: z.optional(
          oneOrMore(
            text("a domain such as `example.com`", HOST),
            "a domain such as `example.com`, or a list of them",
            "Domains whose users may connect. Default: every Google account.",
          ),
        ),
      },
      "a map with `clientId`",
      "ID tokens of Google, instead of `issuer` and `audience`.",
    ),
  ),
  firebase: z.optional(
    map(
      {
        project: text("a project id such as `quotes-1`", /^[a-z][a-z0-9-]{0,63}$/, "The project."),
        tenant: z.optional(names("a tenant id", "Tenants whose users may connect. Default: all.")),
      },
      "a map with `project`",
      "ID tokens of Firebase Authentication, instead of `issuer` and `audience`.",
    ),
  ),
  clerk: z.optional(
    map(
      {
        domain: domain("clerk.example.com", "The Frontend API's host."),
        origin: oneOrMore(
          text(
            "an origin such as `https://app.example.com`",
            /^(https:\/\/(?!.*:443$)|http:\/\/(?!.*:80$))[a-z0-9_-]+(\.[a-z0-9_-]+)*(:\d{1,5})?$/,
          ),
          "an origin such as `https://app.example.com`, or a list of them",
          "Origins of the pages whose session tokens are accepted, compared with `azp`.",
        ),
      },
      "a map with `domain` and `origin`",
      "Session tokens of Clerk, instead of `issuer` and `audience`. They are valid for 60 seconds.",
    ),
  ),
  supabase: z.optional(
    map(
      { project: text("a project reference", /^[a-z0-9]{1,64}$/, "The project.") },
      "a map with `project`",
      "Access tokens of Supabase, instead of `issuer` and `audience`. While the project still has its legacy secret, set `secret` too.",
    ),
  ),
};
