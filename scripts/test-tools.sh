#!/usr/bin/env bash
# Fetches what the tests need beside npm's packages, to build/tools, where they look for it: `npm run test:tools`.
# Needs Python 3.10 and npm's packages. A program that is installed already is not fetched.
set -euo pipefail
cd "$(dirname "$0")/.."
tools=$PWD/build/tools
mkdir -p "$tools/bin"
has() { command -v "$1" >/dev/null; }

if ! has terraform; then
  version=1.11.4
  system=$(uname -s | tr '[:upper:]' '[:lower:]')_$(uname -m | sed 's/x86_64/amd64/; s/aarch64/arm64/')
  archive=terraform_${version}_$system.zip
  folder=$(mktemp -d)
  for file in "$archive" "terraform_${version}_SHA256SUMS"; do
    curl --fail --silent --show-error --output "$folder/$file" "https://releases.hashicorp.com/terraform/$version/$file"
  done
  (cd "$folder" && grep " $archive\$" ./*_SHA256SUMS | shasum --algorithm 256 --check)
  unzip -q -o "$folder/$archive" terraform -d "$tools/bin"
  rm -r "$folder"
  export PATH=$tools/bin:$PATH
fi

if [ ! -d "$tools/providers" ] && [ ! -d "$HOME/.terraform.d/plugins" ]; then
  folder=$(mktemp -d)
  echo 'terraform { required_providers { aws = { source = "hashicorp/aws", version = "5.100.0" } } }' >"$folder/main.tf"
  terraform -chdir="$folder" providers mirror "$tools/providers"
  rm -r "$folder"
fi

python3 -m venv "$tools/python"
"$tools/python/bin/pip" install --quiet "moto[server]==5.2.*" boto3 awscli flask fastapi uvicorn django pytest websockets

if ! has chromium && ! has google-chrome; then
  export PLAYWRIGHT_BROWSERS_PATH=$tools/browsers
  npx playwright-core install chromium
  ln -sf "$(node -p 'require("playwright-core").chromium.executablePath()')" "$tools/bin/chromium"
fi
echo "The tests find the tools in build/tools."
