// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import gnu.trove.list.array.TIntArrayList;
import org.joda.time.DateTime;
import org.joda.time.DateTimeZone;
import org.numenta.nupic.Parameters;
import org.numenta.nupic.Parameters.KEY;
import org.numenta.nupic.algorithms.Classification;
import org.numenta.nupic.algorithms.SDRClassifier;
import org.numenta.nupic.algorithms.SpatialPooler;
import org.numenta.nupic.algorithms.TemporalMemory;
import org.numenta.nupic.encoders.DateEncoder;
import org.numenta.nupic.encoders.ScalarEncoder;
import org.numenta.nupic.model.Cell;
import org.numenta.nupic.model.ComputeCycle;
import org.numenta.nupic.model.Connections;

/**
 * The network of Cortado's preset "seed" in htm.java, driven through its published interface
 * without its network layer. Reads lines "epoch milliseconds,value" and writes one raw anomaly
 * score a line; prints one JSON object with the process CPU time of the rows behind the first ones.
 */
public final class HtmJavaPeer {
  private static final int COLUMNS = 2048;
  private static final int CELLS = 4;

  private final DateEncoder season =
      (DateEncoder) DateEncoder.builder().season(31, 91.5).build();
  private final ScalarEncoder scalar = (ScalarEncoder) ScalarEncoder.builder()
      .w(51).minVal(0).maxVal(0.1).resolution(0.001).clipInput(true).forced(true).name("value").build();
  private final Connections connections = new Connections();
  private final SpatialPooler pooler = new SpatialPooler();
  private final TemporalMemory memory = new TemporalMemory();
  private final SDRClassifier classifier =
      new SDRClassifier(new TIntArrayList(new int[] {1}), 0.001, 0.3, 0);
  private final int inputs = season.getWidth() + scalar.getWidth();
  private Set<Cell> predictive = new HashSet<>();
  private double forecast;
  private double errorSum;
  private int record;

  private HtmJavaPeer() {
    Parameters parameters = Parameters.getAllDefaultParameters();
    parameters.set(KEY.INPUT_DIMENSIONS, new int[] {inputs});
    parameters.set(KEY.COLUMN_DIMENSIONS, new int[] {COLUMNS});
    parameters.set(KEY.CELLS_PER_COLUMN, CELLS);
    parameters.set(KEY.GLOBAL_INHIBITION, true);
    parameters.set(KEY.LOCAL_AREA_DENSITY, -1.0);
    parameters.set(KEY.NUM_ACTIVE_COLUMNS_PER_INH_AREA, 40.0);
    parameters.set(KEY.POTENTIAL_RADIUS, inputs);
    parameters.set(KEY.POTENTIAL_PCT, 0.8);
    parameters.set(KEY.STIMULUS_THRESHOLD, 0.0);
    parameters.set(KEY.SYN_PERM_CONNECTED, 0.1);
    parameters.set(KEY.SYN_PERM_ACTIVE_INC, 0.0001);
    parameters.set(KEY.SYN_PERM_INACTIVE_DEC, 0.0005);
    parameters.set(KEY.MAX_BOOST, 1.0);
    parameters.set(KEY.MAX_NEW_SYNAPSE_COUNT, 20);
    parameters.set(KEY.INITIAL_PERMANENCE, 0.21);
    parameters.set(KEY.CONNECTED_PERMANENCE, 0.5);
    parameters.set(KEY.PERMANENCE_INCREMENT, 0.1);
    parameters.set(KEY.PERMANENCE_DECREMENT, 0.1);
    parameters.set(KEY.PREDICTED_SEGMENT_DECREMENT, 0.0);
    parameters.set(KEY.MIN_THRESHOLD, 9);
    parameters.set(KEY.ACTIVATION_THRESHOLD, 12);
    parameters.set(KEY.MAX_SEGMENTS_PER_CELL, 255);
    parameters.set(KEY.MAX_SYNAPSES_PER_SEGMENT, 255);
    parameters.apply(connections);
    pooler.init(connections);
    TemporalMemory.init(connections);
  }

