/** Mistakes in state. */
import { finds } from "../../../support/config/finds";
import { plus } from "../../../support/config/load";

finds("state", [
  ["S3 without a bucket", plus("state: {▸s3: {key: a}}"), "state.s3: needs `bucket`."],
  [
    "S3 with a misspelt bucket",
    plus("state: {▸s3: {bukcet: a}}"),
    "state.s3: needs `bucket`. `bukcet` is probably a misspelling of it.",
  ],
  ["two backends", plus("▸state: {s3: {bucket: a}, gcs: {bucket: b}}"), "state: expected one backend, not s3 and gcs."],
  ["a misspelt backend", plus("state: {▸S3: {bucket: a}}"), "state.S3: no such setting. Did you mean `s3`?"],
  [
    "no lock",
    plus("state: {s3: {bucket: a, use_lockfile: ▸false}}"),
    "state.s3.use_lockfile: must not be false: two deploys at the same time would corrupt the state.",
  ],
  [
    "a secret",
    plus("state: {http: {address: a, ▸password: b}}"),
    "state.http.password: must not be in this file, because it is a secret. Pass it to Terraform in its environment variable. The line is not shown, because it seems to contain a secret. If it does, rotate that secret.",
  ],
  [
    "a variable of Terraform's",
    plus("state: {s3: {bucket: ▸'${var.bucket}'}}"),
    "state.s3.bucket: a backend's arguments cannot contain `${…}`. Placeholders such as `${…}` are not replaced in this file. Write the value itself, under `environments` if it differs.",
  ],
  [
    "one state for two environments",
    plus("state: {s3: {bucket: a, key: b}}\nenvironments:\n  one:\n  ▸two:"),
    "environments.two: has the same state location as `one`. Each environment needs its own.",
  ],
  [
    "one S3 object for two environments, with another argument",
    plus(
      "state: {s3: {bucket: a, key: b}}\nenvironments:\n  one:\n  ▸two: {state: {s3: {kms_key_id: c, region: eu-west-1}}}",
    ),
    "environments.two: has the same state location as `one`. Each environment needs its own.",
  ],
  [
    "one HTTP address for two environments, with another lock",
    plus(
      "state: {http: {address: 'https://a.example/s', lock_address: 'https://a.example/1'}}\nenvironments:\n  one:\n  ▸two: {state: {http: {lock_address: 'https://a.example/2'}}}",
    ),
    "environments.two: has the same state location as `one`. Each environment needs its own.",
  ],
  [
    "one HTTP address for two environments, written in two ways",
    plus(
      "environments:\n  one: {state: {http: {address: 'https://a.example/s', lock_address: 'https://a.example/1'}}}\n  ▸two: {state: {http: {address: 'HTTPS://A.example:443/x/../s#two', lock_address: 'https://a.example/1'}}}",
    ),
    "environments.two: has the same state location as `one`. Each environment needs its own.",
  ],
  [
    "one folder in Google Cloud Storage, with and without a slash at its end",
    plus(
      "environments:\n  one: {state: {gcs: {bucket: a, prefix: b}}}\n  ▸two: {state: {gcs: {bucket: a, prefix: /b/}}}",
    ),
    "environments.two: has the same state location as `one`. Each environment needs its own.",
  ],
  [
    "one workspace, with and without the default host and a project",
    plus(
      "environments:\n  one: {state: {cloud: {organization: a, workspaces: {name: b}}}}\n  ▸two: {state: {cloud: {organization: a, hostname: app.terraform.io, workspaces: {name: b, project: c}}}}",
    ),
    "environments.two: has the same state location as `one`. Each environment needs its own.",
  ],
  [
    "one logging role for two environments whose accounts are not known to differ",
    plus("logs: {manageAccountRole: true}\nenvironments:\n  one:\n  ▸two:\n  three: {region: eu-west-1}"),
    "environments.two: has the same account role for logs as `one`. Each environment needs its own.",
  ],
  [
    "one domain for two environments",
    plus(
      "domain: {name: ws.example.com, certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/a'}\nenvironments:\n  one:\n  ▸two:\n  three: {domain: {name: three.example.com}}",
    ),
    "environments.two: has the same domain as `one`. Each environment needs its own, or all but one set `domain.existing: true` and a `basePath`.",
  ],
  [
    "one base path of a shared domain for two environments",
    plus(
      "domain: {name: ws.example.com, existing: true, basePath: a}\nenvironments:\n  one:\n  ▸two:\n  three: {domain: {basePath: b}}\n  four: {region: eu-west-1}",
    ),
    "environments.two: has the same domain and base path as `one`. Each environment needs its own.",
  ],
  [
    "what one account and region have once",
    plus(
      'allowedAccountIds: ["123456789012"]\nssm: /quotes\nlogs: {manageAccountRole: true}\nenvironments:\n  one:\n  ▸two:\n  three: {region: eu-west-1}\n  four: {allowedAccountIds: ["999999999999"]}',
    ),
    "environments.two: has the same SSM parameters as `one`. Each environment needs its own.",
    "9:3 environments.two: has the same account role for logs as `one`. Each environment needs its own.",
  ],
]);
