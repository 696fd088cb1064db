// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** Start the server with made-up devices; `port` 0 takes any free one. */
export async function startServer({ port = 0, devices = 12, rate = 120 } = {}) {
  const program = process.env.CORTADO_DEMO_SERVER;
  if (!program) throw new Error("CORTADO_DEMO_SERVER must name the program dashboard_demo_server");
  const child = spawn(program, [port, devices, rate].map(String), { stdio: ["pipe", "pipe", "inherit"] });
  const [url] = await once(createInterface(child.stdout), "line");
  return {
    url,
    port: Number(new URL(url).port),
    async stop() {
      const gone = once(child, "exit");
      child.stdin.end();
      const [code] = await gone;
      if (code !== 0) throw new Error(`the server ended with ${code}`);
    },
  };
}
