// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
//
// Prints the partition that the real Java client gives each of a list of keys, as
// "<key in hexadecimal> <murmur2> <partition of 1> <of 3> <of 10> <of 50>".

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.utils.Utils;

public class PartitionTable {
  private static List<byte[]> keys() {
    List<byte[]> keys = new ArrayList<>();
    for (int length = 0; length <= 40; ++length) {
      byte[] same = new byte[length];
      byte[] rising = new byte[length];
      for (int i = 0; i < length; ++i) {
        same[i] = 'a';
        rising[i] = (byte) (0xf0 + 7 * i);
      }
      keys.add(same);
      if (length > 0) keys.add(rising);
    }
    for (int site = 0; site < 12; ++site)
      for (String parameter : new String[] {"44201", "42602", "42101", "88101", "81102"})
        keys.add(text(String.format("GB-MY-%04d-%s-%d", site, parameter, 1 + site % 3)));
    for (int site = 1; site <= 40; ++site) keys.add(text("06-037-" + 1000 * site + "-44201-1"));
    for (String word : new String[] {"Zürich", "Besançon", "東京-0001", "Москва", "Ωμέγα", "🌡", "ß", "é",
        "a b", "null", "0", "-1", "{\"device\":1}", " ", "\u0000", "\u0000\u0000\u0000\u0000"})
      keys.add(text(word));
    return keys;
  }

  private static byte[] text(String value) {
    return value.getBytes(StandardCharsets.UTF_8);
  }

  public static void main(String[] arguments) {
    for (byte[] key : keys()) {
      StringBuilder line = new StringBuilder(key.length == 0 ? "-" : "");
      for (byte b : key) line.append(String.format("%02x", b));
      line.append(' ').append(Integer.toUnsignedString(Utils.murmur2(key)));
      for (int partitions : new int[] {1, 3, 10, 50})
        line.append(' ').append(BuiltInPartitioner.partitionForKey(key, partitions));
      System.out.println(line);
    }
  }
}
