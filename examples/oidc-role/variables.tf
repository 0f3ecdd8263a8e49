variable "repository" {
  description = "The repository whose workflows may become the roles, such as octo-org/quotes"
  type        = string
  validation {
    condition     = can(regex("^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$", var.repository))
    error_message = "Write it as owner/name, without wildcards."
  }
}

variable "project" {
  description = "The `name` in gateway.yaml; everything that the roles may touch is named after it"
  type        = string
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,39}$", var.project))
    error_message = "Write it as in gateway.yaml."
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
  description = "Folder of the state in the bucket; the project's name unless gateway.yaml sets a key"
  type        = string
  default     = null
}

variable "deploy_subjects" {
  description = "Which runs of the repository may deploy; with a GitHub environment it is environment:<name>"
  type        = list(string)
  default     = ["ref:refs/heads/main"]
}

variable "plan_subjects" {
  description = "Which runs may plan and look for drift"
  type        = list(string)
  default     = ["pull_request", "ref:refs/heads/main"]
}

variable "create_oidc_provider" {
  description = "False where the account has the provider for GitHub already"
  type        = bool
  default     = true
}

variable "hosted_zone_id" {
  description = "Route 53 zone of a custom domain; none without one"
  type        = string
  default     = null
}

variable "certificate_arn" {
  description = "ACM certificate of a custom domain; none without one"
  type        = string
  default     = null
}

variable "manage_account_role" {
  description = "True where gateway.yaml owns the account's logging role (logs.manageAccountRole)"
  type        = bool
  default     = false
}

variable "vpc_link" {
  description = "True where gateway.yaml makes a VPC link"
  type        = bool
  default     = false
}
