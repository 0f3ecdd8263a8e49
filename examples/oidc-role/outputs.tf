output "AWS_ROLE_ARN" {
  description = "For the job that deploys"
  value       = aws_iam_role.this["deploy"].arn
}

output "AWS_PLAN_ROLE_ARN" {
  description = "For plans and drift checks; read-only"
  value       = aws_iam_role.this["plan"].arn
}
