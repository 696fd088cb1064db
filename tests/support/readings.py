# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""Makes files in the layout of the EPA's hourly files: a few devices, a daily cycle, faults."""
import csv
import datetime
import math

HEADER = ["State Code", "County Code", "Site Num", "Parameter Code", "POC", "Latitude", "Longitude",
          "Datum", "Parameter Name", "Date Local", "Time Local", "Date GMT", "Time GMT",
          "Sample Measurement", "Units of Measure", "MDL", "Uncertainty", "Qualifier", "Method Type",
          "Method Code", "Method Name", "State Name", "County Name", "Date of Last Change"]
NAMES = ["stateCode", "countyCode", "siteNum", "parameterCode", "poc", "latitude", "longitude",
         "datum", "parameterName", "dateLocal", "timeLocal", "dateGMT", "timeGMT",
         "sampleMeasurement", "unitsOfMeasure", "mdl", "uncertainty", "qualifier", "methodType",
         "methodCode", "methodName", "stateName", "countyName", "dateOfLastChange"]
START = datetime.datetime(2020, 1, 1)


def device_of(row):
    return "-".join(row[name] for name in NAMES[:5])


def measurement(device, hour):
    """Ozone-like, 0 to 0.1 ppm; now and then missing, and a spike every 311 hours."""
    if (hour + 7 * device) % 97 == 96:
        return ""
    if (hour + device) % 311 == 310:
        return "0.0985"
    daily = 0.03 + 0.02 * math.sin((hour + 3 * device) * math.pi / 12)
    ripple = (hour * 7919 + device * 104729) % 11 / 2000
    return f"{daily + ripple:.3f}"


def make_row(device, hour):
    time = START + datetime.timedelta(hours=hour)
    date, clock = time.strftime("%Y-%m-%d"), time.strftime("%H:%M")
    return dict(zip(NAMES, [
        "36", f"{device:03d}", "0010", "44201", "1", "40.739264", "-73.817694", "WGS84", "Ozone",
        date, clock, date, clock, measurement(device, hour), "Parts per million", "0.005", "", "",
        "FEM", "047", 'INSTRUMENTAL - "ULTRA VIOLET", heated', "New York", "Queens", "2021-05-13"]))


def make_rows(devices, hours, first_hour=0):
    """Hour by hour, every device in turn; the order of the file is the order of the result."""
    return [make_row(device, hour)
            for hour in range(first_hour, first_hour + hours) for device in range(1, devices + 1)]


def write_csv(path, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(HEADER)
        writer.writerows([row[name] for name in NAMES] for row in rows)
    return path


def by_device(rows):
    grouped = {}
    for row in rows:
        grouped.setdefault(device_of(row), []).append(row)
    return grouped
