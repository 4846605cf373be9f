/** The passport panic, live: {@code hms demo}. Real processes, shortened times. */
package io.hmsops.server.app.demo;
