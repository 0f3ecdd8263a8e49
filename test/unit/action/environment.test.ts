/** What the environment of synthesis has, and what it has not. */
import { appEnvironment } from "../../../action/src/environment";

test.each([
  ..."PATH HOME TMPDIR LANG LC_ALL CI GITHUB_WORKSPACE GITHUB_SHA GITHUB_REF_NAME RUNNER_TEMP AWS_REGION".split(" "),
  ..."AWS_ENDPOINT_URL AWS_ENDPOINT_URL_S3 https_proxy HTTP_PROXY NO_PROXY NODE_OPTIONS CDKTF_LOG_LEVEL".split(" "),
  ..."GATEWAY_LOCAL GATEWAY_STAGE JAVA_HOME JAVA_HOME_17_X64 VIRTUAL_ENV GOPATH DOTNET_ROOT TF_CLI_CONFIG_FILE".split(
    " ",
  ),
])("an app gets %s", (name) => expect(appEnvironment({ [name]: "x" })).toEqual({ [name]: "x" }));

test.each([
  ..."INPUT_HS256-SECRET INPUT_MODE TF_VAR_hs256_secret TF_VAR_name TF_TOKEN_app_terraform_io TF_ENCRYPTION".split(" "),
  ..."AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_WEB_IDENTITY_TOKEN_FILE AWS_PROFILE".split(" "),
  ..."AWS_CONTAINER_CREDENTIALS_FULL_URI ACTIONS_ID_TOKEN_REQUEST_URL ACTIONS_RUNTIME_TOKEN GITHUB_TOKEN".split(" "),
  ..."GITHUB_ENV GITHUB_PATH GITHUB_OUTPUT GITHUB_STEP_SUMMARY GITHUB_EVENT_PATH SSH_AUTH_SOCK DB_PASSWORD".split(" "),
  ..."NODE_AUTH_TOKEN GATEWAY_SECRET npm_config__auth DATABASE_URL ANYTHING".split(" "),
])("an app does not get %s", (name) => expect(appEnvironment({ [name]: "x" })).toEqual({}));

test("an app does not get a credential in a variable of another name", () => {
  expect(appEnvironment({ HTTPS_PROXY: "http://me:hunter2@proxy:3128", HTTP_PROXY: "http://proxy:3128" })).toEqual({
    HTTP_PROXY: "http://proxy:3128",
  });
  const settings = { GATEWAY_STAGE: "beta", NODE_OPTIONS: "--max-old-space-size=4096" };
  expect(
    appEnvironment({ ...settings, GATEWAY_SIGNING_KEY: "correct-horse", GATEWAY_DB: "mysql://h/d?password=pw12" }),
  ).toEqual(settings);
});

test("a folder with a random name stays in the PATH", () => {
  const PATH = "/opt/0123456789abcdef0123456789abcdef01234567/bin:/usr/bin";
  expect(appEnvironment({ PATH })).toEqual({ PATH });
});
