// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace cortado::record {

/// The 24 text fields of a monitoring record, in the order of the EPA AQS hourly file.
enum class Field : std::uint8_t {
  kStateCode,
  kCountyCode,
  kSiteNum,
  kParameterCode,
  kPoc,
  kLatitude,
  kLongitude,
  kDatum,
  kParameterName,
  kDateLocal,
  kTimeLocal,
  kDateGmt,
  kTimeGmt,
  kSampleMeasurement,
  kUnitsOfMeasure,
  kMdl,
  kUncertainty,
  kQualifier,
  kMethodType,
  kMethodCode,
  kMethodName,
  kStateName,
  kCountyName,
  kDateOfLastChange,
};

inline constexpr std::size_t kFieldCount = 24;

/// The JSON names of the fields, indexed by Field.
inline constexpr std::array<std::string_view, kFieldCount> kJsonNames = {
    "stateCode",  "countyCode",  "siteNum",    "parameterCode",     "poc",
    "latitude",   "longitude",   "datum",      "parameterName",     "dateLocal",
    "timeLocal",  "dateGMT",     "timeGMT",    "sampleMeasurement", "unitsOfMeasure",
    "mdl",        "uncertainty", "qualifier",  "methodType",        "methodCode",
    "methodName", "stateName",   "countyName", "dateOfLastChange"};

/// The column titles of EPA's files, indexed by Field.
inline constexpr std::array<std::string_view, kFieldCount> kCsvTitles = {
    "State Code",  "County Code", "Site Num",    "Parameter Code",     "POC",
    "Latitude",    "Longitude",   "Datum",       "Parameter Name",     "Date Local",
    "Time Local",  "Date GMT",    "Time GMT",    "Sample Measurement", "Units of Measure",
    "MDL",         "Uncertainty", "Qualifier",   "Method Type",        "Method Code",
    "Method Name", "State Name",  "County Name", "Date of Last Change"};

/// The JSON names of the original's four numbers, in the order of Scores.
inline constexpr std::array<std::string_view, 4> kScoreNames = {"prediction", "error", "anomaly",
                                                                "predictionNext"};

/// The JSON names of the enrichment, in the order written. "original" is the object that keeps an
/// input's own fields of these names.
inline constexpr std::array<std::string_view, 11> kEnrichmentNames = {
    "device",       "sequence", "score",     "status",        "reason",  "expectedLow",
    "expectedHigh", "modelAge", "modelHash", "schemaVersion", "original"};

constexpr std::size_t index_of(Field field) { return static_cast<std::size_t>(field); }

/// Return the field of a JSON name or a CSV title, written exactly so.
std::optional<Field> field_of(std::string_view name);

}  // namespace cortado::record
