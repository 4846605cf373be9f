/** Fetches the pages of targets and stores what stands on them. */
package io.hmsops.server.scrape;
