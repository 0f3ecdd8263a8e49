/** The names under which this project is published. */

/** The GitHub repository with the action and the reusable workflow. */
export const REPOSITORY = "OWNER/REPO";
/** The npm package. */
export const PACKAGE = "websocket-gateway";
/** The tag that workflows refer to. It moves with each release of the major version. */
export const ACTION_TAG = "v1";
