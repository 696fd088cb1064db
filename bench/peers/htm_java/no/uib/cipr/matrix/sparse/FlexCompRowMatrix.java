// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
package no.uib.cipr.matrix.sparse;

import java.io.Serializable;
import java.util.Arrays;

/**
 * Stands in for the class of this name in a library that htm.java's pom names and no repository
 * has: a matrix that can grow by rows and columns. Only what htm.java calls, by the names of the
 * published interface; dense rows, which are faster than the sparse ones they stand in for.
 */
public class FlexCompRowMatrix implements Serializable {
  private static final long serialVersionUID = 1L;
  private double[][] rows;
  private int rowCount;
  private int columnCount;

  public FlexCompRowMatrix(int rowCount, int columnCount) {
    this.rows = new double[Math.max(16, rowCount)][];
    for (int i = 0; i < rowCount; ++i) rows[i] = new double[columnCount];
    this.rowCount = rowCount;
    this.columnCount = columnCount;
  }

  public int numRows() {
    return rowCount;
  }

  public int numColumns() {
    return columnCount;
  }

  public double get(int row, int column) {
    return rows[row][column];
  }

  public void set(int row, int column, double value) {
    rows[row][column] = value;
  }

  public void add(int row, int column, double value) {
    rows[row][column] += value;
  }

  /** Append a row. */
  public void addRow(double[] values) {
    if (rowCount == rows.length) rows = Arrays.copyOf(rows, 2 * rowCount);
    double[] row = Arrays.copyOf(values, Math.max(columnCount, values.length));
    rows[rowCount++] = row;
  }

  /** Append a column. */
  public void addCol(double[] values) {
    for (int i = 0; i < rowCount; ++i) {
      if (rows[i].length <= columnCount) rows[i] = Arrays.copyOf(rows[i], columnCount + 1 + columnCount / 2);
      rows[i][columnCount] = i < values.length ? values[i] : 0;
    }
    ++columnCount;
  }
}
