package io.hmsops.query.ast;

/** How a selector treats the edges of its window. */
public enum Edges {
  /** Samples inside the window only. */
  PLAIN,
  /** The left edge takes the last sample before it. */
  ANCHORED,
  /** Both edges are interpolated between neighbours. */
  SMOOTHED
}
