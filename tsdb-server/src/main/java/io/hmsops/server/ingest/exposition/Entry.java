package io.hmsops.server.ingest.exposition;

/** What stands on a line. */
public enum Entry {
  /** A sample. */
  SERIES,
  /** The type of a family. */
  TYPE,
  /** The help text of a family. */
  HELP,
  /** The unit of a family. */
  UNIT,
  /** A comment. */
  COMMENT,
  /** The end of the page. */
  END
}
