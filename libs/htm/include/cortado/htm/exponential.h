// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace cortado::htm {

/// e^x for x <= 0 in single precision, relative error below 1e-6; about 1e-38 below -87. Only + - x
/// and exact operations: the same bits on every compiler and CPU, and a loop over it is vectorised.
float exp_of_negative(float x);

}  // namespace cortado::htm
