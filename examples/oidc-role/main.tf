# Two IAM roles that the GitHub workflows of one repository may assume: one deploys, one only plans.
# Their permissions are in permissions.tf.

terraform {
  required_version = ">= 1.10"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100.0, < 7.0.0"
    }
  }
}

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  issuer    = "token.actions.githubusercontent.com"
}

# One per account. AWS verifies GitHub's certificate itself, so no thumbprint is needed.
# https://docs.github.com/actions/security-for-github-actions/security-hardening-your-deployments/configuring-openid-connect-in-amazon-web-services
resource "aws_iam_openid_connect_provider" "github" {
  count          = var.create_oidc_provider ? 1 : 0
  url            = "https://${local.issuer}"
  client_id_list = ["sts.amazonaws.com"]
}

# `sub` names the repository and its branch, environment or event. Without it every repository on GitHub could assume the role.
data "aws_iam_policy_document" "trust" {
  for_each = {
    deploy = var.deploy_subjects
    plan   = var.plan_subjects
  }
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = ["arn:${local.partition}:iam::${local.account}:oidc-provider/${local.issuer}"]
    }
    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:aud"
      values   = ["sts.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:sub"
      values   = [for subject in each.value : "repo:${var.repository}:${subject}"]
    }
  }
}

resource "aws_iam_role" "this" {
  for_each             = data.aws_iam_policy_document.trust
  name                 = "${var.project}-gateway-${each.key}"
  assume_role_policy   = each.value.json
  max_session_duration = 3600
  depends_on           = [aws_iam_openid_connect_provider.github]
}

resource "aws_iam_policy" "this" {
  for_each = {
    deploy = data.aws_iam_policy_document.deploy.json
    plan   = data.aws_iam_policy_document.plan.json
  }
  name   = "${var.project}-gateway-${each.key}"
  policy = each.value
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each   = aws_iam_policy.this
  role       = aws_iam_role.this[each.key].name
  policy_arn = each.value.arn
}
