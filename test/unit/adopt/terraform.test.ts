/** What adopt reads of the text that `terraform plan` prints (Terraform 1.5 and later). */
import { importsAlone } from "../../../adopt/terraform";

const text = (summary: string) => `
data.aws_partition.partition: Reading...
data.aws_partition.partition: Read complete after 0s [id=aws]
aws_apigatewayv2_api.api: Refreshing state... [id=abc]
aws_apigatewayv2_stage.stage: Preparing import... [id=abc/prod]
aws_apigatewayv2_stage.stage: Refreshing state... [id=prod]

Terraform will perform the following actions:

${summary}
`;

test("a plan that only imports", () => {
  expect(importsAlone(text("Plan: 1 to import, 0 to add, 0 to change, 0 to destroy."))).toEqual({
    imports: 1,
    unchanged: 1,
  });
});

test.each([
  "Plan: 1 to import, 0 to add, 1 to change, 0 to destroy.",
  "Plan: 1 to add, 0 to change, 0 to destroy.",
  "No changes. Your infrastructure matches the configuration.",
])("%s is not one", (summary) => {
  expect(importsAlone(text(summary))).toBeUndefined();
});
