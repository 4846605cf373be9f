package io.hmsops.server.http;

/** The event that tells a connection to close as soon as it is idle. */
record ServerStopping() {}
