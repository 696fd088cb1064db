// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "cortado/record/monitoring_record.h"
#include "json_members.h"

namespace cortado::record {

/// Read a member of an enriched record into the scores or the enrichment. False if it is of another
/// type; `ours` says if the name is one of ours at all ("original" is not: its reader decides).
bool read_enriched_member(const JsonMember& member, Scores& scores, Enrichment& enrichment,
                          bool& ours);

/// Read one of the four numbers: a number, null or a text ("NaN" is none).
bool read_score(const JsonMember& member, std::optional<double>& number);

/// Return the score of a name, or nullptr.
std::optional<double>* score_of(std::string_view name, Scores& scores);

/// True if the name is one of kEnrichmentNames.
bool is_enrichment_name(std::string_view name);

/// Append `"prediction":...,"predictionNext":...`.
void append_scores(const Scores& scores, std::string& out);
/// Append `,"device":...,"schemaVersion":1`.
void append_enrichment(const Enrichment& enrichment, std::string& out);
/// Append `,"original":{...}` if there is something to keep.
void append_original(std::string_view members, std::string& out);

}  // namespace cortado::record
