/** What is tested, as one module: the defence tests build it again with one defence taken out. */
export { createAuthorizer } from "../../../functions/authorizer/authorizer";
export { Denied, Failure } from "../../../functions/authorizer/errors";
export { fetchText } from "../../../functions/authorizer/http";
export { keysIn } from "../../../functions/authorizer/jwk";
export { verifyJws } from "../../../functions/authorizer/jws";
