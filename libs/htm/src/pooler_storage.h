// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cortado/base/bytes.h"
#include "pooler_base_data.h"
#include "pooler_synapses.h"

namespace cortado::htm {

/// Append the changed columns in a form that compresses well: most permanences have either fallen
/// to 0 or moved by a few steps, so they are written as differences from the base.
void save_columns(const PoolerBaseData& base, const PoolerSynapses& synapses,
                  base::ByteWriter& out);

/// Read into synapses without changed columns what save_columns() wrote. Return false if it cannot
/// have been written.
bool restore_columns(const PoolerBaseData& base, base::ByteReader& in, PoolerSynapses& synapses);

}  // namespace cortado::htm
