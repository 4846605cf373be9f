/**
 * Runs {@code .test} scripts: files that load samples, evaluate queries and say what must come out.
 * {@link io.hmsops.query.script.ScriptRunner} is the entry; {@code docs/query/scripts.md} describes
 * the language.
 */
package io.hmsops.query.script;
