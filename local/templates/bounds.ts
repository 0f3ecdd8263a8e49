/** Why a mapping template could not be rendered. The gateway answers 500, as for any error of its configuration. */
export class TemplateError extends Error {
  readonly code = "TEMPLATE";
  override readonly name = "TemplateError";
}
