// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import { defineConfig } from "vitest/config";

// A test reads the colours out of the style sheet.
export default defineConfig({ test: { include: ["tests/*.test.ts"], css: { include: [/tokens\.css/] } } });
