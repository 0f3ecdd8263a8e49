# Two ways for another team's Terraform to read a gateway's outputs. Use the first unless you need the second.

terraform {
  required_version = ">= 1.10"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100.0, < 7.0.0"
    }
  }
}

variable "project" {
  description = "The `name` in the gateway's configuration"
  type        = string
}

variable "environment" {
  description = "The gateway's environment"
  type        = string
  default     = "prod"
}

variable "state_bucket" {
  description = "S3 bucket of the gateway's state; if null, the SSM parameters are read"
  type        = string
  default     = null
}

# 1. SSM parameters. Reading them needs only ssm:GetParametersByPath on this path.
data "aws_ssm_parameters_by_path" "gateway" {
  path = "/${var.project}/${var.environment}/v1"
}

locals {
  # `/quotes/prod/v1/WS_URL` to `WS_URL`. The provider marks all values as sensitive; these are not.
  from_ssm = zipmap(
    [for name in data.aws_ssm_parameters_by_path.gateway.names : basename(name)],
    nonsensitive(data.aws_ssm_parameters_by_path.gateway.values),
  )
}

# 2. The state's outputs. Permission to read them is permission to read the whole state, secrets included.
data "terraform_remote_state" "gateway" {
  count   = var.state_bucket == null ? 0 : 1
  backend = "s3"
  config = {
    bucket = var.state_bucket
    key    = "${var.project}/${var.environment}/terraform.tfstate"
  }
}

locals {
  gateway = var.state_bucket == null ? local.from_ssm : data.terraform_remote_state.gateway[0].outputs
}

# Example use: a role for the backend that may push to this gateway's connections only.
resource "aws_iam_role" "backend" {
  name = "${var.project}-backend"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "connections" {
  role       = aws_iam_role.backend.name
  policy_arn = local.gateway.CONNECTIONS_POLICY_ARN
}

output "backend_environment" {
  description = "Environment variables of the backend's container"
  value       = { WS_API_ENDPOINT = local.gateway.WS_API_ENDPOINT }

  # The version increases when an output is removed or changes its meaning.
  precondition {
    condition     = local.gateway.CONTRACT_VERSION == "1"
    error_message = "The gateway's outputs have another CONTRACT_VERSION than 1. Check what has changed, then update this module."
  }
}
