// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** Start `cortado demo`: a broker, simulated sensors and the detector, with its page on a free port. */
export function startDetector(...flags) {
  return startDetectorAt(0, ...flags);
}

/** The same with its page on a port that is free, as another one has left it. */
export async function startDetectorAt(port, ...flags) {
  const program = process.env.DETECTOR_PROGRAM;
  if (!program) throw new Error("DETECTOR_PROGRAM must name the program cortado");
  // The tests' own variables are no keys of the program.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("CORTADO_")));
  const child = spawn(program, ["demo", "--set", `http.listen=127.0.0.1:${port}`, ...flags], {
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const said = [];
  const url = await new Promise((resolve, reject) => {
    createInterface(child.stderr).on("line", (line) => {
      said.push(line);
      const found = /open (http:\S+)/.exec(line);
      if (found) resolve(found[1]);
    });
    child.on("exit", (code) => reject(new Error(`the detector ended with ${code}:\n${said.join("\n")}`)));
  });
  return {
    url,
    port: Number(new URL(url).port),
    /** Let it stand still, as a machine that swaps does, and go on. */
    freeze: () => child.kill("SIGSTOP"),
    thaw: () => child.kill("SIGCONT"),
    /** End it without a word, if it has not ended. */
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
    async stop() {
      const gone = once(child, "exit");
      child.kill("SIGTERM");
      const [code] = await gone;
      if (code !== 0) throw new Error(`the detector ended with ${code}:\n${said.join("\n")}`);
    },
  };
}
