# What a deploy needs, statement by statement: the API calls that Terraform's AWS provider makes for the stack's resources.
# https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html

locals {
  state_prefix = coalesce(var.state_prefix, var.project)
  state_bucket = "arn:${local.partition}:s3:::${var.state_bucket}"
  apigateway   = "arn:${local.partition}:apigateway:${var.region}:"

  # Names of one project begin with its name; where there are several environments, `-<environment>` follows.
  functions  = "arn:${local.partition}:lambda:${var.region}:${local.account}:function:${var.project}-*"
  roles      = "arn:${local.partition}:iam::${local.account}:role/${var.project}-*"
  policies   = "arn:${local.partition}:iam::${local.account}:policy/${var.project}-*"
  parameters = "arn:${local.partition}:ssm:${var.region}:${local.account}:parameter/${var.project}/*"
  alarms     = "arn:${local.partition}:cloudwatch:${var.region}:${local.account}:alarm:${var.project}-*"
  dashboards = "arn:${local.partition}:cloudwatch::${local.account}:dashboard/${var.project}*"
  log_groups = [for prefix in ["/aws/lambda/${var.project}-", "/aws/apigateway/"] :
    "arn:${local.partition}:logs:${var.region}:${local.account}:log-group:${prefix}*"
  ]

  # An API's id is known only once it is there, so its name cannot narrow this.
  apis = concat(
    ["${local.apigateway}:/apis", "${local.apigateway}:/apis/*", "${local.apigateway}:/tags/*"],
    var.certificate_arn == null ? [] : ["${local.apigateway}:/domainnames", "${local.apigateway}:/domainnames/*"],
    var.vpc_link ? ["${local.apigateway}:/vpclinks", "${local.apigateway}:/vpclinks/*"] : [],
    var.manage_account_role ? ["${local.apigateway}:/account"] : [],
  )
}

data "aws_iam_policy_document" "plan" {
  statement {
    sid       = "ReadState"
    actions   = ["s3:GetObject"]
    resources = ["${local.state_bucket}/${local.state_prefix}/*"]
  }
  # The whole bucket's names: Terraform lists workspaces under env:/, and without this right a state that is not there
  # yet is answered by 403 in place of 404.
  statement {
    sid       = "ListState"
    actions   = ["s3:ListBucket"]
    resources = [local.state_bucket]
  }
  statement {
    sid       = "ReadApi"
    actions   = ["apigateway:GET"]
    resources = local.apis
  }
  # Versions of the provider differ in whether they ask for the configuration and the tags on their own.
  statement {
    sid = "ReadAuthorizer"
    actions = [
      "lambda:GetFunction",
      "lambda:GetFunctionCodeSigningConfig",
      "lambda:GetFunctionConfiguration",
      "lambda:GetPolicy",
      "lambda:ListTags",
      "lambda:ListVersionsByFunction",
    ]
    resources = [local.functions]
  }
  statement {
    sid = "ReadRoles"
    actions = [
      "iam:GetRole",
      "iam:GetRolePolicy",
      "iam:ListAttachedRolePolicies",
      "iam:ListRolePolicies",
    ]
    resources = [local.roles]
  }
  statement {
    sid       = "ReadConnectionsPolicy"
    actions   = ["iam:GetPolicy", "iam:GetPolicyVersion", "iam:ListPolicyVersions"]
    resources = [local.policies]
  }
  statement {
    sid       = "ReadLogs"
    actions   = ["logs:ListTagsForResource"]
    resources = local.log_groups
  }
  statement {
    sid       = "ReadParameters"
    actions   = ["ssm:GetParameter", "ssm:ListTagsForResource"]
    resources = [local.parameters]
  }
  statement {
    sid       = "ReadAlarms"
    actions   = ["cloudwatch:GetDashboard", "cloudwatch:ListTagsForResource"]
    resources = [local.alarms, local.dashboards]
  }
  # These know no resources.
  statement {
    sid = "Describe"
    actions = [
      "cloudwatch:DescribeAlarms",
      "logs:DescribeLogGroups",
      "ssm:DescribeParameters",
      "sts:GetCallerIdentity",
    ]
    resources = ["*"]
  }
  dynamic "statement" {
    for_each = var.hosted_zone_id == null ? [] : [var.hosted_zone_id]
    content {
      sid       = "ReadZone"
      actions   = ["route53:GetHostedZone", "route53:ListResourceRecordSets"]
      resources = ["arn:${local.partition}:route53:::hostedzone/${statement.value}"]
    }
  }
  dynamic "statement" {
    for_each = var.vpc_link ? [true] : []
    content {
      sid       = "ReadLoadBalancers"
      actions   = ["elasticloadbalancing:DescribeLoadBalancers"]
      resources = ["*"]
    }
  }
}