  /** Learn one row; returns its raw anomaly score. */
  private double compute(long timeMs, double value) {
    int[] input = new int[inputs];
    int[] date = season.encode(new DateTime(timeMs, DateTimeZone.UTC));
    System.arraycopy(date, 0, input, 0, date.length);
    int[] bits = scalar.encode(value);
    System.arraycopy(bits, 0, input, date.length, bits.length);

    int[] columnsOn = new int[COLUMNS];
    pooler.compute(connections, input, columnsOn, true);
    int[] active = new int[columnsOn.length];
    int count = 0;
    for (int i = 0; i < columnsOn.length; ++i) {
      if (columnsOn[i] != 0) active[count++] = i;
    }
    active = Arrays.copyOf(active, count);
    double anomaly = anomaly(active);
    ComputeCycle cycle = memory.compute(connections, active, true);
    predictive = cycle.predictiveCells();
    classify(cycle.activeCells(), value);
    return anomaly;
  }

  /** The share of the active columns in which no cell was predictive. */
  private double anomaly(int[] active) {
    Set<Integer> predicted = new HashSet<>();
    for (Cell cell : predictive) predicted.add(cell.getIndex() / CELLS);
    int surprising = 0;
    for (int column : active) {
      if (!predicted.contains(column)) ++surprising;
    }
    return active.length == 0 ? 0 : (double) surprising / active.length;
  }

  private void classify(Set<Cell> cells, double value) {
    int[] pattern = new int[cells.size()];
    int at = 0;
    for (Cell cell : cells) pattern[at++] = cell.getIndex();
    Map<String, Object> classification = new HashMap<>();
    classification.put("bucketIdx", scalar.getBucketIndices(value)[0]);
    classification.put("actValue", value);
    Classification<Double> result = classifier.compute(record++, classification, pattern, true, true);
    if (record > 1) errorSum += Math.abs(forecast - value);
    forecast = result.getMostProbableValue(1);
  }

  private static double cpuSeconds() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime() / 1e9;
  }

  public static void main(String[] words) throws IOException {
    if (words.length != 3) {
      System.err.println("usage: HtmJavaPeer ROWS SCORES EXCLUDED");
      System.exit(2);
    }
    int excluded = Integer.parseInt(words[2]);
    List<String> lines = Files.readAllLines(Path.of(words[0]));
    double[] values = lines.stream().mapToDouble(l -> Double.parseDouble(l.substring(l.indexOf(',') + 1))).toArray();
    long[] times = lines.stream().mapToLong(l -> Long.parseLong(l.substring(0, l.indexOf(',')))).toArray();
    HtmJavaPeer peer = new HtmJavaPeer();
    List<Double> scores = new ArrayList<>();
    double cpu = 0;
    long wall = 0;
    for (int i = 0; i < values.length; ++i) {
      if (i == excluded) {
        cpu = cpuSeconds();
        wall = System.nanoTime();
        peer.errorSum = 0;
      }
      scores.add(peer.compute(times[i], values[i]));
    }
    cpu = cpuSeconds() - cpu;
    double seconds = (System.nanoTime() - wall) / 1e9;
    try (PrintWriter out = new PrintWriter(words[1])) {
      for (double score : scores.subList(excluded, scores.size())) out.println(score);
    }
    int measured = values.length - excluded;
    System.out.printf(
        "{\"records\":%d,\"cpu_seconds\":%.3f,\"records_per_cpu_s\":%.3f,\"records_per_s\":%.3f,\"inputs\":%d,"
            + "\"segments\":%d,\"synapses\":%d,\"forecast_error\":%.6f}%n",
        measured, cpu, measured / cpu, measured / seconds, peer.inputs, peer.connections.numSegments(),
        peer.connections.numSynapses(), peer.errorSum / measured);
  }
}
