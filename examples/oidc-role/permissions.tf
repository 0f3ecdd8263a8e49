# The permissions for a plan and a deploy: the API calls that Terraform's AWS provider makes for the stack's resources.
# https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html

locals {
  state_prefix = coalesce(var.state_prefix, var.project)
  state_bucket = "arn:${local.partition}:s3:::${var.state_bucket}"
  apigateway   = "arn:${local.partition}:apigateway:${var.region}:"

  # The names of a project's resources begin with `<name>-<environment>`.
  functions  = "arn:${local.partition}:lambda:${var.region}:${local.account}:function:${var.project}-*"
  roles      = "arn:${local.partition}:iam::${local.account}:role${var.iam_path}${var.project}-*"
  policies   = "arn:${local.partition}:iam::${local.account}:policy${var.iam_path}${var.project}-*"
  parameters = "arn:${local.partition}:ssm:${var.region}:${local.account}:parameter${coalesce(var.ssm_path, "/${var.project}")}/*"
  alarms     = "arn:${local.partition}:cloudwatch:${var.region}:${local.account}:alarm:${var.project}-*"
  dashboards = "arn:${local.partition}:cloudwatch::${local.account}:dashboard/${var.project}*"
  log_groups = [for prefix in ["/aws/lambda/${var.project}-", "/aws/apigateway/"] :
    "arn:${local.partition}:logs:${var.region}:${local.account}:log-group:${prefix}*"
  ]

  encrypting = [for service in ["lambda", "ssm"] : "${service}.${var.region}.${data.aws_partition.current.dns_suffix}"]

  # The ARN of an API contains its generated id, not its name, so these are all APIs of the region.
  apis = concat(
    ["${local.apigateway}:/apis", "${local.apigateway}:/apis/*", "${local.apigateway}:/tags/*"],
    var.certificate_arn == null ? [] : ["${local.apigateway}:/domainnames", "${local.apigateway}:/domainnames/*"],
    var.existing_domain == null ? [] : [for path in ["", "/*"] :
      "${local.apigateway}:/domainnames/${var.existing_domain}/apimappings${path}"
    ],
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
  # On the whole bucket: Terraform lists workspaces under env:/. Without this permission, S3 answers 403 in place of 404
  # for a state that does not exist yet.
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
  # Some versions of the provider read the configuration and the tags with separate calls.
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
    actions   = ["iam:GetPolicy", "iam:GetPolicyVersion", "iam:ListEntitiesForPolicy", "iam:ListPolicyVersions"]
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
  # These actions do not support resource-level permissions.
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
  # A permission on an alias or version is one of the function's.
  dynamic "statement" {
    for_each = length(var.lambda_functions) == 0 ? [] : [var.lambda_functions]
    content {
      sid       = "ReadExistingFunctions"
      actions   = ["lambda:GetPolicy"]
      resources = concat(statement.value, [for arn in statement.value : "${arn}:*"])
    }
  }
  # The provider reads the decrypted parameters and environment, by way of these services only.
  dynamic "statement" {
    for_each = var.kms_key_arn == null ? [] : [var.kms_key_arn]
    content {
      sid       = "Decrypt"
      actions   = ["kms:Decrypt"]
      resources = [statement.value]
      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = local.encrypting
      }
    }
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
  # Terraform deletes the lock file beside the state. It never deletes the state.
  statement {
    sid       = "UnlockState"
    actions   = ["s3:DeleteObject"]
    resources = ["${local.state_bucket}/${local.state_prefix}/*.tflock"]
  }
  # AWS's lists do not contain TagResource, but API Gateway requires it to create a stage with tags
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
      "lambda:DeleteFunctionConcurrency",
      "lambda:PublishVersion",
      "lambda:PutFunctionConcurrency",
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
      "iam:DeleteRole",
      "iam:ListInstanceProfilesForRole",
      "iam:TagRole",
      "iam:UntagRole",
    ]
    resources = [local.roles]
  }
  # With a boundary, the roles can get no permission that the boundary does not have.
  statement {
    sid = "WriteRolesWithin"
    actions = concat(
      ["iam:CreateRole", "iam:DeleteRolePolicy", "iam:PutRolePolicy"],
      var.permissions_boundary == null ? [] : ["iam:PutRolePermissionsBoundary"],
    )
    resources = [local.roles]
    dynamic "condition" {
      for_each = var.permissions_boundary == null ? [] : [var.permissions_boundary]
      content {
        test     = "StringEquals"
        variable = "iam:PermissionsBoundary"
        values   = [condition.value]
      }
    }
  }
  # The stack's roles may be passed to these services only.
  statement {
    sid       = "PassRoles"
    actions   = ["iam:PassRole"]
    resources = [local.roles]
    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["lambda.amazonaws.com", "apigateway.amazonaws.com"]
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
  dynamic "statement" {
    for_each = length(var.lambda_functions) == 0 ? [] : [var.lambda_functions]
    content {
      sid       = "LetApiInvoke"
      actions   = ["lambda:AddPermission", "lambda:RemovePermission"]
      resources = concat(statement.value, [for arn in statement.value : "${arn}:*"])
    }
  }
  dynamic "statement" {
    for_each = var.kms_key_arn == null ? [] : [var.kms_key_arn]
    content {
      sid       = "Encrypt"
      actions   = ["kms:CreateGrant", "kms:Encrypt"]
      resources = [statement.value]
      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = local.encrypting
      }
    }
  }
  dynamic "statement" {
    for_each = var.kms_key_arn == null ? [] : [local.log_groups]
    content {
      sid       = "EncryptLogs"
      actions   = ["logs:AssociateKmsKey", "logs:DisassociateKmsKey"]
      resources = statement.value
    }
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
  # The smoke test pushes a message to the connection that it has opened.
  statement {
    sid       = "SmokeTest"
    actions   = ["execute-api:ManageConnections"]
    resources = ["arn:${local.partition}:execute-api:${var.region}:${local.account}:*/*/POST/@connections/*"]
  }
  # With IAM authorization, the smoke test connects with the role's own credentials.
  dynamic "statement" {
    for_each = var.iam_authorization ? [true] : []
    content {
      sid       = "SmokeTestConnect"
      actions   = ["execute-api:Invoke"]
      resources = ["arn:${local.partition}:execute-api:${var.region}:${local.account}:*/*/$connect"]
    }
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
  # API Gateway creates its service-linked role with the first custom domain or VPC link of an account.
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
