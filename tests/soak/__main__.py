# SPDX-FileCopyrightText: The Cortado authors
# SPDX-License-Identifier: Apache-2.0
"""script/soak: faults at random for a while, then the verdict."""
import argparse
import pathlib
import random
import shutil
import sys
import tempfile
import time

from soak.faults import Faults
from soak.verdict import judge
from soak.world import DEVICES, PARTITIONS, World
from support import program

FEWEST_WORKERS = 2


def parse():
    parser = argparse.ArgumentParser(prog="script/soak")
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**9),
                        help="decides which faults come when; time and threads decide where they strike")
    parser.add_argument("--store", choices=["directory", "kafka"], default="directory")
    parser.add_argument("--rate", type=int, default=300, help="readings a second (default 300)")
    parser.add_argument("--kafka", help="another version of Kafka, or: zookeeper")
    parser.add_argument("--report", type=pathlib.Path, help="write the report here too")
    parser.add_argument("--keep", action="store_true")
    return parser.parse_args()


def say(text):
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def run_faults(world, faults, minutes):
    end = time.monotonic() + minutes * 60
    next_fault = time.monotonic() + 5
    while time.monotonic() < end:
        time.sleep(0.2)
        world.wake()
        world.bury()
        while len(world.workers) < FEWEST_WORKERS:
            world.start_worker()
        if time.monotonic() > next_fault:
            faults.relieve()
            kind = faults.strike()
            next_fault = time.monotonic() + world.dice.uniform(0.5, 6)
            say(f"{kind}: {len(world.workers)} workers, {world.generator.sent} sent")
    faults.end()


def report_of(options, world, faults, verdict, seconds):
    version = program.run("version").stdout.split("\n", maxsplit=1)[0]
    lines = [f"{version}, seed {options.seed}, {options.minutes:g} minutes of faults ({seconds / 60:.0f} in all), "
             f"snapshots: {options.store}, Kafka: {options.kafka or 'default'}",
             f"{verdict.records + verdict.dead_letters} records on {PARTITIONS} partitions from {DEVICES} devices: "
             f"{verdict.records} enriched, {verdict.dead_letters} dead letters",
             f"{sum(faults.counts.values())} faults, {len(world.pipeline.programs) - 1} workers started:"]
    lines += [f"  {kind.replace('_', ' ')}: {count}" for kind, count in sorted(faults.counts.items())]
    lines += [f"{sum(world.broker.proxy.struck.values())} of those at a request met theirs"]
    lines += [f"{world.mended} times the broker loaded its offsets twice, told of long ago and was started anew"]
    lines += [f"{len(world.left)} workers ended by themselves, {len(world.stopped_lanes())} lanes stopped"]
    lines += [f"  exit {code}: {words[0]}" for code, words in world.left[:20]]
    lines += [f"  {line}" for line in world.stopped_lanes()[:20]]
    lines += [f"{verdict.lost} lost, {verdict.doubled} doubled, {verdict.out_of_order} out of order, "
              f"{verdict.different} with other bytes than one uninterrupted process wrote; "
              f"{verdict.devices - verdict.other_models} of {verdict.devices} models equal"]
    lines += [f"  {example}" for example in verdict.examples]
    return "\n".join(lines) + "\n"


def main():
    options = parse()
    if not program.BINARY.exists():
        say(f"{program.BINARY} is missing: cmake --preset release && cmake --build --preset release --target cortado")
        return 2
    started = time.monotonic()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="cortado-soak-"))
    say(f"seed {options.seed}, in {folder}")
    world = World(folder, options, random.Random(options.seed))
    sound = False
    try:
        faults = Faults(world)
        world.generator.start()
        run_faults(world, faults, options.minutes)
        say("the faults are over")
        held = world.finish()
        say(f"{held} records have their outcomes; the judge scores them again")
        verdict = judge(world, held)
        text = report_of(options, world, faults, verdict, time.monotonic() - started)
        sound = verdict.sound() and not world.stopped_lanes() and not world.crashed()
        text += "sound\n" if sound else "NOT SOUND\n"
        print(text, end="")
        if options.report:
            options.report.write_text(text)
    finally:
        world.end()
        if sound and not options.keep:
            shutil.rmtree(folder)
        else:
            say(f"what it wrote is in {folder}")
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
