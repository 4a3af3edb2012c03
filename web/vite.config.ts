import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

/** Where `npm run dev` finds the API: a running `cargo xtask up`, or another installation. */
const api = process.env["FOREBAY_URL"] ?? "http://127.0.0.1:7071";

export default defineConfig({
  base: "/ui/",
  plugins: [react()],
  server: { proxy: { "/api": { target: api, changeOrigin: true } } },
  // Inlined assets would be data: addresses, which the page's security policy allows for images only.
  build: { assetsInlineLimit: 0, chunkSizeWarningLimit: 700 },
  test: {
    environment: "jsdom",
    include: ["tests/unit/**/*.test.{ts,tsx}"],
    setupFiles: ["tests/unit/setup.ts"],
  },
});
