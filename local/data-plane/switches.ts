/**
 * Where sources about AWS's behaviour disagree or nothing is documented: one switch each. The default is the documented
 * behaviour or, where there is none, the best observed one; the comment says which.
 */
export interface Switches {
  /**
   * A declared parameter with `required: true` is missing from `$connect`: respond with 400, or accept the request.
   * The AWS service model has the flag; no observation of a WebSocket API that enforces it was found. REST APIs respond
   * with 400.
   */
  readonly requiredParameters: "enforced" | "ignored";
  /**
   * Status of a GET on a stage without `Upgrade`: emulators calibrated against AWS use 403, a test suite written for AWS
   * expects 426.
   */
  readonly plainGetStatus: 403 | 426;
  /**
   * `$input.params()` in the templates of `$connect`. AWS staff said in 2019 that it is not available
   * (https://repost.aws/questions/QUTlm0lH77TIuvZFPhKF4Ndg); the documentation's own example and people in production use it.
   */
  readonly inputParams: "available" | "empty";
  /**
   * Whether a client's ping counts as activity. The quota is about an idle connection; users report that only
   * messages keep it open (https://github.com/andyrichardson/subscriptionless/issues/3).
   */
  readonly pingResetsIdle: boolean;
  /** `DELETE @connections`: the AWS service model has 204; a test suite written for AWS expected 200. */
  readonly deleteStatus: 204 | 200;
  /** Whether 413 of `@connections` has a body: the AWS service model gives it a message, an observation found none. */
  readonly tooLargeBody: "message" | "empty";
  /** Later messages use the stage's current deployment (observed), or the one that the connection was opened with. */
  readonly openConnections: "follow-deployments" | "keep-deployment";
  /**
   * A frame over 32 KB closes the connection with 1009, as documented
   * (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html).
   * Browsers do not let a page choose its frame size, so a developer can turn the limit off.
   */
  readonly frameLimit: "enforced" | "ignored";
  /**
   * A connection addressed through another stage of its API: it fails in tests validated on AWS, and works in an
   * emulator calibrated against AWS.
   */
  readonly otherStage: "gone" | "allowed";
  /**
   * `permessage-deflate` is accepted with `server_max_window_bits=12`, whether or not the client offered that
   * parameter. Observed: https://github.com/python-websockets/websockets/issues/1065
   */
  readonly permessageDeflate: "accepted" | "ignored";
  /** Status for a backend that cannot be reached: 500 observed for VPC links, 504 documented for REST APIs, 502 possible. */
  readonly unreachableStatus: 500 | 502 | 504;
  /**
   * Whether `$disconnect` is called for a client that disconnects after its `$connect` integration succeeded but before
   * the 101. Unknown.
   */
  readonly lostHandshake: "silent" | "disconnect";
}

export const SWITCHES: Switches = {
  requiredParameters: "enforced",
  plainGetStatus: 403,
  inputParams: "available",
  pingResetsIdle: false,
  deleteStatus: 204,
  tooLargeBody: "message",
  openConnections: "follow-deployments",
  frameLimit: "enforced",
  otherStage: "gone",
  permessageDeflate: "accepted",
  unreachableStatus: 500,
  lostHandshake: "silent",
};
