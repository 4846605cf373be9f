/** Relabeling: rules that rewrite or drop label sets, of targets and of scraped series. */
package io.hmsops.server.relabel;