data "aws_iam_policy_document" "deploy" {
  source_policy_documents = [data.aws_iam_policy_document.plan.json]

  statement {
    sid       = "WriteState"
    actions   = ["s3:PutObject"]
    resources = ["${local.state_bucket}/${local.state_prefix}/*"]
  }
  # The lock is a file beside the state, which is deleted; the state never is.
  statement {
    sid       = "UnlockState"
    actions   = ["s3:DeleteObject"]
    resources = ["${local.state_bucket}/${local.state_prefix}/*.tflock"]
  }
  # TagResource is in no list of AWS's, and still asked for when a stage is made with tags
  # (hashicorp/terraform-provider-aws#20634, aws-amplify/amplify-cli#12316).
  statement {
    sid       = "WriteApi"
    actions   = ["apigateway:DELETE", "apigateway:PATCH", "apigateway:POST", "apigateway:TagResource"]
    resources = local.apis
  }
  statement {
    sid = "WriteAuthorizer"
    actions = [
      "lambda:AddPermission",
      "lambda:CreateFunction",
      "lambda:DeleteFunction",
      "lambda:RemovePermission",
      "lambda:TagResource",
      "lambda:UntagResource",
      "lambda:UpdateFunctionCode",
      "lambda:UpdateFunctionConfiguration",
    ]
    resources = [local.functions]
  }
  statement {
    sid = "WriteRoles"
    actions = [
      "iam:CreateRole",
      "iam:DeleteRole",
      "iam:DeleteRolePolicy",
      "iam:ListInstanceProfilesForRole",
      "iam:PutRolePolicy",
      "iam:TagRole",
      "iam:UntagRole",
    ]
    resources = [local.roles]
  }
  # The roles that the stack makes go to these services, and to nobody else.
  statement {
    sid       = "PassRoles"
    actions   = ["iam:PassRole"]
    resources = [local.roles]
    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = concat(["lambda.amazonaws.com"], var.manage_account_role ? ["apigateway.amazonaws.com"] : [])
    }
  }
  statement {
    sid = "WriteConnectionsPolicy"
    actions = [
      "iam:CreatePolicy",
      "iam:CreatePolicyVersion",
      "iam:DeletePolicy",
      "iam:DeletePolicyVersion",
      "iam:TagPolicy",
      "iam:UntagPolicy",
    ]
    resources = [local.policies]
  }
  statement {
    sid = "WriteLogs"
    actions = [
      "logs:CreateLogGroup",
      "logs:DeleteLogGroup",
      "logs:PutRetentionPolicy",
      "logs:TagResource",
      "logs:UntagResource",
    ]
    resources = local.log_groups
  }
  statement {
    sid = "WriteParameters"
    actions = [
      "ssm:AddTagsToResource",
      "ssm:DeleteParameter",
      "ssm:PutParameter",
      "ssm:RemoveTagsFromResource",
    ]
    resources = [local.parameters]
  }
  statement {
    sid = "WriteAlarms"
    actions = [
      "cloudwatch:DeleteAlarms",
      "cloudwatch:DeleteDashboards",
      "cloudwatch:PutDashboard",
      "cloudwatch:PutMetricAlarm",
      "cloudwatch:TagResource",
      "cloudwatch:UntagResource",
    ]
    resources = [local.alarms, local.dashboards]
  }
  # The smoke test pushes one message to its own connection.
  statement {
    sid       = "SmokeTest"
    actions   = ["execute-api:ManageConnections"]
    resources = ["arn:${local.partition}:execute-api:${var.region}:${local.account}:*/*/POST/@connections/*"]
  }
  dynamic "statement" {
    for_each = var.hosted_zone_id == null ? [] : [var.hosted_zone_id]
    content {
      sid       = "WriteZone"
      actions   = ["route53:ChangeResourceRecordSets"]
      resources = ["arn:${local.partition}:route53:::hostedzone/${statement.value}"]
    }
  }
  dynamic "statement" {
    for_each = var.hosted_zone_id == null ? [] : [true]
    content {
      sid       = "WatchRecord"
      actions   = ["route53:GetChange"]
      resources = ["arn:${local.partition}:route53:::change/*"]
    }
  }
  dynamic "statement" {
    for_each = var.certificate_arn == null ? [] : [var.certificate_arn]
    content {
      sid       = "UseCertificate"
      actions   = ["acm:DescribeCertificate"]
      resources = [statement.value]
    }
  }
  # API Gateway's own role for domains and links is made with the first of them in an account.
  dynamic "statement" {
    for_each = var.certificate_arn != null || var.vpc_link ? [true] : []
    content {
      sid       = "ServiceLinkedRole"
      actions   = ["iam:CreateServiceLinkedRole"]
      resources = ["arn:${local.partition}:iam::${local.account}:role/aws-service-role/ops.apigateway.amazonaws.com/*"]
      condition {
        test     = "StringEquals"
        variable = "iam:AWSServiceName"
        values   = ["ops.apigateway.amazonaws.com"]
      }
    }
  }
  dynamic "statement" {
    for_each = var.vpc_link ? [true] : []
    content {
      sid = "VpcLink"
      actions = [
        "ec2:CreateVpcEndpointServiceConfiguration",
        "ec2:DeleteVpcEndpointServiceConfigurations",
        "ec2:DescribeVpcEndpointServiceConfigurations",
        "ec2:ModifyVpcEndpointServicePermissions",
      ]
      resources = ["*"]
    }
  }
}
