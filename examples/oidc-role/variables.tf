variable "repository" {
  description = "The repository whose workflows may assume the roles, such as octo-org/quotes"
  type        = string
  validation {
    condition     = can(regex("^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$", var.repository))
    error_message = "Write it as owner/name, without wildcards."
  }
}

variable "project" {
  description = "The `name` in gateway.yaml; the roles may change only resources whose names begin with it"
  type        = string
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,39}$", var.project))
    error_message = "Use the value of `name` in gateway.yaml."
  }
}

variable "region" {
  description = "Region of the API"
  type        = string
}

variable "state_bucket" {
  description = "S3 bucket of the Terraform state"
  type        = string
}

variable "state_prefix" {
  description = "Folder of the state in the bucket; set it if gateway.yaml sets `key`, otherwise it is the project's name"
  type        = string
  default     = null
}

variable "deploy_subjects" {
  description = "Workflow runs that may deploy, as `sub` claims without the repository; with a GitHub environment: environment:<name>"
  type        = list(string)
  default     = ["ref:refs/heads/main"]
}

variable "plan_subjects" {
  description = "Workflow runs that may plan and check for drift"
  type        = list(string)
  default     = ["pull_request", "ref:refs/heads/main"]
}

variable "create_oidc_provider" {
  description = "Set to false if the account already has the OIDC provider for GitHub"
  type        = bool
  default     = true
}

variable "hosted_zone_id" {
  description = "Id of the Route 53 hosted zone of the custom domain, if there is one"
  type        = string
  default     = null
}

variable "certificate_arn" {
  description = "The `domain.certificateArn` in gateway.yaml, if there is one"
  type        = string
  default     = null
}

variable "manage_account_role" {
  description = "Set to true if gateway.yaml manages the account's logging role (logs.manageAccountRole)"
  type        = bool
  default     = false
}

variable "existing_domain" {
  description = "The `domain.name` in gateway.yaml, if it has `domain.existing`"
  type        = string
  default     = null
}

variable "ssm_path" {
  description = "The path in `ssm` in gateway.yaml, if it sets one, otherwise `/<project>`"
  type        = string
  default     = null
}

variable "lambda_functions" {
  description = "ARNs, without version or alias, of the functions that gateway.yaml names in `authorizer.lambda` and `routes.*.lambda`"
  type        = list(string)
  default     = []
}

variable "kms_key_arn" {
  description = "The `kmsKeyArn` in gateway.yaml, if there is one"
  type        = string
  default     = null
}

variable "iam_path" {
  description = "The `iam.path` in gateway.yaml"
  type        = string
  default     = "/"
}

variable "permissions_boundary" {
  description = "The `iam.permissionsBoundary` in gateway.yaml. The deploy role can then write only roles that have it"
  type        = string
  default     = null
}

variable "iam_authorization" {
  description = "Set to true if gateway.yaml has `authorizer: iam`"
  type        = bool
  default     = false
}

variable "vpc_link" {
  description = "Set to true if gateway.yaml creates a VPC link"
  type        = bool
  default     = false
}
