// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import "uplot/dist/uPlot.min.css";
import "./style/tokens.css";
import "./style/base.css";
import "./style/shell.css";
import "./style/devices.css";
import "./style/charts.css";
import "./style/pipeline.css";
import "./style/small.css";

import { bindKeys } from "./bindings";
import { Page } from "./page";
import { startTheme } from "./theme";

startTheme(); // before anything reads a colour
const page = new Page();
bindKeys(page);
page.start();
