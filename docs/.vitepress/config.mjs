// The manual as a static site: `npm run site` builds it to build/site. GitHub shows the same pages without it.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const file = (path) => readFileSync(fileURLToPath(new URL(path, import.meta.url)), "utf8");
const [, repository] = /REPOSITORY = "([^"]*)"/.exec(file("../../contract/project.ts")) ?? [];

/** The links of the manual's index, in its order. */
const sidebar = [...file("../README.md").matchAll(/\[([^\]]+)\]\((?!\.\.)([^)#]+)\.md\)/g)].map(([, text, page]) => ({
  text: text[0].toUpperCase() + text.slice(1),
  link: `/${page}`,
}));

export default {
  title: "websocket-gateway",
  description: "An authenticated WebSocket API in front of your HTTP backend, on Amazon API Gateway, as code",
  base: process.env.SITE_BASE ?? "/",
  outDir: "../build/site",
  cacheDir: "../build/site-cache",
  cleanUrls: true,
  rewrites: { "README.md": "index.md" },
  themeConfig: {
    sidebar,
    search: { provider: "local" },
    socialLinks: [{ icon: "github", link: `https://github.com/${repository}` }],
  },
  markdown: {
    // Files outside of the manual are on GitHub.
    config(md) {
      const { normalizeLink, renderer } = md;
      // Vue would evaluate `${{ github.token }}`.
      renderer.rules.code_inline = (tokens, at) => `<code v-pre>${md.utils.escapeHtml(tokens[at].content)}</code>`;
      md.normalizeLink = (url) =>
        normalizeLink(/^\.\.\//.test(url) ? `https://github.com/${repository}/blob/main/${url.slice(3)}` : url);
    },
  },
};
