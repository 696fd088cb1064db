// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// Gives a library of headers alone one object, so that every linker takes it.
